"""Signs of one byte in much text, found piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Places = np.ndarray[tuple[int], np.dtype[np.int64]]
    Signs = np.ndarray[tuple[int], np.dtype[np.uint8]]

PIECE = 1 << 17
"""Bytes looked at together: so few that what is found of them stays in the cache of a processor."""


def count_of(data: bytes, sign: str) -> int:
    """How many times a sign of one byte stands in some text."""
    import numpy as np

    return sum(int(np.count_nonzero(signs == ord(sign))) for _, signs in in_pieces(data))


def places_of(data: bytes, sign: str) -> Places:
    """Where a sign of one byte stands in some text."""
    import numpy as np

    if sign.encode() not in data:
        return np.zeros(0, np.int64)
    return np.concatenate([np.flatnonzero(signs == ord(sign)) + start for start, signs in in_pieces(data)])


def in_pieces(data: bytes, more: int = 0) -> Iterator[tuple[int, Signs]]:
    """Some text in pieces, each with so many of the bytes after it, and where each begins."""
    import numpy as np

    signs = np.frombuffer(data, np.uint8)
    for start in range(0, signs.size, PIECE):
        yield start, signs[start : start + PIECE + more]
