"""The pages of what the money is spent on: to the penny, each figure opened, and what people settle kept with care."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import webplace
from tests.webserver import Served, served
from totalplace.place import Place
from totalplace.services import Correction
from totalplace.terms import KEPT, pence
from totalplace.web.settling import UNSETTLED


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return webplace.make(tmp_path_factory.mktemp("services") / "place")


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[Served]:
    with served(place) as opened:
        opened.desk.unsure()
        opened.desk.looking.wait(60)
        yield opened


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[tuple[Place, Served]]:
    made = webplace.make(tmp_path / "place")
    with served(made) as opened:
        opened.desk.unsure()
        opened.desk.looking.wait(60)
        yield made, opened


def token(client: Served) -> str:
    found = re.search(r'name="token" value="(\w+)"', client.get("/services/settle").text)
    assert found
    return found[1]


TABLES = ("services", "services-cofog", "services-subjective", "services-body", "services-bought", "services-flow")


@pytest.mark.parametrize("query", ["", "body=council", "year=2023-24&kind=spending", "told=nothing"])
@pytest.mark.parametrize("name", TABLES)
def test_downloads_add_up_to_the_net_of_the_count(client: Served, place: Place, name: str, query: str) -> None:
    where = {key: [value] for key, value in (pair.split("=") for pair in query.split("&") if pair)}
    rows = client.get(f"/tables/{name}.json?{query}").json()["rows"]
    assert sum(pence(row["net"]) for row in rows) == place.money.count((), where).net


def figure_links(html: str, kind: str) -> list[tuple[str, str]]:
    """The figures of a page's table that are links: what they say, and where they lead."""
    table = html.split(f'id="{kind}"')[1].split("</table>")[0]
    found = re.findall(r'class="tp-number"><a class="govuk-link" href="(/lines[^"]*)">([^<]*)</a>', table)
    return [(unescape(words), unescape(href)) for href, words in found]


@pytest.mark.parametrize(
    "table",
    ["table-services", "chart-services-bought", "chart-services-flow", "table-services-cofog", "table-services-body"],
)
def test_figures_open_to_lines_that_come_to_them(client: Served, place: Place, table: str) -> None:
    """Every link is a count of lines or money of the same; the police count by a share, so they are left out."""
    html = client.get("/services?body=council,authority").text
    opened = figure_links(html, table)
    assert len(opened) > 5
    for words, href in opened:
        query = urlsplit(href).query
        rows = client.get(f"/tables/lines.json?{query}").json()["rows"]
        if "£" not in words:
            assert len(rows) == int(words.replace(",", "")), href
        else:
            said = int(words.replace("£", "").replace(",", "").replace("−", "-"))
            assert round(sum(pence(row["amount"]) for row in rows) / 100) == pytest.approx(said, abs=1), href


def test_the_page_says_what_is_told_and_what_is_not(client: Served, place: Place) -> None:
    html = client.get("/services").text
    rows = {row["service"]: row for row in place.money.services().records()}
    assert "Not classified" in html
    assert "What to settle next" in html
    assert html.count('class="tp-picture') >= 5
    net = place.money.count().net
    assert sum(pence(row["net"]) for row in rows.values()) == net
    assert 'href="/services"' in client.get("/").text
    front = unescape(client.get("/").text)
    assert "is not classified" in front


def test_a_body_and_gross_can_be_asked_for(client: Served) -> None:
    html = client.get("/services?body=council&of=gross").text
    assert "Gross payments, what is taken out too" in html
    assert "The body itself" in html
    assert "The body itself</li>" not in client.get("/services?body=council").text
    assert client.get("/services?of=much").status_code == 200
    assert client.get("/services?month=2023-04").status_code == 400


def test_every_service_has_its_page(client: Served, place: Place) -> None:
    for row in place.money.services().records():
        answer = client.get(f"/services/{row['service']}")
        assert answer.status_code == 200
        assert f'<h1 class="govuk-heading-l tp-title">{row["service_name"]}'.replace("'", "&#39;") in answer.text
    assert client.get("/services/sorcery").status_code == 404
    assert "Nothing of it was paid" in client.get("/services/fire?body=police").text


