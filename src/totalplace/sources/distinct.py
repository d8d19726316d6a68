"""Work done once for each distinct text and spread to all the rows that hold it.

Text columns of spend files repeat a few texts many times, in file after file. Polars keeps a categorical column as
numbers into one list of texts, so what is found out of a text reaches its rows by one look-up, without a join.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Index = np.ndarray[tuple[int], np.dtype[np.int64]]

Work = Callable[["pl.Series"], "Index"]
"""Finds a whole number out of each of some texts."""

UNKNOWN = -(1 << 63)
"""No work finds this."""

MANY = 4_000_000
"""Texts kept in mind at once; past it they are forgotten between two files, so that memory stays bounded."""


class Words:
    """The texts of many files by number, from 1; 0 stands for an absent one, which counts as empty.

    A text has one number in whatever column and file, for as long as this lives, and what was found out of it is kept.
    `payees` is for `marks`: by kinds of identifier, and by the numbers of a name and of these. Not to be shared between
    threads.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        import polars as pl

        self._held = pl.Series([""], dtype=pl.Categorical)  # Polars numbers texts anew when no column is left
        self._empty = int(self._held.to_physical()[0]) + 1
        self._found: dict[Work, _Found] = {}
        self.payees: dict[tuple[str, ...], dict[tuple[int, ...], tuple[int, str]]] = {}

    def make_room(self) -> None:
        """Forgets all where too many texts have come together. For between two files: numbers lose their meaning."""
        if any(found.values.size > MANY for found in self._found.values()):
            self._begin()

    def numbers(self, column: pl.Series) -> Index:
        """A text column's numbers; 0 where there is none."""
        import numpy as np
        import polars as pl

        numbers = column.cast(pl.Categorical).to_physical()
        if not numbers.null_count():
            return numbers.to_numpy().astype(np.int64) + 1
        return numbers.cast(pl.Int64).fill_null(-1).to_numpy() + 1

    def numbered(self, texts: Sequence[str] | pl.Series) -> Index:
        """The numbers of some texts."""
        import numpy as np
        import polars as pl

        return pl.Series(texts, dtype=pl.String).cast(pl.Categorical).to_physical().to_numpy().astype(np.int64) + 1

    def texts(self, rows: Index) -> pl.Series:
        """The texts that numbers stand for, as a text column; empty for 0."""
        import polars as pl

        return self.column(rows).cast(pl.String)

    def column(self, rows: Index) -> pl.Series:
        """The texts that numbers stand for, as a categorical column; empty for 0."""
        import numpy as np
        import polars as pl

        found = np.where(rows > 0, rows, self._empty) - 1
        return pl.Series(found.astype(np.uint32)).cat.to(pl.Categorical())

    def rows(self, column: pl.Series) -> Rows:
        """A column of categories, whose texts are worked out once; or one of texts that hardly repeat."""
        import polars as pl

        if column.dtype == pl.String:
            return _Plain(column.fill_null("") if column.null_count() else column)
        return _Numbered(self, self.numbers(column))

    def each(self, rows: Index, work: Work) -> Index:
        """What `work` finds out of each row's text: worked out once a text, then looked up."""
        found = self._found.setdefault(work, _Found())
        values = found.of(rows)
        unknown = values == UNKNOWN
        if unknown.any():
            new = present(rows[unknown])
            found.values[new] = work(self.texts(new))
            values = found.of(rows)
        return values


class Rows(Protocol):
    """The texts of some rows in one column."""

    def each(self, work: Work) -> Index:
        """What `work` finds out of each row's text."""
        ...


class _Numbered(NamedTuple):
    words: Words
    numbers: Index

    def each(self, work: Work) -> Index:
        return self.words.each(self.numbers, work)


class _Plain(NamedTuple):
    texts: pl.Series

    def each(self, work: Work) -> Index:
        return work(self.texts)


class _Found:
    """What was found out of the texts met so far, by their numbers."""

    def __init__(self) -> None:
        import numpy as np

        self.values: Index = np.zeros(0, np.int64)

    def of(self, rows: Index) -> Index:
        """What was found out of each row's text, or UNKNOWN."""
        import numpy as np

        top = int(rows.max(initial=0)) + 1
        if top > self.values.size:
            self.values = np.concatenate([self.values, np.full(2 * top - self.values.size, UNKNOWN)])
        return self.values.take(rows)


def strung(cells: pl.Series) -> str:
    """All cells of a text column as one text: what is not in it is in none of them."""
    return str(cells.str.join("").item() or "")


def repeated(value: str, height: int) -> pl.Series:
    """A column that says the same in every row, with a list of this text alone."""
    import polars as pl

    return pl.Series([value], dtype=pl.Enum([value])).new_from_index(0, height)


def spread(index: Index, values: Sequence[Hashable], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """A column in which each row has the value that its place in `index` names."""
    import polars as pl

    table = pl.Series(values, dtype=dtype)
    if len(set(values)) == 1:
        return table.new_from_index(0, len(index))
    return table[index]


def enumerated(values: Iterable[str | None]) -> pl.Enum:
    """The type of a column that holds some of these texts: a list of them, in order."""
    import polars as pl

    return pl.Enum(sorted({value for value in values if value is not None}))


def present(rows: Index) -> Index:
    """The whole numbers from 0 that occur, each once, in order."""
    import numpy as np

    occurs = np.zeros(int(rows.max(initial=-1)) + 1, np.bool_)
    occurs[rows] = True
    return np.flatnonzero(occurs)


def places(rows: Index) -> tuple[Index, Index]:
    """Each row's place among the whole numbers that occur, and those numbers in order."""
    import numpy as np

    kinds = present(rows)
    table = np.zeros(int(rows.max(initial=-1)) + 1, np.int64)
    table[kinds] = np.arange(kinds.size)
    return table.take(rows), kinds


def together(columns: Sequence[Index]) -> tuple[Index, list[Index]]:
    """The distinct rows of several columns of whole numbers: each row's place among them, and their columns."""
    import numpy as np

    index, kinds = places(columns[0])
    found = [kinds]
    for more in columns[1:]:
        # Most often a value comes with one value of the next column only (a payee with its VAT number): those
        # rows keep their place, and only the rows that differ are sorted out.
        usual = np.zeros(found[0].size, np.int64)
        usual[index] = more
        others = np.flatnonzero(usual[index] != more)
        width = int(more.max(initial=0)) + 1
        pairs, at = np.unique(index[others] * width + more[others], return_inverse=True)
        if others.size:
            index = index.copy()
            index[others] = usual.size + at
        found = [np.concatenate([values, values[pairs // width]]) for values in found]
        found.append(np.concatenate([usual, pairs % width]))
    return index, found
