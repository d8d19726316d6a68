"""`totalplace align`: from a file to sentences, tables and a workbook; what is not so is refused by name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from totalplace.cli.commands import app
from totalplace.errors import TotalPlaceError, UsageError

DOCS = Path(__file__).resolve().parents[2] / "docs"
SQUARES = {
    "type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
    "features": [
        {
            "type": "Feature",
            "properties": {
                "code": f"b{n}",
                "pop": 10 * (n + 1),
                "one": "x" if n < 2 else "y",
                "two": "p" if n else "q",
            },
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [x + 380_000, y + 400_000]
                        for x, y in (
                            (n * 100, 0),
                            (n * 100 + 100, 0),
                            (n * 100 + 100, 100),
                            (n * 100, 100),
                            (n * 100, 0),
                        )
                    ]
                ],
            },
        }
        for n in range(4)
    ],
}


@dataclass
class Done:
    code: int
    out: str
    err: str


def run(*arguments: str) -> Done:
    """The command in this process, its errors as `main` tells them."""
    done = CliRunner().invoke(app, arguments)
    if isinstance(done.exception, TotalPlaceError):
        return Done(2 if isinstance(done.exception, UsageError) else 1, done.stdout, str(done.exception))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The files of the how-to, as it prints them."""
    text = (DOCS / "howto-alignment.md").read_text("utf-8")
    for name, kind in (("blocks", "align"), ("sites", "sites")):
        (block,) = re.findall(rf"```csv {kind}\n(.*?)```", text, re.DOTALL)
        (tmp_path / f"{name}.csv").write_text(block, encoding="utf-8")
    return tmp_path


def test_the_how_to_comes_out_as_it_says(files: Path) -> None:
    text = " ".join((DOCS / "howto-alignment.md").read_text("utf-8").replace("\n> ", " ").split())
    done = run("align", str(files / "blocks.csv"), "--to", "wards", "--sites", str(files / "sites.csv"))
    assert done.code == 0
    sentences = [line for line in done.out.splitlines() if line.endswith(".")][1:4]
    assert sentences[0] == "89% of residents have the same area for network and wards."
    assert all(sentence in text for sentence in sentences)
    assert "20 people in 1 block have no area in network" in done.err


def test_json_has_every_measure_both_ways(files: Path) -> None:
    done = run("align", str(files / "blocks.csv"), "--json", "--to", "wards", "--sites", str(files / "sites.csv"))
    found = json.loads(done.out)
    assert [each["people_left_out"] for each in found["divisions"]] == [20, 0]
    forth, back = found["measures"]
    assert (forth["first"], forth["whole"], back["whole"]) == ("network", 100 / 180, 60 / 180)
    assert forth["lines"] is None
    (move,) = found["moves"]
    assert (move["moved"], move["sites_wrong"], move["staff"], move["way"]) == (20, 1, 8.5, "joined")
    assert [site["side"] for site in found["sites"]] == ["no", "yes"]
    assert [row["moved"] for row in found["moved"]] == [20, 0]


def test_files_hold_what_was_asked_for(files: Path) -> None:
    csv, xlsx = files / "o.csv", files / "o.xlsx"
    done = run("align", str(files / "blocks.csv"), "--pair", "network,wards", "--csv", str(csv), "--xlsx", str(xlsx))
    assert done.code == 0
    assert "Not counted: 20 in wards alone." in done.out
    assert csv.read_text("utf-8-sig").splitlines()[1].startswith("North,East,60,0.75,1")
    sheets = CalamineWorkbook.from_path(xlsx).sheet_names
    assert sheets[0] == "Contents"
    assert "Have the same area, all" in sheets
    assert "Where network and wards overlap" in sheets


