"""The lines of a place behind pages and tables: which layers an address asks for, and what a file says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.aligning.measures import MEASURES
from totalplace.web.addresses import Chosen
from totalplace.web.drawing import NARROW, WIDTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from totalplace.geography.aligning.comparison import Comparison
    from totalplace.geography.maps.linemap import LineMap
    from totalplace.table import Table
    from totalplace.web.desk import Desk

SHOWN = "same"
"""The measure that the matrix shows unasked."""
KNOWN = ("layer", "to", "measure", "first", "second")
"""What the page and its tables can be asked."""


@dataclass(frozen=True)
class Asked:
    """What an address asks for: the comparison, titles of layers by id, the measure, and the two on the map, by id."""

    found: Comparison
    titles: Mapping[str, str]
    measure: str
    first: str
    second: str

    @property
    def pair(self) -> tuple[str, str]:
        """The names of the two."""
        return self.titles[self.first], self.titles[self.second]


def asked(desk: Desk, chosen: Chosen) -> Asked:
    """The comparison that an address asks for; GeographyError where the place has no layers to compare.

    Raises UsageError for a layer or a measure that is not there.
    """
    from totalplace.geography.aligning.placed import comparison_of_place, titles_of

    geography = desk.place.geography
    titles = titles_of(geography)
    found = comparison_of_place(geography, chosen.values.get("layer", ()), chosen.text("to"))
    ids = {title: id for id, title in titles.items()}
    first, second = (ids[name] for name in found.farthest)
    first = _layer(found, titles, chosen.text("first") or first)
    second = _layer(found, titles, chosen.text("second") or second)
    if first == second:
        second = next(id for id, title in titles.items() if id != first and title in found.names)
    measure = chosen.text("measure", SHOWN)
    if measure not in [each.name for each in MEASURES]:
        raise UsageError(f"'{measure}' is no measure; known: {', '.join(each.name for each in MEASURES)}")
    return Asked(found, titles, measure, first, second)


def line_maps(given: Asked) -> tuple[LineMap, LineMap] | None:
    """Where the two lines run and disagree, for a wide and a narrow screen; None where blocks have no shapes."""
    from totalplace.geography.maps.linemap import line_map

    found = given.found
    if found.graph is None or found.blocks.shapes is None:
        return None
    fitted = found.fitted(*given.pair)
    wide, narrow = (line_map(found.blocks, found.graph, fitted, float(width)) for width in (WIDTH, NARROW))
    return wide, narrow


def warm(desk: Desk) -> None:
    """Keeps in memory what the page of lines shows that nothing is asked of; raises as `asked`."""
    line_maps(asked(desk, Chosen([], KNOWN)))


def _layer(found: Comparison, titles: Mapping[str, str], id: str) -> str:
    if id not in titles or titles[id] not in found.names:
        raise UsageError(f"'{id}' is none of the layers that are compared; known: {', '.join(titles)}")
    return id


def asked_table(desk: Desk, chosen: Chosen) -> Asked:
    """The same for a table: 404 where there is nothing to compare."""
    try:
        return asked(desk, chosen)
    except GeographyError as error:
        raise HTTPException(404, str(error)) from None


def matrix(desk: Desk, chosen: Chosen) -> Table:
    """All against all, by one measure."""
    given = asked_table(desk, chosen)
    return given.found.matrix_table(given.measure)


def overlaps(desk: Desk, chosen: Chosen) -> Table:
    """Where two layers overlap."""
    given = asked_table(desk, chosen)
    return given.found.overlaps_table(*given.pair)


def pair(desk: Desk, chosen: Chosen) -> Table:
    """Every measure of two layers, both ways, with what it says."""
    given = asked_table(desk, chosen)
    return given.found.pair_table(*given.pair)


def disagreements(desk: Desk, chosen: Chosen) -> Table:
    """The blocks where two layers disagree."""
    given = asked_table(desk, chosen)
    return given.found.disagreements_table(*given.pair)


def about_alignment(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a table, in a sentence each."""
    found = asked_table(desk, chosen).found
    people = int(found.blocks.people.sum())
    scope = f"{desk.definition.name}; {', '.join(found.names)}; {len(found.blocks):,} small areas, {people:,} people"
    return scope, "People by small area and the layers over them as declared in geography.toml. Entropies in nats."
