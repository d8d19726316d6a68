"""Blocks, divisions and graphs: what every part of the geography wing stands on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.blocks import Blocks, Division, Graph

pytestmark = pytest.mark.unit


def grid(wide: int, high: int) -> Graph:
    """A chessboard of blocks, each border 100 metres."""
    number = np.arange(wide * high).reshape(high, wide)
    a = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    b = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    return Graph.of_pairs(wide * high, a, b, np.full(len(a), 100.0))


def blocks(people: list[int], **layers: list[str]) -> Blocks:
    ids = tuple(f"b{n}" for n in range(len(people)))
    divisions = {name: Division.of_values(name, values) for name, values in layers.items()}
    return Blocks(ids, ids, np.array(people), divisions, "LSOA", "2021")


def test_a_division_keeps_labels_and_none() -> None:
    division = Division.of_values("ward", ["b", "", "a", None, "b"])
    assert division.labels == ("a", "b")
    assert division.of.tolist() == [1, -1, 0, -1, 1]
    assert division.values == ["b", "", "a", "", "b"]
    assert division.people(np.array([1, 2, 4, 8, 16])).tolist() == [4, 17]
    assert [group.tolist() for group in division.groups()] == [[2], [0, 4]]


def test_some_blocks_alone_keep_only_the_labels_that_are_left() -> None:
    some = blocks([1, 2, 3, 4], ward=["c", "a", "", "a"]).take([2, 0])
    assert some.ids == ("b2", "b0")
    assert some.layer("ward").labels == ("c",)
    assert some.layer("ward").of.tolist() == [-1, 0]
    assert some.people.tolist() == [3, 1]


def test_edges_run_both_ways_and_twice_named_borders_add_up() -> None:
    graph = Graph.of_pairs(4, [0, 1, 0, 2], [1, 0, 2, 2], [5.0, 7.0, 3.0, 9.0])
    assert graph.edges == 2
    assert graph.neighbours(0).tolist() == [1, 2]
    assert graph.border[graph.starts[1]] == 12.0
    assert graph.neighbours(3).tolist() == []
    assert [part.tolist() for part in graph.parts()] == [[0, 1, 2], [3]]


def test_bridges_join_and_cuts_part() -> None:
    river = Graph.of_pairs(4, [0, 2], [1, 3])
    assert not river.connected()
    bridged = river.joined([1], [2])
    assert bridged.connected()
    assert bridged.pairs()[2].tolist() == [1.0, 0.0, 1.0]
    assert not bridged.cut([2], [1]).connected()


def test_wards_are_blocks_made_of_small_areas() -> None:
    six = blocks([1, 2, 3, 4, 5, 6], ward=["x", "x", "y", "x", "y", ""], pcn=["p", "q", "q", "q", "q", "p"])
    graph, wards = grid(3, 2).quotient(six.layer("ward"), six)
    assert wards.ids == ("x", "y")
    assert wards.people.tolist() == [7, 8]
    assert graph.edges == 1
    assert graph.border.tolist() == [300.0, 300.0]  # 1-2, 1-4 and 3-4 touch across the ward line
    assert wards.layer("pcn").values == ["q", "q"]
    assert "ward" not in wards.layers


def test_what_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(GeographyError, match="two blocks have the code 'a'"):
        Blocks(("a", "a"), ("", ""), np.array([1, 1]))
    with pytest.raises(GeographyError, match="block 'b0' has -5 people"):
        blocks([-5])
    with pytest.raises(GeographyError, match="is of 1 blocks, and there are 2"):
        blocks([1, 1], ward=["x"])
    with pytest.raises(GeographyError, match="not among"):
        Graph.of_pairs(2, [0], [2])
    with pytest.raises(GeographyError, match="not among"):
        Division("ward", ("a",), np.array([1]))
    with pytest.raises(UsageError, match="did you mean 'ward'"):
        blocks([1], ward=["x"]).layer("wards")
    assert not grid(2, 2).connected([])


@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_parts_are_connected_and_whole(wide: int, high: int, data: st.DataObject) -> None:
    graph = grid(wide, high)
    members = data.draw(st.sets(st.integers(0, wide * high - 1)))
    parts = graph.parts(members)
    assert sorted(n for part in parts for n in part.tolist()) == sorted(members)
    assert all(graph.connected(part) for part in parts)
    assert graph.connected(members) == (len(parts) == 1)
    some = sorted(members)
    alone = graph.take(some)
    assert [[some[n] for n in part] for part in alone.parts()] == [part.tolist() for part in parts]


@given(st.integers(1, 7), st.integers(1, 7), st.data())
def test_pieces_of_areas_are_their_parts(wide: int, high: int, data: st.DataObject) -> None:
    """One sweep over all areas says what walking each of them does; blocks of no area are an area too."""
    graph, n = grid(wide, high), wide * high
    of = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n)))
    pieces = graph.pieces(of)
    walked = [part.tolist() for area in range(-1, 3) for part in graph.parts(np.flatnonzero(of == area).tolist())]
    assert sorted(walked) == sorted(np.flatnonzero(pieces == piece).tolist() for piece in set(pieces.tolist()))
    assert all(pieces[part[0]] == part[0] for part in walked)
