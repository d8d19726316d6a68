"""A reading says how a table is read; what cannot be is an error that names the setting."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import PlaceError
from totalplace.sources.reading import DELIMITERS, ENCODINGS, ROLES, Reading

COLUMNS = {"amount": "Amount", "date": 2}


def test_only_what_differs_from_the_usual_is_kept() -> None:
    assert Reading(COLUMNS).to_dict() == {"columns": COLUMNS}
    assert Reading(COLUMNS, header=3, delimiter=";").to_dict() == {"columns": COLUMNS, "header": 3, "delimiter": ";"}


REFS = st.integers(1, 50) | st.text(st.characters(codec="ascii", categories=["L"]), min_size=1)


@given(
    st.builds(
        Reading,
        st.dictionaries(st.sampled_from(ROLES), REFS).map(lambda columns: columns | {"amount": "Amount"}),
        header=st.integers(0, 99),
        first=st.integers(1, 99),
        encoding=st.sampled_from(ENCODINGS),
        delimiter=st.sampled_from(DELIMITERS),
        dates=st.sampled_from(["dmy", "mdy", "ymd"]),
        sign=st.sampled_from([1, -1]),
        unit=st.sampled_from([1, 1000, 1_000_000]),
        width=st.integers(0, 99),
    )
)
def test_what_is_kept_reads_back_as_the_same(reading: Reading) -> None:
    assert Reading.from_dict(reading.to_dict(), "here") == reading


WRONG: dict[str, dict[str, Any]] = {
    "unknown key 'colums'; did you mean 'columns'": {"colums": {}},
    "unknown key 'Header'; did you mean 'header'": {"columns": COLUMNS, "Header": 1},
    "'supplier' is not a kind of column": {"columns": COLUMNS | {"supplier": "Name"}},
    "no column is given for the amount": {"columns": {"date": "Date"}},
    "encoding is 'latin-1'; it can be 'utf-8', 'cp1252'": {"columns": COLUMNS, "encoding": "latin-1"},
    "delimiter is ':'": {"columns": COLUMNS, "delimiter": ":"},
    "dates is 'ydm'": {"columns": COLUMNS, "dates": "ydm"},
    "sign is '2'": {"columns": COLUMNS, "sign": 2},
    "unit is '10'": {"columns": COLUMNS, "unit": 10},
    "header is '1'": {"columns": COLUMNS, "header": "1"},
    "header is -1": {"columns": COLUMNS, "header": -1},
    "header is True": {"columns": COLUMNS, "header": True},
    "first is 0": {"columns": COLUMNS, "first": 0},
    "width is 1.5": {"columns": COLUMNS, "width": 1.5},
    "amount is 0; it must be a heading, or a column's number from 1": {"columns": {"amount": 0}},
    "amount is -1": {"columns": {"amount": -1}},
    "amount is 99999999; .*from 1 to 16,384": {"columns": {"amount": 99_999_999}},
    "width is 99999999; .*to 16,384": {"columns": COLUMNS, "width": 99_999_999},
    "header is 10000000000": {"columns": COLUMNS, "header": 10**10},
    "first is 10000000000": {"columns": COLUMNS, "first": 10**10},
    "amount is True": {"columns": {"amount": True}},
    "amount is ' '": {"columns": {"amount": " "}},
    r"amount is \['A'\]": {"columns": {"amount": ["A"]}},
    "must be a table": {"columns": ["Amount"]},
}


@pytest.mark.parametrize("message", WRONG)
def test_what_cannot_be_is_named(message: str) -> None:
    with pytest.raises(PlaceError, match=f"here: .*{message}"):
        Reading.from_dict(WRONG[message], "here")


def test_a_reading_that_is_no_table_is_named() -> None:
    with pytest.raises(PlaceError, match="here: it must be a table"):
        Reading.from_dict("utf-8", "here")


def test_columns_are_found_by_heading_or_number() -> None:
    reading = Reading({"amount": "Net", "date": 1, "payee": "Name"})
    assert reading.indices(["Date", " Net ", "Name"], "file") == {"amount": 1, "date": 0, "payee": 2}
    with pytest.raises(PlaceError, match=r"no column is headed 'Net' \(for amount\); it has: Date, Gross"):
        reading.indices(["Date", "Gross", ""], "file")
