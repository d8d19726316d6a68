"""About: the method in brief, the kinds of payment, and the licences."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.parameters.kinds import kinds
from totalplace.sources.spend import REASONS
from totalplace.web.desk import asked, desk_of
from totalplace.web.pages.common import RULE_WORDS, page
from totalplace.web.templating import STATIC

router = APIRouter()


@page(router, "/about")
def shown(request: Request) -> HTMLResponse:
    """The page."""
    desk = desk_of(request)
    asked(request)
    licences = STATIC / "vendor" / "LICENCES.txt"
    return desk.draw(
        request,
        "about.html",
        section="about",
        kinds=kinds(),
        reasons=REASONS,
        rules=[words for words in RULE_WORDS.values() if words],
        licences=licences.read_text("utf-8") if licences.exists() else "",
    )
