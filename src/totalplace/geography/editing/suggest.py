"""The best next moves: into the band, of one piece, with what an area should hold; the cheapest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from totalplace.geography.editing.live import Live
from totalplace.geography.editing.saying import Told, told
from totalplace.geography.editing.standing import Row, Standing
from totalplace.geography.editing.steps import Step
from totalplace.geography.ways import cheapest_way

SEEDS = 4
"""From so many blocks along a border a run of blocks to give away is grown."""
NEAREST = 8
"""So many of the nearest sites of a kind are tried."""
TRIED = 48
"""So many moves at most are tried whole; they are those that look cheapest."""


@dataclass(frozen=True)
class Suggestion:
    """A move that would help: the step, what it is in words, what it does, and what it costs.

    `left` is how many people all areas together would be out of the band, `broken` the pieces too many, `lacking` how
    often an area lacks a kind of site; `people` is who would move.
    """

    step: Step
    words: str
    told: Told
    people: int
    left: int
    broken: int
    lacking: int


def suggestions(live: Live, key: str, most: int = 5) -> list[Suggestion]:
    """Moves that bring an area nearer to the band, to one piece or to what it should hold; none where nothing is amiss.

    No move breaks in one of these what it mends in another. Those that mend most come first, of these those that move
    fewest people. They are found by trying runs of blocks along its borders, its pieces, the sites that are nearest,
    and merging it: good moves, not proven the best.
    """
    if key in live.state.locked or key not in live.now.rows or not amiss(live.now.rows[key]):
        return []
    row, before = live.now.rows[key], live.now
    at = _total(before)
    found: dict[tuple[str, ...], Suggestion] = {}
    for step in islice(_steps(live, row), TRIED):
        then = live.tried(step)
        after = _total(then)
        if step.do == "move" and len(then.rows) < len(before.rows):
            continue  # all of another area: merging says it better
        if after == at or any(now > was for now, was in zip(after, at, strict=True)):
            continue
        moved = int(live.task.blocks.people[then.state.of != live.state.of].sum())
        made = Suggestion(step, _words(live, step), told(before.rows, then.rows, live.task.band), moved, *after)
        found.setdefault((step.to, *sorted(step.blocks)), made)
    order = sorted(found.values(), key=lambda each: (each.left, each.broken, each.lacking, each.people, each.words))
    return order[:most]


def amiss(row: Row) -> bool:
    """Whether an area is out of the band, in pieces, or lacks a kind of site that it should hold."""
    return bool(row.out or row.pieces > 1 or row.lacks)


def _total(standing: Standing) -> tuple[int, int, int]:
    """People out of the band over all areas, pieces too many, kinds of site that areas lack."""
    rows = standing.rows.values()
    return sum(abs(row.out) for row in rows), sum(row.pieces - 1 for row in rows), sum(len(row.lacks) for row in rows)


def _words(live: Live, step: Step) -> str:
    areas = live.state.areas
    to = areas[live.state.number(step.to)].name
    if step.do == "merge":
        return f"Merge {areas[live.state.number(step.area)].name} into {to}"
    names = [live.task.blocks.names[live.task.blocks.number[code]] for code in step.blocks]
    more = f" and {len(names) - 3:,} more small areas" if len(names) > 3 else ""
    return f"Move {', '.join(names[:3])}{more} to {to}"


def _steps(live: Live, row: Row) -> Iterator[Step]:
    """Moves worth trying for an area."""
    number = live.state.number(row.key)
    if row.pieces > 1:
        yield from _pieces(live, number)
    if row.lacks:
        yield from _sites(live, number)
    if row.out > 0:
        for other in _neighbours(live, number):
            room = live.task.band.high - live.now.rows[live.state.areas[other].key].people
            yield from _runs(live, number, other, row.out, room)
    elif row.out < 0:
        for other in _neighbours(live, number):
            room = live.now.rows[live.state.areas[other].key].people - live.task.band.low
            yield from _runs(live, other, number, -row.out, room)
    if row.out < 0 or row.lacks:
        if live.state.held.intersection(np.flatnonzero(live.state.of == number).tolist()):
            return
        for other in _neighbours(live, number):
            yield Step("merge", area=row.key, to=live.state.areas[other].key)


def _neighbours(live: Live, number: int) -> list[int]:
    """The areas that one touches and that are not locked, the longest border first."""
    metres, touching = live.touched(np.flatnonzero(live.state.of == number))
    free = [n for n in touching if live.state.areas[n].key not in live.state.locked]
    return sorted(free, key=lambda n: (-metres[n], -touching[n], n))


def _pieces(live: Live, number: int) -> Iterator[Step]:
    """Each piece but the largest given to an area that it touches, or joined by the blocks in between."""
    state, blocks = live.state, live.task.blocks
    parts = live.task.graph.parts(np.flatnonzero(state.of == number).tolist())
    parts.sort(key=lambda part: (-int(blocks.people[part].sum()), int(part[0])))
    for part in parts[1:]:
        codes = tuple(blocks.ids[n] for n in part.tolist())
        if not state.held.intersection(part.tolist()):
            metres, _ = live.touched(part)
            for other in sorted(metres, key=lambda n: (-metres[n], n)):
                if state.areas[other].key not in state.locked:
                    yield Step("move", codes, to=state.areas[other].key)
        if between := _between(live, set(part.tolist()), set(parts[0].tolist())):
            yield Step("move", tuple(blocks.ids[n] for n in between), to=state.areas[number].key)


def _sites(live: Live, number: int) -> Iterator[Step]:
    """The nearest blocks with a site of a kind that an area lacks, with what lies between; fewest people first."""
    state, blocks, task = live.state, live.task.blocks, live.task
    own = set(np.flatnonzero(state.of == number).tolist())
    for at in task.rules.anchors.values():
        goals = set(at.tolist())
        if own & goals:
            continue
        for _ in range(NEAREST):
            way = _between(live, own, goals, reach=True)
            if not way:
                break
            goals.difference_update(way)
            yield Step("move", tuple(blocks.ids[n] for n in way), to=state.areas[number].key)


def _between(live: Live, begin: set[int], goal: set[int], reach: bool = False) -> list[int]:
    """The blocks with fewest people that join two sets of blocks, with the block reached where it is to come too.

    None where what is locked stands in the way.
    """
    state = live.state
    shut = {n for n, area in enumerate(state.areas) if area.key in state.locked}

    def barred(block: int) -> bool:
        return block in state.held or int(state.of[block]) in shut

    return cheapest_way(live.task.graph, live.task.blocks.people, begin, goal, barred, reach) or []


def _runs(live: Live, giver: int, taker: int, wanted: int, room: int) -> Iterator[Step]:
    """Runs of blocks along the border of two areas: until as many people as are wanted go over, or there is room for.

    `room` is how many the other one can give or take without leaving the band itself.
    """
    state, blocks, graph = live.state, live.task.blocks, live.task.graph.lists
    if state.areas[giver].key in state.locked:
        return
    inside = set(np.flatnonzero(state.of == giver).tolist())
    edge = [n for n in sorted(inside) if n not in state.held and any(state.of[o] == taker for o in graph[n])]
    edge.sort(key=lambda n: (-sum(state.of[o] == taker for o in graph[n]), int(blocks.people[n]), n))
    for seed in edge[:SEEDS]:
        run = _run(live, inside, seed, wanted)
        sums = np.cumsum(blocks.people[run])
        fits = int((sums <= room).sum())
        for length in {fits, len(run)} - {0, len(inside)}:
            yield Step("move", tuple(blocks.ids[n] for n in sorted(run[:length])), to=state.areas[taker].key)


def _run(live: Live, inside: set[int], seed: int, wanted: int) -> list[int]:
    """Blocks of an area from one at its edge on, until so many people are in it, the border kept short."""
    held, people, graph = live.state.held, live.task.blocks.people, live.task.graph.lists
    run, gone, open_now, given = list[int](), set[int](), {seed}, 0
    while open_now and given < wanted:
        # The block that leaves the shortest border behind: most neighbours outside the giver or in the run.
        best = max(open_now, key=lambda n: (sum(o not in inside or o in gone for o in graph[n]), -n))
        run.append(best)
        gone.add(best)
        given += int(people[best])
        open_now |= {o for o in graph[best] if o in inside and o not in held}
        open_now -= gone
    return run
