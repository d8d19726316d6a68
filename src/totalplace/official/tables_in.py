"""Official figures in tables: CSV, workbooks (XLSX, ODS), one row an authority or one row a figure.

Columns are told by their headings. Where a row is an authority and its columns are services, benefits or years, each
cell is a figure; where a row is a figure, its columns say whose, of which year and of what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from totalplace.definition import Definition
from totalplace.errors import FileRefused, UsageError
from totalplace.official.declared import Dataset
from totalplace.official.figures import MEASURES, Figure, Reading
from totalplace.official.headings import (
    ABSENT,
    CODED,
    CODED_MEASURES,
    NOTHING,
    PEOPLE,
    TOP,
    Columns,
    columns_of,
    fold,
    notes_of,
)
from totalplace.official.layouts import (
    LARGEST,
    body_named,
    financial_year_in,
    financial_year_within,
    whose,
    year_of,
)
from totalplace.parameters.divisions import division_of
from totalplace.sources.amounts import read_amount
from totalplace.sources.contents import parts_of
from totalplace.sources.parts import Part, part_named
from totalplace.sources.rows import rows_of

THOUSAND = 1000


def read_table(root: Path, definition: Definition, dataset: Dataset) -> Reading:
    """The figures of a table; raises FileRefused where its headings or cells cannot be understood."""
    whole = part_named(root, dataset.file)
    parts = [whole] if whole.sheet or whole.member else [p for p in parts_of(root, dataset.file) if not p.hidden]
    found: list[Figure] = []
    notes: list[str] = []
    partly: set[tuple[str, str, str]] = set()
    for part in parts:
        rows = rows_of(part, LARGEST, "a file of official figures")
        if dataset.kind == PEOPLE and len(parts) > 1 and _ONE_SEX.search(part.sheet or part.member):
            notes.append(f"{part.label} is passed over: it is of one sex, and persons are counted")
            continue
        columns = columns_of(rows, dataset.kind)
        if columns is None:
            notes.append(f"{part.label} is passed over: no headings of figures are in its first {TOP} rows")
            continue
        notes += notes_of(columns, dataset.kind)
        reading = _Sheet(definition, dataset, part, columns).read(rows)
        found += reading.figures
        notes += reading.notes
        partly |= reading.absent
    if not found:
        said = f" ({'; '.join(notes)})" if notes else ""
        raise FileRefused(dataset.file, f"holds no official figures of the bodies of this place{said}")
    return Reading(found, notes, frozenset(partly))


_ONE_SEX = re.compile(r"\b(fe)?males?\b", re.IGNORECASE)
_THIRTEENTH = re.compile(r"(p|period )?0?13")
_NAMED = 5
"""Names that a note gives before it says how many more there are."""


class _Sheet:
    """Reads the rows below the headings of one sheet or file; a sheet can be named by its year."""

    def __init__(self, definition: Definition, dataset: Dataset, part: Part, columns: Columns) -> None:
        self.definition, self.dataset, self.part, self.columns = definition, dataset, part, columns
        self.bodies: dict[tuple[str, str], str] = {}
        self.others: dict[str, None] = {}
        self.codes: dict[str, str] = {}
        self.periods: set[str] = set()
        self.absent, self.partly = 0, set[tuple[str, str, str]]()
        self.year = financial_year_in(part.sheet)
        at = columns.roles.get("body", -1)
        self.police = at >= 0 and fold(columns.headings[at]).startswith(("police", "force"))
        if not {"code", "body"} & columns.roles.keys():
            self.one = whose(definition, dataset)

    def read(self, rows: Sequence[Sequence[str]]) -> Reading:
        """The figures of all rows, with what is to be said of them."""
        found = [
            figure
            for at, row in enumerate(rows[self.columns.header + 1 :], self.columns.header + 2)
            if any(cell.strip() for cell in row)
            for figure in self._figures(at, row)
        ]
        return Reading(found, list(self._notes()), frozenset(self.partly))

    def _notes(self) -> Iterator[str]:
        if self.others:
            named = list(self.others)
            shown = ", ".join(named[:_NAMED]) + (f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else "")
            yield f"{len(named):,} other authorities in it are no bodies of this place: {shown}"
        for code, body in self.codes.items():
            yield f"code '{code}' is not known for {body}, which was taken by its name: is it that body? Give it gss ="
        if self.absent:
            yield f"{self.absent:,} cells are marked as not available and are left out, not taken for nought"
        if self.periods:
            late = any(_THIRTEENTH.fullmatch(fold(period)) for period in self.periods)
            yield (
                f"its rows are of {len(self.periods):,} periods, which are added up"
                + (", period 13 (booked after the year's end) among them" if late else "")
                + "; where each row holds the year so far, keep those of the last period alone"
            )

    def _cell(self, row: Sequence[str], role: str) -> str:
        at = self.columns.roles.get(role, -1)
        return row[at].strip() if 0 <= at < len(row) else ""

    def _body(self, row: Sequence[str]) -> str:
        if not {"code", "body"} & self.columns.roles.keys():
            return self.one
        name, code = said = self._cell(row, "body"), self._cell(row, "code")
        if said not in self.bodies:
            self.bodies[said] = self._named(name, code)
        if not self.bodies[said] and (name or code):
            self.others[code or name] = None
        return self.bodies[said]

    def _named(self, name: str, code: str) -> str:
        """The body of a row: the one that the dataset says the row is of, else by code, else by name."""
        if self.dataset.row:
            mine = fold(self.dataset.row) in (fold(name), fold(code))
            return self.definition.body(self.dataset.body).id if mine else ""
        found = body_named(self.definition, name, code, police=self.police)
        if found and code and not body_named(self.definition, "", code):
            self.codes[code] = found
        return found

    def _figures(self, line: int, row: Sequence[str]) -> list[Figure]:
        body = self._body(row)
        if not body:
            return []
        if self.dataset.body and body != self.definition.body(self.dataset.body).id:
            return []
        service, year = self._cell(row, "service"), self._cell(row, "year") or self.year
        if period := self._cell(row, "period"):
            self.periods.add(period)
        found = []
        for at, measure in self.columns.amounts.items():
            cell = row[at].strip() if at < len(row) else ""
            if cell.lower() in NOTHING:
                continue
            heading = self.columns.headings[at]
            what, when, kind = self._told(at, measure, service, year)
            told = fold(self._cell(row, "measure")).replace(" ", "-")
            kind = told if told in MEASURES else kind
            if cell.lower() in ABSENT:
                self.absent += 1
                self.partly.add((body, when, kind))
                continue
            amount = self._amount(cell, line, at)
            where = f"{self.part.label} row {line}, column {heading or at + 1}"
            found.append(
                Figure(self.dataset.id, self.dataset.kind, body, when, division_of(what), what, kind, amount, where)
            )
        return found

    def _told(self, at: int, measure: str, service: str, year: str) -> tuple[str, str, str]:
        """The service, the financial year and the measure of a cell, by its column and row."""
        heading = self.columns.headings[at]
        usual = self.dataset.measure or "amount"
        service = self.columns.services.get(at) or service
        if measure and measure != "named":
            return service or "All services", year_of(self.dataset, year), measure if measure != "amount" else usual
        if found := financial_year_in(heading):
            return service or "All services", year_of(self.dataset, found), usual
        if found := financial_year_within(heading):
            return heading, year_of(self.dataset, found), usual
        coded = next((m for ending, m in CODED_MEASURES if heading.endswith(ending)), usual)
        return heading, year_of(self.dataset, year), coded if CODED.fullmatch(heading) else usual

    def _amount(self, cell: str, line: int, at: int) -> int:
        people = self.dataset.kind == PEOPLE
        pence = _pence(cell, self.dataset.unit or 1)
        if pence is None or (people and pence % 100):
            what = "a number of people" if people else "an amount"
            if cell.endswith("%"):
                what += ": it is a percentage, and shares are no official figures; leave the column out"
            raise FileRefused(
                self.dataset.file,
                f"row {line}, column {self.columns.headings[at] or at + 1}: '{cell[:40]}' is not {what}",
            )
        return pence // 100 if people else pence


def _pence(cell: str, unit: int) -> int | None:
    """An amount in units of `unit` pounds as pence. What is more than any payment can be is read in thousands."""
    pence = read_amount(cell, unit)
    if pence is None and unit > THOUSAND:
        thousands = read_amount(cell, THOUSAND)
        return None if thousands is None else thousands * (unit // THOUSAND)
    return pence


def refuse_without_unit(dataset: Dataset) -> None:
    """Raises UsageError for a table of money that does not say its unit: pounds and thousands look alike."""
    if dataset.kind != PEOPLE and not dataset.unit and not dataset.file.lower().endswith(".json"):
        raise UsageError(f"{dataset.file}: say its unit with --unit: 1 (pounds), 1000 (thousands) or 1000000")
