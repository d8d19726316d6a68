"""Neighbourhoods to take away: a map on paper, a workbook, and shapes for other maps, at addresses that stay."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from totalplace.geography.design.task import Band
from totalplace.geography.neighbourhoods import Neighbourhoods, neighbourhoods_of
from totalplace.reports.neighbourhoods import told_of_place
from totalplace.terms import slug
from totalplace.web.desk import chosen_of, desk_of
from totalplace.web.download import XLSX

if TYPE_CHECKING:
    from totalplace.reports.neighbourhoods import Told

router = APIRouter(tags=["neighbourhoods"])
Ending = Literal["pdf", "xlsx", "gpkg", "geojson"]
KINDS = {
    "pdf": "application/pdf",
    "xlsx": XLSX,
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
}


@router.get("/neighbourhoods/{layer}.{ending}", summary="Neighbourhoods as a file", response_class=Response)
def neighbourhoods_file(request: Request, layer: str, ending: Ending) -> Response:
    """A layer or proposal: .pdf a map on paper, .xlsx a workbook, .gpkg and .geojson its shapes.

    `band` is the people of an area, such as 30000-50000; `over` the layer whose lines are drawn over the map on paper.
    """
    desk, chosen = desk_of(request), chosen_of(request, "band", "over")
    geography = desk.place.geography
    band = Band.said(chosen.text("band")) if chosen.text("band") else None
    found = neighbourhoods_of(geography, layer, band)
    if over := chosen.text("over"):
        geography.blocks.layer(over)
    told = told_of_place(geography, found.id, found.plan, found.called, desk.definition.name, over)
    name = "-".join(filter(None, (slug(desk.definition.name), slug(found.id))))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(_made(found, told, ending), media_type=KINDS[ending], headers=headers)


def _made(found: Neighbourhoods, told: Told, ending: Ending) -> bytes:
    if ending == "pdf":
        from totalplace.reports.neighbourhoods_pdf import neighbourhoods_pdf

        return neighbourhoods_pdf(told)
    if ending == "xlsx":
        from totalplace.reports.neighbourhoods_workbook import neighbourhoods_workbook

        out = io.BytesIO()
        neighbourhoods_workbook(out, told)
        return out.getvalue()
    if ending == "geojson":
        from totalplace.geography.design.tables import geojson

        return geojson(found.plan, found.called).encode()
    from totalplace.geography.design.geopackage import write_geopackage

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        write_geopackage(path, found.plan, found.called)
        return path.read_bytes()
