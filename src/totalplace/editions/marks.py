"""What a workbook's cells do not tell by themselves: currencies by the formats of numbers, formulas that failed."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from totalplace.sources.opening import opened_zip
from totalplace.sources.parts import Part

SIGNS = {"£": "pounds", "GBP": "pounds", "€": "euros", "EUR": "euros", "$": "dollars", "USD": "dollars", "¥": "yen"}
"""How a currency is written, and what it is called."""
OURS = "pounds"
_SIGN = re.compile("|".join(re.escape(sign) if len(sign) == 1 else rf"\b{sign}\b" for sign in SIGNS))
_BRACKET = re.compile(r"\[\$([^\]-]*)(?:-[0-9A-Fa-f]+)?\]")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_XF = re.compile(r'<xf\b[^>]*?\bnumFmtId="(\d+)"')
_FORMAT = re.compile(r"<numFmt\b[^>]*>")
_CELL = re.compile(r'<c\b[^>]*?\br="([A-Z]+\d+)"[^>]*?>')
_ERROR = re.compile(r'<c\b[^>]*?\br="([A-Z]+\d+)"[^>]*?\bt="e"[^>]*>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?<v>([^<]*)</v>')
_ATTRIBUTE = re.compile(r'\b(\w[\w:]*)="([^"]*)"')


def currencies_in(text: str) -> set[str]:
    """The currencies that a text names."""
    return {SIGNS[sign] for sign in _SIGN.findall(text)}


@dataclass(frozen=True)
class Marks:
    """What is marked at cells of a sheet, by their names: other currencies than pounds, and errors of formulas."""

    currencies: Mapping[str, str]
    errors: Mapping[str, str]


def marks_of(part: Part) -> Marks:
    """The marks of a sheet; none where they cannot be read.

    Of .xlsx alone: other kinds of workbook keep them where they are not looked for.
    """
    if part.file.suffix.lower() not in (".xlsx", ".xlsm"):
        return Marks({}, {})
    with opened_zip(part) as archive:
        names = set(archive.namelist())
        file = _file_of(archive, part.sheet, names)
        if not file:
            return Marks({}, {})
        sheet = _read(archive, file)
        other = dict(_other_styles(_read(archive, "xl/styles.xml"))) if "xl/styles.xml" in names else {}
        return Marks(dict(_cells(sheet, other)), dict(_ERROR.findall(sheet)))


def _read(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(name).decode("utf-8", "replace")


def _file_of(archive: zipfile.ZipFile, sheet: str, names: set[str]) -> str:
    """The member that holds a sheet, by the workbook's own table of contents; '' where it cannot be told."""
    told = [dict(_ATTRIBUTE.findall(tag)) for tag in re.findall(r"<sheet\b[^>]*>", _read(archive, "xl/workbook.xml"))]
    wanted = [html.unescape(entry.get("name", "")) == sheet for entry in told]
    rels = "xl/_rels/workbook.xml.rels"
    if True not in wanted or rels not in names:
        return ""
    key = told[wanted.index(True)].get("r:id", "")
    links = [dict(_ATTRIBUTE.findall(tag)) for tag in re.findall(r"<Relationship\b[^>]*>", _read(archive, rels))]
    target = next((link.get("Target", "") for link in links if link.get("Id") == key), "")
    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return name if name in names else ""


def _other_styles(styles: str) -> Iterator[tuple[str, str]]:
    """The styles, by their number, whose format has another currency's sign than the pound's."""
    codes = {}
    for tag in _FORMAT.findall(styles):
        told = dict(_ATTRIBUTE.findall(tag))
        codes[told.get("numFmtId", "")] = html.unescape(told.get("formatCode", ""))
    cells = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0]
    for number, format_id in enumerate(_XF.findall(cells)):
        code = codes.get(format_id, "")
        shown = " ".join(_BRACKET.findall(code)) + " ".join(one or other for one, other in _LITERAL.findall(code))
        # A dollar outside brackets is one too; inside them it is how any currency is marked.
        for currency in sorted(currencies_in(shown + " " + _BRACKET.sub("", code)) - {OURS}):
            yield str(number), currency


def _cells(sheet: str, other: dict[str, str]) -> Iterator[tuple[str, str]]:
    for found in _CELL.finditer(sheet):
        style = dict(_ATTRIBUTE.findall(found[0])).get("s", "")
        if style in other:
            yield found[1], other[style]
