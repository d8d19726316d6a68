"""Tables to try the steps on: their columns and types, and how Hypothesis makes them.

The values are chosen to hurt: money near 10^13 pence (a hundred billion pounds) of either sign, zero, pennies
that tie for a remainder, shares of nothing, of all and of thirds, text that differs in case or a trailing
space alone, and letters whose order in UTF-8 is not their order in UTF-16.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Table = list[tuple[Any, ...]]

TEXT, INT32, INT64 = "String", "Int32", "Int64"
TYPES = {
    **dict.fromkeys(("payee_key", "supplier_id", "lines", "pence", "place_pence", "share", "same", "suppliers"), INT64),
    **dict.fromkeys(("month", "sure", "counted"), INT32),
}
"""The type of each column that is not text."""

CLASSES = ("service", "subjective", "told")
SUMMARY = ("body", "file", "payee_key", "kind", "channel", *CLASSES, "year", "month", "lines", "pence")
LINES = ("line_text", *(name for name in SUMMARY if name != "lines"))
PAYEES = ("payee_key", "supplier_id", "to_body", "sure", "payee_kind")
COUNTED = ("to_body", "year", "counted")
LEDGER = (*SUMMARY[:10], "line_kind", "supplier_id", "outcome", "to_body", "lines", "pence")
SHARED_LEDGER = (*LEDGER, "place_pence")
TOTALS = ("body", "year", "month", "kind", "channel", "outcome", "to_body", *CLASSES, "lines", "pence", "place_pence")
SHARES = ("body", "share")
FILE_MONTHS = ("body", "file", "month", "lines", "pence")
SHARED = ("file", "other", "month", "same", "suppliers")


def type_of(column: str) -> str:
    """The type that a column has in every table."""
    return TYPES.get(column, TEXT)


HUGE = 10**13
BODIES = ("salford", "Salford", "salford ", "ﬁre", "𝔣ire")
KEYS = (1, 2, 3, 2**63 - 1)

amounts = st.one_of(
    st.sampled_from([0, 1, -1, 50, -50, 999_999, HUGE, -HUGE, HUGE - 1]),
    st.integers(-200, 200),
    st.integers(-HUGE, HUGE),
)
values: dict[str, SearchStrategy[Any]] = {
    "body": st.sampled_from(BODIES),
    "to_body": st.sampled_from(("", *BODIES)),
    "file": st.sampled_from(("a.csv", "A.csv", "a.zip/ﬁ.csv", "a.zip/𝔣.csv")),
    "line_text": st.sampled_from(("", "x")),
    "payee_key": st.sampled_from(KEYS),
    "supplier_id": st.sampled_from(KEYS),
    "kind": st.sampled_from(("spending", "levy")),
    "line_kind": st.sampled_from(("spending", "levy")),
    "payee_kind": st.sampled_from(("", "tax")),
    "channel": st.sampled_from(("invoice", "card")),
    "service": st.sampled_from(("adults", "not-classified")),
    "subjective": st.sampled_from(("", "premises")),
    "told": st.sampled_from(("words", "nothing")),
    "year": st.sampled_from(("2018-19", "2019-20")),
    "month": st.sampled_from((201803, 201804)),
    "outcome": st.sampled_from(("final", "eliminated", "candidate", "self")),
    "sure": st.sampled_from((0, 1)),
    "counted": st.just(1),
    "share": st.sampled_from((0, 1, 333_333, 500_000, 666_667, 999_999, 1_000_000)),
    "lines": st.integers(1, 3),
    "pence": amounts,
    "place_pence": amounts,
}


def rows(columns: tuple[str, ...], unique: int = 0, **other: SearchStrategy[Any]) -> SearchStrategy[Table]:
    """Tables of up to 30 rows; the first `unique` columns tell rows apart. Empty tables are among them."""
    row = st.tuples(*[other.get(name, values[name]) for name in columns])
    return st.lists(row, max_size=30, unique_by=(lambda row: row[:unique]) if unique else None)


def payees() -> SearchStrategy[Table]:
    """A table that knows every payee key."""
    rest = st.tuples(*[values[name] for name in PAYEES[1:]])
    return st.tuples(*[rest.map(lambda row, key=key: (key, *row)) for key in KEYS]).map(list)
