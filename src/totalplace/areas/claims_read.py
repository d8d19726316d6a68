"""Claims by area from the tables of areas: nothing withheld or missing is guessed, and nothing left out unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from totalplace.areas.claims import Claims, Doubt, InArea
from totalplace.areas.claims_words import Told, doubts_of
from totalplace.areas.declared import FILE, Claim, Driver, Plan
from totalplace.areas.reading import Sheet, read_number
from totalplace.errors import DataError


def claims_of(plan: Plan, sheets: Mapping[str, Sheet | str], names: Mapping[str, str], claim: Claim) -> Claims:
    """What the tables of areas tell of one `[[claims]]`; `names` are the areas of the place by id."""
    told: dict[str, Told] = {}
    drivers = {role: driver for role, name in claim.drivers.items() if (driver := plan.driver(name))}
    faults: list[Doubt] = []
    for role, driver in drivers.items():
        try:
            told[role] = _told(sheets[driver.table], driver, claim.year)
        except DataError as error:
            faults.append((driver.id, str(error)))
    estimate = drivers.get("entitled")
    years = ", ".join(sorted({driver.year or claim.year for driver in drivers.values()} - {""}))
    if not names:
        faults.insert(0, (FILE, "the table that lists the areas cannot be used: 'totalplace areas --show doubts'"))
    if not names or not {"claims", "people"} <= set(told):
        return Claims(claim, plan.kind, (), estimate, tuple(faults), "; ".join(said for _, said in faults), years)
    areas = tuple(
        _in_area(area, name, told) for area, name in sorted(names.items(), key=lambda one: (one[1].casefold(), one[0]))
    )
    doubts = (*faults, *doubts_of(claim, drivers, told, areas, names, plan.kind))
    return Claims(claim, plan.kind, areas, estimate, doubts, years=years)


def _told(sheet: Sheet | str, driver: Driver, year: str) -> Told:
    """A driver's figures by area, added up where an area has several rows, and why an area has none.

    Raises DataError where the table cannot be used, or has no such column or year.
    """
    if isinstance(sheet, str):
        raise DataError(sheet)
    columns = [sheet.column(heading) for heading in (driver.column, driver.weight) if heading]
    figures: dict[str, Fraction] = {}
    lacking: dict[str, str] = {}
    for row in sheet.of_year(driver.year or year):
        value = Fraction(1)
        for at in columns:
            found = read_number(row.cells[at])
            if found is None or found < 0:
                what = f"'{row.cells[at][:40]}'" if row.cells[at] else "nothing"
                lacking[row.area] = f"{what} stands in '{sheet.headings[at]}' of row {row.line}, which is no count"
            value *= found or 0
        figures[row.area] = figures.get(row.area, Fraction(0)) + value
    return {area: figure for area, figure in figures.items() if area not in lacking}, lacking


def _in_area(area: str, name: str, told: Mapping[str, Told]) -> InArea:
    figures = {role: found.get(area) for role, (found, _) in told.items()}
    why = [
        f"{role}: {lacking.get(area, 'there is no row of it')}"
        for role, (_, lacking) in told.items()
        if figures[role] is None
    ]
    if figures["people"] == 0:
        why.append("people: nobody could claim, so there is no rate")
    return InArea(area, name, figures["people"], figures["claims"], figures.get("entitled"), "; ".join(why))
