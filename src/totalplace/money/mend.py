"""Writes rejected rows back out, as published and under their headings, so that they can be mended."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from totalplace.definition import Definition
from totalplace.money.rejects import rejects
from totalplace.sources.parts import Part, part_named, sheet_rows
from totalplace.sources.reading import Reading
from totalplace.store.files import write_whole
from totalplace.store.layout import Run

FURNITURE = ("repeated_header", "total_row")
"""Rows that are no payments: there is nothing to mend in them."""


def write_rejects(root: Path, run: Run, definition: Definition, folder: Path) -> list[Path]:
    """One file for each part with rejected payments, in its own form and headings; the paths written.

    Mended and added as a source of its own, such a file brings its rows into the count. Repeated headings
    and totals are left out.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for _, file, _, reason, _, _, text in rejects(run).rows:
        if reason not in FURNITURE:
            texts[file].append(text)
    readings = {name: source.reading for source in definition.sources for name in source.files}
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in texts.items():
        part, reading = part_named(root, name), readings[name]
        heading = _headings(part, reading)
        path = folder / (re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") + ".rejects.csv")
        write_whole(path, ("\n".join([*heading, *rows]) + "\n").encode("utf-8-sig"))
        written.append(path)
    return written


def _headings(part: Part, reading: Reading) -> list[str]:
    """The heading line as published, or none where the file has none."""
    from totalplace.sources.grid import sheet_line
    from totalplace.sources.parts import byte_stream
    from totalplace.sources.text import sample_records, to_utf8

    if not reading.header:
        return []
    if part.sheet:
        return [sheet_line(sheet_rows(part)[reading.header - 1])]
    with byte_stream(part) as stream:
        data = to_utf8(stream.read(1 << 20), reading.encoding)
    found = sample_records(data, reading.delimiter, reading.header + 1)
    return [record.text for record in found if record.line == reading.header]
