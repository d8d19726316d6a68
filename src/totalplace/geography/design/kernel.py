"""The one loop that is compiled: simulated annealing over blocks, with an archive of the plans met on the way.

Blocks, or all of a unit's blocks in an area, move to a neighbouring area (Kirkpatrick, Gelatt and Vecchi 1983). Where
a move takes an area out of the band, a second one from the area that grew is tried along with it: back (a swap) or on
to a third (a chain). No area that lies in the band ever leaves it. Steps are counted, not seconds: the same seed gives
the same plan on any machine. Plans that none met before beats in every measure asked for are kept (after Ulungu,
Teghem, Fortemps and Tuyttens 1999), those of least cost where there is not room for all.

Imports numba, so it is imported only by what searches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from totalplace.geography.design.moves import (
    Array,
    Ground,
    State,
    beside,
    draw,
    gather,
    may_leave,
    outside,
    put,
    room,
)

PER_LAYER = 6
TINY = 1e-12


class Archive(NamedTuple):
    """Plans met, of which none beats another: their measures, what they cost in this search, and their areas."""

    measures: Array  # place, measure
    cost: Array
    of: Array  # place, block
    count: Array


class Schedule(NamedTuple):
    """How a search cools: steps in all, the first temperature and the last, in what a plan costs."""

    steps: int
    hot: float
    cold: float


@njit(cache=True)
def figures(g: Ground, s: State, a: int, out: Array) -> None:
    """What an area adds to each figure."""
    layers = s.used.shape[0]
    for layer in range(layers):
        at = layer * PER_LAYER
        known, most, whole, nest, mixed, split = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        logs = g.logs[layer]
        for slot in range(s.used[layer, a]):
            n = float(s.count[layer, a, slot])
            known += n
            most = max(most, n)
            full = g.label_people[layer, s.label[layer, a, slot]]
            if n < full:
                whole += n
                split += n / full
            if logs:
                log = n * np.log(n)
                mixed -= log
                nest -= log - n * np.log(full)
        if logs and known > 0:
            mixed += known * np.log(known)
        out[at] = known - most
        out[at + 1] = whole
        out[at + 2] = s.used[layer, a]
        out[at + 3] = nest
        out[at + 4] = mixed
        out[at + 5] = split
    at = layers * PER_LAYER
    out[at] = 1.0 - min(4 * np.pi * s.area[a] / max(s.outline[a], 1e-9) ** 2, 1.0)
    out[at + 1] = abs(s.people[a] - g.mean)
    out[at + 2] = abs(s.need[a])


@njit(cache=True)
def change(g: Ground, s: State, a: int, row: int) -> float:
    """Works the figures of an area out into a row of `fresh`; by how much they cost more than before."""
    figures(g, s, a, s.fresh[row])
    more = 0.0
    for f in range(s.figure.shape[1]):
        more += g.weight[f] * (s.fresh[row, f] - s.figure[a, f])
    return more


@njit(cache=True)
def take(s: State, a: int, row: int) -> None:
    """The fresh figures of an area become its own."""
    for f in range(s.figure.shape[1]):
        s.total[f] += s.fresh[row, f] - s.figure[a, f]
        s.figure[a, f] = s.fresh[row, f]


@njit(cache=True)
def strayed(g: Ground, s: State) -> int:
    """People by which all areas are outside the band."""
    total = 0
    for a in range(len(s.people)):
        total += outside(g, s.people[a])
    return total


@njit(cache=True)
def keep(g: Ground, s: State, kept: Archive, cost: float) -> None:
    """Puts the plan into the archive where none there is as good in every measure."""
    room_for, many = kept.measures.shape
    count = kept.count[0]
    if count == room_for and cost >= kept.cost[:count].max():
        return
    size, flat = s.figure.shape[1], g.asked.shape[1] - s.figure.shape[1]
    new = np.zeros(many)
    for m in range(many):
        for f in range(size):
            new[m] += g.asked[m, f] * s.total[f]
        for f in range(flat):
            new[m] += g.asked[m, size + f] * s.flat[f]
    n = 0
    while n < count:
        worse, better = False, False
        for m in range(many):
            if kept.measures[n, m] > new[m] + 1e-10:
                worse = True
            elif kept.measures[n, m] < new[m] - 1e-10:
                better = True
        if not worse:
            return
        if not better:  # one that is there is beaten: the last takes its place
            count -= 1
            kept.measures[n] = kept.measures[count]
            kept.cost[n] = kept.cost[count]
            kept.of[n] = kept.of[count]
        else:
            n += 1
    at = count
    if count == room_for:
        at = kept.cost[:count].argmax()
    else:
        count += 1
    kept.measures[at] = new
    kept.cost[at] = cost
    kept.of[at] = s.of
    kept.count[0] = count


@njit(cache=True)
def anneal(
    g: Ground, s: State, schedule: Schedule, begin: int, end: int, best: Array, least: Array, kept: Archive
) -> None:
    """Runs the steps from `begin` to `end` of a schedule; `best` gets the best plan met, `least` what it costs.

    `least` is infinite before the first step, so that a schedule can be run in parts.
    """
    n, size = len(s.of), s.figure.shape[1]
    layers = g.labels.shape[0]
    archive = kept.measures.shape[0] > 0
    s.total[:] = 0.0
    for a in range(len(s.figure)):
        figures(g, s, a, s.figure[a])
        s.total[:] += s.figure[a]
    off = strayed(g, s)
    cost = g.penalty * off
    for f in range(size):
        cost += g.weight[f] * s.total[f]
    for f in range(len(s.flat)):
        cost += g.weight[size + f] * s.flat[f]
    copied = begin - n
    if cost < least[0] - TINY:
        least[0] = cost
        best[:] = s.of
    fall, heat = np.log(schedule.cold / schedule.hot) / schedule.steps, schedule.hot
    was = np.empty(len(s.flat))
    for step in range(begin, end):
        if step % 64 == 0 or step == begin:
            heat = schedule.hot * np.exp(fall * (step - step % 64))
        i = draw(s.random) % n
        b = beside(g, s, i)
        if b < 0:
            continue
        kind = draw(s.random) % (2 * layers + 2)
        m = gather(g, s, i, kind if kind < layers else -1, 0)
        if not room(s, m, b) or not may_leave(g, s, 0, m, b):
            continue
        a = s.of[i]
        was[:] = s.flat
        before = outside(g, s.people[a]) + outside(g, s.people[b])
        for t in range(m):
            put(g, s, s.journal[t], b)
        c, more = -1, 0
        after = outside(g, s.people[a]) + outside(g, s.people[b])
        if after > before or draw(s.random) % 4 == 0:
            c, more = second(g, s, b, m, layers)
            if c >= 0:
                before += 0 if c == a else outside(g, s.people[c])
                for t in range(m, m + more):
                    put(g, s, s.journal[t], c)
                after = outside(g, s.people[a]) + outside(g, s.people[b])
                after += 0 if c == a else outside(g, s.people[c])
        accept = after <= before
        delta = g.penalty * (after - before)
        if accept:
            for f in range(len(s.flat)):
                delta += g.weight[size + f] * (s.flat[f] - was[f])
            delta += change(g, s, a, 0) + change(g, s, b, 1)
            if c >= 0 and c != a:
                delta += change(g, s, c, 2)
            chance = (draw(s.random) % 1_000_000_007) / 1_000_000_007.0
            accept = delta <= 0 or chance < np.exp(-delta / heat)
        if not accept:
            for t in range(m, m + more):
                put(g, s, s.journal[t], b)
            for t in range(m):
                put(g, s, s.journal[t], a)
            s.flat[:] = was
            continue
        cost += delta
        off += after - before
        take(s, a, 0)
        take(s, b, 1)
        if c >= 0 and c != a:
            take(s, c, 2)
        if archive and off == 0:
            keep(g, s, kept, cost)
        if cost < least[0] - TINY and step - copied >= n // 8:
            least[0], copied = cost, step
            best[:] = s.of
    if cost < least[0] - TINY:
        least[0] = cost
        best[:] = s.of


@njit(cache=True)
def second(g: Ground, s: State, b: int, at: int, layers: int) -> tuple[int, int]:
    """A second move out of an area that grew: where to, and how many blocks; the area -1 where none was found.

    It starts at a block beside one that has just come, so that what is tried lies near.
    """
    for _ in range(8):
        # A walk of a few steps inside the area ends at a block of it that may touch another.
        i = s.journal[draw(s.random) % at]
        c = -1
        for _ in range(8):
            degree = g.starts[i + 1] - g.starts[i]
            j = g.ends[g.starts[i] + draw(s.random) % degree]
            if s.of[j] == b:
                i = j
            else:
                c = s.of[j]
                if draw(s.random) % 2 == 0:
                    break
        if c < 0:
            continue
        c = beside(g, s, i)
        if c < 0:
            continue
        just_came = False
        for t in range(at):
            just_came = just_came or s.journal[t] == i
        if just_came:
            continue
        kind = draw(s.random) % (2 * layers + 2)
        if at + s.blocks[b] >= len(s.journal):
            continue
        more = gather(g, s, i, kind if kind < layers else -1, at)
        overlap = False
        for t in range(at):
            for u in range(at, at + more):
                overlap = overlap or s.journal[t] == s.journal[u]
        if overlap or not room(s, more, c) or not may_leave(g, s, at, more, c):
            continue
        return c, more
    return -1, 0
