"""The run that makes the store: read what is new, resolve the payees, count, publish.

    parts -> payees -> ledger and totals of each body -> run

What was made before from the same things by the same rules is taken as it is. The run becomes current by one
rename at the end.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.build.digests import whole as definition_digest
from totalplace.build.entry import Built, Entry, Progress

if TYPE_CHECKING:
    from totalplace.definition import Definition
    from totalplace.store.engines import Engine

__all__ = ["Built", "Entry", "Progress", "build", "definition_digest"]


def build(root: Path, definition: Definition, engine: Engine, progress: Progress | None = None) -> Built:
    """Builds the store of the place in `root`; raises DataError where that cannot be done.

    The same files and definition give the same run, byte for byte, whatever the engine and the order.
    """
    from totalplace.build.run import make  # a count asks for digests alone, and is quick

    return make(root, definition, engine, progress)
