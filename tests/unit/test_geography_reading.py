"""Files of areas as people bring them: four formats that say the same, and hostile ones that are refused by name."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.geographies import geojson, geopackage, geoparquet, shapefile, squares
from totalplace.errors import FileRefused
from totalplace.geography.reading import geojson as geojson_reader
from totalplace.geography.reading.features import Features, Keep, text_of
from totalplace.geography.reading.files import read_features
from totalplace.geography.reading.mending import gap_notes, mended, overlap_notes, overlaps
from totalplace.geography.reading.projection import projection_of, to_metres

CODES = ["E01000001", "00ABC", "007", "4"]
COLUMNS = {"LSOA21CD": CODES, "name": ["Añn", "b,c", '"d"', "e"]}
RING = shapely.Polygon(
    [(380_000, 400_000), (380_900, 400_000), (380_900, 400_900), (380_000, 400_900)],
    [[(380_300, 400_300), (380_600, 400_300), (380_600, 400_600), (380_300, 400_600)]],
)
APART = shapely.MultiPolygon(
    [shapely.box(382_000, 400_000, 382_500, 400_500), shapely.box(383_000, 400_000, 383_100, 400_100)]
)
DRAWN = [RING, APART, None, shapely.box(380_300, 400_300, 380_600, 400_600)]


def zipped(path: Path, *files: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, f"inner/{file.name}")
    return path


def files(folder: Path) -> dict[str, str]:
    """The same four areas in every format, by format."""
    geojson(folder / "a.geojson", COLUMNS, DRAWN)
    geopackage(folder / "a.gpkg", {"areas": (COLUMNS, DRAWN)})
    shapefile(folder / "a.shp", COLUMNS, DRAWN)
    geoparquet(folder / "a.parquet", COLUMNS, DRAWN)
    zipped(folder / "shp.zip", folder / "a.shp", folder / "a.dbf", folder / "a.prj")
    zipped(folder / "json.zip", folder / "a.geojson")
    names = ("a.geojson", "a.gpkg", "a.shp", "a.parquet", "shp.zip", "json.zip")
    return {name: name for name in names} | {"layer": "a.gpkg#areas", "member": "json.zip!inner/a.geojson"}


@pytest.mark.parametrize(
    "kind", ["a.geojson", "a.gpkg", "a.shp", "a.parquet", "shp.zip", "json.zip", "layer", "member"]
)
def test_every_format_says_the_same(kind: str, tmp_path: Path) -> None:
    found = read_features(tmp_path, files(tmp_path)[kind])
    assert list(found.column("lsoa21cd")) == CODES  # codes stay text, with their zeros
    assert list(found.column("name")) == COLUMNS["name"]
    assert found.shapes is not None
    assert found.shapes[2] is None
    moved = to_metres(kind, found.shapes, projection_of(kind, found.projection, "EPSG:27700"))
    for made, drawn in zip(moved, DRAWN, strict=True):
        assert drawn is None or shapely.equals(made, drawn)
    kept = read_features(tmp_path, files(tmp_path)[kind], Keep("LSOA21CD", ("007", "4")))
    assert kept.column("LSOA21CD") == ("007", "4")
    with pytest.raises(FileRefused, match=r"LSOA11CD.*did you mean 'LSOA21CD'"):
        found.column("LSOA11CD")
    with pytest.raises(FileRefused, match="nowhere"):
        read_features(tmp_path, files(tmp_path)[kind], Keep("LSOA21CD", ("nowhere",)))


def test_a_table_is_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('Lookup of 2021\n\nLSOA21CD,pop\n001,"1,234"\n002,5\n\n', "utf-8")
    found = read_features(tmp_path, "a.csv")
    assert (found.columns, found.shapes) == ({"LSOA21CD": ("001", "002"), "pop": ("1,234", "5")}, None)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.geojson", b"", "is empty"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "cut off"),
        ("a.geojson", b'{"type": "Topology"}', "TopoJSON"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "no features"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [3]}', "feature 1 is not a feature"),
        ("a.geojson", b'{"features": {}}', "it has no type"),
        ("a.geojson", b"\xff{", "."),
        ("a.geojson", b'{"a": "\xff"}', "not UTF-8"),
        ("a.json", b'{"a": NaN}', "it has NaN"),
        ("a.json", b"{" * 100_000, "is not JSON"),
        ("a.json", b'{"a":' * 100_000, "."),
        ("a.gpkg", b"SQLite format 3\x00" + b"\0" * 200, "cannot be read as a GeoPackage"),
        ("a.parquet", b"PAR1 and nothing more", "cannot be read as Parquet"),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\0" * 96, r"its \.dbf.* is not beside it"),
        ("a.dbf", b"\x03" * 64, r"name a\.shp"),
        ("a.csv", b"one\ntwo\n", "no row of it has two cells"),
        ("a.csv", b"a,b\n", "no rows"),
        ("a.csv", b"a,a\n1,2\n", "two columns are called 'a'"),
        ("a.csv", b"a,b\n1,2,3\n", "line 2 has more cells"),
        ("a.csv", b"%PDF-1.4 x,y", "is a PDF"),
        ("a.zip", b"PK\x03\x04 broken", "zip"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=words) as refused:
        read_features(tmp_path, name)
    assert refused.value.path == name


def test_bad_geometry_layers_and_pieces_are_named(tmp_path: Path) -> None:
    row = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [[["x", 1]]]}}
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [row]}))
    with pytest.raises(FileRefused, match=r"feature 1 has a geometry \(Polygon\)"):
        read_features(tmp_path, "a.geojson")
    geopackage(tmp_path / "two.gpkg", {"a": (COLUMNS, DRAWN), "b": (COLUMNS, DRAWN)})
    with pytest.raises(FileRefused, match=r"2 layers: name one, such as two\.gpkg#a"):
        read_features(tmp_path, "two.gpkg")
    with pytest.raises(FileRefused, match="known: a, b"):
        read_features(tmp_path, "two.gpkg#c")
    shapefile(tmp_path / "s.shp", COLUMNS, DRAWN)
    whole = (tmp_path / "s.shp").read_bytes()
    for size in (120, len(whole) - 8, len(whole) // 2):
        (tmp_path / "s.shp").write_bytes(whole[:size])
        with pytest.raises(FileRefused, match="cut short"):
            read_features(tmp_path, "s.shp")
    shapefile(tmp_path / "t.shp", {"c": ["1"]}, DRAWN[:1])
    (tmp_path / "t.dbf").write_bytes((tmp_path / "s.dbf").read_bytes())
    with pytest.raises(FileRefused, match=r"1 shapes and 4 rows in its \.dbf"):
        read_features(tmp_path, "t.shp")
    with pytest.raises(FileRefused, match="is a folder"):
        read_features(tmp_path, ".")
    with pytest.raises(FileRefused, match="is not there"):
        read_features(tmp_path, "none.geojson")


def test_a_file_that_is_too_large_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    geojson(tmp_path / "a.geojson", COLUMNS, DRAWN)
    monkeypatch.setattr(geojson_reader, "LARGEST", 100)
    with pytest.raises(FileRefused, match="keep the areas of your place alone, or save it as GeoPackage or Parquet"):
        read_features(tmp_path, "a.geojson")


def degrees(*shapes: object) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


@pytest.mark.parametrize(
    ("shape", "projection", "words"),
    [
        (shapely.box(380_000, 400_000, 381_000, 401_000), "EPSG:4326", "they are metres. They look like the British"),
        (shapely.box(-250_000, 7_070_000, -249_000, 7_071_000), "EPSG:4326", "web maps"),
        (shapely.box(-2.3, 53.4, -2.2, 53.5), "EPSG:27700", "look like longitude and latitude"),
        (shapely.box(53.4, -2.3, 53.5, -2.2), "EPSG:4326", "swapped: latitude"),
        (shapely.box(900_000, 380_000, 901_000, 381_000), "EPSG:27700", "eastings and northings look swapped"),
        (shapely.box(10.0, 50.0, 11.0, 51.0), "EPSG:4326", "outside the United Kingdom"),
        (shapely.box(-250_000, 7_070_000, -249_000, 7_071_000), "EPSG:27700", "web maps"),
        (shapely.box(0, 0, 1, 1), "EPSG:1", "is no projection that is known"),
    ],
)
def test_coordinates_are_held_against_what_they_are_said_to_be(shape: object, projection: str, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        to_metres("a.geojson", degrees(shape), projection)


def test_a_projection_that_is_left_out_is_asked_for(tmp_path: Path) -> None:
    shapefile(tmp_path / "a.shp", COLUMNS, DRAWN, prj=None)
    with pytest.raises(FileRefused, match=r'does not say which projection.*projection = "EPSG:27700"'):
        projection_of("a.shp", read_features(tmp_path, "a.shp").projection, "")
    geoparquet(tmp_path / "a.parquet", COLUMNS, DRAWN, crs=None)
    assert read_features(tmp_path, "a.parquet").projection == ""
    assert (
        read_features(tmp_path, str(geoparquet(tmp_path / "b.parquet", COLUMNS, DRAWN, crs=""))).projection
        == "EPSG:4326"
    )
    plain = read_features(tmp_path, str(geoparquet(tmp_path / "c.parquet", COLUMNS, DRAWN, crs=False)))
    assert (plain.projection, len(plain)) == ("", 4)
    with pytest.raises(FileRefused, match="says that its coordinates are EPSG:4326, and EPSG:27700 is declared"):
        projection_of("a", "EPSG:4326", "EPSG:27700")
    assert projection_of("a", "urn:ogc:def:crs:EPSG::27700", "27700")


def test_degrees_become_metres() -> None:
    # Ordnance Survey's worked example (A guide to coordinate systems in Great Britain, annexe C), on OSGB36.
    north, east = 52 + 39 / 60 + 27.2531 / 3600, 1 + 43 / 60 + 4.5177 / 3600
    [moved] = to_metres("a", degrees(shapely.Point(east, north)), "EPSG:4277")
    assert (moved.x, moved.y) == pytest.approx((651_409.903, 313_177.270), abs=0.01)


def test_rings_are_mended_and_it_is_said() -> None:
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    spike = shapely.Polygon([(0, 0), (100, 0), (100, 100), (100, 300), (100, 100), (0, 100)])
    made, notes = mended("a", degrees(bow, spike, None, shapely.Polygon()), ["a", "b", "c", "d"])
    assert shapely.is_valid(made).all()
    assert shapely.area(made).round().tolist() == [5000, 10000, 0, 0]
    assert notes[0] == "areas that have no shape and touch nothing: 2 (c, d)"
    assert notes[1] == "shapes that cross themselves were mended: 2 (a, b)"
    assert notes[2].endswith("by more than 1%: look at a")
    with pytest.raises(FileRefused, match=r"a is a point, not an area \(1 such rows\); declare points"):
        mended("f", degrees(shapely.Point(0, 0)), ["a"])
    with pytest.raises(FileRefused, match="a is a line"):
        mended("f", degrees(shapely.LineString([(0, 0), (1, 1)])), ["a"])


def test_overlaps_and_gaps_are_named() -> None:
    board = squares(4, 4)
    assert overlaps(degrees(*board)) == []
    assert gap_notes(degrees(*board)) == []
    wide = degrees(*board, shapely.buffer(board[5], 50, join_style="mitre"))[[*range(5), 16, *range(6, 16)]]
    codes = [f"b{n}" for n in range(16)]
    [note] = overlap_notes("a", wide, codes)
    assert note.startswith("pairs of areas that overlap: 4; the worst are b1 and b5 by 10%")
    [gap] = gap_notes(degrees(*(board[:5] + board[6:])))
    assert gap.startswith("gaps between the areas that belong to none: 1, the largest of 2")
    with pytest.raises(FileRefused, match="two vintages or two levels"):
        overlap_notes("a", degrees(*board, *board), [*codes, *codes])


def test_cells_become_text() -> None:
    assert [text_of(v) for v in (None, float("nan"), 3.0, 3.5, "007 ", True, 12)] == [
        "",
        "",
        "3",
        "3.5",
        "007",
        "true",
        "12",
    ]
    assert len(Features("a", {"x": ("1", "2")})) == 2


def test_greater_manchester_in_two_formats(shared: Path) -> None:
    folder = shared / "geo"
    grid = read_features(folder, "gm_lsoa21.parquet")
    assert grid.projection == "EPSG:27700"
    earth = read_features(folder, "gm_lsoa21.geojson", Keep("lad22nm", ("Rochdale", "Bury")))
    assert (len(grid), len(earth)) == (1702, 255)
    assert grid.shapes is not None
    assert earth.shapes is not None
    made, notes = mended("gm", to_metres("gm", grid.shapes, grid.projection), grid.column("lsoa21cd"))
    assert notes[0].startswith("shapes that cross themselves were mended: 4 (E01")
    assert overlap_notes("gm", made, grid.column("lsoa21cd")) == []
    moved, _ = mended("gm", to_metres("gm", earth.shapes, earth.projection), earth.column("lsoa21cd"))
    there = {code: made[n] for n, code in enumerate(grid.column("lsoa21cd"))}
    far = [
        shapely.distance(shapely.centroid(a), shapely.centroid(there[c]))
        for a, c in zip(moved, earth.column("lsoa21cd"), strict=True)
    ]
    assert max(far) < 5  # rounding to 1e-5 degrees and the Helmert shift
    wards = read_features(folder, "gm_ward_may2023.parquet")
    assert (wards.projection, len(wards)) == ("EPSG:4326", 215)


@pytest.mark.parametrize("kind", ["a.geojson", "a.gpkg", "a.shp", "a.dbf", "a.parquet", "shp.zip"])
def test_damaged_files_are_refused_and_never_a_traceback(kind: str, tmp_path: Path) -> None:
    files(tmp_path)
    whole = (tmp_path / kind).read_bytes()
    name = "a.shp" if kind == "a.dbf" else kind
    chance = random.Random(5)
    refused = 0
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        (tmp_path / kind).write_bytes(bytes(data))
        try:
            found = read_features(tmp_path, name)
            if found.shapes is not None:
                moved = to_metres(name, found.shapes, projection_of(name, found.projection or "EPSG:27700", ""))
                mended(name, moved, [str(n) for n in range(len(moved))])
        except FileRefused:
            refused += 1
    assert refused > 10
