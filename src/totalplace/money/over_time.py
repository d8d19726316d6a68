"""Money over financial years: in cash, in the prices of one year, and what is missing beside each figure.

Real terms: cash x index of the base year / index of its own year. A change is of the ratio of two years, worked out
exactly, so no base year can change it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from totalplace.definition import Definition
from totalplace.errors import UsageError
from totalplace.money import change
from totalplace.money.activity import Activity
from totalplace.money.cells import cells_where
from totalplace.money.count import count as counted_by
from totalplace.money.cuts import LABELS, check_cuts, check_years, in_years, known_filters
from totalplace.money.months import months_few, months_missing, years_counted
from totalplace.parameters.deflators import Deflator
from totalplace.store.layout import Run
from totalplace.table import Column, Table
from totalplace.terms import TAKEN_OUT, Where, check_year, month_spans, pounds

BY = ("body", "kind", "channel", "to_body", "supplier")
"""What a series can be cut by."""


@dataclass(frozen=True)
class OverTime:
    """A place over financial years. Money is pence.

    `series` has a row for each year (and cut), `change` the split of the whole from the first year to the last,
    `bodies` the same by body; both None where there are not two years with an index, and `why_not` then says so.
    `unverified`, `forecast` and `without_index` are the years of the series whose index is so, or is not there.
    `ends` are the years of the change, `like_real` its share in real terms of what is like for like, and `compared`
    how much of the two nets that is. `incomplete` says by year what is missing; `stray` are the years that hold
    nothing but stray lines, left out.
    """

    series: Table
    change: Table | None
    bodies: Table | None
    why_not: str
    deflator: Deflator
    base: str
    years: tuple[str, ...]
    unverified: tuple[str, ...]
    forecast: tuple[str, ...]
    without_index: tuple[str, ...]
    incomplete: Mapping[str, str]
    stray: tuple[str, ...]
    like_real: float | None = None
    ends: tuple[str, str] = ("", "")
    compared: tuple[int, int] = (0, 0)

    def doubts(self) -> list[str]:
        """What to know before the figures are used, in words."""
        name = self.deflator.id
        doubts = [f"not complete: {year}, {words}" for year, words in self.incomplete.items()]
        if self.unverified:
            doubts.append(f"unverified: the indices of {name} for {', '.join(self.unverified)}: {self.deflator.method}")
        if self.forecast:
            doubts.append(f"forecast: the indices of {name} for {', '.join(self.forecast)}")
        if self.without_index:
            doubts.append(f"no index in {name}, so no real terms: {', '.join(self.without_index)}")
        if self.stray:
            doubts.append(f"left out, with only stray lines: {', '.join(self.stray)}")
        return doubts + ([f"no split of the change: {self.why_not}"] if self.why_not else [])

    def to_dict(self) -> dict[str, Any]:
        """For JSON: money as decimal strings of pounds."""
        found = self.deflator
        return {
            "base_year": self.base,
            "years": list(self.years),
            "deflator": {
                "id": found.id,
                "title": found.title,
                "published": found.published,
                "unit": found.unit,
                "source": found.source,
                "method": found.method,
                "unverified_years": list(self.unverified),
                "forecast_years": list(self.forecast),
                "years_without_index": list(self.without_index),
            },
            "incomplete": dict(self.incomplete),
            "years_left_out": list(self.stray),
            "series": list(self.series.records()),
            "change": list(self.change.records()) if self.change else None,
            "change_by_body": list(self.bodies.records()) if self.bodies else None,
            "change_years": list(self.ends) if self.change else None,
            "change_like_for_like_real": self.like_real,
            "change_compared": [pounds(pence) for pence in self.compared] if self.change else None,
            "no_change_because": self.why_not,
        }


def real_change(first: int, then: int, prices: Fraction) -> float | None:
    """How much more `then` is than `first` once prices rose by `prices` (last over first), as a share of `first`.

    Exact until the last step; None where the first is nothing or a credit, of which nothing is a share.
    """
    return float(Fraction(then) / (first * prices) - 1) if first > 0 else None


def over_time(
    run: Run,
    definition: Definition,
    deflator: Deflator,
    *,
    by: str = "",
    where: Where | None = None,
    base: str = "",
    start: str = "",
    end: str = "",
    activity: Activity | None = None,
) -> OverTime:
    """Net and gross by financial year in cash and in prices of `base`, and the split of the change.

    `base` is the last year of the series that has an index where none is given, `start` and `end` the first and last
    years that are counted. Raises UsageError for an unknown cut, filter or year, or a base year without an index.
    """
    _check_cut(by)
    where = where or {}
    years, stray = _years(run, definition, where, start, end)
    indexed = [year for year in years if deflator.has(year)]
    base = check_year(base) if base else (indexed or [""])[-1]
    if base:
        deflator.index(base)
    asked = known_filters(definition, where).get("body")
    gaps = _Gaps(run, definition, years, asked)
    told = {year: gaps.words(year) for year in years}
    changes = change.Changes(run, definition, where)
    rows = _rows(_sums(run, definition, by, where, years), by, years, deflator, base, gaps)
    if by in LIKE:
        rows = _with_like(rows, by, years, deflator, changes)
    ends = _ends(years, indexed, start, end)
    splits, why_not = _split(changes, ends, deflator, activity)
    return OverTime(
        series=_table(by, rows, deflator, base),
        change=change.steps_table(splits, ends, deflator) if splits else None,
        bodies=change.bodies_table(splits, ends, deflator) if splits else None,
        why_not=why_not,
        deflator=deflator,
        base=base,
        years=tuple(years),
        unverified=tuple(deflator.doubtful({*years, *([base] if base else [])})),
        forecast=tuple(deflator.forecast({*years, *([base] if base else [])})),
        without_index=tuple(year for year in years if year not in indexed),
        incomplete={year: words for year, words in told.items() if words},
        stray=tuple(stray),
        like_real=change.like_real(splits, deflator.factor(*ends)) if splits else None,
        ends=ends,
        compared=(sum(s.like_first for s in splits), sum(s.like_last for s in splits)),
    )


def _check_cut(by: str) -> None:
    if by:
        check_cuts([by])
    if by and by not in BY:
        raise UsageError(f"a series over years cannot be cut by {by}; by {', '.join(BY)}")


def _years(run: Run, definition: Definition, where: Where, start: str, end: str) -> tuple[list[str], list[str]]:
    """The years of the series, those between the first and the last too, and the years left out of stray lines."""
    asked = known_filters(definition, where)
    named = [check_year(year) for year in (start, end) if year]
    check_years(run, definition, [*named, *asked.get("year", ())])
    if start and end and start > end:
        raise UsageError(f"{start} is after {end}; give the earlier year first")
    for year in named:
        if not in_years(definition, year):
            raise UsageError(f"{year} is not counted here; the years are {', '.join(definition.years)}")
    bodies = asked.get("body")
    present = {year for body, months in _present(run).items() for year in months if not bodies or body in bodies}
    present = {year for year in present if in_years(definition, year)}
    full = {year for body, year in years_counted(run) if (not bodies or body in bodies) and year in present}
    if chosen := asked.get("year"):
        return sorted(year for year in chosen if (start or year) <= year <= (end or year)), []
    if not full:
        return [], sorted(present)
    first, last = start or min(full), end or max(full)
    between = [f"{n}-{(n + 1) % 100:02d}" for n in range(int(first[:4]), int(last[:4]) + 1)]
    years = [year for year in between if in_years(definition, year)]
    return years, sorted(present - set(years)) if not (start or end) else []


def _present(run: Run) -> dict[str, set[str]]:
    """The years in which a body has any line."""
    found: dict[str, set[str]] = defaultdict(set)
    for cell in run.years():
        found[cell["body"]].add(cell["year"])
    return found


Sums = dict[tuple[Any, ...], dict[str, list[int]]]
"""By cut and year: lines, gross and net."""


def _sums(run: Run, definition: Definition, by: str, where: Where, years: Sequence[str]) -> Sums:
    sums: Sums = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    if by == "supplier":  # in the ledger alone, which the count reads; the key is name and number
        cut = counted_by(run, definition, [by, "year"], {**where, "year": list(years)}).cut
        for name, number, year, lines, gross, _, net in cut.rows if cut else ():
            sums[name, number][year] = [lines, gross, net]
        return sums
    for cell in cells_where(run, definition, where, [by] if by else []):
        if cell["year"] in years:
            total = sums[(cell[by],) if by else ()][cell["year"]]
            total[0] += cell["lines"]
            total[1] += cell["place_pence"]
            total[2] += 0 if cell["outcome"] in TAKEN_OUT else cell["place_pence"]
    return sums


class _Gaps:
    """What is missing of which year and body: bodies not counted, months without a line, months with few."""

    def __init__(self, run: Run, definition: Definition, years: Sequence[str], asked: Iterable[str] | None) -> None:
        known = {body.id: body.name for body in definition.bodies}
        counted = years_counted(run)
        publishing = {body for body, _ in counted}
        self.names = {b: name for b, name in known.items() if b in publishing and (not asked or b in asked)}
        self.counted = counted
        self.missing = {year: months_missing(run, definition, [year], asked) for year in years}
        self.few = {year: months_few(run, definition, [year], asked) for year in years}

    def bodies(self, year: str, only: str = "") -> int:
        """How many of the bodies that publish here, or of one of them, are counted in a year."""
        return sum((body, year) in self.counted for body in self.names if not only or body == only)

    def words(self, year: str, body: str = "") -> str:
        """What is missing of a year, or of one body's year; '' where nothing is known to be."""
        found = []
        for each, name in self.names.items():
            if body and each != body:
                continue
            if (each, year) not in self.counted:
                found.append(f"{name}: not counted")
                continue
            if months := self.missing[year].get(each):
                found.append(f"{name}: {month_spans(months)} missing")
            if months := self.few[year].get(each):
                found.append(f"{name}: few lines in {month_spans(months)}")
        return "; ".join(found)


