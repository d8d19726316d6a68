"""The month and year that the name of a file, sheet or folder tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from totalplace.sources.dates import MONTH_WORD, MONTHS


@dataclass(frozen=True)
class Period:
    """The time that a name tells: a month and year, or either alone, or neither (noughts)."""

    year: int = 0
    month: int = 0


_ANY = re.IGNORECASE | re.ASCII
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?[-_ ,]+(?=20\d{2}))?"
_NAMED = re.compile(rf"(?<![a-z])({MONTH_WORD})(?![a-z])[-_' .]*{_DAY}(20\d{{2}}|\d{{2}}(?!\d))?", _ANY)
_YEAR_BEFORE = re.compile(rf"(?<!\d)(20\d{{2}})[-_ .]({MONTH_WORD})(?![a-z])", _ANY)
_YEAR_MONTH = re.compile(r"(?<!\d)(20\d{2})[-_. ]?(0[1-9]|1[0-2])(?!\d)", _ANY)
# Not 2001 to 2012, which are as well years.
_TWO_AND_TWO = re.compile(r"(?<!\d)(1\d|2[1-9])(0[1-9]|1[0-2])(?!\d)", _ANY)
_FINANCIAL = re.compile(
    r"(?<!\d)20(\d{2})[-_/ ]?(?:20)?(\d{2})(?![-_/]?\d)|(?<![\d-])(\d{2})[-_/](\d{2})(?![-_/]?\d)", _ANY
)
_LONE = re.compile(rf"(?<!\d)(20\d{{2}})(?!\d)|(?:{MONTH_WORD})(?![a-z]).*?[-_ ]([12]\d)(?!\d)", _ANY)
_ENDINGS = re.compile(r"\.(?:csv|txt|tsv|tab|zip|xlsx|xlsm|xls|ods)$", _ANY)


PERIODS_ARE = (
    "holds accounting periods (1 is April, 13 what was booked after the year's end), not dates: ask for the day or "
    "month of payment, or give each period's lines as a file named by its month; period 13 goes with March"
)
"""What is to be done where periods stand in the place of dates."""
_PERIOD = re.compile(r"(?:p|period|month)?\s*(?:0?[1-9]|1[0-3])", _ANY)
_PERIOD_HEADING = re.compile(r"(?:accounting |financial |fiscal |ledger )?(?:period|month)(?: no\.?| number)?", _ANY)
_THIRTEENTH = re.compile(
    r"(?:20\d{2}[-/ ]?(?:(?:20)?\d{2}[-/ ]+)?)?(?:p|per|period|month)?[-/ .]*13(?:[-/ ]20\d{2}(?:[-/]\d{2,4})?)?", _ANY
)


def is_thirteenth(text: str) -> bool:
    """Whether a text in the place of a date is a period 13: ``'P13'``, ``'2024-13'``, ``'202413'``, ``'13/2024'``."""
    return bool(_THIRTEENTH.fullmatch(text.strip()))


def periods_held(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The heading of a column that holds accounting periods, 1 to 13, in every row; '' for none."""
    for at, heading in enumerate(headings):
        cells = [row[at].strip() for row in rows if at < len(row) and row[at].strip()]
        if cells and _PERIOD_HEADING.fullmatch(heading.strip()) and all(map(_PERIOD.fullmatch, cells)):
            return heading
    return ""


def period_in(name: str) -> Period:
    """The month, and year where given, that one name tells: ``'Dec22-250s'``, ``'April 2024'``, ``'1910'``.

    A name that tells two months, of a quarter or a year, tells none.
    """
    months = {MONTHS[word.lower()] for word in re.findall(rf"(?<![a-z])({MONTH_WORD})(?![a-z])", name, _ANY)}
    if months:
        return Period(_year_with(name, min(months)), min(months)) if len(months) == 1 else Period()
    if _financial_start(name):
        return Period()
    if match := _YEAR_MONTH.search(name):
        return Period(int(match[1]), int(match[2]))
    if match := _TWO_AND_TWO.search(name):
        return Period(2000 + int(match[1]), int(match[2]))
    return Period()


def _year_with(name: str, month: int) -> int:
    """The calendar year that goes with a named month: written beside it, of a financial year, or alone."""
    start = _financial_start(name)
    if not start and (match := _YEAR_BEFORE.search(name)):
        return int(match[1])
    beside = next((m[2] for m in _NAMED.finditer(name) if m[2]), "")
    if start and (not beside or int(beside) % 100 == start % 100):
        return start if month >= 4 else start + 1
    if beside:
        return int(beside) % 100 + 2000
    lone = _LONE.search(name)
    return 2000 + int(lone[1] or lone[2]) % 100 if lone else 0


def _financial_start(name: str) -> int:
    """The year in which the financial year that a name tells begins, ``'2018-19'``; 0 for none."""
    for match in _FINANCIAL.finditer(name):
        first, second = (int(part) for part in match.groups() if part)
        if second == (first + 1) % 100:
            return 2000 + first
    return 0


def period_told(name: str) -> Period:
    """The month that a part's whole name tells, ``'2018-19/spend.xlsx#April'``.

    The innermost piece that tells a month has the say, with the year from it or else from a piece around it.
    """
    pieces = [_ENDINGS.sub("", piece) for piece in reversed(re.split(r"[#!/\\]", name))]
    for at, piece in enumerate(pieces):
        told = period_in(piece)
        if told.month:
            return told if told.year else Period(_year_around(pieces[at + 1 :], told.month), told.month)
    return Period()


def _year_around(pieces: Iterable[str], month: int) -> int:
    for piece in pieces:
        if start := _financial_start(piece):
            return start if month >= 4 else start + 1
        if match := re.search(r"(?<!\d)(20\d{2})(?!\d)", piece):
            return int(match[1])
    return 0
