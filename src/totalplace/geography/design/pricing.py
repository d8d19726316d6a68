"""Designs of many small units with proof: sets are found as they are needed, not listed.

Each unit gets a price: the duals of the best mix of some sets, to which sets that are worth more than they cost are
added until there is none (Gilmore and Gomory 1961). What all units are worth then is what no plan can be below. A plan
of value v is made of sets that each cost no more than they are worth and v less that bound: those alone are listed, and
the best choice of them is solved (as Baldacci, Christofides and Mingozzi 2008 do for routes), with v raised from the
bound until there is such a plan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Integers
from totalplace.geography.design.master import Master
from totalplace.geography.design.measures import Floats
from totalplace.geography.design.partition import Choice, Solved
from totalplace.geography.design.sets import bits
from totalplace.geography.design.task import Task

if TYPE_CHECKING:
    from totalplace.geography.design.exact import Held
    from totalplace.geography.design.growing import Ground

UNITS = 128
"""So many units at most: a set is two words of the machine."""

EACH = (0.0, 0.5, 0.75, 0.9, 1.0, 1.1, 1.3)
"""Prices of a person that are tried for a bound, as shares of what a person is worth on average."""

SOME, ADDED, FIRST, FULL = 50, 400, 20_000, 30_000_000
"""Sets of one lowest unit, and in all, that are added at a time; steps for them at first, and at most."""

MOST_LISTED = 60_000
"""So many sets at most are solved for at the end; more are too many for a proof."""

TINY = 1e-5
"""Borders that are less than this are none: prices are no more exact."""


def by_borders(task: Task) -> bool:
    """Whether nothing but borders is weighed, and there are few enough units: what this way to a proof can do."""
    weighed = {name for name, weight in task.weights.items() if weight}
    return weighed <= {"borders", "metres"} and len(task.units.labels) <= UNITS


@dataclass(eq=False)
class Pricing:
    """One task and number of areas: what no plan can be below (`lower`), and the best choice of sets (`solved`).

    `status` is open until it is optimal, impossible or stopped. Costs are in borders, each `worth` so much of a value.
    """

    task: Task
    k: int
    fixed: Sequence[int]
    held: Held
    tell: Callable[[int, int], None] = lambda *_: None
    status: str = "open"
    lower: float = 0.0
    value: float = math.inf
    chosen: tuple[tuple[int, ...], ...] = ()
    rounds: int = 0
    duals: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        pairs, cost, self.step, self.worth = _borders(self.task)
        units = len(self.task.units.labels)
        self.near: list[dict[int, float]] = [{} for _ in range(units)]
        for (a, b), each in zip(pairs.tolist(), cost.tolist(), strict=True):
            self.near[a][b] = self.near[b][a] = each
        self.order = _sweep(self.near)
        taken = sum(self.fixed)
        self.free = [unit for unit in self.order if not taken >> unit & 1]
        self.alone = sum(self.cost(list(bits(mask))) for mask in self.fixed)
        self.most = float(cost.sum())  # what no plan can be above
        self.people = self.task.units.people(self.task.blocks.people)
        self.count = self.k - len(self.fixed)

    def cost(self, units: Sequence[int]) -> float:
        """Half of what its borders cost: the other half is that of the areas on their other side."""
        inside = set(units)
        return sum(each for u in inside for v, each in self.near[u].items() if v not in inside) / 2

    def band(self) -> tuple[int, int]:
        """The people that one of so many areas can have, so that the others can be in the band."""
        band, rest = self.task.band, int(self.people[self.free].sum())
        others = self.count - 1
        return max(band.low, rest - others * band.high), min(band.high, rest - others * band.low)

    def solve(self, seconds: float) -> None:
        """Goes on until it is proven what the best plan is, that there is none, or so many seconds are over."""
        if not self.free or self.count < 1:
            self.status = "optimal" if not self.free and not self.count else "impossible"
            self.value = self.lower = self.alone
            self.chosen = tuple(tuple(bits(mask)) for mask in self.fixed)
            return
        low, high = self.band()
        if low > high:
            self.status = "impossible"
            return
        self.until = time.monotonic() + seconds
        self.ground = _ground(self, low, high)
        self._raise()
        if self.status == "open":
            self._close()

    def _late(self) -> bool:
        if time.monotonic() < self.until:
            return False
        self.status = "stopped"
        return True

    def _priced(self, duals: Floats, limit: float, some: int, steps: int) -> tuple[list[tuple[float, list[int]]], bool]:
        """Sets that cost no more than they are worth and `limit`, the cheapest first, and whether these are all."""
        from totalplace.geography.design.growing import grow

        worth = np.zeros(len(self.order))
        at = {unit: n for n, unit in enumerate(self.order)}
        worth[[at[unit] for unit in self.free]] = duals[:-1]
        each = np.array(EACH) * max(float(worth.sum()), 0.0) / max(float(self.people[self.free].sum()), 1.0)
        found, value = np.zeros((some, 2), dtype=np.uint64), np.zeros(some)
        listed: list[tuple[float, list[int]]] = []
        whole = True
        for root in range(len(self.order)):
            if self._late():
                return listed, False
            many, every = grow(self.ground, worth, -float(duals[-1]), each, limit, root, steps, found, value)
            whole = whole and every
            for row in range(many):
                mask = int(found[row, 0]) | int(found[row, 1]) << 64
                units = [self.order[n] for n in bits(mask)]
                if self.task.of_one_piece(units):
                    listed.append((float(value[row]), units))
            if len(listed) > MOST_LISTED:
                return listed, False
        return sorted(listed), whole

    def _raise(self) -> None:
        """Prices are found, and with them what no plan can be below."""
        master = Master({unit: n for n, unit in enumerate(self.free)}, self.count, self.most)
        have: set[tuple[int, ...]] = set()
        some, steps = SOME, FIRST
        while not self._late():
            self.rounds += 1
            self.tell(self.rounds, 0)
            duals = master.duals()
            found, whole = self._priced(duals, -TINY, some, steps)
            if whole:
                self._bounded(duals, min((value for value, _ in found), default=-TINY))
            if self.lower > self.most + TINY:
                self.status = "impossible"
                return
            new = [units for _, units in found if tuple(units) not in have][:ADDED]
            for units in new:
                have.add(tuple(units))
                master.add(self.cost(units), units)
            if new:
                if self.step and not master.short and self._floor() >= master.value + self.alone - self.step / 100:
                    return
                continue
            if not whole:
                some, steps = some * 4, steps * 8
                if steps > FULL * 8:
                    self.status = "stopped"
            elif not master.short:
                return
            elif not master.dearer():
                self.status = "stopped"

    def _bounded(self, duals: Floats, least: float) -> None:
        """No plan is below what all units are worth, and what the areas can be below their worth."""
        bound = self.alone + float(duals[:-1].sum()) + self.count * (float(duals[-1]) + least)
        if bound > self.lower or not len(self.duals):
            self.lower, self.duals, self.least = max(bound, self.lower), duals, least

    def _floor(self) -> float:
        """The least value at or above the bound that a plan can have."""
        return math.ceil(self.lower - 1e-3) if self.step else self.lower

    def _close(self) -> None:
        """Lists the sets that a plan of some value is made of and solves for the best; raises it until there is one."""
        duals = self.duals
        worth = self.alone + float(duals[:-1].sum()) + self.count * float(duals[-1])
        began, target = self.lower, self._floor() if self.step else self.lower * 1.01 + TINY
        while not self._late():
            limit = target - worth - (self.count - 1) * self.least + TINY * (1 + self.count)
            listed, whole = self._priced(duals, limit, MOST_LISTED, FULL)
            solved = self._best_of(listed)
            if solved and solved.value + self.alone < self.value:
                self.value = solved.value + self.alone
                chosen = [listed[c][1] for c in solved.chosen]
                self.chosen = tuple(tuple(units) for units in (*(list(bits(m)) for m in self.fixed), *chosen))
            if not whole or self.status == "stopped" or not solved or solved.status == "stopped":
                self.status = "stopped"
                return
            self.lower = max(self.lower, min(target + self.step, self.value))
            if self.value <= self.lower + TINY:
                self.status = "optimal"
                return
            if target >= self.most:
                self.status = "impossible"
                return
            target = min(began + 2 * (target - began) + self.step, self.value - self.step, self.most)
            if self.step:
                target = math.floor(target + 1e-3)

    def _best_of(self, listed: list[tuple[float, list[int]]]) -> Solved | None:
        """The best choice of the sets; None where there was no time."""
        at = {unit: n for n, unit in enumerate(self.free)}
        rows = [[at[unit] for unit in units] for _, units in listed]
        cost = np.array([self.cost(units) for _, units in listed])
        try:
            return Choice(len(at), rows, cost, (), self.count).solve(max(self.until - time.monotonic(), 1.0))
        except GeographyError:
            return None


def _borders(task: Task) -> tuple[Integers, Floats, float, float]:
    """Pairs of units that touch, what each costs in borders, whether plans differ by whole ones, a border's weight."""
    a, b, metres = task.graph.pairs()
    each, long = task.weights.get("borders", 0.0) / max(len(a), 1), task.weights.get("metres", 0.0)
    long /= max(float(metres.sum()), 1e-12)
    scale = each or long * float(metres.mean() if len(metres) else 1.0) or 1.0
    first, second = task.units.of[a].astype(np.int64), task.units.of[b].astype(np.int64)
    apart, size = first != second, len(task.units.labels)
    low, high = np.minimum(first, second)[apart], np.maximum(first, second)[apart]
    key, back = np.unique(low * size + high, return_inverse=True)
    cost = np.bincount(back, ((each + long * metres) / scale)[apart], len(key))
    pairs = np.column_stack([key // size, key % size]).astype(np.int64)
    return pairs, cost.astype(np.float64), 0.0 if long else 1.0, scale


def _sweep(near: Sequence[Any]) -> list[int]:
    """The units from one end of the map to the other, so that sets with one lowest unit lie beyond it."""

    def walk(start: int) -> list[int]:
        met = [start]
        seen = {start}
        for unit in met:
            new = [other for other in sorted(near[unit]) if other not in seen]
            seen.update(new)
            met.extend(new)
        return met

    order: list[int] = []
    for unit in range(len(near)):
        if unit not in order:
            order += walk(walk(unit)[-1])
    return order


def _ground(pricing: Pricing, low: int, high: int) -> Ground:
    """The units in their order, as the compiled search wants them."""
    from totalplace.geography.design.growing import Ground

    order, near = pricing.order, pricing.near
    at = {unit: n for n, unit in enumerate(order)}
    ends = [[at[other] for other in near[unit]] for unit in order]
    half = [[each / 2 for each in near[unit].values()] for unit in order]
    most = np.zeros((len(order), 1 + max((len(each) for each in half), default=0)))
    for n, each in enumerate(half):
        sums = np.cumsum(sorted(each, reverse=True))
        most[n, 1:] = sums[-1] if len(sums) else 0.0
        most[n, 1 : 1 + len(sums)] = sums
    people = pricing.people[order].astype(np.int64)
    free = set(pricing.free)

    def words(masks: Sequence[int]) -> list[int]:
        """The machine words of sets, in the order of units here."""
        moved = [sum(1 << at[unit] for unit in bits(mask)) for mask in masks]
        return [word for mask in moved for word in (mask & 2**64 - 1, mask >> 64)]

    def table(groups: Sequence[Sequence[int]], width: int) -> Any:
        return np.array([words(group) for group in groups], dtype=np.uint64).reshape(-1, width)

    return Ground(
        np.cumsum([0, *(len(each) for each in ends)]).astype(np.int64),
        np.array([n for each in ends for n in each], dtype=np.int64),
        np.array([x for each in half for x in each], dtype=np.float64),
        most,
        people,
        np.cumsum(np.sort(people)),
        np.array([low, high], dtype=np.int64),
        np.array([unit not in free for unit in order]),
        table([[mask] for mask in pricing.held.together], 2),
        table(pricing.held.apart, 4),
        table([[mask] for mask in pricing.held.anchors], 2),
    )
