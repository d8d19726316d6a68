"""Changes a case table by table: what it would be, where it would be refused, and the change in its file.

A change is tried first: the tables as they would be are read as a whole, and what is wrong is told by its table, number
and key. It is written with comments and all other tables kept, and never where the case could not be read any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from totalplace.appraisal.case import Case
from totalplace.appraisal.files import FOLDER, Cases, case_from, content_of, tables_in
from totalplace.appraisal.reader import MANY, SINGLE
from totalplace.errors import CaseError, DataError, UsageError, did_you_mean
from totalplace.folder import changed_meanwhile, digest
from totalplace.toml import edit_toml

Tables = dict[str, Any]
_PLACE = re.compile("⟦([a-z]*)¦([0-9]+)¦([^⟧]*)⟧")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a case as it would be: the table, its number from 1 (0: the table as such), the key, words."""

    table: str
    number: int
    key: str
    words: str


@dataclass(frozen=True)
class Tried:
    """A case as it would be: read, or what is wrong with it first."""

    tables: Tables
    case: Case | None
    wrong: Wrong | None


@dataclass(frozen=True)
class Draft:
    """The tables of a case's file as they stand, and a digest of the file that a change is made on."""

    name: str
    tables: Tables
    digest: str


Called = Callable[[Wrong, Tables], str]
"""Words for the place of what is wrong in some tables."""


class Editing:
    """Changes to the cases of a place that are text files; `called` says what the place of a key is called."""

    def __init__(self, cases: Cases, called: Called | None = None) -> None:
        self.cases = cases
        self._called = called or (lambda wrong, _: place_words(wrong))

    def draft(self, name: str) -> Draft:
        """A case's tables as they stand, whether they can be read as a case or not.

        Raises UsageError where there is none of that name or it is a workbook, CaseError where it is no TOML.
        """
        path = self.cases.path(name)
        if path.suffix.lower() != ".toml":
            raise UsageError(f"{name} is a workbook; change it in a spreadsheet program, then load the page again")
        # Read once: tables and digest must be of the same bytes, or a change in between would not be noticed.
        content = content_of(path)
        return Draft(name, tables_in(path, self.cases.root, content), digest(content))

    def attempt(self, name: str, tables: Tables) -> Tried:
        """What a case would be with these tables."""
        try:
            return Tried(tables, case_from(name, tables, self.cases.root, _marked), None)
        except DataError as error:
            return Tried(tables, None, _wrong(str(error), lambda place: self._called(place, tables)))

    def put(self, name: str, before: str, table: str, number: int, said: Mapping[str, Any]) -> None:
        """Writes a table of a case: the one of a number from 1, or a new one where there is none of it.

        EditConflict where the file is not as `before` says; CaseError where the case could not be read any more.
        """
        expected = with_table(self.draft(name).tables, table, number, said)
        self._edit(name, before, expected, lambda document: _put(document, table, number, said), (table, number))

    def remove(self, name: str, before: str, table: str, number: int) -> None:
        """Takes a table out of a case. Errors as of `put`."""
        expected = without_table(self.draft(name).tables, table, number)
        self._edit(name, before, expected, lambda document: _remove(document, table, number), (table, number))

    def move(self, name: str, before: str, table: str, number: int) -> None:
        """Moves a table of a case one up, before the one that stands above it. Errors as of `put`."""
        expected = moved_up(self.draft(name).tables, table, number)
        self._edit(name, before, expected, lambda document: _move(document, table, number), (table, number))

    def _edit(
        self, name: str, before: str, expected: Tables, change: Callable[[Any], None], at: tuple[str, int]
    ) -> None:
        file = f"{FOLDER}/{name}.toml"
        drafts: list[bool] = []

        def ready() -> None:
            now = self.draft(name)
            if now.digest != before:
                raise changed_meanwhile(file)
            drafts.append(self.attempt(name, now.tables).case is None)

        def check(tables: Tables) -> None:
            if _plain(tables) != _plain(expected):
                raise CaseError(f"{file} cannot be changed here as it is written; change it in a text editor")
            wrong = self.attempt(name, tables).wrong
            # What could not be read before may be mended table by table.
            elsewhere = wrong and (wrong.table != at[0] or wrong.number not in (0, at[1]))
            if wrong and not (drafts[-1] and elsewhere):
                raise CaseError(f"{self._called(wrong, tables)} {wrong.words}; nothing was written".strip())

        edit_toml(self.cases.root, file, change, ready, check)


def _marked(table: str, number: int, key: str) -> str:
    """A place that can be told from the words around it."""
    return f"⟦{table}¦{number}¦{key}⟧"


def _wrong(words: str, called: Callable[[Wrong], str]) -> Wrong:
    """What an error is about: the first place that it names; the others as words."""
    found = _PLACE.search(words)
    if not found:
        return Wrong("", 0, "", words)
    first = Wrong(found[1], int(found[2]), found[3], "")
    rest = (words[: found.start()] + words[found.end() :]).strip().removeprefix(":").strip()
    told = _PLACE.sub(lambda other: called(Wrong(other[1], int(other[2]), other[3], "")), rest)
    return Wrong(first.table, first.number, first.key, told)


