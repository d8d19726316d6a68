"""Pictures of a business case: from costs to public value, cash as it adds up, who pays and who gains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from markupsafe import Markup

from totalplace.terms import money, money_short
from totalplace.web.drawing import NARROW, WIDTH, Svg, round_ticks, tick_words
from totalplace.web.drawing_logic import wrapped
from totalplace.web.templating import MINUS

Row = tuple[Any, ...]

LINES = 4
"""So many agencies have a line of their own; the others are drawn together."""
_LEFT, _RIGHT = 300.0, 110.0
"""Room for words on the left of a wide picture, and for figures on its right."""
_BAR = 24
FIGURE = "tp-picture__value tp-picture__label--halo"
_LINE = 18


MOST_IN_FULL = 10_000_000_00
"""Pence from which on a picture says millions."""


def in_full(pence: int) -> str:
    """Money of a case for people: to the pound, in millions where it is many."""
    words = money(pence) if abs(pence) < MOST_IN_FULL else money_short(pence)
    return words.replace("-", MINUS)


def titled(svg: Svg, name: str, title: str, said: str) -> Markup:
    """A drawing with its title and what it shows in words; `name` is told apart from other pictures of the page."""
    id = f"{name}-{svg.size}"
    head = Markup(
        '<svg role="img" class="tp-picture tp-picture--{}" aria-labelledby="{}-title {}-desc" viewBox="0 0 {:g} {:g}" '
        'width="{:g}" height="{:g}"><title id="{}-title">{}</title><desc id="{}-desc">{}</desc>'
    ).format(svg.size, id, id, svg.width, svg.height, svg.width, svg.height, id, title, id, said)
    return head + Markup("").join(svg.parts) + Markup("</svg>")


def both(draw: Any, *given: Any) -> Markup:
    """A picture for a desk and for a telephone."""
    wide: Markup = draw(*given, False)
    narrow: Markup = draw(*given, True)
    return wide + narrow


def lines_of(svg: Svg, words: str, x: float, y: float, room: float, anchor: str = "start") -> int:
    """Writes words in as many lines as they need; how many."""
    lines = wrapped(words, room)
    for n, line in enumerate(lines):
        svg.add("text", line, class_="tp-picture__label", x=x, y=y + n * _LINE, text_anchor=anchor)
    return len(lines)


# --- from costs to public value

SERIES = {
    "cost": "tp-case--out",
    "saved": "tp-case--saved",
    "transfer": "tp-case--out",
    "fiscal": "tp-case--fiscal",
    "economic": "tp-case--wider",
    "social": "tp-case--wider",
    "total": "tp-case--total",
}


def waterfall(rows: Sequence[Row], title: str) -> Markup:
    """Bars that hang from each other: costs below nought, benefits up from there, and what is left.

    `rows` are those of the table case-waterfall: kind, what, pence; the last is the sum.
    """
    return both(_waterfall, rows, title)


def _waterfall(rows: Sequence[Row], title: str, narrow: bool) -> Markup:
    left, width = (0.0, float(NARROW)) if narrow else (_LEFT, WIDTH - _LEFT - _RIGHT)
    step = _BAR + (30 if narrow else 16)
    spans = list(_spans(rows))
    low, high = min(0, *(a for a, _ in spans)), max(0, *(b for _, b in spans))
    scale = width / ((high - low) or 1)
    svg = Svg(NARROW if narrow else WIDTH, step * len(rows) + 6, "", "narrow" if narrow else "wide")
    zero = left - low * scale
    svg.add("line", class_="tp-picture__axis", x1=zero, x2=zero, y1=0.0, y2=float(svg.height))
    at = 0
    for n, ((kind, what, pence), (a, b)) in enumerate(zip(rows, spans, strict=True)):
        y = n * step + (22 if narrow else 4)
        x, wide = left + (a - low) * scale, max((b - a) * scale, 1.0)
        figure = in_full(pence) if kind == "total" else f"{'+' if pence > 0 else ''}{in_full(pence)}"
        svg.add("rect", title=f"{what}: {figure}", class_=SERIES[kind], x=x, y=float(y), width=wide, height=_BAR)
        if narrow:
            svg.add("text", what, class_="tp-picture__label", x=0, y=y - 6)
            svg.add("text", figure, class_=FIGURE, x=NARROW, y=y - 6, text_anchor="end")
        else:
            _beside(svg, what, figure, x + wide, y)
        at += pence
        if n + 1 < len(rows) and not narrow:
            edge = left + (at - low) * scale
            svg.add("line", class_="tp-picture__joint", x1=edge, x2=edge, y1=float(y + _BAR), y2=float(y + step))
    words = "; ".join(f"{what} {in_full(pence)}" for _, what, pence in rows)
    return titled(svg, "waterfall", title, words)


def _beside(svg: Svg, what: str, figure: str, end: float, y: int) -> None:
    """The words of a bar at the left edge, its figure at its end."""
    lines = wrapped(what, _LEFT - 24)[:2]
    for n, line in enumerate(lines):
        top = y + 17 + (n - (len(lines) - 1) / 2) * 16
        svg.add("text", line, class_="tp-picture__label", x=0, y=top)
    svg.add("text", figure, class_=FIGURE, x=end + 8, y=y + 17)


def _spans(rows: Sequence[Row]) -> Iterable[tuple[int, int]]:
    """Where each bar begins and ends, the lower end first; the sum stands on nought."""
    at = 0
    for kind, _, pence in rows:
        start = 0 if kind == "total" else at
        yield min(start, start + pence), max(start, start + pence)
        at = start + pence


# --- cash as it adds up


def cumulative(years: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], paid: str, mark: str) -> Markup:
    """A line an agency and a thick one for all: what budgets are up or down since the start.

    `series` are names with pence a year, the last of them all together; `paid` is the year in which they are paid back
    ('' where in none) and `mark` what is said of it.
    """
    return both(_cumulative, years, merged(series), paid, mark)


def merged(series: Sequence[tuple[str, Sequence[int]]]) -> list[tuple[str, Sequence[int]]]:
    """The lines that are drawn: those that come to most, the others as one, all together last."""
    *each, whole = series
    ranked = sorted(each, key=lambda one: -max(map(abs, one[1]), default=0))
    if len(ranked) > LINES:
        rest = ranked[LINES - 1 :]
        sums = [sum(amounts) for amounts in zip(*(amounts for _, amounts in rest), strict=True)]
        ranked = [*ranked[: LINES - 1], (f"{len(rest)} others", sums)]
    return [*ranked, whole]


def _cumulative(
    years: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], paid: str, mark: str, narrow: bool
) -> Markup:
    left, room = (72.0, 10.0) if narrow else (84.0, 220.0)
    top, height = 28.0, 230.0 if narrow else 320.0
    across = NARROW if narrow else WIDTH
    values = [value for _, amounts in series for value in amounts]
    ticks = round_ticks(min(0, *values), max(0, *values))
    scale = height / (ticks[-1] - ticks[0] or 1)
    key = len(series) * 22 + 10 if narrow else 0
    svg = Svg(across, top + height + 30 + key, "", "narrow" if narrow else "wide")
    width = across - left - room
    step = width / max(len(years) - 1, 1)

    def place(n: int, value: float) -> tuple[float, float]:
        return left + n * step, top + (ticks[-1] - value) * scale

    for tick in ticks:
        y = place(0, tick)[1]
        kind = "tp-picture__axis" if tick == 0 else "tp-picture__grid"
        svg.add("line", class_=kind, x1=left, x2=left + width, y1=y, y2=y)
        svg.add("text", tick_words(tick), class_="tp-picture__tick", x=left - 6, y=y + 4.5, text_anchor="end")
    _year_ticks(svg, years, left, step, top + height + 20, narrow)
    if paid:
        at = place(years.index(paid), series[-1][1][years.index(paid)])
        _payback(svg, at, top, mark, left + width)
    for n, (name, amounts) in enumerate(series):
        kind = "all" if n == len(series) - 1 else str(n + 1)
        points = [place(at, value) for at, value in enumerate(amounts)]
        svg.add("polyline", class_=f"tp-cash tp-cash--{kind}", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
        for (x, y), year, value in zip(points, years, amounts, strict=True):
            words = f"{name}, {year}: {in_full(value)}"
            svg.add("circle", title=words, class_=f"tp-cash__dot tp-cash__dot--{kind}", cx=x, cy=y, r=3.5)
    ends = [(name, amounts[-1], place(len(years) - 1, amounts[-1])) for name, amounts in series]
    if narrow:
        _key(svg, ends, top + height + 36)
    else:
        _ends(svg, ends)
    said = "; ".join(f"{name} {in_full(value)}" for name, value, _ in ends)
    return titled(svg, "cumulative", "What budgets are up or down since the start", f"By {years[-1]}: {said}. {mark}")


def _year_ticks(svg: Svg, years: Sequence[str], left: float, step: float, y: float, narrow: bool) -> None:
    every = max(1, ceil((110 if narrow else 66) / max(step, 1)))
    last = len(years) - 1
    for n, year in enumerate(years):
        if n == last or (n % every == 0 and last - n >= every):
            anchor = "start" if n == 0 and narrow else "end" if n == last and narrow else "middle"
            svg.add("text", year, class_="tp-picture__tick", x=left + n * step, y=y, text_anchor=anchor)


def _payback(svg: Svg, at: tuple[float, float], top: float, mark: str, right: float) -> None:
    """A flag where budgets have had their money back."""
    x, y = at
    svg.add("line", class_="tp-cash__paid", x1=x, x2=x, y1=top - 8, y2=y)
    anchor = "end" if x + 150 > right else "start"
    svg.add("text", mark, class_="tp-picture__value", x=x - 4 if anchor == "end" else x, y=top - 13, text_anchor=anchor)


def _swatch(svg: Svg, kind: str, x: float, y: float) -> None:
    svg.add("line", class_=f"tp-cash tp-cash--{kind}", x1=x, x2=x + 26, y1=y, y2=y)


def _key(svg: Svg, ends: Sequence[tuple[str, int, tuple[float, float]]], y: float) -> None:
    """What each line is, below the picture."""
    for n, (name, value, _) in enumerate(ends):
        kind = "all" if n == len(ends) - 1 else str(n + 1)
        _swatch(svg, kind, 0, y + n * 22 + 8)
        words = "All budgets" if kind == "all" else name
        svg.add("text", words, class_="tp-picture__label", x=34, y=y + n * 22 + 13)
        value_at: dict[str, Any] = {"x": NARROW, "y": y + n * 22 + 13, "text_anchor": "end"}
        svg.add("text", in_full(value), class_="tp-picture__value", **value_at)


def _ends(svg: Svg, ends: Sequence[tuple[str, int, tuple[float, float]]]) -> None:
    """What each line is, beside its end, none on top of another."""
    y = -100.0
    ranked = sorted(enumerate(ends), key=lambda each: each[1][2][1])
    over = max(0.0, len(ends) * 40 - 4 - svg.height)
    for n, (name, value, (x, end)) in ranked:
        kind = "all" if n == len(ends) - 1 else str(n + 1)
        y = max(end - 4 - over / 2, y + 40)
        y = min(y, svg.height - 24)
        _swatch(svg, kind, x + 12, y - 5)
        words = "All budgets" if kind == "all" else name
        svg.add("text", words if len(words) < 25 else f"{words[:23]}…", class_="tp-picture__label", x=x + 44, y=y)
        svg.add("text", in_full(value), class_="tp-picture__value", x=x + 44, y=y + 17)


# --- who pays and who gains


def who(rows: Sequence[Row]) -> Markup:
    """Two bars an agency: what it pays, in cash and in kind, and what it gains, cashable and not.

    `rows` are those of the table case-who at the first level: agency, pays, in_kind, gains, net, cashable, confirmed,
    without its sums.
    """
    return both(_who, [row for row in rows if any(row[1:4])])


def _who(rows: Sequence[Row], narrow: bool) -> Markup:
    left, right = (0.0, 0.0) if narrow else (230.0, 170.0)
    bar, step = 15, 64 if narrow else 50
    width = (NARROW if narrow else WIDTH) - left - right
    ends = [n for row in rows for n in (row[1], row[1] + row[2], row[3], row[5])]
    low, high = min([0, *ends]), max([0, *ends])
    scale = width / ((high - low) or 1)
    zero = left - low * scale
    svg = Svg(NARROW if narrow else WIDTH, step * len(rows) + 4, "", "narrow" if narrow else "wide")
    svg.add("line", class_="tp-picture__axis", x1=zero, x2=zero, y1=0.0, y2=float(svg.height))
    for n, (agency, pays, in_kind, gains, net, cashable, _) in enumerate(rows):
        y = n * step + (24 if narrow else 6)
        _part(svg, f"{agency} pays", "tp-who--pays", zero, 0, pays, scale, y, bar)
        _part(svg, f"{agency} gives in kind and time", "tp-who--gives", zero, pays, in_kind, scale, y, bar)
        _part(svg, f"{agency} gains, cashable", "tp-who--cash", zero, 0, cashable, scale, y + bar + 3, bar)
        _part(
            svg,
            f"{agency} gains, not cashable",
            "tp-who--gains",
            zero,
            cashable,
            gains - cashable,
            scale,
            y + bar + 3,
            bar,
        )
        figure = f"{'+' if net > 0 else ''}{in_full(net)}"
        if narrow:
            svg.add("text", agency, class_="tp-picture__label", x=0, y=y - 6)
            svg.add("text", figure, class_=FIGURE, x=NARROW, y=y - 6, text_anchor="end")
        else:
            lines_of(svg, agency, left - 12, y + 22, left - 20, "end")
            svg.add("text", figure, class_=FIGURE, x=WIDTH, y=y + 22, text_anchor="end")
    said = "; ".join(
        f"{agency} pays {in_full(pays)}, gains {in_full(gains)}, net {in_full(net)}"
        for agency, pays, _, gains, net, *_ in rows
    )
    return titled(svg, "who", "Who pays and who gains", said)


def _part(
    svg: Svg, words: str, kind: str, zero: float, start: int, pence: int, scale: float, y: int, height: int
) -> None:
    if pence:
        x = zero + min(start, start + pence) * scale
        size: dict[str, Any] = {"x": x, "y": float(y), "width": max(abs(pence) * scale, 0.75), "height": height}
        svg.add("rect", title=f"{words}: {in_full(pence)}", class_=kind, **size)
