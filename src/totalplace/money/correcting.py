"""What people settle of services: classes.toml, kept apart from what is computed, so that it survives every build."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from totalplace.definition import Definition, append_table, edit
from totalplace.errors import UsageError
from totalplace.services import TEXTS, Correction
from totalplace.table import Column, Table

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


def correct(root: Path, found: Iterable[Correction]) -> None:
    """Writes corrections down, each in the place of an earlier one that gives the same texts."""
    wanted = list(found)

    def change(document: Any) -> None:
        for correction in wanted:
            _take_out(document, correction)
            given = {name: getattr(correction, name) for name in (*TEXTS, "service", "note")}
            append_table(document, "correction", {name: text for name, text in given.items() if text})

    edit(root, FILE, change)


def uncorrect(root: Path, correction: Correction) -> None:
    """Takes back the correction that gives the same texts. Raises UsageError where there is none."""

    def change(document: Any) -> None:
        if not _take_out(document, correction):
            texts = ", ".join(f"{name} '{getattr(correction, name)}'" for name in correction.given)
            raise UsageError(f"{FILE} settles nothing of {texts}; nothing was changed")

    edit(root, FILE, change)


def _take_out(document: Any, correction: Correction) -> bool:
    tables = document.get("correction", [])
    for n, table in enumerate(tables):
        if Correction(**{str(key): str(value) for key, value in table.items()}).given == correction.given:
            del tables[n]
            return True
    return False
