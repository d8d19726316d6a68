"""The cells of a count: each body, financial year and service, what fills it, and whether that is all of it.

Method: docs/methods/completeness.md. Payments, official figures and estimates stand beside each other in a cell and
are never added. Money is pence, the place's part of it where a body is wider than the place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from totalplace.completeness.declared import Said
from totalplace.completeness.known import Known, known_of
from totalplace.definition import Definition
from totalplace.money.cells import cells_where
from totalplace.money.months import standing
from totalplace.official.figures import Figures
from totalplace.parameters.divisions import TOTAL
from totalplace.parameters.expected import expected_of
from totalplace.parameters.kinds import NO_SERVICE
from totalplace.parameters.services import NOT_CLASSIFIED, services
from totalplace.remembered import Same
from totalplace.store.layout import Run
from totalplace.terms import Body, months_of

STATES = ("missing", "part", "exception", "estimated", "official", "present", "not-expected")
"""What a cell may be, what is missing first.

present: payments of all twelve months are counted. part: payments of some months. official: no payments, an official
outturn. estimated: no payments, a budget, an allocation or somebody's estimate. exception: nothing, and somebody
said why. missing: nothing. not-expected: what nobody expects to be there, whether it is or not.
"""
MONTHS = 12


@dataclass(frozen=True)
class Cell:
    """One body, year and service. `payments` (pence) are for services alone, gross; `by_words` is the part of them
    whose service words told. `official` (pence) is the outturn, budget or allocation of `known`. `months` are the
    body's months of the year that hold payments, `missing` those that do not, `few` those with so few lines that files
    may be missing; `unclassified` (pence) is what the body paid in the year for no service that is told."""

    body: str
    year: str
    service: str
    expected: bool
    state: str
    months: int
    missing: tuple[int, ...]
    few: tuple[int, ...]
    lines: int
    payments: int
    by_words: int
    official: int | None
    known: Known | None
    said: Said | None
    grade: str
    unclassified: int

    @property
    def estimate(self) -> int | None:
        """What somebody estimates that it comes to (pence)."""
        return self.said.pence if self.said else None

    @property
    def open(self) -> bool:
        """Whether it keeps the mapping from being complete: expected, not wholly there, and nobody said why."""
        if not self.expected or self.state not in ("missing", "part"):
            return False
        return not self.said and not (self.known and self.known.kind == "outturn")

    @property
    def counted(self) -> int:
        """The part of its official figure (pence) that payments cover: never more than it, never less than nought."""
        return max(0, min(self.payments, self.official)) if self.official and self.official > 0 else 0


@dataclass(frozen=True)
class BodyYear:
    """A body's financial year: its cells, and what its official figures come to in all (pence), None without any.

    `at_all` are the months of the year in which it paid anybody, whatever for; `one_cell` says that all it spends is
    one cell.
    """

    body: str
    year: str
    cells: tuple[Cell, ...]
    whole: int | None
    at_all: int = 0
    one_cell: bool = False

    @property
    def by_service(self) -> bool:
        """Whether services are expected of it: then its year is a unit of its own beside them."""
        return not self.one_cell and any(cell.expected for cell in self.cells)

    @property
    def payments(self) -> int:
        """Payments for services (pence)."""
        return sum(cell.payments for cell in self.cells)

    @property
    def official(self) -> int:
        """What official figures show as spent (pence): all services, or the services that are not negative if more."""
        return max(self.whole or 0, sum(max(cell.official or 0, 0) for cell in self.cells))

    @property
    def counted(self) -> int:
        """The part of it (pence) that payments cover, service by service; of the whole where no services are told."""
        if any(cell.official for cell in self.cells):
            return sum(cell.counted for cell in self.cells)
        return max(0, min(self.payments, self.official))


Paid = Mapping[str, tuple[int, int, int]]
"""By service: lines, pence, and pence whose service words told."""


@lru_cache(maxsize=8)
def _paid(run: Run, years: frozenset[str], definition: Same[Definition]) -> tuple[Mapping[tuple[str, str], Paid], int]:
    """Payments for services by body and year, and the money that is for no services; of these years."""
    found: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    other = 0
    for cell in cells_where(run, definition.it, {}, ["service", "told"]):
        if cell["year"] not in years:
            continue
        if cell["kind"] in NO_SERVICE:
            other += cell["place_pence"]
            continue
        sums = found[cell["body"], cell["year"]][cell["service"]]
        sums[0] += cell["lines"]
        sums[1] += cell["place_pence"]
        sums[2] += cell["place_pence"] if cell["told"] == "words" else 0
    out = {key: {name: (n, p, w) for name, (n, p, w) in theirs.items()} for key, theirs in found.items()}
    return out, other


def cells_of(
    run: Run, definition: Definition, figures: Figures, said: Sequence[Said], years: Sequence[str]
) -> tuple[list[BodyYear], int]:
    """The bodies of a place in each of `years` with their cells, and the payments (pence) that are for no services.

    The payments of the cells and those make the gross of the count.
    """
    paid, other = _paid(run, frozenset(years), Same(definition))
    told = {(entry.body, entry.year, entry.service): entry for entry in said}
    found = []
    for body in definition.bodies:
        known = {year: known_of(figures, body, year) for year in years}
        shown = {name for theirs in known.values() for name, one in theirs.items() if one.amount and name != TOTAL}
        for year in years:
            made = _Year(run, body, year, paid.get((body.id, year), {}), known[year], told)
            whole = known[year].get(TOTAL)
            in_all = _share(whole.amount, body) if whole else None
            cells, at_all = tuple(made.cells(shown)), MONTHS - len(made.missing)
            found.append(BodyYear(body.id, year, cells, in_all, at_all, bool(made.expected.whole)))
    return found, other


class _Year:
    """The cells of one body and year."""

    def __init__(
        self,
        run: Run,
        body: Body,
        year: str,
        paid: Paid,
        known: Mapping[str, Known],
        told: Mapping[tuple[str, str, str], Said],
    ) -> None:
        self.body, self.year, self.known, self.told = body, year, known, told
        self.expected = expected_of(body)
        self.paid: Paid = {self.expected.whole: _sum(paid.values())} if self.expected.whole and paid else paid
        found = standing(run).get(body.id)
        self.missing = tuple(month for month in months_of(year) if not (found and found.lines.get(month)))
        self.few = tuple(month for month in months_of(year) if found and month in found.few)

    def cells(self, shown: Iterable[str]) -> list[Cell]:
        """A cell for each service that is expected, shown by official figures, or paid for; in the usual order.

        `shown` are the services of the body's official figures of any year.
        """
        if self.expected.whole:
            return [self._cell(self.expected.whole, True)]
        wanted = {*self.expected.services, *shown}
        every = [name for name in (*services(), NOT_CLASSIFIED) if name in wanted or name in self.paid]
        return [self._cell(name, name in wanted) for name in every]

    def _cell(self, service: str, expected: bool) -> Cell:
        lines, payments, words = self.paid.get(service, (0, 0, 0))
        known = self.known.get(TOTAL if self.expected.whole else service)
        said = self.told.get((self.body.id, self.year, service)) or self.told.get((self.body.id, self.year, ""))
        wanted = expected and not (said and said.state == "not-expected")
        months = MONTHS - len(self.missing)
        if not wanted:
            state = "not-expected"
        elif lines:
            state = "present" if months == MONTHS else "part"
        elif known and known.kind == "outturn":
            state = "official"
        else:
            state = _stands_in(known, said)
        return Cell(
            self.body.id, self.year, service, wanted, state, months, self.missing, self.few, lines, payments, words,
            _share(known.amount, self.body) if known else None, known, said, self._grade(state, bool(lines), known),
            self.paid.get(NOT_CLASSIFIED, (0, 0, 0))[1],
        )  # fmt: skip

    def _grade(self, state: str, paid: bool, known: Known | None) -> str:
        """actual, apportioned or estimated; '' where there is nothing to grade."""
        if state in ("missing", "exception") or (state == "not-expected" and not paid):
            return ""
        if state == "estimated":
            return "estimated"
        grades = ["apportioned" if self.body.share != 1 else "actual"]
        if state == "official" and known:
            grades.append(known.grade)
        return max(grades, key=("actual", "apportioned", "estimated").index)


def _stands_in(known: Known | None, said: Said | None) -> str:
    """The state of a cell that is expected and has neither payments nor an outturn."""
    if said and said.state == "exception" and not known:
        return "exception"
    return "estimated" if known or (said and said.state == "estimated") else "missing"


def _sum(found: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    lines, amount, words = (sum(column) for column in zip(*found, strict=True))
    return lines, amount, words


def _share(amount: int, body: Body) -> int:
    """The place's part of a body's official figure, to the penny, halves to even."""
    return int((amount * body.share).quantize(Decimal(1), ROUND_HALF_EVEN))
