"""Commands that compare: compare, shared-suppliers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.options import FILE, Out, app, parts_in, with_filters, with_out

if TYPE_CHECKING:
    from totalplace.compare.rates import Lacking
    from totalplace.compare.result import Result
    from totalplace.place import Place

CHOSEN = {
    "service": "Which service, such as housing; 'All services' for the whole.",
    "year": "Which financial year; the latest if not given.",
    "measure": "What of it: net, gross or amount.",
    "basis": "Which money: outturn, budget, payments or table.",
    "unit": "Over what: people, or a unit of the comparison table.",
    "kind": "Who: council, police, ..., area, or part for parts of the place.",
}
"""What a comparison is chosen by, and what the options say."""


def _with_choices(command: Any) -> Any:
    for name, words in reversed(CHOSEN.items()):
        command = click.option(f"--{name}", default="", help=words)(command)
    return command


@app.command()
@_with_choices
@click.option("--body", default="", help="One body, to see it among its neighbours, or over its years.")
@click.option("--neighbours", default="", help="The bodies most like --body, nearest first, with commas between them.")
@click.option("--across", default="bodies", show_default=True, help="bodies, or the years of --body.")
@click.option("--table", type=FILE, help="A comparison table; else compare.csv or compare.xlsx of the place.")
@click.option("--at-least", type=int, default=0, help="So many others a flag needs; 10 if not said in compare.toml.")
@click.option("--deflator", default="", help="With --across years: the deflator, if not the usual one.")
@click.option("--base", default="", help="With --across years: in the prices of this year.")
@with_out(0)
def compare(
    body: str,
    neighbours: str,
    across: str,
    table: Path | None,
    at_least: int,
    deflator: str,
    base: str,
    place: Path,
    out: Out,
    **choice: str,
) -> None:
    """Set spend a head, or the cost of a unit, beside other bodies, areas or years.

    Without a choice it lists what can be compared. What lies outside the limits that the others make likely is put as
    a question; with too few others nothing is, and it says so.
    """
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.place import open_place

    opened = open_place(place)
    given = str(table) if table else ""
    if not (any(choice.values()) or body):
        _list(opened, across, given, out)
        return
    found = opened.compare.result(
        choice,
        body=body,
        across=across,
        neighbours=parts_in(neighbours),
        at_least=at_least,
        deflator=deflator,
        base=base,
        table=given,
    )
    if out.json:
        as_json({**table_document(found.table()), **_about(found), "lacking": _words(found.lacking)})
    else:
        as_table(found.table(), out.limit, hide=_idle(found))
        for words in (*_middle(found), *found.questions, *(f"NOTE: {doubt}" for doubt in found.doubts)):
            say(f"\n{words}")
        _say_lacking(found.lacking)
    write_files(opened, found.table(), out, where={name: [value] for name, value in choice.items() if value})


def _list(opened: Place, across: str, table: str, out: Out) -> None:
    """What can be compared, and what was left out."""
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, as_table, table_document

    listed, lacking = opened.compare.offered_table(across, table), opened.compare.gathered(table).lacking
    if out.json:
        as_json({**table_document(listed), "lacking": _words(lacking)})
    else:
        as_table(listed, out.limit)
        _say_lacking(lacking)
    write_files(opened, listed, out)


def _words(lacking: Sequence[Lacking]) -> list[str]:
    return [f"{lack.name}, {lack.year}: {lack.why}" for lack in lacking]


def _say_lacking(lacking: Sequence[Lacking]) -> None:
    from totalplace.cli.show import say

    for words in _words(lacking)[:10]:
        say(f"LEFT OUT: {words}")
    if len(lacking) > 10:
        say(f"LEFT OUT: {len(lacking) - 10:,} more; --json has all")


def _idle(found: Result) -> list[str]:
    """Columns that say nothing here."""
    idle = ["source"] if found.near is None else ["source", "others"]
    return idle if found.places else [*idle, "neighbour"]


def _middle(found: Result) -> list[str]:
    from totalplace.compare.rates import shown

    out = []
    if found.quartiles:
        low, middle, high = map(shown, found.quartiles)
        out.append(f"median {middle}, quartiles {low} and {high}, of {len(found.rates)}")
    if near := found.near:
        absent = f"; not here: {', '.join(near.absent)}" if near.absent else ""
        out.append(
            f"{near.of} is number {near.rank} of {near.count} with its neighbours, median {shown(near.median)}{absent}"
        )
    return out


def _about(found: Result) -> dict[str, Any]:
    """What a comparison says besides its rows, for JSON."""
    from totalplace.terms import half_up, pounds

    middle = None if found.quartiles is None else [pounds(half_up(value)) for value in found.quartiles]
    near = None
    if found.near:
        near = {
            "of": found.near.of,
            "rank": found.near.rank,
            "count": found.near.count,
            "median": pounds(half_up(found.near.median)),
            "absent": list(found.near.absent),
            "source": found.near.source,
        }
    return {
        "subject": {**found.subject._asdict(), "across": found.across, "label": found.label, "base": found.base},
        "quartiles": middle,
        "at_least": found.at_least,
        "why_nothing_is_flagged": found.why_not,
        "questions": found.questions,
        "neighbours": near,
        "doubts": list(found.doubts),
    }


@app.command("shared-suppliers")
@with_filters(body="Only suppliers that these bodies pay too.", year="Only these financial years.")
@click.option("--search", default="", help="Only suppliers with these words in their name.")
@click.option("--low", default="", help="Per cent that a joint negotiation is assumed to take off, at least.")
@click.option("--high", default="", help="The same, at most; none is assumed if not given.")
@click.option("--by-body", is_flag=True, help="What each body pays each of them.")
@click.option("--categories", is_flag=True, help="What bodies spend on alike, instead of suppliers.")
@with_out(20)
def shared_suppliers(
    where: dict[str, list[str]],
    search: str,
    low: str,
    high: str,
    by_body: bool,
    categories: bool,
    place: Path,
    out: Out,
) -> None:
    """List the suppliers that two or more bodies pay, and what they might talk about together.

    No saving is claimed: a range is shown only for the percentages that you give.
    """
    from totalplace.cli.files import write_files
    from totalplace.cli.show import NUMBERS, as_json, as_table, names_of, say, table_document
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    if by_body and categories:
        raise UsageError("--by-body and --categories are two tables: ask for one")
    opened = open_place(place)
    said: dict[str, Any] = {}
    if categories:
        table = opened.compare.categories(where)
    elif by_body:
        table = opened.compare.shared_bodies(where, search)
    else:
        page = opened.compare.shared(where, search=search, low=low, high=high, per_page=1 << 40)
        table, said = page.table, {"question": page.question, "assumed": page.assumed.words if page.assumed else None}
    if out.json:
        as_json({**table_document(table), **said})
    else:
        as_table(table, out.limit, names=names_of(opened), hide=(*NUMBERS, "service" if categories else ""))
        if said:
            say(f"\n{said['question']}")
    write_files(opened, table, out, where=where)
