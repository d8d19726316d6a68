"""The pages of neighbourhoods and of alternatives, their tables and what the map is drawn from, over a server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import totalplace as tp
from tests import webplace
from tests.webplace import HOSTILE
from tests.webserver import Served, served

PAGE, ASK = "/neighbourhoods", "/neighbourhoods/alternatives"
BLOCKS, PICTURE = "/neighbourhoods/map/blocks.geojson", "/neighbourhoods/map/picture.json"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(webplace.make(tmp_path_factory.mktemp("neighbourhoods") / "place")) as running:
        yield running


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A place without geography."""
    with served(tp.new(tmp_path_factory.mktemp("bare") / "place", name="Bare")) as running:
        yield running


def token_of(site: Served, address: str = ASK) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', site.get(address).text)
    assert found
    return found[1]


def sent(site: Served, **fields: Any) -> Any:
    """What the form of alternatives answers; the work that it begins is waited for."""
    answer = site.post(ASK, data={"token": token_of(site), **fields})
    site.desk.designing.wait(60)
    return answer


WISH = {"band": "200-700", "areas": "2", "whole": "wards", "weigh-borders": "1", "weigh-main:networks": "0.5"}


def test_a_layer_as_neighbourhoods(site: Served) -> None:
    page = site.get(PAGE, params={"layer": "wards", "band": "300-500"})
    assert page.status_code == 200
    text = unescape(page.text)
    assert "2 of 2 areas have 300-500 people" in text  # 100 + 101 + 102 + 103, and 104 + 105 + 106 + 107
    assert "All stay in it while everybody's numbers grow or shrink by less than 18.5%." in text
    assert HOSTILE not in page.text
    assert "&lt;script&gt;" in page.text
    assert 'data-map="/neighbourhoods/map/picture.json?band=300-500&amp;layer=wards"' in page.text
    assert "Sources: <script>" in text  # as text: see the line above


def test_a_layer_out_of_the_band_says_by_how_much(site: Served) -> None:
    text = unescape(site.get(PAGE, params={"layer": "wards", "band": "410-500"}).text)
    assert "1 of 2 areas have" in text or "1 of 2 areas has" in text
    assert "4 people short of 410" in text


def test_people_in_no_area_are_told(site: Served) -> None:
    text = unescape(site.get(PAGE, params={"layer": "networks", "band": "100-500"}).text)
    assert "100 people live in small areas that are in none of these." in text


@pytest.mark.parametrize("by", ["area", "people", "margin", "need:need"])
def test_the_map_is_told_what_it_shows(site: Served, by: str) -> None:
    asked = {"layer": "wards", "over": "networks", "sites": "surgeries", "by": by, "band": "300-410"}
    told = site.get(PICTURE, params=asked).json()
    assert told["of"] == [0] * 4 + [1] * 4 if told["areas"][0]["code"] != HOSTILE else [1] * 4 + [0] * 4
    assert sorted(area["number"] for area in told["areas"]) == [1, 2]
    assert {area["name"] for area in told["areas"]} == {"Up & over", HOSTILE}
    assert told["over"][0]["of"][0] == -1  # the first block has no network
    assert [name for *_, name in told["sites"][0]["points"]] == [HOSTILE, "B"]
    assert len({area["colour"] for area in told["areas"]}) == 2
    assert told["blocks"].startswith(BLOCKS)


def test_the_shapes_are_packed_and_kept(site: Served) -> None:
    address = site.get(PICTURE, params={"layer": "wards"}).json()["blocks"]
    packed = site.get(address)
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    assert len(packed.json()["features"]) == 8
    plain = site.get(BLOCKS, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["cache-control"] == "no-cache"
    assert plain.json() == packed.json()
    assert site.get(BLOCKS, headers={"If-None-Match": plain.headers["etag"]}).status_code == 304


def test_the_areas_are_taken_away(site: Served) -> None:
    query = "?layer=wards&band=300-500"
    rows = site.get(f"/tables/neighbourhoods.json{query}").json()["rows"]
    assert [row["people"] for row in rows] == [406, 422]
    assert {"name", "band", "pieces", "main_networks", "share_networks", "sites_surgeries"} <= set(rows[0])
    assert sum(row["sites_surgeries"] for row in rows) == 2
    assert site.get(f"/tables/neighbourhoods-lines.csv{query}").status_code == 200
    assert site.get(f"/tables/neighbourhoods.xlsx{query}").content[:2] == b"PK"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"layer": "ward"}, "did you mean 'wards'"),
        ({"band": "many"}, "band is two numbers of people"),
        ({"band": "9-1"}, "give the lower number first"),
        ({"by": "hope"}, "y is 'hope', which is not there"),
        ({"over": "ward"}, "did you mean 'wards'"),
        ({"sites": "surgery"}, "did you mean 'surgeries'"),
        ({"colour": "red"}, "'colour' is not asked for here"),
    ],
)
def test_what_is_not_there_is_refused(site: Served, asked: dict[str, str], said: str) -> None:
    for address in (PAGE, PICTURE):
        answer = site.get(address, params=asked, headers={"Accept": "text/html"})
        assert answer.status_code == 400
        assert said in unescape(answer.text)


