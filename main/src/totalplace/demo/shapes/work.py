"""The local arm of a national agency: the Treasury's columns with the optional ones, monthly.

Quirks: headings in capitals one year; midnight times after ISO dates in another; `########` for every date of
one month's file; `Redacted` in the supplier's number while the name stands; literal `\\xB4`; a date of 2099;
an empty amount.
"""

from __future__ import annotations

from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job, Spoil, dmy, plain, put, spoiled

HASHED = 202411
SPOILS = {202209: Spoil(2, "01/09/2099", "date_out_of_range"), 202502: Spoil(8, "", "no_amount")}


def work(job: Job) -> None:
    """Write the agency's year: twelve csv files."""
    heading = job.heading("month")
    if job.place == 1:
        heading = [name.upper() for name in heading]
    for month, lines in job.months():
        name = f"WSA_Orrendale_spend_over_2500_{month // 100}_{month % 100:02d}.csv"
        table = job.table(name)
        table.plain(heading)
        for number, (line, spoil) in enumerate(spoiled(lines, [SPOILS[month]] if month in SPOILS else [])):
            put(table, _cells(job, line, month, number), line, spoil)
        job.save(name, table.text().encode())


def _cells(job: Job, line: Line, month: int, number: int) -> list[str]:
    date = f"{line.day.isoformat()} 00:00:00" if job.place == 2 else dmy(line.day)
    payee = line.payee
    return [
        "Department for Work and Skills",
        job.body.name,
        "########" if month == HASHED else date,
        line.category,
        line.department,
        payee.name,
        "Redacted" if number % 23 == 4 else str(payee.vendor),
        str(line.number),
        plain(line.pence),
        line.purpose + (" caf\\xB4 project" if number % 97 == 13 else ""),
        f"ZZ{1 + payee.vendor % 9} {payee.vendor % 9}AA",
        payee.vat,
    ]
