"""Plans changed move by move: figures are those worked out from nothing, and undoing leaves no trace."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_geography_exact import grid
from tests.unit.test_geography_search import large
from totalplace.errors import EditConflict, GeographyError, UsageError
from totalplace.geography.aligning.alignment import align
from totalplace.geography.blocks import Division
from totalplace.geography.design.plan import Plan
from totalplace.geography.design.task import Band, Rules, Task
from totalplace.geography.editing import tables
from totalplace.geography.editing.drafts import FOLDER, Drafts, Head
from totalplace.geography.editing.live import Live
from totalplace.geography.editing.saying import faults
from totalplace.geography.editing.standing import measure_names
from totalplace.geography.editing.steps import State, Step, begun
from totalplace.geography.editing.suggest import suggestions

pytestmark = pytest.mark.unit

TASK = large(6, 4, today="today", rules=Rules(anchors={"school": np.array([0, 9, 23])}))
CODES = TASK.blocks.ids


def fresh(base: str = "today", task: Task = TASK) -> Live:
    return Live(task, begun(task.blocks.layers[base] if base else None, task.blocks))


@st.composite
def some_steps(draw: st.DrawFn) -> list[tuple[str, list[str], int, int]]:
    """What a person might do: kinds, blocks, two numbers of areas."""
    one = st.tuples(
        st.sampled_from(["move", "move", "move", "new", "merge", "rename", "lock", "unlock", "hold", "undo", "redo"]),
        st.lists(st.sampled_from(CODES), min_size=1, max_size=5),
        st.integers(0, 9),
        st.integers(0, 9),
    )
    return draw(st.lists(one, max_size=14))


def does(live: Live, kind: str, codes: list[str], a: int, b: int) -> Live:
    """One thing done; what cannot be done leaves the plan as it is."""
    areas = live.state.areas
    key, other = (areas[n % len(areas)].key if areas else "" for n in (a, b))
    steps = {
        "move": Step("move", tuple(codes), to=key),
        "new": Step("new", tuple(codes), name=f"New {a} {live.revision}"),
        "merge": Step("merge", area=key, to=other),
        "rename": Step("rename", area=key, name=f"Called {b} {live.revision}"),
        "lock": Step("lock", area=key),
        "unlock": Step("unlock", area=key),
        "hold": Step("lock", tuple(codes)),
    }
    try:
        return live.undo() if kind == "undo" else live.redo() if kind == "redo" else live.do(steps[kind])
    except UsageError:
        return live


def by_hand(live: Live, taken: list[tuple[str, list[str], int, int]]) -> dict[str, str]:
    """The name of the area of each block by a model of its own: dictionaries, whole copies kept for undoing."""
    now = (dict(zip(CODES, values_of(live.base), strict=True)), dict(names_of(live.base)))
    past, future = [], []
    for step in taken:
        if step == "undo":
            future.append(now)
            now = past.pop()
        elif step == "redo":
            past.append(now)
            now = future.pop()
        else:
            past.append(now)
            future.clear()
            of, names = dict(now[0]), dict(now[1])
            if step.do == "new":
                names[step.to] = step.name
            if step.do in ("move", "new"):
                of.update(dict.fromkeys(step.blocks, step.to))
            if step.do == "merge":
                of = {code: step.to if key == step.area else key for code, key in of.items()}
            if step.do == "rename":
                names[step.area] = step.name
            now = of, names
    return {code: now[1].get(key, "") for code, key in now[0].items()}


def values_of(state: State) -> list[str]:
    return [state.areas[n].key if n >= 0 else "" for n in state.of.tolist()]


def names_of(state: State) -> list[tuple[str, str]]:
    return [(area.key, area.name) for area in state.areas]


def from_nothing(live: Live) -> None:
    """Holds every figure of a plan against the design's and alignment's own, from the areas alone."""
    state, now, blocks = live.state, live.now, live.task.blocks
    placed = np.flatnonzero(state.of >= 0)
    if not len(placed):
        assert now.plan is None
        assert not now.rows
        assert not now.measures
        return
    task = Task(blocks.take(placed), live.task.graph.take(placed), live.task.band, today="today", need=None)
    plan = Plan(task, state.of[placed])
    assert now.measures == pytest.approx({name: plan.measure(name) for name in measure_names(live.task)}, abs=1e-12)
    assert now.margin == pytest.approx(plan.margin)
    assert now.moved_today == int(plan.moved().sum())
    names = [area.name for area in state.areas]
    whole = Division.of_values("plan", [names[n] if n >= 0 else "" for n in state.of.tolist()])
    for name, layer in blocks.layers.items():
        try:
            wanted = align(whole, layer, blocks.people)
        except GeographyError:
            assert name not in now.alignments
            continue
        found, _ = now.alignments[name]
        assert (found.same, found.variation, found.adjusted_rand) == pytest.approx(
            (wanted.same, wanted.variation, wanted.adjusted_rand)
        )
        assert (found.forth.whole, found.back.best_fit, found.forth.split) == pytest.approx(
            (wanted.forth.whole, wanted.back.best_fit, wanted.forth.split)
        )
    for row in now.rows.values():
        members = [n for n, area in enumerate(state.of.tolist()) if area >= 0 and state.areas[area].key == row.key]
        assert row.people == sum(int(blocks.people[n]) for n in members)
        assert row.pieces == len(live.task.graph.parts(members))
        assert row.lacks == (() if {0, 9, 23} & set(members) else ("school",))
        band = live.task.band
        assert row.out == max(row.people - band.high, 0) + min(row.people - band.low, 0)
    was, now_in = values_of(live.base), values_of(state)
    moved = sum(int(p) for p, a, b in zip(blocks.people, was, now_in, strict=True) if a and a != b)
    assert int(now.moved_since(live.base).sum()) == moved


@settings(max_examples=60, deadline=None)
@given(some_steps(), st.sampled_from(["today", "gp", ""]))
def test_after_any_moves_the_figures_are_those_worked_out_from_nothing(
    asked: list[tuple[str, list[str], int, int]], base: str
) -> None:
    live, taken, states = fresh(base), [], []
    for each in asked:
        before, live = live, does(live, *each)
        if live is before:
            continue
        states.append(before.state)
        entry = live.done[-1]
        taken.append(entry.step or entry.do)
    found = dict(zip(CODES, ([live.state.areas[n].name if n >= 0 else "" for n in live.state.of]), strict=True))
    assert found == by_hand(live, taken)
    from_nothing(live)


@settings(max_examples=60, deadline=None)
@given(some_steps())
def test_undoing_brings_back_exactly_what_was_and_redoing_what_came_of_it(
    asked: list[tuple[str, list[str], int, int]],
) -> None:
    live = fresh()
    for each in asked:
        live = does(live, *each)
    last, states = live.state, []
    for _ in range(len(live.steps)):
        states.append(live.state)
        live = live.undo()
    assert live.state.same(live.base)
    for wanted in reversed(states):
        live = live.redo()
        assert live.state.same(wanted)
    assert live.state.same(last)
    assert Live(live.task, live.base, live.done).then.state.same(live.then.state)
    # What was remembered on the way is what a file of the steps would give.
    assert Live(live.task, live.base, live.done).state.same(last)


def test_what_a_move_breaks_and_mends_is_said_before_it_and_is_so_after_it() -> None:
    blocks, graph = grid(4, 1, [20, 20, 20, 20])
    blocks = blocks.with_layer(Division.of_values("now", ["West", "West", "East", "East"]))
    live = Live(Task(blocks, graph, Band(30, 50)), begun(blocks.layers["now"], blocks))
    step = Step("move", ("b1",), to="East")
    words = live.told(step).words
    assert words == ("East has 60 people: 10 above 50.", "West has 20 people: 10 below 30.")
    after = live.do(step)
    assert [row.people for row in after.now.rows.values()] == [60, 20]
    back = Step("move", ("b2",), to="West")
    assert after.told(back).breaks == ("East is left in two pieces.", "West is left in two pieces.")
    assert set(after.told(back).mends) == {"East has 40 people, in the band.", "West has 40 people, in the band."}
    assert faults(after.now) == ["East: 60 people: 10 above 50.", "West: 20 people: 10 below 30."]
    assert after.told(Step("merge", area="West", to="East")).rest == ("West has no block left.",)


def test_a_locked_area_or_block_does_not_change() -> None:
    live = fresh().do(Step("lock", area="t0"))
    inside = CODES[0]
    for step in (
        Step("move", (inside,), to="t1"),
        Step("move", (CODES[5],), to="t0"),
        Step("merge", area="t0", to="t1"),
        Step("merge", area="t1", to="t0"),
        Step("new", (inside,), name="Other"),
    ):
        with pytest.raises(UsageError, match="t0 is locked: unlock first"):
            live.do(step)
    live = live.do(Step("unlock", area="t0")).do(Step("lock", (inside,)))
    with pytest.raises(UsageError, match="b0 is locked"):
        live.do(Step("move", (inside, CODES[1]), to="t1"))
    assert live.do(Step("unlock", (inside,))).do(Step("move", (inside,), to="t1")).revision == 5


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step("move", ("nowhere",), to="t1"), "'nowhere' is no block here"),
        (Step("move", (CODES[0],), to="t9"), "there is no area 't9' in this plan; known: t0, t1"),
        (Step("move", (), to="t1"), "pick a block first"),
        (Step("move", (CODES[0],), to="t0"), "they are in t0 already"),
        (Step("merge", area="t0", to="t0"), "cannot be merged with itself"),
        (Step("rename", area="t0", name="t1"), "another area is called t1 already"),
        (Step("rename", area="t0", name=" "), "1 to 120 letters"),
        (Step("rename", area="t0", name="=1+1"), "formula"),
        (Step("rename", area="t0", name="t0"), "that is so already"),
    ],
)
def test_what_cannot_be_done_is_said(step: Step, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fresh().do(step)


def test_where_blocks_can_go_begins_with_the_longest_border() -> None:
    live = fresh("gp")
    code = next(c for c, v in zip(CODES, TASK.blocks.layers["gp"].values, strict=True) if v == "g1")
    ways = live.ways([code])
    assert ways
    assert ways == sorted(ways, key=lambda way: -way.metres)
    for way in ways:
        after = live.do(Step("move", (code,), to=way.key))
        assert after.now.rows[way.key].people == way.people
        cut = round((after.now.measures["borders"] - live.now.measures["borders"]) * TASK.graph.edges)
        assert cut == way.borders
        assert int(after.now.moved_since(after.base).sum()) == way.moved
    assert live.do(Step("lock", area=ways[0].key)).ways([code]) == ways[1:]


@settings(max_examples=40, deadline=None)
@given(some_steps())
def test_a_suggestion_mends_and_costs_what_it_says(asked: list[tuple[str, list[str], int, int]]) -> None:
    live = fresh()
    for each in asked:
        live = does(live, *each)

    def standing(of: Live) -> tuple[int, int, int]:
        rows = of.now.rows.values()
        out, pieces = sum(abs(row.out) for row in rows), sum(row.pieces - 1 for row in rows)
        return out, pieces, sum(len(row.lacks) for row in rows)

    at = standing(live)
    for key in live.now.rows:
        for each in suggestions(live, key):
            then = live.do(each.step)
            after = standing(then)
            assert after == (each.left, each.broken, each.lacking)
            assert all(now <= was for now, was in zip(after, at, strict=True))
            assert after != at
            went = then.state.of != live.state.of
            assert int(TASK.blocks.people[went].sum()) == each.people
            assert not live.state.held & set(np.flatnonzero(went).tolist())


def test_a_piece_is_joined_and_an_area_brought_into_the_band() -> None:
    blocks, graph = grid(6, 1, [10] * 6)
    blocks = blocks.with_layer(Division.of_values("now", ["W", "W", "W", "W", "E", "W"]))
    live = Live(Task(blocks, graph, Band(20, 40)), begun(blocks.layers["now"], blocks))
    best = suggestions(live, "W")[0]
    assert (best.step.blocks, best.step.to, best.left, best.broken) == (("b5",), "E", 0, 0)
    assert best.words == "Move b5 to E"
    assert suggestions(live.do(best.step), "W") == []


def row_of_six(at: list[int], band: Band) -> Live:
    """Six blocks of 10 people in a row, the first three one area and the others another; surgeries in some."""
    blocks, graph = grid(6, 1, [10] * 6)
    blocks = blocks.with_layer(Division.of_values("now", ["W", "W", "W", "E", "E", "E"]))
    rules = Rules(anchors={"gp": np.array(at)})
    task = Task(blocks, graph, band, rules=rules, sites={"gp": "GP practices"})
    return Live(task, begun(blocks.layers["now"], blocks))


def test_an_area_without_a_practice_is_given_the_nearest_with_what_lies_between() -> None:
    live = row_of_six([4, 5], Band(10, 50))
    assert live.now.rows["W"].lacks == ("GP practices",)
    best = suggestions(live, "W")[0]
    assert (best.step.blocks, best.step.to, best.lacking) == (("b3", "b4"), "W", 0)
    assert "W holds GP practices now." in best.told.words
    assert suggestions(live.do(best.step), "W") == []


def test_where_no_single_move_brings_a_practice_none_is_offered() -> None:
    """The other area has one alone, and would lack it; or the band has no room for what lies between."""
    assert suggestions(row_of_six([5], Band(10, 50)), "W") == []
    assert suggestions(row_of_six([4, 5], Band(20, 40)), "W") == []
    merged = suggestions(row_of_six([5], Band(10, 60)), "W")
    assert [each.words for each in merged] == ["Merge W into E"]


def test_what_is_locked_brings_no_practice() -> None:
    live = row_of_six([4, 5], Band(10, 50)).do(Step("lock", area="E"))
    assert suggestions(live, "W") == []
    live = row_of_six([4, 5], Band(10, 50)).do(Step("lock", ("b4",)))
    assert suggestions(live, "W") == []


def test_a_ward_is_picked_whole_or_the_part_of_it_in_one_area() -> None:
    live = fresh()
    ward = TASK.blocks.layers["ward"].values[0]
    whole = live.picked("ward", ward)
    assert len(whole) == 4
    live = live.do(Step("move", (whole[0],), to="t1"))
    assert live.picked("ward", ward, "t1") == whole[:1]


def test_the_tables_say_what_the_plan_comes_to() -> None:
    live = fresh().do(Step("move", (CODES[3],), to="t1", at="2026-11-22T10:00:00+00:00"))
    areas = {row["key"]: row for row in tables.areas_table(live).records()}
    moved = int(TASK.blocks.people[3])
    assert (areas["t0"]["change"], areas["t1"]["change"]) == (-moved, moved)
    (row,) = (row for row in tables.moved_table(live).records() if row["block"] == CODES[3])
    assert (row["area"], row["before"], row["today"], row["moves"]) == ("t1", "t0", "t0", "yes")
    assert len(list(tables.alignment_table(live).records())) == 4 * len(TASK.blocks.layers)
    assert [r["what"] for r in tables.steps_table(live.undo()).records()] == ["b3 to t1"]
    assert [r["stands"] for r in tables.steps_table(live.undo()).records()] == ["undone"]
    assert tables.summary(live).startswith("2 areas, ")
    with_today = {row["name"]: row for row in tables.measures_table(live).records()}
    titled = replace(live, task=replace(live.task, titles={"gp": "GP networks"}))
    (named,) = (row for row in tables.measures_table(titled).records() if row["name"] == "main:gp")
    assert named["measure"].startswith("GP networks: ")
    assert with_today["main:gp"]["measure"].startswith("gp: ")
    assert with_today["moved"]["now"] == pytest.approx(moved / TASK.people)


# --- drafts


def begin(root: Path) -> tuple[Drafts, str]:
    drafts = Drafts(root)
    (root / FOLDER).mkdir()
    live = fresh()
    made = drafts.begin(Head("North and south", "today", TASK.band, live.base, "today", ("school",)), TASK.blocks)
    return drafts, made.name


def test_a_draft_comes_back_as_it_was(tmp_path: Path) -> None:
    drafts, name = begin(tmp_path)
    assert name == "north-and-south"
    live, draft = fresh(), drafts.read(name, TASK.blocks)
    for make in (
        lambda live: live.do(Step("move", (CODES[3],), to="t1", said="Ward w1-0")),
        lambda live: live.do(Step("rename", area="t1", name="Süd & Ost")),
        lambda live: live.undo(),
        lambda live: live.redo(),
        lambda live: live.do(Step("lock", (CODES[0],))),
    ):
        live = make(live)
        draft = drafts.add(draft, live.done[-1], TASK.blocks)
    found = drafts.read(name, TASK.blocks)
    assert found.done == live.done
    assert found.head.band == TASK.band
    assert found.head.anchors == ("school",)
    assert Live(TASK, found.head.base, found.done).state.same(live.state)
    (listed,) = drafts.listed(TASK.blocks)
    assert (listed.title, listed.steps, listed.wrong) == ("North and south", 5, "")
    aside = drafts.remove(name)
    assert drafts.names() == []
    assert aside.exists()


def test_two_windows_cannot_overwrite_each_other(tmp_path: Path) -> None:
    drafts, name = begin(tmp_path)
    first = second = drafts.read(name, TASK.blocks)
    live = fresh().do(Step("move", (CODES[3],), to="t1"))
    drafts.add(first, live.done[-1], TASK.blocks)
    with pytest.raises(EditConflict, match="changed in another window"):
        drafts.add(second, live.done[-1], TASK.blocks)
    assert drafts.read(name, TASK.blocks).revision == 1


def test_of_many_at_the_same_moment_one_is_written(tmp_path: Path) -> None:
    drafts, name = begin(tmp_path)
    draft, live = drafts.read(name, TASK.blocks), fresh()
    entries = [live.do(Step("move", (code,), to="t1")).done[-1] for code in CODES[:4]]
    lost: list[EditConflict] = []

    def add(number: int) -> None:
        try:
            drafts.add(draft, entries[number], TASK.blocks)
        except EditConflict as error:
            lost.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(len(entries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lost) == len(entries) - 1
    assert drafts.read(name, TASK.blocks).done[0] in entries


def test_a_line_that_was_cut_short_is_left_out_and_said(tmp_path: Path) -> None:
    drafts, name = begin(tmp_path)
    live = fresh().do(Step("move", (CODES[3],), to="t1"))
    drafts.add(drafts.read(name, TASK.blocks), live.done[-1], TASK.blocks)
    path = drafts.path(name)
    whole = path.read_bytes()
    head = whole.index(b"\n") + 1
    for cut in range(head, len(whole)):
        path.write_bytes(whole[:cut])
        found = drafts.read(name, TASK.blocks)
        assert found.revision == 0
        assert bool(found.notes) == (cut > head)
    drafts.add(found, live.done[-1], TASK.blocks)
    assert path.read_bytes() == whole


def damaged(text: str) -> list[tuple[str, str]]:
    head, step = text.splitlines()[:2]
    known = json.loads(head)
    return [
        ("", "is empty or cut short"),
        ("{}\n", "line 1: it does not say what a draft says"),
        ("[" * 100_000 + "\n", "line 1: it is no JSON"),
        (json.dumps({**known, "draft": 2}) + "\n", "a draft of version 2"),
        (json.dumps({**known, "blocks": {**known["blocks"], "b0": 77}}) + "\n", "an area that is not there"),
        (json.dumps({**known, "blocks": {"other": 0}}) + "\n", "a plan of other blocks"),
        (json.dumps({**known, "band": [5]}) + "\n", "does not say"),
        (json.dumps({**known, "band": [float("inf"), 5]}) + "\n", "does not say"),
        (json.dumps({**known, "title": "half a letter \ud800"}) + "\n", "line 1: it is no JSON"),
        (json.dumps({**known, "areas": [["t0", "One"], ["t0", "Two"], *known["areas"][2:]]}) + "\n", "the key 't0'"),
        (f"{head}\nnot json\n{step}\n", "line 2: it is no JSON"),
        (f'{head}\n{{"do": "moove"}}\n', "line 2: 'moove' is nothing that can be done; did you mean 'move'"),
        (f'{head}\n{{"do": "undo"}}\n', "line 2: there is nothing to undo"),
        (f'{head}\n{{"do": "move", "blocks": [1]}}\n', "must be texts"),
        (f"{head}\n7\n", "line 2: it is no step"),
        (head + "\n" + step + "\n" + '{"do": "redo"}' + "\n", "line 3: there is nothing to redo"),
    ]


@pytest.mark.parametrize("number", range(16))
def test_a_damaged_draft_is_named_with_its_line(tmp_path: Path, number: int) -> None:
    drafts, name = begin(tmp_path)
    live = fresh().do(Step("move", (CODES[3],), to="t1"))
    drafts.add(drafts.read(name, TASK.blocks), live.done[-1], TASK.blocks)
    path = drafts.path(name)
    text, words = damaged(path.read_text("utf-8"))[number]
    path.write_text(text, "utf-8")
    with pytest.raises(GeographyError) as error:
        drafts.read(name, TASK.blocks)
    assert words in str(error.value)
    assert "drafts/north-and-south.jsonl" in str(error.value)
    assert drafts.listed(TASK.blocks)[0].wrong == str(error.value)


def test_an_area_has_its_key_alone_so_that_all_areas_are_in_the_figures() -> None:
    live = fresh()
    with pytest.raises(UsageError, match="key 't1' already"):
        live.do(Step("new", (CODES[0],), to="t1", name="Another"))


def test_what_is_put_aside_in_the_same_second_is_kept(tmp_path: Path) -> None:
    drafts, name = begin(tmp_path)
    first = drafts.remove(name)
    again = drafts.begin(Head("North and south", "", TASK.band, fresh().base), TASK.blocks)
    assert again.name == name
    assert drafts.remove(name) != first
    assert first.exists()
    with pytest.raises(UsageError, match="there is no draft"):
        drafts.remove(name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with a name")
def test_a_pipe_in_place_of_a_draft_is_not_waited_for(tmp_path: Path) -> None:
    drafts, _ = begin(tmp_path)
    os.mkfifo(tmp_path / FOLDER / "pipe.jsonl")
    with pytest.raises(GeographyError, match=r"drafts/pipe\.jsonl is no file"):
        drafts.read("pipe", TASK.blocks)


def test_a_draft_is_found_by_name_alone(tmp_path: Path) -> None:
    drafts, _ = begin(tmp_path)
    for name in ("north-and-soth", "../place", "", "a" * 5000):
        with pytest.raises(UsageError, match="there is no draft"):
            drafts.read(name, TASK.blocks)
    with pytest.raises(UsageError, match="title"):
        drafts.begin(Head("  ", "", TASK.band, fresh().base), TASK.blocks)
    again = drafts.begin(Head("North and south", "", TASK.band, fresh().base), TASK.blocks)
    assert again.name == "north-and-south-2"


def test_a_move_with_everything_answers_in_a_tenth_of_a_second_at_2000_blocks() -> None:
    task = replace(large(50, 40, today="today"), band=Band(30_000, 50_000))
    at = [f"a{x // 5}-{y // 10}" for y in range(40) for x in range(50)]
    live = Live(task, begun(Division.of_values("plan", at), task.blocks))
    everything(live.do(Step("move", ("b4",), to="a1-0")))
    spent = []
    for n in range(5):
        began = time.process_time()
        live = live.do(Step("move", (f"b{4 + 50 * n}",), to="a1-0"))
        everything(live)
        spent.append(time.process_time() - began)
    assert sorted(spent)[2] < 0.1


def everything(live: Live) -> None:
    for make in (tables.areas_table, tables.measures_table, tables.alignment_table, tables.moved_table):
        assert make(live).rows
    assert live.now.margin is not None
    assert faults(live.now) is not None
