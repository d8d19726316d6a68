"""Engines run the table steps. A step is written once, on narwhals; an engine only scans and collects.

`docs/engines.md` says how to choose one and what Spark needs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from totalplace.errors import DataError, UsageError, did_you_mean

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import polars as pl

NAMES = ("polars", "spark")


class Engine(Protocol):
    """Reads Parquet into lazy frames and brings results home."""

    name: str

    def scan(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        """The rows of Parquet files of one schema as a lazy frame."""
        ...

    def frame(self, table: pl.DataFrame) -> nw.LazyFrame[Any]:
        """A small local table as a lazy frame of this engine."""
        ...

    def written(self, paths: Sequence[Path], table: pl.DataFrame) -> nw.LazyFrame[Any]:
        """What was written to `paths` a moment ago, `table`, of any size, as a lazy frame of this engine."""
        ...

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        """The result as a local table."""
        ...

    def close(self) -> None:
        """Lets go of what the engine holds."""
        ...


class PolarsEngine:
    """One machine; the default."""

    name = "polars"

    def scan(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        """The rows of Parquet files as a lazy frame; text columns may be categorical."""
        import narwhals.stable.v2 as nw
        import polars as pl

        return nw.from_native(pl.scan_parquet([str(path) for path in paths], glob=False))

    def frame(self, table: pl.DataFrame) -> nw.LazyFrame[Any]:
        """The table, lazily."""
        import narwhals.stable.v2 as nw

        return nw.from_native(table.lazy())

    def written(self, paths: Sequence[Path], table: pl.DataFrame) -> nw.LazyFrame[Any]:  # noqa: ARG002 - engines differ in which they use
        """The table itself: it is in memory already."""
        return self.frame(table)

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        """The result. A join leaves the rows of its left side in their order: a ledger then needs no sorting."""
        table: pl.DataFrame = frame.to_native().collect(engine="in-memory")
        return table

    def close(self) -> None:
        """Nothing to let go of."""


class SparkEngine:
    """Spark: in a Java virtual machine here, or behind Spark Connect (a cluster's, or Sail's).

    Takes the session given, else the one active in this process, else starts one: see `start_session`. Only a
    session that it started is stopped by `close`. What is behind Spark Connect must see the place's folder
    under the same path.
    """

    name = "spark"

    def __init__(self, session: Any = None, *, remote: str | None = None) -> None:
        if session is None and remote is None:
            session = _active_session()
        self._started = session is None
        self.session = start_session(remote) if session is None else session

    def scan(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        """The rows of Parquet files of one schema as a lazy frame; text columns are plain text."""
        import narwhals.stable.v2 as nw
        import polars as pl

        with _spark_errors():
            rows = self.session.read.parquet(*[_spark_path(path) for path in paths])
        # Polars notes categorical columns in a file as dictionaries. JVM Spark passes the note over, Sail has
        # no name for that type: told the plain type of each column, both read the same.
        kinds = _spark_types(pl.scan_parquet(paths[0], glob=False).collect_schema())
        plain: nw.LazyFrame[Any] = nw.from_native(
            rows.selectExpr(*[f"CAST(`{name}` AS {kind}) AS `{name}`" for name, kind in kinds])
        )
        return plain

    def frame(self, table: pl.DataFrame) -> nw.LazyFrame[Any]:
        """The table, sent to the session; meant for hundreds of rows, not millions."""
        import narwhals.stable.v2 as nw

        schema = ", ".join(f"`{name}` {kind}" for name, kind in _spark_types(table.schema))
        sent: nw.LazyFrame[Any] = nw.from_native(self.session.createDataFrame(table.to_arrow(), schema))
        return sent

    def written(self, paths: Sequence[Path], table: pl.DataFrame) -> nw.LazyFrame[Any]:  # noqa: ARG002 - engines differ in which they use
        """The rows read back from `paths`: no table goes through the wire to the session."""
        return self.scan(paths)

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        """The result, brought home as Arrow."""
        import polars as pl

        with _spark_errors():
            table = pl.from_arrow(frame.to_native().toArrow())
        assert isinstance(table, pl.DataFrame)
        return table

    def close(self) -> None:
        """Stops the session, where this engine started it."""
        if self._started:
            self.session.stop()


SPARK_TYPES = {
    "String": "string",
    "Categorical": "string",
    "Enum": "string",
    "Int64": "bigint",
    "Int32": "int",
    "Date": "date",
}
"""Spark's name for each type that a table of the store may hold."""


