"""One tree of errors. A message says what was found, where, and what to do."""

from __future__ import annotations


class TotalPlaceError(Exception):
    """The root: catch this to catch everything the package raises on purpose."""


class UsageError(TotalPlaceError):
    """The call was wrong: an unknown option, key, body or cut. Exit status 2 on the command line."""


class DataError(TotalPlaceError):
    """What was given cannot be used as it is: a file, a setting, a store. Exit status 1."""


class PlaceError(DataError):
    """place.toml or matches.toml says something that cannot be."""


class ScenarioError(DataError):
    """A scenario of the stress test says something that cannot be."""


class ThemeError(DataError):
    """A theme says something that cannot be."""


class LogicError(DataError):
    """A logic model says something that cannot be."""


class CaseError(DataError):
    """A business case says something that cannot be, or leaves out what must be said."""


class GeographyError(DataError):
    """Areas, their borders or a lookup between them say something that cannot be."""


class FileRefused(DataError):
    """A source file that is not what it was given as: a PDF, a contracts register, a broken zip.

    `path` names the file as the user gave it.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class StoreError(DataError):
    """The store is missing, unreadable, or older than what it was built from."""


class EditConflict(DataError):
    """A declared file changed between reading and writing it."""


_LISTED = 12
_LONGEST = 80


def did_you_mean(word: str, known: list[str]) -> str:
    """A tail for a message: ``; did you mean 'supplier'?``, or the known words where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    more = f" and {len(known) - _LISTED:,} more" if len(known) > _LISTED else ""
    listed = ", ".join(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…" for text in known[:_LISTED])
    return f"; known: {listed}{more}" if known else ""
