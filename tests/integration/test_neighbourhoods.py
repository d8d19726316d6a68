"""`totalplace neighbourhoods`: from a file to designs, alternatives, words and files; what is not so is named."""

from __future__ import annotations

import csv
import json
import re
import shlex
from pathlib import Path

import pytest

from tests.integration.test_align import SQUARES, run

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "howto-neighbourhoods.md").read_text("utf-8")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind, name in (("neighbourhoods", "wards"), ("touching", "touching"), ("projected", "projected")):
        (table,) = re.findall(rf"```csv {kind}\n(.*?)```", TEXT, re.DOTALL)
        (tmp_path / f"{name}.csv").write_text(table)
    monkeypatch.chdir(tmp_path)
    return tmp_path


GIVEN = ("--blocks", "wards.csv", "--touching", "touching.csv")


def test_every_command_of_the_page_on_files_runs(files: Path) -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith("totalplace neighbourhoods") and "--blocks" in line]
    assert len(lines) == 13
    for line in lines:
        words = shlex.split(line)[1:]
        # What is held here is that the commands run: how good a long search is, the tests of the search say.
        short = ["--effort", "0.05"] if words[1] == "design" and "--effort" not in words else []
        done = run(*words, *short)
        assert done.code == 0, (line, done.err)
        assert done.out or "wrote" in done.err


def test_the_options_of_the_page_on_a_place_are_options(files: Path) -> None:
    for line in TEXT.splitlines():
        if line.startswith("totalplace neighbourhoods") and "--blocks" not in line:
            done = run(*shlex.split(line)[1:])
            assert done.code in (1, 2)
            assert "No such option" not in done.err


def test_a_design_as_a_document(files: Path) -> None:
    done = run("neighbourhoods", "design", *GIVEN, "--weigh", "borders=1,gp=1", "--json")
    found = json.loads(done.out)
    assert [(each["areas"], each["result"]) for each in found["designs"]] == [(2, "best, proven")]
    plan = found["plan"]
    assert plan["value"] == pytest.approx(3 / 7)
    assert plan["blocks"] == {"A": "1", "B": "1", "C": "2", "D": "1", "E": "2", "F": "2"}
    assert [area["people"] for area in plan["area"]] == [37_000, 39_000]
    assert plan["sound"] is True


def test_longer_or_shorter_and_alternatives_of_the_whole(files: Path) -> None:
    rows = ["block,people,half,gp", *(f"b{n},1000,{'we'[n % 8 // 4]},{'rb'[n % 3 // 2]}" for n in range(64))]
    (files / "squares.csv").write_text("\n".join(rows) + "\n")
    pairs = [(n, m) for n in range(64) for m in (n + 1, n + 8) if m < 64 and (m != n + 1 or m % 8)]
    (files / "near.csv").write_text("one,other\n" + "".join(f"b{n},b{m}\n" for n, m in pairs))
    squares = ("--blocks", "squares.csv", "--touching", "near.csv", "--band", "6000-12000")
    both = ("--weigh", "borders,split:gp")  # borders alone are proven for so few blocks
    short = run("neighbourhoods", "design", *squares, *both, "--areas", "7", "--effort", "0.01", "--json")
    (found,) = json.loads(short.out)["designs"]
    assert found["result"] == "searched"
    more = ("--alternatives", "--inside", "half", "--weigh", "borders,split:gp", "--effort", "0.05", "--json")
    done = run("neighbourhoods", "design", *squares, *more)
    assert done.code == 0, done.err
    for plan in json.loads(done.out)["plans"]:
        assert plan["sound"] is True
        assert len(plan["area"]) == 8  # 32,000 people a half, 9,000 the middle: four a half


def test_none_is_said_with_its_reason(files: Path) -> None:
    done = run("neighbourhoods", "design", *GIVEN, "--areas", "3")
    assert done.code == 0
    assert (
        "3 areas: no 3 areas of these blocks fit in 30,000-50,000 people: 76,000 people make areas of 25,333"
        in done.out
    )
    done = run("neighbourhoods", "design", *GIVEN, "--areas", "3", "--out", "none.csv")
    assert done.code == 1
    assert "there is no plan to write" in done.err


def test_a_plan_goes_out_and_comes_back(files: Path) -> None:
    assert run("neighbourhoods", "design", *GIVEN, "--out", "plan.csv").code == 0
    rows = list(csv.DictReader((files / "plan.csv").read_text("utf-8-sig").splitlines()))
    assert {row["block"] for row in rows} == set("ABCDEF")
    done = run("neighbourhoods", "compare", "plan.csv", "today", *GIVEN, "--today", "today", "--layer", "gp", "--json")
    plan, today = json.loads(done.out)["rows"]
    assert (today["areas"], today["in_band"], today["moved"], today["borders"]) == (2, 2, 0, 3)
    assert plan["margin"] > 0
    assert run("neighbourhoods", "export", "plan.csv", "plan.json", *GIVEN).code == 0
    assert json.loads((files / "plan.json").read_text())["areas"] == 2


