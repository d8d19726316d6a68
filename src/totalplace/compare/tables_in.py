"""The comparison table that a person gives: whose money of which year, for which service, over what, as CSV or XLSX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from totalplace.compare.declared import who
from totalplace.compare.rates import AREA, BASES, KINDS, PART, PEOPLE, Subject
from totalplace.definition import Definition
from totalplace.errors import DataError, UsageError, did_you_mean
from totalplace.official.figures import MEASURES
from totalplace.official.layouts import financial_year_in
from totalplace.parameters.divisions import division_of
from totalplace.sources.amounts import read_amount

OWN = ("compare.csv", "compare.xlsx")
"""The files beside place.toml of which the first that is there is taken."""
NEEDED = ("body", "year", "service", "amount", "denominator")
COLUMNS = (*NEEDED, "unit", "measure", "basis", "kind", "source")
MOST = 20_000
LARGEST = 64 << 20
_NOTHING = frozenset(("", "-", "..", ":", "*", "[x]", "[c]", "n/a", "na", "#n/a"))


class Given(NamedTuple):
    """A row: money in pence over a denominator, None where the cell says nothing; `where` is its place in the file."""

    subject: Subject
    who: str
    name: str
    own: bool
    year: str
    amount: int
    denominator: Fraction | None
    where: str


def read_comparison(path: Path, definition: Definition) -> tuple[Given, ...]:
    """The rows of a comparison table with the columns of COLUMNS, of which NEEDED must be there.

    Amounts are pounds. Raises DataError that names the file, the row, and what to do.
    """
    rows = _rows(path)
    at = next((n for n, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if at is None:
        raise DataError(f"{path} is empty; its columns are {', '.join(COLUMNS)}")
    columns = _columns(path, rows[at])
    found: list[Given] = []
    seen: dict[tuple[Subject, str, str], str] = {}
    for line, row in enumerate(rows[at + 1 :], at + 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(found) >= MOST:
            raise DataError(f"{path} has more than {MOST:,} rows; leave out what is not compared")
        where = f"{path.name} row {line}"
        try:
            given = _row(definition, {n: row[i].strip() if i < len(row) else "" for n, i in columns.items()}, where)
        except UsageError as error:
            raise DataError(f"{path}, row {line}: {error}") from None
        key = given.subject, given.who, given.year
        if key in seen:
            raise DataError(f"{path}, row {line}: the same as {seen[key]}; add the two up, or leave one out")
        seen[key] = where
        found.append(given)
    return tuple(found)


def _columns(path: Path, headings: Sequence[str]) -> Mapping[str, int]:
    names = [re.sub(r"[^a-z]+", "_", cell.strip().lower()).strip("_") for cell in headings]
    for name in filter(None, names):
        if name not in COLUMNS:
            raise DataError(f"{path}: the column '{name}' is not known{did_you_mean(name, list(COLUMNS))}")
        if names.count(name) > 1:
            raise DataError(f"{path}: two columns are called '{name}'; leave one out")
    if lack := [name for name in NEEDED if name not in names]:
        raise DataError(f"{path} has no column {', '.join(lack)}; it needs the columns {', '.join(NEEDED)}")
    return {name: n for n, name in enumerate(names) if name}


def _row(definition: Definition, row: Mapping[str, str], where: str) -> Given:
    if not row["body"]:
        raise UsageError("it does not say whose the money is; fill in 'body'")
    year = financial_year_in(row["year"])
    if not year:
        raise UsageError(f"'{row['year']}' is not a financial year such as 2024-25")
    if not row["service"]:
        raise UsageError("it does not say what the money is for; fill in 'service', or write 'All services'")
    amount = read_amount(row["amount"])
    if amount is None:
        raise UsageError(f"'{row['amount'][:40]}' is not an amount of pounds such as 1234.56")
    kind = _one(row.get("kind", ""), "kind", KINDS, "")
    key, name, own = _area(definition, row["body"]) if kind in (AREA, PART) else who(definition, row["body"])
    kind = kind or _kind(definition, key, name, own)
    measure = _one(row.get("measure", ""), "measure", MEASURES, "amount")
    basis = _one(row.get("basis", ""), "basis", BASES, "table")
    service = division_of(row["service"]) or " ".join(row["service"].split())
    subject = Subject(kind, basis, measure, service, " ".join(row.get("unit", "").lower().split()) or PEOPLE)
    return Given(subject, key, name, own, year, amount, _denominator(row["denominator"]), where)


def _kind(definition: Definition, key: str, name: str, own: bool) -> str:
    """What sort of body one is that the place or the shipped register knows; raises UsageError for another."""
    from totalplace.money.declaring import registered

    if own:
        return definition.body(key).kind
    if known := registered(name):
        return known.kind
    raise UsageError(f"'{name}' is no body that is known here: say what it is in a column 'kind', such as council")


def _area(definition: Definition, name: str) -> tuple[str, str, bool]:
    """Which area a name is: the place itself, or another."""
    folded = " ".join(name.split()).casefold()
    same = folded == definition.name.casefold()
    return ("", definition.name, True) if same else (folded, " ".join(name.split()), False)


def _one(text: str, name: str, known: Sequence[str], usual: str) -> str:
    value = text.strip().lower() or usual
    if value and value not in known:
        raise UsageError(f"'{text}' is not a {name}{did_you_mean(value, list(known))}")
    return value


def _denominator(text: str) -> Fraction | None:
    if text.lower() in _NOTHING:
        return None
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise UsageError(f"the denominator '{text[:40]}' is not a number such as 294348") from None
    if not value.is_finite() or not 0 < value < Decimal(10) ** 15:
        raise UsageError(f"a denominator of {text[:40]} cannot be; leave the cell empty where it is not known")
    return Fraction(value)


def _rows(path: Path) -> list[list[str]]:
    """The cells of a CSV file, or of the only sheet with any of a workbook."""
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        return _sheet(path)
    import csv
    import io

    try:
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path} is too large to be a comparison table")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path} is not text in UTF-8; save it as a CSV file in UTF-8") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise DataError(f"{path} cannot be read as CSV: {error}") from None


def _sheet(path: Path) -> list[list[str]]:
    from totalplace.sources.contents import parts_of
    from totalplace.sources.workbooks import sheet_rows

    sheets = [sheet_rows(part) for part in parts_of(path.parent, path.name) if not part.hidden]
    filled = [rows for rows in sheets if any(cell.strip() for row in rows for cell in row)]
    if len(filled) > 1:
        raise DataError(f"{path} has {len(filled)} sheets that hold something; keep the table in one sheet")
    return filled[0] if filled else []
