"""The neighbourhoods of a place on the map: a layer or a proposal, where each area stands and what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from totalplace.errors import DataError
from totalplace.web.common import page_at
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.maps import PICTURE, library, site_legend
from totalplace.web.neighbourhoods import KNOWN, Asked, asked, fields_of, still_of

if TYPE_CHECKING:
    from totalplace.web.addresses import Chosen

router = APIRouter()


@page_at(router, "/neighbourhoods")
def shown(request: Request) -> HTMLResponse:
    """A layer or proposal on the map with its table; where the place has no geography, how to begin."""
    desk, chosen = desk_of(request), chosen_of(request, *KNOWN)
    geography = desk.place.geography
    given: dict[str, Any] = {"found": None, "wrong": ""}
    try:
        if geography.plan is not None:
            given |= _drawn(asked(geography, chosen), chosen)
    except DataError as error:
        given["wrong"] = str(error)
    return desk.draw(request, "neighbourhoods.html", section="neighbourhoods", **given)


def _drawn(given: Asked, chosen: Chosen) -> dict[str, Any]:
    query = chosen.query(layer=given.found.id)
    return {
        "found": given.found,
        "given": given,
        "fields": fields_of(given, chosen),
        "table": given.found.areas(),
        "held": given.found.held() if given.found.against else None,
        "picture": f"{PICTURE}?{query}",
        "library": library(),
        "dots": site_legend(given.sites),
        "still": still_of(given),
        "query": query,
    }
