"""What the pages and tables of unit costs share: which are asked for, in which prices, and who is to be named."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException

from totalplace.parameters.deflators import OWN, Deflator, deflator, own_vintages
from totalplace.parameters.unit_cost import UnitCost
from totalplace.parameters.unit_cost_tables import costs_table
from totalplace.table import Table
from totalplace.terms import check_year
from totalplace.web.addresses import Chosen
from totalplace.web.desk import Desk


def index_of(desk: Desk, chosen: Chosen) -> Deflator:
    """The deflator that an address asks for, the first of the place's own or the shipped if none."""
    return deflator(chosen.text("deflator"), own_vintages(desk.place.root / OWN))


def year_of(chosen: Chosen) -> str:
    """The year whose prices are asked for, '' for each value's own; raises UsageError for what is no year."""
    year = chosen.text("prices")
    return check_year(year) if year else ""


def costs_asked(desk: Desk, chosen: Chosen) -> tuple[Table, list[UnitCost]]:
    """The table of the unit costs that an address asks for, and the costs themselves."""
    costs = desk.place.unit_costs
    asked = {name: chosen.text(key) for name, key in (("theme", "theme"), ("agency", "agency"), ("rag", "rating"))}
    found = costs.search(chosen.text("q"), **asked)
    return costs_table(costs, found, year_of(chosen), index_of(desk, chosen)), found


def one_cost(desk: Desk, chosen: Chosen, made: Callable[..., Table], *known: str) -> Table:
    """A table of one cost, in the prices asked for where it is made with them; 404 where none is named."""
    if not chosen.text("code"):
        raise HTTPException(404, "a table of one unit cost has to say which: name it with ?code=")
    prices = (year_of(chosen), index_of(desk, chosen)) if "prices" in known else ()
    return made(desk.place.unit_costs, chosen.text("code"), *prices)


def about_costs(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a table of unit costs: the source names who the licence asks for."""
    asked = "; ".join(f"{name}: {', '.join(values)}" for name, values in chosen.values.items())
    source = f"Source: {'; '.join(desk.place.unit_costs.attributions)}. Money in pounds."
    return f"{desk.definition.name}; {asked or 'all unit costs'}", source
