"""Imports an edition of the Unit Cost Database into a place: read, compared with the one before, written whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from totalplace.editions.book import licence_of, open_book, refuse_other_edition
from totalplace.editions.layout import layout_of
from totalplace.editions.marks import marks_of
from totalplace.editions.reading import Found, Line, read_sheet
from totalplace.errors import FileRefused, UsageError, did_you_mean
from totalplace.parameters.unit_cost import KINDS, OWN, UnitCost
from totalplace.parameters.unit_cost_own import EDITION, FOLDER, order
from totalplace.parameters.unit_cost_rows import COLUMNS, read_edition
from totalplace.parameters.unit_cost_rules import rules
from totalplace.parameters.unit_costs import SHIPPED, editions_there
from totalplace.store.files import disk_errors, write_whole
from totalplace.table import Column, Table

TOLD = ("detail", "unit", "agency", "part", *KINDS, *(f"{kind}_year" for kind in KINDS))
"""What is compared of two editions of an entry."""


@dataclass(frozen=True)
class Imported:
    """An edition as read: its entries, what was assumed, and the edition that it is compared with."""

    edition: str
    file: str
    licence: str
    entries: Mapping[str, UnitCost]
    lines: Mapping[str, Line]
    notes: tuple[str, ...]
    before: str
    earlier: Mapping[str, UnitCost]

    @property
    def new(self) -> list[str]:
        """Codes that the edition before has not."""
        return [code for code in self.entries if code not in self.earlier]

    @property
    def gone(self) -> list[str]:
        """Codes that the edition before has, and this one has not."""
        return [code for code in self.earlier if code not in self.entries]

    @property
    def changed(self) -> dict[str, list[str]]:
        """What differs of the entries that both have, by code."""
        both = [(cost, self.earlier[code]) for code, cost in self.entries.items() if code in self.earlier]
        found = {now.code: [name for name in TOLD if getattr(now, name) != getattr(was, name)] for now, was in both}
        return {code: names for code, names in found.items() if names}

    def table(self) -> Table:
        """What is new, changed and gone by code, with the fiscal values, in pounds of their own price years."""
        changed = self.changed
        rows = [
            (code, "new" if code in self.new else "changed", self.entries[code].detail, _words(changed.get(code, ())))
            for code in self.entries
            if code in changed or code in self.new
        ]
        rows += [(code, "gone", self.earlier[code].detail, "") for code in self.gone]
        columns = (
            *(
                Column("code", "Code"),
                Column("change", "Change"),
                Column("detail", "What"),
                Column("what", "Differs in"),
            ),
            *(Column("before", f"Edition {self.before}"), Column("now", f"Edition {self.edition}")),
        )
        valued = [(*row, _value(self.earlier.get(row[0])), _value(self.entries.get(row[0]))) for row in rows]
        title = f"Edition {self.edition} against {self.before}"
        note = "; ".join((self.licence, *self.notes))
        return Table("unit-costs-import", title, columns, valued, note)


def look(root: Path, file: Path, edition: str, without: Sequence[str] = ()) -> Imported:
    """What a workbook holds as an edition of the database; writes nothing.

    `without` names sheets that hold no costs. Raises UsageError for an edition that cannot be, FileRefused naming the
    sheet and the cell for a workbook that cannot be understood.
    """
    if not EDITION.fullmatch(edition):
        raise UsageError(f"'{edition}' is not an edition; give its number with --edition, such as 3.0")
    if edition == SHIPPED:
        raise UsageError(f"edition {SHIPPED} is in the program already, whole; an import is for a later one")
    parts, sheets = open_book(file)
    names = [sheet.name for sheet in sheets]
    for name in without:
        if name not in names:
            raise UsageError(f"the workbook has no sheet '{name}'{did_you_mean(name, names)}")
    licence = licence_of(sheets)
    refuse_other_edition(sheets, edition)
    found = Found()
    for part, sheet in zip(parts, sheets, strict=True):
        if sheet.name not in without and (layout := layout_of(sheet)):
            read_sheet(sheet, layout, marks_of(part), found)
    if not found.lines:
        raise FileRefused(file.name, "no sheet holds codes such as CR1.0; is it the Unit Cost Database?")
    _mark_transfers(found.lines)
    entries = read_edition(written(found.lines.values()), edition, f"{FOLDER}/{edition}.csv")
    before, earlier = _edition_before(root, edition)
    return Imported(edition, file.name, licence, entries, found.lines, tuple(found.notes), before, earlier)


def import_edition(root: Path, file: Path, edition: str, without: Sequence[str] = ()) -> Imported:
    """`look`, and writes the edition into the place's folder, whole or not at all; raises DataError besides."""
    seen = look(root, file, edition, without)
    folder = root / FOLDER
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{edition}.csv", written(seen.lines.values()).encode())
    return seen


def written(lines: Iterable[Line]) -> str:
    """Lines as the file of an edition."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return stream.getvalue()


def _mark_transfers(lines: Mapping[str, Line]) -> None:
    """Marks the part of a fiscal value that is a transfer, by the rule that edition 1.4's notes follow."""
    for code, part in rules().transfers.items():
        if code in lines and (value := lines[code]["fiscal"]):
            held = lines.get(part, {}).get("fiscal", "") if part else value
            if held and Decimal(held) <= Decimal(value):
                lines[code]["transfer"] = held


def _edition_before(root: Path, edition: str) -> tuple[str, Mapping[str, UnitCost]]:
    """The latest edition before one, of those that are there."""
    there = editions_there(root)
    earlier = [name for name in there if name != OWN and order(name) < order(edition)]
    name = max(earlier, key=order, default=SHIPPED)
    return name, there[name]


def _words(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " price ") for name in names)


def _value(cost: UnitCost | None) -> str:
    if cost is None or cost.fiscal is None:
        return ""
    return f"£{cost.fiscal:,} ({cost.fiscal_year})"
