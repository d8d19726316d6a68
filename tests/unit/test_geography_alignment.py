"""How far apart two divisions are: by hand, against two independent libraries, and what must hold of any."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from sklearn import metrics

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.aligning.alignment import Alignment, align, cross
from totalplace.geography.aligning.comparison import Comparison
from totalplace.geography.aligning.lines import disagree, shared_lines
from totalplace.geography.aligning.matching import assignment
from totalplace.geography.aligning.moving import Site, move
from totalplace.geography.aligning.together import Together, overlay
from totalplace.geography.blocks import Blocks, Division, Graph

pytestmark = pytest.mark.unit

SLOW = settings(deadline=None)
"""Somebody else's library takes its time at the first call."""
PEOPLE = np.array([40, 20, 20, 60, 40, 20])
NETWORK = Division.of_values("network", ["North", "North", "North", "South", "South", ""])
WARDS = Division.of_values("wards", ["East", "East", "West", "West", "West", "West"])


def division(name: str, of: list[int]) -> Division:
    return Division(name, tuple(f"{name}{n}" for n in range(max(of) + 1)), np.array(of, dtype=np.int32))


def h(*shares: float) -> float:
    return -sum(share * math.log(share) for share in shares)


def test_the_table_keeps_who_has_no_area_apart() -> None:
    table = cross(NETWORK, WARDS, PEOPLE)
    assert list(zip(table.rows, table.columns, table.people, strict=True)) == [(0, 0, 60), (0, 1, 20), (1, 1, 100)]
    assert (table.total, table.only_first, table.only_second, table.neither) == (180, 0, 20, 0)
    assert cross(WARDS, NETWORK, PEOPLE).only_first == 20
    turned = table.turned
    assert list(zip(turned.rows, turned.columns, turned.people, strict=True)) == [(0, 0, 60), (1, 0, 20), (1, 1, 100)]
    assert table.best.tolist() == [0, 1]


def test_each_measure_by_hand() -> None:
    found = align(NETWORK, WARDS, PEOPLE)
    forth, back = found.forth, found.back
    assert (forth.areas, forth.split, forth.excess, back.split, back.excess) == (2, 1, 1, 1, 1)
    assert (forth.whole, back.whole) == (100 / 180, 60 / 180)
    assert forth.best_fit == back.best_fit == found.same == 160 / 180
    assert found.pairs == ((0, 0), (1, 1))
    assert forth.entropy == pytest.approx(80 / 180 * h(0.75, 0.25))
    assert back.entropy == pytest.approx(120 / 180 * h(1 / 6, 5 / 6))
    assert found.variation == pytest.approx(80 / 180 * h(0.75, 0.25) + 120 / 180 * h(1 / 6, 5 / 6))
    assert found.mutual == pytest.approx(h(8 / 18, 10 / 18) + h(6 / 18, 12 / 18) - h(6 / 18, 2 / 18, 10 / 18))
    assert found.distance == pytest.approx(found.variation / h(6 / 18, 2 / 18, 10 / 18))
    assert forth.homogeneity == pytest.approx(1 - forth.entropy / h(6 / 18, 12 / 18))
    assert back.homogeneity == pytest.approx(1 - back.entropy / h(8 / 18, 10 / 18))
    assert forth.foretold == (160 - 120) / (180 - 120)
    assert back.foretold == (160 - 100) / (180 - 100)
    assert found.cross.jaccard == pytest.approx([60 / 80, 20 / 180, 100 / 120])
    assert forth.overlap == pytest.approx((80 * 60 / 80 + 100 * 100 / 120) / 180)
    assert back.overlap == pytest.approx((60 * 60 / 80 + 120 * 100 / 120) / 180)
    # 16,110 pairs of people; together in both 1,770 + 190 + 4,950; in the network 3,160 + 4,950; in wards 1,770 + 7,140
    assert found.rand == (16110 + 2 * 6910 - 8110 - 8910) / 16110
    expected = 8110 * 8910 / 16110
    assert found.adjusted_rand == pytest.approx((6910 - expected) / ((8110 + 8910) / 2 - expected))


