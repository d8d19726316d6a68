"""Debits and credits: amounts whose sign another column tells, and credits in a column of their own.

A credit is money back. However it is published (a minus, brackets, CR in a column beside, a column of credits), it
is taken away; a minus and a CR together say the same thing once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from totalplace.sources.amounts import read_amount, read_amounts

if TYPE_CHECKING:
    import polars as pl

    from totalplace.sources.distinct import Index, Words

CREDITS = frozenset(
    ("cr", "c", "h", "-", "credit", "credits", "credit note", "credit memo", "crn", "cn", "refund", "minus", "negative")
)
"""What a column of signs says of a row that is money back; H is SAP's word for a credit (Haben)."""
DEBITS = frozenset(
    ("", "dr", "d", "s", "+", "debit", "debits", "invoice", "inv", "payment", "purchase", "plus", "positive")
)
"""What it says of a row that is money spent."""


def mark(cell: str) -> int:
    """-1 where a cell of a column of signs says credit, 1 where it says debit or nothing, 0 where it says neither."""
    word = " ".join(cell.strip(" .()").lower().split()) or cell.strip().lower()
    return -1 if word in CREDITS else 1 if word in DEBITS else 0


def signed(amount: int | None, credit: int | None, sign: str) -> int | None:
    """Pence spent by one row, from its amount, its credit and its sign; None where it has neither figure."""
    if amount is None and credit is None:
        return None
    pence = (amount or 0) - abs(credit or 0)
    return -abs(pence) if mark(sign) < 0 else pence


def signed_row(row: Sequence[str], found: Mapping[str, int]) -> int | None:
    """Pence spent by a row of cells, its columns by role in `found`."""

    def cell(role: str) -> str:
        return row[found[role]] if role in found and found[role] < len(row) else ""

    return signed(read_amount(cell("amount")), read_amount(cell("credit")), cell("sign"))


def with_signs(frame: pl.DataFrame, pence: pl.Series, unit: int, words: Words) -> tuple[pl.Series, pl.Series | None]:
    """`pence` of a grid's rows less its credits and turned by its signs, and which rows have a sign that says neither.

    A row with nothing under amount and a figure under credit is that credit; one with an unread figure in either
    column stays unread.
    """
    if "credit" in frame.columns:
        pence = _less_credits(frame, pence, unit)
    if "sign" not in frame.columns:
        return pence, None
    import polars as pl

    marks = pl.Series(words.each(words.numbers(frame["sign"]), _marks))
    turned = pl.select(pl.when(marks < 0).then(-pence.abs()).otherwise(pence)).to_series().alias("pence")
    return turned, marks == 0


def _less_credits(frame: pl.DataFrame, pence: pl.Series, unit: int) -> pl.Series:
    import polars as pl

    credit = read_amounts(frame["credit"], unit)
    bare, none = (frame[role].fill_null("").str.strip_chars() == "" for role in ("amount", "credit"))
    less = (
        pl.when(bare)
        .then(pl.when(none).then(None).otherwise(-credit.abs()))
        .otherwise(pence - pl.when(none).then(0).otherwise(credit.abs()))
    )
    return pl.select(less.cast(pl.Int64)).to_series().alias("pence")


def _marks(cells: pl.Series) -> Index:
    import numpy as np

    return np.array([mark(cell) for cell in cells.to_list()], np.int64)
