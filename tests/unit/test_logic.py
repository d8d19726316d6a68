"""Logic models: read strictly, written back without loss, checked, counted in tables, written for other tools."""

from __future__ import annotations

import datetime
import json
import tomllib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import LogicError, UsageError
from totalplace.logic import KINDS, LogicModel, Step
from totalplace.logic.checks import FAULTS, WARNINGS, cycles
from totalplace.logic.coverage import change, coverage_table, marks, register_table, steps_table
from totalplace.logic.reading import LONGEST, MOST_STEPS, toml_where
from totalplace.logic.text import graphviz, mermaid

pytestmark = pytest.mark.unit

FULL: dict[str, Any] = {
    "id": "in-school",
    "kind": "outcome",
    "name": "Children are in school",
    "leads_to": ["thrive"],
    "assumptions": ["Schools have places", "Buses run"],
    "indicator": "Sessions missed",
    "baseline": 12.5,
    "target": 8,
    "unit": "% of sessions",
    "by": "2027-28",
    "owner": "Director of education",
    "evidence": "Two trials elsewhere",
    "evidence_grade": 3,
    "lag_years": 1,
    "note": "By school census",
}


def model(*tables: dict[str, Any]) -> LogicModel:
    return LogicModel.of(list(tables), toml_where("cases/x.toml"))


def step(id: str, kind: str, *leads_to: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "name": id.title(), **({"leads_to": list(leads_to)} if leads_to else {}), **more}


WHOLE = [
    step("money", "input", "visit"),
    step("visit", "activity", "visits"),
    step("visits", "output", "in-school"),
    FULL,
    step("thrive", "impact"),
]


# --- reading and writing


def test_everything_that_a_step_can_say_is_read_and_written_back() -> None:
    found = model(FULL).step("in-school")
    assert (found.kind, found.leads_to, found.assumptions[1]) == ("outcome", ("thrive",), "Buses run")
    assert (found.baseline, found.target, found.lag_years, found.evidence_grade) == (12.5, 8, 1, 3)
    assert found.measurable
    assert not found.dis_benefit
    assert model(FULL).to_tables() == [FULL]


def test_nought_is_said_and_nothing_is_not() -> None:
    told = model(step("a", "outcome", baseline=0, target=0.0, lag_years=0, note="", leads_to=[])).to_tables()
    assert told == [{"id": "a", "kind": "outcome", "name": "A", "baseline": 0, "target": 0.0, "lag_years": 0}]
    assert "unit" in model(*told).step("a").lacks
    assert "baseline" not in model(*told).step("a").lacks


def test_dates_of_toml_are_their_text() -> None:
    assert model(step("a", "outcome", by=datetime.date(2027, 3, 31))).step("a").by == "2027-03-31"


