"""Free questions to the store: DuckDB SQL over its tables, which it can read and not change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from totalplace.errors import UsageError
from totalplace.store.layout import Run
from totalplace.store.queries import damage_told
from totalplace.table import Column, Kind, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LISTEN = 0.2
"""Seconds between two looks at whether a query is to be stopped."""
IDS = ("supplier_id", "payee_key")
"""Numbers of 63 bits, which are text in JSON: a reader that has floats alone would round them."""


def run_sql(run: Run, query: str, limit: int | None = None) -> Table:
    """The rows of a query over lines, rejects, files, payees, ledger and totals; pence stay pence.

    The query can read the store and nothing else: no other file, no network, nothing written. With `limit` no
    more rows are read, and the note says where there are more. Raises UsageError where the query is at fault,
    StoreError where the store is damaged.
    """
    import duckdb

    with duckdb.connect() as connection:
        with damage_told():
            _views(connection, run)
        _shut(connection, run)
        try:
            described, rows = _stoppable(connection, _reading(connection, query, limit))
        except (duckdb.Error, ImportError) as error:
            if "pytz" in str(error):  # which DuckDB asks for, and nothing else here needs
                raise UsageError("a time with a time zone cannot be shown; cast it, as in now()::TIMESTAMP") from error
            raise UsageError(f"the query cannot be run: {error}") from error
    columns = tuple(Column(c[0], c[0], _kind(c[0], str(c[1]))) for c in described)
    if limit is None or len(rows) <= limit:
        return Table("sql", "Query", columns, rows)
    return Table("sql", "Query", columns, rows[:limit], f"The first {limit:,} rows; there are more.")


def _stoppable(connection: DuckDBPyConnection, query: str) -> tuple[list[Any], list[Any]]:
    """Columns and rows of a query. Ctrl-C ends it: DuckDB's own ear for that misses it now and then under load."""
    from concurrent.futures import ThreadPoolExecutor, TimeoutError, wait

    def asked() -> tuple[list[Any], list[Any]]:
        cursor = connection.execute(query)
        return cursor.description or [], cursor.fetchall()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(asked)
        try:
            while True:
                try:
                    return running.result(timeout=_LISTEN)
                except TimeoutError:
                    if running.done():
                        raise
        except KeyboardInterrupt:
            while not running.done():
                connection.interrupt()
                wait([running], timeout=_LISTEN)
            raise


def _reading(connection: DuckDBPyConnection, query: str, limit: int | None) -> str:
    """The query as one that can only read; raises UsageError where it is none.

    The folders that DuckDB may read it may write too, so a query must be one SELECT (FROM, WITH, DESCRIBE and
    SHOW are SELECTs to it). It is run inside another, because a WITH can hold a COPY, but at the top alone.
    """
    import duckdb

    found = connection.extract_statements(query)
    if len(found) != 1 or found[0].type != duckdb.StatementType.SELECT:
        raise UsageError("a query is one question that reads: SELECT, FROM, WITH, DESCRIBE, SHOW or SUMMARIZE")
    inside = f"SELECT * FROM (\n{found[0].query.strip().rstrip(';')}\n)"
    return inside if limit is None else f"{inside} LIMIT {limit + 1}"


def _views(connection: DuckDBPyConnection, run: Run) -> None:
    lines = [str(path) for entry in run.counted() for path in run.lines_of(entry)]
    tables = {
        "lines": lines,
        "rejects": [str(run.rejects_of(entry)) for entry in run.counted()],
        **{name: run.table(name) for name in ("payees", "ledger")},
    }
    for name, paths in tables.items():
        listed = ", ".join(_quoted(path) for path in paths)
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}])").fetchall()
    connection.execute(_TOTALS).fetchall()
    connection.execute(_FILES).fetchall()
    entries = [
        [e["body"], e["name"], e["rows"], e["accepted"], e["rejected"], e["pence"], e["refused"]] for e in run.files
    ]
    connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", entries).fetchall()


_TOTALS = """
CREATE VIEW totals AS
SELECT * EXCLUDE (supplier_id, lines, pence, place_pence), sum(lines)::BIGINT AS lines, sum(pence)::BIGINT AS pence,
       sum(place_pence)::BIGINT AS place_pence
FROM ledger GROUP BY ALL
"""
_FILES = """
CREATE TABLE files (
    body VARCHAR, file VARCHAR, rows BIGINT, accepted BIGINT, rejected BIGINT, pence BIGINT, refused VARCHAR
)
"""


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"


def _shut(connection: DuckDBPyConnection, run: Run) -> None:
    """Shuts the query in: it reads the store's folder only, and cannot open the doors again."""
    connection.execute(f"SET allowed_directories = [{_quoted(str(run.store.root))}]").fetchall()
    connection.execute("SET enable_external_access = false").fetchall()
    connection.execute("SET lock_configuration = true").fetchall()


_NUMBER = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BIGNUM|DECIMAL\(\d+,\d+\)|FLOAT|DOUBLE|BOOLEAN)")


def _kind(name: str, type_name: str) -> Kind:
    if type_name == "DATE":
        return "date"
    return "number" if name not in IDS and _NUMBER.fullmatch(type_name) else "text"
