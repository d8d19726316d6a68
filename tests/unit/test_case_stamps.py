"""A stamp says that a case was checked as it stood: a change of any key or parameter voids it, and is named."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.cases import read
from totalplace.appraisal.files import Cases
from totalplace.appraisal.stamps import State, changes, flat, version
from totalplace.appraisal.tables import chance_words
from totalplace.errors import DataError, UsageError
from totalplace.parameters import capital, deflators, discounting, grades, worth

WHOLE: dict[str, Any] = {
    "case": {
        "name": "Whole",
        "place": "Hexley",
        "purpose": "p",
        "author": "a",
        "note": "n",
        "first_year": "2025-26",
        "years": 6,
        "price_year": "2024-25",
        "deflator": "ons-2025-06",
        "discount": "green-book-2022",
        "deadweight": "points",
        "comparator": "c",
        "public_funds": 0.1,
        "seed": 4,
        "conditions": ["one", "two"],
        "currency": "GBP",
    },
    "weights": {"median": 600.0, "eta": 1.3, "groups": {"Low": 300, "High": 900}},
    "agency": [{"name": "NHS", "note": "n"}, {"name": "Police"}, {"name": "Trust", "public": False, "note": "x"}],
    "option": [
        {"id": "now", "name": "Now", "business_as_usual": True, "description": "d"},
        {"id": "do", "name": "Do", "description": "e"},
    ],
    "logic": [
        {"id": "act", "kind": "activity", "name": "Act", "leads_to": ["out"], "assumptions": ["s"]},
        {
            "id": "out",
            "kind": "outcome",
            "name": "Out",
            "indicator": "i",
            "baseline": 3,
            "target": 2,
            "unit": "u",
            "by": "2027-28",
            "owner": "o",
            "evidence": "e",
            "evidence_grade": 3,
            "lag_years": 1,
            "note": "n",
        },
    ],
    "cohort": [
        {
            "id": "people",
            "name": "People",
            "people": [10, 20],
            "spread": {"value": 1, "low": 0.5, "high": 1.5, "shape": "triangular", "source": "s"},
            "group": "g",
            "engagement": {"value": 0.5, "low": 0.25, "high": 0.75},
            "retention": 0.5,
            "grades": {"population": 2, "engagement": 3, "age": 1},
            "source": "s",
            "note": "n",
        }
    ],
    "cost": [
        {
            "id": "staff",
            "name": "Staff",
            "option": "do",
            "kind": "revenue",
            "amounts": [100, 200],
            "spread": {"value": 1, "low": 0.9, "high": 1.1},
            "price_year": "2023-24",
            "pays": {"NHS": 0.5, "Trust": 0.5},
            "grade": 3,
            "mitigated": 0.25,
            "risk": 10,
            "source": "s",
            "note": "n",
        },
        {
            "id": "time",
            "kind": "volunteer",
            "hours": [10, 20],
            "hourly": 12.0,
            "price_year": "2024-25",
            "pays": "Trust",
            "bias": 0.1,
        },
        {
            "id": "works",
            "kind": "capital",
            "amounts": [500],
            "price_year": "2024-25",
            "pays": "NHS",
            "capital": {
                "types": {"standard-building": 1},
                "areas": {"Design": {"contribution": 0.25, "mitigated": 0.5}},
            },
        },
    ],
    "benefit": [
        {
            "id": "stays",
            "name": "Stays",
            "option": "do",
            "outcome": "out",
            "cohort": "people",
            "need": 0.5,
            "incidents": 2.0,
            "impact": {"value": 0.5, "low": 0.25, "high": 0.75, "shape": "normal"},
            "deadweight": 0.1,
            "comparator": "c",
            "displacement": 0.1,
            "leakage": 0.1,
            "substitution": 0.1,
            "attribution": 0.9,
            "multiplier": 1.1,
            "lag": 0.5,
            "lasts": 2.0,
            "drop_off": 0.25,
            "unit_cost": "CR2.0",
            "edition": "1.4",
            "fiscal": 900.0,
            "economic": 10.0,
            "social": 20.0,
            "transfer": 30.0,
            "price_year": "2022-23",
            "worth": {"value": 1, "low": 0.5, "high": 1.5},
            "unit": "u",
            "agencies": {"NHS": 0.5, "Police": 0.5},
            "cashable": {
                "share": 0.25,
                "step": 2.0,
                "agencies": {"NHS": {"share": 0.5, "step": 3.0}},
                "budget_line": "b",
                "confirmed_by": "c",
                "confirmed_on": "2025-01-01",
            },
            "grades": {"evidence": 2, "age": 3, "value": 4},
            "gains": {"Low": 0.5, "High": 0.25},
            "discount": "green-book-2022-health",
            "claim": "c",
            "owner": "o",
            "source": "s",
            "note": "n",
        },
        {
            "id": "well",
            "outcome": "out",
            "units": [5, 6],
            "impact": 0.5,
            "deadweight": 0.0,
            "worth_of": "qaly",
            "worth_units": 0.5,
            "bias": 0.05,
        },
        {
            "id": "crime",
            "outcome": "out",
            "units": [5, 6],
            "impact": 0.5,
            "deadweight": 0.0,
            "unit_cost": "CR8.0",
            "actual_crime": True,
            "bias": 0.05,
            "agencies": "Police",
        },
    ],
    "scenario": [
        {"id": "low", "name": "Low", "set": {"benefit.*.drop_off": 0.5}, "note": "n"},
        {"id": "lower", "based_on": "low", "set": {"cohort.people.people": 0.5}},
    ],
    "correlation": [{"between": ["benefit.stays.impact", "cohort.people.engagement"], "r": 0.5, "note": "n"}],
}

"""A case that says everything that a case can."""
WORDS = (
    "proportional uniform CR8.1 CR8.5 2021-22 2022-23 flat-4 impact output capital qaly-2009 CR1.0 HE4.0 Police NHS do "
    "now standard-civil benefit.stays.worth"
).split()
TOGETHER = {
    "case.deflator": [("hmt-2025-12-calendar", ("case", "deflator")), ("2023-24", ("case", "price_year"))]
    + [("2023-24", ("cost", n, "price_year")) for n in (1, 2)],
    "option.0.business_as_usual": [
        (False, ("option", 0, "business_as_usual")),
        (True, ("option", 1, "business_as_usual")),
    ],
    "cost.0.pays": [(0.25, ("cost", 0, "pays", "NHS")), (0.75, ("cost", 0, "pays", "Trust"))],
    "benefit.0.agencies": [(0.25, ("benefit", 0, "agencies", "NHS")), (0.75, ("benefit", 0, "agencies", "Police"))],
    "scenario.1.based_on": [("other", ("scenario", 0, "id")), ("other", ("scenario", 1, "based_on"))],
}
"""Keys that cannot be changed alone, with what is changed beside them."""


Path_ = tuple[Any, ...]


def leaves(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every key that holds no other, with what it says."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path, value


def put(tables: dict[str, Any], path: Path_, value: Any) -> dict[str, Any]:
    """The tables with one key that says something else."""
    made = deepcopy(tables)
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return made


def others(value: Any) -> list[Any]:
    """What a key could say instead."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1, value - 1, value + 0.125, value - 0.125, value * 0.5, value * 1.05]
    return [f"{value} x", *(word for word in WORDS if word != value)]


