"""The editor of neighbourhoods in a browser: by keyboard alone, by the map, without scripts, in two windows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.integration.test_neighbourhood_editor import HOME, begin, make, rows
from tests.webserver import Served, served
from totalplace.web.guard import Forms

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

READY = "[data-map-ready]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(make(tmp_path_factory.mktemp("editor") / "town")) as running:
        yield running


@pytest.fixture
def context(chromium: Browser, site: Served) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=site.url)
    made.set_default_timeout(30_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; what the browser complains about fails the test."""
    opened, said = context.new_page(), []
    opened.on("console", lambda m: said.append(m.text) if m.type == "error" and "409" not in m.text else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    assert said == []


def press_to(page: Page, id: str, key: str = "Tab") -> None:
    """Goes on with a key until an element has the focus."""
    for _ in range(200):
        if page.evaluate("document.activeElement.id") == id:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{id} is not reached with {key}")


def areas(page: Page) -> dict[str, str]:
    """People by area, as the table on the page has them."""
    found = page.locator(".tp-plan__areas tbody tr")
    return {
        found.nth(n).locator("th").inner_text().strip(): found.nth(n).locator("td").first.inner_text()
        for n in range(found.count())
    }


def test_a_plan_is_changed_by_keyboard_alone(page: Page, site: Served) -> None:
    at = begin(site, title="By keyboard")
    page.goto(at)
    page.keyboard.press("Tab")
    press_to(page, "pick-2")
    page.keyboard.press("Space")
    expect(page.locator("#move-1")).to_have_text("Move to East")
    # What was ticked keeps the focus, and what can be done is said.
    assert page.evaluate("document.activeElement.id") == "pick-2"
    expect(page.locator("#status")).to_have_text("1 small area picked, 12 people")
    press_to(page, "move-1")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("b2 to East.")
    # The button is gone: the focus is on what was done, and a screen reader is told it.
    expect(page.locator("#last")).to_be_focused()
    expect(page.locator("#status")).to_contain_text("East has 93 people: 13 above 80.")
    assert areas(page) == {"East": "93", "West": "58"}
    press_to(page, "undo")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Undone: b2 to East.")
    assert areas(page) == {"East": "81", "West": "70"}
    press_to(page, "redo")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Done again: b2 to East.")
    press_to(page, "open-1")
    page.keyboard.press("Enter")
    expect(page.locator("#area")).to_have_text("West: 58 people")
    press_to(page, "name", "Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("The west")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("West called The west.")
    expect(page.locator("#rename")).to_be_focused()
    assert [row["what"] for row in rows(site, at, "plan-steps")] == ["b2 to East", "West called The west"]


def where(page: Page) -> list[float]:
    """Where on the screen the third block of a row is drawn, by the map itself."""
    page.locator("#plan-map").scroll_into_view_if_needed()
    found: list[float] = page.evaluate("""() => {
        const code = 'b2', n = planMap.codes.indexOf(code);
        const shapes = planMap.map.querySourceFeatures('blocks').filter((each) => each.id === n);
        const ring = shapes[0].geometry.coordinates[0];
        const corners = ring.slice(1), mean = (k) => corners.reduce((sum, at) => sum + at[k], 0) / corners.length;
        const mid = [mean(0), mean(1)];
        const at = planMap.map.project(mid), box = planMap.map.getCanvas().getBoundingClientRect();
        return [box.x + at.x, box.y + at.y];
    }""")
    return found


def test_a_plan_is_changed_on_the_map(page: Page, site: Served) -> None:
    at = begin(site, title="By map")
    page.goto(at)
    page.wait_for_selector(READY)
    colour = "(code) => planMap.map.getFeatureState({ source: 'blocks', id: planMap.codes.indexOf(code) })"
    assert page.evaluate(colour, "b2")["colour"] == page.evaluate(colour, "b1")["colour"]
    page.mouse.click(*where(page))
    expect(page.locator("#pick-2")).to_be_checked()
    page.wait_for_function("planMap.map.getFeatureState({ source: 'blocks', id: 2 }).picked > 0")
    page.locator("#move-1").click()
    expect(page.locator("#said")).to_have_text("b2 to East.")
    page.wait_for_function(
        "planMap.map.getFeatureState({ source: 'blocks', id: 2 }).colour === "
        "planMap.map.getFeatureState({ source: 'blocks', id: 3 }).colour"
    )
    assert page.evaluate(colour, "b2")["picked"] == 0
    # What would be printed is the map as it is now.
    expect(page.locator(".tp-live__still img")).to_have_count(1)
    # A whole ward at once: pointing at one block of it picks all.
    page.select_option("#by", "ward")
    expect(page.locator("#name-0")).to_contain_text("2 small areas")
    page.mouse.click(*where(page))
    expect(page.locator("#ways")).to_have_text("2 small areas picked, 23 people")


def test_the_page_stays_and_what_was_open_stays_open(page: Page, site: Served) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.goto(begin(site, title="Stays"))
    page.evaluate("window.stays = true")
    page.locator("#all-steps summary").click()
    page.fill("#q", "b2")
    expect(page.locator(".tp-plan__box")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "q"
    page.locator(".tp-plan__box").check()
    page.locator("#move-1").click()
    expect(page.locator("#said")).to_have_text("b2 to East.")
    assert page.evaluate("window.stays")
    assert page.locator("#all-steps").get_attribute("open") is not None
    expect(page.locator("#all-steps")).to_contain_text("b2 to East")
    assert page.input_value("#q") == "b2"
    # A table that was folded away meanwhile is asked for when it is opened.
    page.locator("#all-measures summary").click()
    expect(page.locator("#all-measures tbody tr").first).to_contain_text("Borders cut")
    # With everything open, on any screen.
    page.locator("#open-0").click()
    expect(page.locator("#take-0")).to_be_visible()
    page.fill("#q", "")
    page.locator("#pick-2").check()
    expect(page.locator("#move-1")).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        faults = Axe().run(page).response["violations"]
        assert [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in faults] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_two_windows_on_one_plan(context: BrowserContext, page: Page, site: Served) -> None:
    at = begin(site, title="Two windows")
    page.goto(at)
    other = context.new_page()
    other.goto(at)
    other.check("#pick-2")
    other.click("#move-1")
    expect(other.locator("#said")).to_have_text("b2 to East.")
    # A change by a page that does not know it is not made; the page says so, and shows the plan as it is.
    page.click("#lock-0")
    expect(page.locator("#plan-state .tp-notice")).to_contain_text("what you asked was not done")
    expect(page.locator("#status")).to_contain_text("changed in another window")
    assert areas(page) == {"East": "93", "West": "58"}
    page.check("#pick-1")
    expect(page.locator("#move-to")).to_be_enabled()
    expect(page.locator("#plan-state .tp-notice")).to_have_count(0)
    # A look alone tells it too.
    other.click("#undo")
    expect(other.locator("#said")).to_have_text("Undone: b2 to East.")
    page.uncheck("#pick-1")
    expect(page.locator("#plan-state .tp-notice")).to_contain_text("changed in another window meanwhile")
    page.check("#pick-1")
    page.wait_for_selector("#to")
    page.select_option("#to", "East")
    page.click("#move-to")
    expect(page.locator("#said")).to_have_text("b1 to East.")
    assert [row["what"] for row in rows(site, at, "plan-steps")] == ["b1 to East"]


def test_without_scripts_a_plan_is_begun_changed_and_saved(chromium: Browser, site: Served) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=site.url)
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(HOME)
    page.fill("#title", "Plain")
    page.select_option("#base", "team")
    page.fill("#low", "50")
    page.fill("#high", "80")
    page.click("button[value=begin]")
    expect(page).to_have_url(re.compile("/editor/plain$"))
    expect(page.locator(".tp-live__still svg")).to_have_count(1)
    page.check("#pick-2")
    page.click("#show")
    page.click("#move-1")
    expect(page.locator("#said")).to_have_text("b2 to East.")
    page.click("#open-0")
    page.click("#take-0")
    expect(page.locator("#said")).to_contain_text("to West")
    page.click("#undo")
    expect(page.locator("#said")).to_contain_text("Undone")
    page.fill("#reasons", "The canal divides them.")
    page.fill("#proposed-by", "Town council")
    page.click("button[value=propose]")
    expect(page.locator("main")).to_contain_text("Saved: Plain")
    context.close()


def test_a_server_that_ended_is_said_and_nothing_is_lost(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = make(tmp_path_factory.mktemp("ends") / "town")
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    with served(place) as running:
        at = begin(running)
        page.goto(running.url + at)
        page.check("#pick-2")
        page.click("#move-1")
        expect(page.locator("#said")).to_have_text("b2 to East.")
        # Started again, the program does not know the form: the page says so, takes a new one, and goes on.
        running.desk.forms = Forms()
        page.click("#undo")
        expect(page.locator("#plan-lost")).to_contain_text("That was not done.")
        expect(page.locator("#said")).to_have_text("b2 to East.")
        page.click("#undo")
        expect(page.locator("#said")).to_have_text("Undone: b2 to East.")
        expect(page.locator("#plan-lost")).to_have_count(0)
        page.click("#redo")
        expect(page.locator("#said")).to_have_text("Done again: b2 to East.")
    page.click("#undo")
    expect(page.locator("#plan-lost")).to_contain_text("The program does not answer")
    with served(place) as again:
        page.goto(again.url + at)
        expect(page.locator("#said")).to_have_text("Done again: b2 to East.")
    context.close()
