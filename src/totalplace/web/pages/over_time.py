"""Money over financial years: in cash and in real terms, and what the change is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.money.pictures import total_row, with_names
from totalplace.terms import KEPT
from totalplace.web import drawing, drawing_years
from totalplace.web.addresses import Chosen, address
from totalplace.web.common import coverage, kind_words, over_time_of, page_at
from totalplace.web.desk import Desk, chosen_of, desk_of, filled, years_words
from totalplace.web.fields import Field, body_field, select_field
from totalplace.web.links import to_lines

if TYPE_CHECKING:
    from totalplace.money.over_time import OverTime
    from totalplace.table import Table

router = APIRouter()
FILTERS = ("body", "kind", "channel", "to_body", "supplier")


@page_at(router, "/over-time")
def over_time(request: Request) -> HTMLResponse:
    """The place, or what is chosen of it, over its financial years."""
    desk = desk_of(request)
    chosen = chosen_of(request, *FILTERS, "base", "deflator", "from", "to")
    found = over_time_of(desk, chosen)
    where = chosen.where(*FILTERS)
    prices = f"in {found.base} prices" if found.base else "in real terms"
    bodies = with_names(found.bodies, desk.definition) if found.bodies else None
    asked = [desk.definition.body(name) for name in where.get("body", ())] or list(desk.definition.bodies)
    return desk.draw(
        request,
        "over_time.html",
        section="over-time",
        found=found,
        prices=prices,
        years_words=years_words(found.years) if found.years else "no year that is counted",
        query=chosen.query(),
        fields=_fields(desk, chosen, found),
        scope=_scope(chosen, found),
        picture=drawing_years.years(_pairs(found), prices),
        way=_way(found.change),
        bodies=bodies,
        hide=("body",) if bodies and any(row[5] is not None for row in bodies.rows) else ("body", "volume"),
        coverage=coverage(desk, asked, found.years),
        total_row=total_row,
        warnings=desk.warnings(),
        links={
            "series": {
                "lines": to_lines(where, year=0),
                "gross": to_lines(where, year=0),
                "net": to_lines({**where, "outcome": KEPT}, year=0),
            },
            "bodies": {"body_name": lambda row: address("/over-time", {**_kept_choice(chosen), "body": [row[0]]})},
        },
    )


def _kept_choice(chosen: Chosen) -> dict[str, Any]:
    return {name: values for name, values in chosen.values.items() if name != "body"}


def _pairs(found: OverTime) -> list[drawing_years.Pair]:
    at = {column.name: n for n, column in enumerate(found.series.columns)}
    return [
        drawing_years.Pair(*(row[at[name]] for name in ("year", "net", "net_real", "missing")))
        for row in found.series.rows
    ]


def _way(change: Table | None) -> Any:
    """The picture of the split, without parts that are not known."""
    if change is None:
        return None
    rows = [(step, what, None, amount, share) for step, what, amount, share in change.rows if amount is not None]
    words = f"Bars: {change.title.lower()}, by scope, price, volume and the rest"
    return drawing.bridge(rows, words, ends=("first", "last"))


def _fields(desk: Desk, chosen: Chosen, found: OverTime) -> list[Field]:
    counted = desk.money.over_time().years
    years = [(year, year) for year in counted]
    indexed = [(row.year, row.year) for row in found.deflator.rows]
    vintages = [(vintage.id, vintage.title) for vintage in desk.money.deflators()]
    fields = [
        body_field(desk, chosen),
        select_field("from", "From", chosen, [("", "The first year"), *years]),
        select_field("to", "To", chosen, [("", "The last year"), *years]),
        select_field("base", "In the prices of", chosen, [("", "The last year with an index"), *indexed]),
        select_field("deflator", "Deflator", chosen, [("", "The usual one"), *vintages]),
    ]
    hidden = [name for name in FILTERS if name != "body" and name in chosen.values]
    return fields + [{"name": name, "type": "hidden", "value": chosen.joined(name)} for name in hidden]


def _scope(chosen: Chosen, found: OverTime) -> dict[str, Any]:
    """What the figures cover, and by which prices."""
    words = kind_words()
    return filled(
        {
            "Deflator": f"{found.deflator.title} ({found.deflator.id})",
            "Base year": found.base or "none: no year here has an index",
            "Published": found.deflator.published,
            "Unverified indices": f"{', '.join(found.unverified)}: {found.deflator.method}" if found.unverified else "",
            "Forecast indices": ", ".join(found.forecast),
            "Years without an index": ", ".join(found.without_index),
            "Source of the deflator": found.deflator.source,
            "Kinds of payment": ", ".join(words.get(kind, kind) for kind in chosen.values.get("kind", ())),
            "Years left out, with only stray lines": ", ".join(found.stray),
        }
    )
