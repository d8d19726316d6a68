"""Finds the headings of a sheet by their words, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from totalplace.appraisal.book import Sheet, place
from totalplace.appraisal.columns import Column
from totalplace.appraisal.workbook_cells import Cells, plain, text_of
from totalplace.errors import CaseError, did_you_mean

LOOKED = 20
"""Rows from the top in which headings are looked for."""
_YEAR = re.compile(r"(?P<head>.*?),?\s+(?:year\s+(?P<number>[0-9]{1,3})|(?P<year>[0-9]{4}-[0-9]{2}))", re.IGNORECASE)


class Headings:
    """The headings of sheets of one workbook; lists by year may name the years from the case's first one on."""

    def __init__(self, cells: Cells, first_year: int = 0) -> None:
        self.cells, self.name, self.first_year = cells, cells.name, first_year

    def row_of(self, sheet: Sheet, known: Mapping[str, str]) -> tuple[int, dict[int, str]]:
        """The row that holds the most known headings, and its headings by column."""
        best, found = 0, dict[int, str]()
        for row in range(1, LOOKED + 1):
            cells = {column: text_of(cell) for (at, column), cell in sheet.cells.items() if at == row}
            fits = {column: known.get(plain(words), "") for column, words in cells.items()}
            if sum(map(bool, fits.values())) > sum(map(bool, found.values())):
                best, found = row, fits
        return best, found

    def columns(self, sheet: Sheet, columns: Sequence[Column]) -> tuple[int, dict[int, tuple[Column, int]]]:
        """The row of the headings, and for each column of the sheet what it holds, with the year of lists by year."""
        known = {plain(c.heading): c for c in columns if c.kind != "years"}
        by_year = {plain(c.heading): c for c in columns if c.kind == "years"}

        def fits(words: str) -> bool:
            match = _YEAR.fullmatch(" ".join(words.split()))
            return plain(words) in known or bool(match and plain(match["head"]) in by_year)

        top, most = 0, 0
        for row in range(1, LOOKED + 1):
            count = sum(1 for (at, _), cell in sheet.cells.items() if at == row and fits(text_of(cell)))
            if count > most:
                top, most = row, count
        if not top or (most < 2 and len(columns) > 2):
            raise CaseError(
                f"{self.name}, sheet {sheet.name} has no row of headings such as "
                f"{', '.join(c.heading for c in columns[:4])} in its first {LOOKED} rows; take them over from a new "
                "template"
            )
        found: dict[int, tuple[Column, int]] = {}
        for (row, at), cell in sorted(sheet.cells.items()):
            if row == top and (words := text_of(cell)):
                found[at] = self._heading(sheet, top, at, words, known, by_year)
        self._refuse_twice(sheet, top, found)
        return top, found

    def _heading(
        self, sheet: Sheet, top: int, at: int, words: str, known: Mapping[str, Column], by_year: Mapping[str, Column]
    ) -> tuple[Column, int]:
        if column := known.get(plain(words)):
            return column, 0
        match = _YEAR.fullmatch(" ".join(words.split()))
        column = by_year.get(plain(match["head"])) if match else None
        if match is None or column is None:
            every = [c.heading for c in known.values()] + [f"{c.heading}, year 0" for c in by_year.values()]
            raise self.cells.wrong(sheet, top, at, f"'{words}' is no heading of this sheet{did_you_mean(words, every)}")
        if match["number"]:
            return column, int(match["number"])
        year = int(match["year"][:4]) - self.first_year
        if not self.first_year or (int(match["year"][:4]) + 1) % 100 != int(match["year"][5:]) or year < 0:
            why = "the case starts later" if self.first_year and year < 0 else "it is no year of the case"
            raise self.cells.wrong(sheet, top, at, f"'{words}' cannot be: {why}; write the years from year 0 on")
        return column, year

    def _refuse_twice(self, sheet: Sheet, top: int, found: Mapping[int, tuple[Column, int]]) -> None:
        seen: dict[tuple[str, int], int] = {}
        for at, (column, year) in found.items():
            if (column.heading, year) in seen:
                first = place(top, seen[column.heading, year])
                words = f"{column.heading}, year {year}" if column.kind == "years" else column.heading
                raise self.cells.wrong(
                    sheet, top, at, f"the heading '{words}' stands in cell {first} too; keep one of them"
                )
            seen[column.heading, year] = at