def _rows(
    sums: Sums, by: str, years: Sequence[str], deflator: Deflator, base: str, gaps: _Gaps
) -> list[tuple[Any, ...]]:
    """A row for each cut, largest net first, and year."""
    keys = sorted(sums, key=lambda key: (-sum(total[2] for total in sums[key].values()), str(key))) if by else [()]
    rows = []
    for key in keys:
        body = key[0] if by == "body" else ""
        first = sums[key][years[0]][2] if years else 0
        for year in years:
            lines, gross, net = sums[key][year]
            money = _in_prices(deflator, years[0], year, base, first, (gross, net))
            told = (gaps.bodies(year, body), gaps.words(year, body))
            rows.append((*key, year, lines, gross, net, *money, *told))
    return rows


def _in_prices(
    deflator: Deflator, start: str, year: str, base: str, first: int, sums: tuple[int, int]
) -> tuple[Any, ...]:
    """Gross and net in prices of the base year, the change of net from the first year in cash and in real terms, and
    the index; what the vintage has no index for is None."""
    gross, net = sums
    cash = real_change(first, net, Fraction(1))
    if not base or not deflator.has(year):
        return None, None, cash, None, None
    real = real_change(first, net, deflator.factor(start, year)) if deflator.has(start) else None
    in_base = (deflator.convert(pence, year, base) for pence in (gross, net))
    return *in_base, cash, real, float(deflator.index(year))


