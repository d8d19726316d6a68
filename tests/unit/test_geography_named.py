"""Rules in names: what a name means, what cannot be meant, and plans that keep to them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.geographies import squares
from totalplace.errors import UsageError
from totalplace.geography.adjacency import adjacency
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.design.asked import answer
from totalplace.geography.design.exact import design
from totalplace.geography.design.frontier import frontier
from totalplace.geography.design.loading import Pieces, of_file
from totalplace.geography.design.named import Named, area_named, blocks_named, groups_in
from totalplace.geography.design.offering import offers
from totalplace.geography.design.search import keeps, search
from totalplace.geography.design.start import division_plan
from totalplace.geography.design.task import Band, Rules, Task
from totalplace.geography.design.today import today_beside
from totalplace.geography.design.why import by_rules
from totalplace.geography.design.wish import Wish
from totalplace.geography.design.words import advised, explained


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
    assert Named(fixed=((name,),)).rules(pieces(), whole).fixed == (codes,)


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
        (Named(together=(("Ward 1",), ("Ward 2",))), "to lie together: 'Ward 1' stands alone"),
        (Named(apart=(("Ward 1", "ward 1"),)), "to lie apart: 'Ward 1' stands twice"),
        (Named(apart=(("Ward 1", "W01"),)), "'Ward 1' and 'W01' are the same"),
        (Named(apart=(("Ward 1", "E02"),)), "to lie apart: 'Ward 1' and 'E02' share small areas"),
        (
            Named(together=(("Ward 1", "Ward 2"), ("Ward 2", "Ward 3")), apart=(("Ward 3", "Ward 1"),)),
            "'Ward 3' and 'Ward 1' are elsewhere in one group that is to lie together .* both cannot hold",
        ),
        (Named(fixed=(("Ward 1", "Ward 2"),), apart=(("Ward 1", "Ward 2"),)), "or to stay as it is; both cannot hold"),
        (
            Named(fixed=(("Ward 1", "Ward 2"),), together=(("Ward 1", "Ward 3"),)),
            "'Ward 1' with 'Ward 3', which is no part of the area that is to stay as it is .'Ward 1', 'Ward 2'",
        ),
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


HELD = Named(together=(("Ward 1", "Ward 4"), ("Ward 4", "Ward 7")), apart=(("Ward 3", "Ward 8", "Ward 5"),))


@pytest.mark.parametrize("weights", [(("borders", 1.0),), (("borders", 1.0), ("main:today", 1.0))])
def test_rules_on_whole_units_hold_where_these_may_be_divided(weights: tuple[tuple[str, float], ...]) -> None:
    wish = Wish(Band(5_000, 10_000), (3,), weights, "ward", divide=True, held=HELD)
    found = offers(pieces(), wish, {})
    assert found.plans
    for each in found.plans:
        assert keeps(each.plan.task, each.plan)
        area = each.plan.of.tolist()
        assert len({area[n] for n in (2, 3, 8, 9, 14, 15)}) == 1
        assert not {area[6], area[7]} & {area[16], area[17]}


def test_alternatives_of_whole_units_that_are_cut_into_pieces_keep_rules_on_units() -> None:
    task = Wish(Band(6_000, 10_000), weights=(("borders", 1), ("compact", 1)), whole="ward", held=HELD).task(pieces())
    found = frontier(task, 3, effort=50)
    assert found.plans
    assert all(keeps(task, each.plan) for each in found.plans)


def test_rules_on_numbered_blocks_are_not_taken_for_rules_on_pieces() -> None:
    made = pieces()
    blocks = replace(made.blocks, ids=tuple(str(23 - n) for n in range(24)))
    rules = Rules(together=(("0", "5"),), apart=(("20", "3"),))
    task = Task(blocks, made.graph, Band(7_000, 9_000), {"borders": 1, "compact": 1}, rules=rules)
    assert all(keeps(task, each.plan) for each in frontier(task, 3, effort=50).plans)


def test_what_lies_together_without_touching_is_joined_by_what_is_between() -> None:
    wish = Wish(
        Band(7_000, 9_000), whole="ward", divide=True, held=Named(together=(("W00", "E22", "E23"), ("E00", "E01")))
    )
    task = replace(wish.task(pieces()), whole="")
    plan = search(task, 3, effort=20).plan
    assert plan.sound
    assert len(set(plan.of[[0, 1, 22, 23]].tolist())) == 1


def test_of_what_lies_apart_the_part_inside_a_borough_counts_there() -> None:
    named = Named(apart=(("W00", "Ward 2", "Ward 9"),))
    task = Wish(Band(3_000, 6_000), whole="ward", inside="team", held=named).task(pieces())
    assert [part.rules.apart for _, part in task.parts("team")] == [(("W00", "W02"),), ()]


def test_a_searched_plan_that_is_out_of_the_band_is_not_offered_because_another_area_is_fixed() -> None:
    fixed = Named(fixed=(("Block 0",),))
    found = offers(pieces(), Wish(Band(7_700, 7_800), (4,), divide=True, held=fixed), {})
    assert not found.plans
    kept = offers(pieces(), Wish(Band(7_000, 8_000), (4,), divide=True, held=fixed), {}).plans
    assert [each.plan.sound for each in kept] == [True]
    assert 1_000 in kept[0].plan.people


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Rules(fixed=(("W00",), ("W01",), ("W02",), ("W03",))), "4 areas are to stay as they are"),
        (Rules(apart=(("W00", "W01", "W02", "W03"),)), r"4 are to lie apart \(Moor, Ward 1, Ward 2, Ward 3\)"),
        (Rules(anchors={"gp": np.array([0, 1, 8])}), "hold one of Practices, and 2 of Wards have any"),
        (Rules(together=(("W00", "W01", "W02", "W03", "W04"),)), "are to lie together and have 10,000 people"),
    ],
)
def test_a_rule_that_no_plan_can_keep_is_named(rules: Rules, words: str) -> None:
    made = pieces()
    task = Task(
        made.blocks, made.graph, Band(7_000, 9_000), whole="ward", rules=rules, called=made.names["ward"],
        titles=made.titles, sites={"gp": "Practices"},
    )  # fmt: skip
    assert re.search(words, by_rules(task, 3))
    assert re.search(f"no 3 areas with Wards whole fit in 7,000-9,000 people: .*{words}", design(task, 3).why)


def test_today_beside_says_which_names_do_not_lie_as_they_are_to() -> None:
    held = Named(
        together=(("Ward 1", "Ward 2"),), apart=(("Ward 3", "Ward 6", "Ward 5"),), fixed=(("Ward 8", "Ward 9", "W11"),)
    )
    made = pieces()
    found = offers(made, Wish(Band(5_000, 9_000), (3,), whole="ward", today="today", held=held), {})
    beside = today_beside(found, made)
    assert beside is not None
    assert beside.words[-3:] == (
        "Ward 1, Ward 2 do not lie together.",
        "Ward 3 and Ward 6 do not lie apart.",
        "Of what is to stay as it is 1 is no area.",
    )


def test_a_band_for_more_areas_than_there_are_units_is_said_so() -> None:
    said = offers(pieces(), Wish(Band(1, 2), whole="ward"), {}).why
    assert said == (
        (
            "no number of areas fits: of 1-2 people each there would be 12,000 at least, and there are only 12 of "
            "Wards to make them of"
        ),
    )
    fixed = Wish(Band(19_500, 19_900), whole="ward", held=Named(fixed=(("West Wards", "W00"),)))
    with pytest.raises(UsageError, match="is no area"):
        offers(pieces(), fixed, {})
    fixed = Wish(Band(19_500, 19_900), whole="ward", held=Named(fixed=(("Ward 1", "W00"),)))
    assert "20,000 people who are in no fixed area make 1 of 20,000 or 2 of" in offers(pieces(), fixed, {}).why[0]


def test_one_block_alone_needs_no_file_of_pairs(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("code,people,today\nA,40000,x\n")
    made = of_file(tmp_path, "one.csv")
    (plan,) = offers(made, Wish(areas=(1,)), {}).plans
    assert (plan.plan.k, plan.plan.borders, plan.plan.sound) == (1, 0, True)
    (tmp_path / "two.csv").write_text("code,people\nA,40000\nB,9\n")
    with pytest.raises(UsageError, match="has no shapes"):
        of_file(tmp_path, "two.csv")


def test_a_plan_is_explained_by_the_rules_it_breaks_and_by_what_would_mend_them() -> None:
    held = Named(together=(("Ward 1", "Ward 2"),), apart=(("Ward 3", "Ward 6"),))
    task = Wish(Band(7_000, 9_000), whole="ward", held=held).task(pieces())
    plan = division_plan(task, task.blocks.layer("today"))
    assert explained(plan)[-2:] == ["Ward 1, Ward 2 do not lie together.", "Ward 3 and Ward 6 do not lie apart."]
    (mending,) = [words for words in advised(plan) if "fewest people" in words]
    assert re.search(r"into the band and to what is asked: \d+,000 .* proven", mending)


def test_one_area_of_a_layer_by_code_or_name_whatever_its_capitals() -> None:
    made = pieces()
    assert area_named(made, "team", "north").tolist() == area_named(made, "team", "P0").tolist() == list(range(12))
    with pytest.raises(UsageError, match="'Nroth' is no area of Police; did you mean 'North'"):
        area_named(made, "team", "Nroth")
    with pytest.raises(UsageError, match="2 areas are called 'Moor': write the code of one, W00 or W11"):
        area_named(made, "ward", "Moor")
    with pytest.raises(UsageError, match="'wards' is not a layer"):
        area_named(made, "wards", "Moor")


def test_a_number_of_areas_that_there_are_no_units_for_is_refused_not_passed_over() -> None:
    task = Wish(Band(6_000, 10_000), whole="ward").task(pieces())
    with pytest.raises(UsageError, match="13 areas of 12 units: give a number from 1 to 12"):
        answer(task, [3, 13])


def test_blocks_are_named_for_an_edit_as_for_a_rule() -> None:
    made = pieces()
    assert blocks_named(made, "ward", "ward 3") == ["E06", "E07"]
    assert blocks_named(made, "ward", "E09") == ["E09"]
    with pytest.raises(UsageError, match="did you mean 'Ward 3'"):
        blocks_named(made, "ward", "Wrad 3")