def perfect(found: Alignment) -> None:
    for way in (found.forth, found.back):
        assert (way.whole, way.best_fit, way.entropy, way.homogeneity, way.foretold) == (1, 1, 0, 1, 1)
        assert (way.split, way.excess, way.overlap, way.spread) == (0, 0, 1, 1)
    assert (found.same, found.variation, found.distance, found.v_measure) == (1, 0, 0, 1)
    assert (found.rand, found.adjusted_rand) == (1, 1)


@SLOW
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 50)), min_size=1, max_size=30), st.randoms())
def test_identical_divisions_are_perfect_whatever_their_areas_are_called(blocks: list[tuple[int, int]], order) -> None:  # type: ignore[no-untyped-def]
    of = [n for n, _ in blocks]
    people = np.array([p for _, p in blocks])
    new = list(range(6))
    order.shuffle(new)
    perfect(align(division("a", of), division("b", [new[n] for n in of]), people))


@st.composite
def three(draw: st.DrawFn) -> tuple[list[Division], np.ndarray]:
    size = draw(st.integers(1, 25))
    people = draw(st.lists(st.integers(1, 40), min_size=size, max_size=size))
    made = [division(name, draw(st.lists(st.integers(0, 5), min_size=size, max_size=size))) for name in "abc"]
    return made, np.array(people)


@SLOW
@given(three())
def test_what_holds_of_any_divisions(given_: tuple[list[Division], np.ndarray]) -> None:
    (a, b, c), people = given_
    one, other = align(a, b, people), align(b, a, people)
    assert (one.forth, one.back) == (other.back, other.forth)
    for name in ("same", "mutual", "variation", "v_measure", "rand", "adjusted_rand", "distance"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-12)
    assert one.turned.forth == one.back
    # Variation is a distance; so is its share of the joint entropy.
    for name in ("variation", "distance"):
        direct, through = (
            getattr(align(a, c, people), name),
            [getattr(align(*p, people), name) for p in ((a, b), (b, c))],
        )
        assert direct <= sum(through) + 1e-9
    # Areas cut finer leave less open, and no more people in split ones.
    finer = division("f", np.unique(a.of * 10 + c.of, return_inverse=True)[1].tolist())
    cut = align(finer, b, people)
    assert cut.forth.entropy <= one.forth.entropy + 1e-12
    assert cut.forth.whole >= one.forth.whole
    assert cut.forth.best_fit >= one.forth.best_fit
    assert 0 <= one.forth.whole <= one.forth.best_fit <= 1
    assert one.same is not None
    assert one.same <= min(one.forth.best_fit, one.back.best_fit) + 1e-12


@SLOW
@given(three())
def test_an_independent_library_says_the_same_of_repeated_rows(given_: tuple[list[Division], np.ndarray]) -> None:
    (a, b, _), people = given_
    found = align(a, b, people)
    same_as_library(found, np.repeat(a.of, people), np.repeat(b.of, people))
    table = metrics.cluster.contingency_matrix(np.repeat(a.of, people), np.repeat(b.of, people))
    rows, columns = linear_sum_assignment(table, maximize=True)
    assert found.same == table[rows, columns].sum() / people.sum()
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        (("row", int(r)), ("column", int(c)), int(p))
        for r, c, p in zip(found.cross.rows, found.cross.columns, found.cross.people, strict=True)
    )
    best = sum(graph.edges[edge]["weight"] for edge in nx.max_weight_matching(graph))
    assert found.same == best / people.sum()


def same_as_library(found: Alignment, first: np.ndarray, second: np.ndarray) -> None:
    """Every measure that scikit-learn has, on people one by one."""
    assert found.rand == pytest.approx(metrics.rand_score(first, second), abs=1e-12)
    assert found.adjusted_rand == pytest.approx(metrics.adjusted_rand_score(first, second), abs=1e-9)
    assert found.mutual == pytest.approx(metrics.mutual_info_score(first, second), abs=1e-9)
    three = metrics.homogeneity_completeness_v_measure(second, first)
    assert (found.forth.homogeneity, found.back.homogeneity, found.v_measure) == pytest.approx(three, abs=1e-9)
    table = metrics.cluster.contingency_matrix(first, second)
    assert found.forth.best_fit == table.max(axis=1).sum() / table.sum()
    assert found.back.best_fit == table.max(axis=0).sum() / table.sum()


