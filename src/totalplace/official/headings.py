"""The headings of official tables: which row they are, and what each column is.

Where the measures of a service stand below its name, as in the outturn forms, the row above the headings names the
service. What no rule tells is a column of figures in tables of benefits, allocations and analyses, whose headings are
nobody's fixed list, and is passed over and named in the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from totalplace.official.layouts import financial_year_in, financial_year_within
from totalplace.parameters.divisions import division_of
from totalplace.sources.amounts import read_amount

TOP = 60
"""Headings stand in one of so many first rows."""
ABOVE = 3
"""The names of services stand at most so many rows above their measures."""
SAMPLE = 400
"""Rows in which a column is looked at to tell whether it holds figures."""
PEOPLE = "population"
FREE = ("benefits", "allocation", "analysis")
"""The kinds whose columns of figures are known by their figures, whatever their headings say."""

_ROLES = {
    "ecode": r"e ?code|(la )?lgf code",
    "code": r"(ons|gss|la|lad|area|local authority|authority|org|organisation|icb|ods|trust|provider|commissioner"
    r"|force)( gss| ons)?( code)|ons|gss|code|la ?code|geography code|area codes?",
    "body": r"(local )?authority( name)?|la name|council|body|organisation( name)?|area( name)?|name"
    r"|(icb|trust|provider|commissioner)( name)?|integrated care board|(police )?force( area)?|(police )?force name"
    r"|geography name",
    "region": r"region( name)?|country( and| or)? region|nuts ?1?( region)?",
    "year": r"(financial )?year( ending)?|fy|year ending yyyymm",
    "service": r"service|division|category|benefit|programme|heading|function|line|description|cofog( level)? ?\d?",
    "measure": r"measure|basis",
    "period": r"(accounting |financial )?period( no| number)?|month( no| number)",
}
_MEASURE_WORDS = {
    "employees": "employees|employee expenses",
    "running": "running expenses|other running expenses",
    "gross": "total expenditure|gross( expenditure)?",
    "fees": "sales fees( and)? charges|fees and charges",
    "other-income": "other income",
    "income": "(total |gross )?income",
    "net": "net( current)? expenditure|net",
    "amount": "amount|value|total|allocation|expenditure|spend(ing)?|grant|budget|outturn|population|people|persons"
    "|all ages|(estimated )?population mid \\d{4}",
}
_NO_MONEY = re.compile(
    r"%|\b(population|persons|people|caseloads?|claimants?|recipients|number of|per (head|capita|cent)|index|weight\w*"
    r"|distance|growth|change|rank|rates?|share)\b",
    re.IGNORECASE,
)
"""Words of headings whose figures are no amounts of money."""
CODED = re.compile(r"(RS|RSX|RO\d|RG|SAR|SG)_\w+")
"""A heading of the outturn time series: the form, the service and the measure as one code."""
CODED_MEASURES = (("_net_cur_exp", "net"), ("_net_exp", "net"), ("_tot_exp", "gross"), ("_tot_inc", "income"))
NOTHING = frozenset(("", "-", "[z]", "n/a", "na"))
"""What cells say where there is nothing: nil, or not applicable."""
ABSENT = frozenset(("..", ":", "*", "~", "[x]", "[c]", "[u]", "x", "c", "#n/a", "#ref!", "null"))
"""What cells say that is not told: publishers' marks for not available and withheld, and a spreadsheet's errors."""


@dataclass
class Columns:
    """Where what stands: columns by role, and the columns of amounts with what each is.

    `services` has the service of a column where a row above the headings names it; `passed` are columns that hold
    figures and are not read, by heading; `periods` those that are headed by periods of a year.
    """

    header: int
    headings: list[str]
    roles: dict[str, int] = field(default_factory=dict)
    amounts: dict[int, str] = field(default_factory=dict)
    services: dict[int, str] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)


def fold(text: str) -> str:
    """Words alone, in small letters."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def columns_of(rows: Sequence[Sequence[str]], kind: str) -> Columns | None:
    """The headings and what they say, or None where no row of the first is one of headings."""
    for at, row in enumerate(rows[:TOP]):
        found = Columns(at, [cell.strip() for cell in row])
        below = rows[at + 1 : at + 1 + SAMPLE]
        for place, heading in enumerate(found.headings):
            _note(found, place, heading, kind, below)
        # A region is whose the row is only where nobody nearer is told.
        if "region" in found.roles and not {"code", "body"} & found.roles.keys():
            found.roles["body"] = found.roles["region"]
        told = bool({"code", "body", "service", "year"} & found.roles.keys())
        if found.amounts and (told or (len(found.amounts) > 1 and not _measures_below(rows, at, kind))):
            _services_above(found, rows)
            return found
    return None


