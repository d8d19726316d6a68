"""Greater Manchester's LSOAs with wards, boroughs, the nearest practice network and borders, from published files.

Adjacency here is a shared border of over 5 m after a buffer of 1 m; the network is that of the nearest practice, a
stand-in for where people are registered. Sources: Office for National Statistics, Ordnance Survey, NHS England; Open
Government Licence v3.0.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from totalplace.geography.blocks import Blocks, Division, Graph


@cache
def greater_manchester(shared: Path) -> tuple[Blocks, Graph]:
    """1,702 LSOAs with their layers `wards`, `boroughs`, `pcn`, `msoa`, and which touch which."""
    import polars as pl
    import shapely

    frame = pl.read_parquet(shared / "geo/gm_lsoa21.parquet")
    shapes = shapely.make_valid(shapely.from_wkb(frame["geometry"].to_numpy()))
    layers = {
        "wards": Division.of_values("wards", frame["wd24cd"].to_list()),
        "boroughs": Division.of_values("boroughs", frame["lad22nm"].to_list()),
        "msoa": Division.of_values("msoa", frame["msoa21cd"].to_list()),
        "pcn": Division.of_values("pcn", _networks(shared, frame["lsoa21cd"].to_list(), shapes)),
    }
    ids, names = tuple(frame["lsoa21cd"].to_list()), tuple(frame["lsoa21nm"].to_list())
    blocks = Blocks(ids, names, frame["pop"].to_numpy(), layers, "LSOA", "2021", shapes)
    return blocks, _borders(shapes)


def _borders(shapes: np.ndarray) -> Graph:
    import shapely

    wide = shapely.buffer(shapes, 1.0)
    a, b = shapely.STRtree(wide).query(wide, predicate="intersects")
    a, b = a[a < b], b[a < b]
    metres = shapely.area(shapely.intersection(wide[a], wide[b])) / 2
    return Graph.of_pairs(len(shapes), a[metres > 5], b[metres > 5], metres[metres > 5])


def _networks(shared: Path, ids: list[str], shapes: np.ndarray) -> list[str]:
    """The network of the practice whose LSOA's centre is nearest to each LSOA's; 'U' is no network and left out."""
    import shapely

    centre = np.column_stack([shapely.get_x(shapely.centroid(shapes)), shapely.get_y(shapely.centroid(shapes))])
    at = {name: n for n, name in enumerate(ids)}
    with (shared / "geo/gm_gp_practices_pcn.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["PCN_CODE"] != "U" and r["PRAC_LSOA21"] in at]
    sites = centre[[at[r["PRAC_LSOA21"]] for r in rows]]
    near = ((centre[:, None, :] - sites[None]) ** 2).sum(axis=2).argmin(axis=1)
    return [rows[n]["PCN_CODE"] for n in near]
