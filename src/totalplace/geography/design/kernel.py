"""The one loop that is compiled: blocks, or all of a unit's blocks in an area, move to a neighbouring area.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) with moves that keep areas of one piece. Where a move takes an
area out of the band, a second one from the area that grew is tried along with it: back (a swap) or on to a third (a
chain). No area that lies in the band ever leaves it. The numbers are drawn by a generator of our own from a seed, and
steps are counted, not seconds: the same seed gives the same plan on any machine.

Imports numba, so it is imported only by what searches.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = Any


class Ground(NamedTuple):
    """What does not change: the graph, the blocks, the weights (each over what makes its measure a share)."""

    starts: Array
    ends: Array
    border: Array
    people: Array
    area: Array
    outline: Array
    need: Array
    home: Array  # the area that each block has today, -1 for none
    locked: Array
    glue: Array  # the group that a block is to stay with, -1 for none
    glued: Array  # how many blocks each group has
    foe_starts: Array  # blocks that may not be in one area with a block
    foes: Array
    anchors: Array  # kind, block: 1 where the block has one
    labels: Array  # layer, block; those that are weighed first
    weighed: int  # how many layers are weighed
    label_people: Array  # layer, label
    by_layer: Array  # layer, measure: main, whole, pieces, nest, mixed
    plain: Array  # borders, metres, compact, balance, need, moved, penalty a person outside the band
    band: Array  # low, high
    mean: float


class State(NamedTuple):
    """What changes with each move."""

    of: Array
    people: Array
    blocks: Array
    area: Array
    outline: Array
    need: Array
    anchors: Array  # kind, area
    label: Array  # layer, area, slot
    count: Array
    used: Array  # layer, area
    cost: Array  # of each area
    sums: Array  # 0: what borders cut and people moved cost
    seen: Array  # scratch for walks: the number of the walk that met a block last
    queue: Array
    journal: Array
    left: Array
    walk: Array
    random: Array


@njit(cache=True)
def draw(state: Array) -> int:
    """A random number of 62 bits (SplitMix64)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return int((z ^ (z >> np.uint64(31))) >> np.uint64(2))


@njit(cache=True)
def area_cost(g: Ground, s: State, a: int) -> float:
    """What an area costs besides its borders."""
    total = 0.0
    for layer in range(g.weighed):
        known, most, whole, nest, mixed = 0.0, 0.0, 0.0, 0.0, 0.0
        w = g.by_layer[layer]
        for slot in range(s.used[layer, a]):
            n = float(s.count[layer, a, slot])
            known += n
            most = max(most, n)
            full = g.label_people[layer, s.label[layer, a, slot]]
            if n < full:
                whole += n
                if w[3] > 0:
                    nest -= n * np.log(n / full)
            if w[4] > 0:
                mixed -= n * np.log(n)
        if w[4] > 0 and known > 0:
            mixed += known * np.log(known)
        total += w[0] * (known - most) + w[1] * whole + w[2] * s.used[layer, a] + w[3] * nest + w[4] * mixed
    if g.plain[2] > 0:
        total += g.plain[2] * (1.0 - min(4 * np.pi * s.area[a] / max(s.outline[a], 1e-9) ** 2, 1.0))
    total += g.plain[3] * abs(s.people[a] - g.mean) + g.plain[4] * abs(s.need[a])
    return float(total + g.plain[6] * outside(g, s.people[a]))


@njit(cache=True)
def outside(g: Ground, people: int) -> int:
    """By how many people an area is outside the band."""
    return int(max(0, g.band[0] - people, people - g.band[1]))


