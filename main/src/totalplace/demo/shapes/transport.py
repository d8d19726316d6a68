"""The transport body: a csv a month, hardly two alike, from a small office's spreadsheet.

Quirks: `Net Amount(£)` in cp1252 and, one month, cp850; a month with carriage returns for line ends; headings
that change over the years, with a stray `+` for the first one or an empty `RecId`; a byte order mark; a blank
comma row before or after the heading; sixty trailing commas; sparse blank columns; no heading in one month;
the heading repeated in the body; dates as 04/03/2023, 04/03/23, 04-Mar-23, 4 March 2023 and Excel's day
numbers; pound signs and thousands commas; card rows mixed with invoices, known by `P-CARD - SEP 22`, bought
in the month before; file names in many styles; August 2023 never published; `#N/A` for an amount and VOID for
a date.
"""

from __future__ import annotations

from collections.abc import Sequence

from totalplace.demo.pack import BOM, Table
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import (
    Job,
    Spoil,
    commas,
    dmy,
    dmy_short,
    mon,
    month_name,
    plain,
    put,
    serial,
    short,
    spoiled,
    sterling,
    worded,
)

GAPS = (1, 1, 2, 1, 1, 2, 1, 0)
"""Empty columns after each of the newest columns, from November 2024."""

CP850, CARRIAGE_RETURNS, RECORD_ID, PLUS = 202209, 202210, 202211, 202302
MARKED, SERIALS, SHORT_DATES, REPEATED, WIDE = 202305, 202306, 202309, 202401, 202402
SPARSE_FROM, HEADLESS = 202411, 202502
SPOILS = {202207: Spoil(6, "#N/A", "bad_amount"), 202312: Spoil(5, "VOID", "bad_date")}


def transport(job: Job) -> None:
    """Write the year: a csv for each published month."""
    for month, lines in job.months():
        name = _file_name(month)
        table = job.table(name)
        if job.place == 2:
            _newest(job, table, month, lines)
        else:
            _heading(job, table, month)
            spoils = [SPOILS[month]] if month in SPOILS else []
            for number, (line, spoil) in enumerate(spoiled(lines, spoils)):
                if month == REPEATED and number == len(lines) // 2:
                    table.reject(job.heading(), "repeated_header")
                put(table, _cells(job, line, month, number), line, spoil)
        job.save(name, _bytes(table, month))


def _bytes(table: Table, month: int) -> bytes:
    text = table.text(ends="\r" if month == CARRIAGE_RETURNS else "\r\n")
    if month == MARKED:
        return BOM + text.encode()
    return text.encode("cp850" if month == CP850 else "cp1252")


def _file_name(month: int) -> str:
    name, year = month_name(month), month // 100
    styles = (
        f"{month % 10_000}.csv",
        f"{name}-{year}-csv.csv",
        f"TfO-Spend-OVER-250.00-{name[:3]}-{year % 100}.csv",
        f"{name}-{year % 100}.csv",
        f"1694702240wpdm_{name}-{year}.csv",
    )
    return styles[month % len(styles)]


def _heading(job: Job, table: Table, month: int) -> None:
    heading = job.heading()
    if month == RECORD_ID:
        table.plain(job.heading("record-id"), [""] * 8)
    elif month == PLUS:
        table.plain(job.heading("plus"))
    elif month == MARKED:
        table.plain([""] * 13, heading + [""] * 6)
    elif month == WIDE:
        table.plain([""] * 67, heading + [""] * 60)
    else:
        table.plain(heading)


def _cells(job: Job, line: Line, month: int, number: int) -> list[str]:
    amount = short(line.pence) if job.first and month % 2 else plain(line.pence) if job.first else commas(line.pence)
    cells = [
        line.department,
        line.category,
        line.purpose.upper(),
        _reference(line),
        line.payee.name,
        _date(line, month, number),
        amount,
    ]
    return cells + [""] * {RECORD_ID: 1, PLUS: 1, MARKED: 6, WIDE: 60}.get(month, 0)


def _reference(line: Line) -> str:
    if line.channel == "card":
        return f"P-CARD - {month_name(line.filed, 3).upper()} {line.filed // 100 % 100}"
    return f"B{line.number:09d}/{line.payee.vendor}"


def _date(line: Line, month: int, number: int) -> str:
    if month in (RECORD_ID, PLUS):
        return mon(line.day)
    if month < 202304:
        return dmy(line.day)
    if month == SERIALS and number % 3 == 0:
        return serial(line.day)
    if month == SHORT_DATES:
        return dmy_short(line.day)
    return worded(line.day, 3 if month % 2 else None)


def _newest(job: Job, table: Table, month: int, lines: Sequence[Line]) -> None:
    """The newest layout: pound signs at first, blank columns between the others later."""
    sparse = month >= SPARSE_FROM
    if month != HEADLESS:
        table.plain(_spread(job.heading()) if sparse else job.heading())
    for number, line in enumerate(lines):
        cells = [
            f"{line.department.replace(' & ', '').replace(' ', '')[:4]} - {line.department.title()}",
            f"{'ABCDE'[len(line.category) % 5]}AA - {line.category.title()}",
            line.purpose.capitalize(),
            str(1 + number % 3),
            _reference(line) if line.channel == "card" else f"TFOINV{line.number:07d}",
            line.payee.name,
            dmy(line.day),
            commas(line.pence) if sparse else sterling(line.pence),
        ]
        table.line(_spread(cells) if sparse else cells, line)


def _spread(cells: Sequence[str]) -> list[str]:
    return [out for cell, gap in zip(cells, GAPS, strict=True) for out in (cell, *[""] * gap)]
