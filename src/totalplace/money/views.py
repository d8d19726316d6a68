"""Tables that faces show: transfers between bodies, candidates to settle, sources, months, suppliers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from totalplace.definition import Definition
from totalplace.money.cells import cells_where
from totalplace.money.cuts import filter_sql, in_years, known_filters
from totalplace.money.months import standing
from totalplace.store.layout import Run
from totalplace.store.queries import marks
from totalplace.store.queries import rows as asked
from totalplace.table import Column, Table
from totalplace.terms import Where, financial_year, month_text, months_of


def transfers(run: Run, definition: Definition, where: Where | None = None) -> Table:
    """What each body paid each other body of the place, by year and outcome, largest first, in pence."""
    ids = {body.id for body in definition.bodies}
    sums: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for cell in cells_where(run, definition, where or {}):
        if cell["to_body"] in ids and in_years(definition, cell["year"]):
            total = sums[(cell["body"], cell["to_body"], cell["year"], cell["outcome"])]
            total[0] += cell["lines"]
            total[1] += cell["place_pence"]
    rows = [(*key, lines, pence) for key, (lines, pence) in sums.items()]
    columns = (
        Column("body", "Paid by"),
        Column("to_body", "Paid to"),
        Column("year", "Financial year"),
        Column("outcome", "Outcome"),
        Column("lines", "Lines", "count"),
        Column("amount", "Amount", "money"),
    )
    rows.sort(key=lambda row: (-abs(row[5]), row))
    return Table("transfers", "What the bodies paid each other", columns, rows)


def over_years(table: Table) -> Table:
    """Transfers with the years of each pair and outcome added up, largest first, and the sum of all below."""
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for body, to_body, _, outcome, lines, amount in table.rows:
        total = sums[body, to_body, outcome]
        total[0] += lines
        total[1] += amount
    rows: list[tuple[Any, ...]] = [(*key, *total) for key, total in sums.items()]
    rows.sort(key=lambda row: (-abs(row[4]), row))
    whole = ("all", "", "", sum(row[3] for row in rows), sum(row[4] for row in rows))
    return replace(table, columns=(*table.columns[:2], *table.columns[3:]), rows=[*rows, whole] if rows else [])


def spellings(run: Run, definition: Definition, where: Where | None = None, *, candidates: bool) -> Table:
    """The published names that were taken for a body, or, with `candidates`, that only look like one.

    Sums are over the payers (`body`) and years of `where`, over all where it names none; money is pence.
    """
    ids = [body.id for body in definition.bodies]
    condition, values = filter_sql(known_filters(definition, where or {}), "s")
    sql = f"""
        WITH p AS (SELECT * FROM read_parquet(?) WHERE sure = ? AND to_body IN ({marks(ids)}))
        SELECT p.payee, p.payee_id, p.to_body, p.rule, p.score, sum(s.lines)::BIGINT AS lines,
               sum(s.pence)::BIGINT AS amount, string_agg(DISTINCT s.body, ', ' ORDER BY s.body) AS paid_by,
               p.payee_key::VARCHAR AS payee_key
        FROM p JOIN read_parquet(?) s USING (payee_key) WHERE {condition}
        GROUP BY ALL ORDER BY abs(sum(s.pence)) DESC, p.payee, p.payee_id
    """
    rows = asked(sql, [run.table("payees"), int(not candidates), *ids, run.table("ledger"), *values])
    columns = (
        Column("payee", "Published name"),
        Column("payee_id", "Identifiers"),
        Column("to_body", "Looks like" if candidates else "Is"),
        Column("rule", "Why"),
        Column("score", "Likeness", "number"),
        Column("lines", "Lines", "count"),
        Column("amount", "Amount", "money"),
        Column("paid_by", "Paid by"),
        Column("payee_key", "Payee number"),
    )
    if candidates:
        return Table("candidates", "Names to settle", columns, rows)
    return Table("spellings", "Names taken for a body", columns, rows)


def outside(run: Run, definition: Definition, where: Where | None = None) -> Table:
    """What was accepted and is not counted, since it is of a year that the place does not count: by body and year.

    Money is pence, as published.
    """
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for cell in cells_where(run, definition, where or {}):
        if not in_years(definition, cell["year"]):
            total = sums[cell["body"], cell["year"]]
            total[0] += cell["lines"]
            total[1] += cell["pence"]
    columns = (
        Column("body", "Body"),
        Column("year", "Financial year"),
        Column("lines", "Lines", "count"),
        Column("amount", "Amount", "money"),
    )
    rows = [(*key, lines, pence) for key, (lines, pence) in sorted(sums.items())]
    return Table("outside", "Lines of years that are not counted", columns, rows)


def accepted(run: Run, definition: Definition) -> Table:
    """The way from the accepted lines of all files to the gross of the count, in pence; what is not counted is less.

    `share` has what of the bodies' money is other places'; its lines stay.
    """
    whole = [(cell["lines"], cell["pence"], cell["place_pence"], cell["year"]) for cell in run.years()]
    inside = [cell for cell in whole if in_years(definition, cell[3])]
    lines, counted = sum(cell[0] for cell in whole), sum(cell[0] for cell in inside)
    pence, kept, gross = sum(c[1] for c in whole), sum(c[1] for c in inside), sum(c[2] for c in inside)
    columns = (
        Column("step", "Step"),
        Column("what", "What"),
        Column("lines", "Lines", "count"),
        Column("amount", "Amount", "money"),
    )
    rows = [
        ("accepted", "Accepted, of all years", lines, pence),
        ("other-years", "Of years that are not counted", counted - lines, kept - pence),
        ("share", "The part of shared bodies that is other places'", 0, gross - kept),
        ("gross", "All payments counted", counted, gross),
    ]
    return Table("accepted", "From accepted lines to the count", columns, rows)


def sources(run: Run) -> Table:
    """Every file, zip member and sheet: rows = accepted + rejected, money in pence, or why it was refused."""
    columns = (
        Column("file", "File"),
        Column("body", "Body"),
        Column("kind", "Kind"),
        Column("rows", "Rows", "count"),
        Column("accepted", "Accepted", "count"),
        Column("rejected", "Rejected", "count"),
        Column("amount", "Amount", "money"),
        Column("rejected_amount", "Rejected amount", "money"),
        Column("first", "First month"),
        Column("last", "Last month"),
        Column("notes", "Notes"),
        Column("refused", "Refused because"),
        Column("sha256", "SHA-256"),
    )
    return Table("sources", "Sources", columns, [_source_row(entry) for entry in run.files])


def _strays(entry: dict[str, Any]) -> str:
    """Which months a file's lines are in, where its name tells one month and they lie a month or more around it."""
    from totalplace.sources.periods import period_told

    told = period_told(entry["name"])
    if not (told.year and told.month and entry["first"]):
        return ""
    name = told.year * 100 + told.month
    first, last, named = (month // 100 * 12 + month % 100 for month in (entry["first"], entry["last"], name))
    if first >= named - 1 and last <= named + 1:
        return ""
    span = f"{month_text(entry['first'])} to {month_text(entry['last'])}"
    return f"lines of {span} under the name of {month_text(name)}"


def _source_row(entry: dict[str, Any]) -> tuple[Any, ...]:
    if entry["refused"]:
        return (
            entry["name"],
            entry["body"],
            entry["kind"],
            0,
            0,
            0,
            0,
            0,
            "",
            "",
            "",
            entry["refused"],
            entry["sha256"],
        )
    notes = [f"{n:,} {what}" for what, n in entry["notes"].items()]
    notes += [f"{entry['blank']:,} blank lines"] if entry["blank"] else []
    notes += [f"{entry['preamble']:,} lines above the headings"] if entry["preamble"] else []
    notes += [stray] if (stray := _strays(entry)) else []
    counts = (entry["rows"], entry["accepted"], entry["rejected"], entry["pence"], entry["rejected_pence"])
    span = (month_text(entry["first"]), month_text(entry["last"]))
    return (
        entry["name"],
        entry["body"],
        entry["kind"],
        *counts,
        *span,
        "; ".join(notes),
        "",
        entry["sha256"],
    )


def months(run: Run, definition: Definition) -> Table:
    """Each body and month of the years counted: lines and money (pence), and its state, one of months.STATES.

    Every month of a body without a line of any year is missing.
    """
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    for cell in run.totals():
        total = sums[(cell["body"], cell["month"])]
        total[0] += cell["lines"]
        total[1] += cell["pence"]
    years = definition.years or sorted({cell["year"] for cell in run.years()})
    known, rows = standing(run), []
    for body in definition.bodies:
        for year in years:
            for month in months_of(year):
                lines, pence = sums.get((body.id, month), (0, 0))
                state = known[body.id].state(month) if body.id in known else "missing"
                rows.append((body.id, year, month_text(month), lines, pence, state))
    columns = (
        Column("body", "Body"),
        Column("year", "Financial year"),
        Column("month", "Month"),
        Column("lines", "Lines", "count"),
        Column("amount", "Amount", "money"),
        Column("state", "State"),
    )
    return Table("months", "Months present and missing", columns, rows)


def _counted_words(definition: Definition, month: int) -> str:
    return "yes" if in_years(definition, financial_year(month // 100, month % 100)) else "no: another year"


def file_months(run: Run, definition: Definition, file: str) -> Table:
    """The months that a file's accepted lines are in: lines and money (pence), and whether the year is counted."""
    sql = """
        SELECT month, sum(lines)::BIGINT, sum(pence)::BIGINT FROM read_parquet(?) WHERE file = ?
        GROUP BY month ORDER BY month
    """
    found = asked(sql, [run.table("ledger"), file])
    rows = [(month_text(month), _counted_words(definition, month), lines, pence) for month, lines, pence in found]
    columns = (
        Column("month", "Month"),
        Column("counted", "Counted"),
        Column("lines", "Lines", "count"),
        Column("amount", "Amount", "money"),
    )
    return Table("file-months", "Months in this file", columns, rows)
