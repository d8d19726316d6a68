"""Need by area: an indicator moved to the areas of a division, beside the whole place, spend a head and provision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused, UsageError
from totalplace.geography.blocks import Division, Integers
from totalplace.geography.declared import IndicatorFile
from totalplace.geography.fit import Fitted, Kind, fit
from totalplace.geography.reading.features import Features, named
from totalplace.geography.reading.numbers import number

Floats = NDArray[np.float64]
UNKNOWN = frozenset(("", "unknown", "not known", "not stated", "no fixed abode", "-", "n/a", "unspecified"))
"""What a file writes for the area of those whose area is not known: their figures are the place's all the same."""


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of an indicator as published: by area of the layer `source`, and of areas not known.

    `elsewhere` are codes of areas that are not in the place.
    """

    said: IndicatorFile
    source: Division
    values: Mapping[str, float]
    unknown: float
    elsewhere: tuple[str, ...]
    notes: tuple[str, ...]


def figures_of(said: IndicatorFile, found: Features, source: Division) -> Figures:
    """The figures of a file; FileRefused where an area stands twice, a figure is none, or no code is of the layer."""
    codes, texts = found.column(said.code), found.column(said.figure)
    known = set(source.labels)
    values: dict[str, float] = {}
    unknown, elsewhere, blank = 0.0, [], []
    for code, text in zip((each.strip() for each in codes), texts, strict=True):
        if code not in known and code.lower() not in UNKNOWN:
            elsewhere.append(code)
            continue
        value = number(found.file, f"'{said.figure}' of {code or 'an area not known'}", text)
        if value is None:
            blank.append(code)
        elif code not in known:
            unknown += float(value)
        elif code in values:
            raise FileRefused(found.file, f"{code} stands more than once: keep one year or one kind of row")
        else:
            values[code] = float(value)
    if not values:
        raise FileRefused(
            found.file,
            f"no code of its column '{said.code}' is of the layer '{source.name}' ({named(elsewhere) or 'all blank'}): "
            "is it of another vintage, or of another layer (of = ...)?",
        )
    if said.measure == "mean" and unknown:
        unknown = 0.0  # a mean of people whose area is not known has nobody to weigh it by
    return Figures(said, source, values, unknown, tuple(elsewhere), _said(said, found.file, elsewhere, blank))


def _said(said: IndicatorFile, file: str, elsewhere: Sequence[str], blank: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if elsewhere:
        notes.append(f"{file}: rows of areas that are not in this place: {len(elsewhere):,} ({named(elsewhere)})")
    if blank:
        notes.append(f"{file}: areas without a figure in '{said.figure}': {len(blank):,} ({named(blank)})")
    return tuple(notes)


@dataclass(frozen=True, eq=False)
class Need:
    """An indicator by area of a division: `values` (nan where it is not known) and `whole`, that of the place.

    `unknown` is the part of a count that is of no area: values and unknown add up to the whole. `misplaced` is the
    share of people whom moving it puts in another area than most of their own.
    """

    said: IndicatorFile
    layer: Division
    people: Integers
    values: Floats
    unknown: float
    whole: float
    misplaced: float
    notes: tuple[str, ...]

    @property
    def count(self) -> bool:
        """Whether it is added up; else it is a rate or an index, weighted by people."""
        return self.said.measure == "count"

    @property
    def beside(self) -> Floats:
        """Each area as so many times the whole place: of a count for each person, of a mean as it is."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if not self.count:
                return np.asarray(self.values / self.whole)
            # The rate of the place is of all of it: those in no area are in neither sum of an area.
            return np.asarray((self.values / self.people) / ((self.whole - self.unknown) / self.people.sum()))

    @property
    def ranks(self) -> list[int | None]:
        """The place of each area by need, 1 for the most; equals share a rank, None where it is not known."""
        figures = self.beside if self.count else self.values
        return ranked(figures, self.said.worse == "high")

    @property
    def shares(self) -> Floats:
        """The share of the place's need in each area; of a mean, people times the mean. Adds up to 1.

        Raises UsageError for an indicator of which less means more need, or with figures below 0.
        """
        weight = self.values if self.count else self.values * self.people
        weight = np.nan_to_num(weight)
        if self.said.worse == "low" or (weight < 0).any() or not weight.sum():
            raise UsageError(
                f"'{self.said.id}' cannot be shared out: more must mean more need, and no figure be below 0"
            )
        return np.asarray(weight / weight.sum())


