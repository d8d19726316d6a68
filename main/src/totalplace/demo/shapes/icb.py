"""The integrated care board: the Treasury's columns for payments over £25,000, monthly, gross of VAT.

Quirks: heading with misspellings and spaces that changes each year (`Entuty`, `expsensearea`, ` Amount `);
dates day first, month first in whole files, and both orders inside one file; `######` for dates in one
month's file, which only the file's name can mend; trailing spaces after amounts; invoices split into lines
below the threshold under one transaction number; many spellings of the same NHS body.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from totalplace.demo.pack import Table
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job, Spoil, commas, dmy, mdy, month_name, plain, put, spoiled

AMERICAN = (202207, 202211, 202305, 202306)
BOTH_ORDERS = (202309, 202402, 202410)
HASHED = 202301
DATE, AMOUNT = 2, 7
SPOILS = {
    202206: Spoil(AMOUNT, "#N/A", "bad_amount"),
    202312: Spoil(DATE, "01/01/1900", "date_out_of_range"),
    202408: Spoil(DATE, "31/06/2024", "bad_date"),
}


def icb(job: Job) -> None:
    """Write the board's year: twelve csv files."""
    heading = job.heading()
    for month, lines in job.months():
        name = f"Orrendale-ICB-over-25k-{month_name(month)}-{month // 100}.csv"
        table = job.table(name)
        table.plain(heading)
        spoils = [SPOILS[month]] if month in SPOILS else []
        for number, (line, spoil) in enumerate(spoiled(lines, spoils)):
            cells = _cells(job, line, _dates(month, number, len(lines))(line.day))
            put(table, cells, line, spoil)
        _finish(job, table, name)


def _cells(job: Job, line: Line, date: str) -> list[str]:
    amount = commas(line.pence) + " " if job.place == 1 else plain(line.pence)
    return [
        "Department of Health and Care",
        job.body.name,
        date,
        line.category,
        line.department,
        line.payee.name,
        str(line.number),
        amount,
    ]


def _dates(month: int, number: int, rows: int) -> Callable[[dt.date], str]:
    """How this row's date is written: two thirds into some files a second hand took over."""
    if month == HASHED and number % 3 == 0:
        return lambda _: "########"
    if month in AMERICAN or (month in BOTH_ORDERS and number >= rows * 2 // 3):
        return mdy
    return dmy


def _finish(job: Job, table: Table, name: str) -> None:
    encoding = "cp1252" if job.place == 2 else "utf-8"
    job.save(name, table.text().encode(encoding))
