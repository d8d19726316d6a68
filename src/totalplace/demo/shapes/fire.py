"""The fire authority: a workbook a year with one sheet.

Quirks: dates as times of 01:00, shifted by summer time; document numbers now as numbers, now as text; card
rows mixed in, known by `PCARD CCq101`; dotted categories in lower case; payees in small letters; error cells
(`#REF!` in a category, `#N/A` for an amount); the sheet's name changes every year.
"""

from __future__ import annotations

import datetime as dt

from totalplace.demo.pack import Value, workbook
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job

SHEETS = ("Data to upload", "23-24 transparency", "Sheet1 (2)")


def fire(job: Job) -> None:
    """Write the authority's year: one workbook of one sheet."""
    name = f"ofra-spend-{job.year}.xlsx"
    title = SHEETS[job.place]
    table = job.table(name, title)
    table.plain(job.heading("year"))
    for number, line in enumerate(job.lines):
        cells = _cells(line, number)
        if number == len(job.lines) // 2:
            # An error cell holds no amount: workbook readers see it empty.
            table.reject([*cells[:-1], "#N/A"], "no_amount")
        if number == len(job.lines) // 3:
            table.reject([cells[0], "", *cells[2:]], "no_date", line.pence)
        table.line(cells, line)
    job.save(name, workbook([(title, table)], "dd/mm/yyyy hh:mm"))


def _cells(line: Line, number: int) -> list[Value]:
    summer = 4 <= line.day.month <= 10
    day = dt.datetime(line.day.year, line.day.month, line.day.day, 1 if summer else 0)  # noqa: DTZ001 - as published
    dotted = f"ofra.expenditure.{line.department}.{line.category}".lower().replace(" ", "_")
    document: Value = line.number if number % 3 else str(line.number)
    if line.channel == "card":
        document = f"PCARD CCq{1 + (line.day.month - 4) % 12 // 3}{number % 100:02d}"
    return [
        document,
        day,
        "#REF!" if number % 173 == 9 else dotted,
        line.payee.name,
        line.category,
        line.pence / 100,
    ]
