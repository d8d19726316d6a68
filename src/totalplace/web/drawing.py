"""Pictures as SVG: drawn to scale from zero, with titles, and without a figure of their own.

A picture is one image with a name; what it shows stands in the table below it, with links.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from totalplace.terms import month_number
from totalplace.web.templating import month, shown_short

Row = tuple[Any, ...]

WIDTH, NARROW = 1120, 328
"""Units across a picture, and across one for a telephone: pixels."""


@dataclass
class Svg:
    """An SVG that is being drawn."""

    width: float
    height: float
    label: str
    size: str = ""

    def __post_init__(self) -> None:
        self.parts: list[Markup] = []

    def add(self, name: str, text: str = "", title: str = "", **attributes: Any) -> None:
        """A shape or a text; attributes with class_ for class and text_anchor for text-anchor."""
        pairs = [
            f'{key.rstrip("_").replace("_", "-")}="{escape(f"{v:.2f}" if isinstance(v, float) else v)}"'
            for key, v in attributes.items()
        ]
        inside = Markup("<title>{}</title>").format(title) if title else escape(text)
        self.parts.append(Markup("<{} {}>{}</{}>").format(Markup(name), Markup(" ".join(pairs)), inside, Markup(name)))

    def done(self) -> Markup:
        """The drawing."""
        head = Markup(
            '<svg role="img" class="tp-picture{}" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">'
        ).format(
            Markup(f" tp-picture--{self.size}" if self.size else ""),
            self.label,
            *(f"{n:g}" for n in (self.width, self.height) * 2),
        )
        return head + Markup("").join(self.parts) + Markup("</svg>")


# --- from gross to net

_STEP, _BAR = 44, 26


BRIDGE = "Bars: all payments, less what is taken out, is what is counted once"


def bridge(rows: Sequence[Row], words: str = BRIDGE, ends: Sequence[str] = ("gross", "net")) -> Markup:
    """Bars that hang from each other: the whole, what is taken out or added, what is left. Drawn for both widths.

    `rows` are kind, what, anything, pence, anything; those whose kind is one of `ends` stand on zero.
    """
    return _bridge(rows, words, ends, narrow=False) + _bridge(rows, words, ends, narrow=True)


def _bridge(rows: Sequence[Row], words: str, ends: Sequence[str], *, narrow: bool) -> Markup:
    stands = _stands(rows, ends)
    lowest = min([0, *stands])
    size = max([0, *stands]) - lowest or 1
    left, width, step = (0.0, float(NARROW), _STEP + 16) if narrow else (250.0, 720.0, _STEP)
    across, height = (NARROW, step * len(rows)) if narrow else (WIDTH, step * len(rows))
    svg = Svg(across, height, words, "narrow" if narrow else "wide")
    at = 0
    for n, (kind, what, _, pence, _share) in enumerate(rows):
        whole = kind in ends
        low, high = sorted((0, pence)) if whole else sorted((at, at + pence))
        at = pence if whole else at + pence
        x, wide = left + (low - lowest) / size * width, max((high - low) / size * width, 1.0 if pence else 0.0)
        y = n * step + (24 if narrow else 8)
        svg.add("text", what, x=0, y=y - 6 if narrow else y + 18, class_="tp-picture__label")
        series = "tp-series-1" if whole else "tp-series-3"
        svg.add("rect", title=f"{what}: {shown_short(pence)}", class_=series, x=x, y=y, width=wide, height=_BAR)
        value: dict[str, Any] = {"x": x + wide + 8, "y": y + 18}
        if narrow:
            value = {"x": NARROW, "y": y - 6, "text_anchor": "end"}
        svg.add("text", shown_short(pence), class_="tp-picture__value", **value)
        if n + 1 < len(rows) and not narrow:
            edge = left + (at - lowest) / size * width
            svg.add("line", class_="tp-picture__joint", x1=edge, x2=edge, y1=y + _BAR, y2=y + step)
    return svg.done()


def _stands(rows: Sequence[Row], ends: Sequence[str]) -> list[int]:
    """Where each bar of a bridge ends."""
    stands: list[int] = []
    for kind, _, _, pence, _ in rows:
        stands.append(pence if kind in ends else stands[-1] + pence)
    return stands


# --- month by month


def months(rows: Sequence[Row]) -> Markup:
    """A bar a month from zero; a cross below a month in which files of a body are missing. For both widths.

    `rows` are those of the table by month: year, month, lines, gross, eliminated, net, bodies missing.
    """
    return _months(rows, narrow=False) + _months(rows, narrow=True)


def _months(rows: Sequence[Row], *, narrow: bool) -> Markup:
    across = NARROW if narrow else WIDTH
    left, top, height = (58.0, 14.0, 180.0) if narrow else (74.0, 14.0, 220.0)
    width = across - left - 2
    ticks = round_ticks(min([row[5] for row in rows] + [0]), max([row[5] for row in rows] + [0]))
    high, low = ticks[-1], ticks[0]
    scale = height / (high - low or 1)
    missing = any(row[6] for row in rows)
    size = "narrow" if narrow else "wide"
    svg = Svg(across, top + height + (76 if missing else 58), "Bars of net payments in each month", size)
    draw_ticks(svg, [(tick, top + (high - tick) * scale) for tick in ticks], left, width)
    step = width / max(len(rows), 1)
    for n, row in enumerate(rows):
        _month(svg, row, left + n * step, step, top + high * scale, scale)
        # Three letters need some room: where there is less, the first month of each quarter is named.
        if step >= 30 or (step >= 10 and n % 3 == 0):
            at = left + n * step + (step / 2 if step >= 30 else step * 1.5)
            name = month(month_number(row[1]))[:3]
            svg.add("text", name, class_="tp-picture__tick", x=at, y=top + height + 17, text_anchor="middle")
        if row[6]:
            cross(svg, left + n * step + step / 2, top + height + 64, _month_words(row))
    _year_words(svg, rows, left, step, top + height)
    return svg.done()


def draw_ticks(svg: Svg, ticks: Iterable[tuple[int, float]], left: float, width: float) -> None:
    """Lines across a picture at round figures, each with its words: pairs of pence and how far down."""
    for tick, y in ticks:
        svg.add("line", class_="tp-picture__grid", x1=left, x2=left + width, y1=y, y2=y)
        svg.add("text", tick_words(tick), class_="tp-picture__tick", x=left - 6, y=y + 4.5, text_anchor="end")


def tick_words(pence: int) -> str:
    """A round figure without the noughts after its point: ``£150m``."""
    return re.sub(r"\.0+(?=[mb])|(?<=\.\d)0(?=[mb])", "", shown_short(pence))


def _month_words(row: Row) -> str:
    bodies = "1 body" if row[6] == 1 else f"{row[6]} bodies"
    return f"{month(month_number(row[1]))}: {shown_short(row[5])}" + (f"; {bodies} missing" if row[6] else "")


def _month(svg: Svg, row: Row, x: float, step: float, zero: float, scale: float) -> None:
    tall, gap = abs(row[5]) * scale, min(4.0, step * 0.2)
    y = zero - tall if row[5] >= 0 else zero
    place = {"x": x + gap / 2, "y": y, "width": step - gap, "height": max(tall, 0.5)}
    svg.add("rect", title=_month_words(row), class_="tp-series-1", **place)


def cross(svg: Svg, x: float, y: float, title: str) -> None:
    """A cross that marks what is missing."""
    d = f"M{x - 4:.1f} {y - 4:.1f}l8 8M{x + 4:.1f} {y - 4:.1f}l-8 8"
    svg.add("path", title=title, class_="tp-picture__missing", d=d)


def _year_words(svg: Svg, rows: Sequence[Row], left: float, step: float, bottom: float) -> None:
    years = list(dict.fromkeys(row[0] for row in rows))
    per = len(rows) / len(years) if years else 1
    for n, year in enumerate(years):
        x = left + n * per * step
        svg.add("line", class_="tp-picture__axis", x1=x + 2, x2=x + per * step - 2, y1=bottom + 26, y2=bottom + 26)
        text = year if per * step >= 60 else year[2:4]
        svg.add("text", text, class_="tp-picture__tick", x=x + per * step / 2, y=bottom + 44, text_anchor="middle")


def round_ticks(low: int, high: int) -> list[int]:
    """Round figures from at or below the lowest to at or above the highest, zero among them."""
    span = max(high - low, 100)
    step = 10 ** (len(str(span)) - 1)
    for part in (5, 4, 2):
        if span / (step / part) <= 5:
            step = step // part or 1
            break
    return [n * step for n in range(low // step, -(-high // step) + 1)] if low < high else [0, step]


# --- who pays whom

_SLOT, _GAP, _NODE = 22.0, 7.0, 12.0
_LINE, _ROOM = 18.0, 36
"""The height of a line of words, and how many letters stand in one."""
_LEFT, _RIGHT = 372.0, 736.0
"""Where the payers and the receivers stand."""
MOST = 13
"""So many bodies stand by themselves on either side of the picture; smaller ones stand together."""


@dataclass(eq=False)
class _Node:
    id: str
    name: str
    pence: int
    y: float = 0.0
    taken: float = 0.0


def flows(rows: Sequence[Row], name: Callable[[str], str]) -> Markup:
    """Bands from the bodies that pay (left) to those that are paid (right), as wide as the money.

    `rows` are those of the flows table between bodies: body, to_body, lines, amount, eliminated. `name` gives a
    body's name by its id. Flows with more refunds than payments have no width; the table has them.
    """
    payers, receivers = _sides(rows, name, MOST)
    drawn = _merged(rows, payers, receivers)
    tallest = sum(pence for _, _, pence, _ in drawn) or 1
    scale = min(460.0, 90.0 * len(drawn)) / tallest
    height = max(_place(side.values(), scale) for side in (payers, receivers))
    svg = Svg(
        WIDTH, round(height + 8), "Bands from the bodies that pay to those they pay, as wide as the money", "wide"
    )
    for payer, receiver, pence, taken in drawn:
        _band(svg, payer, receiver, pence, taken, scale)
    for node in dict.fromkeys(payers.values()):
        _node(svg, node, _LEFT, scale, left=True)
    for node in dict.fromkeys(receivers.values()):
        _node(svg, node, _RIGHT, scale, left=False)
    return svg.done()


OTHERS = "*"


def _sides(rows: Sequence[Row], name: Callable[[str], str], most: int) -> tuple[dict[str, _Node], dict[str, _Node]]:
    sides = []
    for at in (0, 1):
        sums: dict[str, int] = {}
        for row in rows:
            if row[3] > 0:
                sums[row[at]] = sums.get(row[at], 0) + row[3]
        ranked = sorted(sums, key=lambda body: (-sums[body], body))
        alone = ranked[: most if len(sums) > most + 1 else None]
        side = {body: _Node(body, name(body), sums[body]) for body in alone}
        if rest := ranked[len(alone) :]:
            node = _Node(OTHERS, f"{len(rest)} other bodies", sum(sums[body] for body in rest))
            side |= dict.fromkeys(rest, node)
        sides.append(side)
    return sides[0], sides[1]


def _merged(
    rows: Sequence[Row], payers: Mapping[str, _Node], receivers: Mapping[str, _Node]
) -> list[tuple[_Node, _Node, int, int]]:
    """Flows between nodes, in the order in which they stand on both sides."""
    sums: dict[tuple[str, str], list[int]] = {}
    nodes = {}
    for payer, receiver, _, pence, taken in rows:
        if pence > 0:
            ends = payers[payer], receivers[receiver]
            key = (ends[0].id, ends[1].id)
            nodes[key] = ends
            total = sums.setdefault(key, [0, 0])
            total[0] += pence
            total[1] += taken
    order = [node.id for node in payers.values()], [node.id for node in receivers.values()]
    keys = sorted(sums, key=lambda key: (order[0].index(key[0]), order[1].index(key[1])))
    return [(*nodes[key], sums[key][0], sums[key][1]) for key in keys]


def _place(nodes: Iterable[_Node], scale: float) -> float:
    """Sets nodes below each other, each with room for its words; gives the height they take."""
    y = 4.0
    for node in dict.fromkeys(nodes):
        tall, slot = node.pence * scale, _SLOT + _LINE * (len(_in_lines(node.name)) - 1)
        node.y = node.taken = y + max(0.0, (slot - tall) / 2)
        y += max(tall, slot) + _GAP
    return y - _GAP


def _band(svg: Svg, payer: _Node, receiver: _Node, pence: int, taken: int, scale: float) -> None:
    tall = pence * scale
    y1, y2, x1, x2 = payer.taken, receiver.taken, _LEFT + _NODE, _RIGHT
    middle = (x1 + x2) / 2
    payer.taken += tall
    receiver.taken += tall
    words = f"{payer.name} to {receiver.name}: {shown_short(pence)}"
    kind = "out" if taken else "in"
    if tall < 0.75:  # thinner than a hair: a line, so that it can be seen at all
        d = f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        svg.add("path", title=words, class_=f"tp-hair tp-hair--{kind}", d=d)
        return
    d = (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + tall:.1f}C{middle:.1f} {y2 + tall:.1f} {middle:.1f} {y1 + tall:.1f} {x1:.1f} {y1 + tall:.1f}Z"
    )
    svg.add("path", title=words + ("; taken out" if taken else ""), class_=f"tp-band tp-band--{kind}", d=d)


def _node(svg: Svg, node: _Node, x: float, scale: float, *, left: bool) -> None:
    tall = max(node.pence * scale, 1.0)
    svg.add(
        "rect",
        title=f"{node.name}: {shown_short(node.pence)}",
        class_="tp-node",
        x=x,
        y=node.y,
        width=_NODE,
        height=tall,
    )
    at, anchor = (x - 8, "end") if left else (x + _NODE + 8, "start")
    lines = _in_lines(node.name)
    y = node.y + tall / 2 + 5 - _LINE / 2 * (len(lines) - 1)
    inside = Markup("").join(
        Markup('<tspan x="{}" y="{:.1f}">{}{}</tspan>').format(
            at, y + n * _LINE, line, " " if n + 1 < len(lines) else ""
        )
        for n, line in enumerate(lines)
    )
    svg.parts.append(
        Markup('<text text-anchor="{}" class="tp-picture__label">{}').format(anchor, inside)
        + Markup(' <tspan class="tp-picture__value">{}</tspan></text>').format(shown_short(node.pence))
    )


def _in_lines(name: str) -> list[str]:
    """A name in as many lines as it needs beside its node."""
    return textwrap.wrap(name, _ROOM) or [""]
