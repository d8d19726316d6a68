"""Small marks that turn one reading into another: year first, a BOM in the middle, a doubled credit, sparse dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import look, read
from totalplace.errors import FileRefused
from totalplace.sources.amounts import read_amount
from totalplace.sources.dates import is_year_first

TOP = "Date,Supplier,Amount"


def test_short_dates_with_the_year_first_are_told_by_their_column(tmp_path: Path) -> None:
    rows = [f"23/04/{n:02d},Acme Ltd,1.00" for n in range(1, 21)]
    proposal = look(tmp_path, "\n".join([TOP, *rows]) + "\n")
    assert proposal.reading.dates == "ymd"
    assert any("year first" in note for note in proposal.warnings)
    found = read(tmp_path, "\n".join([TOP, *rows]) + "\n")
    assert set(found.column("month")) == {202304}
    assert not is_year_first([f"{n:02d}/04/23" for n in range(1, 21)])
    assert not is_year_first(["23/04/01"] * 20)


def test_dates_that_lie_many_years_apart_are_a_doubt(tmp_path: Path) -> None:
    rows = ["23/04/01,Acme Ltd,1.00", "24/04/15,Acme Ltd,1.00"]
    assert any("years apart" in note for note in look(tmp_path, "\n".join([TOP, *rows]) + "\n").warnings)


@pytest.mark.parametrize("text", ["1,234.56-CR", "-1.00 CR", "(1.00)CR"])
def test_a_credit_marked_twice_in_one_cell_is_not_guessed_at(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize("size", [10, 40_000])
@pytest.mark.parametrize("top", [TOP, "Supplier,Date,Amount", "Amount,Supplier,Date"])
def test_a_mark_of_a_file_strung_onto_another_spoils_no_row(tmp_path: Path, top: str, size: int) -> None:
    cells = {"Date": "22/04/2024", "Supplier": "Café Ltd", "Amount": "1.00"}
    row = ",".join(cells[heading] for heading in top.split(","))
    text = "\n".join([top, *[row] * size, "\ufeff" + row, *[row] * size]) + "\n"
    found = read(tmp_path, text)
    assert (found.tally.rejected, found.tally.accepted) == (0, 2 * size + 1)
    assert set(found.column("payee")) == {"Café Ltd"}


def test_a_column_of_dates_that_is_mostly_blank_gives_way_to_a_full_one(tmp_path: Path) -> None:
    rows = ["01/04/2024,22/04/2024,Acme,1.00", "02/04/2024,,Acme,1.00", "03/04/2024,,Acme,1.00"] * 5
    text = "\n".join(["Invoice Date,Payment Date,Supplier,Amount", *rows]) + "\n"
    proposal = look(tmp_path, text)
    assert proposal.reading.columns["date"] == "Invoice Date"
    assert any("'Payment Date' is mostly blank" in note for note in proposal.warnings)
    full = text.replace(",,Acme", ",23/04/2024,Acme")
    assert look(tmp_path, full).reading.columns["date"] == "Payment Date"


def test_headings_alone_and_amounts_that_are_none_are_refused_for_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="holds headings and no rows"):
        look(tmp_path, TOP + "\n")
    with pytest.raises(FileRefused, match=r"'Amount', but nothing below it reads as one: '\?100.50'"):
        look(tmp_path, f"{TOP}\n22/04/2024,Acme Ltd,?100.50\n")
