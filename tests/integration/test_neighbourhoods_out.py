"""Plans that go out and are kept: the export of a place's layers, and proposals from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tests.integration.test_align import run
from tests.webserver import served
from totalplace.demo.geography import write_geography
from totalplace.demo.words import word_file
from totalplace.geography.reading.files import read_features
from totalplace.place import new_place, open_place


@pytest.fixture(scope="module")
def designed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A plan of six areas of the demo borough's wards, as `design --out` writes it."""
    root = borough(tmp_path_factory.mktemp("designed"))
    done = run(
        "neighbourhoods", "design", "--place", str(root), "--whole", "ward", "--areas", "6", "--out", f"{root}/six.csv"
    )
    assert done.code == 0, done.err
    return {"six.csv": (root / "six.csv").read_text("utf-8-sig")}


def borough(root: Path) -> Path:
    """The geography of the demo borough, without what is proposed there."""
    new_place(root / "town", name="Larkhampton")
    for name, text in {**write_geography(2010), "geography.toml": word_file("geography.toml")}.items():
        if "proposals/" not in name:
            (root / "town" / name).parent.mkdir(exist_ok=True)
            text = re.sub(r"\[\[proposal\]\].*?(?=\n# )", "", text, flags=re.DOTALL)
            (root / "town" / name).write_text(text, "utf-8", newline="")
    return root / "town"


