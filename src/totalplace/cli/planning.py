"""The commands `neighbourhoods compare`, `explain` and `export`: plans held beside others, in words, and as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.neighbourhood_options import (
    SOURCE,
    layers_of,
    neighbourhoods,
    numbers,
    scope,
    task_of,
    with_task,
    write_plan,
)
from totalplace.cli.options import FILE, parts_in, text, with_files, with_json, with_limit, with_many, with_place
from totalplace.errors import UsageError

if TYPE_CHECKING:
    from totalplace.geography.design.loading import Pieces
    from totalplace.geography.design.plan import Plan
    from totalplace.geography.design.task import Task


def _plan(task: Task, said: str) -> Plan:
    """A plan by the name of a layer or of a file that holds it."""
    from totalplace.geography.design.loading import division_of
    from totalplace.geography.design.start import division_plan
    from totalplace.geography.reading.files import read_features

    if said in task.blocks.layers:
        return division_plan(task, task.blocks.layers[said])
    if not Path(said).exists():
        from totalplace.errors import did_you_mean

        raise UsageError(f"'{said}' is no layer and no file{did_you_mean(said, list(task.blocks.layers))}")
    return division_plan(task, division_of(read_features(Path(), said), task.blocks, Path(said).stem))


@neighbourhoods.command("compare")
@click.argument("plans", nargs=-1, required=True, type=text)
@with_task
@with_many("layer", "Layers to hold the plans against; those weighed and --whole if not given.")
@with_limit(0)
@with_files
@with_place
@with_json
def compare_plans(
    plans: tuple[str, ...],
    asked: dict[str, Any],
    layer: tuple[str, ...],
    limit: int,
    csv: Path | None,
    xlsx: Path | None,
    place: Path,
    json: bool,
) -> None:
    """Set plans side by side: band, pieces, margin, borders, how they follow other lines, and who moves.

    PLANS are layers, or files with a column of blocks and one of areas.
    """
    from totalplace.cli.files import write_tables
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.geography.design.tables import plans_table

    task, _ = task_of(asked, place)
    layers = [part for each in layer for part in parts_in(each)] or [*layers_of(task), *filter(None, [task.whole])]
    for name in layers:
        task.blocks.layer(name)
    table = plans_table({said: _plan(task, said) for said in plans}, list(dict.fromkeys(layers)), task.today)
    if json:
        as_json(table_document(table))
    else:
        as_table(table, limit)
    write_tables(table, csv, xlsx, scope(task), SOURCE.format(asked["file"] or "geography.toml"))


@neighbourhoods.command("explain")
@click.argument("plan", default="", type=text)
@with_task
@with_many("areas", "Instead of a plan: why there is none of so many areas of whole units.")
@with_limit(0)
@with_files
@with_place
@with_json
def explain_plan(
    plan: str,
    asked: dict[str, Any],
    areas: tuple[str, ...],
    limit: int,
    csv: Path | None,
    xlsx: Path | None,
    place: Path,
    json: bool,
) -> None:
    """Say in words how a plan stands: where it breaks the band, what is best there, and how few moves would mend it.

    PLAN is a layer, or a file with a column of blocks and one of areas. With --areas and no plan: why so many areas
    do not fit, which unit is the choke, and in which bands they would.
    """
    from totalplace.cli.files import write_tables
    from totalplace.cli.show import as_json, as_table
    from totalplace.geography.design.tables import area_names, areas_table
    from totalplace.geography.design.words import advised, explained

    task, pieces = task_of(asked, place)
    ks = numbers(areas)
    if bool(plan) == bool(ks):
        raise UsageError("name one plan to explain, or with --areas a number of areas")
    if ks:
        _explain_numbers(task, ks, json)
        return
    found = _plan(task, plan)
    called = list(found_names(task, plan, found, pieces)) or area_names(found, pieces.names)
    said = [*explained(found, called), *advised(found)]
    table = areas_table(found, pieces.names, called, layers_of(task))
    if json:
        as_json({"plan": plan, "words": said, "areas": list(table.records()), "value": found.value()})
    else:
        for sentence in said:
            print(sentence)
        print()
        as_table(table, limit)
    write_tables(table, csv, xlsx, scope(task), SOURCE.format(asked["file"] or "geography.toml"))


def found_names(task: Task, said: str, plan: Plan, pieces: Pieces) -> list[str]:
    """What the areas of a plan are called where it is a layer: by their labels."""
    if said not in task.blocks.layers:
        return []
    division, called = task.blocks.layers[said], pieces.names.get(said, {})
    labels = [division.labels[int(division.of[group[0]])] for group in plan.groups]
    return [called.get(label, label) for label in labels]


def _explain_numbers(task: Task, ks: list[int], json: bool) -> None:
    from totalplace.cli.show import as_json
    from totalplace.geography.design.exact import design
    from totalplace.geography.design.words import impossible

    said = []
    for k in ks:
        found = design(task, k)
        words = impossible(found) if found.plan is None else [f"{k} areas fit: {found.plan.borders} borders cut."]
        said.append({"areas": k, "result": found.status, "words": words})
        if not json:
            for sentence in words:
                print(sentence)
    if json:
        as_json({"answers": said})


@neighbourhoods.command("export")
@click.argument("plan", type=text)
@click.argument("out", type=FILE)
@with_task
@with_place
@with_json
def export_plan(plan: str, out: Path, asked: dict[str, Any], place: Path, json: bool) -> None:
    """Write a plan out: .csv for a spreadsheet, .geojson for a map, .json for a program.

    PLAN is a layer, or a file with a column of blocks and one of areas.
    """
    from totalplace.cli.show import as_json
    from totalplace.geography.design.tables import area_names

    task, pieces = task_of(asked, place)
    found = _plan(task, plan)
    called = found_names(task, plan, found, pieces) or area_names(found, pieces.names)
    write_plan(found, called, out)
    if json:
        as_json({"wrote": str(out), "areas": found.k, "blocks": len(task.blocks)})
