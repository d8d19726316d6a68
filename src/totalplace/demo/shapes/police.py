"""The police and crime commissioner: a workbook a year with a sheet for each month.

Quirks: headings that change by year and within a year (`SUPPLIER`, `* SUPPLIER FINAL`, `TOTAL`, a stray
`Column1`); sheet names in three styles; ledger numbers after names, `(200398)` or `[17340]`; binary dust in
amounts (858.0000000000001); dates left as bare numbers; payees in capitals; THIRD PARTY SUPPLIER for those
who may not be named; an empty row and a total row below the last month's payments.
"""

from __future__ import annotations

import datetime as dt
import math

from totalplace.demo.pack import Value, workbook
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job, month_name, serial, total


def police(job: Job) -> None:
    """Write the commissioner's year: one workbook of twelve sheets."""
    name = f"opcc-spend-over-500-{job.year}.xlsx"
    sheets = []
    for month, lines in job.months():
        title = _sheet_name(job, month)
        table = job.table(name, title)
        half = "first" if 3 < month % 100 < 10 else "last"
        table.plain(job.heading(f"{job.place}-{half}"))
        for number, line in enumerate(lines):
            table.line(_cells(job, line, number), line)
        if month % 100 == 3:
            table.plain([])
            whole = total(lines)
            table.reject(["Total", "", whole / 100, ""], "total_row", whole)
        sheets.append((title, table))
    job.save(name, workbook(sheets))


def _sheet_name(job: Job, month: int) -> str:
    short, year = month_name(month, 3), month // 100 % 100
    if job.place == 1:
        return short if month % 100 > 3 else f"{short} '{year}"
    return f"{short} {year}" if job.first else f"{short.upper()} {year}"


def _cells(job: Job, line: Line, number: int) -> list[Value]:
    day: Value = dt.datetime(line.day.year, line.day.month, line.day.day)  # noqa: DTZ001 - a day, in no time zone
    if job.place == 1 and number % 40 == 3:
        day = int(serial(line.day))
    amount = line.pence / 100
    if number % 25 == 11:
        amount = math.nextafter(amount, math.inf)
    return [line.category, day, amount, _numbered(line, job.place)]


def _numbered(line: Line, place: int) -> str:
    """The payee with its number in the ledger, in the years and for the payees that have it."""
    payee = line.payee
    if place == 0 or payee.vendor % 3 or payee.name.endswith((")", "]")):
        return payee.name
    return f"{payee.name} ({payee.vendor})" if place == 1 else f"{payee.name} [{payee.vendor % 100_000}]"
