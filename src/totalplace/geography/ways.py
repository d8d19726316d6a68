"""The way with fewest people from some blocks to others: what has to come along where two sets are to be joined."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Set

from totalplace.geography.blocks import Graph, Integers


def cheapest_way(
    graph: Graph,
    people: Integers,
    begin: Set[int],
    goal: Set[int],
    barred: Callable[[int], bool],
    reach: bool = False,
) -> list[int] | None:
    """The blocks with fewest people that lie between two sets of blocks (Dijkstra 1959), in order of number.

    With `reach` the block that is come to belongs to them. No way leads through a block that is barred, nor with
    `reach` to one. None where there is no way.
    """
    touching = graph.lists
    heap: list[tuple[int, int, int]] = [(0, block, -1) for block in sorted(begin)]
    came: dict[int, int] = {}
    while heap:
        cost, block, last = heapq.heappop(heap)
        if block in came:
            continue
        came[block] = last
        if block in goal:
            way, at = [block] if reach else [], last
            while at not in begin:
                way.append(at)
                at = came[at]
            return sorted(way)
        for other in touching[block]:
            if other not in came and (not barred(other) or (other in goal and not reach)):
                heapq.heappush(heap, (cost + int(people[other]), other, block))
    return None
