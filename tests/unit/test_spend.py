"""Rows become lines or rejects, each with its reason, and money in is money counted plus money rejected."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.published import GOOD, PENCE, ROWS, Read, part, read
from totalplace.sources.distinct import strung
from totalplace.sources.marks import payee_key
from totalplace.sources.parts import Part
from totalplace.sources.reading import Reading
from totalplace.sources.spend import REASONS, _stripped
from totalplace.sources.text import to_utf8
from totalplace.store.schemas import schema

TOP = "Date,Supplier,Amount,Department"
READING = Reading({"amount": "Amount", "date": "Date", "payee": "Supplier", "department": "Department"})
GOOD_ROW = "22/04/2024,Acme Ltd,10.00,Roads"


def read_rows(folder: Path, *rows: str, name: str = "payments.csv", reading: Reading = READING) -> Read:
    return Read(part(folder, "\n".join([TOP, *rows]) + "\n", name), reading)


def test_a_line_has_all_that_is_known_of_it(tmp_path: Path) -> None:
    line = read(tmp_path, GOOD).lines[0]
    assert list(line) == [field["name"] for field in schema("lines")["fields"]]
    assert line == {
        "body": "anytown",
        "file": "payments.csv",
        "line": 2,
        "date": dt.date(2024, 4, 3),
        "month": 202404,
        "year": "2024-25",
        "pence": 125000,
        "payee": "Bright Lamps Ltd",
        "payee_id": "",
        "payee_key": payee_key("Bright Lamps Ltd", ""),
        "department": "Highways",
        "category": "",
        "purpose": "Street lamps",
        "transaction": "1001",
        "channel": "invoice",
        "kind": "spending",
        "service": "highways",
        "subjective": "",
        "told": "department",
        "confidence": 100,
    }


ELSEWHERE = {"line_too_long", "no_sign", "above_headings", "period_13"}
"""Reasons that other tests bring about."""

FAULTS = [
    ("22/04/2024,Acme Ltd,,Roads", "no_amount", "there is no amount", None),
    ("22/04/2024,Acme Ltd,  ,Roads", "no_amount", "there is no amount", None),
    ("22/04/2024,Acme Ltd,#N/A,Roads", "bad_amount", "the amount cannot be read: '#N/A'", None),
    ("22/04/2024,Acme Ltd,1e308,Roads", "bad_amount", "the amount cannot be read: '1e308'", None),
    ("22/04/2024,Acme Ltd,1.5E+06,Roads", "bad_amount", "the amount cannot be read: '1.5E+06'", None),
    (f"22/04/2024,Acme Ltd,{'9' * 309},Roads", "bad_amount", "the amount cannot be read: '9999", None),
    (",Acme Ltd,10.00,Roads", "no_date", "there is no date, and the name", 1000),
    ("######,Acme Ltd,10.00,Roads", "no_date", "there is no date, and the name", 1000),
    ("31/02/2024,Acme Ltd,10.00,Roads", "bad_date", "the date cannot be read: '31/02/2024'", 1000),
    ("unknown,Acme Ltd,10.00,Roads", "bad_date", "the date cannot be read: 'unknown'", 1000),
    ("01/01/1900,Acme Ltd,10.00,Roads", "date_out_of_range", "not one that a published payment can have", 1000),
    ("31/12/2099,Acme Ltd,10.00,Roads", "date_out_of_range", "can have: '31/12/2099'", 1000),
    ("25/06/2012900,Acme Ltd,Roads,", "run_together", "have run together: '25/06/2012900'", None),
    ("Date,Supplier,Amount,Department", "repeated_header", "the headings come again", None),
    ("Total,,10.00,", "total_row", "it is a total of other rows", None),
    (",,300.00,", "total_row", "it is a total of other rows", None),
    (",,10.00,", "lone_amount", "an amount and nothing else, and not the total", 1000),
    ('22/04/2024,"Acme Ltd,10.00,Roads', "open_quote", "a quotation mark is never closed", 1000),
    ("22/04/2024,Acme, Sons,10.00,Roads", "shifted", "more cells than the other rows", None),
]


@pytest.mark.parametrize(("row", "reason", "message", "pence"), FAULTS)
def test_a_row_at_fault_keeps_its_file_line_reason_text_and_money(
    tmp_path: Path, row: str, reason: str, message: str, pence: int | None
) -> None:
    found = read_rows(tmp_path, *[GOOD_ROW] * 30, row, *[GOOD_ROW] * 30)
    (reject,) = found.rejects
    assert (reject["body"], reject["file"], reject["line"]) == ("anytown", "payments.csv", 32)
    assert (reject["reason"], reject["text"], reject["pence"]) == (reason, row, pence)
    assert message in reject["message"]
    assert reason in REASONS
    assert (found.tally.rows, found.tally.accepted, found.tally.rejected) == (61, 60, 1)
    assert (found.tally.pence, found.tally.rejected_pence) == (60000, pence or 0)


def test_every_reason_has_a_test() -> None:
    assert {reason for _, reason, _, _ in FAULTS} | ELSEWHERE == set(REASONS)


TOTALS = [
    "Total,,610.00,",
    ",Total,610.00,",
    ",Grand Total:,610.00,",
    ",,610.00,TOTAL",
    ",Sub-total,610.00,",
    ",Total for April 2024,610.00,",
    ",Total (£),610.00,",
    ",Total payments over £500,610.00,",
    ",Adult Services Total,610.00,",
    ",,610.00,",
]


@pytest.mark.parametrize("row", TOTALS)
def test_a_total_is_no_payment_even_where_the_name_tells_the_month(tmp_path: Path, row: str) -> None:
    found = read_rows(tmp_path, *[GOOD_ROW] * 61, row, "End of report,,,", "Source: the ledger", name="april-2024.csv")
    assert found.tally.pence == 61000
    assert found.rejected == [(63, "total_row"), (64, "no_amount"), (65, "no_amount")]
    assert found.tally.rejected_pence == 0


def test_a_supplier_may_be_called_total(tmp_path: Path) -> None:
    names = ("Total Gas & Power Ltd", "Total Energies", "Totally Local CIC", "Total")
    dated = read_rows(tmp_path, *(f"22/04/2024,{name},10.00,Roads" for name in names))
    assert dated.column("payee") == list(names)
    undated = read_rows(tmp_path, *(f",{name},10.00,Roads" for name in names[:3]), name="april-2024.csv")
    assert undated.column("payee") == list(names[:3])


def test_rows_without_a_date_take_the_month_of_the_name(tmp_path: Path) -> None:
    found = read_rows(tmp_path, GOOD_ROW, ",Acme Ltd,10.00,Roads", "####,Acme Ltd,1.00,", name="april-2024.csv")
    assert found.column("month") == [202404] * 3
    assert found.column("date") == [dt.date(2024, 4, 22), None, None]
    assert found.tally.notes["lines with a month but no day"] == 2


def test_blank_rows_are_counted_apart(tmp_path: Path) -> None:
    found = read_rows(tmp_path, GOOD_ROW, "", ",,,", '"","","",""', " , ,", GOOD_ROW, "")
    assert (found.tally.rows, found.tally.blank) == (2, 5)


def test_exact_duplicates_stay(tmp_path: Path) -> None:
    assert read_rows(tmp_path, *[GOOD_ROW] * 90).tally.accepted == 90


def test_sign_and_unit_are_those_of_the_reading(tmp_path: Path) -> None:
    reading = Reading(READING.columns, sign=-1, unit=1000)
    found = read_rows(tmp_path, "22/04/2024,Acme Ltd,-1.2345,Roads", "22/04/2024,Acme Ltd,(2),Roads", reading=reading)
    assert found.column("pence") == [123450, 200000]


def test_names_are_kept_as_published_but_for_runs_of_space(tmp_path: Path) -> None:
    names = ["Acme  Ltd ", "\u00a0Acme\tLtd", "ACME LTD", "Redacted", "Greater Anytown Combined Authori", "KING`S"]
    found = read_rows(tmp_path, *(f"22/04/2024,{name},10.00,Roads" for name in names))
    assert found.column("payee") == ["Acme Ltd", "Acme Ltd", *names[2:]]


def test_an_absent_payee_is_empty_text(tmp_path: Path) -> None:
    found = read_rows(tmp_path, "22/04/2024,,10.00,Roads", "22/04/2024")
    assert found.column("payee") == [""]
    assert found.rejected == [(3, "no_amount")]


def test_identifiers_make_a_payee_its_own(tmp_path: Path) -> None:
    top = "Date,Supplier,Amount,Supplier VAT Number,ODS Code"
    found = read(tmp_path, f"{top}\n22/04/2024,Acme Ltd,1.00, GB 123 ,R1A\n22/04/2024,Acme Ltd,1.00,,\n")
    assert found.column("payee_id") == ["ods:R1A vat:GB123", ""]
    assert len(set(found.column("payee_key"))) == 2


CARDS = {
    "Y": "card",
    "Yes": "card",
    "TRUE": "card",
    "1": "card",
    "Procurement Card": "card",
    "GPC": "card",
    "P-Card": "card",
}
CARDS |= {"****1234": "card", "N": "invoice", "No": "invoice", "FALSE": "invoice", "0": "invoice", "": "invoice"}
CARDS |= {
    "BACS": "invoice",
    "Cheque": "invoice",
    "Faster Payment": "invoice",
    "CHAPS": "invoice",
    "Not card": "invoice",
}
CARDS |= {"Non-card": "invoice", "Direct Debit": "invoice"}


@pytest.mark.parametrize("value", CARDS)
@pytest.mark.parametrize("heading", ["Procurement Card", "Payment Method"])
def test_a_column_says_which_lines_were_paid_by_card(tmp_path: Path, heading: str, value: str) -> None:
    found = read(tmp_path, f"Date,Supplier,Amount,{heading}\n22/04/2024,Acme Ltd,1.00,{value}\n")
    assert found.column("channel") == [CARDS[value]]


def test_a_reference_may_say_that_a_line_was_paid_by_card(tmp_path: Path) -> None:
    rows = "".join(f"22/04/2024,Acme Ltd,1.00,{ref}\n" for ref in ("P-CARD -SEP 22", "GPC001", "pcard", "PC1", "1001"))
    found = read(tmp_path, "Date,Supplier,Amount,Reference\n" + rows)
    assert found.column("channel") == ["card", "card", "card", "invoice", "invoice"]
    assert set(read(tmp_path, GOOD, card=True).column("channel")) == {"card"}


@settings(deadline=None)
@given(cells=st.lists(st.text(alphabet="A1 \t\u00a0\u00c9", max_size=3), max_size=4))
def test_references_have_no_blanks_at_their_ends(cells: list[str]) -> None:
    column = pl.Series(cells, dtype=pl.String)
    assert _stripped(column, strung(column)).to_list() == [cell.strip() for cell in cells]


def test_the_kind_of_a_payment_is_told_by_the_line_s_own_words(tmp_path: Path) -> None:
    rows = ["22/04/2024,Anytown County,10.00,Precepts", "22/04/2024,Acme Ltd,1.00,Roads"]
    assert read_rows(tmp_path, *rows).column("kind") == ["precept-levy", "spending"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends_change_nothing(tmp_path: Path, encoding: str, end: str) -> None:
    text = GOOD.replace("Acme", "Café £ Zoë")
    plain, other = read(tmp_path, text), read(tmp_path, text.replace("\n", end).encode(encoding))
    assert other.lines == plain.lines
    assert (other.tally.rows, other.tally.pence) == (len(ROWS), PENCE)


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.binary(max_size=150) | st.text('2/04,A£"\n\r;e-()', max_size=150).map(str.encode),
    encoding=st.sampled_from(["utf-8", "cp1252"]),
)
def test_whatever_the_bytes_rows_in_are_rows_accepted_and_rejected(tmp_path: Path, raw: bytes, encoding: str) -> None:
    """And every line of the file is in a row, blank, or above the rows."""
    whole = f"{TOP}\n{GOOD_ROW}\n".encode() + raw
    found = Read(part(tmp_path, whole), Reading(READING.columns, encoding=encoding))
    tally = found.tally
    assert tally.rows == tally.accepted + tally.rejected == len(found.lines) + len(found.rejects)
    assert tally.pence == sum(found.column("pence"))
    assert tally.rejected_pence == sum(row["pence"] or 0 for row in found.rejects)
    lines = to_utf8(whole, encoding).split(b"\n")
    physical = len(lines) - (lines[-1] == b"") - 1
    assert tally.rows + tally.blank <= physical
    more = sum(row["text"].count("\n") for row in found.rejects)
    if not any("\n" in (row["payee"] + row["department"]) for row in found.lines) and '"' not in whole.decode(
        "latin-1"
    ):
        assert tally.rows + tally.blank == physical - more
    assert all(row["reason"] in REASONS and row["message"] and row["text"] for row in found.rejects)


ROW = st.tuples(
    st.dates(dt.date(2020, 1, 1), dt.date(2029, 12, 31)),
    st.sampled_from(["Acme Ltd", 'The "Old" Mill', "Smith, Jones & Co", "Café Zoë", "Two\nLines"]),
    st.integers(-(10**9), 10**9),
)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=30), seed=st.randoms())
def test_the_order_of_rows_and_the_size_of_blocks_change_nothing(
    tmp_path: Path, rows: list[tuple[dt.date, str, int]], seed: object
) -> None:
    def text(of: list[tuple[dt.date, str, int]]) -> str:
        cells = ('"' + payee.replace('"', '""') + '"' for _, payee, _ in of)
        return "\n".join(
            [TOP, *(f"{day:%Y-%m-%d},{name},{p / 100:.2f},X" for (day, _, p), name in zip(of, cells, strict=True))]
        )

    def told(found: Read) -> list[tuple[object, ...]]:
        return sorted((str(line["date"]), line["payee"], line["pence"], line["kind"]) for line in found.lines)

    plain = Read(part(tmp_path, text(rows)), READING)
    assert plain.column("pence") == [pence for _, _, pence in rows]
    assert plain.column("date") == [day for day, _, _ in rows]
    mixed = list(rows)
    seed.shuffle(mixed)  # type: ignore[attr-defined]
    assert told(Read(part(tmp_path, text(mixed)), READING)) == told(plain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Part, "block_size", lambda _: 100)
        blocks = Read(part(tmp_path, text(rows)), READING)
    assert blocks.lines == plain.lines
