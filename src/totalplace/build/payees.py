"""The payees of a run: every name met, whose it is and what it is."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.build import digests
from totalplace.build.entry import Entry
from totalplace.build.tables import sink
from totalplace.definition import Definition
from totalplace.errors import StoreError
from totalplace.store.layout import Store

if TYPE_CHECKING:
    import polars as pl


NAMES = ["payee_key", "payee", "payee_id"]


def write_payees(definition: Definition, store: Store, entries: Sequence[Entry], path: Path) -> None:
    """Writes the payees table: those that the last run resolved by the same rules are taken from it."""
    import polars as pl

    from totalplace.money.payees import resolve_payees

    known, before = _last(definition, store)
    keys = {entry.key for entry in entries}
    if known is not None and before <= keys:
        # Nothing has gone: what the last run knew is all there still, and only new parts can tell of more.
        names = pl.concat([known.select(NAMES), _names(store, sorted(keys - before))])
    else:
        names = _names(store, sorted(keys))
    names = names.unique("payee_key")
    if known is None or set(known["payee_key"]) != set(names["payee_key"]):
        # A spelling more or less can change the name a supplier is shown by, so its whole group is looked at again.
        kept = known.join(names, on="payee_key", how="semi") if known is not None else None
        known = resolve_payees(names, definition.bodies, definition.settled, known=kept)
    sink(known.sort("payee_key"), path)


def _names(store: Store, keys: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    if not keys:
        return pl.DataFrame(schema=dict.fromkeys(NAMES, pl.String) | {"payee_key": pl.Int64})
    return pl.read_parquet([store.part(key) / "payees.parquet" for key in keys], columns=NAMES, glob=False)


def _last(definition: Definition, store: Store) -> tuple[pl.DataFrame | None, set[str]]:
    """The payees of the current run and the keys of its parts; nothing where it followed other rules or is damaged."""
    import polars as pl

    with contextlib.suppress(OSError, ValueError, KeyError, StoreError, pl.exceptions.PolarsError):
        run = store.run()
        if run.info["matching"] == digests.matching(definition):
            return pl.read_parquet(run.table("payees")), {entry["key"] for entry in run.counted()}
    return None, set()
