"""Rules in names: what a name means, what cannot be meant, and plans that keep to them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.geographies import squares
from totalplace.errors import UsageError
from totalplace.geography.adjacency import adjacency
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.design.loading import Pieces
from totalplace.geography.design.named import Named, groups_in
from totalplace.geography.design.offers import Wish, offers
from totalplace.geography.design.task import Band


def pieces() -> Pieces:
    """Six by four areas of 1,000 people: wards of two by one, towns of half a side, columns today, two boroughs."""
    n = range(24)
    shapes = np.array(squares(6, 4), dtype=object)
    ids = tuple(f"E{i:02d}" for i in n)
    layers = {
        "ward": Division.of_values("ward", [f"W{i // 2:02d}" for i in n]),
        "today": Division.of_values("today", [f"T{i % 6 // 2}" for i in n]),
        "team": Division.of_values("team", [f"P{i // 12}" for i in n]),
    }
    names = {
        "ward": {f"W{i:02d}": "Moor" if i in (0, 11) else f"Ward {i}" for i in range(12)},
        "today": {"T0": "West", "T1": "Middle", "T2": "East"},
        "team": {"P0": "North", "P1": "West"},
    }
    blocks = Blocks(ids, tuple(f"Block {i}" for i in n), np.full(24, 1000), layers, "LSOA", "2021", shapes)
    return Pieces(blocks, adjacency(shapes), {}, names, titles={"ward": "Wards", "today": "Today's", "team": "Police"})


def test_a_group_a_line_with_commas_or_semicolons() -> None:
    said = " Ashton, Hale \n\nCentral, the; Moor ;\n"
    assert groups_in(said) == (("Ashton", "Hale"), ("Central, the", "Moor"))


@pytest.mark.parametrize(
    ("name", "whole", "codes"),
    [
        ("ward 3", "ward", ("W03",)),
        ("W03", "ward", ("W03",)),
        ("Block 7", "ward", ("E07",)),
        ("middle", "ward", ("W01", "W04", "W07", "W10")),  # today's area, as the wards that it is made of
        ("team: North", "ward", ("W00", "W01", "W02", "W03", "W04", "W05")),
        ("Police: West", "", tuple(f"E{i}" for i in range(12, 24))),
        ("ward 3", "", ("E06", "E07")),
    ],
)
def test_what_a_name_means(name: str, whole: str, codes: tuple[str, ...]) -> None:
    assert Named(together=((name,),)).rules(pieces(), whole).together == (codes,)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (Named(together=(("Wrad 3", "Ward 4"),)), "to lie together: 'Wrad 3' is no area .* did you mean 'Ward 3'"),
        (Named(fixed=(("West",),)), r"several lines: write 'Today's: West' or 'Police: West'"),
        (Named(together=(("Moor", "Ward 4"),)), "2 areas are called 'Moor': write the code of one, W00 or W11"),
        (Named(together=(("Police: Wets",),)), "'Wets' is no area of Police; did you mean 'West'"),
        (Named(apart=(("Ward 1",),)), "'Ward 1' stands alone"),
        (Named(fixed=(("Ward 1",), ("E02",))), "'Ward 1' and 'E02' share small areas"),
        (Named(together=(("Ward 5", "Ward 6"),)), "lie in several areas of Police, which no area crosses"),
    ],
)
def test_what_cannot_be_meant_is_named(held: Named, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        held.rules(pieces(), "ward", "team")


def test_plans_keep_to_what_is_held_and_are_proven_where_wards_stay_whole() -> None:
    held = Named(together=(("Ward 1", "W00"),), apart=(("Ward 3", "Ward 6"),), fixed=(("East",),))
    found = offers(pieces(), Wish(Band(6_000, 10_000), (3,), whole="ward", held=held), {})
    assert found.plans
    for each in found.plans:
        area = {each.plan.task.blocks.ids[n]: int(a) for n, a in enumerate(each.plan.of)}
        assert len({area[code] for code in ("E00", "E01", "E02", "E03")}) == 1
        assert area["E06"] != area["E12"]
        assert {code for code, a in area.items() if a == area["E04"]} == {f"E{i:02d}" for i in range(24) if i % 6 >= 4}
    assert "proven" in found.plans[0].sure


def test_parts_of_what_stays_whole_are_refused_unless_it_may_be_divided() -> None:
    held = Named(fixed=(("Block 0", "Block 6", "Block 1", "Block 7", "Block 2", "Block 8"),))
    wish = Wish(Band(5_000, 12_000), (3,), whole="ward", held=held)
    with pytest.raises(UsageError, match="holds parts of Ward 1 and Ward 4, and Wards stay whole"):
        wish.task(pieces())
    (found, *_) = offers(pieces(), replace(wish, divide=True), {}).plans
    area = found.plan.of
    assert set(np.flatnonzero(area == area[0]).tolist()) == {0, 1, 2, 6, 7, 8}


def test_areas_are_kept_apart_by_all_their_small_areas() -> None:
    rules = Named(apart=(("Ward 1", "Ward 2"),)).rules(pieces())
    assert set(rules.apart) == {("E02", "E04"), ("E02", "E05"), ("E03", "E04"), ("E03", "E05")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("totalplace.geography.design.named.MOST", 100)
        with pytest.raises(UsageError, match="too many small areas"):
            Named(apart=(("North", "Police: West"),)).rules(pieces())
