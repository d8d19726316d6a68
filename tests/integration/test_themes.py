"""Themes of a place: every figure held against a plain reading of its lines, whatever the rules."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

import totalplace as tp
from tests import webplace
from totalplace.cli.commands import app
from totalplace.errors import EditConflict, PlaceError, ThemeError, UsageError
from totalplace.money.whole_lines import COLUMNS
from totalplace.place import Place
from totalplace.terms import KEPT, pounds
from totalplace.themes import kept
from totalplace.themes.answers import EXAMPLES
from totalplace.themes.reading import theme_of
from totalplace.themes.result import CUTS
from totalplace.themes.theme import UNIT, Rule, Theme
from totalplace.themes.words import TEXTS, fold

YEAR = "2023-24"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return _without_themes(tmp_path_factory.mktemp("themes") / "place")


@pytest.fixture
def changing(tmp_path: Path) -> Place:
    return _without_themes(tmp_path / "place")


def _without_themes(folder: Path) -> Place:
    made = webplace.make(folder)
    shutil.rmtree(made.themes.folder)
    return made


def theme(*rules: dict[str, Any]) -> Theme:
    return theme_of("mine", {"rule": [{"reason": "r", **rule} for rule in rules]})


# --- held against a plain reading


def lines_of(place: Place) -> list[dict[str, Any]]:
    """Every line that counts, as it is shown."""
    found = place.money.lines({"year": [YEAR]}, per_page=100_000).table
    names = [column.name for column in COLUMNS]
    told = [dict(zip(names, row, strict=True)) for row in found.rows]
    return [{**line, "year": YEAR} for line in told if line["outcome"] in KEPT]


def fits(rule: Rule, line: dict[str, Any], suppliers: dict[str, set[str]]) -> bool:
    """Whether a rule fits a line: read word by word, in the plainest way."""
    for name, values in rule.where:
        if name == "supplier":
            if not any(str(line["supplier_id"]) in suppliers.get(value, ()) for value in values):
                return False
        elif line[name] not in values:
            return False
    texts = fold(pl.Series([line[name] or "" for name in TEXTS], dtype=pl.String)).to_list()
    has = [
        any(f" {word.lower()} " in text for text in texts) for words in (rule.words, rule.not_words) for word in words
    ]
    some, barred = has[: len(rule.words)], has[len(rule.words) :]
    return (not rule.words or any(some)) and not any(barred)


def some(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2)


RULES = st.fixed_dictionaries(
    {},
    optional={
        "body": some("council", "authority", "police"),
        "service": some("adults", "highways", "not-classified", "central"),
        "kind": st.just(["spending"]),
        "to_body": some("", "fire", "authority"),
        "supplier": some("Supplier 07 Ltd", "Tram Works PLC", "supplier 11 ltd"),
        "words": some("beds", "night", "care", "beds night 7", "highways", "trams"),
        "not_words": some("7", "calls", "supplier 07"),
    },
).filter(bool)  # fmt: skip
SHARED = st.tuples(RULES, st.integers(0, UNIT)).map(lambda both: {**both[0], "share": f"{both[1] / UNIT:.6f}"})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=st.lists(RULES | SHARED, min_size=1, max_size=4))
def test_a_theme_is_what_a_plain_reading_of_its_lines_says(place: Place, rules: list[dict[str, Any]]) -> None:
    chosen = theme(*rules)
    named = {value for rule in chosen.rules for value in dict(rule.where).get("supplier", ())}
    suppliers = {value: set(place.money.supplier_numbers([value])) for value in named}
    lines, net = Counter[int](), Counter[int]()
    taken = {}
    for line in lines_of(place):
        n = next((n for n, rule in enumerate(chosen.rules, 1) if fits(rule, line, suppliers)), 0)
        if n:
            taken[line["file"], line["line"]] = n
            lines[n] += 1
            net[n] += line["amount"] if line["body"] != "police" else 0
    found = place.themes.found(chosen)
    for n, rule in enumerate(chosen.rules, 1):
        own = [piece for piece in found.pieces if piece.rule == n]
        assert sum(piece.lines for piece in own) == lines[n]
        assert sum(piece.net for piece in own if piece.body != "police") == net[n]
        exact = Fraction(sum(piece.net for piece in own) * rule.share, UNIT)
        assert abs(sum(piece.amount for piece in own) - exact) <= Fraction(1, 2)
    # Line by line, and every cut of it, to the penny.
    listed = place.themes.lines(chosen, per_page=1_000)
    at = [column.name for column in listed.table.columns]
    keys = {(row[at.index("file")], row[at.index("line")]): row[0] for row in listed.table.rows}
    assert keys == {key: n for key, n in taken.items() if chosen.rules[n - 1].share}
    amounts = [abs(row[at.index("amount")]) for row in listed.table.rows]
    assert amounts == sorted(amounts, reverse=True)
    for by in (*([cut] for cut in CUTS), ["supplier", "rule"], ["body", "service", "year"]):
        table = found.cut(by)
        places = [column.name for column in table.columns].index("lines")
        sums = tuple(sum(row[places + n] for row in table.rows) for n in range(3))
        assert sums == (found.lines, found.net, found.amount), by


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=st.lists(SHARED, min_size=1, max_size=3))
def test_narrowed_figures_open_to_their_lines(place: Place, rules: list[dict[str, Any]]) -> None:
    chosen = theme(*rules)
    found = place.themes.found(chosen)
    place.themes.work_out(chosen)
    for by in ("rule", "body", "service", "supplier"):
        table = found.cut([by])
        at = [column.name for column in table.columns].index("lines")
        for row in table.rows:
            lines = place.themes.lines(chosen, {by: [str(row[0])]}, per_page=1_000)
            assert lines.total == row[at]
            whole = [line for line in lines.table.rows if line[3] != "police"]
            net = found.cut(["body"], {by: [str(row[0])]})
            assert sum(line[7] for line in whole) == sum(r[2] for r in net.rows if r[0] != "police")


def test_a_rule_that_takes_all_comes_to_the_net_of_the_count(place: Place) -> None:
    """Of a body that is only partly the place's too."""
    chosen = theme({"body": ["council", "authority", "police"]})
    found = place.themes.found(chosen)
    count = place.money.count(["body"])
    assert count.cut is not None
    assert found.amount == found.net == count.net
    assert {row[0]: row[2] for row in found.cut(["body"]).rows} == {row[0]: row[-1] for row in count.cut.rows}
    place.themes.work_out(chosen)
    assert sum(row[-2] for row in found.cut(["supplier"]).rows) == count.net
    assert found.share_of_place == 1


