"""Logic models at the command line and in the pages: of a place's cases, and of files alone."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

import totalplace as tp
from totalplace.cli.commands import app
from totalplace.logic import LogicModel
from totalplace.logic.files import EXAMPLES, example, read_logic
from totalplace.place import Place

pytestmark = pytest.mark.integration


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = tp.new(tmp_path / "place", name="Anytown")
    made.logic.new("families", like="families")
    return made


def run(*arguments: str | Path) -> Result:
    """The command in this process; errors of ours as the command line shows them."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


BAD = """
[[logic]]
id = "a"
kind = "activity"
name = "A"
leads_to = ["b"]

[[logic]]
id = "b"
kind = "outcome"
name = "B"
leads_to = ["a", "c"]
"""


def test_every_shipped_example_has_no_fault_and_lacks_nothing() -> None:
    for name in EXAMPLES:
        read = read_logic(name, example(name).encode(), name)
        assert read.model.checks() == []
        assert any(step.dis_benefit for step in read.model.outcomes)


def test_a_case_is_begun_listed_and_shown(place: Place) -> None:
    assert run("logic", "--new", "trams", "--place", place.root).exit_code == 0
    listed = run("logic", "--place", place.root)
    assert "One team for families in Elm Park" in listed.stdout
    assert "trams" in listed.stdout
    shown = run("logic", "families", "--place", place.root)
    assert shown.exit_code == 0
    assert "A1: Posts can be filled within four months" in shown.stdout
    assert "nothing is wrong, and nothing is lacking" in shown.stderr
    only = run("logic", "trams", "--check", "--place", place.root)
    assert only.exit_code == 0  # a draft may lack all of it
    assert "there is no activity" in only.stdout
    assert "Steps of the logic model" not in only.stdout


def test_a_fault_is_named_with_its_place_and_the_exit_status_is_1(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(BAD)
    done = run("logic", path, "--check")
    assert done.exit_code == 1
    assert "which is not a step" in done.stdout
    told = json.loads(run("logic", path, "--json").stdout)
    assert told["faulty"]
    assert [each["level"] for each in told["checks"][:2]] == ["fault", "fault"]
    assert "'B' leads to 'c', which is not a step" in told["checks"][0]["words"]
    assert "'A' leads to 'B' leads to 'A'" in told["checks"][1]["words"]
    assert told["checks"][0]["where"] == f"{path}: [[logic]] 2: leads_to"


def test_json_comes_in_as_it_went_out(place: Place, tmp_path: Path) -> None:
    first = run("logic", "families", "--json", "--place", place.root).stdout
    path = tmp_path / "families.json"
    path.write_text(first, encoding="utf-8")
    assert run("logic", path, "--json").stdout == first
    assert LogicModel.of_json(first) == place.logic.read("families").model


def test_pictures_and_tables_are_written(place: Place, tmp_path: Path) -> None:
    names = {kind: tmp_path / f"out.{kind}" for kind in ("mermaid", "graphviz", "svg", "csv", "xlsx")}
    options = [part for kind, path in names.items() for part in (f"--{kind}", path)]
    done = run("logic", "families", *options, "--place", place.root)
    assert done.exit_code == 0, done.output
    assert names["mermaid"].read_text("utf-8").startswith("flowchart LR\n")
    assert names["graphviz"].read_text("utf-8").startswith('digraph "One team for families in Elm Park" {')
    root = ET.fromstring(names["svg"].read_text("utf-8"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert [child.tag.rpartition("}")[2] for child in root[:3]] == ["title", "desc", "style"]
    assert "dis-benefit (minus)" in names["csv"].read_text("utf-8-sig")
    workbook = CalamineWorkbook.from_path(str(names["xlsx"]))
    cells = {
        str(cell)
        for name in workbook.sheet_names
        for row in workbook.get_sheet_by_name(name).to_python()
        for cell in row
    }
    assert {"Register of benefits", "Children miss less school", "One team for families in Elm Park"} <= cells


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["families", "--new", "x"], 2, "give one at a time"),
        (["--check"], 2, "name the case"),
        (["--svg", "x.svg"], 2, "name the case"),
        (["families", "--like", "families"], 2, "--like goes with --new"),
        (["--like", "families"], 2, "--like goes with --new"),
        (["--new", "x", "--like", "familes"], 2, "did you mean 'families'"),
        (["--new", "families"], 2, "is there already"),
        (["--new", "../x"], 2, "cannot be a case's name"),
        (["familie"], 2, "did you mean 'families'"),
        (["gone.toml"], 1, "no file that could be read"),
        (["families", "--svg", "no/such/folder/x.svg"], 1, "cannot be written"),
    ],
)
def test_what_cannot_be_asked_is_refused(place: Place, arguments: list[str], status: int, words: str) -> None:
    from tests.integration.test_cli import run as process

    done = process("logic", *arguments, "--place", place.root)
    assert (done.returncode, words in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_model_has_no_picture_and_says_so(place: Place, tmp_path: Path) -> None:
    place.logic.new("empty")
    from tests.integration.test_cli import run as process

    done = process("logic", "empty", "--svg", tmp_path / "x.svg", "--place", place.root)
    assert done.returncode == 1
    assert "there is no picture" in done.stderr
