"""The business cases of a place: files in its folder `cases`, listed, read, begun; or one file anywhere."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.appraisal.case import Case
from totalplace.appraisal.fields import printable
from totalplace.appraisal.reader import SINGLE, Origin
from totalplace.appraisal.reading import read_case
from totalplace.appraisal.result import Appraisal, Found, appraise
from totalplace.appraisal.tables import pence, ratio
from totalplace.errors import CaseError, DataError, UsageError, did_you_mean
from totalplace.folder import NAME, Folder, quoted
from totalplace.table import Column, Table
from totalplace.terms import check_year

if TYPE_CHECKING:
    from totalplace.appraisal.stamps import Stamps

FOLDER = "cases"
BOOKS = (".xlsx", ".xlsm")
"""Endings of the workbooks that are read as cases."""
LARGEST = 5_000_000
"""Bytes of the longest file that is read as a case."""


class Cases:
    """The business cases in a place's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files = Folder(root, FOLDER, "case", "appraise")

    @property
    def folder(self) -> Path:
        """Where the cases are."""
        return self._files.path

    def names(self) -> list[str]:
        """The cases by name, whether they can be read or not."""
        return sorted({*self._files.names(), *self._books()})

    def path(self, name: str) -> Path:
        """The file of a case, TOML or a workbook; raises UsageError where there is none, CaseError where both are."""
        books = self._books()
        if name not in books:
            return self._files.file(name)
        if name in self._files.names():
            raise CaseError(
                f"{FOLDER}/ has both {name}.toml and {books[name].name}; keep one of them: which one counts?"
            )
        return books[name]

    def _books(self) -> dict[str, Path]:
        """Cases in workbooks, by name; what a spreadsheet keeps beside an open one is none."""
        found = [path for ending in BOOKS for path in self.folder.glob(f"*{ending}")]
        return {path.stem: path for path in sorted(found) if NAME.fullmatch(path.stem)}

    def case(self, name: str) -> Case:
        """A case by name; raises CaseError naming the table and key at fault."""
        return case_of(self.path(name), self.root)

    def appraise(self, name: str) -> Appraisal:
        """The central result of a case by name; raises CaseError."""
        return appraised(self.path(name), self.root)

    @property
    def stamps(self) -> Stamps:
        """Who checked which case, and whether that still holds."""
        from totalplace.appraisal.stamps import Stamps

        return Stamps(self.root)

    def new(self, name: str, first_year: str) -> Path:
        """Writes a case to be filled in, which can be appraised as it is; UsageError where it is there."""
        self._files.check_name(name)
        if name in self._books():
            raise UsageError(f"{self._books()[name]} is there already; edit it, or choose another name")
        return self._files.begin(name, blank(name, check_year(first_year)))

    def stays(self, name: str, raw: Mapping[str, Any]) -> None:
        """Raises CaseError where a case that can be read could not be any more, had it these tables.

        One that cannot be read yet is a draft, which may be anything.
        """
        try:
            self.case(name)
        except DataError:
            return
        _case(self.root / FOLDER / f"{name}.toml", raw, self.root)

    def listed(self) -> Table:
        """The cases with what their first proposal comes to, and for those that cannot be read, why."""
        columns = (
            Column("case", "Case"),
            Column("title", "Title"),
            Column("option", "Proposal"),
            Column("net_present_budget_impact", "Net present budget impact (below 0 is a saving)", "money"),
            Column("financial_return", "£ back to budgets for each £1", "ratio"),
            Column("net_present_public_value", "Net present public value", "money"),
            Column("checked", "Checked"),
            Column("wrong", "What is wrong"),
        )
        rows = [row for name in self.names() for row in self._rows(name)]
        rows += [(name, "", "", None, None, None, "", what) for name, what in self._files.misnamed()]
        return Table("cases", "Business cases", columns, rows, "Over and above carrying on as now, at present value.")

    def _rows(self, name: str) -> list[tuple[Any, ...]]:
        try:
            result = self.appraise(name)
        except DataError as error:
            return [(name, "", "", None, None, None, "", str(error))]
        stamp = self.stamps.state(name, result.case)
        return [
            (
                name,
                result.case.name,
                found.option.name,
                *((None,) * 3 if found.withheld else _headline(found)),
                stamp.words,
                "; ".join(f"no headline: {words}" for words in found.withheld),
            )
            for found in result.options
        ]


