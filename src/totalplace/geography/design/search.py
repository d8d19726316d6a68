"""Plans of the blocks themselves: a fast search from the exact plan of whole units, or from a random tree's parts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.design.bounds import bound
from totalplace.geography.design.exact import design
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.start import tree_plan
from totalplace.geography.design.task import Task

if TYPE_CHECKING:
    from totalplace.geography.design.kernel import Ground, State

EFFORT = 2_500
"""Steps a block; ours. Twice as many give plans about a hundredth better."""

KINDS = ("main", "whole", "pieces", "nest", "mixed")
SLOTS = 256
"""So many labels of a layer at most meet in an area while it is searched."""


def improve(task: Task, start: Plan, *, seed: int = 1, effort: float = EFFORT, heat: float = 1.0) -> Plan:
    """The best plan that a search from `start` finds; never worse than it, in the band and of one piece where it is.

    Deterministic in task, start, seed and effort (steps a block). `heat` is the first temperature, as a share of what
    a move costs on average.
    """
    from totalplace.geography.design.kernel import anneal

    ground, slots = _ground(task, start)
    best = np.empty(len(start.of), dtype=np.int32)
    state = _state(task, ground, start, seed, slots)
    scale = _scale(task, start)
    anneal(ground, state, int(effort * len(best)), heat * scale, 0.02 * scale, best)
    found = Plan(task, best)
    if sum(_strayed(task, found)) < sum(_strayed(task, start)):
        return found
    return found if found.value() < start.value() - 1e-12 else Plan(task, start.of)


@dataclass(frozen=True, eq=False)
class Found:
    """The answer of a search: the best plan met, where the search that found it began, what no plan can be below.

    `plan` may be outside the band, where no start inside it was found: `plan.sound` tells.
    """

    task: Task
    k: int
    plan: Plan
    began: str
    bound: float
    seed: int

    @property
    def value(self) -> float:
        """The weighted measures of the plan."""
        return self.plan.value()

    @property
    def gap(self) -> float:
        """By how much the plan may be above the best there is; a large one proves nothing."""
        return self.value - self.bound


def search(
    task: Task, k: int, *, seed: int = 1, effort: float = EFFORT, starts: int = 3, begin: Iterable[Plan] = ()
) -> Found:
    """The best plan of k areas of blocks that several searches find, units divided where that is worth its weight.

    They begin at the plans given, at the exact plan of whole units where there is one, and at `starts` random trees.
    The same seed gives the same plan. Raises GeographyError where no plan of pieces of one piece can be begun with, and
    UsageError for a k that is no number of areas.
    """
    if not 1 <= k <= len(task.blocks):
        raise UsageError(f"{k} areas of {len(task.blocks):,} blocks: give a number from 1 to {len(task.blocks):,}")
    firsts = [("given", plan) for plan in begin]
    whole = whole_plan(task, k)
    if whole is not None:
        firsts.append(("exact", whole))
    firsts += [(f"tree {n + 1}", tree_plan(task, k, seed * 101 + n)) for n in range(starts)]
    firsts = [(name, plan) for name, plan in firsts if plan.k == k and keeps(task, plan)]
    if not firsts:
        raise GeographyError(f"no first plan of {k} areas keeps the rules on what lies apart and on anchors")
    found = [(improve(task, plan, seed=seed * 31 + n, effort=effort), name) for n, (name, plan) in enumerate(firsts)]
    best, name = min(found, key=lambda each: (sum(_strayed(task, each[0])), each[0].value()))
    return Found(task, k, best, name, bound(task, k), seed)


def whole_plan(task: Task, k: int) -> Plan | None:
    """The exact plan of whole units, where the task has a layer to keep whole, few enough sets, and there is one."""
    if not task.whole:
        return None
    try:
        return design(task, k, explain=False).plan if k <= len(task.units.labels) else None
    except GeographyError:
        return None


def keeps(task: Task, plan: Plan) -> bool:
    """Whether a plan keeps the rules on what lies apart, together and in each area."""
    rules = task.rules
    for group in rules.apart:
        areas = [set(plan.of[task.blocks_of(code)].tolist()) for code in group]
        if any(a & b for n, a in enumerate(areas) for b in areas[:n]):
            return False
    for group in rules.together:
        if len({int(a) for code in group for a in plan.of[task.blocks_of(code)]}) > 1:
            return False
    return all(len(np.unique(plan.of[at])) == plan.k for at in rules.anchors.values())


def _strayed(task: Task, plan: Plan) -> list[int]:
    """People by which each area is outside the band."""
    return [max(0, task.band.low - n, n - task.band.high) for n in plan.people.tolist()]


def _scale(task: Task, plan: Plan) -> float:
    """What a move costs, about: the plan's value over the number of blocks at its borders, times a few."""
    a, b, _ = task.graph.pairs()
    edge = len(np.unique(np.concatenate([a[plan.cut], b[plan.cut]])))
    return 4 * max(plan.value(), 1e-9) / max(edge, 1)


