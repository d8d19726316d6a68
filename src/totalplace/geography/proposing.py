"""Plans that are kept with their reasons: [[proposal]] of geography.toml, each with its blocks in a file of its own."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from totalplace.errors import UsageError, did_you_mean
from totalplace.geography.blocks import Blocks, Division
from totalplace.geography.declared import FILE, Plan, Proposal, load, plan_of
from totalplace.geography.writing import put
from totalplace.store.files import disk_errors, write_whole
from totalplace.terms import slug
from totalplace.toml import edit_toml

FOLDER = "proposals"
LONGEST = {"title": 120, "by": 120, "band": 40, "came_from": 500, "reasons": 10_000}
"""Letters of a text at most; ours, so that geography.toml stays a file that people read."""
COLUMNS = ("block", "area", "people")
RISKY = ("=", "+", "-", "@")
"""A spreadsheet takes what begins so for a formula."""


def propose(root: Path, blocks: Blocks, plan: Plan, division: Division, instead_of: str, **said: str) -> Proposal:
    """Writes a division of the blocks and what is said of it (title, reasons, by, band, came_from); gives the entry.

    The file is named by its content, so that none is ever overwritten. Raises UsageError for what will not do.
    """
    texts = _texts(said)
    if instead_of:
        _known(plan, instead_of)
    data = _file(blocks, division)
    digest = hashlib.sha256(data).hexdigest()
    # Whoever proposes at the same moment under the same title is met under the lock of the edit.
    taken = [each.id for each in plan.files]
    id = instead_of or _free(slug(texts["title"]) or "proposal", taken)
    name = f"{FOLDER}/{id}-{digest[:8]}.csv"
    made = Proposal(
        id,
        name,
        digest,
        title=texts["title"],
        reasons=texts["reasons"],
        by=texts["by"],
        made=datetime.now(UTC).date().isoformat(),
        band=texts["band"],
        came_from=texts["came_from"],
        partial=bool((division.of < 0).any()),
    )
    with disk_errors(root / name):  # the disk may be full, or a file stand where the folder should
        (root / FOLDER).mkdir(exist_ok=True)
    if not (root / name).exists():
        write_whole(root / name, data)

    def change(document: Any) -> None:
        there = [each.get("id") for table in document.values() if isinstance(table, list) for each in table]
        if not instead_of and id in there:
            raise UsageError(f"somebody else kept something as '{id}' meanwhile; nothing was written. Try again")
        if instead_of:
            _take_out(document, id)
        put(document, "proposal", made)

    edit_toml(root, FILE, change, lambda: load(root), plan_of)
    return made


def withdraw(root: Path, id: str) -> None:
    """Takes a proposal out of geography.toml; its file stays. Raises UsageError for one that is not there."""

    def change(document: Any) -> None:
        _known(load(root) or Plan(), id)
        _take_out(document, id)

    edit_toml(root, FILE, change, lambda: load(root), plan_of)


def _take_out(document: Any, id: str) -> None:
    there = document["proposal"]
    del there[next(n for n, each in enumerate(there) if each["id"] == id)]
    if not there:
        del document["proposal"]


def _texts(said: dict[str, str]) -> dict[str, str]:
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in said.items()}
    for name in ("title", "reasons"):
        if not texts[name]:
            raise UsageError(f"a proposal needs its {name}: what is it {'called' if name == 'title' else 'for'}?")
    for name, text in texts.items():
        if len(text) > LONGEST[name]:
            raise UsageError(f"{name} has {len(text):,} letters; {LONGEST[name]:,} at most")
        if any(letter < " " and letter not in "\n\t" for letter in text):
            raise UsageError(f"{name} has a control character in it")
    return texts


def _file(blocks: Blocks, division: Division) -> bytes:
    """A row a block that is in an area: code, area, people."""
    if len(division.of) != len(blocks):
        raise UsageError(f"the plan is of {len(division.of):,} blocks, and the place has {len(blocks):,}")
    names = [label.strip() for label in division.labels]
    held = {int(area) for area in division.of if area >= 0}
    if not held:
        raise UsageError("no block is in any area: there is nothing to propose")
    for area in sorted(held):
        if not names[area]:
            raise UsageError(f"area {area + 1} of the plan has no name")
        if names[area].startswith(RISKY) or not names[area].isprintable():
            raise UsageError(f"an area cannot be called '{names[area]!r}': begin with a letter or a digit")
    if twice := next((names[area] for area in held if sum(names[n] == names[area] for n in held) > 1), ""):
        raise UsageError(f"two areas are called '{twice}': give one another name")
    rows = [
        (blocks.ids[n], names[area], int(blocks.people[n])) for n, area in enumerate(division.of.tolist()) if area >= 0
    ]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *rows])
    return out.getvalue().encode()


def _free(id: str, taken: Iterable[str]) -> str:
    names = set(taken)
    return next(each for each in (id, *(f"{id}-{n}" for n in range(2, len(names) + 3))) if each not in names)


def _known(plan: Plan, id: str) -> None:
    ids = [each.id for each in plan.proposals]
    if id not in ids:
        raise UsageError(f"'{id}' is no proposal{did_you_mean(id, ids)}" if ids else "nothing is proposed here")
