"""Searched designs: in the band and of one piece, never worse than where they begin, the same from the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_geography_exact import by_hand, grid, tasks
from totalplace.errors import GeographyError, UsageError
from totalplace.geography.design.bounds import bound, spectral, uneven
from totalplace.geography.design.exact import design
from totalplace.geography.design.frontier import dominates, frontier, mend, mixes
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import improve, keeps, search
from totalplace.geography.design.start import tree_plan
from totalplace.geography.design.task import Band, Rules, Task

pytestmark = pytest.mark.unit


def large(wide: int, high: int, **given: object) -> Task:
    """A grid of uneven blocks with wards of four blocks each and two layers that cross."""
    n = wide * high
    at = [(i % wide, i // wide) for i in range(n)]
    layers = {
        "ward": [f"w{x // 2}-{y // 2}" for x, y in at],
        "gp": [f"g{x // 5}" for x, _ in at],
        "school": [f"s{y // 3}" for _, y in at],
        "today": [f"t{x // 4}" for x, _ in at],
    }
    blocks, graph = grid(wide, high, [1000 + 37 * (i * 7 % 11) for i in range(n)], layers)
    band = Band(12_000, 20_000)
    return Task(blocks, graph, **{"band": band, **given})  # type: ignore[arg-type]


@settings(max_examples=20, deadline=None)
@given(tasks(), st.integers(1, 4), st.integers(1, 3))
def test_never_better_than_the_best_nor_below_the_bound(task: Task, k: int, seed: int) -> None:
    task = replace(task, whole="")
    k = min(k, len(task.blocks))
    best = by_hand(task, k)
    if best and not task.rules.fixed:
        assert bound(task, k) <= best[0][0] + 1e-9
    try:
        found = search(task, k, seed=seed, effort=100)
    except (GeographyError, UsageError):
        return
    assert found.plan.k == k
    assert keeps(task, found.plan)
    assert set(found.plan.parts) == {1} or task.rules.fixed
    if found.plan.sound and not task.rules.fixed:
        assert best
        assert found.value >= best[0][0] - 1e-9


@pytest.mark.parametrize(
    "name", ["borders", "metres", "compact", "balance", "gp", "nest:ward", "mixed:gp", "pieces:ward"]
)
def test_better_than_its_beginning_and_the_same_again(name: str) -> None:
    task = large(12, 8, weights={name: 1.0, "borders": 0.1})
    start = tree_plan(task, 7, 3)
    assert start.sound
    found = improve(task, start, seed=5, effort=300)
    assert found.sound
    assert found.value() < start.value()
    assert (improve(task, start, seed=5, effort=300).of == found.of).all()


def test_the_cost_kept_along_the_way_is_the_cost() -> None:
    """Every sum that a move changes agrees with the same worked out anew, with all measures at once."""
    from totalplace.geography.design.kernel import Archive, Schedule, anneal, figures
    from totalplace.geography.design.setting import ground_of, state_of

    weights = dict.fromkeys(("borders", "metres", "compact", "balance", "need", "moved", "gp", "whole:ward"), 0.3)
    weights |= {"pieces:school": 0.2, "nest:ward": 0.7, "mixed:school": 0.4, "split:ward": 0.3, "vi:gp": 0.2}
    task = large(12, 8, weights=weights, today="today", need=np.arange(96.0))
    start = Plan(task, tree_plan(task, 7, 3).of)
    names = ("borders", "vi:gp", "split:ward")
    ground, slots = ground_of(task, start, names)
    state = state_of(task, ground, start, 3, slots)
    best = np.empty(96, dtype=np.int32)
    kept = Archive(np.zeros((40, 3)), np.zeros(40), np.zeros((40, 96), dtype=np.int32), np.zeros(1, dtype=np.int64))
    least = np.array([np.inf])
    for begin in (0, 10_000, 20_000):
        anneal(ground, state, Schedule(30_000, 0.05, 0.01), begin, begin + 10_000, best, least, kept)
    end = Plan(task, state.of)
    assert (end.of != start.of).any()
    again = state_of(task, ground, replace(end, of=state.of), 3, slots)
    order = np.unique(state.of)
    assert len(order) == 7
    for one in ("people", "blocks", "used"):
        left, right = np.sort(getattr(state, one).ravel()), np.sort(getattr(again, one).ravel())
        assert (left == right).all(), one
    for one in ("area", "outline", "need"):
        assert np.allclose(np.sort(getattr(state, one)), np.sort(getattr(again, one))), one
    home = ground.home
    moved = float(task.blocks.people[(home >= 0) & (home != state.of)].sum()) / task.people
    expected = end.value() + 0.3 * (moved - end.measure("moved")) + 0.2  # pieces are counted with one each
    size = len(state.total)
    value = ground.weight[:size] @ state.total + ground.weight[size:] @ state.flat
    assert value == pytest.approx(expected, abs=1e-9)
    fresh = np.empty_like(state.figure)
    for area in range(7):
        figures(ground, state, area, fresh[area])
    assert np.allclose(fresh, state.figure)
    assert np.allclose(fresh.sum(axis=0), state.total)
    # What was met on the way: in the band, as measured there, none beaten by another.
    plans = [Plan(task, of) for of in kept.of[: kept.count[0]]]
    assert len(plans) > 5
    assert all(plan.sound for plan in plans)
    found = [tuple(plan.measure(name) for name in names) for plan in plans]
    assert np.allclose(found, kept.measures[: kept.count[0]])
    assert not any(dominates(a, b) for a in found for b in found)


def test_from_the_exact_plan_and_never_worse() -> None:
    task = large(12, 8, whole="ward")
    exact = design(task, 6)
    assert exact.plan is not None
    found = search(task, 6, effort=300)
    assert found.plan.sound
    assert found.value <= exact.value
    assert found.bound <= found.value
    assert found.gap == pytest.approx(found.value - found.bound)
    assert (search(task, 6, effort=300).plan.of == found.plan.of).all()


def test_rules_hold_while_searching() -> None:
    rules = Rules(
        together=(("b0", "b1", "b2"),), apart=(("b0", "b95"), ("b3", "b4")), anchors={"school": np.arange(0, 96, 5)}
    )
    task = large(12, 8, rules=rules)
    found = search(task, 6, effort=300, starts=8)
    assert found.plan.sound
    assert keeps(task, found.plan)


def test_a_fixed_area_stays() -> None:
    task = large(12, 8, rules=Rules(fixed=(("b0", "b1", "b12"),)))
    found = search(task, 7, effort=300)
    area = found.plan.of[0]
    assert np.flatnonzero(found.plan.of == area).tolist() == [0, 1, 12]


def test_a_band_that_the_start_breaks_is_met() -> None:
    task = large(12, 8)
    begun = Plan(task, np.arange(96) % 12 // 3)  # four areas of 28,000
    assert not begun.sound
    assert improve(large(12, 8, band=Band(24_000, 29_000)), Plan(task, begun.of), effort=200).sound


def test_the_bound_is_below_the_best_and_says_something() -> None:
    blocks, graph = grid(4, 4)
    task = Task(blocks, graph, Band(8, 8))
    assert 0 < spectral(task, 2) <= 4 / 24
    assert uneven(100, 3, Band(20, 50)) == [50, 30, 20]


def test_alternatives_none_of_which_beats_another() -> None:
    task = large(12, 8, weights={"gp": 1, "school": 1, "borders": 1}, whole="ward")
    found = frontier(task, 6, effort=100, parts=2)
    assert len(found.plans) >= 3
    assert all(not dominates(a.measures, b.measures) for a in found.plans for b in found.plans)
    assert all(each.plan.sound for each in found.plans)
    again = frontier(task, 6, effort=100, parts=2)
    assert [each.plan.of.tolist() for each in again.plans] == [each.plan.of.tolist() for each in found.plans]
    assert not found.beats(found.plans[0].measures)
    assert found.beats([m + 0.1 for m in found.plans[0].measures])


def test_mixes() -> None:
    assert mixes(2, 2) == [(0.5, 0.5)]
    assert len(mixes(3, 4)) == 3 * 3 + 3 + 1  # two of them, all three, the even mix
    assert len(mixes(5, 4)) == 10 * 3 + 1
    assert all(sum(mix) == pytest.approx(1) for mix in mixes(5, 4))


def test_mending_moves_fewest() -> None:
    """A line of eight blocks, five and three; 40 to 60 people an area: one block has to move."""
    blocks, graph = grid(8, 1, [13] * 8, {"today": ["a"] * 5 + ["b"] * 3, "ward": list("ppqqrrss")})
    task = Task(blocks, graph, Band(40, 60), today="today")
    found = mend(task)
    assert found.moved == 13
    assert found.least == 5  # 65 people are 5 too many, but people move by block
    assert found.plan.of.tolist() == [0] * 4 + [1] * 4
    exact = mend(replace(task, whole="ward"))
    assert exact.proven
    assert exact.moved == 13
    assert not exact.today.sound


def test_mending_what_cannot_be() -> None:
    blocks, graph = grid(8, 1, [13] * 8, {"today": ["a"] * 5 + ["b"] * 3})
    task = Task(blocks, graph, Band(51, 51), today="today")
    with pytest.raises(GeographyError, match="the band allows no number of areas"):
        mend(task)
    with pytest.raises(UsageError, match="today"):
        mend(Task(blocks, graph, Band(40, 60)))


def test_pieces_that_do_not_touch() -> None:
    blocks, graph = grid(8, 1, [10] * 8)
    apart = graph.cut([3], [4])
    found = search(Task(blocks, apart, Band(15, 25)), 4, effort=50)
    assert found.plan.sound
    with pytest.raises(GeographyError, match="make 2 areas at least"):
        search(Task(blocks, apart, Band(15, 90)), 1)


@pytest.mark.parametrize("k", [0, 97])
def test_no_number_of_areas(k: int) -> None:
    with pytest.raises(UsageError, match="give a number from 1 to 96"):
        search(large(12, 8), k)


def test_one_area_and_one_a_block() -> None:
    assert search(large(4, 2, band=Band(0, 99_000)), 1, effort=10).plan.k == 1
    assert search(large(4, 2, band=Band(0, 99_000)), 8, effort=10).plan.k == 8
