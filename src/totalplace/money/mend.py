"""Rejected rows that can be mended: written out as published under their headings, and known again when they come back.

A mend file says of each row which file and line it came from, and why it was rejected. Added as a source of its own
it is read as that file is; a rejected row whose mended form was accepted is mended, the others are open.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.definition import Definition, Source
from totalplace.errors import DataError, UsageError
from totalplace.money.rejects import rejects
from totalplace.sources.parts import Part, part_named
from totalplace.sources.reading import Reading
from totalplace.sources.spend import FURNITURE
from totalplace.sources.workbooks import sheet_rows
from totalplace.store.files import write_whole
from totalplace.store.layout import Run
from totalplace.store.queries import rows as asked
from totalplace.table import Column, Table
from totalplace.terms import Where

if TYPE_CHECKING:
    from totalplace.sources.sniff import Proposal

ADDED = ("Source file", "Source line", "Why rejected")
"""The columns that a mend file has before the published ones: before, so that no row that is too wide shifts them."""

_PLAIN_HEADINGS = {"payee": "Supplier name", "transaction": "Transaction number", "category": "Expense type"}
_HEAD = 1 << 20


def write_rejects(root: Path, run: Run, definition: Definition, folder: Path, where: Where | None = None) -> list[Path]:
    """One file for each part with open rejected payments, in its own form and headings; the paths written.

    Mended and added as a source of its own, such a file brings its rows into the count. Repeated headings, totals and
    rows that are mended already are left out; `where` narrows the rows as that of `rejects` does. Raises UsageError
    where a file is there already: it may have been mended.
    """
    done = mended(root, run, definition)
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for _, file, line, reason, _, _, text in rejects(run, definition, where).rows:
        if reason not in FURNITURE and (file, line) not in done:
            found[file].append((line, reason, text))
    readings = {name: source.reading for source in definition.sources for name in source.files}
    if gone := sorted(found.keys() - readings.keys()):
        raise DataError(f"{gone[0]} is no longer in place.toml; build again")
    paths = {name: folder / file for name, file in _file_names(found).items()}
    if there := next((path for path in paths.values() if path.exists()), None):
        raise UsageError(f"{there} is there already; nothing was written. Move it, or name another folder")
    if paths:
        folder.mkdir(parents=True, exist_ok=True)
    for name, path in paths.items():
        mark = readings[name].delimiter
        rows = [_joined(ADDED, _headings(part_named(root, name), readings[name]), mark)]
        rows += [_joined((name, str(line), reason), text, mark) for line, reason, text in found[name]]
        write_whole(path, ("\n".join(rows) + "\n").encode("utf-8-sig"))
    return list(paths.values())


def _joined(cells: Sequence[str], text: str, mark: str) -> str:
    """Cells before a published row."""
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="").writerow(cells)
    return out.getvalue() + mark + text


def _file_names(parts: Iterable[str]) -> dict[str, str]:
    """A file name for each part; a digest of the part's name tells apart those that would be alike."""
    plain = {name: re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "rows" for name in parts}
    alike = Counter(text.lower() for text in plain.values())  # to some disks letters of either case are the same
    tails = {
        name: f"-{sha256(name.encode()).hexdigest()[:8]}" for name, text in plain.items() if alike[text.lower()] > 1
    }
    return {name: f"{text}{tails.get(name, '')}.rejects.csv" for name, text in plain.items()}


def _headings(part: Part, reading: Reading) -> str:
    """The heading line as published; where the file has none, one that says what each column was read as."""
    from totalplace.sources.grid import sheet_line

    if not reading.header:
        return _headings_of(reading)
    if part.sheet:
        found_rows = sheet_rows(part)
        if reading.header > len(found_rows):
            raise DataError(f"{part.name} has no line {reading.header} now; build again")
        return sheet_line(found_rows[reading.header - 1])
    return next((text for line, text, _ in _records(part, reading, _HEAD) if line == reading.header), "")


def _headings_of(reading: Reading) -> str:
    """Headings for a file without: the role of each column that is read, its number for the others."""
    places = {ref: role for role, ref in reading.columns.items() if isinstance(ref, int)}
    names = {at: _PLAIN_HEADINGS.get(role, role.title()) for at, role in places.items()}
    last = max(reading.width, *places)
    return reading.delimiter.join(names.get(at, f"Column {at}") for at in range(1, last + 1))


def _records(part: Part, reading: Reading, size: int = -1) -> Iterable[tuple[int, str, list[str]]]:
    """Line, text and cells of the records of a part; of its first `size` bytes."""
    from totalplace.sources.grid import sheet_line
    from totalplace.sources.opening import byte_stream
    from totalplace.sources.records import records
    from totalplace.sources.text import to_utf8

    if part.sheet:
        return [(at, sheet_line(row), row) for at, row in enumerate(sheet_rows(part), 1)]
    with byte_stream(part) as stream:
        data = to_utf8(stream.read(size), reading.encoding)
    return ((record.line, record.text, record.cells) for record in records(data, 1, reading.delimiter))


def mended(root: Path, run: Run, definition: Definition) -> set[tuple[str, int]]:
    """File and line of each rejected row whose mended form is accepted."""
    readings = {name: source.reading for source in definition.sources for name in source.files}
    done: set[tuple[str, int]] = set()
    for entry in run.counted():
        reading = readings.get(entry["name"])
        if reading and "origin" in reading.columns and reading.header:
            done |= _mended_in(run, entry, part_named(root, entry["name"]), reading)
    return done


def _mended_in(run: Run, entry: dict[str, object], part: Part, reading: Reading) -> set[tuple[str, int]]:
    """The rows that a part mends: none where it is no mend file."""
    head = next((cells for line, _, cells in _records(part, reading, _HEAD) if line == reading.header), [])
    if not set(ADDED) <= set(head):
        return set()
    file, line = (head.index(name) for name in ADDED[:2])
    sql = "SELECT line FROM read_parquet(?)"
    still = {row[0] for row in asked(sql, [str(run.rejects_of(entry))])} if entry["rejected"] else set()
    return {
        (cells[file], int(cells[line]))
        for at, _, cells in _records(part, reading)
        if at > reading.header and at not in still and len(cells) > max(file, line) and cells[line].isdecimal()
    }


def with_state(table: Table, done: set[tuple[str, int]]) -> Table:
    """Rejected rows with a column that says whether each is mended or open."""
    at = table.at("file")
    rows = [(*row[:-1], "mended" if (row[at], row[at + 1]) in done else "open", row[-1]) for row in table.rows]
    columns = (*table.columns[:-1], Column("state", "State"), table.columns[-1])
    return Table(table.name, table.title, columns, rows, table.note)


def as_published(definition: Definition, proposal: Proposal) -> tuple[Proposal, Source | None]:
    """A proposal for a mend file, read as the file is that its rows came from, and that file's source.

    Other proposals stay as they are.
    """
    source = _source_of(definition, proposal)
    if source is None:
        return proposal, None
    published, found = source.reading, proposal.reading
    before = len(ADDED)
    columns = {role: ref + before if isinstance(ref, int) else ref for role, ref in published.columns.items()}
    reading = replace(
        published,
        columns={"origin": ADDED[0], **columns},
        header=found.header,
        first=1,
        width=0,
        encoding=found.encoding,
        delimiter=found.delimiter,
    )
    return replace(proposal, reading=reading), source


def _source_of(definition: Definition, proposal: Proposal) -> Source | None:
    if not set(ADDED) <= set(proposal.headings) or not proposal.reading.header:
        return None
    names = {row.get("origin", "") for row in proposal.sample}
    return next((source for source in definition.sources if names & set(source.files)), None)
