"""What several pages share: routes, forms, long tables a page at a time, words, and tables as pages show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from totalplace.errors import DataError
from totalplace.money.cuts import in_years
from totalplace.money.pictures import largest_first, with_names, with_share
from totalplace.parameters.kinds import kinds
from totalplace.parameters.services import NOT_CLASSIFIED, services, subjectives
from totalplace.sources.spend import REASONS
from totalplace.table import Table
from totalplace.terms import Body, Where, financial_year, month_text, months_of
from totalplace.web.addresses import Chosen
from totalplace.web.desk import Desk, chosen_of, desk_of, years_words
from totalplace.web.templating import number, shown_short

if TYPE_CHECKING:
    from totalplace.money.over_time import OverTime


def page_at(router: APIRouter, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function as the page at an address."""
    return router.api_route(path, methods=["GET", "HEAD"], response_class=HTMLResponse)


def geography_page(
    request: Request, section: str, known: Sequence[str], made: Callable[[Desk, Chosen], dict[str, Any]]
) -> HTMLResponse:
    """A page on the geography of the place, drawn by the template of its name: what `made` gives, `given` among it.

    Without `given` where the place has no geography yet; `wrong` says why where it cannot be shown.
    """
    desk, chosen = desk_of(request), chosen_of(request, *known)
    context: dict[str, Any] = {"given": None, "wrong": ""}
    try:
        if desk.place.geography.plan is not None:
            context |= made(desk, chosen)
    except DataError as error:
        context["wrong"] = str(error)
    return desk.draw(request, f"{section}.html", section=section, **context)


async def form_sent(request: Request) -> dict[str, str]:
    """The fields of a form that was sent; 403 without the token that its page gave to this browser."""
    form = await request.form()
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    if not desk_of(request).forms.good(request, given.get("token", "")):
        raise HTTPException(403, "The page was open for too long, or was not sent from here. Go back and reload it.")
    return given


@dataclass(frozen=True)
class Paging:
    """Which of `total` rows stand on a page: those from `first` to `last`, counted from 1."""

    total: int
    page: int
    pages: int
    first: int
    last: int

    def of(self, table: Table) -> Table:
        """The table with the rows of this page alone."""
        return replace(table, rows=table.rows[self.first - 1 : self.last])


