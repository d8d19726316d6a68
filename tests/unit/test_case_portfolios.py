"""A portfolio counts a benefit once, whatever the order in which its cases are named."""

from __future__ import annotations

import os
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner

from totalplace.appraisal.chance import chances
from totalplace.appraisal.files import Cases
from totalplace.appraisal.portfolios import Portfolios
from totalplace.appraisal.stamps import State
from totalplace.appraisal.steps import cumulative
from totalplace.appraisal.tables import who
from totalplace.cli.commands import app
from totalplace.errors import CaseError
from totalplace.reports.case_agreement import sheet

CASE = """
[case]
first_year = "2025-26"
years = 3
price_year = "2024-25"
deadweight = "proportional"
comparator = "others"
[[option]]
id = "now"
business_as_usual = true
description = "As now"
[[option]]
id = "do"
[[cohort]]
id = "people"
people = [{people}]
group = "{group}"
[[cost]]
id = "team"
kind = "revenue"
amounts = [1000]
price_year = "2024-25"
pays = "NHS"
bias = 0
[[benefit]]
id = "shared"
cohort = "people"
impact = 0.5
deadweight = 0
unit_cost = "CR2.0"
bias = 0
[[benefit]]
id = "own"
cohort = "people"
impact = 0.5
deadweight = 0
unit_cost = "HE1.0"
claim = "only {name}"
bias = 0
"""
MEMBERS = {
    "alpha": (30, "northfield"),
    "beta": (50, "northfield"),
    "gamma": (20, "southfield"),
    "delta": (50, "northfield"),
}


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    (tmp_path / "cases").mkdir()
    (tmp_path / "portfolios").mkdir()
    for name, (people, group) in MEMBERS.items():
        text = CASE.format(people=people, group=group, name=name)
        (tmp_path / "cases" / f"{name}.toml").write_text(text, encoding="utf-8")
    return Cases(tmp_path)


def together(cases: Cases, order: tuple[str, ...], more: str = "") -> list[float]:
    """The four sums of all members, added up."""
    members = "".join(f'\n[[member]]\ncase = "{name}"\n' for name in order)
    (cases.root / "portfolios" / "all.toml").write_text(f'[portfolio]\nname = "All"\n{members}{more}', encoding="utf-8")
    found = Portfolios(cases).portfolio("all")
    return [sum(each) for each in zip(*(found.sums(name) for name in order), strict=True)]


def test_whatever_the_order_a_benefit_counts_once(cases: Cases) -> None:
    first = together(cases, tuple(MEMBERS))
    for order in permutations(MEMBERS):
        assert together(cases, order) == pytest.approx(first, rel=1e-12)


def test_what_counts_is_the_largest_claim_and_what_nobody_else_claims(cases: Cases) -> None:
    own = sum(_own(cases, name) for name in MEMBERS)
    wanted = _shared(cases, "beta") + _shared(cases, "gamma") + own
    assert together(cases, tuple(MEMBERS))[1] == pytest.approx(wanted)
    both = ("alpha", "gamma")
    assert together(cases, both)[1] == pytest.approx(sum(_shared(cases, name) + _own(cases, name) for name in both))


def test_an_agreed_split_holds_in_any_order(cases: Cases) -> None:
    split = '\n[[split]]\nclaim = "northfield: CR2.0"\nshares = { alpha = 0.5, beta = 0.25, delta = 0.25 }\n'
    sums = {tuple(round(each, 6) for each in together(cases, order, split)) for order in permutations(MEMBERS)}
    assert len(sums) == 1
    shared = {name: _shared(cases, name) for name in MEMBERS}
    own = sum(_own(cases, name) for name in MEMBERS)
    wanted = shared["alpha"] * 0.5 + (shared["beta"] + shared["delta"]) * 0.25 + shared["gamma"] + own
    assert together(cases, tuple(MEMBERS), split)[1] == pytest.approx(wanted)


def _shared(cases: Cases, name: str, id: str = "shared") -> float:
    found = cases.appraise(name).option("do")
    return sum(found.present(line.values["fiscal"]) for line in found.benefits if line.benefit.id == id)


def _own(cases: Cases, name: str) -> float:
    return _shared(cases, name, "own")


@pytest.mark.parametrize("head", ["3", '"words"', "[1]", "[]", "true"])
def test_a_head_that_is_no_table_is_refused_by_name(cases: Cases, head: str) -> None:
    """Never a traceback, and never read letter by letter."""
    (cases.root / "portfolios" / "all.toml").write_text(f'portfolio = {head}\n[[member]]\ncase = "alpha"\n')
    with pytest.raises(CaseError, match=r"portfolios/all\.toml: portfolio is .*write it as a table: \[portfolio\]"):
        Portfolios(cases).portfolio("all")


def test_no_ratio_is_made_over_what_rounding_leaves(cases: Cases) -> None:
    """Costs of less than a millionth of a pound are none: the ratio cannot be calculated, as of a case alone."""
    path = cases.root / "cases" / "alpha.toml"
    path.write_text(path.read_text().replace("amounts = [1000]", "amounts = [0.0000001]"))
    (cases.root / "portfolios" / "one.toml").write_text('[[member]]\ncase = "alpha"\n')
    rows = list(Portfolios(cases).portfolio("one").table().records())
    assert [row["financial_return"] for row in rows] == [None, None]


