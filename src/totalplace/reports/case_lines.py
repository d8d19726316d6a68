"""The sheets of a case's result that reckon its lines: costs by year, units by year, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass, field

from totalplace.appraisal.case import CASH_KINDS, Benefit, Case, Cost
from totalplace.reports.case_cells import (
    Page,
    Range,
    X,
    both,
    either,
    if_,
    least,
    most,
    nth,
    size,
    sumproduct,
    total,
    whole,
)
from totalplace.reports.case_inputs import HEAD, YEAR, Inputs, kinds_of

CHAIN = (
    "Need", "Incidents", "Impact", "Deadweight", "Net of deadweight", "Displacement", "Leakage", "Substitution",
    "Attribution", "Multiplier", "Effect", "People, times plan", "Take it up", "Stay", "Scale", "Years before",
    "Whole years", "Part of a year", "Years it lasts", "Drop-off",
)  # fmt: skip
"""The columns of the sheet Effect, from what a person has to what is left of it."""


@dataclass
class Lines:
    """The lines of a case by year, for the sums of each option."""

    inputs: Inputs
    costs: dict[str, tuple[Range, X]] = field(default_factory=dict)
    """By cost: its years, and its present value."""
    benefits: dict[tuple[str, str], tuple[Range, X]] = field(default_factory=dict)
    """By benefit and kind of value: its years, and its present value."""
    units: dict[str, Range] = field(default_factory=dict)
    flags: dict[tuple[str, str], X] = field(default_factory=dict)
    """By option and line (``cost.staff``): 1 where it is the option's, -1 where it is carrying on as now's, else 0."""
    weighted: Range | None = None
    """By benefit, what weighting by income adds at present value; None where a case has no weights."""
    pages: dict[str, tuple[Page, int, int]] = field(default_factory=dict)
    """Blocks of lines, one under another in the case's order: sheet, first row, and the column of the first flag."""

    @property
    def case(self) -> Case:
        """The case."""
        return self.inputs.case

    def column(self, block: str, at: int) -> Range:
        """The cells of a block in a column from the first year's on, -1 for that of the present values."""
        page, first, _ = self.pages[block]
        count = len(self.case.costs if block == "costs" else self.case.benefits)
        return page.column(first, YEAR + (self.inputs.years + 1 if at < 0 else at), count)

    def flag_column(self, block: str, option: str, more: int = 0) -> Range:
        """The flags of a block for an option; `more` takes the further columns of flags."""
        page, first, column = self.pages[block]
        count = len(self.case.costs if block == "costs" else self.case.benefits)
        at = [each.id for each in self.case.proposals].index(option)
        return page.column(first, column + at + more * len(self.case.proposals), count)


def write_lines(inputs: Inputs) -> Lines:
    """The sheets of lines."""
    lines = Lines(inputs)
    if inputs.case.costs:
        _costs(lines)
    if inputs.case.benefits:
        effects = _effects(lines)
        _units(lines, effects)
        _benefits(lines)
    return lines


def present(inputs: Inputs, years: Range, schedule: str = "") -> X:
    """The present value of some years."""
    return sumproduct(years, inputs.rates[schedule or inputs.case.discount])


def flags(lines: Lines, page: Page, row: int, column: int, line: str) -> None:
    """Whether a line counts for each option: told by the id of the option in the first column."""
    owner = page.at(row, 0)
    usual = lines.case.usual.id
    for at, option in enumerate(lines.case.proposals):
        flag = if_(owner.is_(option.id), 1, if_(owner.is_(usual), -1, 0))
        lines.flags[option.id, line] = page.put(row, column + at, flag, "flag")


def _flag_heads(lines: Lines, page: Page, row: int, column: int, words: str) -> None:
    for at, option in enumerate(lines.case.proposals):
        page.put(row, column + at, f"{words}: {option.name}", "head right")
        page.sheet.set_column(column + at, column + at, 16)


