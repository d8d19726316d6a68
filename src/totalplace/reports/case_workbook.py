"""The result of a business case as a workbook: the whole central calculation as formulas that can be followed and
changed, and beside it what was drawn, moved and doubted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from totalplace.appraisal import sure_tables, tables
from totalplace.appraisal.flows import LEAST
from totalplace.appraisal.result import Appraisal
from totalplace.appraisal.sensitivity import scenarios, switching, tornado
from totalplace.reports.case_answers import NONE, NOT_PAID_BACK, Answers, write_answers
from totalplace.reports.case_cells import Book, Page, X, if_, number, pounds_text, ratio_text, size, sumproduct, words
from totalplace.reports.case_checked import NAME, Checked, write_checked
from totalplace.reports.case_inputs import write_inputs
from totalplace.reports.case_lines import Lines, write_lines
from totalplace.reports.workbook import opened, write_table
from totalplace.table import Column, Table

if TYPE_CHECKING:
    from totalplace.appraisal.chance import Chance
    from totalplace.appraisal.stamps import State
    from totalplace.parameters.deflators import Deflator

STILL = (
    "As Total Place reckoned it from the inputs of the case: this sheet does not follow changes in this workbook. "
    "Change the case, and appraise it again."
)
MEASURE = "net_present_public_value"
"""The measure that the tornado and the switching values are of."""


def write_case(
    target: Path | IO[bytes],
    result: Appraisal,
    chances: Sequence[Chance],
    stamp: State,
    root: Path | None = None,
) -> None:
    """Writes the result of a case; `root` is the folder of its place, whose own deflators may be used.

    Every formula stands beside the value that it comes to, so that who only reads sees numbers. Raises DataError where
    the file cannot be written.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with opened(target, options) as book:
        case = result.case
        book.set_properties({"title": case.name, "comments": tables.scope(case)})
        pages = Book(book)
        summary = pages.page("Summary")
        inputs = write_inputs(pages, result, _deflator(result, root))
        sure = [each for each in chances if not result.option(each.option).withheld]
        checked = write_checked(pages, inputs, sure, stamp)
        lines = write_lines(inputs)
        answers = write_answers(lines)
        for answer in answers:
            _measures(lines, answer)
        _Summary(summary, result, lines, answers).write(checked)
        _still(pages, result, chances)
        summary.sheet.activate()


def _deflator(result: Appraisal, root: Path | None) -> Deflator | None:
    from totalplace.errors import UsageError
    from totalplace.parameters.deflators import OWN, deflator, own_vintages

    try:
        return deflator(result.case.deflator, own_vintages(root / OWN) if root else ())
    except UsageError:
        return None


def _measures(lines: Lines, answer: Answers) -> None:
    """The measures of an option as formulas, to be written in the summary."""
    id, found, inputs = answer.option.id, answer.measures, lines.inputs
    factors = inputs.rates[lines.case.discount]

    def summed(block: str) -> X:
        if block not in lines.pages:
            return number(0)
        return sumproduct(lines.flag_column(block, id), lines.column(block, -1))

    if answer.cost_years and answer.benefit_years:
        found["fiscal_cost"] = sumproduct(answer.cost_years, factors)
        found["fiscal_benefit"] = sumproduct(answer.benefit_years, factors)
    found |= {kind: summed(kind) for kind in ("transfer", "economic", "social")}
    found["all_cost"] = summed("costs")
    if lines.weighted:
        found["weighted"] = sumproduct(lines.flag_column("fiscal", id), lines.weighted)