def test_blanks_beside_the_stroke_make_no_other_agency(cases: Cases) -> None:
    """``NHS /Wards`` and ``NHS/Theatres`` are one body at the first level, in every table and measure."""
    path = cases.root / "cases" / "alpha.toml"
    path.write_text(path.read_text().replace('pays = "NHS"', 'pays = { "NHS /Wards" = 0.5, "NHS/Theatres" = 0.5 }'))
    found = cases.appraise("alpha").options[0]
    paid = {row["agency"]: row["pays"] for row in who(found, 1).records()}
    assert paid["NHS"] == "1000.00"
    assert "NHS " not in paid
    assert [column.label for column in cumulative(found).columns].count("NHS") == 1


def _changed(cases: Cases, name: str, *changes: tuple[str, str]) -> None:
    file = cases.root / "cases" / f"{name}.toml"
    text = file.read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")


def test_harm_that_two_cases_do_is_not_taken_out_unasked(cases: Cases) -> None:
    for name in ("alpha", "beta"):
        _changed(cases, name, ('unit_cost = "CR2.0"', 'unit_cost = "CR2.0"\nfiscal = -500\neconomic = 0\nsocial = 0'))
    alone = [sum(each) for each in zip(*(together(cases, (name,)) for name in ("alpha", "beta")), strict=True)]
    both = together(cases, ("alpha", "beta"))
    assert both == pytest.approx(alone)


def test_the_largest_is_told_by_all_that_a_case_claims_of_it(cases: Cases) -> None:
    text = (cases.root / "cases" / "alpha.toml").read_text("utf-8")
    line = text[text.index('[[benefit]]\nid = "shared"') : text.index('[[benefit]]\nid = "own"')]
    _changed(cases, "alpha", (line, line + line.replace('"shared"', '"shared-2"')))
    wanted = 2 * _shared(cases, "alpha") + _own(cases, "alpha") + _own(cases, "beta")
    assert together(cases, ("alpha", "beta"))[1] == pytest.approx(wanted)  # twice 30 people, against 50


def test_a_portfolio_has_no_headline_where_a_case_of_it_has_none(cases: Cases) -> None:
    together(cases, ("alpha", "gamma"))
    portfolios = Portfolios(cases)
    assert portfolios.listed().rows[0][3] is not None
    _changed(cases, "gamma", ('comparator = "others"', ""))
    found = portfolios.portfolio("all")
    assert [case for case, _ in found.withheld] == ["gamma", "gamma"]
    assert "No headline" in found.note
    row = portfolios.listed().rows[0]
    assert row[3:5] == (None, None)
    assert "nobody has said what it is compared with" in row[-1]
    listed = {row[0]: row for row in cases.listed().rows}
    assert listed["gamma"][3:6] == (None, None, None)
    assert None not in listed["alpha"][3:6]


@pytest.mark.parametrize(
    "said",
    ["deadweight = { low = 0, high = 0.3 }", 'deadweight = { shape = "normal" }', 'deadweight = ""'],
)
def test_a_range_of_deadweight_alone_says_nothing_of_it(cases: Cases, said: str) -> None:
    _changed(cases, "alpha", ("deadweight = 0\n", f"{said}\n"))
    lacks = cases.appraise("alpha").option("do").withheld
    assert [words for words in lacks if "deadweight" in words] == [
        f"{name}: nobody has said what would have happened anyway (deadweight)"
        for name in (line.benefit.name for line in cases.appraise("alpha").option("do").benefits)
    ]


@pytest.mark.parametrize("said", ["\u200b", "-", " . "])
def test_a_comparator_of_signs_alone_is_none(cases: Cases, said: str) -> None:
    _changed(cases, "alpha", ('comparator = "others"', f'comparator = "{said}"'))
    assert any("comparator" in words for words in cases.appraise("alpha").option("do").withheld)


def test_what_carrying_on_as_now_brings_needs_deadweight_too(cases: Cases) -> None:
    harm = (
        'option = "now"\nid = "harm"\nunits = [9]\nfiscal = -9000\nprice_year = "2024-25"\nagencies = "NHS"\nbias = 0'
    )
    _changed(
        cases,
        "alpha",
        ('[[benefit]]\nid = "shared"', f'[[benefit]]\n{harm}\n[[benefit]]\nid = "shared"\noption = "do"'),
    )
    assert cases.appraise("alpha").option("do").withheld == (
        "harm: nobody has said what would have happened anyway (deadweight)",
    )


def test_deadweight_below_nought_is_said(cases: Cases) -> None:
    _changed(cases, "alpha", ("deadweight = 0\n", "deadweight = -0.5\n"))
    assert any("deadweight is below nought" in words for words in cases.appraise("alpha").doubts)


@pytest.mark.skipif(os.name == "nt", reason="pipes of another sort")
def test_a_pipe_among_the_cases_is_refused_and_not_waited_for(cases: Cases) -> None:
    os.mkfifo(cases.root / "cases" / "pipe.toml")
    assert any(row[0] == "pipe" and "is no file" in row[-1] for row in cases.listed().rows)


def test_nothing_says_how_sure_a_result_is_that_has_no_headline(cases: Cases) -> None:
    result = cases.appraise("alpha")
    chance = chances(result.case, 100)[0]
    assert "certainty" in sheet(result.option("do"), chance, State())
    _changed(cases, "alpha", ('comparator = "others"', ""))
    assert "certainty" not in sheet(cases.appraise("alpha").option("do"), chance, State())
    said = CliRunner().invoke(app, ["appraise", "alpha", "--draws", "100", "--place", str(cases.root)])
    assert said.exit_code == 0
    assert "no headline yet" in said.stdout
    assert "the public is better off in" not in said.stdout
