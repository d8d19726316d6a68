"""The commands `theme` and `themes`: money that people see as one, by rules that they declare."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.options import Out, app, parts_in, text, with_filters, with_many, with_out
from totalplace.errors import UsageError

if TYPE_CHECKING:
    from totalplace.place import Place
    from totalplace.themes.result import Found

FILTERS = {
    "rule": "Only what these rules take, by number.",
    "body": "Only money of these bodies.",
    "year": "Only these financial years.",
    "service": "Only money for these services.",
    "supplier": "Only what these suppliers were paid, by name or number.",
}


@app.command()
@click.argument("name", default="", type=text)
@click.option("--new", "begin", default="", type=text, metavar="NAME", help="Begin a theme of this name.")
@click.option("--like", default="", type=text, help="Begin it as a shipped example: early-years, alcohol, families.")
@with_many("by", "Cuts: rule, body, year, service, supplier; every one if not given.")
@with_filters(**FILTERS)
@click.option("--lines", "list_lines", is_flag=True, help="The lines that it takes, each with its rule, instead.")
@with_out(40)
def theme(
    name: str,
    begin: str,
    like: str,
    by: tuple[str, ...],
    where: dict[str, list[str]],
    list_lines: bool,
    place: Path,
    out: Out,
) -> None:
    """Show what a theme comes to: money of several bodies and services that belongs together by its rules.

    NAME is that of a file in the place's folder themes, without .toml; 'totalplace themes' lists them.
    """
    from totalplace.place import open_place

    opened = open_place(place)
    if begin:
        if name:
            raise UsageError("a theme is shown, or with --new one is begun; give one at a time")
        _begin(opened, begin, like, out.json)
        return
    if like:
        raise UsageError("--like goes with --new")
    if not name:
        raise UsageError("name the theme: 'totalplace themes' lists them, and 'totalplace theme --new NAME' begins one")
    cuts = parts_in(by)
    wanted = _ids(opened, where)
    if list_lines:
        if cuts:
            raise UsageError("--lines and --by are questions of their own; give one at a time")
        _lines(opened, name, wanted, out)
        return
    _totals(opened, name, cuts, wanted, out)


def _ids(opened: Place, where: dict[str, list[str]]) -> dict[str, list[str]]:
    """Filters with bodies by id and suppliers by number; UsageError for what is not here."""
    given = dict(where)
    if "body" in given:
        given["body"] = [opened.definition.body(name).id for name in given["body"]]
    if "supplier" in given:
        given["supplier"] = opened.money.supplier_numbers(given["supplier"])
    return given


def _begin(opened: Place, name: str, like: str, json: bool) -> None:
    from totalplace.cli.show import as_json, say

    path = opened.themes.new(name, like)
    if json:
        as_json({"theme": name, "file": str(path)})
    say(f"wrote {path}; change its rules, then: totalplace theme {name}")


def _totals(opened: Place, name: str, cuts: list[str], where: dict[str, list[str]], out: Out) -> None:
    from totalplace.cli.files import write_files, written
    from totalplace.cli.show import as_json, as_table, names_of, progress, say, table_document

    plain = not cuts and not where
    with progress() as told:
        found = opened.themes.run(name, told)
        if plain or "supplier" in (*cuts, *where):
            opened.themes.work_out(found.theme, told)
    table = found.rules_table() if plain else found.cut(cuts or ["rule"], where)
    if out.json:
        as_json({**found.document(), "cut": table_document(table)["rows"]})
    else:
        _say_whole(found)
        for each in found.tables(LARGEST) if plain else [table]:
            as_table(
                replace(each, note="") if plain else each, out.limit, names=names_of(opened), hide=("supplier_id",)
            )
            print()
    for warning in found.warnings:
        say(f"warning: {warning}")
    if plain and out.xlsx:
        with written(out.xlsx):
            _write_sheets(opened, found, out.xlsx)
        out = replace(out, xlsx=None)
    write_files(opened, table, out, where={"theme": [name], **where})


LARGEST = 10
"""So many suppliers people are shown where they ask for no cut; files hold all."""


def _write_sheets(opened: Place, found: Found, path: Path) -> None:
    """Every table of a theme as a workbook, a sheet each."""
    from totalplace.money.pictures import with_names
    from totalplace.reports.workbook import write_sheets

    source = (
        f"Payments as published, taken by the rules of themes/{found.theme.name}.toml; run {found.run}. Pounds, net."
    )
    scope = f"{found.place}; theme: {found.theme.title}; {', '.join(found.years)}"
    write_sheets(path, [with_names(each, opened.definition) for each in found.tables()], scope=scope, source=source)


def _say_whole(found: Found) -> None:
    from totalplace.terms import money

    share = "" if found.share_of_place is None else f", {found.share_of_place:.1%} of the net of {found.place}"
    print(f"{found.theme.title}: {money(found.amount, 2)}{share}")
    if found.by_shares:
        print(f"{money(found.by_shares, 2)} of it is estimated: a share of the money of its lines, as the rules say")
    print()


def _lines(opened: Place, name: str, where: dict[str, list[str]], out: Out) -> None:
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, as_table, names_of, progress, say, table_document
    from totalplace.terms import money, pounds

    themes = opened.themes
    chosen = themes.theme(name)
    with progress() as told:
        themes.work_out(chosen, told)
    found = themes.lines(chosen, where, per_page=out.limit or 1_000_000_000)
    if out.json:
        as_json({"total": found.total, "amount": pounds(found.pence), **table_document(found.table)})
    else:
        hidden = [c.name for c in found.table.columns if c.name not in LINE]
        as_table(found.table, names=names_of(opened), hide=hidden)
        say(f"\n{found.total:,} lines, {money(found.pence, 2)} as published")
    write_files(
        opened,
        found.table,
        out,
        where={"theme": [name], **where},
        batches=lambda: themes.line_batches(chosen, where),
        expected=found.total,
    )


LINE = ("rule_name", "share", "body", "date", "payee", "amount", "purpose", "file", "line")
"""The columns of a line of a theme that people are shown."""


@app.command()
@click.option("--overlap", is_flag=True, help="The money that two themes both claim, instead of the list.")
@with_out(0)
def themes(overlap: bool, place: Path, out: Out) -> None:
    """List the themes of the place side by side, and the money that two of them both claim."""
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, as_table, progress, say, table_document
    from totalplace.place import open_place

    opened = open_place(place)
    with progress() as told:
        listed = opened.themes.listed(told)
        beside = opened.themes.beside(say=told)
    chosen = beside if overlap else listed
    if out.json:
        as_json({**table_document(chosen), "overlap": list(beside.records())})
    elif not listed.rows:
        say("there is no theme yet: totalplace theme --new NAME begins one")
    else:
        if not overlap:
            as_table(listed, out.limit, hide=() if any(row[-1] for row in listed.rows) else ("wrong",))
            print()
        as_table(beside, out.limit, hide=("theme", "other"))
    write_files(opened, chosen, out)
