"""The areas of a plan as a picture: where each lies, which colour keeps it apart from those that it touches, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Blocks, Division, Graph
from totalplace.geography.maps.linemap import Drawn, drawn_blocks, path_of

LETTERS = (16, 24)
"""Letters of a line of a name on the map: the longer where the shorter makes too many lines."""
LINES = 3
"""Lines of a name at most; a longer one stands in the table alone."""
NUMBER, LETTER, LINE = 9.0, 5.4, 11.0
"""Half of a number's disc, how wide a letter of a name is and how high its lines are, in units of the picture."""
MOST = 200
"""So many areas or fewer have their numbers on the map."""
SPREAD = 5
"""So many colours are used evenly; more only where areas touch so that they are needed."""
FILLS = ("#F9EBC8", "#A9CCE6", "#D3E5C0", "#DDA08C", "#A99CCB", "#7FB3A6", "#D9D9D9", "#C9A66B")
"""Colours of areas: those that touch differ in lightness too, so that they do in greys."""

SITES = ("#12436D", "#801650", "#0F6B63", "#B54708", "#5B2A86", "#3D3D3D")
"""Colours of dots, by kind of site or by body: dark, so that they stand out on any area."""
OVER = "#801650"
"""Lines of another layer, on screen as on paper."""


@dataclass(frozen=True)
class Spot:
    """Where the number of an area stands, and the lines of its name where there is room for them."""

    x: float
    y: float
    area: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class PlanMap:
    """A map in units from the top left, north up; a unit is `metres` long.

    `areas` are the paths of the areas in their order, `colours` a number for each, another than that of any area that
    it touches. `borders` are the lines between areas, `over` the lines of another layer, `outline` that of the place.
    """

    width: float
    height: float
    metres: float
    outline: str
    areas: tuple[str, ...]
    colours: tuple[int, ...]
    borders: str
    over: str
    spots: tuple[Spot, ...]


def plan_map(
    blocks: Blocks, graph: Graph, areas: Division, names: Sequence[str], width: float, over: Division | None = None
) -> PlanMap:
    """The map of some areas, `width` units across at most; raises GeographyError where the blocks have no shapes."""
    import shapely

    if blocks.shapes is None:
        raise GeographyError("the blocks have no shapes, so there is no map of the areas: load their boundaries")
    drawn = drawn_blocks(blocks, graph, width)
    land = [shapely.union_all(drawn.shapes[members]) for members in areas.groups()]
    west, _, east, _ = shapely.total_bounds(blocks.shapes).tolist()
    cut = areas.of[drawn.a] != areas.of[drawn.b]
    other = path_of(drawn.borders[over.of[drawn.a] != over.of[drawn.b]]) if over is not None else ""
    return PlanMap(
        drawn.width,
        drawn.height,
        (east - west) / drawn.width,
        drawn.outline,
        tuple(path_of(np.array([shape], dtype=object)) for shape in land),
        colours(len(land), touching(graph, areas)),
        path_of(drawn.borders[cut]),
        other,
        _spots(drawn, land, names),
    )


def touching(graph: Graph, areas: Division) -> NDArray[np.int64]:
    """The pairs of areas that touch."""
    a, b, _ = graph.pairs()
    first, second = areas.of[a].astype(np.int64), areas.of[b].astype(np.int64)
    apart = (first != second) & (first >= 0) & (second >= 0)
    return np.unique(np.stack([first[apart], second[apart]], axis=1), axis=0)


def colours(areas: int, touching: NDArray[np.int64]) -> tuple[int, ...]:
    """A number for each area, 0 upwards, so that no two that touch have the same.

    The area with most colours around it is given one first, of equals the one that touches most (Brélaz 1979): of the
    first SPREAD colours the one that is rarest so far, so that areas across a river are as a rule told apart too.
    """
    near: list[set[int]] = [set() for _ in range(areas)]
    for a, b in touching.tolist():
        near[a].add(b)
        near[b].add(a)
    found: dict[int, int] = {}
    used: list[set[int]] = [set() for _ in range(areas)]
    left = set(range(areas))
    often: Counter[int] = Counter()
    while left:
        at = max(left, key=lambda n: (len(used[n]), len(near[n]), -n))
        left.remove(at)
        free = [n for n in range(SPREAD) if n not in used[at]]
        found[at] = min(free, key=lambda n: (often[n], n)) if free else next(n for n in count() if n not in used[at])
        often[found[at]] += 1
        for other in near[at]:
            used[other].add(found[at])
    return tuple(found[n] for n in range(areas))


def _spots(drawn: Drawn, land: Sequence[object], names: Sequence[str]) -> tuple[Spot, ...]:
    """A number for each area where it is widest; the largest areas have the first say where a name has room."""
    import shapely

    if len(land) > MOST:
        return ()
    at: dict[int, tuple[float, float]] = {}
    for n, shape in enumerate(land):
        if not shapely.is_empty(shape):
            middle = shapely.maximum_inscribed_circle(shape, 1.0)
            at[n] = tuple(shapely.get_coordinates(middle)[0].round(1).tolist())
    boxes = [(x - NUMBER, y - NUMBER, x + NUMBER, y + NUMBER) for x, y in at.values()]
    found = {}
    for n in sorted(at, key=lambda n: (-float(shapely.area(land[n])), n)):
        x, y = at[n]
        lines = _lines(names[n])
        half = max(map(len, lines), default=0) * LETTER / 2
        top = y + NUMBER + 1
        box = (x - half, top, x + half, top + LINE * len(lines))
        inside = box[0] >= 0 and box[2] <= drawn.width and box[3] <= drawn.height
        room = inside and 0 < len(lines) <= LINES and not any(_meet(box, other) for other in boxes)
        if room:
            boxes.append(box)
        found[n] = Spot(x, y, n, tuple(lines) if room else ())
    return tuple(found[n] for n in sorted(found))


def _lines(name: str) -> list[str]:
    for letters in LETTERS:
        lines = wrap(name, letters, break_long_words=False)
        if len(lines) <= LINES:
            break
    return lines


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
