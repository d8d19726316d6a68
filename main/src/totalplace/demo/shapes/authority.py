"""The combined authority: a file for each of thirteen four-week periods, whose name tells no month.

Quirks: credits in brackets and thousands commas; nine title rows above the heading in the first period of
each year; rows with `#N/A` or an empty amount; a total row at the end of the last period's file; names of
bodies in capitals, with brackets and abbreviations.
"""

from __future__ import annotations

import datetime as dt

from totalplace.demo.pack import Table
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job, Spoil, brackets, put, spoiled, total

AMOUNT = 5
SPOILS = (Spoil(AMOUNT, "#N/A", "bad_amount"), Spoil(AMOUNT, "", "no_amount"))
PERIODS = 13


def authority(job: Job) -> None:
    """Write the combined authority's year: thirteen csv files."""
    start = dt.date(int(job.year[:4]), 4, 1)
    for period in range(1, PERIODS + 1):
        lines = [line for line in job.lines if min(PERIODS, (line.day - start).days // 28 + 1) == period]
        name = f"oca_{job.year[2:4]}{job.year[5:]}-P{period:02d}.csv"
        table = job.table(name)
        if period == 1:
            _titles(job, table)
        table.plain(job.heading("period"))
        for line, spoil in spoiled(lines, SPOILS if period % 4 == 2 else ()):
            put(table, _cells(line), line, spoil)
        if period == PERIODS:
            whole = total(lines)
            table.reject(["", "Total", "", "", "", brackets(whole), "", "", ""], "total_row", whole)
        job.save(name, table.text().encode())


def _cells(line: Line) -> list[str]:
    capital = line.category.startswith(("LAND", "HSG"))
    return [
        str(10_000_000 + line.payee.vendor),
        line.payee.name,
        str(500_000 + line.number % 50_000),
        line.category,
        str(5_100_000_000 + line.number),
        brackets(line.pence),
        line.day.isoformat(),
        line.department,
        "CAPITAL" if capital else "REVENUE",
    ]


def _titles(job: Job, table: Table) -> None:
    blanks = [""] * (8)
    for title in (
        "Orrendale Combined Authority",
        "",
        "Payments to suppliers over £250",
        "",
        "Parameters:",
        f"Year: {job.year}",
        "Ledger: A1",
        "Threshold: 250",
        "",
    ):
        table.plain([title, *blanks])
