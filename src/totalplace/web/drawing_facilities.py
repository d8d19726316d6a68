"""The pictures of facilities and need: maps of sites and buildings, how far people live, and need beside the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from totalplace.web.drawing import NARROW, WIDTH, Svg
from totalplace.web.templating import number, percent, shown_short

if TYPE_CHECKING:
    from totalplace.geography.facilities.sitemap import SiteMap

NEAR = ("#e7eff6", "#b4cbe0", "#6d95bb", "#2f6596", "#12436D")
"""Shades of distance, the nearest first: as many as there are distances, and one for what lies beyond."""
MOST = 40
"""So many areas are drawn as bars; of more the table alone is shown."""
MAP_WIDTH = 0.75
"""The part of a wide picture's width that a map takes."""
_BAR, _STEP, _LEFT, _RIGHT = 20, 30, 300.0, 80.0
EDGE = 6


@dataclass(frozen=True)
class Dot:
    """A site or a building on a map: where in metres, how wide in units, its colour, and what it says."""

    x: float
    y: float
    radius: float
    colour: str
    words: str
    hollow: bool = False
    number: int = 0


def dots_map(
    made: SiteMap, dots: Sequence[Dot], ties: Sequence[tuple[Dot, Dot]], fills: Sequence[str], label: str, size: str
) -> Markup:
    """A map with shaded land, lines of areas, dots, and lines between dots that belong together."""
    svg = Svg(round(made.width + 2 * EDGE), round(made.height + 2 * EDGE), label, size)
    svg.parts.append(Markup('<g transform="translate({0} {0})">').format(EDGE))
    svg.add("path", class_="tp-map__land", d=made.outline)
    for path, fill in zip(made.shades, fills, strict=False):
        if path:
            svg.add("path", d=path, fill=fill, fill_rule="evenodd")
    if made.borders:
        svg.add("path", class_="tp-map__line tp-map__line--both", d=made.borders)
    svg.add("path", class_="tp-map__edge", d=made.outline)
    for one, other in ties:
        (x1, y1), (x2, y2) = made.at(one.x, one.y), made.at(other.x, other.y)
        svg.add("line", class_="tp-site__tie", x1=x1, y1=y1, x2=x2, y2=y2)
    for dot in sorted(dots, key=lambda dot: -dot.radius):
        if made.holds(dot.x, dot.y):
            _dot(svg, made, dot)
    for x, y, name in made.labels:
        svg.add("text", name, class_="tp-map__name", x=x, y=y, text_anchor="middle")
    svg.parts.append(Markup("</g>"))
    return svg.done()


def on_a_telephone(made: SiteMap) -> SiteMap:
    """A map without names: a telephone has no room for them."""
    return replace(made, labels=())


def _dot(svg: Svg, made: SiteMap, dot: Dot) -> None:
    x, y = made.at(dot.x, dot.y)
    colours = {"fill": "#ffffff", "stroke": dot.colour} if dot.hollow else {"fill": dot.colour, "stroke": "#ffffff"}
    svg.add("circle", title=dot.words, class_="tp-site", cx=x, cy=y, r=dot.radius, stroke_width=2.0, **colours)
    if dot.number:
        svg.add(
            "text",
            str(dot.number),
            class_="tp-site__number",
            x=x + dot.radius + 3,
            y=y - dot.radius,
            text_anchor="start",
        )


def radius_of(size: float | None, largest: float) -> float:
    """How wide a building is drawn: its disc grows as its square metres do."""
    return 3.5 if not size or not largest else max(3.5, 14 * sqrt(size / largest))


def shares(
    rows: Sequence[tuple[str, Sequence[float]]], fills: Sequence[str], words: Sequence[str], label: str
) -> Markup:
    """A bar for each row, parted by shares of 1 in these colours; `words` say what each share is. For both widths."""
    if not rows or len(rows) > MOST:
        return Markup("")
    return Markup("").join(_shares(rows, fills, words, label, size) for size in ("wide", "narrow"))


