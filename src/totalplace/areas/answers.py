"""What a place says of its areas: the one face of this package to commands, pages and Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path

from totalplace.areas import declared, listed, tables, writing
from totalplace.areas.apportion import CUTS, Apportioned, Cell, apportion
from totalplace.areas.claims import Claims
from totalplace.areas.claims_read import claims_of
from totalplace.areas.declared import CONDITIONS, FILE, METHODS, NONE, AreaTable, Plan
from totalplace.areas.doubts import doubts, people_of
from totalplace.areas.looking import Look, look
from totalplace.areas.reading import WHOLE, Sheet, figures_of, read_table
from totalplace.areas.shares import explained
from totalplace.definition import Definition, relative
from totalplace.errors import DataError, UsageError, did_you_mean
from totalplace.remembered import Frozen, Same, Stamp, frozen, stamp
from totalplace.store.files import digest_of
from totalplace.table import Table
from totalplace.terms import Where

NO_AREAS = f"there is no {FILE}: no areas are declared; 'totalplace add-areas FILE' begins it"
AREA_CUTS = ("service", "body", "kind", "year", "driver")
"""What the money of one area can be cut by."""


@dataclass(frozen=True)
class Spending:
    """What is apportioned, of one run: net pence by cell, and the years that a figure a head is a mean of.

    `years` gives those years for filters by body, service, kind and year.
    """

    run: str
    cells: Callable[[], Sequence[Cell]] = field(compare=False)
    years: Callable[[Where], Sequence[str]] = field(compare=False)


class Areas:
    """The areas of a place: declared, and the money of its count by them."""

    def __init__(self, root: Path, definition: Definition, spending: Spending) -> None:
        self._root, self._definition, self._spending = root, definition, spending

    @property
    def plan(self) -> Plan | None:
        """What areas.toml says; None where there is none. Raises PlaceError where it is at fault."""
        return _plan(self._root, stamp(self._root / FILE))

    def look(
        self, file: str | Path, given: Mapping[str, str] | None = None, named: Mapping[str, str] | None = None
    ) -> Look:
        """What a table of areas holds, as it would be added; writes nothing. See looking.look for `given`, `named`."""
        name, code = relative(self._root, Path(file)), self._definition.area_code
        return look(self._root, name, self.plan, given or {}, named or {}, code)

    def agree(self, seen: Look, kind: str = "") -> None:
        """Writes what was looked at into areas.toml; `kind` is what the areas are called, such as wards."""
        writing.declare(self._root, seen.table, seen.drivers, kind)

    def add(
        self,
        file: str | Path,
        given: Mapping[str, str] | None = None,
        named: Mapping[str, str] | None = None,
        kind: str = "",
    ) -> Look:
        """`look` and `agree` in one."""
        seen = self.look(file, given, named)
        self.agree(seen, kind)
        return seen

    @property
    def names(self) -> Mapping[str, str]:
        """The areas by id, with their names; none where no table of them can be read."""
        return self._state.areas

    @property
    def apportioned(self) -> Apportioned:
        """Every cell of the count in its parts; raises StoreError where nothing is built."""
        return self._state.apportioned

    def table(self, where: Where | None = None) -> Table:
        """A row for each area, largest first, and last what is not apportioned."""
        return self._answer("areas", (), where)

    def whole(self, where: Where | None = None) -> tables.Whole:
        """What the rows of `table` come to: all, what of it is told to areas, and what is not."""
        if self.plan is None:
            raise DataError(NO_AREAS)
        return _whole(self._state, frozen(self.where(where)))

    def cut(self, by: Sequence[str], where: Where | None = None) -> Table:
        """Net by CUTS; raises UsageError for an unknown cut or filter."""
        cuts = (by,) if isinstance(by, str) else tuple(by)
        for name in cuts:
            if name not in CUTS:
                raise UsageError(f"'{name}' is not a cut of money by area{did_you_mean(name, list(CUTS))}")
        if len(set(cuts)) < len(cuts) or not cuts:
            raise UsageError("a cut is asked for twice" if cuts else f"name a cut: {', '.join(CUTS)}")
        return self._answer("cut", cuts, where)

    def area(self, area: str, by: str, where: Where | None = None) -> Table:
        """One area's money by a cut of AREA_CUTS, with how it was told, and pence a head."""
        if by not in AREA_CUTS:
            raise UsageError(f"'{by}' is not a cut of an area{did_you_mean(by, list(AREA_CUTS))}")
        self.name(area)
        return self._answer("area", (area, by), where)

    def figures(self, area: str, where: Where | None = None) -> Table:
        """By which figures of which drivers an area gets its share."""
        self.name(area)
        return self._answer("figures", (area,), where)

    def methods(self, where: Where | None = None) -> Table:
        """The share of money by method."""
        return self._answer("methods", (), where)

    def rules(self, where: Where | None = None) -> Table:
        """The rules, with the money that each takes."""
        return self._answer("rules", (), where)

    def drivers(self) -> Table:
        """The drivers, where their figures come from, and whether they can be used."""
        return self._answer("drivers", (), None)

    def shares(self) -> Table:
        """The share of each body that place.toml gives, beside what a driver gives; needs no build."""
        state = self._state
        return listed.shares_table(explained(self.plan, state.sheets, self._definition.bodies))

    def people(self, year: str) -> tuple[Mapping[str, Fraction], str]:
        """The people of each area in a financial year by its id, and why there are none where it cannot be told."""
        plan = self.plan
        driver = plan.driver(plan.population) if plan else None
        if driver is None:
            return {}, f"{FILE} names no driver of population"
        return people_of(driver, self._state.sheets, year)

    def claims(self) -> tuple[Claims, ...]:
        """Who claims what, by area, as areas.toml declares it; needs no build. Raises DataError where no areas are."""
        if self.plan is None:
            raise DataError(NO_AREAS)
        return self._state.claims

    def claim(self, name: str) -> Claims:
        """One `[[claims]]` by id; raises UsageError where there is none of it."""
        known = {found.claim.id: found for found in self.claims()}
        if not known:
            raise UsageError(f"{FILE} has no [[claims]]; add one with a term, a definition and two drivers")
        if name not in known:
            raise UsageError(f"'{name}' is not among the claims of {FILE}{did_you_mean(name, list(known))}")
        return known[name]

    def doubts(self) -> Table:
        """What is to be looked at before money by area is quoted."""
        return self._answer("doubts", (), None)

    def name(self, area: str) -> str:
        """The name of an area; raises UsageError where there is none of that id."""
        known = {**self.names, WHOLE: tables.NOT_APPORTIONED}
        if area not in known:
            raise UsageError(f"'{area}' is not an area of this place{did_you_mean(area, list(known))}")
        return known[area]

    def where(self, given: Where | None) -> dict[str, tuple[str, ...]]:
        """Filters with bodies by id; raises UsageError for a filter or value that is not known."""
        wanted: dict[str, tuple[str, ...]] = {}
        for name, values in (given or {}).items():
            if name not in CUTS:
                raise UsageError(f"'{name}' is not a filter of money by area{did_you_mean(name, list(CUTS))}")
            if values:
                listed = [values] if isinstance(values, str) else values
                wanted[name] = tuple(sorted({self._value(name, value) for value in listed}))
        return wanted

    def _value(self, name: str, value: str) -> str:
        if name == "body":
            return self._definition.body(value).id
        if name == "area":
            self.name(value)
            return value
        if name == "year":
            self._spending.years({"year": (value,)})  # it says of which years there is nothing
            return value
        known = self._state.values(name)
        if value not in known:
            raise UsageError(f"'{value}' is not a {name} here{did_you_mean(value, known)}")
        return value

    def _answer(self, what: str, asked: tuple[str, ...], where: Where | None) -> Table:
        if self.plan is None:
            raise DataError(NO_AREAS)
        return _answer(self._state, what, asked, frozen(self.where(where)))

    @property
    def _state(self) -> _State:
        plan = self.plan or Plan()
        stamps = tuple(stamp(self._root / name) for name in (FILE, *(table.path for table in plan.tables)))
        return _state(self._root, Same(self._definition), self._spending, stamps)


