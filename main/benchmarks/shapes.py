"""The eight published shapes: each turns the parts of a file into columns of text and says how to read them.

A shape is a function from Parts to a Layout. Text is built column by column with polars expressions, because
ten million lines in a Python loop would take longer than everything that the benchmark measures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.amounts import Whole, bracketed, commas, numbers, plain


@dataclass(frozen=True)
class Parts:
    """A file before it has a shape: one entry a line in each array, money in pence."""

    body_name: str
    days: list[dt.date]
    day: Whole
    pence: Whole
    payee: pl.Series
    department: pl.Series
    category: pl.Series
    purpose: pl.Series
    serial: Whole
    supplier: Whole  # the payee's number, for its identifiers
    spare: Whole  # a random number below 1,000,000 for columns that nobody counts

    @property
    def size(self) -> int:
        """Lines in the file."""
        return len(self.day)

    def dates(self, form: str) -> pl.Series:
        """The day of each line as text; ``%-d`` is the day without a leading nought on every platform."""
        texts = [day.strftime(form.replace("%-d", str(day.day))) for day in self.days]
        return pl.Series(texts).gather(pl.Series(self.day))


@dataclass(frozen=True)
class Layout:
    """A shape filled in: `head` goes above the lines; `columns` names them for who reads the file back.

    `roles` says which column holds the amount, date, supplier, department, category, purpose, transaction.
    """

    head: list[str]
    frame: pl.DataFrame
    roles: dict[str, str]
    dates: str
    encoding: str = "utf-8"
    bom: bool = False
    newline: str = "\r\n"


def lga16(p: Parts) -> Layout:
    """The Local Government Association's names: sixteen columns, ISO dates, payees cut at 35 characters."""
    frame = pl.DataFrame(
        {
            "OrganisationLabel": pl.repeat(p.body_name, p.size, eager=True),
            "OrganisationURI": pl.repeat("https://data.example/id/council/wexmoor", p.size, eager=True),
            "EffectiveDate": pl.repeat(p.days[-1].isoformat(), p.size, eager=True),
            "OrganisationalUnit": p.department.str.to_uppercase(),
            "BeneficiaryName": p.payee,
            "BeneficiaryOtherID": numbers(100_000 + p.supplier),
            "PaymentDate": p.dates("%Y-%m-%d"),
            "TransactionNumber": numbers(5_100_000_000 + p.serial),
            "Amount": plain(p.pence),
            "IrrecoverableVATAmount": pl.repeat("0.00", p.size, eager=True),
            "Purpose": p.purpose,
            "ProclassLabel": p.category,
            "ProclassCode": numbers(100_000 + p.spare % 300 * 100),
            "InvoiceNumber": numbers(p.spare),
            "ProfitCentre": numbers(150_000 + p.spare % 1000),
            "VATRegistrationNumber": numbers(900_000_000 + p.supplier, "GB"),
        }
    )
    roles = {
        "amount": "Amount", "date": "PaymentDate", "supplier": "BeneficiaryName",
        "department": "OrganisationalUnit", "category": "ProclassLabel", "purpose": "Purpose",
        "transaction": "TransactionNumber",
    }  # fmt: skip
    return Layout([",".join(frame.columns)], frame, roles, "%Y-%m-%d")


def seven(p: Parts) -> Layout:
    """Seven columns, day first."""
    frame = pl.DataFrame(
        {
            "Body Name": pl.repeat(p.body_name, p.size, eager=True),
            "Service Area": p.department,
            "Expenses Type": p.category,
            "Invoice Payment Date": p.dates("%d/%m/%Y"),
            "Transaction Number": numbers(1_700_000_000 + p.serial),
            "Net Amount": plain(p.pence),
            "Supplier Name": p.payee,
        }
    )
    roles = {
        "amount": "Net Amount", "date": "Invoice Payment Date", "supplier": "Supplier Name",
        "department": "Service Area", "category": "Expenses Type", "transaction": "Transaction Number",
    }  # fmt: skip
    return Layout([",".join(frame.columns)], frame, roles, "%d/%m/%Y", newline="\n")


def nhs25k(p: Parts) -> Layout:
    """The Treasury's columns for spend over £25,000: quoted amounts with thousands commas."""
    frame = pl.DataFrame(
        {
            "Department Family": pl.repeat("Department of Health", p.size, eager=True),
            "Entity": pl.repeat(p.body_name, p.size, eager=True),
            "Date": p.dates("%d/%m/%Y"),
            "Expense Type": p.category,
            "Expense Area": p.department.str.to_uppercase(),
            "Supplier": p.payee,
            "Transaction Number": numbers(30_000_000 + p.serial),
            "Amount": commas(p.pence),
        }
    )
    roles = {
        "amount": "Amount", "date": "Date", "supplier": "Supplier", "department": "Expense Area",
        "category": "Expense Type", "transaction": "Transaction Number",
    }  # fmt: skip
    return Layout([",".join(frame.columns)], frame, roles, "%d/%m/%Y")


