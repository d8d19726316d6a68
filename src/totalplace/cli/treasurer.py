"""The command workbook: the whole account of a place in one file."""

from __future__ import annotations

from pathlib import Path

import click

from totalplace.cli.options import app, with_json, with_place


@app.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_place
@with_json
def workbook(file: Path, place: Path, json: bool) -> None:
    """Write the treasurer's workbook: every table of the account in one Excel FILE, with its scope and source."""
    from totalplace.cli.show import as_json, say
    from totalplace.errors import DataError, UsageError
    from totalplace.place import open_place
    from totalplace.reports.treasurer import write_treasurer

    if file.suffix.lower() != ".xlsx":
        raise UsageError(f"{file} must end in .xlsx: it is an Excel workbook")
    opened = open_place(place)
    try:
        tables = write_treasurer(file, opened)
    except OSError as error:
        raise DataError(f"{file} cannot be written: {error.strerror or error}") from error
    if json:
        as_json({"file": str(file), "sheets": [table.title for table in tables]})
    else:
        say(f"wrote {file}, {len(tables)} sheets")
