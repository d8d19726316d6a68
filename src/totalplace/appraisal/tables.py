"""The tables of an appraisal, for commands, pages, workbooks and downloads.

Money cells are pence, present values unless the column says by year; ratios are pounds for each £1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, Any

from totalplace.appraisal.case import COST_KINDS, Case, Quantity, first_level
from totalplace.appraisal.flows import ratio as ratio_of
from totalplace.appraisal.result import Appraisal, Found, confirmed
from totalplace.table import Column, Table
from totalplace.terms import money

if TYPE_CHECKING:
    from totalplace.appraisal.flows import Number

Row = tuple[Any, ...]


def pence(pounds: Number) -> int | None:
    """Pounds as whole pence; None for what cannot be calculated."""
    value = float(pounds)
    return None if isnan(value) else round(value * 100)


def ratio(value: Number) -> float | None:
    """A ratio to four decimals; None for what cannot be calculated."""
    known = float(value)
    return None if isnan(known) else round(known, 4)


def scope(case: Case) -> str:
    """What every figure of a case is in: prices, years, discounting, and what it is over and above."""
    return (
        f"Present values in {case.first_year}, prices of {case.price_year} (deflator {case.deflator}), discounted by "
        f"{case.discount}, {len(case.years)} years from {case.first_year}, over and above: {case.usual.description}"
    )


MEASURES: tuple[tuple[str, str, str, Callable[[Found], Any]], ...] = (
    ("fiscal_cost", "Budget costs", "money", lambda f: pence(f.measures.fiscal_cost)),
    ("fiscal_benefit", "Budget benefits", "money", lambda f: pence(f.measures.fiscal_benefit)),
    (
        "net_present_budget_impact",
        "Net present budget impact (below 0 is a saving)",
        "money",
        lambda f: pence(f.measures.net_present_budget_impact),
    ),
    (
        "financial_return",
        "Financial return on investment, £ for each £1",
        "ratio",
        lambda f: ratio(f.measures.financial_return),
    ),
    ("payback_year", "Pays back in", "text", lambda f: f.payback_words),
    ("cashable", "Of the benefits, cashable", "money", lambda f: pence(f.cashable)),
    ("public_cost", "Costs to the public", "money", lambda f: pence(f.measures.public_cost)),
    ("public_benefit", "Benefits to the public", "money", lambda f: pence(f.measures.public_benefit)),
    (
        "net_present_public_value",
        "Net present public value (above 0 is a gain)",
        "money",
        lambda f: pence(f.measures.net_present_public_value),
    ),
    (
        "public_value_return",
        "Public value return on investment, £ for each £1",
        "ratio",
        lambda f: ratio(f.measures.public_value_return),
    ),
    (
        "weighted_return",
        "Public value return weighted by income",
        "ratio",
        lambda f: ratio(f.measures.weighted_return) if f.case.weights else None,
    ),
    ("distance", "Distance from who pays to who gains, 0 to 1", "ratio", lambda f: ratio(f.distance)),
)
"""The measures of an option: name, words, kind, and how it is had."""


def summary(result: Appraisal) -> Table:
    """A row an option with every measure; nothing stands alone that lacks deadweight or a comparator."""
    columns = [Column("option", "Option")]
    columns += [Column(name, label, kind) for name, label, kind, _ in MEASURES]  # type: ignore[arg-type]
    columns.append(Column("withheld", "No headline, because"))
    rows = [
        (found.option.name, *(of(found) for *_, of in MEASURES), "; ".join(found.withheld)) for found in result.options
    ]
    return Table("case-options", result.case.name, tuple(columns), rows, scope(result.case))


def headline(found: Found) -> list[str]:
    """What an option comes to in sentences; why there is no headline where deadweight or a comparator is not said."""
    if found.withheld:
        return [f"{found.option.name}: no headline yet.", *(f"  {words}" for words in found.withheld)]
    m, name = found.measures, found.option.name
    saves, public = float(m.net_present_budget_impact), float(m.net_present_public_value)
    words = f"{name}: budgets are {_pounds(abs(saves))} {'better' if saves < 0 else 'worse'} off"
    if not isnan(m.financial_return):
        words += f"; £{m.financial_return:,.2f} comes back to them for every £1 they pay"
    paid = f"It pays back in {found.payback_year}." if found.payback_year else "It does not pay back in these years."
    if found.falls_back:
        paid = f"Budgets have their money back in {found.payback_year}, and are down again in a later year."
    value = f"The public is {_pounds(abs(public))} {'better' if public >= 0 else 'worse'} off"
    if not isnan(m.public_value_return):
        value += f": £{m.public_value_return:,.2f} of value for every £1 put in"
    cash = f"Of the benefits to budgets, {_pounds(found.cashable)} can be taken out as cash."
    return [f"{words}. {paid}", f"{value}. {cash}"]


def chance_words(share: float) -> str:
    """A share of draws in words: ``42%``; never 0 or 100 where it is neither: ``under 1%``, ``over 99%``."""
    if 0 <= share < 0.005:
        return "under 1%"
    return "over 99%" if share > 0.995 else f"{share:.0%}"


def _pounds(amount: float) -> str:
    return money(round(amount * 100))


def measures(found: Found) -> Table:
    """The measures of one option, a row each, for people to read down."""
    rows: list[Row] = []
    for _, label, kind, of in MEASURES:
        value = of(found)
        shown = f"{value:,.2f}" if kind == "ratio" and value is not None else value
        rows.append((label, value, "") if kind == "money" else (label, None, shown))
    columns = (Column("measure", "Measure"), Column("pounds", "Pounds", "money"), Column("other", "Other"))
    return Table("case-measures", found.option.name, columns, rows, scope(found.case))


def benefits(found: Found) -> Table:
    """A row a benefit: how many units, what each is worth, what is taken off, and what it comes to."""
    columns = (
        Column("benefit", "Benefit"),
        Column("outcome", "Outcome"),
        Column("units", "Units, net, all years", "figure"),
        Column("unit", "Unit"),
        Column("unit_cost", "Unit cost"),
        Column("bias", "Taken off for optimism", "percent"),
        Column("fiscal", "Fiscal", "money"),
        Column("transfer", "of it transfers", "money"),
        Column("economic", "Economic", "money"),
        Column("social", "Social", "money"),
        Column("cashable", "Cashable", "money"),
        Column("confirmed", "Cash confirmed"),
    )
    rows: list[Row] = []
    for line in found.benefits:
        benefit = line.benefit
        worth = {kind: pence(found.present_value(line, kind)) for kind in line.values}
        cash = sum(found.present(line.cash_to(agency)) for agency in benefit.agencies)
        rows.append(
            (
                benefit.name,
                benefit.outcome,
                round(sum(line.units), 4),
                benefit.unit,
                benefit.unit_cost,
                round(benefit.bias, 4),
                worth["fiscal"],
                worth["transfer"],
                worth["economic"],
                worth["social"],
                pence(cash),
                benefit.cashable.budget_line if confirmed(benefit) else "no",
            )
        )
    return Table("case-benefits", f"Benefits of {found.option.name}", columns, rows, scope(found.case))


def costs(found: Found) -> Table:
    """A row a cost, its kind apart: what budgets pay, gifts in kind, and volunteers' hours at their rate."""
    columns = (
        Column("cost", "Cost"),
        Column("kind", "Kind"),
        Column("pays", "Who pays"),
        Column("hours", "Hours", "figure"),
        Column("hourly", "Pounds an hour", "money"),
        Column("bias", "Added for optimism", "percent"),
        Column("bias_from", "Because"),
        Column("all_years", "All years", "money"),
        Column("present", "Present value", "money"),
    )
    rows: list[Row] = [
        (
            line.cost.name,
            line.cost.kind,
            ", ".join(f"{name} {share:.0%}" for name, share in line.cost.pays.items()),
            round(sum(line.cost.hours), 2) if line.cost.hours else None,
            pence(line.cost.hourly) if line.cost.hours else None,
            round(line.cost.bias, 4),
            line.cost.bias_from,
            pence(sum(line.years)),
            pence(found.present(line.years)),
        )
        for kind in COST_KINDS
        for line in found.costs
        if line.cost.kind == kind
    ]
    note = "Gifts in kind and volunteers' time are costs to the public, and never to budgets. " + scope(found.case)
    return Table("case-costs", f"Costs of {found.option.name}", columns, rows, note)


