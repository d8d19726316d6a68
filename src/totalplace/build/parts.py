"""Reading the parts of a place: what was read before in the same way is not read again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from totalplace.build import digests
from totalplace.build.classes import classifier
from totalplace.build.entry import Entry, Progress
from totalplace.build.seen import Seen, is_fresh, stamp_of
from totalplace.build.tables import sink
from totalplace.definition import Definition, Source, fingerprint
from totalplace.errors import DataError, FileRefused, PlaceError
from totalplace.services import OF_OTHERS
from totalplace.sources.opening import held
from totalplace.sources.parts import Part, part_named
from totalplace.sources.spend import Memory
from totalplace.store.files import write_whole
from totalplace.store.layout import Store, sizes

if TYPE_CHECKING:
    import polars as pl

    from totalplace.sources.spend import Tidy


def read_parts(root: Path, definition: Definition, store: Store, say: Progress) -> tuple[list[Entry], int]:
    """An entry for each part of the place, in the order of their names, and how many had to be read."""
    planned = [(source, part_named(root, name)) for source in definition.sources for name in source.files]
    planned.sort(key=lambda item: (item[1].name, item[0].body, item[0].kind, digests.reading(item[0])))
    reader = _Reader(definition, store)
    entries, unknown = [], []
    first: dict[str, Entry] = {}
    for source, part in planned:
        entry = Entry(part.name, source.body, source.kind)
        entries.append(entry)
        twin = first.setdefault(os.path.normpath(part.name), entry)
        with _refusals(entry):
            if twin is not entry:
                raise FileRefused(
                    part.name, f"is in place.toml twice, as {twin.kind} of {twin.body} too; it counts once"
                )
            task = _Task(entry, source, part, reader.recipe(source, part))
            if not reader.knows(task):
                unknown.append(task)
    read = 0
    for n, (task, looked_at) in enumerate(_looked_at(unknown)):
        say(f"reading {task.part.name}", n, len(unknown))
        with _refusals(task.entry):
            read += reader.read(task, looked_at.result())
    reader.seen.save()
    return entries, read


@dataclass(frozen=True)
class _Task:
    """A part to read into the entry of a run; `recipe` is a digest of how."""

    entry: Entry
    source: Source
    part: Part
    recipe: str


class _Look(NamedTuple):
    """A part as its file was: `stamp` before it was read, then its SHA-256; `part` holds the bytes of a small one.

    `fresh` says whether the file had changed so lately that a later change may leave the stamp as it is.
    """

    stamp: list[int]
    fresh: bool
    part: Part
    sha: str

    def refuse_changed(self) -> None:
        """Raises DataError where the file is no longer what it was."""
        try:
            still = stamp_of(self.part) == self.stamp and (not self.fresh or held(self.part)[1] == self.sha)
        except FileRefused:
            still = False
        if not still:
            raise DataError(f"{self.part.name} changed while it was being read; run the build again when it is still")


@contextlib.contextmanager
def _refusals(entry: Entry) -> Iterator[None]:
    """Notes in its entry why a part is refused."""
    try:
        yield
    except (FileRefused, PlaceError) as error:
        entry.refused = str(error).removeprefix(f"{entry.name}: ")


def _looked_at(tasks: Sequence[_Task]) -> Iterator[tuple[_Task, Future[_Look]]]:
    """Each task with its file read and hashed; that of the next one meanwhile, which needs no more than a thread."""
    with ThreadPoolExecutor(1) as thread:
        coming = deque(thread.submit(_look, task.part) for task in tasks[:1])
        for task, following in zip_longest(tasks, tasks[1:]):
            if following:
                coming.append(thread.submit(_look, following.part))
            yield task, coming.popleft()


def _look(part: Part) -> _Look:
    stamp = stamp_of(part)
    return _Look(stamp, is_fresh(stamp), *held(part))


class _Reader:
    """Reads parts one after the other; what was found out of texts goes from one to the next."""

    def __init__(self, definition: Definition, store: Store) -> None:
        self.store, self.seen = store, Seen(store.root / "seen.json")
        self.memory = Memory(lambda: classifier(store, definition))
        self.rules = fingerprint(digests.rules(), digests.classes(definition))
        self.of_others = {body.id for body in definition.bodies if body.kind in OF_OTHERS}

    def recipe(self, source: Source, part: Part) -> str:
        """A digest of all that a part is read by, but for its bytes."""
        return fingerprint(
            self.rules, source.body, self._by_words(source), source.kind, part.name, digests.reading(source)
        )

    def _by_words(self, source: Source) -> bool:
        return source.body not in self.of_others

    def knows(self, task: _Task) -> bool:
        """Whether the store has the part, told without reading its file; then its entry is filled."""
        key = self.seen.key(task.part.name, stamp_of(task.part), task.recipe)
        known = bool(key) and self.store.has_part(key)
        if known:
            _fill(task.entry, self.store.part(key))
        return known

    def read(self, task: _Task, looked_at: _Look) -> int:
        """Fills the entry, from the store where the file holds what it held, else by reading it: 1 then."""
        part, sha = looked_at.part, looked_at.sha
        key = fingerprint(task.recipe, sha)
        fresh = not self.store.has_part(key)
        if fresh:
            with self.store.aside(self.store.parts) as folder:
                known, by_words = {"sha256": sha, "key": key}, self._by_words(task.source)
                try:
                    _write_part(folder, part, task.source, known, self.memory, by_words=by_words)
                except (FileRefused, PlaceError, OSError):
                    looked_at.refuse_changed()  # which is why, then
                    raise
                looked_at.refuse_changed()
                self.store.keep_part(folder, key)
            self.memory.make_room()
        _fill(task.entry, self.store.part(key))
        self.seen.note(part.name, looked_at.stamp, task.recipe, key, settled=not looked_at.fresh)
        return int(fresh)


_NOT_OF_ENTRIES = ("sizes",)


def _fill(entry: Entry, folder: Path) -> None:
    told = json.loads((folder / "part.json").read_text("utf-8"))
    for name in told.keys() - _NOT_OF_ENTRIES:
        setattr(entry, name, told[name])


_COUNTS = ("rows", "accepted", "rejected", "blank", "preamble", "pence", "rejected_pence", "rejected_unread")


def _write_part(
    folder: Path, part: Part, source: Source, known: Mapping[str, str], memory: Memory, *, by_words: bool
) -> None:
    """Reads a part into `folder`: its tables, and last of all `part.json` with what it came to."""
    from totalplace.sources.spend import Tally, read_spend

    tally, card, blocks = Tally(), source.kind == "card", []
    for n, tidy in enumerate(
        read_spend(part, source.reading, body=source.body, card=card, tally=tally, memory=memory, by_words=by_words)
    ):
        sink(tidy.lines, folder / f"lines-{n}.parquet", packed=False)
        blocks.append(tidy._replace(lines=tidy.lines.clear()))
    if tally.rows == 0:
        raise FileRefused(part.name, "holds headings but no rows" if source.reading.header else "is empty")
    told = {
        **known,
        "bytes": part.file.stat().st_size,
        "runs": len(blocks),
        **{name: getattr(tally, name) for name in _COUNTS},
        "notes": dict(sorted(tally.notes.items())),
        **_write_sums(folder, blocks),
        "sizes": sizes(folder),
    }
    write_whole(folder / "part.json", json.dumps(told, sort_keys=True).encode())


def _write_sums(folder: Path, blocks: Sequence[Tidy]) -> dict[str, Any]:
    """Writes summary, payees and rejects; gives what they tell of the part's payments and time."""
    import polars as pl

    from totalplace.sources.sums import merged

    summary = merged([block.summary for block in blocks])
    payees = pl.concat([block.payees for block in blocks])
    payees = payees.unique("payee_key").sort("payee_key") if len(blocks) > 1 else payees
    rejects = pl.concat([block.rejects for block in blocks])
    sink(summary, folder / "summary.parquet", packed=False)
    sink(payees, folder / "payees.parquet", packed=False)
    sink(rejects, folder / "rejects.parquet")
    years = summary.group_by("year").agg(pl.col("lines").sum())
    return {
        "content": _content(summary, rejects),
        "years": dict(sorted(years.rows())),
        "first": summary["month"].min() or 0,
        "last": summary["month"].max() or 0,
    }


def _content(summary: pl.DataFrame, rejects: pl.DataFrame) -> str:
    """A digest of the payments that a part holds, whatever it is called and packed in.

    What was rejected plays no part (a total may be written in two ways), unless there is nothing else.
    """
    import polars as pl

    digest = hashlib.sha256()
    for column in summary.select("payee_key", "month", "lines", "pence"):
        digest.update(column.to_numpy().astype("<i8").tobytes())
    kinds = summary.group_by("kind", "channel").agg(pl.col("pence").sum())
    digest.update(repr(sorted(kinds.rows())).encode())
    if not summary.height:
        digest.update("\n".join(rejects["text"].to_list()).encode())
    return digest.hexdigest()
