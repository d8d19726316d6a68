"""The result of a case as a workbook: its formulas come to what the library reckons, also when an input is changed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis.strategies import integers

from tests.case_maker import made
from tests.sheet_sums import Cell, Sums
from totalplace.appraisal.book import place
from totalplace.appraisal.case import Case
from totalplace.appraisal.chance import chances
from totalplace.appraisal.files import blank, toml_origin
from totalplace.appraisal.reading import read_case
from totalplace.appraisal.result import Appraisal, Found, appraise
from totalplace.appraisal.stamps import State
from totalplace.appraisal.tables import headline
from totalplace.appraisal.workbook import tables_of
from totalplace.cli.commands import app
from totalplace.errors import CaseError
from totalplace.parameters.unit_costs import unit_costs
from totalplace.reports.case_answers import FLOWS, NONE, NOT_PAID_BACK
from totalplace.reports.case_inputs import YEAR
from totalplace.reports.case_workbook import write_case

PENNY = 0.005
_VALUE = re.compile(rb"(</f>)<v>[^<]*</v>")
MEASURES = {
    "Budget costs": "fiscal_cost",
    "Budget benefits": "fiscal_benefit",
    "Net present budget impact (below 0 is a saving)": "net_present_budget_impact",
    "Financial return on investment, £ for each £1": "financial_return",
    "Costs to the public, with what raising tax costs": "public_cost",
    "Benefits to the public": "public_benefit",
    "Net present public value (above 0 is a gain)": "net_present_public_value",
    "Public value return on investment, £ for each £1": "public_value_return",
    "Public value return weighted by income": "weighted_return",
}


def demo(name: str = "families-hallow-green") -> Case:
    return of(tomllib.loads((files("totalplace.demo") / "words" / f"{name}.toml").read_text("utf-8")))


def of(raw: Mapping[str, Any]) -> Case:
    return read_case("case", raw, toml_origin("case.toml", raw), unit_costs())


def written(case: Case) -> bytes:
    stream = io.BytesIO()
    write_case(stream, appraise(case), [], State())
    return stream.getvalue()


Value = Callable[[Cell], Any]
"""The value of a cell, by whoever worked it out."""


class Read:
    """A result's workbook as somebody reads it: cells found by the words beside them."""

    def __init__(self, book: Sums, value: Value) -> None:
        self.sheets, self.value = book.book.sheets, value

    def find(self, sheet: str, words: str, after: int = 0, column: int = 0) -> tuple[int, int]:
        found = (
            at
            for at, cell in sorted(self.sheets[sheet].cells.items())
            if cell.value == words and at[0] > after and column in (0, at[1])
        )
        return next(found)

    def years(self, sheet: str, row: int, count: int) -> list[float]:
        return [self.value((sheet, row, YEAR + 1 + at)) for at in range(count)]

    def text(self, sheet: str, row: int, column: int) -> Any:
        cell = self.sheets[sheet].cells.get((row, column))
        return cell.value if cell else None


def near(came: Any, wanted: float) -> bool:
    return bool(abs(came - wanted) <= PENNY * max(1.0, abs(wanted) * 1e-9))


def check(read: Read, result: Appraisal) -> None:
    """That every measure, year, agency and line is to the penny what the library says."""
    for n, found in enumerate(result.options):
        _check_summary(read, found, n + 2)
        _check_years(read, found)
        _check_agencies(read, found)
    _check_lines(read, result)


def _check_summary(read: Read, found: Found, column: int) -> None:
    top = read.find("Summary", "Present values, £")[0]
    for label, name in MEASURES.items():
        if name == "weighted_return" and not found.case.weights:
            continue
        came = read.value(("Summary", read.find("Summary", label, top)[0], column))
        wanted = float(getattr(found.measures, name))
        assert came == NONE if wanted != wanted else near(came, wanted), (label, came, wanted)
    row = {label: read.find("Summary", label, top)[0] for label in ("Pays back in", "Of the benefits, cashable")}
    assert read.value(("Summary", row["Pays back in"], column)) == (found.payback_year or NOT_PAID_BACK)
    assert near(read.value(("Summary", row["Of the benefits, cashable"], column)), found.cashable)
    came = read.value(("Summary", read.find("Summary", "Distance from who pays to who gains, 0 to 1")[0], column))
    assert came == NONE if found.distance != found.distance else abs(came - found.distance) < 1e-6


def _check_years(read: Read, found: Found) -> None:
    count, top = len(found.case.years), read.find("Years", found.option.name)[0]
    for label, wanted in (
        ("What budgets pay", found.totals.fiscal_cost),
        ("What budgets gain", found.totals.fiscal),
        ("Since the start, discounted", found.up_by_year),
    ):
        came = read.years("Years", read.find("Years", label, top)[0], count)
        assert all(near(a, float(b)) for a, b in zip(came, wanted, strict=True)), (label, came, wanted)