def test_official_figures_stand_beside_a_service(client: Served) -> None:
    html = client.get("/services/housing").text
    assert "Official figures of it" in html
    assert "£600,000" in html
    assert "Official figures of it" not in client.get("/services/fire").text


def test_a_page_of_a_service_adds_up(client: Served, place: Place) -> None:
    where = {"service": ["not-classified"]}
    count = place.money.count((), where)
    for name in ("years", "by-month", "services-body", "services-subjective"):
        rows = client.get(f"/tables/{name}.json?service=not-classified").json()["rows"]
        assert sum(pence(row["net"]) for row in rows) == count.net, name
    suppliers = client.get("/tables/suppliers.json?service=not-classified").json()["rows"]
    assert sum(pence(row["gross"]) for row in suppliers) == count.gross
    lines = client.get(f"/tables/lines.json?service=not-classified&outcome={','.join(KEPT)}&body=council").json()[
        "rows"
    ]
    council = place.money.count((), {**where, "body": ["council"]})
    assert sum(pence(row["amount"]) for row in lines) == council.net


def test_a_line_says_what_was_told_of_its_service(client: Served) -> None:
    html = unescape(client.get("/lines/source?file=council.csv&line=2").text)
    assert 'href="/services/highways"' in html
    assert re.search(r"told by (words, \d+ per cent sure|the department's heading)", html)
    assert 'action="/services/settle"' in html
    assert '<option value="payee">All to this payee' in html
    assert 'action="/services/settle"' not in client.get("/lines/source?file=council.csv&line=13").text  # rejected


def test_lines_can_be_narrowed_by_what_is_not_told(client: Served) -> None:
    html = client.get("/lines?subjective=none&to_body=nobody&told=words,nothing&service=highways,not-classified")
    assert html.status_code == 200
    assert "Bought: Not told" in html.text
    assert "No public body" in html.text
    assert "Highways and transport, Not classified" in html.text


# --- settling

BEDS = {
    "department": "Care",
    "payee": "Supplier 01 Ltd",
    "offered": "department|payee",
    "was": f"{UNSETTLED}|{UNSETTLED}",
    "by": "department",
    "service": "adults",
    "note": "Homes\nfor older people " + "x" * 300,
    "back": "/services?body=council&q=evil#settle",
}


def test_what_is_settled_counts_from_the_next_build(changing: tuple[Place, Served]) -> None:
    place, client = changing
    before, where = place.money.count(), {"service": ["adults"], "told": ["correction"]}
    answer = client.post("/services/settle", data={**BEDS, "token": token(client)})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/services?body=council#settle"
    (said,) = place.definition.corrections
    assert (said.given, said.service) == ({"department": "CARE"}, "adults")
    assert said.note.startswith("Homes for older people xxx")
    assert len(said.note) == 200
    page = unescape(client.get("/lines/source?file=council.csv&line=12").text)
    assert "all of this department is Adult social care" in page
    assert "before the last change" in client.get("/services").text
    assert place.money.count((), where).rows == 0
    place.build()
    after = place.money.count((), where)
    assert after.rows == place.money.meant(place.definition.corrections).rows[0][5] - 1  # one is of another year
    assert place.money.count().net == before.net
    assert "What was settled: 1" in client.get("/services/settle").text
    assert "Department: Care" in client.get("/services/settled").text


def test_what_was_settled_meanwhile_is_not_written_over(changing: tuple[Place, Served]) -> None:
    place, client = changing
    sent = {**BEDS, "token": token(client)}
    assert client.post("/services/settle", data=sent).status_code == 303
    for late in (sent, {**sent, "service": "children"}, {**sent, "undo": "department"}):
        answer = client.post("/services/settle", data=late)
        assert answer.status_code == 409
        assert "it was settled as Adult social care" in unescape(answer.text)
    assert place.definition.corrections[0].service == "adults"
    other = client.post("/services/settle", data={**sent, "by": "payee"})  # of this nobody said anything meanwhile
    assert other.status_code == 303
    again = {**sent, "was": f"adults|{UNSETTLED}", "service": "children", "note": ""}
    assert client.post("/services/settle", data=again).status_code == 303
    assert {c.service for c in place.definition.corrections} == {"children", "adults"}


