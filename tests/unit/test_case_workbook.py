"""A case in a workbook: what is written reads back as it was; what is wrong is named by sheet and cell."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import integers

from tests.case_maker import made
from totalplace.appraisal.case import Case
from totalplace.appraisal.celltext import (
    areas_text,
    list_text,
    read_areas,
    read_list,
    read_shares,
    read_steps,
    shares_text,
    steps_text,
)
from totalplace.appraisal.columns import CASE, MARK, SHEETS, TEMPLATE
from totalplace.appraisal.files import Cases, blank, toml_origin
from totalplace.appraisal.reading import read_case
from totalplace.appraisal.template import HEAD, write_template
from totalplace.appraisal.words import CASHABLE, HELP
from totalplace.appraisal.workbook import read_workbook, tables_of
from totalplace.cli.commands import app
from totalplace.errors import CaseError, UsageError
from totalplace.logic.step import KEYS
from totalplace.parameters.unit_costs import unit_costs

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(
    lambda t: t == t.strip()
)
SHARE = st.one_of(st.floats(0, 1), st.integers(0, 100).map(lambda n: n / 100))


def of_toml(raw: Mapping[str, Any]) -> Case:
    return read_case("case", raw, toml_origin("case.toml", raw), unit_costs())


def of_book(content: bytes) -> Case:
    tables, origin = tables_of(content, "case.xlsx")
    return read_case("case", tables, origin, unit_costs())


def written(raw: Mapping[str, Any] | None = None) -> bytes:
    stream = io.BytesIO()
    write_template(stream, raw)
    return stream.getvalue()


def alike(one: Case, other: Case) -> bool:
    """Whether two cases are the same, but for words about where in their files something stands."""
    return replace(one, doubts=()) == replace(other, doubts=()) and len(one.doubts) == len(other.doubts)


@given(integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_a_case_written_to_a_workbook_reads_back_as_it_was(seed: int) -> None:
    raw = made(seed)
    assert alike(of_toml(raw), of_book(written(raw)))


@pytest.mark.parametrize("name", ["families-hallow-green", "outreach-hallow-green"])
def test_the_cases_of_the_demo_read_back_as_they_were(name: str) -> None:
    raw = tomllib.loads((files("totalplace.demo") / "words" / f"{name}.toml").read_text("utf-8"))
    assert alike(of_toml(raw), of_book(written(raw)))


def test_a_blank_case_reads_back_and_an_empty_template_says_what_it_lacks() -> None:
    raw = tomllib.loads(blank("new", "2026-27"))
    assert alike(of_toml(raw), of_book(written(raw)))
    with pytest.raises(CaseError, match=r"case\.xlsx, sheet Case is not filled in yet"):
        of_book(written())
    with pytest.raises(CaseError, match=r"case\.xlsx, sheet Case, cell B9: first_year is not given"):
        of_book(written({"case": {"name": "New"}}))


def test_every_key_of_a_case_has_a_column() -> None:
    for table, keys in HELP.items():
        columns = CASE if table == "weights" else next(found for name, found in SHEETS.values() if name == table)
        held = {c.path[-1] if c.path[0] == "weights" else c.path[0] for c in columns} | {"groups"}
        assert set(keys) <= held, table
    assert set(KEYS) == {column.path[0] for column in SHEETS["Logic"][1]}
    benefit = {column.path for column in SHEETS["Benefits"][1]}
    assert {("cashable", key) for key in CASHABLE} <= benefit


@pytest.mark.parametrize(("sheet", "columns"), [(name, columns) for name, (_, columns) in SHEETS.items()])
def test_no_two_columns_of_a_sheet_have_one_heading(sheet: str, columns: Any) -> None:
    headings = [column.heading.casefold() for column in columns]
    assert len(set(headings)) == len(headings), sheet


@given(st.dictionaries(NAMES, SHARE, min_size=1, max_size=5))
def test_shares_in_a_cell_read_back_to_the_last_figure(shares: dict[str, float]) -> None:
    assert read_shares(shares_text(shares)) == shares
    assert read_steps(steps_text(shares)) == shares
    areas = {name: {"contribution": share, "mitigated": share} for name, share in shares.items()}
    assert read_areas(areas_text(areas)) == areas


@given(st.lists(NAMES, max_size=5))
def test_lists_in_a_cell_read_back(texts: list[str]) -> None:
    assert read_list(list_text(texts)) == texts


@given(
    st.dictionaries(NAMES, st.fixed_dictionaries({"step": st.floats(0, 1e6)}, optional={"share": SHARE}), min_size=1)
)
def test_steps_in_a_cell_read_back(steps: dict[str, dict[str, float]]) -> None:
    assert read_steps(steps_text(steps)) == steps


def test_shares_as_people_write_them() -> None:
    assert read_shares("NHS 60%; Police: 0.4") == {"NHS": 0.6, "Police": 0.4}
    assert read_shares("Local authority/Housing = 25 %\nWard 6 75%") == {
        "Local authority/Housing": 0.25,
        "Ward 6": 0.75,
    }
    assert read_shares("Ward 6") == {"Ward 6": 1.0}
    assert read_steps("NHS 10%; Police 50% steps of 12") == {"NHS": 0.1, "Police": {"share": 0.5, "step": 12.0}}


# --- bad input ---

RAW = tomllib.loads(blank("new", "2026-27"))
SHEET_FILES = {"Case": 2, "Weights": 3, "Agencies": 4, "Options": 5, "Cohorts": 6, "Costs": 7, "Benefits": 8}


def rewritten(content: bytes, **parts: Any) -> bytes:
    """The workbook with parts of its XML changed: name of a part to a function of its text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            change = parts.get(name.rpartition("/")[2].removesuffix(".xml"))
            new.writestr(name, change(data.decode()).encode() if change else data)
    return out.getvalue()