def _check_agencies(read: Read, found: Found) -> None:
    count = len(found.case.years)
    of_flow = (
        found.pays,
        lambda agency: found.pays(agency, ("in-kind", "volunteer")),
        found.gains,
        found.cash,
        found.confirmed_cash,
    )
    for flow, wanted in zip(FLOWS, of_flow, strict=True):
        top = read.find("Agencies by year", f"{found.option.name}: {flow.lower()}")[0]
        for agency in found.agencies:
            row = read.find("Agencies by year", agency, top, 2)[0]
            came = read.years("Agencies by year", row, count)
            assert all(near(a, b) for a, b in zip(came, wanted(agency), strict=True)), (flow, agency, came)
            value = read.value(("Agencies by year", row, YEAR + count + 2))
            assert near(value, found.present(wanted(agency)))
    sheet = "Who pays and who gains"
    top = read.find(sheet, found.option.name)[0]
    for agency in found.agencies:
        row = read.find(sheet, agency, top, 1)[0]
        assert near(read.value((sheet, row, 2)), found.present(found.pays(agency)))
        assert near(read.value((sheet, row, 4)), found.present(found.gains(agency)))


def _check_lines(read: Read, result: Appraisal) -> None:
    case, count = result.case, len(result.case.years)
    every = (*result.options, result.usual)
    costs = {line.cost.id: line for found in every for line in found.costs}
    benefits = {line.benefit.id: line for found in every for line in found.benefits}
    for at, cost in enumerate(case.costs):
        came = read.years("Costs", read.find("Costs", "What it costs")[0] + 1 + at, count)
        assert all(near(a, b) for a, b in zip(came, costs[cost.id].years, strict=True)), cost.id
    units = "Units, net, of each year: those who start in it and before, times what is left"
    for at, benefit in enumerate(case.benefits):
        line = benefits[benefit.id]
        came = read.years("Units", read.find("Units", units)[0] + 2 + at, count)
        assert all(abs(a - b) < 1e-6 * max(1, abs(b)) for a, b in zip(came, line.units, strict=True)), benefit.id
        for kind, wanted in line.values.items():
            if any(wanted):
                came = read.years("Benefits", read.find("Benefits", kind.capitalize())[0] + 2 + at, count)
                assert all(near(a, b) for a, b in zip(came, wanted, strict=True)), (benefit.id, kind)


# --- by the sums of the tests' own ---


