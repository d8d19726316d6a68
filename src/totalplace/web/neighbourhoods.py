"""Neighbourhoods behind pages, tables and maps: what an address asks for, and how it is coloured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from totalplace.errors import UsageError, did_you_mean
from totalplace.geography.aligning.placed import titles_of
from totalplace.geography.design.task import Band
from totalplace.geography.maps.planmap import plan_map
from totalplace.geography.maps.shading import Shades, by_area, by_margin, by_need, by_people
from totalplace.geography.neighbourhoods import Neighbourhoods, named, neighbourhoods_of
from totalplace.web.addresses import Chosen
from totalplace.web.drawing_map import area_picture
from totalplace.web.fields import Field, select_field
from totalplace.web.maps import Shown, area_colours, or_404, picture
from totalplace.web.templating import number

if TYPE_CHECKING:
    from markupsafe import Markup

    from totalplace.geography.answers import Geography
    from totalplace.geography.assembling import Whole
    from totalplace.geography.blocks import Division
    from totalplace.geography.points import Points
    from totalplace.place import Place
    from totalplace.table import Table
    from totalplace.web.desk import Desk

KNOWN = ("layer", "band", "by", "over", "sites")
"""What the page, its map and its tables can be asked."""
STILL = 760.0
"""Units across the still picture."""
EVERY = "all"
"""What `sites` says for every kind."""
MEASURES = {"area": "Area by area", "people": "People, against the band", "margin": "Room to the edge of the band"}
"""What areas can be coloured by, besides the indicators of need."""
NEED = "need:"
"""What stands before the id of an indicator."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What an address asks for: neighbourhoods, how they are coloured, whose lines and which sites lie over them."""

    place: Place
    found: Neighbourhoods
    by: str
    shades: Shades
    over: Mapping[str, Division]
    sites: Mapping[str, Points]

    @property
    def geography(self) -> Geography:
        """That of the place."""
        return self.place.geography

    @property
    def shown(self) -> Shown:
        """The same as a map is told."""
        found = self.found
        words = found.by_label(
            [
                f"{number(people)} people, {said}"
                for people, said in zip(found.plan.people.tolist(), _bands(found), strict=True)
            ]
        )
        return Shown(
            found.division,
            named(found.division, found.names.get(found.id, {})),
            self.shades.colours,
            [str(each or "") for each in words],
            [None if each is None else int(str(each)) for each in found.by_label(range(1, found.plan.k + 1))],
            self.over,
            self.sites,
        )

    @property
    def coloured(self) -> str:
        """What the colours say, in a sentence; '' where each area has its own."""
        if self.by == "area":
            return ""
        words = measures(self.place)[self.by]
        times = ", a person, as so many times the whole place" if self.by.startswith(NEED) else ""
        return f"Coloured by {words[:1].lower()}{words[1:]}{times}; in brackets how many areas."

    @property
    def label(self) -> str:
        """What the map shows, in words."""
        lines = f", with the lines of {' and '.join(self.over)}" if self.over else ""
        sites = f", and {' and '.join(self.sites)}" if self.sites else ""
        return f"Map of {self.found.title}: {self.found.plan.k} areas{lines}{sites}"


def _bands(found: Neighbourhoods) -> list[str]:
    said = map(found.band.stands, found.plan.people.tolist())
    return ["in the band" if each == "in it" else each for each in said]


def asked(place: Place, chosen: Chosen) -> Asked:
    """What an address asks for. Raises UsageError for what is not there, GeographyError where there is no geography."""
    geography = place.geography
    band = Band.said(chosen.text("band")) if chosen.text("band") else None
    found = neighbourhoods_of(geography, chosen.text("layer"), band)
    by = _one("by", chosen.text("by", "area"), list(measures(place)))
    whole, titles = geography.whole, titles_of(geography)
    over = chosen.text("over")
    if over:
        _one("over", over, list(whole.blocks.layers))
    kinds = list(whole.points)
    wanted = kinds if chosen.text("sites") == EVERY else [_one("sites", each, kinds) for each in _sites(chosen)]
    return Asked(
        place,
        found,
        by,
        _shades(found, by, place),
        {titles.get(over, over): whole.blocks.layers[over]} if over else {},
        {whole.points[each].name: whole.points[each] for each in wanted},
    )


def warm(place: Place) -> None:
    """Keeps in memory what the page shows that nothing is asked of, and its map; raises as `asked`."""
    given = asked(place, Chosen([], KNOWN))
    still_of(given)
    picture(place.geography.blocks, given.shown)


