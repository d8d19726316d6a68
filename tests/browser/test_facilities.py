"""The pages of facilities in a real browser: the map of distances is drawn, follows the form, and stands still too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.unit.test_facilities import example
from tests.webserver import Served, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

READY = "[data-map-ready]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(example(tmp_path_factory.mktemp("facilities"))) as running:
        yield running


def test_the_map_of_distances_follows_the_form_by_keyboard(chromium: Browser, site: Served) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=site.url)
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/neighbourhoods/holds")
    page.wait_for_selector(READY)
    page.locator("#filter-indicator").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**indicator=score**")
    page.wait_for_selector(READY)
    assert "Score: South has 1.26 times" in page.inner_text("#results")
    assert page.locator(".tp-live__still").is_hidden()
    assert said == []
    context.close()


def test_without_scripts_the_pictures_stand_and_the_form_works(chromium: Browser, site: Served) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=site.url)
    page = context.new_page()
    page.goto("/neighbourhoods/holds?layer=area")
    assert page.locator(".tp-live__still svg").first.is_visible()
    page.goto("/neighbourhoods/assets")
    page.get_by_label("At most so many metres apart").fill("300")
    page.get_by_role("button", name="Show").click()
    assert "No move saves anything over 5 years." in page.inner_text("#results")
    context.close()
