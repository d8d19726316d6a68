"""What a unit cost is: an entry of the Unit Cost Database or a value of the place's own, in Decimal pounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

KINDS = ("fiscal", "economic", "social")
"""Whose value it is: public bodies', people's and businesses' money, and what is worth something without money."""
LEVELS = ("headline", "subsidiary", "constituent")
"""How an entry stands to others: a main one, a related one, a part or variant of one that stands above it."""
RATINGS = ("green", "amber", "red")
"""How sure the publisher is of an entry; '' is said nothing."""
OWN = "own"
"""The edition of the values that the place's own file declares."""
CODE = re.compile(r"[A-Z][A-Z0-9&]*(?:[.-][A-Z0-9]+)*")
"""What a code looks like: CR1.0, E&S1.0.3, LOCAL-1."""


@dataclass(frozen=True)
class UnitCost:
    """A unit cost: values in pounds of the financial year beside each, None where there is none.

    `basis` is what the unit counts (incident, person-year ...), '' where no rule knows the unit. `agency` is who bears
    the fiscal value and `part` the second level of it, as the edition says; `UnitCosts.split` says it in shares.
    `transfer` is the part of `fiscal` that is a transfer payment, in prices of `fiscal_year`. `rag` is one of RATINGS.
    `verified` tells whether the values were compared with the publisher's table; `decided` is who decided a value of
    the place's own.
    """

    code: str
    edition: str
    theme: str
    category: str
    detail: str
    level: str
    unit: str
    basis: str
    agency: str
    part: str
    fiscal: Decimal | None
    fiscal_year: str
    economic: Decimal | None
    economic_year: str
    social: Decimal | None
    social_year: str
    transfer: Decimal | None
    rag: str
    source: str
    comment: str
    notes: str
    verified: bool = True
    decided: str = ""

    def value(self, kind: str) -> tuple[Decimal, str] | None:
        """The value of one of KINDS in pounds and its price year; None where there is none."""
        found: Decimal | None = getattr(self, kind)
        return None if found is None else (found, getattr(self, f"{kind}_year"))

    @property
    def years(self) -> tuple[str, ...]:
        """The price years of its values, each once, the earliest first."""
        return tuple(sorted({found[1] for kind in KINDS if (found := self.value(kind))}))

    @property
    def parent(self) -> str:
        """The code of the entry that this one is a constituent of: CR8.0 for CR8.0.1; '' for one of two numbers."""
        above, _, last = self.code.rpartition(".")
        return above if "." in above and last.isdigit() else ""


@dataclass(frozen=True)
class Share:
    """The share of a fiscal value that an agency bears, 0 to 1, exact."""

    agency: str
    part: str
    share: Fraction


@dataclass(frozen=True)
class Overlap:
    """Two chosen codes that value the same thing, why, and who says so: `status` is verified or ours."""

    one: str
    other: str
    reason: str
    source: str
    status: str

    def __str__(self) -> str:
        ours = "" if self.status == "verified" else "; our reading"
        return f"{self.one} and {self.other}: {self.reason} ({self.source}{ours})"


@dataclass(frozen=True)
class Edition:
    """An edition of the database: where it comes from, on what terms, and what was changed in it here."""

    id: str
    title: str
    published: str
    attribution: str
    licence: str
    source: str
    changes: str


@dataclass(frozen=True)
class Basis:
    """What a unit counts: `says` for people, `trap` what to look out for, '' nothing."""

    id: str
    says: str
    trap: str


def public_value(cost: UnitCost) -> Mapping[str, Decimal]:
    """What counts towards public value of each of KINDS, in pounds of its price year: fiscal without transfers.

    Source: Unit Cost Database v1.4, notes on E&E1.0 and others.
    """
    found = {kind: value[0] for kind in KINDS if (value := cost.value(kind))}
    if "fiscal" in found:
        found["fiscal"] -= cost.transfer or Decimal(0)
    return found
