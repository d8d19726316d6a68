"""What there is to compare: official figures, the payments counted, and a comparison table, each over what it is for.

Nothing is guessed: money without a denominator of its own year is named as lacking one. Where one thing is told twice,
the first stands and the other is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from totalplace.areas.reading import WHOLE
from totalplace.compare.rates import AREA, PART, PEOPLE, Lacking, Rate, Subject
from totalplace.compare.tables_in import Given
from totalplace.definition import Definition
from totalplace.money.activity import Activity
from totalplace.money.count import Count
from totalplace.money.cuts import CUTS, in_years
from totalplace.money.months import months_few, months_missing
from totalplace.official.figures import Figures
from totalplace.parameters.divisions import BESIDE, TOTAL
from totalplace.parameters.kinds import SPENDING
from totalplace.store.layout import Run

if TYPE_CHECKING:
    from totalplace.areas.answers import Areas

COMPARED = ("net", "gross", "amount")
"""Measures of official figures that are spending: income and the parts of gross are not compared."""
Counter = Callable[[Sequence[str], Mapping[str, Sequence[str]]], Count]


@dataclass(frozen=True)
class Gathered:
    """Rates by subject and year, money that lacks a denominator, and what to look at (subject, year, words).

    `notes` are of no one subject.
    """

    rates: Mapping[tuple[Subject, str], tuple[Rate, ...]] = field(default_factory=dict)
    lacking: tuple[Lacking, ...] = ()
    doubts: tuple[tuple[Subject, str, str], ...] = ()
    notes: tuple[str, ...] = ()


class _Money:
    """Money of a body in a year before it is put over anything."""

    def __init__(self) -> None:
        self.rates: dict[tuple[Subject, str], dict[tuple[bool, str], Rate]] = defaultdict(dict)
        self.lacking: list[Lacking] = []
        self.doubts: list[tuple[Subject, str, str]] = []

    def put(self, subject: Subject, rate: Rate) -> None:
        """Takes a rate in, unless the same is told already."""
        there = self.rates[subject, rate.year]
        known = there.setdefault((rate.own, rate.who), rate)
        if known is not rate:
            told = "the same" if known.ratio == rate.ratio else "another"
            words = f"{rate.name} is told twice: {known.source} is compared, {rate.source} is not and says {told}"
            self.doubts.append((subject, rate.year, words))


class People:
    """The population of bodies and of the place by financial year, as it was given and for no other year."""

    def __init__(self, definition: Definition, figures: Figures) -> None:
        self.definition = definition
        self.known: dict[tuple[str, str], tuple[int, str]] = {}
        self.twice: list[str] = []
        sums: dict[tuple[str, str, str], int] = defaultdict(int)
        for figure in figures.figures:
            if figure.kind == "population":
                sums[figure.dataset, figure.body, figure.year] += figure.amount
        for (dataset, body, year), people in sums.items():
            known = self.known.setdefault((body, year), (people, dataset))
            if known[0] != people:
                self.twice.append(
                    f"the population of {body} in {year} is {known[0]:,} in {known[1]}, which is used, and {people:,} "
                    f"in {dataset}"
                )

    def of(self, body: str, year: str) -> tuple[int, str] | None:
        """People and where that is said; a body of the place's own area has the place's population."""
        if found := self.known.get((body, year)):
            return found if found[0] > 0 else None
        area = self.definition.body(body).area
        if area and area == self.definition.area_code:
            return self.of_place(year)
        return None

    def of_place(self, year: str) -> tuple[int, str] | None:
        """The people of the place and where that is said."""
        people = self.definition.people(year)
        return (people, "place.toml") if people else None


NO_PEOPLE = "no population of that year is given; add one with 'totalplace add-official population'"


def gather(
    definition: Definition,
    figures: Figures,
    table: Iterable[Given],
    count: Counter | None,
    run: Run | None,
    activity: Activity,
    areas: Areas | None = None,
) -> Gathered:
    """Everything that can be compared; `count` counts payments, `areas` parts the place: None where there is none."""
    money, people = _Money(), People(definition, figures)
    _official(money, definition, figures, people)
    if count and run:
        _payments(money, definition, count, run, people, activity)
        if areas is not None and areas.plan is not None:
            _parts(money, areas)
    _table(money, table)
    rates = {key: tuple(found.values()) for key, found in money.rates.items() if found}
    return Gathered(rates, tuple(money.lacking), tuple(money.doubts), (*people.twice, *_states(figures)))


def _states(figures: Figures) -> list[str]:
    """What is to be known of the datasets: what changed or cannot be read, and figures that are not actual."""
    used = ("outturn", "budget", "population")
    said = []
    for dataset in figures.datasets:
        if dataset.kind in used and figures.states[dataset.id] != "as declared":
            said.append(f"{dataset.id} is {figures.states[dataset.id]}")
        if dataset.kind in used and dataset.grade != "actual":
            said.append(f"{dataset.id} is {dataset.grade}" + (f": {dataset.method}" if dataset.method else ""))
    return said


def _official(money: _Money, definition: Definition, figures: Figures, people: People) -> None:
    sums: dict[tuple[str, str, str, str, str, str], int] = defaultdict(int)
    kinds = {dataset.id: dataset.kind for dataset in figures.datasets}
    for figure in figures.figures:
        spent = figure.kind in ("outturn", "budget") and figure.measure in COMPARED
        if spent and figure.division and figure.division not in BESIDE:
            sums[figure.kind, figure.dataset, figure.body, figure.year, figure.measure, figure.division] += (
                figure.amount
            )
    for dataset, body, year, measure in figures.by_measure:
        if kinds.get(dataset) in ("outturn", "budget") and measure in COMPARED:
            whole = figures.whole(dataset, body, year, measure)
            if whole is not None:
                sums[kinds[dataset], dataset, body, year, measure, TOTAL] = whole
    for (kind, dataset, body, year, measure, division), amount in sums.items():
        subject = Subject(definition.body(body).kind, kind, measure, division, PEOPLE)
        _over_people(money, definition, subject, body, year, amount, people, dataset)


def _over_people(
    money: _Money,
    definition: Definition,
    subject: Subject,
    body: str,
    year: str,
    amount: int,
    people: People,
    source: str,
) -> None:
    name = definition.body(body).name
    found = people.of(body, year)
    if found is None:
        money.lacking.append(Lacking(subject, body, name, year, amount, NO_PEOPLE))
        return
    told = f"{source}, over people in {found[1]}"
    money.put(subject, Rate(body, name, True, year, amount, Fraction(found[0]), told))


def _payments(
    money: _Money, definition: Definition, count: Counter, run: Run, people: People, activity: Activity
) -> None:
    """Net payments of the kind spending by body and year, by service where the count has services, and the place's."""
    services = "service" in CUTS
    cut = count(["body", "year", *(["service"] if services else [])], {"kind": [SPENDING]}).cut
    assert cut is not None
    wholes: dict[tuple[str, str], int] = defaultdict(int)
    place: dict[str, int] = defaultdict(int)
    told = f"payments, run {run.name}"
    known = {body.id for body in definition.bodies}
    shared = {body.id for body in definition.bodies if body.share != 1}
    for row in cut.records():
        body, year, net = row["body"], row["year"], _pence(row["net"])
        if not in_years(definition, year):
            continue
        wholes[body, year] += net
        place[year] += net
        if services and body in known and body not in shared:
            subject = Subject(definition.body(body).kind, "payments", "net", row["service"], PEOPLE)
            _over_people(money, definition, subject, body, year, net, people, told)
    for (body, year), net in wholes.items():
        if body not in known:
            continue
        subject = Subject(definition.body(body).kind, "payments", "net", TOTAL, PEOPLE)
        name = definition.body(body).name
        if body in shared:
            why = "only this place's share of its money is counted: a head of its own area cannot be said"
            money.lacking.append(Lacking(subject, body, name, year, net, why))
            continue
        _over_people(money, definition, subject, body, year, net, people, told)
        if done := activity.of(body, year):
            unit = f"activity of {body}"
            rate = Rate(body, name, True, year, net, Fraction(done), f"{told}, over activity.csv")
            money.put(subject._replace(unit=unit), rate)
        _incomplete(money, subject, definition, run, body, year)
    _place(money, definition, place, people, told)