@given(integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_formulas_of_any_case_come_to_what_the_library_reckons(seed: int) -> None:
    case = of(made(seed))
    sums = Sums(written(case))
    check(Read(sums, sums.value), appraise(case))
    for cell in sums.formulas():
        came, kept = sums.value(cell), sums.kept(cell)
        assert came == kept or abs(came - kept) <= 1e-7 * max(1, abs(kept)), (cell, came, kept)


@pytest.mark.parametrize("name", ["families-hallow-green", "outreach-hallow-green"])
def test_the_cases_of_the_demo_come_to_what_the_library_reckons(name: str) -> None:
    case = demo(name)
    sums = Sums(written(case))
    check(Read(sums, sums.value), appraise(case))
    check(Read(sums, sums.kept), appraise(case))


def changes(case: Case) -> Iterator[tuple[str, str, float, Case]]:
    """An input of each kind set otherwise: sheet, key, value, and the case with that value."""
    for key in ("impact", "deadweight", "lag", "lasts", "drop_off", "attribution", "worth"):
        of_one = next(key_ for key_ in case.quantities if key_.endswith(f".{key}"))
        quantity = case.quantities[of_one]
        value = round(quantity.value * 0.7 + 0.13, 3)
        yield (
            "Inputs",
            of_one,
            value,
            replace(
                case, quantities={**case.quantities, of_one: replace(quantity, value=value, low=value, high=value)}
            ),
        )
    cost = case.costs[0]
    yield "Inputs", f"cost.{cost.id}.bias", 0.31, replace(case, costs=(replace(cost, bias=0.31), *case.costs[1:]))
    yield "Inputs", "public_funds", 0.2, replace(case, public_funds=0.2)
    benefit = case.benefits[0]
    changed = replace(benefit, bias=0.07)
    yield "Inputs", f"benefit.{benefit.id}.bias", 0.07, replace(case, benefits=(changed, *case.benefits[1:]))
    changed = replace(benefit, fiscal=replace(benefit.fiscal, given=4321.0))
    yield "Unit values", f"benefit.{benefit.id}.fiscal", 4321.0, replace(case, benefits=(changed, *case.benefits[1:]))
    agency = next(iter(benefit.agencies))
    cash = replace(benefit.cashable, by_agency={**benefit.cashable.by_agency, agency: 0.55})
    changed = replace(benefit, cashable=cash)
    key = f"benefit.{benefit.id}.cashable.{agency}"
    yield "Inputs", key, 0.55, replace(case, benefits=(changed, *case.benefits[1:]))
    cohort = next(iter(case.cohorts.values()))
    people = (cohort.people[0] + 17, *cohort.people[1:])
    yield (
        "Inputs by year",
        f"cohort.{cohort.id}.starts",
        people[0],
        replace(case, cohorts={**case.cohorts, cohort.id: replace(cohort, people=people)}),
    )


def spot(sums: Sums, sheet: str, key: str) -> Cell:
    """The cell of an input, by its key."""
    row = next(at[0] for at, cell in sums.book.sheets[sheet].cells.items() if at[1] == 1 and cell.value == key)
    return sheet, row, {"Inputs": 3, "Unit values": 6, "Inputs by year": YEAR + 1}[sheet]


@pytest.mark.parametrize("change", list(changes(demo())), ids=lambda change: change[1])
def test_a_changed_input_changes_what_it_must(change: tuple[str, str, float, Case]) -> None:
    content = written(demo())
    before = Sums(content)
    sheet, key, value, changed = change
    cell = spot(before, sheet, key)
    assert before.kept(cell) != value
    assert before.book.sheets[sheet].cells[cell[1:]].formula is None
    after = Sums(content, {cell: value})
    check(Read(after, after.value), appraise(changed))


def test_a_changed_input_voids_the_check_and_the_draws_in_the_workbook() -> None:
    case = demo()
    stream = io.BytesIO()
    write_case(stream, appraise(case), chances(case, 200), State("The treasurer", "2026-11-22", "v"))
    content = stream.getvalue()
    as_it_is = Sums(content)

    def said(sums: Sums) -> list[str]:
        return [str(sums.value(("Summary", row, 1))) for row in range(1, 15)]

    assert "Checked by The treasurer on 2026-11-22." in said(as_it_is)
    assert any(text.startswith("Of 200 draws") for text in said(as_it_is))
    cells = [spot(as_it_is, sheet, key) for sheet, key, *_ in changes(case)]
    for cell in cells:
        came = said(Sums(content, {cell: 0.987}))
        assert "Not as checked: 1 number was changed here." in came, cell
        assert any(text.startswith("The draws are of the figures before the change: Of 200") for text in came)
        assert not any(text.startswith(("Checked", "Of 200")) for text in came)
    assert "Not as checked: 2 numbers were changed here." in said(Sums(content, dict.fromkeys(cells[:2], 0.987)))
    every = Sums(content, {("Inputs", spot(as_it_is, "Inputs", "deadweight")[1], 3): "other"})
    assert "Not as checked: 1 number was changed here." in said(every)


def test_every_cell_that_may_be_changed_is_watched() -> None:
    sums = Sums(written(demo()))
    cells = sums.book.sheets["As appraised"].cells
    watched = {cell.formula.text.split(",")[0] for at, cell in cells.items() if at[1] == 7 and cell.formula}
    assert len(watched) == sum(at[1] == 7 and cell.formula is not None for at, cell in cells.items())
    assert len(watched) > 100


def test_each_sheet_of_sums_is_formulas_all_through() -> None:
    sums = Sums(written(demo()))
    for sheet in ("Costs", "Effect", "Units", "Benefits", "Who pays", "Who gains", "Cash", "Agencies by year", "Years"):
        for at, cell in sums.book.sheets[sheet].cells.items():
            if isinstance(cell.value, float) and cell.value and not cell.formula:
                raise AssertionError(f"{sheet} {place(*at)} is {cell.value} and no formula")


def test_the_summary_says_the_headline_or_why_there_is_none() -> None:
    case = demo()
    sums = Sums(written(case))
    cells = [cell.value for cell in sums.book.sheets["Summary"].cells.values()]
    said = [str(text) for text in cells]
    for found in appraise(case).options:
        for line in headline(found):
            assert any(line.removeprefix(f"{found.option.name}: ").lower() == text.lower() for text in said), line
    lacking = of(tomllib.loads(blank("new", "2026-27")))
    said = [str(cell.value) for cell in Sums(written(lacking)).book.sheets["Summary"].cells.values()]
    assert "No headline yet:" in said
    assert set(appraise(lacking).options[0].withheld) <= set(said)
    assert not any(text.startswith("Budgets are") for text in said)


def test_draws_parameters_doubts_and_attribution_are_in_it_and_texts_stay_texts(tmp_path: Path) -> None:
    raw = tomllib.loads(blank("new", "2026-27"))
    raw["case"]["name"] = '=HYPERLINK("http://x","y")'
    raw["cost"][0]["name"] = "@SUM(A1)"
    case = of(raw)
    path = tmp_path / "result.xlsx"
    write_case(path, appraise(case), chances(case, 200), State())
    sums = Sums(path.read_bytes())
    sheets = sums.book.sheets
    assert {"How sure", "What moves it", "Where it turns", "Scenarios", "Parameters", "Know first"} <= set(sheets)
    assert sheets["Summary"].cells[1, 1].value == raw["case"]["name"]
    assert sheets["Summary"].cells[1, 1].formula is None
    every = {str(cell.value) for sheet in sheets.values() for cell in sheet.cells.values()}
    assert any("Unit Cost Database" in text and "CC BY 4.0" in text for text in every)
    assert {"yes", "no"} & {str(cell.value) for cell in sheets["Parameters"].cells.values()}
    with pytest.raises(CaseError, match="is no case to read"):
        tables_of(path.read_bytes(), "result.xlsx")


def test_the_command_writes_the_result(tmp_path: Path) -> None:
    case, out = tmp_path / "new.toml", tmp_path / "out.xlsx"
    case.write_text(blank("new", "2026-27"), encoding="utf-8")

    def run(*words: str) -> str:
        found = CliRunner().invoke(app, ["appraise", *words, "--place", str(tmp_path)])
        return f"{found.output}{found.exception or ''}"

    assert f"wrote {out}" in run(str(case), "--draws", "200", "--out", str(out))
    assert "Summary" in Sums(out.read_bytes()).book.sheets
    assert "must end in .xlsx" in run(str(case), "--out", str(tmp_path / "out.ods"))
    assert "--out goes with a case" in run("--out", str(out))


# --- by LibreOffice ---

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
with_office = pytest.mark.skipif(
    OFFICE is None, reason="LibreOffice is not installed: the same is checked by the sums of tests/sheet_sums.py"
)


def reckoned_again(folder: Path, *books: bytes) -> list[Sums]:
    """Workbooks as LibreOffice works them out anew, every formula, whatever values were kept."""
    sources = []
    for n, book in enumerate(books):
        path = folder / f"book{n}.xlsx"
        path.write_bytes(without_values(book))
        sources.append(str(path))
    out = folder / "out"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out)]
    subprocess.run([*command, *sources], check=True, capture_output=True, timeout=300)
    return [Sums((out / Path(source).name).read_bytes()) for source in sources]


