"""Changes a step in a TOML document, comments and all other tables staying as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from totalplace.toml import append_table


def put_step(document: Any, table: Mapping[str, Any], was: str = "") -> None:
    """Writes a step in place of the one of id `was`, or at the end; links to a step that is renamed go with it.

    `table` is as `Step.to_table` has it: what is not in it is not said any more.
    """
    if not was:
        append_table(document, "logic", table)
        return
    for entry in _steps(document):
        if entry.get("id") == was:
            _fill(entry, table)
    if table["id"] != was:
        _relink(document, was, table["id"])


def _fill(entry: Any, said: Mapping[str, Any]) -> None:
    """Makes an entry say what it is to say; what it says already is left as it is written."""
    for key in [key for key in entry if key not in said]:
        del entry[key]
    for key, value in said.items():
        if key not in entry or entry[key] != value:
            entry[key] = value


def link_from(document: Any, id: str, starts: Collection[str]) -> None:
    """Makes the steps of the ids `starts`, and no others, lead to a step."""
    for entry in _steps(document):
        links = [str(each) for each in entry.get("leads_to", [])]
        if entry["id"] == id or (id in links) == (entry["id"] in starts):
            continue
        _set_links(entry, [*links, id] if entry["id"] in starts else [each for each in links if each != id])


def remove_step(document: Any, id: str) -> None:
    """Takes a step out, and the links to it."""
    steps = document.get("logic", [])
    for at in reversed([n for n, entry in enumerate(steps) if entry.get("id") == id]):
        del steps[at]
    if not steps:
        document.pop("logic", None)
    _relink(document, id, "")


def _relink(document: Any, old: str, new: str) -> None:
    """Links to another id, or none."""
    for entry in _steps(document):
        links = entry.get("leads_to", [])
        if old in links:
            kept = dict.fromkeys(new if each == old else str(each) for each in links)
            _set_links(entry, [each for each in kept if each])


def _set_links(entry: Any, links: list[str]) -> None:
    if links:
        entry["leads_to"] = links
    else:
        entry.pop("leads_to", None)


def _steps(document: Any) -> Iterator[Any]:
    yield from document.get("logic", [])
