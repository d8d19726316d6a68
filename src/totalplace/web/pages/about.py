"""About: the method in brief, the kinds of payment, and the licences."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.parameters.kinds import kinds
from totalplace.parameters.unit_costs import shipped_edition
from totalplace.sources.spend import REASONS
from totalplace.web.common import RULE_WORDS, page_at
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.templating import STATIC

router = APIRouter()


@page_at(router, "/about")
def shown(request: Request) -> HTMLResponse:
    """The page."""
    desk = desk_of(request)
    chosen_of(request)
    licences = STATIC / "vendor" / "LICENCES.txt"
    return desk.draw(
        request,
        "about.html",
        section="about",
        kinds=kinds(),
        reasons=REASONS,
        rules=[words for words in RULE_WORDS.values() if words],
        unit_costs=shipped_edition().attribution,
        unit_costs_changes=shipped_edition().changes,
        licences=licences.read_text("utf-8") if licences.exists() else "",
    )
