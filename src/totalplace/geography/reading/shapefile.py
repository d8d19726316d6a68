"""Shapefiles: the shapes (.shp), the table (.dbf), the projection (.prj), from a folder or out of a zip.

Layout: the Shapefile Technical Description of 1998, and dBase III for the table.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused
from totalplace.geography.reading.features import Features, Keep

MAGIC = b"\x00\x00\x27\x0a"
_POINTS, _AREAS = (1, 11, 21), (5, 15, 25)
_HEAD = 100
Beside = Callable[[str], bytes | None]
"""The bytes of the file with another ending, such as '.dbf'; None where there is none."""


def read_shapefile(name: str, data: bytes, beside: Beside, keep: Keep | None = None) -> Features:
    """The rows of a shapefile; raises FileRefused where a piece is missing, cut short, or of lines."""
    table = beside(".dbf")
    if table is None:
        raise FileRefused(name, "its .dbf, which holds the codes, is not beside it: bring the .shp, .dbf and .prj")
    columns = _table(name, table, beside(".cpg"))
    shapes = _shapes(name, data)
    rows = len(next(iter(columns.values()), ()))
    if rows != len(shapes):
        raise FileRefused(name, f"it has {len(shapes):,} shapes and {rows:,} rows in its .dbf: they are of two files")
    if not rows:
        raise FileRefused(name, "it holds no shapes")
    said = beside(".prj")
    projection = said.decode("utf-8", "replace").strip("\ufeff\x00 \r\n") if said else ""
    return Features(name, columns, shapes, projection).kept(keep)


def _shapes(name: str, data: bytes) -> NDArray[Any]:
    if len(data) < _HEAD or data[:4] != MAGIC:
        raise FileRefused(name, "it is not a shapefile")
    made: list[Any] = []
    at, said = _HEAD, struct.unpack(">i", data[24:28])[0] * 2
    if said > len(data):
        raise FileRefused(name, f"it is cut short: it should have {said:,} bytes and has {len(data):,}")
    while at + 8 <= said:
        words = struct.unpack(">i", data[at + 4 : at + 8])[0]
        end = at + 8 + words * 2
        if words < 2 or end > len(data):
            raise FileRefused(name, f"shape {len(made) + 1:,} is cut short")
        try:
            made.append(_shape(name, data[at + 8 : end], len(made) + 1))
        except (struct.error, ValueError, IndexError):
            raise FileRefused(name, f"shape {len(made) + 1:,} cannot be read") from None
        at = end
    shapes = np.empty(len(made), dtype=object)
    shapes[:] = made
    return shapes


def _shape(name: str, data: bytes, n: int) -> Any:
    import shapely

    kind = struct.unpack("<i", data[:4])[0]
    if kind == 0:
        return None
    if kind in _POINTS:
        return shapely.Point(struct.unpack("<2d", data[4:20]))
    if kind not in _AREAS:
        raise FileRefused(name, f"shape {n:,} is of kind {kind}: areas (5, 15, 25) and points (1, 11, 21) are read")
    parts, points = struct.unpack("<2i", data[36:44])
    if not 0 < parts <= points:
        return shapely.Polygon()
    starts = np.frombuffer(data, "<i4", parts, 44)
    xy = np.frombuffer(data, "<f8", points * 2, 44 + 4 * parts).reshape(points, 2)
    if not np.isfinite(xy).all():
        raise FileRefused(name, f"shape {n:,} has coordinates that are no numbers")
    return _polygon([ring for ring in np.split(xy, starts[1:]) if len(ring) >= 4])


def _polygon(rings: list[NDArray[np.float64]]) -> Any:
    """Areas of their rings: outer ones run clockwise, holes the other way and belong to the ring around them."""
    import shapely

    turned = [_area(ring) for ring in rings]
    outer = [ring for ring, area in zip(rings, turned, strict=True) if area <= 0]
    holes = [ring for ring, area in zip(rings, turned, strict=True) if area > 0]
    if not outer:  # drawn the wrong way round throughout
        outer, holes = holes, []
    if len(outer) == 1:
        return shapely.Polygon(outer[0], holes)
    shells = [shapely.Polygon(ring) for ring in outer]
    inside: list[list[NDArray[np.float64]]] = [[] for _ in shells]
    for hole in holes:
        point = shapely.Polygon(hole).representative_point()
        around = [n for n, shell in enumerate(shells) if shell.contains(point)]
        if around:
            inside[min(around, key=lambda n: shells[n].area)].append(hole)
    return shapely.MultiPolygon([shapely.Polygon(ring, h) for ring, h in zip(outer, inside, strict=True)])


def _area(ring: NDArray[np.float64]) -> float:
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2


def _table(name: str, data: bytes, said: bytes | None) -> dict[str, tuple[str, ...]]:
    if len(data) < 32:
        raise FileRefused(name, "its .dbf is cut short")
    rows, head, size = struct.unpack("<IHH", data[4:12])
    fields, at, column = [], 32, 1
    while at + 32 <= min(head, len(data)) and data[at] != 0x0D:
        length = data[at + 16]
        fields.append((data[at : at + 11].split(b"\0")[0], chr(data[at + 11]), column, length))
        at, column = at + 32, column + length
    if not fields or size < column or head + rows * size > len(data) + 1:
        raise FileRefused(name, f"its .dbf is cut short or broken: it should have {rows:,} rows of {size:,} bytes")
    records = [data[head + n * size : head + (n + 1) * size] for n in range(rows)]
    if gone := sum(record[:1] == b"*" for record in records):
        raise FileRefused(name, f"{gone:,} rows of its .dbf are marked as deleted: save it anew")
    code = _encoding(data, said)
    return {
        heading.decode(code, "replace"): tuple(
            _cell(record[start : start + length].decode(code, "replace"), kind) for record in records
        )
        for heading, kind, start, length in fields
    }


def _cell(text: str, kind: str) -> str:
    text = text.strip(" \x00")
    return "" if kind in "NF" and not text.strip("*") else text


def _encoding(data: bytes, said: bytes | None) -> str:
    """What the .cpg says, else UTF-8 where the table is that, else the encoding of Windows in Britain."""
    import codecs

    word = said.decode("ascii", "ignore").strip() if said else ""
    for tried in (word, f"cp{word}"):
        try:
            if word:
                return codecs.lookup(tried).name
        except LookupError:
            continue
    try:
        data[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
