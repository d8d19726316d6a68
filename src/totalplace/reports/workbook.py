"""A table as an Excel workbook: one sheet, title, scope, then the table; numbers as numbers, texts never formulas."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from totalplace.errors import UsageError
from totalplace.table import Column, Table

ROWS_LIMIT = 1_048_576 - 10
"""Rows that an Excel sheet holds, less those above the table."""

_FORMATS = {"money": "#,##0.00;-#,##0.00", "count": "#,##0", "number": "0", "percent": "0.0%"}
_WIDTHS = {"money": 18, "count": 12, "number": 12, "percent": 10, "date": 12}


def workbook(table: Table, scope: Sequence[str] = ()) -> bytes:
    """The table as XLSX bytes; `scope` lines stand between the title and the table.

    Money is in pounds, exact to the penny. A text that a spreadsheet would take for a formula is a text. Raises
    UsageError where there are more rows than a sheet holds.
    """
    import xlsxwriter

    if len(table.rows) > ROWS_LIMIT:
        raise UsageError(f"{len(table.rows):,} rows are more than an Excel sheet holds; take the CSV, or narrow them")
    stream = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, {**options, "in_memory": True}) as book:
        sheet = book.add_worksheet(_sheet_name(table.title))
        formats = {kind: book.add_format({"num_format": form, "font_size": 11}) for kind, form in _FORMATS.items()}
        formats["text"] = formats["date"] = book.add_format({"font_size": 11})
        bold = book.add_format({"bold": True, "font_size": 11, "text_wrap": True, "valign": "top", "bottom": 1})
        title = book.add_format({"bold": True, "font_size": 14})
        for i, column in enumerate(table.columns):
            sheet.set_column(i, i, _WIDTHS.get(column.kind, _text_width(table, i)))
        sheet.write_string(0, 0, table.title, title)
        lines = [line for line in (table.note, *scope) if line]
        for n, line in enumerate(lines, 1):
            sheet.write_string(n, 0, line, formats["text"])
        top = len(lines) + 2
        for i, column in enumerate(table.columns):
            sheet.write_string(top, i, _heading(column), bold)
        for n, row in enumerate(table.rows, top + 1):
            for i, (value, column) in enumerate(zip(row, table.columns, strict=True)):
                _write(sheet, n, i, value, column, formats)
    return stream.getvalue()


def _write(sheet: Any, row: int, at: int, value: Any, column: Column, formats: dict[str, Any]) -> None:
    if value is None:
        return
    if column.kind == "money":
        # A double holds every penny below ninety trillion pounds.
        sheet.write_number(row, at, value / 100, formats["money"])
    elif column.kind in ("count", "number", "percent") and isinstance(value, int | float):
        sheet.write_number(row, at, value, formats[column.kind])
    else:
        sheet.write_string(row, at, str(value)[:32767], formats["text"])


def _heading(column: Column) -> str:
    return f"{column.label} (£)" if column.kind == "money" else column.label


def _sheet_name(title: str) -> str:
    kept = "".join(sign for sign in title if sign not in "[]:*?/\\").strip("'")
    return kept[:31] or "Table"


def _text_width(table: Table, at: int) -> int:
    longest = max((len(str(row[at])) for row in table.rows[:200]), default=0)
    return min(60, max(10, len(table.columns[at].label), longest) + 2)


def safe_text(text: str) -> str:
    """A text for CSV that no spreadsheet takes for a formula: an apostrophe goes before = + - @, tab and return."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
