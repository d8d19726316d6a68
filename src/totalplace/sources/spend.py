"""Spend files to lines: amounts in pence, dates, payees, channel and kind; each row accepted or rejected.

The published contract of both tables is in `store/schemas/lines.json` and `rejects.json`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from totalplace.services import TEXTS, TOLD, Classifier, services_named, subjectives_named
from totalplace.sources import marks
from totalplace.sources.amounts import read_amounts
from totalplace.sources.distinct import Words, repeated, strung
from totalplace.sources.grid import Grid, grids
from totalplace.sources.headings import is_heading
from totalplace.sources.parts import Part
from totalplace.sources.reading import Reading
from totalplace.sources.signs import with_signs
from totalplace.sources.sums import Mark, summed
from totalplace.sources.timing import Calendar
from totalplace.sources.totals import Sums, ends_oddly, find_totals

if TYPE_CHECKING:
    import polars as pl


REASONS = {
    "no_amount": "there is no amount",
    "bad_amount": "the amount cannot be read",
    "no_sign": "the column of debits and credits says neither",
    "no_date": "there is no date, and the name of the file does not tell the month",
    "bad_date": "the date cannot be read",
    "period_13": "it is dated in period 13, booked after the year's end: if all dates are periods, none is a month",
    "date_out_of_range": "the date is not one that a published payment can have",
    "run_together": "the date and the amount have run together",
    "repeated_header": "the headings come again",
    "total_row": "it is a total of other rows",
    "lone_amount": "it is an amount and nothing else, and not the total of the rows above",
    "shifted": "it has more cells than the other rows, so they have shifted",
    "above_headings": "it stands above the headings and is not in their columns",
    "open_quote": "a quotation mark is never closed",
    "line_too_long": "the line is too long to be a row",
}
"""Why a row is rejected: codes and what they say to people."""

FURNITURE = ("repeated_header", "total_row")
"""The reasons of rows that are no payments: they have no money of their own, and there is nothing to mend in them."""


@dataclass
class Tally:
    """What reading a part came to. rows = accepted + rejected, always; money in pence.

    `rejected_unread` are the rejected payments whose amount cannot be told: their money is in no figure.
    """

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    preamble: int = 0
    pence: int = 0
    rejected_pence: int = 0
    rejected_unread: int = 0
    notes: Counter[str] = field(default_factory=Counter)


class Tidy(NamedTuple):
    """A run of rows made tidy, as Polars frames: accepted lines, their sums, their distinct payees, and rejects.

    `summary` sums lines and pence by payee, month, kind, channel and classes, in that order.
    """

    lines: pl.DataFrame
    summary: pl.DataFrame
    payees: pl.DataFrame
    rejects: pl.DataFrame


class Payer(NamedTuple):
    """Whose payments the rows are, the name of the part, whether it holds card payments alone, and whether words tell
    what they are for."""

    body: str
    file: str
    card: bool
    by_words: bool


class Memory:
    """What was found out of texts and goes from one part to the next; not to be shared between threads.

    `classifier` makes what tells services, when it is first needed.
    """

    def __init__(self, classifier: Callable[[], Classifier] = Classifier) -> None:
        self.words, self._make = Words(), classifier

    @cached_property
    def classifier(self) -> Classifier:
        """What tells the service of each payment."""
        return self._make()

    def make_room(self) -> None:
        """Forgets what has become too much. For between two files."""
        self.words.make_room()
        self.classifier.forget()


def read_spend(
    part: Part,
    reading: Reading,
    *,
    body: str,
    card: bool,
    tally: Tally,
    memory: Memory | None = None,
    by_words: bool = True,
) -> Iterator[Tidy]:
    """The part's rows as lines and rejects of `body`, adding up in `tally` as it goes.

    `card` marks a file of procurement-card payments; `memory` goes from one part to the next; `by_words` says whether
    words may tell a service (see services.OF_OTHERS). Raises FileRefused or PlaceError where the part is not what its
    reading says.
    """
    payer, calendar = Payer(body, part.name, card, by_words), Calendar(part.name, reading.dates)
    memory, sums = memory or Memory(), Sums()
    for grid in grids(part, reading):
        tally.preamble += grid.preamble
        tidy = _tidy(grid, reading, payer, calendar, memory, sums, tally)
        _add_up(tidy, tally)
        yield tidy
    tally.notes.update(calendar.notes)


def _tidy(
    grid: Grid, reading: Reading, payer: Payer, calendar: Calendar, memory: Memory, sums: Sums, tally: Tally
) -> Tidy:
    words = memory.words
    pence = read_amounts(grid.frame["amount"], reading.unit)
    if pence.null_count():
        unread = grid.frame["amount"].filter(pence.is_null()).drop_nulls().unique().to_list()
        careful = grid.where_headings_stand(unread)
        if careful is not grid:
            grid, pence = careful, read_amounts(careful.frame["amount"], reading.unit)
    frame = calendar.dated(_signed(grid.frame, pence, reading, words), words)
    if not _may_be_bad(frame):
        sums.add(frame["pence"].to_numpy())
        return Tidy(*_lines(frame, payer, memory), _rejected_rows([]))
    bad = _bad_rows(frame, grid, sums, tally)
    good = _without(frame, bad["at"]) if bad.height else frame
    return Tidy(*_lines(good, payer, memory), _rejects(bad, grid, payer, tally))


def _signed(frame: pl.DataFrame, pence: pl.Series, reading: Reading, words: Words) -> pl.DataFrame:
    """The rows with their `pence`, and with a fault where a column of signs says neither debit nor credit."""
    import polars as pl

    if not reading.columns.keys() & {"credit", "sign"}:
        return frame.hstack([pence * reading.sign])
    pence, unsure = with_signs(frame, pence, reading.unit, words)
    frame = frame.with_columns(pence * reading.sign)
    if unsure is None or not unsure.any():
        return frame
    fault = frame["fault"] if "fault" in frame.columns else pl.Series("fault", [None] * frame.height, dtype=pl.String)
    return frame.with_columns(pl.when(unsure & fault.is_null()).then(pl.lit("no_sign")).otherwise(fault).alias("fault"))


def _add_up(tidy: Tidy, tally: Tally) -> None:
    lines, rejects = tidy.lines, tidy.rejects
    if undated := lines["date"].null_count():
        tally.notes["lines with a month but no day"] += undated
    tally.rows += lines.height + rejects.height
    tally.accepted += lines.height
    tally.rejected += rejects.height
    tally.pence += int(lines["pence"].sum())
    tally.rejected_pence += int(rejects["pence"].sum())
    if rejects.height:
        unread = rejects["pence"].is_null() & ~rejects["reason"].is_in(FURNITURE)
        tally.rejected_unread += int(unread.sum())


def _may_be_bad(frame: pl.DataFrame) -> bool:
    """Whether some row may have to be rejected; quick to tell of a table that is as it should be."""
    faults = frame["fault"].null_count() < frame.height if "fault" in frame.columns else False
    return faults or frame["pence"].null_count() > 0 or frame["when"].null_count() > 0 or ends_oddly(frame)


def _bad_rows(frame: pl.DataFrame, grid: Grid, sums: Sums, tally: Tally) -> pl.DataFrame:
    """The rows to reject, each with its `reason` and its place in `frame` as `at`."""
    import polars as pl

    doubtful = frame["pence"].is_null() | frame["when"].is_null()
    if "fault" in frame.columns:
        doubtful |= frame["fault"].is_not_null()
    at = doubtful.arg_true().alias("at")
    suspects = _with_all_columns(frame[at].hstack([at])).with_columns(_fault().alias("reason"))
    found = _furniture(suspects, grid)
    found |= find_totals(frame, suspects, found, grid, sums, tally.notes)
    if not found:
        return suspects.filter(pl.col("reason").is_not_null())
    reasons = {int(at): reason for at, reason in suspects.select("at", "reason").iter_rows() if reason} | found
    if found.keys() - set(at.to_list()):
        at = pl.Series("at", sorted({*at.to_list(), *found}), dtype=at.dtype)
        suspects = _with_all_columns(frame[at].hstack([at]))
    places = suspects["at"].to_list()
    suspects = suspects.with_columns(pl.Series("reason", [reasons.get(at) for at in places], dtype=pl.String))
    return suspects.filter(pl.col("reason").is_not_null())


def _with_all_columns(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    roles = ("date", "payee", *marks.TEXTS, "transaction", "fault")
    missing = [role for role in roles if role not in frame.columns]
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(role) for role in missing)


def _without(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    stays = np.ones(frame.height, np.bool_)
    stays[rows.to_numpy()] = False
    return frame.filter(pl.Series(stays))


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


def _furniture(suspects: pl.DataFrame, grid: Grid) -> dict[int, str]:
    """Headings that come again, by their place among the rows."""
    import polars as pl

    names = {h.strip().lower() for h in grid.headings if h.strip()}
    unread = suspects.filter(pl.col("pence").is_null()).select("at", pl.col("amount").fill_null("").str.strip_chars())
    again = {at for at, text in unread.iter_rows() if text and (text.lower() in names or is_heading(text))}
    return dict.fromkeys(again, "repeated_header")


def _rejects(bad: pl.DataFrame, grid: Grid, payer: Payer, tally: Tally) -> pl.DataFrame:
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
        rows.append((payer.body, payer.file, line, reason, _message(reason, amount, date), text, money))
    return _rejected_rows(rows)


def _rejected_rows(rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    import polars as pl

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
    of_dates = ("bad_date", "period_13", "date_out_of_range", "run_together")
    shown = {"bad_amount": amount, **dict.fromkeys(of_dates, date)}.get(reason)
    return f"{REASONS[reason]}: '{shown}'" if shown else REASONS[reason]


def _lines(good: pl.DataFrame, payer: Payer, memory: Memory) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The lines of accepted rows, their summary and their payees."""
    import polars as pl

    payees = marks.payees(good, memory.words)
    references = _text(good, "transaction").cast(pl.String)
    written = strung(references)
    lines = pl.DataFrame(
        [
            repeated(payer.body, good.height).alias("body"),
            repeated(payer.file, good.height).alias("file"),
            good["line"],
            good["when"].alias("date"),
            good["month"],
            good["year"],
            good["pence"],
            payees.name,
            payees.ids,
            payees.table["payee_key"][payees.index],
            *(_text(good, role) for role in marks.TEXTS),
            _stripped(references, written),
        ]
    )
    told, confidence = _told(good, lines, payer, memory, written)
    kind, channel, *classes = (mark.column() for mark in told)
    return lines.hstack([channel, kind, *classes, confidence]), summed(lines, payees, told), payees.table


