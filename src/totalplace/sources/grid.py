"""A part as a grid: the columns a reading names, as published text, with line numbers.

Well-formed text goes through Polars in one sweep. Anything else (ragged rows, quotes out of place, cells over
several lines) goes record by record. Both give the same grid, as a test holds.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from totalplace.errors import PlaceError
from totalplace.sources.amounts import read_amount
from totalplace.sources.byte_signs import count_of, places_of
from totalplace.sources.columns import columns_by_heading, is_day, looks_date
from totalplace.sources.headings import is_heading, rank
from totalplace.sources.line_ends import RECORD_BYTES, RECORD_LINES
from totalplace.sources.opening import byte_stream, refuse_by_head
from totalplace.sources.parts import Part
from totalplace.sources.reading import ROLES, Reading
from totalplace.sources.records import Record, records
from totalplace.sources.text import Block, Overlong, blocks
from totalplace.sources.widths import COMMON_WIDTH, MOST, in_place, surplus
from totalplace.sources.workbooks import sheet_rows

if TYPE_CHECKING:
    import polars as pl

    from totalplace.sources.byte_signs import Places

VERBATIM = ("amount", "credit", "transaction")
"""Columns that hardly repeat and stay plain text; most others are kept as categories."""

FREE = ("department", "category", "purpose")
"""Columns of free text: kept as categories where texts repeat, and as they are where they hardly do."""
SAMPLE, FEWEST = 10_000, 500
"""The rows at the top that tell which, and how many there have to be."""

SWIFT_WIDTH = 1000
"""Columns beyond which rows are read one by one: most are empty then, and all would take memory."""

TOP = 1 << 18
"""Headings are within so many bytes of the start."""


@dataclass
class Grid:
    """A run of rows: `frame` has a column a role, `line` and `fault`; `preamble` lines stood above the rows."""

    frame: pl.DataFrame
    headings: list[str]
    preamble: int = 0
    source: Block | None = None
    delimiter: str = ","
    texts: dict[int, str] | None = None
    carefully: Callable[[], Grid] | None = None

    def where_headings_stand(self, amounts: Iterable[str]) -> Grid:
        """This grid; or, read again record by record, where some of its unread `amounts` are headings.

        Headings in the body can put the columns below them in other places, which only the careful way sees.
        """
        again = self.carefully is not None and any(is_heading(text) for text in amounts)
        return self.carefully() if again and self.carefully else self

    def text(self, lines: list[int]) -> dict[int, str]:
        """The published text of the records that begin on `lines`."""
        if self.texts is not None:
            return {line: self.texts[line] for line in lines}
        assert self.source is not None
        data, first, _ = self.source
        starts = _line_starts(data)
        return {line: _text_from(data, int(starts[line - first]), line, self.delimiter) for line in lines}


def grids(part: Part, reading: Reading) -> Iterator[Grid]:
    """The part's rows in one or more grids. Raises FileRefused or PlaceError where the reading does not fit."""
    if part.sheet:
        yield from _sheet_grids(part, reading)
        return
    _refuse_other_encoding(part, reading)
    headings: list[str] | None = None
    preamble = 0
    with byte_stream(part) as stream:
        for block in blocks(stream, reading.encoding, part.block_size()):
            if isinstance(block, Overlong):
                yield _overlong_grid(block, headings or [], reading)
                continue
            if headings is None:
                refuse_by_head(part.name, block.data[:4096])
                whole = block
                headings, block, preamble = _head(block, reading)
                above = list(records(whole.head(preamble).mended().data, 1, reading.delimiter)) if preamble else []
                if payments := _payments_above(part, reading, headings, above):
                    preamble -= sum(text.count("\n") + 1 for text in (payments.texts or {}).values())
                    yield payments
            yield _block_grid(part, reading, headings, block, preamble)
            preamble = 0


def _refuse_other_encoding(part: Part, reading: Reading) -> None:
    """Raises PlaceError where a reading says UTF-16 of a file that is not: it would come out as other letters."""
    if reading.encoding != "utf-16":
        return
    with byte_stream(part) as stream:
        head = stream.read(4096)
    if head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PlaceError(f"{part.name}: its reading says utf-16, and the file is not; add it again")


