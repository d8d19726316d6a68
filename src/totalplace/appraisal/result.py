"""The central result of a case: each line by year and agency, and the measures of each option.

Pounds of the case's price year, as floats: they are estimates, and are rounded to the penny where they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import floor, isnan

from totalplace.appraisal.case import CASH_KINDS, Benefit, Case, Cost, Option, Quantity, Used, first_level
from totalplace.appraisal.flows import (
    LEAST,
    Measures,
    Rates,
    Totals,
    cost_years,
    fiscal_part,
    measures,
    paid_back,
    present,
    rates_of,
    totals,
    units_of,
    worth_of,
)

Years = tuple[float, ...]


@dataclass(frozen=True)
class CostLine:
    """A cost by year, in pounds."""

    cost: Cost
    years: Years

    def paid_by(self, agency: str) -> Years:
        """What an agency pays in each year, out of a budget or in kind."""
        return tuple(amount * self.cost.pays.get(agency, 0.0) for amount in self.years)


@dataclass(frozen=True)
class BenefitLine:
    """A benefit by year: units, and pounds by kind of value after optimism."""

    benefit: Benefit
    units: Years
    values: Mapping[str, Years]

    def to(self, agency: str) -> Years:
        """The fiscal benefit of an agency by year."""
        return tuple(amount * self.benefit.agencies.get(agency, 0.0) for amount in self.values["fiscal"])

    def cash_to(self, agency: str) -> Years:
        """What of it can be taken out of the agency's budget: its share, and of step-fixed costs whole steps alone."""
        share, step = self.benefit.cashable.of(agency)
        return tuple(
            amount * share * whole_steps(units, step) for amount, units in zip(self.to(agency), self.units, strict=True)
        )


def whole_steps(units: float, step: float) -> float:
    """The part of some units that are whole steps: with steps of 10, 24 units free the cost of 20."""
    if step <= 0 or units == 0:
        return 1.0
    # A hair's breadth, so that ten units reckoned as 9.9999999999 are a step.
    return floor(abs(units) / step + 1e-9) * step / abs(units)


