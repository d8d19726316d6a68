"""How much of the lines on the map two divisions share: metres of border, not people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError
from totalplace.geography.blocks import Division, Graph, Integers, Metres


@dataclass(frozen=True)
class Lines:
    """Metres of line of a first and a second division inside the place, of both at once, and of the outer border.

    A line runs between two blocks that touch and have different areas. The outer border is any division's, so it says
    nothing of how far two agree: it stands apart, None where it is not known.
    """

    first: float
    second: float
    both: float
    outer: float | None = None

    @property
    def share(self) -> float:
        """The share of the first division's lines that are lines of the second too; 1 where it has none."""
        return self.both / self.first if self.first > 0 else 1.0

    @property
    def overlap(self) -> float:
        """Metres that are a line of both over metres that are a line of either."""
        either = self.first + self.second - self.both
        return self.both / either if either > 0 else 1.0

    @property
    def share_with_outer(self) -> float | None:
        """The share of the first's lines that are the second's, the outer border counted as a line of both."""
        if self.outer is None:
            return None
        whole = self.first + self.outer
        return (self.both + self.outer) / whole if whole > 0 else 1.0

    @property
    def turned(self) -> Lines:
        """The same, the second division first."""
        return Lines(self.second, self.first, self.both, self.outer)


def shared_lines(first: Division, second: Division, graph: Graph, outer: Metres | None = None) -> Lines:
    """The lines of two divisions, from the borders of their blocks; `outer` is each block's border with nobody.

    Borders of a block that either division leaves out are left out: nobody said which lines it has.
    """
    if not len(first.of) == len(second.of) == len(graph):
        raise GeographyError(f"'{first.name}', '{second.name}' and the borders are not of the same blocks")
    placed = (first.of >= 0) & (second.of >= 0)
    a, b, metres = graph.pairs()
    known = placed[a] & placed[b]
    a, b, metres = a[known], b[known], metres[known]
    one, two = first.of[a] != first.of[b], second.of[a] != second.of[b]
    rim = None if outer is None else float(outer[placed].sum())
    return Lines(float(metres[one].sum()), float(metres[two].sum()), float(metres[one & two].sum()), rim)


def disagree(first: Division, second: Division, best: Integers) -> NDArray[np.bool_]:
    """Which blocks lie outside the area of the second division that most people of their area of the first have.

    `best` is Cross.best. False where either division leaves a block out.
    """
    placed = (first.of >= 0) & (second.of >= 0)
    wanted = np.where(placed, best[np.maximum(first.of, 0)], -1)
    found: NDArray[np.bool_] = placed & (wanted != second.of)
    return found
