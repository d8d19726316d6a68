"""Parquet and GeoParquet: columns of text, and shapes as well-known bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from totalplace.errors import FileRefused
from totalplace.geography.reading.features import Features, Keep, text_of

MAGIC = b"PAR1"
_NATIVE = {"point": 0, "multipoint": 1, "polygon": 2, "multipolygon": 3}
"""How deep the lists of points are in each encoding without WKB."""
_SHAPES = ("geometry", "geom", "wkb_geometry", "the_geom", "shape")


def read_parquet(path: Path, name: str, keep: Keep | None = None) -> Features:
    """The rows of a file, with shapes where it has them; raises FileRefused where it is broken."""
    import polars as pl

    try:
        said = _said(pl.read_parquet_metadata(path).get("geo", ""), name)
        frame = pl.scan_parquet(path)
        schema = frame.collect_schema()
        if keep:
            column = Features(name, dict.fromkeys(schema.names(), ())).heading(keep.column)
            # Compared as text below: a filter that the file can push down only where the column is text already.
            if schema[column] == pl.String:
                frame = frame.filter(pl.col(column).is_in(list(keep.values)))
        table = frame.collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise FileRefused(name, f"it cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    geometry = str(said.get("primary_column") or "") or _guess(table)
    if geometry and geometry not in table.columns:
        raise FileRefused(name, f"it says that its shapes are in the column '{geometry}', and has none such")
    columns = {
        heading: tuple(text_of(value) for value in table[heading].to_list())
        for heading in table.columns
        if heading != geometry and not table.schema[heading].is_nested() and table.schema[heading] != pl.Binary
    }
    if not len(table) and keep:
        raise FileRefused(name, f"no row has {', '.join(keep.values)} in the column '{keep.column}'")
    if not len(table):
        raise FileRefused(name, "it has no rows")
    if not geometry:
        return Features(name, columns).kept(keep)
    shapes, projection = _shapes(name, table[geometry], said, geometry), _projection(said, geometry)
    return Features(name, columns, shapes, projection).kept(keep)


def _said(text: Any, name: str) -> dict[str, Any]:
    try:
        said = json.loads(text) if text else {}
    except ValueError:
        raise FileRefused(name, "what it says of its shapes (its key 'geo') is not JSON") from None
    return said if isinstance(said, dict) else {}


def _guess(table: Any) -> str:
    import polars as pl

    return next((n for n in table.columns if n.lower() in _SHAPES and table.schema[n] == pl.Binary), "")


def _column(said: dict[str, Any], geometry: str) -> dict[str, Any]:
    columns = said.get("columns")
    column = columns.get(geometry) if isinstance(columns, dict) else None
    return column if isinstance(column, dict) else {}


def _projection(said: dict[str, Any], geometry: str) -> str:
    """GeoParquet without `crs` is longitude and latitude; with null it is not known, as is plain Parquet."""
    if not said:
        return ""
    crs = _column(said, geometry).get("crs", "EPSG:4326")
    if isinstance(crs, dict):
        given = crs.get("id")
        if isinstance(given, dict) and given.get("authority") == "EPSG":
            return f"EPSG:{given.get('code')}"
        return json.dumps(crs)
    return crs if isinstance(crs, str) else ""


def _shapes(name: str, cells: Any, said: dict[str, Any], geometry: str) -> Any:
    import shapely

    encoding = str(_column(said, geometry).get("encoding", "WKB"))
    made = np.empty(len(cells), dtype=object)
    try:
        if encoding in _NATIVE:
            return _native(cells, encoding)
        if encoding != "WKB":
            raise FileRefused(
                name, f"its shapes are encoded as '{encoding}'; WKB, {', '.join(_NATIVE)} are read: write it again"
            )
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused later, by name
            made[:] = shapely.from_wkb(cells.to_list())
    except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
        raise FileRefused(name, f"a shape cannot be read: {error}") from None
    return made


def _native(cells: Any, encoding: str) -> Any:
    """Shapes as GeoParquet 1.1 keeps them without WKB: lists in lists of points with x and y.

    Raises ValueError where the column is of another make than it says.
    """
    import polars as pl
    import shapely

    flat = cells.ext.storage() if isinstance(cells.dtype, pl.BaseExtension) else cells
    offsets, none = [], flat.is_null().to_numpy()
    for _ in range(_NATIVE[encoding]):
        if not isinstance(flat.dtype, pl.List):
            raise ValueError(f"the column is no list of the depth of a {encoding}")
        sizes = flat.list.len().fill_null(0)
        offsets.append(np.concatenate([[0], np.cumsum(sizes.to_numpy())]).astype(np.int64))
        flat = flat.filter(sizes > 0).explode()
    if not isinstance(flat.dtype, pl.Struct) or not {"x", "y"} <= {field.name for field in flat.dtype.fields}:
        raise ValueError("its points have no x and y")
    xy = np.column_stack([flat.struct.field(axis).cast(pl.Float64).to_numpy() for axis in "xy"])
    kind = shapely.GeometryType[encoding.upper()]
    made = np.array(shapely.from_ragged_array(kind, xy, tuple(reversed(offsets)) or None), dtype=object)
    made[none] = None
    return made
