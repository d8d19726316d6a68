"""Tables that pictures are drawn from: the way from gross to net, who pays whom, shares of a total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from totalplace.definition import Definition
from totalplace.money.cells import cells_where, sums_by
from totalplace.money.count import count
from totalplace.money.cuts import in_years, known_filters
from totalplace.money.months import months_missing
from totalplace.store.layout import Run
from totalplace.table import Column, Table
from totalplace.terms import TAKEN_OUT, Where, financial_year, month_text, months_of

ELSEWHERE = ""
"""The receiver of what is paid to nobody who is counted."""


def bridge(run: Run, definition: Definition, where: Where | None = None) -> Table:
    """The way from gross to net in four steps: what is counted, what is taken out and why, what is left.

    `amount` is pence, negative where it is taken out; `share` is of gross.
    """
    whole = count(run, definition, ["outcome"], where)
    assert whole.cut is not None
    sums = {row[0]: (row[1], row[2]) for row in whole.cut.rows}
    taken = [sums.get(outcome, (0, 0)) for outcome in TAKEN_OUT]
    kept = whole.rows - sum(lines for lines, _ in taken)
    steps = [
        ("gross", "All payments", whole.rows, whole.gross),
        ("eliminated", "Paid to other counted bodies", taken[0][0], -taken[0][1]),
        ("self", "Paid by a body to itself", taken[1][0], -taken[1][1]),
        ("net", "Counted once", kept, whole.net),
    ]
    columns = (
        Column("step", "Step"),
        Column("what", "What"),
        Column("lines", "Lines", "count"),
        Column("amount", "Amount", "money"),
        Column("share", "Share of gross", "percent"),
    )
    rows = [(*step, step[3] / whole.gross if whole.gross else None) for step in steps]
    return Table("bridge", "From gross to net", columns, rows)


def flows(run: Run, definition: Definition, where: Where | None = None) -> Table:
    """What each body paid each other body of the place and everybody else ('' in `to_body`), largest first.

    A name that only looks like a body counts as everybody else until a person settles it. `eliminated` is the
    part of `amount` that is taken out of net. Money is pence.
    """
    ids = {body.id for body in definition.bodies}

    def between(cell: Mapping[str, Any]) -> tuple[str, str]:
        known = cell["to_body"] in ids and cell["outcome"] != "candidate"
        return cell["body"], cell["to_body"] if known else ELSEWHERE

    cells = cells_where(run, definition, where or {})
    sums = sums_by((cell for cell in cells if in_years(definition, cell["year"])), between)
    rows = [(body, to, lines, pence, taken) for (body, to), (lines, pence, taken) in sums.items()]
    rows.sort(key=lambda row: (-abs(row[3]), row))
    columns = (
        Column("body", "Paid by"),
        Column("to_body", "Paid to"),
        Column("lines", "Lines", "count"),
        Column("amount", "Amount", "money"),
        Column("eliminated", "Eliminated", "money"),
    )
    return Table("flows", "Who paid whom", columns, rows)


def by_month(run: Run, definition: Definition, where: Where | None = None) -> Table:
    """Net by month, every month of the years counted in its place, with how many bodies it has nothing of.

    The rule is that of `months_missing`. Money is pence.
    """
    cells = cells_where(run, definition, where or {}, ["month"])
    sums: dict[int, list[int]] = sums_by(
        (cell for cell in cells if in_years(definition, cell["year"])), lambda cell: cell["month"]
    )
    years = _years(definition, where or {}, sums)
    asked = known_filters(definition, where or {}).get("body")
    missing = Counter(m for found in months_missing(run, definition, years, asked).values() for m in found)
    rows = [
        (year, month_text(month), *_net(sums[month]), missing[month]) for year in years for month in months_of(year)
    ]
    columns = (
        Column("year", "Financial year"),
        Column("month", "Month"),
        Column("lines", "Lines", "count"),
        Column("gross", "Gross", "money"),
        Column("eliminated", "Eliminated", "money"),
        Column("net", "Net", "money"),
        Column("missing", "Bodies missing", "count"),
    )
    return Table("by-month", "Money by month", columns, rows)


def _net(sums: list[int]) -> tuple[int, int, int, int]:
    lines, gross, taken = sums
    return lines, gross, taken, gross - taken


def _years(definition: Definition, where: Where, sums: dict[int, list[int]]) -> list[str]:
    found = {financial_year(month // 100, month % 100) for month in sums}
    wanted = set(where.get("year", ())) or found | set(definition.years)
    return sorted(wanted & set(definition.years) if definition.years else wanted)


def with_share(table: Table) -> Table:
    """The table with a last column: each row's share of the sum of net."""
    at = table.at("net")
    whole = sum(row[at] for row in table.rows)
    rows = [(*row, row[at] / whole if whole else None) for row in table.rows]
    return replace(table, columns=(*table.columns, Column("share", "Share of net", "percent")), rows=rows)


def largest_first(table: Table) -> Table:
    """The table with its rows in order of net, largest first."""
    at = table.at("net")
    return replace(table, rows=sorted(table.rows, key=lambda row: (-row[at], row)))


def with_names(table: Table, definition: Definition) -> Table:
    """The table with the name of each body beside its id, in a column `body_name` (or `to_body_name`)."""
    columns = [_named_columns(column, column.name in BODIES) for column in table.columns]
    names = body_names(definition)
    rows = [row_with_names(table.columns, row, names) for row in table.rows]
    return replace(table, columns=tuple(column for group in columns for column in group), rows=rows)


BODIES = ("body", "to_body")
"""Columns that hold ids of bodies."""


def row_with_names(columns: Sequence[Column], row: Sequence[Any], names: Mapping[str, str]) -> tuple[Any, ...]:
    """A row as `with_names` has it."""
    out: list[Any] = []
    for column, cell in zip(columns, row, strict=True):
        out += [cell, names.get(cell, cell)] if column.name in BODIES else [cell]
    return tuple(out)


def body_names(definition: Definition) -> dict[str, str]:
    """The names of the place's bodies by id."""
    return {body.id: body.name for body in definition.bodies}


def _named_columns(column: Column, body: bool) -> tuple[Column, ...]:
    if not body:
        return (column,)
    return Column(column.name, f"{column.label} (id)"), Column(f"{column.name}_name", column.label)


def total_row(table: Table, words: str = "All") -> tuple[object, ...]:
    """A last row for the table: the sums of its counts of lines and of its money, under some words.

    Shares and counts of other things have no sum: their cells are None.
    """
    sums: list[object] = [None] * len(table.columns)
    for i, column in enumerate(table.columns):
        if column.kind == "money" or column.name in ("lines", "rows", "unread", "accepted", "rejected"):
            sums[i] = sum(row[i] or 0 for row in table.rows)
    named = next((i for i, column in enumerate(table.columns) if column.name.endswith("_name")), 0)
    sums[named] = words
    return tuple(sums)
