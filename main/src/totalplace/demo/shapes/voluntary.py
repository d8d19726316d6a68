"""The voluntary-sector council: one small file a year, made by hand.

Quirks: nine title rows above the heading; a month for a date (`Apr-22`, `April 2024`); a whole SQL query
above the heading, one year; blank rows between the months; a total row at the end; pound signs in cells and
heading.
"""

from __future__ import annotations

from totalplace.demo.pack import Table
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job, dmy, month_name, sterling, total

QUERY = (
    "SELECT p.paid_on AS 'Date', s.trading_name AS 'Paid To', p.narrative AS 'What For',",
    "       b.line_name AS 'Budget Line', p.net_amount AS 'Total'",
    "FROM payments p, suppliers s, budget b",
    "WHERE s.id = p.supplier_id AND b.id = p.budget_id AND p.paid_on BETWEEN '2023-04-01' AND '2024-03-31'",
    "ORDER BY p.paid_on",
)


def voluntary(job: Job) -> None:
    """Write the year: one csv."""
    name = f"LCVS money out {job.year}.csv"
    table = job.table(name)
    _top(job, table)
    month = job.lines[0].month
    for line in job.lines:
        if job.place == 1 and line.month != month:
            table.plain([""] * 5)
            month = line.month
        table.line(_cells(job, line), line)
    whole = total(job.lines)
    table.reject(["Total", "", "", "", sterling(whole)], "total_row", whole)
    job.save(name, table.text().encode())


def _top(job: Job, table: Table) -> None:
    if job.first:
        titles = (
            "Larkhampton Council for Voluntary Service",
            "",
            "What we spent",
            f"Year: {job.year}",
            "",
            "Prepared for: trustees",
            "Basis: payments",
            "Threshold: none",
            "",
        )
        table.plain(*([title, "", "", "", ""] for title in titles))
    elif job.place == 1:
        table.plain(*([part] for part in QUERY), [""])
    table.plain(job.heading())


def _cells(job: Job, line: Line) -> list[str]:
    if job.place == 1:
        date = dmy(line.day)
    elif job.first:
        date = f"{month_name(line.month, 3)}-{line.day.year % 100}"
    else:
        date = f"{month_name(line.month)} {line.day.year}"
    return [date, line.payee.name, line.purpose, line.department, sterling(line.pence)]
