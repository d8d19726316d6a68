"""The sheets of a case's result that add its lines up: who pays and who gains, year by year, and the measures."""

from __future__ import annotations

from dataclasses import dataclass, field

from totalplace.appraisal.case import Option, first_level
from totalplace.appraisal.flows import LEAST
from totalplace.reports.case_cells import (
    Page,
    Range,
    X,
    both,
    either,
    first_place,
    if_,
    nth,
    number,
    size,
    sumproduct,
    total,
)
from totalplace.reports.case_inputs import HEAD, YEAR, agencies_of
from totalplace.reports.case_lines import Lines, flags, present, steps_part

NOT_PAID_BACK = "not in these years"
FLOWS = ("Pays", "Gives in kind and in time", "Gains", "Of the gains, cashable", "Confirmed by finance")
"""What an agency does in each year."""


@dataclass
class Parts:
    """Lines by agency, those of an agency one under another."""

    page: Page
    first_flag: int
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By agency: its first row, and how many it has."""

    def column(self, agency: str, column: int) -> Range | None:
        """The cells of an agency in a column; None where it has no line."""
        if agency not in self.spans:
            return None
        first, count = self.spans[agency]
        return self.page.column(first, column, count)


@dataclass
class Answers:
    """What an option comes to: cells that the summary names."""

    option: Option
    blocks: dict[str, tuple[Page, int]] = field(default_factory=dict)
    """By flow: the sheet, and the row of the first agency."""
    values: dict[tuple[str, str], X] = field(default_factory=dict)
    """By flow and agency: the present value."""
    cost_years: Range | None = None
    benefit_years: Range | None = None
    up: Range | None = None
    measures: dict[str, X] = field(default_factory=dict)


def write_answers(lines: Lines) -> list[Answers]:
    """The sheets of sums, for each proposal."""
    pays, gains, cash = _pays(lines), *_gains(lines)
    answers = [Answers(option) for option in lines.case.proposals]
    _agencies(lines, answers, {"pays": pays, "gains": gains, "cash": cash})
    _years(lines, answers)
    _who(lines, answers)
    return answers


def _block(lines: Lines, page: Page, labels: list[str], flag_words: list[str]) -> None:
    """Headings of a block of parts with its flags."""
    lines.inputs.heads(page, HEAD, labels)
    page.put(HEAD, YEAR + lines.inputs.years, "", "head")
    column = YEAR + lines.inputs.years + 2
    for words in flag_words:
        for option in lines.case.proposals:
            page.put(HEAD, column, f"{words}: {option.name}", "head right")
            page.sheet.set_column(column, column, 16)
            column += 1


def _pays(lines: Lines) -> Parts:
    """The sheet Who pays: each cost by who pays it."""
    inputs, case = lines.inputs, lines.case
    page = inputs.page(
        "Who pays", "Who pays", "Each cost by who pays it, pounds by year.", [], [18, 40, 34, 12, 10, 3, 3, 3, 3]
    )
    parts = Parts(page, YEAR + inputs.years + 2)
    labels = ["Option", "Cost", "Who pays", "Kind", "Share"]
    _block(lines, page, labels, ["Paid by budgets, for", "In kind and in time, for"])
    page.sheet.freeze_panes(HEAD + 1, 2)
    row = HEAD
    for agency in agencies_of(case):
        for cost in case.costs:
            if agency not in cost.pays:
                continue
            row += 1
            first, count = parts.spans.setdefault(agency, (row, 0))
            parts.spans[agency] = (first, count + 1)
            for at, text in enumerate((cost.option, cost.name, agency, cost.kind)):
                page.put(row, at, text)
            share = page.put(row, 4, inputs.numbers[f"cost.{cost.id}.pays.{agency}"], "figure")
            for year in range(inputs.years):
                page.put(row, YEAR + year, lines.costs[cost.id][0][year] * share, "money")
            at = next(n for n, each in enumerate(case.costs) if each.id == cost.id)
            for n, option in enumerate(case.proposals):
                every = lines.flag_column("costs", option.id)[at]
                paid = lines.flag_column("costs", option.id, 1)[at]
                page.put(row, parts.first_flag + n, paid, "flag")
                page.put(row, parts.first_flag + len(case.proposals) + n, every - paid, "flag")
    return parts


def _gains(lines: Lines) -> tuple[Parts, Parts]:
    """The sheets Who gains and Cash: each fiscal benefit by agency, and what of it can be taken out of budgets."""
    inputs, case = lines.inputs, lines.case
    page = inputs.page(
        "Who gains", "Who gains", "Each fiscal benefit by agency, pounds by year.", [], [18, 40, 34, 10, 3, 3, 3, 3, 3]
    )
    note = "What of it can be taken out of budgets: the share, and of costs that go in steps whole steps alone."
    labels = ["Option", "Benefit", "Who gains", "Cashable", "Step", "Confirmed"]
    other = inputs.page("Cash", "What can be cashed", note, [], [18, 40, 34, 10, 10, 10, 3, 3, 3])
    column = YEAR + inputs.years + 2
    parts, cash = Parts(page, column), Parts(other, column)
    _block(lines, page, ["Option", "Benefit", "Who gains", "Share"], ["Counts for"])
    _block(lines, other, labels, ["Counts for", "Confirmed, for"])
    for each in (page, other):
        each.sheet.freeze_panes(HEAD + 1, 2)
    row = HEAD
    for agency in agencies_of(case):
        for benefit in case.benefits:
            if agency not in benefit.agencies:
                continue
            row += 1
            first, count = parts.spans.setdefault(agency, (row, 0))
            parts.spans[agency] = cash.spans[agency] = (first, count + 1)
            _gain(lines, parts, cash, row, benefit.id, agency)
    return parts, cash


def _gain(lines: Lines, parts: Parts, cash: Parts, row: int, id: str, agency: str) -> None:
    inputs, key = lines.inputs, f"benefit.{id}"
    benefit = next(each for each in lines.case.benefits if each.id == id)
    for page in (parts.page, cash.page):
        for at, text in enumerate((benefit.option, benefit.name, agency)):
            page.put(row, at, text)
    share = parts.page.put(row, 3, inputs.numbers[f"{key}.agencies.{agency}"], "figure")
    cashable = cash.page.put(row, 3, inputs.numbers[f"{key}.cashable.{agency}"], "figure")
    step = cash.page.put(row, 4, inputs.numbers[f"{key}.cashable.{agency}.step"], "figure")
    sure = cash.page.put(row, 5, inputs.numbers[f"{key}.confirmed"], "flag")
    for year in range(inputs.years):
        gain = parts.page.put(row, YEAR + year, lines.benefits[id, "fiscal"][0][year] * share, "money")
        units = lines.units[id][year]
        cash.page.put(row, YEAR + year, gain * cashable * steps_part(units, step), "money")
    flags(lines, parts.page, row, parts.first_flag, f"{key}.{agency}")
    flags(lines, cash.page, row, cash.first_flag, f"{key}.{agency}")
    for n, option in enumerate(lines.case.proposals):
        flag = lines.flags[option.id, f"{key}.{agency}"]
        cash.page.put(row, cash.first_flag + len(lines.case.proposals) + n, flag * sure, "flag")


def _agencies(lines: Lines, answers: list[Answers], parts: dict[str, Parts]) -> None:
    """The sheet Agencies by year: what each pays, gives, gains and can cash, over and above carrying on as now."""
    inputs, case = lines.inputs, lines.case
    note = f"Pounds by year, over and above: {case.usual.name}. Not discounted, but for the last column."
    page = inputs.page("Agencies by year", "Agencies by year", note, [], [26, 40, 12, 3, 3, 3, 3, 3, 3])
    count = len(case.proposals)
    row = HEAD
    for n, answer in enumerate(answers):
        for flow, part, more in zip(FLOWS, ("pays", "pays", "gains", "cash", "cash"), (0, 1, 0, 0, 1), strict=True):
            page.put(row, 0, f"{answer.option.name}: {flow.lower()}", "part")
            inputs.heads(page, row + 1, ["", "Agency", ""])
            page.put(row + 1, YEAR + inputs.years + 1, "Present value", "head right")
            row += 2
            found = parts[part]
            answer.blocks[flow] = (page, row)
            for agency in agencies_of(case):
                page.put(row, 1, agency)
                flag = found.column(agency, found.first_flag + n + more * count)
                for year in range(inputs.years):
                    cells = found.column(agency, YEAR + year)
                    amount = sumproduct(flag, cells) if flag and cells else 0
                    page.put(row, YEAR + year, amount, "money")
                years = page.row(row, YEAR, inputs.years)
                value = page.put(row, YEAR + inputs.years + 1, present(inputs, years), "money")
                answer.values[flow, agency] = value
                row += 1
            row += 1


def _years(lines: Lines, answers: list[Answers]) -> None:
    """The sheet Years: what budgets pay and gain, and what they are up or down since the start."""
    inputs, case = lines.inputs, lines.case
    note = f"Public budgets, pounds by year, over and above: {case.usual.name}."
    page = inputs.page("Years", "Budgets by year", note, [], [46, 4, 4, 3, 3, 3, 3, 3, 3])
    row = HEAD
    for answer in answers:
        page.put(row, 0, answer.option.name, "part")
        inputs.heads(page, row + 1, ["", "", ""])
        row = _option_years(lines, answer, page, row + 2)


def _option_years(lines: Lines, answer: Answers, page: Page, row: int) -> int:
    inputs, count = lines.inputs, lines.inputs.years
    factors = inputs.rates[lines.case.discount]
    titles = (
        "What budgets pay", "What budgets gain", "Of that, cashable", "Gains less costs", "The same, discounted",
        "Since the start, discounted", "Something was paid by then", "Paid back by then",
    )  # fmt: skip
    for at, title in enumerate(titles):
        page.put(row + at, 0, title, "bold" if at == 5 else "text")
    up: X = number(0)
    spent: X = number(0)
    for year in range(count):
        column = YEAR + year

        cost = page.put(row, column, _public(lines, answer, "Pays", year), "money")
        gain = page.put(row + 1, column, _all(lines, answer, year), "money")
        page.put(row + 2, column, _public(lines, answer, "Of the gains, cashable", year), "money")
        net = page.put(row + 3, column, gain - cost, "money")
        net = page.put(row + 4, column, net * factors[year], "money")
        up = page.put(row + 5, column, up + net if year else net, "money")
        paid = either(spent > 0, size(cost) > LEAST) if year else size(cost) > LEAST
        spent = page.put(row + 6, column, if_(paid, 1, 0), "flag")
        page.put(row + 7, column, if_(both(spent > 0, up >= -LEAST), 1, 0), "flag")
    answer.cost_years, answer.benefit_years = page.row(row, YEAR, count), page.row(row + 1, YEAR, count)
    answer.up = page.row(row + 5, YEAR, count)
    back = page.row(row + 7, YEAR, count)
    years = page.row(row - 1, YEAR, count)
    page.put(row + 8, 0, "Pays back in", "bold")
    paid_back = if_(total(back) > 0, nth(years, first_place(1, back)), NOT_PAID_BACK)
    answer.measures["payback_year"] = page.put(row + 8, YEAR, paid_back, "bold")
    return row + 11


def _public(lines: Lines, answer: Answers, flow: str, year: int) -> X | int:
    """A flow of a year, over the agencies that are public budgets."""
    if not lines.inputs.public or flow not in answer.blocks:
        return 0
    page, first = answer.blocks[flow]
    return sumproduct(page.column(first, YEAR + year, len(lines.inputs.public.values)), lines.inputs.public)


def _all(lines: Lines, answer: Answers, year: int) -> X | int:
    """The fiscal benefits of a year."""
    if not lines.case.benefits:
        return 0
    flag = lines.flag_column("fiscal", answer.option.id)
    return sumproduct(flag, lines.column("fiscal", year))


def _who(lines: Lines, answers: list[Answers]) -> None:
    """The sheet Who: present values by agency at both levels, and how far who pays is from who gains."""
    case = lines.case
    page = lines.inputs.book.page("Who pays and who gains")
    page.top("Who pays and who gains", f"Present values in {case.first_year}, over and above: {case.usual.name}.")
    page.sheet.set_column(0, 0, 44)
    page.sheet.set_column(1, 9, 16)
    row = HEAD
    for answer in answers:
        page.put(row, 0, answer.option.name, "part")
        row = _who_tables(lines, answer, page, row + 1)


def _who_tables(lines: Lines, answer: Answers, page: Page, row: int) -> int:
    agencies = agencies_of(lines.case)
    if not agencies:
        page.put(row, 0, "No agency pays or gains.")
        answer.measures |= {"cashable": page.put(row, 1, 0, "money"), "distance": page.put(row, 2, NONE)}
        return row + 3
    heads = ["Agency", "Pays", "Gives in kind and in time", "Gains", "Gains less pays", "Of the gains, cashable",
             "Confirmed by finance", "Public budget"]  # fmt: skip
    page.heads(row, 0, heads, 1)
    page.sheet.set_row(row, 32)
    lines_of: dict[str, list[int]] = {}
    for at, agency in enumerate(agencies, row + 1):
        lines_of.setdefault(first_level(agency), []).append(at)
        page.put(at, 0, agency)
        values = [answer.values[flow, agency] for flow in FLOWS]
        pays, gains = page.put(at, 1, values[0], "money"), page.put(at, 3, values[2], "money")
        page.put(at, 2, values[1], "money")
        page.put(at, 4, gains - pays, "money")
        page.put(at, 5, values[3], "money")
        page.put(at, 6, values[4], "money")
        page.put(at, 7, lines.inputs.numbers[f"agency.{agency}.public"], "flag")
    end = row + 1 + len(agencies)
    page.put(end, 0, "All", "sum text")
    for column in range(1, 7):
        page.put(end, column, total(page.column(row + 1, column, len(agencies))), "sum")
    cash, public = page.column(row + 1, 5, len(agencies)), page.column(row + 1, 7, len(agencies))
    answer.measures["cashable"] = page.put(end + 1, 5, sumproduct(cash, public), "money")
    page.put(end + 1, 0, "Cashable by public budgets", "note")
    return _tops(answer, page, end + 3, lines_of, heads)


def _tops(answer: Answers, page: Page, row: int, lines_of: dict[str, list[int]], heads: list[str]) -> int:
    """Agencies at their first level, and the distance from who pays to who gains."""
    more = ["Budgets pay", "Budgets gain", "Put in", "Got out", "Apart"]
    page.heads(row, 0, ["Agency, first level", *heads[1:7], *more], 1)
    page.sheet.set_row(row, 32)
    first, count = row + 1, len(lines_of)
    for at, (top, rows) in enumerate(lines_of.items(), first):
        page.put(at, 0, top)
        for column in range(1, 7):
            page.put(at, column, _plus([page.at(each, column) for each in rows]), "money")
        for column, source in ((7, 1), (8, 3)):
            page.put(at, column, _plus([page.at(each, source) * page.at(each, 7) for each in rows]), "money")
    end = first + count
    page.put(end, 0, "All", "sum text")
    for at in range(first, end):
        pays, gains = page.at(at, 7), page.at(at, 8)
        page.put(at, 9, if_(pays > 0, pays, 0) + if_(gains < 0, size(gains), 0), "money")
        page.put(at, 10, if_(gains > 0, gains, 0) + if_(pays < 0, size(pays), 0), "money")
    for column in range(1, 11):
        page.put(end, column, total(page.column(first, column, count)), "sum")
    put, got = page.at(end, 9), page.at(end, 10)
    sure = both(put > LEAST, got > LEAST)
    for at in range(first, end):
        apart = if_(sure, size(page.at(at, 9) / put - page.at(at, 10) / got), 0)
        page.put(at, 11, apart, "figure")
    page.put(end + 1, 0, "Distance from who pays to who gains: half of what they are apart, 0 to 1")
    distance = if_(sure, total(page.column(first, 11, count)) / number(2), NONE)
    answer.measures["distance"] = page.put(end + 1, 11, distance, "ratio")
    return end + 5


NONE = "none"
"""What stands for a measure that cannot be worked out."""


def _plus(terms: list[X]) -> X:
    found = terms[0]
    for term in terms[1:]:
        found = found + term
    return found
