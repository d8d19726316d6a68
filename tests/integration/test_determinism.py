"""The same files and settings give the same run, byte for byte, in whatever order they came."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.published import BODY, HEADINGS, added, new_place, put, workbook, zipped
from totalplace.place import Place

OTHERS = ("Anytown Fire Authority", "Anytown Combined Authority")
PAYEES = (
    "Acme Ltd",
    "ACME LIMITED",
    "Anytown Fire Authority",
    "Anytown CA",
    "Redacted",
    "Café Zoë",
    'The "Old" Mill',
    "",
)


def payments(seed: int, month: int) -> str:
    """A few hundred payments, some of them to the other bodies, some at fault."""
    chance = random.Random(seed)
    rows = []
    for n in range(300):
        payee = chance.choice(PAYEES).replace('"', '""')
        amount = "n/a" if n % 97 == 0 else f"{chance.randint(-5000, 90000) / 100:.2f}"
        rows.append(f'{n % 28 + 1:02d}/{month:02d}/2024,"{payee}",{amount},Dept {n % 7},Works {n % 11},{n}')
    return "\n".join([HEADINGS, *rows]) + "\n"


def fill(folder: Path) -> dict[str, str]:
    """The files of three bodies in `folder`; by name the body of each."""
    bodies = {}
    for n, body in enumerate((BODY, *OTHERS)):
        for month in range(4, 8):
            put(folder, f"{n}-{month:02d}.csv", payments(10 * n + month, month))
            bodies[f"{n}-{month:02d}.csv"] = body
    zipped(folder / "packed.zip", {"a.csv": payments(91, 8), "b.csv": payments(92, 9).replace(",", ";")})
    sheet = [line.split(",") for line in payments(93, 10).replace('"', "").splitlines()]
    workbook(folder / "book.xlsx", {"Oct": sheet, "Nov": [[c.replace("/10/", "/11/") for c in row] for row in sheet]})
    return bodies | {"packed.zip": BODY, "book.xlsx": OTHERS[0]}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("sources")
    return folder, fill(folder)


def place_of(folder: Path, sources: tuple[Path, dict[str, str]], names: Sequence[str]) -> Place:
    """A place with copies of the files, added one after another in the order of `names`."""
    place = new_place(folder, BODY, *OTHERS)
    for name in sources[1]:
        shutil.copy(sources[0] / name, place.root / name)
    for name in names:
        assert not added(place, name, body=sources[1][name]).refused
    return place


def contents(place: Place) -> dict[str, bytes]:
    """Every table of the run and of its parts."""
    run = place.run
    parts = [run.store.part(entry["key"]) for entry in run.counted()]
    folders = [run.folder, *parts, *(run.store.body(key) for key in run.info["bodies"].values())]
    return {f"{folder.name}/{path.name}": path.read_bytes() for folder in folders for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory, sources: tuple[Path, dict[str, str]]) -> Place:
    """The place as it is built in one go, its files added in the order of their names."""
    place = place_of(tmp_path_factory.mktemp("straight") / "p", sources, sorted(sources[1]))
    place.build()
    assert {row[1] for row in place.money.check().rows} <= {"ok", "warning"}
    return place


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_adding_has_no_say(
    tmp_path: Path, sources: tuple[Path, dict[str, str]], straight: Place, seed: int
) -> None:
    names = sorted(sources[1])
    random.Random(seed).shuffle(names)
    place = place_of(tmp_path / "p", sources, names)
    assert place.build().run == straight.run.name
    assert contents(place) == contents(straight)


def test_the_order_in_place_toml_has_no_say(
    tmp_path: Path, sources: tuple[Path, dict[str, str]], straight: Place
) -> None:
    place = place_of(tmp_path / "p", sources, sorted(sources[1]))
    text = (place.root / "place.toml").read_text("utf-8")
    top, *tables = text.split("[[source]]\n")
    lists = []
    for table in reversed(tables):
        before, files, after = (
            table.partition("files = [\n")[0],
            *table.partition("files = [\n")[2].partition("]\n")[::2],
        )
        mixed = "".join(sorted(files.splitlines(keepends=True), reverse=True))
        lists.append(f"{before}files = [\n{mixed}]\n{after.rstrip()}\n\n")
    put(place.root, "place.toml", top + "[[source]]\n" + "[[source]]\n".join(lists))
    assert (place.root / "place.toml").read_text("utf-8") != text
    assert place.build().run == straight.run.name
    assert contents(place) == contents(straight)


def test_a_place_built_file_by_file_is_the_one_built_at_once(
    tmp_path: Path, sources: tuple[Path, dict[str, str]], straight: Place
) -> None:
    names = sorted(sources[1])
    random.Random(7).shuffle(names)
    place = place_of(tmp_path / "p", sources, [])
    read = 0
    for name in names:
        added(place, name, body=sources[1][name])
        read += place.build().read
    assert read == len(straight.run.files)
    assert place.run.name == straight.run.name
    assert contents(place) == contents(straight)


def test_files_that_came_and_went_leave_no_trace(
    tmp_path: Path, sources: tuple[Path, dict[str, str]], straight: Place
) -> None:
    place = place_of(tmp_path / "p", sources, sorted(sources[1]))
    text = (place.root / "place.toml").read_text("utf-8")
    put(place.root, "extra.csv", payments(99, 12).replace("Acme Ltd", "Acme Ltd Of Anytown And Elsewhere"))
    added(place, "extra.csv")
    assert place.build().run != straight.run.name
    put(place.root, "place.toml", text)
    assert place.build().run == straight.run.name
    assert contents(place) == contents(straight)


def test_where_the_place_lies_has_no_say(tmp_path: Path, straight: Place) -> None:
    moved = tmp_path / "elsewhere" / "deep"
    shutil.copytree(straight.root, moved, ignore=shutil.ignore_patterns("store"))
    place = Place(moved)
    assert place.build().run == straight.run.name
    assert contents(place) == contents(straight)


@pytest.mark.parametrize(("threads", "seed"), [("1", "1"), ("4", "2")])
def test_threads_and_hash_seeds_have_no_say(tmp_path: Path, straight: Place, threads: str, seed: str) -> None:
    moved = tmp_path / "p"
    shutil.copytree(straight.root, moved, ignore=shutil.ignore_patterns("store"))
    environment = os.environ | {
        "POLARS_MAX_THREADS": threads,
        "PYTHONHASHSEED": seed,
        "TZ": "America/Lima",
        "LC_ALL": "C",
    }
    command = [sys.executable, "-m", "totalplace", "build", "--place", str(moved)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert contents(Place(moved)) == contents(straight)


def test_building_again_changes_nothing(straight: Place) -> None:
    before = contents(straight)
    again = straight.build()
    assert (again.run, again.read) == (straight.run.name, 0)
    assert contents(straight) == before


def test_the_order_of_rows_changes_lines_and_no_sum(tmp_path: Path, straight: Place) -> None:
    shuffled = tmp_path / "p"
    shutil.copytree(straight.root, shuffled, ignore=shutil.ignore_patterns("store"))
    for path in shuffled.glob("*.csv"):
        top, *rows = path.read_text("utf-8").splitlines()
        random.Random(path.name).shuffle(rows)
        path.write_text("\n".join([top, *rows]) + "\n", "utf-8")
    place = Place(shuffled)
    place.build()
    for table in ("payees", "ledger"):
        for mine, theirs in zip(place.run.table(table), straight.run.table(table), strict=True):
            assert Path(mine).read_bytes() == Path(theirs).read_bytes(), table
    assert place.run.totals() == straight.run.totals()


def test_a_file_taken_away_leaves_what_would_be_without_it(tmp_path: Path) -> None:
    rows = {"one.csv": "ACME LTD", "two.csv": "Acme Limited"}
    places = [new_place(tmp_path / name, BODY) for name in ("long", "short")]
    for place, names in zip(places, (rows, ["one.csv"]), strict=True):
        for name in names:
            put(place.root, name, "\n".join([HEADINGS, f"01/04/2024,{rows[name]},10.00,Roads,Works,{name}"]) + "\n")
            added(place, name)
        place.build()
    assert contents(places[0]) != contents(places[1])
    text = (places[1].root / "place.toml").read_text("utf-8")
    put(places[0].root, "place.toml", text)
    assert places[0].build().run == places[1].run.name
    assert contents(places[0]) == contents(places[1])
