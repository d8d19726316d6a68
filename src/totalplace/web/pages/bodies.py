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
from totalplace.terms import Body, Where
from totalplace.web import drawing, links
from totalplace.web.addresses import address
from totalplace.web.common import BODY_WORDS, by_kind, coverage, cut, page_at, rejected_words
from totalplace.web.desk import Desk, chosen_of, counted_years, desk_of, filled, years_words
from totalplace.web.fields import year_choices
from totalplace.web.links import figures, not_counted, to

router = APIRouter()


@page_at(router, "/bodies")
def listed(request: Request) -> HTMLResponse:
    """All bodies of the place, those without spending too."""
    desk, chosen = desk_of(request), chosen_of(request, "year")
    where, reach = chosen.where("year"), counted_years(desk, chosen)
    table = cut(desk, "body", where)
    count = desk.money.count((), where)
    kinds = {body.id: BODY_WORDS[body.kind] for body in desk.definition.bodies}
    columns = (*table.columns[:2], Column("sort", "Sort of body"), *table.columns[2:])
    table = replace(table, columns=columns, rows=[(*r[:2], kinds.get(r[0], ""), *r[2:]) for r in table.rows])
    other = desk.money.outside()
    elsewhere = {row[0] for row in other.rows}
    silent = [desk.definition.body(body) for body in count.scope["bodies_without_spending"]]
    return desk.draw(
        request,
        "bodies.html",
        section="bodies",
        choices=year_choices(desk, chosen),
        query=chosen.query(),
        years_words=years_words(count.scope["years"]),
        table=table,
        silent=[body for body in silent if body.id not in elsewhere],
        elsewhere=[(body, other_words(other, body)) for body in silent if body.id in elsewhere],
        other=with_names(other, desk.definition),
        warnings=desk.warnings(),
        body_words=BODY_WORDS,
        total_row=total_row,
        links={"body_name": to("/bodies/{}", 0, where), **figures(reach, body=0)},
        other_links={"body_name": to("/bodies/{}", 0), **not_counted({}, body=0, year=2)},
    )


def other_words(other: Table, body: Body) -> str:
    """Of which years a body's files are, that are not counted."""
    return years_words([row[1] for row in other.rows if row[0] == body.id])


@page_at(router, "/bodies/{body_id}")
def one(request: Request, body_id: str) -> HTMLResponse:
    """One body."""
    desk, chosen = desk_of(request), chosen_of(request, "year")
    body = _body(desk, body_id)
    where = {**chosen.where("year"), "body": [body.id]}
    reach = {**counted_years(desk, chosen), "body": [body.id]}
    count = desk.money.count((), where)
    years = desk.money.count(["year"], where).cut
    months = desk.money.by_month(where)
    bridge = {row[0]: row for row in desk.money.bridge(where).rows}
    other = desk.money.outside({"body": [body.id]})
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
        bridge=bridge,
        other=other,
        other_words=other_words(other, body) if other.rows else "",
        rejected=rejected_words(desk.money.reject_reasons({"body": [body.id]})),
        reach=reach,
        body_query=chosen.query(body=body.id),
        years_words=years_words(count.scope["years"] or reach.get("year", [])),
        choices=year_choices(desk, chosen),
        years=years,
        months=months,
        months_picture=drawing.months(months.rows),
        coverage=coverage(desk, [body], count.scope["years"]),
        kinds=by_kind(desk, where),
        suppliers=desk.money.suppliers(where, per_page=10).table,
        pays=pays,
        paid=paid,
        total_row=total_row,
        links={
            "years": {"year": to(f"/bodies/{body.id}?year={{}}", 0), **figures(reach, year=0)},
            "months": figures(reach, month=1),
            "other": not_counted({"body": [body.id]}, year=1),
            "kinds": figures(reach, kind=0),
            "suppliers": {"supplier": to("/suppliers/{}", 1), **figures(reach, supplier=1)},
            "pays": links.pair(counted_years(desk, chosen)),
            "paid": links.pair(counted_years(desk, chosen)),
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
    return filled(
        {
            "Also written": ", ".join(body.aliases),
            "Area": body.area if body.area not in codes.values() else "",
            **codes,
            "Files": links.link(str(files), address("/sources", body=body.id)) if files else "none",
        }
    )


def _between(desk: Desk, body: Body, where: Where) -> tuple[Table, Table]:
    """What the body paid other bodies of the place, and what they paid it."""
    flows = with_names(desk.money.flows(where), desk.definition)
    pays = [row for row in flows.rows if row[0] == body.id and row[2]]
    paid = [row for row in flows.rows if row[2] == body.id and row[0] != body.id]
    return (
        replace(flows, name="pays", title="Paid to bodies of this place", rows=pays),
        replace(flows, name="paid", title="Received from bodies of this place", rows=paid),
    )
