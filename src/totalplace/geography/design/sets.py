"""Every connected set of units inside a band, each once.

Sets are whole numbers whose bits are units: joining, leaving out and asking what touches are single operations of the
machine. From each unit as the lowest, a set grows by one neighbour at a time; a neighbour that was tried is not tried
again below, so each set is met once. People only grow, so what passes the upper end of the band is cut there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from totalplace.errors import GeographyError

MOST = 150_000
"""So many sets at most are listed: beyond that the search without proof is the better tool."""


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, the lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def reach(start: int, inside: int, near: Sequence[int]) -> int:
    """Everything that can be walked to from `start` without leaving `inside`."""
    found = edge = start & inside
    while edge:
        grown = 0
        for unit in bits(edge):
            grown |= near[unit]
        edge = grown & inside & ~found
        found |= edge
    return found


def pieces(mask: int, near: Sequence[int]) -> list[int]:
    """The connected pieces of a set."""
    found = []
    while mask:
        piece = reach(mask & -mask, mask, near)
        found.append(piece)
        mask ^= piece
    return found


def connected_sets(near: Sequence[int], people: Sequence[int], low: int, high: int, most: int = MOST) -> list[int]:
    """All connected sets with `low` to `high` people, both allowed.

    `near` holds for each unit the set of its neighbours. Raises GeographyError where there are more than `most`.
    """
    found: list[int] = []
    for root in range(len(near)):
        if people[root] > high:
            continue
        below = (1 << root) - 1
        stack = [(1 << root, near[root] & ~below, below | (1 << root), people[root])]
        while stack:
            inside, edge, done, total = stack.pop()
            if total >= low:
                found.append(inside)
                if len(found) > most:
                    raise GeographyError(
                        f"more than {most:,} sets of neighbouring units fit the band, too many for a proof: "
                        "narrow the band, use larger units, or search without proof"
                    )
            while edge:
                bit = edge & -edge
                edge ^= bit
                done |= bit
                unit = bit.bit_length() - 1
                if total + people[unit] <= high:
                    stack.append((inside | bit, (edge | near[unit]) & ~done, done, total + people[unit]))
    return found