def years(found: Found) -> Table:
    """Budgets by year: costs, benefits, cashable benefits, net, and up or down since the start."""
    columns = (
        Column("year", "Year"),
        Column("cost", "Budget costs", "money"),
        Column("benefit", "Budget benefits", "money"),
        Column("cashable", "Of them cashable", "money"),
        Column("net", "Benefits less costs", "money"),
        Column("since_start", "Since the start, discounted", "money"),
    )
    public = [agency for agency in found.agencies if found.case.public(agency)]
    cash = [sum(each) for each in zip(*(found.cash(agency) for agency in public), strict=True)]
    cash = cash or [0.0] * len(found.case.years)
    rows: list[Row] = [
        (year, pence(cost), pence(benefit), pence(money), pence(benefit - cost), pence(up))
        for year, cost, benefit, money, up in zip(
            found.case.years, found.totals.fiscal_cost, found.totals.fiscal, cash, found.up_by_year, strict=True
        )
    ]
    note = "Not discounted, but for the last column. " + scope(found.case)
    return Table("case-years", f"{found.option.name}, by year", columns, rows, note)


def who(found: Found, level: int = 2) -> Table:
    """Who pays and who gains, in present values: by agency at its first level or at both, and all together."""
    columns = (
        Column("agency", "Agency"),
        Column("pays", "Pays", "money"),
        Column("in_kind", "Gives in kind and in time", "money"),
        Column("gains", "Gains", "money"),
        Column("net", "Gains less pays", "money"),
        Column("cashable", "Of the gains, cashable", "money"),
        Column("confirmed", "Confirmed by finance", "money"),
    )
    sums: dict[str, tuple[float, ...]] = {}
    budgets: list[tuple[float, ...]] = []
    for agency in found.agencies:
        name = agency if level == 2 else first_level(agency)
        pays, gives = found.present(found.pays(agency)), found.present(found.pays(agency, ("in-kind", "volunteer")))
        gains, cash = found.present(found.gains(agency)), found.present(found.cash(agency))
        figures = (pays, gives, gains, gains - pays, cash, found.present(found.confirmed_cash(agency)))
        sums[name] = _added([sums.get(name, _NONE), figures])
        budgets += [figures] if found.case.public(agency) else []
    rows: list[Row] = [(name, *map(pence, figures)) for name, figures in sums.items()]
    if len(budgets) < len(found.agencies):
        rows.append((BUDGETS, *map(pence, _added(budgets))))
    rows.append(("All", *map(pence, _added(list(sums.values())))))
    return Table("case-who", f"Who pays and who gains: {found.option.name}", columns, rows, scope(found.case))


