"""The sheets of a case's workbook: which column holds which key, in words that a treasurer reads.

One list serves the template that is written and the workbook that is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from totalplace.appraisal.case import COST_KINDS, DEADWEIGHTS, SHAPES
from totalplace.appraisal.words import CAPITAL, CASHABLE, HELP, QUANTITY
from totalplace.logic.step import KINDS

TEMPLATE = 1
"""The edition of the template: raised whenever a workbook of an earlier one would be read otherwise."""
GUIDE = "Guide"
MARK = "Edition of this template"
SETTING, VALUE = "Setting", "Value"
YES_NO = ("yes", "no")
GRADES = tuple(str(grade) for grade in range(1, 7))

SHARES_HELP = "By name, such as: NHS 60%; Police 40%. A name alone has all of it."
YEARS_HELP = "A column a year, year 0 first; in place of 'year 0' the financial year can be written: 2026-27."


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, the path of its key, and what it holds.

    `kind`: text, code (text that may look like a number), day, year (a financial year), number, share, pounds, whole,
    choice, yes, shares, areas, steps (shares and steps by agency), list, and years (a column for each year).
    `choices` are words, or the name of a list that the workbook keeps. `spare` columns are left out of a template
    that has nothing in them.
    """

    heading: str
    path: tuple[str, ...]
    kind: str = "text"
    help: str = ""
    choices: tuple[str, ...] | str = ()
    needed: bool = False
    width: float = 14
    spare: bool = False
    band: str = ""

    @property
    def key(self) -> str:
        """The key as places name it: ``impact.low``."""
        return ".".join(self.path)


def said(table: str, key: str) -> str:
    """The help of a key, without the marks and examples that only a text file needs."""
    plain = re.sub(r":? ?`\{[^`]*\}`", "", HELP[table][key]).replace("`", "").replace(" A number, or a range.", "")
    return plain.replace("true for", "yes for").replace("false where", "no where").strip()


def _col(table: str, key: str, heading: str, kind: str = "text", **more: object) -> Column:
    return Column(heading, (key,), kind, said(table, key), **more)  # type: ignore[arg-type]


def _part(key: str, inner: str, heading: str, kind: str, help: str, **more: object) -> Column:
    return Column(heading, (key, inner), kind, help, **more)  # type: ignore[arg-type]


def _range(table: str, key: str, heading: str, kind: str = "share", band: str = "") -> Iterator[Column]:
    """The central value, and the columns of its range."""
    yield _col(table, key, heading, kind, band=band)
    yield from _ends(key, heading, kind)


def _ends(key: str, heading: str, kind: str) -> Iterator[Column]:
    name, band = heading.removesuffix(", times plan"), "Ranges"
    low = "The least that it may be; leave it empty to take the range of the grade."
    high = "The most that it may be; leave it empty to take the range of the grade."
    yield _part(key, "low", f"{name} low", kind, low, band=band, width=11)
    yield _part(key, "high", f"{name} high", kind, high, band=band, width=11)
    yield _part(key, "shape", f"{name} spread", "choice", QUANTITY["shape"], choices=SHAPES, band=band, width=11)
    yield _part(key, "source", f"{name} range from", "text", QUANTITY["source"], spare=True, band=band, width=20)


def _values_then_ends(*found: Iterator[Column]) -> tuple[Column, ...]:
    """Central values beside one another, and their ranges after all of them."""
    columns = [column for each in found for column in each]
    return (*(c for c in columns if c.band != "Ranges"), *(c for c in columns if c.band == "Ranges"))


ID_HELP = "Short and stable: a-z, 0-9 and hyphens, such as family-workers. Other sheets name it by this."

CASE = (
    _col("case", "name", "Name of the case", needed=True),
    _col("case", "id", "Id", "code", spare=True),
    _col("case", "place", "Place"),
    _col("case", "purpose", "Purpose"),
    _col("case", "author", "Author"),
    _col("case", "first_year", "First year", "year", needed=True),
    _col("case", "years", "Number of years", "whole", needed=True),
    _col("case", "price_year", "Price year", "year", needed=True),
    _col("case", "deadweight", "How deadweight is taken off", "choice", choices=DEADWEIGHTS, needed=True),
    _col("case", "comparator", "Compared with"),
    _col("case", "deflator", "Deflator", "choice", choices="deflators"),
    _col("case", "discount", "Discount schedule", "choice", choices="schedules"),
    _col("case", "public_funds", "Cost of public funds", "share"),
    _col("case", "currency", "Currency", "choice", choices=("GBP",)),
    _col("case", "seed", "Seed of the draws", "whole"),
    _col("case", "conditions", "Conditions", "list"),
    _col("case", "note", "Note"),
    Column("Weights: median income", ("weights", "median"), "number", said("weights", "median")),
    Column("Weights: steepness", ("weights", "eta"), "number", said("weights", "eta")),
)
"""The settings of the sheet Case, a row each; those of weights go into a table of their own."""

