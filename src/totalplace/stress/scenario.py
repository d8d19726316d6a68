"""What a scenario says, as types: baselines in pence, pressures as factors, reserves. Imports no file and no count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

BASELINES = ("spend", "funding", "income", "reserves")
"""What is given of each body in the base year, in pounds."""
PRESSURES = ("funding", "demand", "income", "price", "reserves")
"""What presses, in the order in which it is shown."""
CASES = ("low", "central", "high")
"""The mild case, the one that is counted on, and the severe one."""
SHAPES = ("uniform", "triangular")
"""How the figures between low and high are spread, where a pressure says so."""
PLACE = ""
"""Stands for the whole place where a body's id would."""

PRESSURE_WORDS = {
    "funding": "Change in funding",
    "demand": "Demand",
    "income": "Change in income",
    "price": "Prices",
    "reserves": "Promised from reserves",
}
"""The pressures as people are shown them."""
BASELINE_WORDS = {"spend": "Spending", "funding": "Funding", "income": "Income", "reserves": "Reserves"}
"""The baselines as people are shown them."""


@dataclass(frozen=True)
class Amount:
    """A figure of the base year in pence, and where it comes from."""

    pence: int
    source: str
    from_payments: bool = False


@dataclass(frozen=True)
class Pressure:
    """A pressure: for each case, by how much the figure of the base year is multiplied in each year ahead.

    `ends` are the percentages of the three cases; `shape` is '' or one of SHAPES. `shared` is true where one figure
    is meant for all bodies: then one is drawn for all of them. `growth` is true where it compounds a year.
    """

    factors: Mapping[str, tuple[Fraction, ...]]
    ends: Mapping[str, Decimal]
    words: str
    source: str = ""
    shape: str = ""
    growth: bool = False
    shared: bool = False


@dataclass(frozen=True)
class Reserves:
    """How reserves are used, in pence: at most `use` a year (None: as the gap needs), never below `floor`.

    `committed` a year is promised for other things, such as building, and goes first.
    """

    use: int | None = 0
    floor: int = 0
    committed: int = 0
    source: str = ""


@dataclass(frozen=True)
class Plan:
    """One body of a scenario: its baseline, what presses on it, and how it uses its reserves."""

    id: str
    name: str
    baseline: Mapping[str, Amount]
    pressures: Mapping[str, Pressure] = field(default_factory=dict)
    reserves: Reserves = field(default_factory=Reserves)

    def pressed_by(self) -> tuple[str, ...]:
        """The pressures that this body has."""
        own = [name for name in PRESSURES if name in self.pressures]
        return (*own, "reserves") if self.reserves.committed else tuple(own)


@dataclass(frozen=True)
class Scenario:
    """A scenario: `years` are the financial years ahead of `base_year`."""

    name: str
    title: str
    base_year: str
    years: tuple[str, ...]
    plans: tuple[Plan, ...]
    note: str = ""
    seed: int = 2010
    draws: int = 10_000

    @property
    def pressures(self) -> tuple[str, ...]:
        """The pressures that any body has, in the order of PRESSURES."""
        found = {name for plan in self.plans for name in plan.pressed_by()}
        return tuple(name for name in PRESSURES if name in found)

    @property
    def ranged(self) -> bool:
        """Whether any pressure has a low and a high figure."""
        return any(len(set(p.ends.values())) > 1 for plan in self.plans for p in plan.pressures.values())

    @property
    def drawn(self) -> bool:
        """Whether any pressure says how its figures are spread."""
        return any(p.shape for plan in self.plans for p in plan.pressures.values())
