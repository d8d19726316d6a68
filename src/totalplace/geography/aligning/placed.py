"""The layers of a place as divisions to hold against each other, with names for people and sites where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from totalplace.errors import UsageError
from totalplace.geography.adjacency import outer_border
from totalplace.geography.aligning.comparison import Comparison
from totalplace.geography.aligning.moving import Site
from totalplace.geography.blocks import Division
from totalplace.geography.declared import id_of
from totalplace.geography.reading.numbers import number

if TYPE_CHECKING:
    from totalplace.geography.answers import Geography
    from totalplace.geography.assembling import Whole
    from totalplace.geography.points import Points

KNOWN = 0.5
"""A column of a file of sites names areas of a layer where so many of its values, or more, are codes of it. Ours."""
OFFICIAL = (
    "OA",
    "LSOA",
    "MSOA",
    "ward",
    "authority",
    "upper-tier authority",
    "county",
    "region",
    "country",
    "parish",
    "constituency",
)
"""Kinds of areas that no service works from: a school's ward says where it stands, not whom it serves. Ours."""
STAFF = ("staff", "fte", "wte", "full-time equivalents")
"""Headings that are taken for the staff of a site."""


def comparison_of_place(geography: Geography, divisions: Sequence[str] = (), proposed: str = "") -> Comparison:
    """The layers of a place against each other: those named by id or title, else every one but what is proposed.

    Raises UsageError for a layer that is not there, or fewer than two, GeographyError where nothing is declared.
    """
    whole, plan, titles = geography.whole, geography.declared, titles_of(geography)
    wanted = tuple(id_of(name, titles, "layer") for name in divisions) or plan.settled(whole.blocks.layers)
    goal = id_of(proposed, titles, "layer") if proposed else ""
    if goal and goal not in wanted:
        wanted = (*wanted, goal)
    kinds = {each.id: each.kind for each in plan.files}
    services = tuple(id for id in plan.settled(wanted) if kinds.get(id, "") not in OFFICIAL)
    return _compared(whole, wanted, goal, tuple(titles.items()), services)


def titles_of(geography: Geography) -> dict[str, str]:
    """What the layers of a place are called, by id; the id of those whose title another has too."""
    layers = geography.whole.blocks.layers
    titles = {each.id: each.called for each in geography.declared.files if each.id in layers}
    twice = Counter(titles.values())
    return {id: title if twice[title] == 1 else id for id, title in titles.items()}


@lru_cache(maxsize=8)
def _compared(
    whole: Whole, wanted: tuple[str, ...], goal: str, titles: tuple[tuple[str, str], ...], services: tuple[str, ...]
) -> Comparison:
    blocks, called = whole.blocks, dict(titles)
    if len(wanted) < 2:
        raise UsageError(
            f"two layers or more are needed, and {len(wanted)} {'is' if len(wanted) == 1 else 'are'} here: "
            "'totalplace areas load FILE' adds one"
        )
    made = {id: _called(blocks.layers[id], called.get(id, id), whole.names.get(id, {})) for id in wanted}
    sites, notes = _sites(whole, services)
    outer = outer_border(blocks.shapes, whole.graph) if whole.graph is not None and blocks.shapes is not None else None
    return Comparison(
        blocks,
        tuple(made.values()),
        made[goal].name if goal else "",
        {made[id].name: [_renamed(site, blocks.layers[id], made[id]) for site in there] for id, there in sites.items()},
        whole.graph,
        outer,
        (*whole.notes, *(notes if goal else ())),
    )


def _called(layer: Division, title: str, names: Mapping[str, str]) -> Division:
    """A layer with what its areas are called instead of their codes; the code behind a name that two share."""
    texts = [names.get(code, "") or code for code in layer.labels]
    twice = Counter(texts)
    labels = [text if twice[text] == 1 else f"{text} ({code})" for text, code in zip(texts, layer.labels, strict=True)]
    return Division(title, tuple(labels), layer.of)


def _renamed(site: Site, layer: Division, made: Division) -> Site:
    area = made.labels[layer.labels.index(site.area)] if site.area else ""
    return Site(site.name, site.block, area, site.staff)


def _sites(whole: Whole, wanted: Sequence[str]) -> tuple[dict[str, list[Site]], list[str]]:
    """Sites by layer: points whose file has a column that names areas of the layer. What is left out is said."""
    found: dict[str, list[Site]] = {}
    notes: list[str] = []
    for points in whole.points.values():
        serves = [(id, column) for id in wanted if (column := _column(points, whole.blocks.layers[id]))]
        for id, column in serves:
            found.setdefault(id, []).extend(_stand(points, column, whole.blocks.layers[id]))
        outside = int((points.block < 0).sum())
        if serves and outside:
            notes.append(f"{points.name}: {outside:,} in no block of this place are left out of what moving would take")
    return found, notes


def _column(points: Points, layer: Division) -> str:
    """The column of a file of points that names areas of a layer, '' where none does.

    Points outside the place have no say: a file is often of more.
    """
    labels, best, share = set(layer.labels), "", KNOWN
    for heading, values in points.columns.items():
        there = [value for value, block in zip(values, points.block.tolist(), strict=True) if value and block >= 0]
        known = sum(value in labels for value in there) / len(there) if there else 0.0
        if known > share or (known == share and not best):
            best, share = heading, known
    return best


def _stand(points: Points, column: str, layer: Division) -> list[Site]:
    labels = set(layer.labels)
    heading = next((name for name in points.columns if name.strip().lower() in STAFF), "")
    staff = points.columns[heading] if heading else ("",) * len(points)
    made = []
    for n, block in enumerate(points.block.tolist()):
        if block < 0:
            continue
        count = number(points.name, f"the staff of {points.names[n]}", staff[n])
        area = points.columns[column][n]
        there = float(count) if count is not None else None
        made.append(Site(points.names[n], block, area if area in labels else "", there))
    return made
