"""Official figures of a place beside its payments: outturn, budgets, benefits, allocations, population.

They control the count and are never added to it: `explained` says what share of a body's outturn its payments explain.
"""

from totalplace.official.declared import Dataset, declare, load, sign
from totalplace.official.explained import explained
from totalplace.official.figures import GRADES, KINDS, MEASURES, Figure, Figures, read
from totalplace.official.tables import datasets_table, doubts_table, figures_table

__all__ = [
    "GRADES",
    "KINDS",
    "MEASURES",
    "Dataset",
    "Figure",
    "Figures",
    "datasets_table",
    "declare",
    "doubts_table",
    "explained",
    "figures_table",
    "load",
    "read",
    "sign",
]
