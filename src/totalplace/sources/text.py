"""Bytes of a text file: encoding, lines, records. Line numbers are those a text editor shows."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np

    Places = np.ndarray[tuple[int], np.dtype[np.int64]]
    Signs = np.ndarray[tuple[int], np.dtype[np.uint8]]

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

    UTF-8 where it holds, or holds for most of the lines that can tell; else cp850 where pound signs stand as
    0x9C, else cp1252.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    telling = [line for line in body.split(b"\n") if not line.isascii()] if not _is_utf8(body) else []
    if sum(_is_utf8(line) for line in telling) * 2 >= len(telling):
        return "utf-8"
    return "cp850" if body.count(b"\x9c") > body.count(b"\xa3") else "cp1252"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and b"\n" in data  # a sample cut inside a character
    return True


def to_utf8(data: bytes, encoding: str) -> bytes:
    """The same text in UTF-8 without byte-order marks or NULs, lines ending in a newline.

    In a file said to be UTF-8 a line that is not is taken as cp1252, and only that line.
    """
    if encoding == "utf-16":
        data, encoding = data.decode("utf-16", "replace").encode(), "utf-8"
    if _ends_lines_with_returns(data):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    data = RowEnds(data).mended(data)
    return Block(_cleaned(data, encoding), 1).mended().data


def _ends_lines_with_returns(data: bytes) -> bool:
    """Whether lines end in a carriage return alone, as they did on old Macintoshes."""
    start = data[:RECORD_BYTES]
    return b"\r" in start and count_of(start, "\r") > 2 * count_of(start, "\n")


_STRAY = re.compile(rb"\r(?!\n)")


class RowEnds:
    """Rows that end in a carriage return alone in a file whose other rows do not: files are strung together so.

    A return ends a row where what stands on both sides of it has as many separators as the file's lines have;
    any other stands inside a cell.
    """

    def __init__(self, start: bytes) -> None:
        lines = [line for line in start[:65536].split(b"\n")[:100] if line.strip(b" \r")]
        counted = [(Counter(line.count(mark) for line in lines), mark) for mark in (b",", b"\t", b";", b"|")]
        usual = [(found.most_common(1)[0], mark) for found, mark in counted if found]
        (self.fewest, _), self.mark = max(usual, key=lambda one: (one[0][0] > 0, one[0][1]), default=((0, 0), b","))

    def mended(self, data: bytes, last: bool = True) -> bytes:
        """The same with a newline for each return that ends a row; more of the last line may come, if not `last`."""
        stray = _STRAY.search(data) if self.fewest and _has_stray_returns(data) else None
        kept, at = [], 0
        while stray:
            start, end = data.rfind(b"\n", 0, stray.start()) + 1, data.find(b"\n", stray.start())
            whole, end = last or end >= 0, end if end >= 0 else len(data)
            line = data[start:end].rstrip(b"\r")
            if self._are_rows(line.split(b"\r"), whole):
                kept += [data[at:start], line.replace(b"\r", b"\n")]
                at = start + len(line)
            stray = _STRAY.search(data, end)
        return b"".join([*kept, data[at:]]) if kept else data

    def _are_rows(self, pieces: list[bytes], whole: bool) -> bool:
        rows = [piece for piece in (pieces if whole else pieces[:-1]) if piece.strip()]
        enough = all(row.count(self.mark) >= self.fewest and row.count(b'"') % 2 == 0 for row in rows)
        return enough and len(rows) > whole


def _cleaned(data: bytes, encoding: str) -> bytes:
    if not data.isascii():
        data = data.removeprefix(BOM).removeprefix(MOJIBAKE_BOM)
        data = _decode(data, encoding) if encoding != "utf-8" else data
        if len(data) < RECORD_BYTES:  # files that were strung together hold some in the middle
            data = data.replace(BOM, b"")
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    return _without_stray_returns(data) if len(data) < RECORD_BYTES else data


def _without_stray_returns(data: bytes) -> bytes:
    """The same with each carriage return that has no newline made a blank: it stands inside a cell.

    Large data are only mended where they are read with care; to Polars a stray return is a sign like others.
    """
    return _STRAY.sub(b" ", data) if _has_stray_returns(data) else data


def _has_stray_returns(data: bytes) -> bool:
    """Whether a carriage return has no newline behind it."""
    if b"\r" not in data:
        return False
    if data.endswith(b"\r"):
        return True
    pieces = (signs for _, signs in _pieces(data, more=1))
    return any(((signs[:-1] == ord("\r")) & (signs[1:] != ord("\n"))).any() for signs in pieces)


def count_of(data: bytes, sign: str) -> int:
    """How many times a sign of one byte stands in some text."""
    import numpy as np

    return sum(int(np.count_nonzero(signs == ord(sign))) for _, signs in _pieces(data))


def places_of(data: bytes, sign: str) -> Places:
    """Where a sign of one byte stands in some text."""
    import numpy as np

    if sign.encode() not in data:
        return np.zeros(0, np.int64)
    return np.concatenate([np.flatnonzero(signs == ord(sign)) + start for start, signs in _pieces(data)])


PIECE = 1 << 17
"""Bytes looked at together: so few that what is found of them stays in the cache of a processor."""


def _pieces(data: bytes, more: int = 0) -> Iterator[tuple[int, Signs]]:
    """Some text in pieces, each with so many of the bytes after it, and where each begins."""
    import numpy as np

    signs = np.frombuffer(data, np.uint8)
    for start in range(0, signs.size, PIECE):
        yield start, signs[start : start + PIECE + more]


def _decode(data: bytes, encoding: str) -> bytes:
    if encoding == "cp1252" and not _has_signs_of_cp1252(data):
        encoding = "latin-1"  # the same but for those signs, and several times as fast
    if encoding != "utf-8":
        return data.decode(encoding, "replace").encode()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return b"\n".join(_line_to_utf8(line) for line in data.split(b"\n"))
    return data


def _has_signs_of_cp1252(data: bytes) -> bool:
    """Whether there is a byte from 0x80 to 0x9F: there alone cp1252 and latin-1 differ."""
    return any(((signs & 0xE0) == 0x80).any() for _, signs in _pieces(data))


def _line_to_utf8(line: bytes) -> bytes:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace").encode()
    return line


class Block(NamedTuple):
    """Whole records of a file as UTF-8, with the number of the first line and how many lines to pass over.

    Of a file said to be UTF-8 some lines may not be: who finds one has `mended` put it right.
    """

    data: bytes
    first: int
    skip: int = 0

    def mended(self) -> Block:
        """The same with lines that are not UTF-8 taken as cp1252; the block itself where there are none."""
        data = self.data if self.data.isascii() else _decode(self.data, "utf-8")
        return self if data is self.data else self._replace(data=data)

    def head(self, lines: int) -> Block:
        """The first lines alone."""
        return self._replace(data=self.data[: len(self.data) - len(self._replace(skip=lines).body())], skip=0)

    def start(self) -> int:
        """Where the lines after those that are passed over begin."""
        at = 0
        for _ in range(self.skip):
            at = self.data.find(b"\n", at) + 1
            if not at:
                return len(self.data)
        return at

    def body(self) -> bytes:
        """The lines after those that are passed over."""
        return self.data[self.start() :]


class Overlong(NamedTuple):
    """A line too long to be a record: its number, its length in bytes, and how it begins."""

    line: int
    length: int
    start: str


class Bytes(Protocol):
    """What blocks are read from."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, fewer only at the end."""
        ...


