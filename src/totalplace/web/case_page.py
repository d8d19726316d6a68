"""What the page of a business case shows: its figures in words, its pictures, its tables without what stands above."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from totalplace.appraisal import steps, sure_tables, tables
from totalplace.appraisal.stamps import State, version
from totalplace.errors import TotalPlaceError
from totalplace.table import Column, Table, figure
from totalplace.web import drawing_cases, drawing_chances
from totalplace.web.addresses import address
from totalplace.web.cases import MEASURES, bars_of, chance_of, switches_of, told_of
from totalplace.web.drawing_cases import in_full
from totalplace.web.templating import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from totalplace.appraisal.case import Case
    from totalplace.appraisal.chance import Spread
    from totalplace.appraisal.result import Appraisal, Found
    from totalplace.appraisal.sensitivity import Bar, Switch
    from totalplace.web.desk import Desk

READ = {
    "fiscal_cost": "What public budgets pay",
    "fiscal_benefit": "What comes back to public budgets, cashable or not",
    "net_present_budget_impact": "Costs less benefits: below 0 budgets are better off, above 0 worse",
    "financial_return": "Above 1 budgets are better off",
    "payback_year": "The first year in which budgets have had their money back, discounted",
    "cashable": "What can be taken out of a budget; the rest frees time and places",
    "public_cost": "All that is put in, gifts in kind and volunteers' time among it",
    "public_benefit": "To budgets, the economy and society, without transfers",
    "net_present_public_value": "Benefits less costs: above 0 the public is better off",
    "public_value_return": "Above 1 the public is better off",
    "weighted_return": "The same, where a pound to those with less counts for more",
    "distance": "0: those who pay are those who gain. 1: nobody who pays gains",
}
"""How to read each measure."""


def plain(table: Table, case: Case) -> Table:
    """A table without the scope that stands once at the head of the page."""
    return replace(table, note=table.note.removesuffix(tables.scope(case)).strip())


def state_of(desk: Desk, case: Case) -> tuple[State, str]:
    """Whether a case is checked, and what is wrong with its stamp where that cannot be read."""
    try:
        return desk.place.cases.stamps.state(case.id, case), ""
    except TotalPlaceError as error:
        return State(), str(error)


def drawn(desk: Desk, result: Appraisal, found: Found, measure: str) -> dict[str, Any]:
    """All that the page of a case shows of one option."""
    case, stamp = result.case, state_of(desk, result.case)
    whole = address("", case=case.id)[1:]
    return {
        "result": result,
        "case": case,
        "found": found,
        "scope": tables.scope(case),
        "stamp": stamp[0],
        "stamp_wrong": stamp[1],
        "case_version": version(case),
        "said": tables.headline(found),
        "value": _value(found),
        "choices": _choices(result, found, measure),
        "measures": _measures(result),
        "compared": plain(tables.options_compared(result), case),
        "costs": plain(tables.costs(found), case),
        "benefits": plain(tables.benefits(found), case),
        "assumed": plain(tables.assumptions(case), case),
        "parameters": plain(tables.parameters(result), case),
        "weighted": plain(steps.weights(result), case) if case.weights else None,
        "others": [name for name in desk.place.cases.names() if name != case.id],
        "query": whole,
        "option_query": f"{whole}&{address('', option=found.option.id)[1:]}",
        **_pictures(found, case),
        **_sure(result, found, measure),
    }


def _value(found: Found) -> dict[str, str]:
    """The figures at the head of the page, in words."""
    m = found.measures
    return {
        "public": in_full(tables.pence(m.net_present_public_value) or 0),
        "public_return": _ratio(m.public_value_return),
        "budgets": in_full(tables.pence(m.net_present_budget_impact) or 0),
        "financial_return": _ratio(m.financial_return),
        "cashable": in_full(tables.pence(found.cashable) or 0),
        "payback": steps.payback_words(found),
    }


def _ratio(value: Any) -> str:
    known = tables.ratio(value)
    return "cannot be told" if known is None else f"£{known:,.2f}"


def _choices(result: Appraisal, found: Found, measure: str) -> list[tuple[str, str, bool]]:
    """The options of a case where there are several: words, address, whether it is shown."""
    if len(result.options) < 2:
        return []
    chosen = {"measure": measure} if measure != next(iter(MEASURES)) else {}
    at = f"/cases/{result.case.id}"
    return [
        (each.option.name, address(at, chosen, option=each.option.id), each.option.id == found.option.id)
        for each in result.options
    ]


def _measures(result: Appraisal) -> Table:
    """Every measure of each option, with how to read it."""
    options = [(f"option_{n}", found.option.name) for n, found in enumerate(result.options, 1)]
    columns = (
        Column("measure", "Measure"),
        *(Column(name, label) for name, label in options),
        Column("read", "How to read it"),
    )
    rows = []
    for name, label, kind, of in tables.MEASURES:
        values = [steps.payback_words(found) if name == "payback_year" else of(found) for found in result.options]
        if name == "weighted_return" and not result.case.weights:
            continue
        rows.append((label.replace(", £ for each £1", ""), *(_cell(value, kind) for value in values), READ[name]))
    title = f"What {result.options[0].option.name} comes to" if len(options) == 1 else "Options side by side"
    draft = ": draft figures, not to be quoted" if any(found.withheld for found in result.options) else ""
    return Table("case-options", f"{title}{draft}", columns, rows)


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return "cannot be told"
    if kind == "money":
        return in_full(value)
    return f"{value:,.2f}" if kind == "ratio" else str(value)


def _pictures(found: Found, case: Case) -> dict[str, Any]:
    """The pictures of money with their tables."""
    fall, run, who = steps.waterfall(found), steps.cumulative(found), tables.who(found, 1)
    series = [(column.label, [row[n] for row in run.rows]) for n, column in enumerate(run.columns) if n]
    paid, mark = found.payback_year, steps.paid_words(found)
    public = tables.pence(found.measures.net_present_public_value) or 0
    fall_title = "From costs to public value, step by step"
    if not found.withheld:
        fall_title = f"The public is {in_full(abs(public))} {'better' if public >= 0 else 'worse'} off"
    return {
        "fall_title": fall_title,
        "fall": plain(fall, case),
        "fall_picture": drawing_cases.waterfall(fall.rows, fall_title),
        "rising_title": "When the cash comes" if found.withheld else mark,
        "rising": plain(run, case),
        "rising_picture": drawing_cases.cumulative(case.years, series, paid, mark),
        "years": plain(tables.years(found), case),
        "who": plain(who, case),
        "who_picture": drawing_cases.who(_agencies(who)),
        "who_title": "Who pays and who gains" if found.withheld else _who_title(who),
        "who_both": plain(tables.who(found), case),
        "cash": plain(_without_nought(steps.cash_out(found)), case),
    }


def _without_nought(table: Table) -> Table:
    """Years in which nothing is paid or gained left empty: a statement is read more easily."""
    return replace(table, rows=[tuple(None if cell == 0 else cell for cell in row) for row in table.rows])


def _agencies(who: Table) -> list[tuple[Any, ...]]:
    """The rows of agencies, without the sums below them."""
    return [row for row in who.rows if row[0] not in ("All", tables.BUDGETS)]


def _who_title(who: Table) -> str:
    """Who gains most and who pays most for it, in words."""
    rows = [row for row in _agencies(who) if row[4]]
    up, down = max(rows, key=lambda row: row[4], default=None), min(rows, key=lambda row: row[4], default=None)
    if up is None or down is None:
        return "Nobody pays and nobody gains"
    if up[4] <= 0:
        return f"Nobody gains more than it pays; {down[0]} is {in_full(-down[4])} down"
    if down[4] >= 0:
        return f"Nobody pays more than it gains; {up[0]} is {in_full(up[4])} up"
    return f"{up[0]} is {in_full(up[4])} up, {down[0]} {in_full(-down[4])} down"


def _sure(result: Appraisal, found: Found, measure: str) -> dict[str, Any]:
    """How sure an option is, by one measure."""
    case, id = result.case, found.option.id
    chance, bars, switches = chance_of(found, result), bars_of(result, id, measure), switches_of(result, id, measure)
    central = float(getattr(found.measures, measure))
    good = chance.gains if measure == "net_present_public_value" else chance.saves
    whose = "The public is" if measure == "net_present_public_value" else "Budgets are"
    spread_title = (
        "How it is spread over draws"
        if found.withheld
        else f"{whose} better off in {tables.chance_words(good)} of draws"
    )
    at = f"/cases/{case.id}"
    more = {"option": id} if id != result.options[0].option.id else {}
    spread = chance.measures[measure]
    told = told_of(result)
    return {
        "chance": chance,
        "pays_back_words": _in_hundred(chance.pays_back),
        "sure_words": sure_tables.sure(chance),
        "measure": measure,
        "measure_words": MEASURES[measure],
        "measure_choices": [
            (words, address(at, more, measure=name) + "#sure", name == measure) for name, words in MEASURES.items()
        ],
        "spread_title": spread_title,
        "spread_picture": drawing_chances.distribution(spread, central, measure, good) if _differ(spread) else "",
        "percentiles": plain(sure_tables.spread(case, chance), case),
        "bars": plain(sure_tables.bars(chance, measure), case),
        "tornado_picture": drawing_chances.tornado(bars, central),
        "tornado_title": _tornado_title(bars),
        "tornado": plain(sure_tables.tornado_table(case, bars, measure), case),
        "switching": plain(sure_tables.switching_table(case, switches, measure), case),
        "turning": _turning(switches),
        "scenarios": plain(_scenarios(sure_tables.scenario_table(case, told), found), case) if len(told) > 1 else None,
        "told": told,
        "sure_query": f"{address('', case=case.id, measure=measure, option=id)[1:]}",
    }


def _in_hundred(share: float) -> str:
    """A share of draws as so many in a hundred; never 0 or 100 where it is neither."""
    words = tables.chance_words(share)
    if words[0].isdecimal():
        return f"{words[:-1]} in 100 draws do"
    return "fewer than 1 in 100 draws does" if words.startswith("under") else "more than 99 in 100 draws do"


def _differ(spread: Spread) -> bool:
    """Whether the draws differ at all: those of a case without a range are alike."""
    return bool(spread.bars) and spread.percentiles[5] != spread.percentiles[95]


def _tornado_title(bars: Sequence[Bar]) -> str:
    widest = bars[0].label if bars and bars[0].swing else ""
    return f"What moves it most: {widest[:1].lower()}{widest[1:]}" if widest else "Nothing moves it"


def _turning(switches: Sequence[Switch]) -> list[str]:
    """The three numbers nearest to turning the result, in words."""
    found = []
    for each in switches[:3]:
        if each.change is not None and each.turns_at is not None:
            change = f"{each.change:+.0%}".replace("-", MINUS)
            ends = f"{figure(each.value)} as planned, turns at {figure(float(f'{each.turns_at:.3g}'))}"
            found.append(f"{each.label}: {ends} ({change})")
    return found


def _scenarios(table: Table, found: Found) -> Table:
    """Those of one option alone."""
    return replace(table, rows=[row for row in table.rows if row[1] == found.option.name])
