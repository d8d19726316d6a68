"""What the Department for Transport calls a ratio of benefits to costs, from `vfm.toml`; a yardstick, not verified."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from totalplace.parameters.dated import Number, exact, shipped


@dataclass(frozen=True)
class Category:
    """A category: the least ratio that is in it, None for the lowest."""

    id: str
    title: str
    least: Decimal | None


@dataclass(frozen=True)
class Categories:
    """All categories, lowest first, with what they rest on."""

    id: str
    title: str
    unit: str
    source: str
    date: str
    licence: str
    verified: bool
    note: str
    bands: tuple[Category, ...]

    def of(self, ratio: Number | str) -> Category:
        """The category of pounds of benefit for a pound of cost; a ratio on a boundary is of the upper one."""
        found = exact(ratio, "the ratio of benefits to costs")
        return [band for band in self.bands if band.least is None or found >= band.least][-1]


@cache
def categories() -> Categories:
    """The shipped categories."""
    raw = shipped("vfm.toml")
    bands = (
        Category(one["id"], one["title"], Decimal(one["least"]) if "least" in one else None) for one in raw["band"]
    )
    return Categories(**raw["about"], bands=tuple(bands))
