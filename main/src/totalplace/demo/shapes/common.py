"""What the publishing habits share: a body's year to be written, and ways to write dates and amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from totalplace.demo.pack import Table
from totalplace.demo.payments import Line
from totalplace.demo.truth import Truth
from totalplace.demo.words import DemoBody, words
from totalplace.terms import months_of

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
VAT_PERCENT = 20


@dataclass(frozen=True)
class DemoSource:
    """Files of one body that are added in one go.

    `kind` is 'spend' or 'card'; `files` are paths below the demo's folder.
    """

    body: str
    kind: str
    files: tuple[str, ...]


@dataclass
class Job:
    """A body's year to be written: its lines, where to, and whom to tell the truth."""

    body: DemoBody
    year: str
    lines: list[Line]
    folder: Path
    truth: Truth
    files: dict[str, list[str]] = field(default_factory=dict)

    @property
    def first(self) -> bool:
        """Whether this is the first of the three years."""
        return self.year == "2022-23"

    @property
    def place(self) -> int:
        """Which year it is: 0, 1 or 2."""
        return int(self.year[:4]) - 2022

    def months(self) -> Iterator[tuple[int, list[Line]]]:
        """The published months (yyyymm) with the lines that come out in each."""
        for month in months_of(self.year):
            if month not in self.body.missing:
                yield month, [line for line in self.lines if line.filed == month]

    def table(self, name: str, part: str = "", kind: str = "spend") -> Table:
        """An empty table whose truth is kept under this file name (and sheet or member)."""
        return Table(self.truth.account(self.body.id, kind, self.path(name), part))

    def heading(self, name: str = "") -> list[str]:
        """A heading of this body by its name in the data file, or the one numbered as the year is."""
        return words().headings[self.body.id][name or str(self.place)].split(",")

    def path(self, name: str) -> str:
        """A file's path below the demo's folder."""
        return f"data/{self.body.id}/{name}"

    def save(self, name: str, content: bytes, kind: str = "spend") -> None:
        """Write a file and list it among the sources."""
        self.write(name, content)
        self.files.setdefault(kind, []).append(self.path(name))

    def write(self, name: str, content: bytes) -> None:
        """Write a file that belongs to no source."""
        target = self.folder / self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def sources(self) -> Iterator[DemoSource]:
        """What was saved, an entry for each kind."""
        for kind, names in self.files.items():
            yield DemoSource(self.body.id, kind, tuple(names))


class Spoil(NamedTuple):
    """How a copied row is spoilt: the column, what stands there instead, and why it must be rejected."""

    column: int
    text: str
    reason: str


def spoiled(lines: Sequence[Line], spoils: Sequence[Spoil]) -> Iterator[tuple[Line, Spoil | None]]:
    """All lines, with a spoilt copy of some among them at even distances."""
    step = max(1, len(lines) // (len(spoils) + 1))
    waiting = list(spoils)
    for number, line in enumerate(lines, 1):
        yield line, None
        if waiting and number % step == 0:
            yield line, waiting.pop(0)
    for spoil in waiting:
        yield lines[-1], spoil


def put(table: Table, cells: list[str], line: Line, spoil: Spoil | None = None) -> None:
    """Write a line, or its spoilt copy."""
    if spoil is None:
        table.line(cells, line)
    else:
        cells[spoil.column] = spoil.text
        table.reject(cells, spoil.reason, line.pence)


def total(lines: Iterable[Line]) -> int:
    """Pence of all lines."""
    return sum(line.pence for line in lines)


def plain(pence: int) -> str:
    """``-1234.56``."""
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def short(pence: int) -> str:
    """As a spreadsheet saves a number: ``1850``, ``1850.5``."""
    text = plain(pence).rstrip("0")
    return text.removesuffix(".")


def commas(pence: int) -> str:
    """``-1,234.56``."""
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def brackets(pence: int) -> str:
    """``(1,234.56)`` for a credit."""
    return f"({commas(-pence)})" if pence < 0 else commas(pence)


def sterling(pence: int) -> str:
    """``£1,234.56`` or ``-£1,234.56``."""
    return f"{'-' if pence < 0 else ''}£{commas(abs(pence))}"


def dmy(day: dt.date) -> str:
    """``04/03/2023`` for the 4th of March."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def dmy_short(day: dt.date) -> str:
    """``04/03/23`` for the 4th of March."""
    return f"{day.day:02d}/{day.month:02d}/{day.year % 100:02d}"


def mdy(day: dt.date) -> str:
    """``3/4/2023`` for the 4th of March."""
    return f"{day.month}/{day.day}/{day.year}"


def mon(day: dt.date) -> str:
    """``04-Mar-23``."""
    return f"{day.day:02d}-{MONTHS[day.month - 1][:3]}-{day.year % 100:02d}"


def worded(day: dt.date, letters: int | None = None) -> str:
    """``4 March 2023``, or the month cut to some letters."""
    return f"{day.day} {MONTHS[day.month - 1][:letters]} {day.year}"


def serial(day: dt.date) -> str:
    """Excel's number of the day."""
    return str((day - dt.date(1899, 12, 30)).days)


def month_name(month: int, letters: int | None = None) -> str:
    """The name of a month given as yyyymm."""
    return MONTHS[month % 100 - 1][:letters]
