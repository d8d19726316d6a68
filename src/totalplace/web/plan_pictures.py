"""The map of a plan under change: in the browser, with colours that stay from move to move, and as a still picture."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from totalplace.geography.blocks import Blocks, Division, Graph
from totalplace.geography.editing.saying import band_words
from totalplace.geography.maps.mapshapes import PLACES, degrees
from totalplace.geography.maps.planmap import FILLS, OVER, colours, plan_map, touching
from totalplace.web.drawing_map import area_picture
from totalplace.web.maps import blocks_address, site_legend, site_points
from totalplace.web.templating import number

if TYPE_CHECKING:
    from markupsafe import Markup

    from totalplace.geography.editing.live import Live
    from totalplace.geography.editing.opening import Editor
    from totalplace.geography.points import Points

STILL = 640.0
"""Units across the still picture."""


def colours_of(live: Live) -> tuple[str, ...]:
    """A colour for each area by number: that of the beginning as long as no neighbour has it already."""
    areas = len(live.state.areas)
    if areas <= len(FILLS):
        return FILLS[:areas]
    now = Division("now", tuple(str(n) for n in range(areas)), live.state.of)
    near: list[set[int]] = [set() for _ in range(areas)]
    for a, b in touching(live.task.graph, now).tolist():
        near[a].add(b)
        near[b].add(a)
    first = _begun(live.task.graph, live.base.of.tobytes(), len(live.base.areas))
    chosen: list[int] = []
    for n in range(areas):
        taken = {chosen[m] for m in near[n] if m < n}
        wanted = first[n] if n < len(first) else n
        free = [each for each in range(len(FILLS)) if each not in taken] or [wanted]
        chosen.append(wanted % len(FILLS) if wanted % len(FILLS) not in taken else free[0])
    return tuple(FILLS[each] for each in chosen)


@lru_cache(maxsize=8)
def _begun(graph: Graph, of: bytes, areas: int) -> tuple[int, ...]:
    base = Division("base", tuple(str(n) for n in range(areas)), np.frombuffer(of, dtype=np.int32))
    return colours(areas, touching(graph, base))


def map_of(live: Live, fills: tuple[str, ...], picked: tuple[str, ...]) -> str:
    """What changes on the map with a move, as the page carries it: areas, colours, names, what is picked."""
    rows, band = live.now.rows, live.task.band
    at = _names_at(live)
    areas = [
        {
            "code": area.key,
            "name": area.name,
            "colour": fills[n],
            "words": band_words(rows[area.key], band) if area.key in rows else "",
            "at": at.get(n),
        }
        for n, area in enumerate(live.state.areas)
    ]
    return json.dumps({"of": live.state.of.tolist(), "areas": areas, "palette": fills, "picked": picked})


def layers_of(editor: Editor, live: Live) -> str:
    """What stays on the map: the address of the shapes, today's lines, sites of the kinds that areas should hold."""
    today = live.task.today
    kinds = _kinds(editor, live)
    sites = [
        {"name": points.name, "colour": colour, "points": site_points(points)}
        for (_, colour), points in zip(site_legend(kinds), kinds.values(), strict=True)
    ]
    over: list[dict[str, Any]] = []
    if today:
        of = live.task.blocks.layers[today].of.tolist()
        over = [{"name": editor.titles.get(today, today), "of": of, "over": True, "colour": OVER}]
    return json.dumps({"blocks": blocks_address(editor.blocks), "over": over, "sites": sites})


def sites_legend(editor: Editor, live: Live) -> list[tuple[str, str]]:
    """What the dots on the map stand for, with their colours."""
    kinds = _kinds(editor, live)
    return [(kinds[kind].name, colour) for kind, colour in site_legend(kinds)]


def _kinds(editor: Editor, live: Live) -> dict[str, Points]:
    """The kinds of site that each area should hold."""
    return {kind: editor.whole.points[kind] for kind in live.task.rules.anchors if kind in editor.whole.points}


def _names_at(live: Live) -> dict[int, tuple[float, float]]:
    """Where the name of each area stands: in the block that is nearest to its middle."""
    xy, around = _middles(live.task.blocks)
    of = live.state.of
    found = {}
    for n in sorted(set(of.tolist()) - {-1}):
        members = np.flatnonzero((of == n) & np.isfinite(xy[:, 0]))
        if len(members):  # some may have no shape
            away = ((xy[members] - xy[members].mean(axis=0)) ** 2).sum(axis=1)
            found[n] = around[int(members[int(away.argmin())])]
    return found


@lru_cache(maxsize=4)
def _middles(blocks: Blocks) -> tuple[NDArray[np.float64], list[tuple[float, float]]]:
    """A point inside each block, in metres and as longitude and latitude; not a number for one without a shape."""
    import shapely

    inside = shapely.point_on_surface(blocks.shapes)
    inside = np.where(shapely.is_empty(inside), None, inside)
    xy = np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])
    return xy, [(x, y) for x, y in np.round(degrees(xy), PLACES).tolist()]


def still_of(live: Live, fills: tuple[str, ...], label: str) -> Markup | str:
    """The plan as a picture that stands still; '' while there is no area."""
    rows = live.now.rows
    if not rows:
        return ""
    used = [n for n, area in enumerate(live.state.areas) if area.key in rows]
    today = live.task.blocks.layers[live.task.today] if live.task.today else None
    names = [live.state.areas[n].name for n in used]
    made = plan_map(live.task.blocks, live.task.graph, live.now.division, names, STILL, today)
    titles = [f"{row.name}: {number(row.people)} people" for row in rows.values()]
    return area_picture(made, [fills[n] for n in used], titles, label)
