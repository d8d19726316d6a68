"""Records of text one by one, with care: slow, and right where quotes or lines are not as they should be."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

from totalplace.sources.line_ends import RECORD_BYTES, RECORD_LINES, without_stray_returns


class Record(NamedTuple):
    """One record: its first line, its text, its cells, and what is wrong with it as a record, if anything."""

    line: int
    text: str
    cells: list[str]
    fault: str


def records(data: bytes, first: int, delimiter: str, is_row: Callable[[str], bool] | None = None) -> Iterator[Record]:
    """Records one by one, with care: quotes that never close, lines that are too long, stray quotes.

    `is_row` tells a line that is a row of its own, so that no quote left open swallows it. Slow beside Polars
    and right where Polars would stop or merge lines.
    """
    lines = without_stray_returns(data).decode("utf-8", "replace").replace("\ufeff", "").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    at = 0
    while at < len(lines):
        span, cells, fault = _record(lines, at, delimiter, is_row)
        text = "\n".join(lines[at : at + span]).rstrip("\r")
        yield Record(first + at, text[:200] if fault == "line_too_long" else text, cells, fault)
        at += span


def _record(
    lines: list[str], at: int, delimiter: str, is_row: Callable[[str], bool] | None
) -> tuple[int, list[str], str]:
    """How many lines the record at `at` takes, its cells, and what is wrong with it."""
    line = lines[at].rstrip("\r")
    if len(line) > RECORD_BYTES:
        return 1, [], "line_too_long"
    if '"' not in line:
        return 1, line.split(delimiter) if line else [], ""
    if (cells := _strict([line], delimiter)) is not None:
        return 1, cells, ""
    if line.count('"') % 2 == 0:
        return 1, _lenient(line, delimiter), ""
    if not line.startswith('"') and f'{delimiter}"' not in line:
        return 1, line.split(delimiter), ""
    quotes = line.count('"')
    for span, more in enumerate(lines[at + 1 : at + RECORD_LINES], 2):
        quotes += more.count('"')
        if len(more) > RECORD_BYTES or (is_row and is_row(more.rstrip("\r"))):
            break
        if quotes % 2 == 0:
            cells = _strict(lines[at : at + span], delimiter)
            if cells is not None:
                return span, cells, ""
            break
    return 1, line.split(delimiter), "open_quote"


def _lenient(line: str, delimiter: str) -> list[str]:
    """The cells of a line whose quotes are not where they should be."""
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:  # a return inside a cell
        return line.split(delimiter)


def _strict(lines: list[str], delimiter: str) -> list[str] | None:
    """The cells of one record over `lines`, its quotes as RFC 4180 has them; None where they are not."""
    source = [line + "\n" for line in lines[:-1]] + [lines[-1].rstrip("\r")]
    try:
        rows = list(csv.reader(source, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def sample_records(data: bytes, delimiter: str, limit: int) -> list[Record]:
    """The first `limit` records of UTF-8 text."""
    return list(itertools.islice(records(data, 1, delimiter), limit))


csv.field_size_limit(2 * RECORD_BYTES)
