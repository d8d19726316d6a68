"""How answers are shown: one JSON document for machines, a table for people, progress on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from totalplace.table import RIGHT, Column, Table, figure
from totalplace.terms import money

if TYPE_CHECKING:
    from totalplace.build import Progress
    from totalplace.money.lines import LinesPage
    from totalplace.place import Place

WIDEST = 60
"""Characters of a cell in a line; what is longer goes on in the next."""
NUMBERS = ("supplier_id", "payee_key")
"""Columns for machines: people are shown names."""
BODIES = ("body", "to_body", "paid_by")
"""Columns that hold ids of bodies; several have commas between them."""


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


def as_table(
    table: Table, limit: int = 0, *, names: Mapping[str, str] | None = None, hide: Collection[str] = ()
) -> None:
    """Prints a table for people: columns aligned, numbers to the right; `limit` rows, 0 for all.

    Nothing is cut: what is wider than WIDEST goes on below. `names` stand in for the ids of bodies; columns of
    `hide` are left out.
    """
    rows = table.rows[:limit] if limit else table.rows
    kept = [i for i, column in enumerate(table.columns) if column.name not in hide]
    columns = [table.columns[i] for i in kept]
    cells = [[_lines_of(shown(row[i], table.columns[i], names)) for i in kept] for row in rows]
    labels = [column.label for column in columns]
    widths = [max(len(label), *(len(text) for row in cells for text in row[i]), 1) for i, label in enumerate(labels)]
    right = [column.kind in RIGHT for column in columns]
    out = sys.stdout
    out.write(f"{table.title}\n\n")
    for line in (labels, ["-" * width for width in widths], *(part for row in cells for part in zip_longest(*row))):
        texts = (text or "" for text in line)
        aligned = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(texts, widths, right, strict=True))
        out.write("  ".join(aligned).rstrip() + "\n")
    if len(rows) < len(table.rows):
        out.write(f"... and {len(table.rows) - len(rows):,} more\n")
    if table.note:
        out.write(f"\n{table.note}\n")


def _lines_of(text: str) -> list[str]:
    """A cell as lines of at most WIDEST characters, broken at spaces where there are any, else after a '/'."""
    if len(text) <= WIDEST:
        return [text]
    from textwrap import wrap

    lines = wrap(text, WIDEST, break_long_words=False, break_on_hyphens=False)
    return [piece for line in lines for piece in _pieces(line)]


def _pieces(word: str) -> Iterator[str]:
    """A word in pieces of at most WIDEST characters: a path by its folders, so that its file's name stays whole."""
    while len(word) > WIDEST:
        at = word.rfind("/", 0, WIDEST) + 1 or WIDEST
        yield word[:at]
        word = word[at:]
    yield word


def show_listed(table: Table, json: bool, thing: str, begin: str) -> None:
    """Shows what a folder of the place holds, with what is wrong where anything is, or how to begin the first."""
    if json:
        as_json(table_document(table))
    elif table.rows:
        as_table(table, hide=() if any(row[-1] for row in table.rows) else ("wrong",))
    else:
        say(f"there is no {thing} yet: totalplace {begin} begins one")


def names_of(place: Place) -> dict[str, str]:
    """The names of a place's bodies by id, for `as_table`."""
    return {body.id: body.name for body in place.definition.bodies}


LINE = ("body", "date", "payee", "amount", "outcome", "to_body", "file", "line")
"""The columns of a line that people are shown."""


def show_lines(found: LinesPage, place: Place) -> None:
    """Prints a page of lines by the columns of LINE, without receivers where there are none."""
    columns = [column.name for column in found.table.columns]
    at, month, to_body = (columns.index(name) for name in ("date", "month", "to_body"))
    rows = [
        tuple(row[month] if i == at and not row[at] else cell for i, cell in enumerate(row)) for row in found.table.rows
    ]
    kept = LINE if any(row[to_body] for row in rows) else tuple(name for name in LINE if name != "to_body")
    hide = [name for name in columns if name not in kept]
    as_table(replace(found.table, rows=rows), names=names_of(place), hide=hide)
    say(f"\npage {found.page} of {found.pages}: {found.total:,} lines, {money(found.pence, 2)}")


def show_transfers(table: Table, place: Place, limit: int, as_it_is: bool) -> None:
    """Prints what bodies paid each other, the years added up unless the table is to stay as it is."""
    from totalplace.money.views import over_years

    names = names_of(place)
    if as_it_is:
        as_table(table, limit, names=names, hide=NUMBERS)
        return
    summed = over_years(table)
    as_table(replace(summed, rows=summed.rows[:-1]), limit, names=names)
    if summed.rows:
        lines, amount = summed.rows[-1][-2:]
        say(f"\n{lines:,} lines, {money(amount, 2)} in all; --by-year shows each year")


def show_states(table: Table) -> None:
    """Says on stderr how many rejected rows there are, and how many of them are mended."""
    at = table.at("state")
    done = sum(row[at] == "mended" for row in table.rows)
    say(f"{len(table.rows):,} rejected, {done:,} mended, {len(table.rows) - done:,} open")


def shown(value: Any, column: Column, names: Mapping[str, str] | None = None) -> str:
    """A cell for people; `names` are those of bodies by id."""
    if value is None:
        return ""
    if column.kind == "money":
        return money(value, 2)
    if column.kind == "count":
        return f"{value:,}"
    if column.kind == "percent":
        return f"{value:.1%}"
    if column.kind == "ratio":
        return f"{value:,.2f}"
    if column.kind == "figure":
        return figure(value)
    text = " ".join(str(value).split())
    if names and column.name in BODIES:
        return ", ".join(names.get(part, part) for part in text.split(", "))
    if column.name == "supplier" and text.replace(" ", "").isdigit():
        return f"{text} (published as a number only)"
    return text


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
