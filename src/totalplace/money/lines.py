"""Opening a figure: the lines behind any cut, and the rows that were rejected.

The ledger says which files hold how many of the lines, so a page reads only the files that it shows; and of
a large selection only what puts the lines in order is read, before the lines of the page are fetched whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.definition import Definition
from totalplace.money.cuts import check_years
from totalplace.money.selecting import (
    ON_LINES,
    SEARCHED,
    SORTS,
    WORDS_LIMIT,
    Conditions,
    check_files,
    check_sort,
    joined,
    like,
    like_sql,
)
from totalplace.money.warm import Warm
from totalplace.store.layout import Run
from totalplace.store.queries import Row, batches, marks, rows
from totalplace.table import Column, Table
from totalplace.terms import Where, month_text

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

_KEYS = "l.file, l.line, l.payee_key, l.month, l.kind, l.channel"
"""What tells a line, and with it its entry in the ledger."""
_OWN = "l.body, l.date, l.month, l.payee, l.pence, l.department, l.category, l.purpose, l.transaction, l.channel"
_CLASS = "l.service, l.subjective, l.told, l.confidence"
_READ = f"{_OWN}, e.kind, {_CLASS}, e.outcome, e.to_body, e.supplier_id, l.file, l.line"
_SAME = (
    "l.payee_key = e.payee_key AND l.month = e.month AND l.file = e.file AND l.kind = e.line_kind "
    "AND l.channel = e.channel"
)
_TELLING = "payee_key, month, line_kind, channel, file, kind, outcome, to_body, supplier_id"
"""What tells an entry of the ledger but for what it is for, and what the ledger says of it."""
_OFTEN = 0.2
"""Where at least this part of the lines passes, it is quicker to take lines in order and look each up."""


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
    """The accepted lines that pass the filters and hold the search words, those outside the years too.

    Raises UsageError for an unknown filter, value or order.
    """
    return Selection(run, definition, where or {}, search).page(sort, page, per_page)


class Selection:
    """The lines that pass filters and a search, counted file by file before any is read.

    `files` holds (file, lines, pence) of each file that has any, in order of name.
    """

    def __init__(
        self, run: Run, definition: Definition, where: Where, search: str = "", warm: Warm | None = None
    ) -> None:
        self.run = run
        self.warm = warm
        self.parts = _parts(run)
        self.conditions = Conditions(definition, where)
        check_files(run, where.get("file", ()))
        check_years(run, definition, where.get("year", ()))
        self.words = ""
        self.files = self._count()
        self.all_words = self.total <= WORDS_LIMIT
        if search.strip() and self.all_words:
            self.words = search.strip()
            self.warm = None
            self.files = self._count_words()
        elif search.strip():
            self._among_payees(search)
            self.files = self._count()

    def _among_payees(self, search: str) -> None:
        """Narrows the conditions to payees whose names hold the search words."""
        sql = f"SELECT payee_key FROM read_parquet(?) WHERE {like_sql('payee')}"
        values = [self.run.table("payees"), like(search)]
        self.conditions.line.append((f"{{}}.payee_key IN ({sql})", values))
        if self.warm:
            keys = frozenset(row[0] for row in rows(sql, values))
            self.conditions.wanted["payee_key"] = keys & self.conditions.wanted.get("payee_key", keys)

    @property
    def total(self) -> int:
        """How many lines there are."""
        return sum(n for _, n, _ in self.files)

    @property
    def pence(self) -> int:
        """What they come to, as published."""
        return sum(pence for _, _, pence in self.files)

    def page(self, sort: str = "file", page: int = 1, per_page: int = 50) -> LinesPage:
        """A page of the lines in an order of SORTS; a page beyond the last is the last."""
        pages = max(1, -(-self.total // per_page))
        page = min(max(1, page), pages)
        found = self.rows(sort, (page - 1) * per_page, per_page)
        return LinesPage(Table("lines", "Lines", COLUMNS, found), self.total, self.pence, page, pages, self.all_words)

    def rows(self, sort: str, start: int, limit: int) -> list[Row]:
        """`limit` lines from `start` in an order of SORTS, as COLUMNS has them."""
        check_sort(sort)
        if sort == "largest" and self.warm:
            found = self.warm.first(self.conditions.wanted, start, limit, self.total)
            if found is not None:
                return found
        return _whole(self.run, self._keys(sort, start, limit))

    def batches(self, sort: str = "file", size: int = 5_000) -> Iterator[list[Row]]:
        """All the lines in an order of SORTS, some at a time, as COLUMNS has them."""
        check_sort(sort)
        # In the order of the files, one file after the other is read: memory stays bounded.
        groups = [[name] for name, _, _ in self.files] if sort == "file" else [[name for name, _, _ in self.files]]
        for names in groups:
            if names:
                sql, values = self._with_entries_sql(_READ, names)
                for batch in batches(f"{sql} ORDER BY {SORTS[sort]}", values, size):
                    yield [_shown(row) for row in batch]

    def _ledger(self) -> list[str]:
        return self.run.table("ledger")

    def _paths(self, names: Iterable[str]) -> list[str]:
        return [str(path) for name in names for path in self.run.lines_of(self.parts[name])]

    def _count(self) -> list[tuple[str, int, int]]:
        known = self.warm.sums("file", self.conditions.wanted) if self.warm else None
        if known is not None:
            return sorted((str(file), n, pence) for file, (n, pence) in known.items())
        condition, values = self.conditions.on_entries()
        sql = (
            f"SELECT e.file, sum(e.lines)::BIGINT, sum(e.pence)::BIGINT FROM read_parquet(?) e "
            f"WHERE {condition} GROUP BY e.file ORDER BY e.file"
        )
        return [(file, n, pence) for file, n, pence in rows(sql, [self._ledger(), *values])]

    def _count_words(self) -> list[tuple[str, int, int]]:
        if not self.files:
            return []
        names = [name for name, _, _ in self.files]
        sql, values = self._matching("l.file, count(*)::BIGINT, sum(l.pence)::BIGINT", names)
        return [(f, n, pence) for f, n, pence in rows(f"{sql} GROUP BY l.file ORDER BY l.file", values)]

    def _matching(self, columns: str, names: Sequence[str]) -> tuple[str, list[Any]]:
        """A query for columns of the lines of some files that pass."""
        condition, values = self.conditions.on_lines()
        sql = f"SELECT {columns} FROM read_parquet(?) l"
        given: list[Any] = [self._paths(names)]
        if self.conditions.entry:
            entries, wanted = self._entries(names)
            sql = f"WITH e AS ({entries}) {sql} SEMI JOIN e ON {_SAME}"
            given = [*wanted, *given]
        sql += f" WHERE {condition}"
        given += values
        if self.words:
            sql += f" AND ({' OR '.join(like_sql(f'l.{name}') for name in SEARCHED)})"
            given += [like(self.words)] * len(SEARCHED)
        return sql, given

    def _entries(self, names: Sequence[str]) -> tuple[str, list[Any]]:
        """The ledger's entries that pass, in some files."""
        condition, values = self.conditions.on_entries()
        # What a line is for stands in the line: of entries that differ in it alone, one is enough.
        sql = f"SELECT DISTINCT {_TELLING} FROM read_parquet(?) e WHERE {condition}"
        if len(names) < len(self.parts):
            sql += f" AND e.file IN ({marks(names)})"
            return sql, [self._ledger(), *values, *names]
        return sql, [self._ledger(), *values]

    def _with_entries_sql(self, columns: str, names: Sequence[str]) -> tuple[str, list[Any]]:
        """A query for columns of the lines of some files that pass, and of their entries in the ledger."""
        entries, wanted = self._entries(names)
        condition, values = self.conditions.on_lines()
        sql = f"WITH e AS ({entries}) SELECT {columns} FROM read_parquet(?) l JOIN e ON {_SAME} WHERE {condition}"
        given = [*wanted, self._paths(names), *values]
        if self.words:
            sql += f" AND ({' OR '.join(like_sql(f'l.{name}') for name in SEARCHED)})"
            given += [like(self.words)] * len(SEARCHED)
        return sql, given

    # A page: where its lines are, then the lines

    def _keys(self, sort: str, start: int, limit: int) -> list[tuple[str, int]]:
        """File and line of each line of a page, in order."""
        names, start, only = self._narrowed(sort, start, limit)
        if not names:
            return []
        if self._mostly_pass():
            return self._looked_up(sort, names, only, start, limit)
        sql, values = self._matching("l.file, l.line", names)
        sql += _in_months(only)
        found = rows(f"{sql} ORDER BY {SORTS[sort]} LIMIT ? OFFSET ?", [*values, limit, start])
        return [(file, line) for file, line in found]

    def _narrowed(self, sort: str, start: int, limit: int) -> tuple[list[str], int, list[int]]:
        """The files and months that a page of lines can be in, and where it starts among their lines."""
        names = [name for name, _, _ in self.files]
        if sort == "file":
            wanted, start = _within([(name, n) for name, n, _ in self.files], start, limit)
            return wanted, start, []
        if sort == "newest" and not self.words:
            months, start = _within(self._months(), start, limit)
            return names, start, months
        return names, start, []

    def _months(self) -> list[tuple[Any, int]]:
        known = self.warm.sums("month", self.conditions.wanted) if self.warm else None
        if known is not None:
            return sorted(((month, n) for month, (n, _) in known.items()), key=lambda item: -int(str(item[0])))
        condition, values = self.conditions.on_entries()
        sql = (
            f"SELECT e.month, sum(e.lines)::BIGINT FROM read_parquet(?) e WHERE {condition} GROUP BY 1 ORDER BY 1 DESC"
        )
        return [(month, n) for month, n in rows(sql, [self._ledger(), *values])]

    def _mostly_pass(self) -> bool:
        """Whether the ledger lets so many lines pass that asking it of each in turn is quick."""
        if not self.conditions.entry or self.words:
            return False
        condition, values = joined(self.conditions.line, "e")
        own = {name: values for name, values in self.conditions.wanted.items() if name in ON_LINES}
        if self.warm and (known := self.warm.sums("file", own)) is not None:
            return self.total >= _OFTEN * sum(n for n, _ in known.values())
        sql = f"SELECT coalesce(sum(e.lines), 0)::BIGINT FROM read_parquet(?) e WHERE {condition}"
        return bool(self.total >= _OFTEN * rows(sql, [self._ledger(), *values])[0][0])

    def _looked_up(
        self, sort: str, names: Sequence[str], only: Sequence[int], start: int, limit: int
    ) -> list[tuple[str, int]]:
        """A page's lines: lines in order, each held against its entry, until there are enough."""
        condition, values = self.conditions.on_lines()
        condition += _in_months(only)
        sql = f"SELECT {_KEYS} FROM read_parquet(?) l WHERE {condition} ORDER BY {SORTS[sort]} LIMIT ?"
        passing, wanted = self.conditions.on_entries()
        take = 2 * (start + limit) + 200
        while True:
            found = rows(sql, [self._paths(names), *values, take])
            entries = _entries_of(self.run, found, passing, wanted)
            keys = [(row[0], row[1]) for row in found if row[2:] + row[:1] in entries]
            if len(keys) >= start + limit or len(found) < take:
                return keys[start : start + limit]
            take *= 8


