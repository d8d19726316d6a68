"""Business cases for tests, as the tables of their files: made up from a seed, with all that a case can say."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from totalplace.appraisal.case import COST_KINDS, Case
from totalplace.appraisal.files import toml_origin
from totalplace.appraisal.reading import read_case
from totalplace.appraisal.result import Found, appraise
from totalplace.parameters.unit_costs import unit_costs

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


def read(tables: Mapping[str, Any], name: str = "case") -> Case:
    """The case of some tables, with the shipped parameters."""
    return read_case(name, tables, toml_origin(f"{name}.toml", tables), unit_costs(None))


def found(tables: Mapping[str, Any], option: str = "") -> Found:
    """The central result of an option, or of the only one."""
    return appraise(read(tables)).option(option)


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
