"""Plans made of what several plans have in common: none of them is better, and every rule holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.geographies import squares
from totalplace.geography.adjacency import adjacency
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.design import merging
from totalplace.geography.design.merging import areas_of, bred, merged, mixes_of, searches, sets_in_common
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import improve
from totalplace.geography.design.start import tree_plan
from totalplace.geography.design.task import Band, Rules, Task

WIDE, HIGH = 8, 6


def board(seed: int = 1, **rules: tuple[tuple[str, ...], ...]) -> Task:
    """Forty-eight squares of 80 to 120 people in wards of two, to be made into areas of 700 to 1,300."""
    by = np.random.default_rng(seed)
    shapes = np.array(squares(WIDE, HIGH), dtype=object)
    ids = tuple(f"B{n:02}" for n in range(WIDE * HIGH))
    gp = Division("gp", ("a", "b", "c"), by.integers(0, 3, WIDE * HIGH).astype(np.int32))
    blocks = Blocks(ids, ids, by.integers(80, 121, WIDE * HIGH), {"gp": gp}, "LSOA", "2021", shapes)
    weights = {"borders": 1.0, "compact": 0.5, "main:gp": 0.3}
    return Task(blocks, adjacency(shapes), Band(700, 1300), weights, rules=Rules(**rules))


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000))
def test_no_plan_that_is_merged_is_better(seed: int) -> None:
    task = board(seed % 7)
    plans = [improve(task, tree_plan(task, 5, seed + n), effort=20, seed=n) for n in range(4)]
    plans = [plan for plan in plans if plan.sound and plan.k == 5]
    found = merged(task, plans)
    if found is None:
        assert sets_in_common(task, [plan.of for plan in plans]) is None
        return
    assert found.sound
    assert found.k == 5
    assert found.value() <= min(plan.value() for plan in plans[:2]) + 1e-9


def test_two_plans_that_are_good_in_two_halves_make_one() -> None:
    task = board()
    rows = np.arange(WIDE * HIGH) // WIDE
    cols = np.arange(WIDE * HIGH) % WIDE
    west, east = cols < 4, cols >= 4
    tidy = np.where(west, (rows >= 3) * 1, 2 + (rows >= 3) * 1)
    ragged = (rows + cols % 2 >= 3) * 1
    one = Plan(task, np.where(east, 2 + ragged, tidy).astype(np.int32))
    other = Plan(task, np.where(west, ragged, tidy).astype(np.int32))
    best = Plan(task, tidy.astype(np.int32))
    found = merged(task, [one, other])
    assert found is not None
    assert best.value() < min(one.value(), other.value())
    assert found.value() == pytest.approx(best.value())


def test_rules_hold_in_what_is_merged() -> None:
    task = board(apart=(("B00", "B01"),))
    plans = [improve(task, tree_plan(task, 5, n), effort=50, seed=n) for n in range(12)]
    kept = [plan for plan in plans if plan.sound and plan.of[0] != plan.of[1]]
    found = merged(task, kept)
    assert len(kept) > 1
    assert found is not None
    assert found.of[0] != found.of[1]


def test_too_many_pieces_are_not_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    task = board()
    plans = [tree_plan(task, 5, n) for n in range(2)]
    assert merged(task, plans) is not None
    monkeypatch.setattr(merging, "MOST_PIECES", 5)
    assert merged(task, plans) is None


def test_one_plan_alone_is_nothing_to_merge() -> None:
    task = board()
    assert merged(task, [tree_plan(task, 5)]) is None
    assert merged(replace(task), []) is None


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_mixes_are_plans_in_the_band_and_no_plan_that_is_mixed_is_missing(seed: int) -> None:
    task = board(seed % 7)
    plans = [improve(task, tree_plan(task, 5, seed + n), effort=20, seed=n) for n in range(4)]
    plans = [plan for plan in plans if plan.sound and plan.k == 5]
    found = mixes_of(task, np.array([plan.of for plan in plans]), 5)
    if found is None:
        return
    mixed = [Plan(task, of) for of in areas_of(*found)]
    assert all(plan.sound and plan.k == 5 for plan in mixed)
    assert {plan.of.tobytes() for plan in plans} <= {plan.of.tobytes() for plan in mixed}
    best = merged(task, plans)
    assert best is not None
    assert best.of.tobytes() in {plan.of.tobytes() for plan in mixed}


def test_where_there_is_too_much_to_list_it_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    task = board()
    plans = [improve(task, tree_plan(task, 5, n), effort=50, seed=n) for n in range(3)]
    listed = merged(task, plans)
    monkeypatch.setattr(merging, "LISTED_PLANS", 1)
    solved = merged(task, plans)
    assert listed is not None
    assert solved is not None
    assert listed.value() == pytest.approx(solved.value())


def test_families_search_from_every_first_plan_and_are_never_worse() -> None:
    task = board()
    firsts = [tree_plan(task, 5, n) for n in range(6)]
    looked: list[tuple[Plan, float, Plan]] = []

    def look(plan: Plan, heat: float) -> Plan:
        looked.append((plan, heat, improve(task, plan, effort=20, seed=len(looked), heat=heat)))
        return looked[-1][2]

    best = bred(task, firsts, look)
    assert len(looked) == searches(6) == 6 + 2 * merging.AGAIN
    assert [plan for plan, heat, _ in looked if heat == 1.0] == firsts
    assert best.sound
    assert best.value() <= min(found.value() for _, _, found in looked if found.sound) + 1e-9
