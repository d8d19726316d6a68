"""A plan under change as its page shows it: areas with their bars, measures and alignment before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from totalplace.geography.editing import tables
from totalplace.geography.editing.saying import Told, told
from totalplace.geography.editing.standing import Row
from totalplace.terms import first_up
from totalplace.web.templating import cell

if TYPE_CHECKING:
    from totalplace.geography.editing.live import Live
    from totalplace.table import Table

BESIDE = ("same", "best_fit", "whole", "split", "distance", "lines")
"""The measures of alignment that stand beside the map; the others are in the table below."""
MOVED = 40
"""So many blocks that moved are shown; the download holds all."""


@dataclass(frozen=True)
class Shown:
    """An area on the page: its number, its row, its change in people; for its bar band and people, in hundredths."""

    number: int
    row: Row
    change: int
    low: float
    high: float
    bar: float


@dataclass(frozen=True)
class Last:
    """What was done last: in words, whether it was undone or redone, and what it did."""

    words: str
    told: Told


def rows_of(live: Live) -> list[Shown]:
    """The areas with their bars, to one scale."""
    band, before = live.task.band, live.before.rows
    top = max([band.high * 1.25, *(row.people for row in live.now.rows.values())])
    return [
        Shown(
            live.state.number(key),
            row,
            row.people - (before[key].people if key in before else 0),
            band.low / top * 100,
            band.high / top * 100,
            row.people / top * 100,
        )
        for key, row in live.now.rows.items()
    ]


def last(live: Live) -> Last | None:
    """What was done last and what it did; None where nothing was."""
    if not live.done:
        return None
    entry = live.done[-1]
    was, step = live.then, live.undone[0] if entry.do == "undo" else live.steps[-1]
    first, then = (live.state, was.state) if entry.do == "undo" else (was.state, live.state)
    names = {area.key: area.name for area in (*then.areas, *first.areas)}
    words = tables.step_words(step, names, live)
    words = {"undo": f"Undone: {words}", "redo": f"Done again: {words}"}.get(entry.do, words)
    return Last(words, told(was.rows, live.now.rows, live.task.band))


def figures(live: Live) -> dict[str, Any]:
    """What the plan comes to, for the page: tables, and the closest look at alignment."""
    moved, alignment = tables.moved_table(live), tables.alignment_table(live)
    return {
        "measures": tables.measures_table(live),
        "alignment": alignment,
        "beside": _beside(alignment),
        "moved_first": replace(moved, rows=moved.rows[:MOVED]),
        "moved_more": max(len(moved.rows) - MOVED, 0),
        "steps": tables.steps_table(live),
        "margin": live.now.margin,
        "moved_today": live.now.moved_today,
        "moved_base": int(live.now.moved_since(live.base).sum()),
    }


def _beside(table: Table) -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    """For each layer the measures that are looked at most: heading, before, now, whether it changed.

    From the finer of the two to the coarser: wards against the plan, but the plan against counties.
    """
    at = {column.name: n for n, column in enumerate(table.columns)}
    found: dict[str, dict[str, dict[str, tuple[Any, ...]]]] = {}
    for row in table.rows:
        found.setdefault(row[at["layer"]], {}).setdefault(row[at["way"]], {})[row[at["when"]]] = row
    made = []
    for ways in found.values():
        finer = max(ways, key=lambda way: list(ways[way].values())[-1][at["best_fit"]])
        cells = []
        for name in BESIDE:
            column = table.columns[at[name]]
            before, now = (
                cell(ways[finer][when][at[name]], column.kind) if when in ways[finer] else ""
                for when in ("at the beginning", "now")
            )
            cells.append((column.label, before, now, before != now))
        made.append((first_up(finer), cells))
    return made
