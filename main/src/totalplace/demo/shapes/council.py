"""The borough council: the Local Government Association's columns, a zip of csv a year, and cards apart.

Quirks: ISO dates; payees cut at 35 characters; two dates in a row (EffectiveDate is no payment date); exact
duplicate rows that are real, up to 90 lines of one invoice and credits on the same number; redacted carers;
payroll tax, pensions, treasury, precepts and levies among purchases; two csv members in the last year's
zip; rows with no date, `#N/A` or words for an amount. Cards in a csv of their own with merchant codes.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from totalplace.demo.pack import Table, stored_zip
from totalplace.demo.payments import Line
from totalplace.demo.shapes.common import Job, Spoil, plain, put, short, spoiled

URI = "https://larkhampton.example/id/council"
DATE, AMOUNT = 6, 8
SPOILS = (
    Spoil(DATE, "", "no_date"),
    Spoil(AMOUNT, "#N/A", "bad_amount"),
    Spoil(DATE, "", "no_date"),
    Spoil(AMOUNT, "see invoice", "bad_amount"),
    Spoil(DATE, "1900-01-01", "date_out_of_range"),
)


def council(job: Job) -> None:
    """Write the council's year: one zip of spending and one csv of cards."""
    lines = [line for line in job.lines if line.channel != "card"]
    # A ledger lists a cost centre at a time.
    lines.sort(key=lambda line: (line.department, line.day, line.number))
    archive = f"larkhampton-supplier-spend-{job.year}.zip"
    halves = [lines] if job.place < 2 else [lines[: len(lines) // 2], lines[len(lines) // 2 :]]
    members = []
    for number, half in enumerate(halves, 1):
        name = archive.replace(".zip", f"-part{number}.csv" if len(halves) > 1 else ".csv")
        table = job.table(archive, name)
        _spend(job, table, half, SPOILS if number == 1 else ())
        members.append((name, table.text(ends="\n").encode()))
    job.save(archive, stored_zip(members))
    cards = f"larkhampton_gpc_{job.year}.csv"
    table = job.table(cards, kind="card")
    _cards(job, table, [line for line in job.lines if line.channel == "card"])
    job.save(cards, table.text().encode(), kind="card")


def _head(job: Job) -> list[str]:
    return [job.body.name, URI, f"{int(job.year[:4]) + 1}-03-31"]


def _spend(job: Job, table: Table, lines: Sequence[Line], spoils: Sequence[Spoil]) -> None:
    table.plain(job.heading("spend"))
    head = _head(job)
    for line, spoil in spoiled(lines, spoils):
        payee = line.payee
        code = zlib.crc32(line.category.encode()) % 9000 + 1000
        cells = [
            *head,
            line.department,
            payee.name,
            str(payee.vendor or ""),
            line.day.isoformat(),
            str(line.number),
            plain(line.pence),
            "0.00",
            line.purpose,
            line.category,
            "NA" if line.category == "NA" else f"{code}00",
            str(line.number * 7 % 100_000),
            str(200_000 + zlib.crc32(line.department.encode()) % 90_000),
            payee.vat,
        ]
        put(table, cells, line, spoil)


def _cards(job: Job, table: Table, lines: Sequence[Line]) -> None:
    table.plain(job.heading("card"))
    head = _head(job)
    for line in lines:
        category, code = line.category.split(":")
        unit = f"{line.purpose.split()[0]} team"
        cells = [
            *head,
            unit,
            line.payee.name,
            line.day.isoformat(),
            short(line.pence),
            "0",
            f"Purchase {line.payee.name} for {line.purpose.lower()}",
            category,
            code,
            "GPC",
        ]
        table.line(cells, line)