def test_words_of_a_body_in_part_add_up_with_the_rest(tmp_path: Path) -> None:
    """What words take of a body of which a third is the place's, and what is left: to the penny, credits too."""
    place = tp.new(tmp_path / "place", bodies=["Anyshire Police"])
    declared = place.root / "place.toml"
    declared.write_text(declared.read_text().replace("[[body]]", '[[body]]\nshare = "0.333333"'))
    rows = [
        f"05/04/2023,Fleet Hire Ltd,{n * 7 - 20}.{n:02d},Fleet,{'Cars' if n % 3 else 'Boats'} {n}" for n in range(40)
    ]
    (place.root / "police.csv").write_text(
        "Date,Supplier Name,Amount,Department,Description\n" + "\n".join(rows) + "\n"
    )
    place.add("spend", [place.root / "police.csv"], "Anyshire Police")
    place.build()
    net = place.money.count().net
    assert 0 < net < sum(row[4] for row in place.money.lines(per_page=100).table.rows)
    for word in ("cars", "boats", "7", "cars 1"):
        found = place.themes.found(theme({"words": [word]}, {"body": ["anyshire-police"]}))
        assert len({piece.rule for piece in found.pieces}) == 2
        assert found.amount == net
        only = place.themes.found(theme({"words": [word], "share": "0.5"}))
        exact = (
            sum(row[4] for row in place.money.lines(search=word, per_page=100).table.rows) if word == "boats" else None
        )
        if exact is not None:
            assert abs(only.net - exact * Fraction(333_333, UNIT)) < 14  # less than a penny a line
        place.themes.work_out(only.theme)
        assert sum(row[-2] for row in only.cut(["supplier"]).rows) == only.amount


