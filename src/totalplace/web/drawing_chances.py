"""Pictures of how sure a business case is: how a measure is spread over draws, and what moves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from totalplace.appraisal.sensitivity import GOOD, PERSISTENCE
from totalplace.appraisal.tables import chance_words
from totalplace.table import figure
from totalplace.web.drawing import NARROW, WIDTH, Svg, round_ticks, tick_words
from totalplace.web.drawing_cases import both, in_full, titled
from totalplace.web.drawing_logic import wrapped

if TYPE_CHECKING:
    from totalplace.appraisal.chance import Spread
    from totalplace.appraisal.sensitivity import Bar

MOST = 12
"""So many bars of a tornado are drawn, that of persistence always among them."""


def pence(pounds: float) -> int:
    """Pounds as pence for a picture's words."""
    return round(pounds * 100)


# --- how a measure is spread


def distribution(spread: Spread, central: float, measure: str, chance: float) -> Markup:
    """Bars of draws, those that are good in one colour and those that are not in another, the line of nought between.

    `central` is the measure as planned, in pounds; `chance` that of a good one.
    """
    return both(_distribution, spread, central, measure, chance)


def _distribution(spread: Spread, central: float, measure: str, chance: float, narrow: bool) -> Markup:
    across, top, height = (NARROW, 64.0, 150.0) if narrow else (WIDTH, 64.0, 230.0)
    left, width = (6.0, NARROW - 12.0) if narrow else (20.0, WIDTH - 40.0)
    low = min(spread.bars[0][0], 0.0, central)
    high = max(spread.bars[-1][1], 0.0, central)
    margin = (high - low) * 0.02 or 1.0
    low, high = low - margin, high + margin
    scale, tallest = width / (high - low), max(n for *_, n in spread.bars)
    svg = Svg(across, top + height + 74, "", "narrow" if narrow else "wide")

    def at(pounds: float) -> float:
        return left + (pounds - low) * scale

    bottom = top + height
    for start, end, draws in spread.bars:
        for a, b, good in _parts(start, end, GOOD[measure]):
            tall = draws / tallest * height
            words = f"{in_full(pence(start))} to {in_full(pence(end))}: {draws:,} draws"
            kind = "tp-draws--good" if good else "tp-draws--bad"
            size: dict[str, Any] = {
                "x": at(a),
                "y": top + height - tall,
                "width": max(at(b) - at(a) - 0.8, 0.4),
                "height": tall,
            }
            svg.add("rect", title=words, class_=kind, **size)
    svg.add("line", class_="tp-picture__axis", x1=left, x2=left + width, y1=bottom, y2=bottom)
    _ticks(svg, low, high, at, bottom, narrow)
    svg.add("line", class_="tp-draws__zero", x1=at(0), x2=at(0), y1=top - 24, y2=bottom)
    svg.add("line", class_="tp-draws__plan", x1=at(central), x2=at(central), y1=top - 2, y2=bottom)
    _sides(svg, at(0), left, left + width, chance, GOOD[measure], narrow)
    _words(svg, f"As planned {in_full(pence(central))}", at(central), top - 7, left, left + width)
    _between(svg, spread, at, bottom + 36, left, left + width)
    ends = in_full(pence(spread.percentiles[5])), in_full(pence(spread.percentiles[95]))
    said = (
        f"Better off in {chance_words(chance)} of draws. Nine in ten draws lie between {ends[0]} and {ends[1]}; as "
        f"planned {in_full(pence(central))}."
    )
    return titled(svg, "draws", "How it is spread over draws", said)


def _parts(start: float, end: float, sign: int) -> list[tuple[float, float, bool]]:
    """A bar, cut where it crosses nought, and whether each part is good."""
    if start < 0 < end:
        return [(start, 0.0, sign < 0), (0.0, end, sign > 0)]
    return [(start, end, (start + end) * sign > 0)]


def _ticks(svg: Svg, low: float, high: float, at: Any, bottom: float, narrow: bool) -> None:
    ticks = [tick for tick in round_ticks(pence(low), pence(high)) if pence(low) <= tick <= pence(high)]
    if narrow and len(ticks) > 4:
        ticks = [tick for n, tick in enumerate(ticks) if tick == 0 or (n - ticks.index(0)) % 2 == 0]
    for tick in ticks:
        x = at(tick / 100)
        svg.add("line", class_="tp-picture__axis", x1=x, x2=x, y1=bottom, y2=bottom + 5)
        anchor = "start" if x < 24 else "end" if x > svg.width - 24 else "middle"
        svg.add("text", tick_words(tick), class_="tp-picture__tick", x=x, y=bottom + 20, text_anchor=anchor)


def _sides(svg: Svg, zero: float, left: float, right: float, chance: float, sign: int, narrow: bool) -> None:
    """How many draws lie on either side of nought."""
    sides = [(f"{chance_words(chance)} better off", sign > 0), (f"{chance_words(1 - chance)} worse off", sign < 0)]
    if min(right - zero, zero - left) <= (104 if narrow else 120):
        svg.add("text", "; ".join(words for words, _ in sides), class_="tp-picture__value", x=left, y=16)
        return
    for words, after in sides:
        x, anchor = (zero + 6, "start") if after else (zero - 6, "end")
        svg.add("text", words, class_="tp-picture__value", x=x, y=38, text_anchor=anchor)


