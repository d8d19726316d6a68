"""A business case in a workbook: the tables that a case is read from, and what each place in them is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from totalplace.appraisal.book import Book, Cell, Sheet, letters, place, read_book
from totalplace.appraisal.celltext import read_areas, read_list, read_shares, read_steps
from totalplace.appraisal.circles import refuse_circles
from totalplace.appraisal.columns import CASE, GUIDE, MARK, SETTING, SHEET_OF, SHEETS, TEMPLATE, VALUE, Column
from totalplace.appraisal.reading import Origin
from totalplace.appraisal.template import write_template
from totalplace.errors import CaseError, did_you_mean

__all__ = ["read_workbook", "tables_of", "write_template"]

LOOKED = 20
"""Rows from the top in which headings are looked for."""
MOST_RECORDS = 5_000
_YEAR = re.compile(r"(?P<head>.*?),?\s+(?:year\s+(?P<number>[0-9]{1,3})|(?P<year>[0-9]{4}-[0-9]{2}))", re.IGNORECASE)
_PARTS: Mapping[str, Callable[[str], Any]] = {
    "shares": read_shares,
    "steps": read_steps,
    "areas": read_areas,
    "list": read_list,
}


def tables_of(content: bytes, name: str) -> tuple[dict[str, Any], Origin]:
    """The tables that `reading.read_case` takes, and the words for the place of each key: sheet and cell.

    `name` is what the file is called. Raises CaseError, naming sheet and cell, where the workbook is none, is of
    another edition of the template, or holds what cannot be read.
    """
    tables, origin, _ = read_workbook(content, name)
    return tables, origin


def read_workbook(content: bytes, name: str) -> tuple[dict[str, Any], Origin, tuple[str, ...]]:
    """As `tables_of`, and what a reader should know of the workbook: rows, columns and sheets that are hidden."""
    reader = _opened(content, name)
    return reader.tables(), reader.origin, reader.hidden()


def _opened(content: bytes, name: str) -> _Reader:
    book = read_book(content, name)
    _check_edition(book, name)
    for sheet in SHEETS:
        if sheet not in book.sheets:
            near = did_you_mean(sheet, [each for each in book.sheets if each not in SHEETS])
            raise CaseError(
                f"{name} has no sheet '{sheet}'{near}; a sheet that is not needed is left empty, not deleted"
            )
    refuse_circles(book, name)
    return _Reader(book, name)


def _check_edition(book: Book, name: str) -> None:
    """Raises CaseError for a workbook that is no case, or is made from another edition of the template."""
    guide = book.sheets.get(GUIDE)
    mark = next((at for at, cell in guide.cells.items() if _plain(cell.value) == _plain(MARK)), None) if guide else None
    if guide is None or mark is None:
        found = ", ".join(list(book.sheets)[:6])
        raise CaseError(
            f"{name} is no case to read: it lacks the sheet '{GUIDE}' with the edition of the template (its sheets: "
            f"{found}). 'totalplace appraise template --out FILE.xlsx' writes a workbook to fill in"
        )
    cell = guide.cells.get((mark[0], mark[1] + 1))
    said = _text(cell) if cell else ""
    if said == str(TEMPLATE):
        return
    where = f"{name}, sheet {GUIDE}, cell {place(mark[0], mark[1] + 1)}"
    if not said.isdigit():
        raise CaseError(f"{where}: the edition of the template is '{said}'; this version reads edition {TEMPLATE}")
    if int(said) > TEMPLATE:
        raise CaseError(
            f"{where}: the workbook is of edition {said} of the template, and this version reads edition "
            f"{TEMPLATE}; bring Total Place up to date"
        )
    raise CaseError(
        f"{where}: the workbook is of edition {said} of the template, and this version reads edition "
        f"{TEMPLATE}; write a new template, and copy what you filled in into it"
    )


@dataclass
class _Places:
    """Where the parts of a table stand: the sheet, its columns by key, its rows by record."""

    sheet: Sheet
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    more: dict[tuple[int, str], tuple[str, int, int]] = field(default_factory=dict)
    """Cells (sheet, row, column) of keys that stand in a row of their own, by record and key."""


class _Reader:
    """Reads the sheets of one workbook, and keeps where everything stands."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name
        self.places: dict[str, _Places] = {}
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

    def _wrong(self, sheet: Sheet, row: int, column: int, words: str) -> CaseError:
        return CaseError(f"{self.name}, sheet {sheet.name}, cell {place(row, column)}: {words}")

    def _settings(self) -> dict[str, Any]:
        """The tables case and weights as the sheet Case has them: a row a setting."""
        sheet = self.book.sheets["Case"]
        known = {_plain(column.heading): column for column in CASE}
        top, columns = self._heading_row(sheet, {_plain(SETTING): SETTING, _plain(VALUE): VALUE})
        setting, value = (next((c for c, word in columns.items() if word == each), 0) for each in (SETTING, VALUE))
        if not setting or not value:
            raise CaseError(
                f"{self.name}, sheet Case has no headings '{SETTING}' and '{VALUE}'; take them over from a new template"
            )
        self._refuse_merged(sheet, top)
        here = self.places["case"] = _Places(sheet)
        weights = self.places["weights"] = _Places(self.book.sheets["Weights"])
        tables: dict[str, Any] = {"case": {}}
        seen: dict[str, int] = {}
        for row in sorted({row for row, column in sheet.cells if row > top and column == setting}):
            words = _text(sheet.cells[row, setting])
            column = known.get(_plain(words))
            if column is None:
                near = did_you_mean(words, [each.heading for each in CASE])
                raise self._wrong(sheet, row, setting, f"'{words}' is no setting of a case{near}")
            if column.heading in seen:
                raise self._wrong(sheet, row, setting, f"'{words}' stands in row {seen[column.heading]} too; keep one")
            seen[column.heading] = row
            (weights if column.path[0] == "weights" else here).more[0, column.path[-1]] = (sheet.name, row, value)
            cell = sheet.cells.get((row, value))
            held = self._value(sheet, row, value, cell, column) if cell else None
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
                raise self._wrong(sheet, row, column, f"has a value, and cell {place(row, setting)} names no setting")

    def _heading_row(self, sheet: Sheet, known: Mapping[str, str]) -> tuple[int, dict[int, str]]:
        """The row that holds the most known headings, and its headings by column."""
        best, found = 0, dict[int, str]()
        for row in range(1, LOOKED + 1):
            cells = {column: _text(cell) for (at, column), cell in sheet.cells.items() if at == row}
            fits = {column: known.get(_plain(words), "") for column, words in cells.items()}
            if sum(map(bool, fits.values())) > sum(map(bool, found.values())):
                best, found = row, fits
        return best, found

    def _refuse_merged(self, sheet: Sheet, top: int) -> None:
        for first, left, last, right in sheet.merged:
            if last >= top:
                raise CaseError(
                    f"{self.name}, sheet {sheet.name}, cells {place(first, left)}:{place(last, right)} are merged: it "
                    "cannot be told to which row and column they belong. Unmerge them, and fill in each cell"
                )

    def _columns(self, sheet: Sheet, columns: Sequence[Column]) -> tuple[int, dict[int, tuple[Column, int]]]:
        """The row of the headings, and for each column of the sheet what it holds, with the year of lists by year."""
        known = {_plain(c.heading): c for c in columns if c.kind != "years"}
        by_year = {_plain(c.heading): c for c in columns if c.kind == "years"}

        def fits(words: str) -> bool:
            match = _YEAR.fullmatch(" ".join(words.split()))
            return _plain(words) in known or bool(match and _plain(match["head"]) in by_year)

        top, most = 0, 0
        for row in range(1, LOOKED + 1):
            count = sum(1 for (at, _), cell in sheet.cells.items() if at == row and fits(_text(cell)))
            if count > most:
                top, most = row, count
        if not top or (most < 2 and len(columns) > 2):
            raise CaseError(
                f"{self.name}, sheet {sheet.name} has no row of headings such as "
                f"{', '.join(c.heading for c in columns[:4])} in its first {LOOKED} rows; take them over from a new "
                "template"
            )
        found: dict[int, tuple[Column, int]] = {}
        for (row, at), cell in sorted(sheet.cells.items()):
            if row == top and (words := _text(cell)):
                found[at] = self._heading(sheet, top, at, words, known, by_year)
        self._refuse_twice(sheet, top, found)
        return top, found

    def _heading(
        self, sheet: Sheet, top: int, at: int, words: str, known: Mapping[str, Column], by_year: Mapping[str, Column]
    ) -> tuple[Column, int]:
        if column := known.get(_plain(words)):
            return column, 0
        match = _YEAR.fullmatch(" ".join(words.split()))
        column = by_year.get(_plain(match["head"])) if match else None
        if match is None or column is None:
            every = [c.heading for c in known.values()] + [f"{c.heading}, year 0" for c in by_year.values()]
            raise self._wrong(sheet, top, at, f"'{words}' is no heading of this sheet{did_you_mean(words, every)}")
        if match["number"]:
            return column, int(match["number"])
        year = int(match["year"][:4]) - self.first_year
        if not self.first_year or (int(match["year"][:4]) + 1) % 100 != int(match["year"][5:]) or year < 0:
            why = "the case starts later" if self.first_year and year < 0 else "it is no year of the case"
            raise self._wrong(sheet, top, at, f"'{words}' cannot be: {why}; write the years from year 0 on")
        return column, year

    def _refuse_twice(self, sheet: Sheet, top: int, found: Mapping[int, tuple[Column, int]]) -> None:
        seen: dict[tuple[str, int], int] = {}
        for at, (column, year) in found.items():
            if (column.heading, year) in seen:
                first = place(top, seen[column.heading, year])
                words = f"{column.heading}, year {year}" if column.kind == "years" else column.heading
                raise self._wrong(sheet, top, at, f"the heading '{words}' stands in cell {first} too; keep one of them")
            seen[column.heading, year] = at

    def _records(self, name: str, table: str, columns: Sequence[Column]) -> list[dict[str, Any]]:
        """The records of a sheet: a row each, rows without anything passed over."""
        sheet = self.book.sheets[name]
        top, found = self._columns(sheet, columns)
        self._refuse_merged(sheet, top)
        places = self.places.setdefault(table, _Places(sheet))
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
                raise self._wrong(sheet, row, at, "stands under no heading; write one, or clear the cell")
            column, year = found[at]
            value = self._value(sheet, row, at, cell, column)
            if value is None:
                continue
            if column.kind == "years":
                years.setdefault(column.key, {})[year] = value
            else:
                _put(record, column, value)
        for key, by_year in years.items():
            record[key] = [by_year.get(year) for year in range(max(by_year) + 1)]
        return {key: _bare(key, value) for key, value in record.items()}

    def _value(self, sheet: Sheet, row: int, at: int, cell: Cell, column: Column) -> Any:
        """What a cell holds, as the key of its column wants it; None for nothing."""
        if cell.fault:
            what = "its formula gives" if cell.formula else "it is"
            raise self._wrong(sheet, row, at, f"{what} {cell.fault}; mend it, or write the value itself")
        if not cell.kept:
            raise self._wrong(
                sheet, row, at, "holds a formula whose value was not kept; open the workbook in a spreadsheet, save "
                "it, and try again, or write the value itself"
            )  # fmt: skip
        value = cell.value.strip() if isinstance(cell.value, str) else cell.value
        if value is None or value == "":
            return None
        if isinstance(value, float) and cell.date:
            return self._day(sheet, row, at, value, column)
        if cell.currency:
            return f"{cell.currency} {value:,.10g}" if isinstance(value, float) else value
        if column.kind in _PARTS:
            return self._parts(sheet, row, at, value, column)
        if column.kind == "yes" and isinstance(value, str) and value.lower() in ("yes", "no", "true", "false"):
            return value.lower() in ("yes", "true")
        if column.kind in ("text", "code", "choice", "year", "day"):
            return _number_text(value) if isinstance(value, float) else value
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return int(value)
        if column.kind == "whole" and isinstance(value, str) and value.isdigit():
            return int(value)
        return value

    def _parts(self, sheet: Sheet, row: int, at: int, value: Any, column: Column) -> Any:
        text = _number_text(value) if isinstance(value, float) else str(value)
        try:
            return _PARTS[column.kind](text)
        except ValueError as error:
            raise self._wrong(sheet, row, at, f"{column.key} {error}") from error

    def _day(self, sheet: Sheet, row: int, at: int, value: float, column: Column) -> str:
        """A date as ISO text, in a column of days; anywhere else a spreadsheet took something else for a date."""
        from datetime import date, timedelta

        start = date(1904, 1, 1) if self.book.from_1904 else date(1899, 12, 30)
        try:
            day = start + timedelta(days=int(value))
        except OverflowError:
            raise self._wrong(sheet, row, at, f"is {value:,.0f} shown as a date; no such day can be meant") from None
        if column.kind == "day":
            return day.isoformat()
        raise self._wrong(
            sheet, row, at, f"{column.key} is the date {day.isoformat()}: the spreadsheet took what was typed for a "
            "date. Format the cell as text (or as a number), and type it again"
        )  # fmt: skip

    def _weights(self, found: dict[str, Any], records: Sequence[Mapping[str, Any]]) -> None:
        places = self.places["weights"]
        sheet = self.book.sheets["Weights"]
        groups: dict[str, Any] = {}
        for record, row in zip(records, places.rows, strict=True):
            group = record.get("group")
            cell = (sheet.name, row, places.columns.get("income", 1))
            if not group:
                raise self._wrong(sheet, row, places.columns.get("group", 1), "names no group; say whose income it is")
            if group in groups:
                raise self._wrong(sheet, row, places.columns.get("group", 1), f"the group '{group}' stands above too")
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
                raise self._wrong(
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
                raise self._wrong(
                    places.sheet, row, places.columns[key], f"{key} is '{record[key]}', and another row of the "
                    f"scenario has '{scenario[key]}'; make them alike"
                )  # fmt: skip
        if "set" not in record:
            if "to" in record:
                raise self._wrong(places.sheet, row, places.columns["to"], "has a value, and no number that it sets")
            return
        setting = scenario.setdefault("set", {})
        if record["set"] in setting:
            raise self._wrong(places.sheet, row, places.columns["set"], f"sets '{record['set']}' a second time")
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


def _plain(value: object) -> str:
    return " ".join(str(value).split()).rstrip("*").strip().casefold()


def _text(cell: Cell) -> str:
    return _number_text(cell.value) if isinstance(cell.value, float) else str(cell.value or "").strip()


def _number_text(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _first(year: object) -> int:
    """The first year of the case as a number, 0 where it cannot be told; the reader of cases says what is wrong."""
    return int(year[:4]) if isinstance(year, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}", year) else 0


def _count(thing: str, found: Sequence[object]) -> str:
    named = ", ".join(str(each) for each in found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
    return f"{thing} {named} is" if len(found) == 1 else f"{thing}s {named} are"
