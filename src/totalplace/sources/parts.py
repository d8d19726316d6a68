"""A part is one table: a text file, a member of a zip, or a sheet of a workbook."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from totalplace.errors import FileRefused
from totalplace.sources.amounts import read_amount
from totalplace.sources.extent import guard_sheets, try_to_open
from totalplace.sources.headings import is_heading
from totalplace.sources.text import BLOCK

TEXT_LIMIT = 64 << 30
"""Bytes of one zip member beyond which it is not unpacked."""
RATIO_LIMIT = 200
"""A zip member that grows more than so many times, and is large, is taken for a bomb."""
LARGE = 256 << 20
BOOK_LIMIT = 2 << 30
"""Bytes that the pieces of a workbook may unpack to: they are held in memory."""

_BOOK = r"\.(?:xlsx|xlsm|xlsb|xls|ods)"
_NAME = re.compile(rf"(?P<path>.+?\.zip)!(?P<member>.+)|(?P<book>.+?{_BOOK})#(?P<sheet>.+)", re.IGNORECASE)
_MEMBER = re.compile(rf"(?P<book>.+?{_BOOK})#(?P<sheet>.+)", re.IGNORECASE)
_LITTER = re.compile(r"(^|/)(__MACOSX/|\._[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)|/$", re.IGNORECASE)
"""Members of a zip that systems leave there and nobody published."""

_SAFE: set[tuple[str, int, int, str]] = set()
"""Workbooks that were looked into already, one for all of its sheets, as they were then."""

_MAGIC = (
    (b"PK\x03\x04", "is a zip or a workbook inside a zip, or under a name that says otherwise; unpack it first"),
    (b"\xd0\xcf\x11\xe0", "is an old Office file under a name that says otherwise; give it its own name"),
    (b"%PDF", "is a PDF, whatever its name says; ask the publisher for the CSV, or save the tables as CSV"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"BZh", "is compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "is compressed with xz; unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it first"),
    (b"Rar!", "is a RAR archive; unpack it first"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
    (b"{\\rtf", "is a rich text document, not a table; save its tables as CSV"),
    (b"PAR1", "is a Parquet file; published CSV or XLSX is wanted"),
)


@dataclass(frozen=True)
class Part:
    """One table of a file. `name` is how place.toml and every page call it: path, `!member`, `#sheet`.

    `hidden` marks a sheet that the workbook hides and nobody named outright. `data` is the whole of a text file
    that was read already, see `held`.
    """

    file: Path
    name: str
    member: str = ""
    sheet: str = ""
    hidden: bool = False
    data: bytes | None = None

    def block_size(self) -> int:
        """How many bytes to read at a time: the whole of a small file, with no room to spare."""
        if self.data is not None:
            return len(self.data) + 1
        return BLOCK if self.member else min(BLOCK, self.file.stat().st_size + 1)

    @property
    def label(self) -> str:
        """The innermost name, which may tell the month."""
        return self.sheet or Path(self.member or self.file.name).stem


def part_named(root: Path, name: str) -> Part:
    """The part that a name in place.toml stands for, its path taken from `root`."""
    if ("#" not in name and "!" not in name) or (root / name).is_file():
        return Part(root / name, name)
    for at, mark in enumerate(name):  # a file that is there has the say, whatever its name ends in
        if mark in "!#" and (root / name[:at]).is_file():
            return _inside(root / name[:at], name, mark, name[at + 1 :])
    if match := _NAME.fullmatch(name):
        mark = "!" if match["path"] else "#"
        return _inside(root / (match["path"] or match["book"]), name, mark, match["member"] or match["sheet"])
    return Part(root / name, name)


def _inside(file: Path, name: str, mark: str, rest: str) -> Part:
    if mark == "#":
        return Part(file, name, sheet=rest)
    match = _MEMBER.fullmatch(rest)
    return Part(file, name, match["book"], match["sheet"]) if match else Part(file, name, rest)


def parts_of(root: Path, relative: str) -> list[Part]:
    """Every table in a file: itself, or the members of a zip, or the sheets of a workbook.

    Raises FileRefused for what is no table: empty, a PDF, a web page, a broken or dangerous zip.
    """
    whole = part_named(root, relative)
    if whole.member or whole.sheet:
        return [whole]
    kind = _kind(whole)
    if kind == "text":
        return [whole]
    if kind == "book":
        return [Part(whole.file, f"{relative}#{s}", sheet=s, hidden=hidden) for s, hidden in _sheets(whole)]
    return list(_members(whole, relative))


def _kind(part: Part) -> str:
    with _opened(part) as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        return _zip_kind(part)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "book"
    refuse_by_head(part.name, head)
    return "text"


def refuse_by_head(name: str, head: bytes) -> None:
    """Raises FileRefused where the first bytes are those of something that is not a table of text."""
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        what = "begins with nothing but NUL bytes: it is damaged; fetch it again" if b"\0" in head else "is empty"
        raise FileRefused(name, what)
    for magic, reason in _MAGIC:
        if head.startswith(magic):
            raise FileRefused(name, reason)
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")[:200].lower()
    if re.match(rb"<(!doctype|!--|\?xml|[a-z]+[\s>/])", start):
        raise FileRefused(name, "is a web page or XML, not a table; perhaps the download failed")
    if re.match(rb"\{|\[\s*\{", start):
        raise FileRefused(name, "is JSON, not a table of payments")


def _zip_kind(part: Part) -> str:
    with opened_zip(part) as archive:
        return "book" if _is_book(archive) else "zip"


def _is_book(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    if any(name in names for name in ("xl/workbook.xml", "xl/workbook.bin")):
        return True
    return "mimetype" in names and archive.read("mimetype").startswith(b"application/vnd.oasis")


@contextmanager
def opened_zip(part: Part, data: bytes | None = None) -> Iterator[zipfile.ZipFile]:
    """The part's file, or `data`, as a zip; raises FileRefused where it is truncated, damaged or locked."""
    import lzma
    import zlib

    damage = (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error, lzma.LZMAError, struct.error)
    try:
        with _opened(part) if data is None else io.BytesIO(data) as stream, zipfile.ZipFile(stream) as archive:
            yield archive
    except damage as error:
        raise FileRefused(part.name, f"is a zip that is cut short or damaged ({error}); fetch it again") from error


