"""Free questions to the store: DuckDB SQL over its tables, which it can read and not change."""

from __future__ import annotations

from totalplace.errors import UsageError
from totalplace.store.layout import Run
from totalplace.table import Column, Kind, Table


def run_sql(run: Run, query: str) -> Table:
    """The rows of a query over lines, rejects, files, payees, ledger, cube and totals; pence stay pence.

    The query can read the store and nothing else: no other file, no network. Raises UsageError where the
    query is at fault.
    """
    import duckdb

    with duckdb.connect() as connection:
        _views(connection, run)
        _shut(connection, run)
        try:
            cursor = connection.execute(query)
            described = cursor.description or []
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise UsageError(f"the query cannot be run: {error}") from error
    columns = tuple(Column(c[0], c[0], _kind(str(c[1]))) for c in described)
    return Table("sql", "Query", columns, rows)


def _views(connection: object, run: Run) -> None:
    import duckdb

    assert isinstance(connection, duckdb.DuckDBPyConnection)
    lines = [str(path) for entry in run.counted() for path in run.lines_of(entry)]
    tables = {
        "lines": lines,
        "rejects": [str(run.rejects_of(entry)) for entry in run.counted()],
        **{name: [str(run.table(name))] for name in ("payees", "ledger", "cube")},
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
FROM cube GROUP BY ALL
"""
_FILES = """
CREATE TABLE files (
    body VARCHAR, file VARCHAR, rows BIGINT, accepted BIGINT, rejected BIGINT, pence BIGINT, refused VARCHAR
)
"""


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"


def _shut(connection: object, run: Run) -> None:
    """Shuts the query in: it reads the store's folder only, and cannot open the doors again."""
    import duckdb

    assert isinstance(connection, duckdb.DuckDBPyConnection)
    connection.execute(f"SET allowed_directories = [{_quoted(str(run.store.root))}]").fetchall()
    connection.execute("SET enable_external_access = false").fetchall()
    connection.execute("SET lock_configuration = true").fetchall()


def _kind(type_name: str) -> Kind:
    if type_name == "DATE":
        return "date"
    return "number" if any(word in type_name for word in ("INT", "DECIMAL", "DOUBLE", "FLOAT", "NUMBER")) else "text"
