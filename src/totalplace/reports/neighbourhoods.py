"""A plan of neighbourhoods as it goes out on paper and as a workbook: what is told, the same in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from totalplace.geography.aligning.placed import OFFICIAL, titles_of
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.tables import areas_table, held_table, moved_table
from totalplace.geography.design.words import explained
from totalplace.table import Column, Table

if TYPE_CHECKING:
    from totalplace.geography.answers import Geography
    from totalplace.geography.declared import Proposal

SHOWN = 3
"""So many layers at most stand beside each area: more do not fit on paper."""


@dataclass(frozen=True, eq=False)
class Told:
    """A plan with all that is said of it.

    `called` names its areas. `against` are the layers that it is held against, by id; `over` is the one whose lines are
    drawn, or ''; `services` are those that somebody works by, all of them where it is None.
    `names` are those of the areas of layers, by code. `sources` and `notes` are sentences to be printed.
    """

    plan: Plan
    called: tuple[str, ...]
    title: str
    place: str = ""
    against: tuple[str, ...] = ()
    over: str = ""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    proposal: Proposal | None = None
    services: tuple[str, ...] | None = None

    @cached_property
    def words(self) -> list[str]:
        """How the plan stands, in sentences."""
        return explained(self.plan, self.called)

    @property
    def scope(self) -> str:
        """What the figures are of."""
        task = self.plan.task
        return f"{len(task.blocks):,} small areas with {task.people:,} people; band {task.band}"

    def areas(self) -> Table:
        """A row an area: people, where it stands in the band, pieces, how round."""
        return replace(areas_table(self.plan, self.names, self.called), title="Neighbourhoods")

    @property
    def beside(self) -> list[str]:
        """The layers whose areas stand beside each neighbourhood: the one that is drawn, today's, then services."""
        first = (self.over, self.plan.task.today, *(self.against if self.services is None else self.services))
        return [id for id in dict.fromkeys(first) if id in self.against][:SHOWN]

    def mains(self) -> Table:
        """For each area the area of up to three layers that most of its people have, and what share of them."""
        table = areas_table(self.plan, self.names, self.called, self.beside)
        at = [n for n, each in enumerate(table.columns) if each.name.partition("_")[0] in ("name", "main", "share")]
        columns = [replace(table.columns[n], label=self._short(table.columns[n])) for n in at]
        note = "Share: of the people of the neighbourhood who have any."
        rows = [tuple(row[n] for n in at) for row in table.rows]
        return Table("mains", "What most people there have", tuple(columns), rows, note)

    def _short(self, column: Column) -> str:
        """The heading of a column on paper, where few words fit: the layer, and beside it its share."""
        kind, _, layer = column.name.partition("_")
        return {"main": self.plan.task.title(layer), "share": "Share"}.get(kind, column.label)

    def held(self) -> Table:
        """The plan against each layer."""
        return held_table(self.plan, self.against)

    def moved(self) -> Table | None:
        """Who changes area, where there is a layer of today."""
        today = self.plan.task.today
        return moved_table(self.plan, self.called, self.names.get(today, {})) if today else None

    def summary(self) -> Table:
        """What the plan is and comes to, a line each."""
        plan, task = self.plan, self.plan.task
        inside = sum(map(task.band.holds, plan.people.tolist()))
        rows: list[tuple[str, object]] = [
            ("Neighbourhoods", f"{plan.k:,}"),
            ("People", f"{task.people:,}"),
            ("Made of", f"{len(task.blocks):,} small areas{f' ({task.blocks.kind})' if task.blocks.kind else ''}"),
            ("Band of people", str(task.band)),
            ("In the band", f"{inside} of {plan.k}"),
            ("Smallest and largest", f"{plan.people.min():,} and {plan.people.max():,} people"),
            ("Of one piece", f"{sum(n == 1 for n in plan.parts)} of {plan.k}"),
            ("Margin", f"{plan.margin:.1%}" if inside == plan.k else "none: one has left the band"),
            ("Borders cut", f"{plan.borders:,} of {task.graph.edges:,} pairs of neighbours"),
        ]
        if task.today:
            moved = int(plan.moved().sum())
            said = f"{moved:,} people ({moved / task.people:.1%})"
            rows.append((f"Change area against {task.title(task.today)}", said))
        if self.proposal:
            one = self.proposal
            known = (("Proposed by", one.by), ("On", one.made), ("Made from", one.came_from))
            rows += [(what, said) for what, said in known if said]
        return Table("summary", "Summary", (Column("what", "What"), Column("is", "Is")), rows)


def told_of_place(geography: Geography, id: str, plan: Plan, called: Sequence[str], place: str, over: str = "") -> Told:
    """A layer or proposal of a place, or any other plan, held against every settled layer that has two areas here."""
    declared, titles = geography.declared, titles_of(geography)
    proposal = declared.proposal(id)
    here = [name for name, layer in plan.task.blocks.layers.items() if name != id and len(layer.labels) > 1]
    against = declared.settled(here)
    files: dict[str, list[str]] = {}
    for each in (*declared.layers, *declared.lookups):
        if each.source:
            files.setdefault(each.source, []).append(each.called)
    sources = tuple(f"{', '.join(names)}: {source}" for source, names in files.items())
    title = titles.get(id, id)
    kinds = {each.id: each.kind for each in declared.files}
    services = tuple(each for each in against if kinds.get(each, "") not in OFFICIAL)
    over = over or plan.task.whole or plan.task.today or next(iter(services), "")
    names, notes = geography.whole.names, geography.notes()
    return Told(plan, tuple(called), title, place, against, over, names, sources, notes, proposal, services)
