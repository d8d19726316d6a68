"""The run that makes the store: read what is new, resolve the payees, count, publish.

A part (a file, zip member or sheet) that was read before in the same way is not read again. The run becomes
current by one rename at the end.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.definition import Definition, Source, fingerprint
from totalplace.errors import DataError, FileRefused, PlaceError, StoreError
from totalplace.sources.distinct import Words
from totalplace.sources.parts import Part, held, part_named
from totalplace.store.engines import Engine
from totalplace.store.files import locked, write_whole
from totalplace.store.layout import Store

if TYPE_CHECKING:
    import polars as pl

    from totalplace.money import steps

FORMAT = 1
"""Raised when parts or runs change shape or meaning, so that old ones are made again."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and of how many."""


@dataclass
class Entry:
    """A part in a run: where it comes from, its counts and money in pence, or why it was refused."""

    name: str
    body: str
    kind: str
    key: str = ""
    sha256: str = ""
    content: str = ""
    bytes: int = 0
    runs: int = 0
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    preamble: int = 0
    pence: int = 0
    rejected_pence: int = 0
    first: int = 0
    last: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True)
class Built:
    """What a build came to: the run's id, its entries, how many parts were read anew, seconds taken."""

    run: str
    entries: tuple[Entry, ...]
    read: int
    seconds: float
    warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> list[Entry]:
        """Parts that could not be read as what they were added as."""
        return [entry for entry in self.entries if entry.refused]


def build(root: Path, definition: Definition, engine: Engine, progress: Progress | None = None) -> Built:
    """Builds the store of the place in `root`; raises DataError where that cannot be done.

    The same files and definition give the same run, byte for byte, whatever the engine and the order.
    """
    started, say = time.perf_counter(), progress or (lambda *_: None)
    _keep_memory()
    store = Store(root / "store")
    with locked(store.root / "lock"), _no_collecting():
        before = store.current()
        entries, read = _read_parts(root, definition, store, say)
        alike = _refuse_same_content(store, entries)
        name, warnings = _make_run(definition, store, engine, entries, alike, say)
        store.sweep({before} if before else set())
    say("done", 1, 1)
    return Built(name, tuple(entries), read, time.perf_counter() - started, tuple(warnings))


def _keep_memory() -> None:
    """Has glibc keep freed memory between files: giving it back and asking again costs a tenth of a build."""
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(_M_TRIM_THRESHOLD, 1 << 30)


@contextlib.contextmanager
def _no_collecting() -> Iterator[None]:
    """Holds the cycle collector off: a build makes many small objects and no cycles that matter."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3

# Parts


def _read_parts(root: Path, definition: Definition, store: Store, say: Progress) -> tuple[list[Entry], int]:
    planned = [(source, part_named(root, name)) for source in definition.sources for name in source.files]
    planned.sort(key=lambda item: (item[1].name, item[0].body, item[0].kind, _print_of(item[0])))
    seen, words = Seen(store.root / "seen.json"), Words()
    entries, read = [], 0
    first: dict[str, Entry] = {}
    for n, (source, part) in enumerate(planned):
        say(f"reading {part.name}", n, len(planned))
        entry = Entry(part.name, source.body, source.kind)
        twin = first.setdefault(os.path.normpath(part.name), entry)
        try:
            if twin is not entry:
                raise FileRefused(
                    part.name, f"is in place.toml twice, as {twin.kind} of {twin.body} too; it counts once"
                )
            read += _read_part(store, seen, source, part, entry, words)
            words.make_room()
        except (FileRefused, PlaceError) as error:
            entry.refused = str(error).removeprefix(f"{part.name}: ")
        entries.append(entry)
    seen.save()
    return entries, read


def _read_part(store: Store, seen: Seen, source: Source, part: Part, entry: Entry, words: Words) -> int:
    """Fills `entry`, from the store where the part is there, else by reading it. 1 where it was read."""
    recipe = fingerprint(FORMAT, _rules_version(), source.body, source.kind, part.name, _print_of(source))
    stamp = _stamp(part)
    key = seen.key(part.name, stamp, recipe)
    if key and store.has_part(key):
        _fill(entry, json.loads((store.part(key) / "part.json").read_text("utf-8")))
        return 0
    part, sha = held(part)
    key = fingerprint(recipe, sha)
    fresh = not store.has_part(key)
    if fresh:
        with store.aside(store.parts) as folder:
            _write_part(folder, part, source, sha, key, words)
            if _stamp(part) != stamp or (held(part)[1] if _is_fresh(stamp) else sha) != sha:
                raise DataError(f"{part.name} changed while it was being read; run the build again when it is still")
            store.keep_part(folder, key)
    _fill(entry, json.loads((store.part(key) / "part.json").read_text("utf-8")))
    seen.note(part.name, stamp, recipe, key)
    return int(fresh)


def _print_of(source: Source) -> str:
    """A digest of a source's reading, in whatever order it is written down."""
    return fingerprint(json.dumps(source.reading.to_dict(), sort_keys=True))


