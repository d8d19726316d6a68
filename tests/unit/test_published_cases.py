"""Published examples as whole cases, through the readers and the engine that a file goes through.

Every item of `cba/examples/worked_examples_open.json` has a case or a call here; dollars are reckoned as pounds.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cases import found
from totalplace.appraisal.result import Found
from totalplace.appraisal.tables import headline, who
from totalplace.parameters.capital import bias
from totalplace.parameters.unit_costs import unit_costs

METHOD = Path(__file__).resolve().parents[2] / "docs" / "methods" / "business-case.md"
YEAR = "2024-25"
Item = dict[str, Any]


def tables(years: int, costs: list[Item], benefits: list[Item], **head: Any) -> dict[str, Any]:
    """A case of one proposal, prices of one year unless said, no optimism unless said."""
    return {
        "case": {"first_year": "2025-26", "years": years, "price_year": YEAR, "deadweight": "proportional"} | head,
        "option": [{"id": "now", "business_as_usual": True, "description": "As now"}, {"id": "do"}],
        "cost": [
            {"id": f"cost-{n}", "kind": "revenue", "price_year": YEAR, "pays": "State"}
            | ({} if "capital" in one else {"bias": 0})
            | one
            for n, one in enumerate(costs)
        ],
        "benefit": [
            {"id": f"benefit-{n}", "impact": 1, "bias": 0}
            | ({} if "unit_cost" in one else {"price_year": YEAR})
            | ({"agencies": "State"} if "fiscal" in one else {})
            | one
            for n, one in enumerate(benefits)
        ],
    }


def value(one: Found) -> tuple[float, float, float]:
    """Net present public value, public value return, benefits to the public."""
    m = one.measures
    return float(m.net_present_public_value), float(m.public_value_return), float(m.public_benefit)


# -- the items of the shared file --------------------------------------------------------------------------------------


def duration(item: Item) -> None:
    areas = {name: (str(a), str(b)) for name, (a, b) in item["inputs"]["areas"].items()}
    rate = bias("duration", {"non-standard-building": 1}, areas)
    assert float(rate.managed) == pytest.approx(item["expected"]["managed"])
    assert float(rate.rate) == pytest.approx(item["expected"]["resultant"], abs=0.0005)
    assert float(rate.on(28)) == pytest.approx(item["expected"]["adjusted_months"], abs=0.05)


def award(item: Item) -> None:
    given = item["inputs"]
    capital = {"types": {"non-standard-building": 1}, "mitigated": given["managed"]}
    cost = {
        "kind": "capital",
        "amounts": [given["capex_m"]],
        "capital": capital,
        "risk": given["risk_management_cost_m"],
    }
    one = found(tables(1, [cost], []))
    assert one.costs[0].cost.bias == pytest.approx(item["expected"]["resultant"], abs=0.005)
    assert one.measures.public_cost == pytest.approx(item["expected"]["total_m"], abs=0.5)
    assert one.measures.public_cost - 7 == pytest.approx(item["expected"]["capex_adj_m"], abs=0.5)


def mixed(item: Item) -> None:
    mix = {"non-standard-building": 0.3, "standard-building": 0.7}
    one = found(tables(1, [{"kind": "capital", "amounts": [100], "capital": {"types": mix}}], []))
    assert one.measures.fiscal_cost == pytest.approx(100 * (1 + item["expected"]["capex"]), abs=0.05)
    assert float(bias("duration", {k: str(v) for k, v in mix.items()}).rate) == pytest.approx(
        item["expected"]["duration"], abs=0.0005
    )


def transfers(item: Item) -> None:
    for code, pounds in item["expected"].items():
        one = found(tables(1, [], [{"unit_cost": code, "units": [1]}], price_year="2012-13", first_year="2012-13"))
        assert value(one)[2] == pytest.approx(pounds, abs=1)
        assert one.measures.fiscal_benefit == item["inputs"][code]["fiscal"]


def violence(item: Item) -> None:
    one = found(tables(1, [], [{"unit_cost": "CR2.0", "units": [1]}], price_year="2008-09", first_year="2008-09"))
    gains = {agency: one.gains(agency)[0] for agency in one.agencies}
    assert sum(gains.values()) == pytest.approx(item["expected"]["fiscal"])
    assert sorted(gains.values()) == pytest.approx(sorted(item["inputs"].values()))
    assert one.totals.social == pytest.approx(item["expected"]["social"])
    assert one.totals.economic == pytest.approx(item["expected"]["economic"])


def built_up(item: Item) -> None:
    given = dict(item["inputs"])
    weeks, week = given.pop("weeks"), next(key for key in given if key.endswith("week"))
    lines = [
        {"fiscal": pounds, "units": [1], "incidents": weeks if key == week else 1} for key, pounds in given.items()
    ]
    came = float(found(tables(1, [], lines)).measures.fiscal_benefit)
    assert came == pytest.approx(item["expected"]["fiscal"], abs=1)
    code = item["id"].removeprefix("UCD-SPLIT-")[:2] + item["id"][-1] + ".0"
    assert float(unit_costs(None).get(code).fiscal or 0) == pytest.approx(came, abs=1)


def truancy(item: Item) -> None:
    lines = [{"fiscal": item["inputs"][key], "units": [1]} for key in ("CJS", "NHS", "LA_social")]
    came = float(found(tables(1, [], lines)).measures.fiscal_benefit)
    assert came == pytest.approx(item["expected"]["fiscal_used"], abs=1)
    whole = float(unit_costs(None).get("E&S1.0").fiscal or 0)
    assert whole - came == pytest.approx(item["inputs"]["excluded_LA_alternative_provision"], abs=1)


def alcohol(item: Item) -> None:
    line = {"units": [1], "worth_of": "qaly-2009", "worth_units": item["inputs"]["qaly"]}
    one = found(tables(1, [], [line], price_year="2009-10", first_year="2009-10"))
    assert one.totals.social == pytest.approx(item["expected"]["social"])


def factors(item: Item) -> None:
    for year, factor in item["expected"].items():
        line = {"units": [*[0] * int(year), 1], "social": 1e6}
        assert value(found(tables(int(year) + 1, [], [line])))[2] == pytest.approx(factor * 1e6, abs=1)


def adjusted(item: Item) -> None:
    cost = {"amounts": [100], "bias": 0.2, "mitigated": 0.5}
    one = found(tables(30, [cost], [{"units": [0, *[10] * 29], "social": 1}], public_funds=0.2))
    assert one.measures.public_cost == pytest.approx(item["expected"]["cost_adj"])
    assert value(one)[2] == pytest.approx(item["expected"]["pv_benefits"], abs=1e-5)
    assert value(one)[0] == pytest.approx(item["expected"]["npv"], abs=1e-5)


def alternatives(item: Item) -> None:
    for name, net in item["expected"].items():
        given = item["inputs"][name]
        line = {"units": [0, *[1] * given["years"]], "fiscal": given["b"]}
        one = found(tables(9, [{"amounts": [given["c0"]]}], [line]))
        assert one.measures.net_present_budget_impact == pytest.approx(-net, abs=0.01)


def troubled(item: Item) -> None:
    families, report = item["inputs"]["families"], item["inputs"]["report"]
    line = {"cohort": "families", "fiscal": report["benefit_per_family"]}
    made = tables(1, [{"amounts": [families * report["cost_per_family"]]}], [line])
    made["cohort"] = [{"id": "families", "people": [families]}]
    one = found(made)
    assert one.measures.financial_return == pytest.approx(item["expected"]["gross_ratio_report"], abs=0.01)
    # Gross of what would have happened anyway: no headline.
    assert any("deadweight" in words for words in one.withheld)
    assert "no headline" in headline(one)[0]
    press = item["inputs"]["press_release"]
    made["cost"][0]["amounts"], made["benefit"][0]["fiscal"] = [families * press["cost"]], press["benefit"]
    again = found(made).measures
    assert again.financial_return == pytest.approx(item["expected"]["gross_ratio_press"], abs=0.01)
    assert again.fiscal_benefit / 1e9 == pytest.approx(item["expected"]["gross_saving_bn"], abs=0.005)


def victims(item: Item) -> None:
    given = item["inputs"]
    whole = {"units": [given["victims_m"]], "social": item["expected"]["per_victim"]}
    assert value(found(tables(1, [], [whole])))[2] == pytest.approx(given["total_m"] * 1, rel=10 / 34015)


def fair_start(item: Item) -> None:
    # Only sums and ratios are published. £0.60 of the £1.60 to the exchequer can but be what participants lose in
    # benefits and pay in tax, since society has £3.60 and they £2.60.
    said = item["expected"]
    moved = said["per_1_exchequer"] + said["per_1_participants"] - said["per_1_society"]
    line = {
        "cohort": "starts",
        "fiscal": said["per_1_exchequer"],
        "economic": said["per_1_participants"],
        "transfer": moved,
    }
    starts = list(item["inputs"]["starts"].values())
    made = tables(3, [{"amounts": starts}], [line], discount="flat-0")
    made["cohort"] = [{"id": "starts", "people": starts}]
    one = found(made)
    assert sum(one.benefits[0].units) == said["total"]
    assert one.measures.financial_return == pytest.approx(said["per_1_exchequer"], abs=0.05)
    assert one.measures.public_value_return == pytest.approx(said["per_1_society"], abs=0.05)


def washington(item: Item) -> None:
    given, said = item["inputs"], item["expected"]
    kinds = {"taxpayers": "fiscal", "participants": "economic", "others": "social", "indirect": "social"}
    lines = [{"units": [1], kind: given[key], "deadweight": 0, "comparator": "others"} for key, kind in kinds.items()]
    one = found(tables(1, [{"amounts": [-given["net_program_cost"]]}], lines))
    net, ratio, benefits = value(one)
    assert (net, benefits) == (pytest.approx(said["net"], abs=1), pytest.approx(said["total_benefits"], abs=1))
    assert ratio == pytest.approx(said["bcr"], abs=0.005)
    assert "worse off" in headline(one)[1]
    # The same with the dis-benefit as harm: an impact below nought.
    lines[-1] |= {"impact": -1, "social": -given["indirect"]}
    assert value(found(tables(1, [{"amounts": [-given["net_program_cost"]]}], lines))) == pytest.approx(
        (net, ratio, benefits)
    )


ITEMS: dict[str, Callable[[Item], None]] = {
    "OB-MM-1": duration,
    "OB-MM-2": award,
    "OB-MM-3": mixed,
    "UCD-PV-1": transfers,
    "UCD-SPLIT-CR2": violence,
    "UCD-SPLIT-HO3": built_up,
    "UCD-SPLIT-HO1": built_up,
    "UCD-TRUANCY-SUB": truancy,
    "UCD-QALY-HE1": alcohol,
    "GB-DISC-1": factors,
    "GB-DISC-2": adjusted,
    "NPV-3.5-A/B": alternatives,
    "TFP-2015": troubled,
    "DA-PERVICTIM": victims,
    "FSS-2021": fair_start,
    "WSIPP-663": washington,
    "WSIPP-95": washington,
}


@pytest.mark.parametrize("id", ITEMS)
def test_a_published_example_comes_out(shared: Path, id: str) -> None:
    items = json.loads((shared / "cba" / "examples" / "worked_examples_open.json").read_text("utf-8"))
    assert {item["id"] for item in items} == set(ITEMS)
    ITEMS[id](next(item for item in items if item["id"] == id))


# -- others that are published with all their inputs -------------------------------------------------------------------


def test_the_ten_years_of_circular_a_94() -> None:
    """US Office of Management and Budget, Circular A-94 (1992), appendix B: costs and benefits at 7%, the first year
    discounted by one: present values 106.40 and 142.41."""
    costs, benefits = (10, 20, 30, 30, 20, 10, 5, 5, 5, 5), (0, 0, 5, 10, 30, 40, 40, 40, 40, 25)
    made = tables(11, [{"amounts": [0, *costs]}], [{"units": [0, *benefits], "social": 1}], discount="flat-7")
    one = found(made)
    assert one.measures.public_cost == pytest.approx(106.40, abs=0.005)
    assert value(one)[2] == pytest.approx(142.41, abs=0.005)
    assert value(one)[0] == pytest.approx(36.01, abs=0.005)


def test_three_thousand_that_bring_five_hundred_a_year() -> None:
    """S. Aos, Washington State Institute for Public Policy, Benefits & Costs, Vancouver, 4 October 2013, slide 3: 20
    years at 3%, a benefit-cost ratio of 2.55 (both are discounted by a year)."""
    line = {"cohort": "one", "lag": 1, "lasts": 20, "fiscal": 500}
    made = tables(21, [{"amounts": [0, 3000]}], [line], discount="flat-3")
    made["cohort"] = [{"id": "one", "people": [1]}]
    one = found(made)
    assert one.measures.financial_return == pytest.approx(2.55, abs=0.005)
    assert 4000 < -float(one.measures.net_present_budget_impact) < 5000


def test_seventy_five_thousand_in_three_years() -> None:
    """Modern Analyst, What is cost-benefit analysis? (interview question 822): at 5%, 75,000 in the third year is
    64,787.82 now, and 14,787.82 more than the 50,000 paid now."""
    made = tables(4, [{"amounts": [50_000]}], [{"units": [0, 0, 0, 1], "economic": 75_000}], discount="flat-5")
    assert value(found(made))[2] == pytest.approx(64_787.82, abs=0.005)
    assert value(found(made))[0] == pytest.approx(14_787.82, abs=0.005)


# -- £4.05 for each £1 -------------------------------------------------------------------------------------------------


def block(kind: str) -> str:
    text = re.search(rf"```{kind}\n(.*?)```", METHOD.read_text("utf-8"), re.S)
    assert text
    return text[1]


def test_a_case_of_four_pounds_and_five_pence_for_each_pound() -> None:
    one = found(tomllib.loads(block("toml return")))
    assert f"{one.measures.financial_return:.2f}" == "4.05"
    assert f"{one.measures.public_value_return:.2f}" == "4.63"
    for name, said in list(csv.reader(block("csv return-measures").splitlines()))[1:]:
        came = getattr(one, name, None) if hasattr(one, name) else getattr(one.measures, name)
        assert said == (came if isinstance(came, str) else f"{came:.2f}"), name
    rows = {row[0]: row for row in who(one, 1).rows}
    for agency, pays, gains in list(csv.reader(block("csv return-who").splitlines()))[1:]:
        assert (rows[agency][1], rows[agency][3]) == (round(float(pays) * 100), round(float(gains) * 100)), agency
    assert not one.withheld
