"""Which new area succeeds which of today: the pairing in which most people stay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pairs(shared: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each row the column it is paired with, -1 for none: each column once at most, the shared people the most.

    The assignment problem by shortest augmenting paths with potentials (Kuhn 1955; Jonker and Volgenant 1987).
    """
    rows, columns = shared.shape
    size = max(rows, columns)
    worth = np.zeros((size, size))
    worth[:rows, :columns] = -shared
    u, v = np.zeros(size + 1), np.zeros(size + 1)
    match = np.zeros(size + 1, dtype=np.int64)  # the row, from 1, that a column is paired with
    for row in range(1, size + 1):
        match[0] = row
        _augment(worth, u, v, match)
    found = np.full(rows, -1, dtype=np.int64)
    for column in range(1, columns + 1):
        row = int(match[column]) - 1
        if row < rows and shared[row, column - 1] > 0:
            found[row] = column - 1
    return found


def _augment(
    worth: NDArray[np.float64], u: NDArray[np.float64], v: NDArray[np.float64], match: NDArray[np.int64]
) -> None:
    """Pairs one more row, by the shortest path of exchanges."""
    size = len(worth)
    least, way = np.full(size + 1, np.inf), np.zeros(size + 1, dtype=np.int64)
    used = np.zeros(size + 1, dtype=bool)
    column = 0
    while match[column]:
        used[column] = True
        row = match[column]
        reduced = worth[row - 1] - u[row] - v[1:]
        better = ~used[1:] & (reduced < least[1:])
        least[1:][better] = reduced[better]
        way[1:][better] = column
        open_ones = np.where(used[1:], np.inf, least[1:])
        nearest = int(open_ones.argmin()) + 1
        step = open_ones[nearest - 1]
        u[match[used]] += step
        v[used] -= step
        least[~used] -= step
        column = nearest
    while column:
        match[column] = match[way[column]]
        column = int(way[column])
