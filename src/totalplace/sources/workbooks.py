"""Sheets of workbooks: their names, their cells as they are, and their rows as text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from totalplace.errors import FileRefused
from totalplace.sources.amounts import read_amount
from totalplace.sources.extent import guard_sheets, try_to_open
from totalplace.sources.headings import is_heading
from totalplace.sources.opening import byte_stream, guard_members, opened_zip, refuse_no_file
from totalplace.sources.parts import Part

_SAFE: set[tuple[str, int, int, str]] = set()
"""Workbooks that were looked into already, one for all of its sheets, as they were then."""


def _workbook(part: Part) -> Any:
    """The open workbook; raises FileRefused where it cannot be opened or would not fit in memory."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    refuse_no_file(part)
    data = None
    if part.member:
        with byte_stream(part) as stream:
            data = stream.read()
    try:
        if not _guarded(part, data):
            try_to_open(part.name, part.file, data)
        return (
            CalamineWorkbook.from_path(str(part.file))
            if data is None
            else CalamineWorkbook.from_filelike(io.BytesIO(data))
        )
    except PasswordError as error:
        raise FileRefused(part.name, "is a workbook with a password; save it without one") from error
    except (CalamineError, OSError) as error:
        raise FileRefused(part.name, f"is a workbook that cannot be opened ({error})") from error


def _guarded(part: Part, data: bytes | None) -> bool:
    """Whether the workbook is an XLSX that was looked into and can be opened; raises FileRefused where it must not."""
    if not zipfile.is_zipfile(part.file if data is None else io.BytesIO(data)):
        return False
    with opened_zip(part, data) as archive:
        guard_members(part.name, archive)
        names = {name.lower() for name in archive.namelist()}
        if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml", "mimetype"}:
            return False
        status = part.file.stat()
        looked = (str(part.file), status.st_mtime_ns, status.st_size, part.member)
        if looked not in _SAFE:
            guard_sheets(part.name, archive)
            _SAFE.add(looked)
    return True


def sheets_of(part: Part) -> list[tuple[str, bool]]:
    """The sheets of cells in a workbook, and whether each is hidden."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found = _workbook(part).sheets_metadata
    return [(s.name, s.visible != SheetVisibleEnum.Visible) for s in found if s.typ == SheetTypeEnum.WorkSheet]


def sheet_rows(part: Part) -> list[list[str]]:
    """A sheet's rows as text, from its first row; dates ISO, whole numbers without a point.

    Raises FileRefused where the workbook cannot be opened or the sheet is not in it.
    """
    rows, merged = sheet_cells(part)
    texts = [[cell_text(cell) for cell in row] for row in rows]
    _fill_down(texts, merged)
    return texts


Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
"""Merged cells: the first and the last of each, as row and column from 0."""


def sheet_cells(part: Part) -> tuple[list[list[Any]], Merged]:
    """A sheet's cells as they are (numbers, texts, days), from its first row, and which are merged.

    Raises FileRefused where the workbook cannot be opened or the sheet is not in it.
    """
    from python_calamine import CalamineError, WorksheetNotFound

    workbook = _workbook(part)
    try:
        sheet = workbook.get_sheet_by_name(part.sheet)
        rows = sheet.to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        raise FileRefused(part.name, f"the workbook has no sheet '{part.sheet}'") from error
    except CalamineError as error:
        raise FileRefused(part.name, f"is a sheet that cannot be read ({error})") from error
    return rows, getattr(sheet, "merged_cell_ranges", None) or ()


def _fill_down(rows: list[list[str]], merged: Merged) -> None:
    """Puts the words of cells merged downwards into each of their rows: a date or a name that stands for several.

    Not a figure, which would be counted once a row, nor the heading of a column.
    """
    for (top, column), (bottom, _) in merged:
        text = rows[top][column] if top < len(rows) and column < len(rows[top]) else ""
        if bottom > top and text and read_amount(text) is None and not is_heading(text):
            for row in rows[top + 1 : bottom + 1]:
                row[column] = row[column] or text


def cell_text(cell: Any) -> str:
    """A workbook cell as text. Numbers are written out in full, never in powers of ten, so nothing is lost."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    return str(cell).strip() if cell is not None else ""
