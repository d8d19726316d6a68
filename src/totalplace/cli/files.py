"""Tables as files: what `--csv` and `--xlsx` write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.cli.show import say
from totalplace.errors import DataError

if TYPE_CHECKING:
    from totalplace.cli.options import Out
    from totalplace.place import Place
    from totalplace.table import Table


def write_files(
    place: Place,
    table: Table,
    out: Out,
    *,
    where: Mapping[str, Sequence[str]] | None = None,
    batches: Callable[[], Iterable[Iterable[Sequence[Any]]]] | None = None,
    expected: int | None = None,
) -> None:
    """Writes a table as CSV and as a workbook, where a file is named for each; names of bodies beside their ids.

    `batches` begins, for each file, the rows that stand in for the table's own where there are too many to hold
    (`expected` of them).
    """
    from totalplace.money.pictures import body_names, row_with_names, with_names
    from totalplace.reports.workbook import write_workbook

    if not (out.csv or out.xlsx):
        return
    named, names = with_names(table, place.definition), body_names(place.definition)
    chosen = "; ".join(f"{name}: {', '.join(values)}" for name, values in (where or {}).items())
    scope = f"{place.definition.name}; {chosen or 'the whole count'}"
    expected = expected if batches else len(table.rows)

    def whole() -> Iterable[Sequence[Any]]:
        if batches is None:
            return named.rows
        return (row_with_names(table.columns, row, names) for batch in batches() for row in batch)

    def as_workbook(path: Path) -> None:
        # The run is asked for here alone: a table that needs no build is written as CSV without one.
        source = f"Source: payments as published by the bodies; Total Place, run {place.run.name}. Money in pounds."
        write_workbook(path, named, scope=scope, source=source, rows=whole(), expected=expected)

    write_book(named, out, as_workbook, whole)


def write_others(place: Place, table: Table, out: Out, source: str) -> None:
    """The same of a table that is not of the count: `source` says where its figures come from. It needs no build."""
    write_tables(table, out, place.definition.name, source)


def write_tables(table: Table, out: Out, scope: str, source: str) -> None:
    """The same of a table that needs no place."""
    from totalplace.reports.workbook import write_workbook

    write_book(table, out, lambda path: write_workbook(path, table, scope=scope, source=source))


def write_shipped(table: Table, out: Out, source: str) -> None:
    """The same of a table that is shipped with the package, and of no place."""
    from totalplace import __version__

    write_tables(table, out, f"As shipped with Total Place {__version__}", source)


def write_book(
    table: Table,
    out: Out,
    as_workbook: Callable[[Path], None],
    rows: Callable[[], Iterable[Sequence[Any]]] | None = None,
) -> None:
    """Writes a table, or `rows` in its place, as CSV, and a workbook by what writes one, where files are named."""
    from totalplace.reports.text import csv_file

    if out.csv:
        with written(out.csv), out.csv.open("wb") as file:
            file.writelines(csv_file(table.columns, rows() if rows else table.rows))
    if out.xlsx:
        with written(out.xlsx):
            as_workbook(out.xlsx)


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Says that a file was written; raises DataError where it cannot be."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}") from error
    say(f"wrote {path}")