def _head(block: Block, reading: Reading) -> tuple[list[str], Block, int]:
    """The headings, the block with them passed over, and how many lines stood above the headings."""
    if not reading.header:
        return [], block._replace(skip=max(reading.first - block.first, 0)), reading.first - 1
    above = block._replace(skip=max(reading.header - block.first, 0))
    top = Block(block.data[:TOP], block.first, above.skip).mended().body()
    record = next(records(top, reading.header, reading.delimiter), None)
    if record is None:
        return [], Block(b"", reading.header), 0
    past = above.skip + 1 + record.text.count("\n")
    return record.cells, above._replace(skip=past), reading.header - 1


def _payments_above(part: Part, reading: Reading, headings: list[str], rows: list[Record]) -> Grid | None:
    """The payments among what stands above the rows, which are titles as a rule; None where there are none."""
    columns = reading.indices(headings, part.name)
    faults = [_fault_above(row.cells, columns) for row in rows]
    found = [row._replace(fault=fault) for row, fault in zip(rows, faults, strict=True) if fault is not None]
    if not found:
        return None
    frame = _careful(found, columns, len(headings) or reading.width)
    return Grid(frame, headings, texts={row.line: row.text for row in found})


def _fault_above(cells: list[str], columns: dict[str, int]) -> str | None:
    """'' for a row above the headings that is a payment in their columns, else a fault; None for any other row."""

    def cell(role: str) -> str:
        return cells[columns[role]].strip() if role in columns and columns[role] < len(cells) else ""

    figure = read_amount(cell("amount")) is not None
    if figure and cell("date") and looks_date(cell("date")) and ("payee" not in columns or cell("payee")):
        return ""
    dates = sum(is_day(text) for text in cells)
    amounts = sum("." in text and read_amount(text) is not None for text in cells)
    payee = "date" not in columns and bool(cell("payee"))
    return "above_headings" if (dates and amounts) or (figure and payee) else None


def _block_grid(part: Part, reading: Reading, headings: list[str], block: Block, preamble: int) -> Grid:
    columns = reading.indices(headings, part.name)
    width = max(len(headings), reading.width, *(i + 1 for i in columns.values()))
    is_row = _row_test(columns, reading.delimiter)
    frame = _swift(block, reading, columns, width, is_row)
    if frame is None and (mended := block.mended()) is not block:
        block, frame = mended, _swift(mended, reading, columns, width, is_row)

    def carefully() -> Grid:
        rows = list(records(block.body(), block.first + block.skip, reading.delimiter, is_row))
        found = _careful(rows, columns, len(headings) or width)
        return Grid(found, headings, preamble, texts={row.line: row.text for row in rows})

    if frame is None:
        return carefully()
    return Grid(frame, headings, preamble, block, reading.delimiter, carefully=carefully)


def _row_test(columns: dict[str, int], delimiter: str) -> Callable[[str], bool]:
    """Tells a line that is a row of its own from one that goes on inside a quoted cell of the row before.

    A line that closes a quoted cell may pass for a row by what comes after the quote: ``more, words",1,2.00``.
    It is taken for one only where its date or amount stands before the quote.
    """
    amount, date = columns["amount"], columns.get("date", -1)
    fewest = max(amount, date, columns.get("payee", -1), 1)

    def is_row(line: str) -> bool:
        if line.count(delimiter) < fewest:
            return False
        try:
            cells = next(csv.reader([line], delimiter=delimiter))
        except csv.Error:
            return False
        if len(cells) <= fewest or read_amount(cells[amount]) is None:
            return False
        closes = next((at for at, cell in enumerate(cells) if '"' in cell), len(cells))
        if closes <= (min(amount, date) if date >= 0 else amount):
            return False
        return date < 0 or (bool(cells[date].strip()) and looks_date(cells[date]))

    return is_row


def _swift(
    block: Block, reading: Reading, columns: dict[str, int], width: int, is_row: Callable[[str], bool]
) -> pl.DataFrame | None:
    """The block through Polars, or None where it is not well formed and needs care."""
    import polars as pl

    data = block.data
    if width > SWIFT_WIDTH:
        return None
    quotes = places_of(data, '"')
    if not data or data.isspace() or _may_be_overlong(data):
        return None
    if not _quotes_in_place(data, quotes, reading.delimiter):
        return None
    raw = _parsed_in_part(block, width, reading.delimiter, quotes, columns.values())
    if raw is None:
        raw = _parsed(block, width, reading.delimiter, '"' if quotes.size else None)
    if raw is None:
        return None
    lines = _line_numbers(block, quotes, raw.height, is_row)
    if lines is None:
        return None
    return pl.DataFrame([*(_told(raw[f"c{i}"], role) for role, i in columns.items()), lines])


SELDOM = 1000
"""Bytes a quote, from which on what each pair of them holds is quickly looked into."""


