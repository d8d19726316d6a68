"""Lines: any figure opened, searched, sorted and paged, each line with the place in the file that it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.money.cuts import CHANNELS, in_years
from totalplace.money.selecting import FILTERS
from totalplace.money.whole_lines import COLUMNS as LINE
from totalplace.table import Column, Table
from totalplace.terms import EMPTY, KEPT, OUTCOMES, TAKEN_OUT
from totalplace.web.addresses import Chosen, address
from totalplace.web.common import (
    TOLD_WORDS,
    kind_words,
    outcome_shown,
    page_at,
    pages_at,
    paging,
    service_words,
    short,
    subjective_words,
)
from totalplace.web.desk import Desk, chosen_of, desk_of, years_words
from totalplace.web.fields import (
    Field,
    body_field,
    line_year_field,
    line_years,
    lines_where,
    other_years,
    select_field,
)
from totalplace.web.links import Link, Row
from totalplace.web.templating import OUTCOME_WORDS, month

router = APIRouter()
EACH = 50
KNOWN = ("q", "sort", "page", *FILTERS)
SORT_WORDS = [("largest", "Largest first"), ("newest", "Newest first"), ("file", "As in the files")]
OFFERED = ("body", "year", "month", "kind", "service", "outcome", "to_body")
"""Filters with a field of their own; the others come with a link, and can be taken off."""


@page_at(router, "/lines")
def listed(request: Request) -> HTMLResponse:
    """A page of lines."""
    desk, chosen = desk_of(request), chosen_of(request, *KNOWN)
    where, sort = lines_where(desk, chosen), chosen.text("sort", "largest")
    found = desk.money.lines(where, search=chosen.text("q"), sort=sort, page=chosen.whole("page"), per_page=EACH)
    fields = _fields(desk, chosen, sort)
    years = line_years(desk, chosen)
    return desk.draw(
        request,
        "lines.html",
        section="lines",
        years_words=years_words(years),
        others=_others(desk, chosen),
        all_counted=all(in_years(desk.definition, year) for year in years or other_years(desk)),
        printed=_printed(fields),
        titles={"source": lambda row: "{file}, line {line}".format_map(line_of(row[-1]))},
        found=paging(found.total, found.page, EACH),
        pence=found.pence,
        table=_shown(desk, found.table),
        fields=fields,
        narrowed=_narrowed(desk, chosen),
        shares=_shares(desk, where),
        query=chosen.query(),
        pages=pages_at("/lines", chosen.query()),
        links=LINKS,
        payees_alone=bool(chosen.text("q")) and not found.all_words,
    )


def _others(desk: Desk, chosen: Chosen) -> tuple[int, int, str] | None:
    """The lines of years that are not counted that the filters let through: how many, pence, and their address.

    None where there are none, a year is chosen, or words are searched for, which would be slow to do twice.
    """
    years = other_years(desk)
    if not years or "year" in chosen.values or chosen.text("q"):
        return None
    found = desk.money.selection({**chosen.where(*FILTERS), "year": years})
    return (found.total, found.pence, f"/lines?{chosen.query(year=years)}") if found.total else None


def _printed(fields: list[Field]) -> list[str]:
    """What is chosen in the fields, in words: paper has no fields."""
    said = []
    for field in fields:
        if field["type"] == "select" and field["name"] != "sort":
            words = next((words for value, words in field["options"] if value == field["value"]), "")
            said += [f"{field['label']}: {words}"] if field["value"] else []
        elif field["type"] == "search" and field["value"]:
            said.append(f"{field['label']}: {field['value']}")
    return said


COLUMNS = (
    Column("date", "Date", "date"),
    Column("body", "Paid by"),
    Column("payee", "Paid to"),
    Column("what", "For what, as published"),
    Column("service", "Service"),
    Column("amount", "Amount", "money"),
    Column("outcome", "Outcome"),
    Column("source", "Source"),
    Column("of", "Line"),
)
"""The last cell holds the line as `money.whole_lines.COLUMNS` has it: links are made from it."""


def _shown(desk: Desk, table: Table) -> Table:
    return Table("lines", "Lines", COLUMNS, [_row(desk, row) for row in table.rows], table.note)


def line_of(row: Row) -> dict[str, Any]:
    """A line as `money.whole_lines.COLUMNS` has it, by column."""
    return dict(zip([column.name for column in LINE], row, strict=True))


def _row(desk: Desk, row: Row) -> Row:
    line = line_of(row)
    texts = (line[name].strip() for name in ("department", "category", "purpose") if line[name])
    month = line["month"]
    day = f"{line['date'].day} {line['date']:%b %Y}" if line["date"] else f"{date.fromisoformat(month + '-01'):%b %Y}"
    return (
        day,
        desk.name(line["body"]),
        line["payee"] or "(no name published)",
        " · ".join(dict.fromkeys(text for text in texts if text)),
        service_words()[line["service"]],
        line["amount"],
        outcome_shown(desk, month, line["outcome"]),
        f"{short(line['file'])}, line {line['line']}",
        row,
    )


LINKS: dict[str, Link] = {
    "body": lambda row: f"/bodies/{line_of(row[-1])['body']}",
    "payee": lambda row: f"/suppliers/{line_of(row[-1])['supplier_id']}",
    "service": lambda row: f"/services/{line_of(row[-1])['service']}",
    "source": lambda row: address("/lines/source", file=line_of(row[-1])["file"], line=line_of(row[-1])["line"]),
}


def _fields(desk: Desk, chosen: Chosen, sort: str) -> list[Field]:
    months = [(row[1], month(int(row[1].replace("-", "")))) for row in desk.money.by_month().rows if row[2]]
    kinds = [("", "All kinds"), *kind_words().items()]
    outcomes = [("", "All outcomes"), *((name, OUTCOME_WORDS[name][0]) for name in OUTCOMES)]
    outcomes += [(",".join(KEPT), "Counted once"), (",".join(TAKEN_OUT), "Taken out")]
    if "month" in chosen.values:
        chosen.values["month"] = [f"{m[:4]}-{m[-2:]}" for m in chosen.values["month"]]
    hidden = [name for name in chosen.values if name in FILTERS and name not in OFFERED]
    return [
        {"name": "q", "label": "Search", "type": "search", "value": chosen.text("q")},
        body_field(desk, chosen, label="Paid by"),
        _receiver_field(desk, chosen),
        line_year_field(desk, chosen),
        select_field("month", "Month", chosen, [("", "All months"), *months]),
        select_field("kind", "Kind", chosen, kinds),
        select_field("service", "Service", chosen, [("", "All services"), *service_words().items()], _services),
        select_field("outcome", "Outcome", chosen, outcomes),
        {"name": "sort", "label": "Order", "type": "select", "value": sort, "options": SORT_WORDS},
        *({"name": name, "type": "hidden", "value": v} for name in hidden for v in _values(chosen, name)),
    ]


def _receiver_field(desk: Desk, chosen: Chosen) -> Field:
    field = body_field(desk, chosen, "to_body", "Paid to", "Anyone")
    nobody = EMPTY["to_body"]
    field["options"] = [(value, "No public body" if value == nobody else words) for value, words in field["options"]]
    return field


def _services(ids: Sequence[str]) -> str:
    return ", ".join(service_words().get(id, id) for id in ids)


def _values(chosen: Chosen, name: str) -> list[str]:
    return chosen.values[name] if name == "file" else [chosen.joined(name)]


def _narrowed(desk: Desk, chosen: Chosen) -> list[tuple[str, str]]:
    """What the lines are narrowed to by a link: words, and the address without it."""
    names = [name for name in chosen.values if name in FILTERS and name not in OFFERED]
    return [(_narrowed_words(desk, chosen, n), f"/lines?{chosen.query(**{n: ''})}") for n in names]


def _narrowed_words(desk: Desk, chosen: Chosen, name: str) -> str:
    values = chosen.where(name)[name]
    if name == "supplier":
        found = [desk.money.supplier(value) for value in values]
        return "Supplier: " + ", ".join(s.name if s else "none of that number" for s in found)
    if name == "file":
        return "File: " + ", ".join(values)
    if name == "payee_key":
        return "One published name"
    if name == "told":
        return "Service told by " + ", ".join(TOLD_WORDS[value] for value in values)
    if name == "subjective":
        return "Bought: " + ", ".join(subjective_words()[value] for value in values)
    ways = dict(zip(CHANNELS, ("invoice", "card"), strict=True))
    return "Paid by " + ", ".join(ways.get(value, value) for value in values)


def _shares(desk: Desk, where: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The bodies among these of whose money this place counts a share alone."""
    chosen = {desk.definition.body(name).id for name in where.get("body", ())}
    bodies = [b for b in desk.definition.bodies if b.share != 1 and (not chosen or b.id in chosen)]
    return [(body.name, str(body.share)) for body in bodies]
