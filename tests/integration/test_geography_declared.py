"""geography.toml and the commands `areas load` and `areas fit`: a place's areas from its own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from click.testing import CliRunner

from tests.geographies import geojson, squares
from totalplace.cli.commands import app
from totalplace.errors import FileRefused, PlaceError, UsageError
from totalplace.geography import answers
from totalplace.geography.declared import plan_of
from totalplace.place import Place, new_place, open_place

CODES = [f"E{n:02}" for n in range(16)]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A town of sixteen blocks of 100 people, the last one beyond a river of 120 metres."""
    new_place(tmp_path / "town", name="Town")
    drawn = [*squares(4, 4)[:15], shapely.affinity.translate(squares(4, 4)[15], 120, 120)]
    columns = {
        "LSOA21CD": CODES,
        "LSOA21NM": [f"Town {n}" for n in range(16)],
        "WD24CD": [f"W{n % 4 // 2}" for n in range(16)],
        "WD24NM": [("West", "East")[n % 4 // 2] for n in range(16)],
        "pop": ["100"] * 16,
    }
    geojson(tmp_path / "town" / "blocks.geojson", columns, drawn)
    (tmp_path / "town" / "sites.csv").write_text("site_code,name,easting,northing\na,Abbey,380250,400250\n", "utf-8")
    return open_place(tmp_path / "town")


def run(place: Place, *words: str, status: int = 0) -> Any:
    from totalplace.cli import main

    found = CliRunner().invoke(app, [*words, "--place", str(place.root)])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == status, found.output
    assert main
    return found


def loaded(place: Place, file: str, *words: str) -> Any:
    found = run(place, "areas", "load", str(place.root / file), *words, "--yes", "--json")
    return json.loads(found.stdout)["loaded"][0]


def test_blocks_with_their_lookups_then_points(place: Place) -> None:
    first = loaded(place, "blocks.geojson")
    assert (first["role"], first["rows"], first["written"]) == ("blocks", 16, True)
    assert [entry["id"] for entry in first["entries"]] == ["lsoa", "ward-2024"]
    [note] = first["notes"]
    assert note.startswith("blocks that touch none of the rest: E15 (100 people); the shortest bridge is E15 to E1")
    geography = place.geography
    assert geography.blocks.layer("ward-2024").labels == ("W0", "W1")
    assert geography.names("ward-2024") == {"W0": "West", "W1": "East"}
    assert not geography.graph.connected()
    assert loaded(place, "sites.csv")["role"] == "points"
    sites = geography.whole.points["sites"]
    assert (sites.ids, sites.names, sites.block.tolist()) == (("a",), ("Abbey",), [0])


def test_points_need_a_projection(place: Place) -> None:
    loaded(place, "blocks.geojson")
    (place.root / "x.csv").write_text("id,x,y\na,380250,400250\n")
    with pytest.raises(FileRefused, match="does not say which projection"):
        run(place, "areas", "load", str(place.root / "x.csv"), "--yes")


def test_a_table_that_is_neither_lookup_nor_points_says_what_it_could_be(place: Place) -> None:
    loaded(place, "blocks.geojson")
    (place.root / "f.csv").write_text("WD24CD,crimes\nW0,80\nW1,20\n")
    with pytest.raises(FileRefused, match=r"has codes of the layer 'ward-2024'.*totalplace areas fit --from ward-2024"):
        run(place, "areas", "load", str(place.root / "f.csv"))
    (place.root / "g.csv").write_text("LSOA11CD,WD22CD\nX1,V\nX2,V\nE01,V\n")
    with pytest.raises(FileRefused, match=r"the nearest, 'LSOA11CD', has 6% of them"):
        run(place, "areas", "load", str(place.root / "g.csv"))


def test_a_bridge_by_hand_and_comments_kept(place: Place) -> None:
    loaded(place, "blocks.geojson")
    path = place.root / "geography.toml"
    bridge = '\n# Mill Bridge\n[[bridge]]\nfrom = "E15"\nto = "E14"\nnote = "Mill Bridge"\n'
    path.write_text(path.read_text("utf-8") + bridge, "utf-8")
    assert place.geography.graph.connected()
    assert place.geography.whole.notes == ()
    loaded(place, "sites.csv", "--projection", "EPSG:27700")
    assert "# Mill Bridge" in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace('to = "E14"', 'to = "E99"'), "utf-8")
    with pytest.raises(Exception, match="'E99' is no block"):
        place.geography.graph.connected()


def test_a_file_that_changed_is_not_used(place: Place) -> None:
    loaded(place, "blocks.geojson")
    path = place.root / "blocks.geojson"
    path.write_text(path.read_text("utf-8").replace('"100"', '"200"', 1), "utf-8")
    with pytest.raises(FileRefused, match="was changed since it was loaded: load it again"):
        _ = place.geography.blocks
    loaded(place, "blocks.geojson")
    assert place.geography.blocks.people.sum() == 1700


def test_layers_are_laid_over_and_lookups_checked(place: Place) -> None:
    loaded(place, "blocks.geojson")
    west = shapely.box(379_000, 399_000, 380_700, 403_000)
    geojson(
        place.root / "police.geojson",
        {"team": ["North", "South"]},
        [west, shapely.box(380_700, 399_000, 390_000, 403_000)],
    )
    made = loaded(place, "police.geojson", "--id", "police", "--title", "Police teams")
    row = next(each for each in made["layers"] if each["layer"] == "police")
    assert (row["areas"], row["people"], row["misplaced"]) == (2, 1600, pytest.approx(4 * 0.4 / 16))
    assert place.geography.blocks.layer("police").values[:4] == [
        "South" if n > 1 else ("North", "South")[n] for n in range(4)
    ]
    (place.root / "old.csv").write_text("LSOA11CD,WD22CD\n" + "".join(f"{c},V\n" for c in CODES[:12]) + "X1,V\n")
    with pytest.raises(FileRefused) as refused:
        run(place, "areas", "load", str(place.root / "old.csv"), "--area", "WD22CD", "--yes")
    assert "has 12 of the 16 codes of LSOA 2021 (75.0%); not there: E12, E13, E14, E15" in str(refused.value)
    assert "Its heading says LSOA of 2011." in str(refused.value)
    made = loaded(place, "old.csv", "--area", "WD22CD", "--partial")
    assert next(each for each in made["layers"] if each["layer"] == "ward-2022")["outside"] == 400


def test_a_layer_that_overlaps_itself_is_told_or_refused(place: Place) -> None:
    loaded(place, "blocks.geojson")
    west, east = shapely.box(379_000, 399_000, 380_700, 403_000), shapely.box(380_650, 399_000, 382_500, 403_000)
    geojson(place.root / "p.geojson", {"team": ["W", "E"]}, [west, east])
    made = loaded(place, "p.geojson", "--id", "police")
    assert any("pairs of areas that overlap: 1; the worst are W and E by 3% of the smaller" in n for n in made["notes"])
    geojson(place.root / "q.geojson", {"team": ["W", "E", "all"]}, [west, east, shapely.union(west, east)])
    with pytest.raises(FileRefused, match="is it of two vintages or two levels at once"):
        run(place, "areas", "load", str(place.root / "q.geojson"))


def test_layers_are_fitted_by_centres_where_those_are_given(place: Place) -> None:
    rows = [f"{code},{380_050 + n % 4 * 500},{400_250 + n // 4 * 500}" for n, code in enumerate(CODES)]
    (place.root / "c.csv").write_text("LSOA21CD,easting,northing\n" + "\n".join(rows[:15]) + "\nE15,381700,401800\n")
    west = shapely.box(379_000, 399_000, 380_600, 403_000)
    geojson(place.root / "p.geojson", {"team": ["W", "E"]}, [west, shapely.box(380_600, 399_000, 390_000, 403_000)])
    loaded(place, "blocks.geojson")
    loaded(place, "p.geojson", "--id", "police")
    assert place.geography.blocks.layer("police").values[:3] == ["W", "E", "E"]
    loaded(place, "blocks.geojson", "--centres", str(place.root / "c.csv"), "--centres-code", "LSOA21CD")
    assert place.geography.blocks.layer("police").values[:3] == ["W", "W", "E"]
    (place.root / "c.csv").write_text("LSOA21CD,easting,northing\n" + "\n".join(rows[:14]) + "\n")
    with pytest.raises(FileRefused, match="has 14 of the 16 codes of LSOA 2021"):
        _ = place.geography.blocks


def test_figures_move_and_the_command_areas_is_as_it_was(place: Place) -> None:
    loaded(place, "blocks.geojson")
    geojson(place.root / "p.geojson", {"team": ["N"]}, [shapely.box(379_000, 399_000, 381_000, 403_000)])
    loaded(place, "p.geojson", "--id", "police")
    (place.root / "f.csv").write_text("WD24CD,crimes\nW0,80\nW1,20\n")
    words = ("areas", "fit", str(place.root / "f.csv"), "--from", "ward-2024", "--to", "police", "--figure", "crimes")
    found = json.loads(run(place, *words, "--json").stdout)
    assert [(row["area"], row["crimes"]) for row in found["rows"]] == [("N", 80.0)]
    assert found["figures"]["crimes"]["outside"] == 20.0
    best = json.loads(run(place, "areas", "fit", "--to", "ward-2024", "--json").stdout)
    assert (len(best["rows"]), best["rows"][0]["target_name"]) == (16, "West")
    listed = json.loads(run(place, "areas", "load", "--json").stdout)
    assert [row["layer"] for row in listed["layers"]] == ["lsoa", "police", "ward-2024"]
    assert "police" in run(place, "areas", "load").stdout
    with pytest.raises(UsageError, match="FILE and --figure go together"):
        run(place, "areas", "fit", "--to", "police", "--figure", "crimes")
    with pytest.raises(UsageError, match="'wards' is no layer"):
        run(place, "areas", "fit", "--to", "wards")
    with pytest.raises(UsageError, match="options go after the command: totalplace areas load --by"):
        CliRunner().invoke(app, ["areas", "--by", "service", "load"], standalone_mode=False, catch_exceptions=False)
    with pytest.raises(Exception, match=r"there is no areas\.toml|nothing is built"):
        run(place, "areas")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[layers]]", "unknown key 'layers'; did you mean 'layer'"),
        ("[[layer]]\nid = 'a'\nfile = 'f'", "it has no code"),
        ("[[layer]]\nid = 'a'\nfile = 'f'\ncode = 'c'", "does not say which layer"),
        ("[geography]\nblocks = 'a'\n[[layer]]\nid = 'a'\nfile = 'f'\ncode = 'c'", "has no population"),
        ("[geography]\nblocks = 'b'", "'b' is not a layer"),
        ("[[lookup]]\nid = 'a'\nfile = 'f'\ncode = 'c'\narea = 'd'", "there is no .*layer.* of blocks"),
        ("[[bridge]]\nfrom = 'a'", "it has no to"),
        ("[[bridge]]\nfrom = 'a'\nto = 3", "to is 3; it must be text"),
        ("[layer]\nid = 'a'", "with two brackets"),
        ("[[points]]\nid = 'a'\nfile = 'f'\nx = 'e'\n[[layer]]\nid = 'b'\nfile = 'f'\ncode = 'c'\n", "does not say"),
        (
            "[[layer]]\nid = 'a'\nfile = 'f'\ncode = 'c'\nwithin = 'x'\npopulation = 'p'\n[geography]\nblocks = 'a'",
            "go together",
        ),
    ],
)
def test_what_cannot_be_declared_is_named(text: str, words: str) -> None:
    import tomllib

    with pytest.raises(PlaceError, match=words):
        plan_of(tomllib.loads(text))


