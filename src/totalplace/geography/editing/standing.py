"""What a state of a plan comes to: each area, every measure that a design knows, alignment with every layer.

All of it is worked out from the state, by the functions of the design and of alignment: at 2,000 blocks it takes less
than it would to be worth keeping up by hand, and there is nothing that could drift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from totalplace.errors import GeographyError
from totalplace.geography.aligning.alignment import Alignment, align
from totalplace.geography.aligning.lines import Lines, shared_lines
from totalplace.geography.blocks import Division, Integers, Metres
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import BY_LAYER, Task
from totalplace.geography.editing.steps import State


@dataclass(frozen=True)
class Row:
    """One area: its people, how many of them the band has too many (or, below 0, too few), the pieces it is in.

    `lacks` are the kinds of points that it ought to hold and does not, as people call them.
    `roundness` is None without shapes.
    """

    key: str
    name: str
    people: int
    out: int
    blocks: int
    pieces: int
    roundness: float | None
    lacks: tuple[str, ...]
    locked: bool


@dataclass(frozen=True, eq=False)
class Standing:
    """A state held against a task: its band, its layers, the areas of today. Blocks in no area are in no measure.

    `outer` is each block's border with nobody, where it is known.
    """

    task: Task
    state: State
    outer: Metres | None = None

    @cached_property
    def placed(self) -> Integers:
        """The blocks that are in an area."""
        return np.flatnonzero(self.state.of >= 0)

    @property
    def unplaced(self) -> tuple[int, int]:
        """How many blocks are in no area, and their people."""
        blocks = self.task.blocks
        return len(blocks) - len(self.placed), int(blocks.people.sum() - blocks.people[self.placed].sum())

    @cached_property
    def plan(self) -> Plan | None:
        """The areas as a plan of the blocks that are in one; None where nobody lives in any."""
        placed = self.placed
        if not self.task.blocks.people[placed].any():
            return None
        task = self.task if len(placed) == len(self.task.blocks) else self.task.take(placed)
        return Plan(task, self.state.of[placed])

    @cached_property
    def numbers(self) -> list[int]:
        """For each area of the plan its number in the state."""
        plan = self.plan
        return [] if plan is None else [int(self.state.of[self.placed[group[0]]]) for group in plan.groups]

    @cached_property
    def rows(self) -> dict[str, Row]:
        """The areas that have blocks, by key, in the order of the state."""
        plan = self.plan
        if plan is None:
            return {}
        held = {kind: set(plan.of[at].tolist()) for kind, at in plan.task.rules.anchors.items()}
        shapes = plan.task.blocks.shapes is not None
        found = {}
        for n, number in sorted(enumerate(self.numbers), key=lambda pair: pair[1]):
            area, people = self.state.areas[number], int(plan.people[n])
            found[area.key] = Row(
                area.key,
                area.name,
                people,
                plan.task.band.out(people),
                len(plan.groups[n]),
                plan.parts[n],
                float(plan.roundness[n]) if shapes else None,
                tuple(plan.task.sites.get(kind) or kind for kind, areas in held.items() if n not in areas),
                area.key in self.state.locked,
            )
        return found

    @cached_property
    def division(self) -> Division:
        """The areas as a division of all blocks, by name."""
        used = sorted(set(self.state.of.tolist()) - {-1})
        number = np.full(len(self.state.areas) + 1, -1, dtype=np.int32)
        number[used] = np.arange(len(used), dtype=np.int32)
        names = [self.state.areas[n].name for n in used]
        labels = [
            name if names.count(name) == 1 else f"{name} ({self.state.areas[n].key})"
            for n, name in zip(used, names, strict=True)
        ]
        return Division("plan", tuple(labels), number[self.state.of])

    @cached_property
    def measures(self) -> dict[str, float]:
        """Every measure that a design knows, by name, each a share with 0 the best; none where there is no plan."""
        plan = self.plan
        return {} if plan is None else {name: plan.measure(name) for name in measure_names(self.task)}

    @cached_property
    def alignments(self) -> Mapping[str, tuple[Alignment, Lines | None]]:
        """The plan against each layer; a layer that nobody of the plan has is left out."""
        found = {}
        for name, layer in self.task.blocks.layers.items():
            try:
                held = align(self.division, layer, self.task.blocks.people)
            except GeographyError:
                continue
            found[name] = held, shared_lines(self.division, layer, self.task.graph, self.outer)
        return found

    @property
    def margin(self) -> float | None:
        """By how much numbers may grow or shrink before an area leaves the band; below 0 where one has left it."""
        return None if self.plan is None else self.plan.margin

    @property
    def moved_today(self) -> int | None:
        """People whose area does not succeed theirs of today; None where no areas of today are named."""
        if not self.task.today or self.plan is None:
            return None
        return round(self.measures["moved"] * self.plan.task.people)

    def moved_since(self, other: State) -> Integers:
        """People of each block that has another area than in another state of the same editor, 0 for the rest.

        An area is the same one as long as it has its key, whatever it is called. Blocks that were in no area do not
        move.
        """
        key = np.array([*(area.key for area in self.state.areas), ""], dtype=object)
        was = np.array([*(area.key for area in other.areas), ""], dtype=object)
        moved = (key[self.state.of] != was[other.of]) & (other.of >= 0)
        return np.where(moved, self.task.blocks.people, 0)

    @property
    def sound(self) -> bool:
        """Whether every block has an area, and every area is in the band, of one piece, and lacks nothing."""
        fine = all(row.out == 0 and row.pieces == 1 and not row.lacks for row in self.rows.values())
        return bool(self.rows) and fine and not self.unplaced[0]


def measure_names(task: Task) -> list[str]:
    """What can be measured of a plan of this task, in the order in which it is shown."""
    plain = ["borders", "metres", *(["compact"] if task.blocks.shapes is not None else []), "balance"]
    plain += ["need"] if task.need is not None else []
    plain += ["moved"] if task.today else []
    return [*plain, *(f"{kind}:{layer}" for layer in task.blocks.layers for kind in BY_LAYER)]
