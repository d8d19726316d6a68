"""A plan under projections of its people: which neighbourhoods leave the band, and in which year they do.

A projection gives each block its people in one year or in several. What it rests on (births, moves, homes to be
built) is its own affair: here it is added up by neighbourhood and held against the band.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused, UsageError
from totalplace.geography.blocks import Blocks
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import Band
from totalplace.geography.looking import best_column
from totalplace.geography.reading.features import Features, named
from totalplace.geography.reading.numbers import people_of
from totalplace.geography.vintages import require
from totalplace.table import Column, Table

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
"""A year in a heading, such as 2043 or 'Persons 2043'."""
STAYS = "stays in it"
FEW = 0.5
"""A column with a smaller share of the codes of the blocks is taken for one of another vintage or kind. Ours."""
SHOWN = 6
"""So many years at most have a column where people read the table on a screen."""


@dataclass(frozen=True, eq=False)
class Projection:
    """People of each block: `people[year][block]`, the years in their order, as `years` calls them."""

    file: str
    years: tuple[str, ...]
    people: NDArray[np.int64]
    notes: tuple[str, ...] = ()


def projection_of(found: Features, blocks: Blocks, columns: Sequence[str] = ()) -> Projection:
    """A projection from a table with a row a block; `columns` head its people, every heading with a year if not given.

    Raises FileRefused where a block is missing, stands twice or has no figure, or the codes are of another vintage,
    UsageError where no column says of which year it is.
    """
    code, share = best_column(found, blocks.ids)
    if share < FEW:
        require(found.file, code or "", blocks.ids, found.columns, "the blocks")
    codes = found.column(code)
    rows = {text: n for n, text in enumerate(codes) if text in blocks.number}
    if twice := sorted({text for n, text in enumerate(codes) if rows.get(text, n) != n}):
        raise FileRefused(
            found.file,
            f"{len(twice):,} blocks stand more than once: {named(twice)}. Give a row a block, a column a year",
        )
    if missing := [text for text in blocks.ids if text not in rows]:
        raise FileRefused(found.file, f"{len(missing):,} of {len(blocks):,} blocks are not in it: {named(missing)}")
    chosen = [found.heading(column) for column in columns] or _years(found, code)
    at = [rows[text] for text in blocks.ids]
    figures, decimals = [], False
    for column in chosen:
        texts = found.column(column)
        people, told = people_of(found.file, column, [texts[n] for n in at], blocks.ids)
        figures.append(people)
        decimals = decimals or bool(told)
    notes = [*found.notes, *([f"{found.file}: people with decimals, as projections have them, are rounded"] * decimals)]
    return Projection(found.file, tuple(map(_called, chosen)), np.array(figures, dtype=np.int64), tuple(notes))


def _years(found: Features, code: str) -> list[str]:
    """The headings with a year in them, in the order of the years."""
    dated = {column: YEAR.findall(column) for column in found.columns if column != code}
    chosen = [column for column, years in dated.items() if len(years) == 1]
    if not chosen:
        known = ", ".join(list(found.columns)[:8])
        raise UsageError(
            f"{found.file}: no heading says of which year its people are ({known} ...): name the columns with "
            "--projected-people"
        )
    years = [dated[column][0] for column in chosen]
    if twice := next((year for year in years if years.count(year) > 1), ""):
        both = [column for column in chosen if dated[column][0] == twice]
        raise UsageError(
            f"{found.file}: {' and '.join(both[:2])} are both of {twice}: name the columns with --projected-people"
        )
    return sorted(chosen, key=lambda column: dated[column][0])


def _called(column: str) -> str:
    years = YEAR.findall(column)
    return years[0] if len(years) == 1 else column


def sizes(plan: Plan, projection: Projection) -> NDArray[np.int64]:
    """People of each area in each year: a row a year."""
    return np.array([np.bincount(plan.of, people, plan.k) for people in projection.people], dtype=np.int64)


def leaves(plan: Plan, projection: Projection) -> list[str]:
    """For each area the first year in which it is outside the band, '' where it stays."""
    found = [""] * plan.k
    for year, people in zip(reversed(projection.years), reversed(projection.people), strict=True):
        for area in plan.after(people):
            found[area] = year
    return found


def projected_words(plan: Plan, called: Sequence[str], projection: Projection) -> list[str]:
    """What becomes of the plan, in sentences."""
    band, last = plan.task.band, projection.years[-1]
    by_year, gone = sizes(plan, projection), leaves(plan, projection)
    then = int(by_year[-1].sum())
    said = [f"By {last} there are {then:,} people here, {_change(plan.task.people, then)}."]
    out = [n for n in range(plan.k) if gone[n]]
    if not out:
        until = f"in {last}" if len(projection.years) == 1 else f"in every year from {projection.years[0]} to {last}"
        return [*said, f"All {plan.k} areas are in the band of {band} {until}."]
    for n in sorted(out, key=lambda n: (projection.years.index(gone[n]), n)):
        people = int(by_year[projection.years.index(gone[n]), n])
        already = "" if band.holds(int(plan.people[n])) else ", as it is today"
        back = f"; by {last} it is back in it" if band.holds(int(by_year[-1, n])) else ""
        how = f"{people:,} people, {_out(people, band)}"
        said.append(f"{called[n]} is out of the band in {gone[n]}{already}: {how}{back}.")
    kept = plan.k - len(out)
    return [*said, f"{kept or 'None'} of {plan.k} areas {'stays' if kept == 1 else 'stay'} in it throughout."]


def _change(now: int, then: int) -> str:
    share = then / now - 1
    return "as many as today" if now == then else f"{abs(share):.1%} {'more' if share > 0 else 'fewer'} than today"


def _out(people: int, band: Band) -> str:
    low, high = band.low, band.high
    return f"{people - high:,} above {high:,}" if people > high else f"{low - people:,} below {low:,}"


def projected_table(plan: Plan, called: Sequence[str], projection: Projection, every: bool = True) -> Table:
    """A row an area: its people today and in each year, and the first year in which it is outside the band.

    Without `every`, of many years the first and the last alone have columns.
    """
    chosen = list(range(len(projection.years)))
    if not every and len(chosen) > SHOWN:
        chosen = [0, len(projection.years) - 1]
    by_year, gone = sizes(plan, projection), leaves(plan, projection)
    columns = (
        Column("area", "Area"),
        Column("name", "Name"),
        Column("people", "People today", "count"),
        *(Column(f"people_{projection.years[n]}", projection.years[n], "count") for n in chosen),
        Column("leaves", f"Leaves the band {plan.task.band}"),
    )
    rows = [
        (
            str(area + 1),
            called[area],
            int(plan.people[area]),
            *(int(by_year[n, area]) for n in chosen),
            f"in {gone[area]}" if gone[area] else STAYS,
        )
        for area in range(plan.k)
    ]
    note = f"People by block as {projection.file} projects them, added up by area; the band stays as it is."
    return Table("projected", "Under the projection", columns, rows, note)


def projected_plans(plans: Mapping[str, Plan], projection: Projection) -> Table:
    """Plans side by side: how many areas are in the band today and in each year, and when the first one leaves it."""
    columns = (
        Column("plan", "Plan"),
        Column("areas", "Areas", "count"),
        Column("in_band", "In band today", "count"),
        *(Column(f"in_band_{year}", f"In band {year}", "count") for year in projection.years),
        Column("leaves", "The first leaves it"),
    )
    rows = []
    for name, plan in plans.items():
        inside = [plan.k - len(plan.after(people)) for people in projection.people]
        gone = [year for year in leaves(plan, projection) if year]
        first = min(gone, key=projection.years.index) if gone else ""
        now = sum(map(plan.task.band.holds, plan.people.tolist()))
        rows.append((name, plan.k, now, *inside, f"in {first}" if first else "none does"))
    note = f"People by block as {projection.file} projects them; the band stays as it is."
    return Table("projected", "Under the projection", columns, rows, note)
