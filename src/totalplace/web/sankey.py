"""A picture of money that passes through stations: bands as wide as the money, from left to right."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from totalplace.web.drawing import WIDTH, Svg
from totalplace.web.templating import shown_short

MOST = 13
"""So many names stand by themselves at a station; smaller ones stand together."""
OTHERS = "*"
_BARS = (286.0, 548.0, 822.0)
"""Where the stations stand."""
_WIDE, _SLOT, _GAP, _LINE = 12.0, 22.0, 8.0, 18.0
_TALL = 430.0
_LETTERS = 34
_HAIR = 0.75


@dataclass(frozen=True)
class Passage:
    """Money (pence) that passes from one name through another to a third: their ids."""

    ends: tuple[str, str, str]
    pence: int


@dataclass(eq=False)
class Node:
    """A name at a station: where it begins, and how far its bands have come on either side."""

    id: str
    name: str
    pence: int = 0
    y: float = 0.0
    came: float = 0.0
    left: float = 0.0


def sankey(
    passages: Sequence[Passage],
    names: Sequence[Mapping[str, str]],
    orders: Sequence[Sequence[str]],
    heads: Sequence[str],
    words: str,
) -> Markup:
    """Bands through three stations, all to one scale. `names` and `orders` are those of each station's ids.

    Ids that are in no order stand before those that are, largest first; a station with more than MOST has its smallest
    as one. What is not above nothing has no width: the table has it. `heads` stand above the stations.
    """
    drawn = [passage for passage in passages if passage.pence > 0]
    stations = [_station(drawn, at, names[at], orders[at]) for at in range(3)]
    scale = _TALL / (sum(passage.pence for passage in drawn) or 1)
    height = max(_place(_nodes(station), scale, at == 1) for at, station in enumerate(stations))
    svg = Svg(WIDTH, round(height + 8), words, "wide")
    for x, anchor, head in zip(
        (_BARS[0] + _WIDE, _BARS[1] + _WIDE / 2, _BARS[2]), ("end", "middle", "start"), heads, strict=True
    ):
        svg.add("text", head, class_="tp-picture__tick", x=x, y=14, text_anchor=anchor)
    for at in (0, 1):
        for (left, right), pence in _bands(drawn, stations, at):
            _band(svg, left, right, pence, scale, at, right if at == 0 else left)
    for at, station in enumerate(stations):
        for node in _nodes(station):
            _node(svg, node, at, scale)
    return svg.done()


Station = dict[str, Node]


def _nodes(station: Station) -> list[Node]:
    return list(dict.fromkeys(station.values()))


def _station(drawn: Sequence[Passage], at: int, names: Mapping[str, str], order: Sequence[str]) -> Station:
    """The nodes of a station by the ids that stand in each, in the order in which they are drawn."""
    sums: dict[str, int] = {}
    for passage in drawn:
        sums[passage.ends[at]] = sums.get(passage.ends[at], 0) + passage.pence
    ranked = sorted(sums, key=lambda id: (-sums[id], id))
    alone = set(ranked[: MOST if len(ranked) > MOST + 1 else None])
    shown = sorted(alone, key=lambda id: (order.index(id) if id in order else -1, -sums[id], id))
    found = {id: Node(id, names.get(id, id), sums[id]) for id in shown}
    if rest := [id for id in ranked if id not in alone]:
        together = Node(OTHERS, f"{len(rest)} others", sum(sums[id] for id in rest))
        found |= dict.fromkeys(rest, together)
    return found


def _place(nodes: Sequence[Node], scale: float, middle: bool) -> float:
    """Sets nodes below each other, each with room for its words; gives where the last one ends."""
    y = 52.0 if middle else 30.0  # the name of a station in the middle stands below the head
    for node in nodes:
        lines = 1 if middle else len(_in_lines(node.name))
        tall, slot = node.pence * scale, _SLOT + _LINE * (lines - 1)
        node.y = node.came = node.left = y + max(0.0, (slot - tall) / 2)
        y += max(tall, slot) + (2 * _GAP + _LINE if middle else _GAP)
    return y - _GAP


def _bands(drawn: Sequence[Passage], stations: Sequence[Station], at: int) -> list[tuple[tuple[Node, Node], int]]:
    """The bands from a station to the next, in the order in which they stand on both sides."""
    sums: dict[tuple[Node, Node], int] = {}
    for passage in drawn:
        key = stations[at][passage.ends[at]], stations[at + 1][passage.ends[at + 1]]
        sums[key] = sums.get(key, 0) + passage.pence
    orders = [_nodes(station) for station in stations[at : at + 2]]
    return sorted(sums.items(), key=lambda item: (orders[0].index(item[0][0]), orders[1].index(item[0][1])))


def _band(svg: Svg, left: Node, right: Node, pence: int, scale: float, at: int, kind: Node) -> None:
    tall = pence * scale
    y1, y2, x1, x2 = left.left, right.came, _BARS[at] + _WIDE, _BARS[at + 1]
    middle = (x1 + x2) / 2
    left.left += tall
    right.came += tall
    words = f"{left.name} to {right.name}: {shown_short(pence)}"
    if tall < _HAIR:  # thinner than a hair: a line, so that it can be seen at all
        d = f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        svg.add("path", title=words, class_=f"tp-hair tp-flow-hair--{kind.id}", d=d)
        return
    d = (
        f"M{x1:.1f} {y1:.2f}C{middle:.1f} {y1:.2f} {middle:.1f} {y2:.2f} {x2:.1f} {y2:.2f}"
        f"V{y2 + tall:.2f}C{middle:.1f} {y2 + tall:.2f} {middle:.1f} {y1 + tall:.2f} {x1:.1f} {y1 + tall:.2f}Z"
    )
    svg.add("path", title=words, class_=f"tp-band tp-flow--{kind.id}", d=d)


def _node(svg: Svg, node: Node, at: int, scale: float) -> None:
    tall = max(node.pence * scale, 1.0)
    money = shown_short(node.pence)
    svg.add("rect", title=f"{node.name}: {money}", class_="tp-node", x=_BARS[at], y=node.y, width=_WIDE, height=tall)
    if at == 1:  # above its bar: to both sides of it are bands
        svg.parts.append(_words([node.name], money, _BARS[1] + _WIDE / 2, node.y - 6, "middle"))
        return
    x, anchor = (_BARS[0] - 8, "end") if at == 0 else (_BARS[2] + _WIDE + 8, "start")
    lines = _in_lines(node.name)
    svg.parts.append(_words(lines, money, x, node.y + tall / 2 + 5 - _LINE / 2 * (len(lines) - 1), anchor))


def _words(lines: Sequence[str], money: str, x: float, y: float, anchor: str) -> Markup:
    inside = Markup(" ").join(
        Markup('<tspan x="{:.1f}" y="{:.1f}">{}</tspan>').format(x, y + n * _LINE, line) for n, line in enumerate(lines)
    )
    text = Markup('<text text-anchor="{}" class="tp-picture__label tp-flow__label">{}').format(anchor, inside)
    return text + Markup(' <tspan class="tp-picture__value">{}</tspan></text>').format(money)


def _in_lines(name: str) -> list[str]:
    return textwrap.wrap(name, _LETTERS) or [""]
