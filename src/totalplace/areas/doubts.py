"""What is to be looked at before money by area is quoted: each with what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from totalplace.areas.apportion import Apportioned, fits, shadowed
from totalplace.areas.declared import FILE, NONE, Driver, Plan
from totalplace.areas.reading import Sheet, figures_of
from totalplace.areas.shares import explained
from totalplace.definition import Definition
from totalplace.errors import DataError, did_you_mean
from totalplace.terms import money

NEAR = Fraction(1, 100)
"""How far the people of all areas may be from those of place.toml before it is said: a default of ours."""
Doubt = tuple[str, str]


def doubts(
    plan: Plan, sheets: Mapping[str, Sheet | str], found: Apportioned, definition: Definition
) -> Iterator[Doubt]:
    """What it is of, and the words; what keeps money from being apportioned first."""
    yield from ((table.id, said) for table in plan.tables if isinstance(said := sheets[table.id], str))
    yield from _unused(sheets, plan, found)
    if not plan.rules:
        yield FILE, "no rule says what is apportioned: all money stays at the whole place; add a [[rule]]"
    yield from _bodies(plan, definition)
    for n, earlier in shadowed(plan.rules):
        yield f"rule {n}", f"never counts: rule {earlier} takes all that it would; move it above, or take it out"
    for n, rule in enumerate(plan.rules, 1):
        if not any(fits(rule, parted.cell) for parted in found.cells):
            yield f"rule {n}", "fits nothing that is counted; look at its bodies, services, kinds and years"
    yield from _people(plan, sheets, definition, sorted({parted.cell.year for parted in found.cells}))
    for share in explained(plan, sheets, definition.bodies):
        if share.said and not share.state.startswith("explained"):
            yield (
                share.body.id,
                f"its share of {share.body.share} {share.state.replace('not explained:', 'is not explained:')}",
            )
    used = {plan.population, *(rule.driver for rule in plan.rules), *(share.driver for share in plan.shares)}
    for driver in (driver for driver in plan.drivers if driver.id in used):
        if missing := " and no ".join(word for word in ("source", "grade") if not getattr(driver, word)):
            yield driver.id, f"has no {missing}: write in {FILE} where its figures come from, and how good they are"
    yield from _old(plan, found)
    for table in plan.tables:
        if isinstance(sheet := sheets[table.id], Sheet):
            yield from ((table.id, f"{table.file}: {note}") for note in sheet.notes)


def _bodies(plan: Plan, definition: Definition) -> Iterator[Doubt]:
    """Bodies that rules and shares name and that are not declared in place.toml, or no more."""
    known = [body.id for body in definition.bodies]
    for n, rule in enumerate(plan.rules, 1):
        for body in rule.body:
            if body not in known:
                yield f"rule {n}", f"'{body}' is not the id of a body of this place{did_you_mean(body, known)}"
    for share in plan.shares:
        if share.body not in known:
            yield "share", f"'{share.body}' is not the id of a body of this place{did_you_mean(share.body, known)}"


def _unused(sheets: Mapping[str, Sheet | str], plan: Plan, found: Apportioned) -> Iterator[Doubt]:
    """Drivers that apportion nothing though a rule names them, with the money that stays at the whole place."""
    kept: dict[tuple[str, str], int] = defaultdict(int)
    years: dict[tuple[str, str], set[str]] = defaultdict(set)
    for parted in found.cells:
        if said := found.faults.get((parted.driver, parted.cell.year)):
            kept[parted.driver, said] += parted.cell.pence
            years[parted.driver, said].add(parted.cell.year)
    for (name, said), pence in kept.items():
        table = next(driver.table for driver in plan.drivers if driver.id == name)
        words = said if isinstance(sheets[table], Sheet) else f"its table '{table}' is not used"
        when = ", ".join(sorted(years[name, said]))
        yield name, f"apportions nothing of {when}, so {money(pence)} stays at the whole place: {words}"


def _people(
    plan: Plan, sheets: Mapping[str, Sheet | str], definition: Definition, years: Sequence[str]
) -> Iterator[Doubt]:
    """People of the areas that are not those of the place: areas may be missing."""
    driver = plan.driver(plan.population)
    if driver is None:
        yield FILE, 'no figure a head: name a driver of people in [areas]: population = "..."'
        return
    for year in years:
        people, told = people_of(driver, sheets, year)
        if told:
            yield driver.id, f"no figure a head of {year}: {told}"
        total, said = sum(people.values()), definition.people(year)
        if total and said and abs(total - said) > NEAR * said:
            words = f"its areas hold {int(total):,} people in {year}, place.toml says {said:,}"
            yield driver.id, f"{words}: areas may be missing or of another place, or the figures of another year"


def people_of(driver: Driver, sheets: Mapping[str, Sheet | str], year: str) -> tuple[Mapping[str, Fraction], str]:
    """The people of each area in a year, and why there are none where it cannot be told."""
    sheet = sheets[driver.table]
    if isinstance(sheet, str):
        return {}, sheet
    try:
        return figures_of(sheet, driver, year), ""
    except DataError as error:
        return {}, str(error)


def _old(plan: Plan, found: Apportioned) -> Iterator[Doubt]:
    """Drivers whose figures are of another year than the money that they apportion."""
    used: dict[str, set[str]] = defaultdict(set)
    for parted in found.cells:
        if parted.parts:
            used[parted.driver].add(parted.cell.year)
    for driver in plan.drivers:
        others = sorted(year for year in used[driver.id] if driver.year and year != driver.year)
        if others and driver.id != NONE:
            yield driver.id, f"its figures are of {driver.year}, and apportion money of {', '.join(others)} too"
