"""Official figures beside the count: what they say by service, and how much of them the payments explain."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.money.pictures import with_names
from totalplace.official.doubts import doubts
from totalplace.official.explained import explained
from totalplace.official.tables import datasets_table, services_table
from totalplace.web.addresses import query
from totalplace.web.common import page_at
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.fields import body_field, select_field
from totalplace.web.links import to

router = APIRouter()


@page_at(router, "/official")
def shown(request: Request) -> HTMLResponse:
    """The share explained, the services of one body and year, the datasets, and what is to be looked at."""
    desk, chosen = desk_of(request), chosen_of(request, "body", "year")
    definition, figures = desk.definition, desk.place.official.figures()
    where = chosen.where("body", "year")
    years = sorted({figure.year for figure in figures.figures}, reverse=True)
    services = services_table(figures, definition, where)
    fields = [
        body_field(desk, chosen),
        select_field("year", "Year", chosen, [("", "All years"), *((year, year) for year in years)]),
    ]
    if not where and services.rows:  # one body and year to begin with: all at once say little
        body = services.rows[0][0]
        where = {"body": [body], "year": [max(row[1] for row in services.rows if row[0] == body)]}
        services = services_table(figures, definition, where)
        for field, (value,) in zip(fields, where.values(), strict=True):
            field["value"] = value
    told = {row[:3] for row in services.rows}
    shares = explained(desk.place.run, definition, figures)
    measures = [column.name for column in services.columns if column.kind == "money"]
    return desk.draw(
        request,
        "official.html",
        section="official",
        figures=figures,
        doubts=doubts(figures),
        explained=with_names(replace(shares, note=""), definition),
        note=shares.note,
        explained_links={"body_name": to("/bodies/{}", 0)},
        services=with_names(services, definition),
        bars=next((name for name in ("net", "amount", "gross") if name in measures), ""),
        datasets=datasets_table(figures),
        fields=fields,
        # What is the same in every row is said once, above the table.
        one=next(iter(told)) if len(told) == 1 else None,
        several=len({row[:2] for row in shares.rows}) < len(shares.rows),
        query=query(where),
    )
