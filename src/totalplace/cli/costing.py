"""The command `unit-costs`: find one, read all that is known of it, import a later edition of the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.options import FILE, Out, app, text, with_out
from totalplace.errors import UsageError

if TYPE_CHECKING:
    from totalplace.parameters.deflators import Deflator
    from totalplace.parameters.unit_cost import UnitCost
    from totalplace.parameters.unit_costs import UnitCosts
    from totalplace.table import Table

    Prices = tuple[str, Deflator]
    """The financial year in whose prices costs are shown too, '' for none, and the index for it."""


@app.command("unit-costs")
@click.argument("words", nargs=-1, type=text)
@click.option("--code", default="", type=text, help="All that is known of one cost, such as CR1.0.")
@click.option("--theme", default="", type=text, help="Only costs of this theme, such as Crime.")
@click.option("--agency", default="", type=text, help="Only costs that this agency bears or has a part in.")
@click.option("--rating", default="", type=text, help="Only costs rated so: green, amber or red.")
@click.option("--price-year", default="", type=text, help="In prices of this financial year too, such as 2024-25.")
@click.option("--deflator", "vintage", default="", type=text, help="The price index, by name; the newest if not given.")
@click.option("--import", "book", type=FILE, help="Import a later edition of the Unit Cost Database, as an .xlsx.")
@click.option("--edition", default="", type=text, help="With --import: which edition it is, such as 3.0.")
@click.option("--without", multiple=True, type=text, metavar="SHEET", help="With --import: a sheet without costs.")
@with_out(30)
def unit_costs(
    words: tuple[str, ...],
    code: str,
    theme: str,
    agency: str,
    rating: str,
    price_year: str,
    vintage: str,
    book: Path | None,
    edition: str,
    without: tuple[str, ...],
    place: Path,
    out: Out,
) -> None:
    """Find unit costs: what an incident, a year or a week of a service costs, in which prices, and who bears it.

    WORDS are looked for in codes, descriptions, comments and sources. The place's own values in unit-costs.toml and
    editions that it imported go before those that are shipped.
    """
    from totalplace.parameters.unit_costs import unit_costs as open_costs

    if book:
        if any((words, code, theme, agency, rating, price_year, vintage)):
            raise UsageError("--import is done by itself; look at what it brought afterwards")
        _import(place, out, book, edition, without)
        return
    if edition or without:
        raise UsageError("--edition and --without go with --import")
    costs, prices = open_costs(place), (price_year, _index(place, vintage))
    if code:
        if any((words, theme, agency, rating)):
            raise UsageError("--code is one cost; words and filters find several")
        table = _one(out, costs, code, prices)
    else:
        found = costs.search(" ".join(words), theme=theme, agency=agency, rag=rating)
        table = _list(out, costs, found, prices)
    _files(place, out, table, costs)


def _index(place: Path, vintage: str) -> Deflator:
    from totalplace.parameters.deflators import OWN, deflator, own_vintages

    return deflator(vintage, own_vintages(place / OWN))


def _list(out: Out, costs: UnitCosts, found: list[UnitCost], prices: Prices) -> Table:
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.parameters.unit_cost_tables import costs_table, hidden

    table = costs_table(costs, found, *prices, f"{len(found):,} unit costs")
    if out.json:
        as_json({**table_document(table), "attribution": list(costs.attributions)})
    else:
        as_table(table, out.limit, hide=hidden(costs, prices[0]))
    return table


def _one(out: Out, costs: UnitCosts, code: str, prices: Prices) -> Table:
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.parameters import unit_cost_tables as tables

    cost = costs.get(code)
    whole = tables.costs_table(costs, [cost], *prices, cost.code)
    shown: dict[str, Table] = {
        "values": tables.values_table(costs, code, *prices),
        "shares": tables.shares_table(costs, code, *prices),
        "doubts": tables.doubts_table(costs, code, *prices),
        "constituents": tables.children_table(costs, code),
        "editions": tables.editions_table(costs, code),
    }
    if out.json:
        (row,) = table_document(whole)["rows"]
        parts = {name: table_document(table)["rows"] for name, table in shown.items()}
        overlaps = table_document(tables.overlaps_table(costs, code))["rows"]
        as_json({**row, **parts, "not_with": overlaps, "attribution": list(costs.attributions)})
    else:
        _say_one(costs, code)
        for name, table in {**shown, "overlaps": tables.groups_table(costs, code)}.items():
            if table.rows and not (name == "editions" and len(table.rows) == 1):
                print()
                as_table(table)
        print(f"\n{'; '.join(costs.attributions)}")
    return whole


def _say_one(costs: UnitCosts, code: str) -> None:
    """Prints what a cost is, and what its source says of it."""
    from textwrap import fill

    cost = costs.get(code)
    print(f"{cost.code}  {cost.detail}\n")
    said = {
        "Theme": " > ".join(filter(None, (cost.theme, cost.category, cost.level))),
        "Unit": cost.unit,
        "Rating": cost.rag,
        "Edition": cost.edition,
        "Decided": cost.decided,
        "Source": cost.source,
        "Comment": cost.comment,
        "Notes": cost.notes,
    }
    for name, words in said.items():
        if words:
            print(fill(f"{name}: {words}", 100, subsequent_indent="  "))


def _files(place: Path, out: Out, table: Table, costs: UnitCosts) -> None:
    """Writes files, with who is to be named in the workbook."""
    from totalplace.cli.files import write_others, write_shipped

    if not (out.csv or out.xlsx):
        return
    source = f"Source: {'; '.join(costs.attributions)}. Money in pounds."
    if (place / "place.toml").exists():
        from totalplace.place import open_place

        write_others(open_place(place), table, out, source)
    else:
        write_shipped(table, out, source)


def _import(place: Path, out: Out, book: Path, edition: str, without: tuple[str, ...]) -> None:
    from totalplace.cli.files import write_others
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.editions.importing import import_edition
    from totalplace.place import open_place

    if not edition:
        raise UsageError("--import needs --edition: which edition of the database it is, such as --edition 3.0")
    opened = open_place(place)
    seen = import_edition(opened.root, book, edition, without)
    table = seen.table()
    if out.json:
        counts = {"new": seen.new, "changed": seen.changed, "gone": seen.gone}
        as_json({"edition": edition, "entries": len(seen.entries), "against": seen.before, **counts,
                 "notes": seen.notes, "licence": seen.licence, **table_document(table)})  # fmt: skip
    else:
        as_table(table)
    for note in seen.notes:
        say(f"note: {note}")
    say(
        f"imported {len(seen.entries):,} entries of edition {edition}: against {seen.before}, {len(seen.new):,} new, "
        f"{len(seen.changed):,} changed, {len(seen.gone):,} gone. It goes before earlier editions from now on; "
        "unit-costs.toml can order them otherwise"
    )
    write_others(opened, table, out, f"Source: {book.name}, {seen.licence}")
