"""Commands for what the money is spent on: services, correct, uncorrect, corrections."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.options import FILE, Command, Out, app, text, with_filters, with_json, with_out, with_place

if TYPE_CHECKING:
    from totalplace.place import Place
    from totalplace.services import Correction
    from totalplace.table import Table

NARROWED = {
    "body": "Only these bodies.",
    "year": "Only these financial years.",
    "kind": "Only these kinds of payment.",
    "subjective": "Only what is bought, such as premises; none for what is not told.",
    "told": "Only what was told so: correction, department, proclass, words, nothing.",
}


@app.command()
@click.option("--by", default="service", show_default=True, help="service, cofog, subjective or body.")
@click.option("--unsure", is_flag=True, help="What to settle next instead: most money in doubt first.")
@with_filters(**NARROWED)
@with_out(30)
def services(by: str, unsure: bool, where: dict[str, list[str]], place: Path, out: Out) -> None:
    """Say what the money is spent on, by service, and how each service was told.

    By a person, by a published label, by words, or by nothing: then it is not classified.
    """
    from totalplace.cli.files import write_files
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    opened = open_place(place)
    if unsure and set(where) - {"body"}:
        raise UsageError("--unsure goes with --body alone: it is of all the years that are counted")
    table = opened.money.unsure(where.get("body", ())) if unsure else opened.money.services(where, by)
    _show(opened, table, out, hide=("service",) if by == "service" and not unsure else ())
    write_files(opened, table, out, where=where)


def with_texts(command: Command) -> Command:
    """Options for the texts of payments that a correction gives."""
    for name, words in (
        ("payee", "The payee's name, as published."),
        ("purpose", "The purpose, as published."),
        ("category", "The category, as published."),
        ("department", "The department, as published."),
    ):
        command = click.option(f"--{name}", default="", callback=_text, help=words)(command)
    return command


def _text(_context: click.Context, _option: click.Parameter, value: str) -> str:
    return text(value)


@app.command()
@with_texts
@click.option("--service", default="", help="The service that these payments are for, or not-classified.")
@click.option("--note", default="", callback=_text, help="Why, for who reads it later.")
@click.option("--from", "file", type=FILE, help="Several at once: a CSV file as 'corrections --csv' writes it.")
@with_place
@click.option("--yes", "-y", is_flag=True, help="Write it down without asking.")
@with_json
def correct(service: str, note: str, file: Path | None, place: Path, yes: bool, json: bool, **texts: str) -> None:
    """Settle the service of payments by their texts, in any case; counts from the next build.

    Every text that is given must be the same. It says how many lines it means before it is written to classes.toml.
    """
    from totalplace.cli.show import as_json, say, table_document
    from totalplace.errors import UsageError
    from totalplace.money.correcting import read_corrections
    from totalplace.place import open_place
    from totalplace.services import Correction

    if (file is not None) == bool(service):
        raise UsageError("say --service ID with what payments it is of, or --from FILE for several")
    if file is not None and (note or any(texts.values())):
        raise UsageError("--from FILE holds the texts and notes itself: give it alone")
    opened = open_place(place)
    found = read_corrections(file) if file is not None else [Correction(service=service, note=note, **texts)]
    meant = _meant(opened, found)
    if not json and meant is not None:
        _show(opened, meant, Out(50))
        for words in _nothing(meant):
            say(f"NOTE: {words}")
    agreed = bool(found) and (yes or (not json and click.confirm("Write this to classes.toml?", err=True)))
    if agreed:
        opened.money.correct(found)
    if json:
        as_json({"written": agreed, "corrections": len(found), "means": meant and table_document(meant)})
    elif agreed:
        say(
            f"{len(found):,} written to classes.toml; {'it counts' if len(found) == 1 else 'they count'} from the next "
            "'totalplace build'"
        )


def _meant(opened: Place, found: list[Correction]) -> Table | None:
    """What corrections mean in the current run; None where nothing is built yet."""
    from totalplace.errors import StoreError

    try:
        return opened.money.meant(found)
    except StoreError:
        return None


def _nothing(meant: Table) -> list[str]:
    """What is said of corrections that mean no line: their texts may be mistyped."""
    from totalplace.services import TEXTS

    idle = [row for row in meant.rows if not row[5]]
    if not idle:
        return []
    given = zip(TEXTS, idle[0][: len(TEXTS)], strict=True)
    first = " and ".join(f"{name} '{cell}'" for name, cell in given if cell)
    more = f", and of {len(idle) - 1:,} others" if len(idle) > 1 else ""
    return [f"no line of the current run has {first}{more}: 'totalplace lines --search' shows texts as published"]


@app.command()
@with_texts
@with_place
@with_json
def uncorrect(place: Path, json: bool, **texts: str) -> None:
    """Take back what was settled of payments with just these texts; counts from the next build."""
    from totalplace.cli.show import as_json, say
    from totalplace.errors import UsageError
    from totalplace.parameters.services import NOT_CLASSIFIED
    from totalplace.place import open_place
    from totalplace.services import Correction

    if not any(value.strip() for value in texts.values()):
        raise UsageError("say which correction: its --department, --category, --purpose or --payee, all that it gives")
    open_place(place).money.uncorrect(Correction(service=NOT_CLASSIFIED, **texts))
    if json:
        as_json({"taken_back": {name: value for name, value in texts.items() if value}})
    say("taken back from classes.toml; it counts from the next 'totalplace build'")


@app.command()
@with_out(50)
def corrections(place: Path, out: Out) -> None:
    """List the services that people settled; the CSV file can be read back by 'correct --from'."""
    from totalplace.cli.files import write_files
    from totalplace.place import open_place

    opened = open_place(place)
    table = opened.money.corrections()
    _show(opened, table, out)
    write_files(opened, table, out)


def _show(opened: Place, table: Table, out: Out, hide: tuple[str, ...] = ()) -> None:
    from totalplace.cli.show import as_json, as_table, names_of, table_document

    if out.json:
        as_json(table_document(table))
    else:
        as_table(table, out.limit, names=names_of(opened), hide=hide)
