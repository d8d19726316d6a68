"""Official totals of a body and year: gross, income and net told apart, and two figures of one thing side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from totalplace.official.declared import FILE, Dataset
from totalplace.official.figures import Figures
from totalplace.table import Column, Table
from totalplace.terms import money

AGAINST = ("gross", "net", "amount")
"""What payments are set against, and two figures compared by: the first of these that the figures have."""
MEASURES = ("gross", "income", "net", "amount")
MONEY_KINDS = ("outturn", "budget", "benefits", "allocation", "analysis")


class Pair(NamedTuple):
    """Two datasets that say something else of one kind, body, year and measure (pence), with the reason given."""

    kind: str
    body: str
    year: str
    measure: str
    one: str
    first: int
    other: str
    second: int
    reason: str

    @property
    def thousandfold(self) -> bool:
        """Whether one is a thousand times the other, as where a unit is wrong."""
        low, high = sorted((abs(self.first), abs(self.second)))
        return bool(low) and 990 <= high // low <= 1010


def pairs(figures: Figures) -> Iterator[Pair]:
    """Each two datasets of one kind, body and year whose totals differ."""
    groups: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for figure in figures.figures:
        groups[figure.kind, figure.body, figure.year].add(figure.dataset)
    reasons = {dataset.id: dataset.reason for dataset in figures.datasets}
    for (kind, body, year), datasets in sorted(groups.items()):
        for one, other in combinations(sorted(datasets), 2):
            sums = [(m, figures.whole(one, body, year, m), figures.whole(other, body, year, m)) for m in AGAINST]
            both = next(((m, a, b) for m, a, b in sums if a is not None and b is not None), None)
            if both and both[1] != both[2]:
                measure, first, second = both
                assert first is not None
                assert second is not None
                reason = reasons[one] or reasons[other]
                yield Pair(kind, body, year, measure, one, first, other, second, reason)


def unbalanced(figures: Figures) -> Iterator[tuple[str, str, str, int, int]]:
    """Dataset, body, year, gross less income, and net (pence), where the two are not the same."""
    for dataset, body, year in sorted({key[:3] for key in figures.by_measure}):
        gross, income, net = (figures.whole(dataset, body, year, m) for m in ("gross", "income", "net"))
        if gross is not None and income is not None and net is not None and gross - income != net:
            yield dataset, body, year, gross - income, net


COLUMNS = (
    Column("body", "Body"),
    Column("year", "Financial year"),
    Column("kind", "Kind"),
    Column("dataset", "Dataset"),
    Column("gross", "Gross expenditure", "money"),
    Column("income", "Income", "money"),
    Column("net", "Net current expenditure", "money"),
    Column("amount", "Amount, no more said", "money"),
    Column("grade", "Grade"),
    Column("signed", "Signed"),
    Column("note", "To look at"),
)


def totals_table(figures: Figures, bodies: Iterable[str] = (), years: Iterable[str] = ()) -> Table:
    """What each dataset comes to for each body and year (pence), all services; two of one kind stand side by side.

    `bodies` (ids) and `years` narrow it. Datasets are never added to one another.
    """
    known = {dataset.id: dataset for dataset in figures.datasets}
    wanted = [set(bodies), set(years)]
    keys = {(f.body, f.year, f.kind, f.dataset) for f in figures.figures if f.kind in MONEY_KINDS}
    notes = _notes(figures)
    rows = [
        _row(figures, known[key[3]], key, notes)
        for key in sorted(keys)
        if all(not asked or key[at] in asked for at, asked in enumerate(wanted))
    ]
    note = "Two figures of one thing stand side by side and are never added"
    return Table("official-totals", "Official totals, gross, income and net", COLUMNS, rows, note)


def _row(
    figures: Figures,
    dataset: Dataset,
    key: tuple[str, str, str, str],
    notes: Mapping[tuple[str, str, str], list[str]],
) -> tuple[object, ...]:
    body, year = key[:2]
    sums = (figures.whole(dataset.id, body, year, measure) for measure in MEASURES)
    signed = "signed" if figures.signed(dataset) else "unsigned"
    return (*key, *sums, dataset.grade, signed, "; ".join(notes.get((dataset.id, body, year), ())))


def _notes(figures: Figures) -> Mapping[tuple[str, str, str], list[str]]:
    """What is to be said of a dataset's body and year."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for dataset, body, year, made, net in unbalanced(figures):
        found[dataset, body, year].append(f"gross less income is {money(made)}, and net is {money(net)}")
    for pair in pairs(figures):
        for mine, theirs, more in (
            (pair.one, pair.other, pair.first - pair.second),
            (pair.other, pair.one, pair.second - pair.first),
        ):
            why = f"why: {pair.reason}" if pair.reason else f"say why with reason = in {FILE}"
            words = f"{money(abs(more))} {'more' if more > 0 else 'less'} than {theirs} ({pair.measure}); {why}"
            found[mine, pair.body, pair.year].append(words)
    return found
