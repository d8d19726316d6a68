"""The pages that set the place beside others: what they say, what they leave out, and figures that open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from tests import webplace
from tests.webserver import Served, served


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(webplace.make(tmp_path_factory.mktemp("compare") / "place")) as opened:
        yield opened


def records(client: Served, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(address).json()["rows"]
    return found


def test_a_comparison_asks_and_says_what_is_left_out(client: Served) -> None:
    html = unescape(client.get("/compare").text)
    assert "1 of 17" in html
    assert "Why does Far Away spend £90.00 a head on Parks in 2023-24, where the 16 others" in html
    assert "compare.csv row 5 has no denominator" in html
    assert html.count("tp-funnel__dot--outside") >= 2, "in the picture, wide and narrow"


def test_the_small_council_of_the_place_is_not_asked_about(client: Served) -> None:
    rows = {row["name"]: row for row in records(client, "/tables/compare.json?service=Parks")}
    small, far = rows["Anytown Borough Council"], rows["Far Away"]
    assert (small["outside"], far["outside"]) == ("", "ask why")
    assert Decimal(small["limit_high"]) - Decimal(small["limit_low"]) > 10 * (
        Decimal(far["limit_high"]) - Decimal(far["limit_low"])
    )


def test_with_too_few_the_page_says_why_nothing_is_flagged(client: Served) -> None:
    html = client.get("/compare?basis=payments&kind=area").text
    assert "there is nothing else to compare with" in html
    html = client.get("/compare?across=years&body=council&service=Parks").text
    assert "Nothing is flagged" in html


def test_what_there_is_not_is_said_and_nothing_breaks(client: Served) -> None:
    html = client.get("/compare?service=Parkz").text
    assert "There is no such comparison" in html
    assert "did you mean" in html
    assert client.get("/tables/compare.json?service=Parkz").status_code == 400
    assert client.get("/compare?across=weeks").status_code == 400
    assert client.get("/compare?servce=Parks").status_code == 400
    assert client.get("/shared?low=1").status_code == 400


def test_a_table_that_is_at_fault_is_told_on_the_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = webplace.make(tmp_path_factory.mktemp("fault") / "place")
    (place.root / "compare.csv").write_text("body,year\n")
    with served(place) as opened:
        answer = opened.get("/compare")
        assert answer.status_code == 500
        assert "has no column service, amount, denominator" in answer.text
        assert opened.get("/").status_code == 200
        assert opened.get("/shared").status_code == 200


def test_shared_suppliers_open_to_lines_that_come_to_them(client: Served) -> None:
    html = client.get("/shared").text
    (href,) = re.findall(r'href="(/lines\?[^"]*)">£379,800</a>', html)
    lines = records(client, unescape(href).replace("/lines?", "/tables/lines.json?"))
    (row,) = records(client, "/tables/shared-suppliers.json")
    assert sum(Decimal(line["amount"]) for line in lines) == Decimal(row["net"])
    assert len(lines) == row["lines"]
    assert "What could be taken off together is not known" in html


def test_a_range_is_what_the_reader_assumes(client: Served) -> None:
    (row,) = records(client, "/tables/shared-suppliers.json?low=1&high=2.5")
    assert (row["low"], row["high"]) == (
        f"{Decimal(row['net']) * 1 / 100:.2f}",
        f"{Decimal(row['net']) * 25 / 1000:.2f}",
    )
    html = client.get("/shared?low=1&high=2.5").text
    assert "If a joint negotiation took off 1% to 2.5%, as you assume" in html
    assert "no quantities and no unit prices" in html


def test_parts_of_the_place_stand_beside_each_other(client: Served) -> None:
    """Of the council's spending three quarters go to the ward of 30 clients of 40; people do not tell where it goes."""
    rows = records(client, "/tables/compare.json?kind=part&service=total")
    assert [row["denominator"] for row in rows] == [300, 500, 200]
    amounts = [Decimal(row["amount"]) for row in rows]
    assert abs(amounts[0] - 3 * amounts[1]) <= Decimal("0.05")
    assert amounts[2] == 0
    cut = records(client, "/tables/areas-cut.json?by=area&kind=spending&method=users")
    assert {row["area"]: Decimal(row["net"]) for row in cut}["W2"] == amounts[0]