def _stamp(part: Part) -> list[int]:
    try:
        status = part.file.stat()
    except OSError as error:
        raise FileRefused(part.name, "is not there; was it moved or renamed?") from error
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def _is_fresh(stamp: list[int]) -> bool:
    """Whether a file changed so lately that its time of change may not tell one change from the next."""
    return time.time_ns() - stamp[1] < 2_000_000_000


def _rules_version() -> str:
    """What reading rests on besides the file: the package as it is and its data files."""
    from totalplace import __version__
    from totalplace.parameters import version

    return f"{__version__} {version('kinds.toml', 'columns.toml')}"


def _write_part(folder: Path, part: Part, source: Source, sha: str, key: str, words: Words) -> None:
    import polars as pl

    from totalplace.sources.spend import Tally, read_spend
    from totalplace.sources.sums import merged

    tally, card, blocks = Tally(), source.kind == "card", []
    for n, tidy in enumerate(read_spend(part, source.reading, body=source.body, card=card, tally=tally, words=words)):
        _sink(tidy.lines, folder / f"lines-{n}.parquet", statistics=False)
        blocks.append((tidy.summary, tidy.payees, tidy.rejects))
    if tally.rows == 0:
        raise FileRefused(part.name, "holds headings but no rows" if source.reading.header else "is empty")
    summaries, payees, rejects = zip(*blocks, strict=True)
    summary = merged(summaries)
    _sink(summary, folder / "summary.parquet")
    _sink(pl.concat(payees).unique("payee_key").sort("payee_key"), folder / "payees.parquet")
    _sink(pl.concat(rejects), folder / "rejects.parquet")
    months = summary["month"]
    info = {
        "sha256": sha,
        "bytes": part.file.stat().st_size,
        "content": _content(summary, rejects),
        "key": key,
        "runs": len(blocks),
        **{name: getattr(tally, name) for name in _COUNTS},
        "notes": dict(sorted(tally.notes.items())),
        "first": months.min() or 0,
        "last": months.max() or 0,
    }
    write_whole(folder / "part.json", json.dumps(info, sort_keys=True).encode())


def _content(summary: pl.DataFrame, rejects: Sequence[pl.DataFrame]) -> str:
    """A digest of what a part says, whatever it is called and packed in: its payments and its rejected rows."""
    import polars as pl

    digest = hashlib.sha256()
    for column in summary.select("payee_key", "month", "lines", "pence"):
        digest.update(column.to_numpy().astype("<i8").tobytes())
    kinds = summary.group_by("kind", "channel").agg(pl.col("pence").sum())
    digest.update(repr(sorted(kinds.rows())).encode())
    for frame in rejects:
        digest.update("\n".join(frame["text"].to_list()).encode())
    return digest.hexdigest()


_COUNTS = ("rows", "accepted", "rejected", "blank", "preamble", "pence", "rejected_pence")


def _sink(frame: pl.DataFrame, path: Path, statistics: bool = True) -> None:
    """Writes Parquet; quick to write and small. A full disk shows here as an error of the engine's own."""
    import polars as pl

    try:
        frame.write_parquet(path, compression="lz4", statistics=statistics)
    except (OSError, pl.exceptions.PolarsError) as error:
        if "No space left" in str(error) or shutil.disk_usage(path.parent).free < 1 << 16:
            raise DataError(
                f"the disk that holds {path.parent.parent} is full; free some space and run again. "
                "The last good store is untouched"
            ) from error
        raise


