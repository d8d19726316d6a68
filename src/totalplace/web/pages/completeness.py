"""How complete the count is: what is missing first, bodies by year, and one year service by service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.completeness.cells import STATES, BodyYear, Cell
from totalplace.completeness.result import (
    STATE_WORDS,
    Result,
    gaps_grouped,
    note,
    service_name,
    source,
    unsigned,
    worst,
)
from totalplace.money.pictures import with_names
from totalplace.parameters.expected import ALL, expectations, expected_of
from totalplace.parameters.kinds import NO_SERVICE, kinds
from totalplace.parameters.services import NOT_CLASSIFIED, services
from totalplace.table import Column, Table
from totalplace.web.addresses import address, query
from totalplace.web.common import page_at
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.fields import body_field, select_field
from totalplace.web.links import to

if TYPE_CHECKING:
    from totalplace.definition import Definition
    from totalplace.web.links import Link

router = APIRouter()
LINES_AT = 8
"""Where the number of lines stands in a row of the cells' table with the names of bodies."""
HIDDEN = ("body", "year", "service", "expected", "months", "source", "signed", "note")


@dataclass(frozen=True)
class Mark:
    """A cell as a matrix shows it: its state (the shape), a few words beside, all that is known, and where it leads."""

    state: str
    words: str
    title: str
    href: str


@page_at(router, "/completeness")
def shown(request: Request) -> HTMLResponse:
    """Whether the mapping is complete, what is missing, and where each figure comes from."""
    desk, chosen = desk_of(request), chosen_of(request, "year", "body", "state")
    place = desk.place
    found, figures = place.completeness.result(), place.official.figures()
    year = chosen.text("year", found.years[-1] if found.years else "")
    where = {name: values for name, values in chosen.where("body", "state").items() if values}
    wanted = {**where, **({"year": [year]} if year else {})}
    if not where and found.bodies:  # one body to begin with: all at once are long
        wanted["body"] = [_first(found, year)]
    cells = place.completeness.cells(wanted)
    totals = place.official.totals({"body": where.get("body", ())})
    years = [(one, one) for one in found.years]
    states = [("", "All states"), ("open", "Open"), *((state, STATE_WORDS[state].capitalize()) for state in STATES)]
    fields = [
        select_field("year", "Year", chosen, years or [("", "No year")]),
        body_field(desk, chosen),
        select_field("state", "State", chosen, states),
    ]
    for field in fields:
        field["value"] = ",".join(wanted.get(field["name"], ()))
    return desk.draw(
        request,
        "completeness.html",
        section="completeness",
        found=found,
        year=year,
        gaps=with_names(gaps_grouped(found), desk.definition),
        by_year=_by_year(found),
        by_service=_by_service(found, year),
        headings=_headings(found, year),
        cells=_told_together(with_names(replace(cells, note=""), desk.definition)),
        hidden=HIDDEN if len(wanted.get("body", ())) != 1 else (*HIDDEN, "body_name"),
        one=desk.name(wanted["body"][0]) if len(wanted.get("body", ())) == 1 else "",
        note=cells.note,
        links=dict.fromkeys(("lines", "payments"), _lines(desk.definition)),
        totals=with_names(totals, desk.definition),
        benefit=with_names(place.official.housing_benefit(), desk.definition),
        said=with_names(place.completeness.declared(), desk.definition),
        unsigned=unsigned(figures),
        datasets=len(figures.datasets),
        unverified=any(one.status == "unverified" for one in expectations()),
        state_words=STATE_WORDS,
        states=[state for state in STATES if state != "not-expected"],
        body_link=to("/bodies/{}", 0),
        fields=fields,
        query=query(wanted),
    )


def _first(found: Result, year: str) -> str:
    """The body that a year is shown of to begin with: the first that something is missing of, else the first."""
    return next((cell.body for cell in found.gaps if cell.year == year), found.bodies[0].body)


def _told_together(table: Table) -> Table:
    """The cells with a column that says all there is to say of each: where from, whether signed, what to look at."""
    at = [column.name for column in table.columns]

    def told(row: tuple[Any, ...]) -> str:
        cell = dict(zip(at, row, strict=True))
        parts = (cell["source"], cell["signed"] if cell["signed"] == "unsigned" else "", cell["note"])
        return "; ".join(part for part in parts if part)

    rows = [(*row[:-2], told(row), *row[-2:]) for row in table.rows]
    columns = (*table.columns[:-2], Column("told", "Where from, and what to look at"), *table.columns[-2:])
    return replace(table, columns=columns, rows=rows)


def _lines(definition: Definition) -> Link:
    """The way from a row of the cells' table, with the name of the body after its id, to the lines of the cell."""
    counted = [kind.id for kind in kinds() if kind.id not in NO_SERVICE]
    whole = {body.id: bool(expected_of(body).whole) for body in definition.bodies}

    def lines(row: tuple[Any, ...]) -> str:
        body, _, year, service = row[:4]
        if not row[LINES_AT]:
            return ""
        told = {} if whole.get(body) else {"service": [service]}
        return address("/lines", {"body": [body], "year": [year], "kind": counted, **told})

    return lines


def _by_year(found: Result) -> list[tuple[str, list[Mark]]]:
    """A row for each body, a mark for each year."""
    rows: dict[str, list[Mark]] = {}
    for one in found.bodies:
        rows.setdefault(one.body, []).append(_year_mark(one))
    return list(rows.items())


def _year_mark(one: BodyYear) -> Mark:
    expected = [cell for cell in one.cells if cell.expected]
    there = sum(cell.state == "present" for cell in expected)
    title = f"{one.at_all} of 12 months with payments; {there} of {len(expected)} expected services wholly there"
    words = f"{there} of {len(expected)}" if len(expected) != 1 else f"{one.at_all} months"
    return Mark(worst(one), words, title, address("/completeness", {"body": [one.body], "year": [one.year]}) + "#cells")


def _headings(found: Result, year: str) -> list[tuple[str, str]]:
    """The services that any cell of a year is of, in the usual order, with their names."""
    there = {cell.service for cell in found.cells if cell.year == year}
    return [(name, service_name(name)) for name in (*services(), ALL, NOT_CLASSIFIED) if name in there]


def _by_service(found: Result, year: str) -> list[tuple[str, list[Mark | None]]]:
    """A row for each body in a year, a mark for each service of `_headings`; None where there is no such cell."""
    headings = [name for name, _ in _headings(found, year)]
    rows = []
    for one in found.bodies:
        if one.year == year:
            cells = {cell.service: cell for cell in one.cells}
            rows.append((one.body, [_mark(cells[name]) if name in cells else None for name in headings]))
    return rows


def _mark(cell: Cell) -> Mark:
    words = {
        "present": "12",
        "part": str(cell.months),
        "official": "outturn",
        "estimated": "est.",
        "exception": "said",
        "missing": "none",
        "not-expected": "paid" if cell.lines else "",
    }
    title = "; ".join(filter(None, (STATE_WORDS[cell.state], source(cell), note(cell))))
    href = address("/completeness", {"body": [cell.body], "year": [cell.year]}) + "#cells"
    return Mark(cell.state, words[cell.state], title, href)
