"""One way by which counts and indicators move between geographies, and what it costs in people misplaced.

Both geographies are made of the same blocks. A count (people, pupils, pounds) is shared out by people, so its total
stays; a mean (a rate, an index, an age) is weighted by people. Best fit gives each source area whole to the target area
that holds most of its people, as official statistics do where layers do not nest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError, UsageError, did_you_mean
from totalplace.geography.blocks import NONE, Division, Integers, Labels

Kind = Literal["count", "mean"]
Method = Literal["share", "best-fit"]
KINDS: tuple[Kind, ...] = ("count", "mean")
METHODS: tuple[Method, ...] = ("share", "best-fit")


def crossed(source: Division, target: Division, people: Integers) -> tuple[Integers, Integers, Integers]:
    """People in both of each pair of a source and a target area that share blocks: source, target, people.

    -1 stands for no area. Pairs of blocks without people are there with 0.
    """
    wide = len(target.labels) + 1
    key = (source.of.astype(np.int64) + 1) * wide + target.of + 1
    pairs, back = np.unique(key, return_inverse=True)
    count = np.bincount(back, people, len(pairs)).astype(np.int64)
    return pairs // wide - 1, pairs % wide - 1, count


@dataclass(frozen=True, eq=False)
class BestFit:
    """To each source area the target that holds most of its people.

    `of` is the target of each source area (-1 for none), `share` the part of its people that is there. `misplaced` are
    people who are given to another target than their own block lies in, `people` all who have both areas, `outside`
    people of source areas whose blocks have no target.
    """

    of: Labels
    share: NDArray[np.float64]
    misplaced: int
    people: int
    outside: int

    @property
    def share_misplaced(self) -> float:
        """The share of people misplaced, 0 to 1."""
        return self.misplaced / self.people if self.people else 0.0


def best_fit(source: Division, target: Division, people: Integers) -> BestFit:
    """Population-weighted best fit of the areas of one layer to those of another; the first of equals."""
    a, b, count = crossed(source, target, people)
    both = (a >= 0) & (b >= 0)
    outside = int(count[(a >= 0) & (b < 0)].sum())
    a, b, count = a[both], b[both], count[both]
    order = np.lexsort((b, -count, a))
    a, b, count = a[order], b[order], count[order]
    first = np.unique(a, return_index=True)[1]
    size = len(source.labels)
    of, share = np.full(size, NONE, dtype=np.int32), np.zeros(size)
    whole = np.bincount(a, count, size)
    of[a[first]] = b[first]
    share[a[first]] = np.where(whole[a[first]] > 0, count[first] / np.maximum(whole[a[first]], 1), 1.0)
    return BestFit(of, share, int(count.sum() - count[first].sum()), int(count.sum()), outside)


def nests(source: Division, target: Division) -> bool:
    """Whether every area of one layer lies whole in one of another, block by block; not where one has no target."""
    a, b, _ = crossed(source, target, np.zeros(len(source.of), dtype=np.int64))
    inside = a >= 0
    return bool((b[inside] >= 0).all() and len(np.unique(a[inside])) == inside.sum())


@dataclass(frozen=True, eq=False)
class Fitted:
    """Figures by target area; nan for a mean where nobody with a figure lives.

    `misplaced` is the share of people, 0 to 1, for whom the figure is another area's: those of source areas that lie in
    several targets, all but each one's largest part. `outside` is the part of a count that lies in no target area,
    `without` the source areas that have no figure, `nobody` those with a figure and nobody to share it out by.
    """

    labels: tuple[str, ...]
    values: NDArray[np.float64]
    misplaced: float
    outside: float
    without: tuple[str, ...]
    nobody: tuple[str, ...]

    def by_label(self) -> dict[str, float]:
        """The figures by target area."""
        return dict(zip(self.labels, self.values.tolist(), strict=True))


def fit(
    values: Mapping[str, float],
    source: Division,
    target: Division,
    people: Integers,
    *,
    kind: Kind = "count",
    method: Method = "share",
) -> Fitted:
    """Moves figures of the areas of one layer to those of another, over the blocks of both.

    `values` are by source area; `kind` is 'count' (shared out, total kept) or 'mean' (weighted by people); `method` is
    'share' (by the people in both) or 'best-fit' (each source area whole). Raises GeographyError for figures of areas
    that are not in the source, UsageError for another kind or method.
    """
    _known(values, source, kind, method)
    size, wide = len(source.labels), len(target.labels)
    given = np.array([values.get(label, np.nan) for label in source.labels], dtype=np.float64)
    known = ~np.isnan(given)
    best = best_fit(source, target, people)
    if method == "best-fit":
        a, b = np.arange(size), best.of.astype(np.int64)
        count = np.bincount(source.of[source.of >= 0], people[source.of >= 0], size)
        weight = np.ones(size)
    else:
        a, b, count = crossed(source, target, people)
        kept = a >= 0
        a, b, count = a[kept], b[kept], count[kept].astype(np.float64)
        whole = np.bincount(a, count, size)
        weight = np.divide(count, whole[a], out=np.zeros(len(a)), where=whole[a] > 0)
    used, there = known[a], b >= 0
    sums = np.zeros(wide)
    outside = 0.0
    if kind == "count":
        np.add.at(sums, b[used & there], (given[a] * weight)[used & there])
        outside = float((given[a] * weight)[used & ~there].sum())
    else:
        lived = np.zeros(wide)
        np.add.at(sums, b[used & there], (given[a] * count)[used & there])
        np.add.at(lived, b[used & there], count[used & there])
        sums = np.divide(sums, lived, out=np.full(wide, np.nan), where=lived > 0)
    alone = np.bincount(a, weight, size) <= 0
    return Fitted(
        target.labels,
        sums,
        best.share_misplaced,
        outside,
        tuple(label for label, has in zip(source.labels, known, strict=True) if not has),
        tuple(label for n, label in enumerate(source.labels) if known[n] and alone[n] and given[n]),
    )


def _known(values: Mapping[str, float], source: Division, kind: str, method: str) -> None:
    for said, offered, what in ((kind, KINDS, "kind"), (method, METHODS, "method")):
        if said not in offered:
            raise UsageError(f"'{said}' is no {what} of fit{did_you_mean(said, list(offered))}")
    strange = sorted(set(values) - set(source.labels))
    if strange:
        share = 1 - len(strange) / len(values)
        raise GeographyError(
            f"{len(strange):,} figures are of areas that are not in '{source.name}' ({share:.1%} match): {strange[0]}"
            f"{did_you_mean(strange[0], list(source.labels))}. Are they of another vintage?"
        )
    if bad := [label for label, value in values.items() if value in (float("inf"), float("-inf"))]:
        raise GeographyError(f"the figure of {bad[0]} is not finite")


@lru_cache(maxsize=4)
def own(ids: tuple[str, ...], name: str = "blocks") -> Division:
    """The division in which each block is an area of its own, for figures that are by block."""
    return Division(name, ids, np.arange(len(ids), dtype=np.int32))
