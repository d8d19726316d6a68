"""A part is one table: a text file, a member of a zip, or a sheet of a workbook."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from totalplace.errors import FileRefused
from totalplace.sources.text import BLOCK

TEXT_LIMIT = 64 << 30
"""Bytes of one zip member beyond which it is not unpacked."""
RATIO_LIMIT = 200
"""A zip member that grows more than so many times, and is large, is taken for a bomb."""
LARGE = 256 << 20

_NAME = re.compile(
    r"^(?P<path>.*?\.(?:zip))!(?P<member>.+?)(?:(?<=\.xlsx|\.xlsm)#(?P<msheet>.+))?$"
    r"|^(?P<book>.*?\.(?:xlsx|xlsm|xls|ods))#(?P<sheet>.+)$",
    re.IGNORECASE,
)
_TABLES = (".csv", ".txt", ".tsv", ".tab", "")
_BOOKS = (".xlsx", ".xlsm")

_MAGIC = (
    (b"%PDF", "is a PDF, whatever its name says; ask the publisher for the CSV, or save the tables as CSV"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it first"),
    (b"Rar!", "is a RAR archive; unpack it first"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
    (b"PAR1", "is a Parquet file; published CSV or XLSX is wanted"),
)


@dataclass(frozen=True)
class Part:
    """One table of a file. `name` is how place.toml and every page call it: path, `!member`, `#sheet`."""

    file: Path
    name: str
    member: str = ""
    sheet: str = ""

    def block_size(self) -> int:
        """How many bytes to read at a time: the whole of a small file, with no room to spare."""
        return BLOCK if self.member else min(BLOCK, self.file.stat().st_size + 1)

    @property
    def label(self) -> str:
        """The innermost name, which may tell the month."""
        return self.sheet or Path(self.member or self.file.name).stem


def part_named(root: Path, name: str) -> Part:
    """The part that a name in place.toml stands for, its path taken from `root`."""
    match = _NAME.match(name)
    if not match:
        return Part(root / name, name)
    if match["book"]:
        return Part(root / match["book"], name, sheet=match["sheet"])
    return Part(root / match["path"], name, member=match["member"], sheet=match["msheet"] or "")


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
        return [Part(whole.file, f"{relative}#{s}", sheet=s) for s in _sheets(whole)]
    return list(_members(whole, relative))


def _kind(part: Part) -> str:
    try:
        if part.file.is_dir():
            raise FileRefused(part.name, "is a folder; name the files in it")
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
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise FileRefused(name, "is empty")
    for magic, reason in _MAGIC:
        if head.startswith(magic):
            raise FileRefused(name, reason)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        raise FileRefused(name, "is a web page or XML, not a table; perhaps the download failed")
    if start.startswith((b"{", b"[{")):
        raise FileRefused(name, "is JSON, not a table of payments")


def _zip_kind(part: Part) -> str:
    with opened_zip(part) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
            guard_members(part.name, archive)
            return "book"
        if "mimetype" in names and archive.read("mimetype").startswith(b"application/vnd.oasis"):
            guard_members(part.name, archive)
            return "book"
    return "zip"


@contextmanager
def opened_zip(part: Part) -> Iterator[zipfile.ZipFile]:
    """The part's file as a zip; raises FileRefused where it is truncated or damaged."""
    try:
        with zipfile.ZipFile(part.file) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise FileRefused(part.name, f"is a zip that is cut short or damaged ({error}); fetch it again") from error
    except RuntimeError as error:
        if "password" in str(error) or "encrypted" in str(error):
            raise FileRefused(part.name, "is a zip with a password; unpack it first") from error
        raise


def guard_members(name: str, archive: zipfile.ZipFile) -> None:
    """Raises FileRefused for a zip that would unpack to an absurd size."""
    for info in archive.infolist():
        bomb = info.file_size > LARGE and info.file_size > RATIO_LIMIT * max(info.compress_size, 1)
        if bomb or info.file_size > TEXT_LIMIT:
            raise FileRefused(
                name,
                f"would unpack '{info.filename}' from {info.compress_size:,} to {info.file_size:,} bytes: "
                "a zip bomb, or not a table of payments; nothing was unpacked",
            )


def _members(whole: Part, relative: str) -> Iterator[Part]:
    with opened_zip(whole) as archive:
        guard_members(whole.name, archive)
        if bad := archive.testzip() if sum(i.file_size for i in archive.infolist()) < LARGE else None:
            raise FileRefused(whole.name, f"is a zip whose '{bad}' is damaged; fetch it again")
        names = sorted(n for n in archive.namelist() if not n.endswith("/") and "__MACOSX" not in n)
    tables = [n for n in names if Path(n).suffix.lower() in _TABLES]
    books = [n for n in names if Path(n).suffix.lower() in _BOOKS]
    if not tables and not books:
        held = ", ".join(names[:5]) or "nothing"
        raise FileRefused(whole.name, f"is a zip with no CSV or XLSX in it; it holds {held}")
    for member in tables:
        yield Part(whole.file, f"{relative}!{member}", member=member)
    for member in books:
        book = Part(whole.file, f"{relative}!{member}", member=member)
        for sheet in _sheets(book):
            yield Part(whole.file, f"{book.name}#{sheet}", member=member, sheet=sheet)


@contextmanager
def byte_stream(part: Part) -> Iterator[IO[bytes]]:
    """The part's bytes, unpacked where it is in a zip; raises FileRefused for damage found on the way."""
    if not part.member:
        try:
            with part.file.open("rb") as stream:
                yield stream
        except FileNotFoundError as error:
            raise FileRefused(part.name, "is not there; was it moved or renamed?") from error
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
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if part.member:
            with byte_stream(part) as stream:
                return CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
        return CalamineWorkbook.from_path(str(part.file))
    except FileNotFoundError as error:
        raise FileRefused(part.name, "is not there; was it moved or renamed?") from error
    except (CalamineError, OSError) as error:
        raise FileRefused(part.name, f"is a workbook that cannot be opened ({error})") from error


def _sheets(part: Part) -> list[str]:
    return list(_workbook(part).sheet_names)


def sheet_rows(part: Part) -> list[list[str]]:
    """A sheet's rows as text, from its first row; dates ISO, whole numbers without a point.

    Raises FileRefused where the workbook cannot be opened or the sheet is not in it.
    """
    from python_calamine import WorksheetNotFound

    workbook = _workbook(part)
    try:
        sheet = workbook.get_sheet_by_name(part.sheet)
    except WorksheetNotFound as error:
        raise FileRefused(part.name, f"the workbook has no sheet '{part.sheet}'") from error
    return [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def cell_text(cell: Any) -> str:
    """A workbook cell as text. Floats are written out in full, never in powers of ten, so nothing is lost."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        return repr(cell)
    return str(cell).strip() if cell is not None else ""
