"""The geography of a place as tables: its layers, its points, best fit between two layers, figures that were moved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from totalplace.geography.assembling import Whole, not_contiguous
from totalplace.geography.blocks import Division
from totalplace.geography.declared import Plan
from totalplace.geography.fit import Fitted, best_fit, nests
from totalplace.table import Column, Table

MISPLACED = (
    "People misplaced: those who live in another area of the layer than their block is given to. For shapes laid over "
    "blocks it is an estimate, with people spread evenly within each block; for lookups the file's own."
)


def layers_table(whole: Whole, plan: Plan) -> Table:
    """Every layer with its kind, vintage, areas, people and what does not fit."""
    base = plan.base
    assert base is not None
    people = whole.blocks.people
    everybody = (len(people), int(people.sum()), 0, 0.0, 0, _every(whole))
    rows: list[tuple[object, ...]] = [(base.id, base.called, base.kind, base.vintage, *everybody, base.file)]
    rows += [
        (each.id, each.called, each.kind, each.vintage, *_layer(whole, each.id), each.file)
        for each in (*plan.layers, *plan.lookups, *plan.proposals)
        if each.id != base.id
    ]
    columns = (
        Column("layer", "Layer"),
        Column("title", "What it is"),
        Column("kind", "Kind"),
        Column("vintage", "Year"),
        Column("areas", "Areas", "count"),
        Column("people", "People", "count"),
        Column("outside", "People in none", "count"),
        Column("misplaced", "People misplaced", "percent"),
        Column("apart", "Areas not in one piece", "count"),
        Column("nests", "Lie whole in"),
        Column("file", "File"),
    )
    return Table("layers", "Layers", columns, rows, MISPLACED)


def _layer(whole: Whole, id: str) -> tuple[object, ...]:
    """Of a layer: areas, people, people in none, share misplaced, areas not in one piece, whose areas hold its own."""
    division, people = whole.blocks.layer(id), whole.blocks.people
    inside = int(people[division.of >= 0].sum())
    apart = len(not_contiguous(whole, id))
    outside = int(people.sum()) - inside
    return len(division.labels), inside, outside, whole.misplaced.get(id), apart, _around(whole, division)


def _around(whole: Whole, division: Division) -> str:
    """The other layers in whose areas every area of one lies whole, by id; of two that are the same, both."""
    others = whole.blocks.layers.items()
    return ", ".join(name for name, other in others if other is not division and nests(division, other))


def _every(whole: Whole) -> str:
    return ", ".join(name for name, layer in whole.blocks.layers.items() if (layer.of >= 0).all())


def points_table(whole: Whole) -> Table:
    """Every kind of site: how many, and how many of them lie in a block."""
    rows = [
        (name, points.name, len(points), int((points.block >= 0).sum()), int((points.block < 0).sum()))
        for name, points in whole.points.items()
    ]
    columns = (
        Column("points", "Points"),
        Column("title", "What they are"),
        Column("sites", "Sites", "count"),
        Column("inside", "In the place", "count"),
        Column("outside", "Outside, or not known", "count"),
    )
    return Table("points", "Points", columns, rows)


def best_fit_table(whole: Whole, source: Division, target: Division) -> Table:
    """To each area of one layer the area of another that holds most of its people, and the share that is there."""
    best = best_fit(source, target, whole.blocks.people)
    people = source.people(whole.blocks.people)
    first, second = whole.names.get(source.name, {}), whole.names.get(target.name, {})
    rows = []
    for n, label in enumerate(source.labels):
        to = target.labels[best.of[n]] if best.of[n] >= 0 else ""
        there = float(best.share[n]) if to else None
        away = round(int(people[n]) * (1 - best.share[n])) if to else None
        rows.append((label, first.get(label, label), to, second.get(to, to), int(people[n]), there, away))
    columns = (
        Column("source", f"{source.name} (code)"),
        Column("source_name", source.name),
        Column("target", f"{target.name} (code)"),
        Column("target_name", f"Best fit: {target.name}"),
        Column("people", "People", "count"),
        Column("share", "Share in it", "percent"),
        Column("misplaced", "People misplaced", "count"),
    )
    note = (
        f"{best.share_misplaced:.1%} of people ({best.misplaced:,} of {best.people:,}) are given to another "
        f"{target.name} than they live in."
    )
    return Table("best_fit", f"Best fit of {source.name} to {target.name}", columns, rows, note)


def fitted_table(fitted: Mapping[str, Fitted], target: Division, names: Mapping[str, str], note: str) -> Table:
    """Figures that were moved, a row an area of the target and a column a figure."""
    rows = [
        (label, names.get(label, label), *(_plain(each.values[n]) for each in fitted.values()))
        for n, label in enumerate(target.labels)
    ]
    columns = (
        Column("area", f"{target.name} (code)"),
        Column("area_name", target.name),
        *(Column(name, name, "figure") for name in fitted),
    )
    return Table("fitted", f"Figures by {target.name}", columns, rows, note)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def fitted_notes(fitted: Mapping[str, Fitted], kinds: Mapping[str, str]) -> list[str]:
    """What is to be said of figures that were moved."""
    said: list[str] = []
    for name, each in fitted.items():
        if each.outside:
            said.append(f"{name}: {each.outside:,.1f} of it lies in no area of the target and is left out")
        if each.without:
            said.append(f"{name}: areas without a figure: {len(each.without):,} ({_some(each.without)})")
        if each.nobody:
            said.append(f"{name}: areas with a figure and nobody to share it out by: {_some(each.nobody)}")
        if each.misplaced:
            words = "shared out by people" if kinds[name] == "count" else "weighted by people"
            said.append(f"{name}: {words}; {each.misplaced:.1%} of people live in another area than most of theirs")
    return said


def _some(labels: Sequence[str]) -> str:
    return ", ".join(labels[:5]) + (" ..." if len(labels) > 5 else "")


def proposals_table(whole: Whole, plan: Plan) -> Table:
    """The plans that are proposed: areas, people of the smallest and the largest, who proposes, when, and why."""
    columns = (
        Column("id", "Proposal"),
        Column("title", "Title"),
        Column("areas", "Areas", "count"),
        Column("smallest", "People of the smallest", "count"),
        Column("largest", "People of the largest", "count"),
        Column("band", "Band"),
        Column("by", "Proposed by"),
        Column("made", "On"),
        Column("reasons", "Reasons"),
        Column("file", "File"),
    )
    rows = []
    for each in plan.proposals:
        division = whole.blocks.layer(each.id)
        sizes = [int(whole.blocks.people[members].sum()) for members in division.groups()]
        ends = (min(sizes), max(sizes))
        rows.append((each.id, each.called, len(sizes), *ends, each.band, each.by, each.made, each.reasons, each.file))
    return Table("proposals", "What is proposed", columns, rows)
