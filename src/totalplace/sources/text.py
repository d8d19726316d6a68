"""Bytes of a text file: encoding, lines, records. Line numbers are those a text editor shows."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from typing import IO, NamedTuple

BOM = b"\xef\xbb\xbf"
MOJIBAKE_BOM = b"\xc3\xaf\xc2\xbb\xc2\xbf"
"""A byte-order mark that was taken for cp1252 text and encoded once more."""

BLOCK = 64 << 20
RECORD_LINES = 20
"""A quoted cell that runs over more lines than this was never closed."""
RECORD_BYTES = 1 << 20
"""A line longer than this is not a line of a table."""


def guess_encoding(head: bytes, body: bytes) -> str:
    """The encoding of a file from its first bytes and as much of the body as was read.

    UTF-8 where it holds; else cp850 where pound signs stand as 0x9C, else cp1252.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if body.isascii():
        return "utf-8"
    try:
        body.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        if error.end >= len(body) - 3 and error.start >= len(body) - 4:
            return "utf-8"  # a character cut in two at the end of the sample
    return "cp850" if body.count(b"\x9c") > body.count(b"\xa3") else "cp1252"


def to_utf8(data: bytes, encoding: str) -> bytes:
    """The same text in UTF-8 without byte-order marks or NULs, lines ending in a newline.

    In a file said to be UTF-8 a line that is not is taken as cp1252, and only that line.
    """
    if encoding == "utf-16":
        data = data.decode("utf-16", "replace").encode()
    for mark in (BOM, MOJIBAKE_BOM):
        data = data.removeprefix(mark)
    if not data.isascii() and encoding != "utf-16":
        data = _decode(data, encoding)
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        data = _mend_returns(data)
    return data


def _mend_returns(data: bytes) -> bytes:
    """Carriage returns alone: line ends where they are the most of the line ends, else blanks inside a cell."""
    if data.count(b"\r") > 2 * data.count(b"\n"):
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return re.sub(rb"\r(?!\n)", b" ", data)


def _decode(data: bytes, encoding: str) -> bytes:
    if encoding != "utf-8":
        return data.decode(encoding, "replace").encode()
    try:
        data.decode("utf-8")
        return data
    except UnicodeDecodeError:
        return b"\n".join(_line_to_utf8(line) for line in data.split(b"\n"))


def _line_to_utf8(line: bytes) -> bytes:
    try:
        line.decode("utf-8")
        return line
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace").encode()


class Block(NamedTuple):
    """Whole records of a file, in UTF-8, with the number of the first line."""

    data: bytes
    first: int


class Overlong(NamedTuple):
    """A line too long to be a record: its number, its length in bytes, and how it begins."""

    line: int
    length: int
    start: str


def blocks(stream: IO[bytes], encoding: str, size: int = BLOCK) -> Iterator[Block | Overlong]:
    """A file in blocks of whole records, so that memory stays bounded however large it is."""
    if encoding == "utf-16":
        yield Block(to_utf8(stream.read(), encoding), 1)
        return
    line, rest = 1, b""
    while chunk := stream.read(size):
        rest = rest + chunk if rest else chunk
        cut = _last_record_end(rest) if len(chunk) == size else len(rest)
        if cut == 0 and len(rest) > size:
            long = _skip_line(stream, rest, line)
            yield long[0]
            rest, line = long[1], line + 1
        elif cut:
            yield Block(to_utf8(rest[:cut], encoding), line)
            line, rest = line + rest.count(b"\n", 0, cut), rest[cut:]
    if rest:
        yield Block(to_utf8(rest, encoding), line)


def _last_record_end(data: bytes) -> int:
    """Where the last whole record ends: after a newline that no quote holds open. 0 where there is none."""
    end = last = data.rfind(b"\n") + 1
    for _ in range(RECORD_LINES):
        if not end or data.count(b'"', 0, end) % 2 == 0:
            return end
        end = data.rfind(b"\n", 0, end - 1) + 1
    return last


def _skip_line(stream: IO[bytes], rest: bytes, line: int) -> tuple[Overlong, bytes]:
    length, start = len(rest), rest[:200].decode("utf-8", "replace")
    while chunk := stream.read(BLOCK):
        if (end := chunk.find(b"\n")) >= 0:
            return Overlong(line, length + end, start), chunk[end + 1 :]
        length += len(chunk)
    return Overlong(line, length, start), b""


class Record(NamedTuple):
    """One record: its first line, its text, its cells, and what is wrong with it as a record, if anything."""

    line: int
    text: str
    cells: list[str]
    fault: str


def records(data: bytes, first: int, delimiter: str) -> Iterator[Record]:
    """Records one by one, with care: quotes that never close, lines that are too long, stray quotes.

    Slow beside Polars and right where Polars would stop or merge lines.
    """
    lines = data.decode("utf-8", "replace").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    i = 0
    while i < len(lines):
        span = _span(lines, i, delimiter)
        text = "\n".join(lines[i : i + span]).rstrip("\r")
        yield _record(first + i, text, delimiter)
        i += span


def _span(lines: list[str], start: int, delimiter: str) -> int:
    """How many lines the record takes: one, or as many as a quoted cell keeps open."""
    if lines[start].count('"') % 2 == 0 or not _opens_cell(lines[start], delimiter):
        return 1
    quotes = 0
    for n, line in enumerate(itertools.islice(lines, start, start + RECORD_LINES), 1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return n
    return 1


def _opens_cell(line: str, delimiter: str) -> bool:
    return line.startswith('"') or f'{delimiter}"' in line


def _record(line: int, text: str, delimiter: str) -> Record:
    if len(text) > RECORD_BYTES:
        return Record(line, text[:200], [], "line_too_long")
    quoting = csv.QUOTE_MINIMAL if text.count('"') % 2 == 0 else csv.QUOTE_NONE
    fault = "" if quoting == csv.QUOTE_MINIMAL or not _opens_cell(text, delimiter) else "open_quote"
    source = text.replace("\r\n", "\n").split("\n")
    rows = list(csv.reader([part + "\n" for part in source[:-1]] + source[-1:], delimiter=delimiter, quoting=quoting))
    return Record(line, text, rows[0] if rows else [], fault)


def sample_records(data: bytes, delimiter: str, limit: int) -> list[Record]:
    """The first `limit` records of UTF-8 text."""
    return list(itertools.islice(records(data, 1, delimiter), limit))


csv.field_size_limit(2 * RECORD_BYTES)
