"""How lines end: with newlines, or with carriage returns alone, as in old files and those strung together."""

from __future__ import annotations

import re
from collections import Counter

from totalplace.sources.byte_signs import count_of, in_pieces

RECORD_LINES = 20
"""A quoted cell that runs over more lines than this was never closed."""
RECORD_BYTES = 1 << 20
"""A line longer than this is not a line of a table."""


def ends_lines_with_returns(data: bytes) -> bool:
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


def without_stray_returns(data: bytes) -> bytes:
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
    pieces = (signs for _, signs in in_pieces(data, more=1))
    return any(((signs[:-1] == ord("\r")) & (signs[1:] != ord("\n"))).any() for signs in pieces)
