"""Ledger and totals, kept by the body that paid: what a new file does not touch is not made again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.build import digests
from totalplace.build.entry import Entry
from totalplace.build.tables import in_order, numbered, plain, shortened, sink, words_of
from totalplace.build.twice import overlaps
from totalplace.definition import Definition, fingerprint
from totalplace.money import steps
from totalplace.store.engines import Engine
from totalplace.store.files import sha256_of, write_whole
from totalplace.store.layout import Store, sizes
from totalplace.terms import OUTCOMES

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Tables:
    """What was counted of each body.

    `keys` names the tables of each in the store, `digests` are their SHA-256 by file; `totals` has the rows of
    all.
    """

    keys: dict[str, str]
    digests: dict[str, str]
    totals: list[dict[str, Any]]
    warnings: list[str]


SUMS = ["lines", "pence", "place_pence"]
TOTALS = [*steps.TOTALS_KEYS, *SUMS]
CLASSES = [*steps.CLASSES_KEYS, *SUMS]
PAYEE_FIELDS = ["payee_key", "supplier_id", "to_body", "sure", "payee_kind"]


@dataclass(frozen=True)
class _Making:
    """What tables are made from and with, and where."""

    definition: Definition
    store: Store
    engine: Engine
    folder: Path


def count_bodies(
    definition: Definition, store: Store, engine: Engine, entries: Sequence[Entry], payees: Path
) -> Tables:
    """The tables of every body; those made before of the same files by the same rules are taken as they are."""
    theirs: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        theirs[entry.body].append(entry)
    counted = _counted_years(engine, entries)
    base = (digests.matching(definition), sorted(counted.rows()))
    keys = {body: fingerprint(*base, body, sorted(e.key for e in given)) for body, given in sorted(theirs.items())}
    missing = {body: keys[body] for body in keys if not store.has_body(keys[body])}
    if missing:
        with store.aside(store.bodies) as folder:
            for body in missing:
                (folder / body).mkdir()
            making = _Making(definition, store, engine, folder)
            for given in _taken_together(engine, [theirs[body] for body in missing]):
                _write_tables(making, given, counted, payees)
            for body, key in missing.items():
                store.keep_body(folder / body, key)
    return _gathered(store, keys)


def _taken_together(engine: Engine, bodies: list[list[Entry]]) -> list[list[Entry]]:
    """Bodies one by one, so that the memory of one is there for the next; all in one on Spark, where queries cost."""
    return bodies if engine.name == "polars" else [[entry for given in bodies for entry in given]]


def _gathered(store: Store, keys: dict[str, str]) -> Tables:
    told = {body: json.loads((store.body(key) / "body.json").read_text("utf-8")) for body, key in keys.items()}
    return Tables(
        keys,
        {f"{body}/{name}": digest for body, own in told.items() for name, digest in own["digests"].items()},
        [dict(zip(TOTALS, row, strict=True)) for own in told.values() for row in own["totals"]],
        [warning for own in told.values() for warning in own["warnings"]],
    )


def _counted_years(engine: Engine, entries: Sequence[Entry]) -> pl.DataFrame:
    """The bodies and years whose own spending is counted: `to_body`, `year`, `counted`."""
    import polars as pl

    rows = [(entry.body, year, lines) for entry in entries for year, lines in entry.years.items()]
    schema = {"body": pl.String(), "year": pl.String(), "lines": pl.Int64()}
    years = engine.frame(pl.DataFrame(rows, schema, orient="row"))
    return plain(engine.collect(steps.counted_years(years)))


def _write_tables(making: _Making, entries: Sequence[Entry], counted: pl.DataFrame, payees: Path) -> None:
    """Ledger, classes, totals and warnings of the bodies of `entries`, each into a folder of its own."""
    import polars as pl

    engine, folder = making.engine, making.folder
    rows = _ledger(making, entries, counted, payees)
    ledger = engine.written(_write_each(rows, folder), rows)
    classes = plain(engine.collect(steps.totals(ledger))).sort(steps.CLASSES_KEYS).select(CLASSES)
    classes = numbered(classes, words_of([classes]))
    totals = classes.group_by(steps.TOTALS_KEYS).agg(pl.col(SUMS).sum()).sort(steps.TOTALS_KEYS)
    warnings = overlaps(engine, ledger)
    for body in sorted({entry.body for entry in entries}):
        sink(shortened(classes.filter(body=body)).rechunk(), folder / body / "classes.parquet", packed=False)
        told = {"totals": totals.filter(body=body).rows(), "warnings": warnings.get(body, [])}
        _write_manifest(folder / body, told)


def _ledger(making: _Making, entries: Sequence[Entry], counted: pl.DataFrame, payees: Path) -> pl.DataFrame:
    """The ledger, with this place's share of each entry."""
    import polars as pl

    engine, store = making.engine, making.store
    if engine.name == "polars":
        # The sums were made when the parts were read. All texts become numbers into one list of words: what has
        # one type joins and compares without casts.
        given = sorted(entries, key=lambda entry: (entry.body, entry.name))
        sums = engine.collect(engine.scan([store.part(entry.key) / "summary.parquet" for entry in given]))
        known = pl.read_parquet(payees, columns=PAYEE_FIELDS)
        words = words_of([sums, known, counted], *OUTCOMES)
        tables = [engine.frame(numbered(frame, words)) for frame in (sums, known, counted)]
        rows = _shared(making, steps.ledger(*tables))
    else:
        lines = [store.part(e.key) / f"lines-{n}.parquet" for e in entries for n in range(e.runs)]
        summary, known_there = steps.summarise(engine.scan(lines)), engine.scan([payees]).select(PAYEE_FIELDS)
        rows = _shared(making, steps.ledger(summary, known_there, engine.frame(counted)))
        words = words_of([rows])
    return numbered(rows, words)


