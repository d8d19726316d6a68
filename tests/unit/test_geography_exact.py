"""Designs of whole units: proven best, proven impossible, and the same as trying everything on small maps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.blocks import Blocks, Division, Graph
from totalplace.geography.design import exact
from totalplace.geography.design.exact import Design, counts, design, designs, sets_of
from totalplace.geography.design.pairing import pairs
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.sets import bits, connected_sets
from totalplace.geography.design.task import Band, Rules, Task
from totalplace.geography.design.why import choke, nearest_bands

pytestmark = pytest.mark.unit


def grid(
    wide: int, high: int, people: list[int] | None = None, layers: dict[str, list[str]] | None = None
) -> tuple[Blocks, Graph]:
    """A grid of square blocks of 100 m."""
    import shapely

    n = wide * high
    at = [(i % wide, i // wide) for i in range(n)]
    shapes = np.array([shapely.box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for x, y in at], dtype=object)
    near = [(i, j) for i in range(n) for j in range(i) if abs(at[i][0] - at[j][0]) + abs(at[i][1] - at[j][1]) == 1]
    divisions = {name: Division.of_values(name, values) for name, values in (layers or {}).items()}
    names = tuple(f"b{i}" for i in range(n))
    blocks = Blocks(names, names, np.array(people or [1] * n), divisions, "block", "2021", shapes)
    return blocks, Graph.of_pairs(n, [a for a, _ in near], [b for _, b in near], [100.0] * len(near))


def partitions(n: int, k: int) -> Iterator[list[int]]:
    """Every way to put n things into k groups, each once."""

    def grow(of: list[int], used: int) -> Iterator[list[int]]:
        if len(of) == n:
            if used == k:
                yield of
            return
        for group in range(min(used + 1, k)):
            yield from grow([*of, group], max(used, group + 1))

    yield from grow([], 0)


def whole_units(task: Task, codes: tuple[str, ...]) -> set[int]:
    """The blocks of every unit that a rule names or that holds a block which it names."""
    units = {int(u) for code in codes for u in task.units.of[task.blocks_of(code)]}
    return set(np.flatnonzero(np.isin(task.units.of, list(units))).tolist())


def by_hand(task: Task, k: int) -> list[tuple[float, tuple[int, ...]]]:
    """The value of every plan of whole units that keeps band, contiguity and rules, the best first."""
    rules, found = task.rules, []
    for of_units in partitions(len(task.units.labels), k):
        of = np.array([of_units[u] for u in task.units.of])
        groups = [np.flatnonzero(of == area) for area in range(k)]
        fixed = [whole_units(task, g) for g in rules.fixed]
        size = [task.blocks.people[g].sum() for g in groups]
        if not all(task.band.holds(int(s)) or set(g.tolist()) in fixed for s, g in zip(size, groups, strict=True)):
            continue
        if not all(task.graph.connected(g) or set(g.tolist()) in fixed for g in groups):
            continue
        area = {code: {int(of[b]) for b in task.blocks_of(code)} for g in rules.together + rules.apart for code in g}
        if any(len(set().union(*(area[c] for c in g))) > 1 for g in rules.together):
            continue
        if any(area[a] & area[b] for g in rules.apart for a, b in itertools.combinations(g, 2)):
            continue
        if not all(set(of[at]) == set(range(k)) for at in rules.anchors.values()):
            continue
        if not all(any(set(g.tolist()) == f for g in groups) for f in fixed):
            continue
        found.append((Plan(task, of).value(), tuple(of.tolist())))
    return sorted(found)


MEASURES = [
    "borders", "metres", "compact", "balance", "moved", "need",
    "main:gp", "whole:gp", "split:gp", "pieces:gp", "nest:gp", "mixed:gp", "vi:gp",
]  # fmt: skip


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    wide, high = draw(st.sampled_from([(2, 2), (3, 2), (4, 2), (3, 3)]))
    n = wide * high
    people = draw(st.lists(st.integers(1, 9), min_size=n, max_size=n))
    letters = st.sampled_from(["x", "y", "z", ""])
    layers = {
        "gp": draw(st.lists(letters, min_size=n, max_size=n)),
        "today": draw(st.lists(letters, min_size=n, max_size=n)),
        "ward": draw(st.lists(st.sampled_from("abcdef"), min_size=n, max_size=n)),
    }
    blocks, graph = grid(wide, high, people, layers)
    low = draw(st.integers(1, 8))
    weights = draw(st.dictionaries(st.sampled_from(MEASURES), st.floats(0.125, 4), min_size=1, max_size=3))
    rules = draw(st.sampled_from(["", "together", "apart", "fixed", "anchors"]))
    two = tuple(draw(st.permutations(blocks.ids))[:2])
    rule = {
        "together": Rules(together=(two,)),
        "apart": Rules(apart=(two,)),
        "fixed": Rules(fixed=(two[:1],)),
        "anchors": Rules(anchors={"school": np.array([0, n - 1])}),
    }.get(rules, Rules())
    whole = draw(st.sampled_from(["", "ward"]))
    need = np.arange(n, dtype=np.float64)
    return Task(blocks, graph, Band(low, low + draw(st.integers(2, 20))), weights, whole, "today", rule, need)


def assert_as_by_hand(found: Design, task: Task, k: int) -> None:
    """A design is the best that trying everything finds, or says why there is none."""
    expected = by_hand(task, k)
    assert found.status == ("optimal" if expected else "impossible")
    if expected:
        assert found.plan is not None
        assert found.value == pytest.approx(expected[0][0], abs=1e-9)
        assert found.plan.k == k
        assert set(found.plan.parts) == {1} or task.rules.fixed
    else:
        assert found.why


@settings(max_examples=150, deadline=None)
@given(tasks(), st.integers(1, 4))
def test_as_trying_everything(task: Task, k: int) -> None:
    k = min(k, len(task.units.labels))
    try:
        found = design(task, k)
    except UsageError:  # two that are to be kept apart share a unit
        assert not by_hand(task, k)
        return
    assert_as_by_hand(found, task, k)


@settings(max_examples=150, deadline=None)
@given(tasks(), st.integers(1, 5), st.sampled_from([{"borders": 1.0}, {"metres": 2.0}, {"borders": 0.5, "metres": 1}]))
def test_sets_found_as_needed_as_trying_everything(task: Task, k: int, weights: dict[str, float]) -> None:
    task, k = replace(task, weights=weights), min(k, len(task.units.labels))
    try:
        with mock.patch.object(exact, "MANY", 0):
            found = design(task, k)
    except UsageError:
        assert not by_hand(task, k)
        return
    assert_as_by_hand(found, task, k)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 7), st.data())
def test_each_connected_set_once(n: int, data: st.DataObject) -> None:
    edges = data.draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=12))
    people = data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    low = data.draw(st.integers(0, 6))
    graph = Graph.of_pairs(n, [a for a, _ in edges], [b for _, b in edges])
    near = [sum(1 << int(j) for j in graph.neighbours(i)) for i in range(n)]
    found = connected_sets(near, people, low, low + 5)
    expected = [
        mask
        for mask in range(1, 1 << n)
        if low <= sum(people[i] for i in bits(mask)) <= low + 5 and graph.connected(bits(mask))
    ]
    assert sorted(found) == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_successors_as_trying_everything(rows: int, columns: int, data: st.DataObject) -> None:
    flat = data.draw(st.lists(st.integers(0, 9), min_size=rows * columns, max_size=rows * columns))
    shared = np.array(flat, dtype=np.float64).reshape(rows, columns)
    found = pairs(shared)
    kept = [c for c in found if c >= 0]
    assert len(set(kept)) == len(kept)
    padded = np.zeros((rows, columns + rows))
    padded[:, :columns] = shared
    best = max(sum(padded[r, c] for r, c in enumerate(p)) for p in itertools.permutations(range(columns + rows), rows))
    assert sum(shared[r, c] for r, c in enumerate(found) if c >= 0) == best


def test_a_square_in_two() -> None:
    blocks, graph = grid(4, 4)
    found = design(Task(blocks, graph, Band(8, 8)), 2)
    assert found.status == "optimal"
    assert found.plan is not None
    assert found.plan.borders == 4
    assert found.value == pytest.approx(4 / 24)
    assert found.plan.roundness == pytest.approx([4 * np.pi * 80_000 / 1_200**2] * 2)


def test_every_number_that_the_band_allows() -> None:
    blocks, graph = grid(4, 3)
    task = Task(blocks, graph, Band(3, 4))
    assert list(counts(task)) == [3, 4]
    assert [d.status for d in designs(task)] == ["optimal", "optimal"]


def test_the_mean_rules_it_out() -> None:
    blocks, graph = grid(4, 3)
    found = design(Task(blocks, graph, Band(3, 4)), 2)
    assert "make areas of 6 on average, above 4; the band allows 3 to 4" in found.why


def test_no_number_fits() -> None:
    blocks, graph = grid(3, 3)
    with pytest.raises(UsageError, match="9 people make 1 of 9 or 2 of 4 on average, and the band is 5-8"):
        designs(Task(blocks, graph, Band(5, 8)))


def test_a_unit_that_is_too_large_is_named() -> None:
    blocks, graph = grid(3, 2, [1, 1, 1, 1, 1, 7])
    found = design(Task(blocks, graph, Band(2, 6)), 3)
    assert found.status == "impossible"
    assert "b5 (7 people) has more people than an area may have" in found.why


def test_the_choke_is_named_and_the_nearest_band() -> None:
    """A line of 2 2 1 2 2 in two areas of 4: the one in the middle is too many for either."""
    blocks, graph = grid(5, 1, [2, 2, 1, 2, 2])
    task = Task(blocks, graph, Band(4, 4))
    found = design(task, 2)
    assert choke(task, 2, sets_of(task)) == [2]
    assert "the mean" not in found.why
    task = Task(blocks, graph, Band(3, 4))
    wide = Task(blocks, graph, Band(4, 5))
    assert design(task, 2).status == "impossible"
    assert design(wide, 2).status == "optimal"
    assert nearest_bands(Task(blocks, graph, Band(4, 4)), 2) == [Band(4, 5)]


def test_more_areas_than_there_is_room_for() -> None:
    blocks, graph = grid(4, 1, [3, 3, 3, 3])
    found = design(Task(blocks, graph, Band(4, 12)), 3)
    assert "at most 2 areas of 4 or more go side by side" in found.why


def test_pieces_that_do_not_touch() -> None:
    blocks, graph = grid(4, 1, [5, 1, 5, 5])
    apart = graph.cut([1, 1], [0, 2])
    found = design(Task(blocks, apart, Band(5, 11)), 2)
    assert found.status == "impossible"
    cut = graph.cut([0], [1])
    found = design(Task(blocks, cut, Band(6, 11)), 2)
    assert "lie in 2 pieces that do not touch, and the one with b0 has 5 people" in found.why


def test_a_unit_in_two_pieces_lies_in_an_area_of_one() -> None:
    """The ward a is at both ends of its line, b between: only a and b together are of one piece."""
    blocks, graph = grid(3, 2, layers={"ward": ["a", "b", "a", "c", "c", "c"]})
    task = Task(blocks, graph, Band(1, 6), whole="ward")
    found = design(task, 2)
    assert found.plan is not None
    assert found.plan.of.tolist() == [0, 0, 0, 1, 1, 1]
    assert design(task, 3).status == "impossible"


def test_a_lookup_with_holes_is_refused() -> None:
    blocks, graph = grid(3, 1, layers={"ward": ["a", "", "b"]})
    with pytest.raises(GeographyError, match="1 of 3 blocks belong to no area of ward, the first is 'b1'"):
        design(Task(blocks, graph, Band(1, 3), whole="ward"), 1)


def test_too_many_sets_is_said() -> None:
    with pytest.raises(GeographyError, match="too many for a proof"):
        connected_sets([((1 << 30) - 1) & ~(1 << i) for i in range(30)], [1] * 30, 1, 20, 10_000)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights": {"bordres": 1}}, "did you mean 'borders'"),
        ({"weights": {"borders": 0}}, "a weight above 0"),
        ({"weights": {"moved": 1}}, "name their layer"),
        ({"weights": {"need": 1}}, "a figure of need"),
        ({"rules": Rules(together=(("b0", "b99"),))}, "which is no block here"),
        ({"rules": Rules(fixed=(("b0",), ("b0", "b1")))}, "two fixed areas share a unit"),
    ],
)
def test_what_cannot_be_asked(change: dict[str, object], words: str) -> None:
    blocks, graph = grid(2, 2)
    with pytest.raises(UsageError, match=words):
        design(Task(blocks, graph, Band(1, 4), **change), 2)  # type: ignore[arg-type]


def test_nobody_and_nothing() -> None:
    blocks, graph = grid(2, 1)
    empty = Blocks((), (), np.array([], dtype=np.int64))
    with pytest.raises(GeographyError, match="no blocks"):
        Task(empty, Graph.of_pairs(0, [], []))
    with pytest.raises(GeographyError, match="nobody lives"):
        Task(Blocks(blocks.ids, blocks.names, np.zeros(2, dtype=np.int64)), graph)
    with pytest.raises(UsageError, match="give a number from 1 to 2"):
        design(Task(blocks, graph, Band(1, 2)), 3)


def test_one_area_and_as_many_as_blocks() -> None:
    blocks, graph = grid(3, 2)
    task = Task(blocks, graph, Band(1, 6))
    ends: list[Design] = [design(task, 1), design(task, 6)]
    assert [d.plan.borders for d in ends if d.plan] == [0, 7]


def test_margin_and_what_a_projection_breaks() -> None:
    blocks, graph = grid(4, 1, [10, 10, 10, 10])
    plan = Plan(Task(blocks, graph, Band(19, 22)), np.array([0, 0, 1, 1]))
    assert plan.margin == pytest.approx(0.05)  # 20 may fall to 19, and grow to 22
    assert plan.after(np.array([12, 12, 10, 10])) == [0]
    assert Band(19, 22).drawn_in(0.05) == Band(20, 20)


def test_a_proof_that_takes_too_long_stops_with_a_plan_and_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    from totalplace.geography.design import exact

    monkeypatch.setattr(exact, "MANY", 0)
    rng = np.random.default_rng(3)
    blocks, graph = grid(9, 6, rng.integers(6_000, 10_500, 54).tolist())
    task = Task(blocks, graph, Band())
    found = design(task, 11, seconds=0.01)
    assert found.status == "stopped"
    assert found.plan is not None
    assert found.plan.sound
    assert 0 <= found.bound <= found.value
    assert found.gap == pytest.approx(found.value - found.bound)


def test_the_first_plan_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    from totalplace.geography.design import exact

    blocks, graph = grid(4, 4, layers={"ward": [f"w{i // 2}" for i in range(16)]})
    for whole in ("", "ward"):
        task = Task(blocks, graph, Band(3, 6), whole=whole)
        plain = design(task, 4)
        with monkeypatch.context() as patch:
            patch.setattr(exact, "MANY", 0)
            assert design(task, 4).value == plain.value


def test_no_line_on_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    blocks, graph = grid(4, 4)
    design(Task(blocks, graph, Band(4, 8)), 3)
    assert capfd.readouterr().out == ""
