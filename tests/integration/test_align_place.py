"""The declared layers of a place against each other: names for people, sites where they stand, the demo borough."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.geographies import geojson, squares
from tests.webserver import served
from totalplace.cli.commands import app
from totalplace.demo.geography import write_geography
from totalplace.demo.words import word_file
from totalplace.errors import GeographyError, UsageError
from totalplace.geography.aligning.placed import comparison_of_place, titles_of
from totalplace.place import Place, new_place

DECLARED = """[geography]
blocks = "lsoa"

[[layer]]
id = "lsoa"
file = "blocks.geojson"
code = "code"
population = "people"

[[lookup]]
id = "network"
title = "GP networks"
file = "blocks.geojson"
code = "code"
area = "network"
name = "called"

[[lookup]]
id = "ward"
kind = "ward"
vintage = "2024"
file = "blocks.geojson"
code = "code"
area = "ward"

[[points]]
id = "practices"
title = "Practices"
file = "practices.csv"
name = "name"
x = "x"
y = "y"
projection = "EPSG:27700"
"""
PRACTICES = """name,x,y,network,ward,FTE
Mill Lane,380250,400250,N1,W1,4.5
High Street,381250,400250,N1,W2,3
Elsewhere,390000,400250,N9,W1,1
Canal Road,381750,400250,N2,W2,
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Four blocks in a row: networks split after the third, wards after the second."""
    made = new_place(tmp_path / "town", name="Town")
    columns = {
        "code": ["a", "b", "c", "d"],
        "people": [10, 20, 30, 40],
        "network": ["N1", "N1", "N1", "N2"],
        "called": ["Same name", "Same name", "Same name", "Same name"],
        "ward": ["W1", "W1", "W2", "W2"],
    }
    geojson(made.root / "blocks.geojson", columns, squares(4, 1))
    (made.root / "practices.csv").write_text(PRACTICES, "utf-8")
    (made.root / "geography.toml").write_text(DECLARED, "utf-8")
    return made


def test_layers_have_titles_and_areas_have_names_that_no_two_share(place: Place) -> None:
    assert titles_of(place.geography) == {"network": "GP networks", "ward": "ward 2024"}
    found = place.alignment(to="ward")
    assert found.names == ["GP networks", "ward 2024"]
    assert found.divisions[0].labels == ("Same name (N1)", "Same name (N2)")
    assert place.alignment(["WARD 2024", "network"]).names == ["ward 2024", "GP networks"]
    assert comparison_of_place(place.geography).proposed == ""
    with pytest.raises(UsageError, match="'wards' is no layer of this place; did you mean 'ward'"):
        place.alignment(["wards", "network"])
    with pytest.raises(UsageError, match="two layers or more are needed, and 1 is here"):
        place.alignment(["ward"])


def test_points_that_name_areas_of_a_service_are_its_sites(place: Place) -> None:
    """The file names wards too: an official area has no sites."""
    [found] = place.alignment(to="ward").moves
    assert (found.service.name, found.moved) == ("GP networks", 30)
    assert [(each.site.name, each.area, each.stays) for each in found.sites] == [
        ("Mill Lane", "Same name (N1)", True),
        ("High Street", "Same name (N1)", False),
        ("Canal Road", "Same name (N2)", True),
    ]
    assert found.staff == 3
    assert any("Practices: 1 in no block of this place" in note for note in place.alignment(to="ward").warnings())
    # Where nobody moves nothing is left out of it, and the note of the file stands alone.
    (note,) = (note for note in place.alignment().warnings() if "no block of this place" in note)
    assert note == "practices.csv: points in no block of this place: 1 of 4 (Elsewhere)"


def test_the_command_without_a_file_asks_the_place(place: Place) -> None:
    done = CliRunner().invoke(app, ["align", "--place", str(place.root), "--to", "ward", "--json"])
    found = json.loads(done.stdout)
    assert (found["proposed"], found["moves"][0]["moved"]) == ("ward 2024", 30)
    assert found["measures"][0]["lines"] == 0
    for words in (["--people", "people"], ["--sites", "s.csv", "--to", "ward"]):
        refused = CliRunner().invoke(app, ["align", "--place", str(place.root), *words])
        assert "goes with a file" in str(refused.exception)


def test_a_place_without_areas_says_how_to_begin(tmp_path: Path) -> None:
    made = new_place(tmp_path / "bare", name="Bare")
    with pytest.raises(GeographyError, match="areas load"):
        made.alignment()


def test_the_demo_borough_has_two_services_whose_lines_disagree(tmp_path: Path) -> None:
    made = new_place(tmp_path / "demo", name="Demo")
    for name, text in write_geography(2010).items():
        path = made.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (made.root / "geography.toml").write_text(word_file("geography.toml"), "utf-8")
    found = made.alignment(["police", "network"])
    pair = found.pair("Police teams", "GP networks")
    assert pair.same is not None
    assert 0.2 < pair.same < 0.9
    assert pair.forth.split == pair.forth.areas
    assert 0 < (found.together.lines(0, 1) or pytest.fail("no borders")).share < 0.5


def test_the_page_says_what_is_wrong_and_how_to_begin(place: Place, tmp_path: Path) -> None:
    place.root.joinpath("spend.csv").write_text(
        "Date,Supplier Name,Amount\n01/04/2024,Bright Lamps Ltd,10.00\n", "utf-8"
    )
    place.add("spend", [place.root / "spend.csv"], "Salford City Council")
    place.build()
    with served(place) as site:
        page = site.get("/neighbourhoods/lines?to=ward&first=network&second=ward")
        assert page.status_code == 200
        assert "To work to ward 2024, GP networks would give 30 people" in page.text
        assert site.get("/neighbourhoods/lines?first=nothing").status_code == 400
        assert site.get("/neighbourhoods/lines?measure=nothing").status_code == 400
        assert site.get("/tables/align-moves.json?to=nothing").status_code == 400
        declared = place.root / "geography.toml"
        declared.write_text(DECLARED.replace('area = "ward"', 'area = "wards"'), "utf-8")
        page = site.get("/neighbourhoods/lines")
        assert page.status_code == 200
        assert "it has no column &#39;wards&#39;; did you mean &#39;ward&#39;" in page.text
        declared.unlink()
        assert "totalplace areas load FILE" in site.get("/neighbourhoods/lines").text
        assert site.get("/tables/align-matrix.json").status_code == 404
