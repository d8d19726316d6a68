"""Which months of which body are there: without a line, with few, and outside the months that its files run over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from totalplace.definition import Definition
from totalplace.store.layout import Run
from totalplace.terms import ENOUGH, financial_year, months_of

FEW = 5
"""A month has few lines where it has under one in so many of the body's median month."""

STATES = ("present", "few lines", "missing", "outside its files")
"""What a month of a body may be: missing lies between the body's first and last months, outside does not."""


@dataclass(frozen=True)
class Standing:
    """A body's lines by month (yyyymm), which of those months have few, and the first and last that have more."""

    lines: Mapping[int, int]
    few: frozenset[int]
    first: int
    last: int

    def state(self, month: int) -> str:
        """One of STATES."""
        if self.lines.get(month):
            return "few lines" if month in self.few else "present"
        return "missing" if self.first <= month <= self.last else "outside its files"


@lru_cache(maxsize=8)
def standing(run: Run) -> Mapping[str, Standing]:
    """Every body that has a line of any year, by id. Worked out once a run: every scope asks for it."""
    return {body: _standing(months) for body, months in run.months().items()}


def _standing(lines: dict[int, int]) -> Standing:
    """The median is over months of the years that count as the body's: dates that are slips would draw it down."""
    counted = _counted(lines)
    usual = _median([n for month, n in lines.items() if _year(month) in counted])
    few = frozenset(month for month, n in lines.items() if n * FEW < usual)
    full = lines.keys() - few
    return Standing(lines, few, min(full), max(full))


def _median(numbers: list[int]) -> int:
    """The middle one, the larger of two: the standard library's takes longer to import than a count may."""
    return sorted(numbers)[len(numbers) // 2]


def _year(month: int) -> str:
    return financial_year(month // 100, month % 100)


def months_missing(
    run: Run, definition: Definition, years: Iterable[str], bodies: Iterable[str] | None = None
) -> dict[str, list[int]]:
    """The months (yyyymm) of financial years in which a body that publishes here has no line, by body.

    A body publishes here where it has a line of any year; one without any is told apart, as without spending.
    `bodies` are the ids asked for; None: all.
    """
    return _in_state(run, definition, years, bodies, ("missing", "outside its files"))


def months_few(
    run: Run, definition: Definition, years: Iterable[str], bodies: Iterable[str] | None = None
) -> dict[str, list[int]]:
    """The months (yyyymm) of financial years in which a body has so few lines that files may be missing, by body."""
    return _in_state(run, definition, years, bodies, ("few lines",))


def _in_state(
    run: Run, definition: Definition, years: Iterable[str], bodies: Iterable[str] | None, states: tuple[str, ...]
) -> dict[str, list[int]]:
    known = standing(run)
    asked = [body.id for body in definition.bodies if body.id in known and (not bodies or body.id in bodies)]
    months = [month for year in sorted(years) for month in months_of(year)]
    found = {body: [month for month in months if known[body].state(month) in states] for body in asked}
    return {body: listed for body, listed in found.items() if listed}


@lru_cache(maxsize=8)
def years_counted(run: Run) -> frozenset[tuple[str, str]]:
    """The bodies and financial years whose own spending is counted: the rule is that of ENOUGH. Once a run."""
    return frozenset((body, year) for body, months in run.months().items() for year in _counted(months))


def _counted(lines: Mapping[int, int]) -> set[str]:
    """The years that count as a body's, of the lines of its months."""
    years: dict[str, int] = defaultdict(int)
    for month, n in lines.items():
        years[_year(month)] += n
    fullest = max(years.values())
    return {year for year, n in years.items() if n * ENOUGH >= fullest}
