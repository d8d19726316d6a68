"""Debits and credits, units, and which of several amounts counts: what a treasurer would take each file to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import Read, look, part, read
from totalplace.sources.columns import is_continental
from totalplace.sources.reading import Reading
from totalplace.sources.signs import mark, signed
from totalplace.sources.units import unit_above, unit_in


def table(headings: str, *rows: str) -> str:
    return "\n".join([headings, *rows]) + "\n"


MARKED = ("03/04/2024,Lamps,100.00,DR", "04/04/2024,Zed,50.00,", "04/04/2024,Zed,40.00,CR", "05/04/2024,Qed,10.00,DR")


@pytest.mark.parametrize("heading", ["DR/CR", "Debit/Credit", "D/C", "DrCr", "Debit or Credit", "Credit Indicator"])
def test_a_column_of_debits_and_credits_turns_the_sign_of_its_row(tmp_path: Path, heading: str) -> None:
    text = table(f"Date,Supplier,Amount,{heading}", *MARKED)
    proposal = look(tmp_path, text)
    assert proposal.reading.columns["sign"] == heading
    assert any("taken away" in note for note in proposal.warnings)
    assert [row["amount"] for row in proposal.sample] == ["100.00", "50.00", "-40.00", "10.00"]
    assert read(tmp_path, text).column("pence") == [10000, 5000, -4000, 1000]


def test_a_credit_that_has_a_minus_too_is_taken_away_once(tmp_path: Path) -> None:
    rows = [row.replace("40.00", "-40.00") for row in MARKED]
    assert sum(read(tmp_path, table("Date,Supplier,Amount,DR/CR", *rows)).column("pence")) == 12000


def test_a_row_whose_sign_says_neither_is_rejected_with_its_money(tmp_path: Path) -> None:
    rows = [*MARKED * 10, "05/04/2024,Qed,7.00,JOURNAL"]
    found = read(tmp_path, table("Date,Supplier,Amount,DR/CR", *rows))
    assert found.rejected == [(42, "no_sign")]
    assert found.tally.rejected_pence == 700


def test_invoices_and_credit_notes_tell_the_sign_only_where_the_amounts_have_none(tmp_path: Path) -> None:
    rows = ("03/04/2024,Lamps,100.00,Invoice", "04/04/2024,Zed,40.00,Credit Note")
    found = look(tmp_path, table("Date,Supplier,Amount,Document Type", *rows))
    assert found.reading.columns["sign"] == "Document Type"
    own = look(tmp_path, table("Date,Supplier,Amount,Document Type", rows[0], rows[1].replace("40", "-40")))
    assert "sign" not in own.reading.columns
    other = look(tmp_path, table("Date,Supplier,Amount,Type", rows[0], rows[1], "04/04/2024,Zed,40.00,Journal"))
    assert "sign" not in other.reading.columns


HALVES = ("03/04/2024,Lamps,100.00,", "04/04/2024,Zed,50.00,", "04/04/2024,Zed,,40.00", "05/04/2024,Qed,10.00,")


@pytest.mark.parametrize("headings", ["Debit Amount,Credit Amount", "Debit,Credit", "Amount,Credit"])
def test_columns_of_debits_and_of_credits_are_one_signed_amount(tmp_path: Path, headings: str) -> None:
    text = table(f"Date,Supplier,{headings}", *HALVES)
    assert look(tmp_path, text).reading.columns["credit"] == headings.split(",")[1]
    found = read(tmp_path, text)
    assert (found.column("pence"), found.tally.rejected) == ([10000, 5000, -4000, 1000], 0)
    zeros = [row.replace(",,", ",0.00,") + ("0.00" if row.endswith(",") else "") for row in HALVES]
    assert read(tmp_path, table(f"Date,Supplier,{headings}", *zeros)).column("pence") == [10000, 5000, -4000, 1000]


def test_credits_that_come_only_far_down_are_taken_away_too(tmp_path: Path) -> None:
    rows = ["03/04/2024,Lamps,1.00,"] * 1000 + [HALVES[2]]
    text = table("Date,Supplier,Debit,Credit", *rows)
    assert look(tmp_path, text).reading.columns["credit"] == "Credit"
    assert read(tmp_path, text).tally.pence == 100000 - 4000


def test_credits_with_a_minus_in_their_own_column_are_credits_still(tmp_path: Path) -> None:
    rows = [row.replace(",,", ",,-") for row in HALVES]
    assert sum(read(tmp_path, table("Date,Supplier,Debit,Credit", *rows)).column("pence")) == 12000
    both = look(tmp_path, table("Date,Supplier,Debit,Credit", *rows, HALVES[2]))
    assert any("with and without a minus" in note for note in both.warnings)


def test_a_row_with_neither_figure_or_an_unread_one_is_rejected(tmp_path: Path) -> None:
    reading = Reading({"amount": "Debit", "credit": "Credit", "date": "Date", "payee": "Supplier"})
    rows = ("03/04/2024,Lamps,,", "03/04/2024,Lamps,,n/a", "03/04/2024,Lamps,5.00,n/a", "03/04/2024,Lamps,5.00,2.00")
    found = Read(part(tmp_path, table("Date,Supplier,Debit,Credit", *rows)), reading)
    assert [reason for _, reason in found.rejected] == ["no_amount", "no_amount", "bad_amount"]
    assert found.column("pence") == [300]


def test_a_column_of_credits_that_the_amounts_hold_already_is_left_and_named(tmp_path: Path) -> None:
    rows = ("03/04/2024,Lamps,100.00,", "04/04/2024,Zed,-40.00,40.00")
    proposal = look(tmp_path, table("Date,Supplier,Amount,Credit", *rows))
    assert "credit" not in proposal.reading.columns
    assert any("'Credit'" in note and "not counted" in note for note in proposal.warnings)


def test_signs_and_figures_make_one_amount() -> None:
    assert [mark(cell) for cell in ("CR", " cr. ", "Credit Note", "DR", "", "-", "JE")] == [-1, -1, -1, 1, 1, -1, 0]
    assert (signed(100, None, "CR"), signed(-100, None, "CR"), signed(-100, None, "DR")) == (-100, -100, -100)
    assert (signed(None, 100, ""), signed(None, None, ""), signed(100, -30, "")) == (-100, None, 70)


THRESHOLDS = """Amount >£25,000|Amount above £5,000|Amount (£5000 and above)|Amount (min £1,000)|Amount >= £500,000
Amount_1000|Value 2000|Amount over £25 thousand|Amount over £1 million
Amount (> £25 000)|Amount|Amount £|Amount over £25k"""


@pytest.mark.parametrize("heading", THRESHOLDS.replace("\n", "|").split("|"))
def test_a_threshold_in_a_heading_is_no_unit(heading: str) -> None:
    assert unit_in(heading) == 1


@pytest.mark.parametrize("heading", ["Amount £000", "Amount (£'000s)", "Net £’000", "Amount £ thousands", "Net £k"])
def test_a_heading_that_says_thousands_is_one(heading: str) -> None:
    assert unit_in(heading) == 1000


def test_millions_and_titles_tell_the_unit_too(tmp_path: Path) -> None:
    assert [unit_in(text) for text in ("Amount £m", "Spend (£ millions)", "Amount £000,000")] == [1_000_000] * 3
    assert unit_above([["Payments over £25,000"], ["thousands of payments"], ["Spend over £25 thousand"]]) == (1, "")
    assert unit_above([["", "All figures in £000s"]]) == (1000, "All figures in £000s")
    assert unit_above([["(£ millions)"]])[0] == 1_000_000
    text = table("Payments,,", "All figures in £000s,,", "Date,Supplier,Amount", "03/04/2024,Lamps,1.25")
    proposal = look(tmp_path, text)
    assert proposal.reading.unit == 1000
    assert any("All figures in £000s" in note for note in proposal.warnings)


CHOSEN = [
    ("Date,Supplier,Transaction Amount,Transaction Currency,Billing Amount", "999,EUR,100.50", "Billing Amount"),
    ("Date,Supplier,Amount,Currency,Amount GBP", "999.00,EUR,100.50", "Amount GBP"),
    ("Date,Supplier,Net Amount,Currency,Gross Amount GBP", "999.00,USD,100.50", "Gross Amount GBP"),
    ("Date,Supplier,Net Amount,Currency,Gross Amount GBP", "100.00,GBP,120.00", "Net Amount"),
    ("Date,Supplier,Original Amount,Amount", "999.00,100.50", "Amount"),
    ("Date,Supplier,VAT Net,Amount", "0.00,100.50", "Amount"),
    ("Date,Supplier,Amount,Net of recoverable VAT", "120.00,100.00", "Net of recoverable VAT"),
    ("Date,Supplier,Payment Amount,Invoice Line Amount", "300.00,100.00", "Invoice Line Amount"),
    ("Date,Supplier,Invoice Amount,Distribution Amount", "300.00,100.00", "Distribution Amount"),
    ("Date,Supplier,Net Amount,Gross Line Amount", "100.00,120.00", "Net Amount"),
]


@pytest.mark.parametrize(("headings", "cells", "chosen"), CHOSEN)
def test_of_several_amounts_the_one_that_counts_is_taken(
    tmp_path: Path, headings: str, cells: str, chosen: str
) -> None:
    text = table(headings, f"03/04/2024,Lamps,{cells}", f"04/04/2024,Zed,{cells}")
    assert look(tmp_path, text).reading.columns["amount"] == chosen


def test_a_total_repeated_beside_each_line_gives_way_to_the_lines(tmp_path: Path) -> None:
    rows = [f"03/04/2024,Lamps,R{n},{300 + n}.00,{part}.00" for n in range(5) for part in (100, 200 + n)]
    assert look(tmp_path, table("Date,Supplier,Ref,Amount,Value", *rows)).reading.columns["amount"] == "Value"
    whole = [f"03/04/2024,Lamps,R{n},100.00,{part}.00" for n in range(5) for part in (100, 100)]
    assert look(tmp_path, table("Date,Supplier,Ref,Amount,Value", *whole)).reading.columns["amount"] == "Amount"


def test_amounts_in_another_currency_alone_are_named_as_a_doubt(tmp_path: Path) -> None:
    text = table("Date,Supplier,Amount,Currency", "03/04/2024,Lamps,10.00,GBP", "03/04/2024,Lampen,10.00,EUR")
    assert any("1 of the rows" in note and "another currency" in note for note in look(tmp_path, text).warnings)


def test_points_for_thousands_are_a_doubt_where_a_column_shows_them_plainly(tmp_path: Path) -> None:
    assert is_continental(["1.234", "12.500", "£1.000.000", "999"])
    assert not is_continental(["1.23", "12.50", "1.234", "100.00"])
    text = table("Date,Supplier,Amount", *(f"03/04/2024,Lamps,{n}.250" for n in range(1, 5)))
    assert any("points for thousands" in note for note in look(tmp_path, text).warnings)