class _State:
    """Areas and money of one run, definition, areas.toml and its files as they were: what answers hang on."""

    def __init__(self, root: Path, definition: Definition, plan: Plan, spending: Spending) -> None:
        self.root, self.definition, self.plan, self.spending = root, definition, plan, spending

    @cached_property
    def sheets(self) -> Mapping[str, Sheet | str]:
        """The declared tables by id, or in words why one is not used."""
        return {table.id: _read(self.root, table) for table in self.plan.tables}

    @property
    def areas(self) -> Mapping[str, str]:
        """The areas by id with their names."""
        found = self.sheets.get(self.plan.table)
        return found.areas() if isinstance(found, Sheet) else {}

    @cached_property
    def claims(self) -> tuple[Claims, ...]:
        """What is told of each `[[claims]]`."""
        return tuple(claims_of(self.plan, self.sheets, self.areas, claim) for claim in self.plan.claims)

    @cached_property
    def apportioned(self) -> Apportioned:
        """Every cell in its parts."""
        return apportion(self.plan, self.sheets, self.spending.cells())

    def values(self, name: str) -> list[str]:
        """The values that a filter can have."""
        if name in ("service", "kind"):
            return list(tables.words_of({})[name])
        return list(METHODS) if name == "method" else [*(driver.id for driver in self.plan.drivers), NONE]

    def heads(self, where: Where) -> tables.Heads:
        """Money a head, in the years that the filters leave."""
        years = self.spending.years({name: values for name, values in where.items() if name in CONDITIONS})
        driver = self.plan.driver(self.plan.population)
        people = {year: people_of(driver, self.sheets, year)[0] for year in years} if driver else {}
        return tables.Heads(people, self.areas, years)

    def beside(self, years: Sequence[str]) -> tuple[Mapping[str, Fraction], str]:
        """The figures that stand beside those a head, of the last year, and their heading."""
        driver = self.plan.driver(self.plan.beside)
        sheet = self.sheets[driver.table] if driver else ""
        if driver is None or isinstance(sheet, str):
            return {}, ""
        try:
            return figures_of(sheet, driver, years[-1] if years else ""), driver.column
        except DataError:
            return {}, driver.column


