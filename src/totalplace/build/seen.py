"""What the files looked like when they were last read."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

from totalplace.errors import FileRefused
from totalplace.sources.parts import Part
from totalplace.store.files import write_whole


def stamp_of(part: Part) -> list[int]:
    """Size, time of change and inode of a part's file; raises FileRefused where it is not there."""
    try:
        status = part.file.stat()
    except OSError as error:
        raise FileRefused(part.name, "is not there; was it moved or renamed?") from error
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def is_fresh(stamp: list[int]) -> bool:
    """Whether a file changed so lately that its time of change may not tell one change from the next."""
    return time.time_ns() - stamp[1] < 2_000_000_000


class Seen:
    """What the files looked like when they were last read, so that unchanged ones are known without reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: dict[str, dict[str, Any]] = {}
        with contextlib.suppress(OSError, ValueError, AttributeError):
            notes = json.loads(path.read_text("utf-8"))
            self.notes = {name: note for name, note in notes.items() if isinstance(note, dict)}

    def key(self, name: str, stamp: list[int], recipe: str) -> str:
        """The key of the part if size, time and inode of its file and its recipe are as they were; else ''."""
        note = self.notes.get(name, {})
        same = note.get("stamp") == stamp and note.get("recipe") == recipe
        return str(note.get("key", "")) if same and note.get("settled") else ""

    def note(self, name: str, stamp: list[int], recipe: str, key: str, *, settled: bool) -> None:
        """Remembers a part; one is not `settled` where its file was fresh when it was read, and is read again."""
        self.notes[name] = {"stamp": stamp, "recipe": recipe, "key": key, "settled": settled}

    def save(self) -> None:
        """Writes the notes down."""
        write_whole(self.path, json.dumps(self.notes, sort_keys=True).encode())
