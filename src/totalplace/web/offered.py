"""The tables that can be taken away: what each holds, its parameters, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.areas import claims_tables
from totalplace.completeness.result import FILTERS as COMPLETENESS
from totalplace.geography.aligning.measures import meanings_table
from totalplace.geography.editing import tables as plan_tables
from totalplace.logic import coverage
from totalplace.money.count import CUTS
from totalplace.money.mend import with_state
from totalplace.money.pictures import with_names
from totalplace.official.tables import FILTERS as OFFICIAL
from totalplace.parameters import unit_cost_tables as cost_tables
from totalplace.parameters.rate_tables import rate_table
from totalplace.parameters.rates import KINDS, rates
from totalplace.parameters.schemes import SCHEMES
from totalplace.table import Column, Table
from totalplace.tags.tagged import FILTERS as TAGGED
from totalplace.themes.result import CUTS as THEME
from totalplace.web import alignments
from totalplace.web.addresses import Chosen
from totalplace.web.common import by_kind, cut, over_time_of
from totalplace.web.comparing import (
    COMPARED,
    SHARED,
    about_comparison,
    about_comparisons,
    comparison_of,
    questions_of,
    shared_of,
)
from totalplace.web.costing import about_costs, costs_asked, one_cost
from totalplace.web.desk import Desk, counted_years, years_words
from totalplace.web.download import Download
from totalplace.web.facilities import TABLES as FACILITIES
from totalplace.web.fields import EVERY_YEAR, other_years
from totalplace.web.logic_models import about_logic, about_models, chosen_logic
from totalplace.web.offered_cases import CASES
from totalplace.web.offered_cases import NEEDING as CASED
from totalplace.web.offered_neighbourhoods import NEIGHBOURHOODS
from totalplace.web.plans import about_plan, asked_table
from totalplace.web.scenarios import about_scenario, chosen_scenario
from totalplace.web.theming import about_theme, chosen_theme, cut_table, theme_where

if TYPE_CHECKING:
    from totalplace.areas.answers import Areas
    from totalplace.areas.claims import Claims
    from totalplace.geography.aligning.comparison import Comparison
    from totalplace.logic import LogicModel
    from totalplace.stress.result import Result

MOST = 1_000_000
"""Rows of a table that a CSV or JSON file holds."""


def _count(desk: Desk, chosen: Chosen) -> Table:
    by = chosen.values.get("by") or ["body"]
    found = desk.money.count(by, chosen.where(*CUTS)).cut
    assert found is not None
    return with_names(found, desk.definition)


def _years(desk: Desk, chosen: Chosen) -> Table:
    found = desk.money.count(["year"], chosen.where("body", "year", "service")).cut
    assert found is not None
    return found


OVER_TIME = ("body", "year", "kind", "channel", "to_body", "supplier", "base", "deflator", "from", "to")


def _over_time(desk: Desk, chosen: Chosen) -> Table:
    return with_names(over_time_of(desk, chosen, chosen.text("by")).series, desk.definition)


def _change(desk: Desk, chosen: Chosen) -> Table:
    found = over_time_of(desk, chosen)
    return found.change or _no_change("over-time-change", found.why_not)


def _changed_bodies(desk: Desk, chosen: Chosen) -> Table:
    found = over_time_of(desk, chosen)
    return with_names(found.bodies or _no_change("over-time-bodies", found.why_not), desk.definition)


def _no_change(name: str, why: str) -> Table:
    """A table without rows that says why there is no change to split."""
    columns = (Column("what", "What"), Column("amount", "Amount", "money"))
    return Table(name, "What the change is made of", columns, [], f"The change is not split: {why}.")


def _suppliers(desk: Desk, chosen: Chosen) -> Table:
    where = chosen.where("body", "year", "service")
    return desk.money.suppliers(where, search=chosen.text("q"), per_page=MOST + 1).table


def _supplier_names(desk: Desk, chosen: Chosen) -> Table:
    found = desk.money.supplier(chosen.text("supplier", "0"))
    if found is None:
        raise HTTPException(404, "there is no supplier of that number; give one with ?supplier=")
    return found.names


def _file_months(desk: Desk, chosen: Chosen) -> Table:
    name = chosen.text("file")
    if name not in [entry["name"] for entry in desk.place.run.files]:
        raise HTTPException(404, f"'{name}' is not a file of this place; give one with ?file=")
    return desk.money.file_months(name)


def _check(desk: Desk, _: Chosen) -> Table:
    state = desk.checked()
    if not isinstance(state.result, Table):
        raise HTTPException(500, state.error)
    return state.result


SHIPPED = ("As shipped with Total Place", "Each value has its source beside it. Money in pounds.")
"""Scope and source of the tables that are of no place."""


def _rates(kind: str, words: str) -> Download:
    return Download(words, (), lambda *_: rate_table(kind), lambda *_: SHIPPED)


def _cost(words: str, made: Callable[..., Table], *known: str) -> Download:
    """A table of one unit cost, which has to be named; `known` are the parameters that it is made with."""
    return Download(words, ("code", *known), lambda d, a: one_cost(d, a, made, *known), about_costs)


PRICES = ("prices", "deflator")
COSTS = {
    "unit-costs": Download(
        "Unit costs, whole", ("q", "theme", "agency", "rating", *PRICES), lambda d, a: costs_asked(d, a)[0], about_costs
    ),
    "unit-cost-values": _cost("The values of a unit cost", cost_tables.values_table, *PRICES),
    "unit-cost-shares": _cost("Who bears a unit cost", cost_tables.shares_table, *PRICES),
    "unit-cost-doubts": _cost("What to know before a unit cost is used", cost_tables.doubts_table, *PRICES),
    "unit-cost-overlaps": _cost("What must not be added to a unit cost", cost_tables.overlaps_table),
    "unit-cost-parts": _cost("The constituents of a unit cost", cost_tables.children_table),
    "unit-cost-editions": _cost("The editions that hold a unit cost", cost_tables.editions_table),
}
"""The tables of unit costs."""


def _aligned(words: str, made: Callable[[Comparison], Table]) -> Download:
    """A table of the layers of the place against each other."""
    return Download(
        words, alignments.KNOWN, lambda d, a: made(alignments.asked_table(d, a).found), alignments.about_alignment
    )


def _plan(words: str, made: Callable[[Desk, Chosen], Table]) -> Download:
    """A table of a plan that is being changed, which has to be named."""
    return Download(words, ("draft",), made, about_plan)


def _with_body(desk: Desk, chosen: Chosen, table: Table) -> Table:
    """Only the rows of a body, where one is asked for; names beside ids."""
    wanted = {desk.definition.body(name).id for name in chosen.values.get("body", ())}
    at = [column.name for column in table.columns].index("body" if _has(table, "body") else "to_body")
    rows = [row for row in table.rows if not wanted or row[at] in wanted]
    return with_names(Table(table.name, table.title, table.columns, rows, table.note), desk.definition)


def _has(table: Table, name: str) -> bool:
    return any(column.name == name for column in table.columns)


def _stress(words: str, made: Callable[[Result, str | None, str], Table], *known: str) -> Download:
    """A table of a scenario of the stress test."""

    def make(desk: Desk, chosen: Chosen) -> Table:
        found, body = chosen_scenario(desk, chosen)
        return made(found, body, chosen.text("year"))

    return Download(words, ("scenario", "body", *known), make, about_scenario)


def _scenarios(desk: Desk, _: Chosen) -> tuple[str, str]:
    return desk.definition.name, "Source: the scenarios of the place. Money in pounds."


ALIGNED = {
    "align-matrix": Download(
        "Every layer of small areas against every other, by one measure",
        alignments.KNOWN,
        alignments.matrix,
        alignments.about_alignment,
    ),
    "align-measures": _aligned("Every measure of every two layers", lambda found: found.measures_table()),
    "align-overlaps": Download(
        "Which areas of two layers share people", alignments.KNOWN, alignments.overlaps, alignments.about_alignment
    ),
    "align-disagreements": Download(
        "The small areas where two layers disagree",
        alignments.KNOWN,
        alignments.disagreements,
        alignments.about_alignment,
    ),
    "align-moves": _aligned("What moving to proposed lines would take", lambda found: found.moves_table()),
    "align-moved": _aligned("The same by area of each service", lambda found: found.moved_table()),
    "align-sites": _aligned("Sites and the proposed lines", lambda found: found.sites_table()),
    "align-meanings": Download(
        "What the measures of alignment say", (), lambda *_: meanings_table(), lambda *_: SHIPPED
    ),
}
"""The tables of alignment."""
PLANS = {
    "plan-areas": _plan("The areas of a plan that is being changed", asked_table(plan_tables.areas_table)),
    "plan-measures": _plan("What such a plan comes to, and came to", asked_table(plan_tables.measures_table)),
    "plan-alignment": _plan("Such a plan against the lines of services", asked_table(plan_tables.alignment_table)),
    "plan-moved": _plan("Who would have another area in such a plan", asked_table(plan_tables.moved_table)),
    "plan-steps": _plan("What was done to such a plan", asked_table(plan_tables.steps_table)),
    "plan-blocks": _plan("The small areas of such a plan", asked_table(plan_tables.blocks_table)),
}
"""The tables of plans that are being changed."""
AREAS = ("body", "service", "kind", "year")


def _areas(words: str, made: Callable[[Areas, Chosen], Table], *known: str, needs: bool = True) -> Download:
    """A table of money by area; 404 where no areas are declared and it `needs` them."""

    def make(desk: Desk, chosen: Chosen) -> Table:
        found = desk.place.areas
        if needs and found.plan is None:
            raise HTTPException(404, "no areas are declared here: 'totalplace add-areas FILE' begins it")
        return with_names(made(found, chosen), desk.definition)

    return Download(words, known, make, _about_areas)


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

    return Download(words, ("claim",), make, _about_claims)


CLASSES = ("scheme", "class", *SCHEMES)


def _classes(chosen: Chosen) -> dict[str, list[str]]:
    """The classes that are asked for, by scheme; `class` is of the scheme that the table is of."""
    asked = {name: chosen.values[name] for name in SCHEMES if name in chosen.values}
    if "class" in chosen.values:
        asked[_scheme(chosen)] = chosen.values["class"]
    return asked


def _scheme(chosen: Chosen) -> str:
    return chosen.text("scheme", SCHEMES[0])


def _tags(desk: Desk, chosen: Chosen) -> Table:
    return desk.place.tags.by_class(_scheme(chosen), chosen.where(*TAGGED), classes=_classes(chosen))


def _tags_by(desk: Desk, chosen: Chosen) -> Table:
    by = chosen.values.get("by") or ["body"]
    found = desk.place.tags.cut(_scheme(chosen), by, chosen.where(*TAGGED), classes=_classes(chosen))
    return with_names(found, desk.definition)


def _tags_open(desk: Desk, chosen: Chosen) -> Table:
    found = desk.place.tags.open(_scheme(chosen), chosen.where(*TAGGED), classes=_classes(chosen))
    return with_names(found, desk.definition)


def _tags_parts(desk: Desk, chosen: Chosen) -> Table:
    found = desk.place.tags.parts_table(_scheme(chosen), chosen.where(*TAGGED), classes=_classes(chosen))
    return with_names(found, desk.definition)


def _theme_lines(desk: Desk, chosen: Chosen) -> Table:
    theme = chosen_theme(desk, chosen).theme
    return desk.place.themes.lines(theme, theme_where(desk, chosen), per_page=MOST + 1).table


def _logic(words: str, made: Callable[[LogicModel], Table]) -> Download:
    """A table of the logic model of a case, which has to be named."""
    return Download(words, ("case",), lambda d, a: made(chosen_logic(d, a).model), about_logic)


SCOPE = ("body", "year")
SPENT = (*SCOPE, "kind", "service", "subjective", "told")


def _spent(words: str, by: str) -> Download:
    return Download(words, SPENT, lambda d, a: with_names(d.money.services(a.where(), by), d.definition))


PAIRS = ("body", "to_body", "year", "outcome", "kind", "month")

TABLES: dict[str, Download] = {
    "bridge": Download("The way from gross to net", SCOPE, lambda d, a: d.money.bridge(a.where())),
    "bodies": Download("The count by body", SCOPE, lambda d, a: cut(d, "body", a.where())),
    "kinds": Download("The count by kind of payment", SCOPE, lambda d, a: by_kind(d, a.where())),
    "years": Download("The count by financial year", (*SCOPE, "service"), _years),
    "by-month": Download("The count by month", (*SCOPE, "service"), lambda d, a: d.money.by_month(a.where())),
    "over-time": Download("Money over time, cash and in real terms", ("by", *OVER_TIME), _over_time),
    "over-time-change": Download("What the change over time is made of", OVER_TIME, _change),
    "over-time-bodies": Download("What the change is made of, by body", OVER_TIME, _changed_bodies),
    "count": Download("The count by any cuts", ("by", *CUTS), _count),
    "flows": Download("Who paid whom", PAIRS, lambda d, a: with_names(d.money.flows(a.where()), d.definition)),
    "transfers": Download(
        "What the bodies paid each other", PAIRS, lambda d, a: with_names(d.money.transfers(a.where()), d.definition)
    ),
    "candidates": Download(
        "Names to settle", SCOPE, lambda d, a: _with_body(d, a, d.money.candidates(counted_years(d, a)))
    ),
    "spellings": Download(
        "Names taken for a body", SCOPE, lambda d, a: _with_body(d, a, d.money.spellings(counted_years(d, a)))
    ),
    "accepted": Download("The way from accepted lines to the count", (), lambda d, _: d.money.accepted()),
    "outside": Download(
        "Lines of years that are not counted", ("body",), lambda d, a: _with_body(d, a, d.money.outside())
    ),
    "sources": Download("The files", ("body",), lambda d, a: _with_body(d, a, d.money.sources())),
    "months": Download("Months present and missing", ("body",), lambda d, a: _with_body(d, a, d.money.months())),
    "file-months": Download("The months in a file", ("file",), _file_months),
    "suppliers": Download("Suppliers, largest first", ("q", *SCOPE, "service"), _suppliers),
    "supplier-names": Download("A supplier's published names", ("supplier",), _supplier_names),
    "rejects": Download(
        "Rejected rows",
        ("body", "file", "reason"),
        lambda d, a: with_state(d.money.rejects(a.where(), limit=MOST + 1), d.money.mended()),
    ),
    "reject-reasons": Download(
        "Why rows were rejected", ("body", "file", "reason"), lambda d, a: d.money.reject_reasons(a.where())
    ),
    "services": _spent("What it is spent on, by service", "service"),
    "services-cofog": _spent("What it is spent on, by COFOG group", "cofog"),
    "services-subjective": _spent("What is bought", "subjective"),
    "services-body": _spent("How services were told, by body", "body"),
    "services-bought": Download("What is bought for each service", SPENT, lambda d, a: d.money.bought(a.where())),
    "services-flow": Download(
        "From funder through deliverer to service",
        SPENT,
        lambda d, a: with_names(d.money.service_flow(a.where()), d.definition),
    ),
    "services-unsure": Download(
        "What to settle next", ("body",), lambda d, a: d.money.unsure(a.where("body").get("body", ()))
    ),
    "corrections": Download("Services that people settled", (), lambda d, _: d.money.corrections()),
    "official-services": Download(
        "Official figures by service",
        SCOPE,
        lambda d, a: with_names(d.place.official.services(a.where()), d.definition),
    ),
    "official-figures": Download(
        "Official figures, each with its place in its file",
        OFFICIAL,
        lambda d, a: with_names(d.place.official.table(a.where()), d.definition),
    ),
    "official-datasets": Download("Where official figures come from", (), lambda d, _: d.place.official.datasets()),
    "official-doubts": Download("What to look at in official figures", (), lambda d, _: d.place.official.doubts()),
    "explained": Download(
        "What the payments explain of official spending",
        (),
        lambda d, _: with_names(d.place.official.explained(), d.definition),
    ),
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
    ),
    "area-figures": _areas(
        "What one area's share is told by",
        lambda f, a: f.figures(_one_area(a), a.where(*AREAS)),
        *("area", *AREAS),
    ),
    "tags": Download("Money by class: who controls it, or another scheme", (*CLASSES, *TAGGED), _tags),
    "tags-by": Download("Money by class and body, service, year or kind", (*CLASSES, "by", *TAGGED), _tags_by),
    "tags-open": Download("Unclassified money, largest first", ("scheme", *SCHEMES, *TAGGED), _tags_open),
    "tags-parts": Download("Money of a class, opened down to filters of lines", (*CLASSES, *TAGGED), _tags_parts),
    "tags-rules": Download(
        "The rules of a scheme, with what each decides", ("scheme",), lambda d, a: d.place.tags.rules_table(_scheme(a))
    ),
    "own-tags": Download(
        "The place's own rules of tags", ("scheme",), lambda d, a: d.place.tags.own_table(a.text("scheme"))
    ),
    "comparisons": Download(
        "What can be compared",
        ("across",),
        lambda d, a: d.place.compare.offered_table(a.text("across", "bodies")),
        about_comparisons,
    ),
    "compare": Download(
        "Spend a head or the cost of a unit, beside others",
        COMPARED,
        lambda d, a: comparison_of(d, a).table(),
        about_comparison,
    ),
    "compare-questions": Download("The questions of a comparison", COMPARED, questions_of, about_comparison),
    "shared-suppliers": Download("Suppliers that several bodies pay", SHARED, lambda d, a: shared_of(d, a).table),
    "shared-supplier-bodies": Download(
        "What each body pays each shared supplier",
        SHARED,
        lambda d, a: with_names(d.place.compare.shared_bodies(a.where(*SCOPE), a.text("q")), d.definition),
    ),
    "shared-categories": Download(
        "What several bodies spend on", SHARED, lambda d, a: d.place.compare.categories(a.where(*SCOPE))
    ),
    "completeness": Download(
        "How complete the count is: body, year and service",
        COMPLETENESS,
        lambda d, a: with_names(d.place.completeness.cells(a.where()), d.definition),
    ),
    "completeness-gaps": Download(
        "What keeps the mapping from being complete",
        COMPLETENESS,
        lambda d, a: with_names(d.place.completeness.gaps(a.where()), d.definition),
    ),
    "completeness-bodies": Download(
        "How complete the count is, by body and year",
        SCOPE,
        lambda d, a: with_names(d.place.completeness.bodies(a.where()), d.definition),
    ),
    "completeness-said": Download(
        "What was said of what is missing", (), lambda d, _: with_names(d.place.completeness.declared(), d.definition)
    ),
    "housing-benefit": Download(
        "Housing benefit, counted once",
        (),
        lambda d, _: with_names(d.place.official.housing_benefit(), d.definition),
    ),
    "official-totals": Download(
        "Official totals side by side: gross, income and net",
        SCOPE,
        lambda d, a: with_names(d.place.official.totals(a.where()), d.definition),
    ),
    "themes": Download("The themes, side by side", (), lambda d, _: d.place.themes.listed()),
    "themes-overlap": Download("Money that two themes both claim", (), lambda d, _: d.place.themes.beside()),
    "theme": Download("A theme by any cuts", ("theme", "by", *THEME), cut_table, about_theme),
    "theme-rules": Download(
        "The rules of a theme, with what each takes",
        ("theme",),
        lambda d, a: chosen_theme(d, a).rules_table(),
        about_theme,
    ),
    "theme-lines": Download(
        "The lines that a theme takes, each with its rule", ("theme", *THEME), _theme_lines, about_theme
    ),
    "rates": Download(
        "Rates and values of business cases", ("name",), lambda _, a: rates(a.text("name")), lambda *_: SHIPPED
    ),
    **COSTS,
    **{f"rates-{kind}": _rates(kind, words) for kind, words in KINDS.items()},
    **CASES,
    "check": Download("Whether everything adds up", (), _check),
    "logic-models": Download("The logic models", (), lambda d, _: d.place.logic.listed(), about_models),
    "logic-steps": _logic("The steps of a logic model", coverage.steps_table),
    "logic-coverage": _logic("The outcomes of a logic model, and what covers them", coverage.coverage_table),
    "logic-benefits": _logic("The register of benefits of a case", coverage.register_table),
    "logic-checks": _logic(
        "What is wrong in a logic model, and what is lacking", lambda model: coverage.checks_table(model.checks())
    ),
    **ALIGNED,
    **PLANS,
    **FACILITIES,
    **NEIGHBOURHOODS,
    "stress": Download("Scenarios of the stress test", (), lambda d, _: d.place.stress.listed(), _scenarios),
    "stress-years": _stress("A scenario by body and year", lambda r, body, _: r.years_table(body)),
    "stress-effects": _stress(
        "What each pressure of a scenario does", lambda r, body, year: r.effects_table(body, year), "year"
    ),
    "stress-ranges": _stress("A scenario, low, central and high", lambda r, body, _: r.ranges_table(body)),
    "stress-bands": _stress("How likely a scenario's gaps are", lambda r, body, _: r.bands_table(body)),
    "stress-assumptions": _stress("What a scenario assumes", lambda r, body, _: r.assumptions_table(body)),
}
"""Every table but the lines, which are too many to hold."""


STRESSED = tuple(name for name in TABLES if name.startswith("stress-"))
THEMED = ("theme", "theme-rules", "theme-lines")
MODELLED = ("logic-steps", "logic-coverage", "logic-benefits", "logic-checks")
CLAIMED = ("claims-areas", "claims-curve")
COSTED = tuple(name for name in COSTS if name != "unit-costs")
NEEDING = (
    "file-months",
    "supplier-names",
    "area-money",
    "area-figures",
    "alternatives",
    *CLAIMED,
    *MODELLED,
    *COSTED,
    *STRESSED,
    *THEMED,
    *CASED,
    *PLANS,
)
"""Tables that are of one thing alone, which has to be named."""


def scope_of(desk: Desk, chosen: Chosen) -> str:
    """What a table covers, in a sentence."""
    years = years_words([y for y in chosen.values.get("year", ()) if y != EVERY_YEAR] or _all_years(desk, chosen))
    bodies = ", ".join(map(desk.name, chosen.values.get("body", []))) or "all bodies"
    others = "; ".join(
        f"{name}: {', '.join(values)}" for name, values in chosen.values.items() if name not in ("body", "year", "by")
    )
    return f"{desk.definition.name}; {bodies}; {years}" + (f"; {others}" if others else "")


def _all_years(desk: Desk, chosen: Chosen) -> list[str]:
    counted: list[str] = desk.money.count().scope["years"]
    return [*counted, *other_years(desk)] if EVERY_YEAR in chosen.values.get("year", ()) else counted


def source_of(desk: Desk) -> str:
    """Where the figures of a table come from, in a sentence."""
    return (
        f"Source: payments as published by the bodies; Total Place, run {desk.place.run.name}. "
        "Money in pounds, in the prices of the day unless a heading names a year's prices."
    )
