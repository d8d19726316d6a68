"""Dates as published. Both orders of day and month occur, now and then inside one file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

FIRST, LAST = dt.date(2000, 1, 1), dt.date(2059, 12, 31)
"""Payments outside these dates are taken for faults: the files began in 2010, ledgers hold a little older."""

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july"), 1
    )
    for name in names.split()
} | {
    name: number
    for number, names in enumerate(
        ("aug august", "sep sept september", "oct october", "nov november", "dec december"), 8
    )
    for name in names.split()
}
MONTH_WORD = "|".join(sorted(MONTHS, key=len, reverse=True))
"""A regular expression for the name of a month."""
_ANY = re.IGNORECASE | re.ASCII
_TIME = r"(?:[T :]\d{1,2}[:.]\d{2}.*)?"

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{2})(?::?(\d{2}))?.*)?", _ANY)
_NUMERIC = re.compile(rf"(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_TIME}", _ANY)
_NAMED = re.compile(
    rf"(?:\w{{3,9}},? )?(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]*({MONTH_WORD})[-/., ]*(\d{{4}}|\d{{2}}){_TIME}", _ANY
)
_MONTH_FIRST = re.compile(rf"({MONTH_WORD})[-/. ]+(\d{{1,2}})(?:st|nd|rd|th)?,?[-/. ]+(\d{{4}}){_TIME}", _ANY)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/. ]({MONTH_WORD})(?:[-/. ](\d{{1,2}}))?", _ANY)
_MONTH_ONLY = re.compile(rf"({MONTH_WORD})[-/' .]*(\d{{4}}|\d{{2}})", _ANY)
_MONTH_FIGURES = re.compile(r"(\d{1,2})[-/](\d{4})|(\d{4})[-/](\d{1,2})", _ANY)
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})?|(\d{2})(\d{2})(20\d{2})", _ANY)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", _ANY)


@dataclass(frozen=True)
class When:
    """A published date: a day, or a month alone (`day` 0).

    `order` is 'dmy' or 'mdy' where the figures work in that order only, '' where order plays no part. A
    doubtful date is read as day/month and has its month/day reading in `other`.
    """

    year: int
    month: int
    day: int = 0
    order: str = ""
    other: When | None = None

    @property
    def yyyymm(self) -> int:
        """The month as a number, such as 202404."""
        return self.year * 100 + self.month

    @property
    def date(self) -> dt.date | None:
        """The day, or None for a month alone."""
        return dt.date(self.year, self.month, self.day) if self.day else None


@lru_cache(maxsize=1 << 16)
def read_date(text: str) -> When | None:
    """One published date, or None where it is not a date at all.

    Excel's day numbers are dates. A day told as 23:00 between March and October is midnight of the next day
    in summer time, as a clock in universal time has it.
    """
    text = " ".join(text.split())
    if match := _NUMERIC.fullmatch(text):
        return _numeric(int(match[1]), int(match[2]), _full_year(match[3]))
    if match := _ISO.fullmatch(text):
        return _iso(match)
    if match := _NAMED.fullmatch(text):
        return _day(_full_year(match[3]), MONTHS[match[2].lower()], int(match[1]))
    if match := _MONTH_FIRST.fullmatch(text):
        return _day(int(match[3]), MONTHS[match[1].lower()], int(match[2]))
    if match := _YEAR_FIRST.fullmatch(text):
        year, month = int(match[1]), MONTHS[match[2].lower()]
        return _day(year, month, int(match[3])) if match[3] else When(year, month)
    if match := _MONTH_ONLY.fullmatch(text):
        return When(_full_year(match[2]), MONTHS[match[1].lower()])
    if match := _MONTH_FIGURES.fullmatch(text):
        year, month = int(match[2] or match[3]), int(match[1] or match[4])
        spans_two = match[3] and month == (year + 1) % 100  # 2010-11 is as well the year from April 2010
        return None if spans_two else _month(year, month)
    if match := _SERIAL.fullmatch(text):
        return _of(dt.date(1899, 12, 30) + dt.timedelta(days=int(match[1])))
    if match := _COMPACT.fullmatch(text):
        if match[4]:
            return _day(int(match[6]), int(match[5]), int(match[4]))
        year, month = int(match[1]), int(match[2])
        return _day(year, month, int(match[3])) if match[3] else _month(year, month)
    return None


_SHORT = re.compile(r"(\d{2})[-/. ](\d{1,2})[-/. ](\d{1,2})", _ANY)


def read_year_first(text: str) -> When | None:
    """A date of three short figures with the year first, ``23/04/01``; None for any other."""
    match = _SHORT.fullmatch(" ".join(text.split()))
    return _day(2000 + int(match[1]), int(match[2]), int(match[3])) if match else None


def is_year_first(texts: Sequence[str]) -> bool:
    """Whether dates of three short figures plainly have the year first: one or two years, and many days at the end."""
    found = [match for text in texts if (match := _SHORT.fullmatch(" ".join(text.split())))]
    firsts, lasts = ({match[n] for match in found} for n in (1, 3))
    days = all(read_year_first(match[0]) for match in found)
    return len(found) > 9 and len(firsts) < 3 and len(lasts) > 5 and days


def _iso(match: re.Match[str]) -> When | None:
    when = _day(int(match[1]), int(match[2]), int(match[3]))
    midnight = match[4] == "23" and match[5] in (None, "00")
    if when and midnight and 3 <= when.month <= 10:
        return _of(dt.date(when.year, when.month, when.day) + dt.timedelta(days=1))
    return when


def _full_year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _of(day: dt.date) -> When:
    return When(day.year, day.month, day.day)


def _day(year: int, month: int, day: int) -> When | None:
    try:
        return _of(dt.date(year, month, day))
    except ValueError:
        return None


def _month(year: int, month: int) -> When | None:
    return When(year, month) if 1 <= month <= 12 else None


def _numeric(first: int, second: int, year: int) -> When | None:
    british, american = _day(year, second, first), _day(year, first, second)
    if british and american:
        return replace(british, other=american) if british != american else british
    if british:
        return replace(british, order="dmy")
    return replace(american, order="mdy") if american else None


def in_range(when: When) -> bool:
    """Whether a date is one that a published payment can have."""
    return FIRST.year <= when.year <= LAST.year
