"""How sure a result is: the unsure numbers drawn many times, together, and the measures that come of it.

Each number has a stream of its own, named by its key: another one more or less changes nothing in it, and options and
cases that share a key share its draws. The same seed gives the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from totalplace.appraisal.case import MOST_DRAWS, Case, Correlation, Quantity
from totalplace.appraisal.flows import LEAST, Rates, Totals, incremental, measures, paid_back, rates_of
from totalplace.errors import CaseError, UsageError

if TYPE_CHECKING:
    import numpy as np

    Draws = np.ndarray[Any, Any]

PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
CHUNK = 16_000
"""Draws at a time: an array of them stays below what is asked of the system anew each time (128 kB)."""
BARS = 40
"""Bars of the picture of a distribution."""
HELD = 4_000_000
"""Numbers drawn that are held at a time: a case of very many numbers is drawn in smaller parts (32 MB)."""
_REACH, _CELLS = 8.0, 2048
_ODDS = 1024
Z95 = 1.959963984540054
"""The 97.5 percentile of the standard normal distribution."""


@dataclass(frozen=True)
class Spread:
    """How one measure came out over the draws: mean, percentiles, and bars (from, to, draws) for a picture.

    `undefined` are draws in which it could not be calculated, such as a ratio over no cost.
    """

    mean: float
    percentiles: Mapping[int, float]
    bars: tuple[tuple[float, float, int], ...]
    undefined: int = 0


@dataclass(frozen=True)
class Chance:
    """What the draws of an option say, over and above carrying on as now."""

    option: str
    draws: int
    seed: int
    measures: Mapping[str, Spread]
    saves: float
    """The chance that public budgets are better off: net present budget impact below nought."""
    gains: float
    """The chance that the public is better off: net present public value above nought."""
    pays_back: float
    """The chance that public budgets have their money back within the case's years."""
    pays_back_by: tuple[float, ...]
    """That chance by year."""


MEASURED = (
    "net_present_budget_impact",
    "financial_return",
    "net_present_public_value",
    "public_value_return",
    "fiscal_cost",
    "fiscal_benefit",
)
"""The measures whose spread is kept."""


def chances(case: Case, draws: int, seed: int | None = None) -> list[Chance]:
    """The chance of each option; raises UsageError for a number of draws that cannot be."""
    import numpy as np

    if not 100 <= draws <= MOST_DRAWS:
        raise UsageError(f"{draws:,} draws cannot be made; ask for 100 to {MOST_DRAWS:,}")
    chosen, rates = case.seed if seed is None else seed, rates_of(case)
    found = {
        option.id: {name: np.empty(draws) for name in MEASURED}
        | {f"up.{n}": np.empty(draws, bool) for n in range(len(case.years))}
        for option in case.proposals
    }
    for at, values in drawn(case, draws, chosen):
        for id, kept in found.items():
            total = incremental(case, id, values, rates)
            came = measures(total, rates)
            for name in MEASURED:
                kept[name][at] = getattr(came, name)
            for n, up in enumerate(_ever_up(total, rates)):
                kept[f"up.{n}"][at] = up
    return [_chance(id, draws, chosen, kept, len(case.years)) for id, kept in found.items()]


def _ever_up(total: Totals, rates: Rates) -> Iterator[Any]:
    """By year, whether budgets have had their money back by then."""
    import numpy as np

    spent: Any = False
    back: Any = False
    for cost, up in zip(total.fiscal_cost, paid_back(total, rates), strict=True):
        spent = spent | np.not_equal(cost, 0)
        back = back | (spent & np.greater_equal(up, -LEAST))
        yield back


def _chance(id: str, draws: int, seed: int, kept: Mapping[str, Draws], years: int) -> Chance:
    by = tuple(float(kept[f"up.{n}"].mean()) for n in range(years))
    return Chance(
        id,
        draws,
        seed,
        {name: _spread(kept[name]) for name in MEASURED},
        float((kept["net_present_budget_impact"] < 0).mean()),
        float((kept["net_present_public_value"] > 0).mean()),
        by[-1],
        by,
    )


def _spread(values: Draws) -> Spread:
    import numpy as np

    known = values[~np.isnan(values)]
    if not len(known):
        return Spread(float("nan"), dict.fromkeys(PERCENTILES, float("nan")), (), len(values))
    ends = np.percentile(known, PERCENTILES)
    counts, edges = np.histogram(known, bins=BARS)
    bars = tuple((float(a), float(b), int(n)) for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True))
    return Spread(
        float(known.mean()),
        dict(zip(PERCENTILES, map(float, ends), strict=True)),
        bars,
        len(values) - len(known),
    )


