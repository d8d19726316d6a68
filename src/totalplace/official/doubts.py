"""What is to be looked at in official figures before anybody quotes them: each with what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from totalplace.official.declared import FILE
from totalplace.official.explained import AGAINST
from totalplace.official.figures import Figure, Figures
from totalplace.parameters.divisions import TOTAL
from totalplace.terms import money

Doubt = tuple[str, str]
"""A dataset's id, and what is to be said of it."""

Key = tuple[str, str, str]
"""Kind, body and financial year: figures of one key and measure are official figures of the same thing."""


def doubts(figures: Figures) -> list[Doubt]:
    """All doubts: files that changed or could not be read, odd totals, two figures of one thing, units, names."""
    found: list[Doubt] = []
    for dataset in figures.datasets:
        state = figures.states[dataset.id]
        if state != "as declared":
            found.append((dataset.id, state))
        found += [(dataset.id, note) for note in figures.notes.get(dataset.id, [])]
    return [*found, *_odd_totals(figures), *_unknown(figures), *_negative(figures), *_twice(figures)]


def _odd_totals(figures: Figures) -> Iterator[Doubt]:
    """Totals that are not the sum of their parts: the sum is used, never the published total."""
    partly: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for key, found in sorted(figures.by_measure.items()):
        dataset, body, year, measure = key
        totals = [f.amount for f in found if f.division == TOTAL]
        parts = [f for f in found if f.division != TOTAL]
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


def _twice(figures: Figures) -> Iterator[Doubt]:
    """Two datasets of one kind, body and year: they stand side by side, and the difference wants its reason."""
    groups: dict[Key, set[str]] = defaultdict(set)
    for figure in figures.figures:
        groups[figure.kind, figure.body, figure.year].add(figure.dataset)
    for key, datasets in sorted(groups.items()):
        for one, other in combinations(sorted(datasets), 2):
            yield from _pair(figures, key, one, other)


def _pair(figures: Figures, key: Key, one: str, other: str) -> Iterator[Doubt]:
    kind, body, year = key
    reasons = {dataset.id: dataset.reason for dataset in figures.datasets}
    for measure in AGAINST:
        first, second = (figures.whole(dataset, body, year, measure) for dataset in (one, other))
        if first is None or second is None:
            continue
        said = f"{kind} of {body} {year}: {one} has {money(first)}, {other} has {money(second)} ({measure})"
        low, high = sorted((abs(first), abs(second)))
        if low and 990 <= high // low <= 1010:
            yield other, f"{said}: one is a thousand times the other; is a unit wrong? Say it with --unit"
        elif first != second:
            reason = reasons[one] or reasons[other]
            why = f"the reason given: {reason}" if reason else f"say why with reason = in {FILE}"
            yield other, f"{said}: they are never added; the difference is {money(second - first)}; {why}"
        return
