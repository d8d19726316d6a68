"""Money by area as tables: areas, one area, any cuts, methods. Money is pence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from totalplace.areas.apportion import Apportioned
from totalplace.areas.declared import METHODS, NONE
from totalplace.areas.reading import WHOLE
from totalplace.parameters.kinds import kinds
from totalplace.parameters.services import NOT_CLASSIFIED, services
from totalplace.table import Column, Kind, Table
from totalplace.terms import Where, half_up

METHOD_WORDS = {
    "direct": "Direct: what was paid in the area",
    "recipients": "Recipients: where those who receive it are",
    "users": "Users: where those who use the service live",
    "weighted-population": "Population, weighted by need",
    "population": "Population",
    NONE: "Not apportioned",
}
"""Methods as tables and pages call them, the surest first."""
SHORT_WORDS = {
    **{method: words.partition(":")[0] for method, words in METHOD_WORDS.items()},
    "weighted-population": "Weighted population",
}
"""The same where they stand in a row."""
NOT_APPORTIONED = METHOD_WORDS[NONE]
LABELS = {
    "area": "Area",
    "body": "Body",
    "service": "Service",
    "kind": "Kind of payment",
    "year": "Financial year",
    "method": "Method",
    "driver": "Driver",
}
NOTE = "What no rule apportions stays at the whole place and is spread over nobody."
_SUMS = (Column("net", "Net", "money"), Column("share", "Share of net", "percent"))
_HEAD = Column("per_head", "Net a head", "money")
People = Mapping[str, Mapping[str, Fraction]]
"""People by financial year and area."""


def words_of(areas: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The words for the values of each cut that has them, by cut and value."""
    return {
        "area": {**areas, WHOLE: NOT_APPORTIONED},
        "service": {**{service.id: service.label for service in services().values()}, NOT_CLASSIFIED: "Not classified"},
        "kind": {kind.id: kind.label for kind in kinds()},
        "method": METHOD_WORDS,
    }


class Heads:
    """Net pence a head: of rows of a cut, by year, over the people of the areas that a row is of.

    The mean of `years`, each year's money over that year's people; halves of a penny round up, away from nought.
    """

    def __init__(self, people: People, areas: Iterable[str], years: Sequence[str]) -> None:
        self.people, self.areas, self.years = people, list(areas), years

    @cached_property
    def together(self) -> Mapping[str, Fraction]:
        """The people of all areas by year, where those of every area are known."""
        return {
            year: sum((there[area] for area in self.areas), Fraction(0))
            for year, there in self.people.items()
            if all(area in there for area in self.areas)
        }

    def of(self, by_year: Mapping[str, int], area: str = "", years: Collection[str] = ()) -> int | None:
        """Pence a head of an area, or of all areas together; None where the people of a year are not known."""
        chosen = years or self.years
        total = Fraction(0)
        for year in chosen:
            people = self.people.get(year, {}).get(area) if area else self.together.get(year)
            if not people:
                return None
            total += by_year.get(year, 0) / people
        return half_up(total / len(chosen)) if chosen else None

    def mean(self, *areas: str) -> int | None:
        """The people of areas together: the mean of the years; None where those of one are not known in one."""
        known = [self.people.get(year, {}).get(area) for year in self.years for area in areas]
        if not known or None in known:
            return None
        return half_up(sum((people for people in known if people is not None), Fraction(0)) / len(self.years))


def areas_table(found: Apportioned, where: Where, heads: Heads, beside: Mapping[str, Fraction], label: str) -> Table:
    """A row for each area, largest first, and last what is not apportioned.

    `beside` are figures of a driver that stand beside those a head, under `label`.
    """
    by_year = _by_year(found, ["area"], where)
    whole = sum(sum(years.values()) for years in by_year.values())
    kind, figures = measured([beside.get(area) for area in found.areas])
    rows: list[tuple[Any, ...]] = []
    for (area, name), figure in zip(found.areas.items(), figures, strict=True):
        years = by_year.get((area,), {})
        net = sum(years.values())
        row = (area, name, heads.mean(area), net, _share(net, whole), heads.of(years, area))
        rows.append((*row, figure) if label else row)
    rows.sort(key=lambda row: (-row[3], row[0]))
    rest = sum(by_year.get((WHOLE,), {}).values())
    rows.append((WHOLE, NOT_APPORTIONED, None, rest, _share(rest, whole), None, *([None] if label else [])))
    columns = (
        Column("area", "Area (id)"),
        Column("area_name", "Area"),
        Column("people", "People", "count"),
        *_SUMS,
        _HEAD,
        *([Column("beside", label, kind)] if label else []),
    )
    return Table("areas", "Money by area", columns, rows, NOTE)


class Whole(NamedTuple):
    """All areas and what is not apportioned: net pence of all, told to areas, and not; its share; people of all areas
    together, and pence a head of what is told."""

    net: int
    told: int
    rest: int
    rest_share: float | None
    people: int | None
    per_head: int | None

    def row(self, columns: Sequence[Column]) -> tuple[Any, ...]:
        """A last row under the columns of `areas_table`. It has no figure a head: a part of the money is of no area."""
        told = {"area_name": "All", "people": self.people, "net": self.net, "share": 1.0 if self.net else None}
        return tuple(told.get(column.name) for column in columns)


def whole_of(found: Apportioned, where: Where, heads: Heads) -> Whole:
    """What the rows of `areas_table` come to."""
    net, apart = sum(found.cut([], where).values()), _told_by_year(found, [], where)
    by_year = apart.get((), {}) if found.areas else {}
    told = sum(by_year.values())
    head = heads.of(by_year) if found.areas else None
    return Whole(net, told, net - told, _share(net - told, net), heads.mean(*found.areas), head)