def _shares(
    rows: Sequence[tuple[str, Sequence[float]]], fills: Sequence[str], words: Sequence[str], label: str, size: str
) -> Markup:
    narrow = size == "narrow"
    left, width = (0.0, float(NARROW)) if narrow else (_LEFT, WIDTH - _LEFT - _RIGHT)
    step = _STEP + 22 if narrow else _STEP
    svg = Svg(NARROW if narrow else WIDTH, step * len(rows) + 4, label, size)
    for n, (name, parts) in enumerate(rows):
        y = n * step + (24 if narrow else 4)
        _named(svg, name, y, narrow=narrow)
        x = left
        for part, fill, said in zip(parts, fills, words, strict=True):
            wide = part * width
            if wide > 0:
                title = f"{name}: {percent(part)} {said}"
                svg.add("rect", title=title, class_="tp-share", x=x, y=float(y), width=wide, height=_BAR, fill=fill)
            x += wide
        value: dict[str, Any] = {"x": NARROW, "y": y - 6, "text_anchor": "end"} if narrow else {"x": x + 8, "y": y + 15}
        svg.add("text", percent(parts[0]), class_="tp-picture__value", **value)
    return svg.done()


def _named(svg: Svg, name: str, y: float, *, narrow: bool) -> None:
    letters = 28 if narrow else 34
    short = name if len(name) <= letters else f"{name[: letters - 1]}…"
    at: dict[str, Any] = {"x": 0, "y": y - 6} if narrow else {"x": _LEFT - 10, "y": y + 15, "text_anchor": "end"}
    svg.add("text", short, class_="tp-picture__label", **at)


def beside(rows: Sequence[tuple[str, float]], label: str) -> Markup:
    """Bars to the right of 1 for more than the whole place, to its left for less. For both widths."""
    if not rows or len(rows) > MOST:
        return Markup("")
    return Markup("").join(_beside(rows, label, size) for size in ("wide", "narrow"))


def _beside(rows: Sequence[tuple[str, float]], label: str, size: str) -> Markup:
    narrow = size == "narrow"
    left, width = (36.0, NARROW - 72.0) if narrow else (_LEFT + 40, WIDTH - _LEFT - 40 - _RIGHT)
    step = _STEP + 22 if narrow else _STEP
    low, high = min([1.0, *(value for _, value in rows)]), max([1.0, *(value for _, value in rows)])
    scale = width / ((high - low) or 1.0)
    one = left + (1 - low) * scale
    svg = Svg(NARROW if narrow else WIDTH, step * len(rows) + 28, label, size)
    for n, (name, value) in enumerate(rows):
        y = n * step + (24 if narrow else 4)
        _named(svg, name, y, narrow=narrow)
        x, wide = min(one, left + (value - low) * scale), abs(value - 1) * scale
        css = "tp-series-3" if value > 1 else "tp-series-1"
        svg.add(
            "rect", title=f"{name}: {number(value, 2)}", class_=css, x=x, y=float(y), width=max(wide, 1), height=_BAR
        )
        end: dict[str, Any] = (
            {"x": x + wide + 6, "text_anchor": "start"} if value >= 1 else {"x": x - 6, "text_anchor": "end"}
        )
        svg.add("text", number(value, 2), class_="tp-picture__value", y=y + 15, **end)
    bottom = step * len(rows) + 4
    svg.add("line", class_="tp-picture__axis", x1=one, x2=one, y1=0, y2=bottom)
    svg.add("text", "the whole place", class_="tp-picture__tick", x=one, y=bottom + 16, text_anchor="middle")
    return svg.done()


def building_words(name: str, owner: str, size: float | None, cost: int | None, full: float | None) -> str:
    """What a building says on the map."""
    said = [
        owner,
        f"{number(size)} m²" if size is not None else "",
        f"{shown_short(cost)} a year" if cost is not None else "",
        f"{full:.0%} occupied" if full is not None else "",
    ]
    return f"{name}: {', '.join(filter(None, said))}"
