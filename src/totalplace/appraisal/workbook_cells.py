"""What the cells of a case's workbook hold, as the keys of their columns want it; what is wrong is named by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from totalplace.appraisal.book import Cell, Sheet, place
from totalplace.appraisal.celltext import read_areas, read_list, read_shares, read_steps
from totalplace.appraisal.columns import Column
from totalplace.errors import CaseError

_PARTS: Mapping[str, Callable[[str], Any]] = {
    "shares": read_shares,
    "steps": read_steps,
    "areas": read_areas,
    "list": read_list,
}


class Cells:
    """Reads the cells of one workbook; `from_1904` says from when its dates count."""

    def __init__(self, name: str, from_1904: bool) -> None:
        self.name, self.from_1904 = name, from_1904

    def wrong(self, sheet: Sheet, row: int, column: int, words: str) -> CaseError:
        """The error about a cell."""
        return CaseError(f"{self.name}, sheet {sheet.name}, cell {place(row, column)}: {words}")

    def refuse_merged(self, sheet: Sheet, top: int) -> None:
        """Raises CaseError where cells from the headings on are merged."""
        for first, left, last, right in sheet.merged:
            if last >= top:
                raise CaseError(
                    f"{self.name}, sheet {sheet.name}, cells {place(first, left)}:{place(last, right)} are merged: it "
                    "cannot be told to which row and column they belong. Unmerge them, and fill in each cell"
                )

    def value(self, sheet: Sheet, row: int, at: int, cell: Cell, column: Column) -> Any:
        """What a cell holds, as the key of its column wants it; None for nothing."""
        if cell.fault:
            what = "its formula gives" if cell.formula else "it is"
            raise self.wrong(sheet, row, at, f"{what} {cell.fault}; mend it, or write the value itself")
        if not cell.kept:
            raise self.wrong(
                sheet, row, at, "holds a formula whose value was not kept; open the workbook in a spreadsheet, save "
                "it, and try again, or write the value itself"
            )  # fmt: skip
        value = cell.value.strip() if isinstance(cell.value, str) else cell.value
        if value is None or value == "":
            return None
        if isinstance(value, float) and cell.date:
            return self._day(sheet, row, at, value, column)
        if cell.currency:
            return f"{cell.currency} {value:,.10g}" if isinstance(value, float) else value
        if column.kind in _PARTS:
            return self._parts(sheet, row, at, value, column)
        if column.kind == "yes" and isinstance(value, str) and value.lower() in ("yes", "no", "true", "false"):
            return value.lower() in ("yes", "true")
        if column.kind in ("text", "code", "choice", "year", "day"):
            return number_text(value) if isinstance(value, float) else value
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return int(value)
        if column.kind == "whole" and isinstance(value, str) and value.isdigit():
            return int(value)
        return value

    def _parts(self, sheet: Sheet, row: int, at: int, value: Any, column: Column) -> Any:
        text = number_text(value) if isinstance(value, float) else str(value)
        try:
            return _PARTS[column.kind](text)
        except ValueError as error:
            raise self.wrong(sheet, row, at, f"{column.key} {error}") from error

    def _day(self, sheet: Sheet, row: int, at: int, value: float, column: Column) -> str:
        """A date as ISO text, in a column of days; anywhere else a spreadsheet took something else for a date."""
        from datetime import date, timedelta

        start = date(1904, 1, 1) if self.from_1904 else date(1899, 12, 30)
        try:
            day = start + timedelta(days=int(value))
        except OverflowError:
            raise self.wrong(sheet, row, at, f"is {value:,.0f} shown as a date; no such day can be meant") from None
        if column.kind == "day":
            return day.isoformat()
        raise self.wrong(
            sheet, row, at, f"{column.key} is the date {day.isoformat()}: the spreadsheet took what was typed for a "
            "date. Format the cell as text (or as a number), and type it again"
        )  # fmt: skip


def plain(value: object) -> str:
    """A heading without what does not tell it from another: case, spaces, a star at its end."""
    return " ".join(str(value).split()).rstrip("*").strip().casefold()


def text_of(cell: Cell) -> str:
    """A cell as text."""
    return number_text(cell.value) if isinstance(cell.value, float) else str(cell.value or "").strip()


def number_text(value: float) -> str:
    """A number as it would be typed."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
