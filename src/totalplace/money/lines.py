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
from totalplace.money.whole_lines import (
    CLASS,
    COLUMNS,
    KEYS,
    OWN,
    TELLING,
    entries_of,
    files_of,
    lines_at,
    with_month_text,
)
from totalplace.store.layout import Run
from totalplace.store.queries import Row, batches, marks, rows
from totalplace.table import Table
from totalplace.terms import Where

_READ = f"{OWN}, e.kind, {CLASS}, e.outcome, e.to_body, e.supplier_id, l.file, l.line"
_SAME = (
    "l.payee_key = e.payee_key AND l.month = e.month AND l.file = e.file AND l.kind = e.line_kind "
    "AND l.channel = e.channel"
)
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


class Selection:
    """The lines that pass filters and a search, counted file by file before any is read.

    `files` holds (file, lines, pence) of each file that has any, in order of name.
    """

    def __init__(
        self, run: Run, definition: Definition, where: Where, search: str = "", warm: Warm | None = None
    ) -> None:
        self.run = run
        self.warm = warm
        self.parts = files_of(run)
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
        return lines_at(self.run, self._keys(sort, start, limit))

    def batches(self, sort: str = "file", size: int = 5_000) -> Iterator[list[Row]]:
        """All the lines in an order of SORTS, some at a time, as COLUMNS has them."""
        check_sort(sort)
        # In the order of the files, one file after the other is read: memory stays bounded.
        groups = [[name] for name, _, _ in self.files] if sort == "file" else [[name for name, _, _ in self.files]]
        for names in groups:
            if names:
                sql, values = self._joined(_READ, names, "JOIN")
                for batch in batches(f"{sql} ORDER BY {SORTS[sort]}", values, size):
                    yield [with_month_text(row) for row in batch]

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
        return self._joined(columns, names, "SEMI JOIN" if self.conditions.entry else "")

    def _joined(self, columns: str, names: Sequence[str], join: str) -> tuple[str, list[Any]]:
        """The same, with the ledger's entries joined in some way; not at all for ''."""
        condition, values = self.conditions.on_lines()
        sql = f"SELECT {columns} FROM read_parquet(?) l"
        given: list[Any] = [self._paths(names)]
        if join:
            entries, wanted = self._entries(names)
            sql = f"WITH e AS ({entries}) {sql} {join} e ON {_SAME}"
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
        sql = f"SELECT DISTINCT {TELLING} FROM read_parquet(?) e WHERE {condition}"
        if len(names) < len(self.parts):
            sql += f" AND e.file IN ({marks(names)})"
            return sql, [self._ledger(), *values, *names]
        return sql, [self._ledger(), *values]

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
        sql = f"SELECT {KEYS} FROM read_parquet(?) l WHERE {condition} ORDER BY {SORTS[sort]} LIMIT ?"
        passing, wanted = self.conditions.on_entries()
        take = 2 * (start + limit) + 200
        while True:
            found = rows(sql, [self._paths(names), *values, take])
            entries = entries_of(self.run, found, passing, wanted)
            keys = [(row[0], row[1]) for row in found if row[2:] + row[:1] in entries]
            if len(keys) >= start + limit or len(found) < take:
                return keys[start : start + limit]
            take *= 8


def _in_months(months: Sequence[int]) -> str:
    return f" AND l.month IN ({', '.join(str(int(month)) for month in months)})" if months else ""


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