def test_the_first_rule_that_fits_takes_a_payment(place: Place) -> None:
    broad, narrow = {"words": ["beds"]}, {"words": ["night"]}
    assert [row[3] for row in place.themes.found(theme(broad, narrow)).rules_table().rows] == [260, 0]
    assert [row[3] for row in place.themes.found(theme(narrow, broad)).rules_table().rows] == [260, 0]
    kept_out = theme({"words": ["7"], "share": "0"}, broad)
    found = place.themes.found(kept_out)
    assert {piece.amount for piece in found.pieces if piece.rule == 1} == {0}
    assert found.by_shares == 0
    assert 0 < found.lines < 260
    place.themes.work_out(kept_out)
    for by in CUTS:
        assert sum(row[-4] for row in found.cut([by]).rows) == found.lines
    assert place.themes.lines(kept_out).total == found.lines
    assert place.themes.lines(kept_out, {"rule": ["1"]}).total == 260 - found.lines
    assert place.themes.beside([kept_out, theme_of("b", {"rule": [{"words": ["7"]}]})]).rows == []
    assert 0 < found.amount < place.themes.found(theme(broad)).amount


def test_what_is_not_here_is_named_and_passed_over(place: Place) -> None:
    chosen = theme(
        {"body": ["council", "elsewhere"], "words": ["beds"]},
        {"supplier": ["Nobody's Ltd"]},
        {"to_body": ["nowhere"], "year": ["2031-32"]},
    )
    found = place.themes.found(chosen)
    assert found.warnings == (
        "Rule 1: the body 'elsewhere' is not here, and was passed over",
        "Rule 2: the supplier 'Nobody's Ltd' is not here, and was passed over",
        "Rule 2 takes nothing: the supplier that it asks for is not here",
        "Rule 3: the receiver 'nowhere' is not here, and was passed over",
        "Rule 3 takes nothing: the receiver that it asks for is not here",
    )
    assert [row[3] for row in found.rules_table().rows] == [260, 0, 0]


def test_a_rule_of_a_draft_that_asks_for_nothing_takes_nothing(place: Place) -> None:
    draft = theme_of("mine", {"rule": [{"name": "empty"}, {"words": ["beds"]}]}, draft=True)
    assert [row[3] for row in place.themes.found(draft).rules_table().rows] == [0, 260]


def test_a_body_can_be_named(place: Place) -> None:
    named = theme({"body": ["Anytown BC"]})
    assert place.themes.found(named).amount == place.themes.found(theme({"body": ["council"]})).amount


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_in_any_place(changing: Place, name: str) -> None:
    changing.themes.new(name, name)
    found = changing.themes.run(name)
    assert found.warnings == ()
    assert found.amount == sum(row[-2] for row in found.rules_table().rows)


# --- side by side


def test_the_money_that_two_themes_claim_is_a_range(place: Place) -> None:
    beds = theme_of("beds", {"rule": [{"words": ["beds"], "share": "0.6", "reason": "r"}]})
    care = theme_of("care", {"rule": [{"words": ["care"], "share": "0.5", "reason": "r"}]})
    apart = theme_of("apart", {"rule": [{"words": ["trams"]}]})
    table = place.themes.beside([beds, care, apart])
    ((a, _, b, _, lines, net, least, most),) = table.rows
    assert {a, b} == {"beds", "care"}
    assert lines == 260
    assert net == place.themes.found(beds).net
    assert (least, most) == (round(Fraction(net, 10)), round(Fraction(net, 2)))
    whole = place.themes.beside([beds, theme_of("whole", {"rule": [{"words": ["night"]}]})]).rows[0]
    assert whole[-1] == whole[-2] == place.themes.found(beds).amount


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=st.lists(SHARED, min_size=1, max_size=2), two=st.lists(SHARED, min_size=1, max_size=2))
def test_what_two_themes_claim_is_what_their_lines_say(
    place: Place, one: list[dict[str, Any]], two: list[dict[str, Any]]
) -> None:
    """Line by line, of bodies that are wholly the place's."""
    both = [theme(*({**rule, "body": ["council", "authority"]} for rule in rules)) for rules in (one, two)]
    named = {value for each in both for rule in each.rules for value in dict(rule.where).get("supplier", ())}
    suppliers = {value: set(place.money.supplier_numbers([value])) for value in named}
    lines, net, least, most = 0, 0, Fraction(0), Fraction(0)
    for line in lines_of(place):
        a, b = (next((r.share for r in each.rules if fits(r, line, suppliers)), 0) for each in both)
        if a and b:
            lines, net = lines + 1, net + line["amount"]
            least += line["amount"] * Fraction(max(0, a + b - UNIT), UNIT)
            most += line["amount"] * Fraction(min(a, b), UNIT)
    rows = place.themes.beside(both).rows
    assert [row[4:6] for row in rows] == ([(lines, net)] if lines else [])
    for row in rows:
        assert abs(row[6] - least) <= Fraction(1, 2)
        assert abs(row[7] - most) <= Fraction(1, 2)


