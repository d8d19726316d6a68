"""The check: whether everything adds up, proved again from the files."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from totalplace.table import Table
from totalplace.web.common import form_sent, page_at
from totalplace.web.desk import chosen_of, desk_of

router = APIRouter()


@page_at(router, "/check")
def shown(request: Request) -> HTMLResponse:
    """The check's findings, or how far it is."""
    desk = desk_of(request)
    chosen_of(request)
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
    await form_sent(request)
    await run_in_threadpool(desk_of(request).check, again=True)
    return RedirectResponse("/check", 303)
