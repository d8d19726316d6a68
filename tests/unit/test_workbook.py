"""A downloaded workbook: exact to the penny, and no text of a file can be a formula in it."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from totalplace.reports.workbook import safe_text, workbook
from totalplace.table import Column, Table

HOSTILE = ("=1+1", "+44 7700", "-2", "@SUM(A1)", "\tx", '=HYPERLINK("http://x","y")', "http://example.test")


def test_texts_stay_texts_and_money_stays_exact() -> None:
    columns = (Column("payee", "Payee"), Column("amount", "Amount", "money"), Column("n", "Lines", "count"))
    rows = [(text, 123456789012345 + n, n) for n, text in enumerate(HOSTILE)]
    data = workbook(Table("t", "Suppliers: [all] / 2018-19", columns, rows), ["One place, net"])
    assert b"<f>" not in _sheet_xml(data)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert sheet[1][0] == "One place, net"
    assert sheet[3] == ["Payee", "Amount (£)", "Lines"]
    assert [row[0].strip() for row in sheet[4:]] == [text.strip() for text in HOSTILE]
    assert [round(row[1] * 100) for row in sheet[4:]] == [row[1] for row in rows]


def _sheet_xml(data: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", HOSTILE[:6])
def test_texts_of_a_csv_are_made_safe(text: str) -> None:
    assert safe_text(text) == f"'{text}"
    assert safe_text("Bright Lamps Ltd") == "Bright Lamps Ltd"