def drawn(case: Case, draws: int, seed: int) -> Iterator[tuple[slice, dict[str, Any]]]:
    """The numbers of a case drawn, some draws at a time: the place of those draws, and an array of each unsure number.

    Numbers that are certain stay single. Raises CaseError where the correlations cannot all hold.
    """
    import numpy as np

    unsure = [quantity for quantity in case.quantities.values() if quantity.unsure]
    streams = {q.key: np.random.Generator(np.random.SFC64([seed, crc32(q.key.encode())])) for q in unsure}
    shapes = {quantity.key: shape_of(quantity) for quantity in unsure}
    tied = [_Tied(names, case.correlations) for names in _groups(case.correlations)]
    alone = streams.keys() - {name for group in tied for name in group.names}
    part = max(100, min(CHUNK, HELD // max(1, len(unsure))))
    for start in range(0, draws, part):
        size = min(part, draws - start)
        values: dict[str, Any] = case.central()
        for group in tied:
            for key, scores in group.mixed({key: streams[key].standard_normal(size) for key in group.names}):
                values[key] = shapes[key].at(scores)
        for key in alone:
            values[key] = shapes[key].draw(streams[key], size)
        yield slice(start, start + size), values


class _Tied:
    """Numbers that are off together: independent normal scores made into correlated ones."""

    def __init__(self, names: tuple[str, ...], correlations: Iterable[Correlation]) -> None:
        import numpy as np

        self.names = names
        matrix = np.eye(len(names))
        for tie in correlations:
            if tie.first in names:
                a, b = names.index(tie.first), names.index(tie.second)
                matrix[a, b] = matrix[b, a] = tie.r
        values, vectors = np.linalg.eigh(matrix)
        if values.min() < -1e-9:
            raise CaseError(
                f"[[correlation]]: {', '.join(names)} cannot be tied as said: if two go together, a third cannot go "
                "with one and against the other as much. Make the ties weaker"
            )
        self.mix = vectors * np.sqrt(np.maximum(values, 0))

    def mixed(self, scores: Mapping[str, Draws]) -> Iterable[tuple[str, Draws]]:
        """The names of the group, each with its scores, tied."""
        import numpy as np

        return zip(self.names, self.mix @ np.stack([scores[name] for name in self.names]), strict=True)


def _groups(correlations: Iterable[Correlation]) -> list[tuple[str, ...]]:
    """Names that are tied, directly or by way of others."""
    groups: list[set[str]] = []
    for tie in correlations:
        pair = {tie.first, tie.second}
        touched = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair] + [pair.union(*touched)]
    return [tuple(sorted(group)) for group in groups]


class Between:
    """A shape between two ends: its quantile as a straight line in each of many cells of even odds.

    The start and slope of a line are the two parts of one complex number, so that they are fetched at once.
    """

    def __init__(self, quantity: Quantity) -> None:
        low, width = quantity.low, quantity.high - quantity.low
        self.lines = low + _lines(quantity.shape, round((quantity.value - low) / width, 9)) * width

    def draw(self, stream: np.random.Generator, size: int) -> Draws:
        """So many draws."""
        return self._of(stream.random(size))

    def at(self, scores: Draws) -> Draws:
        """The draws that standard normal scores stand for."""
        import numpy as np

        cells = np.clip((scores + _REACH) * (_CELLS / (2 * _REACH)), 0, _CELLS - 1)
        cell = cells.astype(np.intp)
        normal = _normal_odds()
        return self._of(normal[cell] + (cells - cell) * (normal[cell + 1] - normal[cell]))

    def _of(self, odds: Draws) -> Draws:
        import numpy as np

        # Odds of one, where there are any, take the last cell.
        line = self.lines.take((odds * _CELLS).astype(np.intp), mode="clip")
        odds *= line.imag
        odds += line.real
        return odds


class Normal:
    """Normal or lognormal draws whose ends are the 2.5 and 97.5 percentiles, kept within what the number can be."""

    def __init__(self, quantity: Quantity) -> None:
        self.quantity = quantity

    def draw(self, stream: np.random.Generator, size: int) -> Draws:
        """So many draws."""
        return self.at(stream.standard_normal(size))

    def at(self, scores: Draws) -> Draws:
        """The draws that standard normal scores stand for."""
        import numpy as np

        q = self.quantity
        if q.shape == "lognormal":
            a, b = np.log(q.low), np.log(q.high)
            found: Draws = np.exp((a + b) / 2 + scores * ((b - a) / (2 * Z95)))
        else:
            below, above = (q.value - q.low) / Z95, (q.high - q.value) / Z95
            found = q.value + scores * np.where(scores < 0, below, above)
        return found.clip(q.least, q.most)


def shape_of(quantity: Quantity) -> Between | Normal:
    """What makes draws of a number."""
    return Normal(quantity) if quantity.shape in ("normal", "lognormal") else Between(quantity)


@lru_cache(maxsize=4096)
def _lines(shape: str, mode: float) -> Draws:
    """The quantile of a shape on 0 to 1: a line in each cell of even odds, start + slope x odds, as complex numbers."""
    import numpy as np

    odds = np.linspace(0, 1, _CELLS + 1)
    if shape == "uniform":
        table = odds
    elif shape == "triangular":
        rising = np.sqrt(odds * mode)
        table = np.where(odds < mode, rising, 1 - np.sqrt((1 - odds) * (1 - mode)))
    else:
        table = _pert(mode, odds)
    slopes = np.diff(table) * _CELLS
    found: Draws = table[:-1] - slopes * odds[:-1] + 1j * slopes
    return found


@lru_cache(maxsize=1)
def _normal_odds() -> Draws:
    """The standard normal distribution at even scores from -_REACH to _REACH."""
    from math import erfc, sqrt

    import numpy as np

    scores = np.linspace(-_REACH, _REACH, _CELLS + 1)
    return np.array([erfc(-score / sqrt(2)) / 2 for score in scores])


def _pert(mode: float, odds: Draws) -> Draws:
    """The quantile of the PERT distribution: a beta distribution whose mean is (low + 4 mode + high) / 6."""
    import numpy as np

    # By the angle whose squared sine it is, the density is smooth at both ends.
    angle = np.linspace(0, np.pi / 2, _ODDS + 1)
    at, density = np.sin(angle) ** 2, np.sin(angle) ** (8 * mode + 1) * np.cos(angle) ** (8 * (1 - mode) + 1)
    mass = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2)])
    found: Draws = np.interp(odds, mass / mass[-1], at)
    return found
