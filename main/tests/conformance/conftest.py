"""The engines under test: Polars, and Spark behind Sail or, with TOTALPLACE_SPARK=jvm, in Java."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.conformance.gaps import SPARK
from totalplace.store.engines import Engine, PolarsEngine, SparkEngine

WARNS = "ignore:unclosed <socket:ResourceWarning"
"""PySpark in Java leaves the socket that a result came through to the garbage collector."""


def pytest_configure(config: pytest.Config) -> None:
    if SPARK not in ("sail", "jvm"):
        raise pytest.UsageError(f"TOTALPLACE_SPARK is '{SPARK}'; it may be sail or jvm")
    config.addinivalue_line("markers", "gap(flavour, reason, raises): cannot pass on this engine, and must not")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Declared gaps become strict expected failures on the engine that they are declared for."""
    for item in items:
        call = getattr(item, "callspec", None)
        flavour = call.params.get("engine", SPARK) if call else SPARK
        for mark in item.iter_markers("gap"):
            where, reason, raises = mark.args
            if where == flavour:
                item.add_marker(pytest.mark.xfail(reason=f"gap: {reason}", raises=raises, strict=True))
        if SPARK == "jvm" and "conformance" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings(WARNS))


@pytest.fixture(scope="session")
def spark_environment() -> Iterator[dict[str, str]]:
    """The environment variables by which the engine finds Spark: Sail's server on a free port, or Java."""
    if SPARK == "jvm":
        yield {"SPARK_MASTER": os.environ.get("SPARK_MASTER", "local[2]")}
        return
    from pysail.spark import SparkConnectServer

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUST_LOG", "error")
        server = SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        host, port = server.listening_address
        yield {"SPARK_REMOTE": f"sc://{host}:{port}"}
        server.stop()


@pytest.fixture(scope="session")
def spark(spark_environment: dict[str, str]) -> Iterator[SparkEngine]:
    """The Spark engine, in a session of its own that is stopped at the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SPARK_REMOTE", raising=False)
        for name, value in spark_environment.items():
            patch.setenv(name, value)
        engine = SparkEngine()
        yield engine
        engine.close()


@pytest.fixture(scope="session", params=("polars", SPARK))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    if request.param == "polars":
        return PolarsEngine()
    spark: SparkEngine = request.getfixturevalue("spark")
    return spark