def test_without_geography_it_says_how_to_begin(bare: Served) -> None:
    for address in (PAGE, ASK):
        page = bare.get(address)
        assert page.status_code == 200
        assert "totalplace areas load FILE" in page.text
    for address in (
        BLOCKS,
        PICTURE,
        "/tables/neighbourhoods.csv",
        "/tables/alternatives.json",
        "/tables/proposals.csv",
    ):
        assert bare.get(address).status_code == 404, address


def test_a_wish_comes_to_plans_side_by_side(site: Served) -> None:
    answer = sent(site, **WISH)
    assert answer.status_code == 303
    where = answer.headers["location"]
    assert where.startswith(f"{ASK}?")
    text = unescape(site.get(where).text)
    assert "to choose" in text
    assert text.count("Plan A</h3>") == 1
    table = site.get("/tables/alternatives.json?" + where.partition("?")[2]).json()
    assert table["rows"][0]["areas"] == 2
    assert {"margin", "borders", "main_networks"} <= set(table["rows"][0])
    for sort in ("borders", "margin", "main:networks", "nonsense"):
        assert site.get(f"{where}&sort={sort}").status_code == 200
    # Another wish is not this one.
    assert "not worked out yet" in site.get(f"{ASK}?areas=3").text
    assert site.get("/tables/alternatives.json?areas=3").status_code == 404


def test_the_reason_stands_where_there_is_none(site: Served) -> None:
    where = sent(site, **{**WISH, "band": "414-414"}).headers["location"]
    text = unescape(site.get(where).text)
    assert "There is no such plan" in text
    assert re.search("No 2 areas with .* whole fit in 414-414 people", text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"band": "x"}, "a band is two numbers"),
        ({"areas": "six"}, "how many areas is a number"),
        ({"weigh-borders": "much"}, "the weight of borders is 'much'"),
        ({"weigh-nothing": "1"}, "'nothing' is nothing that a design can weigh"),
        ({"weigh-moved": "1"}, "needs the areas of today"),
        ({"margin": "90"}, "must lie between 0 and 40"),
        ({"seed": "-1"}, "seed is -1"),
        ({"whole": "ward"}, "did you mean 'wards'"),
        ({"anchor-pubs": "on"}, "'pubs' is no kind of point here"),
        ({"need": "age"}, "'age' is no indicator"),
        (
            {"together": "Up & under, b1"},
            "to lie together: 'Up & under' is no area and no small area here; did you mean",
        ),
        ({"apart": "Up & over"}, "to lie apart: 'Up & over' stands alone"),
        ({"fixed": "pubs: North\n"}, "to stay as it is: 'pubs: North' is no area and no small area here"),
    ],
)
def test_a_wish_that_cannot_be_asked_is_answered_in_its_form(site: Served, fields: dict[str, str], said: str) -> None:
    answer = sent(site, **{**WISH, **fields})
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    assert 'id="ask"' in answer.text


def test_what_lies_together_apart_or_stays_is_asked_for_by_name_and_comes_back_in_the_form(site: Served) -> None:
    by_name = {"band": "200-700", "areas": "2", "weigh-borders": "1", "fixed": " Up & over \r\n", "together": "b5, b6"}
    where = sent(site, **by_name).headers["location"]
    page = site.get(where)
    assert "1 plan to choose from" in page.text
    assert "Up &amp; over</textarea>" in page.text
    assert ">b5, b6</textarea>" in page.text
    assert '<details class="govuk-details tp-details" open>' in page.text
    row = site.get(f"/tables/alternatives.json?{where.partition('?')[2]}").json()["rows"][0]
    assert (row["smallest"], row["largest"]) == (406, 422)  # the ward as it stands, and the rest


def test_today_stands_beside_the_alternatives_though_it_breaks_the_band(site: Served) -> None:
    where = sent(site, **{**WISH, "band": "410-450", "today": "wards", "whole": ""}).headers["location"]
    text = unescape(site.get(where).text)
    assert "Today: wards" in text
    card = text.partition('id="plan-today"')[2].partition("</ul>")[0]
    assert "<dt>In the band</dt><dd>1 of 2</dd>" in card
    assert "<dt>Room to the edge of the band</dt><dd>none</dd>" in card
    assert "<dt>People who change area</dt><dd>0</dd>" in card
    assert "4 below 410" in card
    rows = site.get(f"/tables/alternatives.json?{where.partition('?')[2]}").json()["rows"]
    assert (rows[0]["plan"], rows[0]["sure"], rows[0]["in_band"], rows[0]["margin"]) == ("Today", "as it is", 1, None)
    assert all(row["in_band"] == 2 for row in rows[1:])


