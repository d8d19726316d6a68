"""Nothing is tied to one conurbation: made places with codes, shapes and projections of other parts of the kingdom."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from pypdf import PdfReader
from pyproj import Transformer

from tests.geographies import geojson, squares
from tests.integration.test_align import run
from totalplace.place import new_place

LOAD = ("areas", "load", "--yes")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = new_place(tmp_path / "town", name="Elsewhere").root
    monkeypatch.chdir(root)
    return root


def ok(*words: str) -> str:
    done = run(*words)
    assert done.code == 0, (words, done.err)
    return done.out + done.err


def whole_way(*options: str, title: str = "Elsewhere") -> list[int]:
    """A design made, explained, proposed and put on paper; the people of its areas."""
    ok("neighbourhoods", "design", *options, "--out", "plan.csv")
    band = next((options[n + 1] for n, each in enumerate(options) if each == "--band"), "30000-50000")
    ok("neighbourhoods", "explain", "plan.csv", "--band", band)
    ok("neighbourhoods", "propose", "plan.csv", "--title", title, "--reasons", "It holds together.", "--band", band)
    (row,) = json.loads(run("neighbourhoods", "proposals", "--json").out)["rows"]
    for ending in ("pdf", "xlsx", "gpkg", "geojson"):
        ok("neighbourhoods", "export", row["id"], f"plan.{ending}")
    assert len(PdfReader("plan.pdf").pages) >= 1
    found = json.loads(run("neighbourhoods", "explain", row["id"], "--band", band, "--json").out)["areas"]
    return sorted(area["people"] for area in found)


def test_scottish_data_zones_with_wards_and_an_island(place: Path) -> None:
    shapes = squares(8, 6, 700, 325_000, 670_000) + squares(2, 1, 3000, 340_000, 1_200_000)
    codes = [f"S0100{n:04}" for n in range(50)]
    people = [1000] * 50
    geojson(
        place / "dz.geojson", {"DataZone": codes, "Name": [f"Zone {n}" for n in range(50)], "TotPop": people}, shapes
    )
    said = ok(*LOAD, "dz.geojson", "--id", "zone", "--population", "TotPop")
    assert "S01000048, S01000049 (2,000 people)" in said
    wards = [f"S1300{n % 8 // 2:04}" for n in range(48)] + ["S13000009"] * 2
    rows = "".join(f"{code},{ward},Ward {ward[-1]}\n" for code, ward in zip(codes, wards, strict=True))
    (place / "w.csv").write_text(f"DataZone,MMWard_Code,MMWard_Name\n{rows}")
    ok(*LOAD, "w.csv", "--area", "MMWard_Code", "--name", "MMWard_Name", "--id", "ward")
    none = run("neighbourhoods", "design", "--whole", "ward", "--band", "11000-13000", "--areas", "4")
    assert "a bridge declared by hand would join it" in none.out
    with (place / "geography.toml").open("a") as file:
        file.write('\n[[bridge]]\nfrom = "S01000048"\nto = "S01000047"\nnote = "Ferry"\n')
    assert whole_way("--whole", "ward", "--band", "11000-15000") == [12_000, 12_000, 12_000, 14_000]


def test_welsh_small_areas_keep_their_names_and_codes(place: Path) -> None:
    names = [f"Ynys Môn {n:03}A" for n in range(40)]
    columns = {
        "LSOA21CD": [f"W0100{n:04}" for n in range(40)],
        "LSOA21NM": names,
        "LSOA21NMW": names,
        "WD22CD": [f"W0500{n % 8 // 2:04}" for n in range(40)],
        "WD22NM": [f"Llŷn {n % 8 // 2}" for n in range(40)],
        "All Ages": [1700] * 40,
    }
    geojson(place / "l.geojson", columns, squares(8, 5, 900, 240_000, 370_000))
    assert "[[lookup]] ward-2022" in ok(*LOAD, "l.geojson", "--population", "All Ages")
    assert whole_way("--whole", "ward-2022", title="Llŷn ac Eifionydd") == [34_000, 34_000]
    text = " ".join(PdfReader("plan.pdf").pages[0].extract_text().split())
    assert "Llŷn ac Eifionydd" in text
    assert "Llŷn 0 and Llŷn 1" in text


@pytest.mark.parametrize("projection", [29902, 2157, 4326])
def test_northern_ireland_in_its_own_grids(place: Path, projection: int) -> None:
    """Areas of Belfast on the Irish Grid, Irish Transverse Mercator, and in degrees lie where Belfast is."""
    move = Transformer.from_crs(29902, projection, always_xy=True)
    shapes = shapely.transform(
        np.array(squares(8, 5, 900, 330_000, 370_000)), lambda at: np.column_stack(move.transform(at[:, 0], at[:, 1]))
    )
    columns = {"DZ2021_code": [f"N2000{n:04}" for n in range(40)], "population": [1700] * 40}
    geojson(place / "n.geojson", columns, shapes, f"EPSG::{projection}")
    assert "they lie around 54.58 N, 5.93 W: 8 km across, 5 km" in ok(*LOAD, "n.geojson", "--id", "zone")
    assert whole_way("--areas", "2") == [34_000, 34_000]


def test_a_county_of_two_tiers_two_islands_and_a_hole(place: Path) -> None:
    """Districts in a county; another authority lies in the middle of the first island, and is no part of it."""
    first = [shape for n, shape in enumerate(squares(10, 8, 1500, 440_000, 80_000)) if n not in (33, 34, 43, 44)]
    shapes = first + squares(4, 4, 1500, 470_000, 80_000)
    west = [shape.centroid.x for shape in shapes]
    district = ["E07000001" if x < 447_500 else "E07000002" if x < 460_000 else "E07000003" for x in west]
    columns = {
        "OA21CD": [f"E0010{n:04}" for n in range(92)],
        "LTLA24CD": district,
        "LTLA24NM": [{"1": "West", "2": "East", "3": "Isle"}[each[-1]] for each in district],
        "UTLA24CD": ["E10000001" if each != "E07000003" else "E06000099" for each in district],
        "residents": [2000] * 92,
    }
    geojson(place / "o.geojson", columns, shapes)
    said = ok(*LOAD, "o.geojson")
    assert "[[lookup]] authority-2024: kind authority" in said
    assert "[[lookup]] upper-tier-authority-2024: kind upper-tier authority" in said
    assert "gaps between the areas that belong to none: 1, the largest of 899.4 hectares" in said
    people = whole_way("--inside", "authority-2024")
    assert (len(people), sum(people), people[0]) == (5, 184_000, 32_000)
    assert all(30_000 <= each <= 50_000 for each in people)
    table = json.loads(run("neighbourhoods", "compare", "elsewhere", "--layer", "authority-2024", "--json").out)["rows"]
    assert (table[0]["in_pieces"], table[0]["split_authority-2024"], table[0]["areas"]) == (0, 2, 5)


def test_a_place_of_one_small_area(place: Path) -> None:
    """Five isles, one area of several parts: one neighbourhood, whose map and files are made as any other."""
    isles = shapely.MultiPolygon([shapely.box(88_000 + 3000 * n, 8000, 90_000 + 3000 * n, 10_000) for n in range(5)])
    geojson(place / "s.geojson", {"LSOA21CD": ["E01999999"], "LSOA21NM": ["Isles 001A"], "pop": [2100]}, [isles])
    ok(*LOAD, "s.geojson")
    assert whole_way("--band", "2000-3000") == [2100]
    assert "no number of areas fits: 2,100 people" in run("neighbourhoods", "design").err


def test_columns_of_one_kind_and_year_are_two_layers(place: Path) -> None:
    columns = {
        "LSOA21CD": [f"E0100{n:04}" for n in range(12)],
        "LAD24CD": [f"E0700000{n % 2}" for n in range(12)],
        "LTLA24CD": [f"E0700001{n % 3}" for n in range(12)],
        "people": [1000] * 12,
    }
    geojson(place / "b.geojson", columns, squares(4, 3))
    ok(*LOAD, "b.geojson")
    layers = {row["layer"] for row in json.loads(run("areas", "load", "--json").out)["layers"]}
    assert layers == {"lsoa", "authority-2024", "ltla24cd"}


def test_a_layer_cannot_take_the_name_of_the_blocks(place: Path) -> None:
    columns = {"LSOA21CD": [f"E0100{n:04}" for n in range(12)], "people": [1000] * 12}
    geojson(place / "b.geojson", columns, squares(4, 3))
    ok(*LOAD, "b.geojson")
    before = (place / "geography.toml").read_bytes()
    geojson(place / "t.geojson", {"team": ["A", "B"]}, squares(2, 1, 1000))
    done = run(*LOAD, "t.geojson", "--as", "layer", "--id", "lsoa", "--code", "team")
    assert done.code == 2
    assert "'lsoa' is what the building blocks are called: give this another --id" in done.err
    assert (place / "geography.toml").read_bytes() == before