def test_mending(files: Path) -> None:
    """36 and 40 in a band of 37 to 40: C (10) and D (11) change places, the fewest that will do."""
    done = run("neighbourhoods", "design", "--mend", "--today", "today", "--band", "37000-40000", *GIVEN, "--json")
    found = json.loads(done.out)
    assert (found["moved"], found["at_least"]) == (21_000, 1_000)
    assert found["plan"]["sound"] is True


def test_mending_keeps_units_whole_unless_they_may_be_divided(files: Path) -> None:
    """North (A B C) and south are in the band as they are, and divide both networks: whole ones move C and D."""
    asked = ("neighbourhoods", "design", "--mend", "--today", "today", "--whole", "gp", *GIVEN, "--json")
    assert json.loads(run(*asked).out)["moved"] == 21_000
    assert json.loads(run(*asked, "--divide").out)["moved"] == 0


def test_a_plan_that_breaks_the_band_is_explained(files: Path) -> None:
    done = run("neighbourhoods", "explain", "today", *GIVEN, "--band", "37000-45000")
    assert "1 of 2 areas has 37,000-45,000 people; they have 38,000 on average." in done.out
    assert "north has 36,000 people: 1,000 below 37,000." in done.out
    assert "The fewest people who change area to bring it into the band: 21,000 (27.6%)" in done.out


def test_why_and_the_nearest_band(files: Path) -> None:
    done = run("neighbourhoods", "explain", "--areas", "2", *GIVEN, "--band", "38000-38000", "--json")
    (found,) = json.loads(done.out)["answers"]
    assert found["result"] == "impossible"
    assert "2 areas fit in a band of" not in found["words"][0]


def test_a_map_with_shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "squares.geojson").write_text(json.dumps(SQUARES))
    given = ("--blocks", "squares.geojson", "--band", "20-80")
    done = run("neighbourhoods", "design", *given, "--areas", "2", "--weigh", "compact", "--out", "map.geojson")
    assert done.code == 0, done.err
    found = json.loads((tmp_path / "map.geojson").read_text())
    assert len(found["features"]) == 2
    longitude, latitude = found["features"][0]["geometry"]["coordinates"][0][0]
    assert -3 < longitude < -2
    assert 53 < latitude < 54
    done = run("neighbourhoods", "design", *given, "--areas", "2", "--alternatives", "--weigh", "borders,one", "--json")
    assert json.loads(done.out)["rows"]
    done = run("neighbourhoods", "design", *given, "--areas", "2", "--whole", "two", "--divide", "--json")
    assert json.loads(done.out)["designs"][0]["result"] == "searched"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("design", "--blocks", "wards.csv"), "--touching"),
        (("design", *GIVEN, "--band", "many"), "two numbers of people"),
        (("design", *GIVEN, "--band", "50000-30000"), "holds nobody"),
        (("design", *GIVEN, "--weigh", "gpp=1"), "did you mean 'gp'"),
        (("design", *GIVEN, "--weigh", "gp=lots"), "NAME=WEIGHT"),
        (("design", *GIVEN, "--weigh", "compact=1"), "needs the shapes"),
        (("design", *GIVEN, "--areas", "six"), "how many areas"),
        (("design", *GIVEN, "--areas", "9"), "9 areas of 6 units"),
        (("design", *GIVEN, "--together", "A,Z"), "to lie together: 'Z' is no area and no small area here"),
        (("design", *GIVEN, "--anchor", "library"), "no kind of point"),
        (("design", *GIVEN, "--whole", "gpp"), "did you mean 'gp'"),
        (("design", *GIVEN, "--of", "gp"), "LAYER=AREA"),
        (("design", *GIVEN, "--band", "60000-70000"), "no number of areas fits"),
        (("design", *GIVEN, "--out", "plan.pdf"), "neighbourhoods export PLAN FILE"),
        (("design", *GIVEN, "--mend"), "today"),
        (("design", *GIVEN, "--mend", "--today", "today", "--inside", "gp"), "say --of gp=AREA"),
        (("design", *GIVEN, "--mend", "--today", "today", "--alternatives"), "give one of the two"),
        (("design", *GIVEN, "--alternatives", "--areas", "2"), "two to five measures"),
        (("design", *GIVEN, "--alternatives", "--areas", "2", "--out", "plan.csv"), "--csv or --xlsx take their table"),
        (("design", *GIVEN, "--alternatives", "--inside", "gp", "--areas", "2"), "no --areas"),
        (("design", *GIVEN, "--effort", "0"), "0.01"),
        (("explain", *GIVEN), "name one plan"),
        (("explain", "tody", *GIVEN), "did you mean 'today'"),
        (("export", "today", "x.geojson", *GIVEN), "no shapes"),
        (("compare", "touching.csv", "--blocks", "wards.csv", "--touching", "wards.csv"), "are of no block"),
    ],
)
def test_what_is_not_so_is_named(files: Path, options: tuple[str, ...], words: str) -> None:
    done = run("neighbourhoods", *options)
    assert done.code in (1, 2)
    assert words in done.err