def test_shapes_give_shared_lines(tmp_path: Path) -> None:
    path = tmp_path / "squares.geojson"
    path.write_text(json.dumps(SQUARES))
    done = run("align", str(path), "--json")
    assert done.code == 0, done.err
    forth, back = json.loads(done.out)["measures"]
    assert (forth["first"], forth["lines"], back["lines"]) == ("one", 0, 0)
    assert forth["lines_outer"] == pytest.approx(1000 / 1100, abs=0.01)
    assert run("align", str(path), "--division", "one,again=one").code == 0


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("block,people,a,b\nx,1,p,q\nx,2,p,q\n", [], "stand more than once"),
        ("block,people,a,b\nx,,p,q\ny,1,p,q\n", [], "no population"),
        ("block,people,a,b\nx,-1,p,q\ny,1,p,q\n", [], "cannot be"),
        ("block,people,a,b\nx,many,p,q\ny,1,p,q\n", [], "'many', which is no number"),
        ("block,a,b\nx,p,q\ny,p,q\n", [], "name it with --people"),
        ("block,people,a\nx,1,p\ny,2,p\n", [], "two divisions or more are needed"),
        ("block,people,a,b\nx,1,p,q\ny,2,r,s\n", [], "two divisions or more"),
        ("block,people,a,b\nx,1,p,\ny,2,,q\n", ["--division", "a,b"], "nobody lives where both 'a' and 'b'"),
        ("block,people,a,b\nx,1,p,q\ny,2,p,q\n", ["--division", "a,c"], "no column 'c'"),
        ("block,people,a,b\nx,1,p,q\ny,2,p,q\n", ["--to", "c"], "'c' is none of the divisions"),
        ("block,people,a,b\nx,1,p,q\ny,2,p,q\n", ["--pair", "a"], "two divisions with a comma"),
        ("block,people,a,b\nx,1,p,q\ny,2,p,q\n", ["--pair", "a,A"], "itself"),
        ("block,people,a,b\nx,1,p,q\ny,2,p,q\n", ["--division", "a,a"], "given twice"),
        ("", [], "is empty"),
        ("block\n", [], "no table of areas"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, text: str, options: list[str], words: str) -> None:
    path = tmp_path / "blocks.csv"
    path.write_text(text)
    done = run("align", str(path), *options)
    assert done.code in (1, 2)
    assert words in done.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("service,site,block\nnetwork,Mill,zz\n", "blocks that are not known: zz"),
        ("service,site,block\nnetwrk,Mill,a\n", "row 2: the service 'netwrk' is none of the divisions; did you mean"),
        ("service,site,block,staff\nnetwork,Mill,a,lots\n", "the staff in row 2 is 'lots'"),
        ("service,site,block,area\nnetwork,Mill,a,Nrth\n", "serves 'Nrth', no area of 'network'; did you mean 'North'"),
        ("service,site\nnetwork,Mill\n", "no column 'block'"),
    ],
)
def test_sites_that_cannot_be_are_refused_by_name(files: Path, text: str, words: str) -> None:
    (files / "sites.csv").write_text(text)
    done = run("align", str(files / "blocks.csv"), "--to", "wards", "--sites", str(files / "sites.csv"))
    assert done.code in (1, 2)
    assert words in done.err


def test_a_plan_in_a_file_can_be_what_all_move_to(files: Path) -> None:
    plan = files / "wards.csv"  # a name that a division has already
    plan.write_text("block,area,name\na,1,Upper\nb,1,Upper\nc,1,Upper\nd,2,Lower\ne,2,Lower\n")
    found = json.loads(run("align", str(files / "blocks.csv"), "--to", str(plan), "--json").out)
    assert found["proposed"] == "wards (plan)"
    assert [(row["service"], row["moved"]) for row in found["moves"]] == [("network", 0), ("wards", 20)]
    assert {row["goes_to"] for row in found["moved"]} == {"Upper", "Lower"}
    plan.write_text("block,area\na,1\nzz,2\n")
    assert "zz" in run("align", str(files / "blocks.csv"), "--to", str(plan)).err
    plan.write_text("block,area\na,1\na,2\n")
    assert "more than once" in run("align", str(files / "blocks.csv"), "--to", str(plan)).err


def test_sites_go_with_proposed_lines_and_a_file_is_needed(files: Path) -> None:
    done = run("align", str(files / "blocks.csv"), "--sites", str(files / "sites.csv"))
    assert (done.code, "--to" in done.err) == (2, True)
    assert run("align").code == 2


def test_greater_manchester_in_one_go(shared: Path, tmp_path: Path) -> None:
    done = run("align", str(shared / "geo" / "gm_lsoa21_attributes.csv"), "--json")
    found = json.loads(done.out)
    assert [each["name"] for each in found["divisions"]] == ["msoa21cd", "lad22cd", "wd22cd", "wd24cd", "lad24cd"]
    rows = {(row["first"], row["second"]): row for row in found["measures"]}
    assert rows["wd24cd", "lad24cd"]["whole"] == rows["lad22cd", "lad24cd"]["same"] == 1
    assert rows["wd22cd", "wd24cd"]["same"] == pytest.approx(0.9418, abs=1e-4)
