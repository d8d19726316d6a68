"""What the pages promise: every link leads somewhere, every figure opens, nothing foreign gets in, nothing is lost."""

from __future__ import annotations

import io
import json
import re
import shutil
import threading
import zipfile
from codecs import BOM_UTF8
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
import pytest
from python_calamine import CalamineWorkbook

from tests import webplace
from tests.webserver import Served, served
from totalplace.errors import DataError
from totalplace.money import held
from totalplace.parameters.schemes import SCHEMES
from totalplace.place import Place
from totalplace.reports.text import RISKY
from totalplace.reports.treasurer import SUMMED, write_treasurer
from totalplace.table import Table
from totalplace.terms import pence
from totalplace.web import application, offered, tables
from totalplace.web.common import Paging, paging
from totalplace.web.desk import Desk
from totalplace.web.guard import HEADERS
from totalplace.web.offered_neighbourhoods import ALIGNED
from totalplace.web.templating import POLICY, asset

ROUTES = Path(__file__).with_name("routes.json")
PAGES = (
    "/",
    "/?year=2023-24",
    "/services",
    "/services?of=gross",
    "/services/settle",
    "/services/settled",
    "/services/highways",
    "/services/not-classified",
    "/over-time",
    "/over-time?base=2019-20&deflator=hmt-2015-03",
    "/bodies",
    "/bodies/council",
    "/bodies/fire",
    "/suppliers",
    "/suppliers?q=tram",
    "/transfers",
    "/transfers/candidates",
    "/transfers/spellings",
    "/lines",
    "/lines?sort=newest&page=2",
    "/lines?q=beds",
    "/lines/source?file=council.csv&line=2",
    "/control",
    "/control?service=highways&year=2023-24",
    "/tags/role",
    "/official",
    "/completeness",
    "/completeness?state=open&year=2024-25",
    "/compare",
    "/compare?service=Parks&body=council",
    "/compare?across=years",
    "/compare?service=nothing+such",
    "/shared",
    "/shared?q=tram&low=1&high=2.5",
    "/sources",
    "/sources?state=refused",
    "/sources/file?name=council.csv",
    "/sources/file?name=zz-police.csv",
    "/check",
    "/build",
    "/about",
    "/rejects",
    "/rejects?reason=bad_amount&file=council.csv",
    "/tables",
    "/areas",
    "/areas?service=adults&year=2023-24",
    "/areas/W1",
    "/areas/not-apportioned",
    "/areas/claims",
    "/areas/claims?claim=clients",
    "/neighbourhoods/lines",
    "/neighbourhoods/editor",
    "/neighbourhoods/editor/changed",
    "/neighbourhoods/lines?measure=variation&to=wards&first=wards&second=networks",
    "/neighbourhoods/holds",
    "/neighbourhoods/holds?layer=networks&kind=buildings&within=200&within=700",
    "/neighbourhoods/assets",
    "/neighbourhoods/assets?layer=wards&metres=2000&full=0.95&years=1",
    "/unit-costs",
    "/unit-costs?q=truancy&rating=amber&prices=2024-25",
    "/unit-costs/CR2.0",
    "/logic",
    "/logic/trams",
    "/logic/trams/step",
    "/logic/trams/step?id=riders",
    "/cases",
    "/cases/new",
    "/cases/outing",
    "/cases/outing?option=more&measure=net_present_budget_impact",
    "/cases/trams",
    "/cases/outing/compare?against=outing-before",
    "/cases/outing/edit",
    "/cases/outing/edit?table=benefit&n=new",
    "/portfolios/both",
    "/stress",
    "/themes",
    "/themes/beds",
    "/themes/beds/lines?rule=2",
    "/stress/made-up",
    "/stress/made-up?body=council",
    "/nothing-here",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return webplace.make(tmp_path_factory.mktemp("web") / "place")


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[Served]:
    with served(place) as opened:
        yield opened


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[tuple[Place, Served]]:
    """A place of its own for tests that change it."""
    made = webplace.make(tmp_path / "place")
    with served(made) as opened:
        yield made, opened


@pytest.fixture(scope="module")
def outdated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A place whose place.toml says something else than the store was built from: every page offers to build."""
    made = webplace.make(tmp_path_factory.mktemp("outdated") / "place")
    declared = made.root / "place.toml"
    declared.write_text(declared.read_text("utf-8").replace('share = "0.3"', 'share = "0.4"'), encoding="utf-8")
    with served(made) as opened:
        yield opened


def links(html: str) -> set[str]:
    return {unescape(found) for found in re.findall(r'(?:href|src|action|hx-get)="([^"]*)"', html)}


def records(client: Served, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text)
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


# --- every link


SENT = {
    "/transfers/settle",
    "/cases/outing/stamp",
    "/cases/outing-before/stamp",
    "/cases/outing/edit#found",
    "/cases/outing-before/edit#found",
    *(f"/tags/{name}/{what}" for name in SCHEMES for what in ("rule", "untag")),
}
"""Addresses that forms alone are sent to."""


def shape(address: str) -> str:
    """Addresses that differ only in what they name are alike."""
    path, _, query = address.partition("?")
    path = re.sub(r"/(services|bodies|suppliers)/[^/]+$", r"/\1/one", path)
    return path + "?" + "&".join(sorted(part.partition("=")[0] for part in query.split("&")))


def test_every_link_leads_somewhere(client: Served) -> None:
    wanted, seen, shapes = deque(["/"]), {"/"}, Counter[str]()
    while wanted:
        address = wanted.popleft()
        path, _, fragment = address.partition("#")
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, address
        path = str(answer.url).removeprefix(client.url)
        if fragment:
            assert f'id="{fragment}"' in answer.text, address
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for found in links(answer.text):
            target = urljoin(path, found) if not found.startswith("?") else path.partition("?")[0] + found
            if urlsplit(target).netloc or target in seen or target in SENT:
                continue
            seen.add(target)
            shapes[shape(target)] += 1
            if shapes[shape(target)] <= 3:
                wanted.append(target)
    assert {"/bodies/one?", "/suppliers/one?", "/lines/source?file&line", "/sources/file?name"} <= set(shapes)


def test_addresses_are_promises() -> None:
    """routes.json lists them; one that is taken away or renamed must be taken from there on purpose."""
    routes = {
        f"{method} {route.path}"
        for module in (*application.PAGES, tables)
        for route in module.router.routes
        for method in route.methods
    }
    assert sorted(routes) == json.loads(ROUTES.read_text("utf-8"))["routes"]
    assert sorted([*offered.TABLES, "lines"]) == json.loads(ROUTES.read_text("utf-8"))["tables"]


def test_every_address_is_in_the_docs() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "web.md").read_text("utf-8")
    paths = {route.path for module in application.PAGES for route in module.router.routes if "GET" in route.methods}
    for path in paths:
        plain = path.replace("{body_id}", "{id}").replace("{supplier_id}", "{number}")
        assert f"`{plain}" in text, path


def test_a_page_can_be_asked_for_its_head(client: Served) -> None:
    assert client.client.head("/bodies").status_code == 200


# --- figures


def test_the_front_page_says_what_the_count_says(client: Served, place: Place) -> None:
    html = client.get("/").text
    count = place.money.count()
    assert f"£{count.net / 100:,.0f}" in html
    assert f"{count.net_rows} payments" in html
    assert "3 of 4" in html  # the fire authority publishes nothing
    assert "of what is here" in html
    assert "1 name, £900; £900 may have to be taken out" in html
    assert "2: no amount can be read" in html
    assert "1 line, £78" in html  # of a year that is not counted
    assert place.run.name in html
    assert "Lending and treasury in it" in html
    assert "£60,000" in html


@pytest.mark.parametrize("by", ["body", "kind", "year", "month"])
def test_a_figure_opens_to_lines_that_come_to_it(client: Served, place: Place, by: str) -> None:
    """Of every row of a cut, but for the body of which the place has a share: lines are as published."""
    names = {"body": "bodies", "kind": "kinds", "year": "years", "month": "by-month"}
    for row in records(client, f"/tables/{names[by]}.json?body=council,authority"):
        where = f"{by}={row[by]}&year=2023-24&body={row.get('body') or 'council,authority'}"
        for figure, outcomes in (("gross", ""), ("eliminated", "eliminated,self"), ("net", "final,candidate")):
            lines = records(client, f"/tables/lines.json?{where}&outcome={outcomes}")
            assert sum(Decimal(line["amount"]) for line in lines) == Decimal(row[figure]), (row, figure)


def test_links_of_the_front_page_open_what_they_say(client: Served) -> None:
    html = client.get("/").text
    found = re.findall(r'href="(/lines\?[^"]*)">(£[\d,]+|−£[\d,]+)</a>', html)
    assert len(found) > 20
    for address, words in found:
        page = client.get(unescape(address))
        total = re.search(r"<strong>(−?£[\d,.]+)</strong> in all", page.text)
        whole = pence(total[1].replace("−", "-").replace("£", "").replace(",", "")) if total else 0
        shown = 100 * int(words.replace("−", "-").replace("£", "").replace(",", ""))
        # What is taken out is shown as less than nothing. Of the police's lines the place counts a share.
        share = 0 if re.search(r"[?;]body=(council|authority)\b", address) else 100_000
        assert abs(abs(whole) - abs(shown)) <= 50 + share, (address, words)


NEIGHBOURHOODS = (
    "/neighbourhoods",
    "/neighbourhoods/alternatives",
    "/neighbourhoods/lines",
    "/neighbourhoods/holds",
    "/neighbourhoods/assets",
)
"""Pages of a place that has no areas yet."""
EMPTY = ("over-time-change", "over-time-bodies", "corrections", "proposals", "alternatives")
"""Tables without rows in a place of one year, in which nobody settled a service, proposed a plan or wished for one."""


NAMED = {
    "file": "council.csv",
    "area": "W1",
    "theme": "beds",
    "claim": "clients",
    "code": "CR2.0",
    "portfolio": "both",
    "draft": "changed",
    "scenario": "made-up",
}
"""What a table of one thing is asked of, by its first parameter."""


@pytest.mark.parametrize("name", [*(name for name in offered.TABLES if name not in EMPTY), "lines"])
def test_the_three_files_of_a_table_say_the_same(client: Served, name: str) -> None:
    """Cell by cell: text in JSON, the same text in CSV, numbers and days as such in Excel."""
    supplier = records(client, "/tables/suppliers.json")[0]
    needed = {"supplier": supplier["supplier_id"], "case": "trams" if name.startswith("logic-") else "outing", **NAMED}
    known = offered.TABLES[name].known if name in offered.TABLES else ()
    asked = {known[0]: needed[known[0]]} if name in offered.NEEDING else {}
    asked |= {"against": "outing-before"} if "against" in known and "case" in known else {}
    asked |= {"to": "wards"} if name in ALIGNED and "to" in known else {}
    query = f"?{urlencode(asked)}"
    rows = records(client, f"/tables/{name}.json{query}")
    assert rows
    answer = client.get(f"/tables/{name}.csv{query}")
    assert answer.headers["content-disposition"].endswith('.csv"')
    head, *cells = csv_rows(answer.content)
    assert all(list(row) == head for row in rows)
    assert [[as_text(value) for value in row.values()] for row in rows] == [
        [text.removeprefix("'") if text[1:].startswith(RISKY) else text for text in row] for row in cells
    ]
    sheet = sheet_rows(client.get(f"/tables/{name}.xlsx{query}").content)[-len(rows) :]
    for row, found in zip(rows, sheet, strict=True):
        for (column, value), cell in zip(row.items(), found, strict=True):
            assert as_in_excel(cell, value) == value, (column, row)


def as_text(value: Any) -> str:
    return "" if value is None else str(value)


def as_in_excel(cell: Any, like: Any) -> Any:
    """A cell of a workbook as JSON has it, which is `like` this."""
    if cell == "":
        return None if like is None else ""
    if isinstance(cell, float):  # money is text in JSON; a share has sixteen figures in Excel
        return f"{cell:.2f}" if isinstance(like, str) else pytest.approx(cell, rel=1e-14)
    return cell.isoformat() if isinstance(cell, date) else cell


def test_a_csv_file_opens_in_excel_as_what_it_is(client: Served) -> None:
    """Without a mark at its beginning Excel would show Söhne as SÃ¶hne."""
    content = client.get("/tables/lines.csv").content
    assert content.startswith(BOM_UTF8)
    assert content.count(BOM_UTF8) == 1
    assert "Söhne" in content.decode("utf-8-sig")


def csv_rows(content: bytes) -> list[list[str]]:
    import csv

    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet_rows(content: bytes) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_downloads_agree_with_the_count_to_the_penny(client: Served, place: Place) -> None:
    count = place.money.count(["body"])
    assert count.cut is not None
    known = {row[0]: row[2] for row in count.cut.rows}
    assert {r["body"]: pence(r["gross"]) for r in records(client, "/tables/bodies.json")} == known
    rows = csv_rows(client.get("/tables/bodies.csv").content)
    at = rows[0].index("gross")
    assert {row[0]: pence(row[at]) for row in rows[1:]} == known
    sheet = sheet_rows(client.get("/tables/bodies.xlsx").content)
    head = next(n for n, row in enumerate(sheet) if row[0] == "Body (id)")
    at = sheet[head].index("Gross (£)")
    assert {row[0]: round(row[at] * 100) for row in sheet[head + 1 :]} == known


@pytest.mark.parametrize("sort", ["file", "largest", "newest"])
def test_all_lines_can_be_taken_away(client: Served, place: Place, sort: str) -> None:
    rows = csv_rows(client.get(f"/tables/lines.csv?year=any&sort={sort}").content)
    at, file, line = (rows[0].index(name) for name in ("amount", "file", "line"))
    found = place.money.lines(sort=sort, per_page=1_000).table
    assert [(row[file], int(row[line])) for row in rows[1:]] == [(row[18], row[19]) for row in found.rows]
    assert sum(pence(row[at]) for row in rows[1:]) == sum(entry["pence"] for entry in place.run.counted())


def test_a_table_that_is_too_long_says_what_to_do(client: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_EXCEL", 10)
    answer = client.get("/tables/lines.xlsx")
    assert answer.status_code == 413
    assert "take the CSV" in answer.json()["error"]
    monkeypatch.setattr(tables, "MOST", 20)
    answer = client.get("/tables/lines.csv")
    assert answer.status_code == 413
    assert "narrow the choice" in answer.json()["error"]
    assert client.get("/tables/lines.csv?body=police").status_code == 200


def test_what_goes_into_a_file_is_not_remembered(client: Served, place: Place) -> None:
    """A million suppliers for each filter that anybody ever asked with would fill the memory of the server."""
    caches = (held.suppliers_page, held.lines_page)
    before = [cache.cache_info().misses for cache in caches]
    client.get("/tables/suppliers.csv?body=police")
    assert place.money.lines(per_page=1_000).total == 277
    assert [cache.cache_info().misses for cache in caches] == before
    first = place.money.suppliers({"body": ["police"]}, per_page=500)
    assert place.money.suppliers({"body": ["police"]}, per_page=500) is first


def test_lines_are_paged_and_every_page_differs(client: Served) -> None:
    seen: list[str] = []
    for page in range(1, 7):
        html = client.get(f"/lines?page={page}").text
        assert "of 276 lines" in html
        seen += re.findall(r'href="(/lines/source[^"]*)"', html)
    assert len(seen) == len(set(seen)) == 276
    assert client.get("/lines?page=99").text.count("/lines/source?") == 26


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/lines?", "Showing 251 to 276 of 276 lines"),
        ("/lines?year=any&", "Showing 251 to 277 of 277 lines"),
        ("/rejects?", "Showing 1 to 2 of 2 rejected rows"),
        ("/suppliers?", "Showing 1 to 50 of 50 suppliers"),
        ("/sources?", "Showing 1 to 5 of 5 files"),
        ("/sources?state=refused&", "Showing 1 to 1 of 1 files"),
        ("/sources/file?name=council.csv&", "Showing 1 to 2 of 2 rejected rows"),
        ("/transfers/candidates?", "Showing 1 to 1 of 1 names"),
        ("/transfers/spellings?", "Showing 1 to 4 of 4 names"),
    ],
)
def test_past_the_end_of_a_list_stands_its_last_page(client: Served, address: str, words: str) -> None:
    html = client.get(f"{address}page=99").text
    assert words in html
    rows = html.split("data-status")[1].split("</main>")[0]
    assert rows.count("<tr") > 1 or "tp-candidate__name" in rows
    assert client.get(f"{address}page=0").status_code == 400


@pytest.mark.parametrize(
    ("total", "at", "page", "pages", "first", "last"),
    [(0, 1, 1, 1, 1, 0), (0, 9, 1, 1, 1, 0), (50, 1, 1, 1, 1, 50), (51, 2, 2, 2, 51, 51), (120, 99, 3, 3, 101, 120)],
)
def test_a_page_of_a_list(total: int, at: int, page: int, pages: int, first: int, last: int) -> None:
    assert paging(total, at, 50) == Paging(total, page, pages, first, last)
    table = Table("t", "T", (), [(n,) for n in range(1, total + 1)])
    assert [row[0] for row in paging(total, at, 50).of(table).rows] == list(range(first, last + 1))


def test_searching_looks_at_all_words(client: Served) -> None:
    assert "of 1 line," in client.get("/lines?q=transport+levy").text
    assert "of 1 line," in client.get("/lines?q=night+57").text
    assert "No lines match" in client.get("/lines?q=100%25").text


# --- back to the file


def test_a_line_is_shown_as_it_was_published(client: Served) -> None:
    html = client.get("/lines/source?file=council.csv&line=7").text
    assert "10/05/2023,Anyshire Combined Authority,400000.00,Finance,Transport levy" in html
    assert "£400,000.00" in html
    assert "byte for byte" in html
    many = client.get("/lines/source?file=council-regular.csv&line=9").text  # a cell over two lines of text
    assert many.count('class="tp-source__here"') == 2
    assert "Beds\nnight 7" in unescape(many)


def test_a_rejected_line_says_why(client: Served) -> None:
    html = unescape(client.get("/lines/source?file=council.csv&line=13").text)
    assert "This line was rejected" in html
    assert "the amount cannot be read: 'not money'" in html.lower()


def test_a_file_that_changed_or_went_is_said_to_have(changing: tuple[Place, Served]) -> None:
    place, client = changing
    address = "/lines/source?file=police.csv&line=2"
    file = place.root / "police.csv"
    file.write_text(file.read_text("utf-8").replace("1000.05", "2000.05"), encoding="utf-8")
    assert "was changed since it was counted" in client.get(address).text
    file.unlink()
    assert "is not there any more" in client.get(address).text
    assert "Fleet Hire Ltd" in client.get(address).text  # what was counted is in the store


# --- what suppliers may be called


def test_a_hostile_name_stays_text(client: Served) -> None:
    for address in ("/lines?file=council.csv", "/suppliers", "/lines/source?file=council.csv&line=2", "/transfers"):
        html = client.get(address).text
        assert "<script>alert" not in html, address
    assert "&lt;script&gt;alert" in client.get("/lines?file=council.csv").text


def test_a_name_cannot_become_a_formula(client: Served) -> None:
    book = zipfile.ZipFile(io.BytesIO(client.get("/tables/lines.xlsx").content))
    for name in book.namelist():
        assert b"<f>" not in book.read(name), name
        assert b"hyperlink" not in book.read(name).replace(b"HYPERLINK(", b""), name
    texts = {str(cell) for row in sheet_rows(client.get("/tables/lines.xlsx").content) for cell in row}
    assert {webplace.FORMULA, webplace.HOSTILE, *webplace.OTHERS} <= texts
    cells = {cell for row in csv_rows(client.get("/tables/lines.csv").content) for cell in row}
    assert {"'" + name for name in (webplace.FORMULA, *webplace.OTHERS)} <= cells
    assert not [cell for cell in cells if cell[:1] in "=+@\t\r" and cell]
    amounts = {cell for cell in cells if cell.startswith("-")}
    assert amounts == {"-500.00"}


@pytest.mark.parametrize("address", PAGES)
def test_no_page_needs_what_the_policy_forbids(client: Served, address: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.headers["content-security-policy"] == POLICY
    assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text)
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", answer.text)
    assert len(re.findall(r"<h1", answer.text)) == 1
    assert answer.text.count("<tr>") < 1_010


# --- the door


@pytest.mark.parametrize(
    "host",
    ["evil.test", "127.0.0.1.evil.test:8000", "localhost.evil.test", "192.168.0.1:8000", "localhost:80@evil.test"],
)
def test_another_name_is_refused(client: Served, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "127.0.0.1" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_localhost_is_this_machine_too(client: Served) -> None:
    assert client.get("/about", headers={"Host": "localhost:9"}).status_code == 200


def test_every_answer_carries_the_headers(client: Served) -> None:
    for address in ("/", "/tables/bodies.csv", "/nothing", "/static/totalplace.css"):
        answer = client.get(address)
        for name, value in HEADERS:
            assert answer.headers[name] == value, address
    assert "immutable" in client.get(asset("totalplace.css")).headers["cache-control"]
    # What a script imports carries no version: kept for ever, it would outlive its release.
    assert client.get("/static/map.mjs").headers["cache-control"] == "no-cache"
    assert client.get("/").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("broken", ["totalplace.place.Money.flows", "totalplace.web.desk.Desk.draw"])
def test_the_answer_to_an_unforeseen_error_carries_the_headers_too(
    place: Place, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Also where the page that would say so cannot be drawn."""

    def fails(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(broken, fails)
    with served(place) as client:
        answer = client.get("/")
    assert answer.status_code == 500
    assert "The terminal says more." in answer.text
    assert "nobody thought" not in answer.text
    for name, value in HEADERS:
        assert answer.headers[name] == value


def token(client: Served, address: str = "/transfers/candidates") -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', client.get(address).text)
    assert found
    return found[1]


NAME = {"payee": "Anyshire Combined Authoritty", "body": "authority", "is": "yes", "was": "-"}


@pytest.mark.parametrize("origin", [None, "null", "http://evil.test", "http://127.0.0.1:1", "https://127.0.0.1"])
@pytest.mark.parametrize("address", ["/transfers/settle", "/build", "/check"])
def test_a_form_from_elsewhere_is_refused(client: Served, place: Place, address: str, origin: str | None) -> None:
    answer = client.post(address, origin, data={**NAME, "token": token(client)})
    assert answer.status_code == 403
    assert not (place.root / "matches.toml").exists()


def test_a_form_without_its_token_is_refused(client: Served, place: Place) -> None:
    for given in ("", "0" * 64, "é" * 64):
        for address in ("/transfers/settle", "/build", "/check"):
            answer = client.post(address, data={**NAME, "token": given})
            assert answer.status_code == 403, address
            assert "Go back" in answer.text
    stolen = token(client)
    client.client.cookies.clear()  # a token of another browser
    assert client.post("/build", data={"token": stolen}).status_code == 403
    assert not (place.root / "matches.toml").exists()


@pytest.mark.parametrize("address", PAGES)
def test_a_form_can_be_sent_from_the_first_page_that_a_browser_sees(
    outdated: Served, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(Desk, "build", lambda _: None)
    with httpx.Client(base_url=outdated.url, timeout=60) as browser:
        html = browser.get(address).text
        forms = list(re.finditer(r'<form [^>]*action="([^"]*)" method="post".*?</form>', html, re.DOTALL))
        assert len(forms) == html.count('method="post"')
        if address in ("/", "/bodies", "/transfers", "/sources", "/build"):
            assert "/build" in [form[1] for form in forms]
        for form in forms:
            given = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[0])}
            if "offered" in given:
                given |= {"service": "housing", "by": given["offered"].split("|")[0]}
            answer = browser.post(form[1], headers={"Origin": outdated.url}, data={**given, "is": "no"})
            # A rule that says nothing is refused for that, and what was taken back a moment ago for that: neither for
            # where it came from.
            wanted = (400,) if form[1].endswith("/rule") else (303, 409) if "undo" in given else (303,)
            # One begins a theme, and says nothing here; another stops what is being worked out.
            wanted = (400, 303) if form[1] == "/themes" else wanted
            # So does one that begins a case; a step without a name is refused, and one is asked to be taken out.
            wanted = (400,) if form[1] == "/logic" else (200, 400) if form[1].startswith("/logic/") else wanted
            # And one that begins a case; a part of a case is shown again, asked about, or was just moved.
            wanted = (
                (400,) if form[1] == "/cases/new" else (200, 303, 400, 409) if form[1].startswith("/cases/") else wanted
            )
            # A plan without a title is not begun; one that is put away is gone; one change can be undone once.
            wanted = (200, 303, 400, 409) if form[1].startswith("/neighbourhoods/editor") else wanted
            assert answer.status_code in wanted, form[1]


def test_a_form_too_large_is_not_read(client: Served) -> None:
    answer = client.post("/build", data={"token": "x" * (1 << 17)})
    assert answer.status_code == 413


# --- settling and building


def test_a_name_is_settled_and_counts_from_the_next_build(changing: tuple[Place, Served]) -> None:
    place, client = changing
    before = place.money.count()
    assert before.candidates == 90_000
    answer = client.post(
        "/transfers/settle",
        data={**NAME, "token": token(client), "back": "/transfers/candidates?page=1"},
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/transfers/candidates?page=1#candidates"
    page = client.get(answer.headers["location"]).text
    assert "counts from the next" in page
    assert 'action="/build"' in page
    assert "it is Anyshire Combined Authority" in page
    assert place.definition.settled == {"Anyshire Combined Authoritty": "authority"}
    assert "before the last change" in client.get("/").text
    assert place.money.count().eliminated == before.eliminated

    answer = client.post("/build", data={"token": token(client)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/build")
    assert client.desk.building.wait(60).state == "done"
    page = unescape(client.get("/build").text)
    assert "Built in" in page
    assert "Net −£900, now £" in page
    assert "1 name that was settled" in page
    after = place.money.count()
    assert (after.candidates, after.eliminated) == (0, before.eliminated + 90_000)
    assert "before the last change" not in client.get("/").text
    assert "No name waits to be settled" in client.get("/transfers/candidates").text


def test_a_name_can_be_refused(changing: tuple[Place, Served]) -> None:
    place, client = changing
    data = {**NAME, "is": "no", "token": token(client, "/transfers"), "back": "/transfers"}
    answer = client.post("/transfers/settle", data=data)
    assert answer.headers["location"] == "/transfers#candidates"
    assert place.definition.settled == {"Anyshire Combined Authoritty": ""}
    assert "it is none of the bodies" in client.get("/transfers").text


@pytest.mark.parametrize("wrong", [{"body": "nobody"}, {"is": "perhaps"}, {"payee": " "}, {"is": "yes", "body": ""}])
def test_a_form_that_says_nothing_clear_changes_nothing(client: Served, place: Place, wrong: dict[str, str]) -> None:
    data = {**NAME, "token": token(client), **wrong}
    answer = client.post("/transfers/settle", data=data)
    assert answer.status_code == 400
    assert not (place.root / "matches.toml").exists()


def test_a_name_settled_meanwhile_is_not_written_over(changing: tuple[Place, Served]) -> None:
    """Two people have the page open; the second is told what the first said."""
    place, client = changing
    sent = {**NAME, "token": token(client)}
    assert client.post("/transfers/settle", data=sent).status_code == 303
    for late in (sent, {**sent, "is": "no"}, {**sent, "is": "undo"}):
        answer = client.post("/transfers/settle", data=late)
        assert answer.status_code == 409
        page = unescape(answer.text)
        assert "This was settled meanwhile" in page
        assert "it was settled as Anyshire Combined Authority" in page
        assert 'href="/transfers/candidates"' in page
    assert place.definition.settled == {"Anyshire Combined Authoritty": "authority"}
    again = client.post("/transfers/settle", data={**sent, "was": "authority", "is": "no"})
    assert again.status_code == 303
    assert place.definition.settled == {"Anyshire Combined Authoritty": ""}


def test_a_reason_is_written_beside_what_was_said(changing: tuple[Place, Served]) -> None:
    place, client = changing
    sent = {**NAME, "token": token(client), "note": "a slip\nin their ledger " + "x" * 300}
    assert client.post("/transfers/settle", data=sent).status_code == 303
    text = (place.root / "matches.toml").read_text("utf-8")
    assert 'note = "a slip in their ledger xxx' in text
    assert "x" * 201 not in text


def test_what_was_said_of_a_name_can_be_taken_back(changing: tuple[Place, Served]) -> None:
    place, client = changing
    place.money.settle("Some Other Ltd", "")
    before = place.definition.settled
    for said, was in (("yes", "-"), ("undo", "authority")):
        answer = client.post("/transfers/settle", data={**NAME, "is": said, "was": was, "token": token(client)})
        assert answer.status_code == 303
    assert place.definition.settled == before
    place.money.unsettle("Some Other Ltd")
    assert place.definition.settled == {}
    assert "before the last change" not in client.get("/").text


def test_lines_of_other_years_are_told_apart(client: Served) -> None:
    """They are in no total: the page of lines begins without them, and none of them is called final."""
    html = client.get("/lines").text
    assert "Late Ltd" not in html
    assert "1 more line is of years that are not counted, £77.77" in html
    other = client.get("/lines?year=2024-25").text
    assert "Late Ltd" in other
    assert 'tp-tag--other-year">' in other.split("<tbody>")[1].split("</tbody>")[0]
    assert "Final" not in other.split("<tbody>")[1].split("</tbody>")[0]
    assert "More lines" not in other
    line = client.get("/lines/source?file=council.csv&line=15").text
    assert "it is in no total" in line
    assert "it stays in the total" not in line
    assert "no: another year" in client.get("/sources/file?name=council.csv").text
    assert len(records(client, "/tables/lines.json")) == 276
    assert len(records(client, "/tables/lines.json?year=any")) == 277


def test_warnings_stand_beside_every_total(tmp_path: Path) -> None:
    place = webplace.make(tmp_path / "place")
    text = (place.root / "council-regular.csv").read_text("utf-8").replace("Care,", "Social care,", 200)
    (place.root / "again.csv").write_text(text, encoding="utf-8")
    place.add("spend", [place.root / "again.csv"], "council")
    assert place.build().warnings
    with served(place) as client:
        for address in ("/", "/bodies", "/sources"):
            assert "before you use the figures" in client.get(address).text, address


def test_without_its_style_sheet_no_server_begins(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "missing_files", lambda: ["vendor/govuk-frontend.css"])
    with pytest.raises(DataError, match=r"govuk-frontend\.css is not built.*make setup"):
        application.app(place)


def test_a_store_that_went_is_said_to_be_gone(changing: tuple[Place, Served]) -> None:
    place, client = changing
    assert client.get("/").status_code == 200
    shutil.rmtree(place.root / "store" / "runs")
    for address in ("/suppliers?q=gone", "/suppliers/1", "/tables/supplier-names.json?supplier=1"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        assert "build again" in answer.text


def test_a_cookie_that_cannot_be_is_no_error(client: Served) -> None:
    answer = client.client.post(
        "/build",
        headers={b"Origin": client.url.encode(), b"Cookie": b"totalplace-form=\xe9"},
        data={"token": "x"},
    )
    assert answer.status_code == 403


def test_a_body_with_files_of_other_years_alone_is_said_to_have_them(tmp_path: Path) -> None:
    place = webplace.make(tmp_path / "place")
    (place.root / "late.csv").write_text(
        "Date,Supplier Name,Amount\n05/04/2025,Hose Makers,10.00\n06/04/2025,Hose Makers,20.00\n", encoding="utf-8"
    )
    place.add("spend", [place.root / "late.csv"], "fire")
    place.build()
    with served(place) as client:
        assert "its files are of 2025-26, which is not counted" in client.get("/bodies").text
        assert "Its files are of 2025-26, which is not counted here" in client.get("/bodies/fire").text
        assert "3 lines, £108" in client.get("/").text
        assert "Nothing at all of Anyshire Fire and Rescue Authority, 2023-24" in client.get("/sources").text


def test_a_mended_row_is_shown_as_mended(changing: tuple[Place, Served]) -> None:
    place, client = changing
    assert "mended, " not in client.get("/rejects").text
    (written,) = place.money.write_rejects(place.root / "mend")
    text = written.read_text("utf-8-sig").replace("not money", "41.00")
    written.write_text(text, encoding="utf-8")
    place.add("spend", [written], "council")
    place.build()
    page = client.get("/rejects").text
    assert "1 of them is mended" in page
    assert {row["line"]: row["state"] for row in records(client, "/tables/rejects.json")}[13] == "mended"


def test_errors_of_tables_are_pages_for_people(client: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_EXCEL", 10)
    answer = client.get("/tables/lines.xlsx", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 413
    assert "<h1" in answer.text
    listed = client.get("/tables", headers={"Accept": "text/html,*/*"}).text
    assert 'href="/tables/bodies.csv"' in listed


def test_a_form_does_not_send_people_elsewhere(changing: tuple[Place, Served]) -> None:
    _, client = changing
    data = {**NAME, "token": token(client), "back": "https://evil.test/?page=2"}
    answer = client.post("/transfers/settle", data=data)
    assert answer.headers["location"].startswith("/transfers/candidates")


def test_a_build_that_fails_says_why_and_the_pages_stand(changing: tuple[Place, Served]) -> None:
    place, client = changing
    for file in place.root.glob("*.csv"):
        file.unlink()
    client.post("/build", data={"token": token(client)})
    assert client.desk.building.wait(60).state == "failed"
    page = client.get("/build").text
    assert "did not come to an end" in page
    assert "is not there; was it moved or renamed?" in page
    assert client.get("/").status_code == 200


def test_the_check_is_shown_and_done_again(changing: tuple[Place, Served]) -> None:
    place, client = changing
    desk = client.desk
    client.get("/check")
    desk.checking.wait(60)
    assert "Yes, to the penny" in client.get("/check").text
    (place.root / "police.csv").unlink()
    client.post("/check", data={"token": token(client, "/check")})
    desk.checking.wait(60)
    page = client.get("/check").text
    assert "1 check fails" in page
    assert "police.csv is gone" in page


def test_the_check_shown_is_that_of_what_is_there_now(changing: tuple[Place, Served]) -> None:
    """Not one that was begun on an older run, or before place.toml was changed, and ended since."""
    place, client = changing
    desk, older, go = client.desk, Table("check", "Older", (), []), threading.Event()
    desk.checking.start(lambda _: go.wait(60) and older)
    place.money.settle("Anyshire Combined Authoritty", "authority")
    assert "Checking, for" in client.get("/check").text
    go.set()
    assert "it changed: build again" in client.get("/tables/check.json").text
    place.money.settle("Anyshire Combined Authoritty", "")
    place.build()
    assert "it changed: build again" not in client.get("/tables/check.json").text
    assert "Yes, to the penny" in client.get("/check").text


CHANGES = {
    "a body is gone": lambda text: without(text, "police"),
    "another body is gone": lambda text: without(text, "authority"),
    "the paying body is gone": lambda text: without(text, "council"),
    "no body is left": lambda text: without(text, "id = ", "[[source]]"),
    "no source is left": lambda text: without(text, "[[source]]"),
    "other years": lambda text: text.replace("2023-24", "2031-32"),
    "a body has another id": lambda text: re.sub(r'(id|body) = "police"', r'\1 = "constabulary"', text),
}


def without(text: str, *words: str) -> str:
    """place.toml without the bodies and sources in which one of these words stands."""
    first, *blocks = re.split(r"(?=^\[\[)", text, flags=re.MULTILINE)
    return first + "".join(block for block in blocks if not any(word in block for word in words))


@pytest.mark.parametrize("change", CHANGES)
def test_a_place_that_changed_since_it_was_built_is_still_shown(changing: tuple[Place, Served], change: str) -> None:
    """An id stands where a name is not known any more; what is not there is said to be so."""
    place, client = changing
    numbers = [row["supplier_id"] for row in records(client, "/tables/suppliers.json")]
    files = [entry["name"] for entry in place.run.files]
    declared = place.root / "place.toml"
    declared.write_text(CHANGES[change](declared.read_text("utf-8")), encoding="utf-8")
    assert place.definition
    addresses = [
        *PAGES,
        *(f"/suppliers/{number}" for number in numbers),
        *(f"/sources/file?name={name}" for name in files),
        *(f"/lines/source?file={name}&line=2" for name in files),
        *(f"/tables/{name}.json" for name in offered.TABLES),
        "/tables/lines.json",
    ]
    if change == "other years":
        assert client.get("/?year=2023-24").status_code == 400
        addresses.remove("/?year=2023-24")
    missing = {"/nothing-here", *(f"/tables/{name}.json" for name in offered.NEEDING)}
    missing |= {f"/bodies/{body}" for body in ("council", "fire")} - {
        f"/bodies/{b.id}" for b in place.definition.bodies
    }
    read = [name for source in place.definition.sources for name in source.files]
    for address in addresses:
        answer = client.get(address)
        if address == "/lines/source?file=zz-police.csv&line=2" and "zz-police.csv" not in read:
            assert "does not say any more how zz-police.csv is read" in answer.text  # a refused file has no lines
        else:
            assert answer.status_code == (404 if address in missing else 200), address
    if change == "a body is gone":
        assert "published by police" in client.get("/sources/file?name=police.csv").text
        line = client.get("/lines/source?file=police.csv&line=2").text
        assert "Fleet Hire Ltd" in line


# --- what cannot be asked


@pytest.mark.parametrize(
    "address",
    [
        "/bodies/nobody",
        "/suppliers/12345",
        "/suppliers/abc",
        "/suppliers/99999999999999999999999999",
        "/sources/file?name=../../etc/passwd",
        "/lines/source?file=nothing.csv&line=1",
        "/lines/source?file=council.csv&line=9999",
        "/nothing",
        "/static/nothing.css",
    ],
)
def test_what_is_not_there_is_404_with_a_way_on(client: Served, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    if not address.startswith("/static"):
        assert 'href="/lines"' in answer.text


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/lines?bdy=council", "did you mean &#39;body&#39;"),
        ("/lines?body=counsil", "did you mean"),
        ("/lines?year=2018", "not a financial year"),
        ("/lines?month=2018-13", "not a month"),
        ("/lines?outcome=gone", "not an outcome"),
        ("/lines?kind=spendin", "did you mean &#39;spending&#39;"),
        ("/lines?supplier=abc", "must be a number"),
        ("/lines?sort=backwards", "not an order"),
        ("/lines?page=0", "whole number"),
        ("/lines?page=1e9", "whole number"),
        ("/?year=2023", "not a financial year"),
        ("/?year=2030-31", "nothing of 2030-31; the years here: 2023-24, 2024-25"),
        ("/?year=2024-25", "2024-25 is not counted here; the years are 2023-24"),
        ("/bodies?year=2024-25", "not counted here"),
        ("/lines?year=2030-31", "nothing of 2030-31"),
        ("/rejects?reason=bad", "not a reason"),
        ("/sources?state=lost", "not a state"),
        ("/lines/source?line=1", "which file with ?name="),
        ("/about?x=1", "not asked for"),
    ],
)
def test_what_cannot_be_asked_is_400_and_says_why(client: Served, address: str, says: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert says in answer.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tables/bodys.csv", 404),
        ("/tables/bodies.pdf", 404),
        ("/tables/bodies.csv?sort=x", 400),
        ("/tables/lines.json?body=zzz", 400),
        ("/tables/count.csv?by=bodi", 400),
        ("/tables/count.csv?by=supplier,supplier", 400),
        ("/tables/rejects.csv?reason=bad", 400),
        ("/tables/supplier-names.csv?supplier=1", 404),
        ("/tables/file-months.csv", 404),
    ],
)
def test_a_table_that_is_not_there_says_so_to_programs(client: Served, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_the_tables_are_described_for_programs(client: Served) -> None:
    described = client.get("/openapi.json").json()
    listed = client.get("/tables").json()["tables"]
    assert set(listed) == {*offered.TABLES, "lines"}
    paths = {path: found["get"] for path, found in described["paths"].items() if path.endswith(".{ending}")}
    assert set(paths) == {f"/tables/{name}.{{ending}}" for name in listed}
    for path, found in paths.items():
        asked = {p["name"]: p for p in found["parameters"] if p["in"] == "query"}
        name = path.removeprefix("/tables/").removesuffix(".{ending}")
        assert list(asked) == listed[name]["parameters"]
        needed = [parameter for parameter, said in asked.items() if said["required"]]
        assert bool(needed) == (name in offered.NEEDING)
        answer = client.get(path.replace("{ending}", "json"))
        assert str(answer.status_code) in found["responses"], path
        assert needed or name == "check" or answer.status_code == 200 or "areas" in name, path


def test_the_treasurers_workbook_holds_the_account(client: Served, place: Place) -> None:
    answer = client.get("/tables/workbook")
    assert answer.headers["content-type"] == tables.KINDS["xlsx"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names[0] == "Contents"
    listed = [row[0] for row in book.get_sheet_by_name("Contents").to_python() if row[1]]
    assert listed == book.sheet_names[1:]
    years = book.get_sheet_by_name("Money by financial year").to_python()
    at = next(row for row in years if "Net (£)" in row).index("Net (£)")
    assert round(years[-1][at] * 100) == place.money.count().net
    written = {table.name: table for table in write_treasurer(io.BytesIO(), place)}
    assert set(SUMMED) <= written.keys(), "each table that is said to add up is there"
    for name in ("services", "services-subjective", "services-body", "tags", "tags-by", "areas-methods"):
        net = [column.name for column in written[name].columns].index("net")
        assert sum(row[net] for row in written[name].rows) == place.money.count().net, name
    about = [row[0] for row in book.get_sheet_by_name("Contents").to_python()]
    looked_at = [text for _, _, text in place.money.to_look_at()]
    assert looked_at, "the small place has something to look at"
    assert [f"To look at: {text}" for text in looked_at[:5]] == [
        text for text in about if text.startswith("To look at: ") and "more;" not in text
    ]
    assert any(text.startswith("Counted whole") and "Anyshire Combined Authority" in text for text in about)
    kinds = book.get_sheet_by_name("Money by kind of payment").to_python()
    assert ["precept-levy", "Precepts, levies and shares of local taxes"] in [row[:2] for row in kinds]
    assert ["highways", "Highways and transport"] in [
        row[:2] for row in book.get_sheet_by_name("Money by service, financial").to_python()
    ]
    reasons = book.get_sheet_by_name("Why rows were rejected").to_python()
    assert ["no_amount", "there is no amount"] in [row[:2] for row in reasons]
    classes = book.get_sheet_by_name("Who controls it by class").to_python()
    at = next(row for row in classes if "Net (£)" in row).index("Net (£)")
    assert round(classes[-1][at] * 100) == place.money.count().net


def test_pages_say_who_counts_whole_and_which_names_wait_elsewhere(tmp_path: Path) -> None:
    """Of police with no share the whole county's money is here; a name in a year that is not counted is not lost."""
    import totalplace as tp

    made = tp.new(tmp_path / "place", years=["2024-25"], bodies=["Hyndburn", "Lancashire Police", "Anyshire Police"])
    for body, payee in (("Hyndburn", "Anyshire Polcie"), ("Lancashire Police", "Lamps"), ("Anyshire Police", "Lamps")):
        rows = "".join(f"0{n}/04/2024,{body} Ltd,{n}.00\n03/04/2023,{payee},{n}5.00\n" for n in range(1, 4))
        (tmp_path / f"{body}.csv").write_text(f"Date,Supplier Name,Amount\n{rows}")
        made.add("spend", [tmp_path / f"{body}.csv"], body)
    made.build()
    with served(made) as client:
        front = " ".join(client.get("/").text.split())
        whole = "Lancashire Police and Anyshire Police count whole: where they serve other places too, give each its"
        assert whole in front
        text = " ".join(client.get("/transfers").text.split())
        assert "No name waits to be settled." in text
        assert "1 name waits in payments of years that are not counted;" in text
        assert "years that are not counted;" not in client.get("/transfers?year=2024-25").text


def test_without_a_count_the_pages_say_what_to_do(tmp_path: Path) -> None:
    import totalplace as tp

    with served(tp.new(tmp_path / "empty")) as client:
        answer = client.get("/")
        assert answer.status_code == 200
        assert "totalplace build" in answer.text
        assert 'href="/cases/new"' in answer.text
        for address in ("/build", "/about", "/cases/new", "/logic", "/rates", "/unit-costs", *NEIGHBOURHOODS):
            assert client.get(address).status_code == 200, address
        answer = client.get("/lines")
        assert answer.status_code == 503
        assert "Where to begin" in answer.text


def test_a_case_is_written_in_a_place_without_payments(tmp_path: Path) -> None:
    import totalplace as tp

    with served(tp.new(tmp_path / "empty")) as client:
        token = re.search(r'name="token" value="([^"]*)"', client.get("/cases/new").text)
        assert token
        sent = {"token": token[1], "name": "first", "first_year": "2026-27"}
        assert client.post("/cases/new", data=sent).status_code == 303
        addresses = ("", "/edit", "/edit?table=cost&n=1", "/result.xlsx", "/agreement.pdf", "/case.xlsx")
        for address in (*(f"/cases/first{each}" for each in addresses), "/cases", "/logic/first"):
            assert client.get(address).status_code == 200, address
        for name in ("cases.csv", "case-costs.csv?case=first", "unit-costs.xlsx"):
            assert client.get(f"/tables/{name}").status_code == 200, name


# --- money over time


def test_money_over_time_says_its_prices_and_what_is_missing(client: Served) -> None:
    html = client.get("/over-time").text
    for words in ("ons-2025-06", "In cash and in 2023-24 prices", "Unverified indices", "Not complete: 2023-24"):
        assert words in html
    assert "The change is not split: a change needs two years with an index" in html
    rows = records(client, "/tables/over-time.json?base=2024-25")
    net = records(client, "/tables/years.json")[0]["net"]
    assert [(row["year"], row["net"]) for row in rows] == [("2023-24", net)]
    assert pence(rows[0]["net_real"]) == round(pence(net) * Decimal("112.375") / Decimal("107.975"))
    assert client.get("/over-time?base=2077-78").status_code == 400
    assert "did you mean" in client.get("/over-time?deflator=ons-2025-7").text


def test_a_change_over_years_is_drawn_and_adds_up(tmp_path: Path) -> None:
    made = webplace.make(tmp_path / "place")
    (tmp_path / "later.csv").write_text(webplace.regular().replace("/2023,", "/2024,"))
    declared = made.root / "place.toml"
    declared.write_text(declared.read_text("utf-8").replace('"2023-24"]', '"2023-24", "2024-25"]'), encoding="utf-8")
    made.add("spend", [tmp_path / "later.csv"], "council")
    made.build()
    with served(made) as opened:
        steps = {row["step"]: row["amount"] for row in records(opened, "/tables/over-time-change.json")}
        for name in EMPTY[:2]:
            assert (
                len(csv_rows(opened.get(f"/tables/{name}.csv").content))
                == len(records(opened, f"/tables/{name}.json")) + 1
            )
            assert opened.get(f"/tables/{name}.xlsx").status_code == 200
        parts = sum(pence(steps[name]) for name in ("first", "scope", "price", "rest"))
        assert parts == pence(steps["last"])
        bodies = records(opened, "/tables/over-time-bodies.json")
        assert sum(pence(row["scope"]) for row in bodies) == pence(steps["scope"])
        assert {row["body"]: row["notes"] for row in bodies}["police"] == "counted in 2023-24 alone"
        html = opened.get("/over-time").text
        assert "Price: the rise of prices" in html
        assert "Anyshire Police: not counted" in html
        assert all(opened.get(link).status_code == 200 for link in links(html) if link.startswith("/over-time?"))
