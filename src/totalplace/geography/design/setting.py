"""A task and a plan as the arrays that the compiled search works on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import Task

if TYPE_CHECKING:
    from totalplace.geography.design.moves import Ground, State

SLOTS = 256
"""So many labels of a layer at most meet in an area while it is searched."""

FIGURES = {"main": (0,), "whole": (1,), "pieces": (2,), "nest": (3,), "mixed": (4,), "split": (5,), "vi": (3, 4)}
"""The figures of a layer that a measure is made of."""

PLAIN = ("compact", "balance", "need", "borders", "metres", "moved")
"""The figures after those of the layers."""


def ground_of(task: Task, plan: Plan, names: Sequence[str] = ()) -> tuple[Ground, int]:
    """What stays as it is while a plan is searched, with the measures of an archive; and how many slots areas need."""
    from totalplace.geography.design.moves import Ground

    blocks, graph = task.blocks, task.graph
    n = len(blocks)
    asked = [*(name for name, weight in task.weights.items() if weight), *names]
    wanted = sorted({name.partition(":")[2] for name in asked if ":" in name})
    # Units that are to stay whole as far as they can move together, whatever is weighed.
    layers = [*wanted, *([task.whole] if task.whole and task.whole not in wanted else [])]
    most = max((len(blocks.layer(layer).labels) for layer in layers), default=1)
    label_people = np.zeros((len(layers), most))
    labels = np.full((len(layers), n), -1, dtype=np.int32)
    for row, layer in enumerate(layers):
        division = blocks.layer(layer)
        labels[row] = division.of
        label_people[row, : len(division.labels)] = division.people(blocks.people)
    logs = [any(name in asked for name in (f"nest:{layer}", f"mixed:{layer}", f"vi:{layer}")) for layer in wanted]
    need, spread = _need(task)
    rows = {name: _row(task, plan.k, spread, wanted, name) for name in asked}
    weight = sum((w * rows[name] for name, w in task.weights.items() if w), np.zeros(_width(wanted)))
    area, outline = task.outline
    locked, glue, glued, foe_starts, foes, anchors = _rules(task)
    ground = Ground(
        graph.starts, graph.ends, graph.border, blocks.people, area, outline, need, _home(task, plan), locked, glue,
        glued, foe_starts, foes, anchors, labels, np.array(logs, dtype=np.bool_), label_people, weight,
        10.0 * sum(task.weights.values()) * plan.k / task.people,
        np.array([rows[name] for name in names]).reshape(-1, _width(wanted)),
        np.array([task.band.low, task.band.high]), task.people / plan.k,
    )  # fmt: skip
    return ground, min(most + 1, SLOTS)


def _width(layers: Sequence[str]) -> int:
    return 6 * len(layers) + len(PLAIN)


def _row(task: Task, k: int, spread: float, layers: Sequence[str], name: str) -> NDArray[np.float64]:
    """A measure in the figures that it is made of."""
    row, everybody = np.zeros(_width(layers)), float(task.people)
    kind, _, layer = name.partition(":")
    if not layer:
        border = float(task.graph.border.sum()) / 2
        over = {"compact": k, "need": spread, "borders": max(task.graph.edges, 1), "metres": max(border, 1e-9)}
        row[6 * len(layers) + PLAIN.index(kind)] = 1.0 / over.get(kind, everybody)
        return row
    count = max(len(task.blocks.layer(layer).labels), 1)
    by_kind = {
        "pieces": count, "split": count, "nest": everybody * math.log(max(k, 2)),
        "mixed": everybody * math.log(max(count, 2)), "vi": everybody * max(math.log(k * count), 1e-12),
    }  # fmt: skip
    for figure in FIGURES[kind]:
        row[6 * layers.index(layer) + figure] = 1.0 / by_kind.get(kind, everybody)
    return row


def _need(task: Task) -> tuple[NDArray[np.float64], float]:
    if task.need is None:
        return np.zeros(len(task.blocks)), 1.0
    people = task.blocks.people
    mean = float((task.need * people).sum() / task.people)
    above = (task.need - mean) * people
    return above, float(np.abs(above).sum()) or 1.0


def _home(task: Task, plan: Plan) -> NDArray[np.int32]:
    """The area of the plan that succeeds each block's area of today; k where none does; -1 for no area today."""
    none = np.full(len(plan.of), -1, dtype=np.int32)
    if not task.today:
        return none
    today = task.blocks.layer(task.today)
    successor = np.full(len(today.labels) + 1, plan.k, dtype=np.int32)
    successor[-1] = -1
    for area, label in enumerate(plan.successors()):
        if label >= 0:
            successor[label] = area
    return successor[today.of]


