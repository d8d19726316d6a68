"""What is worked out of lines once for a run, and kept in its store: which lines hold words, and which a theme takes.

    store/themes/<run>/words-<digest>.parquet     the lines that hold some words
    store/themes/<run>/cells-<digest>.parquet     the sums of those that hold some of several sets of words
    store/themes/<run>/lines-<digest>.parquet     the lines that a theme takes, each with its rule, largest first
    store/themes/<run>/shown-<digest>.parquet     the largest of those, with all that is shown of a line
    store/themes/<run>/suppliers-<digest>.parquet what a theme takes of each supplier

Files are named by a digest of what they were made from, so none is ever out of date. All of it can be deleted.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.definition import fingerprint
from totalplace.store.files import disk_errors, write_whole
from totalplace.terms import KEPT
from totalplace.themes.theme import UNIT, Words
from totalplace.themes.words import TEXTS, found

if TYPE_CHECKING:
    import polars as pl

    from totalplace.store.layout import Run

Say = Callable[[str, int, int], None]
"""Told how far work is: what is done, steps done, steps in all. It may raise, and the work ends there."""
Shares = dict[str, int]
"""The bodies of whose money the place counts a part: the part in millionths by id."""

KEPT_COLUMNS = (
    "line",
    "body",
    "year",
    "kind",
    "to_body",
    "service",
    "subjective",
    "supplier_id",
    "pence",
    "place_pence",
)
"""What is kept of a line, besides its file."""
VERSION = 1
"""Goes up where the same words or rules come to other lines than before."""
MORE = (
    "date",
    "month",
    "payee",
    "department",
    "category",
    "purpose",
    "transaction",
    "channel",
    "told",
    "confidence",
    "outcome",
)
"""What else is shown of a line."""
_ENTRY = ("payee_key", "month", "line_kind", "channel", "service", "subjective", "told")
"""What tells an entry of the ledger from the others of its file."""


def quiet(_: str, __: int, ___: int) -> None:
    """Says nothing."""


def words_file(run: Run, words: Words) -> Path:
    """Where the lines that hold some words are kept."""
    return run.themes / f"words-{fingerprint(VERSION, words)}.parquet"


def missing_words(run: Run, wanted: Iterable[Words]) -> list[Words]:
    """The sets of words that were not looked for in this run yet."""
    return [words for words in dict.fromkeys(wanted) if not words_file(run, words).exists()]


def look_for(run: Run, wanted: Sequence[Words], shares: Shares, say: Say = quiet) -> None:
    """Looks for sets of words in every line of the run that stays in net, and keeps what is found.

    Reads each file once, however many sets there are; about a second for a million lines.
    """
    import polars as pl

    missing = missing_words(run, wanted)
    frames: dict[Words, list[pl.DataFrame]] = {words: [] for words in missing}
    for frame in lines_of_parts(run, shares, TEXTS, say, "looking for words") if missing else ():
        for words, marks in zip(missing, found(frame, missing), strict=True):
            if marks.any():
                frames[words].append(frame.filter(pl.Series(marks)).select("file", *KEPT_COLUMNS))
    for words in missing:
        write(words_file(run, words), together(frames[words], ("file", *KEPT_COLUMNS)))


def write(path: Path, frame: pl.DataFrame) -> None:
    """Keeps a frame in the store; raises DataError where the disk is full."""
    out = io.BytesIO()
    frame.write_parquet(out, row_group_size=100_000)
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_room(path.parent)
    write_whole(path, out.getvalue())


MOST_FILES = 400
"""So many files are kept of a run: each draft of a rule's words leaves one."""


def _make_room(folder: Path) -> None:
    """Deletes the files that were made longest ago, where there are more than MOST_FILES."""
    files = sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    for path in files[: max(0, len(files) - MOST_FILES + 1)]:
        path.unlink(missing_ok=True)


