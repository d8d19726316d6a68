"""A table as a workbook that people would send each other: title, scope, source, then the rows.

Numbers are numbers, money in pounds; text is text whatever it begins with, so that a supplier's name can never
become a formula or a link.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from totalplace.errors import DataError
from totalplace.store.files import aside
from totalplace.table import RIGHT, Column, Table

ROWS = 1_048_576
"""Rows of a sheet, as Excel has it."""
LONGEST = 32_767
"""Characters of a cell, as Excel has it; what is longer ends in an ellipsis."""
BIG = 20_000
"""Beyond so many rows a workbook is written row by row to the disk, so that memory stays small."""

FORMATS = {
    "money": "#,##0.00;[Red]-#,##0.00",
    "count": "#,##0",
    "percent": "0.0%",
    "number": "0",
    "ratio": "0.00",
    "figure": "#,##0.####",
    "date": "dd/mm/yyyy",
}
_NARROWEST, _WIDEST, _SAMPLE = 9, 48, 200
_LINE, _ACROSS, _SECOND = 15, 110, 78
"""The height of a line in points, and the characters that fit across both columns of the first sheet, or its second."""


def write_workbook(
    target: Path | IO[bytes],
    table: Table,
    *,
    scope: str = "",
    source: str = "",
    rows: Iterable[Sequence[Any]] | None = None,
    expected: int | None = None,
) -> None:
    """Writes a table as XLSX. Money cells are pence in the table and pounds in the sheet.

    `scope` says what the figures cover, `source` where they come from. `rows` stands in for the table's own
    where there are too many to hold; `expected` is then how many. Raises DataError where a sheet is too small.
    """
    count = len(table.rows) if rows is None else expected
    big = count is None or count > BIG
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": big,
        "default_date_format": FORMATS["date"],
    }
    above = [text for text in (table.title, table.note, scope, source) if text]
    if count is not None and count + len(above) + 2 > ROWS:
        raise DataError(f"{count:,} rows are more than a sheet of Excel holds; take the CSV, or narrow the choice")
    with opened(target, options) as book:
        sheet = book.add_worksheet(_sheet_name(table.title))
        write_table(book, sheet, table, above, table.rows if rows is None else rows)


def write_sheets(
    target: Path | IO[bytes],
    tables: Sequence[Table],
    *,
    scope: str = "",
    source: str = "",
    about: Sequence[str] = (),
    totals: Collection[str] = (),
) -> None:
    """Writes several short tables as one workbook, a sheet each; as `write_workbook` writes one.

    `about` are lines of a first sheet, which then lists the others with links to them. Tables whose name is in
    `totals` end in a row of sums, as formulas that can be followed.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    names = sheet_names([table.title for table in tables])
    with opened(target, options) as book:
        if about:
            contents(book, about, list(zip(names, tables, strict=True)))
        for name, table in zip(names, tables, strict=True):
            above = [text for text in (table.title, table.note, scope, source) if text]
            sheet = book.add_worksheet(name)
            write_table(book, sheet, table, above, table.rows)
            if table.name in totals and table.rows:
                sums(book, sheet, table, len(above) + 2)


