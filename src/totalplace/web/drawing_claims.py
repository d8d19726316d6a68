"""The picture of how claims are spread: the concentration curve, and where it would lie were all rates equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from totalplace.areas.claims import gini, half
from totalplace.areas.claims_words import percent
from totalplace.web.drawing import NARROW, WIDTH, Svg

if TYPE_CHECKING:
    from totalplace.areas.claims import Claims, Point

DOTS = 80
"""So many areas have a dot each; of more the line alone is drawn."""


def spread(found: Claims) -> Markup:
    """The curve with its half, over the line of equal rates; nothing where there is no curve. For both widths."""
    if not found.curve:
        return Markup("")
    return _spread(found, narrow=False) + _spread(found, narrow=True)


def _spread(found: Claims, *, narrow: bool) -> Markup:
    across, height = (NARROW, 250.0) if narrow else (WIDTH, 420.0)
    left, top = (52.0, 14.0) if narrow else (74.0, 14.0)
    width = across - left - 22
    svg = Svg(across, top + height + 52, _label(found), "narrow" if narrow else "wide")

    def at(people: float, claims: float) -> tuple[float, float]:
        return left + people * width, top + (1 - claims) * height

    _grid(svg, left, top, width, height)
    svg.add("path", title="The same rate everywhere", class_="tp-spread__even", d=_line([at(0, 0), at(1, 1)]))
    _half(svg, found, left, top, width, height)
    points = [at(float(point.people), float(point.claims)) for point in found.curve]
    svg.add("path", class_="tp-spread__line", d=_line([at(0, 0), *points]))
    if len(points) <= DOTS:
        for point, (x, y) in zip(found.curve, points, strict=True):
            svg.add("circle", title=_words(point), class_="tp-spread__dot", cx=x, cy=y, r=2.5 if narrow else 4.0)
    words = "of all who could claim, lowest rates first"
    svg.add("text", words, class_="tp-picture__tick", x=left + width / 2, y=top + height + 42, text_anchor="middle")
    return svg.done()


def _label(found: Claims) -> str:
    share, coefficient = half(found.curve), gini(found.curve)
    assert share is not None
    assert coefficient is not None
    half_words = f"half of them where {percent(share)} of all who could claim are"
    return f"Curve of {len(found.curve)} areas: {half_words}; Gini coefficient {float(coefficient):.2f}"


def _grid(svg: Svg, left: float, top: float, width: float, height: float) -> None:
    for n in range(0, 101, 25):
        y, x = top + height * (1 - n / 100), left + width * n / 100
        kind = "tp-picture__axis" if n == 0 else "tp-picture__grid"
        svg.add("line", class_=kind, x1=left, x2=left + width, y1=y, y2=y)
        svg.add("text", f"{n}%", class_="tp-picture__tick", x=left - 6, y=y + 4.5, text_anchor="end")
        svg.add("text", f"{n}%", class_="tp-picture__tick", x=x, y=top + height + 20, text_anchor="middle")


def _half(svg: Svg, found: Claims, left: float, top: float, width: float, height: float) -> None:
    """Where half of the claims is reached, and which share of those who could claim is beyond it."""
    share = half(found.curve)
    assert share is not None
    x, y, bottom, right = left + float(1 - share) * width, top + height / 2, top + height, left + width
    svg.add("path", class_="tp-spread__half", d=_line([(left, y), (x, y), (x, bottom)]))
    svg.add("path", class_="tp-spread__part", d=_line([(x, bottom), (right, bottom)]))
    svg.add("text", "half of the claims", class_="tp-picture__label", x=left + 8, y=y - 8)
    svg.add("text", percent(share), class_="tp-picture__value", x=(x + right) / 2, y=bottom - 10, text_anchor="middle")


def _line(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _words(point: Point) -> str:
    before = f"to here {percent(point.people)} of all who could claim and {percent(point.claims)} of claims"
    return f"{point.area.name}: rate {percent(point.rate)}; {before}"
