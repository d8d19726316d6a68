"""What the readers of the parts of a case share: its settings, its parameters, and what was found so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from totalplace.appraisal.case import MOST_LINES, Agency, Cohort, Option, Quantity, Used, first_level
from totalplace.appraisal.fields import Fields, Kind
from totalplace.errors import CaseError, UsageError, did_you_mean

if TYPE_CHECKING:
    from totalplace.parameters.deflators import Deflator
    from totalplace.parameters.grades import Ladder
    from totalplace.parameters.unit_costs import UnitCosts

Origin = Callable[[str, int, str], str]
"""The words for a place: of a table, its number from 1 (0 where there is but one), and a key."""

SINGLE = ("case", "weights")
MANY = ("agency", "option", "cohort", "cost", "benefit", "logic", "scenario", "correlation")
COHORT_GRADES = ("population", "engagement", "age")

SHARE = Kind("", 0, 1, "share")
SCALE = Kind("", 0, 100, "of the figure given", always=True)


def kind(of: Kind, label: str) -> Kind:
    """A kind of number under words of its own."""
    return Kind(label, of.least, of.most, of.unit, of.always)


@dataclass
class Reader:
    """What the readers of the parts of a case share: the case's settings, the parameters, and what was found so far."""

    origin: Origin
    head: Fields
    price_year: str
    years: tuple[str, ...]
    deflator: Deflator
    unit_costs: UnitCosts
    deadweight: str
    quantities: dict[str, Quantity] = field(default_factory=dict)
    options: dict[str, Option] = field(default_factory=dict)
    cohorts: dict[str, Cohort] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    """Levels of agencies' names as they were first spelled, by what they are without capitals."""
    groups: dict[str, float] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()
    modelled: bool = False
    """Whether the case has a logic model, so that each benefit must hang on an outcome of it."""
    used: dict[str, Used] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def fields(self, table: str, number: int, settings: Any) -> Fields:
        """The settings of a table; raises CaseError where they are none."""
        found = Fields(settings if isinstance(settings, Mapping) else {}, lambda key: self.origin(table, number, key))
        if not isinstance(settings, Mapping):
            raise CaseError(f"{self.origin(table, number, '')} is {settings!r}; it must be a table of settings")
        return found

    def quantity(self, fields: Fields, key: str, name: str, kind: Kind, error: float, default: float | None) -> None:
        """Reads a number and keeps it under its name."""
        self.quantities[name] = fields.quantity(key, name, kind, error, default)

    def option_of(self, fields: Fields) -> str:
        """The option that a cost or benefit belongs to: named, or the only proposal."""
        proposals = [option.id for option in self.options.values() if not option.business_as_usual]
        wanted = fields.text("option") or (proposals[0] if len(proposals) == 1 else "")
        if wanted not in self.options:
            found = f"is '{wanted}', which is no option" if wanted else "is not given, and there are several"
            fields.wrong("option", f"{found}{did_you_mean(wanted, list(self.options))}")
        return wanted

    def agencies_of(self, fields: Fields, key: str, shares: Mapping[str, float]) -> Mapping[str, float]:
        """Shares by agency; raises CaseError where agencies are declared and one of these is not."""
        shares = self.spelled(shares)
        for name in shares:
            if not name.strip("/ "):
                fields.wrong(key, 'names no agency; write its name, such as "NHS"')
            if self.agencies and name not in self.agencies and first_level(name) not in self.agencies:
                known = did_you_mean(name, list(self.agencies))
                fields.wrong(key, f"names '{name}', which is none of the [[agency]] of the case{known}")
        return shares

    def spelled(self, shares: Mapping[str, float]) -> dict[str, float]:
        """Shares by agency, each name as it was first spelled in the case."""
        found: dict[str, float] = {}
        for name, share in shares.items():
            one = self.one_spelling(name)
            found[one] = found.get(one, 0.0) + share
        return found

    def one_spelling(self, name: str) -> str:
        """An agency's name as it was first spelled: capitals and spaces do not make another agency."""
        levels: list[str] = []
        for level in name.split("/", 1):
            plain = " ".join(level.split())
            key = "/".join([*levels, plain]).casefold()
            levels.append(self.spellings.setdefault(key, plain))
        return "/".join(levels)

    def factor(self, fields: Fields, key: str, year: str) -> float:
        """What a pound of a year is in the case's prices."""
        try:
            found = float(self.deflator.factor(year, self.price_year))
        except UsageError as error:
            fields.wrong(key, f"is {year}, and {error}")
        self.use_deflator([year, self.price_year])
        return found

    def use_deflator(self, years: list[str]) -> None:
        """Keeps that indices of the deflator were used, and whether all of them are verified."""
        name, forecast = "GDP deflator", self.deflator.forecast(set(years))
        if forecast:
            self.doubt(f"The deflator {self.deflator.id} has only a forecast of {', '.join(forecast)}.")
        before = self.used.get(name)
        sure = not self.deflator.doubtful(years) and (before is None or before.verified)
        guessed = tuple(sorted({*forecast, *(before.forecast if before else ())}))
        self.used[name] = Used(name, self.deflator.id, sure or years[0] == years[-1], self.deflator.source, guessed)

    def use(self, used: Used) -> None:
        """Keeps that a parameter was used."""
        self.used.setdefault(used.name, used)

    def doubt(self, words: str) -> None:
        """Keeps a doubt once."""
        if words not in self.doubts:
            self.doubts.append(words)


def tables_there(raw: Mapping[str, Any], table: str) -> list[Mapping[str, Any]]:
    """The tables of a name, as far as they are any; none where they are written in another way."""
    tables = raw.get(table, [])
    return [line for line in tables if isinstance(line, Mapping)] if isinstance(tables, list) else []


def each_table(reader: Reader, raw: Mapping[str, Any], table: str) -> Iterable[tuple[int, Fields]]:
    """The tables of a name with their numbers from 1; raises CaseError where there is but one, or it is no table."""
    tables = raw.get(table, [])
    if not isinstance(tables, list):
        raise CaseError(f"{reader.origin(table, 0, '')}: write [[{table}]] with two brackets: there can be several")
    if len(tables) > MOST_LINES:
        raise CaseError(
            f"{reader.origin(table, 0, '')} is there {len(tables):,} times; a case can have {MOST_LINES} of a kind. "
            "Take those that are alike together, or make several cases and a portfolio of them"
        )
    for number, settings in enumerate(tables, 1):
        yield number, reader.fields(table, number, settings)


def grades_of(fields: Fields, known: tuple[str, ...]) -> dict[str, int]:
    """Grades of evidence by what they are of, 1 (best) to 6."""
    given = fields.table.get("grades", {})
    if not isinstance(given, Mapping):
        fields.wrong("grades", f"is {given!r}; write grades by kind: {{ {known[0]} = 3 }}")
    inner = fields.under("grades", given)
    inner.only(known)
    return {name: inner.whole(name, None, 1, 6) for name in given if inner.has(name)}


def ladder_of(reader: Reader) -> Ladder:
    """The ladder of grades, kept as a parameter used."""
    from totalplace.parameters.grades import ladder

    found = ladder()
    reader.use(Used("Confidence grades", found.id, found.verified, found.source))
    return found


def schedule_of(reader: Reader, name: str, fields: Fields) -> str:
    """The name of a discount schedule, kept as a parameter used."""
    from totalplace.parameters.discounting import schedule

    try:
        found = schedule(name)
    except UsageError as error:
        fields.wrong("discount", f"cannot be used: {error}")
    reader.use(Used(f"Discount rates ({name})", name, found.verified, found.source))
    return name
