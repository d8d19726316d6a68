"""The command `neighbourhoods design`: areas with proof or by search, alternatives, and today's plan mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.neighbourhood_options import layers_of, neighbourhoods, numbers, task_of, with_task, write_answer
from totalplace.cli.options import FILE, Out, text, with_many, with_out
from totalplace.cli.plan_files import check_ending, write_plan
from totalplace.errors import DataError, UsageError

if TYPE_CHECKING:
    from totalplace.geography.design.asked import Answer
    from totalplace.geography.design.frontier import Frontier
    from totalplace.geography.design.loading import Pieces
    from totalplace.geography.design.plan import Plan
    from totalplace.geography.design.task import Task
    from totalplace.geography.design.watch import Watch
    from totalplace.table import Table


@neighbourhoods.command("design")
@with_task
@with_many("areas", "How many areas; every number that the band allows if not given.")
@click.option("--inside", default="", type=text, help="A layer that no area crosses, such as boroughs.")
@click.option("--divide", is_flag=True, help="Units of --whole may be divided where that is worth it; without proof.")
@click.option("--alternatives", is_flag=True, help="Plans between the measures that are weighed, none beaten in all.")
@click.option("--mend", is_flag=True, help="The plan in the band that moves fewest people from --today.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="Of the search; the same, the same plan."
)
@click.option(
    "--effort",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 100),
    help="How long to search: 4 takes four times as long. Ctrl-C gives the best so far.",
)
@click.option(
    "--seconds",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0.1, 86_400),
    help="How long the proof of one number of areas may take; then the best so far, with what none can be below.",
)
@click.option("--out", "to_file", type=FILE, help="Write the best plan to this .csv, .geojson, .gpkg or .json.")
@with_out(0)
def design_areas(
    asked: dict[str, Any],
    areas: tuple[str, ...],
    alternatives: bool,
    mend: bool,
    place: Path,
    out: Out,
    **how: Any,
) -> None:
    """Design neighbourhoods: in the band, of one piece, along the lines that are weighed.

    With --whole, such as wards, each answer is proven: the best plan there is, or that there is none and why. Without
    it, or with --divide, blocks are searched.
    """
    if mend and alternatives:
        raise UsageError("--mend gives one plan and --alternatives several: give one of the two")
    if how["to_file"]:
        check_ending(how["to_file"])
    task, pieces = task_of(asked, place, how["inside"], how["divide"])
    wanted = _Wanted(task, pieces, numbers(areas), **how)
    make = _mend if mend else _alternatives if alternatives else _design
    write_answer(make(wanted, out), wanted.task, asked, out)


@dataclass(frozen=True)
class _Wanted:
    """What is asked for: of which blocks, how many areas, how they are searched for, and where the best plan goes."""

    task: Task
    pieces: Pieces
    ks: list[int]
    inside: str
    divide: bool
    seed: int
    effort: float
    seconds: float
    to_file: Path | None


def _design(wanted: _Wanted, out: Out) -> Table:
    """Designs areas and shows them; the table for files."""
    from totalplace.cli.show import as_json, as_table
    from totalplace.geography.design.asked import answer
    from totalplace.geography.design.search import EFFORT
    from totalplace.geography.design.tables import area_names, areas_table

    task, names, inside = wanted.task, wanted.pieces.names, wanted.inside
    with _watched() as watch:
        found = answer(
            task,
            wanted.ks,
            inside=inside,
            divide=wanted.divide,
            seed=wanted.seed,
            effort=wanted.effort * EFFORT,
            seconds=wanted.seconds,
            watch=watch,
        )
    plan = found.whole()
    called, parts = area_names(plan, names) if plan else [], names.get(inside, {})
    table = areas_table(plan, names, called, layers_of(task)) if plan else found.table(parts)
    if out.json:
        as_json(_document(found, plan, called))
    else:
        as_table(found.table(parts), out.limit)
        _why(found, parts)
        if plan:
            print()
            as_table(table, out.limit)
    if wanted.to_file and plan is None:
        lost = [parts.get(part, part) for part in found.missing]
        raise DataError(f"there is no plan{' of ' + ', '.join(lost) if inside else ''} to write")
    if wanted.to_file and plan:
        write_plan(plan, called, wanted.to_file)
    return table


@contextmanager
def _watched() -> Iterator[Watch]:
    """Shows how far a search is; Ctrl-C stops it, and what was found until then is shown with a note."""
    from totalplace.cli.show import progress, say
    from totalplace.geography.design.watch import Watch

    with progress() as told:
        watch = Watch(told)
        yield watch
    if watch.stopped:
        say("stopped: the best found so far")


def _why(found: Answer, names: Mapping[str, str]) -> None:
    for part, each in found.designs:
        if each.why:
            print(f"\n{names.get(part, part) + ', ' if part else ''}{each.k} areas: {each.why}.")


def _document(found: Answer, plan: Plan | None, called: list[str]) -> dict[str, Any]:
    from totalplace.geography.design.tables import document

    return {
        "designs": [
            {**row, "why": each.why} for row, (_, each) in zip(found.table().records(), found.designs, strict=True)
        ],
        "plan": document(plan, called) if plan else None,
    }


def _mend(wanted: _Wanted, out: Out) -> Table:
    """Mends the plan of today and shows both; the table for files."""
    from totalplace.cli.show import as_json, as_table
    from totalplace.geography.design.frontier import mend
    from totalplace.geography.design.search import EFFORT
    from totalplace.geography.design.tables import area_names, areas_table, document, plans_table

    if wanted.inside:
        raise UsageError(f"--mend mends one plan as a whole: for one part after another say --of {wanted.inside}=AREA")
    task = replace(wanted.task, whole="") if wanted.divide else wanted.task
    with _watched() as watch:
        found = mend(task, wanted.ks or None, seed=wanted.seed, effort=wanted.effort * EFFORT, watch=watch)
    called = area_names(found.plan, wanted.pieces.names)
    beside = plans_table({"today": found.today, "mended": found.plan}, layers_of(task), task.today)
    table = areas_table(found.plan, called=called)
    if out.json:
        as_json(
            {
                "moved": found.moved,
                "at_least": found.least,
                "proven": found.proven,
                "plans": list(beside.records()),
                "plan": document(found.plan, called),
            }
        )
    else:
        sure = "proven" if found.proven else f"by search; at least {found.least:,} must"
        print(f"{found.moved:,} people ({found.moved / task.people:.1%}) change area: the fewest, {sure}\n")
        as_table(beside, out.limit)
        print()
        as_table(table, out.limit)
    if wanted.to_file:
        write_plan(found.plan, called, wanted.to_file)
    return table


def _alternatives(wanted: _Wanted, out: Out) -> Table:
    """Finds alternatives and shows them; the table for files."""
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.geography.design.frontier import USUAL, frontier
    from totalplace.geography.design.joining import frontier_inside
    from totalplace.geography.design.tables import area_names, document

    task, ks, inside = wanted.task, wanted.ks, wanted.inside
    if wanted.to_file:
        raise UsageError("alternatives are several plans, and --out writes one: --csv or --xlsx take their table")
    if inside and ks:
        raise UsageError(
            "alternatives --inside have as many areas in each part as suit the middle of the band: no --areas"
        )
    if not inside and len(ks) != 1:
        raise UsageError("alternatives are of one number of areas: give it with --areas")
    with _watched() as watch:
        how: Any = {"seed": wanted.seed, "effort": wanted.effort * USUAL, "watch": watch}
        found = frontier_inside(task, inside, **how) if inside else frontier(task, ks[0], **how)
    table = _frontier_table(task, found)
    if out.json:
        plans = [document(each.plan, area_names(each.plan)) for each in found.plans]
        as_json({**table_document(table), "plans": plans})
    else:
        as_table(table, out.limit)
    return table


def _frontier_table(task: Task, found: Frontier) -> Table:
    from totalplace.geography.design.tables import measure_words
    from totalplace.table import Column, Table

    columns = (
        Column("plan", "Plan"),
        *(Column(name, measure_words(task, name), "figure") for name in found.names),
        Column("units", "Units of --whole"),
        Column("margin", "Margin", "percent"),
        Column("smallest", "Smallest", "count"),
        Column("largest", "Largest", "count"),
    )
    rows = [
        (
            str(n + 1),
            *(round(m, 6) for m in each.measures),
            "whole, proven" if each.whole else "may be divided",
            each.plan.margin,
            int(each.plan.people.min()),
            int(each.plan.people.max()),
        )
        for n, each in enumerate(found.plans)
    ]
    note = "Each measure is a share, 0 the best. No plan is as good as another in every measure and better in one."
    return Table("alternatives", "Alternatives", columns, rows, note)
