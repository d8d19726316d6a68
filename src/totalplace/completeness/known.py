"""What official figures say of a body's year, service by service: one figure a cell, the one that claims least."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from totalplace.official.figures import Figures
from totalplace.official.side_by_side import AGAINST
from totalplace.parameters.divisions import BESIDE, TOTAL
from totalplace.terms import Body

SPENDING = ("outturn", "budget", "allocation")
"""The kinds of official figures that say what a body spends, the surest first. What is paid to people or analysed by
region is no body's spending."""


class Known(NamedTuple):
    """An official figure of a cell: pence as published, whose dataset, of what kind and measure, its grade and whether
    it is signed; `others` are datasets that say something else of the same."""

    amount: int
    dataset: str
    kind: str
    measure: str
    grade: str
    signed: bool
    others: tuple[str, ...] = ()


def known_of(figures: Figures, body: Body, year: str) -> Mapping[str, Known]:
    """By division (TOTAL: all services) the official figure of a body and year.

    An outturn goes before a budget, and that before an allocation; of two of a kind the larger is taken, so that no
    more is said to be covered than is.
    """
    found: dict[str, list[Known]] = defaultdict(list)
    for dataset, kind in figures.by_year.get((body.id, year), ()):
        if kind in SPENDING:
            for division, one in _divisions(figures, dataset, kind, body.id, year).items():
                found[division].append(one)
    return {division: _least_claiming(every) for division, every in found.items()}


def _least_claiming(every: list[Known]) -> Known:
    best = min(every, key=lambda one: (SPENDING.index(one.kind), -one.amount, one.dataset))
    return best._replace(others=tuple(sorted(one.dataset for one in every if one.dataset != best.dataset)))


def _divisions(figures: Figures, dataset: str, kind: str, body: str, year: str) -> dict[str, Known]:
    declared = next(one for one in figures.datasets if one.id == dataset)
    measure = next((m for m in AGAINST if (dataset, body, year, m) in figures.by_measure), "")
    sums: dict[str, int] = defaultdict(int)
    for figure in figures.by_measure.get((dataset, body, year, measure), ()):
        if figure.kind == kind and figure.division not in BESIDE:
            sums[figure.division] += figure.amount
    whole = figures.whole(dataset, body, year, measure)
    if whole is not None:
        sums[TOTAL] = whole
    signed = figures.signed(declared)
    return {name: Known(amount, dataset, kind, measure, declared.grade, signed) for name, amount in sums.items()}
