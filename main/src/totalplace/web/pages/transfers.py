"""Transfers: what the bodies paid each other, the names taken for a body, and those for a person to settle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from totalplace.errors import UsageError
from totalplace.money.names import plain as folded
from totalplace.money.pictures import total_row, with_names
from totalplace.table import Table
from totalplace.web.asked import address
from totalplace.web.desk import Desk, asked, counted_years, desk_of, years_words
from totalplace.web.pages.common import RULE_WORDS, Link, Row, page, to
from totalplace.web.pages.money import year_choices

router = APIRouter()
EACH = 25
PAIRS = 50
"""So many pairs are shown before all are asked for."""
FEW = 10
WIDEST_MATRIX = 16
"""So many bodies make a table that can still be read across."""


@page(router, "/transfers")
def front(request: Request) -> HTMLResponse:
    """All of it, the long lists by their beginnings."""
    desk, chosen = desk_of(request), asked(request, "year", "pairs")
    where, reach = chosen.where("year"), counted_years(desk, chosen)
    pairs = _pairs(desk, where)
    count = desk.money.count((), where)
    candidates, spellings = desk.money.candidates(), desk.money.spellings()
    return desk.draw(
        request,
        "transfers.html",
        section="transfers",
        choices=year_choices(desk, chosen),
        years_words=years_words(count.scope["years"]),
        query=chosen.query(pairs=""),
        count=count,
        reach=reach,
        pairs=pairs if chosen.text("pairs") == "all" else replace(pairs, rows=pairs.rows[:PAIRS]),
        pairs_total=len(pairs.rows),
        pairs_sum=total_row(pairs),
        matrix=_matrix(desk, pairs),
        links=_pair_links(reach),
        candidates=_slice(candidates, 1, FEW),
        candidates_total=len(candidates.rows),
        spellings=_worded(desk, _slice(spellings, 1, FEW)),
        spellings_total=len(spellings.rows),
        spelling_links=SPELLING_LINKS,
        names=desk.names(),
        bodies=desk.definition.bodies,
        settled=_settled(desk),
        folded=folded,
        rule_words=RULE_WORDS,
        back="/transfers",
    )


def _pairs(desk: Desk, where: Mapping[str, Any]) -> Table:
    """What each body paid each other and itself, names beside ids."""
    flows = desk.money.flows(where)
    rows = [row for row in flows.rows if row[1]]
    return with_names(
        replace(flows, name="transfers", title="What the bodies paid each other", rows=rows), desk.definition
    )


def _pair_links(reach: Mapping[str, Any]) -> dict[str, Link]:
    def lines(row: Row) -> str:
        return address("/lines", reach, body=row[0], to_body=row[2], outcome=["eliminated", "final", "self"])

    return {
        "body_name": to("/bodies/{}", 0),
        "to_body_name": to("/bodies/{}", 2),
        "lines": lines,
        "amount": lines,
        "eliminated": lambda row: (
            address("/lines", reach, body=row[0], to_body=row[2], outcome=["eliminated", "self"]) if row[6] else ""
        ),
    }


def _matrix(desk: Desk, pairs: Table) -> list[tuple[str, str, list[tuple[str, int | None]]]]:
    """Payers down, receivers across, where that can be read; else nothing."""
    seen = {row[0] for row in pairs.rows} | {row[2] for row in pairs.rows}
    ids = [body.id for body in desk.definition.bodies if body.id in seen]
    if not 2 < len(ids) <= WIDEST_MATRIX:
        return []
    amounts = {(row[0], row[2]): row[5] for row in pairs.rows}
    names = desk.names()
    return [(payer, names[payer], [(receiver, amounts.get((payer, receiver))) for receiver in ids]) for payer in ids]


@page(router, "/transfers/candidates")
def candidates(request: Request) -> HTMLResponse:
    """The names for a person to settle, a page at a time."""
    desk, chosen = desk_of(request), asked(request, "page", "settled")
    table = desk.money.candidates()
    at = chosen.whole("page")
    return desk.draw(
        request,
        "candidates.html",
        section="transfers",
        candidates=_slice(table, at, EACH),
        found=_paging(table, at),
        pages="/transfers/candidates?page={page}",
        bodies=desk.definition.bodies,
        settled=_settled(desk),
        folded=folded,
        names=desk.names(),
        rule_words=RULE_WORDS,
        just=chosen.text("settled") == "yes",
        back=f"/transfers/candidates?page={at}",
    )


SPELLING_LINKS: dict[str, Link] = {
    "to_body": lambda row: f"/bodies/{row[-1]}",
    "lines": lambda row: address("/lines", payee_key=row[-2]),
    "amount": lambda row: address("/lines", payee_key=row[-2]),
}


@page(router, "/transfers/spellings")
def spellings(request: Request) -> HTMLResponse:
    """The names that were taken for a body, with why, a page at a time."""
    desk, chosen = desk_of(request), asked(request, "page", "body")
    table = desk.money.spellings()
    if body := chosen.text("body"):
        known = desk.definition.body(body).id
        table = replace(table, rows=[row for row in table.rows if row[2] == known])
    at = chosen.whole("page")
    return desk.draw(
        request,
        "spellings.html",
        section="transfers",
        spellings=_worded(desk, _slice(table, at, 2 * EACH)),
        found=_paging(table, at, 2 * EACH),
        query=chosen.query(),
        pages=address("/transfers/spellings", body=body) + ("&" if body else "?") + "page={page}",
        links=SPELLING_LINKS,
    )


def _slice(table: Table, at: int, each: int) -> Table:
    return replace(table, rows=table.rows[(at - 1) * each : at * each])


def _paging(table: Table, at: int, each: int = EACH) -> dict[str, int]:
    total = len(table.rows)
    return {
        "first": (at - 1) * each + 1,
        "last": min(at * each, total),
        "total": total,
        "page": at,
        "pages": max(1, -(-total // each)),
    }


def _worded(desk: Desk, table: Table) -> Table:
    """Ids and rules in words; the body's id is kept at the end of each row."""
    names = desk.names()
    rows = [
        (*row[:2], names[row[2]], RULE_WORDS[row[3]], *row[4:7], _names(names, row[7]), row[8], row[2])
        for row in table.rows
    ]
    return replace(table, rows=rows, columns=(*table.columns, replace(table.columns[2], name="id")))


