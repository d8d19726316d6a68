"""The picture of a logic model: boxes in columns by kind, arrows between them, marks of what is assumed.

Wide for a desk, and for a telephone a list with arrows beside it. On a page it is drawn by its style sheet; as a file
it brings its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from markupsafe import Markup

from totalplace.logic.coverage import marks
from totalplace.logic.layout import Layout, Node, drawable, lay_out
from totalplace.logic.step import KINDS, Step
from totalplace.web.drawing import NARROW, WIDTH, Svg

if TYPE_CHECKING:
    from totalplace.logic.model import LogicModel

LINE, SIZE = 17.0, 14.0
"""The height of a line of words, and of its letters."""
PAD, FOOT = 9.0, 20.0
"""The room around words in a box, and of its foot with marks."""
HEAD = 34.0
"""The room of the headings of columns."""
GAP = 56.0
"""Between columns: the arrows are there."""
BROADEST, SLIMMEST = 190.0, 128.0
"""The width of a box, as there is room."""


def picture(model: LogicModel) -> Markup:
    """The model for both widths of a page; nothing where there is none, or too much to be followed."""
    if not drawable(model):
        return Markup("")
    return _wide(model) + _narrow(model)


def svg_file(model: LogicModel, title: str) -> str:
    """The picture as a file of its own; '' where there is none."""
    return str(_wide(model, title, alone=True)) + "\n" if drawable(model) else ""


# --- what stands in a box


@dataclass(frozen=True)
class _Words:
    """The lines of a box and the marks in its foot."""

    lines: tuple[str, ...]
    assumed: str
    said: str

    @property
    def height(self) -> float:
        return 2 * PAD + LINE * len(self.lines) + (FOOT if self.assumed or self.said else 0.0)


def _words(model: LogicModel, width: float) -> dict[str, _Words]:
    numbered = marks(model)
    return {
        step.id: _Words(wrapped(step.name, width - 2 * PAD), _span(numbered[step.id]), _said(step))
        for step in model.steps
    }


def _span(found: Sequence[str]) -> str:
    """The marks of a step's assumptions: ``A1``, ``A2-A4``."""
    return f"{found[0]}-{found[-1]}" if len(found) > 1 else "".join(found)


def _said(step: Step) -> str:
    said = ["not wanted"] if step.dis_benefit else []
    return ", ".join([*said, *(["no measure yet"] if step.kind == "outcome" and not step.measurable else [])])


