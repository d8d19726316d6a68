"""The arithmetic: every body and year, exact to the penny; what each pressure does alone, and all of them together.

    spend x demand x prices - funding - income = gap;  gap - reserves used = gap that is left

Amounts are whole pence, factors are exact fractions, and each product is rounded once, half up. As rounding never
turns an order round, no pressure alone makes a larger gap than all adverse ones together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from totalplace.stress.scenario import PLACE, PRESSURES, Plan, Scenario

EVERY = frozenset(PRESSURES)
ONE = Fraction(1)


@dataclass(frozen=True)
class Line:
    """A body in a year, in pence. A gap below zero is a surplus; `body` is '' for the whole place.

    `promised` went from reserves for other things, `unmet` is what was promised and was not there.
    """

    body: str
    year: str
    spend: int
    funding: int
    income: int
    gap: int
    promised: int
    unmet: int
    used: int
    left: int
    after: int


@dataclass(frozen=True)
class Effect:
    """What one pressure alone does to the gap of a body and year, in pence, before and after reserves.

    `part` is 'none' (the gap without any pressure), a pressure, 'interaction', or 'combined' (the gap with all).
    """

    body: str
    year: str
    part: str
    before: int
    after: int


def scaled(pence: int, factor: Fraction) -> int:
    """An amount times a factor, rounded half up to the penny; neither is negative."""
    return (2 * pence * factor.numerator + factor.denominator) // (2 * factor.denominator)


def years_of(plan: Plan, scenario: Scenario, pressed: Collection[str] = EVERY, case: str = "central") -> list[Line]:
    """The base year and the years ahead of one body, with the pressures that `pressed` names."""
    left = plan.baseline["reserves"].pence
    spend, funding, income = (plan.baseline[name].pence for name in ("spend", "funding", "income"))
    gap = spend - funding - income
    lines = [Line(plan.id, scenario.base_year, spend, funding, income, gap, 0, 0, 0, left, gap)]
    for at, year in enumerate(scenario.years):
        factor = {
            name: pressure.factors[case][at] if name in pressed else ONE for name, pressure in plan.pressures.items()
        }
        now = (
            scaled(spend, factor.get("demand", ONE) * factor.get("price", ONE)),
            scaled(funding, factor.get("funding", ONE)),
            scaled(income, factor.get("income", ONE)),
        )
        lines.append(_with_reserves(plan, year, now, left, "reserves" in pressed))
        left = lines[-1].left
    return lines


def _with_reserves(plan: Plan, year: str, now: tuple[int, int, int], left: int, promised: bool) -> Line:
    """A year with what reserves meet of its gap: what is promised goes first, the floor stays."""
    gap = now[0] - now[1] - now[2]
    wanted = plan.reserves.committed if promised else 0
    gone = min(wanted, left)
    free = max(0, left - gone - plan.reserves.floor)
    most = free if plan.reserves.use is None else min(plan.reserves.use, free)
    used = min(most, max(0, gap))
    return Line(plan.id, year, *now, gap, gone, wanted - gone, used, left - gone - used, gap - used)


def every_line(scenario: Scenario, pressed: Collection[str] = EVERY, case: str = "central") -> list[Line]:
    """The whole place by year, then each body by year."""
    bodies = [line for plan in scenario.plans for line in years_of(plan, scenario, pressed, case)]
    return [*_together(bodies, (scenario.base_year, *scenario.years)), *bodies]


FIGURES = ("spend", "funding", "income", "gap", "promised", "unmet", "used", "left", "after")


def _together(lines: Sequence[Line], years: Iterable[str]) -> list[Line]:
    """The sums over bodies by year."""
    return [
        Line(PLACE, year, **{name: sum(getattr(line, name) for line in lines if line.year == year) for name in FIGURES})
        for year in years
    ]


def every_effect(scenario: Scenario) -> list[Effect]:
    """The effect of each pressure alone, how they act on one another, and all together: parts sum to the whole."""
    none = every_line(scenario, ())
    whole = every_line(scenario)
    alone = {name: every_line(scenario, (name,)) for name in scenario.pressures}
    found = []
    for at, (start, end) in enumerate(zip(none, whole, strict=True)):
        parts = [("none", start.gap, start.after)]
        parts += [(name, line[at].gap - start.gap, line[at].after - start.after) for name, line in alone.items()]
        before, after = sum(part[1] for part in parts), sum(part[2] for part in parts)
        parts += [("interaction", end.gap - before, end.after - after), ("combined", end.gap, end.after)]
        found += [Effect(end.body, end.year, *part) for part in parts]
    return found
