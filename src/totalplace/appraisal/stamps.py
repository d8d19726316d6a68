"""The stamp of a case: that somebody checked it as it stood. Any change of an input or parameter voids it, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from totalplace.appraisal.case import Case
from totalplace.definition import fingerprint
from totalplace.errors import CaseError, UsageError
from totalplace.folder import comment, quoted
from totalplace.store.files import disk_errors, write_whole
from totalplace.toml import read_toml

FOLDER = "stamps"
"""The folder beside the cases' in which stamps are kept, a file a case."""
SHOWN = 5
"""Changes that are named before the rest are counted."""


@dataclass(frozen=True)
class State:
    """Whether a case is checked: by whom and when, and what changed since ('' in `by` where nobody did)."""

    by: str = ""
    on: str = ""
    version: str = ""
    note: str = ""
    changed: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the case stands as it was checked."""
        return bool(self.by) and not self.changed

    @property
    def what_changed(self) -> str:
        """What changed since it was checked, the first few named; '' where nothing did."""
        named = "; ".join(self.changed[:SHOWN])
        more = f"; and {len(self.changed) - SHOWN} more" if len(self.changed) > SHOWN else ""
        return f"{named}{more}"

    @property
    def words(self) -> str:
        """For people: who checked it and when, or what changed since."""
        if not self.by:
            return "not checked"
        if not self.changed:
            return f"checked by {self.by} on {self.on}"
        return f"no longer checked: since {self.by} checked it on {self.on}, {self.what_changed}"


class Stamps:
    """The stamps of a place's cases."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER

    def state(self, name: str, case: Case) -> State:
        """Whether a case is checked as it stands; raises PlaceError where the stamp cannot be read."""
        path = self.folder / f"{name}.toml"
        if not path.exists():
            return State()
        told = read_toml(path)
        then = told.get("inputs", {})
        if not isinstance(then, Mapping) or not all(isinstance(told.get(key), str) for key in ("by", "on", "version")):
            raise CaseError(
                f"{FOLDER}/{path.name} is no stamp: it must say by, on, version and [inputs]. Stamp it anew"
            )
        return State(told["by"], told["on"], told["version"], str(told.get("note", "")), changes(then, flat(case)))

    def put(self, name: str, case: Case, by: str, on: str, note: str = "") -> Path:
        """Stamps a case as checked by somebody on a day; UsageError where nobody is named."""
        if not comment(by):
            raise UsageError("say who checked it: a stamp without a name is none")
        path = self.folder / f"{name}.toml"
        inputs = flat(case)
        head = f"# {comment(case.name)}: checked as it stood. Any change of what is below voids it.\n"
        said = {"by": comment(by), "on": on, "version": version(case), "note": comment(note)}
        lines = [f"{key} = {quoted(value)}" for key, value in said.items()]
        lines += ["", "[inputs]", *(f"{quoted(key)} = {quoted(value)}" for key, value in inputs.items())]
        with disk_errors(path):
            self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, (head + "\n".join(lines) + "\n").encode())
        return path


def version(case: Case) -> str:
    """A short digest of all that a case rests on: the same inputs and parameters have the same."""
    return fingerprint(sorted(flat(case).items()))


def changes(then: Mapping[str, Any], now: Mapping[str, str]) -> tuple[str, ...]:
    """What differs, in words: each change once, with its year and its pounds."""
    from totalplace.appraisal.change_words import told

    return told({key: str(value) for key, value in then.items()}, now)


def flat(case: Case) -> dict[str, str]:
    """Every input of a case and every parameter that it took, by a name of its own, as text."""
    from totalplace.appraisal.flows import rates_of

    found = dict(_flat("", case))
    for name, factors in rates_of(case).of.items():
        found[f"discount factors.{name}"] = fingerprint(factors)
    return found


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            if each.name != "doubts":
                yield from _flat(_joined(name, each.name), getattr(value, each.name))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(_joined(name, str(key)), each)
    elif isinstance(value, (list, tuple)):
        for number, each in enumerate(value, 1):
            key = getattr(each, "id", "") or (each.get("id", "") if isinstance(each, Mapping) else "")
            yield from _flat(_joined(name, str(key or number)), each)
    else:
        yield name, repr(value) if isinstance(value, float) else str(value)


def _joined(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key
