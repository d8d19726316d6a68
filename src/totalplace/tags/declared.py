"""tags.toml: the rules of a place's own, which come before the shipped ones; read, checked and written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from totalplace.errors import EditConflict, PlaceError, UsageError, did_you_mean
from totalplace.folder import NAME
from totalplace.parameters.schemes import CONDITIONS, Rule, conditions_of, scheme
from totalplace.terms import slug
from totalplace.toml import array_of, edit_toml, known_keys, read_toml, tables_of, text_of

FILE = "tags.toml"
TEXTS = ("id", "scheme", "class", "reason", "by")
KEYS = (*TEXTS, *CONDITIONS)
"""The keys of a rule."""


def load(root: Path) -> tuple[Rule, ...]:
    """The rules that tags.toml declares, first to fit first; none where there is no such file.

    Raises PlaceError naming the rule and the key at fault.
    """
    try:
        status = (root / FILE).stat()
    except FileNotFoundError:
        return ()
    return _loaded(root, status.st_mtime_ns, status.st_size)


def _now(root: Path) -> tuple[Rule, ...]:
    """The rules as the file has them at this moment: two edits can bear one time stamp."""
    return _rules(read_toml(root / FILE)) if (root / FILE).exists() else ()


@lru_cache(maxsize=8)
def _loaded(root: Path, *_stamp: int) -> tuple[Rule, ...]:
    """Remembered for as long as the file stands as it is."""
    return _rules(read_toml(root / FILE))


def _rules(raw: Mapping[str, Any]) -> tuple[Rule, ...]:
    known_keys(FILE, raw, ("rule",))
    found: list[Rule] = []
    for n, table in enumerate(tables_of(raw, "rule", FILE), 1):
        found.append(_rule(f"{FILE}: [[rule]] {n}", table, [rule.id for rule in found]))
    return tuple(found)


def _rule(where: str, table: Any, taken: list[str]) -> Rule:
    known_keys(where, table, KEYS)
    for key in TEXTS:
        text_of(where, table, key)
    for key in ("scheme", "class"):
        if not table.get(key):
            raise PlaceError(f"{where}: it has no {key}")
    try:
        rule = made(table["scheme"], table["class"], table, table.get("reason", ""), table.get("by", ""))
    except UsageError as error:
        raise PlaceError(f"{where}: {error}") from None
    id = table.get("id") or _free(rule.id, taken)
    if not NAME.fullmatch(id):
        raise PlaceError(f"{where}: id '{id}' must be made of a-z, 0-9 and hyphens, 80 at most")
    if id in taken:
        raise PlaceError(f"{where}: two rules have the id '{id}'; give one another id")
    return replace(rule, id=id)


def made(scheme_id: str, tag: str, conditions: Mapping[str, Any], reason: str, by: str = "") -> Rule:
    """A rule of a place's own, with an id made from what it says; raises UsageError for what cannot be a rule."""
    found = scheme(scheme_id)
    asked = conditions_of(conditions)
    if not asked:
        raise UsageError(f"say which money it is, by one of: {', '.join(CONDITIONS)}")
    if not reason.strip():
        raise UsageError("give a reason: who reads the figures will ask for it")
    known = found.known(tag)
    id = slug(" ".join([found.id, known, *(value for _, values in asked for value in values)]))[:60].strip("-")
    return Rule(id, found.id, known, asked, " ".join(reason.split()), by=" ".join(by.split()), own=True)


def _free(id: str, taken: Iterable[str]) -> str:
    """An id that no other rule has."""
    known = set(taken)
    return next(name for n in range(1, len(known) + 2) if (name := id if n == 1 else f"{id}-{n}") not in known)


def add(root: Path, rule: Rule, *, first: bool = False) -> Rule:
    """Writes a rule into tags.toml, after the others or before them; the rule as it is called there.

    Raises UsageError where the same is said already, PlaceError where the file cannot be edited, EditConflict where
    somebody else changed it.
    """
    written: list[Rule] = []

    def change(document: Any) -> None:
        there = _now(root)
        for other in there:
            if (other.scheme, other.conditions) == (rule.scheme, rule.conditions):
                raise UsageError(
                    f"rule '{other.id}' says of the same money that it is {other.tag}; "
                    f"take it back first: totalplace untag {other.id}"
                )
        named = replace(rule, id=_free(rule.id, [other.id for other in there]))
        tables = list(document.get("rule", []))
        tables.insert(0 if first else len(tables), _table(named))
        document["rule"] = array_of(tables)
        written.append(named)

    edit_toml(root, FILE, change, lambda: _now(root), _rules)
    return written[0]


def remove(root: Path, id: str, was: Rule | None = None) -> Rule:
    """Takes a rule out of tags.toml; raises UsageError where there is none of that id.

    `was` is the rule as it was shown: raises EditConflict where it is another now.
    """
    gone: list[Rule] = []

    def change(document: Any) -> None:
        there = _now(root)
        ids = [rule.id for rule in there]
        if id not in ids:
            raise UsageError(
                f"'{id}' is not a rule of {FILE}{did_you_mean(id, ids)}" + ("" if ids else ": it has none")
            )
        at = ids.index(id)
        if was is not None and there[at] != was:
            raise EditConflict(f"rule '{id}' was changed since it was shown; nothing was taken back. Look at it again")
        tables = list(document["rule"])
        del tables[at]
        document.pop("rule")
        if tables:
            document["rule"] = array_of(tables)
        gone.append(there[at])

    edit_toml(root, FILE, change, lambda: _now(root), _rules)
    return gone[0]


def _table(rule: Rule) -> Any:
    import tomlkit

    table = tomlkit.table()
    for key, value in (("id", rule.id), ("scheme", rule.scheme), ("class", rule.tag)):
        table[key] = value
    for name, values in rule.conditions:
        table[name] = list(values)
    table["reason"] = rule.reason
    if rule.by:
        table["by"] = rule.by
    return table
