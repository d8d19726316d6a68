"""Rates and values of appraisal: the published figures, and what is refused by name."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import UsageError
from totalplace.parameters.capital import bias, managed_share, project_type, published
from totalplace.parameters.discounting import LONGEST, Schedule, schedule, schedules
from totalplace.parameters.distribution import value, values, weight
from totalplace.parameters.grades import KINDS, ladder
from totalplace.parameters.vfm import categories
from totalplace.parameters.worth import price_year, worth, worths

STANDARD = schedule()
# The Green Book 2022, table 8: products of its rates, year 0 = 1.
FACTORS = {0: 1, 1: 0.966184, 5: 0.841973, 10: 0.708919, 30: 0.356278, 31: 0.345901, 75: 0.094214, 100: 0.050818}


@pytest.mark.parametrize(("year", "factor"), [*FACTORS.items(), (76, 0.091916)])
def test_factors_are_those_that_the_green_book_rates_give(year: int, factor: float) -> None:
    assert float(STANDARD.factor(year)) == pytest.approx(factor, abs=5e-7)


def test_annuities_of_thirty_and_sixty_years() -> None:
    factors = STANDARD.factors(61)
    assert sum(factors[1:31]) == pytest.approx(18.392045, abs=5e-7)
    assert sum(factors[1:]) == pytest.approx(25.375260, abs=5e-7)
    assert len(factors) == 61
    assert factors[0] == 1.0


@pytest.mark.parametrize(("cost", "benefit", "net"), [(580, 250, "1138488.88"), (650, 350, "1755884.44")])
def test_two_published_net_present_values(cost: int, benefit: int, net: str) -> None:
    flows = [-cost] + [benefit] * 8
    total = sum((flow * 1000 * STANDARD.factor(year) for year, flow in enumerate(flows)), Fraction(0))
    assert float(total) == pytest.approx(float(net), abs=0.01)


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("green-book-2022", "3.5 3.0 2.5 2.0 1.5 1.0"),
        ("green-book-2022-reduced", "3.00 2.57 2.14 1.71 1.29 0.86"),
        ("green-book-2022-health", "1.50 1.29 1.07 0.86 0.64 0.43"),
        ("green-book-2022-health-reduced", "1.00 0.86 0.71"),
    ],
)
def test_rates_change_on_the_published_years(name: str, rates: str) -> None:
    found = schedule(name)
    edges = ((0, 30), (31, 75), (76, 125), (126, 200), (201, 300), (301, LONGEST))
    for (first, last), rate in zip(edges, rates.split(), strict=False):
        assert (found.rate(first), found.rate(last)) == (Decimal(rate) / 100,) * 2


def test_what_was_not_read_is_told_apart_by_the_years_of_a_case() -> None:
    health = schedule("green-book-2022-health")
    assert STANDARD.verified
    assert not health.verified
    assert health.verified_to(125)
    assert not health.verified_to(126)
    with pytest.raises(UsageError, match=r"has no rate of year 126; it has years 0 to 125"):
        schedule("green-book-2022-health-reduced").factor(126)


@pytest.mark.parametrize("found", schedules(), ids=lambda found: found.id)
def test_bands_follow_each_other(found: Schedule) -> None:
    assert found.bands[0].first == 0
    for before, after in zip(found.bands, found.bands[1:], strict=False):
        assert after.first == (before.last or 0) + 1
        assert after.rate < before.rate


def test_a_flat_rate_of_ones_own() -> None:
    own = schedule("flat-4")
    assert (own.id, own.verified, own.rate(900)) == ("flat-4", False, Decimal("0.04"))
    assert own.factor(2) == Fraction(10000, 10816)
    assert schedule("flat-3.50%").id == "flat-3.5"
    assert schedule("flat-0").factors(3) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("green-book", "did you mean 'green-book-2022'"),
        ("flat-0.035", "did you mean 'flat-3.5'"),
        ("flat-101", "over 100%"),
        ("flat--3", "written in per cent: flat-3.5"),
        ("flat-1e3", "written in per cent"),
        ("flat-nan", "written in per cent"),
        ("flat-٣", "written in per cent"),
        ("", "there is no discount schedule ''"),
    ],
)
def test_a_name_of_no_schedule_says_what_there_is(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        schedule(name)


@given(st.integers(1, LONGEST))
def test_each_year_counts_less_than_the_one_before_by_its_rate(year: int) -> None:
    assert STANDARD.factor(year) * (1 + Fraction(STANDARD.rate(year))) == STANDARD.factor(year - 1)


@pytest.mark.parametrize("year", [-1, LONGEST + 1])
def test_years_that_no_case_has_are_refused(year: int) -> None:
    with pytest.raises(UsageError, match="has no rate of year"):
        STANDARD.factor(year)


def test_the_ladder_of_grades() -> None:
    found = ladder()
    assert not found.verified
    numbers = [one.grade for one in found.grades]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert [found.benefit_bias(n) * 100 for n in numbers] == [0, 5, 10, 15, 25, 40]
    assert [found.cost_bias(n) for n in numbers] == [found.benefit_bias(n) for n in numbers]
    assert [float(found.error(n)) for n in numbers] == [0.02, 0.05, 0.1, 0.15, 0.2, 0.25]
    assert found.worst(1, 4, 2) == 4
    assert found.label("evidence", 1) == "Randomised controlled trial in the United Kingdom"
    assert all(found.label(kind, n) for kind in KINDS for n in numbers)


@pytest.mark.parametrize(("years", "grade"), [(0, 1), ("0.99", 1), (1, 2), (2, 3), ("3.5", 4), (4, 5), (5, 6), (40, 6)])
def test_the_grade_of_an_age(years: int | str, grade: int) -> None:
    assert ladder().age_grade(years) == grade


def test_grades_that_there_are_not() -> None:
    for grade in (0, 7, -1):
        with pytest.raises(UsageError, match=r"no confidence grade -?\d; grades are 1 \(best\) to 6"):
            ladder().benefit_bias(grade)
    with pytest.raises(UsageError, match="no grade is given"):
        ladder().worst()
    with pytest.raises(UsageError, match="did you mean 'evidence'"):
        ladder().label("evidenc", 1)
    with pytest.raises(UsageError, match="cannot be younger"):
        ladder().age_grade(-1)
    with pytest.raises(UsageError, match="it must be a number"):
        ladder().age_grade("old")


# The three worked examples of Mott MacDonald 2002 (OB-MM-1, 2 and 3).
AREAS = {
    "Poor contractor capabilities": ("0.05", 1),
    "Design complexity": ("0.02", 1),
    "Inadequacy of the business case": ("0.22", "0.4"),
    "Poor project intelligence": ("0.05", 1),
    "Site characteristics": ("0.03", 1),
}


def test_duration_with_part_of_the_risks_managed() -> None:
    assert managed_share(AREAS) == Fraction("0.238")
    found = bias("duration", {"non-standard-building": 1}, AREAS)
    assert float(found.rate) == pytest.approx(0.297, abs=0.0005)
    assert float(found.on(28)) == pytest.approx(36.3, abs=0.05)
    assert float(bias("duration", {"non-standard-building": 1}).on(28)) == pytest.approx(38.9, abs=0.05)


def test_capital_cost_at_the_award_of_the_contract() -> None:
    found = bias("capex", {"non-standard-building": 1}, "0.92")
    assert float(found.rate) == pytest.approx(0.04, abs=0.005)
    assert float(found.on(100)) == pytest.approx(104, abs=0.5)
    assert float(found.on(100)) + 7 == pytest.approx(111, abs=0.5)


def test_a_mix_of_types() -> None:
    mix = {"non-standard-building": "0.3", "standard-building": "0.7"}
    assert float(bias("capex", mix).rate) == pytest.approx(0.321)
    assert float(bias("duration", mix).rate) == pytest.approx(0.145)


def test_mitigation_stops_at_the_published_lower_bound_unless_asked() -> None:
    found = bias("capex", {"standard-building": 1}, 1)
    assert (found.rate, found.held) == (Fraction("0.02"), True)
    assert bias("capex", {"standard-building": 1}, 1, below_bound=True).rate == 0
    assert not bias("capex", {"standard-building": 1}, "0.5").held


def test_outsourcing_has_a_bias_on_running_costs_and_no_other() -> None:
    assert bias("opex", {"outsourcing": 1}).rate == Fraction("0.41")
    for measure in ("capex", "duration"):
        with pytest.raises(UsageError, match="there is opex"):
            bias(measure, {"outsourcing": 1})
    assert "opex" not in project_type("standard-building").bounds


@pytest.mark.parametrize(
    ("mix", "managed", "words"),
    [
        ({"standard-building": "0.5"}, 0, "come to 0.5; they must be 1"),
        ({}, 0, "come to 0; they must be 1"),
        ({"standard-bulding": 1}, 0, "did you mean 'standard-building'"),
        ({"standard-building": "NaN"}, 0, "must be a number"),
        ({"standard-building": "-1"}, 0, "a share is from 0 to 1"),
        ({"standard-building": 1}, "25%", "must be a number such as 0.25"),
        ({"standard-building": 1}, 25, "a share is from 0 to 1"),
        ({"standard-building": 1}, {"A": ("0.6", 1), "B": ("0.6", 1)}, "come to 120.0%; they cannot pass 100%"),
        ({"standard-building": 1}, {"A": ("0.6", "2")}, "how far 'A' is managed is 2"),
    ],
)
def test_capital_bias_refuses_by_name(mix: dict[str, str | int], managed: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        bias("capex", mix, managed)


@pytest.mark.parametrize("kind", published().types, ids=lambda kind: kind.id)
def test_published_bounds_are_bounds(kind: object) -> None:
    bounds = kind.bounds.values()  # type: ignore[attr-defined]
    assert bounds
    assert all(0 <= one.lower < one.upper for one in bounds)


def test_values_of_health_wellbeing_and_life() -> None:
    qaly = worth("qaly")
    assert (qaly.amount, qaly.price_year, qaly.verified) == (Decimal(70000), "2020-21", True)
    assert [worth(name).amount for name in ("wellby-low", "wellby", "wellby-high")] == [10000, 13000, 16000]
    assert worth("wellby").price_year == "2019-20"
    assert not worth("wellby").verified
    assert Decimal("0.0233") * worth("qaly-2009").amount == 1398  # Unit Cost Database v1.4, HE1.0
    assert worth("life").amount == 2064189
    assert (worth("metb").default, worth("metb").price_year) == (False, "")
    assert [one.id for one in worths() if not one.default] == ["metb"]
    with pytest.raises(UsageError, match="did you mean 'wellby'"):
        worth("welby")


@pytest.mark.parametrize("text", ["19", "2019-21", "٢٠١٩", "", "2019/20"])
def test_years_of_prices_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="is no year of prices"):
        price_year(text)


def test_a_calendar_year_stands_for_the_financial_year_that_begins_in_it() -> None:
    assert (price_year("1999"), price_year("2020-21")) == ("1999-00", "2020-21")


def test_weights_of_who_gains() -> None:
    # A copy of these rates that is about says 1.65: wrong by its own formula.
    assert weight(25000, 35000) == pytest.approx(1.549, abs=0.0005)
    assert weight(1, 1) == 1.0
    assert weight(100, 50, 0) == 1.0
    assert weight(1, "2.02") == pytest.approx(float(value("lowest-fifth").amount), abs=0.01)
    assert weight(1, "1.96") == pytest.approx(float(value("lowest-fifth-2015").amount), abs=0.01)
    assert weight("719.48") == 1.0
    assert {one.id for one in values() if not one.verified} == {"median", "median-after-housing"}


@pytest.mark.parametrize(
    ("group", "median", "eta", "words"),
    [
        (0, 1, None, "the income of the group is 0; it must be above nought"),
        (1, -5, None, "the median income is -5"),
        (1, 1, 11, "eta is 11"),
        (1, 1, -1, "eta is -1"),
        ("Infinity", 1, None, "must be a number"),
        ("1e-300", "1e300", 10, "too far apart"),
        ("£1", 1, None, "must be a number"),
    ],
)
def test_weights_refuse_by_name(group: str, median: str, eta: int | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        weight(group, median, eta)


@pytest.mark.parametrize(
    ("ratio", "name"),
    [
        ("-0.01", "very-poor"),
        (0, "poor"),
        ("0.99", "poor"),
        (1, "low"),
        ("1.5", "medium"),
        ("1.99", "medium"),
        (2, "high"),
        (4, "very-high"),
        (Fraction(39, 10), "high"),
    ],
)
def test_categories_of_value_for_money(ratio: str | int | Fraction, name: str) -> None:
    assert categories().of(ratio).id == name
    assert not categories().verified
