"""Totals are told from payments: by their words where they have no date, by what they add up to where they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import Read, part
from totalplace.sources.reading import Reading

TOP = "Date,Supplier,Department,Amount"
READING = Reading({"amount": "Amount", "date": "Date", "payee": "Supplier", "department": "Department"})
ROWS = ("03/04/2024,Lamps,A,100.00", "04/04/2024,Zed,B,50.00")


def read_rows(folder: Path, *rows: str, name: str = "april-2024.csv", reading: Reading = READING) -> Read:
    return Read(part(folder, "\n".join([TOP, *rows]) + "\n", name), reading)


WORDS = """Total Adults|Total - Adults|Sub Total Adults|Adults Totals|Total This Month|Sum|Overall|Balance|All suppliers
Check|Total|Grand Total|Total:|Overall total|Count"""


@pytest.mark.parametrize("words", WORDS.replace("\n", "|").split("|"))
def test_an_undated_total_is_no_payment_of_the_month_that_the_name_tells(tmp_path: Path, words: str) -> None:
    found = read_rows(tmp_path, *ROWS, f",{words},,150.00")
    assert (found.tally.pence, found.rejected) == (15000, [(4, "total_row")])
    assert found.tally.rejected_pence == 0


@pytest.mark.parametrize("words", ["Total number of payments: 2", "Sub Total Adults", "Total - Adults", "Sum"])
def test_words_that_only_a_total_has_do_without_the_sum(tmp_path: Path, words: str) -> None:
    assert read_rows(tmp_path, *ROWS, f",{words},,2").rejected == [(4, "total_row")]


def test_a_dated_total_is_told_by_what_it_adds_up_to(tmp_path: Path) -> None:
    assert read_rows(tmp_path, *ROWS, "30/04/2024,Total,,150.00").rejected == [(4, "total_row")]
    assert read_rows(tmp_path, *ROWS, "30/04/2024,Total,,149.99").tally.pence == 29999
    assert read_rows(tmp_path, *ROWS, "05/04/2024,Qed,C,7.00", "30/04/2024,,,157.00").rejected == [(5, "total_row")]
    assert read_rows(tmp_path, *ROWS, "05/04/2024,Qed,C,7.00", "30/04/2024,Acme,,157.00").tally.pence == 31400


def test_totals_of_parts_and_of_the_whole_are_told(tmp_path: Path) -> None:
    rows = (
        *ROWS,
        "30/04/2024,Total A,,150.00",
        ",,,",
        *ROWS,
        "30/04/2024,Total B,,150.00",
        "",
        "30/04/2024,Total,,300.00",
    )
    doubled = [row.replace("Total A", "Sub-total").replace("Total B", "Sub-total") for row in rows]
    found = read_rows(tmp_path, *doubled)
    assert (found.tally.pence, [reason for _, reason in found.rejected]) == (30000, ["total_row"] * 3)


def test_a_total_of_two_equal_payments_does_not_take_a_supplier_of_that_name(tmp_path: Path) -> None:
    names = ("Total Gas & Power Ltd", "Total Energies", "Balance Ltd", "Check Ltd")
    rows = [f"22/04/2024,{name},Roads,10.00" for name in names]
    assert read_rows(tmp_path, *rows).tally.accepted == 4


def test_a_total_over_the_blocks_of_a_large_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("totalplace.sources.parts.BLOCK", 200)
    rows = [ROWS[0]] * 50
    found = read_rows(tmp_path, *rows, "30/04/2024,Total,,5000.00")
    assert found.rejected == [(52, "total_row")]


def test_a_row_that_may_be_a_total_and_does_not_add_up_is_counted_with_a_note(tmp_path: Path) -> None:
    found = read_rows(tmp_path, *ROWS, ",Total Gas Ltd,,33.00")
    assert found.tally.accepted == 3
    assert found.tally.notes["rows that may be totals but do not add up: counted"] == 1


def test_an_amount_alone_is_the_total_of_the_rows_above_or_rejected_with_its_money(tmp_path: Path) -> None:
    assert read_rows(tmp_path, *ROWS, ",,,150.00").rejected == [(4, "total_row")]
    found = read_rows(tmp_path, *ROWS, ",,,40.00", *ROWS)
    assert found.rejected == [(4, "lone_amount")]
    assert (found.tally.pence, found.tally.rejected_pence) == (30000, 4000)


def test_a_file_of_one_month_without_dates_keeps_its_payments(tmp_path: Path) -> None:
    reading = Reading({"amount": "Amount", "payee": "Supplier"})
    text = "Supplier,Amount\nLamps,100.00\nZed,100.00\nCheck,35.00\nQed,7.00\nTotal,242.00\n"
    found = Read(part(tmp_path, text, "april-2024.csv"), reading)
    assert (found.tally.pence, found.rejected) == (24200, [(6, "total_row")])
