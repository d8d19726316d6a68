"""What a table of areas seems to be: which columns are ids, names, years and numbers, and what its numbers count."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from totalplace.areas.declared import METHODS, NONE, AreaTable, Driver, Plan
from totalplace.areas.reading import TOP, Sheet, column_of, raw_rows, read_number, read_table, tidy
from totalplace.errors import DataError, FileRefused, UsageError, did_you_mean
from totalplace.store.files import digest_of
from totalplace.terms import check_year, slug

_ID = re.compile(r"(.*\b)?(code|gss|id|ons|cd)\b.*|[a-z]+\d\dcd", re.I)
_NAME = re.compile(r"(.*\b)?(name|ward|msoa|lsoa|neighbourhood|area|nm)\b.*|[a-z]+\d\dnm", re.I)
_YEAR = re.compile(r"(financial )?year( ending)?|fy", re.I)
_PEOPLE = re.compile(r"\b(population|people|persons|residents|inhabitants|pop\b)", re.I)
_METHODS = (
    ("weighted-population", r"weighted|need[- ]adjusted"),
    ("population", _PEOPLE.pattern),
    ("recipients", r"recipients?|claimants?|tenants?|households? (on|with|receiving)"),
    ("users", r"users?|clients?|pupils?|patients?|cases?|visits?|customers?|learners?|borrowers?"),
    ("direct", r"£|\b(spend(ing)?|spent|expenditure|amounts?|costs?|paid|pounds)"),
)
"""What a heading's words say that a column counts; the first that is found."""
_NEED = re.compile(r"\b(index|scores?|deprivation|weight(ing)?s?)\b", re.I)
"""Columns by which people are weighted: no counts of their own."""
_RATE = re.compile(
    r"%|\b(per ?cent(age)?|rates?|averages?|mean|median|proportion|ranks?|deciles?|quintiles?)\b|\bper \d", re.I
)
"""Columns that cannot be added up, so that money cannot be in proportion to them."""


@dataclass(frozen=True)
class ColumnSeen:
    """A column of numbers: the method that is said or that its heading tells ('' for none), the driver that it would
    be ('' for none), its sum, lowest and highest figure, and where it weights another column, which."""

    heading: str
    method: str
    driver: str
    total: Fraction
    least: Fraction
    most: Fraction
    weights: str = ""


@dataclass(frozen=True)
class Look:
    """What `totalplace add-areas` found: the table, its rows, its columns of numbers, the drivers that they would be,
    and what is to be said of it."""

    table: AreaTable
    sheet: Sheet
    columns: tuple[ColumnSeen, ...]
    drivers: tuple[Driver, ...]
    notes: tuple[str, ...]


def look(
    root: Path,
    file: str,
    plan: Plan | None,
    given: Mapping[str, str],
    named: Mapping[str, str],
    place: str = "",
) -> Look:
    """Looks at a file and proposes how to read it; writes nothing. `place` is the GSS code of the place.

    `given` can hold table (its id, where a file is two tables), area, name and year (headings), within (a heading and
    a value with = between), repeated, source, grade, figures_of (the year of the figures); `named` says which columns
    are drivers, by heading to method. What was said of the table before stands, unless it is said anew.
    Raises FileRefused for what is no table of areas, UsageError for a heading or method that is not known.
    """
    for heading, method in named.items():
        if method not in METHODS[:-1]:
            raise UsageError(
                f"{heading}={method}: '{method}' is not a method{did_you_mean(method, list(METHODS[:-1]))}"
            )
    before, name = _before(plan, file, given.get("table", ""))
    rows = raw_rows(root, file)
    top = _top(file, rows)
    headings = [tidy(cell) for cell in rows[top]]
    below = [[*row, *[""] * len(headings)][: len(headings)] for row in rows[top + 1 :] if any(map(str.strip, row))]
    table = before or AreaTable(name, file, "", "")
    said: dict[str, Any] = {key: given[key] for key in ("area", "name", "year", "repeated", "source") if given.get(key)}
    table = _with_roles(replace(table, file=file, **said), headings, below)
    table = _within(table, headings, below, given.get("within", ""), place)
    sha = digest_of(root / table.path)
    if sha is None:
        raise FileRefused(file, "is not there, or cannot be read")
    table = replace(table, sha256=sha)
    try:
        sheet = read_table(root, table)
        columns = _columns(sheet, named)
        for heading in named:
            sheet.column(heading)
    except FileRefused:
        raise
    except DataError as error:
        raise UsageError(str(error)) from None
    seen, drivers = _drivers(plan, table, columns, given, {tidy(heading): said for heading, said in named.items()})
    elsewhere = (
        f"{sheet.elsewhere:,} rows have another '{table.within}' than {', '.join(table.only)}: they are left out"
    )
    notes = [elsewhere] if sheet.elsewhere else []
    notes += [_untold(column) for column in seen if not column.driver and not named]
    return Look(table, sheet, tuple(seen), tuple(drivers), (*sheet.notes, *notes))


