"""Frontiers: every plan of whole units, what searches meet, parts put together, and a search that is stopped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.unit.test_geography_exact import by_hand, grid, tasks
from tests.unit.test_geography_search import large
from totalplace.errors import UsageError
from totalplace.geography.design import listing
from totalplace.geography.design.asked import answer
from totalplace.geography.design.exact import sets_of
from totalplace.geography.design.frontier import dominates, frontier, mend
from totalplace.geography.design.joining import frontier_inside, near_middle
from totalplace.geography.design.listing import every_plan, measures_of
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import search
from totalplace.geography.design.sieve import spread, unbeaten
from totalplace.geography.design.task import Band, Task
from totalplace.geography.design.watch import Watch

pytestmark = pytest.mark.unit

rows = arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.integers(0, 5).map(float))


@settings(max_examples=60, deadline=None)
@given(tasks(), st.integers(1, 4))
def test_every_plan_of_whole_units_as_by_trying_everything(task: Task, k: int) -> None:
    k = min(k, len(task.units.labels))
    hand = by_hand(task, k)
    try:
        sets = sets_of(task)
    except UsageError:  # a rule that cannot hold
        assert not hand
        return
    plans = every_plan(sets, k)
    assert plans is not None
    found = set()
    for plan in plans:
        of = np.zeros(len(task.units.labels), dtype=np.int32)
        for area, column in enumerate(plan):
            of[sets.rows[int(column)]] = area
        found.add(tuple(Plan(task, of[task.units.of]).of.tolist()))
    assert found == {tuple(Plan(task, np.array(of)).of.tolist()) for _, of in hand}
    assert len(found) == len(plans)
    names = [name for name in task.weights if name != "moved"]
    if names and len(plans):
        values = measures_of(sets, plans, k, names) @ np.array([task.weights[name] for name in names])
        asked = replace(task, weights={name: task.weights[name] for name in names})
        assert values.min() == pytest.approx(by_hand(asked, k)[0][0], abs=1e-9)


def test_too_many_plans_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    task = large(12, 8, whole="ward")
    assert every_plan(sets_of(task), 6) is not None
    monkeypatch.setattr(listing, "MOST_PLANS", 2)
    assert every_plan(sets_of(task), 6) is None
    monkeypatch.setattr(listing, "MOST_STEPS", 10)
    assert every_plan(sets_of(task), 6) is None
    found = frontier(replace(task, weights={"gp": 1, "borders": 1}), 6, effort=20, parts=2)
    assert any(each.whole for each in found.plans) or len(found.plans) >= 2
    blocks, graph = grid(8, 8)
    assert every_plan(sets_of(Task(blocks, graph, Band(1, 1))), 64) is None


@given(rows)
@settings(deadline=None)
def test_a_sieve_keeps_what_nothing_beats(measures: np.ndarray) -> None:
    kept = unbeaten(measures)
    assert len({tuple(measures[row]) for row in kept}) == len(kept)
    for n, row in enumerate(measures):
        beaten = any(dominates(other, row) for other in measures)
        assert beaten == all(tuple(measures[k]) != tuple(row) for k in kept), n


@given(rows, st.integers(1, 6))
@settings(deadline=None)
def test_a_few_that_lie_far_apart(measures: np.ndarray, most: int) -> None:
    chosen = spread(measures, most)
    assert len(chosen) == len(set(chosen.tolist())) <= most
    assert len(chosen) == min(most, len(measures)) or len(np.unique(measures, axis=0)) <= len(chosen)
    if most >= measures.shape[1]:
        assert (measures[chosen].min(axis=0) == measures.min(axis=0)).all()


def test_what_a_frontier_holds() -> None:
    task = large(12, 8, weights={"gp": 1, "school": 1, "borders": 1}, whole="ward")
    found = frontier(task, 6, effort=100, most=5)
    assert len(found.plans) == 5 < len(found.measures)
    for of, measures in zip(found.of, found.measures, strict=True):
        plan = Plan(task, of)
        assert plan.sound
        assert [plan.measure(name) for name in found.names] == pytest.approx(measures.tolist(), abs=1e-9)
    assert len(unbeaten(found.measures)) == len(found.measures)
    sets = sets_of(task)
    plans = every_plan(sets, 6)
    assert plans is not None
    for each in measures_of(sets, plans, 6, found.names):
        assert not any(dominates(each, mine) for mine in found.measures)


def test_a_frontier_of_moves_counts_who_moves() -> None:
    task = large(12, 8, weights={"moved": 1, "borders": 1}, today="today")
    found = frontier(task, 6, effort=50, parts=2)
    for of, measures in zip(found.of, found.measures, strict=True):
        assert Plan(task, of).measure("moved") == pytest.approx(measures[0])


def test_parts_put_together() -> None:
    weights = dict.fromkeys(("borders", "split:ward", "vi:ward", "gp"), 1.0)
    blocks, graph = grid(12, 8, [1000 + 37 * (i * 7 % 11) for i in range(96)], layers := {
        "half": ["west" if i % 12 < 6 else "east" for i in range(96)],
        "ward": [f"w{i % 12 // 2}-{i // 12 // 2}" for i in range(96)],
        "gp": [f"g{i % 12 // 5}" for i in range(96)],
    })  # fmt: skip
    assert len(set(layers["gp"])) == 3
    task = Task(blocks, graph, Band(12_000, 20_000), weights, whole="ward")
    found = frontier_inside(task, "half", effort=50)
    assert len(found.plans) > 3
    half = task.blocks.layer("half").of
    for of, measures in zip(found.of, found.measures, strict=True):
        plan = Plan(task, of)
        assert plan.sound
        assert [plan.measure(name) for name in found.names] == pytest.approx(measures.tolist(), abs=1e-9)
        assert all(len(np.unique(half[group])) == 1 for group in plan.groups)
    again = frontier_inside(task, "half", effort=50)
    assert (again.of == found.of).all()
    balanced = frontier_inside(replace(task, weights={"balance": 1, "split:gp": 1}), "half", effort=20)
    plan = balanced.plans[0].plan
    assert [plan.measure(name) for name in balanced.names] == pytest.approx(list(balanced.plans[0].measures))


def test_as_many_areas_as_suit_the_middle_of_the_band() -> None:
    task = large(12, 8)
    assert near_middle(task) == round(task.people / 16_000)
    assert near_middle(large(12, 8, band=Band(task.people, task.people))) == 1
    assert near_middle(large(12, 8, band=Band(19_000, 19_100))) == 6


class _Pressed(Watch):
    """Somebody presses Ctrl-C while the first search runs."""

    def stoppable(self):  # type: ignore[no-untyped-def]
        found = super().stoppable()
        self.pressed = getattr(self, "pressed", 0) + 1

        class Context:
            def __enter__(self) -> None:
                found.__enter__()

            def __exit__(self, *given: object) -> bool | None:
                return found.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)

        return Context()


def test_a_search_that_is_stopped_gives_the_best_so_far() -> None:
    said: list[tuple[str, int, int]] = []
    watch = _Pressed(lambda *told: said.append(told))
    task = large(12, 8, whole="ward")
    found = search(task, 6, watch=watch)
    assert watch.stopped
    assert watch.pressed == watch.told[1]  # the others are begun, no more
    assert found.plan.sound
    assert said[0] == ("", 0, watch.told[1])
    task = replace(task, weights={"gp": 1, "borders": 1})
    assert frontier(task, 6, watch=_Pressed()).plans
    several = answer(large(12, 8), [6, 7], effort=50, watch=_Pressed())
    assert several.whole() is not None
    with pytest.raises(KeyboardInterrupt), Watch(stopped=True).stoppable():
        raise KeyboardInterrupt


def test_more_effort_another_plan_and_the_same_again() -> None:
    task = large(12, 8, weights={"borders": 1, "gp": 0.3}, today="today")
    small, great = (search(task, 6, effort=effort, starts=1) for effort in (5, 500))
    assert great.value < small.value
    assert (search(task, 6, effort=5, starts=1, watch=Watch()).plan.of == small.plan.of).all()
    assert mend(task, [6], effort=20, watch=Watch()).plan.sound


def test_two_to_five_measures() -> None:
    with pytest.raises(UsageError, match="two to five measures; 1 given: borders"):
        frontier(large(12, 8), 6)
