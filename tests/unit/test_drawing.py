"""Pictures are honest: from zero, to scale, with a name and titles, whatever the figures."""

from __future__ import annotations

import re
from typing import Any

import pytest

from totalplace.terms import months_of
from totalplace.web import drawing, drawing_years

NAMES = {"a": "Anytown", "b": "Beeton", "c": "<Ceeton> & Co", "d": "Deeton"}


def numbers(svg: str, tag: str, attribute: str, of: str = "") -> list[float]:
    return [float(n) for n in re.findall(rf'<{tag} [^>]*{of}[^>]*\b{attribute}="(-?[\d.]+)"', svg)]


def month_rows(values: list[int], missing: int = 0) -> list[tuple[Any, ...]]:
    months = months_of("2018-19")
    return [("2018-19", f"{m // 100}-{m % 100:02d}", 1, v, 0, v, missing) for m, v in zip(months, values, strict=True)]


def test_bars_are_as_high_as_the_money() -> None:
    svg = str(drawing.months(month_rows([100_00, 200_00, 0, *[50_00] * 9]))).split("</svg>")[0]
    heights = numbers(svg, "rect", "height")
    assert heights[1] == pytest.approx(2 * heights[0])
    assert heights[0] == pytest.approx(2 * heights[3])
    assert 'role="img"' in svg
    assert "Apr 2018: £100" in svg


def test_credits_hang_below_zero() -> None:
    svg = str(drawing.months(month_rows([100_00, -100_00, *[0] * 10]))).split("</svg>")[0]
    tops, heights = numbers(svg, "rect", "y"), numbers(svg, "rect", "height")
    assert tops[0] + heights[0] == pytest.approx(tops[1])
    assert "−£100" in svg


def test_a_month_with_bodies_missing_is_marked() -> None:
    assert "tp-picture__missing" not in drawing.months(month_rows([1] * 12))
    assert drawing.months(month_rows([1] * 12, missing=2)).count("2 bodies missing") >= 12


@pytest.mark.parametrize(
    ("low", "high"), [(0, 0), (0, 1), (0, 123_456_789), (-5, 3), (-1_000_000, 0), (0, 10**13), (-(10**9), 10**9)]
)
def test_ticks_hold_the_figures_and_zero_and_are_few(low: int, high: int) -> None:
    ticks = drawing.round_ticks(low, high)
    assert 0 in ticks
    assert ticks[0] <= low <= high <= ticks[-1]
    assert len(ticks) <= 14


def test_the_way_to_net_hangs_together() -> None:
    rows = [("gross", "All", 4, 1000, 1.0), ("eliminated", "Out", 1, -300, 0.3), ("net", "Once", 3, 700, 0.7)]
    svg = str(drawing.bridge(rows)).split("</svg>")[0]
    left, wide = numbers(svg, "rect", "x"), numbers(svg, "rect", "width")
    assert left[0] == left[2]
    assert wide[0] == pytest.approx(wide[1] + wide[2])
    assert left[1] == pytest.approx(left[2] + wide[2])


def test_bands_are_as_wide_as_the_money_and_say_what_they_are() -> None:
    rows = [
        ("a", "d", 3, 600_00, 600_00),
        ("a", "b", 1, 300_00, 300_00),
        ("b", "c", 1, 100_00, 0),
        ("c", "a", 1, -5_00, -5_00),
    ]
    svg = str(drawing.flows(rows, NAMES.__getitem__))
    assert "Anytown to Deeton: £600; taken out" in svg
    assert "Anytown to Beeton: £300; taken out" in svg
    assert "&lt;Ceeton&gt; &amp; Co" in svg
    assert "<Ceeton>" not in svg
    found = re.findall(r'<rect class="tp-node"[^>]*height="([\d.]+)"><title>([^:]+): £', svg)
    nodes = {name: float(height) for height, name in found}
    assert nodes["Anytown"] == pytest.approx(9 * nodes["&lt;Ceeton&gt; &amp; Co"])
    assert (svg.count("tp-band--out"), svg.count("tp-band--in")) == (2, 1)


