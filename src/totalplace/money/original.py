"""Back to the source: the published text of a line, among its neighbours, read from the file as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from totalplace.definition import Definition
from totalplace.errors import FileRefused, UsageError
from totalplace.sources.grid import sheet_line
from totalplace.sources.line_ends import RECORD_LINES
from totalplace.sources.opening import byte_stream
from totalplace.sources.parts import Part, part_named
from totalplace.sources.reading import Reading
from totalplace.sources.records import records
from totalplace.sources.text import Block, blocks
from totalplace.sources.workbooks import sheet_rows
from totalplace.store.files import digest_of
from totalplace.store.layout import Run

WIDEST = 20_000
"""Characters of a line that are shown; a line can be longer than any page."""


@dataclass(frozen=True)
class Original:
    """A line of a published file, and what stands around it.

    `around` holds line numbers and their text; those from `line` to `last` are the record itself, `cells` its
    cells with their headings ('' where there is none). `state` is 'same' where the file is byte for byte the
    one that was counted, 'changed', or 'gone'; then `around` may show something else than what was counted.
    """

    file: str
    line: int
    last: int
    around: tuple[tuple[int, str], ...]
    cells: tuple[tuple[str, str], ...]
    state: str


def original(root: Path, run: Run, definition: Definition, file: str, line: int, *, context: int = 4) -> Original:
    """The published text of `line` of a counted file with `context` lines on either side.

    Raises UsageError for a file that the run does not hold, or a line that cannot be.
    """
    entry = next((e for e in run.files if e["name"] == file), None)
    if entry is None:
        raise UsageError(f"'{file}' is not a file of this place")
    if line < 1:
        raise UsageError(f"there is no line {line}; lines count from 1")
    part = part_named(root, file)
    state = _state(part.file, entry["sha256"])
    reading = next((s.reading for s in definition.sources if file in s.files), None)
    if state == "gone" or reading is None:
        return Original(file, line, line, (), (), state)
    try:
        return _read(part, reading, line, context, state)
    except FileRefused:
        return Original(file, line, line, (), (), state)


def _state(path: Path, sha256: str) -> str:
    try:
        status = path.stat()
    except OSError:
        return "gone"
    found = _digest(path, status.st_mtime_ns, status.st_size)
    return "gone" if found is None else "same" if found == sha256 else "changed"


@lru_cache(maxsize=1024)
def _digest(path: Path, _changed: int, _size: int) -> str | None:
    return digest_of(path)


def _read(part: Part, reading: Reading, line: int, context: int, state: str) -> Original:
    first = max(1, line - context)
    texts, headings = (
        _sheet(part, reading) if part.sheet else _text(part, reading, first, line + context + RECORD_LINES)
    )
    here = [(n, text) for n, text in texts if n >= line]
    last, cells = line, []
    if here and here[0][0] == line:
        data = "\n".join(text for _, text in here[:RECORD_LINES]).encode()
        record = next(records(data, line, reading.delimiter if not part.sheet else ","))
        last, cells = line + record.text.count("\n"), record.cells
    around = tuple((n, text[:WIDEST]) for n, text in texts if first <= n <= last + context)
    return Original(part.name, line, last, around, _headed(headings, cells), state)


def _headed(headings: Sequence[str], cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
    if not cells:
        return ()
    width = max(len(headings), len(cells))
    padded = [*headings, *[""] * (width - len(headings))], [*cells, *[""] * (width - len(cells))]
    pairs = zip(*padded, strict=True)
    return tuple((heading.strip(), cell[:WIDEST]) for heading, cell in pairs if heading.strip() or cell.strip())


def _sheet(part: Part, reading: Reading) -> tuple[list[tuple[int, str]], list[str]]:
    rows = sheet_rows(part)
    headings = rows[reading.header - 1] if 0 < reading.header <= len(rows) else []
    return [(n, sheet_line(row)) for n, row in enumerate(rows, 1)], headings


def _text(part: Part, reading: Reading, first: int, last: int) -> tuple[list[tuple[int, str]], list[str]]:
    """Lines `first` to `last` as the reader counts them, and the headings."""
    found: list[tuple[int, str]] = []
    headings: list[str] = []
    with byte_stream(part) as stream:
        for block in blocks(stream, reading.encoding):
            if not isinstance(block, Block):
                found += [(block.line, block.start)] if first <= block.line <= last else []
                continue
            if reading.header and not headings and block.first <= reading.header:
                headings = _cells(block, reading)
            found += _lines(block, first, last)
            if block.first + block.data.count(b"\n") > last:
                break
    return found, headings


def _cells(block: Block, reading: Reading) -> list[str]:
    start = _offset(block.data, reading.header - block.first)
    record = next(records(block.data[start : start + (1 << 20)], reading.header, reading.delimiter), None)
    return record.cells if record else []


def _lines(block: Block, first: int, last: int) -> list[tuple[int, str]]:
    begin = max(first, block.first)
    at, out = _offset(block.data, begin - block.first), []
    for number in range(begin, last + 1):
        if at >= len(block.data):
            break
        end = block.data.find(b"\n", at)
        end = len(block.data) if end < 0 else end
        out.append((number, block.data[at:end].decode("utf-8", "replace").rstrip("\r")))
        at = end + 1
    return out


def _offset(data: bytes, lines: int) -> int:
    """Where the line that stands `lines` below the first begins; the end where there are not so many."""
    if lines <= 0:
        return 0
    import numpy as np

    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    return int(ends[lines - 1]) + 1 if lines <= ends.size else len(data)
