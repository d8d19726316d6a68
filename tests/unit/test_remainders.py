"""The largest remainder method: exact, fair to the penny, alike for credits, and the same by a second way."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.areas.remainders import part

PENCE = st.integers(-(10**13), 10**13)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)

SEATS = {
    "New Jersey": (179_570, 6), "Virginia": (630_560, 21), "Connecticut": (236_841, 8), "South Carolina": (206_236, 7),
    "Delaware": (55_540, 2), "Vermont": (85_533, 3), "Massachusetts": (475_327, 16), "North Carolina": (353_523, 12),
    "New Hampshire": (141_822, 5), "Pennsylvania": (432_879, 14), "Georgia": (70_835, 2), "Kentucky": (68_705, 2),
    "Rhode Island": (68_446, 2), "Maryland": (278_514, 9), "New York": (331_589, 11),
}  # fmt: skip
"""The bill of 1792 that President Washington vetoed: people of the 1790 census, seats of 120 (COMAP, For All Practical
Purposes, 10th edition, chapter 14, example 6)."""


def test_the_seats_of_1792() -> None:
    assert part(120, [people for people, _ in SEATS.values()]) == [seats for _, seats in SEATS.values()]


@given(PENCE, WEIGHTS)
def test_parts_sum_to_the_whole(pence: int, weights: list[int]) -> None:
    assert sum(part(pence, weights)) == pence


@given(PENCE, WEIGHTS)
def test_each_part_is_its_quota_rounded_up_or_down(pence: int, weights: list[int]) -> None:
    for amount, weight in zip(part(pence, weights), weights, strict=True):
        assert abs(Fraction(pence * weight, sum(weights)) - amount) < 1
        assert weight or not amount


@given(PENCE, WEIGHTS)
def test_credits_are_parted_as_payments_are(pence: int, weights: list[int]) -> None:
    assert part(-pence, weights) == [-amount for amount in part(pence, weights)]


def by_deficits(pence: int, weights: list[int]) -> list[int]:
    """The same a second way: a penny at a time to whoever is furthest below the exact quota, first come first."""
    quotas = [Fraction(pence * weight, sum(weights)) for weight in weights]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    while sum(parts) < pence:
        short = [quota - amount for quota, amount in zip(quotas, parts, strict=True)]
        parts[short.index(max(short))] += 1
    return parts


@given(st.integers(0, 10**12), WEIGHTS)
def test_a_second_way_comes_to_the_same(pence: int, weights: list[int]) -> None:
    assert part(pence, weights) == by_deficits(pence, weights)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 11), st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(any))
def test_no_other_parts_are_nearer_to_the_quotas(pence: int, weights: list[int]) -> None:
    """A third: of all whole parts that sum to the whole, these have the least squared distance to the quotas."""
    quotas = [Fraction(pence * weight, sum(weights)) for weight in weights]

    def distance(parts: tuple[int, ...] | list[int]) -> Fraction:
        return sum(((quota - amount) ** 2 for quota, amount in zip(quotas, parts, strict=True)), Fraction(0))

    others = (parts for parts in product(range(pence + 1), repeat=len(weights)) if sum(parts) == pence)
    assert distance(part(pence, weights)) == min(distance(parts) for parts in others)


def test_equal_remainders_go_to_who_stands_first() -> None:
    assert part(100, [1, 1, 1]) == [34, 33, 33]
    assert part(-100, [1, 1, 1]) == [-34, -33, -33]
    assert part(2, [1, 1, 1, 1]) == [1, 1, 0, 0]
    assert part(1, [0, 5, 5]) == [0, 1, 0]


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_there_is_nothing_to_part_by(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        part(100, weights)
