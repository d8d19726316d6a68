"""The editor of business cases: changes written with comments kept, refused beside their fields, nothing lost."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests import webplace
from tests.webserver import Served, served
from totalplace.appraisal.editing import Editing, table_at
from totalplace.appraisal.files import Cases
from totalplace.demo.words import word_file
from totalplace.errors import CaseError, EditConflict, UsageError
from totalplace.place import Place

FAMILIES = "families-hallow-green"
EDIT = f"/cases/{FAMILIES}/edit"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Served]]:
    made = webplace.make(tmp_path_factory.mktemp("editor") / "place")
    with served(made) as opened:
        yield made, opened


@pytest.fixture
def changing(built: tuple[Place, Served]) -> tuple[Place, Served]:
    place, client = built
    (place.cases.folder / f"{FAMILIES}.toml").write_text(word_file(f"{FAMILIES}.toml"), encoding="utf-8")
    return place, client


def form_of(client: Served, table: str, number: int | str) -> dict[str, str]:
    """The fields of a form as a browser would send them."""
    return fields(client.get(f"{EDIT}?table={table}&n={number}").text)


def fields(html: str) -> dict[str, str]:
    form = html[html.index('<form class="tp-rules"') :]
    given = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            given[name[1]] = unescape(value[1]) if value else ""
    for name_, text in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', form):
        given[name_] = unescape(text)
    for name_, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options) or re.findall(
            r'<option value="([^"]*)"', options
        )
        given[name_] = unescape(chosen[-1] if " selected" in options else chosen[0])
    return given


def file_of(place: Place) -> Path:
    return place.cases.folder / f"{FAMILIES}.toml"


TABLES = {"case": 1, "agency": 7, "option": 3, "cohort": 3, "cost": 8, "benefit": 8, "scenario": 4, "correlation": 2,
          "weights": 1}  # fmt: skip
EACH = [(table, n) for table, count in TABLES.items() for n in range(1, count + 1)]


@pytest.mark.parametrize(
    ("table", "number"), [(table, n) for table, count in TABLES.items() for n in range(1, count + 1)]
)
def test_a_form_that_is_saved_unchanged_changes_no_byte(
    changing: tuple[Place, Served], table: str, number: int
) -> None:
    place, client = changing
    before = file_of(place).read_bytes()
    answer = client.post(EDIT, data={**form_of(client, table, number), "do": "save"})
    assert answer.status_code == 303, re.findall(r'class="tp-path"[^>]*>([^<]*)', answer.text)
    assert file_of(place).read_bytes() == before


def test_a_change_is_written_where_it_belongs_and_comments_stay(changing: tuple[Place, Served]) -> None:
    place, client = changing
    before = file_of(place).read_text("utf-8")
    form = form_of(client, "benefit", 1) | {
        "impact.value": "45%",
        "cashable.share": "0.1",
        "note": "Seen",
        "do": "save",
    }
    answer = client.post(EDIT, data=form)
    assert answer.headers["location"] == f"{EDIT}#benefit-1"
    after = file_of(place).read_text("utf-8")
    benefit = tomllib.loads(after)["benefit"][0]
    assert benefit["impact"] == {"value": 0.45, "low": 0.25, "high": 0.5}
    assert benefit["cashable"]["share"] == 0.1
    assert benefit["note"] == "Seen"
    assert [line for line in before.splitlines() if line.startswith("#")] == [
        line for line in after.splitlines() if line.startswith("#")
    ]
    assert "# families with a child on the edge of care" in after
    changed = set(after.splitlines()) - set(before.splitlines())
    assert len(changed) == 3


def test_results_are_shown_beside_the_form_before_it_is_saved(changing: tuple[Place, Served]) -> None:
    place, client = changing
    before = file_of(place).read_bytes()
    form = form_of(client, "cost", 2) | {"amounts.4": "449,000", "do": "show"}
    html = client.post(EDIT, data=form).text
    live = html[html.index('id="live"') : html.index('class="tp-rules__form"')]
    assert "Saved" in live
    assert "£543,063" in live
    assert "As it stands" in live
    assert "No change in the other option" in live
    assert fields(html)["amounts.4"] == "449000"
    assert file_of(place).read_bytes() == before


def test_what_is_typed_with_commas_is_what_is_saved(changing: tuple[Place, Served]) -> None:
    place, client = changing
    typed = {"amounts.1": "£285,000", "amounts.2": "142,500", "amounts.3": "1,234,567.5", "amounts.4": "£0"}
    assert client.post(EDIT, data={**form_of(client, "cost", 2), **typed, "do": "save"}).status_code == 303
    saved = tomllib.loads(file_of(place).read_text("utf-8"))["cost"][1]["amounts"]
    assert saved[:4] == [285000, 142500, 1234567.5, 0]
    assert place.cases.case(FAMILIES).costs[1].amounts[:4] == (285000, 142500, 1234567.5, 0)
    before = file_of(place).read_bytes()
    for wrong in ({"amounts.1": "285,000,5"}, {"amounts.1": "142,500, 142,500"}, {"amounts.1": "285,00"}):
        answer = client.post(EDIT, data={**form_of(client, "cost", 2), **wrong, "do": "save"})
        assert answer.status_code == 400
        assert "commas stand before each three figures" in answer.text
    form = {key: text for key, text in form_of(client, "cost", 2).items() if not key.startswith("amounts.")}
    answer = client.post(EDIT, data={**form, "amounts": "285,000", "do": "save"})
    assert answer.status_code == 400
    assert "may be the one number 285000, or the 2 numbers 285 and 000" in unescape(answer.text)
    assert file_of(place).read_bytes() == before


def test_what_is_wrong_names_its_field_in_words(changing: tuple[Place, Served]) -> None:
    _, client = changing
    form = form_of(client, "benefit", 1) | {"need.value": "35"}
    name = form["name"]
    for do in ("show", "save"):
        html = unescape(client.post(EDIT, data={**form, "do": do}).text)
        assert f"Benefit '{name}': Share with the need is 35; it must be from 0 to 1" in html
        assert "[[benefit]]" not in html
        assert all(each.isprintable() or each.isspace() for each in html)
        assert not set(html) & set("⟦¦⟧\N{REPLACEMENT CHARACTER}")


def test_without_a_headline_no_figure_stands_beside_the_form(changing: tuple[Place, Served]) -> None:
    place, client = changing
    name = "outreach-hallow-green"
    (place.cases.folder / f"{name}.toml").write_text(word_file(f"{name}.toml"), encoding="utf-8")
    for query in ("", "?table=cost&n=1"):
        html = client.get(f"/cases/{name}/edit{query}").text
        live = html[html.index('id="live"') : html.index('class="tp-rules__form"')]
        assert "No headline yet" in live
        assert "£" not in live.split("<details")[0]
        assert "nobody has said what would have happened anyway" in live


@pytest.mark.parametrize(
    ("table", "number", "typed", "key", "words"),
    [
        ("benefit", 1, {"impact.value": "lots"}, "impact", "is &#39;lots&#39;; it must be a number"),
        ("benefit", 1, {"impact.value": "3"}, "impact", "it must be from -1 to 1"),
        ("benefit", 1, {"impact.low": "0.9"}, "impact", "must lie between"),
        ("benefit", 1, {"unit_cost": "ZZ9"}, "unit_cost", "no unit cost &#39;ZZ9&#39;"),
        ("benefit", 1, {"agencies": "NHS = 0.6\nPolice = 0.6"}, "agencies", "120.0%"),
        ("benefit", 2, {"fiscal": "€40", "price_year": "2024-25"}, "fiscal", "a second currency"),
        ("benefit", 1, {"outcome": ""}, "outcome", "is not given"),
        ("cohort", 1, {"people.2": "-80"}, "people", "year 2 is -80; it must not be below 0"),
        ("cost", 2, {"price_year": ""}, "price_year", "is not given"),
        ("cost", 2, {"price_year": "last year"}, "price_year", "is not right"),
        ("cost", 2, {"bias": "0.1"}, "grade", "grade and bias"),
        ("option", 2, {"business_as_usual": "yes"}, "business_as_usual", "2 are marked"),
        ("scenario", 3, {"based_on": "both"}, "based_on", "circle"),
        ("scenario", 1, {"set": "benefit.x.impact = 1"}, "set", "fits no number"),
        ("case", 1, {"years": "0"}, "years", "from 1 to 125"),
        ("case", 1, {"first_year": "next"}, "first_year", "is not right"),
        ("weights", 1, {"groups": "Lowest fifth = 0"}, "groups", "Lowest fifth is 0; it must not be below"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    changing: tuple[Place, Served], table: str, number: int, typed: dict[str, str], key: str, words: str
) -> None:
    place, client = changing
    before = file_of(place).read_bytes()
    form = form_of(client, table, number) | typed
    for do, status in (("show", 200), ("save", 400)):
        answer = client.post(EDIT, data={**form, "do": do})
        assert answer.status_code == status
        said = re.search(rf'id="error-{key}">(.*?)</p>', answer.text, re.DOTALL)
        assert said, "the field has a place for what is wrong"
        assert words in said[1], said[1]
        kept = fields(answer.text)
        for name, text in typed.items():
            assert kept[name].replace("\r", "") == text
    assert file_of(place).read_bytes() == before


def test_what_is_wrong_with_another_table_is_said_with_a_way_there(changing: tuple[Place, Served]) -> None:
    _, client = changing
    form = form_of(client, "cohort", 3)
    answer = client.post(EDIT, data={**form, "do": "remove-now"})
    assert answer.status_code == 400
    assert "Those through whom it comes is &#39;pupils&#39;, which is no cohort" in answer.text
    form = form_of(client, "case", 1) | {"price_year": "1900-01"}
    html = client.post(EDIT, data={**form, "do": "show"}).text
    assert "cannot be reckoned" in html


def test_an_edit_on_top_of_somebody_elses_is_noticed_and_kept_in_the_form(changing: tuple[Place, Served]) -> None:
    place, client = changing
    form = form_of(client, "benefit", 1) | {"name": "Mine", "do": "save"}
    theirs = file_of(place).read_text("utf-8").replace("years = 8", "years = 9")
    file_of(place).write_text(theirs, encoding="utf-8")
    answer = client.post(EDIT, data=form)
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.text
    assert 'value="Mine"' in answer.text
    assert file_of(place).read_text("utf-8") == theirs
    assert client.post(EDIT, data={**form, "do": "up", "n": "2"}).status_code == 409
    again = client.post(EDIT, data={**fields(answer.text), "do": "save"})
    assert again.status_code == 409, "looking at it does not make it somebody's own"


def test_a_benefit_is_added_looked_up_moved_and_taken_out(changing: tuple[Place, Served]) -> None:
    place, client = changing
    form = form_of(client, "benefit", "new") | {
        "name": "Foster care <avoided>",
        "option": "one-team",
        "outcome": "care",
    }
    form |= {"cohort": "families", "impact.value": "0.05", "deadweight.value": "0.01"}
    html = client.post(EDIT, data={**form, "find": "foster care overall", "do": "find"}).text
    assert "take-SS2.0" in html
    assert 'value="Foster care &lt;avoided&gt;"' in html
    taken = fields(client.post(EDIT, data={**fields(html), "do": "take-SS2.0"}).text)
    assert taken["unit_cost"] == "SS2.0"
    assert client.post(EDIT, data={**taken, "do": "save"}).status_code == 303
    written = tomllib.loads(file_of(place).read_text("utf-8"))["benefit"]
    assert written[8]["id"] == "foster-care-avoided"
    assert written[8]["unit_cost"] == "SS2.0"
    assert len(place.cases.case(FAMILIES).benefits) == 9

    moved = client.post(EDIT, data={**form_of(client, "benefit", 9), "do": "up"})
    assert moved.status_code == 303
    ids = [each["id"] for each in tomllib.loads(file_of(place).read_text("utf-8"))["benefit"]]
    assert ids[-2:] == ["foster-care-avoided", "care-schools"]

    asked = client.post(EDIT, data={**form_of(client, "benefit", 8), "do": "remove"})
    assert "Take it out of the case?" in asked.text
    assert len(place.cases.case(FAMILIES).benefits) == 9
    assert client.post(EDIT, data={**fields(asked.text), "do": "remove-now"}).status_code == 303
    assert "foster-care-avoided" not in file_of(place).read_text("utf-8")
    assert "# What two workers in schools bring." in file_of(place).read_text("utf-8")


@pytest.mark.parametrize(
    ("table", "typed"),
    [
        ("agency", {"name": "Fire", "public": ""}),
        ("agency", {"name": "A firm", "public": "no"}),
        ("option", {"name": "Something else", "description": "Else"}),
        ("cohort", {"name": "Others"}),
        ("cost", {"name": "A van", "option": "one-team", "price_year": "2024-25", "pays": "Police", "grade": "3"}),
        ("scenario", {"name": "Worse"}),
        ("correlation", {"between.1": "benefit.work.impact", "between.2": "benefit.care.impact"}),
    ],
)
def test_each_sort_of_table_can_be_added(changing: tuple[Place, Served], table: str, typed: dict[str, str]) -> None:
    place, client = changing
    count = len(tomllib.loads(file_of(place).read_text("utf-8"))[table])
    answer = client.post(EDIT, data={**form_of(client, table, "new"), **typed, "do": "save"})
    assert answer.status_code == 303, re.findall(r'class="tp-path"[^>]*>([^<]*)', answer.text)
    held = tomllib.loads(file_of(place).read_text("utf-8"))[table]
    assert len(held) == count + 1
    assert place.cases.case(FAMILIES)


def test_weights_are_taken_out_where_nobody_needs_them_and_added_again(changing: tuple[Place, Served]) -> None:
    place, client = changing
    refused = client.post(EDIT, data={**form_of(client, "weights", 1), "do": "remove-now"})
    assert refused.status_code == 400
    assert "which has no income in [weights]" in unescape(refused.text)
    text = re.sub(r"^gains = .*\n", "", file_of(place).read_text("utf-8"), flags=re.MULTILINE)
    file_of(place).write_text(text, encoding="utf-8")
    assert client.post(EDIT, data={**form_of(client, "weights", 1), "do": "remove-now"}).status_code == 303
    assert "weights" not in tomllib.loads(file_of(place).read_text("utf-8"))
    assert client.post(EDIT, data={**form_of(client, "weights", 1), "do": "save"}).status_code == 303
    assert place.cases.case(FAMILIES).weights


def test_forms_need_their_token_and_their_table(changing: tuple[Place, Served]) -> None:
    _, client = changing
    form = form_of(client, "benefit", 1)
    assert client.post(EDIT, data={**form, "token": "no", "do": "save"}).status_code == 403
    assert client.get(f"{EDIT}?table=benefit&n=99").status_code == 404
    assert client.get(f"{EDIT}?table=nothing&n=1").status_code == 404
    assert client.get(f"{EDIT}?table=benefit&n=-1").status_code == 400
    assert client.get("/cases/nobody/edit").status_code == 404
    assert client.post(EDIT, data={**form, "table": "benefit", "n": "x", "do": "save"}).status_code == 400


def test_a_draft_that_cannot_be_read_is_mended_table_by_table(changing: tuple[Place, Served]) -> None:
    place, client = changing
    broken = (
        file_of(place).read_text("utf-8").replace("years = 8", "years = 0").replace("\ngrade = 5\n", "\ngrade = 9\n", 1)
    )
    file_of(place).write_text(broken, encoding="utf-8")
    assert "from 1 to 125" in client.get(EDIT).text
    worse = form_of(client, "case", 1) | {"years": "1000", "do": "save"}
    assert client.post(EDIT, data=worse).status_code == 400
    assert client.post(EDIT, data={**form_of(client, "case", 1), "years": "8", "do": "save"}).status_code == 303
    with pytest.raises(CaseError, match="grade is 9"):
        place.cases.case(FAMILIES)
    answer = client.post(EDIT, data={**form_of(client, "cost", 4), "grade": "5", "do": "save"})
    assert answer.status_code == 303
    assert place.cases.case(FAMILIES)


def test_hostile_names_are_text_in_forms(built: tuple[Place, Served]) -> None:
    _, client = built
    for query in ("", "?table=option&n=1", "?table=cost&n=1", "?table=benefit&n=2", "?table=weights&n=1"):
        html = client.get(f"/cases/outing/edit{query}").text
        assert "<script>alert" not in html
        assert "Trips <b>" not in html


# --- the library


@pytest.fixture
def editing(tmp_path: Path) -> Editing:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / f"{FAMILIES}.toml").write_text(word_file(f"{FAMILIES}.toml"), encoding="utf-8")
    return Editing(Cases(tmp_path))


def test_windows_line_ends_stay(editing: Editing) -> None:
    path = editing.cases.path(FAMILIES)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    draft = editing.draft(FAMILIES)
    said: dict[str, Any] = table_at(draft.tables, "benefit", 3) or {}
    editing.put(FAMILIES, draft.digest, "benefit", 3, {**said, "name": "Visits"})
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


def test_what_cannot_be_is_not_written(editing: Editing) -> None:
    draft = editing.draft(FAMILIES)
    before = editing.cases.path(FAMILIES).read_bytes()
    with pytest.raises(EditConflict):
        editing.remove(FAMILIES, "of another state", "scenario", 1)
    for wrong in (
        lambda: editing.remove(FAMILIES, draft.digest, "option", 1),
        lambda: editing.remove(FAMILIES, draft.digest, "case", 1),
        lambda: editing.remove(FAMILIES, draft.digest, "scenario", 9),
        lambda: editing.move(FAMILIES, draft.digest, "benefit", 1),
        lambda: editing.move(FAMILIES, draft.digest, "logic-model", 2),
        lambda: editing.put(FAMILIES, draft.digest, "benefit", 1, {"id": "x"}),
    ):
        with pytest.raises((CaseError, UsageError)):
            wrong()
    assert editing.cases.path(FAMILIES).read_bytes() == before


def test_a_workbook_is_changed_in_a_spreadsheet(editing: Editing) -> None:
    (editing.cases.folder / "book.xlsx").write_bytes(b"not read here")
    with pytest.raises(UsageError, match="spreadsheet"):
        editing.draft("book")