def _before(plan: Plan | None, file: str, name: str) -> tuple[AreaTable | None, str]:
    """The table as it was declared, where it was, and else the id of a new one."""
    tables = plan.tables if plan else ()
    found = next((table for table in tables if (table.id == name if name else table.file == file)), None)
    stem = slug(name) or slug(Path(file.partition("#")[0]).stem) or "areas"
    return found, _free(stem, [table.id for table in tables])


def _within(
    table: AreaTable, headings: Sequence[str], rows: Sequence[Sequence[str]], said: str, place: str
) -> AreaTable:
    """The table with the rows that count, where it is of more than the place: those said, else those of its code."""
    if said:
        heading, sign, value = said.partition("=")
        if not sign or not value.strip():
            raise UsageError(f"'{said}' must be a heading and a value, such as lad22cd=E08000006")
        _place_of(table.file, headings, heading)
        return replace(table, within=tidy(heading), only=(value.strip(),))
    if table.within or not place:
        return table
    values = {heading: {tidy(row[n]) for row in rows} for n, heading in enumerate(headings) if heading}
    if place in values[table.area]:  # a table of places, not of areas of one
        return table
    found = (heading for heading, there in values.items() if place in there and len(there - {""}) > 1)
    within = next(found, "")
    return replace(table, within=within, only=(place,)) if within else table


def _drivers(
    plan: Plan | None,
    table: AreaTable,
    columns: Sequence[ColumnSeen],
    given: Mapping[str, str],
    named: Mapping[str, str],
) -> tuple[list[ColumnSeen], list[Driver]]:
    """The columns with the ids of the drivers that they would be; where some are named, those and the known alone."""
    there = {d.weight or d.column: d for d in plan.drivers if d.table == table.id} if plan else {}
    taken = [driver.id for driver in plan.drivers] if plan else []
    more = {key: given[key] for key in ("source", "grade") if given.get(key)}
    more |= {"year": given["figures_of"]} if given.get("figures_of") else {}
    seen: list[ColumnSeen] = []
    drivers: list[Driver] = []
    for column in columns:
        heading, known = column.heading, there.get(column.heading)
        if not known and (not column.method or (named and heading not in named)):
            seen.append(column)
            continue
        name = known.id if known else _free(slug(heading) or "driver", [*taken, NONE, *(d.id for d in drivers)])
        weights = column.weights if heading not in named else ""
        new = Driver(name, column.method, table.id, weights or heading, heading if weights else "", source=table.source)
        said = {"method": named[heading]} if heading in named else {}
        drivers.append(replace(known or new, **more, **said))
        seen.append(replace(column, driver=name, method=drivers[-1].method))
    return seen, drivers


def _untold(column: ColumnSeen) -> str:
    if column.least < 0:
        return f"'{column.heading}' is no driver: it has figures below nought"
    said = f'--driver "{column.heading}=users"'
    return f"'{column.heading}' is no driver as it is: to make it one, say {said}, or its like"


def _free(stem: str, taken: Sequence[str]) -> str:
    """An id that is not among those that are taken."""
    return next(name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)