WEIGHTS = (
    Column("Group", ("group",), help="A group of people who gain, such as Lowest fifth.", width=32),
    Column("Income", ("income",), "number", "The income of the group, of the same kind as the median.", width=16),
)

AGENCY = (
    _col("agency", "name", "Agency", needed=True, width=36),
    _col("agency", "public", "Public budget", "yes", choices=YES_NO),
    _col("agency", "note", "Note", width=50),
)

OPTION = (
    Column("Id", ("id",), "code", ID_HELP, needed=True, width=20),
    _col("option", "name", "Option", width=34),
    _col("option", "business_as_usual", "Carry on as now", "yes", choices=YES_NO),
    _col("option", "description", "What it means", width=60),
)

COHORT = (
    Column("Id", ("id",), "code", ID_HELP, needed=True, width=20),
    _col("cohort", "name", "Who they are", width=34),
    _col("cohort", "group", "The real people", width=20),
    Column("People", ("people",), "years", f"How many start in each year. {YEARS_HELP}", width=10, band="Who start"),
    *_values_then_ends(
        _range("cohort", "engagement", "Take it up", band="How many stay"),
        _range("cohort", "retention", "Stay to the end", band="How many stay"),
        _ends("spread", "People, times plan", "number"),
    ),
    Column(
        "People, times plan", ("spread", "value"), "number", "1 where the numbers are as planned.",
        band="Ranges", spare=True,
    ),
    _part("grades", "population", "Grade: numbers", "whole", "How sure the numbers are: 1 (best) to 6 "
          "(a guess).", choices=GRADES, band="How sure"),
    _part("grades", "engagement", "Grade: take-up", "whole", "How sure the take-up is, 1 to 6.", choices=GRADES,
          band="How sure"),
    _part("grades", "age", "Grade: age", "whole", "How old the data are, 1 to 6.", choices=GRADES, band="How sure"),
    _col("cohort", "source", "Source", width=40),
    _col("cohort", "note", "Note", width=40),
)  # fmt: skip

COST = (
    Column("Id", ("id",), "code", ID_HELP, needed=True, width=18),
    _col("cost", "name", "Cost", width=34),
    _col("cost", "option", "Option", "choice", choices="options", width=18),
    _col("cost", "kind", "Kind", "choice", choices=COST_KINDS, needed=True),
    _col("cost", "pays", "Who pays", "shares", needed=True, width=40),
    _col("cost", "price_year", "Price year", "year", needed=True),
    Column("Pounds", ("amounts",), "years", f"Pounds in each year. {YEARS_HELP}", width=12, band="Pounds by year"),
    _col("cost", "grade", "Grade", "whole", choices=GRADES, band="How sure: one of these"),
    _col("cost", "bias", "Optimism", "share", band="How sure: one of these"),
    _part("capital", "types", "Building work", "shares", "Kinds of building work, such as: standard-buildings 70%; "
          "non-standard-buildings 30%. A kind alone has all of it.", width=30, band="How sure: one of these"),
    _part("capital", "mitigated", "Building work: dealt with", "share", CAPITAL["mitigated"], band="How sure"),
    _part("capital", "areas", "Building work: areas of risk", "areas", "Areas of risk, such as: Design complexity 2% "
          "dealt with 100%; Site 5% dealt with 40%.", width=30, spare=True, band="How sure"),
    _col("cost", "mitigated", "Dealt with", "share", band="How sure"),
    _col("cost", "risk", "Cost of managing risk", "pounds", band="How sure"),
    Column("Cost, times plan", ("spread", "value"), "number", "1 where the cost is as planned.", band="Ranges",
           spare=True),
    *_ends("spread", "Cost, times plan", "number"),
    _col("cost", "hourly", "Pounds an hour", "pounds", band="Hours instead of pounds"),
    Column("Hours", ("hours",), "years", f"Hours in each year, as of volunteers, in place of pounds. {YEARS_HELP}",
           width=10, band="Hours instead of pounds"),
    _col("cost", "source", "Source", width=40, band="Where it comes from"),
    _col("cost", "note", "Note", width=40, band="Where it comes from"),
)  # fmt: skip

