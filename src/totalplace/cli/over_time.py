"""The command `over-time`: money by financial year in cash and in real terms, and what its change is made of."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from totalplace.cli.options import FILTERS, Out, app, as_known, text, with_filters, with_out

if TYPE_CHECKING:
    from totalplace.money.over_time import OverTime
    from totalplace.place import Place


@app.command("over-time")
@click.option("--by", default="", help="One cut: body, kind, channel, to_body or supplier.")
@click.option("--base", default="", help="The year whose prices real terms are in; the last with an index.")
@click.option(
    "--deflator",
    default="",
    type=text,
    help="A vintage of the deflator, such as ons-2025-06, which is taken if none is given.",
)
@click.option("--from", "start", default="", help="The first financial year; the first counted if not given.")
@click.option("--to", "end", default="", help="The last financial year; the last counted if not given.")
@click.option(
    "--activity",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A CSV file with the columns body,year,activity, to tell volume; else the place's activity.csv.",
)
@click.option("--change", is_flag=True, help="Write the split of the change by body to the files, not the series.")
@with_filters(**{name: words for name, words in FILTERS.items() if name != "month"})
@with_out(100)
def over_time(
    by: str,
    base: str,
    deflator: str,
    start: str,
    end: str,
    activity: Path | None,
    change: bool,
    where: dict[str, list[str]],
    place: Path,
    out: Out,
) -> None:
    """Money by financial year in cash and in real terms, and what its change is made of.

    The change from the first year to the last is split into scope (what only one of them counts), price, volume
    (where activity is given) and the rest. Years that are not complete are marked.
    """
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    opened = open_place(place)
    where = as_known(opened, where)
    found = opened.money.over_time(
        by, where, base=base, deflator=deflator, start=start, end=end, activity=activity or ""
    )
    table = found.bodies if change else found.series
    if table is None:
        raise UsageError(f"there is no change to split: {found.why_not}")
    if out.json:
        as_json(found.to_dict())
    else:
        _show(found, opened, out.limit)
    write_files(opened, table, out, where=where)


def _show(found: OverTime, place: Place, limit: int) -> None:
    """Prints the series, the split, and whatever makes either doubtful."""
    from totalplace.cli.show import NUMBERS, as_table, names_of, say
    from totalplace.terms import money

    names = names_of(place)
    as_table(found.series, limit, names=names, hide=(*NUMBERS, "lines", "gross", "gross_real"))
    for table in filter(None, (found.change, found.bodies)):
        sys.stdout.write("\n")
        as_table(table, names=names, hide=("step", "share"))
    if found.like_real is not None:
        before, after = (money(pence, 2) for pence in found.compared)
        sys.stdout.write(f"\nLike for like, in real terms: {found.like_real:.1%}, on {before} and {after}.\n")
    sys.stdout.write(f"\nDeflator: {found.deflator.title}; {found.deflator.source}\n")
    for words in found.doubts():
        say(words)
