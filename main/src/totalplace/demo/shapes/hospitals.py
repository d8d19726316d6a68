"""The hospital trust: monthly files over £25,000 with identifiers before the payees' names.

Quirks: before names, prefixes `NHS0000RZ901 : ` (ODS code), `UK9912345601 : ` (company number) and
`GB000417223 : ` (VAT number); a byte order mark in the first year and a mojibake one in months of the
second; dates as 04-Aug-22; thousands commas in quotes; the ward in the column headed Department Family; a
transaction number that a spreadsheet took for a month; back-ticks for apostrophes; a date of 1900.
"""

from __future__ import annotations

from totalplace.demo.pack import BOM, MOJIBAKE_BOM
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job, Spoil, commas, mon, month_name, put, spoiled

WARDS = ("Tanyard Ward", "Weir Ward", "Lantern Unit", "Theatres 1-4", "Pinfold Ward", "Outpatients")
SPOILS = {
    5: Spoil(2, "01/01/1900", "date_out_of_range"),
    11: Spoil(7, "-", "bad_amount"),
}


def hospitals(job: Job) -> None:
    """Write the trust's year: twelve csv files."""
    for month, lines in job.months():
        name = f"LSH_Spend_Over_25k_{month_name(month, 3)}{month // 100 % 100}.csv"
        table = job.table(name)
        table.plain(job.heading("month"))
        spoils = [SPOILS[month % 100]] if month % 100 in SPOILS else []
        for number, (line, spoil) in enumerate(spoiled(lines, spoils)):
            put(table, _cells(job, line, number), line, spoil)
        mark = BOM if job.first else MOJIBAKE_BOM if job.place == 1 and month % 100 in (4, 5, 6) else b""
        job.save(name, mark + table.text().encode())


def _cells(job: Job, line: Line, number: int) -> list[str]:
    ward = WARDS[line.payee.vendor % len(WARDS)]
    transaction = mon(line.day)[3:] if number % 50 == 7 else str(line.number)
    return [
        ward,
        job.body.name,
        mon(line.day),
        line.category,
        line.department,
        line.payee.name.replace("'", "`"),
        transaction,
        commas(line.pence),
    ]
