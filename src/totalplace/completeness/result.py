"""What the cells of a count come to: how much of it is there, whether the mapping is complete, and the tables of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from totalplace.completeness.cells import MONTHS, STATES, BodyYear, Cell
from totalplace.completeness.declared import FILE
from totalplace.errors import DataError
from totalplace.official.figures import Figures
from totalplace.parameters.expected import ALL
from totalplace.parameters.services import NOT_CLASSIFIED, services
from totalplace.table import Column, Table
from totalplace.terms import Where, money, month_spans, pounds

STATE_WORDS = {
    "missing": "missing",
    "part": "some months",
    "exception": "exception",
    "estimated": "estimated",
    "official": "official only",
    "present": "present",
    "not-expected": "not expected",
}
"""The states of a cell, for people."""


def service_name(service: str) -> str:
    """A cell's service for people."""
    if service in services():
        return services()[service].label
    return {ALL: "All that it spends", NOT_CLASSIFIED: "Not classified"}.get(service, service)


@dataclass(frozen=True)
class Result:
    """How complete a count is. `other` is the money (pence) of payments that are for no services."""

    years: tuple[str, ...]
    bodies: tuple[BodyYear, ...]
    other: int

    @property
    def cells(self) -> Iterator[Cell]:
        """All cells."""
        return (cell for one in self.bodies for cell in one.cells)

    @cached_property
    def states(self) -> Counter[str]:
        """How many of the expected cells are in each state."""
        return Counter(cell.state for cell in self.cells if cell.expected)

    @property
    def expected(self) -> int:
        """How many cells are expected."""
        return self.states.total()

    @cached_property
    def units(self) -> int:
        """The expected cells, and each year of a body that services are expected of: a unit of its own beside them."""
        return self.expected + sum(one.by_service for one in self.bodies)

    @cached_property
    def covered(self) -> int:
        """Months of the units that payments cover, of twelve a unit."""
        cells = sum(cell.months for cell in self.cells if cell.expected and cell.lines)
        return cells + sum(one.at_all for one in self.bodies if one.by_service)

    @property
    def rate(self) -> float | None:
        """The share of the expected units that is counted, months told apart; None where nothing is expected.

        Official figures, estimates and exceptions are no part of it: they are not in the count. A body's year is a
        unit beside its services, so that taking away its files lowers the share whatever its payments are told for.
        """
        return self.covered / (MONTHS * self.units) if self.units else None

    @property
    def official(self) -> int:
        """What official figures show as spent (pence), of the bodies and years that have any."""
        return sum(one.official for one in self.bodies)

    @property
    def counted(self) -> int:
        """The part of it (pence) that payments cover, never more in a service than the service has."""
        return sum(one.counted for one in self.bodies)

    @property
    def official_rate(self) -> float | None:
        """The share of official spending that payments cover; None without official figures."""
        return self.counted / self.official if self.official else None

    @property
    def estimates(self) -> int:
        """What people estimate of the cells that are not wholly there (pence): beside the count, never in it.

        An estimate for all services of a body's year is one amount.
        """
        theirs = {cell.said for cell in self.cells if cell.said and cell.state in ("estimated", "part")}
        return sum(said.pence or 0 for said in theirs)

    @cached_property
    def gaps(self) -> list[Cell]:
        """The expected cells that are not wholly there, without an outturn or a word of why; whole gaps first."""
        return sorted((cell for cell in self.cells if cell.open), key=lambda cell: STATES.index(cell.state))

    @property
    def complete(self) -> bool:
        """Whether the mapping is complete: something is expected, and no expected cell is open."""
        return bool(self.expected) and not self.gaps

    def require_complete(self) -> None:
        """Raises DataError naming the first gaps where the mapping is not complete: nobody can say then that it is."""
        if not self.complete:
            listed = [f"{c.body} {c.year} {service_name(c.service)}" for c in self.gaps[:5]]
            more = f" and {len(self.gaps) - 5:,} more" if len(self.gaps) > 5 else ""
            what = f"{', '.join(listed)}{more}" if listed else "no body and year is expected"
            raise DataError(f"the mapping is not complete: {what}; add files, or say why in {FILE}")

    def to_dict(self) -> dict[str, Any]:
        """For JSON: money as decimal strings of pounds."""
        return {
            "complete": self.complete,
            "years": list(self.years),
            "expected": self.expected,
            "units": self.units,
            "states": {state: self.states.get(state, 0) for state in STATES if state != "not-expected"},
            "rate": self.rate,
            "official": pounds(self.official),
            "official_counted": pounds(self.counted),
            "official_rate": self.official_rate,
            "estimates_beside": pounds(self.estimates),
            "no_services": pounds(self.other),
        }


CELLS = (
    Column("body", "Body"),
    Column("year", "Financial year"),
    Column("service", "Service (id)"),
    Column("service_name", "Service"),
    Column("expected", "Expected"),
    Column("state", "State"),
    Column("months", "Months with payments", "count"),
    Column("lines", "Lines", "count"),
    Column("payments", "Payments for services", "money"),
    Column("official", "Official figure", "money"),
    Column("share", "Covered, service by service", "percent"),
    Column("estimate", "Estimate, beside the count", "money"),
    Column("grade", "Grade"),
    Column("signed", "Signed"),
    Column("source", "Where from"),
    Column("note", "To look at"),
)

FILTERS = ("body", "year", "service", "state")
"""What the cells can be narrowed by; `state` takes 'open' too, for the gaps."""
OPEN = "open"


