"""The commands: new register add build count lines rejects transfers check sql serve demo.

On click rather than Typer, which imports pydantic to read any option: a quarter of a second before each count.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from totalplace.errors import UsageError

Command = Callable[..., Any]
FOLDER = click.Path(path_type=Path, file_okay=False)

_place = click.option("--place", type=FOLDER, default=".", help="The folder of the place; this one if not given.")
_json = click.option("--json", is_flag=True, help="Print one JSON document and nothing else.")


def _many(name: str, words: str) -> Callable[[Command], Command]:
    """An option that can be given again; commas part several values in one."""
    return click.option(f"--{name}", multiple=True, metavar="TEXT", help=words)


def _limit(default: int) -> Callable[[Command], Command]:
    """How many rows people are shown; JSON always holds all."""
    words = "Rows to show people; 0 for all."
    return click.option("--limit", type=click.IntRange(min=0), default=default, show_default=True, help=words)


_port = click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port on 127.0.0.1."
)


class _Commands(click.Group):
    """Commands whose reader may stop reading: `totalplace lines | head` is no failure."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that was named."""
        try:
            found = super().invoke(ctx)
            sys.stdout.flush()
            return found
        except BrokenPipeError:
            # Nothing more can be written, and nothing more is to be tried when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except RuntimeError as error:
            if str(error) == "Query interrupted":  # DuckDB's word for Ctrl-C
                raise KeyboardInterrupt from error
            raise


@click.group(
    cls=_Commands, help="One account of all the public money of a place: count it, trace it, see who pays whom."
)
@click.version_option(package_name="totalplace", prog_name="totalplace")
def app() -> None:
    """The command line."""


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _filters(**given: tuple[str, ...]) -> dict[str, list[str]]:
    """What was asked for; a file's name can hold commas, so each stands as it is."""
    listed = {name: [part for value in values for part in _parts(value)] for name, values in given.items()}
    return {name: list(given[name]) if name == "file" else values for name, values in listed.items() if given[name]}


@app.command()
@click.argument("folder", type=FOLDER)
@click.option("--name", default="", help="The place's name; the folder's where it is not given.")
@click.option("--area-code", default="", help="Its GSS code, such as E08000006.")
@click.option("--years", default="", help="Financial years to count, such as 2018-19,2019-20; else all found.")
@click.option("--population", type=int, help="How many people live there.")
@_many("body", "A body to count; can be given again.")
@click.option("--kind", default="", help="What those bodies are that the register does not know, such as housing.")
@_json
def new(
    folder: Path,
    name: str,
    area_code: str,
    years: str,
    population: int | None,
    body: tuple[str, ...],
    kind: str,
    json: bool,
) -> None:
    """Make a place: a folder with place.toml."""
    from totalplace.cli.show import as_json, say
    from totalplace.money.declaring import in_words
    from totalplace.place import new_place

    settings: dict[str, Any] = {"name": name, "area_code": area_code, "years": _parts(years), "population": population}
    place = new_place(folder, **settings, bodies=body, kind=kind)
    for declared in place.definition.bodies:
        say(in_words(declared))
    if json:
        as_json({"place": str(folder), "bodies": [b.id for b in place.definition.bodies]})
    say(f"made {folder / 'place.toml'}; add files next: totalplace add spend FILES --body NAME --place {folder}")


@app.command()
@click.argument("kind")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--body", required=True, help="The body that published them, by name, alias or id.")
@_place
@click.option("--yes", "-y", is_flag=True, help="Take every proposal without asking.")
@click.option(
    "--kind", "body_kind", default="", help="What a new body is that the register does not know, such as council."
)
@_json
def add(kind: str, files: tuple[Path, ...], body: str, place: Path, yes: bool, body_kind: str, json: bool) -> None:
    """Look at files, propose how to read each, and write down what is agreed.

    KIND is spend (payments over a threshold) or card (procurement cards); FILES are CSV, XLSX or zips of them.
    """
    from totalplace.cli.adding import show_added
    from totalplace.cli.show import as_json, say
    from totalplace.place import open_place

    opened = open_place(place)
    added = opened.look(kind, files, body, body_kind=body_kind)
    if not json:
        show_added(added)
    agreed = bool(added.proposals) and (yes or (not json and click.confirm("Write this to place.toml?", err=True)))
    if agreed:
        opened.agree(kind, added)
    if json:
        as_json(
            {
                "body": added.body.id,
                "new_body": added.new_body,
                "written": agreed,
                "proposals": [
                    {"file": p.part.name, "reading": p.reading.to_dict(), "sample": p.sample, "warnings": p.warnings}
                    for p in added.proposals
                ],
                "refused": [{"file": error.path, "reason": error.reason} for error in added.refused],
                "known": added.known,
            }
        )
    if added.refused:
        say("\n".join(f"refused: {error}" for error in added.refused))
        raise SystemExit(1)
    if agreed:
        say(f"{len(added.proposals)} tables added; next: totalplace build")


