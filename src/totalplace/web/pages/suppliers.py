"""Suppliers: found by name, largest first; and one supplier under all the names it was published by."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from totalplace.errors import UsageError
from totalplace.money.pictures import total_row, with_names
from totalplace.money.suppliers import Supplier
from totalplace.table import Table
from totalplace.web.common import RULE_WORDS, page_at, pages_at, paging
from totalplace.web.desk import Desk, chosen_of, counted_years, desk_of, years_words
from totalplace.web.fields import EVERY_YEAR, body_field, year_field
from totalplace.web.links import figures, to, to_lines

router = APIRouter()
EACH = 50


@page_at(router, "/suppliers")
def listed(request: Request) -> HTMLResponse:
    """A page of suppliers."""
    desk, chosen = desk_of(request), chosen_of(request, "q", "body", "year", "page")
    where = chosen.where("body", "year")
    reach = {**counted_years(desk, chosen), **chosen.where("body")}
    found = desk.money.suppliers(where, search=chosen.text("q"), page=chosen.whole("page"), per_page=EACH)
    return desk.draw(
        request,
        "suppliers.html",
        section="suppliers",
        table=found.table,
        found=paging(found.total, found.page, EACH),
        fields=[
            {"name": "q", "label": "Supplier's name", "type": "search", "value": chosen.text("q")},
            body_field(desk, chosen),
            year_field(desk, chosen),
        ],
        years_words=years_words(reach.get("year", [])),
        query=chosen.query(),
        pages=pages_at("/suppliers", chosen.query()),
        links={"supplier": to("/suppliers/{}", 1), "bodies": to("/suppliers/{}", 1), **figures(reach, supplier=1)},
    )


@page_at(router, "/suppliers/{supplier_id}")
def one(request: Request, supplier_id: str) -> HTMLResponse:
    """One supplier."""
    desk, chosen = desk_of(request), chosen_of(request)
    try:
        found = desk.money.supplier(supplier_id)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None
    if found is None or found.id != supplier_id:
        raise HTTPException(404, "There is no supplier of that number.")
    where = {"supplier": [found.id]}
    count = desk.money.count((), where)
    by = desk.money.count(["body", "year"], where).cut
    assert by is not None
    table = with_names(by, desk.definition)
    reach = {**counted_years(desk, chosen), **where}
    return desk.draw(
        request,
        "supplier.html",
        section="suppliers",
        supplier=found,
        published=_worded(desk, found),
        published_total=len(found.names.rows),
        count=count,
        table=table,
        years_words=years_words(count.scope["years"]) if count.rows else "no year that is counted",
        reach=reach,
        total_row=total_row,
        links={
            "body_name": to("/bodies/{}", 0),
            **figures(where, body=0, year=2),
        },
        name_links=dict.fromkeys(("lines", "amount", "payee"), to_lines({"year": [EVERY_YEAR]}, payee_key=6)),
    )


NAMES = 100
"""So many published names of a supplier are shown; the download has all."""


def _worded(desk: Desk, found: Supplier) -> Table:
    """The first published names, with words for rules and bodies."""
    rows = [(*row[:2], RULE_WORDS[row[2]], *row[3:5], desk.names(row[5]), row[6]) for row in found.names.rows[:NAMES]]
    return replace(found.names, rows=rows)
