"""Buildings near each other whose use fits into one: every possible move, and the best set of them.

The best set is a matching of greatest saving: each building is in one pair at the most. It is solved exactly, part by
part of the graph of possible pairs (J. Edmonds, Maximum matching and a polyhedron with 0,1-vertices, 1965), by HiGHS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.errors import GeographyError, UsageError
from totalplace.geography.design.partition import chosen_columns
from totalplace.geography.facilities.register import Building

MOST_PAIRS = 3_000_000
"""Pairs within the distance beyond which the answer is to be narrowed."""
SECONDS = 20.0
"""Time for one tangle of pairs; what is not proven by then is said."""


@dataclass(frozen=True)
class Terms:
    """What a pair has to fulfil; the defaults are ours.

    `metres` between the two in a straight line at the most; `full`: the occupancy of the kept building must stay below
    it; `years` over which a saving is added up.
    """

    metres: float = 500.0
    full: float = 0.9
    years: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.metres <= 100_000:
            raise UsageError(f"a distance of {self.metres:g} metres cannot be: give one from 1 to 100,000")
        if not 0 < self.full <= 1:
            raise UsageError(f"an occupancy of {self.full:g} cannot be asked for: give a share above 0 and up to 1")
        if not 1 <= self.years <= 60:
            raise UsageError(f"{self.years} years: give 1 to 60")


@dataclass(frozen=True)
class Move:
    """One building moved out of and another kept, by number; `together` is how full the kept one then is.

    `first` is the saving of the first year in pence, `later` that of each year after it, `total` that of all years;
    None where a running cost or a cost of moving is not known. `receipt` is what a sale is expected to bring, apart.
    """

    vacated: int
    kept: int
    metres: float
    together: float
    first: int | None
    later: int | None
    total: int | None
    receipt: int | None


@dataclass(frozen=True, eq=False)
class Sharing:
    """Every possible move, the greatest saving first, and which of them are the best set.

    `why_not` counts pairs within the distance that are no move, by reason. `bound` is what no set can save more than,
    in pence: the saving itself where it is proven.
    """

    buildings: Sequence[Building]
    terms: Terms
    moves: tuple[Move, ...]
    best: frozenset[int]
    near: int
    why_not: Mapping[str, int]
    bound: int

    @property
    def proposed(self) -> list[Move]:
        """The moves of the best set."""
        return [self.moves[n] for n in sorted(self.best)]

    @property
    def saving(self) -> int:
        """What the best set saves over the years, in pence, without receipts."""
        return sum(move.total or 0 for move in self.proposed)

    @property
    def proven(self) -> bool:
        """Whether no other set saves more."""
        return self.bound <= self.saving

    def of_year(self, move: Move, year: int) -> int:
        """What a proposed move saves in a year, from 1, in pence."""
        return (move.first if year == 1 else move.later) or 0


FLAGGED, UNKNOWN = "both are statutory or heritage", "a size or an occupancy is not known"
FULL, ONE = "together they are too full", "they stand at one spot: one building twice?"
LEFT = "the only one that could be left is statutory or heritage"


def sharing(buildings: Sequence[Building], terms: Terms | None = None) -> Sharing:
    """Which buildings could share a roof. Raises UsageError where too many lie within the distance of each other."""
    asked = terms or Terms()
    first, second, metres = _near(buildings, asked.metres)
    moves: list[Move] = []
    why_not: Counter[str] = Counter()
    for a, b, apart in zip(first, second, metres, strict=True):
        found, reason = _moves(buildings, a, b, apart, asked)
        moves += found
        if not found:
            why_not[reason] += 1
    moves.sort(key=lambda move: (move.total is None, -(move.total or 0), move.metres, move.vacated, move.kept))
    best, bound = _best(moves)
    return Sharing(buildings, asked, tuple(moves), frozenset(best), len(metres), dict(why_not), bound)


def _near(buildings: Sequence[Building], limit: float) -> tuple[list[int], list[int], list[float]]:
    """Pairs of buildings in the place within a distance of each other, each once."""
    import shapely

    there = np.array([n for n, each in enumerate(buildings) if each.x == each.x and each.block >= 0], dtype=np.int64)
    if len(there) < 2:
        return [], [], []
    xy = np.array([(buildings[n].x, buildings[n].y) for n in there])
    points = shapely.points(xy)
    tree = shapely.STRtree(points)
    found: list[np.ndarray] = []
    size = 0
    for begin in range(0, len(points), 4096):
        a, b = tree.query(points[begin : begin + 4096], predicate="dwithin", distance=limit)
        a = a + begin
        found.append(np.array([a[a < b], b[a < b]]))
        size += found[-1].shape[1]
        if size > MOST_PAIRS:
            raise UsageError(
                f"more than {MOST_PAIRS:,} pairs of buildings lie within {limit:g} metres: ask for a shorter distance"
            )
    a, b = np.concatenate(found, axis=1)
    apart = np.hypot(*(xy[a] - xy[b]).T)
    return there[a].tolist(), there[b].tolist(), apart.tolist()


def _moves(buildings: Sequence[Building], a: int, b: int, metres: float, terms: Terms) -> tuple[list[Move], str]:
    """The moves between two buildings, one each way at the most; why there is none where there is none."""
    one, other = buildings[a], buildings[b]
    if metres < 1:
        return [], ONE
    if one.flagged and other.flagged:
        return [], FLAGGED
    used = (one.occupied, other.occupied)
    if used[0] is None or used[1] is None:
        return [], UNKNOWN
    found, why = [], FULL
    for vacated, kept in ((a, b), (b, a)):
        gone, size = buildings[vacated], buildings[kept].size
        assert size is not None
        together = (used[0] + used[1]) / size
        if together >= terms.full - 1e-12:
            continue
        if gone.flagged:
            why = LEFT
            continue
        first = gone.cost - gone.move if gone.cost is not None and gone.move is not None else None
        later = None if first is None else gone.cost
        total = None if first is None or later is None else first + later * (terms.years - 1)
        found.append(Move(vacated, kept, metres, together, first, later, total, gone.receipt))
    return found, why


def _best(moves: Sequence[Move]) -> tuple[list[int], int]:
    """The moves of a matching of greatest saving, by number, and what none can save more than, in pence."""
    better: dict[tuple[int, int], int] = {}
    for n, move in enumerate(moves):  # the greatest saving stands first
        if move.total is not None and move.total > 0:
            better.setdefault((min(move.vacated, move.kept), max(move.vacated, move.kept)), n)
    chosen: list[int] = []
    bound = 0
    for part in _tangles(list(better)):
        columns = [better[pair] for pair in part]
        picked, most = _matched(part, [moves[n].total or 0 for n in columns])
        chosen += [columns[n] for n in picked]
        bound += most
    return sorted(chosen), bound


def _tangles(pairs: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Pairs in groups that share no building."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in pairs:
        parent[root(a)] = root(b)
    groups: dict[int, list[tuple[int, int]]] = {}
    for pair in pairs:
        groups.setdefault(root(pair[0]), []).append(pair)
    return list(groups.values())


def _matched(pairs: Sequence[tuple[int, int]], worth: Sequence[int]) -> tuple[list[int], int]:
    """A matching of greatest worth among the pairs of one group, and the greatest that any can have."""
    if len(pairs) == 1:
        return [0], worth[0]
    nodes = sorted({node for pair in pairs for node in pair})
    row = {node: n for n, node in enumerate(nodes)}
    index = [row[node] for pair in pairs for node in pair]
    greedy = _greedy(pairs, worth)
    first = np.zeros(len(pairs))
    first[greedy] = 1.0
    cost = -np.array(worth, dtype=np.float64)
    bounds = [0.0] * len(nodes), [1.0] * len(nodes)
    try:
        status, values, least = chosen_columns(
            len(pairs), cost, *bounds, list(range(0, 2 * len(pairs) + 1, 2)), index, SECONDS, first
        )
    except GeographyError:  # no better one in time than the one to begin with
        return greedy, sum(sorted(worth, reverse=True)[: len(nodes) // 2])
    picked = np.flatnonzero(values > 0.5).tolist()
    taken = [node for n in picked for node in pairs[n]]
    value = sum(worth[n] for n in picked)
    if len(taken) != len(set(taken)) or value < sum(worth[n] for n in greedy):
        raise GeographyError("the solver's pairs share a building, or save less than a plain choice: report this")
    return picked, value if status == "optimal" else max(value, int(-least))


def _greedy(pairs: Sequence[tuple[int, int]], worth: Sequence[int]) -> list[int]:
    """Pairs taken by their worth, the greatest first, where neither building is taken: what a search begins with."""
    taken: set[int] = set()
    found = []
    for n in sorted(range(len(pairs)), key=lambda n: -worth[n]):
        if taken.isdisjoint(pairs[n]):
            taken.update(pairs[n])
            found.append(n)
    return found
