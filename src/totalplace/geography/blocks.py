"""Building blocks of a place: small areas with their people, the divisions they belong to, and which touch which.

Everything of this wing stands on three things: Blocks (output areas, LSOAs, wards ...), Division (what each block
belongs to: its ward, its practice network) and Graph (who borders whom, and along how many metres).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError, UsageError, did_you_mean

NONE = -1
"""The label of a block that belongs to no area of a division."""

Integers = NDArray[np.int64]
Labels = NDArray[np.int32]
Metres = NDArray[np.float64]


def xy_of(points: NDArray[Any]) -> Metres:
    """x and y of points, a row each, nan for one that is empty; `shapely.get_coordinates` leaves those rows out."""
    import shapely

    there = ~shapely.is_empty(points)
    xy = np.full((len(points), 2), np.nan)
    xy[there] = shapely.get_coordinates(points[there])
    return xy


@dataclass(frozen=True, eq=False)
class Division:
    """What each block belongs to in one division of the place: `labels[of[i]]`, nothing where `of[i]` is -1."""

    name: str
    labels: tuple[str, ...]
    of: Labels

    def __post_init__(self) -> None:
        of = np.ascontiguousarray(self.of, dtype=np.int32)
        object.__setattr__(self, "of", of)
        if of.ndim != 1 or (len(of) and not NONE <= of.min() <= of.max() < len(self.labels)):
            raise GeographyError(f"the division '{self.name}' names areas that are not among its {len(self.labels)}")
        if len(set(self.labels)) != len(self.labels):
            raise GeographyError(f"the division '{self.name}' has two areas of one name")

    @classmethod
    def of_values(cls, name: str, values: Iterable[str | None]) -> Division:
        """A division from the text of each block, '' or None for none; labels in the order of their texts."""
        texts = ["" if value is None else str(value) for value in values]
        labels = tuple(sorted(set(texts) - {""}))
        number = {"": NONE, **{label: n for n, label in enumerate(labels)}}
        return cls(name, labels, np.fromiter((number[text] for text in texts), np.int32, len(texts)))

    @property
    def values(self) -> list[str]:
        """The label of each block, '' for none."""
        return [self.labels[n] if n >= 0 else "" for n in self.of.tolist()]

    def people(self, people: Integers) -> Integers:
        """People by label; those of blocks that belong to none are left out."""
        inside = self.of >= 0
        return np.bincount(self.of[inside], people[inside], len(self.labels)).astype(np.int64)

    def members(self, label: int) -> Integers:
        """The blocks of a label."""
        return np.flatnonzero(self.of == label)

    def groups(self) -> list[Integers]:
        """The blocks of each label, in one pass."""
        order = np.argsort(self.of, kind="stable")
        edges = np.searchsorted(self.of[order], np.arange(len(self.labels) + 1))
        return [order[a:b] for a, b in pairwise(edges)]

    def take(self, members: Integers | Sequence[int]) -> Division:
        """The division of some blocks alone, in their order, with the labels that are left."""
        of = self.of[np.asarray(members, dtype=np.int64)]
        kept = np.unique(of[of >= 0])
        new = np.full(len(self.labels) + 1, NONE, dtype=np.int32)  # the last one is what -1 points at
        new[kept] = np.arange(len(kept), dtype=np.int32)
        return Division(self.name, tuple(self.labels[n] for n in kept), new[of])


@dataclass(frozen=True, eq=False)
class Blocks:
    """Small areas of one kind and vintage: ids (codes as text), names, people, divisions, shapes in metres.

    `kind` says what they are, such as LSOA, `vintage` of which year, such as 2021. `shapes` are shapely geometries in
    EPSG:27700, or None where there are none.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    people: Integers
    layers: Mapping[str, Division] = field(default_factory=dict)
    kind: str = ""
    vintage: str = ""
    shapes: NDArray[Any] | None = None

    def __post_init__(self) -> None:
        people = np.ascontiguousarray(self.people, dtype=np.int64)
        object.__setattr__(self, "people", people)
        object.__setattr__(self, "layers", dict(self.layers))
        n = len(self.ids)
        if len(self.names) != n or people.shape != (n,):
            raise GeographyError(f"{n:,} blocks with {len(self.names):,} names and {people.size:,} figures of people")
        if len(set(self.ids)) != n:
            twice = Counter(self.ids).most_common(1)[0][0]
            raise GeographyError(f"two blocks have the code '{twice}'; each can stand once")
        if n and people.min() < 0:
            worst = self.ids[int(people.argmin())]
            raise GeographyError(f"block '{worst}' has {people.min():,} people; a population is 0 or more")
        if self.shapes is not None and len(self.shapes) != n:
            raise GeographyError(f"{n:,} blocks with {len(self.shapes):,} shapes")
        for name, division in self.layers.items():
            if len(division.of) != n:
                raise GeographyError(f"the layer '{name}' is of {len(division.of):,} blocks, and there are {n:,}")

    def __len__(self) -> int:
        return len(self.ids)

    def layer(self, name: str) -> Division:
        """A layer by name; raises UsageError with the nearest known."""
        if name not in self.layers:
            raise UsageError(f"'{name}' is not a layer of these areas{did_you_mean(name, list(self.layers))}")
        return self.layers[name]

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each block by its code."""
        return {name: n for n, name in enumerate(self.ids)}

    def with_layer(self, division: Division, name: str = "") -> Blocks:
        """These blocks with one more layer, under the division's name if not another."""
        return replace(self, layers={**self.layers, name or division.name: division})

    def take(self, members: Integers | Sequence[int]) -> Blocks:
        """Some of the blocks, in the order asked for."""
        chosen = np.asarray(members, dtype=np.int64)
        return Blocks(
            tuple(self.ids[n] for n in chosen),
            tuple(self.names[n] for n in chosen),
            self.people[chosen],
            {name: division.take(chosen) for name, division in self.layers.items()},
            self.kind,
            self.vintage,
            None if self.shapes is None else self.shapes[chosen],
        )

    def within(self, layer: str, label: str) -> Integers:
        """The blocks of one area of a layer; raises UsageError where there is none such."""
        division = self.layer(layer)
        if label not in division.labels:
            raise UsageError(f"'{label}' is no area of '{layer}'{did_you_mean(label, list(division.labels))}")
        return division.members(division.labels.index(label))