@contextlib.contextmanager
def opened(target: Path | IO[bytes], options: dict[str, Any]) -> Iterator[Any]:
    """A workbook to write to; a file takes its place when it is whole, so one that stood there is never half gone."""
    import xlsxwriter

    if not isinstance(target, Path):
        with xlsxwriter.Workbook(target, options) as book:
            yield book
        return
    if target.is_dir():
        raise DataError(f"{target} is a folder; name a file in it")
    try:
        with aside(target) as beside, xlsxwriter.Workbook(beside, options) as book:
            yield book
    except (xlsxwriter.exceptions.XlsxWriterException, OSError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DataError(f"{target} cannot be written: {why}") from error


CONTENTS = "Contents"


def contents(book: Any, about: Sequence[str], sheets: Sequence[tuple[str, Table]]) -> None:
    """A first sheet that says what the workbook is, and lists its sheets with links to them."""
    sheet = book.add_worksheet(CONTENTS)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 80)
    title = book.add_format({"bold": True, "font_size": 14})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    on_paper(sheet)
    for at, text in enumerate(about):
        if at:
            sheet.merge_range(at, 0, at, 1, "", plain)
            sheet.set_row(at, _LINE * max(1, -(-len(text) // _ACROSS)))  # a merged cell does not grow by itself
        sheet.write_string(at, 0, printable(text), plain if at else title)
    link = book.add_format({"font_color": "#12436D", "underline": 1, "valign": "top"})
    for at, (name, table) in enumerate(sheets, len(about) + 1):
        sheet.write_url(at, 0, f"internal:'{name}'!A1", link, name)
        words = printable(f"{table.title}. {table.note}" if table.note else table.title)
        sheet.set_row(at, _LINE * -(-len(words) // _SECOND))
        sheet.write_string(at, 1, words, plain)


def on_paper(sheet: Any) -> None:
    """Prints a sheet as wide as a page of A4 laid across, however long, with its name and the page at the foot."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")


def sums(book: Any, sheet: Any, table: Table, first: int, summed: Collection[str] = ()) -> None:
    """A last row with the sums of the columns of money, of lines and of those named in `summed`, as formulas.

    `first` is the sheet's row of the first data, from 0.
    """
    from xlsxwriter.utility import xl_col_to_name

    last = first + len(table.rows)
    sheet.write_string(last, 0, "All", book.add_format({"bold": True, "top": 1}))
    for i, column in enumerate(table.columns):
        if column.kind == "money" or column.name in (*SUMMED, *summed):
            at = xl_col_to_name(i)
            whole = sum(row[i] or 0 for row in table.rows)
            look = book.add_format({"bold": True, "top": 1, "num_format": FORMATS[column.kind]})
            value = whole / 100 if column.kind == "money" else whole
            text = f"{value:,.2f}" if column.kind == "money" else f"{value:,}"
            sheet.set_column(i, i, max(_width(column, [row[i] for row in table.rows[:_SAMPLE]]), len(text) + 3))
            sheet.write_formula(last, i, f"=SUM({at}{first + 1}:{at}{last})", look, value)


SUMMED = ("lines", "rows", "accepted", "rejected")
"""Columns of counts that can be added up."""


def write_table(book: Any, sheet: Any, table: Table, above: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes a table to a sheet of an open workbook, below some lines about it."""
    stream = iter(rows)
    sample = list(islice(stream, _SAMPLE))
    on_paper(sheet)
    for i, column in enumerate(table.columns):
        sheet.set_column(i, i, _width(column, [row[i] for row in sample]))
    book.set_properties({"title": table.title, "comments": " ".join(above[1:])})
    title, plain = book.add_format({"bold": True, "font_size": 14}), book.add_format({"font_color": "#484949"})
    for at, text in enumerate(above):
        sheet.write_string(at, 0, text, plain if at else title)
    head = len(above) + 1
    left = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"})
    right = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "align": "right"})
    for i, column in enumerate(table.columns):
        sheet.write_string(head, i, _heading(column), left if column.kind in ("text", "date") else right)
    sheet.freeze_panes(head + 1, 0)
    sheet.repeat_rows(head)
    formats = [book.add_format({"num_format": FORMATS[c.kind]}) if c.kind in FORMATS else None for c in table.columns]
    for at, row in enumerate(chain(sample, stream), head + 1):
        if at >= ROWS:
            raise DataError("there are more rows than a sheet of Excel holds; take the CSV, or narrow the choice")
        for i, value in enumerate(row):
            _cell(sheet, at, i, value, table.columns[i], formats[i])


def _heading(column: Column) -> str:
    return f"{column.label} (£)" if column.kind == "money" else column.label


def _cell(sheet: Any, at: int, i: int, value: Any, column: Column, look: Any) -> None:
    if value is None or value == "":
        return
    if column.kind == "money":
        sheet.write_number(at, i, value / 100, look)
    elif column.kind in RIGHT and isinstance(value, int | float):
        sheet.write_number(at, i, value, look)
    elif column.kind == "date" and hasattr(value, "isoformat"):
        sheet.write_datetime(at, i, value, look)
    else:
        text = printable(str(value))
        sheet.write_string(at, i, text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def printable(text: str) -> str:
    """Text without the control characters that a workbook cannot hold."""
    return text if text.isprintable() else "".join(c for c in text if c >= " " or c in "\t\n\r")


def _width(column: Column, values: Sequence[Any]) -> float:
    if column.kind == "money":
        widest = max((len(f"{value / 100:,.2f}") for value in values if isinstance(value, int)), default=0)
        return max(14, widest + 1, len(_heading(column)) * 0.8)
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return max(_NARROWEST, min(_WIDEST, max(longest, len(_heading(column)) * 0.8) + 2))


def sheet_names(titles: Sequence[str]) -> list[str]:
    """A name for each sheet, no two alike in any case."""
    names: list[str] = []
    for title in titles:
        name, n = _sheet_name(title), 1
        while name.lower() in {*(known.lower() for known in names), CONTENTS.lower()}:
            n += 1
            name = f"{_sheet_name(title)[:28]} {n}"
        names.append(name)
    return names


def _sheet_name(title: str) -> str:
    plain = "".join(c for c in title if c not in "[]:*?/\\'").strip()
    short = plain if len(plain) <= 31 else plain[:31].rpartition(" ")[0] or plain[:31]
    return short.strip(" ,") or "Table"
