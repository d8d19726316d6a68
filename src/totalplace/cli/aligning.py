"""The command `align`: how far apart the lines of services are, and what bringing them together would take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.options import FILE, Out, app, parts_in, text, with_json, with_limit, with_many, with_place
from totalplace.errors import UsageError

if TYPE_CHECKING:
    from totalplace.geography.aligning.comparison import Comparison
    from totalplace.table import Table

SOURCE = "People by block and the areas of each block as given in {}. Shares are of people; entropies in nats."
PICTURED = ("same", "whole")
"""The matrices that people are shown."""


@app.command()
@click.argument("file", default="", type=text)
@click.option("--block", default="", type=text, help="The column with the codes of blocks; the first if not given.")
@click.option("--people", default="", type=text, help="The column with the people of each block.")
@with_many("division", "A column that is a division, or NAME=COLUMN; every one that can be if not given.")
@click.option(
    "--to",
    "proposed",
    default="",
    type=text,
    help="The division to which the others would move, or a file with a plan.",
)
@click.option("--sites", default="", type=text, help="A file of sites: columns service, block, site; area and staff.")
@click.option("--pair", default="", type=text, help="Only two divisions, with commas between: how they overlap.")
@click.option("--projection", default="", type=text, help="The projection of shapes in FILE that does not say it.")
@with_limit(40)
@click.option("--csv", type=FILE, help="Write the measures, or the overlaps of a pair, to this CSV file too.")
@click.option("--xlsx", type=FILE, help="Write every table to this workbook too, a sheet each.")
@with_place
@with_json
def align(
    file: str,
    block: str,
    people: str,
    division: tuple[str, ...],
    proposed: str,
    sites: str,
    pair: str,
    projection: str,
    limit: int,
    csv: Path | None,
    xlsx: Path | None,
    place: Path,
    json: bool,
) -> None:
    """Show how far apart the lines of services are: every division of the same people against every other.

    FILE has a row a block (output area, LSOA, ward ...), its people, and a column for each division: CSV, XLSX,
    GeoJSON, GeoPackage, shapefile or Parquet. Shapes in it give shared lines too. Without FILE it is of the layers that
    the place declares ('totalplace areas load'); points whose file names areas of a layer are that service's sites.
    """
    from totalplace.cli.show import as_json, table_document

    if sites and not proposed:
        raise UsageError("--sites goes with --to: sites are held against the lines that services would move to")
    wanted = parts_in(division)
    plan, layer = (proposed, "") if proposed and Path(proposed).is_file() else ("", proposed)
    if file:
        from totalplace.geography.aligning.straight import comparison_of

        columns = {"block": block, "people": people, "projection": projection}
        found = comparison_of(Path(), file, divisions=wanted, proposed=layer, sites=sites, **columns)
    else:
        _refuse(block=block, people=people, sites=sites, projection=projection)
        found = _of_place(place, wanted, layer)
    if plan:
        from totalplace.geography.aligning.straight import with_plan

        found = with_plan(found, Path(), plan)
    two = _two(pair)
    table = found.overlaps_table(*two) if two else found.measures_table()
    if json:
        as_json({**table_document(table), "words": _pair_words(found, two)} if two else found.document())
    elif two:
        _show_pair(found, two, limit)
    else:
        _show(found, limit)
    _write(found, table, Out(csv=csv, xlsx=xlsx), file)


def _refuse(**given: str) -> None:
    for name, value in given.items():
        if value:
            raise UsageError(f"--{name} goes with a file: the layers of a place say it in geography.toml")


def _of_place(place: Path, wanted: list[str], proposed: str) -> Comparison:
    """The layers that the place declares."""
    from totalplace.geography.aligning.placed import comparison_of_place
    from totalplace.place import open_place

    if not (place / "place.toml").is_file():
        raise UsageError("name a file with a row a block, its people and its areas, or with --place a place's folder")
    return comparison_of_place(open_place(place).geography, wanted, proposed)


def _two(pair: str) -> tuple[str, str] | None:
    names = parts_in(pair)
    if pair and len(names) != 2:
        raise UsageError(f"--pair is of two divisions with a comma between, such as wards,gp; '{pair}' is not")
    return (names[0], names[1]) if pair else None


def _pair_words(found: Comparison, two: tuple[str, str]) -> list[str]:
    from totalplace.geography.aligning.words import pair_words

    return pair_words(found.pair(*two))


def _show_pair(found: Comparison, two: tuple[str, str], limit: int) -> None:
    from totalplace.cli.show import as_table

    for sentence in _pair_words(found, two):
        print(sentence)
    print()
    as_table(found.overlaps_table(*two), limit)


def _show(found: Comparison, limit: int) -> None:
    """Prints what it comes to in words, two matrices, and the moves where lines are proposed."""
    from totalplace.cli.show import as_table, say

    for sentence in found.words():
        print(sentence)
    tables: list[Table] = [found.matrix_table(name) for name in PICTURED]
    if found.graph is not None:
        tables.append(found.matrix_table("lines"))
    if found.proposed:
        tables.append(found.moves_table())
    for table in tables:
        print()
        as_table(table, limit)
    for warning in found.warnings():
        say(f"warning: {warning}")


def _write(found: Comparison, table: Table, out: Out, file: str) -> None:
    from totalplace.cli.files import write_book
    from totalplace.reports.workbook import write_sheets

    name = Path(file).name or "geography.toml and the files that it names"
    scope = f"{len(found.blocks):,} blocks with {int(found.blocks.people.sum()):,} people; {', '.join(found.names)}"

    def as_workbook(path: Path) -> None:
        about = ["How far apart our lines are", scope, *found.words(), *found.warnings()]
        write_sheets(path, found.tables(), scope=scope, source=SOURCE.format(name), about=about)

    write_book(table, out, as_workbook)
