"""The picture of money by class: a bar for each body or year, as long as its money, its classes side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from totalplace.web.drawing import NARROW, WIDTH, Svg
from totalplace.web.templating import shown_short

_BAR, _STEP = 22, 34
_LEFT, _RIGHT = 330.0, 110.0
"""Room for the names on the left of the wide picture, and for the sums on its right."""
_LETTERS = {"wide": 38, "narrow": 30}
SERIES = ("tp-class-1", "tp-class-2", "tp-class-3", "tp-class-4")
"""The CSS classes of the first four classes; more could not be told apart."""
OPEN = "tp-class-open"
"""That of what is unclassified."""
MOST = 16
"""So many rows are drawn; what is smaller stands together, and all of it in the table."""


@dataclass(frozen=True)
class Stack:
    """A row: its name and its money (pence) of each class, in the order of the classes."""

    name: str
    parts: tuple[int, ...]

    @property
    def whole(self) -> int:
        """The sum of its classes."""
        return sum(self.parts)


def largest(rows: Sequence[Stack]) -> list[Stack]:
    """The rows, largest first; where there are more than MOST, the smallest as one."""
    ranked = sorted(rows, key=lambda row: (-abs(row.whole), row.name))
    if len(ranked) <= MOST:
        return ranked
    rest = ranked[MOST - 1 :]
    sums = tuple(sum(parts) for parts in zip(*(row.parts for row in rest), strict=True))
    return [*ranked[: MOST - 1], Stack(f"{len(rest)} others", sums)]


def stacks(rows: Sequence[Stack], classes: Sequence[tuple[str, str]], words: str) -> Markup:
    """The rows as bars from zero, refunds to the left of it; `classes` are CSS class and name. For both widths."""
    return _stacks(rows, classes, words, "wide") + _stacks(rows, classes, words, "narrow")


def _stacks(rows: Sequence[Stack], classes: Sequence[tuple[str, str]], words: str, size: str) -> Markup:
    narrow = size == "narrow"
    left, width = (0.0, float(NARROW)) if narrow else (_LEFT, WIDTH - _LEFT - _RIGHT)
    step = _STEP + 22 if narrow else _STEP
    most = max([sum(n for n in row.parts if n > 0) for row in rows] + [0])
    least = min([sum(n for n in row.parts if n < 0) for row in rows] + [0])
    scale = width / ((most - least) or 1)
    svg = Svg(NARROW if narrow else WIDTH, step * len(rows) + 4, words, size)
    zero = left - least * scale
    for n, row in enumerate(rows):
        y = n * step + (24 if narrow else 4)
        name = row.name if len(row.name) <= _LETTERS[size] else f"{row.name[: _LETTERS[size] - 1]}…"
        at: dict[str, Any] = {"x": 0, "y": y - 6} if narrow else {"x": left - 10, "y": y + 16, "text_anchor": "end"}
        svg.add("text", name, class_="tp-picture__label", **at)
        end = _bar(svg, row, classes, zero, scale, y)
        at = {"x": NARROW, "y": y - 6, "text_anchor": "end"} if narrow else {"x": end + 8, "y": y + 16}
        svg.add("text", shown_short(row.whole), class_="tp-picture__value", **at)
    return svg.done()


def _bar(svg: Svg, row: Stack, classes: Sequence[tuple[str, str]], zero: float, scale: float, y: float) -> float:
    """Draws the classes of a row from zero to both sides; where it ends on the right."""
    right = left = zero
    for pence, (css, name) in zip(row.parts, classes, strict=True):
        if not pence:
            continue
        wide = abs(pence) * scale
        x = right if pence > 0 else left - wide
        right, left = (right + wide, left) if pence > 0 else (right, left - wide)
        gap = 1.0 if wide > 4 else 0.0  # a white line between two classes, where there is room for one
        title = f"{row.name}, {name}: {shown_short(pence)}"
        svg.add("rect", title=title, class_=css, x=x, y=float(y), width=max(wide - gap, 0.5), height=_BAR)
    return right
