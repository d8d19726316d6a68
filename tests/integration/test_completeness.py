"""Completeness as its docs have it, and as its page shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import totalplace as tp
from tests import webplace
from tests.webserver import Served, served
from totalplace.place import Place
from totalplace.terms import pounds

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_worked_example_of_completeness_comes_out(tmp_path: Path) -> None:
    text = (DOCS / "methods" / "completeness.md").read_text("utf-8")
    files = dict(re.findall(r"```csv-completeness (\w+)\n(.*?)```", text, re.DOTALL))
    (said,) = re.findall(r"```toml completeness\n(.*?)```", text, re.DOTALL)
    by_hand = dict(re.findall(r"^\| ([\w ]+) \|.*\| ([\d,.%]+) \|$", text, re.MULTILINE))
    assert set(files) == {"council", "fire", "outturn"}
    names = {"council": "Anytown Borough Council", "fire": "Anyshire Fire and Rescue Authority"}
    place = tp.new(tmp_path / "place", years=["2024-25"], bodies=list(names.values()))
    toml = place.root / "place.toml"
    toml.write_text(
        toml.read_text()
        .replace('kind = "council"', 'kind = "council"\narea = "E07999999"')
        .replace('id = "anytown-borough-council"', 'id = "council"')
    )
    for name, rows in files.items():
        (place.root / f"{name}.csv").write_text(rows)
    for body, name in names.items():
        place.add("spend", [place.root / f"{body}.csv"], name)
    place.build()
    place.official.add("outturn", [place.root / "outturn.csv"], {"body": "council", "year": "2024-25", "unit": 1})
    before = place.completeness.result()
    (place.root / "completeness.toml").write_text(said)
    after = place.completeness.result()
    assert before.rate == after.rate
    assert before.official_rate is not None
    found = {
        "cells expected": str(before.expected),
        "units": str(before.units),
        "months with payments": str(before.covered),
        "share counted": f"{before.rate:.1%}",
        "official": pounds(before.official),
        "covered by payments": pounds(before.counted),
        "share covered": f"{before.official_rate:.1%}",
        "open cells": str(len(before.gaps)),
        "open cells with the two entries above": str(len(after.gaps)),
        "estimates beside the count": pounds(after.estimates),
    }
    assert found == {name: by_hand[name].replace(",", "") for name in found}
    states = {cell.service: cell.state for cell in before.cells if cell.body == "council"}
    assert states["environmental"] == "official"


@pytest.fixture(scope="module")
def served_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Served]]:
    place = webplace.make(tmp_path_factory.mktemp("complete") / "place")
    with served(place) as client:
        yield place, client


def test_the_page_names_what_is_missing_before_all_else(served_place: tuple[Place, Served]) -> None:
    place, client = served_place
    html = client.get("/completeness").text
    gaps = len(place.completeness.result().gaps)
    assert gaps
    assert f"The mapping is not complete: {gaps} cells are open" in html
    assert html.index('id="gaps"') < html.index('id="years"') < html.index('id="cells"')
    assert "unverified" in html
    assert "unsigned" in html
    for shape in ("tp-state--missing", "tp-state--part", "tp-state--not-expected"):
        assert shape in html


def test_no_state_is_told_by_colour_alone(served_place: tuple[Place, Served]) -> None:
    _, client = served_place
    html = client.get("/completeness").text
    marks = re.findall(r'tp-state__link"[^>]*>(.*?)</a>', html, re.DOTALL)
    assert marks
    shapes = {}
    for mark in marks:
        (state,) = re.findall(r"tp-state--([\w-]+)", mark)
        drawn = mark[mark.index(">") : mark.index("</svg>")]
        assert re.sub("<[^>]*>", "", mark).strip()
        assert shapes.setdefault(state, drawn) == drawn
    assert len(set(shapes.values())) == len(shapes)


def test_payments_of_a_cell_open_to_lines_of_the_same_money(served_place: tuple[Place, Served]) -> None:
    from html import unescape

    place, client = served_place
    opened = 0
    for year in place.completeness.result().years:
        html = client.get(f"/completeness?body=council&year={year}").text
        rows = {
            row["service"]: row
            for row in client.get(f"/tables/completeness.json?body=council&year={year}").json()["rows"]
        }
        for href in {unescape(found) for found in re.findall(r'href="(/lines[^"]*service=[^"]*)"', html)}:
            service = re.findall(r"service=([\w-]+)", href)[0]
            lines = client.get(f"/tables/lines.json?{href.partition('?')[2]}").json()["rows"]
            assert len(lines) == rows[service]["lines"]
            assert sum(Decimal(line["amount"]) for line in lines) == Decimal(rows[service]["payments"])
            opened += 1
    assert opened


def test_the_front_page_leads_to_what_is_missing(served_place: tuple[Place, Served]) -> None:
    _, client = served_place
    assert re.search(
        r'href="/completeness">[\d.]+% of the months expected have payments; \d+ gaps<', client.get("/").text
    )


def test_a_fault_in_what_is_declared_leaves_the_front_page_standing(tmp_path: Path) -> None:
    place = webplace.make(tmp_path / "place")
    (place.root / "completeness.toml").write_text("[[cell]]\nyear = 2024\n")
    with served(place) as client:
        assert "cannot be told" in client.get("/").text
        broken = client.get("/completeness")
        assert broken.status_code == 500
        assert "year is 2024; it must be text in quotation marks" in broken.text


@pytest.mark.parametrize("body", ["council", "authority", "police"])
def test_whichever_bodys_files_are_removed_completeness_drops_and_that_body_is_listed(
    tmp_path: Path, body: str
) -> None:
    place = webplace.make(tmp_path / "place")
    before = place.completeness.result()
    toml = place.root / "place.toml"
    first, *blocks = re.split(r"(?=^\[\[source\]\])", toml.read_text("utf-8"), flags=re.MULTILINE)
    kept = [block for block in blocks if f'body = "{body}"' not in block.partition("[[body]]")[0]]
    assert len(kept) < len(blocks)
    toml.write_text(first + "".join(kept), encoding="utf-8")
    place.build()
    after = place.completeness.result()
    assert before.rate is not None
    assert after.rate is not None
    assert after.rate < before.rate
    assert body in {row[0] for row in place.completeness.gaps().rows} | {
        cell.body for cell in after.cells if cell.state == "official"
    }
    assert not after.complete


def test_the_treasurers_workbook_says_what_is_missing(served_place: tuple[Place, Served]) -> None:
    from io import BytesIO

    from totalplace.reports.treasurer import write_treasurer

    place, _ = served_place
    names = {table.name for table in write_treasurer(BytesIO(), place)}
    assert {
        "completeness-bodies",
        "completeness-gaps",
        "completeness-said",
        "official-totals",
        "housing-benefit",
    } <= names
