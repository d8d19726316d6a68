"""Numbers as publishers print them, built column by column: a loop over lines would be too slow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Whole = npt.NDArray[np.int64]


def plain(pence: Whole) -> pl.Series:
    """Pence as ``-1234.56``."""
    return _money(pence, commas=False)


def commas(pence: Whole) -> pl.Series:
    """Pence as ``-1,234.56``."""
    return _money(pence, commas=True)


def bracketed(pence: Whole) -> pl.Series:
    """Pence as ``1234.56``, and credits as ``(1234.56)``."""
    text = pl.col("t")
    frame = pl.DataFrame({"t": _money(np.abs(pence), commas=False), "credit": pence < 0})
    return frame.select(pl.when("credit").then("(" + text + ")").otherwise(text)).to_series()


def _money(pence: Whole, *, commas: bool) -> pl.Series:
    hundredths = pl.Series([f".{n:02d}" for n in range(100)])
    thousandths = pl.Series([f",{n:03d}" for n in range(1000)])
    size = np.abs(pence)
    pounds = size // 100
    frame = pl.DataFrame({"sign": pence < 0, "pounds": pounds, "part": hundredths.gather(pl.Series(size % 100))})
    if commas:
        low, middle = pounds % 1000, pounds // 1000 % 1000
        frame = frame.with_columns(
            low=thousandths.gather(pl.Series(low)),
            middle=thousandths.gather(pl.Series(middle)),
        )
        whole = (
            pl.when(pl.col("pounds") < 1000)
            .then(pl.col("pounds").cast(pl.String))
            .when(pl.col("pounds") < 1_000_000)
            .then((pl.col("pounds") // 1000).cast(pl.String) + pl.col("low"))
            .otherwise((pl.col("pounds") // 1_000_000).cast(pl.String) + pl.col("middle") + pl.col("low"))
        )
    else:
        whole = pl.col("pounds").cast(pl.String)
    sign = pl.when("sign").then(pl.lit("-")).otherwise(pl.lit(""))
    return frame.select(pl.concat_str(sign, whole, "part")).to_series()


def numbers(values: Whole, before: str = "") -> pl.Series:
    """Whole numbers as text, with `before` in front."""
    return before + pl.Series(values).cast(pl.String)
