"""A workbook of unit costs as sheets of cells, with what can be said against it before a figure is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from totalplace.errors import FileRefused
from totalplace.sources.contents import parts_of
from totalplace.sources.parts import Part
from totalplace.sources.workbooks import Merged, cell_text, sheet_cells

CODE = re.compile(r"[A-Z][A-Z&]*\d+\.\d+(?:\.\d+)?")
"""The codes of the database: CR1.0, E&S1.0.3."""
LICENCE = re.compile(
    r"\bCC[- ]?BY\b(?![- ]*(?:NC|ND|SA))|(?i:creative commons attribution(?![-, ]*(?:non|no ?deriv|share)))"
)
"""The words of the licence on which the database may be passed on; not those of licences that forbid it."""
VERSION = re.compile(r"unit cost database\W{0,4}(?:version|v)\W?\s*(\d{1,2}(?:\.\d{1,2})*)", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells from its first row on, rows and columns counted from 0, and its merged cells."""

    file: str
    name: str
    rows: list[list[Any]]
    merged: Merged

    def cell(self, row: int, column: int) -> Any:
        """A cell as it is; '' beyond the last."""
        found = self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""
        return "" if found is None else found

    def text(self, row: int, column: int) -> str:
        """A cell as text, in one line."""
        return " ".join(cell_text(self.cell(row, column)).split())

    @cached_property
    def width(self) -> int:
        """How many columns there are."""
        return max((len(row) for row in self.rows), default=0)

    def refuse(self, reason: str, row: int = -1, column: int = 0) -> FileRefused:
        """The error that names this sheet, and a cell of it."""
        where = f"sheet '{self.name}'" + (f", cell {cell_name(row, column)}" if row >= 0 else "")
        return FileRefused(self.file, f"{where}: {reason}; nothing was imported")

    def texts(self) -> Iterator[tuple[int, int, str]]:
        """Every cell of text: row, column, text."""
        for at, row in enumerate(self.rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and cell.strip():
                    yield at, column, " ".join(cell.split())


def cell_name(row: int, column: int) -> str:
    """A cell as spreadsheets call it: row 4, column 7 (from 0) is H5."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def open_book(file: Path) -> tuple[list[Part], list[Sheet]]:
    """The sheets of a workbook; raises FileRefused for what is none, or cannot be opened safely."""
    name = file.name
    if not file.is_file():
        raise FileRefused(name, "is not there, or is no file")
    parts = [part for part in parts_of(file.parent, name) if part.sheet and not part.member]
    if not parts:
        raise FileRefused(name, "is not a workbook; import the publisher's .xlsx as it is")
    return parts, [Sheet(name, part.sheet, *sheet_cells(part)) for part in parts]


def licence_of(sheets: list[Sheet]) -> str:
    """The text that gives the licence; raises FileRefused where no sheet says CC BY."""
    for sheet in sheets:
        for _, _, text in sheet.texts():
            if LICENCE.search(text):
                return text
    file = sheets[0].file if sheets else ""
    raise FileRefused(
        file,
        "no sheet says that it is published under CC BY (the Creative Commons Attribution licence), as the editions of "
        "the Unit Cost Database are: without it its figures may not be kept here; nothing was imported",
    )


def refuse_other_edition(sheets: list[Sheet], edition: str) -> None:
    """Raises FileRefused where a workbook calls itself another edition than the one that it is imported as."""
    said = [
        (sheet, row, column, found[1])
        for sheet in sheets
        for row, column, text in sheet.texts()
        for found in VERSION.finditer(text)
    ]
    if said and not any(_same(version, edition) for *_, version in said):
        sheet, row, column, version = said[0]
        raise sheet.refuse(f"it calls itself v{version}, and is imported as edition {edition}", row, column)


def _same(one: str, other: str) -> bool:
    return re.sub(r"(\.0)+$", "", one) == re.sub(r"(\.0)+$", "", other)