@pytest.fixture
def town(tmp_path: Path, designed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    root = borough(tmp_path)
    (root / "six.csv").write_text(designed["six.csv"], "utf-8")
    monkeypatch.chdir(root)
    return root


PROPOSE = ("neighbourhoods", "propose", "six.csv", "--title", "Six neighbourhoods", "--by", "Board")


def test_a_proposal_is_kept_listed_printed_and_withdrawn(town: Path) -> None:
    done = run(*PROPOSE, "--reasons", "Wards stay whole.", "--band", "30,000-45,000", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["id"] == "six-neighbourhoods"
    (row,) = json.loads(run("neighbourhoods", "proposals", "--json").out)["rows"]
    assert (row["areas"], row["by"], row["band"], row["reasons"]) == (6, "Board", "30000-45000", "Wards stay whole.")
    done = run("neighbourhoods", "export", "six-neighbourhoods", "map.pdf", "--today", "police")
    assert done.code == 0, done.err
    text = " ".join(" ".join(page.extract_text() for page in PdfReader("map.pdf").pages).split())
    for said in (
        "Six neighbourhoods",
        "Why: the reasons given Wards stay whole.",
        "30,000-45,000",
        "GP networks",
        "Made up",
    ):
        assert said in text, said
    assert "people who would change" not in text
    done = run("neighbourhoods", "explain", "six-neighbourhoods", "--whole", "ward")
    assert "Of 18 areas of Wards 2024, none are divided." in done.out
    assert "is withdrawn" in run("neighbourhoods", "withdraw", "six-neighbourhoods").err
    assert "nothing is proposed yet" in run("neighbourhoods", "proposals").err
    assert run("neighbourhoods", "withdraw", "six-neighbourhoods").code == 2


def test_a_layer_has_its_title_wherever_people_read_it_and_its_id_for_programs(town: Path) -> None:
    """In tables of commands, on paper and in the workbook as on pages: a title where one is declared, else the id."""
    weighed = ("--whole", "ward", "--areas", "6", "--weigh", "borders,vi:network")
    done = run("neighbourhoods", "explain", "six.csv", *weighed[:2], "--weigh", "borders,network", "--xlsx", "six.xlsx")
    assert "Most are of: GP networks" in done.out
    assert "Most are of: GP networks" in str(CalamineWorkbook.from_path("six.xlsx").get_sheet_by_index(0).to_python())
    assert "with Wards 2024 whole: " in done.out
    done = run("neighbourhoods", "compare", "six.csv", "network", "--layer", "ward", "--json")
    (six, _) = json.loads(done.out)["rows"]
    assert "split_ward" in six
    assert "Wards 2024: divided" in run("neighbourhoods", "compare", "six.csv", "--layer", "ward").out
    done = run("neighbourhoods", "design", *weighed, "--alternatives", "--effort", "0.05")
    assert "GP networks: unlike these areas, both ways (variation of information)" in done.out
    done = run("neighbourhoods", "edit", "six.csv", "--anchor", "schools", "--json")
    assert any(row["measure"].startswith("GP networks: ") for row in json.loads(done.out)["measures"])
    assert run("neighbourhoods", "export", "six.csv", "six.pdf", "--today", "network").code == 0
    text = " ".join(" ".join(page.extract_text() for page in PdfReader("six.pdf").pages).split())
    assert "Change area against GP networks" in text
    assert "against network" not in text


def test_the_names_of_areas_go_with_a_plan(town: Path) -> None:
    assert run(*PROPOSE, "--reasons", "x").code == 0
    table = json.loads(run("neighbourhoods", "explain", "six-neighbourhoods", "--json").out)["areas"]
    names = {line.split(",")[2] for line in (town / "six.csv").read_text().splitlines()[1:]}
    assert {row["name"] for row in table} == names


def test_a_layer_is_proposed_by_the_names_of_its_areas(town: Path) -> None:
    done = run("neighbourhoods", "propose", "network", "--title", "As the networks", "--reasons", "They are known.")
    assert done.code == 0, done.err
    (file,) = (town / "proposals").iterdir()
    assert "Canalside network" in file.read_text()


def test_the_workbook_of_a_layer_is_held_against_all_others(town: Path) -> None:
    assert run("neighbourhoods", "export", "network", "net.xlsx", "--title", "Networks", "--source", "Ours").code == 0
    book = CalamineWorkbook.from_path("net.xlsx")
    rows = book.get_sheet_by_name("Against other lines").to_python()
    assert {"Police teams", "Wards 2024"} <= {row[0] for row in rows}
    assert "Ours" in {row[0] for row in book.get_sheet_by_name("Contents").to_python()}


def test_reasons_come_from_a_file(town: Path) -> None:
    (town / "why.txt").write_text("One.\nTwo.\n", "utf-8")
    assert run(*PROPOSE, "--reasons", "@why.txt").code == 0
    assert (
        '"One.\\nTwo."' in (town / "geography.toml").read_text()
        or "One.\nTwo." in (town / "geography.toml").read_text()
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*PROPOSE, "--reasons", "@none.txt"), "none.txt cannot be read: No such file"),
        ((*PROPOSE, "--reasons", "@bad.txt"), "not text in UTF-8"),
        ((*PROPOSE, "--reasons", " "), "a proposal needs its reasons"),
        ((*PROPOSE, "--reasons", "x", "--band", "lots"), "two numbers of people"),
        ((*PROPOSE, "--reasons", "x", "--instead-of", "five"), "nothing is proposed here"),
        (("neighbourhoods", "propose", "netwrk", "--title", "x", "--reasons", "x"), "did you mean 'network'"),
        (("neighbourhoods", "withdraw", "five"), "nothing is proposed here"),
        (("neighbourhoods", "export", "six.csv", "a.doc"), "a plan is written as .csv"),
        (("neighbourhoods", "export", "six.csv", "a.csv", "--over", "ward"), "are for .pdf and .xlsx"),
        (("neighbourhoods", "export", "six.csv", "a.pdf", "--over", "wards"), "did you mean 'ward'"),
        (("neighbourhoods", "export", "six.csv", "no/a.pdf"), "cannot be written"),
        (("neighbourhoods", "export", "six.csv", "no/a.xlsx"), "cannot be written"),
        (("neighbourhoods", "export", "six.csv", "no/a.gpkg"), "cannot be written"),
    ],
)
def test_what_is_not_so_is_named(town: Path, words: tuple[str, ...], said: str) -> None:
    (town / "bad.txt").write_bytes(b"\xff\xfe\xfa")
    before = (town / "geography.toml").read_bytes()
    done = run(*words)
    assert done.code in (1, 2)
    assert said in done.err
    assert (town / "geography.toml").read_bytes() == before


