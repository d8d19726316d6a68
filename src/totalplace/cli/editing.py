"""The command `neighbourhoods edit`: a plan changed by moves that are named, as the editor's page does it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from totalplace.cli.neighbourhood_options import neighbourhoods, task_of, with_task, write_answer
from totalplace.cli.options import FILE, Out, parts_in, text, with_many, with_out
from totalplace.cli.plan_files import division_named, write_plan
from totalplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from totalplace.geography.blocks import Division
    from totalplace.geography.design.loading import Pieces
    from totalplace.geography.design.task import Task
    from totalplace.geography.editing.live import Live
    from totalplace.geography.editing.steps import Step
    from totalplace.geography.editing.suggest import Suggestion


@neighbourhoods.command("edit")
@click.argument("plan", type=text)
@with_task
@with_many("new", "A new area, as NAME=NAMES: of blocks, or of units of --whole, with commas between; or codes.")
@with_many("move", "NAMES=AREA: blocks, or units of --whole, into an area; then in the order given.")
@with_many("merge", "AREA=AREA: all of the first into the second, after the moves.")
@with_many("rename", "AREA=NAME, at the end.")
@click.option(
    "--suggest",
    is_flag=True,
    help="Moves that would help areas out of the band, in pieces or without what --anchor asks.",
)
@click.option("--out", "to_file", type=FILE, help="Write the plan to this .csv, .geojson or .json.")
@click.option("--draft", default="", type=text, help="Keep it under this title, to go on with in the editor's page.")
@with_out(0)
def edit_plan(
    plan: str,
    asked: dict[str, Any],
    new: tuple[str, ...],
    move: tuple[str, ...],
    merge: tuple[str, ...],
    rename: tuple[str, ...],
    suggest: bool,
    to_file: Path | None,
    draft: str,
    place: Path,
    out: Out,
) -> None:
    """Change a plan by moves that are named, and see what each breaks and mends, and what it all comes to.

    PLAN is a layer, or a file with a column of blocks and one of areas; areas are named by code or name. What breaks
    the band or leaves an area in pieces is said, not refused. The page /neighbourhoods/editor does the same by hand.
    """
    from totalplace.cli.show import as_json, as_table
    from totalplace.geography.editing import tables
    from totalplace.geography.editing.live import Live
    from totalplace.geography.editing.saying import faults
    from totalplace.geography.editing.steps import begun

    if draft and (asked["file"] or asked["part"]):
        raise UsageError("--draft keeps a plan of a place's own blocks, all of them: leave out --blocks and --of")
    task, pieces = task_of(asked, place)
    division, names, came_from = _division(task, pieces, plan)
    live = Live(task, begun(division, task.blocks, names))
    done: list[tuple[str, tuple[str, ...]]] = []
    for step in _steps(task, pieces, new, move, merge, rename):
        live, words = _done(live, step)
        done.append(words)
    helps = _helps(live) if suggest else []
    areas, measures = tables.areas_table(live), tables.measures_table(live)
    if out.json:
        as_json(_document(live, done, helps))
    else:
        for what, told in done:
            print(what + "".join(f"\n  {sentence}" for sentence in told))
        print(f"{tables.summary(live)}\n")
        as_table(areas, out.limit, hide=("key", "locked"))
        print()
        as_table(measures, out.limit, hide=("name",))
        print("".join(f"\nNOTE: {sentence}" for sentence in faults(live.now)))
        for name, each in helps:
            if each is None:
                print(f"no single move was found that mends {name} and breaks nothing else")
            else:
                print(f"would help: {each.words} ({each.people:,} people). {' '.join(each.told.words)}")
    _keep(live, to_file, draft, came_from, asked, place)
    write_answer(areas, task, asked, out)


def _division(task: Task, pieces: Pieces, said: str) -> tuple[Division, dict[str, str], str]:
    """The areas that a plan begins with, what they are called, and what that was."""
    division = division_named(task.blocks, said)
    if said in task.blocks.layers:
        return division, dict(pieces.names.get(said, {})), said
    return division, {}, Path(said).name


def _steps(
    task: Task, pieces: Pieces, new: Sequence[str], move: Sequence[str], merge: Sequence[str], rename: Sequence[str]
) -> list[Step]:
    from totalplace.geography.editing.steps import Step

    found = [Step("new", _codes(task, pieces, codes), name=name) for name, codes in (_two("new", each) for each in new)]
    found += [
        Step("move", _codes(task, pieces, codes), to=area) for codes, area in (_two("move", each) for each in move)
    ]
    found += [Step("merge", area=area, to=into) for area, into in (_two("merge", each) for each in merge)]
    return found + [Step("rename", area=area, name=name) for area, name in (_two("rename", each) for each in rename)]


def _two(option: str, said: str) -> tuple[str, str]:
    first, equals, second = (part.strip() for part in said.rpartition("="))
    if not (first and equals and second):
        raise UsageError(f"--{option} is two things with = between, such as A,B=North; '{said}' is not")
    return first, second


def _codes(task: Task, pieces: Pieces, said: str) -> tuple[str, ...]:
    """The codes of blocks that names or codes mean: of whole units, of blocks, or of areas of any lines."""
    from totalplace.geography.design.named import blocks_named, groups_in

    found: list[str] = []
    for name in (name for group in groups_in(said) for name in group):
        codes = blocks_named(pieces, task.whole, name)
        if not set(codes) <= set(task.blocks.number):
            raise UsageError(f"'{name}' does not lie in the part that --of names")
        found += codes
    return tuple(dict.fromkeys(found))


def _done(live: Live, step: Step) -> tuple[Live, tuple[str, tuple[str, ...]]]:
    from totalplace.geography.editing import tables

    told = live.told(step).words
    made = live.do(step)
    names = {area.key: area.name for area in (*made.state.areas, *live.state.areas)}
    return made, (tables.step_words(made.steps[-1], names, made), told)


def _helps(live: Live) -> list[tuple[str, Suggestion | None]]:
    """For each area with which something is amiss the best move, or None where no single move mends it."""
    from totalplace.geography.editing.suggest import amiss, suggestions

    wrong = [(key, row.name) for key, row in live.now.rows.items() if amiss(row)]
    return [(name, next(iter(suggestions(live, key, 1)), None)) for key, name in wrong]


def _document(
    live: Live, done: Sequence[tuple[str, tuple[str, ...]]], helps: Sequence[tuple[str, Suggestion | None]]
) -> dict[str, Any]:
    from totalplace.geography.editing import tables
    from totalplace.geography.editing.saying import faults

    return {
        "steps": [{"what": what, "told": list(told)} for what, told in done],
        "areas": list(tables.areas_table(live).records()),
        "measures": list(tables.measures_table(live).records()),
        "alignment": list(tables.alignment_table(live).records()),
        "moved": list(tables.moved_table(live).records()),
        "faults": faults(live.now),
        "suggestions": [
            {"what": each.words, "people": each.people, "told": list(each.told.words)} for _, each in helps if each
        ],
        "no_suggestion": [name for name, each in helps if each is None],
        "blocks": {row["block"]: row["area"] for row in tables.blocks_table(live).records()},
    }


def _keep(live: Live, to_file: Path | None, draft: str, came_from: str, asked: dict[str, Any], place: Path) -> None:
    """Writes the plan where it is asked for."""
    from totalplace.cli.show import say

    if to_file:
        plan = live.now.plan
        if plan is None or live.now.unplaced[0]:
            raise UsageError(f"{live.now.unplaced[0]:,} blocks are in no area: a plan is written when all are in one")
        write_plan(plan, [live.state.areas[number].name for number in live.now.numbers], to_file)
    if draft:
        from totalplace.geography.editing.drafts import Head
        from totalplace.geography.editing.opening import editor_of
        from totalplace.place import open_place

        opened = open_place(place)
        editor = editor_of(opened.geography, opened.root, opened.facilities.need_of_blocks)
        anchors = tuple(parts_in(asked["anchor"]))
        made = editor.begin(Head(draft, came_from, live.task.band, live.base, asked["today"], anchors, asked["need"]))
        for n, step in enumerate(live.steps):
            editor.do(made.name, n, step)
        say(f"kept as drafts/{made.name}.jsonl: 'totalplace serve' shows it at /neighbourhoods/editor/{made.name}")
