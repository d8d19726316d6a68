"""Lookups, vintages, layers laid over blocks, points, and figures that move between geographies."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.geographies import geojson, squares
from totalplace.errors import FileRefused, GeographyError, UsageError
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.building import areas_of, blocks_of, centred, laid_over, people_from
from totalplace.geography.fit import best_fit, fit, nests, own
from totalplace.geography.lookups import divide, read_lookup
from totalplace.geography.points import points_of
from totalplace.geography.reading.features import Features
from totalplace.geography.reading.files import read_features
from totalplace.geography.reading.numbers import people_of
from totalplace.geography.vintages import heading, require

CODES = tuple(f"E{n}" for n in range(16))


def table(**columns: list[str]) -> Features:
    return Features("t.csv", {name: tuple(values) for name, values in columns.items()})


def board(wide: int = 4, high: int = 4, people: int = 100) -> Blocks:
    drawn = np.empty(wide * high, dtype=object)
    drawn[:] = squares(wide, high)
    codes = tuple(f"E{n}" for n in range(wide * high))
    return Blocks(codes, codes, np.full(wide * high, people), {}, "LSOA", "2021", drawn)


def test_headings_of_the_statistics_office_say_kind_and_year() -> None:
    told = [heading(text) for text in ("LSOA21CD", "wd24nm", "LAD22CD", "pop", "PCN_CODE", "OA11CD")]
    assert [(t.kind, t.vintage, t.codes) if t else None for t in told] == [
        ("LSOA", "2021", True),
        ("ward", "2024", False),
        ("authority", "2022", True),
        None,
        None,
        ("OA", "2011", True),
    ]


def test_a_lookup_of_another_vintage_is_caught_and_told() -> None:
    columns = {"LSOA11CD": ["a", "b", "x", "y"], "LSOA21CD": ["a", "b", "c", "d"], "name": ["1", "2", "3", "4"]}
    wanted = ["a", "b", "c", "d"]
    assert require("t.csv", "LSOA21CD", wanted, columns, "LSOA 2021") == []
    with pytest.raises(FileRefused) as refused:
        require("t.csv", "LSOA11CD", wanted, columns, "LSOA 2021", {"LSOA 2011": ["a", "b", "x", "y"]})
    assert "has 2 of the 4 codes of LSOA 2021 (50.0%); not there: c, d" in str(refused.value)
    assert "Its heading says LSOA of 2011. It looks like LSOA 2011: 100.0% of those codes are in it." in str(
        refused.value
    )
    assert "The column 'LSOA21CD' has 100.0% of the codes." in str(refused.value)
    [note] = require("t.csv", "LSOA11CD", wanted, columns, "LSOA 2021", partial=True)
    assert note.endswith("in none: c, d")
    with pytest.raises(FileRefused, match="another vintage or another place"):
        require("t.csv", "x", wanted, {"x": ["q"]}, "LSOA 2021", partial=True)


def test_a_lookup_with_duplicates() -> None:
    same = read_lookup(table(a=["1", "2", "1"], b=["x", "y", "x"], n=["X", "Y", "X"]), "a", "b", "n")
    assert (same.to, same.names) == ({"1": "x", "2": "y"}, {"x": "X", "y": "Y"})
    assert same.notes == ("t.csv: rows that say the same again: 1",)
    with pytest.raises(FileRefused, match=r"1 codes of 'a' belong to two areas of 'b': 1 \(x and y\)"):
        read_lookup(table(a=["1", "1"], b=["x", "y"]), "a", "b")
    with pytest.raises(FileRefused, match="x has two names: 'X' and 'Z'"):
        read_lookup(table(a=["1", "2"], b=["x", "x"], n=["X", "Z"]), "a", "b", "n")
    with pytest.raises(FileRefused, match="1 rows have nothing in the column 'a'"):
        read_lookup(table(a=["1", ""], b=["x", "x"]), "a", "b")
    shared = read_lookup(table(a=["1", "1", "2"], b=["x", "y", "y"], s=["0.4", "0.6", "1"]), "a", "b", share="s")
    assert (shared.to, shared.shares) == ({"1": "y", "2": "y"}, {"1": 0.6, "2": 1.0})
    with pytest.raises(FileRefused, match="the share in row 2 is 'much'"):
        read_lookup(table(a=["1"], b=["x"], s=["much"]), "a", "b", share="s")
    division, _ = divide(table(a=["1", "2"], b=["x", "y"]), same, ["2", "1"], "ward", "A", "LSOA 2021")
    assert division.values == ["y", "x"]


def test_populations_that_are_missing_or_wrong_are_named() -> None:
    people, notes = people_of("t.csv", "pop", ["1,234", "5.6", "0"], ["a", "b", "c"])
    assert (people.tolist(), notes) == ([1234, 6, 0], ["t.csv: populations with decimals, rounded: 1"])
    for texts, words in (
        (["1", "", ".."], "2 of 3 areas have no population in the column 'pop': b, c. Give each a figure"),
        (["1", "-2", "3"], "the population of b in the column 'pop' cannot be"),
        (["1", "many", "3"], "the population of b is 'many', which is no number"),
        (["0", "0", "0"], "every population"),
    ):
        with pytest.raises(FileRefused, match=words):
            people_of("t.csv", "pop", texts, ["a", "b", "c"])


def test_blocks_from_a_file_and_people_from_another(tmp_path: Path) -> None:
    geojson(tmp_path / "a.geojson", {"LSOA21CD": CODES, "LSOA21NM": CODES}, squares(4, 4))
    areas = areas_of(read_features(tmp_path, "a.geojson"), "LSOA21CD", "LSOA21NM")
    counts = table(LSOA=list(CODES), people=[str(n) for n in range(16)])
    people, _ = people_from(areas, "people", counts, "LSOA", "LSOA 2021")
    assert blocks_of(areas, people, "LSOA", "2021")[0].people.sum() == 120
    with pytest.raises(FileRefused, match=r"has 15 of the 16 codes of LSOA 2021 \(93.8%\); not there: E15"):
        people_from(areas, "people", table(LSOA=list(CODES[:15]), people=["1"] * 15), "LSOA", "LSOA 2021")
    with pytest.raises(FileRefused, match="1 codes stand more than once: E3"):
        people_from(areas, "people", table(LSOA=[*CODES, "E3"], people=["1"] * 17), "LSOA", "LSOA 2021")


def test_codes_that_stand_twice(tmp_path: Path) -> None:
    twice = {"code": [*CODES, "E0"], "pop": ["1"] * 17}
    geojson(tmp_path / "a.geojson", twice, [*squares(4, 4), squares(4, 4)[0]])
    areas = areas_of(read_features(tmp_path, "a.geojson"), "code")
    assert len(areas.codes) == 16
    assert areas.notes == ("a.geojson: rows that stand twice, alike, and were taken once: 1",)
    geojson(tmp_path / "b.geojson", {**twice, "pop": [*["1"] * 16, "2"]}, [*squares(4, 4), squares(4, 4)[0]])
    with pytest.raises(FileRefused, match="1 codes of 'code' stand more than once, with other figures or shapes: E0"):
        areas_of(read_features(tmp_path, "b.geojson"), "code")


def layer(tmp_path: Path, codes: list[str], shapes: list[object]) -> object:
    geojson(tmp_path / "l.geojson", {"code": codes}, shapes)
    return areas_of(read_features(tmp_path, "l.geojson"), "code")


def test_a_layer_that_does_not_nest_is_laid_over(tmp_path: Path) -> None:
    west, east = shapely.box(379_000, 399_000, 380_800, 403_000), shapely.box(380_800, 399_000, 382_600, 403_000)
    far = shapely.box(300_000, 399_000, 301_000, 403_000)
    areas = layer(tmp_path, ["w", "e", "far"], [west, east, far])
    laid = laid_over(board(), areas, "police")
    assert laid.division.labels == ("w", "e")
    assert laid.division.values == ["w", "w", "e", "e"] * 4  # the second column lies 60% in the west
    assert laid.misplaced == pytest.approx(4 * 100 * 0.4)
    assert laid.outside.tolist() == []
    centres = np.array([[380_900.0, 400_100.0]] * 16)
    assert set(centred(board(), centres, areas, "police").division.values) == {"e"}
    with pytest.raises(FileRefused, match="none of its areas meets any block"):
        laid_over(board(), layer(tmp_path, ["far"], [far]), "police")
    house = shapely.box(380_100, 400_100, 380_110, 400_110)
    with pytest.raises(FileRefused, match="load sites such as buildings --as points"):
        laid_over(board(), layer(tmp_path, ["house"], [house]), "police")
    half = laid_over(board(), layer(tmp_path, ["w"], [west]), "police")
    assert half.outside.tolist() == [2, 3, 6, 7, 10, 11, 14, 15]


def test_a_file_of_a_whole_region_names_no_site_beyond_the_place() -> None:
    rows = table(id=["a", "b", "c"], x=["380250", "390000", "391000"], y=["400250"] * 3)
    found = points_of(rows, board(), name="practices", code="id", projection="EPSG:27700")
    assert found.notes == ("t.csv: points in no block of this place: 2 of 3: they count for distances, and in no area",)


def test_points_find_their_block() -> None:
    here = board()
    found = points_of(
        table(id=["a", "b", "c", "d"], x=["380250", "381990", "382030", ""], y=["400250", "401990", "401000", "1"]),
        here,
        name="practices",
        code="id",
        projection="EPSG:27700",
    )
    assert found.block[[0, 1, 3]].tolist() == [0, 15, -1]
    assert found.block[2] in (7, 11)  # 30 metres beyond the edge: the nearest block
    assert found.notes == (
        "t.csv: points without coordinates: 1",
        "t.csv: points in no block of this place: 1 of 4 (d)",
    )
    coded = points_of(table(id=["a", "b"], oa=["E3", "Z"]), here, name="schools", code="id", block="oa")
    assert coded.block.tolist() == [3, -1]
    assert np.isfinite(coded.xy[0]).all()
    turned = points_of(
        table(name=["Here", "Turned", "Far"], x=["380250", "400250", "500000"], y=["400250", "380250", "500000"]),
        here,
        name="schools",
        label="name",
        projection="EPSG:27700",
    )
    assert turned.block.tolist() == [0, -1, -1]
    assert turned.notes[-1] == (
        "t.csv: points that would lie in this place if x and y were turned round: 1 (Turned): are their eastings and "
        "northings swapped?"
    )
    for columns, said, words in (
        ({"x": ["1.5"], "y": ["53.4"]}, {}, "does not say which projection"),
        ({"lon": ["53.4"], "lat": ["-2.3"]}, {}, "swapped: latitude"),
        ({"lon": ["-4.3"], "lat": ["55.8"]}, {}, "none of its points lies in this place"),
        ({"a": ["1"], "b": ["2"]}, {}, "which columns are its coordinates"),
        ({"x": ["east"], "y": ["2"]}, {"projection": "EPSG:27700"}, "'x' in row 2 is 'east'"),
        ({"x": [""], "y": ["2"]}, {"projection": "EPSG:27700"}, "no row has coordinates"),
    ):
        with pytest.raises(FileRefused, match=words):
            points_of(table(**columns), here, name="p", **said)


def test_counts_keep_their_total_and_means_are_weighted_by_people() -> None:
    source = Division.of_values("ward", ["a", "a", "a", "b"])
    target = Division.of_values("pcn", ["x", "x", "y", "y"])
    people = np.array([100, 300, 600, 1000])
    shared = fit({"a": 50, "b": 20}, source, target, people)
    assert shared.by_label() == {"x": 20.0, "y": 50.0}  # 40% and 60% of a's people
    assert shared.misplaced == pytest.approx(400 / 2000)
    rates = fit({"a": 10, "b": 30}, source, target, people, kind="mean")
    assert rates.by_label() == {"x": 10.0, "y": pytest.approx((600 * 10 + 1000 * 30) / 1600)}
    whole = fit({"a": 50, "b": 20}, source, target, people, method="best-fit")
    assert whole.by_label() == {"x": 0.0, "y": 70.0}
    best = best_fit(source, target, people)
    assert ([target.labels[n] for n in best.of], best.share.tolist(), best.misplaced) == (["y", "y"], [0.6, 1.0], 400)


def test_the_example_of_the_method_comes_out_as_it_says() -> None:
    text = (
        (Path(__file__).parents[2] / "docs" / "methods" / "geography.md")
        .read_text("utf-8")
        .partition("## How far apart")[0]
    )
    rows = list(csv.DictReader(io.StringIO(re.findall(r"```csv fit\n(.*?)```", text, re.S)[0])))
    people = np.array([int(row["people"]) for row in rows])
    ward, network = (Division.of_values(name, [row[name] for row in rows]) for name in ("ward", "network"))
    said = {
        name: [float(x), float(y)]
        for name, x, y in re.findall(r"^\| ([a-z, ]+) \| ([\d.]+) \| ([\d.]+) \|", text, re.M)
        if name in ("referrals", "referrals, by best fit", "rate", "misplaced")
    }
    referrals = fit({"a": 50, "b": 20}, ward, network, people)
    whole = fit({"a": 50, "b": 20}, ward, network, people, method="best-fit")
    rate = fit({"a": 10, "b": 30}, ward, network, people, kind="mean")
    assert said == {
        "referrals": referrals.values.tolist(),
        "referrals, by best fit": whole.values.tolist(),
        "rate": rate.values.tolist(),
        "misplaced": [referrals.misplaced] * 2,
    }


def test_what_nests_lies_whole_in_one() -> None:
    small = Division.of_values("msoa", ["a", "a", "b", ""])
    assert nests(small, Division.of_values("town", ["x", "x", "x", "y"]))
    assert not nests(small, Division.of_values("ward", ["x", "y", "y", "y"]))
    assert not nests(small, Division.of_values("ward", ["x", "", "y", "y"]))
    assert nests(small, small)


def test_what_cannot_be_moved_is_said() -> None:
    source = Division.of_values("ward", ["a", "a", "b", "c"])
    target = Division.of_values("pcn", ["x", "", "x", "y"])
    moved = fit({"a": 10, "c": 7}, source, target, np.array([50, 50, 10, 0]))
    assert (moved.by_label(), moved.outside) == ({"x": 5.0, "y": 0.0}, 5.0)
    assert (moved.without, moved.nobody) == (("b",), ("c",))
    assert np.isnan(fit({"b": 1}, source, target, np.array([5, 5, 5, 5]), kind="mean").values[1])
    with pytest.raises(GeographyError, match=r"1 figures are of areas that are not in 'ward' \(50.0% match\): z"):
        fit({"a": 1, "z": 2}, source, target, np.ones(4, dtype=np.int64))
    with pytest.raises(UsageError, match="did you mean 'mean'"):
        fit({"a": 1}, source, target, np.ones(4, dtype=np.int64), kind="means")  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(1, 500)), min_size=1, max_size=40),
    st.lists(st.integers(-1000, 1000), min_size=5, max_size=5),
)
def test_moving_is_fair(rows: list[tuple[int, int, int]], figures: list[int]) -> None:
    source = Division.of_values("s", [f"s{a}" for a, _, _ in rows])
    target = Division.of_values("t", [f"t{b}" for _, b, _ in rows])
    people = np.array([n for _, _, n in rows])
    values = {label: float(figures[int(label[1:])]) for label in source.labels}
    for method in ("share", "best-fit"):
        moved = fit(values, source, target, people, method=method)
        assert moved.values.sum() + moved.outside == pytest.approx(sum(values.values()), abs=1e-6)
        means = fit(values, source, target, people, kind="mean", method=method).values
        means = means[~np.isnan(means)]
        assert means.min() >= min(values.values()) - 1e-9
        assert means.max() <= max(values.values()) + 1e-9
    same = fit(values, source, source, people)
    assert same.by_label() == pytest.approx(values)
    assert same.misplaced == 0
    blocks = own(tuple(str(n) for n in range(len(rows))))
    assert best_fit(blocks, target, people).misplaced == 0  # blocks nest in everything that is made of them


def test_greater_manchester(shared: Path) -> None:
    found = read_features(shared / "geo", "gm_lsoa21_attributes.csv")
    codes = found.column("lsoa21cd")
    people, _ = people_of(found.file, "pop", found.column("pop"), codes)
    layers = {
        name: Division.of_values(name, found.column(name)) for name in ("msoa21cd", "wd22cd", "wd24cd", "lad22cd")
    }
    areas = layers["msoa21cd"], layers["wd24cd"]
    for borough, inside, share in (("Rochdale", 11, 78.5), ("Bury", 11, 78.9), ("Salford", 21, 87.3)):
        rows = np.flatnonzero(np.array(found.column("lad22nm")) == borough)
        best = best_fit(areas[0].take(rows), areas[1].take(rows), people[rows])
        # The field note's figures: MSOAs that lie in one ward, and people in their MSOA's main ward.
        assert (best.share == 1).sum() == inside
        assert 100 * (1 - best.share_misplaced) == pytest.approx(share, abs=0.05)
    old = Features("ward22.csv", {"WD22CD": layers["wd22cd"].labels, "name": layers["wd22cd"].labels})
    with pytest.raises(FileRefused, match=r"has 89 of the 215 codes of ward 2024 \(41.4%\).*says ward of 2022"):
        require(old.file, "WD22CD", layers["wd24cd"].labels, old.columns, "ward 2024")
    exact = read_lookup(read_features(shared / "geo", "gm_oa21_lsoa21_msoa21_lad22.csv"), "oa21cd", "lsoa21cd")
    assert len(exact.to) == 8966