def test_columns_that_divide_nothing_or_say_the_same_again_are_no_layers(tmp_path: Path) -> None:
    place = new_place(tmp_path / "town", name="Town")
    rows = (
        "lsoa21cd,pop,lad22cd,lad24cd,wd22cd,wd24cd,wd25cd,msoa21cd",
        "E01000001,10,E08000006,E08000006,E05000001,E05000001,E05000009,E02000001",
        "E01000002,10,E08000006,E08000006,E05000001,E05000001,E05000002,E02000002",
        "E01000003,10,E08000006,E08000006,E05000002,E05000002,E05000002,E02000002",
    )
    (place.root / "small.csv").write_text("\n".join(rows), "utf-8")
    seen = place.geography.look(place.root / "small.csv")
    assert [entry.id for _, entry in seen.entries] == ["lsoa", "ward-2024", "ward-2025", "msoa-2021"]


def test_greater_manchester_from_its_files(shared: Path, tmp_path: Path) -> None:
    place = new_place(tmp_path / "gm", name="Greater Manchester")
    folder = shared / "geo"
    for file, said in (
        ("gm_lsoa21.parquet", {}),
        ("gm_ward_may2023.parquet", {"kind": "ward", "vintage": "2023"}),
        ("trafford_localities_2023.geojson", {"id": "localities"}),
        ("gm_gp_practices_pcn.csv", {"id": "practices"}),
        ("gm_schools_2018.csv", {"id": "schools"}),
    ):
        seen = place.geography.look(folder / file, said)
        place.geography.agree(seen)
    whole = place.geography.whole
    rows = {row[0]: row for row in place.geography.layers().rows}
    assert (rows["lsoa"][4], rows["lsoa"][5]) == (1702, 2_867_871)
    assert rows["msoa-2021"][9] == "authority-2024"  # as all levels do: OA, LSOA, MSOA, authority
    assert rows["ward-2022"][9] == "authority-2024"
    assert "authority-2022" not in rows  # the same codes, of another year
    assert rows["ward-2024"][8] == 3  # wards that are not in one piece
    assert rows["localities"][5] == 234_987  # Trafford's people
    assert (len(whole.points["practices"]), len(whole.points["schools"])) == (413, 1176)
    assert any(note.startswith("ward-2024 and ward-2022 share 89 of 215") for note in whole.notes)
    # The boundaries of May 2023 are those of the 2024 codes: nearly all people are in the ward that the lookup says,
    # which goes by population-weighted centres and not by land.
    laid, told = whole.blocks.layer("ward-2023").values, whole.blocks.layer("ward-2024").values
    same = sum(int(n) for n, a, b in zip(whole.blocks.people, laid, told, strict=True) if a == b)
    assert same / whole.blocks.people.sum() > 0.94


def test_which_blocks_touch_is_kept_and_made_again_where_it_is_lost_or_broken(place: Place) -> None:
    loaded(place, "blocks.geojson")
    [kept] = (place.root / "store" / "geography").glob("*.npz")
    whole = kept.read_bytes()
    first = place.geography.graph
    for broken in (whole[:100], b"", b"not a file of arrays", whole[:-40]):
        kept.write_bytes(broken)
        answers._whole.cache_clear()
        again = place.geography.graph
        assert [a.tolist() for a in again.pairs()] == [a.tolist() for a in first.pairs()]
        assert kept.read_bytes() == whole
    kept.unlink()
    kept.parent.rmdir()
    kept.parent.write_text("in the way")
    answers._whole.cache_clear()
    assert place.geography.graph.edges == first.edges
