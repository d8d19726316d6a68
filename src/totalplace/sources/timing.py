"""Dates of a part's rows: which order of day and month, and what names tell where a date does not."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from totalplace.sources.dates import When, in_range, read_date, read_year_first
from totalplace.sources.distinct import Words, enumerated, spread, together
from totalplace.sources.periods import Period, is_thirteenth, period_told
from totalplace.terms import financial_year

if TYPE_CHECKING:
    import polars as pl

    from totalplace.sources.distinct import Index

Dated = tuple[dt.date | None, int | None, str | None]
"""A day or None, yyyymm, and what is wrong (a reject code) or None."""

_EDGES = " \t\r\n\u00a0\ufeff"
"""Blanks around a date, and the mark of a file that was strung onto another."""
PERIOD_13 = "different dates are a period 13: do all dates count periods from April, and not months from January?"
"""What a period 13 among dates gives to ask: where 202401 is April, every month of the file is three too early."""
SLIPS = 20
"""Where one order is so many times as frequent as the other, the other's dates are slips of single rows."""


class Calendar:
    """Reads the dates of one part.

    Where every doubtful date of the part can be read in the order that the others are in, it is. Where both
    orders occur, each run of rows (by the file that a merged row came from, where it says) is settled on its
    own: a doubtful date takes the order of its run; in a run that mixes both, the reading that falls in the
    month that the run's name tells, else the order of the row before. What one block of a large file told of
    its order holds for the next. `notes` counts what was decided.
    """

    def __init__(self, name: str, order: str) -> None:
        self.period = period_told(name)
        self.order = order
        self.notes: Counter[str] = Counter()

    def dated(self, frame: pl.DataFrame, words: Words) -> pl.DataFrame:
        """`frame` with `when` (Date), `month` (yyyymm), `year` and `when_fault` added."""
        index, cells = _cells(frame, words)
        read = {text: self._read(text) if text else None for text, _ in cells}
        if self._mixed(read.values()):
            return frame.hstack(self._by_row(index, cells, read))
        order = self._one_order(read.values())
        years = Counter(financial_year(w.year, w.month) for w in read.values() if w and in_range(w))
        results = [self._settle(text, read[text], order, origin, years) for text, origin in cells]
        return frame.hstack(_columns(index, results))

    def _read(self, text: str) -> When | None:
        text = text.strip(_EDGES)
        return (read_year_first(text) if self.order == "ymd" else None) or read_date(text)

    def _mixed(self, whens: Iterable[When | None]) -> bool:
        british, american = _evidence(whens)
        return british > 0 and american > 0

    def _one_order(self, whens: Collection[When | None]) -> str:
        british, american = _evidence(whens)
        if british or american:
            self.order = "mdy" if american else "dmy"
            return self.order
        return self._by_period(whens, "", self.order)

    def _settle(self, text: str, when: When | None, order: str, origin: str, years: Counter[str]) -> Dated:
        if when is None:
            return self._undated(text, origin, years)
        if order == "mdy" and when.other:
            when = when.other
        if not in_range(when):
            return None, None, "date_out_of_range"
        return when.date, when.yyyymm, None

    def _undated(self, text: str, origin: str, years: Counter[str]) -> Dated:
        """A missing or hashed date takes the month that the name tells; anything else unread is at fault."""
        text = text.strip()
        if is_thirteenth(text):
            self.notes[PERIOD_13] += 1
            return None, None, "period_13"
        if text.strip("#"):
            return None, None, "run_together" if _runs_together(text) else "bad_date"
        period = self._period(origin)
        year = period.year or _year_of(period.month, years)
        if period.month and year:
            return None, year * 100 + period.month, None
        return None, None, "no_date"

    def _period(self, origin: str) -> Period:
        """What the name of the merged row's own file tells, else that of the part."""
        return period_told(origin) if origin else self.period

    def _by_row(self, index: Index, cells: list[tuple[str, str]], read: dict[str, When | None]) -> list[pl.Series]:
        import numpy as np

        rows = [cells[at] for at in index.tolist()]
        runs: dict[str, list[int]] = defaultdict(list)
        for at, (_, origin) in enumerate(rows):
            runs[origin].append(at)
        whole = self._one_order_of_most(read[text] for text, _ in rows)
        years = Counter(financial_year(w.year, w.month) for w in read.values() if w and in_range(w))
        results: list[Dated] = [(None, None, None)] * len(rows)
        for origin, places in runs.items():
            orders = self._orders([read[rows[at][0]] for at in places], origin, whole)
            for at, order in zip(places, orders, strict=True):
                results[at] = self._settle(rows[at][0], read[rows[at][0]], order, origin, years)
        self.notes["rows in a file that holds both date orders"] += len(rows)
        return _columns(np.arange(len(rows)), results)

    def _one_order_of_most(self, whens: Iterable[When | None]) -> str:
        british, american = _evidence(whens)
        return "mdy" if american > british else "dmy"

    def _orders(self, whens: list[When | None], origin: str, whole: str) -> list[str]:
        british, american = _evidence(whens)
        if not (british and american):
            order = ("mdy" if american else "dmy") if british or american else self._by_period(whens, origin, whole)
            return [order] * len(whens)
        if max(british, american) >= SLIPS * min(british, american):
            return ["mdy" if american > british else "dmy"] * len(whens)
        expected = self._period(origin).month
        last, orders = whole, []
        for when in whens:
            if when and when.order:
                last = when.order
            elif when and when.other and expected and (when.month == expected) != (when.other.month == expected):
                orders.append("dmy" if when.month == expected else "mdy")
                continue
            orders.append(last)
        return orders

    def _by_period(self, whens: Iterable[When | None], origin: str, whole: str) -> str:
        """The order of a run with no date that tells: that of the month that its name tells, else the part's."""
        month = self._period(origin).month
        doubtful = [w for w in whens if w and w.other]
        british = sum(w.month == month for w in doubtful)
        american = sum(w.other.month == month for w in doubtful if w.other)
        if month and british != american:
            return "dmy" if british > american else "mdy"
        return whole