@lru_cache(maxsize=256)
def _whole(state: _State, filters: Frozen) -> tables.Whole:
    where = dict(filters)
    return tables.whole_of(state.apportioned, where, state.heads(where))


@lru_cache(maxsize=256)
def _answer(state: _State, what: str, asked: tuple[str, ...], filters: Frozen) -> Table:
    plan, found, sheets, where = state.plan, state.apportioned, state.sheets, dict(filters)
    if what == "areas":
        heads = state.heads(where)
        return tables.areas_table(found, where, heads, *state.beside(heads.years))
    if what == "area":
        return tables.area_table(found, asked[0], asked[1], where, state.heads(where))
    if what == "cut":
        return tables.cut_table(found, asked, where, state.heads(where))
    if what == "figures":
        return listed.figures_table(plan, sheets, found, asked[0], where)
    if what == "methods":
        return tables.methods_table(found, where)
    if what == "rules":
        return listed.rules_table(plan, found, where)
    if what == "drivers":
        return listed.drivers_table(plan, sheets, found)
    return listed.doubts_table(doubts(plan, sheets, found, state.definition))


def _read(root: Path, table: AreaTable) -> Sheet | str:
    """A table as it was declared, or in words why it is not used."""
    sha = digest_of(root / table.path)
    if sha is None:
        return f"{table.file} is not there, or cannot be read; put it back, or take its table out of {FILE}"
    if sha != table.sha256:
        return f"{table.file} has changed since it was declared: look at it, and run 'totalplace add-areas' on it again"
    try:
        return read_table(root, table)
    except DataError as error:
        return str(error)


@lru_cache(maxsize=8)
def _plan(root: Path, _changed: Stamp) -> Plan | None:
    return declared.load(root)


@lru_cache(maxsize=4)
def _state(root: Path, same: Same[Definition], spending: Spending, _stamps: tuple[Stamp, ...]) -> _State:
    return _State(root, same.it, declared.load(root) or Plan(), spending)
