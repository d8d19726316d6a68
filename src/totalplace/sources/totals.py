"""Rows that are totals of other rows: told by their words, and by adding up to the rows above them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from totalplace.sources import marks
from totalplace.sources.dates import MONTH_WORD

if TYPE_CHECKING:
    import polars as pl

    from totalplace.sources.distinct import Index
    from totalplace.sources.grid import Grid

FOOT = 5
"""So many last rows are looked at for a dated total, with those beside blank rows."""
FEW = 3
"""Payments that a row without a word of totals must at least add up to."""
TEXTS = ("payee", "date", "transaction", *marks.TEXTS)

PLAIN = re.compile(
    r"(grand |sub[- ]?|report |overall |final |page |monthly )?totals?[\s:=£]*"
    r"|(grand |sub[- ]?|overall )?totals? ((amount|spend|spending|paid|value|payments?|expenditure|net|gross"
    rf"|invoices?|costs?|sum|for|of|in|over|per|number|no|count|this|to date|{MONTH_WORD})\b|[-\u2013:(£\d]).*"
    r"|(grand |sub[- ]?)totals? .*"
    r"|.*\S (sub[- ]?)?totals?:?",
    re.IGNORECASE,
)
"""What stands beside a sum of other rows. A supplier may well be called Total Something."""
PERHAPS = (
    r"(?i)\b(sub[- ]?)?totals?\b|^\s*(sum|overall|balance|check|count|all (suppliers|payments|payees|vendors))\W*$"
)
"""What may stand beside one."""
_ALONE = re.compile(r"(sum|overall|balance|check|count|all (suppliers|payments|payees|vendors))\W*", re.IGNORECASE)


class Candidate(NamedTuple):
    """A row that may be a total: its place among the rows, its texts by role, whether it has no date of its own."""

    at: int
    texts: Mapping[str, str]
    undated: bool


class Sums:
    """What the rows of a part add up to so far: all that are no totals, and those since the last total."""

    def __init__(self) -> None:
        self.whole = self.base = self.rows = self.base_rows = 0

    def add(self, pence: Index) -> None:
        """Rows none of which can be a total."""
        self.whole += int(pence.sum())
        self.rows += len(pence)

    def totals(self, pence: Index, candidates: Sequence[Candidate], dates: bool) -> dict[int, bool]:
        """Which candidates are totals (True), or lone amounts that are the total of nothing (False), by place.

        `pence` has a figure a row, nought where there is none; `dates` says whether the part has a column of dates.
        """
        found: dict[int, bool] = {}
        start = 0
        for row in sorted(candidates):
            self.add(pence[start : row.at])
            start = row.at
            says_so = _says_so(row, dates)
            if (row.undated and says_so) or self._adds_up(int(pence[row.at]), 1 if says_so else _least(row)):
                found[row.at] = True
                self.base, self.base_rows, start = self.whole, self.rows, row.at + 1
            elif row.undated and not row.texts:
                found[row.at] = False
        self.add(pence[start:])
        return found

    def _adds_up(self, pence: int, least: int) -> bool:
        since = pence == self.whole - self.base and self.rows - self.base_rows >= least
        return pence != 0 and (since or (pence == self.whole and self.rows >= least))


def may_be_total(row: Candidate) -> bool:
    """Whether some word of a row is one that may stand beside a total."""
    return any(re.search(PERHAPS, text) for text in row.texts.values())


def is_total(text: str) -> bool:
    """Whether a text is what stands beside a sum of other rows."""
    return PLAIN.fullmatch(text) is not None


def _least(row: Candidate) -> int:
    """How many rows a row must add up to where its words do not say outright that it is a total."""
    return 2 if row.undated and (may_be_total(row) or not row.texts) else FEW


def _says_so(row: Candidate, dates: bool) -> bool:
    """Whether the words of a row say that it is a total."""
    words = [text for text in row.texts.values() if text]
    return any(is_total(text) or (dates and _ALONE.fullmatch(text)) for text in words)


def at_the_foot(frame: pl.DataFrame, blank: Index) -> list[Candidate]:
    """Rows with a date that may be totals all the same: near the end or a blank row, worded so or without a payee."""
    import numpy as np
    import polars as pl

    if not blank.size and not ends_oddly(frame):
        return []
    near = np.concatenate([blank - 1, blank + 1, np.arange(frame.height - FOOT, frame.height)])
    at = pl.Series("at", np.unique(near[(near >= 0) & (near < frame.height)]))
    roles = [role for role in TEXTS if role in frame.columns and role != "date"]
    rows = frame[at].select("pence", "when", *(pl.col(role).cast(pl.String).fill_null("") for role in roles))
    told = pl.any_horizontal(pl.col(roles).str.contains(PERHAPS)) if roles else pl.lit(False)
    bare = pl.col("payee").str.strip_chars() == "" if "payee" in roles else pl.lit(False)
    rows = rows.hstack([at]).filter(pl.col("pence").is_not_null() & pl.col("when").is_not_null() & (told | bare))
    return [
        Candidate(row["at"], {role: text for role in roles if (text := row[role].strip())}, False)
        for row in rows.iter_rows(named=True)
    ]


def ends_oddly(frame: pl.DataFrame) -> bool:
    """Whether a word that may stand beside a total, or no payee, is in one of the last rows; quick to tell."""
    import polars as pl

    for role in TEXTS:
        if role in frame.columns and role != "date":
            texts = [(text or "").strip() for text in frame[role].tail(FOOT).cast(pl.String).to_list()]
            if any(re.search(PERHAPS, text) or (role == "payee" and not text) for text in texts):
                return True
    return False


def find_totals(
    frame: pl.DataFrame, suspects: pl.DataFrame, found: dict[int, str], grid: Grid, sums: Sums, notes: Counter[str]
) -> dict[int, str]:
    """Totals of other rows, and amounts that stand alone: the reject codes of both, by their place in `frame`.

    `suspects` are the rows at fault or without a day, `found` those that are rejected already by their place; a row
    that may be a total and is counted is noted in `notes`.
    """
    import polars as pl

    worded = pl.any_horizontal(pl.col(TEXTS).cast(pl.String).str.contains(PERHAPS))
    undated = pl.col("when").is_null() & (_undated() | worded)
    looked_at = suspects.filter(pl.col("pence").is_not_null() & undated)
    candidates = [_candidate(row, grid) for row in looked_at.iter_rows(named=True) if row["at"] not in found]
    candidates += at_the_foot(frame, suspects.filter(_blank())["at"].to_numpy().astype("int64"))
    pence = frame["pence"].fill_null(0).to_numpy()
    if not candidates:
        sums.add(pence)
        return {}
    told = sums.totals(pence, candidates, "date" in frame.columns)
    if doubts := sum(row.undated and row.at not in told and may_be_total(row) for row in candidates):
        notes["rows that may be totals but do not add up: counted"] += doubts
    return {at: "total_row" if total else "lone_amount" for at, total in told.items()}


def _candidate(row: dict[str, Any], grid: Grid) -> Candidate:
    texts = {role: text for role in TEXTS if (text := str(row[role] or "").strip())}
    if not {"payee", "date"} & texts.keys():  # the word may stand in any column
        cells = grid.text([row["line"]])[row["line"]].split(grid.delimiter)
        texts |= {f"cell {n}": cell.strip(' "') for n, cell in enumerate(cells) if is_total(cell.strip(' "'))}
    return Candidate(row["at"], texts, True)


def _blank() -> pl.Expr:
    import polars as pl

    texts = [pl.col(role).cast(pl.String).fill_null("").str.strip_chars() == "" for role in ("amount", "payee", "date")]
    return pl.all_horizontal(texts)


def _undated() -> pl.Expr:
    import polars as pl

    return pl.col("when").is_null() & (pl.col("date").cast(pl.String).fill_null("").str.strip_chars() == "")
