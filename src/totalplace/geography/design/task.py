"""What is asked of a design: the band, what is weighed, what must hold, and the units that stay whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError, UsageError, did_you_mean
from totalplace.geography.blocks import Blocks, Division, Graph, Integers

PLAIN = ("borders", "metres", "compact", "balance", "need", "moved")
"""What can be weighed without a layer."""

BY_LAYER = ("main", "whole", "split", "pieces", "nest", "mixed", "vi")
"""What can be weighed of a layer, written as main:LAYER; a layer's name alone means main."""


@dataclass(frozen=True)
class Band:
    """Least and most people of an area, both allowed. The default is ours: the 30,000-50,000 of network guidance."""

    low: int = 30_000
    high: int = 50_000

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high or not self.high:
            raise UsageError(
                f"a band of {self.low:,} to {self.high:,} people holds nobody; give the lower number first"
            )

    @classmethod
    def said(cls, text: str) -> Band:
        """The band that a text such as 30000-50000 says; raises UsageError for what is none."""
        ends = text.replace(",", "").replace(" ", "").split("-")
        if len(ends) != 2 or not all(end.isascii() and end.isdecimal() and len(end) < 12 for end in ends):
            raise UsageError(f"a band is two numbers of people such as 30000-50000; '{text}' is not")
        return cls(int(ends[0]), int(ends[1]))

    def holds(self, people: int) -> bool:
        """Whether an area of so many people lies in the band."""
        return self.low <= people <= self.high

    def counts(self, people: int) -> range:
        """Every number of areas that arithmetic alone allows for so many people."""
        most = people // self.low if self.low else people
        least = -(-people // self.high) if self.high else 1
        return range(max(least, 1), most + 1)

    def drawn_in(self, margin: float) -> Band:
        """The band that still holds when people grow or shrink by this share, such as 0.02."""
        import math

        return Band(math.ceil(self.low / (1 - margin)), math.floor(self.high / (1 + margin)))

    def out(self, people: int) -> int:
        """How many people are too many, or too few as a number below 0; 0 inside the band."""
        return people - self.high if people > self.high else min(people - self.low, 0)

    def stands(self, people: int) -> str:
        """Where an area of so many people stands: 'in it', or by how many it is out."""
        out = self.out(people)
        if not out:
            return "in it"
        return f"{out:,} above {self.high:,}" if out > 0 else f"{-out:,} below {self.low:,}"

    @property
    def plain(self) -> str:
        """As it is written in files and addresses, which `said` reads: 30000-50000."""
        return f"{self.low}-{self.high}"

    def __str__(self) -> str:
        return f"{self.low:,}-{self.high:,}"


@dataclass(frozen=True)
class Rules:
    """What must hold, in codes of blocks or of whole units; a block means the whole unit that holds it.

    `together`: groups that lie in one area. `apart`: groups of which no two lie in one area. `fixed`: groups that are
    an area as they stand, in the band and of one piece or not. `anchors`: for each kind of point the blocks that have
    one (by number); every area holds one of each kind.
    """

    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    fixed: tuple[tuple[str, ...], ...] = ()
    anchors: Mapping[str, Integers] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Task:
    """Blocks to be put into areas.

    `weights`: how much each measure counts; each is a share from 0 to 1, 0 the best. `whole`: the layer whose areas
    stay whole ('' for the blocks themselves). `today`: the layer of the areas as they are. `need`: a figure of need a
    block, such as a deprivation score. `called`: what units are called, by label; `titles`: layers, `sites`: kinds of
    point, by id. `ruled`: the layer whose areas the rules may name, `whole` where it is not said; they still mean the
    same where `whole` is replaced. Raises UsageError for a measure that is not known or cannot be worked out here,
    GeographyError for blocks that nothing can be made of.
    """

    blocks: Blocks
    graph: Graph
    band: Band = field(default_factory=Band)
    weights: Mapping[str, float] = field(default_factory=lambda: {"borders": 1.0})
    whole: str = ""
    today: str = ""
    rules: Rules = field(default_factory=Rules)
    need: NDArray[np.float64] | None = None
    called: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    ruled: str | None = None

    def __post_init__(self) -> None:
        if self.ruled is None:
            object.__setattr__(self, "ruled", self.whole)
        if not len(self.blocks):
            raise GeographyError("there are no blocks to make areas of")
        if len(self.graph) != len(self.blocks):
            raise GeographyError(f"{len(self.blocks):,} blocks, and a graph of {len(self.graph):,}")
        if not self.people:
            raise GeographyError("nobody lives in these blocks: is the column of people the right one?")
        weights = {self._measure(name): float(weight) for name, weight in self.weights.items()}
        if not any(weights.values()) or min(weights.values()) < 0 or not np.isfinite(list(weights.values())).all():
            raise UsageError("give at least one measure a weight above 0, and none a weight below 0")
        object.__setattr__(self, "weights", weights)
        for layer in filter(None, (self.whole, self.today)):
            self.blocks.layer(layer)
        if self.need is not None and len(self.need) != len(self.blocks):
            raise GeographyError(f"{len(self.need):,} figures of need for {len(self.blocks):,} blocks")

    def _measure(self, name: str) -> str:
        """The full name of a measure; UsageError for what is not known or cannot be worked out here."""
        kind, _, layer = name.partition(":")
        if name in PLAIN:
            if name == "compact" and self.blocks.shapes is None:
                raise UsageError("how compact areas are needs the shapes of the blocks; these have none")
            if name == "moved" and not self.today:
                raise UsageError("how many people move needs the areas of today: name their layer")
            if name == "need" and self.need is None:
                raise UsageError("balance of need asks for a figure of need of each block: name it with --need")
            return name
        if layer and kind in BY_LAYER:
            self.blocks.layer(layer)
            return name
        if name in self.blocks.layers:
            return f"main:{name}"
        known = [*PLAIN, *self.blocks.layers, *(f"{kind}:{each}" for kind in BY_LAYER for each in self.blocks.layers)]
        raise UsageError(f"'{name}' is nothing that a design can weigh{did_you_mean(name, known)}")

    @cached_property
    def people(self) -> int:
        """Everybody who lives in the blocks."""
        return int(self.blocks.people.sum())

    @cached_property
    def outline(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Square metres and metres of outline of each block; noughts where there are no shapes."""
        if self.blocks.shapes is None:
            return np.zeros(len(self.blocks)), np.zeros(len(self.blocks))
        import shapely

        return shapely.area(self.blocks.shapes), shapely.length(self.blocks.shapes)

    @cached_property
    def units(self) -> Division:
        """What stays whole: the areas of the layer `whole`, or each block by itself."""
        if not self.whole:
            return Division("block", self.blocks.ids, np.arange(len(self.blocks), dtype=np.int32))
        division = self.blocks.layer(self.whole)
        without = np.flatnonzero(division.of < 0)
        if len(without):
            first = self.blocks.ids[int(without[0])]
            raise GeographyError(
                f"{len(without):,} of {len(self.blocks):,} blocks belong to no area of {self.title(self.whole)}, the "
                f"first is '{first}': is it the right vintage of the lookup?"
            )
        return division.take(np.arange(len(self.blocks)))

    @cached_property
    def scattered(self) -> frozenset[int]:
        """The units that are not of one piece."""
        pieces = self.units.of[np.unique(self.graph.pieces(self.units.of))]
        return frozenset(np.flatnonzero(np.bincount(pieces) > 1).tolist())

    def of_one_piece(self, units: Sequence[int]) -> bool:
        """Whether units that hang together are of one piece in their blocks too: one of them may be scattered."""
        if self.scattered.isdisjoint(units):
            return True
        return self.graph.connected(np.flatnonzero(np.isin(self.units.of, units)))

    def title(self, layer: str) -> str:
        """What people call a layer: its title where it has one, else its id."""
        return self.titles.get(layer) or layer

    def unit_name(self, unit: int) -> str:
        """What people call a unit: its label, or the name of the block."""
        label = self.units.labels[unit]
        return self.called.get(label, label) if self.whole else self.blocks.names[unit]

    def blocks_of(self, code: str) -> Integers:
        """The blocks that a code of a rule means, of an area of `ruled` or a block; UsageError where it is neither."""
        areas = self.blocks.layer(self.ruled) if self.ruled else None
        if areas is not None and code in areas.labels:
            return areas.members(areas.labels.index(code))
        if code in self.blocks.number:
            return np.array([self.blocks.number[code]])
        known = [*(areas.labels if areas is not None else ()), *self.blocks.ids]
        raise UsageError(f"a rule names '{code}', which is no block here{did_you_mean(code, known)}")

    def named(self, code: str) -> str:
        """What people call that which a code of a rule means."""
        at = self.blocks.number.get(code)
        return self.called.get(code) or (code if at is None else self.blocks.names[at])

    @cached_property
    def bundles(self) -> list[Integers]:
        """The blocks of each group that stays together; groups that share blocks are one."""
        return joined([np.concatenate([self.blocks_of(code) for code in group]) for group in self.rules.together])

    def take(self, members: Integers) -> Task:
        """The task of some blocks alone, with the rules that lie inside; of what lies apart that which is inside."""
        number = np.full(len(self.blocks), -1)
        number[members] = np.arange(len(members))
        anchors = {kind: number[at][number[at] >= 0] for kind, at in self.rules.anchors.items()}
        kept = number >= 0

        def inside(group: tuple[str, ...]) -> bool:
            return all(kept[self.blocks_of(code)].all() for code in group)

        def here(group: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(code for code in group if kept[self.blocks_of(code)].any())

        rules = Rules(
            tuple(g for g in self.rules.together if inside(g)),
            tuple(g for g in map(here, self.rules.apart) if len(g) > 1),
            tuple(g for g in self.rules.fixed if inside(g)),
            anchors,
        )
        need = None if self.need is None else self.need[members]
        return replace(self, blocks=self.blocks.take(members), graph=self.graph.take(members), rules=rules, need=need)

    def parts(self, layer: str) -> list[tuple[str, Task]]:
        """A task for each area of a layer that no area crosses, such as each borough; none without people."""
        division = self.blocks.layer(layer)
        found = [(label, members) for label, members in zip(division.labels, division.groups(), strict=True)]
        return [(label, self.take(members)) for label, members in found if self.blocks.people[members].sum()]


def joined(groups: Sequence[Integers]) -> list[Integers]:
    """Groups of blocks, those that share any as one."""
    found: list[Integers] = []
    for group in groups:
        shared = [each for each in found if len(np.intersect1d(each, group))]
        found = [each for each in found if not any(each is other for other in shared)]
        found.append(np.unique(np.concatenate([group, *shared])))
    return found
