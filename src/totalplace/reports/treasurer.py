"""The treasurer's workbook: the whole account of a place in one file, each figure with its scope and its source.

Sums are formulas, so that they can be followed; every sheet is a table that a page shows and a command gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from totalplace.areas.claims_tables import summary_table
from totalplace.money.pictures import body_names, largest_first, with_names, with_share
from totalplace.money.spent import service_name
from totalplace.parameters.kinds import kinds
from totalplace.place import Place
from totalplace.reports.workbook import write_sheets
from totalplace.services import services_named
from totalplace.sources.spend import REASONS
from totalplace.table import Column, Table
from totalplace.terms import money

WORDLESS = ("count-by-kind", "count-by-service-year", "reject-reasons")
"""Tables that name kinds, services or reasons by ids alone."""
SUPPLIERS = 250
"""So many of the largest suppliers are listed."""
MOST = 5_000
"""A table with more rows is cut, and its note says so: the command gives the whole."""
LOOKED_AT = 5
"""So many of the things to look at stand on the first sheet."""
SUMMED = (
    *("count-by-year", "count-by-body-year", "count-by-kind", "count-by-service-year"),
    *("services", "services-subjective", "services-body", "tags", "tags-by", "areas-methods", "transfers"),
)
"""Tables whose columns of money can be added up; most come to the count."""


def write_treasurer(target: Path | IO[bytes], place: Place) -> list[Table]:
    """Writes the workbook; gives the tables that are in it. Raises StoreError where nothing is built."""
    tables = [_fitting(with_words(with_names(table, place.definition))) for table in _tables(place)]
    years = ", ".join(place.money.count().scope["years"])
    scope = f"{place.definition.name}; {years}"
    source = f"Source: payments as published by the bodies; Total Place, run {place.run.name}. Money in pounds."
    write_sheets(target, tables, scope=scope, source=source, about=_about(place), totals=SUMMED)
    return tables


def _about(place: Place) -> list[str]:
    """What the workbook is, in lines for its first sheet."""
    counted = place.money.count()
    gross, taken, net = (money(pence) for pence in (counted.gross, counted.eliminated, counted.net))
    current = counted.scope["store_is_current"]
    return [
        f"{place.definition.name}: the treasurer's workbook",
        f"Net {net} of {', '.join(counted.scope['years'])}: gross {gross} less {taken} between the bodies",
        counted.scope["basis"],
        f"Run {place.run.name}, declared {place.declared} of Total Place: where both are the same, every figure is",
        _complete(place),
        "The store is up to date" if current else "What is declared has changed since: build again before quoting",
        *_whose(place, counted.scope),
        *_to_look_at(place),
    ]


def _whose(place: Place, scope: Mapping[str, Any]) -> Iterator[str]:
    """Bodies of which less, or maybe more, is counted than this place's part of them."""
    names = body_names(place.definition)
    silent, whole = (
        ", ".join(map(names.__getitem__, scope[key])) for key in ("bodies_without_spending", "counted_whole")
    )
    if silent:
        yield f"No payments here, so what others paid them stays in net: {silent}"
    if whole:
        yield f"Counted whole, though they may serve other places too: {whole}"


def _to_look_at(place: Place) -> Iterator[str]:
    """What makes the figures doubtful, as the first page says it; the check lists the rest."""
    found = [text for _, _, text in place.money.to_look_at()]
    yield from (f"To look at: {text}" for text in found[:LOOKED_AT])
    if len(found) > LOOKED_AT:
        yield f"To look at: {len(found) - LOOKED_AT:,} more; 'totalplace check' lists them"


def _complete(place: Place) -> str:
    """How much of what is expected is counted, in a line."""
    found = place.completeness.result()
    if found.rate is None:
        return "Nothing is expected: no body is declared, or no year is counted"
    open_cells = len(found.gaps)
    said = f"{found.rate:.1%} of the months expected have payments, of whatever size"
    return f"{said}; the mapping is complete" if found.complete else f"{said}; {open_cells:,} gaps without a reason"


def _tables(place: Place) -> Iterator[Table]:
    """The sheets in their order; what a place has not declared is left out."""
    cut = _cutter(place)
    yield place.money.bridge()
    yield cut("year")
    yield cut("body", "year")
    yield with_share(largest_first(cut("kind")))
    yield place.money.services()
    yield place.money.services(by="subjective")
    yield place.money.services(by="body")
    yield cut("service", "year")
    yield place.completeness.bodies()
    if (gaps := place.completeness.gaps()).rows:
        yield gaps
    yield place.tags.by_class("control")
    yield place.tags.cut("control", ["body"])
    yield place.tags.rules_table("control")
    yield place.money.over_time().series
    yield place.money.transfers()
    yield place.money.candidates()
    yield place.money.suppliers(per_page=SUPPLIERS).table
    yield from (table for table in _declared(place) if table.rows)
    yield place.money.accepted()
    yield place.money.outside()
    yield place.money.reject_reasons()
    yield place.money.months()
    yield place.money.sources()


def _declared(place: Place) -> Iterator[Table]:
    """Tables of what a place may have declared beside its payments; empty where it has not."""
    official, areas, themes = place.official, place.areas, place.themes
    yield official.explained()
    yield official.services()
    yield official.totals()
    yield official.housing_benefit()
    yield official.datasets()
    yield official.doubts()
    yield place.completeness.declared()
    if areas.plan is not None:
        yield areas.table()
        yield areas.methods()
        yield summary_table(areas.claims())
    yield areas.shares()
    if themes.names():
        yield themes.listed()
    yield place.money.corrections()


def _cutter(place: Place) -> Callable[..., Table]:
    def cut(*by: str) -> Table:
        found = place.money.count(by).cut
        assert found is not None
        return found

    return cut


def with_words(table: Table) -> Table:
    """The table with words beside the ids of kinds of payment, services and reasons, where it has ids alone."""
    names = {column.name for column in table.columns}
    found = next((key for key in ("kind", "service", "reason") if key in names), "")
    if not found or table.name not in WORDLESS:
        return table
    at, words = [column.name for column in table.columns].index(found), _words(found)
    column = table.columns[at]
    both = (replace(column, label=f"{column.label} (id)"), Column(f"{found}_name", column.label))
    rows = [(*row[: at + 1], words.get(row[at], row[at]), *row[at + 1 :]) for row in table.rows]
    return replace(table, columns=(*table.columns[:at], *both, *table.columns[at + 1 :]), rows=rows)


def _words(key: str) -> Mapping[str, str]:
    if key == "kind":
        return {kind.id: kind.label for kind in kinds()}
    if key == "reason":
        return REASONS
    return {service: service_name(service) for service in services_named()}


def _fitting(table: Table) -> Table:
    if len(table.rows) <= MOST:
        return table
    note = f"The first {MOST:,} of {len(table.rows):,} rows. {table.note}".strip()
    return Table(table.name, table.title, table.columns, table.rows[:MOST], note)
