"""Where the store keeps what, and which run is the good one.

    store/parts/<key>/       lines, rejects, payees and summary of one part, named by what they were made from
    store/bodies/<key>/      ledger and totals of the payments of one body, named likewise
    store/runs/<id>/         the payees of a run; `run.json` lists its parts and bodies
    store/themes/<id>/       the lines of a run that hold words of a theme, and those that a theme takes
    store/current            the id of the run that counts

Nothing is changed in place: a run is written aside and becomes current by one rename, so a build that is
stopped at any moment leaves the last good store.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from totalplace.errors import StoreError
from totalplace.store.files import disk_errors, write_whole


class Store:
    """The store in a folder. Reading needs no lock; one build at a time writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.parts = root / "parts"
        self.bodies = root / "bodies"
        self.runs = root / "runs"
        self.themes = root / "themes"

    def part(self, key: str) -> Path:
        """The folder of a part, whether it is there or not."""
        return self.parts / key

    def has_part(self, key: str) -> bool:
        """Whether a part has been read already, and all of its tables are there."""
        return _is_whole(self.part(key) / "part.json")

    def body(self, key: str) -> Path:
        """The folder of what was counted of a body, whether it is there or not."""
        return self.bodies / key

    def has_body(self, key: str) -> bool:
        """Whether a body has been counted already, and all of its tables are there."""
        return _is_whole(self.body(key) / "body.json")

    def current(self) -> str | None:
        """The id of the good run, or None where nothing was built yet."""
        try:
            return (self.root / "current").read_text().strip() or None
        except (FileNotFoundError, NotADirectoryError):
            return None

    def run(self) -> Run:
        """The good run; raises StoreError where nothing was built yet or its files are gone."""
        name = self.current()
        if name is None:
            raise StoreError("nothing is built yet; run 'totalplace build'")
        return Run(self, name)

    @contextmanager
    def aside(self, parent: Path) -> Iterator[Path]:
        """A new folder beside the finished ones, removed where the work in it fails."""
        with disk_errors(parent):
            parent.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=parent, prefix="new-"))
            try:
                yield folder
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise

    def keep_part(self, made: Path, key: str) -> None:
        """Gives a finished part its place; a part that is there already is the same and stays."""
        _settle(made, self.part(key))

    def keep_body(self, made: Path, key: str) -> None:
        """Gives the finished tables of a body their place, as `keep_part` does."""
        _settle(made, self.body(key))

    def publish(self, made: Path, name: str) -> None:
        """Gives a finished run its place and makes it the current one."""
        _settle(made, self.runs / name)
        write_whole(self.root / "current", name.encode())

    def sweep(self, keep: set[str]) -> None:
        """Removes what neither the current run nor those in `keep` use."""
        names = {name for name in (self.current(), *keep) if name}
        used = names.union(*(_used_by(self.runs / name) for name in names))
        for folder in (child for own in (self.parts, self.bodies, self.runs, self.themes) for child in _children(own)):
            if folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)
        for left in (*self.root.glob(".current.*"), *self.root.glob(".seen.json.*")):
            left.unlink(missing_ok=True)  # of a build that was stopped while it wrote them


def _is_whole(manifest: Path) -> bool:
    """Whether every file that a manifest tells of is there in its full size."""
    try:
        told = json.loads(manifest.read_text("utf-8"))["sizes"]
        return all((manifest.parent / name).stat().st_size == size for name, size in told.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _settle(made: Path, place: Path) -> None:
    """Gives a finished folder its place. What stands there is the same and stays, unless it was damaged."""
    if place.exists():
        if sizes(made) == sizes(place):
            shutil.rmtree(made, ignore_errors=True)
            return
        damaged = made.with_name(f"{made.name}-damaged")
        os.replace(place, damaged)
        os.replace(made, place)
        shutil.rmtree(damaged, ignore_errors=True)
        return
    os.replace(made, place)


def sizes(folder: Path) -> dict[str, int]:
    """The files in a folder and their sizes in bytes."""
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir())}


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def _used_by(run: Path) -> set[str]:
    """The keys of the parts and bodies that a run is made of."""
    try:
        info = json.loads((run / "run.json").read_text("utf-8"))
        return {entry["key"] for entry in info["files"] if entry["key"]} | set(info["bodies"].values())
    except (OSError, ValueError, KeyError, AttributeError):
        return set()


FORMAT = 10
"""Raised when tables of the store change shape or meaning, so that old ones are made again."""


class Run:
    """A finished run: its tables, and what it was made from."""

    def __init__(self, store: Store, name: str) -> None:
        self.store = store
        self.name = name
        self.folder = store.runs / name
        self._totals: list[dict[str, Any]] | None = None
        self._years: dict[str, Any] | None = None
        self.info: dict[str, Any] = self._told("run.json")
        if self.info.get("format") != FORMAT:
            raise StoreError("the store was built by another version of Total Place; run 'totalplace build'")

    @property
    def files(self) -> list[dict[str, Any]]:
        """One entry a part: name, body, key, counts and money (pence), or why it was refused."""
        return self.info["files"]  # type: ignore[no-any-return]  # JSON

    def table(self, name: str) -> list[str]:
        """The Parquet files of a table of the run: payees; ledger and classes, a file a body."""
        if name == "payees":
            return [str(self.folder / "payees.parquet")]
        return [str(self.store.body(key) / f"{name}.parquet") for key in self.info["bodies"].values()]

    def counted(self) -> list[dict[str, Any]]:
        """The parts that are counted: those that were not refused."""
        return [entry for entry in self.files if not entry["refused"]]

    def lines_of(self, entry: dict[str, Any]) -> list[Path]:
        """The Parquet files of a part's lines."""
        return [self.store.part(entry["key"]) / f"lines-{n}.parquet" for n in range(entry["runs"])]

    def rejects_of(self, entry: dict[str, Any]) -> Path:
        """The Parquet file of a part's rejected rows."""
        return self.store.part(entry["key"]) / "rejects.parquet"

    @property
    def themes(self) -> Path:
        """The folder of what was worked out of its lines for themes, whether it is there or not."""
        return self.store.themes / self.name

    def totals(self) -> list[dict[str, Any]]:
        """The ledger's sums without payees and files, as plain rows: read once and shared, so left as they are."""
        if self._totals is None:
            found: list[dict[str, Any]] = self._told("totals.json")
            self._totals = found
        return self._totals

    def years(self) -> list[dict[str, Any]]:
        """The same without months and channels too: a thirtieth of it, and enough for most answers."""
        found: list[dict[str, Any]] = self._by_year()["cells"]
        return found

    def months(self) -> dict[str, dict[int, int]]:
        """Lines by body and month (yyyymm)."""
        return {body: dict(months) for body, months in self._by_year()["months"].items()}

    def _by_year(self) -> dict[str, Any]:
        if self._years is None:
            found: dict[str, Any] = self._told("years.json")
            self._years = found
        return self._years

    def _told(self, name: str) -> Any:
        """What a file of the run's folder says; raises StoreError where it is gone or damaged."""
        try:
            return json.loads((self.folder / name).read_bytes())
        except (OSError, ValueError) as error:
            raise StoreError(f"the store is damaged ({error}); delete {self.store.root} and build again") from error
