"""Claims by area from every face: commands, files, the page, tables for programs."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests import webplace
from tests.webserver import Served, served
from totalplace.parameters.neutral import stigma_in
from totalplace.place import Place

DEFINITION = "People with care in March <by home address>"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return webplace.make(tmp_path_factory.mktemp("claims") / "place")


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[Served]:
    with served(place) as opened:
        yield opened


def run(place: Place, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "totalplace", "claims", *map(str, arguments), "--place", str(place.root)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL)


def answer(place: Place, *arguments: str | Path) -> Any:
    found = run(place, *arguments, "--json")
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def test_the_command_says_what_is_counted_and_how_it_is_spread(place: Place) -> None:
    shown = run(place, "clients")
    assert shown.returncode == 0
    assert shown.stdout.startswith(f"People <who> receive care & support (2023-24) [clients]\n{DEFINITION}\n")
    assert "Half of the people <who> receive care & support are in wards with 20.0% of all who could" in shown.stdout
    assert "NOTE: clients: has no grade" in shown.stderr
    said = answer(place, "clients")
    assert {row["area"]: (row["people"], row["claims"], row["rate"]) for row in said["rows"]} == {
        "W1": (500, 10, 0.02),
        "W2": (300, 30, 0.1),
        "W3": (200, 0, 0.0),
    }
    assert said["claims"][0]["definition"] == DEFINITION
    assert {row["definition"] for row in said["rows"]} == {DEFINITION}
    (row,) = answer(place)["rows"]
    # Rates 0, 2 and 10 in the hundred: 1 - (.5 * .25 + .3 * 1.25)
    assert (row["id"], row["areas"], row["gini"], row["gini_most"], row["half"]) == ("clients", 3, 0.5, 0.8, 0.2)


def test_curve_doubts_and_words_can_be_shown(place: Place) -> None:
    curve = answer(place, "clients", "--show", "curve")["rows"]
    assert [(row["area"], row["people_share"], row["claims_share"]) for row in curve] == [
        ("W3", 0.2, 0.0),
        ("W1", 0.7, 0.25),
        ("W2", 1.0, 1.0),
    ]
    assert answer(place, "--show", "curve")["rows"] == curve  # there is no other
    assert {row["id"] for row in answer(place, "--show", "doubts")["rows"]} == {"clients"}
    words = answer(place, "--show", "words")["rows"]
    assert {"ghetto", "feckless"} <= {row["word"] for row in words}
    assert run(place, "--show", "words").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["cliens"], "'cliens' is not among the claims of areas.toml; did you mean 'clients'?", 2),
        (["clients", "--show", "words"], "--show words takes no ID", 2),
        (["clients", "--show", "map"], "'map' is not one of", 2),
    ],
)
def test_what_cannot_be_asked_is_said(place: Place, arguments: list[str], said: str, code: int) -> None:
    found = run(place, *arguments)
    assert (found.returncode, found.stdout) == (code, "")
    assert said in found.stderr


def test_files_say_what_they_count_and_need_no_build(tmp_path: Path) -> None:
    import totalplace as tp

    made = tp.new(tmp_path / "place", name="Anytown")
    (made.root / "wards.csv").write_text(webplace.WARDS, encoding="utf-8")
    made.areas.add(made.root / "wards.csv", kind="wards")
    with (made.root / "areas.toml").open("a", encoding="utf-8") as out:
        out.write(webplace.AREAS[webplace.AREAS.index("[[claims]]") :])
    found = run(made, "clients", "--csv", tmp_path / "c.csv", "--xlsx", tmp_path / "c.xlsx")
    assert found.returncode == 0, found.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "c.csv").read_text("utf-8-sig"))))
    assert {row["definition"] for row in rows} == {DEFINITION}
    assert any(row["area_name"].startswith("'=HYPERLINK") for row in rows)
    assert (tmp_path / "c.xlsx").stat().st_size > 1000


def test_a_term_that_shames_is_refused_by_the_command(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    toml = made.root / "areas.toml"
    toml.write_text(toml.read_text("utf-8").replace('term = "people', 'term = "Benefit ghettos: people'), "utf-8")
    found = run(made)
    assert (found.returncode, found.stdout) == (1, "")
    assert "areas.toml: [[claims]] 1: term 'Benefit ghettos: people" in found.stderr
    assert "has the word 'ghetto'" in found.stderr
    assert "name what is counted, such as 'households that claim Universal Credit'" in found.stderr


def test_the_page_has_the_term_the_definition_and_the_same_figures_as_its_tables(client: Served) -> None:
    raw = client.get("/areas/claims").text
    html = unescape(raw)
    assert "<who>" not in raw  # it is text, whatever it looks like
    assert re.search(r"<h1[^>]*>People <who> receive care & support</h1>", html)
    assert html.count(DEFINITION) >= 3
    assert 'class="tp-spread__line"' in raw
    assert "half of them where 20.0% of all who could claim are; Gini coefficient 0.50" in html
    assert "/tables/claims-curve.csv?claim=clients" in html
    assert client.get("/areas/claims?claim=clients").text.count("<svg") == raw.count("<svg")
    main = html[html.index("<main") : html.index("</main>")]
    assert stigma_in(re.sub(r"<[^>]+>", " ", main)) is None
    assert "worst" not in main
    rows = client.get("/tables/claims-areas.json?claim=clients").json()["rows"]
    assert sum(row["claims"] for row in rows) == 40
    assert client.get("/tables/claims.json").json()["rows"][0]["claims"] == 40
    assert client.get("/tables/claims-doubts.json?claim=clients").json()["rows"]


def test_areas_stand_by_name_and_not_by_rate(client: Served) -> None:
    names = [row["area_name"] for row in client.get("/tables/claims-areas.json?claim=clients").json()["rows"]]
    assert names == sorted(names, key=str.casefold)


def test_what_is_not_there_is_said(client: Served) -> None:
    assert client.get("/areas/claims?claim=other").status_code == 400
    assert client.get("/areas/claims?area=W1").status_code == 400
    assert client.get("/tables/claims-areas.csv").status_code == 404
    assert client.get("/tables/claims-curve.csv?claim=other").status_code == 400


def test_without_claims_the_page_says_how_to_begin(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    toml = made.root / "areas.toml"
    toml.write_text(toml.read_text("utf-8").partition("[[claims]]")[0], "utf-8")
    with served(made) as client:
        assert "No claims are declared" in client.get("/areas/claims").text
        assert client.get("/tables/claims.json").json()["rows"] == []
        toml.unlink()
        page = client.get("/areas/claims")
        assert page.status_code == 200
        assert "No claims are declared" in page.text


def test_a_table_that_changed_is_said_on_the_page(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    (made.root / "wards.csv").write_text("Ward code,Ward name,Population,Clients\nW1,A,5,1\n", encoding="utf-8")
    with served(made) as client:
        html = unescape(client.get("/areas/claims").text)
        assert "There are no figures" in html
        assert "has changed since it was declared" in html


def test_a_gap_below_nought_is_shown_and_said(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    toml = made.root / "areas.toml"
    text = toml.read_text("utf-8").replace('definition = "', 'entitled = "far-too-few"\ndefinition = "')
    driver = 'id = "far-too-few"\nmethod = "users"\ntable = "wards"\ncolumn = "Need index"\n'
    toml.write_text(f"{text}\n[[driver]]\n{driver}", "utf-8")
    with served(made) as client:
        html = unescape(client.get("/areas/claims").text)
    # 1.2 + 0.9 + 1.05 against 40 claims, none cut off: one ward has a gap above nought.
    assert "−36.9" in html
    assert "below nought: more claim than are thought to be entitled, so the estimate is in doubt" in html
    (row,) = answer(made)["rows"]
    assert row["gap"] == pytest.approx(3.15 - 40)
    doubts = answer(made, "clients")["doubts"]
    assert sum("thought to be entitled: the estimate is too low" in words for words in doubts) == 2
