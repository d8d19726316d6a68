"""What is declared and read of areas, as tables: rules, drivers, figures, shares of bodies, columns. Money is pence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from totalplace.areas.apportion import Apportioned
from totalplace.areas.declared import CONDITIONS, NONE, Driver, Plan
from totalplace.areas.reading import Sheet, figures_of
from totalplace.areas.shares import Explained
from totalplace.areas.tables import LABELS, SHORT_WORDS, figure_shown, measured
from totalplace.table import Column, Kind, Table
from totalplace.terms import Where

if TYPE_CHECKING:
    from totalplace.areas.looking import Look


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
    shown = [figure_shown(figure) for figure in figures]
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
    kind, places = measured([figure for one in found for figure in (one.place, one.whole)])
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
            figures = map(figure_shown, (one.total, one.least, one.most))
            rows.append((heading, role, one.driver, one.method if one.driver else "", *figures))
        else:
            rows.append((heading, roles.get(heading, "passed over"), "", "", None, None, None))
    words = f"{len(sheet.areas()):,} areas in {table.file}"
    return Table("areas-columns", words, columns, rows)
