"""Settings as texts of a form and back: what was not changed stays as it is written, what is typed is never lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.appraisal.reader import MANY, SINGLE
from totalplace.appraisal.words import HELP
from totalplace.web.case_fields import number, shares, shown, taken
from totalplace.web.case_forms import field_kind, form_of
from totalplace.web.case_groups import GROUPS, NEW, THINGS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("5.0", 5.0), ("142,500", 142500), ("£142,500", 142500), ("1,2", "1,2"), ("1,0000", "1,0000"),
        ("10,000,00", "10,000,00"), ("1,200", 1200), ("£1,200.50", 1200.5), ("30%", 0.3), ("12.5 %", 0.125), ("-3", -3),
        ("\N{MINUS SIGN}0.2", -0.2), ("1e3", 1000.0), ("lots", "lots"), ("", ""), ("nan", "nan"), ("inf", "inf"),
        ("1_000", "1_000"), ("€5", "€5"), ("٣", "٣"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them_and_what_is_none_stays_text(text: str, value: Any) -> None:
    found = number(text)
    assert found == value
    assert type(found) is type(value)


SETTINGS = [
    ("range", 0.4), ("range", 1), ("range", {"value": 0.4, "low": 0.2, "high": 0.5}), ("range", "30%"),
    ("range", {"value": 1, "low": 0, "high": 2, "shape": "normal", "source": "a study"}), ("range", {"low": 1}),
    ("years", [100, 120.5, 0]), ("years", 7), ("years", ["1,000", 5]), ("number", 0), ("number", "£5"),
    ("list", ["One.", "Two\nlines."]), ("list", "no list"),
    ("text", "a\nb"), ("long", "two\nlines"), ("yes", True), ("yes", False), ("public", False), ("public", True),
    ("shares", {"NHS": 0.5, "Police/Other": "50%"}), ("shares", "NHS"), ("shares", {"a = b": 1}), ("shares", [1]),
    ("grades", {"evidence": 3}), ("grades", {"evidence": 3, "unknown": 9}), ("grades", "none"),
    ("cashable", 0.3), ("cashable", {"share": 0.2, "step": 8, "agencies": {"NHS": {"share": 0.1, "step": 2}}}),
    ("cashable", {"share": 0.2, "note": "kept"}),
    ("capital", "standard-building"), ("capital", {"types": {"standard-building": 1}, "mitigated": 0.4}),
    ("capital", {"types": {"equipment": 1}, "areas": {"Design": {"contribution": 0.1, "mitigated": 1}}}),
    ("pair", ["benefit.a.impact", "benefit.b.impact"]), ("pair", ["one"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), SETTINGS)
def test_what_is_not_changed_stays_as_it_is(kind: str, value: Any) -> None:
    texts = shown(kind, value)
    assert taken(kind, texts, value) is value
    browser = {part: text.replace("\n", "\r\n") + " " for part, text in texts.items()}
    assert taken(kind, browser, value) is value


def test_one_end_of_a_range_is_changed_and_the_rest_is_kept() -> None:
    was = {"value": 0.4, "low": 0.2, "high": 0.5, "shape": "normal", "source": "a study"}
    assert taken("range", {**shown("range", was), "low": "0.1"}, was) == {**was, "low": 0.1}
    assert taken("range", {"value": "0.3", "low": "", "high": "", "shape": ""}, was) == {
        "value": 0.3,
        "source": "a study",
    }
    assert taken("range", {"value": "0.3", "low": "", "high": "", "shape": "normal"}, None) == 0.3
    assert taken("range", {"value": "0.3", "low": "lots", "high": "", "shape": "uniform"}, 0.4) == {
        "value": 0.3, "low": "lots", "shape": "uniform",
    }  # fmt: skip
    assert taken("range", {"value": "", "low": "", "high": ""}, 0.4) is None


def test_numbers_by_year_have_a_box_each() -> None:
    assert shown("years", [31_000, 0.5]) == {"1": "31000", "2": "0.5"}
    assert taken("years", {"1": "31,000", "2": "", "3": "5"}, None) == [31_000, 0, 5]
    assert taken("years", {"1": "1", "2": "", "3": ""}, [1, 2]) == [1]
    assert taken("years", {"1": "", "2": ""}, [1, 2]) is None
    assert taken("years", {"1": "1", "2": "2", "3": ""}, [1, 2]) == [1, 2]
    assert taken("years", {"9999999999": "1", "x": "2"}, None) is None


def test_what_the_form_has_no_field_for_stays() -> None:
    was = {"types": {"equipment": 1}, "areas": {"Design": {"contribution": 0.1, "mitigated": 1}}}
    changed = taken("capital", {**shown("capital", was), "types": "standard-building = 1"}, was)
    assert changed == {"areas": was["areas"], "types": {"standard-building": 1}}


def test_shares_are_written_line_by_line() -> None:
    assert shares("NHS") == "NHS"
    assert shares("NHS = 60%\nPolice=0.4") == {"NHS": 0.6, "Police": 0.4}
    assert shares("NHS = 0.1\nPolice = 0.5, step 12\nFire = step 2") == {
        "NHS": 0.1, "Police": {"share": 0.5, "step": 12}, "Fire": {"step": 2},
    }  # fmt: skip
    assert shares("NHS\nPolice") == {"NHS": "", "Police": ""}, "which reading refuses by name"


names = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=8).filter(
    lambda text: text == text.strip() and "=" not in text
)
numbers = st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6, allow_nan=False)


@given(st.dictionaries(names, numbers, min_size=1, max_size=5))
def test_shares_that_are_shown_are_read_again(held: dict[str, float]) -> None:
    assert taken("shares", shown("shares", held), {"other": 1}) == held


@given(st.lists(numbers, min_size=1, max_size=6))
def test_years_that_are_shown_are_read_again(held: list[float]) -> None:
    assert taken("years", shown("years", held), [None]) == held


def test_every_setting_has_a_field_with_help() -> None:
    left_out = {"case": {"id", "currency"}}
    assert set(THINGS) == {*MANY, *SINGLE} - {"logic"}
    for table, groups in GROUPS.items():
        keys = [key for group in groups for key, _, _ in group.fields]
        assert len(keys) == len(set(keys))
        assert set(HELP[table]) - set(keys) == left_out.get(table, set())
        for group, fields in form_of(table, {}, {}, []):
            assert isinstance(group.folded, bool)
            for field in fields:
                assert field.help
                assert "`" not in field.help
                assert "{" not in field.help, (table, field.key)


def test_what_new_tables_begin_with_has_a_field() -> None:
    for table, said in NEW.items():
        kinds = {key: field_kind(kind) for group in GROUPS[table] for key, kind, _ in group.fields}
        for key, value in said.items():
            assert taken(kinds[key], shown(kinds[key], value), None) == value
