"""What a build says of each part that it was given, and of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and of how many."""


@dataclass
class Entry:
    """A part in a run: where it comes from, its counts and money in pence, or why it was refused.

    `years` counts accepted lines by financial year; `content` is a digest of the payments that the part holds.
    """

    name: str
    body: str
    kind: str
    key: str = ""
    sha256: str = ""
    content: str = ""
    bytes: int = 0
    runs: int = 0
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    preamble: int = 0
    pence: int = 0
    rejected_pence: int = 0
    rejected_unread: int = 0
    first: int = 0
    last: int = 0
    years: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True)
class Built:
    """What a build came to: the run's id, its entries, how many parts were read anew, seconds taken."""

    run: str
    entries: tuple[Entry, ...]
    read: int
    seconds: float
    warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> list[Entry]:
        """Parts that could not be read as what they were added as."""
        return [entry for entry in self.entries if entry.refused]