# --- what is kept


def test_what_was_worked_out_is_kept_and_can_be_deleted(changing: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = theme({"words": ["beds"], "share": "0.5"})
    assert not changing.themes.ready(chosen)
    steps: list[tuple[str, int, int]] = []
    changing.themes.work_out(chosen, lambda *said: steps.append(said))
    assert {doing for doing, _, _ in steps} == {"looking for words", "taking lines", "adding up suppliers"}
    assert changing.themes.worked_out(chosen)
    first = changing.themes.lines(chosen, per_page=7, page=3).table.rows
    again: list[tuple[str, int, int]] = []
    changing.themes.work_out(chosen, lambda *said: again.append(said))
    assert again == []
    shared = theme({"words": ["beds"], "share": "0.25"})
    assert changing.themes.ready(shared)  # another share asks for no other lines
    kept.forget(changing.run)
    assert not changing.themes.worked_out(chosen)
    monkeypatch.setattr("totalplace.themes.taking.SHOWN", 3)
    assert changing.themes.lines(chosen, per_page=7, page=3).table.rows == first


def test_work_that_is_stopped_leaves_nothing_half(changing: Place) -> None:
    class Stopped(Exception):
        pass

    def stop(_: str, done: int, __: int) -> None:
        if done:
            raise Stopped

    chosen = theme({"words": ["beds"]})
    with pytest.raises(Stopped):
        changing.themes.work_out(chosen, stop)
    assert not changing.themes.ready(chosen)
    assert list(changing.run.themes.glob("*")) == []
    assert changing.themes.found(chosen).lines == 260


def test_what_is_kept_goes_with_its_run(changing: Place) -> None:
    chosen = theme({"words": ["beds"]})
    changing.themes.work_out(chosen)
    before = changing.run.themes
    (changing.root / "more.csv").write_text("Date,Supplier Name,Amount\n01/06/2023,Beds Ltd,1234.00\n")
    changing.add("spend", [changing.root / "more.csv"], "council")
    changing.build()
    assert changing.themes.found(chosen).lines == 261
    changing.build()
    assert not before.exists()
    assert changing.run.themes.exists()


# --- saving


TABLES = {
    "theme": {"title": "Beds", "why": "w"},
    "rule": [{"name": "N", "words": ["beds"], "share": "0.5", "reason": "half"}],
}


def test_a_theme_is_saved_and_its_comments_stay(changing: Place) -> None:
    themes = changing.themes
    themes.save("beds", TABLES, "")
    path = themes.folder / "beds.toml"
    assert themes.theme("beds").rules[0].share == 500_000
    first = "# head\n[theme] # t\ntitle = 'Beds' # mine\n\n# first\n[[rule]]\nwords = ['beds'] # w\n"
    path.write_text(f"{first}\n# second\n[[rule]]\nservice = 'adults'\n")
    changed = {
        "theme": {"title": "Beds", "why": "new"},
        "rule": [
            {"was": 2, "service": ["adults"], "share": "1"},
            {"was": 1, "words": ["beds", "night"]},
            {"body": ["council"]},
        ],
    }
    themes.save("beds", changed, themes.digest("beds"))
    text = path.read_text()
    assert all(comment in text for comment in ("# head", "# t", "# mine", "# second", "# first"))
    assert [dict(rule.where) for rule in themes.theme("beds").rules] == [
        {"service": ("adults",)}, {}, {"body": ("council",)},
    ]  # fmt: skip
    themes.save("beds", {**changed, "rule": changed["rule"][:1]}, themes.digest("beds"))
    assert len(themes.theme("beds").rules) == 1


def test_a_theme_changed_meanwhile_is_not_overwritten(changing: Place) -> None:
    themes = changing.themes
    themes.save("beds", TABLES, "")
    with pytest.raises(EditConflict, match="was changed by somebody else since your page was drawn"):
        themes.save("beds", TABLES, "")
    digest = themes.digest("beds")
    (themes.folder / "beds.toml").write_text("[[rule]]\nwords = ['other']\n")
    with pytest.raises(EditConflict):
        themes.save("beds", TABLES, digest)
    assert themes.theme("beds").rules[0].words == ("other",)


@pytest.mark.parametrize("rules", [[], [{"words": ["x"], "share": "2"}], [{}], [{"service": ["x"]}]])
def test_what_could_not_be_read_again_is_not_written(changing: Place, rules: list[dict[str, Any]]) -> None:
    with pytest.raises((ThemeError, PlaceError)):
        changing.themes.save("beds", {"theme": {"title": "t"}, "rule": rules}, "")
    assert changing.themes.names() == []


# --- the command line


def run(place: Place, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*words, "--place", str(place.root)], catch_exceptions=True)
    if isinstance(result.exception, UsageError):
        return 2, str(result.exception)
    return result.exit_code, result.stdout


