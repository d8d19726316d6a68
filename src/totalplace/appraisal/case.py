"""A business case as data: options, cohorts, costs, benefits, and what is not sure about each number.

Money is in pounds of the case's price year unless a name says otherwise. Every number that may be unsure is a
`Quantity` under a key such as ``benefit.care.impact``; the calculation reads numbers by key, so that one and the same
arithmetic serves the central case, a scenario, a tornado and a hundred thousand draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

DEADWEIGHTS = ("proportional", "points")
"""How deadweight is taken off: as a part of the impact, impact x (1 - deadweight), or as percentage points of it,
impact - deadweight, where it is the rate at which a comparison group succeeds."""

COST_KINDS = ("capital", "revenue", "in-kind", "volunteer")
"""What is put in. Capital and revenue are paid out of budgets; in kind and volunteer time are resources that no budget
pays for the scheme."""

CASH_KINDS = ("capital", "revenue")
"""The kinds of cost that a budget pays."""

VALUES = ("fiscal", "economic", "social")
"""The kinds of benefit: to public budgets, to the economy, to society."""

SHAPES = ("pert", "triangular", "uniform", "normal", "lognormal")
"""How a number may be spread. Between its ends: pert, triangular, uniform. With its ends as the 2.5 and 97.5
percentiles: normal, lognormal."""

MOST_YEARS = 125
MOST_DRAWS = 1_000_000
MOST_LINES = 500


@dataclass(frozen=True)
class Quantity:
    """A number and what is known of how far off it may be.

    `low` and `high` are equal to `value` where it is taken as certain. `range_from` says who gave the range: the
    author (``given``), the grade of the evidence (``grade``), or nobody ('').
    """

    key: str
    label: str
    value: float
    low: float
    high: float
    least: float
    most: float
    shape: str = "pert"
    range_from: str = ""
    unit: str = ""

    @property
    def unsure(self) -> bool:
        """Whether it has a range."""
        return self.low < self.high


Shares = Mapping[str, float]
"""Parts of a whole by agency, written ``Local Authority/Children's Services`` where two levels are known."""


def first_level(agency: str) -> str:
    """An agency at its first level: ``Local authority`` of ``Local authority/Housing``."""
    return agency.split("/", maxsplit=1)[0].strip()


@dataclass(frozen=True)
class Agency:
    """Who pays or gains; `public` is false for a charity's grant or a firm, whose money is no public budget."""

    name: str
    public: bool = True


@dataclass(frozen=True)
class Option:
    """One thing that could be done; exactly one of a case is to carry on as now."""

    id: str
    name: str
    business_as_usual: bool = False
    description: str = ""


@dataclass(frozen=True)
class Cohort:
    """Those whom an option reaches: people (or families) who start in each year of the case.

    `group` names the real people, so that cases which claim a benefit for the same ones can be told.
    """

    id: str
    name: str
    people: tuple[float, ...]
    group: str = ""
    grade: int = 0
    source: str = ""


@dataclass(frozen=True)
class Cost:
    """What an option puts in, by year: `amounts` in pounds of the case's price year, which are those `given`, in
    pounds of `price_year`, x `factor`. `hours` are those of a cost given as hours at `hourly` pounds of `price_year`.

    `bias` is what is added for optimism, as a share: of the grade, of the kind of building work after what is
    mitigated, or given. `risk` is the cost of managing the risks so mitigated, in the year of the first amount.
    """

    id: str
    name: str
    option: str
    kind: str
    amounts: tuple[float, ...]
    pays: Shares
    price_year: str
    given: tuple[float, ...]
    factor: float = 1.0
    bias: float = 0.0
    bias_from: str = ""
    grade: int = 0
    risk: float = 0.0
    hours: tuple[float, ...] = ()
    hourly: float = 0.0
    source: str = ""


@dataclass(frozen=True)
class UnitValue:
    """What one unit of an outcome is worth in a kind of value: pounds as given in their price year, and the factor
    that brings them to the price year of the case."""

    given: float
    price_year: str
    factor: float

    @property
    def value(self) -> float:
        """Pounds of the case's price year."""
        return self.given * self.factor


