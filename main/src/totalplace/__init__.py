"""Total Place: one account of all the public money of a place.

import totalplace as tp
place = tp.new("salford", name="Salford", years=["2018-19"])
place.add("spend", ["payments.csv"], body="Salford City Council")
place.build()
place.money.count().net
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Count", "Place", "Table", "TotalPlaceError", "__version__", "new", "open"]

if TYPE_CHECKING:
    from totalplace.errors import TotalPlaceError
    from totalplace.money.count import Count
    from totalplace.place import Place
    from totalplace.place import new_place as new
    from totalplace.place import open_place as open
    from totalplace.table import Table

_HOMES = {
    "Count": ("totalplace.money.count", "Count"),
    "Place": ("totalplace.place", "Place"),
    "Table": ("totalplace.table", "Table"),
    "TotalPlaceError": ("totalplace.errors", "TotalPlaceError"),
    "new": ("totalplace.place", "new_place"),
    "open": ("totalplace.place", "open_place"),
}


def __getattr__(name: str) -> Any:
    """Public names are imported when they are first used, so that `import totalplace` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'totalplace' has no attribute '{name}'")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