def _costs(lines: Lines) -> None:
    """Costs by year: as given, the year of the first amount, and in the case's prices with optimism and risk."""
    inputs, case, count = lines.inputs, lines.case, len(lines.case.costs)
    note = (
        "Pounds by year: as given; then in prices of the case, times plan, with optimism and the cost of managing risk."
    )
    labels = ["Option", "Cost", "Kind", "Factor", "Times plan", "Optimism", "Managing risk"]
    page = inputs.page("Costs", "Costs by year", note, labels, [18, 44, 12, 10, 10, 10, 14, 3, 3])
    page.put(HEAD, 7, "", "head")
    given, first, full = HEAD + 2, HEAD + 4 + count, HEAD + 6 + 2 * count
    for row, title in ((given, "As given"), (first, "The first year with an amount"), (full, "What it costs")):
        page.put(row - 1, 1, title, "part")
    column = YEAR + inputs.years + 2
    page.put(HEAD, YEAR + inputs.years + 1, "Present value", "head right")
    _flag_heads(lines, page, HEAD, column, "Counts for")
    _flag_heads(lines, page, HEAD, column + len(case.proposals), "Paid by budgets, for")
    lines.pages["costs"] = (page, full, column)
    for at, cost in enumerate(case.costs):
        for row in (given + at, first + at, full + at):
            page.put(row, 0, cost.option)
            page.put(row, 1, cost.name)
            page.put(row, 2, cost.kind)
        _given(inputs, page, given + at, cost)
        for year in range(inputs.years):
            page.put(first + at, YEAR + year, _is_first(inputs, page, given + at, year), "flag")
        _cost(lines, page, (given + at, first + at, full + at), cost)
        flags(lines, page, full + at, column, f"cost.{cost.id}")
        kind = page.at(full + at, 2)
        paid = either(*(kind.is_(each) for each in CASH_KINDS))
        for place, option in enumerate(case.proposals):
            flag = lines.flags[option.id, f"cost.{cost.id}"]
            page.put(full + at, column + len(case.proposals) + place, if_(paid, flag, 0), "flag")


def _given(inputs: Inputs, page: Page, row: int, cost: Cost) -> None:
    """Pounds as given, or hours at their rate."""
    key = f"cost.{cost.id}"
    for year in range(inputs.years):
        if cost.hours:
            amount = inputs.lists[f"{key}.hours"][year] * inputs.numbers[f"{key}.hourly"]
        else:
            amount = inputs.lists[f"{key}.amounts"][year]
        page.put(row, YEAR + year, amount, "money")


def _is_first(inputs: Inputs, page: Page, row: int, year: int) -> X:
    """1 in the first year with an amount; in the first of all where there is none."""
    if year == 0:
        every = page.row(row, YEAR, inputs.years)
        return if_(either(page.at(row, YEAR).is_not(0), both(most(every).is_(0), least(every).is_(0))), 1, 0)
    before = page.row(row, YEAR, year)
    return if_(both(page.at(row, YEAR + year).is_not(0), most(before).is_(0), least(before).is_(0)), 1, 0)


def _cost(lines: Lines, page: Page, rows: tuple[int, int, int], cost: Cost) -> None:
    inputs, key = lines.inputs, f"cost.{cost.id}"
    given, first, row = rows
    factor = page.put(row, 3, inputs.cost_factors[cost.id], "factor")
    plan = page.put(row, 4, inputs.numbers[f"{key}.amount"], "figure")
    bias = page.put(row, 5, inputs.numbers[f"{key}.bias"], "percent")
    risk = page.put(row, 6, inputs.numbers[f"{key}.risk"], "money")
    for year in range(inputs.years):
        amount = page.at(given, YEAR + year) * factor * plan * (1 + bias) + risk * page.at(first, YEAR + year)
        page.put(row, YEAR + year, amount, "money")
    years = page.row(row, YEAR, inputs.years)
    lines.costs[cost.id] = years, page.put(row, YEAR + inputs.years + 1, present(inputs, years), "money")


@dataclass(frozen=True)
class Effect:
    """What a benefit's units are made of: their scale, and how the effect begins and fades."""

    scale: X
    whole_lag: X
    part_lag: X
    lasts: X
    drop_off: X


def _effects(lines: Lines) -> dict[str, Effect]:
    """The sheet Effect: what one person brings, step by step."""
    inputs = lines.inputs
    page = inputs.book.page("Effect")
    page.top(
        "Effect", "What one person reached brings, net, step by step; how many take part; when it begins and fades."
    )
    page.heads(HEAD, 0, ["Option", "Benefit", *CHAIN], 2)
    page.sheet.set_column(0, 0, 18)
    page.sheet.set_column(1, 1, 44)
    page.sheet.set_column(2, 1 + len(CHAIN), 12)
    page.sheet.freeze_panes(HEAD + 1, 2)
    return {
        benefit.id: _effect(inputs, page, row, benefit) for row, benefit in enumerate(lines.case.benefits, HEAD + 1)
    }