def test_lines_of_today_that_leave_people_out_are_said_not_to_be_measured(site: Served) -> None:
    where = sent(site, **{**WISH, "today": "networks"}).headers["location"]
    text = unescape(site.get(where).text)
    assert "100 people have no area of" in text
    assert 'id="plan-today"' not in text


def test_a_form_from_elsewhere_is_refused(site: Served) -> None:
    assert site.post(ASK, data=WISH).status_code == 403
    assert site.post(ASK, origin="http://elsewhere.test", data={"token": token_of(site), **WISH}).status_code == 403


def test_work_can_be_stopped(site: Served) -> None:
    from threading import Event

    begun = Event()

    def work(say: Any) -> None:
        begun.set()
        for n in range(10_000):
            begun.wait(0.001)
            say("counting", n, 10_000)
            Event().wait(0.001)

    site.desk.designing.start(work, "slow")
    begun.wait(5)
    assert "Working on another wish" in site.get(f"{ASK}?areas=2").text
    answer = site.post(ASK, data={"token": token_of(site), "do": "stop", "query": "areas=2"})
    assert answer.headers["location"] == f"{ASK}?areas=2"
    assert site.desk.designing.wait(5).state == "failed"
    assert site.desk.designing.state.error == "it was stopped"


def test_the_button_that_stops_answers_at_once_and_the_next_wish_waits_for_the_end(site: Served) -> None:
    from threading import Event, Timer

    begun, go = Event(), Event()

    def work(say: Any) -> None:
        say("searching", 0, 2)
        begun.set()
        go.wait(30)  # a step that takes its time
        say("searching", 1, 2)

    site.desk.designing.start(work, "long")
    begun.wait(5)
    assert ">Stop</button>" in site.get(f"{ASK}?areas=2").text
    site.post(ASK, data={"token": token_of(site), "do": "stop", "query": "areas=2"})
    assert site.desk.designing.state.stopping
    text = site.get(f"{ASK}?areas=2").text
    assert "It was told to stop" in text
    assert ">Stop</button>" not in text
    Timer(0.3, go.set).start()
    where = sent(site, **WISH).headers["location"]
    assert "to choose between" in site.get(where).text
    assert not site.desk.designing.state.stopping


def key_of(site: Served, where: str) -> str:
    found = re.search(r'name="plan" value="([0-9a-f]{12})"', site.get(where).text)
    assert found
    return found[1]


def test_a_plan_is_changed_in_the_editor(site: Served) -> None:
    where = sent(site, **WISH).headers["location"]
    answer = sent(site, do="edit", plan=key_of(site, where))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/neighbourhoods/editor/")
    text = unescape(site.get(answer.headers["location"]).text)
    assert "Alternative A" in text
    assert "alternative A of: band 200-700" in text


def test_a_plan_is_kept_with_its_reasons(tmp_path: Path) -> None:
    with served(webplace.make(tmp_path / "place")) as site:
        where = sent(site, **WISH).headers["location"]
        key = key_of(site, where)
        without = sent(site, do="keep", plan=key, title="Two halves", reasons=" ")
        assert without.status_code == 400
        assert "a proposal needs its reasons" in unescape(without.text)
        assert 'value="Two halves"' in without.text
        kept = sent(site, do="keep", plan=key, title="Two halves", reasons=f"Because {HOSTILE}", by="The board")
        assert kept.headers["location"] == "/neighbourhoods?layer=two-halves"
        text = site.get(kept.headers["location"]).text
        assert f"Because {HOSTILE}" in unescape(text)
        assert HOSTILE not in text
        assert "Proposed by The board on " in text
        (row,) = site.get("/tables/proposals.json").json()["rows"]
        assert row["band"] == "200-700"
        gone = sent(site, do="keep", plan="0" * 12, title="x", reasons="y")
        assert gone.status_code == 409
        assert "This was changed meanwhile" in gone.text
        assert "/transfers/candidates" not in gone.text  # names to settle are none of its business


def test_the_editor_begins_with_the_lines_that_are_shown(site: Served) -> None:
    text = site.get(PAGE, params={"layer": "wards", "band": "300-500"}).text
    fields = dict(re.findall(r'name="(base|title|low|high)" value="([^"]*)"', text))
    assert fields["base"] == "wards"
    answer = site.post("/neighbourhoods/editor", data={"token": token_of(site), "do": "begin", **fields})
    assert answer.status_code == 303


def test_need_is_balanced_where_it_is_weighed(site: Served) -> None:
    where = sent(site, **{**WISH, "weigh-need": "2"}).headers["location"]
    (row, *_) = site.get("/tables/alternatives.json?" + where.partition("?")[2]).json()["rows"]
    assert row["need"] is not None


