"""The check: whether everything adds up, proved again from the files."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.table import Table
from totalplace.web.desk import asked, desk_of
from totalplace.web.pages.common import page

router = APIRouter()


@page(router, "/check")
def shown(request: Request) -> HTMLResponse:
    """The check's findings, or how far it is."""
    desk = desk_of(request)
    asked(request)
    _ = desk.place.run
    state = desk.check()
    table = state.result if isinstance(state.result, Table) else None
    found = [row[1] for row in table.rows] if table else []
    return desk.draw(
        request,
        "check.html",
        section="sources",
        state=state,
        table=table,
        failed=found.count("failed"),
        warnings=found.count("warning"),
    )


@router.post("/check")
async def again(request: Request) -> Response:
    """Checks again: files on the disk may have changed."""
    desk = desk_of(request)
    form = await request.form()
    if not desk.forms.good(request, str(form.get("token", ""))):
        raise HTTPException(403, "The page was open for too long, or was not sent from here. Go back and reload it.")
    desk.check(again=True)
    return RedirectResponse("/check", 303)
