"""The tables of money and claims by area that can be taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.areas import claims_tables
from totalplace.money.pictures import with_names
from totalplace.web.download import Download, scope_of, source_of

if TYPE_CHECKING:
    from totalplace.areas.answers import Areas
    from totalplace.areas.claims import Claims
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

AREAS = ("body", "service", "kind", "year")


def _areas(
    words: str, made: Callable[[Areas, Chosen], Table], *known: str, needs: bool = True, of_one: bool = False
) -> Download:
    """A table of money by area; 404 where no areas are declared and it `needs` them."""

    def make(desk: Desk, chosen: Chosen) -> Table:
        found = desk.place.areas
        if needs and found.plan is None:
            raise HTTPException(404, "no areas are declared here: 'totalplace add-areas FILE' begins it")
        return with_names(made(found, chosen), desk.definition)

    return Download(words, known, make, _about_areas, of_one)


def _about_areas(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    return scope_of(desk, chosen), f"{source_of(desk)} Net payments, apportioned to areas by the rules of areas.toml."


def _one_area(chosen: Chosen) -> str:
    if not chosen.text("area"):
        raise HTTPException(404, "a table of one area has to say which: name it with ?area=")
    return chosen.text("area")


def _claims(words: str, made: Callable[[Sequence[Claims]], Table], *known: str) -> Download:
    """A table of claims by area: of the one that is named, or of all."""

    def make(desk: Desk, chosen: Chosen) -> Table:
        found = desk.place.areas
        return made([found.claim(chosen.text("claim"))] if "claim" in chosen.values else found.claims())

    return Download(words, known, make, _about_claims)


def _about_claims(desk: Desk, _: Chosen) -> tuple[str, str]:
    return desk.definition.name, "Source: the tables of areas that areas.toml declares. Counts of people, not of money."


def _one_claim(words: str, made: Callable[[Claims], Table]) -> Download:
    """A table of one `[[claims]]`, which has to be named."""

    def make(desk: Desk, chosen: Chosen) -> Table:
        if not chosen.text("claim"):
            raise HTTPException(404, "a table of one of the claims has to say which: name it with ?claim=")
        return made(desk.place.areas.claim(chosen.text("claim")))

    return Download(words, ("claim",), make, _about_claims, of_one=True)


TABLES: dict[str, Download] = {
    "areas": _areas("Money by area", lambda f, a: f.table(a.where(*AREAS)), *AREAS),
    "areas-cut": _areas(
        "Money by area, by any cuts",
        lambda f, a: f.cut(a.values.get("by") or ["area", "body"], a.where(*AREAS, "area", "method", "driver")),
        *("by", *AREAS, "area", "method", "driver"),
    ),
    "areas-methods": _areas("Money by area: how it is told", lambda f, a: f.methods(a.where(*AREAS)), *AREAS),
    "areas-rules": _areas("Money by area: the rules", lambda f, a: f.rules(a.where(*AREAS)), *AREAS),
    "areas-drivers": _areas("Money by area: the drivers", lambda f, _: f.drivers()),
    "areas-doubts": _areas("What to look at in money by area", lambda f, _: f.doubts()),
    "areas-shares": _areas("Shares of bodies wider than the place", lambda f, _: f.shares(), needs=False),
    "claims": _claims("Claims by area, a row for each benefit", claims_tables.summary_table),
    "claims-areas": _one_claim("Who claims, area by area", claims_tables.areas_table),
    "claims-curve": _one_claim("How claims are spread: the curve", claims_tables.curve_table),
    "claims-doubts": _claims("What to look at in claims by area", claims_tables.doubts_table, "claim"),
    "claims-words": Download(
        "Words that no term for claims may hold", (), lambda _, __: claims_tables.words_table(), _about_claims
    ),
    "area-money": _areas(
        "One area's money",
        lambda f, a: f.area(_one_area(a), a.text("by", "service"), a.where(*AREAS)),
        *("area", "by", *AREAS),
        of_one=True,
    ),
    "area-figures": _areas(
        "What one area's share is told by",
        lambda f, a: f.figures(_one_area(a), a.where(*AREAS)),
        *("area", *AREAS),
        of_one=True,
    ),
}
"""The tables of money and claims by area."""
