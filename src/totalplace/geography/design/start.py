"""A first plan of k areas: the exact one where units stay whole, else the parts of a random tree."""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Division, Graph, Integers, Labels
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import Band, Task
from totalplace.geography.ways import cheapest_way

TREES = 20
"""So many trees are drawn for each cut before the one nearest to the band is taken."""


def tree_plan(task: Task, k: int, seed: int = 1) -> Plan:
    """A plan of k areas, each of one piece, in or near the band; rules on fixed and together hold.

    Raises GeographyError where pieces that do not touch cannot make k areas, or a group kept together is apart.
    """
    rest, fixed = _without_fixed(task)
    if k <= len(fixed) and len(rest):
        raise GeographyError(f"{k} areas, and {len(fixed)} are fixed: there is none for the other blocks")
    of = np.full(len(task.blocks), -1, dtype=np.int64)
    for number, members in enumerate(fixed):
        of[members] = k - 1 - number
    if len(rest):
        of[rest] = _grown(task, rest, k - len(fixed), seed)
    return Plan(task, of.astype(np.int32))


def _without_fixed(task: Task) -> tuple[Integers, list[Integers]]:
    fixed = [np.unique(np.concatenate([task.blocks_of(code) for code in group])) for group in task.rules.fixed]
    free = np.ones(len(task.blocks), dtype=bool)
    for members in fixed:
        free[members] = False
    return np.flatnonzero(free), fixed


def _grown(task: Task, rest: Integers, k: int, seed: int) -> Labels:
    """The area of each of some blocks: groups that stay together are one block, pieces that do not touch are apart."""
    lumps = _lumps(task, rest)
    graph, people = task.graph.take(rest), task.blocks.people[rest]
    merged, summed = _merged(graph, people, lumps)
    pieces = merged.parts()
    counts = _counts(task.band, [int(summed[piece].sum()) for piece in pieces], k)
    found = np.zeros(len(merged), dtype=np.int32)
    begin = 0
    for number, (piece, count) in enumerate(zip(pieces, counts, strict=True)):
        found[piece] = begin + _cut(merged.take(piece), summed[piece], count, task.band, seed * 1_000_003 + number)
        begin += count
    return found[lumps]


def _lumps(task: Task, rest: Integers) -> Integers:
    """The lump of each block: those of a group that stays together share one, with what joins its pieces."""
    lump = np.arange(len(task.blocks))
    free = set(rest.tolist())
    for members in task.bundles:
        members = _of_one_piece(task, members, free) if free.issuperset(members.tolist()) else members
        lump[np.isin(lump, lump[members])] = lump[members].min()
    return np.unique(lump[rest], return_inverse=True)[1]


def _of_one_piece(task: Task, members: Integers, free: Set[int]) -> Integers:
    """A group that stays together, and where it is in pieces the blocks between with fewest people.

    GeographyError where no way leads from one piece to the other over blocks that are free.
    """
    while True:
        largest, *others = task.graph.parts(members.tolist())
        if not others:
            return members
        goal = {int(block) for part in others for block in part}
        way = cheapest_way(task.graph, task.blocks.people, set(largest.tolist()), goal, lambda n: n not in free)
        if way is None:
            apart = " and ".join(f"'{task.blocks.names[int(part[0])]}'" for part in (largest, others[0]))
            raise GeographyError(
                f"{apart} are to lie together, and no way leads from one to the other but through what stays as it is: "
                "declare a bridge, or let them lie apart"
            )
        members = np.concatenate([members, np.array(way, dtype=np.int64)])


def _merged(graph: Graph, people: Integers, lumps: Integers) -> tuple[Graph, Integers]:
    a, b, border = graph.pairs()
    size = int(lumps.max()) + 1
    return Graph.of_pairs(size, lumps[a], lumps[b], border), np.bincount(lumps, people, size).astype(np.int64)


def _counts(band: Band, people: list[int], k: int) -> list[int]:
    """How many of k areas each piece makes, inside the band where that can be."""
    ranges = [band.counts(each) or range(1, 2) for each in people]
    counts = [each.start for each in ranges]
    while sum(counts) < k:
        room = [n for n, each in enumerate(ranges) if counts[n] + 1 in each] or list(range(len(people)))
        counts[max(room, key=lambda n: people[n] / counts[n])] += 1
    if sum(counts) > k:
        raise GeographyError(
            f"the blocks lie in {len(people)} pieces that do not touch, which make {sum(counts)} areas at least: "
            f"ask for more than {k}, or declare bridges"
        )
    return counts


def _cut(graph: Graph, people: Integers, k: int, band: Band, seed: int) -> Labels:
    from totalplace.geography.design.trees import parts

    of = np.zeros(len(graph), dtype=np.int32)
    random = np.array([seed], dtype=np.uint64)
    found = parts(graph.starts, graph.ends, people, of, k, np.array([band.low, band.high]), TREES, random)
    if found < k:
        raise GeographyError(f"{k} areas of {len(graph):,} blocks that hold together: no such cut was found")
    return of


def division_plan(task: Task, division: Division) -> Plan:
    """A plan of the areas of a division, such as today's; GeographyError where blocks belong to none."""
    if (division.of < 0).any():
        without = int((division.of < 0).sum())
        first = task.blocks.ids[int(np.flatnonzero(division.of < 0)[0])]
        raise GeographyError(f"{without:,} blocks are in no area of '{division.name}', the first is '{first}'")
    return Plan(task, division.of)
