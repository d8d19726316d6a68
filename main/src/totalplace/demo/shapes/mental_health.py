"""The mental-health trust: one file a year with a period for a date.

Quirks: no day, only a period such as 202304; pound signs and thousands commas in the cells and a pound sign
in the heading, in cp1252; literal `\\xB4` where an accent was; tabs instead of commas in the last year's
.csv; rows with no period and with a word for an amount.
"""

from __future__ import annotations

from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job, Spoil, put, spoiled, sterling

SPOILS = (
    Spoil(0, "", "no_date"),
    Spoil(5, "TBC", "bad_amount"),
    Spoil(5, "", "no_amount"),
)


def mental_health(job: Job) -> None:
    """Write the trust's year: one csv."""
    name = f"OMH {job.year} payments over 25k.csv"
    table = job.table(name)
    table.plain(job.heading("year"))
    for number, (line, spoil) in enumerate(spoiled(job.lines, SPOILS)):
        put(table, _cells(line, number), line, spoil)
    delimiter = "\t" if job.place == 2 else ","
    job.save(name, table.text(delimiter=delimiter).encode("cp1252"))


def _cells(line: Line, number: int) -> list[str]:
    purpose = line.purpose + " caf\\xB4" if number % 211 == 5 else line.purpose
    return [
        str(line.month),
        line.payee.name,
        line.category,
        line.department,
        purpose,
        sterling(line.pence),
    ]
