"""A design as people ask for it: one borough after another, exact or searched, one plan of the whole at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.design.bounds import bound
from totalplace.geography.design.exact import SECONDS, Design, design, designs, fitting, glued
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.pricing import by_borders
from totalplace.geography.design.search import EFFORT, search
from totalplace.geography.design.task import Task
from totalplace.geography.design.watch import Watch
from totalplace.geography.design.why import by_rules, never
from totalplace.table import Column, Table

FEW, SMALL = 40, 100
"""So many blocks at most are designed with proof unasked where no layer is named that stays whole; the second where
borders alone are weighed."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A design for each part (such as each borough; one part '' where none is named) and number of areas, in order."""

    task: Task
    designs: tuple[tuple[str, Design], ...]

    @property
    def best(self) -> dict[str, Design]:
        """For each part the design of least value that lies in the band; parts without one are left out."""
        found: dict[str, Design] = {}
        for part, each in self.designs:
            if each.plan is not None and (part not in found or each.value < found[part].value - 1e-12):
                found[part] = each
        return found

    @property
    def missing(self) -> list[str]:
        """The parts that no plan was found for."""
        return [part for part in dict.fromkeys(part for part, _ in self.designs) if part not in self.best]

    def whole(self) -> Plan | None:
        """The best plans of all parts as one; None where a part has none."""
        if self.missing:
            return None
        of = np.full(len(self.task.blocks), -1, dtype=np.int64)
        begin = 0
        for each in self.best.values():
            assert each.plan is not None
            at = [self.task.blocks.number[code] for code in each.plan.task.blocks.ids]
            of[at] = each.plan.of + begin
            begin += each.plan.k
        return Plan(replace(self.task, weights=dict(self.task.weights)), of.astype(np.int32))

    def table(self, names: Mapping[str, str] | None = None) -> Table:
        """A row for each part and number of areas: what came of it; `names` are those of parts, by their codes."""
        parted = any(part for part, _ in self.designs)
        columns = (
            *([Column("part", "Part")] if parted else []),
            Column("areas", "Areas", "count"),
            Column("result", "Result"),
            Column("borders", "Borders cut", "count"),
            Column("value", "Value", "figure"),
            Column("gap", "Gap at most", "figure"),
            Column("smallest", "Smallest", "count"),
            Column("largest", "Largest", "count"),
            Column("margin", "Margin", "percent"),
        )
        rows = [(*([(names or {}).get(part, part)] if parted else []), *_row(each)) for part, each in self.designs]
        return Table("designs", "Designs by number of areas", columns, rows)


RESULTS = {
    "optimal": "best, proven",
    "impossible": "none, proven",
    "stopped": "stopped: within the gap",
    "searched": "searched",
    "not found": "none found",
}


def _row(each: Design) -> tuple[object, ...]:
    plan = each.plan
    if plan is None:
        return (each.k, RESULTS[each.status], None, None, None, None, None, None)
    numbers = (plan.borders, round(each.value, 6), round(each.gap, 6), int(plan.people.min()), int(plan.people.max()))
    return (each.k, RESULTS[each.status], *numbers, plan.margin)


def answer(
    task: Task,
    ks: Sequence[int] = (),
    *,
    inside: str = "",
    divide: bool = False,
    seed: int = 1,
    effort: float = EFFORT,
    seconds: float = SECONDS,
    watch: Watch | None = None,
) -> Answer:
    """The best plan for each number of areas (every one that the band allows if not given) of each part.

    `inside` is a layer that no area crosses. Units of `task.whole` stay whole, with proof, unless `divide`;
    `seconds` is the most that the proof of one number may take. Raises
    UsageError where the band allows no number of areas at all, or the numbers given make none.
    """
    parts = task.parts(inside) if inside else [("", task)]
    found: list[tuple[str, Design]] = []
    for name, part in parts:
        most = len(part.units.labels)
        wanted = [k for k in ks if k <= most] if ks else list(fitting(part))
        if (many := max(ks, default=0)) > most and not (inside and wanted):
            of = f" of {name}" if name else ""
            raise UsageError(f"{many:,} areas of {most:,} units{of}: give a number from 1 to {most:,}")
        if not wanted:
            raise UsageError(f"{name}: {never(part)}" if name else never(part))
        if watch:
            watch.what = name or (f"{len(wanted)} numbers of areas" if len(wanted) > 1 else f"{wanted[0]} areas")
            watch.tell(0, 0)
        found += [(name, each) for each in _each(part, wanted, divide, seed, effort, seconds, watch)]
    return Answer(task, tuple(found))


def _each(
    task: Task,
    ks: Sequence[int],
    divide: bool,
    seed: int,
    effort: float,
    seconds: float,
    watch: Watch | None,
) -> list[Design]:
    if not divide and (task.whole or len(task.blocks) <= (SMALL if by_borders(task) else FEW)):
        try:
            return designs(task, ks, seconds=seconds, watch=watch)
        except GeographyError as error:
            # Too many sets to list: units stay whole all the same, without proof.
            if "too many" not in str(error):
                raise
            found = [_searched(glued(task), k, seed, effort, watch) for k in ks]
            return [replace(each, task=task, plan=each.plan and Plan(task, each.plan.of)) for each in found]
    return [_searched(task, k, seed, effort, watch) for k in ks]


def _searched(task: Task, k: int, seed: int, effort: float, watch: Watch | None) -> Design:
    if not task.rules.fixed and k not in task.band.counts(task.people):
        return (
            design(replace(task, whole=""), k)
            if len(task.blocks) <= FEW
            else Design(task, k, "not found", why=_mean(task, k))
        )
    try:
        found = search(task, k, seed=seed, effort=effort, watch=watch)
    except GeographyError as error:
        return Design(task, k, "not found", why=_no(task, k) or str(error))
    if not found.plan.sound:
        return Design(
            task,
            k,
            "not found",
            None,
            bound(task, k),
            _no(task, k) or f"no plan of {k} areas in {task.band} people was found; that is no proof",
        )
    return Design(task, k, "searched", found.plan, found.bound)


def _no(task: Task, k: int) -> str:
    """Why a rule by itself rules k areas out; nothing where none does."""
    words = by_rules(task, k)
    return f"no {k} areas fit in {task.band} people: {words}" if words else ""


def _mean(task: Task, k: int) -> str:
    return f"no {k} areas fit in {task.band} people: they would have {task.people / k:,.0f} on average"
