"""Official figures in tables: CSV, workbooks (XLSX, ODS), one row an authority or one row a figure.

Columns are told by their headings. Where a row is an authority and its columns are services, benefits or years, each
cell is a figure; where a row is a figure, its columns say whose, of which year and of what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from totalplace.definition import Definition
from totalplace.errors import FileRefused, UsageError
from totalplace.official.declared import Dataset
from totalplace.official.figures import MEASURES, Figure, Reading
from totalplace.official.layouts import LARGEST, body_named, financial_year_in, whose, year_of
from totalplace.parameters.divisions import division_of
from totalplace.sources.amounts import read_amount
from totalplace.sources.parts import Part, part_named, parts_of
from totalplace.sources.rows import rows_of

TOP = 60
"""Headings stand in one of so many first rows."""
PEOPLE = "population"

_ROLES = {
    "code": r"(ons|gss|la|area|local authority|authority|e) ?code|ecode|ons|gss",
    "body": r"(local )?authority( name)?|la name|council|body|organisation|area( name)?|name|icb( name)?"
    r"|(police )?force",
    "year": r"(financial )?year( ending)?|fy",
    "service": r"service|division|category|benefit|programme|heading|function|line|description",
    "measure": r"measure|basis",
}
_MEASURE_WORDS = {
    "employees": "employees|employee expenses",
    "running": "running expenses|other running expenses",
    "gross": "total expenditure|gross( expenditure)?",
    "fees": "sales fees( and)? charges|fees and charges",
    "other-income": "other income",
    "income": "(total |gross )?income",
    "net": "net( current)? expenditure|net",
    "amount": "amount|value|total|allocation|expenditure|spend(ing)?|grant|budget|outturn|population|people|persons",
}
_NOTHING = frozenset(("", "-", "[z]", "n/a", "na"))
"""What cells say where there is nothing: nil, or not applicable."""
_ABSENT = frozenset(("..", ":", "*", "[x]", "[c]", "x", "c", "#n/a", "#ref!", "null"))
"""What cells say that is not told: publishers' marks for not available and withheld, and a spreadsheet's errors."""
_CODED = re.compile(r"(RS|RSX|RO\d|RG|SAR|SG)_\w+")
"""A heading of the outturn time series: the form, the service and the measure as one code."""
_CODED_MEASURES = (("_net_cur_exp", "net"), ("_net_exp", "net"), ("_tot_exp", "gross"), ("_tot_inc", "income"))


@dataclass
class _Columns:
    """Where what stands: columns by role, and the columns of amounts with what each is."""

    header: int
    headings: list[str]
    roles: dict[str, int] = field(default_factory=dict)
    amounts: dict[int, str] = field(default_factory=dict)


def read_table(root: Path, definition: Definition, dataset: Dataset) -> Reading:
    """The figures of a table; raises FileRefused where its headings or cells cannot be understood."""
    whole = part_named(root, dataset.file)
    parts = [whole] if whole.sheet or whole.member else [p for p in parts_of(root, dataset.file) if not p.hidden]
    found: list[Figure] = []
    notes: list[str] = []
    partly: set[tuple[str, str, str]] = set()
    for part in parts:
        rows = rows_of(part, LARGEST, "a file of official figures")
        columns = _columns(rows)
        if columns is None:
            notes.append(f"{part.label} is passed over: no headings of figures are in its first {TOP} rows")
            continue
        reading = _Sheet(definition, dataset, part, columns).read(rows)
        found += reading.figures
        notes += reading.notes
        partly |= reading.absent
    if not found:
        said = f" ({'; '.join(notes)})" if notes else ""
        raise FileRefused(dataset.file, f"holds no official figures of the bodies of this place{said}")
    return Reading(found, notes, frozenset(partly))


def _fold(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def _columns(rows: Sequence[Sequence[str]]) -> _Columns | None:
    """The headings and what they say, or None where no row of the first is one of headings."""
    for at, row in enumerate(rows[:TOP]):
        found = _Columns(at, [cell.strip() for cell in row])
        for place, heading in enumerate(found.headings):
            _note(found, place, heading)
        if found.amounts and ({"code", "body", "service", "year"} & found.roles.keys() or len(found.amounts) > 1):
            return found
    return None


def _note(found: _Columns, place: int, heading: str) -> None:
    folded = _fold(heading)
    for role, words in _ROLES.items():
        if role not in found.roles and re.fullmatch(words, folded):
            found.roles[role] = place
            return
    if measure := next((m for m, words in _MEASURE_WORDS.items() if re.fullmatch(words, folded)), ""):
        found.amounts[place] = measure
    elif _CODED.fullmatch(heading) or financial_year_in(heading) or division_of(heading):
        found.amounts[place] = ""


class _Sheet:
    """Reads the rows below the headings of one sheet or file; a sheet can be named by its year."""

    def __init__(self, definition: Definition, dataset: Dataset, part: Part, columns: _Columns) -> None:
        self.definition, self.dataset, self.part, self.columns = definition, dataset, part, columns
        self.bodies: dict[tuple[str, str], str] = {}
        self.others: set[str] = set()
        self.absent, self.partly = 0, set[tuple[str, str, str]]()
        self.year = financial_year_in(part.sheet)
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
        notes = []
        if self.others:
            notes.append(f"{len(self.others):,} other authorities in it are no bodies of this place")
        if self.absent:
            notes.append(f"{self.absent:,} cells are marked as not available and are left out, not taken for nought")
        return Reading(found, notes, frozenset(self.partly))

    def _cell(self, row: Sequence[str], role: str) -> str:
        at = self.columns.roles.get(role, -1)
        return row[at].strip() if 0 <= at < len(row) else ""

    def _body(self, row: Sequence[str]) -> str:
        if not {"code", "body"} & self.columns.roles.keys():
            return self.one
        said = self._cell(row, "body"), self._cell(row, "code")
        if said not in self.bodies:
            self.bodies[said] = body_named(self.definition, *said)
        if not self.bodies[said]:
            self.others.add(said[1] or said[0])
        return self.bodies[said]

    def _figures(self, line: int, row: Sequence[str]) -> list[Figure]:
        body = self._body(row)
        if not body:
            return []
        if self.dataset.body and body != self.definition.body(self.dataset.body).id:
            return []
        service, year = self._cell(row, "service"), self._cell(row, "year") or self.year
        found = []
        for at, measure in self.columns.amounts.items():
            cell = row[at].strip() if at < len(row) else ""
            if cell.lower() in _NOTHING:
                continue
            heading = self.columns.headings[at]
            what, when, kind = self._told(heading, measure, service, year)
            told = _fold(self._cell(row, "measure")).replace(" ", "-")
            kind = told if told in MEASURES else kind
            if cell.lower() in _ABSENT:
                self.absent += 1
                self.partly.add((body, when, kind))
                continue
            amount = self._amount(cell, line, at)
            where = f"{self.part.label} row {line}, column {heading or at + 1}"
            found.append(
                Figure(self.dataset.id, self.dataset.kind, body, when, division_of(what), what, kind, amount, where)
            )
        return found

    def _told(self, heading: str, measure: str, service: str, year: str) -> tuple[str, str, str]:
        """The service, the financial year and the measure of a cell, by its column and row."""
        usual = self.dataset.measure or "amount"
        if measure:
            return service or "All services", year_of(self.dataset, year), measure if measure != "amount" else usual
        if found := financial_year_in(heading):
            return service or "All services", year_of(self.dataset, found), usual
        coded = next((m for ending, m in _CODED_MEASURES if heading.endswith(ending)), usual)
        return heading, year_of(self.dataset, year), coded if _CODED.fullmatch(heading) else usual

    def _amount(self, cell: str, line: int, at: int) -> int:
        people = self.dataset.kind == PEOPLE
        pence = read_amount(cell, self.dataset.unit or 1)
        if pence is None or (people and pence % 100):
            what = "a number of people" if people else "an amount"
            raise FileRefused(
                self.dataset.file,
                f"row {line}, column {self.columns.headings[at] or at + 1}: '{cell[:40]}' is not {what}",
            )
        return pence // 100 if people else pence


def refuse_without_unit(dataset: Dataset) -> None:
    """Raises UsageError for a table of money that does not say its unit: pounds and thousands look alike."""
    if dataset.kind != PEOPLE and not dataset.unit and not dataset.file.lower().endswith(".json"):
        raise UsageError(f"{dataset.file}: say its unit with --unit: 1 (pounds), 1000 (thousands) or 1000000")
