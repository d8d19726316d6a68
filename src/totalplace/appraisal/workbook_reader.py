"""Reads the sheets of a case's workbook into tables of settings, and keeps where everything stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from totalplace.appraisal.book import Book, Cell, Sheet, letters, place
from totalplace.appraisal.columns import CASE, SETTING, SHEET_OF, SHEETS, VALUE, Column
from totalplace.appraisal.workbook_cells import Cells, plain, text_of
from totalplace.appraisal.workbook_headings import Headings
from totalplace.errors import CaseError, did_you_mean

MOST_RECORDS = 5_000


@dataclass
class Places:
    """Where the parts of a table stand: the sheet, its columns by key, its rows by record."""

    sheet: Sheet
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    more: dict[tuple[int, str], tuple[str, int, int]] = field(default_factory=dict)
    """Cells (sheet, row, column) of keys that stand in a row of their own, by record and key."""


class Reader:
    """Reads the sheets of one workbook, and keeps where everything stands."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name, self.cells = book, name, Cells(name, book.from_1904)
        self.places: dict[str, Places] = {}
        self.first_year = 0

    def tables(self) -> dict[str, Any]:
        """Every table, those without a record left out."""
        found = self._settings()
        self.first_year = _first(found["case"].get("first_year"))
        for sheet, (table, columns) in SHEETS.items():
            if table == "case":
                continue
            records = self._records(sheet, table, columns)
            if table == "weights":
                self._weights(found, records)
            elif table == "scenario":
                if records:
                    found[table] = self._scenarios(records)
            elif records:
                found[table] = [_joined(record) for record in records] if table == "correlation" else records
        return found

    def origin(self, table: str, number: int, key: str) -> str:
        """The words for a place: ``case.xlsx, sheet Benefits, cell F7: impact``."""
        if table not in self.places:
            return f"{self.name}, sheet {SHEET_OF.get(table, table)}" + (f": {key}" if key else "")
        places = self.places[table]
        head = f"{self.name}, sheet {places.sheet.name}"
        if (number, key) in places.more:
            sheet, row, column = places.more[number, key]
            return f"{self.name}, sheet {sheet}, cell {place(row, column)}: {key}"
        column = _column_of(places.columns, key)
        row = places.rows[number - 1] if 0 < number <= len(places.rows) else 0
        if row and column:
            return f"{head}, cell {place(row, column)}: {key}"
        if column:
            return f"{head}, column {letters(column)}: {key}"
        where = f"{head}, row {row}" if row else head
        return f"{where}: {key}" if key else where

    def hidden(self) -> tuple[str, ...]:
        """What is hidden in the sheets of the case, and counts like everything else."""
        said = []
        for name in SHEETS:
            sheet = self.book.sheets[name]
            if sheet.hidden:
                said.append(f"{self.name}: the sheet {name} is hidden; it counts like any other.")
            filled = {row for row, _ in sheet.cells}
            rows = sorted(sheet.hidden_rows & filled)
            if rows:
                said.append(f"{self.name}, sheet {name}: {_count('row', rows)} hidden; what stands there counts.")
            across = {column for _, column in sheet.cells}
            hidden = sorted(c for c in across if any(a <= c <= b for a, b in sheet.hidden_columns))
            if hidden:
                named = [letters(column) for column in hidden]
                said.append(f"{self.name}, sheet {name}: {_count('column', named)} hidden; what stands there counts.")
        return tuple(said)

    def _settings(self) -> dict[str, Any]:
        """The tables case and weights as the sheet Case has them: a row a setting."""
        sheet = self.book.sheets["Case"]
        known = {plain(column.heading): column for column in CASE}
        top, columns = Headings(self.cells).row_of(sheet, {plain(SETTING): SETTING, plain(VALUE): VALUE})
        setting, value = (next((c for c, word in columns.items() if word == each), 0) for each in (SETTING, VALUE))
        if not setting or not value:
            raise CaseError(
                f"{self.name}, sheet Case has no headings '{SETTING}' and '{VALUE}'; take them over from a new template"
            )
        self.cells.refuse_merged(sheet, top)
        here = self.places["case"] = Places(sheet)
        weights = self.places["weights"] = Places(self.book.sheets["Weights"])
        tables: dict[str, Any] = {"case": {}}
        seen: dict[str, int] = {}
        for row in sorted({row for row, column in sheet.cells if row > top and column == setting}):
            words = text_of(sheet.cells[row, setting])
            column = known.get(plain(words))
            if column is None:
                near = did_you_mean(words, [each.heading for each in CASE])
                raise self.cells.wrong(sheet, row, setting, f"'{words}' is no setting of a case{near}")
            if column.heading in seen:
                raise self.cells.wrong(
                    sheet, row, setting, f"'{words}' stands in row {seen[column.heading]} too; keep one"
                )
            seen[column.heading] = row
            (weights if column.path[0] == "weights" else here).more[0, column.path[-1]] = (sheet.name, row, value)
            cell = sheet.cells.get((row, value))
            held = self.cells.value(sheet, row, value, cell, column) if cell else None
            if held is not None:
                table = "weights" if column.path[0] == "weights" else "case"
                tables.setdefault(table, {})[column.path[-1]] = held
        self._refuse_stray(sheet, top, setting, value, set(seen.values()))
        if not tables["case"]:
            raise CaseError(
                f"{self.name}, sheet Case is not filled in yet; give the settings in bold, then the other sheets"
            )
        return tables

    def _refuse_stray(self, sheet: Sheet, top: int, setting: int, value: int, rows: set[int]) -> None:
        """Raises CaseError for a value that stands beside no setting."""
        for row, column in sorted(sheet.cells):
            if row > top and column == value and row not in rows:
                raise self.cells.wrong(
                    sheet, row, column, f"has a value, and cell {place(row, setting)} names no setting"
                )

    def _records(self, name: str, table: str, columns: Sequence[Column]) -> list[dict[str, Any]]:
        """The records of a sheet: a row each, rows without anything passed over."""
        sheet = self.book.sheets[name]
        top, found = Headings(self.cells, self.first_year).columns(sheet, columns)
        self.cells.refuse_merged(sheet, top)
        places = self.places.setdefault(table, Places(sheet))
        places.columns |= {
            f"{column.key}.{year + 1}" if column.kind == "years" else column.key: at
            for at, (column, year) in found.items()
        }
        rows: dict[int, dict[int, Cell]] = {}
        for (row, at), cell in sorted(sheet.cells.items()):
            if row > top:
                rows.setdefault(row, {})[at] = cell
        records = []
        for row, cells in rows.items():
            record = self._record(sheet, row, cells, found)
            if record:
                records.append(record)
                places.rows.append(row)
            if len(records) > MOST_RECORDS:
                raise CaseError(f"{self.name}, sheet {name} has over {MOST_RECORDS:,} rows; no case is so long")
        return records

    def _record(
        self, sheet: Sheet, row: int, cells: Mapping[int, Cell], found: Mapping[int, tuple[Column, int]]
    ) -> dict[str, Any]:
        record: dict[str, Any] = {}
        years: dict[str, dict[int, Any]] = {}
        for at, cell in cells.items():
            if at not in found:
                if cell.value is None and not cell.formula:
                    continue
                raise self.cells.wrong(sheet, row, at, "stands under no heading; write one, or clear the cell")
            column, year = found[at]
            value = self.cells.value(sheet, row, at, cell, column)
            if value is None:
                continue
            if column.kind == "years":
                years.setdefault(column.key, {})[year] = value
            else:
                _put(record, column, value)
        for key, by_year in years.items():
            record[key] = [by_year.get(year) for year in range(max(by_year) + 1)]
        return {key: _bare(key, value) for key, value in record.items()}

    def _weights(self, found: dict[str, Any], records: Sequence[Mapping[str, Any]]) -> None:
        places = self.places["weights"]
        sheet = self.book.sheets["Weights"]
        groups: dict[str, Any] = {}
        for record, row in zip(records, places.rows, strict=True):
            group = record.get("group")
            cell = (sheet.name, row, places.columns.get("income", 1))
            if not group:
                raise self.cells.wrong(
                    sheet, row, places.columns.get("group", 1), "names no group; say whose income it is"
                )
            if group in groups:
                raise self.cells.wrong(
                    sheet, row, places.columns.get("group", 1), f"the group '{group}' stands above too"
                )
            groups[group] = record.get("income")
            places.more[0, f"groups.{group}"] = cell
        # What a place in the sheet Case is called, where the settings of weights stand, is kept apart in `more`.
        places.rows = []
        if groups:
            found.setdefault("weights", {})["groups"] = groups

    def _scenarios(self, records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Scenarios with what they set: rows of one id are one scenario."""
        places = self.places["scenario"]
        rows, places.rows = places.rows, []
        found: dict[str, dict[str, Any]] = {}
        for record, row in zip(records, rows, strict=True):
            id = str(record.get("id", ""))
            if not id:
                raise self.cells.wrong(
                    places.sheet,
                    row,
                    places.columns.get("id", 1),
                    "names no scenario; each row needs the id of its own",
                )
            if id not in found:
                found[id] = {"id": id}
                places.rows.append(row)
            self._set(found[id], record, row, list(found).index(id) + 1)
        return list(found.values())

    def _set(self, scenario: dict[str, Any], record: Mapping[str, Any], row: int, number: int) -> None:
        places = self.places["scenario"]
        for key in ("name", "based_on", "note"):
            if key in record and scenario.setdefault(key, record[key]) != record[key]:
                raise self.cells.wrong(
                    places.sheet, row, places.columns[key], f"{key} is '{record[key]}', and another row of the "
                    f"scenario has '{scenario[key]}'; make them alike"
                )  # fmt: skip
        if "set" not in record:
            if "to" in record:
                raise self.cells.wrong(
                    places.sheet, row, places.columns["to"], "has a value, and no number that it sets"
                )
            return
        setting = scenario.setdefault("set", {})
        if record["set"] in setting:
            raise self.cells.wrong(places.sheet, row, places.columns["set"], f"sets '{record['set']}' a second time")
        setting[record["set"]] = record.get("to")
        places.more[number, f"set.{record['set']}"] = (
            places.sheet.name,
            row,
            places.columns.get("to", places.columns["set"]),
        )


def _put(record: dict[str, Any], column: Column, value: Any) -> None:
    """Puts a value where its key is; a number and its range share a key."""
    head, *rest = column.path
    if rest or column.path[0] in _RANGED:
        held = record.setdefault(head, {})
        held[rest[0] if rest else "value"] = value
    else:
        record[head] = value


def _bare(key: str, value: Any) -> Any:
    """A number without a range as a number."""
    return value["value"] if key in _RANGED and isinstance(value, dict) and list(value) == ["value"] else value


_RANGED = frozenset(c.path[0] for _, columns in SHEETS.values() for c in columns if c.path[1:] == ("low",))


def _joined(record: dict[str, Any]) -> dict[str, Any]:
    """A correlation with its two numbers as a list."""
    between = record.pop("between", {})
    return {"between": [between[key] for key in ("1", "2") if key in between], **record}


def _column_of(columns: Mapping[str, int], key: str) -> int:
    """The column of a key, or of what the key is a part of."""
    while key:
        for name in (key, f"{key}.value", f"{key}.1", f"{key}.share", f"{key}.types", f"{key}.agencies"):
            if name in columns:
                return columns[name]
        near = [at for name, at in columns.items() if name.startswith(f"{key}.")]
        if near:
            return near[0]
        key = key.rpartition(".")[0]
    return 0


def _first(year: object) -> int:
    """The first year of the case as a number, 0 where it cannot be told; the reader of cases says what is wrong."""
    return int(year[:4]) if isinstance(year, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}", year) else 0


def _count(thing: str, found: Sequence[object]) -> str:
    named = ", ".join(str(each) for each in found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
    return f"{thing} {named} is" if len(found) == 1 else f"{thing}s {named} are"
