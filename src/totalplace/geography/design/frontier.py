"""Alternatives: plans of which none is better in every measure, and from a plan of today the one that moves fewest."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.blocks import Labels
from totalplace.geography.design.exact import counts, designs
from totalplace.geography.design.measures import Floats
from totalplace.geography.design.merging import bred, searches
from totalplace.geography.design.met import Met
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import EFFORT, improve, keeps, kept_tree, search
from totalplace.geography.design.start import division_plan
from totalplace.geography.design.task import Task
from totalplace.geography.design.watch import Watch
from totalplace.geography.design.why import listed_counts

MOST = 24
"""So many alternatives are shown; ours."""

USUAL = 250
"""Steps a block of each search for one measure alone; ours, as all that follows."""

STARTS = 8
"""Each measure alone is searched for from so many trees."""

PARTS, FINE, SMALLEST = 4, 6, 0.02
"""Mixes share a weight out in so many parts, of up to three measures in more; none has less than this."""

HOT_SHARE, HOT = 0.4, 1.0
COOL_SHARE, COOL = 0.2, 0.2
"""Share of the effort and heat of the two searches for each mix."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """One plan of a frontier, the weights that led to it, and its measures in the frontier's order."""

    plan: Plan
    weights: Mapping[str, float]
    measures: tuple[float, ...]
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Frontier:
    """Plans of k areas of which none beats another in every measure, the first measure's best first.

    `plans` are some that lie far apart; `measures` and `of` (the area of each block) have a row for every one found.
    """

    names: tuple[str, ...]
    plans: tuple[Alternative, ...]
    seed: int
    measures: Floats
    of: Labels

    def beats(self, measures: Sequence[float]) -> bool:
        """Whether some plan found is as good in every measure and better in one."""
        return any(dominates(each, measures) for each in self.measures.tolist())


def dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether the first is nowhere worse and somewhere better."""
    pairs = list(zip(one, other, strict=True))
    return all(a <= b + 1e-9 for a, b in pairs) and any(a < b - 1e-9 for a, b in pairs)


def mixes(count: int, parts: int = 0) -> list[tuple[float, ...]]:
    """Every way to share a weight of 1 out in so many parts over two of the measures, and the even mix of all.

    Over three where there are no more than three. Sixths if not given, quarters where there are more than three.
    """
    parts, over = parts or (PARTS if count > 3 else FINE), 2 if count > 3 else 3
    shares = (mix for mix in itertools.product(range(parts + 1), repeat=count) if sum(mix) == parts)
    found = [tuple(n / parts for n in mix) for mix in shares if 1 < count - mix.count(0) <= over]
    even = (1 / count,) * count
    return found if even in found else [*found, even]


def frontier(
    task: Task,
    k: int,
    *,
    seed: int = 1,
    effort: float = USUAL,
    parts: int = 0,
    most: int = MOST,
    watch: Watch | None = None,
) -> Frontier:
    """Alternatives between the measures that the task weighs (two to five); all plans that searches meet take part.

    So does every plan of whole units, where the task keeps a layer whole and they are few enough to list. Searched for
    are each measure alone, in families from trees; then mixes of measures brought to one scale, hot from the best plan
    met; then all of them again, hardly warm. At the end the plans met that are best by each of these weights are cut up
    and mixed in all ways. `effort` is steps a block of each search for a measure alone. At most `most` plans come back,
    the best of each measure and others far apart. Raises as `search` does.
    """
    names = tuple(name for name, weight in task.weights.items() if weight)
    if not 2 <= len(names) <= 5:
        raise UsageError(f"alternatives weigh two to five measures; {len(names)} given: {', '.join(names)}")
    met = Met(task, names)
    met.whole(k)
    singles = met.singles()
    wanted = [weights for name, weights in zip(names, singles, strict=True) if not met.nought(name)]
    mixed = mixes(len(names), parts)
    seeds, total = itertools.count(seed * 1_031), len(wanted) * searches(STARTS) + 2 * len(mixed) + len(singles)

    def look(weights: Mapping[str, float], share: float, begin: Plan, heat: float) -> Plan:
        own = next(seeds)
        if watch:
            watch.tell(own - seed * 1_031, total)
            if watch.stopped and met.by:
                return begin
        return met.look(weights, begin, own, effort * share, heat, watch)

    firsts = _firsts(met, k, seed)
    for weights in wanted:
        bred(replace(task, weights=weights), firsts, partial(look, weights, 1.0))
    weightings = [
        {name: max(share, SMALLEST) / float(w) for name, share, w in zip(names, mix, met.width(), strict=True)}
        for mix in mixed
    ]
    for weights in weightings:
        look(weights, HOT_SHARE, met.best(weights), HOT)
    for weights in [*weightings, *singles]:
        look(weights, COOL_SHARE, met.best(weights), COOL)
    for weights in [*weightings, *singles] if not (watch and watch.stopped) else []:
        met.mix(weights, k)
    return chosen(met, seed, most)


def _firsts(met: Met, k: int, seed: int) -> list[Plan]:
    """Trees that keep the rules; where none does the plans of whole units that are best for each measure."""
    try:
        return [kept_tree(met.task, k, seed * 101 + n) for n in range(STARTS)]
    except GeographyError:
        if not met.by:
            raise
        return [met.best(weights) for weights in met.singles()]


def chosen(met: Met, seed: int, most: int) -> Frontier:
    """The plans met that no other beats, and of these some that lie far apart."""
    from totalplace.geography.design.sieve import spread, unbeaten

    found = met.taken(unbeaten(met.measures))
    rows = spread(found.measures, most)
    rows = rows[np.lexsort(found.measures[rows].T[::-1])]
    plans = [
        Alternative(
            Plan(met.task, found.of[row]),
            found.weightings[found.by[row]] if found.by[row] >= 0 else {},
            tuple(found.measures[row].tolist()),
            whole=found.by[row] < 0,
        )
        for row in rows.tolist()
    ]
    return Frontier(met.names, tuple(plans), seed, found.measures, found.of)


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


def mend(
    task: Task,
    ks: Iterable[int] | None = None,
    *,
    seed: int = 1,
    effort: float = EFFORT,
    watch: Watch | None = None,
) -> Mended:
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
            raise GeographyError(
                f"no plan with {task.title(task.whole)} whole lies in {task.band} people, whatever is moved"
            )
        best = min(found, key=lambda each: each.value)
        assert best.plan is not None
        return Mended(today, best.plan, int(best.plan.moved().sum()), least, best.status == "optimal")
    wanted = list(ks) if ks is not None else [today.k]
    plans = [improve(asked, today, seed=seed, effort=effort, heat=heat, watch=watch) for heat in (0.1, 1.0)]
    plans += [search(asked, k, seed=seed, effort=effort, watch=watch).plan for k in wanted]
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
    return f"{listed_counts(found)} areas" if found else "no number of areas"


def must_move(today: Plan) -> int:
    """People who change area in any plan in the band with areas as many as today's: all over it, or all short of it."""
    band, people = today.task.band, today.people
    if today.k not in band.counts(today.task.people):
        return 0
    over, short = np.maximum(people - band.high, 0).sum(), np.maximum(band.low - people, 0).sum()
    return max(int(over), int(short))
