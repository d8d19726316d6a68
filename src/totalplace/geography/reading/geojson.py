"""GeoJSON: one collection of features, read whole."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from totalplace.errors import FileRefused
from totalplace.geography.reading.features import Features, Keep, text_of

LARGEST = 512 << 20
"""Bytes beyond which a GeoJSON file is refused: it takes several times its size in memory."""


def refuse_large(name: str, size: int) -> None:
    """Raises FileRefused for a file that would not fit in memory, with what to do instead."""
    if size > LARGEST:
        raise FileRefused(
            name,
            f"it has {size / 1e6:,.0f} MB, and GeoJSON is read up to {LARGEST / 1e6:,.0f}: keep the areas of your "
            "place alone, or save it as GeoPackage or Parquet, which are read as far as they are needed",
        )


def read_geojson(name: str, data: bytes, keep: Keep | None = None) -> Features:
    """The features of a file; raises FileRefused for what is no collection of them, with what it is."""
    try:
        whole = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise FileRefused(name, f"it is not UTF-8 at byte {error.start:,}: save it as UTF-8") from None
    except json.JSONDecodeError as error:
        cut = "; it ends too early: it may have been cut off" if error.pos >= len(error.doc) - 1 else ""
        raise FileRefused(name, f"it is not JSON at line {error.lineno}: {error.msg}{cut}") from None
    except _NoNumber as error:
        raise FileRefused(name, f"it has {error} where JSON has numbers") from None
    except RecursionError:
        raise FileRefused(name, "it is nested too deeply to be GeoJSON") from None
    rows = _features(name, whole)
    if keep:
        wanted = keep.column.strip().lower()
        kept = [row for row in rows if _value(row, wanted) in keep.values]
        rows = kept or rows  # `kept` below says what there is instead
    return _columns(name, rows, _projection(whole)).kept(keep)


class _NoNumber(ValueError):
    pass


def _no_number(text: str) -> float:
    raise _NoNumber(text)


def _value(row: dict[str, Any], wanted: str) -> str:
    return next((text_of(v) for k, v in (row.get("properties") or {}).items() if k.strip().lower() == wanted), "")


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
    return rows


def _projection(whole: Any) -> str:
    """What an older file says in `crs`; GeoJSON without it is longitude and latitude (RFC 7946)."""
    crs = whole.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    said = properties.get("name") if isinstance(properties, dict) else None
    return said if isinstance(said, str) and said else "EPSG:4326"


def _columns(name: str, rows: list[dict[str, Any]], projection: str) -> Features:
    headings: dict[str, None] = {}
    for row in rows:
        headings.update(dict.fromkeys(row.get("properties") or {}))
    columns = {key: tuple(text_of((row.get("properties") or {}).get(key)) for row in rows) for key in headings}
    shapes = np.empty(len(rows), dtype=object)
    for n, row in enumerate(rows):
        shapes[n] = _shape(name, n + 1, row.get("geometry"))
    return Features(name, columns, shapes, projection)


def _shape(name: str, n: int, geometry: Any) -> Any:
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    if not geometry:
        return None
    try:
        return shape(geometry)
    except (ShapelyError, AttributeError, IndexError, KeyError, TypeError, ValueError, AssertionError):
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        raise FileRefused(name, f"feature {n:,} has a geometry ({kind}) that cannot be read") from None
