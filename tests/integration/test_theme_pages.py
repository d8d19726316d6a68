"""The pages of themes: figures that the library gives, rules that are changed live, and nothing lost on the way."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests import webplace
from tests.webserver import Served, served
from totalplace.place import Place
from totalplace.themes import answers, kept
from totalplace.web import theming


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return webplace.make(tmp_path_factory.mktemp("pages") / "place")


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[Served]:
    with served(place) as opened:
        yield opened


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[tuple[Place, Served]]:
    made = webplace.make(tmp_path / "place")
    with served(made) as opened:
        yield made, opened


def waited(client: Served, address: str) -> str:
    """A page when what it shows is worked out."""
    for _ in range(100):
        html = client.get(address).text
        if "Working it out" not in html:
            return html
        client.desk.theming.wait(0.2)
    raise AssertionError(html)


def form_of(client: Served, address: str = "/themes/beds/rules") -> dict[str, str]:
    """The fields of the form of rules, as a browser would send them."""
    html = client.get(address).text
    form = html[html.index('<form class="tp-rules"') :]
    given = {}
    for name, rest in re.findall(r'<input [^>]*name="([^"]*)"([^>]*)>', form):
        if 'type="checkbox"' not in rest or " checked" in rest:
            value = re.search(r'value="([^"]*)"', rest)
            given[name] = unescape(value[1]) if value else ""
    given |= {
        name: unescape(text)
        for name, text in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', form)
    }
    return given


def sent(client: Served, do: str = "show", **changes: str) -> tuple[int, str]:
    answer = client.post("/themes/beds/rules", data={**form_of(client), **changes, "do": do})
    return answer.status_code, answer.text


def shown(place: Place, name: str = "beds") -> str:
    return f"£{place.themes.run(name).amount / 100:,.0f}"


# --- looking


def test_the_list_says_what_the_library_says(client: Served, place: Place) -> None:
    html = waited(client, "/themes")
    assert shown(place) in html
    assert shown(place, "care") in html
    ((*_, most),) = place.themes.beside().rows
    assert f"£{most / 100:,.0f}" in html
    assert "Beds &lt;and&gt; nights" in html
    assert webplace.HOSTILE not in html


def test_a_theme_opens_down_to_its_lines(client: Served, place: Place) -> None:
    html = waited(client, "/themes/beds")
    found = place.themes.run("beds")
    assert "is estimated" in html
    assert "the body &#39;elsewhere&#39; is not here" in html
    for by in ("body", "service", "supplier"):
        for row in found.cut([by], limit=25).rows:
            address = f"/themes/beds/lines?{by}={row[0]}"
            assert f'href="{address}"' in html
            lines = client.get(address).text
            count = row[-4]
            assert f"of {count} {'line' if count == 1 else 'lines'}" in lines
    assert "/lines/source?file=council-regular.csv" in lines
    out = client.get("/themes/beds/lines?rule=1").text
    assert "&lt;Rule&gt; out" in out
    assert "this place counts 0.3 of each" in out


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/themes/nothing", 404),
        ("/themes/beds/lines?rules=1", 400),
        ("/themes/beds/lines?page=0", 400),
        ("/themes/beds/lines?body=nobody", 400),
        ("/themes/nothing/rules", 404),
        ("/tables/theme.json", 404),
        ("/tables/theme.json?theme=nothing", 404),
        ("/tables/theme.json?theme=beds&by=suplier", 400),
    ],
)
def test_what_is_not_there_is_said(client: Served, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_theme_that_cannot_be_read_is_shown_with_what_is_wrong(changing: tuple[Place, Served]) -> None:
    place, client = changing
    (place.themes.folder / "bad.toml").write_text("[[rule]]\nshare = 2")
    for address in ("/themes/bad", "/themes/bad/rules", "/themes/bad/lines"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "[[rule]] 1" in unescape(answer.text)
    assert "bad cannot be shown" in waited(client, "/themes")
    assert client.get("/tables/theme.json?theme=bad").status_code == 400
    (place.themes.folder / "bad.toml").write_text('[[rule]]\nwords = ["x"]\n' * 60)
    assert "60 rules; a page changes 40 at most" in client.get("/themes/bad/rules").text


# --- working out


def test_what_takes_time_shows_how_far_it_is_and_can_be_stopped(
    changing: tuple[Place, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, client = changing
    go, real = threading.Event(), kept.look_for

    def slow(*given: object) -> None:
        say = given[3]
        assert callable(say)
        say("looking for words", 1, 3)
        go.wait(10)
        say("looking for words", 2, 3)
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(answers, "look_for", slow)
    html = client.get("/themes/beds").text
    assert "Looking for words, 1 of 3" in html
    assert 'hx-get="/themes/beds" hx-trigger="every 1s"' in html
    token = re.search(r'name="token" value="([^"]*)"', html)
    assert token
    go.set()
    answer = client.post("/themes", data={"token": token[1], "do": "stop", "name": "beds"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/themes/beds")
    client.desk.theming.wait(5)
    assert "It was stopped" in client.get("/themes/beds").text
    monkeypatch.setattr(answers, "look_for", real)
    assert "By supplier" in waited(client, "/themes/care") + waited(client, "/themes/beds")


def test_a_draft_lets_go_of_the_draft_before_it(client: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theming, "PATIENCE", 30)
    for word in ("one", "two", "beds night 3"):
        status, html = sent(client, **{"r2-words": word})
        assert status == 200
        assert "As it stands" in html
    assert re.search(r'2\. .*?</th>\s*<td class="tp-number">[1-9]', html, re.DOTALL)


# --- changing rules


def live(html: str) -> list[str]:
    part = html[html.index('id="live"') :]
    return re.findall(r'<td class="tp-number">([^<]*)</td>\s*</tr>', part[: part.index("</table>")])


def test_the_form_says_what_the_file_says(client: Served, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theming, "PATIENCE", 30)
    html = client.get("/themes/beds/rules").text
    amounts = [f"£{row[6] / 100:,.0f}" for row in place.themes.run("beds").rules_table().rows]
    assert live(html) == amounts
    given = form_of(client)
    assert given["r1-words"] == "Supplier 07"
    assert given["r2-share"] == "0.333333"
    assert {name for name in given if "-body-" in name} == {"r3-body-police", "r3-body-elsewhere"}
    assert sent(client)[0] == 200
    assert live(sent(client)[1]) == amounts


def test_rules_are_added_moved_and_taken_out_before_anything_is_saved(
    client: Served, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theming, "PATIENCE", 30)
    before = place.themes.content("beds")
    status, html = sent(client, "add")
    assert status == 200
    assert 'id="rule-4"' in html
    assert "asks for nothing yet" in html
    two_more = {"rules": "5", "r5-words": "beds", "r5-share": "9"}
    assert "[[rule]] 5: share is 9" in unescape(sent(client, **two_more)[1])
    html = sent(client, "up-2")[1]
    assert re.search(r'name="r1-words"[^>]*>beds<', html)
    html = sent(client, "remove-2")[1]
    assert 'id="rule-3"' not in html
    assert place.themes.content("beds") == before
    html = sent(client, **{"r2-share": "", "r2-reason": ""})[1]
    assert live(html) != live(client.get("/themes/beds/rules").text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"r2-share": "7"}, "share is 7"),
        ({"r2-words": ".*"}, "no letter or figure"),
        ({"r2-service-chidlren": "on"}, "did you mean 'children'"),
        ({"r2-year": "2023"}, "is not a financial year"),
    ],
)
def test_what_cannot_be_is_said_and_not_saved(
    client: Served, place: Place, changes: dict[str, str], words: str
) -> None:
    before = place.themes.content("beds")
    assert words in unescape(sent(client, **changes)[1])
    status, html = sent(client, "save", **changes)
    assert status == 400
    assert "This was not saved" in html
    assert words in unescape(html)
    assert place.themes.content("beds") == before


def test_rules_are_saved(changing: tuple[Place, Served]) -> None:
    place, client = changing
    path = place.themes.folder / "beds.toml"
    path.write_text(path.read_text("utf-8") + "# the end\n", encoding="utf-8")
    changes = {
        "r2-words": "beds\n  night 7 \n\n",
        "r2-service-adults": "on",
        "r3-supplier": "Fleet Hire Ltd",
        "title": " New  title ",
    }
    answer = client.post("/themes/beds/rules", data={**form_of(client), **changes, "do": "save"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/themes/beds")
    theme = place.themes.theme("beds")
    assert theme.title == "New title"
    assert theme.rules[1].words == ("beds", "night 7")
    assert dict(theme.rules[1].where) == {"service": ("adults",)}
    assert dict(theme.rules[2].where)["supplier"] == ("Fleet Hire Ltd",)
    assert "# the end" in path.read_text("utf-8")
    assert "New title" in waited(client, "/themes/beds")


def test_what_somebody_else_saved_meanwhile_is_not_written_over(changing: tuple[Place, Served]) -> None:
    place, client = changing
    mine = form_of(client)
    other = '[[rule]]\nwords = ["other"]\n'
    (place.themes.folder / "beds.toml").write_text(other)
    answer = client.post("/themes/beds/rules", data={**mine, "r2-words": "mine alone", "do": "save"})
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.text
    assert "mine alone" in answer.text
    assert place.themes.content("beds").decode() == other


def test_a_form_from_elsewhere_is_refused(client: Served, place: Place) -> None:
    given = form_of(client)
    before = place.themes.content("beds")
    assert client.post("/themes/beds/rules", data={**given, "token": "x", "do": "save"}).status_code == 403
    assert client.post("/themes/beds/rules", origin=None, data={**given, "do": "save"}).status_code == 403
    assert client.post("/themes", data={"title": "x"}).status_code == 403
    many = {**given, "rules": "41"}
    assert client.post("/themes/beds/rules", data=many).status_code == 400
    assert client.post("/themes/nothing/rules", data=given).status_code == 404
    assert place.themes.content("beds") == before


def test_a_theme_is_begun(changing: tuple[Place, Served]) -> None:
    place, client = changing
    token = form_of(client)["token"]
    answer = client.post(
        "/themes", data={"token": token, "title": "Early Years!", "like": "early-years", "do": "begin"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/themes/early-years/rules")
    assert len(place.themes.theme("early-years").rules) == 6
    assert client.get("/themes/early-years/rules").status_code == 200
    for title in ("Early Years!", " ?? "):
        answer = client.post("/themes", data={"token": token, "title": title, "like": ""})
        assert answer.status_code == 400