def wrapped(text: str, room: float) -> tuple[str, ...]:
    """A text in lines that fit into `room`; words longer than that are broken."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
            continue
        while width_of(word) > room:
            cut = next(n for n in range(len(word), 0, -1) if n == 1 or width_of(word[:n]) <= room)
            lines.append(word[:cut])
            word = word[cut:]
        if word:
            lines.append(word)
    return tuple(lines) or ("",)


def width_of(text: str) -> float:
    """About how wide a text is in letters of SIZE: rather too wide than too narrow."""
    return sum(_wide_letter(letter) for letter in text) * SIZE


def _wide_letter(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return 1.1
    if letter in "mwMW@%&—…":
        return 0.95
    return 0.75 if letter.isupper() or not letter.isascii() else 0.3 if letter in "ijl.,:;'| !" else 0.58


# --- for a desk


def _wide(model: LogicModel, title: str = "", *, alone: bool = False) -> Markup:
    width = _box_width(model)
    words = _words(model, width)
    found = lay_out(model, {id: each.height for id, each in words.items()})
    count = len(found.columns)
    across = count * width + (count - 1) * GAP + 2
    svg = Svg(max(across, WIDTH), round(found.height + HEAD + 12), "", "wide")
    left = [1 + n * (width + GAP) for n in range(count)]
    for kind, (first, last) in found.kinds.items():
        _heading(svg, KINDS[kind], left[first], left[last - 1] + width, found.height, bool(model.of_kind(kind)))
    _arrows(svg, found, left, width)
    for id, node in found.boxes.items():
        _box(svg, model.step(id), words[id], left[node.column], node.top + HEAD, width)
    return _whole(svg, model, title, alone=alone)


def _box_width(model: LogicModel) -> float:
    """As broad as the columns leave room for."""
    count = len(lay_out(model, dict.fromkeys((step.id for step in model.steps), 1.0)).columns)
    return max(SLIMMEST, min(BROADEST, (WIDTH - 2 - (count - 1) * GAP) / count))


def _heading(svg: Svg, words: str, left: float, right: float, height: float, there: bool) -> None:
    svg.add("rect", class_="tp-logic__band", x=left - 0.5, y=0.5, width=right - left + 1, height=height + HEAD + 10)
    svg.add("text", words, class_="tp-logic__kind", x=(left + right) / 2, y=21, text_anchor="middle")
    if not there:
        svg.add("text", "none yet", class_="tp-logic__said", x=(left + right) / 2, y=HEAD + 22, text_anchor="middle")


def _arrows(svg: Svg, found: Layout, left: Sequence[float], width: float) -> None:
    """The links, each from a point of its own at the right of a box to one at the left of another."""
    leaving, coming = _ports(found, start=True), _ports(found, start=False)
    for n, link in enumerate(found.links):
        start, end = link.way[0], link.way[-1]
        points = [(left[start.column] + width, leaving[n])]
        for node in link.way[1:-1]:
            points += [(left[node.column], node.y + HEAD), (left[node.column] + width, node.y + HEAD)]
        points.append((left[end.column], coming[n]))
        _arrow(svg, points, back=link.back)


def _ports(found: Layout, *, start: bool) -> dict[int, float]:
    """Where each link leaves its box, or comes to it: spread over its side, in the order in which they lead on."""
    by_box: dict[Node, list[tuple[float, int]]] = {}
    for n, link in enumerate(found.links):
        box, beside = (link.way[0], link.way[1]) if start else (link.way[-1], link.way[-2])
        by_box.setdefault(box, []).append((beside.y, n))
    return {
        n: box.top + HEAD + box.height * (at + 1) / (len(links) + 1)
        for box, links in by_box.items()
        for at, (_, n) in enumerate(sorted(links))
    }


def _arrow(svg: Svg, points: Sequence[tuple[float, float]], *, back: bool) -> None:
    """A line through points: curved between columns, straight along lanes, with its head where it leads to."""
    (x, y), (end_x, end_y) = points[0], points[-1]
    d = [f"M{x + (7 if back else 0):.1f} {y:.1f}"]
    for n in range(1, len(points)):
        x, y = points[n - 1]
        to_x, to_y = points[n]
        if n % 2 == 0:
            d.append(f"H{to_x:.1f}")
            continue
        if n == len(points) - 1 and not back:
            to_x -= 7
        bend = (to_x - x) / 2
        d.append(f"C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
    kind = " tp-logic__arrow--back" if back else ""
    svg.add("path", class_=f"tp-logic__arrow{kind}", d="".join(d))
    tip, way = (points[0], 8) if back else ((end_x, end_y), -8)
    svg.add("path", class_=f"tp-logic__head{kind}", d=f"M{tip[0]:.1f} {tip[1]:.1f}l{way} -4.5v9z")


def _box(svg: Svg, step: Step, words: _Words, x: float, y: float, width: float) -> None:
    kind = "tp-logic__box" + (" tp-logic__box--unwanted" if step.dis_benefit else "")
    kind += " tp-logic__box--open" if step.kind == "outcome" and not step.measurable else ""
    svg.add("rect", title=_tip(step), class_=kind, x=x, y=y, width=width, height=words.height, rx=4)
    for n, line in enumerate(words.lines):
        svg.add("text", line, class_="tp-logic__name", x=x + PAD, y=y + PAD + LINE * (n + 0.78))
    at, foot = x + PAD, y + words.height - 8
    if words.assumed:
        wide = width_of(words.assumed) * 12 / SIZE + 8
        svg.add("rect", class_="tp-logic__mark", x=at, y=foot - 12, width=wide, height=16, rx=8)
        svg.add("text", words.assumed, class_="tp-logic__assumed", x=at + wide / 2, y=foot, text_anchor="middle")
        at += wide + 6
    if words.said:
        svg.add("text", words.said, class_="tp-logic__said", x=at, y=foot)


def _tip(step: Step) -> str:
    """What those read who point at a box."""
    return "; ".join([" ".join(step.name.split()), *(f"assumes: {each}" for each in step.assumptions)])


# --- for a telephone


def _narrow(model: LogicModel) -> Markup:
    """The boxes below each other, and beside them a lane for each step that leads on."""
    order = [node.step for column in lay_out(model, _level(model)).columns for node in column if node.step]
    lanes = _lanes(model, {id: n for n, id in enumerate(order)})
    each = min(9.0, 96.0 / (max(lanes.values(), default=0) + 1))
    width = NARROW - 18 - each * (max(lanes.values(), default=-1) + 1)
    words = _words(model, width)
    boxes, headings, height = _stack(model, order, words)
    svg = Svg(NARROW, round(height + 2), "", "narrow")
    for kind, y in headings:
        svg.add("text", KINDS[kind], class_="tp-logic__kind", x=1, y=y)
    for id, lane in lanes.items():
        _bus(svg, model, boxes, id, width + 1, width + 16 + each * lane)
    for id in order:
        _box(svg, model.step(id), words[id], 1, boxes[id].top, width)
    return _whole(svg, model)


def _level(model: LogicModel) -> dict[str, float]:
    return dict.fromkeys((step.id for step in model.steps), 40.0)


def _stack(
    model: LogicModel, order: Sequence[str], words: dict[str, _Words]
) -> tuple[dict[str, Node], list[tuple[str, float]], float]:
    boxes: dict[str, Node] = {}
    headings: list[tuple[str, float]] = []
    y, kind = 0.0, ""
    for id in order:
        step, tall = model.step(id), words[id].height
        if step.kind != kind:
            kind = step.kind
            headings.append((kind, y + 18))
            y += 26
        boxes[id] = Node(id, 0, tall, y=y + tall / 2)
        y += tall + 10
    return boxes, headings, y


def _lanes(model: LogicModel, place: dict[str, int]) -> dict[str, int]:
    """The lane of each step that leads on: the nearest that is free along all that it passes, short ones first."""
    spans = {}
    for id, ends in model.after.items():
        if there := [place[end] for end in ends if end != id]:
            spans[id] = min(place[id], *there), max(place[id], *there)
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[str, int] = {}
    for id in sorted(spans, key=lambda each: (spans[each][1] - spans[each][0], place[each])):
        low, high = spans[id]
        free = (n for n, spots in enumerate(taken) if all(high < a or b < low for a, b in spots))
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        lanes[id] = lane
    return lanes


def _bus(svg: Svg, model: LogicModel, boxes: dict[str, Node], id: str, right: float, lane: float) -> None:
    """The lane of a step, from its side to the sides of those that it leads to."""
    ends = [end for end in model.after[id] if end != id]
    start = _side(model, boxes, id, id)
    heights = [start, *(_side(model, boxes, end, id) for end in ends)]
    d = f"M{right:.1f} {start:.1f}H{lane:.1f}M{lane:.1f} {min(heights):.1f}V{max(heights):.1f}"
    d += "".join(f"M{lane:.1f} {y:.1f}H{right + 7:.1f}" for y in heights[1:])
    svg.add("path", class_="tp-logic__arrow", d=d)
    for y in heights[1:]:
        svg.add("path", class_="tp-logic__head", d=f"M{right:.1f} {y:.1f}l8 -4.5v9z")


def _side(model: LogicModel, boxes: dict[str, Node], id: str, other: str) -> float:
    """Where at the side of a box the link from another step comes in; its own leave below those."""
    coming = sorted((start for start in model.before[id] if start != id), key=lambda each: boxes[each].y)
    at = len(coming) if id == other else coming.index(other)
    return boxes[id].top + boxes[id].height * (at + 1) / (len(coming) + 2)


# --- the whole

STYLE = """
text { font-family: Arial, "Liberation Sans", Helvetica, sans-serif; fill: #0b0c0c; }
.tp-logic__name { font-size: 14px; }
.tp-logic__kind { font-size: 15px; font-weight: 700; }
.tp-logic__said, .tp-logic__assumed { font-size: 12px; }
.tp-logic__said { fill: #484949; }
.tp-logic__band { fill: #f3f6f9; stroke: none; }
.tp-logic__box { fill: #fff; stroke: #12436d; stroke-width: 1.5; }
.tp-logic__box--open { stroke-dasharray: 5 3; }
.tp-logic__box--unwanted { stroke: #801650; stroke-width: 3; }
.tp-logic__mark { fill: #fff; stroke: #801650; }
.tp-logic__arrow { fill: none; stroke: #484949; stroke-width: 1.4; }
.tp-logic__arrow--back { stroke: #b3400a; stroke-dasharray: 5 3; }
.tp-logic__head { fill: #484949; stroke: none; }
.tp-logic__head.tp-logic__arrow--back { fill: #b3400a; stroke: none; }
"""
"""What a file of its own looks like; pages have the same in their style sheet."""


def _whole(svg: Svg, model: LogicModel, title: str = "", *, alone: bool = False) -> Markup:
    """The drawing with its title and what it shows in words."""
    id = f"logic-{svg.size}"
    head = Markup(
        '<svg{} role="img" class="tp-picture tp-picture--{}" aria-labelledby="{}-title {}-desc" '
        'viewBox="0 0 {:g} {:g}" width="{:g}" height="{:g}">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>'
    ).format(
        Markup(' xmlns="http://www.w3.org/2000/svg"' if alone else ""), svg.size, id, id,
        svg.width, svg.height, svg.width, svg.height, id, title or "Logic model", id, in_words(model),
    )  # fmt: skip
    style = Markup("<style>{}</style>").format(Markup(STYLE)) if alone else Markup("")
    return head + style + Markup("").join(svg.parts) + Markup("</svg>")


def in_words(model: LogicModel) -> str:
    """What the picture shows, in a few sentences."""
    counts = [(len(model.of_kind(kind)), words.lower()) for kind, words in KINDS.items()]
    listed = ", ".join(f"{count} {words if count != 1 else _one(words)}" for count, words in counts)
    links, assumed = len(model.links), sum(len(step.assumptions) for step in model.steps)
    said = f"Boxes in columns from left to right: {listed}; {links} {'arrow' if links == 1 else 'arrows'} between them."
    if assumed:
        said += f" {assumed} {'assumption is' if assumed == 1 else 'assumptions are'} marked A1 and so on."
    return f"{said} The table of steps says the same in words."


def _one(words: str) -> str:
    return next(kind for kind, many in KINDS.items() if many.lower() == words)