def _by_year(found: Apportioned, by: Sequence[str], where: Where) -> dict[tuple[str, ...], dict[str, int]]:
    """A cut with each row's money by year."""
    rows: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for (*key, year), pence in found.cut([*by, "year"], where).items():
        sums = rows[tuple(key)]
        sums[year] = sums.get(year, 0) + pence
    return rows


def _told_by_year(found: Apportioned, by: Sequence[str], where: Where) -> dict[tuple[str, ...], dict[str, int]]:
    """The same of what is told to areas, all of them together."""
    methods = [method for method in where.get("method") or METHODS if method != NONE]
    return _by_year(found, by, {**where, "method": methods}) if methods else {}


def _share(net: int, whole: int) -> float | None:
    return net / whole if whole else None


def measured(values: Sequence[Fraction | None]) -> tuple[Kind, list[int | float | None]]:
    """The figures of a column and its kind: whole numbers where all are whole."""
    whole = all(value is None or value.denominator == 1 for value in values)
    return "count" if whole else "number", [
        None if value is None else int(value) if whole else float(value) for value in values
    ]


def figure_shown(value: Fraction | None) -> int | float | None:
    """A figure as tables hold it: a whole number where it is one."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def cut_table(found: Apportioned, by: Sequence[str], where: Where, heads: Heads) -> Table:
    """Net by any cuts, words beside ids, with the share of net; pence a head too where each row is of one area."""
    known = words_of(found.areas)
    asked = list(where.get("area", ()))
    one = "area" in by or len(asked) == 1
    by_year = _by_year(found, by, where)
    whole = sum(sum(years.values()) for years in by_year.values())
    rows: list[tuple[Any, ...]] = []
    for key, years in by_year.items():
        told, net = dict(zip(by, key, strict=True)), sum(years.values())
        if net or told.get("area", WHOLE) != WHOLE:
            area = told.get("area") or (asked[0] if one else "")
            head = [heads.of(years, area, [told["year"]] if "year" in told else ())] if one else []
            rows.append((*_worded(by, key, known), net, _share(net, whole), *head))
    columns = (*_named(by, known), *_SUMS, *([_HEAD] if one else []))
    at = [column.name for column in columns].index("net")
    rows.sort(key=lambda row: (row[0] == WHOLE, -row[at], row[:at]))
    title = "Money by " + ", ".join(LABELS[name].lower() for name in by)
    return Table("areas-cut", title, columns, rows, NOTE)


def _named(by: Sequence[str], known: Mapping[str, Mapping[str, str]]) -> list[Column]:
    """The columns of cuts: id and words where there are words."""
    found = []
    for name in by:
        if name in known:
            found.append(Column(name, f"{LABELS[name]} (id)"))
        found.append(Column(f"{name}_name" if name in known else name, LABELS[name]))
    return found


def _worded(by: Sequence[str], key: Sequence[str], known: Mapping[str, Mapping[str, str]]) -> list[str]:
    found = []
    for name, value in zip(by, key, strict=True):
        found += [value, known[name].get(value, value)] if name in known else [value]
    return found


def area_table(found: Apportioned, area: str, by: str, where: Where, heads: Heads) -> Table:
    """One area's net by a cut, by which methods it was told, and pence a head beside that of all areas together.

    `area` can be WHOLE: what is not apportioned, which has no people.
    """
    known, here = words_of(found.areas), {**where, "area": [area]}
    mine, methods = _by_year(found, [by], here), _methods(found, by, here)
    all_areas = _told_by_year(found, [by], where)
    whole = sum(sum(years.values()) for years in mine.values())
    rows: list[tuple[Any, ...]] = []
    for key, years in mine.items():
        net = sum(years.values())
        if not net and not methods[key]:
            continue
        of = years.keys() if by == "year" else ()
        heads_here = (
            (None, None) if area == WHOLE else (heads.of(years, area, of), heads.of(all_areas.get(key, {}), "", of))
        )
        rows.append((*_worded([by], key, known), ", ".join(methods[key]), net, _share(net, whole), *heads_here))
    columns = [*_named([by], known), Column("methods", "How"), *_SUMS, _HEAD, Column("all", "In all areas", "money")]
    at = [column.name for column in columns].index("net")
    rows.sort(key=lambda row: row[:1] if by == "year" else (-row[at], row[:at]))
    title = f"{known['area'].get(area, area)}: money by {LABELS[by].lower()}"
    return Table("area-money", title, tuple(columns), rows)


def _methods(found: Apportioned, by: str, where: Where) -> dict[tuple[str, ...], list[str]]:
    """The methods behind each row, most money first, in words."""
    sums = sorted(found.cut([by, "method"], where).items(), key=lambda item: (-abs(item[1]), item[0]))
    rows: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for (value, method), pence in sums:
        if pence:
            rows[value,].append(SHORT_WORDS[method])
    return rows


def methods_table(found: Apportioned, where: Where) -> Table:
    """The share of money by method, every method in its row, the surest first."""
    sums = {method: pence for (method,), pence in found.cut(["method"], where).items()}
    whole = sum(sums.values())
    columns = (Column("method", "Method (id)"), Column("method_name", "How it is told to areas"), *_SUMS)
    rows = [
        (method, METHOD_WORDS[method], sums.get(method, 0), _share(sums.get(method, 0), whole)) for method in METHODS
    ]
    return Table("areas-methods", "Money by method", columns, rows)
