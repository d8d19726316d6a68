"""Where the money goes: the count of the place, who paid whom, and its cuts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from totalplace.money.pictures import total_row, with_names
from totalplace.terms import pence
from totalplace.web import drawing
from totalplace.web.asked import Asked, address
from totalplace.web.desk import Desk, asked, counted_years, desk_of, words, years_words
from totalplace.web.pages.common import Link, Row, Where, by_kind, cut, page, to, to_lines
from totalplace.web.templating import number, percent, shown_short

if TYPE_CHECKING:
    from totalplace.money.count import Count

router = APIRouter()


@page(router, "/")
def front(request: Request) -> HTMLResponse:
    """The whole place, or some of its years."""
    desk, chosen = desk_of(request), asked(request, "year")
    where = chosen.where("year")
    count = desk.money.count((), where)
    reach = counted_years(desk, chosen)
    flows = with_names(desk.money.flows(where), desk.definition)
    bodies, kinds, years = cut(desk, "body", where), by_kind(desk, where), desk.money.count(["year"], where).cut
    months, bridge = desk.money.by_month(where), desk.money.bridge(where)
    assert years is not None
    return desk.draw(
        request,
        "money.html",
        section="money",
        count=count,
        where=where,
        reach=reach,
        query=chosen.query(),
        years_words=years_words(count.scope["years"]),
        choices=year_choices(desk, chosen),
        scope=scope_words(desk, count, reach, where),
        bridge=bridge,
        bridge_picture=drawing.bridge(bridge.rows),
        flows=flows,
        stays_between=any(row[2] and row[5] > row[6] for row in flows.rows),
        flows_picture=drawing.flows(desk.money.flows(where).rows, desk.names()),
        bodies=bodies,
        kinds=kinds,
        years=years,
        months=months,
        months_picture=drawing.months(months.rows),
        total_row=total_row,
        links=_links(reach, flows.rows),
    )


def _links(reach: Where, flows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Where the figures of each table lead."""
    out = {**reach, "outcome": ["final", "candidate"]}
    gone = {**reach, "outcome": ["eliminated", "self"]}

    def figures(**columns: int) -> dict[str, Any]:
        return {
            "lines": to_lines(reach, **columns),
            "gross": to_lines(reach, **columns),
            "eliminated": to_lines(gone, **columns),
            "net": to_lines(out, **columns),
        }

    return {
        "bridge": {"amount": _bridge_link(reach), "lines": _bridge_link(reach)},
        "bodies": {"body_name": to("/bodies/{}", 0, reach), **figures(body=0)},
        "kinds": figures(kind=0),
        "years": {"year": to("/?year={}", 0), **figures(year=0)},
        "months": figures(month=1),
        "flows": {
            "body_name": to("/bodies/{}", 0, reach),
            "to_body_name": to("/bodies/{}", 2, reach),
            "lines": flow_link(reach, flows),
            "amount": flow_link(reach, flows),
        },
    }


def _bridge_link(reach: Where) -> Any:
    outcomes = {"eliminated": "eliminated", "self": "self", "net": ["final", "candidate"]}
    return lambda row: address("/lines", reach, outcome=outcomes.get(row[0], ""))


def flow_link(reach: Where, rows: Sequence[Row]) -> Link:
    """From a row of the named flows table to its lines.

    Where a payer also paid bodies of the place whose money stays in, its other lines stand under no one filter:
    then the row of everybody else leads to the payer's page.
    """
    mixed = {row[0] for row in rows if row[2] and row[5] != row[6]}

    def link(row: Row) -> str:
        if row[2]:
            return address("/lines", reach, body=row[0], to_body=row[2], outcome=["eliminated", "final", "self"])
        if row[0] in mixed:
            return address(f"/bodies/{row[0]}", reach)
        return address("/lines", reach, body=row[0], outcome=["final", "candidate"])

    return link


def year_choices(desk: Desk, chosen: Asked) -> list[tuple[str, str, bool]]:
    """The years that a page can be narrowed to: words, address, and whether it is the one shown."""
    years = desk.money.count().scope["years"]
    if len(years) < 2:
        return []
    now = chosen.where("year").get("year", [])
    path = f"?{query}" if (query := chosen.query(year="")) else "?"
    several = [(f"All {len(years)} years", path, not now)]
    one = [(year, f"?{chosen.query(year=year)}", now == [year]) for year in years]
    return [*several, *one]


def scope_words(desk: Desk, count: Count, reach: Where, where: Where) -> dict[str, Any]:
    """What a total covers, in words, with the way to what it does not."""
    scope = count.scope
    missing = scope["months_missing"]
    silent = len(scope["bodies_without_spending"])
    bodies = f"{len(scope['bodies'])} of {len(scope['bodies']) + silent}"
    return words(
        {
            "Years": years_words(scope["years"]),
            "Bodies whose payments are counted": link(bodies, "/bodies"),
            "Months missing": link(_missing(desk, missing), "/sources#months") if missing else "none",
            "Lending and treasury in it": _lending(desk, count, reach, where),
            "Names to settle": link(f"{shown_short(count.candidates)}, left in until settled", "/transfers#candidates")
            if count.candidates
            else "",
            "Rows rejected": link(_rejected(count), "/sources#rejects") if count.rejected_rows else "none",
            "Files refused": link(number(len(scope["files_refused"])), "/sources#refused")
            if scope["files_refused"]
            else "",
            "Only a share counted of": _shares(desk, scope["shares"]),
            "Prices": "of the day, as published, paid in cash",
            "Small payments": "left out where below the publisher's threshold",
        }
    )


def _lending(desk: Desk, count: Count, reach: Where, where: Where) -> Any:
    row = next((row for row in by_kind(desk, where).rows if row[0] == "lending-treasury"), None)
    if row is None:
        return "none"
    words = shown_short(pence(count.scope["lending_in_net"])) + (f", {percent(row[-1])}" if row[-1] else "")
    return link(words, address("/lines", reach, kind=row[0], outcome=["final", "candidate"]))


def _missing(desk: Desk, missing: dict[str, list[int]]) -> str:
    names = desk.names()
    if len(missing) <= 2:
        return ", ".join(f"{_months(len(months))} of {names[body]}" for body, months in missing.items())
    return f"some, of {len(missing)} bodies"


def _months(n: int) -> str:
    return "1 month" if n == 1 else f"{n} months"


def _rejected(count: Count) -> str:
    return f"{number(count.rejected_rows)}, {shown_short(count.rejected_money)} as far as they can be read"


def _shares(desk: Desk, shares: dict[str, str]) -> str:
    names = desk.names()
    return ", ".join(f"{names[body]} ({share})" for body, share in shares.items())


def link(text: str, href: str) -> Markup:
    """A link for a place where a template expects words."""
    return Markup('<a class="govuk-link" href="{}">{}</a>').format(href, text)
