"""What a place's areas hold, reach and need, and its public buildings: the face to commands, pages and Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from totalplace.definition import Definition
from totalplace.errors import GeographyError, UsageError, did_you_mean
from totalplace.geography.answers import Geography
from totalplace.geography.blocks import Division
from totalplace.geography.declared import AssetFile, IndicatorFile, id_of
from totalplace.geography.facilities import tables
from totalplace.geography.facilities.holding import first_of_each
from totalplace.geography.facilities.need import Figures, Need, a_head, figures_of, need, provision, ranked
from totalplace.geography.facilities.register import register_of
from totalplace.geography.facilities.sites import Sites
from totalplace.geography.looking import Look
from totalplace.geography.reading.features import named
from totalplace.geography.reading.numbers import number
from totalplace.table import Table

Spend = Callable[[Mapping[str, Sequence[str]]], Table]
"""Money by area, as `place.areas.table` gives it for filters: columns area, people and per_head."""
NO_SPEND = "No area has spend a head here: areas.toml apportions nothing of it, or has no driver of population."


class Facilities(Sites):
    """The facilities of a place: its sites and buildings, and what people need of them."""

    def __init__(self, root: Path, geography: Geography, definition: Callable[[], Definition], spend: Spend) -> None:
        super().__init__(root, geography, definition)
        self._spend = spend

    @property
    def indicators(self) -> Mapping[str, str]:
        """What the declared indicators are called, by id."""
        return {each.id: each.called for each in self._geography.declared.indicators}

    def figures(self, indicator: str) -> Figures:
        """The figures of an indicator as published; raises FileRefused where its file cannot be used."""
        known = self.indicators
        if not known:
            raise GeographyError(
                "there is no indicator of need: 'totalplace areas load FILE --as indicator --figure COLUMN' adds one"
            )
        id = id_of(indicator, known, "indicator") if indicator else next(iter(known))
        said = next(each for each in self._geography.declared.indicators if each.id == id)
        found = self._read(said)
        return figures_of(said, found, self._geography.division(said.of or self._geography.declared.blocks))

    def needs(self, layer: str, indicators: Sequence[str] = ()) -> list[Need]:
        """Indicators (all where none is named) by area of a layer, beside the whole place."""
        division, people = self.layer(layer), self._geography.blocks.people
        return [
            need(self.figures(each), division, people, self.called) for each in indicators or [*self.indicators] or [""]
        ]

    def need(self, layer: str, indicators: Sequence[str] = ()) -> Table:
        """The same as a table."""
        division = self.layer(layer)
        return tables.need_table(self.needs(layer, indicators), self._names(division), self.called(layer))

    def need_notes(self, layer: str, indicators: Sequence[str] = ()) -> list[str]:
        """What is to be said of how the indicators came to these areas."""
        return [note for each in self.needs(layer, indicators) for note in each.notes]

    def need_of_blocks(self, indicator: str = "") -> np.ndarray:
        """The need of each block, for a design that balances it: a mean as it is, a count for each person.

        Blocks without a figure, or without people, have the figure of the whole place. An indicator of a layer gives
        all its blocks the same.
        """
        blocks = self._geography.blocks
        (found,) = self.needs(self._geography.declared.blocks, [indicator])
        if found.count:
            whole = found.whole / max(int(blocks.people.sum()), 1)
            each = np.divide(found.values, blocks.people, out=np.full(len(blocks), whole), where=blocks.people > 0)
        else:
            whole, each = found.whole, found.values
        return np.where(np.isfinite(each), each, whole)

    def beside_spend(self, layer: str, indicator: str = "", where: Mapping[str, Sequence[str]] | None = None) -> Table:
        """Need and spend a head by area, ranked, where areas.toml apportions money to areas of a layer of this place.

        Raises GeographyError where it does not, or where the areas of the two are not the same.
        """
        (wanted,) = self.needs(layer, [indicator])
        rows = list(self._spend(dict(where or {})).records())
        heads = {row["area"]: _pence(row["per_head"]) for row in rows if row["per_head"] is not None}
        people = {row["area"]: float(row["people"]) for row in rows if row["people"] is not None}
        if not heads:
            nothing = [None] * len(wanted.layer.labels)
            table = tables.spend_table(wanted, nothing, nothing, self._names(wanted.layer), self.called(layer))
            return replace(table, note=f"{table.note} {NO_SPEND}")
        source = self._with_areas(list(heads))
        found, misplaced = a_head(heads, people, source, wanted.layer, self._geography.blocks.people)
        pence = [round(each) if np.isfinite(each) else None for each in found]
        ranks = ranked(found, high=True)
        table = tables.spend_table(wanted, pence, ranks, self._names(wanted.layer), self.called(layer))
        moved = ""
        if misplaced:
            moved = (
                f" Spend was moved from {self.called(source.name)} by people, and {misplaced:.1%} of them live in "
                "another area than most of theirs: it is an estimate."
            )
        elif source is not wanted.layer:
            moved = f" Spend was moved from {self.called(source.name)}, whose areas lie whole in these."
        return replace(table, note=table.note + moved)

    def _with_areas(self, areas: Sequence[str]) -> Division:
        """The layer that the areas of areas.toml are of."""
        blocks = self._geography.blocks
        for division in blocks.layers.values():
            if set(areas) <= set(division.labels):
                return division
        raise GeographyError(
            f"the areas of areas.toml ({named(areas)}) are of no layer of geography.toml: load a lookup of the blocks "
            "with the same codes"
        )

    def served(self, layer: str, by: str, indicator: str = "") -> Table:
        """Shares of need beside shares of what serves it, the least served first.

        `by` is a kind of site (each counts one), KIND:COLUMN for a column of its file (such as practices:List size), or
        another indicator that is a count, such as the users of a service.
        """
        (wanted,) = self.needs(layer, [indicator])
        values, what = self._serving(layer, by)
        found = provision(wanted, values, what)
        return tables.provision_table(found, wanted, what, self._names(wanted.layer), self.called(layer))

    def _serving(self, layer: str, by: str) -> tuple[np.ndarray, str]:
        kind, _, column = by.partition(":")
        if kind in self.indicators and not column:
            (users,) = self.needs(layer, [kind])
            if not users.count:
                raise UsageError(f"'{kind}' is a rate or an index: what serves people must be a count")
            return users.values, users.said.called
        if kind not in self.titles:
            raise UsageError(f"'{kind}' serves nobody here{did_you_mean(kind, [*self.titles, *self.indicators])}")
        if not column:
            found = self.holding(layer, [kind])
            return found.counts[: len(found.layer.labels), 0].astype(np.float64), self.titles[kind]
        points, division = self.sites[kind], self.layer(layer)
        heading = next((each for each in points.columns if each.lower() == column.lower()), "")
        if not heading:
            known = list(points.columns)
            raise UsageError(f"{self.titles[kind]} have no column '{column}'{did_you_mean(column, known)}")
        sums = np.zeros(len(division.labels))
        for n in first_of_each(points).tolist():
            value = number(self.titles[kind], f"'{heading}' of {points.names[n]}", points.columns[heading][n])
            area = int(division.of[points.block[n]]) if points.block[n] >= 0 else -1
            if value is not None and area >= 0:
                sums[area] += float(value)
        return sums, f"{heading} of {self.titles[kind]}"

    def trial(self, seen: Look) -> list[str]:
        """What is to be said of a register or an indicator that was looked at and is not declared yet.

        Raises FileRefused where it could not be used.
        """
        blocks, ((_, said),) = self._geography.blocks, seen.entries
        if isinstance(said, IndicatorFile):
            figures = figures_of(said, seen.found, self._geography.division(said.of or self._geography.declared.blocks))
            return list(figures.notes)
        assert isinstance(said, AssetFile)
        found = register_of(said, seen.found, blocks, lambda name: self._definition().body(name).id)
        why = [f"{said.file}, line {each.line:,}: {each.name}: {each.reason}" for each in found.rejected[:5]]
        return [f"{len(found.accepted):,} buildings read", *found.notes, *why]


def _pence(text: str) -> int:
    from decimal import Decimal

    return int(Decimal(text) * 100)
