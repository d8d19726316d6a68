"""What areas hold, reach and need: worked by hand, beside plain sums, and sums that must hold."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.geographies import geojson
from totalplace.errors import FileRefused, GeographyError, PlaceError, UsageError
from totalplace.geography.assembling import Whole
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.declared import IndicatorFile, plan_of
from totalplace.geography.facilities.holding import holding
from totalplace.geography.facilities.need import a_head, figures_of, need, provision, ranked
from totalplace.geography.facilities.reach import limits_of, reach
from totalplace.geography.neighbourhoods import neighbourhoods_of
from totalplace.geography.points import Points
from totalplace.geography.reading.features import Features
from totalplace.place import Place, new_place, open_place

TEXT = (Path(__file__).parents[2] / "docs" / "methods" / "facilities.md").read_text("utf-8")
EAST, NORTH = 380_000, 400_000


def rows(name: str) -> list[dict[str, str]]:
    (found,) = re.findall(rf"```csv facilities-{name}\n(.*?)```", TEXT, re.S)
    return list(csv.DictReader(io.StringIO(found)))


def example(tmp_path: Path) -> Place:
    """The place of the method's example: its coordinates moved to where the national grid has land."""
    new_place(tmp_path / "town", name="Town", bodies=["Anytown Borough Council", "Anyshire Police"])
    root = tmp_path / "town"
    toml = (root / "place.toml").read_text("utf-8")
    for body, id in (("anytown-borough-council", "council"), ("anyshire-police", "police")):
        toml = toml.replace(f'"{body}"', f'"{id}"')
    (root / "place.toml").write_text(toml, "utf-8")
    blocks = rows("blocks")
    middles = [(EAST + int(row["x"]), NORTH + int(row["y"])) for row in blocks]
    shapes = [shapely.box(x - 500, y - 500, x + 500, y + 500) for x, y in middles]
    columns = {name: [row[name] for row in blocks] for name in ("block", "people", "area")}
    geojson(root / "blocks.geojson", columns, shapes)
    for name in ("practices", "assets"):
        moved = [{**row, "x": str(EAST + int(row["x"])), "y": str(NORTH + int(row["y"]))} for row in rows(name)]
        _csv(root / f"{name}.csv", moved)
    _csv(root / "need.csv", rows("need"))
    (root / "geography.toml").write_text(
        """
        geography = { blocks = "small" }
        layer = [{ id = "small", file = "blocks.geojson", code = "block", population = "people" }]
        lookup = [{ id = "area", title = "Areas", file = "blocks.geojson", code = "block", area = "area" }]
        points = [{ id = "practices", title = "Practices", file = "practices.csv", code = "id", name = "name", x = "x",
                    y = "y", projection = "EPSG:27700" }]
        assets = [{ id = "buildings", file = "assets.csv", code = "UPRN", name = "Building", owner = "Owner",
                    size = "m²", cost = "Running cost", occupancy = "Occupancy", statutory = "Statutory",
                    move = "Move cost", receipt = "Receipt", x = "x", y = "y", projection = "EPSG:27700" }]
        indicator = [
            { id = "children", title = "Children", file = "need.csv", code = "block", figure = "children" },
            { id = "score", title = "Score", file = "need.csv", code = "block", figure = "score", measure = "mean" },
        ]
        """.replace("\n                    ", " "),
        "utf-8",
    )
    return open_place(root)


def _csv(path: Path, made: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(made[0]))
        writer.writeheader()
        writer.writerows(made)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return example(tmp_path)


def by_area(table: Any, key: str, only: str = "") -> list[Any]:
    """A column of North, South and the place."""
    return [
        record[key]
        for name in ("North", "South", "Whole place")
        for record in table.records()
        if record["area_name"] == name and only in (record.get("indicator", ""), "")
    ]


