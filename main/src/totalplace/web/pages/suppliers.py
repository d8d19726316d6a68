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
from totalplace.web.asked import Asked
from totalplace.web.desk import Desk, asked, counted_years, desk_of, years_words
from totalplace.web.pages.bodies import figures
from totalplace.web.pages.common import RULE_WORDS, page, to, to_lines

router = APIRouter()
EACH = 50


@page(router, "/suppliers")
def listed(request: Request) -> HTMLResponse:
    """A page of suppliers."""
    desk, chosen = desk_of(request), asked(request, "q", "body", "year", "page")
    where = chosen.where("body", "year")
    reach = {**counted_years(desk, chosen), **chosen.where("body")}
    found = desk.money.suppliers(where, search=chosen.text("q"), page=chosen.whole("page"), per_page=EACH)
    return desk.draw(
        request,
        "suppliers.html",
        section="suppliers",
        found=found,
        first=(found.page - 1) * EACH + 1,
        last=min(found.page * EACH, found.total),
        fields=[
            {"name": "q", "label": "Supplier's name", "type": "search", "value": chosen.text("q")},
            body_field(desk, chosen),
            year_field(desk, chosen),
        ],
        query=chosen.query(),
        pages=f"/suppliers?{chosen.query()}&page={{page}}",
        links={"supplier": to("/suppliers/{}", 1), "bodies": to("/suppliers/{}", 1), **figures(reach, supplier=1)},
    )


def body_field(desk: Desk, chosen: Asked, name: str = "body", label: str = "Body") -> dict[str, object]:
    """A choice of one of the place's bodies."""
    options = [("", "All bodies"), *((body.id, body.name) for body in desk.definition.bodies)]
    return _field(name, label, chosen, options)


def year_field(desk: Desk, chosen: Asked) -> dict[str, object]:
    """A choice of a financial year."""
    years = desk.money.count().scope["years"]
    return _field("year", "Year", chosen, [("", "All years"), *((year, year) for year in years)])


def _field(name: str, label: str, chosen: Asked, options: list[tuple[str, str]]) -> dict[str, object]:
    value = chosen.joined(name)
    if value and value not in [option for option, _ in options]:
        several = years_words(chosen.values[name]) if name == "year" else ", ".join(chosen.values[name])
        options = [*options, (value, several)]
    return {"name": name, "label": label, "type": "select", "value": value, "options": options}


select_field = _field


@page(router, "/suppliers/{supplier_id}")
def one(request: Request, supplier_id: str) -> HTMLResponse:
    """One supplier."""
    desk = desk_of(request)
    asked(request)
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
    reach = {**counted_years(desk, asked(request)), **where}
    return desk.draw(
        request,
        "supplier.html",
        section="suppliers",
        supplier=found,
        published=_worded(desk, found),
        published_total=len(found.names.rows),
        count=count,
        table=table,
        names=desk.names(),
        years_words=years_words(count.scope["years"]) if count.rows else "no year that is counted",
        reach=reach,
        total_row=total_row,
        links={
            "body_name": to("/bodies/{}", 0),
            **figures(where, body=0, year=2),
        },
        name_links=dict.fromkeys(("lines", "amount", "payee"), to_lines({}, payee_key=6)),
    )


NAMES = 100
"""So many published names of a supplier are shown; the download has all."""


def _worded(desk: Desk, found: Supplier) -> Table:
    """The first published names, with words for rules and bodies."""
    names = desk.names()
    rows = [
        (*row[:2], RULE_WORDS[row[2]], *row[3:5], ", ".join(names[b] for b in row[5].split(", ")), row[6])
        for row in found.names.rows[:NAMES]
    ]
    return replace(found.names, rows=rows)
