"""Drafts of plans: a file each in the place's folder `drafts`, a line for everything that was done.

The first line says what the draft began with; each further line is one step, undoing among them. A line is written and
on the disk before the answer that it was done is given, and never changed again: whatever ends the program, what was
answered is there. A last line without an end was being written when the program ended, and is left out and said.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from totalplace.errors import EditConflict, GeographyError, UsageError, did_you_mean
from totalplace.folder import NAME
from totalplace.geography.blocks import NONE, Blocks
from totalplace.geography.design.task import Band
from totalplace.geography.editing.live import Entry
from totalplace.geography.editing.steps import Area, State, Step
from totalplace.store.files import disk_errors, locked, what_is, write_whole
from totalplace.terms import slug

FOLDER = "drafts"
ENDING = ".jsonl"
VERSION = 1
LARGEST = 64 << 20
"""Bytes of a draft that are read; one of 100,000 blocks has a tenth of it."""
WAIT = 5.0
"""Seconds for which somebody who writes at the same moment is waited for."""


@dataclass(frozen=True, eq=False)
class Head:
    """What a draft began with: title, band, the layer of today's areas, what each area should hold, need, the base.

    `came_from` says what the base was, in words.
    """

    title: str
    came_from: str
    band: Band
    base: State
    today: str = ""
    anchors: tuple[str, ...] = ()
    need: str = ""
    begun: str = ""


@dataclass(frozen=True, eq=False)
class Draft:
    """A draft as it is on the disk. `notes` are what there is to say of its file."""

    name: str
    head: Head
    done: tuple[Entry, ...]
    notes: tuple[str, ...] = ()

    @property
    def revision(self) -> int:
        """How many things were done."""
        return len(self.done)

    @property
    def changed(self) -> str:
        """When something was done last."""
        return self.done[-1].at if self.done else self.head.begun


@dataclass(frozen=True)
class Listed:
    """A draft in a list: its name, title, when it was changed last, how many steps; or what is wrong with its file."""

    name: str
    title: str = ""
    came_from: str = ""
    changed: str = ""
    steps: int = 0
    wrong: str = ""


@dataclass(frozen=True)
class Drafts:
    """The drafts of a place."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.root / FOLDER

    def names(self) -> list[str]:
        """The drafts by name, whether they can be read or not."""
        return sorted(path.stem for path in self.folder.glob(f"*{ENDING}") if NAME.fullmatch(path.stem))

    def path(self, name: str) -> Path:
        """The file of a draft; UsageError where there is none."""
        if name not in self.names():
            raise UsageError(f"there is no draft '{name}'{did_you_mean(name, self.names())}")
        return self.folder / f"{name}{ENDING}"

    def listed(self, blocks: Blocks) -> list[Listed]:
        """Every draft, the one changed last first; damaged ones with what is wrong."""
        found = []
        for name in self.names():
            try:
                draft = self.read(name, blocks)
            except (GeographyError, UsageError) as error:
                found.append(Listed(name, wrong=str(error)))
                continue
            head = draft.head
            found.append(Listed(name, head.title, head.came_from, draft.changed, draft.revision))
        return sorted(found, key=lambda each: each.changed, reverse=True)

    def begin(self, head: Head, blocks: Blocks) -> Draft:
        """Writes a new draft under a name made of its title."""
        title = " ".join(head.title.split())
        if not title or len(title) > 120 or not title.isprintable():
            raise UsageError("a draft needs a title of 1 to 120 letters")
        head = replace(head, title=title, begun=now())
        line = json.dumps(_head(head, blocks), ensure_ascii=False) + "\n"
        with self._locked():
            base, taken = slug(title)[:60].strip("-") or "draft", set(self.names())
            name = next(
                each for each in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if each not in taken
            )
            write_whole(self.folder / f"{name}{ENDING}", line.encode())
        return Draft(name, head, ())

    def read(self, name: str, blocks: Blocks) -> Draft:
        """A draft; GeographyError naming the line where it is damaged or of other blocks than these."""
        path = self.path(name)
        try:
            if what_is(path) not in ("file", ""):  # a device or a pipe would never end
                raise GeographyError(f"{FOLDER}/{path.name} is no file: take it away")
            if path.stat().st_size > LARGEST:
                raise GeographyError(f"{FOLDER}/{path.name} is larger than any draft: is it another file?")
            data = path.read_bytes()
        except OSError as error:
            raise GeographyError(f"{FOLDER}/{path.name} cannot be read: {error.strerror or error}") from error
        lines, notes = _lines(data, path.name)
        if not lines:
            raise GeographyError(f"{FOLDER}/{path.name} is empty or cut short: nothing is left of the draft")
        head = _read_head(lines[0], path.name, blocks)
        done = tuple(_entry(raw, path.name, n) for n, raw in enumerate(lines[1:], 2))
        _sound(done, path.name)
        return Draft(name, head, done, notes)

    def add(self, draft: Draft, entry: Entry, blocks: Blocks) -> Draft:
        """Writes one more thing done at the end; it is on the disk when this returns.

        EditConflict where the file holds something else than the draft: another window was quicker.
        """
        path = self.path(draft.name)
        line = json.dumps(_raw(entry), ensure_ascii=False) + "\n"
        with self._locked():
            now = self.read(draft.name, blocks)
            if now.revision != draft.revision or now.done != draft.done:
                raise conflict(draft.revision, now.revision)
            with disk_errors(path), path.open("r+b") as stream:
                data = stream.read()
                # What was cut short is overwritten: it was never answered.
                stream.seek(data.rfind(b"\n") + 1)
                stream.truncate()
                stream.write(line.encode())
                stream.flush()
                os.fsync(stream.fileno())
        return replace(draft, done=(*draft.done, entry), notes=())

    def remove(self, name: str) -> Path:
        """Puts a draft aside: its file keeps all of it under an ending that is not listed. Gives the new path."""
        with self._locked(), disk_errors(path := self.path(name)):
            # To the microsecond: one of the same name may be put aside in the same second, and both are kept.
            aside = path.with_name(f"{name}.{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.removed")
            os.replace(path, aside)
        return aside

    def _locked(self) -> Any:
        return locked(self.folder / ".lock", "somebody else is writing a draft; nothing was written. Try again", WAIT)


