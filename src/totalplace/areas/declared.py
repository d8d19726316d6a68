"""areas.toml: which areas a place has, which drivers there are, and which driver apportions which money.

It is declared, as place.toml is: written by `totalplace add-areas` (writing.py) or by hand, and kept in git.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from totalplace.errors import PlaceError, UsageError
from totalplace.parameters.kinds import kinds
from totalplace.parameters.neutral import stigma_in
from totalplace.parameters.services import NOT_CLASSIFIED, services
from totalplace.sources.parts import outer
from totalplace.terms import check_year
from totalplace.toml import among, entries, known_keys, read_toml, text_of

FILE = "areas.toml"
NONE = "none"
METHODS = ("direct", "recipients", "users", "weighted-population", "population", NONE)
"""How money is told to areas, the surest first: what was paid there, where who is paid lives or is, who uses the
service, people weighted by need, people, and not at all."""
UNITS = ("number", "share", "percent")
"""What a driver's figures are: numbers of any sort, or shares of the whole (in parts of 1, or of 100), whose rest
stays at the whole place."""
ADD = "add"
"""What `repeated` says where the rows of one area are to be added up."""
GRADES = ("actual", "apportioned", "estimated")


@dataclass(frozen=True)
class AreaTable:
    """A table of areas: its file with the digest that it had when it was declared, and the headings of its columns
    of ids, names and financial years ('' for none).

    Where it is of more than the place, the rows that count have one of the values `only` in the column `within`.
    `repeated` says what several rows of one area are: '' a fault, 'add' smaller areas, to be added up.
    """

    id: str
    file: str
    sha256: str
    area: str
    name: str = ""
    year: str = ""
    within: str = ""
    only: tuple[str, ...] = ()
    repeated: str = ""
    source: str = ""

    @property
    def path(self) -> str:
        """The file itself, where `file` names a sheet of a workbook or a member of a zip."""
        return outer(self.file)


@dataclass(frozen=True)
class Driver:
    """A column that money is apportioned by, times the column `weight` where there is one.

    `method` is one of METHODS, `unit` of UNITS. `year` is the financial year of its figures; where the table has a
    column of years it chooses that year's rows, and where it is '' each year's money takes those of its own year.
    """

    id: str
    method: str
    table: str
    column: str
    weight: str = ""
    year: str = ""
    unit: str = "number"
    source: str = ""
    grade: str = ""


@dataclass(frozen=True)
class Rule:
    """Which driver apportions the money of some bodies, services, kinds of payment and years; () is all of them."""

    driver: str
    body: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class BodyShare:
    """By which driver the share of a body in place.toml is explained: the rows that are the `place`, over those that
    are the body's whole area, by id; () is all rows of the driver's table. `year` is the money's."""

    body: str
    driver: str
    place: tuple[str, ...]
    whole: tuple[str, ...] = ()
    year: str = ""


@dataclass(frozen=True)
class Claim:
    """Who claims a benefit, by area: `term` is what pages and reports call them, `definition` what is counted.

    `claims`, `people` and `entitled` are drivers: who claims, who could, and how many are thought to be entitled (''
    for no estimate). `year` is the financial year of the figures.
    """

    id: str
    term: str
    claims: str
    people: str
    definition: str
    entitled: str = ""
    year: str = ""

    @property
    def drivers(self) -> dict[str, str]:
        """The ids of its drivers, by what they count."""
        named = {"claims": self.claims, "people": self.people, "entitled": self.entitled}
        return {role: driver for role, driver in named.items() if driver}


@dataclass(frozen=True)
class Plan:
    """What areas.toml says. `kind` is what the areas are called, such as wards; `table` lists them; `population` is
    the driver of the people that a figure a head is of, `beside` one whose figures stand beside it ('' for none)."""

    kind: str = "areas"
    table: str = ""
    population: str = ""
    beside: str = ""
    tables: tuple[AreaTable, ...] = ()
    drivers: tuple[Driver, ...] = ()
    rules: tuple[Rule, ...] = ()
    shares: tuple[BodyShare, ...] = ()
    claims: tuple[Claim, ...] = ()

    def driver(self, name: str) -> Driver | None:
        """A driver by id; None for `none` and ''."""
        return next((driver for driver in self.drivers if driver.id == name), None)

    def tabled(self, name: str) -> AreaTable:
        """A table by id."""
        return next(table for table in self.tables if table.id == name)


CONDITIONS = ("body", "service", "kind", "year")
"""What a rule can ask of money."""
KEYS: dict[str, tuple[str, ...]] = {
    "areas": ("kind", "table", "population", "beside"),
    **{
        name: tuple(field.name for field in fields(made))
        for name, made in (
            ("table", AreaTable),
            ("driver", Driver),
            ("rule", Rule),
            ("share", BodyShare),
            ("claims", Claim),
        )
    },
}
"""The keys of each table of areas.toml."""


def load(root: Path) -> Plan | None:
    """What areas.toml says, None where there is no such file; raises PlaceError naming the table and key at fault."""
    return plan_of(read_toml(root / FILE)) if (root / FILE).exists() else None