def _effect(inputs: Inputs, page: Page, row: int, benefit: Benefit) -> Effect:
    page.put(row, 0, benefit.option)
    page.put(row, 1, benefit.name)
    numbers, key = inputs.numbers, f"benefit.{benefit.id}"
    column = 1

    def step(what: X | float) -> X:
        nonlocal column
        column += 1
        return page.put(row, column, what, "figure")

    need, incidents, impact, deadweight = (
        step(numbers[f"{key}.{name}"]) for name in ("need", "incidents", "impact", "deadweight")
    )
    points = numbers["deadweight"].is_("points")
    net = step(if_(points, impact - deadweight, impact * (1 - deadweight)))
    losses = [step(numbers[f"{key}.{name}"]) for name in ("displacement", "leakage", "substitution")]
    attribution, multiplier = step(numbers[f"{key}.attribution"]), step(numbers[f"{key}.multiplier"])
    effect = net
    for loss in losses:
        effect = effect * (1 - loss)
    effect = step(effect * attribution * multiplier)
    scale = need * incidents * effect
    if benefit.cohort:
        for name in ("people", "engagement", "retention"):
            scale = scale * step(numbers[f"cohort.{benefit.cohort}.{name}"])
    else:
        column += 3
    scale = step(scale)
    lag = step(numbers[f"{key}.lag"])
    begins = step(whole(lag))
    return Effect(scale, begins, step(lag - begins), step(numbers[f"{key}.lasts"]), step(numbers[f"{key}.drop_off"]))


def _units(lines: Lines, effects: dict[str, Effect]) -> None:
    """The sheet Units: how an effect fades, how it reaches later years, and the units of each year."""
    inputs, benefits, count = lines.inputs, lines.case.benefits, len(lines.case.benefits)
    note = "How much is felt in each year after it began; what is left in each later year; and the units of each year."
    page = inputs.page("Units", "Units by year", note, [], [18, 44, 12, 3, 3, 3, 3, 3, 3])
    fades, lasts, units = HEAD + 2, HEAD + 5 + count, HEAD + 8 + 2 * count
    heads = (
        (fades, "How it fades: what is felt, by years since it began", [str(at) for at in range(inputs.years)]),
        (
            lasts,
            "What is left of those who start in a year, by years since they started, the latest first",
            [str(inputs.years - 1 - at) for at in range(inputs.years)],
        ),
        (
            units,
            "Units, net, of each year: those who start in it and before, times what is left",
            list(lines.case.years),
        ),
    )
    for row, title, years in heads:
        page.put(row - 2, 1, title, "part")
        page.heads(row - 1, 0, ["Option", "Benefit", "Scale" if row == units else ""], 2)
        page.heads(row - 1, YEAR, years, 0)
    for at, benefit in enumerate(benefits):
        for row in (fades + at, lasts + at, units + at):
            page.put(row, 0, benefit.option)
            page.put(row, 1, benefit.name)
        effect = effects[benefit.id]
        felt = _fading(inputs, page, fades + at, effect)
        left = _lasting(inputs, page, lasts + at, effect, felt)
        scale = page.put(units + at, 2, effect.scale, "figure")
        lines.units[benefit.id] = _spread(inputs, page, units + at, benefit, scale, left)


def _fading(inputs: Inputs, page: Page, row: int, effect: Effect) -> Range:
    """All of the effect, then less by the drop-off each year, the last year in part."""
    for age in range(inputs.years):
        part = most(0, least(1, effect.lasts - age if age else effect.lasts))
        page.put(row, YEAR + age, part * (1 - effect.drop_off) ** age if age else part, "figure")
    return page.row(row, YEAR, inputs.years)


def _lasting(inputs: Inputs, page: Page, row: int, effect: Effect, felt: Range) -> int:
    """What is left so many years after the start: two neighbouring years share a part of one. The latest year first,
    so that a year's units are one sum of products."""
    begins, part = effect.whole_lag, effect.part_lag
    for wait in range(inputs.years):
        early = if_(begins < wait + 1, nth(felt, wait + 1 - begins), 0)
        late = if_(begins < wait, nth(felt, wait - begins), 0)
        page.put(row, YEAR + inputs.years - 1 - wait, (1 - part) * early + part * late, "figure")
    return row


