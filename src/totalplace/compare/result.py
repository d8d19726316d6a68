"""One comparison: each body (or year) beside the others, with limits, ranks and the questions that it raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from totalplace.compare.funnel import FEWEST, Point, Standing, quartiles, ranks, standings
from totalplace.compare.rates import AREA, PART, Lacking, Rate, Subject, shown
from totalplace.table import Column, Table
from totalplace.terms import first_up, half_up, money

ACROSS = ("bodies", "years")
"""What a ratio is held against: other bodies in the same year, or the other years of the same body."""


@dataclass(frozen=True)
class Near:
    """The neighbours of one body that are in the comparison: `rank` of it among them and itself, 1 for the highest."""

    of: str
    rank: int
    count: int
    median: Fraction
    absent: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True)
class Result:
    """One comparison. Ratios are pence for one of the denominator.

    `rates` stand in the order of `standings` and `ranks`, highest ratio first. `why_not` says why nothing is flagged,
    '' where what is outside its limits is. `base` is the year of the prices compared in, '' for the money of the year.
    `places` gives for neighbours of the body asked for their place among them, 1 for the nearest.
    """

    subject: Subject
    across: str
    label: str
    rates: tuple[Rate, ...]
    standings: tuple[Standing, ...]
    ranks: tuple[int, ...]
    quartiles: tuple[Fraction, Fraction, Fraction] | None
    at_least: int
    why_not: str
    lacking: tuple[Lacking, ...] = ()
    doubts: tuple[str, ...] = ()
    base: str = ""
    body: str = ""
    near: Near | None = None
    places: dict[str, int] = field(default_factory=dict)

    @property
    def flagged(self) -> list[int]:
        """Which of `rates` are asked about."""
        return [] if self.why_not else [n for n, standing in enumerate(self.standings) if standing.outside]

    @property
    def questions(self) -> list[str]:
        """A question for each that lies outside its limits: why is it so? None is a conclusion."""
        return [self._question(n) for n in self.flagged]

    def _question(self, n: int) -> str:
        rate, standing = self.rates[n], self.standings[n]
        assert standing.limits
        assert standing.others is not None
        low, high = (_money(limit) for limit in standing.limits)
        others = f"{len(self.rates) - 1} others" if self.across == "bodies" else f"{len(self.rates) - 1} other years"
        did = "plan" if self.subject.basis == "budget" else "spend"
        return (
            f"Why does {rate.name} {did} {shown(rate.ratio)} {self.subject.per} on {self.subject.service_words} in "
            f"{rate.year}{self._prices}, where the {others} together come to {shown(standing.others)} and would make "
            f"{low} to {high} likely: is it need, prices, what is counted here and not there, or how it is run?"
        )

    @property
    def _prices(self) -> str:
        return f" (in {self.base} prices)" if self.base else ""

    @property
    def title(self) -> str:
        """What is compared, in a line."""
        return f"{self.subject.words}, {self.label}{self._prices}"

    def table(self) -> Table:
        """Everything of the comparison, highest ratio first. Money is pence; ratios and limits to the nearest penny."""
        whole = all(rate.denominator.denominator == 1 for rate in self.rates)
        columns = (
            Column("name", "Area" if self.subject.kind in (AREA, PART) else "Body"),
            Column("year", "Financial year"),
            Column("amount", "Amount", "money"),
            Column("denominator", self.subject.unit.capitalize(), "count" if whole else "number"),
            Column("ratio", "A head" if self.subject.unit == "people" else "Per unit", "money"),
            Column("rank", "Rank", "count"),
            Column("others", "The others together", "money"),
            Column("difference", "Difference", "money"),
            Column("low", "Interval from", "money"),
            Column("high", "Interval to", "money"),
            Column("limit_low", "Limits from", "money"),
            Column("limit_high", "Limits to", "money"),
            Column("outside", "Outside the limits"),
            Column("neighbour", "Neighbour", "count"),
            Column("source", "Source"),
        )
        rows = [self._row(n) for n in range(len(self.rates))]
        return Table("compare", self.title, columns, rows, self.note)

    @property
    def note(self) -> str:
        """The method in a sentence, or why there is no flag."""
        if self.why_not:
            return first_up(self.why_not)
        return (
            "Interval: what the ratio may be by chance in 95 of 100 cases. Limits: where the others make a ratio "
            "likely in 99.8 of 100 cases, wider for small denominators. What is outside is a question, not a finding"
        )

    def _row(self, n: int) -> tuple[object, ...]:
        rate, standing = self.rates[n], self.standings[n]
        low, high = _ends(standing.interval)
        limit_low, limit_high = _ends(standing.limits)
        others = None if standing.others is None else half_up(standing.others)
        difference = None if standing.others is None else half_up(rate.ratio - standing.others)
        units = rate.denominator
        return (
            rate.name,
            rate.year,
            half_up(rate.amount * rate.factor),
            units.numerator if units.denominator == 1 else float(units),
            half_up(rate.ratio),
            self.ranks[n],
            others,
            difference,
            low,
            high,
            limit_low,
            limit_high,
            "ask why" if n in self.flagged else "",
            self.places.get(rate.who),
            rate.source,
        )


def compared(
    subject: Subject,
    rates: Sequence[Rate],
    *,
    across: str,
    label: str,
    at_least: int,
    lacking: Sequence[Lacking] = (),
    doubts: Sequence[str] = (),
    base: str = "",
    body: str = "",
    neighbours: Sequence[tuple[str, str]] = (),
    source: str = "",
) -> Result:
    """Rates beside each other. `neighbours` (who, name), nearest first, are those of `body`, which is a `who`."""
    ordered = sorted(rates, key=lambda rate: (-rate.ratio, rate.name, rate.year))
    found = standings([Point(rate.amount * rate.factor, rate.denominator) for rate in ordered])
    ratios = [rate.ratio for rate in ordered]
    places = {who: n for n, (who, _) in enumerate(neighbours, 1)}
    return Result(
        subject,
        across,
        label,
        tuple(ordered),
        tuple(found),
        tuple(ranks(ratios)),
        quartiles(ratios),
        at_least,
        _why_not(len(ordered) - 1, at_least, "others" if across == "bodies" else "other years"),
        tuple(lacking),
        tuple(doubts),
        base,
        body,
        _near(ordered, body, neighbours, source),
        places,
    )


def _why_not(others: int, at_least: int, what: str) -> str:
    if others >= max(at_least, FEWEST):
        return ""
    if others < 1:
        return "nothing is flagged: there is nothing else to compare with"
    return (
        f"nothing is flagged: a flag needs at least {at_least} {what}, and here there are {others}; with so few it "
        "cannot be told what is usual"
    )


def _near(rates: Sequence[Rate], body: str, neighbours: Sequence[tuple[str, str]], source: str) -> Near | None:
    known = {rate.who: rate for rate in rates}
    if not neighbours or body not in known:
        return None
    there = [known[who] for who, _ in neighbours if who in known]
    absent = tuple(name for who, name in neighbours if who not in known)
    ratios = [known[body].ratio, *(rate.ratio for rate in there)]
    middle = quartiles(ratios)
    assert middle
    return Near(known[body].name, ranks(ratios)[0], len(ratios), middle[1], absent, source)


def _ends(pair: tuple[Decimal, Decimal] | None) -> tuple[int | None, int | None]:
    return (None, None) if pair is None else (_whole(pair[0]), _whole(pair[1]))


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def _money(value: Decimal) -> str:
    return money(_whole(value), 2)
