"""The business cases behind pages and tables: the one that an address names, and what is remembered of each."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.appraisal.sensitivity import GOOD
from totalplace.errors import CaseError, UsageError, did_you_mean
from totalplace.remembered import Same

if TYPE_CHECKING:
    from totalplace.appraisal.against import Compared
    from totalplace.appraisal.chance import Chance
    from totalplace.appraisal.portfolio import Portfolio
    from totalplace.appraisal.portfolios import Portfolios
    from totalplace.appraisal.result import Appraisal, Found
    from totalplace.appraisal.sensitivity import Bar, Switch, Told
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

DRAWS = 10_000
"""Draws behind the pages: made once for a case as it stands."""
MEASURES = {"net_present_public_value": "Public value", "net_present_budget_impact": "Budgets"}
"""What pictures of how sure a case is can be of, with its words; the first if nothing is asked for."""
assert set(MEASURES) == set(GOOD)


def case_of(desk: Desk, name: str) -> Appraisal:
    """The central result of a case by name; 404 where there is none, CaseError where it cannot be read."""
    try:
        return desk.place.cases.appraise(name)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def option_of(result: Appraisal, wanted: str) -> Found:
    """An option of a case by id, the first proposal where none is asked for; 404 where there is no such."""
    ids = [found.option.id for found in result.options]
    if wanted and wanted not in ids:
        raise HTTPException(404, f"'{wanted}' is no proposal of {result.case.id}{did_you_mean(wanted, ids)}")
    return result.option(wanted or ids[0])


def measure_of(chosen: Chosen) -> str:
    """The measure that is asked for; UsageError where it is none."""
    wanted = chosen.text("measure", next(iter(MEASURES)))
    if wanted not in MEASURES:
        raise UsageError(f"measure is '{wanted}'; choose one of: {', '.join(MEASURES)}")
    return wanted


# --- what takes a moment is reckoned once for a case as it stands: its Appraisal is the same object as long as it does


def chance_of(found: Found, result: Appraisal) -> Chance:
    """How sure an option is, by draws with the case's seed."""
    return next(each for each in _chances(Same(result)) if each.option == found.option.id)


@lru_cache(maxsize=64)
def _chances(result: Same[Appraisal]) -> list[Chance]:
    from totalplace.appraisal.chance import chances

    return chances(result.it.case, DRAWS)


@lru_cache(maxsize=64)
def _bars(result: Same[Appraisal], option: str, measure: str) -> list[Bar]:
    from totalplace.appraisal.sensitivity import tornado

    return tornado(result.it.case, option, measure)


def bars_of(result: Appraisal, option: str, measure: str) -> list[Bar]:
    """The bars of the tornado of an option."""
    return _bars(Same(result), option, measure)


@lru_cache(maxsize=64)
def _switches(result: Same[Appraisal], option: str, measure: str) -> list[Switch]:
    from totalplace.appraisal.sensitivity import switching

    return switching(result.it.case, option, measure)


def switches_of(result: Appraisal, option: str, measure: str) -> list[Switch]:
    """The switching values of an option."""
    return _switches(Same(result), option, measure)


@lru_cache(maxsize=64)
def _told(result: Same[Appraisal]) -> list[Told]:
    from totalplace.appraisal.sensitivity import scenarios

    return scenarios(result.it.case)


def told_of(result: Appraisal) -> list[Told]:
    """The case as planned and in each of its scenarios."""
    return _told(Same(result))


# --- for tables


def chosen_case(desk: Desk, chosen: Chosen) -> Appraisal:
    """The case that a table is of; 404 where none is named, 400 where it cannot be read."""
    if not (name := chosen.text("case")):
        raise HTTPException(404, "a table of a business case has to say which: name it with ?case=")
    try:
        return case_of(desk, name)
    except CaseError as error:
        raise HTTPException(400, str(error)) from None


def chosen_option(desk: Desk, chosen: Chosen) -> tuple[Appraisal, Found]:
    """The case and the option that a table is of."""
    result = chosen_case(desk, chosen)
    return result, option_of(result, chosen.text("option"))


def compared(desk: Desk, name: str, other: str, option: str) -> Compared:
    """A case beside another or an earlier version of it, the other one first. UsageError where they cannot be."""
    from totalplace.appraisal.against import against

    before, after = case_of(desk, other), case_of(desk, name)
    return against(before.case, after.case, option)


def chosen_comparison(desk: Desk, chosen: Chosen) -> Compared:
    """The comparison that a table is of; 404 where it does not say with what."""
    chosen_case(desk, chosen)
    if not (other := chosen.text("against")):
        raise HTTPException(404, "name the other case with ?against=")
    try:
        return compared(desk, chosen.text("case"), other, chosen.text("option"))
    except CaseError as error:
        raise HTTPException(400, str(error)) from None


def about_case(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a table, in a sentence each."""
    result = chosen_case(desk, chosen)
    used = "; ".join(f"{each.name}: {each.edition}" for each in result.used)
    return (
        f"{desk.definition.name}; {result.case.name}",
        f"Reckoned from cases/{desk.place.cases.path(result.case.id).name}. Parameters: {used}. Money in pounds.",
    )


def about_cases(desk: Desk, _: Chosen) -> tuple[str, str]:
    """The same of the list of them."""
    return desk.definition.name, "Reckoned from the cases and portfolios of the place. Money in pounds."


def portfolios_of(desk: Desk) -> Portfolios:
    """The portfolios of the place."""
    from totalplace.appraisal.portfolios import Portfolios

    return Portfolios(desk.place.cases)


def portfolio_of(desk: Desk, name: str) -> Portfolio:
    """A portfolio by name; 404 where there is none, CaseError where it cannot be read."""
    try:
        return portfolios_of(desk).portfolio(name)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def chosen_portfolio(desk: Desk, chosen: Chosen) -> Portfolio:
    """The portfolio that a table is of; 404 where none is named, 400 where it cannot be read."""
    if not (name := chosen.text("portfolio")):
        raise HTTPException(404, "a table of a portfolio has to say which: name it with ?portfolio=")
    try:
        return portfolio_of(desk, name)
    except CaseError as error:
        raise HTTPException(400, str(error)) from None
