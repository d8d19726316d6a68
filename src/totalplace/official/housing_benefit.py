"""Housing benefit, which councils pay for the Department for Work and Pensions, counted once.

A council's outturn and the department's benefit expenditure by authority hold the same money. The council's own figure
counts, since it is the body that pays the tenant; the department's is taken off its benefits. Where the council's
outturn does not tell it, the department's counts. Both are shown, and what they differ by is named, not shared out.
The rule is ours. Source that the two overlap: the outturn forms have housing benefit paid beside the services.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from totalplace.official.figures import Figures
from totalplace.official.side_by_side import AGAINST
from totalplace.parameters.divisions import HOUSING_BENEFIT
from totalplace.table import Column, Table
from totalplace.terms import money

OWN = ("outturn", "budget")
"""Whose figure counts: an outturn before a budget."""
BENEFITS = "benefits"


class Benefit(NamedTuple):
    """A body's year (pence): all benefits and the housing benefit in them as the department has them, the council's
    own; None where not told. `dataset` and `own_dataset` are where they come from."""

    body: str
    year: str
    dataset: str
    benefits: int | None
    department: int | None
    own_dataset: str
    own: int | None

    @property
    def counted(self) -> int:
        """The housing benefit that counts."""
        return self.own if self.own is not None else self.department or 0

    @property
    def once(self) -> int | None:
        """All benefits with housing benefit in them once; None where the department's are not loaded."""
        if self.benefits is None:
            return None
        return self.benefits - (self.department or 0) + self.counted

    @property
    def note(self) -> str:
        """What is to be said of the two figures."""
        if self.own is None:
            return "the outturn does not tell it: the department's figure counts"
        if self.department is None:
            return "the department's figure is not loaded: the council's counts"
        if difference := self.department - self.own:
            more = "more" if difference > 0 else "less"
            said = f"the department's is {money(abs(difference))} {more} than the council's"
            return f"{said}, which counts; timing, overpayments and rents of its own homes can be why"
        return "the two agree; the council's counts"


def benefits_of(figures: Figures) -> Iterator[Benefit]:
    """Housing benefit of each body and year that any figure tells, in their order."""
    sums: dict[tuple[str, str], dict[str, dict[tuple[str, str], int]]] = defaultdict(lambda: defaultdict(dict))
    for figure in figures.figures:
        if figure.division == HOUSING_BENEFIT and figure.measure in AGAINST:
            found = sums[figure.body, figure.year][figure.kind]
            key = figure.dataset, figure.measure
            found[key] = found.get(key, 0) + figure.amount
    for (body, year), kinds in sorted(sums.items()):
        dataset, department = _one(kinds.get(BENEFITS, {}))
        own_dataset, own = _one(next((kinds[kind] for kind in OWN if kind in kinds), {}))
        whole = [figures.whole(dataset, body, year, measure) for measure in AGAINST] if dataset else []
        benefits = next((amount for amount in whole if amount is not None), None)
        yield Benefit(body, year, dataset, benefits, department, own_dataset, own)


def _one(found: dict[tuple[str, str], int]) -> tuple[str, int | None]:
    """Of several datasets' figures the larger, gross before net."""
    if not found:
        return "", None
    key = min(found, key=lambda one: (AGAINST.index(one[1]), -found[one], one[0]))
    return key[0], found[key]


COLUMNS = (
    Column("body", "Body"),
    Column("year", "Financial year"),
    Column("own", "The council's outturn", "money"),
    Column("own_dataset", "from"),
    Column("department", "The department's figure", "money"),
    Column("dataset", "from"),
    Column("difference", "Difference", "money"),
    Column("counted", "Counted once", "money"),
    Column("benefits", "All benefits, as published", "money"),
    Column("once", "All benefits, housing benefit once", "money"),
    Column("note", "To look at"),
)


def benefits_table(figures: Figures) -> Table:
    """Housing benefit of each body and year from both sides, and what counts (pence)."""
    rows = [
        (
            one.body,
            one.year,
            one.own,
            one.own_dataset,
            one.department,
            one.dataset,
            one.department - one.own if one.department is not None and one.own is not None else None,
            one.counted,
            one.benefits,
            one.once,
            one.note,
        )
        for one in benefits_of(figures)
    ]
    note = "The council pays it and the department refunds it: one sum of money, counted once, from the council's side"
    return Table("housing-benefit", "Housing benefit, counted once", COLUMNS, rows, note)
