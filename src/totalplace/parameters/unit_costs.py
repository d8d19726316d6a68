"""Unit costs: the Unit Cost Database v1.4 (CC BY 4.0) as shipped, editions that a place imported, values of its own.

Where several hold a code one is taken, and says so in `edition`: the place's own value before all, then the editions
in the order that unit-costs.toml declares, else the newest first. Constituents are never added up into their parent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path

from totalplace.errors import PlaceError, UsageError, did_you_mean
from totalplace.parameters.deflators import Deflator, deflator
from totalplace.parameters.unit_cost import KINDS, OWN, RATINGS, Edition, Overlap, Share, UnitCost
from totalplace.parameters.unit_cost_own import FILE, FOLDER, editions_of, imported, own_values, tables_of
from totalplace.parameters.unit_cost_rows import read_edition
from totalplace.parameters.unit_cost_rules import clash_of, fits, rules
from totalplace.remembered import Stamp, stamp
from totalplace.terms import check_year

__all__ = ["Overlap", "Share", "UnitCost", "UnitCosts", "attribution", "unit_costs"]

SHIPPED = "1.4"
"""The edition that is part of the package."""
_LETTERS = {"G": "green", "A": "amber", "R": "red"}


def attribution(edition: str = SHIPPED) -> str:
    """Who is to be named wherever values of an edition are shown; '' for a place's own values."""
    if edition == OWN:
        return ""
    told = next((found for found in rules().editions if found.id == edition), None)
    return told.attribution if told else f"GMCA Unit Cost Database v{edition}, CC BY 4.0, as imported"


