"""GDP deflators by financial year, in named vintages, from `deflators.csv` and `deflators.toml`; prices of one year
as prices of another.

Money of year *y* in prices of year *b* is money x index(b) / index(y), as in HM Treasury's guide to its GDP
deflators. The arithmetic is exact until the last step, which rounds half a penny up (away from zero, so that a credit
stays the mirror of a payment).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path

from totalplace.errors import PlaceError, UsageError, did_you_mean
from totalplace.terms import check_year, half_up

COLUMNS = ("vintage", "year", "index", "status", "verified")
"""The columns of `deflators.csv`. A place's own file may leave out the last two, and may say a `source`."""
STATUSES = ("outturn", "forecast")
"""Whether an index was measured when it was published, or expected."""
OWN = "deflators.csv"
"""The file beside place.toml in which a place keeps vintages of its own."""
LARGEST = Decimal(10) ** 9


@dataclass(frozen=True)
class Index:
    """The index of a financial year: its size against the vintage's own base, its status, whether it is verified."""

    year: str
    value: Decimal
    status: str = "outturn"
    verified: bool = False


@dataclass(frozen=True)
class Deflator:
    """A vintage: what it is called, when it was published, where it comes from, how it was made, and its years."""

    id: str
    title: str
    published: str
    unit: str
    source: str
    method: str
    rows: tuple[Index, ...]

    def has(self, year: str) -> bool:
        """Whether there is an index of a financial year."""
        return any(row.year == year for row in self.rows)

    def row(self, year: str) -> Index:
        """The row of a financial year; raises UsageError that names the years there are."""
        wanted = check_year(year)
        for row in self.rows:
            if row.year == wanted:
                return row
        raise UsageError(f"the deflator {self.id} has no index of {year}; it has {years_there(self.rows)}")

    def index(self, year: str) -> Decimal:
        """The index of a financial year; raises UsageError that names the years there are."""
        return self.row(year).value

    def factor(self, year: str, to: str) -> Fraction:
        """What a pound of `year` is in prices of `to`, exact; raises UsageError for a year without an index."""
        return Fraction(self.index(to)) / Fraction(self.index(year))

    def convert(self, pence: int, year: str, to: str) -> int:
        """Pence of `year` in prices of `to`, half a penny up; raises UsageError for a year without an index."""
        return half_up(pence * self.factor(year, to))

    def doubtful(self, years: Iterable[str]) -> list[str]:
        """Those of some financial years whose index is not verified."""
        return [year for year in sorted(years) if self.has(year) and not self.row(year).verified]

    def forecast(self, years: Iterable[str]) -> list[str]:
        """Those of some financial years whose index is a forecast."""
        return [year for year in sorted(years) if self.has(year) and self.row(year).status == "forecast"]


def years_there(rows: Iterable[Index]) -> str:
    """The years of a vintage in words: ``1989-90 to 2019-20``, with every year named where some are left out."""
    years = sorted(row.year for row in rows)
    if len(years) > 1 and int(years[-1][:4]) - int(years[0][:4]) + 1 == len(years):
        return f"{years[0]} to {years[-1]}"
    return ", ".join(years) or "none"


@cache
def vintages() -> tuple[Deflator, ...]:
    """The shipped vintages, the one that is taken where none is named first."""
    import tomllib

    folder = files("totalplace.parameters")
    rows = _rows(folder.joinpath("deflators.csv").read_text("utf-8"), "deflators.csv")
    told = tomllib.loads(folder.joinpath("deflators.toml").read_text("utf-8"))["vintage"]
    return tuple(Deflator(**about, rows=tuple(rows[about["id"]])) for about in told)


def own_vintages(path: Path) -> tuple[Deflator, ...]:
    """The vintages of a place's own file, none where it is not there; raises PlaceError where it is at fault."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise PlaceError(f"{path.name} cannot be read: {error}; save it as a CSV file in UTF-8") from error
    sources = {line.get("vintage", "").strip(): (line.get("source") or "").strip() for line in _lines(text)}
    return tuple(
        Deflator(
            name, f"{name}, from {path.name}", "", "", sources[name] or f"{path.name}, no source given", "", tuple(r)
        )
        for name, r in _rows(text, path.name).items()
    )


def deflator(name: str = "", own: tuple[Deflator, ...] = ()) -> Deflator:
    """The vintage of a name; the first of the place's own, or of the shipped, where none is named.

    Raises UsageError for a name that there is not.
    """
    known = {vintage.id: vintage for vintage in (*own, *vintages())}
    if not name:
        return next(iter(known.values()))
    if name not in known:
        raise UsageError(f"there is no deflator '{name}'{did_you_mean(name, list(known))}")
    return known[name]


def _lines(text: str) -> list[dict[str, str]]:
    return [dict(row) for row in csv.DictReader(text.splitlines(), restval="")]


def _rows(text: str, name: str) -> dict[str, list[Index]]:
    """The rows of a file by vintage; raises PlaceError that names file and line."""
    found: dict[str, list[Index]] = {}
    lines = _lines(text)
    if lack := [column for column in COLUMNS[:3] if not lines or column not in lines[0]]:
        raise PlaceError(f"{name} has no column {', '.join(lack)}; its columns are {', '.join(COLUMNS)}, source")
    for number, line in enumerate(lines, 2):
        try:
            vintage, row = line["vintage"].strip(), _index(line)
        except UsageError as error:
            raise PlaceError(f"{name}, line {number}: {error}") from None
        if not vintage:
            raise PlaceError(f"{name}, line {number}: it does not say of which vintage it is")
        if any(row.year == other.year for other in found.setdefault(vintage, [])):
            raise PlaceError(f"{name}, line {number}: {vintage} has an index of {row.year} already")
        found[vintage].append(row)
    return found


def _index(line: Mapping[str, str]) -> Index:
    text, status = line["index"].strip(), (line.get("status") or "outturn").strip()
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise UsageError(f"'{text}' is not an index such as 112.375") from None
    if not value.is_finite() or not 0 < value < LARGEST:
        raise UsageError(f"an index of {text} cannot be")
    if status not in STATUSES:
        raise UsageError(f"'{status}' is neither outturn nor forecast")
    verified = (line.get("verified") or "no").strip()
    if verified not in ("yes", "no"):
        raise UsageError(f"verified is '{verified}'; it must be yes or no")
    return Index(check_year(line["year"].strip()), value, status, verified == "yes")
