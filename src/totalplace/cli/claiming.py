"""The command for claims by area: claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.options import Out, app, text, with_out

if TYPE_CHECKING:
    from totalplace.areas.claims import Claims
    from totalplace.table import Table

SHOWN = ("curve", "doubts", "words")
"""What `totalplace claims` can show instead of the figures by area."""
HIDDEN = ("term", "definition", "year")
"""Columns that people are shown in a heading, and files have in each row."""
SOURCE = "Source: the tables of areas that areas.toml declares; see the definition. Counts of people, not of money."


@app.command()
@click.argument("which", metavar="[ID]", default="", type=text)
@click.option(
    "--show",
    type=click.Choice(SHOWN),
    help="Instead: the curve, area by area; what to look at; words that no term may hold.",
)
@with_out(0)
def claims(which: str, show: str | None, place: Path, out: Out) -> None:
    """Say how claims of a benefit are spread over areas, and how many who are entitled do not claim.

    ID is one [[claims]] of areas.toml, area by area; without it, all of them. Tables of areas say who claims and who
    could; no build is needed.
    """
    from totalplace.areas.claims_tables import words_table
    from totalplace.cli.files import write_others
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    if which and show == "words":
        raise UsageError("--show words takes no ID: the words are the same for all claims")
    opened = open_place(place)
    if show == "words":
        found, table = [], words_table()
    else:
        found = [opened.areas.claim(which)] if which else list(opened.areas.claims())
        table = _table(found, which, show)
    doubts = [f"{what}: {said}" for one in found for what, said in one.doubts] if show != "doubts" else []
    if out.json:
        as_json({**table_document(table), "claims": [_about(one) for one in found], "doubts": doubts})
    else:
        for one in found:
            _head(one)
        as_table(table, out.limit, hide=_hidden(table, which))
        for said in doubts:
            say(f"NOTE: {said}")
    write_others(opened, table, out, SOURCE)


def _table(found: list[Claims], which: str, show: str | None) -> Table:
    from totalplace.areas.claims_tables import areas_table, curve_table, doubts_table, summary_table
    from totalplace.errors import UsageError

    if show == "doubts":
        return doubts_table(found)
    if show == "curve":
        if len(found) != 1:
            raise UsageError("--show curve is of one [[claims]] of areas.toml: name its id")
        return curve_table(found[0])
    return areas_table(found[0]) if which else summary_table(found)


def _hidden(table: Table, which: str) -> list[str]:
    """Columns that the heading says, and those of notes where there is none."""
    names = [column.name for column in table.columns]
    notes = [(name, names.index(name)) for name in ("why", "grade") if name in names]
    empty = [name for name, at in notes if not any(row[at] for row in table.rows)]
    return [*empty, *(("grade", *HIDDEN) if which else HIDDEN[1:])]


def _head(one: Claims) -> None:
    """What is counted, and what the figures say, above the table."""
    import sys

    from totalplace.areas.claims_words import in_words

    years = f" ({one.years})" if one.years else ""
    lines = [f"{one.term}{years} [{one.claim.id}]", one.claim.definition, *in_words(one)]
    sys.stdout.write("\n".join(lines) + "\n\n")


def _about(one: Claims) -> dict[str, object]:
    from totalplace.areas.claims_words import in_words

    claim = one.claim
    said = {"id": claim.id, "term": claim.term, "definition": claim.definition, "year": one.years}
    return {**said, "says": in_words(one)}
