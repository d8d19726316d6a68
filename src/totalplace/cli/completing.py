"""Commands for completeness: completeness, declare."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.options import Out, app, with_filters, with_json, with_out, with_place

if TYPE_CHECKING:
    from totalplace.completeness.result import Result

NARROWED = {
    "body": "Only these bodies.",
    "year": "Only these financial years.",
    "service": "Only these services, such as housing.",
    "state": "Only cells of these states: missing, part, exception, estimated, official, present, not-expected; or "
    "open: those that keep the mapping from being complete.",
}
HIDDEN = ("service", "expected", "grade", "signed", "source")
"""Columns of the cells that files and JSON have, and people are not shown at the terminal."""

SHOWN_GAPS = ("body", "year", "service_name", "state", "note")


@app.command()
@with_filters(**NARROWED)
@click.option("--by-body", is_flag=True, help="A row for each body and year, not for each service.")
@with_out(50)
def completeness(where: dict[str, list[str]], by_body: bool, place: Path, out: Out) -> None:
    """Say how complete the count is: each body, year and service, with where its figure comes from.

    Ends with status 1 and the list while an expected cell is missing that nobody gave a reason for: the mapping
    cannot be said to be complete then.
    """
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, as_table, names_of, table_document
    from totalplace.place import open_place

    opened = open_place(place)
    found = opened.completeness.result()
    narrow = {name: values for name, values in where.items() if name in ("body", "year")}
    table = opened.completeness.bodies(narrow) if by_body else opened.completeness.cells(where)
    gaps = opened.completeness.gaps()
    if out.json:
        as_json({**found.to_dict(), "gaps": table_document(gaps)["rows"], **table_document(table)})
    else:
        as_table(table, out.limit, names=names_of(opened), hide=() if by_body else HIDDEN)
        sys.stdout.write("\n" + "\n".join(_words(found)) + "\n")
        if gaps.rows:
            sys.stdout.write("\n")
            hide = [column.name for column in gaps.columns if column.name not in SHOWN_GAPS]
            as_table(gaps, out.limit, names=names_of(opened), hide=hide)
    write_files(opened, table, out, where=where)
    if not found.complete:
        raise SystemExit(1)


def _words(found: Result) -> list[str]:
    """What the cells come to, in sentences."""
    from totalplace.terms import money_short

    if found.rate is None:
        return ["Nothing is expected: no body of the place is declared, or no year is counted."]
    whole = f"{found.states['present']:,} of {found.expected:,} expected cells are there for all twelve months"
    said = [f"{whole}; {found.rate:.1%} of the months expected have payments, of whatever size."]
    if found.official_rate is not None:
        said.append(
            f"Payments cover {money_short(found.counted)} of {money_short(found.official)} of official spending, "
            f"{found.official_rate:.1%}."
        )
    if found.estimates:
        said.append(f"Estimates of {money_short(found.estimates)} stand beside the count and are not in it.")
    if found.complete:
        said.append("The mapping is complete: each expected cell is there, or it is said why not.")
    else:
        said.append(f"The mapping is not complete: {len(found.gaps):,} cells are open.")
    return said


@app.command()
@click.argument("body")
@click.argument("year")
@click.argument("state", required=False, default="")
@click.option("--service", default="", help="The service, such as housing; all of the body's if not given.")
@click.option("--amount", default="", help="Pounds, of an estimate; it stands beside the count, never in it.")
@click.option("--reason", default="", help="Why: of an exception, and of what is not expected.")
@click.option("--method", default="", help="How an estimate came to be.")
@click.option("--source", default="", help="From what it came.")
@click.option("--by", default="", help="Who says so: a name and an office.")
@click.option("--on", default="", help="The day, such as 2026-04-30; today if not given.")
@click.option("--withdraw", is_flag=True, help="Take back what was said of the cell.")
@with_place
@with_json
def declare(
    body: str,
    year: str,
    state: str,
    service: str,
    amount: str,
    reason: str,
    method: str,
    source: str,
    by: str,
    on: str,
    withdraw: bool,
    place: Path,
    json: bool,
) -> None:
    """Say in completeness.toml why a body's year is not there, or what it may come to.

    STATE is exception (it stays missing, with a reason), estimated (an amount beside the count) or not-expected.
    """
    import datetime as dt

    from totalplace.cli.show import as_json, say, table_document
    from totalplace.completeness.declared import Said
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    if bool(state) == withdraw:
        raise UsageError("say a state (exception, estimated or not-expected), or --withdraw to take back what was said")
    opened = open_place(place)
    if withdraw:
        opened.completeness.withdraw(body, year, service)
    else:
        day = on or dt.datetime.now(tz=dt.UTC).date().isoformat()
        opened.completeness.declare(
            Said(body, year, service, state, amount, reason, method, source, by, day),
        )
    if json:
        as_json(table_document(opened.completeness.declared()))
    say("what was said is taken back" if withdraw else "written to completeness.toml; next: totalplace completeness")