class Sheets:
    """A workbook written by hand: cells by sheet, as a person might leave it."""

    def __init__(self, raw: Mapping[str, Any] = RAW) -> None:
        content = io.BytesIO(written(raw))
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_filelike(content)
        self.cells: dict[str, dict[tuple[int, int], Any]] = {}
        for name in ("Guide", *SHEETS):
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            self.cells[name] = {(r, c): v for r, row in enumerate(rows) for c, v in enumerate(row) if v != ""}
        self.formats: dict[tuple[str, int, int], str] = {}
        self.then: list[Any] = []

    def at(self, sheet: str, heading: str, row: int = 0) -> tuple[int, int]:
        """The place of a heading's column in a row of data."""
        column = next(c for (r, c), v in self.cells[sheet].items() if r == HEAD - 1 and v == heading)
        return HEAD + row, column

    def setting(self, name: str) -> tuple[int, int]:
        return next((r, 1) for (r, c), v in self.cells["Case"].items() if c == 0 and v == name)

    def put(self, sheet: str, heading: str, value: Any, row: int = 0, look: str = "") -> Sheets:
        place = self.setting(heading) if sheet == "Case" else self.at(sheet, heading, row)
        self.cells[sheet][place] = value
        if look:
            self.formats[sheet, *place] = look
        return self

    def content(self) -> bytes:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
            sheets = {name: book.add_worksheet(name) for name in self.cells}
            for name, cells in self.cells.items():
                for (row, column), value in cells.items():
                    look = self.formats.get((name, row, column))
                    style = book.add_format({"num_format": look}) if look else None
                    if isinstance(value, tuple):
                        sheets[name].write_formula(row, column, value[0], style, value[1])
                    else:
                        sheets[name].write(row, column, value, style)
            for act in self.then:
                act(sheets)
        return stream.getvalue()


def refused(sheets: Sheets | bytes, words: str) -> None:
    content = sheets if isinstance(sheets, bytes) else sheets.content()
    with pytest.raises(CaseError, match=words) as error:
        of_book(content)
    assert "case.xlsx" in str(error.value)


def test_a_workbook_as_people_leave_it_reads() -> None:
    sheets = Sheets()
    for (row, column), value in list(sheets.cells["Benefits"].items()):
        if row >= HEAD:  # blank rows between
            del sheets.cells["Benefits"][row, column]
            sheets.cells["Benefits"][row + 3, column] = value
    sheets.put("Cohorts", "Take it up", "50%").put("Costs", "Who pays", "nhs 60%\nPolice = .4")
    sheets.put("Costs", "Pounds, year 0", ("=40000+60000", 100000)).put("Case", "Price year", "2024-25 ")
    found = of_book(sheets.content())
    assert found.quantities["cohort.people.engagement"].value == 0.5
    assert found.costs[0].pays == {"nhs": 0.6, "Police": 0.4}
    assert found.costs[0].amounts[0] == 100000


