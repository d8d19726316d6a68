"""Logic models at the command line and in the pages: of a place's cases, and of files alone."""

from __future__ import annotations

import json
import re
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

import totalplace as tp
from tests.webserver import Served, served
from totalplace.cli.commands import app
from totalplace.errors import CaseError
from totalplace.logic import LogicModel
from totalplace.logic.files import EXAMPLES, example, read_logic
from totalplace.place import Place

pytestmark = pytest.mark.integration


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = tp.new(tmp_path / "place", name="Anytown")
    made.logic.new("families", like="families")
    return made


def run(*arguments: str | Path) -> Result:
    """The command in this process; errors of ours as the command line shows them."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


BAD = """
[[logic]]
id = "a"
kind = "activity"
name = "A"
leads_to = ["b"]

[[logic]]
id = "b"
kind = "outcome"
name = "B"
leads_to = ["a", "c"]
"""


def test_every_shipped_example_has_no_fault_and_lacks_nothing() -> None:
    for name in EXAMPLES:
        read = read_logic(name, example(name).encode(), name)
        assert read.model.checks() == []
        assert any(step.dis_benefit for step in read.model.outcomes)


def test_a_case_is_begun_listed_and_shown(place: Place) -> None:
    assert run("logic", "--new", "trams", "--place", place.root).exit_code == 0
    listed = run("logic", "--place", place.root)
    assert "One team for families in Elm Park" in listed.stdout
    assert "trams" in listed.stdout
    shown = run("logic", "families", "--place", place.root)
    assert shown.exit_code == 0
    assert "A1: Posts can be filled within four months" in shown.stdout
    assert "nothing is wrong, and nothing is lacking" in shown.stderr
    only = run("logic", "trams", "--check", "--place", place.root)
    assert only.exit_code == 0  # a draft may lack all of it
    assert "there is no activity" in only.stdout
    assert "Steps of the logic model" not in only.stdout


def test_a_fault_is_named_with_its_place_and_the_exit_status_is_1(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(BAD)
    done = run("logic", path, "--check")
    assert done.exit_code == 1
    assert "which is not a step" in done.stdout
    told = json.loads(run("logic", path, "--json").stdout)
    assert told["faulty"]
    assert [each["level"] for each in told["checks"][:2]] == ["fault", "fault"]
    assert "'B' leads to 'c', which is not a step" in told["checks"][0]["words"]
    assert "'A' leads to 'B' leads to 'A'" in told["checks"][1]["words"]
    assert told["checks"][0]["where"] == f"{path}: [[logic]] 2: leads_to"


def test_json_comes_in_as_it_went_out(place: Place, tmp_path: Path) -> None:
    first = run("logic", "families", "--json", "--place", place.root).stdout
    path = tmp_path / "families.json"
    path.write_text(first, encoding="utf-8")
    assert run("logic", path, "--json").stdout == first
    assert LogicModel.of_json(first) == place.logic.read("families").model


def test_pictures_and_tables_are_written(place: Place, tmp_path: Path) -> None:
    names = {kind: tmp_path / f"out.{kind}" for kind in ("mermaid", "graphviz", "svg", "csv", "xlsx")}
    options = [part for kind, path in names.items() for part in (f"--{kind}", path)]
    done = run("logic", "families", *options, "--place", place.root)
    assert done.exit_code == 0, done.output
    assert names["mermaid"].read_text("utf-8").startswith("flowchart LR\n")
    assert names["graphviz"].read_text("utf-8").startswith('digraph "One team for families in Elm Park" {')
    root = ET.fromstring(names["svg"].read_text("utf-8"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert [child.tag.rpartition("}")[2] for child in root[:3]] == ["title", "desc", "style"]
    assert "dis-benefit (minus)" in names["csv"].read_text("utf-8-sig")
    workbook = CalamineWorkbook.from_path(str(names["xlsx"]))
    cells = {
        str(cell)
        for name in workbook.sheet_names
        for row in workbook.get_sheet_by_name(name).to_python()
        for cell in row
    }
    assert {"Register of benefits", "Children miss less school", "One team for families in Elm Park"} <= cells


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["families", "--new", "x"], 2, "give one at a time"),
        (["--check"], 2, "name the case"),
        (["--svg", "x.svg"], 2, "name the case"),
        (["families", "--like", "families"], 2, "--like goes with --new"),
        (["--like", "families"], 2, "--like goes with --new"),
        (["--new", "x", "--like", "familes"], 2, "did you mean 'families'"),
        (["--new", "families"], 2, "is there already"),
        (["--new", "../x"], 2, "cannot be a case's name"),
        (["familie"], 2, "did you mean 'families'"),
        (["gone.toml"], 1, "no file that could be read"),
        (["families", "--svg", "no/such/folder/x.svg"], 1, "cannot be written"),
    ],
)
def test_what_cannot_be_asked_is_refused(place: Place, arguments: list[str], status: int, words: str) -> None:
    from tests.integration.test_cli import run as process

    done = process("logic", *arguments, "--place", place.root)
    assert (done.returncode, words in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_model_has_no_picture_and_says_so(place: Place, tmp_path: Path) -> None:
    place.logic.new("empty")
    from tests.integration.test_cli import run as process

    done = process("logic", "empty", "--svg", tmp_path / "x.svg", "--place", place.root)
    assert done.returncode == 1
    assert "there is no picture" in done.stderr


# --- pages


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = tp.new(tmp_path_factory.mktemp("pages") / "place", name="Anytown")
    made.logic.new("families", like="families")
    made.logic.new("empty", "Nothing <yet>")
    (made.logic.folder / "bad.toml").write_text("logic = 1", "utf-8")
    (made.logic.folder / "worse.toml").write_text(BAD, "utf-8")
    return made


@pytest.fixture(scope="module")
def client(small: Place) -> Iterator[Served]:
    with served(small) as opened:
        yield opened


@pytest.fixture
def changing(place: Place) -> Iterator[Served]:
    with served(place) as opened:
        yield opened


def form_of(client: Served, address: str) -> dict[str, str]:
    """The fields of the form of a step, as a browser would send them."""
    html = client.get(address).text
    form = html[html.index('<form class="tp-step"') :]
    given = {}
    for name, rest in re.findall(r'<input [^>]*?name="([^"]*)"([^>]*)>', form):
        ticked = 'type="checkbox"' in rest or 'type="radio"' in rest
        if not ticked or " checked" in rest:
            value = re.search(r'value="([^"]*)"', rest)
            given[name] = unescape(value[1]) if value else ""
    areas = re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', form)
    return given | {name: unescape(text).replace("\n", "\r\n") for name, text in areas}


def send(client: Served, form: dict[str, str], do: str = "save", **changes: str | None) -> tuple[int, str]:
    fields = {key: value for key, value in {**form, **changes, "do": do}.items() if value is not None}
    answer = client.post("/logic/families/step", data=fields)
    return answer.status_code, answer.text


def test_the_list_leads_to_models_and_says_what_is_wrong(client: Served) -> None:
    html = client.get("/logic").text
    assert 'href="/logic/families">One team for families in Elm Park</a>' in html
    assert "Nothing &lt;yet&gt;" in html
    assert "cases/bad.toml: write [[logic]] with two brackets" in html
    assert "cases/bad.toml" in client.get("/logic/bad").text
    assert client.get("/logic/familie").status_code == 404
    assert "did you mean &#39;families&#39;" in client.get("/logic/familie").text
    assert client.get("/logic/families?nme=x").status_code == 400


def test_a_model_is_a_picture_with_its_tables(client: Served, small: Place) -> None:
    html = client.get("/logic/families").text
    assert html.count('<svg role="img" class="tp-picture') == 2
    for step in small.logic.read("families").model.steps:
        assert f'href="/logic/families/step?id={step.id}"' in html
    assert "A2: Bodies may share what the plan needs, under an agreement" in html
    assert "Nothing is lacking" in html
    assert "There is no step yet" in client.get("/logic/empty").text
    worse = client.get("/logic/worse").text
    assert "These 2 things have to be put right" in worse
    assert "leads to &#39;A&#39;; take out one of these links" in worse


@pytest.mark.parametrize("ending", ["svg", "mmd", "dot", "json", "toml"])
def test_a_model_can_be_taken_away(client: Served, small: Place, ending: str) -> None:
    answer = client.get(f"/logic/families/model.{ending}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="logic-families.{ending}"'
    model = small.logic.read("families").model
    if ending == "svg":
        ET.fromstring(answer.text)
    elif ending == "json":
        assert LogicModel.of_json(answer.text) == model
    elif ending == "toml":
        assert LogicModel.of(tomllib.loads(answer.text)["logic"]) == model
    assert client.get(f"/logic/gone/model.{ending}").status_code == 404
    assert client.get(f"/logic/bad/model.{ending}").status_code == 400
    assert client.get(f"/logic/empty/model.{ending}").status_code == (404 if ending == "svg" else 200)
    assert client.get("/logic/families/model.exe").status_code == 404


def test_a_form_sent_as_it_was_drawn_changes_nothing(changing: Served, place: Place) -> None:
    path = place.logic.folder / "families.toml"
    text = path.read_text("utf-8").replace(
        'name = "Children miss less school"', 'name = """Children miss\n  less school"""'
    )
    path.write_text(text.replace('"Schools offer places and support"', '"Schools offer\\nplaces"'), "utf-8")
    before = path.read_bytes()
    for step in place.logic.read("families").model.steps:
        status, html = send(changing, form_of(changing, f"/logic/families/step?id={step.id}"))
        assert status == 303, html
    assert path.read_bytes() == before


def test_a_step_is_added_linked_and_seen(changing: Served, place: Place) -> None:
    form = form_of(changing, "/logic/families/step")
    extra = {"kind": "outcome", "name": "Parents find work", "to-chances": "on", "from-parenting": "on"}
    extra |= {"baseline": "1,200", "target": "−3.50", "by": "2027-28", "assumptions": "One\r\n\r\n Two "}
    status, html = send(changing, {**form, **extra})
    assert status == 303, html
    model = place.logic.read("families").model
    assert model.steps[-1].to_table() == {
        "id": "parents-find-work", "kind": "outcome", "name": "Parents find work", "leads_to": ["chances"],
        "assumptions": ["One", "Two"], "baseline": 1200, "target": -3.5, "by": "2027-28",
    }  # fmt: skip
    assert model.step("parenting").leads_to == ("school", "care", "parents-find-work")
    assert "Parents find work" in changing.get("/logic/families").text


def test_a_step_is_changed_and_unlinked(changing: Served, place: Place) -> None:
    form = form_of(changing, "/logic/families/step?id=school")
    assert (form["kind"], form["baseline"], form["to-chances"]) == ("outcome", "22", "on")
    status, html = send(
        changing, form, **{"to-chances": None, "to-safe": "on", "from-parenting": None, "id": "classes"}
    )
    assert status == 303, html
    model = place.logic.read("families").model
    assert model.step("classes").leads_to == ("safe",)
    assert model.before["classes"] == ("families",)
    assert "# What changes for people" in (place.logic.folder / "families.toml").read_text("utf-8")


def test_a_step_is_taken_out_when_that_was_confirmed(changing: Served, place: Place) -> None:
    form = form_of(changing, "/logic/families/step?id=care")
    status, html = send(changing, form, "remove")
    assert status == 200
    assert "Take this step out?" in html
    assert place.logic.read("families").model.has("care")
    assert send(changing, form, "remove-now")[0] == 303
    model = place.logic.read("families").model
    assert not model.has("care")
    assert model.step("parenting").leads_to == ("school",)
    assert changing.get("/logic/families/step?id=care").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"baseline": "a few"}, "Baseline: &#39;a few&#39; is not a number"),
        ({"target": "1e999"}, "must be a number that can be"),
        ({"evidence_grade": "9"}, "whole number from 1"),
        ({"evidence_grade": "2.5"}, "whole number from 1"),
        ({"name": " "}, "it has no name"),
        ({"kind": None}, "it has no kind"),
        ({"kind": "hope"}, "&#39;hope&#39; is not a kind of step"),
        ({"id": "Not Good"}, "must be made of a-z"),
        ({"id": "care"}, "is the id of step"),
        ({"by": "soon"}, "must be a date such as"),
        ({"to-families": "on"}, "go round in a circle"),
        ({"to-gone": "on"}, "which is not a step"),
        ({"note": "x\x07"}, "control character"),
        ({"kind": "output", "dis_benefit": "true"}, "cannot be a dis-benefit"),
    ],
)
def test_what_cannot_be_saved_stays_in_the_form(
    changing: Served, place: Place, changes: dict[str, str | None], words: str
) -> None:
    before = (place.logic.folder / "families.toml").read_bytes()
    form = form_of(changing, "/logic/families/step?id=school")
    status, html = send(changing, form, **{"owner": "Somebody <else>", **changes})
    assert status == 400
    assert "This was not saved" in html
    assert words in html
    assert 'value="Somebody &lt;else&gt;"' in html
    assert (place.logic.folder / "families.toml").read_bytes() == before


def test_an_edit_on_top_of_somebody_elses_is_refused_on_the_page(changing: Served, place: Place) -> None:
    form = form_of(changing, "/logic/families/step?id=school")
    assert send(changing, form_of(changing, "/logic/families/step?id=care"), name="Other")[0] == 303
    status, html = send(changing, form, name="Mine")
    assert (status, "changed by somebody else" in html, 'value="Mine"' in html) == (409, True, True)
    status, _ = send(changing, {**form, "token": "x"})
    assert status == 403


def test_a_case_is_begun_on_the_page(changing: Served, place: Place) -> None:
    token = form_of(changing, "/logic/families/step")["token"]
    answer = changing.post("/logic", data={"token": token, "title": 'Trams, "later"', "like": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/logic/trams-later")
    assert place.logic.read("trams-later").title == 'Trams, "later"'
    changing.post("/logic", data={"token": token, "title": "Elsewhere", "like": "families"})
    assert place.logic.read("elsewhere").title == "Elsewhere"
    assert len(place.logic.read("elsewhere").model.steps) == 12
    for wrong in ({"title": "!"}, {"title": "Elsewhere"}, {"title": "x", "like": "zzz"}):
        assert changing.post("/logic", data={"token": token, **wrong}).status_code == 400
    assert changing.post("/logic", data={"title": "y"}).status_code == 403


def test_an_outcome_that_benefits_hang_on_is_not_taken_from_a_case(place: Place) -> None:
    place.cases.new("whole", "2026-27")
    other = {"id": "other", "kind": "outcome", "name": "O"}
    place.logic.put("whole", other, place.logic.read("whole").digest, comes_of=["work"])
    before, digest = (place.logic.folder / "whole.toml").read_bytes(), place.logic.read("whole").digest
    words = r"\[\[benefit\]\] 1 \(fewer\): outcome is 'outcome', which is no outcome of the logic model"
    with pytest.raises(CaseError, match=words):
        place.logic.remove("whole", "outcome", digest)
    with pytest.raises(CaseError, match=words):
        place.logic.put("whole", {**other, "id": "renamed"}, digest, "outcome")
    assert (place.logic.folder / "whole.toml").read_bytes() == before
    place.logic.remove("families", "school", place.logic.read("families").digest)  # a draft is no case yet