def guard_members(name: str, archive: zipfile.ZipFile) -> None:
    """Raises FileRefused for a zip that is locked, or would unpack to an absurd size."""
    for info in archive.infolist():
        if info.flag_bits & 1:
            raise FileRefused(name, "is a zip with a password; unpack it first")
        bomb = info.file_size > LARGE and info.file_size > RATIO_LIMIT * max(info.compress_size, 1)
        if bomb or info.file_size > TEXT_LIMIT:
            raise FileRefused(
                name,
                f"would unpack '{info.filename}' from {info.compress_size:,} to {info.file_size:,} bytes: "
                "a zip bomb, or not a table of payments; nothing was unpacked",
            )
    if _is_book(archive) and (size := sum(info.file_size for info in archive.infolist())) > BOOK_LIMIT:
        raise FileRefused(name, f"is a workbook of {size:,} bytes once unpacked, too large to open; save it as CSV")


def _members(whole: Part, relative: str) -> Iterator[Part]:
    """The tables in a zip. What is no table is a part too, so that it is refused by name and not passed over."""
    with opened_zip(whole) as archive:
        guard_members(whole.name, archive)
        if bad := archive.testzip() if sum(i.file_size for i in archive.infolist()) < LARGE else None:
            raise FileRefused(whole.name, f"is a zip whose '{bad}' is damaged; fetch it again")
        names = sorted(name for name in archive.namelist() if not _LITTER.search(name))
        heads = {name: _head_of(archive, name) for name in names}
    if not names:
        raise FileRefused(whole.name, "is a zip with nothing in it")
    if len(heads) < len(names):
        raise FileRefused(whole.name, "is a zip that holds two files of one name; unpack it first")
    for member, head in heads.items():
        book = Part(whole.file, f"{relative}!{member}", member)
        if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) and re.search(f"{_BOOK}$", member, re.IGNORECASE):
            for sheet, hidden in _sheets(book):
                yield Part(whole.file, f"{book.name}#{sheet}", member, sheet, hidden)
        else:
            yield book


def _head_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(8)


def held(part: Part) -> tuple[Part, str]:
    """The part and the SHA-256 of its file; a text file no larger than a block is read once, for both.

    Raises FileRefused where the file cannot be read.
    """
    with _opened(part) as stream:
        if part.member or part.sheet or os.fstat(stream.fileno()).st_size >= BLOCK:
            return part, hashlib.file_digest(stream, "sha256").hexdigest()
        data = stream.read()
    return replace(part, data=data), hashlib.sha256(data).hexdigest()


@contextmanager
def _opened(part: Part) -> Iterator[io.BufferedReader]:
    """The part's file, open; raises FileRefused where it is not there, or is no file of bytes that has an end."""
    try:
        refuse_no_file(part)
        with part.file.open("rb") as stream:
            yield stream
    except OSError as error:
        raise FileRefused(part.name, f"cannot be read: {error.strerror or error}") from error


