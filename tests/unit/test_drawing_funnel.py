"""The picture of a comparison: a mark for each ratio inside its frame, names that do not cover one another."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.compare.rates import PEOPLE, Rate, Subject
from totalplace.compare.result import Result, compared
from totalplace.web.drawing import NARROW, WIDTH
from totalplace.web.drawing_funnel import funnel

SUBJECT = Subject("council", "outturn", "net", "housing", PEOPLE)


def result(pairs: list[tuple[int, int]], body: str = "") -> Result:
    rates = [Rate(f"b{n}", f"Body {n} <&>", n == 0, "2024-25", m, Fraction(d), "a") for n, (m, d) in enumerate(pairs)]
    return compared(SUBJECT, rates, across="bodies", label="2024-25", at_least=10, body=body)


def pictures(found: Result) -> list[ElementTree.Element]:
    drawn = re.findall(r"<svg.*?</svg>", str(funnel(found)), re.DOTALL)
    assert len(drawn) == 2
    return [ElementTree.fromstring(svg) for svg in drawn]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.integers(1, 10**8)), min_size=1, max_size=30))
def test_each_ratio_has_a_mark_inside_the_picture(pairs: list[tuple[int, int]]) -> None:
    for svg, across in zip(pictures(result(pairs, "b0")), (WIDTH, NARROW), strict=True):
        marks = [shape for shape in svg if "tp-funnel__dot" in shape.get("class", "")]
        assert len(marks) == len(pairs)
        height = float(svg.get("height", ""))
        for shape in svg:
            for name, most in (("x", across), ("cx", across), ("y", height), ("cy", height)):
                assert -1 <= float(shape.get(name) or 0) <= most + 1, (shape.get("class"), name)
            for name in ("width", "height", "r"):
                assert float(shape.get(name) or 0) >= 0


def test_what_is_outside_has_a_shape_of_its_own_and_a_name() -> None:
    found = result([(5_000_000 + n % 3 * 10_000, 100_000) for n in range(12)] + [(50_000_000, 100_000)])
    for svg in pictures(found):
        (outside,) = [shape for shape in svg if "tp-funnel__dot--outside" in shape.get("class", "")]
        assert outside.tag == "path"
        assert "Body 12 <&>: £5.00 over 100,000; the others make" in (outside[0].text or "")
        assert any((shape.text or "").startswith("Body 12") for shape in svg)


def test_without_limits_there_are_no_bars_and_with_nothing_no_picture() -> None:
    for svg in pictures(result([(100, 1), (300, 1)])):
        assert not [shape for shape in svg if "tp-funnel__limits" in shape.get("class", "")]
    assert str(funnel(result([]))) == ""


def test_far_denominators_stand_by_multiples() -> None:
    svg = pictures(result([(100, 1_000), (100, 10_000), (100, 100_000)]))[0]
    x = [float(shape.get("cx", "")) for shape in svg if shape.tag == "circle"]
    assert abs((max(x) - min(x)) / 2 - (sorted(x)[1] - min(x))) < 0.1
    assert {"1,000", "10,000", "100,000"} <= {shape.text for shape in svg}
