"""The commands `neighbourhoods compare` and `explain`: plans held beside others, and in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.neighbourhood_options import (
    layers_of,
    neighbourhoods,
    numbers,
    projection_of_task,
    task_of,
    with_projected,
    with_task,
    write_answer,
)
from totalplace.cli.options import Out, parts_in, text, with_many, with_out
from totalplace.cli.plan_files import plan_named
from totalplace.errors import UsageError

if TYPE_CHECKING:
    from totalplace.geography.design.plan import Plan
    from totalplace.geography.design.task import Task


@neighbourhoods.command("compare")
@click.argument("plans", nargs=-1, required=True, type=text)
@with_task
@with_many("layer", "Layers to hold the plans against; those weighed and --whole if not given.")
@with_projected
@with_out(0)
def compare_plans(
    plans: tuple[str, ...],
    asked: dict[str, Any],
    layer: tuple[str, ...],
    projected: tuple[str, list[str]] | None,
    place: Path,
    out: Out,
) -> None:
    """Set plans side by side: band, pieces, margin, borders, how they follow other lines, and who moves.

    PLANS are layers, or files with a column of blocks and one of areas. With --projected: how many areas stay in the
    band under a projection, year by year; --csv and --xlsx then hold that table.
    """
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.geography.design.projected import projected_plans
    from totalplace.geography.design.tables import plans_table

    task, pieces = task_of(asked, place)
    layers = parts_in(layer) or [*layers_of(task), *filter(None, [task.whole])]
    for name in layers:
        task.blocks.layer(name)
    named = {said: plan_named(task, pieces, said)[0] for said in plans}
    table = plans_table(named, list(dict.fromkeys(layers)), task.today)
    later = projected_plans(named, projection_of_task(_one_task(named), projected)) if projected else None
    if out.json:
        as_json({**table_document(table), **({"projected": list(later.records())} if later else {})})
    else:
        as_table(table, out.limit)
        if later:
            print()
            as_table(later, out.limit)
    write_answer(later or table, task, asked, out)


def _one_task(plans: dict[str, Plan]) -> Task:
    """The task of plans that are of the same blocks; UsageError where one is of a part of the place alone."""
    first, *others = plans.items()
    for said, plan in others:
        if plan.task.blocks.ids != first[1].task.blocks.ids:
            raise UsageError(f"'{first[0]}' and '{said}' are of different blocks: explain them one by one, or say --of")
    return first[1].task


@neighbourhoods.command("explain")
@click.argument("plan", default="", type=text)
@with_task
@with_many("areas", "Instead of a plan: why there is none of so many areas of whole units.")
@with_projected
@with_out(0)
def explain_plan(
    plan: str,
    asked: dict[str, Any],
    areas: tuple[str, ...],
    projected: tuple[str, list[str]] | None,
    place: Path,
    out: Out,
) -> None:
    """Say in words how a plan stands: where it breaks the band, what is best there, and how few moves would mend it.

    PLAN is a layer, or a file with a column of blocks and one of areas. With --areas and no plan: why so many areas
    do not fit, which unit is the choke, and in which bands they would. With --projected: which areas leave the band
    under a projection, and in which year; --csv and --xlsx then hold that table.
    """
    from totalplace.cli.show import as_json, as_table
    from totalplace.geography.design.projected import projected_table, projected_words
    from totalplace.geography.design.tables import areas_table
    from totalplace.geography.design.words import advised, explained

    task, pieces = task_of(asked, place)
    ks = numbers(areas)
    if bool(plan) == bool(ks):
        raise UsageError("name one plan to explain, or with --areas a number of areas")
    if ks:
        if projected:
            raise UsageError("--projected is held against a plan: name one")
        _explain_numbers(task, ks, out.json)
        return
    found, called = plan_named(task, pieces, plan)
    task = found.task
    said = [*explained(found, called), *advised(found)]
    table = areas_table(found, pieces.names, called, layers_of(task))
    then = projection_of_task(task, projected) if projected else None
    later = projected_table(found, called, then) if then else None
    said += projected_words(found, called, then) if then else []
    if out.json:
        document = {"plan": plan, "words": said, "areas": list(table.records()), "value": found.value()}
        as_json({**document, **({"projected": list(later.records())} if later else {})})
    else:
        for sentence in said:
            print(sentence)
        print()
        as_table(table, out.limit)
        if then:
            print()
            as_table(projected_table(found, called, then, every=False), out.limit)
    write_answer(later or table, task, asked, out)


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
