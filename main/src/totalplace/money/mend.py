"""Writes rejected rows back out, as published and under their headings, so that they can be mended."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from totalplace.definition import Definition
from totalplace.errors import DataError, UsageError
from totalplace.money.count import Where
from totalplace.money.rejects import rejects
from totalplace.sources.parts import Part, part_named, sheet_rows
from totalplace.sources.reading import Reading
from totalplace.store.files import write_whole
from totalplace.store.layout import Run

FURNITURE = ("repeated_header", "total_row")
"""Rows that are no payments: there is nothing to mend in them."""


def write_rejects(root: Path, run: Run, definition: Definition, folder: Path, where: Where | None = None) -> list[Path]:
    """One file for each part with rejected payments, in its own form and headings; the paths written.

    Mended and added as a source of its own, such a file brings its rows into the count. Repeated headings
    and totals are left out; `where` narrows the rows as that of `rejects` does. Raises UsageError where a file
    is there already: it may have been mended.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for _, file, _, reason, _, _, text in rejects(run, definition, where).rows:
        if reason not in FURNITURE:
            texts[file].append(text)
    readings = {name: source.reading for source in definition.sources for name in source.files}
    if gone := sorted(texts.keys() - readings.keys()):
        raise DataError(f"{gone[0]} is no longer in place.toml; build again")
    paths = {name: folder / file for name, file in _file_names(texts).items()}
    if there := next((path for path in paths.values() if path.exists()), None):
        raise UsageError(f"{there} is there already; nothing was written. Move it, or name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in paths.items():
        rows = [*_headings(part_named(root, name), readings[name]), *texts[name]]
        write_whole(path, ("\n".join(rows) + "\n").encode("utf-8-sig"))
    return list(paths.values())


def _file_names(parts: Iterable[str]) -> dict[str, str]:
    """A file name for each part; a digest of the part's name tells apart those that would be alike."""
    plain = {name: re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "rows" for name in parts}
    alike = Counter(text.lower() for text in plain.values())  # to some disks letters of either case are the same
    tails = {
        name: f"-{sha256(name.encode()).hexdigest()[:8]}" for name, text in plain.items() if alike[text.lower()] > 1
    }
    return {name: f"{text}{tails.get(name, '')}.rejects.csv" for name, text in plain.items()}


def _headings(part: Part, reading: Reading) -> list[str]:
    """The heading line as published, or none where the file has none."""
    from totalplace.sources.grid import sheet_line
    from totalplace.sources.parts import byte_stream
    from totalplace.sources.text import sample_records, to_utf8

    if not reading.header:
        return []
    if part.sheet:
        found_rows = sheet_rows(part)
        if reading.header > len(found_rows):
            raise DataError(f"{part.name} has no line {reading.header} now; build again")
        return [sheet_line(found_rows[reading.header - 1])]
    with byte_stream(part) as stream:
        data = to_utf8(stream.read(1 << 20), reading.encoding)
    found = sample_records(data, reading.delimiter, reading.header + 1)
    return [record.text for record in found if record.line == reading.header]