def test_a_long_name_is_written_whole() -> None:
    name = "Barking, Havering and Redbridge University Hospitals NHS Trust"
    svg = str(drawing.flows([("a", "b", 1, 100_00, 0)], {"a": name, "b": "Beeton"}.__getitem__))
    words = re.sub(r"<[^>]+>", "", svg.partition("<text")[2])
    assert name in words
    assert "…" not in svg


@pytest.mark.parametrize(
    ("pence", "words"),
    [(15_000_000_000, "£150m"), (125_000_000_000, "£1.25bn"), (150_000_000_000, "£1.5bn"), (0, "£0")],
)
def test_an_axis_has_no_noughts_that_say_nothing(pence: int, words: str) -> None:
    assert drawing.tick_words(pence) == words


def test_many_small_bodies_stand_together() -> None:
    rows = [(f"b{n}", "all", 1, 10_00 * (40 - n), 0) for n in range(40)]
    svg = str(drawing.flows(rows, str.upper))
    assert svg.count('class="tp-node"') == drawing.MOST + 2
    assert "27 other bodies" in svg


def test_nothing_at_all_can_be_drawn() -> None:
    assert drawing.flows([], str).endswith("</svg>")
    assert drawing.months([]).endswith("</svg>")
    assert drawing.bridge([("gross", "All", 0, 0, None), ("net", "Once", 0, 0, None)]).endswith("</svg>")


def test_a_way_that_goes_up_stays_inside_its_picture() -> None:
    """From 100 up by 60 and down by 50 to 110: the highest point is no bar's own size."""
    rows = [("first", "2022-23", None, 100, None), ("price", "Up", None, 60, None), ("rest", "Down", None, -50, None)]
    for svg in str(drawing.bridge([*rows, ("last", "2023-24", None, 110, None)], "Way", ("first", "last"))).split(
        "</svg>"
    )[:2]:
        left, wide = numbers(svg, "rect", "x"), numbers(svg, "rect", "width")
        room = drawing.NARROW if "--narrow" in svg else drawing.WIDTH
        assert max(x + w for x, w in zip(left, wide, strict=True)) <= room + 0.01
        assert left[0] + wide[0] == pytest.approx(left[1], abs=0.02)
        assert left[1] + wide[1] == pytest.approx(left[2] + wide[2], abs=0.02)
        assert left[2] == pytest.approx(left[3] + wide[3], abs=0.02)


def test_a_way_below_nothing_stays_inside_its_picture() -> None:
    rows = [
        ("first", "2022-23", None, 10, None),
        ("rest", "Down", None, -30, None),
        ("last", "2023-24", None, -20, None),
    ]
    for svg in str(drawing.bridge(rows, "Way", ("first", "last"))).split("</svg>")[:2]:
        assert min(numbers(svg, "rect", "x")) >= 0
        assert min(numbers(svg, "rect", "width")) > 0


def test_a_year_has_two_bars_as_high_as_its_money_and_a_cross_where_it_is_not_complete() -> None:
    pairs = [
        drawing_years.Pair("2022-23", 100_00, 125_00),
        drawing_years.Pair("2023-24", -50_00, None, "police: not counted"),
    ]
    svg = str(drawing_years.years(pairs, "in 2023-24 prices")).split("</svg>")[0]
    heights, tops = numbers(svg, "rect", "height"), numbers(svg, "rect", "y")
    assert len(heights) == 3
    assert heights[1] == pytest.approx(1.25 * heights[0], abs=0.02)
    assert heights[2] == pytest.approx(0.5 * heights[0], abs=0.02)
    assert tops[0] + heights[0] == pytest.approx(tops[2], abs=0.02)
    assert "2022-23, in 2023-24 prices: £125" in svg
    assert svg.count("tp-picture__missing") == 1
    assert "2023-24 is not complete: police: not counted" in svg
    assert "<svg" in drawing_years.years([], "in real terms")


def test_many_years_stay_inside_their_picture() -> None:
    pairs = [drawing_years.Pair(f"{y}-{(y + 1) % 100:02d}", 100, 100) for y in range(1990, 2025)]
    for svg in str(drawing_years.years(pairs, "in 2024-25 prices")).split("</svg>")[:2]:
        room = drawing.NARROW if "--narrow" in svg else drawing.WIDTH
        ends = [x + w for x, w in zip(numbers(svg, "rect", "x"), numbers(svg, "rect", "width"), strict=True)]
        assert max(ends) <= room
