"""Plans made of what several plans have in common: the best mix of good plans, found exactly.

Where good plans agree they are probably right. The pieces into which all of them together cut the place are so few that
every connected set of them can be listed, as with whole wards, and the best choice solved: none of the plans is better.
After the merging of tours (Cook and Seymour 2003).

Searches run in families: what those of one find is merged, searched from again and merged once more, and in the end the
bests of all families are merged. Families know nothing of each other till then, so that not all are caught by the same
plan that no single move makes better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Division, Integers, Labels
from totalplace.geography.design.exact import Sets, design, sets_of
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import Task

MERGED = 4
"""So many plans are merged at most; ours."""

FAMILY, AGAIN, WARM = 4, 2, 0.5
"""So many searches are a family, and so many more begin at what they are merged to, at this heat; ours."""

MOST_PIECES, MOST_SETS = 250, 600
"""So many pieces and sets at most: some hundredths of a second. Fewer plans are merged where there are more. Ours."""

LISTED_PIECES = 30
LISTED_SETS, LISTED_PLANS, LISTED_STEPS = 800, 5_000, 2_000_000
"""So many pieces, sets, plans and steps at most where every plan is listed: some hundredths of a second. Ours."""

PIECES = " pieces"
"""No layer of a place is called so."""


def searches(firsts: int) -> int:
    """How many searches families make of so many first plans."""
    return firsts + AGAIN * -(-firsts // FAMILY)


def bred(task: Task, firsts: Sequence[Plan], look: Callable[[Plan, float], Plan]) -> Plan:
    """The best plan that families of searches come to; `look` searches from a plan at some heat."""
    bests = []
    for begin in range(0, len(firsts), FAMILY):
        first = mixed(task, [look(plan, 1.0) for plan in firsts[begin : begin + FAMILY]])
        bests.append(mixed(task, [first, *(look(first, WARM) for _ in range(AGAIN))]))
    return mixed(task, bests)


def mixed(task: Task, plans: Sequence[Plan]) -> Plan:
    """The best of some plans, or what they merge to where that is better; out of the band where all of them are."""
    ranked = sorted(plans, key=lambda plan: (plan.strayed, plan.value()))
    found = merged(task, [plan for plan in ranked if plan.sound])
    return ranked[0] if found is None or found.value() >= ranked[0].value() - 1e-12 else found


def merged(task: Task, plans: Sequence[Plan]) -> Plan | None:
    """The best plan of the pieces that some plans of as many areas make, the first of them before the others.

    None where there are fewer than two plans, or too many pieces of any two.
    """
    sets = sets_in_common(task, [plan.of for plan in plans])
    if sets is None:
        return None
    k = plans[0].k
    listed = None if task.weights.get("moved") else _every(sets, k)
    if listed is not None:
        return Plan(task, areas_of(sets, listed[sets.cost(k)[listed].sum(axis=1).argmin()][None])[0])
    try:
        found = design(sets.task, k, sets=sets, explain=False, begin=False).plan
    except GeographyError:
        return None
    return None if found is None else Plan(task, found.of)


def sets_in_common(task: Task, plans: Sequence[Labels]) -> Sets | None:
    """What may be an area, of the pieces that the first plans make together: as many of them as can be listed."""
    tried = (_sets(task, np.stack(plans[:many]), MOST_SETS) for many in range(min(len(plans), MERGED), 1, -1))
    return next((sets for sets in tried if sets is not None), None)


def mixes_of(task: Task, plans: Labels, k: int) -> tuple[Sets, Integers] | None:
    """All plans of k areas that pieces of the first plans make, as sets: of 4, 8, 16 plans, as many as can be listed.

    None where those of four are too many.
    """
    many = MERGED
    while 2 * many <= len(plans) and _pieces(task, plans[: 2 * many], LISTED_PIECES) is not None:
        many *= 2
    while MERGED <= many <= len(plans):
        sets = _sets(task, plans[:many], LISTED_SETS)
        listed = None if sets is None else _every(sets, k)
        if sets is not None and listed is not None:
            return sets, listed
        many //= 2
    return None


def areas_of(sets: Sets, plans: Integers) -> Labels:
    """The area of each block in each of some plans that are rows of sets."""
    area = np.zeros((len(plans), len(sets.task.units.labels)), dtype=np.int32)
    for row, columns in enumerate(plans.tolist()):
        for number, column in enumerate(columns):
            area[row, sets.rows[column]] = number
    return area[:, sets.task.units.of]


def _every(sets: Sets, k: int) -> Integers | None:
    """All plans of k of the sets; None where there are too many, or none."""
    from totalplace.geography.design.listing import every_plan

    found = every_plan(sets, k, LISTED_PLANS, LISTED_STEPS)
    return None if found is None or not len(found) else found


def _sets(task: Task, plans: Labels, most: int) -> Sets | None:
    """The sets of the pieces that plans make together; None where they are too many."""
    pieces = _pieces(task, plans, MOST_PIECES)
    if pieces is None:
        return None
    try:
        return sets_of(replace(task, blocks=task.blocks.with_layer(pieces), whole=PIECES), most=most)
    except GeographyError:
        return None


def _pieces(task: Task, plans: Labels, most: int) -> Division | None:
    """The pieces of one piece that lie in one area of every plan; None where they are more than `most`."""
    kinds, which = np.unique(plans, axis=1, return_inverse=True)
    if kinds.shape[1] > most:
        return None
    labels, of = np.unique(task.graph.pieces(np.asarray(which).ravel()), return_inverse=True)
    return Division(PIECES, tuple(map(str, range(len(labels)))), of.astype(np.int32)) if len(labels) <= most else None
