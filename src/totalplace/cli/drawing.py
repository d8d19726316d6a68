"""The command `logic`: the logic model of a case, checked, and drawn for other tools."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.options import app, text, with_json, with_place
from totalplace.errors import DataError, UsageError

if TYPE_CHECKING:
    from totalplace.logic.files import Logic, Read
    from totalplace.table import Table

OUT = click.Path(path_type=Path, dir_okay=False)
SOURCE = "The logic model as declared in the file of the case."


@app.command()
@click.argument("file", default="", type=text)
@click.option("--check", is_flag=True, help="Only what is wrong and what is lacking.")
@click.option("--mermaid", type=OUT, help="Write the picture as Mermaid text to this file.")
@click.option("--graphviz", type=OUT, help="Write the picture for Graphviz (DOT) to this file.")
@click.option("--svg", type=OUT, help="Write the picture itself to this file.")
@click.option("--csv", type=OUT, help="Write the register of benefits to this CSV file.")
@click.option("--xlsx", type=OUT, help="Write every table to this workbook, a sheet each.")
@click.option("--new", "begin", default="", type=text, metavar="NAME", help="Begin a case of this name.")
@click.option("--like", default="", type=text, help="Begin it as a shipped example: families.")
@with_place
@with_json
def logic(
    file: str,
    check: bool,
    mermaid: Path | None,
    graphviz: Path | None,
    svg: Path | None,
    csv: Path | None,
    xlsx: Path | None,
    begin: str,
    like: str,
    place: Path,
    json: bool,
) -> None:
    """Show the logic model of a case: what it takes, what is done, what comes of it, and what that rests on.

    FILE is a case in the place's folder cases, without .toml, or a file (.toml or .json) anywhere; without one, the
    cases are listed. Exit status 1 where there is a fault: a link to a step that is not there, or links in a circle.
    """
    from totalplace.cli.show import show_listed

    written = {"mermaid": mermaid, "graphviz": graphviz, "svg": svg, "csv": csv, "xlsx": xlsx}
    if begin or not file:
        if begin and file:
            raise UsageError("a model is shown, or with --new one is begun; give one at a time")
        if check or any(written.values()):
            raise UsageError("name the case, or the file: 'totalplace logic' lists the cases")
        if like and not begin:
            raise UsageError("--like goes with --new")
        models = _models(place)
        if begin:
            _begin(models, begin, like, json)
        else:
            show_listed(models.listed(), json, "case", "logic --new NAME")
        return
    if like:
        raise UsageError("--like goes with --new")
    read = _read(file, place)
    _show(read, check=check, json=json)
    _write(read, written)
    if read.model.faulty:
        raise SystemExit(1)


def _models(place: Path) -> Logic:
    from totalplace.place import open_place

    return open_place(place).logic


def _read(file: str, place: Path) -> Read:
    """The model in a file, which needs no place, or in a case of the place."""
    from totalplace.logic.files import read_path

    path = Path(file)
    return read_path(path) if path.suffix.lower() in (".toml", ".json") else _models(place).read(file)


def _begin(models: Logic, name: str, like: str, json: bool) -> None:
    from totalplace.cli.show import as_json, say

    path = models.new(name, like=like)
    if json:
        as_json({"case": name, "file": str(path)})
    say(f"wrote {path}; write its steps into it, or on the page Logic models, then: totalplace logic {name}")


def _show(read: Read, *, check: bool, json: bool) -> None:
    from totalplace.cli.show import as_json, as_table, say
    from totalplace.logic.coverage import checks_table, coverage_table, steps_table
    from totalplace.logic.files import document

    found = read.model.checks()
    if json:
        as_json(document(read))
        return
    if not check and read.model.steps:
        as_table(steps_table(read.model), hide=("step", "from", "lag_years", "note"))
        print()
        as_table(coverage_table(read.model), hide=("step",))
        print()
    if found:
        as_table(checks_table(found), hide=("code", "step"))
    else:
        say("nothing is wrong, and nothing is lacking")


def _write(read: Read, wanted: dict[str, Path | None]) -> None:
    from totalplace.cli.files import written

    for kind, path in wanted.items():
        if path is None:
            continue
        with written(path):
            _write_one(read, kind, path)


def _write_one(read: Read, kind: str, path: Path) -> None:
    from totalplace.logic.coverage import register_table
    from totalplace.logic.files import tables

    if kind == "xlsx":
        _sheets(path, tables(read), read.title)
    elif kind == "csv":
        from totalplace.reports.text import csv_file

        table = register_table(read.model)
        with path.open("wb") as out:
            out.writelines(csv_file(table.columns, table.rows))
    else:
        path.write_text(_drawn(read, kind), "utf-8", newline="\n")


def _sheets(path: Path, made: Sequence[Table], title: str) -> None:
    from totalplace.reports.workbook import write_sheets

    write_sheets(path, list(made), scope=title, source=SOURCE)


def _drawn(read: Read, kind: str) -> str:
    from totalplace.logic.text import graphviz, mermaid

    if kind == "mermaid":
        return mermaid(read.model)
    if kind == "graphviz":
        return graphviz(read.model, read.title)
    from totalplace.web.drawing_logic import svg_file

    if not (drawn := svg_file(read.model, read.title)):
        raise DataError("there is no picture: the model has no steps, or more than anybody could follow")
    return drawn
