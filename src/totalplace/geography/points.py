"""Points of a place: practices, schools, libraries, by coordinates or by the code of their area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused
from totalplace.geography.blocks import NONE, Blocks, Division, Labels, xy_of
from totalplace.geography.building import holding
from totalplace.geography.reading.features import Features, named
from totalplace.geography.reading.numbers import number
from totalplace.geography.reading.projection import coordinates, projection_of, to_metres

EDGE = 50.0
"""Metres beyond the shapes within which a point goes to the nearest block: boundaries are generalised. Ours."""
X_HEADINGS = ("easting", "eastings", "x", "lon", "lng", "long", "longitude")
Y_HEADINGS = ("northing", "northings", "y", "lat", "latitude")


@dataclass(frozen=True, eq=False)
class Points:
    """Sites of one kind: ids, names, where each is in metres (nan for not known), and the block that it is in.

    `block` is -1 for a site outside the place or in no known block. `columns` is all that the file says of each.
    `by_code` says that sites were placed by the code of an area: `xy` is then somewhere in it, or nan.
    """

    name: str
    kind: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    xy: NDArray[np.float64]
    block: Labels
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    by_code: bool = False

    def __len__(self) -> int:
        return len(self.ids)


def points_of(
    found: Features,
    blocks: Blocks,
    *,
    name: str,
    kind: str = "",
    code: str = "",
    label: str = "",
    x: str = "",
    y: str = "",
    block: str = "",
    projection: str = "",
    of: Division | None = None,
) -> Points:
    """The points of a file with the block of each; by coordinates, shapes or a column of codes.

    `code` and `label` head ids and names, `x` and `y` coordinates (found where the headings are plain), `block` codes
    of blocks, or of the areas of the layer `of`. Points outside the place are kept with block -1, which is told. Raises
    FileRefused where a file says no place.
    """
    size = len(found)
    ids = found.column(code) if code else tuple(str(n) for n in range(1, size + 1))
    names = found.column(label) if label else ids
    notes: list[str] = []
    if block:
        at, xy = _by_code(found, blocks, block, of, notes), np.full((size, 2), np.nan)
        if blocks.shapes is not None and of is None:
            import shapely

            centres = xy_of(shapely.point_on_surface(blocks.shapes[at[at >= 0]]))
            xy[at >= 0] = centres
    else:
        xy = _places(found, x, y, projection, notes)
        at = located(found.file, blocks, xy)
    notes += _outside(found.file, names, xy, at)
    if not block:
        notes += _turned(blocks, names, xy, at)
    told = tuple(f"{found.file}: {note}" for note in notes)
    return Points(name, kind or name, tuple(ids), tuple(names), xy, at, found.columns, told, bool(block))


def _outside(file: str, names: Sequence[str], xy: NDArray[np.float64], at: Labels) -> list[str]:
    """What is said of points that lie in no block; FileRefused where none lies in any."""
    outside = [names[n] for n in np.flatnonzero(at == NONE).tolist()]
    if not outside:
        return []
    if len(outside) == len(at):
        raise FileRefused(file, "none of its points lies in this place: is it of another, or swapped?")
    # A file of a whole region is meant to be so, and nobody has to know which they are.
    far = bool(np.isfinite(xy[at == NONE][:, 0]).all()) and len(outside) * 2 > len(at)
    which = ": they count for distances, and in no area" if far else f" ({named(outside)})"
    return [f"points in no block of this place: {len(outside):,} of {len(at):,}{which}"]


def _turned(blocks: Blocks, names: Sequence[str], xy: NDArray[np.float64], at: Labels) -> list[str]:
    """What is said of points whose x and y may stand the wrong way round."""
    turned = turned_round(blocks, xy, at)
    if not turned.any():
        return []
    who = [names[n] for n in np.flatnonzero(turned).tolist()]
    said = f"{len(who):,} ({named(who)}): are their eastings and northings swapped?"
    return [f"points that would lie in this place if x and y were turned round: {said}"]


def _by_code(found: Features, blocks: Blocks, column: str, of: Division | None, notes: list[str]) -> Labels:
    """The block of each code: of an area of `of`, the block of it in which most people live."""
    codes = found.column(column)
    blank = sum(not text for text in codes)
    if blank:
        notes.append(f"points without a code in '{column}': {blank:,}")
    known: Mapping[str, int] = blocks.number
    if of is not None:
        groups = zip(of.labels, of.groups(), strict=True)
        known = {label: int(there[blocks.people[there].argmax()]) for label, there in groups if len(there)}
        notes.append(
            f"placed by {of.name} alone: right for {of.name} and what its areas nest in, an estimate for other layers, "
            "and not known for distances"
        )
    return np.array([known.get(text, NONE) for text in codes], dtype=np.int32)


def _places(found: Features, x: str, y: str, projection: str, notes: list[str]) -> NDArray[np.float64]:
    """Coordinates in metres, nan where a row has none."""
    size = len(found)
    xy = np.full((size, 2), np.nan)
    if found.shapes is not None:
        import shapely

        moved = to_metres(found.file, found.shapes, projection_of(found.file, found.projection, projection))
        there = np.flatnonzero(~shapely.is_missing(moved) & ~shapely.is_empty(moved))
        xy[there] = shapely.get_coordinates(shapely.point_on_surface(moved[there]))
    else:
        x, y = x or _guess(found, X_HEADINGS), y or _guess(found, Y_HEADINGS)
        texts = list(zip(found.column(x), found.column(y), strict=True))
        cells = [
            (number(found.file, f"'{x}' in row {n:,}", a), number(found.file, f"'{y}' in row {n:,}", b))
            for n, (a, b) in enumerate(texts, 2)
        ]
        there = np.array([n for n, (a, b) in enumerate(cells) if a is not None and b is not None], dtype=np.int64)
        if not len(there):
            raise FileRefused(found.file, f"no row has coordinates in '{x}' and '{y}'")
        raw = np.array([[float(v) for v in cells[n] if v is not None] for n in there.tolist()])
        said = projection or told_by(x)
        east, north = coordinates(found.file, raw[:, 0], raw[:, 1], projection_of(found.file, "", said))
        xy[there] = np.column_stack([east, north])
    if size - len(there):
        notes.append(f"points without coordinates: {size - len(there):,}")
    return xy


def told_by(x: str) -> str:
    """The projection that a heading of coordinates names: longitude is in degrees, an easting on the national grid."""
    word = x.strip().lower().rpartition("_")[2]
    if word in ("lon", "lng", "long", "longitude"):
        return "EPSG:4326"
    return "EPSG:27700" if word in ("easting", "eastings") else ""


def turned_round(blocks: Blocks, xy: NDArray[np.float64], at: Labels) -> NDArray[np.bool_]:
    """Which points lie in no block, and would lie in one if eastings and northings were swapped."""
    found = np.zeros(len(xy), dtype=bool)
    if blocks.shapes is None:
        return found
    lost = np.flatnonzero((at == NONE) & np.isfinite(xy[:, 0]))
    found[lost] = holding(blocks.shapes, xy[lost][:, ::-1]) != NONE
    return found


def _guess(found: Features, known: tuple[str, ...]) -> str:
    named_so = [heading for heading in found.columns if heading.strip().lower() in known]
    if len(named_so) != 1:
        raise FileRefused(
            found.file,
            f"which columns are its coordinates? Say x = and y =, or block = for the code of an area; it has "
            f"{', '.join(found.columns)}",
        )
    return named_so[0]


def located(file: str, blocks: Blocks, xy: NDArray[np.float64]) -> Labels:
    """The block that each point lies in, or within EDGE metres of, else -1; FileRefused where blocks lack shapes."""
    import shapely

    if blocks.shapes is None:
        raise FileRefused(file, "the blocks have no shapes to place points in: say block = for a column of codes")
    at = np.full(len(xy), NONE, dtype=np.int32)
    there = np.flatnonzero(np.isfinite(xy[:, 0]))
    at[there] = holding(blocks.shapes, xy[there])
    lost = there[at[there] == NONE]
    if len(lost):
        near, block = shapely.STRtree(blocks.shapes).query_nearest(
            shapely.points(xy[lost]), max_distance=EDGE, all_matches=False
        )
        at[lost[near]] = block
    return at
