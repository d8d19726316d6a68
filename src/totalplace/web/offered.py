"""Every table that can be taken away, by name: what each holds, its parameters, and how it is made."""

from __future__ import annotations

from totalplace.web import offered_areas, offered_classes, offered_costs, offered_neighbourhoods
from totalplace.web.download import Download
from totalplace.web.offered_cases import CASES, LOGIC, STRESS
from totalplace.web.offered_cases import NEEDING as CASED
from totalplace.web.offered_money import COMPARING, MONEY, OFFICIALLY

TABLES: dict[str, Download] = {
    **MONEY,
    **OFFICIALLY,
    **offered_areas.TABLES,
    **offered_classes.TABLES,
    **COMPARING,
    **offered_costs.TABLES,
    **CASES,
    **LOGIC,
    **offered_neighbourhoods.TABLES,
    **STRESS,
}
"""Every table but the lines, which are too many to hold."""


STRESSED = tuple(name for name in TABLES if name.startswith("stress-"))
THEMED = ("theme", "theme-rules", "theme-lines")
MODELLED = ("logic-steps", "logic-coverage", "logic-benefits", "logic-checks")
CLAIMED = ("claims-areas", "claims-curve")
COSTED = tuple(name for name in offered_costs.TABLES if name.startswith("unit-cost-") and name != "unit-costs")
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
    *offered_neighbourhoods.PLANS,
)
"""Tables that are of one thing alone, which has to be named."""
