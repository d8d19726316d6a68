"""Spend files to lines: amounts in pence, dates, payees, channel and kind; each row accepted or rejected.

The published contract of both tables is in `store/schemas/lines.json` and `rejects.json`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from totalplace.parameters import kinds
from totalplace.sources.amounts import read_amounts
from totalplace.sources.columns import is_heading
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

TEXTS = ("department", "category", "purpose")
CODES = ("ods", "vat", "gss", "company")
LINE_COLUMNS = (
    "body file line date month year pence payee payee_id payee_key department category purpose "
    "transaction channel kind"
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
    """A run of rows made tidy: accepted lines and rejects, both as Polars frames."""

    lines: pl.DataFrame
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


def _tidy(
    grid: Grid, reading: Reading, part: Part, body: str, card: bool, calendar: Calendar, tally: Tally
) -> Tidy:
    import polars as pl

    frame = _with_all_columns(grid.frame)
    pence = read_amounts(frame["amount"], reading.unit) * reading.sign
    frame = frame.with_columns(pence.alias("pence"))
    frame = calendar.dated(frame)
    frame = frame.with_columns(_fault().alias("reason"))
    frame = _own_headings(frame, grid.headings)
    bad = frame.filter(pl.col("reason").is_not_null())
    good = frame.filter(pl.col("reason").is_null()) if bad.height else frame
    rejects = _rejects(bad, grid, part, body, tally)
    lines = _lines(good, part, body, card)
    if undated := lines["date"].null_count():
        tally.notes["lines with a month but no day"] += undated
    tally.rows += lines.height + rejects.height
    tally.accepted += lines.height
    tally.rejected += rejects.height
    tally.pence += int(lines["pence"].sum())
    tally.rejected_pence += int(rejects["pence"].sum())
    return Tidy(lines, rejects)


def _with_all_columns(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    missing = [r for r in ("date", "payee", *TEXTS, "card", "origin", *CODES) if r not in frame.columns]
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
        pl.when(pl.col("fault").is_not_null() & ((pl.col("fault") != "shifted") | no_pence | pl.col("when_fault").is_not_null()))
        .then(pl.col("fault"))
        .when(pl.col("fault").is_not_null())
        .then(pl.lit("shifted"))
        .when(together)
        .then(pl.lit("run_together"))
        .when(no_pence & blank_amount)
        .then(pl.lit("no_amount"))
        .when(no_pence)
        .then(pl.lit("bad_amount"))
        .otherwise(pl.col("when_fault"))
    )


def _own_headings(frame: pl.DataFrame, headings: list[str]) -> pl.DataFrame:
    """Tells repeated headings and total rows from rows that are merely faulty."""
    import polars as pl

    suspects = frame.with_row_index("at").filter(pl.col("reason").is_not_null())
    if not suspects.height:
        return frame
    names = {h.strip().lower() for h in headings if h.strip()}
    found = [(row["at"], _furniture(row, names)) for row in suspects.iter_rows(named=True)]
    places = [(at, reason) for at, reason in found if reason]
    if not places:
        return frame
    reasons = frame["reason"].to_list()
    for at, reason in places:
        reasons[at] = reason
    return frame.with_columns(pl.Series("reason", reasons, dtype=pl.String))


def _furniture(row: dict[str, object], names: set[str]) -> str:
    """'repeated_header' or 'total_row' where the row is furniture, else ''."""
    amount = str(row["amount"] or "").strip()
    if amount and row["pence"] is None and (amount.lower() in names or is_heading(amount)):
        return "repeated_header"
    words = [str(row[role]).strip().lower() for role in ("payee", "date", *TEXTS) if row[role]]
    if row["pence"] is not None and any(w.startswith(("total", "grand total", "sub total", "subtotal")) for w in words):
        return "total_row"
    if row["pence"] is not None and not words and row["reason"] == "no_date":
        return "total_row"
    return ""


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


def _lines(good: pl.DataFrame, part: Part, body: str, card: bool) -> pl.DataFrame:
    import polars as pl

    good = good.with_columns(
        _clean(good["payee"]),
        _channel(good, card),
        _kind(good),
        pl.lit(body, dtype=pl.Categorical).alias("body"),
        pl.lit(part.name, dtype=pl.Categorical).alias("file"),
    )
    good = _with_payee_key(good)
    good = good.with_columns(pl.col("when").alias("date"), pl.col(*TEXTS).fill_null(""), pl.col("transaction").fill_null("").str.strip_chars())
    return good.select(LINE_COLUMNS)


def _mapped(column: pl.Series, values: list[object], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """`column` with its distinct values, in the order of `column.unique()`, exchanged for `values`."""
    import polars as pl

    table = pl.DataFrame({"key": column.unique(maintain_order=True), "value": pl.Series(values, dtype=dtype)})
    return column.to_frame("key").join(table, on="key", how="left", nulls_equal=True, maintain_order="left")["value"]


def _distinct(column: pl.Series) -> list[str]:
    import polars as pl

    return [value or "" for value in column.unique(maintain_order=True).cast(pl.String).to_list()]


def _clean(payee: pl.Series) -> pl.Series:
    """Payees with runs of space folded; an absent one is empty text."""
    import polars as pl

    distinct = payee.unique(maintain_order=True).cast(pl.String)
    if not distinct.null_count() and not distinct.str.contains(r"^\s|\s$|\s\s|[\t\r\n\x{a0}]").any():
        return payee
    names = [" ".join((name or "").split()) for name in distinct.to_list()]
    return _mapped(payee, list(names), pl.Categorical).alias("payee")


_NOT_CARD = {"", "n", "no", "false", "0", "none", "invoice"}


def _channel(good: pl.DataFrame, card: bool) -> pl.Series:
    """'card' for procurement-card payments, by the file, a column that says so, or the reference; else 'invoice'."""
    import polars as pl

    if card:
        return pl.Series("channel", ["card"], dtype=pl.Categorical).new_from_index(0, good.height)
    flags = [value.strip().lower() not in _NOT_CARD for value in _distinct(good["card"])]
    by_column = _mapped(good["card"], list(flags), pl.Boolean)
    by_text = good["transaction"].str.contains(r"^(?i:p-?card|gpc|pcard)").fill_null(False)
    return (
        pl.select(pl.when(by_column | by_text).then(pl.lit("card")).otherwise(pl.lit("invoice")))
        .to_series()
        .cast(pl.Categorical)
        .alias("channel")
    )


def _kind(good: pl.DataFrame) -> pl.Series:
    """The kind of payment that the line's own words tell; 'spending' where they tell none."""
    import polars as pl

    rules = kinds.text_patterns()
    ranks = [found for role in TEXTS if (found := _rule_ranks(good[role], rules)) is not None]
    names = pl.Series([kind for kind, _ in rules] + [kinds.SPENDING], dtype=pl.Categorical)
    if not ranks:
        return names.gather([len(rules)]).new_from_index(0, good.height).alias("kind")
    best = pl.select(pl.min_horizontal(ranks)).to_series()
    return names.gather(best).alias("kind")