def test_what_was_settled_can_be_taken_back(changing: tuple[Place, Served]) -> None:
    place, client = changing
    place.money.correct([Correction("adults", department="Care", purpose="Beds <b>", payee="Elm & Oak")])
    page = client.get("/services/settled").text
    form = re.search(r'<form class="tp-form" action="/services/settle".*?</form>', page, re.DOTALL)
    assert form
    sent = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[0])}
    answer = client.post("/services/settle", data=sent)
    assert answer.status_code == 303, answer.text
    assert not place.definition.corrections
    assert "before the last change" not in client.get("/services/settled").text
    assert client.post("/services/settle", data=sent).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": ""},
        {"service": "sorcery"},
        {"by": "category"},
        {"by": "department,payee"},
        {"by": "note", "offered": "note"},
        {"by": "", "offered": ""},
        {"department": "  "},
        {"department": "!!!"},
        {"undo": "payee,department"},
        {"undo": "note", "offered": "note"},
    ],
)
def test_a_form_that_says_nothing_clear_changes_nothing(client: Served, place: Place, wrong: dict[str, str]) -> None:
    answer = client.post("/services/settle", data={**BEDS, "token": token(client), **wrong})
    assert answer.status_code == 400
    assert not (place.root / "classes.toml").exists()


def test_what_was_settled_is_listed_a_page_at_a_time(changing: tuple[Place, Served]) -> None:
    place, client = changing
    place.money.correct([Correction("adults", department=f"Unit {n}") for n in range(45)])
    pages = [unescape(client.get(f"/services/settled?page={n}").text) for n in (1, 2, 3)]
    found = [re.findall(r"Department: (Unit \d+)\.", page) for page in pages]
    assert found[0][0] == "Unit 44"  # the latest first
    assert [len(units) for units in found] == [20, 20, 5]
    assert len({unit for units in found for unit in units}) == 45
    assert "45 settled" in client.get("/services").text


def test_a_form_without_its_token_or_from_elsewhere_is_refused(client: Served, place: Place) -> None:
    assert client.post("/services/settle", data=BEDS).status_code == 403
    sent = {**BEDS, "token": token(client)}
    assert client.post("/services/settle", "http://evil.test", data=sent).status_code == 403
    assert not (place.root / "classes.toml").exists()


@pytest.mark.parametrize(
    ("back", "place_of"),
    [
        ("http://evil.test/services", "/services/settle"),
        ("//evil.test", "/services/settle"),
        ("/lines/source?file=council.csv&line=2", "/lines/source?file=council.csv&line=2#settle"),
        ("/services/settle?page=2&body=council", "/services/settle?body=council&page=2#settle"),
        ("", "/services/settle"),
    ],
)
def test_a_form_leads_back_to_its_page_and_nowhere_else(
    changing: tuple[Place, Served], back: str, place_of: str
) -> None:
    _, client = changing
    answer = client.post("/services/settle", data={**BEDS, "back": back, "token": token(client)})
    assert answer.headers["location"] == place_of


def test_what_is_to_settle_leads_to_its_lines(client: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def lead(at: int) -> str:
        return unescape(
            re.findall(r'href="(/lines\?[^"]*)">Look at its lines', client.get("/services/settle").text)[at]
        )

    rows = client.get("/tables/services-unsure.json").json()["rows"]
    assert "q=" in lead(0)
    found = client.get(f"/tables/lines.json?{urlsplit(lead(0)).query}").json()["rows"]
    assert len(found) >= rows[0]["lines"]
    monkeypatch.setattr("totalplace.web.pages.services.WORDS_LIMIT", 1)
    assert "q=" not in lead(0)


def test_while_it_is_worked_out_the_page_says_so(client: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(client.desk), "unsure", lambda *_: None)
    for address in ("/services", "/services/settle"):
        assert "still being worked out" in client.get(address).text