@dataclass(frozen=True)
class Found:
    """The central result of an option as it is, and over and above carrying on as now."""

    case: Case
    option: Option
    costs: tuple[CostLine, ...]
    benefits: tuple[BenefitLine, ...]
    usual_costs: tuple[CostLine, ...]
    usual_benefits: tuple[BenefitLine, ...]
    totals: Totals
    rates: Rates

    @cached_property
    def measures(self) -> Measures:
        """The guidance's measures, over and above carrying on as now."""
        return measures(self.totals, self.rates)

    @cached_property
    def up_by_year(self) -> Years:
        """What budgets are up, or below nought down, since the start by each year, at present value."""
        return tuple(float(up) for up in paid_back(self.totals, self.rates))

    @property
    def payback_year(self) -> str:
        """The first year in which budgets have had their money back, discounted; '' where that is in none."""
        spent = False
        for year, cost, up in zip(self.case.years, self.totals.fiscal_cost, self.up_by_year, strict=True):
            spent = spent or cost != 0
            if spent and up >= -LEAST:
                return year
        return ""

    @property
    def payback_words(self) -> str:
        """When budgets have their money back, and whether they lose it again."""
        if not self.payback_year:
            return "not in these years"
        return f"{self.payback_year}, then down again" if self.falls_back else self.payback_year

    @property
    def falls_back(self) -> bool:
        """Whether budgets are down again in a year after they were paid back."""
        if not self.payback_year:
            return False
        at = self.case.years.index(self.payback_year)
        return any(up < -LEAST for up in self.up_by_year[at:])

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """Everyone who pays or gains, in the order of the case."""
        lines = [*self.costs, *self.usual_costs]
        names = [name for line in lines for name in line.cost.pays]
        gains = [name for line in (*self.benefits, *self.usual_benefits) for name in line.benefit.agencies]
        return tuple(dict.fromkeys([*names, *gains]))

    def pays(self, agency: str, kinds: Sequence[str] = CASH_KINDS) -> Years:
        """What an agency pays by year in some kinds of cost, over and above carrying on as now."""
        years = [0.0] * len(self.case.years)
        for sign, lines in ((1, self.costs), (-1, self.usual_costs)):
            for line in lines:
                if line.cost.kind in kinds:
                    years = [a + sign * b for a, b in zip(years, line.paid_by(agency), strict=True)]
        return tuple(years)

    def gains(self, agency: str) -> Years:
        """The fiscal benefit of an agency by year, over and above carrying on as now."""
        return self._over_usual(lambda line: line.to(agency))

    def cash(self, agency: str) -> Years:
        """What of an agency's fiscal benefit can be taken out of its budget, by year."""
        return self._over_usual(lambda line: line.cash_to(agency))

    def confirmed_cash(self, agency: str) -> Years:
        """What of that finance has confirmed against a budget line."""
        return self._over_usual(
            lambda line: line.cash_to(agency) if confirmed(line.benefit) else (0.0,) * len(self.case.years)
        )

    def _over_usual(self, of: Callable[[BenefitLine], Years]) -> Years:
        years = [0.0] * len(self.case.years)
        for sign, lines in ((1, self.benefits), (-1, self.usual_benefits)):
            for line in lines:
                years = [a + sign * b for a, b in zip(years, of(line), strict=True)]
        return tuple(years)

    def present(self, years: Sequence[float]) -> float:
        """The present value of pounds by year, at the case's schedule."""
        return float(present(list(years), self.rates.factors))

    def present_value(self, line: BenefitLine, kind: str) -> float:
        """The present value of a kind of value of a benefit; economic and social at the benefit's own schedule."""
        if kind in ("economic", "social"):
            return float(present(line.values[kind], self.rates.for_benefit(line.benefit)))
        return self.present(line.values[kind])

    @cached_property
    def distance(self) -> float:
        """How far those who pay are from those who gain, 0 to 1: half the sum over agencies (at their first level) of
        the difference between an agency's share of what budgets put in and its share of what they get out. A cost
        below nought is got out, a benefit below nought put in. NaN where either is nothing.
        """
        return apart(self._by_top(self.pays), self._by_top(self.gains))

    def _by_top(self, of: Callable[[str], Years]) -> dict[str, float]:
        """Present values of the public agencies, by the first level of their names."""
        sums: dict[str, float] = {}
        for agency in self.agencies:
            if self.case.public(agency):
                top = first_level(agency)
                sums[top] = sums.get(top, 0.0) + self.present(of(agency))
        return sums

    @cached_property
    def cashable(self) -> float:
        """The present value of what can be taken out of budgets."""
        return sum(self.present(self.cash(agency)) for agency in self.agencies if self.case.public(agency))

    @property
    def withheld(self) -> tuple[str, ...]:
        """Why there is no headline yet; () where there is one."""
        return headline_lacks(self.case, self.option)


def apart(pays: Mapping[str, float], gains: Mapping[str, float]) -> float:
    """Half the sum over agencies of the difference between each one's share of what is put in and of what is got out,
    0 to 1; NaN where either is nothing. What is paid below nought is got out, what is gained below nought put in."""
    sides = {name: (pays.get(name, 0.0), gains.get(name, 0.0)) for name in (*pays, *gains)}
    puts = {name: max(paid, 0.0) + max(-gained, 0.0) for name, (paid, gained) in sides.items()}
    gets = {name: max(gained, 0.0) + max(-paid, 0.0) for name, (paid, gained) in sides.items()}
    put, got = sum(puts.values()), sum(gets.values())
    if put <= LEAST or got <= LEAST:
        return float("nan")
    return sum(abs(puts[name] / put - gets[name] / got) for name in sides) / 2


def confirmed(benefit: Benefit) -> bool:
    """Whether finance has confirmed a saving against a budget line."""
    cash = benefit.cashable
    return bool(cash.budget_line and cash.confirmed_by and cash.confirmed_on)


def headline_lacks(case: Case, option: Option) -> tuple[str, ...]:
    """What an option still must say before a figure of it may stand alone: each benefit's deadweight and comparator.

    Those of carrying on as now are asked too, as its benefits are taken off: one below nought adds to every figure.
    """
    found = []
    usual = () if option.id == case.usual.id else case.benefits_of(case.usual.id)
    for benefit in (*case.benefits_of(option.id), *usual):
        if not benefit.deadweight_given:
            found.append(f"{benefit.name}: nobody has said what would have happened anyway (deadweight)")
        if not (_says(benefit.comparator) or _says(case.comparator)):
            found.append(f"{benefit.name}: nobody has said what it is compared with (comparator)")
    return tuple(found)


