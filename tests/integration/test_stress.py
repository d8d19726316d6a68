"""The stress test from every face: commands, pages, files, Python."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

import totalplace as tp
from tests import webplace
from tests.webserver import Served, served
from totalplace.place import Place

STORM = """
[scenario]
title = "Storm <b>over</b> Anytown"
note = "=1+1 & more"
base_year = "2023-24"
years = 3
draws = 200

[pressures]
funding = { change = -30, steps = "equal", source = "<script>alert(1)</script>" }
demand = { low = 1, central = 2, high = 4, distribution = "triangular" }

[[body]]
id = "council"
spend = { amount = "900,000", source = "=HYPERLINK(1)" }
funding = { amount = "900,000", source = "made up" }
reserves = { amount = "50,000", source = "made up" }
pressures.reserves = { use = "gap" }

[[body]]
id = "police"
spend = "payments"
funding = { amount = "400", source = "made up" }
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = webplace.make(tmp_path_factory.mktemp("stress") / "place")
    (made.stress.folder / "storm.toml").write_text(STORM, encoding="utf-8")
    (made.stress.folder / "broken.toml").write_text(STORM.replace("demand", "demnd"), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[Served]:
    with served(place) as opened:
        yield opened


def run(place: Place, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "totalplace", "stress", *map(str, arguments), "--place", str(place.root)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL)


def test_payments_of_the_base_year_are_those_of_the_count(place: Place) -> None:
    found = place.stress.run("storm")
    assert found.of("police")[0].spend == place.money.count((), {"body": ["police"], "year": ["2023-24"]}).net
    assert any("Payments are not a budget" in words for words in found.warnings())
    everything = STORM.replace('id = "police"', 'id = "all"').split("[[body]]")
    (place.stress.folder / "whole.toml").write_text("[[body]]".join((everything[0], everything[2])), encoding="utf-8")
    assert place.stress.run("whole").of("all")[0].spend == place.money.count().net
    (place.stress.folder / "whole.toml").unlink()


def test_a_place_without_a_store_can_be_stressed_unless_it_asks_for_payments(tmp_path: Path) -> None:
    made = tp.new(tmp_path / "place", bodies=["Salford City Council"], years=["2024-25"])
    path = made.stress.new("storm", "2024-25")
    body = made.definition.bodies[0].id
    text = path.read_text("utf-8").replace('amount = "", source = ""', 'amount = "100", source = "s"')
    path.write_text(text, encoding="utf-8")
    assert made.stress.run("storm").of(body)[0].spend == 100_00
    path.write_text(text.replace('{ amount = "100", source = "s" }', '"payments"', 1), encoding="utf-8")
    done = run(made, "storm")
    assert done.returncode == 1
    assert "build" in done.stderr


def test_the_command_shows_writes_and_refuses(place: Place, tmp_path: Path) -> None:
    done = run(place, "storm", "--json", "--csv", tmp_path / "a.csv", "--xlsx", tmp_path / "a.xlsx")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    last = place.stress.run("storm").of("")[-1]
    assert said["gap"] == f"{last.gap / 100:.2f}"
    assert {"years", "effects", "ranges", "bands", "assumptions"} <= said.keys()
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"))))
    assert len(rows) == 3 * 4
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    assert len(book.sheet_names) == 5
    cells = [str(c) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for c in row]
    assert "=HYPERLINK(1)" in cells  # as text: there is no formula in it
    shown = run(place, "storm", "--body", "council")
    assert "What each pressure does" in shown.stdout
    assert "Anyshire Police" not in shown.stdout
    refused = run(place, "broken")
    assert (refused.returncode, "did you mean 'demand'?" in refused.stderr) == (1, True)
    listed = run(place)
    assert "did you mean 'demand'?" in " ".join(listed.stdout.split())
    for arguments in (
        ["strom"],
        ["storm", "--body", "polic"],
        ["--csv", "x"],
        ["storm", "--new", "x"],
        ["--body", "a"],
    ):
        wrong = run(place, *arguments)
        assert (wrong.returncode, wrong.stdout) == (2, ""), arguments
    assert "did you mean 'storm'?" in run(place, "strom").stderr


def test_a_new_scenario_takes_the_last_year_that_is_counted(place: Place) -> None:
    done = run(place, "--new", "next-year", "--json")
    assert done.returncode == 0, done.stderr
    path = Path(json.loads(done.stdout)["file"])
    text = path.read_text("utf-8")
    path.unlink()
    assert 'base_year = "2023-24"' in text
    assert all(f'id = "{body.id}"' in text for body in place.definition.bodies)


def test_the_pages_show_what_was_worked_out(client: Served, place: Place) -> None:
    listed = client.get("/stress").text
    assert "/stress/storm" in listed
    assert "broken cannot be shown" in listed
    found = place.stress.run("storm")
    page = client.get("/stress/storm")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "Storm &lt;b&gt;over&lt;/b&gt; Anytown" in page.text
    assert page.text.count('class="tp-picture') >= 2
    assert client.get("/stress/storm?body=council").text.count("Reserves meet") == 1
    for address, status in (
        ("/stress/broken", 200),
        ("/stress/strom", 404),
        ("/stress/..%2fplace", 404),
        ("/stress/storm?body=zzz", 400),
        ("/stress/storm?boddy=council", 400),
    ):
        assert client.get(address).status_code == status, address
    assert "did you mean &#39;demand&#39;?" in client.get("/stress/broken").text
    assert found.words()[0].split(":")[0] in unescape(page.text)


@pytest.mark.parametrize("name", ["years", "effects", "ranges", "bands", "assumptions"])
def test_tables_are_files_too(client: Served, place: Place, name: str) -> None:
    rows = client.get(f"/tables/stress-{name}.json?scenario=storm&body=council").json()
    made = getattr(place.stress.run("storm"), f"{name}_table")("council")
    assert rows["rows"] == json.loads(json.dumps(list(made.records())))
    assert "scenarios/storm.toml" in rows["source"]
    for ending in ("csv", "xlsx"):
        answer = client.get(f"/tables/stress-{name}.{ending}?scenario=storm")
        assert answer.status_code == 200
        assert f"stress-{name}-storm" in answer.headers["content-disposition"]
    assert client.get(f"/tables/stress-{name}.csv").status_code == 404
    assert client.get(f"/tables/stress-{name}.csv?scenario=broken").status_code == 400


def test_a_change_of_the_file_is_seen_at_once(client: Served, place: Place) -> None:
    path = place.stress.folder / "storm.toml"
    before: dict[str, Any] = client.get("/tables/stress-years.json?scenario=storm").json()
    path.write_text(STORM.replace("central = 2", "central = 3"), encoding="utf-8")
    after = client.get("/tables/stress-years.json?scenario=storm").json()
    path.write_text(STORM, encoding="utf-8")
    assert before["rows"][-1]["spend"] != after["rows"][-1]["spend"]
    assert client.get("/tables/stress-years.json?scenario=storm").json() == before
