"""Blocks and what touches what, for a design: a file with a row a block, or the geography that a place declares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from totalplace.errors import FileRefused, UsageError, did_you_mean
from totalplace.geography.aligning.placed import titles_of
from totalplace.geography.blocks import Blocks, Division, Graph, Integers
from totalplace.geography.building import blocks_alone
from totalplace.geography.reading.features import Features, named
from totalplace.geography.reading.files import read_features

if TYPE_CHECKING:
    from totalplace.geography.answers import Geography

CODE = re.compile(r"[A-Z]\d{8}")
"""What a code of the Office for National Statistics looks like."""
ALIKE = 0.8
"""Names of areas tell at least this share of them apart."""
NO = ("", "0", "no", "n", "false", "-")
"""What a column of anchors says of a block that has none."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """What a design is made of: blocks with layers, which touch, blocks by kind of point.

    `names` are those of areas, by layer and code; `titles` those of layers, `sites` those of kinds of point, by id.
    """

    blocks: Blocks
    graph: Graph
    points: Mapping[str, Integers] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)

    def anchors(self, kinds: tuple[str, ...]) -> dict[str, Integers]:
        """The blocks that have each kind of point; UsageError where a kind is not known."""
        found = {}
        for kind in kinds:
            if kind not in self.points:
                raise UsageError(f"'{kind}' is no kind of point here{did_you_mean(kind, list(self.points))}")
            found[kind] = self.points[kind]
        return found


def of_place(geography: Geography) -> Pieces:
    """The geography of a place; raises GeographyError where there is none, or no shapes to tell what touches."""
    whole = geography.whole
    points = {kind: np.unique(each.block[each.block >= 0]).astype(np.int64) for kind, each in whole.points.items()}
    sites = {kind: each.name for kind, each in whole.points.items()}
    return Pieces(geography.blocks, geography.graph, points, whole.names, whole.notes, titles_of(geography), sites)


def of_file(
    root: Path, file: str, *, block: str = "", people: str = "", projection: str = "", touching: str = ""
) -> Pieces:
    """A file with a row a block: codes in the first column (or `block`), people, and a column for each layer.

    What touches is told by the shapes, or by `touching`: a file of pairs, two columns with codes of blocks and, if
    there is one, a column `metres`. A column with something but no, 0 or nothing can serve as anchors. Raises
    FileRefused and UsageError for what cannot be read so.
    """
    made, found, taken, notes = blocks_alone(root, file, block, people, projection)
    columns = {name: values for name, values in found.columns.items() if name not in taken}
    layers = {name: Division.of_values(name, values) for name, values in columns.items()}
    blocks = Blocks(made.ids, made.names, made.people, layers, shapes=made.shapes)
    points = {
        name: np.flatnonzero([value.strip().lower() not in NO for value in values]) for name, values in columns.items()
    }
    return Pieces(blocks, _graph(root, file, blocks, touching), points, names_beside(layers), notes)


def names_beside(layers: Mapping[str, Division]) -> dict[str, dict[str, str]]:
    """For a column of codes the column of names that says the same of each block, by code.

    Of columns in which each code has one name, the one that tells most of them apart; two areas may share a name.
    """
    coded = {name: all(CODE.fullmatch(label) for label in each.labels) for name, each in layers.items()}
    found: dict[str, dict[str, str]] = {}
    for name, each in layers.items():
        best = int(ALIKE * len(each.labels))
        for other, beside in layers.items():
            if not coded[name] or coded[other] or not best < len(beside.labels) <= len(each.labels):
                continue
            pairs = {pair for pair in zip(each.of.tolist(), beside.of.tolist(), strict=True) if -1 not in pair}
            if len(pairs) == len(each.labels):
                found[name] = {each.labels[a]: beside.labels[b] for a, b in pairs}
                best = len(beside.labels)
    return found


def _graph(root: Path, file: str, blocks: Blocks, touching: str) -> Graph:
    if touching:
        return touching_of(read_features(root, touching), blocks)
    if blocks.shapes is None and len(blocks) == 1:
        return Graph.of_pairs(1, [], [])  # one block touches nothing
    if blocks.shapes is None:
        raise UsageError(
            f"{file} has no shapes, so it is not known which blocks touch: give a file of pairs with --touching"
        )
    from totalplace.geography.adjacency import adjacency

    return adjacency(blocks.shapes)


def touching_of(found: Features, blocks: Blocks) -> Graph:
    """The graph that a file of pairs makes; FileRefused for a code that is not known, naming it."""
    if len(found.columns) < 2:
        raise FileRefused(found.file, "two columns are needed: the codes of two blocks that touch")
    first, second = list(found.columns.values())[:2]
    if lost := sorted({code for code in (*first, *second) if code not in blocks.number}):
        near = did_you_mean(lost[0], list(blocks.ids)) if len(lost) == 1 else ""
        raise FileRefused(found.file, f"{len(lost):,} codes are of no block: {named(lost)}{near}")
    metres = next((v for k, v in found.columns.items() if k.strip().lower() == "metres"), None)
    try:
        lengths = [float(text) for text in metres] if metres else [1.0] * len(first)
    except ValueError as error:
        raise FileRefused(found.file, f"the column metres holds no number: {error}") from None
    if any(not 0 <= length < 1e9 for length in lengths):
        raise FileRefused(found.file, "a border has 0 metres or more")
    ends = [[blocks.number[code] for code in codes] for codes in (first, second)]
    return Graph.of_pairs(len(blocks), ends[0], ends[1], lengths)


def division_of(found: Features, blocks: Blocks, name: str) -> Division:
    """A plan in a file: the first column codes of blocks, the second (or one called area) what each belongs to.

    Areas have the names of a column `name`, where each has one of its own.
    """
    headings = list(found.columns)
    if len(headings) < 2:
        raise FileRefused(found.file, "two columns are needed: the code of a block and the area that it is in")
    at = next((h for h in headings[1:] if h.strip().lower() in ("area", "neighbourhood")), headings[1])
    codes, areas = found.columns[headings[0]], found.columns[at]
    if lost := [code for code in codes if code not in blocks.number]:
        raise FileRefused(found.file, f"{len(lost):,} of its codes are of no block here: {named(lost)}")
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise FileRefused(found.file, f"block '{twice}' stands more than once: each is in one area")
    called = _called(found, areas)
    of = dict(zip(codes, (called.get(area, area) for area in areas), strict=True))
    return Division.of_values(name, [of.get(code, "") for code in blocks.ids])


def _called(found: Features, areas: Sequence[str]) -> dict[str, str]:
    """What the column `name` calls each area; nothing where an area has two names or two areas share one."""
    at = next((heading for heading in found.columns if heading.strip().lower() == "name"), None)
    if at is None:
        return {}
    pairs = {(area, name.strip()) for area, name in zip(areas, found.columns[at], strict=True) if area and name.strip()}
    called = dict(pairs)
    return called if len(pairs) == len(called) == len(set(called.values())) else {}
