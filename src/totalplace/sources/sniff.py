"""Looks at a part and proposes how to read it, or says what it is instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from totalplace.errors import FileRefused
from totalplace.sources import columns
from totalplace.sources.choice import cells_of
from totalplace.sources.dates import is_year_first, read_date
from totalplace.sources.doubts import doubts, unit_told
from totalplace.sources.encoding import guess_encoding
from totalplace.sources.headings import fold, is_gross, is_heading, names_columns, rank, register_in
from totalplace.sources.opening import byte_stream, refuse_by_head
from totalplace.sources.parts import Part
from totalplace.sources.periods import PERIODS_ARE, period_told, periods_held
from totalplace.sources.reading import DELIMITERS, Reading
from totalplace.sources.records import sample_records
from totalplace.sources.signs import signed_row
from totalplace.sources.text import BLOCK, to_utf8
from totalplace.sources.workbooks import sheet_rows
from totalplace.terms import pounds

HEAD_ROWS = 60
"""Headings are looked for in so many rows from the top."""
SAMPLE_ROWS, SHOWN_ROWS = 400, 5


ALL = 3
"""Amount, payee and date: what the headings of payments name at best."""


@dataclass(frozen=True)
class Proposal:
    """A proposed reading, the rows it was judged by, and what a person should look at twice."""

    part: Part
    reading: Reading
    headings: list[str]
    sample: list[dict[str, str]]
    warnings: tuple[str, ...] = field(default=())


def propose(part: Part) -> Proposal:
    """How to read `part`; raises FileRefused where it is not a table of payments, saying what it is."""
    if part.hidden:
        raise FileRefused(part.name, "is a hidden sheet; name it outright, with its '#', to have it counted")
    if part.sheet:
        return _propose_from(part, sheet_rows(part), Reading({"amount": 1}))
    with byte_stream(part) as stream:
        raw = stream.read(BLOCK)
    refuse_by_head(part.name, raw[:4096])
    encoding = guess_encoding(raw[:4], raw)
    data = to_utf8(raw[: 4 << 20], encoding)
    if not data.strip(b', ;|\t"\r\n'):
        raise FileRefused(part.name, "is empty")
    if b"\n" not in data and len(raw) == BLOCK:
        raise FileRefused(part.name, f"has no line end in its first {BLOCK:,} bytes, so it is not a table")
    base = Reading({"amount": 1}, encoding=encoding)
    tables = {mark: _rows(data, mark) for mark in _delimiters(data)}
    for mark, rows in tables.items():
        if _header(rows):
            return _propose_from(part, rows, replace(base, delimiter=mark))
    mark, rows = next(iter(tables.items()))
    if len(raw) == BLOCK and rows and len(rows[-1]) == 0:
        raise FileRefused(part.name, "begins with a line too long to be a row of a table")
    return _propose_from(part, rows, replace(base, delimiter=mark))


def _rows(data: bytes, mark: str) -> list[list[str]]:
    """The first records as rows, each at the place of its line."""
    found = sample_records(data, mark, SAMPLE_ROWS + HEAD_ROWS)
    rows: list[list[str]] = [[] for _ in range(found[-1].line)] if found else []
    for record in found:
        rows[record.line - 1] = record.cells
    return rows


def _delimiters(data: bytes) -> list[str]:
    """The separators, first the one that cuts the first lines into columns of steadiest number."""
    lines = [line for line in data[:65536].decode("utf-8", "replace").split("\n")[:100] if line.strip()]

    def steadiness(mark: str) -> int:
        counts = Counter(line.count(mark) for line in lines)
        del counts[0]
        return sum(n for _, n in counts.most_common(3))

    return sorted(DELIMITERS, key=lambda mark: (-steadiness(mark), DELIMITERS.index(mark)))


def _propose_from(part: Part, rows: list[list[str]], base: Reading) -> Proposal:
    _refuse_register(part, rows)
    header = _header(rows)
    if header is None:
        _refuse_headings_alone(part, rows)
        return _without_headings(part, rows, base)
    published = rows[header.at]
    refs = {role: _reference(published, header.headings, i) for role, i in header.found.items()}
    reading = replace(base, columns=refs, header=header.at + 1)
    return _finish(part, reading, header.headings, header.found, header.body, above=rows[: header.at])


def _refuse_register(part: Part, rows: Sequence[Sequence[str]]) -> None:
    if not any(cell.strip() for row in rows for cell in row):
        raise FileRefused(part.name, "is empty")
    for row in rows[:HEAD_ROWS]:
        if what := register_in(row):
            raise FileRefused(part.name, f"is {what}; it is not counted as spending")


def _refuse_headings_alone(part: Part, rows: Sequence[Sequence[str]]) -> None:
    """Raises FileRefused where a row heads an amount, and nothing stands below it or nothing that reads as one."""
    for at, row in enumerate(rows[:HEAD_ROWS]):
        heads = [i for i, cell in enumerate(row) if rank(cell, "amount") is not None]
        if not heads or sum(map(is_heading, row)) < 2:
            continue
        below = _below(rows, at + 1)
        if not any(cell.strip() for found in below for cell in found):
            raise FileRefused(part.name, "holds headings and no rows")
        cells = [cell for cell in cells_of(below, heads[0]) if cell.strip()]
        if cells and not any(map(columns.looks_amount, cells)) and any(map(_has_figure, cells)):
            raise FileRefused(
                part.name,
                f"has a heading of amounts, '{row[heads[0]].strip()}', but nothing below it reads as one: '{cells[0]}'",
            )


def _has_figure(cell: str) -> bool:
    return any(sign.isdigit() for sign in cell)


class Header(NamedTuple):
    """A row of headings at `at` (from 0), what they say, the rows below, and the columns found by them."""

    at: int
    headings: list[str]
    body: list[list[str]]
    found: dict[str, int]

    @property
    def fit(self) -> int:
        """How much of a payment the headings name, ALL at best: nought where they do not name one."""
        named = sum(role in self.found for role in ("amount", "payee", "date"))
        return named if "amount" in self.found and named > 1 else 0


def _header(rows: Sequence[Sequence[str]]) -> Header | None:
    """The first row whose words head an amount, a payee and a date, with columns that bear that out.

    Where no row near the first good one heads all three, that one will do, alone or with the row below.
    """
    best: Header | None = None
    for at in range(min(len(rows), HEAD_ROWS)):
        best = _better(best, _alone(rows, at))
        if best and (best.fit == ALL or at > best.at + 2):
            break
    if best and best.fit == ALL:
        return best
    for at in range(min(len(rows) - 1, best.at + 2 if best else HEAD_ROWS)):
        best = _better(best, _in_pair(rows, at))
    return best


def _better(best: Header | None, other: Header | None) -> Header | None:
    return other if other and other.fit > (best.fit if best else 0) else best


def _alone(rows: Sequence[Sequence[str]], at: int) -> Header | None:
    """A row as headings by itself, or with a few more that stand below its blanks."""
    if sum(is_heading(cell) for cell in rows[at]) < 2:
        return None
    headings, body = _headings(rows, at)
    return Header(at, headings, body, columns.columns_by_heading(headings, body))


def _in_pair(rows: Sequence[Sequence[str]], at: int) -> Header | None:
    """A row as the upper half of headings."""
    if not _goes_on(rows, at):
        return None
    joined, below = _joined(rows[at], rows[at + 1]), _below(rows, at + 2)
    return Header(at + 1, joined, below, columns.columns_by_heading(joined, below))


def _goes_on(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether the row below may be the other half of headings: words in it, neither amounts nor dates."""
    under = [cell for cell in rows[at + 1] if cell.strip()] if at + 1 < len(rows) else []
    told = any(columns.looks_amount(cell) or columns.looks_date(cell) for cell in (*under, *rows[at]))
    return len(under) > 1 and not told and all(len(cell) < 40 for cell in under)