def _rule_ranks(column: pl.Series, rules: list[tuple[str, str]]) -> pl.Series | None:
    """Each row's first rule that its text meets, as a number (the number of rules for none); None where none do."""
    import polars as pl

    distinct = column.unique(maintain_order=True).drop_nulls()
    words = distinct.cast(pl.String)
    hits = words.str.contains("|".join(f"(?:{pattern})" for _, pattern in rules)).arg_true()
    if not hits.len():
        return None
    ranks = [_first_rule(text, rules) for text in words.gather(hits).to_list()]
    table = pl.DataFrame({"key": distinct.gather(hits), "rank": pl.Series(ranks, dtype=pl.UInt32)})
    joined = column.to_frame("key").join(table, on="key", how="left", maintain_order="left")["rank"]
    return joined.fill_null(len(rules))


def _first_rule(text: str, rules: list[tuple[str, str]]) -> int:
    return next((n for n, (_, pattern) in enumerate(rules) if _compiled(pattern).search(text)), len(rules))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=1 << 20)
def payee_key(name: str, codes: str) -> int:
    """The stable key of a payee: 63 bits of a hash of the published name and its official identifiers."""
    digest = hashlib.blake2b(f"{name}\x1f{codes}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _with_payee_key(good: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    used = [code for code in CODES if good[code].null_count() < good.height]
    distinct = good.select("payee", *used).unique(maintain_order=True)
    names, *columns = (distinct[name].cast(pl.String).to_list() for name in ("payee", *used))
    ids = [_codes_text(used, values) for values in zip(*columns, strict=True)] if used else [""] * len(names)
    keys = [payee_key(name, codes) for name, codes in zip(names, ids, strict=True)]
    table = distinct.with_columns(
        pl.Series("payee_id", ids, dtype=pl.Categorical), pl.Series("payee_key", keys, dtype=pl.Int64)
    )
    return good.join(table, on=["payee", *used], how="left", nulls_equal=True, maintain_order="left")


def _codes_text(schemes: list[str], values: tuple[str | None, ...]) -> str:
    """Identifiers as one text: ``'vat:GB1 ods:RJ7'``."""
    pairs = zip(schemes, values, strict=True)
    return " ".join(f"{scheme}:{''.join(value.split())}" for scheme, value in pairs if value and value.strip())
