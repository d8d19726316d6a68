"""A layer or a proposal seen as neighbourhoods: where each area stands in the band, what it holds, whom it follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import UsageError, did_you_mean
from totalplace.geography.aligning.placed import titles_of
from totalplace.geography.blocks import Division
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.start import division_plan
from totalplace.geography.design.tables import areas_table, held_table
from totalplace.geography.design.task import Band, Task
from totalplace.geography.design.words import explained
from totalplace.geography.facilities.holding import first_of_each
from totalplace.table import Column, Table

if TYPE_CHECKING:
    from totalplace.geography.answers import Geography
    from totalplace.geography.assembling import Whole
    from totalplace.geography.declared import Proposal
    from totalplace.geography.points import Points

BESIDE = 3
"""So many layers at most have their shares in the table on a screen, and kinds of site counts; its files have all."""


@dataclass(frozen=True, eq=False)
class Neighbourhoods:
    """The areas of one layer of a place. `division` is of all blocks, `plan` of those that are in an area.

    `called` names the areas in the order of the plan and `at` is the label that each has in the division; `against` are
    the layers that it is held against, by id, with what people call them.
    """

    id: str
    title: str
    division: Division
    plan: Plan
    called: tuple[str, ...]
    at: tuple[int, ...]
    against: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    sites: Mapping[str, Points]
    everybody: int
    proposal: Proposal | None = None

    @property
    def band(self) -> Band:
        """The people that an area is to have."""
        return self.plan.task.band

    @cached_property
    def inside(self) -> int:
        """How many areas lie in the band."""
        return sum(map(self.band.holds, self.plan.people.tolist()))

    @cached_property
    def room(self) -> NDArray[np.float64]:
        """By how much the people of each area may grow or shrink before it leaves the band; below 0 where it has."""
        people, band = np.maximum(self.plan.people, 1), self.band
        return np.minimum(1 - band.low / people, band.high / people - 1)

    @cached_property
    def nowhere(self) -> int:
        """People of blocks that are in no area."""
        return self.everybody - self.plan.task.people

    @cached_property
    def words(self) -> list[str]:
        """How the areas stand: the headline first, then what is to be said of one area or another."""
        said = explained(self.plan, self.called)
        if self.nowhere:
            said.append(f"{self.nowhere:,} people live in small areas that are in none of these.")
        return said

    @property
    def headline(self) -> list[str]:
        """How many areas are in the band, and how close they are to leaving it or how far out."""
        plan, band = self.plan, self.band
        if self.inside == plan.k:
            return [self.words[0], _margin_words(plan)]
        people = plan.people
        out = np.maximum(people - band.high, band.low - people)
        worst = int(out.argmax())
        side = "over" if people[worst] > band.high else "short of"
        edge = band.high if people[worst] > band.high else band.low
        return [self.words[0], f"Furthest out: {self.called[worst]}, {int(out[worst]):,} people {side} {edge:,}."]

    def areas(self) -> Table:
        """A row an area: people, where it stands in the band, pieces, share of each layer, sites of each kind."""
        table = areas_table(self.plan, self.names, self.called, list(self.against))
        said = {"area": "On the map", "band": f"Band {self.band}"}
        columns = [replace(each, label=said.get(each.name, each.label)) for each in table.columns]
        columns[:2] = columns[1::-1]  # the name is what a row is of; its number stands on the map
        rows = [(row[1], row[0], *row[2:]) for row in table.rows]
        for id, points in self.sites.items():
            columns.append(Column(f"sites_{id}", points.name, "count"))
            count = self._count(points)
            rows = [(*row, count[n]) for n, row in enumerate(rows)]
        note = "Share: of the people of the neighbourhood whose area of that layer is the one named."
        return Table("neighbourhoods", self.title, tuple(columns), rows, f"{table.note} {note}")

    def brief(self) -> Table:
        """The same for a screen: without how round, the area of each of a few layers and its share in one cell."""
        table = self.areas()
        at = {each.name: n for n, each in enumerate(table.columns)}
        beside = list(self.against)[:BESIDE]
        kept = [each for each in ("name", "area", "people", "band", "pieces") if each in at]
        sites = [f"sites_{id}" for id in self.sites] if len(self.sites) <= BESIDE else []
        columns = [table.columns[at[each]] for each in kept]
        columns += [Column(f"main_{id}", f"Most are of: {self.against[id]}") for id in beside]
        columns += [table.columns[at[each]] for each in sites]
        rows = []
        for row in table.rows:
            most = [(row[at[f"main_{id}"]], row[at[f"share_{id}"]]) for id in beside]
            said = [f"{name}, {share:.0%}" if share is not None else "" for name, share in most]
            rows.append((*(row[at[each]] for each in kept), *said, *(row[at[each]] for each in sites)))
        return Table(table.name, table.title, tuple(columns), rows)

    def _count(self, points: Points) -> list[int]:
        there = points.block[first_of_each(points)]  # a site that its file repeats counts once, as in what areas hold
        of = self.division.of[there[there >= 0]]
        count = np.bincount(of[of >= 0], minlength=len(self.division.labels)).tolist()
        return [count[label] for label in self.at]

    def held(self) -> Table:
        """The areas against the lines of each layer."""
        return replace(held_table(self.plan, self.against), name="neighbourhoods-lines")

    def by_label(self, values: Sequence[object], otherwise: object = None) -> list[object]:
        """Figures of the areas, in the order of the division's labels."""
        found = [otherwise] * len(self.division.labels)
        for label, value in zip(self.at, values, strict=True):
            found[label] = value
        return found


