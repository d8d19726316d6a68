"""Rates and values of business cases: what is shipped, from where, and whether it is verified."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.parameters.rate_tables import rate_table
from totalplace.parameters.rates import KINDS, Rate, rates, without_address
from totalplace.table import Table
from totalplace.web.common import page_at
from totalplace.web.desk import chosen_of, desk_of

router = APIRouter()

WORDS = {
    "discount": "How much less a pound of a later year counts. Year 0 is the first year of a case and counts whole.",
    "grade": "An item of a case is graded, 1 the best, for each kind of evidence that it rests on and for its age.",
    "capital": "For building and buying, never with the grades on one cost.",
    "worth": "One measure for one effect: a QALY, a WELLBY and a life year of the same person count one thing thrice.",
    "distribution": "A pound to a group weighs (median income / income of the group) to the power of eta.",
    "category": "What a ratio of benefits to costs is called. A ratio on a boundary is of the upper category.",
}
"""What each kind is for."""


class Part(NamedTuple):
    """What the page shows of a kind: its table, what of it is not verified, and its sources (words, address, names)."""

    kind: str
    words: str
    table: Table
    doubt: str
    sources: list[tuple[str, str, str]]


@page_at(router, "/rates")
def shown(request: Request) -> HTMLResponse:
    """All of them, kind by kind."""
    chosen_of(request)
    parts = [_part(kind) for kind in KINDS]
    return desk_of(request).draw(request, "rates.html", section="rates", parts=parts)


def _part(kind: str) -> Part:
    rows = [Rate(*row) for row in rates(kind).rows]
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(f"{row.source}. {row.licence}", []).append(row.title)
    sources = [(*without_address(source), ", ".join(dict.fromkeys(titles))) for source, titles in names.items()]
    marks = {row.verified for row in rows}
    doubt = "" if marks == {"yes"} else "not verified" if marks == {"no"} else "part of it not verified"
    return Part(kind, WORDS[kind], rate_table(kind), doubt, sources)
