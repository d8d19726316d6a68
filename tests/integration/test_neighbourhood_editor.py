"""The editor's pages over HTTP: a plan begun, changed, undone, saved; two windows, damaged files, hostile forms."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
import shapely

from tests.geographies import geojson, squares
from tests.unit.test_geography_editing import fresh
from tests.webserver import Served, served
from totalplace.geography.editing.live import Live
from totalplace.place import Place, new_place, open_place
from totalplace.web.plan_pictures import colours_of, map_of

HOME = "/neighbourhoods/editor"
DECLARED = """[geography]
blocks = "lsoa"

[[layer]]
id = "lsoa"
file = "blocks.geojson"
code = "code"
population = "people"

[[lookup]]
id = "team"
title = "Teams"
file = "blocks.geojson"
code = "code"
area = "team"

[[lookup]]
id = "ward"
title = "Wards"
file = "blocks.geojson"
code = "code"
area = "ward"

[[indicator]]
id = "need"
title = "Need score"
file = "blocks.geojson"
code = "code"
figure = "need"
measure = "mean"
"""


def make(root: Path, wide: int = 6, high: int = 2) -> Place:
    """A grid of blocks: teams split it in the middle, wards are columns of two."""
    made = new_place(root, name="Town")
    n = wide * high
    columns: dict[str, list[object]] = {
        "code": [f"b{i}" for i in range(n)],
        "people": [10 + i % 7 for i in range(n)],
        "team": ["West" if i % wide < wide // 2 else "East" for i in range(n)],
        "ward": [f"W{i % wide}" for i in range(n)],
        "need": [i % wide for i in range(n)],
    }
    geojson(made.root / "blocks.geojson", columns, squares(wide, high))
    (made.root / "geography.toml").write_text(DECLARED, "utf-8")
    spend = made.root / "spend.csv"
    spend.write_text("Date,Supplier Name,Amount\n01/04/2024,Bright Lamps Ltd,10.00\n", "utf-8")
    made.add("spend", [spend], "Salford City Council")
    made.build()
    return made


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make(tmp_path_factory.mktemp("editor") / "town")


@pytest.fixture
def place(town: Place, tmp_path: Path) -> Place:
    """A copy that a test may change."""
    return open_place(shutil.copytree(town.root, tmp_path / "town", symlinks=True))


@pytest.fixture
def site(place: Place) -> Iterator[Served]:
    with served(place) as running:
        yield running


def token(site: Served, at: str = HOME) -> str:
    return re.findall(r'name="token" value="([0-9a-f]+)"', site.get(at).text)[0]


def begin(site: Served, **said: str) -> str:
    form = {"token": token(site), "title": "Mine", "base": "team", "low": "50", "high": "80", "today": "team"}
    answer = site.post(HOME, data={**form, **said})
    assert answer.status_code == 303, html.unescape(answer.text)
    return str(answer.headers["location"])


def change(site: Served, at: str, do: str, revision: int, **said: str) -> httpx.Response:
    form = {"token": token(site, at), "revision": str(revision), "do": do, **said}
    return site.post(at, data=form)


def rows(site: Served, at: str, table: str = "plan-areas") -> list[dict[str, object]]:
    found = site.get(f"/tables/{table}.json?draft={at.rpartition('/')[2]}").json()
    return list(found["rows"])


@pytest.mark.parametrize("file", ["\0", "a\0b.csv", "x" * 5000, "../blocks.geojson", "/etc/passwd", "drafts"])
def test_a_file_that_cannot_be_is_refused_by_name(site: Served, file: str) -> None:
    form = {"token": token(site), "title": "Mine", "low": "50", "high": "80", "file": file}
    answer = site.post(HOME, data=form)
    assert answer.status_code == 400
    assert "there is no file" in answer.text


def test_a_plan_is_begun_changed_undone_and_saved(site: Served, place: Place) -> None:
    at = begin(site)
    assert at == f"{HOME}/mine"
    look = change(site, at, "look", 0, **{"pick-b2": "on"})
    text = html.unescape(look.text)
    assert "1 small area picked, 12 people" in text
    assert 'value="move:East"' in text
    assert 'value="move:West"' not in text
    done = change(site, at, "move:East", 0, **{"pick-b2": "on"})
    assert done.status_code == 303
    assert {row["area"]: row["people"] for row in rows(site, at)} == {"East": 93, "West": 58}
    page = html.unescape(site.get(at).text)
    assert "b2 to East." in page
    assert "East has 93 people: 13 above 80." in page
    assert change(site, at, "undo", 1).status_code == 303
    assert "Undone: b2 to East." in html.unescape(site.get(at).text)
    assert change(site, at, "redo", 2).status_code == 303
    assert change(site, at, "new", 3, new_name="Middle", was_by="ward", **{"pick-W2": "on"}).status_code == 303
    assert [row["area"] for row in rows(site, at)] == ["East", "West", "Middle"]
    assert change(site, at, "rename", 4, **{"in": "new-1"}, name="The middle").status_code == 303
    saved = change(site, at, "propose", 5, title="Ours", reasons="It follows the canal.", by="Town council")
    assert saved.status_code == 303, html.unescape(saved.text)
    (proposal,) = place.geography.declared.proposals
    assert (proposal.title, proposal.by, proposal.band) == ("Ours", "Town council", "50-80")
    assert set(place.geography.division("ours").labels) == {"East", "West", "The middle"}
    assert "changed by hand" in proposal.came_from
    # The plan is there after the program ended, and knows what it began with.
    assert "3 changes" in html.unescape(site.get(saved.headers["location"]).text)
    assert "Ours" in site.get(HOME).text


def test_every_table_and_file_of_a_plan(site: Served) -> None:
    at = begin(site)
    change(site, at, "move:East", 0, **{"pick-b2": "on"})
    assert {row["name"] for row in rows(site, at, "plan-measures")} >= {"borders", "moved", "main:ward", "nest:team"}
    aligned = rows(site, at, "plan-alignment")
    assert {(row["layer"], row["when"]) for row in aligned} == {
        (layer, when) for layer in ("Teams", "Wards") for when in ("at the beginning", "now")
    }
    # On the page the finer of the two is held against the coarser: wards in teams.
    page = site.get(at).text
    assert '<th scope="row">Wards against the plan</th><td class="tp-number">' in page
    (moved,) = rows(site, at, "plan-moved")
    assert (moved["block"], moved["before"], moved["area"], moved["today"]) == ("b2", "West", "East", "West")
    (step,) = rows(site, at, "plan-steps")
    assert step["what"] == "b2 to East"
    blocks = site.get("/tables/plan-blocks.csv?draft=mine").text
    assert "b2,East,12" in blocks
    shapes = json.loads(site.get(f"{at}/plan.geojson").text)
    assert {each["properties"]["name"] for each in shapes["features"]} == {"East", "West"}
    assert site.get(f"{at}/plan.shp").status_code == 404
    assert site.get("/tables/plan-areas.csv?draft=none").status_code == 404
    assert site.get("/tables/plan-areas.csv").status_code == 404


def test_two_windows_do_not_overwrite_each_other_without_a_word(site: Served) -> None:
    at = begin(site)
    assert change(site, at, "move:East", 0, **{"pick-b2": "on"}).status_code == 303
    other = change(site, at, "move:East", 0, **{"pick-b1": "on"})
    assert other.status_code == 409
    text = html.unescape(other.text)
    assert "changed in another window meanwhile (it has 1 changes, your page knew 0)" in text
    # The page shows the plan as it is, with what was picked still picked.
    assert 'name="revision" value="1"' in text
    assert "1 small area picked" in text
    assert len(rows(site, at, "plan-steps")) == 1
    assert change(site, at, "propose", 0, title="T", reasons="R").status_code == 409


@pytest.mark.parametrize(
    ("do", "said", "words"),
    [
        ("move:East", {}, "none is picked"),
        ("move:nowhere", {"pick-b2": "on"}, "there is no area 'nowhere'"),
        ("undo", {}, "nothing to undo"),
        ("redo", {}, "nothing to redo"),
        ("rename", {"in": "East", "name": "West"}, "another area is called West already"),
        ("rename", {"in": "East", "name": "=1"}, "formula"),
        ("merge", {"in": "East", "merge_to": "East"}, "merged with itself"),
        ("take:7", {"in": "East"}, "suggestion is gone"),
        ("take:x", {"in": "East"}, "whole number"),
        ("explode", {}, "'explode' is nothing that the editor can do"),
        ("propose", {"title": "", "reasons": "x"}, "a proposal needs its title"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_written(
    site: Served, place: Place, do: str, said: dict[str, str], words: str
) -> None:
    at = begin(site)
    answer = change(site, at, do, 0, **said)
    assert answer.status_code == 400
    assert words in html.unescape(answer.text)
    assert len((place.root / "drafts" / "mine.jsonl").read_text().splitlines()) == 1


def test_a_form_from_elsewhere_or_without_its_token_is_refused(site: Served) -> None:
    at = begin(site)
    assert site.post(at, data={"revision": "0", "do": "undo"}).status_code == 403
    assert site.post(at, origin="http://example.test", data={"token": token(site, at)}).status_code == 403
    for strange in ({"picked": "[" * 9_000}, {"picked": '{"a": 1}'}, {"picked": "[1, null]"}, {"pick-nowhere": "on"}):
        assert change(site, at, "look", 0, **strange).status_code == 200
    assert change(site, at, "move:East", -1, **{"pick-b2": "on"}).status_code == 400
    assert change(site, at, "look", 0, by="nothing", **{"in": "nothing"}, q="<script>").status_code == 200
    assert "<script>alert" not in change(site, at, "look", 0, q="<script>alert(1)").text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": ""}, "needs a title"),
        ({"low": "many"}, "least people is 'many'"),
        ({"low": "90"}, "give the lower number first"),
        ({"base": "wards"}, "'wards' is not a layer of these areas; did you mean 'ward'"),
        ({"today": "proposals"}, "is no layer of areas as they are"),
        ({"need": "needs"}, "'needs' is no indicator of need; did you mean 'need'"),
        ({"file": "../town/geography.toml/x"}, "there is no file"),
        ({"file": "/etc/passwd"}, "there is no file '/etc/passwd' in the place's folder"),
        ({"file": "spend.csv"}, "codes are of no block"),
    ],
)
def test_a_plan_that_cannot_begin_says_why(site: Served, said: dict[str, str], words: str) -> None:
    form = {"token": token(site), "title": "Mine", "base": "team", "low": "50", "high": "80", **said}
    answer = site.post(HOME, data=form)
    assert answer.status_code == 400
    assert words in html.unescape(answer.text)


def test_a_plan_begins_with_a_file_or_with_nothing(site: Served, place: Place) -> None:
    (place.root / "plan.csv").write_text("block,area\nb0,One\nb1,Two\n", "utf-8")
    at = begin(site, file="plan.csv", title="From a file")
    assert [row["area"] for row in rows(site, at)] == ["One", "Two"]
    assert "10 small areas with" in html.unescape(site.get(at).text)
    at = begin(site, base="", title="From nothing")
    assert rows(site, at) == []
    assert "There is no area yet" in site.get(at).text
    assert change(site, at, "new", 0, new_name="First", **{"pick-b0": "on"}).status_code == 303
    assert [row["people"] for row in rows(site, at)] == [10]
    assert site.get("/tables/plan-alignment.json?draft=from-nothing").status_code == 200


def test_the_balance_of_need_is_measured_where_an_indicator_is_named(site: Served, place: Place) -> None:
    at = begin(site, need="need", title="By need")
    assert "Need score" in site.get(HOME).text
    measured = {row["name"]: row["now"] for row in rows(site, at, "plan-measures")}
    # Need is 0 to 5 from west to east: all of it lies apart, as it would in areas of one block each but for the middle.
    people = [10 + i % 7 for i in range(12)]
    mean = sum(p * (i % 6) for i, p in enumerate(people)) / sum(people)
    apart = [p * (i % 6 - mean) for i, p in enumerate(people)]
    west = sum(each for i, each in enumerate(apart) if i % 6 < 3)
    assert measured["need"] == pytest.approx(2 * abs(west) / sum(map(abs, apart)))
    assert "need" not in {row["name"] for row in rows(site, begin(site), "plan-measures")}


def test_the_map_does_without_blocks_that_have_no_shape() -> None:
    live = fresh("today")
    shapes = np.array(live.task.blocks.shapes, copy=True)
    east = live.base.of == live.state.number("t1")
    shapes[east], shapes[0] = shapely.Polygon(), None
    blank = Live(replace(live.task, blocks=replace(live.task.blocks, shapes=shapes)), live.base)
    found = json.loads(map_of(blank, colours_of(blank), ("b1",)), parse_constant=pytest.fail)
    assert [area["at"] is None for area in found["areas"]] == [False, True]
    assert found["picked"] == ["b1"]


def test_a_damaged_draft_is_named_and_the_others_open(site: Served, place: Place) -> None:
    begin(site)
    at = begin(site, title="Other")
    (place.root / "drafts" / "mine.jsonl").write_text("nonsense\n", "utf-8")
    page = html.unescape(site.get(HOME).text)
    assert "drafts/mine.jsonl, line 1: it is no JSON" in page
    assert "Other" in page
    broken = site.get(f"{HOME}/mine")
    assert broken.status_code == 409
    assert "line 1" in html.unescape(broken.text)
    assert site.get(at).status_code == 200
    assert site.get(f"{HOME}/nothing").status_code == 404
    begin(site, title="Third")
    with (place.root / "drafts" / "third.jsonl").open("a") as file:
        file.write('{"do": "move", "blocks": ["b99"], "to": "East"}\n')
    late = site.get(f"{HOME}/third")
    assert late.status_code == 409
    assert "drafts/third.jsonl does not go with what the place declares now: 'b99' is no block here" in html.unescape(
        late.text
    )
    put_away = site.post(HOME, data={"token": token(site), "do": "remove", "draft": "mine"})
    assert put_away.status_code == 303
    assert "line 1" not in site.get(HOME).text
    assert list((place.root / "drafts").glob("mine.*.removed"))


def test_a_layer_that_is_gone_is_named(site: Served, place: Place) -> None:
    at = begin(site, base="ward", today="team")
    declared = place.root / "geography.toml"
    text = declared.read_text("utf-8")
    declared.write_text(text[: text.index("[[lookup]]")] + text[text.rindex("[[lookup]]") :], "utf-8")
    gone = site.get(at)
    assert gone.status_code == 409
    assert "'team' is no layer of areas as they are" in html.unescape(gone.text)
    declared.write_text(text, "utf-8")
    assert site.get(at).status_code == 200


def test_a_place_without_areas_says_how_to_begin(tmp_path: Path) -> None:
    made = make(tmp_path / "bare")
    (made.root / "geography.toml").unlink()
    with served(made) as site:
        assert "totalplace areas load FILE" in site.get(HOME).text


def test_what_was_answered_is_there_after_the_program_was_killed(place: Place) -> None:
    """A server of its own is killed without warning in the middle of moves that follow each other."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "totalplace", "serve", "--port", str(port), "--place", str(place.root)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ)) as run:
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=url, timeout=20) as client:
            for _ in range(1_200):  # a minute, on a machine that has much to do
                try:
                    client.get("/about")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            site = Served(url, client, None)
            at = begin(site)
            form = {"token": token(site, at), "pick-b2": "on"}
            for n in range(6):
                to = "East" if n % 2 == 0 else "West"
                assert site.post(at, data={**form, "revision": str(n), "do": f"move:{to}"}).status_code == 303
        run.send_signal(signal.SIGKILL)
        run.wait()
    with served(place) as again:
        assert len(rows(again, at, "plan-steps")) == 6
        assert change(again, at, "undo", 6).status_code == 303


def test_a_move_answers_within_a_tenth_of_a_second_at_2000_blocks(tmp_path: Path) -> None:
    """Over HTTP, the answer that the page takes, with every figure in it; processor time, the middle of several."""
    with served(make(tmp_path / "large", 50, 40)) as site:
        at = begin(site, low="5000", high="15000")
        given = {"token": token(site, at)}
        spent = []
        for n in range(11):
            form = {**given, "revision": str(n), "do": "move:East", f"pick-b{24 + 50 * n}": "on"}
            began = time.process_time()
            answer = site.client.post(at, data=form, headers={"Origin": site.url, "X-Part": "work"})
            spent.append(time.process_time() - began)
            assert f"b{24 + 50 * n} to East." in answer.text
        assert float(np.median(spent)) < 0.1, spent