LIKE = ("", "body")
"""Series whose years can be told like for like: a kind or a supplier is in a year or is not."""


def _with_like(
    rows: list[tuple[Any, ...]], by: str, years: Sequence[str], deflator: Deflator, changes: change.Changes
) -> list[tuple[Any, ...]]:
    """The rows with the real change from the first year, like for like, before their last two columns."""
    found: dict[tuple[str, str], float | None] = {}
    for year in years[1:]:
        if deflator.has(years[0]) and deflator.has(year):
            splits, price = changes.between((years[0], year), deflator), deflator.factor(years[0], year)
            found["", year] = change.like_real(splits, price)
            found |= {(s.body, year): change.like_real([s], price) for s in splits}
    return [(*row[:-2], found.get((row[0], row[1]) if by else ("", row[0])), *row[-2:]) for row in rows]


def _ends(years: Sequence[str], indexed: Sequence[str], start: str, end: str) -> tuple[str, str]:
    """The years of the change: those asked for, else the first and last that have an index."""
    known = indexed or years or [""]
    return start or known[0], end or known[-1]


def _split(
    changes: change.Changes, ends: tuple[str, str], deflator: Deflator, activity: Activity | None
) -> tuple[list[change.Split], str]:
    """The split between two years, or why there is none."""
    if ends[0] == ends[1]:
        return [], "a change needs two years with an index"
    try:
        return changes.between(ends, deflator, activity), ""
    except UsageError as error:
        return [], str(error)


def _table(by: str, rows: list[tuple[Any, ...]], deflator: Deflator, base: str) -> Table:
    keys = [Column(by, LABELS[by])] if by else []
    keys += [Column("supplier_id", "Supplier number")] if by == "supplier" else []
    prices = f"in {base} prices" if base else "in real terms"
    columns = (
        *keys,
        Column("year", LABELS["year"]),
        Column("lines", "Lines", "count"),
        Column("gross", "Gross, cash", "money"),
        Column("net", "Net, cash", "money"),
        Column("gross_real", f"Gross, {prices}", "money"),
        Column("net_real", f"Net, {prices}", "money"),
        Column("change", "Change in cash", "percent"),
        Column("change_real", "Change in real terms", "percent"),
        Column("index", "Deflator", "number"),
        *([Column("like_real", "Real change, like for like", "percent")] if by in LIKE else []),
        Column("bodies", "Bodies counted", "count"),
        Column("missing", "Not complete"),
    )
    title = f"Money over time by {LABELS[by].lower()}" if by else "Money over time"
    note = f"Deflator: {deflator.title} ({deflator.id}), {prices}. Changes are from the first year."
    return Table("over-time", title, columns, rows, note)
