"""The rows that were rejected: each with its file, line, reason and text."""

from __future__ import annotations

from typing import Any

from totalplace.errors import UsageError, did_you_mean
from totalplace.money.count import Where
from totalplace.money.selecting import number
from totalplace.store.layout import Run
from totalplace.store.queries import rows
from totalplace.table import Column, Table

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


def rejects(run: Run, where: Where | None = None, *, start: int = 0, limit: int | None = None) -> Table:
    """The rejected rows, with file, line, reason and text; `where` filters by FILTERS."""
    source, values = _rejected(run, where or {})
    sql = f"SELECT body, file, line, reason, message, pence, text {source} ORDER BY file, line LIMIT ? OFFSET ?"
    found = rows(sql, [*values, limit if limit is not None else 1 << 62, start]) if source else []
    return Table("rejects", "Rejected rows", REJECTS, found)


def reject_reasons(run: Run, where: Where | None = None) -> Table:
    """Why rows were rejected: how many for each reason, and their money (pence) where it could be read."""
    source, values = _rejected(run, where or {})
    sql = f"SELECT reason, count(*), coalesce(sum(pence), 0)::BIGINT {source} GROUP BY 1 ORDER BY 2 DESC, 1"
    columns = (
        Column("reason", "Reason"),
        Column("rows", "Rows", "count"),
        Column("amount", "Amount", "money"),
    )
    return Table("reject-reasons", "Why rows were rejected", columns, rows(sql, values) if source else [])


def _rejected(run: Run, where: Where) -> tuple[str, list[Any]]:
    """FROM and WHERE of the rejected rows that pass filters, with their values; '' where there are none."""
    conditions, values = ["TRUE"], []
    for name, given in where.items():
        if name not in FILTERS:
            raise UsageError(f"'{name}' is not a filter of rejects{did_you_mean(name, list(FILTERS))}")
        listed: list[Any] = [number(value, name) for value in given] if name == "line" else list(given)
        if listed:
            marks = ", ".join("?" * len(listed))
            conditions.append(f"{name} IN ({marks})")
            values += listed
    files = set(where.get("file", ()))
    paths = [str(run.rejects_of(e)) for e in run.counted() if e["rejected"] and (not files or e["name"] in files)]
    if not paths:
        return "", []
    return f"FROM read_parquet(?) WHERE {' AND '.join(conditions)}", [paths, *values]
