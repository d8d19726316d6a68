"""Alternatives as people ask for them: proven where units stay whole, none beaten, reasons where there is none."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tests.geographies import squares
from totalplace.errors import UsageError
from totalplace.geography.adjacency import adjacency
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.design.frontier import dominates
from totalplace.geography.design.loading import Pieces
from totalplace.geography.design.offering import offers
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import Band, Task
from totalplace.geography.design.watch import Watch
from totalplace.geography.design.wish import Wish

TITLES = {"wards": "Wards", "networks": "GP networks", "today": "Today"}


def pieces() -> Pieces:
    """Four by four areas of 1,000 people: wards of two by one, networks of which one is in two pieces, halves today."""
    n = range(16)
    shapes = np.array(squares(4, 4), dtype=object)
    ids = tuple(f"b{i:02d}" for i in n)
    layers = {
        "wards": Division.of_values("wards", [f"w{i // 2}" for i in n]),
        "networks": Division.of_values("networks", [f"n{(0, 1, 1, 0, 2, 2, 2, 3)[i // 2]}" for i in n]),
        "today": Division.of_values("today", [f"t{i // 8}" for i in n]),
    }
    blocks = Blocks(ids, ids, np.full(16, 1000), layers, "LSOA", "2021", shapes)
    return Pieces(blocks, adjacency(shapes), {"surgeries": np.array([0, 15])}, {})


def every_plan(task: Task, k: int) -> list[Plan]:
    """Every plan of k areas of whole wards in the band and of one piece: found by trying all."""
    found = []
    for of in itertools.product(range(k), repeat=8):
        if list(dict.fromkeys(of)) == list(range(k)):  # each plan once
            plan = Plan(task, np.array(of)[task.units.of])
            if plan.sound:
                found.append(plan)
    return found


WISH = Wish(Band(2_000, 8_000), (4,), (("borders", 1.0), ("networks", 1.0), ("balance", 1.0)), whole="wards")


def test_no_plan_of_whole_wards_beats_what_is_offered() -> None:
    found = offers(pieces(), WISH, TITLES)
    assert found.unbeaten
    names = list(found.task.weights)
    told = [tuple(each.plan.measure(name) for name in names) for each in found.plans]
    for plan in every_plan(found.task, 4):
        measures = tuple(plan.measure(name) for name in names)
        assert not any(dominates(measures, each) for each in told)
    assert all(each.plan.sound and each.plan.split("wards") == 0 for each in found.plans)
    assert all("proven" in each.sure for each in found.plans)


def test_the_best_of_each_measure_is_among_them() -> None:
    found = offers(pieces(), WISH, TITLES)
    plans = every_plan(found.task, 4)
    for name in found.task.weights:
        assert min(each.plan.measure(name) for each in found.plans) == pytest.approx(
            min(plan.measure(name) for plan in plans)
        )


def test_without_a_number_there_is_the_best_of_each() -> None:
    found = offers(pieces(), replace(WISH, areas=(), weights=(("borders", 1.0),)), TITLES)
    assert [each.plan.k for each in found.plans] == [2, 3, 4, 5, 6, 7, 8]
    assert not found.unbeaten
    assert found.why == ()
    # Halves cut four borders of a board of four by four, quarters eight.
    assert [each.plan.borders for each in found.plans][::2][:2] == [4, 8]


def test_why_there_is_none_is_said() -> None:
    none = offers(pieces(), replace(WISH, band=Band(3_000, 3_500)), TITLES)
    assert not none.plans
    assert any("No 4 areas with wards whole fit in 3,000-3,500 people" in words for words in none.why)
    never = offers(pieces(), replace(WISH, band=Band(9_000, 9_500), areas=()), TITLES)
    assert any("no number of areas fits: 16,000 people" in words for words in never.why)


def test_room_at_the_ends_is_kept_and_shown_against_the_band_as_asked() -> None:
    found = offers(pieces(), replace(WISH, band=Band(3_200, 4_800), margin=0.1, areas=(4,)), TITLES)
    assert found.plans
    assert all(each.plan.margin >= 0.1 for each in found.plans)
    assert all(each.plan.task.band == Band(3_200, 4_800) for each in found.plans)


def test_who_moves_is_told_against_today() -> None:
    wish = replace(WISH, band=Band(8_000, 8_000), areas=(2,), today="today", weights=(("moved", 1.0), ("compact", 0.1)))
    found = offers(pieces(), wish, TITLES)
    moved = next(each for each in found.figures if each.name == "moved")
    assert min(moved.of(each.plan) for each in found.plans) == 0


def test_every_area_has_a_site_where_that_is_asked() -> None:
    wish = replace(WISH, band=Band(4_000, 12_000), areas=(2,), anchors=("surgeries",), weights=(("borders", 1.0),))
    for each in offers(pieces(), wish, TITLES).plans:
        assert each.plan.of[0] != each.plan.of[15]


def test_small_areas_are_searched_and_kept_to_the_lines_inside() -> None:
    wish = Wish(Band(3_000, 5_000), (), (("borders", 1.0),), inside="today")
    (only,) = offers(pieces(), wish, TITLES).plans
    today = pieces().blocks.layers["today"]
    assert all(len(set(today.of[group].tolist())) == 1 for group in only.plan.groups)


def test_the_best_are_marked_and_sorted_by() -> None:
    found = offers(pieces(), WISH, TITLES)
    borders = next(each for each in found.figures if each.name == "borders")
    first = found.sorted("borders")[0]
    assert borders.of(first.plan) == min(borders.of(each.plan) for each in found.plans)
    assert len(found.plans) == 1 or first.name in found.best(borders) or not found.best(borders)
    assert found.sorted("nothing") == list(found.plans)
    assert found.one(first.key) is first
    assert found.one("") is None


def test_work_that_is_told_to_stop_ends() -> None:
    class Enough(Exception):
        pass

    def say(what: str, done: int, of: int) -> None:
        if what.startswith("measures"):
            raise Enough

    with pytest.raises(Enough):
        offers(pieces(), WISH, TITLES, say)


def test_a_search_asks_between_its_bits_whether_it_is_to_end() -> None:
    class Enough(Exception):
        pass

    asked: list[tuple[str, int, int]] = []

    def say(what: str, done: int, of: int) -> None:
        asked.append((what, done, of))
        if len(asked) == 2:
            raise Enough

    watch = Watch(say, what="searching")
    watch.tell(1, 4)
    with pytest.raises(Enough), watch.stoppable():
        raise AssertionError("this bit was not to begin")
    assert asked == [("searching", 1, 4)] * 2


def test_too_many_measures_and_what_is_not_there_are_refused() -> None:
    many = tuple((name, 1.0) for name in ("borders", "metres", "compact", "balance", "networks", "wards"))
    with pytest.raises(UsageError, match="at most 5 measures"):
        offers(pieces(), replace(WISH, weights=many), TITLES)
    with pytest.raises(UsageError, match="'network' is nothing that a design can weigh; did you mean 'networks'"):
        offers(pieces(), replace(WISH, weights=(("network", 1.0),)), TITLES)
