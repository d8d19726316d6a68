"""The picture of money over financial years: a pair of bars a year, in cash and in the prices of one year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from totalplace.web.drawing import NARROW, WIDTH, Svg, cross, draw_ticks, round_ticks
from totalplace.web.templating import shown_short

WIDEST = 72.0
"""Units across the widest bar: two years would else fill the picture."""


@dataclass(frozen=True)
class Pair:
    """A year's money in pence: in cash, in prices of the base year (None: no index), and what is missing of it."""

    year: str
    cash: int
    real: int | None
    missing: str = ""


def years(pairs: Sequence[Pair], prices: str) -> Markup:
    """Two bars a year from zero, cash and `prices`; a cross below a year that is not complete. For both widths."""
    return _years(pairs, prices, narrow=False) + _years(pairs, prices, narrow=True)


def _years(pairs: Sequence[Pair], prices: str, *, narrow: bool) -> Markup:
    across = NARROW if narrow else WIDTH
    left, top, height = (58.0, 14.0, 200.0) if narrow else (74.0, 14.0, 260.0)
    width = across - left - 2
    figures = [pence for pair in pairs for pence in (pair.cash, pair.real) if pence is not None]
    ticks = round_ticks(min([*figures, 0]), max([*figures, 0]))
    high, low = ticks[-1], ticks[0]
    scale = height / (high - low or 1)
    missing = any(pair.missing for pair in pairs)
    words = f"Bars of net in each financial year, in cash and {prices}"
    svg = Svg(across, top + height + (48 if missing else 28), words, "narrow" if narrow else "wide")
    draw_ticks(svg, [(tick, top + (high - tick) * scale) for tick in ticks], left, width)
    step = width / max(len(pairs), 1)
    for n, pair in enumerate(pairs):
        x = left + n * step
        _pair(svg, pair, prices, x, step, top + high * scale, scale)
        # Where there is no room for a whole year its first two figures tell it, or each second one does.
        if step >= 24 or n % 2 == 0:
            text = pair.year if step >= 56 else pair.year[2:4]
            svg.add("text", text, class_="tp-picture__tick", x=x + step / 2, y=top + height + 18, text_anchor="middle")
        if pair.missing:
            cross(svg, x + step / 2, top + height + 34, f"{pair.year} is not complete: {pair.missing}")
    return svg.done()


def _pair(svg: Svg, pair: Pair, prices: str, x: float, step: float, zero: float, scale: float) -> None:
    wide = min((step - min(16.0, step * 0.2)) / 2, WIDEST)
    left = x + step / 2 - wide
    for at, (pence, series, what) in enumerate(
        ((pair.cash, "tp-series-1", "in cash"), (pair.real, "tp-series-3", prices))
    ):
        if pence is None:
            continue
        tall = abs(pence) * scale
        y = zero - tall if pence >= 0 else zero
        title = f"{pair.year}, {what}: {shown_short(pence)}"
        x_at, width, high = left + at * wide, max(wide - 1, 1.0), max(tall, 0.5)
        svg.add("rect", title=title, class_=series, x=x_at, y=y, width=width, height=high)
