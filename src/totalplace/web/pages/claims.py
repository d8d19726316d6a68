"""Who claims what, by area: how claims are spread, and how many who are entitled do not claim."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.areas.claims import gini, half, highest
from totalplace.areas.claims_tables import areas_table, curve_table
from totalplace.areas.claims_words import in_words, words
from totalplace.web import drawing_claims
from totalplace.web.common import page_at
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.fields import select_field
from totalplace.web.templating import MINUS

if TYPE_CHECKING:
    from totalplace.areas.claims import Claims
    from totalplace.table import Table

router = APIRouter()
HIDDEN = ("area", "term", "definition", "year", "grade")
"""Columns that the heading says already."""


@page_at(router, "/areas/claims")
def claims(request: Request) -> HTMLResponse:
    """One `[[claims]]` of areas.toml: the first where none is asked for."""
    desk, chosen = desk_of(request), chosen_of(request, "claim")
    every = desk.place.areas.claims() if desk.place.areas.plan else ()
    if not every:
        return desk.draw(request, "claims.html", section="claims", found=None)
    found = desk.place.areas.claim(chosen.text("claim", every[0].claim.id))
    options = [(one.claim.id, one.term) for one in every]
    table = areas_table(found)
    return desk.draw(
        request,
        "claims.html",
        section="claims",
        found=found,
        says=in_words(found),
        words=_words,
        half=half(found.curve),
        gini=gini(found.curve),
        highest=highest(found.curve),
        picture=drawing_claims.spread(found),
        table=table,
        curve=curve_table(found),
        hide=HIDDEN if _has_why(table) else (*HIDDEN, "why"),
        fields=[select_field("claim", "Who claims", chosen, options)] if len(every) > 1 else [],
        query=chosen.query(claim=found.claim.id),
        scope=_scope(found),
    )


def _words(figure: Fraction) -> str:
    """A count as pages show it, with a true minus sign."""
    return words(figure).replace("-", MINUS)


def _has_why(table: Table) -> bool:
    at = table.at("why")
    return any(row[at] for row in table.rows)


def _scope(found: Claims) -> dict[str, str]:
    left = len(found.areas) - len(found.counted)
    scope = {
        "What is counted": found.claim.definition,
        "Figures of": found.years,
        "Areas": f"{len(found.counted):,} {found.kind}" + (f"; {left:,} left out" if left else ""),
        "Grade of the estimate": found.driver.grade if found.driver else "",
        "Source of the estimate": found.driver.source if found.driver else "",
    }
    return {words: said for words, said in scope.items() if said}
