"""Writes a case's workbook to be filled in: a sheet a table, with headings, lists to choose from, and help."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from totalplace.appraisal.book import letters
from totalplace.appraisal.columns import CASE, GUIDE, MARK, SETTING, SHEETS, TEMPLATE, VALUE, Column
from totalplace.appraisal.template_values import Lists, cell_value, of_year, records_of, shipped_lists, value_at
from totalplace.errors import CaseError, DataError, did_you_mean
from totalplace.store.files import aside

YEARS = 10
"""Columns of years in a template that nothing is known of yet."""
ROWS = 60
"""Rows for which lists and formats are laid out; more can be written below."""
HEAD = 4
"""The row of the headings, from 1."""
LISTS, CODES = "Lists", "Unit costs"
LINE, WRAPPED = 14, 30
"""Points of a line of text, and the width from which on a column's texts are wrapped."""
PAGE_WIDE, FIRST_TWO = 190.0, 54.0
"""Letters across a printed page, and those of the first two columns, which each page repeats."""
LONGEST = 32_767
"""Characters of a cell."""

ABOUT = {
    "Case": "What is appraised, over which years, in which prices. Bold settings must be given.",
    "Weights": "Only if gains are to be weighted by income: the groups of people who gain, and their incomes.",
    "Agencies": "Who pays and who gains. Once agencies are listed here, no other can be named by a slip.",
    "Options": "What could be done. Exactly one option is to carry on as now; the others are set against it.",
    "Cohorts": "The people reached: how many start in each year, and how many take part.",
    "Costs": "What each option puts in, by year. Say once how sure each is: grade, optimism or building work.",
    "Benefits": "What each option brings. Without deadweight and with whom it is compared, there is no headline.",
    "Logic": "How it is meant to work, step by step. Each benefit hangs on an outcome.",
    "Scenarios": "Numbers set otherwise, a row each: what if the effect fades sooner?",
    "Correlations": "Numbers that tend to be off together.",
}

GUIDANCE = (
    "Fill in the sheets from left to right. What must be given has a bold heading; the rest can stay empty.",
    "Each heading has a note that says what goes into the column. Cells with a list show an arrow.",
    "Money is in pounds, without pence or with. Shares are per cent: 30% (or 0.3).",
    "Who pays and who gains stands in one cell: NHS 60%; Police 40%. Two levels of an agency: Local Authority/Housing.",
    "Lists by year have a column a year: 'Pounds, year 0' is the first, 'Pounds, 2026-27' says the same.",
    "Columns for later years can be added: Pounds, year 10.",
    "Any number can have a range: its low and high, in the columns to the right. Left empty, the grade sets the range.",
    "Formulas can be used. Columns may be moved or left out, rows sorted, sheets added. Do not merge cells.",
    "Then: totalplace appraise FILE.xlsx. What is wrong is named by its sheet and cell, with what to do.",
)