def together(frames: Sequence[pl.DataFrame], columns: Sequence[str]) -> pl.DataFrame:
    """These columns of frames of lines as one frame, which has them though there be no line.

    Whether a column holds texts or categories differs from file to file: here those of few values are categories.
    """
    import polars as pl

    whole = dict.fromkeys(("line", "rule", "month", "confidence"), pl.Int32())
    money = dict.fromkeys(("supplier_id", "pence", "place_pence"), pl.Int64())
    known = {**dict.fromkeys(MORE, pl.String()), "date": pl.Date(), **whole, **money}
    schema = pl.Schema({name: known.get(name, pl.Categorical()) for name in columns})
    return pl.concat([pl.DataFrame(schema=schema), *(frame.select(columns).cast(schema) for frame in frames)])


def read_words(run: Run, words: Words) -> pl.DataFrame:
    """The lines that hold some words, as `look_for` kept them."""
    import polars as pl

    return pl.read_parquet(words_file(run, words))


def lines_of_parts(run: Run, shares: Shares, texts: Sequence[str], say: Say, doing: str) -> Iterator[pl.DataFrame]:
    """The lines of each file that stay in net, with their receivers, suppliers and kinds as the ledger has them."""
    import polars as pl

    counted, columns = run.counted(), ("file", *KEPT_COLUMNS, *texts)
    for done, entry in enumerate(counted):
        say(doing, done, len(counted))
        share = shares.get(entry["body"], UNIT)
        # Where a part alone is the place's, the part of an entry is parted among all of its lines.
        together = [run.lines_of(entry)] if share != UNIT else [[path] for path in run.lines_of(entry)]
        for paths in together:
            lines = _with_entries(run, entry, _lines(paths, texts))
            own = pl.col("pence").alias("place_pence")
            yield (lines.with_columns(own) if share == UNIT else _shared(lines, share)).select(*columns)
    say(doing, len(counted), len(counted))


def _lines(paths: Sequence[Path], texts: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    own = ("file", "line", "body", "year", "payee_key", "month", "kind", "channel", *_ENTRY[4:], "pence")
    names = dict.fromkeys((*own, *(name for name in texts if name != "outcome")))
    frame = pl.concat([pl.read_parquet(path, columns=list(names)) for path in paths])
    return frame.rename({"kind": "line_kind"})


def _with_entries(run: Run, entry: dict[str, Any], lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with what the ledger says of them and of their entry in it, those alone that stay in net."""
    import polars as pl

    ledger = pl.scan_parquet(run.store.body(run.info["bodies"][entry["body"]]) / "ledger.parquet")
    stays = (pl.col("file") == entry["name"]) & pl.col("outcome").is_in(list(KEPT))
    said = ledger.filter(stays).select(*_ENTRY, "kind", "outcome", "to_body", "supplier_id", entry_place="place_pence")
    return lines.join(said.collect(), on=_ENTRY, how="inner")


def _shared(lines: pl.DataFrame, share: int) -> pl.DataFrame:
    """Lines with this place's part of each, so that the lines of an entry of the ledger add up to its part.

    Largest remainders, as the ledger itself is made; of equal ones the line that stands first.
    """
    import polars as pl

    exact = pl.col("pence").cast(pl.Int128) * share
    low = lines.with_columns(low=(exact // UNIT).cast(pl.Int64), rest=(exact % UNIT).cast(pl.Int64)).sort(
        "rest", "line", descending=[True, False]
    )
    left = pl.col("entry_place").first() - pl.col("low").sum()
    ranked = low.with_columns(
        left=left.over(_ENTRY), n=pl.len().cast(pl.Int64).over(_ENTRY), rank=pl.int_range(pl.len()).over(_ENTRY)
    )
    # Where the share was changed since the build, more or less than a penny a line is left: it is spread evenly.
    extra = pl.col("left") // pl.col("n") + (pl.col("rank") < pl.col("left") % pl.col("n")).cast(pl.Int64)
    return ranked.with_columns(place_pence=pl.col("low") + extra).drop("low", "rest", "left", "n", "rank")


def forget(run: Run) -> None:
    """Deletes what was kept for a run."""
    import shutil

    with suppress(OSError):
        shutil.rmtree(run.themes)