def test_decimals_are_numbers_where_nothing_is_lost() -> None:
    found = model(step("a", "outcome", baseline=Decimal("0.10"), target=Decimal("1E+3"), evidence_grade=Decimal(2)))
    assert found.to_tables()[0]["baseline"] == 0.1
    assert found.to_tables()[0]["target"] == 1000
    assert found.step("a").evidence_grade == 2
    with pytest.raises(LogicError, match="more figures than can be kept"):
        model(step("a", "outcome", baseline=Decimal("0.12345678901234567890123")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nam": "x"}, r"cases/x\.toml: \[\[logic\]\] 1: unknown key 'nam'; did you mean 'name'"),
        ({"name": " "}, r"\[\[logic\]\] 1: name: it has no name"),
        ({"name": "x" * 301}, "at most 300"),
        ({"id": ""}, "id: it has no id; give it one that stays, such as 'children-are-in-school'"),
        ({"id": "In School"}, "must be made of a-z, 0-9 and hyphens, such as 'in-school'"),
        ({"id": "../x"}, "must be made of"),
        ({"kind": ""}, "kind: it has no kind; write one of input, activity"),
        ({"kind": "outcomes"}, "'outcomes' is not a kind of step; did you mean 'outcome'"),
        ({"kind": 3}, "kind: it is 3; it must be text"),
        ({"leads_to": "thrive"}, "leads_to: it is 'thrive'; it must be a list"),
        ({"leads_to": [3]}, "leads_to: it is 3; it must be text"),
        ({"leads_to": [""]}, "one of its entries is empty"),
        ({"leads_to": ["x"] * 101}, "101 entries"),
        ({"assumptions": {"a": 1}}, "must be a list"),
        ({"baseline": "12%"}, "baseline: it is '12%'; it must be a number without quotation marks, such as 12, with"),
        ({"baseline": "£1,200"}, "such as 1200"),
        ({"target": "half"}, "target: it is 'half'; it must be a number without quotation marks$"),
        ({"target": True}, "target: it is True"),
        ({"target": float("nan")}, "must be a number that can be"),
        ({"target": float("inf")}, "must be a number that can be"),
        ({"target": "nan"}, "without quotation marks$"),
        ({"target": 10**18}, "must be a number that can be"),
        ({"by": "2027-29"}, "by: it is '2027-29'; it must be a date such as 2027-03-31 or a year such as 2026-27"),
        ({"by": 2027}, "by: it is 2027"),
        ({"by": datetime.datetime(2027, 3, 31)}, "it must be a date"),  # noqa: DTZ001
        ({"by": "31/03/2027"}, "it must be a date"),
        ({"by": "20270331"}, "it must be a date"),
        ({"evidence_grade": 0}, "whole number from 1"),
        ({"evidence_grade": 7}, "whole number from 1"),
        ({"evidence_grade": 2.0}, "whole number from 1"),
        ({"evidence_grade": True}, "whole number from 1"),
        ({"lag_years": -1}, "lag_years: it is -1; it must be a number of years from 0 to 100"),
        ({"dis_benefit": "yes"}, "dis_benefit: it is 'yes'; it must be true or false"),
        ({"kind": "activity", "dis_benefit": True}, "an activity cannot be a dis-benefit"),
        ({"note": "x\x00"}, r"note: it holds the control character U\+0000"),
        ({"owner": "\ud800"}, r"owner: it holds the control character U\+D800"),
        ({"note": "x" * (LONGEST + 1)}, "5,001 letters"),
    ],
)
def test_what_cannot_be_is_named_with_its_place_and_key(change: dict[str, Any], words: str) -> None:
    with pytest.raises(LogicError, match=words):
        model({**FULL, **change})


def test_places_are_named_in_the_words_of_whoever_reads() -> None:
    with pytest.raises(LogicError, match="sheet Logic, cell B5: it has no kind"):
        LogicModel.of(
            [FULL, {"id": "b", "name": "B"}], lambda n, key: f"sheet Logic, cell {'B' if key == 'kind' else 'A'}{n + 3}"
        )


def test_two_steps_of_an_id_and_what_is_no_table_are_refused() -> None:
    with pytest.raises(LogicError, match=r"\[\[logic\]\] 2: id: 'in-school' is the id of step 1 too"):
        model(FULL, FULL)
    with pytest.raises(LogicError, match="1 must be a table"):
        LogicModel.of([3], toml_where("cases/x.toml"))
    with pytest.raises(LogicError, match="501 steps"):
        LogicModel.of([{}] * (MOST_STEPS + 1))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"logic": 3}', '{"logic": {}}', "[" * 100_000])
def test_json_that_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(LogicError):
        LogicModel.of_json(text)