def write_template(
    target: Path | IO[bytes], case_tables: Mapping[str, Any] | None = None, root: Path | None = None
) -> None:
    """Writes a workbook to fill in; with `case_tables`, the tables of a TOML case, one that is filled in with them.

    `root` is the folder of a place, whose unit costs and deflators are listed too. Raises CaseError for tables that no
    sheet has room for, DataError where the file cannot be written.
    """
    import xlsxwriter

    tables = dict(case_tables or {})
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    lists = shipped_lists(root)
    if not isinstance(target, Path):
        with xlsxwriter.Workbook(target, options) as book:
            _Writer(book, tables, lists).write()
        return
    if target.is_dir():
        raise DataError(f"{target} is a folder; name a file in it")
    try:
        with aside(target) as beside, xlsxwriter.Workbook(beside, options) as book:
            _Writer(book, tables, lists).write()
    except (xlsxwriter.exceptions.XlsxWriterException, OSError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DataError(f"{target} cannot be written: {why}") from error


class _Writer:
    """Writes the sheets of one template."""

    def __init__(self, book: Any, tables: Mapping[str, Any], lists: Lists) -> None:
        self.book, self.tables, self.lists = book, tables, lists
        self.looks: dict[tuple[tuple[str, Any], ...], Any] = {}
        for table in tables:
            if table not in {known for known, _ in SHEETS.values()}:
                raise CaseError(f"{table} has no sheet{did_you_mean(table, [known for known, _ in SHEETS.values()])}")

    def look(self, **has: Any) -> Any:
        """A format, each made once."""
        key = tuple(sorted(has.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format({"font_name": "Arial", "font_size": 10, "valign": "top", **has})
        return self.looks[key]

    def write(self) -> None:
        """The whole workbook."""
        self.book.set_properties({"title": "Business case", "comments": f"{MARK}: {TEMPLATE}"})
        sheets = {name: self.book.add_worksheet(name) for name in (GUIDE, *SHEETS, CODES, LISTS)}
        self._guide(sheets[GUIDE])
        for name, (table, columns) in SHEETS.items():
            if table == "case":
                self._settings(sheets[name])
            else:
                self._records(sheets[name], name, table, columns)
        self._codes(sheets[CODES])
        self._lists(sheets[LISTS])
        sheets[GUIDE].activate()

    def _guide(self, sheet: Any) -> None:
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 90)
        sheet.write_string(0, 0, "A business case to fill in", self.look(bold=True, font_size=16, font_color=DARK))
        sheet.set_row(0, 26)
        sheet.write_string(1, 0, MARK, self.look(font_color=GREY))
        sheet.write_string(1, 1, str(TEMPLATE), self.look(font_color=GREY))
        plain = self.look(text_wrap=True)
        for at, words in enumerate(GUIDANCE, 3):
            sheet.write_number(at, 0, at - 2, self.look(align="right"))
            sheet.write_string(at, 1, words, plain)
            sheet.set_row(at, LINE * _lines(words, 90))
        at = 4 + len(GUIDANCE)
        for name, words in ABOUT.items():
            sheet.write_url(at, 0, f"internal:'{name}'!A1", self.look(font_color=DARK, underline=1), name)
            sheet.write_string(at, 1, words, plain)
            sheet.set_row(at, LINE * _lines(words, 90))
            at += 1
        sheet.write_url(at, 0, f"internal:'{CODES}'!A1", self.look(font_color=DARK, underline=1), CODES)
        sheet.write_string(at, 1, "To look up codes of unit costs.", plain)
        for words in self.lists.attributions:
            at += 1
            sheet.write_string(at, 1, words, self.look(text_wrap=True, font_color=GREY))
            sheet.set_row(at, LINE * _lines(words, 90))
        _print(sheet, landscape=False)

    def _settings(self, sheet: Any) -> None:
        """The sheet Case: a row a setting."""
        self._top(sheet, "Case")
        for at, words in enumerate((SETTING, VALUE, "What it says")):
            sheet.write_string(HEAD - 1, at, words, self.look(bold=True, bottom=2))
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 44)
        sheet.set_column(2, 2, 90)
        held = {"case": self._table("case"), "weights": self._table("weights")}
        self._known("case", held["case"], {column.path[0] for column in CASE if len(column.path) == 1})
        at = HEAD
        for column in CASE:
            table = held["weights"] if column.path[0] == "weights" else held["case"]
            value = value_at(table, column.path[1:] if column.path[0] == "weights" else column.path)
            if column.spare and value is None:
                continue
            sheet.write_string(at, 0, column.heading, self.look(bold=column.needed))
            self._put(sheet, at, 1, column, value, _NUMBER.get(column.kind, {}), box=True)
            sheet.write_string(at, 2, column.help, self.look(text_wrap=True, font_color=GREY))
            sheet.set_row(at, LINE * max(_lines(cell_value(column.kind, value), 44), _lines(column.help, 90)))
            self._choose(sheet, column, at, at, 1)
            at += 1
        sheet.freeze_panes(HEAD, 1)
        _print(sheet, landscape=True)

    def _table(self, name: str) -> Mapping[str, Any]:
        found = self.tables.get(name, {})
        if not isinstance(found, Mapping):
            raise CaseError(f"[{name}] is no table of settings; it cannot be written to a sheet")
        return found

    def _known(self, table: str, record: Mapping[str, Any], keys: set[str]) -> None:
        """Raises CaseError for a key that no column holds: nothing of a case is left out unsaid."""
        for key in record:
            if key not in keys:
                raise CaseError(f"[[{table}]] {key} has no column{did_you_mean(str(key), sorted(keys))}")

    def _records(self, sheet: Any, name: str, table: str, columns: Sequence[Column]) -> None:
        """A sheet with a row a record."""
        self._top(sheet, name)
        records = list(records_of(table, self.tables))
        keys = {column.path[0] for column in columns}
        for record in records:
            self._known(table, record, keys)
        years = self._years(columns, records)
        lines = [1] * len(records)
        at, across, band = 0, 0.0, ""
        for column in columns:
            if column.spare and all(value_at(record, column.path) is None for record in records):
                continue
            width = years if column.kind == "years" else 1
            for part in range(width):
                heading = f"{column.heading}, year {part}" if column.kind == "years" else column.heading
                self._heading(sheet, at, column, heading, column.band if column.band != band else "", first=part == 0)
                band = column.band
                look = _NUMBER.get(column.kind, {})
                sheet.set_column(at, at, column.width, self.look(**look, text_wrap=column.width >= WRAPPED))
                for row, record in enumerate(records, HEAD):
                    value = value_at(record, column.path)
                    if column.kind == "years":
                        value = of_year(value, part)
                    self._put(sheet, row, at, column, value, look)
                    if column.width >= WRAPPED:
                        lines[row - HEAD] = max(lines[row - HEAD], _lines(cell_value(column.kind, value), column.width))
                self._choose(sheet, column, HEAD, HEAD + max(ROWS, 2 * len(records)), at)
                at += 1
            across += width * column.width
        for row, count in enumerate(lines, HEAD):
            sheet.set_row(row, LINE * count)
        sheet.freeze_panes(HEAD, min(2, len(columns) - 1))
        sheet.repeat_rows(HEAD - 2, HEAD - 1)
        _print(sheet, landscape=True, across=across)

    def _years(self, columns: Sequence[Column], records: Sequence[Mapping[str, Any]]) -> int:
        """How many years the lists of a sheet need."""
        lists = [value_at(record, column.path) for column in columns if column.kind == "years" for record in records]
        longest = max((len(each) for each in lists if isinstance(each, list)), default=0)
        own = self._table("case").get("years")
        return max(longest, min(own, 125) if isinstance(own, int) else YEARS)

    def _top(self, sheet: Any, name: str) -> None:
        sheet.write_string(0, 0, name, self.look(bold=True, font_size=14, font_color=DARK))
        sheet.write_string(1, 0, ABOUT[name], self.look(font_color=GREY))
        sheet.set_row(0, 22)

    def _heading(self, sheet: Any, at: int, column: Column, heading: str, band: str, *, first: bool) -> None:
        fill = BANDS.get(column.band, "#FFFFFF")
        side = "right" if column.kind in ("number", "share", "pounds", "whole", "years") else "left"
        sheet.write_string(HEAD - 2, at, band, self.look(bold=True, font_color=DARK, bg_color=fill))
        sheet.write_string(
            HEAD - 1,
            at,
            heading,
            self.look(bold=column.needed, text_wrap=True, bottom=2, bg_color=fill, valign="bottom", align=side),
        )
        sheet.set_row(HEAD - 1, 44)
        if first and column.help:
            sheet.write_comment(HEAD - 1, at, column.help, {"x_scale": 2, "y_scale": 1, "author": "Total Place"})

    def _put(
        self, sheet: Any, row: int, at: int, column: Column, value: Any, look: Mapping[str, Any], box: bool = False
    ) -> None:
        """A value in its cell; text stays text, whatever it begins with."""
        style = dict(look) | ({"border": 1, "border_color": "#B1B4B6", "bg_color": PAPER} if box else {})
        found = cell_value(column.kind, value)
        if found is None or found == "":
            if box:
                sheet.write_blank(row, at, None, self.look(**style, text_wrap=True))
        elif isinstance(found, (int, float)):
            sheet.write_number(row, at, found, self.look(**style, **({"align": "left"} if box else {})))
        else:
            if len(found) > LONGEST:
                raise CaseError(f"{column.key} is longer than a cell can hold; shorten it")
            risky = {"quote_prefix": True} if found[:1] in ("=", "+", "-", "@") else {}
            sheet.write_string(row, at, found, self.look(**style, **risky, text_wrap=box or column.width >= WRAPPED))

    def _choose(self, sheet: Any, column: Column, first: int, last: int, at: int) -> None:
        """The list to choose from in a column, and its help beside the cell."""
        rule: dict[str, Any] = {"validate": "any"}
        if isinstance(column.choices, str):
            rule = {"validate": "list", "source": self._list_source(column.choices), "error_type": "information"}
        elif column.choices:
            rule = {"validate": "list", "source": list(column.choices), "error_type": "stop"}
        if rule["validate"] == "any":
            return
        rule |= {"error_title": "Not in the list", "error_message": "Choose from the list, or see the note at the top."}
        rule |= {"input_title": column.heading[:32], "input_message": _short(column.help), "ignore_blank": True}
        sheet.data_validation(first, at, last, at, rule)

    def _list_source(self, name: str) -> str:
        if name in IN_SHEETS:
            sheet, column = IN_SHEETS[name]
            return f"='{sheet}'!${column}${HEAD + 1}:${column}${HEAD + 200}"
        if name == "codes":
            return f"='{CODES}'!$A${HEAD + 1}:$A${HEAD + max(1, len(self.lists.codes))}"
        at = letters(list(self.lists.words).index(name) + 1)
        return f"='{LISTS}'!${at}$2:${at}${1 + len(self.lists.words[name])}"

    def _codes(self, sheet: Any) -> None:
        """The unit costs, to look up."""
        sheet.write_string(0, 0, CODES, self.look(bold=True, font_size=14, font_color=DARK))
        sheet.write_string(1, 0, " ".join(self.lists.attributions), self.look(font_color=GREY))
        headings = (
            "Code",
            "Category",
            "Detail",
            "Unit",
            "Fiscal",
            "Economic",
            "Social",
            "Price year",
            "Agency",
            "Rating",
        )
        for at, (words, width) in enumerate(zip(headings, (12, 24, 70, 20, 12, 12, 12, 11, 20, 9), strict=True)):
            sheet.write_string(HEAD - 1, at, words, self.look(bold=True, bottom=2))
            sheet.set_column(at, at, width)
        money = self.look(num_format="#,##0.00")
        for row, line in enumerate(self.lists.codes, HEAD):
            for at, value in enumerate(line):
                if isinstance(value, float):
                    sheet.write_number(row, at, value, money)
                elif value:
                    sheet.write_string(row, at, str(value)[:LONGEST], self.look(text_wrap=at == 2))
        sheet.autofilter(HEAD - 1, 0, HEAD - 1 + len(self.lists.codes), len(headings) - 1)
        sheet.freeze_panes(HEAD, 1)
        sheet.repeat_rows(HEAD - 1)
        _print(sheet, landscape=True)

    def _lists(self, sheet: Any) -> None:
        for at, (name, words) in enumerate(self.lists.words.items()):
            sheet.set_column(at, at, 30)
            sheet.write_string(0, at, name.capitalize(), self.look(bold=True, bottom=2))
            for row, word in enumerate(words, 1):
                sheet.write_string(row, at, word, self.look())


IN_SHEETS = {"options": ("Options", "A"), "cohorts": ("Cohorts", "A"), "outcomes": ("Logic", "A")}
"""Lists that stand in sheets of the case itself."""
DARK, GREY, PAPER = "#12436D", "#505A5F", "#FFFBEB"
BANDS = {
    "Who start": "#E8EFF6",
    "How many stay": "#F3F2F1",
    "Pounds by year": "#E8EFF6",
    "How sure: one of these": "#F3F2F1",
    "How sure": "#F3F2F1",
    "How much changes": "#E8EFF6",
    "When": "#F3F2F1",
    "What a unit is worth": "#E8EFF6",
    "For whom": "#F3F2F1",
    "What can be cashed": "#E8EFF6",
    "Ranges": "#FFF5E6",
    "Hours instead of pounds": "#E8EFF6",
    "Units instead of a cohort": "#E8EFF6",
    "Where it comes from": "#F3F2F1",
}
_NUMBER: dict[str, dict[str, Any]] = {
    "share": {"num_format": "0.0##%"},
    "pounds": {"num_format": "#,##0.00"},
    "years": {"num_format": "#,##0.##"},
    "number": {"num_format": "#,##0.####"},
    "whole": {"num_format": "0"},
    "year": {"num_format": "@"},
    "code": {"num_format": "@"},
    "day": {"num_format": "@"},
}


def _lines(value: object, width: float) -> int:
    """How many lines a text takes in a cell so wide: a spreadsheet that only reads does not work it out."""
    words = str(value) if isinstance(value, str) else ""
    return min(20, sum(max(1, math.ceil(len(part) / (width * 1.15))) for part in words.split("\n")) or 1)


def _short(text: str) -> str:
    return text if len(text) <= 255 else text[:254] + "…"


def _print(sheet: Any, *, landscape: bool, across: float = 0) -> None:
    """Prints on A4, a wide sheet on several pages side by side that each begin with its first two columns."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    pages = max(1, math.ceil((across - FIRST_TWO) / (PAGE_WIDE - FIRST_TWO)))
    if pages > 1:
        sheet.repeat_columns(0, 1)
        sheet.print_across()
    sheet.fit_to_pages(pages, 0)
    sheet.set_footer("&L&A&RPage &P of &N")
