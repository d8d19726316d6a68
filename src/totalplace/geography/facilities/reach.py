"""How far people live from the nearest site, in a straight line from the centre of their block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.assembling import Whole
from totalplace.geography.blocks import Integers, Metres, xy_of
from totalplace.geography.points import Points
from totalplace.geography.reading.features import named

NEAR = (800, 1600)
"""Metres within which people are counted unless others are given: about ten and twenty minutes on foot. Ours."""
WEIGHTED, MIDDLE = "population-weighted centres of small areas", "middles of the land of small areas"


@dataclass(frozen=True, eq=False)
class Reach:
    """Metres from the centre of each block to the nearest site, and which of the points that is."""

    points: Points
    people: Integers
    metres: Metres
    nearest: Integers

    def within(self, blocks: Integers, limit: float) -> float | None:
        """The share of people of some blocks who live within so many metres; None where nobody lives there."""
        everybody = int(self.people[blocks].sum())
        near = int(self.people[blocks][self.metres[blocks] <= limit].sum())
        return near / everybody if everybody else None

    def quantile(self, blocks: Integers, share: float) -> float | None:
        """The least distance within which at least this share of people of some blocks live."""
        lived = blocks[self.people[blocks] > 0]
        if not len(lived):
            return None
        order = lived[np.argsort(self.metres[lived], kind="stable")]
        sums = np.cumsum(self.people[order])
        # Whole people: a half of 3 is reached by the second of them.
        at = int(np.searchsorted(sums, np.ceil(round(share * int(sums[-1]), 6))))
        return float(self.metres[order[min(at, len(order) - 1)]])

    def farthest(self, most: int) -> Integers:
        """The blocks with people that lie farthest away, the farthest first."""
        lived = np.flatnonzero(self.people > 0)
        return lived[np.argsort(-self.metres[lived], kind="stable")][:most]


def reach(whole: Whole, points: Points) -> Reach:
    """The reach to points of one kind, those outside the place too where it is known where they are.

    Raises GeographyError where no site has coordinates, or the blocks have neither centres nor shapes.
    """
    import shapely

    known = np.flatnonzero(np.isfinite(points.xy[:, 0]))
    if not len(known):
        raise GeographyError(f"no site of {points.name} has coordinates, so that nothing is known of how far it is")
    centres, _ = centres_of(whole)
    tree = shapely.STRtree(shapely.points(points.xy[known]))
    from_block, at = tree.query_nearest(shapely.points(centres), all_matches=False)
    nearest = np.full(len(centres), -1, dtype=np.int64)
    nearest[from_block] = known[at]
    metres = np.hypot(*(points.xy[nearest] - centres).T)
    return Reach(points, whole.blocks.people, metres, nearest)


def centres_of(whole: Whole) -> tuple[NDArray[np.float64], str]:
    """Where the people of each block are taken to live, in metres, and which centres those are."""
    import shapely

    if whole.centres is not None:
        return whole.centres, WEIGHTED
    if whole.blocks.shapes is None:
        raise GeographyError(
            "the blocks have neither centres nor shapes, so nothing is known of distances: load their boundaries, "
            "or population-weighted centres with --centres"
        )
    centres = xy_of(shapely.centroid(whole.blocks.shapes))
    if unknown := [whole.blocks.ids[n] for n in np.flatnonzero(np.isnan(centres[:, 0])).tolist()]:
        raise GeographyError(
            f"areas that have no shape, so that nothing is known of how far people there live: {named(unknown)}. Load "
            "boundaries with all of them, or population-weighted centres with --centres"
        )
    return centres, MIDDLE


def limits_of(metres: tuple[float, ...]) -> tuple[float, ...]:
    """Distances that people are counted within, in order; raises UsageError for none that can be."""
    for each in metres:
        if not 0 < each <= 1_000_000:
            raise UsageError(f"a distance of {each:g} metres cannot be: give one from 1 to 1,000,000")
    return tuple(sorted(set(metres))) or tuple(float(each) for each in NEAR)