def test_the_commands(changing: Place) -> None:
    assert "there is no theme yet" in CliRunner().invoke(app, ["themes", "--place", str(changing.root)]).output
    assert run(changing, "theme", "--new", "beds")[0] == 0
    assert changing.themes.theme("beds").title == "Beds"
    path = changing.themes.folder / "beds.toml"
    path.write_text("[theme]\ntitle = 'Beds'\n[[rule]]\nwords = ['beds']\nshare = '0.5'\nreason = 'half'\n")
    found = changing.themes.run("beds")
    code, out = run(changing, "theme", "beds")
    assert code == 0
    assert f"Beds: £{found.amount / 100:,.2f}" in out
    assert "is estimated" in out
    told = json.loads(run(changing, "theme", "beds", "--by", "supplier", "--json")[1])
    assert told["amount"] == pounds(found.amount)
    assert sum(round(float(row["amount"]) * 100) for row in told["cut"]) == found.amount
    narrowed = json.loads(run(changing, "theme", "beds", "--by", "body", "--supplier", "Supplier 07 Ltd", "--json")[1])
    assert [row["body"] for row in narrowed["cut"]] == ["council"]
    xlsx = changing.root / "beds.xlsx"
    assert "Beds by supplier" in run(changing, "theme", "beds", "--xlsx", str(xlsx))[1]
    sheets = CalamineWorkbook.from_path(xlsx).sheet_names
    assert len(sheets) == 5
    csv = changing.root / "beds.csv"
    lines = json.loads(run(changing, "theme", "beds", "--lines", "--json", "--limit", "2", "--csv", str(csv))[1])
    assert (lines["total"], len(lines["rows"])) == (260, 2)
    assert len(csv.read_text("utf-8-sig").strip().splitlines()) > 260
    listed = json.loads(run(changing, "themes", "--json")[1])
    assert [row["theme"] for row in listed["rows"]] == ["beds"]
    (changing.themes.folder / "bad.toml").write_text("rule = 3")
    assert "with two brackets" in run(changing, "themes")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("theme",), "name the theme"),
        (("theme", "x"), "there is no theme 'x'"),
        (("theme", "x", "--new", "y"), "one at a time"),
        (("theme", "x", "--like", "alcohol"), "--like goes with --new"),
        (("theme", "--new", "y", "--like", "gambling"), "'gambling' is not an example"),
        (("theme", "--new", "../y"), "cannot be a theme's name"),
        (("theme", "x", "--lines", "--by", "body"), "one at a time"),
    ],
)
def test_what_cannot_be_asked(place: Place, words: tuple[str, ...], said: str) -> None:
    code, out = run(place, *words)
    assert code == 2
    assert said in out


def test_a_cut_that_is_none_is_named(place: Place) -> None:
    found = place.themes.found(theme({"words": ["beds"]}))
    with pytest.raises(UsageError, match="'suplier' is not a cut of a theme; did you mean 'supplier'"):
        found.cut(["suplier"])
    with pytest.raises(UsageError, match="say what the theme is to be cut by"):
        found.cut([])


def test_drafts_do_not_fill_the_disk(changing: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_FILES", 6)
    for n in range(12):
        chosen = theme({"words": [f"night {n}"]})
        assert changing.themes.found(chosen).lines > 0
        assert len(list(changing.run.themes.glob("*.parquet"))) <= 6
    assert changing.themes.found(theme({"words": ["night 0"]})).lines > 0
