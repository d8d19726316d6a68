"""A workbook's cells as they stand: values, kept values of formulas, currencies of formats, what is merged or hidden.

A reader of our own, as cases must be told by cell what is wrong with them, which readers of values alone cannot say.
It unpacks no more than UNPACKED, and refuses XML that declares a document type.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from totalplace.errors import CaseError

UNPACKED = 48 << 20
"""Bytes to which the parts of a workbook that are read may unpack: hundreds of cases' worth."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Numbers of the formats for dates and times that every workbook knows."""
_LITERAL = re.compile(r'"[^"]*"|\\.')
_BRACKET = re.compile(r"\[([^\]]*)\]")
_SIGN = re.compile(r"[€$¥₹]|\b(EUR|USD|JPY|CHF|INR|AUD|CAD|CNY)\b")


@dataclass(frozen=True)
class Formula:
    """A formula as it is written, and how far it is moved from where it was written (rows, columns), where several
    cells share one."""

    text: str
    moved: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Cell:
    """What a cell holds. `fault` is a value such as #REF!; `kept` is false for a formula whose value is not there;
    `currency` is the sign of a currency other than pounds in its format; `date` tells that it is shown as a date."""

    value: float | str | bool | None
    formula: Formula | None = None
    fault: str = ""
    kept: bool = True
    currency: str = ""
    date: bool = False


@dataclass
class Sheet:
    """A sheet: cells by row and column, from 1; merged ranges (top, left, bottom, right); what is hidden."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets by name in their order, its defined names, and whether its dates count from 1904."""

    sheets: Mapping[str, Sheet]
    names: Mapping[str, str]
    from_1904: bool = False


def place(row: int, column: int) -> str:
    """The name of a cell: ``F7`` for row 7, column 6."""
    return f"{letters(column)}{row}"


def letters(column: int) -> str:
    """The letters of a column, from 1."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def number_of_column(name: str) -> int:
    """The number of a column by its letters."""
    found = 0
    for letter in name:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found


def read_book(content: bytes, name: str) -> Book:
    """The workbook in some bytes; raises CaseError where it is no XLSX, locked, damaged or a bomb."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise CaseError(
            f"{name} has a password, or is an old .xls workbook; save it without a password as .xlsx, and try again"
        )
    if not content.startswith(b"PK"):
        raise CaseError(f"{name} is no workbook, whatever its name says; a case is an .xlsx workbook or a TOML file")
    damage = (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error, struct.error, ValueError, expat.ExpatError)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Reader(archive, name).book()
    except damage as error:
        raise CaseError(f"{name} is a workbook that is damaged ({error}); save it anew, and try again") from error


