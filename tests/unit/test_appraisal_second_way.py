"""The engine of business cases against plain loops that were written from the method page (benchmarks/plain_case.py).

Five hundred cases are made from seeds, with all that a case can say of its central calculation, and every figure of the
two must be the same to a part in a thousand million.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.plain_case import KINDS, Plain, present
from tests.cases import case, read
from totalplace.appraisal.case import COST_KINDS
from totalplace.appraisal.result import Found, appraise

METHOD = Path(__file__).resolve().parents[2] / "docs" / "methods" / "business-case.md"

CASES, AT_ONCE = 500, 25


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
