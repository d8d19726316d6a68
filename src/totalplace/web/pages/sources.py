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
from totalplace.table import Table
from totalplace.web.addresses import Chosen, address, query
from totalplace.web.common import (
    TOLD_WORDS,
    coverage,
    outcome_shown,
    page_at,
    pages_at,
    paging,
    reasons_worded,
    rejected_money,
    service_words,
    short,
    subjective_words,
)
from totalplace.web.desk import Desk, chosen_of, desk_of, filled, years_words
from totalplace.web.fields import EVERY_YEAR, body_field, other_years, select_field
from totalplace.web.links import Row, not_counted, to
from totalplace.web.settling import form_of, said_of
from totalplace.web.templating import months_in

router = APIRouter()
EACH, REJECTS = 100, 50
"""Files, and rejected rows of a file, on a page."""
KIND_NAMES = {"spend": "payments", "card": "card payments"}
STATES = (("", "All files"), ("rejected", "With rejected rows"), ("refused", "Refused"))


@page_at(router, "/sources")
def listed(request: Request) -> HTMLResponse:
    """The files, a page at a time, and which months of which body are there."""
    desk, chosen = desk_of(request), chosen_of(request, "body", "state", "page")
    table = _files(desk, chosen)
    whole = with_names(desk.money.sources(), desk.definition)
    found = paging(len(table.rows), chosen.whole("page"), EACH)
    refused = [row for row in whole.rows if row[12]]
    return desk.draw(
        request,
        "sources.html",
        section="sources",
        table=found.of(table),
        found=found,
        whole=whole,
        sums=total_row(replace(whole, rows=[row for row in whole.rows if not row[12]])),
        refused=refused,
        accepted={row[0]: row for row in desk.money.accepted().rows},
        other=with_names(desk.money.outside(), desk.definition),
        other_years=other_years(desk),
        rejected=rejected_money(desk.money.reject_reasons()),
        years_words=years_words(desk.money.count().scope["years"]),
        warnings=desk.warnings(),
        fields=[body_field(desk, chosen), select_field("state", "Files", chosen, list(STATES))],
        query=chosen.query(state=""),
        pages=pages_at("/sources", chosen.query()),
        shown={"file": short},
        links={
            "file": _file_link,
            "body_name": to("/bodies/{}", 1),
            "accepted": lambda row: address("/lines", file=row[0], year=EVERY_YEAR) if row[5] else "",
            "amount": lambda row: address("/lines", file=row[0], year=EVERY_YEAR) if row[5] else "",
            "rejected": lambda row: address("/sources/file", name=row[0]) + "#rejects" if row[6] else "",
        },
        reasons=reasons_worded(desk, {}),
        reason_links={"reason_name": lambda row: address("/rejects", reason=row[0])},
        other_links={"body_name": to("/bodies/{}", 0), **not_counted({}, body=0, year=2)},
        coverage=coverage(desk, desk.definition.bodies, sorted({row[1] for row in desk.money.months().rows})),
    )


def _file_link(row: Row) -> str:
    return address("/sources/file", name=row[0])


def _files(desk: Desk, chosen: Chosen) -> Table:
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


@page_at(router, "/sources/file")
def one(request: Request) -> HTMLResponse:
    """One file: how it was read, its months, its rejected rows."""
    desk, chosen = desk_of(request), chosen_of(request, "name", "page")
    entry = _entry(desk, chosen.text("name"))
    name = entry["name"]
    found = paging(entry["rejected"], chosen.whole("page"), REJECTS)
    rejects = desk.money.rejects({"file": [name]}, start=found.first - 1, limit=REJECTS)
    reading = next((s.reading for s in desk.definition.sources if name in s.files), None)
    return desk.draw(
        request,
        "file.html",
        section="sources",
        entry=entry,
        short=short(name),
        body=desk.name(entry["body"]),
        kind=KIND_NAMES.get(entry["kind"], entry["kind"]),
        reading=_reading(reading) if reading else {},
        columns=dict(reading.columns) if reading else {},
        facts=_facts(desk, entry),
        months=desk.money.file_months(name),
        rejects=rejects,
        found=found,
        reasons=reasons_worded(desk, {"file": [name]}),
        rejected=rejected_money(desk.money.reject_reasons({"file": [name]})),
        pages=pages_at("/sources/file", query({"name": name})),
        query=query({"file": name}),
        links={
            "months": {
                "lines": lambda row: address("/lines", file=name, month=row[0], year=EVERY_YEAR),
                "amount": lambda row: address("/lines", file=name, month=row[0], year=EVERY_YEAR),
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
    return filled(
        {
            "Encoding": reading.encoding,
            "Between cells": marks[reading.delimiter],
            "Headings": headings,
            "Dates that read both ways": order,
            "Spending is published as": "negative" if reading.sign < 0 else "",
            "Amounts are in": f"£{reading.unit:,}" if reading.unit != 1 else "",
        }
    )


def _facts(desk: Desk, entry: dict[str, Any]) -> dict[str, Any]:
    noticed = next(row[10] for row in desk.money.sources().rows if row[0] == entry["name"])
    return filled({"Noticed": months_in(noticed), "Size": f"{entry['bytes']:,} bytes", "SHA-256": entry["sha256"]})


@page_at(router, "/lines/source")
def line(request: Request) -> HTMLResponse:
    """The published text of a line, what was made of it, and what stands around it."""
    desk, chosen = desk_of(request), chosen_of(request, "file", "line")
    entry, at = _entry(desk, chosen.text("file")), chosen.whole("line")
    found = desk.money.original(entry["name"], at)
    counted = desk.money.line(entry["name"], at)
    rejected = desk.money.rejects({"file": [entry["name"]], "line": [str(at)]}).rows
    there = counted.rows or rejected or found.cells or any(n == at for n, _ in found.around)
    if found.state == "same" and not there:
        read = any(entry["name"] in source.files for source in desk.definition.sources)
        raise HTTPException(404, f"{entry['name']} has no line {at}." if read else _unread(entry["name"]))
    return desk.draw(
        request,
        "line.html",
        section="lines",
        body=desk.name(entry["body"]),
        found=found,
        row=(row := _counted(desk, counted)),
        form=form_of(said_of(desk.definition), row) if row else None,
        choices=[("", "Choose a service"), *service_words().items()],
        back=address("/lines/source", file=entry["name"], line=at),
        rejected=rejected[0] if rejected else None,
        sheet="#" in entry["name"],
    )


def _counted(desk: Desk, counted: Table) -> dict[str, Any] | None:
    """What was made of the line, by column, with the outcome as it is shown; None where nothing was."""
    if not counted.rows:
        return None
    row = dict(zip([column.name for column in counted.columns], counted.rows[0], strict=True))
    return {
        **row,
        "shown": outcome_shown(desk, row["month"], row["outcome"]),
        "service_name": service_words()[row["service"]],
        "bought": subjective_words()[row["subjective"]],
        "told_by": TOLD_WORDS[row["told"]],
    }


def _unread(name: str) -> str:
    return f"place.toml does not say any more how {name} is read; build again, and it goes from the sources."
