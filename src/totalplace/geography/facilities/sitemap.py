"""A map of sites: where they stand, the lines of areas, and blocks shaded by a class, as paths to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from totalplace.geography.assembling import Whole
from totalplace.geography.blocks import Division, Integers
from totalplace.geography.maps.linemap import area_labels, drawn_blocks, path_of


@dataclass(frozen=True, eq=False)
class SiteMap:
    """A map in units from the top left, north up; `west`, `north` and `scale` say where a place in metres lies.

    `shades` are the paths of the blocks of each class, `borders` the lines between areas, `labels` their names.
    """

    width: float
    height: float
    west: float
    north: float
    scale: float
    outline: str
    shades: tuple[str, ...]
    borders: str
    labels: tuple[tuple[float, float, str], ...]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place in metres in units of the map."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def holds(self, x: float, y: float) -> bool:
        """Whether a place in metres lies on the map."""
        across, down = self.at(x, y)
        return 0 <= across <= self.width and 0 <= down <= self.height


def site_map(
    whole: Whole,
    layer: Division,
    names: Mapping[str, str],
    width: float,
    classes: Integers | None = None,
    count: int = 0,
) -> SiteMap | None:
    """The map of the areas of a layer, `width` units across at most; None where the blocks have no shapes.

    `classes` shades blocks: the class of each, 0 to `count` - 1, -1 for none.
    """
    import shapely

    blocks, graph = whole.blocks, whole.graph
    if blocks.shapes is None or graph is None:
        return None
    drawn = drawn_blocks(blocks, graph, width)
    west, _, east, north = shapely.total_bounds(blocks.shapes).tolist()
    cut = layer.of[drawn.a] != layer.of[drawn.b]
    land = [shapely.union_all(drawn.shapes[classes == n]) for n in range(count if classes is not None else 0)]
    return SiteMap(
        drawn.width,
        drawn.height,
        west,
        north,
        drawn.width / max(east - west, 1.0),
        drawn.outline,
        tuple("" if shapely.is_empty(each) else path_of(np.array([each], dtype=object)) for each in land),
        path_of(drawn.borders[cut]),
        area_labels(drawn, layer, [names.get(label, "") or label for label in layer.labels]),
    )
