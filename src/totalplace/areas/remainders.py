"""The largest remainder method (Hamilton's): an amount in whole pence, parted in proportion to weights.

Each part is its exact quota rounded down, and the pennies that are left go one each to the largest remainders. Source:
the method that Alexander Hamilton proposed in 1792 for the seats of the House of Representatives (M. Balinski and
H. P. Young, Fair Representation, 1982); the order of ties is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest


def part(pence: int, weights: Sequence[int]) -> list[int]:
    """An amount (pence, of either sign) in parts in proportion to whole weights; the parts sum to it exactly.

    Equal remainders: who stands first comes first. What is negative is parted as what is positive is, with the sign
    put back. Raises ValueError for a negative weight, or where there is no weight at all.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must be nought or more, and not all nought")
    if pence < 0:
        return [-amount for amount in part(-pence, weights)]
    parts, left, over = [], pence, []
    for weight in weights:
        quota, remainder = divmod(pence * weight, total)
        parts.append(quota)
        over.append(-remainder)
        left -= quota
    for at in nsmallest(left, range(len(over)), key=over.__getitem__):
        parts[at] += 1
    return parts
