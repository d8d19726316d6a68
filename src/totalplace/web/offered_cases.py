"""The tables of business cases, logic models and the stress test that can be taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.appraisal import steps, sure_tables, tables
from totalplace.errors import CaseError
from totalplace.logic import coverage
from totalplace.web.cases import (
    about_case,
    about_cases,
    bars_of,
    case_of,
    chance_of,
    chosen_case,
    chosen_comparison,
    chosen_option,
    chosen_portfolio,
    measure_of,
    portfolios_of,
    switches_of,
    told_of,
)
from totalplace.web.download import Download
from totalplace.web.logic_models import about_logic, about_models, chosen_logic
from totalplace.web.scenarios import about_scenario, chosen_scenario

if TYPE_CHECKING:
    from totalplace.appraisal.portfolio import Portfolio
    from totalplace.appraisal.result import Appraisal, Found
    from totalplace.logic import LogicModel
    from totalplace.stress.result import Result
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk


def _case(words: str, made: Callable[[Appraisal], Table]) -> Download:
    """A table of a whole case."""
    return Download(words, ("case",), lambda desk, chosen: made(chosen_case(desk, chosen)), about_case, of_one=True)


def _option(words: str, made: Callable[[Found], Table]) -> Download:
    """A table of one option of a case."""
    return Download(words, ("case", "option"), lambda d, a: made(chosen_option(d, a)[1]), about_case, of_one=True)


def _sure(words: str, made: Callable[[Appraisal, Found, str], Table]) -> Download:
    """A table of how sure an option is, by public value or budgets."""

    def make(desk: Desk, chosen: Chosen) -> Table:
        result, found = chosen_option(desk, chosen)
        return made(result, found, measure_of(chosen))

    return Download(words, ("case", "option", "measure"), make, about_case, of_one=True)


def _portfolio(words: str, made: Callable[[Portfolio], Table]) -> Download:
    return Download(words, ("portfolio",), lambda d, a: made(chosen_portfolio(d, a)), about_cases, of_one=True)


def _who(desk: Desk, chosen: Chosen) -> Table:
    found = chosen_option(desk, chosen)[1]
    return tables.who(found, 1 if chosen.whole("level", 2) == 1 else 2)


def _beside(desk: Desk, chosen: Chosen) -> Table:
    one = chosen_case(desk, chosen)
    if not (other := chosen.text("against")):
        raise HTTPException(404, "name the other case with ?against=")
    try:
        return steps.beside(one, case_of(desk, other))
    except CaseError as error:
        raise HTTPException(400, str(error)) from None


def _changes(desk: Desk, chosen: Chosen) -> Table:
    case = chosen_case(desk, chosen).case
    return steps.changed(case, desk.place.cases.stamps.state(case.id, case))


def _chance(desk: Desk, chosen: Chosen) -> Table:
    result, found = chosen_option(desk, chosen)
    return sure_tables.spread(result.case, chance_of(found, result))


def _logic(words: str, made: Callable[[LogicModel], Table]) -> Download:
    """A table of the logic model of a case, which has to be named."""
    return Download(words, ("case",), lambda d, a: made(chosen_logic(d, a).model), about_logic, of_one=True)


def _stress(words: str, made: Callable[[Result, str | None, str], Table], *known: str) -> Download:
    """A table of a scenario of the stress test."""

    def make(desk: Desk, chosen: Chosen) -> Table:
        found, body = chosen_scenario(desk, chosen)
        return made(found, body, chosen.text("year"))

    return Download(words, ("scenario", "body", *known), make, about_scenario, of_one=True)


def _scenarios(desk: Desk, _: Chosen) -> tuple[str, str]:
    return desk.definition.name, "Source: the scenarios of the place. Money in pounds."


CASES: dict[str, Download] = {
    "cases": Download("Business cases", (), lambda d, _: d.place.cases.listed(), about_cases),
    "portfolios": Download("Portfolios of business cases", (), lambda d, _: portfolios_of(d).listed(), about_cases),
    "case-options": _case("The options of a case with every measure", tables.summary),
    "case-compared": _case("The options of a case, each over the next cheaper one", tables.options_compared),
    "case-measures": _option("What an option comes to", tables.measures),
    "case-waterfall": _option("From costs to public value, step by step", steps.waterfall),
    "case-years": _option("Budgets by year", tables.years),
    "case-cumulative": _option("What each agency is up or down since the start", steps.cumulative),
    "case-who": Download("Who pays and who gains", ("case", "option", "level"), _who, about_case, of_one=True),
    "case-cash": _option("Cash by agency and year", tables.who_by_year),
    "case-cash-out": _option("The cash-out statement, a column a year", steps.cash_out),
    "case-costs": _option("The costs of an option", tables.costs),
    "case-benefits": _option("The benefits of an option", tables.benefits),
    "case-assumptions": _case("What a case assumes, with ranges", lambda r: tables.assumptions(r.case)),
    "case-parameters": _case("The parameters that a case rests on", tables.parameters),
    "case-doubts": _case("What to know before a case is used", tables.doubts),
    "case-weights": _case("A case weighted by income", steps.weights),
    "case-scenarios": _case("The scenarios of a case", lambda r: sure_tables.scenario_table(r.case, told_of(r))),
    "case-chance": Download("How sure an option is: percentiles", ("case", "option"), _chance, about_case, of_one=True),
    "case-distribution": _sure("How a measure is spread", lambda r, f, m: sure_tables.bars(chance_of(f, r), m)),
    "case-tornado": _sure(
        "What moves a measure", lambda r, f, m: sure_tables.tornado_table(r.case, bars_of(r, f.option.id, m), m)
    ),
    "case-switching": _sure(
        "Where a measure turns", lambda r, f, m: sure_tables.switching_table(r.case, switches_of(r, f.option.id, m), m)
    ),
    "case-against": Download(
        "A case beside another or an earlier version",
        ("case", "against", "option"),
        lambda d, a: chosen_comparison(d, a).table(),
        about_case,
        of_one=True,
    ),
    "case-beside": Download("Two cases side by side", ("case", "against"), _beside, about_case, of_one=True),
    "case-changes": Download("What changed since a case was checked", ("case",), _changes, about_case, of_one=True),
    "portfolio": _portfolio("Cases together, each benefit counted once", lambda p: p.table()),
    "portfolio-overlaps": _portfolio("Benefits claimed more than once", lambda p: p.overlap_table()),
    "portfolio-links": _portfolio("What needs what", lambda p: p.link_table()),
}
"""By name, as the tables of the count are."""
LOGIC: dict[str, Download] = {
    "logic-models": Download("The logic models", (), lambda d, _: d.place.logic.listed(), about_models),
    "logic-steps": _logic("The steps of a logic model", coverage.steps_table),
    "logic-coverage": _logic("The outcomes of a logic model, and what covers them", coverage.coverage_table),
    "logic-benefits": _logic("The register of benefits of a case", coverage.register_table),
    "logic-checks": _logic(
        "What is wrong in a logic model, and what is lacking", lambda model: coverage.checks_table(model.checks())
    ),
}
"""The tables of logic models."""
STRESS: dict[str, Download] = {
    "stress": Download("Scenarios of the stress test", (), lambda d, _: d.place.stress.listed(), _scenarios),
    "stress-years": _stress("A scenario by body and year", lambda r, body, _: r.years_table(body)),
    "stress-effects": _stress(
        "What each pressure of a scenario does", lambda r, body, year: r.effects_table(body, year), "year"
    ),
    "stress-ranges": _stress("A scenario, low, central and high", lambda r, body, _: r.ranges_table(body)),
    "stress-bands": _stress("How likely a scenario's gaps are", lambda r, body, _: r.bands_table(body)),
    "stress-assumptions": _stress("What a scenario assumes", lambda r, body, _: r.assumptions_table(body)),
}
"""The tables of the stress test."""
