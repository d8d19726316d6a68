"""Workbooks of unit costs, made for tests: in the layout of edition 3.0 (one block of columns) and in that of 1.4.

No workbook of a later edition was at hand: these follow what is told of their layouts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

LICENCE = "This database is published under the Creative Commons Attribution licence (CC BY 4.0)."
Row = Sequence[Any]

CRIME: list[Row] = [
    # category, code, detail, unit, agency, part, fiscal, year, economic, year, social, year, source, rag, comment
    ("ANTI-SOCIAL BEHAVIOUR", "CR1.0", "Anti-social behaviour", "Per incident", "Police", "Local authority",
     720, "2021/22", None, None, None, None, "A study", "R", "Old"),
    ("DOMESTIC VIOLENCE", "CR2.0", "Domestic abuse", "Per incident", "Multiple", "", 3000, "2021/22",
     1800.5, "2021/22", 8000, "2021/22", "A study", "A", ""),
    ("", "CR2.0.1", "Domestic abuse: health", "Per incident", "NHS", "Acute Trust / Hospital", 1500, "2021/22",
     None, None, None, None, "", "A", ""),
    ("", "CR99.0", "A new kind of crime", "Per incident", "Police", "", 100.25, "2021/22", None, None, None, None,
     "A study", "G", ""),
]  # fmt: skip
WORK: list[Row] = [
    ("BENEFITS", "E&E1.0", "Claimant enters work", "Per claimant per year", "Multiple", "DWP", 11000, "2021/22",
     15000, "2021/22", None, None, "DWP", "G", ""),
    ("", "E&E1.0.1", "Benefits", "Per claimant per year", "DWP", "HM Treasury", 10300, "2021/22",
     None, None, None, None, "", "G", ""),
    ("", "E&E1.0.2", "Health", "Per claimant per year", "NHS", "", 700, "2021/22", None, None, None, None, "", "G", ""),
]  # fmt: skip
HEADINGS = (
    *("Category", "Code", "Detail", "Unit", "Agency level 1", "Agency level 2"),
    *("Fiscal value", "Fiscal year", "Economic value", "Economic year", "Social value", "Social year"),
    *("Source", "RAG", "Comment"),
)
Change = Callable[[Any, dict[str, Any]], None]


def book_3(
    path: Path, *, licence: str = LICENCE, title: str = "Unit Cost Database v3.0", change: Change | None = None
) -> Path:
    """The layout of 3.0: code in column C, detail D, unit E, agencies F and G, fiscal H and its year I, the rest after.

    `change` may write over the sheets, by name, before the workbook is closed.
    """
    with xlsxwriter.Workbook(str(path)) as book:
        cover = book.add_worksheet("Introduction")
        cover.write("A1", title)
        cover.write("A5", licence)
        cover.write("A7", "See CR1.0 for an example")
        sheets: dict[str, Any] = {"Introduction": cover}
        for name, rows in (("Crime", CRIME), ("Employment and Economy", WORK)):
            sheet = sheets[name] = book.add_worksheet(name)
            sheet.merge_range("B1:P1", f"{name}: fiscal, economic and social values")
            _write(sheet, 3, 1, HEADINGS)
            for at, row in enumerate(rows):
                _write(sheet, 4 + at, 1, row)
        lookups = book.add_worksheet("Lookups")
        lookups.write("A1", "Year")
        lookups.write("A2", "2021/22")
        if change:
            change(book, sheets)
    return path


GROUPS = ("Fiscal", "Economic", "Social")


def book_1(path: Path, change: Change | None = None) -> Path:
    """The layout of 1.4: a sheet a theme, headings in two rows, values beside what they are in other years' prices."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheets: dict[str, Any] = {"Introduction": book.add_worksheet("Introduction")}
        sheets["Introduction"].write("B2", "Unit Cost Database version 2.3. " + LICENCE)
        for name, rows in (("Crime", CRIME), ("Employment & Economy", WORK)):
            sheet = sheets[name] = book.add_worksheet(name)
            _write(sheet, 1, 1, ("Cost category", "Code", "Description", "Unit"))
            sheet.merge_range("F2:G2", "Agency bearing the cost")
            _write(sheet, 2, 5, ("Level 1", "Level 2"))
            for at, group in enumerate(GROUPS):
                sheet.merge_range(1, 7 + 3 * at, 1, 9 + 3 * at, f"{group} cost or saving")
                _write(sheet, 2, 7 + 3 * at, ("Value (£)", "Year", "Updated value 2015/16"))
            _write(sheet, 1, 16, ("Source", "RAG rating", "Comments"))
            for at, row in enumerate(rows):
                values = [*row[6:8], 999, *row[8:10], 999 if row[8] else None, *row[10:12], None]
                _write(sheet, 3 + at, 1, [*row[:6], *values, *row[12:]])
        if change:
            change(book, sheets)
    return path


def _write(sheet: Any, row: int, column: int, cells: Row) -> None:
    for at, cell in enumerate(cells):
        if cell is not None and cell != "":
            sheet.write(row, column + at, cell)
