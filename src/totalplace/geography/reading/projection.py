"""Coordinates in metres of the British National Grid (EPSG:27700), whatever a file has them in.

A projection is known, from the file or from what a person declares, or it is asked for: it is never guessed in silence.
What coordinates look like is held against what they are said to be.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import FileRefused, UsageError

if TYPE_CHECKING:
    from pyproj import CRS, Transformer

GRID = "EPSG:27700"
DEGREES = "EPSG:4326"
KINGDOM = (-300_000.0, -100_000.0, 750_000.0, 1_350_000.0)
"""West, south, east and north of the United Kingdom and its waters on the grid, generously, in metres."""
_LONGITUDE, _LATITUDE = (-14.0, 4.0), (48.0, 62.0)
_WEB = "EPSG:3857"
_WEB_KINGDOM = (-1_700_000.0, 6_000_000.0, 500_000.0, 9_000_000.0)
Bounds = tuple[float, float, float, float]


def projection_of(file: str, said: str, declared: str) -> str:
    """The projection of a file: what it says itself, or else what was declared for it.

    Raises FileRefused where neither says it, and where both do and disagree.
    """
    if not said and not declared:
        raise FileRefused(
            file,
            'it does not say which projection its coordinates are in; say so: projection = "EPSG:27700" for metres of '
            'the British National Grid, "EPSG:4326" for longitude and latitude',
        )
    if said and declared and not same(file, said, declared):
        raise FileRefused(
            file, f"it says that its coordinates are {_name(file, said)}, and {declared} is declared: take one out"
        )
    return said or declared


def same(file: str, first: str, second: str) -> bool:
    """Whether two names mean one projection."""
    return first == second or bool(_known(file, first).equals(_known(file, second), ignore_axis_order=True))


def _name(file: str, said: str) -> str:
    known = _known(file, said)
    code = known.to_authority()
    return ":".join(code) if code else str(known.name)


def _known(file: str, said: str) -> CRS:
    try:
        return _crs(said)
    except UsageError as error:
        raise FileRefused(file, str(error)) from None


@lru_cache(maxsize=32)
def _crs(said: str) -> CRS:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        known = CRS.from_user_input(f"EPSG:{said}" if said.isdecimal() else said)
    except (CRSError, ValueError):
        short = said if len(said) <= 60 else f"{said[:59]}…"
        raise UsageError(f"'{short}' is no projection that is known; write its code, such as EPSG:27700") from None
    # Esri's WKT carries no code: the one that it means is looked for, so that names can be compared.
    code = known.to_epsg(min_confidence=60)
    return CRS.from_epsg(code) if code else known


@lru_cache(maxsize=32)
def _transformer(said: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(_crs(said), GRID, always_xy=True)


def to_metres(file: str, shapes: NDArray[Any], projection: str) -> NDArray[Any]:
    """Shapes in metres of the grid; raises FileRefused where the coordinates are not what they are said to be."""
    import shapely

    flat = shapely.force_2d(shapes)
    points = shapely.get_coordinates(flat)
    if not len(points):
        return np.asarray(flat)
    if not np.isfinite(points).all():
        raise FileRefused(file, "some of its coordinates are no numbers (NaN or infinite)")
    moved = coordinates(file, points[:, 0], points[:, 1], projection)
    # set_coordinates writes into what it is given: rows that stand for nothing stay None
    return np.asarray(shapely.set_coordinates(flat.copy(), np.column_stack(moved)))


def coordinates(
    file: str, x: NDArray[np.float64], y: NDArray[np.float64], projection: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Eastings and northings in metres of the grid; raises FileRefused where they are not what they are said to be."""
    bounds = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
    known = _known(file, projection)
    _as_said(file, bounds, projection, bool(known.is_geographic))
    if known.to_epsg() == 27700:
        east, north = x, y
    else:
        east, north = _transformer(projection).transform(x, y)
    box = (float(east.min()), float(north.min()), float(east.max()), float(north.max()))
    if not (np.isfinite(box).all() and _within(box, KINGDOM)):
        raise FileRefused(file, _outside(bounds, GRID if known.to_epsg() == 27700 else projection))
    return np.asarray(east), np.asarray(north)


def whereabouts(shapes: NDArray[Any]) -> str:
    """Where shapes in metres of the grid lie, in words: what nobody else can tell of coordinates that were swapped."""
    import shapely
    from pyproj import Transformer

    west, south, east, north = shapely.total_bounds(shapes).tolist()
    if not np.isfinite((west, south, east, north)).all():
        return "nowhere: none has a shape"
    back = Transformer.from_crs(GRID, DEGREES, always_xy=True)
    longitude, latitude = back.transform((west + east) / 2, (south + north) / 2)
    side = "E" if longitude >= 0 else "W"
    wide, high = (east - west) / 1000, (north - south) / 1000
    size = f"{wide:,.0f} km across, {high:,.0f} km from south to north"
    return f"around {latitude:.2f} N, {abs(longitude):.2f} {side}: {size}"


def _within(box: Bounds, around: Bounds) -> bool:
    return around[0] <= box[0] and around[1] <= box[1] and box[2] <= around[2] and box[3] <= around[3]


def _as_said(file: str, bounds: Bounds, projection: str, degrees: bool) -> None:
    west, south, east, north = bounds
    small = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 180
    if degrees and not small:
        raise FileRefused(
            file,
            f"its coordinates are said to be degrees ({_short(projection)}), and run to {max(east, north):,.0f}: they "
            f"are metres. {_looks(bounds)}",
        )
    if not degrees and small:
        raise FileRefused(
            file,
            f"its coordinates are said to be metres ({_short(projection)}), and none is beyond 180: they look like "
            f'longitude and latitude. Say projection = "{DEGREES}"',
        )
    if degrees and _both(south, north, _LONGITUDE) and _both(west, east, _LATITUDE):
        raise FileRefused(
            file,
            f"its coordinates are swapped: latitude ({west:.2f} to {east:.2f}) stands where longitude belongs "
            f"({south:.2f} to {north:.2f}). Turn them round",
        )


def _both(low: float, high: float, band: tuple[float, float]) -> bool:
    return band[0] <= low and high <= band[1]


def _short(projection: str) -> str:
    return projection if len(projection) <= 20 else "as the file says"


def _looks(bounds: Bounds) -> str:
    if _within(bounds, KINGDOM):
        return f'They look like the British National Grid: projection = "{GRID}"'
    if _within(bounds, _WEB_KINGDOM):
        return f'They look like those of web maps: projection = "{_WEB}"'
    return "Say which projection they are in"


def _outside(bounds: Bounds, projection: str) -> str:
    west, south, east, north = bounds
    turned = (south, west, north, east)
    words = f"its shapes lie outside the United Kingdom (x {west:,.2f} to {east:,.2f}, y {south:,.2f} to {north:,.2f})"
    if projection == GRID and _within(turned, KINGDOM):
        return f"{words}: eastings and northings look swapped"
    return f"{words} if its projection is {_short(projection)}. {_looks(bounds)}"
