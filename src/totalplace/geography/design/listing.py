"""Every plan of whole units: listed one by one where there are few enough, so that their frontier is the true one.

Units are bits of a machine word. The lowest unit that is not in an area yet is covered next, by each set that has it as
its lowest unit, so each plan is met once (the exact cover of Knuth 2000). Imports numba.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from totalplace.geography.design.measures import cost

if TYPE_CHECKING:
    from totalplace.geography.blocks import Integers
    from totalplace.geography.design.exact import Sets

Array = Any
MOST_PLANS = 100_000
MOST_STEPS = 100_000_000
"""So many plans and steps at most: half a second. Ours."""


def every_plan(sets: Sets, k: int, most: int | None = None, steps: int | None = None) -> Integers | None:
    """All plans of k of the sets that cover every unit once, a row each; None where there are too many to list."""
    units = len(sets.task.units.labels)
    if units > 63:
        return None
    lowest = np.array([(mask & -mask).bit_length() - 1 for mask in sets.masks], dtype=np.int64)
    order = np.argsort(lowest, kind="stable")
    masks = np.array([sets.masks[int(at)] for at in order], dtype=np.uint64)
    starts = np.searchsorted(lowest[order], np.arange(units + 1))
    found = np.empty((most or MOST_PLANS, k), dtype=np.int32)
    full = np.array([(1 << units) - 1], dtype=np.uint64)
    count = int(covers(masks, starts, full, found, steps or MOST_STEPS))
    return None if count < 0 else np.asarray(order[found[:count]])


def measures_of(sets: Sets, plans: Integers, k: int, names: Sequence[str]) -> NDArray[np.float64]:
    """The measures of plans of sets, a column each; not `moved`, which is no sum over areas."""
    columns = [
        cost(sets.task, sets.sums, name, k)[plans].sum(axis=1) - (1.0 if name.startswith("pieces:") else 0.0)
        for name in names
    ]
    return np.column_stack(columns)


@njit(cache=True)
def covers(masks: Array, starts: Array, full: Array, found: Array, most: int) -> int:
    """Writes every choice of sets that covers `full` once to the rows of `found`; how many, -1 where too many."""
    room, k = found.shape
    at = np.zeros(k + 1, np.int64)
    low = np.zeros(k + 1, np.int64)
    covered = np.zeros(k + 1, np.uint64)
    at[0] = starts[0]
    depth, count, steps = 0, 0, 0
    while depth >= 0:
        if at[depth] >= starts[low[depth] + 1]:
            depth -= 1
            continue
        mask = masks[at[depth]]
        at[depth] += 1
        steps += 1
        if steps > most:
            return -1
        if mask & covered[depth]:
            continue
        now = covered[depth] | mask
        if depth + 1 == k:
            if now == full[0]:
                if count == room:
                    return -1
                for d in range(k):
                    found[count, d] = at[d] - 1
                count += 1
        elif now != full[0]:
            unit = 0
            while (now >> np.uint64(unit)) & np.uint64(1):
                unit += 1
            depth += 1
            covered[depth], low[depth], at[depth] = now, unit, starts[unit]
    return count
