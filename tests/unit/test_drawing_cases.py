"""Pictures of business cases are to scale, from zero, and say in words what they show."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.appraisal.chance import Spread
from totalplace.appraisal.sensitivity import PERSISTENCE, Bar
from totalplace.web import drawing_cases, drawing_chances


def bars(svg: str, kind: str) -> list[tuple[float, float]]:
    """Left edge and width of the bars of a kind."""
    found = re.findall(rf'<rect class="{kind}"? ?x="([-\d.]+)" y="[-\d.]+" width="([-\d.]+)"', svg)
    return [(float(x), float(width)) for x, width in found]


def wide(svg: str) -> str:
    return svg.split("</svg>")[0]


def test_steps_hang_from_each_other_and_the_last_stands_on_nought() -> None:
    rows = [
        ("cost", "Staff", -100_00),
        ("fiscal", "Care", 300_00),
        ("transfer", "Tax", -50_00),
        ("total", "Left", 150_00),
    ]
    svg = wide(str(drawing_cases.waterfall(rows, "Steps")))
    (cost, taken), (benefit,), (total,) = (bars(svg, f"tp-case--{kind}") for kind in ("out", "fiscal", "total"))
    assert cost[1] * 3 == pytest.approx(benefit[1], abs=0.1)
    assert benefit[0] == pytest.approx(cost[0], abs=0.1)
    assert taken[0] + taken[1] == pytest.approx(benefit[0] + benefit[1], abs=0.1)
    assert total[0] == pytest.approx(cost[0] + cost[1], abs=0.1)
    assert total[0] + total[1] == pytest.approx(taken[0], abs=0.1)
    assert "Staff −£100; Care £300" in svg


@given(st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=8))
def test_any_steps_can_be_drawn_inside_the_picture(amounts: list[int]) -> None:
    rows = [("cost" if n < 0 else "fiscal", f"Step {n}", n) for n in amounts]
    svg = str(drawing_cases.waterfall([*rows, ("total", "Left", sum(amounts))], "Steps"))
    for part, across in zip(svg.split("</svg>"), (1120, 328), strict=False):
        for kind in ("out", "fiscal", "total"):
            assert all(x >= -0.1 and x + width <= across + 1.1 for x, width in bars(part, f"tp-case--{kind}"))


def test_those_beyond_four_lines_stand_together_and_sum() -> None:
    series = [(f"Agency {n}", [n, n * 10]) for n in range(1, 8)]
    drawn = drawing_cases.merged([*series, ("All", [28, 280])])
    assert [name for name, _ in drawn] == ["Agency 7", "Agency 6", "Agency 5", "4 others", "All"]
    assert list(drawn[3][1]) == [10, 100]


def test_the_payback_is_marked_only_where_there_is_one() -> None:
    years = ["2026-27", "2027-28", "2028-29"]
    series = [("Council", [-100_00, 50_00, 70_00]), ("All", [-100_00, 50_00, 70_00])]
    paid = drawing_cases.cumulative(years, series, "2027-28", "Paid back in 2027-28")
    never = drawing_cases.cumulative(years, series, "", "Not paid back in these years")
    assert "tp-cash__paid" in paid
    assert "tp-cash__paid" not in never
    assert "Not paid back in these years" in never


def test_one_year_and_nobody_at_all_can_be_drawn() -> None:
    assert drawing_cases.cumulative(["2026-27"], [("All", [0])], "", "Not paid back")
    assert drawing_cases.who([])


def test_pays_and_gains_are_to_one_scale() -> None:
    svg = wide(str(drawing_cases.who([("NHS", 100_00, 50_00, 400_00, 300_00, 100_00, 0)])))
    pays, gives, cash, gains = (bars(svg, f"tp-who--{kind}")[0] for kind in ("pays", "gives", "cash", "gains"))
    assert pays[1] == pytest.approx(2 * gives[1], abs=0.1)
    assert cash[1] == pytest.approx(pays[1], abs=0.1)
    assert gains[1] == pytest.approx(3 * cash[1], abs=0.1)
    assert gives[0] == pytest.approx(pays[0] + pays[1], abs=0.1)


def spread(low: float, high: float) -> Spread:
    step = (high - low) / 4
    parts = tuple((low + n * step, low + (n + 1) * step, 10 * (n + 1)) for n in range(4))
    ends = {p: low + (high - low) * p / 100 for p in (5, 10, 25, 50, 75, 90, 95)}
    return Spread((low + high) / 2, ends, parts)


@pytest.mark.parametrize(("measure", "good"), [("net_present_public_value", 1), ("net_present_budget_impact", -1)])
def test_draws_are_good_on_the_side_that_is_good(measure: str, good: int) -> None:
    svg = wide(str(drawing_chances.distribution(spread(-300, 100), -80, measure, 0.25)))
    better, worse = bars(svg, "tp-draws--good"), bars(svg, "tp-draws--bad")
    assert len(better) + len(worse) == 4
    assert (better[0][0] > worse[0][0]) == (good > 0)
    assert "25% better off" in svg


def test_persistence_is_drawn_even_where_it_moves_nothing() -> None:
    found = [Bar(f"k{n}", f"Number {n}", 0, 1, -n * 10.0, n * 10.0, "given") for n in range(20, 0, -1)]
    last = Bar(PERSISTENCE, "Persistence", 0.5, 1.5, 0.0, 0.0, "convention")
    drawn = drawing_chances.shown([*found, last])
    assert len(drawn) == drawing_chances.MOST
    assert drawn[-1] is last
    assert "Persistence" in drawing_chances.tornado([*found, last], 0.0)


def test_the_words_of_pictures_are_escaped() -> None:
    svg = str(drawing_cases.waterfall([("fiscal", "<b>", 5), ("total", "</svg>", 5)], "<i>"))
    assert "<b>" not in svg
    assert svg.count("</svg>") == 2
