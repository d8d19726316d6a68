"""Downloads: exact to the penny, and no text of a file can become a formula in a spreadsheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from totalplace.errors import DataError
from totalplace.reports.text import csv_chunks, risky
from totalplace.reports.workbook import CONTENTS, write_sheets, write_workbook
from totalplace.table import Column, Table

HOSTILE = ("=1+1", "+44 7700", "-2", "@SUM(A1)", "\tx", '=HYPERLINK("http://x","y")', "http://example.test")
COLUMNS = (Column("payee", "Payee"), Column("amount", "Amount", "money"), Column("n", "Lines", "count"))
TABLE = Table("t", "Suppliers: [all] / 2018-19", COLUMNS, [(t, 123456789012345 + n, n) for n, t in enumerate(HOSTILE)])


def test_texts_of_a_workbook_stay_texts_and_money_stays_exact() -> None:
    stream = io.BytesIO()
    write_workbook(stream, TABLE, scope="One place, net")
    with zipfile.ZipFile(stream) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml
    rows = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue())).get_sheet_by_index(0).to_python()
    told = [row for row in rows if isinstance(row[1], float) and row[1] > 1e9]
    assert [row[0].strip() for row in told] == [text.strip() for text in HOSTILE]
    assert [round(row[1] * 100) for row in told] == [row[1] for row in TABLE.rows]


def test_sheets_print_as_wide_as_a_page_and_long_lines_of_the_first_wrap() -> None:
    """Without it the columns of a wide table stand on pages of their own, and long lines end at the paper's edge."""
    stream = io.BytesIO()
    write_sheets(
        stream, [TABLE], about=["The account", "To look at: " + "a body was paid more than it published; " * 5]
    )
    with zipfile.ZipFile(stream) as archive:
        first, second = (archive.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    for xml in (first, second):
        assert re.search(r'<pageSetup [^>]*fitToHeight="0" orientation="landscape"', xml)
        assert "Page &amp;P of &amp;N" in xml
    assert '<mergeCell ref="A2:B2"/>' in first
    assert 'r="2" spans="1:2" ht="30"' in first


def test_a_row_of_sums_fits_its_columns() -> None:
    """A sum is wider than what it adds up, and bold: in a column as wide as the rows alone Excel shows hash signs."""
    stream = io.BytesIO()
    table = Table("t", "Sums", COLUMNS, [("Lamps", 50_000_000_000, 999)] * 150)
    write_sheets(stream, [table], totals=["t"])
    with zipfile.ZipFile(stream) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    widths = {int(at): float(width) for at, width in re.findall(r'<col min="(\d)" max="\d" width="([\d.]+)"', xml)}
    assert widths[2] >= len("75,000,000,000.00") + 2
    assert widths[3] >= len("149,850") + 2
    stream = io.BytesIO()
    write_workbook(stream, Table("t", "Step", COLUMNS, [("All payments", 183_278_185_135, 1)]))
    with zipfile.ZipFile(stream) as archive:
        found = re.search(r'<col min="2" max="2" width="([\d.]+)"', archive.read("xl/worksheets/sheet1.xml").decode())
    assert found
    assert float(found[1]) > len("1,832,781,851.35")


def test_texts_of_a_csv_are_made_safe_and_money_is_in_pounds() -> None:
    lines = b"".join(csv_chunks(TABLE.columns, TABLE.rows)).decode().splitlines()
    assert lines[0] == "payee,amount,n"
    assert lines[1] == "'=1+1,1234567890123.45,0"
    for text, line in zip(HOSTILE, lines[1:], strict=True):
        assert line.lstrip('"').startswith("'") == risky(text)


def test_a_workbook_of_several_tables_has_contents_and_sums_as_formulas() -> None:
    stream = io.BytesIO()
    plain = Table("t", "Money by year", COLUMNS[:2], [("2023-24", 100), ("2024-25", -250)])
    twin = Table("u", "MONEY BY YEAR", COLUMNS[:2], [("=1+1", 1)])
    write_sheets(stream, [plain, twin], about=["A place", "A line"], totals=["t"])
    book = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue()))
    assert book.sheet_names == [CONTENTS, "Money by year", "MONEY BY YEAR 2"]
    assert book.get_sheet_by_name("Money by year").to_python()[-1] == ["All", -1.5]
    with zipfile.ZipFile(stream) as archive:
        sheets = [archive.read(f"xl/worksheets/sheet{n}.xml") for n in (1, 2, 3)]
    assert [sheet.count(b"<f>") for sheet in sheets] == [0, 1, 0], "no text of a file becomes a formula"
    assert b"<f>SUM(B4:B5)</f>" in sheets[1]


def test_a_workbook_that_cannot_be_written_leaves_the_one_that_stood_there(tmp_path: Path) -> None:
    good = tmp_path / "good.xlsx"
    write_workbook(good, TABLE)
    before = good.read_bytes()

    def rows() -> Iterator[tuple[object, ...]]:
        yield ("a", 1, 1)
        raise OSError(28, "No space left on device")

    with pytest.raises(DataError, match="is full"):
        write_workbook(good, TABLE, rows=rows(), expected=2)
    assert good.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["good.xlsx"]
    for target, words in ((tmp_path, "is a folder"), (tmp_path / "no" / "x.xlsx", "cannot be written")):
        with pytest.raises(DataError, match=words):
            write_workbook(target, TABLE)
