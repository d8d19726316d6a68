"""What must hold of every business case, whatever its figures; the cases are made up from seeds (tests/cases.py)."""

from __future__ import annotations

from copy import deepcopy
from math import isnan
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.cases import case, found, read
from totalplace.appraisal.against import against
from totalplace.appraisal.case import CASH_KINDS, COST_KINDS
from totalplace.appraisal.flows import Measures
from totalplace.appraisal.result import Found, appraise
from totalplace.appraisal.sensitivity import GOOD, PERSISTENCE, scenarios, switching, tornado
from totalplace.appraisal.tables import who, who_by_year, years
from totalplace.parameters.deflators import deflator
from totalplace.parameters.discounting import schedule
from totalplace.table import Table

Tables = dict[str, Any]
MONEY = ("fiscal_cost", "fiscal_benefit", "public_cost", "public_benefit", "weighted_benefit")
RATIOS = {"financial_return": "fiscal_cost", "public_value_return": "public_cost", "weighted_return": "public_cost"}
some = settings(max_examples=40, deadline=None)
cases = st.integers(0, 2**32 - 1).map(case)
shares = st.floats(0, 1)


def sums(one: Found) -> dict[str, float]:
    return {name: float(getattr(one.measures, name)) for name in MONEY}


def alike(one: Found, other: Found, times: float = 1.0) -> None:
    """Holds that every measure of one is that of the other, money times so many."""
    largest = max(map(abs, sums(one).values()), default=0.0)
    for name, pounds in sums(one).items():
        assert sums(other)[name] == pytest.approx(pounds * times, rel=1e-9, abs=1e-9 * abs(times) * largest + 1e-9), (
            name
        )
    for name, over in RATIOS.items():
        if abs(sums(one)[over]) > 1:  # below that a ratio is of what rounding leaves
            came = float(getattr(other.measures, name))
            assert came == pytest.approx(float(getattr(one.measures, name)), rel=1e-6, abs=1e-9, nan_ok=True), name


def plain(years: int = 12, **benefit: Any) -> Tables:
    """A small case of one positive benefit."""
    return {
        "case": {"first_year": "2025-26", "years": years, "price_year": "2024-25", "deadweight": "proportional"},
        "option": [{"id": "now", "business_as_usual": True, "description": "As now"}, {"id": "do"}],
        "cohort": [{"id": "people", "people": [100, 50]}],
        "cost": [
            {"id": "team", "kind": "revenue", "amounts": [9000], "price_year": "2024-25", "pays": "NHS", "bias": 0}
        ],
        "benefit": [
            {
                "id": "stays",
                "cohort": "people",
                "impact": 0.4,
                "fiscal": 700,
                "price_year": "2024-25",
                "agencies": "NHS",
            }
            | {"bias": 0}
            | benefit
        ],
    }


def rows_of(table: Table) -> list[dict[str, Any]]:
    return [dict(zip((column.name for column in table.columns), row, strict=True)) for row in table.rows]


# -- effects ---------------------------------------------------------------------------------------------------------


@given(shares, st.floats(0.001, 1), st.sampled_from(["proportional", "points"]))
@some
def test_without_deadweight_a_gain_is_worth_no_less(deadweight: float, impact: float, way: str) -> None:
    one, other = plain(impact=impact), plain(impact=impact, deadweight=deadweight)
    one["case"]["deadweight"] = other["case"]["deadweight"] = way
    assert found(one).measures.public_benefit >= found(other).measures.public_benefit


@given(cases, st.floats(0.01, 50))
@some
def test_benefits_grow_as_the_cohorts_do(tables: Tables, times: float) -> None:
    larger = deepcopy(tables)
    for table, key in (("cohort", "people"), ("benefit", "units")):
        for one in larger[table]:
            if key in one:
                one[key] = [each * times for each in one[key]]
    for before, after in zip(appraise(read(tables)).options, appraise(read(larger)).options, strict=True):
        for name in ("fiscal_benefit", "public_benefit", "weighted_benefit"):
            value = float(getattr(before.measures, name))
            assert getattr(after.measures, name) == pytest.approx(value * times, rel=1e-9, abs=1e-6 * times)
        assert after.measures.public_cost == before.measures.public_cost


@given(st.floats(0, 20), st.floats(0, 20), st.floats(0, 5), shares)
@some
def test_what_lasts_longer_is_worth_no_less(lasts: float, more: float, lag: float, drop_off: float) -> None:
    one, other = (plain(lasts=years, lag=lag, drop_off=drop_off) for years in (lasts, lasts + more))
    assert found(other).measures.fiscal_benefit >= found(one).measures.fiscal_benefit - 1e-9


