"""Every shipped value of appraisal says what it is, and the page about them tells the figures that come out."""

from __future__ import annotations

import re
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from totalplace.errors import UsageError
from totalplace.parameters.capital import bias, published
from totalplace.parameters.dated import exact, shipped
from totalplace.parameters.discounting import schedule, schedules
from totalplace.parameters.distribution import weight
from totalplace.parameters.grades import ladder
from totalplace.parameters.rate_tables import rate_table
from totalplace.parameters.rates import COLUMNS, KINDS, listed, rates
from totalplace.parameters.vfm import categories
from totalplace.parameters.worth import worths
from totalplace.terms import check_year

FILES = ("discounting.toml", "grades.toml", "capital.toml", "worth.toml", "distribution.toml", "vfm.toml")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods" / "rates-and-values.md"
TEXT = PAGE.read_text("utf-8")
ROWS = list(rates().records())
DATE = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-\d\d)?)?")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['name']}-{row['part']}")
def test_a_value_says_what_it_is(row: dict[str, Any]) -> None:
    assert all(row[name] for name in ("kind", "name", "title", "value", "unit", "source", "licence"))
    assert row["verified"] in ("yes", "no")
    assert DATE.fullmatch(row["date"])
    assert re.fullmatch(r"[a-z0-9-]+", row["name"])
    if row["unit"].startswith("pounds") and row["kind"] in ("worth", "distribution"):
        assert check_year(row["price_year"])
    else:
        assert row["price_year"] == ""
    if row["kind"] != "category":
        assert exact(row["value"], row["name"]) >= 0


def test_every_value_of_the_files_is_in_the_table() -> None:
    """The leaves of the files that hold figures, against the rows: nothing is left out, nothing is told twice."""
    raw = {name: shipped(name) for name in FILES}
    bands = sum(len(one["band"]) for one in raw["discounting.toml"]["schedule"])
    bounds = sum(2 for one in raw["capital.toml"]["type"] for key in ("duration", "capex", "opex") if key in one)
    grades = 3 * len(raw["grades.toml"]["grade"])
    single = sum(len(raw[name][key]) for name, key in zip(FILES[3:], ("worth", "value", "band"), strict=True))
    assert len(ROWS) == bands + bounds + grades + single
    keys = [(row["kind"], row["name"], row["part"]) for row in ROWS]
    assert len(set(keys)) == len(keys)
    assert {row["kind"] for row in ROWS} == set(KINDS)


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_in_words_what_it_holds(name: str) -> None:
    text = files("totalplace.parameters").joinpath(name).read_text("utf-8")
    assert text.startswith("# ")
    assert f"`{name}`" in TEXT
    assert not re.search(r"verified = \"", text), "verified is true or false, not a word"


def test_a_name_or_a_kind_narrows_the_table() -> None:
    assert {row["name"] for row in rates("qaly").records()} == {"qaly"}
    assert {row["kind"] for row in rates("grade").records()} == {"grade"}
    assert rates("worth").title == KINDS["worth"]
    assert rates().columns == COLUMNS
    with pytest.raises(UsageError, match="did you mean 'qaly'"):
        rates("qualy")


def test_a_list_has_each_name_once_with_its_values_side_by_side() -> None:
    found = {row["name"]: row for row in listed().records()}
    assert set(found) == {row["name"] for row in ROWS}
    assert found["green-book-2022"]["value"] == "3.5, 3, 2.5, 2, 1.5, 1"
    assert found["green-book-2022-health"]["verified"] == "in part"
    assert (found["hmt-2014"]["value"], found["hmt-2014"]["unit"]) == ("18 values", "per cent")
    assert "http" not in found["qaly"]["source"]
    with pytest.raises(UsageError, match="did you mean 'capital'"):
        listed("capitol")


