"""A plan scored in words: where it breaks the band, what would mend it, what is the best there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.design.exact import Design, counts, design, designs
from totalplace.geography.design.frontier import mend
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import keeps
from totalplace.geography.design.tables import area_names
from totalplace.geography.design.why import listed_counts, nearest_bands, some
from totalplace.terms import first_up

SAID = 6
"""So many names at most are said not to lie as they are to; ours."""


def explained(plan: Plan, called: Sequence[str] = ()) -> list[str]:
    """What is to be said of a plan as it is: band, pieces, wards, margin."""
    names = called or area_names(plan)
    band = plan.task.band
    out = [n for n in range(plan.k) if not band.holds(int(plan.people[n]))]
    inside = plan.k - len(out)
    have = "has" if inside == 1 else "have"
    said = [f"{inside} of {plan.k} areas {have} {band} people; they have {_mean(plan)} on average."]
    said += [f"{names[n]} has {plan.people[n]:,} people: {plan.task.band.stands(int(plan.people[n]))}." for n in out]
    said += [f"{names[n]} is in {parts} pieces that do not touch." for n, parts in enumerate(plan.parts) if parts > 1]
    if plan.task.whole:
        split, title = plan.split(plan.task.whole), plan.task.title(plan.task.whole)
        every, are = len(plan.task.units.labels), "is" if split == 1 else "are"
        said.append(f"Of {every} areas of {title}, {split or 'none'} {are} divided.")
    if not out:
        said.append(f"It stays in the band while everybody's numbers grow or shrink by less than {plan.margin:.1%}.")
    return said + _unheeded(plan)


def _unheeded(plan: Plan) -> list[str]:
    """What of the rules a plan does not keep to: sites in each area, names together, apart or as they are."""
    task, areas = plan.task, plan.of
    said = []
    for kind, at in task.rules.anchors.items():
        if lacking := plan.k - len(np.unique(areas[at])):
            said.append(f"{lacking:,} {'holds' if lacking == 1 else 'hold'} none of {task.sites.get(kind) or kind}.")
    lie = {
        code: set(areas[task.blocks_of(code)].tolist()) for g in (*task.rules.together, *task.rules.apart) for code in g
    }
    told = [
        f"{some(task, group)} do not lie together."
        for group in task.rules.together
        if len(set[int]().union(*(lie[code] for code in group))) > 1
    ]
    for group in task.rules.apart:
        met = [(a, b) for a, b in combinations(group, 2) if lie[a] & lie[b]]
        told += [f"{task.named(a)} and {task.named(b)} do not lie apart." for a, b in met]
    if changed := len(task.rules.fixed) - len(plan.fixed):
        told.append(f"Of what is to stay as it is {changed:,} {'is' if changed == 1 else 'are'} no area.")
    return said + told[:SAID]


def _mean(plan: Plan) -> str:
    return f"{plan.task.people / plan.k:,.0f}"


def advised(plan: Plan) -> list[str]:
    """What else there is: the best plan of as many areas, other numbers of areas, and the fewest to move to mend it."""
    task = plan.task
    possible = counts(task)
    if not possible:
        return []
    if not task.whole:
        return _mending(plan)
    found = designs(replace(task, today=""), explain=False) if "moved" not in task.weights else designs(task)
    fits = [each for each in found if each.plan is not None]
    late = [each.k for each in found if each.status == "not found"]
    said = [f"The band allows {listed_counts(possible)} areas; with {task.title(task.whole)} whole: {_ks(fits, late)}."]
    if plan.k not in [each.k for each in fits]:
        said.append(_sentence(design(task, plan.k).why))
    else:
        best = next(each for each in fits if each.k == plan.k)
        assert best.plan is not None
        sure = "proven" if best.status == "optimal" else f"where none can be below {best.bound:.4f}"
        said.append(
            f"The best plan of {plan.k} areas has a value of {best.value:.4f}, {sure}, and this {plan.value():.4f}; "
            f"it cuts {best.plan.borders} borders and this {plan.borders}."
        )
    return said + (_mending(plan) if fits else [])


def _ks(fits: Sequence[Design], open_too: Sequence[int]) -> str:
    numbers = ", ".join(str(each.k) for each in fits)
    if open_too:
        late = ", ".join(map(str, open_too))
        return (
            f"{numbers} fit; for {late} there was no time" if fits else f"none was found; for {late} there was no time"
        )
    return f"{numbers} fit, the others are proven not to" if fits else "none fits, proven"


def _sentence(text: str) -> str:
    return f"{first_up(text)}."


def _mending(plan: Plan) -> list[str]:
    """How many people would move, where the plan is not sound or does not keep to the rules."""
    task = plan.task
    kept = keeps(task, plan)
    if plan.sound and kept:
        return []
    dated = replace(task, blocks=task.blocks.with_layer(plan.division("as it is"), "as it is"), today="as it is")
    try:
        found = mend(dated)
    except (GeographyError, UsageError) as error:
        return [_sentence(str(error))]
    sure = "proven" if found.proven else f"by search; at least {found.least:,} must"
    share = f"{found.moved:,} ({found.moved / task.people:.1%})"
    what = "into the band" if kept else "into the band and to what is asked"
    return [f"The fewest people who change area to bring it {what}: {share}, with {found.plan.k} areas; {sure}."]


def impossible(found: Design) -> list[str]:
    """Why there is no plan, and the nearest bands in which there is one."""
    said = [_sentence(found.why)]
    mean = found.task.people / found.k
    if found.task.band.low * 0.7 <= mean <= found.task.band.high * 1.3:
        try:
            bands = nearest_bands(found.task, found.k)
        except GeographyError:
            return said
        if bands:
            said.append(f"{found.k} areas fit in a band of {' or of '.join(map(str, bands))}.")
    return said
