"""Files whose bytes repeat: text tables, zips and workbooks without clocks, platforms or compressors in them.

Zips and workbooks are stored, not deflated: what a compressor makes differs between versions of zlib.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from totalplace.demo.payments import Line
from totalplace.demo.truth import Account

EPOCH = (2026, 1, 5, 9, 0, 0)
"""The one time that is written into zips and workbooks."""

BOM = b"\xef\xbb\xbf"
MOJIBAKE_BOM = b"\xc3\xaf\xc2\xbb\xc2\xbf"
"""A byte order mark that was taken for three letters and encoded again."""

Value = str | int | float | dt.datetime
ERRORS = {"#N/A": "=NA()", "#REF!": "=#REF!"}


@dataclass
class Table:
    """Rows in the making, each with its truth; the row that comes next is numbered len(rows) + 1."""

    account: Account
    rows: list[Sequence[Value]] = field(default_factory=list)

    def plain(self, *rows: Sequence[str]) -> None:
        """Rows that are neither accepted nor rejected: titles, headings, blank rows."""
        self.rows.extend(rows)

    def line(self, cells: Sequence[Value], line: Line) -> None:
        """A row that a right reader accepts."""
        self.rows.append(cells)
        self.account.accept(line)

    def reject(self, cells: Sequence[Value], reason: str, pence: int | None = None) -> None:
        """A row that a right reader rejects, for `reason`."""
        self.rows.append(cells)
        self.account.reject(len(self.rows), reason, pence)

    def text(self, *, delimiter: str = ",", ends: str = "\r\n") -> str:
        """The rows as delimited text, a line end after each."""
        return "".join(delimited(row, delimiter) + ends for row in self.rows)


def delimited(cells: Sequence[Value], delimiter: str = ",") -> str:
    """One row of text, quoted only where it must be."""
    texts = [str(cell) for cell in cells]
    row = delimiter.join(texts)
    if '"' not in row and row.count(delimiter) == len(texts) - 1:
        return row
    return delimiter.join(
        '"' + text.replace('"', '""') + '"' if '"' in text or delimiter in text else text for text in texts
    )


def stored_zip(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of named members, stored, with one fixed time and no trace of the system."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return target.getvalue()


def workbook(sheets: Iterable[tuple[str, Table]], date_format: str = "dd/mm/yyyy") -> bytes:
    """An Excel workbook of named sheets; error texts such as #N/A become error cells."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(*EPOCH), "author": "", "title": ""})  # noqa: DTZ001 - workbooks have no zone
        dates = book.add_format({"num_format": date_format})
        for name, table in sheets:
            _fill(book.add_worksheet(name), table, dates)
    with zipfile.ZipFile(target) as archive:
        return stored_zip((info.filename, archive.read(info)) for info in archive.infolist())


def _fill(sheet: Any, table: Table, dates: Any) -> None:
    for row, cells in enumerate(table.rows):
        for column, value in enumerate(cells):
            if isinstance(value, dt.datetime):
                sheet.write_datetime(row, column, value, dates)
            elif isinstance(value, str):
                if value in ERRORS:
                    sheet.write_formula(row, column, ERRORS[value], None, value)
                elif value:
                    sheet.write_string(row, column, value)
            else:
                sheet.write_number(row, column, value)
