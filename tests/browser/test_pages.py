"""The pages of a small place in a browser: for everybody, on any screen, with and without scripts, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import webplace
from tests.webserver import Served, served
from totalplace.web.wishes import mark_of, work

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PAGES = (
    "/",
    "/bodies",
    "/bodies/council",
    "/bodies/police",
    "/bodies/fire",
    "/services",
    "/services/settle",
    "/services/settled",
    "/services/not-classified",
    "/over-time",
    "/compare",
    "/shared",
    "/suppliers",
    "/suppliers?q=nobody+is+called+this",
    "/transfers",
    "/transfers/candidates",
    "/transfers/spellings",
    "/lines",
    "/lines?q=levy&outcome=eliminated",
    "/lines/source?file=council.csv&line=7",
    "/lines/source?file=council.csv&line=13",
    "/sources",
    "/sources/file?name=council.csv",
    "/control",
    "/control?body=council&service=highways",
    "/tags/role",
    "/tags/control/open?class=council",
    "/areas",
    "/areas/W1",
    "/areas/claims",
    "/neighbourhoods?layer=wards&band=300-500&by=people&over=networks&sites=surgeries",
    (
        "/neighbourhoods/alternatives?areas=2&band=200-700&together=b0%2C+b1&today=wards&weigh=borders%3D1"
        "&weigh=main%3Anetworks%3D0.5"
    ),
    "/neighbourhoods/lines?to=wards",
    "/neighbourhoods/editor",
    "/neighbourhoods/editor/changed",
    "/neighbourhoods/holds",
    "/neighbourhoods/assets?metres=2000&full=0.95",
    "/completeness",
    "/official",
    "/rates",
    "/unit-costs",
    "/unit-costs/E%26S1.0?prices=2024-25",
    "/logic",
    "/logic/trams",
    "/logic/trams/step?id=riders",
    "/cases",
    "/cases/new",
    "/cases/outing",
    "/cases/outing/compare?against=outing-before",
    "/cases/outing/edit",
    "/cases/outing/edit?table=case&n=1",
    "/cases/outing/edit?table=cost&n=1",
    "/cases/outing/edit?table=benefit&n=1",
    "/cases/outing/edit?table=scenario&n=new",
    "/portfolios/both",
    "/stress",
    "/themes",
    "/themes/beds",
    "/themes/beds/rules",
    "/themes/beds/lines",
    "/stress/made-up",
    "/check",
    "/build",
    "/about",
    "/no-such-page",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(webplace.make(tmp_path_factory.mktemp("pages") / "place")) as running:
        running.desk.check(again=True)
        running.desk.checking.wait(60)
        asked = {"areas": ["2"], "band": ["200-700"], "today": ["wards"], "weigh": ["borders=1", "main:networks=0.5"]}
        asked["together"] = ["b0, b1"]
        place = running.desk.place
        running.desk.designing.start(lambda say: work(place, asked, say), mark_of(place, asked))
        running.desk.designing.wait(60)
        yield running


@pytest.fixture(scope="module")
def context(chromium: Browser, site: Served) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=site.url)
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; what the browser complains about fails the test."""
    opened, said = context.new_page(), []
    opened.on("console", lambda m: said.append(m.text) if m.type == "error" and "404" not in m.text else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    opened.close()
    assert said == []


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_for_everybody_on_any_screen(page: Page, address: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["html"][:300] for node in fault["nodes"]]) for fault in faults] == []
    for width in (320, 768):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    page.set_viewport_size({"width": 1280, "height": 900})


