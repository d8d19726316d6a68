"""[[proposal]] of geography.toml: a plan kept with its reasons is a layer like any other, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.geographies import geojson, squares
from totalplace.errors import FileRefused, PlaceError, UsageError
from totalplace.geography.aligning.placed import comparison_of_place
from totalplace.geography.answers import Geography
from totalplace.geography.blocks import Division

GEOGRAPHY = """\
# Written by hand.
[geography]
blocks = "lsoa"

[[layer]]
id = "lsoa"
file = "blocks.geojson"
code = "code"
population = "people"
"""
TODAY = """
[[lookup]]
id = "{}"
file = "blocks.geojson"
code = "code"
area = "{}"
"""


@pytest.fixture
def geography(tmp_path: Path) -> Geography:
    """Four squares of 100 people in a row, in two pairs of two areas."""
    columns = {"code": list("ABCD"), "people": ["100"] * 4, "gp": list("xxyy"), "school": list("xyyy")}
    geojson(tmp_path / "blocks.geojson", columns, squares(4, 1))
    text = GEOGRAPHY + TODAY.format("gp", "gp") + TODAY.format("school", "school")
    (tmp_path / "geography.toml").write_text(text, "utf-8")
    return Geography(tmp_path)


def halves(names: tuple[str, ...] = ("West", "East"), of: tuple[int, ...] = (0, 0, 1, 1)) -> Division:
    return Division("plan", names, np.array(of, dtype=np.int32))


def areas(geography: Geography, name: str) -> list[str]:
    layer = geography.division(name)
    return [layer.labels[n] if n >= 0 else "" for n in layer.of.tolist()]


def test_a_proposal_is_a_layer_with_its_reasons(geography: Geography, tmp_path: Path) -> None:
    made = geography.propose(halves(), "Two halves", "Nurses\nknow them.", by="City council", band="150-250")
    assert made.id == "two-halves"
    assert areas(geography, "two-halves") == ["West", "West", "East", "East"]
    (row,) = geography.proposals().records()
    assert (row["title"], row["areas"], row["smallest"], row["reasons"]) == ("Two halves", 2, 200, "Nurses\nknow them.")
    text = (tmp_path / "geography.toml").read_text("utf-8")
    assert text.startswith("# Written by hand.")
    assert (tmp_path / made.file).read_text(
        "utf-8"
    ) == "block,area,people\nA,West,100\nB,West,100\nC,East,100\nD,East,100\n"


def test_proposals_are_compared_where_they_are_named(geography: Geography) -> None:
    geography.propose(halves(), "Two halves", "Why not")
    assert comparison_of_place(geography).names == ["gp", "school"]
    assert comparison_of_place(geography, proposed="two-halves").names == ["gp", "school", "Two halves"]


def test_a_second_of_one_title_gets_an_id_of_its_own(geography: Geography) -> None:
    first, second = (geography.propose(halves(), "gp", "Why not") for _ in range(2))
    assert (first.id, second.id) == ("gp-2", "gp-3")


def test_one_that_takes_the_place_of_another_leaves_its_file(geography: Geography, tmp_path: Path) -> None:
    first = geography.propose(halves(), "Halves", "Why not", by="Council")
    second = geography.propose(halves(of=(0, 1, 1, 1)), "Halves", "Better", instead_of=first.id)
    assert geography.declared.proposals == (second,)
    assert areas(geography, "halves") == ["West", "East", "East", "East"]
    assert (tmp_path / first.file).exists()
    with pytest.raises(UsageError, match=r"'halve' is no proposal.*halves"):
        geography.propose(halves(), "Halves", "Why not", instead_of="halve")


def test_a_proposal_is_withdrawn_and_its_file_stays(geography: Geography, tmp_path: Path) -> None:
    made = geography.propose(halves(), "Halves", "Why not")
    geography.withdraw(made.id)
    assert geography.declared.proposals == ()
    assert (tmp_path / made.file).exists()
    with pytest.raises(UsageError, match="nothing is proposed here"):
        geography.withdraw(made.id)


def test_blocks_may_be_in_no_area(geography: Geography) -> None:
    made = geography.propose(halves(of=(0, 0, 1, -1)), "Three", "The fourth is not settled")
    assert made.partial
    assert areas(geography, "three") == ["West", "West", "East", ""]


@pytest.mark.parametrize(
    ("division", "said", "words"),
    [
        (halves(), {"title": " "}, "a proposal needs its title"),
        (halves(), {"reasons": ""}, "a proposal needs its reasons"),
        (halves(), {"title": "x" * 121}, "title has 121 letters; 120 at most"),
        (halves(), {"reasons": "bell\x07"}, "control character"),
        (halves(("West", "West ")), {}, "two areas are called 'West'"),
        (halves(("West", " ")), {}, "area 2 of the plan has no name"),
        (halves(("West", "=1+1")), {}, "cannot be called"),
        (halves(of=(-1, -1, -1, -1)), {}, "no block is in any area"),
        (halves(of=(0, 0, 1)), {}, "the plan is of 3 blocks, and the place has 4"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_written(
    geography: Geography, tmp_path: Path, division: Division, said: dict[str, str], words: str
) -> None:
    before = (tmp_path / "geography.toml").read_bytes()
    with pytest.raises(UsageError, match=words):
        geography.propose(division, **{"title": "Halves", "reasons": "Why not", **said})
    assert (tmp_path / "geography.toml").read_bytes() == before


def test_many_who_propose_at_one_moment_are_all_kept(geography: Geography) -> None:
    def one(n: int) -> str:
        return geography.propose(halves((f"West {n}", "East")), f"Plan {n}", "Why not").id

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(one, range(12)))
    assert sorted(each.id for each in geography.declared.proposals) == sorted(made)


def test_figures_of_need_that_change_make_it_another_geography(geography: Geography, tmp_path: Path) -> None:
    """What was worked out with them before, such as alternatives, is not shown for those of now."""
    (tmp_path / "need.csv").write_text("code,score\nA,1\n", "utf-8")
    with (tmp_path / "geography.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[indicator]]\nid = "need"\nfile = "need.csv"\ncode = "code"\nfigure = "score"\n')
    before = geography.stamps
    (tmp_path / "need.csv").write_text("code,score\nA,10\n", "utf-8")
    assert geography.stamps != before


def test_a_key_that_is_not_known_is_named(geography: Geography, tmp_path: Path) -> None:
    geography.propose(halves(), "Halves", "Why not")
    path = tmp_path / "geography.toml"
    path.write_text(path.read_text("utf-8").replace("reasons =", "reason ="), "utf-8")
    with pytest.raises(PlaceError, match=r"\[\[proposal\]\] 1: unknown key 'reason'.*reasons"):
        _ = geography.plan


def test_two_plans_with_an_area_of_one_name_are_no_two_vintages(geography: Geography) -> None:
    geography.propose(halves(("x", "Others")), "As the practice", "x is also the code of a practice network")
    geography.propose(halves(("Others", "East")), "Another", "It has an area of the same name")
    assert geography.whole.notes == ()


def test_a_proposal_for_a_small_part_of_the_place_leaves_the_rest_readable(
    geography: Geography, tmp_path: Path
) -> None:
    made = geography.propose(Division("plan", ("One",), np.array([0, -1, -1, -1])), "A quarter", "It begins there")
    assert areas(geography, made.id) == ["One", "", "", ""]
    assert geography.whole.notes == ()
    file, toml = tmp_path / made.file, tmp_path / "geography.toml"
    toml.write_text("\n".join(line for line in toml.read_text().splitlines() if made.sha256 not in line) + "\n")
    file.write_text(file.read_text().replace("A,One", "Z,One"))
    with pytest.raises(FileRefused, match=r"1 of its blocks are none of this place \(Z\).*withdraw a-quarter"):
        _ = geography.whole
    geography.withdraw(made.id)
    assert list(geography.blocks.layers) == ["gp", "school"]
