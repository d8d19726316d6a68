"""The calculation: from people to units of an outcome, from units to money, by year.

Written once for single numbers and for arrays of draws: every number comes from `values` by its key and may be
either. Source of the chain: HM Treasury's 2014 guidance on cost-benefit analysis for local partnerships and the Greater
Manchester model that it rests on; docs/methods/business-case.md gives each formula with its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from totalplace.appraisal.case import CASH_KINDS, Benefit, Case, Cost

if TYPE_CHECKING:
    import numpy as np

    Number = float | np.ndarray[Any, Any]

LEAST = 1e-6
"""Pounds that are none: what rounding leaves of a difference that is nought. No ratio is made over less."""

Values = Mapping[str, "Number"]
"""The numbers of a case by key: each one figure, or an array of draws."""


@dataclass(frozen=True)
class Units:
    """Units of an outcome by year: `scale` x `profile`, apart because the profile is often the same in each draw."""

    scale: Number
    profile: Sequence[Number]

    def by_year(self) -> list[Number]:
        """The units of each year."""
        return [self.scale * part for part in self.profile]


def units_of(case: Case, benefit: Benefit, values: Values) -> Units:
    """Net units of a benefit's outcome by year, after what would have happened anyway and what is not the scheme's."""
    starts, scale = reached(case, benefit, values)
    effect = net_effect(case, f"benefit.{benefit.id}", values)
    return Units(scale * effect, spread(starts, kernel_of(case, benefit, values)))


def reached(case: Case, benefit: Benefit, values: Values) -> tuple[Sequence[float], Number]:
    """Who starts in each year (people, or units given by year), and the incidents that each of them stands for: those
    who take it up and stay, times those who have the need, times incidents a person."""
    key = f"benefit.{benefit.id}"
    scale = values[f"{key}.need"] * values[f"{key}.incidents"]
    if not benefit.cohort:
        return benefit.units, scale
    cohort = f"cohort.{benefit.cohort}"
    stay = values[f"{cohort}.people"] * values[f"{cohort}.engagement"] * values[f"{cohort}.retention"]
    return case.cohorts[benefit.cohort].people, scale * stay


def kernel_of(case: Case, benefit: Benefit, values: Values) -> list[Number]:
    """What is left of a benefit's effect in each year after its start."""
    key = f"benefit.{benefit.id}"
    return lasting(values[f"{key}.lag"], values[f"{key}.lasts"], values[f"{key}.drop_off"], len(case.years))


def net_effect(case: Case, key: str, values: Values) -> Number:
    """What one person reached changes, net: impact less deadweight, less what is displaced, leaks or is substituted,
    the part that is this scheme's doing, and what it sets off."""
    impact, deadweight = values[f"{key}.impact"], values[f"{key}.deadweight"]
    net = impact - deadweight if case.deadweight == "points" else impact * (1 - deadweight)
    for loss in ("displacement", "leakage", "substitution"):
        net = net * (1 - values[f"{key}.{loss}"])
    return net * values[f"{key}.attribution"] * values[f"{key}.multiplier"]


def lasting(lag: Number, lasts: Number, drop_off: Number, years: int) -> list[Number]:
    """What is left of an effect in each year after its start.

    It begins `lag` years on, lasts so many years, and falls by `drop_off` of what is left each year. Parts of years
    are shared between the two years that they touch.
    """
    felt = _felt(lasts, drop_off, years)
    late = _late(lag, years)
    kernel: list[Number] = [0.0] * years
    for wait, part in enumerate(late):
        if _nothing(part):
            continue
        for age, feeling in enumerate(felt[: years - wait]):
            if not _nothing(feeling):
                kernel[wait + age] = kernel[wait + age] + part * feeling
    return kernel


def _felt(lasts: Number, drop_off: Number, years: int) -> list[Number]:
    """The effect by years since it began: all of it, then less by the drop-off, the last year in part."""
    felt: list[Number] = []
    left: Number = 1.0
    shortest, longest = _ends(lasts)
    for age in range(years):
        # Most years are wholly inside or past the effect: what need not be reckoned for each draw is not.
        whole = 1.0 if age + 1 <= shortest else 0.0 if age >= longest else _between(lasts - age)
        felt.append(0.0 if _nothing(whole) else left if age + 1 <= shortest else whole * left)
        if age + 1 < longest:
            left = left * (1 - drop_off)
    return felt


def _late(lag: Number, years: int) -> list[Number]:
    """The part of an effect that begins so many years after the start: two neighbouring years share a part of one."""
    soonest, latest = _ends(lag)
    return [
        _between(1 - lag + wait) - _between(wait - lag) if soonest - 1 < wait < latest + 1 else 0.0
        for wait in range(years)
    ]


def _ends(value: Number) -> tuple[float, float]:
    """The least and the most that a number is in any draw."""
    if isinstance(value, (int, float)):
        return value, value
    return float(value.min()), float(value.max())


