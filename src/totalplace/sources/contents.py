"""What tables a file holds: itself, the members of a zip, the sheets of a workbook."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from totalplace.errors import FileRefused
from totalplace.sources.opening import LARGE, guard_members, is_book, opened, opened_zip, refuse_by_head
from totalplace.sources.parts import BOOK, Part, part_named
from totalplace.sources.workbooks import sheets_of

_LITTER = re.compile(r"(^|/)(__MACOSX/|\._[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)|/$", re.IGNORECASE)
"""Members of a zip that systems leave there and nobody published."""


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
        return [Part(whole.file, f"{relative}#{s}", sheet=s, hidden=hidden) for s, hidden in sheets_of(whole)]
    return list(_members(whole, relative))


def _kind(part: Part) -> str:
    with opened(part) as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        return _zip_kind(part)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "book"
    refuse_by_head(part.name, head)
    return "text"


def _zip_kind(part: Part) -> str:
    with opened_zip(part) as archive:
        return "book" if is_book(archive) else "zip"


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
        if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) and re.search(f"{BOOK}$", member, re.IGNORECASE):
            for sheet, hidden in sheets_of(book):
                yield Part(whole.file, f"{book.name}#{sheet}", member, sheet, hidden)
        else:
            yield book


def _head_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(8)
