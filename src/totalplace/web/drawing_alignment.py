"""The pictures of alignment: all divisions against all as a square, and a map of where two disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from totalplace.web.drawing import NARROW, WIDTH, Svg
from totalplace.web.templating import number

if TYPE_CHECKING:
    from totalplace.geography.aligning.alignment import Alignment
    from totalplace.geography.maps.linemap import LineMap, Spot

_CELL, _HIGH, _LEFT = 104.0, 44.0, 236.0
_TICK = 6.6
"""Units that a letter of a narrow heading is wide."""
_SHADES = 5
MOST = 12
"""So many divisions fit in the square; of more the table alone is shown."""
MOST_NARROW = 4
"""So many fit in the one for a telephone."""


def square(names: Sequence[str], shares: Sequence[Sequence[float | None]], words: str) -> Markup:
    """Every division against every other, shares from 0 to 1, darker the more agree; nothing where they are too many.

    `shares[a][b]` is of division a against b, None on the diagonal.
    """
    if len(names) > MOST:
        return Markup("")
    wide = _square(names, shares, words, narrow=False)
    return wide + _square(names, shares, words, narrow=True) if len(names) <= MOST_NARROW else wide


def _square(names: Sequence[str], shares: Sequence[Sequence[float | None]], words: str, *, narrow: bool) -> Markup:
    left, css = (104.0, "tp-picture__tick") if narrow else (_LEFT, "tp-picture__label")
    cell = (NARROW - left) / len(names) if narrow else min(_CELL, (WIDTH - left) / len(names))
    letters = 12 if narrow else 28
    # A heading can be two letters longer than it is broken at, and has to stay within its column.
    headings = [_broken(name, min(9, int(cell / _TICK) - 2) if narrow else 13) for name in names]
    top = 20.0 + 16 * max(map(len, headings))
    svg = Svg(NARROW if narrow else WIDTH, top + _HIGH * len(names) + 4, words, _size(narrow))
    for n, name in enumerate(names):
        x, y = left + n * cell + cell / 2, top + n * _HIGH + _HIGH / 2 + 5
        svg.add("text", _short(name, letters), class_="tp-picture__label", x=left - 10, y=y, text_anchor="end")
        for at, line in enumerate(headings[n]):
            below = top - 10 - 16 * (len(headings[n]) - 1 - at)
            svg.add("text", line, class_=css, x=x, y=below, text_anchor="middle")
    for a, row in enumerate(shares):
        for b, share in enumerate(row):
            _cell(svg, left + b * cell, top + a * _HIGH, cell, share, f"{names[a]} against {names[b]}")
    return svg.done()


def _size(narrow: bool) -> str:
    return "narrow" if narrow else "wide"


def _cell(svg: Svg, x: float, y: float, wide: float, share: float | None, words: str) -> None:
    box: dict[str, Any] = {"x": x + 1, "y": y + 1, "width": wide - 2, "height": _HIGH - 2}
    if share is None:
        svg.add("rect", class_="tp-square tp-square--self", **box)
        return
    shade = min(int(share * _SHADES), _SHADES - 1)
    said = f"{share:.1%}" if share < 1 else "100%"
    svg.add("rect", title=f"{words}: {said}", class_=f"tp-square tp-square--{shade}", **box)
    css = f"tp-square__value{' tp-square__value--light' if shade >= 3 else ''}"
    svg.add("text", said, class_=css, x=x + wide / 2, y=y + _HIGH / 2 + 5, text_anchor="middle")


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _broken(text: str, letters: int) -> list[str]:
    """A heading in at most four lines."""
    from textwrap import wrap

    lines = [_short(line, letters + 2) for line in wrap(text, letters, break_long_words=False)]
    return lines if len(lines) <= 4 else [*lines[:3], f"{_short(lines[3], letters - 1)}…"]


def line_picture(made: LineMap, found: Alignment, size: str) -> Markup:
    """The map of two divisions: their lines, and each block where they disagree."""
    first, second, share = found.cross.first.name, found.cross.second.name, 1 - found.forth.best_fit
    label = (
        f"Map of the lines of {first} and {second}; {len(made.spots):,} small areas where they disagree, "
        f"{share:.1%} of people"
    )
    svg = Svg(round(made.width + 8), round(made.height + 8), label, size)
    svg.parts.append(Markup('<g transform="translate(4 4)">'))
    svg.add("path", class_="tp-map__land", d=made.outline)
    for spot in made.spots:
        svg.add("path", title=_spot(spot, first, second), class_="tp-map__spot", d=spot.path)
    for css, path in (("both", made.both), ("first", made.first), ("second", made.second)):
        if path:
            svg.add("path", class_=f"tp-map__line tp-map__line--{css}", d=path)
    svg.add("path", class_="tp-map__edge", d=made.outline)
    for x, y, name in made.labels:
        svg.add("text", name, class_="tp-map__name", x=x, y=y, text_anchor="middle")
    svg.parts.append(Markup("</g>"))
    return svg.done()


def _spot(spot: Spot, first: str, second: str) -> str:
    return f"{spot.name} ({number(spot.people)} people): {first} {spot.first}, {second} {spot.second}"
