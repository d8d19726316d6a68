"""Which blocks touch and how they lie, kept under the store: worked out once for a set of shapes and never changed.

What is kept is named by a digest of the shapes and of the rules, so that other shapes have another name.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np

from totalplace.errors import DataError
from totalplace.geography import adjacency
from totalplace.geography.blocks import Blocks, Graph
from totalplace.geography.reading import mending
from totalplace.store.files import write_whole

VERSION = 1
"""Raised where the rules are made another way, so that what was kept is not used."""


def kept_lie(root: Path, file: str, blocks: Blocks) -> tuple[Graph, list[str]]:
    """Which blocks touch, without bridges and cuts, and what is to be said of overlaps and gaps.

    Taken from `store/geography` where it was worked out before; a store that cannot be written is no fault. Raises
    FileRefused where the shapes are of two sets of areas: see overlap_notes.
    """
    assert blocks.shapes is not None
    path = root / "store" / "geography" / f"{_digest(blocks)}.npz"
    found = _read(path, len(blocks))
    if found is None:
        told = [*mending.overlap_notes(file, blocks.shapes, blocks.ids), *mending.gap_notes(blocks.shapes)]
        found = adjacency.adjacency(blocks.shapes), told
        _write(path, *found)
    graph, notes = found
    return graph, [f"{file}: {note}" for note in notes]


def _digest(blocks: Blocks) -> str:
    import shapely

    assert blocks.shapes is not None
    rules = (VERSION, adjacency.LEAST, adjacency.NEAR, mending.SLIVER, mending.SMALL, blocks.ids)
    digest = hashlib.blake2b(repr(rules).encode(), digest_size=16)
    for wkb in shapely.to_wkb(blocks.shapes):
        digest.update(wkb)
    return digest.hexdigest()


def _read(path: Path, size: int) -> tuple[Graph, list[str]] | None:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            graph = Graph(kept["starts"], kept["ends"], kept["border"])
            notes = json.loads(str(kept["notes"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    whole = len(graph) == size and int(graph.starts[-1]) == len(graph.ends) == len(graph.border)
    return (graph, notes) if whole else None


def _write(path: Path, graph: Graph, notes: list[str]) -> None:
    data = io.BytesIO()
    np.savez(data, starts=graph.starts, ends=graph.ends, border=graph.border, notes=np.array(json.dumps(notes)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data.getvalue())
    except (OSError, DataError):
        return