def test_a_site_that_its_file_repeats_counts_once_on_every_page(place: Place) -> None:
    """A school of two phases stands twice in a list: what areas hold and the page of neighbourhoods say the same."""
    file = place.root / "practices.csv"
    text = file.read_text("utf-8").rstrip()
    file.write_text(f"{text}\n{text.splitlines()[-1].replace('2,', '3,', 1)}\n", "utf-8")
    held = by_area(place.facilities.holds("area"), "practices")[:2]
    table = neighbourhoods_of(place.geography, "area").areas()
    assert len(place.geography.whole.points["practices"]) == 3
    assert {each["name"]: each["sites_practices"] for each in table.records()} == dict(
        zip(("North", "South"), held, strict=True)
    )


def test_the_example_of_the_method_comes_out_as_it_says(place: Place) -> None:
    said = {
        name: cells for name, *cells in re.findall(r"^\| ([^|]+?) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ", TEXT, re.M)
    }
    found = place.facilities
    holds, reached = found.holds("area", ["practices"]), found.reach("area", "Practices")
    wanted = found.need("area")
    assert [str(n) for n in by_area(holds, "practices")] == said["practices"]
    assert [f"{n:g}" for n in by_area(holds, "practices_rate")] == said["for 10,000 people"]
    assert by_area(holds, "none") == ["", "Practices", ""]
    assert found.holds_words("area", ["practices"]) == ["Practices: 1 of the 2 areas has none: South."]
    for column, name in (("within_800", "within 800 m"), ("within_1600", "within 1,600 m")):
        assert [f"{n:.1%}" for n in by_area(reached, column)] == said[name]
    assert [str(n) for n in by_area(reached, "median")] == said["half live within"]
    assert [f"{n:g}" for n in by_area(wanted, "figure", "children")] == said["children"]
    assert [f"{n:.2f}".rstrip("0").rstrip(".") for n in by_area(wanted, "beside", "children")] == said[
        "children, beside the place"
    ]
    assert [f"{n:.4f}".rstrip("0") for n in by_area(wanted, "figure", "score")] == said["score"]
    served = {row["area_name"]: row["ratio"] for row in found.served("area", "practices", "children").records()}
    assert [f"{served[name]:g}" for name in ("North", "South")] == said["practices against children"][:2]
    assert "middles of the land of small areas" in reached.note
    assert found.far("area", "practices", 1).rows == [("d", "d", "South", 400, 2040, "Lane Surgery")]


def test_areas_and_what_is_not_known_add_up_to_the_place(place: Place) -> None:
    """B2: the sum of neighbourhoods and 'unknown area' is the place."""
    for layer in ("area", "small"):
        (found,) = place.facilities.needs(layer, ["children"])
        assert (float(found.values.sum()) + found.unknown, found.unknown) == (pytest.approx(found.whole), 10)
    rows = [row for row in place.facilities.need("area", ["children"]).records() if row["area_name"] != "Whole place"]
    assert sum(row["figure"] for row in rows) == 100
    assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_a_tenth_of_the_need_and_three_in_a_hundred_users_is_a_ratio_of_three_tenths() -> None:
    """B8: and it ranks first."""
    division = Division.of_values("ward", ["a", "b"])
    people = np.array([50, 50])
    said = IndicatorFile("users", "f.csv", code="c", figure="n")
    needed = figures_of(said, Features("f.csv", {"c": ("a", "b"), "n": ("10", "90")}), division)
    found = provision(need(needed, division, people), np.array([3.0, 97.0]), "users")
    assert found.ratio == [pytest.approx(0.3), pytest.approx(97 / 90)]
    assert found.ranks == [1, 2]


