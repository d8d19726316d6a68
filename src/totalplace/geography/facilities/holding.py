"""What each area of a division holds: sites of each kind, also for each 10,000 people, and which areas have none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from totalplace.geography.blocks import Division, Integers
from totalplace.geography.points import Points

PER = 10_000
"""People that a rate is for."""


@dataclass(frozen=True, eq=False)
class Holding:
    """Sites by area and kind: `counts[area, kind]`, with one row more for blocks that belong to no area.

    `people` is by area in the same way. `outside` are sites of each kind in no block of the place, `repeats` rows that
    name a site again: counts, outside and repeats of a kind add up to the rows of its file.
    """

    layer: Division
    kinds: tuple[str, ...]
    people: Integers
    counts: Integers
    outside: Integers
    repeats: Integers

    @property
    def whole(self) -> Integers:
        """Sites of each kind in the place."""
        return np.asarray(self.counts.sum(axis=0), dtype=np.int64)

    def rate(self, area: int, kind: int) -> float | None:
        """Sites for each 10,000 people of an area; None where nobody lives in it."""
        people = int(self.people[area])
        return int(self.counts[area, kind]) * PER / people if people else None

    def without(self, kind: int) -> list[int]:
        """The areas with people and no site of a kind."""
        return [n for n in range(len(self.layer.labels)) if not self.counts[n, kind] and self.people[n]]


def holding(layer: Division, people: Integers, points: Mapping[str, Points]) -> Holding:
    """What the areas of a division hold of each kind of points; each site once, wherever its file repeats it."""
    wide = len(layer.labels) + 1
    area = np.where(layer.of >= 0, layer.of, wide - 1).astype(np.int64)
    counts = np.zeros((wide, len(points)), dtype=np.int64)
    outside, repeats = np.zeros(len(points), dtype=np.int64), np.zeros(len(points), dtype=np.int64)
    for n, each in enumerate(points.values()):
        once = first_of_each(each)
        there = each.block[once]
        counts[:, n] = np.bincount(area[there[there >= 0]], minlength=wide)
        outside[n], repeats[n] = int((there < 0).sum()), len(each) - len(once)
    lived = np.bincount(area, people, wide).astype(np.int64)
    return Holding(layer, tuple(points), lived, counts, outside, repeats)


def first_of_each(points: Points) -> Integers:
    """The rows of points without those that repeat a site: one name within the same metre.

    Points without names, and points that were placed by the code of an area, are all sites of their own.
    """
    if points.names == points.ids or points.by_code:
        return np.arange(len(points), dtype=np.int64)
    seen: set[tuple[object, ...]] = set()
    kept = []
    for n, (name, (x, y)) in enumerate(zip(points.names, points.xy.tolist(), strict=True)):
        at = (round(x), round(y)) if x == x else (n, n, n)
        key = (name.strip().lower(), *at)
        if name.strip() and key in seen:
            continue
        seen.add(key)
        kept.append(n)
    return np.array(kept, dtype=np.int64)