def _spread(inputs: Inputs, page: Page, row: int, benefit: Benefit, scale: X, left: int) -> Range:
    """The units of each year: those who start in it and in the years before, times what is left of each."""
    key = f"cohort.{benefit.cohort}.starts" if benefit.cohort else f"benefit.{benefit.id}.units"
    for year in range(inputs.years):
        starts = inputs.lists[key].upto(year + 1)
        kernel = page.row(left, YEAR + inputs.years - 1 - year, year + 1)
        page.put(row, YEAR + year, scale * sumproduct(starts, kernel), "figure")
    return page.row(row, YEAR, inputs.years)


def _benefits(lines: Lines) -> None:
    """The sheet Benefits: a block for each kind of value, pounds by year and present value."""
    inputs, case = lines.inputs, lines.case
    note = (
        f"Pounds of {case.price_year} by year, after optimism: units x unit value x times plan x (1 - optimism). "
        "Transfers are part of the fiscal value; they are taken out of public value."
    )
    page = inputs.page("Benefits", "Benefits by year", note, [], [18, 44, 14, 12, 12, 14, 3, 3, 3])
    column, row = YEAR + inputs.years + 2, HEAD
    labels = ["Option", "Benefit", "Unit value, £", "Times plan", "Optimism", "£ a unit"]
    for kind in kinds_of(case):
        page.put(row, 1, kind.capitalize(), "part")
        inputs.heads(page, row + 1, labels)
        page.put(row + 1, YEAR + inputs.years + 1, "Present value", "head right")
        _flag_heads(lines, page, row + 1, column, "Counts for")
        lines.pages[kind] = (page, row + 2, column)
        for at, benefit in enumerate(case.benefits, row + 2):
            _benefit(lines, page, at, benefit, kind)
            flags(lines, page, at, column, f"benefit.{benefit.id}")
        row += len(case.benefits) + 4
    if case.weights:
        _weights(lines, page, row)


def _weights(lines: Lines, page: Page, row: int) -> None:
    """What a pound to those who gain counts for, and what that adds to economic and social value."""
    page.put(row, 1, "Weighting by income", "part")
    page.heads(row + 1, 0, ["Option", "Benefit", "Weight", "", "", "Adds, present value"], 2)
    for at, benefit in enumerate(lines.case.benefits, row + 2):
        page.put(at, 0, benefit.option)
        page.put(at, 1, benefit.name)
        weight: X | None = None
        for group in benefit.gains:
            share = lines.inputs.numbers[f"benefit.{benefit.id}.gains.{group}"]
            # Those who are not named count for a pound a pound.
            more = share * (lines.inputs.numbers[f"weight.{group}"] - 1)
            weight = 1 + more if weight is None else weight + more
        if weight is None:
            page.put(at, 2, "nobody named", "note")
            page.put(at, 5, 0, "money")
            continue
        counts = page.put(at, 2, weight, "figure")
        felt = [lines.benefits[benefit.id, kind][1] for kind in ("economic", "social") if kind in lines.pages]
        value = felt[0] + felt[1] if len(felt) == 2 else felt[0] if felt else None
        page.put(at, 5, 0 if value is None else value * (counts - 1), "money")
    lines.weighted = page.column(row + 2, 5, len(lines.case.benefits))


def _benefit(lines: Lines, page: Page, row: int, benefit: Benefit, kind: str) -> None:
    inputs, key = lines.inputs, f"benefit.{benefit.id}"
    page.put(row, 0, benefit.option)
    page.put(row, 1, benefit.name)
    value = page.put(row, 2, inputs.unit_values[benefit.id, kind], "pence")
    plan = page.put(row, 3, inputs.numbers[f"{key}.worth"], "figure")
    bias = page.put(row, 4, inputs.numbers[f"{key}.bias"], "percent")
    # Optimism makes less of what is good, and more of what is harm.
    harm = total(lines.units[benefit.id]) * value < 0
    worth = page.put(row, 5, value * plan * (1 - if_(harm, 0 - bias, bias)), "pence")
    for year in range(inputs.years):
        page.put(row, YEAR + year, lines.units[benefit.id][year] * worth, "money")
    years = page.row(row, YEAR, inputs.years)
    felt = benefit.discount if kind in ("economic", "social") else ""
    lines.benefits[benefit.id, kind] = (
        years,
        page.put(row, YEAR + inputs.years + 1, present(inputs, years, felt), "money"),
    )


def steps_part(units: X, step: X) -> X:
    """The part of some units that are whole steps; all of it where there is no step, or no unit."""
    count = whole(size(units) / step + 1e-9)
    return if_(both(step > 0, size(units) > 0), count * step / size(units), 1)