def _place(money: _Money, definition: Definition, place: Mapping[str, int], people: People, told: str) -> None:
    subject = Subject(AREA, "payments", "net", TOTAL, PEOPLE)
    for year, net in place.items():
        found = people.of_place(year)
        if found:
            rate = Rate("", definition.name, True, year, net, Fraction(found[0]), f"{told}, over people in {found[1]}")
            money.put(subject, rate)
        else:
            money.lacking.append(
                Lacking(subject, "", definition.name, year, net, "place.toml gives no population of that year")
            )


TOLD = ("direct", "recipients", "users")
"""Methods by which money says something of an area. What goes by population is alike a head by its making."""


def _parts(money: _Money, areas: Areas) -> None:
    """Net payments of the kind spending told to areas by where they were paid, who was paid or who uses the service."""
    table = areas.cut(["area", "year", "service"], {"kind": [SPENDING], "method": TOLD})
    at = {column.name: n for n, column in enumerate(table.columns)}
    wholes: dict[tuple[str, str], int] = defaultdict(int)
    told = "money by area, by where it is paid, recipients or users"
    people: dict[str, tuple[Mapping[str, Fraction], str]] = {}

    def put(service: str, area: str, year: str, net: int) -> None:
        subject = Subject(PART, "payments", "net", service, PEOPLE)
        found, why = people.setdefault(year, areas.people(year))
        name = areas.names.get(area, area)
        if found.get(area, Fraction(0)) > 0:
            money.put(subject, Rate(area, name, True, year, net, found[area], told))
        else:
            money.lacking.append(Lacking(subject, area, name, year, net, why or "areas.toml gives it no people"))

    for row in table.rows:
        area, year, service, net = (row[at[name]] for name in ("area", "year", "service", "net"))
        if area != WHOLE:
            wholes[area, year] += net
            put(service, area, year, net)
    for (area, year), net in wholes.items():
        put(TOTAL, area, year, net)


