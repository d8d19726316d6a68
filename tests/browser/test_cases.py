"""Business cases in a browser: the editor with and without scripts and by keyboard, pictures on a telephone, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import webplace
from tests.webserver import Served, served
from totalplace.demo.words import word_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FAMILIES, OUTREACH = "families-hallow-green", "outreach-hallow-green"
FORM = f"/cases/{FAMILIES}/edit?table=benefit&n=1"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = webplace.make(tmp_path_factory.mktemp("cases") / "place")
    for name in (FAMILIES, OUTREACH):
        (place.cases.folder / f"{name}.toml").write_text(word_file(f"{name}.toml"), encoding="utf-8")
    with served(place) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, site: Served) -> Iterator[Page]:
    """A page; what the browser complains about fails the test."""
    context, said = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=site.url), []
    context.set_default_timeout(20_000)
    opened = context.new_page()
    opened.on("console", lambda m: said.append(m.text) if m.type == "error" and "400" not in m.text else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == []


@pytest.fixture
def plain(chromium: Browser, site: Served) -> Iterator[Page]:
    """A page without scripts."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, base_url=site.url, java_script_enabled=False
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", [FAMILIES, OUTREACH])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_whole_case_is_for_everybody(page: Page, name: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/cases/{name}")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in faults] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.locator(f".tp-picture--{'wide' if width > 640 else 'narrow'}")
    assert all(shown.nth(n).is_visible() for n in range(shown.count()))


def test_no_words_of_a_picture_leave_it(page: Page) -> None:
    """On either width, with the letters that the browser has."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/cases/{FAMILIES}")
        outside = page.evaluate(
            """[...document.querySelectorAll('svg.tp-picture')].flatMap(svg => {
                const box = svg.getBoundingClientRect();
                if (!box.width) return [];
                return [...svg.querySelectorAll('text')].filter(text => {
                    const one = text.getBoundingClientRect();
                    return one.left < box.left - 2 || one.right > box.right + 2 || one.top < box.top - 2
                        || one.bottom > box.bottom + 2;
                }).map(text => text.textContent);
            })"""
        )
        assert outside == [], width


def test_results_follow_what_is_typed_and_what_is_wrong_is_said_beside_its_field(page: Page) -> None:
    page.goto(FORM)
    live = page.locator("#live")
    page.locator('[name="impact.value"]').fill("0.3")
    page.keyboard.press("Tab")
    expect(live.get_by_role("columnheader", name="As it stands")).to_be_visible()
    expect(live).to_contain_text("£543,063")
    assert page.evaluate("document.activeElement.name") == "impact.low", "the keyboard stays where it was"
    page.locator('[name="impact.value"]').fill("lots")
    page.keyboard.press("Tab")
    expect(page.locator("#error-impact")).to_contain_text("it must be a number")
    live.get_by_role("link", name="Go to the field").click()
    assert page.evaluate("location.hash") == "#f-impact"
    page.locator('[name="impact.value"]').fill("40%")
    page.keyboard.press("Tab")
    expect(page.locator("#error-impact")).to_be_empty()


def test_a_change_is_saved_by_keyboard_alone(page: Page, site: Served) -> None:
    page.goto(FORM)
    page.locator('[name="owner"]').focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Director of families")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "save":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Change")
    assert page.url.endswith("#benefit-1")
    assert 'owner = "Director of families"' in site.desk.place.cases.path(FAMILIES).read_text("utf-8")


def test_the_editor_works_without_scripts(plain: Page, site: Served) -> None:
    plain.goto(f"/cases/{FAMILIES}/edit")
    plain.locator("#cost").locator("xpath=..").get_by_role("link", name="Add a cost").click()
    plain.get_by_label("Name", exact=True).fill("A minibus")
    plain.get_by_label("Option", exact=True).select_option("one-team")
    plain.locator('[name="amounts.1"]').fill("31,000")
    plain.get_by_label("Who pays").fill("Police = 50%\nNHS = 40%")
    plain.locator(".tp-rules__form").get_by_role("button", name="Save").click()
    expect(plain.locator(".govuk-error-summary")).to_contain_text("nothing was written")
    expect(plain.locator("#error-price_year")).to_contain_text("is not given")
    plain.get_by_label("Price year").fill("2024-25")
    plain.locator(".tp-rules__form").get_by_role("button", name="Save").click()
    expect(plain.locator("#error-pays")).to_contain_text("90.0%")
    plain.get_by_label("Who pays").fill("Police = 50%\nNHS = 50%")
    plain.locator("#live").get_by_role("button", name="Show results").click()
    expect(plain.locator("#live")).to_contain_text("As it stands")
    plain.locator(".tp-rules__form").get_by_role("button", name="Save").click()
    expect(plain.get_by_role("link", name="A minibus")).to_be_visible()
    plain.get_by_role("button", name=re.compile("Move up.*A minibus")).click()
    names = [cost.name for cost in site.desk.place.cases.case(FAMILIES).costs]
    assert names[-2] == "A minibus"
    assert next(cost for cost in site.desk.place.cases.case(FAMILIES).costs if cost.name == "A minibus").given == (
        31_000,
    )
    plain.get_by_role("link", name="A minibus").click()
    plain.get_by_role("button", name="Take out").click()
    plain.get_by_role("button", name="Yes, take it out").click()
    assert "A minibus" not in [cost.name for cost in site.desk.place.cases.case(FAMILIES).costs]


def test_a_case_is_printed_without_forms(page: Page) -> None:
    page.goto(f"/cases/{FAMILIES}")
    page.emulate_media(media="print")
    expect(page.locator("form.tp-form")).to_be_hidden()
    expect(page.locator(".tp-headline")).to_be_visible()
    assert page.locator("svg.tp-picture--wide").first.is_visible()
