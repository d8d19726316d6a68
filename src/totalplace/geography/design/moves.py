"""What moves blocks between areas, compiled: the graph and the plan as arrays, and moves that keep areas of one piece.

The numbers are drawn by a generator of our own from a seed, so that a search is the same on any machine. Imports
numba, so it is imported only by what searches.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = Any


class Ground(NamedTuple):
    """What does not change: the graph, the blocks and what is weighed.

    Each area has six figures a layer that is weighed (people outside the main label, people whose label is divided,
    labels met, n ln n of the area given the label, and of the label given the area, shares of divided labels), then
    1 - roundness, people off the mean, need off the mean; the plan has besides borders cut, metres cut, people moved.
    """

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
    logs: Array  # layer: whether its entropies are asked for
    label_people: Array  # layer, label
    weight: Array  # what one of each figure costs
    penalty: float  # what a person outside the band costs
    asked: Array  # measure, figure: the measures of an archive, in figures
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
    figure: Array  # area, figure: as when the last move was taken
    fresh: Array  # the same of up to three areas that a move changes
    total: Array  # figure: of the whole plan
    flat: Array  # borders cut, metres cut, people moved
    seen: Array  # scratch for walks: the number of the walk that met a block last
    queue: Array
    journal: Array
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
def outside(g: Ground, people: int) -> int:
    """By how many people an area is outside the band."""
    return int(max(0, g.band[0] - people, people - g.band[1]))


@njit(cache=True)
def put(g: Ground, s: State, i: int, b: int) -> None:
    """Moves one block; the figures of areas are worked out afterwards."""
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
    s.flat[0] += cut
    s.flat[1] += metres
    if g.home[i] >= 0:
        s.flat[2] += p * ((b != g.home[i]) - (a != g.home[i]))
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
        for layer in range(s.used.shape[0]):
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
