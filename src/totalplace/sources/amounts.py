"""Amounts as published, to whole pence. Nothing is guessed: what cannot be read is left for rejection."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from totalplace.sources.distinct import strung

if TYPE_CHECKING:
    import polars as pl

LIMIT_PENCE = 10_000_000_000_00
"""Ten billion pounds: a single payment of more is taken for a fault in the file."""
LONGEST = 64
"""Letters beyond which a cell is no amount."""

_CURRENCY = re.compile(r"GBP|[£\u0153\u00c2\ufffd\ufeff]", re.IGNORECASE)
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-"})
# So few figures that LIMIT_PENCE is not reached, and so few places that nothing is rounded.
_COMMAS = r"^-?[0-9]{1,3}(?:,[0-9]{3}){1,2}(?:\.[0-9]{1,2})?$"
_BRACKETS = r"^\( ?£? ?[0-9,]{1,15}(?:\.[0-9]{1,4})? ?\)$"
_SHAPE = re.compile(r"([-+]?) ?(\(?) ?([-+]?) ?([0-9.][0-9., ]*?) ?(-?) ?(\)?) ?(CR|DR)?")
_FIGURE = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)?(?:\.([0-9]*))?")


def read_amount(text: str, unit: int = 1) -> int | None:
    """One published amount, in units of `unit` pounds, as pence; None where it is not an amount.

    Reads thousands commas or blanks, pound signs, and brackets, a minus at either end or CR for credits.
    Parts of a penny round half up, away from nought. Refuses scientific notation (figures have been lost), a
    decimal comma, another currency, marks that contradict or double each other (``-1.00CR``), error cells and
    LIMIT_PENCE or more.
    """
    body = " ".join(_CURRENCY.sub(" ", text.translate(_MINUS)).split()).upper()
    shape = _SHAPE.fullmatch(body) if len(body) <= LONGEST else None
    if not shape:
        return None
    before, opened, inside, figure, after, closed, letters = shape.groups()
    parts = _FIGURE.fullmatch(figure)
    signs = before + inside + after
    credit = bool(opened) or "-" in signs or letters == "CR"
    contradicts = credit and ("+" in signs or letters == "DR" or (letters == "CR" and bool(opened or signs)))
    if not parts or figure == "." or bool(opened) != bool(closed) or len(signs) > 1 or contradicts:
        return None
    whole, part = (parts[1] or "0").replace(",", "").replace(" ", ""), parts[2] or ""
    scale: int = 10 ** len(part)
    pence = (200 * unit * int(whole + part) + scale) // (2 * scale)
    if pence >= LIMIT_PENCE:
        return None
    return -pence if credit else pence


def read_amounts(cells: pl.Series, unit: int = 1) -> pl.Series:
    """A text column of published amounts as Int64 pence; null where read_amount says None.

    Cells of figures alone are read by Polars in one sweep, those with commas in another, dressed ones in several,
    the rest one by one through read_amount: the same rules, as a test holds.
    """
    import polars as pl

    text = cells.cast(pl.String)
    pence = _read_figures(text) if unit == 1 else _read_dressed(text, unit)
    long = (text.str.len_bytes() > LONGEST).arg_true()
    return (_each_read(pence, text, long, unit) if long.len() else pence).alias("pence")


def _each_read(pence: pl.Series, text: pl.Series, at: pl.Series, unit: int) -> pl.Series:
    """`pence` with the cells of `text` in some places read one by one."""
    import polars as pl

    return pence.scatter(at, pl.Series([read_amount(cell, unit) for cell in text.gather(at).to_list()], dtype=pl.Int64))


def _read_figures(text: pl.Series) -> pl.Series:
    written = strung(text)
    bare = text.str.replace_all(",", "", literal=True) if "," in written else text
    pence = _whole_pence(bare)
    if "e" in written or "E" in written:  # Polars reads scientific notation
        pence = pence.set(text.str.contains_any(["e", "E"]), None)
    if "," in written:
        pence = pence.set((bare.str.len_bytes() < text.str.len_bytes()) & ~text.str.contains(_COMMAS), None)
    rest = (pence.is_null() & text.is_not_null()).arg_true()
    return pence.scatter(rest, _read_dressed(text.gather(rest), 1)) if rest.len() else pence


def _whole_pence(text: pl.Series) -> pl.Series:
    """Decimals as pence; null for parts of a penny, LIMIT_PENCE, and all that Polars does not read as a decimal."""
    import numpy as np
    import polars as pl

    read = text.str.to_decimal(scale=6).to_physical().cast(pl.Int64, strict=False)
    millionths = read.fill_null(1).to_numpy()  # a part of a penny, as is whatever comes to null
    pence = millionths // 10_000
    whole = (pence * 10_000 == millionths) & (np.abs(pence) < LIMIT_PENCE)
    found = pl.Series(pence)
    return found if whole.all() else found.zip_with(pl.Series(whole), pl.Series([None], dtype=pl.Int64))


def _read_dressed(text: pl.Series, unit: int) -> pl.Series:
    """Amounts with pound signs, blanks, brackets, more places than two, or none at all."""
    import polars as pl

    bare = text.str.strip_chars(" £\t\r\n")
    bracketed = bare.str.contains(_BRACKETS)
    if bracketed.any():
        bare = bare.zip_with(~bracketed, "-" + bare.str.strip_chars("()£ "))
    frame = pl.DataFrame({"text": bare})
    plain, odd = pl.col("text"), pl.col("text").str.contains_any(["e", "E", "+"])
    if text.str.contains(",", literal=True).any():
        odd |= pl.col("text").str.contains(r"(?s),(\d{0,2}|\d{4,})(\D|$)|^-?,|^-?\d{4,},|[.].*,")
        plain = plain.str.replace_all(",", "", literal=True)
    odd |= pl.col("text").str.len_bytes() > 20
    value = plain.str.to_decimal(scale=3 + len(str(unit)))
    frame = frame.select(
        pl.when(odd).then(None).otherwise(value).alias("value"),
    ).with_columns((pl.col("value") * (100 * unit)).alias("hundredfold"))
    whole = pl.col("hundredfold").cast(pl.Int64, strict=False)
    exact = (whole == pl.col("hundredfold")) & (whole.abs() < LIMIT_PENCE)
    pence = frame.select(pl.when(exact).then(whole).alias("pence"))["pence"]
    left = (pence.is_null() & text.is_not_null() & (text != "")).arg_true()
    return _each_read(pence, text, left, unit) if left.len() else pence
