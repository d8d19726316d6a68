"""Frames to Parquet, in one set of types and the same bytes whatever the engine and whatever else was built."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.sources.distinct import present
from totalplace.store.files import FULL, disk_full

if TYPE_CHECKING:
    import polars as pl

WHOLES = ("lines", "pence", "place_pence", "payee_key", "supplier_id")


def sink(frame: pl.DataFrame, path: Path, *, packed: bool = True) -> None:
    """Writes Parquet, each text once; raises DataError where the disk is full.

    What is not `packed` is larger and quicker to write and read, and its row groups say nothing of their values.
    """
    import polars as pl

    try:
        if frame.height:
            _write(frame, path, packed)
        else:  # as rejects are most often
            path.write_bytes(_without_rows(tuple(frame.schema.items()), packed))
    except (OSError, pl.exceptions.PolarsError) as error:
        told = re.search(r"\(os error (\d+)\)", str(error))  # Polars keeps the number of the system in its words
        number = int(told[1]) if told else getattr(error, "errno", None)
        if number in FULL or shutil.disk_usage(path.parent).free < 1 << 16:
            raise disk_full(path.parent.parent) from error
        raise


def _write(frame: pl.DataFrame, to: Path | io.BytesIO, packed: bool) -> None:
    import polars as pl

    noted = _noted(tuple((name, pl.Categorical() if kind == pl.Enum else kind) for name, kind in frame.schema.items()))
    frame.write_parquet(
        to,
        compression="lz4" if packed else "uncompressed",
        statistics=packed,
        row_group_size=ROWS,
        metadata={NOTE: noted},
    )


@cache
def _without_rows(schema: tuple[tuple[str, pl.DataType], ...], packed: bool) -> bytes:
    """The file of a table that has none."""
    import polars as pl

    written = io.BytesIO()
    _write(pl.DataFrame(schema=dict(schema)), written, packed)
    return written.getvalue()


ROWS = 1 << 18
"""Rows of a row group: larger is quicker to write, smaller lets a reader pass over more."""


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """One set of types whatever the engine: text (or numbered text), 64-bit sums, 32-bit months."""
    import polars as pl

    texts = [pl.col(name).cast(pl.String).fill_null("") for name in _texts(frame)]
    return frame.with_columns(*texts, *(pl.col(name).cast(pl.Int64) for name in WHOLES if name in frame.columns))


def words_of(frames: Iterable[pl.DataFrame], *more: str) -> pl.Enum:
    """Every text of some tables and `more`, sorted: they join, sort and write fast as numbers into it."""
    import polars as pl

    found = [_distinct(frame[name]).cast(pl.String).rename("") for frame in frames for name in _texts(frame)]
    return pl.Enum(pl.concat([pl.Series(["", *more]), *found]).drop_nulls().unique().sort())


def _distinct(column: pl.Series) -> pl.Series:
    import numpy as np
    import polars as pl

    if column.dtype == pl.String or column.null_count():
        return column.unique()
    kinds = present(column.to_physical().to_numpy().astype(np.int64))
    return pl.Series(kinds.astype(np.uint32)).cat.to(pl.Categorical())


def numbered(frame: pl.DataFrame, words: pl.Enum) -> pl.DataFrame:
    """`frame` with its texts as numbers into `words`."""
    return frame.with_columns(_as_numbers(frame[name], words) for name in _texts(frame))


# Polars casts between lists of texts row by row; what few texts there are is looked up here once.


def _as_numbers(column: pl.Series, words: pl.Enum) -> pl.Series:
    import numpy as np
    import polars as pl

    if column.dtype == pl.String:
        return column.cast(words)
    rows = column.to_physical()
    if rows.null_count():
        return column.cast(pl.String).cast(words)
    places = rows.to_numpy().astype(np.int64)
    kinds = present(places)
    found = pl.Series(kinds.astype(np.uint32)).cat.to(pl.Categorical()).cast(words).to_physical().to_numpy()
    table = np.zeros(int(places.max(initial=0)) + 1, found.dtype)
    table[kinds] = found
    return pl.Series(column.name, table[places]).cat.to(words)


# To write categories Polars looks up each row in a hash table; an Enum it writes as it is, at half the cost. The file
# notes categories all the same, as it would of them: it can be read together with files of other texts.

NOTE = "ARROW:schema"
"""Where Polars notes in a file what types its columns had."""


@cache
def _noted(schema: tuple[tuple[str, pl.DataType], ...]) -> str:
    """What Polars notes of these types."""
    import polars as pl

    written = io.BytesIO()
    pl.DataFrame(schema=dict(schema)).write_parquet(written)
    written.seek(0)
    return pl.read_parquet_metadata(written)[NOTE]


def shortened(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with its `numbered` texts as numbers into lists of those that occur, since a list is written whole."""
    import polars as pl

    return frame.with_columns(_shortened(column) for column in frame if column.dtype == pl.Enum)


def _shortened(column: pl.Series) -> pl.Series:
    import numpy as np
    import polars as pl

    assert isinstance(column.dtype, pl.Enum)
    rows = column.to_physical().to_numpy().astype(np.int64)
    kinds = present(rows)
    if kinds.size == column.dtype.categories.len():
        return column
    place = np.zeros(int(rows.max(initial=0)) + 1, np.min_scalar_type(kinds.size))
    place[kinds] = np.arange(kinds.size)
    texts = column.dtype.categories.gather(kinds)
    listed: pl.Series = pl.Series(column.name, texts, dtype=pl.Enum(texts))[place[rows]]
    return listed


def in_order(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """`frame` in the order of its columns `keys` (numbers, or texts `numbered`): as it is where it is so already."""
    import numpy as np

    tied = np.ones(max(frame.height - 1, 0), np.bool_)
    for key in keys:
        values = frame[key].to_physical().to_numpy()
        if ((values[1:] < values[:-1]) & tied).any():
            return frame.sort(keys)
        tied &= values[1:] == values[:-1]
    return frame


def _texts(frame: pl.DataFrame) -> list[str]:
    import polars as pl

    return [name for name, kind in frame.schema.items() if kind in (pl.Categorical, pl.String)]
