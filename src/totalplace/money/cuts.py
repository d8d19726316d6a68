"""What a count can be cut and filtered by: the words for it, held to what is known, and as conditions in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.parameters.bodies import register
from totalplace.parameters.kinds import kinds
from totalplace.services import CLASSES, TOLD, services_named, subjectives_named
from totalplace.store.layout import Run
from totalplace.store.queries import marks
from totalplace.terms import OUTCOMES, Where, check_year

CUTS = ("body", "year", "month", "kind", "channel", "outcome", "to_body", *CLASSES, "supplier")
"""What a count can be cut by."""

LABELS = {
    "body": "Body",
    "year": "Financial year",
    "month": "Month",
    "kind": "Kind of payment",
    "channel": "Paid by",
    "outcome": "Outcome",
    "to_body": "Paid to",
    "service": "Service",
    "subjective": "What is bought",
    "told": "Service told by",
    "supplier": "Supplier",
}


def check_cuts(by: Iterable[str]) -> None:
    """Raises UsageError where a cut is not one of CUTS, or asked for twice."""
    seen = set()
    for name in by:
        if name not in CUTS:
            raise UsageError(f"'{name}' is not a cut{did_you_mean(name, list(CUTS))}")
        if name in seen:
            raise UsageError(f"the cut '{name}' is asked for twice")
        seen.add(name)


def in_years(definition: Definition, year: str) -> bool:
    """Whether a financial year is counted."""
    return not definition.years or year in definition.years


def check_years(run: Run, definition: Definition, years: Iterable[str]) -> None:
    """Raises UsageError where a financial year is neither counted nor in any line of the run."""
    known = {cell["year"] for cell in run.years()} | set(definition.years)
    for year in sorted(years):
        if year not in known:
            raise UsageError(f"the files hold nothing of {year}; the years here: {', '.join(sorted(known))}")


def known_filters(definition: Definition, where: Where) -> dict[str, set[str]]:
    """Filters with bodies by id and months as yyyymm text; raises UsageError for what is not known."""
    check_cuts(where)
    wanted = {name: {str(value) for value in values} for name, values in where.items() if values}
    if "body" in wanted:
        wanted["body"] = {definition.body(value).id for value in wanted["body"]}
    if "to_body" in wanted:
        wanted["to_body"] = {_receiver(definition, value) for value in wanted["to_body"]}
    for value in wanted.get("year", ()):
        check_year(value)
    if "month" in wanted:
        wanted["month"] = {_month(value) for value in wanted["month"]}
    known_words(wanted)
    return wanted


def known_words(wanted: Mapping[str, Iterable[str]]) -> None:
    """Raises UsageError for a value of a filter that is the same in every place, and not known."""
    for name, (what, known) in _WORDS.items():
        for value in wanted.get(name, ()):
            if value not in known():
                raise UsageError(f"'{value}' is not {what}{did_you_mean(value, list(known()))}")


def _receiver(definition: Definition, value: str) -> str:
    """The id of a body of the place or of the shipped register; '' stays, for money paid to no public body."""
    try:
        return definition.body(value).id if value else ""
    except UsageError:
        if value not in {body.id for body in register()}:
            raise
        return value


CHANNELS = ("invoice", "card")
"""How a payment is made: against an invoice, or with a procurement card."""

_WORDS: Mapping[str, tuple[str, Callable[[], tuple[str, ...]]]] = {
    "outcome": ("an outcome", lambda: OUTCOMES),
    "kind": ("a kind of payment", lambda: tuple(kind.id for kind in kinds())),
    "channel": ("a way of paying", lambda: CHANNELS),
    "service": ("a service", services_named),
    "subjective": ("what is bought", subjectives_named),
    "told": ("a way in which a service is told", lambda: TOLD),
}
_MONTH = re.compile(r"^(\d{4})-?(0[1-9]|1[0-2])$")


def _month(text: str) -> str:
    if not (match := _MONTH.match(text)):
        raise UsageError(f"'{text}' is not a month such as 2018-04")
    return match[1] + match[2]


def filter_sql(wanted: Mapping[str, Iterable[str]], table: str = "c") -> tuple[str, list[Any]]:
    """Filters as a condition on the columns of the ledger, values bound and never written into the SQL."""
    conditions, parameters = ["TRUE"], []
    for name, values in wanted.items():
        column = "supplier_id" if name == "supplier" else name
        listed = sorted(values)
        # Columns of text are compared as they are: a cast would hide what a file says of its values.
        named = f"{table}.{column}"
        asked = f"{named}::VARCHAR" if column in ("supplier_id", "month") else named
        conditions.append(f"{asked} IN ({marks(listed)})" if listed else "FALSE")
        parameters.extend(listed)
    return " AND ".join(conditions), parameters