_NONE = (0.0,) * 6
BUDGETS = "All public budgets"
"""The row that leaves out those whose money is no public budget."""


def _added(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    return tuple(map(sum, zip(*rows, strict=True))) if rows else _NONE


def who_by_year(found: Found) -> Table:
    """What each agency pays, gains, and can take out as cash, in each year, not discounted."""
    columns = (
        Column("agency", "Agency"),
        Column("year", "Year"),
        Column("pays", "Pays", "money"),
        Column("gains", "Gains", "money"),
        Column("cashable", "Of the gains, cashable", "money"),
        Column("confirmed", "Confirmed by finance", "money"),
    )
    rows: list[Row] = []
    for agency in found.agencies:
        parts = (found.pays(agency), found.gains(agency), found.cash(agency), found.confirmed_cash(agency))
        for year, *figures in zip(found.case.years, *parts, strict=True):
            rows.append((agency, year, *map(pence, figures)))
    note = "Not discounted. " + scope(found.case)
    return Table("case-cash", f"Cash by agency and year: {found.option.name}", columns, rows, note)


def assumptions(case: Case) -> Table:
    """Every number of a case with its range and where that comes from."""
    columns = (
        Column("key", "Key"),
        Column("what", "What it is"),
        Column("value", "Value", "figure"),
        Column("low", "Low", "figure"),
        Column("high", "High", "figure"),
        Column("shape", "Spread"),
        Column("range_from", "Range from"),
    )
    rows: list[Row] = [
        (quantity.key, quantity.label, quantity.value, *_range_of(quantity)) for quantity in case.quantities.values()
    ]
    return Table("case-assumptions", f"What {case.name} assumes", columns, rows, scope(case))


def _range_of(quantity: Quantity) -> tuple[float | None, float | None, str, str]:
    if not quantity.unsure:
        return None, None, "certain", ""
    return quantity.low, quantity.high, quantity.shape, quantity.range_from


def parameters(result: Appraisal) -> Table:
    """Every parameter that a result rests on, its edition, and whether it was checked at its source."""
    columns = (
        Column("parameter", "Parameter"),
        Column("edition", "Edition"),
        Column("verified", "Verified"),
        Column("source", "Source"),
    )
    rows: list[Row] = [(u.name, u.edition, "yes" if u.verified else "no", u.source) for u in result.used]
    return Table("case-parameters", "Parameters used", columns, rows, scope(result.case))


def doubts(result: Appraisal) -> Table:
    """What a reader should know before a figure is used."""
    rows: list[Row] = [(words,) for words in result.doubts]
    return Table("case-doubts", "What to know first", (Column("doubt", "What to know first"),), rows)


def options_compared(result: Appraisal) -> Table:
    """Each option over and above the next cheaper one: what the extra money buys."""
    columns = (
        Column("option", "Option"),
        Column("over", "Over and above"),
        Column("more_cost", "More cost to the public", "money"),
        Column("more_benefit", "More benefit to the public", "money"),
        Column("return_on_more", "£ for each £1 more", "ratio"),
    )
    ranked = [result.usual, *sorted(result.options, key=lambda found: float(found.measures.public_cost))]
    rows: list[Row] = []
    for before, found in pairwise(ranked):
        cost = found.measures.public_cost - before.measures.public_cost
        benefit = found.measures.public_benefit - before.measures.public_benefit
        rows.append(
            (
                found.option.name,
                before.option.name,
                pence(float(cost)),
                pence(float(benefit)),
                ratio(ratio_of(benefit, cost)),
            )
        )
    return Table("case-compared", "Options compared", columns, rows, scope(result.case))