@dataclass(frozen=True, eq=False)
class Graph:
    """Which block touches which: neighbours of i are ends[starts[i]:starts[i+1]], `border` metres of shared border.

    Symmetric; a bridge declared by hand is an edge with a border of 0.
    """

    starts: Integers
    ends: Labels
    border: Metres

    @classmethod
    def of_pairs(
        cls,
        size: int,
        first: Sequence[int] | NDArray[Any],
        second: Sequence[int] | NDArray[Any],
        border: Sequence[float] | NDArray[Any] | None = None,
    ) -> Graph:
        """A graph of pairs, each given once or more (their borders are added up); a block is no neighbour of itself."""
        a, b = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
        metres = np.ones(len(a)) if border is None else np.asarray(border, dtype=np.float64)
        if len(a) and not (min(a.min(), b.min()) >= 0 and max(a.max(), b.max()) < size):
            raise GeographyError(f"a border is between blocks that are not among the {size:,}")
        apart = a != b
        low, high = np.minimum(a, b)[apart], np.maximum(a, b)[apart]
        key, back = np.unique(low * size + high, return_inverse=True)
        summed = np.bincount(back, metres[apart], len(key)).astype(np.float64)
        low, high = key // max(size, 1), key % max(size, 1)
        begin, end = np.concatenate([low, high]), np.concatenate([high, low])
        order = np.lexsort((end, begin))
        starts = np.concatenate([[0], np.cumsum(np.bincount(begin, minlength=size))]).astype(np.int64)
        return cls(starts, end[order].astype(np.int32), np.concatenate([summed, summed])[order])

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def edges(self) -> int:
        """How many pairs of blocks touch."""
        return len(self.ends) // 2

    def neighbours(self, block: int) -> Labels:
        """The blocks that touch one."""
        return self.ends[self.starts[block] : self.starts[block + 1]]

    def pairs(self) -> tuple[Integers, Integers, Metres]:
        """Every pair of blocks that touch, once, the lower first, with its border."""
        return self._pairs

    @cached_property
    def _pairs(self) -> tuple[Integers, Integers, Metres]:
        begin = np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.starts))
        once = begin < self.ends
        return begin[once], self.ends[once].astype(np.int64), self.border[once]

    @cached_property
    def lists(self) -> list[list[int]]:
        """The neighbours of each block as Python lists, for walks."""
        ends, starts = self.ends.tolist(), self.starts.tolist()
        return [ends[a:b] for a, b in pairwise(starts)]

    def parts(self, members: Iterable[int] | None = None) -> list[Integers]:
        """The connected parts of some blocks (of all if not given): the largest first, blocks in order."""
        wanted = range(len(self)) if members is None else members
        left = {int(block) for block in wanted}
        touching = self.lists
        found = []
        while left:
            part = [left.pop()]
            for block in part:  # the list grows as it is walked
                new = [other for other in touching[block] if other in left]
                left.difference_update(new)
                part.extend(new)
            found.append(np.array(sorted(part), dtype=np.int64))
        return sorted(found, key=lambda part: (-len(part), int(part[0])))

    def pieces(self, of: NDArray[np.integer[Any]]) -> Integers:
        """For blocks in areas: the lowest block that each can walk to inside its area, the same all over a piece."""
        a, b, _ = self.pairs()
        inside = of[a] == of[b]
        a, b = a[inside], b[inside]
        found = np.arange(len(self), dtype=np.int64)
        while True:
            # Both ends of a border take the lower of what they know, and so do the blocks that they know of.
            low, new = np.minimum(found[a], found[b]), found.copy()
            np.minimum.at(new, found[a], low)
            np.minimum.at(new, found[b], low)
            new = new[new]
            if (new == found).all():
                return found
            found = new

    def connected(self, members: Iterable[int] | None = None) -> bool:
        """Whether one can walk between any two of some blocks (of all if not given) without leaving them.

        No block at all is not connected.
        """
        left = set(range(len(self))) if members is None else {int(block) for block in members}
        if not left:
            return False
        touching = self.lists
        walk = [left.pop()]
        while walk and left:
            new = left.intersection(touching[walk.pop()])
            left -= new
            walk.extend(new)
        return not left

    def take(self, members: Integers | Sequence[int]) -> Graph:
        """The graph of some blocks alone, numbered in the order given."""
        chosen = np.asarray(members, dtype=np.int64)
        number = np.full(len(self), NONE, dtype=np.int64)
        number[chosen] = np.arange(len(chosen))
        a, b, border = self.pairs()
        kept = (number[a] >= 0) & (number[b] >= 0)
        return Graph.of_pairs(len(chosen), number[a[kept]], number[b[kept]], border[kept])

    def joined(self, first: Sequence[int], second: Sequence[int]) -> Graph:
        """The graph with bridges between blocks besides: edges with no border."""
        a, b, border = self.pairs()
        return Graph.of_pairs(len(self), [*a, *first], [*b, *second], [*border, *([0.0] * len(first))])

    def cut(self, first: Sequence[int], second: Sequence[int]) -> Graph:
        """The graph without the edges between some pairs."""
        a, b, border = self.pairs()
        low, high = np.minimum(first, second), np.maximum(first, second)
        gone = np.isin(a * len(self) + b, np.asarray(low) * len(self) + np.asarray(high))
        return Graph.of_pairs(len(self), a[~gone], b[~gone], border[~gone])

    def quotient(self, division: Division, blocks: Blocks, shapes: bool = False) -> tuple[Graph, Blocks]:
        """The areas of a division as blocks of their own, such as wards made of LSOAs, and how those touch.

        A block that belongs to no area is left out. Layers follow the label that most people of an area have, which
        is all of them where the area nests. Shapes are put together where asked for.
        """
        of = division.of.astype(np.int64)
        a, b, border = self.pairs()
        kept = (of[a] >= 0) & (of[b] >= 0) & (of[a] != of[b])
        graph = Graph.of_pairs(len(division.labels), of[a[kept]], of[b[kept]], border[kept])
        layers = {
            name: _most(layer, of, len(division.labels), blocks.people)
            for name, layer in blocks.layers.items()
            if layer is not division
        }
        merged = _merged(division, blocks) if shapes and blocks.shapes is not None else None
        people = division.people(blocks.people)
        return graph, Blocks(division.labels, division.labels, people, layers, division.name, blocks.vintage, merged)


def _most(layer: Division, of: Integers, size: int, people: Integers) -> Division:
    """The label of a layer that most people of each area have; the first of equals; none where none has any."""
    both = (of >= 0) & (layer.of >= 0)
    table = np.zeros((size, len(layer.labels) + 1), dtype=np.float64)
    # A block without people counts for next to nothing, so that an area of such blocks has a label too.
    np.add.at(table, (of[both], layer.of[both]), people[both] + 1e-6)
    best = table[:, :-1].argmax(axis=1) if len(layer.labels) else np.zeros(size, dtype=np.int64)
    return Division(layer.name, layer.labels, np.where(table.sum(axis=1) > 0, best, NONE).astype(np.int32))


def _merged(division: Division, blocks: Blocks) -> NDArray[Any]:
    """The shapes of the areas of a division, put together from those of their blocks."""
    import shapely

    assert blocks.shapes is not None
    merged = np.empty(len(division.labels), dtype=object)
    for label, members in enumerate(division.groups()):
        merged[label] = shapely.union_all(blocks.shapes[members])
    return merged
