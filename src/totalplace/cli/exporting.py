"""The command `neighbourhoods export`: a plan as a table, a workbook, a map on paper, or data for other tools."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from totalplace.cli.neighbourhood_options import band_of, layers_of, neighbourhoods, task_of, with_task
from totalplace.cli.options import FILE, parts_in, text, with_json, with_many, with_place
from totalplace.cli.plan_files import PLAIN, plan_named, spare_declared, write_plan
from totalplace.errors import UsageError

if TYPE_CHECKING:
    from totalplace.geography.design.loading import Pieces
    from totalplace.geography.design.plan import Plan
    from totalplace.reports.neighbourhoods import Told

PRINTED = (".xlsx", ".pdf")
"""What says more than the plan alone: with sources, measures and notes."""


@neighbourhoods.command("export")
@click.argument("plan", type=text)
@click.argument("out", type=FILE)
@with_task
@with_many("layer", "For .pdf and .xlsx: layers to hold the plan against; all of a place's if not given.")
@click.option("--over", default="", type=text, help="For .pdf: the layer whose lines are drawn over the map.")
@click.option("--title", default="", type=text, help="For .pdf and .xlsx: what stands above.")
@with_many("source", "For .pdf and .xlsx: where boundaries and people come from, beside what the place declares.")
@with_place
@with_json
def export_plan(
    plan: str,
    out: Path,
    asked: dict[str, Any],
    layer: tuple[str, ...],
    over: str,
    title: str,
    source: tuple[str, ...],
    place: Path,
    json: bool,
) -> None:
    """Write a plan out: .pdf a map on paper, .xlsx a workbook, .csv .geojson .gpkg .json for other tools.

    PLAN is a layer, a proposal, or a file with a column of blocks and one of areas.
    """
    from totalplace.cli.files import written
    from totalplace.cli.show import as_json

    kind = out.suffix.lower()
    if kind not in (*PLAIN, *PRINTED):
        raise UsageError(f"{out}: a plan is written as {', '.join((*PLAIN, *PRINTED))}")
    spare_declared(out)
    if kind in PLAIN and (layer or over or title or source):
        raise UsageError("--layer, --over, --title and --source are for .pdf and .xlsx")
    task, pieces = task_of(asked, place)
    found, called = plan_named(task, pieces, plan)
    if kind in PLAIN:
        write_plan(found, called, out)
    else:
        told = _told(plan, found, called, pieces, asked, place)
        layers = parts_in(layer)
        told = _as_asked(told, layers, over, title, [*source, *told.sources])
        with written(out):
            _print(told, out)
    if json:
        as_json({"wrote": str(out), "areas": found.k, "blocks": len(task.blocks)})


def _told(said: str, plan: Plan, called: list[str], pieces: Pieces, asked: dict[str, Any], place: Path) -> Told:
    """The plan with what is known of it: all that the place declares, or what the file of blocks has."""
    from totalplace.cli.neighbourhood_options import SOURCE
    from totalplace.place import open_place
    from totalplace.reports.neighbourhoods import Told, told_of_place

    task = plan.task
    if asked["file"]:
        named = dict.fromkeys([*layers_of(task), *filter(None, (task.whole, task.today))])
        against = tuple(name for name in named if name != said)
        made = (SOURCE.format(Path(asked["file"]).name),)
        return Told(plan, tuple(called), Path(said).stem, "", against, task.whole, pieces.names, made, pieces.notes)
    opened = open_place(place)
    given = click.get_current_context().get_parameter_source("band") is not ParameterSource.DEFAULT
    proposal = opened.geography.declared.proposal(said)
    if proposal and proposal.band and not given:
        plan = replace(plan, task=replace(task, band=band_of(proposal.band)))
    return told_of_place(opened.geography, said, plan, called, opened.definition.name)


def _as_asked(told: Told, layers: list[str], over: str, title: str, sources: list[str]) -> Told:
    for name in (*layers, *filter(None, (over,))):
        told.plan.task.blocks.layer(name)
    return replace(
        told,
        title=title or told.title,
        against=tuple(layers) or told.against,
        services=None if layers else told.services,
        over=over or told.over,
        sources=tuple(dict.fromkeys(sources)),
    )


def _print(told: Told, out: Path) -> None:
    from totalplace.reports.neighbourhoods_pdf import neighbourhoods_pdf
    from totalplace.reports.neighbourhoods_workbook import neighbourhoods_workbook
    from totalplace.store.files import write_whole

    if out.suffix.lower() == ".xlsx":
        neighbourhoods_workbook(out, told)
    else:
        write_whole(out, neighbourhoods_pdf(told))