def cells_table(result: Result, where: Where | None = None) -> Table:
    """All cells that pass the filters, body by body, year by year."""
    rows = [row_of(cell) for cell in result.cells if passes(cell, where or {})]
    note = "Payments, official figures and estimates stand beside each other and are never added"
    return Table("completeness", "How complete the count is: body, year and service", CELLS, rows, note)


def gaps_table(result: Result, where: Where | None = None) -> Table:
    """The cells that keep the mapping from being complete, what is wholly missing first."""
    rows = [row_of(cell) for cell in result.gaps if passes(cell, where or {})]
    return Table("completeness-gaps", "What is missing", CELLS, rows, f"Add its files, or say why in {FILE}")


GROUPED = (
    Column("body", "Body"),
    Column("year", "Financial year"),
    Column("state", "State"),
    Column("services", "Services"),
    Column("note", "To look at"),
)


def gaps_grouped(result: Result) -> Table:
    """The gaps for people: a row for each body, year and state, its services together."""
    found: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in result.gaps:
        found.setdefault((cell.body, cell.year, cell.state), []).append(cell)
    rows = [
        (*key, ", ".join(service_name(cell.service) for cell in cells), "; ".join(dict.fromkeys(map(note, cells))))
        for key, cells in found.items()
    ]
    return Table("completeness-gaps", "What is missing", GROUPED, rows)


def passes(cell: Cell, where: Where) -> bool:
    """Whether a cell passes filters of FILTERS."""
    for name, values in where.items():
        if values and not (getattr(cell, name) in values or (name == "state" and cell.open and OPEN in values)):
            return False
    return True


def row_of(cell: Cell) -> tuple[object, ...]:
    """A cell as a row of CELLS."""
    official = cell.official if cell.official and cell.official > 0 else None
    share = cell.counted / official if official else None
    return (
        cell.body, cell.year, cell.service, service_name(cell.service), "yes" if cell.expected else "no", cell.state,
        cell.months if cell.lines else 0, cell.lines, cell.payments if cell.lines else None, cell.official,
        share, cell.estimate, cell.grade, signed(cell), source(cell), note(cell),
    )  # fmt: skip


def signed(cell: Cell) -> str:
    """Whether somebody stands behind its official figure; '' without one."""
    return ("signed" if cell.known.signed else "unsigned") if cell.known else ""


def source(cell: Cell) -> str:
    """Where what is known of a cell comes from, in words."""
    told = []
    if cell.lines:
        told.append(f"{cell.lines:,} payments counted")
    if cell.known:
        measure = "" if cell.known.measure == "amount" else f", {cell.known.measure}"
        told.append(f"{cell.known.kind} ({cell.known.dataset}{measure})")
    if cell.said:
        told.append(f"{cell.said.state} in {FILE}")
    return "; ".join(told) or "nothing"


def note(cell: Cell) -> str:
    """What is to be looked at in a cell, in words."""
    told = []
    if cell.lines and cell.missing:
        told.append(f"no payments of {month_spans(cell.missing)}")
    if cell.lines and cell.few:
        told.append(f"few lines in {month_spans(cell.few)}")
    if cell.payments and cell.by_words * 2 > cell.payments:
        told.append("words alone told most of it for this service")
    if not cell.lines and cell.expected and cell.unclassified and cell.service != NOT_CLASSIFIED:
        told.append(f"{money(cell.unclassified)} of this body and year is told for no service")
    if cell.official and cell.payments > cell.official > 0:
        told.append("payments are more than the official figure, so no more than it is said to be covered")
    if cell.known and cell.known.others:
        told.append(f"{', '.join(cell.known.others)} says something of it too")
    if cell.said:
        told.append(f"said: {cell.said.words}" + (", and there are payments" if cell.lines else ""))
    return "; ".join(told)


BODIES = (
    Column("body", "Body"),
    Column("year", "Financial year"),
    Column("state", "State"),
    Column("months", "Months with payments", "count"),
    Column("expected", "Services expected", "count"),
    Column("there", "wholly there", "count"),
    Column("open", "open", "count"),
    Column("payments", "Payments for services", "money"),
    Column("official", "Official figure", "money"),
    Column("share", "Covered, service by service", "percent"),
)


def worst(one: BodyYear) -> str:
    """The state of a body's year: the first of STATES that an expected cell has; not-expected without any."""
    found = {cell.state for cell in one.cells if cell.expected}
    return next((state for state in STATES if state in found), "not-expected")


def bodies_table(result: Result, where: Where | None = None) -> Table:
    """Each body and year: how many of its cells are there, what is missing first."""
    wanted = where or {}
    rows = [
        _body_row(one)
        for one in sorted(result.bodies, key=lambda one: STATES.index(worst(one)))
        if all(not wanted.get(name) or getattr(one, name) in wanted[name] for name in ("body", "year"))
    ]
    return Table("completeness-bodies", "How complete the count is, by body and year", BODIES, rows)


def _body_row(one: BodyYear) -> tuple[object, ...]:
    states = Counter(cell.state for cell in one.cells if cell.expected)
    share = one.counted / one.official if one.official else None
    return (
        one.body, one.year, worst(one), one.at_all, states.total(), states["present"],
        sum(cell.open for cell in one.cells), one.payments, one.official or None, share,
    )  # fmt: skip


def unsigned(figures: Figures) -> list[str]:
    """The datasets of official figures that nobody stands behind as their files are now."""
    return [dataset.id for dataset in figures.datasets if not figures.signed(dataset)]
