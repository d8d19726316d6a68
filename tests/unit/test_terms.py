"""Months in words."""

from __future__ import annotations

import pytest

from totalplace.terms import month_number, month_spans, month_text, month_words


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([], ""),
        ([201804], "Apr 2018"),
        ([201812, 201811, 201901], "Nov 2018 to Jan 2019"),
        ([201804, 201806, 201807], "Apr 2018, Jun 2018 to Jul 2018"),
        ([201803, 201903], "Mar 2018, Mar 2019"),
    ],
)
def test_months_that_follow_one_another_stand_together(months: list[int], words: str) -> None:
    assert month_spans(months) == words


def test_a_month_reads_back() -> None:
    assert month_number(month_text(201804)) == 201804
    assert month_words(201812) == "Dec 2018"
