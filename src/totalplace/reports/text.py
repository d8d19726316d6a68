"""A table as CSV and as JSON, a piece at a time: exact decimals, dates as ISO has them."""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from totalplace.table import Column, Table, plain, record

RISKY = ("=", "+", "-", "@", "\t", "\r", *"＝＋－＠﹦﹢﹣﹫")
"""A text cell that begins with one of these could be taken for a formula by a spreadsheet: wide and small forms among
them, which some make plain, and whatever stands behind signs that cannot be seen."""
_BLANKS = (*range(0x21), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
_FORMATS = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_UNSEEN = "".join(map(chr, (*_BLANKS, *_FORMATS)))

_TOGETHER = 2_000


def csv_chunks(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """UTF-8 CSV, headings first. Money in pounds to the penny.

    An apostrophe stands before text that begins with one of RISKY, so that no spreadsheet takes it for a formula.
    """
    yield _lines([[column.name for column in columns]])
    kinds = [column.kind for column in columns]
    stream = iter(rows)
    while batch := list(islice(stream, _TOGETHER)):
        cells = [[_safe(plain(v, k), k) for v, k in zip(row, kinds, strict=True)] for row in batch]
        yield _lines(cells)


def csv_file(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """As `csv_chunks`, after the mark without which Excel takes the file for one of Windows' old encodings."""
    return chain([BOM_UTF8], csv_chunks(columns, rows))


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def risky(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula."""
    return text.startswith(RISKY) or text.lstrip(_UNSEEN).startswith(RISKY)


def _safe(value: Any, kind: str) -> Any:
    if kind == "text" and isinstance(value, str) and risky(value):
        return "'" + value
    return value


def json_chunks(table: Table, rows: Iterable[Sequence[Any]] | None = None, **about: Any) -> Iterator[bytes]:
    """One JSON document: table, title, note, what `about` adds, and rows as objects.

    Money is a decimal string of pounds, and an id is text: no reader turns either into a float.
    """
    head = {"table": table.name, "title": table.title, "note": table.note, **about}
    yield json.dumps(head, ensure_ascii=False, default=str)[:-1].encode() + b', "rows": ['
    stream, before = iter(table.rows if rows is None else rows), b"\n"
    while batch := list(islice(stream, _TOGETHER)):
        texts = [json.dumps(record(table.columns, row), ensure_ascii=False, default=str) for row in batch]
        yield before + ",\n".join(texts).encode()
        before = b",\n"
    yield b"\n]}\n"
