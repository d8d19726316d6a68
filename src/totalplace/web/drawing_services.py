"""The pictures of what the money is spent on: how services were told, what is bought for each, and the flow to them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from totalplace.money.spent import DELIVERERS, WAYS, service_name, subjective_name
from totalplace.parameters.services import NOT_CLASSIFIED
from totalplace.services import services_named
from totalplace.table import Table
from totalplace.web import sankey, treemap
from totalplace.web.common import service_words
from totalplace.web.desk import Desk
from totalplace.web.drawing_stacks import Stack, stacks
from totalplace.web.links import Row
from totalplace.web.service_links import TOLD_BY

_SERIES = dict(zip(WAYS, ("tp-class-3", "tp-class-1", "tp-class-2", "tp-class-open"), strict=True))
LEGEND = [(_SERIES[way], words) for way, words in TOLD_BY]
"""How a service was told: CSS classes and words."""


def told(rows: Sequence[tuple[str, Row]]) -> Markup:
    """A bar for each of the rows, parted by how its service was told."""
    drawn = [Stack(name, tuple(row[-len(WAYS) :])) for name, row in rows if any(row[-len(WAYS) :])]
    return stacks(
        drawn,
        [(_SERIES[way], f"told by {words}") for way, words in TOLD_BY],
        "Bars of net payments by how they were told",
    )


def bought(table: Table) -> Markup:
    """The services as rectangles, with what is bought in each."""
    parts: dict[str, list[treemap.Part]] = {}
    for service, _, subjective, _, *sums in table.rows:
        parts.setdefault(service, []).append(treemap.Part(subjective_name(subjective), sums[3]))
    groups = [treemap.Group(service_name(s), tuple(found), s == NOT_CLASSIFIED) for s, found in parts.items()]
    return treemap.treemap(
        groups, "Rectangles as large as the net payments of each service, and in each of what is bought"
    )


def flow(desk: Desk, table: Table, measure: str) -> Markup:
    """Bands from funder through deliverer to service; `measure` is net or gross."""
    at = table.at(measure)
    passages = [sankey.Passage((row[0], row[1], row[4]), row[at]) for row in table.rows]
    names = [{row[0]: desk.name(row[0]) for row in table.rows}, DELIVERERS, service_words()]
    words = "Bands from the bodies that pay, through who is paid, to the services, as wide as the money"
    return sankey.sankey(
        passages, names, ((), tuple(DELIVERERS), services_named()), ("Funder", "Deliverer", "Service"), words
    )