@given(cases, st.integers(0, 100))
@some
def test_a_cohort_in_two_parts_is_the_same(tables: Tables, part: int) -> None:
    split = deepcopy(tables)
    first = split["cohort"][0]
    second = deepcopy(first) | {"id": "second", "people": [each * part / 100 for each in first["people"]]}
    first["people"] = [each * (100 - part) / 100 for each in first["people"]]
    split["cohort"].append(second)
    theirs = [one for one in split["benefit"] if one.get("cohort") == first["id"]]
    split["benefit"] += [deepcopy(one) | {"id": f"{one['id']}-second", "cohort": "second"} for one in theirs]
    for before, after in zip(appraise(read(tables)).options, appraise(read(split)).options, strict=True):
        alike(before, after)


# -- agencies --------------------------------------------------------------------------------------------------------


@given(cases)
@some
def test_agencies_together_pay_and_gain_the_whole(tables: Tables) -> None:
    for one in appraise(read(tables)).options:
        public = [agency for agency in one.agencies if one.case.public(agency)]
        near = 1e-9 * max(1.0, *map(abs, (*one.totals.fiscal_cost, *one.totals.fiscal))) + 1e-9
        for year in range(len(one.case.years)):
            paid = sum(one.pays(agency, CASH_KINDS)[year] for agency in public)
            assert paid == pytest.approx(one.totals.fiscal_cost[year], abs=near)
            assert sum(one.gains(agency)[year] for agency in public) == pytest.approx(one.totals.fiscal[year], abs=near)
        given_ = sum(one.present(one.pays(agency, COST_KINDS)) for agency in one.agencies)
        extra = one.case.public_funds * float(one.measures.fiscal_cost)
        assert given_ + extra == pytest.approx(float(one.measures.public_cost), abs=1e-6 + near)


@given(cases)
@some
def test_tables_of_agencies_sum_to_the_measures(tables: Tables) -> None:
    for one in appraise(read(tables)).options:
        for level in (1, 2):
            rows = rows_of(who(one, level))
            budgets = next((row for row in rows if row["agency"] == "All public budgets"), rows[-1])
            assert budgets["pays"] == pytest.approx(one.measures.fiscal_cost * 100, abs=1)
            assert budgets["gains"] == pytest.approx(one.measures.fiscal_benefit * 100, abs=1)
            assert budgets["cashable"] == pytest.approx(one.cashable * 100, abs=1)
            each = [row for row in rows[:-1] if row["agency"] != "All public budgets"]
            for key in ("pays", "in_kind", "gains", "net", "cashable", "confirmed"):
                assert rows[-1][key] == pytest.approx(sum(row[key] for row in each), abs=1 + len(each))
        by_year = rows_of(who_by_year(one))
        for row in rows_of(years(one)):
            mine = [each for each in by_year if each["year"] == row["year"] and one.case.public(each["agency"])]
            for key, theirs in (("cost", "pays"), ("benefit", "gains"), ("cashable", "cashable")):
                assert row[key] == pytest.approx(sum(each[theirs] for each in mine), abs=1 + len(mine))


# -- time and prices -------------------------------------------------------------------------------------------------


@given(cases, st.sampled_from(["flat-4", "flat-0", "green-book-2022"]))
@some
def test_all_a_year_later_counts_for_a_year_less(tables: Tables, discount: str) -> None:
    assume(tables["case"]["years"] < 30)
    tables["case"]["discount"] = discount
    for one in tables["benefit"]:
        one.pop("discount", None)
    for one in tables["cost"]:
        if not any(one.get("amounts", one.get("hours"))):
            one.pop("risk", None)  # it stands in the first year
    later = deepcopy(tables)
    later["case"]["years"] += 1
    for table, keys in (("cohort", ["people"]), ("benefit", ["units"]), ("cost", ["amounts", "hours"])):
        for one in later[table]:
            for key in keys:
                if key in one:
                    one[key] = [0, *one[key]]
    factor = schedule(discount).factors(2)[1]
    for before, after in zip(appraise(read(tables)).options, appraise(read(later)).options, strict=True):
        alike(before, after, factor)


@given(cases, st.sampled_from(["2005-06", "2014-15", "2024-25"]))
@some
def test_prices_of_another_year_are_those_times_the_deflator_and_back(tables: Tables, year: str) -> None:
    other = deepcopy(tables)
    other["case"]["price_year"] = year
    times = float(deflator().factor(tables["case"]["price_year"], year))
    assert float(deflator().factor(year, tables["case"]["price_year"])) * times == pytest.approx(1, rel=1e-12)
    for before, after in zip(appraise(read(tables)).options, appraise(read(other)).options, strict=True):
        alike(before, after, times)
        assert after.cashable == pytest.approx(before.cashable * times, abs=1e-6)
        assert after.payback_year == before.payback_year


# -- against carrying on as now ----------------------------------------------------------------------------------------


@given(cases, st.booleans())
@some
def test_an_option_that_is_as_now_is_worth_nothing(tables: Tables, turned: bool) -> None:
    for table in ("cost", "benefit"):
        mine = [one for one in tables[table] if one.get("option") == "now"]
        more = [deepcopy(one) | {"id": f"{one['id']}-copy", "option": "copy"} for one in mine]
        tables[table] = [one | {"option": one.get("option", "option-0")} for one in tables[table]]
        tables[table] += more[::-1] if turned else more
    tables["option"].append({"id": "copy"})
    one = found(tables, "copy")
    assert all(abs(pounds) < 1e-6 for pounds in sums(one).values())
    assert all(isnan(getattr(one.measures, name)) for name in RATIOS)
    assert isnan(one.distance)
    assert abs(one.cashable) < 1e-6
    assert one.payback_year == "" or turned


