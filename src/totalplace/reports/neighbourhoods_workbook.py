"""Neighbourhoods as a workbook: summary, areas, blocks, measures, who changes area, notes. Sums are formulas.

People of an area are added up from the sheet of blocks, so that whoever moves a block there, by writing another number
of an area beside it, sees the people of both areas change, and whether they stay in the band.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from totalplace.geography.design.tables import blocks_table
from totalplace.geography.design.task import Band
from totalplace.reports.neighbourhoods import Told
from totalplace.reports.workbook import FORMATS, contents, opened, sheet_names, sums, write_table
from totalplace.table import Column, Table

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ADDED = ("people", "blocks")


def neighbourhoods_workbook(target: Path | IO[bytes], told: Told) -> None:
    """Writes the workbook; raises DataError where the file cannot be written."""
    tables = [each for each in _tables(told) if each.rows]
    names = sheet_names([table.title for table in tables])
    at = dict(zip((table.name for table in tables), names, strict=True))
    with opened(target, OPTIONS) as book:
        contents(book, _about(told), list(zip(names, tables, strict=True)))
        for name, table in zip(names, tables, strict=True):
            sheet = book.add_worksheet(name)
            above = [text for text in (table.title, table.note, told.scope, *told.sources[:1]) if text]
            write_table(book, sheet, table, above, table.rows)
            first = len(above) + 2
            if table.name == "areas":
                _counted(book, sheet, table, first, at["plan"], told.plan.task.band)
            if table.name in ("areas", "plan", "moved"):
                sums(book, sheet, table, first, _ADDED)


def _about(told: Told) -> list[str]:
    kept = [f"Place: {told.place}"] if told.place else []
    return [told.title, *kept, told.scope, *told.words, *told.sources]


def _tables(told: Told) -> list[Table]:
    moved = told.moved()
    one = [told.summary(), told.areas()]
    many = [*([told.mains()] if told.beside else []), *([told.held()] if told.against else [])]
    notes = Table("notes", "Notes", (Column("note", "To know of these figures"),), [(text,) for text in _notes(told)])
    return [*one, *many, *([moved] if moved else []), blocks_table(told.plan, told.called), notes]


def _notes(told: Told) -> list[str]:
    reasons = (
        [f"Reasons: {part}" for part in told.proposal.reasons.split("\n") if part.strip()] if told.proposal else []
    )
    return [*reasons, *told.words, *told.notes, *told.sources]


def _counted(book: Any, sheet: Any, table: Table, first: int, blocks: str, band: Band) -> None:
    """People and blocks of each area, as formulas over the sheet of blocks, and where that leaves it in the band."""
    from xlsxwriter.utility import xl_col_to_name

    # The sheet of blocks: B is the number of the area, D the people. Whole columns, so that rows can be put in.
    names = [column.name for column in table.columns]
    key = xl_col_to_name(names.index("area"))
    look = book.add_format({"num_format": FORMATS["count"]})
    for n, row in enumerate(table.rows, first):
        people, stands, count = (names.index(name) for name in ("people", "band", "blocks"))
        cell = f"{xl_col_to_name(people)}{n + 1}"
        above = f'TEXT({cell}-{band.high},"#,##0")&" above {band.high:,}"'
        below = f'TEXT({band.low}-{cell},"#,##0")&" below {band.low:,}"'
        formula = f'=IF({cell}>{band.high},{above},IF({cell}<{band.low},{below},"in it"))'
        sheet.write_formula(n, stands, formula, None, row[stands])
        sheet.write_formula(n, people, f"=SUMIF('{blocks}'!B:B,{key}{n + 1},'{blocks}'!D:D)", look, row[people])
        sheet.write_formula(n, count, f"=COUNTIF('{blocks}'!B:B,{key}{n + 1})", look, row[count])
