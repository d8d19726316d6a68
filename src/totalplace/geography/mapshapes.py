"""What a map in a browser is drawn from: the shapes of the blocks as GeoJSON, colours of areas, where names stand."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Blocks, Division, Graph

FINEST = 1000
"""A bend of a border is kept where it is more than this part of the place's extent: a pixel or so of a wide screen."""
PLACES = 5
"""Decimals of longitude and latitude: about a metre."""
ROUGH = 20.0
"""Metres within which the outline of an area is looked at to find its middle."""
NO_SHAPES = "the building blocks have no shapes, so there is no map of them: load their boundaries"
COLOURS = 6
"""Colours that areas are told apart by. Six always do on a map: a flat map can be taken apart area by area so that each
has at most five neighbours left when it is taken (degeneracy of planar graphs; Matula and Beck 1983)."""


@dataclass(frozen=True)
class Shapes:
    """The shapes of blocks as a file: GeoJSON as gzip, `version` a digest of what is in it, `size` bytes unpacked."""

    packed: bytes
    version: str
    size: int


@lru_cache(maxsize=4)
def shapes_of(blocks: Blocks) -> Shapes:
    """The blocks as GeoJSON, longitude and latitude, in the order of the blocks; `id` of each is its number.

    Borders are made simpler on both sides alike, so that neighbours still meet. Raises GeographyError where the blocks
    have no shapes.
    """
    simple = _on_the_globe(_simple(blocks))
    rows = [
        {
            "type": "Feature",
            "id": n,
            "properties": {"code": code, "name": name, "people": people},
            "geometry": json.loads(shape),
        }
        for n, (code, name, people, shape) in enumerate(
            zip(blocks.ids, blocks.names, blocks.people.tolist(), simple, strict=True)
        )
    ]
    text = json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False, separators=(",", ":"))
    data = text.encode()
    return Shapes(gzip.compress(data, 6, mtime=0), hashlib.sha256(data).hexdigest()[:16], len(data))


def _simple(blocks: Blocks) -> NDArray[Any]:
    """The shapes with no more bends than a screen shows."""
    import shapely

    if blocks.shapes is None:
        raise GeographyError(NO_SHAPES)
    west, south, east, north = shapely.total_bounds(blocks.shapes).tolist()
    return np.asarray(shapely.coverage_simplify(blocks.shapes, max(east - west, north - south) / FINEST))


def _on_the_globe(shapes: NDArray[Any]) -> list[str]:
    import shapely

    around = shapely.transform(shapes, lambda xy: np.round(degrees(xy), PLACES))
    return [str(each) for each in shapely.to_geojson(shapely.orient_polygons(around))]


def degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres of the British National Grid (EPSG:27700) as longitude and latitude (EPSG:4326)."""
    from pyproj import Transformer

    move = Transformer.from_crs(27700, 4326, always_xy=True)
    return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))


@lru_cache(maxsize=16)
def name_places(blocks: Blocks, division: Division) -> tuple[tuple[float, float] | None, ...]:
    """Where the name of each area stands: inside it, as longitude and latitude; None for an area without blocks."""
    import shapely

    if blocks.shapes is None:
        raise GeographyError(NO_SHAPES)
    groups = division.groups()
    held = [n for n, members in enumerate(groups) if len(members)]
    land = [shapely.union_all(blocks.shapes[groups[n]]) for n in held]
    inside = shapely.point_on_surface(shapely.simplify(land, ROUGH))
    at = np.round(degrees(shapely.get_coordinates(inside)), PLACES).tolist()
    found: list[tuple[float, float] | None] = [None] * len(groups)
    for n, (east, north) in zip(held, at, strict=True):
        found[n] = (east, north)
    return tuple(found)


@lru_cache(maxsize=16)
def coloured(division: Division, graph: Graph) -> tuple[int, ...]:
    """A colour for each area, 0 to COLOURS - 1, so that no two that touch share one; each colour about as often.

    Areas are taken off one by one, always one with fewest neighbours left, and coloured in the order backwards. Where
    bridges join so much that six are not enough, an area has the colour that fewest of its neighbours have.
    """
    near = _touching(division, graph)
    left = {area: set(others) for area, others in enumerate(near)}
    order = []
    while left:
        area = min(left, key=lambda each: (len(left[each]), each))
        order.append(area)
        for other in left.pop(area):
            left[other].discard(area)
    found = [-1] * len(near)
    often = [0] * COLOURS
    for area in reversed(order):
        taken = [found[other] for other in near[area]]
        found[area] = min(range(COLOURS), key=lambda colour: (taken.count(colour), often[colour], colour))
        often[found[area]] += 1
    return tuple(found)


def _touching(division: Division, graph: Graph) -> list[set[int]]:
    a, b, _ = graph.pairs()
    first, second = division.of[a], division.of[b]
    apart = (first != second) & (first >= 0) & (second >= 0)
    near: list[set[int]] = [set() for _ in division.labels]
    for one, other in zip(first[apart].tolist(), second[apart].tolist(), strict=True):
        near[one].add(other)
        near[other].add(one)
    return near