def test_spend_a_head_stands_beside_need_and_proves_nothing(place: Place) -> None:
    (place.root / "wards.csv").write_text("area,people\nNorth,400\nSouth,600\n", "utf-8")
    from totalplace.geography.facilities.answers import Facilities
    from totalplace.table import Column, Table

    columns = (Column("area", ""), Column("people", "", "count"), Column("per_head", "", "money"))
    spend = Table("areas", "", columns, [("North", 400, 15000), ("South", 600, 10000), ("not-apportioned", None, None)])
    found = Facilities(place.root, place.geography, lambda: place.definition, lambda _: spend)
    table = found.beside_spend("area", "score")
    rows = {row["area_name"]: row for row in table.records()}
    assert [(rows[n]["per_head"], rows[n]["need_rank"], rows[n]["spend_rank"], rows[n]["apart"]) for n in rows] == [
        ("100.00", 1, 2, 1),
        ("150.00", 2, 1, -1),
    ]
    assert "no proof" in table.note
    assert "moved" not in table.note
    other = found.beside_spend("small", "score")
    assert "Spend was moved from Areas by people, and 30.0% of them" in other.note
    assert {row["area"]: row["per_head"] for row in other.records()} == {
        "a": "150.00",
        "b": "150.00",
        "c": "100.00",
        "d": "100.00",
    }
    none = Table("areas", "", columns, [("X", 1, 1)])
    with pytest.raises(GeographyError, match="are of no layer"):
        Facilities(place.root, place.geography, lambda: place.definition, lambda _: none).beside_spend("area")


def test_the_faces_say_what_is_not_there(place: Place) -> None:
    found = place.facilities
    for call, words in (
        (lambda: found.holds("aera"), "did you mean 'area'"),
        (lambda: found.holds("area", ["practises"]), "did you mean 'practices'"),
        (lambda: found.reach("area", "schools"), "is no kind of site"),
        (lambda: found.need("area", ["childern"]), "did you mean 'children'"),
        (lambda: found.served("area", "nobody"), "serves nobody here"),
        (lambda: found.served("area", "score"), "must be a count"),
        (lambda: found.served("area", "practices:places"), "have no column 'places'"),
        (lambda: limits_of((-1.0,)), "a distance of -1 metres cannot be"),
    ):
        with pytest.raises(UsageError, match=re.escape(words)):
            call()
    (place.root / "geography.toml").write_text('geography = { blocks = "" }\n', "utf-8")
    with pytest.raises(GeographyError):
        found.holds("area")


def test_a_file_that_was_changed_is_not_used(place: Place) -> None:
    toml = place.root / "geography.toml"
    toml.write_text(toml.read_text("utf-8").replace('code = "UPRN"', f'code = "UPRN", sha256 = "{"0" * 64}"'), "utf-8")
    with pytest.raises(FileRefused, match=r"was changed since it was loaded.*--as assets --id buildings"):
        place.facilities.assets()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('indicator = [{id="a", file="f", code="c", figure="n", measure="sum"}]', "measure: 'sum' is not known"),
        ('indicator = [{id="a", file="f", code="c", figure="n", worse="hihg"}]', "did you mean 'high'"),
        ('indicator = [{id="a", file="f", code="c", figure="n", of="wrad"}]', "'wrad' is not a layer"),
        ('assets = [{id="a", file="f"}]', "it has no owner"),
        ('assets = [{id="a", file="f", owner="o", x="x"}]', "x and y go together"),
        ('assets = [{id="a", file="f", owner="o", floor="x"}]', "unknown key 'floor'"),
        (
            'assets = [{id="a", file="f", owner="o"}]\npoints = [{id="a", file="g"}]',
            "two points or registers have the id 'a'",
        ),
    ],
)
def test_what_is_declared_wrongly_is_named(text: str, words: str) -> None:
    import tomllib

    base = 'geography = {blocks="b"}\nlayer = [{id="b", file="f", code="c", population="p"}]\n'
    with pytest.raises(PlaceError, match=re.escape(words)):
        plan_of(tomllib.loads(base + text))


def points(name: str, xy: list[tuple[float, float]], block: list[int], names: list[str] | None = None) -> Points:
    ids = tuple(str(n) for n in range(len(xy)))
    return Points(
        name, name, ids, tuple(names or ids), np.array(xy, dtype=float).reshape(-1, 2), np.array(block, np.int32)
    )


