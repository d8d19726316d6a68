"""What every shipped value says of itself, and how the files that hold them are read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from importlib.resources import files
from typing import Any, TypeVar

from totalplace.errors import UsageError, did_you_mean

Number = Decimal | Fraction | int
"""What is exact: shares and rates are never floats."""
HUNDRED = Decimal(100)
_Found = TypeVar("_Found")


def shipped(name: str) -> dict[str, Any]:
    """A data file of this package."""
    return tomllib.loads(files("totalplace.parameters").joinpath(name).read_text("utf-8"))


def share(percent: str) -> Decimal:
    """A figure of so many per cent as a share: '3.5' is 0.035."""
    return Decimal(percent) / HUNDRED


def chosen(name: str, known: Mapping[str, _Found], what: str) -> _Found:
    """The one of that name; raises UsageError that says what there is."""
    if name not in known:
        raise UsageError(f"there is no {what} '{name}'{did_you_mean(name, list(known))}")
    return known[name]


def exact(value: Number | str, what: str) -> Fraction:
    """A number as an exact fraction; raises UsageError for text that is none, and for a float or what is not finite."""
    try:
        return Fraction(Decimal(value.strip()) if isinstance(value, str) else _whole(value))
    except (InvalidOperation, ValueError, OverflowError, TypeError):
        raise UsageError(f"{what} is {value!r}; it must be a number such as 0.25") from None


def part(value: Number | str, what: str) -> Fraction:
    """A share from 0 to 1, exact; raises UsageError that names it."""
    found = exact(value, what)
    if not 0 <= found <= 1:
        raise UsageError(f"{what} is {value}; a share is from 0 to 1 (25% is 0.25)")
    return found


def _whole(value: Any) -> Number:
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        raise TypeError
    return value
