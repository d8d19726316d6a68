"""Unit costs on the command line, as pages and tables, and as their page of methods works them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from tests import webplace
from tests.books import book_3
from tests.webserver import Served, served
from totalplace.cli.commands import app
from totalplace.errors import FileRefused, PlaceError, UsageError
from totalplace.parameters.deflators import deflator
from totalplace.parameters.unit_cost import public_value
from totalplace.parameters.unit_cost_own import tables_of
from totalplace.parameters.unit_cost_rules import rules
from totalplace.parameters.unit_costs import attribution, shipped_edition, unit_costs

DOCS = Path(__file__).resolve().parents[2] / "docs"
ROOT = DOCS.parent
NAMED = "New Economy Manchester / GMCA Unit Cost Database v1.4 (March 2015), CC BY 4.0"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["unit-costs", *arguments])


# ---- the command


def test_words_find_costs_with_who_is_to_be_named() -> None:
    said = run("truancy").stdout
    assert said.startswith("5 unit costs")
    assert "£1,509.00" in said
    assert "2005-06" in said
    assert NAMED in said


def test_words_need_no_quotes() -> None:
    assert run("hospital", "bed").stdout == run("hospital bed").stdout
    assert "unit costs" in run("hospital", "bed").stdout


def test_filters_and_prices_of_another_year(tmp_path: Path) -> None:
    files = ("--csv", str(tmp_path / "x.csv"), "--xlsx", str(tmp_path / "x.xlsx"))
    asked = ("violence", "--agency", "police", "--price-year", "2015-16", "--deflator", "hmt-2015-03")
    result = run(*asked, *files, "--place", str(tmp_path))
    assert "£2,836.48" in result.stdout
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["code"] == "CR2.0"
    assert (rows[0]["fiscal"], rows[0]["fiscal_now"], rows[0]["attribution"]) == ("2470.00", "2836.48", NAMED)
    sheet = CalamineWorkbook.from_path(tmp_path / "x.xlsx").get_sheet_by_index(0).to_python()
    assert any(NAMED in str(cell) for row in sheet for cell in row)


def test_one_cost_with_all_that_is_known_of_it() -> None:
    said = run("--code", "cr2.0", "--price-year", "2024-25").stdout
    for words in ("Sylvia Walby", "47.4%", "£1,171.00", "all HO1, all HO2", "amber; the publisher is unsure", NAMED):
        assert words in said
    document = json.loads(run("--code", "CR2.0", "--json").stdout)
    assert document["shares"][0]["share"] == pytest.approx(1171 / 2470)
    assert {"code", "reason", "source", "says", "detail"} == set(document["not_with"][0])
    assert document["attribution"] == [NAMED]
    assert len(json.loads(run("--json").stdout)["rows"]) == 684


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--code", "CR88.0"), "did you mean 'CR8.0'"),
        (("--theme", "Crimes"), "did you mean 'Crime'"),
        (("--rating", "blue"), "no rating 'blue'"),
        (("--price-year", "2024"), "not a financial year"),
        (("--price-year", "1950-51"), "has no index of 1950-51"),
        (("--deflator", "hmt-2015-04"), "did you mean 'hmt-2015-03'"),
        (("--edition", "3.0"), "go with --import"),
        (("x", "--code", "CR1.0"), "--code is one cost"),
        (("x", "--import", "b.xlsx"), "done by itself"),
        (("--import", "b.xlsx"), "--import needs --edition"),
    ],
)
def test_what_cannot_be_asked(arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, UsageError)
    assert says in str(result.exception)


def test_an_edition_is_imported_into_a_place(tmp_path: Path) -> None:
    place = webplace.make(tmp_path / "place").root
    book = book_3(tmp_path / "ucd.xlsx")
    result = run("--import", str(book), "--edition", "3.0", "--place", str(place), "--xlsx", str(tmp_path / "new.xlsx"))
    assert result.exit_code == 0
    assert "7 entries of edition 3.0: against 1.4, 1 new, 6 changed, 678 gone" in result.stderr
    assert "£720 (2021-22)" in result.stdout
    assert (tmp_path / "new.xlsx").exists()
    assert "£720.00" in run("--code", "CR1.0", "--place", str(place)).stdout
    document = json.loads(
        run("--import", str(book), "--edition", "3.1", "--place", str(place), "--json").stdout or "{}"
    )
    assert document == {}, "the workbook calls itself 3.0"
    again = run("--import", str(book), "--edition", "3.0", "--place", str(place), "--json")
    assert json.loads(again.stdout)["new"] == ["CR99.0"]


def test_a_workbook_that_is_refused_and_a_folder_that_is_no_place(tmp_path: Path) -> None:
    place = webplace.make(tmp_path / "place").root
    book = book_3(tmp_path / "ucd.xlsx", licence="")
    refused = run("--import", str(book), "--edition", "3.0", "--place", str(place))
    assert isinstance(refused.exception, FileRefused)
    assert "CC BY" in str(refused.exception)
    nowhere = run("--import", str(book), "--edition", "3.0", "--place", str(tmp_path))
    assert isinstance(nowhere.exception, PlaceError)


# ---- the pages


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(webplace.make(tmp_path_factory.mktemp("costs") / "place")) as opened:
        yield opened


def test_the_list_finds_and_names_who_made_it(client: Served) -> None:
    html = unescape(client.get("/unit-costs?q=truancy&prices=2024-25").text)
    assert 'href="/unit-costs/E%26S1.0?prices=2024-25"' in html
    assert "Fiscal, in prices of 2024-25" in html
    assert html.count(NAMED) >= 2
    assert "Showing 1 to 5 of 5" in html
    assert "Showing 1 to 40 of 684" in client.get("/unit-costs").text


def test_the_page_of_a_cost_has_all_that_is_to_be_known(client: Served) -> None:
    html = unescape(client.get("/unit-costs/E%26S1.0?prices=2015-16&deflator=hmt-2015-03").text)
    for words in ("Misspent Youth", "only £803 of this £1,509", "Who bears the fiscal cost", "68.5%", "all SS1", NAMED):
        assert words in html
    assert 'href="/unit-costs/E%26S1.0.1?deflator=hmt-2015-03&prices=2015-16"' in html
    child = unescape(client.get("/unit-costs/E%26S1.0.1").text)
    assert 'href="/unit-costs/E%26S1.0"' in child
    unknown = unescape(client.get("/unit-costs/HO7.0").text)
    assert "not known (the database says DWP, Local Authority)" in unknown
    assert "has no fiscal value" in client.get("/unit-costs/E%26S8.1").text


def test_what_is_not_there_is_answered_in_words(client: Served) -> None:
    answer = client.get("/unit-costs/CR88.0")
    assert answer.status_code == 404
    assert "CR8.0" in answer.text
    for query in ("theme=Crimes", "prices=2024", "deflator=none", "sort=up", "rating=blue", "page=0"):
        assert client.get(f"/unit-costs?{query}").status_code == 400, query


TABLES = ("values", "shares", "doubts", "overlaps", "parts", "editions")


@pytest.mark.parametrize("name", ["unit-costs", *(f"unit-cost-{table}" for table in TABLES)])
def test_its_tables_can_be_taken_away_with_who_is_to_be_named(client: Served, name: str) -> None:
    query = "" if name == "unit-costs" else "?code=CR2.0"
    for ending in ("csv", "xlsx", "json"):
        assert client.get(f"/tables/{name}.{ending}{query}").status_code == 200
    assert NAMED in client.get(f"/tables/{name}.json{query}").json()["source"]
    if query:
        assert client.get(f"/tables/{name}.json").status_code == 404
        assert client.get(f"/tables/{name}.json?code=CR88.0").status_code == 400


def test_a_places_own_value_is_shown_before_the_national_one(client: Served) -> None:
    own = client.desk.place.root / "unit-costs.toml"
    own.write_text((DOCS / "howto-unit-costs.md").read_text("utf-8").split("```toml unit-costs\n")[1].split("```")[0])
    try:
        html = unescape(client.get("/unit-costs/SS1.0").text)
        for words in ("£43,053.00", "£51,080.00", "Editions that hold it", "Director of finance, 3 March 2026"):
            assert words in html
        own.write_text("[[unit_cost]]\ncode = 1\n")
        assert "nit-costs.toml: [[unit_cost]] 1: code is 1" in unescape(client.get("/unit-costs").text)
    finally:
        own.unlink()
    assert "£43,053.00" not in client.get("/unit-costs/SS1.0").text


# ---- the docs


def test_every_place_that_has_to_name_them_does() -> None:
    for name in ("NOTICE", "README.md", "docs/methods/unit-costs.md", "docs/howto-unit-costs.md"):
        text = " ".join((ROOT / name).read_text("utf-8").split())
        assert NAMED in text, name
    assert attribution() == NAMED
    text = " ".join((ROOT / "NOTICE").read_text("utf-8").split())
    assert shipped_edition().changes.removeprefix("The ").rstrip(".") in text


def test_the_about_page_names_them(client: Served) -> None:
    html = unescape(client.get("/about").text)
    assert NAMED in html
    assert shipped_edition().changes in html


def page() -> str:
    return (DOCS / "methods" / "unit-costs.md").read_text("utf-8")


def number(text: str) -> float:
    return float(text.replace(",", ""))


def test_the_worked_public_values_come_out() -> None:
    costs = unit_costs()
    found = re.findall(r"^\| (E&E[\d.]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", page(), re.M)
    assert len(found) == 3
    for code, fiscal, transfer, economic, public in found:
        cost = costs.get(code)
        assert (cost.fiscal, cost.transfer, cost.economic) == tuple(map(number, (fiscal, transfer, economic)))
        assert sum(public_value(cost).values()) == number(public)


def test_the_worked_prices_come_out() -> None:
    found = re.findall(r"^\| (CR[\d.]+) \| ([\d,]+) \| (\d{4}-\d\d) \| ([\d,.]+) \|$", page(), re.M)
    assert len(found) == 3
    for code, value, of, moved in found:
        assert unit_costs().get(code).value("fiscal") == (number(value), of)
        price = unit_costs().price(code, "fiscal", "2015-16", deflator("hmt-2015-03"))
        assert price is not None
        assert f"{float(price):,.2f}" == moved


def test_the_worked_shares_come_out() -> None:
    found = re.findall(r"^\| ([\w ,']+) \| ([\d,]+) of 2,470 \| ([\d.]+)% \|$", page(), re.M)
    shares = unit_costs().split("CR2.0")
    assert [number(part) / 2470 for _, part, _ in found] == [pytest.approx(float(share.share)) for share in shares]
    assert [f"{float(share.share):.1%}" for share in shares] == [f"{said}%" for *_, said in found]


def test_what_the_page_counts_is_so() -> None:
    text = " ".join(page().split())
    assert f"{len(rules().splits)} entries, declared" in text
    assert all(code in text for code in rules().apart)
    assert f"{rules().old_years} years older" in text
    assert rules().sum_within * 1000 == 5
    assert "within 0.5%" in text or "by 0.5%" in text


def test_the_settings_of_the_howto_are_read(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml unit-costs\n(.*?)```", (DOCS / "howto-unit-costs.md").read_text("utf-8"), re.S)
    assert len(blocks) == 2
    (tmp_path / "unit-costs.toml").write_text(blocks[0], "utf-8")
    costs = unit_costs(tmp_path)
    assert costs.get("SS1.0").fiscal == 43053
    assert costs.get("LOCAL-1").basis == "person-week"
    (tmp_path / "unit-costs.toml").write_text(blocks[1], "utf-8")
    assert tables_of(tmp_path)["unit_costs"]["editions"] == ["1.4", "3.0"]
