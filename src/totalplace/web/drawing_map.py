"""The still picture of a map of areas: where there is no script and no graphics card, on paper, and side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from totalplace.geography.maps.planmap import LINE, NUMBER
from totalplace.web.drawing import Svg

if TYPE_CHECKING:
    from totalplace.geography.maps.planmap import PlanMap

EDGE = 6
"""Units around the land, for its outline."""


def area_picture(made: PlanMap, fills: Sequence[str], titles: Sequence[str], label: str, size: str = "") -> Markup:
    """A map of areas: `fills` and `titles` are those of each area, `label` says what all of it shows.

    `size` is 'wide', 'narrow' or 'small': which screens it is for; a small one has numbers and no names.
    """
    svg = Svg(round(made.width + 2 * EDGE), round(made.height + 2 * EDGE), label, size)
    svg.parts.append(Markup('<g transform="translate({0} {0})">').format(EDGE))
    svg.add("path", class_="tp-map__land", d=made.outline)
    for path, fill, title in zip(made.areas, fills, titles, strict=True):
        svg.add("path", title=title, class_="tp-map__area", d=path, fill=fill)
    for css, path in (("over-halo", made.over), ("between", made.borders), ("over", made.over), ("edge", made.outline)):
        if path:
            svg.add("path", class_=f"tp-map__line tp-map__line--{css}", d=path)
    for spot in made.spots:
        radius = NUMBER if spot.area < 99 else NUMBER * 1.4
        svg.add("circle", class_="tp-map__disc", cx=spot.x, cy=spot.y, r=radius)
        svg.add("text", str(spot.area + 1), class_="tp-map__number", x=spot.x, y=spot.y + 4.0, text_anchor="middle")
        for n, text in enumerate(spot.lines if size != "small" else ()):
            y = spot.y + NUMBER + LINE * (n + 1)
            svg.add("text", text, class_="tp-map__called", x=spot.x, y=y, text_anchor="middle")
    svg.parts.append(Markup("</g>"))
    return svg.done()