class UnitCosts:
    """Unit costs by code, with who bears them, what to know of them and what must not be added up."""

    def __init__(self, editions: Mapping[str, Mapping[str, UnitCost]]) -> None:
        """`editions` maps an edition's name to its entries by code, the one that is taken first before the others."""
        self._editions = editions
        self._held: dict[str, tuple[UnitCost, ...]] = {}
        for entries in editions.values():
            for code, cost in entries.items():
                self._held[code] = (*self._held.get(code, ()), cost)

    def __iter__(self) -> Iterator[UnitCost]:
        """Each code's entry that is taken."""
        return (held[0] for held in self._held.values())

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, code: object) -> bool:
        return code in self._held

    @property
    def editions(self) -> tuple[str, ...]:
        """The editions that are there, in the order in which they are taken."""
        return tuple(self._editions)

    @property
    def attributions(self) -> tuple[str, ...]:
        """Who is to be named wherever values are shown."""
        return tuple(text for edition in self._editions if (text := attribution(edition)))

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """The themes there are, in the order of the database."""
        return tuple(dict.fromkeys(cost.theme for cost in self if cost.theme))

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """The agencies that bear a share of some entry, by name."""
        return tuple(sorted({name for cost in self for name in self._names(cost) if name not in ("", "Multiple")}))

    def get(self, code: str, edition: str = "") -> UnitCost:
        """The entry of a code: the one that is taken, or that of one edition; UsageError names the nearest code."""
        wanted = code.strip().upper()
        held = self._held.get(wanted)
        if not held:
            raise UsageError(f"there is no unit cost '{code}'{did_you_mean(wanted, list(self._held))}")
        if not edition:
            return held[0]
        for cost in held:
            if cost.edition == edition:
                return cost
        there = [cost.edition for cost in held]
        raise UsageError(f"edition {edition} has no unit cost {wanted}{did_you_mean(edition, there)}")

    def held(self, code: str) -> tuple[UnitCost, ...]:
        """All entries of a code, the one that is taken first; raises UsageError like `get`."""
        return self._held[self.get(code).code]

    def children(self, code: str) -> tuple[UnitCost, ...]:
        """The constituents of a code, in its edition: parts of it, variants of it, or steps towards it."""
        above = self.get(code)
        entries = self._editions[above.edition if above.edition != OWN else self._national(above).edition]
        return tuple(cost for cost in entries.values() if cost.parent == above.code)

    def search(self, words: str = "", *, theme: str = "", agency: str = "", rag: str = "") -> list[UnitCost]:
        """The entries that hold all words (in code, text or source), those with them in code or description first.

        UsageError names the nearest theme, agency or rating where one is not known.
        """
        theme, agency = _nearest(theme, self.themes, "theme"), _nearest(agency, self.agencies, "agency")
        rag = _nearest(_LETTERS.get(rag.upper(), rag), RATINGS, "rating")
        wanted = words.lower().split()
        near, far = [], []
        for cost in self:
            if (theme and cost.theme != theme) or (rag and cost.rag != rag):
                continue
            if agency and agency not in self._names(cost):
                continue
            title = f"{cost.code} {cost.category} {cost.detail}".lower()
            if all(word in title for word in wanted):
                near.append(cost)
            elif all(word in f"{title} {cost.comment} {cost.notes} {cost.source}".lower() for word in wanted):
                far.append(cost)
        exact = [cost for cost in near if [cost.code.lower()] == wanted]
        return exact + [cost for cost in near if cost not in exact] + far

    def split(self, code: str) -> tuple[Share, ...]:
        """Who bears the fiscal value, in shares that add up to 1; () where that is not known and must be given.

        A declared split into constituents, in the same prices; else what a comment says; else its agency where that
        is a single payer.
        """
        return _split(self, self.get(code))

    def overlap_pairs(self, codes: Iterable[str]) -> tuple[Overlap, ...]:
        """The pairs of chosen codes that are known to value the same thing, with the reason and who says so."""
        chosen = list(dict.fromkeys(self.get(code).code for code in codes))
        return tuple(found for one, other in combinations(chosen, 2) if (found := _overlap(one, other)))

    def overlaps(self, codes: Iterable[str]) -> list[str]:
        """The same pairs in words. That a pair is not here does not prove that it can be added up."""
        return [str(pair) for pair in self.overlap_pairs(codes)]

    def overlapping(self, code: str) -> tuple[Overlap, ...]:
        """Every entry that must not be combined with a code, with the reason."""
        one = self.get(code).code
        return tuple(found for other in self._held if other != one and (found := _overlap(one, other)))

    def crime_multiplier(self, code: str) -> Fraction | None:
        """Actual crimes for each recorded one (Greater Manchester, 2011-12); None where the database has none."""
        value = rules().multipliers.get(self.get(code).code)
        return None if value is None else Fraction(value)

    def price(self, code: str, kind: str, year: str, index: Deflator | None = None) -> Fraction | None:
        """A value of KINDS in prices of a financial year, exact pounds; None where there is none.

        UsageError where the deflator (the first of the shipped, if none is given) has no index of either year.
        """
        found = self.get(code).value(kind)
        if found is None:
            return None
        value, of = found
        return Fraction(value) * (index or deflator()).factor(of, year)

    def doubts(self, code: str, on: str, index: Deflator | None = None) -> list[str]:
        """What to know before a value is used in prices of the financial year `on`, in words; raises UsageError."""
        return _doubts(self, self.get(code), check_year(on), index or deflator())

    def _national(self, cost: UnitCost) -> UnitCost:
        """The entry of an edition behind a value of the place's own, or the value itself."""
        return next((held for held in self._held[cost.code] if held.edition != OWN), cost)

    def _names(self, cost: UnitCost) -> tuple[str, ...]:
        """Every agency that has something to do with an entry."""
        shares = _split(self, cost)
        return tuple(dict.fromkeys((cost.agency, cost.part, *(share.agency for share in shares))))


def unit_costs(own: Path | None = None) -> UnitCosts:
    """The unit costs of a place (its folder), or the shipped ones alone; raises PlaceError for a file at fault."""
    if own is None:
        return _shipped_alone()
    own = own.resolve()  # what is remembered of a folder must not be given for another
    there = sorted((own / FOLDER).glob("*.csv"))
    return _of_place(own, tuple(stamp(path) for path in (own / FILE, *there)))


