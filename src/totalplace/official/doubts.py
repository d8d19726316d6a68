"""What is to be looked at in official figures before anybody quotes them: each with what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from totalplace.official.declared import FILE
from totalplace.official.figures import Figure, Figures, is_part
from totalplace.official.housing_benefit import benefits_of
from totalplace.official.side_by_side import pairs, unbalanced
from totalplace.parameters.divisions import TOTAL
from totalplace.terms import money

Doubt = tuple[str, str]
"""A dataset's id, and what is to be said of it."""


def doubts(figures: Figures) -> list[Doubt]:
    """All doubts: files that changed or could not be read, odd totals, two figures of one thing, units, names."""
    found: list[Doubt] = []
    for dataset in figures.datasets:
        state = figures.states[dataset.id]
        if state != "as declared":
            found.append((dataset.id, state))
        found += [(dataset.id, note) for note in figures.notes.get(dataset.id, [])]
    told = (_odd_totals, _unknown, _negative, _unbalanced, _twice, _benefit)
    return [*found, *(doubt for tell in told for doubt in tell(figures))]


def _odd_totals(figures: Figures) -> Iterator[Doubt]:
    """Totals that are not the sum of their parts: the sum is used, never the published total."""
    partly: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for key, found in sorted(figures.by_measure.items()):
        dataset, body, year, measure = key
        totals = [f.amount for f in found if f.division == TOTAL]
        parts = [f for f in found if is_part(f)]
        if key in figures.absent:
            partly[dataset, body, year].append(measure)
        elif len(totals) == 1 and parts and (said := _odd(totals[0], parts)):
            yield dataset, f"{body} {year} ({measure}): {said}"
    for (dataset, body, year), measures in partly.items():
        listed = ", ".join(measures)
        told = "the published total is used, or none where there is none"
        yield dataset, f"{body} {year} ({listed}): some services are not given, so {told}"


def _odd(total: int, parts: Sequence[Figure]) -> str:
    whole = sum(part.amount for part in parts)
    if whole == total:
        return ""
    said = f"the published total {money(total)} is not the sum of its parts, {money(whole)}, which is used"
    negative = [part for part in parts if part.amount < 0]
    if negative and total == sum(part.amount for part in parts if part.amount > 0):
        names = ", ".join(f"{part.service} {money(part.amount)}" for part in negative)
        return f"{said}: the total leaves out what is negative ({names})"
    return f"{said}; the difference of {money(total - whole)} is not explained in the file"


def _unknown(figures: Figures) -> Iterator[Doubt]:
    names: dict[str, set[str]] = defaultdict(set)
    for figure in figures.figures:
        if not figure.division and figure.kind in ("outturn", "budget"):
            names[figure.dataset].add(figure.service)
    for dataset, unknown in sorted(names.items()):
        shown = ", ".join(f"'{name}'" for name in sorted(unknown)[:5])
        more = f" and {len(unknown) - 5:,} more" if len(unknown) > 5 else ""
        yield dataset, f"no division is known for {shown}{more}: counted as 'Not told apart'"


def _negative(figures: Figures) -> Iterator[Doubt]:
    for figure in figures.figures:
        if figure.amount < 0 and figure.measure in ("gross", "employees", "running", "net", "amount"):
            if figure.measure in ("net", "amount") and figure.division != TOTAL:
                reason = "income was more than expenditure, or the file is wrong"
            else:
                reason = "which expenditure cannot be as a rule; check the file"
            yield figure.dataset, f"{figure.service} {figure.year} is negative, {money(figure.amount)}: {reason}"


def _unbalanced(figures: Figures) -> Iterator[Doubt]:
    """Gross, income and net that do not agree: none of them is worked out from the others."""
    for dataset, body, year, made, net in unbalanced(figures):
        said = f"{body} {year}: gross expenditure less income is {money(made)}, and net is {money(net)}"
        yield dataset, f"{said}: each stands as published; look which services lack one of them"


def _twice(figures: Figures) -> Iterator[Doubt]:
    """Two datasets of one kind, body and year: they stand side by side, and the difference wants its reason."""
    for pair in pairs(figures):
        both = f"{pair.one} has {money(pair.first)}, {pair.other} has {money(pair.second)} ({pair.measure})"
        said = f"{pair.kind} of {pair.body} {pair.year}: {both}"
        if pair.thousandfold:
            yield pair.other, f"{said}: one is a thousand times the other; is a unit wrong? Say it with --unit"
        else:
            why = f"the reason given: {pair.reason}" if pair.reason else f"say why with reason = in {FILE}"
            more = money(pair.second - pair.first)
            yield pair.other, f"{said}: they are never added; the difference is {more}; {why}"


def _benefit(figures: Figures) -> Iterator[Doubt]:
    """Housing benefit that two sides have: the same money, which counts once."""
    for one in benefits_of(figures):
        if one.own is not None and one.department is not None:
            both = f"{one.own_dataset} has {money(one.own)}, {one.dataset} {money(one.department)}"
            said = f"housing benefit of {one.body} {one.year}: {both}: one sum of money, counted once"
            yield one.dataset, f"{said}; {one.note}"