@njit(cache=True)
def put(g: Ground, s: State, i: int, b: int) -> None:
    """Moves one block; costs of areas are worked out afterwards."""
    a = s.of[i]
    p = g.people[i]
    cut, metres, in_a, in_b = 0, 0.0, 0.0, 0.0
    for e in range(g.starts[i], g.starts[i + 1]):
        at = s.of[g.ends[e]]
        if at == a:
            cut += 1
            metres += g.border[e]
            in_a += g.border[e]
        elif at == b:
            cut -= 1
            metres -= g.border[e]
            in_b += g.border[e]
    s.sums[0] += g.plain[0] * cut + g.plain[1] * metres
    if g.home[i] >= 0:
        s.sums[0] += g.plain[5] * p * ((b != g.home[i]) - (a != g.home[i]))
    s.of[i] = b
    s.people[a] -= p
    s.people[b] += p
    s.blocks[a] -= 1
    s.blocks[b] += 1
    s.area[a] -= g.area[i]
    s.area[b] += g.area[i]
    s.outline[a] -= g.outline[i] - 2 * in_a
    s.outline[b] += g.outline[i] - 2 * in_b
    s.need[a] -= g.need[i]
    s.need[b] += g.need[i]
    for kind in range(g.anchors.shape[0]):
        s.anchors[kind, a] -= g.anchors[kind, i]
        s.anchors[kind, b] += g.anchors[kind, i]
    if p > 0:
        for layer in range(g.weighed):
            label = g.labels[layer, i]
            if label >= 0:
                add(s, layer, a, label, -p)
                add(s, layer, b, label, p)


@njit(cache=True)
def add(s: State, layer: int, a: int, label: int, p: int) -> None:
    """People of a label come to an area or leave it."""
    n = s.used[layer, a]
    for slot in range(n):
        if s.label[layer, a, slot] == label:
            s.count[layer, a, slot] += p
            if s.count[layer, a, slot] == 0:
                s.label[layer, a, slot] = s.label[layer, a, n - 1]
                s.count[layer, a, slot] = s.count[layer, a, n - 1]
                s.used[layer, a] = n - 1
            return
    s.label[layer, a, n] = label
    s.count[layer, a, n] = p
    s.used[layer, a] = n + 1


@njit(cache=True)
def gather(g: Ground, s: State, i: int, layer: int, at: int) -> int:
    """Writes to the journal from `at` the blocks to move with block i, by its label in a layer; how many there are."""
    a = s.of[i]
    s.journal[at] = i
    if layer < 0 or (g.glue[i] < 0 and g.labels[layer, i] < 0):
        if g.glue[i] < 0:
            return 1
        layer = -1
    s.walk[0] += 1
    s.seen[i] = s.walk[0]
    n = 1
    done = 0
    while done < n:
        block = s.journal[at + done]
        done += 1
        for e in range(g.starts[block], g.starts[block + 1]):
            j = g.ends[e]
            if s.of[j] != a or s.seen[j] == s.walk[0]:
                continue
            same = g.glue[j] >= 0 and g.glue[j] == g.glue[i]
            if same or (layer >= 0 and g.labels[layer, j] == g.labels[layer, i]):
                s.seen[j] = s.walk[0]
                s.journal[at + n] = j
                n += 1
    return n


@njit(cache=True)
def may_leave(g: Ground, s: State, at: int, n: int, b: int) -> bool:
    """Whether some blocks of an area may go to area b: what is left is of one piece, and no rule is broken."""
    a = s.of[s.journal[at]]
    if n >= s.blocks[a]:
        return False
    for t in range(at, at + n):
        i = s.journal[t]
        if g.locked[i]:
            return False
        if g.glue[i] >= 0:
            together = 0
            for u in range(at, at + n):
                together += g.glue[s.journal[u]] == g.glue[i]
            if together != g.glued[g.glue[i]]:
                return False
        for e in range(g.foe_starts[i], g.foe_starts[i + 1]):
            if s.of[g.foes[e]] == b:
                return False
    for kind in range(g.anchors.shape[0]):
        gone = 0
        for t in range(at, at + n):
            gone += g.anchors[kind, s.journal[t]]
        if gone > 0 and s.anchors[kind, a] - gone < 1:
            return False
    return holds_together(g, s, a, at, n)


