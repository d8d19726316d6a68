"""How far apart two divisions of the same people are: each measure once, from people by block.

Every measure comes from one table, n(a, b): the people who live in area a of the first division and in area b of the
second. Those that either division leaves out are in no measure; they are counted and said. Time grows with the number
of blocks. Sources and worked values: docs/methods/geography.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError
from totalplace.geography.aligning.matching import matched
from totalplace.geography.blocks import Division, Integers, Metres

DENSE = 4
"""The table is counted cell by cell where it has up to so many cells for each block, and sorted otherwise."""


@dataclass(frozen=True, eq=False)
class Cross:
    """People by area of a first and a second division: `people[i]` live in areas `rows[i]` and `columns[i]`.

    Only cells with somebody in them stand, in the order of rows, then columns. `only_first` people have an area in the
    first division alone, `only_second` in the second alone, `neither` in none: they are in no measure.
    """

    first: Division
    second: Division
    rows: Integers
    columns: Integers
    people: Integers
    only_first: int
    only_second: int
    neither: int

    @cached_property
    def total(self) -> int:
        """People who have an area in both."""
        return int(self.people.sum())

    @cached_property
    def of_first(self) -> Integers:
        """People of each area of the first division who have one in the second too."""
        return _sums(self.rows, self.people, len(self.first.labels))

    @cached_property
    def of_second(self) -> Integers:
        """The same for the second."""
        return _sums(self.columns, self.people, len(self.second.labels))

    @property
    def turned(self) -> Cross:
        """The same table, the second division first."""
        order = np.lexsort((self.rows, self.columns))
        cells = self.columns[order], self.rows[order], self.people[order]
        return Cross(self.second, self.first, *cells, self.only_second, self.only_first, self.neither)

    @cached_property
    def pieces(self) -> Integers:
        """Into how many areas of the second division each area of the first falls; 0 where nobody lives."""
        return np.bincount(self.rows, minlength=len(self.first.labels))

    @cached_property
    def best(self) -> Integers:
        """The area of the second that most people of each area of the first have, the first of equals; -1 for none."""
        order = np.lexsort((self.columns, -self.people, self.rows))
        rows = self.rows[order]
        head = np.concatenate([[True], rows[1:] != rows[:-1]]) if len(rows) else np.zeros(0, dtype=bool)
        best = np.full(len(self.first.labels), -1, dtype=np.int64)
        best[rows[head]] = self.columns[order][head]
        return best

    @cached_property
    def jaccard(self) -> Metres:
        """People in both areas of each cell over people in either: 1 where the two areas are one."""
        found: Metres = self.people / (self.of_first[self.rows] + self.of_second[self.columns] - self.people)
        return found


def cross(first: Division, second: Division, people: Integers) -> Cross:
    """The table of two divisions of the same blocks.

    Raises GeographyError where they are not of the same blocks, or nobody lives where both name an area.
    """
    if not len(first.of) == len(second.of) == len(people):
        raise GeographyError(
            f"'{first.name}' is of {len(first.of):,} blocks, '{second.name}' of {len(second.of):,}, and there are "
            f"people of {len(people):,}: two divisions can be compared on the same blocks alone"
        )
    one, two = first.of >= 0, second.of >= 0
    both = one & two
    width, counts = len(second.labels), np.asarray(people, dtype=np.int64)
    key = first.of[both].astype(np.int64) * width + second.of[both]
    size = len(first.labels) * width
    if size <= DENSE * len(people) + 10_000:
        table = _sums(key, counts[both], size)
        cells = np.flatnonzero(table)
        inside = table[cells]
    else:
        cells, back = np.unique(key, return_inverse=True)
        inside = _sums(back, counts[both], len(cells))
        cells, inside = cells[inside > 0], inside[inside > 0]
    if not len(cells):
        raise GeographyError(f"nobody lives where both '{first.name}' and '{second.name}' name an area")
    apart = [int(counts[where].sum()) for where in (one & ~two, two & ~one, ~one & ~two)]
    return Cross(first, second, cells // width, cells % width, inside, *apart)


def _sums(at: Integers, values: Integers, size: int) -> Integers:
    """Sums of whole numbers by place: exact, since bincount sums in floats and those hold them up to 2**53."""
    return np.bincount(at, values, size).astype(np.int64)


@dataclass(frozen=True)
class OneWay:
    """What a first division is to a second, shares of people from 0 to 1.

    `whole`: live in an area of the first that lies in one area of the second. `best_fit`: live in the area of the
    second that most people of their area of the first have. `entropy`: what is left open, in nats, of somebody's area
    in the second when that in the first is known; 0 where none is split. `split` areas fall into several, with
    `excess` pieces more than one each. `homogeneity`: 1 less entropy over the entropy of the second. `overlap`:
    intersection over union with the area that overlaps most, averaged over people. `foretold`: Goodman and Kruskal's
    lambda, the share of wrong guesses of the second area that knowing the first spares.
    """

    areas: int
    split: int
    excess: int
    whole: float
    best_fit: float
    entropy: float
    homogeneity: float
    overlap: float
    foretold: float

    @property
    def spread(self) -> float:
        """Over how many areas of the second an area of the first spreads, as if evenly: exp of the entropy, 1 at best.

        Ours as a way to say entropy in words; the number is the perplexity of information theory.
        """
        return exp(self.entropy)


@dataclass(frozen=True)
class Alignment:
    """Two divisions held together: both ways, and what is the same either way.

    `same`: the share of people whose two areas are the same one, when areas are paired one to one so that as many as
    possible are; None where that was too much to work out. `mutual` and `variation` of information are in nats,
    `distance` is variation over joint entropy (0 to 1). `rand` and `adjusted_rand` are of pairs of people.
    """

    cross: Cross
    forth: OneWay
    back: OneWay
    same: float | None
    pairs: tuple[tuple[int, int], ...]
    mutual: float
    variation: float
    distance: float
    v_measure: float
    rand: float
    adjusted_rand: float

    @cached_property
    def turned(self) -> Alignment:
        """The same, the second division first."""
        pairs = tuple(sorted((b, a) for a, b in self.pairs))
        both = self.mutual, self.variation, self.distance, self.v_measure, self.rand, self.adjusted_rand
        return Alignment(self.cross.turned, self.back, self.forth, self.same, pairs, *both)


def align(first: Division, second: Division, people: Integers) -> Alignment:
    """Every measure of two divisions; raises GeographyError as `cross` does."""
    return measured(cross(first, second, people))


def measured(table: Cross) -> Alignment:
    """Every measure of a table."""
    one, two = _entropy(table.of_first), _entropy(table.of_second)
    forth, back = _one_way(table, two), _one_way(table.turned, one)
    pairs = matched(table.rows, table.columns, table.people)
    lookup = dict(
        zip(zip(table.rows.tolist(), table.columns.tolist(), strict=True), table.people.tolist(), strict=True)
    )
    same = None if pairs is None else sum(lookup.get(pair, 0) for pair in pairs) / table.total
    apart = forth.entropy + back.entropy
    mutual = _mutual(table)
    either = forth.homogeneity + back.homogeneity
    return Alignment(
        table,
        forth,
        back,
        same,
        tuple(pairs or ()),
        mutual,
        apart,
        apart / (apart + mutual) if apart + mutual > 0 else 0.0,
        2 * forth.homogeneity * back.homogeneity / either if either else 0.0,
        *_rand(table),
    )


def _one_way(table: Cross, open_before: float) -> OneWay:
    """One way of a table; `open_before` is the entropy of its second division."""
    total, here = table.total, table.of_first
    whole = int(here[table.pieces == 1].sum())
    most = np.zeros(len(here), dtype=np.int64)
    np.maximum.at(most, table.rows, table.people)
    right, largest = int(most.sum()), int(table.of_second.max())
    shares = table.people / here[table.rows]
    entropy = _plus(-float((table.people / total * np.log(shares)).sum()))
    overlap = np.zeros(len(here))
    np.maximum.at(overlap, table.rows, table.jaccard)
    split = table.pieces > 1
    return OneWay(
        int((here > 0).sum()),
        int(split.sum()),
        int((table.pieces[split] - 1).sum()),
        whole / total,
        right / total,
        entropy,
        1 - entropy / open_before if open_before > 0 else 1.0,
        float((here * overlap).sum() / total),
        (right - largest) / (total - largest) if total > largest else 1.0,
    )


def _plus(value: float) -> float:
    """A sum that cannot be below nought, without what rounding leaves there."""
    return value if value > 0 else 0.0


def _entropy(people: Integers) -> float:
    """Entropy in nats of which area somebody lives in."""
    shares = people[people > 0] / people.sum()
    return _plus(-float((shares * np.log(shares)).sum()))


def _mutual(table: Cross) -> float:
    one, two = table.of_first[table.rows] / table.total, table.of_second[table.columns] / table.total
    joint: NDArray[np.float64] = table.people / table.total
    return _plus(float((joint * np.log(joint / (one * two))).sum()))


def _rand(table: Cross) -> tuple[float, float]:
    """Rand index and adjusted Rand index (Hubert and Arabie 1985) over all pairs of two different people.

    In whole numbers up to the last division: pairs of a country go beyond what a float holds.
    """
    every = table.total * (table.total - 1) // 2
    both, first, second = (_pairs(counts) for counts in (table.people, table.of_first, table.of_second))
    rand = (every + 2 * both - first - second) / every if every else 1.0
    room = every * (first + second) - 2 * first * second
    return rand, 2 * (every * both - first * second) / room if room else 1.0


def _pairs(counts: Integers) -> int:
    return sum(n * (n - 1) // 2 for n in counts.tolist())
