"""How answers are shown: one JSON document for machines, a table for people, progress on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from totalplace.table import Column, Table
from totalplace.terms import money

if TYPE_CHECKING:
    from totalplace.build import Progress

WIDEST = 60
"""Characters of a cell shown on a terminal; JSON and downloads hold all."""


def as_json(document: Any) -> None:
    """Prints one JSON document, and nothing else, on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def say(message: str) -> None:
    """A message for people, on stderr."""
    print(message, file=sys.stderr)


def table_document(table: Table) -> dict[str, Any]:
    """A table for JSON: money as decimal strings of pounds."""
    return {"table": table.name, "title": table.title, "rows": list(table.records())}


def as_table(table: Table, limit: int = 0) -> None:
    """Prints a table for people: columns aligned, numbers to the right; `limit` rows, 0 for all."""
    rows = table.rows[:limit] if limit else table.rows
    cells = [[shown(value, column) for value, column in zip(row, table.columns, strict=True)] for row in rows]
    labels = [column.label for column in table.columns]
    widths = [max(len(label), *(len(row[i]) for row in cells), 1) for i, label in enumerate(labels)]
    right = [column.kind in ("money", "count", "number", "percent") for column in table.columns]
    out = sys.stdout
    out.write(f"{table.title}\n\n")
    for line in (labels, ["-" * width for width in widths], *cells):
        aligned = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True))
        out.write("  ".join(aligned).rstrip() + "\n")
    if len(rows) < len(table.rows):
        out.write(f"... and {len(table.rows) - len(rows):,} more\n")
    if table.note:
        out.write(f"\n{table.note}\n")


def show_states(table: Table) -> None:
    """Says on stderr how many rejected rows there are, and how many of them are mended."""
    at = [column.name for column in table.columns].index("state")
    done = sum(row[at] == "mended" for row in table.rows)
    say(f"{len(table.rows):,} rejected, {done:,} mended, {len(table.rows) - done:,} open")


def shown(value: Any, column: Column) -> str:
    """A cell for people."""
    if value is None:
        return ""
    if column.kind == "money":
        return money(value, 2)
    if column.kind == "count":
        return f"{value:,}"
    text = " ".join(str(value).split())
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what[-50:], completed=done, total=total)
