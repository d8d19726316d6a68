"""Formulas with their values: arithmetic on cells that is written down as it is worked out.

`x * (1 - y)` over two cells is both the number that it comes to and the formula that a spreadsheet works out again, so
that the two cannot part.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from totalplace.reports.workbook import LONGEST, printable

ATOM, POWER, PRODUCT, SUM, JOIN, COMPARED = range(6)
"""How tightly the parts of a formula hold together, the tightest first."""


@dataclass(frozen=True)
class X:
    """A formula, or a cell that is named by its address, and its value."""

    text: str
    value: Any
    rank: int = ATOM

    def __add__(self, other: X | float) -> X:
        return _two(self, "+", other, SUM, lambda a, b: a + b)

    def __radd__(self, other: float) -> X:
        return number(other) + self

    def __sub__(self, other: X | float) -> X:
        return _two(self, "-", other, SUM, lambda a, b: a - b)

    def __rsub__(self, other: float) -> X:
        return number(other) - self

    def __mul__(self, other: X | float) -> X:
        return _two(self, "*", other, PRODUCT, lambda a, b: a * b)

    def __truediv__(self, other: X) -> X:
        # A formula that is never reached may divide by nought, as in IF(a>0, b/a, ...).
        return _two(self, "/", other, PRODUCT, lambda a, b: a / b if b else math.nan)

    def __pow__(self, other: X | float) -> X:
        return _two(self, "^", other, POWER, lambda a, b: a**b)

    def __and__(self, other: X | str) -> X:
        """Texts joined."""
        return _two(self, "&", other, JOIN, lambda a, b: f"{a}{b}")

    def __gt__(self, other: X | float) -> X:
        return _two(self, ">", other, COMPARED, lambda a, b: a > b)

    def __ge__(self, other: X | float) -> X:
        return _two(self, ">=", other, COMPARED, lambda a, b: a >= b)

    def __lt__(self, other: X | float) -> X:
        return _two(self, "<", other, COMPARED, lambda a, b: a < b)

    def is_(self, other: X | float | str) -> X:
        """Whether two are the same; texts without regard to case, as spreadsheets have it."""
        return _two(self, "=", other, COMPARED, lambda a, b: _folded(a) == _folded(b))

    def is_not(self, other: X | float | str) -> X:
        """Whether two differ."""
        return _two(self, "<>", other, COMPARED, lambda a, b: _folded(a) != _folded(b))


@dataclass(frozen=True)
class Range:
    """Neighbouring cells of one row or column, and their values."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    values: tuple[float, ...]

    @property
    def text(self) -> str:
        """Its address."""
        from xlsxwriter.utility import xl_range_abs

        return f"'{self.sheet}'!{xl_range_abs(self.top, self.left, self.bottom, self.right)}"

    def __getitem__(self, at: int) -> X:
        """One of its cells, from 0."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        down, across = (0, at) if self.top == self.bottom else (at, 0)
        cell = xl_rowcol_to_cell(self.top + down, self.left + across, True, True)
        return X(f"'{self.sheet}'!{cell}", self.values[at])

    def upto(self, count: int) -> Range:
        """So many of its cells, from the first, of a row."""
        return Range(self.sheet, self.top, self.left, self.bottom, self.left + count - 1, self.values[:count])


def number(value: float) -> X:
    """A number in a formula."""
    return X(f"{value:.15g}", value, ATOM if value >= 0 else SUM)


def words(text: str) -> X:
    """A text in a formula: words of ours alone. What people wrote stands in a cell, and is named."""
    return X('"' + text.replace('"', '""') + '"', text)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _x(value: X | float | str) -> X:
    return value if isinstance(value, X) else words(value) if isinstance(value, str) else number(value)


def _two(one: X, sign: str, other: X | float | str, rank: int, work: Any) -> X:
    right = _x(other)
    # On the right of a minus or a division, a part of the same rank needs brackets too.
    tight = rank - 1 if sign in ("-", "/", "^") else rank
    text = f"{_held(one, rank)}{sign}{_held(right, tight)}"
    return X(text, work(one.value, right.value), rank)


def _held(part: X, rank: int) -> str:
    return part.text if part.rank <= rank else f"({part.text})"


def _call(name: str, *parts: X | Range | float | str) -> str:
    return f"{name}({','.join(p.text if isinstance(p, Range) else _x(p).text for p in parts)})"


def if_(test: X, yes: X | float | str, no: X | float | str) -> X:
    """One of two, by a test."""
    return X(_call("IF", test, yes, no), _x(yes).value if test.value else _x(no).value)


def both(*tests: X) -> X:
    """Whether all of some tests hold."""
    return X(_call("AND", *tests), all(test.value for test in tests))


def either(*tests: X) -> X:
    """Whether one of some tests holds."""
    return X(_call("OR", *tests), any(test.value for test in tests))


def least(*parts: X | Range | float) -> X:
    """The smallest."""
    return X(_call("MIN", *parts), min(_values(parts)))


def most(*parts: X | Range | float) -> X:
    """The largest."""
    return X(_call("MAX", *parts), max(_values(parts)))


def total(*parts: X | Range) -> X:
    """The sum."""
    return X(_call("SUM", *parts), sum(_values(parts)))


def sumproduct(*ranges: Range) -> X:
    """The sum of products of ranges of one length."""
    return X(_call("SUMPRODUCT", *ranges), sum(math.prod(row) for row in zip(*(r.values for r in ranges), strict=True)))


def size(part: X) -> X:
    """A number without its sign."""
    return X(_call("ABS", part), abs(part.value))


def whole(part: X) -> X:
    """The whole part of a number that is not below nought."""
    return X(_call("INT", part), part.value if math.isnan(part.value) else math.floor(part.value))


def nth(cells: Range, at: X) -> X:
    """The cell at a place, from 1."""
    place = 0 if math.isnan(at.value) else int(at.value)
    value = cells.values[place - 1] if 1 <= place <= len(cells.values) else math.nan
    return X(_call("INDEX", cells, at), value)


def first_place(value: float, cells: Range) -> X:
    """The first place, from 1, at which a value stands in some cells."""
    place = cells.values.index(value) + 1 if value in cells.values else math.nan
    return X(_call("MATCH", number(value), cells, number(0)), place)


def pounds_text(part: X) -> X:
    """Whole pounds in words, with a comma between thousands: rounded to pence first, as they are everywhere."""
    pence = X(_call("ROUND", part, 2), round(part.value, 2))
    return X(_call("TEXT", pence, "£#,##0"), f"£{math.floor(pence.value + 0.5):,}")


def count_text(part: X) -> X:
    """A whole number in words."""
    return X(_call("TEXT", part, "#,##0"), f"{part.value:,.0f}")


def ratio_text(part: X) -> X:
    """A ratio to two places in words."""
    return X(_call("TEXT", part, "#,##0.00"), "" if math.isnan(part.value) else f"{part.value:,.2f}")


def _values(parts: Iterable[X | Range | float]) -> list[float]:
    found: list[float] = []
    for part in parts:
        found += part.values if isinstance(part, Range) else [part.value if isinstance(part, X) else part]
    return found


LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#12436D"},
    "part": {"bold": True, "font_size": 12, "font_color": "#12436D"},
    "note": {"font_color": "#505A5F"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"},
    "head unit": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "indent": 1},
    "head right": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "align": "right"},
    "text": {},
    "bold": {"bold": True},
    "lead": {"font_size": 12, "text_wrap": True, "valign": "top"},
    "money": {"num_format": "#,##0"},
    "pence": {"num_format": "#,##0.00"},
    "sum": {"num_format": "#,##0", "bold": True, "top": 1},
    "sum text": {"bold": True, "top": 1},
    "figure": {"num_format": "#,##0.0###"},
    "percent": {"num_format": "0.0##%"},
    "factor": {"num_format": "0.000000"},
    "ratio": {"num_format": "0.00", "align": "right"},
    "unit": {"indent": 1},
    "flag left": {"num_format": "0", "align": "left"},
    "flag": {"num_format": "0", "font_color": "#505A5F"},
    "input": {"num_format": "#,##0.######", "bg_color": "#FFF7BF", "border": 1, "border_color": "#B1B4B6"},
    "input text": {"bg_color": "#FFF7BF", "border": 1, "border_color": "#B1B4B6"},
}
"""How cells look. Yellow cells with a border are what may be changed."""


@dataclass
class Page:
    """A sheet that is written to, and the values of its cells."""

    name: str
    sheet: Any
    book: Book
    values: dict[tuple[int, int], Any] = field(default_factory=dict)

    def put(self, row: int, column: int, what: X | float | str | None, look: str = "text") -> X:
        """Writes a formula, a number or a text, which stays text; the cell, for others to name."""
        style = self.book.look(look)
        if isinstance(what, X):
            value = what.value
            if isinstance(value, float) and math.isnan(value):
                raise ArithmeticError(f"{self.name} {row},{column}: {what.text} has no value")
            home = f"'{self.name}'!"
            shown = int(value) if isinstance(value, bool) else value
            self.sheet.write_formula(row, column, f"={what.text.replace(home, '')}", style, shown)
        elif isinstance(what, str):
            value = printable(what)[:LONGEST]
            self.sheet.write_string(row, column, value, style)
        elif what is None:
            value = 0
            self.sheet.write_blank(row, column, None, style)
        else:
            value = what
            self.sheet.write_number(row, column, what, style)
        self.values[row, column] = value
        if look.startswith("input"):
            self.book.inputs.append((self, row, column))
        return self.at(row, column)

    def at(self, row: int, column: int) -> X:
        """A cell that was written, by its address."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return X(f"'{self.name}'!{xl_rowcol_to_cell(row, column, True, True)}", self.values[row, column])

    def row(self, row: int, first: int, count: int) -> Range:
        """Cells of a row that were written."""
        return self._range(row, first, row, first + count - 1)

    def column(self, first: int, column: int, count: int) -> Range:
        """Cells of a column that were written."""
        return self._range(first, column, first + count - 1, column)

    def _range(self, top: int, left: int, bottom: int, right: int) -> Range:
        cells = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
        return Range(self.name, top, left, bottom, right, tuple(self.values[cell] for cell in cells))

    def heads(self, row: int, column: int, texts: Sequence[str], right: int = 99) -> None:
        """A row of headings, those from `right` on over numbers."""
        for at, text in enumerate(texts):
            self.put(row, column + at, text, "head right" if at >= right else "head")

    def top(self, title: str, note: str) -> None:
        """The title of the sheet, and what it shows."""
        self.put(0, 0, title, "title")
        self.put(1, 0, note, "note")
        self.sheet.set_row(0, 24)
        self.sheet.hide_gridlines(2)


class Book:
    """A workbook that is written to."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.inputs: list[tuple[Page, int, int]] = []
        """The cells that may be changed, in the order in which they were written."""
        self._looks: dict[str, Any] = {}

    def page(self, name: str) -> Page:
        """A new sheet."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.set_footer("&L&A&RPage &P of &N")
        return Page(name, sheet, self)

    def look(self, name: str) -> Any:
        """A look by its name, made once."""
        if name not in self._looks:
            self._looks[name] = self.book.add_format({"font_name": "Arial", "font_size": 10, **LOOKS[name]})
        return self._looks[name]