def _says(words: str) -> bool:
    """Whether a text has a letter or figure in it: signs that nobody sees, or a dash, say nothing."""
    return any(each.isalnum() for each in words)


@dataclass(frozen=True)
class Appraisal:
    """A case with its central result by option, in the order of the case; carrying on as now is not among them."""

    case: Case
    options: tuple[Found, ...]
    usual: Found
    rates: Rates
    doubts: tuple[str, ...] = field(default=())

    def option(self, id: str) -> Found:
        """The result of an option by its id, or of the first."""
        return next((found for found in self.options if found.option.id == id), self.options[0])

    @property
    def used(self) -> tuple[Used, ...]:
        """Every parameter that the result rests on."""
        return self.case.used

    @property
    def unverified(self) -> tuple[Used, ...]:
        """Those that nobody checked at their source."""
        return tuple(used for used in self.case.used if not used.verified)


def appraise(case: Case, values: Mapping[str, float] | None = None) -> Appraisal:
    """The central result of a case, or with numbers set otherwise by key the result with those."""
    numbers = {**case.central(), **(values or {})}
    rates = rates_of(case)
    lines = {option.id: _lines(case, option, numbers) for option in case.options}
    sums = {option.id: totals(case, option.id, numbers, rates) for option in case.options}
    usual = case.usual

    def found(option: Option) -> Found:
        over = sums[option.id].less(sums[usual.id])
        return Found(case, option, *lines[option.id], *lines[usual.id], over, rates)

    options = tuple(found(option) for option in case.proposals)
    return Appraisal(case, options, found(usual), rates, (*case.doubts, *_doubts(case, numbers, options)))


def _lines(
    case: Case, option: Option, numbers: Mapping[str, float]
) -> tuple[tuple[CostLine, ...], tuple[BenefitLine, ...]]:
    costs = tuple(CostLine(cost, _floats(cost_years(case, cost, numbers))) for cost in case.costs_of(option.id))
    benefits = []
    for benefit in case.benefits_of(option.id):
        felt = units_of(case, benefit, numbers)
        units, worth = _floats(felt.by_year()), worth_of(benefit, numbers, felt)
        values = {kind: tuple(each * float(pounds) for each in units) for kind, pounds in worth.items()}
        benefits.append(BenefitLine(benefit, units, values))
    return costs, tuple(benefits)


def _floats(years: Sequence[object]) -> Years:
    return tuple(float(each) for each in years)  # type: ignore[arg-type]


def _doubts(case: Case, numbers: Mapping[str, float], options: Sequence[Found]) -> list[str]:
    """What a reader should know before a figure is used."""
    found = [f"{used.name} ({used.edition}) is not verified at its source." for used in case.used if not used.verified]
    for benefit in case.benefits:
        deadweight = numbers[f"benefit.{benefit.id}.deadweight"]
        impact = numbers[f"benefit.{benefit.id}.impact"]
        if benefit.deadweight_given and deadweight == 0:
            found.append(f"{benefit.name}: deadweight is nought: all of it is put down to the scheme.")
        if deadweight < 0 < impact:
            found.append(
                f"{benefit.name}: deadweight is below nought, so that more is put down to the scheme than its impact."
            )
        if case.deadweight == "points" and impact - deadweight < 0 < impact:
            found.append(f"{benefit.name}: deadweight is more than the impact, so that the scheme does harm.")
    for option in options:
        if option.falls_back:
            found.append(f"{option.option.name}: after {option.payback_year} budgets are down again in a later year.")
        if isnan(option.measures.financial_return):
            found.append(f"{option.option.name}: it costs budgets nothing, so there is no financial return on it.")
    return found


def unsure(case: Case) -> tuple[Quantity, ...]:
    """The numbers of a case that have a range."""
    return tuple(quantity for quantity in case.quantities.values() if quantity.unsure)


def fiscal_cost_of(case: Case, line: CostLine) -> Years:
    """What public budgets pay of a cost by year."""
    part = fiscal_part(case, line.cost)
    return tuple(amount * part for amount in line.years)
