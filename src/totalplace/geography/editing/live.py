"""A plan that is being changed: what was done to it, what can be undone, what a move would do before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from totalplace.errors import UsageError
from totalplace.geography.blocks import Integers, Metres
from totalplace.geography.design.task import Task
from totalplace.geography.editing.saying import Told, told
from totalplace.geography.editing.standing import Standing
from totalplace.geography.editing.steps import State, Step, after, free_key, numbers, replayed


@dataclass(frozen=True)
class Entry:
    """What a person did, in the order done: a step, or 'undo' or 'redo' of one."""

    do: str
    step: Step | None = None
    at: str = ""


@dataclass(frozen=True)
class Way:
    """Where some blocks can go: the area, the metres and number of borders to it, what the move would do.

    `borders` is by how many pairs of neighbours more (or, below 0, fewer) the plan would cut; `moved` the people who
    would have another area than in the base, beyond those who have now.
    """

    key: str
    name: str
    metres: float
    touching: int
    people: int
    told: Told
    borders: int
    moved: int


@dataclass(frozen=True, eq=False)
class Live:
    """A plan under change. `base` is what it began with, `done` what was done since; nothing in it ever changes.

    `task` says the band, the layers, the areas of today and what each area should hold. `outer` is each block's border
    with nobody.
    """

    task: Task
    base: State
    done: tuple[Entry, ...] = ()
    outer: Metres | None = None

    @property
    def revision(self) -> int:
        """How many things were done, undoing among them: it only grows."""
        return len(self.done)

    @cached_property
    def _course(self) -> tuple[tuple[Step, ...], int]:
        """The steps that stand or could be redone, and how many of them stand."""
        steps: list[Step] = []
        at = 0
        for entry in self.done:
            if entry.do == "undo":
                at -= 1
            elif entry.do == "redo":
                at += 1
            else:
                assert entry.step is not None
                steps[at:] = [entry.step]
                at += 1
        return tuple(steps), at

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that stand, in their order."""
        steps, at = self._course
        return steps[:at]

    @property
    def undone(self) -> tuple[Step, ...]:
        """The steps that could be redone, the next one first."""
        steps, at = self._course
        return steps[at:]

    @cached_property
    def state(self) -> State:
        """The plan as it stands."""
        return replayed(self.base, self.steps, self.task.blocks)

    @cached_property
    def now(self) -> Standing:
        """What the plan comes to as it stands."""
        return Standing(self.task, self.state, self.outer)

    @cached_property
    def then(self) -> Standing:
        """What the plan came to before the last thing was done, undoing among them."""
        blocks = self.task.blocks
        if self.done and self.done[-1].do == "undo":
            state = replayed(self.state, self.undone[:1], blocks)
        else:
            state = replayed(self.base, self.steps[:-1], blocks)
        return Standing(self.task, state, self.outer)

    @cached_property
    def before(self) -> Standing:
        """What the base comes to."""
        return Standing(self.task, self.base, self.outer)

    def do(self, step: Step) -> Live:
        """The plan after one more step; UsageError for one that cannot be, such as of a locked block."""
        if step.do == "new" and not step.to:
            step = replace(step, to=free_key(self.state))
        state = after(self.state, step, self.task.blocks)
        if state.same(self.state):
            raise UsageError("that is so already: nothing was changed")
        made = self._with(Entry(step.do, step, step.at))
        made.__dict__["state"] = state  # it would be worked out again from the base
        return made

    def undo(self, at: str = "") -> Live:
        """The plan without the last step; UsageError where there is none."""
        if not self.steps:
            raise UsageError("there is nothing to undo")
        return self._with(Entry("undo", None, at))

    def redo(self, at: str = "") -> Live:
        """The plan with the step that was undone last; UsageError where there is none."""
        if not self.undone:
            raise UsageError("there is nothing to redo")
        return self._with(Entry("redo", None, at))

    def _with(self, entry: Entry) -> Live:
        made = replace(self, done=(*self.done, entry))
        made.__dict__["then"] = self.now  # it would be worked out again
        if "before" in self.__dict__:
            made.__dict__["before"] = self.before  # the base is the same one
        return made

    def tried(self, step: Step) -> Standing:
        """What the plan would come to after a step; UsageError as `do`."""
        return Standing(self.task, after(self.state, step, self.task.blocks), self.outer)

    def told(self, step: Step) -> Told:
        """What a step would do, in sentences; UsageError as `do`."""
        return told(self.now.rows, self.tried(step).rows, self.task.band)

    def picked(self, layer: str, label: str, area: str = "") -> list[str]:
        """The codes of the blocks of a unit such as a ward, those inside one area where one is named."""
        blocks = self.task.blocks
        at = blocks.within(layer, label)
        if area:
            at = at[self.state.of[at] == self.state.number(area)]
        return [blocks.ids[n] for n in at.tolist()]

    def ways(self, codes: Sequence[str], most: int = 12) -> list[Way]:
        """Where some blocks can go: the areas that they touch, the longest border first. A locked one is no way."""
        at = numbers(Step("move", tuple(codes)), self.task.blocks)
        if not at:
            raise UsageError("pick a block first: none is picked")
        metres, touching = self.touched(np.array(at))
        order = sorted(touching, key=lambda n: (-metres[n], -touching[n], n))
        held = self.now.moved_since(self.base).sum()
        found = []
        for number in order[:most]:
            area = self.state.areas[number]
            step = Step("move", tuple(codes), to=area.key)
            try:
                then = self.tried(step)
            except UsageError:
                continue
            found.append(
                Way(
                    area.key,
                    area.name,
                    metres[number],
                    touching[number],
                    then.rows[area.key].people,
                    told(self.now.rows, then.rows, self.task.band),
                    _borders(then) - _borders(self.now),
                    int(then.moved_since(self.base).sum() - held),
                )
            )
        return found

    def touched(self, at: Integers) -> tuple[dict[int, float], dict[int, int]]:
        """The areas that some blocks touch, those they are in left out where all are in one: metres, and borders."""
        of, graph = self.state.of, self.task.graph
        inside = np.zeros(len(of), dtype=bool)
        inside[at] = True
        metres: dict[int, float] = {}
        touching: dict[int, int] = {}
        own = set(of[at].tolist())
        for block in at.tolist():
            begin, end = int(graph.starts[block]), int(graph.starts[block + 1])
            for other, border in zip(graph.ends[begin:end].tolist(), graph.border[begin:end].tolist(), strict=True):
                area = int(of[other])
                if inside[other] or area < 0 or own == {area}:
                    continue
                metres[area] = metres.get(area, 0.0) + border
                touching[area] = touching.get(area, 0) + 1
        return metres, touching


def _borders(standing: Standing) -> int:
    """Pairs of neighbours with different areas, blocks in none left out."""
    a, b, _ = standing.task.graph.pairs()
    of = standing.state.of
    return int(((of[a] != of[b]) & (of[a] >= 0) & (of[b] >= 0)).sum())
