"""Amounts as published, to whole pence. Nothing is guessed: what cannot be read is left for rejection."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

LIMIT_PENCE = 10_000_000_000_00
"""Ten billion pounds: a single payment of more is taken for a fault in the file."""

_NUMBER = re.compile(r"^(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?$")
_NOISE = re.compile(r"[\s\u00a0\u2007\u202f]|£|GBP|\u0153|\u00a3|\u00c2|\ufffd", re.IGNORECASE)
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-"})


def read_amount(text: str) -> int | None:
    """One published amount as pence, or None where it is not an amount.

    Reads thousands commas, pound signs, brackets or a minus at either end or CR for credits. Parts of a
    penny round half up. Refuses scientific notation (figures have been lost), a decimal comma, error cells
    and anything of LIMIT_PENCE or more.
    """
    body = _NOISE.sub("", text.translate(_MINUS)).upper()
    negative = False
    if body.startswith("(") and body.endswith(")"):
        negative, body = True, body[1:-1]
    for tail, credit in (("CR", True), ("DR", False)):
        if body.endswith(tail):
            negative, body = negative != credit, body[:-2]
    if body.startswith("-") or body.endswith("-"):
        negative, body = not negative, body.strip("-") if body.count("-") == 1 else "?"
    elif body.startswith("+"):
        body = body[1:]
    if not body or body == "." or not _NUMBER.match(body):
        return None
    pence = int((Decimal(body.replace(",", "")) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if pence >= LIMIT_PENCE:
        return None
    return -pence if negative else pence


def read_amounts(cells: pl.Series) -> pl.Series:
    """A text column of published amounts as Int64 pence; null where read_amount says None.

    Plain cells are read by Polars in one sweep, the rest one by one through read_amount: the same rules,
    as a test holds.
    """
    import polars as pl

    text = cells.cast(pl.String)
    frame = pl.DataFrame({"text": text.str.strip_chars(" £\t\r\n")})
    plain = pl.col("text").str.replace_all(",", "", literal=True)
    odd = pl.col("text").str.contains(r"[eE]|,(\d{0,2}|\d{4,})(\D|$)|^,|^\+|^-?\d{4,},")
    value = plain.str.to_decimal(scale=4)
    frame = frame.select(
        pl.when(odd).then(None).otherwise(value).alias("value"),
    ).with_columns((pl.col("value") * 100).alias("hundredfold"))
    whole = pl.col("hundredfold").cast(pl.Int64, strict=False)
    exact = (whole.cast(pl.Decimal(38, 4)) == pl.col("hundredfold")) & (whole.abs() < LIMIT_PENCE)
    pence = frame.select(pl.when(exact).then(whole).alias("pence"))["pence"]
    left = (pence.is_null() & text.is_not_null() & (text != "")).arg_true()
    if left.len():
        slow = pl.Series([read_amount(cell) for cell in text.gather(left).to_list()], dtype=pl.Int64)
        pence = pence.scatter(left, slow)
    return pence.alias("pence")
