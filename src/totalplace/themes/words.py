"""Words in the texts of a payment: whole words, in any case and script, whatever marks stand between them.

A text is compared by its letters and figures alone: everything else counts as a space. So a phrase is found whether it
is written "early years", "Early-Years" or "EARLY_YEARS", and no sign in a word means anything but itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from totalplace.services.texts import Column

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from totalplace.themes.theme import Words

    Marks = NDArray[np.bool_]

TEXTS = ("payee", "department", "category", "purpose")
"""The texts of a payment that are searched, each for itself: a phrase does not run from one into the next."""
_APART = r"[^\p{L}\p{M}\p{N}]+"
"""What stands between words: anything but letters, the marks on them, and figures."""


def folded(words: Sequence[str]) -> list[str]:
    """Words and phrases as they are compared, with a space before and after; '  ' where nothing is left."""
    return list(_folded(tuple(words)))


@lru_cache(maxsize=256)
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    import polars as pl

    return tuple(f" {text.strip()} " for text in fold(pl.Series(words, dtype=pl.String)).to_list())


def fold(texts: pl.Series) -> pl.Series:
    """Texts as they are compared, spaces at both ends. Letters that Unicode holds to be the same are made the same."""
    import polars as pl

    frame = pl.DataFrame({"text": texts})
    plain = pl.col("text").str.len_bytes() == pl.col("text").str.len_chars()
    same = pl.when(plain).then(pl.col("text")).otherwise(pl.col("text").str.normalize("NFKC"))
    lower = same.str.to_lowercase().str.replace_all(_APART, " ")
    return frame.select(text=pl.concat_str(pl.lit(" "), lower, pl.lit(" ")))["text"]


def found(frame: pl.DataFrame, wanted: Sequence[Words]) -> list[Marks]:
    """For each set of words, which rows of a frame with the columns of TEXTS hold one and none that is barred."""
    import numpy as np

    columns = [Column.of(frame[name]) for name in TEXTS]
    texts = [fold(column.texts) for column in columns]

    def any_of(words: tuple[str, ...]) -> Marks:
        marks = np.zeros(frame.height, np.bool_)
        for column, folded_texts in zip(columns, texts, strict=True):
            with_them = folded_texts.str.contains_any(list(words)).to_numpy()
            if with_them.any():
                marks |= with_them[column.at]
        return marks

    result = []
    for each in wanted:
        marks = any_of(each.looked_for)
        if each.barred and marks.any():
            marks &= ~any_of(each.barred)
        result.append(marks)
    return result