@SLOW
@given(st.integers(1, 7), st.integers(1, 7), st.randoms())
def test_the_assignment_is_the_best_there_is(high: int, wide: int, made) -> None:  # type: ignore[no-untyped-def]
    value = np.array([[made.randint(0, 9) for _ in range(wide)] for _ in range(high)], dtype=float)
    pairs = assignment(value)
    assert len(pairs) == min(high, wide) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    rows, columns = linear_sum_assignment(value, maximize=True)
    assert sum(value[pair] for pair in pairs) == value[rows, columns].sum()


def test_a_sparse_table_is_that_of_a_dense_one() -> None:
    rng = np.random.default_rng(5)
    people = rng.integers(0, 30, 3000)
    a, b = (division(name, rng.integers(0, 900, 3000).tolist()) for name in "ab")
    table = cross(a, b, people)  # 810,000 cells for 3,000 blocks: counted by sorting
    dense = np.zeros((len(a.labels), len(b.labels)), dtype=np.int64)
    np.add.at(dense, (a.of, b.of), people)
    assert (table.rows.tolist(), table.columns.tolist()) == tuple(x.tolist() for x in np.nonzero(dense))
    assert table.people.tolist() == dense[dense > 0].tolist()


def test_areas_without_people_make_no_pieces() -> None:
    people = np.array([10, 0, 5])
    found = align(division("a", [0, 0, 1]), division("b", [0, 1, 1]), people)
    assert (found.forth.split, found.forth.whole, found.forth.areas) == (0, 1.0, 2)
    empty = align(division("a", [0, 0, 1, 2]), division("b", [0, 0, 1, 2]), np.array([3, 2, 5, 0]))
    assert (empty.forth.areas, empty.cross.best.tolist(), empty.cross.pieces.tolist()) == (2, [0, 1, -1], [1, 1, 0])
    perfect(empty)


def test_what_cannot_be_compared_is_refused_by_name() -> None:
    with pytest.raises(GeographyError, match="'b' of 2"):
        cross(division("a", [0, 1, 1]), division("b", [0, 1]), np.array([1, 1, 1]))
    with pytest.raises(GeographyError, match="nobody lives where both 'x' and 'y'"):
        cross(Division.of_values("x", ["p", ""]), Division.of_values("y", ["", "q"]), np.array([1, 1]))
    with pytest.raises(UsageError, match="two divisions or more"):
        Together((NETWORK,), PEOPLE)
    with pytest.raises(UsageError, match="'network' is given twice"):
        Together((NETWORK, NETWORK), PEOPLE)


def test_pairs_of_a_whole_country_are_exact() -> None:
    people = np.array([30_000_000, 27_000_000])
    found = align(division("a", [0, 1]), division("b", [0, 1]), people)
    perfect(found)
    everyone = align(division("a", [0, 0]), division("b", [0, 1]), people)
    every, kept = 57_000_000 * 56_999_999 // 2, 30_000_000 * 29_999_999 // 2 + 27_000_000 * 26_999_999 // 2
    assert everyone.rand == kept / every


def strip(metres: list[float]) -> Graph:
    """Blocks in a row with the borders between them."""
    return Graph.of_pairs(len(metres) + 1, list(range(len(metres))), list(range(1, len(metres) + 1)), metres)


def test_shared_lines_by_hand() -> None:
    graph = strip([100.0, 200.0, 400.0, 800.0])
    a = Division.of_values("a", ["p", "p", "q", "r", "r"])  # lines of 200 and 400
    b = Division.of_values("b", ["s", "t", "t", "u", "u"])  # lines of 100 and 400
    found = shared_lines(a, b, graph, np.array([50.0, 10.0, 10.0, 10.0, 20.0]))
    assert (found.first, found.second, found.both, found.outer) == (600, 500, 400, 100)
    assert (found.share, found.turned.share, found.overlap) == (400 / 600, 400 / 500, 400 / 700)
    assert found.share_with_outer == 500 / 700
    gone = shared_lines(a, Division.of_values("b", ["s", "t", "t", "", "u"]), graph)
    assert (gone.first, gone.second, gone.both, gone.outer) == (200, 100, 0, None)
    assert gone.share_with_outer is None
    one = Division.of_values("one", ["x"] * 5)
    whole = shared_lines(one, one, graph)
    assert (whole.share, whole.overlap, whole.turned.share) == (1, 1, 1)
    alike = shared_lines(a, a, graph)
    assert (alike.share, alike.overlap) == (1, 1)
    with pytest.raises(GeographyError, match="not of the same blocks"):
        shared_lines(a, NETWORK, graph)