def test_a_step_is_found_by_its_id_or_the_nearest_is_named() -> None:
    assert model(FULL).step("in-school").name == "Children are in school"
    with pytest.raises(UsageError, match="'inschool' is not a step of the logic model; did you mean 'in-school'"):
        model(FULL).step("inschool")


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=20)
WORDS = st.one_of(TEXT, st.sampled_from(['"', "a\nb", "\\", "'''", '"""', "#", "[[logic]]", "\t", "é\u2028"]))
NAMES = WORDS.filter(lambda text: bool(text.strip()))
NUMBERS = st.one_of(st.integers(-(10**14), 10**14), st.floats(-1e14, 1e14))
IDS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)
STEPS = st.fixed_dictionaries(
    {"id": IDS, "kind": st.sampled_from(list(KINDS)), "name": NAMES},
    optional={
        "leads_to": st.lists(IDS, min_size=1, max_size=4),
        "assumptions": st.lists(NAMES, min_size=1, max_size=3),
        **dict.fromkeys(("indicator", "unit", "owner", "evidence", "note"), NAMES),
        **dict.fromkeys(("baseline", "target"), NUMBERS),
        "lag_years": st.integers(0, 100),
        "by": st.one_of(st.dates().map(str), st.integers(1000, 9998).map(lambda y: f"{y}-{(y + 1) % 100:02d}")),
        "evidence_grade": st.integers(1, 6),
    },
)
MODELS = st.lists(STEPS, max_size=8, unique_by=lambda table: table["id"])


@given(MODELS)
@settings(max_examples=200)
def test_nothing_is_lost_through_tables_json_and_toml(tables: list[dict[str, Any]]) -> None:
    read = LogicModel.of(tables)
    assert read.to_tables() == tables
    assert LogicModel.of(read.to_tables()) == read
    written = read.to_json()
    assert LogicModel.of_json(written) == read
    assert LogicModel.of_json(written).to_json() == written
    toml = tomllib.loads(read.to_toml()).get("logic", [])
    assert toml == tables
    assert LogicModel.of(toml).to_toml() == read.to_toml()


# --- checks


def codes(found: LogicModel) -> list[tuple[str, str]]:
    return [(each.code, each.step) for each in found.checks()]


def test_a_whole_model_has_nothing_to_say() -> None:
    assert model(*WHOLE).checks() == []
    assert not model(*WHOLE).faulty


def test_an_unknown_id_is_a_fault_with_its_place_and_the_nearest_known() -> None:
    found = model(*WHOLE[:4]).checks()
    assert found[0].level == "fault"
    assert found[0].words.startswith("'Children are in school' leads to 'thrive', which is not a step; ")
    assert found[0].where == "cases/x.toml: [[logic]] 4: leads_to"
    near = model(step("a", "activity", "vists"), step("visits", "output")).checks()[0]
    assert near.words.endswith("did you mean 'visits'?")


def test_a_cycle_is_a_fault_named_step_by_step() -> None:
    circle = [step("a", "activity", "b"), step("b", "output", "c", "x"), step("c", "outcome", "a"), step("x", "impact")]
    found = model(*circle)
    assert found.faulty
    first = found.checks()[0]
    assert (first.level, first.code) == ("fault", "cycle")
    assert "'A' leads to 'B' leads to 'C' leads to 'A'" in first.words
    assert cycles(model(step("a", "outcome", "a"))) == [("a",)]
    two = model(
        step("a", "outcome", "b"), step("b", "outcome", "a"), step("c", "outcome", "d"), step("d", "outcome", "c")
    )
    assert cycles(two) == [("a", "b"), ("c", "d")]


