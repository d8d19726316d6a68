"""`totalplace areas holds`, `reach`, `nearest`, `need` and `assets`, and loading what they stand on."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.unit.test_facilities import example
from totalplace.cli.commands import app
from totalplace.errors import FileRefused, UsageError
from totalplace.place import Place, open_place

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return example(tmp_path)


def run(place: Place, *words: str) -> Any:
    found = CliRunner().invoke(app, ["areas", *words, "--place", str(place.root)])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def asked(place: Place, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(place, *words, "--json").stdout)
    return found


def test_what_areas_hold_with_what_they_have_none_of(place: Place, tmp_path: Path) -> None:
    said = asked(place, "holds", "area", "--kind", "practices")
    assert [(row["area_name"], row["practices"], row["none"]) for row in said["rows"]] == [
        ("North", 2, ""),
        ("South", 0, "Practices"),
        ("Whole place", 2, ""),
    ]
    assert said["notes"] == ["Practices: 1 of the 2 areas has none: South."]
    shown = run(place, "holds", "Areas", "--csv", str(tmp_path / "h.csv"), "--xlsx", str(tmp_path / "h.xlsx"))
    assert "Whole place" in shown.stdout
    assert (tmp_path / "h.csv").read_text("utf-8-sig").startswith("area,area_name,people,practices")
    assert (tmp_path / "h.xlsx").read_bytes()[:2] == b"PK"


def test_reach_need_and_assets(place: Place) -> None:
    said = asked(place, "reach", "area", "--kind", "practices", "--within", "500", "--far", "1")
    assert [row["within_500"] for row in said["rows"]] == [1.0, 0.0, 0.4]
    assert said["others"][0]["rows"][0]["metres"] == 2040
    assert "40.0% within 500 metres" in said["notes"][0]
    said = asked(place, "need", "area", "--indicator", "children")
    assert sum(row["figure"] for row in said["rows"][:-1]) == said["rows"][-1]["figure"] == 100
    said = asked(place, "need", "area", "--served", "practices", "--indicator", "Children")
    assert [row["ratio"] for row in said["rows"]] == [0.0, 3.0]
    said = asked(place, "assets")
    assert [(row["vacated_name"], row["first_year"], row["total"]) for row in said["rows"]] == [
        ("Station House", "120000.00", "920000.00")
    ]
    for show, rows in (("moves", 1), ("years", 5), ("owners", 3), ("register", 3), ("rejected", 0)):
        assert len(asked(place, "assets", "--show", show)["rows"]) == rows
    assert len(asked(place, "assets", "--show", "areas", "--by", "area")["rows"]) == 3
    assert "Anytown Borough Council" in run(place, "assets", "--show", "owners").stdout


def test_lines_from_the_networks_of_practices(place: Place, tmp_path: Path) -> None:
    made = str(tmp_path / "networks.csv")
    said = asked(place, "nearest", "Practices", "--area", "Network")
    assert [(row["block"], row["network"], row["metres"]) for row in said["rows"]] == [
        *(("a", "Up", 0), ("b", "Down", 400), ("c", "Down", 1077), ("d", "Down", 2040)),
    ]
    assert "an estimate" in said["notes"][0]
    assert "each small area" in run(place, "nearest", "practices", "--area", "network", "--csv", made).stdout
    seen = place.geography.look(made, {"id": "networks", "area": "network"})
    blocks = place.geography.tried(seen)[1].blocks
    division = blocks.layers["networks"]
    people = {label: int(blocks.people[division.of == n].sum()) for n, label in enumerate(division.labels)}
    assert people == {"Up": 100, "Down": 900}
    alone = asked(place, "nearest", "practices", "--area", "network", "--without", "Down", "--name", "name")
    assert {(row["network"], row["name"]) for row in alone["rows"]} == {("Up", "Mill Surgery")}


def test_practices_of_two_networks_under_one_roof(place: Place) -> None:
    file = place.root / "practices.csv"
    lane = file.read_text("utf-8").splitlines()[2]
    for n, network in enumerate(("Up", "Up"), 3):
        row = lane.replace("2,Lane Surgery,Down", f"{n},Lane Practice {n},{network}")
        file.write_text(f"{file.read_text('utf-8').rstrip()}\n{row}\n", "utf-8")
    said = asked(place, "nearest", "practices", "--area", "network")
    assert {row["network"] for row in said["rows"]} == {"Up"}  # two of the three in Lane Surgery's building
    assert said["rows"][1]["nearest_site"] == "Lane Practice 3"
    assert said["notes"][1].startswith("900 people live nearest to a building with sites of two or more areas")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nearest", "practices", "--area", "netwrok"], "has no column 'netwrok'; did you mean 'network'?"),
        (["nearest", "practices", "--area", "network", "--without", "U"], "no site of Practices has 'U' in 'network'"),
        (["nearest", "practices", "--area", "network", "--without", "Up,Down"], "belongs to an area in 'network'"),
        (["holds", "wards"], "'wards' is no layer of this place"),
        (["holds", "area", "--kind", "schools"], "is no kind of site"),
        (["reach", "area", "--kind", "practices", "--within", "-5"], "a distance of -5 metres cannot be"),
        (["need", "area", "--spend", "--served", "practices"], "two questions"),
        (["need", "area", "--year", "2024-25"], "--year narrows money: it goes with --spend"),
        (["need", "area", "--spend", "--indicator", "score,children"], "one --indicator is asked for"),
        (["assets", "--show", "areas"], "--show areas goes with --by"),
        (["assets", "--by", "area"], "--show areas goes with --by"),
        (["assets", "--metres", "nan"], "a distance of nan metres cannot be"),
        (["assets", "--full", "90"], "an occupancy of 90 cannot be asked for"),
        (["load", "assets.csv", "--as", "assets", "--column", "owner"], "must be a key and a heading"),
        (["load", "assets.csv", "--as", "assets", "--column", "landlord=Owner"], "'landlord' is no column"),
    ],
)
def test_what_cannot_be_asked_is_named(place: Place, words: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        run(place, *words)


def test_registers_and_indicators_are_loaded_as_proposed(place: Place) -> None:
    toml = place.root / "geography.toml"
    text = toml.read_text("utf-8")
    toml.write_text(text[: text.index("assets = ")].rstrip() + "\n", "utf-8")
    file = str(place.root / "assets.csv")
    with pytest.raises(FileRefused, match="does not say which projection"):
        run(place, "load", file, "--as", "assets", "--yes")
    said = asked(place, "load", file, "--as", "assets", "--projection", "EPSG:27700", "--yes")["loaded"][0]
    assert (said["role"], said["notes"][0]) == ("assets", "3 buildings read")
    (entry,) = open_place(place.root).geography.declared.assets
    assert (entry.code, entry.owner, entry.size, entry.cost, entry.move, entry.statutory) == (
        *("UPRN", "Owner", "m²", "Running cost", "Move cost", "Statutory"),
    )
    assert len(asked(place, "assets")["rows"]) == 1
    need = str(place.root / "need.csv")
    with pytest.raises(FileRefused, match="Say --figure HEADING"):
        run(place, "load", need, "--as", "indicator", "--yes")
    asked(place, "load", need, "--as", "indicator", "--figure", "score", "--mean", "--low", "--yes")
    (made,) = open_place(place.root).geography.declared.indicators
    assert (made.id, made.code, made.figure, made.measure, made.worse) == ("score", "block", "score", "mean", "low")
    assert asked(place, "need", "area")["rows"][0]["area_name"] == "North"
    (place.root / "owners.csv").write_text("UPRN,Keeper\n1,council\n", "utf-8")
    with pytest.raises(FileRefused, match="Say --column owner=HEADING"):
        run(place, "load", str(place.root / "owners.csv"), "--as", "assets", "--yes")
    done = asked(place, "load", str(place.root / "owners.csv"), "--as", "assets", "--column", "owner=Keeper", "--yes")
    assert done["loaded"][0]["entries"] == [{"table": "assets", "id": "owners", "file": "owners.csv"}]


def test_a_design_balances_the_need_that_is_declared(place: Place, tmp_path: Path) -> None:
    def design(*words: str) -> Any:
        given = ["--areas", "2", "--band", "100-900", "--weigh", "borders=0.01,need=1", "--place", str(place.root)]
        return CliRunner().invoke(app, ["neighbourhoods", "design", *given, *words, "--json"])

    assert "name it with --need" in str(design().exception)
    assert "is no indicator of this place" in str(design("--need", "scores").exception)
    found = json.loads(design("--need", "score").stdout)["plan"]
    of = found["blocks"]
    # a alone is 190 away from the mean of 2.9 (people times score), a and b 460, a, b and c 440
    assert (of["a"] != of["b"], len({of[code] for code in "bcd"})) == (True, 1)
    children = place.facilities.need_of_blocks("children")
    assert children.tolist() == [0.1, pytest.approx(20 / 300), 0.15, 0.075]
    (tmp_path / "b.csv").write_text("code,people,score\na,100,1\nb,300,many\n", "utf-8")
    (tmp_path / "t.csv").write_text("from,to\na,b\n", "utf-8")
    wrong = design("--blocks", str(tmp_path / "b.csv"), "--touching", str(tmp_path / "t.csv"), "--need", "score")
    assert "'score' of b" in str(wrong.exception)


def test_every_option_of_the_how_to_is_one_of_the_command() -> None:
    text = (DOCS / "howto-facilities.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("totalplace areas ")]
    assert {line.split()[2] for line in lines} == {"load", "holds", "reach", "need", "assets"}
    group = app.commands["areas"]
    for line in lines:
        words = shlex.split(line)
        command = group.commands[words[2]]  # type: ignore[attr-defined]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known, line
