"""A build from beginning to end."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from totalplace.build import digests
from totalplace.build.bodies import Tables, count_bodies
from totalplace.build.entry import Built, Entry, Progress
from totalplace.build.parts import read_parts
from totalplace.build.payees import write_payees
from totalplace.build.twice import refuse_same
from totalplace.definition import Definition
from totalplace.errors import DataError
from totalplace.money.cells import YEARS_KEYS
from totalplace.store.engines import Engine
from totalplace.store.files import locked, sha256_of, write_whole
from totalplace.store.layout import FORMAT, Store

SUMS = ("lines", "pence", "place_pence")


def make(root: Path, definition: Definition, engine: Engine, progress: Progress | None) -> Built:
    """What `build` promises."""
    started, say = time.perf_counter(), progress or (lambda *_: None)
    store = Store(root / "store")
    with locked(store.root / "lock"), _no_collecting():
        before = store.current()
        entries, read = read_parts(root, definition, store, say)
        alike = refuse_same(store, entries)
        name, warnings = _make_run(definition, store, engine, entries, alike, say)
        store.sweep({before} if before else set())
    say("done", 1, 1)
    return Built(name, tuple(entries), read, time.perf_counter() - started, tuple(warnings))


@contextlib.contextmanager
def _no_collecting() -> Iterator[None]:
    """Holds the cycle collector off: a build makes many small objects and no cycles that matter."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()  # what was made counts as old at once: it is not looked through as soon as that is allowed
            gc.unfreeze()
            gc.enable()


def _make_run(
    definition: Definition, store: Store, engine: Engine, entries: list[Entry], alike: list[str], say: Progress
) -> tuple[str, list[str]]:
    good = [entry for entry in entries if not entry.refused]
    if not good:
        raise DataError(_nothing_to_count(entries))
    with store.aside(store.runs) as folder:
        say("resolving payees", 0, 3)
        payees = folder / "payees.parquet"
        write_payees(definition, store, good, payees)
        say("counting", 1, 3)
        tables = count_bodies(definition, store, engine, good, payees)
        say("publishing", 2, 3)
        warnings = [*alike, *tables.warnings]
        write_whole(folder / "totals.json", json.dumps(tables.totals, separators=(",", ":")).encode())
        write_whole(folder / "years.json", json.dumps(_by_year(tables.totals), separators=(",", ":")).encode())
        info = _run_info(definition, entries, tables, sha256_of(payees), warnings)
        write_whole(folder / "run.json", info)
        name = hashlib.sha256(info).hexdigest()[:16]
        store.publish(folder, name)
    return name, warnings


def _by_year(totals: list[dict[str, Any]]) -> dict[str, Any]:
    """The totals without months and channels, and the lines of each body and month."""
    cells: dict[tuple[Any, ...], dict[str, Any]] = {}
    months: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in totals:
        months[row["body"]][row["month"]] += row["lines"]
        key = tuple(row[name] for name in YEARS_KEYS)
        cell = cells.setdefault(key, dict(zip(YEARS_KEYS, key, strict=True)) | dict.fromkeys(SUMS, 0))
        for name in SUMS:
            cell[name] += row[name]
    return {
        "cells": [cell for _, cell in sorted(cells.items())],
        "months": {body: sorted(found.items()) for body, found in sorted(months.items())},
    }


def _nothing_to_count(entries: list[Entry]) -> str:
    if not entries:
        return "there is nothing to build: add files with 'totalplace add spend FILES --body NAME'"
    return "none of the files can be counted: " + "; ".join(f"{e.name}: {e.refused}" for e in entries[:5])


def _run_info(definition: Definition, entries: list[Entry], tables: Tables, payees: str, warnings: list[str]) -> bytes:
    """The manifest: inputs with hashes, readings, versions, counts and money. The same inputs, the same bytes.

    It holds the digests of the tables too, so that two stores with one run id hold the same.
    """
    from importlib.metadata import version as installed

    from totalplace import __version__

    info = {
        "format": FORMAT,
        "totalplace": __version__,
        "polars": installed("polars"),
        "place": definition.name,
        "definition": digests.whole(definition),
        "matching": digests.matching(definition),
        "files": [vars(entry) for entry in entries],
        "bodies": tables.keys,
        "digests": {"payees": payees, **tables.digests},
        "warnings": warnings,
    }
    return json.dumps(info, sort_keys=True, ensure_ascii=False, indent=1).encode()
