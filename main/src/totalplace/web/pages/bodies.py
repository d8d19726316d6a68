"""The bodies: all of them, and each by year, month, kind, supplier, and who it pays and is paid by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from totalplace.errors import UsageError
from totalplace.money.pictures import total_row, with_names
from totalplace.table import Column, Table
from totalplace.terms import Body
from totalplace.web import drawing
from totalplace.web.asked import address
from totalplace.web.desk import Desk, asked, counted_years, desk_of, words, years_words
from totalplace.web.pages.common import BODY_WORDS, Link, Where, by_kind, cut, page, to, to_lines
from totalplace.web.pages.money import link, year_choices

router = APIRouter()

KEPT = ["final", "candidate"]
TAKEN = ["eliminated", "self"]


@page(router, "/bodies")
def listed(request: Request) -> HTMLResponse:
    """All bodies of the place, those without spending too."""
    desk, chosen = desk_of(request), asked(request, "year")
    where, reach = chosen.where("year"), counted_years(desk, chosen)
    table = cut(desk, "body", where)
    count = desk.money.count((), where)
    kinds = {body.id: BODY_WORDS[body.kind] for body in desk.definition.bodies}
    columns = (*table.columns[:2], Column("sort", "Sort of body"), *table.columns[2:])
    table = replace(table, columns=columns, rows=[(*r[:2], kinds.get(r[0], ""), *r[2:]) for r in table.rows])
    silent = [desk.definition.body(body) for body in count.scope["bodies_without_spending"]]
    return desk.draw(
        request,
        "bodies.html",
        section="bodies",
        choices=year_choices(desk, chosen),
        query=chosen.query(),
        years_words=years_words(count.scope["years"]),
        table=table,
        silent=silent,
        body_words=BODY_WORDS,
        total_row=total_row,
        reach=reach,
        links={"body_name": to("/bodies/{}", 0, where), **figures(reach, body=0)},
    )


def figures(reach: Where, **columns: int) -> dict[str, Link]:
    """Where the figures of a row of a count lead."""
    return {
        "lines": to_lines(reach, **columns),
        "gross": to_lines(reach, **columns),
        "eliminated": to_lines({**reach, "outcome": TAKEN}, **columns),
        "net": to_lines({**reach, "outcome": KEPT}, **columns),
    }


@page(router, "/bodies/{body_id}")
def one(request: Request, body_id: str) -> HTMLResponse:
    """One body."""
    desk, chosen = desk_of(request), asked(request, "year")
    body = _body(desk, body_id)
    where = {**chosen.where("year"), "body": [body.id]}
    reach = {**counted_years(desk, chosen), "body": [body.id]}
    count = desk.money.count((), where)
    years = desk.money.count(["year"], where).cut
    months = desk.money.by_month(where)
    pays, paid = _between(desk, body, chosen.where("year"))
    assert years is not None
    return desk.draw(
        request,
        "body.html",
        section="bodies",
        body=body,
        sort=BODY_WORDS[body.kind],
        about=_about(desk, body),
        count=count,
        reach=reach,
        query=chosen.query(),
        body_query=chosen.query(body=body.id),
        years_words=years_words(count.scope["years"]),
        choices=year_choices(desk, chosen),
        years=years,
        months=months,
        months_picture=drawing.months(months.rows),
        coverage=_coverage(desk, body, count.scope["years"]),
        kinds=by_kind(desk, where),
        suppliers=desk.money.suppliers(where, per_page=10).table,
        pays=pays,
        paid=paid,
        total_row=total_row,
        links={
            "years": {"year": to(f"/bodies/{body.id}?year={{}}", 0), **figures(reach, year=0)},
            "months": figures(reach, month=1),
            "kinds": figures(reach, kind=0),
            "suppliers": {"supplier": to("/suppliers/{}", 1), **figures(reach, supplier=1)},
            "pays": _to_or_from(counted_years(desk, chosen)),
            "paid": _to_or_from(counted_years(desk, chosen)),
        },
    )


def _body(desk: Desk, body_id: str) -> Body:
    try:
        body = desk.definition.body(body_id)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None
    if body.id != body_id:
        raise HTTPException(404, f"This body's page is /bodies/{body.id}")
    return body


def _about(desk: Desk, body: Body) -> dict[str, Any]:
    schemes = {"ods": "ODS code", "vat": "VAT number", "gss": "GSS code", "company": "Company number"}
    codes = {schemes[scheme]: ", ".join(values) for scheme, values in body.codes.items() if values}
    files = sum(entry["body"] == body.id for entry in desk.place.run.files)
    return words(
        {
            "Also written": ", ".join(body.aliases),
            "Area": body.area if body.area not in codes.values() else "",
            **codes,
            "Files": link(str(files), address("/sources", body=body.id)) if files else "none",
        }
    )


def _coverage(desk: Desk, body: Body, years: list[str]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Year by year, the months from April with how many lines they have."""
    lines = {row[2]: row[3] for row in desk.money.months().rows if row[0] == body.id}
    return [(year, [(month, lines.get(month, 0)) for month in drawing.year_months(year)]) for year in years]


def _between(desk: Desk, body: Body, where: Where) -> tuple[Table, Table]:
    """What the body paid other bodies of the place, and what they paid it."""
    flows = with_names(desk.money.flows(where), desk.definition)
    pays = [row for row in flows.rows if row[0] == body.id and row[2]]
    paid = [row for row in flows.rows if row[2] == body.id and row[0] != body.id]
    return (
        replace(flows, name="pays", title="Paid to bodies of this place", rows=pays),
        replace(flows, name="paid", title="Received from bodies of this place", rows=paid),
    )


def _to_or_from(reach: Where) -> dict[str, Link]:
    outcomes = ["eliminated", "final", "self"]

    def lines(row: tuple[Any, ...]) -> str:
        return address("/lines", reach, body=row[0], to_body=row[2], outcome=outcomes)

    return {
        "body_name": to("/bodies/{}", 0),
        "to_body_name": to("/bodies/{}", 2),
        "lines": lines,
        "amount": lines,
        "eliminated": lambda row: (
            address("/lines", reach, body=row[0], to_body=row[2], outcome=TAKEN) if row[6] else ""
        ),
    }
