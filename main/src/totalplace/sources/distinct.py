"""Work done once for each distinct value of a column and spread to all its rows.

Text columns of a spend file repeat a few values many times. A categorical column is numbers into its values, so
what is found out of a value reaches its rows by one look-up, without a join.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Index = np.ndarray[tuple[int], np.dtype[np.int64]]


class Distinct:
    """The distinct values of one categorical column (absent ones as empty text), and each row's place among them."""

    def __init__(self, column: pl.Series) -> None:
        import numpy as np
        import polars as pl

        column = column.cast(pl.Categorical)
        kinds = column.unique()
        self.values: list[str] = [value or "" for value in kinds.cast(pl.String).to_list()]
        if len(self.values) < 2:
            self.index: Index = np.zeros(column.len(), np.int64)
            return
        rows = numbers(column)
        own = numbers(kinds)
        places = np.zeros(int(own.max()) + 1, np.int64)
        places[own] = np.arange(own.size)
        self.index = places[rows]

    def spread(self, values: Sequence[object], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
        """A column in which each row has what `values` holds for its distinct value."""
        return spread(self.index, values, dtype)


def numbers(column: pl.Series) -> Index:
    """A categorical column's numbers from 1; 0 where there is none."""
    import numpy as np

    physical = column.to_physical()
    if physical.null_count():
        return physical.cast(_int64()).fill_null(-1).to_numpy() + 1
    return physical.to_numpy().astype(np.int64) + 1


def _int64() -> type[pl.DataType]:
    import polars as pl

    return pl.Int64


def spread(index: Index, values: Sequence[object], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """A column in which each row has the value that its place in `index` names."""
    import polars as pl

    table = pl.Series(values, dtype=dtype)
    if len(values) == 1:
        return table.new_from_index(0, len(index))
    return table.gather(pl.Series(index))


def together(columns: Sequence[Distinct]) -> tuple[Index, list[tuple[str, ...]]]:
    """The distinct rows of several columns: each row's place among them, and the values of each."""
    import numpy as np

    index = columns[0].index
    rows: list[tuple[str, ...]] = [(value,) for value in columns[0].values]
    for column in columns[1:]:
        # Most often a value comes with one value of the next column only (a payee with its VAT number): those
        # rows keep their place, and only the rows that differ are sorted out.
        usual = np.zeros(len(rows), np.int64)
        usual[index] = column.index
        others = np.flatnonzero(usual[index] != column.index)
        width = len(column.values)
        pairs, places = np.unique(index[others] * width + column.index[others], return_inverse=True)
        more = [(*rows[pair // width], column.values[pair % width]) for pair in pairs.tolist()]
        if others.size:
            index = index.copy()
            index[others] = len(rows) + places
        rows = [(*row, column.values[at]) for row, at in zip(rows, usual.tolist(), strict=True)] + more
    return index, rows
