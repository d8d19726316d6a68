"""The rows that were rejected: each with its file, line, reason and text."""

from __future__ import annotations

from typing import Any

from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.money.selecting import check_files, number
from totalplace.store.layout import Run
from totalplace.store.queries import marks, rows
from totalplace.table import Column, Table
from totalplace.terms import Where

FILTERS = ("body", "file", "reason", "line")
REJECTS = (
    Column("body", "Body"),
    Column("file", "File"),
    Column("line", "Line", "number"),
    Column("reason", "Reason"),
    Column("message", "What is wrong"),
    Column("amount", "Amount", "money"),
    Column("text", "The row as published"),
)


def rejects(
    run: Run, definition: Definition, where: Where | None = None, *, start: int = 0, limit: int | None = None
) -> Table:
    """The rejected rows, with file, line, reason and text; `where` filters by FILTERS.

    Raises UsageError for an unknown filter or value.
    """
    source, values = _rejected(run, definition, where or {})
    sql = f"SELECT body, file, line, reason, message, pence, text {source} ORDER BY file, line LIMIT ? OFFSET ?"
    found = rows(sql, [*values, limit if limit is not None else 1 << 62, start]) if source else []
    return Table("rejects", "Rejected rows", REJECTS, found)


def reject_reasons(run: Run, definition: Definition, where: Where | None = None) -> Table:
    """Why rows were rejected: how many for each reason, how many of these without an amount that can be read,
    and the money (pence) of the others: None where there are none.
    """
    source, values = _rejected(run, definition, where or {})
    sql = f"SELECT reason, count(*), count(*) - count(pence), sum(pence)::BIGINT {source} GROUP BY 1 ORDER BY 2 DESC, 1"
    columns = (
        Column("reason", "Reason"),
        Column("rows", "Rows", "count"),
        Column("unread", "Without a readable amount", "count"),
        Column("amount", "Amount of the others", "money"),
    )
    return Table("reject-reasons", "Why rows were rejected", columns, rows(sql, values) if source else [])


def _rejected(run: Run, definition: Definition, where: Where) -> tuple[str, list[Any]]:
    """FROM and WHERE of the rejected rows that pass filters, with their values; '' where there are none."""
    conditions, values = ["TRUE"], []
    for name, listed in _known(run, definition, where).items():
        if listed:
            conditions.append(f"{name} IN ({marks(listed)})")
            values += listed
    files = set(where.get("file", ()))
    paths = [str(run.rejects_of(e)) for e in run.counted() if e["rejected"] and (not files or e["name"] in files)]
    if not paths:
        return "", []
    return f"FROM read_parquet(?) WHERE {' AND '.join(conditions)}", [paths, *values]


def _known(run: Run, definition: Definition, where: Where) -> dict[str, list[Any]]:
    """The filters with bodies by id and lines as numbers; raises UsageError for what is not known."""
    from totalplace.sources.spend import REASONS

    for name in where:
        if name not in FILTERS:
            raise UsageError(f"'{name}' is not a filter of rejects{did_you_mean(name, list(FILTERS))}")
    check_files(run, where.get("file", ()))
    for reason in where.get("reason", ()):
        if reason not in REASONS:
            raise UsageError(f"'{reason}' is not a reason{did_you_mean(reason, list(REASONS))}")
    wanted: dict[str, list[Any]] = {name: list(values) for name, values in where.items()}
    wanted["body"] = [definition.body(value).id for value in where.get("body", ())]
    wanted["line"] = [number(value, "line") for value in where.get("line", ())]
    return wanted