def test_blocks_where_the_lines_disagree() -> None:
    table = cross(NETWORK, WARDS, PEOPLE)
    assert disagree(NETWORK, WARDS, table.best).tolist() == [False, False, True, False, False, False]


def test_many_divisions_laid_over_each_other() -> None:
    third = Division.of_values("beats", ["1", "2", "2", "3", "3", "3"])
    found = overlay([NETWORK, WARDS, third], PEOPLE)
    assert (found.pieces, found.people, found.left_out) == (4, 180, 20)
    assert found.spread == pytest.approx(math.exp(h(40 / 180, 20 / 180, 20 / 180, 100 / 180)))
    together = Together((NETWORK, WARDS, third), PEOPLE, strip([1.0] * 5))
    assert together.all_whole(1) == 100 / 180  # South and beat 3 lie in West; North and beat 2 lie in both
    assert together.pairs() == [(0, 1), (0, 2), (1, 2)]
    assert together.pair(1, 0).forth == together.pair(0, 1).back
    lines = together.lines(0, 1)
    assert lines is not None
    assert (lines.first, lines.second, lines.both) == (1, 1, 0)
    assert Together((NETWORK, WARDS), PEOPLE).lines(0, 1) is None


def test_layers_of_two_towns_do_not_meet_and_the_rest_is_still_compared() -> None:
    west = Division.of_values("west", ["p", "p", "q", "", "", ""])
    east = Division.of_values("east", ["", "", "", "r", "s", "s"])
    ids = tuple("abcdef")
    found = Comparison(Blocks(ids, ids, PEOPLE), (west, east, WARDS), "wards")
    assert found.together.pairs() == [(0, 2), (1, 2)]
    assert (found.together.all_whole(2), found.farthest) == (None, ("west", "wards"))
    assert [row[1:] for row in found.matrix_table("whole").rows] == [(None, None, 1), (None, None, 1), (1, 0, None)]
    assert "nobody has an area in both west and east: they are not compared" in found.warnings()
    assert len(found.measures_table().rows) == 4
    assert [each.moved for each in found.moves] == [0, 0]
    assert found.document()["all_whole"] is None
    with pytest.raises(GeographyError, match="nobody lives where both 'west' and 'east'"):
        found.pair("west", "east")


def test_the_finer_is_fitted_to_the_coarser() -> None:
    ids = tuple("abcdef")
    each = Division.of_values("each", list(ids))
    found = Comparison(Blocks(ids, ids, PEOPLE), (WARDS, each))
    assert found.fitted("wards", "each").cross.first is each
    assert found.disagreements_table("wards", "each").rows == []
    with pytest.raises(UsageError, match="itself"):
        found.pair("wards", "Wards")
    with pytest.raises(UsageError, match="'ward' is none of the divisions; did you mean 'wards'"):
        found.number("ward")


def test_moving_to_proposed_lines_by_hand() -> None:
    sites = [
        Site("Mill Lane", 0, "North", 12.0),
        Site("Park Road", 2, "North", 8.5),
        Site("High Street", 3),
        Site("Canal House", 5, "", 3.0),
    ]
    found = move(NETWORK, WARDS, PEOPLE, sites)
    assert (found.way, found.goes, found.moved, found.people) == ("joined", ((0, 0), (1, 1)), 20, 180)
    assert found.moved_by_area.tolist() == [20, 0]
    assert found.share == 20 / 180
    assert (found.without_team, found.without_area) == ((), ())
    assert [(each.site.name, each.stays) for each in found.sites] == [
        ("Mill Lane", True),
        ("Park Road", False),
        ("High Street", True),
        ("Canal House", None),
    ]
    assert [each.site.name for each in found.wrong] == ["Park Road"]
    assert [each.site.name for each in found.unknown] == ["Canal House"]
    assert (found.staff, found.staff_known) == (8.5, True)
    with pytest.raises(GeographyError, match="'Mill Lane' serves 'Nort', no area of 'network'; did you mean 'North'"):
        move(NETWORK, WARDS, PEOPLE, [Site("Mill Lane", 0, "Nort")])


