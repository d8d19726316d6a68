"""How far apart are our lines? Every service against every other, two of them on a map, and what moving would take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.geography.aligning.measures import MEASURES
from totalplace.geography.aligning.words import move_words, pair_words
from totalplace.web.alignments import KNOWN, SHOWN, Asked, asked, line_maps
from totalplace.web.common import geography_page, page_at
from totalplace.web.drawing_alignment import line_picture, square
from totalplace.web.fields import Field, select_field

if TYPE_CHECKING:
    from markupsafe import Markup

    from totalplace.table import Table
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

router = APIRouter()
FIRST = 20
"""So many of the small areas where two layers disagree stand on the page."""
SITES = ("sites", "sites_wrong", "sites_unknown", "staff")
"""Columns of what moving would take that say nothing where no site is known."""
HIDDEN = {"kilometres", "lines", "lines_outer"}
"""Measures that need borders: left out of the choice where there are none."""


@page_at(router, "/neighbourhoods/lines")
def lines(request: Request) -> HTMLResponse:
    """The layers of the place against each other; where there are none, how to add them."""
    return geography_page(request, "alignment", KNOWN, _drawn)


def _drawn(desk: Desk, chosen: Chosen) -> dict[str, Any]:
    geography = desk.place.geography
    if len(geography.blocks.layers) < 2:
        return {}
    given = asked(desk, chosen)
    found, fitted = given.found, given.found.fitted(*given.pair)
    measure = next(each for each in MEASURES if each.name == given.measure)
    matrix = found.matrix_table(given.measure)
    apart = found.disagreements_table(*given.pair)
    return {
        "given": given,
        "sources": sorted({each.source for each in geography.declared.files if each.source}),
        "laid": found.words()[:1],
        "says": pair_words(found.pair(*given.pair)),
        "finer": fitted.cross.first.name,
        "coarser": fitted.cross.second.name,
        "warnings": found.warnings(),
        "fields": _fields(given, chosen),
        "measure": measure,
        "matrix": matrix,
        "square": _square(given) if measure.kind == "percent" else "",
        "map": _map(given),
        "overlaps": found.overlaps_table(*given.pair),
        "apart": _first(apart),
        "apart_all": len(apart.rows),
        "moves": found.moves_table() if found.proposed else None,
        "move_says": [sentence for each in found.moves for sentence in move_words(each)],
        "moved": found.moved_table() if found.proposed else None,
        "sites": found.sites_table() if any(each.sites for each in found.moves) else None,
        "measures": found.pair_table(*given.pair),
        "no_sites": () if any(each.sites for each in found.moves) else SITES,
        "query": chosen.query(first=given.first, second=given.second, measure=given.measure),
    }


def _first(table: Table) -> Table:
    """The rows of a table with most people; its downloads hold all."""
    at = table.at("people")
    return replace(table, rows=sorted(table.rows, key=lambda row: -row[at])[:FIRST])


def _square(given: Asked) -> Markup:
    found = given.found
    rows = [row[1:] for row in found.matrix_table(given.measure).rows]
    return square(found.names, rows, f"Every division against every other: {given.measure}")


def _map(given: Asked) -> Markup | str:
    maps, fitted = line_maps(given), given.found.fitted(*given.pair)
    if maps is None:
        return ""
    return line_picture(maps[0], fitted, "wide tp-picture--map") + line_picture(maps[1], fitted, "narrow")


def _fields(given: Asked, chosen: Chosen) -> list[Field]:
    found = given.found
    layers = [(id, title) for id, title in given.titles.items() if title in found.names]
    measures = [(each.name, each.label) for each in MEASURES if found.graph is not None or each.name not in HIDDEN]
    fields = [
        {**select_field("first", "On the map", chosen, layers), "value": given.first},
        {**select_field("second", "against", chosen, layers), "value": given.second},
        {**select_field("measure", "All against all, by", chosen, measures), "value": given.measure or SHOWN},
        select_field("to", "If all moved to the lines of", chosen, [("", "(nobody moves)"), *given.titles.items()]),
    ]
    hidden = [{"name": "layer", "type": "hidden", "value": value} for value in chosen.values.get("layer", ())]
    return [*hidden, *fields]