@njit(cache=True)
def holds_together(g: Ground, s: State, a: int, at: int, n: int) -> bool:
    """Whether an area stays of one piece without some blocks: whether those beside them still reach each other."""
    s.walk[0] += 2
    wanted, gone = s.walk[0] - 1, s.walk[0]
    beside = 0
    first = -1
    for t in range(at, at + n):
        s.seen[s.journal[t]] = gone
    for t in range(at, at + n):
        i = s.journal[t]
        for e in range(g.starts[i], g.starts[i + 1]):
            j = g.ends[e]
            if s.of[j] == a and s.seen[j] != gone and s.seen[j] != wanted:
                s.seen[j] = wanted
                beside += 1
                first = j
    if beside <= 1:
        return beside == 1
    s.queue[0] = first
    s.seen[first] = gone
    met, head, tail = 1, 0, 1
    while head < tail:
        block = s.queue[head]
        head += 1
        for e in range(g.starts[block], g.starts[block + 1]):
            j = g.ends[e]
            if s.of[j] != a or s.seen[j] == gone:
                continue
            if s.seen[j] == wanted:
                met += 1
                if met == beside:
                    return True
            s.seen[j] = gone
            s.queue[tail] = j
            tail += 1
    return False


@njit(cache=True)
def room(s: State, n: int, b: int) -> bool:
    """Whether there is room for the labels that come along."""
    return bool(s.used.shape[0] == 0 or s.used[:, b].max() + n <= s.label.shape[2])


@njit(cache=True)
def beside(g: Ground, s: State, i: int) -> int:
    """An area beside a block that is not its own, drawn at random; -1 where the draw is its own."""
    degree = g.starts[i + 1] - g.starts[i]
    if degree == 0:
        return -1
    j = g.ends[g.starts[i] + draw(s.random) % degree]
    return s.of[j] if s.of[j] != s.of[i] and not g.locked[j] else -1  # an area that is fixed takes nobody in


@njit(cache=True)
def anneal(g: Ground, s: State, steps: int, hot: float, cold: float, best: Array) -> float:
    """Runs so many steps from temperature `hot` to `cold`; `best` gets the best plan met, and its cost comes back."""
    n = len(s.of)
    layers = g.labels.shape[0]
    for a in range(len(s.cost)):
        s.cost[a] = area_cost(g, s, a)
    cost = s.sums[0] + s.cost.sum()
    least, copied = cost, -n
    best[:] = s.of
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        i = draw(s.random) % n
        b = beside(g, s, i)
        if b < 0:
            continue
        kind = draw(s.random) % (2 * layers + 2)
        m = gather(g, s, i, kind if kind < layers else -1, 0)
        if not room(s, m, b) or not may_leave(g, s, 0, m, b):
            continue
        a = s.of[i]
        before = s.sums[0]
        old_a, old_b = s.cost[a], s.cost[b]
        strayed = outside(g, s.people[a]) + outside(g, s.people[b])
        for t in range(m):
            put(g, s, s.journal[t], b)
        c, more, old_c = -1, 0, 0.0
        short = outside(g, s.people[a]) + outside(g, s.people[b])
        if short > strayed or draw(s.random) % 4 == 0:
            c, more = second(g, s, b, m, layers)
            if c >= 0:
                old_c = s.cost[c]
                was = strayed + (0 if c == a else outside(g, s.people[c]))
                for t in range(m, m + more):
                    put(g, s, s.journal[t], c)
                short = outside(g, s.people[a]) + outside(g, s.people[b])
                short += 0 if c == a else outside(g, s.people[c])
                strayed = was
        accept = short <= strayed
        if accept:
            s.cost[a] = area_cost(g, s, a)
            s.cost[b] = area_cost(g, s, b)
            delta = s.sums[0] - before + s.cost[a] - old_a + s.cost[b] - old_b
            if c >= 0 and c != a:
                s.cost[c] = area_cost(g, s, c)
                delta += s.cost[c] - old_c
            chance = (draw(s.random) % 1_000_000_007) / 1_000_000_007.0
            accept = delta <= 0 or chance < np.exp(-delta / heat)
            if accept:
                cost += delta
        if not accept:
            for t in range(m, m + more):
                put(g, s, s.journal[t], b)
            for t in range(m):
                put(g, s, s.journal[t], a)
            s.sums[0] = before
            s.cost[a], s.cost[b] = old_a, old_b
            if c >= 0 and c != a:
                s.cost[c] = old_c
        elif cost < least - 1e-12 and step - copied >= n // 8:
            least, copied = cost, step
            best[:] = s.of
    if cost < least - 1e-12:
        least = cost
        best[:] = s.of
    return float(least)


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
