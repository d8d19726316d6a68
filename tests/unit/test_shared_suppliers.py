"""Suppliers that several bodies pay: who is one, what is left out, sums that agree, ranges only where given."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import totalplace as tp
from totalplace.compare.same import together
from totalplace.errors import UsageError
from totalplace.place import Place
from totalplace.terms import pence

HEAD = "Date,Supplier Name,Amount,Description,Transaction Number\n"
COUNCIL = """03/04/2024,Bright Lamps Limited,"1,000.00",Lamps,1
03/04/2024,BRIGHT LAMPS LTD (201234),500.00,Lamps,1
04/05/2024,Acme Post,300.00,Post,2
05/05/2024,Redacted,900.00,Care,3
06/05/2024,Sundry Suppliers,70.00,Things,4
06/05/2024,Only Here Ltd,50.00,Things,5
07/05/2024,Anyshire Police,400.00,Checks,6
07/06/2024,Refunds Return Ltd,-20.00,Credit,7
08/06/2024,HM Revenue and Customs,5000.00,PAYE,8
01/05/2025,Next Year Ltd,10.00,Things,9
"""
POLICE = """03/04/2024,bright lamps ltd.,250.00,Lamps,1
04/05/2024,Acme Post Ltd,100.00,Post,
04/05/2024,Acme Post Ltd,101.00,Post,
05/05/2024,REDACTED,800.00,Care,3
06/05/2024,Sundry Suppliers,60.00,Things,4
07/06/2024,Refunds Return Ltd,30.00,Things,7
08/06/2024,HM Revenue and Customs,4000.00,PAYE,8
01/05/2025,Next Year Ltd,11.00,Things,9
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = tp.new(tmp_path_factory.mktemp("shared") / "place", bodies=["Anytown Borough Council", "Anyshire Police"])
    for name, body, text in (("council", "Anytown Borough Council", COUNCIL), ("police", "Anyshire Police", POLICE)):
        (made.root / f"{name}.csv").write_text(HEAD + text, encoding="utf-8")
        made.add("spend", [made.root / f"{name}.csv"], body)
    made.build()
    return made


def test_three_spellings_are_one_supplier_and_each_bodys_money_is_told(place: Place) -> None:
    rows = {row["supplier"]: row for row in place.compare.shared({"year": ["2024-25"]}).table.records()}
    assert list(rows) == ["Bright Lamps Ltd", "Acme Post Ltd"], "most money outside the largest payer first"
    lamps = rows["Bright Lamps Ltd"]
    assert (lamps["bodies"], lamps["lines"], lamps["payments"]) == (2, 3, 2), "one number on two lines is one payment"
    assert (lamps["net"], lamps["rest"], lamps["mean_low"], lamps["mean_high"]) == (
        "1750.00", "250.00", "250.00", "1500.00",
    )  # fmt: skip
    assert lamps["paid_by"] == "anytown-borough-council, anyshire-police"
    assert lamps["share"] == pytest.approx(1500 / 1750)
    post = rows["Acme Post Ltd"]
    assert (post["payments"], post["net"]) == (3, "501.00"), "lines without a number are payments of their own"
    assert len(post["supplier_id"].split(", ")) == 2, "with and without 'Ltd' are two numbers of one supplier"


def test_what_is_no_supplier_is_left_out_and_told(place: Place) -> None:
    found = place.compare.shared()
    names = {row[0] for row in found.table.rows}
    assert names == {"Bright Lamps Ltd", "Acme Post Ltd", "Next Year Ltd"}
    assert found.nobody == (4, pence("1830.00"))


def test_bodies_and_suppliers_add_up(place: Place) -> None:
    found = place.compare.shared()
    each = list(place.compare.shared_bodies().records())
    assert sum(pence(row["net"]) for row in each) == found.net
    assert sum(row["payments"] for row in each) == sum(row["payments"] for row in found.table.records())
    largest = {row["supplier"]: max(pence(e["net"]) for e in each if e["supplier"] == row["supplier"]) for row in each}
    assert found.rest == found.net - sum(largest.values())


def test_no_saving_is_claimed_unless_a_range_is_given(place: Place) -> None:
    bare = place.compare.shared({"year": ["2024-25"]})
    assert (bare.low, bare.high) == (None, None)
    assert "low" not in [column.name for column in bare.table.columns]
    assert "not known" in bare.question
    found = place.compare.shared({"year": ["2024-25"]}, low="1", high="2.5%")
    assert (found.low, found.high) == (22_51, 56_28), "of £1,750 and £501, each to the penny"
    assert found.question.endswith(
        "If a joint negotiation took off 1% to 2.5%, as you assume, it would be about £23 to £56. Could it?"
    )
    for low, high in (("1", ""), ("3", "1"), ("-1", "2"), ("x", "2"), ("1", "101")):
        with pytest.raises(UsageError):
            place.compare.shared(low=low, high=high)


def test_a_range_of_the_place_is_taken_and_its_source_told(place: Place) -> None:
    path = place.root / "compare.toml"
    path.write_text('[negotiation]\nlow = "0"\nhigh = "10"\nsource = "a guess of ours"\n', encoding="utf-8")
    try:
        assert "(a guess of ours)" in place.compare.shared().question
    finally:
        path.unlink()


def test_a_price_spread_is_not_made_up(place: Place) -> None:
    found = place.compare.shared()
    assert "no quantities and no unit prices" in found.table.note
    assert not any("price" in column.name for column in found.table.columns)


def test_filters_search_and_pages(place: Place) -> None:
    compare = place.compare
    assert compare.shared(search="LAMPS").total == 1
    assert compare.shared({"body": ["Anyshire Police"], "year": ["2025-26"]}).table.rows[0][0] == "Next Year Ltd"
    pages = [compare.shared(page=n, per_page=1) for n in (1, 2, 3, 99)]
    assert [(page.page, page.pages, len(page.table.rows)) for page in pages] == [
        (1, 3, 1),
        (2, 3, 1),
        (3, 3, 1),
        (3, 3, 1),
    ]
    for where in ({"boddy": ["x"]}, {"body": ["Nobody"]}, {"year": ["1999-00"]}, {"year": ["soon"]}):
        with pytest.raises(UsageError):
            compare.shared(where)


def test_what_bodies_spend_on_alike(place: Place) -> None:
    table = place.compare.categories({"year": ["2024-25"]})
    assert table.rows
    for row in table.rows:
        assert row[2] == 2
        assert row[5] < row[4]


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ABCab LTDltdplc&.", max_size=14), max_size=30))
def test_a_company_is_one_however_the_list_is_ordered(names: list[str]) -> None:
    schema = {"supplier_id": pl.Int64, "supplier": pl.String}
    frame = pl.DataFrame({"supplier_id": range(len(names)), "supplier": names}, schema=schema)
    one, other = together(frame), together(frame.reverse())
    assert one.sort("supplier_id").equals(other.sort("supplier_id"))
    assert one.height == frame.height


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (["Pitney Bowes", "PITNEY BOWES LTD", "Pitney Bowes Limited"], 1),
        (["Care Concepts Ltd", "Careconcepts Ltd"], 1),
        (["British Gas", "British Gas Plc", "British Gas Ltd"], 3),
        (["EE", "EE Ltd"], 2),
        (["Excel Care Group Ltd", "Excel Care (UK) Ltd"], 2),
        (["Ltd", "Ltd Ltd"], 2),
    ],
)
def test_an_ending_tells_companies_apart_only_where_there_are_two(names: list[str], groups: int) -> None:
    frame = pl.DataFrame({"supplier_id": range(len(names)), "supplier": names})
    assert together(frame)["same"].n_unique() == groups