def _ground(task: Task, plan: Plan) -> tuple[Ground, int]:
    from totalplace.geography.design.kernel import Ground

    blocks, graph, everybody = task.blocks, task.graph, float(task.people)
    n, k = len(blocks), plan.k
    weights = dict(task.weights)
    wanted = sorted({name.partition(":")[2] for name, w in weights.items() if ":" in name and w})
    # Units that are to stay whole as far as they can move together, whatever is weighed.
    layers = [*wanted, *([task.whole] if task.whole and task.whole not in wanted else [])]
    most = max((len(blocks.layer(layer).labels) for layer in layers), default=1)
    label_people = np.zeros((len(layers), most))
    labels = np.full((len(layers), n), -1, dtype=np.int32)
    by_layer = np.zeros((len(layers), 5))
    for row, layer in enumerate(layers):
        division = blocks.layer(layer)
        labels[row] = division.of
        label_people[row, : len(division.labels)] = division.people(blocks.people)
        count = max(len(division.labels), 2)
        over = (everybody, everybody, count, everybody * math.log(max(k, 2)), everybody * math.log(count))
        by_layer[row] = [weights.get(f"{kind}:{layer}", 0.0) / by for kind, by in zip(KINDS, over, strict=True)]
    edges, metres = max(graph.edges, 1), max(float(graph.border.sum()) / 2, 1e-9)
    need, spread = _need(task)
    plain = np.array(
        [
            weights.get("borders", 0.0) / edges,
            weights.get("metres", 0.0) / metres,
            weights.get("compact", 0.0) / k,
            weights.get("balance", 0.0) / everybody,
            weights.get("need", 0.0) / spread,
            weights.get("moved", 0.0) / everybody,
            10.0 * sum(weights.values()) * k / everybody,
        ]
    )
    area, outline = task.outline
    locked, glue, glued, foe_starts, foes, anchors = _rules(task)
    ground = Ground(
        graph.starts, graph.ends, graph.border, blocks.people, area, outline, need, _home(task, plan), locked, glue,
        glued, foe_starts, foes, anchors, labels, len(wanted), label_people, by_layer, plain,
        np.array([task.band.low, task.band.high]), everybody / k,
    )  # fmt: skip
    return ground, min(most + 1, SLOTS)


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
    for number, group in enumerate(rules.together):
        for code in group:
            glue[task.blocks_of(code)] = number
    glued = np.bincount(glue[glue >= 0], minlength=max(len(rules.together), 1))
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


def _state(task: Task, ground: Ground, plan: Plan, seed: int, slots: int) -> State:
    from totalplace.geography.design.kernel import State

    n, k = len(plan.of), plan.k
    of = plan.of.astype(np.int32)
    sums = plan.sums
    a, _, border = task.graph.pairs()
    outline = sums.total(ground.outline)
    inside = ~plan.cut
    outline -= 2 * np.bincount(of[a[inside]], border[inside], k)
    layers = ground.weighed
    label = np.full((layers, k, slots), -1, dtype=np.int32)
    count = np.zeros((layers, k, slots), dtype=np.int64)
    used = np.zeros((layers, k), dtype=np.int32)
    for layer in range(layers):
        _fill(of, ground.labels[layer], task.blocks.people, label[layer], count[layer], used[layer])
    moved = (ground.home >= 0) & (ground.home != of)
    spent = ground.plain[0] * plan.borders + ground.plain[1] * float(border[plan.cut].sum())
    spent += ground.plain[5] * float(task.blocks.people[moved].sum())
    held = np.array([np.bincount(of, row, k) for row in ground.anchors], dtype=np.int64).reshape(-1, k)
    return State(
        of.copy(), plan.people.copy(), np.bincount(of, minlength=k), sums.total(ground.area), outline,
        sums.total(ground.need), held, label, count, used, np.zeros(k), np.array([spent]),
        np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(2 * n + 2, dtype=np.int64),
        np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.array([seed], dtype=np.uint64),
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
