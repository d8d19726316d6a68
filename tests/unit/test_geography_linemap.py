"""The map of two divisions' lines, and the layers of a place as divisions with names and sites."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
import shapely

from tests.geographies import squares
from totalplace.errors import GeographyError
from totalplace.geography.adjacency import adjacency
from totalplace.geography.aligning.alignment import align
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.maps.linemap import LETTER, NAMED, line_map, name_width, path_of
from totalplace.web.drawing_alignment import MOST, line_picture, square

pytestmark = pytest.mark.unit


def town(wide: int = 4, high: int = 2) -> Blocks:
    drawn = np.empty(wide * high, dtype=object)
    drawn[:] = squares(wide, high)
    ids = tuple(f"b{n}" for n in range(wide * high))
    return Blocks(ids, tuple(f"Block <{n}>" for n in range(wide * high)), np.full(wide * high, 10), shapes=drawn)


def drawn_length(path: str) -> float:
    total = 0.0
    for part in filter(None, path.split("M")):
        at = np.array([[float(x) for x in point.split()] for point in part.rstrip("Z").split("L")])
        total += float(np.hypot(*np.diff(at, axis=0).T).sum())
    return total


def test_lines_of_one_alone_and_of_both_are_told_apart() -> None:
    blocks = town()
    columns = Division.of_values("columns", ["w", "w", "e", "e"] * 2)  # a line down the middle
    three = Division.of_values("three", ["w", "w", "e", "f"] * 2)  # the same, and one more
    made = line_map(blocks, adjacency(blocks.shapes), align(columns, three, blocks.people), 400)
    assert (made.width, made.height) == (400, 200)
    assert (made.first, drawn_length(made.both)) == ("", pytest.approx(200, abs=4))
    assert drawn_length(made.second) == pytest.approx(200, abs=4)
    assert [spot.code for spot in made.spots] == ["b3", "b7"]
    assert made.spots[0].people == 10
    assert sorted(label for *_, label in made.labels) == ["e", "f", "w"]
    assert all(0 <= x <= 400 and 0 <= y <= 200 for x, y, _ in made.labels)
    # North is up: the second row of blocks lies above the first.
    tops = [min(float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", spot.path)) for spot in made.spots]
    assert tops[0] > tops[1]


def test_identical_divisions_have_no_line_alone_and_no_spot() -> None:
    blocks = town()
    halves = Division.of_values("halves", ["w", "w", "e", "e"] * 2)
    made = line_map(blocks, adjacency(blocks.shapes), align(halves, halves, blocks.people), 400)
    assert (made.first, made.second, made.spots) == ("", "", ())


def test_a_map_is_no_taller_than_a_page_and_names_no_crowd() -> None:
    blocks = town(1, 30)
    each = Division.of_values("each", list(blocks.ids))
    made = line_map(blocks, adjacency(blocks.shapes), align(each, each, blocks.people), 400)
    assert made.height == pytest.approx(500)
    assert len(each.labels) > NAMED
    assert made.labels == ()


@pytest.mark.parametrize("name", ["A rather long name", "HEALTH ALLIANCE"])
def test_no_name_lies_over_another_or_beyond_the_map(name: str) -> None:
    blocks = town(6, 1)
    names = Division.of_values("names", [f"{name} {n}" for n in range(6)])
    made = line_map(blocks, adjacency(blocks.shapes), align(names, names, blocks.people), 400)
    assert 1 <= len(made.labels) < 6
    at = sorted((x - name_width(text) / 2, x + name_width(text) / 2) for x, _, text in made.labels)
    assert all(before[1] <= after[0] for before, after in pairwise(at))
    assert at[0][0] >= 0
    assert at[-1][1] <= 400
    assert line_map(blocks, adjacency(blocks.shapes), align(names, names, blocks.people), 90).labels == ()
    assert name_width("WWW") > name_width("www") == 3 * LETTER


def test_without_shapes_there_is_no_map() -> None:
    blocks = town()
    plain = Blocks(blocks.ids, blocks.names, blocks.people)
    halves = Division.of_values("halves", ["w", "w", "e", "e"] * 2)
    with pytest.raises(GeographyError, match="no shapes"):
        line_map(plain, adjacency(blocks.shapes), align(halves, halves, blocks.people), 400)


def test_pictures_hold_hostile_names_as_text_and_say_what_they_show() -> None:
    blocks = town()
    name = "<script>&"
    halves, rows = Division.of_values(name, ["w", "w", "e", "e"] * 2), Division.of_values("rows", ["s"] * 4 + ["n"] * 4)
    found = align(halves, rows, blocks.people)
    drawn = str(line_picture(line_map(blocks, adjacency(blocks.shapes), found, 400), found, "narrow"))
    assert "<script>" not in drawn
    assert "4 small areas where they disagree, 50.0% of people" in drawn
    assert "Block &lt;0&gt; (10 people): &lt;script&gt;&amp; w, rows s" in drawn
    made = str(square([name, "rows"], [[None, 1.0], [0.999, None]], "all against all"))
    assert "<script>" not in made
    assert ("100%" in made, "99.9%" in made) == (True, True)
    names = [str(n) for n in range(MOST + 1)]
    assert square(names, [[None] * len(names)] * len(names), "too many") == ""


def test_headings_of_the_narrow_square_stay_within_their_columns() -> None:
    names = ["MSOA 2021", "ward 2024", "Practice networks", "Seven neighbourhoods"]
    made = str(square(names, [[None] * 4] * 4, "all"))
    headings = re.findall(r"<text[^>]*tp-picture__tick[^>]*>([^<]+)</text>", made)
    assert headings == ["MSOA", "2021", "ward", "2024", "Practice", "networks", "Seven", "neighbo…"]


def test_many_lines_are_written_at_once_each_by_itself_without_points_that_fall_together() -> None:
    drawn = np.array(
        [
            shapely.LineString([(0, 0), (1.04, 0), (1.01, 0.02), (2, -0.01)]),
            shapely.LineString([(9, 9), (9.01, 9.01)]),  # one point to a tenth
            shapely.LineString([(2, 5), (3, 5)]),
            shapely.box(0, 7, 1, 8),
        ],
        dtype=object,
    )
    assert path_of(drawn) == "M1.0 7.0L1.0 8.0L0.0 8.0L0.0 7.0L1.0 7.0ZM0.0 0.0L1.0 0.0L2.0 0.0M2.0 5.0L3.0 5.0"


def test_a_map_that_was_drawn_is_not_drawn_again() -> None:
    blocks = town()
    graph, halves = adjacency(blocks.shapes), Division.of_values("halves", ["w", "w", "e", "e"] * 2)
    found = align(Division.of_values("columns", ["w", "x", "y", "z"] * 2), halves, blocks.people)
    assert found.turned is found.turned
    assert line_map(blocks, graph, found.turned, 400) is line_map(blocks, graph, found.turned, 400)
