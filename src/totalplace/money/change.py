"""The change of net between two financial years, split to the penny into scope, price, volume and the rest.

Stages, body by body, each rounded to the penny, and the parts are the steps between them:

    net of the first year -> its like-for-like part -> that in prices of the last year -> that for the activity of the
    last year -> the like-for-like part of the last year -> net of the last year

Price with the quantities of the first year, then volume at the prices of the last: a Laspeyres price part, and volume
by an activity index as in the Atkinson Review (2005) and Eurostat's handbook on price and volume measures (2016).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from totalplace.definition import Definition
from totalplace.errors import UsageError
from totalplace.money.activity import Activity
from totalplace.money.cells import cells_where
from totalplace.money.cuts import known_filters
from totalplace.money.months import months_missing, years_counted
from totalplace.parameters.deflators import Deflator
from totalplace.store.layout import Run
from totalplace.table import Column, Table
from totalplace.terms import Where, half_up, month_spans

STEPS = ("first", "scope", "price", "volume", "rest", "last")
"""The way from the first year's net to the last's."""


@dataclass(frozen=True)
class Split:
    """A body's change, all in pence of the day: first + scope + price + volume + rest = last.

    `like_first` and `like_last` are the parts of the two nets that are compared; `volume` is None where no activity
    is given, and its change then stands in `rest`. `notes` say what is in one of the years alone.
    """

    body: str
    first: int
    last: int
    like_first: int
    like_last: int
    scope: int
    price: int
    volume: int | None
    rest: int
    notes: str = ""


def split(
    body: str, nets: tuple[int, int], likes: tuple[int, int], price: Fraction, volume: Fraction | None, notes: str = ""
) -> Split:
    """Splits the change of a body's net (pence), given its like-for-like parts, the rise of prices and of activity."""
    (first, last), (like_first, like_last) = nets, likes
    at_prices = half_up(like_first * price)
    at_volume = at_prices if volume is None else half_up(like_first * price * volume)
    return Split(
        body,
        first,
        last,
        like_first,
        like_last,
        scope=(last - like_last) - (first - like_first),
        price=at_prices - like_first,
        volume=None if volume is None else at_volume - at_prices,
        rest=like_last - at_volume,
        notes=notes,
    )


KEPT_IN_NET = "*"
"""Stands for the receiver of what stays in net."""


class Changes:
    """The money that passes some filters, ready to be compared between any two years: read once for all of them."""

    def __init__(self, run: Run, definition: Definition, where: Where | None = None) -> None:
        wanted = {name: values for name, values in (where or {}).items() if name != "year"}
        self.run, self.definition = run, definition
        self.asked = known_filters(definition, wanted).get("body")
        self.sums: dict[tuple[str, str], dict[tuple[int, str], int]] = defaultdict(lambda: defaultdict(int))
        for cell in cells_where(run, definition, wanted, ["month"]):
            if cell["outcome"] != "self":
                to = cell["to_body"] if cell["outcome"] == "eliminated" else KEPT_IN_NET
                self.sums[cell["body"], cell["year"]][cell["month"] % 100, to] += cell["place_pence"]

    def between(self, years: tuple[str, str], deflator: Deflator, activity: Activity | None = None) -> list[Split]:
        """The split of each body's change between two financial years, in the order of the definition.

        Raises UsageError where the years are one, or the vintage has no index of one of them.
        """
        if years[0] == years[1]:
            raise UsageError(f"a change is between two years; {years[0]} was given for both")
        price, both = deflator.factor(*years), _Both(self.run, self.definition, years, self.asked)
        present = {body for body, year in self.sums if year in years}
        order = [body.id for body in self.definition.bodies if body.id in present]
        found = []
        for body in (*order, *sorted(present - set(order))):
            (first, like_first), (last, like_last) = (self._net(body, year, both) for year in years)
            volume = _grown(activity, body, years) if body in both.bodies else None
            found.append(split(body, (first, last), (like_first, like_last), price, volume, both.notes(body)))
        return found

    def _net(self, body: str, year: str, both: _Both) -> tuple[int, int]:
        """A body's net of a year, and the part of it that is like for like."""
        cells = self.sums.get((body, year), {})
        net = sum(pence for (_, to), pence in cells.items() if to == KEPT_IN_NET)
        return net, sum(pence for (month, to), pence in cells.items() if both.compares(body, month, to))