def _fill(entry: Entry, info: dict[str, Any]) -> None:
    for name, value in info.items():
        setattr(entry, name, value)


class Seen:
    """What the files looked like when they were last read, so that unchanged ones are known without reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: dict[str, dict[str, Any]] = {}
        with contextlib.suppress(OSError, ValueError, AttributeError):
            notes = json.loads(path.read_text("utf-8"))
            self.notes = {name: note for name, note in notes.items() if isinstance(note, dict)}

    def key(self, name: str, stamp: list[int], recipe: str) -> str:
        """The key of the part if size, time and inode of its file and its recipe are as they were; else ''."""
        note = self.notes.get(name, {})
        same = note.get("stamp") == stamp and note.get("recipe") == recipe
        return str(note.get("key", "")) if same and note.get("settled") else ""

    def note(self, name: str, stamp: list[int], recipe: str, key: str) -> None:
        """Remembers a part. One changed a moment ago is not trusted to stay: its time of change is too coarse."""
        self.notes[name] = {"stamp": stamp, "recipe": recipe, "key": key, "settled": not _is_fresh(stamp)}

    def save(self) -> None:
        """Writes the notes down."""
        write_whole(self.path, json.dumps(self.notes, sort_keys=True).encode())


CHANCE = 5
"""Two bodies can each publish fewer rows than this that are the same by chance; more are one file given twice."""


def _refuse_same_content(store: Store, entries: list[Entry]) -> list[str]:
    """Refuses the later of two parts that say the same, whatever their names and whichever body they are given as.

    Two that agree in what each payee had each month and not in their lines are warned of.
    """
    first: dict[tuple[str, str], Entry] = {}
    warnings = []
    for entry in entries:
        if entry.refused:
            continue
        twin = first.setdefault((entry.content, entry.body if entry.rows < CHANCE else ""), entry)
        if twin is not entry and not _same_lines(store, twin, entry):
            warnings.append(
                f"{twin.name} and {entry.name} hold the same money by payee and month in lines that differ; "
                "is one a copy of the other?"
            )
        elif twin is not entry:
            whose = "" if twin.body == entry.body else f", which is given as the spending of {twin.body}"
            entry.refused = f"says the same as {twin.name}{whose}: the same payments twice; it is not counted"
    return warnings


def _same_lines(store: Store, one: Entry, other: Entry) -> bool:
    """Whether two parts hold the same payments, line by line, in whatever order."""
    import polars as pl

    told = ("date", "month", "pence", "payee_key", "transaction", "department", "category", "purpose", "channel")
    frames = []
    for entry in (one, other):
        paths = [store.part(entry.key) / f"lines-{n}.parquet" for n in range(entry.runs)]
        lines = pl.concat([pl.read_parquet(path, columns=list(told)).cast(pl.String) for path in paths])
        frames.append(lines.select(told).sort(told))
    return frames[0].equals(frames[1])


# The run


def _make_run(
    definition: Definition, store: Store, engine: Engine, entries: list[Entry], alike: list[str], say: Progress
) -> tuple[str, list[str]]:
    good = [entry for entry in entries if not entry.refused]
    if not good:
        raise DataError(_nothing_to_count(entries))
    with store.aside(store.runs) as folder:
        say("resolving payees", 0, 3)
        _write_payees(definition, store, good, folder)
        say("counting", 1, 3)
        warnings = alike + _write_counts(definition, store, engine, good, folder)
        say("publishing", 2, 3)
        info = _run_info(definition, entries, warnings)
        write_whole(folder / "run.json", info)
        name = hashlib.sha256(info).hexdigest()[:16]
        store.publish(folder, name)
    return name, warnings


def _nothing_to_count(entries: list[Entry]) -> str:
    if not entries:
        return "there is nothing to build: add files with 'totalplace add spend FILES --body NAME'"
    return "none of the files can be counted: " + "; ".join(f"{e.name}: {e.refused}" for e in entries[:5])


def _run_info(definition: Definition, entries: list[Entry], warnings: list[str]) -> bytes:
    """The manifest: inputs with hashes, readings, versions, counts and money. The same inputs, the same bytes."""
    from importlib.metadata import version as installed

    from totalplace import __version__

    info = {
        "format": FORMAT,
        "totalplace": __version__,
        "polars": installed("polars"),
        "place": definition.name,
        "definition": definition_digest(definition),
        "matching": _matching_digest(definition),
        "files": [vars(entry) for entry in entries],
        "warnings": warnings,
    }
    return json.dumps(info, sort_keys=True, ensure_ascii=False, indent=1).encode()


def definition_digest(definition: Definition) -> str:
    """A digest of all that place.toml and matches.toml say that a count rests on."""
    sources = sorted((s.body, s.kind, name, _print_of(s)) for s in definition.sources for name in s.files)
    return fingerprint(_matching_digest(definition), sources)


def _matching_digest(definition: Definition) -> str:
    """A digest of what decides which body a payee is, and how much of a body is this place's."""
    from totalplace.parameters import version

    return fingerprint(
        [(body, sorted(body.codes.items())) for body in definition.bodies],
        sorted(definition.settled.items()),
        version("bodies.csv", "kinds.toml"),
    )


