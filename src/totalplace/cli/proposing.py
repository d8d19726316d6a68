"""The commands `neighbourhoods propose`, `proposals` and `withdraw`: plans that are kept with their reasons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.neighbourhood_options import band_of, neighbourhoods
from totalplace.cli.options import Out, text, with_json, with_out, with_place
from totalplace.cli.plan_files import division_named

if TYPE_CHECKING:
    from totalplace.geography.answers import Geography
    from totalplace.geography.blocks import Division


@neighbourhoods.command("propose")
@click.argument("plan", type=text)
@click.option("--title", required=True, type=text, help="What people are to call it.")
@click.option("--reasons", required=True, type=text, help="Why these lines and no others; @FILE takes a text file.")
@click.option("--by", default="", type=text, help="Who proposes it: a role or a body, no person's name.")
@click.option("--band", default="", type=text, help="The people of an area that it is meant for, such as 30000-50000.")
@click.option("--instead-of", default="", type=text, help="The id of a proposal that it takes the place of.")
@with_place
@with_json
def propose_plan(
    plan: str, title: str, reasons: str, by: str, band: str, instead_of: str, place: Path, json: bool
) -> None:
    """Keep a plan with its reasons in geography.toml: a layer like any other, to be compared, shown and printed.

    PLAN is a layer, or a file with a column of blocks and one of areas, as `neighbourhoods design --out` writes it.
    """
    from totalplace.cli.show import as_json, say
    from totalplace.place import open_place

    geography = open_place(place).geography
    if band:
        band = band_of(band).plain
    division, came_from = _division(geography, plan)
    made = geography.propose(
        division, title, _reasons(reasons), by=by, band=band, came_from=came_from, instead_of=instead_of
    )
    if json:
        as_json({"id": made.id, "file": made.file, "title": made.title, "made": made.made})
    else:
        say(f"kept as proposal '{made.id}' in geography.toml, its blocks in {made.file}")


def _division(geography: Geography, said: str) -> tuple[Division, str]:
    """The areas of a plan, named as people call them, and in words what it came from."""
    from dataclasses import replace

    division = division_named(geography.blocks, said)
    if said in geography.blocks.layers:
        called = geography.names(said)
        labels = [called.get(label, label) for label in division.labels]
        # Two areas of one name keep their codes: a proposal tells its areas apart by name.
        return replace(division, labels=tuple(labels)) if len(set(labels)) == len(labels) else division, said
    return division, Path(said).name


def _reasons(said: str) -> str:
    """The reasons as given, or those of a text file that is named after @."""
    from totalplace.errors import DataError, FileRefused
    from totalplace.store.files import what_is

    if not said.startswith("@"):
        return said
    if what_is(Path(said[1:])) == "other":
        raise FileRefused(said[1:], "is a device or a pipe, which need never end: name a file")
    try:
        return Path(said[1:]).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise FileRefused(said[1:], "it is not text in UTF-8") from error
    except OSError as error:
        raise DataError(f"{said[1:]} cannot be read: {error.strerror or error}") from error


@neighbourhoods.command("proposals")
@with_out(0)
def list_proposals(place: Path, out: Out) -> None:
    """List what is proposed: areas, people, by whom, when and why."""
    from totalplace.cli.files import write_others
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.place import open_place

    opened = open_place(place)
    table = opened.geography.proposals()
    if out.json:
        as_json(table_document(table))
    elif table.rows:
        as_table(table, out.limit, hide=("file",))
    else:
        say("nothing is proposed yet: totalplace neighbourhoods propose PLAN --title ... --reasons ...")
    write_others(opened, table, out, "Proposals as declared in geography.toml")


@neighbourhoods.command("withdraw")
@click.argument("proposal", type=text)
@with_place
@with_json
def withdraw_proposal(proposal: str, place: Path, json: bool) -> None:
    """Take a proposal out of geography.toml, by its id; the file with its blocks stays."""
    from totalplace.cli.show import as_json, say
    from totalplace.place import open_place

    geography = open_place(place).geography
    there = geography.declared.proposal(proposal)
    kept = there.file if there else ""
    geography.withdraw(proposal)
    if json:
        as_json({"withdrawn": proposal, "file": kept})
    else:
        say(f"'{proposal}' is withdrawn; its blocks stay in {kept}")
