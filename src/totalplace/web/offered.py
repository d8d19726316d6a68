"""Every table that can be taken away, by name: what each holds, its parameters, and how it is made."""

from __future__ import annotations

from totalplace.web import offered_areas, offered_classes, offered_costs, offered_neighbourhoods
from totalplace.web.download import Download
from totalplace.web.offered_cases import CASES, LOGIC, STRESS
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
NEEDING = tuple(name for name, offered in TABLES.items() if offered.of_one)
"""Tables that are of one thing alone, which has to be named."""
