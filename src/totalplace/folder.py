"""A folder of declared files, one thing a file: scenarios, themes. They are listed, found by name, and begun."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from totalplace.errors import EditConflict, UsageError, did_you_mean
from totalplace.store.files import disk_errors, write_whole
from totalplace.terms import slug

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
"""What a declared thing is called: a file of a folder, or an id in a file."""


@dataclass(frozen=True)
class Folder:
    """The TOML files in the folder `name` of a place; `thing` is what one of them is called, and its command."""

    root: Path
    name: str
    thing: str
    command: str

    @property
    def path(self) -> Path:
        """Where the files are."""
        return self.root / self.name

    def names(self) -> list[str]:
        """The files by name, without their ending, whether they can be read or not."""
        return sorted(path.stem for path in self.path.glob("*.toml") if NAME.fullmatch(path.stem))

    def misnamed(self) -> list[tuple[str, str]]:
        """Files of the folder whose names cannot be a thing's, each with what to do."""
        found = sorted(path.name for path in self.path.glob("*.toml") if not NAME.fullmatch(path.stem))
        return [(name, f"rename it: a-z, 0-9 and hyphens, such as {slug(Path(name).stem)}.toml") for name in found]

    def file(self, name: str) -> Path:
        """The file of a name; raises UsageError where there is none."""
        if name not in self.names():
            begin = "" if self.names() else f"; 'totalplace {self.command} --new NAME' begins one"
            raise UsageError(f"there is no {self.thing} '{name}'{did_you_mean(name, self.names())}{begin}")
        return self.path / f"{name}.toml"

    def check_name(self, name: str) -> str:
        """The name; raises UsageError where a file cannot have it."""
        if not NAME.fullmatch(name):
            near = f", such as '{slug(name)}'" if slug(name) else ""
            raise UsageError(f"'{name}' cannot be a {self.thing}'s name: write a-z, 0-9 and hyphens{near}")
        return name

    def begin(self, name: str, text: str) -> Path:
        """Writes a new file; UsageError where it is there."""
        path = self.path / f"{self.check_name(name)}.toml"
        if path.exists():
            raise UsageError(f"{path} is there already; edit it, or choose another name")
        with disk_errors(path):
            self.path.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
        return path


def quoted(text: str) -> str:
    """A text as TOML has it."""
    # A JSON string is a TOML basic string, but for one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def comment(text: str) -> str:
    """A name as a comment can hold it: on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def digest(content: bytes) -> str:
    """What tells one state of a file from another, on a page that a change is made from."""
    return hashlib.sha256(content).hexdigest()[:32]


def changed_meanwhile(file: str) -> EditConflict:
    """That a file is not as it was when the page of a change was drawn."""
    return EditConflict(
        f"{file} was changed by somebody else since your page was drawn; nothing was written. Open it again, and make "
        "your change on top of theirs"
    )
