"""Spend files to lines: amounts in pence, dates, payees, channel and kind; each row accepted or rejected.

The published contract of both tables is in `store/schemas/lines.json` and `rejects.json`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from totalplace.sources import marks
from totalplace.sources.amounts import read_amounts
from totalplace.sources.columns import is_heading
from totalplace.sources.dates import MONTH_WORD
from totalplace.sources.grid import Grid, grids
from totalplace.sources.parts import Part
from totalplace.sources.reading import Reading
from totalplace.sources.timing import Calendar

if TYPE_CHECKING:
    import polars as pl

REASONS = {
    "no_amount": "there is no amount",
    "bad_amount": "the amount cannot be read",
    "no_date": "there is no date, and the name of the file does not tell the month",
    "bad_date": "the date cannot be read",
    "date_out_of_range": "the date is not one that a published payment can have",
    "run_together": "the date and the amount have run together",
    "repeated_header": "the headings come again",
    "total_row": "it is a total of other rows",
    "shifted": "it has more cells than the other rows, so they have shifted",
    "open_quote": "a quotation mark is never closed",
    "line_too_long": "the line is too long to be a row",
}
"""Why a row is rejected: codes and what they say to people."""

LINE_COLUMNS = (
    "body file line date month year pence payee payee_id payee_key department category purpose transaction channel kind"
).split()


@dataclass
class Tally:
    """What reading a part came to. rows = accepted + rejected, always; money in pence."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    preamble: int = 0
    pence: int = 0
    rejected_pence: int = 0
    notes: Counter[str] = field(default_factory=Counter)


@dataclass
class Tidy:
    """A run of rows made tidy, as Polars frames: accepted lines, their distinct payees, and rejects."""

    lines: pl.DataFrame
    payees: pl.DataFrame
    rejects: pl.DataFrame


def read_spend(part: Part, reading: Reading, *, body: str, card: bool, tally: Tally) -> Iterator[Tidy]:
    """The part's rows as lines and rejects of `body`, adding up in `tally` as it goes.

    `card` marks a file of procurement-card payments. Raises FileRefused or PlaceError where the part is
    not what its reading says.
    """
    calendar = Calendar(part.name, reading.dates)
    for grid in grids(part, reading):
        tally.preamble += grid.preamble
        yield _tidy(grid, reading, part, body, card, calendar, tally)
    tally.notes.update(calendar.notes)


def _tidy(grid: Grid, reading: Reading, part: Part, body: str, card: bool, calendar: Calendar, tally: Tally) -> Tidy:
    import polars as pl

    pence = read_amounts(grid.frame["amount"], reading.unit)
    if pence.null_count():
        unread = grid.frame["amount"].filter(pence.is_null()).drop_nulls().unique().to_list()
        careful = grid.where_headings_stand(unread)
        if careful is not grid:
            grid, pence = careful, read_amounts(careful.frame["amount"], reading.unit)
    frame = _with_all_columns(grid.frame).with_columns((pence * reading.sign).alias("pence"))
    frame = calendar.dated(frame)
    frame = frame.with_columns(_fault().alias("reason"))
    frame = _without_furniture(frame, grid)
    bad = frame.filter(pl.col("reason").is_not_null())
    good = frame.filter(pl.col("reason").is_null()) if bad.height else frame
    rejects = _rejects(bad, grid, part, body, tally)
    lines, payees = _lines(good, part, body, card)
    if undated := lines["date"].null_count():
        tally.notes["lines with a month but no day"] += undated
    tally.rows += lines.height + rejects.height
    tally.accepted += lines.height
    tally.rejected += rejects.height
    tally.pence += int(lines["pence"].sum())
    tally.rejected_pence += int(rejects["pence"].sum())
    return Tidy(lines, payees, rejects)


