"""Discount schedules by name, from `discounting.toml`: what a pound of a later year counts in the first year.

Year 0 is the first year of the proposal and counts whole. A year's factor is that of the year before divided by one and
the rate of the year's band, so factors run on across bands (The Green Book 2022, annex 6). A person's own flat rate
is named by its per cent: ``flat-3.5``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from totalplace.errors import UsageError, did_you_mean
from totalplace.parameters.dated import share, shipped

LONGEST = 1000
"""No case looks further ahead than so many years."""
STANDARD = "green-book-2022"
"""The schedule that is taken where none is named."""
_FLAT = re.compile(r"flat-(\d{1,3}(?:\.\d{1,6})?)%?", re.ASCII)


@dataclass(frozen=True)
class Band:
    """Years, both counted in, with one rate (a share a year: 0.035); `last` is None where it goes on for ever."""

    first: int
    last: int | None
    rate: Decimal
    verified: bool

    def holds(self, year: int) -> bool:
        """Whether a year is in the band."""
        return self.first <= year and (self.last is None or year <= self.last)

    @property
    def words(self) -> str:
        """``years 0 to 30``; ``from year 301``."""
        return f"from year {self.first}" if self.last is None else f"years {self.first} to {self.last}"


@dataclass(frozen=True)
class Schedule:
    """A discount schedule: its name, title, unit, source, date and bands in their order."""

    id: str
    title: str
    unit: str
    source: str
    date: str
    licence: str
    bands: tuple[Band, ...]
    note: str = ""

    @property
    def verified(self) -> bool:
        """Whether the rate of every band was read in its source; `verified_to` asks for the years of a case."""
        return all(band.verified for band in self.bands)

    def verified_to(self, year: int) -> bool:
        """Whether every rate that the factor of a year is made of was read in its source."""
        return all(band.verified for band in self.bands if band.first <= self._checked(year))

    def rate(self, year: int) -> Decimal:
        """The rate of a year as a share (0.035); raises UsageError for a year that the schedule does not reach."""
        return next(band.rate for band in self.bands if band.holds(self._checked(year)))

    def factor(self, year: int) -> Fraction:
        """What a pound of a year counts in year 0, exact; raises UsageError for a year that it does not reach."""
        return _factor(self.bands, self._checked(year))

    def factors(self, years: int) -> list[float]:
        """The factors of so many years, from year 0 (1.0) to year `years` - 1; raises UsageError as `factor` does."""
        if years < 0:
            raise UsageError(f"{years} years cannot be discounted")
        return [float(self.factor(year)) for year in range(years)]

    def _checked(self, year: int) -> int:
        end = self.bands[-1].last
        reach = LONGEST if end is None else end
        if not 0 <= year <= reach:
            raise UsageError(f"the discount schedule {self.id} has no rate of year {year}; it has years 0 to {reach}")
        return year


@cache
def _factor(bands: tuple[Band, ...], year: int) -> Fraction:
    factor = Fraction(1)
    for band in bands:
        # Year 0 counts whole, so the first band discounts from year 1 on.
        first, last = max(band.first, 1), year if band.last is None else min(band.last, year)
        if last >= first:
            factor /= (1 + Fraction(band.rate)) ** (last - first + 1)
    return factor


@cache
def schedules() -> tuple[Schedule, ...]:
    """The shipped schedules, the standard one first."""
    return tuple(_schedule(**table) for table in shipped("discounting.toml")["schedule"])


def _schedule(band: list[dict[str, object]], **about: str) -> Schedule:
    bands = tuple(_band(**one) for one in band)  # type: ignore[arg-type]
    return Schedule(**about, bands=bands)


def _band(rate: str, verified: bool, to: int | None = None, **start: int) -> Band:
    return Band(start["from"], to, share(rate), verified)


def schedule(name: str = STANDARD) -> Schedule:
    """The schedule of a name, or a flat rate of one's own (``flat-3.5``: 3.5% in every year).

    Raises UsageError for a name that there is not and for a rate over 100%.
    """
    if name.startswith("flat"):
        return _flat(name)
    known = {one.id: one for one in schedules()}
    if name not in known:
        raise UsageError(f"there is no discount schedule '{name}'{did_you_mean(name, [*known, 'flat-3.5'])}")
    return known[name]


def _flat(name: str) -> Schedule:
    found = _FLAT.fullmatch(name)
    if not found:
        raise UsageError(f"'{name}' is no discount schedule; a flat rate is written in per cent: flat-3.5")
    percent = Decimal(found[1])
    if percent > 100:
        raise UsageError(f"'{name}' is a rate of over 100% a year; a flat rate is written in per cent: flat-3.5")
    if 0 < percent < Decimal("0.1"):
        raise UsageError(f"'{name}' is {percent}% a year; did you mean 'flat-{(percent * 100).normalize():f}'?")
    shown = f"{percent.normalize():f}"
    return Schedule(
        f"flat-{shown}",
        f"Flat: {shown}% in every year",
        "per cent a year",
        "a rate of one's own",
        "",
        "",
        (Band(0, None, percent / 100, False),),
        "Not a published schedule.",
    )
