"""A table that can be taken away: what it holds, its parameters, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from totalplace.money.pictures import with_names
from totalplace.web.desk import years_words
from totalplace.web.fields import EVERY_YEAR, other_years

if TYPE_CHECKING:
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""What a workbook is called by servers and browsers."""


@dataclass(frozen=True)
class Download:
    """A table with an address: what it holds, the parameters it takes, and how it is made."""

    words: str
    known: tuple[str, ...]
    make: Callable[[Desk, Chosen], Table]
    about: Callable[[Desk, Chosen], tuple[str, str]] | None = None
    """Scope and source where they are not those of the count."""
    of_one: bool = False
    """Whether it is of one thing alone, which its first parameter has to name."""


def named(words: str, known: tuple[str, ...], make: Callable[[Desk, Chosen], Table]) -> Download:
    """A table with the names of bodies beside their ids."""
    return Download(words, known, lambda desk, chosen: with_names(make(desk, chosen), desk.definition))


MOST = 1_000_000
"""Rows of a table that a CSV or JSON file holds."""
SHIPPED = ("As shipped with Total Place", "Each value has its source beside it. Money in pounds.")
"""Scope and source of the tables that are of no place."""


def scope_of(desk: Desk, chosen: Chosen) -> str:
    """What a table covers, in a sentence."""
    years = years_words([y for y in chosen.values.get("year", ()) if y != EVERY_YEAR] or _all_years(desk, chosen))
    bodies = ", ".join(map(desk.name, chosen.values.get("body", []))) or "all bodies"
    others = "; ".join(
        f"{name}: {', '.join(values)}" for name, values in chosen.values.items() if name not in ("body", "year", "by")
    )
    return f"{desk.definition.name}; {bodies}; {years}" + (f"; {others}" if others else "")


def _all_years(desk: Desk, chosen: Chosen) -> list[str]:
    counted: list[str] = desk.money.count().scope["years"]
    return [*counted, *other_years(desk)] if EVERY_YEAR in chosen.values.get("year", ()) else counted


def source_of(desk: Desk) -> str:
    """Where the figures of a table come from, in a sentence."""
    return (
        f"Source: payments as published by the bodies; Total Place, run {desk.place.run.name}. "
        "Money in pounds, in the prices of the day unless a heading names a year's prices."
    )
