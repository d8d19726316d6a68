"""Sources: the files with what was read of each, one file, and the published text of a line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from totalplace.errors import UsageError
from totalplace.money.pictures import total_row, with_names
from totalplace.sources.reading import Reading
from totalplace.sources.spend import REASONS
from totalplace.table import Table
from totalplace.web.asked import Asked, address
from totalplace.web.desk import Desk, asked, desk_of, words
from totalplace.web.drawing import year_months
from totalplace.web.pages.common import Row, page, to
from totalplace.web.pages.suppliers import body_field, select_field

router = APIRouter()
EACH = 100
KIND_NAMES = {"spend": "payments", "card": "card payments"}
STATES = (("", "All files"), ("rejected", "With rejected rows"), ("refused", "Refused"))


@page(router, "/sources")
def listed(request: Request) -> HTMLResponse:
    """The files, a page at a time, and which months of which body are there."""
    desk, chosen = desk_of(request), asked(request, "body", "state", "page")
    table = _files(desk, chosen)
    whole = with_names(desk.money.sources(), desk.definition)
    at = chosen.whole("page")
    refused = [row for row in whole.rows if row[12]]
    return desk.draw(
        request,
        "sources.html",
        section="sources",
        table=replace(table, rows=table.rows[(at - 1) * EACH : at * EACH]),
        found=_paging(table, at),
        whole=whole,
        sums=total_row(replace(whole, rows=[row for row in whole.rows if not row[12]])),
        refused=refused,
        fields=[body_field(desk, chosen), select_field("state", "Files", chosen, list(STATES))],
        query=chosen.query(state=""),
        pages=f"/sources?{chosen.query()}&page={{page}}",
        links={
            "file": _file_link,
            "body_name": to("/bodies/{}", 1),
            "accepted": lambda row: address("/lines", file=row[0]) if row[5] else "",
            "amount": lambda row: address("/lines", file=row[0]) if row[5] else "",
            "rejected": lambda row: address("/sources/file", name=row[0]) + "#rejects" if row[6] else "",
        },
        reasons=_reasons(desk, {}),
        coverage=_coverage(desk),
        kind_names=KIND_NAMES,
    )


def _file_link(row: Row) -> str:
    return address("/sources/file", name=row[0])


def _files(desk: Desk, chosen: Asked) -> Table:
    table = with_names(desk.money.sources(), desk.definition)
    rows = list(table.rows)
    if body := chosen.text("body"):
        known = desk.definition.body(body).id
        rows = [row for row in rows if row[1] == known]
    state = chosen.text("state")
    if state not in [name for name, _ in STATES]:
        raise UsageError(f"'{state}' is not a state of files: rejected or refused")
    if state:
        rows = [row for row in rows if (row[12] if state == "refused" else row[6])]
    return replace(table, rows=rows)


def _paging(table: Table, at: int, each: int = EACH) -> dict[str, int]:
    total = len(table.rows)
    pages = max(1, -(-total // each))
    return {"first": (at - 1) * each + 1, "last": min(at * each, total), "total": total, "page": at, "pages": pages}


def _reasons(desk: Desk, where: dict[str, list[str]]) -> Table:
    """Why rows were rejected, in words after the code."""
    table = desk.money.reject_reasons(where)
    rows = [(row[0], REASONS.get(row[0], row[0]), *row[1:]) for row in table.rows]
    first = table.columns[0]
    return replace(table, rows=rows, columns=(first, replace(first, name="reason_name"), *table.columns[1:]))


def _coverage(desk: Desk) -> list[tuple[str, str, list[tuple[str, list[tuple[str, int]]]]]]:
    """Body by body and year by year, how many lines each month has."""
    lines = {(row[0], row[2]): row[3] for row in desk.money.months().rows}
    years = sorted({row[1] for row in desk.money.months().rows})
    return [
        (body.id, body.name, [(year, [(m, lines.get((body.id, m), 0)) for m in year_months(year)]) for year in years])
        for body in desk.definition.bodies
    ]


@page(router, "/sources/file")
def one(request: Request) -> HTMLResponse:
    """One file: how it was read, its months, its rejected rows."""
    desk, chosen = desk_of(request), asked(request, "name", "page")
    entry = _entry(desk, chosen.text("name"))
    name, at = entry["name"], chosen.whole("page")
    each = 50
    rejects = desk.money.rejects({"file": [name]}, start=(at - 1) * each, limit=each)
    reading = next((s.reading for s in desk.definition.sources if name in s.files), None)
    return desk.draw(
        request,
        "file.html",
        section="sources",
        entry=entry,
        body=desk.names()[entry["body"]],
        kind=KIND_NAMES.get(entry["kind"], entry["kind"]),
        reading=_reading(reading) if reading else {},
        columns=dict(reading.columns) if reading else {},
        facts=_facts(entry),
        months=desk.money.file_months(name),
        rejects=rejects,
        found={
            "first": (at - 1) * each + 1,
            "last": min(at * each, entry["rejected"]),
            "total": entry["rejected"],
            "page": at,
            "pages": max(1, -(-entry["rejected"] // each)),
        },
        reasons=_reasons(desk, {"file": [name]}),
        pages=address("/sources/file", name=name) + "&page={page}",
        query=address("", file=name)[1:],
        links={
            "months": {
                "lines": lambda row: address("/lines", file=name, month=row[0]),
                "amount": lambda row: address("/lines", file=name, month=row[0]),
            },
            "rejects": {"line": lambda row: address("/lines/source", file=name, line=row[2])},
        },
    )


def _entry(desk: Desk, name: str) -> dict[str, Any]:
    if not name:
        raise UsageError("say which file with ?name=")
    for entry in desk.place.run.files:
        if entry["name"] == name:
            return dict(entry)
    raise HTTPException(404, f"'{name}' is not a file of this place.")


def _reading(reading: Reading) -> dict[str, Any]:
    """How a file is read, in words."""
    marks = {",": "comma", "\t": "tab", ";": "semicolon", "|": "upright bar"}
    headings = f"in line {reading.header}" if reading.header else f"none; rows from line {reading.first}"
    order = "day before month" if reading.dates == "dmy" else "month before day"
    return words(
        {
            "Encoding": reading.encoding,
            "Between cells": marks[reading.delimiter],
            "Headings": headings,
            "Doubtful dates": order,
            "Spending is published as": "negative" if reading.sign < 0 else "",
            "Amounts are in": f"£{reading.unit:,}" if reading.unit != 1 else "",
        }
    )


def _facts(entry: dict[str, Any]) -> dict[str, Any]:
    notes = [f"{n:,} {what}" for what, n in entry["notes"].items()]
    notes += [f"{entry['blank']:,} blank lines"] if entry["blank"] else []
    notes += [f"{entry['preamble']:,} lines above the headings"] if entry["preamble"] else []
    return words({"Noticed": "; ".join(notes), "Size": f"{entry['bytes']:,} bytes", "SHA-256": entry["sha256"]})


@page(router, "/lines/source")
def line(request: Request) -> HTMLResponse:
    """The published text of a line, what was made of it, and what stands around it."""
    desk, chosen = desk_of(request), asked(request, "file", "line")
    entry, number = _entry(desk, chosen.text("file")), chosen.whole("line")
    found = desk.money.original(entry["name"], number)
    counted = desk.money.line(entry["name"], number)
    rejected = desk.money.rejects({"file": [entry["name"]], "line": [str(number)]}).rows
    if found.state == "same" and not found.cells and not any(n == number for n, _ in found.around):
        raise HTTPException(404, f"{entry['name']} has no line {number}.")
    return desk.draw(
        request,
        "line.html",
        section="lines",
        entry=entry,
        body=desk.names()[entry["body"]],
        found=found,
        row=dict(zip([c.name for c in counted.columns], counted.rows[0], strict=True)) if counted.rows else None,
        names=desk.names(),
        rejected=rejected[0] if rejected else None,
        sheet="#" in entry["name"],
    )