def _told(
    good: pl.DataFrame, lines: pl.DataFrame, payer: Payer, memory: Memory, references: str
) -> tuple[list[Mark], pl.Series]:
    """What the cells of each row tell of it, and how sure its service is, in whole per cent (rounded down).

    `references` are those of all rows, strung together.
    """
    import polars as pl

    words = memory.words
    there = [name for name in TEXTS if name in good.columns]
    texts = {name: words.rows(lines[name]) for name in there}
    classes = memory.classifier.tell(texts, good.height, by_words=payer.by_words)
    told = [
        Mark("kind", marks.line_kinds(good, words), marks.kind_names()),
        Mark("channel", marks.channels(good, payer.card, words, references), marks.CHANNELS),
        Mark("service", classes.service, services_named()),
        Mark("subjective", classes.subjective, subjectives_named()),
        Mark("told", classes.told, TOLD),
    ]
    return told, pl.Series("confidence", classes.confidence * 100).cast(pl.Int32)


def _text(good: pl.DataFrame, role: str) -> pl.Series:
    if role not in good.columns:
        return repeated("", good.height).alias(role)
    return good[role].fill_null("") if good[role].null_count() else good[role]


def _stripped(cells: pl.Series, written: str) -> pl.Series:
    """Cells, which strung together are `written`, without blanks at their ends."""
    return cells if not written or _has_no_blank(written) else cells.str.strip_chars()


def _has_no_blank(text: str) -> bool:
    """Whether there is no blank of any sort in some text: by its least byte, where it is plain."""
    import numpy as np

    if text.isascii():
        return bool(np.frombuffer(text.encode(), np.uint8).min() > ord(" "))
    return text.split(maxsplit=1) == [text]
