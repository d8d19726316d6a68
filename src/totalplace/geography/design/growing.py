"""Sets of neighbouring units that cost less than they are worth, found without listing the others. Imports numba.

A set grows from its lowest unit: each unit that touches it is taken in or left out, in the order in which it was met,
so that each connected set is come to once. What is left out and touches the set is a border that is cut for good. Of
the units that are not decided yet it is known what they can be worth at most, within the people that still fit in;
where a set cannot come down to the limit any more, nothing below it is looked at.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = Any
CLOSE = 12
"""Where fewer units than this still fit in, it is counted how many of a unit's neighbours can come in with it."""


class Ground(NamedTuple):
    """Units in order: who touches whom and at what cost, people, the band, and rules as sets of two machine words.

    `half` is half the cost of a border, `most[u, j]` the sum of the j dearest of u, `fits[j]` the people of the j + 1
    smallest units.
    """

    starts: Array
    ends: Array
    half: Array
    most: Array
    people: Array
    fits: Array
    band: Array
    barred: Array
    together: Array
    apart: Array
    anchors: Array


class Grown(NamedTuple):
    """Where a set stands: 1 in, 0 out, -1 open; of each open unit its borders with those in, out and open."""

    status: Array
    inside: Array
    outside: Array
    undecided: Array
    worth: Array  # for each price of a person what open units are worth at most
    sums: Array  # the cost less the worth of what is decided; borders of open units with those in; people who are open


@njit(cache=True)
def decide(ground: Ground, worth: Array, each: Array, grown: Grown, unit: int, into: bool) -> None:
    """Takes an open unit in, or leaves it out."""
    g = worth[unit] + grown.inside[unit] - grown.outside[unit]
    for m in range(len(each)):
        grown.worth[m] -= max(g - each[m] * ground.people[unit], 0.0)
    grown.sums[0] += (grown.outside[unit] - worth[unit]) if into else grown.inside[unit]
    grown.sums[1] -= grown.inside[unit]
    grown.sums[2] -= ground.people[unit]
    grown.status[unit] = 1 if into else 0
    for e in range(ground.starts[unit], ground.starts[unit + 1]):
        _shift(ground, worth, each, grown, ground.ends[e], ground.half[e], into, 1.0)


@njit(cache=True)
def reopen(ground: Ground, worth: Array, each: Array, grown: Grown, unit: int) -> None:
    """Takes the last decision back."""
    into = grown.status[unit] == 1
    for e in range(ground.starts[unit], ground.starts[unit + 1]):
        _shift(ground, worth, each, grown, ground.ends[e], ground.half[e], into, -1.0)
    grown.sums[0] -= (grown.outside[unit] - worth[unit]) if into else grown.inside[unit]
    grown.sums[1] += grown.inside[unit]
    grown.sums[2] += ground.people[unit]
    grown.status[unit] = -1
    g = worth[unit] + grown.inside[unit] - grown.outside[unit]
    for m in range(len(each)):
        grown.worth[m] += max(g - each[m] * ground.people[unit], 0.0)


@njit(cache=True)
def _shift(
    ground: Ground, worth: Array, each: Array, grown: Grown, unit: int, half: float, into: bool, sign: float
) -> None:
    """What an open unit is worth once a neighbour is decided (sign 1) or open again (-1)."""
    if grown.status[unit] >= 0:
        return
    old = worth[unit] + grown.inside[unit] - grown.outside[unit]
    grown.undecided[unit] -= sign * half
    if into:
        grown.inside[unit] += sign * half
        grown.sums[1] += sign * half
        new = old + sign * half
    else:
        grown.outside[unit] += sign * half
        new = old - sign * half
    for m in range(len(each)):
        price = each[m] * ground.people[unit]
        grown.worth[m] += max(new - price, 0.0) - max(old - price, 0.0)


@njit(cache=True)
def least(
    ground: Ground, worth: Array, each: Array, grown: Grown, total: int, limit: float, root: int, room: Array
) -> float:
    """What no set that goes on from here can be below (or some figure over the limit): cost less worth."""
    fixed, high, low = grown.sums[0] + grown.sums[1], ground.band[1] - total, ground.band[0] - total
    best = -np.inf
    for m in range(len(each)):
        best = max(best, fixed - grown.worth[m] - each[m] * (high if each[m] >= 0 else low))
    fit = 0
    while fit < CLOSE and fit < len(ground.fits) and ground.fits[fit] <= high:
        fit += 1
    if best > limit or fit >= CLOSE:
        return best
    room[:] = 0
    with_it = max(fit - 1, 0)
    for u in range(root, len(worth)):
        if grown.status[u] < 0:
            # Of its open neighbours no more than fit can come in with it: borders with the others are cut.
            cut = grown.undecided[u] - ground.most[u, min(with_it, ground.most.shape[1] - 1)]
            g = worth[u] + grown.inside[u] - grown.outside[u] - max(cut, 0.0)
            for m in range(len(each)):
                room[m] += max(g - each[m] * ground.people[u], 0.0)
    for m in range(len(each)):
        best = max(best, fixed - room[m] - each[m] * (high if each[m] >= 0 else low))
    return best


