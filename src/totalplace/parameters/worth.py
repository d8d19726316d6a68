"""What a year of health or wellbeing, a life or a pound of taxes is taken to be worth, from `worth.toml`.

Every edition of a figure has an id of its own. Prices of a calendar year are taken as those of the financial year that
begins in it, with which it shares nine months of twelve: 2019 is 2019-20. The rule is ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from totalplace.errors import UsageError
from totalplace.parameters.dated import chosen, shipped
from totalplace.terms import check_year

KINDS = ("money", "share")


@dataclass(frozen=True)
class Worth:
    """A figure: `amount` in pounds of the prices of `prices` (kind money), or in per cent (kind share, no prices).

    `default` is False for what is not used unless a person asks for it.
    """

    id: str
    title: str
    kind: str
    amount: Decimal
    unit: str
    prices: str
    source: str
    date: str
    licence: str
    verified: bool
    note: str = ""
    default: bool = True

    @property
    def price_year(self) -> str:
        """The financial year of its prices, by the rule for calendar years; '' for a share."""
        return price_year(self.prices) if self.prices else ""


def price_year(prices: str) -> str:
    """The financial year that stands for prices of a calendar or financial year: ``2019`` is ``2019-20``.

    Raises UsageError for what is neither.
    """
    if re.fullmatch(r"[12]\d{3}", prices, re.ASCII):
        start = int(prices)
        return f"{start}-{(start + 1) % 100:02d}"
    try:
        return check_year(prices)
    except UsageError:
        raise UsageError(f"'{prices}' is no year of prices such as 2019 or 2019-20") from None


@cache
def worths() -> tuple[Worth, ...]:
    """All figures, in their order."""
    return tuple(_worth(**table) for table in shipped("worth.toml")["worth"])


def _worth(amount: str, prices: str = "", **about: object) -> Worth:
    return Worth(amount=Decimal(amount), prices=prices, **about)  # type: ignore[arg-type]


def worth(name: str) -> Worth:
    """A figure by its id; raises UsageError for one that there is not."""
    return chosen(name, {one.id: one for one in worths()}, "value")
