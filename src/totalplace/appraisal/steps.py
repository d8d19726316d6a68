"""Tables behind the pictures of a case: from costs to public value step by step, cash as it adds up, cash by year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from totalplace.appraisal.case import COST_KINDS, Case, first_level
from totalplace.appraisal.flows import fiscal_part
from totalplace.appraisal.result import Appraisal, CostLine, Found
from totalplace.appraisal.stamps import State
from totalplace.appraisal.tables import pence, ratio, scope, summary
from totalplace.table import Column, Table
from totalplace.terms import slug

Row = tuple[Any, ...]

COST_WORDS = {
    "capital": "Capital",
    "revenue": "Revenue",
    "in-kind": "Given in kind",
    "volunteer": "Volunteers' time",
}
"""Kinds of cost as people call them."""


def waterfall(found: Found) -> Table:
    """From costs to net present public value: kind, what, pence; benefits to budgets line by line.

    All are present values over and above carrying on as now; the steps sum to the last row, but for rounding.
    """
    columns = (Column("kind", "Kind"), Column("what", "Step"), Column("amount", "Amount", "money"))
    rows: list[Row] = [row for row in (*_costs(found), *_benefits(found)) if row[2]]
    total = found.measures.net_present_public_value
    rows.append(("total", "Net present public value", pence(total)))
    title = f"From costs to public value: {found.option.name}"
    return Table("case-waterfall", title, columns, rows, scope(found.case))


def _costs(found: Found) -> Iterator[Row]:
    for kind in COST_KINDS:
        amount = _cost(found, found.costs, kind)
        yield "cost", COST_WORDS[kind], pence(-amount)
    usual = sum(_cost(found, found.usual_costs, kind) for kind in COST_KINDS)
    yield "saved", "Not spent on carrying on as now", pence(usual)
    funds = found.case.public_funds
    raised = sum(_raised(found, line) for line in found.costs) - sum(_raised(found, line) for line in found.usual_costs)
    yield "cost", "Cost of raising public funds", pence(-raised * funds)


def _cost(found: Found, lines: Iterable[CostLine], kind: str) -> float:
    return sum(found.present(line.years) for line in lines if line.cost.kind == kind)


def _raised(found: Found, line: CostLine) -> float:
    """What budgets pay of a cost, at present value."""
    return found.present(line.years) * fiscal_part(found.case, line.cost)


def _benefits(found: Found) -> Iterator[Row]:
    for line in found.benefits:
        yield "fiscal", line.benefit.name, pence(found.present_value(line, "fiscal"))
    lost = sum(found.present_value(line, "fiscal") for line in found.usual_benefits)
    yield "fiscal", "What carrying on as now brings budgets", pence(-lost)
    words = {"transfer": "Transfers, taken out", "economic": "Economic value", "social": "Social value"}
    for kind, what in words.items():
        sign = -1 if kind == "transfer" else 1
        amount = sum(found.present_value(line, kind) for line in found.benefits)
        amount -= sum(found.present_value(line, kind) for line in found.usual_benefits)
        yield kind, what, pence(sign * amount)


def cumulative(found: Found) -> Table:
    """A row a year: what each public agency is up (below nought: down) since the start, discounted, and all of them."""
    case = found.case
    sums: dict[str, list[float]] = {}
    for agency in found.agencies:
        if case.public(agency):
            kept = sums.setdefault(first_level(agency), [0.0] * len(case.years))
            for at, (paid, gained) in enumerate(zip(found.pays(agency), found.gains(agency), strict=True)):
                kept[at] += (gained - paid) * found.rates.factors[at]
    columns = [Column("year", "Year"), *_named(sums), Column("all", "All", "money")]
    run = {name: list(_running(years)) for name, years in sums.items()}
    rows: list[Row] = [
        (year, *(pence(run[name][at]) for name in run), pence(found.up_by_year[at]))
        for at, year in enumerate(case.years)
    ]
    note = f"Benefits less costs to budgets since the start, discounted. {paid_words(found)}. {scope(case)}"
    return Table("case-cumulative", f"Up or down since the start: {found.option.name}", tuple(columns), rows, note)


def paid_words(found: Found) -> str:
    """In which year budgets are paid back, and whether that lasts."""
    if not found.payback_year:
        return "Not paid back in these years"
    return f"Paid back in {found.payback_year}" + (", but down again in a later year" if found.falls_back else "")


def payback_words(found: Found) -> str:
    """The year of payback, and whether budgets are down again after it."""
    if not found.payback_year:
        return "not in these years"
    return found.payback_year + (", then down again" if found.falls_back else "")


def _named(agencies: Iterable[str]) -> Iterator[Column]:
    """A column an agency, its name for machines made of plain letters."""
    taken = {"year", "all"}
    for number, agency in enumerate(agencies, 1):
        name = slug(agency).replace("-", "_") or f"agency_{number}"
        name = f"{name}_{number}" if name in taken else name
        taken.add(name)
        yield Column(name, agency, "money")


def _running(years: Sequence[float]) -> Iterator[float]:
    total = 0.0
    for amount in years:
        total += amount
        yield total


CASHABLE, CONFIRMED, GAINS = "can take out as cash", "of that confirmed by finance", "all gains, cash or not"
"""What rows of the cash-out statement are, besides what is paid."""


def cash_out(found: Found) -> Table:
    """The cash-out statement: what each agency pays, can take out as cash and has confirmed, and last all that it
    gains, cash or not; a column a year."""
    case = found.case
    columns = [Column("agency", "Agency"), Column("what", "What")]
    columns += [Column(year, year, "money") for year in case.years]
    columns.append(Column("all", "All years", "money"))
    rows: list[Row] = []
    for agency in found.agencies:
        kinds = {
            "pays": found.pays(agency),
            CASHABLE: found.cash(agency),
            CONFIRMED: found.confirmed_cash(agency),
            GAINS: found.gains(agency),
        }
        rows += [(agency, what, *_pence(each)) for what, each in kinds.items() if any(each)]
    rows += _all_cash(found)
    note = (
        "In each year, not discounted. What an agency pays; what it can take out of a budget as cash, and what of that "
        "its finance has confirmed; last, all that it gains, of which the rest frees time and places and is no cash. "
        f"Without gifts in kind and volunteers' time. {scope(case)}"
    )
    title = f"Cash-out statement, with gains that are not cash: {found.option.name}"
    return Table("case-cash-out", title, tuple(columns), rows, note)


def _all_cash(found: Found) -> Iterator[Row]:
    public = [agency for agency in found.agencies if found.case.public(agency)]
    kinds: dict[str, Callable[[str], Sequence[float]]] = {
        "pay": found.pays,
        CASHABLE: found.cash,
        CONFIRMED: found.confirmed_cash,
        GAINS: found.gains,
    }
    for what, of in kinds.items():
        sums = [sum(amounts) for amounts in zip(*(of(agency) for agency in public), strict=True)]
        yield "All public budgets", what, *_pence(sums or [0.0] * len(found.case.years))


def _pence(years: Sequence[float]) -> tuple[int | None, ...]:
    return (*(pence(amount) for amount in years), pence(sum(years)))


def weights(result: Appraisal) -> Table:
    """The weights of a case and each option's public value return without and with them."""
    columns = (Column("what", "What"), Column("weight", "A pound counts for", "ratio"), Column("plain", "Unweighted",
               "ratio"), Column("weighted", "Weighted", "ratio"))  # fmt: skip
    rows: list[Row] = [
        (f"{found.option.name}: public value, £ for each £1", None, ratio(found.measures.public_value_return),
         ratio(found.measures.weighted_return))
        for found in result.options
    ]  # fmt: skip
    rows += [(f"A pound to: {group}", round(weight, 4), None, None) for group, weight in result.case.weights.items()]
    note = "Weighted results stand beside the unweighted ones, never alone. " + scope(result.case)
    return Table("case-weights", "Weighted by income", columns, rows, note)


def beside(one: Appraisal, other: Appraisal) -> Table:
    """Two cases side by side: a row for each of their options, with every measure."""
    first, second = summary(one), summary(other)
    rows: list[Row] = [(one.case.name, *row) for row in first.rows]
    rows += [(other.case.name, *row) for row in second.rows]
    kept = [
        (each.case.price_year, each.case.first_year, each.case.discount, len(each.case.years)) for each in (one, other)
    ]
    note = "" if kept[0] == kept[1] else "Not in like terms: they differ in prices, first year, discounting or years. "
    each = f"{one.case.name}: {scope(one.case)}. {other.case.name}: {scope(other.case)}."
    return Table("case-beside", "Side by side", (Column("case", "Case"), *first.columns), rows, note + each)


def changed(case: Case, state: State) -> Table:
    """What changed in a case since it was checked, an input or parameter a row."""
    rows: list[Row] = [(words,) for words in state.changed]
    return Table(
        "case-changes", f"What changed in {case.name} since it was checked", (Column("change", "Change"),), rows
    )
