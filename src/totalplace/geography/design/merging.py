"""Plans made of what several plans have in common: the best mix of good plans, found exactly.

Where good plans agree they are probably right. The pieces into which all of them together cut the place are so few that
every connected set of them can be listed, as with whole wards, and the best choice solved: none of the plans is better.
After the merging of tours (Cook and Seymour 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Division, Labels
from totalplace.geography.design.exact import Sets, design, sets_of
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import Task

MERGED = 4
"""So many plans are merged at most; ours."""

MOST_PIECES, MOST_SETS = 250, 600
"""So many pieces and sets at most: some hundredths of a second. Fewer plans are merged where there are more. Ours."""

PIECES = " pieces"
"""No layer of a place is called so."""


def merged(task: Task, plans: Sequence[Plan]) -> Plan | None:
    """The best plan of the pieces that some plans of as many areas make, the first of them before the others.

    None where there are fewer than two plans, or too many pieces of any two.
    """
    sets = sets_in_common(task, [plan.of for plan in plans])
    if sets is None:
        return None
    try:
        found = design(sets.task, plans[0].k, sets=sets, explain=False, begin=False).plan
    except GeographyError:
        return None
    return None if found is None else Plan(task, found.of)


def sets_in_common(task: Task, plans: Sequence[Labels]) -> Sets | None:
    """What may be an area, of the pieces that the first plans make together: as many of them as can be listed."""
    for many in range(min(len(plans), MERGED), 1, -1):
        pieces = _pieces(task, np.stack(plans[:many]))
        if pieces is None:
            continue
        blocks = task.blocks.with_layer(pieces)
        try:
            return sets_of(replace(task, blocks=blocks, whole=PIECES), most=MOST_SETS)
        except GeographyError:
            continue
    return None


def _pieces(task: Task, plans: Labels) -> Division | None:
    """The pieces of one piece that lie in one area of every plan; None where they are too many."""
    kinds, which = np.unique(plans, axis=1, return_inverse=True)
    if kinds.shape[1] > MOST_PIECES:
        return None
    which, of, count = np.asarray(which).ravel(), np.zeros(plans.shape[1], dtype=np.int32), 0
    for kind in range(kinds.shape[1]):
        for part in task.graph.parts(np.flatnonzero(which == kind)):
            of[part] = count
            count += 1
    return Division(PIECES, tuple(str(n) for n in range(count)), of) if count <= MOST_PIECES else None
