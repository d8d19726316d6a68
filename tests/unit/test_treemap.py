"""The pictures of services are honest: areas and bands to scale, nothing outside, words only where they fit."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.web import sankey, treemap
from totalplace.web.drawing import NARROW
from totalplace.web.treemap import LETTER, Box, Group, Part, fitting, squarified

SIZES = st.lists(st.integers(1, 10**12), min_size=1, max_size=40).map(lambda found: sorted(found, reverse=True))
BOX = Box(3.0, 5.0, 400.0, 300.0)
SLIP = 1e-3
"""So many units are nothing to see: the last of rows far apart in size take up what rounding leaves."""


@settings(deadline=None)  # other tests may have the machine
@given(SIZES)
def test_areas_are_in_proportion_and_fill_the_box(sizes: list[int]) -> None:
    boxes = squarified([float(size) for size in sizes], BOX)
    assert len(boxes) == len(sizes)
    for size, box in zip(sizes, boxes, strict=True):
        assert box.area == pytest.approx(BOX.area * size / sum(sizes), rel=1e-6, abs=SLIP)
        assert box.x >= BOX.x - SLIP
        assert box.y >= BOX.y - SLIP
        assert box.x + box.width <= BOX.x + BOX.width + SLIP
        assert box.y + box.height <= BOX.y + BOX.height + SLIP
    for one, other in combinations(boxes, 2):
        across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert across < SLIP or down < SLIP


def test_the_published_example_comes_out() -> None:
    """Bruls, Huizing and van Wijk (2000): 6, 6, 4, 3, 2, 2, 1 in 6 by 4; the first row is the two sixes, 3 by 2."""
    boxes = squarified([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
    assert [(box.width, box.height) for box in boxes[:2]] == [(3, 2), (3, 2)]
    assert (boxes[2].width, boxes[2].height) == pytest.approx((12 / 7, 7 / 3))
    assert (boxes[3].width, boxes[3].height) == pytest.approx((9 / 7, 7 / 3))


def test_nothing_makes_no_box() -> None:
    assert squarified([], BOX) == []
    assert "<rect" not in treemap.treemap([], "Nothing")


GROUPS = [
    Group("Adults & <care>", (Part("Premises", 70_000_00), Part("Refunds", -5_00), Part("Fees", 20_000_00))),
    Group("Not classified", (Part("Not told", 30_000_00),), open=True),
    Group("Refunded", (Part("Fees", -1),)),
    Group("A very small service with a long name", (Part("Fees", 1),)),
]


def test_what_is_not_above_nothing_has_no_area() -> None:
    svg = str(treemap.treemap(GROUPS, "Services"))
    assert "Refund" not in svg
    assert svg.count("<svg") == 2
    assert "Adults &amp; &lt;care&gt;: £90,000" in svg
    assert "tp-tree--open" in svg
    assert f'viewBox="0 0 {NARROW} ' in svg


def test_areas_of_groups_are_as_large_as_their_money() -> None:
    wide = str(treemap.treemap(GROUPS[:2], "Services")).split("</svg>")[0]
    found = re.findall(
        r'class="tp-tree tp-tree--\w+" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', wide
    )
    areas = [(float(width) + 2) * (float(height) + 2) for _, _, width, height in found]
    assert areas[0] / areas[1] == pytest.approx(3, rel=0.001)


def test_words_stand_where_they_fit_and_nowhere_else() -> None:
    assert fitting("Adult social care", "£468.4m", 30 * LETTER) == ["Adult social care £468.4m"]
    assert fitting("Adult social care", "£468.4m", 18 * LETTER) == ["Adult social care", "£468.4m"]
    assert fitting("Environment", "£1m", 10 * LETTER) == []
    assert fitting("Fire", "£1m", 0) == []
    svg = str(treemap.treemap(GROUPS, "Services"))
    assert ">A very small service" not in re.sub("<title>.*?</title>", "", svg)


# --- the flow

STATIONS = [
    {"a": "Anytown", "b": "<Beeton>"},
    {"else": "Everyone else", "place": "Another body"},
    {"x": "Roads", "y": "Homes"},
]
ORDERS = ((), ("place", "else"), ("x", "y"))
PASSAGES = [
    sankey.Passage(("a", "else", "x"), 60_00),
    sankey.Passage(("a", "place", "y"), 20_00),
    sankey.Passage(("b", "else", "y"), 20_00),
    sankey.Passage(("b", "place", "x"), -7_00),
]


def flow(passages: list[sankey.Passage]) -> str:
    return str(sankey.sankey(passages, STATIONS, ORDERS, ("Funder", "Deliverer", "Service"), "A flow"))


def heights(svg: str) -> list[float]:
    return [float(n) for n in re.findall(r'class="tp-node" [^>]*height="([\d.]+)"', svg)]


def test_stations_and_bands_are_as_wide_as_the_money() -> None:
    svg = flow(PASSAGES)
    a, b, place, other, x, y = heights(svg)
    assert a / b == pytest.approx(4, rel=0.01)
    assert (other / place, x / y) == (pytest.approx(4, rel=0.01), pytest.approx(1.5, rel=0.01))
    assert a + b == pytest.approx(place + other, abs=0.05)
    assert a + b == pytest.approx(x + y, abs=0.05)
    bands = re.findall(r'class="tp-band tp-flow--(\w+)" d="M([\d.]+) ([\d.]+)C[^V]*V([\d.]+)', svg)
    assert len(bands) == 6
    assert "&lt;Beeton&gt;" in svg
    assert "£7" not in svg


def test_bands_of_a_node_fill_it_without_a_gap() -> None:
    svg = flow(PASSAGES)
    begins = [float(y) for x, y in re.findall(r'd="M([\d.]+) ([\d.]+)C', svg) if float(x) < 400]
    tops = [float(n) for n in re.findall(r'class="tp-node" x="286.00" y="([\d.]+)"', svg)]
    assert {round(top, 1) for top in tops} <= {round(y, 1) for y in begins}


def test_small_names_stand_together_and_a_hair_can_be_seen() -> None:
    many = [sankey.Passage((f"body-{n}", "else", "x"), 1_000_00 + n) for n in range(30)]
    svg = flow([*many, sankey.Passage(("a", "else", "y"), 1)])
    assert "18 others" in svg
    assert "tp-flow-hair--else" in svg
    assert len(heights(svg)) == 14 + 1 + 2


def test_a_flow_of_nothing_is_drawn_as_nothing() -> None:
    assert "tp-band" not in flow([])
    assert "tp-band" not in flow([sankey.Passage(("a", "else", "x"), -1)])
