"""The engine of business cases against plain loops that were written from the method page (benchmarks/plain_case.py).

Five hundred cases are made from seeds, with all that a case can say of its central calculation, and every figure of the
two must be the same to a part in a thousand million.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.plain_case import KINDS, Plain, present
from tests.cases import read
from totalplace.appraisal.case import COST_KINDS
from totalplace.appraisal.result import Found, appraise

METHOD = Path(__file__).resolve().parents[2] / "docs" / "methods" / "business-case.md"
CASES, AT_ONCE = 500, 25
PRICE_YEARS = tuple(f"{year}-{(year + 1) % 100:02d}" for year in range(2005, 2025))
AGENCIES = ("NHS", "NHS/Hospital", "Local authority", "Local authority/Housing", "Police", "Trust", "Trust/Arm")
CODES = ("CR2.0", "CR8.0", "E&E1.0", "E&S5.0", "HE1.0", "HE2.0", "HE11.0", "SS16.0", "HE4.0")
CAPITAL: tuple[Any, ...] = (
    "standard-building",
    {"types": {"standard-building": 0.7, "non-standard-building": 0.3}},
    {"types": {"equipment": 1}, "mitigated": 0.4},
    {"types": {"non-standard-civil": 1}, "mitigated": 0.97},
    {"types": {"standard-civil": 1}, "areas": {"Design": {"contribution": 0.3, "mitigated": 0.5}}},
)


def case(seed: int) -> dict[str, Any]:
    """A case made up from a seed, as the tables of its file."""
    by = Random(seed)
    years = by.choice((1, 2, 3, 5, 8, 10, 15, 25, 40))
    options = [{"id": "now", "business_as_usual": True, "description": "As now"}]
    options += [{"id": f"option-{n}"} for n in range(by.randint(1, 3))]
    by.shuffle(options)
    head = {
        "first_year": f"{2020 + by.randint(0, 9)}-00",
        "years": years,
        "price_year": by.choice(PRICE_YEARS),
        "deadweight": by.choice(("proportional", "points")),
        "comparator": "others",
    }
    start = int(head["first_year"][:4])
    head["first_year"] = f"{start}-{(start + 1) % 100:02d}"
    if by.random() < 0.3:
        head["deflator"] = "ons-2025-06"
    if by.random() < 0.4:
        head["discount"] = by.choice(("green-book-2022-reduced", "green-book-2022-health", "flat-4", "flat-0"))
    if by.random() < 0.3:
        head["public_funds"] = 0.2
    cohorts = [cohort(by, f"cohort-{n}", years) for n in range(by.randint(1, 3))]
    made: dict[str, Any] = {"case": head, "option": options, "cohort": cohorts}
    if by.random() < 0.7:
        made["agency"] = [
            {"name": one, "public": one != "Trust"} for one in ("NHS", "Local authority", "Police", "Trust")
        ]
        if by.random() < 0.3:
            made["agency"].append({"name": "Trust/Arm", "public": True})
    if by.random() < 0.5:
        made["weights"] = {"median": 620.5, "groups": {"Low": 310, "High": 1240}}
        if by.random() < 0.5:
            made["weights"]["eta"] = by.choice((0, 1, 1.3, 2))
    ids = [option["id"] for option in options]
    made["cost"] = [cost(by, n, ids, years, made) for n in range(by.randint(0, 6))]
    made["benefit"] = [benefit(by, n, ids, years, made) for n in range(by.randint(1, 7))]
    return made


def cohort(by: Random, id: str, years: int) -> dict[str, Any]:
    made: dict[str, Any] = {"id": id, "people": [by.choice((0, 7, 100, 12.5)) for _ in range(by.randint(1, years))]}
    some(by, made, engagement=0.83, retention={"value": 0.6, "low": 0.1, "high": 0.7}, spread=1.2)
    if by.random() < 0.5:
        made["grades"] = {"population": by.randint(1, 6), "age": by.randint(1, 6)}
    return made


def some(by: Random, made: dict[str, Any], chance: float = 0.5, **keys: Any) -> None:
    """Sets some of the keys."""
    made.update({key: value for key, value in keys.items() if by.random() < chance})


def split(by: Random, among: tuple[str, ...]) -> Any:
    if by.random() < 0.3:
        return by.choice(among)
    names = by.sample(among, 3)
    first, second = by.choice(((0.25, 0.5), (0.1, 0.2), (0.0, 1.0)))
    return dict(zip(names, (first, second, round(1 - first - second, 9)), strict=True))


def cost(by: Random, n: int, ids: list[str], years: int, case: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": f"cost-{n}",
        "option": by.choice(ids),
        "kind": by.choice(COST_KINDS),
        "price_year": by.choice(PRICE_YEARS),
        "pays": split(by, AGENCIES),
    }
    if len(ids) == 2 and made["option"] != "now" and by.random() < 0.5:
        del made["option"]
    amounts = [by.choice((0, 1000, 54321.09, -20)) for _ in range(by.randint(1, years))]
    if by.random() < 0.3:
        made |= {"hours": [abs(one) for one in amounts], "hourly": 12.34}
    else:
        made["amounts"] = amounts
    way = by.choice(("grade", "bias", "capital"))
    made[way] = {"grade": by.randint(1, 6), "bias": by.choice((0, 0.1, -0.05)), "capital": by.choice(CAPITAL)}[way]
    some(by, made, 0.3, spread={"value": 1.1, "low": 0.5, "high": 2}, risk=700)
    if way != "capital":
        some(by, made, 0.3, mitigated=0.25)
    return made


def benefit(by: Random, n: int, ids: list[str], years: int, case: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": f"benefit-{n}",
        "option": by.choice(ids),
        "impact": by.choice((0.3, 1, -0.2, 0, {"value": 0.4, "low": 0.1, "high": 0.5})),
    }
    if by.random() < 0.7:
        made["cohort"] = by.choice(case["cohort"])["id"]
    else:
        made["units"] = [by.choice((0, 3, 120.5, -8)) for _ in range(by.randint(1, years))]
    some(by, made, need=0.4, incidents=2.5, deadweight=by.choice((0.35, 0, -0.1)), displacement=0.1, leakage=0.05)
    some(by, made, substitution=0.2, attribution=0.9, multiplier=1.3, worth={"value": 0.9, "low": 0.5, "high": 1})
    some(by, made, 0.7, lag=by.choice((0, 0.25, 1, 1.5, 3, 60)), lasts=by.choice((0, 0.4, 1, 2.5, 7, 50)))
    some(by, made, drop_off=by.choice((0, 0.2, 1)))
    value(by, made)
    if by.random() < 0.3:
        made["bias"] = by.choice((0, 0.2, -0.1))
    else:
        made["grades"] = {"evidence": by.randint(1, 6), "age": by.randint(1, 6), "value": by.randint(1, 6)}
    public = tuple(one for one in AGENCIES if "Trust" not in one or "agency" not in case)
    made["agencies"] = split(by, public)
    cash(by, made)
    if "weights" in case and by.random() < 0.6:
        made["gains"] = by.choice(({"Low": 1}, {"Low": 0.5, "High": 0.25}, {"High": 0}))
    some(by, made, 0.3, discount="green-book-2022-health")
    return made


def value(by: Random, made: dict[str, Any]) -> None:
    """What a unit is worth: a unit cost, with some figures of the case over it, or figures alone."""
    if by.random() < 0.4:
        made["unit_cost"] = by.choice(CODES)
        if made["unit_cost"] == "CR8.0" and by.random() < 0.5:
            made["actual_crime"] = True
        if by.random() < 0.3:
            made |= {"fiscal": 15000, "price_year": by.choice(PRICE_YEARS)}
        elif by.random() < 0.3:
            made["fiscal"] = 15000  # in prices of the unit cost's year
        return
    made |= {"fiscal": by.choice((1000, 4567.89, 0)), "price_year": by.choice(PRICE_YEARS)}
    some(by, made, economic=300, social=200.5, transfer=made["fiscal"] / 3)
    if "social" not in made:
        made |= {"worth_of": by.choice(("wellby", "qaly", "qaly-2009")), "worth_units": 0.05}


def cash(by: Random, made: dict[str, Any]) -> None:
    if by.random() < 0.5:
        made["cashable"] = by.choice((0.4, 1, {"share": 0.5, "step": 4}, {"share": 0.2}))
        return
    name = made["agencies"] if isinstance(made["agencies"], str) else next(iter(made["agencies"]))
    own: Any = by.choice((0.9, {"share": 0.7, "step": 10}, {"step": 3}))
    some(by, made, cashable={"share": 0.25, "step": 2, "agencies": {name: own}})


def figures(plain: Plain, option: str) -> dict[str, Any]:
    """What the plain way finds for an option, by name; agencies at both levels."""
    one = plain.options[option]
    names = ("fiscal_cost", "fiscal_benefit", "net_present_budget_impact", "financial_return", "public_cost")
    names += ("public_benefit", "net_present_public_value", "public_value_return", "weighted_public_value_return")
    found = {name: one[name] for name in (*names, "cashable", "distance")}
    found["payback_year"] = one["payback_year"] or ""
    found |= {f"year.cost.{t}": pounds for t, pounds in enumerate(one["budget_cost"])}
    found |= {f"year.fiscal.{t}": pounds for t, pounds in enumerate(one["value"]["fiscal"])}
    sums: dict[str, list[float]] = {}
    parts = [(f"pays.{kind}.{agency}", flow) for (agency, kind), flow in one["agency_cost"].items()]
    parts += [(f"gains.{agency}", flow) for agency, flow in one["agency_value"].items()]
    parts += [(f"cash.{agency}", flow) for agency, flow in one["agency_cash"].items()]
    for name, flow in parts:
        for level in {name, name.split("/")[0] + "|top"}:
            sums[level] = [a + b for a, b in zip(sums.get(level, [0.0] * plain.years), flow, strict=True)]
    for name, flow in sums.items():
        found |= {f"{name}.{t}": pounds for t, pounds in enumerate(flow)}
        found[f"{name}.present"] = present(flow, plain.discounted)
    return found


def engine(found: Found, option: str) -> dict[str, Any]:
    """The same of the engine."""
    m = found.measures
    names = ("fiscal_cost", "fiscal_benefit", "net_present_budget_impact", "financial_return", "public_cost")
    names += ("public_benefit", "net_present_public_value", "public_value_return")
    came: dict[str, Any] = {name: getattr(m, name) for name in names}
    came |= {"weighted_public_value_return": m.weighted_return, "cashable": found.cashable, "distance": found.distance}
    came["payback_year"] = found.payback_year
    came |= {f"year.cost.{t}": pounds for t, pounds in enumerate(found.totals.fiscal_cost)}
    came |= {f"year.fiscal.{t}": pounds for t, pounds in enumerate(found.totals.fiscal)}
    sums: dict[str, list[float]] = {}
    for agency in found.agencies:
        flows = {f"pays.{kind}.{agency}": found.pays(agency, (kind,)) for kind in COST_KINDS}
        flows |= {f"gains.{agency}": found.gains(agency), f"cash.{agency}": found.cash(agency)}
        for name, flow in flows.items():
            for level in {name, name.split("/")[0] + "|top"}:
                sums[level] = [a + b for a, b in zip(sums.get(level, [0.0] * len(flow)), flow, strict=True)]
    for name, flow in sums.items():
        came |= {f"{name}.{t}": pounds for t, pounds in enumerate(flow)}
        came[f"{name}.present"] = found.present(flow)
    return came


def agree(tables: dict[str, Any], seed: int = 0) -> int:
    """Holds every figure of both ways against the other; how many were held."""
    result, plain = appraise(read(tables)), Plain(tables)
    held = 0
    for found in result.options:
        wanted, came = figures(plain, found.option.id), engine(found, found.option.id)
        for line in found.benefits:
            values = plain.lines[line.benefit.id]
            wanted |= {f"{line.benefit.id}.{t}": units for t, units in enumerate(values["units"])}
            came |= {f"{line.benefit.id}.{t}": units for t, units in enumerate(line.units)}
            for kind in KINDS:
                wanted |= {f"{line.benefit.id}.{kind}.{t}": pounds for t, pounds in enumerate(values[kind])}
                came |= {f"{line.benefit.id}.{kind}.{t}": pounds for t, pounds in enumerate(line.values[kind])}
        largest = max(1.0, max(abs(x) for name, x in wanted.items() if "return" not in name and isinstance(x, float)))
        for name in {*wanted, *came}:
            one, other = wanted.get(name, 0.0), came.get(name, 0.0)
            if isinstance(one, str):
                assert one == other, (seed, found.option.id, name)
                continue
            # A difference of large figures is as sure as they are: about nought it is held to a part of the largest.
            near = pytest.approx(float("nan") if one is None else one, rel=1e-9, abs=1e-12 * largest, nan_ok=True)
            assert other == near, (seed, found.option.id, name)
            held += 1
    return held


@pytest.mark.parametrize("block", range(CASES // AT_ONCE))
def test_five_hundred_cases_come_out_alike(block: int) -> None:
    assert sum(agree(case(seed), seed) for seed in range(block * AT_ONCE, (block + 1) * AT_ONCE)) > 1000


def test_the_worked_example_of_the_page_comes_out_of_both() -> None:
    found = re.search(r"```toml case\n(.*?)```", METHOD.read_text("utf-8"), re.S)
    assert found
    assert agree(tomllib.loads(found[1])) > 50


def test_the_made_up_cases_have_in_them_what_a_case_can_say() -> None:
    made = [case(seed) for seed in range(CASES)]
    benefits = [one for each in made for one in each["benefit"]]
    costs = [one for each in made for one in each["cost"]]
    for key in ("lag", "lasts", "drop_off", "units", "unit_cost", "actual_crime", "worth_of", "gains", "discount"):
        assert sum(key in one for one in benefits) > 20, key
    for key in ("hours", "capital", "risk", "mitigated", "spread"):
        assert sum(key in one for one in costs) > 50, key
    paid = [found for each in made for found in Plain(each).options.values()]
    assert sum(found["payback_year"] is not None for found in paid) > 50
    assert sum(found["financial_return"] is None for found in paid) > 50
    assert sum(found["distance"] is not None for found in paid) > 50
    assert {each["case"]["years"] for each in made} >= {1, 40}
