"""A part is one table: a text file, a member of a zip, or a sheet of a workbook; and how it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from totalplace.sources.text import BLOCK

BOOK = r"\.(?:xlsx|xlsm|xlsb|xls|ods)"
_NAME = re.compile(rf"(?P<path>.+?\.zip)!(?P<member>.+)|(?P<book>.+?{BOOK})#(?P<sheet>.+)", re.IGNORECASE)
_MEMBER = re.compile(rf"(?P<book>.+?{BOOK})#(?P<sheet>.+)", re.IGNORECASE)


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


def outer(name: str) -> str:
    """The file itself, where a name is that of a sheet of a workbook or a member of a zip."""
    return name.partition("#")[0].partition("!")[0]


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
