"""The commands of the count, and the modules that hold those of the other wings."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli import (  # noqa: F401 - their commands register themselves on app
    aligning,
    appraising,
    areas,
    claiming,
    comparing,
    completing,
    costing,
    designing,
    drawing,
    editing,
    exporting,
    facilities,
    geography,
    official,
    over_time,
    planning,
    proposing,
    rating,
    spending,
    stressing,
    tagging,
    theming,
    treasurer,
)
from totalplace.cli.options import (
    FILTERS,
    FOLDER,
    Out,
    app,
    as_known,
    parts_in,
    text,
    with_files,
    with_filters,
    with_json,
    with_limit,
    with_many,
    with_out,
    with_place,
    with_port,
)
from totalplace.errors import UsageError

if TYPE_CHECKING:
    from totalplace.place import Place

__all__ = ["app"]


@app.command()
@click.argument("folder", type=FOLDER)
@click.option("--name", default="", help="The place's name; the folder's where it is not given.")
@click.option("--area-code", default="", help="Its GSS code, such as E08000006.")
@click.option("--years", default="", help="Financial years to count, such as 2018-19,2019-20; else all found.")
@click.option("--population", type=int, help="How many people live there.")
@with_many("body", "A body to count; can be given again.")
@click.option("--kind", default="", help="What those bodies are that the register does not know, such as housing.")
@with_json
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

    settings: dict[str, Any] = {
        "name": name,
        "area_code": area_code,
        "years": parts_in(years),
        "population": population,
    }
    place = new_place(folder, **settings, bodies=body, kind=kind)
    for declared in place.definition.bodies:
        say(in_words(declared))
    if json:
        as_json({"place": str(folder), "bodies": [b.id for b in place.definition.bodies]})
    say(f"made {folder / 'place.toml'}; add files next: totalplace add spend FILES --body NAME --place {folder}")
    say(f"or the small areas that its neighbourhoods are made of: totalplace areas load FILE --place {folder}")


@app.command()
@click.argument("kind")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--body", required=True, help="The body that published them, by name, alias or id.")
@with_place
@click.option("--yes", "-y", is_flag=True, help="Take every proposal without asking.")
@click.option(
    "--kind", "body_kind", default="", help="What a new body is that the register does not know, such as council."
)
@with_json
def add(kind: str, files: tuple[Path, ...], body: str, place: Path, yes: bool, body_kind: str, json: bool) -> None:
    """Look at files, propose how to read each, and write down what is agreed.

    KIND is spend (payments over a threshold) or card (procurement cards); FILES are CSV, XLSX or zips of them.
    """
    from totalplace.cli.adding import show_added
    from totalplace.cli.show import as_json, say
    from totalplace.place import open_place
    from totalplace.terms import counted

    opened = open_place(place)
    added = opened.look(kind, files, body, body_kind=body_kind)
    if not json:
        show_added(added, body)
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
        say(f"{counted(len(added.proposals), 'table')} added; next: totalplace build")


@app.command()
@click.argument("words", nargs=-1, type=text)
@with_limit(100)
@with_json
def register(words: tuple[str, ...], limit: int, json: bool) -> None:
    """List the public bodies that are known, with their identifiers and aliases.

    WORDS narrow the list to bodies that have them all in a name, alias, kind or identifier.
    """
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.money.declaring import listed

    table = listed(" ".join(words))
    if json:
        as_json(table_document(table))
    else:
        as_table(table, limit)


@app.command()
@with_place
@click.option(
    "--engine", default="polars", show_default=True, help="polars, or spark for places that outgrow one machine."
)
@with_json
def build(place: Path, engine: str, json: bool) -> None:
    """Read what is new and count: makes the store."""
    from totalplace.build.process import settle_to_build

    settle_to_build()
    from totalplace.cli.counting import net_now, show_built
    from totalplace.cli.show import as_json, progress, say
    from totalplace.place import open_place

    opened = open_place(place)
    before = net_now(opened)
    with progress() as told:
        built = opened.build(engine, told)
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
    show_built(opened, before)
    if built.refused:
        raise SystemExit(1)


@app.command()
@click.option(
    "--by",
    default="",
    help="Cuts, such as body,year: body year month kind channel outcome to_body service subjective told supplier.",
)
@with_filters(**FILTERS)
@with_out(40)
def count(by: str, where: dict[str, list[str]], place: Path, out: Out) -> None:
    """Count the place: gross, what the bodies paid each other, net, per head; cut as asked."""
    from totalplace.cli.counting import headline, show_count, warn
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json
    from totalplace.place import open_place

    opened = open_place(place)
    where = as_known(opened, where)
    counted = opened.money.count(parts_in(by), where)
    if out.json:
        as_json(counted.to_dict())
    else:
        show_count(counted, opened, out.limit)
    warn(counted)
    write_files(opened, counted.cut or headline(counted), out, where=where)


@app.command()
@click.argument("search", default="", type=text)
@with_filters(**FILTERS, file="Only lines of these files.")
@click.option(
    "--sort", default="largest", show_default=True, help="largest, newest, or file for the order they stand in."
)
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="Which page.")
@click.option("--per-page", type=click.IntRange(min=1), default=50, show_default=True, help="Lines a page.")
@with_files
@with_place
@with_json
def lines(
    search: str,
    where: dict[str, list[str]],
    sort: str,
    page: int,
    per_page: int,
    csv: Path | None,
    xlsx: Path | None,
    place: Path,
    json: bool,
) -> None:
    """Open any figure down to its lines, each with its file and line number.

    SEARCH is words to look for, in payees and, among fewer than a few hundred thousand lines, in all their texts.
    People are shown the columns that tell a payment; JSON, CSV and workbooks hold all, the files all pages too.
    """
    from totalplace.cli.counting import show_outside
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, show_lines, table_document
    from totalplace.place import open_place
    from totalplace.terms import pounds

    opened = open_place(place)
    where = as_known(opened, where)
    found = opened.money.lines(where, search=search, sort=sort, page=page, per_page=per_page)
    chosen, files = opened.money.selection(where, search), Out(csv=csv, xlsx=xlsx)
    write_files(opened, found.table, files, where=where, batches=lambda: chosen.batches(sort), expected=found.total)
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
    show_lines(found, opened)
    show_outside(opened, where, search)


@app.command()
@with_filters(body="Only these bodies.", file="Only these files.", reason="Only these reasons.")
@click.option("--write", type=FOLDER, help="Write the rows to this folder, as published, to be mended.")
@with_out(100)
def rejects(where: dict[str, list[str]], write: Path | None, place: Path, out: Out) -> None:
    """List the rejected rows: file, line, reason and text; or write the open ones back out to be mended.

    A row is mended where the file that it was written to was corrected, added and built; the others are open.
    """
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, as_table, names_of, say, show_states, table_document
    from totalplace.money.mend import with_state
    from totalplace.place import open_place

    opened = open_place(place)
    money, where = opened.money, as_known(opened, where)
    table = with_state(money.rejects(where), money.mended())
    written = money.write_rejects(write, where) if write else []
    if out.json:
        as_json({**table_document(table), "written": [str(path) for path in written]})
    elif not write:
        as_table(table, out.limit, names=names_of(opened))
    show_states(table)
    write_files(opened, table, out, where=where)
    for path in written:
        say(f"wrote {path}")
    if write and not written:
        say("nothing was written: every row is mended, or a total or headings that come again")


@app.command()
@click.option("--candidates", is_flag=True, help="Names that wait to be settled.")
@click.option("--spellings", is_flag=True, help="Names that were taken for a body, and why.")
@click.option("--confirm", type=text, help="A published name that is the body named with --as.")
@click.option("--as", "as_body", type=text, help="The body that the confirmed name is.")
@click.option("--refuse", type=text, help="A published name that is none of the bodies.")
@click.option("--note", default="", type=text, help="Why, for whoever reads the decision next.")
@with_filters(body="Only what these bodies paid.", year=FILTERS["year"])
@click.option("--by-year", is_flag=True, help="A row for each year; else the years are added up for people.")
@with_out(40)
def transfers(
    candidates: bool,
    spellings: bool,
    confirm: str | None,
    as_body: str | None,
    refuse: str | None,
    note: str,
    where: dict[str, list[str]],
    by_year: bool,
    place: Path,
    out: Out,
) -> None:
    """What the bodies paid each other; settle names that only look like one.

    JSON and files hold a row for each year.
    """
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, show_transfers, table_document
    from totalplace.place import open_place

    _one_of({"--candidates": candidates, "--spellings": spellings, "--confirm": confirm, "--refuse": refuse})
    if (confirm is None) != (as_body is None):
        raise UsageError("--confirm NAME and --as BODY go together")
    opened = open_place(place)
    payee = refuse if confirm is None else confirm
    if payee is not None:
        _settle(opened, payee, as_body or "", note)
        if out.json:
            as_json({"payee": payee, "body": as_body or "", "note": note})
        return
    if note:
        raise UsageError("--note goes with --confirm or --refuse")
    money = opened.money
    table = (money.candidates if candidates else money.spellings if spellings else money.transfers)(where)
    if out.json:
        as_json(table_document(table))
    else:
        show_transfers(table, opened, out.limit, by_year or candidates or spellings)
    write_files(opened, table, out, where=where)


def _settle(opened: Place, payee: str, body: str, note: str) -> None:
    """Writes a decision down; UsageError for a name that no payee of the store has: it may be mistyped."""
    from totalplace.cli.show import say
    from totalplace.errors import StoreError

    with suppress(StoreError):  # nothing is built yet, and any name may come
        if payee.strip() and not opened.money.knows_payee(payee):
            raise UsageError(f"no payee is published as '{payee}': 'totalplace transfers --candidates' lists names")
    opened.money.settle(payee, body, note)
    say("written to matches.toml; it counts from the next 'totalplace build'")


def _one_of(options: dict[str, bool | str | None]) -> None:
    """Raises UsageError where more than one of some options is given."""
    given = [name for name, value in options.items() if value not in (None, False)]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are questions of their own; give one at a time")


@app.command()
@with_limit(0)
@with_place
@with_json
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
@click.argument("query", type=text)
@with_limit(1000)
@with_place
@with_json
def sql(query: str, limit: int, place: Path, json: bool) -> None:
    """Ask the store's tables anything in SQL; money there is pence.

    QUERY is one DuckDB SELECT over lines, rejects, files, payees, ledger and totals. It can read the store
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
@with_port
@with_place
@with_json
def serve(port: int, place: Path, json: bool) -> None:
    """Show the place in a browser on this machine alone, at http://127.0.0.1:8000."""
    from totalplace.cli.serving import serve_until_ended
    from totalplace.cli.show import as_json
    from totalplace.place import open_place

    opened = open_place(place)
    if opened.has_run:  # what needs no count is shown without one, and a damaged store is told here
        _ = opened.run
    serve_until_ended(opened, port, announce=(lambda url: as_json({"url": url})) if json else None)


@app.command()
@click.argument("folder", type=FOLDER, default="demo")
@click.option("--seed", default=2010, show_default=True, help="Another seed makes another borough.")
@click.option("--serve/--no-serve", is_flag=True, default=True, help="Show it in a browser when it is built.")
@with_port
@with_json
def demo(folder: Path, seed: int, serve: bool, port: int, json: bool) -> None:
    """Make, build and show a fictional borough."""
    from totalplace.cli.demonstrating import make_demo

    make_demo(folder, seed, json)
    if serve:
        from totalplace.cli.serving import serve_until_ended
        from totalplace.place import open_place

        serve_until_ended(open_place(folder), port)
