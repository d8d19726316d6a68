"""A picture of parts of a whole: each group a rectangle as large as its money, and in it its parts.

Rectangles are laid out in rows along the shorter side, each row filled for as long as that makes its rectangles more
square: the squarified treemaps of Bruls, Huizing and van Wijk (2000).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from totalplace.web.drawing import NARROW, WIDTH, Svg
from totalplace.web.templating import shown_short

LETTER, LINE = 7.6, 17.0
"""Units that a letter is wide, at most on average, and that a line of words is high."""
HEAD = 24.0
"""The height of the strip with a group's name."""
_ROOM = 6.0
_SHADES = 5


@dataclass(frozen=True)
class Part:
    """A part of a group: its name and pence."""

    name: str
    pence: int


@dataclass(frozen=True)
class Group:
    """A group with its parts, and whether it is what is not told."""

    name: str
    parts: tuple[Part, ...]
    open: bool = False

    @property
    def drawn(self) -> list[Part]:
        """The parts that have an area, largest first: what is not above nothing has none."""
        return sorted((part for part in self.parts if part.pence > 0), key=lambda part: (-part.pence, part.name))

    @property
    def pence(self) -> int:
        """The sum of the parts that have an area."""
        return sum(part.pence for part in self.parts if part.pence > 0)


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Its area."""
        return self.width * self.height


def squarified(sizes: Sequence[float], box: Box) -> list[Box]:
    """Rectangles in `box`, their areas in proportion to `sizes` (above nothing, largest first) and filling it."""
    out: list[Box] = []
    whole = sum(sizes)
    scale = box.area / whole if whole else 0.0
    rest, free = [size * scale for size in sizes], box
    while rest:
        row = _row(rest, min(free.width, free.height))
        placed, free = _placed(rest[:row], free)
        out += placed
        rest = rest[row:]
    return out


def _row(areas: Sequence[float], side: float) -> int:
    """How many of the areas make the most square row along a side."""
    best = _worst(areas[:1], side)
    for n in range(2, len(areas) + 1):
        now = _worst(areas[:n], side)
        if now > best:
            return n - 1
        best = now
    return len(areas)


def _worst(areas: Sequence[float], side: float) -> float:
    """The longest shape in a row along a side: its long side over its short one."""
    depth = sum(areas) / side if side else 0.0
    if not depth:
        return float("inf")
    return max(max(area / depth / depth, depth * depth / area) if area else float("inf") for area in areas)


def _placed(areas: Sequence[float], free: Box) -> tuple[list[Box], Box]:
    """A row of areas along the shorter side, and what is left free."""
    upright = free.width >= free.height
    side = free.height if upright else free.width
    # Where what is left is all but nothing, rounding would run over the edge: neither side is longer than what is free.
    whole = sum(areas)
    depth = min(whole / side if side else 0.0, free.width if upright else free.height)
    out, at = [], 0.0
    for area in areas:
        long = side * (area / whole) if whole else 0.0
        where = (free.x, free.y + at, depth, long) if upright else (free.x + at, free.y, long, depth)
        out.append(Box(*where))
        at += long
    if upright:
        return out, Box(free.x + depth, free.y, max(free.width - depth, 0.0), free.height)
    return out, Box(free.x, free.y + depth, free.width, max(free.height - depth, 0.0))


def treemap(groups: Iterable[Group], words: str) -> Markup:
    """The groups, largest first, as rectangles with their parts in them. For both widths.

    A name stands where it fits, with its sum below where that fits too; what has none has a title. Areas of groups
    are to scale; of a group with a strip for its name, what is below the strip is parted to scale.
    """
    ranked = sorted((group for group in groups if group.pence), key=lambda group: (-group.pence, group.name))
    return _treemap(ranked, words, WIDTH, 540, "wide") + _treemap(ranked, words, NARROW, 560, "narrow")


def _treemap(groups: Sequence[Group], words: str, width: float, height: float, size: str) -> Markup:
    svg = Svg(width, height, words, size)
    boxes = squarified([float(group.pence) for group in groups], Box(0.0, 0.0, float(width), float(height)))
    for group, box in zip(groups, boxes, strict=True):
        _group(svg, group, box)
    return svg.done()


def _group(svg: Svg, group: Group, box: Box) -> None:
    kind = "open" if group.open else "told"
    box = Box(box.x + 1, box.y + 1, max(box.width - 2, 0.5), max(box.height - 2, 0.5))  # white between groups
    _rect(svg, box, f"tp-tree tp-tree--{kind}", f"{group.name}: {shown_short(group.pence)}")
    lines = fitting(group.name, shown_short(group.pence), box.width - 2 * _ROOM)
    strip = HEAD + LINE * (len(lines) - 1)
    named = bool(lines) and box.height >= strip + LINE
    inside = Box(box.x, box.y + strip, box.width, box.height - strip) if named else box
    for n, line in enumerate(lines if named else ()):
        svg.add("text", line, class_="tp-tree__name", x=box.x + _ROOM, y=box.y + 17 + n * LINE)
    parts = group.drawn
    for n, (part, place) in enumerate(zip(parts, squarified([float(p.pence) for p in parts], inside), strict=True)):
        css = f"tp-tree__part tp-tree__part--{kind} tp-tree__part--{n % _SHADES}"
        _rect(svg, place, css, f"{group.name}, {part.name}: {shown_short(part.pence)}")
        if named:  # the name of a part says nothing where that of its group has no room
            _part_words(svg, part, place)


def _part_words(svg: Svg, part: Part, box: Box) -> None:
    room = box.width - 2 * _ROOM
    if box.height < LINE + _ROOM or len(part.name) * LETTER > room:
        return
    svg.add("text", part.name, class_="tp-tree__label", x=box.x + _ROOM, y=box.y + 16)
    money = shown_short(part.pence)
    if box.height >= 2 * LINE + _ROOM and len(money) * LETTER <= room:
        svg.add("text", money, class_="tp-tree__value", x=box.x + _ROOM, y=box.y + 16 + LINE)


def fitting(name: str, money: str, room: float) -> list[str]:
    """A name and its sum in up to three lines of so much room, the sum left out where there is none for it; else []."""
    letters = int(room / LETTER)
    for text in (f"{name} {money}", name):
        lines = textwrap.wrap(text, letters, break_long_words=False) if letters > 0 else []
        if lines and len(lines) <= 3 and all(len(line) <= letters for line in lines):
            return lines
    return []


def _rect(svg: Svg, box: Box, css: str, title: str) -> None:
    svg.add("rect", title=title, class_=css, x=box.x, y=box.y, width=box.width, height=box.height)
