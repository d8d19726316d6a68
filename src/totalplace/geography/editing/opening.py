"""What an editor begins with: the task of a place or a file, and a base taken from a layer, a file or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused, GeographyError, UsageError, did_you_mean
from totalplace.geography.blocks import Blocks, Metres
from totalplace.geography.design.loading import Pieces, division_of, of_place
from totalplace.geography.design.task import Band, Rules, Task
from totalplace.geography.editing.drafts import ENDING, FOLDER, Draft, Drafts, Head, conflict, now
from totalplace.geography.editing.live import Live
from totalplace.geography.editing.steps import Step, begun
from totalplace.geography.reading.files import read_features
from totalplace.store.files import what_is

if TYPE_CHECKING:
    from totalplace.geography.answers import Geography
    from totalplace.geography.assembling import Whole

NeedOf = Callable[[str], NDArray[np.float64]]
"""The need of each block by an indicator."""
Asked = tuple[Band, str, tuple[str, ...], str]
"""What a draft is held against: the band, today's areas, what each area should hold, the indicator of need."""

KEPT = 16
"""So many drafts are remembered as they stand; the others are worked out anew from their files."""


@dataclass(frozen=True, eq=False)
class Editor:
    """The editor of a place's plans: its blocks with the layers that are settled, titles of layers, the drafts."""

    whole: Whole
    pieces: Pieces
    drafts: Drafts
    titles: Mapping[str, str]
    proposals: Mapping[str, str]
    outer: Metres | None = None
    indicators: Mapping[str, str] = field(default_factory=dict)
    need_of: NeedOf | None = None
    _made: dict[str, tuple[Asked, Live]] = field(default_factory=dict)

    @property
    def blocks(self) -> Blocks:
        """The blocks with every layer, proposals too."""
        return self.pieces.blocks

    def task(self, band: Band, today: str = "", anchors: tuple[str, ...] = (), need: str = "") -> Task:
        """What a plan is held against; what is proposed is no layer of it. UsageError for what is not known.

        `need` is an indicator of need, whose balance is measured.
        """
        settled = {name: layer for name, layer in self.blocks.layers.items() if name not in self.proposals}
        if today and today not in settled:
            raise UsageError(f"'{today}' is no layer of areas as they are{did_you_mean(today, list(settled))}")
        if need and need not in self.indicators:
            raise UsageError(f"'{need}' is no indicator of need{did_you_mean(need, list(self.indicators))}")
        blocks, rules = replace(self.blocks, layers=settled), Rules(anchors=self.pieces.anchors(anchors))
        figures = self.need_of(need) if need and self.need_of else None
        made = Task(blocks, self.pieces.graph, band, today=today, rules=rules, need=figures)
        return replace(made, titles=self.pieces.titles, sites=self.pieces.sites)

    def head(
        self, title: str, base: str, band: Band, today: str = "", anchors: tuple[str, ...] = (), need: str = ""
    ) -> Head:
        """What a new draft says: `base` is a layer or a proposal, '' for no area at all."""
        self.task(band, today, anchors, need)
        division = None
        came_from = "nothing"
        if base:
            division = self.blocks.layer(base)
            came_from = self.titles.get(base) or self.proposals.get(base) or base
        state = begun(division, self.blocks, self.pieces.names.get(base))
        return Head(title, came_from, band, state, today, anchors, need)

    def begin(self, head: Head) -> Draft:
        """Writes a new draft."""
        return self.drafts.begin(head, self.blocks)

    def live(self, name: str) -> tuple[Draft, Live]:
        """A draft and its plan as it stands; what was worked out before is not worked out again.

        GeographyError where its file is damaged, or names what the place does not have any more.
        """
        draft = self.drafts.read(name, self.blocks)
        head, asked = draft.head, _asked(draft.head)
        before, known = self._made.get(name, (None, None))
        if known is not None and before == asked and known.done == draft.done and known.base.same(head.base):
            return draft, known
        try:
            made = Live(self.task(*asked), head.base, draft.done, self.outer)
            made.state  # noqa: B018 - raises for a step that cannot be, such as of a block that is not there
        except UsageError as error:
            file = f"{FOLDER}/{name}{ENDING}"
            raise GeographyError(f"{file} does not go with what the place declares now: {error}") from None
        self._keep(name, asked, made)
        return draft, made

    def do(self, name: str, revision: int, step: Step | str) -> tuple[Draft, Live]:
        """Does a step, or 'undo' or 'redo', and writes it; EditConflict where the draft has another revision.

        UsageError where it cannot be done: then nothing is written.
        """
        draft, live = self.live(name)
        if draft.revision != revision:
            raise conflict(revision, draft.revision)
        timed = now()
        if isinstance(step, Step):
            made = live.do(replace(step, at=timed))
        else:
            made = live.undo(timed) if step == "undo" else live.redo(timed)
        draft = self.drafts.add(draft, made.done[-1], self.blocks)
        self._keep(name, _asked(draft.head), made)
        return draft, made

    def _keep(self, name: str, asked: Asked, made: Live) -> None:
        """Remembers a plan as it stands; of many, those that were changed last."""
        self._made.pop(name, None)
        self._made[name] = asked, made
        for old in list(self._made)[:-KEPT]:
            self._made.pop(old, None)  # another thread may have let go of it meanwhile


def _asked(head: Head) -> Asked:
    return head.band, head.today, head.anchors, head.need


def editor_of(geography: Geography, root: Path, need_of: NeedOf | None = None) -> Editor:
    """The editor of a place; GeographyError where there is no geography, or no shapes to tell what touches.

    `need_of` gives the need of each block by an indicator: `place.facilities.need_of_blocks`.
    """
    from totalplace.geography.adjacency import outer_border
    from totalplace.geography.aligning.placed import titles_of

    whole, graph = geography.whole, geography.graph
    pieces = of_place(geography)
    proposals = {each.id: each.called for each in geography.declared.proposals}
    titles = {id: title for id, title in titles_of(geography).items() if id not in proposals}
    shapes = whole.blocks.shapes
    outer = outer_border(shapes, graph) if shapes is not None else None
    indicators = {each.id: each.called for each in geography.declared.indicators}
    return Editor(whole, pieces, Drafts(root), titles, proposals, outer, indicators, need_of)


def base_of_file(
    editor: Editor, file: str, title: str, band: Band, today: str = "", anchors: tuple[str, ...] = (), need: str = ""
) -> Head:
    """What a new draft says that begins with a plan in a file of the place: a column of blocks and one of areas."""
    root = editor.drafts.root.resolve()
    path = Path(os.path.realpath(root / file)) if "\0" not in file else root
    if not path.is_relative_to(root) or what_is(path) != "file":
        raise UsageError(f"there is no file '{file[:80]}' in the place's folder: put it there, and name it from there")
    editor.task(band, today, anchors, need)
    division = division_of(read_features(root, file), editor.blocks, title)
    if not (division.of >= 0).any():
        raise FileRefused(file, "it puts no block in any area")
    return Head(title, path.name, band, begun(division, editor.blocks), today, anchors, need)
