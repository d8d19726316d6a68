"""Tables as files: exact money, text that stays text, sheets that hold what they can."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from totalplace.errors import DataError
from totalplace.reports import workbook
from totalplace.reports.text import RISKY, csv_chunks, json_chunks
from totalplace.reports.workbook import write_workbook
from totalplace.table import Column, Table

COLUMNS = (
    Column("name", "Name"),
    Column("when", "When", "date"),
    Column("amount", "Amount", "money"),
    Column("lines", "Lines", "count"),
    Column("share", "Share", "percent"),
)
ROWS = [
    ("=1+1", date(2018, 4, 2), -123_456_789_01, 3, 0.25),
    ("https://example.test/", None, 5, 0, None),
    ("00123", date(2019, 3, 31), 0, 1_000_000, 1.0),
]
TABLE = Table("t", "A title", COLUMNS, ROWS, "A note")


def book(table: Table = TABLE, **how: Any) -> list[list[Any]]:
    out = io.BytesIO()
    write_workbook(out, table, **how)
    return CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("big", [False, True])
def test_a_workbook_holds_title_scope_source_and_exact_rows(big: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if big:
        monkeypatch.setattr(workbook, "BIG", 0)
    rows = book(scope="Hexley, 2018-19", source="Source: files")
    assert [row[0] for row in rows[:4]] == ["A title", "A note", "Hexley, 2018-19", "Source: files"]
    assert rows[5] == ["Name", "When", "Amount (£)", "Lines", "Share"]
    assert rows[6] == ["=1+1", date(2018, 4, 2), -123_456_789.01, 3, 0.25]
    assert rows[7][:3] == ["https://example.test/", "", 0.05]
    assert rows[8][0] == "00123"


def test_a_workbook_holds_no_formula_and_no_link() -> None:
    out = io.BytesIO()
    write_workbook(out, TABLE)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"<hyperlink" not in sheet
        assert not [name for name in archive.namelist() if "external" in name.lower()]


def test_what_a_sheet_cannot_hold_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 6)
    with pytest.raises(DataError, match="take the CSV"):
        book(scope="a", source="b")
    with pytest.raises(DataError, match="take the CSV"):
        book(rows=iter(ROWS))


def test_long_and_unprintable_text_is_cut_and_cleaned() -> None:
    table = Table("t", "T", (Column("a", "A"),), [("x" * 40_000,), ("a\x00\x0bb\tc",)])
    rows = book(table)
    assert len(rows[3][0]) == 32_767
    assert rows[3][0].endswith("…")
    assert rows[4][0] == "ab\tc"


def test_a_title_that_is_no_name_for_a_sheet_is_made_one() -> None:
    assert book(Table("t", "Paid by: [who]/what? " * 3, (Column("a", "A"),), [("x",)]))[3] == ["x"]


def test_csv_is_exact_and_safe() -> None:
    rows = list(csv.reader(io.StringIO(b"".join(csv_chunks(COLUMNS, ROWS)).decode())))
    assert rows[0] == ["name", "when", "amount", "lines", "share"]
    assert rows[1] == ["'=1+1", "2018-04-02", "-123456789.01", "3", "0.25"]
    assert rows[2] == ["https://example.test/", "", "0.05", "0", ""]


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("=+-@\t\r\n\"',"), max_size=20)
)
def test_no_text_begins_like_a_formula_and_none_is_lost(text: str) -> None:
    data = b"".join(csv_chunks((Column("a", "A"), Column("b", "B")), [(text, "end")])).decode()
    cell = list(csv.reader(io.StringIO(data, newline="")))[1][0]
    assert not cell.startswith(RISKY)
    assert cell in (text, "'" + text)


SEEMING = ["＝1+1", "＋1", "－1", "＠x", " =1+1", "\x01=1+1", "\ufeff=1+1", "\n=1", "\xa0@x"]
SEEMING += ["﹦1+1", "﹣1", "\u202e=1+1", "\u2066-1", "\u00ad@x", "\u3000=1", "\x85+1"]


@pytest.mark.parametrize("text", SEEMING)
def test_what_some_spreadsheets_take_for_a_formula_is_none(text: str) -> None:
    (_, cell) = csv.reader(io.StringIO(b"".join(csv_chunks([Column("name", "Name")], [(text,)])).decode(), newline=""))
    assert cell == ["'" + text]


def test_json_has_decimal_text_and_is_one_document() -> None:
    found = json.loads(b"".join(json_chunks(TABLE, scope="Hexley")))
    assert found["scope"] == "Hexley"
    assert [Decimal(row["amount"]) for row in found["rows"]] == [
        Decimal("-123456789.01"),
        Decimal("0.05"),
        Decimal("0.00"),
    ]
    assert found["rows"][0]["when"] == "2018-04-02"
    assert json.loads(b"".join(json_chunks(Table("t", "T", COLUMNS, []))))["rows"] == []


def test_an_id_is_text_so_that_no_reader_rounds_it() -> None:
    table = Table("t", "T", (Column("supplier_id", "Number"),), [(2**62 + 1,)])
    assert json.loads(b"".join(json_chunks(table)))["rows"] == [{"supplier_id": str(2**62 + 1)}]
    assert book(table)[3] == [str(2**62 + 1)]
