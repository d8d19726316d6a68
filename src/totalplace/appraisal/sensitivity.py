"""What a result hangs on: each number moved alone, the value at which the answer turns, scenarios side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from totalplace.appraisal.case import Case, Quantity
from totalplace.appraisal.flows import Measures, incremental, measures, rates_of
from totalplace.appraisal.result import Appraisal, appraise

PERSISTENCE = "persistence"
"""The key of the bar in which the years of all benefits move together. It is always there."""
PERSISTENCE_REACH = 0.5
"""How far persistence is moved where nobody gave a range: half as long, and half as long again. Ours."""
ROUNDS = 120
"""The most halvings of the range in which a switching value lies: enough for the last digit of a small number among
numbers up to ten million million."""


@dataclass(frozen=True)
class Bar:
    """A bar of the tornado: a measure with one number at its low and its high end, all others central."""

    key: str
    label: str
    low: float
    high: float
    at_low: float
    at_high: float
    range_from: str

    @property
    def swing(self) -> float:
        """How far the measure moves."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Switch:
    """The value of a number at which a measure turns from gain to loss, None where none within its bounds does."""

    key: str
    label: str
    value: float
    turns_at: float | None
    unit: str
    least: float
    most: float

    @property
    def change(self) -> float | None:
        """How far the number must move, as a share of its value; None where it does not turn, or stands at nought."""
        return None if self.turns_at is None or self.value == 0 else self.turns_at / self.value - 1


GOOD = {"net_present_budget_impact": -1, "net_present_public_value": 1}
"""The measures that have a nought to cross, with the sign of what is good."""


def _measured(case: Case, option: str, name: str) -> Callable[[Mapping[str, Any]], Any]:
    """What reckons one measure of an option from the numbers of the case, each a figure or an array of them."""
    rates = rates_of(case)
    return lambda values: getattr(measures(incremental(case, option, values, rates), rates), name)


def tornado(case: Case, option: str, measure: str = "net_present_public_value") -> list[Bar]:
    """The bars of an option, the widest first, that of persistence always among them.

    All bars are reckoned at once: each number is an array with one place for each end of each bar.
    """
    import numpy as np

    bars = [(q.key, q.label, {q.key: (q.low, q.high)}, q.low, q.high, q.range_from) for q in _moved(case, option)]
    bars.append(_persistence(case, option))
    values: dict[str, Any] = case.central()
    for place, (_, _, moves, *_) in enumerate(bars):
        for key, (low, high) in moves.items():
            if not isinstance(values[key], np.ndarray):
                values[key] = np.full(2 * len(bars), values[key])
            values[key][2 * place], values[key][2 * place + 1] = low, high
    came = np.broadcast_to(_measured(case, option, measure)(values), (2 * len(bars),))
    found = [
        Bar(key, label, low, high, float(came[2 * n]), float(came[2 * n + 1]), source)
        for n, (key, label, _, low, high, source) in enumerate(bars)
    ]
    return sorted(found, key=lambda bar: (-bar.swing, bar.key))


def _moved(case: Case, option: str) -> list[Quantity]:
    """The numbers of an option that have a range."""
    return [quantity for quantity in of_option(case, option) if quantity.unsure]


def of_option(case: Case, option: str) -> list[Quantity]:
    """The numbers that an option and carrying on as now hang on."""
    both = (option, case.usual.id)
    owners = {f"cost.{cost.id}" for cost in case.costs if cost.option in both}
    owners |= {f"benefit.{benefit.id}" for benefit in case.benefits if benefit.option in both}
    owners |= {f"cohort.{benefit.cohort}" for benefit in case.benefits if benefit.option in both and benefit.cohort}
    return [quantity for key, quantity in case.quantities.items() if key.rpartition(".")[0] in owners]


def _persistence(case: Case, option: str) -> tuple[str, str, dict[str, tuple[float, float]], float, float, str]:
    """The bar in which all benefits last shorter, and longer, together."""
    lengths = [case.quantities[f"benefit.{benefit.id}.lasts"] for benefit in case.benefits_of(option)]
    ends = (1 - PERSISTENCE_REACH, 1 + PERSISTENCE_REACH)
    # Who gave a range knows better than we do: it is taken, also where both ends are the value.
    moves = {
        q.key: (q.low, q.high) if q.range_from == "given" else (q.value * ends[0], q.value * ends[1]) for q in lengths
    }
    label = "Persistence: how long all benefits last, times plan"
    return PERSISTENCE, label, moves, *ends, "convention"


def switching(case: Case, option: str, measure: str = "net_present_public_value") -> list[Switch]:
    """The value of each number at which a measure of an option is nought, all others central; nearest first.

    The numbers that turn the measure are halved in on, all at once, each between its central value and its upper bound,
    or its lower one where only there the sign differs. Where the measure is nought more than once in between, one of
    those values is found, not always the nearest; where it crosses and comes back before the bound, none is.
    """
    import numpy as np

    quantities, measured = of_option(case, option), _measured(case, option, measure)
    side = float(np.sign(float(measured(case.central()))))

    def crossed(moved: list[Quantity], at: Any, strictly: bool) -> Any:
        """For each of some numbers, moved alone, whether the measure is then on the other side of nought."""
        values: dict[str, Any] = case.central()
        for place, quantity in enumerate(moved):
            values[quantity.key] = np.full(len(moved), quantity.value)
            values[quantity.key][place] = at[place]
        then = np.sign(np.broadcast_to(measured(values), (len(moved),))) * side
        return then < 0 if strictly else then <= 0

    most, least = (np.array([getattr(q, end) for q in quantities]) for end in ("most", "least"))
    above = crossed(quantities, most, True)
    turns = above | crossed(quantities, least, True)
    turning = [quantity for quantity, turned in zip(quantities, turns, strict=True) if turned]
    far, near = np.where(above, most, least)[turns], np.array([q.value for q in turning])
    for _ in range(ROUNDS if turning else 0):
        middle = (near + far) / 2
        if np.all((middle == near) | (middle == far)):
            break
        over = crossed(turning, middle, False)
        far, near = np.where(over, middle, far), np.where(over, near, middle)
    turned_at = {quantity.key: float(value) for quantity, value in zip(turning, far, strict=True)}
    found = [Switch(q.key, q.label, q.value, turned_at.get(q.key), q.unit, q.least, q.most) for q in quantities]
    return sorted(found, key=_nearness)


def _nearness(switch: Switch) -> tuple[bool, float, str]:
    change = switch.change
    return change is None, abs(change) if change is not None else 0.0, switch.key


@dataclass(frozen=True)
class Told:
    """A scenario's result, beside the central one."""

    id: str
    name: str
    result: Appraisal
    changes: Mapping[str, float]

    def measures(self, option: str) -> Measures:
        """The measures of an option in the scenario."""
        return self.result.option(option).measures


def scenarios(case: Case) -> list[Told]:
    """The central case and each of its scenarios."""
    told = [Told("central", "Central", appraise(case), {})]
    return told + [Told(each.id, each.name, appraise(case, each.values), each.values) for each in case.scenarios]
