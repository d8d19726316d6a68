"""How much of what it does a body did in a year: figures that people give, so that volume can be told from price."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from totalplace.definition import Definition
from totalplace.errors import DataError, UsageError
from totalplace.terms import check_year

COLUMNS = ("body", "year", "activity")
OWN = "activity.csv"
"""The file beside place.toml in which a place keeps its figures."""
LARGEST = Decimal(10) ** 15


@dataclass(frozen=True)
class Activity:
    """Figures of activity by body id and financial year. The unit is a body's own (cases, journeys, bins emptied):
    only the ratio of a body's two years has a say."""

    rows: tuple[tuple[str, str, Decimal], ...] = ()

    def of(self, body: str, year: str) -> Decimal | None:
        """A body's figure of a year, None where there is none."""
        return next((value for b, y, value in self.rows if (b, y) == (body, year)), None)


def read_activity(path: Path, definition: Definition) -> Activity:
    """The figures in a CSV file with the columns body, year, activity; bodies by id, name or alias.

    Raises DataError that names the file, the line, and what to do.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path} is not text in UTF-8; save it as a CSV file in UTF-8") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    reader = csv.DictReader(text.splitlines(), restval="")
    if lack := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise DataError(f"{path} has no column {', '.join(lack)}; it needs the columns {', '.join(COLUMNS)}")
    return _checked(((f"{path}, line {n}", row) for n, row in enumerate(reader, 2)), definition)


def _checked(rows: Iterable[tuple[str, Mapping[str, str]]], definition: Definition) -> Activity:
    found: dict[tuple[str, str], Decimal] = {}
    for where, row in rows:
        try:
            body, year = definition.body(row["body"].strip()).id, check_year(row["year"].strip())
            value = _value(row["activity"])
        except UsageError as error:
            raise DataError(f"{where}: {error}") from None
        if (body, year) in found:
            raise DataError(f"{where}: {body} has a figure of {year} already; add the two up, or leave one out")
        found[body, year] = value
    return Activity(tuple((body, year, value) for (body, year), value in sorted(found.items())))


def _value(text: str) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        raise UsageError(f"'{text}' is not a figure of activity such as 1250") from None
    if not value.is_finite() or not 0 < value < LARGEST:
        raise UsageError(f"an activity of {text} cannot be compared; leave the row out")
    return value
