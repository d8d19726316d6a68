"""A second way to reckon a business case: plain loops over the tables of its file, written from the method page alone.

Lists and floats, no arrays, nothing shared with `totalplace.appraisal` but the published data files (indices, rates,
rungs of the ladder, unit costs). See docs/methods/business-case.md; names here are those of its formulas.
"""

from __future__ import annotations

import csv
import math
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import totalplace

DATA = Path(totalplace.__file__).parent / "parameters"
PUBLIC_KINDS = ("capital", "revenue")
KINDS = ("fiscal", "transfer", "economic", "social")
LEAST = 1e-6
"""Pounds that are none: what is left of a difference that should be nought."""
LADDER = {1: 0.0, 2: 0.05, 3: 0.10, 4: 0.15, 5: 0.25, 6: 0.40}
Table = dict[str, Any]


@cache
def indices() -> dict[str, dict[str, float]]:
    vintages: dict[str, dict[str, float]] = {}
    with (DATA / "deflators.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            vintages.setdefault(row["vintage"], {})[row["year"]] = float(row["index"])
    return vintages


@cache
def unit_costs() -> dict[str, dict[str, str]]:
    with (DATA / "unit_costs_1.4.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@cache
def worths() -> dict[str, tuple[float, str]]:
    """Pounds and price year of each published worth; a calendar year is the financial year that begins in it."""
    found = {}
    for one in tomllib.loads((DATA / "worth.toml").read_text(encoding="utf-8"))["worth"]:
        year = one.get("prices", "")
        found[one["id"]] = (float(one["amount"]), year if "-" in year else f"{year}-{(int(year or 0) + 1) % 100:02d}")
    return found


@cache
def bands(schedule: str) -> list[tuple[int, float]]:
    if schedule.startswith("flat-"):
        return [(10**6, float(schedule.removeprefix("flat-")) / 100)]
    for one in tomllib.loads((DATA / "discounting.toml").read_text(encoding="utf-8"))["schedule"]:
        if one["id"] == schedule:
            return [(band.get("to", 10**6), float(band["rate"]) / 100) for band in one["band"]]
    raise KeyError(schedule)


@cache
def factors(schedule: str, years: int) -> list[float]:
    """D[t]: 1 in the first year, and each year the one before over 1 + its own rate."""
    found = [1.0]
    for year in range(1, years):
        rate = next(rate for last, rate in bands(schedule) if year <= last)
        found.append(found[-1] / (1 + rate))
    return found[:years]


def own_year(code: str, kind: str) -> str:
    """The price year of a value of a unit cost."""
    return unit_costs()[code]["fiscal_year" if kind == "transfer" else f"{kind}_year"]


@cache
def crime_multipliers() -> dict[str, float]:
    told = tomllib.loads((DATA / "unit_costs.toml").read_text(encoding="utf-8"))["multiplier"]["codes"]
    return {code: float(times) for code, times in told.items()}


def number(given: Any, default: float = 0.0) -> float:
    """The central value of a number that may be a range."""
    if given is None:
        return default
    return float(given["value"] if isinstance(given, dict) else given)


def part(x: float) -> float:
    return min(max(x, 0.0), 1.0)


def kernel(lag: float, lasts: float, drop_off: float, years: int) -> list[float]:
    felt = [part(lasts - a) * (1 - drop_off) ** a for a in range(years)]
    late = [part(1 - lag + w) - part(w - lag) for w in range(years)]
    return [sum(late[w] * felt[k - w] for w in range(k + 1)) for k in range(years)]


def by_year(given: list[float], years: int) -> list[float]:
    return [float(given[year]) if year < len(given) else 0.0 for year in range(years)]


def shares(given: Any) -> dict[str, float]:
    return {given: 1.0} if isinstance(given, str) else {name: float(share) for name, share in given.items()}


class Plain:
    """One case, reckoned: `options[id]` has what each option is worth over and above carrying on as now."""

    def __init__(self, tables: Table) -> None:
        self.tables = tables
        self.case = tables["case"]
        self.years = int(self.case["years"])
        self.deflator = indices()[self.case.get("deflator", "ons-2025-06")]
        self.schedule = self.case.get("discount", "green-book-2022")
        self.cohorts = {one["id"]: one for one in tables.get("cohort", [])}
        self.private = {one["name"] for one in tables.get("agency", []) if not one.get("public", True)}
        start = int(self.case["first_year"][:4])
        self.names = [f"{start + t}-{(start + t + 1) % 100:02d}" for t in range(self.years)]
        ids = [one["id"] for one in tables["option"]]
        now = next(one["id"] for one in tables["option"] if one.get("business_as_usual"))
        self.proposals = [one for one in ids if one != now]
        self.lines: dict[str, Table] = {}
        gross = {one: self.gross(one) for one in ids}
        self.options = {one: self.measures(less(gross[one], gross[now])) for one in self.proposals}

    def upratio(self, price_year: str) -> float:
        return self.deflator[self.case["price_year"]] / self.deflator[price_year]

    def public(self, agency: str) -> bool:
        """An agency of the second level is as public as the one that it belongs to, if it is not listed itself."""
        listed = {one["name"] for one in self.tables.get("agency", [])}
        return (agency if agency in listed else agency.split("/", maxsplit=1)[0]) not in self.private

    # -- benefits ------------------------------------------------------------------------------------------------

    def units(self, benefit: Table) -> list[float]:
        if "cohort" in benefit:
            cohort = self.cohorts[benefit["cohort"]]
            scale = number(cohort.get("spread"), 1) * number(cohort.get("engagement"), 1)
            scale *= number(cohort.get("retention"), 1)
            starts = [one * scale for one in by_year(cohort["people"], self.years)]
        else:
            starts = by_year(benefit["units"], self.years)
        impact, deadweight = number(benefit["impact"]), number(benefit.get("deadweight"))
        net = impact * (1 - deadweight) if self.case["deadweight"] == "proportional" else impact - deadweight
        for key in ("displacement", "leakage", "substitution"):
            net *= 1 - number(benefit.get(key))
        net *= number(benefit.get("attribution"), 1) * number(benefit.get("multiplier"), 1)
        net *= number(benefit.get("need"), 1) * number(benefit.get("incidents"), 1)
        if benefit.get("actual_crime"):
            net *= crime_multipliers()[benefit["unit_cost"]]
        shape = kernel(
            number(benefit.get("lag")), number(benefit.get("lasts"), 1), number(benefit.get("drop_off")), self.years
        )
        return [net * sum(starts[s] * shape[t - s] for s in range(t + 1)) for t in range(self.years)]

    def unit_value(self, benefit: Table) -> dict[str, float]:
        """Pounds of a unit in the prices of the case, by kind, before optimism."""
        found = dict.fromkeys(KINDS, 0.0)
        if "unit_cost" in benefit:
            row = unit_costs()[benefit["unit_cost"]]
            for kind in KINDS:
                found[kind] = float(row[kind]) * self.upratio(own_year(row["code"], kind)) if row[kind] else 0.0
        if "worth_of" in benefit:
            pounds, year = worths()[benefit["worth_of"]]
            found["social"] = pounds * number(benefit.get("worth_units"), 1) * self.upratio(year)
        for kind in KINDS:
            if kind in benefit:
                year = benefit["price_year"] if "price_year" in benefit else own_year(benefit["unit_cost"], kind)
                found[kind] = number(benefit[kind]) * self.upratio(year)
        worth = number(benefit.get("worth"), 1)
        return {kind: value * worth for kind, value in found.items()}

    def benefit_bias(self, benefit: Table) -> float:
        if "bias" in benefit:
            return number(benefit["bias"])
        grades = [grade for name, grade in benefit.get("grades", {}).items() if name != "value"]
        if "cohort" in benefit:
            grades += self.cohorts[benefit["cohort"]].get("grades", {}).values()
        return LADDER[max(grades)]

    def weight(self, benefit: Table) -> float:
        """What a pound of economic or social value of a benefit counts; the part that goes to no group counts once."""
        weights = self.tables.get("weights")
        if not weights or "gains" not in benefit:
            return 1.0
        eta = float(weights.get("eta", 1.3))
        total = 1 - sum(benefit["gains"].values())
        for group, share in benefit["gains"].items():
            total += share * (float(weights["median"]) / float(weights["groups"][group])) ** eta
        return total

    def cashable(self, benefit: Table, agency: str, units: float) -> float:
        """The share of an agency's value of a year that can be taken out of its budget."""
        given = benefit.get("cashable", 0)
        if not isinstance(given, dict) or "value" in given:
            return number(given)
        share, step = number(given.get("share")), number(given.get("step"))
        own = given.get("agencies", {})
        name = agency if agency in own else agency.split("/", maxsplit=1)[0]
        if name in own:
            if isinstance(own[name], dict):
                share, step = number(own[name].get("share"), share), number(own[name].get("step"), step)
            else:
                share = number(own[name])
        if step and units:
            share *= math.floor(abs(units) / step + 1e-9) * step / abs(units)
        return share

    # -- an option by itself -------------------------------------------------------------------------------------

    def gross(self, option: str) -> Table:
        """Sums by year and by agency of one option by itself."""
        zero = [0.0] * self.years
        found: Table = {
            "cost": {kind: list(zero) for kind in ("capital", "revenue", "in-kind", "volunteer")},
            "value": {kind: list(zero) for kind in KINDS},
            "budget_cost": list(zero),
            "public_value": list(zero),
            "weighted": list(zero),
            "cash": list(zero),
            "agency_cost": {},
            "agency_value": {},
            "agency_cash": {},
        }
        self.discounted = factors(self.schedule, self.years)
        for cost in self.tables.get("cost", []):
            if self.of(cost) == option:
                self.add_cost(found, cost)
        for benefit in self.tables.get("benefit", []):
            if self.of(benefit) == option:
                self.add_benefit(found, benefit)
        return found

    def of(self, line: Table) -> str:
        return line["option"] if "option" in line else self.proposals[0]

    def add_cost(self, found: Table, cost: Table) -> None:
        if "hours" in cost:
            amounts = [one * number(cost["hourly"]) for one in by_year(cost["hours"], self.years)]
        else:
            amounts = by_year(cost["amounts"], self.years)
        first = next((t for t, one in enumerate(amounts) if one), 0)
        ratio = self.upratio(cost["price_year"])
        up = ratio * number(cost.get("spread"), 1) * (1 + self.cost_bias(cost))
        flows = [one * up for one in amounts]
        if "risk" in cost:
            flows[first] += number(cost["risk"]) * ratio
        for agency, share in shares(cost.get("pays", "")).items():
            for t in range(self.years):
                found["cost"][cost["kind"]][t] += flows[t] * share
                add(found["agency_cost"], (agency, cost["kind"]), t, flows[t] * share, self.years)
                if cost["kind"] in PUBLIC_KINDS and self.public(agency):
                    found["budget_cost"][t] += flows[t] * share

    def cost_bias(self, cost: Table) -> float:
        if "capital" in cost:
            return capital_bias(cost["capital"])
        bias = number(cost["bias"]) if "bias" in cost else LADDER[cost["grade"]]
        return bias * (1 - number(cost.get("mitigated")))

    def add_benefit(self, found: Table, benefit: Table) -> None:
        units, values = self.units(benefit), self.unit_value(benefit)
        bias, weight = self.benefit_bias(benefit), self.weight(benefit)
        own = factors(benefit.get("discount", self.schedule), self.years)
        self.lines[benefit["id"]] = {"units": units} | {
            kind: [each * values[kind] * after(sum(units) * values[kind], bias) for each in units] for kind in KINDS
        }
        for t in range(self.years):
            worth = {kind: units[t] * value * after(sum(units) * value, bias) for kind, value in values.items()}
            for kind in KINDS:
                found["value"][kind][t] += worth[kind]
            paid, felt = worth["fiscal"] - worth["transfer"], worth["economic"] + worth["social"]
            found["public_value"][t] += paid * self.discounted[t] + felt * own[t]
            found["weighted"][t] += paid * self.discounted[t] + felt * own[t] * weight
            if not values["fiscal"]:
                continue
            for agency, share in shares(benefit["agencies"]).items():
                add(found["agency_value"], agency, t, worth["fiscal"] * share, self.years)
                cash = worth["fiscal"] * share * self.cashable(benefit, agency, units[t])
                add(found["agency_cash"], agency, t, cash, self.years)
                if self.public(agency):
                    found["cash"][t] += cash

    # -- measures ------------------------------------------------------------------------------------------------

    def measures(self, net: Table) -> Table:
        """The measures of an option, from its sums less those of carrying on as now."""
        d = self.discounted
        budget_cost = present(net["budget_cost"], d)
        fiscal = present(net["value"]["fiscal"], d)
        resources = sum(present(flow, d) for flow in net["cost"].values())
        public_cost = resources + budget_cost * number(self.case.get("public_funds"))
        public_benefit = sum(net["public_value"])
        return net | {
            "fiscal_cost": budget_cost,
            "fiscal_benefit": fiscal,
            "net_present_budget_impact": budget_cost - fiscal,
            "financial_return": ratio(fiscal, budget_cost),
            "payback_year": self.payback(net),
            "public_cost": public_cost,
            "public_benefit": public_benefit,
            "net_present_public_value": public_benefit - public_cost,
            "public_value_return": ratio(public_benefit, public_cost),
            "weighted_public_value_return": ratio(sum(net["weighted"]), public_cost),
            "cashable": present(net["cash"], d),
            "distance": self.distance(net),
        }

    def payback(self, net: Table) -> str | None:
        total, begun = 0.0, False
        for t in range(self.years):
            total += self.discounted[t] * (net["value"]["fiscal"][t] - net["budget_cost"][t])
            begun = begun or net["budget_cost"][t] != 0
            if begun and total >= -LEAST:
                return self.names[t]
        return None

    def distance(self, net: Table) -> float | None:
        cost: dict[str, float] = {}
        value: dict[str, float] = {}
        for (agency, kind), flow in net["agency_cost"].items():
            if kind in PUBLIC_KINDS and self.public(agency):
                top = agency.split("/")[0]
                cost[top] = cost.get(top, 0.0) + present(flow, self.discounted)
        for agency, flow in net["agency_value"].items():
            if self.public(agency):
                top = agency.split("/")[0]
                value[top] = value.get(top, 0.0) + present(flow, self.discounted)
        put: dict[str, float] = {}
        got: dict[str, float] = {}
        for one in {**cost, **value}:
            pays, gains = cost.get(one, 0.0), value.get(one, 0.0)
            put[one] = (pays if pays > 0 else 0.0) + (-gains if gains < 0 else 0.0)
            got[one] = (gains if gains > 0 else 0.0) + (-pays if pays < 0 else 0.0)
        if sum(put.values()) <= LEAST or sum(got.values()) <= LEAST:
            return None
        return sum(abs(put[one] / sum(put.values()) - got[one] / sum(got.values())) for one in put) / 2


def capital_bias(given: Any) -> float:
    """The published rates of kinds of works, after what is managed, and not below the lower bound of the mix."""
    table = capital_types()
    spec = {"types": {given: 1.0}} if isinstance(given, str) else given
    upper = lower = 0.0
    for name, share in spec["types"].items():
        bounds = table[name].get("capex") or table[name]["opex"]
        upper += share * float(bounds["upper"]) / 100
        lower += share * float(bounds["lower"]) / 100
    managed = float(spec.get("mitigated", 0)) + sum(
        area["contribution"] * area.get("mitigated", 0) for area in spec.get("areas", {}).values()
    )
    return max(upper * (1 - managed), lower)


@cache
def capital_types() -> dict[str, Table]:
    return {one["id"]: one for one in tomllib.loads((DATA / "capital.toml").read_text(encoding="utf-8"))["type"]}


def after(value: float, bias: float) -> float:
    """What optimism leaves of a good, and makes of a harm."""
    return 1 + bias if value < 0 else 1 - bias


def ratio(over: float, under: float) -> float | None:
    return over / under if under > LEAST else None


def present(flow: list[float], d: list[float]) -> float:
    return sum(one * factor for one, factor in zip(flow, d, strict=True))


def add(tables: Table, key: Any, t: int, amount: float, years: int) -> None:
    tables.setdefault(key, [0.0] * years)[t] += amount


def less(one: Any, other: Any) -> Any:
    """What one has over and above the other, through nested tables and lists."""
    if isinstance(one, dict):
        zero = next(iter(one.values()), None) or next(iter(other.values()), None)
        blank = [0.0] * len(zero) if isinstance(zero, list) else {}
        return {key: less(one.get(key, blank), other.get(key, blank)) for key in {**one, **other}}
    return [a - b for a, b in zip(one, other, strict=True)]
