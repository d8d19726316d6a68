"""What a place says of its geography: the one face of this package to commands, pages and Python."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from totalplace.definition import relative
from totalplace.errors import DataError, FileRefused, GeographyError, UsageError, did_you_mean
from totalplace.geography import assembling, declared, looking, proposing, tables, writing
from totalplace.geography.assembling import Whole, path_of
from totalplace.geography.blocks import Blocks, Division, Graph
from totalplace.geography.declared import (
    FILE,
    AssetFile,
    File,
    IndicatorFile,
    Layer,
    LookupFile,
    Plan,
    PointFile,
    Proposal,
)
from totalplace.geography.fit import Fitted, Kind, Method, fit, own
from totalplace.geography.looking import Look
from totalplace.geography.reading.features import Features, Keep
from totalplace.geography.reading.files import read_features
from totalplace.geography.reading.numbers import number
from totalplace.geography.vintages import require
from totalplace.remembered import Stamp, stamp
from totalplace.store.files import digest_of, what_is
from totalplace.table import Table

_READING = threading.RLock()
NONE_YET = f"there is no {FILE}: 'totalplace areas load FILE' begins it with the building blocks"


class Geography:
    """The geography of a place: declared in geography.toml, read from its files, remembered while those stand."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def plan(self) -> Plan | None:
        """What geography.toml says; None where there is none. Raises PlaceError where it is at fault."""
        return _plan(self._root, stamp(self._root / FILE))

    @property
    def declared(self) -> Plan:
        """The same; raises GeographyError where there is none."""
        if self.plan is None:
            raise GeographyError(NONE_YET)
        return self.plan

    @property
    def whole(self) -> Whole:
        """Blocks, graph, points and notes; raises FileRefused where a file cannot be used or was changed since."""
        with _READING:  # a page and its map ask at once: it is read for the first, and the other waits
            return _whole(self._root, *self.stamps)

    @property
    def stamps(self) -> tuple[Stamp, tuple[Stamp, ...]]:
        """What tells one state of the geography from another without reading it: geography.toml, and its files."""
        plan = self.declared
        names = {each.file for each in (*plan.files, *plan.indicators)} | {
            name for each in plan.layers for name in (each.population_file, each.centres) if name
        }
        stamps = tuple(stamp(path_of(name, self._root)) for name in sorted(names))
        return stamp(self._root / FILE), stamps

    @property
    def blocks(self) -> Blocks:
        """The building blocks with every layer over them."""
        return self.whole.blocks

    @property
    def graph(self) -> Graph:
        """Which blocks touch, with bridges and cuts; raises GeographyError where the blocks have no shapes."""
        graph = self.whole.graph
        if graph is None:
            raise GeographyError("the building blocks have no shapes, so it is not known which touch: load boundaries")
        return graph

    def division(self, name: str) -> Division:
        """A layer by id, or the blocks themselves by theirs; raises UsageError with the nearest known."""
        plan, blocks = self.declared, self.blocks
        if name == plan.blocks:
            return own(blocks.ids, name)
        if name not in blocks.layers:
            raise UsageError(f"'{name}' is no layer{did_you_mean(name, [plan.blocks, *blocks.layers])}")
        return blocks.layers[name]

    def names(self, layer: str) -> Mapping[str, str]:
        """What the areas of a layer are called, by code."""
        return self.whole.names.get(layer, {})

    def layers(self) -> Table:
        """The layers with their areas, people and what does not fit."""
        return tables.layers_table(self.whole, self.declared)

    def points(self) -> Table:
        """The kinds of sites."""
        return tables.points_table(self.whole)

    def best_fit(self, source: str, target: str) -> Table:
        """To each area of one layer the area of another that holds most of its people."""
        return tables.best_fit_table(self.whole, self.division(source), self.division(target))

    def look(self, file: str | Path, given: Mapping[str, Any] | None = None) -> Look:
        """What a file is, as it would be declared; writes nothing. `given` is what a person says of it already."""
        said = dict(given or {})
        name = _inside_name(self._root, file)
        for key in ("population_file", "centres"):
            if said.get(key):
                said[key] = _inside_name(self._root, said[key])
        keep = Keep(said["within"], tuple(said["only"])) if said.get("within") else None
        found = read_features(self._root, name, keep)
        base = self.plan.base if self.plan else None
        if base and base.file == name:
            said.setdefault("role", "blocks")
        digest = digest_of(path_of(name, self._root)) or ""
        return looking.look(found, digest, None if said.get("role") == "blocks" else self._blocks_but(name), said)

    def _blocks_but(self, file: str) -> Blocks | None:
        """The blocks for a file to be held against, which may itself have changed; None where there are none yet."""
        if self.plan is None or self.plan.base is None:
            return None
        try:
            return self.blocks
        except FileRefused:
            return assembling.assemble(self._root, without(self.plan, file)).blocks

    def notes(self) -> tuple[str, ...]:
        """What is to be said of the geography as it is; nothing where there is none or a file cannot be used."""
        try:
            return self.whole.notes
        except DataError:
            return ()

    def tried(self, seen: Look) -> tuple[Plan, Whole]:
        """The plan with what was looked at, and the geography that it makes; raises where it would not do."""
        plan = with_entries(self.plan or Plan(), seen)
        return plan, assembling.assemble(self._root, plan, seen.found, seen.entries[0][1].keep)

    def agree(self, seen: Look) -> None:
        """Writes what was looked at into geography.toml."""
        blocks = seen.entries[0][1].id if seen.role == "blocks" else ""
        writing.declare(self._root, seen.entries, blocks)

    def proposals(self) -> Table:
        """The plans that are proposed, each with its reasons."""
        return tables.proposals_table(self.whole, self.declared)

    def propose(
        self,
        division: Division,
        title: str,
        reasons: str,
        *,
        by: str = "",
        band: str = "",
        came_from: str = "",
        instead_of: str = "",
    ) -> Proposal:
        """Keeps a division of the blocks with its reasons: a layer like any other, under an id made of its title.

        `instead_of` is the id of a proposal that it takes the place of; the file of that one stays. Raises UsageError
        where the title, the reasons or the division will not do, EditConflict where somebody else wrote meanwhile.
        """
        said = {"title": title, "reasons": reasons, "by": by, "band": band, "came_from": came_from}
        return proposing.propose(self._root, self.blocks, self.declared, division, instead_of, **said)

    def withdraw(self, id: str) -> None:
        """Takes a proposal out of geography.toml; its file stays. Raises UsageError for one that is not there."""
        proposing.withdraw(self._root, id)

    def fit(
        self,
        file: str | Path,
        figures: Sequence[str],
        source: str,
        target: str,
        *,
        code: str = "",
        kind: Kind = "count",
        method: Method = "share",
        keep: Keep | None = None,
    ) -> tuple[Table, list[str], dict[str, Fitted]]:
        """Figures of a file, by area of the layer `source`, as figures by area of `target`, and words on them.

        `figures` are headings of numbers; `kind` is 'count' or 'mean'. Raises FileRefused where the codes are of
        another vintage than the layer, UsageError for a layer that is not there.
        """
        a, b = self.division(source), self.division(target)
        found = read_features(self._root, _inside_name(self._root, file), keep)
        heading = found.heading(code) if code else looking.best_column(found, a.labels)[0]
        others = {name: layer.labels for name, layer in self.blocks.layers.items()}
        notes = require(found.file, heading, a.labels, found.columns, source, others, partial=True)
        codes = [n for n, text in enumerate(found.column(heading)) if text in set(a.labels)]
        moved = {}
        for name in figures:
            values = _values(found, heading, name, codes)
            moved[name] = fit(values, a, b, self.blocks.people, kind=kind, method=method)
        notes += tables.fitted_notes(moved, dict.fromkeys(figures, kind))
        how = "best fit, each area whole" if method == "best-fit" else "shared out by people"
        note = f"From {source} to {target}: {how if kind == 'count' else 'means weighted by people'}."
        return tables.fitted_table(moved, b, self.names(target), note), notes, moved