def _rules(task: Task) -> tuple[Any, ...]:
    """The rules as arrays; UsageError where one names what is not there."""
    n, rules = len(task.blocks), task.rules
    locked = np.zeros(n, dtype=np.bool_)
    for group in rules.fixed:
        for code in group:
            locked[task.blocks_of(code)] = True
    glue = np.full(n, -1, dtype=np.int32)
    for number, members in enumerate(task.bundles):
        glue[members] = number
    glued = np.bincount(glue[glue >= 0], minlength=max(len(task.bundles), 1))
    first: list[int] = []
    second: list[int] = []
    for group in rules.apart:
        each = [task.blocks_of(code).tolist() for code in group]
        for m, a in enumerate(each):
            for b in each[:m]:
                first.extend(i for i in a for _ in b)
                second.extend(j for _ in a for j in b)
    both = np.array([*first, *second], dtype=np.int64)
    other = np.array([*second, *first], dtype=np.int32)
    order = np.argsort(both, kind="stable")
    foe_starts = np.concatenate([[0], np.cumsum(np.bincount(both, minlength=n))]).astype(np.int64)
    anchors = np.zeros((len(rules.anchors), n), dtype=np.int64)
    for row, at in enumerate(rules.anchors.values()):
        anchors[row, at] = 1
    return locked, glue, glued, foe_starts, other[order], anchors


def state_of(task: Task, ground: Ground, plan: Plan, seed: int, slots: int) -> State:
    """What changes while a plan is searched, as it is at the start."""
    from totalplace.geography.design.moves import State

    n, k = len(plan.of), plan.k
    of = plan.of.astype(np.int32)
    sums = plan.sums
    a, _, border = task.graph.pairs()
    outline = sums.total(ground.outline)
    inside = ~plan.cut
    outline -= 2 * np.bincount(of[a[inside]], border[inside], k)
    layers = len(ground.logs)
    label = np.full((layers, k, slots), -1, dtype=np.int32)
    count = np.zeros((layers, k, slots), dtype=np.int64)
    used = np.zeros((layers, k), dtype=np.int32)
    for layer in range(layers):
        _fill(of, ground.labels[layer], task.blocks.people, label[layer], count[layer], used[layer])
    moved = (ground.home >= 0) & (ground.home != of)
    flat = np.array([plan.borders, border[plan.cut].sum(), task.blocks.people[moved].sum()], dtype=np.float64)
    held = np.array([np.bincount(of, row, k) for row in ground.anchors], dtype=np.int64).reshape(-1, k)
    size = len(ground.weight) - len(flat)
    return State(
        of.copy(), plan.people.copy(), np.bincount(of, minlength=k), sums.total(ground.area), outline,
        sums.total(ground.need), held, label, count, used, np.zeros((k, size)), np.zeros((3, size)), np.zeros(size),
        flat, np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(2 * n + 2, dtype=np.int64),
        np.zeros(1, dtype=np.int64), np.array([seed], dtype=np.uint64),
    )  # fmt: skip


def _fill(of: Any, labels: Any, people: Any, label: Any, count: Any, used: Any) -> None:
    """The people by label of each area, in the slots."""
    known = (labels >= 0) & (people > 0)
    key = of[known].astype(np.int64) * (int(labels.max(initial=0)) + 1) + labels[known]
    keys, back = np.unique(key, return_inverse=True)
    total = np.bincount(back, people[known], len(keys)).astype(np.int64)
    areas, names = np.divmod(keys, int(labels.max(initial=0)) + 1)
    slot = np.arange(len(keys)) - np.searchsorted(areas, areas)
    if len(slot) and slot.max() >= label.shape[1]:
        raise GeographyError(f"more than {label.shape[1]} labels of a layer meet in one area: too many to search by")
    label[areas, slot], count[areas, slot] = names, total
    used[:] = np.bincount(areas, minlength=len(used))