def _write_payees(definition: Definition, store: Store, good: list[Entry], folder: Path) -> None:
    """The payees table: those that the last run resolved by the same rules are taken from it."""
    import polars as pl

    from totalplace.money.payees import resolve_payees

    names = pl.concat([_payee_names(store, entry) for entry in good]).unique("payee_key")
    known = _known_payees(definition, store)
    old = known.join(names, on="payee_key", how="semi") if known is not None else None
    new = names.join(known, on="payee_key", how="anti") if known is not None else names
    payees = old
    if new.height or payees is None:
        # A new spelling can change the name a supplier is shown by, so its whole group is looked at again.
        payees = resolve_payees(names, definition.bodies, definition.settled, known=old)
    _sink(payees.sort("payee_key"), folder / "payees.parquet")


def _payee_names(store: Store, entry: Entry) -> pl.DataFrame:
    import polars as pl

    return pl.read_parquet(store.part(entry.key) / "payees.parquet")


def _known_payees(definition: Definition, store: Store) -> pl.DataFrame | None:
    import polars as pl

    current = store.current()
    if current is None:
        return None
    with contextlib.suppress(OSError, ValueError, KeyError, StoreError, pl.exceptions.PolarsError):
        run = store.run()
        if run.info["format"] == FORMAT and run.info["matching"] == _matching_digest(definition):
            return pl.read_parquet(run.table("payees"))
    return None


def _write_counts(definition: Definition, store: Store, engine: Engine, good: list[Entry], folder: Path) -> list[str]:
    """ledger, cube and totals, through the table steps on the engine."""
    import polars as pl

    from totalplace.money import steps

    fields = ["payee_key", "supplier_id", "to_body", "sure", "payee_kind"]
    words: pl.Enum | None = None
    if engine.name == "polars":
        # The sums were made when the parts were read. All texts become numbers into one list of words: what
        # has one type joins and compares without casts.
        sums = engine.collect(engine.scan([store.part(entry.key) / "summary.parquet" for entry in good]))
        known = pl.read_parquet(folder / "payees.parquet", columns=fields)
        words = _words(sums, known)
        summary, payees = (engine.frame(_numbered(frame, words)) for frame in (sums, known))
    else:
        lines = [store.part(e.key) / f"lines-{n}.parquet" for e in good for n in range(e.runs)]
        summary = steps.summarise(engine.scan(lines))
        payees = engine.scan([folder / "payees.parquet"]).select(fields)
    entries = _plain(engine.collect(steps.ledger(summary, payees, steps.counted_years(summary))))
    words = words or _words(entries)
    entries = _numbered(entries, words).sort(
        "supplier_id", "payee_key", "month", "body", "file", "kind", "channel", "line_kind"
    )
    _sink(entries, folder / "ledger.parquet")
    ledger = engine.written(folder / "ledger.parquet", entries)
    cube = _apportioned(definition, engine, steps.cube(ledger), words)
    _sink(cube, folder / "cube.parquet")
    cells = engine.written(folder / "cube.parquet", cube)
    totals = _plain(engine.collect(steps.totals(cells))).sort(steps.TOTALS_KEYS)
    _write_totals(totals, folder / "totals.json")
    return _overlap_warnings(engine, ledger)


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """One set of types whatever the engine: text (or numbered text), 64-bit sums, 32-bit months."""
    import polars as pl

    texts = _texts(frame)
    casts = [pl.col(texts).cast(pl.String).fill_null("")] if texts else []
    wholes = [n for n in ("lines", "pence", "place_pence", "payee_key", "supplier_id") if n in frame.columns]
    casts.extend(pl.col(name).cast(pl.Int64) for name in wholes)
    return frame.with_columns(*casts)


