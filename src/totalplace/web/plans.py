"""Plans that are being changed, behind the editor's pages and tables: what is picked, and what can be picked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.editing.opening import Editor, editor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from totalplace.geography.editing.drafts import Draft
    from totalplace.geography.editing.live import Live
    from totalplace.table import Table
    from totalplace.web.addresses import Chosen
    from totalplace.web.desk import Desk

SHOWN = 60
"""So many small areas or units stand on a page at once; a filter finds the others."""
MOST = 2_500
"""So many blocks can be picked at once; a form with more would be too large to be taken."""


@dataclass(frozen=True)
class Choice:
    """A row that can be picked: a block or a whole unit, by number. `label` is its code, `areas` where it is."""

    number: int
    label: str
    name: str
    people: int
    blocks: int
    areas: str
    picked: bool
    held: bool


@dataclass(frozen=True)
class Asked:
    """What a form asks to see: words in names, an area by key, blocks or a layer's units, what is picked."""

    words: str = ""
    area: str = ""
    by: str = ""
    picked: tuple[str, ...] = ()


def editor(desk: Desk) -> Editor:
    """The editor of the place, as long as its geography is what it was; GeographyError where there is none to edit."""
    place = desk.place
    if desk.editor is None or desk.editor.whole is not place.geography.whole:
        desk.editor = editor_of(place.geography, place.root, place.facilities.need_of_blocks)
    return desk.editor


def draft_of(desk: Desk, name: str) -> tuple[Draft, Live]:
    """A draft and its plan; 404 where there is none of the name."""
    made = editor(desk)
    if name not in made.drafts.names():
        raise HTTPException(404, f"there is no draft '{name[:80]}'")
    return made.live(name)


def choices(editor: Editor, live: Live, asked: Asked) -> tuple[list[Choice], int]:
    """What can be picked of what is asked for, and how many more there are; what is picked stands there in any case."""
    by = asked.by if asked.by in live.task.blocks.layers else ""
    found = _units(editor, live, asked, by) if by else _blocks(live, asked)
    first = found[:SHOWN]
    # What is ticked stays where it is in the list; what would not be seen comes first.
    beyond = [each for each in found[SHOWN:] if each.picked][:SHOWN]
    return [*beyond, *first], max(len(found) - len(first) - len(beyond), 0)


def _blocks(live: Live, asked: Asked) -> list[Choice]:
    blocks, state, picked = live.task.blocks, live.state, set(asked.picked)
    area = _number(live, asked.area)
    found = []
    for n, (code, name) in enumerate(zip(blocks.ids, blocks.names, strict=True)):
        chosen = code in picked
        if not chosen and ((area is not None and state.of[n] != area) or not _holds(asked.words, code, name)):
            continue
        where = state.areas[state.of[n]].name if state.of[n] >= 0 else ""
        found.append(Choice(n, code, name, int(blocks.people[n]), 1, where, chosen, n in state.held))
    return found


def _units(editor: Editor, live: Live, asked: Asked, by: str) -> list[Choice]:
    blocks, state, picked = live.task.blocks, live.state, set(asked.picked)
    layer, names = blocks.layers[by], editor.pieces.names.get(by, {})
    area = _number(live, asked.area)
    found = []
    for n, (label, members) in enumerate(zip(layer.labels, layer.groups(), strict=True)):
        here = members if area is None else members[state.of[members] == area]
        codes = {blocks.ids[k] for k in here.tolist()}
        chosen = bool(codes) and codes <= picked
        if not codes or (not chosen and not _holds(asked.words, label, names.get(label, ""))):
            continue
        where = dict.fromkeys(state.areas[k].name for k in state.of[here].tolist() if k >= 0)
        held = bool(state.held.intersection(here.tolist()))
        people = int(blocks.people[here].sum())
        found.append(Choice(n, label, names.get(label, label), people, len(here), ", ".join(where), chosen, held))
    return found