@njit(cache=True)
def _start(ground: Ground, worth: Array, base: float, each: Array, root: int) -> Grown:
    """Nothing decided but what can be in no set whose lowest unit is the root."""
    n = len(worth)
    grown = Grown(np.full(n, -1, np.int8), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(len(each)), np.zeros(3))
    grown.sums[0] = base
    for u in range(n):
        grown.sums[2] += ground.people[u]
        for e in range(ground.starts[u], ground.starts[u + 1]):
            grown.undecided[u] += ground.half[e]
        for m in range(len(each)):
            grown.worth[m] += max(worth[u] - each[m] * ground.people[u], 0.0)
    # The fewest people of a walk from the root to each unit: beyond the band it is out of reach.
    away = np.full(n, np.inf)
    away[root] = ground.people[root]
    moved = True
    while moved:
        moved = False
        for u in range(root, n):
            for e in range(ground.starts[u], ground.starts[u + 1]):
                v = ground.ends[e]
                if v >= root and not ground.barred[v] and away[u] + ground.people[v] < away[v]:
                    away[v] = away[u] + ground.people[v]
                    moved = True
    for u in range(n):
        if u < root or ground.barred[u] or away[u] > ground.band[1]:
            decide(ground, worth, each, grown, u, False)
    return grown


@njit(cache=True)
def _kept(ground: Ground, a: Any, b: Any) -> bool:
    """Whether a set keeps the rules."""
    for row in ground.together:
        x, y = a & row[0], b & row[1]
        if (x != row[0] or y != row[1]) and (x != 0 or y != 0):
            return False
    for row in ground.apart:
        if ((a & row[0]) != 0 or (b & row[1]) != 0) and ((a & row[2]) != 0 or (b & row[3]) != 0):
            return False
    missed = False
    for row in ground.anchors:
        missed = missed or ((a & row[0]) == 0 and (b & row[1]) == 0)
    return not missed


@njit(cache=True)
def _set(status: Array) -> tuple[Any, Any]:
    a, b = np.uint64(0), np.uint64(0)
    for u in range(len(status)):
        if status[u] == 1:
            if u < 64:
                a |= np.uint64(1) << np.uint64(u)
            else:
                b |= np.uint64(1) << np.uint64(u - 64)
    return a, b


@njit(cache=True)
def grow(
    ground: Ground,
    worth: Array,
    base: float,
    each: Array,
    limit: float,
    root: int,
    steps: int,
    found: Array,
    value: Array,
) -> tuple[int, bool]:
    """Writes sets whose lowest unit is `root`, in the band and by the rules, whose cost less worth is `limit` at most.

    `base` is added to each, `each` are prices of a person to try. How many there are, and whether these are all: no
    where there is no more room in `found`, or after so many steps.
    """
    if ground.barred[root]:
        return 0, True
    n = len(worth)
    grown = _start(ground, worth, base, each, root)
    met, known = np.empty(n, np.int64), np.zeros(n, np.bool_)
    before, stage = np.zeros(n, np.int64), np.zeros(n + 1, np.int8)
    room = np.zeros(len(each))
    met[0], known[root] = root, True
    at, size, total, count, done = 0, 1, 0, 0, 0
    while at >= 0:
        unit, turn = met[at], stage[at]
        if turn and grown.status[unit] >= 0:
            if grown.status[unit] == 1:
                total -= ground.people[unit]
                for t in range(before[at], size):
                    known[met[t]] = False
                size = before[at]
            reopen(ground, worth, each, grown, unit)
        if turn == 2 or (turn == 1 and at == 0):
            stage[at] = 0
            at -= 1
            continue
        stage[at] += 1
        into = turn == 0
        if into and total + ground.people[unit] > ground.band[1]:
            continue
        done += 1
        if done > steps:
            return count, False
        before[at] = size
        decide(ground, worth, each, grown, unit, into)
        if into:
            total += ground.people[unit]
            for e in range(ground.starts[unit], ground.starts[unit + 1]):
                v = ground.ends[e]
                if grown.status[v] < 0 and not known[v]:
                    known[v] = True
                    met[size] = v
                    size += 1
        if total + grown.sums[2] < ground.band[0]:
            continue
        if least(ground, worth, each, grown, total, limit, root, room) > limit:
            continue
        if at + 1 < size:
            at += 1
            stage[at] = 0
        elif total >= ground.band[0] and grown.sums[0] <= limit:
            a, b = _set(grown.status)
            if _kept(ground, a, b):
                if count == len(value):
                    return count, False
                found[count, 0], found[count, 1], value[count] = a, b, grown.sums[0]
                count += 1
    return count, True