def test_on_a_telephone_axe_finds_no_fault_either(page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": 360, "height": 800})
    for address in ("/", "/lines", "/transfers"):
        page.goto(address)
        assert [fault["id"] for fault in Axe().run(page).response["violations"]] == [], address
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_keyboard_reaches_the_main_links(page: Page) -> None:
    page.goto("/")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"))
    for words in (
        "Skip to main content",
        "Beside others",
        "What if",
        "Bodies",
        "Suppliers",
        "Transfers",
        "272 payments",
    ):
        assert words in reached, words
    seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert seen != "none"


def test_a_figure_is_opened_down_to_its_line(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="272 payments").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lines")
    expect(page.locator(".tp-showing").first).to_contain_text("of 272 lines")
    page.get_by_role("link", name="council.csv, line 11").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Line 11")
    expect(page.locator(".tp-source__here")).to_contain_text("Public Works Loan Board,60000.00")


def test_rules_of_a_theme_are_worked_out_as_they_are_changed(page: Page) -> None:
    page.goto("/themes/beds/rules")
    total = page.locator(".tp-rules__total strong")
    before = total.inner_text()
    page.locator("#r2-share").fill("1")
    page.locator("#r2-reason").click()
    expect(total).not_to_have_text(before)
    expect(page.locator("#status")).to_contain_text(total.inner_text())
    page.locator("#r2-share").fill("much")
    page.locator("#r2-reason").click()
    expect(page.locator("#live")).to_contain_text("share is 'much'")
    page.reload()
    expect(total).to_have_text(before)


def test_lines_show_where_they_come_from_without_scrolling_aside(page: Page) -> None:
    """The source is the last column, and what makes a line a proof: on a desk's screen it is in sight."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/lines")
    # As wide as real files make them: names of files are long, and broken in their column.
    page.locator(".tp-table--lines tbody td:nth-child(8) a").first.evaluate(
        "one => one.firstChild.data = 'anytown-payments-to-suppliers-over-500-pounds-2024-25.csv, line 204005'"
    )
    page.locator(".tp-table--lines tbody td:nth-child(6)").first.evaluate("one => one.textContent = '£62,125,000.00'")
    box = page.locator(".tp-scroll:has(.tp-table--lines)")
    assert box.evaluate("one => one.scrollWidth - one.clientWidth") == 0


def test_a_filter_changes_the_lines_in_place(page: Page) -> None:
    page.goto("/lines")
    page.evaluate("document.querySelector('h1').dataset.kept = 'yes'")
    page.select_option("select[name=outcome]", "eliminated,self")
    expect(page.locator("#results .tp-showing")).to_contain_text("of 4 lines")
    expect(page.locator("#status")).to_contain_text("of 4 lines")
    assert page.evaluate("document.querySelector('h1').dataset.kept") == "yes"
    page.fill("input[name=q]", "levy")
    page.keyboard.press("Enter")
    expect(page.locator("#results .tp-showing")).to_contain_text("of 1 line,")
    assert "q=levy" in page.url
    page.reload()
    expect(page.locator("#results .tp-showing")).to_contain_text("of 1 line,")


def test_a_picture_has_its_table(page: Page) -> None:
    page.goto("/")
    for figure in page.locator("figure.tp-chart").all():
        assert figure.get_by_role("img").first.get_attribute("aria-label")
        figure.locator("summary").click()
        assert figure.locator("table").is_visible()
        assert figure.get_by_role("link", name="CSV").is_visible()


def test_without_scripts_all_the_work_can_be_done(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    with served(webplace.make(tmp_path_factory.mktemp("plain") / "place")) as running:
        context = chromium.new_context(
            java_script_enabled=False, viewport={"width": 320, "height": 800}, base_url=running.url
        )
        page = context.new_page()
        page.goto("/lines")
        page.select_option("select[name=outcome]", "candidate")
        page.get_by_role("button", name="Search").click()
        assert "of 1 line," in page.locator(".tp-showing").inner_text()
        page.get_by_role("link", name="The count").click()
        page.get_by_role("link", name="Transfers").click()
        page.get_by_role("button", name="Yes, it is").click()
        assert "Settled:" in page.locator(".tp-candidate").inner_text()
        page.get_by_role("button", name="Build now").click()
        running.desk.building.wait(60)
        page.goto("/build")
        assert "Built in" in page.locator(".tp-notice").inner_text()
        page.goto("/transfers")
        assert "No name waits to be settled" in page.locator("main").inner_text()
        context.close()


def test_a_service_is_settled_and_taken_back_without_scripts(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = webplace.make(tmp_path_factory.mktemp("settled") / "place")
    with served(place) as running:
        running.desk.unsure()
        running.desk.looking.wait(60)
        context = chromium.new_context(
            java_script_enabled=False, viewport={"width": 320, "height": 800}, base_url=running.url
        )
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="What it is spent on").last.click()
        first = page.locator(".tp-candidate").first
        first.get_by_label("What they are for").select_option("Housing")
        first.get_by_label("Why").fill("Homes of ours")
        first.get_by_role("button", name="Settle it").click()
        assert "is Housing" in page.locator(".tp-settled").first.inner_text()
        assert [(row.service, row.note) for row in place.definition.corrections] == [("housing", "Homes of ours")]
        page.get_by_role("button", name="Build now").click()
        running.desk.building.wait(60)
        assert place.money.count((), {"told": ["correction"]}).rows
        page.goto("/services/settled")
        page.get_by_role("button", name="Undo").click()
        assert not place.definition.corrections
        assert "Nobody settled anything yet" in page.locator("main").inner_text()
        context.close()


def test_a_build_is_followed_as_it_goes(page: Page, site: Served) -> None:
    page.goto("/sources")
    page.get_by_role("button", name="Build").click()
    expect(page.locator(".tp-notice__title")).to_contain_text("Built in", timeout=60_000)


@pytest.mark.parametrize("address", ["/", "/lines", "/bodies/council", "/transfers"])
def test_paper_has_the_figures_and_not_the_furniture(page: Page, address: str) -> None:
    page.goto(address)
    page.emulate_media(media="print")
    assert page.locator("table").first.is_visible() or page.locator("svg.tp-picture").first.is_visible()
    for furniture in (".tp-navigation", ".tp-years", ".tp-filters", ".tp-downloads", ".tp-pager", ".govuk-button"):
        for found in page.locator(furniture).all():
            assert not found.is_visible(), furniture
    page.emulate_media(media="screen")


def test_nothing_is_fetched_from_elsewhere(page: Page, site: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in ("/", "/lines", "/about"):
        page.goto(address)
    assert asked
    assert [url for url in asked if not url.startswith(site.url) and not url.startswith("data:")] == []
