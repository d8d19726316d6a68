"""What a map on a page is told: which layer is coloured, whose lines and which sites lie over it, and in which colours.

The shapes are asked for apart (`blocks`): they are large, and the same for every picture of a place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Division
from totalplace.geography.maps.mapshapes import PLACES, degrees, name_places, shapes_of
from totalplace.geography.maps.planmap import FILLS, SITES, colours, touching
from totalplace.web.templating import asset

if TYPE_CHECKING:
    from totalplace.geography.answers import Geography
    from totalplace.geography.blocks import Blocks, Graph
    from totalplace.geography.points import Points

BLOCKS = "/neighbourhoods/map/blocks.geojson"
PICTURE = "/neighbourhoods/map/picture.json"
MOST_NAMED = 400
"""Areas with names on the map at most; the browser leaves out those that would lie over another."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What a map is to show: areas (with what they are called and what is said of each), and a colour for each area.

    `number` is what an area is called by in its table, where it has one. `over` are the lines of other layers and
    `sites` kinds of sites, by what they are called.
    """

    areas: Division
    called: Sequence[str]
    colour: Sequence[str]
    words: Sequence[str] = ()
    number: Sequence[int | None] = ()
    over: Mapping[str, Division] = field(default_factory=dict)
    sites: Mapping[str, Points] = field(default_factory=dict)


def library() -> dict[str, str]:
    """The addresses of what draws maps in a browser, which a page tells its map."""
    return {name: asset(f"vendor/maplibre-gl{end}.mjs") for name, end in (("library", ""), ("worker", "-worker"))}


def blocks_address(blocks: Blocks) -> str:
    """The address of the shapes; it changes with them, so that a browser may keep them."""
    return f"{BLOCKS}?v={shapes_of(blocks).version}"


def area_colours(division: Division, graph: Graph) -> tuple[str, ...]:
    """A colour for each area, so that no two that touch share one."""
    return tuple(FILLS[n % len(FILLS)] for n in _colours(division, graph))


@lru_cache(maxsize=16)
def _colours(division: Division, graph: Graph) -> tuple[int, ...]:
    return colours(len(division.labels), touching(graph, division))


def picture(blocks: Blocks, shown: Shown) -> dict[str, Any]:
    """The document that `map.mjs` draws from; docs/web.md says what is in it."""
    division = shown.areas
    places = name_places(blocks, division) if len(division.labels) <= MOST_NAMED else ()
    return {
        "blocks": blocks_address(blocks),
        "of": division.of.tolist(),
        "areas": [
            {
                "code": code,
                "name": shown.called[n],
                "colour": shown.colour[n],
                "number": shown.number[n] if shown.number else None,
                "words": shown.words[n] if shown.words else "",
                "at": places[n] if places else None,
            }
            for n, code in enumerate(division.labels)
        ],
        "palette": list(shown.colour),
        "paint": division.of.tolist(),
        "over": [{"name": name, "of": each.of.tolist(), "over": True} for name, each in shown.over.items()],
        "sites": [
            {"name": name, "colour": colour, "points": site_points(shown.sites[name])}
            for name, colour in site_legend(shown.sites)
        ],
    }


def site_legend(sites: Mapping[str, Points]) -> list[tuple[str, str]]:
    """What kinds of sites are called, with the colour that each has on the map."""
    return [(name, SITES[n % len(SITES)]) for n, name in enumerate(sites)]


def site_points(points: Points) -> list[list[Any]]:
    """Longitude, latitude and name of the sites that lie in the place and whose whereabouts are known."""
    import numpy as np

    known = np.flatnonzero((points.block >= 0) & np.isfinite(points.xy[:, 0]))
    at = np.round(degrees(points.xy[known]), PLACES).tolist() if len(known) else []
    return [[x, y, points.names[n]] for n, (x, y) in zip(known.tolist(), at, strict=True)]


def or_404(geography: Geography) -> Geography:
    """The geography of a place; 404 with what to do where there is none."""
    try:
        geography.graph  # noqa: B018 - raises where there is none, and says what is missing
    except GeographyError as error:
        raise HTTPException(404, str(error)) from None
    return geography
