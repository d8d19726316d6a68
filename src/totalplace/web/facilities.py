"""Facilities and need behind pages and tables: what an address asks for, and the tables that can be taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.errors import DataError, GeographyError, UsageError
from totalplace.geography.facilities import asset_tables
from totalplace.geography.facilities.sharing import Sharing, Terms
from totalplace.money.pictures import with_names
from totalplace.web.download import Download

if TYPE_CHECKING:
    from totalplace.geography.facilities.answers import Facilities
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

HOLDS = ("layer", "kind", "indicator", "within")
"""What the page of what areas hold can be asked."""
TERMS = ("metres", "full", "years")
ASSETS = ("layer", *TERMS)
"""What the page of buildings can be asked."""
NARROWING = ("body", "service", "year")
"""What the money beside need can be narrowed to."""


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a layer, a kind of site and an indicator by id ('' where there is none)."""

    found: Facilities
    layer: str
    kind: str
    indicator: str
    within: tuple[float, ...]


def asked(desk: Desk, chosen: Chosen) -> Asked:
    """What an address asks for: the first of each where it says nothing, and a proposal before any other layer.

    Raises GeographyError where no areas are declared, UsageError for what is not there.
    """
    found = desk.place.facilities
    plan, layers = desk.place.geography.declared, list(desk.place.geography.blocks.layers)
    first = next((each.id for each in plan.proposals), layers[0] if layers else plan.blocks)
    titles, indicators = found.titles, list(found.indicators)
    kind = chosen.text("kind", next(iter(titles), ""))
    within = tuple(_figure("within", text) for text in chosen.values.get("within", ()))
    return Asked(found, chosen.text("layer", first), kind, chosen.text("indicator", next(iter(indicators), "")), within)


def layer_choices(desk: Desk, found: Facilities) -> list[tuple[str, str]]:
    """The layers and proposals that a form offers, with what they are called."""
    return [(id, found.called(id)) for id in desk.place.geography.blocks.layers]


def _figure(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{name} is '{text}'; it must be a number") from None


def terms_of(chosen: Chosen) -> Terms:
    """What a pair of buildings has to fulfil; raises UsageError for what cannot be."""
    given = Terms()
    return Terms(
        _figure("metres", chosen.text("metres", str(given.metres))),
        _figure("full", chosen.text("full", str(given.full))),
        chosen.whole("years", given.years),
    )


def _site(words: str, made: Callable[[Asked], Table]) -> Download:
    """A table of sites or need; 404 where the place has nothing to make it from."""
    return Download(words, HOLDS, lambda d, a: _or_404(lambda: made(asked(d, a))), about_sites)


def _or_404(made: Callable[[], Table]) -> Table:
    try:
        return made()
    except GeographyError as error:
        raise HTTPException(404, str(error)) from None


def _buildings(words: str, made: Callable[[Desk, Chosen], Table]) -> Download:
    """A table of public buildings, with the names of bodies beside their ids."""
    return Download(words, ASSETS, lambda d, a: _or_404(lambda: with_names(made(d, a), d.definition)), about_buildings)


def _spend(desk: Desk, chosen: Chosen) -> Table:
    given = asked(desk, chosen)
    return _or_404(lambda: given.found.beside_spend(given.layer, given.indicator, chosen.where(*NARROWING)))


def _shared(made: Callable[[Sharing], Table]) -> Callable[[Desk, Chosen], Table]:
    return lambda desk, chosen: made(desk.place.facilities.sharing(terms_of(chosen)))


def _by_area(desk: Desk, chosen: Chosen) -> Table:
    given = asked(desk, chosen)
    return given.found.assets_areas(given.layer)


def about_sites(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a table of sites or need, in a sentence each."""
    given = asked(desk, chosen)
    people = int(desk.place.geography.blocks.people.sum())
    scope = f"{desk.definition.name}; {given.found.called(given.layer)}; {people:,} people"
    return scope, "Areas, sites and indicators as declared in geography.toml; money as areas.toml apportions it."


def about_buildings(desk: Desk, _: Chosen) -> tuple[str, str]:
    """Scope and source of a table of buildings, in a sentence each."""
    files = sorted({each.file.source or each.file.file for each in desk.place.facilities.registers})
    return desk.definition.name, f"Source: registers of public buildings ({'; '.join(files)}). Money in pounds."


def spend_or_why(given: Asked) -> tuple[Table | None, str]:
    """Need beside spend a head, or why there is none of it."""
    try:
        return given.found.beside_spend(given.layer, given.indicator), ""
    except DataError as error:
        return None, str(error)


TABLES = {
    "holds": _site("What each area holds, and which have none of a kind", lambda g: g.found.holds(g.layer)),
    "reach": _site(
        "How far people live from the nearest site of a kind",
        lambda g: g.found.reach(g.layer, g.kind, g.within),
    ),
    "reach-far": _site("The small areas farthest from a kind of site", lambda g: g.found.far(g.layer, g.kind, 1000)),
    "need": _site(
        "Need by area, beside the whole place",
        lambda g: g.found.need(g.layer, [g.indicator] if g.indicator else []),
    ),
    "need-spend": Download(
        "Need and spend a head, by area",
        (*HOLDS, *NARROWING),
        lambda d, a: _or_404(lambda: _spend(d, a)),
        about_sites,
    ),
    "need-served": _site(
        "Provision against need, the least served first",
        lambda g: g.found.served(g.layer, g.kind, g.indicator),
    ),
    "assets": _buildings("Every public building", lambda d, _: d.place.facilities.assets()),
    "assets-owners": _buildings("Public buildings by body", lambda d, _: d.place.facilities.assets_owners()),
    "assets-areas": _buildings("Public buildings by area", _by_area),
    "assets-pairs": _buildings(
        "Buildings that could share a roof: the best set",
        _shared(lambda found: asset_tables.pairs_table(found, proposed=True)),
    ),
    "assets-moves": _buildings("Every possible move into one building", _shared(asset_tables.pairs_table)),
    "assets-years": _buildings("What the best set saves, by year and body", _shared(asset_tables.years_table)),
    "assets-rejected": _buildings(
        "Rows of the register that are rejected", lambda d, _: d.place.facilities.assets_rejected()
    ),
}
"""The tables of facilities and need."""
