"""A place's geography from what is declared: blocks with every layer, the graph, the points, and what is to be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused, GeographyError
from totalplace.geography.adjacency import Apart, Link, islands, linked
from totalplace.geography.blocks import Blocks, Division, Graph
from totalplace.geography.building import Areas, areas_of, centred, laid_over, people_from
from totalplace.geography.declared import File, Layer, LookupFile, Plan, Proposal, Tie
from totalplace.geography.kept import kept_lie
from totalplace.geography.lookups import Lookup, divide, read_lookup
from totalplace.geography.points import Points, points_of
from totalplace.geography.reading.features import Features, Keep, named
from totalplace.geography.reading.files import read_features
from totalplace.geography.reading.mending import overlap_notes
from totalplace.geography.vintages import require
from totalplace.store.files import what_is


@dataclass(frozen=True, eq=False)
class Whole:
    """The geography of a place: `blocks` with their layers, `graph` (None without shapes), `points` by id.

    `names` says what the areas of each layer are called, by code; `misplaced` the share of people, 0 to 1, whom a layer
    that does not nest puts in another area than their own land lies in. `notes` is what was found and done. `centres`
    are the population-weighted centres of the blocks in metres, None where none are declared.
    """

    blocks: Blocks
    graph: Graph | None
    points: Mapping[str, Points]
    names: Mapping[str, Mapping[str, str]]
    misplaced: Mapping[str, float]
    notes: tuple[str, ...]
    centres: NDArray[np.float64] | None = None


def assemble(root: Path, plan: Plan, read: Features | None = None, keep: Keep | None = None) -> Whole:
    """Reads every file that is declared; raises FileRefused or GeographyError where one cannot be used, saying why.

    `read` is a file that was read already, with what of it is kept: it is not read again.
    """
    base = plan.base
    if base is None:
        raise GeographyError("no building blocks are declared: 'totalplace areas load FILE' begins with them")
    files = _Files(root, read, keep)
    notes: list[str] = []
    blocks, names = _blocks(files, base, notes)
    centres = _centres(files, base, blocks)
    misplaced: dict[str, float] = {}
    for layer in plan.layers:
        if layer is not base:
            blocks = _layer(files, layer, blocks, centres, names, misplaced, notes)
    for lookup in (*plan.lookups, *plan.proposals):
        blocks = _lookup(files, lookup, plan, blocks, names, notes)
    graph = None
    if blocks.shapes is not None:
        touching, lying = kept_lie(root, base.file, blocks)
        graph = linked(touching, blocks, _links(plan.bridges), _links(plan.cuts))
        notes += [*lying, *_apart(graph, blocks)]
    points = {}
    for each in plan.points:
        found = points_of(
            files.read(each),
            blocks,
            name=each.called,
            kind=each.kind,
            code=each.code,
            label=each.name,
            x=each.x,
            y=each.y,
            block=each.block,
            projection=each.projection,
            of=blocks.layers[each.of] if each.of and each.of != plan.blocks else None,
        )
        notes += found.notes
        points[each.id] = found
    return Whole(blocks, graph, points, names, misplaced, tuple(dict.fromkeys(notes)), centres)


class _Files:
    """Files of one reading: a file that several tables name is read once."""

    def __init__(self, root: Path, read: Features | None = None, keep: Keep | None = None) -> None:
        self._root = root
        self._read: dict[tuple[str, Keep | None], Features] = {(read.file, keep): read} if read else {}

    def read(self, each: File, file: str = "") -> Features:
        name = file or each.file
        keep = None if file else each.keep
        key = (name, keep)
        if key not in self._read:
            self._read[key] = read_features(self._root, name, keep)
        return self._read[key]


def _links(ties: tuple[Tie, ...]) -> list[Link]:
    return [Link(tie.first, tie.second, tie.note) for tie in ties]


def _blocks(files: _Files, base: Layer, notes: list[str]) -> tuple[Blocks, dict[str, Mapping[str, str]]]:
    areas = areas_of(files.read(base), base.code, base.name, base.projection)
    table = files.read(base, base.population_file) if base.population_file else None
    people, said = people_from(areas, base.population, table, base.population_code, base.called)
    blocks = Blocks(areas.codes, areas.names, people, {}, base.kind, base.vintage, areas.shapes)
    notes += [*areas.notes, *said]
    return blocks, {base.id: dict(zip(areas.codes, areas.names, strict=True))}


def _centres(files: _Files, base: Layer, blocks: Blocks) -> NDArray[np.float64] | None:
    """The population-weighted centre of each block in metres; None where none are declared."""
    if not base.centres:
        return None
    found = files.read(base, base.centres)
    heading = found.heading(base.centres_code)
    require(found.file, heading, blocks.ids, found.columns, base.called)
    points = points_of(found, blocks, name="centres", code=base.centres_code, projection="")
    at = {code: n for n, code in enumerate(points.ids)}
    xy = points.xy[[at[code] for code in blocks.ids]]
    if lost := [code for code, has in zip(blocks.ids, np.isfinite(xy[:, 0]), strict=True) if not has]:
        raise FileRefused(found.file, f"blocks without a centre: {named(lost)}")
    return xy


def _layer(
    files: _Files,
    layer: Layer,
    blocks: Blocks,
    centres: NDArray[np.float64] | None,
    names: dict[str, Mapping[str, str]],
    misplaced: dict[str, float],
    notes: list[str],
) -> Blocks:
    areas: Areas = areas_of(files.read(layer), layer.code, layer.name, layer.projection)
    laid = laid_over(blocks, areas, layer.id) if centres is None else centred(blocks, centres, areas, layer.id)
    everybody = max(int(blocks.people.sum()), 1)
    misplaced[layer.id] = laid.misplaced / everybody
    names[layer.id] = dict(zip(areas.codes, areas.names, strict=True))
    assert areas.shapes is not None
    lying = overlap_notes(layer.file, areas.shapes, areas.codes)
    notes += [*areas.notes, *(f"{layer.file}: {note}" for note in lying)]
    if len(laid.outside):
        who = named([blocks.ids[n] for n in laid.outside.tolist()])
        notes.append(f"{layer.file}: blocks in none of {layer.called}: {len(laid.outside):,} ({who})")
    return blocks.with_layer(laid.division)


def _lookup(
    files: _Files, each: LookupFile, plan: Plan, blocks: Blocks, names: dict[str, Mapping[str, str]], notes: list[str]
) -> Blocks:
    found = files.read(each)
    lookup = read_lookup(found, each.code, each.area, each.name, each.share)
    small = each.of if each.of and each.of != plan.blocks else ""
    wanted = blocks.layers[small].labels if small else blocks.ids
    if isinstance(each, Proposal) and each.partial:
        names[each.id] = lookup.names
        return blocks.with_layer(_part(each, lookup, blocks))
    what = next(file.called for file in plan.files if file.id == (small or plan.blocks))
    candidates = {name: layer.labels for name, layer in blocks.layers.items()} | {plan.blocks: blocks.ids}
    division, said = divide(found, lookup, wanted, each.id, each.code, what, candidates, each.partial)
    if small:
        division = _through(blocks.layers[small], division)
    names[each.id] = lookup.names
    notes += [*lookup.notes, *said, *_wrong_year(each, division, blocks)]
    return blocks.with_layer(division)


def _part(each: Proposal, lookup: Lookup, blocks: Blocks) -> Division:
    """A proposal for a part of the place, however small: every block that it names is one of the place's.

    Raises FileRefused where one is not: the blocks are others than when it was made.
    """
    if lost := [code for code in lookup.to if code not in blocks.number]:
        raise FileRefused(
            each.file,
            f"{len(lost):,} of its blocks are none of this place ({named(lost)}): the blocks were changed since it was "
            f"proposed. Propose it anew, or 'totalplace neighbourhoods withdraw {each.id}'",
        )
    return Division.of_values(each.id, [lookup.to.get(code, "") for code in blocks.ids])


def _through(small: Division, large: Division) -> Division:
    """The division of blocks by the larger areas that their areas of a layer belong to."""
    of = np.where(small.of >= 0, large.of[small.of], -1).astype(np.int32)
    return Division(large.name, large.labels, of)


def _wrong_year(each: LookupFile, division: Division, blocks: Blocks) -> list[str]:
    """What is to be said where two layers are of one kind and two vintages: their codes are not the same areas."""
    said: list[str] = []
    if isinstance(each, Proposal):
        return said  # its areas have names and no codes: two plans may well have one of the same name
    for name, other in blocks.layers.items():
        both = set(division.labels) & set(other.labels)
        if both and len(both) < min(len(division.labels), len(other.labels)):
            said.append(
                f"{each.id} and {name} share {len(both):,} of {len(division.labels):,} and {len(other.labels):,} "
                "codes: they are two vintages of one kind of area; figures of one do not join to the other"
            )
    return said


def _apart(graph: Graph, blocks: Blocks) -> list[str]:
    found = islands(graph, blocks, most=MOST_NAMED)
    return [
        f"blocks that touch none of the rest: {named([blocks.ids[n] for n in each.blocks.tolist()])} "
        f"({each.people:,} people); {_bridge(each)}"
        for each in found
    ]


def _bridge(each: Apart) -> str:
    if not each.nearest.first:
        return "without a shape nothing is near"
    return (
        f"the shortest bridge is {each.nearest.first} to {each.nearest.second}, {each.metres:,.0f} metres: declare it "
        "as [[bridge]] if people cross there"
    )


MOST_NAMED = 20
"""So many parts that stand apart are named, the largest first."""


def not_contiguous(whole: Whole, layer: str) -> list[str]:
    """The areas of a layer whose blocks do not hang together, by code; none where there is no graph."""
    if whole.graph is None:
        return []
    division = whole.blocks.layer(layer)
    groups = zip(division.labels, division.groups(), strict=True)
    return [label for label, members in groups if len(members) and not whole.graph.connected(members)]


def refuse_changed(root: Path, each: File, role: str = "") -> None:
    """Raises FileRefused for a file that is other than it was when it was loaded, as a `role` such as assets."""
    from totalplace.store.files import digest_of

    if each.sha256 and (digest := digest_of(path_of(each.file, root))) != each.sha256:
        what = "was changed since it was loaded" if digest else "is not there"
        again = f"totalplace areas load {each.file}{f' --as {role}' if role else ''} --id {each.id}"
        raise FileRefused(each.file, f"{what}: load it again ('{again}')")


def path_of(name: str, root: Path) -> Path:
    """The file itself, where a name goes on with #layer or !member."""
    if what_is(root / name):
        return root / name
    cut = min((name.index(mark) for mark in "#!" if mark in name), default=len(name))
    return root / name[:cut]
