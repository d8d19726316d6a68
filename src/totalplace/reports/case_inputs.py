"""The sheets of a case's result that may be changed: every number by its key, the lists by year, the parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from totalplace.appraisal.case import DEADWEIGHTS, Benefit, Case, Cost, UnitValue
from totalplace.appraisal.result import Appraisal, confirmed
from totalplace.reports.case_cells import Book, Page, Range, X

if TYPE_CHECKING:
    from totalplace.parameters.deflators import Deflator

YEAR = 9
"""The column of the first year, the same in every sheet that has years."""
HEAD = 3
"""The row of headings."""


@dataclass
class Inputs:
    """What the formulas of the other sheets rest on."""

    case: Case
    book: Book
    numbers: dict[str, X] = field(default_factory=dict)
    lists: dict[str, Range] = field(default_factory=dict)
    unit_values: dict[tuple[str, str], X] = field(default_factory=dict)
    cost_factors: dict[str, X] = field(default_factory=dict)
    rates: dict[str, Range] = field(default_factory=dict)
    public: Range | None = None
    """Whether each agency is a public budget, in their order; None where a case has no agency."""

    @property
    def years(self) -> int:
        """How many years there are."""
        return len(self.case.years)

    def page(self, name: str, title: str, note: str, labels: list[str], widths: list[float]) -> Page:
        """A sheet whose lines have years."""
        page = self.book.page(name)
        page.top(title, note)
        page.sheet.set_column(0, YEAR - 1, 2)
        for at, width in enumerate(widths):
            page.sheet.set_column(at, at, width)
        page.sheet.set_column(YEAR, YEAR + self.years, 12)
        if labels:
            self.heads(page, HEAD, labels)
            page.sheet.freeze_panes(HEAD + 1, 2)
            page.sheet.repeat_rows(HEAD)
        return page

    def heads(self, page: Page, row: int, labels: list[str]) -> None:
        """Headings of a block with years."""
        page.heads(row, 0, labels, 3)
        page.heads(row, YEAR, self.case.years, 0)


def agencies_of(case: Case) -> tuple[str, ...]:
    """Everyone who pays or gains in a case."""
    names = [name for cost in case.costs for name in cost.pays]
    return tuple(dict.fromkeys([*names, *(name for benefit in case.benefits for name in benefit.agencies)]))


def kinds_of(case: Case) -> list[str]:
    """The kinds of value that some benefit of the case has, fiscal always among them."""
    return [
        kind
        for kind in ("fiscal", "transfer", "economic", "social")
        if kind == "fiscal" or any(benefit.values()[kind].given for benefit in case.benefits)
    ]


def write_inputs(book: Book, result: Appraisal, deflator: Deflator | None) -> Inputs:
    """The sheets of inputs."""
    inputs = Inputs(result.case, book)
    _Numbers(inputs).write()
    _lists(inputs)
    indices = _deflator(inputs, deflator)
    _unit_values(inputs, indices)
    _discounting(inputs, result)
    return inputs


class _Numbers:
    """The sheet of single numbers, a row each."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs, self.case = inputs, inputs.case
        self.page = inputs.book.page("Inputs")
        self.row = HEAD

    def write(self) -> None:
        page = self.page
        page.top("Inputs", "Yellow cells may be changed, here and in the next sheets: all that is reckoned follows.")
        page.heads(self.row, 0, ["Key", "What it is", "Value", "Low", "High"], 2)
        for at, head in enumerate(("Unit", "Range from"), 5):
            page.put(self.row, at, head, "head unit")
        for at, width in enumerate((40, 66, 16, 14, 14, 20, 14)):
            page.sheet.set_column(at, at, width)
        page.sheet.freeze_panes(HEAD + 1, 0)
        page.sheet.repeat_rows(HEAD)
        self._settings()
        self._part("Assumptions")
        for key, quantity in self.case.quantities.items():
            self._line(key, quantity.label, quantity.value)
            if quantity.unsure:
                page.put(self.row, 3, quantity.low, "figure")
                page.put(self.row, 4, quantity.high, "figure")
                page.put(self.row, 6, quantity.range_from, "unit")
            page.put(self.row, 5, quantity.unit, "unit")
        self._part("Optimism, and the cost of managing risk")
        for cost in self.case.costs:
            self._line(f"cost.{cost.id}.bias", f"{cost.name}: added for optimism ({cost.bias_from})", cost.bias)
            self._line(
                f"cost.{cost.id}.risk", f"{cost.name}: managing risk, pounds of {self.case.price_year}", cost.risk
            )
        for benefit in self.case.benefits:
            words = f"{benefit.name}: taken off for optimism ({benefit.bias_from})"
            self._line(f"benefit.{benefit.id}.bias", words, benefit.bias)
        self._who()
        self._cash()

    def _part(self, title: str) -> None:
        self.row += 2
        self.page.put(self.row, 0, title, "part")

    def _line(self, key: str, label: str, value: float | str) -> None:
        self.row += 1
        self.page.put(self.row, 0, key, "note")
        self.page.put(self.row, 1, label)
        look = "input text" if isinstance(value, str) else "input"
        self.inputs.numbers[key] = self.page.put(self.row, 2, value, look)

    def _settings(self) -> None:
        self._part("Settings")
        self._line("deadweight", "How deadweight is taken off: points or proportional", self.case.deadweight)
        self.page.sheet.data_validation(self.row, 2, self.row, 2, {"validate": "list", "source": list(DEADWEIGHTS)})
        words = "What raising a pound of tax costs the public besides, as a share"
        self._line("public_funds", words, self.case.public_funds)
        for group, weight in self.case.weights.items():
            self._line(f"weight.{group}", f"What a pound to {group} counts for", weight)

    def _who(self) -> None:
        self._part("Who pays and who gains: 1 for a public budget, and shares")
        for agency in agencies_of(self.case):
            self._line(f"agency.{agency}.public", f"{agency}: a public budget", int(self.case.public(agency)))
        if count := len(agencies_of(self.case)):
            self.inputs.public = self.page.column(self.row - count + 1, 2, count)
        for cost in self.case.costs:
            for agency, share in cost.pays.items():
                self._line(f"cost.{cost.id}.pays.{agency}", f"{cost.name}: paid by {agency}", share)
        for benefit in self.case.benefits:
            for agency, share in benefit.agencies.items():
                self._line(f"benefit.{benefit.id}.agencies.{agency}", f"{benefit.name}: gained by {agency}", share)
            for group, share in benefit.gains.items():
                self._line(f"benefit.{benefit.id}.gains.{group}", f"{benefit.name}: gained by {group}", share)

    def _cash(self) -> None:
        self._part("What can be cashed: the share, the step (0: each unit counts), and whether finance confirmed it")
        for benefit in self.case.benefits:
            for agency in benefit.agencies:
                share, step = benefit.cashable.of(agency)
                key = f"benefit.{benefit.id}.cashable.{agency}"
                self._line(key, f"{benefit.name}: cashable for {agency}", share)
                self._line(f"{key}.step", f"{benefit.name}: cashable for {agency} in steps of", step)
            label = f"{benefit.name}: confirmed against a budget line (1) or not (0)"
            self._line(f"benefit.{benefit.id}.confirmed", label, int(confirmed(benefit)))


