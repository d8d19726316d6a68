"""Which new area succeeds which of today: the pairing in which most people stay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from totalplace.geography.aligning.matching import assignment, matched


def pairs(shared: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each row the column it is paired with, -1 for none: each column once at most, the shared people the most."""
    rows, columns = np.nonzero(shared > 0)
    found = np.full(len(shared), -1, dtype=np.int64)
    if not len(rows):
        return found
    paired = matched(rows, columns, shared[rows, columns].astype(np.int64))
    for row, column in assignment(shared) if paired is None else paired:
        if shared[row, column] > 0:
            found[row] = column
    return found
