"""What a map in a browser is drawn from: the shapes of the blocks as GeoJSON, and where names stand."""

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
from totalplace.geography.adjacency import NEAR
from totalplace.geography.blocks import Blocks, Division

FINEST = 1000
"""A bend of a border is kept where it is more than this part of the place's extent: a pixel or so of a wide screen."""
PLACES = 5
"""Decimals of longitude and latitude: about a metre."""
ROUGH = 20.0
"""Metres within which the outline of an area is looked at to find its middle."""
NO_SHAPES = "the building blocks have no shapes, so there is no map of them: load their boundaries"


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
            "geometry": shape and json.loads(shape),
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
    across = max(east - west, north - south)
    if not np.isfinite(across):  # no block has a shape that is anywhere
        return blocks.shapes
    return np.asarray(shapely.coverage_simplify(_closed(blocks.shapes), across / FINEST))


def _closed(shapes: NDArray[Any]) -> NDArray[Any]:
    """The shapes with each gap that is too narrow to part neighbours given to the block that borders most of it.

    Rounded boundaries leave gaps of a few centimetres, and a map would draw them as lines as thick as the outer border.
    """
    import shapely

    there = shapes[~shapely.is_missing(shapes)]
    rings = [ring for part in shapely.get_parts(shapely.coverage_union_all(there)) for ring in part.interiors]
    gaps = shapely.polygons(rings) if rings else np.array([], dtype=object)
    gaps = gaps[2 * shapely.area(gaps) < NEAR * shapely.length(gaps)]
    if not len(gaps):
        return shapes
    closed, tree = shapes.copy(), shapely.STRtree(shapes)
    for gap in gaps:
        beside = tree.query(gap, predicate="intersects")
        along = shapely.length(shapely.intersection(shapely.boundary(shapes[beside]), shapely.boundary(gap)))
        most = beside[int(along.argmax())]
        closed[most] = shapely.union(closed[most], gap)
    return closed


def _on_the_globe(shapes: NDArray[Any]) -> list[str | None]:
    """Shapes as GeoJSON; None where a block has none."""
    import shapely

    around = shapely.remove_repeated_points(shapely.transform(shapes, lambda xy: np.round(degrees(xy), PLACES)))
    there = ~(shapely.is_missing(around) | shapely.is_empty(around))
    texts = shapely.to_geojson(shapely.orient_polygons(around))
    return [str(each) if known else None for each, known in zip(texts, there.tolist(), strict=True)]


def degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres of the British National Grid (EPSG:27700) as longitude and latitude (EPSG:4326)."""
    from pyproj import Transformer

    move = Transformer.from_crs(27700, 4326, always_xy=True)
    return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))


@lru_cache(maxsize=16)
def name_places(blocks: Blocks, division: Division) -> tuple[tuple[float, float] | None, ...]:
    """Where the name of each area stands: inside it, as longitude and latitude; None for one without land."""
    import shapely

    if blocks.shapes is None:
        raise GeographyError(NO_SHAPES)
    groups = division.groups()
    every = [(n, shapely.union_all(blocks.shapes[members])) for n, members in enumerate(groups) if len(members)]
    held = [n for n, shape in every if not shapely.is_empty(shape)]
    land = [shape for _, shape in every if not shapely.is_empty(shape)]
    inside = shapely.point_on_surface(shapely.simplify(land, ROUGH))
    at = np.round(degrees(shapely.get_coordinates(inside)), PLACES).tolist()
    found: list[tuple[float, float] | None] = [None] * len(groups)
    for n, (east, north) in zip(held, at, strict=True):
        found[n] = (east, north)
    return tuple(found)
