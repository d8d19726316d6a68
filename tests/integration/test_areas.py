"""Money by area from every face: Python, commands, pages, files."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests import webplace
from tests.webserver import Served, served
from totalplace.place import Place
from totalplace.terms import pence


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return webplace.make(tmp_path_factory.mktemp("areas") / "place")


def run(place: Place, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "totalplace", *map(str, arguments), "--place", str(place.root)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL)


def answer(place: Place, *arguments: str | Path) -> Any:
    found = run(place, *arguments, "--json")
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def test_all_areas_and_what_is_not_apportioned_come_to_the_net_of_the_count(place: Place) -> None:
    net = place.money.count().net
    rows = place.areas.table().rows
    assert sum(row[3] for row in rows) == net
    assert rows[-1][:2] == ("not-apportioned", "Not apportioned")
    assert rows[-1][3] > 0
    assert sum(row[2] for row in place.areas.methods().rows) == net
    for by in (["area", "body"], ["service", "method"], ["year", "kind", "driver"]):
        assert sum(row[-2 if "area" not in by else -3] for row in place.areas.cut(by).rows) == net
    for body in ("council", "authority", "police"):
        counted = place.money.count((), {"body": [body]}).net
        assert sum(row[3] for row in place.areas.table({"body": [body]}).rows) == counted
    assert sum(row[3] for row in place.areas.rules().rows) == net


def test_answers_are_remembered_and_follow_their_files(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    assert made.areas.table() is made.areas.table()
    before = {row[0]: row[3] for row in made.areas.table().rows}
    toml = made.root / "areas.toml"
    toml.write_text(toml.read_text("utf-8").replace('driver = "clients"\nbody', 'driver = "population"\nbody'), "utf-8")
    after = {row[0]: row[3] for row in made.areas.table().rows}
    assert before != after
    assert sum(before.values()) == sum(after.values())
    (made.root / "wards.csv").write_text("Ward code,Ward name,Population\nW1,A,1\n", encoding="utf-8")
    assert {row[0] for row in made.areas.table().rows} == {"not-apportioned"}
    assert made.money.count().net == made.areas.table().rows[0][3]


def test_the_command_says_money_methods_and_doubts(place: Place) -> None:
    said = answer(place, "areas", "--by", "area,body", "--year", "2023-24")
    assert sum(pence(row["net"]) for row in said["rows"]) == place.money.count((), {"year": ["2023-24"]}).net
    assert [row["method"] for row in said["methods"]] == [
        "direct",
        "recipients",
        "users",
        "weighted-population",
        "population",
        "none",
    ]
    assert sum(row["share"] for row in said["methods"]) == pytest.approx(1)
    assert any("passed over as a total" in words for words in said["doubts"])
    assert any("police: its share of 0.3 differs: the driver gives 0.500000" in words for words in said["doubts"])
    shown = run(place, "areas", "--body", "council")
    assert shown.returncode == 0
    assert "Not apportioned" in shown.stdout
    assert "Users: where those who use the service live" in shown.stdout
    assert "NOTE: clients: has no grade" in shown.stderr


@pytest.mark.parametrize("show", ["methods", "rules", "drivers", "shares", "doubts"])
def test_every_table_can_be_shown(place: Place, show: str) -> None:
    assert answer(place, "areas", "--show", show)["rows"]
    assert run(place, "areas", "--show", show).returncode == 0


def test_the_share_of_the_police_is_explained(place: Place) -> None:
    rows = {row["body"]: row for row in answer(place, "areas", "--show", "shares")["rows"]}
    assert (rows["police"]["share"], rows["police"]["ratio"]) == ("0.3", "0.500000")
    assert rows["police"]["state"].startswith("differs: the driver gives 0.500000")
    assert rows["council"]["state"] == "the whole body"


def test_files_hold_what_is_shown(place: Place, tmp_path: Path) -> None:
    assert run(place, "areas", "--csv", tmp_path / "a.csv", "--xlsx", tmp_path / "a.xlsx").returncode == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig"))))
    assert sum(pence(row["net"]) for row in rows) == place.money.count().net
    assert any(row["area_name"].startswith("'=HYPERLINK") for row in rows)
    assert (tmp_path / "a.xlsx").stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["--by", "ward"], "'ward' is not a cut of money by area", 2),
        (["--by", "area,area"], "a cut is asked for twice", 2),
        (["--service", "child"], "'child' is not a service here; did you mean 'children'?", 2),
        (["--area", "W9"], "'W9' is not an area of this place", 2),
        (["--show", "drivers", "--by", "area"], "--by cuts money; it does not go with --show", 2),
        (["--show", "drivers", "--year", "2023-24"], "--show drivers takes no filters", 2),
    ],
)
def test_what_cannot_be_asked_is_said(place: Place, arguments: list[str], said: str, code: int) -> None:
    found = run(place, "areas", *arguments)
    assert (found.returncode, found.stdout) == (code, "")
    assert said in found.stderr


def test_a_table_is_looked_at_before_it_is_written_down(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    (made.root / "areas.toml").unlink()
    none = run(made, "areas")
    assert none.returncode == 1
    assert "'totalplace add-areas FILE' begins it" in none.stderr
    file = made.root / "wards.csv"
    seen = answer(made, "add-areas", file)
    assert not seen["written"]
    assert not (made.root / "areas.toml").exists()
    assert {row["column"]: row["driver"] for row in seen["columns"]["rows"]} == {
        "Ward code": "",
        "Ward name": "",
        "Population": "population",
        "Clients": "clients",
        "Need index": "need-index",
    }
    assert run(made, "add-areas", file, "--kind", "wards", "--yes").returncode == 0
    said = answer(made, "areas")
    assert {row["net"] for row in said["rows"][:-1]} == {"0.00"}
    assert any("no rule says what is apportioned" in words for words in said["doubts"])
    for arguments, words in (
        (["--driver", "Clients"], "must be a column and its method"),
        (["--driver", "Clients=user"], "'user' is not a method; did you mean 'users'?"),
        (["--area-column", "Ward"], "there is no column 'Ward'"),
        (["--grade", "good"], "'good' is not a grade of a driver"),
    ):
        refused = run(made, "add-areas", file, *arguments, "--yes")
        assert refused.returncode in (1, 2)
        assert words in refused.stderr


# --- pages


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[Served]:
    with served(place) as opened:
        yield opened


def test_the_page_has_every_area_what_is_not_apportioned_and_every_method(client: Served, place: Place) -> None:
    html = unescape(client.get("/areas").text)
    for row in place.areas.table().rows:
        assert f'href="/areas/{row[0]}"' in html
        assert f"£{round(row[3] / 100):,}" in html
    assert "Not apportioned" in html
    for words in (
        "Direct: what was paid in the area",
        "Users: where those who use the service live",
        "Population, weighted by need",
    ):
        assert words in html
    assert "things to look at before money by area is quoted" in html
    assert "differs: the driver gives 0.500000" in html


@pytest.mark.parametrize("query", ["", "?body=council", "?year=2023-24&kind=spending", "?service=not-classified"])
def test_the_page_narrows_as_the_tables_do(client: Served, place: Place, query: str) -> None:
    rows = client.get(f"/tables/areas.json{query}").json()["rows"]
    html = unescape(client.get(f"/areas{query}").text)
    assert f"£{round(sum(pence(row['net']) for row in rows) / 100):,}" in html
    methods = client.get(f"/tables/areas-methods.json{query}").json()["rows"]
    assert sum(pence(row["net"]) for row in rows) == sum(pence(row["net"]) for row in methods)
    for row in methods:
        assert row["method_name"] in html


def test_one_area_comes_to_its_row(client: Served, place: Place) -> None:
    for row in client.get("/tables/areas.json").json()["rows"]:
        for by in ("service", "body", "year", "kind", "driver"):
            found = client.get(f"/tables/area-money.json?area={row['area']}&by={by}").json()["rows"]
            assert sum(pence(one["net"]) for one in found) == pence(row["net"])
        page = client.get(f"/areas/{row['area']}")
        assert page.status_code == 200
        assert unescape(page.text).count("<h1") == 1


def test_what_is_not_apportioned_says_which_rule_left_it(client: Served) -> None:
    html = unescape(client.get("/areas/not-apportioned").text)
    assert "Why it is not apportioned" in html
    assert "kind of payment: lending-treasury" in html
    assert "Homes of" not in html  # that rule leaves nothing
    html = unescape(client.get("/areas/W1").text)
    assert "Why it is not apportioned" not in html
    assert "What its share is told by" in html


def test_an_area_that_is_not_there_is_told(client: Served) -> None:
    assert client.get("/areas/W9").status_code == 404
    assert "is not an area of this place" in unescape(client.get("/areas/W9").text)
    assert client.get("/tables/area-money.json").status_code == 404
    assert client.get("/tables/area-money.json?area=W9").status_code == 400
    assert client.get("/areas?service=child").status_code == 400


def test_ids_with_blanks_and_signs_have_pages(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    odd = "Marsh & End? 50% #2"
    text = webplace.WARDS.replace("W3,", f'"{odd}",')
    (made.root / "wards.csv").write_text(text, encoding="utf-8")
    made.areas.add(made.root / "wards.csv")
    with served(made) as client:
        html = client.get("/areas").text
        (address,) = [unescape(a) for a in re.findall(r'href="(/areas/[^"]*)"', html) if "Marsh" in a]
        page = client.get(address)
        assert page.status_code == 200
        assert "Marsh & End" in unescape(page.text)


def test_many_areas_stand_on_pages_each_with_what_is_not_apportioned(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    rows = "".join(f"A{n},Area {n},{n + 1},{n % 7 + 1},1\n" for n in range(300))
    (made.root / "wards.csv").write_text("Ward code,Ward name,Population,Clients,Need index\n" + rows, encoding="utf-8")
    made.areas.add(made.root / "wards.csv")
    with served(made) as client:
        first, second = (unescape(client.get(f"/areas{query}").text) for query in ("", "?page=2"))
        assert "Showing 1 to 250 of 300 wards" in first
        assert "Showing 251 to 300 of 300 wards" in second
        shown = [set(re.findall(r'href="/areas/(A\d+)"', html)) for html in (first, second)]
        assert [len(found) for found in shown] == [250, 50]
        assert len(shown[0] | shown[1]) == 300
        assert all('href="/areas/not-apportioned"' in html for html in (first, second))
        assert len(client.get("/tables/areas.json").json()["rows"]) == 301


def test_without_areas_the_page_says_what_to_do(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    (made.root / "areas.toml").unlink()
    with served(made) as client:
        html = client.get("/areas").text
        assert "No areas are declared" in html
        assert "not explained" in html
        assert client.get("/areas/W1").status_code == 404
        assert client.get("/tables/areas.json").status_code == 404
        assert client.get("/tables/areas-shares.json").status_code == 200


def test_areas_that_cannot_be_read_say_where(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    toml = made.root / "areas.toml"
    toml.write_text(toml.read_text("utf-8").replace('driver = "clients"', 'driver = "client"'), "utf-8")
    with served(made) as client:
        page = client.get("/areas")
        assert page.status_code == 500
        assert "'client' is not a driver; did you mean 'clients'?" in unescape(page.text)