@given(st.data())
def test_what_areas_hold_adds_up_to_the_file(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 8))
    of = data.draw(st.lists(st.sampled_from(["", "x", "y", "z"]), min_size=size, max_size=size))
    people = np.array(data.draw(st.lists(st.integers(0, 50), min_size=size, max_size=size)))
    where = data.draw(st.lists(st.integers(-1, size - 1), max_size=12))
    names = data.draw(st.lists(st.sampled_from("abc"), min_size=len(where), max_size=len(where)))
    sites = points("sites", [(float(n), 0.0) for n in range(len(where))], where, names)
    found = holding(Division.of_values("layer", of), people, {"sites": sites})
    assert int(found.whole[0] + found.outside[0] + found.repeats[0]) == len(where)
    for n, label in enumerate(found.layer.labels):
        by_hand = sum(block >= 0 and of[block] == label for block in where)
        assert int(found.counts[n, 0]) == by_hand
    lacking = {found.layer.labels[n] for n in found.without(0)}
    assert lacking == {
        label
        for n, label in enumerate(found.layer.labels)
        if found.people[n] and not any(block >= 0 and of[block] == label for block in where)
    }


def test_one_site_that_stands_twice_counts_once() -> None:
    at = [(0.0, 0.0), (0.3, 0.2), (40.0, 0.0), (float("nan"), float("nan")), (float("nan"), float("nan"))]
    sites = points("schools", at, [0, 0, 0, 1, 1], ["All Saints", "ALL SAINTS ", "All Saints", "B", "b"])
    found = holding(Division.of_values("w", ["x", "y"]), np.array([1, 1]), {"schools": sites})
    assert (found.counts[:, 0].tolist(), int(found.repeats[0])) == ([2, 2, 0], 1)


def test_sites_of_which_the_ward_alone_is_known_are_counted_there(place: Place) -> None:
    rows = "code,name,ward\n1,Boots,North\n2,Boots,North\n3,Cross,South\n4,Away,West\n"
    (place.root / "pharmacies.csv").write_text(rows, "utf-8")
    toml = place.root / "geography.toml"
    more = '{ id = "pharmacies", file = "pharmacies.csv", code = "code", name = "name", block = "ward", of = "area" },'
    toml.write_text(toml.read_text("utf-8").replace("points = [", f"points = [{more}"), "utf-8")
    found = place.facilities
    assert by_area(found.holds("area", ["pharmacies"]), "pharmacies") == [2, 1, 3]
    assert int(found.holding("area", ["pharmacies"]).outside[0]) == 1
    assert any("placed by area alone" in note for note in place.geography.notes())
    with pytest.raises(GeographyError, match="no site of pharmacies has coordinates"):
        found.reach("area", "pharmacies")
    with pytest.raises(PlaceError, match="of goes with block"):
        plan_of(
            {
                "geography": {"blocks": "b"},
                "layer": [{"id": "b", "file": "f", "code": "c", "population": "p"}],
                "points": [{"id": "a", "file": "f", "of": "b"}],
            }
        )


@given(st.data())
def test_reach_is_what_looking_at_every_site_gives(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 6))
    place = st.tuples(st.integers(0, 3000), st.integers(0, 3000))
    centres = np.array(data.draw(st.lists(place, min_size=size, max_size=size)), dtype=float)
    sites = data.draw(st.lists(place, min_size=1, max_size=6))
    people = np.array(data.draw(st.lists(st.integers(0, 9), min_size=size, max_size=size)))
    ids = tuple(f"b{n}" for n in range(size))
    whole = Whole(Blocks(ids, ids, people), None, {}, {}, {}, (), centres)
    found = reach(whole, points("sites", [(float(x), float(y)) for x, y in sites], [0] * len(sites)))
    by_hand = [min(float(np.hypot(x - a, y - b)) for a, b in sites) for x, y in centres.tolist()]
    assert found.metres.tolist() == pytest.approx(by_hand)
    everybody = sorted(metres for metres, lived in zip(by_hand, people.tolist(), strict=True) for _ in range(lived))
    every = np.arange(size)
    for share in (0.5, 0.9, 1.0):
        wanted = everybody[int(np.ceil(round(share * len(everybody), 6))) - 1] if everybody else None
        assert found.quantile(every, share) == (None if wanted is None else pytest.approx(wanted))
    near = found.within(every, 800)
    assert near == (pytest.approx(sum(m <= 800 for m in everybody) / len(everybody)) if everybody else None)