def _evidence(whens: Iterable[When | None]) -> tuple[int, int]:
    """How many dates work as day/month only, and how many as month/day only."""
    orders = Counter(when.order for when in whens if when)
    return orders["dmy"], orders["mdy"]


def _runs_together(text: str) -> bool:
    return bool(re.match(r"^\d{1,2}/\d{1,2}/20\d{2}-?\d+(\.\d+)?$", text))


def _year_of(month: int, years: Counter[str]) -> int:
    """The calendar year of a month told without one: that of the financial year most of the rows are in."""
    if not years or not month:
        return 0
    start = int(max(sorted(years), key=years.__getitem__)[:4])
    return start if month >= 4 else start + 1


def _cells(frame: pl.DataFrame, words: Words) -> tuple[Index, list[tuple[str, str]]]:
    """The distinct pairs of what stands in the columns of dates and of origins, and each row's place among them."""
    import numpy as np

    there = [role for role in ("date", "origin") if role in frame.columns]
    if not there:
        return np.zeros(frame.height, np.int64), [("", "")]
    index, found = together([words.numbers(frame[role]) for role in there])
    texts = {role: words.texts(column).to_list() for role, column in zip(there, found, strict=True)}
    none = [""] * found[0].size
    return index, list(zip(texts.get("date", none), texts.get("origin", none), strict=True))


def _columns(index: Index, results: list[Dated]) -> list[pl.Series]:
    import polars as pl

    months = [month for _, month, _ in results]
    years = [financial_year(month // 100, month % 100) if month else None for month in months]
    return [
        spread(index, [day for day, _, _ in results], pl.Date).alias("when"),
        spread(index, months, pl.Int32).alias("month"),
        spread(index, years, enumerated(years)).alias("year"),
        spread(index, [fault for _, _, fault in results], pl.String).alias("when_fault"),
    ]
