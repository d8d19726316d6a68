"""Building from the pages: begun with a button, followed on a page that can be left."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from totalplace.web.common import form_sent, page_at
from totalplace.web.desk import chosen_of, desk_of

router = APIRouter()


@page_at(router, "/build")
def shown(request: Request) -> HTMLResponse:
    """How far the build is, or what it came to."""
    desk = desk_of(request)
    chosen_of(request)
    return desk.draw(request, "build.html", section="sources", state=desk.building.state)


@router.post("/build")
async def begin(request: Request) -> Response:
    """Begins a build; refused without the token of the page's form."""
    await form_sent(request)
    desk = desk_of(request)
    desk.build()
    await run_in_threadpool(desk.building.wait, 0.05)
    return RedirectResponse("/build", 303)
