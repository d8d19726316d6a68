"""The bytes of a part: opened, unpacked and looked into with care, and refused by name where they are no table's."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO

from totalplace.errors import FileRefused
from totalplace.sources.parts import Part
from totalplace.sources.text import BLOCK

TEXT_LIMIT = 64 << 30
"""Bytes of one zip member beyond which it is not unpacked."""
RATIO_LIMIT = 200
"""A zip member that grows more than so many times, and is large, is taken for a bomb."""
LARGE = 256 << 20
BOOK_LIMIT = 2 << 30
"""Bytes that the pieces of a workbook may unpack to: they are held in memory."""

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


@contextmanager
def opened_zip(part: Part, data: bytes | None = None) -> Iterator[zipfile.ZipFile]:
    """The part's file, or `data`, as a zip; raises FileRefused where it is truncated, damaged or locked."""
    import lzma
    import zlib

    damage = (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error, lzma.LZMAError, struct.error)
    try:
        with opened(part) if data is None else io.BytesIO(data) as stream, zipfile.ZipFile(stream) as archive:
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
    if is_book(archive) and (size := sum(info.file_size for info in archive.infolist())) > BOOK_LIMIT:
        raise FileRefused(name, f"is a workbook of {size:,} bytes once unpacked, too large to open; save it as CSV")


def is_book(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is a workbook."""
    names = archive.namelist()
    if any(name in names for name in ("xl/workbook.xml", "xl/workbook.bin")):
        return True
    return "mimetype" in names and archive.read("mimetype").startswith(b"application/vnd.oasis")


def held(part: Part) -> tuple[Part, str]:
    """The part and the SHA-256 of its file; a text file no larger than a block is read once, for both.

    Raises FileRefused where the file cannot be read.
    """
    with opened(part) as stream:
        if part.member or part.sheet or os.fstat(stream.fileno()).st_size >= BLOCK:
            return part, hashlib.file_digest(stream, "sha256").hexdigest()
        data = stream.read()
    return replace(part, data=data), hashlib.sha256(data).hexdigest()


@contextmanager
def opened(part: Part) -> Iterator[io.BufferedReader]:
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
        with opened(part) as stream:
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