def _shared(making: _Making, ledger: steps.Frame) -> pl.DataFrame:
    """The ledger with this place's share of each entry; bodies wholly of the place keep their pence."""
    import narwhals.stable.v2 as nw
    import polars as pl

    engine = making.engine
    shares = {body.id: int(body.share * steps.UNIT) for body in making.definition.bodies if body.share != 1}
    of_others = nw.col("body").is_in(list(shares))
    rows = plain(engine.collect(ledger.filter(~of_others) if shares else ledger))
    rows = rows.with_columns(pl.col("pence").alias("place_pence"))
    if not shares:
        return rows
    table = pl.DataFrame(list(shares.items()), {"body": pl.String, "share": pl.Int64}, orient="row")
    theirs = ledger.filter(of_others).with_columns(nw.col("body").cast(nw.String))
    part = plain(engine.collect(steps.apportion(theirs, engine.frame(table)))).select(rows.columns)
    return pl.concat([rows, part.cast(rows.schema)])


def _write_each(rows: pl.DataFrame, folder: Path) -> list[Path]:
    """Writes the ledger of each body, in the order of ENTRY, to its own folder."""
    import numpy as np

    rows = in_order(rows, steps.ENTRY)
    bodies = rows["body"].to_physical().to_numpy()
    starts = [0, *(np.flatnonzero(np.diff(bodies)) + 1).tolist()]
    paths = []
    for start, end in zip(starts, [*starts[1:], rows.height], strict=True):
        paths.append(folder / rows["body"][start] / "ledger.parquet")
        sink(shortened(rows[start:end]), paths[-1], packed=False)
    return paths


def _write_manifest(folder: Path, told: Mapping[str, Any]) -> None:
    found = {path.stem: sha256_of(path) for path in sorted(folder.iterdir())}
    manifest = {**told, "sizes": sizes(folder), "digests": found}
    write_whole(folder / "body.json", json.dumps(manifest, separators=(",", ":")).encode())
