"""Writes layers, lookups and points into geography.toml, comments and all else in it kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from totalplace.geography.declared import FILE, File, load, plan_of
from totalplace.toml import edit_toml

HEAD = """\
The areas of the place: the small ones that all else is made of (blocks), layers over them, lookups, and sites.
Where a river or a railway parts what borders, or a bridge joins what does not, say so by the codes of two blocks:
  [[bridge]]                 # or [[cut]]
  from = "..."
  to = "..."
  note = "..."\
"""


WHERE = ("x", "y", "block", "worse", "measure", "population_file", "population_code", "centres", "centres_code")
"""Keys that go where a file is loaded anew without them; others (a title, a source) stay as a person wrote them."""


def declare(root: Path, entries: Sequence[tuple[str, File]], blocks: str = "") -> None:
    """Writes entries, each under the name of its table; one of the same id takes the place of what was there.

    `blocks` is the id of the layer that becomes the building blocks. Raises PlaceError where the file could not be read
    afterwards, EditConflict where somebody else changed it.
    """

    def change(document: Any) -> None:
        import tomlkit

        if not document:
            for line in HEAD.splitlines():
                document.add(tomlkit.comment(line))
        if "geography" not in document:
            document.add(tomlkit.nl())
            document["geography"] = tomlkit.table()
            document["geography"]["blocks"] = blocks
            document["geography"].add(tomlkit.nl())
        elif blocks:
            document["geography"]["blocks"] = blocks
        for name, entry in entries:
            put(document, name, entry)

    edit_toml(root, FILE, change, lambda: load(root), plan_of)


def put(document: Any, name: str, entry: File) -> None:
    """Adds an entry to an array of tables of a document, or changes what is other in the one of its id."""
    import tomlkit

    said = {field.name: getattr(entry, field.name) for field in fields(entry)}
    kept = {key: list(value) if isinstance(value, tuple) else value for key, value in said.items() if value}
    if name not in document:
        document[name] = tomlkit.aot()
    for there in document[name]:
        if there.get("id") == entry.id:
            for key in said:
                if key in kept and there.get(key) != kept[key]:
                    there[key] = kept[key]
                elif key not in kept and key in WHERE and key in there:
                    del there[key]
            return
    table = tomlkit.table()
    table.update(kept)
    table.add(tomlkit.nl())
    document[name].append(table)
