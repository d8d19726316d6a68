"""The command line: one JSON document on stdout, messages on stderr, and what the exit status says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GOOD = "Date,Supplier Name,Amount,Department\n03/04/2024,Bright Lamps Ltd,1250.00,Highways\nsoon,Acme,20.00,Parks\n"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "totalplace", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def answer(*arguments: str | Path) -> Any:
    """What a command says in JSON; the command must have succeeded."""
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place made, filled and built by commands alone."""
    root = tmp_path_factory.mktemp("cli")
    (root / "spend-2024-04.csv").write_text(GOOD)
    folder = root / "place"
    answer(
        "new", folder, "--name", "Anytown", "--years", "2024-25", "--population", "1000", "--body", "Anytown Council"
    )
    added = answer("add", "spend", root / "spend-2024-04.csv", "--body", "Anytown Council", "--place", folder, "--yes")
    assert added["written"]
    assert added["proposals"][0]["reading"]["columns"]["payee"] == "Supplier Name"
    answer("build", "--place", folder)
    return folder


def test_every_command_gives_one_json_document(place: Path) -> None:
    count = answer("count", "--by", "body,year", "--place", place)
    assert (count["gross"], count["eliminated"], count["net"], count["per_head"]) == (
        "1250.00",
        "0.00",
        "1250.00",
        "1.25",
    )
    assert (count["rows"], count["rejected_rows"], count["rejected_money"]) == (1, 1, "20.00")
    assert count["cut"] == [
        {
            "body": "anytown-council",
            "year": "2024-25",
            "lines": 1,
            "gross": "1250.00",
            "eliminated": "0.00",
            "net": "1250.00",
        }
    ]
    lines = answer("lines", "lamps", "--place", place)
    assert (lines["total"], lines["amount"], lines["rows"][0]["line"]) == (1, "1250.00", 2)
    rejects = answer("rejects", "--place", place)["rows"]
    assert [(row["line"], row["reason"], row["text"]) for row in rejects] == [(3, "bad_date", "soon,Acme,20.00,Parks")]
    assert answer("transfers", "--place", place)["rows"] == []
    assert answer("transfers", "--candidates", "--place", place)["rows"] == []
    assert answer("check", "--place", place)["ok"] is True
    assert answer("sql", "SELECT count(*) AS n FROM lines", "--place", place)["rows"] == [{"n": 1}]


def test_people_get_tables_and_messages_go_to_stderr(place: Path) -> None:
    done = run("count", "--by", "kind", "--place", place)
    assert done.returncode == 0
    assert "net a head a year" in done.stdout
    assert "£1,250.00" in done.stdout
    assert done.stderr == ""


def test_rejected_rows_come_back_mended(place: Path, tmp_path: Path) -> None:
    answer("rejects", "--write", tmp_path, "--place", place)
    (file,) = tmp_path.iterdir()
    text = file.read_text("utf-8-sig")
    assert text == "Date,Supplier Name,Amount,Department\nsoon,Acme,20.00,Parks\n"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["count", "--by", "suplier"], 2, "did you mean 'supplier'"),
        (["count", "--body", "Anytown Counsil"], 2, "did you mean"),
        (["lines", "--sort", "sideways"], 2, "not an order"),
        (["add", "spent", "x.csv", "--body", "Anytown Council"], 2, "did you mean 'spend'"),
        (["add", "spend", "x.csv", "--body", "Anytown Council", "--yes"], 1, "cannot be read"),
        (["sql", "SELEKT 1"], 2, "cannot be run"),
        (["build", "--engine", "abacus"], 2, "not an engine"),
        (["transfers", "--confirm", "Acme"], 2, "--as"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_what_is_wrong_is_said_on_stderr_with_its_status(
    place: Path, arguments: list[str], status: int, message: str
) -> None:
    done = run(*arguments, *(["--place", place] if arguments[0] != "frobnicate" else []))
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == "" or arguments[0] == "add"


def test_a_folder_without_a_place_says_what_to_do(tmp_path: Path) -> None:
    done = run("count", "--place", tmp_path)
    assert done.returncode == 1
    assert "totalplace new" in done.stderr


def test_a_place_that_is_not_built_says_so(tmp_path: Path) -> None:
    answer("new", tmp_path / "p")
    done = run("count", "--place", tmp_path / "p")
    assert done.returncode == 1
    assert "totalplace build" in done.stderr


def test_check_exits_1_where_it_does_not_add_up(tmp_path: Path) -> None:
    (tmp_path / "spend-2024-04.csv").write_text(GOOD)
    folder = tmp_path / "place"
    answer("new", folder)
    answer("add", "spend", tmp_path / "spend-2024-04.csv", "--body", "Anytown Council", "--place", folder, "--yes")
    answer("build", "--place", folder)
    (tmp_path / "spend-2024-04.csv").unlink()
    done = run("check", "--place", folder, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False
