"""Keys of what is remembered: an answer stands for as long as the objects and files that it came from do."""

from __future__ import annotations

from pathlib import Path
from typing import Generic, TypeVar

from totalplace.terms import Where

Thing = TypeVar("Thing")
Stamp = tuple[str, int, int]
"""A file's name, when it was last written (nanoseconds), and its bytes; nought and nought where it is not there."""
Frozen = tuple[tuple[str, tuple[str, ...]], ...]
"""Filters as a key."""


class Same(Generic[Thing]):
    """An object as a key: the same one (`it`), not one that is alike; kept for as long as the key is."""

    def __init__(self, it: Thing) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.it is self.it


def stamp(path: Path) -> Stamp:
    """What tells one state of a file from another without reading it."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # ValueError: a NUL, which no file has in its name
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size


def frozen(where: Where | None) -> Frozen:
    """Filters as a key; a text alone is one value."""
    listed = {name: [values] if isinstance(values, str) else values for name, values in (where or {}).items()}
    return tuple(sorted((name, tuple(sorted(map(str, values)))) for name, values in listed.items()))
