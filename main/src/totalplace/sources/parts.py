"""A part is one table: a text file, a member of a zip, or a sheet of a workbook."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from totalplace.errors import FileRefused
from totalplace.sources.text import BLOCK

TEXT_LIMIT = 64 << 30
"""Bytes of one zip member beyond which it is not unpacked."""
RATIO_LIMIT = 200
"""A zip member that grows more than so many times, and is large, is taken for a bomb."""
LARGE = 256 << 20
BOOK_LIMIT = 2 << 30
"""Bytes that the pieces of a workbook may unpack to: they are held in memory."""
CELL_LIMIT = 32 << 20
"""Cells from the first to the last of a sheet: blank ones between them take memory too."""

_BOOK = r"\.(?:xlsx|xlsm|xlsb|xls|ods)"
_NAME = re.compile(rf"(?P<path>.+?\.zip)!(?P<member>.+)|(?P<book>.+?{_BOOK})#(?P<sheet>.+)", re.IGNORECASE)
_MEMBER = re.compile(rf"(?P<book>.+?{_BOOK})#(?P<sheet>.+)", re.IGNORECASE)
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)|/$", re.IGNORECASE)
"""Members of a zip that systems leave there and nobody published."""

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

    `hidden` marks a sheet that the workbook hides and nobody named outright.
    """

    file: Path
    name: str
    member: str = ""
    sheet: str = ""
    hidden: bool = False

    def block_size(self) -> int:
        """How many bytes to read at a time: the whole of a small file, with no room to spare."""
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
    try:
        if part.file.exists() and not part.file.is_file():
            what = "a folder; name the files in it" if part.file.is_dir() else "not a file of bytes on a disk"
            raise FileRefused(part.name, f"is {what}")
        with part.file.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise FileRefused(part.name, f"cannot be read: {error.strerror}") from error
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
def opened_zip(part: Part) -> Iterator[zipfile.ZipFile]:
    """The part's file as a zip; raises FileRefused where it is truncated, damaged or locked."""
    import lzma
    import zlib

    damage = (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error, lzma.LZMAError, struct.error)
    try:
        with zipfile.ZipFile(part.file) as archive:
            yield archive
    except FileNotFoundError as error:
        raise FileRefused(part.name, "is not there; was it moved or renamed?") from error
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


def _guard_extent(name: str, archive: zipfile.ZipFile) -> None:
    """Raises FileRefused for a workbook with a sheet whose cells lie so far apart that it would fill the memory.

    What a sheet says of its own extent counts formatted blanks too, so a large one is looked into.
    """
    for info in archive.infolist():
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename):
            continue
        with archive.open(info) as stream:
            head = stream.read(4096)
            said = re.search(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"', head)
            if said and _column(said[1]) * int(said[2]) <= CELL_LIMIT:
                continue
            column, row = _extent(stream, head)
        if column * row > CELL_LIMIT:
            raise FileRefused(
                name,
                f"has cells too far apart to open, in column {column:,} and row {row:,} of one sheet; "
                "delete what stands far from the table, or save it as CSV",
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _extent(stream: IO[bytes], head: bytes) -> tuple[int, int]:
    """The last column and row of a sheet that hold a value: a cell with nothing inside is only formatted."""
    column = row = 0
    rest = head
    while True:
        for letters, digits in re.findall(rb'<c r="([A-Z]{1,3})(\d{1,7})"(?:[^>]*[^/>])?>', rest):
            column, row = max(column, _column(letters)), max(row, int(digits))
        chunk = stream.read(1 << 20)
        if not chunk:
            return column, row
        rest = rest[-200:] + chunk


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


@contextmanager
def byte_stream(part: Part) -> Iterator[IO[bytes]]:
    """The part's bytes, unpacked where it is in a zip; raises FileRefused for damage found on the way."""
    if not part.member:
        try:
            with part.file.open("rb") as stream:
                yield stream
        except FileNotFoundError as error:
            raise FileRefused(part.name, "is not there; was it moved or renamed?") from error
        except OSError as error:
            raise FileRefused(part.name, f"cannot be read: {error.strerror or error}") from error
        return
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

    if not part.file.exists():
        raise FileRefused(part.name, "is not there; was it moved or renamed?")
    try:
        source: Any = str(part.file)
        if part.member:
            with byte_stream(part) as stream:
                source = io.BytesIO(stream.read())
        if zipfile.is_zipfile(source):
            with opened_zip(replace(part, file=source)) as archive:
                guard_members(part.name, archive)
                _guard_extent(part.name, archive)
        if part.member:
            source.seek(0)
            return CalamineWorkbook.from_filelike(source)
        return CalamineWorkbook.from_path(source)
    except PasswordError as error:
        raise FileRefused(part.name, "is a workbook with a password; save it without one") from error
    except (CalamineError, OSError) as error:
        raise FileRefused(part.name, f"is a workbook that cannot be opened ({error})") from error


def _sheets(part: Part) -> list[tuple[str, bool]]:
    """The sheets of cells in a workbook, and whether each is hidden."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found = _workbook(part).sheets_metadata
    return [(s.name, s.visible != SheetVisibleEnum.Visible) for s in found if s.typ == SheetTypeEnum.WorkSheet]


def sheet_rows(part: Part) -> list[list[str]]:
    """A sheet's rows as text, from its first row; dates ISO, whole numbers without a point.

    Raises FileRefused where the workbook cannot be opened or the sheet is not in it.
    """
    from python_calamine import CalamineError, WorksheetNotFound

    workbook = _workbook(part)
    try:
        rows = workbook.get_sheet_by_name(part.sheet).to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        raise FileRefused(part.name, f"the workbook has no sheet '{part.sheet}'") from error
    except CalamineError as error:
        raise FileRefused(part.name, f"is a sheet that cannot be read ({error})") from error
    return [[cell_text(cell) for cell in row] for row in rows]


def cell_text(cell: Any) -> str:
    """A workbook cell as text. Numbers are written out in full, never in powers of ten, so nothing is lost."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    return str(cell).strip() if cell is not None else ""