_TIMES = tuple(
    _range("benefit", key, heading, kind, band)
    for key, heading, kind, band in (
        ("need", "Have the need", "share", "How much changes"),
        ("incidents", "Incidents a person", "number", "How much changes"),
        ("impact", "Impact", "share", "How much changes"),
        ("deadweight", "Deadweight", "share", "How much changes"),
        ("attribution", "Attribution", "share", "How much changes"),
        ("displacement", "Displacement", "share", "How much changes"),
        ("leakage", "Leakage", "share", "How much changes"),
        ("substitution", "Substitution", "share", "How much changes"),
        ("multiplier", "Multiplier", "number", "How much changes"),
        ("lag", "Years before it begins", "number", "When"),
        ("lasts", "Years that it lasts", "number", "When"),
        ("drop_off", "Drop-off a year", "share", "When"),
    )
)
_BENEFIT = _values_then_ends(*_TIMES, _ends("worth", "Unit value, times plan", "number"))

BENEFIT = (
    Column("Id", ("id",), "code", ID_HELP, needed=True, width=18),
    _col("benefit", "name", "Benefit", width=34),
    _col("benefit", "option", "Option", "choice", choices="options", width=18),
    _col("benefit", "outcome", "Outcome", "choice", choices="outcomes", width=18),
    _col("benefit", "cohort", "Cohort", "choice", choices="cohorts", width=18),
    *(column for column in _BENEFIT if column.band != "Ranges"),
    _col("benefit", "comparator", "Compared with", width=30, band="How much changes"),
    _col("benefit", "unit_cost", "Unit cost", "code", choices="codes", band="What a unit is worth"),
    _col("benefit", "edition", "Edition", "code", band="What a unit is worth"),
    _col("benefit", "actual_crime", "Crimes as recorded", "yes", choices=YES_NO, band="What a unit is worth"),
    _col("benefit", "unit", "Unit", width=18, band="What a unit is worth"),
    _col("benefit", "fiscal", "Fiscal", "pounds", band="What a unit is worth"),
    _col("benefit", "economic", "Economic", "pounds", band="What a unit is worth"),
    _col("benefit", "social", "Social", "pounds", band="What a unit is worth"),
    _col("benefit", "transfer", "Transfer", "pounds", band="What a unit is worth"),
    _col("benefit", "price_year", "Price year", "year", band="What a unit is worth"),
    _col("benefit", "worth_of", "Worth of", "choice", choices="worths", band="What a unit is worth"),
    _col("benefit", "worth_units", "Worth: how many", "number", band="What a unit is worth"),
    _col("benefit", "discount", "Discount schedule", "choice", choices="schedules", band="What a unit is worth"),
    replace(_col("benefit", "agencies", "Who gains, agencies", "shares", width=40, band="For whom"),
            help=f"Who has the fiscal benefit, as shares. {SHARES_HELP} As the unit cost is borne, if not given."),
    replace(_col("benefit", "gains", "Who gains, groups", "shares", width=30, band="For whom"),
            help=f"Groups of the sheet Weights who gain. {SHARES_HELP}"),
    _part("cashable", "share", "Cashable", "share", CASHABLE["share"], band="What can be cashed"),
    _part("cashable", "step", "Cashable in steps of", "number", CASHABLE["step"], band="What can be cashed"),
    _part("cashable", "agencies", "Cashable by agency", "steps", "Shares, and steps, of agencies that differ, such "
          "as: NHS 10%; Police 50% step 12.", width=30, band="What can be cashed"),
    _part("cashable", "budget_line", "Budget line", "text", CASHABLE["budget_line"], width=24,
          band="What can be cashed"),
    _part("cashable", "confirmed_by", "Confirmed by", "text", CASHABLE["confirmed_by"], width=24,
          band="What can be cashed"),
    _part("cashable", "confirmed_on", "Confirmed on", "day", CASHABLE["confirmed_on"], band="What can be cashed"),
    _part("grades", "evidence", "Grade: evidence", "whole", "How sure the evidence is: 1 (best) to 6 "
          "(a guess).", choices=GRADES, band="How sure"),
    _part("grades", "age", "Grade: age", "whole", "How old the evidence is, 1 to 6.", choices=GRADES, band="How sure"),
    _part("grades", "value", "Grade: value", "whole", "How sure the unit value is, 1 to 6.", choices=GRADES,
          band="How sure"),
    _col("benefit", "bias", "Optimism", "share", band="How sure"),
    Column("Unit value, times plan", ("worth", "value"), "number", "1 where the unit value is as given.",
           band="Ranges", spare=True),
    *(column for column in _BENEFIT if column.band == "Ranges"),
    Column("Units", ("units",), "years", f"How many units in each year, in place of a cohort. {YEARS_HELP}",
           width=10, band="Units instead of a cohort"),
    _col("benefit", "claim", "Claim", width=18, band="Where it comes from"),
    _col("benefit", "owner", "Owner", width=24, band="Where it comes from"),
    _col("benefit", "source", "Source", width=40, band="Where it comes from"),
    _col("benefit", "note", "Note", width=40, band="Where it comes from"),
)  # fmt: skip

