"""Transfers: what the bodies paid each other, the names taken for a body, and those for a person to settle."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from totalplace.errors import UsageError
from totalplace.money.names import plain as folded
from totalplace.money.pictures import total_row, with_names
from totalplace.table import Table
from totalplace.web import links
from totalplace.web.addresses import address
from totalplace.web.common import RULE_WORDS, form_sent, page_at, pages_at, paging
from totalplace.web.desk import Desk, chosen_of, counted_years, desk_of, years_words
from totalplace.web.fields import year_choices
from totalplace.web.links import Link, Where

router = APIRouter()
EACH = 25
PAIRS = 50
"""So many pairs are shown before all are asked for."""
FEW = 10
WIDEST_MATRIX = 16
"""So many bodies make a table that can still be read across."""


@page_at(router, "/transfers")
def front(request: Request) -> HTMLResponse:
    """All of it, the long lists by their beginnings."""
    desk, chosen = desk_of(request), chosen_of(request, "year", "pairs")
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
        matrix=_matrix(desk, pairs, reach),
        links=links.pair(reach),
        candidates=replace(candidates, rows=candidates.rows[:FEW]),
        candidates_total=len(candidates.rows),
        spellings=_worded(desk, replace(spellings, rows=spellings.rows[:FEW])),
        spellings_total=len(spellings.rows),
        spelling_links=SPELLING_LINKS,
        bodies=desk.definition.bodies,
        settled=_settled(desk),
        folded=folded,
        rule_words=RULE_WORDS,
        back="/transfers",
    )


def _pairs(desk: Desk, where: Where) -> Table:
    """What each body paid each other and itself, names beside ids."""
    flows = desk.money.flows(where)
    rows = [row for row in flows.rows if row[1]]
    return with_names(
        replace(flows, name="transfers", title="What the bodies paid each other", rows=rows), desk.definition
    )


def _matrix(desk: Desk, pairs: Table, reach: Where) -> list[tuple[str, str, list[tuple[str, int | None, str]]]]:
    """Payers down, receivers across, each cell with its money and its lines, where that can be read; else nothing."""
    seen = {row[0] for row in pairs.rows} | {row[2] for row in pairs.rows}
    ids = [body.id for body in desk.definition.bodies if body.id in seen]
    if not 2 < len(ids) <= WIDEST_MATRIX:
        return []
    amounts = {(row[0], row[2]): row[5] for row in pairs.rows}
    return [
        (payer, desk.name(payer), [(to, amounts.get((payer, to)), links.paid(reach, payer, to)) for to in ids])
        for payer in ids
    ]


@page_at(router, "/transfers/candidates")
def candidates(request: Request) -> HTMLResponse:
    """The names for a person to settle, a page at a time."""
    desk, chosen = desk_of(request), chosen_of(request, "page", "settled")
    table = desk.money.candidates()
    found = paging(len(table.rows), chosen.whole("page"), EACH)
    return desk.draw(
        request,
        "candidates.html",
        section="transfers",
        candidates=found.of(table),
        found=found,
        pages=pages_at("/transfers/candidates", ""),
        bodies=desk.definition.bodies,
        settled=_settled(desk),
        folded=folded,
        rule_words=RULE_WORDS,
        just=chosen.text("settled") == "yes",
        back=f"/transfers/candidates?page={found.page}",
    )


SPELLING_LINKS: dict[str, Link] = {
    "to_body": lambda row: f"/bodies/{row[-1]}",
    "lines": lambda row: address("/lines", payee_key=row[-2]),
    "amount": lambda row: address("/lines", payee_key=row[-2]),
}


@page_at(router, "/transfers/spellings")
def spellings(request: Request) -> HTMLResponse:
    """The names that were taken for a body, with why, a page at a time."""
    desk, chosen = desk_of(request), chosen_of(request, "page", "body")
    table = desk.money.spellings()
    if body := chosen.text("body"):
        known = desk.definition.body(body).id
        table = replace(table, rows=[row for row in table.rows if row[2] == known])
    found = paging(len(table.rows), chosen.whole("page"), 2 * EACH)
    return desk.draw(
        request,
        "spellings.html",
        section="transfers",
        spellings=_worded(desk, found.of(table)),
        found=found,
        query=chosen.query(),
        pages=pages_at("/transfers/spellings", chosen.query()),
        links=SPELLING_LINKS,
    )


def _worded(desk: Desk, table: Table) -> Table:
    """Ids and rules in words; the body's id is kept at the end of each row."""
    rows = [
        (*row[:2], desk.name(row[2]), RULE_WORDS[row[3]], *row[4:7], desk.names(row[7]), row[8], row[2])
        for row in table.rows
    ]
    return replace(table, rows=rows, columns=(*table.columns, replace(table.columns[2], name="id")))


def _settled(desk: Desk) -> dict[str, str]:
    """What people said of names, by the name as it is compared."""
    return {folded(name): body for name, body in desk.definition.settled.items()}


@router.post("/transfers/settle")
async def settle(request: Request) -> Response:
    """Writes down whether a name is a body; refused without the token of the page's form."""
    form = await form_sent(request)
    given = {name: form.get(name, "") for name in ("payee", "body", "is", "back")}
    if not given["payee"].strip() or given["is"] not in ("yes", "no"):
        raise UsageError("say which name it is, and whether it is a body of the place")
    if given["is"] == "yes" and not given["body"]:
        raise UsageError("say which body the name is")
    body = given["body"] if given["is"] == "yes" else ""
    await run_in_threadpool(desk_of(request).money.settle, given["payee"], body)
    path, _, query = given["back"].partition("?")
    back = path if path in ("/transfers", "/transfers/candidates") else "/transfers/candidates"
    page = query.removeprefix("page=")
    more = {"page": page if page.isdigit() else "", "settled": "yes"} if back != "/transfers" else {}
    return RedirectResponse(address(back, more) + "#candidates", 303)
