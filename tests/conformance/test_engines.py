"""What an engine does beside the steps: reads Parquet, keeps a session in order, says what is wrong."""

from __future__ import annotations

import datetime
import importlib.util
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from pyspark.errors import UnsupportedOperationException

from tests.conformance.gaps import gap
from totalplace.errors import DataError, UsageError
from totalplace.store.engines import Engine, SparkEngine, engine_named, start_session


def _parts(folder: Path) -> tuple[list[Path], list[tuple[object, ...]]]:
    """Two parts as a build writes them, texts by numbers and by values among them; and their rows."""
    rows = [
        ("é", "a b", "𝔣", 2**63 - 1, 201804, datetime.date(2018, 4, 30)),
        ("", None, "x", -1, 201805, None),
    ]
    types = {"few": pl.Categorical(), "some": pl.Enum(["a b"]), "any": pl.String(), "pence": pl.Int64()}
    schema = {**types, "month": pl.Int32(), "date": pl.Date()}
    paths = [folder / f"lines-{n}.parquet" for n in range(2)]
    for path, row in zip(paths, rows, strict=True):
        pl.DataFrame([row], schema, orient="row").write_parquet(path, compression="lz4")
    return paths, rows


def test_parts_are_read_as_they_were_written(engine: Engine, tmp_path: Path) -> None:
    paths, rows = _parts(tmp_path)
    found = engine.collect(engine.scan(paths))
    assert sorted(found.rows(), key=repr) == sorted(rows, key=repr)
    assert [found.schema[name] for name in ("pence", "month", "date")] == [pl.Int64, pl.Int32, pl.Date]


def test_what_was_written_is_there_to_work_on(engine: Engine, tmp_path: Path) -> None:
    table = pl.DataFrame({"pence": [3, -4]})
    table.write_parquet(tmp_path / "t.parquet")
    doubled = engine.written([tmp_path / "t.parquet"], table).select(nw.col("pence") * 2)
    assert sorted(engine.collect(doubled)["pence"]) == [-8, 6]


def test_a_folder_that_spark_would_take_for_a_pattern_is_refused(spark: SparkEngine, tmp_path: Path) -> None:
    for n, name in enumerate(("1", "[1]")):
        (tmp_path / name).mkdir()
        pl.DataFrame({"pence": [n]}).write_parquet(tmp_path / name / "t.parquet")
    with pytest.raises(DataError, match="rename the folder"):
        spark.scan([tmp_path / "[1]" / "t.parquet"])


# What the steps keep clear of


@gap(
    "sail",
    "knows no dictionary types in Parquet: the engine names the plain type of each column",
    UnsupportedOperationException,
)
def test_dictionaries_are_read_without_being_told(spark: SparkEngine, tmp_path: Path) -> None:
    paths, _ = _parts(tmp_path)
    assert [field.name for field in spark.session.read.parquet(str(paths[0])).schema][:2] == ["few", "some"]


@gap("sail", "whole numbers are divided in double precision: steps divide whole multiples of a million alone")
@gap("jvm", "whole numbers are divided in double precision: steps divide whole multiples of a million alone")
def test_large_numbers_are_divided_to_the_unit(engine: Engine) -> None:
    numbers = engine.frame(pl.DataFrame({"pence": [10**17 + 1]}))
    assert engine.collect(numbers.select(nw.col("pence") // 3))["pence"].to_list() == [(10**17 + 1) // 3]


@gap("polars", "wraps a sum past 2^63 pence, ninety quadrillion pounds", pytest.fail.Exception)
@gap("sail", "wraps a sum past 2^63 pence, ninety quadrillion pounds", pytest.fail.Exception)
def test_a_sum_too_large_is_an_error(engine: Engine) -> None:
    numbers = engine.frame(pl.DataFrame({"pence": [2**62, 2**62]}))
    with pytest.raises(DataError):
        engine.collect(numbers.select(nw.col("pence").sum()))


# Sessions


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without a server, Java or anything else on its path."""
    for name in ("SPARK_REMOTE", "JAVA_HOME", "SPARK_MASTER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "")
    return monkeypatch


def test_without_server_and_java_sail_is_pointed_to(bare: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"sail spark server --port 50051.*SPARK_REMOTE=sc://127\.0\.0\.1:50051"):
        start_session()


def test_without_sail_too_java_is_asked_for(bare: pytest.MonkeyPatch) -> None:
    bare.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="install Java 17 or 21, or set SPARK_REMOTE"):
        start_session()


def test_java_that_does_not_start_spark_is_told(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\nexit 1\n")
    java.chmod(0o755)
    bare.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    bare.delenv("SPARK_CONNECT_MODE_ENABLED", raising=False)
    start = "from totalplace.store.engines import start_session; start_session()"
    done = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, timeout=120)
    assert "DataError: Spark did not start (it needs Java 17 or 21; SPARK_MASTER is local[*]" in done.stderr


def test_a_server_that_does_not_answer_is_told_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        started = time.monotonic()
        with pytest.raises(DataError, match="no Spark server answers at sc://"):
            start_session(f"sc://127.0.0.1:{taken.getsockname()[1]}")
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("address", ["127.0.0.1:50051", "http://127.0.0.1:50051", "sc://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is not a Spark Connect address such as sc://"):
        start_session(address)


def test_a_session_of_somebody_elses_is_used_and_left_open(spark: SparkEngine) -> None:
    for other in (SparkEngine(spark.session), SparkEngine()):
        assert other.session is spark.session
        other.close()
    assert spark.collect(spark.frame(pl.DataFrame({"n": [1]}))).rows() == [(1,)]


def test_what_spark_says_comes_in_one_line(spark: SparkEngine) -> None:
    wrong: nw.LazyFrame[object] = nw.from_native(spark.session.sql("SELECT raise_error('no such luck') AS n"))
    with pytest.raises(DataError, match=r"Spark could not do its part: .*no such luck"):
        spark.collect(wrong)


def test_an_unknown_engine_is_refused_with_a_near_name() -> None:
    with pytest.raises(UsageError, match="did you mean 'spark'"):
        engine_named("sparc")


def test_every_variable_that_the_engines_read_is_documented() -> None:
    root = Path(__file__).parents[2]
    told = (root / "docs" / "engines.md").read_text("utf-8")
    code = (root / "src" / "totalplace" / "store" / "engines.py").read_text("utf-8")
    read = re.findall(r"environ\.get\(\"(\w+)\"", code)
    assert {"SPARK_REMOTE", "SPARK_MASTER", "JAVA_HOME"} <= set(read)
    assert [name for name in (*read, "TOTALPLACE_SPARK") if name not in told] == []