def _joined(over: Sequence[str], under: Sequence[str]) -> list[str]:
    """Two rows of headings as one: ``Supplier`` above ``Name`` is ``Supplier Name``."""
    width = max(len(over), len(under))
    pairs = zip(*([*row, *[""] * (width - len(row))] for row in (over, under)), strict=True)
    return [" ".join(f"{upper} {lower}".split()) for upper, lower in pairs]


def _below(rows: Sequence[Sequence[str]], at: int) -> list[list[str]]:
    """The rows below headings, down to where other headings begin a table of their own."""
    below = [list(row) for row in rows[at : at + SAMPLE_ROWS] if any(row)]
    other = next((n for n, row in enumerate(below) if names_columns(row)), 0)
    return below[:other] if other > 1 else below


def _headings(rows: Sequence[Sequence[str]], at: int) -> tuple[list[str], list[list[str]]]:
    """The headings at a row, a second row of headings under blanks laid over, and the rows below."""
    headings, body = list(rows[at]), _below(rows, at + 1)
    if body and _is_subheading(headings, body[0]):
        under = body[0]
        headings = [
            (under[i] if i < len(under) and under[i].strip() else heading) for i, heading in enumerate(headings)
        ]
        body = body[1:]
    return headings, body


def _is_subheading(headings: Sequence[str], row: Sequence[str]) -> bool:
    filled = [(i, cell) for i, cell in enumerate(row) if cell.strip()]
    under_blank = any(i < len(headings) and not headings[i].strip() for i, _ in filled)
    wordy = all(is_heading(cell) or fold(cell) == "vat" for _, cell in filled)
    return bool(filled) and under_blank and wordy


