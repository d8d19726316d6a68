"""The command `stress`: what a scenario of cuts, demand, income and reserves comes to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.options import FILE, Out, app, text, with_json, with_place
from totalplace.errors import UsageError

if TYPE_CHECKING:
    from totalplace.place import Place
    from totalplace.stress.result import Result

SOURCE = "Figures as given in scenarios/{}.toml, with the sources in the sheet 'What is assumed'. Money in pounds."


@app.command()
@click.argument("scenario", default="", type=text)
@click.option("--new", "begin", default="", type=text, metavar="NAME", help="Begin a scenario of this name.")
@click.option("--base-year", default="", type=text, help="The base year of a new scenario; else the last one counted.")
@click.option("--body", default="", type=text, help="Only this body, by id or name.")
@click.option("--csv", type=FILE, help="Write the figures by body and year to this CSV file too.")
@click.option("--xlsx", type=FILE, help="Write every table to this workbook too, a sheet each.")
@with_place
@with_json
def stress(
    scenario: str,
    begin: str,
    base_year: str,
    body: str,
    csv: Path | None,
    xlsx: Path | None,
    place: Path,
    json: bool,
) -> None:
    """Show what funding cuts, demand, lost income and limited reserves come to together.

    SCENARIO is the name of a file in the place's folder scenarios, without .toml; without one, the scenarios are
    listed.
    """
    from totalplace.cli.show import as_json, show_listed
    from totalplace.place import open_place

    opened = open_place(place)
    if begin and scenario:
        raise UsageError("a scenario is shown, or with --new one is begun; give one at a time")
    if begin:
        _begin(opened, begin, base_year, json)
        return
    if base_year:
        raise UsageError("--base-year goes with --new; the base year of a scenario stands in its file")
    if not scenario:
        if csv or xlsx or body:
            raise UsageError("name the scenario: 'totalplace stress' lists them")
        show_listed(opened.stress.listed(), json, "scenario", "stress --new NAME")
        return
    found = opened.stress.run(scenario)
    chosen = found.body(body) if body else None
    if json:
        as_json(found.document(chosen))
    else:
        _show(found, chosen)
    _write(found, Out(csv=csv, xlsx=xlsx), chosen)


def _begin(opened: Place, name: str, base_year: str, json: bool) -> None:
    from totalplace.cli.show import as_json, say

    path = opened.stress.new(name, base_year or _last_year(opened))
    if json:
        as_json({"scenario": name, "file": str(path)})
    say(f"wrote {path}; fill in its figures with their sources, then: totalplace stress {name}")


def _last_year(opened: Place) -> str:
    """The last financial year that the place counts."""
    from totalplace.errors import StoreError

    if opened.definition.years:
        return opened.definition.years[-1]
    try:
        years = opened.money.count().scope["years"]
    except StoreError:
        years = []
    if not years:
        raise UsageError("the place does not say which years it counts; give --base-year, such as 2024-25")
    return str(years[-1])


def _show(found: Result, body: str | None) -> None:
    """Prints what it comes to in words, the years of the place or of one body, what each pressure does, and bands."""
    from totalplace.cli.show import as_table, say

    whose, said = body or "", found.scenario
    print(f"{said.title}\n")
    for words in found.words(whose):
        print(words)
    hide = ["body", "body_name", "part"]
    tables = [found.years_table(whose), found.effects_table(whose, said.years[-1])]
    tables += [found.ranges_table(whose), found.bands_table(whose)]
    for table in tables:
        if table.rows:
            print()
            as_table(table, hide=hide)
    if body is None and len(said.plans) > 1:
        print()
        as_table(found.last_year_table(), hide=("body", "year"))
    print()
    as_table(found.assumptions_table(body), hide=("body",))
    for warning in found.warnings(body):
        say(f"warning: {warning}")


def _write(found: Result, out: Out, body: str | None) -> None:
    from totalplace.cli.files import write_book
    from totalplace.reports.workbook import write_sheets

    scope = f"{found.place}; {found.scenario.title}; base year {found.scenario.base_year}"
    source = SOURCE.format(found.scenario.name)
    write_book(
        found.years_table(body), out, lambda path: write_sheets(path, found.tables(body), scope=scope, source=source)
    )
