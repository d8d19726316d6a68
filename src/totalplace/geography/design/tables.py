"""Designs and plans as tables for people, and as files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from totalplace.errors import UsageError
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import Task
from totalplace.table import Column, Table

NAMES = 2
"""An area is called after so many of its largest units."""


WORDS = {
    "borders": "Borders cut between small areas that touch, of all",
    "metres": "Borders cut, by their length",
    "compact": "Far from round",
    "balance": "People away from areas of equal size",
    "need": "Need away from areas of equal need",
    "moved": "People with another area than today",
    "main": "{}: people without the one that most of their area have",
    "whole": "{}: people whose own is divided",
    "split": "{}: divided, of all of them",
    "pieces": "{}: pieces too many, for each one",
    "nest": "{}: spread over several areas (entropy)",
    "mixed": "{}: mixed within areas (entropy)",
    "vi": "{}: unlike these areas, both ways (variation of information)",
}
"""What each measure is called, 0 the best of it; {} is the layer."""


def measure_words(task: Task, name: str) -> str:
    """What people call a measure, by its name as in the weights: main:ward is 'Wards: people without ...'."""
    kind, _, layer = name.partition(":")
    return WORDS[kind].format(task.title(layer))


def area_names(plan: Plan, names: Mapping[str, Mapping[str, str]] | None = None) -> list[str]:
    """What each area is called: its two units with most people, or its largest blocks where none stays whole."""
    layer = plan.task.whole
    called = (names or {}).get(layer, {})
    if not layer:
        largest = [group[np.argsort(-plan.task.blocks.people[group], kind="stable")[:NAMES]] for group in plan.groups]
        listed = [[plan.task.blocks.names[int(i)] for i in some] for some in largest]
    else:
        table, labels = plan.sums.labels(layer), plan.task.blocks.layer(layer).labels
        order = np.argsort(-table, axis=1, kind="stable")[:, :NAMES]
        listed = [
            [called.get(labels[n], labels[n]) for n in row if table[area, n] > 0] for area, row in enumerate(order)
        ]
    whole = [" and ".join(each) for each in listed]
    return [name if whole.count(name) == 1 else f"{name} ({n + 1})" for n, name in enumerate(whole)]


def areas_table(
    plan: Plan, names: Mapping[str, Mapping[str, str]] | None = None, called: Sequence[str] = (), layers: Any = ()
) -> Table:
    """A row an area: people, band, pieces, how round, and for each layer the share who have its main label."""
    shares = {layer: _main(plan, layer, names or {}) for layer in layers}
    columns = [
        Column("area", "Area"),
        Column("name", "Name"),
        Column("people", "People", "count"),
        Column("band", f"Band {plan.task.band}"),
        Column("blocks", "Small areas", "count"),
        Column("pieces", "Pieces", "count"),
    ]
    if plan.task.blocks.shapes is not None:
        columns.append(Column("roundness", "Roundness", "ratio"))
    for layer in layers:
        columns += [Column(f"main_{layer}", f"Most are of: {plan.task.title(layer)}")]
        columns += [Column(f"share_{layer}", f"Share of people ({plan.task.title(layer)})", "percent")]
    rows = []
    for area, name in enumerate(called or area_names(plan, names)):
        row: list[Any] = [str(area + 1), name, int(plan.people[area]), plan.task.band.stands(int(plan.people[area]))]
        row += [len(plan.groups[area]), plan.parts[area]]
        if plan.task.blocks.shapes is not None:
            row.append(float(plan.roundness[area]))
        for layer in layers:
            row += shares[layer][area]
        rows.append(tuple(row))
    title = f"{plan.k} area{'s' if plan.k > 1 else ''}"
    note = "Roundness: 4 pi area / outline squared, 1 a circle." if plan.task.blocks.shapes is not None else ""
    return Table("areas", title, tuple(columns), rows, note)


def _main(plan: Plan, layer: str, names: Mapping[str, Mapping[str, str]]) -> list[list[Any]]:
    table, labels = plan.sums.labels(layer), plan.task.blocks.layer(layer).labels
    if not labels:
        return [["", None]] * plan.k
    best = table.argmax(axis=1)
    called = names.get(layer, {})
    return [
        [called.get(labels[n], labels[n]), float(table[a, n] / max(table[a].sum(), 1))]
        if table[a].sum()
        else ["", None]
        for a, n in enumerate(best)
    ]


def plans_table(plans: Mapping[str, Plan], layers: Sequence[str], today: str = "") -> Table:
    """Plans side by side: areas in the band, pieces, margin, borders, how round, and how each follows the layers."""
    first = next(iter(plans.values()))
    shapes = first.task.blocks.shapes is not None
    columns = [
        Column("plan", "Plan"),
        Column("areas", "Areas", "count"),
        Column("in_band", "In band", "count"),
        Column("in_pieces", "In pieces", "count"),
        Column("smallest", "Smallest", "count"),
        Column("largest", "Largest", "count"),
        Column("margin", "Margin", "percent"),
        Column("borders", "Borders cut", "count"),
    ]
    columns += [Column("roundness", "Roundness", "ratio")] if shapes else []
    columns += [Column("moved", "People moved", "count")] if today else []
    for layer in layers:
        title = first.task.title(layer)
        columns += [Column(f"split_{layer}", f"{title}: divided", "count")]
        columns += [Column(f"main_{layer}", f"{title}: with the main one", "percent")]
    rows = [_plan_row(name, plan, layers, today, shapes) for name, plan in plans.items()]
    note = (
        "Margin: by how much everybody's numbers may grow or shrink before an area leaves the band; none where one has "
        "left it. Divided: areas of these lines that lie in more than one of the plan. With the main one: people who "
        "have the area of these lines that most people of their area have."
    )
    return Table("plans", "Plans side by side", tuple(columns), rows, note)


def _plan_row(name: str, plan: Plan, layers: Sequence[str], today: str, shapes: bool) -> tuple[Any, ...]:
    inside = sum(map(plan.task.band.holds, plan.people.tolist()))
    row: list[Any] = [name, plan.k, inside, sum(n > 1 for n in plan.parts)]
    row += [int(plan.people.min()), int(plan.people.max()), max(plan.margin, 0.0) if inside == plan.k else None]
    row += [plan.borders]
    row += [float(plan.roundness.mean())] if shapes else []
    row += [int(plan.moved().sum())] if today else []
    for layer in layers:
        row += [plan.split(layer), plan.main_share(layer)]
    return tuple(row)


def held_table(plan: Plan, layers: Iterable[str]) -> Table:
    """A plan against other lines: how many of their areas it divides, and for how many people."""
    columns = (
        Column("layer", "Lines"),
        Column("areas", "Their areas", "count"),
        Column("split", "Divided", "count"),
        Column("main", "People with the main one", "percent"),
        Column("whole", "People whose own stays whole", "percent"),
        Column("pieces", "Pieces too many", "percent"),
        Column("nest", "Theirs spread over several of ours", "percent"),
        Column("mixed", "Theirs mixed within ours", "percent"),
    )
    rows = []
    for layer in layers:
        found = [round(plan.measure(f"{kind}:{layer}"), 9) + 0.0 for kind in ("pieces", "nest", "mixed")]
        split, labels = plan.split(layer), len(plan.task.blocks.layer(layer).labels)
        rows.append((plan.task.title(layer), labels, split, plan.main_share(layer), plan.whole_share(layer), *found))
    note = (
        "With the main one: people who have the area of these lines that most people of their neighbourhood have. "
        "Pieces too many: over their areas. Spread and mixed: how much is left to learn of the neighbourhood once "
        "their area is known, and the other way round, as a share of all there is to learn (entropy); 0% is none."
    )
    return Table("held", "Against other lines", columns, rows, note)


def moved_table(plan: Plan, called: Sequence[str], names: Mapping[str, str]) -> Table:
    """Who changes area against today: from which area to which, in blocks and people; `names` are today's, by label."""
    columns = (
        Column("from", "From today's"),
        Column("to", "To"),
        Column("blocks", "Small areas", "count"),
        Column("people", "People", "count"),
    )
    today, moved = plan.task.blocks.layer(plan.task.today), plan.moved()
    pairs: dict[tuple[int, int], list[int]] = {}
    stays = (plan.successors()[plan.of] == today.of) | (today.of < 0)
    for n in np.flatnonzero(~stays).tolist():
        each = pairs.setdefault((int(today.of[n]), int(plan.of[n])), [0, 0])
        each[0] += 1
        each[1] += int(moved[n])
    rows = [
        (names.get(today.labels[a], today.labels[a]), called[b], blocks, people)
        for (a, b), (blocks, people) in sorted(pairs.items(), key=lambda pair: (-pair[1][1], pair[0]))
    ]
    note = "Each neighbourhood succeeds one of today's areas at most, paired so that fewest people move."
    return Table("moved", "Who changes area", columns, rows, note)


