"""A workbook that would fill the memory is refused before it is opened, whichever way it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import ods, workbook, zipped
from totalplace.errors import FileRefused
from totalplace.sources import extent
from totalplace.sources.contents import parts_of
from totalplace.sources.parts import part_named
from totalplace.sources.workbooks import sheet_rows

NEAR = '<row r="1"><c r="A1" t="str"><v>x</v></c></row>'
SPACES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(path: Path, rows: str, *, sheet: str = "xl/worksheets/sheet1.xml", says: str = "A1:B2") -> Path:
    """A minimal XLSX that holds one sheet with these rows, kept under a name of its own."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return zipped(
        path,
        {
            "_rels/.rels": f"{head}<Relationships "
            'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{head}<workbook {SPACES} xmlns:r="{kinds}"><sheets>'
            '<sheet name="Apr" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f"{head}<Relationships "
            'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{kinds}/worksheet" Target="/{sheet}"/></Relationships>',
            sheet: f'{head}<worksheet {SPACES}><dimension ref="{says}"/><sheetData>{rows}</sheetData></worksheet>',
        },
    )


FAR = {
    "its place first": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "its place after its style": '<row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>',
    "single quotes": "<row r='1048576'><c s='0' r='XFD1048576'><v>1</v></c></row>",
    "small letters": '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
    "blanks": '<row r="1048576"><c  \n r  =  "XFD1048576"><v>1</v></c></row>',
    "one far right, one far down": '<row r="1"><c r="XFD1"><v>1</v></c></row>'
    '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    "a row alone says it": '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
    "cells that do not say where they are": f"<row r='1'>{'<c><v>1</v></c>' * 400}</row>"
    "<row r='99999'><c><v>1</v></c></row>",
}


@pytest.mark.parametrize("how", FAR)
def test_a_cell_far_out_is_found_whatever_the_sheet_says_of_itself(tmp_path: Path, how: str) -> None:
    book(tmp_path / "far.xlsx", NEAR + FAR[how])
    with pytest.raises(FileRefused, match="too far apart"):
        parts_of(tmp_path, "far.xlsx")
    with pytest.raises(FileRefused, match="too far apart"):
        sheet_rows(part_named(tmp_path, "far.xlsx#Apr"))


def test_a_sheet_kept_under_another_name_is_looked_into(tmp_path: Path) -> None:
    book(tmp_path / "far.xlsx", FAR["its place first"], sheet="xl/elsewhere/data.bin")
    with pytest.raises(FileRefused, match="too far apart"):
        parts_of(tmp_path, "far.xlsx")


def test_a_workbook_in_a_zip_is_looked_into(tmp_path: Path) -> None:
    far = book(tmp_path / "far.xlsx", FAR["its place after its style"]).read_bytes()
    zipped(tmp_path / "far.zip", {"far.xlsx": far})
    with pytest.raises(FileRefused, match="too far apart"):
        parts_of(tmp_path, "far.zip")


def test_formatted_blanks_and_long_sheets_are_read(tmp_path: Path) -> None:
    book(tmp_path / "blank.xlsx", NEAR + '<row r="1048576"><c r="XFD1048576" s="1"/></row>', says="A1:XFD1048576")
    assert sheet_rows(part_named(tmp_path, "blank.xlsx#Apr")) == [["x"]]
    book(tmp_path / "long.xlsx", NEAR + '<row r="300000"><c r="B300000"><v>1</v></c></row>')
    assert len(sheet_rows(part_named(tmp_path, "long.xlsx#Apr"))) == 300_000


def test_an_opendocument_of_absurd_extent_is_refused_and_a_plain_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extent, "CELL_LIMIT", 9999)
    path = ods(tmp_path / "far.ods", {"Apr": [["Date"], ["FAR"]]})
    _rewrite(
        path,
        '<table:table-row><table:table-cell office:value-type="string"><text:p>FAR',
        '<table:table-row table:number-rows-repeated="100"><table:table-cell '
        'table:number-columns-repeated="100" office:value-type="string"><text:p>FAR',
    )
    with pytest.raises(FileRefused, match="too far apart"):
        parts_of(tmp_path, "far.ods")
    ods(tmp_path / "plain.ods", {"Apr": [["Date"], ["x"]]})
    assert sheet_rows(part_named(tmp_path, "plain.ods#Apr")) == [["Date"], ["x"]]


def _rewrite(path: Path, old: str, new: str) -> None:
    from zipfile import ZipFile

    with ZipFile(path) as archive:
        pieces = {name: archive.read(name).decode() for name in archive.namelist()}
    assert old in pieces["content.xml"]
    zipped(path, {**pieces, "content.xml": pieces["content.xml"].replace(old, new)})


def test_a_workbook_that_ends_the_process_which_tries_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ods(tmp_path / "a.ods", {"Apr": [["x"]]})
    monkeypatch.setattr(extent, "_TRY", "import os; os.abort()")
    with pytest.raises(FileRefused, match="too much memory"):
        extent.try_to_open("a.ods", path, path.read_bytes())


def test_sheets_are_looked_into_once_and_again_when_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook(tmp_path / "a.xlsx", {"Apr": [["x"]], "May": [["x"]]})
    looked = []
    monkeypatch.setattr("totalplace.sources.workbooks.guard_sheets", lambda name, _: looked.append(name))
    for part in parts_of(tmp_path, "a.xlsx"):
        sheet_rows(part)
    assert len(looked) == 1
    book(tmp_path / "a.xlsx", NEAR)
    sheet_rows(part_named(tmp_path, "a.xlsx#Apr"))
    assert len(looked) == 2
