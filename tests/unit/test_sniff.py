"""What is proposed for files in the shapes that other publishers use, and what is refused with a plain word."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.published import GOOD, HEADINGS, PENCE, ROWS, Read, look, ods, read, workbook
from totalplace.errors import FileRefused
from totalplace.sources.contents import parts_of
from totalplace.sources.sniff import propose

DAY = dt.date(2024, 4, 22)


def table(headings: str, row: str, count: int = 3) -> str:
    """A table with the same row again and again."""
    return "\n".join([headings, *[row] * count]) + "\n"


def test_a_plain_file_is_proposed_as_it_is(tmp_path: Path) -> None:
    proposal = look(tmp_path, GOOD)
    assert proposal.reading.to_dict() == {
        "columns": {
            "amount": "Amount",
            "date": "Date",
            "payee": "Supplier Name",
            "department": "Department",
            "purpose": "Description",
            "transaction": "Transaction Number",
        }
    }
    assert proposal.warnings == ()
    assert proposal.sample[0]["payee"] == "Bright Lamps Ltd"


SHAPES = {
    "semicolons": "Date;Supplier;Amount\n22/04/2024;Acme, Catering & Co, Ltd;100.00\n" * 2,
    "semicolons and thousands commas": table("Date;Supplier;Amount", "22/04/2024;Acme Ltd;1,234.00"),
    "tabs": table("Date\tSupplier\tAmount", "22/04/2024\tAcme, Ltd\t1,234.00"),
    "pipes": table("Date|Supplier|Amount", "22/04/2024|Acme, Ltd|1,234.00"),
    "all quoted": table('"Date","Supplier","Amount"', '"22/04/2024","Acme Ltd","1,234.00"'),
    "quoted with tabs": table('"Date"\t"Supplier"\t"Amount"', '"22/04/2024"\t"Acme Ltd"\t"1,234.00"'),
    "trailing spaces": table("Date , Supplier Name , Amount ", "22/04/2024 , Acme Ltd , 1234.00 "),
    "a return inside the last heading": table("Date,Supplier Name,Amount\r\r", "22/04/2024,Acme Ltd,1234.00\r\r"),
    "old Macintosh": table("Date,Supplier,Amount", "22/04/2024,Acme Ltd,1234.00").replace("\n", "\r"),
    "Oracle dates": table("Date,Supplier,Amount", "22-APR-24 00:00:00,Acme Ltd,1234.00"),
    "ISO times": table("Date,Supplier,Amount", "2024-04-22T00:00:00Z,Acme Ltd,1234.00"),
    "compact dates": table("Date,Supplier,Amount", "20240422,Acme Ltd,1234.00"),
    "American dates": table("Date,Supplier,Amount", "4/22/2024,Acme Ltd,1234.00"),
    "Excel day numbers": table("Date,Supplier,Amount", "45404,Acme Ltd,1234.00"),
    "titles above": "Anytown Council\n\nPayments over £500,,\nApril 2024,,\n\n"
    + table("Date,Supplier,Amount", "22/04/2024,Acme Ltd,1234.00"),
    "a blank line of commas first": ",,\n" + table("Date,Supplier,Amount", "22/04/2024,Acme Ltd,1234.00"),
    "a query above": "select a, b, c from payments where amount > 500 and date > '01-APR-24';\n\n"
    + table("Date,Supplier,Amount", "22/04/2024,Acme Ltd,1234.00"),
    "headings over two rows": "Payment,Supplier,Net,Invoice\nDate,Name,Amount,Number\n"
    + "22/04/2024,Acme Ltd,1234.00,1001\n" * 3,
    "group headings above": ",Supplier details,,Payment\nDate,Supplier Name,Postcode,Amount\n"
    + "22/04/2024,Acme Ltd,AN1 1AA,1234.00\n" * 3,
    "headings in cells of two lines": '"Payment\nDate","Supplier\nName","Amount\n(£)"\n'
    + "22/04/2024,Acme Ltd,1234.00\n" * 3,
    "sparse columns": "Date,,,Supplier,,Amount\n" + "22/04/2024,,,Acme Ltd,,1234.00\n" * 3,
    "net, VAT and gross": "Date,Supplier,Gross Amount,VAT,Net Amount\n"
    + "22/04/2024,Acme Ltd,1480.80,246.80,1234.00\n" * 3,
    "columns of the same name": "Date,Class Code,Supplier,Class Code,Amount\n"
    + "22/04/2024,1,Acme Ltd,2,1234.00\n" * 3,
    "the publisher in a column": "Body Name,Date,Supplier Name,Amount\n"
    + "Anytown Council,22/04/2024,Acme Ltd,1234.00\n" * 3,
    "an error for a heading": "Date,Supplier,Amount,#N/A\n" + "22/04/2024,Acme Ltd,1234.00,\n" * 3,
    "misspelt headings": "Date,Directotate,Supplier,Amount\n" + "22/04/2024,Roads,Acme Ltd,1234.00\n" * 3,
    "unusual words": "Pymt Date,Name of Creditor,Paid Amount £\n" + "22/04/2024,Acme Ltd,1234.00\n" * 3,
    "amounts with signs and spaces": table("Date,Supplier,Amount", '22/04/2024,Acme Ltd," £1,234.00 "'),
    "UTF-16": table("Date\tSupplier\tAmount", "22/04/2024\tAcme Ltd\t1,234.00").encode("utf-16"),
    "cp1252": table("Date,Supplier,Amount £", "22/04/2024,Café £ Ltd,1234.00").encode("cp1252"),
    "cp850": table("Date,Supplier,Net Amount(£)", "22/04/2024,Acme Ltd,1234.00").encode("cp850"),
    "UTF-8 with a mark": table("Date,Supplier,Amount", "22/04/2024,Acme Ltd,1234.00").encode("utf-8-sig"),
    "a mark encoded twice": b"\xc3\xaf\xc2\xbb\xc2\xbf"
    + table("Date,Supplier,Amount", "22/04/2024,A Ltd,1.00").encode(),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_that_publishers_use_is_read_as_proposed(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, SHAPES[name])
    assert found.column("date")
    assert set(found.column("date")) == {DAY}
    assert all(payee.strip() and "," not in payee[:1] for payee in found.column("payee"))
    assert set(found.column("pence")) <= {123400, 10000, 100}
    assert found.tally.rejected == (1 if name == "semicolons" else 0)  # its headings come twice


def test_both_encodings_in_one_file_are_both_read(tmp_path: Path) -> None:
    good, bad = "22/04/2024,Café Zoë,1.00\n".encode(), "22/04/2024,Søn & Co,2.00\n".encode("cp1252")
    proposal = look(tmp_path, b"Date,Supplier,Amount\n" + good + bad + good)
    assert proposal.reading.encoding == "utf-8"
    assert Read(proposal.part, proposal.reading).column("payee") == ["Café Zoë", "Søn & Co", "Café Zoë"]


def test_net_is_taken_before_gross_and_gross_only_with_a_word_of_warning(tmp_path: Path) -> None:
    both = look(tmp_path, "Date,Supplier,Gross Amount,VAT,Net Amount\n22/04/2024,Acme Ltd,12.00,2.00,10.00\n")
    assert (both.reading.columns["amount"], both.warnings) == ("Net Amount", ())
    gross = look(tmp_path, "Date,Supplier,Gross Amount\n22/04/2024,Acme Ltd,12.00\n")
    assert "with VAT" in gross.warnings[0]


def test_a_column_is_named_by_its_number_where_its_heading_is_not_its_own(tmp_path: Path) -> None:
    twice = look(tmp_path, "Date,Supplier,Supplier,Amount\n22/04/2024,Acme Ltd,Acme Trading,12.00\n")
    assert twice.reading.columns["payee"] == 2
    pair = look(tmp_path, "Payment,Supplier,Net\nDate,Name,Amount\n22/04/2024,Acme Ltd,12.00\n")
    assert pair.reading.header == 2
    assert dict(pair.reading.columns) == {"amount": "Amount", "date": "Date", "payee": "Name"}


def test_files_without_headings_are_told_by_what_they_hold_and_say_so(tmp_path: Path) -> None:
    rows = "".join(f"Roads,Repairs,R{n},Bright Lamps Ltd,{n:02d}/04/2024,{n}00.50\n" for n in range(1, 20))
    proposal = look(tmp_path, rows)
    assert (proposal.reading.header, proposal.reading.width) == (0, 6)
    assert "no headings" in proposal.warnings[0]
    found = Read(proposal.part, proposal.reading)
    assert (found.tally.rows, found.tally.accepted) == (19, 19)
    assert set(found.column("payee")) == {"Bright Lamps Ltd"}


def test_files_without_dates_are_of_the_month_in_their_name(tmp_path: Path) -> None:
    text = "Supplier,Amount,Department,Description\nAcme Ltd,12.00,Roads,Lamps\nBright Ltd,13.00,Roads,Lamps\n"
    proposal = look(tmp_path, text, "over-500-april-2024.csv")
    assert "has no dates" in proposal.warnings[0]
    assert set(Read(proposal.part, proposal.reading).column("month")) == {202404}
    with pytest.raises(FileRefused, match="no column of dates"):
        look(tmp_path, text, "payments.csv")


def test_thousands_and_negative_spending_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, table("Date,Supplier,Amount £000", "22/04/2024,Acme Ltd,1.2345"))
    assert set(found.column("pence")) == {123450}
    found = read(tmp_path, table("Date,Supplier,Amount", "22/04/2024,Acme Ltd,-10.00", 12))
    assert set(found.column("pence")) == {1000}
    over = look(tmp_path, table("Date,Supplier,Amount over £25000", "22/04/2024,Acme Ltd,30000.00"))
    assert over.reading.unit == 1


def test_dates_in_the_american_order_are_told(tmp_path: Path) -> None:
    assert look(tmp_path, table("Date,Supplier,Amount", "4/22/2024,Acme Ltd,1.00")).reading.dates == "mdy"


REFUSED = {
    "": "is empty",
    "\ufeff": "is empty",
    "\n\n\n": "is empty",
    ",,,\n,,,\n": "is empty",
    '""""""': "is empty",
    "%PDF-1.7 ...": "is a PDF",
    "<!DOCTYPE html><html><body>404 Not Found</body></html>": "is a web page",
    "\ufeff\n <html><head>": "is a web page",
    "<table border=1><tr><td>Date</td></tr></table>": "is a web page",
    '{"error": "not found"}': "is JSON",
    '[\n  {"date": 1}]': "is JSON",
    "{\\rtf1 Payments}": "rich text",
    "PAR1....": "is a Parquet file",
    "\x00" * 5000: "NUL bytes",
    "just some words\nand some more\n": "no columns that can be told apart",
    "Supplier,Total\nAcme Ltd,12.00\nBright Ltd,13.00\n": "a summary, not payments",
    "Contract Reference,Contract Title,Annual Value,Supplier\n1,Lamps,100.00,Acme Ltd\n": "is a contracts register",
    "a,b,c,d\n1,2,3,4\n5,6,7,8\n": "no heading that names an amount",
}


@pytest.mark.parametrize("content", REFUSED)
def test_what_is_no_table_of_payments_is_refused_by_name(tmp_path: Path, content: str) -> None:
    with pytest.raises(FileRefused, match=REFUSED[content]) as refusal:
        look(tmp_path, content)
    assert refusal.value.path == "payments.csv"


def test_headings_alone_are_proposed_with_nothing_to_show_or_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        look(tmp_path, HEADINGS + "\n")


SHEET = [
    ["Anytown Council payments"],
    [],
    ["Date", "Supplier Name", "Amount", "Department"],
    [DAY, "Acme Ltd", 1234.0, "Roads"],
    [DAY, "Bright Ltd", -20.5, "Roads"],
    [DAY, "Text Ltd", "£1,234.56", "Roads"],
]


def test_a_workbook_is_taken_sheet_by_sheet_and_a_cover_refused(tmp_path: Path) -> None:
    cover = [["Spending over £500"], ["This workbook lists payments."], ["Published under the licence."]]
    workbook(tmp_path / "spend-2024-25.xlsx", {"Notes": cover, "Apr": SHEET, "May": SHEET})
    parts = parts_of(tmp_path, "spend-2024-25.xlsx")
    assert [part.sheet for part in parts] == ["Notes", "Apr", "May"]
    with pytest.raises(FileRefused, match="#Notes: "):
        propose(parts[0])
    proposal = propose(parts[1])
    assert (proposal.reading.header, proposal.reading.columns["amount"]) == (3, "Amount")
    found = Read(proposal.part, proposal.reading)
    assert found.column("pence") == [123400, -2050, 123456]
    assert set(found.column("date")) == {DAY}
    assert found.tally.preamble == 2


def test_an_ods_workbook_is_read_too(tmp_path: Path) -> None:
    rows: list[list[str | float]] = [["Date", "Supplier", "Amount"], ["22/04/2024", "Acme Ltd", 12.5]]
    ods(tmp_path / "spend.ods", {"Apr": rows})
    (part,) = parts_of(tmp_path, "spend.ods")
    found = Read(part, propose(part).reading)
    assert found.column("pence") == [1250]


def test_the_reading_of_a_good_file_counts_every_row(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert (found.tally.rows, found.tally.accepted, found.tally.pence) == (len(ROWS), len(ROWS), PENCE)
