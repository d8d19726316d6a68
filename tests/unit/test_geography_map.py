"""What a map in a browser is drawn from: shapes that still meet, names on land, classes with their limits."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.geographies import squares
from tests.manchester import greater_manchester
from totalplace.errors import GeographyError
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.maps.mapshapes import degrees, name_places, shapes_of


def board(wide: int = 4, high: int = 3, people: int = 12_000) -> Blocks:
    """A chessboard with two layers: columns, and rows of which the last has no area."""
    shapes = np.array(squares(wide, high), dtype=object)
    ids = tuple(f"E{n:08d}" for n in range(wide * high))
    columns = Division.of_values("columns", [f"c{n % wide}" for n in range(wide * high)])
    rows = Division.of_values("rows", ["" if n // wide == high - 1 else f"r{n // wide}" for n in range(wide * high)])
    return Blocks(ids, ids, np.full(wide * high, people), {"columns": columns, "rows": rows}, "LSOA", "2021", shapes)


def features(blocks: Blocks) -> list[Any]:
    """The features of the file that a browser reads."""
    found: list[Any] = json.loads(gzip.decompress(shapes_of(blocks).packed))["features"]
    return found


def test_the_shapes_are_where_they_are_on_the_globe() -> None:
    blocks = board()
    found = features(blocks)
    assert [each["id"] for each in found] == list(range(12))
    assert [each["properties"]["code"] for each in found] == list(blocks.ids)
    assert found[0]["properties"]["people"] == 12_000
    (west, south) = found[0]["geometry"]["coordinates"][0][0]
    # The corner of the board is SD 80000 00000: 53.4965 N, 2.3029 W by the Ordnance Survey's own converter.
    assert (round(west, 2), round(south, 2)) == (-2.3, 53.5)
    assert degrees(np.array([[380_000.0, 400_000.0]]))[0] == pytest.approx([-2.3029, 53.4965], abs=5e-4)


def sides(shapes: list[Any]) -> dict[tuple[Any, Any], int]:
    """How many areas have each side of an outline."""
    count: dict[tuple[Any, Any], int] = {}
    for shape in shapes:
        parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        for ring in (each for part in parts for each in part):
            for one, other in pairwise(map(tuple, ring)):
                side = (min(one, other), max(one, other))
                count[side] = count.get(side, 0) + 1
    return count


def test_neighbours_still_meet_when_their_border_is_simpler() -> None:
    wavy = [(x, 0.05 * (-1) ** x) for x in range(0, 1001, 5)]
    upper = shapely.Polygon([*wavy, (1000, 500), (0, 500)])
    lower = shapely.Polygon([*wavy, (1000, -500), (0, -500)])
    shapes = shapely.transform(np.array([upper, lower], dtype=object), lambda xy: xy + np.array([380_000, 400_000]))
    found = features(Blocks(("a", "b"), ("a", "b"), np.array([1, 1]), shapes=shapes))
    count = sides([each["geometry"] for each in found])
    shared = [side for side, areas in count.items() if areas == 2]
    assert 1 <= len(shared) < 100  # of 200 bends
    assert max(count.values()) == 2


@pytest.mark.parametrize(("wide", "lines"), [(0.2, 0), (50.0, 4)])
def test_a_gap_that_parts_nobody_is_no_line_on_the_map(wide: float, lines: int) -> None:
    """Sides that one block alone has are drawn as the outer border: in the middle of the place only of a real hole."""
    west, east, up, down = (300, 500), (700, 500), (450, 500 + wide), (550, 500 - wide)
    blocks = [
        [(0, 500), west, up, (450, 1000), (0, 1000)],
        [up, east, (1000, 500), (1000, 1000), (450, 1000)],
        [(0, 500), west, down, (550, 0), (0, 0)],
        [down, east, (1000, 500), (1000, 0), (550, 0)],
    ]
    shapes = np.array([shapely.Polygon(each) for each in blocks], dtype=object)
    shapes = shapely.transform(shapes, lambda xy: xy + np.array([380_000, 400_000]))
    found = features(Blocks(tuple("abcd"), tuple("abcd"), np.ones(4, dtype=np.int64), shapes=shapes))
    alone = [side for side, areas in sides([each["geometry"] for each in found]).items() if areas == 1]
    edge = degrees(np.array([[380_100, 400_100], [380_900, 400_900]]))
    inside = [side for side in alone if all((edge[0] < at).all() and (at < edge[1]).all() for at in np.array(side))]
    assert len(inside) == lines


def test_the_file_says_what_it_is_made_from() -> None:
    one, other = shapes_of(board()), shapes_of(board(people=11_999))
    assert one.version == shapes_of(board()).version
    assert one.version != other.version
    assert one.packed == shapes_of(board()).packed


def test_blocks_without_shapes_have_no_map() -> None:
    blocks = replace(board(), shapes=None)
    with pytest.raises(GeographyError, match="load their boundaries"):
        shapes_of(blocks)
    with pytest.raises(GeographyError, match="load their boundaries"):
        name_places(blocks, blocks.layers["columns"])


def test_names_stand_on_the_land_of_their_area() -> None:
    blocks = board()
    layer = blocks.layers["rows"]
    places = name_places(blocks, layer)
    assert len(places) == 2
    for n, members in enumerate(layer.groups()):
        at = places[n]
        assert at is not None
        land = shapely.union_all(
            [shapely.from_geojson(json.dumps(features(blocks)[int(block)]["geometry"])) for block in members]
        )
        assert shapely.contains(land, shapely.Point(at))


def test_an_area_without_blocks_has_no_name_on_the_map() -> None:
    layer = Division("odd", ("a", "nobody"), np.zeros(12, dtype=np.int32))
    assert name_places(board(), layer)[1] is None


def test_two_thousand_small_areas_are_a_small_file(shared: Path) -> None:
    blocks, graph = greater_manchester(shared)
    made = shapes_of(blocks)
    assert len(made.packed) < 300_000  # for 1,702 LSOAs
    count = sides([each["geometry"] for each in features(blocks)])
    assert sum(areas > 2 for areas in count.values()) <= 1  # two borders within a metre of each other
    pairs = sum(areas == 2 for areas in count.values())
    assert pairs > graph.edges  # each border is at least a side


def test_a_block_without_a_shape_is_no_land_and_does_no_harm() -> None:
    blocks = board()
    assert blocks.shapes is not None
    shapes = blocks.shapes.copy()
    shapes[[0, 4, 8]] = shapely.Polygon()  # all of the first column
    bare = replace(blocks, shapes=shapes)
    assert [each["geometry"] is None for each in features(bare)] == [n in (0, 4, 8) for n in range(12)]
    first, *others = name_places(bare, bare.layers["columns"])
    assert first is None
    assert all(others)
    nowhere = replace(blocks, shapes=np.full(12, shapely.Polygon()))
    assert name_places(nowhere, nowhere.layers["columns"]) == (None,) * 4
    assert all(each["geometry"] is None for each in features(nowhere))
