"""Transfers: what the bodies paid each other, the names taken for a body, and those for a person to settle."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from totalplace.errors import EditConflict, UsageError
from totalplace.money.names import plain as folded
from totalplace.money.pictures import total_row, with_names
from totalplace.table import Table
from totalplace.terms import Where
from totalplace.web import links
from totalplace.web.addresses import Chosen, address
from totalplace.web.common import RULE_WORDS, form_sent, page_at, pages_at, paging
from totalplace.web.desk import Desk, chosen_of, counted_years, desk_of, years_words
from totalplace.web.fields import year_choices
from totalplace.web.links import Link, Row

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
    candidates, spellings = desk.money.candidates(reach), desk.money.spellings(reach)
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
        elsewhere=_elsewhere(desk, len(candidates.rows)) if "year" not in chosen.values else 0,
        candidates_sum=sum(row[6] for row in candidates.rows),
        spellings=_worded(desk, replace(spellings, rows=spellings.rows[:FEW])),
        spellings_total=len(spellings.rows),
        spelling_links=_spelling_links(reach),
        bodies=desk.definition.bodies,
        settled=desk.settled(),
        folded=folded,
        rule_words=RULE_WORDS,
        back=address("/transfers", where),
    )


def _elsewhere(desk: Desk, here: int) -> int:
    """How many names wait that only years which are not counted hold, `here` being those of the counted years."""
    return len(desk.money.candidates().rows) - here if desk.definition.years else 0


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
    desk, chosen = desk_of(request), chosen_of(request, "page", "year")
    where, reach = chosen.where("year"), counted_years(desk, chosen)
    table = desk.money.candidates(reach)
    found = paging(len(table.rows), chosen.whole("page"), EACH)
    return desk.draw(
        request,
        "candidates.html",
        section="transfers",
        candidates=found.of(table),
        found=found,
        pages=pages_at("/transfers/candidates", chosen.query()),
        query=chosen.query(),
        years_words=years_words(reach.get("year", [])),
        reach=reach,
        bodies=desk.definition.bodies,
        settled=desk.settled(),
        folded=folded,
        rule_words=RULE_WORDS,
        back=address("/transfers/candidates", where, page=found.page),
    )


def _spelling_links(reach: Where) -> dict[str, Link]:
    def lines(row: Row) -> str:
        return address("/lines", reach, payee_key=row[-2])

    return {"to_body": lambda row: f"/bodies/{row[-1]}", "lines": lines, "amount": lines}


@page_at(router, "/transfers/spellings")
def spellings(request: Request) -> HTMLResponse:
    """The names that were taken for a body, with why, a page at a time."""
    desk, chosen = desk_of(request), chosen_of(request, "page", "body", "year")
    reach = counted_years(desk, chosen)
    table = desk.money.spellings(reach)
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
        years_words=years_words(reach.get("year", [])),
        links=_spelling_links(reach),
    )


def _worded(desk: Desk, table: Table) -> Table:
    """Ids and rules in words; the body's id is kept at the end of each row."""
    rows = [
        (*row[:2], desk.name(row[2]), RULE_WORDS[row[3]], *row[4:7], desk.names(row[7]), row[8], row[2])
        for row in table.rows
    ]
    return replace(table, rows=rows, columns=(*table.columns, replace(table.columns[2], name="id")))


NOTE = 200
"""So many letters of a reason are kept."""
UNSETTLED = "-"
"""What a form says of a name that nobody had settled when its page was drawn."""


@router.post("/transfers/settle")
async def settle(request: Request) -> Response:
    """Writes down whether a name is a body, or takes that back; refused without the token of the page's form.

    The form says what its page showed; 409 where the name was settled otherwise since.
    """
    form = await form_sent(request)
    given = {name: form.get(name, "") for name in ("payee", "body", "is", "was", "back", "note")}
    if not given["payee"].strip() or given["is"] not in ("yes", "no", "undo"):
        raise UsageError("say which name it is, and whether it is a body of the place")
    if given["is"] == "yes" and not given["body"]:
        raise UsageError("say which body the name is")
    desk = desk_of(request)
    said = desk.settled().get(folded(given["payee"]), UNSETTLED)
    if given["was"] != said:
        raise EditConflict(_meanwhile(desk, given["payee"], said))
    if given["is"] == "undo":
        await run_in_threadpool(desk.money.unsettle, given["payee"])
    else:
        body = given["body"] if given["is"] == "yes" else ""
        await run_in_threadpool(desk.money.settle, given["payee"], body, " ".join(given["note"].split())[:NOTE])
    return RedirectResponse(_back(given["back"]), 303)


def _meanwhile(desk: Desk, payee: str, said: str) -> str:
    """What a name was settled as since a page was drawn."""
    if said == UNSETTLED:
        now = "its settlement was taken back"
    elif said:
        now = f"it was settled as {desk.name(said)}"
    else:
        now = "it was settled as none of the bodies"
    return (
        f"Of '{payee}' your page showed something else: meanwhile {now}. Your answer changed nothing; look at the name "
        "as it stands now, and answer again if you disagree"
    )


def _back(asked: str) -> str:
    """The page to go back to: that which the form was on, and none elsewhere."""
    path, _, query = asked.partition("?")
    back = path if path in ("/transfers", "/transfers/candidates") else "/transfers/candidates"
    kept = Chosen((pair for pair in parse_qsl(query) if pair[0] in ("year", "page")), ("year", "page"))
    page = kept.text("page") if kept.text("page").isdigit() else ""
    return address(back, kept.where("year"), page=page) + "#candidates"
