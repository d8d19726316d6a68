"""Which fields each table of a business case has in the editor, in which order, under which headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Spec = tuple[str, str, str]
"""A field: its key, its kind, and its label."""


@dataclass(frozen=True)
class Group:
    """Fields under a heading; `folded` where few cases need them."""

    title: str
    fields: tuple[Spec, ...]
    folded: bool = False


THINGS = {
    "case": ("Settings of the case", "the case"),
    "agency": ("Agencies", "agency"),
    "option": ("Options", "option"),
    "cohort": ("Whom it reaches", "cohort"),
    "cost": ("Costs", "cost"),
    "benefit": ("Benefits", "benefit"),
    "scenario": ("Scenarios", "scenario"),
    "correlation": ("Numbers that go together", "pair of numbers"),
    "weights": ("Weights by income", "the weights"),
}
"""The tables that the editor changes: how they are called, and one of them. The logic model has pages of its own."""

_ID_NAME: tuple[Spec, ...] = (
    ("id", "id", "Id"),
    ("name", "text", "Name"),
)
GROUPS: dict[str, tuple[Group, ...]] = {
    "case": (
        Group(
            "What it is",
            (
                ("name", "text", "Name"),
                ("place", "text", "Place"),
                ("purpose", "long", "Purpose"),
                ("author", "text", "Author"),
                ("conditions", "list", "Conditions of the agreement"),
                ("note", "long", "Note"),
            ),
        ),
        Group(
            "How it is reckoned",
            (
                ("first_year", "text", "First year"),
                ("years", "number", "Years"),
                ("price_year", "text", "Price year"),
                ("deadweight", "choice", "How deadweight is taken off"),
                ("comparator", "text", "Compared with"),
            ),
        ),
        Group(
            "Rates and draws",
            (
                ("discount", "choice", "Discount schedule"),
                ("deflator", "choice", "Deflator"),
                ("public_funds", "number", "Cost of public funds"),
                ("seed", "number", "Seed of the draws"),
            ),
            folded=True,
        ),
    ),
    "agency": (Group("", (("name", "text", "Name"), ("public", "public", "Its money is"), ("note", "long", "Note"))),),
    "option": (
        Group(
            "",
            (
                *_ID_NAME,
                ("description", "long", "What it means"),
                ("business_as_usual", "yes", "It is to carry on as now"),
            ),
        ),
    ),
    "cohort": (
        Group(
            "Who they are",
            (
                *_ID_NAME,
                ("people", "years", "How many start in each year"),
                ("spread", "range", "How far off those numbers may be, times plan"),
                ("group", "text", "The real people"),
            ),
        ),
        Group(
            "Who takes part",
            (
                ("engagement", "range", "Share who take it up"),
                ("retention", "range", "Share who stay to the end"),
                ("grades", "grades", "How sure"),
            ),
        ),
        Group("Where it comes from", (("source", "text", "Source"), ("note", "long", "Note"))),
    ),
    "cost": (
        Group("What it is", (*_ID_NAME, ("option", "choice", "Option"), ("kind", "choice", "Kind"))),
        Group(
            "How much, and who pays",
            (
                ("amounts", "years", "Pounds in each year"),
                ("hours", "years", "Or hours in each year"),
                ("hourly", "number", "Pounds an hour"),
                ("price_year", "text", "Price year"),
                ("pays", "shares", "Who pays"),
                ("spread", "range", "How far off it may be, times plan"),
            ),
        ),
        Group(
            "How sure",
            (
                ("grade", "grade", "Grade of the cost"),
                ("bias", "number", "Or a share for optimism"),
                ("capital", "capital", "Or building work"),
                ("mitigated", "number", "Share of it dealt with"),
                ("risk", "number", "Cost of managing the risk"),
                ("source", "text", "Source"),
                ("note", "long", "Note"),
            ),
        ),
    ),
    "benefit": (
        Group(
            "What it is",
            (
                *_ID_NAME,
                ("option", "choice", "Option"),
                ("outcome", "choice", "Outcome of the logic model"),
                ("cohort", "choice", "Those through whom it comes"),
                ("units", "years", "Or units in each year"),
            ),
        ),
        Group(
            "What changes",
            (
                ("need", "range", "Share with the need"),
                ("incidents", "range", "Incidents a person"),
                ("impact", "range", "Impact"),
                ("deadweight", "range", "Deadweight"),
                ("comparator", "text", "Compared with"),
            ),
        ),
        Group(
            "When, and for how long",
            (
                ("lag", "range", "Years before it begins"),
                ("lasts", "range", "Years that it lasts"),
                ("drop_off", "range", "Share lost each year"),
            ),
        ),
        Group(
            "What a unit is worth",
            (
                ("unit_cost", "cost", "Unit cost"),
                ("unit", "text", "What a unit is"),
                ("fiscal", "number", "To budgets"),
                ("economic", "number", "To the economy"),
                ("social", "number", "To society"),
                ("transfer", "number", "Of the value to budgets, transfers"),
                ("price_year", "text", "Price year of those"),
                ("worth", "range", "How far off it may be, times that given"),
            ),
        ),
        Group(
            "Who has it, and what is cashable",
            (
                ("agencies", "shares", "Who has the value to budgets"),
                ("cashable", "cashable", "Cashable"),
                ("gains", "shares", "Groups of people who gain"),
                ("claim", "text", "Claim"),
                ("owner", "text", "Owner"),
            ),
        ),
        Group(
            "How sure",
            (
                ("grades", "grades", "Grades of the evidence"),
                ("bias", "number", "Or a share for optimism"),
                ("source", "text", "Source"),
                ("note", "long", "Note"),
            ),
        ),
        Group(
            "What few benefits need",
            (
                ("attribution", "range", "Share that is this scheme's doing"),
                ("displacement", "range", "Share only taken from others"),
                ("leakage", "range", "Share that leaves the place"),
                ("substitution", "range", "Share that swaps one person for another"),
                ("multiplier", "range", "What it sets off, times itself"),
                ("edition", "text", "Edition of the unit cost"),
                ("actual_crime", "yes", "Scale recorded crimes to those that happen"),
                ("worth_of", "choice", "A published worth as social value"),
                ("worth_units", "number", "How many of it a unit brings"),
                ("discount", "choice", "Another discount schedule"),
            ),
            folded=True,
        ),
    ),
    "scenario": (
        Group(
            "",
            (
                *_ID_NAME,
                ("based_on", "choice", "Based on"),
                ("set", "shares", "Numbers set otherwise"),
                ("note", "long", "Why"),
            ),
        ),
    ),
    "correlation": (
        Group(
            "",
            (("between", "pair", "Two numbers"), ("r", "number", "How much they go together"), ("note", "long", "Why")),
        ),
    ),
    "weights": (
        Group(
            "",
            (
                ("groups", "shares", "Income of each group"),
                ("median", "number", "Median income"),
                ("eta", "number", "Eta"),
            ),
        ),
    ),
}
"""The fields of each table, in the order of the form."""

BOUNDS: dict[tuple[str, str], tuple[float, float, str]] = {
    ("case", "years"): (1, 125, "a whole number"),
    ("case", "public_funds"): (0, 1, "share"),
    ("case", "seed"): (0, 2**32 - 1, "a whole number"),
    ("cost", "bias"): (-1, 10, ""),
    ("cost", "mitigated"): (0, 1, "share"),
    ("benefit", "bias"): (-1, 1, "share"),
    ("correlation", "r"): (-1, 1, ""),
    ("weights", "eta"): (0, 10, ""),
}
"""What numbers that are no ranges can be."""

NEW: dict[str, dict[str, Any]] = {
    "agency": {},
    "option": {},
    "cohort": {"people": [100, 100, 100], "grades": {"population": 6}},
    "cost": {"kind": "revenue", "amounts": [0], "grade": 6},
    "benefit": {"impact": 0.1, "lasts": 1, "grades": {"evidence": 6}},
    "scenario": {"set": {"benefit.*.drop_off": 0.5}},
    "correlation": {"r": 0.5},
    "weights": {"groups": {"Lowest fifth": 350}},
}
"""What a new table begins with."""
