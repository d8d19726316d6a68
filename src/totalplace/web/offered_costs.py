"""The tables of unit costs, rates and values that can be taken away."""

from __future__ import annotations

from collections.abc import Callable

from totalplace.parameters import unit_cost_tables as cost_tables
from totalplace.parameters.rate_tables import rate_table
from totalplace.parameters.rates import KINDS, rates
from totalplace.table import Table
from totalplace.web.costing import about_costs, costs_asked, one_cost
from totalplace.web.download import SHIPPED, Download


def _rates(kind: str, words: str) -> Download:
    return Download(words, (), lambda *_: rate_table(kind), lambda *_: SHIPPED)


def _cost(words: str, made: Callable[..., Table], *known: str) -> Download:
    """A table of one unit cost, which has to be named; `known` are the parameters that it is made with."""
    return Download(words, ("code", *known), lambda d, a: one_cost(d, a, made, *known), about_costs, of_one=True)


PRICES = ("prices", "deflator")


TABLES: dict[str, Download] = {
    "rates": Download(
        "Rates and values of business cases", ("name",), lambda _, a: rates(a.text("name")), lambda *_: SHIPPED
    ),
    "unit-costs": Download(
        "Unit costs, whole", ("q", "theme", "agency", "rating", *PRICES), lambda d, a: costs_asked(d, a)[0], about_costs
    ),
    "unit-cost-values": _cost("The values of a unit cost", cost_tables.values_table, *PRICES),
    "unit-cost-shares": _cost("Who bears a unit cost", cost_tables.shares_table, *PRICES),
    "unit-cost-doubts": _cost("What to know before a unit cost is used", cost_tables.doubts_table, *PRICES),
    "unit-cost-overlaps": _cost("What must not be added to a unit cost", cost_tables.overlaps_table),
    "unit-cost-parts": _cost("The constituents of a unit cost", cost_tables.children_table),
    "unit-cost-editions": _cost("The editions that hold a unit cost", cost_tables.editions_table),
    **{f"rates-{kind}": _rates(kind, words) for kind, words in KINDS.items()},
}
"""The tables of unit costs, rates and values."""
