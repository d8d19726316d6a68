"""Lines as people read them: what the file says of each, with what the ledger says of its payment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from totalplace.money.selecting import SORTS
from totalplace.store.layout import Run
from totalplace.store.queries import Row, marks, rows
from totalplace.table import Column
from totalplace.terms import month_text

COLUMNS = (
    Column("body", "Body"),
    Column("date", "Date", "date"),
    Column("month", "Month"),
    Column("payee", "Payee"),
    Column("amount", "Amount", "money"),
    Column("department", "Department"),
    Column("category", "Category"),
    Column("purpose", "Purpose"),
    Column("transaction", "Transaction"),
    Column("channel", "Paid by"),
    Column("kind", "Kind"),
    Column("service", "Service"),
    Column("subjective", "What is bought"),
    Column("told", "Service told by"),
    Column("confidence", "How sure, per cent", "number"),
    Column("outcome", "Outcome"),
    Column("to_body", "Paid to"),
    Column("supplier_id", "Supplier number"),
    Column("file", "File"),
    Column("line", "Line", "number"),
)

KEYS = "l.file, l.line, l.payee_key, l.month, l.kind, l.channel"
"""What tells a line, and with it its entry in the ledger."""
OWN = "l.body, l.date, l.month, l.payee, l.pence, l.department, l.category, l.purpose, l.transaction, l.channel"
CLASS = "l.service, l.subjective, l.told, l.confidence"
TELLING = "payee_key, month, line_kind, channel, file, kind, outcome, to_body, supplier_id"
"""What tells an entry of the ledger but for what it is for, and what the ledger says of it."""


def line_at(run: Run, file: str, line: int) -> Row | None:
    """The accepted line of a file, as COLUMNS has it; None where that line was not accepted."""
    found = lines_at(run, [(file, line)]) if file in files_of(run) else []
    return found[0] if found else None


def files_of(run: Run) -> dict[str, dict[str, Any]]:
    """What the run says of each file that is counted, by name."""
    return {entry["name"]: entry for entry in run.counted()}


def lines_at(run: Run, keys: Sequence[tuple[str, int]]) -> list[Row]:
    """The accepted lines at some places (file and line), as COLUMNS has them, in that order, if there."""
    if not keys:
        return []
    parts, places = files_of(run), sorted({line for _, line in keys})
    paths = [str(path) for file in sorted({file for file, _ in keys}) for path in run.lines_of(parts[file])]
    sql = f"SELECT {KEYS}, {OWN}, {CLASS} FROM read_parquet(?) l WHERE l.line IN ({marks(places)})"
    found = {row[:2]: row for row in rows(sql, [paths, *places])}
    return _with_entries(run, [found[key] for key in keys if key in found])


def largest_lines(run: Run, n: int) -> list[Row]:
    """The `n` largest lines of the run, as COLUMNS has them and with their payee key, largest first."""
    paths = [str(path) for entry in run.counted() for path in run.lines_of(entry)]
    sql = "SELECT min(size) FROM (SELECT abs(pence) AS size FROM read_parquet(?) ORDER BY size DESC LIMIT ?)"
    least = rows(sql, [paths, n])[0][0]
    sql = f"SELECT {KEYS}, {OWN}, {CLASS} FROM read_parquet(?) l WHERE abs(l.pence) >= ?"
    sql += f" ORDER BY {SORTS['largest']} LIMIT ?"
    found = rows(sql, [paths, least, n]) if least is not None else []
    return [(*line, row[2]) for line, row in zip(_with_entries(run, found), found, strict=True)]


def _with_entries(run: Run, found: Sequence[Row]) -> list[Row]:
    """Lines as KEYS, OWN and CLASS have them, as COLUMNS has them."""
    entries = entries_of(run, [row[:6] for row in found])
    whole = []
    for row in found:
        kind, *paid = entries[row[2:6] + row[:1]]
        whole.append(with_month_text((*row[6:-4], kind, *row[-4:], *paid, *row[:2])))
    return whole


def entries_of(run: Run, found: Sequence[Row], passing: str = "TRUE", wanted: Sequence[Any] = ()) -> dict[Row, Row]:
    """The ledger's entries of some lines (rows as KEYS has them), by what tells an entry."""
    if not found:
        return {}
    files, keys = sorted({row[0] for row in found}), sorted({row[2] for row in found})
    # The ledger is in order of files and payees: naming them lets nearly all of it lie unread.
    sql = (
        f"SELECT DISTINCT {TELLING} "
        f"FROM read_parquet(?) e WHERE e.file IN ({marks(files)}) AND e.payee_key IN ({_listed(keys)}) AND {passing}"
    )
    return {row[:5]: row[5:] for row in rows(sql, [run.table("ledger"), *files, *wanted])}


def _listed(numbers: Sequence[int]) -> str:
    """Numbers of our own for an IN: written out where they are few, which is quicker than binding them."""
    if len(numbers) > 1_000:
        return f"SELECT unnest([{', '.join(str(int(n)) for n in numbers)}])"
    return ", ".join(str(int(n)) for n in numbers)


def with_month_text(row: Row) -> Row:
    """A line as COLUMNS has it, its month a number before."""
    return (*row[:2], month_text(row[2]), *row[3:])
