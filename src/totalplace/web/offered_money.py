"""The tables of the count that can be taken away: money, services, official figures, what is missing, comparisons."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from totalplace.completeness.result import FILTERS as COMPLETENESS
from totalplace.money.cuts import CUTS
from totalplace.money.mend import with_state
from totalplace.money.pictures import with_names
from totalplace.official.tables import FILTERS as OFFICIAL
from totalplace.table import Column, Table
from totalplace.web.addresses import Chosen
from totalplace.web.common import by_kind, cut, over_time_of
from totalplace.web.comparing import (
    COMPARED,
    SHARED,
    about_comparison,
    about_comparisons,
    comparison_of,
    questions_of,
    shared_of,
)
from totalplace.web.desk import Desk, counted_years
from totalplace.web.download import MOST, Download, named


def _count(desk: Desk, chosen: Chosen) -> Table:
    by = chosen.values.get("by") or ["body"]
    found = desk.money.count(by, chosen.where(*CUTS)).cut
    assert found is not None
    return with_names(found, desk.definition)


def _years(desk: Desk, chosen: Chosen) -> Table:
    found = desk.money.count(["year"], chosen.where("body", "year", "service")).cut
    assert found is not None
    return found


OVER_TIME = ("body", "year", "kind", "channel", "to_body", "supplier", "base", "deflator", "from", "to")


def _over_time(desk: Desk, chosen: Chosen) -> Table:
    return with_names(over_time_of(desk, chosen, chosen.text("by")).series, desk.definition)


def _change(desk: Desk, chosen: Chosen) -> Table:
    found = over_time_of(desk, chosen)
    return found.change or _no_change("over-time-change", found.why_not)


def _changed_bodies(desk: Desk, chosen: Chosen) -> Table:
    found = over_time_of(desk, chosen)
    return with_names(found.bodies or _no_change("over-time-bodies", found.why_not), desk.definition)


def _no_change(name: str, why: str) -> Table:
    """A table without rows that says why there is no change to split."""
    columns = (Column("what", "What"), Column("amount", "Amount", "money"))
    return Table(name, "What the change is made of", columns, [], f"The change is not split: {why}.")


def _suppliers(desk: Desk, chosen: Chosen) -> Table:
    where = chosen.where("body", "year", "service")
    return desk.money.suppliers(where, search=chosen.text("q"), per_page=MOST + 1).table


def _supplier_names(desk: Desk, chosen: Chosen) -> Table:
    found = desk.money.supplier(chosen.text("supplier", "0"))
    if found is None:
        raise HTTPException(404, "there is no supplier of that number; give one with ?supplier=")
    return found.names


def _file_months(desk: Desk, chosen: Chosen) -> Table:
    name = chosen.text("file")
    if name not in [entry["name"] for entry in desk.place.run.files]:
        raise HTTPException(404, f"'{name}' is not a file of this place; give one with ?file=")
    return desk.money.file_months(name)


def _check(desk: Desk, _: Chosen) -> Table:
    state = desk.checked()
    if not isinstance(state.result, Table):
        raise HTTPException(500, state.error)
    return state.result


def _with_body(desk: Desk, chosen: Chosen, table: Table) -> Table:
    """Only the rows of a body, where one is asked for; names beside ids."""
    wanted = {desk.definition.body(name).id for name in chosen.values.get("body", ())}
    at = [column.name for column in table.columns].index("body" if _has(table, "body") else "to_body")
    rows = [row for row in table.rows if not wanted or row[at] in wanted]
    return with_names(Table(table.name, table.title, table.columns, rows, table.note), desk.definition)


def _has(table: Table, name: str) -> bool:
    return any(column.name == name for column in table.columns)


SCOPE = ("body", "year")
SPENT = (*SCOPE, "kind", "service", "subjective", "told")
PAIRS = ("body", "to_body", "year", "outcome", "kind", "month")


def _spent(words: str, by: str) -> Download:
    return named(words, SPENT, lambda d, a: d.money.services(a.where(), by))


MONEY: dict[str, Download] = {
    "bridge": Download("The way from gross to net", SCOPE, lambda d, a: d.money.bridge(a.where())),
    "bodies": Download("The count by body", SCOPE, lambda d, a: cut(d, "body", a.where())),
    "kinds": Download("The count by kind of payment", SCOPE, lambda d, a: by_kind(d, a.where())),
    "years": Download("The count by financial year", (*SCOPE, "service"), _years),
    "by-month": Download("The count by month", (*SCOPE, "service"), lambda d, a: d.money.by_month(a.where())),
    "over-time": Download("Money over time, cash and in real terms", ("by", *OVER_TIME), _over_time),
    "over-time-change": Download("What the change over time is made of", OVER_TIME, _change),
    "over-time-bodies": Download("What the change is made of, by body", OVER_TIME, _changed_bodies),
    "count": Download("The count by any cuts", ("by", *CUTS), _count),
    "flows": named("Who paid whom", PAIRS, lambda d, a: d.money.flows(a.where())),
    "transfers": named("What the bodies paid each other", PAIRS, lambda d, a: d.money.transfers(a.where())),
    "candidates": Download(
        "Names to settle", SCOPE, lambda d, a: _with_body(d, a, d.money.candidates(counted_years(d, a)))
    ),
    "spellings": Download(
        "Names taken for a body", SCOPE, lambda d, a: _with_body(d, a, d.money.spellings(counted_years(d, a)))
    ),
    "accepted": Download("The way from accepted lines to the count", (), lambda d, _: d.money.accepted()),
    "outside": Download(
        "Lines of years that are not counted", ("body",), lambda d, a: _with_body(d, a, d.money.outside())
    ),
    "sources": Download("The files", ("body",), lambda d, a: _with_body(d, a, d.money.sources())),
    "months": Download("Months present and missing", ("body",), lambda d, a: _with_body(d, a, d.money.months())),
    "file-months": Download("The months in a file", ("file",), _file_months, of_one=True),
    "suppliers": Download("Suppliers, largest first", ("q", *SCOPE, "service"), _suppliers),
    "supplier-names": Download("A supplier's published names", ("supplier",), _supplier_names, of_one=True),
    "rejects": Download(
        "Rejected rows",
        ("body", "file", "reason"),
        lambda d, a: with_state(d.money.rejects(a.where(), limit=MOST + 1), d.money.mended()),
    ),
    "reject-reasons": Download(
        "Why rows were rejected", ("body", "file", "reason"), lambda d, a: d.money.reject_reasons(a.where())
    ),
    "services": _spent("What it is spent on, by service", "service"),
    "services-cofog": _spent("What it is spent on, by COFOG group", "cofog"),
    "services-subjective": _spent("What is bought", "subjective"),
    "services-body": _spent("How services were told, by body", "body"),
    "services-bought": Download("What is bought for each service", SPENT, lambda d, a: d.money.bought(a.where())),
    "services-flow": named(
        "From funder through deliverer to service",
        SPENT,
        lambda d, a: d.money.service_flow(a.where()),
    ),
    "services-unsure": Download(
        "What to settle next", ("body",), lambda d, a: d.money.unsure(a.where("body").get("body", ()))
    ),
    "corrections": Download("Services that people settled", (), lambda d, _: d.money.corrections()),
    "check": Download("Whether everything adds up", (), _check),
}
"""The tables of the count."""
OFFICIALLY: dict[str, Download] = {
    "official-services": named(
        "Official figures by service",
        SCOPE,
        lambda d, a: d.place.official.services(a.where()),
    ),
    "official-figures": named(
        "Official figures, each with its place in its file",
        OFFICIAL,
        lambda d, a: d.place.official.table(a.where()),
    ),
    "official-datasets": Download("Where official figures come from", (), lambda d, _: d.place.official.datasets()),
    "official-doubts": Download("What to look at in official figures", (), lambda d, _: d.place.official.doubts()),
    "explained": named(
        "What the payments explain of official spending",
        (),
        lambda d, _: d.place.official.explained(),
    ),
    "housing-benefit": named(
        "Housing benefit, counted once",
        (),
        lambda d, _: d.place.official.housing_benefit(),
    ),
    "official-totals": named(
        "Official totals side by side: gross, income and net",
        SCOPE,
        lambda d, a: d.place.official.totals(a.where()),
    ),
    "completeness": named(
        "How complete the count is: body, year and service",
        COMPLETENESS,
        lambda d, a: d.place.completeness.cells(a.where()),
    ),
    "completeness-gaps": named(
        "What keeps the mapping from being complete",
        COMPLETENESS,
        lambda d, a: d.place.completeness.gaps(a.where()),
    ),
    "completeness-bodies": named(
        "How complete the count is, by body and year",
        SCOPE,
        lambda d, a: d.place.completeness.bodies(a.where()),
    ),
    "completeness-said": named("What was said of what is missing", (), lambda d, _: d.place.completeness.declared()),
}
"""The tables of official figures, and of what is missing."""
COMPARING: dict[str, Download] = {
    "comparisons": Download(
        "What can be compared",
        ("across",),
        lambda d, a: d.place.compare.offered_table(a.text("across", "bodies")),
        about_comparisons,
    ),
    "compare": Download(
        "Spend a head or the cost of a unit, beside others",
        COMPARED,
        lambda d, a: comparison_of(d, a).table(),
        about_comparison,
    ),
    "compare-questions": Download("The questions of a comparison", COMPARED, questions_of, about_comparison),
    "shared-suppliers": Download("Suppliers that several bodies pay", SHARED, lambda d, a: shared_of(d, a).table),
    "shared-supplier-bodies": named(
        "What each body pays each shared supplier",
        SHARED,
        lambda d, a: d.place.compare.shared_bodies(a.where(*SCOPE), a.text("q")),
    ),
    "shared-categories": Download(
        "What several bodies spend on", SHARED, lambda d, a: d.place.compare.categories(a.where(*SCOPE))
    ),
}
"""The tables of comparisons."""
