"""Money by area as tables: areas, cuts, methods, drivers, rules, shares of bodies. Money is pence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from totalplace.areas.apportion import Apportioned, Where
from totalplace.areas.declared import CONDITIONS, METHODS, NONE, Driver, Plan
from totalplace.areas.reading import WHOLE, Sheet, figures_of
from totalplace.areas.shares import Explained
from totalplace.parameters.kinds import kinds
from totalplace.parameters.services import NOT_CLASSIFIED, services
from totalplace.table import Column, Kind, Table

if TYPE_CHECKING:
    from totalplace.areas.looking import Look

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
        return _half_up(total / len(chosen)) if chosen else None

    def mean(self, *areas: str) -> int | None:
        """The people of areas together: the mean of the years; None where those of one are not known in one."""
        known = [self.people.get(year, {}).get(area) for year in self.years for area in areas]
        if not known or None in known:
            return None
        return _half_up(sum((people for people in known if people is not None), Fraction(0)) / len(self.years))


def _half_up(value: Fraction) -> int:
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return -size if value < 0 else size


def areas_table(found: Apportioned, where: Where, heads: Heads, beside: Mapping[str, Fraction], label: str) -> Table:
    """A row for each area, largest first, and last what is not apportioned.

    `beside` are figures of a driver that stand beside those a head, under `label`.
    """
    by_year = _by_year(found, ["area"], where)
    whole = sum(sum(years.values()) for years in by_year.values())
    kind, figures = _measured([beside.get(area) for area in found.areas])
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


def _measured(values: Sequence[Fraction | None]) -> tuple[Kind, list[int | float | None]]:
    """The figures of a column and its kind: whole numbers where all are whole."""
    whole = all(value is None or value.denominator == 1 for value in values)
    return "count" if whole else "number", [
        None if value is None else int(value) if whole else float(value) for value in values
    ]


def _figure(value: Fraction | None) -> int | float | None:
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


def rules_table(plan: Plan, found: Apportioned, where: Where | None = None) -> Table:
    """The rules in their order, with the net of the cells that each takes; last what no rule fits."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    wanted = where or {}
    for parted in found.cells:
        if all(not wanted.get(name) or getattr(parted.cell, name) in wanted[name] for name in CONDITIONS):
            sums[parted.rule][0] += parted.cell.pence
            sums[parted.rule][1] += parted.rest
    rows: list[tuple[Any, ...]] = [
        (str(n), _conditions(plan, n), rule.driver, sums[n][0], sums[n][1], rule.note)
        for n, rule in enumerate(plan.rules, 1)
    ]
    rows.append(("", "whatever no rule fits", NONE, *sums[0], ""))
    columns = (
        Column("rule", "Rule"),
        Column("fits", "For"),
        Column("driver", "Driver"),
        Column("net", "Net", "money"),
        Column("rest", "Of which not apportioned", "money"),
        Column("note", "Note"),
    )
    return Table("areas-rules", "Rules, the first that fits counts", columns, rows)


def _conditions(plan: Plan, n: int) -> str:
    rule = plan.rules[n - 1]
    said = [f"{LABELS[name].lower()}: {', '.join(getattr(rule, name))}" for name in CONDITIONS if getattr(rule, name)]
    return "; ".join(said) or "everything"


def drivers_table(plan: Plan, sheets: Mapping[str, Sheet | str], found: Apportioned) -> Table:
    """The drivers with where their figures come from, the net that each apportions, and whether it can be used."""
    sums = found.cut(["driver", "method"])
    columns = (
        Column("driver", "Driver"),
        Column("method", "Method (id)"),
        Column("method_name", "Method"),
        Column("file", "File"),
        Column("column", "Column"),
        Column("weight", "Weighted by"),
        Column("year", "Figures of"),
        Column("net", "Net apportioned", "money"),
        Column("grade", "Grade"),
        Column("source", "Source"),
        Column("state", "State"),
    )
    rows = [
        (
            driver.id,
            driver.method,
            SHORT_WORDS[driver.method],
            plan.tabled(driver.table).file,
            driver.column,
            driver.weight,
            driver.year or ("each year's own" if plan.tabled(driver.table).year else ""),
            sums.get((driver.id, driver.method), 0),
            driver.grade,
            driver.source,
            _state(sheets[driver.table], driver.id, found),
        )
        for driver in plan.drivers
    ]
    return Table("areas-drivers", "Drivers", columns, rows)


def _state(sheet: Sheet | str, driver: str, found: Apportioned) -> str:
    if isinstance(sheet, str):
        return sheet
    return (
        "; ".join(f"{year}: {said}" for (name, year), said in found.faults.items() if name == driver) or "as declared"
    )


