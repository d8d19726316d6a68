"""GeoPackage: a layer of features out of an SQLite file. Only what is wanted is read, so it may be large."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from totalplace.errors import FileRefused, did_you_mean
from totalplace.geography.reading.features import Features, Keep, text_of

MAGIC = b"SQLite format 3\x00"
_ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the box that a geometry begins with, by the kind of box."""
_SMALLEST, _STEPS, _LEAST = 10, 100, 100_000_000
"""Bytes that a row has in a file at the least, steps of SQLite that a byte may cost, and steps that every file may
take: a layer can be a view, which makes more of a file than it holds."""
_TICK = 1_000_000


def read_geopackage(path: Path, name: str, layer: str = "", keep: Keep | None = None) -> Features:
    """A layer of features; raises FileRefused where there are several and none is named, or it is not as it should."""
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as base:
            _guard(base, path.stat().st_size)
            return _read(base, name, layer, keep, path.stat().st_size // _SMALLEST)
    except sqlite3.OperationalError as error:
        why = "it takes longer than a file of its size may: is its layer a view?" if _stopped(error) else error
        raise FileRefused(name, f"it cannot be read as a GeoPackage: {why}") from None
    except (sqlite3.Error, OverflowError, ValueError, TypeError, AttributeError) as error:
        raise FileRefused(name, f"it cannot be read as a GeoPackage: {error}") from None


def _stopped(error: sqlite3.OperationalError) -> bool:
    return str(error) == "interrupted"


def _guard(base: sqlite3.Connection, size: int) -> None:
    """Nothing that a file declares may run for ever or make cells larger than the file is."""
    base.execute("PRAGMA trusted_schema = OFF")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, size + _TICK)
    left = iter(range((_LEAST + size * _STEPS) // _TICK))
    base.set_progress_handler(lambda: next(left, None) is None, _TICK)


def _read(base: sqlite3.Connection, name: str, layer: str, keep: Keep | None, most: int) -> Features:
    tables = [row[0] for row in base.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")]
    if not tables:
        raise FileRefused(name, "it holds no layer of features")
    if layer and layer not in tables:
        raise FileRefused(name, f"it has no layer '{layer}'{did_you_mean(layer, tables)}")
    if not layer and len(tables) > 1:
        raise FileRefused(name, f"it has {len(tables)} layers: name one, such as {name}#{tables[0]}")
    table = layer or tables[0]
    found = base.execute(
        "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
    ).fetchone()
    if found is None:
        raise FileRefused(name, f"its layer '{table}' has no column of shapes")
    geometry, srs = found
    headings = [row[1] for row in base.execute(f"PRAGMA table_info({_quoted(table)})")]
    if geometry not in headings:
        raise FileRefused(name, f"its layer '{table}' has no column '{geometry}', which should hold the shapes")
    texts = [heading for heading in headings if heading != geometry]
    query = f"SELECT {', '.join(map(_quoted, [geometry, *texts]))} FROM {_quoted(table)}"
    values: tuple[str, ...] = ()
    if keep:
        column = Features(name, dict.fromkeys(texts, ())).heading(keep.column)
        query += f" WHERE CAST({_quoted(column)} AS TEXT) IN ({', '.join('?' * len(keep.values))})"
        values = keep.values
    rows = base.execute(query, values).fetchmany(most + 1)
    if len(rows) > most:
        raise FileRefused(name, f"its layer '{table}' makes more rows than a file of its size can hold: it is a view")
    if not rows:
        wanted = f" with {', '.join(keep.values)} in the column '{keep.column}'" if keep else ""
        raise FileRefused(name, f"its layer '{table}' has no rows{wanted}")
    columns = {text: tuple(text_of(row[n]) for row in rows) for n, text in enumerate(texts, 1)}
    return Features(name, columns, _shapes(name, (row[0] for row in rows)), _projection(base, srs))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _projection(base: sqlite3.Connection, srs: int) -> str:
    row = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)
    ).fetchone()
    if row is None or srs in (0, -1):
        return ""
    organisation, code, definition = row
    return f"EPSG:{code}" if str(organisation).upper() == "EPSG" else str(definition or "")


def _shapes(name: str, cells: Iterable[Any]) -> Any:
    import shapely

    bare = [_bare(name, n, cell) for n, cell in enumerate(cells, 1)]
    made = np.empty(len(bare), dtype=object)
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused later, by name
            made[:] = shapely.from_wkb(bare)
    except shapely.errors.ShapelyError as error:
        raise FileRefused(name, f"a shape cannot be read: {error}") from None
    return made


def _bare(name: str, n: int, cell: Any) -> bytes | None:
    """The well-known bytes of a cell without what GeoPackage puts before them; None for no shape."""
    if cell is None:
        return None
    if not isinstance(cell, bytes) or len(cell) < 8 or cell[:2] != b"GP":
        raise FileRefused(name, f"row {n:,} has no GeoPackage shape where one should be")
    flags = cell[3]
    box = flags >> 1 & 7
    if box >= len(_ENVELOPES):
        raise FileRefused(name, f"row {n:,} has a shape with a header that is not known")
    struct.unpack("<i" if flags & 1 else ">i", cell[4:8])
    return None if flags & 16 else cell[8 + _ENVELOPES[box] :]
