"""Circular references: formulas of a workbook that hang on themselves, by way of one another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from totalplace.appraisal.book import LAST_COLUMN, LAST_ROW, Book, Formula, formulas, number_of_column, place
from totalplace.errors import CaseError

MOST = 5_000
"""Formulas of a workbook beyond which it is more than a case."""
Spot = tuple[str, int, int]
"""A cell: the name of its sheet (without regard to case), row, column."""

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_REFERENCE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    r"(?:(?P<c1>\$?[A-Z]{1,3})(?P<r1>\$?[0-9]{1,7})(?::(?P<c2>\$?[A-Z]{1,3})(?P<r2>\$?[0-9]{1,7}))?"
    r"|(?P<from>\$?[A-Z]{1,3}):(?P<to>\$?[A-Z]{1,3})|(?P<top>\$?[0-9]{1,7}):(?P<bottom>\$?[0-9]{1,7}))(?![\w(])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d][\w.]*")


def refuse_circles(book: Book, name: str) -> None:
    """Raises CaseError where formulas go round in a circle, naming its cells; or where there are too many to follow."""
    written: dict[Spot, Formula] = {}
    for sheet, row, column, formula in formulas(book):
        written[sheet.lower(), row, column] = formula
        if len(written) > MOST:
            raise CaseError(f"{name} has over {MOST:,} formulas, too many to follow; paste its inputs as values")
    circle = _circle(_Links(book, written))
    if circle:
        shown = {sheet.lower(): sheet for sheet in book.sheets}
        cells = " -> ".join(f"{shown[sheet]}!{place(row, column)}" for sheet, row, column in circle)
        raise CaseError(f"{name}, {cells}: the formulas go round in a circle; take one of them out")


class _Links:
    """Which formulas a formula hangs on."""

    def __init__(self, book: Book, written: Mapping[Spot, Formula]) -> None:
        self.written = written
        self.names = {name.lower(): text for name, text in book.names.items()}
        self.by_sheet: dict[str, list[tuple[int, int]]] = {}
        for sheet, row, column in written:
            self.by_sheet.setdefault(sheet, []).append((row, column))

    def of(self, spot: Spot) -> Iterator[Spot]:
        """The formulas in the cells that a formula names."""
        formula = self.written[spot]
        for sheet, top, left, bottom, right in self._ranges(formula.text, formula.moved, spot[0], set()):
            if (bottom - top + 1) * (right - left + 1) == 1:
                if (sheet, top, left) in self.written:
                    yield sheet, top, left
                continue
            for row, column in self.by_sheet.get(sheet, ()):
                if top <= row <= bottom and left <= column <= right:
                    yield sheet, row, column

    def _ranges(
        self, text: str, moved: tuple[int, int], home: str, seen: set[str]
    ) -> Iterator[tuple[str, int, int, int, int]]:
        plain = _TEXT.sub('""', text)
        for found in _REFERENCE.finditer(plain):
            before = plain[found.start() - 1 : found.start()]
            if before.isalnum() or before in ("_", ".", "]", "!"):
                continue
            named = found["sheet"]
            sheet = named.strip("'").replace("''", "'").lower() if named else home
            yield sheet, *_ends(found, moved)
        for word in _WORD.findall(plain):
            known = word.lower()
            if known in self.names and known not in seen:
                yield from self._ranges(self.names[known], (0, 0), home, seen | {known})


def _ends(found: re.Match[str], moved: tuple[int, int]) -> tuple[int, int, int, int]:
    down, right = moved
    if found["c1"]:
        rows = [_row(found["r1"], down), _row(found["r2"] or found["r1"], down)]
        columns = [_column(found["c1"], right), _column(found["c2"] or found["c1"], right)]
    elif found["from"]:
        rows, columns = [1, LAST_ROW], [_column(found["from"], right), _column(found["to"], right)]
    else:
        rows, columns = [_row(found["top"], down), _row(found["bottom"], down)], [1, LAST_COLUMN]
    return min(rows), min(columns), max(rows), max(columns)


def _row(text: str, moved: int) -> int:
    return int(text.lstrip("$")) + (0 if text.startswith("$") else moved)


def _column(text: str, moved: int) -> int:
    return number_of_column(text.lstrip("$").upper()) + (0 if text.startswith("$") else moved)


def _circle(links: _Links) -> list[Spot]:
    """A circle of formulas, its first cell again at its end; [] where there is none."""
    done: set[Spot] = set()
    for start in links.written:
        if start in done:
            continue
        path: list[Spot] = [start]
        on = {start}
        waiting: list[Iterator[Spot]] = [iter(_once(links.of(start)))]
        while path:
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
                on.discard(path[-1])
                done.add(path.pop())
            elif step in on:
                return [*path[path.index(step) :], step]
            elif step not in done:
                path.append(step)
                on.add(step)
                waiting.append(iter(_once(links.of(step))))
    return []


def _once(spots: Iterable[Spot]) -> Iterable[Spot]:
    return dict.fromkeys(spots)