def other(path: Path_, value: Any) -> dict[str, Any] | None:
    """The case with that key alone changed to what can be read; None where nothing else can."""
    for each in others(value):
        made = put(WHOLE, path, each)
        try:
            read(made)
        except (DataError, UsageError):
            continue
        return made
    return None


def test_a_change_of_any_key_voids_a_stamp_and_is_named() -> None:
    before = flat(read(WHOLE))
    alone = []
    for path, value in leaves(WHOLE):
        made = other(path, value)
        if made is None:
            alone.append(".".join(map(str, path)))
            continue
        assert changes(before, flat(read(made))), path
        assert version(read(made)) != version(read(WHOLE)), path
    names = (
        "id",
        "name",
        "cohort",
        "outcome",
        "based_on",
        "deflator",
        "currency",
        "edition",
        "business_as_usual",
        "NHS",
    )
    names += ("Police", "Trust", "standard-building", "0", "kind", "value")
    assert [key for key in alone if key.split(".")[-1] not in names] == []
    assert len(alone) < 30


@pytest.mark.parametrize("key", TOGETHER)
def test_keys_that_change_together_void_it_too(key: str) -> None:
    made = WHOLE
    for value, path in TOGETHER[key]:
        made = put(made, path, value)
    assert changes(flat(read(WHOLE)), flat(read(made)))


@pytest.mark.parametrize("name", ["stays", "staff", "do", "out", "NHS", "Police", "Trust", "Low"])
def test_another_name_everywhere_voids_it(name: str) -> None:
    text = json.dumps(WHOLE)
    for before, after in ((f'"{name}"', f'"{name}-2"'), (f".{name}.", f".{name}-2."), (f'"{name}/', f'"{name}-2/')):
        text = text.replace(before, after)
    assert changes(flat(read(WHOLE)), flat(read(json.loads(text))))


@pytest.mark.parametrize("table", ["agency", "cohort", "cost", "benefit", "scenario", "correlation", "logic"])
def test_a_table_more_voids_it(table: str) -> None:
    more = {
        "agency": {"name": "Fire"},
        "cohort": {"id": "more", "people": [1]},
        "cost": {"id": "more", "kind": "in-kind", "amounts": [0], "price_year": "2024-25", "pays": "NHS", "bias": 0},
        "benefit": {"id": "more", "outcome": "out", "units": [0], "bias": 0, "social": 1, "price_year": "2024-25"},
        "scenario": {"id": "more", "set": {"benefit.stays.lag": 1}},
        "correlation": {"between": ["benefit.stays.impact", "cohort.people.people"], "r": 0},
        "logic": {"id": "more", "kind": "impact", "name": "More"},
    }
    made = WHOLE | {table: [*WHOLE[table], more[table]]}
    assert changes(flat(read(WHOLE)), flat(read(made)))


