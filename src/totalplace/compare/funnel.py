"""How far from the others is too far: limits that widen for small denominators, an interval for each, quartiles, ranks.

Funnel plots: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, doi 10.1002/sim.1970; limits of 95% and 99.8%.
His models of over-dispersion are for counts; money has no such variance of its own, so the variance is taken from how
the others differ, each body held against the others without itself (the deleted, or externally studentised, residual,
which follows Student's t). Two ways in which bodies can differ are both allowed for and the wider one counts: by chance
that evens out in large numbers, and by what no number evens out. That choice is ours. docs/methods/compare.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

ALARM = 0.998
"""What lies inside limits by chance so often is never asked about."""
USUAL = 0.95
AT_LEAST = 10
"""So many others there must be before anything is flagged: a default of ours. With fewer the spread of the others is
hardly known: at ten it is known to about a quarter of itself."""
FEWEST = 3
"""With fewer others than this there are no limits at all."""
DIGITS = 50
_NEARLY = Decimal("1e-6")


@dataclass(frozen=True)
class Point:
    """Money (pence) and what it is over, above 0."""

    money: Fraction
    denominator: Fraction

    @property
    def ratio(self) -> Fraction:
        """Money for one of the denominator, exact."""
        return self.money / self.denominator


@dataclass(frozen=True)
class Standing:
    """Where a ratio stands among the others. All are in the ratio's unit (pence); None with fewer than FEWEST others.

    `others` is what all others come to together; `interval` what the ratio may be by chance, `inner` and `limits` where
    a ratio over this denominator is expected in 95 and 99.8 of 100 cases; `outside` says that it is not.
    """

    others: Fraction | None
    interval: tuple[Decimal, Decimal] | None = None
    inner: tuple[Decimal, Decimal] | None = None
    limits: tuple[Decimal, Decimal] | None = None
    outside: bool = False


def standings(points: Sequence[Point]) -> list[Standing]:
    """Each ratio against all others without itself. Denominators must be above 0."""
    with localcontext() as context:
        context.prec = DIGITS
        return _standings(points)


def _standings(points: Sequence[Point]) -> list[Standing]:
    others = len(points) - 1
    money, units = sum((p.money for p in points), Fraction(0)), sum((p.denominator for p in points), Fraction(0))
    weights = [_decimal(point.denominator) for point in points]
    ratios = [_decimal(point.ratio) for point in points]
    # Around the middle of all, so that what is squared is small and nothing is lost in the differences of sums.
    weight = sum(weights, Decimal(0))
    if not points:
        return []
    middle = sum((w * y for w, y in zip(weights, ratios, strict=True)), Decimal(0)) / weight
    at = [y - middle for y in ratios]
    sums = _Sums(weights, at)
    found = []
    for n, point in enumerate(points):
        rest = (money - point.money) / (units - point.denominator) if others else None
        if others < FEWEST:
            found.append(Standing(rest))
            continue
        by_size, flat = sums.spreads(n)
        centre = middle + sums.centre(n)
        around = max(by_size * (1 / weights[n] + 1 / (weight - weights[n])), flat * (1 + sums.squares(n)))
        half = around.sqrt()
        wide, narrow = (Decimal(str(student(level, others - 1))) for level in (ALARM, USUAL))
        own = narrow * (by_size / weights[n]).sqrt()
        found.append(
            Standing(
                rest,
                (ratios[n] - own, ratios[n] + own),
                (centre - narrow * half, centre + narrow * half),
                (centre - wide * half, centre + wide * half),
                abs(ratios[n] - centre) > wide * half + _NEARLY,
            )
        )
    return found


class _Sums:
    """Sums over all points, from which those over all but one come by taking that one away."""

    def __init__(self, weights: Sequence[Decimal], at: Sequence[Decimal]) -> None:
        self.weights, self.at, self.count = weights, at, len(at)
        self.w = sum(weights, Decimal(0))
        self.ww = sum((w * w for w in weights), Decimal(0))
        self.wy = sum((w * y for w, y in zip(weights, at, strict=True)), Decimal(0))
        self.wyy = sum((w * y * y for w, y in zip(weights, at, strict=True)), Decimal(0))
        self.y = sum(at, Decimal(0))
        self.yy = sum((y * y for y in at), Decimal(0))

    def centre(self, n: int) -> Decimal:
        """The ratio of all others together: their money over what it is for."""
        return (self.wy - self.weights[n] * self.at[n]) / (self.w - self.weights[n])

    def squares(self, n: int) -> Decimal:
        """The sum of the squared shares of the others: how much the centre itself is open to chance."""
        return (self.ww - self.weights[n] ** 2) / (self.w - self.weights[n]) ** 2

    def spreads(self, n: int) -> tuple[Decimal, Decimal]:
        """The variance for one unit where it goes with 1 / denominator, and where it is the same for all."""
        w, y, others = self.weights[n], self.at[n], self.count - 1
        by_size = self.wyy - w * y * y - (self.w - w) * self.centre(n) ** 2
        flat = self.yy - y * y - (self.y - y) ** 2 / others
        return tuple(max(value, Decimal(0)) / (others - 1) for value in (by_size, flat))  # type: ignore[return-value]  # two


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


@lru_cache(maxsize=4096)
def student(level: float, freedom: int) -> float:
    """Student's t that lies between plus and minus itself in `level` of cases, to six places.

    From the finite series for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).
    """
    if freedom > 2000:
        from statistics import NormalDist

        return round(NormalDist().inv_cdf((1 + level) / 2), 6)
    low, high = 0.0, 1.0
    while _inside(high, freedom) < level:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(middle, freedom) < level else (low, middle)
    return round(high, 6)


def _inside(t: float, freedom: int) -> float:
    """The chance that Student's t lies between -t and t."""
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    if freedom == 1:
        return 2 * angle / math.pi
    term = cosine if odd else 1.0
    total = term
    for n in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (n - 1) / n
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def quartiles(ratios: Sequence[Fraction]) -> tuple[Fraction, Fraction, Fraction] | None:
    """Lower quartile, median and upper quartile, in proportion between neighbours (Excel's QUARTILE.INC)."""
    if not ratios:
        return None
    ranked = sorted(ratios)
    found = []
    for part in (1, 2, 3):
        at = Fraction(part * (len(ranked) - 1), 4)
        low = at.numerator // at.denominator
        high = min(low + 1, len(ranked) - 1)
        found.append(ranked[low] + (ranked[high] - ranked[low]) * (at - low))
    return found[0], found[1], found[2]


def ranks(ratios: Sequence[Fraction]) -> list[int]:
    """The rank of each, 1 for the highest; equals share one."""
    order = sorted(ratios, reverse=True)
    first: dict[Fraction, int] = {}
    for n, ratio in enumerate(order, 1):
        first.setdefault(ratio, n)
    return [first[ratio] for ratio in ratios]
