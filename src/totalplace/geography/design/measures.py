"""What an area costs: every measure is a sum over areas, so a plan's cost is the sum of what its areas cost.

Each is a share from 0 to 1 of the whole place, 0 the best:

- borders, metres: pairs of neighbouring blocks in different areas over all pairs, by number or by shared border;
- main:L, people whose label of layer L is not the one that most people of their area have;
- whole:L, people whose label of L does not lie wholly in one area;
- pieces:L, the pieces that the labels of L fall into beyond one each, a label (the one that can pass 1);
- split:L, labels that lie in more than one area over all labels;
- nest:L, what is left open of the area once the label is known, H(area | L), over ln k;
- mixed:L, what is left open of the label once the area is known, H(L | area), over ln of how many labels there are;
- vi:L, the variation of information, the sum of both entropies, over ln k + ln of how many labels there are;
- compact, 1 - 4 pi area / outline squared, the mean over areas (Polsby and Popper 1991);
- balance, how far areas are from the mean one, in people, over everybody;
- need, how far the mean need of areas is from the place's, over the same for blocks;
- moved, people whose area is not the successor of their area of today (each area succeeds one at most).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from totalplace.geography.blocks import Division, Integers
from totalplace.geography.design.task import Task

Floats = NDArray[np.float64]


class Sums(Protocol):
    """What is known of each of many areas: the sums that costs need."""

    def total(self, values: NDArray[Any]) -> Floats:
        """A figure of the blocks added up by area."""

    def labels(self, layer: str) -> Floats:
        """People by area and label of a layer."""

    def edge(self, weight: Floats) -> Floats:
        """The weight of the pairs of blocks of which one is in the area and one is not."""


@dataclass(frozen=True, eq=False)
class SetSums:
    """Sums of many sets of units that overlap: a row a set, a column a unit, 1 where it is in."""

    task: Task
    member: NDArray[np.float32]

    @cached_property
    def _of(self) -> Integers:
        return self.task.units.of.astype(np.int64)

    def total(self, values: NDArray[Any]) -> Floats:
        """See Sums."""
        by_unit = np.bincount(self._of, values, self.member.shape[1])
        return np.asarray(self.member.astype(np.float64) @ by_unit)

    def labels(self, layer: str) -> Floats:
        """See Sums."""
        division = self.task.blocks.layer(layer)
        return np.asarray(self.member.astype(np.float64) @ _table(division, self._of, self.task, self.member.shape[1]))

    def edge(self, weight: Floats) -> Floats:
        """See Sums."""
        a, b, _ = self.task.graph.pairs()
        first, second = self._of[a], self._of[b]
        apart = first != second
        size = self.member.shape[1]
        low, high = np.minimum(first, second)[apart], np.maximum(first, second)[apart]
        key, back = np.unique(low * size + high, return_inverse=True)
        summed = np.bincount(back, weight[apart], len(key))
        out = np.zeros(len(self.member))
        for start in range(0, len(self.member), 20_000):
            part = self.member[start : start + 20_000]
            out[start : start + 20_000] = np.abs(part[:, key // size] - part[:, key % size]).astype(float) @ summed
        return out


@dataclass(frozen=True, eq=False)
class PlanSums:
    """Sums of the areas of one plan: `of[i]` is the area of block i."""

    task: Task
    of: Integers
    k: int

    def total(self, values: NDArray[Any]) -> Floats:
        """See Sums."""
        return np.bincount(self.of, values, self.k).astype(np.float64)

    def labels(self, layer: str) -> Floats:
        """See Sums."""
        return _table(self.task.blocks.layer(layer), self.of, self.task, self.k)

    def edge(self, weight: Floats) -> Floats:
        """See Sums."""
        a, b, _ = self.task.graph.pairs()
        first, second = self.of[a], self.of[b]
        cut = first != second
        return np.asarray(np.bincount(first[cut], weight[cut], self.k) + np.bincount(second[cut], weight[cut], self.k))


def _table(division: Division, of: Integers, task: Task, rows: int) -> Floats:
    """People by area and label."""
    known, size = division.of >= 0, len(division.labels)
    key = of[known] * size + division.of[known]
    return np.bincount(key, task.blocks.people[known], rows * size).astype(np.float64).reshape(rows, size)


def entropy(part: Floats, whole: Floats) -> Floats:
    """-part x ln(part / whole), 0 where there is nobody."""
    ratio = np.divide(part, whole, out=np.ones_like(part), where=part > 0)
    return np.asarray(-part * np.log(ratio))


def cost(task: Task, sums: Sums, name: str, k: int) -> Floats:
    """What each area adds to one measure, in a plan of k areas; `moved` is not among them (it hangs on the others)."""
    kind, _, layer = name.partition(":")
    if layer:
        return _of_layer(task, sums, kind, layer, k)
    everybody = float(task.people)
    if kind in ("borders", "metres"):
        _, _, border = task.graph.pairs()
        weight = np.ones_like(border) if kind == "borders" else border
        return np.asarray(sums.edge(weight) / (2 * max(float(weight.sum()), 1e-12)))
    if kind == "balance":
        return np.asarray(np.abs(sums.total(task.blocks.people) - everybody / k) / everybody)
    if kind == "compact":
        return np.asarray((1 - roundness(task, sums)) / k)
    if kind == "need":
        return _need(task, sums)
    raise KeyError(name)


def roundness(task: Task, sums: Sums) -> Floats:
    """4 pi area / outline squared of each area, 1 for a circle; its outline: its blocks' less twice what they share."""
    area, outline = task.outline
    a, b, border = task.graph.pairs()
    # What an area's blocks share inside it is counted in two outlines: all their borders less those to other areas.
    shared = np.bincount(a, border, len(area)) + np.bincount(b, border, len(area))
    around = np.maximum(sums.total(outline) - (sums.total(shared) - sums.edge(border)), 1e-9)
    return np.asarray(np.minimum(4 * np.pi * sums.total(area) / around**2, 1.0))


