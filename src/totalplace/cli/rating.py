"""The command `rates`: the shipped rates and values of appraisal, with their sources."""

from __future__ import annotations

from pathlib import Path

import click

from totalplace.cli.options import Out, app, text, with_files, with_json

SOURCE = "Each value has its source beside it. Money in pounds."


@app.command()
@click.argument("name", default="", type=text)
@with_files
@with_json
def rates(name: str, csv: Path | None, xlsx: Path | None, json: bool) -> None:
    """List the rates and values of business cases: unit, prices, source, and whether each is verified.

    NAME is a schedule, a ladder or a value, such as green-book-2022 or qaly, or a kind: discount, grade, capital,
    worth, distribution, category. Without it there is a row for each name; files and JSON always hold every value.
    """
    from totalplace.cli.files import write_shipped
    from totalplace.cli.show import as_json, as_table, table_document
    from totalplace.parameters.rate_tables import rate_table
    from totalplace.parameters.rates import KINDS, listed
    from totalplace.parameters.rates import rates as every

    if name.removesuffix("s") in KINDS:
        name = name.removesuffix("s")
    table = every(name)
    if json:
        as_json(table_document(table))
    elif name in KINDS:
        as_table(rate_table(name))
    elif name:
        as_table(table, hide=("kind", "licence", *_alike(list(table.records()))))
        _say_alike(list(table.records()))
    else:
        as_table(listed(), hide=("unit",))
    write_shipped(table, Out(csv=csv, xlsx=xlsx), SOURCE)


TOLD = ("title", "source", "note")
"""What is said once, below the table, where every row says the same."""


def _alike(rows: list[dict[str, str]]) -> list[str]:
    same = [name for name in (*TOLD, "name") if len({row[name] for row in rows}) == 1]
    empty = [name for name in ("part", "price_year") if not any(row[name] for row in rows)]
    return [*same, *empty]


def _say_alike(rows: list[dict[str, str]]) -> None:
    for label, name in (("Source", "source"), ("Note", "note")):
        words = {row[name] for row in rows}
        if len(words) == 1 and (said := words.pop()):
            print(f"{label}: {said}")
