"""Alternatives: plans of which none is better in every measure, and from a plan of today the one that moves fewest."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.design.exact import counts, designs
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import EFFORT, improve, keeps, search, whole_plan
from totalplace.geography.design.start import division_plan
from totalplace.geography.design.task import Task

SMALL = 1e-9


@dataclass(frozen=True, eq=False)
class Alternative:
    """One plan of a frontier, the weights that led to it, and its measures in the frontier's order."""

    plan: Plan
    weights: Mapping[str, float]
    measures: tuple[float, ...]
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Frontier:
    """Plans of k areas of which none beats another in every measure, the first measure's best first."""

    names: tuple[str, ...]
    plans: tuple[Alternative, ...]
    seed: int

    def beats(self, measures: Sequence[float]) -> bool:
        """Whether some plan is as good in every measure and better in one."""
        return any(dominates(each.measures, measures) for each in self.plans)


def dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether the first is nowhere worse and somewhere better."""
    pairs = list(zip(one, other, strict=True))
    return all(a <= b + SMALL for a, b in pairs) and any(a < b - SMALL for a, b in pairs)


def mixes(count: int, parts: int) -> list[tuple[float, ...]]:
    """Every way to share a weight of 1 out in so many parts over the measures, each alone first."""
    every = [m for m in itertools.product(range(parts + 1), repeat=count) if sum(m) == parts]
    return [tuple(n / parts for n in m) for m in sorted(every, key=lambda m: (-max(m), m[::-1]))]


def frontier(
    task: Task, k: int, *, seed: int = 1, effort: float = EFFORT / 2, parts: int = 4, starts: int = 1
) -> Frontier:
    """Alternatives between the measures that the task weighs (two to five), each measure first alone, then mixed.

    Measures are brought to one scale by the best and worst that the plans of single measures have. With a layer to
    keep whole, its exact plans are among the alternatives. Raises as `search` does.
    """
    names = tuple(name for name, weight in task.weights.items() if weight)
    if not 2 <= len(names) <= 5:
        raise UsageError(f"alternatives weigh two to five measures; {len(names)} given: {', '.join(names)}")
    kept: list[Alternative] = []

    def measured(plan: Plan) -> tuple[float, ...]:
        return tuple(plan.measure(name) for name in names)

    def look(weights: Mapping[str, float]) -> None:
        asked = replace(task, weights=weights)
        whole = whole_plan(asked, k)
        if whole is not None:
            kept.append(Alternative(Plan(task, whole.of), weights, measured(whole), whole=True))
        best = sorted(kept, key=lambda each: _value(weights, names, each.measures))
        begin = [Plan(asked, each.plan.of) for each in best[:2]]
        plan = search(asked, k, seed=seed + len(kept), effort=effort, starts=starts, begin=begin).plan
        kept.append(Alternative(Plan(task, plan.of), weights, measured(plan)))

    small = 0.01
    for name in names:
        look({other: 1.0 if other == name else small for other in names})
    ends = np.array([each.measures for each in kept])
    width = np.maximum(ends.max(axis=0) - ends.min(axis=0), 1e-6)
    for mix in mixes(len(names), parts):
        if max(mix) < 1:
            look({name: max(share, small) / float(w) for name, share, w in zip(names, mix, width, strict=True)})
    sound = [each for each in kept if each.plan.sound or task.rules.fixed] or kept
    return Frontier(names, tuple(undominated(sound)), seed)


def _value(weights: Mapping[str, float], names: Sequence[str], measures: Sequence[float]) -> float:
    return sum(weights[name] * measure for name, measure in zip(names, measures, strict=True))


def undominated(plans: Iterable[Alternative]) -> list[Alternative]:
    """Those that no other beats in every measure, one of each kind, the first measure's best first."""
    listed = list(plans)
    kept: list[Alternative] = []
    for n, each in enumerate(listed):
        rounded = tuple(round(m, 9) for m in each.measures)
        beaten = any(dominates(other.measures, each.measures) for other in listed)
        if not beaten and all(tuple(round(m, 9) for m in other.measures) != rounded for other in listed[:n]):
            kept.append(each)
    return sorted(kept, key=lambda each: each.measures)


@dataclass(frozen=True, eq=False)
class Mended:
    """From today's plan the fewest people moved into the band: `least` is what no plan can be below, in people.

    `proven` where the plan is of whole units and exact; `today` is the plan as it is, with its breaches.
    """

    today: Plan
    plan: Plan
    moved: int
    least: int
    proven: bool


def mend(task: Task, ks: Iterable[int] | None = None, *, seed: int = 1, effort: float = EFFORT) -> Mended:
    """The plan in the band that moves fewest people from the layer of today, borders only to tell equals apart.

    With a layer to keep whole: exact, over every number of areas that the band allows (or `ks`). Else a search with as
    many areas as today. UsageError where the task names no layer of today, GeographyError where no plan is found.
    """
    if not task.today:
        raise UsageError("to mend a plan, name the layer that holds it: today")
    asked = replace(task, weights={"moved": 1.0, "borders": 1e-4})
    today = division_plan(asked, task.blocks.layer(task.today))
    least = must_move(today)
    if task.whole:
        found = [each for each in designs(asked, ks, explain=False) if each.plan is not None]
        if not found:
            raise GeographyError(f"no plan of whole {task.whole} lies in {task.band} people, whatever is moved")
        best = min(found, key=lambda each: each.value)
        assert best.plan is not None
        return Mended(today, best.plan, int(best.plan.moved().sum()), least, best.status == "optimal")
    wanted = list(ks) if ks is not None else [today.k]
    plans = [improve(asked, today, seed=seed, effort=effort, heat=heat) for heat in (0.1, 1.0)]
    plans += [search(asked, k, seed=seed, effort=effort).plan for k in wanted]
    sound = [plan for plan in plans if plan.sound and keeps(task, plan) and plan.k in wanted]
    if not sound:
        raise GeographyError(
            f"no plan of {' or '.join(map(str, wanted))} areas in {task.band} people was found near today's; "
            f"the band allows {_allowed(task)}"
        )
    plan = min(sound, key=lambda each: each.value())
    return Mended(today, plan, int(plan.moved().sum()), least, plan.moved().sum() == least)


def _allowed(task: Task) -> str:
    found = counts(task)
    return f"{found[0]} to {found[-1]} areas" if found else "no number of areas"


def must_move(today: Plan) -> int:
    """People who change area in any plan in the band with areas as many as today's: all over it, or all short of it."""
    band, people = today.task.band, today.people
    if today.k not in band.counts(today.task.people):
        return 0
    over, short = np.maximum(people - band.high, 0).sum(), np.maximum(band.low - people, 0).sum()
    return max(int(over), int(short))