def test_a_long_circle_of_many_steps_is_found_at_once() -> None:
    ring = [step(f"s{n}", "outcome", f"s{(n + 1) % MOST_STEPS}") for n in range(MOST_STEPS)]
    assert [len(circle) for circle in cycles(model(*ring))] == [MOST_STEPS]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"visits": None, "visit": {"leads_to": ["thrive"]}}, ("unreached", "in-school")),
        ({"in-school": {"indicator": " "}}, ("not-measured", "in-school")),
        ({"in-school": {"unit": ""}}, ("not-measured", "in-school")),
        ({"in-school": {"baseline": None}}, ("not-measured", "in-school")),
        ({"in-school": {"target": None}}, ("not-measured", "in-school")),
        ({"in-school": {"target": 12.5}}, ("no-change", "in-school")),
        ({"in-school": {"owner": ""}}, ("no-owner", "in-school")),
        ({"in-school": {"by": ""}}, ("no-date", "in-school")),
        ({"in-school": {"evidence": ""}}, ("no-evidence", "in-school")),
        ({"visits": {"leads_to": []}}, ("leads-nowhere", "visits")),
        ({"money": {"leads_to": []}}, ("orphan", "money")),
        ({"money": {"leads_to": ["visits"]}}, ("no-input", "visit")),
        ({"thrive": {"leads_to": ["visits"]}}, ("backwards", "thrive")),
        ({"visit": {"leads_to": ["visits", "visits"]}}, ("link-twice", "visit")),
        ({"thrive": None, "in-school": {"leads_to": []}}, ("no-impact", "")),
    ],
)
def test_what_a_draft_lacks_is_a_warning(changed: dict[str, Any], expected: tuple[str, str]) -> None:
    tables = []
    for table in WHOLE:
        new = changed.get(table["id"], {})
        if new is not None:
            tables.append({key: value for key, value in {**table, **new}.items() if value is not None})
    found = model(*tables)
    assert expected in codes(found)
    level = next(each.level for each in found.checks() if (each.code, each.step) == expected)
    assert level == "warning"


def test_an_empty_model_says_what_is_missing() -> None:
    assert codes(model()) == [("no-activity", ""), ("no-outcome", ""), ("no-impact", "")]


def test_an_outcome_is_reached_through_others_and_from_none_in_a_circle() -> None:
    far = model(*WHOLE[:3], {**FULL, "leads_to": ["later"]}, step("later", "outcome", "thrive"), WHOLE[4])
    assert far.reached("later")
    assert far.causes("later") == {"money", "visit", "visits", "in-school"}
    ring = model(step("a", "outcome", "b"), step("b", "outcome", "a"))
    assert not ring.reached("a")
    assert ring.causes("a") == {"a", "b"}


@given(MODELS)
@settings(max_examples=100)
def test_whatever_can_be_read_can_be_checked_and_told(tables: list[dict[str, Any]]) -> None:
    read = LogicModel.of(tables)
    for each in read.checks():
        assert each.words
        assert each.code in (FAULTS if each.level == "fault" else WARNINGS)
    assert {each.step for each in read.checks()} <= {"", *(one.id for one in read.steps)}
    unlinked = {to for one in read.steps for to in one.leads_to if not read.has(to)}
    assert bool(unlinked) == any(each.code == "unknown-link" for each in read.checks())
    for table in (steps_table(read), coverage_table(read), register_table(read)):
        assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(steps_table(read).rows) == len(read.steps)
    assert len(coverage_table(read).rows) == len(read.outcomes)


def slow_cycle(read: LogicModel) -> bool:
    """Whether links go round, the long way: take away steps that lead nowhere until none is left to take."""
    left = {one.id for one in read.steps}
    while done := {id for id in left if not left & set(read.after[id])}:
        left -= done
    return bool(left)


@given(MODELS)
@settings(max_examples=200)
def test_a_cycle_is_found_exactly_where_there_is_one(tables: list[dict[str, Any]]) -> None:
    ids = [table["id"] for table in tables]
    for n, table in enumerate(tables):  # links among the steps that are there
        table["leads_to"] = [ids[hash(to) % len(ids)] for to in table.get("leads_to", ())][: n % 3 + 1]
    read = LogicModel.of(tables)
    assert bool(cycles(read)) == slow_cycle(read)
    for circle in cycles(read):
        assert all(to in read.after[at] for at, to in zip(circle, (*circle[1:], circle[0]), strict=True))


# --- tables


def test_coverage_says_what_is_reached_and_measured() -> None:
    bare = step("worry", "outcome", "thrive", dis_benefit=True)
    rows = [dict(row) for row in coverage_table(model(*WHOLE, bare)).records()]
    assert [row["reached"] for row in rows] == ["yes", "no"]
    assert [row["measured"] for row in rows] == ["yes", "no"]
    assert rows[1]["lacks"] == "indicator, unit, baseline, target"
    assert (rows[0]["baseline"], rows[0]["target"], rows[0]["evidence_grade"]) == (12.5, 8, 3)
    assert rows[1]["evidence_grade"] is None