def with_entries(plan: Plan, seen: Look) -> Plan:
    """The plan with entries put in: one of the same id takes the place of what was there.

    Raises UsageError where one that is no layer of blocks has the id of the building blocks.
    """
    if seen.role != "blocks" and plan.blocks and plan.blocks in (entry.id for _, entry in seen.entries):
        raise UsageError(
            f"'{plan.blocks}' is what the building blocks are called: give this another --id, or say --as blocks where "
            "it takes their place"
        )

    def put(there: tuple[Any, ...], made: type[File]) -> tuple[Any, ...]:
        new = {entry.id: entry for _, entry in seen.entries if isinstance(entry, made)}
        kept = [new.pop(each.id, each) for each in there]
        return (*kept, *new.values())

    return replace(
        plan,
        blocks=seen.entries[0][1].id if seen.role == "blocks" else plan.blocks,
        layers=put(plan.layers, Layer),
        lookups=put(plan.lookups, LookupFile),
        points=put(plan.points, PointFile),
        assets=put(plan.assets, AssetFile),
        indicators=put(plan.indicators, IndicatorFile),
    )


def without(plan: Plan, file: str) -> Plan:
    """The plan without what is read from a file, but for the blocks."""

    def kept(there: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(each for each in there if each.file != file or each.id == plan.blocks)

    return replace(
        plan,
        layers=kept(plan.layers),
        lookups=kept(plan.lookups),
        points=kept(plan.points),
        proposals=kept(plan.proposals),
    )


def _inside_name(root: Path, file: str | Path) -> str:
    """A file as geography.toml names it: from the place's folder, what follows # or ! kept."""
    text = str(file)
    if what_is(Path(text)):
        return relative(root, Path(text))
    for at, mark in enumerate(text):
        if mark in "!#" and what_is(Path(text[:at])) == "file":
            return relative(root, Path(text[:at])) + text[at:]
    return text if what_is(path_of(text, root)) else relative(root, Path(text))


def _values(found: Features, heading: str, name: str, rows: Sequence[int]) -> dict[str, float]:
    codes, texts = found.column(heading), found.column(name)
    values: dict[str, float] = {}
    for n in rows:
        value = number(found.file, f"'{name}' of {codes[n]}", texts[n])
        if value is None:
            continue
        if codes[n] in values:
            raise FileRefused(found.file, f"{codes[n]} stands more than once: keep one year or one kind of row")
        values[codes[n]] = float(value)
    if not values:
        raise FileRefused(found.file, f"the column '{name}' has no figure")
    return values


@lru_cache(maxsize=8)
def _plan(root: Path, _stamp: Stamp) -> Plan | None:
    return declared.load(root)


@lru_cache(maxsize=4)
def _whole(root: Path, _stamp: Stamp, _stamps: tuple[Stamp, ...]) -> Whole:
    plan = declared.load(root)
    if plan is None:
        raise GeographyError(NONE_YET)
    for each in plan.files:
        assembling.refuse_changed(root, each)
    return assembling.assemble(root, plan)