def test_a_small_area_without_a_shape_leaves_the_pages_standing(tmp_path: Path) -> None:
    place = webplace.make(tmp_path / "place")
    path = place.root / "blocks.geojson"
    told = json.loads(path.read_text("utf-8"))
    told["features"][7]["geometry"] = None
    path.write_text(json.dumps(told), encoding="utf-8")
    with served(place) as site:
        assert site.get(PAGE, params={"layer": "wards", "band": "300-500"}).status_code == 200
        shapes = site.get(site.get(PICTURE, params={"layer": "wards"}).json()["blocks"]).json()
        assert [each["geometry"] is None for each in shapes["features"]] == [False] * 7 + [True]
        where = sent(site, **{**WISH, "areas": "1", "band": "1-9000"}).headers["location"]
        assert site.get(where).status_code == 200


def test_need_goes_with_a_plan_into_the_editor(site: Served) -> None:
    where = sent(site, **{**WISH, "weigh-need": "2"}).headers["location"]
    at = sent(site, do="edit", plan=key_of(site, where)).headers["location"]
    measured = site.get("/tables/plan-measures.json", params={"draft": at.rpartition("/")[2]}).json()["rows"]
    assert "need" in {row["name"] for row in measured}


def test_what_the_first_visit_shows_is_prepared_beside_the_pages(tmp_path: Path, bare: Served) -> None:
    """After the start the page finds its picture made; a place without geography, or with a broken one, starts."""
    from totalplace.web import neighbourhoods
    from totalplace.web.application import warm_geography
    from totalplace.web.desk import Desk

    place = webplace.make(tmp_path / "place")
    warm_geography(Desk(place))
    before = neighbourhoods._still.cache_info()
    with served(place) as running:
        assert running.get(PAGE).status_code == 200
    after = neighbourhoods._still.cache_info()
    assert (after.misses, after.hits > before.hits) == (before.misses, True)
    warm_geography(bare.desk)
    (place.root / "geography.toml").write_text("[geography\n", "utf-8")
    warm_geography(Desk(place))


def test_plain_words_come_first_and_names_of_measures_in_brackets(site: Served) -> None:
    text = unescape(site.get("/neighbourhoods/lines").text)
    assert "How far apart (variation of information)" in text
    for alone in (">Variation of information", ">Entropy", ">Lambda", ">V-measure", "Homogeneity<", "divisions"):
        assert alone not in text, alone
    told = site.get("/tables/align-pair.json").json()["rows"]
    measures = site.get("/tables/align-measures.json").json()["rows"]
    assert len(told) == len(measures[0]) - 2  # every measure; the other table has the two names besides
    assert all(row["says"] for row in told)
    start = site.post("/neighbourhoods/editor", data={"token": token_of(site), "do": "begin", "base": "wards"} | BAND)
    page = unescape(site.get(start.headers["location"]).text)
    heads = page.partition('id="fits"')[2].partition("</thead>")[0]
    assert "How far apart, 0 to 1" in heads
    assert "ariation" not in heads


def test_the_lines_page_shows_the_first_and_its_downloads_all(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from totalplace.web.pages import alignment

    query = "first=wards&second=networks"
    every = site.get(f"/tables/align-disagreements.json?{query}").json()["rows"]
    assert len(every) > 1
    monkeypatch.setattr(alignment, "FIRST", 1)
    text = unescape(site.get(f"/neighbourhoods/lines?{query}").text)
    assert f"The 1 with most people, of {len(every)}; the downloads hold all." in text


BAND = {"title": "Words", "low": "300", "high": "500"}


def test_small_maps_of_many_areas_have_no_numbers_to_hide_them(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from totalplace.web.pages import alternatives

    where = sent(site, **WISH).headers["location"]
    few = site.get(where).text
    assert "and the numbers of its areas" in few
    monkeypatch.setattr(alternatives, "NUMBERED", 1)
    many = site.get(where).text
    assert "and the numbers of its areas" not in many
    assert many.count("<circle") < few.count("<circle")


def test_small_areas_without_a_layer_are_no_error_and_alternatives_can_be_asked_for(tmp_path: Path) -> None:
    place = webplace.make(tmp_path / "place")
    declared = place.root / "geography.toml"
    small = declared.read_text(encoding="utf-8").split("[[", 2)
    declared.write_text(f"{small[0]}[[{small[1]}", encoding="utf-8")
    with served(tp.open(place.root)) as running:
        page = running.get(PAGE)
        assert page.status_code == 200
        text = unescape(page.text)
        assert "8 small areas with 828 people are loaded, and no layer over them" in text
        assert f'href="{ASK}"' in text
        sent(running, band="200-700", areas="2", **{"weigh-borders": "1"})
        assert running.desk.designing.state.state == "done"
