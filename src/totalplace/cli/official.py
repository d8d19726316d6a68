"""Commands for official figures: add-official, official, explained, sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.options import Out, app, with_filters, with_json, with_out, with_place

if TYPE_CHECKING:
    from totalplace.place import Place
    from totalplace.table import Table

WHOSE = {
    "body": "Only figures of these bodies.",
    "year": "Only these financial years.",
    "kind": "Only these kinds: outturn, budget, benefits, allocation, analysis, population.",
    "dataset": "Only these datasets.",
    "measure": "Only these measures: net, gross, employees, running, fees, other-income, income, amount.",
    "division": "Only these divisions, such as housing.",
}


@app.command("add-official")
@click.argument("kind")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--body", default="", help="Whose figures they are, where the files do not say.")
@click.option("--row", default="", help="The row that is theirs, where the file calls it something else: North West.")
@click.option("--year", default="", help="Their financial year, where the files do not say.")
@click.option("--unit", type=int, default=0, help="Pounds in one unit: 1, 1000 or 1000000.")
@click.option("--measure", default="", help="What an amount is, where its heading does not say, such as net.")
@click.option("--grade", default="", help="actual (if not given), apportioned or estimated.")
@click.option("--method", default="", help="How the figures came to be, in a sentence.")
@click.option("--source", default="", help="Where they were published.")
@click.option("--reason", default="", help="Why they differ from another official figure of the same.")
@with_place
@click.option("--yes", "-y", is_flag=True, help="Write down what was found without asking.")
@with_json
def add_official(kind: str, files: tuple[Path, ...], place: Path, yes: bool, json: bool, **given: Any) -> None:
    """Look at files of official figures and write them into official.toml.

    KIND is outturn, budget, benefits, allocation, analysis or population; FILES are JSON, CSV, XLSX or ODS. They are
    set beside the payments and never added to them.
    """
    from totalplace.cli.show import as_json, as_table, say, table_document
    from totalplace.official.tables import datasets_table, doubts_table
    from totalplace.place import open_place

    opened = open_place(place)
    wanted = {name: value for name, value in given.items() if value}
    seen = opened.official.look(kind, files, wanted)
    refused = [dataset for dataset in seen.datasets if seen.refused(dataset)]
    if not json:
        as_table(datasets_table(seen), 0, hide=("method", "source"))
        for dataset, doubt in doubts_table(seen).rows:
            say(f"NOTE: {dataset}: {doubt}")
    agreed = len(refused) < len(seen.datasets) and (
        yes or (not json and click.confirm("Write this to official.toml?", err=True))
    )
    if agreed:
        opened.official.agree(seen)
    if json:
        as_json(
            {"written": agreed, "datasets": table_document(datasets_table(seen)), "doubts": doubts_table(seen).rows}
        )
    elif agreed:
        say(f"{len(seen.datasets) - len(refused)} datasets added; next: totalplace explained")
    if refused:
        raise SystemExit(1)


@app.command()
@with_filters(**WHOSE)
@click.option("--datasets", is_flag=True, help="Where the figures come from, instead of the figures.")
@click.option(
    "--housing-benefit", is_flag=True, help="Housing benefit of councils and of the department, counted once."
)
@click.option("--totals", is_flag=True, help="What each dataset comes to: gross, income and net by body and year.")
@with_out(50)
def official(
    where: dict[str, list[str]],
    datasets: bool,
    housing_benefit: bool,
    totals: bool,
    place: Path,
    out: Out,
) -> None:
    """List official figures, each with its place in its file, or where they come from."""
    from totalplace.place import open_place

    opened = open_place(place)
    if datasets:
        table = opened.official.datasets()
    elif housing_benefit:
        table = opened.official.housing_benefit()
    else:
        table = opened.official.totals(where) if totals else opened.official.table(where)
    _answer(opened, table, where, out)


@app.command()
@click.option("--body", default="", help="One body, service by service; with --year.")
@click.option("--year", default="", help="The financial year of --body.")
@click.option(
    "--against", default="", help="Official figures of another year, in prices of --year where there is an index."
)
@click.option("--deflator", default="", help="The vintage of the deflator for --against.")
@with_out(0)
def explained(body: str, year: str, against: str, deflator: str, place: Path, out: Out) -> None:
    """Say what share of each body's official spending its payments explain, year by year.

    With --body and --year: the official spending and the payments of one body by service.
    """
    from totalplace.errors import UsageError
    from totalplace.place import open_place

    if bool(body) != bool(year):
        raise UsageError("--body and --year go together: one body's year, service by service")
    if against and not body:
        raise UsageError("--against goes with --body and --year")
    opened = open_place(place)
    official = opened.official
    table = official.by_service(body, year, against=against, deflator=deflator) if body else official.explained()
    _answer(opened, table, {}, out)


@app.command()
@click.argument("dataset")
@click.option("--by", required=True, help="Who stands behind the figures: a name and an office.")
@click.option("--on", default="", help="The day, such as 2026-04-30; today if not given.")
@with_place
@with_json
def sign(dataset: str, by: str, on: str, place: Path, json: bool) -> None:
    """Sign a dataset of official figures; a change of its file makes the signature void."""
    from totalplace.cli.show import as_json, say, table_document
    from totalplace.place import open_place

    opened = open_place(place)
    opened.official.sign(dataset, by, on)
    if json:
        as_json(table_document(opened.official.datasets()))
    say(f"{dataset} is signed by {by}")


def _answer(opened: Place, table: Table, where: dict[str, list[str]], out: Out) -> None:
    """Shows a table with what is to be looked at beside it, and writes it to files."""
    from totalplace.cli.files import write_files
    from totalplace.cli.show import as_json, as_table, say, table_document

    doubts = opened.official.doubts().rows
    if out.json:
        as_json({**table_document(table), "doubts": [f"{dataset}: {doubt}" for dataset, doubt in doubts]})
    else:
        as_table(table, out.limit)
        for dataset, doubt in doubts:
            say(f"NOTE: {dataset}: {doubt}")
    write_files(opened, table, out, where=where)
