"""What a place's areas hold, reach and need, and its public buildings: the face to commands, pages and Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from totalplace.definition import Definition
from totalplace.errors import FileRefused, GeographyError, UsageError, did_you_mean
from totalplace.geography.answers import Geography
from totalplace.geography.assembling import Whole, path_of
from totalplace.geography.blocks import Division
from totalplace.geography.declared import AssetFile, File, IndicatorFile
from totalplace.geography.facilities import asset_tables, tables
from totalplace.geography.facilities.holding import Holding, first_of_each, holding
from totalplace.geography.facilities.nearest import belonging, nearest_table, nearest_words, settled
from totalplace.geography.facilities.need import Figures, Need, a_head, figures_of, need, provision, ranked
from totalplace.geography.facilities.reach import MIDDLE, WEIGHTED, Reach, centres_of, limits_of, reach
from totalplace.geography.facilities.register import Building, Register, register_of
from totalplace.geography.facilities.sharing import Sharing, Terms, sharing
from totalplace.geography.looking import Look
from totalplace.geography.points import Points
from totalplace.geography.reading.features import Features, Keep, named
from totalplace.geography.reading.files import read_features
from totalplace.geography.reading.numbers import number
from totalplace.remembered import Same, Stamp, stamp
from totalplace.table import Table

Spend = Callable[[Mapping[str, Sequence[str]]], Table]
"""Money by area, as `place.areas.table` gives it for filters: columns area, people and per_head."""
NO_SPEND = "No area has spend a head here: areas.toml apportions nothing of it, or has no driver of population."
FAR = 20
"""So many of the blocks that lie farthest away are listed, unless more are asked for."""


class Facilities:
    """The facilities of a place: sites and buildings in its areas, reach to them, need, and who could share a roof."""

    def __init__(self, root: Path, geography: Geography, definition: Callable[[], Definition], spend: Spend) -> None:
        self._root, self._geography, self._definition, self._spend = root, geography, definition, spend

    # --- sites -----------------------------------------------------------------------------------------------

    @property
    def sites(self) -> Mapping[str, Points]:
        """Every kind of site by id: points, and registers of buildings."""
        return {**self._geography.whole.points, **{each.file.id: each.points for each in self.registers}}

    @property
    def titles(self) -> Mapping[str, str]:
        """What kinds of sites are called, by id."""
        plan = self._geography.declared
        return {each.id: each.called for each in (*plan.points, *plan.assets)}

    def kinds(self, wanted: Sequence[str] = ()) -> dict[str, Points]:
        """Kinds of sites by id or title, all where none is named; UsageError for one that is not there."""
        titles, sites = self.titles, self.sites
        if not sites:
            raise GeographyError("there are no sites yet: 'totalplace areas load FILE --as points' adds some")
        return {name: sites[name] for name in (_known(each, titles, "kind of site") for each in wanted)} or dict(sites)

    def holding(self, layer: str, kinds: Sequence[str] = ()) -> Holding:
        """What each area of a layer or proposal holds of each kind of site."""
        return holding(self.layer(layer), self._geography.blocks.people, self.kinds(kinds))

    def holds(self, layer: str, kinds: Sequence[str] = ()) -> Table:
        """The same as a table: counts, figures for 10,000 people, and the kinds that an area has none of."""
        found = self.holding(layer, kinds)
        return tables.holds_table(found, self._names(found.layer), self.called(layer), self.titles)

    def holds_words(self, layer: str, kinds: Sequence[str] = ()) -> list[str]:
        """For each kind whether every area has one, and what is to be said of the sites."""
        found = self.holding(layer, kinds)
        return tables.holds_words(found, self._names(found.layer), self.titles)

    def layer(self, name: str) -> Division:
        """A layer or proposal by id or title, or the blocks by theirs; raises UsageError with the nearest known."""
        plan, layers = self._geography.declared, self._geography.blocks.layers
        titles = {each.id: each.called for each in plan.files if each.id in layers}
        titles[plan.blocks] = plan.base.called if plan.base else plan.blocks
        return self._geography.division(_known(name, titles, "layer"))

    def called(self, name: str) -> str:
        """What people call a layer."""
        id = self.layer(name).name
        return next((each.called for each in self._geography.declared.files if each.id == id), id)

    def _names(self, layer: Division) -> Mapping[str, str]:
        return self._geography.names(layer.name)

    # --- reach -----------------------------------------------------------------------------------------------

    def reached(self, kind: str) -> Reach:
        """How far people of each block live from the nearest site of a kind."""
        ((_, points),) = self.kinds([kind]).items()
        return _reach(self._geography.whole, points)

    def reach(self, layer: str, kind: str, within: Sequence[float] = ()) -> Table:
        """By area: shares of people within distances (metres), and the distances that half and nine tenths live within.

        Straight lines from the population-weighted centre of each block, or from the middle of its land where no
        centres are declared; the note says which.
        """
        found, division = self.reached(kind), self.layer(layer)
        limits = limits_of(tuple(within))
        return tables.reach_table(found, division, self._names(division), self.called(layer), limits, self.reach_note())

    def reach_note(self) -> str:
        """From where distances are measured."""
        which = centres_of(self._geography.whole)[1]
        better = "" if which == WEIGHTED else "; population-weighted centres would be nearer the truth"
        assert which in (WEIGHTED, MIDDLE)
        return (
            f"Straight lines from the {which}{better}: roads, rivers and railways make the way longer. Everybody in a "
            "block counts as living there. Sites outside the place count where the file has them."
        )

    def reach_words(self, kind: str, within: Sequence[float] = ()) -> str:
        """The same of the whole place, in a sentence."""
        return tables.reach_words(self.reached(kind), limits_of(tuple(within)))

    def far(self, layer: str, kind: str, most: int = FAR) -> Table:
        """The blocks that lie farthest from any site of a kind, with the area that they are in."""
        division = self.layer(layer)
        return tables.far_table(
            self.reached(kind), self._geography.blocks, division, self._names(division), self.called(layer), most
        )

    def nearest(self, kind: str, area: str, name: str = "", without: Sequence[str] = ()) -> tuple[Table, list[str]]:
        """To each block the area (such as a network) that its nearest site belongs to, and words on it.

        `area` and `name` head columns of the sites' file; sites of the areas in `without`, or of none, do not count.
        Raises UsageError for a column or an area that is not there.
        """
        ((_, points),) = self.kinds([kind]).items()
        found, shared = settled(reach(self._geography.whole, belonging(points, area, without)), area)
        table = nearest_table(found, self._geography.blocks, area, name)
        return replace(table, note=self.reach_note()), nearest_words(found, area, shared)

    # --- need ------------------------------------------------------------------------------------------------

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
        id = _known(indicator, known, "indicator") if indicator else next(iter(known))
        said = next(each for each in self._geography.declared.indicators if each.id == id)
        found = self._read(said)
        return figures_of(said, found, self._geography.division(said.of or self._geography.declared.blocks))

    def needs(self, layer: str, indicators: Sequence[str] = ()) -> list[Need]:
        """Indicators (all where none is named) by area of a layer, beside the whole place."""
        division, people = self.layer(layer), self._geography.blocks.people
        return [need(self.figures(each), division, people) for each in indicators or [*self.indicators] or [""]]

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
                f" Spend was moved from {source.name} by people, and {misplaced:.1%} of them live in another area than "
                "most of theirs: it is an estimate."
            )
        elif source is not wanted.layer:
            moved = f" Spend was moved from {source.name}, whose areas lie whole in these."
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

    # --- buildings -------------------------------------------------------------------------------------------

    @property
    def registers(self) -> tuple[Register, ...]:
        """The registers of public buildings; raises FileRefused where a file cannot be used or was changed since."""
        plan = self._geography.declared
        return tuple(self._register(each) for each in plan.assets)

    def _register(self, said: AssetFile) -> Register:
        whole, definition = self._geography.whole, self._definition()
        return _register(self._root, said, stamp(path_of(said.file, self._root)), Same(whole), Same(definition))

    @property
    def buildings(self) -> tuple[Building, ...]:
        """Every building that was accepted; raises GeographyError where there is no register."""
        if not self._geography.declared.assets:
            raise GeographyError(
                "there is no register of public buildings: 'totalplace areas load FILE --as assets' adds one"
            )
        return asset_tables.buildings_of(self.registers)

    def assets(self) -> Table:
        """Every building as it was read."""
        return asset_tables.register_table(self.registers, self._geography.blocks.names)

    def assets_rejected(self) -> Table:
        """Every row that was rejected, with why."""
        return asset_tables.rejected_table(self.registers)

    def assets_owners(self) -> Table:
        """Buildings, square metres, running cost and empty share by body."""
        return asset_tables.owners_table(self.buildings)

    def assets_areas(self, layer: str) -> Table:
        """The same by area of a layer or proposal."""
        division = self.layer(layer)
        return asset_tables.areas_table(self.buildings, division, self._names(division), self.called(layer))

    def sharing(self, terms: Terms | None = None) -> Sharing:
        """Which buildings could share a roof, and the set of moves that saves most."""
        self.buildings  # noqa: B018 - raises where there is no register
        return _sharing(self.registers, terms or Terms())

    def asset_notes(self) -> list[str]:
        """What is to be said of the registers."""
        return [note for each in self.registers for note in each.notes]

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

    # --- files -----------------------------------------------------------------------------------------------

    def _read(self, said: File) -> Features:
        return _read(self._root, said, stamp(path_of(said.file, self._root)))


def _pence(text: str) -> int:
    from decimal import Decimal

    return int(Decimal(text) * 100)


def _known(name: str, titles: Mapping[str, str], what: str) -> str:
    """An id by id or title, in any case; raises UsageError with the nearest known."""
    alike = [id for id, title in titles.items() if name.strip().lower() in (id.lower(), title.lower())]
    if name in titles:
        return name
    if len(alike) != 1:
        raise UsageError(f"'{name}' is no {what} of this place{did_you_mean(name, [*titles, *titles.values()])}")
    return alike[0]


@lru_cache(maxsize=16)
def _read(root: Path, said: File, _stamp: Stamp) -> Features:
    from totalplace.store.files import digest_of

    if said.sha256 and (digest := digest_of(path_of(said.file, root))) != said.sha256:
        what = "was changed since it was loaded" if digest else "is not there"
        role = "assets" if isinstance(said, AssetFile) else "indicator"
        raise FileRefused(
            said.file, f"{what}: load it again ('totalplace areas load {said.file} --as {role} --id {said.id}')"
        )
    return read_features(root, said.file, Keep(said.within, said.only) if said.within else None)


@lru_cache(maxsize=16)
def _register(root: Path, said: AssetFile, at: Stamp, whole: Same[Whole], definition: Same[Definition]) -> Register:
    return register_of(said, _read(root, said, at), whole.it.blocks, lambda name: definition.it.body(name).id)


@lru_cache(maxsize=64)
def _reach(whole: Whole, points: Points) -> Reach:
    return reach(whole, points)


@lru_cache(maxsize=16)
def _sharing(registers: tuple[Register, ...], terms: Terms) -> Sharing:
    return sharing(asset_tables.buildings_of(registers), terms)