@lru_cache(maxsize=8)
def _of_place(own: Path, _stamps: tuple[Stamp, ...]) -> UnitCosts:
    tables = tables_of(own)
    known = editions_there(own)
    names = editions_of(tables) or (*[name for name in known if name != SHIPPED], SHIPPED)
    for name in names:
        if name not in known:
            raise PlaceError(f"{FILE}: [unit_costs]: there is no edition '{name}'{did_you_mean(name, list(known))}")
    taken = {name: known[name] for name in names}
    national = {code: cost for name in reversed(names) for code, cost in known[name].items()}
    local = own_values(tables, national)
    return UnitCosts({OWN: local, **taken} if local else taken)


def editions_there(root: Path) -> dict[str, dict[str, UnitCost]]:
    """The shipped edition and those that a place has imported, by name; raises PlaceError for a file at fault."""
    return {SHIPPED: _shipped(), **imported(root)}


def shipped_edition() -> Edition:
    """What the shipped edition is, with its licence, its attribution and the changes made in it."""
    return next(edition for edition in rules().editions if edition.id == SHIPPED)


@cache
def _shipped() -> dict[str, UnitCost]:
    name = f"unit_costs_{SHIPPED}.csv"
    return read_edition(files("totalplace.parameters").joinpath(name).read_text("utf-8"), SHIPPED, name)


@cache
def _shipped_alone() -> UnitCosts:
    return UnitCosts({SHIPPED: _shipped()})


def _nearest(text: str, known: tuple[str, ...], what: str) -> str:
    """A name in its own spelling, whatever case it was written in; raises UsageError for one that there is not."""
    if not text:
        return ""
    for name in known:
        if name.lower() == text.strip().lower():
            return name
    raise UsageError(f"there is no {what} '{text}'{did_you_mean(text, list(known))}")


def _split(costs: UnitCosts, cost: UnitCost) -> tuple[Share, ...]:
    known = rules()
    if cost.fiscal is None:
        return ()
    if cost.edition == OWN and (cost.agency, cost.part) != _payer(costs._national(cost)):
        return _single(cost)
    behind = costs._national(cost)
    if behind.code in known.shares and behind.edition == SHIPPED:
        return known.shares[behind.code]
    if behind.code in known.splits:
        return _of_children(costs, behind)
    return () if behind.code in known.unknown else _bearer(behind)


def _payer(cost: UnitCost) -> tuple[str, str]:
    return cost.agency, cost.part


def _of_children(costs: UnitCosts, parent: UnitCost) -> tuple[Share, ...]:
    """The shares of a declared split; () where an edition's constituents are not all there, or do not add up."""
    entries, known = costs._editions[parent.edition], rules()
    children = [entries.get(code) for code in known.splits[parent.code]]
    there = [child for child in children if child and child.fiscal is not None]
    alike = all(child.fiscal_year == parent.fiscal_year for child in there)
    whole = sum((Fraction(child.fiscal or 0) for child in there), Fraction(0))
    against = Fraction(parent.fiscal or 0)
    if len(there) < len(children) or not alike or not whole or not against:
        return ()
    # The few pounds of rounding that a small parent has are more than the share that is allowed.
    if abs(whole - against) > max(abs(against) * known.sum_within, Fraction(len(there), 2)):
        return ()
    found: dict[tuple[str, str], Fraction] = {}
    for child in there:
        if not (bearer := _bearer(child)):
            return ()
        payer = bearer[0].agency, bearer[0].part
        found[payer] = found.get(payer, Fraction(0)) + Fraction(child.fiscal or 0) / whole
    return tuple(Share(agency, part, share) for (agency, part), share in found.items() if share)


def _bearer(cost: UnitCost) -> tuple[Share, ...]:
    """The one agency that bears an entry, as its title says or its agency cell."""
    for pattern, (agency, part) in rules().borne_by.items():
        if fits(cost.code, (pattern,)):
            return (Share(agency, part, Fraction(1)),)
    return _single(cost)


