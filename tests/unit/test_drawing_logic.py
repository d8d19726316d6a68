"""The picture of a logic model: nothing overlaps, no arrow crosses a box, and whatever a name holds stays text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_logic import HOSTILE, MODELS, WHOLE, model, step
from totalplace.logic import LogicModel
from totalplace.logic.files import example, read_logic
from totalplace.logic.layout import MOST_DRAWN, drawable, lay_out
from totalplace.web.drawing_logic import STYLE, picture, svg_file, width_of, wrapped

pytestmark = pytest.mark.unit
SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]


def drawings(found: LogicModel) -> list[ET.Element]:
    """The wide picture and the narrow one, as browsers read them."""
    return list(ET.fromstring(f"<both>{picture(found)}</both>"))


def parts(drawing: ET.Element, name: str) -> list[ET.Element]:
    return [each for each in drawing if name in each.get("class", "").split()]


def boxes(drawing: ET.Element) -> list[tuple[float, float, float, float]]:
    found = []
    for each in parts(drawing, "tp-logic__box"):
        x, y, wide, high = (float(each.get(key, "")) for key in ("x", "y", "width", "height"))
        found.append((x, y, x + wide, y + high))
    return found


def points(d: str) -> Iterator[Point]:
    """Points along a path of moves, lines and curves, closely after one another."""
    x = y = 0.0
    for letter, numbers in re.findall(r"([MHVC])([^MHVC]*)", d):
        values = [float(each) for each in numbers.split()]
        if letter == "M":
            x, y = values
            continue
        ends = (values[-2], values[-1]) if letter == "C" else (values[0], y) if letter == "H" else (x, values[0])
        bends = (values[0:2], values[2:4]) if letter == "C" else ((x, y), ends)
        for n in range(41):
            t = n / 40
            a, b, c, e = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            yield tuple(a * p + b * q + c * r + e * s for p, q, r, s in zip((x, y), *bends, ends, strict=True))  # type: ignore[misc]
        x, y = ends


def assert_clear(found: LogicModel) -> None:
    """No two boxes meet, all lie in the picture, and no arrow runs through a box."""
    for drawing in drawings(found):
        width, height = (float(each) for each in drawing.get("viewBox", "").split()[2:])
        drawn = boxes(drawing)
        assert len(drawn) == len(found.steps)
        for n, (left, top, right, bottom) in enumerate(drawn):
            assert left >= 0
            assert top >= 0
            assert right <= width
            assert bottom <= height
            for other in drawn[:n]:
                assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
        for arrow in parts(drawing, "tp-logic__arrow"):
            for x, y in points(arrow.get("d", "")):
                for left, top, right, bottom in drawn:
                    assert not (left + 0.2 < x < right - 0.2 and top + 0.2 < y < bottom - 0.2), (x, y)


@given(MODELS, st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_is_linked_nothing_overlaps(tables: list[dict[str, Any]], data: st.DataObject) -> None:
    ids = [table["id"] for table in tables]
    for table in tables:  # forwards, backwards, in circles and to itself
        table["leads_to"] = data.draw(st.lists(st.sampled_from(ids), max_size=5))
    found = LogicModel.of(tables)
    if not drawable(found):
        assert picture(found) == svg_file(found, "x") == ""
        return
    assert_clear(found)
    wide, narrow = drawings(found)
    straight = {pair for pair in found.links if pair[0] != pair[1]}
    assert len(parts(wide, "tp-logic__head")) == len(straight)
    assert len(parts(narrow, "tp-logic__head")) == len(straight)
    ET.fromstring(svg_file(found, data.draw(st.sampled_from([HOSTILE, "x", ""]))))


def test_steps_stand_in_columns_of_their_kinds_and_later_ones_after_earlier() -> None:
    found = model(*WHOLE[:3], {**WHOLE[3], "leads_to": ["later"]}, step("later", "outcome", "thrive"), WHOLE[4])
    placed = lay_out(found, {each.id: 40.0 for each in found.steps})
    assert {id: node.column for id, node in placed.boxes.items()} == {
        "money": 0, "visit": 1, "visits": 2, "in-school": 3, "later": 4, "thrive": 5,
    }  # fmt: skip
    assert placed.kinds["outcome"] == (3, 5)
    assert [len(link.way) for link in placed.links] == [2] * 5


def test_links_backwards_are_drawn_so() -> None:
    found = model(step("a", "activity", "b"), step("b", "outcome", "a", "c"), step("c", "outcome", "b"))
    (wide, _) = drawings(found)
    assert len(parts(wide, "tp-logic__arrow--back")) == 4  # two lines, two heads
    assert_clear(found)


def test_fewer_arrows_cross_than_in_the_order_of_the_file() -> None:
    found = model(
        *(step(f"a{n}", "activity", f"o{3 - n}") for n in range(4)), *(step(f"o{n}", "outcome") for n in range(4))
    )
    placed = lay_out(found, {each.id: 40.0 for each in found.steps})
    first, last = ([node.step[1:] for node in placed.columns[at]] for at in (1, 3))
    assert first == [str(3 - int(id)) for id in last]
    assert all(abs(link.way[0].y - link.way[-1].y) < 0.1 for link in placed.links)  # straight


def test_the_picture_says_what_it_is_and_marks_what_is_assumed() -> None:
    found = read_logic("families", example("families").encode(), "families").model
    for drawing in drawings(found):
        title, desc = drawing[0], drawing[1]
        assert (title.tag, desc.tag, drawing.get("role")) == ("title", "desc", "img")
        assert drawing.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
        assert "2 inputs, 2 activities, 2 outputs, 4 outcomes, 2 impacts; 15 arrows" in (desc.text or "")
        words = [each.text for each in drawing if each.tag == "text"]
        assert {"A1", "A2-A3", "A4", "not wanted"} <= set(words)
        assert len(parts(drawing, "tp-logic__box--unwanted")) == 1
        assert len(parts(drawing, "tp-logic__head")) == 15
    assert_clear(found)
    ids = re.findall(r' id="([^"]+)"', picture(found))
    assert len(ids) == len(set(ids))


def test_an_outcome_without_a_measure_is_marked_in_words_too() -> None:
    (wide, _) = drawings(model(step("a", "outcome"), step("b", "impact")))
    assert len(parts(wide, "tp-logic__box--open")) == 1
    assert [each.text for each in parts(wide, "tp-logic__said")].count("no measure yet") == 1


def test_hostile_names_stay_text() -> None:
    found = model({"id": "a", "kind": "outcome", "name": HOSTILE, "assumptions": ["</svg><script>"]})
    for text in (picture(found), svg_file(found, "</title><script>")):
        assert "<script" not in text
        assert "javascript" in text  # as words
    root = ET.fromstring(svg_file(found, "A & B"))
    assert root[0].text == "A & B"
    assert {each.tag.removeprefix(SVG) for each in root.iter()} == {"svg", "title", "desc", "style", "rect", "text"}


def test_a_model_that_nobody_could_follow_is_not_drawn() -> None:
    assert not picture(model())
    many = model(*(step(f"s{n}", "input") for n in range(MOST_DRAWN + 1)))
    assert not picture(many)
    dense = model(*(step(f"s{n}", "input", *(f"s{m}" for m in range(40) if m != n)) for n in range(40)))
    assert not svg_file(dense, "x")


def test_the_largest_that_is_drawn_is_drawn_in_time() -> None:
    import time

    steps = [step(f"s{n}", kind) for n, kind in enumerate(["input", "activity", "output", "outcome", "impact"] * 24)]
    for n, each in enumerate(steps):
        each["leads_to"] = [f"s{(n * 7 + k * 11 + 1) % 120}" for k in range(3)]
    began = time.process_time()
    assert_clear(model(*steps))
    assert time.process_time() - began < 20


@given(st.text(max_size=60), st.floats(20, 300))
def test_words_fit_into_their_boxes_and_none_is_lost(text: str, room: float) -> None:
    lines = wrapped(text, room)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line) <= room or len(line) == 1 for line in lines)


COLOURS = {"ink": "#0b0c0c", "navy": "#12436d", "grey": "#484949", "plum": "#801650", "wash": "#f3f6f9"}


def test_a_file_looks_as_the_page_does() -> None:
    from totalplace.web.templating import STATIC

    def rules(text: str) -> dict[str, str]:
        plain = text
        for name, value in COLOURS.items():
            plain = plain.replace(f"var(--tp-{name})", value)
        found = re.findall(r"^(\.tp-logic__[^{]+?) \{ ([^}]*?);? \}", plain, re.MULTILINE)
        return {name: re.sub(r"fill: #0b0c0c; ", "", values) for name, values in found}

    page = rules((STATIC / "totalplace.css").read_text("utf-8"))
    assert rules(STYLE)
    assert {name: page.get(name) for name in rules(STYLE)} == rules(STYLE)
