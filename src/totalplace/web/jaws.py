"""The jaws: spending with pressures above, funding and income below, the gap between them, year by year, from zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from markupsafe import Markup

from totalplace.web.drawing import NARROW, WIDTH, Svg, draw_ticks, round_ticks
from totalplace.web.templating import shown_short

if TYPE_CHECKING:
    from totalplace.stress.sums import Line

Point = tuple[float, float]


@dataclass(frozen=True)
class _Frame:
    """Where years and money stand in a picture."""

    left: float
    top: float
    step: float
    high: int
    scale: float

    def at(self, year: float, pence: float) -> Point:
        return self.left + year * self.step, self.top + (self.high - pence) * self.scale


def jaws(lines: Sequence[Line]) -> Markup:
    """Areas of funding, income and reserves used, the gap that is left above them, and spending as a line.

    `lines` are the years of a body or of the place. Drawn for both widths.
    """
    return _jaws(lines, narrow=False) + _jaws(lines, narrow=True)


def _jaws(lines: Sequence[Line], *, narrow: bool) -> Markup:
    across, room = (NARROW, 14.0) if narrow else (WIDTH, 190.0)
    left, top, height = (62.0, 14.0, 220.0) if narrow else (74.0, 14.0, 320.0)
    width = across - left - room
    most = max((max(line.spend, line.funding + line.income + line.used) for line in lines), default=0)
    svg = Svg(across, top + height + 30, _label(lines), "narrow" if narrow else "wide")
    ticks = _axis(svg, most, left, top, width, height)
    frame = _Frame(left, top, width / max(len(lines) - 1, 1), ticks[-1], height / (ticks[-1] or 1))
    funding = [float(line.funding) for line in lines]
    means = [float(line.funding + line.income) for line in lines]
    met = [float(line.funding + line.income + line.used) for line in lines]
    spend = [float(line.spend) for line in lines]
    for name, low, high in (("funding", [0.0] * len(lines), funding), ("income", funding, means), ("used", means, met)):
        _area(svg, name, [frame.at(n, v) for n, v in enumerate(high)], [frame.at(n, v) for n, v in enumerate(low)])
    for upper, lower in _above(spend, met):
        _area(svg, "gap", [frame.at(*p) for p in upper], [frame.at(*p) for p in lower])
    _spending(svg, [frame.at(n, v) for n, v in enumerate(spend)], lines)
    _years(svg, lines, frame, top + height, narrow)
    if not narrow:
        _ends(svg, lines[-1], frame, len(lines) - 1)
    return svg.done()


def _axis(svg: Svg, most: int, left: float, top: float, width: float, height: float) -> list[int]:
    """Draws lines at round figures from zero to at or above the most; gives those figures."""
    ticks = round_ticks(0, most)
    draw_ticks(svg, [(tick, top + (ticks[-1] - tick) * height / (ticks[-1] or 1)) for tick in ticks], left, width)
    return ticks


def _label(lines: Sequence[Line]) -> str:
    first, last = lines[0], lines[-1]
    return (
        f"Jaws from {first.year} to {last.year}: spending goes from {shown_short(first.spend)} to "
        f"{shown_short(last.spend)}, funding and income from {shown_short(first.funding + first.income)} to "
        f"{shown_short(last.funding + last.income)}"
    )


def _area(svg: Svg, name: str, upper: Sequence[Point], lower: Sequence[Point]) -> None:
    if any(abs(a[1] - b[1]) > 0.01 for a, b in zip(upper, lower, strict=True)):
        points = [*upper, *reversed(lower)]
        svg.add("polygon", class_=f"tp-jaw tp-jaw--{name}", points=" ".join(f"{x:.2f},{y:.2f}" for x, y in points))


def _above(upper: Sequence[float], lower: Sequence[float]) -> Iterator[tuple[list[Point], list[Point]]]:
    """The stretches in which the upper line runs above the lower one; where lines cross they are cut."""
    piece: tuple[list[Point], list[Point]] = ([], [])
    for n, (start, end) in enumerate(pairwise([a - b for a, b in zip(upper, lower, strict=True)])):
        if max(start, end) > 0:
            ends = (start / (start - end) if start < 0 else 0.0, start / (start - end) if end < 0 else 1.0)
            for line, points in zip((upper, lower), piece, strict=True):
                new = [(n + t, line[n] + (line[n + 1] - line[n]) * t) for t in ends]
                points += new[1:] if points else new
        if end <= 0 and piece[0]:
            yield piece
            piece = ([], [])
    if piece[0]:
        yield piece


def _spending(svg: Svg, points: Sequence[Point], lines: Sequence[Line]) -> None:
    svg.add("polyline", class_="tp-jaw__line", points=" ".join(f"{x:.2f},{y:.2f}" for x, y in points))
    for (x, y), line in zip(points, lines, strict=True):
        words = f"{line.year}: spending {shown_short(line.spend)}, gap before reserves {shown_short(line.gap)}"
        svg.add("circle", title=words, class_="tp-jaw__point", cx=x, cy=y, r=4.0)


def _years(svg: Svg, lines: Sequence[Line], frame: _Frame, bottom: float, narrow: bool) -> None:
    """The years below; where there is little room not each of them, and the first and last for sure."""
    every = max(1, ceil((104 if narrow else 80) / max(frame.step, 1)))
    last = len(lines) - 1
    for n, line in enumerate(lines):
        if n == last or (n % every == 0 and last - n >= every):
            anchor = "start" if n == 0 else "end" if n == last and narrow else "middle"
            x, _ = frame.at(n, 0)
            svg.add("text", line.year, class_="tp-picture__tick", x=x, y=bottom + 20, text_anchor=anchor)


def _ends(svg: Svg, last: Line, frame: _Frame, at: int) -> None:
    """What the last year comes to, beside the lines' ends, none on top of another."""
    means = last.funding + last.income
    said = [(last.spend, "Spending", last.spend), (means, "Funding and income", means)]
    if last.gap > 0:
        said.insert(1, ((last.spend + means) // 2, "Gap before reserves", last.gap))
    y = -100.0
    for where, words, pence in sorted(said, key=lambda entry: -entry[0]):
        x, middle = frame.at(at, where)
        y = max(middle - 4, y + 40)
        svg.add("text", words, class_="tp-picture__label", x=x + 12, y=y)
        svg.add("text", shown_short(pence), class_="tp-picture__value", x=x + 12, y=y + 18)
