"""The totals of a run that pass filters, fine enough to be cut: what every count is summed from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from totalplace.definition import Definition
from totalplace.errors import UsageError
from totalplace.money.cuts import check_years, filter_sql, known_filters
from totalplace.services import CLASSES
from totalplace.store.layout import Run
from totalplace.store.queries import marks, records
from totalplace.terms import TAKEN_OUT, Where

Key = TypeVar("Key", bound=Hashable)
YEARS_KEYS = ("body", "year", "kind", "outcome", "to_body")
"""What the totals by year are told by."""


def cells_where(run: Run, definition: Definition, where: Where, by: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The totals that pass the filters, fine enough to be cut `by` columns of CUTS.

    Raises UsageError for an unknown filter, body or outcome.
    """
    wanted = known_filters(definition, where)
    check_years(run, definition, wanted.get("year", ()))
    if "supplier" in wanted:
        cells = _supplier_cells(run, wanted.pop("supplier"))
    elif asked := {*by, *wanted} & {*CLASSES}:
        return _class_cells(run, [*asked, *({"month", "channel"} & {*by, *wanted})], wanted)
    else:
        cells = run.totals() if {"month", "channel"} & {*by, *wanted} else run.years()
    for name, values in wanted.items():
        cells = [cell for cell in cells if str(cell[name]) in values]
    return cells


def _supplier_cells(run: Run, ids: Iterable[str]) -> list[dict[str, Any]]:
    """The ledger's entries of suppliers, by supplier id; raises UsageError where one is not a number."""
    try:
        numbers = sorted(int(value) for value in ids)
    except ValueError:
        raise UsageError("a supplier is named by its number, as 'count --by supplier --json' gives it") from None
    sql = f"SELECT * FROM read_parquet(?) WHERE supplier_id IN ({marks(numbers)})"
    return records(sql, [run.table("ledger"), *numbers])


def _class_cells(run: Run, more: Iterable[str], wanted: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """The sums that pass filters by body, year, kind, outcome, receiver, and by `more` columns of the classes."""
    keys = ", ".join(f"c.{name}" for name in (*YEARS_KEYS, *sorted(set(more))))
    conditions, parameters = filter_sql(wanted)
    sums = ", ".join(f"sum(c.{name})::BIGINT AS {name}" for name in ("lines", "pence", "place_pence"))
    sql = f"SELECT {keys}, {sums} FROM read_parquet(?) c WHERE {conditions} GROUP BY ALL ORDER BY {keys}"
    return records(sql, [run.table("classes"), *parameters])


def sums_by(cells: Iterable[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], Key]) -> dict[Key, list[int]]:
    """Lines, gross and what is taken out of it (pence) of the cells of each key; noughts for a key that none has."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0])
    for cell in cells:
        found = sums[key(cell)]
        found[0] += cell["lines"]
        found[1] += cell["place_pence"]
        found[2] += cell["place_pence"] if cell["outcome"] in TAKEN_OUT else 0
    return sums
