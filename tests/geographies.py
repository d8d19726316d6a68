"""Files of areas as people bring them, made by hand for tests."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping

WKT = (
    'PROJCS["British_National_Grid",GEOGCS["GCS_OSGB_1936",DATUM["D_OSGB_1936",SPHEROID["Airy_1830",6377563.396,'
    '299.3249646]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",400000.0],PARAMETER["False_Northing",-100000.0],PARAMETER["Central_Meridian",-2.0],'
    'PARAMETER["Scale_Factor",0.9996012717],PARAMETER["Latitude_Of_Origin",49.0],UNIT["Meter",1.0]]'
)
"""How Esri's tools write the British National Grid into a .prj."""
Columns = Mapping[str, Sequence[object]]


def squares(wide: int, high: int, side: float = 500.0, west: float = 380_000.0, south: float = 400_000.0) -> list[Any]:
    """A chessboard of areas near Manchester, in metres, row by row."""
    return [
        shapely.box(west + x * side, south + y * side, west + (x + 1) * side, south + (y + 1) * side)
        for y in range(high)
        for x in range(wide)
    ]


def geojson(path: Path, columns: Columns, shapes: Sequence[Any], crs: str | None = "EPSG::27700") -> Path:
    """A GeoJSON file; with a `crs` as older tools write it."""
    rows = [
        {
            "type": "Feature",
            "properties": {name: values[n] for name, values in columns.items()},
            "geometry": None if shape is None else mapping(shape),
        }
        for n, shape in enumerate(shapes)
    ]
    said = {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs}"}}} if crs else {}
    path.write_text(json.dumps({"type": "FeatureCollection", **said, "features": rows}), "utf-8")
    return path


def geopackage(path: Path, layers: Mapping[str, tuple[Columns, Sequence[Any]]], srs: int = 27700) -> Path:
    """A GeoPackage with the tables that a reader needs."""
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path)
    base.executescript(
        "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
        "CREATE TABLE gpkg_spatial_ref_sys"
        " (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);"
        "INSERT INTO gpkg_spatial_ref_sys VALUES (27700, 'EPSG', 27700, ''), (0, 'NONE', 0, 'undefined');"
    )
    for name, (columns, shapes) in layers.items():
        base.execute("INSERT INTO gpkg_contents VALUES (?, 'features')", (name,))
        base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?)", (name, srs))
        headings = ", ".join(f'"{heading}" TEXT' for heading in columns)
        base.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, geom BLOB, {headings})')
        for n, shape in enumerate(shapes):
            box = struct.pack("<4d", 0, 0, 0, 0)
            blob = None if shape is None else b"GP\0\x03" + struct.pack("<i", srs) + box + shapely.to_wkb(shape)
            cells = [values[n] for values in columns.values()]
            marks = ", ".join("?" * (len(cells) + 2))
            base.execute(f'INSERT INTO "{name}" VALUES ({marks})', (n + 1, blob, *cells))
    base.commit()
    base.close()
    return path


def _record(shape: Any) -> bytes:
    if shape is None:
        return struct.pack("<i", 0)
    if shape.geom_type == "Point":
        return struct.pack("<i2d", 1, shape.x, shape.y)
    rings = []
    for part in shapely.get_parts(shape):
        turned = shapely.geometry.polygon.orient(part, -1.0)  # outer rings clockwise, holes the other way
        rings += [list(turned.exterior.coords), *(list(ring.coords) for ring in turned.interiors)]
    starts, at = [], 0
    for ring in rings:
        starts.append(at)
        at += len(ring)
    head = struct.pack("<i4d2i", 5, *shape.bounds, len(rings), at)
    points = b"".join(struct.pack("<2d", *point[:2]) for ring in rings for point in ring)
    return head + struct.pack(f"<{len(starts)}i", *starts) + points


def shapefile(path: Path, columns: Columns, shapes: Sequence[Any], prj: str | None = WKT) -> Path:
    """A shapefile: .shp, .dbf and, unless it is None, .prj."""
    records = b""
    for n, shape in enumerate(shapes, 1):
        content = _record(shape)
        records += struct.pack(">2i", n, len(content) // 2) + content
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(records)) // 2) + struct.pack(
        "<2i8d", 1000, 5, *[0.0] * 8
    )
    path.write_bytes(head + records)
    size = 40
    fields = b"".join(
        name.encode().ljust(11, b"\0") + b"C" + bytes(4) + bytes([size, 0]) + bytes(14) for name in columns
    )
    rows = len(shapes)
    table = struct.pack("<4BIHH20x", 3, 126, 1, 1, rows, 33 + len(fields), 1 + size * len(columns)) + fields + b"\r"
    for n in range(rows):
        table += b" " + b"".join(str(values[n]).encode().ljust(size) for values in columns.values())
    path.with_suffix(".dbf").write_bytes(table + b"\x1a")
    if prj is not None:
        path.with_suffix(".prj").write_text(prj)
    return path


def geoparquet(path: Path, columns: Columns, shapes: Sequence[Any], crs: Any = 27700) -> Path:
    """A GeoParquet file; `crs` None is 'not known', '' leaves the key out, False writes plain Parquet."""
    import polars as pl

    said: dict[str, Any] = {"encoding": "WKB", "geometry_types": []}
    if crs != "":
        said["crs"] = None if crs is None else {"type": "ProjectedCRS", "id": {"authority": "EPSG", "code": crs}}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": said}}
    wkb = pl.Series("geometry", [None if s is None else shapely.to_wkb(s) for s in shapes], dtype=pl.Binary)
    frame = pl.DataFrame({name: list(values) for name, values in columns.items()}).with_columns(wkb)
    frame.write_parquet(path, **({} if crs is False else {"metadata": {"geo": json.dumps(geo)}}))
    return path
