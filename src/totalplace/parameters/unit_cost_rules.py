"""What is known of unit costs besides their figures, as data: `unit_costs.toml` and `unit_cost_overlaps.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from totalplace.parameters.unit_cost import Basis, Edition, Share

NAMES = ("unit_costs.toml", "unit_cost_overlaps.toml")


@dataclass(frozen=True)
class Doubt:
    """What to know of some entries before they are used. `status` is verified or ours."""

    codes: tuple[str, ...]
    says: str
    source: str
    status: str


@dataclass(frozen=True)
class Clash:
    """A rule on what must not be added up: any of `one` with any of `other`."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    reason: str
    source: str
    status: str


@dataclass(frozen=True)
class Rules:
    """All rules, as the data files say them."""

    old_years: int
    sum_within: Fraction
    editions: tuple[Edition, ...]
    agencies: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    bases: tuple[Basis, ...]
    units: Mapping[str, str]
    basis_of: tuple[tuple[tuple[str, ...], str], ...]
    splits: Mapping[str, tuple[str, ...]]
    borne_by: Mapping[str, tuple[str, str]]
    shares: Mapping[str, tuple[Share, ...]]
    share_says: Mapping[str, str]
    unknown: Mapping[str, str]
    transfers: Mapping[str, str]
    multiplier_says: str
    multipliers: Mapping[str, Decimal]
    doubts: tuple[Doubt, ...]
    apart: tuple[str, ...]
    clashes: tuple[Clash, ...]

    def agency(self, name: str) -> str:
        """A name of an agency in the one spelling."""
        return self.agencies.get(name, name)

    def basis(self, code: str, unit: str) -> str:
        """What a unit counts; '' where no rule knows the unit."""
        for codes, basis in self.basis_of:
            if fits(code, codes):
                return basis
        return self.units.get(" ".join(unit.lower().split()), "")

    def basis_named(self, name: str) -> Basis | None:
        """A basis by its id; None for a name that there is not."""
        return next((basis for basis in self.bases if basis.id == name), None)


def fits(code: str, patterns: Iterable[str]) -> bool:
    """Whether a code is one of some: ``CR8.*`` is every code that begins with ``CR8.``, ``CR8.*.5`` all its fifths."""
    return any(_fits(code, pattern) for pattern in patterns)


def _fits(code: str, pattern: str) -> bool:
    head, star, tail = pattern.partition("*")
    if not star:
        return code == pattern
    return code.startswith(head) and code.endswith(tail) and len(code) > len(head) + len(tail)


def clash_of(one: str, other: str) -> Clash | None:
    """The first rule that two different codes are a pair of, in whichever order; None where there is none."""
    (first, second), (third, fourth) = _sides(one), _sides(other)
    found = (first & fourth) | (second & third)
    return rules().clashes[min(found)] if found else None


@lru_cache(maxsize=4096)
def _sides(code: str) -> tuple[frozenset[int], frozenset[int]]:
    """The rules by their number that hold a code as the one, and as the other."""
    clashes = list(enumerate(rules().clashes))
    return (
        frozenset(number for number, clash in clashes if fits(code, clash.one)),
        frozenset(number for number, clash in clashes if fits(code, clash.other)),
    )


@cache
def rules() -> Rules:
    """The shipped rules."""
    import tomllib

    folder = files("totalplace.parameters")
    raw, clash = (tomllib.loads(folder.joinpath(name).read_text("utf-8")) for name in NAMES)
    return Rules(
        old_years=raw["ours"]["old_years"],
        sum_within=Fraction(raw["ours"]["sum_within"]),
        editions=tuple(Edition(**table) for table in raw["edition"]),
        agencies=raw["agency"],
        parts={agency: tuple(parts) for agency, parts in raw["parts"].items()},
        bases=tuple(Basis(table["id"], table["says"], table["trap"]) for table in raw["basis"]),
        units={unit: table["id"] for table in raw["basis"] for unit in table["units"]},
        basis_of=tuple((tuple(table["codes"]), table["basis"]) for table in raw["basis_of"]),
        splits={parent: tuple(children) for parent, children in raw["split"].items()},
        borne_by={pattern: (pair[0], pair[1]) for pattern, pair in raw["borne_by"].items()},
        shares={code: _shares(table["parts"]) for table in raw["shares"] for code in table["codes"]},
        share_says={code: table["says"] for table in raw["shares"] for code in table["codes"]},
        unknown=raw["unknown"],
        transfers=raw["transfer"],
        multiplier_says=raw["multiplier"]["says"],
        multipliers={code: Decimal(text) for code, text in raw["multiplier"]["codes"].items()},
        doubts=tuple(Doubt(**{**table, "codes": tuple(table["codes"])}) for table in raw["doubt"]),
        apart=tuple(clash["apart"]["codes"]),
        clashes=tuple(_clash(table) for table in clash["overlap"]),
    )


def _shares(parts: list[list[str]]) -> tuple[Share, ...]:
    whole = sum(Fraction(amount) for _, _, amount in parts)
    return tuple(Share(agency, part, Fraction(amount) / whole) for agency, part, amount in parts)


def _clash(table: dict[str, Any]) -> Clash:
    one, other = (table["any"],) * 2 if "any" in table else (table["one"], table["other"])
    return Clash(tuple(one), tuple(other), table["reason"], table["source"], table["status"])