def _between(value: Number) -> Number:
    """A number held between 0 and 1."""
    if isinstance(value, (int, float)):
        return min(1.0, max(0.0, float(value)))
    return value.clip(0.0, 1.0)


def _nothing(value: Number) -> bool:
    return isinstance(value, (int, float)) and value == 0


def spread(starts: Sequence[float], kernel: Sequence[Number]) -> list[Number]:
    """What those who start in each year feel in each year, summed: a convolution cut off at the end of the case."""
    years: list[Number] = [0.0] * len(kernel)
    for people in dict.fromkeys(starts):
        begun = [start for start, each in enumerate(starts[: len(kernel)]) if each == people and people]
        for age in range(len(kernel) - begun[0] if begun else 0):
            if not _nothing(kernel[age]):
                felt = people * kernel[age]
                for start in begun:
                    if start + age < len(years):
                        years[start + age] = _plus(years[start + age], felt)
    return years


def _plus(total: Number, more: Number) -> Number:
    """A sum with more, added in place where it is one of draws: a sum must be nobody else's, and begins with 0.0."""
    if isinstance(total, (int, float)):
        return total + more
    total += more
    return total


def worth_of(benefit: Benefit, values: Values, units: Units) -> dict[str, Number]:
    """Pounds a unit of the outcome by kind of value, after optimism: less of what is good, more of what is harm."""
    plan = values[f"benefit.{benefit.id}.worth"]
    known = {kind: unit.value for kind, unit in benefit.values().items()}
    if not benefit.bias:
        return {kind: plan * value for kind, value in known.items()}
    good = _sign(units.scale * sum(units.profile))
    return {kind: plan * value * (1 - good * _sign(value) * benefit.bias) for kind, value in known.items()}


def _sign(value: Number) -> Number:
    """-1 for what is below nought, else 1."""
    import numpy as np

    if isinstance(value, (int, float)):
        return -1.0 if value < 0 else 1.0
    return np.where(value < 0, -1.0, 1.0)


def cost_years(case: Case, cost: Cost, values: Values) -> list[Number]:
    """Pounds of a cost by year, with what is added for optimism and for managing risk."""
    scale = values[f"cost.{cost.id}.amount"] * (1 + cost.bias)
    years: list[Number] = [
        scale * (cost.amounts[at] if at < len(cost.amounts) else 0.0) for at in range(len(case.years))
    ]
    if cost.risk:
        first = next((at for at, amount in enumerate(cost.amounts) if amount), 0)
        years[first] = years[first] + cost.risk
    return years


def fiscal_part(case: Case, cost: Cost) -> float:
    """The share of a cost that public budgets pay in cash: none of gifts in kind, volunteers' time, private money."""
    if cost.kind not in CASH_KINDS:
        return 0.0
    return sum(share for agency, share in cost.pays.items() if case.public(agency))


def weight_of(case: Case, benefit: Benefit) -> float:
    """What a pound to those who gain counts for beside one to a household of middle income; 1 where it is not said."""
    named = sum(benefit.gains.values())
    return sum(share * case.weights[group] for group, share in benefit.gains.items()) + 1 - named


@dataclass
class Totals:
    """The sums of an option, in pounds: fiscal ones by year before discounting, the others as present values."""

    fiscal_cost: list[Number]
    fiscal: list[Number]
    public_cost: Number = 0.0
    fiscal_pv: Number = 0.0
    transfer: Number = 0.0
    economic: Number = 0.0
    social: Number = 0.0
    weighted: Number = 0.0
    """What weighting by income adds to economic and social value."""

    def less(self, other: Totals) -> Totals:
        """These sums over and above those of another option."""
        return Totals(
            [a - b for a, b in zip(self.fiscal_cost, other.fiscal_cost, strict=True)],
            [a - b for a, b in zip(self.fiscal, other.fiscal, strict=True)],
            self.public_cost - other.public_cost,
            self.fiscal_pv - other.fiscal_pv,
            self.transfer - other.transfer,
            self.economic - other.economic,
            self.social - other.social,
            self.weighted - other.weighted,
        )


@dataclass(frozen=True)
class Rates:
    """Discount factors by schedule, each a list by year with 1 for the first."""

    of: Mapping[str, Sequence[float]]
    standard: str

    def for_benefit(self, benefit: Benefit) -> Sequence[float]:
        """The factors for a benefit's economic and social value; fiscal value always takes the case's own."""
        return self.of[benefit.discount or self.standard]

    @property
    def factors(self) -> Sequence[float]:
        """The factors of the case."""
        return self.of[self.standard]


def rates_of(case: Case) -> Rates:
    """The discount factors that a case needs."""
    from totalplace.parameters.discounting import schedule

    names = {case.discount, *(benefit.discount for benefit in case.benefits if benefit.discount)}
    return Rates({name: schedule(name).factors(len(case.years)) for name in names}, case.discount)