def _top(file: str, rows: Sequence[Sequence[str]]) -> int:
    """The row of the headings: the first of several cells, half of them words at least, with a number below one."""
    filled = [(at, [n for n, cell in enumerate(row) if cell.strip()]) for at, row in enumerate(rows[: TOP + 1])]
    kept = [(at, places) for at, places in filled if places]
    for (at, places), (below, _) in pairwise(kept):
        words = sum(_number(rows[at][n]) is None for n in places)
        if (
            len(places) > 1
            and 2 * words >= len(places)
            and any(_number(c) is not None for c in _cells(rows[below], places))
        ):
            return at
    raise FileRefused(file, f"is no table of areas: no row of headings with figures below is in its first {TOP} rows")


def _cells(row: Sequence[str], places: Sequence[int]) -> list[str]:
    return [row[n] for n in places if n < len(row)]


def _number(cell: str) -> Fraction | None:
    return read_number(tidy(cell))


def _with_roles(table: AreaTable, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> AreaTable:
    """The table with its columns of ids, names and years, those that were not said proposed."""
    for heading in (table.area, table.name, table.year):
        if heading:
            _place_of(table.file, headings, heading)
    year = table.year or next((h for n, h in enumerate(headings) if _YEAR.fullmatch(h) and _are_years(rows, n)), "")
    texts = [
        heading
        for n, heading in enumerate(headings)
        if heading and heading != year and not all(_number(row[n]) is not None for row in rows if row[n].strip())
    ]
    coded = [h for h in headings if h and h != year and _ID.fullmatch(h)]
    named = [h for h in texts if _NAME.fullmatch(h) and h not in coded]
    area = table.area or next(iter([*coded, *named, *texts]), "")
    if not area:
        raise FileRefused(table.file, "no column looks like the ids of areas; say which it is with --area-column")
    pair = re.sub(r"(?i)cd$", "nm", re.sub(r"(?i)\bcode$", "name", area)).lower()
    paired = [h for h in headings if h != area and h.lower() == pair]
    name = table.name or next((h for h in [*paired, *named, *texts] if h not in (area, year)), "")
    return replace(table, area=area, name=name, year=year)


def _place_of(file: str, headings: Sequence[str], heading: str) -> int:
    """Where a column is. Raises UsageError where there is none of that heading, or two."""
    try:
        return column_of(file, headings, heading)
    except DataError as error:
        raise UsageError(str(error)) from None


def _are_years(rows: Sequence[Sequence[str]], at: int) -> bool:
    found = [tidy(row[at]) for row in rows if row[at].strip()]
    with suppress(UsageError):
        return bool(found) and all(check_year(text.replace("/", "-")) for text in found)
    return False


def _columns(sheet: Sheet, named: Mapping[str, str]) -> list[ColumnSeen]:
    """The columns of numbers, each with the method that is said or told by its words."""
    found: list[ColumnSeen] = []
    told = {tidy(heading): method for heading, method in named.items()}
    people = next(
        (
            heading
            for heading in sheet.headings
            if _PEOPLE.search(heading) and not _NEED.search(heading.replace("_", " "))
        ),
        "",
    )
    for at, heading in enumerate(sheet.headings):
        if not heading or heading in (sheet.table.area, sheet.table.name, sheet.table.year):
            continue
        numbers = [read_number(row.cells[at]) for row in sheet.rows if row.cells[at]]
        whole = [number for number in numbers if number is not None]
        if numbers and len(whole) == len(numbers):
            method, weights, words = told.get(heading, ""), "", heading.replace("_", " ")
            if not method and min(whole) >= 0 and _NEED.search(words):
                method, weights = ("weighted-population", people) if people else ("", "")
            elif not method and min(whole) >= 0 and not _RATE.search(words):
                method = next((m for m, pattern in _METHODS if re.search(pattern, words, re.I)), "")
            found.append(ColumnSeen(heading, method, "", sum(whole, Fraction(0)), min(whole), max(whole), weights))
    return found
