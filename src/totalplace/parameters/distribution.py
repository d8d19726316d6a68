"""Weights for who gains, from `distribution.toml`: (median income / income of the group) to the power of eta.

Source: The Green Book 2022, annex 3 (A3.12 to A3.22). Weighted results stand beside the unweighted ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from totalplace.errors import UsageError
from totalplace.parameters.dated import Number, chosen, exact, shipped


@dataclass(frozen=True)
class Value:
    """A figure that weights rest on; `prices` is a financial year where it is money."""

    id: str
    title: str
    amount: Decimal
    unit: str
    source: str
    date: str
    licence: str
    verified: bool
    note: str = ""
    prices: str = ""


@cache
def values() -> tuple[Value, ...]:
    """All of them, in their order."""
    return tuple(_value(**table) for table in shipped("distribution.toml")["value"])


def _value(amount: str, **about: object) -> Value:
    return Value(amount=Decimal(amount), **about)  # type: ignore[arg-type]


def value(name: str) -> Value:
    """A figure by its id: eta, lowest-fifth, median ...; raises UsageError for one that there is not."""
    return chosen(name, {one.id: one for one in values()}, "value of distribution")


def weight(group_income: Number | str, median: Number | str | None = None, eta: Number | str | None = None) -> float:
    """What a pound counts to a group of that income, against one at the median. No unit.

    Both incomes are of one kind: a week or a year, before or after housing costs. Without `median` the shipped one is
    taken (pounds a week before housing costs), without `eta` 1.3. Raises UsageError for an income that is not above
    nought and for an eta under nought or over 10.
    """
    middle = value("median").amount if median is None else median
    power = value("eta").amount if eta is None else eta
    group, whole, steep = (exact(n, what) for n, what in ((group_income, GROUP), (middle, MEDIAN), (power, "eta")))
    for income, what in ((group, GROUP), (whole, MEDIAN)):
        if income <= 0:
            raise UsageError(f"{what} is {float(income):g}; it must be above nought")
    if not 0 <= steep <= 10:
        raise UsageError(f"eta is {float(steep):g}; it must be from 0 (no weights) to 10")
    return power_of(whole / group, steep)


GROUP, MEDIAN = "the income of the group", "the median income"


def power_of(ratio: Fraction, steep: Fraction) -> float:
    """A ratio to a power, as a float; raises UsageError where it is too large for one."""
    try:
        return math.pow(ratio, steep)
    except OverflowError:
        raise UsageError("the incomes are too far apart for a weight") from None
