"""Tables of areas as they are published, and the figures of a driver in them. Nothing is guessed and nothing spread:
what cannot be used is refused with the row and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from totalplace.areas.declared import ADD, AreaTable, Driver
from totalplace.errors import DataError, FileRefused, UsageError, did_you_mean
from totalplace.sources.contents import parts_of
from totalplace.sources.rows import rows_of
from totalplace.terms import check_year

LARGEST = 64 << 20
"""Bytes beyond which a file is no table of areas."""
TOP = 60
"""Headings stand in one of so many first rows."""
WHOLE = "not-apportioned"
"""What stands in the place of an area's id for money that is of no area in particular."""
_TAKEN = (WHOLE, "claims")
"""What no area can have for an id: the pages have these addresses for something else."""
_TOTAL = re.compile(r"(the )?(grand |sub-?)?totals?( of .*)?|all( (areas|wards|msoas|lsoas|neighbourhoods))?|sum", re.I)
_NUMBER = re.compile(r"(-?)£?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?%?|(-?)£?\.(\d+)%?", re.ASCII)
LONGEST = 40
"""Letters beyond which a cell is no number."""


@dataclass(frozen=True)
class Row:
    """A row of a table of areas: its line in the file, its financial year ('' where there is none), and its cells."""

    line: int
    year: str
    area: str
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table of areas that was read: headings, rows, what is to be said of it, and how many rows are of elsewhere."""

    table: AreaTable
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    elsewhere: int = 0
    figured: dict[tuple[str, str, str], dict[str, Fraction]] = field(default_factory=dict, compare=False, repr=False)
    """Figures that were worked out already, by column, weight and year."""

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The financial years that its rows are of, in order; none where it has no column of them."""
        return tuple(sorted({row.year for row in self.rows} - {""}))

    @cached_property
    def by_year(self) -> Mapping[str, list[Row]]:
        """The rows of each year; under '' where there is no column of years."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.year, []).append(row)
        return found

    def areas(self) -> dict[str, str]:
        """The areas by id with their names: those of its last year, where it has years."""
        return {row.area: row.name or row.area for row in self.by_year[self.years[-1] if self.years else ""]}

    def of_year(self, year: str) -> list[Row]:
        """The rows of a year; all where the table has no years. Raises DataError where it has others alone."""
        if not self.years:
            return self.by_year[""]
        if year not in self.by_year:
            words = f"has no rows of {year}" if year else "has several years"
            raise DataError(f'{self.table.file} {words}, only of {", ".join(self.years)}; choose one with year = "..."')
        return self.by_year[year]

    def column(self, heading: str) -> int:
        """Where a column is. Raises DataError where there is none of that heading, or two."""
        return column_of(self.table.file, self.headings, heading)


def column_of(file: str, headings: Sequence[str], heading: str) -> int:
    """Where the column of a heading is. Raises DataError where there is none, or two."""
    found = [at for at, there in enumerate(headings) if there == tidy(heading)]
    if len(found) == 1:
        return found[0]
    if found:
        raise DataError(f"{file}: two columns are headed '{heading}'; give one another heading")
    known = [there for there in headings if there]
    raise DataError(f"{file}: there is no column '{heading}'{did_you_mean(heading, known)}")


def tidy(text: str) -> str:
    """A heading with one blank for each run of them."""
    return " ".join(text.split())


def raw_rows(root: Path, file: str) -> list[list[str]]:
    """The rows of the one table in a file; FileRefused where it cannot be read, or holds several sheets."""
    parts = [part for part in parts_of(root, file) if not part.hidden] or parts_of(root, file)
    if len(parts) > 1:
        names = ", ".join(part.name for part in parts[:6])
        raise FileRefused(file, f"holds several tables; name one of them: {names}")
    return rows_of(parts[0], LARGEST, "a table of areas")


def read_table(root: Path, table: AreaTable) -> Sheet:
    """The rows of a declared table.

    Raises FileRefused for a file that cannot be read, a row without an id, an area twice, an id that cannot be one.
    """
    rows = raw_rows(root, table.file)
    top = next((at for at, row in enumerate(rows[:TOP]) if tidy(table.area) in map(tidy, row)), None)
    if top is None:
        seen = [tidy(cell) for row in rows[:TOP] for cell in row if cell.strip()]
        raise FileRefused(table.file, f"has no column '{table.area}' (area){did_you_mean(table.area, seen)}")
    headings = [tidy(cell) for cell in rows[top]]
    at = {role: column_of(table.file, headings, name) for role, name in _roles(table)}
    found, notes = _Rows(table, at), list[str]()
    for line, cells in enumerate(rows[top + 1 :], top + 2):
        if note := found.take(line, cells, len(headings)):
            notes.append(note)
    if not found.rows:
        whose = f" of {', '.join(table.only)} in '{table.within}'" if table.within else ""
        raise FileRefused(table.file, f"has headings and no rows of areas{whose} below them")
    return Sheet(table, tuple(headings), tuple(found.rows), tuple(notes), found.elsewhere)


def _roles(table: AreaTable) -> list[tuple[str, str]]:
    named = (("area", table.area), ("name", table.name), ("year", table.year), ("within", table.within))
    return [(role, heading) for role, heading in named if heading]


class _Rows:
    """Takes the rows of a table one by one, and refuses what would count twice or for nobody."""

    def __init__(self, table: AreaTable, at: Mapping[str, int]) -> None:
        self.table, self.at = table, at
        self.rows: list[Row] = []
        self.lines: dict[tuple[str, str], int] = {}
        self.elsewhere = 0

    def take(self, line: int, cells: Sequence[str], wide: int) -> str:
        """Takes a row; '' or, for one that is passed over, why."""
        cells = [*(" ".join(cell.split()) for cell in cells), *[""] * (wide - len(cells))]
        told = {role: cells[at] for role, at in self.at.items()}
        filled = [cell for cell in cells if cell]
        if not filled:
            return ""
        if len(filled) == 1 and wide > 1:
            return f"row {line} is passed over: only '{filled[0][:40]}' stands in it"
        if self.table.within and told["within"] not in self.table.only:
            self.elsewhere += 1
            return ""
        if any(_TOTAL.fullmatch(told.get(role, "")) for role in ("area", "name")):
            return f"row {line} ('{told['area'] or told['name']}') is passed over as a total"
        area, year = told["area"], self._year(line, told.get("year"))
        self._check(line, area, year)
        self.lines[area, year] = line
        self.rows.append(Row(line, year, area, told.get("name", ""), tuple(cells)))
        return ""

    def _year(self, line: int, text: str | None) -> str:
        if text is None:
            return ""
        try:
            return check_year(text.replace("/", "-"))
        except UsageError as error:
            raise FileRefused(self.table.file, f"row {line}: {error}; mend it, or take the row out") from None

    def _check(self, line: int, area: str, year: str) -> None:
        file = self.table.file
        if not area:
            raise FileRefused(file, f"row {line} has no '{self.table.area}'; give the area its id, or take the row out")
        if set(area) & set("/,") or not area.isprintable() or area in _TAKEN:
            raise FileRefused(
                file, f"row {line}: '{area}' cannot be an area's id: ids go into addresses, without / or ,"
            )
        if (area, year) in self.lines and self.table.repeated != ADD:
            first, when = self.lines[area, year], f" of {year}" if year else ""
            years = "" if self.table.year else "; where a column says of which year each is, name it: year = ..."
            parts = f'; where they are parts of it, add them up: repeated = "{ADD}"'
            raise FileRefused(
                file, f"area '{area}'{when} is there twice, in rows {first} and {line}; leave one of them{years}{parts}"
            )


def read_number(text: str) -> Fraction | None:
    """A cell as an exact number, per cent signs and pound signs passed over; None where it is not one."""
    body = text.replace("\N{MINUS SIGN}", "-").replace(" ", "")
    found = _NUMBER.fullmatch(body) if len(body) <= LONGEST else None
    if not found:
        return None
    sign, whole, part = found[1] or found[4] or "", (found[2] or "0").replace(",", ""), found[3] or found[5] or ""
    value = Fraction(int(whole + part), 10 ** len(part))
    return -value if sign else value


def figures_of(sheet: Sheet, driver: Driver, year: str) -> Mapping[str, Fraction]:
    """The figures of a driver by area, for money of a year: its column, times its weight where it has one, added up
    where an area has several rows.

    Raises DataError naming the row for what is no number, missing or negative; and where there is no such column or
    year.
    """
    asked = driver.column, driver.weight, (driver.year or year) if sheet.years else ""
    if asked not in sheet.figured:
        sheet.figured[asked] = _figures(sheet, driver, asked[2])
    return sheet.figured[asked]


def _figures(sheet: Sheet, driver: Driver, year: str) -> dict[str, Fraction]:
    columns = [sheet.column(heading) for heading in (driver.column, driver.weight) if heading]
    found: dict[str, Fraction] = {}
    for row in sheet.of_year(year):
        value = Fraction(1)
        for at in columns:
            value *= _cell(sheet, row, at)
        found[row.area] = found.get(row.area, Fraction(0)) + value
    return found


def _cell(sheet: Sheet, row: Row, at: int) -> Fraction:
    text = row.cells[at]
    value = read_number(text)
    where = f"{sheet.table.file}: row {row.line} (area '{row.area}'), column '{sheet.headings[at]}'"
    if not text:
        raise DataError(f"{where} is empty; write 0 where there is nobody, or use another driver")
    if value is None:
        raise DataError(
            f"{where}: '{text[:40]}' is not a number; what is withheld cannot be shared by: use another driver"
        )
    if value < 0:
        raise DataError(f"{where}: {text} is less than nothing, and no share can be; mend it, or use another driver")
    return value


@dataclass(frozen=True)
class Weights:
    """A driver's figures as whole numbers in one proportion: by area in the order of the areas, and `rest`, what of
    given shares is of no area."""

    areas: tuple[int, ...]
    rest: int = 0


def weights_of(sheet: Sheet, driver: Driver, year: str, areas: Mapping[str, str]) -> Weights:
    """What a driver parts money of a year by.

    Raises DataError where an area has no figure, a figure has no area, all are nought, or shares are over the whole.
    """
    found = figures_of(sheet, driver, year)
    file = sheet.table.file
    if unknown := [area for area in found if area not in areas]:
        raise DataError(
            f"{file}: {_listed(unknown)} not among the areas of the place; take them out, or add them to its areas"
        )
    if missing := [area for area in areas if area not in found]:
        raise DataError(
            f"{file}: there is no row of {_listed(missing, '')}; add a row for each, 0 where there is nobody"
        )
    total = sum(found.values())
    if not total:
        raise DataError(f"{file}: column '{driver.column}' is nought in every area; use another driver, or none")
    whole = {"share": Fraction(1), "percent": Fraction(100)}.get(driver.unit, total)
    if total > whole:
        raise DataError(
            f"{file}: the shares in column '{driver.column}' come to {float(total / whole):.4%} of the whole; "
            'mend them, or say unit = "number" where they are in proportion only'
        )
    scale = _denominator([*found.values(), whole])
    return Weights(tuple(int(found[area] * scale) for area in areas), int((whole - total) * scale))


def _denominator(numbers: Sequence[Fraction]) -> int:
    from math import lcm

    return lcm(*(number.denominator for number in numbers))


def _listed(areas: Sequence[str], verb: str = " is| are") -> str:
    """Areas for a message: ``'A' is``, ``'A', 'B' and 3 more are``."""
    one, _, several = verb.partition("|")
    named = ", ".join(f"'{area}'" for area in areas[:5])
    more = f" and {len(areas) - 5:,} more" if len(areas) > 5 else ""
    return f"{named}{more}{one if len(areas) == 1 else several}"
