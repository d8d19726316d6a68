"""A plan under change as tables: its areas, its measures and alignment before and after, what moved, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.geography.aligning.measures import MEASURES, cells
from totalplace.geography.design.pairing import pairs
from totalplace.geography.design.tables import measure_words
from totalplace.geography.editing.live import Live
from totalplace.geography.editing.saying import few
from totalplace.geography.editing.standing import Standing, measure_names
from totalplace.geography.editing.steps import Step
from totalplace.table import Column, Table


def areas_table(live: Live) -> Table:
    """A row an area: its people, where it stands in the band, its pieces, what changed against the base."""
    now, before, shapes = live.now, live.before, live.task.blocks.shapes is not None
    columns = [
        Column("key", "Key"),
        Column("area", "Area"),
        Column("people", "People", "count"),
        Column("change", "Change", "number"),
        Column("band", f"Band {live.task.band}"),
        Column("blocks", "Small areas", "count"),
        Column("pieces", "Pieces", "count"),
        *([Column("roundness", "Roundness", "ratio")] if shapes else []),
        Column("lacks", "Holds no"),
        Column("locked", "Locked"),
    ]
    rows = []
    for key, row in now.rows.items():
        was = before.rows.get(key)
        change = row.people - (was.people if was else 0)
        stands = live.task.band.stands(row.people)
        made: list[Any] = [key, row.name, row.people, change, stands, row.blocks, row.pieces]
        made += [row.roundness] if shapes else []
        rows.append((*made, ", ".join(row.lacks), "yes" if row.locked else ""))
    note = "Change: people more or fewer than in what the plan began with. Roundness: 4 pi area / outline squared."
    return Table("plan-areas", f"{len(rows):,} {'area' if len(rows) == 1 else 'areas'}", tuple(columns), rows, note)


def measures_table(live: Live) -> Table:
    """Every measure that a design knows, at the beginning and now; each a share, 0 the best."""
    before, now = live.before.measures, live.now.measures
    columns = (
        Column("measure", "Measure"),
        Column("name", "Name"),
        Column("before", "At the beginning", "figure"),
        Column("now", "Now", "figure"),
        Column("change", "Change", "figure"),
    )
    rows = []
    for name in measure_names(live.task):
        was, here = before.get(name), now.get(name)
        change = None if was is None or here is None else round(here - was, 9) + 0.0
        rows.append((measure_words(live.task, name), name, _round(was), _round(here), change))
    return Table("plan-measures", "What the plan comes to", columns, rows, "Shares of the place, 0 the best.")


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 9) + 0.0


def alignment_table(live: Live) -> Table:
    """The plan against every layer by every measure of alignment, at the beginning and now, both ways."""
    columns = (
        Column("layer", "Lines"),
        Column("way", "Way"),
        Column("when", "When"),
        *(Column(each.name, each.label, each.kind) for each in MEASURES),
    )
    rows: list[tuple[Any, ...]] = []
    for layer in live.task.blocks.layers:
        title = live.task.title(layer)
        for back in (False, True):
            for when, standing in (("at the beginning", live.before), ("now", live.now)):
                if layer in standing.alignments:
                    way = f"{title} against the plan" if back else f"the plan against {title}"
                    rows.append((title, way, when, *_cells(standing, layer, back)))
    note = "Each way is a row of its own."
    return Table("plan-alignment", "The plan against the lines of services", columns, rows, note)


def _cells(standing: Standing, layer: str, back: bool) -> tuple[float | int | None, ...]:
    found, lines = standing.alignments[layer]
    return cells(found.turned, lines.turned if lines else None) if back else cells(found, lines)


def moved_table(live: Live) -> Table:
    """The blocks that have another area than in the base, or do not stay with what their area of today becomes."""
    task, now = live.task, live.now
    since = now.moved_since(live.base)
    today = task.blocks.layer(task.today) if task.today else None
    stay = _succession(now) if today is not None else {}
    columns = (
        Column("block", "Small area (code)"),
        Column("name", "Name"),
        Column("people", "People", "count"),
        Column("area", "Area"),
        Column("before", "At the beginning"),
        *([Column("today", "Today"), Column("moves", "Moves against today")] if today is not None else []),
    )
    rows = []
    for n, code in enumerate(task.blocks.ids):
        here, was = int(live.state.of[n]), int(live.base.of[n])
        moves = today is not None and here >= 0 and today.of[n] >= 0 and stay.get(here) != int(today.of[n])
        if not (here != was or since[n] or moves):
            continue
        made: list[Any] = [code, task.blocks.names[n], int(task.blocks.people[n])]
        made += [live.state.areas[here].name if here >= 0 else "", live.base.areas[was].name if was >= 0 else ""]
        if today is not None:
            made += [today.labels[today.of[n]] if today.of[n] >= 0 else "", "yes" if moves else ""]
        rows.append(tuple(made))
    note = f"{int(since.sum()):,} people have another area than at the beginning"
    if now.moved_today is not None:
        note += f"; {now.moved_today:,} another than today"
    return Table("plan-moved", "Who would have another area", columns, rows, f"{note}.")


def _succession(now: Standing) -> dict[int, int]:
    """For each area of the state the area of today that it succeeds."""
    plan = now.plan
    if plan is None:
        return {}
    today = now.task.blocks.layer(now.task.today)
    shared = plan.sums.labels(now.task.today)
    found = {}
    # Blocks without people make labels vanish from a part; the labels of the whole count.
    labels = plan.task.blocks.layer(now.task.today).labels
    for number, label in zip(now.numbers, pairs(shared[:, : len(labels)]).tolist(), strict=True):
        if label >= 0:
            found[number] = today.labels.index(labels[label])
    return found


def steps_table(live: Live) -> Table:
    """What was done, the first first: when, in words, and whether it stands or was undone."""
    columns = (
        Column("number", "Number", "count"),
        Column("at", "When"),
        Column("what", "What"),
        Column("stands", "State"),
    )
    names = {area.key: area.name for area in live.base.areas}
    rows = []
    for n, step in enumerate((*live.steps, *live.undone), 1):
        rows.append((n, step.at, step_words(step, names, live), "done" if n <= len(live.steps) else "undone"))
        if step.do in ("new", "rename"):
            names[step.to if step.do == "new" else step.area] = step.name or names.get(step.to, "a new area")
    return Table("plan-steps", "What was done", columns, rows)


def step_words(step: Step, names: Mapping[str, str], live: Live) -> str:
    """A step in words, the areas by the names that they had then."""
    blocks = live.task.blocks
    to, area = names.get(step.to, step.to), names.get(step.area, step.area)
    called = [blocks.names[blocks.number[code]] for code in step.blocks if code in blocks.number]
    some = step.said or (", ".join(called[:3]) + (f" and {len(called) - 3:,} more" if len(called) > 3 else ""))
    if step.do == "move":
        return f"{some} to {to}"
    if step.do == "new":
        return f"{step.name or 'A new area'} made of {some}"
    if step.do == "merge":
        return f"{area} merged into {to}"
    if step.do == "rename":
        return f"{area} called {step.name}"
    return f"{area if not step.blocks else some} {'locked' if step.do == 'lock' else 'unlocked'}"


def blocks_table(live: Live) -> Table:
    """A row a block with its area by name: what a plan is kept as."""
    columns = (Column("block", "block"), Column("area", "area"), Column("people", "people", "count"))
    blocks, state = live.task.blocks, live.state
    rows = [
        (code, state.areas[n].name if n >= 0 else "", people)
        for code, n, people in zip(blocks.ids, state.of.tolist(), blocks.people.tolist(), strict=True)
    ]
    return Table("plan-blocks", "Blocks and their areas", columns, rows)


def summary(live: Live) -> str:
    """The plan in a sentence: areas, how many in the band, in pieces, who moved."""
    rows = list(live.now.rows.values())
    if not rows:
        return "There is no area yet."
    fine = sum(not row.out for row in rows)
    torn = sum(row.pieces > 1 for row in rows)
    moved = int(live.now.moved_since(live.base).sum())
    areas = f"{len(rows):,} {'area' if len(rows) == 1 else 'areas'}, {fine:,} in the band"
    parts = f"; {few(torn)} in pieces" if torn else ""
    went = f"; {moved:,} people have another area than at the beginning" if moved else ""
    return f"{areas}{parts}{went}."
