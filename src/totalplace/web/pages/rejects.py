"""Rejected rows: all of them, why, and how they are mended."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.money.mend import with_state
from totalplace.money.pictures import total_row, with_names
from totalplace.sources.spend import REASONS
from totalplace.web.addresses import address
from totalplace.web.common import page_at, pages_at, paging, reasons_worded, rejected_words, short
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.fields import Field, body_field, select_field

router = APIRouter()
EACH = 50


@page_at(router, "/rejects")
def listed(request: Request) -> HTMLResponse:
    """A page of rejected rows, narrowed by body, reason and file."""
    desk, chosen = desk_of(request), chosen_of(request, "body", "reason", "file", "page")
    where = chosen.where("body", "reason", "file")
    reasons = desk.money.reject_reasons(where)
    found = paging(sum(row[1] for row in reasons.rows), chosen.whole("page"), EACH)
    done = desk.money.mended()
    rows = with_state(desk.money.rejects(where, start=found.first - 1, limit=EACH), done)
    table = with_names(rows, desk.definition)
    hidden: list[Field] = [{"name": "file", "type": "hidden", "value": name} for name in where.get("file", ())]
    of_files = ", ".join(map(short, where.get("file", ())))
    return desk.draw(
        request,
        "rejects.html",
        section="sources",
        table=table,
        found=found,
        words=rejected_words(reasons),
        mended=len(done) if not where else 0,
        some_mended=bool(done),
        reasons=reasons_worded(desk, where),
        total_row=total_row,
        fields=[
            body_field(desk, chosen),
            select_field("reason", "Reason", chosen, [("", "All reasons"), *REASONS.items()]),
            *hidden,
        ],
        narrowed=[(f"File: {of_files}", f"/rejects?{chosen.query(file='')}")] if of_files else [],
        query=chosen.query(),
        pages=pages_at("/rejects", chosen.query()),
        links={
            "body_name": lambda row: f"/bodies/{row[0]}",
            "file": lambda row: address("/sources/file", name=row[2]),
            "line": lambda row: address("/lines/source", file=row[2], line=row[3]),
        },
        reason_links={"reason_name": lambda row: address("/rejects", where, reason=row[0])},
        shown={"file": short},
    )
