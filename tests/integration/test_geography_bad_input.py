"""What people bring that is not as it should be, through the commands: each case with a clear message, or read well."""

from __future__ import annotations

import json
import sqlite3
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
import xlsxwriter

from tests.geographies import geojson, geopackage, shapefile, squares
from tests.integration.test_align import run
from totalplace.geography.reading.files import read_features
from totalplace.place import new_place

LOAD = ("areas", "load", "--yes")
CODES = [f"E0100{n:04}" for n in range(12)]


def columns(**changes: Sequence[object]) -> dict[str, Sequence[object]]:
    return {"code": CODES, "name": [f"Area {n}" for n in range(12)], "people": ["1000"] * 12, **changes}


def turned(shapes: Sequence[Any]) -> Any:
    """Eastings where northings belong."""
    return shapely.transform(np.array(shapes, dtype=object), lambda at: at[:, ::-1])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place; its folder is the current one."""
    root = new_place(tmp_path / "town", name="Town").root
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def loaded(place: Path) -> Path:
    """A place with twelve blocks of 1,000 people, four across and three high."""
    geojson(place / "b.geojson", columns(), squares(4, 3))
    assert run(*LOAD, "b.geojson").code == 0
    return place


def lookup(heading: str, codes: Sequence[str], more: str = "") -> str:
    return f"{heading},WD24CD\n" + "".join(f"{code},W{n % 3}\n" for n, code in enumerate(codes)) + more


def over(place: Path) -> None:
    shapes = squares(4, 3)
    geojson(place / "a.geojson", {name: [*some, *some] for name, some in columns(code=CODES).items()}, shapes * 2)
    text = json.loads((place / "a.geojson").read_text())
    for n, row in enumerate(text["features"]):
        row["properties"]["code"] = f"E0100{n:04}"
    (place / "a.geojson").write_text(json.dumps(text))


def without_people(place: Path) -> None:
    geojson(place / "a.geojson", columns(people=["1000"] * 11 + [""]), squares(4, 3))


def degrees_swapped(place: Path) -> None:
    geojson(
        place / "a.geojson",
        columns(),
        [shapely.box(53.4 + n / 100, -2.3, 53.409 + n / 100, -2.29) for n in range(12)],
        None,
    )


def metres_unsaid(place: Path) -> None:
    geojson(place / "a.geojson", columns(), squares(4, 3), None)


def far_swapped(place: Path) -> None:
    geojson(place / "a.geojson", columns(), turned(squares(4, 3, west=400_000, south=900_000)))


def not_numbers(place: Path) -> None:
    """A corner that is no number, put into the bytes: no reader of shapes makes such a one without a warning."""
    geopackage(place / "a.gpkg", {"a": (columns(), squares(4, 3))})
    corner = np.array([380_000.0, 400_000.0]).tobytes()
    whole = (place / "a.gpkg").read_bytes()
    assert corner in whole
    (place / "a.gpkg").write_bytes(whole.replace(corner, np.array([np.nan, 400_000.0]).tobytes()))


def no_table(place: Path) -> None:
    shapefile(place / "a.shp", columns(), squares(4, 3))
    (place / "a.dbf").unlink()


def no_projection(place: Path) -> None:
    shapefile(place / "a.shp", columns(), squares(4, 3), None)


def cut(place: Path) -> None:
    geopackage(place / "a.gpkg", {"a": (columns(), squares(4, 3))})
    whole = (place / "a.gpkg").read_bytes()
    (place / "a.gpkg").write_bytes(whole[: len(whole) // 2])


def view(sql: str) -> Callable[[Path], None]:
    def make(place: Path) -> None:
        geopackage(place / "a.gpkg", {"a": (columns(), squares(4, 3))})
        base = sqlite3.connect(place / "a.gpkg")
        base.execute(f"CREATE VIEW v AS {sql}")
        base.execute("UPDATE gpkg_contents SET table_name = 'v'")
        base.execute("UPDATE gpkg_geometry_columns SET table_name = 'v', column_name = 'geom'")
        base.commit()
        base.close()

    return make


COUNT = (
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c{}) "
    "SELECT {} AS code, 1 AS people, NULL AS geom FROM c"
)


def nested(place: Path) -> None:
    (place / "a.geojson").write_text('{"type": "FeatureCollection", "features": ' + "[" * 10**6 + "]" * 10**6 + "}")


def digits(place: Path) -> None:
    (place / "a.geojson").write_text('{"type": "FeatureCollection", "features": [' + "9" * 5000 + "]}")


def bomb(place: Path) -> None:
    with zipfile.ZipFile(place / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed, packed.open("a.geojson", "w") as out:
        for _ in range(300):
            out.write(b" " * (1 << 20))


def far_too_large(place: Path) -> None:
    with (place / "a.geojson").open("wb") as out:
        out.write(b"{")
        out.truncate(600 << 20)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (over, "lie over each other (12 pairs"),
        (without_people, "1 of 12 areas have no population in the column 'people': E01000011"),
        (degrees_swapped, "its coordinates are swapped: latitude"),
        (far_swapped, "eastings and northings look swapped"),
        (metres_unsaid, "it does not say which projection its coordinates are in"),
        (no_projection, "it does not say which projection its coordinates are in"),
        (not_numbers, "no numbers (NaN or infinite)"),
        (no_table, "its .dbf, which holds the codes, is not beside it"),
        (cut, "cannot be read as a GeoPackage"),
        (view(COUNT.format("", "x")), "more rows than a file of its size can hold"),
        (
            view(COUNT.format(" LIMIT 1000000000", "count(*)")),
            "longer than a file of its size may: is its layer a view?",
        ),
        (view("SELECT zeroblob(900000000) AS geom, 1 AS code, 2 AS people"), "too big"),
        (nested, "nested too deeply"),
        (digits, "thousands of digits"),
        (bomb, "a zip bomb"),
        (far_too_large, "GeoJSON is read up to"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_blocks_that_will_not_do_are_refused_by_name(place: Path, make: Callable[[Path], None], words: str) -> None:
    make(place)
    (file,) = [each.name for each in place.iterdir() if each.suffix in (".geojson", ".gpkg", ".shp", ".zip")]
    begun = time.monotonic()
    done = run(*LOAD, file)
    assert done.code == 1
    assert words in done.err
    assert file in done.err
    assert not (place / "geography.toml").exists()
    assert time.monotonic() - begun < 30


def test_coordinates_swapped_inside_the_kingdom_are_seen_from_where_they_lie(place: Path) -> None:
    """Eastings and northings near Manchester, turned round, are another place of England: only a person can tell."""
    geojson(place / "a.geojson", columns(), turned(squares(4, 3)))
    assert (
        "they lie around 53.33 N, 1.99 W: 2 km across, 2 km from south to north: is that this place?"
        in run(*LOAD, "a.geojson").out
    )
    geojson(place / "b.geojson", {"team": [f"T{n}" for n in range(12)]}, squares(4, 3))
    assert "or are coordinates swapped?" in run(*LOAD, "b.geojson", "--as", "layer", "--code", "team").err


def test_the_projection_that_a_person_says_of_geojson_without_one_is_taken(place: Path) -> None:
    metres_unsaid(place)
    done = run(*LOAD, "a.geojson", "--projection", "EPSG:27700")
    assert done.code == 0, done.err
    assert "around 53.5" in done.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            lookup("LSOA21CD", CODES, "E01000003,W9\n"),
            "1 codes of 'LSOA21CD' belong to two areas of 'WD24CD': E01000003 (W0 and W9)",
        ),
        (lookup("LSOA21CD", CODES[:9]), "(75.0%); not there: E01000009, E01000010, E01000011"),
        (lookup("LSOA21CD", [f"E0200{n:04}" for n in range(12)]), "0 of the 12 codes"),
    ],
)
def test_lookups_that_will_not_do_are_refused(loaded: Path, text: str, words: str) -> None:
    (loaded / "l.csv").write_text(text)
    done = run(*LOAD, "l.csv", "--as", "lookup", "--code", "LSOA21CD", "--area", "WD24CD")
    assert done.code == 1
    assert words in done.err


def test_rows_of_a_lookup_that_say_the_same_again_are_told(loaded: Path) -> None:
    (loaded / "l.csv").write_text(lookup("LSOA21CD", CODES, "E01000003,W0\n"))
    assert "rows that say the same again: 1" in run(*LOAD, "l.csv").err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_lookups_are_read_in_the_encodings_that_spreadsheets_write(loaded: Path, encoding: str) -> None:
    text = "code,Ward\n" + "".join(f"{code},Ynys Môn {n % 3}\n" for n, code in enumerate(CODES))
    (loaded / "l.csv").write_bytes(text.encode(encoding))
    assert run(*LOAD, "l.csv", "--area", "Ward").code == 0
    rows = json.loads(run("areas", "fit", "--to", "ward", "--json").out)["rows"]
    assert {row["target_name"] for row in rows} == {f"Ynys Môn {n}" for n in range(3)}


def workbook(path: Path, first: int) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "ward"])
        for n in range(12):
            sheet.write_row(n + 1, 0, [first + n, float(n % 3)])


def test_codes_that_are_numbers_in_a_workbook_join_and_lost_noughts_are_named(place: Path) -> None:
    geojson(place / "b.geojson", columns(code=[str(100 + n) for n in range(12)]), squares(4, 3))
    assert run(*LOAD, "b.geojson").code == 0
    workbook(place / "n.xlsx", 100)
    assert run(*LOAD, "n.xlsx", "--as", "lookup", "--area", "ward").code == 0
    geojson(place / "b.geojson", columns(code=[f"{n:05}" for n in range(12)]), squares(4, 3))
    (place / "geography.toml").unlink()
    assert run(*LOAD, "b.geojson").code == 0
    workbook(place / "z.xlsx", 0)
    assert (
        "The column 'code' has numbers that lost the noughts"
        in run(*LOAD, "z.xlsx", "--as", "lookup", "--area", "ward").err
    )


def test_people_in_a_file_of_their_own_that_lacks_one(place: Path) -> None:
    geojson(place / "b.geojson", columns(), squares(4, 3))
    (place / "p.csv").write_text("code,n\n" + "".join(f"{code},10\n" for code in CODES[:11]))
    done = run(*LOAD, "b.geojson", "--population", "n", "--population-file", "p.csv", "--population-code", "code")
    assert "not there: E01000011" in done.err
    assert "partial" not in done.err


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--band", "13000-14000"), 2, "no number of areas fits: 12,000 people make 1 of 12,000"),
        (("--band", "7000-8000"), 2, "no number of areas fits"),
        (("--band", "0-0"), 2, "holds nobody"),
        (("--band", "1100-1900", "--areas", "7"), 0, "make with their neighbours no area"),
        (("--band", "1-20000", "--areas", "1"), 0, "1 area\n"),
        (("--band", "1-20000", "--areas", "12"), 0, "12 areas\n"),
        (("--band", "1-20000", "--areas", "13"), 2, "13 areas of 12 units"),
        (("--band", "1-20000", "--areas", "0"), 2, "0 areas of 12 units"),
        (("--band", "0-20000", "--areas", "2,3"), 0, "best, proven"),
    ],
)
def test_bands_and_numbers_at_their_ends(loaded: Path, options: tuple[str, ...], code: int, words: str) -> None:
    done = run("neighbourhoods", "design", *options)
    assert done.code == code
    assert words in done.out + done.err


def test_a_band_from_nobody_tries_no_more_areas_than_there_are_blocks(loaded: Path) -> None:
    begun = time.monotonic()
    assert "12  best, proven" in run("neighbourhoods", "design", "--band", "0-99999999").out
    assert time.monotonic() - begun < 30


def test_a_borough_in_two_pieces_is_designed_piece_by_piece_or_the_bridge_is_named(place: Path) -> None:
    shapes = squares(4, 3) + squares(3, 2, west=400_000.0)
    names = {"code": [f"E0100{n:04}" for n in range(18)], "people": ["1000"] * 18}
    geojson(place / "b.geojson", names, shapes)
    assert "the shortest bridge is E01000012 to E01000003, 18,000 metres" in run(*LOAD, "b.geojson").err
    assert "best, proven" in run("neighbourhoods", "design", "--band", "4000-8000", "--areas", "3").out
    said = run("neighbourhoods", "design", "--band", "8000-11000").out
    assert "the blocks lie in 2 pieces that do not touch" in said
    assert "a bridge declared by hand would join it" in said


@pytest.mark.parametrize("encoding", ["point", "polygon", "multipolygon"])
def test_geoparquet_with_shapes_that_are_no_wkb(tmp_path: Path, encoding: str) -> None:
    """Lists in lists of points, as GeoParquet 1.1 has them beside WKB; a row without a shape stays without one."""
    point: Any = {"x": 380_000.0, "y": 400_000.0}
    ring = [{"x": 380_000.0 + x, "y": 400_000.0 + y} for x, y in ((0, 0), (9, 0), (9, 9), (0, 0))]
    cell = {"point": point, "polygon": [ring], "multipolygon": [[ring], [ring]]}[encoding]
    said = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": encoding, "crs": None}},
    }
    frame = pl.DataFrame({"code": ["a", "b", "c"], "geometry": [cell, None, cell]})
    frame.write_parquet(tmp_path / "a.parquet", metadata={"geo": json.dumps(said)})
    found = read_features(tmp_path, "a.parquet").shapes
    assert found is not None
    assert [shape if shape is None else shape.geom_type.lower() for shape in found] == [encoding, None, encoding]
    assert shapely.get_num_coordinates(found).tolist() == [
        n := {"point": 1, "polygon": 4, "multipolygon": 8}[encoding],
        0,
        n,
    ]
    other = {**said, "columns": {"geometry": {"encoding": "polygon" if encoding != "polygon" else "multipolygon"}}}
    frame.write_parquet(tmp_path / "b.parquet", metadata={"geo": json.dumps(other)})
    done = run(*LOAD, "b.parquet", "--place", str(new_place(tmp_path / "p", name="P").root))
    assert done.code == 1


def test_a_block_without_a_shape_is_named_and_touches_nothing(place: Path) -> None:
    geojson(place / "b.geojson", columns(), [*squares(4, 3)[:11], None])
    done = run(*LOAD, "b.geojson")
    assert done.code == 0, done.err
    assert "areas that have no shape and touch nothing: 1 (E01000011)" in done.err
    assert "touch none of the rest: E01000011 (1,000 people); without a shape nothing is near" in done.err
    assert run("neighbourhoods", "design", "--band", "1000-11000", "--areas", "2", "--out", "p.csv").code == 0
    assert run("neighbourhoods", "export", "p.csv", "p.pdf", "--band", "1000-11000").code == 0


def test_numbers_of_rows_are_no_codes_and_points_among_areas_are_let_go(place: Path) -> None:
    """GeoPackage numbers its rows in a column fid that stands first; a shape may be an area and a point together."""
    shapes = squares(4, 3)
    shapes[0] = shapely.GeometryCollection([shapes[0], shapely.Point(380_000, 400_000)])
    geopackage(place / "b.gpkg", {"a": (columns(), shapes)})
    done = run(*LOAD, "b.gpkg")
    assert "code code" in done.out
    assert "touch none of the rest" not in done.err
