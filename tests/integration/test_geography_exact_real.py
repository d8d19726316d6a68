"""Whole-ward designs of Greater Manchester's ten boroughs, for every number of areas from 30,000 to 50,000 people.

The least borders cut are known from a solution by another hand (a set partition over whole wards, 38 problems).
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from tests.manchester import greater_manchester
from totalplace.geography.design.exact import designs, sets_of
from totalplace.geography.design.task import Rules, Task

LEAST = {
    "Bolton": {6: None, 7: 92, 8: 96, 9: None},
    "Bury": {4: None, 5: 47, 6: None},
    "Manchester": {12: None, 13: 197, 14: 184, 15: 194, 16: 217, 17: None, 18: None},
    "Oldham": {5: 82, 6: 77, 7: 86, 8: None},
    "Rochdale": {5: 60, 6: 72, 7: None},
    "Salford": {6: 77, 7: 67, 8: None},
    "Stockport": {6: None, 7: 92, 8: 121, 9: None},
    "Tameside": {5: 67, 6: 71, 7: None},
    "Trafford": {5: None, 6: 62, 7: 72},
    "Wigan": {7: None, 8: 101, 9: None, 10: None},
}
"""Pairs of neighbouring LSOAs in different areas, at the least; None where no whole-ward plan exists."""


@pytest.fixture(scope="module")
def boroughs(shared: Path) -> dict[str, Task]:
    blocks, graph = greater_manchester(shared)
    return dict(Task(blocks, graph, whole="wards").parts("boroughs"))


def test_every_borough_for_every_number_of_areas(boroughs: dict[str, Task]) -> None:
    began = time.process_time()
    found = {name: {each.k: each for each in designs(task)} for name, task in boroughs.items()}
    assert time.process_time() - began < 10
    least = {name: {k: each.plan and each.plan.borders for k, each in by_k.items()} for name, by_k in found.items()}
    assert least == LEAST
    for by_k in found.values():
        for each in by_k.values():
            assert (each.plan is None) == bool(each.why)
            if each.plan is not None:
                assert each.status == "optimal"
                assert each.plan.sound
                assert each.plan.split("wards") == 0
                assert each.plan.whole_share("wards") == 1


def test_no_four_areas_of_rochdale(boroughs: dict[str, Task]) -> None:
    (four,) = designs(boroughs["Rochdale"], [4])
    assert four.why == (
        "no 4 areas with wards whole fit in 30,000-50,000 people: 223,809 people make areas of 55,952 on average, "
        "above 50,000; the band allows 5 to 7"
    )


def test_the_choke_of_bury_is_one_ward(boroughs: dict[str, Task]) -> None:
    (four,) = designs(boroughs["Bury"], [4])
    assert "the choke is" in four.why
    assert "without it the rest makes 4 areas" in four.why


def test_a_layer_that_is_followed_is_followed_best(boroughs: dict[str, Task]) -> None:
    """The share of people in their area's main practice network, proven the greatest, costs borders."""
    task = boroughs["Wigan"]
    (least,) = designs(task, [8])
    (best,) = designs(Task(task.blocks, task.graph, weights={"pcn": 1}, whole="wards"), [8])
    assert least.plan is not None
    assert best.plan is not None
    assert best.plan.main_share("pcn") > least.plan.main_share("pcn") + 0.1
    assert best.plan.borders >= least.plan.borders


def test_rules_hold(boroughs: dict[str, Task]) -> None:
    task = boroughs["Salford"]
    (free,) = designs(task, [7])
    assert free.plan is not None
    wards, of = task.blocks.layer("wards"), free.plan.of
    first = {area: wards.labels[wards.of[np.flatnonzero(of == area)[0]]] for area in (0, 1)}
    rules = Rules(together=((first[0], first[1]),))
    (held,) = designs(Task(task.blocks, task.graph, whole="wards", rules=rules), [7])
    assert held.status == "impossible" or (held.plan is not None and held.plan.borders > free.plan.borders)
    assert len(sets_of(Task(task.blocks, task.graph, whole="wards", rules=rules)).masks) < len(sets_of(task).masks)
