"""Engines run the table steps. A step is written once, on narwhals; an engine only scans and collects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from totalplace.errors import UsageError

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
        import narwhals.stable.v2 as nw
        import polars as pl

        return nw.from_native(pl.scan_parquet([str(path) for path in paths], glob=False))

    def frame(self, table: pl.DataFrame) -> nw.LazyFrame[Any]:
        import narwhals.stable.v2 as nw

        return nw.from_native(table.lazy())

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        table: pl.DataFrame = frame.to_native().collect()
        return table

    def close(self) -> None:
        """Nothing to let go of."""


class SparkEngine:
    """A Spark session: JVM Spark, Spark Connect, or Sail behind it."""

    name = "spark"

    def __init__(self, session: Any = None, *, remote: str | None = None) -> None:
        self._own = session is None
        self.session = session if session is not None else _spark_session(remote)

    def scan(self, paths: Sequence[Path]) -> nw.LazyFrame[Any]:
        import narwhals.stable.v2 as nw

        return nw.from_native(self.session.read.parquet(*[str(path.resolve()) for path in paths]))

    def frame(self, table: pl.DataFrame) -> nw.LazyFrame[Any]:
        import narwhals.stable.v2 as nw

        return nw.from_native(self.session.createDataFrame(table.to_arrow()))

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        import polars as pl

        table = pl.from_arrow(frame.to_native().toArrow())
        assert isinstance(table, pl.DataFrame)
        return table

    def close(self) -> None:
        if self._own:
            self.session.stop()


def _spark_session(remote: str | None) -> Any:
    import os

    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError("the spark engine needs PySpark: pip install 'totalplace[spark]'") from error
    remote = remote or os.environ.get("SPARK_REMOTE")
    builder = SparkSession.builder.appName("totalplace")
    if remote:
        return builder.remote(remote).getOrCreate()
    return builder.master(os.environ.get("SPARK_MASTER", "local[*]")).config("spark.ui.enabled", "false").getOrCreate()


def engine_named(name: str) -> Engine:
    """The engine that a person names; raises UsageError for an unknown one."""
    if name == "polars":
        return PolarsEngine()
    if name == "spark":
        return SparkEngine()
    raise UsageError(f"'{name}' is not an engine; there are {', '.join(NAMES)}")
