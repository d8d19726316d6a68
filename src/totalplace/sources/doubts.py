"""What a person should look at twice in a proposed reading: units, credits, currencies, points for thousands."""

from __future__ import annotations

from collections.abc import Sequence

from totalplace.sources.amounts import read_amount
from totalplace.sources.choice import cells_of, other_currencies
from totalplace.sources.columns import is_continental
from totalplace.sources.dates import is_year_first, read_date
from totalplace.sources.headings import is_of_pounds, rank
from totalplace.sources.units import unit_above, unit_in


def unit_told(heading: str, above: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Pounds in one unit, by the heading or a title above it, and what a person should look at."""
    if (unit := unit_in(heading)) > 1:
        return unit, [f"the amounts are taken to be in units of £{unit:,}, as their heading says"]
    unit, words = unit_above(above)
    if unit > 1:
        return unit, [f"the amounts are taken to be in units of £{unit:,}, as a line above says: '{words}'"]
    return 1, []


def doubts(headings: Sequence[str], found: dict[str, int], body: Sequence[Sequence[str]]) -> list[str]:
    """What the columns leave open: credits, other currencies, figures written as on the Continent."""
    notes = []
    if "credit" in found:
        notes.append(f"credits are taken away: the column '{headings[found['credit']].strip()}'")
        signs = {(pence > 0) for row in body if (pence := _figure(row, found["credit"]))}
        if len(signs) > 1:
            notes.append("the credits are with and without a minus: all are taken away, whichever they have")
    if "sign" in found:
        notes.append(f"rows that '{headings[found['sign']].strip()}' calls credits are taken away")
    unused = [i for i, heading in enumerate(headings) if rank(heading, "credit") is not None]
    if unused and not set(unused) & set(found.values()):
        told = headings[unused[0]].strip()
        notes.append(f"a column of credits is not counted, the amounts seem to hold them: '{told}'")
    _, abroad = other_currencies(headings, body)
    if abroad and not is_of_pounds(headings[found["amount"]]):
        notes.append(f"{abroad:,} of the rows looked at are in another currency, and would be counted as pounds")
    if "date" in found:
        notes += _doubtful_dates(headings, found["date"], body)
    cells = [row[found["amount"]].strip() for row in body if found["amount"] < len(row)]
    if is_continental(cells):
        notes.append("the amounts may have points for thousands (1.234 for 1,234): they are read as pounds and pence")
    return notes


def _figure(row: Sequence[str], i: int) -> int | None:
    return read_amount(row[i]) if i < len(row) else None


def _doubtful_dates(headings: Sequence[str], date: int, body: Sequence[Sequence[str]]) -> list[str]:
    notes = []
    cells = cells_of(body, date)
    if is_year_first(cells):
        notes.append("dates such as 23/04/01 are taken to have the year first")
    elif (years := {when.year for cell in cells if (when := read_date(cell.strip()))}) and max(years) - min(years) > 8:
        notes.append(f"its dates are years apart, from {min(years)} to {max(years)}: are they read in the right order?")
    usual = rank(headings[date], "date") if headings else None
    for i, heading in enumerate(headings):
        better = rank(heading, "date")
        filled = sum(bool(cell.strip()) for cell in cells_of(body, i))
        sparse = 0 < filled <= 0.5 * sum(bool(cell.strip()) for cell in cells)
        if sparse and better is not None and usual is not None and better < usual:
            notes.append(f"'{heading.strip()}' is mostly blank: the dates are those of '{headings[date].strip()}'")
    return notes
