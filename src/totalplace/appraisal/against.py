"""Two versions of a case beside each other, such as the forecast and what came: the difference in parts that sum to it.

A benefit's fiscal value is the product of how many were reached (volume), what that changed (effect), when (timing) and
what a unit is worth (unit value). The difference is shared between the four by the mean over every order in which
they could have changed (the Shapley value), so that the parts sum to the whole and no order is favoured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

from totalplace.appraisal.case import Benefit, Case
from totalplace.appraisal.flows import kernel_of, net_effect, present, rates_of, reached, spread, units_of, worth_of
from totalplace.appraisal.result import Appraisal, Found, appraise, fiscal_cost_of
from totalplace.appraisal.tables import pence, ratio, scope
from totalplace.errors import UsageError
from totalplace.table import Column, Table

PARTS = ("volume", "effect", "timing", "unit_value")
"""What a difference is shared between."""


@dataclass(frozen=True)
class Side:
    """One benefit of one version, in the parts whose product it is."""

    reached: tuple[float, ...]
    effect: float
    kernel: tuple[float, ...]
    factors: tuple[float, ...]
    unit_value: float


@dataclass(frozen=True)
class Difference:
    """A line of the difference: present values in pounds before and after, and the parts that sum to the change."""

    name: str
    before: float
    after: float
    parts: tuple[float, float, float, float]
    other: float = 0.0
    """Of a benefit that only one version has, and of costs: the whole change."""

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True)
class Compared:
    """Two versions of an option, the fiscal benefits and costs line by line."""

    before: Appraisal
    after: Appraisal
    option: str
    benefits: tuple[Difference, ...]
    costs: tuple[Difference, ...]

    def table(self) -> Table:
        """A row a line, the total and the financial return last."""
        columns = (
            Column("line", "Line"),
            Column("before", "Before", "money"),
            Column("after", "After", "money"),
            Column("change", "Change", "money"),
            Column("volume", "by how many were reached", "money"),
            Column("effect", "by what it changed", "money"),
            Column("timing", "by when", "money"),
            Column("unit_value", "by what a unit is worth", "money"),
            Column("other", "by lines new, gone, or of cost", "money"),
        )
        rows = [_row(line) for line in (*self.benefits, _sum("All budget benefits", self.benefits))]
        rows += [_row(line) for line in (*self.costs, _sum("All budget costs", self.costs))]
        old, new = (side.option(self.option).measures.financial_return for side in (self.before, self.after))
        note = f"£ back to budgets for each £1: {ratio(float(old))} before, {ratio(float(new))} after. "
        return Table("case-against", "Before and after", columns, rows, note + scope(self.after.case))


def _row(line: Difference) -> tuple[Any, ...]:
    return (line.name, *map(pence, (line.before, line.after, line.change, *line.parts, line.other)))


def _sum(name: str, lines: tuple[Difference, ...]) -> Difference:
    parts = [sum(line.parts[n] for line in lines) for n in range(len(PARTS))]
    return Difference(
        name,
        sum(line.before for line in lines),
        sum(line.after for line in lines),
        (parts[0], parts[1], parts[2], parts[3]),
        sum(line.other for line in lines),
    )


def against(before: Case, after: Case, option: str = "") -> Compared:
    """The difference from one version of a case to another; lines are matched by id.

    Raises UsageError where they are in prices of two years, or have no option in common.
    """
    if before.price_year != after.price_year:
        raise UsageError(
            f"{before.id} is in prices of {before.price_year} and {after.id} in those of {after.price_year}; "
            "give both one price_year"
        )
    common = [each.id for each in after.proposals if each.id in {old.id for old in before.proposals}]
    chosen = option or (common[0] if common else "")
    if chosen not in common:
        raise UsageError(f"the two cases have no option '{chosen}' in common; give the same id in both")
    old, new = appraise(before), appraise(after)
    usual = (before.usual.id, after.usual.id)
    benefits = [*_benefits(before, after, (chosen, chosen)), *map(_off, _benefits(before, after, usual))]
    costs = [*_costs(old.option(chosen), new.option(chosen)), *map(_off, _costs(old.usual, new.usual))]
    return Compared(old, new, chosen, tuple(benefits), tuple(costs))


def _off(line: Difference) -> Difference:
    """A line of carrying on as now, which counts against the option."""
    a, b, c, d = line.parts
    return Difference(f"Less as now: {line.name}", -line.before, -line.after, (-a, -b, -c, -d), -line.other)


def _benefits(before: Case, after: Case, options: tuple[str, str]) -> Iterator[Difference]:
    old = {benefit.id: benefit for benefit in before.benefits_of(options[0])}
    new = {benefit.id: benefit for benefit in after.benefits_of(options[1])}
    for id in dict.fromkeys([*old, *new]):
        if id in old and id in new:
            yield _shared(new[id].name, _side(before, old[id]), _side(after, new[id]))
        else:
            a = _worth(_side(before, old[id])) if id in old else 0.0
            b = _worth(_side(after, new[id])) if id in new else 0.0
            yield Difference((old.get(id) or new[id]).name, a, b, (0.0, 0.0, 0.0, 0.0), b - a)


def _side(case: Case, benefit: Benefit) -> Side:
    values, key = case.central(), f"benefit.{benefit.id}"
    starts, scale = reached(case, benefit, values)
    worth = worth_of(benefit, values, units_of(case, benefit, values))["fiscal"]
    plan = benefit.fiscal.value * values[f"{key}.worth"]
    return Side(
        tuple(float(scale) * each for each in starts),
        float(net_effect(case, key, values)) * (float(worth) / plan if plan else 1.0),
        tuple(float(each) for each in kernel_of(case, benefit, values)),
        tuple(rates_of(case).factors),
        plan,
    )


def _worth(side: Side) -> float:
    """The present value of a benefit from its parts."""
    felt = spread(side.reached, side.kernel)
    return float(present(felt, side.factors)) * side.effect * side.unit_value


def _shared(name: str, old: Side, new: Side) -> Difference:
    """The change of a benefit, shared between its parts."""

    def worth(changed: frozenset[str]) -> float:
        def of(part: str) -> Side:
            return new if part in changed else old

        timing = of("timing")
        reached = of("volume").reached[: len(timing.kernel)]
        return _worth(Side(reached, of("effect").effect, timing.kernel, timing.factors, of("unit_value").unit_value))

    count = len(PARTS)
    shares = []
    for part in PARTS:
        others = [each for each in PARTS if each != part]
        share = 0.0
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for chosen in combinations(others, size):
                share += weight * (worth(frozenset((*chosen, part))) - worth(frozenset(chosen)))
        shares.append(share)
    return Difference(name, _worth(old), _worth(new), (shares[0], shares[1], shares[2], shares[3]))


def _costs(old: Found, new: Found) -> Iterator[Difference]:
    sides = [
        {line.cost.id: (line.cost.name, found.present(fiscal_cost_of(found.case, line))) for line in found.costs}
        for found in (old, new)
    ]
    for id in dict.fromkeys([*sides[0], *sides[1]]):
        name, before = sides[0].get(id, (sides[1].get(id, ("", 0.0))[0], 0.0))
        after = sides[1].get(id, ("", 0.0))[1]
        yield Difference(name, before, after, (0.0, 0.0, 0.0, 0.0), after - before)