def _in_months(months: Sequence[int]) -> str:
    return f" AND l.month IN ({', '.join(str(int(month)) for month in months)})" if months else ""


def line_at(run: Run, file: str, line: int) -> Row | None:
    """The accepted line of a file, as COLUMNS has it; None where that line was not accepted."""
    found = _whole(run, [(file, line)]) if file in _parts(run) else []
    return found[0] if found else None


def lines_at(run: Run, keys: Sequence[tuple[str, int]]) -> list[Row]:
    """The accepted lines at some places (file and line), as COLUMNS has them, in that order."""
    return _whole(run, keys)


def _parts(run: Run) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in run.counted()}


def _whole(run: Run, keys: Sequence[tuple[str, int]]) -> list[Row]:
    """The lines at some places, as COLUMNS has them, in that order; places without a line are left out."""
    if not keys:
        return []
    parts, places = _parts(run), sorted({line for _, line in keys})
    paths = [str(path) for file in sorted({file for file, _ in keys}) for path in run.lines_of(parts[file])]
    sql = f"SELECT {_KEYS}, {_OWN}, {_CLASS} FROM read_parquet(?) l WHERE l.line IN ({marks(places)})"
    found = {row[:2]: row for row in rows(sql, [paths, *places])}
    return _with_entries(run, [found[key] for key in keys if key in found])


