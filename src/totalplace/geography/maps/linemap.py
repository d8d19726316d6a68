"""Where the lines of two divisions run and where they disagree, as paths to be drawn: from simplified shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError
from totalplace.geography.aligning.alignment import Alignment
from totalplace.geography.aligning.lines import disagree
from totalplace.geography.blocks import Blocks, Division, Graph

FINEST = 0.8
"""Units of a picture below which a bend of a border is not drawn, and within which two borders are one."""
NAMED = 24
"""So many areas or fewer have their names on the map."""
LETTER, CAPITAL, LINE = 8.5, 11.5, 18.0
"""Units that a letter of a name and a capital are wide, and that two names lie apart."""
TALLEST = 1.25
"""A map is at most so many times as high as it is wide."""


@dataclass(frozen=True)
class Spot:
    """A block where the lines disagree: its path, code, name, the areas it has, its people."""

    path: str
    code: str
    name: str
    first: str
    second: str
    people: int


@dataclass(frozen=True)
class LineMap:
    """A map in units from the top left: `outline` of the place, lines of one alone and of both, spots, names."""

    width: float
    height: float
    outline: str
    first: str
    second: str
    both: str
    spots: tuple[Spot, ...]
    labels: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Shapes in units of a picture, with the borders between blocks: `borders[i]` parts `a[i]` from `b[i]`."""

    width: float
    height: float
    shapes: NDArray[Any]
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    borders: NDArray[Any]
    outline: str


@lru_cache(maxsize=12)
def line_map(blocks: Blocks, graph: Graph, found: Alignment, width: float) -> LineMap:
    """The map of two divisions, `width` units across; raises GeographyError where the blocks have no shapes."""
    if blocks.shapes is None:
        raise GeographyError("the blocks have no shapes, so there is no map of their lines: load their boundaries")
    drawn = drawn_blocks(blocks, graph, width)
    first, second = found.cross.first, found.cross.second
    one = first.of[drawn.a] != first.of[drawn.b]
    two = second.of[drawn.a] != second.of[drawn.b]
    lone, other, both = (path_of(drawn.borders[which]) for which in (one & ~two, two & ~one, one & two))
    apart = np.flatnonzero(disagree(first, second, found.cross.best)).tolist()
    spots = tuple(
        Spot(
            path_of(drawn.shapes[n : n + 1]),
            blocks.ids[n],
            blocks.names[n],
            first.labels[first.of[n]],
            second.labels[second.of[n]],
            int(blocks.people[n]),
        )
        for n in apart
    )
    return LineMap(
        drawn.width, drawn.height, drawn.outline, lone, other, both, spots, area_labels(drawn, second, second.labels)
    )


@lru_cache(maxsize=8)
def drawn_blocks(blocks: Blocks, graph: Graph, width: float) -> Drawn:
    """The shapes made small: moved to the top left, turned upside down as pictures are, simplified side by side."""
    import shapely

    assert blocks.shapes is not None
    west, south, east, north = shapely.total_bounds(blocks.shapes).tolist()
    scale = min(width / max(east - west, 1.0), width * TALLEST / max(north - south, 1.0))
    small = shapely.transform(blocks.shapes, lambda xy: (xy - [west, north]) * [scale, -scale])
    small = shapely.coverage_simplify(small, FINEST)
    a, b, _ = graph.pairs()
    # Two borders that are simplified apart, as where a gap parts them, still lie within a unit of each other.
    wide = shapely.buffer(small, FINEST, quad_segs=1, join_style="mitre")
    borders = shapely.intersection(wide[a], shapely.boundary(small[b]))
    whole = shapely.buffer(shapely.union_all(shapely.buffer(small, FINEST / 2, quad_segs=1)), -FINEST / 2, quad_segs=1)
    outline = path_of(np.array([shapely.simplify(whole, FINEST / 2)], dtype=object))
    return Drawn((east - west) * scale, (north - south) * scale, small, a, b, borders, outline)


def path_of(shapes: NDArray[Any]) -> str:
    """Shapes as the data of an SVG path; lines that go on in each other are joined first."""
    import shapely

    if not len(shapes):
        return ""
    if shapely.get_dimensions(shapes).max() < 2:
        shapes = np.array([shapely.line_merge(shapely.union_all(shapes))], dtype=object)
    parts = shapely.get_parts(shapes)
    polygons = parts[shapely.get_type_id(parts) == 3]
    lines = parts[np.isin(shapely.get_type_id(parts), (1, 2))]
    rings = shapely.get_rings(polygons) if len(polygons) else polygons
    return _runs(rings, "Z") + _runs(lines, "")


def _runs(lines: NDArray[Any], end: str) -> str:
    """Lines as the data of a path, to a tenth of a unit: points that fall together are one, a line of one is none."""
    import shapely

    xy, of = shapely.get_coordinates(lines, return_index=True)
    at = np.round(xy, 1) + 0.0  # no -0.0
    kept = np.ones(len(at), dtype=np.bool_)
    kept[1:] = (at[1:] != at[:-1]).any(axis=1) | (of[1:] != of[:-1])
    points = [f"{x:.1f} {y:.1f}" for x, y in at[kept].tolist()]
    ends = np.cumsum(np.bincount(of[kept], minlength=len(lines))).tolist()
    return "".join(f"M{'L'.join(points[a:b])}{end}" for a, b in pairwise([0, *ends]) if b - a > 1)


def area_labels(drawn: Drawn, division: Division, called: Sequence[str]) -> tuple[tuple[float, float, str], ...]:
    """What the areas of a division are called, each where its land is; none where they are too many to read.

    The largest area has the first say: a name that would lie over another is left out.
    """
    import shapely

    if len(division.labels) > NAMED:
        return ()
    land = [shapely.union_all(drawn.shapes[members]) for members in division.groups()]
    found: list[tuple[float, float, str]] = []
    for n in sorted(range(len(land)), key=lambda n: -float(shapely.area(land[n]))):
        label = called[n]
        half = name_width(label) / 2
        if shapely.is_empty(land[n]) or 2 * half > drawn.width:
            continue
        x, y = shapely.get_coordinates(shapely.point_on_surface(land[n]))[0].tolist()
        x = min(max(x, half), drawn.width - half)
        if all(abs(y - other) > LINE or abs(x - at) > half + name_width(text) / 2 for at, other, text in found):
            found.append((round(x, 1), round(y, 1), label))
    return tuple(found)


def name_width(text: str) -> float:
    """The units that a name is wide: official lists often have names in capitals."""
    return sum(CAPITAL if letter.isupper() else LETTER for letter in text)
