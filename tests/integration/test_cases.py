"""Business cases from file to answer: the worked example of the method page, the command, the stamp, a portfolio."""

from __future__ import annotations

import csv
import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from totalplace.appraisal import sure_tables
from totalplace.appraisal.chance import chances
from totalplace.appraisal.files import Cases, appraised
from totalplace.appraisal.portfolios import Portfolios
from totalplace.appraisal.sensitivity import tornado
from totalplace.appraisal.stamps import State
from totalplace.appraisal.tables import MEASURES
from totalplace.cli.commands import app
from totalplace.reports.case_agreement import sheet
from totalplace.table import plain

ROOT = Path(__file__).resolve().parents[2]
METHOD = ROOT / "docs" / "methods" / "business-case.md"
TUTORIAL = ROOT / "docs" / "tutorial-case.md"
WORDS = ROOT / "src" / "totalplace" / "demo" / "words"


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", METHOD.read_text("utf-8"), re.S)
    assert found
    return found.group(1)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "team.toml").write_text(block("toml case"), encoding="utf-8")
    return tmp_path


def run(*words: str, status: int = 0) -> str:
    found = CliRunner().invoke(app, list(words))
    assert (found.exit_code != 0) == bool(status), found.output
    return f"{found.output}{found.exception or ''}"


def test_the_worked_example_comes_out_as_the_method_page_says(place: Path) -> None:
    found = appraised(place / "cases" / "team.toml").option("team")
    wanted = dict(list(csv.reader(block("csv case-measures").splitlines()))[1:])
    came = {name: plain(of(found), kind) for name, _, kind, of in MEASURES}
    for name, value in wanted.items():
        assert came[name] == (value if isinstance(came[name], str) else pytest.approx(float(value), abs=5e-5)), name
    assert found.benefits[0].units == pytest.approx((0, 12, 18, 6))


def test_the_command_says_the_same_as_json(place: Path) -> None:
    said = json.loads(run("appraise", "team", "--place", str(place), "--draws", "500", "--json"))
    option = said["options"][0]
    assert option["headline"]["net_present_budget_impact"] == "-44000.64"
    assert sum(float(row["gains"]) for row in option["agencies"][:-1]) == pytest.approx(152140.73, abs=0.02)
    assert said["chance"][0]["draws"] == 500
    assert {bar["key"] for bar in said["tornado"]["team"]} >= {"persistence"}
    assert any(not used["verified"] for used in said["parameters"])


def test_without_deadweight_there_is_no_headline(place: Path) -> None:
    file = place / "cases" / "team.toml"
    file.write_text(file.read_text("utf-8").replace("deadweight = 0.2\n", ""), encoding="utf-8")
    said = json.loads(run("appraise", "team", "--place", str(place), "--draws", "0", "--json"))
    assert said["options"][0]["headline"] is None
    assert "deadweight" in said["options"][0]["withheld"][0]
    assert "no headline" in run("appraise", "team", "--place", str(place), "--draws", "0")


def test_a_stamp_holds_until_an_input_changes_and_says_which(place: Path) -> None:
    run("appraise", "team", "--place", str(place), "--checked-by", "The treasurer")
    cases = Cases(place)
    assert cases.stamps.state("team", cases.case("team")).holds
    file = place / "cases" / "team.toml"
    file.write_text(file.read_text("utf-8").replace("impact = 0.25", "impact = 0.3"), encoding="utf-8")
    state = cases.stamps.state("team", cases.case("team"))
    assert not state.holds
    assert any("impact was 0.25" in words and "and is 0.3" in words for words in state.changed)


def test_a_benefit_claimed_twice_counts_once_and_says_so(place: Path) -> None:
    first = (place / "cases" / "team.toml").read_text("utf-8")
    both = first.replace('id = "people"\n', 'id = "people"\ngroup = "referred"\n').replace(
        'id = "stays"\n', 'id = "stays"\noutcome = "stays"\n'
    )
    (place / "cases" / "team.toml").write_text(both, encoding="utf-8")
    (place / "cases" / "other.toml").write_text(both.replace("fiscal = 5000", "fiscal = 4000"), encoding="utf-8")
    run("portfolio", "--new", "all", "--place", str(place))
    said = run("portfolio", "all", "--place", str(place), status=1)
    assert "not agreed who has: referred: stays" in said
    portfolios = Portfolios(Cases(place))
    found = portfolios.portfolio("all")
    assert found.sums("team")[1] == pytest.approx(152140.73, abs=0.005)
    assert found.sums("other")[1] == pytest.approx(0, abs=1e-6)
    file = place / "portfolios" / "all.toml"
    split = '\n[[split]]\nclaim = "referred: stays"\nshares = { team = 0.25, other = 0.75 }\n'
    file.write_text(file.read_text("utf-8") + split, encoding="utf-8")
    settled = portfolios.portfolio("all")
    assert settled.unsettled == ()
    assert settled.sums("team")[1] == pytest.approx(152140.7328 * 0.25)


