"""The entries of a workbook's sheets, strictly: what is not understood is named with its sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from totalplace.editions.book import CODE, Sheet, cell_name
from totalplace.editions.layout import VALUES, Layout
from totalplace.editions.marks import OURS, Marks, currencies_in
from totalplace.parameters.unit_cost import KINDS, RATINGS
from totalplace.parameters.unit_cost_rows import COLUMNS, LARGEST

NOTHING = ("", "-", "\N{EN DASH}", "\N{EM DASH}", "n/a", "na", "none")
"""What a cell says where there is no value."""
_YEAR = re.compile(r"(\d{4})\s*[/\N{EN DASH}-]\s*(\d{4}|\d{2})")
_THEMES = {
    "CR": "Crime",
    "E&S": "Education & Skills",
    "E&E": "Employment & Economy",
    "FI": "Fire",
    "HE": "Health",
    "HO": "Housing",
    "SS": "Social Services",
}
"""The themes of edition 1.4 by the letters of its codes; a sheet of other codes is a theme by its name."""

Line = dict[str, str]


@dataclass
class Found:
    """What was read: lines for an edition's file by code, where each stands, and what was assumed."""

    lines: dict[str, Line] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_sheet(sheet: Sheet, layout: Layout, marks: Marks, found: Found) -> None:
    """Adds the entries of a sheet to what was found; raises FileRefused naming sheet and cell."""
    _refuse_merged(sheet, layout)
    _refuse_errors(sheet, layout, marks.errors)
    _refuse_currencies(sheet, layout, marks.currencies)
    if layout.borrowed:
        kinds = " and ".join(layout.borrowed)
        found.notes.append(f"sheet '{sheet.name}' has no price years for {kinds} values: the fiscal value's were taken")
    before = category = ""
    for row in range(layout.first, len(sheet.rows)):
        code = sheet.text(row, layout.column("code")).upper()
        category = sheet.text(row, layout.column("category")) if layout.column("category") >= 0 else category
        if not CODE.fullmatch(code):
            code = _without_code(sheet, layout, row, code, before)
            if not code:
                continue
            found.notes.append(
                f"sheet '{sheet.name}', {cell_name(row, layout.column('code'))} is empty: read as {code}"
            )
        if code in found.where:
            place = f"{code} stands in {found.where[code]} already"
            raise sheet.refuse(place, row, layout.column("code"))
        found.lines[code] = _line(sheet, layout, row, code)
        found.where[code] = f"sheet '{sheet.name}', cell {cell_name(row, layout.column('code'))}"
        before = code


def _refuse_merged(sheet: Sheet, layout: Layout) -> None:
    strict = {at for role, at in layout.columns.items() if role in ("code", "unit", *KINDS) or role.endswith("_year")}
    for (top, left), (bottom, right) in sheet.merged:
        if bottom >= layout.first and any(left <= column <= right for column in strict):
            span = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
            if sheet.text(top, left) or any(sheet.text(row, layout.column("code")) for row in range(top, bottom + 1)):
                raise sheet.refuse(f"{span} are merged over codes or values: part them, each with its own", top, left)


def _refuse_errors(sheet: Sheet, layout: Layout, errors: Mapping[str, str]) -> None:
    """Raises FileRefused for a formula that came to nothing, which would pass for an empty cell."""
    for row in range(layout.first, len(sheet.rows)):
        for column in layout.columns.values():
            if error := errors.get(cell_name(row, column)):
                raise sheet.refuse(f"a formula comes to {error} here", row, column)


def _refuse_currencies(sheet: Sheet, layout: Layout, formats: Mapping[str, str]) -> None:
    columns = [layout.column(kind) for kind in KINDS if layout.column(kind) >= 0]
    for row in range(len(sheet.rows)):
        for column in (*columns, layout.column("unit")):
            text = sheet.cell(row, column)
            named = currencies_in(text) if isinstance(text, str) else set()
            if column in columns and row >= layout.first:
                named |= {formats[name]} if (name := cell_name(row, column)) in formats else set()
            if other := sorted(named - {OURS}):
                raise sheet.refuse(f"it is in {other[0]}, and unit costs are in pounds: take one currency", row, column)