class _Recoded:
    """A UTF-16 stream as UTF-8."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder("utf-16")("replace")

    def read(self, size: int, /) -> bytes:
        """At least so many bytes, fewer only at the end."""
        found = b""
        while len(found) < size and (chunk := self.stream.read(size)):
            found += self.decoder.decode(chunk, len(chunk) < size).encode()
        return found


class _Newlines:
    """A stream whose carriage returns are turned into newlines; a pair of both is one line end."""

    def __init__(self, stream: Bytes, begun: bytes) -> None:
        self.stream, self.begun = stream, begun

    def read(self, size: int, /) -> bytes:
        """About so many bytes, fewer than half of it only at the end."""
        chunk, self.begun = self.begun or self.stream.read(size), b""
        while chunk.endswith(b"\r") and (more := self.stream.read(1)):
            chunk += more
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def blocks(stream: IO[bytes], encoding: str, size: int = BLOCK) -> Iterator[Block | Overlong]:
    """A file in blocks of whole records, so that memory stays bounded however large it is."""
    source: Bytes = _Recoded(stream) if encoding == "utf-16" else stream
    encoding = "utf-8" if encoding == "utf-16" else encoding
    line, rest, ends = 1, b"", None
    while chunk := source.read(size):
        last = len(chunk) < size
        if not ends and _ends_lines_with_returns(chunk):
            source = _Newlines(source, chunk)
            chunk = source.read(size)
        ends = ends or RowEnds(chunk)
        rest = ends.mended(rest + chunk if rest else chunk, last)
        cut = len(rest) if last else _last_record_end(rest)
        if cut:
            yield Block(_cleaned(rest[:cut], encoding), line)
            line, rest = line + (0 if last else rest.count(b"\n", 0, cut)), rest[cut:]
        elif len(rest) > size:
            long, rest = _skip_line(source, rest, line)
            yield long
            line += 1
    if rest:
        yield Block(_cleaned(rest, encoding), line)


def _last_record_end(data: bytes) -> int:
    """Where the last whole record ends: after a newline that no quote holds open. 0 where there is none."""
    end = last = data.rfind(b"\n") + 1
    for _ in range(RECORD_LINES):
        if not end or data.count(b'"', 0, end) % 2 == 0:
            return end
        end = data.rfind(b"\n", 0, end - 1) + 1
    return last


def _skip_line(stream: Bytes, rest: bytes, line: int) -> tuple[Overlong, bytes]:
    length, start = len(rest), rest[:200].decode("utf-8", "replace").replace("\0", "")
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


def records(data: bytes, first: int, delimiter: str, is_row: Callable[[str], bool] | None = None) -> Iterator[Record]:
    """Records one by one, with care: quotes that never close, lines that are too long, stray quotes.

    `is_row` tells a line that is a row of its own, so that no quote left open swallows it. Slow beside Polars
    and right where Polars would stop or merge lines.
    """
    lines = _without_stray_returns(data).decode("utf-8", "replace").replace("\ufeff", "").split("\n")
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
