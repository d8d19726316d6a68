"""Dates as published. Both orders of day and month occur, now and then inside one file."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

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
_WORD = "|".join(sorted(MONTHS, key=len, reverse=True))

_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{2})(?::?\d{2}){0,2}.*)?$")
_NUMERIC = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ]\d{1,2}:\d{2}.*)?$")
_NAMED = re.compile(rf"^(?:\w{{3,9}},? )?(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]*({_WORD})[-/., ]*(\d{{4}}|\d{{2}})$", re.I)
_MONTH_FIRST = re.compile(rf"^({_WORD})[-/. ]+(\d{{1,2}})(?:st|nd|rd|th)?,?[-/. ]+(\d{{4}})$", re.I)
_MONTH_ONLY = re.compile(rf"^({_WORD})[-/' .]*(\d{{4}}|\d{{2}})$", re.I)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})?$")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")


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
        return self.year * 100 + self.month

    @property
    def date(self) -> dt.date | None:
        return dt.date(self.year, self.month, self.day) if self.day else None


def read_date(text: str) -> When | None:
    """One published date, or None where it is not a date at all.

    Excel's day numbers are dates; a time of 23:00 is midnight of the next day in summer time.
    """
    text = " ".join(text.split())
    if match := _NUMERIC.match(text):
        return _numeric(int(match[1]), int(match[2]), _full_year(match[3]))
    if match := _ISO.match(text):
        when = _day(int(match[1]), int(match[2]), int(match[3]))
        return _next_day(when) if when and match[4] == "23" else when
    if match := _NAMED.match(text):
        return _day(_full_year(match[3]), MONTHS[match[2].lower()], int(match[1]))
    if match := _MONTH_FIRST.match(text):
        return _day(int(match[3]), MONTHS[match[1].lower()], int(match[2]))
    if match := _MONTH_ONLY.match(text):
        return When(_full_year(match[2]), MONTHS[match[1].lower()])
    if match := _SERIAL.match(text):
        return _of(dt.date(1899, 12, 30) + dt.timedelta(days=int(match[1])))
    if match := _COMPACT.match(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 0)
        if not 1 <= month <= 12:
            return None
        return _day(year, month, day) if match[3] else When(year, month)
    return None


def _full_year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _of(day: dt.date) -> When:
    return When(day.year, day.month, day.day)


def _day(year: int, month: int, day: int) -> When | None:
    try:
        return _of(dt.date(year, month, day))
    except ValueError:
        return None


def _next_day(when: When) -> When:
    return _of(dt.date(when.year, when.month, when.day) + dt.timedelta(days=1))


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


@dataclass(frozen=True)
class Period:
    """The time that a name tells: a month and year, or either alone, or neither (zeros)."""

    year: int = 0
    month: int = 0


_P_YMD = re.compile(r"(?<!\d)(20\d{2})[-_. ]?(0[1-9]|1[0-2])(?!\d)")
_P_YYMM = re.compile(r"(?<!\d)(1\d|2\d)(0[1-9]|1[0-2])(?!\d)")
_P_NAME = re.compile(rf"(?<![a-z])({_WORD})(?![a-z])[-_' .]*(20\d{{2}}|\d{{2}}(?!\d))?", re.I)
_P_NAME_TAIL = re.compile(rf"(?<!\d)(20\d{{2}})[-_ ]({_WORD})(?![a-z])", re.I)
_P_YEARS = re.compile(r"(?<!\d)(20\d{2})[-_/ ](\d{2})(?!\d)")


def period_in(name: str) -> Period:
    """The month, and year where given, that a file or sheet name tells: ``'Dec22-250s'``, ``'1910.csv'``."""
    if match := _P_NAME_TAIL.search(name):
        return Period(int(match[1]), MONTHS[match[2].lower()])
    if match := _P_NAME.search(name):
        year = match[2]
        if year is None:
            loose = re.search(r"(?<!\d)(20\d{2})(?!\d)", name) or re.search(r"[-_ ](1\d|2\d)(?!\d)", name[match.end() :])
            year = loose[1] if loose else None
        return Period(_full_year(year) if year else 0, MONTHS[match[1].lower()])
    if (match := _P_YEARS.search(name)) and (int(match[1]) + 1) % 100 == int(match[2]):
        return Period()
    if match := _P_YMD.search(name):
        return Period(int(match[1]), int(match[2]))
    if match := _P_YYMM.search(name):
        return Period(2000 + int(match[1]), int(match[2]))
    return Period()
