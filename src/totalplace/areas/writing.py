"""Writes tables of areas and drivers into areas.toml, comments and all else in it kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from totalplace.areas.declared import FILE, KEYS, AreaTable, Driver, load, plan_of
from totalplace.toml import edit_toml

HEAD = """\
The areas of the place, and which driver apportions which money among them (`totalplace areas`).
Nothing is apportioned until a rule says so; the first rule that fits counts. The driver "none" leaves money at the
whole place. A rule, anywhere below:
  [[rule]]
  driver = "..."             # the id of a driver below
  service = ["..."]          # any of body, service, kind, year; leave out what does not matter"""


def declare(root: Path, table: AreaTable, drivers: Sequence[Driver], kind: str = "") -> None:
    """Writes a table of areas and drivers into areas.toml; a table of the same id takes the place of what was there.

    The first table becomes the list of areas, the first driver of people what a figure a head is of. Raises PlaceError
    where the file could not be read afterwards, EditConflict where somebody else changed it.
    """

    def change(document: Any) -> None:
        import tomlkit

        if not document:
            for line in HEAD.splitlines():
                document.add(tomlkit.comment(line) if line else tomlkit.nl())
        fresh = "areas" not in document
        whole = document.setdefault("areas", tomlkit.table())
        if whole.get("table", table.id) == table.id:
            for key, value in _whole(table, drivers, kind).items():
                if key not in whole or (key == "kind" and kind):
                    whole[key] = value
        if fresh:
            whole.add(tomlkit.nl())
        _put(document, "table", table)
        for driver in drivers:
            _put(document, "driver", driver)

    edit_toml(root, FILE, change, lambda: load(root), plan_of)


def _whole(table: AreaTable, drivers: Sequence[Driver], kind: str) -> dict[str, str]:
    """What [areas] says where it says nothing yet."""
    people = next((driver.id for driver in drivers if driver.method == "population"), "")
    return {"kind": kind or "areas", "table": table.id, **({"population": people} if people else {})}


def _put(document: Any, name: str, made: AreaTable | Driver) -> None:
    """Adds a table to an array of tables, or changes what is other in the one of its id."""
    import tomlkit

    told = {field.name: getattr(made, field.name) for field in fields(made)}
    said = {key: list(value) if isinstance(value, tuple) else value for key, value in told.items()}
    kept = {key: value for key, value in said.items() if value and (key, value) != ("unit", "number")}
    if name not in document:
        document[name] = tomlkit.aot()
    for there in document[name]:
        if there.get("id") == made.id:
            for key in KEYS[name]:
                if key in kept and there.get(key) != kept[key]:
                    there[key] = kept[key]
                elif key not in kept and there.get(key):
                    del there[key]
            return
    entry = tomlkit.table()
    entry.update(kept)
    if name == "table" and not document[name]:
        entry.add(tomlkit.nl())
    document[name].append(entry)
