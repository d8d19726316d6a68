"""Every shipped rate and value of appraisal in one table: its unit, year of prices, source, whether it is verified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from totalplace.errors import UsageError, did_you_mean
from totalplace.parameters.capital import MEASURES, published
from totalplace.parameters.discounting import schedules
from totalplace.parameters.distribution import values
from totalplace.parameters.grades import KINDS as EVIDENCE
from totalplace.parameters.grades import ladder
from totalplace.parameters.vfm import categories
from totalplace.parameters.worth import worths
from totalplace.table import Column, Table

KINDS = {
    "discount": "Discount schedules",
    "grade": "Confidence grades and the correction for optimism",
    "capital": "Optimism bias of capital projects",
    "worth": "What health, wellbeing and lives are taken to be worth",
    "distribution": "Weights for who gains",
    "category": "Categories of value for money",
}
"""What the rates are, by kind."""

COLUMNS = (
    Column("kind", "Kind"),
    Column("name", "Name"),
    Column("title", "What"),
    Column("part", "For"),
    Column("value", "Value"),
    Column("unit", "Unit"),
    Column("price_year", "Prices of"),
    Column("verified", "Verified"),
    Column("date", "Published"),
    Column("source", "Source"),
    Column("licence", "Licence"),
    Column("note", "Note"),
)
NOTE = "Verified: the figure was read in its source. A result that uses one that is not says so."


class Rate(NamedTuple):
    """A row: one value, as written in its data file, in the unit beside it."""

    kind: str
    name: str
    title: str
    part: str
    value: str
    unit: str
    price_year: str
    verified: str
    date: str
    source: str
    licence: str
    note: str


class _Told(Protocol):
    """What every shipped value rests on."""

    @property
    def date(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def licence(self) -> str: ...


def rates(name: str = "") -> Table:
    """Every value as a row, or those of a name (a schedule, a ladder, a value) or of a kind.

    Raises UsageError for a name that there is not.
    """
    rows = [*_discount(), *_grades(), *_capital(), *_worth(), *_distribution(), *_categories()]
    if name:
        found = [row for row in rows if name in (row.name, row.kind)]
        if not found:
            known = list(dict.fromkeys([*KINDS, *(row.name for row in rows)]))
            raise UsageError(f"there is no rate or value '{name}'{did_you_mean(name, known)}")
        rows = found
    title = KINDS.get(name) or (rows[0].title if name else "Rates and values of appraisal")
    return Table("rates", title, COLUMNS, rows, NOTE)


LISTED = (
    Column("name", "Name"),
    Column("title", "What"),
    Column("value", "Value"),
    Column("unit", "Unit"),
    Column("price_year", "Prices of"),
    Column("verified", "Verified"),
    Column("source", "Source"),
)
_ADDRESS = re.compile(r" \((https://[^)]*)\)")
_SPELLED = 6
"""So many values of a name or fewer are spelled out in the list."""


def listed(kind: str = "") -> Table:
    """A row for each name, its values side by side where they are few; of one kind or of all.

    `verified` is yes, no, or in part. Raises UsageError for a kind that there is not.
    """
    if kind and kind not in KINDS:
        raise UsageError(f"there is no kind of rate '{kind}'{did_you_mean(kind, list(KINDS))}")
    of_name: dict[str, list[Rate]] = {}
    for row in rates(kind).rows:
        of_name.setdefault(row[1], []).append(Rate(*row))
    rows = [_together(found) for found in of_name.values()]
    return Table(kind or "rates-listed", KINDS.get(kind, "Rates and values of appraisal"), LISTED, rows, NOTE)


def without_address(source: str) -> tuple[str, str]:
    """A source as words, and its address: '' where it has none."""
    found = _ADDRESS.search(source)
    return _ADDRESS.sub("", source), found[1] if found else ""


def _together(found: list[Rate]) -> tuple[str, ...]:
    one, marks = found[0], {row.verified for row in found}
    values = ", ".join(row.value for row in found) if len(found) <= _SPELLED else f"{len(found)} values"
    units = one.unit if len({row.unit for row in found}) == 1 else "per cent"
    mark = marks.pop() if len(marks) == 1 else "in part"
    return (one.name, one.title, values, units, one.price_year, mark, without_address(one.source)[0])


def _row(kind: str, of: _Told, verified: bool, **cells: str) -> Rate:
    told: dict[str, Any] = {"price_year": "", "note": "", "part": "", **cells}
    mark = "yes" if verified else "no"
    return Rate(kind, verified=mark, date=of.date, source=of.source, licence=of.licence, **told)


def _percent(share: Decimal) -> str:
    """A share as its file has it, in per cent, without noughts that say nothing."""
    return f"{(share * 100).normalize():f}"


def _discount() -> Iterator[Rate]:
    for one in schedules():
        for band in one.bands:
            cells = {"part": band.words, "value": _percent(band.rate), "unit": one.unit, "note": one.note}
            yield _row("discount", one, band.verified, name=one.id, title=one.title, **cells)


def _grades() -> Iterator[Rate]:
    found = ladder()
    for one in found.grades:
        # What data of the grade are is told once, and not beside each of its three figures.
        words = {"benefits": "; ".join(f"{kind}: {one.labels[kind]}" for kind in EVIDENCE)}
        sizes = {"benefits": one.benefit_bias, "costs": one.cost_bias, "error": one.error}
        for what, size in sizes.items():
            part = f"grade {one.grade}, {'known error of the data' if what == 'error' else what}"
            cells = {"part": part, "value": _percent(size), "unit": found.units[what], "note": words.get(what, "")}
            yield _row("grade", found, found.verified, name=found.id, title=found.title, **cells)


def _capital() -> Iterator[Rate]:
    found = published()
    for one in found.types:
        for measure, bounds in one.bounds.items():
            for edge, size in (("upper", bounds.upper), ("lower", bounds.lower)):
                cells = {"part": f"{MEASURES[measure]}, {edge} bound", "value": _percent(size), "unit": found.unit}
                yield _row("capital", found, one.verified, name=one.id, title=one.title, **cells)


def _worth() -> Iterator[Rate]:
    for one in worths():
        cells = {"value": f"{one.amount:f}", "unit": one.unit, "price_year": one.price_year, "note": one.note}
        part = "" if one.default else "only where a person asks for it"
        yield _row("worth", one, one.verified, name=one.id, title=one.title, part=part, **cells)


def _distribution() -> Iterator[Rate]:
    for one in values():
        cells = {"value": f"{one.amount:f}", "unit": one.unit, "price_year": one.prices, "note": one.note}
        yield _row("distribution", one, one.verified, name=one.id, title=one.title, **cells)


def _categories() -> Iterator[Rate]:
    found = categories()
    edges: Iterable[Decimal | None] = [*(band.least for band in found.bands[1:]), None]
    for band, upper in zip(found.bands, edges, strict=True):
        value = f"under {upper}" if band.least is None else f"{band.least} and more" if upper is None else ""
        cells = {"value": value or f"{band.least} to under {upper}", "unit": found.unit, "note": found.note}
        yield _row("category", found, found.verified, name=found.id, title=found.title, part=band.title, **cells)
