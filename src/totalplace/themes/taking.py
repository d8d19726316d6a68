"""What a theme comes to: its money by rule, body, year and service, and on demand by supplier and line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from totalplace.definition import fingerprint
from totalplace.money.whole_lines import COLUMNS, lines_at
from totalplace.store.queries import Row, rows
from totalplace.terms import Where, month_text
from totalplace.themes import shares
from totalplace.themes.cells import Rules, cells, first_fit, words_of
from totalplace.themes.kept import (
    KEPT_COLUMNS,
    MORE,
    VERSION,
    Say,
    Shares,
    lines_of_parts,
    look_for,
    quiet,
    read_words,
    together,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from totalplace.store.layout import Run

KEYS = ("rule", "body", "year", "service")
"""What a piece of a theme's money is told by, in the order in which pennies are apportioned."""


@dataclass(frozen=True)
class Piece:
    """Money that one rule takes of one body, year and service.

    `net` is that money in pence, whole; `amount` the part of it that belongs to the theme.
    """

    rule: int
    body: str
    year: str
    service: str
    lines: int
    net: int
    amount: int


@dataclass(frozen=True)
class Taking:
    """Rules as the store can be asked, with the share (millionths) of each, and the years that count (empty: all)."""

    rules: Rules
    shares: tuple[int, ...]
    years: tuple[str, ...] = ()

    def pieces(self, run: Run) -> list[Piece]:
        """The theme's money by KEYS; the words must have been looked for."""
        import polars as pl

        frame = cells(run, self.held, self.suppliers)
        if self.years:
            frame = frame.filter(pl.col("year").is_in(list(self.years)))
        frame = frame.with_columns(first_fit(self.rules, self.held)).filter(pl.col("rule") > 0)
        found = frame.group_by(KEYS).agg(pl.col("lines", "place_pence").sum()).rows()
        return list(self._shared(sorted(row for row in found if row[-1] or row[-2])))

    def _shared(self, found: Sequence[tuple[Any, ...]]) -> Iterator[Piece]:
        """Rows of KEYS, lines and pence as pieces: each rule's part of the theme, and of it each row's."""
        for rule, group in groupby(found, lambda row: row[0]):
            taken, share = list(group), self.shares[rule - 1]
            money = [row[-1] for row in taken]
            belongs = shares.parts(money, share, shares.whole(sum(money), share))
            for (_, body, year, service, lines, net), amount in zip(taken, belongs, strict=True):
                yield Piece(rule, body, year, service, lines, net, amount)

    @property
    def held(self) -> tuple[Any, ...]:
        """The sets of words that the rules ask for."""
        return words_of(self.rules)

    @property
    def kept_out(self) -> tuple[int, ...]:
        """The rules that keep money out, by number: those with a share of nought."""
        return tuple(n for n, share in enumerate(self.shares, 1) if not share)

    @property
    def suppliers(self) -> frozenset[int]:
        """The suppliers that the rules ask for."""
        return frozenset().union(*(rule.suppliers for rule in self.rules))

    # Line by line

    def _shown_file(self, run: Run) -> Path:
        return run.themes / f"shown-{fingerprint(VERSION, self.rules)}.parquet"

    def lines_file(self, run: Run) -> Path:
        """Where the lines that the rules take are kept."""
        return run.themes / f"lines-{fingerprint(VERSION, self.rules)}.parquet"

    def _suppliers_file(self, run: Run) -> Path:
        return run.themes / f"suppliers-{fingerprint(VERSION, self)}.parquet"

    def worked_out(self, run: Run) -> bool:
        """Whether lines and suppliers are at hand."""
        return self.lines_file(run).exists() and self._suppliers_file(run).exists()

    def work_out(self, run: Run, own: Shares, say: Say = quiet) -> None:
        """Looks for words, takes the lines, and adds up suppliers, but for what is there already."""
        look_for(run, self.held, own, say)
        if not self.lines_file(run).exists():
            self._take_lines(run, own, say)
        if not self._suppliers_file(run).exists():
            say("adding up suppliers", 0, 1)
            self._add_up(run)

    def _take_lines(self, run: Run, own: Shares, say: Say) -> None:
        import polars as pl

        held = [(f"w{n}", read_words(run, words).select("file", "line")) for n, words in enumerate(self.held)]
        theirs = [(name, found.partition_by("file", as_dict=True)) for name, found in held]
        frames, largest = [], Largest()
        for frame in lines_of_parts(run, own, MORE, say, "taking lines"):
            if frame.is_empty():
                continue
            file = (frame["file"][0],)
            for name, files in theirs:
                has = pl.col("line").is_in(files[file]["line"].implode()) if file in files else pl.lit(False)
                frame = frame.with_columns(has.alias(name))
            taken = frame.with_columns(first_fit(self.rules, self.held)).filter(pl.col("rule") > 0)
            frames.append(taken.select(_LINES))
            largest.add(taken)
        write(self._shown_file(run), largest.whole())
        write(self.lines_file(run), by_size(together(frames, _LINES)))

    def _add_up(self, run: Run) -> None:
        """The parts of suppliers: of each piece, parted among those who were paid in it."""
        import polars as pl

        lines = pl.scan_parquet(self.lines_file(run))
        if self.years:
            lines = lines.filter(pl.col("year").is_in(list(self.years)))
        summed = lines.group_by(*KEYS, "supplier_id").agg(pl.len().cast(pl.Int64), pl.col("place_pence").sum())
        found = summed.collect().sort(*KEYS, "supplier_id").rows()
        whole = {(p.rule, p.body, p.year, p.service): p.amount for p in self.pieces(run)}
        amounts: list[int] = []
        for key, group in groupby(found, lambda row: row[:4]):
            money = [row[-1] for row in group]
            amounts += shares.parts(money, self.shares[key[0] - 1], whole.get(key, 0))
        texts = dict.fromkeys(KEYS[1:], pl.Categorical)
        schema = {"rule": pl.Int32, **texts, **dict.fromkeys(("supplier_id", "lines", "net"), pl.Int64)}
        frame = pl.DataFrame(found, schema, orient="row")
        write(self._suppliers_file(run), frame.with_columns(pl.Series("amount", amounts, pl.Int64)))

    def of_suppliers(self, run: Run, by: Sequence[str], where: Where, limit: int = 0) -> list[tuple[Any, ...]]:
        """Sums by some of KEYS and 'supplier' (by number), largest first: the keys, lines, net, amount.

        `limit` rows, all where it is 0; must have been worked out.
        """
        names = [_column(name) for name in by]
        keys = ", ".join(f"{name}::VARCHAR" if name == "supplier_id" else name for name in names)
        condition, values = self._condition(where)
        sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in ("lines", "net", "amount"))
        sql = (
            f"SELECT {keys}, {sums} FROM read_parquet(?) WHERE {condition} GROUP BY ALL "
            f"ORDER BY amount DESC, {keys}{f' LIMIT {int(limit)}' if limit else ''}"
        )
        return rows(sql, [str(self._suppliers_file(run)), *values])

    def _condition(self, where: Where) -> tuple[str, list[Any]]:
        """Filters by KEYS and supplier, and the years that count, as a condition with its values.

        What rules keep out passes only where it is asked for.
        """
        conditions, values = ["TRUE"], list[Any]()
        wanted = {_column(name): [str(value) for value in listed] for name, listed in where.items() if listed}
        if self.years:
            wanted["year"] = [year for year in wanted.get("year", self.years) if year in self.years]
        if "rule" not in wanted and (out := [str(n) for n in self.kept_out]):
            conditions.append("NOT list_contains(?, rule::VARCHAR)")
            values.append(out)
        for name, listed in wanted.items():
            conditions.append(f"list_contains(?, {name}::VARCHAR)")
            values.append(listed)
        return " AND ".join(conditions), values

    def lines(self, run: Run, where: Where, start: int, limit: int) -> list[tuple[int, Row]]:
        """`limit` of the lines taken, from `start`, largest first: the rule, and the line as `lines.COLUMNS` has it.

        Must have been worked out.
        """
        condition, values = self._condition(where)
        sql = f"SELECT rule, {_SHOWN} FROM read_parquet(?) WHERE {condition} LIMIT ? OFFSET ?"
        found = rows(sql, [str(self._shown_file(run)), *values, limit, start]) if start < SHOWN else []
        whole = [(rule, (*line[:2], month_text(line[2]), *line[3:])) for rule, *line in found]
        if len(whole) == limit:
            return whole
        sql = f"SELECT rule, file, line FROM read_parquet(?) WHERE {condition} LIMIT ? OFFSET ?"
        keys = rows(sql, [str(self.lines_file(run)), *values, limit, start])
        if len(keys) == len(whole):
            return whole
        lines = lines_at(run, [(file, line) for _, file, line in keys])
        return [(rule, line) for (rule, _, _), line in zip(keys, lines, strict=True)]

    def lines_total(self, run: Run, where: Where) -> tuple[int, int]:
        """How many lines are taken that pass, and their pence as published."""
        condition, values = self._condition(where)
        sql = f"SELECT count(*), coalesce(sum(pence), 0)::BIGINT FROM read_parquet(?) WHERE {condition}"
        ((lines, pence),) = rows(sql, [str(self.lines_file(run)), *values])
        return lines, pence


