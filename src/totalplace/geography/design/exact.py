"""Designs of whole units with proof: every connected set in the band is listed, and the best choice of them solved.

What comes out is optimal, or it is shown that there is none. The unit is what stays whole, such as a ward; borders,
people and layers are those of the blocks inside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.blocks import Graph
from totalplace.geography.design.bounds import bound
from totalplace.geography.design.measures import Floats, SetSums, cost
from totalplace.geography.design.partition import Choice, Solved
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.pricing import Pricing, by_borders
from totalplace.geography.design.sets import MOST, bits, connected_sets
from totalplace.geography.design.task import Band, Task
from totalplace.geography.design.watch import Watch

MANY = 4_000
"""More sets than this are not listed where borders alone are weighed; else a search begins the proof of so many."""

SECONDS = 60.0
"""So long a proof of one number of areas may take if nothing is said; ours."""


@dataclass(frozen=True, eq=False)
class Design:
    """The answer for one number of areas: a plan that is proven best, or that none exists and why.

    `status` is optimal, impossible, stopped (time ran out: `bound` is then what no plan can be below), or not found
    (time ran out before there was a plan).
    """

    task: Task
    k: int
    status: str
    plan: Plan | None = None
    bound: float = math.nan
    why: str = ""

    @property
    def value(self) -> float:
        """The weighted measures of the plan."""
        return math.nan if self.plan is None else self.plan.value()

    @property
    def gap(self) -> float:
        """By how much the plan may be above the best there is."""
        return 0.0 if self.status == "optimal" else self.value - self.bound


@dataclass(frozen=True, eq=False)
class Sets:
    """The sets of units that may be an area of a task: masks, and their members as a table."""

    task: Task
    masks: tuple[int, ...]
    fixed: frozenset[int] = frozenset()

    @cached_property
    def rows(self) -> list[list[int]]:
        """The units of each set."""
        return [list(bits(mask)) for mask in self.masks]

    @cached_property
    def sums(self) -> SetSums:
        """What is known of each set."""
        member = np.zeros((len(self.masks), len(self.task.units.labels)), dtype=np.float32)
        for row, units in enumerate(self.rows):
            member[row, units] = 1
        return SetSums(self.task, member)

    @cached_property
    def people(self) -> Floats:
        """People of each set."""
        return self.sums.total(self.task.blocks.people)

    @cached_property
    def _costs(self) -> dict[tuple[str, int], Floats]:
        return {}

    def cost(self, k: int) -> Floats:
        """The weighted cost of each set in a plan of k areas, without who moves."""
        whole = np.zeros(len(self.masks))
        for name, weight in self.task.weights.items():
            if weight and name != "moved":
                hangs = name in ("balance", "compact") or name.startswith(("nest:", "vi:"))
                key = (name, k if hangs else 0)
                if key not in self._costs:
                    self._costs[key] = cost(self.task, self.sums, name, k)
                whole += weight * self._costs[key]
        return whole


def sets_of(task: Task, band: Band | None = None, most: int = MOST) -> Sets:
    """Every set of whole units that may be an area: connected, in the band, and by the rules.

    Raises GeographyError where there are too many to list and UsageError where a rule names what is not there.
    """
    asked = band or task.band
    _, near, people = unit_graph(task)
    fixed = _fixed(task)
    taken = sum(fixed)
    masks = [m for m in connected_sets(near, people, asked.low, asked.high, most) if not m & taken]
    held = Held.of(task)
    masks = [m for m in masks if held.by(m)]
    if task.scattered:
        # A unit in pieces can still lie in an area of one piece, where what is between them belongs to it too.
        masks = [m for m in masks if task.of_one_piece(list(bits(m)))]
    return Sets(task, (*fixed, *masks), frozenset(fixed))


def _fixed(task: Task) -> list[int]:
    """The fixed areas as sets of units; UsageError where two share one."""
    fixed = [_mask(task, group) for group in task.rules.fixed]
    taken = 0
    for mask in fixed:
        if mask & taken:
            raise UsageError("two fixed areas share a unit: each unit can be in one")
        taken |= mask
    return fixed


def unit_graph(task: Task) -> tuple[Graph, list[int], list[int]]:
    """Which unit touches which: as a graph, as sets of neighbours, and the people of each."""
    graph = task.graph if not task.whole else task.graph.quotient(task.units, task.blocks)[0]
    near = [sum(1 << int(other) for other in graph.neighbours(unit)) for unit in range(len(graph))]
    return graph, near, task.units.people(task.blocks.people).tolist()


def units_of(task: Task, codes: Iterable[str]) -> list[set[int]]:
    """The units of each code of a rule."""
    return [set(task.units.of[task.blocks_of(code)].tolist()) for code in codes]


def _mask(task: Task, codes: Sequence[str]) -> int:
    return sum(1 << unit for unit in set().union(*units_of(task, codes)))


@dataclass(frozen=True)
class Held:
    """The rules as sets of units."""

    together: tuple[int, ...]
    apart: tuple[tuple[int, int], ...]
    anchors: tuple[int, ...]

    @classmethod
    def of(cls, task: Task) -> Held:
        """The rules of a task; UsageError where one cannot hold."""
        apart: list[tuple[int, int]] = []
        for group in task.rules.apart:
            each = [_mask(task, [code]) for code in group]
            pairs = [(a, b) for n, a in enumerate(each) for b in each[:n]]
            if any(a & b for a, b in pairs):
                raise UsageError(f"{' and '.join(group)} are to be kept apart, and share a unit that stays whole")
            apart.extend(pairs)
        anchors = tuple(sum(1 << int(u) for u in np.unique(task.units.of[at])) for at in task.rules.anchors.values())
        return cls(tuple(_mask(task, group) for group in task.rules.together), tuple(apart), anchors)

    def by(self, mask: int) -> bool:
        """Whether a set keeps the rules."""
        return (
            all(mask & whole in (0, whole) for whole in self.together)
            and not any(mask & a and mask & b for a, b in self.apart)
            and all(mask & at for at in self.anchors)
        )


def counts(task: Task) -> range:
    """Every number of areas that the band allows for so many people; fixed areas count as they stand."""
    fixed = [task.blocks.people[np.concatenate([task.blocks_of(c) for c in g])].sum() for g in task.rules.fixed]
    rest = task.people - int(sum(fixed))
    left = task.band.counts(rest) if rest else range(1)
    return range(left.start + len(fixed), left.stop + len(fixed))


def fitting(task: Task) -> range:
    """Those of these numbers that there are units for."""
    every = counts(task)
    return range(every.start, min(every.stop, len(task.units.labels) + 1))


def design(
    task: Task,
    k: int,
    *,
    sets: Sets | None = None,
    seconds: float = SECONDS,
    explain: bool = True,
    begin: bool = True,
    watch: Watch | None = None,
) -> Design:
    """The best plan of k areas of whole units, or that there is none and why.

    Where there are many sets the proof begins with a plan that a search finds, unless `begin` is False; where borders
    alone are weighed they are found as they are needed (see pricing). After so many seconds, or once the watch is
    stopped, it is the best plan so far.

    Raises UsageError for a k that is no number of areas, GeographyError where there are too many sets or no answer
    in time.
    """
    from totalplace.geography.design.why import why_not

    units = len(task.units.labels)
    if not 1 <= k <= units:
        raise UsageError(f"{k} areas of {units:,} units: give a number from 1 to {units:,}")
    found = sets or listed(task)
    if found is None:
        return _priced(task, k, seconds, explain, watch or Watch())
    solved, columns = _solve(task, found, k, seconds, begin)
    if solved.status == "impossible":
        return Design(task, k, "impossible", why=why_not(task, k, found) if explain else "")
    plan = _plan(task, [found.rows[columns[column]] for column in solved.chosen])
    if solved.status == "optimal":
        return Design(task, k, "optimal", plan, plan.value())
    return Design(task, k, "stopped", plan, max(solved.bound, bound(task, k)))


def _plan(task: Task, areas: Iterable[Sequence[int]]) -> Plan:
    of = np.zeros(len(task.blocks), dtype=np.int32)
    for area, units in enumerate(areas):
        of[np.isin(task.units.of, units)] = area
    return Plan(task, of)


def listed(task: Task) -> Sets | None:
    """Every set that may be an area; None where they are many and need not be listed. Raises as `sets_of`."""
    if not by_borders(task):
        return sets_of(task)
    try:
        return sets_of(task, most=MANY)
    except GeographyError:
        return None


def _priced(task: Task, k: int, seconds: float, explain: bool, watch: Watch) -> Design:
    """The best plan of k areas with sets found as they are needed."""
    from totalplace.geography.design.why import why_unlisted

    fixed = _fixed(task)
    pricing = Pricing(task, k, fixed, Held.of(task), watch.tell)
    with watch.stoppable():
        pricing.solve(0.0 if watch.stopped else seconds)
    if pricing.status == "impossible":
        return Design(task, k, "impossible", why=why_unlisted(task, k, pricing.band()) if explain else "")
    lower = pricing.lower * pricing.worth
    if pricing.status == "optimal":
        plan = _plan(task, pricing.chosen)
        return Design(task, k, "optimal", plan, plan.value())
    found = _plan(task, pricing.chosen) if pricing.chosen else _in_time(task, k, watch)
    least = max(lower, bound(task, k))
    if found is None:
        return Design(task, k, "not found", None, least, f"no plan of {k} areas was found in time; that is no proof")
    return Design(task, k, "stopped", found, least)


def _in_time(task: Task, k: int, watch: Watch) -> Plan | None:
    """A plan that a search finds, where there was no time for a proof."""
    from totalplace.geography.design.search import search

    try:
        found = search(glued(task), k, watch=watch).plan
    except GeographyError:
        return None
    plan = Plan(task, found.of)
    return plan if plan.sound else None


def _solve(task: Task, sets: Sets, k: int, seconds: float, begin: bool) -> tuple[Solved, list[int]]:
    """The choice of sets, and which set each of its columns stands for."""
    price = sets.cost(k)
    columns, once = list(range(len(sets.masks))), [-1] * len(sets.masks)
    if task.weights.get("moved"):
        price, columns, once = _with_successors(task, sets, price)
    # A fixed area's units are in no other set, so that it is always chosen.
    choice = Choice(len(task.units.labels), [sets.rows[c] for c in columns], price, once, k)
    if begin and len(columns) > MANY and not task.weights.get("moved"):
        choice = replace(choice, begin=_begun(task, sets, k))
    return choice.solve(seconds), columns


def glued(task: Task) -> Task:
    """The same task for a search: whole units become groups of blocks that stay together."""
    groups = task.units.groups() if task.whole else []
    kept = tuple(tuple(task.blocks.ids[int(i)] for i in group) for group in groups if len(group) > 1)
    return replace(task, whole="", rules=replace(task.rules, together=(*task.rules.together, *kept)))


def _begun(task: Task, sets: Sets, k: int) -> list[int]:
    """The sets of a plan of whole units that a search finds, for the proof to begin with; nothing where none is."""
    from totalplace.geography.design.search import search

    try:
        plan = search(glued(task), k).plan
    except GeographyError:
        return []
    number = {mask: column for column, mask in enumerate(sets.masks)}
    masks = [sum(1 << int(u) for u in np.unique(task.units.of[group])) for group in plan.groups]
    return [number[mask] for mask in masks] if all(mask in number for mask in masks) else []


def _with_successors(task: Task, sets: Sets, price: Floats) -> tuple[Floats, list[int], list[int]]:
    """Each set once for every area of today that it may succeed, and once for none: who moves hangs on which."""
    table = sets.sums.labels(task.today)
    had = table.sum(axis=1)
    weight = task.weights["moved"] / task.people
    columns, once, costs = [], [], []
    for row in range(len(sets.masks)):
        for label in [-1, *np.flatnonzero(table[row]).tolist()]:
            columns.append(row)
            once.append(label)
            costs.append(price[row] + weight * (had[row] - (table[row, label] if label >= 0 else 0.0)))
    return np.array(costs), columns, once


def designs(
    task: Task,
    ks: Iterable[int] | None = None,
    *,
    seconds: float = SECONDS,
    explain: bool = True,
    watch: Watch | None = None,
) -> list[Design]:
    """The best plan for each number of areas, or every one that the band allows."""
    from totalplace.geography.design.why import never

    wanted = list(counts(task) if ks is None else ks)
    if not wanted:
        raise UsageError(never(task))
    sets = listed(task)
    return [design(task, k, sets=sets, seconds=seconds, explain=explain, watch=watch) for k in wanted]
