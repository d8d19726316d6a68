"""A year's payments of one body: what it buys and whom of the counted bodies it pays, to a total."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from totalplace.demo.chance import Stream, shares
from totalplace.demo.payees import Payee, Writing
from totalplace.demo.words import DemoBody, Flow, Service, Words
from totalplace.terms import financial_year, months_of

LARGE = 100_000_000
"""Pence (a million pounds) from which a body's name is written plainly."""

ENOUGH = 20
"""Invoices that a service must have before a credit may stand alone: credits never outweigh them."""


@dataclass(slots=True)
class Line:
    """One published payment with its truth: what it is, and in which month's file it comes out (`filed`)."""

    day: dt.date
    filed: int
    pence: int
    payee: Payee
    department: str
    category: str
    purpose: str
    number: int
    kind: str
    channel: str

    @property
    def month(self) -> int:
        """The month of the payment as yyyymm."""
        return self.day.year * 100 + self.day.month


@dataclass(slots=True)
class _Invoice:
    """One purchase: `parts` equal lines; `sign` -1 is a credit; `back` has all lines taken back after."""

    parts: int
    sign: int
    back: bool
    weight: int


@cache
def working_days(month: int) -> tuple[dt.date, ...]:
    """The days of a month (yyyymm) on which ledgers pay: no weekends, Christmas or New Year's Day."""
    first = dt.date(month // 100, month % 100, 1)
    days = (first + dt.timedelta(days=step) for step in range(31))
    feasts = {(12, 25), (12, 26), (1, 1)}
    return tuple(d for d in days if d.month == first.month and d.weekday() < 5 and (d.month, d.day) not in feasts)


class BodyYear:
    """Makes the lines of one body and year; the same for the same seed, whatever other bodies do."""

    def __init__(self, words: Words, body: DemoBody, year: str, *, seed: int, scale: float) -> None:
        self._words = words
        self._body = body
        self._year = year
        self._scale = scale
        self._stream = Stream(seed, f"{body.id}/{year}")
        self._writing = Writing(words, body)
        self._months = [month for month in months_of(year) if month not in body.missing]
        self._numbers = self._stream.numbers(3_000_000 + int(year[:4]) % 100 * 50_000, 4)

    def lines(self) -> list[Line]:
        """All lines in order of day, adding up to the body's money of the year, 0.4% more or less."""
        planned = self._body.money[self._words.years.index(self._year)]
        total = planned + planned * (self._stream.below(8001) - 4000) // 1_000_000 + self._stream.below(100)
        made: list[Line] = []
        for flow in self._words.flows:
            if flow.body == self._body.id:
                made += self._flow(flow)
        services = [service for service in self._words.services if service.body == self._body.id]
        rest = total - sum(line.pence for line in made)
        room = max(len(services), round(self._body.lines * self._scale) - len(made))
        money = shares(rest, [service.money for service in services])
        counts = shares(room, [service.lines for service in services])
        for place, service in enumerate(services):
            # Every published month has a line, however small the scale.
            months = self._months if place == 0 else []
            made += self._service(service, money[place], max(counts[place], len(months), 1), months)
        made.sort(key=lambda line: (line.day, line.number))
        return made

    def _flow(self, flow: Flow) -> Iterator[Line]:
        growth = self._words.growth[self._words.years.index(self._year)]
        total = flow.thousands * 100_000 * growth // 1000
        count = max(1, round(flow.lines * self._scale))
        # Precepts and levies are set before the year and paid in equal parts; the rest turns out as it does.
        even = flow.kind == "precept-levy"
        if not even:
            total += total * (self._stream.below(41) - 20) // 1000 + self._stream.below(100)
        weights = [1 if even else self._stream.size(self._words.spread["narrow"]) for _ in range(count)]
        for place, pence in enumerate(shares(total, weights)):
            month = self._months[place * len(self._months) // count]
            if flow.to:
                payee = self._writing.body(self._stream, self._words.body(flow.to), large=total // count >= LARGE)
            else:
                payee = self._writing.outside(flow.payee)
            yield Line(
                day=self._stream.pick(working_days(month)),
                filed=month,
                pence=pence,
                payee=payee,
                department=flow.department,
                category=flow.category,
                purpose=flow.purpose,
                number=next(self._numbers),
                kind=flow.kind,
                channel="invoice",
            )

    def _service(self, service: Service, total: int, count: int, months: list[int]) -> Iterator[Line]:
        invoices = self._invoices(service, count, len(months))
        for place, (invoice, pence) in enumerate(zip(invoices, self._amounts(service, invoices, total), strict=True)):
            month = months[place] if place < len(months) else self._month(service)
            first = self._line(service, month, invoice.sign * pence)
            for _ in range(invoice.parts):
                yield first
            if invoice.back:
                back = Line(**{name: getattr(first, name) for name in Line.__slots__})
                back.pence = -first.pence
                for _ in range(invoice.parts):
                    yield back

    def _invoices(self, service: Service, count: int, plain: int) -> list[_Invoice]:
        stream, spread = self._stream, self._words.spread[service.spread]
        made: list[_Invoice] = []
        while count > 0:
            invoice = _Invoice(1, 1, False, stream.size(spread))
            # The first ones stay plain: they cover the months, and the very first takes the odd pence.
            if len(made) >= max(plain, 1):
                if stream.percent(service.split):
                    invoice.parts = min(count, _parts(stream))
                if stream.percent(service.credit):
                    self._credit(invoice, count, alone=len(made) >= ENOUGH)
            made.append(invoice)
            count -= invoice.parts * (2 if invoice.back else 1)
        return made

    def _credit(self, invoice: _Invoice, count: int, *, alone: bool) -> None:
        """Have an invoice taken back line by line, or be a credit that stands alone."""
        invoice.weight = invoice.weight // 4 + 1
        if count >= 2 * invoice.parts and self._stream.percent(50):
            invoice.back = True
        elif alone:
            invoice.parts, invoice.sign = 1, -1

    def _amounts(self, service: Service, invoices: list[_Invoice], total: int) -> list[int]:
        """Pence of one line of each invoice: a floor plus a share by weight, adding up to `total`."""
        lows = [self._body.floor // invoice.parts for invoice in invoices]
        signs = [0 if invoice.back else invoice.sign * invoice.parts for invoice in invoices]
        spare = total - sum(low * sign for low, sign in zip(lows, signs, strict=True))
        weight = sum(invoice.weight * sign for invoice, sign in zip(invoices, signs, strict=True))
        if spare <= 0 or weight <= 0:
            raise ValueError(f"demo data: {service.body}, {service.department}: too little money for its lines")
        pence = [low + invoice.weight * spare // weight for low, invoice in zip(lows, invoices, strict=True)]
        pence[0] += total - sum(amount * sign for amount, sign in zip(pence, signs, strict=True))
        return pence

    def _month(self, service: Service) -> int:
        weights = self._words.seasons[service.season]
        year = months_of(self._year)
        return self._stream.weighted(self._months, [weights[year.index(month)] for month in self._months])

    def _line(self, service: Service, filed: int, pence: int) -> Line:
        stream = self._stream
        day = stream.pick(working_days(self._bought(filed) if service.channel == "card" else filed))
        if stream.percent(service.redact):
            payee = self._writing.redacted(service.department)
        else:
            payee = self._writing.supplier(stream.early(self._words.suppliers[stream.pick(service.trades)]))
        return Line(
            day=day,
            filed=filed,
            pence=pence,
            payee=payee,
            department=service.department,
            category=stream.pick(service.categories),
            purpose=self._filled(stream.pick(service.purposes), day),
            number=next(self._numbers),
            kind="spending",
            channel=service.channel,
        )

    def _bought(self, filed: int) -> int:
        """The month of a card purchase published in `filed`: the one before, where its year is counted."""
        before = filed - 1 if filed % 100 > 1 else filed - 89
        counted = before not in self._body.missing and financial_year(*divmod(before, 100)) in self._words.years
        return before if self._body.statement and counted else filed

    def _filled(self, purpose: str, day: dt.date) -> str:
        fillings: dict[str, Callable[[], str]] = {
            "{day}": lambda: f"{day.day:02d}/{day.month:02d}/{day.year % 100:02d}",
            "{street}": lambda: self._stream.pick(self._words.streets),
            "{n}": lambda: str(1 + self._stream.below(40)),
        }
        for mark, fill in fillings.items():
            if mark in purpose:
                purpose = purpose.replace(mark, fill())
        return purpose


def _parts(stream: Stream) -> int:
    """Lines that an invoice is cut into: mostly a few, now and then dozens, as care invoices are."""
    draw = stream.below(100)
    if draw < 80:
        return 2 + stream.below(4)
    return 6 + stream.below(20) if draw < 97 else 40 + stream.below(51)