def blocks_table(plan: Plan, called: Sequence[str]) -> Table:
    """A row a block: its code, its area by number and name, its people. What a plan is kept as."""
    columns = (
        Column("block", "block"),
        Column("area", "area"),
        Column("name", "name"),
        Column("people", "people", "count"),
    )
    blocks = plan.task.blocks
    rows = [
        (blocks.ids[n], str(area + 1), called[area], int(blocks.people[n])) for n, area in enumerate(plan.of.tolist())
    ]
    return Table("plan", "Blocks and their areas", columns, rows)


def geojson(plan: Plan, called: Sequence[str]) -> str:
    """The areas as GeoJSON, longitude and latitude to 6 decimals; UsageError where the blocks have no shapes."""
    import shapely
    from pyproj import Transformer

    if plan.task.blocks.shapes is None:
        raise UsageError("the blocks have no shapes, so there is no map of the areas; write .csv or .json")
    move = Transformer.from_crs(27700, 4326, always_xy=True)
    features = []
    for area, members in enumerate(plan.groups):
        merged = shapely.union_all(plan.task.blocks.shapes[members])
        round_earth = shapely.transform(merged, lambda at: np.column_stack(move.transform(at[:, 0], at[:, 1])))
        shape = shapely.orient_polygons(shapely.set_precision(round_earth, 1e-6))
        said = {"area": str(area + 1), "name": called[area], "people": int(plan.people[area])}
        features.append({"type": "Feature", "properties": said, "geometry": json.loads(shapely.to_geojson(shape))})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n"


def document(plan: Plan, called: Sequence[str]) -> dict[str, Any]:
    """A plan as one JSON document: what it was asked, what it comes to, its areas, and the area of each block."""
    task = plan.task
    return {
        "areas": plan.k,
        "band": [task.band.low, task.band.high],
        "sound": plan.sound,
        "margin": round(plan.margin, 6),
        "borders": plan.borders,
        "measures": {name: round(plan.measure(name), 6) for name, weight in task.weights.items() if weight},
        "value": round(plan.value(), 9),
        "area": list(areas_table(plan, called=called).records()),
        "blocks": dict(zip(task.blocks.ids, (str(n + 1) for n in plan.of.tolist()), strict=True)),
    }