def _words(*frames: pl.DataFrame) -> pl.Enum:
    """Every text of the tables of a run, sorted: they sort and write fast as numbers into it."""
    import polars as pl

    from totalplace.terms import OUTCOMES

    found = [frame[name].unique().cast(pl.String) for frame in frames for name in _texts(frame)]
    return pl.Enum(pl.concat([pl.Series(["", *OUTCOMES]), *(s.rename("") for s in found)]).drop_nulls().unique().sort())


def _numbered(frame: pl.DataFrame, words: pl.Enum) -> pl.DataFrame:
    import polars as pl

    return frame.with_columns(pl.col(_texts(frame)).cast(words))


def _texts(frame: pl.DataFrame) -> list[str]:
    import polars as pl

    return [name for name, kind in frame.schema.items() if kind in (pl.Categorical, pl.String)]


def _apportioned(definition: Definition, engine: Engine, cells: steps.Frame, words: pl.Enum) -> pl.DataFrame:
    """The cube with this place's share of each cell; bodies wholly of the place keep their pence."""
    import narwhals.stable.v2 as nw
    import polars as pl

    from totalplace.money import steps

    shares = {body.id: int(body.share * steps.UNIT) for body in definition.bodies if body.share != 1}
    of_others = nw.col("body").is_in(list(shares))
    cube = _plain(engine.collect(cells.filter(~of_others) if shares else cells))
    cube = cube.with_columns(pl.col("pence").alias("place_pence"))
    if shares:
        table = pl.DataFrame(list(shares.items()), {"body": pl.String, "share": pl.Int64}, orient="row")
        theirs = cells.filter(of_others).with_columns(nw.col("body").cast(nw.String))
        part = steps.apportion(theirs, engine.frame(table))
        cube = pl.concat([cube, _plain(engine.collect(part)).select(cube.columns).cast(cube.schema)])
    keys = ["supplier_id", "month", *(key for key in steps.CUBE_KEYS if key not in ("supplier_id", "month"))]
    return _numbered(cube, words).sort(keys)


def _write_totals(totals: pl.DataFrame, path: Path) -> None:
    rows = {"columns": totals.columns, "rows": totals.rows()}
    write_whole(path, json.dumps(rows, separators=(",", ":")).encode())


# Loaded twice

ALIKE = 0.5
"""Two files of a body and month that agree on at least this part of their payees are reported."""
FEWEST = 5


def _overlap_warnings(engine: Engine, ledger: steps.Frame) -> list[str]:
    """Names pairs of files that seem to hold the same month twice: most payees with the same lines and sums."""
    import narwhals.stable.v2 as nw
    import polars as pl

    from totalplace.money import steps

    months = _plain(engine.collect(steps.file_months(ledger)))
    others = months.rename({"file": "other", "lines": "others", "pence": "other_pence"})
    pairs = months.join(others, on=["body", "month"])
    near = pairs.filter(
        (pl.col("file") < pl.col("other"))
        & ((pl.col("lines") - pl.col("others")).abs() * 2 <= pl.max_horizontal("lines", "others"))
        & (pl.col("lines") >= FEWEST)
    )
    files = sorted(set(near["file"]) | set(near["other"]))
    if not files:
        return []
    wanted = ledger.filter(nw.col("file").is_in(files) & nw.col("month").is_in(near["month"].unique().to_list()))
    shared = _plain(engine.collect(steps.shared_rows(wanted)))
    alike = shared.filter((pl.col("same") >= FEWEST) & (pl.col("same") >= ALIKE * pl.col("payees")))
    return [
        f"{file} and {other} both hold {month // 100}-{month % 100:02d}: {same} of {payees} payees have the same "
        "lines and money in both; is the month loaded twice?"
        for file, other, month, same, payees in sorted(alike.select("file", "other", "month", "same", "payees").rows())
    ]
