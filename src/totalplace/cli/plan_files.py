"""Plans by the name of a layer or a file, and plans written out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.errors import UsageError

if TYPE_CHECKING:
    from totalplace.geography.blocks import Blocks, Division
    from totalplace.geography.design.loading import Pieces
    from totalplace.geography.design.plan import Plan
    from totalplace.geography.design.task import Task


def division_named(blocks: Blocks, said: str) -> Division:
    """The areas of a layer, or of a file with a column of blocks and one of areas; UsageError where it is neither."""
    from totalplace.errors import did_you_mean
    from totalplace.geography.design.loading import division_of
    from totalplace.geography.reading.files import read_features
    from totalplace.store.files import what_is

    if said in blocks.layers:
        return blocks.layers[said]
    if not what_is(Path(said)):
        raise UsageError(f"'{said}' is no layer and no file{did_you_mean(said, list(blocks.layers))}")
    return division_of(read_features(Path(), said), blocks, Path(said).stem)


def plan_named(task: Task, pieces: Pieces, said: str) -> tuple[Plan, list[str]]:
    """A plan by the name of a layer or of a file that holds it, and what its areas are called.

    A layer of a part of the place, such as the proposal for one borough, is a plan of that part alone; a file that
    leaves out blocks is refused.
    """
    from totalplace.geography.design.start import division_plan
    from totalplace.geography.design.tables import area_names

    division = division_named(task.blocks, said)
    if said in task.blocks.layers and (division.of < 0).any() and (division.of >= 0).any():
        task = task.take((division.of >= 0).nonzero()[0])
        division = task.blocks.layers[said]
    plan = division_plan(task, division)
    labels = [division.labels[int(division.of[group[0]])] for group in plan.groups]
    if said not in task.blocks.layers and all(label.isdecimal() for label in labels):
        return plan, area_names(plan, pieces.names)
    called = pieces.names.get(said, {})
    return plan, [called.get(label, label) for label in labels]


PLAIN = (".csv", ".geojson", ".gpkg", ".json")
"""What a plan is written as that needs nothing besides."""


def check_ending(path: Path) -> None:
    """Raises UsageError for a file that is none of PLAIN, or not ours, before anything is worked out for it."""
    spare_declared(path)
    if path.suffix.lower() not in PLAIN:
        raise UsageError(
            f"{path}: a plan is written as {', '.join(PLAIN)}; "
            "'totalplace neighbourhoods export PLAN FILE' makes .pdf and .xlsx of it"
        )


def spare_declared(path: Path) -> None:
    """Raises UsageError for a file that a geography.toml above it is made of: a plan would take a boundary's place."""
    from contextlib import suppress

    from totalplace.errors import PlaceError
    from totalplace.geography.assembling import path_of
    from totalplace.geography.declared import FILE, Plan, load
    from totalplace.store.files import what_is

    full = path.absolute().resolve()
    for folder in full.parents:
        found = None
        with suppress(PlaceError):  # one that cannot be read names no files
            found = load(folder) if what_is(folder / FILE) == "file" else None
        plan = found or Plan()
        named = {each.file for each in (*plan.files, *plan.assets, *plan.indicators)}
        named |= {name for each in plan.layers for name in (each.population_file, each.centres) if name}
        if any(path_of(name, folder).resolve() == full for name in named if "\0" not in name):
            raise UsageError(f"{path} is a file that {FILE} is made of: write the plan under another name")


def write_plan(plan: Plan, called: list[str], path: Path) -> None:
    """A plan as a table, a map or a document for programs, by the end of the file's name."""
    from totalplace.cli.files import written
    from totalplace.geography.design.geopackage import write_geopackage

    check_ending(path)
    kind = path.suffix.lower()
    with written(path):
        if kind == ".gpkg":
            write_geopackage(path, plan, called)
        else:
            path.write_bytes(_bytes(plan, called, kind))


def _bytes(plan: Plan, called: list[str], kind: str) -> bytes:
    import json

    from totalplace.geography.design.tables import blocks_table, document, geojson
    from totalplace.reports.text import csv_file

    if kind == ".csv":
        table = blocks_table(plan, called)
        return b"".join(csv_file(table.columns, table.rows))
    whole = geojson(plan, called) if kind == ".geojson" else json.dumps(document(plan, called), indent=1) + "\n"
    return whole.encode()
