"""The housing association: gross, VAT and net side by side, monthly, then by quarter in another layout.

Quirks: three amounts, of which the net one counts; a heading in two rows; the heading repeated in the body; a
month with 12 headings over 17 cells; a mojibake byte order mark; later, two pairs of columns with the same
names, a trailing `#N/A` heading, a misspelt one and a supplier number that holds a name, in files by quarter;
rows with no date. Beside them a contracts register filed as if it were spending: no reader should take it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from totalplace.demo.pack import MOJIBAKE_BOM, Table, Value
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import VAT_PERCENT, Job, Spoil, plain, put, short, spoiled
from totalplace.terms import months_of

TWO_ROWS, REPEATED, MOJIBAKE, TOO_WIDE = 202204, (202211, 202307), 202301, 202309


def homes(job: Job) -> None:
    """Write the year: twelve csv files, or four in the last year with a contracts register beside them."""
    if job.place == 2:
        for quarter in range(4):
            _quarter(job, quarter)
        _register(job)
        return
    for month, lines in job.months():
        name = f"brindlestow_{month // 100}-{month % 100:02d}.csv"
        table = job.table(name)
        _month(job, table, month, lines)
        job.save(name, (MOJIBAKE_BOM if month == MOJIBAKE else b"") + table.text().encode())


def _month(job: Job, table: Table, month: int, lines: Sequence[Line]) -> None:
    if month == TWO_ROWS:
        table.plain(job.heading("two-rows"))
        # The heading's second row comes where payments are due, and is none.
        table.reject(job.heading("second-row"), "repeated_header")
    else:
        table.plain(job.heading("too-wide" if month == TOO_WIDE else "old"))
    for number, line in enumerate(lines):
        if month in REPEATED and number == len(lines) // 2:
            table.reject(job.heading("old"), "repeated_header")
        table.line(_cells(job, line, ragged=month == TOO_WIDE), line)


def _cells(job: Job, line: Line, *, ragged: bool) -> list[str]:
    taxed = line.kind == "spending" and not line.payee.to_body and line.payee.vendor % 4
    vat = line.pence * VAT_PERCENT // 100 if taxed else 0
    cells = [
        job.body.name,
        line.day.isoformat(),
        str(600_000_000 + line.number),
        short(line.pence + vat),
        short(vat),
        short(line.pence),
        line.payee.name,
        line.department,
        line.category,
    ]
    return [*cells, "5716", "", "", f"W{line.number % 9000 + 1000}", "", "", "", ""] if ragged else cells


def _quarter(job: Job, quarter: int) -> None:
    months = months_of(job.year)[3 * quarter : 3 * quarter + 3]
    lines = [line for line in job.lines if line.filed in months]
    name = f"brindlestow_{job.year}_Q{quarter + 1}.csv"
    table = job.table(name)
    table.plain(job.heading("new"))
    spoils = [Spoil(4, "", "no_date")] if quarter == 1 else []
    for line, spoil in spoiled(lines, spoils):
        code = zlib.crc32(line.category.encode()) % 900_000
        cells = [
            job.body.name,
            line.department,
            line.payee.name,
            line.payee.name.upper(),
            line.day.isoformat(),
            str(line.number),
            line.category,
            f"{code:06d}",
            line.purpose,
            str(code % 1000),
            plain(line.pence),
            "",
        ]
        put(table, cells, line, spoil)
    job.save(name, table.text().encode())


def _register(job: Job) -> None:
    """A register of contracts among the payments, with no truth: it is not spending."""
    rows: list[Sequence[Value]] = [job.heading("register")]
    for number, line in enumerate(job.lines[:: max(1, len(job.lines) // 60)]):
        rows.append(
            [
                line.department,
                "RFQ" if number % 3 else "Framework",
                f"B{1400 + number}",
                f"{line.category} {job.year}",
                line.payee.name,
                plain(abs(line.pence) * 12),
                plain(abs(line.pence) * 36),
                f"{line.day.year}-{line.day.month:02d}-01",
                f"{line.day.year + 3}-{line.day.month:02d}-01",
                "36",
                "Yes" if number % 2 else "No",
            ]
        )
    name = "brindlestow_2024-07.csv"
    text = Table(job.truth.unlisted(job.body.id, job.path(name)), rows).text()
    job.write(name, MOJIBAKE_BOM + text.encode())
