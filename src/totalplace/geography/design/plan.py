"""A plan: which area each block is in. What it holds, where it breaks the band, and by how much it keeps to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Division, Integers, Labels
from totalplace.geography.design.measures import Floats, PlanSums, cost, roundness
from totalplace.geography.design.task import Task


@dataclass(frozen=True, eq=False)
class Plan:
    """`of[i]` is the area of block i, 0 to k - 1; numbered by the first block, so that equal plans are equal arrays."""

    task: Task
    of: Labels

    def __post_init__(self) -> None:
        of = np.asarray(self.of, dtype=np.int64)
        if of.shape != (len(self.task.blocks),):
            raise GeographyError(f"a plan of {of.size:,} blocks for {len(self.task.blocks):,}")
        if (of < 0).any():
            first = self.task.blocks.ids[int(np.flatnonzero(of < 0)[0])]
            raise GeographyError(f"{int((of < 0).sum()):,} blocks are in no area of the plan, the first is '{first}'")
        _, first_at, back = np.unique(of, return_index=True, return_inverse=True)
        order = np.empty(len(first_at), dtype=np.int32)
        order[np.argsort(first_at)] = np.arange(len(first_at), dtype=np.int32)
        object.__setattr__(self, "of", order[back])

    @cached_property
    def k(self) -> int:
        """How many areas there are."""
        return int(self.of.max()) + 1

    @cached_property
    def sums(self) -> PlanSums:
        """What is known of each area."""
        return PlanSums(self.task, self.of.astype(np.int64), self.k)

    @cached_property
    def people(self) -> Integers:
        """People of each area."""
        return np.bincount(self.of, self.task.blocks.people, self.k).astype(np.int64)

    @cached_property
    def groups(self) -> list[Integers]:
        """The blocks of each area."""
        return self.division("area").groups()

    def division(self, name: str) -> Division:
        """The plan as a division, its areas named by number from 1."""
        return Division(name, tuple(str(n + 1) for n in range(self.k)), self.of)

    @cached_property
    def parts(self) -> list[int]:
        """How many pieces each area is in; 1 where it is all of one piece."""
        first = np.unique(self.task.graph.pieces(self.of))
        found: list[int] = np.bincount(self.of[first], minlength=self.k).tolist()
        return found

    @cached_property
    def cut(self) -> NDArray[np.bool_]:
        """For each pair of neighbouring blocks whether it is divided."""
        a, b, _ = self.task.graph.pairs()
        return np.asarray(self.of[a] != self.of[b])

    @property
    def borders(self) -> int:
        """Pairs of neighbouring blocks in different areas."""
        return int(self.cut.sum())

    def measure(self, name: str) -> float:
        """One measure of the whole plan, a share with 0 the best; the names are those of the weights."""
        if name == "moved":
            return float(self.moved().sum()) / self.task.people
        found = float(cost(self.task, self.sums, name, self.k).sum())
        return found - 1.0 if name.startswith("pieces:") else found

    def value(self) -> float:
        """The weighted measures added up: what a design makes as small as it can."""
        return sum(weight * self.measure(name) for name, weight in self.task.weights.items() if weight)

    def main_share(self, layer: str) -> float:
        """The share of people, of those who have a label, who have the one that most of their area have."""
        table = self.sums.labels(layer)
        return float(table.max(axis=1).sum() / max(table.sum(), 1e-12)) if table.size else 1.0

    def whole_share(self, layer: str) -> float:
        """The share of people whose label lies wholly in one area."""
        known = self.task.blocks.people[self.task.blocks.layer(layer).of >= 0].sum()
        return 1.0 - self.measure(f"whole:{layer}") * self.task.people / max(float(known), 1e-12)

    def split(self, layer: str) -> int:
        """How many labels of a layer lie in more than one area."""
        return int(((self.sums.labels(layer) > 0).sum(axis=0) > 1).sum())

    @cached_property
    def roundness(self) -> Floats:
        """4 pi area / outline squared of each area; noughts where there are no shapes."""
        if self.task.blocks.shapes is None:
            return np.zeros(self.k)
        return roundness(self.task, self.sums)

    def successors(self) -> NDArray[np.int64]:
        """The area of today that each area succeeds (-1 for none): the pairing in which fewest people move."""
        from totalplace.geography.design.pairing import pairs

        division = self.task.blocks.layer(self.task.today)
        return pairs(self.sums.labels(self.task.today)[:, : len(division.labels)])

    def moved(self) -> Integers:
        """People of each block who change area, 0 for a block that stays; blocks without an area today do not move."""
        today = self.task.blocks.layer(self.task.today).of
        stays = (self.successors()[self.of] == today) | (today < 0)
        return np.where(stays, 0, self.task.blocks.people)

    @cached_property
    def margin(self) -> float:
        """By how much everybody's numbers may grow or shrink, whichever comes first, before an area leaves the band.

        Below 0 where one has left it already.
        """
        band = self.task.band
        down = 1 - band.low / np.maximum(self.people, 1)
        up = band.high / np.maximum(self.people, 1) - 1
        return float(min(down.min(), up.min()))

    def after(self, people: Integers) -> list[int]:
        """The areas outside the band where the blocks have these people, such as a projection's."""
        then = np.bincount(self.of, people, self.k).astype(np.int64)
        return [n for n, size in enumerate(then.tolist()) if not self.task.band.holds(size)]

    @property
    def strayed(self) -> int:
        """People by which areas are outside the band."""
        band = self.task.band
        return int(np.maximum(np.maximum(band.low - self.people, self.people - band.high), 0).sum())

    @property
    def sound(self) -> bool:
        """Whether every area lies in the band and is of one piece; one that is fixed may be as it is."""
        sizes = self.people.tolist()
        free = [area for area in range(self.k) if area not in self.fixed]
        return all(self.task.band.holds(sizes[area]) and self.parts[area] == 1 for area in free)

    @cached_property
    def fixed(self) -> frozenset[int]:
        """The areas that are fixed, where they are what they are to be."""
        found = set()
        for group in self.task.rules.fixed:
            members = np.unique(np.concatenate([self.task.blocks_of(code) for code in group]))
            area = int(self.of[members[0]])
            if np.array_equal(np.flatnonzero(self.of == area), members):
                found.add(area)
        return frozenset(found)
