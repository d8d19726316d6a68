"""The sites of a place and its public buildings: what areas hold of them and who reaches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from totalplace.definition import Definition
from totalplace.errors import GeographyError
from totalplace.geography.aligning.placed import titles_of
from totalplace.geography.answers import Geography
from totalplace.geography.assembling import Whole, path_of, refuse_changed
from totalplace.geography.blocks import Division
from totalplace.geography.declared import AssetFile, File, id_of
from totalplace.geography.facilities import asset_tables, tables
from totalplace.geography.facilities.holding import Holding, holding
from totalplace.geography.facilities.nearest import belonging, nearest_table, nearest_words, settled
from totalplace.geography.facilities.reach import MIDDLE, WEIGHTED, Reach, centres_of, limits_of, reach
from totalplace.geography.facilities.register import Building, Register, register_of
from totalplace.geography.facilities.sharing import Sharing, Terms, sharing
from totalplace.geography.points import Points
from totalplace.geography.reading.features import Features
from totalplace.geography.reading.files import read_features
from totalplace.remembered import Same, Stamp, stamp
from totalplace.table import Table

FAR = 20
"""So many of the blocks that lie farthest away are listed, unless more are asked for."""


class Sites:
    """Sites and buildings in the areas of a place, reach to them, and who could share a roof."""

    def __init__(self, root: Path, geography: Geography, definition: Callable[[], Definition]) -> None:
        self._root, self._geography, self._definition = root, geography, definition

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
        ids = [id_of(each, titles, "kind of site") for each in wanted]
        return {id: sites[id] for id in ids or sites}

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
        return self._geography.division(id_of(name, titles, "layer"))

    def called(self, name: str) -> str:
        """What people call a layer: its title as everywhere, or that of the small areas."""
        id, base = self.layer(name).name, self._geography.declared.base
        return titles_of(self._geography).get(id) or (base.called if base and base.id == id else id)

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
            "small area counts as living there. Sites outside the place count where the file has them."
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

    # --- files -----------------------------------------------------------------------------------------------

    def _read(self, said: File) -> Features:
        return _read(self._root, said, stamp(path_of(said.file, self._root)))


@lru_cache(maxsize=16)
def _read(root: Path, said: File, _stamp: Stamp) -> Features:
    refuse_changed(root, said, "assets" if isinstance(said, AssetFile) else "indicator")
    return read_features(root, said.file, said.keep)


@lru_cache(maxsize=16)
def _register(root: Path, said: AssetFile, at: Stamp, whole: Same[Whole], definition: Same[Definition]) -> Register:
    return register_of(said, _read(root, said, at), whole.it.blocks, lambda name: definition.it.body(name).id)


@lru_cache(maxsize=64)
def _reach(whole: Whole, points: Points) -> Reach:
    return reach(whole, points)


@lru_cache(maxsize=16)
def _sharing(registers: tuple[Register, ...], terms: Terms) -> Sharing:
    return sharing(asset_tables.buildings_of(registers), terms)
