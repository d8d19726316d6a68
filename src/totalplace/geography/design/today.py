"""Today's areas, or a proposal, beside alternatives: measured as they are, whether or not they keep to the band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Labels
from totalplace.geography.design.loading import Pieces
from totalplace.geography.design.offers import Offer, Offers
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.start import division_plan
from totalplace.geography.design.task import Task
from totalplace.geography.design.why import some
from totalplace.geography.design.words import explained
from totalplace.table import Table

SURE = "as it is"
"""How a plan of today came about, in the table."""
SAID = 6
"""So many names at most are said not to lie as they are to; ours."""


@dataclass(frozen=True)
class Beside:
    """Today's areas as one more plan, None where they cannot be measured; what is to be said of them, in sentences."""

    offer: Offer | None
    words: tuple[str, ...]

    @property
    def in_band(self) -> int:
        """How many of the areas lie in the band."""
        plan = self.offer and self.offer.plan
        return sum(map(plan.task.band.holds, plan.people.tolist())) if plan else 0


def today_beside(found: Offers, pieces: Pieces) -> Beside | None:
    """Today's areas with the measures of the alternatives, against the band as it was wished for; None without any."""
    layer = found.wish.today
    if not layer:
        return None
    task = replace(found.task, band=found.wish.band)
    division = task.blocks.layer(layer)
    try:
        plan = division_plan(task, division)
    except GeographyError:
        without = int(task.blocks.people[division.of < 0].sum())
        said = f"{without:,} people have no area of {task.title(layer)}: they are not measured beside the others."
        return Beside(None, (said,))
    names = pieces.names.get(layer, {})
    labels = [division.labels[int(division.of[group[0]])] for group in plan.groups]
    called = tuple(names.get(label) or label for label in labels)
    return Beside(Offer("Today", plan, called, SURE), (*explained(plan, called), *_broken(found, plan.of)))


def _broken(found: Offers, of: Labels) -> list[str]:
    """What of the wish besides the band today's areas do not keep to."""
    task = found.task
    said = []
    for kind, at in task.rules.anchors.items():
        held = {int(of[n]) for n in at.tolist()}
        if lacking := len({int(area) for area in of} - held):
            said.append(f"{lacking:,} {'holds' if lacking == 1 else 'hold'} none of {task.sites.get(kind) or kind}.")
    return said + _unheeded(task, of)


def _unheeded(task: Task, of: Labels) -> list[str]:
    """Which of the names that are to lie together, apart or as they are do not."""
    areas = {
        code: set(of[task.blocks_of(code)].tolist())
        for groups in (task.rules.together, task.rules.apart, task.rules.fixed)
        for group in groups
        for code in group
    }
    said = [f"{some(task, group)} do not lie together." for group in task.rules.together if _areas(areas, group) > 1]
    for group in task.rules.apart:
        met = [(a, b) for a, b in combinations(group, 2) if areas[a] & areas[b]]
        said += [f"{task.named(a)} and {task.named(b)} do not lie apart." for a, b in met]
    if (changed := len(task.rules.fixed) - len(Plan(task, of).fixed)) > 0:
        said.append(f"Of what is to stay as it is {changed:,} {'is' if changed == 1 else 'are'} no area today.")
    return said[:SAID]


def _areas(areas: Mapping[str, set[int]], group: Sequence[str]) -> int:
    return len(set[int]().union(*(areas[code] for code in group)))


def table_beside(found: Offers, beside: Beside | None) -> Table:
    """The alternatives as a table, today's areas first where they are measured; no room is told where one is out."""
    table = found.table()
    if beside is None or beside.offer is None:
        return table
    at = table.at("margin")
    row = found.row(beside.offer)
    row = (*row[:at], None, *row[at + 1 :]) if beside.offer.plan.margin < 0 else row
    return replace(table, rows=[row, *table.rows])
