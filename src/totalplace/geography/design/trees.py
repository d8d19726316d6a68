"""Where a search begins when there is no plan to begin from: a random tree over the blocks, cut into parts.

A part is cut in two at the edge of its tree that leaves on both sides people who make a number of areas inside the
band, as near to half as there is one (after DeFord, Duchin and Solomon 2021, with both ends of the band). Imports
numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from totalplace.geography.design.moves import draw

Array = Any


@njit(cache=True)
def tree(
    starts: Array, ends: Array, of: Array, first: int, order: Array, parent: Array, edge: Array, random: Array
) -> int:
    """A random tree over the part of block `first`: its blocks in `order`, parents before children; how many."""
    part = of[first]
    order[0] = first
    parent[first] = -1
    of[first] = -2 - part
    n, alive = 1, 1
    edge[0] = first
    while alive:
        at = draw(random) % alive
        block = edge[at]
        new = -1
        met = 0
        for e in range(starts[block], starts[block + 1]):
            if of[ends[e]] == part:
                met += 1
                if draw(random) % met == 0:
                    new = ends[e]
        if new < 0:
            alive -= 1
            edge[at] = edge[alive]
            continue
        of[new] = -2 - part
        parent[new] = block
        order[n] = new
        edge[alive] = new
        n += 1
        alive += 1
    for t in range(n):
        of[order[t]] = part
    return n


@njit(cache=True)
def cut(
    people: Array, order: Array, parent: Array, n: int, k: int, band: Array, under: Array, sizes: Array
) -> tuple[int, int, float]:
    """The block whose branch is best cut off, how many areas it makes, and how far the two sides are from the band."""
    total = 0
    for t in range(n):
        under[order[t]] = people[order[t]]
        sizes[order[t]] = 1
        total += people[order[t]]
    best, best_j, least = -1, 0, np.inf
    for t in range(n - 1, 0, -1):
        block = order[t]
        s = under[block]
        for near in range(2):
            j = int(s * k / max(total, 1)) + near
            if j < 1 or j >= k or j > sizes[block] or k - j > n - sizes[block]:
                continue
            off = max(0, j * band[0] - s, s - j * band[1])
            off += max(0, (k - j) * band[0] - (total - s), total - s - (k - j) * band[1])
            price = off * 1000.0 + abs(2 * j - k) + abs(s / j - (total - s) / (k - j)) / max(total, 1)
            if price < least:
                best, best_j, least = block, j, price
        p = parent[block]
        under[p] += s
        sizes[p] += sizes[block]
    return best, best_j, least


@njit(cache=True)
def parts(starts: Array, ends: Array, people: Array, of: Array, k: int, band: Array, tries: int, random: Array) -> int:
    """Cuts the part 0 of `of` into k parts, numbered from 0; how many there are (fewer where blocks run out)."""
    n = len(of)
    order = np.empty(n, dtype=np.int64)
    parent = np.empty(n, dtype=np.int64)
    under = np.zeros(n, dtype=np.int64)
    sizes = np.empty(n, dtype=np.int64)
    kept = np.empty(n, dtype=np.int64)
    edge = np.empty(n, dtype=np.int64)
    wanted = np.ones(k, dtype=np.int64)
    first = np.zeros(k, dtype=np.int64)
    wanted[0] = k
    for i in range(n):
        if of[i] == 0:
            first[0] = i
            break
    count, at = 1, 0
    while at < count:
        if wanted[at] < 2:
            at += 1
            continue
        least, j_best, size = np.inf, 0, 0
        for _ in range(tries):
            m = tree(starts, ends, of, first[at], order, parent, edge, random)
            if m < 2:
                break
            block, j, price = cut(people, order, parent, m, wanted[at], band, under, sizes)
            if block >= 0 and price < least:
                least, j_best = price, j
                size = 0
                under[order[0]] = 0
                for t in range(m):
                    i = order[t]
                    p = parent[i]
                    inside = i == block or (p >= 0 and under[p] == 1)
                    under[i] = 1 if inside else 0
                    if inside:
                        kept[size] = i
                        size += 1
                if price < 1000.0:
                    break
            first[at] = order[draw(random) % m]
        if size == 0:
            wanted[at] = 1
            continue
        for t in range(size):
            of[kept[t]] = count
        first[count] = kept[0]
        wanted[count] = j_best
        wanted[at] -= j_best
        if of[first[at]] != at:
            for i in range(n):
                if of[i] == at:
                    first[at] = i
                    break
        count += 1
    return count
