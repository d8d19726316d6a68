"""What maps in a browser are drawn from: the shapes of the blocks, and a layer with its colours, lines and sites."""

from __future__ import annotations

import gzip
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from totalplace.geography.maps.mapshapes import shapes_of
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.maps import or_404, picture
from totalplace.web.neighbourhoods import KNOWN, asked, placed_or_404

router = APIRouter()
GEOJSON = "application/geo+json"


@router.api_route("/neighbourhoods/map/blocks.geojson", methods=["GET", "HEAD"], response_model=None)
def blocks(request: Request) -> Response:
    """The small areas as GeoJSON, made simpler for a screen; 404 where the place has none."""
    desk, chosen = desk_of(request), chosen_of(request, "v")
    made = shapes_of(or_404(desk.place.geography).blocks)
    headers = {"ETag": f'"{made.version}"', "Vary": "Accept-Encoding"}
    if chosen.text("v") == made.version:  # the address names what is in it
        headers["Cache-Control"] = "private, max-age=31536000, immutable"
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(made.packed), media_type=GEOJSON, headers=headers)
    return Response(made.packed, media_type=GEOJSON, headers={**headers, "Content-Encoding": "gzip"})


@router.api_route("/neighbourhoods/map/picture.json", methods=["GET", "HEAD"], response_model=None)
def layer_picture(request: Request) -> Any:
    """A layer as `map.mjs` draws it, with lines of other layers and sites over it where they are asked for."""
    desk, chosen = desk_of(request), chosen_of(request, *KNOWN)
    place = placed_or_404(desk.place)
    return JSONResponse(picture(place.geography.blocks, asked(place, chosen).shown))
