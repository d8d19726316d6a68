"""The picture of a comparison: each ratio over what it is for, on a bar of where the others make it likely."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, log10
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from totalplace.compare.rates import shown
from totalplace.terms import half_up, money
from totalplace.web.drawing import NARROW, WIDTH, Svg, round_ticks, tick_words
from totalplace.web.templating import MINUS, number

if TYPE_CHECKING:
    from totalplace.compare.result import Result

NAMED = 9
"""So many bodies are named in a picture at most: what is outside, the highest, the lowest and those of the place."""
_WIDE = 10.0
_APART = 40
"""A denominator this many times the smallest makes the axis one of multiples."""


class _Mark(NamedTuple):
    name: str
    ratio: int
    across: float
    inner: tuple[int, int] | None
    limits: tuple[int, int] | None
    outside: bool
    own: bool
    words: str
    asked: bool


def funnel(result: Result) -> Markup:
    """A mark for each ratio, on bars of its 95% and 99.8% limits; denominators run across. For both widths."""
    marks = [_mark(result, n) for n in range(len(result.rates))]
    return _funnel(result, marks, narrow=False) + _funnel(result, marks, narrow=True) if marks else Markup("")


def _mark(result: Result, n: int) -> _Mark:
    rate, standing = result.rates[n], result.standings[n]
    name = rate.name if result.across == "bodies" else rate.year
    limits = (_whole(standing.limits[0]), _whole(standing.limits[1])) if standing.limits else None
    inner = (_whole(standing.inner[0]), _whole(standing.inner[1])) if standing.inner else None
    outside = n in result.flagged
    words = f"{name}: {shown(rate.ratio)} over {_units(rate.denominator)}"
    if limits:
        words += f"; the others make {shown(Fraction(limits[0]))} to {shown(Fraction(limits[1]))} likely"
    own = rate.own if not result.body else rate.who == result.body
    return _Mark(
        name,
        half_up(rate.ratio),
        float(rate.denominator),
        inner,
        limits,
        outside,
        own,
        words,
        bool(result.body) and own,
    )


def _funnel(result: Result, marks: list[_Mark], *, narrow: bool) -> Markup:
    across, height = (NARROW, 240.0) if narrow else (WIDTH, 360.0)
    left, top = (62.0, 14.0) if narrow else (84.0, 14.0)
    width = across - left - (24 if narrow else 130)
    low, high = _range(marks)
    ticks = round_ticks(low, high)
    scale = height / (ticks[-1] - ticks[0] or 1)
    svg = Svg(across, top + height + 52, _label(result), "narrow" if narrow else "wide")

    def y_of(pence: int) -> float:
        return top + (ticks[-1] - min(max(pence, ticks[0]), ticks[-1])) * scale

    for tick in ticks:
        kind = "tp-picture__axis" if tick == 0 else "tp-picture__grid"
        svg.add("line", class_=kind, x1=left, x2=left + width, y1=y_of(tick), y2=y_of(tick))
        words = money(tick, 2).replace("-", MINUS) if high < 20_00 else tick_words(tick)
        svg.add("text", words, class_="tp-picture__tick", x=left - 6, y=y_of(tick) + 4.5, text_anchor="end")
    x_of = _across(svg, marks, left + 14, width - 28, top + height + 18, narrow)
    for mark in sorted(marks, key=lambda mark: mark.outside):  # the bar that a mark lies outside of is seen whole
        _bars(svg, mark, x_of(mark.across), y_of)
    for mark in sorted(marks, key=lambda mark: (mark.outside, mark.own)):
        _dot(svg, mark, x_of(mark.across), y_of(mark.ratio))
    _names(svg, marks, x_of, y_of, left + width, narrow)
    what = "people" if result.subject.unit == "people" else result.subject.unit
    svg.add("text", what, class_="tp-picture__tick", x=left + width / 2, y=top + height + 42, text_anchor="middle")
    return svg.done()


def _range(marks: list[_Mark]) -> tuple[int, int]:
    """From zero or the lowest ratio to a fifth above the highest: limits that reach beyond are cut at the edge."""
    ratios = [mark.ratio for mark in marks]
    low, high = min([0, *ratios]), max([0, *ratios])
    spread = high - low
    return low - spread // 5 if low < 0 else 0, high + spread // 5


def _label(result: Result) -> str:
    n = len(result.flagged)
    outside = f"{n} outside the limits" if not result.why_not else "none is flagged"
    return f"{len(result.rates)} ratios on bars of their limits, {outside}: {result.title}"


def _across(
    svg: Svg, marks: list[_Mark], left: float, width: float, bottom: float, narrow: bool
) -> Callable[[float], float]:
    """Where denominators stand, with round figures below: by multiples where they lie far apart."""
    least, most = min(mark.across for mark in marks), max(mark.across for mark in marks)
    by_multiples = most > least * _APART

    def turned(value: float) -> float:
        return log10(value) if by_multiples else value

    start, span = turned(least) if by_multiples else 0.0, 0.0
    span = turned(most) - start

    def at(value: float) -> float:
        return left + (turned(value) - start) / (span or 1) * width if span else left + width / 2

    if by_multiples:
        figures = [10.0**n for n in range(ceil(start), floor(turned(most)) + 1)]
    else:
        figures = [tick / 100 for tick in round_ticks(0, ceil(most * 100)) if 0 <= tick <= most * 100]
    step = 2 if narrow and len(figures) > 4 else 1
    for figure in figures[::step]:
        svg.add(
            "text", _units(Fraction(figure)), class_="tp-picture__tick", x=at(figure), y=bottom, text_anchor="middle"
        )
    return at


def _bars(svg: Svg, mark: _Mark, x: float, y_of: Callable[[int], float]) -> None:
    for class_, pair in (("tp-funnel__limits", mark.limits), ("tp-funnel__inner", mark.inner)):
        if pair:
            top, bottom = y_of(pair[1]), y_of(pair[0])
            whole = f"{class_} tp-funnel__bar--outside" if mark.outside else class_
            svg.add("rect", class_=whole, x=x - _WIDE / 2, y=top, width=_WIDE, height=max(bottom - top, 1.0))


def _dot(svg: Svg, mark: _Mark, x: float, y: float) -> None:
    if mark.outside:  # a shape of its own besides the colour
        d = f"M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8Z"
        svg.add("path", title=mark.words, class_="tp-funnel__dot tp-funnel__dot--outside", d=d)
        return
    kind = "own" if mark.own else "other"
    svg.add("circle", title=mark.words, class_=f"tp-funnel__dot tp-funnel__dot--{kind}", cx=x, cy=y, r=5.0)


def _names(
    svg: Svg,
    marks: list[_Mark],
    x_of: Callable[[float], float],
    y_of: Callable[[int], float],
    edge: float,
    narrow: bool,
) -> None:
    """Names beside their marks, none on top of another or of a mark; the body asked for and what is outside first."""
    ends = {marks[0].name, marks[-1].name}
    wanted = sorted(marks, key=lambda mark: (not mark.asked, not mark.outside, mark.name not in ends, not mark.own))
    there: list[tuple[float, float, float]] = []
    dots = [(x_of(mark.across), y_of(mark.ratio)) for mark in marks]
    for mark in wanted[: 4 if narrow else NAMED]:
        longest = 18 if narrow else 34
        text = mark.name if len(mark.name) <= longest else mark.name[: longest - 2] + "…"
        x, y, wide = x_of(mark.across), y_of(mark.ratio) + 5, len(text) * 8.0
        for right, up in ((True, 0.0), (False, 0.0), (True, 15.0), (False, 15.0)):
            start = x + 12 if right else x - 12 - wide
            inside = start >= 0 and start + wide <= edge + (20 if narrow else 125)
            taken = any(abs(y - up - b) < 17 and start < e and a < start + wide for a, e, b in there)
            hidden = any(abs(y - up - 5 - b) < 12 and start - 6 < a < start + wide + 6 for a, b in dots if a != x)
            if inside and not taken and not hidden:
                there.append((start, start + wide, y - up))
                at = x + 12 if right else x - 12
                anchor = "start" if right else "end"
                svg.add("text", text, class_="tp-picture__label", x=at, y=y - up, text_anchor=anchor)
                break


def _units(value: Fraction) -> str:
    return number(int(value)) if value.denominator == 1 else number(float(value), 1)


def _whole(value: Decimal) -> int:
    return round(value)