def _margin_words(plan: Plan) -> str:
    return f"All stay in it while everybody's numbers grow or shrink by less than {plan.margin:.1%}."


def neighbourhoods_of(geography: Geography, layer: str = "", band: Band | None = None) -> Neighbourhoods:
    """A layer or proposal of a place as neighbourhoods; without a name the one to begin with.

    The band is the one given, else that of the proposal, else ours. Raises UsageError for a layer that is not there or
    has no area, GeographyError where there is no geography or nothing tells which small areas touch.
    """
    whole, declared = geography.whole, geography.declared
    geography.graph  # noqa: B018 - raises where there is none, and says what is missing
    wanted = layer or begin_with(geography)
    if wanted not in whole.blocks.layers:
        raise UsageError(f"'{wanted}' is no layer of this place{did_you_mean(wanted, list(whole.blocks.layers))}")
    proposal = declared.proposal(wanted)
    if band is None and proposal is not None and proposal.band:
        band = Band.said(proposal.band)
    settled = declared.settled(whole.blocks.layers)
    titles = titles_of(geography)
    against = tuple(id for id in settled if id != wanted)
    return _made(whole, wanted, tuple(titles.items()), band or Band(), against, proposal)


def begin_with(geography: Geography) -> str:
    """The layer that a page begins with: the newest proposal, else the layer with most of its areas in our band.

    Raises UsageError where the place has no layer over its blocks.
    """
    declared, blocks = geography.declared, geography.blocks
    if declared.proposals:
        return declared.proposals[-1].id
    if not blocks.layers:
        raise UsageError("there is no layer over the small areas yet: 'totalplace areas load FILE' adds one")

    def share(id: str) -> float:
        people = blocks.layers[id].people(blocks.people)
        return sum(map(Band().holds, people.tolist())) / max(len(people), 1)

    return max(blocks.layers, key=share)


@lru_cache(maxsize=32)
def _made(
    whole: Whole,
    id: str,
    titles: tuple[tuple[str, str], ...],
    band: Band,
    against: tuple[str, ...],
    proposal: Proposal | None,
) -> Neighbourhoods:
    assert whole.graph is not None  # asked for before
    division = whole.blocks.layers[id]
    placed = np.flatnonzero(division.of >= 0)
    task = Task(whole.blocks, whole.graph, band, titles=dict(titles))
    if not len(placed) or not whole.blocks.people[placed].sum():
        raise UsageError(f"nobody lives in an area of '{id}': there is nothing to show of it")
    task = task.take(placed) if len(placed) < len(whole.blocks) else task
    plan = division_plan(task, task.blocks.layer(id))
    first = [int(placed[group[0]]) for group in plan.groups]
    at = tuple(int(division.of[n]) for n in first)
    called = named(division, whole.names.get(id, {}))
    return Neighbourhoods(
        id,
        task.title(id),
        division,
        plan,
        tuple(called[n] for n in at),
        at,
        {each: task.title(each) for each in against},
        whole.names,
        whole.points,
        int(whole.blocks.people.sum()),
        proposal,
    )


def named(division: Division, names: Mapping[str, str]) -> list[str]:
    """What the areas of a division are called, by label: the code where none has said."""
    return [names.get(label) or label for label in division.labels]