def test_a_service_wider_than_the_proposal_is_divided_and_one_that_nests_moves_nobody() -> None:
    town = Division.of_values("town", ["Town"] * 6)
    assert (move(town, WARDS, PEOPLE).way, move(town, WARDS, PEOPLE).moved) == ("divided", 0)
    each = Division.of_values("blocks", list("uvwxyz"))
    assert (move(each, WARDS, PEOPLE).way, move(each, WARDS, PEOPLE).moved) == ("joined", 0)
    assert move(WARDS, WARDS, PEOPLE).moved == 0
    one = move(each, Division.of_values("p", ["a", "a", "a", "a", "a", "b"]), np.array([1, 1, 1, 1, 1, 0]))
    assert one.without_team == ()


def test_the_sites_of_a_team_that_is_left_with_no_area_are_on_the_wrong_side() -> None:
    service = Division.of_values("service", ["p", "q", "p", "r"])
    proposed = Division.of_values("proposed", ["one", "one", "two", "two"])
    found = move(service, proposed, np.array([40, 30, 40, 5]), [Site("Q house", 1), Site("P house", 0)])
    assert (found.way, found.moved, found.without_area) == ("divided", 35, ("q", "r"))
    assert [each.site.name for each in found.wrong] == ["Q house"]


@SLOW
@given(three())
def test_a_move_parts_nobody_who_need_not_be(given_: tuple[list[Division], np.ndarray]) -> None:
    (service, proposed, _), people = given_
    found = move(service, proposed, people)
    pair = align(service, proposed, people)
    assert found.share == pytest.approx(1 - max(pair.forth.best_fit, pair.back.best_fit))
    assert found.moved == found.moved_by_area.sum()
    kept = {(a, b) for a, b in found.goes}
    assert found.moved == sum(
        int(p) for a, b, p in zip(service.of, proposed.of, people, strict=True) if (int(a), int(b)) not in kept
    )


def test_the_worked_example_of_the_method_page_comes_out() -> None:
    text = (
        (Path(__file__).parents[2] / "docs" / "methods" / "geography.md")
        .read_text("utf-8")
        .partition("## How far apart")[2]
    )
    rows = list(csv.DictReader(re.findall(r"```csv align\n(.*?)```", text, re.DOTALL)[0].splitlines()))
    people = np.array([int(row["people"]) for row in rows])
    networks, wards = (Division.of_values(name, [row[name] for row in rows]) for name in ("network", "wards"))
    found = align(networks, wards, people)
    both_ways = re.findall(r"^\| ([a-z][\w ]+) \| ([\d.]+) \| ([\d.]+) \|", text, re.MULTILINE)
    names = {"best fit": "best_fit", "lambda": "foretold"}
    said = {names.get(name, name): (float(a), float(b)) for name, a, b in both_ways if name != "all"}
    assert len(said) == 9
    for name, values in said.items():
        assert (getattr(found.forth, name), getattr(found.back, name)) == pytest.approx(values, abs=5e-5), name
    either = dict(re.findall(r"^\| ([\w -]+) \| (0\.\d{4}) \| [^|]+ \|$", text, re.MULTILINE))
    names = {"V-measure": "v_measure", "Rand": "rand", "adjusted Rand": "adjusted_rand"}
    assert len(either) == 7
    for name, value in either.items():
        assert getattr(found, names.get(name, name)) == pytest.approx(float(value), abs=5e-5), name
    moved = move(networks, wards, people, [Site("surgery", 2, "North")])
    assert (moved.moved, len(moved.wrong)) == (20, 1)