def _headline(found: Found) -> tuple[int | None, float | None, int | None]:
    m = found.measures
    return pence(m.net_present_budget_impact), ratio(m.financial_return), pence(m.net_present_public_value)


def toml_origin(file: str, raw: Mapping[str, Any]) -> Origin:
    """What the place of a key is called in a TOML file: the table with its number and id, and the key."""

    def origin(table: str, number: int, key: str) -> str:
        if table in SINGLE or number == 0:
            head = f"{file}: [{table}]" if table in SINGLE else f"{file}: {table}"
        else:
            tables = raw.get(table, [])
            one = tables[number - 1] if isinstance(tables, list) and number <= len(tables) else {}
            id = one.get("id", one.get("name", "")) if isinstance(one, Mapping) else ""
            head = f"{file}: [[{table}]] {number}" + (f" ({id})" if id else "")
        return printable(f"{head}: {key}" if key else head)

    return origin


def case_of(path: Path, root: Path | None = None) -> Case:
    """The case in a file, with the unit costs and deflators of the place at `root` where there is
    one. Raises CaseError naming the place at fault, UsageError where there is no such file.
    """
    return _read(path, content_of(path), root, _declared(root))


def tables_in(path: Path, root: Path | None = None, content: bytes | None = None) -> dict[str, Any]:
    """The tables of settings in a case's file, TOML or a workbook, as they stand; raises as `case_of`.

    `content` are the file's bytes, where they were read already.
    """
    content, name = content_of(path) if content is None else content, _shown(path, root)
    if path.suffix.lower() not in BOOKS:
        return _toml(content, name)
    from totalplace.appraisal.workbook import tables_of

    return tables_of(content, name)[0]


def appraised(path: Path, root: Path | None = None) -> Appraisal:
    """The central result of the case in a file; remembered for as long as the file and its parameters stand."""
    return _appraised(path, content_of(path), root, _declared(root))


@lru_cache(maxsize=64)
def _appraised(path: Path, content: bytes, root: Path | None, declared: bytes) -> Appraisal:
    return appraise(_read(path, content, root, declared))


def _declared(root: Path | None) -> bytes:
    """What a place declares of unit costs and deflators, to tell whether it changed."""
    if root is None:
        return b""
    files = [root / "unit-costs.toml", root / "deflators.csv", *sorted((root / "unit-costs").glob("*.csv"))]
    return b"\0".join(file.read_bytes() for file in files if file.is_file())


@lru_cache(maxsize=64)
def _read(path: Path, content: bytes, root: Path | None, _declared: bytes) -> Case:
    name = _shown(path, root)
    if path.suffix.lower() not in BOOKS:
        return _case(path, _toml(content, name), root)
    from totalplace.appraisal.workbook import read_workbook

    raw, origin, notes = read_workbook(content, name)
    case = _case(path, raw, root, origin)
    return replace(case, doubts=(*notes, *case.doubts))


def _case(path: Path, raw: Mapping[str, Any], root: Path | None, origin: Origin | None = None) -> Case:
    """The case that the tables of a file say."""
    return case_from(path.stem, raw, root, origin or toml_origin(_shown(path, root), raw))


def case_from(id: str, raw: Mapping[str, Any], root: Path | None, origin: Origin) -> Case:
    """The case that tables say, with the unit costs and deflators of the place at `root` where there is one.

    Raises CaseError naming the place at fault in the words of `origin`.
    """
    from totalplace.parameters.deflators import OWN, own_vintages
    from totalplace.parameters.unit_costs import unit_costs

    own = own_vintages(root / OWN) if root else ()
    return read_case(id, raw, origin, unit_costs(root), own)