def _lists(inputs: Inputs) -> None:
    """The sheet of lists by year."""
    note = "What is given year by year: people who start, units, pounds in prices of their own year, hours."
    page = inputs.page("Inputs by year", "Inputs by year", note, ["Key", "What it is", "Unit"], [34, 44, 16, 15, 10])
    row = HEAD
    for cohort in inputs.case.cohorts.values():
        row = _list(inputs, page, row, f"cohort.{cohort.id}.starts", cohort.name, "people", cohort.people)
    for benefit in inputs.case.benefits:
        if not benefit.cohort:
            key = f"benefit.{benefit.id}.units"
            row = _list(inputs, page, row, key, benefit.name, benefit.unit or "units", benefit.units)
    for cost in inputs.case.costs:
        if cost.hours:
            row = _list(inputs, page, row, f"cost.{cost.id}.hours", cost.name, "hours", cost.hours)
            page.put(row, 3, "Pounds an hour", "note")
            inputs.numbers[f"cost.{cost.id}.hourly"] = page.put(row, 4, cost.hourly, "input")
        else:
            row = _list(inputs, page, row, f"cost.{cost.id}.amounts", cost.name, f"£ of {cost.price_year}", cost.given)


def _list(inputs: Inputs, page: Page, row: int, key: str, label: str, unit: str, values: tuple[float, ...]) -> int:
    row += 1
    page.put(row, 0, key, "note")
    page.put(row, 1, label)
    page.put(row, 2, unit)
    for at in range(inputs.years):
        page.put(row, YEAR + at, values[at] if at < len(values) else 0, "input")
    inputs.lists[key] = page.row(row, YEAR, inputs.years)
    return row


