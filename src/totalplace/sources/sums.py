"""Sums of a part's lines: all that the count needs of them, in far fewer rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from totalplace.services import CLASSES
from totalplace.sources import marks
from totalplace.sources.distinct import enumerated, places, present, spread
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

    def at(self, rows: Index) -> Mark:
        """The same of some rows, by their places."""
        return Mark(self.name, self.index[rows], self.words)

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
    import polars as pl

    month_of, months = places(lines["month"].to_numpy().astype("int64"))
    class_of, classes = _together(told)
    count = classes[0].index.size
    cell = (payees.index * months.size + month_of) * count + class_of
    cells, counts, pence = _by_cell(cell, lines["pence"].to_numpy())
    rest, at = _divided(cells, count)
    payee, month = _divided(rest, months.size)
    years = [financial_year(month // 100, month % 100) for month in months.tolist()]
    return pl.DataFrame(
        [
            lines["body"].head(cells.size),
            lines["file"].head(cells.size),
            payees.table["payee_key"][payee],
            *(mark.at(at).column() for mark in classes),
            spread(month, years, enumerated(years)).alias("year"),
            spread(month, months.tolist(), pl.Int32).alias("month"),
            pl.Series("lines", counts),
            pl.Series("pence", pence),
        ]
    )


def _together(told: Sequence[Mark]) -> tuple[Index, list[Mark]]:
    """Each row's place among the combinations of marks that occur, and the marks of these, in order of their words."""
    import numpy as np

    code = told[0].index
    for mark in told[1:]:
        code = code * len(mark.words) + mark.index
    found = rest = present(code)
    classes: list[Mark] = []
    for mark in reversed(told):
        rest, at = _divided(rest, len(mark.words))
        classes.insert(0, Mark(mark.name, at, mark.words).in_order())
    order = np.lexsort([mark.index for mark in reversed(classes)])
    place = np.zeros(int(found.max(initial=0)) + 1, np.int64)
    place[found[order]] = np.arange(found.size)
    return place.take(code), [mark.at(order) for mark in classes]


def _divided(numbers: Index, by: int) -> tuple[Index, Index]:
    """Quotients and remainders of whole numbers from 0; numpy divides much faster than it does both at once."""
    whole = numbers // max(by, 1)
    return whole, numbers - whole * by


def _by_cell(cell: Index, pence: Index) -> tuple[Index, Index, Index]:
    """The whole numbers that occur, in order, with how many rows have each and the sum of their pence."""
    import numpy as np

    if not cell.size:
        return cell, cell, pence
    order = _order(cell)
    cells = cell.take(order)
    ends = np.append(np.flatnonzero(cells[1:] != cells[:-1]) + 1, cells.size)
    running = np.cumsum(pence.take(order))  # may wrap round, and back: differences are right
    return cells[ends - 1], np.diff(ends, prepend=0), np.diff(running[ends - 1], prepend=0)


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
