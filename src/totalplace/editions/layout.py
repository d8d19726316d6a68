"""Which column of a sheet is what: told by the headings above the first cost code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from totalplace.editions.book import CODE, Sheet, cell_name
from totalplace.parameters.unit_cost import KINDS

ROLES: Mapping[str, re.Pattern[str]] = {
    "agency": re.compile(r"\bagenc|organisation|who bears"),
    "category": re.compile(r"\bcategor"),
    "comment": re.compile(r"\bcomment|^notes?\b"),
    "detail": re.compile(r"\bdetail|\bdescription|cost title|^unit cost$|^outcome$"),
    "rag": re.compile(r"\brag\b|confidence|\brating\b"),
    "source": re.compile(r"\bsource|\breference"),
    "unit": re.compile(r"^units?$|^unit of|^units? \("),
}
"""The headings of columns of text."""
VALUES: Mapping[str, re.Pattern[str]] = {
    "fiscal": re.compile(r"\bfiscal\b|public (?:sector|purse)"),
    "economic": re.compile(r"\beconomic\b"),
    "social": re.compile(r"\bsocial\b(?! (?:services|care))"),
}
YEAR = re.compile(r"\byear\b|price base")
UPDATED = re.compile(r"updat|uprat|inflat|adjusted|current prices|in \d{4}[/-]\d{2} prices")
"""Values that the workbook itself has put into prices of another year: they are worked out here."""
MUST = ("detail", "unit", "fiscal", "fiscal_year")
"""The columns without which a sheet with codes is of another layout."""
ABOVE = 8
"""So many rows above the first code can hold headings."""
LONGEST = 90
"""Letters of the longest heading; more are a title or a note."""


@dataclass(frozen=True)
class Layout:
    """Where the costs of a sheet stand: the row of the first code, and the column of each role, from 0."""

    first: int
    columns: Mapping[str, int]
    borrowed: tuple[str, ...] = ()
    """Kinds of value without a column of price years, which take the fiscal one's."""

    def column(self, role: str) -> int:
        """The column of a role, -1 where there is none."""
        return self.columns.get(role, -1)


def layout_of(sheet: Sheet) -> Layout | None:
    """Where the costs of a sheet stand; None for a sheet without codes. Raises FileRefused for another layout."""
    at = _codes(sheet)
    if at is None:
        return None
    first, code = at
    headings = {column: _heading(sheet, first, column) for column in range(sheet.width) if column != code}
    columns = {"code": code, **_texts(headings), **_values(headings)}
    if lack := [role for role in MUST if role not in columns]:
        _refuse_figures_above(sheet, first, code)
        words = " and ".join(role.replace("_", " value's ") for role in lack)
        raise sheet.refuse(
            f"codes stand from {cell_name(first, code)} on, and no heading above them is that of the {words}: it is of "
            "another layout; leave it out with --without where it holds no costs"
        )
    borrowed = tuple(kind for kind in KINDS if kind in columns and f"{kind}_year" not in columns)
    return Layout(first, columns, borrowed)


def _codes(sheet: Sheet) -> tuple[int, int] | None:
    """The row and the column of the first code: in the column that has most of them."""
    count: dict[int, int] = {}
    firsts: dict[int, int] = {}
    for row, column, text in sheet.texts():
        if CODE.fullmatch(text):
            count[column] = count.get(column, 0) + 1
            firsts.setdefault(column, row)
    if not count:
        return None
    column = max(count, key=lambda each: count[each])
    return firsts[column], column


def _refuse_figures_above(sheet: Sheet, first: int, code: int) -> None:
    """Raises FileRefused where the row above the first code holds figures: it is an entry with a spoiled code."""
    figures = [column for column in range(sheet.width) if isinstance(sheet.cell(first - 1, column), float)]
    if first and [column for column in figures if column != code]:
        text = sheet.text(first - 1, code)
        raise sheet.refuse(f"'{text}' is no code such as CR1.0, and figures stand beside it", first - 1, code)


def _heading(sheet: Sheet, first: int, column: int) -> tuple[str, str]:
    """The words right above a column, and those with what stands above them (headings of several columns)."""
    found = [text for row in range(max(first - ABOVE, 0), first) if (text := _above(sheet, row, column))]
    return (found[-1] if found else "", " ".join(found))


def _above(sheet: Sheet, row: int, column: int) -> str:
    """The heading of a cell, which may be merged over several columns, but not over the sheet as titles are."""
    for (top, left), (bottom, right) in sheet.merged:
        if top <= row <= bottom and left <= column <= right:
            wide = (right - left + 1) * 2 > max(sheet.width, 8)
            text = sheet.text(top, left) if row == top and not wide else ""
            return text.lower() if len(text) <= LONGEST else ""
    text = sheet.text(row, column)
    return text.lower() if len(text) <= LONGEST else ""


def _texts(headings: Mapping[int, tuple[str, str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, (own, whole) in headings.items():
        for role, pattern in ROLES.items():
            if pattern.search(own) or (role == "agency" and pattern.search(whole)):
                role = "part" if role == "agency" and "agency" in found else role
                found.setdefault(role, column)
                break
    return found


def _values(headings: Mapping[int, tuple[str, str]]) -> dict[str, int]:
    """The columns of values, the first of each kind, and that of each one's price years, which stands after it."""
    found: dict[str, int] = {}
    last = ""
    for column, own, whole in _that_may_be_values(headings):
        kind = next((kind for kind, pattern in VALUES.items() if pattern.search(own)), "")
        kind = kind or next((kind for kind, pattern in VALUES.items() if pattern.search(whole)), "")
        if YEAR.search(own):
            if (kind or last) in found:
                found.setdefault(f"{kind or last}_year", column)
        elif kind:
            found.setdefault(kind, column)
            last = kind
    return found


def _that_may_be_values(headings: Mapping[int, tuple[str, str]]) -> Iterator[tuple[int, str, str]]:
    for column, (own, whole) in headings.items():
        text = any(pattern.search(own) for pattern in ROLES.values())
        if own and not text and not UPDATED.search(own):
            yield column, own, whole
