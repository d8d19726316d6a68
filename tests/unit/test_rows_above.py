"""Payments above the headings, second tables, and rows too wide: none is lost or misread in silence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.published import Read, look, part, read, workbook
from totalplace.sources.contents import parts_of
from totalplace.sources.reading import Reading
from totalplace.sources.sniff import propose

TOP = "Date,Supplier,Amount"
ROW = "22/04/2024,Acme Ltd,10.00"


def test_payments_above_the_headings_in_their_columns_are_counted(tmp_path: Path) -> None:
    text = "\n".join(["Anytown payments", *[ROW] * 30, TOP, *[ROW] * 70]) + "\n"
    found = read(tmp_path, text)
    assert (found.tally.rows, found.tally.accepted, found.tally.pence) == (100, 100, 100000)
    assert found.tally.preamble == 1
    assert sorted(row["line"] for row in found.lines)[:30] == list(range(2, 32))


def test_payments_above_the_headings_in_other_columns_are_rejected_by_name(tmp_path: Path) -> None:
    reading = Reading({"amount": "Amount", "date": "Date", "payee": "Supplier"}, header=3)
    text = f"Printed 30/04/2024,,\nAcme Ltd,12.50,22/04/2024\n{TOP}\n{ROW}\n"
    found = Read(part(tmp_path, text), reading)
    assert found.rejected == [(2, "above_headings")]
    assert (found.tally.accepted, found.tally.preamble) == (1, 1)


def test_without_dates_a_figure_above_the_headings_is_rejected_with_its_money(tmp_path: Path) -> None:
    reading = Reading({"amount": "Amount", "payee": "Supplier"}, header=3)
    text = "Payments over £500,\nAcme Ltd,12.50\nSupplier,Amount\nAcme Ltd,10.00\n"
    found = Read(part(tmp_path, text, "april-2024.csv"), reading)
    assert found.rejected == [(2, "above_headings")]
    assert (found.tally.rejected_pence, found.tally.pence, found.tally.preamble) == (1250, 1000, 1)


def test_payments_above_the_headings_of_a_sheet_are_counted(tmp_path: Path) -> None:
    day = dt.date(2024, 4, 22)
    rows = [["Payments"], [day, "Acme Ltd", 12.5], ["Date", "Supplier", "Amount"], [day, "Acme Ltd", 10.0]]
    workbook(tmp_path / "a.xlsx", {"Apr": rows})
    (found,) = parts_of(tmp_path, "a.xlsx")
    counted = Read(found, propose(found).reading)
    assert (sorted(counted.column("pence")), counted.tally.preamble) == ([1000, 1250], 1)


def test_the_first_of_two_tables_keeps_its_headings(tmp_path: Path) -> None:
    text = "\n".join([TOP, *[ROW] * 20, "Supplier,Amount,Date", *["Bright Ltd,5.00,23/04/2024"] * 80]) + "\n"
    assert look(tmp_path, text).reading.header == 1
    found = read(tmp_path, text)
    assert (found.tally.accepted, found.tally.pence) == (100, 20 * 1000 + 80 * 500)
    assert found.rejected == [(22, "repeated_header")]


@pytest.mark.parametrize("share", [10, 50, 95])
def test_figures_cut_at_an_unquoted_comma_are_rejected_however_many(tmp_path: Path, share: int) -> None:
    rows = ["22/04/2024,Acme Ltd,1,234.56"] * share + ["22/04/2024,Acme Ltd,999.00"] * (100 - share)
    found = read(tmp_path, "\n".join([TOP, *rows]) + "\n")
    assert found.tally.rejected == share
    assert {reason for _, reason in found.rejected} == {"shifted"}
    assert found.tally.pence == (100 - share) * 99900


@pytest.mark.parametrize("count", [10, 40])
def test_a_comma_in_a_name_that_puts_a_reference_under_the_amount_is_no_habit(tmp_path: Path, count: int) -> None:
    rows = ["22/04/2024,Smith, Jones & Co,5100000,520.19"] * count + ["22/04/2024,Acme,51,10.00"] * (100 - count)
    found = read(tmp_path, "\n".join(["Date,Supplier,Ref,Amount", *rows]) + "\n")
    assert (found.tally.rejected, found.tally.pence) == (count, (100 - count) * 1000)


def test_a_comma_in_a_name_right_of_the_amount_is_no_habit_either(tmp_path: Path) -> None:
    rows = ["22/04/2024,10.00,Smith, Jones,Roads"] * 20 + ["22/04/2024,10.00,Acme,Roads"] * 80
    found = read(tmp_path, "\n".join(["Date,Amount,Supplier,Department", *rows]) + "\n")
    assert found.tally.rejected == 20


def test_remarks_beyond_the_headings_shift_nothing(tmp_path: Path) -> None:
    rows = ["22/04/2024,Acme,10.00,Roads,see note"] * 20 + ["22/04/2024,Acme,10.00,Roads"] * 80
    found = read(tmp_path, "\n".join(["Date,Supplier,Amount,Department", *rows]) + "\n")
    assert (found.tally.rejected, found.tally.pence) == (0, 100000)


def test_figures_before_the_amount_that_are_cut_move_it_too(tmp_path: Path) -> None:
    rows = ["22/04/2024,Acme,1,480.80,246.80,1,234.00"] * 50 + ["22/04/2024,Acme,120.00,20.00,100.00"] * 10
    found = read(tmp_path, "\n".join(["Date,Supplier,Gross,VAT,Net", *rows]) + "\n")
    assert (found.tally.rejected, found.tally.pence) == (50, 100000)
    wide = ["22/04/2024,Acme,732,105,627.00,,x,,"] * 50
    assert read(tmp_path, "\n".join(["Date,Supplier,Gross,VAT,Net", *wide]) + "\n").tally.pence == 50 * 62700
