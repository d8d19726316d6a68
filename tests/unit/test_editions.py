"""Later editions of the Unit Cost Database are read out of their workbooks whole, or refused by sheet and cell."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books import LICENCE, Change, book_1, book_3
from totalplace.editions.book import LICENCE as LICENSED
from totalplace.editions.book import cell_name
from totalplace.editions.importing import import_edition, look
from totalplace.editions.reading import level_of
from totalplace.errors import DataError, FileRefused, UsageError
from totalplace.parameters.unit_costs import unit_costs


def test_the_layout_of_3_is_read_by_its_headings(tmp_path: Path) -> None:
    seen = import_edition(tmp_path, book_3(tmp_path / "ucd.xlsx"), "3.0")
    assert list(seen.entries) == ["CR1.0", "CR2.0", "CR2.0.1", "CR99.0", "E&E1.0", "E&E1.0.1", "E&E1.0.2"]
    cost = unit_costs(tmp_path).get("CR2.0")
    assert (cost.edition, cost.theme, cost.category, cost.level) == ("3.0", "Crime", "DOMESTIC VIOLENCE", "headline")
    assert [cost.value(kind) for kind in ("fiscal", "economic", "social")] == [
        (3000, "2021-22"),
        (Decimal("1800.5"), "2021-22"),
        (8000, "2021-22"),
    ]
    assert (cost.rag, cost.source, cost.basis, cost.verified) == ("amber", "A study", "incident", False)
    assert seen.licence == LICENCE


def test_the_layout_of_1_4_is_read_by_headings_in_two_rows(tmp_path: Path) -> None:
    three = look(tmp_path, book_3(tmp_path / "3.xlsx"), "3.0")
    one = look(tmp_path, book_1(tmp_path / "2.xlsx"), "2.3")
    assert [{**line, "category": ""} for line in one.lines.values()] == [
        {**line, "category": ""} for line in three.lines.values()
    ]


def test_what_is_new_changed_and_gone_is_said_against_the_edition_before(tmp_path: Path) -> None:
    seen = import_edition(tmp_path, book_1(tmp_path / "2.xlsx"), "2.3")
    assert seen.before == "1.4"
    assert seen.new == ["CR99.0"]
    assert "SS1.0" in seen.gone
    assert len(seen.gone) == 684 - 6
    assert seen.changed["CR1.0"] == ["detail", "fiscal", "fiscal_year"]
    row = next(row for row in seen.table().rows if row[0] == "CR1.0")
    assert row == (
        *("CR1.0", "changed", "Anti-social behaviour", "detail, fiscal, fiscal price year"),
        *("£500 (2002-03)", "£720 (2021-22)"),
    )

    def dearer(_: Any, sheets: dict[str, Any]) -> None:
        sheets["Crime"].write("H5", 800)

    later = look(tmp_path, book_3(tmp_path / "3.xlsx", change=dearer), "3.0")
    assert (later.before, later.new, later.gone) == ("2.3", [], [])
    assert later.changed == {"CR1.0": ["fiscal"]}


def test_transfers_and_splits_follow_the_rules_of_the_edition_before(tmp_path: Path) -> None:
    import_edition(tmp_path, book_3(tmp_path / "ucd.xlsx"), "3.0")
    costs = unit_costs(tmp_path)
    assert costs.get("E&E1.0").transfer == 10300
    assert [(share.agency, float(share.share)) for share in costs.split("E&E1.0")] == [
        ("DWP", pytest.approx(10300 / 11000)),
        ("NHS", pytest.approx(700 / 11000)),
    ]
    assert costs.split("CR2.0") == (), "four of its five parts are not in this edition"
    assert "edition 3.0, not compared" in " ".join(costs.doubts("CR2.0", "2021-22"))


def test_a_row_without_its_code_is_filled_in_where_one_alone_fits(tmp_path: Path) -> None:
    def blank(_: Any, sheets: dict[str, Any]) -> None:
        sheet = sheets["Employment and Economy"]
        sheet.write("C6", " ")

    seen = look(tmp_path, book_3(tmp_path / "ucd.xlsx", change=blank), "3.0")
    assert "E&E1.0.1" in seen.entries
    assert "C6 is empty: read as E&E1.0.1" in seen.notes[0]


def test_price_years_of_other_values_are_the_fiscal_ones_where_there_is_no_column(tmp_path: Path) -> None:
    def without(_: Any, sheets: dict[str, Any]) -> None:
        for name in ("Crime", "Employment and Economy"):
            sheets[name].write("K4", "Remark")

    seen = look(tmp_path, book_3(tmp_path / "ucd.xlsx", change=without), "3.0")
    assert seen.entries["CR2.0"].value("economic") == (Decimal("1800.5"), "2021-22")
    assert "no price years for economic values" in seen.notes[0]


def written(cell: str, value: Any, sheet: str = "Crime") -> Change:
    """A change that writes one cell."""

    def change(_: Any, sheets: dict[str, Any]) -> None:
        sheets[sheet].write(cell, value)

    return change


def formatted(_: Any, sheets: dict[str, Any]) -> None:
    """A value in euros by its format."""
    sheets["Crime"].write("H6", 3000, _.add_format({"num_format": "[$€-2] #,##0.00"}))


def failed(_: Any, sheets: dict[str, Any]) -> None:
    """A formula that came to nothing."""
    sheets["Crime"].write_formula("H5", "=1/0", None, "#DIV/0!")


def merged(_: Any, sheets: dict[str, Any]) -> None:
    """Values of two rows in one cell."""
    sheets["Crime"].merge_range("H5:H6", 720)


def codes_elsewhere(book: Any, _: dict[str, Any]) -> None:
    """A sheet of another layout."""
    sheet = book.add_worksheet("Index")
    sheet.write("A1", "Code")
    sheet.write("B1", "Page")
    sheet.write("A2", "CR1.0")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (written("H5", "720 pounds"), "sheet 'Crime', cell H5: '720 pounds' stands where a number should be"),
        (written("H5", "720"), "cell H5: '720' stands where a number"),
        (written("H5", True), "cell H5: 'TRUE' stands where a number"),
        (written("H5", 1e12), "cell H5: a unit cost of"),
        (written("I5", " "), "cell I5: CR1.0 has a fiscal value of 720 and no price year here"),
        (written("I5", 2021), "cell I5: '2021' is not a financial year"),
        (written("I5", "2021/23"), "cell I5: '2021/23' is not a financial year"),
        (written("M6", " "), "cell M6: CR2.0 has a social value of 8000 and no price year"),
        (written("E5", " "), "cell E5: CR1.0 has no unit"),
        (written("C6", "CR1.0"), "cell C6: CR1.0 stands in sheet 'Crime', cell C5 already"),
        (written("C6", "see above"), "cell C6: 'SEE ABOVE' is no code such as CR1.0, and H6 holds a value"),
        (written("C8", " "), "cell C8: there is no code, and H8 holds a value"),
        (written("J4", "Economic value (€)"), "cell J4: it is in euros"),
        (written("J6", "€1,800"), "cell J6: it is in euros"),
        (failed, "cell H5: a formula comes to #DIV/0! here"),
        (written("I5", "1999/1900"), "cell I5: '1999/1900' is not a financial year"),
        (written("C5", "cr1.0"), "cell C5: 'cr1.0' is no code such as CR1.0, and figures stand beside it"),
        (formatted, "cell H6: it is in euros"),
        (merged, "cell H5: H5:H6 are merged over codes or values"),
        (codes_elsewhere, "sheet 'Index': codes stand from A2 on"),
        (written("H4", "Amount"), "no heading above them is that of the fiscal"),
        (written("C5", "CR1.0", "Employment and Economy"), "stands in sheet 'Crime', cell C5 already"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_written(tmp_path: Path, change: Change, says: str) -> None:
    with pytest.raises(FileRefused) as error:
        import_edition(tmp_path, book_3(tmp_path / "ucd.xlsx", change=change), "3.0")
    assert says in str(error.value)
    assert "ucd.xlsx" in str(error.value)
    assert not (tmp_path / "unit-costs").exists()


def test_an_import_that_fails_leaves_the_edition_as_it_was(tmp_path: Path) -> None:
    import_edition(tmp_path, book_3(tmp_path / "ucd.xlsx"), "3.0")
    before = (tmp_path / "unit-costs" / "3.0.csv").read_bytes()
    with pytest.raises(FileRefused):
        import_edition(tmp_path, book_3(tmp_path / "ucd.xlsx", change=merged), "3.0")
    assert (tmp_path / "unit-costs" / "3.0.csv").read_bytes() == before


def test_a_sheet_of_another_layout_can_be_left_out_by_name(tmp_path: Path) -> None:
    book = book_3(tmp_path / "ucd.xlsx", change=codes_elsewhere)
    assert len(look(tmp_path, book, "3.0", ["Index"]).entries) == 7
    with pytest.raises(UsageError, match="no sheet 'Indx'; did you mean 'Index'"):
        look(tmp_path, book, "3.0", ["Indx"])


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("CC BY 4.0", True),
        ("licensed CC-BY", True),
        ("Creative Commons Attribution 4.0 International", True),
        ("CC BY-NC-ND 4.0", False),
        ("CC-BY-NC", False),
        ("Creative Commons Attribution-NonCommercial 4.0", False),
        ("All rights reserved", False),
        ("sent by cc by post", False),
    ],
)
def test_only_the_licence_that_allows_it_is_taken_for_it(text: str, allowed: bool) -> None:
    assert bool(LICENSED.search(text)) == allowed


def test_without_the_licence_nothing_is_imported(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no sheet says that it is published under CC BY"):
        look(tmp_path, book_3(tmp_path / "ucd.xlsx", licence="Published under CC BY-NC-ND 4.0"), "3.0")


def test_the_edition_is_the_one_that_the_workbook_calls_itself(tmp_path: Path) -> None:
    book = book_3(tmp_path / "ucd.xlsx", title="Unit Cost Database v2.3")
    with pytest.raises(FileRefused, match=r"sheet 'Introduction', cell A1: it calls itself v2\.3, and is imported as"):
        look(tmp_path, book, "3.0")
    assert look(tmp_path, book, "2.3.0").entries
    for edition, says in (
        ("1.4", "in the program already"),
        ("../x", "is not an edition"),
        ("three", "not an edition"),
    ):
        with pytest.raises(UsageError, match=says):
            look(tmp_path, book, edition)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"a,b\n1,2\n", "is not a workbook"), (b"", "is empty"), (b"PK\x03\x04 broken", "damaged"), (None, "not there")],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "x.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileRefused, match=says):
        look(tmp_path, path, "3.0")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "unit-costs").write_text("a file")
    with pytest.raises(DataError, match="unit-costs cannot be written"):
        import_edition(tmp_path, book_3(tmp_path / "ucd.xlsx"), "3.0")


@given(st.integers(0, 20_000))
def test_cells_are_called_as_spreadsheets_do(column: int) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    assert cell_name(4, column) == xl_rowcol_to_cell(4, column)


def test_levels_are_told_by_codes_as_the_shipped_edition_has_them() -> None:
    """But for two, which edition 1.4 itself puts elsewhere than their codes do."""
    assert {cost.code for cost in unit_costs() if level_of(cost.code) != cost.level} == {"CR6.0", "E&E11.1"}
