"""Sums of a part's lines: all that the count needs of them, in far fewer rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from totalplace.services import CLASSES
from totalplace.sources import marks
from totalplace.sources.distinct import enumerated, places, spread
from totalplace.terms import financial_year

if TYPE_CHECKING:
    import polars as pl

    from totalplace.sources.distinct import Index


@dataclass(frozen=True)
class Mark:
    """A column of few texts: each row's place among `words`, which stand in any order."""

    name: str
    index: Index
    words: Sequence[str]

    def column(self) -> pl.Series:
        """The column as numbers into its words."""
        import numpy as np

        return _listed(tuple(self.words))[self.index.astype(np.uint8)].alias(self.name)

    def in_order(self) -> Mark:
        """The same, its words in alphabetical order."""
        import numpy as np

        words = sorted(self.words)
        if words == list(self.words):
            return self
        return Mark(self.name, np.array([words.index(word) for word in self.words])[self.index], words)


@cache
def _listed(words: tuple[str, ...]) -> pl.Series:
    import polars as pl

    return pl.Series(words, dtype=pl.Enum(words))


def summed(lines: pl.DataFrame, payees: marks.Payees, told: Sequence[Mark]) -> pl.DataFrame:
    """Lines and pence by payee, month and what was `told` of each, in that order, for lines of one body and file.

    All become one whole number of the same order, which groups and sorts much faster than they do.
    `money.steps.summarise` says the same on any engine, as a test holds.
    """
    import numpy as np
    import polars as pl

    month_of, months = places(lines["month"].to_numpy().astype(np.int64))
    told = [mark.in_order() for mark in told]
    cell = payees.index * months.size + month_of
    for mark in told:
        cell = cell * len(mark.words) + mark.index
    cells, counts, pence = _by_cell(cell, lines["pence"].to_numpy())
    found = []
    for mark in reversed(told):
        cells, at = np.divmod(cells, len(mark.words))
        found.append(Mark(mark.name, at, mark.words).column())
    payee, month = np.divmod(cells, max(months.size, 1))
    years = [financial_year(month // 100, month % 100) for month in months.tolist()]
    return pl.DataFrame(
        [
            lines["body"].head(cells.size),
            lines["file"].head(cells.size),
            payees.table["payee_key"][payee],
            *reversed(found),
            spread(month, years, enumerated(years)).alias("year"),
            spread(month, months.tolist(), pl.Int32).alias("month"),
            pl.Series("lines", counts),
            pl.Series("pence", pence),
        ]
    )


def _by_cell(cell: Index, pence: Index) -> tuple[Index, Index, Index]:
    """The whole numbers that occur, in order, with how many rows have each and the sum of their pence."""
    import numpy as np

    order = _order(cell)
    cells = cell.take(order)
    starts = np.flatnonzero(np.diff(cells, prepend=-1))
    sums = np.add.reduceat(pence.take(order), starts) if starts.size else pence
    return cells[starts], np.diff(starts, append=cell.size), sums


def _order(cell: Index) -> Index:
    """The order of some whole numbers from 0, those that are alike in the order of their rows.

    By sixteen bits at a time, lowest first, which numpy sorts by counting: much faster than all bits at once.
    """
    import numpy as np

    order = np.argsort(cell.astype(np.uint16), kind="stable")
    for shift in range(16, int(cell.max(initial=0)).bit_length(), 16):
        order = order[np.argsort((cell >> shift).astype(np.uint16)[order], kind="stable")]
    return order


def merged(summaries: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The summaries of the blocks of one part as one, in the same order."""
    import polars as pl

    if len(summaries) == 1:
        return summaries[0]
    keys = [name for name in summaries[0].columns if name not in ("lines", "pence")]
    listed = pl.concat([summary.cast({"year": pl.Categorical}) for summary in summaries])
    sums = listed.group_by(keys).agg(pl.col("lines", "pence").sum())
    return sums.sort("payee_key", "month", pl.col("kind", "channel", *CLASSES).cast(pl.String))