def paging(total: int, at: int, each: int) -> Paging:
    """The page that is asked for, or the last one where there are not so many."""
    pages = max(1, -(-total // each))
    page = min(max(at, 1), pages)
    return Paging(total, page, pages, (page - 1) * each + 1, min(page * each, total))


def pages_at(path: str, query: str) -> str:
    """The address of the pages of a list, {page} standing for the number."""
    return f"{path}?{query}&page={{page}}" if query else f"{path}?page={{page}}"


@cache
def kind_words() -> dict[str, str]:
    """Kinds of payment as pages call them."""
    return {kind.id: kind.label for kind in kinds()}


@cache
def service_words() -> dict[str, str]:
    """Services as pages call them, in the order of the returns; what nothing tells is last."""
    return {**{row.id: row.label for row in services().values()}, NOT_CLASSIFIED: "Not classified"}


@cache
def subjective_words() -> dict[str, str]:
    """What money buys, as pages call it."""
    return {**{row.id: row.label for row in subjectives().values()}, "": "Not told"}


TOLD_WORDS = {
    "correction": "a person",
    "department": "the department's heading",
    "proclass": "a published ProClass label",
    "words": "words",
    "nothing": "nothing",
}
"""How a service was told, in words."""


BODY_WORDS = {
    "council": "Council",
    "combined-authority": "Combined authority",
    "nhs-commissioner": "NHS commissioner",
    "nhs-provider": "NHS provider",
    "police": "Police",
    "fire": "Fire and rescue",
    "transport": "Transport",
    "education": "Education",
    "housing": "Housing",
    "voluntary": "Voluntary sector",
    "national": "National body",
    "other": "Other body",
}
"""Kinds of body as pages call them."""

RULE_WORDS = {
    "confirmed": "a person settled it",
    "identifier": "its official number",
    "name": "its name",
    "alias": "a known spelling",
    "cut name": "its name, cut short",
    "same words": "the same telling words",
    "like name": "much like its name",
    "none": "",
}
"""Why a name was taken for a body, in words."""


def cut(desk: Desk, by: str, where: Where) -> Table:
    """The count by one cut, largest net first, with shares, and names beside ids of bodies."""
    found = desk.money.count([by], where).cut
    assert found is not None
    return with_names(with_share(largest_first(found)), desk.definition)


def by_kind(desk: Desk, where: Where) -> Table:
    """The count by kind of payment, kinds in words after their ids."""
    table = cut(desk, "kind", where)
    rows = [(row[0], kind_words().get(row[0], row[0]), *row[1:]) for row in table.rows]
    columns = (replace(table.columns[0], label="Kind (id)"), replace(table.columns[0], name="kind_name"))
    return replace(table, columns=(*columns, *table.columns[1:]), rows=rows)


def over_time_of(desk: Desk, chosen: Chosen, by: str = "") -> OverTime:
    """Money over time as an address asks for it."""
    where = chosen.where("body", "year", "kind", "channel", "to_body", "supplier")
    named = {name: chosen.text(name) for name in ("base", "deflator")}
    return desk.money.over_time(by, where, **named, start=chosen.text("from"), end=chosen.text("to"))


Months = list[tuple[str, int, str]]


@dataclass(frozen=True)
class Coverage:
    """Which months of which body are there: a row for each body and year that has any month, the body's id and
    name, the year, and its months with how many lines each has and its state; and in words what has none at all."""

    rows: list[tuple[str, str, str, Months]]
    nothing: list[str]


def coverage(desk: Desk, bodies: Iterable[Body], years: Sequence[str]) -> Coverage:
    """Which months of which body are there."""
    found = {(row[0], row[2]): (row[3], row[5]) for row in desk.money.months().rows}
    rows, nothing = [], []
    for body in bodies:
        empty = []
        for year in years:
            months = [(m, *found.get((body.id, m), (0, "missing"))) for m in map(month_text, months_of(year))]
            if any(n for _, n, _ in months):
                rows.append((body.id, body.name, year, months))
            else:
                empty.append(year)
        if empty:
            nothing.append(f"{body.name}, {years_words(empty)}")
    return Coverage(rows, nothing)


def rejected_words(reasons: Table) -> str:
    """How many rows were rejected, and their money as far as it can be read."""
    rows = sum(row[1] for row in reasons.rows)
    return f"{number(rows)}: {rejected_money(reasons)}" if rows else "none"


def rejected_money(reasons: Table) -> str:
    """What is known of the money of rejected rows: never £0 for what cannot be read."""
    rows, unread, pence = (sum(row[at] or 0 for row in reasons.rows) for at in (1, 2, 3))
    if not unread:
        return shown_short(pence)
    if unread == rows:
        return "no amount can be read"
    return f"{number(unread)} without a readable amount, {shown_short(pence)} in the others"


def reasons_worded(desk: Desk, where: dict[str, list[str]]) -> Table:
    """Why rows were rejected, in words after the code."""
    table = desk.money.reject_reasons(where)
    rows = [(row[0], REASONS.get(row[0], row[0]), *row[1:]) for row in table.rows]
    first = table.columns[0]
    return replace(table, rows=rows, columns=(first, replace(first, name="reason_name"), *table.columns[1:]))


def outcome_shown(desk: Desk, month: str, outcome: str) -> str:
    """A line's outcome, or that its year is not counted: then it is in no total, whatever else it is."""
    year = financial_year(int(month[:4]), int(month[5:]))
    return outcome if in_years(desk.definition, year) else "other-year"


def short(name: str) -> str:
    """The innermost name of a file: without its folders, and without the zip that it is in; sheets keep theirs."""
    path, mark, sheet = name.rpartition("!")[2].partition("#")
    return PurePosixPath(path).name + mark + sheet