def place_words(wrong: Wrong) -> str:
    """The words for a place: ``[[benefit]] 2: impact``."""
    head = f"[{wrong.table}]" if wrong.table in SINGLE else f"[[{wrong.table}]] {wrong.number or ''}".rstrip()
    return (f"{head}: {wrong.key}" if wrong.key else head) if wrong.table else ""


def checked(table: str, number: int) -> None:
    """Raises UsageError where a case can have no such table."""
    if table not in (*SINGLE, *MANY):
        raise UsageError(f"a case has no [[{table}]]{did_you_mean(table, [*SINGLE, *MANY])}")
    if number < 1:
        raise UsageError(f"[[{table}]] {number} cannot be; they are numbered from 1")


def table_at(tables: Mapping[str, Any], table: str, number: int) -> dict[str, Any] | None:
    """The table of a number from 1, None where there is none."""
    checked(table, number)
    held = tables.get(table, {} if table in SINGLE else [])
    if table in SINGLE:
        return dict(held) if table in tables and isinstance(held, Mapping) else None
    if not isinstance(held, list):
        raise UsageError(f"[[{table}]] is written with one bracket; change it in a text editor")
    found = held[number - 1] if number <= len(held) else None
    return dict(found) if isinstance(found, Mapping) else None


def with_table(tables: Tables, table: str, number: int, said: Mapping[str, Any]) -> Tables:
    """The tables with one put in, or at the end where there is none of its number."""
    table_at(tables, table, number)
    made = deepcopy(tables)
    if table in SINGLE:
        made[table] = dict(said)
    elif number <= len(made.setdefault(table, [])):
        made[table][number - 1] = dict(said)
    else:
        made[table].append(dict(said))
    return made


def without_table(tables: Tables, table: str, number: int) -> Tables:
    """The tables with one taken out; UsageError where there is none of its number."""
    if table_at(tables, table, number) is None:
        raise UsageError(f"there is no [[{table}]] {number}; somebody may have taken it out")
    made = deepcopy(tables)
    if table not in SINGLE:
        del made[table][number - 1]
    if table in SINGLE or not made[table]:
        del made[table]
    return made


def moved_up(tables: Tables, table: str, number: int) -> Tables:
    """The tables with one moved before the one above it; UsageError where there is none above."""
    if table in SINGLE or number < 2 or table_at(tables, table, number) is None:
        raise UsageError(f"there is no [[{table}]] {number} that could be moved up")
    made = deepcopy(tables)
    made[table][number - 2], made[table][number - 1] = made[table][number - 1], made[table][number - 2]
    return made


# --- in the document, comments staying where they are


def _put(document: Any, table: str, number: int, said: Mapping[str, Any]) -> None:
    from totalplace.toml import append_table

    if table in SINGLE:
        if table not in document:
            document[table] = _inline({}, whole=True)
        _fill(document[table], said)
    elif number <= len(document.get(table, [])):
        _fill(document[table][number - 1], said)
    else:
        append_table(document, table, {key: _inline(value) for key, value in said.items()})


def _fill(entry: Any, said: Mapping[str, Any]) -> None:
    """Makes an entry say what it is to say; what it says already is left as it is written."""
    for key in [key for key in entry if key not in said]:
        del entry[key]
    for key, value in said.items():
        if key in entry and _plain(entry[key]) == _plain(value):
            continue
        if key in entry and isinstance(entry[key], Mapping) and isinstance(value, Mapping):
            _fill(entry[key], value)
        else:
            entry[key] = _inline(value)


def _inline(value: Any, *, whole: bool = False) -> Any:
    """A value as a TOML document holds it: tables on one line."""
    import tomlkit

    if not isinstance(value, Mapping):
        return value
    made: Any = tomlkit.table() if whole else tomlkit.inline_table()
    for key, each in value.items():
        made[key] = _inline(each)
    return made


def _remove(document: Any, table: str, number: int) -> None:
    if table in SINGLE:
        document.pop(table)
        return
    del document[table][number - 1]
    if not document[table]:
        document.pop(table)


def _move(document: Any, table: str, number: int) -> None:
    held = document[table]
    below = held[number - 1]
    del held[number - 1]
    held.insert(number - 2, below)


def _plain(value: Any) -> str:
    """A value as text that tells 1 from 1.0 and from "1", whatever holds it."""
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{key!s}={_plain(each)}" for key, each in value.items())) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_plain, value)) + "]"
    if isinstance(value, bool):
        return f"b{bool(value)}"
    if isinstance(value, (int, float)):
        return f"{'f' if isinstance(value, float) else 'i'}{value + 0!r}"
    return f"s{value!s}"
