"""Small published files for tests, in the shapes that publishers use. All names are made up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import totalplace as tp
from totalplace.adding import Added
from totalplace.build import Built
from totalplace.place import Place
from totalplace.sources.parts import Part, part_named
from totalplace.sources.reading import Reading
from totalplace.sources.sniff import Proposal, propose
from totalplace.sources.spend import Tally, read_spend

BODY = "Anytown Council"
HEADINGS = "Date,Supplier Name,Amount,Department,Description,Transaction Number"
ROWS = (
    '03/04/2024,Bright Lamps Ltd,"1,250.00",Highways,Street lamps,1001',
    "15/04/2024,Acme Catering,499.99,Schools,Meals,1002",
    "22/04/2024,Acme Catering,-20.00,Schools,Meals returned,1003",
    "22/04/2024,Care Homes Ltd,2000.00,Adult Social Care,Care,1004",
    "22/04/2024,Care Homes Ltd,2000.00,Adult Social Care,Care,1004",
    "30/04/2024,Redacted,300.01,Adult Social Care,Direct payment,1005",
)
GOOD = "\n".join((HEADINGS, *ROWS)) + "\n"
PENCE = 603000
"""What GOOD adds up to."""


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Writes a file below `folder`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """A zip of `members`."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], *, hidden: Sequence[str] = ()) -> Path:
    """An XLSX workbook; days are written as days, texts that begin with '=' as formulas without a value."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", "nan_inf_to_errors": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    _write(sheet, at, column, cell)
            if name in hidden:
                sheet.hide()
    return path


def _write(sheet: Any, row: int, column: int, cell: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, dt.date | dt.datetime):
        sheet.write_datetime(row, column, cell)
    elif isinstance(cell, str) and cell.startswith("="):
        sheet.write_formula(row, column, cell, value="")
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    else:
        sheet.write(row, column, cell)


def ods(path: Path, sheets: Mapping[str, Sequence[Sequence[str | float]]]) -> Path:
    """An OpenDocument workbook."""
    from xml.sax.saxutils import escape

    def cell(value: str | float) -> str:
        if isinstance(value, str):
            text = f"<text:p>{escape(value)}</text:p>"
            return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def part(folder: Path, content: str | bytes, name: str = "payments.csv") -> Part:
    """A text file as a part."""
    put(folder, name, content)
    return part_named(folder, name)


def look(folder: Path, content: str | bytes, name: str = "payments.csv") -> Proposal:
    """What is proposed for a text file."""
    return propose(part(folder, content, name))


class Read:
    """What reading a part came to: its lines and rejects as rows of dictionaries, and the tally."""

    def __init__(self, found: Part, reading: Reading, *, card: bool = False, keep_lines: bool = True) -> None:
        self.tally = Tally()
        self.lines: list[dict[str, Any]] = []
        self.rejects: list[dict[str, Any]] = []
        for tidy in read_spend(found, reading, body="anytown", card=card, tally=self.tally):
            self.lines += tidy.lines.rows(named=True) if keep_lines else []
            self.rejects += tidy.rejects.rows(named=True)

    @property
    def rejected(self) -> list[tuple[int, str]]:
        """Line and reason of each rejected row."""
        return [(row["line"], row["reason"]) for row in self.rejects]

    def column(self, name: str) -> list[Any]:
        """A column of the accepted lines."""
        return [row[name] for row in self.lines]


def read(folder: Path, content: str | bytes, name: str = "payments.csv", *, card: bool = False) -> Read:
    """A text file read as proposed."""
    proposal = look(folder, content, name)
    return Read(proposal.part, proposal.reading, card=card)


def new_place(folder: Path, *bodies: str) -> Place:
    """An empty place."""
    return tp.new(folder, name="Anytown", bodies=bodies or (BODY,))


def added(place: Place, *names: str, body: str = BODY, kind: str = "spend") -> Added:
    """Adds files of the place's folder."""
    return place.add(kind, [place.root / name for name in names], body=body)


def built(place: Place, files: Mapping[str, str | bytes], body: str = BODY) -> Built:
    """Writes files, adds them and builds."""
    for name, content in files.items():
        put(place.root, name, content)
    added(place, *files, body=body)
    return place.build()