def test_the_register_shows_dis_benefits_with_their_sign_and_what_cannot_be_realised() -> None:
    bare = step("worry", "outcome", "thrive", dis_benefit=True, indicator="Calls", baseline=1, target=2)
    rows = [dict(row) for row in register_table(model(*WHOLE, bare)).records()]
    assert [row["step"] for row in rows] == ["in-school", "thrive", "worry"]
    assert [row["type"] for row in rows] == ["benefit (plus)", "benefit (plus)", "dis-benefit (minus)"]
    assert rows[0]["change"] == -4.5
    assert rows[0]["can_be_realised"] == "can be"
    assert rows[2]["can_be_realised"] == "cannot be: no unit"
    assert rows[0]["comes_of"] == "Visits"


def test_a_change_is_as_exact_as_what_is_written() -> None:
    assert change(Step("a", "outcome", "A", baseline=0.1, target=0.3)) == 0.2
    assert change(Step("a", "outcome", "A", baseline=10, target=4)) == -6
    assert change(Step("a", "outcome", "A", baseline=10)) is None


def test_assumptions_are_numbered_through_the_model_by_kind() -> None:
    found = model(FULL, step("visit", "activity", "in-school", assumptions=["Staff stay"]))
    assert marks(found) == {"visit": ("A1",), "in-school": ("A2", "A3")}
    told = {row["step"]: row["assumptions"] for row in steps_table(found).records()}
    assert told["in-school"] == "A2: Schools have places; A3: Buses run"


# --- for other tools


def test_mermaid_has_groups_boxes_and_links() -> None:
    told = mermaid(model(*WHOLE))
    assert told.startswith("flowchart LR\n")
    assert '  subgraph kind_outcome["Outcomes"]\n    s_in_school["Children are in school"]\n  end\n' in told
    assert "  s_visits --> s_in_school\n" in told


HOSTILE = '"]; click s_a "javascript:alert(1)"\n%%{init: {}}%% <script> `x` # & [end] \\n 1. one'


def test_mermaid_takes_hostile_names_as_text() -> None:
    told = mermaid(model({"id": "end", "kind": "output", "name": HOSTILE}, step("a-b", "output", "end")))
    box = next(line for line in told.splitlines() if line.strip().startswith("s_end["))
    inside = box.strip()[len('s_end["') : -len('"]')]
    assert box.strip().endswith('"]')
    assert not set(inside.replace("<br/>", "")) & set('"[]{}<>%`\\()')
    assert len(told.splitlines()) == 6
    assert "s_a_b --> s_end" in told


def test_mermaid_labels_begin_no_list() -> None:
    for name in ("1. First", "- first", "* first"):
        assert '["' + name[:2] not in mermaid(model({"id": "a", "kind": "output", "name": name}))


def test_graphviz_takes_hostile_names_as_text() -> None:
    told = graphviz(model({"id": "end", "kind": "output", "name": HOSTILE}, step("a", "activity", "end")), 'x"y')
    assert told.startswith('digraph "x\\"y" {')
    line = next(line for line in told.splitlines() if line.strip().startswith('"end" ['))
    label = line.strip()[len('"end" [label="') : -len('"];')]
    assert '"' not in label.replace('\\"', "")
    assert "&amp;" in label
    assert "\\\\n 1. one" in label
    assert '  "a" -> "end";' in told


def test_what_is_not_wanted_says_so_in_words() -> None:
    found = model(step("worry", "outcome", dis_benefit=True))
    assert "Worry #40;not wanted#41;" in mermaid(found)
    assert '[label="Worry (not wanted)", style=dashed]' in graphviz(found)


def test_json_is_plain() -> None:
    assert json.loads(model(FULL).to_json()) == {"logic": [FULL]}
