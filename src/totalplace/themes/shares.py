"""Shares of money, exact to the penny: whatever a theme's figures are cut by, they add up to the same.

The part of a rule is its money times its share, rounded to the penny; the parts of what its money is made of are their
quotas rounded down, and the pennies that are left go one each to the largest remainders. Source: the method of largest
remainders (Hamilton); that rules come before what they are made of, and the order of ties, are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest

from totalplace.themes.theme import UNIT


def whole(pence: int, share: int) -> int:
    """A share (millionths) of an amount (pence, of either sign), rounded to the penny, halves up."""
    return (2 * pence * share + UNIT) // (2 * UNIT)


def parts(amounts: Sequence[int], share: int, total: int) -> list[int]:
    """The share of each amount, so that they add up to `total`; amounts may be of either sign.

    `total` is the share of their sum rounded up or down: it differs by less than a penny from it. Of equal remainders
    the one that stands first gets its penny first.
    """
    if share == UNIT:
        return list(amounts)
    found, over = [], []
    for amount in amounts:
        low, rest = divmod(amount * share, UNIT)
        found.append(low)
        over.append(-rest)
    for at in nsmallest(total - sum(found), range(len(found)), key=over.__getitem__):
        found[at] += 1
    return found
