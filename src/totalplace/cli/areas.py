"""Commands for areas: add-areas, areas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from totalplace.cli.options import Out, app, parts_in, text, with_filters, with_json, with_many, with_out, with_place

if TYPE_CHECKING:
    from totalplace.areas.answers import Areas
    from totalplace.place import Place
    from totalplace.table import Table

CELLS = {
    "body": "Only money of these bodies.",
    "service": "Only money for these services, such as children.",
    "kind": "Only these kinds of payment.",
    "year": "Only these financial years.",
    "area": "Only these areas, by id; not-apportioned is what stays at the whole place.",
    "method": "Only what was told so: direct, recipients, users, weighted-population, population, none.",
    "driver": "Only what these drivers apportion; none for what no rule gives to one.",
}
SHOWN = ("methods", "rules", "drivers", "shares", "doubts")
"""The tables that `totalplace areas` can show instead of the money."""


@app.command("add-areas")
@click.argument("file", type=text)
@click.option("--kind", default="", help="What the areas are called, such as wards.")
@click.option("--area-column", "area", default="", help="The heading of their ids, where it is not the one proposed.")
@click.option("--name-column", "name", default="", help="The heading of their names.")
@click.option("--year-column", "year", default="", help="The heading of financial years, where rows are of several.")
@click.option("--within", default="", metavar="COLUMN=VALUE", help="Only rows with this value, where it is of more.")
@click.option("--add-up", is_flag=True, help="Several rows of an area are parts of it, to be added up.")
@click.option("--table", default="", help="An id, where one file is to be two tables.")
@click.option("--driver", type=text, multiple=True, metavar="COLUMN=METHOD", help="Only these columns become drivers.")
@click.option("--year", "figures_of", default="", help="The financial year of the figures, where no column says it.")
@click.option("--source", default="", help="Where the figures were published.")
@click.option("--grade", default="", help="actual, apportioned or estimated.")
@with_place
@click.option("--yes", "-y", is_flag=True, help="Write down what was found without asking.")
@with_json
def add_areas(
    file: str, kind: str, add_up: bool, driver: tuple[str, ...], place: Path, yes: bool, json: bool, **given: str
) -> None:
    """Look at a table of areas and write it into areas.toml with its columns of numbers as drivers.

    FILE is CSV or XLSX (book.xlsx#Sheet for one sheet), a row an area. Methods of a driver: direct, recipients,
    users, weighted-population, population. No money is apportioned until rules in areas.toml say so.
    """
    from totalplace.areas.listed import columns_table
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.place import open_place

    opened = open_place(place)
    said = {name: value for name, value in given.items() if value} | ({"repeated": "add"} if add_up else {})
    seen = opened.areas.look(file, said, _named(driver))
    table = columns_table(seen)
    if not json:
        as_table(table)
        for note in seen.notes:
            say(f"NOTE: {note}")
    agreed = yes or (not json and click.confirm("Write this to areas.toml?", err=True))
    if agreed:
        opened.areas.agree(seen, kind)
    if json:
        as_json({"written": agreed, "columns": table_document(table), "notes": list(seen.notes)})
    elif agreed:
        say(f"{len(seen.sheet.areas())} areas added; next: rules in areas.toml, then totalplace areas")


def _named(drivers: tuple[str, ...]) -> dict[str, str]:
    from totalplace.errors import UsageError

    named = {}
    for said in drivers:
        column, sign, method = said.rpartition("=")
        if not sign or not column.strip():
            raise UsageError(f"--driver '{said}' must be a column and its method, such as \"Pupils on roll=users\"")
        named[column.strip()] = method.strip()
    return named


@app.group(invoke_without_command=True)
@with_many("by", "Cuts: area, body, service, kind, year, method, driver; area if not given.")
@with_filters(**CELLS)
@click.option(
    "--show", type=click.Choice(SHOWN), help="Instead of money: its methods, rules, drivers, shares of bodies, doubts."
)
@with_out(0)
def areas(by: tuple[str, ...], where: dict[str, list[str]], show: str | None, place: Path, out: Out) -> None:
    """Money by area, a head too, with the share of it that each method told.

    Net payments, apportioned by the rules of areas.toml; what no rule apportions stays at the whole place. With
    --show shares: how the share of each body that is wider than the place is explained. The geography of the place,
    which areas it has and how they fit, is in the commands below.
    """
    context = click.get_current_context()
    if context.invoked_subcommand:
        _nothing_before(context)
        return
    from totalplace.cli.files import write_files
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    if show and by:
        raise UsageError("--by cuts money; it does not go with --show")
    opened = open_place(place)
    found = opened.areas
    cuts = parts_in(by)
    if show:
        table = _shown(found, show, where)
    else:
        table = found.cut(cuts, where) if cuts and cuts != ["area"] else found.table(where)
    _answer(opened, found, table, show or "", where, out)
    write_files(opened, table, out, where=where)


def _nothing_before(context: click.Context) -> None:
    """Raises UsageError for options of money that stand before a command on geography: they would be lost."""
    from totalplace.errors import UsageError

    name = context.invoked_subcommand
    given = [key for key in context.params if context.get_parameter_source(key) is ParameterSource.COMMANDLINE]
    if given:
        raise UsageError(f"options go after the command: totalplace areas {name} --{given[0].replace('_', '-')} ...")


def _shown(found: Areas, show: str, where: dict[str, list[str]]) -> Table:
    from totalplace.errors import UsageError

    if where and show not in ("methods", "rules"):
        raise UsageError(f"--show {show} takes no filters: it is of the whole place")
    if show in ("methods", "rules"):
        return found.methods(where) if show == "methods" else found.rules(where)
    made: Table = getattr(found, show)()
    return made


def _answer(opened: Place, found: Areas, table: Table, show: str, where: dict[str, list[str]], out: Out) -> None:
    """Shows a table; with money always the share of it by method, and what is to be looked at."""
    import sys

    from totalplace.cli.show import as_json, as_table, names_of, say, table_document

    document: dict[str, Any] = table_document(table)
    if not show:
        document["methods"] = list(found.methods(where).records())
    doubts = found.doubts().rows if show not in ("shares", "doubts") else []
    if out.json:
        as_json({**document, "note": table.note, "doubts": [f"{what}: {words}" for what, words in doubts]})
        return
    hide = [column.name for column in table.columns if column.label.endswith(" (id)")]
    as_table(table, out.limit, names=names_of(opened), hide=[name for name in hide if name != "area"])
    if not show:
        sys.stdout.write("\n")
        as_table(found.methods(where), hide=("method",))
    for what, words in doubts:
        say(f"NOTE: {what}: {words}")