def ranked(values: Floats, high: bool) -> list[int | None]:
    """Ranks from 1, the highest (or lowest) first; equals share one, nan has none."""
    known = values[np.isfinite(values)]
    return [
        None if not np.isfinite(value) else 1 + int((known > value).sum() if high else (known < value).sum())
        for value in values
    ]


def need(figures: Figures, layer: Division, people: Integers, called: Callable[[str], str] = str) -> Need:
    """The figures of an indicator by area of a division, moved by people where it is another than their own.

    `called` gives what people call a layer by its id.
    """
    kind: Kind = "count" if figures.said.measure == "count" else "mean"
    moved: Fitted = fit(figures.values, figures.source, layer, people, kind=kind)
    place = Division("place", ("place",), np.zeros(len(people), dtype=np.int32))
    if kind == "count":
        unknown = figures.unknown + moved.outside + sum(figures.values[code] for code in moved.nobody)
        whole = sum(figures.values.values()) + figures.unknown
    else:
        unknown = 0.0
        whole = float(fit(figures.values, figures.source, place, people, kind=kind).values[0])
    notes = list(figures.notes)
    if moved.misplaced:
        notes.append(
            f"{figures.said.called}: moved from {called(figures.source.name)} to {called(layer.name)} by people; "
            f"{moved.misplaced:.1%} of people live in another area than most of theirs"
        )
    if moved.without:
        notes.append(f"{figures.said.called}: areas without a figure: {len(moved.without):,} ({named(moved.without)})")
    values = np.asarray(moved.values, dtype=np.float64)
    lived = layer.people(people)
    return Need(figures.said, layer, lived, values, unknown, whole, moved.misplaced, tuple(notes))


@dataclass(frozen=True, eq=False)
class Provision:
    """What serves an area against what it needs: shares of the place, and their ratio (1: as much as its need)."""

    layer: Division
    needed: Floats
    served: Floats

    @property
    def ratio(self) -> list[float | None]:
        """The share served for each share of need; None where there is no need."""
        return [
            float(b / a) if a > 0 else None for a, b in zip(self.needed.tolist(), self.served.tolist(), strict=True)
        ]

    @property
    def ranks(self) -> list[int | None]:
        """1 for the least served against need."""
        return ranked(np.array([np.nan if each is None else each for each in self.ratio]), high=False)


def provision(wanted: Need, served: Floats, what: str) -> Provision:
    """Shares of need and of what serves it; raises UsageError where nothing serves any area, or less than nothing."""
    there = np.nan_to_num(served)
    if (there < 0).any() or not there.sum():
        raise UsageError(f"no area has any of {what}, so that there is nothing to set beside need")
    return Provision(wanted.layer, wanted.shares, np.asarray(there / there.sum()))


def a_head(
    heads: Mapping[str, int], people: Mapping[str, float], source: Division, layer: Division, blocks: Integers
) -> tuple[Floats, float]:
    """Pence a head by area of a division, from those of the areas of `source` with their people; and people misplaced.

    Money and people are moved as counts and then divided. Areas without a figure are left out of both.
    """
    both = {area: heads[area] for area in heads if people.get(area)}
    money = fit({area: pence * people[area] for area, pence in both.items()}, source, layer, blocks)
    lived = fit({area: people[area] for area in both}, source, layer, blocks)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(np.asarray(lived.values) > 0, np.asarray(money.values) / np.asarray(lived.values), np.nan)
    return found, money.misplaced
