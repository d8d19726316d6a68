"""A step of a logic model: added, changed, linked and taken out on a page, and written into the case's file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.errors import DataError, EditConflict, LogicError, UsageError
from totalplace.logic.files import Read
from totalplace.logic.step import KINDS, NUMBERS, Number, Step
from totalplace.terms import slug
from totalplace.web.addresses import address
from totalplace.web.common import form_sent, page_at
from totalplace.web.desk import Desk, chosen_of, desk_of
from totalplace.web.logic_models import logic_of

router = APIRouter()
LINED = ("indicator", "unit", "by", "owner")
"""Texts of one line; name, evidence and note have room for more."""
TEXTS = ("name", *LINED, "evidence", "note")
FROM, TO = "from-", "to-"
"""What the names of the boxes begin with that are ticked for links to this step, and from it."""

Filled = dict[str, Any]
"""A step as the form has it: texts by key, `to` and `from` lists of ids."""


@page_at(router, "/logic/{name}/step")
def shown(request: Request, name: str) -> HTMLResponse:
    """The form of a step that is there, or of a new one where none is named."""
    desk, chosen = desk_of(request), chosen_of(request, "id", "kind")
    try:
        read = logic_of(desk, name)
    except LogicError as error:
        return desk.draw(request, "logic_model.html", section="logic", name=name, wrong=str(error))
    if not (id := chosen.text("id")):
        return _draw(desk, request, read, {"kind": chosen.text("kind"), "to": [], "from": []}, "", read.digest)
    if not read.model.has(id):
        raise HTTPException(404, f"there is no step '{id}' in this model; somebody may have taken it out")
    return _draw(desk, request, read, _form(read, read.model.step(id)), id, read.digest)


def _form(read: Read, step: Step) -> Filled:
    """A step as the form shows it."""
    form: Filled = {key: _line(getattr(step, key)) for key in (*LINED, "name")}
    form |= {key: getattr(step, key) for key in ("id", "kind", "evidence", "note")}
    form |= {key: "" if (value := getattr(step, key)) is None else str(value) for key in NUMBERS}
    form["evidence_grade"] = str(step.evidence_grade or "")
    form["assumptions"] = "\n".join(map(_line, step.assumptions))
    form["dis_benefit"] = step.dis_benefit
    return {**form, "to": list(step.leads_to), "from": list(read.model.before[step.id])}


def _line(text: str) -> str:
    return " ".join(text.split())


@router.post("/logic/{name}/step")
async def changed(request: Request, name: str) -> Response:
    """Saves a step, or takes it out; refused without the form's token.

    What cannot be saved stays in the form: 409 where the file was changed since it was drawn.
    """
    form = await form_sent(request)
    return await run_in_threadpool(_changed, request, name, form)


def _changed(request: Request, name: str, sent: Mapping[str, str]) -> Response:
    desk, was, do = desk_of(request), sent.get("was", ""), sent.get("do", "")
    try:
        read = logic_of(desk, name)
    except LogicError as error:
        return desk.draw(request, "logic_model.html", 400, section="logic", name=name, wrong=str(error))
    if do == "remove" and was:
        asked = {**_sent(sent), "asked": True}
        return _draw(desk, request, read, asked, was, sent.get("before", ""))
    try:
        if do == "remove-now":
            desk.place.logic.remove(name, was, sent.get("before", ""))
        else:
            old = read.model.step(was) if was and read.model.has(was) else None
            table = _table(sent, old)
            desk.place.logic.put(name, table, sent.get("before", ""), was, _ticked(sent, FROM))
    except (DataError, UsageError) as error:
        status = 409 if isinstance(error, EditConflict) else 400
        return _draw(desk, request, read, _sent(sent), was, sent.get("before", ""), str(error), status)
    return RedirectResponse(f"/logic/{name}#steps", 303)


def _sent(sent: Mapping[str, str]) -> Filled:
    """The form as it was sent, to be shown again."""
    texts = {key: text for key, text in sent.items() if not key.startswith((FROM, TO))}
    return {**texts, "to": _ticked(sent, TO), "from": _ticked(sent, FROM), "dis_benefit": "dis_benefit" in sent}


def _ticked(sent: Mapping[str, str], begins: str) -> list[str]:
    return [key.removeprefix(begins) for key in sent if key.startswith(begins)]


def _table(sent: Mapping[str, str], old: Step | None) -> dict[str, Any]:
    """The step that a form says as a table; what was not changed is as it was, line breaks and all.

    Raises LogicError for what is no number.
    """
    table: dict[str, Any] = {key: _kept(sent.get(key, ""), getattr(old, key, "")) for key in TEXTS}
    table["kind"] = sent.get("kind", "")
    table["id"] = sent.get("id", "").strip() or slug(table["name"])[:80].strip("-")
    table["leads_to"] = _links(_ticked(sent, TO), old)
    table["assumptions"] = _assumptions(sent.get("assumptions", ""), old)
    table["dis_benefit"] = "dis_benefit" in sent
    for key in NUMBERS:
        if (number := _number(key, sent.get(key, ""))) is not None:
            table[key] = number
    if (grade := _number("evidence_grade", sent.get("evidence_grade", ""))) is not None:
        table["evidence_grade"] = grade
    return table


def _kept(sent: str, old: str) -> str:
    """What was sent; where that differs in nothing but spaces and line breaks, what was there."""
    text = sent.replace("\r\n", "\n").strip()
    return old if _line(text) == _line(old) else text


def _links(ticked: list[str], old: Step | None) -> list[str]:
    """The links in the order in which they stood, new ones after them."""
    before = [id for id in (old.leads_to if old else ()) if id in ticked]
    return [*before, *(id for id in ticked if id not in before)]


def _assumptions(sent: str, old: Step | None) -> list[str]:
    """One a line; those that were there already stay as they are written."""
    known = {_line(text): text for text in (old.assumptions if old else ())}
    return [known.get(line, line) for text in sent.splitlines() if (line := _line(text))]


def _number(key: str, text: str) -> Number | None:
    bare = text.strip().replace(",", "").replace("\N{MINUS SIGN}", "-")
    if not bare:
        return None
    try:
        value = Decimal(bare)
    except InvalidOperation:
        raise LogicError(
            f"{LABELS[key]}: '{text.strip()[:40]}' is not a number; write figures alone, what they count is the unit"
        ) from None
    if value.is_finite() and value == value.to_integral_value() and abs(value) < 10**15 and "." not in bare:
        return int(value)
    return float(value)


LABELS = {
    "baseline": "Baseline",
    "target": "Target",
    "lag_years": "Years until it shows",
    "evidence_grade": "Grade of the evidence",
}


def _draw(
    desk: Desk,
    request: Request,
    read: Read,
    form: Filled,
    was: str,
    before: str,
    refused: str = "",
    status: int = 200,
) -> HTMLResponse:
    others = [step for kind in KINDS for step in read.model.of_kind(kind) if step.id != was]
    return desk.draw(
        request,
        "logic_step.html",
        status,
        section="logic",
        name=read.name,
        title=read.title,
        form=form,
        was=was,
        before=before,
        refused=refused,
        kinds=_kinds(),
        others=[(words, [step for step in others if step.kind == kind]) for kind, words in KINDS.items()],
        unknown=[id for id in form.get("to", []) if not read.model.has(id)],
        back=address(f"/logic/{read.name}"),
    )


def _kinds() -> dict[str, str]:
    return {
        "input": "Input: what it takes, such as money, people, buildings",
        "activity": "Activity: what is done",
        "output": "Output: what comes out of it and can be counted at once",
        "outcome": "Outcome: what changes for people",
        "impact": "Impact: what the outcomes add up to in the long run",
    }
