"""The frame and the pieces of the pages in a browser: for everybody, any screen, paper, without scripts."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from totalplace.table import Column, Table
from totalplace.web.templating import POLICY, STATIC, environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HOST = "http://look.test"
BODIES = Table(
    "bodies",
    "What each body spent",
    (
        Column("body", "Body"),
        Column("kind", "Kind"),
        Column("lines", "Lines", "count"),
        Column("gross", "Gross", "money"),
        Column("out", "Paid to counted bodies", "money"),
        Column("net", "Net", "money"),
        Column("share", "Share", "percent"),
    ),
    [
        ("Hexley Council", "council", 61_204, 82_112_345_600, 6_100_000_000, 76_012_345_600, 0.403),
        (
            "Hexley and Vale ICB",
            "nhs-commissioner",
            9_120,
            60_100_000_000,
            7_300_000_000,
            52_800_000_000,
            0.280,
        ),
        ("Vale Police", "police", 12_011, 21_000_000_000, 300_000_000, 20_700_000_000, 0.110),
        ("Hexley Housing Trust", "housing", 7_301, 9_200_000_000, 1_000_000_000, 8_200_000_000, 0.043),
        ("Vale Transport", "transport", 3_120, 120_000_000, 300_000_000, -180_000_000, -0.001),
    ],
    "2018-19; payments between counted bodies are taken out of net.",
)
LINES = Table(
    "lines",
    "Payments, largest first",
    (
        Column("date", "Date", "date"),
        Column("body", "Body"),
        Column("supplier", "Supplier"),
        Column("purpose", "Purpose"),
        Column("outcome", "Outcome"),
        Column("amount", "Amount", "money"),
        Column("file", "File"),
        Column("line", "Line", "count"),
    ),
    [
        (
            "2018-04-02",
            "Hexley Council",
            "Vale Care Homes Ltd",
            "Residential care",
            "final",
            12_345_678,
            "spend-2018-04.csv",
            12,
        ),
        (
            "2018-04-03",
            "Hexley Council",
            "VALE TRANSPORT EXECUTIV",
            "Levy",
            "eliminated",
            9_900_000,
            "spend-2018-04.csv",
            418,
        ),
        ("2018-04-09", "Vale Police", "Hexley Charity", "", "candidate", 120_050, "vp_april.xlsx", 77),
        (
            "2018-04-11",
            "Vale Police",
            "Vale Police",
            "Recharge",
            "self",
            -4_400,
            "vp_april.xlsx",
            90,
        ),
    ],
)
FIELDS = [
    {
        "name": "q",
        "label": "Search",
        "type": "search",
        "value": "",
        "hint": "A supplier, purpose or reference",
    },
    {
        "name": "body",
        "label": "Body",
        "type": "select",
        "value": "",
        "options": [("", "All bodies"), ("hexley", "Hexley Council"), ("police", "Vale Police")],
    },
    {
        "name": "year",
        "label": "Year",
        "type": "select",
        "value": "2018-19",
        "options": [("", "All years"), ("2018-19", "2018-19")],
    },
]


def example(showing: str = "") -> str:
    """The example page; `showing` replaces the words on which lines are shown."""
    source = Path(__file__).with_name("example.html").read_text(encoding="utf-8")
    html = (
        environment()
        .from_string(source)
        .render(
            place_name="Hexley",
            section="money",
            demo=True,
            built="21 November 2026",
            bodies=BODIES,
            lines=LINES,
            fields=FIELDS,
            total=("All", None, 92_756, 172_532_345_600, 15_000_000_000, 157_532_345_600, 1.0),
            link=lambda row: f"/bodies/{row[1]}",
        )
    )
    return html.replace("51 to 100 of 10,000 lines", showing) if showing else html


def answer(route: Route) -> None:
    """Stands in for the server: the example at every address, and the static files."""
    path = route.request.url.removeprefix(HOST).partition("?")[0]
    if path.startswith("/static/"):
        file = STATIC / path.removeprefix("/static/")
        kind = "text/javascript" if file.suffix == ".mjs" else mimetypes.guess_type(file.name)[0]
        route.fulfill(body=file.read_bytes(), content_type=kind)
    else:
        changed = "1 to 3 of 3 lines" if "body=police" in route.request.url else ""
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(body=example(changed), headers=headers)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """The example page, open; what the browser complains about fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.route(f"{HOST}/**", answer)
    opened.goto(f"{HOST}/")
    yield opened
    context.close()
    assert said == []


def test_axe_finds_no_fault(page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults] == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_table_is_a_stop_for_the_keyboard_only_where_it_must_be_scrolled(page: Page) -> None:
    frame = page.locator(".tp-scroll").filter(has=page.locator("#table-lines"))
    page.set_viewport_size({"width": 320, "height": 800})
    expect(frame).to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(frame).not_to_have_attribute("tabindex", "0")


def test_a_filter_changes_the_results_alone_and_says_so(page: Page) -> None:
    page.evaluate("document.querySelector('h1').dataset.kept = 'yes'")
    page.select_option("select[name=body]", "police")
    expect(page.locator("#results .tp-showing")).to_have_text("Showing 1 to 3 of 3 lines")
    expect(page.locator("#status")).to_have_text("Showing 1 to 3 of 3 lines")
    assert page.evaluate("document.querySelector('h1').dataset.kept") == "yes"
    assert "body=police" in page.url


def test_without_scripts_the_menu_and_the_filters_work(chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.route(f"{HOST}/**", answer)
    page.goto(f"{HOST}/")
    assert page.get_by_role("link", name="Suppliers").is_visible()
    page.select_option("select[name=body]", "police")
    page.get_by_role("button", name="Apply").click()
    assert "body=police" in page.url
    assert "1 to 3 of 3 lines" in page.locator(".tp-showing").inner_text()
    context.close()


def test_paper_shows_the_figures_and_not_the_furniture(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator("#table-bodies").first.is_visible()
    for furniture in (".tp-navigation", ".tp-filters", ".tp-downloads", ".tp-pager"):
        assert not page.locator(furniture).first.is_visible(), furniture


def test_nothing_of_gov_uk_s_brand_is_left(page: Page) -> None:
    fonts = page.evaluate(
        "[...new Set([...document.querySelectorAll('*')].map(one => getComputedStyle(one).fontFamily))]"
    )
    assert [font for font in fonts if "GDS" in font or "Times" in font] == []
    assert "crown" not in page.content().lower()
