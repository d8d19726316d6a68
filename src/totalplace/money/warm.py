"""What a face that stays open keeps in memory of a run, so that lines open fast however many there are.

It changes no answer: a selection that it cannot answer is read from the store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from totalplace.money.whole_lines import COLUMNS, largest_lines
from totalplace.store.layout import Run
from totalplace.store.queries import Row, rows
from totalplace.terms import financial_year, month_number

Wanted = Mapping[str, frozenset[str] | frozenset[int]]
"""Columns of the ledger, and the values that pass."""

CELL = ("file", "body", "year", "month", "channel", "kind", "service", "outcome", "to_body")
"""What tells a cell of the ledger without its payees."""

EXTRA = ("payee_key", "month", "year")
"""What is kept of a line besides what is shown of it: the month as a number."""

KEPT = 20_000
"""How many of the largest lines are kept."""


@dataclass(frozen=True)
class Warm:
    """The ledger's sums without payees, by CELL, with lines and pence at the end; and the largest lines.

    `largest` holds lines as `lines.COLUMNS` has them, with EXTRA behind, in the order of the largest.
    """

    cells: Sequence[Row]
    largest: Sequence[Row]
    places: Mapping[str, int]

    def sums(self, by: str, wanted: Wanted) -> dict[object, tuple[int, int]] | None:
        """Lines and pence by a column of CELL of what passes; None where the cells cannot tell."""
        if not all(name in CELL for name in wanted):
            return None
        at, tests = CELL.index(by), [(CELL.index(name), values) for name, values in wanted.items()]
        found: dict[object, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for cell in self.cells:
            if all(cell[i] in values for i, values in tests):
                lines, pence = found[cell[at]]
                found[cell[at]] = lines + cell[-2], pence + cell[-1]
        return found

    def first(self, wanted: Wanted, start: int, limit: int, total: int) -> list[Row] | None:
        """A page of the largest lines that pass, of `total`; None where it goes beyond those kept."""
        if not all(name in self.places for name in wanted):
            return None
        tests = [(self.places[name], values) for name, values in wanted.items()]
        passing = (row for row in self.largest if all(row[i] in values for i, values in tests))
        found = list(islice(passing, start + limit))
        return [row[: -len(EXTRA)] for row in found[start:]] if len(found) >= min(start + limit, total) else None


def warm(run: Run) -> Warm:
    """Reads what is kept of a run: about a second for ten million lines."""
    names = ", ".join(CELL)
    sql = f"SELECT {names}, sum(lines)::BIGINT, sum(pence)::BIGINT FROM read_parquet(?) GROUP BY ALL ORDER BY {names}"
    places = {column.name: i for i, column in enumerate(COLUMNS) if column.name in (*CELL, "supplier_id")}
    places.update({name: len(COLUMNS) + i for i, name in enumerate(EXTRA)})  # a month is shown as text
    at = [column.name for column in COLUMNS].index("month")
    cells = rows(sql, [run.table("ledger")])
    return Warm(cells, [_dated(row, month_number(row[at])) for row in largest_lines(run, KEPT)], places)


def _dated(row: Row, month: int) -> Row:
    return (*row, month, financial_year(month // 100, month % 100))
