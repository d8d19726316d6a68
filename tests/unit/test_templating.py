"""What the pages' filters and pieces promise."""

from __future__ import annotations

import mimetypes
import re
from datetime import date

import pytest

from totalplace.table import Column, Table
from totalplace.terms import OUTCOMES
from totalplace.web import templating


def draw(source: str, **context: object) -> str:
    """A template's text on the macros."""
    head = '{% import "macros.html" as m %}'
    return templating.environment().from_string(head + source).render(**context)


@pytest.mark.parametrize(
    ("value", "kind", "places", "shown"),
    [
        (123_456_789, "money", 0, "£1,234,568"),
        (-123_456, "money", 2, "−£1,234.56"),
        (0, "money", 0, "£0"),
        (10_000, "count", 0, "10,000"),
        (0.2564, "percent", 0, "25.6%"),
        (-0.0002, "percent", 0, "−<0.1%"),
        (0.0, "percent", 0, "0.0%"),
        ("lines of 2018-04", "month", 0, "lines of Apr 2018"),
        (date(2018, 4, 2), "date", 0, "2 April 2018"),
        ("2018-04-02", "date", 0, "2 April 2018"),
        ("soon", "date", 0, "soon"),
        (None, "money", 0, "–"),
        ("", "text", 0, "–"),
    ],
)
def test_a_cell_is_written_for_people(value: object, kind: str, places: int, shown: str) -> None:
    assert templating.cell(value, kind, places) == shown


def test_a_suppliers_name_cannot_bring_markup() -> None:
    table = Table("t", "Title", (Column("supplier", "Supplier"),), [("<script>alert(1)</script>",)])
    html = draw("{{ m.data_table(t) }}", t=table)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_table_has_a_caption_scopes_links_and_downloads() -> None:
    columns = (Column("body", "Body"), Column("net", "Net", "money"))
    table = Table("bodies", "Bodies", columns, [("Hexley", 1_000), ("Vale", 500)])
    html = draw(
        "{{ m.data_table(t, links=links, bars='net', total=('All', 1500), base='/bodies', query='a=1') }}",
        t=table,
        links={"body": lambda row: "/bodies/hexley" if row[0] == "Hexley" else None},
    )
    assert "<caption" in html
    assert html.count('scope="col"') == 3
    assert "Net, to scale" in html
    assert html.count('scope="row"') == 3
    assert html.count('href="/bodies/hexley"') == 1
    assert '<rect width="50.00"' in html
    for ending in ("csv", "xlsx", "json"):
        assert f'href="/bodies.{ending}?a=1"' in html


def test_an_empty_table_says_so() -> None:
    assert "Nobody" in draw('{{ m.data_table(t, empty="Nobody") }}', t=Table("t", "T", (Column("a", "A"),), []))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_a_word_and_a_mark(outcome: str) -> None:
    html = draw("{{ m.outcome_tag(outcome) }}", outcome=outcome)
    assert templating.OUTCOME_WORDS[outcome][0] in html
    assert "<path" in html


@pytest.mark.parametrize(
    ("page", "pages", "numbers"),
    [(1, 1, []), (1, 3, [1, 2, 3]), (1, 200_000, [1, 2, 200_000]), (100, 200, [1, 99, 100, 101, 200])],
)
def test_the_pager_offers_the_ends_and_the_neighbours(page: int, pages: int, numbers: list[int]) -> None:
    html = draw('{{ m.pager(page, pages, "/lines?q=a&page={page}") }}', page=page, pages=pages)
    assert [n for n in range(pages + 1) if f'aria-label="Page {n}"' in html] == numbers
    assert ('rel="prev"' in html) == (page > 1)
    assert ('rel="next"' in html) == (page < pages)


def test_scope_is_a_sentence_or_words_with_what_they_stand_for() -> None:
    assert "12 of 12" in draw("{{ m.scope_note(s) }}", s={"Bodies": "12 of 12"})
    assert "2017-18, 2018-19" in draw("{{ m.scope_note(s) }}", s={"Years": ["2017-18", "2018-19"]})
    assert "All years" in draw("{{ m.scope_note(s) }}", s="All years")


def test_no_template_needs_what_the_policy_forbids() -> None:
    for path in templating.TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for inline in (" style=", "<style", "<script>", " onclick=", "javascript:", "hx-on"):
            assert inline not in text, f"{path.name}: {inline}"


def templates() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in templating.TEMPLATES.rglob("*.html")}


def imported(text: str) -> set[str]:
    """The macros that a template takes from macros.html."""
    found = re.findall(r"{% from \"macros.html\" import (.*?) %}", text, re.DOTALL)
    return {name.strip() for names in found for name in names.split(",")}


def test_every_macro_is_used() -> None:
    made = set(re.findall(r"{% macro (\w+)\(", templates()["macros.html"]))
    inside = {name for name in made if len(re.findall(rf"[{{ ]{name}\(", templates()["macros.html"])) > 1}
    assert made - inside - set().union(*map(imported, templates().values())) == set()


def test_a_template_imports_the_macros_that_it_uses_and_no_others() -> None:
    made = set(re.findall(r"{% macro (\w+)\(", templates()["macros.html"]))
    for name, text in templates().items():
        if name != "macros.html":
            assert imported(text) == {macro for macro in made if re.search(rf"(?<!\w){macro}\(", text)}, name


def test_every_class_of_the_stylesheet_is_used() -> None:
    """Its whole name stands in a template or a drawing, or its stem with a part put in."""
    css = (templating.STATIC / "totalplace.css").read_text(encoding="utf-8")
    drawn = [*templating.HERE.glob("*.py"), *templating.STATIC.glob("*.mjs")]
    text = "\n".join([*templates().values(), *(path.read_text(encoding="utf-8") for path in drawn)])
    unused = []
    for name in sorted(set(re.findall(r"\.(tp-[\w-]+)", css))):
        stem = re.sub(r"--.*$", "--", name)
        if not re.search(rf"(?<![\w-]){name}(?![\w-])", text) and not re.search(rf"(?<![\w-]){stem}{{", text):
            unused.append(name)
    assert unused == []


def test_every_colour_of_the_stylesheet_is_used() -> None:
    css = (templating.STATIC / "totalplace.css").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"^  (--tp-\w+):", css, re.MULTILINE) if f"var({name})" not in css] == []


def test_a_static_files_address_follows_its_content() -> None:
    address, _, mark = templating.asset("totalplace.css").partition("?v=")
    assert address == "/static/totalplace.css"
    assert len(mark) == 10


def test_modules_are_served_as_scripts_on_every_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mimetypes, "_db", mimetypes.MimeTypes())
    mimetypes.add_type("text/plain", ".mjs")  # as a Windows registry may have it
    templating.static_files()
    assert mimetypes.guess_type("totalplace.mjs")[0] == "text/javascript"