def _grown(activity: Activity | None, body: str, years: tuple[str, str]) -> Fraction | None:
    """How a body's activity changed, as last over first; None where it is not given for both years."""
    before, after = (activity.of(body, year) if activity else None for year in years)
    return None if before is None or after is None else Fraction(after) / Fraction(before)


class _Both:
    """What is counted in both of two years, and so compared: bodies, and months of theirs (1 for April)."""

    def __init__(
        self, run: Run, definition: Definition, years: tuple[str, str], asked: Iterable[str] | None = None
    ) -> None:
        counted = years_counted(run)
        self.years = years
        self.alone = {b.id: [y for y in years if (b.id, y) in counted] for b in definition.bodies}
        self.bodies = {body for body, found in self.alone.items() if len(found) == 2}
        self.missing: list[dict[str, list[int]]] = [months_missing(run, definition, [y], asked) for y in years]
        self.left_out = {
            (body, month % 100) for missing in self.missing for body, months in missing.items() for month in months
        }

    def compares(self, body: str, month: int, to: str) -> bool:
        """Whether money is like for like: of a body and month that both years have, and not paid to a body that
        both years count. What one year takes out because it alone counts the receiver stays in both."""
        return body in self.bodies and (body, month) not in self.left_out and to not in self.bodies

    def notes(self, body: str) -> str:
        """What of a body is in one of the years alone, in words; '' where the years are alike."""
        if body not in self.bodies:
            found = self.alone.get(body, [])
            return f"counted in {found[0]} alone" if found else "stray lines: counted in neither year"
        texts = [f"{month_spans(months)} missing" for found in self.missing if (months := found.get(body, []))]
        return "; ".join(texts)


def like_real(splits: Iterable[Split], price: Fraction) -> float | None:
    """The real change of what both years have, as a share: None where the first year has nothing to compare."""
    listed = list(splits)
    first, last = sum(s.like_first for s in listed), sum(s.like_last for s in listed)
    return float(Fraction(last) / (first * price) - 1) if first > 0 else None


def steps_table(splits: list[Split], years: tuple[str, str], deflator: Deflator) -> Table:
    """The whole place's way from the first year's net to the last's; `amount` is pence, `share` of the first net."""
    start, end = years
    first, last = sum(s.first for s in splits), sum(s.last for s in splits)
    volumes = [s.volume for s in splits if s.volume is not None]
    rows: list[tuple[str, str, int | None]] = [
        ("first", f"Net in {start}", first),
        ("scope", "Scope: in one of the years alone", sum(s.scope for s in splits)),
        ("price", "Price: the rise of prices", sum(s.price for s in splits)),
        ("volume", "Volume: more or less activity", sum(volumes) if volumes else None),
        ("rest", "The rest: all else, in real terms" if volumes else "The rest: the change in real terms", 0),
        ("last", f"Net in {end}", last),
    ]
    rows[4] = (*rows[4][:2], sum(s.rest for s in splits))
    columns = (
        Column("step", "Step"),
        Column("what", "What"),
        Column("amount", "Amount", "money"),
        Column("share", f"Share of net in {start}", "percent"),
    )
    shared = [(*row, row[2] / first if first > 0 and row[2] is not None else None) for row in rows]
    note = f"Deflator: {deflator.title} ({deflator.id})." + ("" if volumes else " No activity is given.")
    return Table("over-time-change", f"From {start} to {end}", columns, shared, note)


def bodies_table(splits: list[Split], years: tuple[str, str], deflator: Deflator) -> Table:
    """The split by body: pence of the day, and the real change of what is like for like."""
    start, end = years
    price = deflator.factor(start, end)
    rows = [
        (s.body, s.first, s.scope, s.price, s.volume, s.rest, s.last, like_real([s], price), s.notes) for s in splits
    ]
    columns = (
        Column("body", "Body"),
        Column("net_first", f"Net {start}", "money"),
        Column("scope", "Scope", "money"),
        Column("price", "Price", "money"),
        Column("volume", "Volume", "money"),
        Column("rest", "The rest", "money"),
        Column("net_last", f"Net {end}", "money"),
        Column("like_real", "Real change, like for like", "percent"),
        Column("notes", "In one year alone"),
    )
    return Table("over-time-bodies", f"The change from {start} to {end} by body", columns, rows)