def refuse_no_file(part: Part) -> None:
    """Raises FileRefused for a folder, a device or a pipe: reading the last two may never end."""
    try:
        mode = part.file.stat().st_mode
    except FileNotFoundError as error:
        raise FileRefused(part.name, "is not there; was it moved or renamed?") from error
    except ValueError as error:
        raise FileRefused(part.name, "has a name that no file can have") from error
    if not stat.S_ISREG(mode):
        what = "a folder; name the files in it" if stat.S_ISDIR(mode) else "not a file of bytes on a disk"
        raise FileRefused(part.name, f"is {what}")


@contextmanager
def byte_stream(part: Part) -> Iterator[IO[bytes]]:
    """The part's bytes, unpacked where it is in a zip; raises FileRefused for damage found on the way."""
    if part.data is not None:
        yield io.BytesIO(part.data)
        return
    if not part.member:
        with _opened(part) as stream:
            yield stream
        return
    if ".." in re.split(r"[/\\]", part.member):
        raise FileRefused(part.name, "has a name that leads out of its zip; unpack it, and add it under a plain one")
    with opened_zip(part) as archive:
        guard_members(part.name, archive)
        try:
            member = archive.open(part.member)
        except KeyError as error:
            raise FileRefused(part.name, f"the zip holds no '{part.member}'") from error
        with member:
            yield member


def _workbook(part: Part) -> Any:
    """The open workbook; raises FileRefused where it cannot be opened or would not fit in memory."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    refuse_no_file(part)
    data = None
    if part.member:
        with byte_stream(part) as stream:
            data = stream.read()
    try:
        if not _guarded(part, data):
            try_to_open(part.name, part.file, data)
        return (
            CalamineWorkbook.from_path(str(part.file))
            if data is None
            else CalamineWorkbook.from_filelike(io.BytesIO(data))
        )
    except PasswordError as error:
        raise FileRefused(part.name, "is a workbook with a password; save it without one") from error
    except (CalamineError, OSError) as error:
        raise FileRefused(part.name, f"is a workbook that cannot be opened ({error})") from error


def _guarded(part: Part, data: bytes | None) -> bool:
    """Whether the workbook is an XLSX that was looked into and can be opened; raises FileRefused where it must not."""
    if not zipfile.is_zipfile(part.file if data is None else io.BytesIO(data)):
        return False
    with opened_zip(part, data) as archive:
        guard_members(part.name, archive)
        names = {name.lower() for name in archive.namelist()}
        if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml", "mimetype"}:
            return False
        status = part.file.stat()
        looked = (str(part.file), status.st_mtime_ns, status.st_size, part.member)
        if looked not in _SAFE:
            guard_sheets(part.name, archive)
            _SAFE.add(looked)
    return True


def _sheets(part: Part) -> list[tuple[str, bool]]:
    """The sheets of cells in a workbook, and whether each is hidden."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found = _workbook(part).sheets_metadata
    return [(s.name, s.visible != SheetVisibleEnum.Visible) for s in found if s.typ == SheetTypeEnum.WorkSheet]


def sheet_rows(part: Part) -> list[list[str]]:
    """A sheet's rows as text, from its first row; dates ISO, whole numbers without a point.

    Raises FileRefused where the workbook cannot be opened or the sheet is not in it.
    """
    rows, merged = sheet_cells(part)
    texts = [[cell_text(cell) for cell in row] for row in rows]
    _fill_down(texts, merged)
    return texts


Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
"""Merged cells: the first and the last of each, as row and column from 0."""


def sheet_cells(part: Part) -> tuple[list[list[Any]], Merged]:
    """A sheet's cells as they are (numbers, texts, days), from its first row, and which are merged.

    Raises FileRefused where the workbook cannot be opened or the sheet is not in it.
    """
    from python_calamine import CalamineError, WorksheetNotFound

    workbook = _workbook(part)
    try:
        sheet = workbook.get_sheet_by_name(part.sheet)
        rows = sheet.to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        raise FileRefused(part.name, f"the workbook has no sheet '{part.sheet}'") from error
    except CalamineError as error:
        raise FileRefused(part.name, f"is a sheet that cannot be read ({error})") from error
    return rows, getattr(sheet, "merged_cell_ranges", None) or ()


def _fill_down(rows: list[list[str]], merged: Merged) -> None:
    """Puts the words of cells merged downwards into each of their rows: a date or a name that stands for several.

    Not a figure, which would be counted once a row, nor the heading of a column.
    """
    for (top, column), (bottom, _) in merged:
        text = rows[top][column] if top < len(rows) and column < len(rows[top]) else ""
        if bottom > top and text and read_amount(text) is None and not is_heading(text):
            for row in rows[top + 1 : bottom + 1]:
                row[column] = row[column] or text


def cell_text(cell: Any) -> str:
    """A workbook cell as text. Numbers are written out in full, never in powers of ten, so nothing is lost."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    return str(cell).strip() if cell is not None else ""
