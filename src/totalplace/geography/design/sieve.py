"""Which of many plans no other beats, and a few of them that lie far apart. Imports numba."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = Any
SMALL = 1e-9


def unbeaten(measures: Array) -> Array:
    """The rows that no other row beats (nowhere worse, somewhere better), one of each kind, by their sum."""
    order = np.lexsort((*measures.T[::-1], measures.sum(axis=1)))
    return order[_unbeaten(np.ascontiguousarray(measures[order]))]


@njit(cache=True)
def _unbeaten(rows: Array) -> Array:
    """Of rows in order of their sums those that are not matched by one before: none after can beat it."""
    kept = np.empty(len(rows), np.int64)
    count = 0
    for new in range(len(rows)):
        matched = False
        for at in range(count):
            old, matched = kept[at], True
            for m in range(rows.shape[1]):
                if rows[old, m] > rows[new, m] + SMALL:
                    matched = False
                    break
            if matched:
                # What matched this one will often match the next: it is asked first.
                kept[at], kept[at // 2] = kept[at // 2], old
                break
        if not matched:
            kept[count] = new
            count += 1
    return kept[:count]


def spread(measures: Array, most: int) -> Array:
    """So many rows at most: the best of each measure, then again and again the one farthest from those taken."""
    if len(measures) <= most:
        return np.arange(len(measures))
    low = measures.min(axis=0)
    scaled = (measures - low) / np.maximum(measures.max(axis=0) - low, SMALL)
    taken = list(dict.fromkeys(int(np.lexsort((scaled.sum(axis=1), column))[0]) for column in scaled.T))[:most]
    near = np.min([np.abs(scaled - scaled[t]).max(axis=1) for t in taken], axis=0)
    while len(taken) < most and near.max() > 0:
        taken.append(int(near.argmax()))
        near = np.minimum(near, np.abs(scaled - scaled[taken[-1]]).max(axis=1))
    return np.array(taken)
