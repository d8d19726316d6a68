"""Every table as .csv, .xlsx and .json at an address that stays: /tables/{name}.{ending}, with a page's filters."""

from __future__ import annotations

import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.exceptions import HTTPException

from totalplace.errors import did_you_mean
from totalplace.money.selecting import FILTERS, check_sort
from totalplace.money.whole_lines import COLUMNS
from totalplace.reports.text import csv_chunks, json_chunks
from totalplace.reports.treasurer import write_treasurer
from totalplace.reports.workbook import write_workbook
from totalplace.table import Table
from totalplace.terms import slug
from totalplace.web.addresses import Chosen
from totalplace.web.desk import Desk, chosen_of, desk_of, for_people, years_words
from totalplace.web.download import MOST, XLSX, scope_of, source_of
from totalplace.web.fields import line_years, lines_where
from totalplace.web.offered import NEEDING, TABLES

if TYPE_CHECKING:
    pass

MOST_EXCEL = 250_000
"""Rows of a table that a workbook holds: Excel could hold four times as many, and nobody would wait for them."""

router = APIRouter(prefix="/tables", tags=["tables"])
Ending = Literal["csv", "xlsx", "json"]
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": XLSX,
}


@router.get("", summary="What tables there are", response_model=None)
def listed(request: Request) -> dict[str, Any] | Response:
    """The tables with the parameters that each takes. Values can stand together with commas between them."""
    lines = {"holds": "The lines", "parameters": ["q", "sort", *FILTERS]}
    known = {name: {"holds": offered.words, "parameters": list(offered.known)} for name, offered in TABLES.items()}
    offered_all = {**known, "lines": lines}
    if for_people(request):
        return desk_of(request).draw(request, "tables.html", section="sources", tables=offered_all, needing=NEEDING)
    return {"endings": list(KINDS), "tables": offered_all}


@router.get("/{name}.{ending}", summary="A table as a file", response_class=Response)
def table(request: Request, name: str, ending: Ending) -> Response:
    """A table. Money is pounds: decimals in CSV, numbers in Excel, decimal text in JSON.

    `name` and its parameters are those of /tables. 413 where it is too long, with what to do.
    """
    desk = desk_of(request)
    if name == "lines":
        return _lines(desk, chosen_of(request, "q", "sort", *FILTERS), ending)
    if name not in TABLES:
        raise HTTPException(404, f"there is no table '{name}'{did_you_mean(name, [*TABLES, 'lines'])}")
    offered = TABLES[name]
    chosen = chosen_of(request, *offered.known)
    made = offered.make(desk, chosen)
    _room(len(made.rows), ending)
    return _answer(desk, chosen, made, ending, made.rows, len(made.rows))


@router.get("/workbook", summary="The treasurer's workbook", response_class=Response)
def workbook(request: Request) -> Response:
    """Every table of the account in one Excel file, each with its scope and source; sums are formulas."""
    desk = desk_of(request)
    chosen_of(request)
    file = tempfile.SpooledTemporaryFile(max_size=8 << 20)  # noqa: SIM115 - closed when it was sent
    write_treasurer(file, desk.place)
    file.seek(0)
    name = f"{slug(desk.definition.name) or 'place'}-workbook.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_sent(file), media_type=KINDS["xlsx"], headers=headers)


def _lines(desk: Desk, chosen: Chosen, ending: Ending) -> Response:
    sort = chosen.text("sort", "file")
    check_sort(sort)
    selection = desk.money.selection(lines_where(desk, chosen), chosen.text("q"))
    _room(selection.total, ending)
    years = years_words(line_years(desk, chosen))
    note = f"{selection.total:,} lines as published, of {years}; year=any gives those of years not counted too."
    rows = (row for batch in selection.batches(sort) for row in batch)
    return _answer(desk, chosen, Table("lines", "Lines", COLUMNS, [], note), ending, rows, selection.total)


def _room(rows: int, ending: Ending) -> None:
    most = MOST_EXCEL if ending == "xlsx" else MOST
    if rows > most:
        other = "take the CSV, or " if ending == "xlsx" and rows <= MOST else ""
        raise HTTPException(
            413,
            f"{rows:,} rows are more than the {most:,} that one file of this sort holds: {other}narrow the choice "
            "to a body, a year or a month; 'totalplace sql' can ask the whole store",
        )


def _answer(desk: Desk, chosen: Chosen, table: Table, ending: Ending, rows: Iterable[Any], count: int) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(desk, chosen, table)}.{ending}"'}
    about = TABLES[table.name].about if table.name in TABLES else None
    scope, source = about(desk, chosen) if about else (scope_of(desk, chosen), source_of(desk))
    if ending == "json":
        body = json_chunks(table, rows, scope=scope, source=source)
        return StreamingResponse(body, media_type=KINDS[ending])
    if ending == "csv":
        # Excel takes a CSV file for one of Windows' old encodings unless it begins with this mark.
        body = chain([BOM_UTF8], csv_chunks(table.columns, rows))
        return StreamingResponse(body, media_type=KINDS[ending], headers=headers)
    file = tempfile.SpooledTemporaryFile(max_size=8 << 20)  # noqa: SIM115 - closed when it was sent
    write_workbook(file, table, scope=scope, source=source, rows=rows, expected=count)
    file.seek(0)
    return StreamingResponse(_sent(file), media_type=KINDS[ending], headers=headers)


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(1 << 16):
            yield chunk


def _file_name(desk: Desk, chosen: Chosen, table: Table) -> str:
    one = ("theme", "scenario", "area", "claim", "case", "option", "portfolio")
    told = [table.name, *(value for name in one for value in chosen.values.get(name, []))]
    parts = [slug(desk.definition.name), *told, *chosen.values.get("body", []), *chosen.values.get("year", [])]
    return "-".join(slug(part) for part in parts if part)[:120]