@contextlib.contextmanager
def _spark_errors(what: str = "Spark could not do its part") -> Iterator[None]:
    """Turns an error of Spark's into a DataError with the beginning of what it said."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped,unused-ignore]  # with Java alone
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        said = " ".join(str(error).split("\n", 2)[:2]).strip()
        raise DataError(f"{what}: {said}") from error


def _spark_types(schema: pl.Schema) -> list[tuple[str, str]]:
    return [(name, SPARK_TYPES[str(kind.base_type())]) for name, kind in schema.items()]


def _spark_path(path: Path) -> str:
    """The path for Spark to read; raises DataError where Spark would take it for a pattern of names."""
    whole = str(path.resolve())
    if odd := next((c for c in whole if c in "*?[]{}" or (c == "\\" and os.sep != c)), ""):
        raise DataError(
            f"Spark takes the '{odd}' in {whole} for a pattern of file names; rename the folder, "
            "or build with the polars engine"
        )
    return whole


# Sessions

SESSION: dict[str, bool | float | int | str | None] = {
    "spark.sql.ansi.enabled": "true",  # a sum too large is an error, never a wrong sum
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
LOCAL: dict[str, bool | float | int | str | None] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""Settings of a session that we start in Java: it opens no page and says nothing but errors."""

EXAMPLE = "sc://127.0.0.1:50051"
HELP = "docs/engines.md has the lines to type"


def start_session(remote: str | None = None) -> Any:
    """A new Spark session: at `remote` or SPARK_REMOTE (Spark Connect), else in Java by SPARK_MASTER.

    Raises UsageError where PySpark, or both a server and Java, are missing; DataError where the server does
    not answer or Java does not start it.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError("the spark engine needs PySpark: pip install 'totalplace[spark]'") from error
    remote = remote or os.environ.get("SPARK_REMOTE")
    builder = SparkSession.builder.appName("totalplace").config(map=SESSION)
    if remote:
        _knock(remote)
        return builder.remote(remote).create()
    if not _java():
        raise UsageError(_no_java())
    return _local_session(builder, os.environ.get("SPARK_MASTER", "local[*]"))


def _active_session() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        return None
    return SparkSession.getActiveSession()


def _knock(remote: str) -> None:
    """Raises DataError at once where nothing answers; PySpark itself would try again for minutes."""
    from urllib.parse import urlsplit

    parts = urlsplit(remote)
    if parts.scheme != "sc" or not parts.hostname:
        raise UsageError(f"'{remote}' is not a Spark Connect address such as {EXAMPLE}; {HELP}")
    try:
        socket.create_connection((parts.hostname, parts.port or 15002), timeout=10).close()
    except OSError as error:
        why = error.strerror or error
        raise DataError(f"no Spark server answers at {remote} ({why}); is it running?") from error


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin") if home else None) is not None


def _no_java() -> str:
    from importlib.util import find_spec

    found = "the spark engine found neither a Spark server (SPARK_REMOTE is not set) nor Java"
    if find_spec("pysail"):
        return (
            f"{found}; Sail is installed and needs no Java: run 'sail spark server --port 50051' in another "
            f"terminal and set SPARK_REMOTE={EXAMPLE} in this one"
        )
    return f"{found}; install Java 17 or 21, or set SPARK_REMOTE to a server's address such as {EXAMPLE}; {HELP}"


def _local_session(builder: Any, master: str) -> Any:
    settings = dict(LOCAL)
    if master.startswith("local"):
        # Nothing listens beyond this machine, and a small job is not cut into 200 pieces.
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        settings["spark.sql.shuffle.partitions"] = os.cpu_count() or 1
    with _spark_errors(f"Spark did not start (it needs Java 17 or 21; SPARK_MASTER is {master}; {HELP})"):
        return builder.master(master).config(map=settings).getOrCreate()


def engine_named(name: str) -> Engine:
    """The engine that a person names; raises UsageError for an unknown one."""
    if name == "polars":
        return PolarsEngine()
    if name == "spark":
        return SparkEngine()
    raise UsageError(f"'{name}' is not an engine{did_you_mean(name, list(NAMES))}")
