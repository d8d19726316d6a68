"""How alternatives come about: the best plan for each number of areas, plans between measures, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.design.asked import RESULTS, answer
from totalplace.geography.design.exact import Design, Sets, design, fitting, glued, sets_of
from totalplace.geography.design.frontier import MOST, PARTS, dominates, frontier, mixes
from totalplace.geography.design.loading import Pieces
from totalplace.geography.design.measures import Floats
from totalplace.geography.design.offers import Offer, Offers, figures_of
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.tables import area_names
from totalplace.geography.design.task import Task
from totalplace.geography.design.watch import Watch
from totalplace.geography.design.why import never
from totalplace.geography.design.wish import Wish
from totalplace.geography.design.words import impossible
from totalplace.terms import first_up

Say = Callable[[str, int, int], None]
"""Where work says what it does, how far it is and of how much; it may raise, and the work ends."""
MEASURES = 5
"""So many measures can be weighed against each other."""
LEAST = 0.01
"""What a measure that is not looked at counts for: it tells equals apart. Ours."""


def offers(
    pieces: Pieces, wish: Wish, titles: Mapping[str, str], say: Say = lambda *_: None, need: Floats | None = None
) -> Offers:
    """The plans that a wish comes to: `titles` are what layers are called, `need` a figure of need of each block.

    Of one number of areas and two measures or more: alternatives of which none beats another. Else the best plan for
    each number of areas. Raises UsageError for a wish that cannot be asked.
    """
    task = wish.task(pieces, need)
    weighed = [name for name, weight in task.weights.items() if weight]
    if len(weighed) > MEASURES:
        raise UsageError(f"at most {MEASURES} measures can be weighed against each other; {len(weighed)} are given")
    figures = figures_of(task, titles)
    if words := _never(task, wish):
        return Offers(wish, task, (), words, figures, False)
    say("looking for the best plan", 0, 1)
    found = answer(
        task,
        wish.areas,
        inside=wish.inside,
        divide=wish.divide,
        seed=wish.seed,
        watch=Watch(_parts(say, pieces.names.get(wish.inside, {}))),
    )
    plans = _best(found.designs, task) if not wish.inside else _whole(found.whole(), task)
    why = _why(found.designs, plans, pieces.names.get(wish.inside, {}))
    between = len(wish.areas) == 1 and len(weighed) > 1 and not wish.inside and bool(plans)
    if between:
        plans = _between(task, wish, plans, say)
    shown = [(replace(plan.task, band=wish.band), plan, sure) for plan, sure in plans[:MOST]]
    made = [Plan(asked, plan.of) for asked, plan, _ in shown]
    listed = [
        Offer(_letter(n), plan, tuple(area_names(plan, pieces.names)), shown[n][2]) for n, plan in enumerate(made)
    ]
    return Offers(wish, task, tuple(listed), tuple(why), figures, between and len(listed) > 1)


def _never(task: Task, wish: Wish) -> tuple[str, ...]:
    """Why the band allows no number of areas at all, part by part; nothing where it does, or one is given."""
    if wish.areas:
        return ()
    parts = task.parts(wish.inside) if wish.inside else [("", task)]
    return tuple(f"{name + ': ' if name else ''}{never(part)}" for name, part in parts if not fitting(part))


def _parts(say: Say, names: Mapping[str, str]) -> Say:
    return lambda part, done, total: say(names.get(part, part), done, total or 1)


def _best(designs: Sequence[tuple[str, Design]], task: Task) -> list[tuple[Plan, str]]:
    """A plan for each number of areas, with how sure it is."""
    return [(Plan(task, each.plan.of), _sure(each)) for _, each in designs if each.plan is not None]


def _sure(found: Design) -> str:
    return "the best for what is weighed, proven" if found.status == "optimal" else RESULTS[found.status]


def _whole(plan: Plan | None, task: Task) -> list[tuple[Plan, str]]:
    return [(Plan(task, plan.of), "the best of each part together")] if plan is not None else []


def _why(designs: Sequence[tuple[str, Design]], plans: Sequence[object], names: Mapping[str, str]) -> list[str]:
    """Why there is no plan: of each part and number of areas, the nearest bands too where nothing at all was found."""
    said: list[str] = []
    for part, each in designs:
        if each.plan is not None:
            continue
        words = [f"{first_up(each.why)}."] if plans or each.status != "impossible" else impossible(each)
        said += [f"{names.get(part, part)}: {sentence}" if part else sentence for sentence in words]
    return said


def _between(task: Task, wish: Wish, best: list[tuple[Plan, str]], say: Say) -> list[tuple[Plan, str]]:
    """Plans between the measures that are weighed, of which none beats another."""
    k = wish.areas[0]
    if task.whole and not wish.divide:
        try:
            found = _exact(task, k, say)
        except GeographyError as error:  # too many sets to list
            if "too many" not in str(error):
                raise
            found = _searched(glued(task), k, wish.seed, say)
    else:
        found = _searched(task, k, wish.seed, say)
    return _unbeaten([*best, *((Plan(task, plan.of), sure) for plan, sure in found)])


def _exact(task: Task, k: int, say: Say) -> list[tuple[Plan, str]]:
    """The best plan of whole units for each mix of the measures, proven."""
    names = [name for name, weight in task.weights.items() if weight]
    sets = sets_of(task)
    found: list[Plan] = []

    def best(weights: Mapping[str, float]) -> None:
        asked = replace(task, weights=weights)
        made = design(asked, k, sets=Sets(asked, sets.masks, sets.fixed), explain=False)
        if made.plan is not None:
            found.append(made.plan)

    blends = [mix for mix in mixes(len(names), PARTS) if max(mix) < 1]
    for n, name in enumerate(names):
        say("each measure alone", n, len(names) + len(blends))
        best({other: 1.0 if other == name else LEAST for other in names})
    if not found:
        return []
    ends = np.array([[plan.measure(name) for name in names] for plan in found])
    width = np.maximum(ends.max(axis=0) - ends.min(axis=0), 1e-6).tolist()
    for n, mix in enumerate(blends):
        say("measures against each other", len(names) + n, len(names) + len(blends))
        best({name: max(share, LEAST) / wide for name, share, wide in zip(names, mix, width, strict=True)})
    return [(plan, "the best for another mix of weights, proven") for plan in found]


def _searched(task: Task, k: int, seed: int, say: Say) -> list[tuple[Plan, str]]:
    found = frontier(task, k, seed=seed, watch=Watch(say, what="measures against each other"))
    return [(each.plan, "of whole units, searched" if each.whole else "searched") for each in found.plans]


def _unbeaten(plans: Sequence[tuple[Plan, str]]) -> list[tuple[Plan, str]]:
    """Those that no other beats in every measure, each once."""
    names = [name for name, weight in plans[0][0].task.weights.items() if weight]
    once = {each[0].of.tobytes(): each for each in reversed(plans)}
    listed = [(tuple(plan.measure(name) for name in names), plan, sure) for plan, sure in reversed(once.values())]
    kept = [each for each in listed if not any(dominates(other[0], each[0]) for other in listed)]
    alike = {tuple(round(value, 9) for value in each[0]): each for each in reversed(kept)}
    return [(plan, sure) for _, plan, sure in sorted(alike.values(), key=lambda each: each[0])]


def _letter(n: int) -> str:
    return chr(ord("A") + n)