def test_the_pages_give_the_same_files(town: Path) -> None:
    assert run(*PROPOSE, "--reasons", "Wards stay whole.", "--band", "30000-45000").code == 0
    assert run("neighbourhoods", "export", "six-neighbourhoods", "six.pdf", "--over", "network").code == 0
    with served(open_place(town)) as pages:
        paper = pages.client.get("/neighbourhoods/six-neighbourhoods.pdf?over=network")
        assert paper.headers["content-type"] == "application/pdf"
        assert paper.content == (town / "six.pdf").read_bytes()
        assert 'filename="larkhampton-six-neighbourhoods.pdf"' in paper.headers["content-disposition"]
        other = pages.client.get("/neighbourhoods/network.pdf?band=20000-70000").content
        assert other != paper.content
        book = pages.client.get("/neighbourhoods/six-neighbourhoods.xlsx")
        (town / "page.xlsx").write_bytes(book.content)
        assert "Who changes area" not in CalamineWorkbook.from_path("page.xlsx").sheet_names
        (town / "page.gpkg").write_bytes(pages.client.get("/neighbourhoods/six-neighbourhoods.gpkg").content)
        assert len(read_features(town, "page.gpkg#areas")) == 6
        assert len(pages.client.get("/neighbourhoods/ward.geojson").json()["features"]) == 18
        page = pages.client.get("/neighbourhoods?layer=network&band=20000-70000").text
        assert 'href="/neighbourhoods/network.pdf?band=20000-70000"' in page
        for address, code in (
            ("netwrk.pdf", 404),
            ("network.doc", 422),
            ("network.pdf?band=x", 404),
            ("network.pdf?over=x", 404),
        ):
            found = pages.client.get(f"/neighbourhoods/{address}")
            assert found.status_code in (code, 400, 404, 422), address
            assert "Traceback" not in found.text


def test_lines_that_nobody_works_by_stand_aside(town: Path) -> None:
    """Wards are official areas: beside each neighbourhood stand the services, and wards where they are drawn."""
    assert run("neighbourhoods", "export", "six.csv", "a.xlsx").code == 0
    heads = CalamineWorkbook.from_path("a.xlsx").get_sheet_by_name("What most people there have").to_python()
    assert ["Name", "Police teams", "Share", "GP networks", "Share"] in heads
    assert run("neighbourhoods", "export", "six.csv", "b.xlsx", "--over", "ward").code == 0
    heads = CalamineWorkbook.from_path("b.xlsx").get_sheet_by_name("What most people there have").to_python()
    assert ["Name", "Wards 2024", "Share", "Police teams", "Share", "GP networks", "Share"] in heads


def test_a_proposal_for_a_part_of_the_place_is_explained_and_printed_by_itself(town: Path) -> None:
    """Two of the six areas are proposed alone: a plan of their blocks, whose people alone count."""
    rows = (town / "six.csv").read_text("utf-8").splitlines()
    kept = [row for row in rows[1:] if row.split(",")[1] in ("1", "2")]
    (town / "part.csv").write_text("\n".join([rows[0], *kept]) + "\n", "utf-8")
    done = run("neighbourhoods", "propose", "part.csv", "--title", "West", "--reasons", "First of three.")
    assert done.code == 0, done.err
    people = sum(int(row.rpartition(",")[2]) for row in kept)
    found = json.loads(run("neighbourhoods", "explain", "west", "--json").out)["areas"]
    assert (len(found), sum(area["people"] for area in found)) == (2, people)
    assert run("neighbourhoods", "export", "west", "west.pdf", "--today", "police").code == 0
    assert f"{people:,}" in PdfReader("west.pdf").pages[0].extract_text()
    done = run("neighbourhoods", "compare", "west", "network", "--json")
    assert [row["areas"] for row in json.loads(done.out)["rows"]] == [2, 5]
    (town / "later.csv").write_text("code,2040\n" + "".join(f"{row.split(',')[0]},900\n" for row in rows[1:]), "utf-8")
    assert "900" not in run("neighbourhoods", "explain", "west", "--projected", "later.csv").err
    done = run("neighbourhoods", "compare", "west", "network", "--projected", "later.csv")
    assert "'west' and 'network' are of different blocks" in done.err
    assert "in no area of 'part'" in run("neighbourhoods", "explain", "part.csv").err