@given(cases, st.integers(0, 1000))
@some
def test_the_order_of_tables_and_keys_changes_nothing(tables: Tables, seed: int) -> None:
    by = Random(seed)

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            by.shuffle(keys)
            return {key: turned(value[key]) for key in keys}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return by.sample([turned(each) for each in value], len(value))
        return value

    one, other = appraise(read(tables)), appraise(read(turned(tables)))
    for before in one.options:
        after = other.option(before.option.id)
        alike(before, after)
        assert after.payback_year == before.payback_year
        assert after.distance == pytest.approx(before.distance, abs=1e-6, nan_ok=True)


# -- what it hangs on ------------------------------------------------------------------------------------------------


@given(cases)
@some
def test_a_scenario_of_the_central_values_is_the_central_case(tables: Tables) -> None:
    values = read(tables).central()
    alone = {key: value for key, value in values.items() if key.endswith((".impact", ".people"))}
    tables["scenario"] = [{"id": "same", "set": values}, {"id": "on-it", "based_on": "same", "set": alone}]
    central, same, on_it = scenarios(read(tables))
    for option in read(tables).proposals:
        assert central.measures(option.id) == same.measures(option.id) == on_it.measures(option.id)


@given(cases, st.sampled_from(sorted(GOOD)))
@some
def test_the_ends_of_the_tornado_are_the_case_with_that_number(tables: Tables, measure: str) -> None:
    model = read(tables)
    option = model.proposals[0].id
    bars = tornado(model, option, measure)
    assert [bar.swing for bar in bars] == sorted((bar.swing for bar in bars), reverse=True)
    assert any(bar.key == PERSISTENCE for bar in bars)
    for bar in bars:
        for end, came in ((bar.low, bar.at_low), (bar.high, bar.at_high)):
            keys = [f"benefit.{one.id}.lasts" for one in model.benefits_of(option)]
            values = {bar.key: end}
            if bar.key == PERSISTENCE:
                values = {key: model.quantities[key].value * end for key in keys}
            again = appraise(model, values).option(option).measures
            assert came == pytest.approx(float(getattr(again, measure)), rel=1e-9, abs=1e-6)


@given(cases, st.sampled_from(sorted(GOOD)))
@some
def test_at_its_switching_value_a_measure_is_nought(tables: Tables, measure: str) -> None:
    model = read(tables)
    option = model.proposals[-1].id
    central = float(getattr(appraise(model).option(option).measures, measure))
    for switch in switching(model, option, measure):
        if switch.turns_at is None:
            ends = [_at(model, option, measure, switch.key, end) for end in (switch.least, switch.most)]
            assert all(end * central >= 0 for end in ends) or abs(central) < 1e-6
            continue
        assert switch.least <= switch.turns_at <= switch.most
        there = _at(model, option, measure, switch.key, switch.turns_at)
        steep = abs(_at(model, option, measure, switch.key, switch.turns_at * (1 + 1e-9)) - there)
        assert abs(there) <= 1e-9 * abs(central) + 2 * steep + 1e-6


def _at(model: Any, option: str, measure: str, key: str, value: float) -> float:
    measures: Measures = appraise(model, {key: value}).option(option).measures
    return float(getattr(measures, measure))


@given(st.integers(0, 2**32 - 1), st.integers(0, 1000))
@some
def test_the_parts_of_a_change_sum_to_it(seed: int, how: int) -> None:
    by, before = Random(how), case(seed)
    after = deepcopy(before)
    for one in after["benefit"]:
        one["impact"] = by.choice((one["impact"], 0.1, -0.4))
        one["lasts"] = by.choice((one.get("lasts", 1), 3.5))
        one["lag"] = by.choice((one.get("lag", 0), 2))
        one["worth"] = by.choice((one.get("worth", 1), 1.7))
    for one in after["cohort"]:
        one["people"] = [each * by.choice((1, 2)) for each in one["people"]]
    after["benefit"] = after["benefit"][by.choice((0, 1)) :]
    option = next(one["id"] for one in before["option"] if one["id"] != "now")
    if not after["cost"] and not after["benefit"]:
        return
    told = against(read(before), read(after), option)
    for line in (*told.benefits, *told.costs):
        assert sum(line.parts) + line.other == pytest.approx(line.change, rel=1e-9, abs=1e-6)
    for side, name in ((told.before, "before"), (told.after, "after")):
        measures = side.option(option).measures
        for lines, whole in ((told.benefits, measures.fiscal_benefit), (told.costs, measures.fiscal_cost)):
            assert sum(getattr(line, name) for line in lines) == pytest.approx(float(whole), rel=1e-9, abs=1e-6)
