"""Plans under projections: the worked example of the method page, years in headings, and files that will not do."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import FileRefused, UsageError
from totalplace.geography.blocks import Blocks, Division, Graph
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.projected import (
    Projection,
    leaves,
    projected_plans,
    projected_table,
    projected_words,
    projection_of,
)
from totalplace.geography.design.start import division_plan
from totalplace.geography.design.task import Band, Task
from totalplace.geography.reading.features import Features
from totalplace.geography.reading.files import read_features

METHOD = Path(__file__).resolve().parents[2] / "docs" / "methods" / "neighbourhood-design.md"
PEOPLE = {"A": 12, "B": 14, "C": 10, "D": 11, "E": 13, "F": 16}


def plan() -> Plan:
    """The wards of the method page: A B D and C E F."""
    graph = Graph.of_pairs(6, [0, 1, 3, 4, 0, 1, 2], [1, 2, 4, 5, 3, 4, 5], [1.0] * 7)
    blocks = Blocks(tuple(PEOPLE), tuple(PEOPLE), np.array(list(PEOPLE.values())))
    return division_plan(Task(blocks, graph, Band(30, 50)), Division.of_values("plan", list("xxyxyy")))


def table(text: str) -> Features:
    heads, *rows = (line.split(",") for line in text.strip().splitlines())
    return Features("p.csv", dict(zip(heads, map(tuple, zip(*rows, strict=True)), strict=True)))


def test_the_worked_example_comes_out_as_the_method_page_says(tmp_path: Path) -> None:
    (text,) = re.findall(r"```csv projected\n(.*?)```", METHOD.read_text("utf-8"), re.DOTALL)
    (tmp_path / "p.csv").write_text(text)
    made, called = plan(), ["A B D", "C E F"]
    found = projection_of(read_features(tmp_path, "p.csv"), made.task.blocks)
    assert found.years == ("2030", "2040")
    rows = {row[1]: row[2:] for row in projected_table(made, called, found).rows}
    assert rows == {"A B D": (37, 41, 51, "in 2040"), "C E F": (39, 38, 29, "in 2040")}
    said = projected_words(made, called, found)
    assert said == [
        "By 2040 there are 80 people here, 5.3% more than today.",
        "A B D is out of the band in 2040: 51 people, 1 above 50.",
        "C E F is out of the band in 2040: 29 people, 1 below 30.",
        "None of 2 areas stay in it throughout.",
    ]
    assert projected_plans({"it": made}, found).rows == [("it", 2, 2, 2, 0, "in 2040")]


def test_who_is_back_in_the_band_and_who_never_was_is_said() -> None:
    made = plan()
    people = np.array([[20, 14, 10, 11, 13, 16], [12, 14, 10, 11, 13, 16]]) + np.array([[0], [1]])
    found = Projection("p.csv", ("2030", "2031"), people)
    people[0, 0] = 30
    said = projected_words(made, ["P", "Q"], found)
    assert "P is out of the band in 2030: 55 people, 5 above 50; by 2031 it is back in it." in said
    assert said[-1] == "1 of 2 areas stays in it throughout."
    small = Plan(Task(made.task.blocks, made.task.graph, Band(38, 50)), made.of)
    assert (
        "P is out of the band in 2030, as it is today: 55 people, 5 above 50" in projected_words(small, "PQ", found)[1]
    )


def test_columns_are_told_by_their_years_in_their_order() -> None:
    text = "code,name,2035 (persons),Persons 2030,note\n" + "".join(f"{c},{c},9,10,x\n" for c in PEOPLE)
    found = projection_of(table(text), plan().task.blocks)
    assert found.years == ("2030", "2035")
    assert found.people[:, 0].tolist() == [10, 9]
    assert projection_of(table(text), plan().task.blocks, ["2035 (persons)"]).years == ("2035",)


@given(st.lists(st.lists(st.integers(0, 40), min_size=6, max_size=6), min_size=1, max_size=5))
def test_the_first_year_out_is_the_first(people: list[list[int]]) -> None:
    made = plan()
    years = tuple(str(2030 + n) for n in range(len(people)))
    found = leaves(made, Projection("p", years, np.array(people)))
    for area in range(made.k):
        outs = [
            year
            for year, row in zip(years, people, strict=True)
            if not 30 <= sum(size for size, at in zip(row, made.of, strict=True) if at == area) <= 50
        ]
        assert found[area] == (outs[0] if outs else "")


ROWS = "".join(f"{code},10\n" for code in PEOPLE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,2030\n" + ROWS.replace("F,10\n", ""), r"1 of 6 blocks are not in it: F"),
        ("code,2030\n" + ROWS + "F,11\n", r"1 blocks stand more than once: F\. Give a row a block, a column a year"),
        ("code,2030\n" + ROWS.replace("F,10", "F,"), "no population in the column '2030': F"),
        ("code,2030\n" + ROWS.replace("F,10", "F,-4"), "cannot be"),
        ("code,2030\n" + ROWS.replace("F,10", "F,many"), "'many', which is no number"),
        ("code,2030\n" + "".join(f"Z{n},10\n" for n in range(6)), "0 of the 6 codes of the blocks"),
    ],
)
def test_a_projection_that_will_not_do_is_named(text: str, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        projection_of(table(text), plan().task.blocks)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,people\n" + ROWS, "no heading says of which year"),
        (
            "code,Men 2030,Women 2030\n" + "".join(f"{c},5,5\n" for c in PEOPLE),
            "Men 2030 and Women 2030 are both of 2030",
        ),
    ],
)
def test_columns_that_are_not_plain_are_to_be_named(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        projection_of(table(text), plan().task.blocks)
