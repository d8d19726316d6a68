"""Bands of what may come, by drawing the pressures many times. The same seed gives the same bands.

Percentages are drawn as floats; money stays whole pence throughout: factors are rounded to thousand-millionths and
multiplied in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from totalplace.stress.scenario import PLACE, Plan, Pressure, Scenario

if TYPE_CHECKING:
    import numpy as np

    Draws = np.ndarray[Any, Any]

PERCENTILES = (5, 25, 50, 75, 95)
"""Of a hundred draws, so many have a gap no larger."""
_PARTS = 1_000_000_000
_MILLION = 1_000_000


@dataclass(frozen=True)
class Band:
    """The gap of a body and year in pence at each of PERCENTILES; `after` is true for the gap after reserves."""

    body: str
    year: str
    after: bool
    pence: tuple[int, ...]


def bands(scenario: Scenario) -> list[Band]:
    """Bands for the place and each body, by year; [] where no pressure says how its figures are spread.

    A pressure that is given for all bodies is drawn once for all, a body's own for itself. Ranges without a
    distribution stay at their central figure.
    """
    if not scenario.drawn:
        return []
    import numpy as np

    shape = (len(scenario.years), scenario.draws)
    before, after = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    own: list[Band] = []
    for plan in scenario.plans:
        for at, (gap, left) in enumerate(_body(plan, scenario)):
            before[at] += gap
            after[at] += left
            own += [_band(plan.id, scenario.years[at], values, n) for n, values in enumerate((gap, left))]
    place = [
        _band(PLACE, year, values[at], n) for at, year in enumerate(scenario.years) for n, values in _two(before, after)
    ]
    return [*place, *own]


def _two(before: Draws, after: Draws) -> Iterator[tuple[int, Draws]]:
    yield from enumerate((before, after))


def _band(body: str, year: str, values: Draws, after: int) -> Band:
    """The values at which so many of a hundred are no larger (nearest rank, so each is one that was drawn)."""
    import numpy as np

    ranked = np.sort(values)
    at = [-(-p * len(ranked) // 100) - 1 for p in PERCENTILES]
    return Band(body, year, bool(after), tuple(int(ranked[n]) for n in at))


def _body(plan: Plan, scenario: Scenario) -> Iterator[tuple[Draws, Draws]]:
    """The gap before and after reserves of one body in each year ahead, for every draw."""
    import numpy as np

    drawn = {name: _factors(pressure, name, plan.id, scenario) for name, pressure in plan.pressures.items()}
    one = np.ones((len(scenario.years), scenario.draws))
    spend, funding, income, reserves = (plan.baseline[n].pence for n in ("spend", "funding", "income", "reserves"))
    left = np.full(scenario.draws, reserves, np.int64)
    for at in range(len(scenario.years)):
        grown = drawn.get("demand", one)[at] * drawn.get("price", one)[at]
        gap = _times(spend, grown) - _times(funding, drawn.get("funding", one)[at])
        gap -= _times(income, drawn.get("income", one)[at])
        left = np.maximum(left - plan.reserves.committed, 0)
        free = np.maximum(left - plan.reserves.floor, 0)
        most = free if plan.reserves.use is None else np.minimum(free, plan.reserves.use)
        used = np.minimum(most, np.maximum(gap, 0))
        left = left - used
        yield gap, gap - used


def _factors(pressure: Pressure, name: str, body: str, scenario: Scenario) -> Draws:
    """What the base year's figure is multiplied by: a row a year, a column a draw."""
    import numpy as np

    years = len(scenario.years)
    if not pressure.shape:
        fixed = np.array([float(factor) for factor in pressure.factors["central"]])
        return np.repeat(fixed[:, None], scenario.draws, axis=1)
    percent = _percentages(pressure, name, PLACE if pressure.shared else body, scenario)
    if pressure.growth:
        return np.stack([(1 + percent / 100) ** (n + 1) for n in range(years)])
    return np.stack([1 + percent / 100 * (n + 1) / years for n in range(years)])


def _percentages(pressure: Pressure, name: str, whose: str, scenario: Scenario) -> Draws:
    """The figures drawn. Each pressure has a stream of its own: another one more or less changes nothing in it."""
    from zlib import crc32

    import numpy as np

    random = np.random.default_rng([scenario.seed, crc32(f"{whose}/{name}".encode())])
    low, high = sorted((float(pressure.ends["low"]), float(pressure.ends["high"])))
    if low == high:
        return np.full(scenario.draws, low)
    if pressure.shape == "uniform":
        return random.uniform(low, high, scenario.draws)
    return random.triangular(low, float(pressure.ends["central"]), high, scenario.draws)


def _times(pence: int, factors: Draws) -> Draws:
    """Pence times factors in whole numbers, half up. Exact up to a million million pounds and tenfold."""
    import numpy as np

    parts = np.rint(factors * _PARTS).astype(np.int64)
    millions, rest = divmod(pence, _MILLION)
    whole, over = np.divmod(millions * parts, _PARTS // _MILLION)
    exact: Draws = whole + (over * _MILLION + rest * parts + _PARTS // 2) // _PARTS
    return exact
