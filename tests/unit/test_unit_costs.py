"""The shipped unit costs are those of the published table; who bears them, what they clash with, a place's own."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import PlaceError, UsageError
from totalplace.parameters.deflators import deflator
from totalplace.parameters.unit_cost import KINDS, LEVELS, RATINGS, UnitCost, public_value
from totalplace.parameters.unit_cost_rules import fits, rules
from totalplace.parameters.unit_costs import UnitCosts, attribution, unit_costs

COSTS = unit_costs()
CODES = [cost.code for cost in COSTS]
OLD = deflator("hmt-2015-03")


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a published file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def year(text: str) -> str:
    """A financial year in the form of this project."""
    return text.replace("/", "-")


# ---- what is shipped


def test_every_entry_is_shipped_as_it_was_published(shared: Path) -> None:
    published = rows(shared / "cba" / "unit_costs_v1.4.csv")
    assert [row["code"] for row in published] == CODES
    letters = {"G": "green", "A": "amber", "R": "red"}
    for row in published:
        cost = COSTS.get(row["code"])
        assert (cost.theme, cost.level, cost.detail, cost.unit) == tuple(
            row[key] for key in ("theme", "level", "detail", "unit")
        )
        for kind in KINDS:
            value = (Decimal(row[kind]), year(row[f"{kind}_year"])) if row[kind] else None
            assert cost.value(kind) == value, (cost.code, kind)
        assert (cost.rag, cost.source, cost.comment) == (letters[row["rag"]], row["source"], row["comment"])
        assert cost.notes == row["cell_notes"]
        assert cost.agency.lower() == row["agency1"].lower()
        assert cost.edition == "1.4"


def test_the_shipped_table_is_whole() -> None:
    by_level = [sum(cost.level == level for cost in COSTS) for level in LEVELS]
    assert by_level == [91, 313, 280]
    assert [sum(cost.value(kind) is not None for cost in COSTS) for kind in KINDS] == [675, 80, 25]
    for cost in COSTS:
        assert cost.basis in [basis.id for basis in rules().bases], cost.code
        assert cost.rag in RATINGS
        assert cost.detail
        assert cost.source or cost.level == "constituent" or cost.comment, cost.code
        assert cost.years, cost.code


def test_only_the_twelve_entries_with_a_note_hold_a_transfer() -> None:
    held = {cost.code: cost for cost in COSTS if cost.transfer is not None}
    assert set(held) == {cost.code for cost in COSTS if "transfer payment" in cost.notes}
    assert len(held) == 12
    for cost in held.values():
        said = re.search(r"Total public value is £([\d,]+)", cost.notes)
        assert said
        assert round(sum(public_value(cost).values())) == int(said[1].replace(",", ""))


def test_the_attribution_names_who_the_licence_asks_for(shared: Path) -> None:
    said = re.search(r'"(New Economy Manchester.*?CC BY 4\.0)"', (shared / "cba" / "README.md").read_text("utf-8"))
    assert said
    assert attribution() == said[1]
    assert attribution("3.0") == "GMCA Unit Cost Database v3.0, CC BY 4.0, as imported"


# ---- published examples


def test_uprating_gives_the_published_values(shared: Path) -> None:
    published = rows(shared / "cba" / "examples" / "ucd_uprating_open.csv")
    assert len(published) == 693
    for row in published:
        got = COSTS.price(row["code"], row["dimension"], "2015-16", OLD)
        assert got is not None
        assert float(got) == pytest.approx(float(row["expected_2015_16"]), abs=1e-6, rel=0), row


def test_constituents_add_up_where_they_were_found_to_and_not_elsewhere(shared: Path) -> None:
    published = rows(shared / "cba" / "examples" / "ucd_agency_split_checks.csv")
    matching = 0
    for row in published:
        parent, children = COSTS.get(row["parent"]), COSTS.children(row["parent"])
        assert len(children) == int(row["n"])
        whole = sum(child.fiscal or 0 for child in children)
        assert float(whole) == pytest.approx(float(row["sum_children"]), abs=0.006)
        assert parent.fiscal is not None
        # 0.5% of what is named, or the pounds by which so many rounded figures can be out.
        matches = abs(whole - parent.fiscal) <= max(parent.fiscal * Decimal("0.005"), Decimal(len(children)) / 2)
        assert matches == (row["match_within_0_5pct"] == "True"), parent.code
        matching += matches
    assert (len(published), matching) == (65, 53)


def worked(shared: Path, name: str) -> dict[str, Any]:
    """A worked example by its id."""
    found = json.loads((shared / "cba" / "examples" / "worked_examples_open.json").read_text("utf-8"))
    return next(example for example in found if example["id"] == name)


def test_public_value_leaves_transfers_out(shared: Path) -> None:
    for code, expected in worked(shared, "UCD-PV-1")["expected"].items():
        assert sum(public_value(COSTS.get(code)).values()) == expected


def test_domestic_violence_is_borne_as_published(shared: Path) -> None:
    inputs = worked(shared, "UCD-SPLIT-CR2")["inputs"]
    shares = [share.share * 2470 for share in COSTS.split("CR2.0")]
    assert shares == [Fraction(value) for value in inputs.values()]
    cost = COSTS.get("CR2.0")
    assert {kind: int(getattr(cost, kind)) for kind in KINDS} == worked(shared, "UCD-SPLIT-CR2")["expected"]


@pytest.mark.parametrize(("name", "code", "weeks"), [("UCD-SPLIT-HO3", "HO3.0", 4), ("UCD-SPLIT-HO1", "HO1.0", 2)])
def test_what_is_built_up_of_weeks_is(shared: Path, name: str, code: str, weeks: int) -> None:
    steps = COSTS.children(code)
    whole = sum((step.fiscal or 0) * (weeks if step.basis == "person-week" else 1) for step in steps)
    assert float(whole) == pytest.approx(worked(shared, name)["expected"]["fiscal"], abs=1)
    assert COSTS.split(code) == (), "its constituents are steps, not shares"


def test_the_subset_of_truancy_is_said(shared: Path) -> None:
    used = worked(shared, "UCD-TRUANCY-SUB")["expected"]["fiscal_used"]
    left_out = COSTS.get("E&S1.0.1").fiscal or 0
    assert round((COSTS.get("E&S1.0").fiscal or 0) - left_out) == used
    assert any(f"£{used}" in doubt for doubt in COSTS.doubts("E&S1.0", "2024-25"))


def test_the_social_value_of_alcohol_is_quality_adjusted_life_years(shared: Path) -> None:
    inputs = worked(shared, "UCD-QALY-HE1")["inputs"]
    value = Decimal(str(inputs["qaly"])) * inputs["value"]
    assert COSTS.get("HE1.0").value("social") == (value, year(inputs["price_year"]))


def test_the_crime_multipliers_are_those_of_the_comments(shared: Path) -> None:
    published = {
        row["code"]: Fraction(row["gm_2011_12_actual_to_recorded_multiplier"])
        for row in rows(shared / "cba" / "ucd_v1.4_crime_multipliers.csv")
    }
    assert {code: COSTS.crime_multiplier(code) for code in CODES if COSTS.crime_multiplier(code)} == published
    assert COSTS.crime_multiplier("CR8.1") is None


# ---- who bears it


def test_shares_add_up_to_one_or_are_not_known() -> None:
    for cost in COSTS:
        shares = COSTS.split(cost.code)
        assert sum(share.share for share in shares) == (1 if shares else 0)
        assert all(share.share > 0 and share.agency != "Multiple" for share in shares), cost.code


def test_every_declared_split_holds_in_the_shipped_edition() -> None:
    for parent in rules().splits:
        assert len({share.agency for share in COSTS.split(parent)}) > 1, parent


def test_two_payers_in_two_cells_are_not_one() -> None:
    assert COSTS.split("HO7.0") == ()
    assert [(s.agency, s.part, s.share) for s in COSTS.split("SS3.0")] == [("Local Authority", "Social Services", 1)]
    assert [(s.agency, s.share) for s in COSTS.split("CR7.0")] == [
        ("Police", Fraction(342, 593)),
        ("Criminal Justice System", Fraction(245, 593)),
        ("Local Authority", Fraction(6, 593)),
    ]
    assert [(s.agency, float(s.share)) for s in COSTS.split("SS9.0")] == [("NHS", 0.73), ("Local Authority", 0.27)]


# ---- what to know, and what must not be combined


def test_rules_name_codes_that_there_are() -> None:
    named = [
        *(code for clash in rules().clashes for code in (*clash.one, *clash.other)),
        *(code for doubt in rules().doubts for code in doubt.codes),
        *rules().apart,
        *rules().unknown,
        *rules().shares,
        *rules().borne_by,
        *(code for codes, _ in rules().basis_of for code in codes),
        *(code for parent, children in rules().splits.items() for code in (parent, *children)),
    ]
    assert [name for name in named if not any(fits(code, (name,)) for code in CODES)] == []
    says = [*rules().clashes, *rules().doubts]
    assert {rule.status for rule in says} == {"verified", "ours"}
    assert all(rule.source for rule in says)


def test_what_is_named_as_the_source_of_a_rule_says_it() -> None:
    """A rule that rests on a comment names an entry that has one."""
    for rule in (*rules().clashes, *rules().doubts):
        if rule.status == "verified" and "comment" in rule.source:
            named = re.findall(r"(?:CR|FI|HE|HO|SS|E&S|E&E)\d+(?:\.\d+)+", rule.source)
            assert named, rule
            assert any(COSTS.get(code).comment for code in named), rule


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CR8.0", "CR8.6"),
        ("CR8.6", "CR8.6.1"),
        ("CR1.0", "CR8.12"),
        ("CR1.0", "CR7.0"),
        ("CR2.0", "SS2.0"),
        ("CR2.0", "HO3.0"),
        ("E&S1.0", "E&S2.0.1"),
        ("E&S1.0.4", "SS1.0"),
        ("E&E10.0", "E&E1.0"),
        ("FI1.0", "FI3.0"),
        ("HE1.0", "HE4.0"),
        ("HE4.0", "HE5.1"),
        ("HO2.0", "HO5.0"),
        ("HO5.0", "HO5.3"),
        ("HO7.0", "E&E1.0"),
        ("SS1.0", "SS3.0"),
        ("E&S4.1", "SS16.0"),
        ("HE2.0.1", "HE2.0.2"),
        ("HE11.0", "HE11.0.1"),
    ],
)
def test_what_is_known_to_count_twice_is_named_in_both_orders(one: str, other: str) -> None:
    (there,), (back,) = COSTS.overlap_pairs([one, other]), COSTS.overlap_pairs([other, one])
    assert (there.reason, there.source) == (back.reason, back.source)
    assert one in str(there)
    assert other in COSTS.overlaps([one, other])[0]
    assert other in [pair.other for pair in COSTS.overlapping(one)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HE2.0", "HE2.1"),
        ("SS1.1", "SS1.1.5"),
        ("SS5.0", "SS5.0.5"),
        ("FI1.0", "FI2.0"),
        ("HE24.0", "HE25.0"),
        ("CR8.1", "CR8.19"),
    ],
)
def test_what_the_comments_allow_is_not_named(one: str, other: str) -> None:
    assert COSTS.overlaps([one, other]) == []


@given(st.lists(st.sampled_from(CODES), max_size=6))
def test_pairs_are_of_chosen_codes_each_once(chosen: list[str]) -> None:
    pairs = COSTS.overlap_pairs(chosen)
    assert all({pair.one, pair.other} <= set(chosen) and pair.one != pair.other for pair in pairs)
    assert len({frozenset((pair.one, pair.other)) for pair in pairs}) == len(pairs)


def test_doubts_are_said_each_by_its_kind() -> None:
    said = COSTS.doubts("CR8.0", "2015-16", OLD)
    assert [text.partition(":")[0] for text in said] == ["age", "unit", "prices", "crime"]
    assert "forecast for 2015-16" in said[2]
    assert "5.24" in said[3]
    red = [text.partition(":")[0] for text in COSTS.doubts("CR1.0", "2003-04", OLD)]
    assert red == ["rating", "unit", "agency"]
    assert "no index of 2050-51" in " ".join(COSTS.doubts("SS1.0", "2050-51"))
    assert "£9,234" in " ".join(COSTS.doubts("E&E1.0", "2012-13", OLD))
    with pytest.raises(UsageError, match="not a financial year"):
        COSTS.doubts("SS1.0", "2013/14")


# ---- finding


def test_a_code_that_is_not_there_names_the_nearest() -> None:
    assert COSTS.get(" e&s1.0 ").code == "E&S1.0"
    with pytest.raises(UsageError, match=r"no unit cost 'CR88.0'; did you mean 'CR8.0'"):
        COSTS.get("CR88.0")


def test_words_and_filters_find_entries() -> None:
    assert COSTS.search("persistent truancy")[0].code == "E&S1.0"
    assert COSTS.search("cr8.0")[0].code == "CR8.0"
    assert {cost.rag for cost in COSTS.search(rag="R")} == {"red"}
    assert {cost.theme for cost in COSTS.search("care", theme="social services")} == {"Social Services"}
    assert "CR2.0" in [cost.code for cost in COSTS.search("violence", agency="nhs")]
    assert len(COSTS.search()) == 684
    assert COSTS.search("nothing has these words") == []
    with pytest.raises(UsageError, match="no agency 'Polise'; did you mean 'Police'"):
        COSTS.search(agency="Polise")


# ---- a place's own

OWN = """
[[unit_cost]]
code = "SS1.0"
fiscal = 43053
price_year = "2013-14"
source = "Section 251 outturn over children looked after"
decided = "Director of finance, 3 March 2026"