def _without_code(sheet: Sheet, layout: Layout, row: int, code: str, before: str) -> str:
    """The code of a row that has none, where those around it leave one alone; '' for a row without a value.

    Edition 1.4 has such a row: the first part of CR8.0, between CR8.0 and CR8.0.2.
    """
    valued = [column for kind in KINDS if (column := layout.column(kind)) >= 0 and _is_number(sheet.cell(row, column))]
    if not valued:
        return ""
    after = sheet.text(row + 1, layout.column("code")).upper()
    if not code and before and after == f"{before}.2":
        return f"{before}.1"
    what = f"'{code}' is no code such as CR1.0" if code else "there is no code"
    raise sheet.refuse(f"{what}, and {cell_name(row, valued[0])} holds a value", row, layout.column("code"))


def _line(sheet: Sheet, layout: Layout, row: int, code: str) -> Line:
    line = dict.fromkeys(COLUMNS, "")
    for role in ("category", "detail", "unit", "agency", "part", "source", "comment"):
        if layout.column(role) >= 0:
            line[role] = sheet.text(row, layout.column(role))
    rag = sheet.text(row, layout.column("rag")).lower() if layout.column("rag") >= 0 else ""
    line["rag"] = next((rating for rating in RATINGS if rag in (rating, rating[0])), "")
    line |= dict(_values(sheet, layout, row, code))
    if not line["unit"]:
        raise sheet.refuse(f"{code} has no unit; a value without one cannot be used", row, layout.column("unit"))
    line |= {"code": code, "theme": _theme(code, sheet.name), "level": level_of(code), "verified": "no"}
    return line


def _values(sheet: Sheet, layout: Layout, row: int, code: str) -> Iterator[tuple[str, str]]:
    for kind in VALUES:
        column = layout.column(kind)
        value = _number(sheet, row, column) if column >= 0 else None
        if value is None:
            continue
        at = layout.column("fiscal_year" if kind in layout.borrowed else f"{kind}_year")
        year = _year(sheet, row, at)
        if not year:
            raise sheet.refuse(f"{code} has a {kind} value of {value} and no price year here", row, at)
        yield kind, str(value)
        yield f"{kind}_year", year


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _number(sheet: Sheet, row: int, column: int) -> Decimal | None:
    cell = sheet.cell(row, column)
    if isinstance(cell, str) and cell.strip().lower() in NOTHING:
        return None
    if not _is_number(cell):
        raise sheet.refuse(f"'{sheet.text(row, column)}' stands where a number should be", row, column)
    value = Decimal(repr(cell))
    if not value.is_finite() or abs(value) > LARGEST:
        raise sheet.refuse(f"a unit cost of {cell} cannot be", row, column)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def _year(sheet: Sheet, row: int, column: int) -> str:
    """A price year in the form 2013-14, '' where none is given; raises FileRefused for what is no financial year."""
    text = sheet.text(row, column)
    if text.lower() in NOTHING:
        return ""
    match = _YEAR.fullmatch(text)
    after = str(int(match[1]) + 1) if match else ""
    if not match or match[2] not in (after, after[-2:]):
        raise sheet.refuse(f"'{text}' is not a financial year such as 2013/14", row, column)
    return f"{match[1]}-{match[2][-2:]}"


def _theme(code: str, sheet: str) -> str:
    return _THEMES.get(re.sub(r"\d.*", "", code), sheet.strip())


def level_of(code: str) -> str:
    """How an entry stands to others, by its code: CR8.0 headline, CR8.1 subsidiary, CR8.1.1 constituent."""
    if code.count(".") > 1:
        return "constituent"
    return "headline" if code.endswith(".0") else "subsidiary"