class _Summary:
    """The first sheet: what each option comes to, and where to find what."""

    ROWS = (
        ("fiscal_cost", "Budget costs", "money"),
        ("fiscal_benefit", "Budget benefits", "money"),
        ("net_present_budget_impact", "Net present budget impact (below 0 is a saving)", "sum"),
        ("financial_return", "Financial return on investment, £ for each £1", "ratio"),
        ("payback_year", "Pays back in", "ratio"),
        ("cashable", "Of the benefits, cashable", "money"),
        ("all_cost", "Costs of all kinds, in kind and in time too", "money"),
        ("public_cost", "Costs to the public, with what raising tax costs", "money"),
        ("transfer", "Transfers, taken out of public value", "money"),
        ("economic", "Economic benefits", "money"),
        ("social", "Social benefits", "money"),
        ("public_benefit", "Benefits to the public", "money"),
        ("net_present_public_value", "Net present public value (above 0 is a gain)", "sum"),
        ("public_value_return", "Public value return on investment, £ for each £1", "ratio"),
        ("weighted", "What weighting by income adds", "money"),
        ("weighted_return", "Public value return weighted by income", "ratio"),
        ("distance", "Distance from who pays to who gains, 0 to 1", "ratio"),
    )

    def __init__(self, page: Page, result: Appraisal, lines: Lines, answers: Sequence[Answers]) -> None:
        self.page, self.result, self.lines, self.answers = page, result, lines, answers
        self.cells: dict[tuple[int, str], X] = {}

    def write(self, checked: Checked) -> None:
        """The whole sheet."""
        page, case = self.page, self.result.case
        page.top(case.name, case.purpose)
        page.sheet.set_column(0, 0, 58)
        page.sheet.set_column(1, max(3, len(self.answers)), 26)
        page.put(2, 0, checked.stamp, "note")
        page.put(3, 0, f"{tables.scope(case)}.", "note")
        head = 5 + sum(5 + len(self._withheld(n)) for n in range(len(self.answers)))
        self._table(head)
        row = 5
        for n, answer in enumerate(self.answers):
            row = self._headline(row, n, answer, checked)
        self._contents(head + len(self.ROWS) + 3)

    def _withheld(self, n: int) -> tuple[str, ...]:
        return self.result.options[n].withheld

    def _table(self, head: int) -> None:
        """A row a measure, a column an option."""
        page = self.page
        page.put(head, 0, "Present values, £", "head")
        for n, answer in enumerate(self.answers, 1):
            page.put(head, n, answer.option.name, "head right")
        row = head
        for name, label, look in self.ROWS:
            if name.startswith("weighted") and not self.lines.case.weights:
                continue
            row += 1
            page.put(row, 0, label, "sum text" if look == "sum" else "text")
            for n, answer in enumerate(self.answers):
                self.cells[n, name] = page.put(row, n + 1, self._measure(n, answer, name), look)

    def _measure(self, n: int, answer: Answers, name: str) -> X:
        if name in answer.measures:
            return answer.measures[name]

        def cell(of: str) -> X:
            return self.cells[n, of]

        if name == "net_present_budget_impact":
            return cell("fiscal_cost") - cell("fiscal_benefit")
        if name == "financial_return":
            return _ratio(cell("fiscal_benefit"), cell("fiscal_cost"))
        if name == "public_cost":
            return cell("all_cost") + cell("fiscal_cost") * self.lines.inputs.numbers["public_funds"]
        if name == "public_benefit":
            return cell("fiscal_benefit") - cell("transfer") + cell("economic") + cell("social")
        if name == "net_present_public_value":
            return cell("public_benefit") - cell("public_cost")
        if name == "public_value_return":
            return _ratio(cell("public_benefit"), cell("public_cost"))
        return _ratio(cell("public_benefit") + cell("weighted"), cell("public_cost"))

    def _headline(self, row: int, n: int, answer: Answers, checked: Checked) -> int:
        """What an option comes to in sentences, or why there is no headline yet."""
        page, withheld = self.page, self._withheld(n)
        page.put(row, 0, answer.option.name, "part")
        if withheld:
            page.put(row + 1, 0, "No headline yet:", "bold")
            for at, why in enumerate(withheld, row + 2):
                page.put(at, 0, why)
        else:
            page.put(row + 1, 0, self._budgets(n))
            page.put(row + 2, 0, self._public(n))
        if answer.option.id in checked.draws:
            page.put(row + 3, 0, checked.draws[answer.option.id], "note")
        return row + 5 + len(withheld)

    def _budgets(self, n: int) -> X:
        impact, back = self.cells[n, "net_present_budget_impact"], self.cells[n, "financial_return"]
        paid, cost = self.cells[n, "payback_year"], self.cells[n, "fiscal_cost"]
        better = if_(impact < 0, " better off", " worse off")
        returned = if_(
            cost > LEAST, words("; £") & ratio_text(_or_nought(back)) & " comes back to them for every £1 they pay", ""
        )
        when = if_(
            paid.is_(NOT_PAID_BACK), "It does not pay back in these years.", words("It pays back in ") & paid & "."
        )
        return words("Budgets are ") & pounds_text(size(impact)) & better & returned & ". " & when

    def _public(self, n: int) -> X:
        value, back = self.cells[n, "net_present_public_value"], self.cells[n, "public_value_return"]
        better = if_(value >= 0, " better off", " worse off")
        returned = if_(
            self.cells[n, "public_cost"] > LEAST,
            words(": £") & ratio_text(_or_nought(back)) & " of value for every £1 put in",
            "",
        )
        cash = words(". Of the benefits to budgets, ") & _signed(self.cells[n, "cashable"])
        public = words("The public is ") & pounds_text(size(value))
        return public & better & returned & cash & " can be taken out as cash."

    def _contents(self, row: int) -> None:
        page = self.page
        page.put(row, 0, "What is in this workbook", "part")
        for at, (names, about) in enumerate(CONTENTS, row + 1):
            page.put(at, 0, names, "bold")
            page.put(at, 1, about)


