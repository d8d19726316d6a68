"""A table for people: what a command prints, a page shows and a download holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from totalplace.terms import pounds

Kind = Literal["text", "money", "count", "date", "percent", "number", "ratio", "figure"]
"""What a column holds: money in pence, counts, days, shares of 1, numbers as they are (lines, indices), ratios such as
pounds for each £1 (two decimals), and figures of any size such as 0.35 or 1,200 (as many decimals as they need)."""

RIGHT = ("money", "count", "number", "percent", "ratio", "figure")
"""The kinds that are set to the right."""


@dataclass(frozen=True)
class Column:
    """A column: `name` for machines, `label` for people; money columns hold pence."""

    name: str
    label: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Table:
    """Rows under columns, with a title and a note on scope. Money cells are pence (int)."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    note: str = ""

    def records(self) -> Iterator[dict[str, Any]]:
        """Rows as plain dictionaries for JSON: money as decimal strings of pounds, ids as text."""
        return (record(self.columns, row) for row in self.rows)

    def at(self, name: str) -> int:
        """The place of a column among the columns; raises ValueError where there is none of that name."""
        return [column.name for column in self.columns].index(name)

    def without(self, name: str) -> Table:
        """The same without a column."""
        at = self.at(name)
        rows = [(*row[:at], *row[at + 1 :]) for row in self.rows]
        return replace(self, columns=(*self.columns[:at], *self.columns[at + 1 :]), rows=rows)


def record(columns: Sequence[Column], row: Sequence[Any]) -> dict[str, Any]:
    """A row as a plain dictionary for JSON."""
    return {column.name: plain(value, column.kind) for column, value in zip(columns, row, strict=True)}


def plain(value: Any, kind: Kind) -> Any:
    """A cell for JSON and CSV: pence become a decimal string of pounds, dates ISO text, the rest stays.

    A number in a column of text is an id, and becomes text: readers that have floats alone would round it.
    """
    if value is None:
        return None
    if kind == "money":
        return pounds(value)
    if kind == "date":
        return str(value)
    return str(value) if kind == "text" and type(value) is int else value


def figure(value: float) -> str:
    """A number of any size for people: whole ones with commas, others to four significant figures."""
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"
