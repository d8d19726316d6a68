"""Lines: any figure opened, searched, sorted and paged, each line with the place in the file that it comes from."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.money.count import CHANNELS
from totalplace.money.selecting import FILTERS
from totalplace.table import Column, Table
from totalplace.terms import OUTCOMES
from totalplace.web.asked import Asked, address
from totalplace.web.desk import Desk, asked, desk_of
from totalplace.web.pages.common import Link, Row, kind_words, page
from totalplace.web.pages.suppliers import body_field, select_field, year_field
from totalplace.web.templating import OUTCOME_WORDS, month

router = APIRouter()
EACH = 50
KNOWN = ("q", "sort", "page", *FILTERS)
SORT_WORDS = [("largest", "Largest first"), ("newest", "Newest first"), ("file", "As in the files")]
OFFERED = ("body", "year", "month", "kind", "outcome", "to_body")
"""Filters with a field of their own; the others come with a link, and can be taken off."""


@page(router, "/lines")
def listed(request: Request) -> HTMLResponse:
    """A page of lines."""
    desk, chosen = desk_of(request), asked(request, *KNOWN)
    where, sort = chosen.where(*FILTERS), chosen.text("sort", "largest")
    found = desk.money.lines(where, search=chosen.text("q"), sort=sort, page=chosen.whole("page"), per_page=EACH)
    return desk.draw(
        request,
        "lines.html",
        section="lines",
        found=found,
        table=_shown(desk, found.table),
        first=(found.page - 1) * EACH + 1,
        last=min(found.page * EACH, found.total),
        fields=_fields(desk, chosen, sort),
        narrowed=_narrowed(desk, chosen),
        shares=_shares(desk, where),
        query=chosen.query(),
        pages=f"/lines?{chosen.query()}&page={{page}}".replace("?&", "?"),
        links=LINKS,
        search=chosen.text("q"),
    )


COLUMNS = (
    Column("date", "Date", "date"),
    Column("body", "Paid by"),
    Column("payee", "Paid to"),
    Column("what", "For what, as published"),
    Column("amount", "Amount", "money"),
    Column("outcome", "Outcome"),
    Column("source", "Source"),
    Column("of", "Line"),
)
"""The last cell holds the line as `money.lines.COLUMNS` has it: links are made from it."""


def _shown(desk: Desk, table: Table) -> Table:
    names = desk.names()
    return Table("lines", "Lines", COLUMNS, [_row(names, row) for row in table.rows], table.note)


def _row(names: dict[str, str], row: Row) -> Row:
    what = " · ".join(dict.fromkeys(text.strip() for text in row[5:8] if text and text.strip()))
    source = f"{short(row[14])}, line {row[15]}"
    payee = row[3] or "(no name published)"
    day = f"{row[1].day} {row[1]:%b %Y}" if row[1] else f"{date.fromisoformat(row[2] + '-01'):%b %Y}"
    return (day, names.get(row[0], row[0]), payee, what, row[4], row[11], source, row)


def short(name: str) -> str:
    """A file's name without its folders; members of a zip and sheets keep theirs."""
    path, mark, rest = name.partition("!")
    return PurePosixPath(path).name + mark + rest


LINKS: dict[str, Link] = {
    "body": lambda row: f"/bodies/{row[-1][0]}",
    "payee": lambda row: f"/suppliers/{row[-1][13]}",
    "source": lambda row: address("/lines/source", file=row[-1][14], line=row[-1][15]),
}


def _fields(desk: Desk, chosen: Asked, sort: str) -> list[dict[str, Any]]:
    months = [(row[1], month(int(row[1].replace("-", "")))) for row in desk.money.by_month().rows if row[2]]
    kinds = [("", "All kinds"), *kind_words().items()]
    outcomes = [("", "All outcomes"), *((name, OUTCOME_WORDS[name][0]) for name in OUTCOMES)]
    outcomes += [("final,candidate", "Counted once"), ("eliminated,self", "Taken out")]
    if "month" in chosen.values:
        chosen.values["month"] = [f"{m[:4]}-{m[-2:]}" for m in chosen.values["month"]]
    hidden = [name for name in chosen.values if name in FILTERS and name not in OFFERED]
    return [
        {"name": "q", "label": "Search", "type": "search", "value": chosen.text("q")},
        body_field(desk, chosen, label="Paid by"),
        _receivers(desk, chosen),
        year_field(desk, chosen),
        select_field("month", "Month", chosen, [("", "All months"), *months]),
        select_field("kind", "Kind", chosen, kinds),
        select_field("outcome", "Outcome", chosen, outcomes),
        {"name": "sort", "label": "Order", "type": "select", "value": sort, "options": SORT_WORDS},
        *({"name": name, "type": "hidden", "value": v} for name in hidden for v in _values(chosen, name)),
    ]


def _values(chosen: Asked, name: str) -> list[str]:
    return chosen.values[name] if name == "file" else [chosen.joined(name)]


def _receivers(desk: Desk, chosen: Asked) -> dict[str, object]:
    field = body_field(desk, chosen, "to_body", "Paid to")
    options = field["options"]
    assert isinstance(options, list)
    names = desk.names()
    field["options"] = [("", "Anyone"), *((value, names.get(value, text)) for value, text in options[1:])]
    return field


def _narrowed(desk: Desk, chosen: Asked) -> list[tuple[str, str]]:
    """What the lines are narrowed to by a link: words, and the address without it."""
    names = [name for name in chosen.values if name in FILTERS and name not in OFFERED]
    return [(_narrowed_words(desk, chosen, n), f"/lines?{chosen.query(**{n: ''})}") for n in names]


def _narrowed_words(desk: Desk, chosen: Asked, name: str) -> str:
    values = chosen.values[name]
    if name == "supplier":
        found = [desk.money.supplier(value) for value in values]
        return "Supplier: " + ", ".join(s.name if s else "none of that number" for s in found)
    if name == "file":
        return "File: " + ", ".join(values)
    if name == "payee_key":
        return "One published name"
    ways = dict(zip(CHANNELS, ("invoice", "card"), strict=True))
    return "Paid by " + ", ".join(ways.get(value, value) for value in values)


def _shares(desk: Desk, where: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The bodies among these of whose money this place counts a share alone."""
    chosen = {desk.definition.body(name).id for name in where.get("body", ())}
    bodies = [b for b in desk.definition.bodies if b.share != 1 and (not chosen or b.id in chosen)]
    return [(body.name, str(body.share)) for body in bodies]
