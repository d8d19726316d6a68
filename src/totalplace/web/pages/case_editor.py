"""The editor of a business case: its tables one by one, with help, refusals beside their fields, and results beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.appraisal.editing import Draft, Editing, table_at, with_table
from totalplace.appraisal.reader import SINGLE
from totalplace.errors import CaseError, DataError, EditConflict, UsageError
from totalplace.terms import slug
from totalplace.web.addresses import Chosen, address
from totalplace.web.case_fields import shown, taken
from totalplace.web.case_forms import called, field_kind, form_of, specs, title_of
from totalplace.web.case_groups import NEW, THINGS
from totalplace.web.case_live import Live, live
from totalplace.web.common import form_sent, page_at
from totalplace.web.desk import Desk, chosen_of, desk_of

router = APIRouter()
FOUND = 8
"""Unit costs that a look-up shows."""


@page_at(router, "/cases/{name}/edit")
def edited(request: Request, name: str) -> HTMLResponse:
    """The parts of a case, or the form of one of them."""
    desk, chosen = desk_of(request), chosen_of(request, "table", "n")
    try:
        draft = _draft(desk, name)
    except CaseError as error:
        return desk.draw(request, "case.html", section="cases", name=name, wrong=str(error))
    if not (table := chosen.text("table")):
        return _overview(desk, request, draft)
    number = _number(draft, table, chosen)
    said = table_at(draft.tables, table, number)
    return _form(desk, request, draft, (table, number), NEW.get(table, {}) if said is None else said)


def _draft(desk: Desk, name: str) -> Draft:
    try:
        return Editing(desk.place.cases).draft(name)
    except UsageError as error:
        raise HTTPException(404 if name not in desk.place.cases.names() else 400, str(error)) from None


def _number(draft: Draft, table: str, chosen: Chosen) -> int:
    """The number of the table that is asked for, one more than there are for a new one; 404 for one beyond."""
    if table not in THINGS:
        raise HTTPException(404, f"the editor has no form for '{table}'")
    held = draft.tables.get(table, [])
    count = len(held) if isinstance(held, list) else 0
    number = count + 1 if chosen.text("n") == "new" else chosen.whole("n")
    if (table not in SINGLE and number > count + 1) or (table in SINGLE and number > 1):
        raise HTTPException(404, f"there is no [[{table}]] {number}; somebody may have taken it out")
    return number


def _overview(desk: Desk, request: Request, draft: Draft, refused: str = "", status: int = 200) -> HTMLResponse:
    """The parts of the case with what it comes to."""
    parts = []
    for table, (title, one) in THINGS.items():
        held = draft.tables.get(table, [])
        if table in SINGLE:
            rows = [(1, title_of(table, 1, {}))] if table in draft.tables else []
        else:
            each = held if isinstance(held, list) else []
            rows = [
                (n, title_of(table, n, said if isinstance(said, Mapping) else {})) for n, said in enumerate(each, 1)
            ]
        parts.append({"table": table, "title": title, "one": one, "rows": rows, "single": table in SINGLE})
    now = live(desk, draft.name, draft.tables)
    return _draw(desk, request, draft, now, status, "case_edit.html", parts=parts, refused=refused)


def _draw(
    desk: Desk, request: Request, draft: Draft, now: Live, status: int, template: str, **more: Any
) -> HTMLResponse:
    head = draft.tables.get("case")
    title = head.get("name") if isinstance(head, Mapping) else ""
    known = {"name": draft.name, "title": title or draft.name, "before": draft.digest, "live": now, "things": THINGS}
    return desk.draw(request, template, status, section="cases", **{**known, **more})


def _form(
    desk: Desk,
    request: Request,
    draft: Draft,
    at: tuple[str, int],
    said: Mapping[str, Any],
    refused: str = "",
    status: int = 200,
    **more: Any,
) -> HTMLResponse:
    """The form of one table with what is said in it, and what the case would come to."""
    table, number = at
    tables = with_table(draft.tables, table, number, said)
    now = live(desk, draft.name, tables)
    groups = form_of(table, said, tables, now.keys)
    new = table_at(draft.tables, table, number) is None
    doubts = now.case.benefits[number - 1].doubts if now.case and table == "benefit" else ()
    return _draw(
        desk,
        request,
        draft,
        now,
        status,
        "case_form.html",
        table=table,
        number=number,
        groups=groups,
        new=new,
        one=title_of(table, number, said),
        wrong=now.here(table, number),
        cost_doubts=doubts,
        refused=refused,
        **{"found": [], "find": "", "asked": False, **more},
    )


@router.post("/cases/{name}/edit")
async def sent(request: Request, name: str) -> Response:
    """Shows what a case comes to as the form has it, or saves, moves or takes out one of its tables.

    Refused without the form's token. What cannot be saved stays in the form: 409 where the file was changed since.
    """
    form = await form_sent(request)
    return await run_in_threadpool(_sent, request, name, form)


def _sent(request: Request, name: str, form: Mapping[str, str]) -> Response:
    desk, do = desk_of(request), form.get("do", "")
    try:
        draft = _draft(desk, name)
    except CaseError as error:
        return desk.draw(request, "case.html", 400, section="cases", name=name, wrong=str(error))
    table = form.get("table", "")
    number = _number(draft, table, Chosen([("n", form.get("n", ""))], ("n",)))
    if do in ("up", "remove-now"):
        return _arranged(desk, request, draft, (table, number), form)
    said = _said(draft, table, number, form)
    if do.startswith("take-"):
        said["unit_cost"] = do.removeprefix("take-")
    if do == "save":
        return _saved(desk, request, draft, (table, number), said, form)
    found = _looked_up(desk, form.get("find", "")) if do == "find" else []
    kept = _kept(draft, form)
    return _form(
        desk, request, kept, (table, number), said, found=found, find=form.get("find", ""), asked=do == "remove"
    )


def _kept(draft: Draft, form: Mapping[str, str]) -> Draft:
    """The draft with the digest of the file that the form was drawn from: a save still tells whether it changed."""
    return Draft(draft.name, draft.tables, form.get("before", ""))


def _said(draft: Draft, table: str, number: int, form: Mapping[str, str]) -> dict[str, Any]:
    """The table that the form says; what the form has no field for stays as it is."""
    was = table_at(draft.tables, table, number) or {}
    read: dict[str, Any] = {}
    for key, kind, _ in specs(table):
        as_read = field_kind(kind)
        parts = {part: form.get(f"{key}.{part}" if part else key, "") for part in shown(as_read, was.get(key))}
        if key in form:
            parts[""] = form[key]
        parts |= {name.partition(".")[2]: text for name, text in form.items() if name.startswith(f"{key}.")}
        read[key] = taken(as_read, parts, was.get(key))
    said = {key: read.get(key, value) for key, value in was.items()}
    said |= {key: value for key, value in read.items() if key not in said}
    said = {key: value for key, value in said.items() if value is not None}
    if "id" in read and "id" not in said and isinstance(said.get("name"), str):
        said = {"id": _free_id(draft, table, slug(said["name"])[:60].strip("-") or f"{table}-{number}"), **said}
    return said


def _free_id(draft: Draft, table: str, wanted: str) -> str:
    """An id that no other table of the kind has."""
    held = draft.tables.get(table, [])
    used = {each.get("id") for each in held if isinstance(each, Mapping)} if isinstance(held, list) else set()
    wanted_ids = (wanted, *(f"{wanted}-{n}" for n in range(2, len(used) + 3)))
    return next(id for id in wanted_ids if id not in used)


def _looked_up(desk: Desk, words: str) -> list[Any]:
    """Unit costs that hold some words."""
    return desk.place.unit_costs.search(words)[:FOUND] if words.strip() else []


def _saved(
    desk: Desk, request: Request, draft: Draft, at: tuple[str, int], said: Mapping[str, Any], form: Mapping[str, str]
) -> Response:
    table, number = at
    try:
        Editing(desk.place.cases, called).put(draft.name, form.get("before", ""), table, number, said)
    except (DataError, UsageError) as error:
        status = 409 if isinstance(error, EditConflict) else 400
        return _form(desk, request, _kept(draft, form), at, said, str(error), status)
    return RedirectResponse(f"{address(f'/cases/{draft.name}/edit')}#{table}-{number}", 303)


def _arranged(desk: Desk, request: Request, draft: Draft, at: tuple[str, int], form: Mapping[str, str]) -> Response:
    """Moves a table up, or takes it out."""
    editing, (table, number), before = Editing(desk.place.cases, called), at, form.get("before", "")
    try:
        if form.get("do") == "up":
            editing.move(draft.name, before, table, number)
            number -= 1
        else:
            editing.remove(draft.name, before, table, number)
    except (DataError, UsageError) as error:
        status = 409 if isinstance(error, EditConflict) else 400
        return _overview(desk, request, draft, str(error), status)
    return RedirectResponse(f"/cases/{draft.name}/edit#{table}", 303)
