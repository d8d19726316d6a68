"""A theme that was changed in a form, put back into its file: what a person wrote in comments stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.themes.reading import RULE_KEYS, THEME_KEYS


def change(document: Any, tables: Mapping[str, Any]) -> None:
    """Changes a TOML document to say what tables say; a rule's `was` is its number in the document, from 1."""
    import tomlkit

    head = document.setdefault("theme", tomlkit.table())
    _fill(head, tables.get("theme", {}), THEME_KEYS)
    before = list(document.get("rule", []))
    rules = tomlkit.aot()
    for wanted in tables.get("rule", []):
        was = wanted.get("was")
        table = before[was - 1] if was and 0 < was <= len(before) else tomlkit.table()
        _fill(table, wanted, RULE_KEYS)
        rules.append(table)
    document.pop("rule", None)
    if len(rules):
        document["rule"] = rules


def _fill(table: Any, wanted: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    """Sets what differs and takes out what is not wanted, so that what stays the same stays as it is written."""
    for key in keys:
        if key not in wanted:
            table.pop(key, None)
        elif key not in table or not _same(table[key], wanted[key]):
            table[key] = wanted[key]


def _same(now: Any, wanted: Any) -> bool:
    plain = now.unwrap() if hasattr(now, "unwrap") else now
    return bool(plain == wanted or [plain] == wanted or str(plain) == wanted)
