"""Workbooks whose cells lie so far apart that opening one would fill the memory, and end the whole process."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

from totalplace.errors import FileRefused

CELL_LIMIT = 32 << 20
"""Cells from the first to the last of a sheet: blank ones between them take memory too."""
MEMORY_LIMIT = 4 << 30
"""Bytes that a process may take to try whether a workbook opens."""
PATIENCE = 600
"""Seconds that it may take."""

# A cell by what it says of its own place, whatever comes before that in its tag. One that closes at once holds
# nothing and is only formatted.
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,9})0*(\d{1,9})["'](?![^<>]*/>)""")
# A place beyond column KZ or row 99,999: sheets within both have fewer cells than CELL_LIMIT.
_FAR = re.compile(rb"""r\s*=\s*["'](?:[A-Za-z]{3,9}\d|[L-Zl-z][A-Za-z]\d|[A-Za-z]{0,2}\d{6})""")
# A cell that says nothing of its place stands right of the one before, in the row it is in.
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?:>|\s(?![^<>]*?\br ?=))")
_ROW_OR_CELL = re.compile(rb"""<(?:\w+:)?(?:(row)\b(?:[^<>]*?\br\s*=\s*["']0*(\d{1,9})["'])?|c\b)""")


def guard_sheets(name: str, archive: zipfile.ZipFile) -> None:
    """Raises FileRefused for an XLSX workbook with a sheet whose last cell is too far out.

    Every piece that is XML is looked into, for a sheet can be kept under any name. What a sheet says of its own
    extent is not believed: it may count formatted blanks, or lie.
    """
    for info in archive.infolist():
        with archive.open(info) as stream:
            if not any(_FAR.search(text) or _UNPLACED.search(text) for text in _texts(stream)):
                continue
        with archive.open(info) as stream:
            column, row = _extent(stream)
        if column * row > CELL_LIMIT:
            raise FileRefused(name, _too_far(column, row))


def _texts(stream: IO[bytes]) -> Iterator[bytes]:
    """A piece of a workbook in runs that overlap, so that no tag is cut in two."""
    rest = b""
    while chunk := stream.read(16 << 20):
        rest = rest + chunk if rest else chunk
        yield rest
        rest = rest[-10_000:]


def _too_far(column: int, row: int) -> str:
    return (
        f"has cells too far apart to open, in column {column:,} and row {row:,} of one sheet; "
        "delete what stands far from the table, or save it as CSV"
    )


def _extent(stream: IO[bytes]) -> tuple[int, int]:
    """The last column and row of a sheet that hold a value."""
    letters: set[bytes] = set()
    last_column = last_row = at = count = 0
    for text in _texts(stream):
        cells = _CELL.findall(text)
        letters.update(column for column, _ in cells)
        last_row = max(last_row, max((int(digits) for _, digits in cells), default=0))
        if not count and not _UNPLACED.search(text):
            continue
        for found in _ROW_OR_CELL.finditer(text):
            at, count = (int(found[2] or at + 1), 0) if found[1] else (at, count + 1)
            last_column, last_row = max(last_column, count), max(last_row, at)
    return max(last_column, max(map(_column, letters), default=0)), last_row


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


_TRY = """
import io, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
except (ImportError, ValueError, OSError):
    pass
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum
try:
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for sheet in book.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            found = book.get_sheet_by_name(sheet.name)
            print(found.total_width + 1, found.total_height + 1, flush=True)
except CalamineError:
    pass
"""


def try_to_open(name: str, file: Path, data: bytes | None) -> None:
    """Raises FileRefused for a workbook that a process of its own cannot open in bounded memory.

    For forms that cannot be looked into beforehand: XLSB, XLS, ODS. `data` is a workbook inside a zip, otherwise
    it is the `file`. What is no workbook at all passes, for whoever opens it to say so.
    """
    stat = file.stat()
    if data is not None:
        column, row = _tried(data)
    else:
        column, row = _tried_file(str(file), stat.st_mtime_ns, stat.st_size)
    if row < 0:
        raise FileRefused(name, "is a workbook that needs too much memory to open; save its sheets as CSV")
    if column * row > CELL_LIMIT:
        raise FileRefused(name, _too_far(column, row))


@lru_cache(maxsize=256)
def _tried_file(path: str, _changed: int, _size: int) -> tuple[int, int]:
    return _tried(Path(path).read_bytes())


def _tried(data: bytes) -> tuple[int, int]:
    """The columns and rows of the largest sheet, or (0, -1) where the process that opened it came to its end."""
    command = [sys.executable, "-c", _TRY, str(MEMORY_LIMIT)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return 0, -1
    if done.returncode:
        return 0, -1
    sizes = [line.split() for line in done.stdout.decode().splitlines()]
    return max(((int(width), int(height)) for width, height in sizes), key=lambda s: s[0] * s[1], default=(0, 0))
