"""The register of public buildings, row by row, and which of them could share a roof."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_facilities import TEXT, example
from totalplace.definition import Definition
from totalplace.errors import FileRefused, UsageError
from totalplace.geography.blocks import Blocks
from totalplace.geography.declared import AssetFile
from totalplace.geography.facilities import asset_tables
from totalplace.geography.facilities.register import Building, Register, register_of
from totalplace.geography.facilities.sharing import Sharing, Terms, sharing
from totalplace.geography.reading.features import Features
from totalplace.terms import Body, money

DEFINITION = Definition(
    "Town",
    bodies=(Body("council", "Anytown Borough Council", "council"), Body("police", "Anyshire Police", "police")),
)
SHAPES = [shapely.box(380_000 + 1000 * n, 400_000, 381_000 + 1000 * n, 401_000) for n in range(4)]
BLOCKS = Blocks(tuple("abcd"), tuple("ABCD"), np.array([10] * 4), shapes=np.array(SHAPES, dtype=object))
HEADS = {
    key: key
    for key in (
        *("code", "name", "owner", "use", "size", "cost", "occupancy", "condition"),
        *("statutory", "heritage", "move", "receipt", "x", "y", "block"),
    )
}
GOOD = {
    "code": "1",
    "name": "Town Offices",
    "owner": "council",
    "size": "1,000",
    "cost": "£100,000.50",
    "occupancy": "50%",
    "x": "380500",
    "y": "400500",
}


def read(*rows: dict[str, str], **said: str) -> Register:
    columns = {key: tuple(row.get(key, "") for row in rows) for key in HEADS}
    file = AssetFile("assets", "assets.csv", **{**HEADS, "projection": "EPSG:27700", **said})
    found = Features("assets.csv", columns, lines=tuple(range(2, 2 + len(rows))))
    return register_of(file, found, BLOCKS, lambda name: DEFINITION.body(name).id)


def test_a_row_is_read_to_the_penny() -> None:
    found = read({**GOOD, "statutory": "No", "heritage": "Grade II", "move": "5000", "use": "office"})
    (one,) = found.accepted
    assert (one.id, one.owner, one.size, one.cost, one.occupancy, one.block) == ("1", "council", 1000, 10000050, 0.5, 0)
    assert (one.statutory, one.heritage, one.flagged, one.move, one.receipt) == (False, True, True, 500000, None)
    assert (one.occupied, one.empty, found.rejected) == (500, 500, ())


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"owner": "Anyshire Polise"}, "did you mean 'Anyshire Police'"),
        ({"owner": ""}, "it has no owner"),
        ({"size": "-5"}, "'size' is -5: it cannot be below 0"),
        ({"size": "0"}, "0 m²"),
        ({"size": "big"}, "'size' is 'big', which is no number"),
        ({"cost": "-1"}, "'cost' is -1"),
        ({"occupancy": "201"}, "'occupancy' is 201%: above 200%"),
        ({"occupancy": "-3"}, "it cannot be below 0"),
        ({"x": "400500", "y": "380500"}, "look swapped: the other way round it lies in a"),
        ({"x": "53.4", "y": "-2.2"}, "are no metres of the grid"),
        ({"x": "9999999"}, "are no metres of the grid in the United Kingdom"),
        ({"x": ""}, "it has one coordinate of two"),
        ({"x": "east"}, "'x' is 'east', which is no number"),
        ({"x": "", "y": "", "block": "z"}, "'z', which is no block of this place"),
        ({"code": "0"}, "'0' stands in line 2 already"),
        ({"x": "1e400"}, "which is no number"),
    ],
)
def test_a_row_that_will_not_do_is_rejected_with_why(wrong: dict[str, str], reason: str) -> None:
    found = read({**GOOD, "code": "0"}, {**GOOD, **wrong})
    assert len(found.accepted) == 1
    (one,) = found.rejected
    assert reason in one.reason
    assert (one.line, one.name) == (3, "Town Offices")
    assert "1 of 2 rows are rejected" in found.notes[0]


def test_what_is_odd_is_kept_and_told() -> None:
    rows = [
        {**GOOD, "occupancy": "112"},
        {**GOOD, "code": "2", "x": "390500"},
        {**GOOD, "code": "3", "cost": "", "occupancy": ""},
        {**GOOD, "code": "4", "x": "", "y": "", "block": "c"},
        {**GOOD, "code": "5", "x": "", "y": ""},
    ]
    found = read(*rows)
    assert [each.block for each in found.accepted] == [0, -1, 0, 2, -1]
    said = "\n".join(found.notes)
    for words in (
        "fuller than 100%, kept as they are: Town Offices 112%",
        "outside the place, or not placed in it: 2 of 5",
        "without a running cost, which no sum can hold: 1 of 5",
        "without square metres or occupancy, in no pair: 1 of 5",
    ):
        assert words in said
    assert asset_tables.owners_table(found.accepted).rows[-1][1:5] == (5, 5000, 40000200, 1)


def test_longitude_and_latitude_are_read_and_told_when_swapped() -> None:
    degrees = {"projection": "EPSG:4326"}
    rows = [{**GOOD, "x": "-2.29", "y": "53.5"}, {**GOOD, "code": "2", "x": "53.5", "y": "-2.29"}]
    found = read(*rows, **degrees)
    assert [each.id for each in found.accepted] == ["1"]
    assert found.rejected[0].reason == "its longitude and latitude are swapped"
    assert (round(found.accepted[0].x, -4), round(found.accepted[0].y, -4)) == (380_000, 400_000)
    with pytest.raises(FileRefused, match="does not say which projection"):
        read(GOOD, projection="")


def test_shares_of_one_are_told_from_per_cent() -> None:
    assert [each.occupancy for each in read({**GOOD, "occupancy": "0.5"}).accepted] == [0.5]
    both = read({**GOOD, "occupancy": "0.5"}, {**GOOD, "code": "2", "occupancy": "50"})
    assert [each.occupancy for each in both.accepted] == [0.005, 0.5]


CELLS = st.one_of(
    st.sampled_from(
        ["", "1", "-1", "50%", "£1,000", "1e9", "nan", "=1+1", "380500", "400500", "53.5", "-2.2", "yes", "a", "\0"]
    ),
    st.text(max_size=12),
    st.integers(-(10**12), 10**12).map(str),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(HEADS, CELLS)), min_size=1, max_size=5), st.booleans())
def test_whatever_a_row_holds_it_is_accepted_or_rejected(rows: list[dict[str, str]], degrees: bool) -> None:
    made = [{**row, "owner": "council"} if n % 2 else row for n, row in enumerate(rows)]
    found = read(*made, projection="EPSG:4326" if degrees else "EPSG:27700")
    assert len(found.accepted) + len(found.rejected) == len(rows)
    assert sorted(each.line for each in (*found.accepted, *found.rejected)) == list(range(2, 2 + len(rows)))
    assert all(each.reason for each in found.rejected)
    sharing(found.accepted)
    asset_tables.owners_table(found.accepted)
    asset_tables.register_table([found], BLOCKS.names)


def building(n: int, x: float, **said: Any) -> Building:
    given = {"size": 1000.0, "cost": 100_000_00, "occupancy": 0.4, "move": 10_000_00, "y": 0.0, "block": 0, **said}
    return Building(n, str(n), f"B{n}", "council", x=x, **given)


def test_two_half_empty_offices_four_hundred_metres_apart_are_a_pair(tmp_path: Path) -> None:
    """A12, as the method works it by hand."""
    place = example(tmp_path)
    said = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \| [^|]*\|$", TEXT, re.M))
    found = place.facilities.sharing()
    (move,) = found.proposed
    gone, kept = found.buildings[move.vacated], found.buildings[move.kept]
    assert (gone.name, kept.name, round(move.metres)) == ("Station House", "Town Offices", 400)
    assert f"{move.together:.1%}" == said["leave Station House for Town Offices"]
    assert [money(pence, 2) for pence in (move.first, move.later, move.total, move.receipt) if pence is not None] == [
        said[name] for name in ("first year", "each later year", "five years", "receipt, apart")
    ]
    assert (found.near, found.saving, found.proven) == (2, move.total, True)
    assert found.why_not == {"the only one that could be left is statutory or heritage": 1}
    years = asset_tables.years_table(found).rows
    assert [(row[0], row[1]) for row in years] == [(n, "police") for n in range(1, 6)]
    assert [row[2] for row in years] == [move.first] + [move.later] * 4
    words = asset_tables.sharing_words(found)
    assert "£120,000 in the first year, £920,000 over 5 years (no other set saves more)" in words[-1]


def test_what_is_statutory_or_heritage_is_never_left() -> None:
    for flag in ("statutory", "heritage"):
        one, other = building(1, 0.0, **{flag: True}), building(2, 300.0)
        found = sharing([one, other])
        assert [(m.vacated, m.kept) for m in found.moves] == [(1, 0)]
        assert sharing([one, building(2, 300.0, statutory=True)]).moves == ()


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"x": 500.5}, ""),
        ({"x": 300.0, "occupancy": 0.5}, "together they are too full"),
        ({"x": 300.0, "occupancy": None}, "a size or an occupancy is not known"),
        ({"x": 0.4}, "they stand at one spot: one building twice?"),
        ({"x": 300.0, "block": -1}, ""),
    ],
)
def test_what_is_no_pair_is_none_and_why(other: dict[str, Any], words: str) -> None:
    found = sharing([building(1, 0.0), building(2, **other)])
    assert (found.moves, found.proposed) == ((), [])
    assert list(found.why_not) == ([words] if words else [])
    assert "No move saves anything" in asset_tables.sharing_words(found)[-1]


def test_the_terms_are_the_askers_and_impossible_ones_are_refused() -> None:
    two = [building(1, 0.0), building(2, 600.0, occupancy=0.55)]
    assert sharing(two).moves == ()
    assert len(sharing(two, Terms(metres=600, full=0.96, years=1)).proposed) == 1
    for wrong in ({"metres": 0}, {"full": 1.2}, {"years": 0}, {"metres": float("nan")}):
        with pytest.raises(UsageError):
            Terms(**wrong)  # type: ignore[arg-type]


def test_a_cost_that_is_not_known_is_listed_and_in_no_set() -> None:
    found = sharing([building(1, 0.0, cost=None), building(2, 300.0, move=None)])
    assert [move.total for move in found.moves] == [None, None]
    assert found.proposed == []
    assert "Moves of which it is not known what they would save" in " ".join(asset_tables.sharing_words(found))


def test_the_best_set_is_not_the_best_pair_first() -> None:
    """Four in a row: the middle pair saves most by itself, the two outer pairs more together."""
    costs = (300_000_00, 10_00, 350_000_00, 300_000_00)
    row = [
        building(n, n * 450.0, cost=cost, size=size, occupancy=0.3, move=0)
        for n, (cost, size) in enumerate(zip(costs, (1000.0, 1000.0, 1000.0, 1000.0), strict=True))
    ]
    found = sharing(row)
    assert {(m.vacated, m.kept) for m in found.proposed} == {(0, 1), (2, 3)}
    assert found.saving == 5 * (300_000_00 + 350_000_00)


def best_by_networkx(found: Sharing) -> int:
    graph = networkx.Graph()
    for move in found.moves:
        if move.total is not None and move.total > 0:
            a, b = move.vacated, move.kept
            there = graph.get_edge_data(a, b, {"weight": 0})["weight"]
            graph.add_edge(a, b, weight=max(there, move.total))
    chosen = networkx.max_weight_matching(graph)
    return sum(graph.edges[edge]["weight"] for edge in chosen)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_best_set_is_a_matching_of_greatest_weight(data: st.DataObject) -> None:
    made = [
        building(
            n,
            float(data.draw(st.integers(0, 900))),
            y=float(data.draw(st.integers(0, 900))),
            cost=data.draw(st.integers(0, 50)) * 100_00,
            move=data.draw(st.integers(0, 40)) * 100_00,
            size=float(data.draw(st.integers(200, 1000))),
            occupancy=data.draw(st.sampled_from([0.1, 0.3, 0.5, 0.8])),
            statutory=data.draw(st.integers(0, 4)) == 0,
        )
        for n in range(data.draw(st.integers(2, 12)))
    ]
    found = sharing(made)
    taken = [node for move in found.proposed for node in (move.vacated, move.kept)]
    assert len(taken) == len(set(taken))
    assert found.proven
    assert found.saving == best_by_networkx(found)
    assert not any(made[move.vacated].flagged for move in found.moves)
    for move in found.moves:
        kept, gone = made[move.kept], made[move.vacated]
        assert kept.occupied is not None
        assert gone.occupied is not None
        assert kept.size is not None
        assert (kept.occupied + gone.occupied) / kept.size < 0.9
        assert move.metres <= 500


def test_many_rows_are_read_in_seconds() -> None:
    rows = [
        {**GOOD, "code": str(n), "x": str(380_000 + n * 7 % 4000), "y": str(400_000 + n * 13 % 1000), "size": "-1"}
        for n in range(20_000)
    ]
    begun = time.process_time()
    found = read(*rows, {**GOOD, "code": "last"})
    assert (len(found.rejected), len(found.accepted)) == (20_000, 1)
    assert time.process_time() - begun < 10
