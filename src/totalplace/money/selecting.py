"""Which lines are wanted, and in which order: filters and search words as SQL, values bound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.money.cuts import CUTS, known_filters
from totalplace.services import CLASSES
from totalplace.store.layout import Run
from totalplace.store.queries import marks
from totalplace.terms import Where

FILTERS = (*CUTS, "payee_key", "file")
SORTS = {
    "file": "l.file, l.line",
    "largest": "abs(l.pence) DESC, l.file, l.line",
    "newest": "l.month DESC, l.date DESC NULLS LAST, l.file, l.line",
}
"""Orders of lines: as they stand in the files, largest amounts first, latest first."""
SEARCHED = ("payee", "department", "category", "purpose", "transaction")
WORDS_LIMIT = 250_000
"""Among so many lines a search looks at all their words; among more, at payees alone."""
ON_LINES = ("body", "year", "month", "channel", *CLASSES, "payee_key", "file")
"""Filters that a line answers itself; for the others its entry in the ledger is asked."""


class Conditions:
    """Filters as SQL conditions; values are bound, never written into the SQL.

    `line` holds for lines and for the ledger alike, `entry` for the ledger alone: pairs of a condition, with
    {} where the name of the table goes, and its values. `wanted` says the same without SQL, but for a search.
    Raises UsageError for an unknown filter or value.
    """

    def __init__(self, definition: Definition, where: Where) -> None:
        self.line: list[tuple[str, list[Any]]] = []
        self.entry: list[tuple[str, list[Any]]] = []
        self.wanted: dict[str, frozenset[Any]] = {}
        for name in where:
            if name not in FILTERS:
                raise UsageError(f"'{name}' is not a filter{did_you_mean(name, list(FILTERS))}")
        own = ("payee_key", "file")
        wanted: dict[str, Iterable[str]] = dict(
            known_filters(definition, {n: v for n, v in where.items() if n not in own})
        )
        wanted.update({n: {str(value) for value in where[n]} for n in own if where.get(n)})
        for name, listed in wanted.items():
            column = "supplier_id" if name == "supplier" else name
            values: list[Any] = sorted(listed)
            if column in ("supplier_id", "payee_key", "month"):
                values = sorted(number(value, name) for value in listed)
            self.wanted[column] = frozenset(values)
            (self.line if name in ON_LINES else self.entry).append((f"{{}}.{column} IN ({marks(values)})", values))

    def on_lines(self) -> tuple[str, list[Any]]:
        """The condition that a line answers itself."""
        return joined(self.line, "l")

    def on_entries(self) -> tuple[str, list[Any]]:
        """The whole condition, on the ledger."""
        return joined([*self.line, *self.entry], "e")


def joined(conditions: Iterable[tuple[str, list[Any]]], name: str) -> tuple[str, list[Any]]:
    """Conditions on a table of that name as one, with its values."""
    listed = list(conditions)
    texts = ["TRUE", *(text.format(name) for text, _ in listed)]
    return " AND ".join(texts), [value for _, values in listed for value in values]


def check_files(run: Run, files: Iterable[str]) -> None:
    """Raises UsageError where a file is not one that the run was made from, as declared."""
    known = {entry["name"] for entry in run.files}
    for file in files:
        if file not in known:
            raise _unknown(file, known)


def file_named(run: Run, file: str) -> str:
    """The file of the run with this name, as declared or the end of it after a '/' or a zip's '!'.

    Raises UsageError where there is none, and where it is the end of several.
    """
    known: set[str] = {entry["name"] for entry in run.files}
    if file in known:
        return file
    found = sorted(name for name in known if name.endswith((f"/{file}", f"!{file}")))
    if len(found) > 1:
        raise UsageError(f"'{file}' is the name of {len(found)} files: give more of it, such as '{found[0]}'")
    if not found:
        raise _unknown(file, known)
    return found[0]


def _unknown(file: str, known: Iterable[str]) -> UsageError:
    """Names files without their folders: the folders of many files are alike, and nothing tells them apart."""
    own = sorted({name.rpartition("/")[2] for name in known})
    return UsageError(f"'{file}' is not a file of this place{did_you_mean(file.rpartition('/')[2], own)}")


def check_sort(sort: str) -> None:
    """Raises UsageError where an order is not one of SORTS."""
    if sort not in SORTS:
        raise UsageError(f"'{sort}' is not an order{did_you_mean(sort, list(SORTS))}")


def number(value: str, name: str) -> int:
    """A filter's value as a number; raises UsageError where it is none."""
    try:
        return int(value)
    except ValueError:
        raise UsageError(f"{name} is '{value}'; it must be a number") from None


def like(text: str) -> str:
    """Search words as a LIKE pattern: found anywhere, with its own signs taken as they are."""
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return f"%{text.strip()}%"


def like_sql(column: str) -> str:
    """A condition that a column holds search words, given as `like` gives them."""
    return f"{column} ILIKE ? ESCAPE '\\'"
