"""The whole of Greater Manchester searched, LSOA by LSOA, no area crossing a borough's line."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from tests.manchester import greater_manchester
from totalplace.geography.design.exact import design
from totalplace.geography.design.frontier import mend
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import improve, search
from totalplace.geography.design.task import Task

PEERS = {"Rochdale": 53, "Salford": 55, "Manchester": 132}
"""Borders cut by the best of other tools' plans in the band (METIS, short bursts of recombination), as measured."""


def test_the_whole_in_seconds(shared: Path) -> None:
    blocks, graph = greater_manchester(shared)
    whole = Task(blocks, graph, whole="wards")
    improve(whole.parts("boroughs")[0][1], _begin(whole), effort=1)  # what is compiled is kept
    began = time.process_time()
    inside = 0
    for name, task in whole.parts("boroughs"):
        found = search(task, round(task.people / 40_000))
        assert found.plan.sound
        assert found.bound < found.value
        assert found.plan.borders <= PEERS.get(name, 10_000)
        inside += found.plan.borders
    assert time.process_time() - began < 20
    assert inside < 690  # 865 with whole wards, the least


def _begin(whole: Task) -> Plan:
    task = whole.parts("boroughs")[0][1]
    found = design(task, 7).plan
    assert found is not None
    return found


def test_the_fewest_who_move_in_trafford(shared: Path) -> None:
    """Its six areas of least border, with 1% more room at each end of the band, mended into a narrower one."""
    blocks, graph = greater_manchester(shared)
    task = Task(blocks, graph, whole="wards").take(blocks.within("boroughs", "Trafford"))
    (plan,) = (design(task, 6).plan,)
    assert plan is not None
    dated = task.blocks.with_layer(plan.division("today"), "today")
    narrow = task.band.drawn_in(0.06)
    exact = mend(replace(task, blocks=dated, today="today", band=narrow))
    fine = mend(replace(task, blocks=dated, today="today", band=narrow, whole=""))
    assert exact.proven
    assert exact.plan.sound
    assert fine.plan.sound
    assert fine.least <= fine.moved <= exact.moved
