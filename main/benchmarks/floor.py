"""The floor: DuckDB copies the same bytes to Parquet, told how to read them, and cleans nothing.

Every column stays text and every source file becomes one Parquet file. What has to read CSV and write Parquet
cannot cost much less than this. DuckDB reads UTF-8, UTF-16 and Latin-1 without an extension; files in cp1252
are read as Latin-1, which has the pound sign in the same place and costs the same. A file with bytes that
Latin-1 leaves empty is written out as UTF-8 first, within the measured time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import duckdb

from benchmarks.dialects import Dialect, load


def main() -> None:
    """Copy the folder that the arguments name, and say how many lines arrived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with dialects.json")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    began = time.perf_counter()
    args.out.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    lines = sum(
        copy(connection, args.folder, dialect, args.out / f"{number:04d}.parquet")
        for number, dialect in enumerate(load(args.folder))
    )
    print(json.dumps({"lines": lines, "seconds": round(time.perf_counter() - began, 3)}))


def copy(connection: duckdb.DuckDBPyConnection, folder: Path, dialect: Dialect, target: Path) -> int:
    """Copy one file; gives its lines."""
    try:
        return _copy(connection, reading(folder / dialect.path, dialect), target)
    except duckdb.InvalidInputException:
        if dialect.encoding.startswith("utf-8"):
            raise
    text = (folder / dialect.path).read_bytes().decode(dialect.encoding, "replace")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "utf8.csv"
        path.write_bytes(text.encode())
        return _copy(connection, reading(path, replace(dialect, encoding="utf-8")), target)


def _copy(connection: duckdb.DuckDBPyConnection, select: str, target: Path) -> int:
    row = connection.execute(f"COPY ({select}) TO {_text(str(target))} (FORMAT parquet)").fetchone()
    assert row is not None
    return int(row[0])


def reading(path: Path, dialect: Dialect) -> str:
    """The SELECT that reads a file as text by its dialect."""
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in dialect.names)
    options = {
        "auto_detect": "false",
        "header": "false",
        "skip": str(dialect.skip),
        "delim": _text(dialect.delimiter),
        "quote": _text(dialect.quote),
        "escape": _text(dialect.quote),
        "encoding": _text("utf-8" if dialect.encoding.startswith("utf-8") else "latin-1"),
        "columns": "{" + columns + "}",
    }
    if dialect.newline == "\r":  # old Macintosh files that end in another newline
        options["strict_mode"] = "false"
    if dialect.ragged:
        options |= {"null_padding": "true", "strict_mode": "false", "parallel": "false"}
    given = ", ".join(f"{key} = {value}" for key, value in options.items())
    return f"SELECT * FROM read_csv({_text(str(path))}, {given})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


if __name__ == "__main__":
    main()
