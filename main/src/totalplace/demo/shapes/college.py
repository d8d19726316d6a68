"""The college: seven columns a month, with nothing below £500 and no credit shown.

Quirks: credits and small rows taken out before publishing; a mojibake byte order mark; amounts as a
spreadsheet saves them (`1850`); Excel's day numbers for dates in two months; other words for the same columns
in the last year (`Spend`, `Vendor`); students redacted; a row dated `various`.
"""

from __future__ import annotations

from totalplace.demo.pack import MOJIBAKE_BOM
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job, Spoil, put, serial, short, spoiled

MOJIBAKE = (202205, 202206)
SERIALS = (202311, 202403)
SPOILS = {202210: Spoil(3, "various", "bad_date"), 202405: Spoil(5, "n/k", "bad_amount")}


def college(job: Job) -> None:
    """Write the college's year: twelve csv files."""
    for month, lines in job.months():
        name = f"larkhampton-college-spend-{month // 100}-{month % 100:02d}.csv"
        table = job.table(name)
        table.plain(job.heading("new" if job.place == 2 else "old"))
        for line, spoil in spoiled(lines, [SPOILS[month]] if month in SPOILS else []):
            put(table, _cells(job, line, month), line, spoil)
        mark = MOJIBAKE_BOM if month in MOJIBAKE else b""
        job.save(name, mark + table.text(ends="\n").encode())


def _cells(job: Job, line: Line, month: int) -> list[str]:
    return [
        job.body.name,
        line.department,
        line.category,
        serial(line.day) if month in SERIALS else line.day.isoformat(),
        str(1_700_000_000 + line.number),
        short(line.pence),
        line.payee.name,
    ]
