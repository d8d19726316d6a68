"""The stress test: the scenarios of the place, and one of them with its jaws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.errors import ScenarioError
from totalplace.stress.result import Result
from totalplace.stress.scenario import PLACE
from totalplace.table import Table
from totalplace.web.addresses import address
from totalplace.web.common import page_at
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.jaws import jaws
from totalplace.web.links import to
from totalplace.web.scenarios import scenario_of

router = APIRouter()
LISTED = 4
"""So many bodies or fewer stand in the row of choices; more are reached through the table of bodies alone."""


@page_at(router, "/stress")
def listed(request: Request) -> HTMLResponse:
    """The scenarios; those that cannot be read with what is wrong."""
    desk = desk_of(request)
    chosen_of(request)
    table = desk.place.stress.listed()
    good = [row for row in table.rows if not row[-1]]
    return desk.draw(
        request,
        "stress.html",
        section="stress",
        table=replace(table, rows=[(row[0], row[1] or row[0], *row[2:]) for row in good]),
        wrong=[(row[0], row[-1]) for row in table.rows if row[-1]],
        links={"title": to("/stress/{}", 0)},
        folder=desk.place.stress.folder.name,
    )


@page_at(router, "/stress/{name}")
def shown(request: Request, name: str) -> HTMLResponse:
    """One scenario: of the whole place, or of one of its bodies."""
    desk, chosen = desk_of(request), chosen_of(request, "body")
    try:
        found = scenario_of(desk, name)
    except ScenarioError as error:
        return desk.draw(request, "scenario.html", section="stress", name=name, wrong=str(error))
    body = found.body(chosen.text("body"))
    return desk.draw(request, "scenario.html", section="stress", name=name, **_drawn(found, body))


def _drawn(found: Result, body: str) -> dict[str, Any]:
    """What the page of a scenario shows of the place, or of one body."""
    said, lines = found.scenario, found.of(body)
    return {
        "wrong": "",
        "scenario": said,
        "whose": found.name(body),
        "words": found.words(body),
        "warnings": found.warnings(body),
        "last": lines[-1],
        "choices": _choices(found, body),
        "body": body,
        "picture": jaws(lines),
        "years": _plain(found.years_table(body)),
        "effects": found.effects_table(body, said.years[-1]),
        "bodies": found.last_year_table() if found.several and not body else None,
        "ranges": found.ranges_table(body),
        "bands": found.bands_table(body),
        "assumed": found.assumptions_table(body),
        "links": {"body_name": lambda row: address(f"/stress/{said.name}", body=row[0])},
        "query": address("", scenario=said.name, body=body)[1:],
    }


def _choices(found: Result, body: str) -> list[tuple[str, str, bool]]:
    """The place and its bodies: words, address, whether it is shown."""
    at = f"/stress/{found.scenario.name}"
    choices = [(found.place, at, body == PLACE)]
    plans = found.scenario.plans if len(found.scenario.plans) <= LISTED else ()
    choices += [(plan.name, address(at, body=plan.id), body == plan.id) for plan in plans]
    if body and not plans:
        choices.append((found.name(body), address(at, body=body), True))
    return choices if found.several else []


def _plain(table: Table) -> Table:
    """Without a column of what is promised from reserves where nothing is."""
    at = table.at("promised")
    return table if any(row[at] for row in table.rows) else table.without("promised")
