"""The plans that searches meet on their way, with their measures: what a frontier is chosen from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Integers, Labels
from totalplace.geography.design.exact import Sets, sets_of
from totalplace.geography.design.measures import Floats
from totalplace.geography.design.merging import areas_of, mixes_of
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.search import explore, whole_plan
from totalplace.geography.design.task import Task
from totalplace.geography.design.watch import Watch

ROOM = 100
"""So many plans are kept of one search; ours."""

SINGLE = 0.003
"""What the other measures weigh where one is looked at alone: enough to tell equals apart. Ours."""


class Met:
    """Plans of one task and number of areas, as rows: measures, the area of each block, and how each came about."""

    def __init__(self, task: Task, names: Sequence[str]) -> None:
        self.task = task
        self.names = tuple(names)
        self.measures: Floats = np.zeros((0, len(names)))
        self.of: Labels = np.zeros((0, len(task.blocks)), dtype=np.int32)
        self.by: list[int] = []  # the weighting of each row, -1 for plans of whole units
        self.weightings: list[Mapping[str, float]] = []
        self.broken = False  # whether no plan yet is in the band

    def add(self, plans: Labels, by: int, measures: Floats | None = None) -> None:
        """Plans join; their measures are worked out where they are not given."""
        if not len(plans):
            return
        if measures is None:
            measures = np.array([self._measured(of) for of in plans])
        self.measures = np.concatenate([self.measures, np.maximum(measures, 0.0)])
        self.of = np.concatenate([self.of, plans])
        self.by += [by] * len(plans)

    def _measured(self, of: Labels) -> list[float]:
        plan = Plan(self.task, of)
        return [plan.measure(name) for name in self.names]

    def whole(self, k: int) -> None:
        """All plans of whole units that no other beats join, where they can be listed; else those of each measure."""
        from totalplace.geography.design.listing import every_plan

        if not self.task.whole or k > len(self.task.units.labels):
            return
        try:
            sets = sets_of(self.task)
        except GeographyError:
            return
        plans = every_plan(sets, k) if "moved" not in self.names else None
        if plans is None:
            tasks = [replace(self.task, weights=weights) for weights in self.singles()]
            exact = [plan for plan in (whole_plan(task, k) for task in tasks) if plan is not None]
            self.add(np.array([plan.of for plan in exact]).reshape(-1, len(self.task.blocks)), -1)
        elif len(plans):
            self._listed(sets, plans, k, -1)

    def singles(self) -> list[dict[str, float]]:
        """Weights that are all but those of one measure, for each measure."""
        return [{other: 1.0 if other == name else SINGLE for other in self.names} for name in self.names]

    def look(
        self, weights: Mapping[str, float], begin: Plan, seed: int, effort: float, heat: float, watch: Watch | None
    ) -> Plan:
        """A search by some weights; the best plan and those met on the way join. Plans in the band put others out."""
        asked = replace(self.task, weights=weights)
        start = Plan(asked, begin.of)
        best, met, measures = explore(asked, start, self.names, ROOM, seed=seed, effort=effort, heat=heat, watch=watch)
        by = len(self.weightings)
        self.weightings.append(weights)
        if self.broken and (len(met) or best.sound):
            self.measures, self.of, self.by, self.broken = self.measures[:0], self.of[:0], [], False
        # A search pairs areas with today's once, at its beginning: who moves is worked out anew.
        self.add(met, by, None if "moved" in self.names else measures)
        if best.sound:
            self.add(best.of[None], by)
        elif not len(self.by) or self.broken:
            self.broken = True
            self.add(best.of[None], by)
        return best

    def mix(self, weights: Mapping[str, float], k: int) -> None:
        """Plans join that no other beats, of all that the plans best by some weights make when cut up and mixed.

        Weights alone lead to plans at the edge; between them lie others that no weights lead to.
        """
        from totalplace.geography.design.sieve import unbeaten

        if self.broken or "moved" in self.names:  # who moves is no sum over areas
            return
        once = unbeaten(self.measures)
        values = self.measures[once] @ np.array([weights[name] for name in self.names])
        found = mixes_of(self.task, self.of[once[np.argsort(values, kind="stable")]], k)
        if found is not None:
            self.weightings.append(weights)
            self._listed(*found, k, len(self.weightings) - 1)

    def _listed(self, sets: Sets, plans: Integers, k: int, by: int) -> None:
        """Of plans of sets those join that no other beats."""
        from totalplace.geography.design.listing import measures_of
        from totalplace.geography.design.sieve import unbeaten

        measures = measures_of(sets, plans, k, self.names)
        best = unbeaten(measures)
        self.add(areas_of(sets, plans[best]), by, measures[best])

    def taken(self, rows: Labels) -> Met:
        """Some of the plans."""
        found = Met(self.task, self.names)
        found.add(self.of[rows], 0, self.measures[rows])
        found.by = [self.by[row] for row in rows.tolist()]
        found.weightings = self.weightings
        return found

    def best(self, weights: Mapping[str, float]) -> Plan:
        """The plan met that is best by some weights."""
        row = int((self.measures @ np.array([weights[name] for name in self.names])).argmin())
        return Plan(self.task, self.of[row])

    def nought(self, name: str) -> bool:
        """Whether a plan has 0 of a measure already: nothing is better."""
        column = self.measures[:, self.names.index(name)]
        return bool(len(column) and column.min() <= 0)

    def width(self) -> Floats:
        """For each measure how far the best plan of it is from the worst of the plans that are best in another."""
        ends = self.measures[self.measures.argmin(axis=0)]
        return np.asarray(np.maximum(ends.max(axis=0) - ends.min(axis=0), 1e-6))
