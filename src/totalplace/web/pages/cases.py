"""Business cases: what each comes to, one of them with its pictures, two beside each other, portfolios, a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.appraisal import steps
from totalplace.appraisal.stamps import version
from totalplace.errors import CaseError, EditConflict, UsageError
from totalplace.table import Table
from totalplace.web.addresses import address
from totalplace.web.case_page import drawn, plain
from totalplace.web.cases import (
    case_of,
    compared,
    measure_of,
    option_of,
    portfolio_of,
    portfolios_of,
)
from totalplace.web.common import form_sent, page_at
from totalplace.web.desk import Desk, chosen_of, desk_of
from totalplace.web.links import to

router = APIRouter()


@page_at(router, "/cases")
def listed(request: Request) -> HTMLResponse:
    """The cases and portfolios; those that cannot be read with what is wrong."""
    desk = desk_of(request)
    chosen_of(request)
    cases, portfolios = desk.place.cases.listed(), portfolios_of(desk).listed()
    return desk.draw(
        request,
        "cases.html",
        section="cases",
        table=replace(cases, rows=[_ready(row) for row in cases.rows if row[1]]),
        wrong=[(row[0], row[-1]) for row in (*cases.rows, *portfolios.rows) if not row[1]],
        links={"title": to("/cases/{}", 0)},
        portfolios=replace(portfolios, rows=[row for row in portfolios.rows if row[1]]),
        portfolio_links={"title": to("/portfolios/{}", 0)},
    )


def _ready(row: tuple[object, ...]) -> tuple[object, ...]:
    """A row of the list: how many things are not said, for which its figures are left out."""
    lacking = len(str(row[-1]).split("; "))
    words = f"No headline: {lacking} {'thing is' if lacking == 1 else 'things are'} not said yet"
    return (*row[:-1], words) if row[-1] else row


@page_at(router, "/cases/new")
def asked(request: Request) -> HTMLResponse:
    """The form that begins a case."""
    chosen_of(request)
    return _new(desk_of(request), request, {})


def _new(desk: Desk, request: Request, form: Mapping[str, str], refused: str = "", status: int = 200) -> HTMLResponse:
    today = datetime.now(UTC).date()
    year = today.year + (1 if today.month >= 4 else 0)
    first = form.get("first_year", f"{year}-{(year + 1) % 100:02d}")
    given = {"name": form.get("name", ""), "first_year": first, "refused": refused}
    return desk.draw(request, "case_new.html", status, section="cases", **given)


@router.post("/cases/new")
async def begun(request: Request) -> Response:
    """Begins a case from the blank, and opens its editor. Refused without the form's token."""
    form = await form_sent(request)
    return await run_in_threadpool(_begun, request, form)


def _begun(request: Request, form: Mapping[str, str]) -> Response:
    desk, name = desk_of(request), form.get("name", "").strip()
    try:
        if name == "new":
            raise UsageError("a case cannot be called 'new' here; say what it is for")
        desk.place.cases.new(name, form.get("first_year", "").strip())
    except (UsageError, CaseError) as error:
        return _new(desk, request, form, str(error), 400)
    return RedirectResponse(f"/cases/{name}/edit", 303)


@page_at(router, "/cases/{name}")
def shown(request: Request, name: str) -> HTMLResponse:
    """One case: an option of it, with how sure it is by one measure."""
    desk, chosen = desk_of(request), chosen_of(request, "option", "measure")
    return _shown(desk, request, name, chosen.text("option"), measure_of(chosen))


def _shown(
    desk: Desk, request: Request, name: str, option: str, measure: str, refused: str = "", status: int = 200
) -> HTMLResponse:
    try:
        result = case_of(desk, name)
    except CaseError as error:
        return desk.draw(request, "case.html", section="cases", name=name, wrong=str(error))
    found = option_of(result, option)
    more = drawn(desk, result, found, measure)
    return desk.draw(request, "case.html", status, section="cases", name=name, wrong="", refused=refused, **more)


@router.post("/cases/{name}/stamp")
async def stamped(request: Request, name: str) -> Response:
    """Stamps a case as checked. Refused without the form's token; 409 where it was changed since it was shown."""
    form = await form_sent(request)
    return await run_in_threadpool(_stamped, request, name, form)


def _stamped(request: Request, name: str, form: Mapping[str, str]) -> Response:
    desk = desk_of(request)
    try:
        result = case_of(desk, name)
        if form.get("version") != version(result.case):
            raise EditConflict(
                "The case, or a parameter that it rests on, was changed since the page was drawn. Look at it as it is "
                "now, and check that."
            )
        today = datetime.now(UTC).astimezone().date().isoformat()
        desk.place.cases.stamps.put(name, result.case, form.get("by", ""), today, form.get("note", ""))
    except UsageError as error:
        return _shown(desk, request, name, "", "net_present_public_value", str(error), 400)
    except CaseError as error:
        raise HTTPException(400, str(error)) from None
    return RedirectResponse(f"/cases/{name}#check", 303)


@page_at(router, "/cases/{name}/compare")
def beside(request: Request, name: str) -> HTMLResponse:
    """A case beside another, or an earlier version of it: the difference in parts that sum to it."""
    desk, chosen = desk_of(request), chosen_of(request, "against", "option")
    other, option = chosen.text("against"), chosen.text("option")
    others = [each for each in desk.place.cases.names() if each != name]
    context: dict[str, Any] = {"name": name, "other": other, "others": others, "wrong": "", "table": None}
    try:
        result = case_of(desk, name)
        context["title"] = result.case.name
        if other:
            before = case_of(desk, other)
            context |= {"beside": steps.beside(result, before), "before": before.case, "after": result.case}
            context["pair"] = address("", case=name, against=other)[1:]
            found = compared(desk, name, other, option)
            context["table"] = plain(found.table(), found.after.case)
            context["option"] = found.after.option(found.option).option
            context["query"] = address("", case=name, against=other, option=found.option)[1:]
    except UsageError as error:
        context["why_not"] = str(error)
    except CaseError as error:
        context["wrong"] = str(error)
    return desk.draw(request, "case_compare.html", section="cases", **context)


@page_at(router, "/portfolios/{name}")
def portfolio(request: Request, name: str) -> HTMLResponse:
    """Several cases together, a benefit that two of them claim counted once."""
    desk = desk_of(request)
    chosen_of(request)
    try:
        found = portfolio_of(desk, name)
    except CaseError as error:
        return desk.draw(request, "portfolio.html", section="cases", name=name, wrong=str(error))
    whole = found.table()
    names = {id: each.case.name for id, each in found.members.items()}
    # By the whole row: two cases can have one name.
    ids = dict(zip(whole.rows[:-1], found.members, strict=True))
    return desk.draw(
        request,
        "portfolio.html",
        section="cases",
        name=name,
        wrong="",
        found=found,
        whole=whole.rows[-1],
        table=replace(whole, rows=whole.rows[:-1], note=""),
        links={"case": lambda row: address(f"/cases/{ids[row]}")},
        overlaps=_named(found.overlap_table(), names),
        chain=_named(found.link_table(), names),
        withheld=found.withheld,
        query=address("", portfolio=name)[1:],
    )


def _named(table: Table, names: Mapping[str, str]) -> Table:
    """With the names of cases in place of their ids."""
    at = [n for n, column in enumerate(table.columns) if column.name in ("case", "needs")]
    rows = [tuple(names.get(cell, cell) if n in at else cell for n, cell in enumerate(row)) for row in table.rows]
    return replace(table, rows=rows, note="")
