"""What the commands on neighbourhoods share: the blocks, what is asked of a design, and tables of the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.options import Out, app, parts_in, text, with_many
from totalplace.errors import DataError, UsageError

if TYPE_CHECKING:
    from totalplace.geography.design.loading import Pieces
    from totalplace.geography.design.projected import Projection
    from totalplace.geography.design.task import Band, Task
    from totalplace.table import Table

Command = Callable[..., Any]
SOURCE = "Areas designed from blocks, people and lines as given in {}."

OPTIONS = (
    click.option("--blocks", "file", default="", type=text, help="A file with a row a block; else geography.toml."),
    click.option("--block", default="", type=text, help="Of that file: the column with codes; the first if not given."),
    click.option("--people", default="", type=text, help="Of that file: the column with the people of each block."),
    click.option(
        "--touching", default="", type=text, help="A file of pairs of blocks that touch, if it has no shapes."
    ),
    click.option("--projection", default="", type=text, help="Of that file: the projection, if it does not say it."),
    click.option("--of", "part", default="", type=text, metavar="LAYER=AREA", help="Only the blocks of this area."),
    click.option("--band", default="30000-50000", show_default=True, type=text, help="Least and most people."),
    click.option(
        "--margin", default=0.0, type=click.FloatRange(0, 0.4), help="Room to keep at both ends, such as 0.02."
    ),
    click.option("--whole", default="", type=text, help="The layer whose areas stay whole, such as wards."),
    with_many(
        "weigh",
        "What counts, as NAME=WEIGHT: borders, compact, balance, need, moved, a layer; borders=1 if not given.",
    ),
    click.option("--today", default="", type=text, help="The layer of the areas as they are today."),
    click.option(
        "--need",
        default="",
        type=text,
        help="For --weigh need: an indicator of geography.toml, or a column of --blocks.",
    ),
    with_many("together", "Names or codes that lie in one area, with commas between; can be given again."),
    with_many("apart", "Names or codes of which no two lie in one area."),
    with_many("fixed", "Names or codes that are an area as they stand."),
    with_many("anchor", "Points, or a column of the file, of which each area has one."),
)
"""What every command on neighbourhoods is told of the blocks and of what is asked."""


def with_task(command: Command) -> Command:
    """The options that make a task; the command gets them as `asked`, for `task_of`."""

    @wraps(command)
    def called(**given: Any) -> Any:
        asked = {name: given.pop(name) for name in ASKED}
        return command(asked=asked, **given)

    options: Command = called
    for option in reversed(OPTIONS):
        options = option(options)
    return options


ASKED = (
    *("file", "block", "people", "touching", "projection", "part", "band", "margin", "whole", "weigh", "today"),
    "need",
    *("together", "apart", "fixed", "anchor"),
)


def task_of(asked: dict[str, Any], place: Path, inside: str = "", divide: bool = False) -> tuple[Task, Pieces]:
    """The task that options ask for; `inside` is the layer that no area crosses, `divide` whether units may be."""
    from totalplace.geography.design.loading import of_file, of_place
    from totalplace.geography.design.named import Named, groups_in
    from totalplace.geography.design.wish import Wish
    from totalplace.place import open_place

    if asked["file"]:
        given = {name: asked[name] for name in ("block", "people", "touching", "projection")}
        pieces = of_file(Path(), asked["file"], **given)
    else:
        pieces = of_place(open_place(place).geography)
    layer, equals, area = asked["part"].partition("=")
    if asked["part"] and not equals:
        raise UsageError(f"--of is LAYER=AREA, such as borough=Rochdale; '{asked['part']}' is not")
    wish = Wish(
        band=band_of(asked["band"]),
        margin=asked["margin"],
        weights=tuple(_weights(asked["weigh"]).items()),
        whole=asked["whole"],
        divide=divide,
        inside=layer or inside,
        today=asked["today"],
        anchors=tuple(parts_in(asked["anchor"])),
        held=Named(*(groups_in("\n".join(asked[name])) for name in ("together", "apart", "fixed"))),
    )
    task = wish.task(pieces, _need(asked, place, pieces) if asked["need"] else None)
    return (_part(task, pieces, layer, area) if layer else task), pieces


def _part(task: Task, pieces: Pieces, layer: str, area: str) -> Task:
    """The task of one area of a layer, by its code or name. UsageError where a rule is on what lies elsewhere."""
    from totalplace.geography.design.named import area_named

    members = area_named(pieces, layer, area)
    here = set(members.tolist())
    for name in ("together", "apart", "fixed"):
        for code in (code for group in getattr(task.rules, name) for code in group):
            if not here.issuperset(task.blocks_of(code).tolist()):
                raise UsageError(f"--{name}: {task.named(code)} does not lie in {area}: take it out, or leave --of out")
    return task.take(members)


def _need(asked: dict[str, Any], place: Path, pieces: Pieces) -> Any:
    """The need of each block: an indicator of the place, or a column of the file."""
    from totalplace.place import open_place

    if not asked["file"]:
        return open_place(place).facilities.need_of_blocks(asked["need"])
    import numpy as np

    from totalplace.geography.reading.numbers import number

    layer = pieces.blocks.layer(asked["need"])
    found = [
        number(asked["file"], f"'{asked['need']}' of {code}", text)
        for code, text in zip(pieces.blocks.ids, layer.values, strict=True)
    ]
    if missing := [code for code, value in zip(pieces.blocks.ids, found, strict=True) if value is None]:
        raise DataError(
            f"{asked['file']}: {len(missing):,} blocks have no '{asked['need']}', the first is {missing[0]}"
        )
    return np.array([float(value) for value in found if value is not None])


def with_projected(command: Command) -> Command:
    """Options that name a projection; the command gets its file and columns as `projected`, None without a file."""

    @wraps(command)
    def called(projected: str, projected_people: tuple[str, ...], **given: Any) -> Any:
        if projected_people and not projected:
            raise UsageError("--projected-people are columns of a file: name it with --projected")
        columns = parts_in(projected_people)
        return command(projected=(projected, columns) if projected else None, **given)

    words = "Of that file: the columns with people, one a year; those headed by a year if not given."
    options = with_many("projected-people", words)(called)
    return click.option(
        "--projected", default="", type=text, help="A file with a row a block and people of later years."
    )(options)


def projection_of_task(task: Task, projected: tuple[str, list[str]]) -> Projection:
    """The projection that options name, by block of the task; what is to be said of it goes to stderr."""
    from totalplace.cli.show import say
    from totalplace.geography.design.projected import projection_of
    from totalplace.geography.reading.files import read_features

    file, columns = projected
    found = projection_of(read_features(Path(), file), task.blocks, columns)
    for note in found.notes:
        say(f"NOTE: {note}")
    return found


def band_of(said: str) -> Band:
    """The band that a text such as 30000-50000 says."""
    from totalplace.geography.design.task import Band

    try:
        return Band.said(said)
    except UsageError as error:
        raise UsageError(f"--band: {error}") from None


def _weights(said: Sequence[str]) -> dict[str, float]:
    found = {}
    for each in parts_in(said):
        name, equals, weight = each.rpartition("=")
        try:
            found[name if equals else each] = float(weight) if equals else 1.0
        except ValueError:
            raise UsageError(f"--weigh is NAME=WEIGHT such as borders=1; '{each}' is not") from None
    return found or {"borders": 1.0}


@app.group()
def neighbourhoods() -> None:
    """Neighbourhoods of small areas: design them, hold them beside others, explain them, write them out."""


def numbers(said: Sequence[str]) -> list[int]:
    """How many areas, each number that was given."""
    found = parts_in(said)
    if wrong := [part for part in found if not part.isdecimal() or len(part) > 6]:
        raise UsageError(f"--areas is how many areas, such as 6 or 5,6,7; '{wrong[0]}' is not")
    return [int(part) for part in found]


def layers_of(task: Task) -> list[str]:
    """The layers that a design weighs or keeps whole, to be shown with its areas."""
    named = [name.partition(":")[2] for name in task.weights if ":" in name]
    return list(dict.fromkeys(named))


def write_answer(table: Table, task: Task, asked: dict[str, Any], out: Out) -> None:
    """Writes a table of a task to the files that are named."""
    from totalplace.cli.files import write_tables

    scope = f"{len(task.blocks):,} small areas with {task.people:,} people; band {task.band}"
    write_tables(table, out, scope, SOURCE.format(asked["file"] or "geography.toml"))
