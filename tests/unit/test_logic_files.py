"""Logic models in the cases of a place: read, begun, changed with all else in the file left as it is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_logic import MODELS, NAMES
from totalplace.errors import DataError, EditConflict, LogicError, UsageError
from totalplace.logic import LogicModel
from totalplace.logic.files import Logic, document, read_logic

pytestmark = pytest.mark.unit

CASE = """\
# The case of the families
[case]
name = "Families   in Elm Park"   # as the board calls it
start = "2026-27"

[[logic]]   # what it takes
id = "team"
kind = "input"
name = "A team of four"
leads_to = ["visit"]

# they go and see
[[logic]]
id = "visit"
kind = "activity"
name = "Visits"   # weekly
leads_to = ["calm", "team-two"]

[[logic]]
id = "calm"
kind = "outcome"
name = "Fewer crises"
baseline = 0

[[benefit]]
outcome = "calm"
value = 1_000.50
"""


@pytest.fixture
def place(tmp_path: Path) -> Logic:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/families.toml").write_bytes(CASE.encode())
    return Logic(tmp_path)


def text(place: Logic) -> str:
    return (place.folder / "families.toml").read_text("utf-8")


def put(place: Logic, was: str = "", **table: Any) -> None:
    place.put("families", table, place.read("families").digest, was)


def test_a_case_is_read_by_its_steps_and_name_alone(place: Logic) -> None:
    read = place.read("families")
    assert (read.name, read.title, len(read.model.steps)) == ("families", "Families in Elm Park", 3)
    assert read.model.checks()[0].where == "cases/families.toml: [[logic]] 2: leads_to"
    told = document(read)
    assert told["faulty"]
    assert told["logic"] == read.model.to_tables()
    assert [row["name"] for row in told["coverage"]] == ["Fewer crises"]


def test_a_file_alone_is_read_by_its_path(place: Logic, tmp_path: Path) -> None:
    model = place.read("families").model
    for name, written in (("alone.toml", model.to_toml()), ("alone.json", model.to_json())):
        (tmp_path / name).write_text(written, "utf-8")
        assert place.find(str(tmp_path / name)).model == model
    assert place.find("families").model == model
    with pytest.raises(UsageError, match="there is no case 'familie'; did you mean 'families'"):
        place.find("familie")
    with pytest.raises(LogicError, match="no file that could be read"):
        place.find(str(tmp_path / "gone.toml"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"logic = 3", r"x\.toml: write \[\[logic\]\] with two brackets"),
        (
            b"[[logik]]\nid = 'a'",
            r"x\.toml has no tables \[\[logic\]\]; did you write \[\[logic\]\] as 'logik'|no tables",
        ),
        (b"[[logic]\n", "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        (b"[[logic]]\nid = 'a'\nkind = 'x'\nname = 'A'", r"\[\[logic\]\] 1: kind: 'x' is not a kind"),
        (b"a = " + b"[" * 50_000, "is not valid TOML"),
        (b"#" * 5_000_001, "no case is so long"),
    ],
)
def test_what_is_no_model_is_refused_by_name(content: bytes, words: str) -> None:
    with pytest.raises(LogicError, match=words):
        read_logic("x", content, "x.toml")


def test_a_step_is_added_and_nothing_else_is_changed(place: Logic) -> None:
    put(place, id="team-two", kind="activity", name='A "second" team', baseline=0, leads_to=["calm"])
    found = text(place)
    for kept in ("# The case of the families", "# as the board calls it", "# they go and see", "# weekly", "1_000.50"):
        assert kept in found
    tables = tomllib.loads(found)
    assert tables["benefit"] == [{"outcome": "calm", "value": 1000.5}]
    assert tables["logic"][3] == {
        "id": "team-two", "kind": "activity", "name": 'A "second" team', "leads_to": ["calm"], "baseline": 0,
    }  # fmt: skip
    assert not place.read("families").model.faulty


def test_a_step_is_changed_where_it_stands_and_its_links_go_with_it(place: Logic) -> None:
    put(place, "calm", id="calmer", kind="outcome", name="Fewer crises", target=3)
    tables = tomllib.loads(text(place))
    assert tables["logic"][1]["leads_to"] == ["calmer", "team-two"]
    assert tables["logic"][2] == {"id": "calmer", "kind": "outcome", "name": "Fewer crises", "target": 3}
    assert "# weekly" in text(place)


def test_what_leads_to_a_step_can_be_said_with_it(place: Logic) -> None:
    table = {"id": "team-two", "kind": "activity", "name": "Second", "leads_to": ["calm"]}
    place.put("families", table, place.read("families").digest, comes_of=["team"])
    model = place.read("families").model
    assert model.step("team").leads_to == ("visit", "team-two")
    assert model.step("visit").leads_to == ("calm",)
    place.put("families", table, place.read("families").digest, "team-two", [])
    assert place.read("families").model.step("team").leads_to == ("visit",)
    with pytest.raises(LogicError, match="circle"):
        place.put("families", table, place.read("families").digest, "team-two", ["calm"])


def test_what_is_not_changed_is_written_as_it_was(place: Logic) -> None:
    step = place.read("families").model.step("visit")
    place.put("families", step.to_table(), place.read("families").digest, "visit")
    assert text(place) == CASE


def test_a_step_is_taken_out_with_the_links_to_it(place: Logic) -> None:
    place.remove("families", "visit", place.read("families").digest)
    steps = place.read("families").model.steps
    assert [step.id for step in steps] == ["team", "calm"]
    assert steps[0].leads_to == ()
    assert "[[benefit]]" in text(place)
    for id in ("team", "calm"):
        place.remove("families", id, place.read("families").digest)
    assert place.read("families").model == LogicModel()
    put(place, id="again", kind="input", name="Again")
    assert tomllib.loads(text(place))["benefit"] == [{"outcome": "calm", "value": 1000.5}]


def test_an_edit_on_top_of_somebody_elses_is_refused(place: Logic) -> None:
    before = place.read("families").digest
    put(place, id="more", kind="input", name="More", leads_to=["visit"])
    written = text(place)
    with pytest.raises(EditConflict, match="changed by somebody else"):
        place.put("families", {"id": "x", "kind": "input", "name": "X"}, before)
    with pytest.raises(EditConflict):
        place.remove("families", "team", before)
    assert text(place) == written


def test_an_edit_that_would_bring_a_fault_is_refused(place: Logic) -> None:
    for wrong, words in (
        ({"id": "visit", "kind": "activity", "name": "Visits", "leads_to": ["visit", "team-two"]}, "circle"),
        ({"id": "visit", "kind": "activity", "name": "Visits", "leads_to": ["gone", "team-two"]}, "'gone'"),
        ({"id": "calm", "kind": "outcome", "name": "Fewer", "leads_to": ["team"]}, "circle"),
        ({"id": "team", "kind": "input", "name": "Twice"}, "is the id of step"),
        ({"id": "visit", "kind": "activity", "name": ""}, "it has no name"),
        ({"id": "visit", "kind": "activity", "name": "V", "target": "3"}, "^target: it is '3'"),
    ):
        was = "" if wrong["name"] == "Twice" else wrong["id"]
        with pytest.raises(LogicError, match=words):
            place.put("families", wrong, place.read("families").digest, was)
    with pytest.raises(UsageError, match="is not a step"):
        put(place, "none-such", id="a", kind="input", name="A")
    assert text(place) == CASE


def test_a_case_that_its_own_reader_would_refuse_is_not_written(place: Logic) -> None:
    def check(name: str, tables: Any) -> None:
        ids = [table["id"] for table in tables.get("logic", [])]
        for benefit in tables["benefit"]:
            if benefit["outcome"] not in ids:
                raise DataError(f"{name}: a benefit hangs on '{benefit['outcome']}', which is gone")

    strict = Logic(place.root, check)
    with pytest.raises(DataError, match="a benefit hangs on 'calm', which is gone"):
        strict.remove("families", "calm", place.read("families").digest)
    assert text(place) == CASE


def test_models_written_in_other_ways_are_changed_whole_or_not_at_all(place: Logic) -> None:
    path = place.folder / "families.toml"
    for content in (
        "logic = [{id = 'a', kind = 'input', name = 'A'}]\n[case]\nname = 'X'\n",
        "[[logic]]\nid = 'a'\nkind = 'input'\nname = 'A'\n[case]\n[[logic]]\nid='b'\nkind='impact'\nname='B'\n",
        "[[logic]]\r\nid = 'a'\r\nkind = 'input'\r\nname = 'A'\r\n",
        "\ufeff[case]\nname = 'X'\n",
        "",
    ):
        path.write_bytes(content.encode())
        before = tomllib.loads(content.lstrip("\ufeff"))
        try:
            put(place, id="new", kind="outcome", name="N", leads_to=["a"] if "'a'" in content else [])
        except (LogicError, DataError):
            assert path.read_bytes() == content.encode()
            continue
        after = tomllib.loads(path.read_text("utf-8-sig"))
        assert after.pop("logic")[-1]["id"] == "new"
        before.pop("logic", None)
        assert after == before


def test_cases_are_begun_and_listed_with_what_is_wrong(place: Logic) -> None:
    place.new("trams", 'A "new" tram')
    (place.folder / "bad.toml").write_text("logic = 1", "utf-8")
    (place.folder / "Not Good.toml").write_text("", "utf-8")
    rows = {row["case"]: row for row in place.listed().records()}
    assert rows["trams"]["title"] == 'A "new" tram'
    assert (rows["families"]["steps"], rows["families"]["faults"], rows["families"]["measured"]) == (3, 1, 0)
    assert "two brackets" in rows["bad"]["wrong"]
    assert "rename it" in rows["Not Good.toml"]["wrong"]
    with pytest.raises(UsageError, match="is there already"):
        place.new("trams")
    with pytest.raises(UsageError, match="cannot be a case's name"):
        place.new("../x")


@given(MODELS, st.data())
@settings(max_examples=60, deadline=None)
def test_any_step_can_be_renamed_and_taken_out(
    tmp_path_factory: pytest.TempPathFactory, tables: list[dict[str, Any]], data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("place")
    place = Logic(root)
    place.new("x")
    ids = [table["id"] for table in tables]
    for table in tables:  # no faults, whatever is linked
        table.pop("leads_to", None)
    path = place.folder / "x.toml"
    path.write_text(path.read_text("utf-8") + LogicModel.of(tables).to_toml() + "\n[[benefit]]\nvalue = 1\n", "utf-8")
    if not ids:
        return
    chosen = data.draw(st.sampled_from(tables))
    new = {**chosen, "id": "zzzzzzzzzzz", "name": data.draw(NAMES)}
    place.put("x", new, place.read("x").digest, chosen["id"])
    expected = [new if table is chosen else table for table in tables]
    assert place.read("x").model.to_tables() == expected
    place.remove("x", "zzzzzzzzzzz", place.read("x").digest)
    assert place.read("x").model.to_tables() == [table for table in tables if table is not chosen]
    assert tomllib.loads(path.read_text("utf-8"))["benefit"] == [{"value": 1}]
