"""Areas of a map coloured by a figure: classes with their limits, colours that people can tell apart, and a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from totalplace.geography.facilities.need import Need
    from totalplace.geography.neighbourhoods import Neighbourhoods

BELOW, ABOVE = "#E08214", "#8073AC"
"""Too few people and too many: orange and purple, which no common colour blindness mixes up."""
INSIDE = ("#D6EBF2", "#9CCBDB", "#5A9FB8")
"""In the band: light to dark."""
STEPS = ("#EEF3F8", "#CDDCEA", "#9DBCD8", "#5E8DB8", "#2F6596")
"""A figure from low to high."""
ROOM = (0.02, 0.05, 0.10)
"""Shares of people by which an area may grow or shrink before it leaves the band, where one shade ends. Ours."""
NOBODY = "#E7E9EC"
"""A small area that is in no neighbourhood, and a figure that is not known."""


@dataclass(frozen=True)
class Shades:
    """A colour for each area, by the label of its layer, and what they mean; no words where each has its own."""

    colours: tuple[str, ...]
    legend: tuple[tuple[str, str], ...] = ()


def by_area(colours: Sequence[str]) -> Shades:
    """Each area in the colour that parts it from those that it touches."""
    return Shades(tuple(colours))


def by_people(found: Neighbourhoods) -> Shades:
    """Areas by their people: below the band, three equal parts of it, above it."""
    low, high = found.band.low, found.band.high
    third = (high - low) / 3
    limits = [low, round(low + third), round(high - third), high + 1]
    at = np.searchsorted(limits, found.plan.people, side="right")
    colours = (BELOW, *INSIDE, ABOVE)
    words = (
        f"below {low:,}",
        f"{limits[0]:,} to {limits[1] - 1:,}",
        f"{limits[1]:,} to {limits[2] - 1:,}",
        f"{limits[2]:,} to {high:,}",
        f"above {high:,}",
    )
    return _made(found, at, colours, words)


def by_margin(found: Neighbourhoods) -> Shades:
    """Areas by how far their people may grow or shrink before they leave the band."""
    at = np.where(found.room < 0, 0, 1 + np.searchsorted(ROOM, found.room, side="right"))
    colours = (BELOW, *STEPS[1:])
    words = ("out of the band", "less than 2%", "2% to 5%", "5% to 10%", "10% and more")
    return _made(found, at, colours, words)


def by_need(found: Neighbourhoods, need: Need) -> Shades:
    """Areas by an indicator as so many times the whole place, in five classes of about as many areas; dark is more."""
    values = need.beside[list(found.at)]
    known = np.isfinite(values)
    limits = np.unique(np.round(np.quantile(values[known], (0.2, 0.4, 0.6, 0.8)), 2)) if known.any() else np.array([])
    at = np.where(known, np.searchsorted(limits, values, side="right"), len(STEPS))
    ends = [f"{limit:.2f}" for limit in limits.tolist()]
    words = [f"{a} to {b}" for a, b in pairwise(ends)]
    words = [f"below {ends[0]}", *words, f"{ends[-1]} and more"] if ends else ["not known"]
    words += [""] * (len(STEPS) - len(words))
    steps = STEPS if need.said.worse == "high" else STEPS[: len(ends) + 1][::-1] + STEPS[len(ends) + 1 :]
    return _made(found, at, (*steps, NOBODY), (*words, "not known"))


def _made(found: Neighbourhoods, at: NDArray[np.int64], colours: Sequence[str], words: Sequence[str]) -> Shades:
    """Classes of areas as colours by label; the legend has the classes that some area is of, with how many."""
    counts = np.bincount(at, minlength=len(colours)).tolist()
    legend = tuple(
        (colours[n], f"{words[n]} ({counts[n]:,})")
        for n in range(len(colours))
        if counts[n] or (words[n] and 0 < n < len(words) - 1)
    )
    painted = found.by_label([colours[n] for n in at.tolist()], NOBODY)
    return Shades(tuple(str(each) for each in painted), legend)
