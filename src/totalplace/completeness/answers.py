"""How complete the count of a place is: the one face of this package to commands, pages and Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from totalplace.completeness import declared
from totalplace.completeness.cells import STATES, cells_of
from totalplace.completeness.declared import Said
from totalplace.completeness.result import FILTERS, OPEN, Result, bodies_table, cells_table, gaps_table
from totalplace.definition import Definition
from totalplace.errors import UsageError, did_you_mean
from totalplace.official.figures import Figures
from totalplace.parameters.expected import ALL
from totalplace.parameters.services import NOT_CLASSIFIED, services
from totalplace.remembered import Same
from totalplace.store.layout import Run
from totalplace.table import Column, Table
from totalplace.terms import check_year


class Completeness:
    """How complete the count is: cells of body, year and service, with what people said of them."""

    def __init__(
        self,
        root: Path,
        definition: Definition,
        figures: Callable[[], Figures],
        run: Callable[[], Run],
        years: Callable[[], Sequence[str]],
    ) -> None:
        self._root, self._definition = root, definition
        self._figures, self._run, self._years = figures, run, years

    def result(self) -> Result:
        """The cells of the current run and what they come to; worked out anew where something has changed."""
        definition, figures = Same(self._definition), Same(self._figures())
        return _worked_out(self._run(), definition, figures, self.said(), tuple(self._years()))

    def said(self) -> tuple[Said, ...]:
        """What completeness.toml says; raises PlaceError naming a fault."""
        return declared.load(self._root, self._definition)

    def cells(self, where: Mapping[str, Sequence[str]] | None = None) -> Table:
        """Each cell that passes the filters `body`, `year`, `service` and `state`, with where it comes from."""
        return cells_table(self.result(), self.wanted(where))

    def gaps(self, where: Mapping[str, Sequence[str]] | None = None) -> Table:
        """The cells that keep the mapping from being complete."""
        return gaps_table(self.result(), self.wanted(where))

    def bodies(self, where: Mapping[str, Sequence[str]] | None = None) -> Table:
        """Each body and year, what is missing first."""
        return bodies_table(self.result(), self.wanted(where))

    def declared(self) -> Table:
        """What people said of cells."""
        columns = (
            *(Column(key, label, "money" if key == "amount" else "text") for key, label in _SAID_LABELS.items()),
            Column("note", "To look at"),
        )
        rows = [
            (
                *(said.pence if key == "amount" else getattr(said, key) for key in _SAID_LABELS),
                declared.idle(said, self._definition),
            )
            for said in self.said()
        ]
        return Table("completeness-said", "What was said of cells that no payments fill", columns, rows)

    def declare(self, said: Said) -> None:
        """Writes down what somebody says of a cell; raises UsageError for what cannot be said."""
        declared.declare(self._root, self._definition, said)

    def withdraw(self, body: str, year: str, service: str = "") -> None:
        """Takes back what was said of a cell; raises UsageError where nothing was."""
        declared.withdraw(self._root, self._definition, body, year, service)

    def wanted(self, where: Mapping[str, Sequence[str]] | None) -> dict[str, list[str]]:
        """Filters with bodies by id; raises UsageError for a filter or value that is not known."""
        found = {name: list(values) for name, values in (where or {}).items() if values}
        known = {"service": [*services(), ALL, NOT_CLASSIFIED], "state": [*STATES, OPEN]}
        for name, values in found.items():
            if name not in FILTERS:
                raise UsageError(f"'{name}' is not a filter of completeness{did_you_mean(name, list(FILTERS))}")
            for value in values:
                if name in known and value not in known[name]:
                    raise UsageError(f"'{value}' is not a {name}{did_you_mean(value, known[name])}")
                if name == "year":
                    check_year(value)
        if "body" in found:
            found["body"] = [self._definition.body(value).id for value in found["body"]]
        return found


_SAID_LABELS = {
    "body": "Body",
    "year": "Financial year",
    "service": "Service (id)",
    "state": "What is said",
    "amount": "Amount, beside the count",
    "reason": "Why",
    "method": "Method",
    "source": "Source",
    "by": "Who said so",
    "on": "Day",
}


@lru_cache(maxsize=8)
def _worked_out(
    run: Run, definition: Same[Definition], figures: Same[Figures], said: tuple[Said, ...], years: tuple[str, ...]
) -> Result:
    bodies, other = cells_of(run, definition.it, figures.it, said, years)
    return Result(years, tuple(bodies), other)
