"""Made authorities that are unlike one another: a map cut into wards round towns, with people spread unevenly.

Wards are the Voronoi cells of points that crowd in towns, so that they are small there and wide between, as real ones
are; each has about as many people as the others, more or less. No real place is meant. The kinds follow what English
authorities look like: a metropolitan borough, a county of many small divisions, a shire district, a city, a London
borough, and a coast with an estuary that one crossing leads over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.geography.blocks import Blocks, Graph


@dataclass(frozen=True)
class Kind:
    """So many wards of so many people each, how uneven (spread of the logarithm), towns, and whether an estuary."""

    wards: int
    people: int
    uneven: float = 0.15
    towns: int = 3
    estuary: bool = False


KINDS = {
    "borough of 20 wards": Kind(20, 11_500),
    "borough of 32 wards": Kind(32, 13_000),
    "London borough": Kind(22, 13_500, 0.2),
    "city": Kind(69, 16_600, 0.45, 6),
    "district of 30 wards": Kind(30, 4_200, 0.35),
    "district of 40 wards": Kind(40, 3_900, 0.4, 4),
    "district of 45 wards": Kind(45, 3_300, 0.3, 2),
    "county of 63 divisions": Kind(63, 8_300, 0.12, 6),
    "county of 87 divisions": Kind(87, 6_600, 0.12, 9),
    "county of 98 divisions": Kind(98, 5_200, 0.12, 9),
    "coast with an estuary": Kind(60, 7_000, 0.2, 5, True),
}


def authority(kind: Kind, seed: int = 1) -> tuple[Blocks, Graph]:
    """Wards of a made authority with their shapes in metres, and which touch which; the same for the same seed."""
    import shapely

    draw = np.random.Generator(np.random.PCG64(seed))
    side = 1_000.0 * kind.wards**0.5 * 3
    towns = draw.uniform(0.15, 0.85, (kind.towns, 2))
    near = draw.random(kind.wards) < 0.6
    points = draw.uniform(0, 1, (kind.wards, 2))
    points[near] = np.clip(
        towns[draw.integers(kind.towns, size=near.sum())] + draw.normal(0, 0.07, (near.sum(), 2)), 0.01, 0.99
    )
    shapes = _cells(points * side, shapely.box(0, 0, side, side))
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    metres = shapely.length(shapely.intersection(shapes[a], shapes[b]))
    kept = metres > 20
    if kind.estuary:
        kept &= ~_over_water(shapes, a, b, side, kept)
    people = kind.people * np.exp(draw.normal(0, kind.uneven, kind.wards) - kind.uneven**2 / 2)
    ids = tuple(f"W{n + 1:03}" for n in range(kind.wards))
    blocks = Blocks(ids, ids, people.round().astype(np.int64), {}, "ward", "2024", shapes)
    return blocks, Graph.of_pairs(kind.wards, a[kept], b[kept], metres[kept])


def _cells(points: np.ndarray, inside: object) -> np.ndarray:
    """The part of the map that is nearest to each point, in the order of the points."""
    import shapely

    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=inside))
    at, cell = shapely.STRtree(cells).query(shapely.points(points), predicate="intersects")
    found = np.empty(len(points), dtype=object)
    found[at] = shapely.intersection(cells[cell], inside)
    return found


def _over_water(shapes: np.ndarray, a: np.ndarray, b: np.ndarray, side: float, touch: np.ndarray) -> np.ndarray:
    """Which pairs lie on either side of water that comes in from the west for two thirds: all but the one crossing."""
    import shapely

    middle = shapely.centroid(shapes)
    north = shapely.get_y(middle) > side / 2
    at = shapely.get_x(shapely.centroid(shapely.intersection(shapes[a], shapes[b])))
    over = touch & (north[a] != north[b]) & (at < side * 0.67)
    over[np.flatnonzero(over)[np.abs(at[over] - side * 0.3).argmin()]] = False
    return over