def _words(svg: Svg, words: str, x: float, y: float, left: float, right: float) -> None:
    anchor = "start" if x - left < 80 else "end" if right - x < 80 else "middle"
    svg.add("text", words, class_="tp-picture__label tp-picture__label--halo", x=x, y=y, text_anchor=anchor)


def _between(svg: Svg, spread: Spread, at: Any, y: float, left: float, right: float) -> None:
    """A bracket from the 5th to the 95th percentile, the middle marked."""
    low, middle, high = (spread.percentiles[p] for p in (5, 50, 95))
    svg.add("path", class_="tp-draws__bracket", d=f"M{at(low):.1f} {y - 5:.1f}v5H{at(high):.1f}v-5")
    svg.add("circle", title=f"Middle: {in_full(pence(middle))}", class_="tp-draws__middle", cx=at(middle), cy=y, r=4)
    words = f"Nine in ten: {in_full(pence(low))} to {in_full(pence(high))}"
    _words(svg, words, min(max(at(middle), left + 130), right - 130), y + 22, left, right)


# --- what moves a measure


def shown(bars: Sequence[Bar]) -> list[Bar]:
    """The bars that are drawn: the widest, and that of persistence."""
    chosen = list(bars[:MOST])
    kept = next((bar for bar in bars if bar.key == PERSISTENCE), None)
    if kept and kept not in chosen:
        chosen = [*chosen[: MOST - 1], kept]
    return [bar for bar in chosen if bar.swing or bar.key == PERSISTENCE]


def tornado(bars: Sequence[Bar], central: float) -> Markup:
    """A bar a number: what the measure comes to with it at its low end and at its high end, all others as planned."""
    return both(_tornado, shown(bars), central)


def _tornado(bars: Sequence[Bar], central: float, narrow: bool) -> Markup:
    room = 76.0
    left, width = (room, NARROW - 2 * room) if narrow else (430.0, WIDTH - 430.0 - 90.0)
    step, bar = (70, 18) if narrow else (44, 22)
    values = [value for each in bars for value in (each.at_low, each.at_high)] + [central]
    low, high = min(values), max(values)
    scale = width / ((high - low) or 1)
    svg = Svg(NARROW if narrow else WIDTH, step * len(bars) + 34, "", "narrow" if narrow else "wide")

    def at(pounds: float) -> float:
        return left + (pounds - low) * scale

    if low < 0 < high:
        svg.add("line", class_="tp-draws__zero", x1=at(0), x2=at(0), y1=26.0, y2=float(svg.height))
    svg.add("line", class_="tp-draws__plan", x1=at(central), x2=at(central), y1=26.0, y2=float(svg.height))
    _words(svg, f"As planned {in_full(pence(central))}", at(central), 16, 0 if narrow else 330, float(svg.width))
    for n, each in enumerate(bars):
        y = 30 + n * step + (40 if narrow else 6)
        _label(svg, each, y, narrow)
        for end, kind in sorted(((each.at_low, "low"), (each.at_high, "high")), key=lambda one: -abs(one[0] - central)):
            x, wide = min(at(end), at(central)), abs(at(end) - at(central))
            words = f"{each.label} at its {kind} end: {in_full(pence(end))}"
            size: dict[str, Any] = {"x": x, "y": float(y), "width": max(wide, 0.75), "height": bar}
            svg.add("rect", title=words, class_=f"tp-tornado--{kind}", **size)
        _bar_ends(svg, each, at, y + bar - 5)
    said = "; ".join(
        f"{each.label}: {in_full(pence(each.at_low))} at its low end, {in_full(pence(each.at_high))} at its high"
        for each in bars
    )
    return titled(svg, "tornado", "What moves it, the widest first", said)


def _label(svg: Svg, bar: Bar, y: int, narrow: bool) -> None:
    ends = f"{figure(float(f'{bar.low:.3g}'))} to {figure(float(f'{bar.high:.3g}'))}"
    if narrow:
        lines = wrapped(bar.label, NARROW * 1.05)
        words = lines[0] if len(lines) == 1 else f"{lines[0]}…"
        svg.add("text", words, class_="tp-tornado__name tp-picture__label--halo", x=0, y=y - 20)
        svg.add("text", ends, class_="tp-picture__tick tp-picture__label--halo", x=0, y=y - 4)
        return
    lines = wrapped(bar.label, 415)[:1]
    svg.add("text", lines[0], class_="tp-picture__label", x=0, y=y + 8)
    svg.add("text", ends, class_="tp-picture__tick", x=0, y=y + 25)


def _bar_ends(svg: Svg, bar: Bar, at: Any, y: int) -> None:
    """What the measure comes to at both ends, outside the bar."""
    first, last = sorted((bar.at_low, bar.at_high))
    svg.add("text", in_full(pence(first)), class_="tp-picture__tick", x=at(first) - 5, y=y, text_anchor="end")
    svg.add("text", in_full(pence(last)), class_="tp-picture__tick", x=at(last) + 5, y=y)
