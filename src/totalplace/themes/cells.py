"""What a theme takes, told from small sums: a payment goes to the first rule that fits it.

Most of the money is asked of the classes, a small table. What words or suppliers have a say in is taken out of it and
put back line by line, or supplier by supplier: cells with a minus and cells with a plus, which add up to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

from totalplace.definition import fingerprint
from totalplace.store.queries import rows
from totalplace.terms import KEPT
from totalplace.themes.kept import VERSION, read_words, write
from totalplace.themes.theme import Words

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from totalplace.store.layout import Run

SAME = ("body", "year", "kind", "to_body", "service", "subjective")
"""What a cell is told by, besides its supplier and the words that it holds."""
NOBODY = 0
"""Stands for the supplier of a cell whose supplier no rule asks for."""


@dataclass(frozen=True)
class Asked:
    """A rule as the store can be asked: what a payment's columns have to be, and the words it is to hold, if any.

    `never` where nothing can fit: the rule asks for a body or supplier that is not there.
    """

    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    words: Words | None = None
    never: bool = False

    @property
    def suppliers(self) -> frozenset[int]:
        """The suppliers that it asks for."""
        return frozenset(dict(self.where).get("supplier_id", ()))


Rules = tuple[Asked, ...]


def words_of(rules: Iterable[Asked]) -> tuple[Words, ...]:
    """The sets of words that rules ask for, each once."""
    return tuple(dict.fromkeys(rule.words for rule in rules if rule.words and not rule.never))


def first_fit(rules: Rules, held: Sequence[Words]) -> pl.Expr:
    """The number of the first rule that fits a row, from 1; 0 where none does.

    A row has the columns of SAME, supplier_id, and `w0`, `w1` ...: whether it holds each set of words of `held`.
    """
    import polars as pl

    chain: Any = pl
    for n, rule in enumerate(rules, 1):
        tests = [pl.col(name).is_in(list(values)) for name, values in rule.where]
        if rule.words and not rule.never:
            has = pl.col(f"w{held.index(rule.words)}")
            tests.append(~has if rule.words.keeps_out else has)
        whole = reduce(lambda a, b: a & b, tests, pl.lit(True)) if not rule.never else pl.lit(False)
        chain = chain.when(whole).then(pl.lit(n, pl.Int32))
    return (chain.otherwise(pl.lit(0, pl.Int32)) if rules else pl.lit(0, pl.Int32)).alias("rule")


@lru_cache(maxsize=16)
def cells(run: Run, held: tuple[Words, ...], suppliers: frozenset[int]) -> pl.DataFrame:
    """The net of the run in cells that rules with these words and suppliers can be told from: lines and place_pence.

    The words must have been looked for. Cells with words are kept: to hold lines against one another takes time.
    """
    import polars as pl

    none = [pl.lit(False).alias(f"w{n}") for n in range(len(held))]
    frames = [_base(run)]
    if suppliers:
        named = _of_suppliers(run, suppliers)
        frames += [named, _minus(named).with_columns(supplier_id=pl.lit(NOBODY, pl.Int64))]
    frames = [frame.with_columns(none) for frame in frames]
    if held:
        with_words = _with_words(run, held, suppliers)
        frames += [with_words, _minus(with_words).with_columns(none)]
    return pl.concat(frames)


def cells_ready(run: Run, held: tuple[Words, ...], suppliers: frozenset[int]) -> bool:
    """Whether `cells` answers at once."""
    return not held or _cells_file(run, held, suppliers).exists()


def _cells_file(run: Run, held: Sequence[Words], suppliers: frozenset[int]) -> Path:
    return run.themes / f"cells-{fingerprint(VERSION, held, sorted(suppliers))}.parquet"


def _minus(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return frame.with_columns(-pl.col("lines"), -pl.col("place_pence"))


@lru_cache(maxsize=4)
def _base(run: Run) -> pl.DataFrame:
    """The net of the run by SAME."""
    return _summed(run, "classes", str(NOBODY), "TRUE")


@lru_cache(maxsize=32)
def _of_suppliers(run: Run, suppliers: frozenset[int]) -> pl.DataFrame:
    """The net paid to some suppliers, by SAME and supplier."""
    listed = ", ".join(str(int(number)) for number in sorted(suppliers))
    return _summed(run, "ledger", "supplier_id", f"supplier_id IN ({listed})")


def _summed(run: Run, table: str, supplier: str, condition: str) -> pl.DataFrame:
    import polars as pl

    sums = "sum(lines)::BIGINT, sum(place_pence)::BIGINT"
    sql = (
        f"SELECT {', '.join(SAME)}, {supplier}, {sums} FROM read_parquet(?) "
        f"WHERE outcome IN ({', '.join('?' * len(KEPT))}) AND {condition} GROUP BY ALL"
    )
    found = rows(sql, [run.table(table), *KEPT])
    schema = {**dict.fromkeys(SAME, pl.Categorical), **dict.fromkeys(("supplier_id", "lines", "place_pence"), pl.Int64)}
    return pl.DataFrame(found, schema, orient="row")


def _with_words(run: Run, held: Sequence[Words], suppliers: frozenset[int]) -> pl.DataFrame:
    """The lines that hold any of the words, in cells that say which they hold."""
    import polars as pl

    path = _cells_file(run, held, suppliers)
    if path.exists():
        return pl.read_parquet(path)
    columns = [*SAME, "supplier_id", "place_pence"]
    frames = []
    for n, words in enumerate(held):
        has = [pl.lit(n == m).alias(f"w{m}") for m in range(len(held))]
        frames.append(read_words(run, words).select("file", "line", *columns, *has))
    marks = [f"w{n}" for n in range(len(held))]
    lines = frames[0]
    if len(held) > 1:
        lines = pl.concat(frames).group_by("file", "line").agg(pl.col(columns).first(), pl.col(marks).any())
    kept = pl.col("supplier_id").is_in(sorted(suppliers))
    lines = lines.with_columns(supplier_id=pl.when(kept).then("supplier_id").otherwise(pl.lit(NOBODY, pl.Int64)))
    by = [*SAME, "supplier_id", *marks]
    summed = lines.group_by(by).agg(pl.len().cast(pl.Int64).alias("lines"), pl.col("place_pence").sum())
    made = summed.select(*SAME, "supplier_id", "lines", "place_pence", *marks)
    write(path, made)
    return made
