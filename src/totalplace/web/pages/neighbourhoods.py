"""The neighbourhoods of a place on the map: a layer or a proposal, where each area stands and what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.web.addresses import address
from totalplace.web.common import geography_page, page_at
from totalplace.web.maps import PICTURE, library, site_legend
from totalplace.web.neighbourhoods import KNOWN, asked, fields_of, sources_words, still_of

if TYPE_CHECKING:
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

router = APIRouter()


@page_at(router, "/neighbourhoods")
def shown(request: Request) -> HTMLResponse:
    """A layer or proposal on the map with its table; where the place has no geography, how to begin."""
    return geography_page(request, "neighbourhoods", KNOWN, _drawn)


def _drawn(desk: Desk, chosen: Chosen) -> dict[str, Any]:
    blocks = desk.place.geography.blocks
    if not blocks.layers:
        return {"small": len(blocks), "people": int(blocks.people.sum())}
    given = asked(desk.place, chosen)
    found = given.found
    proposals = given.geography.proposals()
    return {
        "found": found,
        "given": given,
        "fields": fields_of(given, chosen),
        "table": found.brief(),
        "held": found.held() if found.against else None,
        "proposals": proposals if proposals.rows else None,
        "picture": f"{PICTURE}?{chosen.query(layer=found.id)}",
        "library": library(),
        "dots": site_legend(given.sites),
        "still": still_of(given),
        "proposal_at": lambda row: address("/neighbourhoods", layer=row[0]),
        "band": found.band.plain,
        "sources": sources_words(given.place),
        "query": chosen.query(layer=found.id),
    }
