"""Beside others: a comparison with its limits and questions; and the suppliers that several bodies pay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.compare.answers import Offered
from totalplace.compare.rates import BASIS_WORDS, Subject, shown
from totalplace.compare.result import Result
from totalplace.compare.shared import NO_PRICES
from totalplace.errors import UsageError
from totalplace.parameters.divisions import TOTAL, labels
from totalplace.parameters.kinds import SPENDING
from totalplace.table import Column, Table
from totalplace.terms import KEPT, first_up
from totalplace.web.addresses import Chosen, address
from totalplace.web.common import BODY_WORDS, page_at, pages_at, paging
from totalplace.web.comparing import COMPARED, SHARED, comparison_of, shared_of
from totalplace.web.desk import Desk, chosen_of, counted_years, desk_of, years_words
from totalplace.web.drawing_funnel import funnel
from totalplace.web.fields import Field, body_field, select_field, year_field
from totalplace.web.templating import with_minus

router = APIRouter()
EACH = 50
LACKING = 100


@page_at(router, "/compare")
def compared(request: Request) -> HTMLResponse:
    """One comparison, with what else can be compared."""
    desk, chosen = desk_of(request), chosen_of(request, *COMPARED)
    compare = desk.place.compare
    across = chosen.text("across", "bodies")
    offers = compare.offered(across)
    gathered = compare.gathered()
    try:
        found = comparison_of(desk, chosen) if offers else None
        why = ""
    except UsageError as error:
        found, why = None, str(error)
    context: dict[str, Any] = {}
    if found:
        context = {
            "picture": funnel(found),
            "table": _shown(found),
            "hide": _idle(found),
            "middle": [with_minus(shown(value)) for value in found.quartiles or ()],
            "near_median": with_minus(shown(found.near.median)) if found.near else "",
            "per": "a head" if found.subject.unit == "people" else f"per unit ({found.subject.unit})",
        }
    return desk.draw(
        request,
        "compare.html",
        section="compare",
        found=found,
        why=why,
        fields=_fields(desk, chosen, offers, found, across),
        lacking=(found.lacking if found else gathered.lacking)[:LACKING],
        lacking_all=len(gathered.lacking),
        query=chosen.query(),
        **context,
    )


def _shown(found: Result) -> Table:
    """The table of a page: without the title that the heading has, its note kept."""
    return replace(found.table(), title="Each beside the others")


def _idle(found: Result) -> tuple[str, ...]:
    """Columns that say nothing here, or that the picture and the downloads have."""
    idle = ["source", "rank", "low", "high"]
    idle += ["year"] if found.across == "bodies" else ["name"]
    idle += [] if found.places else ["neighbour"]
    return tuple(idle if found.flagged else [*idle, "outside"])


def _fields(desk: Desk, chosen: Chosen, offers: list[Offered], found: Result | None, across: str) -> list[Field]:
    """Choices: those that have only one answer are not drawn."""
    ways = [("bodies", "Other bodies"), ("years", "Its other years")]
    fields = [_select("service", "Service", chosen, found, _services(offers))]
    if across == "bodies":
        years = sorted({offer.key for offer in offers}, reverse=True)
        fields.append(_select("year", "Year", chosen, found, [(year, year) for year in years]))
    words = {"basis": BASIS_WORDS, "kind": {**BODY_WORDS, "area": "Areas", "part": "Parts of this place"}}
    labels_of = {"basis": "Money", "measure": "Measure", "kind": "Who", "unit": "Over"}
    for name, label in labels_of.items():
        values = sorted({getattr(offer.subject, name) for offer in offers})
        told = words.get(name, {})
        options = [(value, first_up(told.get(value, value))) for value in values]
        if len(options) > 1 or name in chosen.values:
            fields.append(_select(name, label, chosen, found, options))
    fields.append(body_field(desk, chosen, label="Look at", everyone="No body more than others"))
    fields.append(select_field("across", "Beside", chosen, ways))
    return fields


def _select(name: str, label: str, chosen: Chosen, found: Result | None, options: list[tuple[str, str]]) -> Field:
    field = select_field(name, label, chosen, options)
    if found and name not in chosen.values:
        field["value"] = _value(found.subject, name, found.label)
    return field


def _value(subject: Subject, name: str, label: str) -> str:
    return label if name == "year" else str(getattr(subject, name))


def _services(offers: list[Offered]) -> list[tuple[str, str]]:
    order = [TOTAL, *labels()]
    names = {offer.subject.service: offer.subject.service_words for offer in offers}
    at = {name: n for n, name in reversed(list(enumerate(order)))}
    return sorted(names.items(), key=lambda entry: (at.get(entry[0], len(order)), entry[1]))


@page_at(router, "/shared")
def shared(request: Request) -> HTMLResponse:
    """The suppliers that several bodies pay, a page at a time, and what bodies spend on alike."""
    desk, chosen = desk_of(request), chosen_of(request, *SHARED, "page")
    page = shared_of(desk, chosen, page=chosen.whole("page"), per_page=EACH)
    reach = counted_years(desk, chosen)
    categories = desk.place.compare.categories(chosen.where("body", "year"))

    def lines(row: tuple[Any, ...]) -> str:
        numbers, bodies = row[1].split(", "), row[3].split(", ")
        return address("/lines", reach, supplier=numbers, body=bodies, kind=SPENDING, outcome=KEPT)

    def supplier(row: tuple[Any, ...]) -> str:
        first, _, more = str(row[1]).partition(", ")
        return lines(row) if more else address(f"/suppliers/{first}")

    return desk.draw(
        request,
        "shared.html",
        section="suppliers",
        page=page,
        table=_payers(desk, replace(page.table, note="")),
        categories=_payers(desk, categories),
        found=paging(page.total, page.page, EACH),
        fields=[
            {"name": "q", "label": "Supplier's name", "type": "search", "value": chosen.text("q")},
            body_field(desk, chosen),
            year_field(desk, chosen),
            {"name": "low", "label": "Assumed, from %", "type": "", "value": chosen.text("low")},
            {"name": "high", "label": "to %", "type": "", "value": chosen.text("high")},
        ],
        no_prices=NO_PRICES,
        nobody=page.nobody,
        years_words=years_words(reach.get("year", []) or desk.money.count().scope["years"]),
        query=chosen.query(),
        pages=pages_at("/shared", chosen.query()),
        links={"supplier": supplier, "lines": lines, "net": lines},
    )


def _payers(desk: Desk, table: Table) -> Table:
    """The table with names of bodies beside their ids: two, and how many more."""
    at = table.at("paid_by")

    def said(ids: str) -> str:
        names = [desk.name(body) for body in ids.split(", ")]
        return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")

    columns = (*table.columns[: at + 1], Column("paid_by_name", table.columns[at].label), *table.columns[at + 1 :])
    rows = [(*row[: at + 1], said(row[at]), *row[at + 1 :]) for row in table.rows]
    return replace(table, columns=columns, rows=rows)
