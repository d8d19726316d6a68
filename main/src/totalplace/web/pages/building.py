"""Building from the pages: begun with a button, followed on a page that can be left."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.web.desk import asked, desk_of
from totalplace.web.pages.common import page

router = APIRouter()


@page(router, "/build")
def shown(request: Request) -> HTMLResponse:
    """How far the build is, or what it came to."""
    desk = desk_of(request)
    asked(request)
    return desk.draw(request, "build.html", section="sources", state=desk.building.state)


@router.post("/build")
async def begin(request: Request) -> Response:
    """Begins a build; refused without the token of the page's form."""
    desk = desk_of(request)
    form = await request.form()
    if not desk.forms.good(request, str(form.get("token", ""))):
        raise HTTPException(403, "The page was open for too long, or was not sent from here. Go back and reload it.")
    desk.build()
    desk.building.wait(0.05)
    return RedirectResponse("/build", 303)
