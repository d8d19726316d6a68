"""Which month a row is of: the order of day and month file by file, and what names tell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.published import look, read
from totalplace.errors import FileRefused
from totalplace.sources.distinct import Words
from totalplace.sources.periods import Period, period_in, period_told
from totalplace.sources.timing import Calendar

NAMES = {
    "Dec22-250s": (2022, 12),
    "1575631095wpdm_1910": (2019, 10),
    "1615386198wpdm_Oct2020-csv": (2020, 10),
    "April-250-Spends-22": (2022, 4),
    "CALL51683-May-21-250": (2021, 5),
    "Copy-of-Spend-over-250.00-July-22": (2022, 7),
    "HBC-Spend-OVER-250.00-Mar-22": (2022, 3),
    "October-2022-250Spends": (2022, 10),
    "SpendOver250Feb24": (2024, 2),
    "Sept-25-CVS": (2025, 9),
    "payments_2018-04": (2018, 4),
    "spend 2024_04": (2024, 4),
    "spend202404": (2024, 4),
    "1704": (2017, 4),
    "April": (0, 4),
    "NEBD 04 - July": (0, 7),
    "SWI 11 - February": (0, 2),
    "31 March 2024": (2024, 3),
    "March 31 2024": (2024, 3),
    "2024 March": (2024, 3),
    "March 2024-25": (2025, 3),
    "2024-25 March": (2025, 3),
    "April 2024-25": (2024, 4),
    "Jan 24-25": (2025, 1),
    "Apr-24 2024-25": (2024, 4),
    "2018-19": (0, 0),
    "201819": (0, 0),
    "Q1 2024-25": (0, 0),
    "April to June 2024": (0, 0),
    "1 April 2023 to 31 March 2024": (0, 0),
    "payments-2012": (0, 0),  # not December 2020
    "over 500": (0, 0),
    "Marketing": (0, 0),
    "Maybe": (0, 0),
    "Decant": (0, 0),
}


@pytest.mark.parametrize(("name", "told"), NAMES.items())
def test_a_name_tells_its_month(name: str, told: tuple[int, int]) -> None:
    assert period_in(name) == Period(*told)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("data/spend-2018-19.xlsx#April", (2018, 4)),
        ("data/spend-2018-19.xlsx#Mar", (2019, 3)),
        ("spend-2018-19.xlsx#March 19", (2019, 3)),
        ("2024-25/march.csv", (2025, 3)),
        ("2024/march.csv", (2024, 3)),
        ("april-2024.zip!payments.csv", (2024, 4)),
        ("2024.zip!april/payments.csv", (2024, 4)),
        ("payments.csv", (0, 0)),
        ("april.csv", (0, 4)),
    ],
)
def test_what_a_sheet_or_member_leaves_out_the_names_around_it_tell(name: str, told: tuple[int, int]) -> None:
    assert period_told(name) == Period(*told)


@given(st.text(max_size=30))
def test_any_name_tells_a_month_or_none(name: str) -> None:
    told = period_told(name)
    assert 0 <= told.month <= 12
    assert told.year == 0 or 2000 <= told.year <= 2099


def dated(
    dates: list[str | None], name: str = "payments.csv", order: str = "dmy", origins: list[str] | None = None
) -> list[tuple[dt.date | None, int | None, str | None]]:
    """Day, month and fault of each date."""
    frame = pl.DataFrame(
        {"date": dates, "origin": origins or [None] * len(dates)},
        schema={"date": pl.Categorical, "origin": pl.Categorical},
    )
    return Calendar(name, order).dated(frame, Words()).select("when", "month", "when_fault").rows()


def months(*args: object, **kwargs: object) -> list[int | None]:
    return [month for _, month, _ in dated(*args, **kwargs)]  # type: ignore[arg-type]


def test_doubtful_dates_follow_those_that_tell() -> None:
    assert months(["03/04/2024", "13/04/2024"]) == [202404, 202404]
    assert months(["04/03/2024", "04/13/2024"]) == [202404, 202404]


def test_where_no_date_tells_the_name_does_and_else_the_reading() -> None:
    assert months(["03/04/2024"], "2024-03.csv") == [202403]
    assert months(["03/04/2024"], "2024-04.csv", "mdy") == [202404]
    assert months(["03/04/2024"], order="mdy") == [202403]
    assert months(["03/04/2024"]) == [202404]


def test_both_orders_in_one_file_are_settled_run_by_run() -> None:
    british, american = ["03/04/2024", "13/04/2024"], ["05/06/2024", "05/16/2024"]
    origins = ["a 04 April.csv"] * 2 + ["b 05 May.csv"] * 2
    assert months(british + american, origins=origins) == [202404, 202404, 202405, 202405]


def test_in_a_run_that_mixes_both_the_month_of_its_name_decides() -> None:
    run = ["13/04/2024", "04/05/2024", "04/25/2024", "05/04/2024"]
    assert months(run, "april 2024.csv") == [202404] * 4


def test_in_a_run_that_mixes_both_without_a_month_the_row_before_decides() -> None:
    assert months(["13/04/2024", "05/06/2024", "04/25/2024", "05/06/2024"]) == [
        202404,
        202406,
        202404,
        202405,
    ]


def test_one_slip_of_order_does_not_move_the_rows_below_it() -> None:
    found = months([*["13/04/2024"] * 40, "04/25/2024", "05/04/2024"])
    assert found == [202404] * 42


def test_a_missing_or_hashed_date_takes_the_month_that_the_name_tells() -> None:
    assert dated([None, "", "######", "13/04/2024"], "april-2024.csv") == [
        (None, 202404, None),
        (None, 202404, None),
        (None, 202404, None),
        (dt.date(2024, 4, 13), 202404, None),
    ]


def test_a_month_told_without_a_year_is_of_the_year_that_most_rows_are_in() -> None:
    assert months(["######", "13/03/2021", "14/03/2021"], "NERD 12 - March.csv") == [202103] * 3
    assert months(["######", "13/03/2021"], "July.csv") == [202007, 202103]
    assert dated(["######"], "July.csv") == [(None, None, "no_date")]


def test_merged_rows_take_the_month_of_their_own_file() -> None:
    origins = ["SWL 09 - September.pdf.csv", "SWL 10 - October.pdf.csv", "SWL 10 - October.pdf.csv"]
    assert months(["######", "######", "30/10/2020"], origins=origins) == [202009, 202010, 202010]


def test_faults_are_told_apart() -> None:
    faults = [f for _, _, f in dated(["not a date", "01/01/1900", "31/12/2099", None, "25/06/2012930"])]
    assert faults == ["bad_date", "date_out_of_range", "date_out_of_range", "no_date", "run_together"]


def test_financial_years_run_from_april() -> None:
    frame = pl.DataFrame(
        {"date": ["31/03/2024", "01/04/2024"], "origin": [None, None]}, schema_overrides={"origin": pl.String}
    )
    assert Calendar("x.csv", "dmy").dated(frame, Words())["year"].to_list() == ["2023-24", "2024-25"]


def test_the_order_found_in_one_block_holds_for_the_next() -> None:
    calendar = Calendar("payments.csv", "dmy")
    blocks = [["04/13/2024"], ["05/06/2024"]]
    found = [
        calendar.dated(
            pl.DataFrame({"date": dates, "origin": [None]}, schema_overrides={"origin": pl.String}), Words()
        )["month"].item()
        for dates in blocks
    ]
    assert found == [202404, 202405]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.dates(dt.date(2015, 1, 1), dt.date(2030, 12, 31)), min_size=1, max_size=30),
    st.booleans(),
    st.randoms(),
)
def test_the_order_of_rows_changes_no_date(days: list[dt.date], american: bool, chance: object) -> None:
    """Holds for files of one order; in a file of both, the rows before have a say."""
    form = "%m/%d/%Y" if american else "%d/%m/%Y"
    texts = [day.strftime(form) for day in days]
    mixed = list(range(len(texts)))
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    straight, shuffled = dated(texts), dated([texts[at] for at in mixed])
    assert shuffled == [straight[at] for at in mixed]
    if any(day.day > 12 for day in days):
        assert [day for day, _, _ in straight] == days


@pytest.mark.parametrize(
    "text", ["13", "P13", "Period 13", "2024-13", "202413", "13/2024", "2024-25 P13", "2024/25-13"]
)
def test_a_period_13_in_the_place_of_a_date_is_named(tmp_path: Path, text: str) -> None:
    """What is booked after a year's end has no month; and where there is a 13th, the other 12 may be no months."""
    months = "\n".join(f"2024-{month:02d},Acme {month},10.00,Lamps" for month in range(1, 13))
    found = read(tmp_path, f"Date,Supplier Name,Amount,Description\n{months}\n{text},Acme,5.00,Late\n")
    assert found.rejected == [(14, "period_13")]
    assert f"'{text}'" in found.rejects[0]["message"]
    assert any("are a period 13" in note for note in found.tally.notes)


@pytest.mark.parametrize("form", ["{}", "P{:02d}", "Period {}"])
def test_a_file_with_periods_in_the_place_of_dates_is_refused_with_what_to_do(tmp_path: Path, form: str) -> None:
    rows = "\n".join(f"{form.format(n)},Acme {n},10.00,Lamps" for n in range(1, 14))
    with pytest.raises(FileRefused, match=r"'Period' holds accounting periods .* not dates: ask for the day or month"):
        look(tmp_path, f"Period,Supplier Name,Amount,Description\n{rows}\n")
