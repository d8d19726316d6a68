"""Chance that repeats: one stream a body and year, whole numbers only, the same on every platform."""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, count
from typing import TypeVar

T = TypeVar("T")

QUANTILE_PARTS = 1000
"""Steps between two listed quantiles of a spread."""


class Stream:
    """Draws from a seed and a name, so that a change to one stream moves no other.

    Only `random()` of the standard generator is used: its doubles are the same everywhere, which its
    log-normal draws (through the platform's logarithm) need not be.
    """

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:16], "big")).random

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1."""
        return int(self._random() * limit)

    def percent(self, chance: int) -> bool:
        """True `chance` times in a hundred."""
        return self._random() * 100 < chance

    def pick(self, things: Sequence[T]) -> T:
        """One of `things`, each as likely."""
        return things[int(self._random() * len(things))]

    def early(self, things: Sequence[T]) -> T:
        """One of `things`, the early ones much likelier: a few suppliers take most of the trade."""
        draw = self._random()
        return things[int(draw * draw * len(things))]

    def weighted(self, things: Sequence[T], weights: Sequence[int]) -> T:
        """One of `things` by whole-number weights."""
        steps = list(accumulate(weights))
        return things[bisect_right(steps, int(self._random() * steps[-1]))]

    def size(self, quantiles: Sequence[int]) -> int:
        """A size drawn from listed quantiles of a spread, straight lines between them (at least 1)."""
        place = int(self._random() * (len(quantiles) - 1) * QUANTILE_PARTS)
        index, part = divmod(place, QUANTILE_PARTS)
        low, high = quantiles[index], quantiles[index + 1]
        return max(1, low + (high - low) * part // QUANTILE_PARTS)

    def numbers(self, start: int, step: int) -> Iterator[int]:
        """Rising document numbers with gaps, none twice."""
        number = start
        for _ in count():
            number += 1 + self.below(step)
            yield number


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole parts by `weights`, adding up exactly; the last part takes what is left over."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    parts[-1] += total - sum(parts)
    return parts
