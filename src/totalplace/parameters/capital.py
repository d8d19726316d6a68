"""Optimism bias of capital projects (Mott MacDonald 2002), from `capital.toml`: how much to put on an estimate.

A mix of project types has the sum of share x upper bound. What part of the bias is managed already is the sum, over
areas of risk, of the area's contribution x how far it is managed; the rate left is upper bound x (1 - managed), and
never less than the published lower bound of the mix unless that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from totalplace.errors import UsageError
from totalplace.parameters.dated import Number, chosen, part, share, shipped

MEASURES = {"duration": "time", "capex": "cost of works", "opex": "cost of running"}
"""What a bias is put on."""


@dataclass(frozen=True)
class Bounds:
    """The bias with nothing managed yet (`upper`) and with all of it managed (`lower`), as shares."""

    upper: Decimal
    lower: Decimal


@dataclass(frozen=True)
class ProjectType:
    """A type of project, and the bounds that are published for it by measure."""

    id: str
    title: str
    verified: bool
    bounds: Mapping[str, Bounds]


@dataclass(frozen=True)
class Published:
    """The whole table with what it rests on."""

    id: str
    title: str
    unit: str
    source: str
    date: str
    licence: str
    types: tuple[ProjectType, ...]


@dataclass(frozen=True)
class Bias:
    """What to put on an estimate, as an exact share, with what it is made of.

    `held` says that the published lower bound was more than what mitigation left, and stands in its place.
    """

    rate: Fraction
    upper: Fraction
    lower: Fraction
    managed: Fraction
    held: bool
    verified: bool

    def on(self, estimate: Number) -> Fraction:
        """An estimate (pounds, pence or months) with the bias on it."""
        return Fraction(estimate) * (1 + self.rate)


@cache
def published() -> Published:
    """The shipped table."""
    raw = shipped("capital.toml")
    return Published(**raw["about"], types=tuple(_type(**one) for one in raw["type"]))


def _type(id: str, title: str, verified: bool, **bounds: dict[str, str]) -> ProjectType:
    found = {measure: Bounds(share(one["upper"]), share(one["lower"])) for measure, one in bounds.items()}
    return ProjectType(id, title, verified, found)


def project_type(name: str) -> ProjectType:
    """A type of project by its id; raises UsageError for one that there is not."""
    return chosen(name, {one.id: one for one in published().types}, "type of project")


def managed_share(areas: Mapping[str, tuple[Number | str, Number | str]]) -> Fraction:
    """How much of the bias is managed: the sum of contribution x how far it is managed, over areas of risk.

    Raises UsageError for a share outside 0 to 1 and for contributions that pass 1 together.
    """
    total = managed = Fraction(0)
    for name, (contribution, mitigated) in areas.items():
        weight = part(contribution, f"the contribution of '{name}'")
        managed += weight * part(mitigated, f"how far '{name}' is managed")
        total += weight
    if total > 1:
        raise UsageError(f"the contributions of the areas of risk come to {float(total):.1%}; they cannot pass 100%")
    return managed


def bias(
    measure: str,
    mix: Mapping[str, Number | str],
    managed: Number | str | Mapping[str, tuple[Number | str, Number | str]] = 0,
    *,
    below_bound: bool = False,
) -> Bias:
    """The bias of a mix of project types (ids with shares that come to 1) with what is managed of it already.

    `managed` is a share, or areas of risk with (contribution, how far it is managed). Raises UsageError for a measure
    or a type that there is not, a type without that measure, and shares that do not come to 1.
    """
    chosen(measure, MEASURES, "measure of bias")
    shares = {name: part(value, f"the share of '{name}'") for name, value in mix.items()}
    if sum(shares.values()) != 1:
        raise UsageError(f"the shares of the project types come to {float(sum(shares.values())):.4g}; they must be 1")
    bounds = {name: _bounds(project_type(name), measure) for name in shares}
    upper = sum((weight * Fraction(bounds[name].upper) for name, weight in shares.items()), Fraction(0))
    lower = sum((weight * Fraction(bounds[name].lower) for name, weight in shares.items()), Fraction(0))
    done = managed_share(managed) if isinstance(managed, Mapping) else part(managed, "what is managed")
    left = upper * (1 - done)
    held = left < lower and not below_bound
    verified = all(project_type(name).verified for name in shares)
    return Bias(lower if held else left, upper, lower, done, held, verified)


def _bounds(kind: ProjectType, measure: str) -> Bounds:
    if measure not in kind.bounds:
        there = ", ".join(kind.bounds)
        raise UsageError(f"no {measure} bias is published for '{kind.id}' ({kind.title}); there is {there}")
    return kind.bounds[measure]