def _single(cost: UnitCost) -> tuple[Share, ...]:
    """The agency of an entry where it is one payer: the second level is then a part of the first, or empty."""
    if cost.agency in ("", "Multiple"):
        return ()
    if cost.part and cost.edition != OWN and cost.part not in rules().parts.get(cost.agency, ()):
        return ()
    return (Share(cost.agency, cost.part, Fraction(1)),)


def _overlap(one: str, other: str) -> Overlap | None:
    """What speaks against two codes together, None where nothing is known."""
    if rule := clash_of(one, other):
        return Overlap(one, other, rule.reason, rule.source, rule.status)
    for above, below in ((one, other), (other, one)):
        if below.startswith(f"{above}.") and below not in rules().apart:
            reason = f"{below} is a part or a variant of {above}"
            return Overlap(one, other, reason, "codes of the database", "verified")
    return None


def _doubts(costs: UnitCosts, cost: UnitCost, on: str, index: Deflator) -> list[str]:
    return [
        *_of_age(cost, on),
        *_of_rating(cost),
        *_of_basis(cost),
        *_of_prices(cost, on, index),
        *_of_use(costs, cost),
    ]


def _of_age(cost: UnitCost, on: str) -> Iterator[str]:
    for year in cost.years:
        age = int(on[:4]) - int(year[:4])
        if age >= rules().old_years:
            kinds = [kind for kind in KINDS if getattr(cost, f"{kind}_year") == year]
            what = f"{' and '.join(kinds)} value" if len(kinds) < len(KINDS) else "value"
            yield (
                f"age: its {what} is in prices of {year}, {age} years before {on}; uprating moves it with prices in "
                "general, and what services cost may have moved otherwise"
            )


def _of_rating(cost: UnitCost) -> Iterator[str]:
    if cost.rag in ("amber", "red"):
        yield f"rating: {cost.rag}; the publisher is {'unsure' if cost.rag == 'amber' else 'very unsure'} of it"
    if not cost.verified:
        whose = f"decided by {cost.decided}" if cost.edition == OWN else f"as imported from edition {cost.edition}"
        yield f"not verified: {whose}, not compared with a published table"


def _of_basis(cost: UnitCost) -> Iterator[str]:
    basis = rules().basis_named(cost.basis)
    if not basis:
        yield f"unit: '{cost.unit}' is none that is known here; say what it counts before you multiply it"
    elif basis.trap:
        yield f"unit: {basis.trap}"


def _of_prices(cost: UnitCost, on: str, index: Deflator) -> Iterator[str]:
    years = {on, *cost.years}
    if lack := [year for year in sorted(years) if not index.has(year)]:
        yield f"prices: the deflator {index.id} has no index of {', '.join(lack)}"
    if early := index.forecast(years):
        yield f"prices: the deflator {index.id} has a forecast for {', '.join(early)}, and what came may differ"
    if doubtful := index.doubtful(years):
        yield f"prices: the deflator {index.id} is not verified for {', '.join(doubtful)}"


def _of_use(costs: UnitCosts, cost: UnitCost) -> Iterator[str]:
    known = rules()
    if (times := known.multipliers.get(cost.code)) is not None:
        yield (
            f"crime: for each recorded crime there were {times} actual ones ({known.multiplier_says}); use it where "
            "you count recorded crime, and your own area's where you have it"
        )
    if cost.transfer:
        yield f"transfer: £{cost.transfer:,} of it is a transfer payment, which public value leaves out"
    if cost.fiscal is not None and not costs.split(cost.code):
        why = known.unknown.get(cost.code)
        yield f"agency: who bears which share is not known{f' ({why})' if why else ''}; give the shares yourself"
    for doubt in known.doubts:
        if fits(cost.code, doubt.codes):
            yield f"entry: {doubt.says} ({doubt.source}{'' if doubt.status == 'verified' else '; our reading'})"