def _parsed_in_part(
    block: Block, width: int, delimiter: str, quotes: Places, wanted: Iterable[int]
) -> pl.DataFrame | None:
    """The wanted columns and the last, of a table with few quotes, all in place; None where that saves little, or
    might hide a fault.

    Polars refuses a row that is too wide only where it reads all columns. Here every row's last cell says something,
    so that none is too narrow, and all together have as many cells as they should.
    """
    import numpy as np

    columns, data, mark = sorted({*wanted, width - 1}), block.data, delimiter.encode()
    top = data[:TOP]  # a last column that is left empty somewhere most often is so here
    if len(columns) * 3 > width * 2 or mark + b"\n" in top or mark + b"\r" in top or quotes.size * SELDOM > len(data):
        return None
    raw = _parsed(block, width, delimiter, '"' if quotes.size else None, columns)
    if raw is None or (raw[f"c{width - 1}"] == "").any():
        return None
    start = block.start()
    above = int(np.searchsorted(quotes, start))
    pairs = zip(quotes[above::2].tolist(), quotes[above + 1 :: 2].tolist(), strict=False)
    quoted = sum(data.count(mark, *pair) for pair in pairs)
    between = count_of(data, delimiter) - data.count(mark, 0, start) - quoted
    return raw if between == raw.height * (width - 1) and above % 2 == 0 else None


