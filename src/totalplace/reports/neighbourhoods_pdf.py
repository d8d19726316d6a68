"""Neighbourhoods on paper: the map on page one with its legend, scale and sources, then the tables behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from totalplace.geography.maps.planmap import FILLS, LINE, NUMBER, OVER, PlanMap, plan_map
from totalplace.reports.neighbourhoods import Told
from totalplace.reports.pdf import legible, render
from totalplace.table import RIGHT, Table, figure

if TYPE_CHECKING:
    from totalplace.geography.declared import Proposal

WIDTH = 700.0
"""Units across a map: a quarter of a millimetre each on paper."""
ACROSS, DOWN = 178.0, 176.0
"""Millimetres that a map has on page one."""
BAR = 45.0
"""Millimetres of the scale bar at most."""
INK = "#0B0C0C"
MANY = 100
"""So many areas or fewer have thick lines between them."""
FEW = 200
"""So many areas at most are listed on paper."""


def neighbourhoods_pdf(told: Told) -> bytes:
    """The document; the same plan gives the same bytes. Raises DataError, GeographyError where there are no shapes."""
    return render("neighbourhoods", page(told))


def page(told: Told) -> dict[str, Any]:
    """What the document says, as its template reads it."""
    plan, task = told.plan, told.plan.task
    over = task.blocks.layer(told.over) if told.over else None
    made = plan_map(task.blocks, task.graph, plan.division("areas"), told.called, WIDTH, over)
    moved = told.moved()
    return {
        "title": told.title,
        "place": told.place,
        "foot": f"{told.scope}. Made with Total Place.",
        "words": told.words,
        "map": _map(told, made),
        "proposal": _proposal(told.proposal) if told.proposal else None,
        "summary": _rows(told.summary()),
        "areas": _areas(told),
        "mains": _listing(told.mains(), FEW) if told.beside else None,
        "held": _listing(told.held()) if told.against else None,
        "moved": _listing(moved, FEW) if moved and moved.rows else None,
        "sources": list(told.sources),
        "notes": list(told.notes),
    }


def _map(told: Told, made: PlanMap) -> dict[str, Any]:
    task = told.plan.task
    unit = min(ACROSS / made.width, DOWN / made.height)
    metres = _round(made.metres / unit * BAR)
    drawn = [f"{n + 1} {name}, {people:,} people" for n, (name, people) in enumerate(_people(told)[:FEW])]
    lines = f" The lines of {task.title(told.over)} are drawn over them." if told.over else ""
    return {
        "svg": svg(made),
        "wide": round(made.width * unit, 2),
        "high": round(made.height * unit, 2),
        "alt": f"Map of {told.plan.k} neighbourhoods, north up: {'; '.join(drawn)}.{lines} The table says the same.",
        "numbered": bool(made.spots),
        "over": task.title(told.over),
        "over_colour": OVER,
        "bar": round(metres / (made.metres / unit), 2),
        "bar_words": f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m",
    }


def _people(told: Told) -> list[tuple[str, int]]:
    return list(zip(told.called, told.plan.people.tolist(), strict=True))


def _round(metres: float) -> float:
    """The roundest number of metres up to so many: 1, 2 or 5 and noughts."""
    power = 1.0
    while power * 10 <= metres:
        power *= 10
    return next((power * n for n in (5, 2, 1) if power * n <= metres), metres)


def svg(made: PlanMap) -> str:
    """The map as a picture: areas, the lines of another layer, borders, numbers and names."""
    wide, high = f"{made.width:.1f}", f"{made.height:.1f}"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 {made.width + 8:.1f} {made.height + 8:.1f}"']
    parts[0] += f' width="{wide}" height="{high}" font-family="Libertinus Serif" text-anchor="middle">'
    for path, colour in zip(made.areas, made.colours, strict=True):
        parts.append(f'<path d="{path}" fill="{FILLS[colour % len(FILLS)]}" fill-rule="evenodd"/>')
    line = '<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round" stroke-linecap="round"{}/>'
    if made.over:
        parts.append(line.format(made.over, "#FFFFFF", 3.2, ""))
    parts.append(line.format(made.borders, INK, 2.4 if len(made.areas) <= MANY else 1.2, ""))
    parts.append(line.format(made.outline, INK, 1.2, ""))
    if made.over:
        parts.append(line.format(made.over, OVER, 1.5, ' stroke-dasharray="6 4"'))
    for spot in made.spots:
        parts.append(f'<circle cx="{spot.x}" cy="{spot.y}" r="{NUMBER}" fill="#FFFFFF" stroke="{INK}"/>')
        parts.append(_text(spot.x, spot.y + 4, str(spot.area + 1), 12, "bold"))
        for n, text in enumerate(spot.lines, 1):
            at = spot.y + NUMBER + LINE * n
            parts.append(_text(spot.x, at, text, 11, "normal", ' stroke="#FFFFFF" stroke-width="2.5"'))
            parts.append(_text(spot.x, at, text, 11, "normal"))
    return "".join([*parts, "</svg>"])


def _text(x: float, y: float, text: str, size: int, weight: str, halo: str = "") -> str:
    said = escape(legible(text))
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{INK}"{halo}>{said}</text>'


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "by": one.by,
        "made": one.made,
        "from": one.came_from,
        "reasons": [part for part in one.reasons.split("\n") if part.strip()],
    }


def _areas(told: Told) -> dict[str, Any]:
    """The areas with a bar of where each stands: from 0 to a quarter above the band's end, or its largest."""
    plan, band = told.plan, told.plan.task.band
    most = max(int(plan.people.max()), round(band.high * 1.25), 1)
    found = _listing(told.areas(), FEW)
    bars = [{"share": n / most, "inside": band.holds(n)} for n in plan.people.tolist()[:FEW]]
    found["heads"][3] = "Stands"
    return {**found, "band": f"Band {band}", "bars": bars, "low": band.low / most, "high": min(band.high / most, 1.0)}


def _listing(table: Table, most: int = 100) -> dict[str, Any]:
    """A table as texts, with a word on what is left out."""
    left = max(len(table.rows) - most, 0)
    note = f"{left:,} more rows stand in the workbook. " if left else ""
    return {
        "title": table.title,
        "heads": [column.label for column in table.columns],
        "right": [column.kind in RIGHT for column in table.columns],
        "rows": _rows(table)[:most],
        "note": note + table.note,
    }


def _rows(table: Table) -> list[list[str]]:
    return [[_cell(value, column.kind) for value, column in zip(row, table.columns, strict=True)] for row in table.rows]


def _cell(value: object, kind: str) -> str:
    if not isinstance(value, int | float):
        return "" if value is None else str(value)
    if kind == "percent":
        return f"{value + 0.0:.1%}"
    return f"{value:.2f}" if kind == "ratio" else figure(value)
