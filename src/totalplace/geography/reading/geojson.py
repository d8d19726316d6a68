"""GeoJSON: one collection of features, read whole."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused
from totalplace.geography.reading.features import Features, Keep, text_of

LARGEST = 512 << 20
"""Bytes beyond which a GeoJSON file is refused: its text and its shapes are held in memory."""


def refuse_large(name: str, size: int) -> None:
    """Raises FileRefused for a file that would not fit in memory, with what to do instead."""
    if size > LARGEST:
        raise FileRefused(
            name,
            f"it has {size / 1e6:,.0f} MB, and GeoJSON is read up to {LARGEST / 1e6:,.0f}: keep the areas of your "
            "place alone, or save it as GeoPackage or Parquet, which are read as far as they are needed",
        )


def read_geojson(name: str, data: bytes, keep: Keep | None = None) -> Features:
    """The features of a file; raises FileRefused for what is no collection of them, with what it is.

    A shape is made as soon as its coordinates are read, so that a large file takes little more memory than its text.
    """
    reader = _Reader(name, keep)
    try:
        whole = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, object_hook=reader.made)
    except UnicodeDecodeError as error:
        raise FileRefused(name, f"it is not UTF-8 at byte {error.start:,}: save it as UTF-8") from None
    except json.JSONDecodeError as error:
        cut = "; it ends too early: it may have been cut off" if error.pos >= len(error.doc) - 1 else ""
        raise FileRefused(name, f"it is not JSON at line {error.lineno}: {error.msg}{cut}") from None
    except _NoNumber as error:
        raise FileRefused(name, f"it has {error} where JSON has numbers") from None
    except RecursionError:
        raise FileRefused(name, "it is nested too deeply to be GeoJSON") from None
    except ValueError:
        raise FileRefused(name, "it has a whole number of thousands of digits, which is none of a place") from None
    rows = _features(name, whole)
    if b"\\ud" in data or b"\\uD" in data:
        _refuse_halves(name, rows)
    kept = rows if keep is None else [row for row in rows if reader.wanted(row)]
    return _columns(name, kept or rows, _projection(whole)).kept(keep)


class _NoNumber(ValueError):
    pass


def _no_number(text: str) -> float:
    raise _NoNumber(text)


class _Reader:
    """Makes a shape of each geometry as it is read, and lets go of the shapes that are not wanted."""

    def __init__(self, name: str, keep: Keep | None) -> None:
        self._name, self._keep, self._done = name, keep, 0

    def made(self, read: dict[str, Any]) -> Any:
        """What stands for an object of the file: a shape for a geometry, else the object."""
        kind = read.get("type")
        if kind in _KINDS and "coordinates" in read:
            return self._shape(read)
        if kind == "Feature":
            self._done += 1
            if self._keep and not self.wanted(read):
                read["geometry"] = None
        return read

    def wanted(self, row: dict[str, Any]) -> bool:
        """Whether a feature is one of those to be kept."""
        assert self._keep
        properties = row.get("properties")
        if not isinstance(properties, dict):
            return False
        column = self._keep.column.strip().lower()
        return any(k.strip().lower() == column and text_of(v) in self._keep.values for k, v in properties.items())

    def _shape(self, geometry: dict[str, Any]) -> Any:
        from shapely.errors import ShapelyError
        from shapely.geometry import shape

        try:
            return shape(geometry)
        except (ShapelyError, AttributeError, IndexError, KeyError, TypeError, ValueError, AssertionError):
            raise FileRefused(self._name, _unreadable(self._done + 1, str(geometry["type"]))) from None


_KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def _unreadable(n: int, kind: str) -> str:
    return f"feature {n:,} has a geometry ({kind}) that cannot be read"


def _features(name: str, whole: Any) -> list[dict[str, Any]]:
    kind = whole.get("type") if isinstance(whole, dict) else None
    if kind == "Topology":
        raise FileRefused(name, "it is TopoJSON; save it as GeoJSON")
    if kind == "Feature":
        whole = {"features": [whole]}
    elif kind != "FeatureCollection":
        said = f"its type is '{kind}'" if isinstance(kind, str) else "it has no type"
        raise FileRefused(name, f"it is not GeoJSON of features: {said}, and 'FeatureCollection' is wanted")
    rows = whole.get("features")
    if not isinstance(rows, list) or not rows:
        raise FileRefused(name, "it holds no features")
    for n, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not isinstance(row.get("properties") or {}, dict):
            raise FileRefused(name, f"feature {n:,} is not a feature with properties")
        geometry = row.get("geometry")
        if geometry is not None and not hasattr(geometry, "geom_type"):
            kind = geometry.get("type") if isinstance(geometry, dict) else geometry
            raise FileRefused(name, _unreadable(n, str(kind)))
    return rows


def _refuse_halves(name: str, rows: list[dict[str, Any]]) -> None:
    """Raises FileRefused for half a letter, which JSON can escape, and which can be neither shown nor written."""
    for n, row in enumerate(rows, 1):
        for key, value in (row.get("properties") or {}).items():
            if any("\ud800" <= letter <= "\udfff" for letter in f"{key}{value}"):
                raise FileRefused(name, f"feature {n:,} has half a letter in a text: an escape from \\ud800 on")


def _projection(whole: Any) -> str:
    """What an older file says in `crs`; '' where it says nothing."""
    crs = whole.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    said = properties.get("name") if isinstance(properties, dict) else None
    return said if isinstance(said, str) else ""


def _degrees(shapes: NDArray[Any]) -> bool:
    """Whether coordinates can be degrees: GeoJSON that says nothing is longitude and latitude (RFC 7946)."""
    import shapely

    points = shapely.get_coordinates(shapes)
    known = np.abs(points[np.isfinite(points)])
    return not len(known) or bool(known.max() <= 180)


def _columns(name: str, rows: list[dict[str, Any]], projection: str) -> Features:
    headings: dict[str, None] = {}
    for row in rows:
        headings.update(dict.fromkeys(row.get("properties") or {}))
    columns = {key: tuple(text_of((row.get("properties") or {}).get(key)) for row in rows) for key in headings}
    shapes = np.empty(len(rows), dtype=object)
    for n, row in enumerate(rows):
        shapes[n] = row.get("geometry")
    return Features(name, columns, shapes, projection or ("EPSG:4326" if _degrees(shapes) else ""))
