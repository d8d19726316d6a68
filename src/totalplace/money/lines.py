"""Opening a figure: the lines behind any cut, and the rows that were rejected.

The summary says which files hold how many of the lines, so a page reads only the files that it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.money.count import CUTS, Where, known_filters, query
from totalplace.money.views import month_text
from totalplace.store.layout import Run
from totalplace.table import Column, Table

if TYPE_CHECKING:
    import duckdb

FILTERS = (*(cut for cut in CUTS if cut != "supplier"), "supplier", "payee_key", "file")
SORTS = {
    "file": "file, line",
    "largest": "abs(pence) DESC, file, line",
    "newest": "month DESC, date DESC NULLS LAST, file, line",
}
"""Orders of lines: as they stand in the files, largest amounts first, latest first."""
SEARCHED = ("payee", "department", "category", "purpose", "transaction")
WORDS_LIMIT = 250_000
"""Among so many lines a search looks at all their words; among more, at payees alone."""
KEYS = "file, payee_key, line_kind, channel, month"

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
    Column("outcome", "Outcome"),
    Column("to_body", "Paid to"),
    Column("supplier_id", "Supplier number"),
    Column("file", "File"),
    Column("line", "Line", "number"),
)


@dataclass(frozen=True)
class LinesPage:
    """A page of lines, and what the whole selection comes to: `total` lines and `pence`, as published.

    `all_words` says whether a search looked at all words of a line, or at payees alone.
    """

    table: Table
    total: int
    pence: int
    page: int
    pages: int
    all_words: bool


def lines(
    run: Run,
    definition: Definition,
    where: Where | None = None,
    *,
    search: str = "",
    sort: str = "file",
    page: int = 1,
    per_page: int = 50,
) -> LinesPage:
    """The accepted lines that pass the filters and hold the search words, whole years outside the count included.

    Raises UsageError for an unknown filter, value or order.
    """
    if sort not in SORTS:
        raise UsageError(f"'{sort}' is not an order{did_you_mean(sort, list(SORTS))}")
    import duckdb

    with duckdb.connect() as connection:
        found = Selection(connection, run, definition, where or {}, search)
        pages = max(1, -(-found.total // per_page))
        page = min(max(1, page), pages)
        rows = found.rows(sort, (page - 1) * per_page, per_page)
        table = Table("lines", "Lines", COLUMNS, rows)
        return LinesPage(table, found.total, found.pence, page, pages, found.all_words)


class Selection:
    """The lines that pass filters and a search, counted file by file before any is read.

    `files` holds (file, lines, pence) of each file that has any, in order of name.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        run: Run,
        definition: Definition,
        where: Where,
        search: str = "",
    ) -> None:
        self.connection = connection
        self.run = run
        self.parts = {entry["name"]: entry for entry in run.counted()}
        self.condition, self.values = _condition(definition, where)
        self.words = ""
        self.files = self._count()
        self.all_words = self.total <= WORDS_LIMIT
        if search and self.all_words:
            self.words = search
            self.files = self._count_words()
        elif search:
            self.condition += " AND payee_key IN (SELECT payee_key FROM read_parquet(?) WHERE payee ILIKE ? ESCAPE '\\')"
            self.values += [str(run.table("payees")), like(search)]
            self.files = self._count()

    @property
    def total(self) -> int:
        """How many lines there are."""
        return sum(n for _, n, _ in self.files)

    @property
    def pence(self) -> int:
        """What they come to, as published."""
        return sum(pence for _, _, pence in self.files)

    def _count(self) -> list[tuple[str, int, int]]:
        return self._fetch(
            f"SELECT file, sum(lines)::BIGINT, sum(pence)::BIGINT FROM read_parquet(?) WHERE {self.condition} "
            "GROUP BY file ORDER BY file",
            [str(self.run.table("ledger")), *self.values],
        )

    def _count_words(self) -> list[tuple[str, int, int]]:
        sql, values = self._sql("l.file, count(*)::BIGINT, sum(l.pence)::BIGINT", [name for name, _, _ in self.files])
        return self._fetch(f"{sql} GROUP BY l.file ORDER BY l.file", values) if self.files else []

    def rows(self, sort: str, start: int, limit: int) -> list[tuple[Any, ...]]:
        """`limit` lines from `start` in an order of SORTS, as COLUMNS has them."""
        names, start = self._files_for(sort, start, limit)
        if not names:
            return []
        columns = (
            "l.body, l.date, l.month, l.payee, l.pence, l.department, l.category, l.purpose, l.transaction, "
            "l.channel, e.kind, e.outcome, e.to_body, e.supplier_id, l.file, l.line"
        )
        sql, values = self._sql(columns, names)
        order = ", ".join(f"l.{part}" if not part.startswith("abs") else "abs(l.pence) DESC" for part in SORTS[sort].split(", "))
        found = self._fetch(f"{sql} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, start])
        return [(*row[:2], month_text(row[2]), *row[3:]) for row in found]

    def _files_for(self, sort: str, start: int, limit: int) -> tuple[list[str], int]:
        """The files that a page of lines can be in, and where it starts among their lines."""
        if sort != "file":
            return [name for name, _, _ in self.files], start
        names, before = [], 0
        skipped = 0
        for name, n, _ in self.files:
            if before + n > start and before < start + limit:
                names.append(name)
            elif before + n <= start:
                skipped += n
            before += n
        return names, start - skipped

    def _sql(self, columns: str, names: Sequence[str]) -> tuple[str, list[Any]]:
        """A query over the lines of some files, each with its entry in the ledger as `e`."""
        paths = [str(path) for name in names for path in self.run.lines_of(self.parts[name])]
        listed = ", ".join("?" * len(names))
        sql = (
            f"WITH e AS (SELECT * FROM read_parquet(?) WHERE {self.condition} AND file IN ({listed})) "
            f"SELECT {columns} FROM read_parquet(?) l JOIN e ON l.payee_key = e.payee_key AND l.month = e.month "
            "AND l.file = e.file AND l.kind = e.line_kind AND l.channel = e.channel"
        )
        values = [str(self.run.table("ledger")), *self.values, *names, paths]
        if self.words:
            text = " || ' ' || ".join(f"l.{name}" for name in SEARCHED)
            sql += f" WHERE {text} ILIKE ? ESCAPE '\\'"
            values.append(like(self.words))
        return sql, values

    def _fetch(self, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()


def _condition(definition: Definition, where: Where) -> tuple[str, list[Any]]:
    """Filters as a condition on the ledger; values are bound, never written into the SQL."""
    for name in where:
        if name not in FILTERS:
            raise UsageError(f"'{name}' is not a filter{did_you_mean(name, list(FILTERS))}")
    own = {name: {str(v) for v in values} for name, values in where.items() if name in ("payee_key", "file") and values}
    wanted = known_filters(definition, {name: v for name, v in where.items() if name not in ("payee_key", "file")})
    conditions, values = ["TRUE"], []
    for name, listed in {**wanted, **own}.items():
        column = "supplier_id" if name == "supplier" else name
        if column in ("supplier_id", "payee_key", "month"):
            listed = {number(value, name) for value in listed}
        conditions.append(f"{column} IN ({', '.join('?' * len(listed))})")
        values += sorted(listed)
    return " AND ".join(conditions), values


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


def rejects(run: Run, where: Where | None = None, *, start: int = 0, limit: int | None = None) -> Table:
    """The rejected rows, with file, line, reason and text; `where` filters by body, file and reason."""
    conditions, values = ["TRUE"], []
    for name, listed in (where or {}).items():
        if name not in ("body", "file", "reason"):
            raise UsageError(f"'{name}' is not a filter of rejects{did_you_mean(name, ['body', 'file', 'reason'])}")
        if listed:
            conditions.append(f"{name} IN ({', '.join('?' * len(listed))})")
            values += list(listed)
    paths = [str(run.rejects_of(entry)) for entry in run.counted() if entry["rejected"]]
    columns = (
        Column("body", "Body"),
        Column("file", "File"),
        Column("line", "Line", "number"),
        Column("reason", "Reason"),
        Column("message", "What is wrong"),
        Column("amount", "Amount", "money"),
        Column("text", "The row as published"),
    )
    rows: list[tuple[Any, ...]] = []
    if paths:
        sql = (
            f"SELECT body, file, line, reason, message, pence, text FROM read_parquet(?) WHERE {' AND '.join(conditions)} "
            "ORDER BY file, line LIMIT ? OFFSET ?"
        )
        rows = [tuple(row.values()) for row in query(sql, [paths, *values, limit if limit is not None else 1 << 62, start])]
    return Table("rejects", "Rejected rows", columns, rows)
