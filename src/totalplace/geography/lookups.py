"""Lookups: which larger area each small one belongs to, exactly or by best fit, as tables of codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from totalplace.errors import FileRefused
from totalplace.geography.blocks import Division
from totalplace.geography.reading.features import Features, named
from totalplace.geography.reading.numbers import number
from totalplace.geography.vintages import require


@dataclass(frozen=True)
class Lookup:
    """Which area each code belongs to, and what the areas are called. `notes` is what is to be said of it.

    `shares` gives, where the file has shares, how much of each code the area that was taken has.
    """

    file: str
    to: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_lookup(found: Features, code: str, area: str, name: str = "", share: str = "") -> Lookup:
    """A lookup from a table; raises FileRefused for a code in two areas, unless a column of shares says how much.

    Rows that say the same twice are taken once, which is told. With shares the area with the largest is taken.
    """
    codes, areas = found.column(code), found.column(area)
    names = found.column(name) if name else areas
    if blank := sum(not text for text in codes):
        raise FileRefused(found.file, f"{blank:,} rows have nothing in the column '{code}'")
    called = _called(found.file, areas, names)
    if share:
        return _by_share(found, codes, areas, found.column(share), called)
    to: dict[str, str] = {}
    twice, both = 0, []
    for small, large in zip(codes, areas, strict=True):
        if small in to:
            twice += 1
            if to[small] != large:
                both.append(f"{small} ({to[small]} and {large})")
        to.setdefault(small, large)
    if both:
        raise FileRefused(
            found.file,
            f"{len(both):,} codes of '{code}' belong to two areas of '{area}': {named(both)}. A best fit has one each: "
            f"is '{code}' the right column, is the file of two vintages, or does a column say the share of each?",
        )
    notes = (f"{found.file}: rows that say the same again: {twice:,}",) if twice else ()
    return Lookup(found.file, to, called, notes=notes)


def _called(file: str, areas: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    called: dict[str, str] = {}
    for area, name in zip(areas, names, strict=True):
        if area and called.setdefault(area, name) != name:
            raise FileRefused(file, f"the area {area} has two names: '{called[area]}' and '{name}'")
    return called


def _by_share(
    found: Features, codes: Sequence[str], areas: Sequence[str], texts: Sequence[str], called: dict[str, str]
) -> Lookup:
    parts: dict[str, dict[str, Fraction]] = {}
    for n, (small, large, text) in enumerate(zip(codes, areas, texts, strict=True), 2):
        value = number(found.file, f"the share in row {n:,}", text)
        if value is None or value < 0:
            raise FileRefused(found.file, f"the share of {small} in {large} is '{text}': a number from 0 is wanted")
        mine = parts.setdefault(small, {})
        mine[large] = mine.get(large, Fraction(0)) + value
    to, shares = {}, {}
    for small, mine in parts.items():
        best = max(mine, key=lambda area: (mine[area], area))
        whole = sum(mine.values())
        to[small], shares[small] = best, float(mine[best] / whole) if whole else 0.0
    split = sum(share < 1 for share in shares.values())
    notes = (f"{found.file}: codes in several areas, given to the one with the largest share: {split:,}",)
    return Lookup(found.file, to, called, shares, notes if split else ())


def divide(
    found: Features,
    lookup: Lookup,
    wanted: Sequence[str],
    name: str,
    column: str,
    what: str,
    candidates: Mapping[str, Collection[str]] | None = None,
    partial: bool = False,
) -> tuple[Division, list[str]]:
    """The division that a lookup makes of some codes; FileRefused where its vintage is another: see require."""
    heading = found.heading(column)
    notes = require(found.file, heading, wanted, found.columns, what, candidates, partial)
    return Division.of_values(name, [lookup.to.get(code, "") for code in wanted]), notes
