"""Who borders whom: hand-made shapes, then Greater Manchester."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from totalplace.errors import GeographyError
from totalplace.geography.adjacency import Link, adjacency, islands, linked, outer_border
from totalplace.geography.blocks import Blocks, Division, Graph


def shapes(*each: object) -> np.ndarray:
    made = np.empty(len(each), dtype=object)
    made[:] = each
    return made


def blocks(drawn: np.ndarray) -> Blocks:
    ids = tuple(f"b{n}" for n in range(len(drawn)))
    return Blocks(ids, ids, np.full(len(drawn), 10), shapes=drawn)


def pairs(graph: Graph) -> list[tuple[int, int, int]]:
    return [(int(a), int(b), round(float(c))) for a, b, c in zip(*graph.pairs(), strict=True)]


def test_a_shared_side_makes_neighbours_and_a_corner_does_not() -> None:
    drawn = shapes(box(0, 0, 100, 100), box(100, 0, 200, 100), box(100, 100, 200, 200))
    graph = adjacency(drawn)
    assert [(a, b) for a, b, _ in pairs(graph)] == [(0, 1), (1, 2)]
    assert graph.border == pytest.approx(100, abs=2)
    assert outer_border(drawn, graph) == pytest.approx([300, 200, 300], abs=4)


@pytest.mark.parametrize(("side", "touch"), [(0.0, False), (2.5, False), (5.5, True), (50.0, True)])
def test_the_border_must_be_longer_than_five_metres(side: float, touch: bool) -> None:
    drawn = shapes(box(0, 0, 100, 100), box(100, 100 - side, 200, 200 - side))
    assert adjacency(drawn).edges == int(touch)


def test_gaps_under_a_metre_are_none_and_wider_ones_part() -> None:
    assert adjacency(shapes(box(0, 0, 100, 100), box(100.8, 0, 200, 100))).edges == 1
    assert adjacency(shapes(box(0, 0, 100, 100), box(103, 0, 200, 100))).edges == 0


def test_an_area_inside_another_and_areas_of_several_parts_touch() -> None:
    ring = Polygon([(0, 0), (300, 0), (300, 300), (0, 300)], [[(100, 100), (200, 100), (200, 200), (100, 200)]])
    drawn = shapes(ring, box(100, 100, 200, 200), MultiPolygon([box(300, 0, 400, 300), box(900, 900, 950, 950)]))
    assert [(a, b) for a, b, _ in pairs(adjacency(drawn))] == [(0, 1), (0, 2)]


def test_islands_are_named_with_the_shortest_bridge_and_joined_by_hand_alone() -> None:
    area = blocks(shapes(box(0, 0, 100, 100), box(100, 0, 200, 100), box(260, 0, 300, 100)))
    graph = adjacency(area.shapes)
    [island] = islands(graph, area)
    assert (island.blocks.tolist(), island.people, island.metres) == ([2], 10, 60.0)
    assert island.nearest == Link("b2", "b1")
    assert linked(graph, area, bridges=[island.nearest]).connected()
    assert linked(graph, area, cuts=[Link("b1", "b0", "a railway")]).edges == 0
    with pytest.raises(GeographyError, match=r"\[\[bridge\]\] 'b9' is no block; known: b0"):
        linked(graph, area, bridges=[Link("b9", "b0")])
    with pytest.raises(GeographyError, match="do not touch"):
        linked(graph, area, cuts=[Link("b0", "b2")])
    with pytest.raises(GeographyError, match="from itself"):
        linked(graph, area, bridges=[Link("b0", "b0")])


@given(st.integers(1, 7), st.integers(1, 7))
def test_a_chessboard_has_the_borders_it_should(wide: int, high: int) -> None:
    drawn = shapes(*(box(x * 50, y * 50, x * 50 + 50, y * 50 + 50) for y in range(high) for x in range(wide)))
    graph = adjacency(drawn)
    assert graph.edges == wide * (high - 1) + high * (wide - 1)
    assert graph.connected()


def small_areas(shared: Path) -> Blocks:
    import polars as pl

    table = pl.read_parquet(shared / "geo" / "gm_lsoa21.parquet")
    drawn = shapely.make_valid(shapely.from_wkb(table["geometry"].to_numpy()))
    layers = {name: Division.of_values(name, table[name].to_list()) for name in ("lad22cd", "wd22cd", "wd24cd")}
    ids = tuple(table["lsoa21cd"].to_list())
    return Blocks(ids, tuple(table["lsoa21nm"].to_list()), table["pop"].to_numpy(), layers, "LSOA", "2021", drawn)


def test_greater_manchester(shared: Path) -> None:
    area = small_areas(shared)
    start = time.process_time()
    graph = adjacency(area.shapes)
    assert time.process_time() - start < 5  # about half a second; the field note asks for a second or two
    assert len(area) == 1702
    boroughs, wards = area.layer("lad22cd"), area.layer("wd24cd")
    for members in boroughs.groups():
        assert graph.connected(members)
        assert 5.1 < 2 * graph.take(members).edges / len(members) < 5.9
    apart = [wards.labels[n] for n, members in enumerate(wards.groups()) if not graph.connected(members)]
    homes = {boroughs.labels[boroughs.of[wards.members(wards.labels.index(ward))[0]]] for ward in apart}
    assert len(apart) == 3
    assert homes == {"E08000005", "E08000006", "E08000009"}  # Rochdale, Salford, Trafford
    of_wards, made = graph.quotient(wards, area, shapes=True)
    assert len(made) == 215
    assert of_wards.connected()
    assert made.people.sum() == 2_867_871
    assert sum(x != y for x, y in zip(area.layer("wd22cd").values, wards.values, strict=True)) == 991
