"""Bytes of a text file in blocks of whole records. Line numbers are those a text editor shows."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO, NamedTuple, Protocol

from totalplace.sources.encoding import cleaned, decoded
from totalplace.sources.line_ends import RECORD_LINES, RowEnds, ends_lines_with_returns

BLOCK = 64 << 20


def to_utf8(data: bytes, encoding: str) -> bytes:
    """The same text in UTF-8 without byte-order marks or NULs, lines ending in a newline.

    In a file said to be UTF-8 a line that is not is taken as cp1252, and only that line.
    """
    if encoding == "utf-16":
        data, encoding = data.decode("utf-16", "replace").encode(), "utf-8"
    if ends_lines_with_returns(data):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    data = RowEnds(data).mended(data)
    return Block(cleaned(data, encoding), 1).mended().data


class Block(NamedTuple):
    """Whole records of a file as UTF-8, with the number of the first line and how many lines to pass over.

    Of a file said to be UTF-8 some lines may not be: who finds one has `mended` put it right.
    """

    data: bytes
    first: int
    skip: int = 0

    def mended(self) -> Block:
        """The same with lines that are not UTF-8 taken as cp1252; the block itself where there are none."""
        data = self.data if self.data.isascii() else decoded(self.data, "utf-8")
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
        if not ends and ends_lines_with_returns(chunk):
            source = _Newlines(source, chunk)
            chunk = source.read(size)
        ends = ends or RowEnds(chunk)
        rest = ends.mended(rest + chunk if rest else chunk, last)
        cut = len(rest) if last else _last_record_end(rest)
        if cut:
            yield Block(cleaned(rest[:cut], encoding), line)
            line, rest = line + (0 if last else rest.count(b"\n", 0, cut)), rest[cut:]
        elif len(rest) > size:
            long, rest = _skip_line(source, rest, line)
            yield long
            line += 1
    if rest:
        yield Block(cleaned(rest, encoding), line)


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
