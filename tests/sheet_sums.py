"""Works the formulas of a workbook out again from their text alone: a second opinion where no spreadsheet is at hand.

It knows the few functions that the result of a case uses, and fails on any other.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from totalplace.appraisal.book import Book, number_of_column, read_book

Cell = tuple[str, int, int]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"]|\"\")*\")|(?P<number>[0-9]+\.?[0-9]*(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<cell>(?:'[^']+'!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?)|(?P<name>[A-Z]+)(?=\()"
    r"|(?P<sign><=|>=|<>|[-+*/^&=<>(),]))"
)
_SPOT = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)")
_LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))


class Sums:
    """The cells of a workbook, worked out when they are asked for; `changed` are inputs set otherwise."""

    def __init__(self, content: bytes, changed: Mapping[Cell, Any] | None = None) -> None:
        self.book: Book = read_book(content, "result.xlsx")
        self.changed = dict(changed or {})
        self.known: dict[Cell, Any] = {}

    def formulas(self) -> Iterator[Cell]:
        """Every cell with a formula."""
        for name, sheet in self.book.sheets.items():
            for (row, column), cell in sheet.cells.items():
                if cell.formula:
                    yield name, row, column

    def kept(self, cell: Cell) -> Any:
        """The value that is kept in the file."""
        found = self.book.sheets[cell[0]].cells.get(cell[1:])
        return found.value if found else None

    def value(self, cell: Cell) -> Any:
        """The value of a cell, its formula worked out anew."""
        if cell in self.changed:
            return self.changed[cell]
        if cell not in self.known:
            found = self.book.sheets[cell[0]].cells.get(cell[1:])
            formula = found.formula if found else None
            self.known[cell] = _Formula(formula.text, cell[0], self).value() if formula else found and found.value
        return self.known[cell]


class _Formula:
    def __init__(self, text: str, home: str, sums: Sums) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.home, self.sums, self.at = home, sums, 0
        place = 0
        while place < len(text):
            match = _TOKEN.match(text, place)
            assert match, f"{text!r} from {text[place:]!r}"
            self.tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            place = match.end()

    def value(self) -> Any:
        found = self._level(0)()
        assert self.at == len(self.tokens), self.tokens[self.at :]
        return found

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _level(self, level: int) -> Callable[[], Any]:
        """A part of the formula as something to work out later: IF leaves one of its parts alone."""
        if level == len(_LEVELS):
            return self._atom()
        left = self._level(level + 1)
        while self._next()[0] == "sign" and self._next()[1] in _LEVELS[level]:
            sign = self.tokens[self.at][1]
            self.at += 1
            left = _joined(sign, left, self._level(level + 1))
        return left

    def _atom(self) -> Callable[[], Any]:
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return lambda: float(text)
        if kind == "text":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "cell":
            return self._cells(text)
        if kind == "name":
            return self._call(text)
        if text == "-":
            inner = self._atom()
            return lambda: -inner()
        assert text == "(", text
        inner = self._level(0)
        assert self._next()[1] == ")"
        self.at += 1
        return inner

    def _call(self, name: str) -> Callable[[], Any]:
        self.at += 1
        parts = [self._level(0)]
        while self._next()[1] == ",":
            self.at += 1
            parts.append(self._level(0))
        assert self._next()[1] == ")"
        self.at += 1
        if name == "IF":
            return lambda: parts[1]() if parts[0]() else parts[2]()
        return lambda: FUNCTIONS[name](*(part() for part in parts))

    def _cells(self, text: str) -> Callable[[], Any]:
        sheet, _, spots = text.rpartition("!")
        home = sheet.strip("'") or self.home
        ends = [(int(row), number_of_column(column)) for column, row in _SPOT.findall(spots)]
        if len(ends) == 1:
            return lambda: self.sums.value((home, *ends[0]))
        (top, left), (bottom, right) = ends
        cells = [(home, r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
        return lambda: [self.sums.value(cell) for cell in cells]


def _joined(sign: str, left: Callable[[], Any], right: Callable[[], Any]) -> Callable[[], Any]:
    def worked_out() -> Any:
        one, other = left(), right()
        if sign == "&":
            return _plain(one) + _plain(other)
        if isinstance(one, str) and isinstance(other, str):
            one, other = one.casefold(), other.casefold()
        return SIGNS[sign](0 if one is None else one, 0 if other is None else other)

    return worked_out


def _plain(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _list(part: Any) -> list[Any]:
    return part if isinstance(part, list) else [part]


def _flat(parts: tuple[Any, ...]) -> list[float]:
    return [each or 0 for part in parts for each in _list(part)]


def _text(value: float, look: str) -> str:
    if look == "#,##0":
        return f"{math.floor(value + 0.5):,}"
    return f"£{math.floor(value + 0.5):,}" if look == "£#,##0" else f"{value:,.2f}"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *parts: math.fsum(_flat(parts)),
    "SUMPRODUCT": lambda *parts: math.fsum(
        math.prod(each or 0 for each in row) for row in zip(*map(_list, parts), strict=True)
    ),
    "MIN": lambda *parts: min(_flat(parts)),
    "MAX": lambda *parts: max(_flat(parts)),
    "ABS": abs,
    "INT": math.floor,
    "ROUND": lambda value, places: round(value, int(places)),
    "AND": lambda *parts: all(parts),
    "OR": lambda *parts: any(parts),
    "INDEX": lambda cells, at: _list(cells)[int(at) - 1],
    "MATCH": lambda value, cells, _: _list(cells).index(value) + 1,
    "TEXT": _text,
}
