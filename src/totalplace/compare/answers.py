"""What a place says beside others: the one face of this package to commands, pages and Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.areas.declared import FILE as AREAS
from totalplace.compare.declared import Settings, checked_at_least, load, range_of, who
from totalplace.compare.gather import Counter, Gathered, gather, in_prices
from totalplace.compare.rates import BASES, KINDS, Rate, Subject
from totalplace.compare.result import ACROSS, Result, compared
from totalplace.compare.shared import SharedPage, categories, shared, shared_bodies
from totalplace.compare.tables_in import OWN, read_comparison
from totalplace.definition import Definition
from totalplace.errors import StoreError, UsageError, did_you_mean
from totalplace.money.activity import OWN as OWN_ACTIVITY
from totalplace.money.activity import Activity, read_activity
from totalplace.official.figures import MEASURES, Figures
from totalplace.parameters.deflators import Deflator
from totalplace.parameters.divisions import TOTAL, division_of, labels
from totalplace.remembered import Stamp, stamp
from totalplace.store.layout import Run
from totalplace.table import Column, Table
from totalplace.terms import check_year

if TYPE_CHECKING:
    from totalplace.areas.answers import Areas

CHOICES = ("service", "year", "measure", "basis", "unit", "kind")
"""What a comparison is chosen by."""


@dataclass(frozen=True)
class Offered:
    """A comparison that there is: its subject, its label (a year, or a body's name) and the rates in it."""

    subject: Subject
    key: str
    label: str
    rates: tuple[Rate, ...]


class Compare:
    """A place beside others: spend a head and unit costs, across bodies or across years."""

    def __init__(
        self,
        root: Path,
        definition: Definition,
        figures: Callable[[], Figures],
        run: Callable[[], Run],
        count: Counter,
        deflator: Callable[[str], Deflator],
        areas: Callable[[], Areas],
    ) -> None:
        self._root, self._definition = root, definition
        self._figures, self._run, self._count, self._deflator = figures, run, count, deflator
        self._areas = areas

    def settings(self) -> Settings:
        """What compare.toml says; raises PlaceError naming a fault."""
        return load(self._root, self._definition)

    def gathered(self, table: str | Path = "") -> Gathered:
        """Everything that can be compared; `table` is a comparison table, else the place's own is taken if it is there.

        Raises DataError where the table cannot be read.
        """
        path = Path(table) if str(table) else next((p for n in OWN if (p := self._root / n).exists()), None)
        run = None
        with suppress(StoreError):
            run = self._run()
        areas = self._areas()
        told = [AREAS, *(table.path for table in (areas.plan.tables if areas.plan else ()))]
        files = (path, *(self._root / name for name in (OWN_ACTIVITY, *told)))
        stamps = tuple(stamp(p) for p in files if p)
        return _gathered(_Inputs(self._root, self._definition, self._figures(), run, self._count, path, stamps, areas))

    def offered(self, across: str = "bodies", table: str | Path = "") -> list[Offered]:
        """The comparisons that there are, first those with others to compare with, by basis, measure and service."""
        if across not in ACROSS:
            raise UsageError(f"'{across}' is neither bodies nor years{did_you_mean(across, list(ACROSS))}")
        rates = self.gathered(table).rates
        if across == "bodies":
            found = [Offered(subject, year, year, theirs) for (subject, year), theirs in rates.items()]
        else:
            found = _by_body(rates)
        return sorted(found, key=lambda offer: _order(offer, across))

    def offered_table(self, across: str = "bodies", table: str | Path = "") -> Table:
        """The comparisons of two or more, with how many are in each and how many of them lie outside their limits."""
        at_least = self.settings().at_least
        offers = self.offered(across, table)
        alone = sum(len(offer.rates) < 2 for offer in offers)
        columns = (
            Column("service", "Service"),
            Column("label", "Financial year" if across == "bodies" else "Body"),
            Column("measure", "Measure"),
            Column("basis", "Basis"),
            Column("unit", "Over"),
            Column("kind", "Kind"),
            Column("compared", "Bodies" if across == "bodies" else "Years", "count"),
            Column("flagged", "Outside the limits", "count"),
        )
        rows = []
        for offer in offers[: len(offers) - alone]:  # those of one alone come last
            subject = offer.subject
            found = compared(subject, offer.rates, across=across, label=offer.label, at_least=at_least)
            flagged = None if found.why_not else len(found.flagged)
            told = subject.service_words, offer.label, subject.measure, subject.basis, subject.unit, subject.kind
            rows.append((*told, len(offer.rates), flagged))
        note = f"A flag needs at least {at_least} others: where there are fewer, nothing is flagged"
        note += f". {alone:,} more have one {'body' if across == 'bodies' else 'year'} alone" if alone else ""
        return Table("comparisons", "What can be compared", columns, rows, note)

    def result(
        self,
        choice: Mapping[str, str] | None = None,
        *,
        body: str = "",
        across: str = "bodies",
        neighbours: Sequence[str] = (),
        at_least: int = 0,
        deflator: str = "",
        base: str = "",
        table: str | Path = "",
    ) -> Result:
        """One comparison: the first of those offered that fits `choice` (see CHOICES).

        `body` is looked at among its neighbours, where they are given here or in compare.toml; across years it is
        whose years they are, and money is in the prices of `base` (the last year with an index if not given).
        Raises UsageError where nothing fits, with what there is.
        """
        said = self.settings()
        wanted = self._wanted(choice or {})
        offers = [offer for offer in self.offered(across, table) if self._fits(offer, wanted, across, body)]
        if not offers:
            raise UsageError(self._nothing(wanted, across, body, table))
        offer = offers[0]
        gathered = self.gathered(table)
        rates, doubts, base = self._priced(offer.rates, across, deflator, base)
        years = {rate.year for rate in offer.rates}
        doubts += [words for subject, year, words in gathered.doubts if subject == offer.subject and year in years]
        lacking = [
            lack
            for lack in gathered.lacking
            if lack.subject == offer.subject and (lack.year if across == "bodies" else lack.who) == offer.key
        ]
        of = who(self._definition, body)[0] if body else ""
        near = said.neighbours.get(of)
        names = tuple(neighbours) or (near.names if near else ())
        return compared(
            offer.subject,
            rates,
            across=across,
            label=offer.label,
            at_least=checked_at_least(at_least) if at_least else said.at_least,
            lacking=lacking,
            doubts=[*doubts, *gathered.notes],
            base=base,
            body=of,
            neighbours=[who(self._definition, name)[:2] for name in names] if across == "bodies" else (),
            source="as given here" if neighbours else near.source if near else "",
        )

    def shared(
        self,
        where: Mapping[str, Sequence[str]] | None = None,
        *,
        search: str = "",
        page: int = 1,
        per_page: int = 50,
        low: str = "",
        high: str = "",
    ) -> SharedPage:
        """A page of the suppliers that two or more bodies pay; see compare.shared.

        `low` and `high` are per cent that a joint negotiation is assumed to take off; else those of compare.toml, or
        none: no saving is claimed by itself. Raises UsageError where only one of them is given.
        """
        if bool(low.strip()) != bool(high.strip()):
            raise UsageError("low and high go together: what is assumed is a range, in per cent")
        assumed = range_of(low, high) if low.strip() else self.settings().negotiation
        asked = where or {}
        return shared(
            self._run(), self._definition, asked, search=search, page=page, per_page=per_page, assumed=assumed
        )

    def shared_bodies(self, where: Mapping[str, Sequence[str]] | None = None, search: str = "") -> Table:
        """What each body pays each supplier that several bodies pay."""
        return shared_bodies(self._run(), self._definition, where, search)

    def categories(self, where: Mapping[str, Sequence[str]] | None = None) -> Table:
        """What two or more bodies spend on alike, by service or kind of payment."""
        return categories(self._count, self._definition, where)

    def warm(self) -> None:
        """Keeps in memory what makes answers quick: for a face that stays open. It changes none of them."""
        self.shared()
        self.categories()
        self.gathered()

    def _wanted(self, choice: Mapping[str, str]) -> dict[str, str]:
        known = {"measure": MEASURES, "basis": BASES, "kind": KINDS}
        wanted = {}
        for name, value in choice.items():
            if name not in CHOICES:
                raise UsageError(f"'{name}' does not choose a comparison{did_you_mean(name, list(CHOICES))}")
            text = " ".join(value.split())
            if not text:
                continue
            if name in known and text not in known[name]:
                raise UsageError(f"'{value}' is not a {name}{did_you_mean(text, list(known[name]))}")
            wanted[name] = check_year(text) if name == "year" else text
        if "service" in wanted:
            wanted["service"] = division_of(wanted["service"]) or wanted["service"]
        return wanted

    def _fits(self, offer: Offered, wanted: Mapping[str, str], across: str, body: str) -> bool:
        theirs = {**offer.subject._asdict(), "year": offer.key if across == "bodies" else ""}
        if across == "years":
            if body and offer.key != who(self._definition, body)[0]:
                return False
            theirs["year"] = wanted.get("year", "") if wanted.get("year") in {r.year for r in offer.rates} else ""
        return all(theirs[name].casefold() == value.casefold() for name, value in wanted.items())

    def _nothing(self, wanted: Mapping[str, str], across: str, body: str, table: str | Path) -> str:
        lacking = self.gathered(table).lacking
        offers = self.offered(across, table)
        if not offers:
            if lacking:
                return f"nothing can be compared: {lacking[0].name}: {lacking[0].why}"
            return "there is nothing to compare yet; add official figures, build, or give a table with --table"
        asked = ", ".join(f"{name} {value}" for name, value in {**wanted, **({"body": body} if body else {})}.items())
        if "service" in wanted and not any(
            o.subject.service.casefold() == wanted["service"].casefold() for o in offers
        ):
            services = sorted({o.subject.service for o in offers})
            near = did_you_mean(wanted["service"], services)
            return f"there is no comparison of the service '{wanted['service']}'{near}"
        return f"there is no comparison of {asked}; 'totalplace compare' alone lists those that there are"

    def _priced(
        self, rates: Sequence[Rate], across: str, deflator: str, base: str
    ) -> tuple[list[Rate], list[str], str]:
        """Across years money stands in the prices of one year: a price that rises is no spending that does."""
        if across == "bodies":
            return list(rates), [], ""
        prices = self._deflator(deflator)
        indexed = sorted(rate.year for rate in rates if prices.has(rate.year))
        if not indexed:
            return list(rates), [f"no year here has an index in {prices.id}: money is in that of each year"], ""
        base = check_year(base) if base else indexed[-1]
        prices.index(base)

        def factor(year: str) -> Fraction | None:
            return prices.factor(year, base) if prices.has(year) else None

        good, without = in_prices(rates, factor)
        doubts = [f"{rate.year} is left out: {prices.id} has no index of it" for rate in without]
        if doubtful := prices.doubtful(rate.year for rate in good):
            doubts.append(f"indices of {', '.join(doubtful)} are not verified: {prices.title}")
        return good, doubts, base


def _by_body(rates: Mapping[tuple[Subject, str], tuple[Rate, ...]]) -> list[Offered]:
    found: dict[tuple[Subject, str], list[Rate]] = {}
    for (subject, _), theirs in rates.items():
        for rate in theirs:
            found.setdefault((subject, rate.who), []).append(rate)
    return [Offered(subject, key, theirs[0].name, tuple(theirs)) for (subject, key), theirs in found.items()]


def _order(offer: Offered, across: str) -> tuple[object, ...]:
    """What is taken first where several fit: what has others beside it, by basis, measure, service and latest year."""
    subject = offer.subject
    services = [TOTAL, *labels()]
    at = services.index(subject.service) if subject.service in services else len(services)
    year = -int(offer.key[:4]) if across == "bodies" else 0
    return (
        len(offer.rates) < 2,
        KINDS.index(subject.kind),
        BASES.index(subject.basis),
        MEASURES.index(subject.measure),
        subject.unit != "people",
        at,
        subject.service,
        subject.unit,
        year,
        offer.label,
    )


class _Inputs:
    """What everything gathered hangs on: the same objects and files, not ones that are alike."""

    def __init__(
        self,
        root: Path,
        definition: Definition,
        figures: Figures,
        run: Run | None,
        count: Counter,
        table: Path | None,
        stamps: tuple[Stamp, ...],
        areas: Areas,
    ) -> None:
        self.areas = areas
        self.root, self.definition, self.figures, self.run = root, definition, figures, run
        self.count, self.table = count, table
        self.key = id(definition), id(figures), id(run), str(table), stamps

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Inputs) and other.key == self.key


@lru_cache(maxsize=8)
def _gathered(given: _Inputs) -> Gathered:
    table = read_comparison(given.table, given.definition) if given.table else ()
    own = given.root / OWN_ACTIVITY
    activity = read_activity(own, given.definition) if own.exists() else Activity()
    count = given.count if given.run else None
    return gather(given.definition, given.figures, table, count, given.run, activity, given.areas)