def plan_of(raw: Mapping[str, Any]) -> Plan:
    """The plan that tables make; raises PlaceError for what cannot be.

    Whether the bodies that it names are there is for `doubts` to say: place.toml may change after it.
    """
    known_keys(FILE, raw, KEYS)
    whole = raw.get("areas", {})
    known_keys(f"{FILE}: [areas]", whole, KEYS["areas"])
    plan = Plan(
        **{key: text_of(f"{FILE}: [areas]", whole, key) for key in whole},
        tables=entries(raw, "table", FILE, AreaTable),
        drivers=entries(raw, "driver", FILE, Driver),
        rules=entries(raw, "rule", FILE, Rule),
        shares=entries(raw, "share", FILE, BodyShare),
        claims=entries(raw, "claims", FILE, Claim),
    )
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    """Raises PlaceError for what names something that is not there, or that cannot be."""
    tables, drivers = [table.id for table in plan.tables], [driver.id for driver in plan.drivers]
    _once(tables, "tables")
    _once(drivers, "drivers")
    among(f"{FILE}: [areas]: table", plan.table, tables, "a table")
    for key, value in (("population", plan.population), ("beside", plan.beside)):
        among(f"{FILE}: [areas]: {key}", value, drivers, "a driver")
    if plan.rules and not plan.table:
        raise PlaceError(f'{FILE}: [areas]: it has no table; name the one that lists the areas: table = "..."')
    for n, table in enumerate(plan.tables, 1):
        where = f"{FILE}: [[table]] {n}"
        among(f"{where}: repeated", table.repeated, [ADD], "known")
        if bool(table.within) != bool(table.only):
            raise PlaceError(f'{where}: within and only go together: within = "heading", only = ["value"]')
    for n, driver in enumerate(plan.drivers, 1):
        _check_driver(f"{FILE}: [[driver]] {n}", driver, tables)
    known = _conditions()
    for n, rule in enumerate(plan.rules, 1):
        where = f"{FILE}: [[rule]] {n}"
        among(f"{where}: driver", rule.driver, [*drivers, NONE], "a driver")
        for name in known:
            for value in getattr(rule, name):
                known[name](f"{where}: {name}", value)
    for n, share in enumerate(plan.shares, 1):
        where = f"{FILE}: [[share]] {n}"
        among(f"{where}: driver", share.driver, drivers, "a driver")
        _year(f"{where}: year", share.year)
    _once([share.body for share in plan.shares], "shares of the body")
    _once([claim.id for claim in plan.claims], "claims")
    for n, claim in enumerate(plan.claims, 1):
        _check_claim(f"{FILE}: [[claims]] {n}", claim, plan)


def _check_claim(where: str, claim: Claim, plan: Plan) -> None:
    if not plan.table:
        raise PlaceError(f'{where}: [areas] has no table; name the one that lists the areas: table = "..."')
    texts = {"id": claim.id, "term": claim.term, "definition": claim.definition, "the kind of areas": plan.kind}
    for key, text in texts.items():
        if not text.strip() or not text.isprintable():
            raise PlaceError(f"{where}: {key} is {text!r}; write a line of words")
        if refused := stigma_in(text):
            raise PlaceError(
                f"{where}: {key} '{text}' has the word '{refused.word}', which counts nothing and shames people; "
                f"{refused.instead}"
            )
    for role, name in claim.drivers.items():
        among(f"{where}: {role}", name, [driver.id for driver in plan.drivers], "a driver")
        driver = plan.driver(name)
        if driver and driver.unit != "number":
            raise PlaceError(f"{where}: {role}: the driver '{name}' is in {driver.unit}; a count of people is needed")
    if claim.claims in (claim.people, claim.entitled):
        raise PlaceError(f"{where}: claims: '{claim.claims}' is named for who could claim too; name another driver")
    _year(f"{where}: year", claim.year)


def _check_driver(where: str, driver: Driver, tables: Sequence[str]) -> None:
    if driver.id == NONE:
        raise PlaceError(f"{where}: '{NONE}' is what leaves money at the whole place; give the driver another id")
    among(f"{where}: table", driver.table, tables, "a table")
    for key, value, values in (
        ("method", driver.method, METHODS[:-1]),
        ("unit", driver.unit, UNITS),
        ("grade", driver.grade, GRADES),
    ):
        among(f"{where}: {key}", value, values, f"a {key} of a driver")
    _year(f"{where}: year", driver.year)


def _once(ids: Sequence[str], what: str) -> None:
    if twice := next((name for name in ids if ids.count(name) > 1), None):
        raise PlaceError(f"{FILE}: two {what} '{twice}'; give one another id, or take it out")


def _year(where: str, value: str) -> None:
    try:
        if value:
            check_year(value)
    except UsageError as error:
        raise PlaceError(f"{where}: {error}") from None


def _conditions() -> dict[str, Callable[[str, str], None]]:
    """How the values of each condition are checked, but for bodies."""
    offered = [*services(), NOT_CLASSIFIED]
    sorts = [kind.id for kind in kinds()]
    return {
        "service": lambda where, value: among(where, value, offered, "a service"),
        "kind": lambda where, value: among(where, value, sorts, "a kind of payment"),
        "year": _year,
    }
