"""Unit costs: found by words and filters, and one of them with all that is to be known before it is used."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from totalplace.errors import UsageError
from totalplace.parameters import unit_cost_tables as tables
from totalplace.parameters.deflators import OWN as OWN_INDICES
from totalplace.parameters.deflators import Deflator, own_vintages, vintages
from totalplace.parameters.unit_cost import RATINGS
from totalplace.parameters.unit_costs import attribution
from totalplace.web.addresses import Chosen, address, query
from totalplace.web.common import page_at, pages_at, paging
from totalplace.web.costing import costs_asked, index_of, year_of
from totalplace.web.desk import Desk, chosen_of, desk_of
from totalplace.web.fields import Field, select_field
from totalplace.web.links import Row

router = APIRouter()
EACH = 40


@page_at(router, "/unit-costs")
def listed(request: Request) -> HTMLResponse:
    """A page of unit costs."""
    desk = desk_of(request)
    chosen = chosen_of(request, "q", "theme", "agency", "rating", "prices", "deflator", "page")
    costs, index = desk.place.unit_costs, index_of(desk, chosen)
    table, found = costs_asked(desk, chosen)
    page = paging(len(found), chosen.whole("page"), EACH)
    return desk.draw(
        request,
        "unit_costs.html",
        section="unit-costs",
        table=page.of(table),
        found=page,
        hide=tables.hidden(costs, year_of(chosen)),
        fields=_fields(desk, chosen, index),
        query=chosen.query(),
        pages=pages_at("/unit-costs", chosen.query()),
        links={"code": lambda row: _to(row[0], chosen)},
        attributions=costs.attributions,
        whole=len(costs),
    )


@page_at(router, "/unit-costs/{code}")
def one(request: Request, code: str) -> HTMLResponse:
    """One unit cost."""
    desk, chosen = desk_of(request), chosen_of(request, "prices", "deflator")
    costs, index, year = desk.place.unit_costs, index_of(desk, chosen), year_of(chosen)
    try:
        cost = costs.get(code)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None
    prices = {"prices": year, "deflator": chosen.text("deflator")}

    def linked(row: Row) -> str:
        return _to(str(row[0]), chosen)

    return desk.draw(
        request,
        "unit_cost.html",
        section="unit-costs",
        cost=cost,
        values=tables.values_table(costs, cost.code, year, index),
        shares=tables.shares_table(costs, cost.code, year, index),
        doubts=tables.doubts_table(costs, cost.code, year, index),
        overlaps=tables.groups_table(costs, cost.code),
        parts=tables.children_table(costs, cost.code),
        editions=tables.editions_table(costs, cost.code),
        parent=costs.get(cost.parent) if cost.parent in costs else None,
        address_of=lambda wanted: _to(wanted, chosen),
        links={"code": linked},
        fields=_prices(desk, chosen, index),
        here=f"/unit-costs/{quote(cost.code, safe='')}",
        query=query({"code": cost.code, **prices}),
        one_query=query({"code": cost.code}),
        attribution=attribution(cost.edition),
        attributions=costs.attributions,
    )


def _to(code: str, chosen: Chosen) -> str:
    """The page of a cost, in the prices that are chosen."""
    kept = {name: chosen.text(name) for name in ("prices", "deflator")}
    return address(f"/unit-costs/{quote(code, safe='')}", kept)


def _fields(desk: Desk, chosen: Chosen, index: Deflator) -> list[Field]:
    costs = desk.place.unit_costs
    return [
        {"name": "q", "label": "Words or code", "type": "search", "value": chosen.text("q")},
        select_field("theme", "Theme", chosen, _each("All themes", costs.themes)),
        select_field("agency", "Agency", chosen, _each("All agencies", costs.agencies)),
        select_field("rating", "Rating", chosen, [("", "All ratings"), *((r, r.capitalize()) for r in RATINGS)]),
        *_prices(desk, chosen, index),
    ]


def _prices(desk: Desk, chosen: Chosen, index: Deflator) -> list[Field]:
    """The choice of the year of prices, and of the deflator that leads there."""
    years = sorted((row.year for row in index.rows), reverse=True)
    named = [*own_vintages(desk.place.root / OWN_INDICES), *vintages()]
    words = [("" if at == 0 else vintage.id, vintage.id) for at, vintage in enumerate(named)]
    return [
        select_field("prices", "In prices of", chosen, _each("Each value's own year", years)),
        select_field("deflator", "By the deflator", chosen, words),
    ]


def _each(everything: str, values: tuple[str, ...] | list[str]) -> list[tuple[str, str]]:
    return [("", everything), *((value, value) for value in values)]
