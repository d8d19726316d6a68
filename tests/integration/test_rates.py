"""Rates and values on the command line and as a page."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from tests import webplace
from tests.webserver import Served, served
from totalplace.cli.commands import app
from totalplace.errors import UsageError
from totalplace.parameters.rates import KINDS, rates, without_address


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["rates", *arguments])


def test_the_list_says_of_each_whether_it_is_verified() -> None:
    lines = run().stdout.splitlines()
    (ladder,) = [line for line in lines if line.startswith("hmt-2014")]
    assert " no " in ladder
    (standard,) = [line for line in lines if line.startswith("green-book-2022 ")]
    assert "3.5, 3, 2.5, 2, 1.5, 1" in standard
    assert " yes " in standard


def test_one_of_them_has_its_source_below() -> None:
    said = run("qaly").stdout
    assert "70000" in said
    assert "2020-21" in said
    assert "Source: Written answer HL5283" in said
    assert "Off benefits" in run("grade").stdout
    assert run("grades").stdout == run("grade").stdout


def test_json_is_one_document_of_every_value() -> None:
    document = json.loads(run("--json").stdout)
    assert len(document["rows"]) == len(rates().rows)
    assert all(row["source"] and row["unit"] for row in document["rows"])


def test_a_name_that_there_is_not() -> None:
    assert isinstance(run("wellbi").exception, UsageError)
    assert "did you mean 'wellby'" in str(run("wellbi").exception)


def test_files_hold_every_value(tmp_path: Path) -> None:
    assert run("--csv", str(tmp_path / "r.csv"), "--xlsx", str(tmp_path / "r.xlsx")).exit_code == 0
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(rates().rows)
    sheet = CalamineWorkbook.from_path(tmp_path / "r.xlsx").get_sheet_by_index(0).to_python()
    assert any("As shipped with Total Place" in str(cell) for row in sheet for cell in row)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(webplace.make(tmp_path_factory.mktemp("rates") / "place")) as opened:
        yield opened


def test_the_page_has_each_kind_with_its_sources(client: Served) -> None:
    html = unescape(client.get("/rates").text)
    assert all(f'id="{kind}"' in html for kind in KINDS)
    assert 'href="/rates"' in html
    assert "Confidence grades and the correction for optimism</a>: not verified" in html
    assert "Optimism bias of capital projects</a></li>" in html
    assert all(part in html for row in rates().rows for part in without_address(row[9])), "every source"


@pytest.mark.parametrize("name", ["rates", *(f"rates-{kind}" for kind in KINDS)])
def test_its_tables_can_be_taken_away(client: Served, name: str) -> None:
    for ending in ("csv", "xlsx", "json"):
        assert client.get(f"/tables/{name}.{ending}").status_code == 200
    assert client.get("/tables/rates.json?name=qaly").json()["rows"][0]["value"] == "70000"
    assert client.get("/tables/rates.json?name=nothing").status_code == 400