_LINES = ("file", "line", "rule", "body", "year", "service", "supplier_id", "pence", "place_pence")
"""What is kept of a line that is taken."""
SHOWN = 100_000
"""How many of the largest lines are kept with all that is shown of them."""


class Largest:
    """The largest lines of many frames, of which never many more than SHOWN are held."""

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Takes the lines of a frame, and lets go of the smallest where there are too many."""
        self._frames.append(frame)
        if sum(each.height for each in self._frames) > 4 * SHOWN:
            self._frames = [self.whole()]

    def whole(self) -> pl.DataFrame:
        """The largest lines, largest first."""
        columns = tuple(dict.fromkeys((*_LINES, *KEPT_COLUMNS, *MORE)))
        return by_size(together(self._frames, columns)).head(SHOWN)


def by_size(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines in the order in which they are shown: largest amounts first."""
    import polars as pl

    return lines.sort(pl.col("pence").abs(), "file", "line", descending=[True, False, False])


_SHOWN = ", ".join("pence" if column.name == "amount" else column.name for column in COLUMNS)


def _column(name: str) -> str:
    return "supplier_id" if name == "supplier" else name


def sums(pieces: Sequence[Piece], by: Sequence[str]) -> dict[tuple[Any, ...], tuple[int, int, int]]:
    """Lines, net and amount of pieces by some of their columns."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for piece in pieces:
        each = found[tuple(getattr(piece, name) for name in by)]
        each[0] += piece.lines
        each[1] += piece.net
        each[2] += piece.amount
    return {key: (lines, net, amount) for key, (lines, net, amount) in found.items()}