def _number(live: Live, key: str) -> int | None:
    return next((n for n, area in enumerate(live.state.areas) if area.key == key), None) if key else None


def _holds(words: str, *texts: str) -> bool:
    if not words:
        return True
    whole = " ".join(texts).lower()
    return all(word in whole for word in words.lower().split())


def asked_of(live: Live, form: Mapping[str, str]) -> Asked:
    """What a form asks to see, with what is picked: what its boxes say, and what it held that no box was shown for.

    Codes that are of no block are left out: the blocks may have changed since the page was drawn.
    """
    by = form.get("by", "")
    by = by if by in live.task.blocks.layers else ""
    area = form.get("in", "")
    area = area if _number(live, area) is not None else ""
    # The boxes are of what was asked for when the page was drawn.
    was_by, was_area = form.get("was_by", ""), form.get("was_in", "")
    boxes = [name.partition("-")[2] for name in form if name.startswith("pick-")]
    picked = dict.fromkeys(_kept(form.get("picked", "")))
    picked.update(dict.fromkeys(_codes(live, boxes, was_by, was_area)))
    if form.get("toggle", "") in live.task.blocks.number:
        _toggle(live, picked, form["toggle"], by, area)
    known = [code for code in picked if code in live.task.blocks.number]
    if len(known) > MOST:
        raise UsageError(f"{len(known):,} blocks are picked; {MOST:,} at most: merge areas, or move a part at a time")
    return Asked(" ".join(form.get("q", "").split())[:100], area, by, tuple(known))


def _toggle(live: Live, picked: dict[str, None], code: str, by: str, area: str) -> None:
    """Picks a block that was pointed at on the map, or the whole unit that it is in; or lets it go again."""
    layer = live.task.blocks.layers.get(by)
    number = int(layer.of[live.task.blocks.number[code]]) if layer is not None else -1
    codes = live.picked(by, layer.labels[number], area) if layer is not None and number >= 0 else [code]
    whole = codes if code in codes else [code]
    if all(each in picked for each in whole):
        for each in whole:
            del picked[each]
    else:
        picked.update(dict.fromkeys(whole))


def _kept(text: str) -> list[str]:
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _codes(live: Live, labels: Sequence[str], by: str, area: str) -> Iterable[str]:
    """The blocks of boxes that were ticked."""
    if by not in live.task.blocks.layers:
        return labels
    layer = live.task.blocks.layers[by]
    known = set(layer.labels)
    area = area if _number(live, area) is not None else ""
    return [code for label in labels if label in known for code in live.picked(by, label, area)]


def hidden(live: Live, asked: Asked, shown: Sequence[Choice]) -> str:
    """What is picked and has no box on the page, as the form carries it."""
    boxes = set(_codes(live, [each.label for each in shown], asked.by, asked.area))
    return json.dumps([code for code in asked.picked if code not in boxes])


# --- tables


def asked_table(made: Callable[[Live], Table]) -> Callable[[Desk, Chosen], Table]:
    """A table of a draft that an address names: 404 where there is none."""

    def table(desk: Desk, chosen: Chosen) -> Table:
        return made(_asked(desk, chosen)[1])

    return table


def _asked(desk: Desk, chosen: Chosen) -> tuple[Draft, Live]:
    if not chosen.text("draft"):
        raise HTTPException(404, "name the draft of a plan: draft=NAME")
    try:
        return draft_of(desk, chosen.text("draft"))
    except GeographyError as error:
        raise HTTPException(404, str(error)) from None


def about_plan(desk: Desk, chosen: Chosen) -> tuple[str, str]:
    """Scope and source of a table, in a sentence each."""
    draft, live = _asked(desk, chosen)
    scope = (
        f"{desk.definition.name}; {draft.head.title}, a draft after {draft.revision:,} changes; "
        f"{len(live.task.blocks):,} small areas, {live.task.people:,} people; band {live.task.band}"
    )
    return scope, f"Changed by hand from {draft.head.came_from}. People as declared in geography.toml."