def conflict(yours: int, theirs: int) -> EditConflict:
    """That a draft moved on since a page was drawn."""
    return EditConflict(
        f"this plan was changed in another window meanwhile (it has {theirs:,} changes, your page knew {yours:,}); "
        "what you asked was not done. The page now shows the plan as it is: do it again if it still fits"
    )


def now() -> str:
    """The time in UTC, to the second, as drafts write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _lines(data: bytes, file: str) -> tuple[list[Any], tuple[str, ...]]:
    """The lines of a draft as JSON, and that the last was cut short where it was."""
    texts = data.split(b"\n")
    notes = () if not texts[-1] else (f"{FOLDER}/{file}: the last change was being written when the program ended",)
    found = []
    for n, text in enumerate(texts[:-1], 1):
        try:
            found.append(json.loads(text))
            if b"\\u" in text:  # half a letter can be escaped, and then be neither shown nor written
                json.dumps(found[-1], ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise _damaged(file, n, "it is no JSON") from None
    return found, notes


def _damaged(file: str, line: int, why: str) -> GeographyError:
    return GeographyError(f"{FOLDER}/{file}, line {line:,}: {why}. Mend it in a text editor, or take the file away")


def _head(head: Head, blocks: Blocks) -> dict[str, Any]:
    return {
        "draft": VERSION,
        "title": head.title,
        "came_from": head.came_from,
        "begun": head.begun,
        "band": [head.band.low, head.band.high],
        "today": head.today,
        "anchors": list(head.anchors),
        "need": head.need,
        "areas": [[area.key, area.name] for area in head.base.areas],
        "blocks": dict(zip(blocks.ids, head.base.of.tolist(), strict=True)),
    }


def _read_head(raw: Any, file: str, blocks: Blocks) -> Head:
    try:
        if raw["draft"] != VERSION:
            raise _damaged(file, 1, f"a draft of version {raw['draft']!r}; this program reads {VERSION}")
        areas = tuple(Area(str(key), str(name)) for key, name in raw["areas"])
        low, high = raw["band"]
        of = raw["blocks"]
        if any(not isinstance(n, int) or not NONE <= n < len(areas) for n in of.values()):
            raise _damaged(file, 1, "it puts a block in an area that is not there")
        texts = [str(raw[key]) for key in ("title", "came_from", "today", "need", "begun")]
        anchors = tuple(map(str, raw["anchors"]))
        band = Band(int(low), int(high))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _damaged(file, 1, f"it does not say what a draft says ({error!r})") from None
    keys = [area.key for area in areas]
    if twice := next((key for key, n in Counter(keys).items() if n > 1), None):
        # Figures stand by key: of two areas that share one, one would be left out.
        raise _damaged(file, 1, f"two areas have the key '{twice}'")
    if lost := [code for code in of if code not in blocks.number] or [code for code in blocks.ids if code not in of]:
        raise GeographyError(
            f"{FOLDER}/{file} is a plan of other blocks than the place has now: '{lost[0]}' and {len(lost) - 1:,} more "
            "are in one of them alone. Load the blocks that it was made of, or begin a new plan"
        )
    state = State(np.array([of[code] for code in blocks.ids], dtype=np.int32), areas)
    title, came_from, today, need, when = texts
    return Head(title, came_from, band, state, today, anchors, need, when)


def _raw(entry: Entry) -> Mapping[str, Any]:
    return entry.step.raw() if entry.step else {"do": entry.do, "at": entry.at}


def _entry(raw: Any, file: str, line: int) -> Entry:
    if not isinstance(raw, dict):
        raise _damaged(file, line, "it is no step")
    if raw.get("do") in ("undo", "redo"):
        return Entry(str(raw["do"]), None, str(raw.get("at", "")))
    try:
        step = Step.of(raw)
    except GeographyError as error:
        raise _damaged(file, line, str(error)) from None
    return Entry(step.do, step, step.at)


def _sound(done: tuple[Entry, ...], file: str) -> None:
    """Raises GeographyError where something is undone that was never done, or redone that was not undone."""
    steps = at = 0
    for n, entry in enumerate(done, 2):
        if entry.do == "undo":
            at -= 1
        elif entry.do == "redo":
            at += 1
        else:
            at += 1
            steps = at
        if not 0 <= at <= steps:
            raise _damaged(file, n, f"there is nothing to {entry.do}")