def _reference(published: Sequence[str], headings: Sequence[str], i: int) -> str | int:
    """A column by its heading where that is plain and unique, else by number."""
    heading = headings[i].strip()
    alike = [h for h in published if h.strip() == heading]
    plain = heading and len(alike) == 1 and i < len(published) and published[i].strip() == heading
    return heading if plain and "\n" not in heading else i + 1


def _without_headings(part: Part, rows: list[list[str]], base: Reading) -> Proposal:
    body = [row for row in rows if any(cell.strip() for cell in row)]
    widths = Counter(len(row) for row in body)
    if max(widths, default=0) < 3:
        raise FileRefused(part.name, "has no columns that can be told apart; is it a table of payments?")
    _refuse_summary(part, rows)
    usual = widths.most_common(1)[0][0]
    steady = [row for row in body if len(row) == usual]
    found = columns.columns_by_content(steady[:SAMPLE_ROWS])
    if not found:
        raise FileRefused(
            part.name,
            "has no heading that names an amount, and no columns that look like a date, a payee and an "
            f"amount; its first rows are: {_shown(body[:2])}",
        )
    first = next(n for n, row in enumerate(rows, 1) if len(row) == usual and any(cell.strip() for cell in row))
    refs: dict[str, str | int] = {role: i + 1 for role, i in found.items()}
    reading = replace(base, columns=refs, header=0, first=first, width=usual)
    warning = "it has no headings: the columns were told by what they hold, so look at the sample with care"
    return _finish(part, reading, [], found, steady[:SAMPLE_ROWS], warning)


def _refuse_summary(part: Part, rows: Sequence[Sequence[str]]) -> None:
    for row in rows[:HEAD_ROWS]:
        roles = {role for cell in row for role in ("amount", "payee", "date") if rank(cell, role) is not None}
        if roles == {"amount", "payee"} and len([c for c in row if c.strip()]) <= 3:
            raise FileRefused(part.name, "is a summary by payee: it has no dates, so it would count payments twice")


def _shown(rows: Sequence[Sequence[str]]) -> str:
    return " / ".join(", ".join(cell for cell in row if cell.strip())[:120] for row in rows)


def _finish(
    part: Part,
    reading: Reading,
    headings: list[str],
    found: dict[str, int],
    body: list[list[str]],
    *warnings: str,
    above: Sequence[Sequence[str]] = (),
) -> Proposal:
    notes = list(warnings)
    if "date" not in found and "origin" not in found:
        if not period_told(part.name).month or len(found) < 3 or len([h for h in headings if h.strip()]) <= 3:
            if heading := periods_held(headings, body):
                raise FileRefused(part.name, f"has no dates: '{heading}' {PERIODS_ARE}")
            raise FileRefused(part.name, "has no column of dates: a summary, not payments? It would be counted twice")
        notes.append(f"it has no dates: every row is taken to be of the month in its name ('{part.name}')")
    if "payee" not in found:
        notes.append("no column says who was paid: nothing in it can be matched to a body")
    amounts = [pence for row in body if (pence := signed_row(row, found)) is not None]
    if len(amounts) >= 10 and sum(a < 0 for a in amounts) > 0.9 * len(amounts):
        reading = replace(reading, sign=-1)
        notes.append("nearly every amount is negative: spending is taken to be published as negative")
    heading = headings[found["amount"]] if headings else ""
    if is_gross(heading):
        notes.append(f"the amounts are those with VAT, under '{heading.strip()}': there is no column of net amounts")
    unit, told = unit_told(heading, above)
    notes += told
    notes += doubts(headings, found, body)
    reading = replace(reading, unit=unit, dates=_date_order(body, found))
    return Proposal(part, reading, headings, [_shown_row(row, found) for row in body[:SHOWN_ROWS]], tuple(notes))


def _date_order(body: Sequence[Sequence[str]], found: dict[str, int]) -> str:
    if "date" not in found:
        return "dmy"
    cells = [row[found["date"]].strip() for row in body if found["date"] < len(row)]
    if is_year_first(cells):
        return "ymd"
    orders = Counter(when.order for cell in cells if (when := read_date(cell)))
    return "mdy" if orders["mdy"] > orders["dmy"] else "dmy"


def _shown_row(row: Sequence[str], found: dict[str, int]) -> dict[str, str]:
    """A row's texts by role; the amount as it counts, where another column has a say in it."""
    texts = {role: row[i].strip() if i < len(row) else "" for role, i in found.items()}
    pence = signed_row(row, found) if {"credit", "sign"} & found.keys() else None
    return texts if pence is None else {**texts, "amount": pounds(pence)}