def test_reach_needs_sites_with_places_and_blocks_with_middles() -> None:
    blocks = Blocks(("a",), ("a",), np.array([1]))
    nan = float("nan")
    with pytest.raises(GeographyError, match="no site of sites has coordinates"):
        reach(Whole(blocks, None, {}, {}, {}, (), np.zeros((1, 2))), points("sites", [(nan, nan)], [0]))
    with pytest.raises(GeographyError, match="neither centres nor shapes"):
        reach(Whole(blocks, None, {}, {}, {}, ()), points("sites", [(0, 0)], [0]))


@given(st.data())
def test_a_count_and_what_is_of_no_area_add_up_wherever_it_is_moved(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 7))
    source = Division.of_values("s", [f"s{n}" for n in range(size)])
    target = Division.of_values("t", data.draw(st.lists(st.sampled_from(["", "x", "y"]), min_size=size, max_size=size)))
    people = np.array(data.draw(st.lists(st.integers(0, 20), min_size=size, max_size=size)))
    figures = data.draw(st.lists(st.integers(0, 99), min_size=size, max_size=size))
    lost = data.draw(st.integers(0, 9))
    columns = {"c": (*source.labels, "unknown"), "n": (*map(str, figures), str(lost))}
    said = IndicatorFile("i", "f.csv", code="c", figure="n")
    found = need(figures_of(said, Features("f.csv", columns), source), target, people)
    assert float(found.values.sum()) + found.unknown == pytest.approx(sum(figures) + lost)
    assert found.whole == sum(figures) + lost


def test_figures_that_cannot_be_used_are_named() -> None:
    layer = Division.of_values("ward", ["a", "b"])
    said = IndicatorFile("i", "f.csv", code="c", figure="n")

    def made(codes: str, texts: str) -> Any:
        return figures_of(said, Features("f.csv", {"c": tuple(codes.split(",")), "n": tuple(texts.split(","))}), layer)

    for codes, texts, words in (
        ("a,a", "1,2", "a stands more than once"),
        ("x,y", "1,2", "is of the layer 'ward' (x, y)"),
        ("a,b", "1,many", "'n' of b is 'many', which is no number"),
    ):
        with pytest.raises(FileRefused, match=re.escape(words)):
            made(codes, texts)
    found = made("a,b,x", "1,,9")
    assert (found.values, found.elsewhere, len(found.notes)) == ({"a": 1.0}, ("x",), 2)


def test_ranks_are_shared_by_equals_and_nothing_known_has_none() -> None:
    assert ranked(np.array([3.0, np.nan, 3.0, 1.0]), high=True) == [1, None, 1, 3]
    assert ranked(np.array([3.0, np.nan, 3.0, 1.0]), high=False) == [2, None, 2, 1]


def test_money_a_head_keeps_its_sum_when_it_is_moved() -> None:
    source, target = Division.of_values("s", ["a", "a", "b", "b"]), Division.of_values("t", ["x", "y", "y", "y"])
    people = np.array([100, 300, 200, 200])
    found, misplaced = a_head({"a": 1000, "b": 500}, {"a": 400.0, "b": 400.0}, source, target, people)
    assert found.tolist() == [1000, pytest.approx((300 * 1000 + 400 * 500) / 700)]
    assert misplaced == pytest.approx(100 / 800)