def without_values(content: bytes) -> bytes:
    """The workbook without the values of its formulas, so that none can be shown without being worked out."""
    return rewritten(content, lambda xml: _VALUE.sub(rb"\1", xml))


def rewritten(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name.startswith("xl/worksheets/sheet") else data)
    return out.getvalue()


def with_input(content: bytes, cell: Cell, value: float) -> bytes:
    """The workbook with an input typed over in its XML."""
    names = list(Sums(content).book.sheets)
    part, here = f"xl/worksheets/sheet{names.index(cell[0]) + 1}.xml", place(*cell[1:]).encode()
    seen = []

    def typed(xml: bytes) -> bytes:
        found, count = re.subn(rb'(<c r="' + here + rb'"[^>]*><v>)[^<]*(</v>)', rb"\g<1>%r\2" % value, xml)
        seen.append(count)
        return found

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, typed(old.read(name)) if name == part else old.read(name))
    assert seen == [1]
    return out.getvalue()


@with_office
def test_libreoffice_comes_to_the_same_on_the_demo_and_on_made_up_cases(tmp_path: Path) -> None:
    cases = [demo(), demo("outreach-hallow-green"), *(of(made(seed)) for seed in range(500, 504))]
    books = [written(case) for case in cases]
    for case, book, came in zip(cases, books, reckoned_again(tmp_path, *books), strict=True):
        check(Read(Sums(book), came.kept), appraise(case))


@with_office
def test_libreoffice_follows_changed_inputs(tmp_path: Path) -> None:
    content = written(demo())
    sums = Sums(content)
    every = list(changes(demo()))[::3]  # the tests' own sums above try them all
    books = [with_input(content, spot(sums, sheet, key), value) for sheet, key, value, _ in every]
    for (_, _, _, changed), book, came in zip(every, books, reckoned_again(tmp_path, *books), strict=True):
        check(Read(Sums(book), came.kept), appraise(changed))
