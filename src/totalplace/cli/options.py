"""What the commands share: the group that they register on, and the options that several of them take.

On click rather than Typer, which imports pydantic to read any option: a quarter of a second before each count.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.terms import EMPTY

if TYPE_CHECKING:
    from totalplace.place import Place

Command = Callable[..., Any]
FOLDER = click.Path(path_type=Path, file_okay=False)


def text(value: str) -> str:
    """Text that can be looked for: a byte that is none of UTF-8's is in no file that was read and in no store."""
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise click.BadParameter("it is not text in UTF-8")
    return value


with_place = click.option("--place", type=FOLDER, default=".", help="The folder of the place; this one if not given.")
with_json = click.option("--json", is_flag=True, help="Print one JSON document and nothing else.")


def with_many(name: str, words: str) -> Callable[[Command], Command]:
    """An option that can be given again; commas part several values in one."""
    return click.option(f"--{name}", type=text, multiple=True, metavar="TEXT", help=words)


def with_limit(default: int) -> Callable[[Command], Command]:
    """How many rows people are shown; JSON always holds all."""
    words = "Rows to show people; 0 for all."
    return click.option("--limit", type=click.IntRange(min=0), default=default, show_default=True, help=words)


FILE = click.Path(path_type=Path, dir_okay=False)


def with_files(command: Command) -> Command:
    """Options to write a table to files besides."""
    command = click.option("--xlsx", type=FILE, help="Write the whole table to this workbook too.")(command)
    return click.option("--csv", type=FILE, help="Write the whole table to this CSV file too.")(command)


@dataclass(frozen=True)
class Out:
    """How an answer is given: `limit` rows to people (0 for all) or one JSON document, and files written besides."""

    limit: int = 0
    csv: Path | None = None
    xlsx: Path | None = None
    json: bool = False


def with_out(limit: int) -> Callable[[Command], Command]:
    """The options of an answer that is a table; the command gets them as `out`, and the folder as `place`."""

    def answered(command: Command) -> Command:
        @wraps(command)
        def called(limit: int, csv: Path | None, xlsx: Path | None, json: bool, **given: Any) -> Any:
            return command(out=Out(limit, csv, xlsx, json), **given)

        return with_limit(limit)(with_files(with_place(with_json(called))))

    return answered


with_port = click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port on 127.0.0.1."
)


class _Commands(click.Group):
    """Commands whose reader may stop reading: `totalplace lines | head` is no failure."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that was named."""
        try:
            found = super().invoke(ctx)
            sys.stdout.flush()
            return found
        except BrokenPipeError:
            # Nothing more can be written, and nothing more is to be tried when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except BaseException as error:
            if _is_ctrl_c(error):
                raise KeyboardInterrupt from error
            raise


def _is_ctrl_c(error: BaseException) -> bool:
    """Whether an error is what DuckDB, or Polars where it was just asking Python, makes of Ctrl-C."""
    panic = type(error).__name__ == "PanicException"
    return "KeyboardInterrupt" in str(error) if panic else str(error) == "Query interrupted"


@click.group(
    cls=_Commands, help="One account of all the public money of a place: count it, trace it, see who pays whom."
)
@click.version_option(package_name="totalplace", prog_name="totalplace")
def app() -> None:
    """The command line."""


def parts_in(said: str | Iterable[str]) -> list[str]:
    """The values of a text, or of several, with commas between them."""
    texts = [said] if isinstance(said, str) else said
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


FILTERS = {
    "body": "Only these bodies.",
    "year": "Only these financial years.",
    "month": "Only these months, such as 2018-04.",
    "kind": "Only these kinds of payment.",
    "channel": "Only what was paid so: invoice, card.",
    "outcome": "Only these outcomes.",
    "to_body": "Only payments to these bodies; nobody: to no public body.",
    "service": "Only these services, such as adults; not-classified for what nothing tells.",
    "subjective": "Only what buys these, such as employees or premises.",
    "told": "Only services told so: correction, department, proclass, words, nothing.",
    "supplier": "Only these suppliers, by name or number.",
}
"""What the payments of a count can be narrowed by, and what the options say."""


def with_filters(**filters: str) -> Callable[[Command], Command]:
    """Options that narrow an answer, each by its name with what it says; the command gets them as `where`."""

    def narrowed(command: Command) -> Command:
        @wraps(command)
        def called(**given: Any) -> Any:
            asked = {name: given.pop(name) for name in filters}
            return command(where=_filters(asked), **given)

        options: Command = called
        for name, words in reversed(filters.items()):
            options = with_many(name.replace("_", "-"), words)(options)
        return options

    return narrowed


def _filters(given: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """What was asked for; names of files and suppliers can hold commas, so each stands as it is."""
    listed = {name: parts_in(values) for name, values in given.items()}
    whole = ("file", "supplier")
    asked = {name: list(given[name]) if name in whole else values for name, values in listed.items() if given[name]}
    return {name: ["" if EMPTY.get(name) == v else v for v in values] for name, values in asked.items()}


def as_known(opened: Place, where: dict[str, list[str]]) -> dict[str, list[str]]:
    """Filters with suppliers by number, who may be named, and files as declared, which may be named without folder."""
    found = dict(where)
    if "supplier" in where:
        found["supplier"] = opened.money.supplier_numbers(where["supplier"])
    if "file" in where:
        found["file"] = opened.money.file_names(where["file"])
    return found