def _deflator(inputs: Inputs, deflator: Deflator | None) -> dict[str, X]:
    """The sheet of price indices; none where the place's own vintage is not at hand."""
    if deflator is None:
        return {}
    page = inputs.book.page("Deflator")
    page.top("Deflator", f"{deflator.title} ({deflator.id}). {deflator.source}")
    page.heads(HEAD, 0, ["Financial year", "Index", "Status", "Verified"], 1)
    page.sheet.set_column(0, 3, 16)
    values = [value for benefit in inputs.case.benefits for value in benefit.values().values()]
    years = {inputs.case.price_year, *(cost.price_year for cost in inputs.case.costs), *(v.price_year for v in values)}
    found = {}
    for row, index in enumerate((row for row in deflator.rows if row.year in years), HEAD + 1):
        page.put(row, 0, index.year)
        found[index.year] = page.put(row, 1, float(index.value), "input")
        page.put(row, 2, index.status)
        page.put(row, 3, "yes" if index.verified else "no")
    return found


def _unit_values(inputs: Inputs, indices: Mapping[str, X]) -> None:
    """The sheet that brings unit values, and the prices of costs, to the prices of the case."""
    case = inputs.case
    page = inputs.book.page("Unit values")
    page.top(
        "Unit values and prices", f"What one unit is worth, brought to prices of {case.price_year} by the deflator."
    )
    labels = ["Key", "What it is", "Unit", "Unit cost", "Price year", "Given, £", "Index", f"Index {case.price_year}"]
    page.heads(HEAD, 0, [*labels, "Factor", f"£ of {case.price_year}"], 5)
    for at, width in enumerate((34, 48, 26, 12, 11, 14, 11, 11, 11, 14)):
        page.sheet.set_column(at, at, width)
    page.sheet.freeze_panes(HEAD + 1, 2)
    row = HEAD
    for kind in kinds_of(case):
        for benefit in case.benefits:
            row += 1
            _unit_value(inputs, page, row, benefit, kind, indices)
    row += 2
    page.put(row, 0, "Prices of costs", "part")
    for cost in case.costs:
        row += 1
        page.put(row, 0, f"cost.{cost.id}", "note")
        page.put(row, 1, cost.name)
        page.put(row, 4, cost.price_year)
        inputs.cost_factors[cost.id] = _factor(page, row, cost, case.price_year, indices)


def _unit_value(inputs: Inputs, page: Page, row: int, benefit: Benefit, kind: str, indices: Mapping[str, X]) -> None:
    value = benefit.values()[kind]
    page.put(row, 0, f"benefit.{benefit.id}.{kind}", "note")
    page.put(row, 1, f"{benefit.name}: {kind}")
    page.put(row, 2, benefit.unit)
    page.put(row, 3, f"{benefit.unit_cost} v{benefit.edition}" if benefit.unit_cost else "")
    page.put(row, 4, value.price_year)
    given = page.put(row, 5, value.given, "input")
    factor = _factor(page, row, value, inputs.case.price_year, indices)
    inputs.unit_values[benefit.id, kind] = page.put(row, 9, given * factor, "pence")


def _factor(page: Page, row: int, of: UnitValue | Cost, price_year: str, indices: Mapping[str, X]) -> X:
    """What a pound of a year is in the case's prices: from the indices, or given where they are not at hand."""
    if of.price_year not in indices or price_year not in indices:
        return page.put(row, 8, of.factor, "input")
    old = page.put(row, 6, indices[of.price_year], "figure")
    new = page.put(row, 7, indices[price_year], "figure")
    return page.put(row, 8, new / old, "factor")


def _discounting(inputs: Inputs, result: Appraisal) -> None:
    """The sheet of discount factors: a rate a year, and what a pound of the year counts."""
    from totalplace.parameters.discounting import schedule

    note = "What a pound of each year counts in the first; the rate of each year may be changed."
    page = inputs.page("Discount factors", "Discount factors", note, ["Schedule", "", ""], [34, 30, 10])
    row = HEAD
    for name in result.rates.of:
        page.put(row + 1, 0, name)
        page.put(row + 1, 1, "Rate")
        page.put(row + 2, 0, name)
        page.put(row + 2, 1, "Factor")
        rates = schedule(name)
        factor = page.put(row + 2, YEAR, 1, "factor")
        for at in range(1, inputs.years):
            rate = page.put(row + 1, YEAR + at, float(rates.rate(at)), "input")
            factor = page.put(row + 2, YEAR + at, factor / (1 + rate), "factor")
        inputs.rates[name] = page.row(row + 2, YEAR, inputs.years)
        row += 3
