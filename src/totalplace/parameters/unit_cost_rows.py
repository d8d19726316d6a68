"""An edition of the Unit Cost Database as a table: `unit_costs_1.4.csv`, and those that a place has imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from totalplace.errors import PlaceError, UsageError, did_you_mean
from totalplace.parameters.unit_cost import CODE, KINDS, LEVELS, RATINGS, UnitCost
from totalplace.parameters.unit_cost_rules import rules
from totalplace.terms import check_year

TEXTS = ("theme", "category", "level", "detail", "unit", "agency", "part", "rag", "source", "comment", "notes")
COLUMNS = (
    *("code", "theme", "category", "level", "detail", "unit", "agency", "part"),
    *("fiscal", "fiscal_year", "economic", "economic_year", "social", "social_year", "transfer"),
    *("rag", "source", "comment", "change", "notes", "verified"),
)
"""The columns of an edition's file."""
LARGEST = Decimal(10) ** 9
"""Pounds; a unit cost beyond it is a slip."""


def read_edition(text: str, edition: str, name: str) -> dict[str, UnitCost]:
    """The entries of an edition's file by code; raises PlaceError that names file and line."""
    try:
        lines = list(csv.DictReader(io.StringIO(text, newline=""), restval=""))
    except csv.Error as error:
        raise PlaceError(f"{name} is not a table: {error}") from None
    if lack := [column for column in COLUMNS if not lines or column not in lines[0]]:
        raise PlaceError(f"{name} has no column {', '.join(lack)}; import the workbook again")
    found: dict[str, UnitCost] = {}
    for number, line in enumerate(lines, 2):
        try:
            cost = entry(line, edition)
        except UsageError as error:
            raise PlaceError(f"{name}, entry {number - 1}: {error}") from None
        if cost.code in found:
            raise PlaceError(f"{name}, entry {number - 1}: {cost.code} is there already")
        found[cost.code] = cost
    return found


def entry(line: Mapping[str, str], edition: str) -> UnitCost:
    """The entry that a line of texts says; raises UsageError for what cannot be."""
    code = line["code"].strip().upper()
    if not CODE.fullmatch(code):
        raise UsageError(f"'{code}' is not a code such as CR1.0")
    known, text = rules(), {name: (line.get(name) or "").strip() for name in TEXTS}
    one_of(text["level"], (*LEVELS, ""), "level")
    one_of(text["rag"], (*RATINGS, ""), "rag")
    fiscal, economic, social = (amount(line.get(kind) or "", f"{code}: {kind}") for kind in KINDS)
    years = [price_year(line, kind, value, code) for kind, value in zip(KINDS, (fiscal, economic, social), strict=True)]
    return UnitCost(
        code,
        edition,
        text["theme"],
        text["category"].strip("-"),
        text["detail"],
        text["level"],
        text["unit"],
        known.basis(code, text["unit"]),
        known.agency(text["agency"]),
        known.agency(text["part"]),
        fiscal,
        years[0],
        economic,
        years[1],
        social,
        years[2],
        transfer(amount(line.get("transfer") or "", f"{code}: transfer"), fiscal, code),
        text["rag"],
        text["source"],
        text["comment"],
        text["notes"],
        (line.get("verified") or "").strip() == "yes",
    )


def one_of(text: str, known: Iterable[str], what: str) -> None:
    """Raises UsageError where a text is none of those known."""
    if text not in known:
        raise UsageError(f"{what} is '{text}'{did_you_mean(text, [word for word in known if word])}")


def amount(text: str, where: str) -> Decimal | None:
    """Pounds as text, None for ''; raises UsageError for what is no amount."""
    if not text.strip():
        return None
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise UsageError(f"{where} is '{text.strip()}'; it must be an amount in pounds such as 1234.56") from None
    if not value.is_finite() or abs(value) > LARGEST:
        raise UsageError(f"{where} of {text.strip()} cannot be")
    return value


def price_year(line: Mapping[str, str], kind: str, value: Decimal | None, code: str) -> str:
    """The price year of a value, '' where there is no value; raises UsageError where it has none."""
    year = (line.get(f"{kind}_year") or "").strip()
    if value is None:
        return ""
    if not year:
        raise UsageError(f"{code}: its {kind} value has no price year; give a financial year such as 2013-14")
    return check_year(year)


def transfer(value: Decimal | None, fiscal: Decimal | None, code: str) -> Decimal | None:
    """The transfer in a fiscal value; raises UsageError where it is more than there is."""
    if value is not None and (fiscal is None or not 0 <= value <= fiscal):
        raise UsageError(f"{code}: a transfer of {value} is not a part of its fiscal value of {fiscal or 'nothing'}")
    return value
