"""The pages of what areas hold and need, and of public buildings: the same figures as the method works by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_facilities import example
from tests.webserver import Served, served
from totalplace.place import new_place


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    with served(example(tmp_path)) as opened:
        yield opened


def test_what_areas_hold_with_a_map_of_distances(site: Served) -> None:
    page = site.get("/neighbourhoods/holds")
    assert page.status_code == 200
    for words in (
        "Practices: 1 of the 2 areas has none: South.",
        "Practices: 40.0% within 800 metres, 60.0% within 1,600 metres",
        "Score: South has 1.26 times" if "Score: South" in page.text else "Children: South has 1.11 times",
        "There is no spend by area to set beside it",
    ):
        assert words in page.text
    assert page.text.count('role="img"') >= 4, "a map and bars, for wide and narrow screens"
    made = site.get("/neighbourhoods/holds/map.json?within=800&within=1600").json()
    assert (made["paint"], made["of"]) == ([0, 0, 1, 2], [0, 0, 1, 1])
    assert [area["words"] for area in made["areas"]] == ["100.0% within 800 m", "0.0% within 800 m"]
    assert [(kind["name"], len(kind["points"])) for kind in made["sites"]] == [("Practices", 2)]
    farther = site.get("/neighbourhoods/holds?within=100&within=200&within=300&within=400&within=500")
    assert "Within 500 m" in farther.text, "too many distances for the map, none for the table"


def test_buildings_by_body_and_those_that_could_share_a_roof(site: Served) -> None:
    page = site.get("/neighbourhoods/assets")
    assert page.status_code == 200
    assert "1 move saves £120,000 in the first year, and £920,000 over 5 years." in page.text
    assert "1. Station House" in page.text
    assert "could not: the only one that could be left is statutory or heritage" in page.text
    assert "Hollow with a number" in page.text
    other = site.get("/neighbourhoods/assets?metres=300")
    assert "No move saves anything over 5 years." in other.text
    rows = site.get("/tables/assets-pairs.json?years=1").json()["rows"]
    assert [(row["body_name"], row["total"]) for row in rows] == [("Anyshire Police", "120000.00")]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/neighbourhoods/holds?layer=wards", 400, "is no layer of this place"),
        ("/neighbourhoods/holds?kind=schools", 400, "is no kind of site"),
        ("/neighbourhoods/holds?indicator=crime", 400, "is no indicator"),
        ("/neighbourhoods/holds?within=far", 400, "is &#39;far&#39;; it must be a number"),
        ("/neighbourhoods/assets?metres=nan", 400, "distance of nan metres cannot be"),
        ("/neighbourhoods/assets?full=90", 400, "occupancy of 90 cannot be asked for"),
        ("/neighbourhoods/assets?years=0", 400, "must be a whole number from 1"),
        ("/neighbourhoods/assets?color=red", 400, "is not asked for here"),
    ],
)
def test_what_cannot_be_asked_is_said(site: Served, address: str, status: int, words: str) -> None:
    answer = site.get(address)
    assert answer.status_code == status
    assert words in answer.text


def test_a_place_without_areas_says_how_to_begin(tmp_path: Path) -> None:
    with served(new_place(tmp_path / "bare", name="Bare")) as bare:
        assert "totalplace areas load FILE" in bare.get("/neighbourhoods/holds").text
        assert "--as assets" in bare.get("/neighbourhoods/assets").text
        for table in ("holds", "reach", "need", "need-spend", "assets", "assets-pairs"):
            assert bare.get(f"/tables/{table}.json").status_code == 404
        assert bare.get("/neighbourhoods/holds/map.json").status_code == 404


def test_a_register_that_was_changed_is_named_and_the_rest_is_shown(tmp_path: Path) -> None:
    place = example(tmp_path)
    toml = place.root / "geography.toml"
    toml.write_text(toml.read_text("utf-8").replace('code = "UPRN"', f'code = "UPRN", sha256 = "{"0" * 64}"'), "utf-8")
    with served(place) as site:
        page = site.get("/neighbourhoods/assets")
        assert page.status_code == 200
        assert re.search(r"assets\.csv: was changed since it was loaded", page.text)
        assert site.get("/neighbourhoods/lines").status_code == 200