def _names(names: Mapping[str, str], ids: str) -> str:
    return ", ".join(names.get(body, body) for body in ids.split(", "))


def _settled(desk: Desk) -> dict[str, str]:
    """What people said of names, by the name as it is compared."""
    return {folded(name): body for name, body in desk.definition.settled.items()}


@router.post("/transfers/settle")
async def settle(request: Request) -> Response:
    """Writes down whether a name is a body; refused without the token of the page's form."""
    desk = desk_of(request)
    form = await request.form()
    given = {name: str(form.get(name, "")) for name in ("token", "payee", "body", "is", "back")}
    if not desk.forms.good(request, given["token"]):
        raise HTTPException(403, "The page was open for too long, or was not sent from here. Go back and reload it.")
    if not given["payee"].strip() or given["is"] not in ("yes", "no"):
        raise UsageError("say which name it is, and whether it is a body of the place")
    if given["is"] == "yes" and not given["body"]:
        raise UsageError("say which body the name is")
    body = given["body"] if given["is"] == "yes" else ""
    await run_in_threadpool(desk.money.settle, given["payee"], body)
    path, _, asked_for = given["back"].partition("?")
    back = path if path in ("/transfers", "/transfers/candidates") else "/transfers/candidates"
    number = asked_for.removeprefix("page=")
    more = {"page": number if number.isdigit() else "", "settled": "yes"} if back != "/transfers" else {}
    return RedirectResponse(address(back, more) + "#candidates", 303)
