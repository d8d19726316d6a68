"""The map in a real browser: drawn by its graphics card (or what stands in for one), and what stands there without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import webplace
from tests.webserver import Served, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

READY = "[data-map-ready]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(webplace.make(tmp_path_factory.mktemp("map") / "place")) as running:
        yield running


def opened(browser: Browser, site: Served, **how: Any) -> Iterator[Page]:
    """A page; what the browser complains about fails the test."""
    context, said = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site.url, **how), []
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


@pytest.fixture
def page(chromium: Browser, site: Served) -> Iterator[Page]:
    yield from opened(chromium, site)


@pytest.fixture
def plain(chromium: Browser, site: Served) -> Iterator[Page]:
    yield from opened(chromium, site, java_script_enabled=False)


def shown(page: Page, address: str = "/neighbourhoods?layer=wards") -> Page:
    """The page, its map drawn."""
    page.goto(address)
    page.wait_for_selector(READY)
    return page


MAKE = """async () => {
  const { createMap } = await import("/static/map.mjs");
  const element = document.querySelector("[data-map]").cloneNode(false);
  document.querySelector("main").append(element);
  window.made = createMap(element);
  window.drawn = () => new Promise((done) => { made.map.once("idle", done); made.map.triggerRepaint(); });
  return await made.ready;
}"""
"""Makes one more map on the page by hand, as the editor does."""
COLOUR = "(code) => made.map.getFeatureState({ source: 'blocks', id: made.codes.indexOf(code) }).colour"


def test_areas_that_touch_are_drawn_in_other_colours(page: Page) -> None:
    shown(page)
    assert page.evaluate(MAKE) is True
    assert page.evaluate("made.codes") == [f"b{n}" for n in range(8)]
    first, second = page.evaluate(COLOUR, "b0"), page.evaluate(COLOUR, "b7")
    assert first != second
    assert {page.evaluate(COLOUR, f"b{n}") for n in range(4)} == {first}
    # What the graphics card drew, not only what it was told: the middles of the first block and of the last.
    drawn = page.evaluate(
        """async () => {
          const shot = await new Promise((done) => {
            made.map.once("render", () => done(made.map.getCanvas().toDataURL()));
            made.map.triggerRepaint();
          });
          const picture = new Image();
          picture.src = shot;
          await picture.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [picture.width, picture.height];
          const pen = canvas.getContext("2d");
          pen.drawImage(picture, 0, 0);
          const scale = picture.width / made.map.getCanvas().clientWidth;
          const box = made.map.getBounds(), at = (x, y) => made.map.project([x, y]);
          const blocks = (await made.map.getSource("blocks").getData()).features;
          return [0, 7].map((n) => {
            const ring = blocks[n].geometry.coordinates[0];
            const x = (Math.min(...ring.map((p) => p[0])) * 3 + Math.max(...ring.map((p) => p[0]))) / 4;
            const y = (Math.min(...ring.map((p) => p[1])) * 3 + Math.max(...ring.map((p) => p[1]))) / 4;
            const point = at(x, y);
            const [r, g, b] = pen.getImageData(point.x * scale, point.y * scale, 1, 1).data;
            return "#" + [r, g, b].map((each) => each.toString(16).padStart(2, "0")).join("").toUpperCase();
          });
        }"""
    )
    assert drawn == [first, second]


def test_a_map_made_by_hand_is_painted_selected_and_picked(page: Page) -> None:
    shown(page)
    page.evaluate(MAKE)
    page.evaluate("made.paint({ b2: '#123456', nowhere: '#ffffff' })")
    page.evaluate("made.select(['b2', 'b3', 'nowhere'])")
    page.evaluate("drawn()")
    assert page.evaluate(COLOUR, "b2") == "#123456"
    assert page.evaluate(COLOUR, "b1") != "#123456"
    framed = "made.map.getSource('picked').getData().then((all) => all.features.map((each) => each.properties.code))"
    assert page.evaluate(framed) == ["b2", "b3"]
    page.evaluate("made.select([])")
    page.evaluate("drawn()")
    assert page.evaluate(framed) == []
    page.evaluate("window.told = []; made.onPick((block) => told.push(block.code))")
    middle = page.evaluate(
        """() => {
          made.element.scrollIntoView({ block: "center" });
          const box = made.map.getCanvas().getBoundingClientRect();
          return [box.left + box.width / 8 * 1.5 + 20, box.top + box.height / 4];
        }"""
    )
    page.mouse.click(*middle)
    assert page.evaluate("told.length") == 1
    assert page.evaluate("told[0]") in [f"b{n}" for n in range(8)]


def test_lines_follow_the_areas_that_they_are_told(page: Page) -> None:
    shown(page)
    page.evaluate(MAKE)
    count = """async () => {
      await drawn();
      const found = await made.map.getSource("lines").getData();
      return found.geometry.coordinates.length;
    }"""
    assert page.evaluate(count) == 4  # between the upper row and the lower, square by square
    page.evaluate("made.lines({ of: Object.fromEntries(made.codes.map((code) => [code, 0])) })")
    assert page.evaluate(count) == 0
    page.evaluate("made.lines({ of: made.codes.map((_, n) => n) })")
    assert page.evaluate(count) == 10  # every border of a board of four by two
    page.evaluate("made.destroy()")
    assert page.evaluate("made.element.querySelector('canvas')") is None


def test_the_policy_lets_the_worker_be_and_nothing_else(page: Page, site: Served) -> None:
    shown(page)
    policy = site.get("/neighbourhoods").headers["content-security-policy"]
    assert "worker-src 'self';" in policy
    assert "blob:" not in policy
    assert "unsafe" not in policy
    assert page.evaluate("performance.getEntriesByType('resource').every((each) => each.name.startsWith(origin))")


def test_without_scripts_the_picture_stands(plain: Page) -> None:
    plain.goto("/neighbourhoods?layer=wards")
    picture = plain.locator(".tp-live__still svg[role=img]")
    assert picture.is_visible()
    assert "2 areas" in (picture.get_attribute("aria-label") or "")
    assert plain.locator(".tp-live__still .tp-map__area").count() == 2


def test_without_a_graphics_card_the_picture_stands(page: Page) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto("/neighbourhoods?layer=wards")
    page.wait_for_load_state("networkidle")
    assert page.locator(".tp-live__still svg").is_visible()
    assert not page.locator(".tp-live canvas").count()


def test_on_paper_the_picture_stands(page: Page) -> None:
    shown(page)
    assert not page.locator(".tp-live__still svg").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".tp-live__still svg").is_visible()
    assert not page.locator(".tp-live__frame").is_visible()


def test_a_form_that_was_changed_shows_another_map(page: Page) -> None:
    shown(page)
    page.select_option("#filter-layer", "networks")
    page.wait_for_selector(f"[data-map*='layer=networks']{READY}")
    assert page.locator(".tp-live canvas").count() == 1
