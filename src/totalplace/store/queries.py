"""Questions to the store's Parquet in SQL, through one DuckDB that is kept: starting one costs time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from totalplace.errors import StoreError

if TYPE_CHECKING:
    import duckdb

Row = tuple[Any, ...]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    import duckdb

    database = duckdb.connect()
    # A run's files never change under their names, so what stands at their ends need not be read twice.
    database.execute("SET parquet_metadata_cache = true").fetchall()
    return database


@contextmanager
def damage_told() -> Iterator[None]:
    """Raises StoreError, with what to do, where a table of the store is gone, cut short or no table any more."""
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        what = str(error).splitlines()[0]
        raise StoreError(f"the store is damaged ({what}); delete the place's folder 'store' and build again") from error


def rows(sql: str, values: Sequence[Any] = ()) -> list[Row]:
    """The rows of a query; values are bound. Safe to call from several threads at once.

    Raises StoreError, as the others here, where the table is gone or damaged.
    """
    with damage_told(), _database().cursor() as cursor:
        return cursor.execute(sql, list(values)).fetchall()


def records(sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    with damage_told(), _database().cursor() as cursor:
        found = cursor.execute(sql, list(values))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def batches(sql: str, values: Sequence[Any] = (), size: int = 5_000) -> Iterator[list[Row]]:
    """The rows of a query, `size` at a time, so that memory stays bounded."""
    with damage_told(), _database().cursor() as cursor:
        found = cursor.execute(sql, list(values))
        while batch := found.fetchmany(size):
            yield batch


def marks(values: Sequence[Any]) -> str:
    """As many marks for bound values."""
    return ", ".join("?" * len(values))
