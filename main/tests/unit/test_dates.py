"""Dates are read in each form that publishers write, in both orders, or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.sources.dates import When, in_range, read_date

DAY = dt.date(2024, 4, 21)
FORMS = [
    "21/04/2024",
    "21-04-2024",
    "21.04.2024",
    "21 04 2024",
    "21/4/24",
    "4/21/2024",
    "04-21-2024",
    "4/21/24",
    "21/04/2024 00:00",
    "21/04/2024 00:00:00",
    "4/21/2024 12:00:00 AM",
    "2024-04-21",
    "2024/04/21",
    "2024-04-21 00:00:00",
    "2024-04-21 01:00:00",
    "2024-04-21T00:00:00Z",
    "2024-04-21T00:00:00+01:00",
    "2024-04-20T23:00:00Z",
    "2024-04-20 23:00:00",
    "2024-04-21 23:41:07",
    "20240421",
    "21042024",
    "21-Apr-24",
    "21-APR-24",
    "21-APR-24 00:00:00",
    "21-APR-2024 12.00.00.000000 AM",
    "21 Apr 2024",
    "21 April 2024",
    "21st April 2024",
    "21 April 24",
    "Sunday, 21 April 2024",
    "Sun 21 Apr 2024",
    "April 21, 2024",
    "Apr 21 2024",
    "2024-Apr-21",
    "45403",
    "45403.0",
    "45403.75",
    "  21/04/2024\t",
]
MONTH_ALONE = [
    "Apr-24",
    "Apr 2024",
    "April 2024",
    "Apr'24",
    "APR24",
    "202404",
    "2024-04",
    "2024/04",
    "04/2024",
    "4-2024",
    "2024 April",
    "2024-Apr",
]
NOT_DATES = [
    "",
    "Redacted",
    "######",
    "31/02/2024",
    "00/04/2024",
    "2024-13-01",
    "202413",
    "20241301",
    "21/04",
    "1234",
    "123456789",
    "1,234.56",
    "25/06/2012900",
    "2010-11",  # November 2010, or the year from April 2010
    "2024-25",
    "April",
    "21 Sober 2024",
    "21 \u017fep 2024",  # a long s, which some engines fold into s
    "\u0662\u0661/\u0660\u0664/\u0662\u0660\u0662\u0664",
    "9999-13-31T23:00:00",
]


@pytest.mark.parametrize("text", FORMS)
def test_reads_each_form_of_a_day(text: str) -> None:
    when = read_date(text)
    assert when is not None
    assert when.date == DAY
    assert when.yyyymm == 202404
    assert in_range(when)


@pytest.mark.parametrize("text", MONTH_ALONE)
def test_reads_a_month_that_stands_alone(text: str) -> None:
    assert read_date(text) == When(2024, 4)


@pytest.mark.parametrize("text", NOT_DATES)
def test_refuses_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_a_doubtful_date_has_both_readings() -> None:
    when = read_date("03/04/2024")
    assert when is not None
    assert (when.date, when.order) == (dt.date(2024, 4, 3), "")
    assert when.other is not None
    assert when.other.date == dt.date(2024, 3, 4)


@pytest.mark.parametrize(("text", "order"), [("13/04/2024", "dmy"), ("04/13/2024", "mdy"), ("04/04/2024", "")])
def test_a_date_that_works_in_one_order_says_so(text: str, order: str) -> None:
    when = read_date(text)
    assert when is not None
    assert (when.order, when.other) == (order, None)


@pytest.mark.parametrize("text", ["01/01/1900", "31/12/2099", "12345", "1899-12-30", "99999", "9999-12-31 23:00:00"])
def test_dates_outside_the_years_of_published_payments_are_told(text: str) -> None:
    when = read_date(text)
    assert when is not None
    assert not in_range(when)


def test_eleven_at_night_in_winter_is_that_day() -> None:
    when = read_date("2024-01-20T23:00:00Z")
    assert when is not None
    assert when.date == dt.date(2024, 1, 20)


@settings(deadline=None)
@given(st.dates(dt.date(2000, 1, 1), dt.date(2059, 12, 31)))
def test_a_day_written_out_and_read_again_is_the_same(day: dt.date) -> None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%d-%b-%y", "%A, %d %B %Y", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y"):
        when = read_date(day.strftime(form))
        assert when is not None
        assert day in (when.date, when.other and when.other.date), form


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=24) | st.text("0123456789/-. :TZaprmy", max_size=24))
def test_any_text_is_a_date_or_none_and_never_a_fault(text: str) -> None:
    when = read_date(text)
    if when is not None:
        assert 1 <= when.month <= 12
        assert when.date is None or when.date.month == when.month
