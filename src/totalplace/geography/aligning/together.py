"""Many divisions of the same people at once: every one against every other, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp

import numpy as np

from totalplace.errors import UsageError
from totalplace.geography.aligning.alignment import Alignment, align, cross
from totalplace.geography.aligning.lines import Lines, shared_lines
from totalplace.geography.blocks import Division, Graph, Integers, Metres


@dataclass(frozen=True, eq=False)
class Together:
    """Divisions of the same blocks, compared as they are asked for. `people` are those of each block.

    `graph` and `outer`, where they are known, are who borders whom and each block's border with nobody, in metres.
    """

    divisions: tuple[Division, ...]
    people: Integers
    graph: Graph | None = None
    outer: Metres | None = None

    def __post_init__(self) -> None:
        names = [division.name for division in self.divisions]
        if len(names) < 2:
            raise UsageError("give two divisions or more to hold against each other")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise UsageError(f"the division '{twice}' is given twice")
        if not self.pairs():
            cross(self.divisions[0], self.divisions[1], self.people)  # raises and says why

    @cached_property
    def _found(self) -> dict[tuple[int, int], Alignment]:
        return {}

    def pair(self, first: int, second: int) -> Alignment:
        """Two of them, by number; worked out once for both ways."""
        known = self._found
        if (first, second) not in known:
            found = align(self.divisions[first], self.divisions[second], self.people)
            known[first, second], known[second, first] = found, found.turned
        return known[first, second]

    @cached_property
    def _met(self) -> set[tuple[int, int]]:
        """Every two that anybody lives in."""
        live = []
        for division in self.divisions:
            if len(division.of) != len(self.people):
                cross(self.divisions[0], division, self.people)  # raises and says why
            live.append((division.of >= 0) & (self.people > 0))
        return {
            (a, b) for a in range(len(live)) for b in range(len(live)) if a != b and bool((live[a] & live[b]).any())
        }

    def meet(self, first: int, second: int) -> bool:
        """Whether anybody has an area in both of two of them."""
        return (first, second) in self._met

    def pairs(self) -> list[tuple[int, int]]:
        """Every two of them that somebody has an area in, once; two of different places are no pair."""
        return sorted((a, b) for a, b in self._met if a < b)

    def lines(self, first: int, second: int) -> Lines | None:
        """The lines of two of them; None where borders are not known."""
        if self.graph is None:
            return None
        if (first, second) not in self._lines:
            found = shared_lines(self.divisions[first], self.divisions[second], self.graph, self.outer)
            self._lines[first, second], self._lines[second, first] = found, found.turned
        return self._lines[first, second]

    @cached_property
    def _lines(self) -> dict[tuple[int, int], Lines]:
        return {}

    @cached_property
    def overlay(self) -> Overlay:
        """All of them laid over each other."""
        return overlay(self.divisions, self.people)

    def all_whole(self, target: int) -> float | None:
        """The share of people each of whose areas, in every other division, lies in one area of this one.

        Of those who have an area in all of them, None where nobody has. Every service of theirs could work in one team.
        """
        goal = self.divisions[target]
        kept, inside = np.ones(len(self.people), dtype=bool), goal.of >= 0
        for number, division in enumerate(self.divisions):
            if number == target:
                continue
            if not self.meet(number, target):
                return None
            pieces = self.pair(number, target).cross.pieces
            inside &= division.of >= 0
            kept &= pieces[np.maximum(division.of, 0)] == 1
        whole = int(self.people[inside].sum())
        return float(self.people[inside & kept].sum() / whole) if whole else None


@dataclass(frozen=True)
class Overlay:
    """Divisions laid over each other: how many pieces there are with people, the people in them, and those left out.

    A piece is a set of people who have the same area in every division. `spread` says of how many equal pieces one
    would be as unsure: exp of the entropy.
    """

    pieces: int
    people: int
    left_out: int
    spread: float


def overlay(divisions: Sequence[Division], people: Integers) -> Overlay:
    """The pieces that two or more divisions make together."""
    placed = np.ones(len(people), dtype=bool)
    piece = np.zeros(len(people), dtype=np.int64)
    for division in divisions:
        placed &= division.of >= 0
        wide = piece * (len(division.labels) + 1) + np.maximum(division.of, 0)
        piece = np.unique(wide, return_inverse=True)[1]  # numbered anew each time, so that it cannot grow too large
    counts = np.bincount(piece[placed], people[placed]).astype(np.int64)
    counts = counts[counts > 0]
    total = int(counts.sum())
    shares = counts / max(total, 1)
    spread = exp(max(-float((shares * np.log(shares)).sum()), 0.0)) if total else 0.0
    return Overlay(len(counts), total, int(people.sum()) - total, spread)