@app.command()
@click.argument("words", default="")
@_limit(100)
@_json
def register(words: str, limit: int, json: bool) -> None:
    """List the public bodies that are known, with their identifiers and aliases.

    WORDS narrow the list to bodies that have them all in a name, alias, kind or identifier.
    """
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.money.declaring import listed

    table = listed(words)
    if json:
        as_json(table_document(table))
    else:
        as_table(table, limit)


@app.command()
@_place
@click.option(
    "--engine", default="polars", show_default=True, help="polars, or spark for places that outgrow one machine."
)
@_json
def build(place: Path, engine: str, json: bool) -> None:
    """Read what is new and count: makes the store."""
    from totalplace.cli.show import as_json, progress, say
    from totalplace.place import open_place

    with progress() as told:
        built = open_place(place).build(engine, told)
    counted = [entry for entry in built.entries if not entry.refused]
    if json:
        as_json(
            {
                "run": built.run,
                "files": len(counted),
                "read": built.read,
                "rows": sum(e.rows for e in counted),
                "accepted": sum(e.accepted for e in counted),
                "rejected": sum(e.rejected for e in counted),
                "refused": [{"file": e.name, "reason": e.refused} for e in built.refused],
                "warnings": built.warnings,
                "seconds": round(built.seconds, 3),
            }
        )
    for entry in built.refused:
        say(f"refused: {entry.name} {entry.refused}")
    for warning in built.warnings:
        say(f"warning: {warning}")
    rows, rejected = sum(e.rows for e in counted), sum(e.rejected for e in counted)
    say(f"built: {rows:,} rows of {len(counted):,} tables, {rejected:,} rejected, in {built.seconds:.1f} s")
    if built.refused:
        raise SystemExit(1)


@app.command()
@click.option(
    "--by", default="", help="Cuts, such as body,year: body year month kind channel outcome to_body supplier."
)
@_many("body", "Only these bodies.")
@_many("year", "Only these financial years.")
@_many("month", "Only these months, such as 2018-04.")
@_many("kind", "Only these kinds of payment.")
@_many("channel", "Only what was paid so: invoice, card.")
@_many("outcome", "Only these outcomes.")
@_many("to-body", "Only payments to these bodies.")
@_many("supplier", "Only these suppliers, by number.")
@_limit(40)
@_place
@_json
def count(
    by: str,
    body: tuple[str, ...],
    year: tuple[str, ...],
    month: tuple[str, ...],
    kind: tuple[str, ...],
    channel: tuple[str, ...],
    outcome: tuple[str, ...],
    to_body: tuple[str, ...],
    supplier: tuple[str, ...],
    limit: int,
    place: Path,
    json: bool,
) -> None:
    """Count the place: gross, what the bodies paid each other, net, per head; cut as asked."""
    from totalplace.cli.counting import show_count, warn
    from totalplace.cli.show import as_json
    from totalplace.place import open_place

    where = _filters(
        body=body,
        year=year,
        month=month,
        kind=kind,
        channel=channel,
        outcome=outcome,
        to_body=to_body,
        supplier=supplier,
    )
    asked = open_place(place).money
    counted = asked.count(_parts(by), where)
    if json:
        as_json(counted.to_dict())
    else:
        show_count(counted, asked, limit)
    warn(counted)


@app.command()
@click.argument("search", default="")
@_many("body", "Only these bodies.")
@_many("year", "Only these financial years.")
@_many("month", "Only these months, such as 2018-04.")
@_many("kind", "Only these kinds of payment.")
@_many("channel", "Only what was paid so: invoice, card.")
@_many("outcome", "Only these outcomes.")
@_many("to-body", "Only payments to these bodies.")
@_many("supplier", "Only these suppliers, by number.")
@_many("file", "Only lines of these files.")
@click.option(
    "--sort", default="largest", show_default=True, help="largest, newest, or file for the order they stand in."
)
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="Which page.")
@click.option("--per-page", type=click.IntRange(min=1), default=50, show_default=True, help="Lines a page.")
@_place
@_json
def lines(
    search: str,
    body: tuple[str, ...],
    year: tuple[str, ...],
    month: tuple[str, ...],
    kind: tuple[str, ...],
    channel: tuple[str, ...],
    outcome: tuple[str, ...],
    to_body: tuple[str, ...],
    supplier: tuple[str, ...],
    file: tuple[str, ...],
    sort: str,
    page: int,
    per_page: int,
    place: Path,
    json: bool,
) -> None:
    """Open any figure down to its lines, each with its file and line number.

    SEARCH is words to look for, in payees and, among fewer than a few hundred thousand lines, in all their texts.
    """
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.place import open_place
    from totalplace.terms import money, pounds

    where = _filters(
        body=body,
        year=year,
        month=month,
        kind=kind,
        channel=channel,
        outcome=outcome,
        to_body=to_body,
        supplier=supplier,
        file=file,
    )
    found = open_place(place).money.lines(where, search=search, sort=sort, page=page, per_page=per_page)
    if json:
        as_json(
            {
                "total": found.total,
                "amount": pounds(found.pence),
                "page": found.page,
                "pages": found.pages,
                "searched": "all words" if found.all_words else "payees",
                **table_document(found.table),
            }
        )
        return
    as_table(found.table)
    say(f"\npage {found.page} of {found.pages}: {found.total:,} lines, {money(found.pence, 2)}")


