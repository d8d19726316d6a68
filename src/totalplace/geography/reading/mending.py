"""Shapes as they come made fit to reckon with: rings mended, empties and overlaps named, nothing in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused
from totalplace.geography.reading.features import named

SLIVER = 0.01
"""Overlaps up to this share of the smaller area are slivers of generalised boundaries. Ours."""
SMALL = 1000.0
"""Square metres up to which an overlap or a gap is a sliver. Ours."""
MOVED = 0.01
"""A shape whose mending changes its area by more than this share is named apart. Ours."""


def mended(file: str, shapes: NDArray[Any], codes: Sequence[str]) -> tuple[NDArray[Any], list[str]]:
    """Valid areas, and what was done to them in words; raises FileRefused for what is no area at all.

    A row without a shape becomes an empty area and is named: it touches nothing.
    """
    import shapely

    notes: list[str] = []
    made = np.array(shapes, dtype=object, copy=True)
    kinds = shapely.get_type_id(made)
    areal = np.isin(kinds, (3, 6, 7))
    missing = (kinds == -1) | shapely.is_empty(made)
    if (wrong := np.flatnonzero(~areal & ~missing)).size:
        what = {0: "a point", 4: "points"}.get(int(kinds[wrong[0]]), "a line")
        told = "; declare points with [[points]]" if kinds[wrong[0]] in (0, 4) else ""
        raise FileRefused(file, f"{codes[wrong[0]]} is {what}, not an area ({wrong.size:,} such rows){told}")
    made[missing] = shapely.Polygon()
    if missing.any():
        who = named([codes[n] for n in np.flatnonzero(missing).tolist()])
        notes.append(f"areas that have no shape and touch nothing: {missing.sum():,} ({who})")
    if (mixed := np.flatnonzero(kinds == 7)).size:
        made[mixed] = _areas(made[mixed])  # areas with points or lines among them
    broken = np.flatnonzero(~shapely.is_valid(made))
    if broken.size:
        before = shapely.area(made[broken])
        made[broken] = _areas(shapely.make_valid(made[broken]))
        after = shapely.area(made[broken])
        who = named([codes[n] for n in broken.tolist()])
        notes.append(f"shapes that cross themselves were mended: {broken.size:,} ({who})")
        moved = np.abs(after - before) > MOVED * np.maximum(after, 1)
        if moved.any():
            who = named([codes[n] for n in broken[moved].tolist()])
            notes.append(f"mending changed the area by more than {MOVED:.0%}: look at {who}")
    return made, notes


def _areas(shapes: NDArray[Any]) -> list[Any]:
    """The areas in what mending made, without the lines and points that it leaves over."""
    import shapely

    kept = []
    for shape in shapes:
        parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
        kept.append(shapely.union_all(parts) if parts else shapely.Polygon())
    return kept


@dataclass(frozen=True)
class Overlap:
    """Two areas, by number, that lie over each other by `share` of the smaller, `metres` square."""

    first: int
    second: int
    share: float
    metres: float


def overlaps(shapes: NDArray[Any]) -> list[Overlap]:
    """Pairs that lie over each other by more than a sliver, the worst first."""
    import shapely

    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    size = shapely.area(shapes)
    share = shared / np.maximum(np.minimum(size[first], size[second]), 1.0)
    found = np.flatnonzero((share > SLIVER) & (shared > SMALL))
    order = found[np.argsort(-share[found], kind="stable")]
    return [Overlap(int(first[n]), int(second[n]), float(share[n]), float(shared[n])) for n in order]


def overlap_notes(file: str, shapes: NDArray[Any], codes: Sequence[str]) -> list[str]:
    """Overlaps in words; raises FileRefused where they are so many that the file is of two sets of areas."""
    import shapely

    found = overlaps(shapes)
    if not found:
        return []
    worst = found[0]
    pair = f"{codes[worst.first]} and {codes[worst.second]} by {worst.share:.0%} of the smaller"
    total = float(shapely.area(shapes).sum())
    if sum(each.metres for each in found) > 0.2 * total:
        raise FileRefused(
            file,
            f"its areas lie over each other ({len(found):,} pairs; {pair}): is it of two vintages or two levels at "
            "once? Keep one",
        )
    return [f"pairs of areas that overlap: {len(found):,}; the worst are {pair}"]


def gap_notes(shapes: NDArray[Any]) -> list[str]:
    """Holes between the areas that belong to none of them, in words."""
    import shapely

    parts = shapely.get_parts(shapely.union_all(shapely.buffer(shapes, 0.5, quad_segs=1, join_style="mitre")))
    rings = [ring for part in parts for ring in shapely.get_rings(part)[1:]]
    holes = [size for size in (float(shapely.Polygon(ring).area) for ring in rings) if size > SMALL]
    if not holes:
        return []
    return [
        f"gaps between the areas that belong to none: {len(holes):,}, the largest of {max(holes) / 1e4:,.1f} hectares"
    ]
