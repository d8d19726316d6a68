"""compare.toml: how many others a flag needs, who is like whom, and what a joint negotiation is assumed to take off.

It is declared, as place.toml is: written by hand, kept in git. All of it may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from totalplace.compare.funnel import AT_LEAST, FEWEST
from totalplace.definition import Definition
from totalplace.errors import PlaceError, UsageError
from totalplace.toml import known_keys, read_toml

FILE = "compare.toml"
KEYS = ("at_least", "neighbours", "negotiation")
NEIGHBOUR_KEYS = ("of", "names", "source")
NEGOTIATION_KEYS = ("low", "high", "source")
MILLION = 1_000_000
"""Shares are kept in millionths."""


@dataclass(frozen=True)
class Neighbours:
    """The bodies most like one, nearest first, as somebody named them, and where that is from."""

    names: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True)
class Range:
    """What a joint negotiation is assumed to take off, from low to high in millionths, and who says so."""

    low: int
    high: int
    source: str = ""

    @property
    def words(self) -> str:
        """``1% to 2.5%``."""
        return f"{percent(self.low)} to {percent(self.high)}"


@dataclass(frozen=True)
class Settings:
    """What compare.toml says. `neighbours` is by body id, or by name for who is no body of the place."""

    at_least: int = AT_LEAST
    neighbours: Mapping[str, Neighbours] = field(default_factory=dict)
    negotiation: Range | None = None


def load(root: Path, definition: Definition) -> Settings:
    """The settings of a place, the defaults where there is no compare.toml; raises PlaceError naming a fault."""
    path = root / FILE
    return settings(read_toml(path), definition) if path.exists() else Settings()


def settings(raw: Mapping[str, Any], definition: Definition) -> Settings:
    """The settings that the tables of compare.toml make; raises PlaceError naming the key at fault."""
    known_keys(FILE, raw, KEYS)
    try:
        at_least = checked_at_least(raw.get("at_least", AT_LEAST))
        told = raw.get("negotiation")
        return Settings(at_least, _neighbours(raw, definition), None if told is None else _negotiation(told))
    except UsageError as error:
        raise PlaceError(f"{FILE}: {error}") from None


def checked_at_least(value: Any) -> int:
    """How many others there must be before anything is flagged; raises UsageError for what cannot be."""
    if isinstance(value, bool) or not isinstance(value, int) or not FEWEST <= value <= 10_000:
        raise UsageError(f"at_least is {value!r}; it must be a whole number from {FEWEST} to 10000")
    return value


def range_of(low: str, high: str, source: str = "") -> Range:
    """What is assumed to be taken off, from two texts of per cent; raises UsageError for what cannot be."""
    found = _share(low, "low"), _share(high, "high")
    if found[0] > found[1]:
        raise UsageError(f"low is {low}% and high is {high}%: the lower one comes first")
    return Range(*found, source)


def percent(millionths: int) -> str:
    """A share in millionths as per cent: 12,500 gives ``1.25%``."""
    text = f"{Decimal(millionths) / 10_000:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def _share(text: str, name: str) -> int:
    try:
        value = Decimal(text.strip().removesuffix("%")) * 10_000
    except (InvalidOperation, ValueError):
        raise UsageError(f"{name} is '{text}'; it must be per cent, such as 1.5") from None
    if not value.is_finite() or not 0 <= value <= MILLION:
        raise UsageError(f"{name} is {text}; it must be from 0 to 100 per cent")
    if value != value.to_integral_value():
        raise UsageError(f"{name} is {text}; it can have four decimals")
    return int(value)


def _neighbours(raw: Mapping[str, Any], definition: Definition) -> dict[str, Neighbours]:
    tables = raw.get("neighbours", [])
    if not isinstance(tables, list):
        raise UsageError("write [[neighbours]] with two brackets: there can be several")
    found: dict[str, Neighbours] = {}
    for n, table in enumerate(tables, 1):
        where = f"{FILE}: [[neighbours]] {n}"
        known_keys(where, table, NEIGHBOUR_KEYS)
        of, names = _text(table, "of", where), table.get("names")
        if (
            not isinstance(names, list)
            or not names
            or not all(isinstance(name, str) and name.strip() for name in names)
        ):
            raise PlaceError(f"{where}: names must be a list of names in quotation marks, nearest first")
        key = who(definition, of)[0]
        if key in found:
            raise PlaceError(f"{where}: the neighbours of '{of}' are given already")
        found[key] = Neighbours(tuple(names), _text(table, "source", where) if "source" in table else "")
    return found


def _negotiation(table: Any) -> Range:
    where = f"{FILE}: [negotiation]"
    known_keys(where, table, NEGOTIATION_KEYS)
    low, high = (_text(table, key, where) for key in ("low", "high"))
    return range_of(low, high, _text(table, "source", where) if "source" in table else "")


def who(definition: Definition, name: str) -> tuple[str, str, bool]:
    """Who a name is: the id and name of a body of the place and True; else its id in the shipped register, or the name
    folded, with the name as given and False.
    """
    from totalplace.money.declaring import registered
    from totalplace.official.layouts import body_named

    if found := body_named(definition, name):
        return found, definition.body(found).name, True
    as_given = " ".join(name.split())
    known = registered(as_given)
    return (known.id if known else as_given.casefold()), as_given, False


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or not value.strip():
        raise PlaceError(f"{where}: {key} must be text in quotation marks")
    return value
