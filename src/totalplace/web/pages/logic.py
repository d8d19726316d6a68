"""Logic models: those of the place's cases, and one of them as a picture, as tables and for other tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.errors import LogicError, UsageError
from totalplace.logic import coverage
from totalplace.logic.files import EXAMPLES, Read
from totalplace.logic.step import KINDS, Step
from totalplace.logic.text import graphviz, mermaid
from totalplace.table import Table
from totalplace.terms import slug
from totalplace.web.addresses import address
from totalplace.web.common import form_sent, page_at
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.drawing_logic import picture, svg_file
from totalplace.web.links import Row, to
from totalplace.web.logic_models import logic_of
from totalplace.web.templating import MINUS, NONE

router = APIRouter()


@page_at(router, "/logic")
def listed(request: Request) -> HTMLResponse:
    """The models of the cases; those that cannot be read with what is wrong."""
    desk = desk_of(request)
    chosen_of(request)
    table = desk.place.logic.listed()
    return desk.draw(
        request,
        "logic_models.html",
        section="logic",
        table=replace(table, rows=[row for row in table.rows if not row[-1]]),
        wrong=[(row[0], row[-1]) for row in table.rows if row[-1]],
        links={"title": to("/logic/{}", 0)},
        examples=EXAMPLES,
        folder=desk.place.logic.folder.name,
    )


@router.post("/logic")
async def begun(request: Request) -> Response:
    """Begins a case and leads to its model; refused without the form's token."""
    form = await form_sent(request)
    title = " ".join(form.get("title", "").split())
    if not (name := slug(title)[:80].strip("-")):
        raise UsageError("give the case a name of letters or figures: its file is named by it")
    await run_in_threadpool(desk_of(request).place.logic.new, name, title, form.get("like", ""))
    return RedirectResponse(f"/logic/{name}", 303)


@page_at(router, "/logic/{name}")
def shown(request: Request, name: str) -> HTMLResponse:
    """One model."""
    desk = desk_of(request)
    chosen_of(request)
    try:
        read = logic_of(desk, name)
    except LogicError as error:
        return desk.draw(request, "logic_model.html", section="logic", name=name, wrong=str(error))
    return desk.draw(request, "logic_model.html", section="logic", name=name, **_drawn(read))


def _drawn(read: Read) -> dict[str, Any]:
    """What the page of a model shows."""
    model, found = read.model, read.model.checks()

    def change(row: Row) -> str:
        return address(f"/logic/{read.name}/step", id=row[0])

    def place(row: Row) -> str:
        return address(f"/logic/{read.name}/step", id=row[2]) if row[2] else ""

    return {
        "wrong": "",
        "title": read.title,
        "model": model,
        "picture": picture(model),
        "faults": [each for each in found if each.level == "fault"],
        "lacking": sum(each.level == "warning" for each in found),
        "checks": coverage.checks_table(found),
        "steps": coverage.steps_table(model),
        "listed": _listed(read),
        "covered": coverage.coverage_table(model),
        "register": coverage.register_table(model),
        "assumed": [words for step in _by_kind(read) for words in coverage.marked(model, step)],
        "links": {"name": change, "benefit": change},
        "figures": dict.fromkeys(("baseline", "target", "change"), figure),
        "check_links": {"words": place},
        "query": address("", case=read.name)[1:],
        "drawn": [ending for ending in DRAWN if ending != "svg" or picture(model)],
        "drawn_words": DRAWN_WORDS,
    }


def _listed(read: Read) -> Table:
    """The steps with their kinds and links alone, to choose one."""
    whole = coverage.steps_table(read.model)
    kept = (0, 1, 2, 4)
    rows = [tuple(row[at] for at in kept) for row in whole.rows]
    return replace(whole, name="logic-list", columns=tuple(whole.columns[at] for at in kept), rows=rows, note="")


def figure(value: float | None) -> str:
    """A number as it is written, with a true minus sign and thousands in groups."""
    return NONE if value is None else f"{value:,}".replace("-", MINUS)


def _by_kind(read: Read) -> list[Step]:
    return [step for kind in KINDS for step in read.model.of_kind(kind)]


DRAWN: dict[str, tuple[str, Callable[[Read], str]]] = {
    "svg": ("image/svg+xml", lambda read: svg_file(read.model, read.title)),
    "mmd": ("text/plain; charset=utf-8", lambda read: mermaid(read.model)),
    "dot": ("text/vnd.graphviz; charset=utf-8", lambda read: graphviz(read.model, read.title)),
    "json": ("application/json", lambda read: read.model.to_json()),
    "toml": ("application/toml; charset=utf-8", lambda read: read.model.to_toml()),
}
"""What a model can be taken away as: its type, and how it is made."""
DRAWN_WORDS = {"svg": "picture (SVG)", "mmd": "Mermaid", "dot": "Graphviz", "json": "JSON", "toml": "TOML"}


@page_at(router, "/logic/{name}/model.{ending}")
def taken(request: Request, name: str, ending: str) -> Response:
    """A model as a file: the picture, text for other tools, or the model itself."""
    desk = desk_of(request)
    chosen_of(request)
    if ending not in DRAWN:
        raise HTTPException(404, f"a model can be had as {', '.join(DRAWN)}")
    try:
        read = logic_of(desk, name)
    except LogicError as error:
        raise HTTPException(400, str(error)) from None
    kind, made = DRAWN[ending]
    if not (text := made(read)) and ending == "svg":
        raise HTTPException(404, "there is no picture: the model has no steps, or more than anybody could follow")
    headers = {"Content-Disposition": f'attachment; filename="logic-{read.name}.{ending}"'}
    return Response(text, media_type=kind, headers=headers)
