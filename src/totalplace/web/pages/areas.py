"""Money by area: all areas with what is not apportioned, and one area by service, body and method.

Bars stand for a map until boundaries are loaded: the table by area is what a map would draw.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from totalplace.areas.answers import Areas
from totalplace.areas.declared import NONE, Plan
from totalplace.areas.reading import WHOLE
from totalplace.errors import UsageError
from totalplace.money.pictures import with_names
from totalplace.table import Table
from totalplace.web.addresses import Chosen, address
from totalplace.web.common import kind_words, page_at, pages_at, paging, service_words
from totalplace.web.desk import Desk, chosen_of, desk_of, filled, years_words
from totalplace.web.fields import Field, body_field, select_field, year_field

router = APIRouter()
FILTERS = ("body", "service", "kind", "year")
EACH = 250
"""Areas on a page: places have tens of wards, and some thousand small areas."""


@page_at(router, "/areas")
def listed(request: Request) -> HTMLResponse:
    """All areas, largest first; what is not apportioned is a row of its own."""
    desk, chosen = desk_of(request), chosen_of(request, *FILTERS, "page")
    found = desk.place.areas
    shares = with_names(found.shares(), desk.definition)
    shares = replace(shares, rows=[row for row in shares.rows if row[2] != "1" or row[3]])
    if (plan := found.plan) is None:
        return desk.draw(request, "areas.html", section="areas", plan=None, shares=shares)
    where = chosen.where(*FILTERS)
    table, whole = found.table(where), found.whole(where)
    page = paging(len(table.rows) - 1, chosen.whole("page"), EACH)
    # What is not apportioned stands on every page: it is the last row.
    part = replace(table, rows=[*page.of(replace(table, rows=table.rows[:-1])).rows, table.rows[-1]])
    return desk.draw(
        request,
        "areas.html",
        section="areas",
        plan=plan,
        table=part,
        paging=page,
        url=pages_at("/areas", chosen.query()),
        whole=whole,
        total=whole.row(table.columns),
        bars=_bars(table),
        places=_places(table, "per_head"),
        methods=found.methods(where),
        rules=found.rules(where),
        drivers=found.drivers(),
        doubts=found.doubts().rows,
        shares=shares,
        fields=_fields(desk, chosen),
        query=chosen.query(),
        scope=_scope(desk, plan, chosen),
        years_words=years_words(_years(desk, chosen)),
        several=len(_years(desk, chosen)) > 1,
        warnings=desk.warnings(),
        links={"area_name": lambda row: address(_at(row[0]), where)},
    )


@page_at(router, "/areas/{area}")
def one(request: Request, area: str) -> HTMLResponse:
    """One area, or what is not apportioned."""
    desk, chosen = desk_of(request), chosen_of(request, *FILTERS)
    found = desk.place.areas
    name, plan = _name(found, area), found.plan
    assert plan is not None
    where = chosen.where(*FILTERS)
    row = next(row for row in found.table(where).rows if row[0] == area)
    by_service, by_body, by_year = (_cut(desk, found, area, by, where) for by in ("service", "body", "year"))
    return desk.draw(
        request,
        "area.html",
        section="areas",
        plan=plan,
        at=_at(area),
        everywhere=area == WHOLE,
        name=name,
        people=row[2],
        net=row[3],
        share=row[4],
        per_head=row[5],
        all_heads=found.whole(where).per_head,
        services=by_service,
        bodies=by_body,
        years=by_year,
        methods=_methods(found, area, where),
        rules=_leaving(found.rules(where)) if area == WHOLE else None,
        rules_query=chosen.query(),
        methods_query=chosen.query(area=area, by="method"),
        figures=found.figures(area, where),
        fields=_fields(desk, chosen),
        scope=_scope(desk, plan, chosen),
        query=chosen.query(area=area),
        money_query=lambda by: chosen.query(area=area, by=by),
        here=address("/areas", chosen.values),
        years_words=years_words(_years(desk, chosen)),
        places={table.title: _places(table, "per_head", "all") for table in (by_service, by_body, by_year)},
        hide=("methods", "per_head", "all") if area == WHOLE else ("per_head", "all") if row[5] is None else (),
        links={
            "service_name": lambda row: address("/areas", {**chosen.values, "service": [row[0]]}),
            "body_name": lambda row: address("/areas", {**chosen.values, "body": [row[0]]}),
        },
    )


def _at(area: str) -> str:
    """The address of an area's page: an id can hold blanks and signs."""
    return f"/areas/{quote(area, safe='')}"


def _name(found: Areas, area: str) -> str:
    if found.plan is None:
        raise HTTPException(404, "no areas are declared here")
    try:
        return found.name(area)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def _cut(desk: Desk, found: Areas, area: str, by: str, where: dict[str, list[str]]) -> Table:
    return with_names(found.area(area, by, where), desk.definition)


def _methods(found: Areas, area: str, where: dict[str, list[str]]) -> Table:
    """The methods behind one area's money, those that told none of it too."""
    told = {row[0]: row for row in found.cut(["method"], {**where, "area": [area]}).rows}
    table = found.methods(where)
    rows = [(*row[:2], *(told[row[0]][2:4] if row[0] in told else (0, None))) for row in table.rows]
    kept = [row for row in rows if (row[0] == NONE) == (area == WHOLE)]
    return replace(table, name="areas-cut", rows=kept)


def _leaving(rules: Table) -> Table:
    """The rules that leave money at the whole place, and how much."""
    return replace(rules, title="Why it is not apportioned", rows=[row for row in rules.rows if row[4]])


def _bars(table: Table) -> str:
    """The column that gets bars: money a head, where people are known."""
    return "per_head" if any(row[5] is not None for row in table.rows) else "net"


SMALL = 10_00
"""Pence a head below which pence are shown."""


def _places(table: Table, *names: str) -> int:
    """2 where figures a head are so small that pounds alone would say little."""
    at = [n for n, column in enumerate(table.columns) if column.name in names]
    heads = [abs(row[n]) for row in table.rows for n in at if row[n] is not None]
    return 2 if heads and max(heads) < SMALL else 0


def _fields(desk: Desk, chosen: Chosen) -> list[Field]:
    fields = [
        select_field("service", "Service", chosen, [("", "All services"), *service_words().items()]),
        body_field(desk, chosen),
        year_field(desk, chosen),
    ]
    hidden = [{"name": "kind", "type": "hidden", "value": chosen.joined("kind")}] if "kind" in chosen.values else []
    return fields + hidden


def _scope(desk: Desk, plan: Plan, chosen: Chosen) -> dict[str, Any]:
    """What the figures are of, where it is not all of the place."""
    words = kind_words()
    return filled(
        {
            "Areas": f"{len(desk.place.areas.names):,} {plan.kind}" if desk.place.areas.names else "",
            "Kinds of payment": ", ".join(words.get(kind, kind) for kind in chosen.values.get("kind", ())),
            "Basis": "net payments, in the prices of the day",
        }
    )


def _years(desk: Desk, chosen: Chosen) -> list[str]:
    """The years that the figures are of."""
    return list(chosen.values.get("year") or desk.money.count().scope["years"])
