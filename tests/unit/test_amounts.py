"""Amounts are read to the penny or not at all, alike one by one and a column at a time."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.sources.amounts import LIMIT_PENCE, read_amount, read_amounts
from totalplace.terms import pounds

READ = {
    "1234.56": 123456,
    "1,234.56": 123456,
    "12,345,678.90": 1234567890,
    "49,521.52 ": 4952152,
    "1 234 567.89": 123456789,
    "\u00a01\u202f234.50": 123450,
    "£1,234": 123400,
    "£ 500.00": 50000,
    "500.00 GBP": 50000,
    "\u0153500.00": 50000,  # a cp850 pound sign read as cp1252
    "\u00c2£500.00": 50000,  # a UTF-8 pound sign read as cp1252
    "\ufffd500.00": 50000,
    "500.00\r": 50000,
    ".5": 50,
    "5.": 500,
    "0": 0,
    "+12.00": 1200,
    "12.00 DR": 1200,
    "-12.00": -1200,
    "12.00-": -1200,
    "- £12.00": -1200,
    "£-12.00": -1200,
    "\u221212.00": -1200,
    "\u201312.00": -1200,
    "(12.00)": -1200,
    "(£1,250.00)": -125000,
    "£(12.00)": -1200,
    "( 12.00 )": -1200,
    "12.00 CR": -1200,
    "12.00cr": -1200,
    "(-12.00)": -1200,
    "0.004": 0,
    "0.005": 1,
    "-0.005": -1,
    "2.675": 268,
    "1234.5600000000001": 123456,
    "0.00499999999999999999999999999999999999999999": 0,
    "9,999,999,999.99": LIMIT_PENCE - 1,
}
REFUSED = [
    "",
    " ",
    "-",
    ".",
    "£",
    "()",
    "abc",
    "#REF!",
    "#N/A",
    "######",
    "NULL",
    "0" * 64 + "1",
    "1." + "0" * 70,
    "-0." + "0" * 70,
    "1e308",
    "1E5",
    "1.5E+03",
    "1" + "0" * 308,
    "9" * 5000,
    "10,000,000,000.00",
    "9,999,999,999.995",
    "1.234,56",
    "12,34",
    "1,2345",
    ",123",
    "1,234,56",
    "1.2.3",
    "1 2",
    "12 34",
    "100.00 200.00",
    "100.00\n200.00",
    "1GBP2",
    "$12.00",
    "€12.00",
    "12%",
    "(12.00",
    "12.00)",
    "(12.00)-1",
    "--12",
    "-12-",
    "+-12",
    "-12.00 DR",
    "(12.00) DR",
    "01/04/2024",
    "2024-04-01",
    "\u0661\u0662",  # digits, but not of a published amount
]


@pytest.mark.parametrize(("text", "pence"), READ.items())
def test_reads_each_published_form(text: str, pence: int) -> None:
    assert read_amount(text) == pence


@pytest.mark.parametrize("text", REFUSED)
def test_refuses_what_is_no_amount(text: str) -> None:
    assert read_amount(text) is None


def test_a_column_is_read_as_its_cells_are() -> None:
    cells = [*READ, *REFUSED, None]
    expected = [*READ.values(), *[None] * len(REFUSED), None]
    assert read_amounts(pl.Series(cells, dtype=pl.String)).to_list() == expected


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
def test_an_empty_column_has_no_amounts(dtype: type[pl.DataType]) -> None:
    found = read_amounts(pl.Series([], dtype=dtype))
    assert (found.dtype, found.len()) == (pl.Int64, 0)


@pytest.mark.parametrize(
    ("text", "unit", "pence"),
    [
        ("1.2345", 1000, 123450),
        ("0.00001", 1000, 1),
        ("-1.2345678", 1_000_000, -123456780),
        ("(2)", 1_000_000, -200_000_000),
        ("10,000,000", 1000, None),
    ],
)
def test_units_of_thousands_lose_no_pence(text: str, unit: int, pence: int | None) -> None:
    """£1.2345 thousand is £1,234.50, not £1,230."""
    assert read_amount(text, unit) == pence
    assert read_amounts(pl.Series([text]), unit).to_list() == [pence]


SIGNS = st.sampled_from([*"0123456789", ",", ".", "-", "+", "(", ")", "£", " ", "\u00a0", "\t", "CR", "DR", "e", "GBP"])
CELLS = st.text(max_size=10) | st.lists(SIGNS, max_size=14).map("".join)


@settings(deadline=None, max_examples=150)
@given(st.lists(CELLS, max_size=60), st.sampled_from([1, 1000, 1_000_000]))
def test_a_column_agrees_with_its_cells_on_any_text(cells: list[str], unit: int) -> None:
    column = read_amounts(pl.Series(cells, dtype=pl.String), unit)
    assert column.to_list() == [read_amount(cell, unit) for cell in cells]


@settings(deadline=None)
@given(st.lists(st.integers(1 - LIMIT_PENCE, LIMIT_PENCE - 1), max_size=40))
def test_pence_written_out_and_read_again_are_the_same(pence: list[int]) -> None:
    plain = [pounds(amount) for amount in pence]
    bracketed = [f"({pounds(-p)})" if p < 0 else f"£{Decimal(p) / 100:,.2f}" for p in pence]
    assert read_amounts(pl.Series(plain, dtype=pl.String)).to_list() == pence
    assert read_amounts(pl.Series(bracketed, dtype=pl.String)).to_list() == pence


@settings(deadline=None)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_parts_of_a_penny_round_half_away_from_nought(value: Decimal) -> None:
    expected = int((value * 100).quantize(Decimal(1), ROUND_HALF_UP))
    assert read_amount(f"{value:f}") == expected
    assert read_amounts(pl.Series([f"{value:f}"])).to_list() == [expected]
