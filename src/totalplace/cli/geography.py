"""The commands `areas load` and `areas fit`: which small areas a place has, the layers over them, and how they fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.areas import areas
from totalplace.cli.options import Out, text, with_json, with_limit, with_out, with_place

if TYPE_CHECKING:
    from totalplace.geography.answers import Geography
    from totalplace.geography.assembling import Whole
    from totalplace.geography.declared import Plan
    from totalplace.geography.looking import Look
    from totalplace.geography.reading.features import Keep
    from totalplace.place import Place

with_within = click.option(
    "--within", default="", metavar="COLUMN=VALUE", help="Only rows with this value, where the file is of more."
)


@areas.command()
@click.argument("files", nargs=-1, type=text)
@click.option(
    "--as",
    "role",
    type=click.Choice(["blocks", "layer", "lookup", "points", "assets", "indicator"]),
    help="What they are, if not as proposed.",
)
@click.option("--id", default="", help="What the layer or the points are called in commands.")
@click.option("--title", default="", help="What people call them, such as 'GP networks'.")
@click.option("--kind", default="", help="OA, LSOA, MSOA, ward, authority, or any other word.")
@click.option("--vintage", default="", help="Of which year the codes are, such as 2021.")
@click.option("--code", default="", help="The heading of the codes.")
@click.option("--name", default="", help="The heading of the names.")
@click.option("--area", default="", help="Of a lookup: the heading of the larger area.")
@click.option(
    "--of", default="", help="Of a lookup, points or an indicator: the layer whose codes it has, if not the blocks."
)
@click.option("--share", default="", help="Of a lookup: the heading of shares, where a code has several areas.")
@click.option("--partial", is_flag=True, help="Of a lookup: blocks that are not in it belong to none.")
@click.option("--population", default="", help="Of blocks: the heading of people.")
@click.option("--population-file", default="", help="The table that has the people, where the shapes' file has none.")
@click.option("--population-code", default="", help="The heading of the codes in that table.")
@click.option("--centres", default="", help="Of blocks: a file of their population-weighted centres.")
@click.option("--centres-code", default="", help="The heading of the codes in that file.")
@click.option("--projection", default="", help="Such as EPSG:27700, where the file does not say it.")
@click.option("--x", default="", help="Of points: the heading of eastings or longitudes.")
@click.option("--y", default="", help="Of points: the heading of northings or latitudes.")
@click.option("--block", default="", help="Of points: the heading of codes of blocks, instead of coordinates.")
@click.option(
    "--column",
    "columns",
    type=text,
    multiple=True,
    metavar="KEY=HEADING",
    help="Of assets: a column that is not found by its heading, such as owner=Holder; can be given again.",
)
@click.option("--figure", default="", help="Of an indicator: the heading of its figures.")
@click.option("--mean", is_flag=True, help="Of an indicator: a rate or an index, weighted by people; else a count.")
@click.option("--low", is_flag=True, help="Of an indicator: less means more need, as of a rank.")
@with_within
@click.option("--source", default="", help="Where they were published.")
@with_limit(0)
@with_place
@click.option("--yes", "-y", is_flag=True, help="Write down what was found without asking.")
@with_json
def load(
    files: tuple[str, ...],
    role: str | None,
    within: str,
    columns: tuple[str, ...],
    limit: int,
    place: Path,
    yes: bool,
    json: bool,
    **given: Any,
) -> None:
    """Look at files of areas and sites, and write them into geography.toml; without FILES, list what is there.

    FILES are GeoJSON, GeoPackage, shapefiles (zipped too), Parquet, CSV or XLSX. The first are the small areas that all
    else is made of, with people; then layers with shapes, lookups, and points such as practices and schools. With
    --as: registers of public buildings (assets), and figures of need (indicator).
    """
    from totalplace.cli.show import as_json
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    opened = open_place(place)
    found = opened.geography
    every = {**given, **_kept(within), "role": role, "columns": _columns(columns)}
    said = {key: value for key, value in every.items() if value}
    if not files:
        if said:
            raise UsageError(f"--{next(iter(said)).replace('_', '-')} says something of a file: name the file")
        _list(found, limit, json)
        return
    if len(files) > 1 and (said.get("id") or said.get("title")):
        raise UsageError("--id and --title are of one file: load the files one by one")
    done = [_load(opened, file, said, yes, json) for file in files]
    if json:
        as_json({"loaded": done})


def _kept(within: str) -> dict[str, Any]:
    keep = _keep(within)
    return {"within": keep.column, "only": keep.values} if keep else {}


def _keep(within: str) -> Keep | None:
    from totalplace.errors import UsageError
    from totalplace.geography.reading.features import Keep

    if not within:
        return None
    column, sign, value = within.partition("=")
    values = tuple(part.strip() for part in value.split(",") if part.strip())
    if not sign or not column.strip() or not values:
        raise UsageError(f"--within '{within}' must be a column and its value, such as lad22nm=Salford")
    return Keep(column.strip(), values)


def _columns(given: tuple[str, ...]) -> dict[str, str]:
    """Keys of a register with the headings that were given for them."""
    from totalplace.errors import UsageError

    named = {}
    for said in given:
        key, sign, heading = said.partition("=")
        if not sign or not heading.strip():
            raise UsageError(f"--column '{said}' must be a key and a heading, such as owner=Holder")
        named[key.strip()] = heading.strip()
    return named


def _load(opened: Place, file: str, said: dict[str, Any], yes: bool, json: bool) -> dict[str, Any]:
    from totalplace.cli.show import say

    found = opened.geography
    before = set(found.notes())
    seen = found.look(file, said)
    plan, whole = found.tried(seen)
    more = opened.facilities.trial(seen) if seen.role in ("assets", "indicator") else []
    document = _document(seen, plan, whole, more)
    if not json:
        click.echo(f"{file}: {seen.rows:,} rows, taken for {seen.role}")
        for name, entry in seen.entries:
            click.echo(f"  [[{name}]] {entry.id}: {_words(entry)}")
        if document["where"]:
            click.echo(f"  they lie {document['where']}: is that this place?")
        for note in (*whole.notes, *more):
            if note in before:
                continue
            say(f"NOTE: {note}")
    agreed = yes or (not json and click.confirm("Write this to geography.toml?", err=True))
    if agreed:
        found.agree(seen)
    return {**document, "written": agreed}


def _words(entry: Any) -> str:
    from dataclasses import fields

    given = ((field.name, getattr(entry, field.name)) for field in fields(entry))
    shown = ((name, " or ".join(value) if isinstance(value, tuple) else value) for name, value in given)
    return ", ".join(f"{name} {value}" for name, value in shown if value and name not in ("id", "file", "sha256"))


def _document(seen: Look, plan: Plan, whole: Whole, more: list[str]) -> dict[str, Any]:
    from totalplace.cli.show import table_document
    from totalplace.geography.reading.projection import whereabouts
    from totalplace.geography.tables import layers_table

    shapes = whole.blocks.shapes if seen.role == "blocks" else None
    return {
        "role": seen.role,
        "where": whereabouts(shapes) if shapes is not None else "",
        "rows": seen.rows,
        "entries": [{"table": name, "id": entry.id, "file": entry.file} for name, entry in seen.entries],
        "layers": table_document(layers_table(whole, plan))["rows"],
        "notes": [*whole.notes, *more],
    }


def _list(found: Geography, limit: int, json: bool) -> None:
    from totalplace.cli.show import as_json, as_table, say, table_document

    layers, points, notes = found.layers(), found.points(), found.whole.notes
    if json:
        as_json(
            {"layers": table_document(layers)["rows"], "points": table_document(points)["rows"], "notes": list(notes)}
        )
        return
    as_table(layers, limit, hide=("file",))
    if points.rows:
        click.echo()
        as_table(points, limit)
    for note in notes:
        say(f"NOTE: {note}")


@areas.command("fit")
@click.argument("file", default="", type=text)
@click.option("--from", "source", default="", help="The layer that the figures, or the areas, are of.")
@click.option("--to", "target", required=True, help="The layer that they are wanted for.")
@click.option("--figure", multiple=True, type=text, help="The heading of the figures; can be given again.")
@click.option("--code", default="", help="The heading of the codes, where it is not the one that matches.")
@click.option("--mean", is_flag=True, help="They are rates or indices, weighted by people; counts if not given.")
@click.option("--whole", is_flag=True, help="By best fit: each area whole to the one that holds most of its people.")
@with_within
@with_out(0)
def fit_areas(
    file: str,
    source: str,
    target: str,
    figure: tuple[str, ...],
    code: str,
    mean: bool,
    whole: bool,
    within: str,
    place: Path,
    out: Out,
) -> None:
    """Move figures from one layer of areas to another by the people in both, with the share of people misplaced.

    FILE is a table of figures, a row an area of --from. Without FILE: to each area of --from the area of --to that
    holds most of its people (best fit).
    """
    from totalplace.cli.files import write_others
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    opened = open_place(place)
    found = opened.geography
    source = source or found.declared.blocks
    if bool(file) != bool(figure):
        raise UsageError("FILE and --figure go together: which of its columns are to be moved?")
    notes: list[str] = []
    if file:
        table, notes, moved = found.fit(
            file,
            figure,
            source,
            target,
            code=code,
            kind="mean" if mean else "count",
            method="best-fit" if whole else "share",
            keep=_keep(within),
        )
        figures = {
            name: {"misplaced": each.misplaced, "outside": each.outside, "without": list(each.without)}
            for name, each in moved.items()
        }
    else:
        table, figures = found.best_fit(source, target), {}
    if out.json:
        as_json({**table_document(table), "note": table.note, "figures": figures, "notes": notes})
    else:
        as_table(table, out.limit)
        for note in notes:
            say(f"NOTE: {note}")
    write_others(opened, table, out, "Areas as declared in geography.toml, weighted by people")
