"""The areas of a plan, and its blocks, as a GeoPackage: what QGIS and other maps open as it is.

Written as the OGC standard says (GeoPackage 1.3, https://www.geopackage.org/spec130/), in metres of the British
National Grid; the same plan gives the same bytes.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from totalplace.errors import DataError, UsageError
from totalplace.geography.design.plan import Plan
from totalplace.store.files import aside

APPLICATION, VERSION = 0x47504B47, 10300
"""What a file of SQLite says where it is a GeoPackage, and of which version."""
GRID = 27700
_MADE = "2000-01-01T00:00:00Z"
"""The time that every file says it was made at: a clock would make each of them another one."""
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL PRIMARY KEY REFERENCES gpkg_contents(table_name),
  column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
  m TINYINT NOT NULL);
CREATE TABLE areas (fid INTEGER PRIMARY KEY, geom BLOB, area TEXT, name TEXT, people INTEGER);
CREATE TABLE blocks (fid INTEGER PRIMARY KEY, geom BLOB, block TEXT, name TEXT, area TEXT, people INTEGER);
"""


def write_geopackage(path: Path, plan: Plan, called: Sequence[str]) -> None:
    """Two layers, `areas` and `blocks`; raises UsageError where the blocks have no shapes, DataError for the disk."""
    import shapely

    blocks = plan.task.blocks
    if blocks.shapes is None:
        raise UsageError("the blocks have no shapes, so there is no map of the areas; write .csv, .xlsx or .json")
    merged = [shapely.union_all(blocks.shapes[members]) for members in plan.groups]
    areas = [(_blob(shape), str(n + 1), called[n], int(plan.people[n])) for n, shape in enumerate(merged)]
    rows = [
        (_blob(blocks.shapes[n]), blocks.ids[n], blocks.names[n], str(area + 1), int(blocks.people[n]))
        for n, area in enumerate(plan.of.tolist())
    ]
    bounds = shapely.total_bounds(blocks.shapes).tolist()
    try:
        with aside(path) as beside:
            _write(beside, areas, rows, bounds)
    except (OSError, sqlite3.Error) as error:
        raise DataError(f"{path} cannot be written: {error}") from error


def _write(path: Path, areas: Sequence[Any], blocks: Sequence[Any], bounds: Sequence[float]) -> None:
    from pyproj import CRS

    made = sqlite3.connect(path)
    try:
        made.executescript(f"PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION}; {_TABLES}")
        systems = [
            ("Undefined Cartesian", -1, "NONE", -1, "undefined", None),
            ("Undefined geographic", 0, "NONE", 0, "undefined", None),
            *((CRS(n).name, n, "EPSG", n, CRS(n).to_wkt("WKT1_GDAL"), None) for n in (4326, GRID)),
        ]
        made.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", systems)
        for name in ("areas", "blocks"):
            row = (name, "features", name, "", _MADE, *bounds, GRID)
            made.execute("INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            # Areas may be of several parts, blocks too: the type that holds both.
            made.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', ?, 0, 0)", (name, GRID))
        made.executemany("INSERT INTO areas (geom, area, name, people) VALUES (?, ?, ?, ?)", areas)
        made.executemany("INSERT INTO blocks (geom, block, name, area, people) VALUES (?, ?, ?, ?, ?)", blocks)
        made.commit()
    finally:
        made.close()


def _blob(shape: Any) -> bytes:
    """A shape as the standard keeps it: its head with the outer box, then WKB, little-endian."""
    import shapely

    west, south, east, north = shapely.bounds(shape).tolist()
    wkb: bytes = shapely.to_wkb(shapely.orient_polygons(shape), byte_order=1)
    return b"GP\x00\x03" + struct.pack("<i4d", GRID, west, east, south, north) + wkb