def sap(p: Parts) -> Layout:
    """A ledger's own export: gross, VAT and net side by side."""
    vat = np.where(p.spare % 3 == 0, p.pence // 5, 0)
    frame = pl.DataFrame(
        {
            "Authority Name": pl.repeat(p.body_name, p.size, eager=True),
            "Date of Payment": p.dates("%Y-%m-%d"),
            "SAP Document Number": numbers(1_600_000_000 + p.serial),
            "Gross": plain(p.pence + vat),
            "VAT": plain(vat),
            "Net": plain(p.pence),
            "Supplier Name": p.payee,
            "Directorate": p.department,
            "G/L description.": p.category,
        }
    )
    roles = {
        "amount": "Net", "date": "Date of Payment", "supplier": "Supplier Name", "department": "Directorate",
        "category": "G/L description.", "transaction": "SAP Document Number",
    }  # fmt: skip
    return Layout([",".join(frame.columns)], frame, roles, "%Y-%m-%d", newline="\n")


def cp1252(p: Parts) -> Layout:
    """Windows' encoding with a pound sign in the header, and dates such as ``7-Apr-23``."""
    frame = pl.DataFrame(
        {
            "Service Cost Centre": p.department.str.to_uppercase(),
            "Account Detail": p.category,
            "Description": p.purpose,
            "CBC ref no": numbers(100_000 + p.serial, "CRINV"),
            "Name": p.payee,
            "Payment date": p.dates("%-d-%b-%y"),
            "Net Amount(£)": plain(p.pence),
        }
    )
    roles = {
        "amount": "Net Amount(£)", "date": "Payment date", "supplier": "Name",
        "department": "Service Cost Centre", "category": "Account Detail", "purpose": "Description",
        "transaction": "CBC ref no",
    }  # fmt: skip
    return Layout([",".join(frame.columns)], frame, roles, "%d-%b-%y", encoding="cp1252")


def brackets(p: Parts) -> Layout:
    """Credits in brackets, dates such as ``07 Apr 2023``, the supplier's number in front."""
    frame = pl.DataFrame(
        {
            "Vendor ID": numbers(10_000_000 + p.supplier),
            "Vendor Name": p.payee,
            "Cost Element": numbers(540_000 + p.spare % 400),
            "Expenditure Account Code Description": p.category,
            "Document No": numbers(1_900_000_000 + p.serial),
            "Amount": bracketed(p.pence),
            "Clearing Date": p.dates("%d %b %Y"),
            "Directorate": p.department.str.to_uppercase(),
            "Service Expenditure Analysis": p.purpose,
        }
    )
    roles = {
        "amount": "Amount", "date": "Clearing Date", "supplier": "Vendor Name", "department": "Directorate",
        "category": "Expenditure Account Code Description", "purpose": "Service Expenditure Analysis",
        "transaction": "Document No",
    }  # fmt: skip
    return Layout([",".join(frame.columns)], frame, roles, "%d %b %Y")


def noheader(p: Parts) -> Layout:
    """No header at all, and amounts with thousands commas."""
    frame = pl.DataFrame(
        {
            "c1": p.department,
            "c2": p.category,
            "c3": p.purpose,
            "c4": numbers(1 + p.spare % 4),
            "c5": numbers(100_000 + p.serial, "INV"),
            "c6": p.payee,
            "c7": p.dates("%d/%m/%Y"),
            "c8": commas(p.pence),
        }
    )
    roles = {
        "amount": "c8", "date": "c7", "supplier": "c6", "department": "c1", "category": "c2", "purpose": "c3",
        "transaction": "c5",
    }  # fmt: skip
    return Layout([], frame, roles, "%d/%m/%Y")


def titled(p: Parts) -> Layout:
    """A byte order mark, four title rows, blank columns in between, and a purpose that is all but unique."""
    purpose = pl.select(pl.concat_str(p.purpose, pl.lit(" "), p.dates("W/C %d.%m.%y"), pl.lit(" "),
                                      numbers(p.serial))).to_series()  # fmt: skip
    blank = pl.repeat(None, p.size, dtype=pl.String, eager=True)
    frame = pl.DataFrame(
        {
            "Directorate": p.department,
            "blank_2": blank,
            "Description": purpose,
            "Expense Type": p.category,
            "blank_5": blank,
            "Reference": numbers(40_000_000 + p.serial),
            "Supplier Name": p.payee,
            "blank_8": blank,
            "Payment Date": p.dates("%d/%m/%Y"),
            "Amount Paid": plain(p.pence),
        }
    )
    wide = "," * (frame.width - 1)
    period = f"{p.days[0]:%d/%m/%Y} to {p.days[-1]:%d/%m/%Y}"
    header = ",".join("" if name.startswith("blank_") else name for name in frame.columns)
    head = [f"{p.body_name}: payments over £250{wide}", wide, f"Period: {period}{wide}", wide, header]
    roles = {
        "amount": "Amount Paid", "date": "Payment Date", "supplier": "Supplier Name",
        "department": "Directorate", "category": "Expense Type", "purpose": "Description",
        "transaction": "Reference",
    }  # fmt: skip
    return Layout(head, frame, roles, "%d/%m/%Y", bom=True)


SHAPES: dict[str, Callable[[Parts], Layout]] = {
    shape.__name__: shape for shape in (lga16, seven, nhs25k, sap, cp1252, brackets, noheader, titled)
}
"""The shapes by name."""

UPPER_CASE = ("nhs25k", "brackets")
"""Shapes whose publishers print payees in capitals."""

LARGE_ONLY = ("nhs25k",)
"""Shapes that hold payments over £25,000 alone."""