class _Reader:
    """Reads the parts of one archive, and keeps count of what it has unpacked."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive, self.name, self.left = archive, name, UNPACKED
        self.parts = set(archive.namelist())

    def book(self) -> Book:
        if "xl/workbook.xml" not in self.parts:
            raise CaseError(
                f"{self.name} is no .xlsx workbook inside; open it in a spreadsheet and save it as .xlsx, and try again"
            )
        workbook = self.tree("xl/workbook.xml")
        links = {link.get("Id"): link for link in self.tree("xl/_rels/workbook.xml.rels").iter("Relationship")}
        texts, styles = self._texts(), self._styles()
        sheets: dict[str, Sheet] = {}
        for entry in workbook.iter("sheet"):
            link = links.get(entry.get("id"))
            if link is None or not str(link.get("Type")).endswith("/worksheet"):
                continue
            found = Sheet(entry.get("name", ""), entry.get("state", "visible") != "visible")
            _fill(
                found, self.tree(posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]), texts, styles
            )
            sheets[found.name] = found
        names = {str(each.get("name")): each.text or "" for each in workbook.iter("definedName")}
        settings = next(workbook.iter("workbookPr"), None)
        return Book(sheets, names, settings is not None and settings.get("date1904") in ("1", "true"))

    def tree(self, part: str) -> Element:
        """The XML of a part, names without their prefixes."""
        if part not in self.parts:
            raise CaseError(f"{self.name} is a workbook that is damaged: it lacks {part}; save it anew, and try again")
        info = self.archive.getinfo(part)
        if info.flag_bits & 1:
            raise CaseError(f"{self.name} is locked with a password; save it without one, and try again")
        # Read no further than the limit, whatever the archive says of its sizes.
        with self.archive.open(info) as stream:
            data = stream.read(self.left + 1)
        self.left -= len(data)
        if self.left < 0:
            raise CaseError(
                f"{self.name} unpacks to over {UNPACKED >> 20} MB: no case is so long. Copy the sheets of the case "
                "into a new template, and leave the rest out"
            )
        return _tree(data, self.name)

    def _texts(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.parts:
            return []
        return [_text(entry) for entry in self.tree("xl/sharedStrings.xml").iter("si")]

    def _styles(self) -> list[tuple[str, bool]]:
        """By style, the sign of a currency other than pounds, and whether it shows a date."""
        if "xl/styles.xml" not in self.parts:
            return []
        tree = self.tree("xl/styles.xml")
        codes = {int(each.get("numFmtId", 0)): each.get("formatCode", "") for each in tree.iter("numFmt")}
        formats = next(tree.iter("cellXfs"), None)
        found = []
        for entry in formats if formats is not None else ():
            number = int(entry.get("numFmtId", 0))
            code = codes.get(number, "")
            found.append((foreign(code), number in _DATES or _is_date(code)))
        return found


def _tree(data: bytes, name: str) -> Element:
    builder, parser = TreeBuilder(), expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise CaseError(f"{name} is a workbook with a document type in it, which none has; it was not opened")

    def bare(text: str) -> str:
        return text.rpartition(":")[2]

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, has: builder.start(bare(tag), {bare(k): v for k, v in has.items()})
    parser.EndElementHandler = lambda tag: builder.end(bare(tag))
    parser.CharacterDataHandler = builder.data
    parser.Parse(data, True)
    return builder.close()


def _text(entry: Element) -> str:
    """The words of a rich text, without what is only there to say how it is pronounced."""
    aside = {id(each) for spoken in entry.iter("rPh") for each in spoken.iter("t")}
    words = "".join(each.text or "" for each in entry.iter("t") if id(each) not in aside)
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), words)


def foreign(code: str) -> str:
    """The sign of a currency other than pounds that a number format shows; '' for none."""
    for inside in _BRACKET.findall(code):
        if inside.startswith("$"):
            sign = inside[1:].partition("-")[0].strip()
            if sign and sign.upper() not in ("£", "GBP"):
                return str(sign)
    found = _SIGN.search(_BRACKET.sub("", code.replace('"', "").replace("\\", "")))
    return found[0] if found else ""


def _is_date(code: str) -> bool:
    bare = _BRACKET.sub("", _LITERAL.sub("", code)).lower()
    return bare != "general" and bool(re.search(r"[ymdhs]", bare))


def _fill(sheet: Sheet, tree: Element, texts: list[str], styles: list[tuple[str, bool]]) -> None:
    """Puts the cells of a sheet's XML into it."""
    for each in tree.iter("col"):
        if each.get("hidden") in ("1", "true"):
            sheet.hidden_columns.append((int(each.get("min", 1)), int(each.get("max", 1))))
    for each in tree.iter("mergeCell"):
        ends = [_place(end) for end in each.get("ref", "A1").split(":")]
        sheet.merged.append((*ends[0], *ends[-1]))
    shared: dict[str, tuple[str, int, int]] = {}
    row = 0
    for entry in tree.iter("row"):
        row = int(entry.get("r", row + 1))
        if not 1 <= row <= LAST_ROW:
            raise ValueError(f"row {row}")
        if entry.get("hidden") in ("1", "true"):
            sheet.hidden_rows.add(row)
        column = 0
        for cell in entry.iter("c"):
            column = _place(cell.get("r", ""))[1] if cell.get("r") else column + 1
            if column > LAST_COLUMN:
                raise ValueError(f"column {column}")
            style = int(cell.get("s", 0))
            found = _cell(cell, row, column, texts, styles[style] if 0 <= style < len(styles) else ("", False), shared)
            if found:
                sheet.cells[row, column] = found


def _place(name: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(name.replace("$", "").upper())
    if not found or int(found[2]) > LAST_ROW:
        raise ValueError(f"a cell called {name[:20]!r}")
    return int(found[2]), number_of_column(found[1])


def _cell(
    entry: Element,
    row: int,
    column: int,
    texts: list[str],
    style: tuple[str, bool],
    shared: dict[str, tuple[str, int, int]],
) -> Cell | None:
    kind, written = entry.get("t", "n"), entry.find("f")
    held = entry.find("v")
    text = (held.text or "") if held is not None else ""
    formula = _formula(written, row, column, shared) if written is not None else None
    kept = formula is None or bool(text) or (held is not None and kind == "str")
    if kind == "e":
        return Cell(None, formula, text or "#VALUE!")
    value: float | str | bool | None
    if kind == "inlineStr":
        value = _text(entry)
    elif not text:
        value = None
    elif kind == "s":
        at = int(text)
        value = texts[at] if 0 <= at < len(texts) else None
    elif kind == "b":
        value = text.strip() in ("1", "true")
    elif kind in ("str", "d"):
        value = text
    else:
        value = float(text)
    if isinstance(value, str) and not value.strip():
        value = None
    if value is None and formula is None:
        return None
    numeric = isinstance(value, float)
    return Cell(value, formula, "", kept, style[0] if numeric else "", style[1] and numeric)


def _formula(entry: Element, row: int, column: int, shared: dict[str, tuple[str, int, int]]) -> Formula:
    """A cell's formula; one that it shares with others is written in the first of them alone."""
    if entry.get("t") != "shared":
        return Formula(entry.text or "")
    number = entry.get("si", "")
    if entry.text:
        shared[number] = (entry.text, row, column)
    text, top, left = shared.get(number, ("", row, column))
    return Formula(text, (row - top, column - left))


def formulas(book: Book) -> Iterator[tuple[str, int, int, Formula]]:
    """Every formula with the sheet, row and column where it stands."""
    for sheet in book.sheets.values():
        for (row, column), cell in sheet.cells.items():
            if cell.formula:
                yield sheet.name, row, column, cell.formula
