"""The field's words as types. Imports nothing inside the package but errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from totalplace.errors import UsageError

if TYPE_CHECKING:
    from fractions import Fraction

BODY_KINDS = (
    "council",
    "combined-authority",
    "nhs-commissioner",
    "nhs-provider",
    "police",
    "fire",
    "transport",
    "education",
    "housing",
    "voluntary",
    "national",
    "other",
)
"""What sort of organisation a body is."""

OUTCOMES = ("final", "eliminated", "candidate", "self")
"""What becomes of a payment: leaves the counted bodies; was to a counted body and is taken out; was to a
name that only looks like a counted body (kept until a person settles it); was to the paying body itself
(taken out)."""

TAKEN_OUT = ("eliminated", "self")
"""The outcomes that are taken out of gross to give net."""

KEPT = tuple(outcome for outcome in OUTCOMES if outcome not in TAKEN_OUT)
"""The outcomes that stay in net."""

ENOUGH = 20
"""A financial year counts as a body's where it has at least one in so many of the lines of the body's fullest year."""

EMPTY = {"to_body": "nobody", "subjective": "none"}
"""What people write for the empty value of a filter: paid to no public body; nothing tells what is bought."""

CODE_SCHEMES = ("ods", "vat", "gss", "company")
"""Identifier schemes: NHS Organisation Data Service, VAT number, GSS area code, company number."""


Where = Mapping[str, Sequence[str]]
"""Filters: a cut's name to the values that pass."""


def pounds(pence: int) -> str:
    """Pence as a decimal string of pounds, exact: ``-123456`` gives ``'-1234.56'``."""
    sign = "-" if pence < 0 else ""
    whole, part = divmod(abs(pence), 100)
    return f"{sign}{whole}.{part:02d}"


def pence(text: str) -> int:
    """A decimal string of pounds as pence; raises UsageError where it is not money to the penny."""
    try:
        value = Decimal(text) * 100
    except InvalidOperation:
        raise UsageError(f"'{text}' is not an amount of money such as 1234.56") from None
    if value != value.to_integral_value():
        raise UsageError(f"'{text}' has parts of a penny")
    return int(value)


def money(amount: int, places: int = 0) -> str:
    """Pence for people: ``£1,234`` (or with pence where `places` is 2); minus sign before the pound sign."""
    value = (Decimal(amount) / 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    return f"{'-' if value < 0 else ''}£{abs(value):,}"


def money_short(amount: int) -> str:
    """Pence for headlines, three figures or so: ``£1.89bn``, ``£265.3m``, ``£12,345``."""
    size = abs(amount)
    sign = "-" if amount < 0 else ""
    if size >= 99_950_000_000:
        return f"{sign}£{Decimal(size) / 100_000_000_000:,.2f}bn"
    if size >= 99_950_000:
        return f"{sign}£{Decimal(size) / 100_000_000:,.1f}m"
    return money(amount)


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def first_up(text: str) -> str:
    """Words with a capital, for the beginning of a sentence or a heading."""
    return text[:1].upper() + text[1:]


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_YEAR = re.compile(r"^(\d{4})-(\d{2})$")


def financial_year(year: int, month: int) -> str:
    """The financial year (April to March) of a calendar month: ``(2019, 3)`` gives ``'2018-19'``."""
    start = year if month >= 4 else year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def check_year(text: str) -> str:
    """A financial year as ``2018-19``; raises UsageError for anything else, ``2018-20`` included."""
    match = _YEAR.match(text)
    if not match or int(match[2]) != (int(match[1]) + 1) % 100:
        raise UsageError(f"'{text}' is not a financial year such as 2018-19")
    return text


def months_of(year: str) -> list[int]:
    """The twelve months of a financial year as yyyymm, April first."""
    start = int(check_year(year)[:4])
    return [start * 100 + m for m in range(4, 13)] + [(start + 1) * 100 + m for m in range(1, 4)]


def month_text(month: int) -> str:
    """yyyymm as ``2018-04``; '' for 0."""
    return f"{month // 100}-{month % 100:02d}" if month else ""


def month_number(text: str) -> int:
    """``2018-04`` as yyyymm."""
    return int(text.replace("-", ""))


def month_words(month: int) -> str:
    """yyyymm for people: ``Apr 2018``."""
    return f"{_MONTHS[month % 100 - 1]} {month // 100}"


def month_spans(months: Iterable[int]) -> str:
    """Months (yyyymm) for people, those that follow one another together: ``Apr 2018 to Jun 2018, Jan 2019``."""
    spans: list[list[int]] = []
    for month in sorted(months):
        at = month // 100 * 12 + month % 100
        if spans and spans[-1][2] == at - 1:
            spans[-1][1:] = [month, at]
        else:
            spans.append([month, month, at])
    texts = (month_words(a) if a == b else f"{month_words(a)} to {month_words(b)}" for a, b, _ in spans)
    return ", ".join(texts)


def counted(n: int, thing: str) -> str:
    """So many of a thing, in words: '1 line', '2 lines'."""
    return f"{n:,} {thing}{'s' * (n != 1)}"


def slug(text: str) -> str:
    """A short stable id from a name: ``'Salford City Council'`` gives ``'salford-city-council'``."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@dataclass(frozen=True)
class Body:
    """A public body: its id, name, kind, the area it covers, and how others write it.

    `share` is the part of the body's money that is this place's, 0 to 1. `codes` maps a scheme of
    CODE_SCHEMES to the identifiers known in it.
    """

    id: str
    name: str
    kind: str = "other"
    area: str = ""
    share: Decimal = Decimal(1)
    aliases: tuple[str, ...] = ()
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
