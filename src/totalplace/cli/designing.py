"""The command `neighbourhoods design`: areas with proof or by search, alternatives, and today's plan mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.neighbourhood_options import (
    SOURCE,
    check_ending,
    layers_of,
    neighbourhoods,
    numbers,
    scope,
    task_of,
    with_task,
    write_plan,
)
from totalplace.cli.options import FILE, text, with_files, with_json, with_limit, with_many, with_place
from totalplace.errors import DataError, UsageError

if TYPE_CHECKING:
    from totalplace.geography.design.asked import Answer
    from totalplace.geography.design.frontier import Frontier
    from totalplace.geography.design.loading import Pieces
    from totalplace.geography.design.plan import Plan
    from totalplace.geography.design.task import Task
    from totalplace.geography.design.watch import Watch


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
@click.option("--out", type=FILE, help="Write the best plan to this .csv, .geojson, .gpkg or .json.")
@with_limit(0)
@with_files
@with_place
@with_json
def design_areas(
    asked: dict[str, Any],
    areas: tuple[str, ...],
    inside: str,
    divide: bool,
    alternatives: bool,
    mend: bool,
    seed: int,
    effort: float,
    out: Path | None,
    limit: int,
    csv: Path | None,
    xlsx: Path | None,
    place: Path,
    json: bool,
) -> None:
    """Design neighbourhoods: in the band, of one piece, along the lines that are weighed.

    With --whole, such as wards, each answer is proven: the best plan there is, or that there is none and why. Without
    it, or with --divide, blocks are searched.
    """
    if out:
        check_ending(out)
    task, pieces = task_of(asked, place)
    ks = numbers(areas)
    if mend:
        _check_mend(inside, alternatives)
        task = replace(task, whole="") if divide else task
        _mend(task, pieces, ks, seed, effort, out, limit, csv, xlsx, asked, json)
    elif alternatives:
        if out:
            raise UsageError("alternatives are several plans, and --out writes one: --csv or --xlsx take their table")
        _alternatives(task, ks, inside, seed, effort, limit, csv, xlsx, asked, json)
    else:
        _design(task, pieces, ks, inside, divide, seed, effort, out, limit, csv, xlsx, asked, json)


def _check_mend(inside: str, alternatives: bool) -> None:
    """Raises UsageError for what cannot be asked of a plan that is mended."""
    if alternatives:
        raise UsageError("--mend gives one plan and --alternatives several: give one of the two")
    if inside:
        raise UsageError(f"--mend mends one plan as a whole: for one part after another say --of {inside}=AREA")


def _design(
    task: Task,
    pieces: Pieces,
    ks: list[int],
    inside: str,
    divide: bool,
    seed: int,
    effort: float,
    out: Path | None,
    limit: int,
    csv: Path | None,
    xlsx: Path | None,
    asked: dict[str, Any],
    json: bool,
) -> None:
    from totalplace.cli.files import write_tables
    from totalplace.cli.show import as_json, as_table
    from totalplace.geography.design.asked import answer
    from totalplace.geography.design.search import EFFORT
    from totalplace.geography.design.tables import area_names, areas_table

    with _watched() as watch:
        found = answer(task, ks, inside=inside, divide=divide, seed=seed, effort=effort * EFFORT, watch=watch)
    plan = found.whole()
    called, parts = area_names(plan, pieces.names) if plan else [], pieces.names.get(inside, {})
    table = areas_table(plan, pieces.names, called, layers_of(task)) if plan else found.table(parts)
    if json:
        as_json(_document(found, plan, called))
    else:
        as_table(found.table(parts), limit)
        _why(found, parts)
        if plan:
            print()
            as_table(table, limit)
    if out and plan is None:
        lost = [parts.get(part, part) for part in found.missing]
        raise DataError(f"there is no plan{' of ' + ', '.join(lost) if inside else ''} to write")
    if out and plan:
        write_plan(plan, called, out)
    write_tables(table, csv, xlsx, scope(task), SOURCE.format(asked["file"] or "geography.toml"))


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


def _mend(
    task: Task,
    pieces: Pieces,
    ks: list[int],
    seed: int,
    effort: float,
    out: Path | None,
    limit: int,
    csv: Path | None,
    xlsx: Path | None,
    asked: dict[str, Any],
    json: bool,
) -> None:
    from totalplace.cli.files import write_tables
    from totalplace.cli.show import as_json, as_table
    from totalplace.geography.design.frontier import mend
    from totalplace.geography.design.search import EFFORT
    from totalplace.geography.design.tables import area_names, areas_table, document, plans_table

    with _watched() as watch:
        found = mend(task, ks or None, seed=seed, effort=effort * EFFORT, watch=watch)
    called = area_names(found.plan, pieces.names)
    beside = plans_table({"today": found.today, "mended": found.plan}, layers_of(task), task.today)
    if json:
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
        as_table(beside, limit)
        print()
        as_table(areas_table(found.plan, called=called), limit)
    if out:
        write_plan(found.plan, called, out)
    source = SOURCE.format(asked["file"] or "geography.toml")
    write_tables(areas_table(found.plan, called=called), csv, xlsx, scope(task), source)


def _alternatives(
    task: Task,
    ks: list[int],
    inside: str,
    seed: int,
    effort: float,
    limit: int,
    csv: Path | None,
    xlsx: Path | None,
    asked: dict[str, Any],
    json: bool,
) -> None:
    from totalplace.cli.files import write_tables
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.geography.design.frontier import USUAL, frontier
    from totalplace.geography.design.joining import frontier_inside
    from totalplace.geography.design.tables import area_names, document

    if inside and ks:
        raise UsageError(
            "alternatives --inside have as many areas in each part as suit the middle of the band: no --areas"
        )
    if not inside and len(ks) != 1:
        raise UsageError("alternatives are of one number of areas: give it with --areas")
    with _watched() as watch:
        if inside:
            found = frontier_inside(task, inside, seed=seed, effort=effort * USUAL, watch=watch)
        else:
            found = frontier(task, ks[0], seed=seed, effort=effort * USUAL, watch=watch)
    table = _frontier_table(task, found)
    if json:
        plans = [document(each.plan, area_names(each.plan)) for each in found.plans]
        as_json({**table_document(table), "plans": plans})
    else:
        as_table(table, limit)
    write_tables(table, csv, xlsx, scope(task), SOURCE.format(asked["file"] or "geography.toml"))


def _frontier_table(task: Task, found: Frontier) -> Any:
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