def _shown(path: Path, root: Path | None) -> str:
    """What errors call a file: with its folder where it is one of the place's cases."""
    return path.name if root is None or path.parent != root / FOLDER else f"{FOLDER}/{path.name}"


def content_of(path: Path) -> bytes:
    """The bytes of a case's file; UsageError where there is none, CaseError where it is too long or cannot be read."""
    try:
        if path.exists() and not path.is_file():  # a pipe or device would be read for ever
            raise CaseError(f"{path.name} is no file; put a TOML file or a workbook in its place")
        if path.is_file() and path.stat().st_size > LARGEST:
            raise CaseError(f"{path.name} is {path.stat().st_size:,} bytes; no case is so long. Is it another file?")
        return path.read_bytes()
    except FileNotFoundError:
        near = sorted(each.name for ending in (".toml", *BOOKS) for each in path.parent.glob(f"*{ending}"))
        raise UsageError(f"there is no file {path}{did_you_mean(path.name, near)}") from None
    except OSError as error:
        raise CaseError(f"{path.name} cannot be read: {error.strerror}") from error


def _toml(content: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CaseError(f"{name} is not valid TOML: {error}") from error


BLANK = """\
# A business case. Appraise it with: totalplace appraise {name}
# Pounds and people are plain numbers; shares are parts of 1 (30% is 0.3). Lists have a number for each year, from
# first_year on. Any number can be a range: impact = {{ value = 0.3, low = 0.2, high = 0.4 }}

[case]
name = {title}
purpose = ""
first_year = "{year}"   # year 0 of discounting
years = 10
price_year = "2024-25"   # results are in prices of this year
# How deadweight is taken off: "proportional" (a part of the impact) or "points" (percentage points off the impact,
# where it is the rate at which a comparison group succeeds).
deadweight = "proportional"
comparator = ""   # with whom, or with what time, those helped are compared

# What would happen anyway. Everything is measured against it.
[[option]]
id = "as-now"
name = "Carry on as now"
business_as_usual = true
description = "Services go on as they are"

[[option]]
id = "proposal"
name = "The proposal"

# How it is meant to work; each benefit hangs on an outcome. See 'totalplace logic'.
[[logic]]
id = "work"
kind = "activity"
name = "What is done"
leads_to = ["outcome"]

[[logic]]
id = "outcome"
kind = "outcome"
name = "What changes for people"

[[cohort]]
id = "people"
name = "Those reached"
people = [100, 100, 100]   # who start in each year
engagement = 1   # the share who take it up
retention = 1   # the share who stay to the end
grades = {{ population = 6 }}   # how sure: 1 (agencies' own data) to 6 (a guess); 'totalplace rates grade' lists them

[[cost]]
id = "staff"
name = "Staff"
kind = "revenue"   # capital, revenue, in-kind, volunteer
amounts = [100000, 100000, 100000]
price_year = "2024-25"
pays = "Local Authority"   # or shares: {{ "Local Authority" = 0.6, "NHS" = 0.4 }}
grade = 6

[[benefit]]
id = "fewer"
name = ""
outcome = "outcome"
cohort = "people"
# 'totalplace unit-costs WORDS' finds them; or: fiscal = 120, price_year = "2024-25", agencies = "NHS"
unit_cost = "HE4.0"
need = 1   # the share of those reached who have the need
incidents = 1   # how many a person and year
impact = 0.1   # the share of it that is prevented
# deadweight = 0.2   # without it there is no headline
lag = 0   # years before it begins
lasts = 1   # years that it lasts
drop_off = 0   # the share of what is left that is lost each year
cashable = 0   # the share that can be taken out of a budget
grades = {{ evidence = 6 }}
"""


def blank(name: str, first_year: str) -> str:
    """The text of a case to be filled in."""
    return BLANK.format(name=name, title=quoted(name.replace("-", " ").capitalize()), year=first_year)