@pytest.mark.parametrize("kind", KINDS)
def test_the_short_table_of_a_kind_holds_the_figures_of_the_long_one(kind: str) -> None:
    short, long = rate_table(kind), [row for row in ROWS if row["kind"] == kind]
    words = " ".join(str(cell) for row in short.rows for cell in row).replace(",", "")
    figures = re.findall(r"\d+(?:\.\d+)?", " ".join(row["value"] for row in long))
    assert all(re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d.])", words) for figure in figures)
    assert short.title == KINDS[kind]
    assert ("not verified" in f"{words} {short.note}") == any(row["verified"] == "no" for row in long)
    with pytest.raises(UsageError, match="no kind of rate"):
        rate_table(f"{kind}s")


def test_the_page_has_every_schedule_and_every_grade() -> None:
    assert all(f"| `{one.id}` |" in TEXT for one in schedules())
    told = re.findall(r"^\| (\d) \| (\d+)% \| (\d+)% \| (\d+)% \|$", TEXT, re.M)
    found = ladder()
    sizes = ([found.benefit_bias(n), found.cost_bias(n), found.error(n)] for n in range(1, 7))
    assert [[int(x) for x in row[1:]] for row in told] == [[int(100 * x) for x in row] for row in sizes]


def test_the_factors_of_the_page_come_out() -> None:
    told = re.findall(r"^\| (\d+) \| (\d\.\d{6}) \|$", TEXT, re.M)
    assert len(told) == 6
    assert [(year, f"{float(schedule().factor(int(year))):.6f}") for year, _ in told] == told
    factors = schedule().factors(61)
    assert f"£{sum(factors[1:31]):.6f} together" in " ".join(TEXT.split())
    assert f"£{sum(factors[1:]):.6f}." in TEXT


def test_the_grades_of_the_page_come_out() -> None:
    found = ladder()
    grade = found.worst(1, 4)
    assert f"counts £{1000 * (1 - found.benefit_bias(grade)):,.0f}, and" in TEXT
    assert f"counts £{1000 * (1 + found.cost_bias(grade)):,.0f}." in TEXT
    assert found.age_grade(2) == 3


def test_the_bounds_and_the_examples_of_capital_bias_come_out() -> None:
    for kind in published().types:
        cells = [kind.bounds.get(measure) for measure in ("duration", "capex", "opex")]
        words = [f" {b.upper * 100:.0f} to {b.lower * 100:.0f} " if b else " " for b in cells]
        assert f"| `{kind.id}` |{'|'.join(words)}|" in TEXT
    areas = {"a": ("0.05", 1), "b": ("0.02", 1), "c": ("0.05", 1), "d": ("0.03", 1), "e": ("0.22", "0.4")}
    one, mix = {"non-standard-building": 1}, {"non-standard-building": "0.3", "standard-building": "0.7"}
    works = bias("duration", one, areas)
    cost = bias("capex", one, "0.92")
    assert f"{float(works.rate):.1%} | {float(works.on(28)):.1f} months |" in TEXT
    assert f"{float(cost.rate):.1%} | £{float(cost.on(100)):.0f}m, £{float(cost.on(100)) + 7:.0f}m with" in TEXT
    assert f"{float(bias('capex', mix).rate):.1%} | |" in TEXT
    assert f"{float(bias('duration', mix).rate):.1%} | |" in TEXT


def test_the_weight_and_the_categories_of_the_page_come_out() -> None:
    assert f"= {weight(25000, 35000):.3f}: a pound" in TEXT
    assert f"2.0 is {categories().of('2').title.lower()}." in TEXT
    assert categories().of(Fraction(3, 2)).id == "medium"


def test_what_the_page_calls_verified_is() -> None:
    marks = {kind: {row["verified"] for row in ROWS if row["kind"] == kind} for kind in KINDS}
    assert (marks["grade"], marks["capital"], marks["category"]) == ({"no"}, {"yes"}, {"no"})
    assert all(one.verified_to(125) for one in schedules())
    assert [one.id for one in schedules() if one.verified and one.bands[-1].last is None] == ["green-book-2022"]
    verified = {one.id for one in worths() if one.verified}
    assert verified == {"qaly", "qaly-2009", "life-year", "life"}