def test_a_plan_with_holes_is_named(files: Path) -> None:
    (files / "half.csv").write_text("block,area\nA,1\nB,1\n")
    done = run("neighbourhoods", "explain", "half.csv", *GIVEN)
    assert "4 blocks are in no area of 'half', the first is 'C'" in done.err
    (files / "twice.csv").write_text("block,area\nA,1\nA,2\n")
    assert "'A' stands more than once" in run("neighbourhoods", "explain", "twice.csv", *GIVEN).err


def test_too_many_sets_to_prove_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.test_geography_search import large
    from totalplace.geography.design import asked, exact
    from totalplace.geography.design.sets import connected_sets

    monkeypatch.setattr(exact, "connected_sets", lambda *given: connected_sets(*given[:4], 3))
    task = large(12, 8, whole="ward", weights={"borders": 1, "gp": 1})
    (_, found), *_ = asked.answer(task, [6]).designs
    assert found.status == "searched"
    assert found.plan is not None
    assert found.plan.sound
    assert found.plan.split("ward") == 0


def test_a_plan_is_edited_and_what_each_move_does_is_said(files: Path) -> None:
    done = run("neighbourhoods", "edit", "today", "--move", "C=south", *GIVEN, "--today", "today", "--json")
    found = json.loads(done.out)
    assert found["steps"] == [
        {"what": "C to south", "told": ["north has 26,000 people: 4,000 below 30,000.", "south has 50,000 people."]}
    ]
    assert found["faults"] == ["north: 26,000 people: 4,000 below 30,000."]
    assert found["blocks"] == {"A": "north", "B": "north", "C": "south", "D": "south", "E": "south", "F": "south"}
    measures = {row["name"]: row["now"] for row in found["measures"]}
    assert (measures["borders"], measures["moved"]) == (pytest.approx(3 / 7), pytest.approx(10 / 76))
    assert {row["when"] for row in found["alignment"]} == {"at the beginning", "now"}
    best = run("neighbourhoods", "edit", "today", "--move", "C=south", *GIVEN, "--suggest", "--json")
    (helps,) = json.loads(best.out)["suggestions"]
    assert (helps["what"], helps["people"]) == ("Move C to north", 10_000)


def test_where_no_single_move_mends_an_area_that_is_said(files: Path) -> None:
    """36,000 in a band of 37,000 to 40,000: each ward that could come is too many, and too many for the other."""
    asked = ("neighbourhoods", "edit", "today", *GIVEN, "--band", "37000-40000", "--suggest")
    assert "no single move was found that mends north and breaks nothing else" in run(*asked).out
    found = json.loads(run(*asked, "--json").out)
    assert (found["suggestions"], found["no_suggestion"]) == ([], ["north"])


def test_an_area_without_a_school_is_given_the_nearest(files: Path) -> None:
    asked = ("neighbourhoods", "edit", "today", *GIVEN, "--band", "10000-60000", "--anchor", "school", "--suggest")
    found = json.loads(run(*asked, "--new", "Middle=B", "--json").out)
    told = {each["what"]: each["told"] for each in found["suggestions"]}
    (what,) = (each for each in told if each.endswith("to Middle"))
    assert what in ("Move A to Middle", "Move C to Middle")
    assert "Middle holds school now." in told[what]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--move", "C"), "--move is two things with = between"),
        (("--move", "Z=south"), "'Z' is no area and no small area here"),
        (("--move", "C=sooth"), "there is no area 'sooth' in this plan; did you mean 'south'"),
        (("--merge", "north=north"), "merged with itself"),
        (("--draft", "Mine"), "leave out --blocks"),
        (("--out", "plan.txt"), "plan.txt"),
    ],
)
def test_an_edit_that_cannot_be_is_named(files: Path, given: tuple[str, ...], words: str) -> None:
    done = run("neighbourhoods", "edit", "today", *given, *GIVEN)
    assert done.code != 0
    assert words in done.err
