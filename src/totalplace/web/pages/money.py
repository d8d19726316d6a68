"""Where the money goes: the count of the place, who paid whom, and its cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.errors import DataError
from totalplace.money.pictures import total_row, with_names
from totalplace.money.spent import told_sums
from totalplace.terms import KEPT, Where, month_number, month_spans, pence
from totalplace.web import drawing, links
from totalplace.web.addresses import address
from totalplace.web.common import by_kind, cut, page_at, rejected_words
from totalplace.web.desk import Desk, chosen_of, counted_years, desk_of, filled, years_words
from totalplace.web.fields import other_years, year_choices
from totalplace.web.links import figures, link, to
from totalplace.web.templating import number, percent, shown_short

if TYPE_CHECKING:
    from totalplace.money.count import Count
    from totalplace.table import Table

router = APIRouter()
FEW_NAMED = 3
"""So many bodies are named in a sentence; more are only numbered."""


@page_at(router, "/")
def front(request: Request) -> HTMLResponse:
    """The whole place, or some of its years."""
    desk, chosen = desk_of(request), chosen_of(request, "year")
    if not desk.place.has_run:
        return desk.draw(request, "start.html", section="money")
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
        reach=reach,
        query=chosen.query(),
        years_words=years_words(count.scope["years"]),
        choices=year_choices(desk, chosen),
        scope=scope_words(desk, count, reach, where),
        partial=_partial(count),
        wider=_named(desk, count.scope["counted_whole"]),
        told=told_sums(desk.money.services(where)),
        warnings=desk.warnings(),
        bridge=bridge,
        bridge_picture=drawing.bridge(bridge.rows),
        flows=flows,
        stays_between=any(row[2] and row[5] > row[6] for row in flows.rows),
        elsewhere=sum(row[5] for row in flows.rows if not row[2]),
        flows_picture=drawing.flows([row for row in desk.money.flows(where).rows if row[1]], desk.name),
        bodies=bodies,
        kinds=kinds,
        years=years,
        months=months,
        months_picture=drawing.months(months.rows),
        total_row=total_row,
        links={
            "bridge": links.step(reach),
            "bodies": {"body_name": to("/bodies/{}", 0, reach), **figures(reach, body=0)},
            "kinds": figures(reach, kind=0),
            "years": {"year": to("/?year={}", 0), **figures(reach, year=0)},
            "months": figures(reach, month=1),
            "flows": links.flow(reach, flows.rows),
        },
    )


def scope_words(desk: Desk, count: Count, reach: Where, where: Where) -> dict[str, Any]:
    """What a total covers, in words, with the way to what it does not."""
    scope = count.scope
    missing = scope["months_missing"]
    silent = len(scope["bodies_without_spending"])
    bodies = f"{len(scope['bodies'])} of {len(scope['bodies']) + silent}"
    other = desk.money.outside()
    return filled(
        {
            "Years": years_words(scope["years"]),
            "Bodies whose payments are counted": link(bodies, "/bodies"),
            "Of what is expected": _complete(desk),
            "Months missing": link(_missing(desk, missing), "/sources#months") if missing else "none",
            "Months with few lines": link(_missing(desk, scope["months_few"]), "/sources#months")
            if scope["months_few"]
            else "",
            "Lending and treasury in it": _lending(desk, count, reach, where),
            "Names to settle": _waiting(desk, count, reach),
            "Rows rejected": link(rejected_words(desk.money.reject_reasons()), "/rejects")
            if count.rejected_rows
            else "none",
            "Other years, not counted": link(_other(other), address("/lines", year=other_years(desk)))
            if other.rows
            else "",
            "Files refused": link(number(len(scope["files_refused"])), "/sources#refused")
            if scope["files_refused"]
            else "",
            "Only a share counted of": _shares(desk, scope["shares"]),
            "Prices": "of the day, as published, paid in cash",
            "Small payments": "left out where below the publisher's threshold",
        }
    )


def _complete(desk: Desk) -> Any:
    """How much of what is expected is counted, and the way to what is missing."""
    try:
        found = desk.place.completeness.result()
    except DataError:  # what is declared beside the count is at fault: the count stands
        return link("cannot be told", "/completeness")
    if found.rate is None:
        return ""
    gaps = len(found.gaps)
    missing = f"; {number(gaps)} {'gap' if gaps == 1 else 'gaps'}" if gaps else ""
    return link(f"{percent(found.rate)} of the months expected have payments{missing}", "/completeness")


def _lending(desk: Desk, count: Count, reach: Where, where: Where) -> Any:
    row = next((row for row in by_kind(desk, where).rows if row[0] == "lending-treasury"), None)
    if row is None:
        return "none"
    words = shown_short(pence(count.scope["lending_in_net"])) + (f", {percent(row[-1])}" if row[-1] else "")
    return link(words, address("/lines", reach, kind=row[0], outcome=KEPT))


def _missing(desk: Desk, missing: dict[str, list[str]]) -> str:
    if len(missing) <= 2:
        return ", ".join(f"{_months(months)} of {desk.name(body)}" for body, months in missing.items())
    return f"some, of {len(missing)} bodies"


def _months(months: list[str]) -> str:
    """Months by name, a year or more of them by number."""
    return month_spans(map(month_number, months)) if len(months) < 12 else f"{len(months)} months"


def _other(table: Table) -> str:
    lines, pence_of = (sum(row[at] for row in table.rows) for at in (2, 3))
    return f"{number(lines)} {'line' if lines == 1 else 'lines'}, {shown_short(pence_of)}"


def _waiting(desk: Desk, count: Count, reach: Where) -> Any:
    """The names that wait for a person: how many, their money, and what settling them can change."""
    names = desk.money.candidates(reach).rows
    if not names:
        return ""
    words = f"{number(len(names))} {'name' if len(names) == 1 else 'names'}, {shown_short(sum(r[6] for r in names))}"
    if not count.candidates:
        return link(f"{words}, none of which changes the total now", "/transfers#candidates")
    return link(f"{words}; {shown_short(count.candidates)} may have to be taken out", "/transfers#candidates")


def _partial(count: Count) -> str:
    """Why net a head is not all of it, in words; '' where nothing is known to be missing."""
    silent = set(count.scope["bodies_without_spending"])
    missing = set(count.scope["months_missing"]) - silent
    found = [f"months of {_bodies(len(missing))}"] if missing else []
    found += [f"all payments of {_bodies(len(silent))}"] if silent else []
    return " and ".join(found)


def _named(desk: Desk, ids: list[str]) -> str:
    """Bodies by name, or only how many where they are many."""
    return " and ".join(map(desk.name, ids)) if len(ids) <= FEW_NAMED else _bodies(len(ids))


def _bodies(n: int) -> str:
    return "1 body" if n == 1 else f"{n} bodies"


def _shares(desk: Desk, shares: dict[str, str]) -> str:
    return ", ".join(f"{desk.name(body)} ({share})" for body, share in shares.items())