def _sites(chosen: Chosen) -> Sequence[str]:
    return chosen.values.get("sites", ())


def _one(what: str, value: str, known: list[str]) -> str:
    if value not in known:
        raise UsageError(f"{what} is '{value}', which is not there{did_you_mean(value, known)}")
    return value


def measures(place: Place) -> dict[str, str]:
    """What areas can be coloured by, with its words."""
    return {**MEASURES, **{f"{NEED}{id}": f"Need: {said}" for id, said in place.facilities.indicators.items()}}


def _shades(found: Neighbourhoods, by: str, place: Place) -> Shades:
    if by.startswith(NEED):
        (need,) = place.facilities.needs(found.id, [by.removeprefix(NEED)])
        return by_need(found, need)
    if by == "people":
        return by_people(found)
    if by == "margin":
        return by_margin(found)
    return by_area(area_colours(found.division, place.geography.graph))


def fields_of(given: Asked, chosen: Chosen) -> list[Field]:
    """The form above the map."""
    geography, found = given.geography, given.found
    titles = titles_of(geography)
    layers = [(id, titles.get(id, id)) for id in geography.blocks.layers]
    sites = [("", "(none)"), *((id, points.name) for id, points in geography.whole.points.items())]
    sites += [(EVERY, "Every kind")] if len(sites) > 2 else []
    return [
        {**select_field("layer", "Neighbourhoods", chosen, layers), "value": found.id},
        {**select_field("by", "Coloured by", chosen, list(measures(given.place).items())), "value": given.by},
        select_field(
            "over", "Lines over them", chosen, [("", "(none)"), *(each for each in layers if each[0] != found.id)]
        ),
        *([select_field("sites", "Sites", chosen, sites)] if len(sites) > 1 else []),
        {"name": "band", "label": "People of an area", "type": "text", "value": found.band.plain},
    ]


def still_of(given: Asked) -> Markup:
    """The map as a picture that stands still."""
    found = given.found
    over = next(iter(given.over.values()), None)
    return _still(given.geography.whole, found, over, given.shades.colours, given.label)


@lru_cache(maxsize=16)
def _still(whole: Whole, found: Neighbourhoods, over: Division | None, colours: tuple[str, ...], label: str) -> Markup:
    assert whole.graph is not None
    division = found.plan.division("areas")
    task = found.plan.task
    made = plan_map(task.blocks, task.graph, division, found.called, STILL, _of(over, found, whole))
    fills = [colours[label] for label in found.at]
    titles = [
        f"{name}: {people:,} people" for name, people in zip(found.called, found.plan.people.tolist(), strict=True)
    ]
    return area_picture(made, fills, titles, label)


def _of(over: Division | None, found: Neighbourhoods, whole: Whole) -> Division | None:
    """Another layer, of the blocks that the neighbourhoods are of."""
    if over is None or len(found.plan.of) == len(whole.blocks):
        return over
    return found.plan.task.blocks.layers[over.name]


def asked_table(desk: Desk, chosen: Chosen) -> Neighbourhoods:
    """The neighbourhoods that the address of a table asks for; 404 where the place has no geography."""
    return asked(placed_or_404(desk.place), chosen).found


def placed_or_404(place: Place) -> Place:
    """The place; 404 with what to do where it has no geography."""
    or_404(place.geography)
    return place


def areas(desk: Desk, chosen: Chosen) -> Table:
    """A row an area."""
    return asked_table(desk, chosen).areas()


def held(desk: Desk, chosen: Chosen) -> Table:
    """The areas against the lines of every layer."""
    return asked_table(desk, chosen).held()


def proposed(desk: Desk, _: Chosen) -> Table:
    """What is proposed."""
    return placed_or_404(desk.place).geography.proposals()


def about_neighbourhoods(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a table, in a sentence each."""
    found = asked_table(desk, chosen)
    task = found.plan.task
    scope = f"{desk.definition.name}; {found.title}; {len(task.blocks):,} small areas, {task.people:,} people"
    return f"{scope}; band {found.band}", f"As declared in geography.toml. {sources_words(desk.place)}".strip()


def about_proposals(desk: Desk, _: Chosen) -> tuple[str, str]:
    """The same for what is proposed."""
    return desk.definition.name, "As declared in geography.toml."


def sources_words(place: Place) -> str:
    """Where boundaries, people, layers and sites come from, as declared; '' where nothing is said."""
    declared = (each.source for each in place.geography.declared.files if each.source)
    said = dict.fromkeys(each.removeprefix("Source:").strip().removesuffix(".") for each in declared)
    return f"Sources: {'; '.join(said)}." if said else ""
