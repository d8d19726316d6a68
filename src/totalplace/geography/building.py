"""Blocks from files: codes once each, people for every one, shapes in metres, and all that was found said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused, UsageError
from totalplace.geography.blocks import NONE, Blocks, Division, Integers
from totalplace.geography.reading.features import Features, named
from totalplace.geography.reading.files import read_features
from totalplace.geography.reading.mending import gap_notes, mended, overlap_notes
from totalplace.geography.reading.numbers import people_of
from totalplace.geography.reading.projection import projection_of, to_metres
from totalplace.geography.vintages import require


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas of one layer as read: codes, names, shapes in metres (None for a table alone), and what is to be said."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: NDArray[Any] | None
    notes: tuple[str, ...]
    found: Features


def areas_of(found: Features, code: str, name: str = "", projection: str = "") -> Areas:
    """The areas of a file, each code once; raises FileRefused for blanks and duplicates, naming them.

    Rows that are the same in every column and shape are taken once, which is told.
    """
    codes = found.column(code)
    if blank := sum(not text for text in codes):
        raise FileRefused(found.file, f"{blank:,} rows have no code in the column '{code}'")
    notes = list(found.notes)
    if len(set(codes)) < len(codes):
        found, told = _once(found, code)
        codes = found.column(code)
        notes.append(told)
    names = found.column(name) if name else codes
    shapes = None
    if found.shapes is not None:
        shapes = to_metres(found.file, found.shapes, projection_of(found.file, found.projection, projection))
        shapes, told_shapes = mended(found.file, shapes, codes)
        notes += [f"{found.file}: {note}" for note in told_shapes]
    return Areas(tuple(codes), tuple(names), shapes, tuple(notes), found)


def _once(found: Features, code: str) -> tuple[Features, str]:
    """The rows without those that say the same again; FileRefused where one code says two things."""
    codes = found.column(code)
    first: dict[str, int] = {}
    for n, text in enumerate(codes):
        first.setdefault(text, n)
    for n, text in enumerate(codes):
        if not _alike(found, first[text], n):
            twice = [each for each, count in Counter(codes).items() if count > 1]
            raise FileRefused(
                found.file,
                f"{len(twice):,} codes of '{code}' stand more than once, with other figures or shapes: {named(twice)}. "
                f"Is '{code}' the right column, or is the file of two vintages or levels?",
            )
    kept = found.take(sorted(first.values()))
    return kept, f"{found.file}: rows that stand twice, alike, and were taken once: {len(codes) - len(kept):,}"


def _alike(found: Features, one: int, other: int) -> bool:
    if one == other:
        return True
    import shapely

    same = all(values[one] == values[other] for values in found.columns.values())
    return same and (found.shapes is None or bool(shapely.equals_identical(found.shapes[one], found.shapes[other])))


def blocks_of(areas: Areas, people: Integers, kind: str, vintage: str) -> tuple[Blocks, list[str]]:
    """Blocks with people and shapes, and what is to be said of how those lie; see overlap_notes for what is refused."""
    notes = []
    if areas.shapes is not None:
        file = areas.found.file
        told = [*overlap_notes(file, areas.shapes, areas.codes), *gap_notes(areas.shapes)]
        notes = [f"{file}: {note}" for note in told]
    return Blocks(areas.codes, areas.names, people, {}, kind, vintage, areas.shapes), notes


def people_from(areas: Areas, column: str, table: Features | None, code: str, what: str) -> tuple[Integers, list[str]]:
    """People by area, from the file of areas or from a table of their own; FileRefused where one has no figure."""
    if table is None:
        return people_of(areas.found.file, column, areas.found.column(column), areas.codes)
    heading = table.heading(code)
    require(table.file, heading, areas.codes, table.columns, what)
    counted = Counter(table.columns[heading])
    if twice := [each for each in areas.codes if counted[each] > 1]:
        raise FileRefused(
            table.file, f"{len(twice):,} codes stand more than once: {named(twice)}. Keep one year and one sex or age"
        )
    by_code = dict(zip(table.columns[heading], table.column(column), strict=True))
    return people_of(table.file, column, [by_code[each] for each in areas.codes], areas.codes)


PEOPLE = ("people", "pop", "population", "residents", "usual residents", "total", "all")
"""Headings that are taken for the population where none is named."""


def blocks_alone(
    root: Path, file: str, block: str = "", people: str = "", projection: str = ""
) -> tuple[Blocks, Features, tuple[str, str], tuple[str, ...]]:
    """The blocks of one file with a row a block; its columns, the headings of codes and people, and notes.

    Codes are in the first column if `block` does not head them. Raises FileRefused and UsageError for what cannot be.
    """
    found = read_features(root, file)
    if not found.columns:
        raise FileRefused(file, "it has no columns: give a row a block, with its people and its areas")
    code = found.heading(block) if block else next(iter(found.columns))
    areas = areas_of(found, code, projection=projection)
    counted = found.heading(people) if people else _people(found)
    figures, told = people_from(areas, counted, None, "", "the blocks")
    blocks, more = blocks_of(areas, figures, "block", "")
    return blocks, areas.found, (code, counted), (*areas.notes, *told, *more)


def _people(found: Features) -> str:
    headings = [heading for heading in found.columns if heading.strip().lower() in PEOPLE]
    if len(headings) != 1:
        what = f"{', '.join(headings)} could all be it" if headings else "no heading says people or population"
        raise UsageError(f"{found.file}: which column has the people of each block? {what}; name it with --people")
    return headings[0]


@dataclass(frozen=True, eq=False)
class Laid:
    """A division by laying shapes over blocks: the share of each block that its area holds, and people misplaced.

    `misplaced` counts people as spread evenly within each block: an estimate, and the less the smaller blocks are.
    """

    division: Division
    share: NDArray[np.float64]
    misplaced: float
    outside: Integers


def laid_over(blocks: Blocks, areas: Areas, name: str) -> Laid:
    """To each block the area that holds most of its land; none where more of it lies in none. Ties go to the first."""
    import shapely

    if blocks.shapes is None or areas.shapes is None:
        raise FileRefused(areas.found.file, f"'{name}' needs shapes, and so do the blocks, to be laid over each other")
    block, area = shapely.STRtree(areas.shapes).query(blocks.shapes, predicate="intersects")
    land = shapely.area(shapely.intersection(blocks.shapes[block], areas.shapes[area]))
    size = len(blocks)
    whole = np.maximum(shapely.area(blocks.shapes), 1e-9)
    beyond = np.maximum(whole - np.bincount(block, land, size), 0.0)
    order = np.lexsort((area, -land, block))
    block, area, land = block[order], area[order], land[order]
    first = np.unique(block, return_index=True)[1]
    first = first[(land[first] > 0) & (land[first] >= beyond[block[first]])]
    of, share = np.full(size, NONE, dtype=np.int32), np.zeros(size)
    of[block[first]] = area[first]
    share[block[first]] = land[first] / whole[block[first]]
    share = np.minimum(share, 1.0)
    outside = np.flatnonzero(of == NONE)
    if len(outside) == size:
        raise FileRefused(
            areas.found.file,
            "its areas are smaller than the blocks, and none has most of one: load sites such as buildings --as points"
            if land.any()
            else "none of its areas meets any block of this place: is it of another place, or are coordinates swapped?",
        )
    inside = of >= 0
    misplaced = float((blocks.people[inside] * (1 - share[inside])).sum())
    return Laid(_used(Division(name, areas.codes, of)), share, misplaced, outside)


def centred(blocks: Blocks, xy: NDArray[np.float64], areas: Areas, name: str) -> Laid:
    """To each block the area that holds its population-weighted centre: best fit as official statistics have it.

    Source: GSS Geography Policy (best fit by population-weighted centroid of output areas).
    """
    import shapely

    if areas.shapes is None:
        raise FileRefused(areas.found.file, f"'{name}' needs shapes")
    of = holding(areas.shapes, xy)
    outside = np.flatnonzero(of == NONE)
    if len(outside) == len(blocks):
        raise FileRefused(areas.found.file, "none of its areas holds the centre of any block of this place")
    shares = np.zeros(len(blocks))
    if blocks.shapes is not None:
        inside = np.flatnonzero(of != NONE)
        shared = shapely.area(shapely.intersection(blocks.shapes[inside], areas.shapes[of[inside]]))
        shares[inside] = np.minimum(shared / np.maximum(shapely.area(blocks.shapes[inside]), 1e-9), 1.0)
    misplaced = (
        float((blocks.people[of >= 0] * (1 - shares[of >= 0])).sum()) if blocks.shapes is not None else float("nan")
    )
    return Laid(_used(Division(name, areas.codes, of)), shares, misplaced, outside)


def _used(division: Division) -> Division:
    """The division with the areas alone that have a block: a file may be of more than the place."""
    return division.take(np.arange(len(division.of)))


def holding(shapes: NDArray[Any], xy: NDArray[np.float64]) -> NDArray[np.int32]:
    """The shape that holds each point, -1 for none; on a border, the first."""
    import shapely

    point, shape = shapely.STRtree(shapes).query(shapely.points(xy), predicate="intersects")
    of = np.full(len(xy), NONE, dtype=np.int32)
    of[point[::-1]] = shape[::-1]
    order = np.lexsort((shape, point))
    first = np.unique(point[order], return_index=True)[1]
    of[point[order][first]] = shape[order][first]
    return of


def names_of(codes: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """What areas are called, by code."""
    return dict(zip(codes, names, strict=True))
