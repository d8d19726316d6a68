"""Plans of the blocks themselves: a fast search from the exact plan of whole units, or from a random tree's parts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.blocks import Labels
from totalplace.geography.design.bounds import bound
from totalplace.geography.design.exact import design
from totalplace.geography.design.measures import Floats
from totalplace.geography.design.merging import bred, searches
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.setting import ground_of, state_of
from totalplace.geography.design.start import tree_plan
from totalplace.geography.design.task import Task
from totalplace.geography.design.watch import Watch

EFFORT, STARTS = 600, 11
"""Steps a block of each search, and from how many trees they begin; ours."""

TREES, LEAST_TREES = 300_000, 100
"""So many blocks of trees are tried for one that keeps the rules, and so many trees in any case; ours."""

AT_ONCE = 1_000_000
"""So many steps run before a search can be stopped: about a second."""


def improve(
    task: Task, start: Plan, *, seed: int = 1, effort: float = EFFORT, heat: float = 1.0, watch: Watch | None = None
) -> Plan:
    """The best plan that a search from `start` finds; never worse than it, in the band and of one piece where it is.

    Deterministic in task, start, seed and effort (steps a block). `heat` is the first temperature, as a share of what
    a move costs on average.
    """
    return explore(task, start, (), 0, seed=seed, effort=effort, heat=heat, watch=watch)[0]


def explore(
    task: Task,
    start: Plan,
    names: Sequence[str],
    room: int,
    *,
    seed: int = 1,
    effort: float = EFFORT,
    heat: float = 1.0,
    watch: Watch | None = None,
) -> tuple[Plan, Labels, Floats]:
    """As `improve`, with plans met on the way and their measures: in the band, none beaten in the measures named.

    `room` is how many are kept at most, those of least value by the weights of the task. A search that is watched can
    be stopped; the best so far comes back then.
    """
    from totalplace.geography.design.kernel import Archive, Schedule, anneal

    n = len(start.of)
    ground, slots = ground_of(task, start, names)
    best, least = np.empty(n, dtype=np.int32), np.array([np.inf])
    state = state_of(task, ground, start, seed, slots)
    scale = _scale(task, start)
    kept = Archive(
        np.zeros((room, len(names))), np.zeros(room), np.zeros((room, n), dtype=np.int32), np.zeros(1, dtype=np.int64)
    )
    schedule = Schedule(max(int((watch.effort(effort) if watch else effort) * n), 1), heat * scale, 0.02 * scale)
    for begin in range(0, schedule.steps, AT_ONCE):
        end = min(begin + AT_ONCE, schedule.steps)
        with watch.stoppable() if watch else nullcontext():
            anneal(ground, state, schedule, begin, end, best, least, kept)
        if watch and watch.stopped:
            break
    found, count = Plan(task, best), int(kept.count[0])
    met = kept.of[:count], kept.measures[:count]
    if found.strayed < start.strayed:
        return found, *met
    return (found if found.value() < start.value() - 1e-12 else Plan(task, start.of)), *met


@dataclass(frozen=True, eq=False)
class Found:
    """The answer of a search: the best plan met, and what no plan can be below.

    `plan` may be outside the band, where no start inside it was found: `plan.sound` tells.
    """

    task: Task
    k: int
    plan: Plan
    bound: float
    seed: int

    @property
    def value(self) -> float:
        """The weighted measures of the plan."""
        return self.plan.value()

    @property
    def gap(self) -> float:
        """By how much the plan may be above the best there is; a large one proves nothing."""
        return self.value - self.bound


def search(
    task: Task,
    k: int,
    *,
    seed: int = 1,
    effort: float = EFFORT,
    starts: int = STARTS,
    begin: Iterable[Plan] = (),
    watch: Watch | None = None,
) -> Found:
    """The best plan of k areas of blocks that several searches find, units divided where that is worth its weight.

    They begin at the plans given, at the exact plan of whole units where there is one, and at `starts` random trees,
    and are families: see `merging`.
    The same seed gives the same plan. Raises GeographyError where no plan of pieces of one piece can be begun with, and
    UsageError for a k that is no number of areas.
    """
    if not 1 <= k <= len(task.blocks):
        raise UsageError(f"{k} areas of {len(task.blocks):,} blocks: give a number from 1 to {len(task.blocks):,}")
    firsts = [*begin, whole_plan(task, k), *(tree_plan(task, k, seed * 101 + n) for n in range(starts))]
    kept = [plan for plan in firsts if plan is not None and plan.k == k and keeps(task, plan)]
    kept = kept or [kept_tree(task, k, seed * 101 + starts)]
    seeds, total = itertools.count(seed * 1_031), searches(len(kept))

    def look(plan: Plan, heat: float) -> Plan:
        own = next(seeds)
        if watch:
            watch.tell(own - seed * 1_031, total)
        return improve(task, plan, seed=own, effort=effort, heat=heat, watch=watch)

    return Found(task, k, bred(task, kept, look), bound(task, k), seed)


def kept_tree(task: Task, k: int, seed: int) -> Plan:
    """A random tree's plan that keeps the rules; GeographyError where none of many does."""
    tries = max(TREES // len(task.blocks), LEAST_TREES)
    for n in range(tries):
        plan = tree_plan(task, k, seed + 7919 * n)
        if plan.k == k and keeps(task, plan):
            return plan
    raise GeographyError(
        f"no first plan of {k} areas keeps the rules on what lies apart and on what each area holds; "
        f"{tries:,} were tried, which is no proof"
    )


def whole_plan(task: Task, k: int) -> Plan | None:
    """The exact plan of whole units, where the task has a layer to keep whole, few enough sets, and there is one."""
    if not task.whole:
        return None
    try:
        return design(task, k, explain=False).plan if k <= len(task.units.labels) else None
    except GeographyError:
        return None


def keeps(task: Task, plan: Plan) -> bool:
    """Whether a plan keeps the rules on what lies apart, together, in each area and as it is."""
    rules = task.rules
    for group in rules.apart:
        areas = [set(plan.of[task.blocks_of(code)].tolist()) for code in group]
        if any(a & b for n, a in enumerate(areas) for b in areas[:n]):
            return False
    if any(len(np.unique(plan.of[members])) > 1 for members in task.bundles) or len(plan.fixed) < len(rules.fixed):
        return False
    return all(len(np.unique(plan.of[at])) == plan.k for at in rules.anchors.values())


def _scale(task: Task, plan: Plan) -> float:
    """What a move costs, about: the plan's value over the number of blocks at its borders, times a few."""
    a, b, _ = task.graph.pairs()
    edge = len(np.unique(np.concatenate([a[plan.cut], b[plan.cut]])))
    return 4 * max(plan.value(), 1e-9) / max(edge, 1)