def _measures_below(rows: Sequence[Sequence[str]], at: int, kind: str) -> bool:
    """Whether a row is of services alone, and the headings stand below it: whose figures, and of what they are."""
    for below in rows[at + 1 : at + 1 + ABOVE]:
        found = Columns(at, [cell.strip() for cell in below])
        for place, heading in enumerate(found.headings):
            _note(found, place, heading, kind, ())
        if found.amounts and {"code", "body"} & found.roles.keys():
            return True
    return False


def _note(found: Columns, place: int, heading: str, kind: str, below: Sequence[Sequence[str]]) -> None:
    folded = fold(heading)
    for role, words in _ROLES.items():
        if role not in found.roles and re.fullmatch(words, folded):
            found.roles[role] = place
            return
    if measure := next((m for m, words in _MEASURE_WORDS.items() if re.fullmatch(words, folded)), ""):
        found.amounts[place] = measure
    elif CODED.fullmatch(heading):
        # The forms behind the summary say the same in more detail: read together they would count twice.
        if division_of(heading):
            found.amounts[place] = ""
        else:
            found.passed.append(heading)
    elif financial_year_in(heading) or division_of(heading):
        found.amounts[place] = ""
    elif re.fullmatch(r"(p|period) ?\d{1,2}", folded):
        found.periods.append(heading)
    elif heading and kind != PEOPLE and {"code", "body", "region"} & found.roles.keys() and _figures(below, place):
        _unknown(found, place, heading, kind)


def _unknown(found: Columns, place: int, heading: str, kind: str) -> None:
    """A column of figures whose heading no rule knows."""
    if kind in FREE and not _NO_MONEY.search(heading):
        found.amounts[place] = "" if financial_year_within(heading) else "named"
    else:
        found.passed.append(heading)


def _figures(below: Sequence[Sequence[str]], place: int) -> bool:
    """Whether a column holds figures and no words."""
    cells = [cell for row in below if place < len(row) and (cell := row[place].strip().lower()) not in NOTHING]
    told = [cell for cell in cells if cell not in ABSENT]
    return bool(told) and all(read_amount(cell) is not None for cell in told)


def _services_above(found: Columns, rows: Sequence[Sequence[str]]) -> None:
    """The services of columns whose measures come again: named in a row above, at the first of their columns."""
    measures = [measure for measure in found.amounts.values() if measure]
    if len(measures) == len(set(measures)):
        return
    for at in range(found.header - 1, max(found.header - 1 - ABOVE, -1), -1):
        above, name = rows[at], ""
        starts = [place for place in found.amounts if place < len(above) and above[place].strip()]
        if len(starts) < 2:
            continue
        for place in range(min(starts), len(found.headings)):
            name = (above[place].strip() if place < len(above) else "") or name
            if place in found.amounts:
                found.services[place] = name
        return


def notes_of(columns: Columns, kind: str) -> Iterable[str]:
    """What is to be said of columns that are not read."""
    if columns.passed:
        shown = ", ".join(f"'{heading}'" for heading in columns.passed[:5])
        more = f" and {len(columns.passed) - 5:,} more" if len(columns.passed) > 5 else ""
        if all(CODED.fullmatch(heading) for heading in columns.passed):
            why = "the summary (RS) says the same, or they are no services"
        elif kind in FREE:
            why = "their headings say that they are no amounts of money"
        else:
            why = "no division is known for them; give the column the name of one, in a copy, to have it read"
        yield f"columns {shown}{more} are not read: {why}"
    if columns.periods:
        shown = ", ".join(columns.periods)
        yield (
            f"columns {shown} are periods and are not read: give a column with the year's total"
            + _thirteen(columns.periods)
        )


def _thirteen(periods: Sequence[str]) -> str:
    has = any(re.search(r"\b0?13$", fold(name).replace("p", "p ")) for name in periods)
    return "; period 13 holds what was booked after the year's end and belongs in it" if has else ""