def figures_table(plan: Plan, sheets: Mapping[str, Sheet | str], found: Apportioned, area: str, where: Where) -> Table:
    """By which figures an area gets its share: each driver used, by year of the money, its figure here and in all."""
    told: list[tuple[str, str, str, int]] = []
    figures: list[Fraction] = []
    sums = found.cut(["driver", "year"], {**where, "area": [area]}) if area in found.areas else {}
    for (name, year), net in sorted(sums.items()):
        driver = plan.driver(name)
        sheet = sheets[driver.table] if driver else ""
        if driver and isinstance(sheet, Sheet) and (name, year) not in found.faults:
            figures += _here_and_all(sheet, driver, year, area)
            told.append((name, SHORT_WORDS[driver.method], year, net))
    shown = [_figure(figure) for figure in figures]
    # People weighted by need have parts, which say nothing; shares of a whole have nothing else.
    kind: Kind = "count" if all(whole >= 100 for whole in figures[1::2]) else "number"
    rows = [
        (*told[n][:3], shown[2 * n], shown[2 * n + 1], float(figures[2 * n] / figures[2 * n + 1]), told[n][3])
        for n in range(len(told))
    ]
    columns = (
        Column("driver", "Driver"),
        Column("method_name", "Method"),
        Column("year", "Money of"),
        Column("here", "Here", kind),
        Column("all", "In all areas", kind),
        Column("share", "Share", "percent"),
        Column("net", "Net", "money"),
    )
    return Table("area-figures", "What its share is told by", columns, rows)


def _here_and_all(sheet: Sheet, driver: Driver, year: str, area: str) -> tuple[Fraction, Fraction]:
    """The figure of an area and of all areas (of given shares: the whole)."""
    figures = figures_of(sheet, driver, year)
    whole = {"share": Fraction(1), "percent": Fraction(100)}.get(driver.unit, sum(figures.values(), Fraction(0)))
    return figures[area], whole


def shares_table(found: Sequence[Explained]) -> Table:
    """The share of each body in place.toml, beside what its driver gives."""
    kind, places = _measured([figure for one in found for figure in (one.place, one.whole)])
    rows = [
        (
            one.body.id,
            str(one.body.share),
            one.driver.id if one.driver else "",
            (one.driver.year or (one.said.year if one.said else "")) if one.driver else "",
            *places[2 * n : 2 * n + 2],
            "" if one.ratio is None else str(one.ratio),
            one.driver.grade if one.driver else "",
            one.driver.source if one.driver else "",
            one.state,
        )
        for n, one in enumerate(found)
    ]
    columns = (
        Column("body", "Body"),
        Column("share", "Share counted"),
        Column("driver", "Driver"),
        Column("year", "Figures of"),
        Column("place", "Of the place", kind),
        Column("whole", "Of the body's area", kind),
        Column("ratio", "Share by the driver"),
        Column("grade", "Grade"),
        Column("source", "Source"),
        Column("state", "How it is explained"),
    )
    return Table("areas-shares", "Shares of bodies that are wider than the place", columns, rows)


def doubts_table(found: Iterable[tuple[str, str]]) -> Table:
    """What is to be looked at before money by area is quoted."""
    columns = (Column("what", "Of what"), Column("doubt", "What to look at"))
    return Table("areas-doubts", "To look at before money by area is quoted", columns, list(found))


def columns_table(seen: Look) -> Table:
    """What was found in a table of areas, column by column: its role, or the driver that it would be."""
    sheet, table = seen.sheet, seen.table
    numbers = {column.heading: column for column in seen.columns}
    columns = (
        Column("column", "Column"),
        Column("role", "What it is"),
        Column("driver", "Driver"),
        Column("method", "Method"),
        Column("total", "Sum", "number"),
        Column("least", "Lowest", "number"),
        Column("most", "Highest", "number"),
    )
    roles = {table.within: f"rows of {', '.join(table.only)}", table.year: "financial years"}
    roles |= {table.name: "names of areas", table.area: "ids of areas"}
    rows: list[tuple[Any, ...]] = []
    for heading in filter(None, sheet.headings):
        if heading in numbers:
            one = numbers[heading]
            role = f"weights {one.weights}" if one.weights else "numbers"
            figures = map(_figure, (one.total, one.least, one.most))
            rows.append((heading, role, one.driver, one.method if one.driver else "", *figures))
        else:
            rows.append((heading, roles.get(heading, "passed over"), "", "", None, None, None))
    words = f"{len(sheet.areas()):,} areas in {table.file}"
    return Table("areas-columns", words, columns, rows)