def _parsed(
    block: Block, width: int, delimiter: str, quote: str | None, columns: list[int] | None = None
) -> pl.DataFrame | None:
    """The cells of well-formed text (of some columns, where they are given), or None where it is not."""
    import polars as pl

    try:
        return pl.read_csv(
            block.data,
            columns=columns,
            has_header=False,
            schema={f"c{i}": pl.String for i in range(width)},
            skip_lines=block.skip,
            separator=delimiter,
            quote_char=quote,
            empty_string_is_null=False,
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:
        return None


def _told(cells: pl.Series, role: str) -> pl.Series:
    """A column as it is kept: as categories where texts repeat, else as it is."""
    import polars as pl

    verbatim = role in VERBATIM or (role in FREE and _hardly_repeats(cells.head(SAMPLE)))
    return (cells if verbatim else cells.cast(pl.Categorical)).alias(role)


def _hardly_repeats(sample: pl.Series) -> bool:
    """Whether a column of free text is, by a good sample, of texts that most rows have for themselves."""
    return sample.len() >= FEWEST and sample.n_unique() * 2 > sample.len()


def _may_be_overlong(data: bytes) -> bool:
    """Whether a line may be too long to be a row: a long stretch without an end of line."""
    step = RECORD_BYTES // 2
    return any(data.find(b"\n", at, at + step) < 0 for at in range(0, len(data) - step, step))


def _line_numbers(block: Block, quotes: Places, height: int, is_row: Callable[[str], bool]) -> pl.Series | None:
    """The line on which each of `height` records begins.

    None where they cannot be told apart, or where a quote that was left open has swallowed rows.
    """
    import numpy as np
    import polars as pl

    data, first, skip = block
    start = first + skip
    # Without quotes Polars takes each line for a record, empty ones too.
    if not quotes.size or height == count_of(data, "\n") + (not data.endswith(b"\n")) - skip:
        return pl.int_range(start, start + height, dtype=pl.Int32, eager=True).alias("line")
    newlines = places_of(data, "\n")
    held_open = np.searchsorted(quotes, newlines) % 2 == 1
    ends = np.flatnonzero(~held_open)
    begins = np.concatenate([[0], ends + 1])[: ends.size + (not data.endswith(b"\n"))]
    begins = begins[begins >= skip]
    if begins.size != height or (np.diff(begins, append=newlines.size) > RECORD_LINES).any():
        return None
    if any(is_row(_line_at(data, int(at) + 1)) for at in newlines[held_open]):
        return None
    return pl.Series("line", begins + first, dtype=pl.Int32)


def _line_at(data: bytes, start: int) -> str:
    end = data.find(b"\n", start)
    return data[start : end if end >= 0 else len(data)].decode("utf-8", "replace").rstrip("\r")


def _line_starts(data: bytes) -> Places:
    import numpy as np

    return np.concatenate([[0], places_of(data, "\n") + 1])


def _text_from(data: bytes, start: int, line: int, delimiter: str) -> str:
    end = start
    for _ in range(RECORD_LINES):
        end = data.find(b"\n", end) + 1 or len(data)
    return next(records(data[start:end], line, delimiter)).text


def _quotes_in_place(data: bytes, at: Places, delimiter: str) -> bool:
    """Whether every quote opens or closes a cell, or is one of a doubled pair inside one, as RFC 4180 has it."""
    import numpy as np

    if not at.size:
        return True
    if at.size % 2:
        return False
    array = np.frombuffer(data, np.uint8)
    edge = np.zeros(256, bool)
    edge[[ord(delimiter), ord("\n"), ord("\r")]] = True
    opening, closing = at[0::2], at[1::2]
    doubled = np.zeros(opening.size, bool)
    doubled[1:] = opening[1:] == closing[:-1] + 1
    opens = doubled | edge[array[np.maximum(opening - 1, 0)]] | (opening == 0)
    closes = edge[array[np.minimum(closing + 1, array.size - 1)]] | (closing == array.size - 1)
    closes[:-1] |= doubled[1:]
    return bool(opens.all() and closes.all())


def _careful(rows: list[Record], columns: dict[str, int], width: int) -> pl.DataFrame:
    """Records to a frame.

    A row wider than the headings has shifted cells and is marked so, unless most rows are, or it is of a common
    width and its own cells show that they stand where they should. Headings that come again in the body are
    marked, and the rows below them are read by them where they name other places.
    """
    import polars as pl

    widths = Counter(len(row.cells) for row in rows)
    habitual = {w for w, n in widths.items() if n >= COMMON_WIDTH * len(rows)} | {width}
    limit = max(habitual)  # cells beyond it that hold nothing have shifted nothing
    most = sum(surplus(row.cells, width) > 0 for row in rows) >= MOST * len(rows)
    cells: dict[str, list[str | None]] = {role: [] for role in columns}
    faults: list[str | None] = []
    places = columns
    for n, row in enumerate(rows):
        again = _columns_again(row.cells, rows, n, places)
        if again:
            places, width = again, max(width, len(row.cells))
        shifted = surplus(row.cells, max(limit, width)) or not in_place(row.cells, places, width, most)
        faults.append("repeated_header" if again else row.fault or ("shifted" if shifted else None))
        for role in columns:
            i = places.get(role, -1)
            cells[role].append(row.cells[i] if 0 <= i < len(row.cells) else None)
    types = {role: pl.String if role in VERBATIM else pl.Categorical for role in columns}
    return pl.DataFrame(cells, schema=types).with_columns(
        pl.Series("line", [row.line for row in rows], dtype=pl.Int32),
        pl.Series("fault", faults, dtype=pl.String),
    )


def _columns_again(cells: list[str], rows: list[Record], n: int, places: dict[str, int]) -> dict[str, int] | None:
    """The roles' columns as a row of headings inside the body gives them; None for any other row."""
    at = places["amount"]
    if at < len(cells) and any(sign.isdigit() for sign in cells[at]):
        return None
    if sum(1 for cell in cells if is_heading(cell)) < 3:
        return None
    below = [row.cells for row in rows[n + 1 : n + 101]]
    found = columns_by_heading(cells, below)
    if "amount" in found and ("payee" in found or "date" in found):
        return found
    return places if at < len(cells) and rank(cells[at], "amount") is not None else None


def _sheet_grids(part: Part, reading: Reading) -> Iterator[Grid]:
    rows = [Record(n, sheet_line(row), row, "") for n, row in enumerate(sheet_rows(part), 1)]
    if reading.header > len(rows):
        raise PlaceError(f"{part.name}: its reading has the headings in row {reading.header}, it has {len(rows)} rows")
    headings = rows[reading.header - 1].cells if reading.header else []
    columns = reading.indices(headings, part.name)
    start = reading.header or reading.first - 1
    preamble = max(reading.header or reading.first, 1) - 1
    if payments := _payments_above(part, reading, headings, rows[:preamble]):
        preamble -= payments.frame.height
        yield payments
    below = rows[start:]
    yield Grid(_careful(below, columns, len(headings)), headings, preamble, texts={r.line: r.text for r in below})


def sheet_line(row: list[str]) -> str:
    """A sheet's row as a line of CSV."""
    return ",".join(_quoted(cell) for cell in row)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n') else cell


def _overlong_grid(long: Overlong, headings: list[str], reading: Reading) -> Grid:
    record = Record(long.line, long.start, [], "line_too_long")
    columns = {role: i for i, role in enumerate(ROLES) if role in reading.columns}
    return Grid(_careful([record], columns, 1), headings, texts={long.line: f"{long.start}... ({long.length:,} bytes)"})
