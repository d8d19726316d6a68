"""Why there is no plan, in words: arithmetic, a unit that fits nowhere, the units that choke it, the nearest band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from totalplace.geography.design.partition import Choice
from totalplace.geography.design.task import Band, Task

if TYPE_CHECKING:
    from totalplace.geography.design.exact import Sets

WIDER = 0.5
"""The nearest band is looked for as far as this share below and above the one asked for."""

NAMED = 4
"""So many units are named; of more only how many there are."""


def never(task: Task) -> str:
    """Why no number of areas at all fits, from the people alone, or from how few there are to make areas of."""
    fixed = [code for group in task.rules.fixed for code in group]
    held = int(task.blocks.people[np.concatenate([task.blocks_of(code) for code in fixed])].sum()) if fixed else 0
    rest, units = task.people - held, len(task.units.labels)
    if least := next(iter(task.band.counts(rest)), 0):
        return (
            f"no number of areas fits: of {task.band} people each there would be {least:,} at least, and there "
            f"{'is' if units == 1 else 'are'} only {units:,} of {_units(task)} to make them of"
        )
    few = max(rest // max(task.band.high, 1), 1)
    return (
        f"no number of areas fits: {rest:,} people{' who are in no fixed area' if fixed else ''} make {few:,} of "
        f"{rest / few:,.0f} or {few + 1:,} of {rest / (few + 1):,.0f} on average, and the band is {task.band}"
    )


def why_not(task: Task, k: int, sets: Sets) -> str:
    """Why no k areas fit, as far as it can be told: proven is that none do."""
    what = f"no {k} areas {_whole(task)} fit in {task.band} people"
    said = _by_count(task, k) or by_rules(task, k) or _by_piece(task) or _by_unit(task, sets)
    return f"{what}: {said or _by_choke(task, k, sets)}"


def why_unlisted(task: Task, k: int, band: tuple[int, int]) -> str:
    """Why no k areas fit, where the sets are too many to list; `band` is what each can have for the others to fit."""
    what = f"no {k} areas {_whole(task)} fit in {task.band} people"
    said = _by_count(task, k) or by_rules(task, k) or _by_piece(task) or _by_size(task)
    return f"{what}: {said or _by_room(k, band)}"


def _by_room(k: int, band: tuple[int, int]) -> str:
    """Words that say what every area would have to hold."""
    if band[0] > band[1]:
        return "what is not fixed has too many or too few people for the others"
    return (
        f"each would hold {band[0]:,} to {band[1]:,}, so that the other {k - 1} fit too, and no {k} such areas of one "
        "piece go together"
    )


def _whole(task: Task) -> str:
    return f"with {task.title(task.whole)} whole" if task.whole else "of these blocks"


def by_rules(task: Task, k: int) -> str:
    """Words where a rule by itself rules k areas out: too many apart or fixed, too few sites, too many together."""
    rules = task.rules
    if len(rules.fixed) > k:
        return f"{len(rules.fixed)} areas are to stay as they are"
    if wide := next((group for group in rules.apart if len(group) > k), None):
        return f"{len(wide)} are to lie apart ({some(task, wide)}), and no two of them in one area"
    for kind, at in rules.anchors.items():
        if (have := len(np.unique(task.units.of[at]))) < k:
            held = f"{have} of {_units(task)}" if have else f"none of {_units(task)}"
            return f"each area is to hold one of {task.sites.get(kind) or kind}, and {held} {_has(have)} any"
    fixed = [set(np.concatenate([task.blocks_of(code) for code in group]).tolist()) for group in rules.fixed]
    for group in rules.together:
        members = np.unique(np.concatenate([task.blocks_of(code) for code in group]))
        if (people := int(task.blocks.people[members].sum())) <= task.band.high:
            continue
        if not any(each.issuperset(members.tolist()) for each in fixed):
            return f"{some(task, group)} are to lie together and have {people:,} people"
    return ""


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _units(task: Task) -> str:
    """What areas are made of."""
    return task.title(task.whole) if task.whole else "the small areas"


def some(task: Task, codes: Sequence[str]) -> str:
    """What the codes of a rule are called; of many how many more there are."""
    more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
    return ", ".join(map(task.named, codes[:NAMED])) + more


def _by_count(task: Task, k: int) -> str:
    """Words where the mean alone rules it out."""
    mean, low, high = task.people / k, task.band.low, task.band.high
    if task.rules.fixed or low <= mean <= high:
        return ""
    side = f"above {high:,}" if mean > high else f"below {low:,}"
    allowed = task.band.counts(task.people)
    advice = f"; the band allows {listed_counts(allowed)}" if allowed else ""
    return f"{task.people:,} people make areas of {mean:,.0f} on average, {side}{advice}"


def listed_counts(counts: range) -> str:
    """A range of numbers of areas in words."""
    return f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"


def _by_unit(task: Task, sets: Sets) -> str:
    """Words where a unit is in no set at all."""
    covered = set().union(*sets.rows) if sets.rows else set()
    lonely = [unit for unit in range(len(task.units.labels)) if unit not in covered]
    if not lonely:
        return ""
    if large := _by_size(task):
        return large
    tail = f"with {'its' if len(lonely) == 1 else 'their'} neighbours no area that keeps the band and the rules"
    return f"{_names(task, lonely)} {'makes' if len(lonely) == 1 else 'make'} {tail}"


def _by_size(task: Task) -> str:
    """Words where a unit that is not fixed alone is above the band."""
    fixed = {int(u) for group in task.rules.fixed for code in group for u in task.units.of[task.blocks_of(code)]}
    people = task.units.people(task.blocks.people)
    large = [unit for unit in range(len(people)) if people[unit] > task.band.high and unit not in fixed]
    if not large:
        return ""
    have = "has" if len(large) == 1 else "have"
    return f"{_names(task, large)} {have} more people than an area may have; let it be divided, or raise the band"


def _names(task: Task, units: Sequence[int]) -> str:
    people = task.units.people(task.blocks.people)
    named = [f"{task.unit_name(unit)} ({people[unit]:,} people)" for unit in units[:NAMED]]
    more = f" and {len(units) - NAMED} more" if len(units) > NAMED else ""
    return ", ".join(named) + more


def choke(task: Task, k: int, sets: Sets) -> list[int] | None:
    """The fewest units, and of these the fewest people, without which the others make k areas; None: no such."""
    people = task.units.people(task.blocks.people).astype(float)
    free = 1.0 + people / (people.sum() * 10)
    size = len(task.units.labels)
    solved = Choice(size, sets.rows, np.zeros(len(sets.rows)), (), k, free).solve()
    if solved.status != "optimal":
        return None
    covered = set().union(*(sets.rows[c] for c in solved.chosen))
    return [unit for unit in range(size) if unit not in covered]


def _by_piece(task: Task) -> str:
    """Words where blocks that touch no others hold people that make no number of areas."""
    pieces = task.graph.parts()
    if len(pieces) == 1 or task.rules.fixed:
        return ""
    for piece in pieces:
        people = int(task.blocks.people[piece].sum())
        if not task.band.counts(people):
            name = task.blocks.names[int(piece[0])]
            return (
                f"the blocks lie in {len(pieces)} pieces that do not touch, and the one with {name} has {people:,} "
                "people, which make no number of areas; a bridge declared by hand would join it"
            )
    return ""


def _by_choke(task: Task, k: int, sets: Sets) -> str:
    """Words that name the units that stand in the way, or how many areas there is room for."""
    found = choke(task, k, sets)
    if not found:
        most = room(task, sets)
        return f"at most {most} areas of {task.band.low:,} or more go side by side, however many units are left out"
    it = "it" if len(found) == 1 else "them"
    which = "the choke is" if len(found) <= NAMED else "the least that stands in the way is"
    return (
        f"{which} {_names(task, found)}: without {it} the rest makes {k} areas, and with {it} none of the "
        f"{len(sets.masks):,} possible areas go together"
    )


def room(task: Task, sets: Sets) -> int:
    """The most areas that fit side by side, units left over or not."""
    size = len(task.units.labels)
    solved = Choice(size, sets.rows, -np.ones(len(sets.rows)), (), None, np.zeros(size)).solve()
    return len(solved.chosen)


def nearest_bands(task: Task, k: int) -> list[Band]:
    """Bands near the one asked for in which k areas fit: one end moved as little as can be, the other kept.

    Raises GeographyError where there are too many sets to look at.
    """
    from totalplace.geography.design.exact import sets_of

    band = task.band
    found = []
    sets = sets_of(task, Band(int(band.low * (1 - WIDER)), band.high))
    ends = np.unique(sets.people[sets.people < band.low])[::-1]
    below = _least(lambda end: _fits(task, k, sets, sets.people >= end), ends)
    if below is not None:
        found.append(Band(int(below), band.high))
    more = sets_of(task, Band(band.low, int(band.high * (1 + WIDER))))
    ends = np.unique(more.people[more.people > band.high])
    above = _least(lambda end: _fits(task, k, more, more.people <= end), ends)
    if above is not None:
        found.append(Band(band.low, int(above)))
    return found


def _fits(task: Task, k: int, sets: Sets, inside: NDArray[np.bool_]) -> bool:
    rows = [sets.rows[n] for n in np.flatnonzero(inside)]
    return Choice(len(task.units.labels), rows, np.zeros(len(rows)), (), k).solve().status == "optimal"


def _least(fits: Callable[[float], bool], ends: NDArray[np.float64]) -> float | None:
    """The first end that fits, by halving: a wider band never fits worse."""
    if not len(ends) or not fits(ends[-1]):
        return None
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(ends[middle]) else (middle + 1, high)
    return float(ends[low])