[[unit_cost]]
code = "LOCAL-1"
detail = "A week in the crisis house"
unit = "Per week"
agency = "NHS"
fiscal = 812.50
social = 100
price_year = "2024-25"
source = "Contract of the trust"
decided = "Programme board"
note = "Two rooms"
"""


def place(tmp_path: Path, text: str) -> UnitCosts:
    """The unit costs of a place whose own file says a text."""
    (tmp_path / "unit-costs.toml").write_text(text, "utf-8")
    return unit_costs(tmp_path)


def test_a_places_own_value_goes_before_the_national_one(tmp_path: Path) -> None:
    costs = place(tmp_path, OWN)
    own = costs.get("SS1.0")
    assert (own.edition, own.fiscal, own.fiscal_year, own.basis) == ("own", 43053, "2013-14", "person-year")
    assert own.detail == COSTS.get("SS1.0").detail
    assert [cost.edition for cost in costs.held("SS1.0")] == ["own", "1.4"]
    assert costs.get("SS1.0", "1.4").fiscal == 51080
    assert costs.split("SS1.0") == COSTS.split("SS1.0")
    assert "decided by Director of finance" in " ".join(costs.doubts("SS1.0", "2013-14"))
    new = costs.get("LOCAL-1")
    assert (new.fiscal, new.social, new.basis, new.comment) == (Decimal("812.50"), 100, "person-week", "Two rooms")
    assert [(share.agency, share.share) for share in costs.split("LOCAL-1")] == [("NHS", 1)]
    assert len(costs) == 685
    assert costs.editions == ("own", "1.4")
    assert costs.attributions == (attribution(),)


def test_what_is_remembered_of_a_place_goes_with_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place(tmp_path, OWN).get("SS1.0").fiscal == 43053
    assert place(tmp_path, OWN.replace("43053", "44000.5")).get("SS1.0").fiscal == Decimal("44000.5")
    monkeypatch.chdir(tmp_path)
    assert unit_costs(Path()).get("SS1.0").fiscal == Decimal("44000.5")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert unit_costs(Path()).get("SS1.0").fiscal == 51080


def test_without_a_file_the_shipped_ones_are_taken(tmp_path: Path) -> None:
    assert list(unit_costs(tmp_path)) == list(COSTS)


ONE = '[[unit_cost]]\ncode = "LOCAL-1"\ndetail = "x"\nunit = "Each"\nagency = "NHS"\nfiscal = 1\n'
TOLD = 'price_year = "2024-25"\nsource = "s"\ndecided = "d"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[unit_cost]", "not valid TOML"),
        ('[[unit_costs]]\ncode = "A1"', r"\[unit_costs\] must be a table"),
        ('unit_cost = "A1"', "two brackets"),
        (ONE + TOLD + 'sauce = "x"', "unknown key 'sauce'; did you mean 'source'"),
        (ONE + TOLD.replace('source = "s"', ""), "LOCAL-1 has no source"),
        (ONE + TOLD.replace('decided = "d"', ""), "LOCAL-1 has no decided"),
        (ONE + TOLD.replace('price_year = "2024-25"', ""), "its fiscal value has no price year"),
        (ONE + TOLD.replace("2024-25", "2024/25"), "'2024/25' is not a financial year"),
        (ONE.replace("= 1", '= "£43,053"') + TOLD, "without quotation marks"),
        (ONE.replace("= 1", "= nan") + TOLD, "of NaN cannot be"),
        (ONE.replace("= 1", "= 1e30") + TOLD, "cannot be"),
        (ONE.replace("= 1", "= true") + TOLD, "must be a number of pounds"),
        (ONE.replace("= 1", "= -5") + TOLD, "below nothing"),
        (ONE.replace("fiscal = 1", "") + TOLD, "has no value"),
        (ONE.replace('agency = "NHS"', "") + TOLD, "LOCAL-1 has no agency"),
        (ONE.replace('unit = "Each"', "") + TOLD, "LOCAL-1 has no unit"),
        (ONE + TOLD + 'basis = "incidents"', "did you mean 'incident'"),
        (ONE + TOLD + "transfer = 2", "not a part of its fiscal value"),
        (ONE + TOLD + 'rag = "gren"', "did you mean 'green'"),
        (ONE.replace("LOCAL-1", "../x") + TOLD, "is not a code"),
        (ONE + TOLD + ONE + TOLD, "LOCAL-1 is declared already"),
        ('[unit_costs]\neditions = ["3.0"]', "there is no edition '3.0'"),
        ("[unit_costs]\neditions = 3.0", "must be a list of texts"),
        ("[unit_costs]\neditons = []", "did you mean 'editions'"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PlaceError, match=says) as error:
        place(tmp_path, text)
    assert "unit-costs.toml" in str(error.value)


def test_an_imported_edition_is_taken_before_the_shipped_one_unless_declared_otherwise(tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "src/totalplace/parameters/unit_costs_1.4.csv").read_text("utf-8")
    (tmp_path / "unit-costs").mkdir()
    for edition, value in (("3.0", "60000"), ("2.3", "55000")):
        text = shipped.replace(",51080,2013-14,", f",{value},2013-14,")
        (tmp_path / "unit-costs" / f"{edition}.csv").write_text(text, "utf-8")
    costs = unit_costs(tmp_path)
    assert [(cost.edition, cost.fiscal) for cost in costs.held("SS1.0")] == [
        ("3.0", 60000),
        ("2.3", 55000),
        ("1.4", 51080),
    ]
    costs = place(tmp_path, '[unit_costs]\neditions = ["1.4", "2.3"]\n')
    assert costs.get("SS1.0").fiscal == 51080
    assert costs.editions == ("1.4", "2.3")


def test_an_imported_file_that_was_spoiled_is_named(tmp_path: Path) -> None:
    (tmp_path / "unit-costs").mkdir()
    (tmp_path / "unit-costs" / "3.0.csv").write_text("code,theme\nA1.0,x\n", "utf-8")
    with pytest.raises(PlaceError, match=r"unit-costs/3\.0\.csv has no column category"):
        unit_costs(tmp_path)


def test_a_split_is_shown_only_where_the_editions_own_constituents_add_up() -> None:
    entries: dict[str, UnitCost] = {cost.code: cost for cost in COSTS}
    assert UnitCosts({"1.4": entries}).split("HE11.0")
    del entries["HE11.0.2"]
    assert UnitCosts({"1.4": entries}).split("HE11.0") == ()