def test_the_difference_between_two_versions_is_shared_to_the_penny(place: Path) -> None:
    before = place / "before.toml"
    before.write_text(block("toml case"), encoding="utf-8")
    file = place / "cases" / "team.toml"
    text = file.read_text("utf-8").replace("people = [100, 100]", "people = [80, 120]")
    file.write_text(text.replace("impact = 0.25", "impact = 0.2").replace("lasts = 2", "lasts = 3"), encoding="utf-8")
    said = json.loads(run("appraise", "team", "--place", str(place), "--against", str(before), "--json"))
    row = next(row for row in said["rows"] if row["line"] == "All budget benefits")
    parts = sum(float(row[part]) for part in ("volume", "effect", "timing", "unit_value", "other"))
    assert parts == pytest.approx(float(row["change"]), abs=0.03)
    assert float(row["effect"]) < 0 < float(row["timing"])
    assert row["unit_value"] == "0.00"


def test_the_agreement_sheet_holds_the_figures_of_the_case(place: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    run("appraise", "team", "--place", str(place), "--draws", "200", "--pdf", str(sheet))
    reader = PdfReader(sheet)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert len(reader.pages) <= 2
    for words in (
        "A worked example",
        "Draft: not checked",
        "\u2212£44,001",
        "£1.41",
        "£63,392",
        "NHS",
        "Referrals go on",
    ):
        assert words in text, words
    run("appraise", "team", "--place", str(place), "--checked-by", "The treasurer")
    run("appraise", "team", "--place", str(place), "--draws", "0", "--pdf", str(sheet))
    assert "Checked by The treasurer" in " ".join(PdfReader(sheet).pages[-1].extract_text().split())


ASKED = re.findall(r"```text\n\$ totalplace (.*?)\n(.*?)```", TUTORIAL.read_text("utf-8"), re.S)


@pytest.fixture(scope="module")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cases of the demo borough, without its payments."""
    root = tmp_path_factory.mktemp("borough")
    for folder, names in (
        ("cases", ("families-hallow-green", "outreach-hallow-green")),
        ("portfolios", ("hallow-green",)),
    ):
        (root / folder).mkdir()
        for name in names:
            (root / folder / f"{name}.toml").write_bytes((WORDS / f"{name}.toml").read_bytes())
    return root


@pytest.mark.parametrize(("command", "shown"), ASKED, ids=[command for command, _ in ASKED])
def test_the_tutorial_says_what_the_commands_answer(
    command: str, shown: str, borough: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(borough)
    found = CliRunner().invoke(app, shlex.split(command))
    for line in shown.strip().splitlines():
        assert line in found.output, found.output


def test_the_parts_of_the_tutorial_stand_in_the_case() -> None:
    case = (WORDS / "families-hallow-green.toml").read_text("utf-8")
    parts = re.findall(r"```toml part\n(.*?)```", TUTORIAL.read_text("utf-8"), re.S)
    assert len(parts) >= 4
    for part in parts:
        for line in part.strip().splitlines():
            assert line in case, line


def changed(place: Path, *pairs: tuple[str, str]) -> Path:
    """The worked example with some of its text changed."""
    file, text = place / "cases" / "team.toml", block("toml case")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return file


def test_capitals_and_spaces_do_not_make_another_agency(place: Path) -> None:
    pays = 'pays = { "Local Authority" = 0.6, "NHS" = 0.4 }'
    file = changed(place, ('agencies = "NHS"', 'agencies = { " nhs " = 0.5, "local  authority" = 0.5 }'), (pays, pays))
    found = appraised(file).option("team")
    assert found.agencies == ("Local Authority", "NHS", "Volunteers")
    assert found.distance == pytest.approx(0.1)


def test_a_year_left_blank_is_asked_for_and_a_loss_after_payback_is_said(place: Path) -> None:
    changed(place, ("amounts = [50000, 50000]", 'amounts = ["", 50000]'))
    assert "amounts.1 is blank, and years after it are not" in run("appraise", "team", "--place", str(place), status=1)
    changed(place, ("lag = 1", "lag = 0"), ("amounts = [50000, 50000]", "amounts = [10000, 50000, 50000, 50000]"))
    said = run("appraise", "team", "--place", str(place), "--draws", "0")
    assert "Budgets have their money back in 2024-25, and are down again in a later year." in said


def test_a_length_that_the_case_gives_is_the_range_of_persistence(place: Path) -> None:
    file = changed(place, ("lasts = 2", "lasts = { value = 2, low = 2, high = 2 }"))
    bar = next(bar for bar in tornado(appraised(file).case, "team") if bar.key == "persistence")
    assert bar.at_low == bar.at_high


def test_fading_that_cannot_show_is_said(place: Path) -> None:
    scenario = '\n[[scenario]]\nid = "fades"\nset = { "benefit.*.drop_off" = 0.9 }\n'
    file = changed(place, ("lasts = 2", "lasts = 1"))
    file.write_text(file.read_text("utf-8") + scenario, encoding="utf-8")
    assert any("lasts a year at most" in words for words in appraised(file).doubts)


def test_harm_is_not_made_less_by_optimism(place: Path) -> None:
    good = appraised(changed(place, ("bias = 0.1", "bias = 0.1"))).option("team")
    harm = appraised(changed(place, ("impact = 0.25", "impact = -0.25"))).option("team")
    assert harm.measures.fiscal_benefit == pytest.approx(-good.measures.fiscal_benefit * 1.1 / 0.9)


def test_a_list_of_cases_shows_no_figure_without_deadweight(place: Path) -> None:
    changed(place, ("deadweight = 0.2\n", ""))
    (row,) = Cases(place).listed().rows
    assert row[3:6] == (None, None, None)
    assert "no headline" in row[-1]


def test_an_agency_that_pays_less_than_now_keeps_the_distance_within_its_bounds(place: Path) -> None:
    """The council would pay £90,000 less than now: what it no longer pays it gets out."""
    now = """
[[cost]]
id = "now"
option = "now"
kind = "revenue"
amounts = [150000]
price_year = "2024-25"
pays = "Local Authority"
bias = 0
"""
    pays = 'pays = { "Local Authority" = 0.6, "NHS" = 0.4 }'
    file = changed(place, ("amounts = [50000, 50000]", "amounts = [100000]"), ("bias = 0.1", "bias = 0"), (pays, pays))
    file.write_text(file.read_text("utf-8") + now, encoding="utf-8")
    found = appraised(file).option("team")
    # Put in: the NHS's 40,000. Got out: the council's 90,000 and the NHS's 152,140.73.
    assert found.distance == pytest.approx(90_000 / (90_000 + 152_140.7328))


def test_the_sheet_lists_what_the_option_brings_the_others_and_forecasts(place: Path) -> None:
    another = '\n[[option]]\nid = "leaflets"\nname = "Leaflets alone"\n'
    ours = [(f'id = "{name}"', f'id = "{name}"\noption = "team"') for name in ("staff", "volunteers", "stays")]
    file = changed(place, *ours)
    file.write_text(file.read_text("utf-8") + another, encoding="utf-8")
    found = appraised(file).option("team")
    said = sheet(found, None, State())
    assert said["others"] == ["Leaflets alone"]
    (benefit,) = said["benefits"]
    assert f"{sum(found.benefits[0].units):,.4g} in all" in benefit["says"]
    assert all("forecast" not in row["is"] for row in said["basis"])
    used = replace(found.case.used[0], forecast=("2027-28",))
    guessed = replace(found, case=replace(found.case, used=(used,)))
    assert any("that of 2027-28 is a forecast" in row["is"] for row in sheet(guessed, None, State())["basis"])


def test_how_sure_stands_beside_the_plan(place: Path) -> None:
    result = appraised(place / "cases" / "team.toml")
    (chance,) = chances(result.case, 200)
    table = sure_tables.spread(result.case, chance)
    row = next(table.records())
    assert row["plan"] == round(result.option("team").measures.net_present_budget_impact)
    assert row["p10"] < row["plan"] < row["p90"]
    assert "The plan has each number at its value" in table.note