def largest_lines(run: Run, n: int) -> list[Row]:
    """The `n` largest lines of the run, as COLUMNS has them and with their payee key, largest first."""
    paths = [str(path) for entry in run.counted() for path in run.lines_of(entry)]
    sql = "SELECT min(size) FROM (SELECT abs(pence) AS size FROM read_parquet(?) ORDER BY size DESC LIMIT ?)"
    least = rows(sql, [paths, n])[0][0]
    sql = f"SELECT {_KEYS}, {_OWN}, {_CLASS} FROM read_parquet(?) l WHERE abs(l.pence) >= ?"
    sql += f" ORDER BY {SORTS['largest']} LIMIT ?"
    found = rows(sql, [paths, least, n]) if least is not None else []
    return [(*line, row[2]) for line, row in zip(_with_entries(run, found), found, strict=True)]


def _with_entries(run: Run, found: Sequence[Row]) -> list[Row]:
    """Lines as _KEYS, _OWN and _CLASS have them, as COLUMNS has them."""
    entries = _entries_of(run, [row[:6] for row in found])
    shown = []
    for row in found:
        kind, *paid = entries[row[2:6] + row[:1]]
        shown.append(_shown((*row[6:-4], kind, *row[-4:], *paid, *row[:2])))
    return shown


def _entries_of(run: Run, found: Sequence[Row], passing: str = "TRUE", wanted: Sequence[Any] = ()) -> dict[Row, Row]:
    """The ledger's entries of some lines (rows as _KEYS has them), by what tells an entry."""
    if not found:
        return {}
    files, keys = sorted({row[0] for row in found}), sorted({row[2] for row in found})
    # The ledger is in order of files and payees: naming them lets nearly all of it lie unread.
    sql = (
        f"SELECT DISTINCT {_TELLING} "
        f"FROM read_parquet(?) e WHERE e.file IN ({marks(files)}) AND e.payee_key IN ({_listed(keys)}) AND {passing}"
    )
    return {row[:5]: row[5:] for row in rows(sql, [run.table("ledger"), *files, *wanted])}


def _listed(numbers: Sequence[int]) -> str:
    """Numbers of our own for an IN: written out where they are few, which is quicker than binding them."""
    if len(numbers) > 1_000:
        return f"SELECT unnest([{', '.join(str(int(n)) for n in numbers)}])"
    return ", ".join(str(int(n)) for n in numbers)


def _within(sizes: Sequence[tuple[Any, int]], start: int, limit: int) -> tuple[list[Any], int]:
    """Of groups one after the other, those that a page can be in, and where it starts among them."""
    wanted, before, skipped = [], 0, 0
    for name, n in sizes:
        if before + n > start and before < start + limit:
            wanted.append(name)
        elif before + n <= start:
            skipped += n
        before += n
    return wanted, start - skipped


def _shown(row: Row) -> Row:
    return (*row[:2], month_text(row[2]), *row[3:])