def _incomplete(money: _Money, subject: Subject, definition: Definition, run: Run, body: str, year: str) -> None:
    missing = months_missing(run, definition, [year], [body]).get(body, [])
    few = months_few(run, definition, [year], [body]).get(body, [])
    if missing or few:
        n = len(missing) + len(few)
        words = f"{definition.body(body).name}: {n} of 12 months of {year} are missing or have few lines"
        money.doubts.append((subject, year, f"{words}; a whole year would be more"))


def _table(money: _Money, table: Iterable[Given]) -> None:
    for given in table:
        if given.denominator is None:
            why = f"{given.where} has no denominator"
            lack = Lacking(given.subject, given.who, given.name, given.year, given.amount, why)
            money.lacking.append(lack)
            continue
        rate = Rate(given.who, given.name, given.own, given.year, given.amount, given.denominator, given.where)
        money.put(given.subject, rate)


def _pence(text: str) -> int:
    from totalplace.terms import pence

    return pence(text)


def in_prices(rates: Sequence[Rate], factor: Callable[[str], Fraction | None]) -> tuple[list[Rate], list[Rate]]:
    """Rates with their money in the prices of one year, and those whose year has no factor."""
    from dataclasses import replace

    good, without = [], []
    for rate in rates:
        found = factor(rate.year)
        if found is None:
            without.append(rate)
        else:
            good.append(replace(rate, factor=found))
    return good, without
