"""Which areas touch, and along how many metres, from their shapes.

The rule: two areas are neighbours where more than LEAST metres of border lie within NEAR metres of each other. A corner
that two areas share is no border; a gap of less than a metre, as generalised or rounded boundaries have, parts nobody.
A border measures up to a metre too much at each of its ends. Bridges over rivers, and ferries, are for a person to
declare: nothing is joined because it looks near.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError, did_you_mean
from totalplace.geography.blocks import Blocks, Graph, Integers, Metres

LEAST = 5.0
"""Metres of shared border that make neighbours. Ours: no publication sets one."""
NEAR = 1.0
"""Metres within which two borders count as one. Ours, for boundaries published to 20 metres or a ten-thousandth of a
degree."""
_AT_ONCE = 20_000
"""Pairs that are measured at a time, so that memory stays level."""


def adjacency(shapes: NDArray[Any], *, least: float = LEAST, near: float = NEAR) -> Graph:
    """The graph of areas that touch, from shapes in metres.

    The shared border of two areas is the mean of the border of each that lies within `near` metres of the other.
    Holes and parts count as any border: an area inside another is its neighbour. Time grows with the number of areas.
    """
    import shapely

    wide = shapely.buffer(shapes, near, quad_segs=1, join_style="mitre")
    first, second = shapely.STRtree(shapes).query(wide, predicate="intersects")
    lines = shapely.boundary(shapes)
    apart = first != second
    first, second = first[apart], second[apart]
    metres = np.zeros(len(first))
    for start in range(0, len(first), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        metres[some] = shapely.length(shapely.intersection(wide[first[some]], lines[second[some]]))
    # Each pair was measured from both sides: of_pairs adds them up.
    graph = Graph.of_pairs(len(shapes), first, second, metres / 2)
    a, b, border = graph.pairs()
    touch = border > least
    return Graph.of_pairs(len(shapes), a[touch], b[touch], border[touch])


def outer_border(shapes: NDArray[Any], graph: Graph) -> Metres:
    """Metres of each area's border that no neighbour shares: the sea, or the edge of the place."""
    import shapely

    begin = np.repeat(np.arange(len(graph)), np.diff(graph.starts))
    shared = np.bincount(begin, graph.border, len(graph))
    outer: Metres = np.maximum(shapely.length(shapely.boundary(shapes)) - shared, 0.0)
    return outer


@dataclass(frozen=True)
class Link:
    """A pair of blocks, by code, that a person joins (a bridge, a ferry) or parts (a railway), and why."""

    first: str
    second: str
    note: str = ""


def linked(graph: Graph, blocks: Blocks, bridges: Iterable[Link] = (), cuts: Iterable[Link] = ()) -> Graph:
    """The graph with bridges joined and cuts parted; a bridge has a border of 0 metres.

    Raises GeographyError for a code that is no block, and for a cut between blocks that do not touch.
    """
    joins, parts = list(bridges), list(cuts)
    for what, links in (("bridge", joins), ("cut", parts)):
        for link in links:
            _known(what, link, blocks)
    for link in parts:
        if blocks.number[link.second] not in graph.neighbours(blocks.number[link.first]):
            raise GeographyError(f"[[cut]] {link.first} and {link.second} do not touch: there is nothing to part")
    if joins:
        graph = graph.joined([blocks.number[x.first] for x in joins], [blocks.number[x.second] for x in joins])
    if parts:
        graph = graph.cut([blocks.number[x.first] for x in parts], [blocks.number[x.second] for x in parts])
    return graph


def _known(what: str, link: Link, blocks: Blocks) -> None:
    for code in (link.first, link.second):
        if code not in blocks.number:
            raise GeographyError(f"[[{what}]] '{code}' is no block{did_you_mean(code, list(blocks.ids))}")
    if link.first == link.second:
        raise GeographyError(f"[[{what}]] joins or parts {link.first} from itself; name two blocks")


@dataclass(frozen=True)
class Apart:
    """A part of the place that touches no other: its blocks and people, and the nearest pair to bridge it by."""

    blocks: Integers
    people: int
    nearest: Link
    metres: float


def islands(graph: Graph, blocks: Blocks, members: Integers | None = None, most: int | None = None) -> list[Apart]:
    """The parts that stand apart from the largest, each with the shortest bridge to anywhere else that would join it.

    `most` names so many alone, the largest of them.

    Nothing is joined: a person declares the bridge, or keeps the parts apart.
    """
    parts = graph.parts(members)
    if len(parts) < 2 or blocks.shapes is None:
        return [Apart(part, int(blocks.people[part].sum()), Link("", ""), float("nan")) for part in parts[1:][:most]]
    import shapely

    every = np.concatenate(parts)
    found = []
    for part in parts[1:][:most]:
        rest = np.setdiff1d(every, part)
        tree = shapely.STRtree(blocks.shapes[rest])
        pairs, metres = tree.query_nearest(blocks.shapes[part], return_distance=True, all_matches=False)
        if not len(metres):  # blocks without a shape are near to nothing
            found.append(Apart(part, int(blocks.people[part].sum()), Link("", ""), float("nan")))
            continue
        best = int(metres.argmin())
        link = Link(blocks.ids[part[pairs[0][best]]], blocks.ids[rest[pairs[1][best]]])
        found.append(Apart(part, int(blocks.people[part].sum()), link, float(metres[best])))
    return found
