"""The moves of an editor: what can be done to a plan, what the plan is after them, and what is locked.

A state is never changed: a move makes another. What was done is a list of steps, so that undoing is leaving out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from totalplace.errors import GeographyError, UsageError, did_you_mean
from totalplace.geography.blocks import NONE, Blocks, Division, Labels
from totalplace.geography.proposing import RISKY

KINDS = ("move", "new", "merge", "rename", "lock", "unlock")
"""move: blocks to an area; new: blocks become an area; merge: an area into another; lock: area or blocks stay."""
LONGEST = 120
"""Letters of a name, at most."""


@dataclass(frozen=True)
class Area:
    """An area of a plan: a key that never changes, and what people call it."""

    key: str
    name: str


@dataclass(frozen=True)
class Step:
    """One thing that a person did. `blocks` are codes; `to` and `area` are keys; `said` is how it was picked."""

    do: str
    blocks: tuple[str, ...] = ()
    area: str = ""
    to: str = ""
    name: str = ""
    said: str = ""
    at: str = ""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Step:
        """A step as it was written; GeographyError for what is no step."""
        texts = {key: raw.get(key, "") for key in ("do", "area", "to", "name", "said", "at")}
        blocks = raw.get("blocks", [])
        if not isinstance(blocks, list) or not all(isinstance(each, str) for each in (*blocks, *texts.values())):
            raise GeographyError("what it holds must be texts, and the blocks a list of codes")
        if texts["do"] not in KINDS:
            raise GeographyError(f"'{texts['do']}' is nothing that can be done{did_you_mean(texts['do'], list(KINDS))}")
        return cls(blocks=tuple(blocks), **texts)

    def raw(self) -> dict[str, Any]:
        """The step as it is written, empty parts left out."""
        parts = {**self.__dict__, "blocks": list(self.blocks)}
        return {key: value for key, value in parts.items() if value}


@dataclass(frozen=True, eq=False)
class State:
    """A plan as it stands: `of[i]` is the number in `areas` of block i, -1 for none. `held` are locked blocks."""

    of: Labels
    areas: tuple[Area, ...]
    locked: frozenset[str] = frozenset()
    held: frozenset[int] = frozenset()

    def number(self, key: str) -> int:
        """The number of an area by key; UsageError with the nearest known."""
        for n, area in enumerate(self.areas):
            if area.key == key:
                return n
        named = [n for n, area in enumerate(self.areas) if area.name == key]
        if len(named) == 1:
            return named[0]
        known = list(dict.fromkeys(text for area in self.areas for text in (area.key, area.name)))
        raise UsageError(f"there is no area '{key}' in this plan{did_you_mean(key, known)}")

    def same(self, other: State) -> bool:
        """Whether both are the same in everything."""
        named = [[(area.key, area.name) for area in each.areas] for each in (self, other)]
        return (
            np.array_equal(self.of, other.of)
            and named[0] == named[1]
            and (self.locked, self.held) == (other.locked, other.held)
        )


def begun(division: Division | None, blocks: Blocks, names: Mapping[str, str] | None = None) -> State:
    """The state that an editor begins with: the areas of a division, or no area at all."""
    if division is None:
        return State(np.full(len(blocks), NONE, dtype=np.int32), ())
    if len(division.of) != len(blocks):
        raise GeographyError(f"'{division.name}' is of {len(division.of):,} blocks, and there are {len(blocks):,}")
    called = names or {}
    return State(division.of, tuple(Area(label, called.get(label, "") or label) for label in division.labels))


def free_key(state: State) -> str:
    """A key that no area has."""
    used = {area.key for area in state.areas}
    return next(key for n in range(1, len(used) + 2) if (key := f"new-{n}") not in used)


def numbers(step: Step, blocks: Blocks) -> list[int]:
    """The blocks of a step by number; UsageError for a code that is of no block."""
    for code in step.blocks:
        if code not in blocks.number:
            raise UsageError(f"'{code}' is no block here{did_you_mean(code, list(blocks.ids))}")
    return sorted({blocks.number[code] for code in step.blocks})


def after(state: State, step: Step, blocks: Blocks) -> State:
    """The state after a step; UsageError for what cannot be done, such as a block that is locked."""
    return {"move": _move, "new": _new, "merge": _merge, "rename": _rename, "lock": _lock, "unlock": _lock}[step.do](
        state, step, blocks
    )


def replayed(state: State, steps: Iterable[Step], blocks: Blocks) -> State:
    """The state after several steps."""
    for step in steps:
        state = after(state, step, blocks)
    return state


def _move(state: State, step: Step, blocks: Blocks) -> State:
    return _moved(state, numbers(step, blocks), state.number(step.to), blocks)


def _new(state: State, step: Step, blocks: Blocks) -> State:
    at = numbers(step, blocks)
    if any(area.key == step.to for area in state.areas):  # figures stand by key: one of the two would be left out
        raise UsageError(f"there is an area with the key '{step.to}' already")
    name = checked_name(step.name or f"New area {len(state.areas) + 1}", state)
    grown = replace(state, areas=(*state.areas, Area(step.to or free_key(state), name)))
    return _moved(grown, at, len(state.areas), blocks)


def _merge(state: State, step: Step, blocks: Blocks) -> State:
    first, into = state.number(step.area), state.number(step.to)
    if first == into:
        raise UsageError(f"{state.areas[first].name} cannot be merged with itself")
    return _moved(state, np.flatnonzero(state.of == first).tolist(), into, blocks)


def _rename(state: State, step: Step, _: Blocks) -> State:
    number = state.number(step.area)
    name = checked_name(step.name, state, number)
    areas = tuple(Area(area.key, name) if n == number else area for n, area in enumerate(state.areas))
    return replace(state, areas=areas)


def _lock(state: State, step: Step, blocks: Blocks) -> State:
    if not step.blocks:
        one = frozenset({state.areas[state.number(step.area)].key})
        return replace(state, locked=state.locked | one if step.do == "lock" else state.locked - one)
    some = frozenset(numbers(step, blocks))
    return replace(state, held=state.held | some if step.do == "lock" else state.held - some)


def _moved(state: State, at: Sequence[int], to: int, blocks: Blocks) -> State:
    """Blocks put into an area; UsageError where they are there already, or something of it is locked."""
    going = [n for n in at if state.of[n] != to]
    if not going:
        raise UsageError(f"they are in {state.areas[to].name} already" if at else "pick a block first: none is picked")
    if held := [blocks.names[n] for n in going if n in state.held]:
        raise UsageError(f"{_listed(held)} {'is' if len(held) == 1 else 'are'} locked: unlock first")
    touched = {to, *(int(state.of[n]) for n in going)} - {NONE}
    if shut := [state.areas[n].name for n in sorted(touched) if state.areas[n].key in state.locked]:
        raise UsageError(f"{_listed(shut)} {'is' if len(shut) == 1 else 'are'} locked: unlock first")
    of = state.of.copy()
    of[going] = to
    return replace(state, of=of)


def checked_name(name: str, state: State, number: int = -1) -> str:
    """A name for an area; UsageError where it is empty, too long, or another area has it."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise UsageError(f"a name has 1 to {LONGEST} letters")
    if name.startswith(RISKY):
        raise UsageError(f"'{name}' would be a formula in a spreadsheet: begin with a letter or a digit")
    inhabited = set(state.of.tolist())
    if any(area.name == name and n != number and n in inhabited for n, area in enumerate(state.areas)):
        raise UsageError(f"another area is called {name} already")
    return name


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