LOGIC = (
    Column("Id", ("id",), "code", ID_HELP, needed=True, width=20),
    Column("Kind", ("kind",), "choice", "What the step is.", tuple(KINDS), True),
    Column("Step", ("name",), help="What the step is, in a few words.", needed=True, width=40),
    Column("Leads to", ("leads_to",), "list", "Ids of the steps that it leads to, with ; between them.", width=30),
    Column("Assumptions", ("assumptions",), "list", "What has to hold, with ; between them.", width=40),
    Column("Indicator", ("indicator",), help="How it is measured.", width=34),
    Column("Unit", ("unit",), help="What the indicator counts."),
    Column("Baseline", ("baseline",), "number", "What the indicator is now."),
    Column("Target", ("target",), "number", "What it is to be."),
    Column("By", ("by",), "day", "When: a date such as 2027-03-31, or a financial year."),
    Column("Years after", ("lag_years",), "number", "How many years after what leads to it the step shows."),
    Column("Owner", ("owner",), help="Who answers for it: a role.", width=24),
    Column("Evidence", ("evidence",), help="Why it is expected.", width=40),
    Column("Grade: evidence", ("evidence_grade",), "whole", "How sure the evidence is, 1 (best) to 6.", GRADES),
    Column("Not wanted", ("dis_benefit",), "yes", "yes for an outcome or impact that is not wanted.", YES_NO),
    Column("Note", ("note",), help="What a reader should know besides.", width=40),
)

SCENARIO = (
    Column("Id", ("id",), "code", "The scenario: a row for each number that it sets, with its id in each.", (), True,
           20),
    _col("scenario", "name", "Scenario", width=30),
    _col("scenario", "based_on", "Based on", "code", width=18),
    Column("Number", ("set",), "text", "The key of a number, with * for any: benefit.*.drop_off, "
           "cohort.families.people.", needed=True, width=34),
    Column("Set to", ("to",), "number", "What it is in this scenario.", needed=True),
    _col("scenario", "note", "Note", width=40),
)  # fmt: skip

CORRELATION = (
    Column(
        "First number", ("between", "1"), "text", "The key of a number: benefit.care.impact.", needed=True, width=34
    ),
    Column("Second number", ("between", "2"), "text", "The key of another.", needed=True, width=34),
    _col("correlation", "r", "Correlation", "number", needed=True),
    _col("correlation", "note", "Note", width=40),
)

SHEETS: dict[str, tuple[str, tuple[Column, ...]]] = {
    "Case": ("case", CASE),
    "Weights": ("weights", WEIGHTS),
    "Agencies": ("agency", AGENCY),
    "Options": ("option", OPTION),
    "Cohorts": ("cohort", COHORT),
    "Costs": ("cost", COST),
    "Benefits": ("benefit", BENEFIT),
    "Logic": ("logic", LOGIC),
    "Scenarios": ("scenario", SCENARIO),
    "Correlations": ("correlation", CORRELATION),
}
"""The sheets in their order, each with the table that it holds and its columns."""
SHEET_OF = {table: sheet for sheet, (table, _) in SHEETS.items()}
