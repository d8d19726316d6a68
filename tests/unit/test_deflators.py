"""The shipped price indices are linted, the arithmetic is exact, and a place's own file is read strictly."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import PlaceError, UsageError
from totalplace.parameters.deflators import Deflator, Index, deflator, own_vintages, vintages
from totalplace.terms import half_up

IDS = [vintage.id for vintage in vintages()]


@pytest.mark.parametrize("vintage", vintages(), ids=IDS)
def test_a_vintage_is_whole(vintage: Deflator) -> None:
    starts = [int(row.year[:4]) for row in vintage.rows]
    assert starts == list(range(starts[0], starts[0] + len(starts)))
    assert all(Decimal("0.9") < b.value / a.value < Decimal("1.1") for a, b in pairwise(vintage.rows))
    assert all((vintage.title, vintage.published, vintage.unit, vintage.source, vintage.method))


def test_the_vintage_that_reaches_furthest_is_taken_where_none_is_named() -> None:
    assert deflator().id == IDS[0]
    assert deflator().has("2024-25")
    assert max(row.year for vintage in vintages() for row in vintage.rows) == "2024-25"


def test_vintages_agree_within_one_per_cent_where_both_were_measured() -> None:
    """A slip of the pen in a file would stand out: revisions of whole decades are smaller, but for one of 2%."""
    newest, calendar, old = vintages()
    for year in ("2000-01", "2010-11", "2019-20", "2023-24"):
        assert float(newest.factor("1997-98", year) / calendar.factor("1997-98", year)) == pytest.approx(1, abs=0.01)
    assert float(newest.factor("2000-01", "2013-14") / old.factor("2000-01", "2013-14")) == pytest.approx(1, abs=0.03)


def test_what_is_called_verified_gives_the_figures_that_were_worked_from_it(shared: Path) -> None:
    old = deflator("hmt-2015-03")
    assert old.doubtful(row.year for row in old.rows) == []
    with (shared / "cba" / "examples" / "ucd_uprating_open.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 693
    for row in rows:
        year = row["price_year"].replace("/", "-")
        got = float(Fraction(row["value"]) * old.factor(year, "2015-16"))
        assert got == pytest.approx(float(row["expected_2015_16"]), rel=1e-6), row


def test_a_year_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"hmt-2015-03 has no index of 2024-25; it has 1989-90 to 2019-20"):
        deflator("hmt-2015-03").index("2024-25")
    with pytest.raises(UsageError, match="not a financial year"):
        deflator().index("2024")
    with pytest.raises(UsageError, match="did you mean 'hmt-2015-03'"):
        deflator("hmt-2015-04")


@pytest.mark.parametrize(
    ("value", "whole"), [((1, 2), 1), ((-1, 2), -1), ((3, 2), 2), ((5, 2), 3), ((-5, 2), -3), ((7, 3), 2), ((0, 1), 0)]
)
def test_halves_go_away_from_zero(value: tuple[int, int], whole: int) -> None:
    assert half_up(Fraction(*value)) == whole


MADE = Deflator("made", "Made", "", "", "", "", (Index("2018-19", Decimal(80)), Index("2024-25", Decimal(100))))


@given(st.integers(-(10**15), 10**15))
def test_a_conversion_is_exact_to_the_penny_and_credits_mirror_payments(pence: int) -> None:
    there = MADE.convert(pence, "2018-19", "2024-25")
    assert abs(Fraction(there) - Fraction(pence) * Fraction(5, 4)) <= Fraction(1, 2)
    assert MADE.convert(-pence, "2018-19", "2024-25") == -there
    assert MADE.convert(pence, "2018-19", "2018-19") == pence


GOOD = (
    "vintage,year,index,status,verified,source\nours,2023-24,96.1,outturn,yes,HMT\nours,2024-25,100,forecast,no,HMT\n"
)


def test_a_place_may_have_vintages_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "deflators.csv"
    assert own_vintages(path) == ()
    path.write_text("\N{BYTE ORDER MARK}" + GOOD, encoding="utf-8")
    (own,) = own_vintages(path)
    assert (own.id, own.source, own.index("2023-24")) == ("ours", "HMT", Decimal("96.1"))
    assert own.doubtful(["2023-24", "2024-25"]) == ["2024-25"]
    assert own.forecast(["2023-24", "2024-25", "2030-31"]) == ["2024-25"]
    assert deflator("", (own,)) is own
    assert deflator("hmt-2015-03", (own,)).id == "hmt-2015-03"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column vintage, year, index"),
        ("vintage,year\nours,2023-24\n", "no column index"),
        ("vintage,year,index\nours,2023-24,abc\n", "line 2: 'abc' is not an index"),
        ("vintage,year,index\nours,2023-24,NaN\n", "line 2: an index of NaN cannot be"),
        ("vintage,year,index\nours,2023-24,1e999\n", "cannot be"),
        ("vintage,year,index\nours,2023-24,0\n", "an index of 0 cannot be"),
        ("vintage,year,index\nours,2023-24,-5\n", "cannot be"),
        ("vintage,year,index\nours,2023-25,100\n", "not a financial year"),
        ("vintage,year,index\nours,2023-24\n", "line 2: '' is not an index"),
        ("vintage,year,index\n,2023-24,100\n", "does not say of which vintage"),
        ("vintage,year,index\nours,2023-24,100\nours,2023-24,101\n", "line 3: ours has an index of 2023-24 already"),
        ("vintage,year,index,status\nours,2023-24,100,guess\n", "neither outturn nor forecast"),
        ("vintage,year,index,verified\nours,2023-24,100,maybe\n", "must be yes or no"),
    ],
)
def test_a_file_at_fault_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "deflators.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlaceError, match=said):
        own_vintages(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deflators.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PlaceError, match="UTF-8"):
        own_vintages(path)
