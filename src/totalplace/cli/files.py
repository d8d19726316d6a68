"""Tables as files: what `--csv` and `--xlsx` write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from totalplace.cli.show import say
from totalplace.errors import DataError
from totalplace.place import Place
from totalplace.table import Table


def write_files(
    place: Place,
    table: Table,
    csv: Path | None,
    xlsx: Path | None,
    *,
    where: Mapping[str, Sequence[str]] | None = None,
    rows: Iterable[Sequence[Any]] | None = None,
    expected: int | None = None,
) -> None:
    """Writes a table as CSV and as a workbook, where a file is named for each; names of bodies beside their ids.

    `rows` stand in for the table's own where there are too many to hold (`expected` of them): for one file alone.
    """
    from totalplace.money.pictures import body_names, row_with_names, with_names

    if not (csv or xlsx):
        return
    named, names = with_names(table, place.definition), body_names(place.definition)
    whole = None if rows is None else (row_with_names(table.columns, row, names) for row in rows)
    chosen = "; ".join(f"{name}: {', '.join(values)}" for name, values in (where or {}).items())
    counted = "Source: payments as published by the bodies; Total Place, run {}. Money in pounds."

    def about() -> tuple[str, str]:
        return f"{place.definition.name}; {chosen or 'the whole count'}", counted.format(place.run.name)

    _write_each(named, csv, xlsx, about, whole, expected)


def write_others(place: Place, table: Table, csv: Path | None, xlsx: Path | None, source: str) -> None:
    """The same of a table that is not of the count: `source` says where its figures come from. It needs no build."""
    write_tables(table, csv, xlsx, place.definition.name, source)


def write_tables(table: Table, csv: Path | None, xlsx: Path | None, scope: str, source: str) -> None:
    """The same of a table that needs no place."""
    _write_each(table, csv, xlsx, lambda: (scope, source))


def write_shipped(table: Table, csv: Path | None, xlsx: Path | None, source: str) -> None:
    """The same of a table that is shipped with the package, and of no place."""
    from totalplace import __version__

    _write_each(table, csv, xlsx, lambda: (f"As shipped with Total Place {__version__}", source))


def _write_each(
    table: Table,
    csv: Path | None,
    xlsx: Path | None,
    about: Callable[[], tuple[str, str]],
    rows: Iterable[Sequence[Any]] | None = None,
    expected: int | None = None,
) -> None:
    for path in (csv, xlsx):
        if path:
            try:
                _write(table, path, path is xlsx, about, rows, expected)
            except OSError as error:
                raise DataError(f"{path} cannot be written: {error.strerror or error}") from error
            say(f"wrote {path}")


def _write(
    table: Table,
    path: Path,
    as_workbook: bool,
    about: Callable[[], tuple[str, str]],
    rows: Iterable[Sequence[Any]] | None,
    expected: int | None,
) -> None:
    from totalplace.reports.text import csv_file
    from totalplace.reports.workbook import write_workbook

    if not as_workbook:
        with path.open("wb") as out:
            out.writelines(csv_file(table.columns, table.rows if rows is None else rows))
        return
    scope, source = about()
    write_workbook(path, table, scope=scope, source=source, rows=rows, expected=expected)
