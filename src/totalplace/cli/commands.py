"""The commands: new add build count lines rejects transfers check sql serve demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace.errors import UsageError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="One account of all the public money of a place: count it, trace it, see what the bodies pay each other.",
)

PlaceOption = Annotated[Path, typer.Option("--place", help="The folder of the place.", show_default="this folder")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
HERE = Path()


def _many(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _filters(given: dict[str, list[str] | None]) -> dict[str, list[str]]:
    return {name: [part for value in values for part in _many(value)] for name, values in given.items() if values}


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    name: Annotated[str, typer.Option(help="The place's name; the folder's where it is not given.")] = "",
    area_code: Annotated[str, typer.Option(help="Its GSS code, such as E08000006.")] = "",
    years: Annotated[str, typer.Option(help="Financial years to count, such as 2018-19,2019-20; else all found.")] = "",
    population: Annotated[int | None, typer.Option(help="How many people live there.")] = None,
    body: Annotated[list[str] | None, typer.Option(help="A body to count; can be given again.")] = None,
    json: Json = False,
) -> None:
    """Make a place: a folder with place.toml."""
    from totalplace.cli.show import as_json, say
    from totalplace.place import new_place

    place = new_place(
        folder, name=name, area_code=area_code, years=_many(years), population=population, bodies=body or []
    )
    if json:
        as_json({"place": str(folder), "bodies": [b.id for b in place.definition.bodies]})
    say(f"made {folder / 'place.toml'}; add files next: totalplace add spend FILES --body NAME --place {folder}")


@app.command()
def add(
    kind: Annotated[str, typer.Argument(help="What the files are: spend (payments over a threshold) or card.")],
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX or zip files.")],
    body: Annotated[str, typer.Option(help="The body that published them, by name, alias or id.")],
    place: PlaceOption = HERE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take every proposal without asking.")] = False,
    json: Json = False,
) -> None:
    """Look at files, propose how to read each, and write down what is agreed."""
    from totalplace.cli.adding import show_added
    from totalplace.cli.show import as_json, say
    from totalplace.place import open_place

    opened = open_place(place)
    added = opened.look(kind, files, body)
    if not json:
        show_added(added)
    agreed = bool(added.proposals) and (yes or (not json and typer.confirm("Write this to place.toml?", err=True)))
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
        raise typer.Exit(1)
    if agreed:
        say(f"{len(added.proposals)} tables added; next: totalplace build")


@app.command()
def build(
    place: PlaceOption = HERE,
    engine: Annotated[str, typer.Option(help="polars, or spark for places that outgrow one machine.")] = "polars",
    json: Json = False,
) -> None:
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
        raise typer.Exit(1)


@app.command()
def count(
    by: Annotated[str, typer.Option(help="Cuts, such as body,year: body year month kind channel outcome to_body supplier.")] = "",
    body: Annotated[list[str] | None, typer.Option(help="Only these bodies.")] = None,
    year: Annotated[list[str] | None, typer.Option(help="Only these financial years.")] = None,
    month: Annotated[list[str] | None, typer.Option(help="Only these months, such as 2018-04.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only these kinds of payment.")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="Only these outcomes.")] = None,
    supplier: Annotated[list[str] | None, typer.Option(help="Only these suppliers, by number.")] = None,
    limit: Annotated[int, typer.Option(help="Rows of a cut to show people; 0 for all.")] = 40,
    place: PlaceOption = HERE,
    json: Json = False,
) -> None:
    """Count the place: gross, what the bodies paid each other, net, per head; cut as asked."""
    from totalplace.cli.counting import show_count
    from totalplace.cli.show import as_json
    from totalplace.place import open_place

    where = _filters(
        {"body": body, "year": year, "month": month, "kind": kind, "outcome": outcome, "supplier": supplier}
    )
    counted = open_place(place).money.count(_many(by), where)
    if json:
        as_json(counted.to_dict())
    else:
        show_count(counted, limit)


@app.command()
def lines(
    search: Annotated[str, typer.Argument(help="Words to look for.")] = "",
    body: Annotated[list[str] | None, typer.Option(help="Only these bodies.")] = None,
    year: Annotated[list[str] | None, typer.Option(help="Only these financial years.")] = None,
    month: Annotated[list[str] | None, typer.Option(help="Only these months, such as 2018-04.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only these kinds of payment.")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="Only these outcomes.")] = None,
    to_body: Annotated[list[str] | None, typer.Option(help="Only payments to these bodies.")] = None,
    supplier: Annotated[list[str] | None, typer.Option(help="Only these suppliers, by number.")] = None,
    file: Annotated[list[str] | None, typer.Option(help="Only lines of these files.")] = None,
    sort: Annotated[str, typer.Option(help="largest, newest, or file for the order they stand in.")] = "largest",
    page: Annotated[int, typer.Option(help="Which page.")] = 1,
    per_page: Annotated[int, typer.Option(help="Lines a page.")] = 50,
    place: PlaceOption = HERE,
    json: Json = False,
) -> None:
    """Open any figure down to its lines, each with its file and line number."""
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.place import open_place
    from totalplace.terms import money, pounds

    if per_page < 1:
        raise UsageError("a page has at least one line")
    given = {"body": body, "year": year, "month": month, "kind": kind, "outcome": outcome}
    where = _filters({**given, "to_body": to_body, "supplier": supplier})
    if file:
        where["file"] = file
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
def rejects(
    body: Annotated[list[str] | None, typer.Option(help="Only these bodies.")] = None,
    file: Annotated[list[str] | None, typer.Option(help="Only these files.")] = None,
    reason: Annotated[list[str] | None, typer.Option(help="Only these reasons.")] = None,
    write: Annotated[Path | None, typer.Option(help="Write the rows to this folder, as published, to be mended.")] = None,
    limit: Annotated[int, typer.Option(help="Rows to show people; 0 for all.")] = 100,
    place: PlaceOption = HERE,
    json: Json = False,
) -> None:
    """List the rejected rows: file, line, reason and text; or write them back out to be mended."""
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.place import open_place

    opened = open_place(place)
    table = opened.money.rejects({**_filters({"body": body, "reason": reason}), **({"file": file} if file else {})})
    written = opened.money.write_rejects(write) if write else []
    if json:
        as_json({**table_document(table), "written": [str(path) for path in written]})
    elif not write:
        as_table(table, limit)
    for path in written:
        say(f"wrote {path}")


@app.command()
def transfers(
    candidates: Annotated[bool, typer.Option("--candidates", help="Names that wait to be settled.")] = False,
    spellings: Annotated[bool, typer.Option("--spellings", help="Names that were taken for a body, and why.")] = False,
    confirm: Annotated[str, typer.Option(help="A published name that is the body named with --as.")] = "",
    as_body: Annotated[str, typer.Option("--as", help="The body that the confirmed name is.")] = "",
    refuse: Annotated[str, typer.Option(help="A published name that is none of the bodies.")] = "",
    place: PlaceOption = HERE,
    json: Json = False,
) -> None:
    """What the bodies paid each other; settle names that only look like one."""
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.place import open_place

    money = open_place(place).money
    if confirm or refuse:
        if confirm and not as_body:
            raise UsageError("name the body that it is with --as")
        money.settle(confirm or refuse, as_body if confirm else "")
        say("written to matches.toml; it counts from the next 'totalplace build'")
        if json:
            as_json({"payee": confirm or refuse, "body": as_body if confirm else ""})
        return
    table = money.candidates() if candidates else money.spellings() if spellings else money.transfers()
    if json:
        as_json(table_document(table))
    else:
        as_table(table)


@app.command()
def check(place: PlaceOption = HERE, json: Json = False) -> None:
    """Prove that everything adds up; exit status 1 where it does not."""
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.place import open_place

    table = open_place(place).money.check()
    failed = any(row[1] == "failed" for row in table.rows)
    if json:
        as_json({"ok": not failed, **table_document(table)})
    else:
        as_table(table)
    if failed:
        raise typer.Exit(1)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="DuckDB SQL over lines rejects files payees ledger cube totals.")],
    place: PlaceOption = HERE,
    json: Json = False,
) -> None:
    """Ask the store's tables anything in SQL; money there is pence."""
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.place import open_place

    table = open_place(place).money.sql(query)
    if json:
        as_json(table_document(table))
    else:
        as_table(table)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8000,
    place: PlaceOption = HERE,
    json: Json = False,
) -> None:
    """Show the place in a browser on this machine alone, at http://127.0.0.1:8000."""
    from totalplace.cli.show import as_json
    from totalplace.place import open_place
    from totalplace.web import serve as start

    opened = open_place(place)
    _ = opened.run
    start(opened, port, announce=(lambda url: as_json({"url": url})) if json else None)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to make the demo borough.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another seed makes another borough.")] = 2010,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Show it in a browser when it is built.")] = True,
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8000,
    json: Json = False,
) -> None:
    """Make, build and show a fictional borough."""
    from totalplace.cli.demonstrating import make_demo

    make_demo(folder, seed, json)
    if serve:
        from totalplace.place import open_place
        from totalplace.web import serve as start

        start(open_place(folder), port)


