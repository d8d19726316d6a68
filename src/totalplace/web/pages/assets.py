"""The public buildings of every body, and which of them could share a roof."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from totalplace.geography.facilities import asset_tables
from totalplace.geography.facilities.sitemap import site_map
from totalplace.geography.maps.planmap import SITES
from totalplace.money.pictures import with_names
from totalplace.web.common import geography_page, page_at
from totalplace.web.desk import Desk
from totalplace.web.drawing import NARROW, WIDTH
from totalplace.web.drawing_facilities import (
    MAP_WIDTH,
    Dot,
    building_words,
    dots_map,
    on_a_telephone,
    radius_of,
)
from totalplace.web.facilities import ASSETS, Asked, asked, layer_choices, terms_of
from totalplace.web.fields import Field, select_field

if TYPE_CHECKING:
    from totalplace.geography.assembling import Whole
    from totalplace.geography.blocks import Division
    from totalplace.geography.facilities.register import Building
    from totalplace.geography.facilities.sharing import Sharing
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen

router = APIRouter()
ALL_BODIES = "All bodies"


@page_at(router, "/neighbourhoods/assets")
def assets(request: Request) -> HTMLResponse:
    """The public buildings of every body, and which of them could share a roof."""
    return geography_page(request, "assets", ASSETS, _assets)


def _assets(desk: Desk, chosen: Chosen) -> dict[str, Any]:
    plan = desk.place.geography.declared
    if not plan.assets:
        return {}
    given, terms = asked(desk, chosen), terms_of(chosen)
    found, definition = given.found, desk.definition
    sharing = found.sharing(terms)
    owners = with_names(found.assets_owners(), definition)
    whole = dict(zip((column.name for column in owners.columns), owners.rows[-1], strict=True))
    return {
        "given": given,
        "whole": whole,
        "fields": _terms_fields(desk, given, chosen, sharing),
        "says": asset_tables.sharing_words(sharing),
        "terms": asset_tables.terms_words(sharing),
        "pairs": _short(with_names(replace(asset_tables.pairs_table(sharing, proposed=True), note=""), definition)),
        "moves": with_names(replace(asset_tables.pairs_table(sharing), note=""), definition),
        "years": with_names(replace(asset_tables.years_table(sharing), note=""), definition),
        "saving": sharing.saving,
        "span": sharing.terms.years,
        "first": sum(sharing.of_year(move, 1) for move in sharing.proposed),
        "picture": _buildings_map(desk, given, sharing),
        "legend": _legend(desk, sharing.buildings),
        "owners": replace(owners, rows=owners.rows[:-1]),
        "total": (ALL_BODIES, ALL_BODIES, *owners.rows[-1][2:]),
        "areas": found.assets_areas(given.layer),
        "rejected": found.assets_rejected(),
        "notes": found.asset_notes(),
        "register": with_names(found.assets(), definition),
        "sources": sorted({each.source for each in plan.assets if each.source}),
        "query": chosen.query(layer=""),
        "layer_query": chosen.query(layer=given.layer, metres="", full="", years=""),
    }


def _short(table: Table) -> Table:
    """The best set for a page: names with their number on the map and with what the building is used for."""
    at = {column.name: n for n, column in enumerate(table.columns)}

    def named(row: tuple[Any, ...]) -> tuple[Any, ...]:
        cells = list(row)
        for which in ("vacated", "kept"):
            use = row[at[f"{which}_use"]]
            cells[at[f"{which}_name"]] = f"{row[at[f'{which}_name']]}{f' ({use})' if use else ''}"
        cells[at["vacated_name"]] = f"{row[at['proposed']]}. {cells[at['vacated_name']]}"
        return tuple(cells)

    return replace(table, rows=[named(row) for row in table.rows])


def _terms_fields(desk: Desk, given: Asked, chosen: Chosen, sharing: Sharing) -> list[Field]:
    terms = sharing.terms
    text = (
        ("metres", "At most so many metres apart", f"{terms.metres:g}"),
        ("full", "The kept one less full than (share of 1)", f"{terms.full:g}"),
        ("years", "Saving over so many years", str(terms.years)),
    )
    return [
        {**select_field("layer", "By area of", chosen, layer_choices(desk, given.found)), "value": given.layer},
        *({"name": name, "label": label, "type": "number", "value": value} for name, label, value in text),
    ]


def _colours(buildings: tuple[Building, ...] | Any) -> dict[str, str]:
    """A colour for each body: those with most buildings have their own, the others share the last."""
    most = [owner for owner, _ in Counter(each.owner for each in buildings).most_common()]
    return {owner: SITES[min(n, len(SITES) - 1)] for n, owner in enumerate(most)}


def _legend(desk: Desk, buildings: Any) -> list[tuple[str, str]]:
    by_colour: dict[str, list[str]] = {}
    for owner, colour in _colours(buildings).items():
        by_colour.setdefault(colour, []).append(desk.name(owner))
    return [(colour, names[0] if len(names) == 1 else f"{len(names)} others") for colour, names in by_colour.items()]


def _buildings_map(desk: Desk, given: Asked, sharing: Sharing) -> Markup:
    names = tuple(sorted({(each.owner, desk.name(each.owner)) for each in sharing.buildings}))
    return _drawn_buildings(desk.place.geography.whole, given.found.layer(given.layer), sharing, names)


@lru_cache(maxsize=16)
def _drawn_buildings(whole: Whole, layer: Division, sharing: Sharing, names: tuple[tuple[str, str], ...]) -> Markup:
    there, called = sharing.buildings, dict(names)
    left = {move.vacated: n for n, move in enumerate(sharing.proposed, 1)}
    largest = max((each.size or 0 for each in there), default=0)
    colours = _colours(there)
    drawn = Markup("")
    for width, size in ((WIDTH * MAP_WIDTH, "wide tp-picture--map"), (float(NARROW), "narrow")):
        made = site_map(whole, layer, whole.names.get(layer.name, {}), width)
        if made is None:
            return Markup("")
        part = 1.0 if width > NARROW else 0.5
        dots = {
            n: Dot(
                *(each.x, each.y, max(radius_of(each.size, largest) * part, 2.75), colours[each.owner]),
                building_words(each.name, called[each.owner], each.size, each.cost, each.occupancy),
                hollow=n in left,
                number=left.get(n, 0),
            )
            for n, each in enumerate(there)
            if each.x == each.x
        }
        ties = [(dots[move.vacated], dots[move.kept]) for move in sharing.proposed]
        label = f"Map of {len(dots):,} public buildings, {len(left):,} of them to be left for one nearby"
        drawn += dots_map(made if width > NARROW else on_a_telephone(made), list(dots.values()), ties, (), label, size)
    return drawn
