"""A small table as rows of texts, from text files and from sheets alike: for figures, not for payments."""

from __future__ import annotations

from totalplace.errors import FileRefused
from totalplace.sources.encoding import guess_encoding
from totalplace.sources.opening import byte_stream
from totalplace.sources.parts import Part
from totalplace.sources.records import sample_records
from totalplace.sources.text import to_utf8
from totalplace.sources.workbooks import sheet_rows

MOST_ROWS = 2_000_000


def rows_of(part: Part, largest: int, what: str) -> list[list[str]]:
    """The rows of a part, its first line first, blank lines as empty rows; FileRefused for more bytes than `largest`.

    `what` says what a file of so many bytes cannot be.
    """
    if part.sheet:
        return sheet_rows(part)
    with byte_stream(part) as stream:
        data = stream.read(largest + 1)
    if len(data) > largest:
        raise FileRefused(part.name, f"is too large to be {what}")
    text = to_utf8(data, guess_encoding(data[:4], data[: 1 << 20]))
    top = text[: 1 << 16].split(b"\n", 1)[0]
    delimiter = max((b",", b"\t", b";", b"|"), key=top.count).decode()
    rows: list[list[str]] = []
    for record in sample_records(text, delimiter, MOST_ROWS):
        rows += [[]] * (record.line - 1 - len(rows))
        rows.append(record.cells)
    return rows
