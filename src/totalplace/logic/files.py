"""The logic models of a place: in the cases of its folder `cases`, or alone in a file. Read, begun and changed.

Of a case's file the tables [[logic]] and the name in [case] are read here; all else in it is another's, and is kept.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from totalplace.errors import LogicError, UsageError, did_you_mean
from totalplace.folder import Folder, changed_meanwhile, digest, quoted
from totalplace.logic.editing import link_from, put_step, remove_step
from totalplace.logic.model import LogicModel
from totalplace.logic.reading import toml_where
from totalplace.logic.step import Step
from totalplace.table import Column, Table
from totalplace.toml import edit_toml

FOLDER = "cases"
EXAMPLES = ("families",)
"""Models that are shipped as starting points: made up, and of no place."""
_LARGEST = 5_000_000
"""Bytes of the longest file that is read."""
BLANK = """\
# A case. Its logic model is in tables [[logic]], one a step: totalplace logic {name}
[case]
name = {title}
"""


@dataclass(frozen=True)
class Read:
    """A logic model as a file has it: the file's name, the case's title, and a digest of the file."""

    name: str
    title: str
    model: LogicModel
    digest: str


def read_logic(name: str, content: bytes, file: str) -> Read:
    """The model in the bytes of a TOML or JSON file; raises LogicError naming the step and key at fault.

    `name` is the title where the file gives none; `file` is what errors call the file.
    """
    if len(content) > _LARGEST:
        raise LogicError(f"{file} is {len(content):,} bytes; no case is so long. Is it another file?")
    tables = _json(content, file) if file.lower().endswith(".json") else _toml(content, file)
    if "logic" not in tables and "case" not in tables and tables:
        near = did_you_mean("logic", list(tables)).replace("did you mean", "did you write [[logic]] as")
        raise LogicError(f"{file} has no tables [[logic]]{near}")
    case = tables.get("case")
    title = case.get("name") if isinstance(case, dict) else tables.get("title")
    title = " ".join(title.split()) if isinstance(title, str) else ""
    return Read(name, title or name, model_of(tables, file), digest(content))


def model_of(tables: Mapping[str, Any], file: str) -> LogicModel:
    """The model in the tables of a case; one without steps where there are none. Raises LogicError."""
    found = tables.get("logic", [])
    if not isinstance(found, list):
        raise LogicError(f"{file}: write [[logic]] with two brackets: there can be several")
    return LogicModel.of(found, toml_where(file))


def _toml(content: bytes, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise LogicError(f"{file} is not valid TOML: {error}") from error


def _json(content: bytes, file: str) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise LogicError(f"{file} is not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise LogicError(f'{file}: it must be {{"logic": [...]}} with a list of steps')
    return document


def read_path(path: Path) -> Read:
    """The model in a file, wherever it is; raises LogicError."""
    return read_logic(path.stem, _bytes(path, str(path)), str(path))


def _bytes(path: Path, shown: str) -> bytes:
    try:
        if not path.is_file():
            raise LogicError(f"{shown} is no file that could be read")
        return path.read_bytes()
    except OSError as error:
        raise LogicError(f"{shown} cannot be read: {error.strerror}") from error


def example(name: str) -> str:
    """The text of a shipped example; UsageError where there is none of that name."""
    if name not in EXAMPLES:
        raise UsageError(f"'{name}' is not an example{did_you_mean(name, list(EXAMPLES))}")
    return files("totalplace.logic").joinpath("examples", f"{name}.toml").read_text("utf-8")


def _named(text: str, title: str) -> str:
    """An example under another title, where there is one."""
    lines = text.split("\n")
    at = lines.index("[case]") + 1
    return "\n".join([*lines[:at], f"name = {quoted(title)}" if title else lines[at], *lines[at + 1 :]])


def accept(_: str, __: Mapping[str, Any]) -> None:
    """Finds nothing wrong with a case."""


class Logic:
    """The models of the cases in a place's folder `cases`.

    `check` raises where a case of a name cannot be what an edit would make of its tables: nothing is written then.
    """

    def __init__(self, root: Path, check: Callable[[str, Mapping[str, Any]], object] = accept) -> None:
        self.root, self._check = root, check
        self._files = Folder(root, FOLDER, "case", "logic")

    @property
    def folder(self) -> Path:
        """Where the cases are."""
        return self._files.path

    def names(self) -> list[str]:
        """The cases by name, whether they can be read or not."""
        return self._files.names()

    def read(self, name: str) -> Read:
        """The model of a case; UsageError where there is none of that name, LogicError where it is at fault."""
        path, file = self._files.file(name), f"{FOLDER}/{name}.toml"
        return read_logic(name, _bytes(path, file), file)

    def find(self, file: str) -> Read:
        """The model in a file by its path, or in a case by its name."""
        path = Path(file)
        if path.suffix.lower() in (".toml", ".json") or path.is_file():
            return read_path(path)
        return self.read(file)

    def new(self, name: str, title: str = "", like: str = "") -> Path:
        """Writes a case without steps, or a shipped example; UsageError where it is there."""
        self._files.check_name(name)
        words = " ".join(title.split())
        if like:
            return self._files.begin(name, _named(example(like), words))
        title = quoted(words or name.replace("-", " ").capitalize())
        return self._files.begin(name, BLANK.format(name=name, title=title))

    def put(
        self,
        name: str,
        table: Mapping[str, Any],
        before: str,
        was: str = "",
        comes_of: Collection[str] | None = None,
    ) -> None:
        """Writes a step into a case: a new one, or in place of the step of id `was`, whose links go with it.

        `comes_of` are the ids of the steps that are to lead to it; None leaves that as it is.
        `before` is the digest of the file that the change was made on: EditConflict where it is another now.
        LogicError where the step cannot be, or brings a fault into the model; nothing is written then.
        """
        step = LogicModel.of([table], lambda _, key: key or "the step").steps[0]

        def change(document: Any) -> None:
            put_step(document, step.to_table(), was)
            if comes_of is not None:
                link_from(document, step.id, comes_of)

        self._edit(name, before, change, step, was)

    def remove(self, name: str, id: str, before: str) -> None:
        """Takes a step out of a case, with the links to it. Errors as of `put`."""
        self._edit(name, before, lambda document: remove_step(document, id), None, id)

    def _edit(self, name: str, before: str, change: Callable[[Any], None], step: Step | None, was: str) -> None:
        file = f"{FOLDER}/{name}.toml"
        kept: dict[str, Any] = {}
        faults: Counter[str] = Counter()

        def ready() -> None:
            read = self.read(name)
            if read.digest != before:
                raise changed_meanwhile(file)
            if was:
                read.model.step(was)
            kept.update(_toml(_bytes(self._files.file(name), file), file))
            faults.update(_faults(read.model))

        def check(tables: dict[str, Any]) -> None:
            model = model_of(tables, file)
            _same_besides(kept, tables, file)
            if step is not None and model.step(step.id) != step:
                raise LogicError(f"{file} cannot be changed here as it is written; change it in a text editor")
            if more := _faults(model) - faults:
                wrong = next(each for each in model.checks() if each.code in more)
                raise LogicError(f"{wrong.words}; nothing was written")
            self._check(name, tables)

        edit_toml(self.root, file, change, ready, check)

    def listed(self) -> Table:
        """The cases with the sizes of their models, and for those that cannot be read, why."""
        columns = (
            Column("case", "Case"),
            Column("title", "Name"),
            Column("steps", "Steps", "count"),
            Column("outcomes", "Outcomes", "count"),
            Column("measured", "Outcomes measured", "count"),
            Column("faults", "Faults", "count"),
            Column("warnings", "What is lacking", "count"),
            Column("wrong", "What is wrong"),
        )
        rows = [self._row(name) for name in self.names()]
        rows += [(name, "", None, None, None, None, None, what) for name, what in self._files.misnamed()]
        return Table("logic-models", "Logic models", columns, rows)

    def _row(self, name: str) -> tuple[Any, ...]:
        try:
            read = self.read(name)
        except LogicError as error:
            return name, "", None, None, None, None, None, str(error)
        model, found = read.model, read.model.checks()
        faults = sum(each.level == "fault" for each in found)
        measured = sum(step.measurable for step in model.outcomes)
        return (
            name, read.title, len(model.steps), len(model.outcomes), measured, faults, len(found) - faults, ""
        )  # fmt: skip


def _faults(model: LogicModel) -> Counter[str]:
    return Counter(each.code for each in model.checks() if each.level == "fault")


def _same_besides(before: Mapping[str, Any], after: Mapping[str, Any], file: str) -> None:
    """Raises LogicError where an edit would change another table than those of the model."""
    kept = [{key: repr(value) for key, value in each.items() if key != "logic"} for each in (before, after)]
    if kept[0] != kept[1]:
        raise LogicError(f"{file} cannot be changed here as it is written; change it in a text editor")


def tables(read: Read) -> list[Table]:
    """All that is made of a model, as tables."""
    from totalplace.logic import coverage

    made = (coverage.steps_table, coverage.coverage_table, coverage.register_table)
    return [*(each(read.model) for each in made), coverage.checks_table(read.model.checks())]


def document(read: Read) -> dict[str, Any]:
    """A model with what is made of it, for JSON. `logic` alone is read again; the rest is worked out of it."""
    from totalplace.logic.coverage import coverage_table, register_table

    found = read.model.checks()
    return {
        "name": read.name,
        "title": read.title,
        "logic": read.model.to_tables(),
        "faulty": read.model.faulty,
        "checks": [vars(each) for each in found],
        "coverage": list(coverage_table(read.model).records()),
        "benefits": list(register_table(read.model).records()),
    }
