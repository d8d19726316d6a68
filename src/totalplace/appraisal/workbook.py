"""A business case in a workbook: the tables that a case is read from, and what each place in them is called."""

from __future__ import annotations

from typing import Any

from totalplace.appraisal.book import Book, place, read_book
from totalplace.appraisal.circles import refuse_circles
from totalplace.appraisal.columns import GUIDE, MARK, SHEETS, TEMPLATE
from totalplace.appraisal.reader import Origin
from totalplace.appraisal.template import write_template
from totalplace.appraisal.workbook_cells import plain, text_of
from totalplace.appraisal.workbook_reader import Reader
from totalplace.errors import CaseError, did_you_mean

__all__ = ["read_workbook", "tables_of", "write_template"]


def tables_of(content: bytes, name: str) -> tuple[dict[str, Any], Origin]:
    """The tables that `reading.read_case` takes, and the words for the place of each key: sheet and cell.

    `name` is what the file is called. Raises CaseError, naming sheet and cell, where the workbook is none, is of
    another edition of the template, or holds what cannot be read.
    """
    tables, origin, _ = read_workbook(content, name)
    return tables, origin


def read_workbook(content: bytes, name: str) -> tuple[dict[str, Any], Origin, tuple[str, ...]]:
    """As `tables_of`, and what a reader should know of the workbook: rows, columns and sheets that are hidden."""
    reader = _opened(content, name)
    return reader.tables(), reader.origin, reader.hidden()


def _opened(content: bytes, name: str) -> Reader:
    book = read_book(content, name)
    _check_edition(book, name)
    for sheet in SHEETS:
        if sheet not in book.sheets:
            near = did_you_mean(sheet, [each for each in book.sheets if each not in SHEETS])
            raise CaseError(
                f"{name} has no sheet '{sheet}'{near}; a sheet that is not needed is left empty, not deleted"
            )
    refuse_circles(book, name)
    return Reader(book, name)


def _check_edition(book: Book, name: str) -> None:
    """Raises CaseError for a workbook that is no case, or is made from another edition of the template."""
    guide = book.sheets.get(GUIDE)
    mark = next((at for at, cell in guide.cells.items() if plain(cell.value) == plain(MARK)), None) if guide else None
    if guide is None or mark is None:
        found = ", ".join(list(book.sheets)[:6])
        raise CaseError(
            f"{name} is no case to read: it lacks the sheet '{GUIDE}' with the edition of the template (its sheets: "
            f"{found}). 'totalplace appraise template --out FILE.xlsx' writes a workbook to fill in"
        )
    cell = guide.cells.get((mark[0], mark[1] + 1))
    said = text_of(cell) if cell else ""
    if said == str(TEMPLATE):
        return
    where = f"{name}, sheet {GUIDE}, cell {place(mark[0], mark[1] + 1)}"
    if not said.isdigit():
        raise CaseError(f"{where}: the edition of the template is '{said}'; this version reads edition {TEMPLATE}")
    if int(said) > TEMPLATE:
        raise CaseError(
            f"{where}: the workbook is of edition {said} of the template, and this version reads edition "
            f"{TEMPLATE}; bring Total Place up to date"
        )
    raise CaseError(
        f"{where}: the workbook is of edition {said} of the template, and this version reads edition "
        f"{TEMPLATE}; write a new template, and copy what you filled in into it"
    )
