"""Money of a place in parts: each cell of the count by the driver of the first rule that fits it, to the penny.

A cell is what one body spent on one service by one kind of payment in one year. Cells are parted one by one, so every
cut is a sum of the same parts, and the rule of one service changes nothing of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from totalplace.areas.declared import CONDITIONS, NONE, Plan, Rule
from totalplace.areas.reading import WHOLE, Sheet, Weights, weights_of
from totalplace.areas.remainders import part
from totalplace.errors import DataError

CUTS = ("area", "body", "service", "kind", "year", "method", "driver")
"""What money by area can be cut by, and narrowed by."""
Where = Mapping[str, Sequence[str]]
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
        areas = wanted.get("area")
        sums: dict[Key, int] = defaultdict(int)
        rows: dict[Key, list[int]] = {}
        kept = [parted for parted in self.cells if _passes(parted, wanted)]
        for parted in kept:
            for method, spread in ((parted.method, True), (NONE, False)):
                if method not in wanted.get("method", (method,)) or (spread and not parted.parts):
                    continue
                key = _key(parted, method, by)
                if not spread:
                    if (areas is None or WHOLE in areas) and (parted.rest or not parted.parts):
                        sums[_with_area(key, by, WHOLE)] += parted.rest
                elif areas is None and "area" not in by:
                    sums[key] += parted.cell.pence - parted.rest
                else:
                    known = rows.get(key)
                    rows[key] = [a + b for a, b in zip(known, parted.parts, strict=True)] if known else [*parted.parts]
        for key, amounts in rows.items():
            for area, pence in zip(self.areas, amounts, strict=True):
                if areas is None or area in areas:
                    sums[_with_area(key, by, area)] += pence
        return dict(sums)


def _passes(parted: Parted, wanted: Mapping[str, frozenset[str]]) -> bool:
    cell = parted.cell
    return all(
        value in wanted[name]
        for name, value in (*((name, getattr(cell, name)) for name in CONDITIONS), ("driver", parted.driver))
        if name in wanted
    )


def _key(parted: Parted, method: str, by: Sequence[str]) -> Key:
    told: dict[str, Any] = {**parted.cell._asdict(), "method": method, "driver": parted.driver, "area": ""}
    return tuple(told[name] for name in by)


def _with_area(key: Key, by: Sequence[str], area: str) -> Key:
    return tuple(area if name == "area" else value for name, value in zip(by, key, strict=True))


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