def test_columns_are_found_by_name_wherever_they_stand() -> None:
    sheets = Sheets()
    cells, moved = sheets.cells["Costs"], dict[tuple[int, int], Any]()
    last = max(c for r, c in cells if r == HEAD - 1)
    for (row, column), value in cells.items():
        moved[row + 2, last - column if row >= HEAD - 1 else column] = value
    sheets.cells["Costs"] = moved
    for place, value in list(moved.items()):
        if value == "Pounds, year 1":
            sheets.cells["Costs"][place] = " pounds  2027-28"
    assert of_book(sheets.content()).costs == of_toml(RAW).costs


BAD = [
    (("Costs", "Pounds, year 1", "a lot"), r"sheet Costs, cell H5: amounts\.2 is 'a lot'; it must be a number"),
    (("Costs", "Pounds, year 0", "€ 900"), r"sheet Costs, cell G5: amounts\.1 is '€ 900': a second currency"),
    (("Costs", "Who pays", "NHS 60%; Police 50%"), r"sheet Costs, cell E5: pays comes to 110\.0%"),
    (("Costs", "Who pays", "NHS; Police 50%"), r"sheet Costs, cell E5: pays says no share of 'NHS'"),
    (("Costs", "Price year", ""), r"sheet Costs, cell F5: price_year is not given"),
    (("Cohorts", "People, year 2", -5), r"sheet Cohorts, cell F5: people\.3 is -5; it must not be below 0"),
    (("Benefits", "Unit cost", "HE4.00"), r"sheet Benefits, cell [A-Z]+5: unit_cost cannot be used: .*HE4\.0"),
    (("Benefits", "Impact low", 0.5), r"sheet Benefits, cell [A-Z]+5: impact\.low to high is 0\.5 to 0\.1"),
    (("Benefits", "Cohort", "peeple"), r"cohort is 'peeple', which is no cohort; did you mean 'people'"),
    (("Case", "First year", 2026), r"sheet Case, cell B9: first_year is not right"),
    (("Options", "Carry on as now", "perhaps"), r"sheet Options, cell C5: business_as_usual is 'perhaps'"),
    (("Costs", "Pounds, year 0", ("=1/0", "#DIV/0!")), r"sheet Costs, cell G5: its formula gives #DIV/0!"),
    (("Costs", "Pounds, year 0", ("=Gone!A1", "#REF!")), r"sheet Costs, cell G5: its formula gives #REF!"),
    (("Costs", "Pounds, year 0", ("=G5+1", 1)), r"Costs!G5 -> Costs!G5: the formulas go round in a circle"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=[words[:50] for _, words in BAD])
def test_what_is_wrong_is_named_by_sheet_and_cell(change: tuple[str, str, Any], words: str) -> None:
    refused(Sheets().put(*change), words)


@pytest.mark.parametrize("look", ["[$€-2] #,##0", '"€"#,##0', "[$USD] #,##0", "#,##0.00 \\$"])
def test_a_second_currency_in_a_format_is_seen(look: str) -> None:
    refused(Sheets().put("Costs", "Pounds, year 0", 900, look=look), "cell G5: .*a second currency")


@pytest.mark.parametrize("look", ["[$£-809]#,##0", '"£"#,##0', "[$-F800]0", "#,##0.00;[Red]-#,##0.00"])
def test_pounds_in_a_format_are_pounds(look: str) -> None:
    assert of_book(Sheets().put("Costs", "Pounds, year 0", 900, look=look).content()).costs[0].given[0] == 900


def test_a_year_that_a_spreadsheet_took_for_a_date_is_told() -> None:
    refused(Sheets().put("Costs", "Price year", 40878, look="mmm-yy"), r"cell F5: price_year is the date 2011-12-01")
    found = Sheets().put("Benefits", "Confirmed on", 46113, look="dd/mm/yyyy").content()
    assert of_book(found).benefits[0].cashable.confirmed_on == "2026-04-01"


def test_circles_go_through_sheets_ranges_names_and_shared_formulas() -> None:
    sheets = (
        Sheets()
        .put("Costs", "Pounds, year 0", ("=SUM(Cohorts!D4:D9)*2", 5))
        .put("Cohorts", "People, year 0", ("='Costs'!$G$5/2", 5))
    )
    refused(sheets, r"Costs!G5 -> Cohorts!D5 -> Costs!G5|Cohorts!D5 -> Costs!G5 -> Cohorts!D5")
    apart = Sheets().put("Costs", "Pounds, year 0", ('=LEN("G5")+Cohorts!$D$5+Other_G5', 5))
    assert of_book(apart.content()).costs[0].given[0] == 5
    shared = rewritten(
        Sheets().put("Costs", "Pounds, year 0", ("=H5", 5)).put("Costs", "Pounds, year 1", ("=I5", 5)).content(),
        sheet7=lambda text: text.replace("<f>H5</f>", '<f t="shared" ref="G5:H5" si="0">H5</f>').replace(
            "<f>I5</f>", '<f t="shared" si="0"/>'
        ),
    )
    assert of_book(shared).costs[0].given[:2] == (5, 5)


def test_a_formula_whose_value_was_not_kept_is_refused() -> None:
    content = Sheets().put("Costs", "Pounds, year 0", ("=50+50", 100)).content()
    refused(
        rewritten(content, sheet7=lambda text: text.replace("<v>100</v>", "<v></v>", 1)), "whose value was not kept"
    )


def test_merged_cells_are_refused_and_hidden_ones_are_said() -> None:
    merged = Sheets()
    merged.then.append(lambda sheets: sheets["Costs"].merge_range(HEAD, 6, HEAD, 8, 100))
    refused(merged, r"sheet Costs, cells G5:I5 are merged")
    hidden = Sheets()
    hidden.then.append(lambda sheets: sheets["Costs"].set_row(HEAD, None, None, {"hidden": True}))
    hidden.then.append(lambda sheets: sheets["Cohorts"].set_column(3, 3, None, None, {"hidden": True}))
    hidden.then.append(lambda sheets: sheets["Logic"].hide())
    _, _, notes = read_workbook(hidden.content(), "case.xlsx")
    assert [note.split(": ", 1)[1] for note in notes] == [
        "column D is hidden; what stands there counts.",
        "row 5 is hidden; what stands there counts.",
        "the sheet Logic is hidden; it counts like any other.",
    ]


def test_headings_unknown_twice_or_missing_are_told() -> None:
    def renamed(old: str, new: str, sheet: str = "Costs") -> Sheets:
        sheets = Sheets()
        place = next(at for at, value in sheets.cells[sheet].items() if value == old)
        sheets.cells[sheet][place] = new
        return sheets

    refused(
        renamed("Who pays", "Who pais"), r"sheet Costs, cell E4: 'Who pais' is no heading .*did you mean 'Who pays'"
    )
    refused(renamed("Grade", "Kind"), r"the heading 'Kind' stands in cell D4 too")
    refused(renamed("Pounds, year 3", "Pounds 2026-27"), r"the heading 'Pounds, year 0' stands in cell G4 too")
    refused(renamed("Pounds, year 3", "Pounds 2020-21"), r"cell J4: 'Pounds 2020-21' cannot be")
    refused(renamed("Price year", "Prices", "Case"), r"sheet Case, cell A11: 'Prices' is no setting of a case")
    without = Sheets()
    place = without.at("Costs", "Who pays")
    del without.cells["Costs"][HEAD - 1, place[1]]
    refused(without, r"sheet Costs, cell E5: stands under no heading")
    del without.cells["Costs"][place]
    refused(without, r"sheet Costs, row 5: pays is not given")


def test_workbooks_that_are_no_case_or_of_another_edition_are_told() -> None:
    for said, words in (("0", "write a new template"), ("99", "bring Total Place up to date"), ("x", "is 'x'")):
        sheets = Sheets()
        sheets.cells["Guide"][1, 1] = said
        refused(sheets, f"sheet Guide, cell B2: .*{words}")
    assert Sheets().cells["Guide"][1, 0] == MARK
    assert Sheets().cells["Guide"][1, 1] == str(TEMPLATE)
    missing = Sheets()
    del missing.cells["Cohorts"]
    refused(missing, "case.xlsx has no sheet 'Cohorts'")
    other = io.BytesIO()
    with xlsxwriter.Workbook(other) as book:
        book.add_worksheet("Spend").write(0, 0, "Supplier")
    refused(other.getvalue(), r"is no case to read: it lacks the sheet 'Guide'.*Spend")


def test_files_that_are_no_workbooks_are_refused_by_name() -> None:
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "has a password, or is an old .xls")
    refused(b"name,amount\n", "is no workbook")
    refused(written(RAW)[:5000], "is a workbook that is damaged")
    refused(rewritten(written(RAW), sheet7=lambda text: text[: len(text) // 2]), "is a workbook that is damaged")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", "hello")
    refused(out.getvalue(), "is no .xlsx workbook inside")


def test_a_bomb_and_entities_are_not_unpacked() -> None:
    bomb = rewritten(written(RAW), sheet7=lambda text: text + " " * (49 << 20))
    assert len(bomb) < 1 << 20
    refused(bomb, "unpacks to over 48 MB")
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    refused(
        rewritten(written(RAW), sheet7=lambda text: text.replace("<worksheet", laughs + "<worksheet", 1)),
        "document type",
    )


def test_texts_of_a_template_stay_texts() -> None:
    raw = {**RAW, "cost": [{**RAW["cost"][0], "name": '=HYPERLINK("http://x","y")', "note": "@SUM(A1)"}]}
    content = written(raw)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet7.xml")
    assert b"<f>" not in xml
    assert b"<hyperlink" not in xml
    assert of_book(content).costs[0].name == '=HYPERLINK("http://x","y")'


def test_tables_without_a_place_in_the_sheets_are_not_dropped() -> None:
    with pytest.raises(CaseError, match=r"\[\[cost\]\] colour has no column"):
        written({**RAW, "cost": [{**RAW["cost"][0], "colour": "red"}]})
    with pytest.raises(CaseError, match="has no sheet"):
        written({**RAW, "lunch": []})


# --- in a place, and by command ---


def test_a_workbook_in_the_folder_of_cases_is_a_case_of_the_place(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    book = tmp_path / "cases" / "new.xlsx"
    write_template(book, RAW)
    (tmp_path / "cases" / "~$new.xlsx").write_bytes(b"left by a spreadsheet")
    cases = Cases(tmp_path)
    assert cases.names() == ["new"]
    assert alike(cases.case("new"), replace(of_toml(RAW), id="new"))
    assert cases.listed().rows[0][1] == "New"
    with pytest.raises(UsageError, match="is there already"):
        cases.new("new", "2026-27")
    (tmp_path / "cases" / "new.toml").write_text(blank("new", "2026-27"), encoding="utf-8")
    with pytest.raises(CaseError, match=r"both new\.toml and new\.xlsx"):
        cases.case("new")


def test_the_command_writes_a_template_and_reads_it(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        found = CliRunner().invoke(app, ["appraise", *words, "--place", str(tmp_path)])
        return found.stdout if "--json" in words else f"{found.output}{found.exception or ''}"

    case, out = tmp_path / "new.toml", tmp_path / "out.xlsx"
    case.write_text(blank("new", "2026-27"), encoding="utf-8")
    assert "give --out FILE.xlsx" in run("template")
    assert "must end in .xlsx" in run("template", "--out", str(tmp_path / "out.csv"))
    assert "--like goes with" in run("new", "--like", "other")
    assert json.loads(run("template", "--out", str(out), "--like", str(case), "--json"))["template"] == str(out)
    one, other = (json.loads(run(str(path), "--draws", "0", "--json")) for path in (case, out))
    assert one["options"] == other["options"]
    assert one["version"] != ""
    hidden = Sheets()
    hidden.then.append(lambda sheets: sheets["Costs"].set_row(HEAD, None, None, {"hidden": True}))
    out.write_bytes(hidden.content())
    assert "row 5 is hidden" in json.loads(run(str(out), "--draws", "0", "--json"))["doubts"][0]
