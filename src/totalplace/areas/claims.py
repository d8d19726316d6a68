"""Claims by area: how concentrated they are, and how many of those entitled do not claim. Exact; counts of people.

The curve is that of M. O. Lorenz (1905), the coefficient that of C. Gini (1912), of claims over who could claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from totalplace.areas.declared import Claim, Driver
from totalplace.terms import first_up

Doubt = tuple[str, str]


@dataclass(frozen=True)
class InArea:
    """One area: who could claim, who claims, how many are thought to be entitled; None where it is not known, with
    `why` in words."""

    area: str
    name: str
    people: Fraction | None
    claims: Fraction | None
    entitled: Fraction | None = None
    why: str = ""

    @property
    def rate(self) -> Fraction | None:
        """Claims over who could claim; None where either is not known or nobody could."""
        return self.claims / self.people if self.claims is not None and self.people else None

    @property
    def take_up(self) -> Fraction | None:
        """Claims over who is entitled; None where either is not known or nobody is."""
        return self.claims / self.entitled if self.claims is not None and self.entitled else None

    @property
    def gap(self) -> Fraction | None:
        """Who is entitled less who claims: below nought where more claim than are thought to be entitled."""
        return None if self.claims is None or self.entitled is None else self.entitled - self.claims


@dataclass(frozen=True)
class Point:
    """An area on the curve: its rate, and the shares (0 to 1) of all who could claim and of all claims that it and the
    areas with lower rates have."""

    area: InArea
    rate: Fraction
    people: Fraction
    claims: Fraction


@dataclass(frozen=True)
class Claims:
    """What is told of one `[[claims]]`: its areas by name, the curve, and what to look at before it is quoted.

    `driver` is that of the estimate of who is entitled. `why_not` says why there are no figures at all. `years` are
    those of the figures, as far as they are said.
    """

    claim: Claim
    kind: str
    areas: tuple[InArea, ...] = ()
    driver: Driver | None = None
    doubts: tuple[Doubt, ...] = ()
    why_not: str = ""
    years: str = ""

    @property
    def term(self) -> str:
        """The term with a capital, for a heading."""
        return first_up(self.claim.term)

    @cached_property
    def curve(self) -> tuple[Point, ...]:
        """The areas in order of rate."""
        return curve(self.areas)

    @cached_property
    def counted(self) -> tuple[InArea, ...]:
        """The areas whose rate is known."""
        return tuple(area for area in self.areas if area.rate is not None)

    @cached_property
    def whole(self) -> InArea:
        """All areas whose rate is known together; entitled where that is known too, see `estimated`."""
        return _sum(self.counted)

    @cached_property
    def estimated(self) -> InArea:
        """All areas together of which claims and who is entitled are known."""
        return _sum([area for area in self.areas if area.gap is not None])


def _sum(areas: Sequence[InArea]) -> InArea:
    def whole(figures: Sequence[Fraction | None]) -> Fraction | None:
        known = [figure for figure in figures if figure is not None]
        return sum(known, Fraction(0)) if known and len(known) == len(figures) else None

    people, claims, entitled = (
        whole([getattr(area, name) for area in areas]) for name in ("people", "claims", "entitled")
    )
    return InArea("", "All", people, claims, entitled)


def curve(areas: Sequence[InArea]) -> tuple[Point, ...]:
    """The concentration curve: areas with the lowest rate first (of equal rates by id), with what they come to.

    Areas without a rate are left out. () where there is none, or nobody claims. Source: Lorenz (1905), of claims over
    people instead of wealth over people.
    """
    rated = sorted((rate, area.area, area) for area in areas if (rate := area.rate) is not None)
    people = sum((area.people or Fraction(0) for *_, area in rated), Fraction(0))
    claims = sum((area.claims or Fraction(0) for *_, area in rated), Fraction(0))
    if not claims:
        return ()
    points, here, there = [], Fraction(0), Fraction(0)
    for rate, _, area in rated:
        here, there = here + (area.people or 0), there + (area.claims or 0)
        points.append(Point(area, rate, here / people, there / claims))
    return tuple(points)


def gini(points: Sequence[Point]) -> Fraction | None:
    """The Gini coefficient: twice what lies between the curve and that of equal rates; None where there is no curve.

    0 where all rates are equal. Source: Gini (1912); by trapezia, exact where rates are equal within an area.
    """
    if not points:
        return None
    ends = [(Fraction(0), Fraction(0)), *((point.people, point.claims) for point in points)]
    return 1 - sum(((x2 - x1) * (y1 + y2) for (x1, y1), (x2, y2) in pairwise(ends)), Fraction(0))


def highest(points: Sequence[Point]) -> Fraction | None:
    """The highest that `gini` could be with these people: all claims in the area with the fewest."""
    if not points:
        return None
    shares = [after - before for before, after in pairwise([Fraction(0), *(point.people for point in points)])]
    return 1 - min(shares)


def half(points: Sequence[Point]) -> Fraction | None:
    """The share (0 to 1) of all who could claim that the areas with the highest rates have, which have half of all
    claims; of the area in which the half is reached, as much as it needs. None where there is no curve."""
    middle = Fraction(1, 2)
    ends = [(Fraction(0), Fraction(0)), *((point.people, point.claims) for point in points)]
    for (x1, y1), (x2, y2) in pairwise(ends):
        if y1 < middle <= y2:
            return 1 - (x1 + (x2 - x1) * (middle - y1) / (y2 - y1))
    return None
