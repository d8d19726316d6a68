"""A build with Spark makes the very files that a build with Polars makes, and the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from totalplace.place import Place, open_place
from totalplace.store.engines import SparkEngine

PLACE = """
[place]
name = "Wexmoor"
area_code = "E06999999"
years = ["2018-19", "2019-20"]
population = 120000

[[body]]
id = "wexmoor"
name = "Wexmoor Borough Council"
kind = "council"

[[body]]
id = "police"
name = "Dunshire Police and Crime Commissioner"
kind = "police"
share = "0.333333"

[[body]]
id = "fire"
name = "Dunshire Fire and Rescue Service"
kind = "fire"
share = "0"
"""
SUPPLIERS = (
    "Wexmoor Borough Council",
    "Dunshire Police and Crime Commissioner",
    "Dunshire Fire and Rescue Servi",
    "Café Ŵex & Sons — Ltd",
    'O\'Brien "Quoted" `Ticked` Ltd',
    "HM Revenue and Customs",
    "redacted",
)


def _spend(n: int, rows: int) -> str:
    """A published file: three months, credits among the payments, amounts that leave thirds of a penny."""
    lines = ["Date,Supplier,Amount,Department,Procurement Card"]
    for i in range(rows):
        pence = (i * 7919 + n * 104_729) % 9_999_991 * (-1 if i % 11 == 0 else 1)
        amount = f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"
        supplier = '"' + SUPPLIERS[(i + n) % len(SUPPLIERS)].replace('"', '""') + '"'
        card = "Yes" if i % 13 == 0 else ""
        lines.append(f"{i % 28 + 1:02d}/0{i % 3 + 2 + n % 2}/2019,{supplier},{amount},Adult care {i % 4},{card}")
    return "\n".join(lines) + "\n"


def _again(text: str) -> str:
    """The same payments and one more: a month that was loaded twice, for which a build warns."""
    return text + "28/02/2019,One More Ltd,1.00,Roads,\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Spend files by body."""
    folder = tmp_path_factory.mktemp("published")
    texts = {f"{body}-{n}.csv": _spend(n, 120) for n, body in enumerate(("wexmoor", "police", "fire", "wexmoor"))}
    texts["wexmoor-again.csv"] = _again(texts["wexmoor-0.csv"])
    found: dict[str, list[Path]] = {"wexmoor": [], "police": [], "fire": []}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
        found[name.split("-")[0]].append(folder / name)
    return found


@pytest.fixture
def make(tmp_path: Path, published: dict[str, list[Path]]):  # type: ignore[no-untyped-def]
    """Makes the place in a new folder, with its sources read the same way each time."""

    def made(name: str) -> Place:
        root = tmp_path / name
        root.mkdir()
        (root / "place.toml").write_text(PLACE, "utf-8")
        place = open_place(root)
        for body, files in published.items():
            place.add("spend", files, place.definition.body(body).name)
        return place

    return made


def _files(place: Place) -> dict[str, bytes]:
    run = place.run
    folders = [run.folder, *(run.store.body(key) for key in run.info["bodies"].values())]
    return {f"{folder.name}/{path.name}": path.read_bytes() for folder in folders for path in folder.iterdir()}


def test_both_engines_make_the_same_bytes(make, spark: SparkEngine) -> None:  # type: ignore[no-untyped-def]
    ours, theirs = make("polars"), make("spark é 100%")
    first, second = ours.build(), theirs.build(spark)
    assert ours.run.info["digests"] == theirs.run.info["digests"]
    assert (first.run, first.warnings) == (second.run, second.warnings)
    assert first.warnings, "the files were meant to hold a month twice"
    assert _files(ours) == _files(theirs)
    outcomes = {cell["outcome"] for cell in theirs.run.totals()}
    assert {"final", "eliminated", "self"} <= outcomes, "the files were meant to hold payments between bodies"
    parts = {cell["body"]: cell["place_pence"] - cell["pence"] for cell in theirs.run.totals()}
    assert parts["police"] != 0, "the police were meant to be shared"
    assert all(row[1] == "ok" for row in theirs.money.check().rows if row[1] != "warning")


def test_the_command_builds_with_spark_and_prints_one_document(  # type: ignore[no-untyped-def]
    make, spark_environment: dict[str, str]
) -> None:
    ours, theirs = make("polars"), make("spark")
    run = ours.build().run
    command = [sys.executable, "-m", "totalplace", "build", "--engine", "spark", "--json", "--place"]
    environment = {**os.environ, **spark_environment}
    done = subprocess.run([*command, str(theirs.root)], env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["run"] == run
    assert _files(ours) == _files(theirs)


def test_a_second_build_with_the_other_engine_keeps_the_run(make, spark: SparkEngine) -> None:  # type: ignore[no-untyped-def]
    place = make("both")
    first = place.build(spark)
    second = place.build()
    assert (first.run, second.run, second.read) == (place.run.name, first.run, 0)
