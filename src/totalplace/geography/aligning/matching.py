"""Areas of two divisions paired one to one, so that as many people as possible live in a pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from totalplace.geography.blocks import Integers

MOST = 16_000_000
"""Cells of one tangle of areas that overlap each other, beyond which no pairing is worked out."""


def matched(rows: Integers, columns: Integers, people: Integers) -> list[tuple[int, int]] | None:
    """The pairs (row, column) of an assignment with the most people in it; None where a tangle is beyond MOST.

    Areas that share nobody are never paired. Each tangle of areas that overlap is solved on its own, exactly.
    """
    found: list[tuple[int, int]] = []
    tangle = _tangles(rows, columns)
    order = np.argsort(tangle, kind="stable")
    edges = np.flatnonzero(np.diff(tangle[order])) + 1
    for cells in np.split(order, edges):
        if len(cells) == 1:
            found.append((int(rows[cells[0]]), int(columns[cells[0]])))
            continue
        above, i = np.unique(rows[cells], return_inverse=True)
        across, j = np.unique(columns[cells], return_inverse=True)
        if len(above) * len(across) > MOST:
            return None
        table = np.zeros((len(above), len(across)))
        table[i, j] = people[cells]
        found += [(int(above[a]), int(across[b])) for a, b in assignment(table) if table[a, b] > 0]
    return sorted(found)


def _tangles(rows: Integers, columns: Integers) -> Integers:
    """The number of the tangle that each cell is in: cells in one row or one column are in one."""
    height = int(rows.max()) + 1
    parent = list(range(height + int(columns.max()) + 1))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        parent[root(height + column)] = root(row)
    return np.array([root(row) for row in rows.tolist()], dtype=np.int64)


def assignment(value: NDArray[np.float64]) -> list[tuple[int, int]]:
    """The pairs of an assignment of the greatest value in a full table, each of the shorter side paired once.

    Shortest augmenting paths with prices (Kuhn's Hungarian method as Jonker and Volgenant gave it, Computing 38, 1987).
    """
    if value.shape[0] > value.shape[1]:
        return sorted((a, b) for b, a in assignment(value.T))
    n, m = value.shape
    cost = value.max() - value
    row_price, price = np.zeros(n + 1), np.zeros(m + 1)
    holder = np.full(m + 1, n)  # the row that has each column; the last column stands for the row that is being placed
    for row in range(n):
        holder[m] = row
        column, way = m, np.full(m, m)
        least, done = np.full(m, np.inf), np.zeros(m + 1, dtype=bool)
        while holder[column] != n:
            done[column] = True
            at = holder[column]
            reduced = cost[at] - row_price[at] - price[:m]
            better = ~done[:m] & (reduced < least)
            least[better], way[better] = reduced[better], column
            nearest = int(np.where(done[:m], np.inf, least).argmin())
            step = least[nearest]
            row_price[holder[done]] += step
            price[done] -= step
            least[~done[:m]] -= step
            column = nearest
        while column != m:
            holder[column] = holder[way[column]]
            column = int(way[column])
    return sorted((int(row), column) for column, row in enumerate(holder[:m].tolist()) if row != n)