@app.command()
@_many("body", "Only these bodies.")
@_many("file", "Only these files.")
@_many("reason", "Only these reasons.")
@click.option("--write", type=FOLDER, help="Write the rows to this folder, as published, to be mended.")
@_limit(100)
@_place
@_json
def rejects(
    body: tuple[str, ...],
    file: tuple[str, ...],
    reason: tuple[str, ...],
    write: Path | None,
    limit: int,
    place: Path,
    json: bool,
) -> None:
    """List the rejected rows: file, line, reason and text; or write the open ones back out to be mended.

    A row is mended where the file that it was written to was corrected, added and built; the others are open.
    """
    from totalplace.cli.show import as_json, as_table, say, show_states, table_document
    from totalplace.money.mend import with_state
    from totalplace.place import open_place

    money = open_place(place).money
    where = _filters(body=body, reason=reason, file=file)
    table = with_state(money.rejects(where), money.mended())
    written = money.write_rejects(write, where) if write else []
    if json:
        as_json({**table_document(table), "written": [str(path) for path in written]})
    elif not write:
        as_table(table, limit)
    show_states(table)
    for path in written:
        say(f"wrote {path}")
    if write and not written:
        say("nothing was written: every row is mended, or a total or headings that come again")


@app.command()
@click.option("--candidates", is_flag=True, help="Names that wait to be settled.")
@click.option("--spellings", is_flag=True, help="Names that were taken for a body, and why.")
@click.option("--confirm", help="A published name that is the body named with --as.")
@click.option("--as", "as_body", help="The body that the confirmed name is.")
@click.option("--refuse", help="A published name that is none of the bodies.")
@_limit(100)
@_place
@_json
def transfers(
    candidates: bool,
    spellings: bool,
    confirm: str | None,
    as_body: str | None,
    refuse: str | None,
    limit: int,
    place: Path,
    json: bool,
) -> None:
    """What the bodies paid each other; settle names that only look like one."""
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.place import open_place

    _one_of({"--candidates": candidates, "--spellings": spellings, "--confirm": confirm, "--refuse": refuse})
    if (confirm is None) != (as_body is None):
        raise UsageError("--confirm NAME and --as BODY go together")
    money = open_place(place).money
    payee = refuse if confirm is None else confirm
    if payee is not None:
        money.settle(payee, as_body or "")
        say("written to matches.toml; it counts from the next 'totalplace build'")
        if json:
            as_json({"payee": payee, "body": as_body or ""})
        return
    table = money.candidates() if candidates else money.spellings() if spellings else money.transfers()
    if json:
        as_json(table_document(table))
    else:
        as_table(table, limit)


def _one_of(options: dict[str, bool | str | None]) -> None:
    """Raises UsageError where more than one of some options is given."""
    given = [name for name, value in options.items() if value not in (None, False)]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are questions of their own; give one at a time")


@app.command()
@_limit(0)
@_place
@_json
def check(limit: int, place: Path, json: bool) -> None:
    """Prove that everything adds up; exit status 1 where it does not."""
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.place import open_place

    table = open_place(place).money.check()
    failed = any(row[1] == "failed" for row in table.rows)
    if json:
        as_json({"ok": not failed, **table_document(table)})
    else:
        as_table(table, limit)
    if failed:
        raise SystemExit(1)


@app.command()
@click.argument("query")
@_limit(1000)
@_place
@_json
def sql(query: str, limit: int, place: Path, json: bool) -> None:
    """Ask the store's tables anything in SQL; money there is pence.

    QUERY is one DuckDB SELECT over lines, rejects, files, payees, ledger, cube and totals. It can read the store
    alone, and write nothing.
    """
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.place import open_place

    table = open_place(place).money.sql(query, None if json or not limit else limit)
    if json:
        as_json(table_document(table))
    else:
        as_table(table)


@app.command()
@_port
@_place
@_json
def serve(port: int, place: Path, json: bool) -> None:
    """Show the place in a browser on this machine alone, at http://127.0.0.1:8000."""
    from totalplace.cli.show import as_json
    from totalplace.place import open_place
    from totalplace.web import serve as start

    opened = open_place(place)
    _ = opened.run
    start(opened, port, announce=(lambda url: as_json({"url": url})) if json else None)


@app.command()
@click.argument("folder", type=FOLDER, default="demo")
@click.option("--seed", default=2010, show_default=True, help="Another seed makes another borough.")
@click.option("--serve/--no-serve", is_flag=True, default=True, help="Show it in a browser when it is built.")
@_port
@_json
def demo(folder: Path, seed: int, serve: bool, port: int, json: bool) -> None:
    """Make, build and show a fictional borough."""
    from totalplace.cli.demonstrating import make_demo

    make_demo(folder, seed, json)
    if serve:
        from totalplace.place import open_place
        from totalplace.web import serve as start

        start(open_place(folder), port)