def test_the_same_case_again_is_no_change() -> None:
    turned = {table: WHOLE[table] for table in reversed(WHOLE)}
    assert changes(flat(read(WHOLE)), flat(read(deepcopy(WHOLE)))) == ()
    assert changes(flat(read(WHOLE)), flat(read(turned))) == ()


SHIPPED = [
    (discounting, discounting.schedules, 'rate = "3.5"', 'rate = "3.6"'),
    (grades, grades.ladder, 'benefits = "10"', 'benefits = "11"'),
    (grades, grades.ladder, 'error = "10"', 'error = "11"'),
    (capital, capital.published, 'capex = { upper = "24"', 'capex = { upper = "25"'),
    (worth, worth.worths, 'amount = "70000"', 'amount = "70001"'),
]


@pytest.mark.parametrize(("module", "read_again", "old", "new"), SHIPPED, ids=lambda each: str(each)[:20])
def test_another_figure_of_a_parameter_voids_it(
    monkeypatch: pytest.MonkeyPatch, module: Any, read_again: Any, old: str, new: str
) -> None:
    before = flat(read(WHOLE))
    name = f"{module.__name__.rsplit('.', 1)[1]}.toml"
    text = files("totalplace.parameters").joinpath(name).read_text("utf-8")
    assert old in text
    monkeypatch.setattr(module, "shipped", lambda _: tomllib.loads(text.replace(old, new)))
    read_again.cache_clear()
    try:
        assert changes(before, flat(read(WHOLE)))
    finally:
        read_again.cache_clear()


def test_another_index_of_the_deflator_voids_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = flat(read(WHOLE))
    changed = [
        replace(each, rows=tuple(replace(row, value=row.value + (row.year == "2022-23")) for row in each.rows))
        for each in deflators.vintages()
    ]
    monkeypatch.setattr(deflators, "vintages", lambda: tuple(changed))
    assert any("fiscal" in words for words in changes(before, flat(read(WHOLE))))


def test_a_unit_cost_of_the_places_own_voids_it(tmp_path: Path) -> None:
    cases = Cases(tmp_path)
    file = cases.new("proposal", "2025-26")
    cases.stamps.put("proposal", cases.case("proposal"), "The treasurer", "2026-11-22")
    assert cases.stamps.state("proposal", cases.case("proposal")).holds
    own = '[[unit_cost]]\ncode = "HE4.0"\nfiscal = 123\nprice_year = "2023-24"\nsource = "Ledger"\ndecided = "Board"\n'
    (tmp_path / "unit-costs.toml").write_text(own, encoding="utf-8")
    state = cases.stamps.state("proposal", cases.case("proposal"))
    assert any("fiscal unit value was £" in words for words in state.changed), state.words
    (tmp_path / "unit-costs.toml").unlink()
    assert cases.stamps.state("proposal", cases.case("proposal")).holds
    file.write_text(file.read_text("utf-8").replace("impact = 0.1 ", "impact = 0.2 "), encoding="utf-8")
    assert not cases.stamps.state("proposal", cases.case("proposal")).holds


SAID = [
    (("cost", 0, "amounts", 1), 250, ["Staff in 2026-27 was £200 and is £250"]),
    (("cost", 1, "hours", 0), 12, ["time: number of hours in 2025-26 was 10 and is 12"]),
    (("cohort", 0, "people", 0), 11, ["People: number who start in 2025-26 was 10 and is 11"]),
    (("benefit", 0, "impact", "value"), 0.6, ["Stays: impact was 0.5 (0.25 to 0.75) and is 0.6 (0.25 to 0.75)"]),
    (("benefit", 0, "fiscal"), 1234.5, ["Stays: fiscal unit value was £900 and is £1,234.50"]),
    (("cost", 0, "name"), "Team", ["Team: name was Staff and is Team"]),
    (("agency", 2, "public"), True, ["Trust: whether it is a public budget was no and is yes"]),
    (("case", "first_year"), "2026-27", ["First year was 2025-26 and is 2026-27"]),
]


@pytest.mark.parametrize(("path", "value", "said"), SAID, ids=[words[0][:30] for *_, words in SAID])
def test_a_change_is_told_once_in_words(path: Path_, value: Any, said: list[str]) -> None:
    assert list(changes(flat(read(WHOLE)), flat(read(put(WHOLE, path, value))))) == said


def test_what_no_longer_holds_is_said() -> None:
    state = State("The treasurer", "2026-11-22", "v", "", tuple(f"Change {n}" for n in range(7)))
    assert state.words.startswith("no longer checked: since The treasurer checked it on 2026-11-22, Change 0; Change 1")
    assert state.words.endswith("; and 2 more")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "under 1%"),
        (0.004, "under 1%"),
        (0.01, "1%"),
        (0.5, "50%"),
        (0.99, "99%"),
        (0.996, "over 99%"),
        (1.0, "over 99%"),
    ],
)
def test_a_chance_is_never_rounded_to_a_certainty(share: float, said: str) -> None:
    assert chance_words(share) == said
