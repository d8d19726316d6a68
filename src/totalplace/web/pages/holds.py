"""What neighbourhoods hold, how far people live from it, and what they need: a layer or a proposal, with its map."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse
from markupsafe import Markup
from starlette.exceptions import HTTPException

from totalplace.errors import DataError, GeographyError, UsageError
from totalplace.geography.facilities import tables
from totalplace.geography.facilities.reach import limits_of
from totalplace.geography.facilities.sitemap import site_map
from totalplace.geography.maps.planmap import SITES
from totalplace.web.common import geography_page, page_at
from totalplace.web.desk import Desk, chosen_of, desk_of
from totalplace.web.drawing import NARROW, WIDTH
from totalplace.web.drawing_facilities import (
    MAP_WIDTH,
    NEAR,
    Dot,
    beside,
    dots_map,
    on_a_telephone,
    shares,
)
from totalplace.web.facilities import HOLDS, Asked, asked, layer_choices, spend_or_why
from totalplace.web.fields import Field, select_field
from totalplace.web.maps import Shown, library, or_404, picture

if TYPE_CHECKING:
    from totalplace.geography.assembling import Whole
    from totalplace.geography.blocks import Division
    from totalplace.geography.facilities.answers import Facilities
    from totalplace.geography.facilities.reach import Reach
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen

router = APIRouter()
DISTANCES = len(NEAR) - 1
"""So many distances can be told apart on the map; of more the first are."""


@page_at(router, "/neighbourhoods/holds")
def holds(request: Request) -> HTMLResponse:
    """What each area of a layer or proposal holds, how far people live from it, and their need."""
    return geography_page(request, "holds", HOLDS, _holds)


def _holds(desk: Desk, chosen: Chosen) -> dict[str, Any]:
    given = asked(desk, chosen)
    found, plan = given.found, desk.place.geography.declared
    drawn: dict[str, Any] = {
        "given": given,
        "title": found.called(given.layer),
        "fields": _fields(desk, given, chosen),
        "sources": sorted({each.source for each in (*plan.files, *plan.assets, *plan.indicators) if each.source}),
        "query": chosen.query(layer=given.layer, kind=given.kind, indicator=given.indicator),
        "layer_query": chosen.query(layer=given.layer, kind="", indicator="", within=""),
        "table": None,
        "need": None,
    }
    if found.titles:
        table = found.holds(given.layer)
        drawn |= {
            "table": table,
            "says": found.holds_words(given.layer),
            "rates": ("area", *(name for name in _names(table) if name.endswith("_rate"))),
            "counts": ("area", "none", *(name for name in _names(table) if f"{name}_rate" in _names(table))),
            **_reach(desk, given),
        }
    if found.indicators:
        drawn |= _need(given)
    return drawn


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _reach(desk: Desk, given: Asked) -> dict[str, Any]:
    """How far people live from the chosen kind: a map, bars and tables; why there is none where there is none."""
    found = given.found
    try:
        table = found.reach(given.layer, given.kind, given.within)
        limits = limits_of(given.within)
        said = found.reach_words(given.kind, given.within)
    except DataError as error:
        return {"reach": None, "reach_wrong": str(error), "kind": found.titles.get(given.kind, given.kind)}
    kind = found.titles[given.kind]
    fills = NEAR[: len(limits) + 1] if len(limits) <= DISTANCES else NEAR
    words = [
        f"within {limits[0]:,.4g} m",
        *(f"{a:,.4g} to {b:,.4g} m" for a, b in pairwise(limits)),
    ]
    words.append(f"beyond {limits[-1]:,.4g} m")
    rows = [(row[1], _parts(row[3 : 3 + len(limits)])) for row in table.rows if row[3] is not None]
    return {
        "reach": table,
        "reach_wrong": "",
        "kind": kind,
        "reach_says": said,
        "reach_note": found.reach_note(),
        "legend": list(zip(fills, words, strict=False)),
        "reach_map": _near_map(desk, given, limits) if len(limits) <= DISTANCES else "",
        "reach_bars": shares(rows, fills, words, f"Shares of people by how far they live from {kind}")
        if len(limits) <= DISTANCES
        else "",
        "far": found.far(given.layer, given.kind),
        "dot": SITES[1],
        "library": library(),
        "map_label": f"Map of how far people live from {kind}",
    }


def _parts(within: tuple[float, ...]) -> list[float]:
    """Shares within distances as shares of each ring, and of what lies beyond the last."""
    ends = [0.0, *within, 1.0]
    return [max(b - a, 0.0) for a, b in pairwise(ends)]


def _near_map(desk: Desk, given: Asked, limits: tuple[float, ...]) -> Markup:
    found, whole = given.found, desk.place.geography.whole
    label = f"Map of {found.called(given.layer)}: how far each small area lies from {found.titles[given.kind]}"
    return _drawn_near(whole, found.layer(given.layer), found.reached(given.kind), limits, label)


@lru_cache(maxsize=16)
def _drawn_near(whole: Whole, layer: Division, reached: Reach, limits: tuple[float, ...], label: str) -> Markup:
    classes = np.searchsorted(np.array(limits), reached.metres, side="left")
    sites, drawn = reached.points, Markup("")
    for width, size in ((WIDTH * MAP_WIDTH, "wide tp-picture--map"), (float(NARROW), "narrow")):
        made = site_map(whole, layer, whole.names.get(layer.name, {}), width, classes, len(limits) + 1)
        if made is None:
            return Markup("")
        dots = [
            Dot(x, y, 5.0 if width > NARROW else 3.0, SITES[1], name)
            for name, (x, y) in zip(sites.names, sites.xy.tolist(), strict=True)
            if x == x
        ]
        drawn += dots_map(made if width > NARROW else on_a_telephone(made), dots, [], NEAR, label, size)
    return drawn


@router.api_route("/neighbourhoods/holds/map.json", methods=["GET", "HEAD"], response_model=None)
def holds_map(request: Request) -> JSONResponse:
    """The same map as `map.mjs` draws it: small areas by their distance from a kind of site, and the sites."""
    desk, chosen = desk_of(request), chosen_of(request, *HOLDS)
    geography = or_404(desk.place.geography)
    given = asked(desk, chosen)
    found, limits = given.found, limits_of(given.within)[:DISTANCES]
    layer = found.layer(given.layer)
    try:
        reached = found.reached(given.kind)
    except GeographyError as error:
        raise HTTPException(404, str(error)) from None
    called = [geography.names(layer.name).get(label, "") or label for label in layer.labels]
    sites = {found.titles[given.kind]: reached.points}
    shown = Shown(layer, called, ["#ffffff"] * len(called), _reach_said(found, given, limits), (), {}, sites)
    made = picture(geography.blocks, shown)
    for kind in made["sites"]:
        kind["colour"] = SITES[1]
    classes = np.searchsorted(np.array(limits), reached.metres, side="left").tolist()
    return JSONResponse({**made, "palette": list(NEAR), "paint": classes})


def _reach_said(found: Facilities, given: Asked, limits: tuple[float, ...]) -> list[str]:
    """What is said of each area on the map."""
    rows = found.reach(given.layer, given.kind, limits).rows
    shares = {row[0]: row[3] for row in rows if row[0]}
    said = (shares.get(label) for label in found.layer(given.layer).labels)
    return ["" if each is None else f"{each:.1%} within {limits[0]:,.4g} m" for each in said]


def _need(given: Asked) -> dict[str, Any]:
    found = given.found
    table = found.need(given.layer, [given.indicator])
    (wanted,) = found.needs(given.layer, [given.indicator])
    at = table.at("beside")
    rows = [(row[1], row[at]) for row in table.rows if row[0] and row[at] is not None]
    spend, why = spend_or_why(given)
    served, unserved = None, ""
    try:
        served = found.served(given.layer, given.kind, given.indicator) if given.kind else None
    except (DataError, UsageError) as error:
        unserved = str(error)
    return {
        "need": table,
        "need_says": _need_words(table, wanted.said.called),
        "less": wanted.said.worse == "low",
        "need_bars": beside(rows, f"{wanted.said.called} of each area, the whole place being 1"),
        "need_notes": list(wanted.notes),
        "indicator": wanted.said.called,
        "spend": spend,
        "no_spend": why,
        "served": served,
        "unserved": unserved,
        "no_proof": tables.NO_PROOF,
    }


def _need_words(table: Table, called: str) -> str:
    """Where need is greatest and least, in a sentence."""
    rows = [row for row in table.rows if row[-1] is not None]
    if len(rows) < 2:
        return ""
    first, last = rows[0], rows[-1]
    return (
        f"{called}: {first[1]} has {first[-2]:.2f} times the figure of the whole place, {last[1]} {last[-2]:.2f} times."
    )


def _fields(desk: Desk, given: Asked, chosen: Chosen) -> list[Field]:
    found = given.found
    fields = [{**select_field("layer", "Areas", chosen, layer_choices(desk, found)), "value": given.layer}]
    if found.titles:
        fields.append({**select_field("kind", "How far from", chosen, list(found.titles.items())), "value": given.kind})
    if len(found.indicators) > 1:
        options = list(found.indicators.items())
        fields.append({**select_field("indicator", "Need by", chosen, options), "value": given.indicator})
    return fields