def _with_all_columns(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    missing = [r for r in ("date", "payee", *marks.TEXTS, "card", "origin", *marks.CODES) if r not in frame.columns]
    texts = [role for role in ("transaction", "fault") if role not in frame.columns]
    return frame.with_columns(
        *(pl.lit(None, dtype=pl.Categorical).alias(role) for role in missing),
        *(pl.lit(None, dtype=pl.String).alias(role) for role in texts),
    )


def _fault() -> pl.Expr:
    """The reason to reject a row, or null; `when_fault` says what the calendar made of its date."""
    import polars as pl

    amount, no_pence = pl.col("amount"), pl.col("pence").is_null()
    together = pl.col("when_fault").eq("run_together")
    blank_amount = amount.is_null() | (amount.str.strip_chars() == "")
    return (
        pl.when(pl.col("fault").is_not_null())
        .then(pl.col("fault"))
        .when(together)
        .then(pl.lit("run_together"))
        .when(no_pence & blank_amount)
        .then(pl.lit("no_amount"))
        .when(no_pence)
        .then(pl.lit("bad_amount"))
        .otherwise(pl.col("when_fault"))
    )


def _without_furniture(frame: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Marks repeated headings and total rows, among the rows that are at fault or have no date of their own."""
    import polars as pl

    undated = pl.col("when").is_null() & (pl.col("date").cast(pl.String).fill_null("").str.strip_chars() == "")
    suspects = frame.with_row_index("at").filter(pl.col("reason").is_not_null() | undated)
    if not suspects.height:
        return frame
    names = {h.strip().lower() for h in grid.headings if h.strip()}
    found = [(row["at"], _furniture(row, names, grid)) for row in suspects.iter_rows(named=True)]
    places = {at: reason for at, reason in found if reason}
    if not places:
        return frame
    marked = frame["reason"].scatter(list(places), list(places.values()))
    return frame.with_columns(marked)


_TOTAL = re.compile(
    r"(grand |sub[- ]?|report |overall |final |page |monthly )?totals?[\s:=£]*"
    r"|(grand |sub[- ]?|overall )?totals? ((amount|spend|spending|paid|value|payments?|expenditure|net|gross"
    rf"|invoices?|costs?|sum|for|of|in|over|per|{MONTH_WORD})\b|[(£\d]).*"
    r"|.*\S (sub[- ]?)?total:?",
    re.IGNORECASE,
)
"""What stands beside a sum of other rows. A supplier may well be called Total Something."""


def _furniture(row: dict[str, Any], names: set[str], grid: Grid) -> str:
    """'repeated_header' or 'total_row' where the row is furniture, else ''."""
    amount = str(row["amount"] or "").strip()
    if amount and row["pence"] is None and (amount.lower() in names or is_heading(amount)):
        return "repeated_header"
    if row["pence"] is None or row["when"] is not None:
        return ""
    roles = ("payee", "date", "transaction", *marks.TEXTS)
    words = {role: text for role in roles if (text := str(row[role] or "").strip())}
    if not words or any(_TOTAL.fullmatch(text) for text in words.values()):
        return "total_row"
    if "payee" in words or "date" in words:
        return ""
    cells = grid.text([row["line"]])[row["line"]].split(grid.delimiter)  # the word may stand in any column
    return "total_row" if any(_TOTAL.fullmatch(cell.strip(' "')) for cell in cells) else ""


def _rejects(bad: pl.DataFrame, grid: Grid, part: Part, body: str, tally: Tally) -> pl.DataFrame:
    import polars as pl

    texts = grid.text(bad["line"].to_list()) if bad.height else {}
    rows = []
    for line, reason, pence, amount, date in bad.select(
        "line", "reason", "pence", "amount", pl.col("date").cast(pl.String)
    ).iter_rows():
        text = texts[line]
        if not text.strip(' ,;|\t"\r\n'):
            tally.blank += 1
            continue
        money = None if reason in ("total_row", "repeated_header", "shifted", "run_together") else pence
        rows.append((body, part.name, line, reason, _message(reason, amount, date), text, money))
    schema = {
        "body": pl.String,
        "file": pl.String,
        "line": pl.Int32,
        "reason": pl.String,
        "message": pl.String,
        "text": pl.String,
        "pence": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _message(reason: str, amount: str | None, date: str | None) -> str:
    shown = {"bad_amount": amount, "bad_date": date, "date_out_of_range": date, "run_together": date}.get(reason)
    return f"{REASONS[reason]}: '{shown}'" if shown else REASONS[reason]


def _lines(good: pl.DataFrame, part: Part, body: str, card: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    import polars as pl

    constants = {"body": body, "file": part.name}
    columns, payees = marks.payees(good)
    lines = good.with_columns(
        *columns,
        marks.channel(good, card),
        marks.kind(good),
        *(pl.lit(value, dtype=pl.Categorical).alias(name) for name, value in constants.items()),
        pl.col("when").alias("date"),
        pl.col(*marks.TEXTS).fill_null(""),
        pl.col("transaction").fill_null("").str.strip_chars(),
    ).select(LINE_COLUMNS)
    return lines, payees
