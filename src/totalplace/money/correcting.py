"""What people settle of services: classes.toml, kept apart from what is computed, so that it survives every build."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from totalplace.definition import Definition, edit
from totalplace.errors import DataError, UsageError, did_you_mean
from totalplace.services import TEXTS, Correction
from totalplace.table import Column, Table
from totalplace.toml import append_table

FILE = "classes.toml"
COLUMNS = (
    *(Column(name, name.capitalize()) for name in TEXTS),
    Column("service", "Service"),
    Column("note", "Why"),
)


def corrections(definition: Definition) -> Table:
    """The services that people settled, in the order in which they stand."""
    rows = [tuple(getattr(row, column.name) for column in COLUMNS) for row in definition.corrections]
    return Table("corrections", "Services that people settled", COLUMNS, rows)


Key = frozenset[tuple[str, str]]
"""What tells a correction: the texts that it gives, folded."""
_PROTECTED = re.compile(r"^'(?=[=+\-@＝＋－＠])")
"""What an export puts before a text that a spreadsheet would take for a formula."""


def key_of(correction: Correction) -> Key:
    """What tells a correction from others: one takes the place of another of the same key."""
    return frozenset(correction.given.items())


def correct(root: Path, found: Iterable[Correction]) -> None:
    """Writes corrections down, each in the place of an earlier one that gives the same texts."""
    wanted = {key_of(correction): correction for correction in found}

    def change(document: Any) -> None:
        _take_out(document, wanted.keys())
        for correction in wanted.values():
            given = {name: getattr(correction, name) for name in (*TEXTS, "service", "note")}
            append_table(document, "correction", {name: text for name, text in given.items() if text})

    edit(root, FILE, change)


def read_corrections(path: Path) -> list[Correction]:
    """The corrections in a CSV file with columns of COLUMNS, by name or heading: an export, or a sheet saved as CSV.

    Lines without a word are passed over. Raises DataError where the file cannot be read, naming line and column, and
    where it settles the same texts twice, and not alike.
    """
    texts = _csv_text(path)
    reader = csv.DictReader(io.StringIO(texts, newline=""), restkey="", strict=True)
    named = {column.label.casefold(): column.name for column in COLUMNS} | {c.name: c.name for c in COLUMNS}
    headings = {heading: named.get((heading or "").strip().casefold(), "") for heading in reader.fieldnames or ()}
    for heading, name in headings.items():
        if not name:
            raise DataError(f"{path}: there is no column '{heading}'{did_you_mean(heading.lower(), list(named))}")
    if "service" not in headings.values():
        raise DataError(f"{path}: its first line has no 'service'; it must name the columns")
    found: dict[Key, Correction] = {}
    try:
        for row in reader:
            if "" in row:
                raise UsageError("it has more cells than there are columns")
            given = {headings[heading]: _PROTECTED.sub("", (cell or "").strip()) for heading, cell in row.items()}
            if any(given.values()):
                correction = Correction(**given)
                if found.setdefault(key_of(correction), correction).service != correction.service:
                    raise UsageError("it settles the same texts as an earlier line, and not alike")
    except (UsageError, csv.Error) as error:
        raise DataError(f"{path}, line {reader.line_num}: {error}; nothing was written") from None
    return list(found.values())


def _csv_text(path: Path) -> str:
    """A CSV file's text, as Unicode or in Windows' old encoding."""
    try:
        given = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    if given.startswith(b"PK") or b"\0" in given:
        raise DataError(f"{path} is no CSV file; save the table as CSV")
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError:
        return given.decode("cp1252", errors="replace")


def uncorrect(root: Path, correction: Correction) -> None:
    """Takes back the correction that gives the same texts. Raises UsageError where there is none."""

    def change(document: Any) -> None:
        if not _take_out(document, {key_of(correction)}):
            texts = ", ".join(f"{name} '{getattr(correction, name)}'" for name in correction.given)
            raise UsageError(f"{FILE} settles nothing of {texts}; nothing was changed")

    edit(root, FILE, change)


def _take_out(document: Any, keys: Collection[Key]) -> int:
    """Takes out the corrections that give the same texts as one of these; gives how many."""
    tables = document.get("correction", [])
    given = [key_of(Correction(**{str(key): str(value) for key, value in table.items()})) for table in tables]
    places = [n for n, key in enumerate(given) if key in keys]
    for n in reversed(places):
        del tables[n]
    if places and not tables:
        document.pop("correction")  # else an empty list would stand there, to which nothing can be added
    return len(places)
