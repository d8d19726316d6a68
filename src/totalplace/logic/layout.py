"""Where the boxes and arrows of a logic model stand: columns by kind, arrows through lanes of their own.

The layered way of drawing graphs (Sugiyama, Tagawa and Toda 1981): each step has a column; a link that passes a
column has a lane in it as if it were a box; boxes and lanes of a column are put in the order in which the fewest
links cross, and then as near to what they are linked with as there is room. So no arrow can cross a box.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from totalplace.logic.model import LogicModel
from totalplace.logic.step import KINDS

SWEEPS = 12
"""So often the order of columns is looked over; after that little changes."""
MOST_DRAWN, MOST_LINKS = 120, 400
"""Of a model of more steps or links no picture is made: nobody could follow it."""


@dataclass(eq=False)
class Node:
    """A box of a step, or where `step` is '' a lane of a link. `y` is its middle."""

    step: str
    column: int
    height: float
    before: list[Node] = field(default_factory=list)
    after: list[Node] = field(default_factory=list)
    y: float = 0.0
    at: int = 0

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Link:
    """A link as it is drawn, from left to right: `back` where it leads from right to left."""

    way: tuple[Node, ...]
    back: bool


@dataclass(frozen=True)
class Layout:
    """Columns of nodes from above to below, the kinds with the columns that each has, the links."""

    columns: tuple[tuple[Node, ...], ...]
    kinds: Mapping[str, tuple[int, int]]
    links: tuple[Link, ...]
    height: float

    @property
    def boxes(self) -> dict[str, Node]:
        """The box of each step."""
        return {node.step: node for column in self.columns for node in column if node.step}


def drawable(model: LogicModel) -> bool:
    """Whether a picture can be made of it that anybody could follow."""
    return 0 < len(model.steps) <= MOST_DRAWN and len(model.links) <= MOST_LINKS


GAP, LANE = 16.0, 8.0
"""Between boxes of a column, and the height of a lane, in the units of the heights of boxes."""


def lay_out(model: LogicModel, heights: Mapping[str, float]) -> Layout:
    """The places of boxes of these heights by step, GAP apart; lanes are LANE high."""
    pairs = _from_left(model)
    column, kinds = _columns(model, [pair[:2] for pair in pairs])
    boxes = {step.id: Node(step.id, column[step.id], heights[step.id]) for step in model.steps}
    layers: list[list[Node]] = [[] for _ in range(max(end for _, end in kinds.values()))]
    for node in boxes.values():
        layers[node.column].append(node)
    links = tuple(Link(_way(boxes[start], boxes[end], layers), back) for start, end, back in pairs)
    _order(layers)
    height = _settle(layers)
    return Layout(tuple(map(tuple, layers)), kinds, links, height)


def _from_left(model: LogicModel) -> list[tuple[str, str, bool]]:
    """Links as they run from left to right, each with whether it was turned round for that; none to itself."""
    rank = {step.id: list(KINDS).index(step.kind) for step in model.steps}
    turned = _closing(model, rank)
    found = []
    for start, end in model.links:
        back = rank[start] > rank[end] or (start, end) in turned
        if start != end:
            found.append((end, start, True) if back else (start, end, False))
    return found


def _closing(model: LogicModel, rank: Mapping[str, int]) -> set[tuple[str, str]]:
    """The links among steps of a kind that close a circle, found by walking on from each step in turn."""
    closing: set[tuple[str, str]] = set()
    done: set[str] = set()
    for step in model.steps:
        walk = [(step.id, iter(model.after[step.id]))] if step.id not in done else []
        ahead = {step.id}
        while walk:
            at, ends = walk[-1]
            for end in ends:
                if rank[end] != rank[at]:
                    continue
                if end in ahead:
                    closing.add((at, end))
                elif end not in done:
                    ahead.add(end)
                    walk.append((end, iter(model.after[end])))
                    break
            else:
                walk.pop()
                ahead.discard(at)
                done.add(at)
    return closing


def _columns(model: LogicModel, pairs: Sequence[tuple[str, str]]) -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
    """The column of each step, and from which to before which column each kind has: one at least."""
    inside: dict[str, list[str]] = {step.id: [] for step in model.steps}
    for start, end in pairs:
        if model.step(start).kind == model.step(end).kind:
            inside[end].append(start)
    depth: dict[str, int] = {}

    def deep(id: str) -> int:
        """How many steps of its kind lead to a step, along the longest way."""
        if id not in depth:
            depth[id] = max((deep(start) + 1 for start in inside[id]), default=0)
        return depth[id]

    column: dict[str, int] = {}
    kinds: dict[str, tuple[int, int]] = {}
    first = 0
    for kind in KINDS:
        steps = model.of_kind(kind)
        column |= {step.id: first + deep(step.id) for step in steps}
        last = max((column[step.id] + 1 for step in steps), default=first + 1)
        kinds[kind] = first, last
        first = last
    return column, kinds


def _way(start: Node, end: Node, layers: list[list[Node]]) -> tuple[Node, ...]:
    """The nodes that a link passes, with a lane in each column between its ends."""
    way = [start]
    for column in range(start.column + 1, end.column):
        node = Node("", column, LANE)
        layers[column].append(node)
        way.append(node)
    way.append(end)
    for one, next_one in pairwise(way):
        one.after.append(next_one)
        next_one.before.append(one)
    return tuple(way)


# --- the order in which the fewest links cross


def _order(layers: list[list[Node]]) -> None:
    """Sweeps over the columns, each ordered by the middle of what its nodes are linked with; the best is kept."""
    _number(layers)
    best, fewest = [list(layer) for layer in layers], _crossings(layers)
    for sweep in range(SWEEPS):
        left_to_right = sweep % 2 == 0
        for layer in layers if left_to_right else reversed(layers):
            layer.sort(key=lambda node: _middle(node, node.before if left_to_right else node.after))
            _number([layer])
        if (crossings := _crossings(layers)) < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
        if not fewest:
            break
    layers[:] = best
    _number(layers)


def _number(layers: list[list[Node]]) -> None:
    for layer in layers:
        for at, node in enumerate(layer):
            node.at = at


def _middle(node: Node, linked: Sequence[Node]) -> float:
    return sum(each.at for each in linked) / len(linked) if linked else float(node.at)


def _crossings(layers: list[list[Node]]) -> int:
    """How many pairs of links cross between neighbouring columns."""
    count = 0
    for layer in layers:
        ends: list[int] = []
        for node in layer:
            here = [each.at for each in node.after]
            count += sum(len(ends) - bisect_right(ends, end) for end in here)
            for end in here:
                insort(ends, end, lo=bisect_left(ends, end))
    return count


# --- places


def _settle(layers: list[list[Node]]) -> float:
    """Gives each node its place, near those it is linked with; gives the height of it all."""
    for layer in layers:
        y = 0.0
        for node in layer:
            node.y = y + node.height / 2
            y += node.height + GAP
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = [_mean([*node.before, *node.after], node.y) for node in layer]
            _place(layer, wanted)
    top = min((node.top for layer in layers for node in layer), default=0.0)
    for layer in layers:
        for node in layer:
            node.y -= top
    return max((node.bottom for layer in layers for node in layer), default=0.0)


def _mean(linked: Sequence[Node], otherwise: float) -> float:
    return sum(each.y for each in linked) / len(linked) if linked else otherwise


def _place(layer: Sequence[Node], wanted: Sequence[float]) -> None:
    """Puts the nodes of a column as near to where they are wanted as their order and room allow.

    Least squares under an order, by pooling neighbours that stand in each other's way.
    """
    offsets, at = [], 0.0
    for n, node in enumerate(layer):
        at += (layer[n - 1].height + node.height) / 2 + GAP if n else 0.0
        offsets.append(at)
    pools: list[tuple[float, int]] = []  # the mean of what is wanted, less the offset, and of how many nodes
    for want, offset in zip(wanted, offsets, strict=True):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, many = pools.pop()
            mean, count = (mean * count + other * many) / (count + many), count + many
        pools.append((mean, count))
    means = [mean for mean, count in pools for _ in range(count)]
    for node, mean, offset in zip(layer, means, offsets, strict=True):
        node.y = mean + offset