def present(years: Sequence[Number], factors: Sequence[float]) -> Number:
    """The present value of amounts by year."""
    total: Number = 0.0
    for amount, factor in zip(years, factors, strict=True):
        if not _nothing(amount):
            total = _plus(total, amount * factor)
    return total


def totals(case: Case, option: str, values: Values, rates: Rates) -> Totals:
    """The sums of one option, its costs and benefits as they are (not yet against carrying on as now)."""
    none: list[Number] = [0.0] * len(case.years)
    found = Totals(list(none), list(none))
    for cost in case.costs_of(option):
        _add_cost(found, case, cost, values, rates)
    for benefit in case.benefits_of(option):
        _add_benefit(found, case, benefit, values, rates)
    found.fiscal_pv = present(found.fiscal, rates.factors)
    return found


def _add_cost(found: Totals, case: Case, cost: Cost, values: Values, rates: Rates) -> None:
    years, part = cost_years(case, cost, values), fiscal_part(case, cost)
    if part:
        for at, amount in enumerate(years):
            found.fiscal_cost[at] = _plus(found.fiscal_cost[at], part * amount)
    found.public_cost = _plus(found.public_cost, present(years, rates.factors) * (1 + part * case.public_funds))


def _add_benefit(found: Totals, case: Case, benefit: Benefit, values: Values, rates: Rates) -> None:
    units = units_of(case, benefit, values)
    worth = worth_of(benefit, values, units)
    if benefit.fiscal.given:
        pounds = units.scale * worth["fiscal"]
        for at, part in enumerate(units.profile):
            if not _nothing(part):
                found.fiscal[at] = _plus(found.fiscal[at], pounds * part)
    if benefit.transfer.given:
        moved = units.scale * present(units.profile, rates.factors)
        found.transfer = _plus(found.transfer, moved * worth["transfer"])
    if benefit.economic.given or benefit.social.given:
        felt = units.scale * present(units.profile, rates.for_benefit(benefit))
        found.economic = _plus(found.economic, felt * worth["economic"])
        found.social = _plus(found.social, felt * worth["social"])
        extra = weight_of(case, benefit) - 1
        if extra:
            found.weighted = _plus(found.weighted, felt * (worth["economic"] + worth["social"]) * extra)


def incremental(case: Case, option: str, values: Values, rates: Rates) -> Totals:
    """The sums of an option over and above carrying on as now."""
    return totals(case, option, values, rates).less(totals(case, case.usual.id, values, rates))


@dataclass(frozen=True)
class Measures:
    """The guidance's measures of an option, in present pounds of the price year; ratios are pounds for each £1.

    `net_present_budget_impact` is costs less benefits: below zero is a saving. A ratio over costs that are not above
    zero cannot be calculated: NaN.
    """

    fiscal_cost: Number
    fiscal_benefit: Number
    public_cost: Number
    public_benefit: Number
    weighted_benefit: Number

    @property
    def net_present_budget_impact(self) -> Number:
        """Present value of fiscal costs less that of fiscal benefits: negative is a saving."""
        return self.fiscal_cost - self.fiscal_benefit

    @property
    def financial_return(self) -> Number:
        """Fiscal benefits for each £1 that public budgets pay."""
        return ratio(self.fiscal_benefit, self.fiscal_cost)

    @property
    def net_present_public_value(self) -> Number:
        """Present value of all benefits to the public less that of all costs: positive is a gain."""
        return self.public_benefit - self.public_cost

    @property
    def public_value_return(self) -> Number:
        """Benefits to the public for each £1 of resources put in."""
        return ratio(self.public_benefit, self.public_cost)

    @property
    def weighted_return(self) -> Number:
        """The public value return with gains weighted by income."""
        return ratio(self.weighted_benefit, self.public_cost)


def ratio(benefit: Number, cost: Number) -> Number:
    """Pounds of benefit for each £1 of cost; NaN, which is 'cannot be calculated', over costs that are not above nought
    (`LEAST`)."""
    import numpy as np

    if isinstance(benefit, (int, float)) and isinstance(cost, (int, float)):
        return benefit / cost if cost > LEAST else float("nan")
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Number = np.where(np.asarray(cost) > LEAST, np.asarray(benefit) / np.asarray(cost), np.nan)
    return found


def measures(found: Totals, rates: Rates) -> Measures:
    """The measures that sums come to. Transfers count for budgets, and not for the public as a whole."""
    public = found.fiscal_pv - found.transfer + found.economic + found.social
    return Measures(
        present(found.fiscal_cost, rates.factors), found.fiscal_pv, found.public_cost, public, public + found.weighted
    )


def paid_back(found: Totals, rates: Rates) -> Iterator[Number]:
    """By year, what public budgets are up (or, below zero, down) since the start, discounted."""
    up: Number = 0.0
    for cost, benefit, factor in zip(found.fiscal_cost, found.fiscal, rates.factors, strict=True):
        up = up + (benefit - cost) * factor
        yield up
