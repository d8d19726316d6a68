"""Every cut of one total adds up to it, to the penny, and opens down to the lines that it is made of.

Cuts, filters, the order in which they are asked for and the engine that built the place are drawn at random.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from totalplace.money.cuts import CUTS
from totalplace.place import Place, open_place
from totalplace.store.engines import Engine

PLACE = """
[place]
name = "Wexmoor"
years = ["2018-19", "2019-20"]

[[body]]
id = "wexmoor"
name = "Wexmoor Borough Council"
kind = "council"

[[body]]
id = "police"
name = "Dunshire Police and Crime Commissioner"
kind = "police"
share = "0.333333"

[[body]]
id = "fire"
name = "Dunshire Fire and Rescue Service"
kind = "fire"
share = "0.271828"
"""
PAYEES = (
    "Wexmoor Borough Council",
    "Dunshire Police and Crime Commissioner",
    "Dunshire Fire and Rescue Servi",
    "Northern Care Homes Ltd",
    "NORTHERN CARE HOMES LIMITED",
    "HM Revenue and Customs",
    "A Person",
    "Roadstone Surfacing Ltd",
    "redacted",
)
DEPARTMENTS = ("Adult Social Care", "Highways", "Housing", "Chief Executive", "Zone 4", "")
CATEGORIES = ("Electricity", "Agency Staff", "Grants", "Loan repayment", "", "Precepts")
SUMS = ("lines", "gross", "eliminated", "net")


def _spend(seed: int, rows: int) -> str:
    """A published file whose columns repeat in steps that share no factor: every combination comes up."""
    lines = ["Date,Supplier,Amount,Department,Category,Procurement Card"]
    for i in range(seed, seed + rows):
        pence = (i * 7919 + seed * 104_729) % 9_999_991 * (-1 if i % 11 == 0 else 1)
        amount = f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"
        texts = (
            PAYEES[i % 9],
            amount,
            DEPARTMENTS[i * 5 // 7 % 6],
            CATEGORIES[i * 3 // 5 % 6],
            "Yes" if i % 13 == 0 else "",
        )
        lines.append(f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/{2018 + i // 12 % 2},{','.join(texts)}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    """Places built so far, by engine."""
    return {}


@pytest.fixture
def place(engine: Engine, places: dict[str, Place], tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The same place, built by each engine."""
    if engine.name not in places:
        root: Path = tmp_path_factory.mktemp(engine.name)
        (root / "place.toml").write_text(PLACE, "utf-8")
        made = open_place(root)
        for n, body in enumerate(("wexmoor", "police", "fire", "wexmoor")):
            (root / f"{body}-{n}.csv").write_text(_spend(n * 1000, 400), "utf-8")
            made.add("spend", [root / f"{body}-{n}.csv"], body)
        made.build(engine)
        places[engine.name] = made
    return places[engine.name]


def values_of(place: Place, cut: str) -> list[str]:
    """What the count can be narrowed to by a cut."""
    table = place.money.count([cut]).cut
    assert table is not None
    return sorted({str(row["supplier_id" if cut == "supplier" else cut]) for row in table.records()})


@st.composite
def asked(draw: st.DrawFn, place: Place) -> tuple[list[str], dict[str, list[str]]]:
    """Some cuts in some order, and some filters."""
    by = draw(st.lists(st.sampled_from(CUTS), min_size=1, max_size=4, unique=True))
    names = draw(st.lists(st.sampled_from(CUTS), max_size=3, unique=True))
    where = {}
    for name in names:
        known = values_of(place, name)
        where[name] = draw(st.lists(st.sampled_from(known), min_size=1, max_size=max(1, len(known) // 2), unique=True))
    return by, where


def sums(count: Any) -> tuple[int, ...]:
    """What a count comes to: lines, and pence."""
    return count.rows, count.gross, count.eliminated, count.net


HARD = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def named(cut: str) -> str:
    """The column that a cut is asked for by: a supplier has a number and a name."""
    return "supplier_id" if cut == "supplier" else cut


@HARD
@given(data=st.data())
def test_all_cuts_of_a_total_agree_and_open(place: Place, data: st.DataObject) -> None:
    by, where = data.draw(asked(place))
    cut, turned = (place.money.count(order, where).cut for order in (by, by[::-1]))
    assert cut is not None
    assert turned is not None
    at = {column.name: n for n, column in enumerate(cut.columns)}
    added = tuple(sum(row[at[name]] for row in cut.rows) for name in SUMS)
    assert added == sums(place.money.count((), where))
    assert sorted(str(sorted(row.items())) for row in cut.records()) == sorted(
        str(sorted(row.items())) for row in turned.records()
    ), "the order of the cuts changes nothing but the order of columns"
    assume(cut.rows)
    row = data.draw(st.sampled_from(cut.rows))
    opened = {name: [str(row[at[named(name)]])] for name in by}
    assert sums(place.money.count((), {**where, **opened})) == tuple(row[at[name]] for name in SUMS)
    inside = {"year": list(place.definition.years), **where, **opened}
    lines = place.money.lines(inside, per_page=500)
    assert lines.total == row[at["lines"]]
    assert len(lines.table.rows) == min(lines.total, 500)
    shown = [name for name in by if name != "year"]
    assert all(str(line[named(name)]) == opened[name][0] for line in lines.table.records() for name in shown)


def test_engines_give_the_same_run(place: Place, places: dict[str, Place]) -> None:
    """Asked of each engine in turn, so that the last has all the others to compare with, in whatever order."""
    assert {other.run.name for other in places.values()} == {place.run.name}