CONTENTS = (
    ("Inputs, Inputs by year, Unit values, Deflator, Discount factors", "Yellow cells can change; the rest follows."),
    (NAME, "Each yellow cell as it was appraised, beside what it is now: what makes a check and the draws hold."),
    ("Costs, Effect, Units, Benefits", "Each line, step by step and year by year, before options are compared."),
    ("Who pays, Who gains, Cash, Agencies by year", "The same by agency; 1 marks an option's own, -1 carrying on's."),
    ("Years, Who pays and who gains", "The sums of each option over and above carrying on as now."),
    ("How sure, What moves it, Where it turns, Scenarios, Options compared", "They do not follow changes made here."),
    ("Assumptions, Parameters, Know first, Attribution", "Where the numbers come from, whether checked, what to mind."),
)  # fmt: skip


def _ratio(benefit: X, cost: X) -> X:
    return if_(cost > LEAST, benefit / cost, NONE)


def _or_nought(ratio: X) -> X:
    """A ratio as a number: it is only used where there is one."""
    return ratio if isinstance(ratio.value, (int, float)) else X(ratio.text, 0.0)


def _signed(part: X) -> X:
    return if_(part < 0, words("-") & pounds_text(size(part)), pounds_text(size(part)))


def _still(pages: Book, result: Appraisal, chances: Sequence[Chance]) -> None:
    """The sheets that do not follow changes: draws, what moves and turns the result, parameters, doubts."""
    case = result.case
    several = len(result.options) > 1
    told: list[tuple[str, Table]] = []
    for n, found in enumerate(result.options, 1):
        id, end = found.option.id, f" {n}" if several else ""
        drawn = [sure_tables.spread(case, each) for each in chances if each.option == id]
        moved, turned = sure_tables.tornado_table(case, tornado(case, id), MEASURE), switching(case, id)
        parts = [("How sure", each) for each in drawn] + [("What moves it", moved)]
        parts.append(("Where it turns", sure_tables.switching_table(case, turned, MEASURE)))
        told += [(name + end, replace(each, title=f"{found.option.name}: {each.title}")) for name, each in parts]
    told.append(("Scenarios", sure_tables.scenario_table(case, scenarios(case))))
    told.append(("Options compared", tables.options_compared(result)))
    told.append(("Assumptions", tables.assumptions(case)))
    told.append(("Parameters", tables.parameters(result)))
    told.append(("Know first", tables.doubts(result)))
    for name, table in told:
        sheet = pages.book.add_worksheet(name)
        about = [table.title, table.note, STILL if name not in ("Parameters", "Know first") else ""]
        write_table(pages.book, sheet, table, [text for text in about if text], table.rows)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    _attributed(pages, result)


def _attributed(pages: Book, result: Appraisal) -> None:
    """Who is to be named for the unit costs."""
    from totalplace.parameters.unit_costs import attribution

    editions = sorted({benefit.edition for benefit in result.case.benefits if benefit.edition})
    named = [text for edition in editions if (text := attribution(edition))]
    if named:
        rows = [(text,) for text in named]
        table = Table("attribution", "Attribution of unit costs", (Column("who", "Unit costs from"),), rows)
        write_table(pages.book, pages.book.add_worksheet("Attribution"), table, [table.title], table.rows)