def _need(task: Task, sums: Sums) -> Floats:
    assert task.need is not None
    people = task.blocks.people
    mean = float((task.need * people).sum() / task.people)
    spread = float((np.abs(task.need - mean) * people).sum()) or 1.0
    return np.asarray(np.abs(sums.total((task.need - mean) * people)) / spread)


def _of_layer(task: Task, sums: Sums, kind: str, layer: str, k: int) -> Floats:
    """What each area adds to a measure of a layer, from its people by label."""
    everybody, table = float(task.people), sums.labels(layer)
    if not table.shape[1]:
        return np.zeros(len(table))
    if kind == "main":
        return np.asarray((table.sum(axis=1) - table.max(axis=1)) / everybody)
    if kind == "pieces":
        return np.asarray((table > 0).sum(axis=1) / table.shape[1])
    if kind == "mixed":
        whole = np.broadcast_to(table.sum(axis=1, keepdims=True), table.shape)
        return np.asarray(entropy(table, whole).sum(axis=1) / (everybody * max(np.log(table.shape[1]), 1e-12)))
    all_of = np.broadcast_to(task.blocks.layer(layer).people(task.blocks.people).astype(float), table.shape)
    if kind == "whole":
        return np.asarray(np.where(table < all_of, table, 0.0).sum(axis=1) / everybody)
    if kind == "split":
        return np.asarray(np.where(table < all_of, table / np.maximum(all_of, 1.0), 0.0).sum(axis=1) / table.shape[1])
    nest = entropy(table, all_of).sum(axis=1)
    if kind == "vi":
        whole = np.broadcast_to(table.sum(axis=1, keepdims=True), table.shape)
        both = max(np.log(k) + np.log(table.shape[1]), 1e-12)
        return np.asarray((nest + entropy(table, whole).sum(axis=1)) / (everybody * both))
    return np.asarray(nest / (everybody * max(np.log(k), 1e-12)))