@dataclass(frozen=True)
class Cashable:
    """How much of a fiscal benefit can be taken out of a budget: by agency, a share, and for step-fixed costs the
    units that must go before any cost does (0: each unit counts)."""

    share: float = 0.0
    by_agency: Shares = field(default_factory=dict)
    steps: Mapping[str, float] = field(default_factory=dict)
    budget_line: str = ""
    confirmed_by: str = ""
    confirmed_on: str = ""

    def of(self, agency: str) -> tuple[float, float]:
        """The share and the step of an agency, by its whole name or its first level."""
        top = first_level(agency)
        share = self.by_agency.get(agency, self.by_agency.get(top, self.share))
        return share, self.steps.get(agency, self.steps.get(top, self.steps.get("", 0.0)))


@dataclass(frozen=True)
class Benefit:
    """What an option brings: units of an outcome, by way of a cohort or given by year, each of some value.

    `deadweight_given` is False where nobody said what would have happened anyway; such an option has no headline.
    `bias` is the share taken off for optimism, `grade` the worst of the evidence's and the cohort's (0: none).
    `transfer` is the part of the fiscal value that only moves money between people (tax, social security): it is no
    public value.
    """

    id: str
    name: str
    option: str
    outcome: str
    cohort: str
    units: tuple[float, ...]
    unit_cost: str
    edition: str
    unit: str
    fiscal: UnitValue
    economic: UnitValue
    social: UnitValue
    transfer: UnitValue
    agencies: Shares
    deadweight_given: bool
    bias: float
    bias_from: str
    grade: int
    comparator: str = ""
    cashable: Cashable = field(default_factory=Cashable)
    gains: Shares = field(default_factory=dict)
    discount: str = ""
    claim: str = ""
    owner: str = ""
    source: str = ""
    doubts: tuple[str, ...] = ()

    def values(self) -> dict[str, UnitValue]:
        """The unit values by kind, the transfer among them."""
        return {"fiscal": self.fiscal, "transfer": self.transfer, "economic": self.economic, "social": self.social}


@dataclass(frozen=True)
class Scenario:
    """Numbers of a case set otherwise: keys (with * for any) to values, on top of another scenario's."""

    id: str
    name: str
    values: Mapping[str, float]
    """What is set, by the keys of quantities, with what the scenario it is based on sets."""
    note: str = ""


@dataclass(frozen=True)
class Correlation:
    """That two numbers tend to be off together; `r` from -1 to 1, of the normal scores."""

    first: str
    second: str
    r: float


@dataclass(frozen=True)
class Used:
    """A parameter that a result rests on: what it is, its edition, and whether it was checked at its source.

    `forecast` names the financial years of which it has a forecast alone and that were used.
    """

    name: str
    edition: str
    verified: bool
    source: str = ""
    forecast: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A whole business case. `first_year` is year 0 of discounting; lists by year start with it."""

    id: str
    name: str
    first_year: str
    years: tuple[str, ...]
    price_year: str
    deflator: str
    discount: str
    deadweight: str
    options: tuple[Option, ...]
    cohorts: Mapping[str, Cohort]
    costs: tuple[Cost, ...]
    benefits: tuple[Benefit, ...]
    quantities: Mapping[str, Quantity]
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    comparator: str = ""
    public_funds: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    logic: tuple[Mapping[str, object], ...] = ()
    used: tuple[Used, ...] = ()
    doubts: tuple[str, ...] = ()
    place: str = ""
    purpose: str = ""
    conditions: tuple[str, ...] = ()
    author: str = ""
    note: str = ""
    seed: int = 1
    remarks: Mapping[str, str] = field(default_factory=dict)
    """What is said besides, by place: notes, grades, where a range comes from. No figure rests on it alone."""

    @property
    def usual(self) -> Option:
        """The option to carry on as now."""
        return next(option for option in self.options if option.business_as_usual)

    @property
    def proposals(self) -> tuple[Option, ...]:
        """The options that would change something."""
        return tuple(option for option in self.options if not option.business_as_usual)

    def option(self, id: str) -> Option:
        """The option of an id."""
        return next(option for option in self.options if option.id == id)

    def costs_of(self, option: str) -> Iterator[Cost]:
        """The costs of an option."""
        return (cost for cost in self.costs if cost.option == option)

    def benefits_of(self, option: str) -> Iterator[Benefit]:
        """The benefits of an option."""
        return (benefit for benefit in self.benefits if benefit.option == option)

    def central(self) -> dict[str, float]:
        """Every number at its central value, by key."""
        return {key: quantity.value for key, quantity in self.quantities.items()}

    def public(self, agency: str) -> bool:
        """Whether an agency's money is a public budget."""
        known = self.agencies.get(agency) or self.agencies.get(first_level(agency))
        return known is None or known.public
