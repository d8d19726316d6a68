"""Money of a place in parts: each cell of the count by the driver of the first rule that fits it, to the penny.

A cell is what one body spent on one service by one kind of payment in one year. Cells are parted one by one, so every
cut is a sum of the same parts, and the rule of one service changes nothing of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from totalplace.areas.declared import CONDITIONS, NONE, Plan, Rule
from totalplace.areas.reading import WHOLE, Sheet, Weights, weights_of
from totalplace.areas.remainders import part
from totalplace.errors import DataError
from totalplace.terms import Where

CUTS = ("area", "body", "service", "kind", "year", "method", "driver")
"""What money by area can be cut by, and narrowed by."""
Key = tuple[str, ...]


class Cell(NamedTuple):
    """Net pence of one body, service, kind of payment and financial year."""

    body: str
    service: str
    kind: str
    year: str
    pence: int


@dataclass(frozen=True)
class Parted:
    """A cell in parts: by area in the order of the areas (() where none), and `rest`, what stays at the whole place.

    `rule` counts from 1, 0 where none fits; `driver` is what it names. All pence; parts and rest sum to the cell.
    """

    cell: Cell
    rule: int
    driver: str
    method: str
    parts: tuple[int, ...]
    rest: int


@dataclass(frozen=True)
class Apportioned:
    """All cells in parts. `areas` are names by id; `faults` say, by driver and year of the money, why a driver that a
    rule names apportions nothing."""

    areas: Mapping[str, str]
    cells: tuple[Parted, ...]
    faults: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def cut(self, by: Sequence[str], where: Where | None = None) -> dict[Key, int]:
        """Net pence by CUTS, of what passes the filters; money of no area is under WHOLE, its method is `none`."""
        wanted = {name: frozenset(values) for name, values in (where or {}).items() if values}
        told = _Told(by)
        spread, rest = self._kept(wanted, told)
        sums: dict[Key, int] = defaultdict(int)
        areas = wanted.get("area")
        if areas is None or WHOLE in areas:
            for key, pence in rest:
                sums[told.with_area(key, WHOLE)] += pence
        if areas is None and "area" not in by:
            for key, parted in spread:
                sums[key] += parted.cell.pence - parted.rest
            return dict(sums)
        groups: dict[Key, list[tuple[int, ...]]] = defaultdict(list)
        for key, parted in spread:
            groups[key].append(parted.parts)
        for key, parts in groups.items():
            for area, pence in self._summed(parts, areas):
                sums[told.with_area(key, area)] += pence
        return dict(sums)

    def _summed(self, parts: list[tuple[int, ...]], areas: frozenset[str] | None) -> Iterator[tuple[str, int]]:
        """The sums of parts by area, of all areas or of some."""
        if areas is None:
            yield from zip(self.areas, map(sum, zip(*parts, strict=True)), strict=True)
            return
        for at, area in enumerate(self.areas):
            if area in areas:
                yield area, sum([amounts[at] for amounts in parts])

    def _kept(
        self, wanted: Mapping[str, frozenset[str]], told: _Told
    ) -> tuple[list[tuple[Key, Parted]], list[tuple[Key, int]]]:
        """What passes the filters but for areas: cells that are told to areas, and what of any is not, by key."""
        methods = wanted.get("method")
        tests = [(at, wanted[name]) for at, name in enumerate(_OF_CELLS) if name in wanted]
        spread, rest = [], []
        for parted in self.cells:
            cell = parted.cell
            facts = (cell.body, cell.service, cell.kind, cell.year, parted.driver)
            if all(facts[at] in values for at, values in tests):
                if parted.parts and (methods is None or parted.method in methods):
                    spread.append((told.key((*facts, parted.method, "")), parted))
                if (parted.rest or not parted.parts) and (methods is None or NONE in methods):
                    rest.append((told.key((*facts, NONE, "")), parted.rest))
        return spread, rest


_OF_CELLS = (*CONDITIONS, "driver")
_FACTS = (*_OF_CELLS, "method", "area")
"""What is told of a part of a cell, in this order."""


class _Told:
    """The keys of a cut: what is told of a part, as far as it is asked for."""

    def __init__(self, by: Sequence[str]) -> None:
        self.places = [_FACTS.index(name) for name in by]
        self.area = by.index("area") if "area" in by else -1

    def key(self, facts: Key) -> Key:
        """The facts that are asked for, the area left open."""
        return tuple([facts[at] for at in self.places])

    def with_area(self, key: Key, area: str) -> Key:
        """The key with its area, where it has one."""
        return (*key[: self.area], area, *key[self.area + 1 :]) if self.area >= 0 else key


def fits(rule: Rule, cell: Cell) -> bool:
    """Whether a rule is for a cell: each condition is empty or has the cell's value."""
    return all(not getattr(rule, name) or getattr(cell, name) in getattr(rule, name) for name in CONDITIONS)


def shadowed(rules: Sequence[Rule]) -> Iterator[tuple[int, int]]:
    """Rules that can never count, by number from 1, with the earlier one that takes all that they would."""
    for n, rule in enumerate(rules, 1):
        for m, earlier in enumerate(rules[: n - 1], 1):
            if all(_covers(getattr(earlier, name), getattr(rule, name)) for name in CONDITIONS):
                yield n, m
                break


def _covers(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def apportion(plan: Plan, sheets: Mapping[str, Sheet | str], cells: Iterable[Cell]) -> Apportioned:
    """Parts every cell. `sheets` are the tables by id, or in words why one cannot be used.

    What no rule fits, and what a rule gives to a driver that cannot be used, stays at the whole place.
    """
    listed = sheets.get(plan.table, "no table lists the areas: name one in [areas]")
    areas = listed.areas() if isinstance(listed, Sheet) else {}
    known: dict[tuple[str, str], Weights | str] = {}

    def weights(driver: str, year: str) -> Weights | str:
        if (driver, year) not in known:
            known[driver, year] = _weights(plan, sheets, driver, year, areas, listed)
        return known[driver, year]

    found = []
    for cell in cells:
        n, name = next(((n, rule.driver) for n, rule in enumerate(plan.rules, 1) if fits(rule, cell)), (0, NONE))
        by = weights(name, cell.year) if name != NONE else ""
        found.append(_parted(plan, cell, n, name, by if isinstance(by, Weights) else None))
    return Apportioned(areas, tuple(found), {key: said for key, said in known.items() if isinstance(said, str)})


def _weights(
    plan: Plan, sheets: Mapping[str, Sheet | str], name: str, year: str, areas: Mapping[str, str], listed: Sheet | str
) -> Weights | str:
    """What a driver parts a year's money by, or why it does not."""
    driver = plan.driver(name)
    assert driver is not None
    sheet = sheets[driver.table]
    if isinstance(sheet, str) or isinstance(listed, str):
        return sheet if isinstance(sheet, str) else str(listed)
    try:
        return weights_of(sheet, driver, year, areas)
    except DataError as error:
        return str(error)


def _parted(plan: Plan, cell: Cell, n: int, name: str, weights: Weights | None) -> Parted:
    driver = plan.driver(name)
    if weights is None or driver is None:
        return Parted(cell, n, name, NONE, (), cell.pence)
    *parts, rest = part(cell.pence, (*weights.areas, weights.rest))
    return Parted(cell, n, name, driver.method, tuple(parts), rest)
