"""Business cases made up by a seed: tables of settings as a TOML file has them, of every kind that a case can hold."""

from __future__ import annotations

from random import Random
from typing import Any

PUBLIC = ("NHS", "Police", "Local authority/Housing", "Local authority/Children's services")
TRUST = "A trust; of 5% fame"
CODES = ("HE4.0", "CR1.0", "E&E1.0", "SS1.0")
YEARS = ("2018-19", "2021-22", "2023-24", "2024-25")
GROUPS = {"Lowest fifth": 280, "Highest fifth": 1150.5}


def made(seed: int) -> dict[str, Any]:
    """The tables of a case; the same seed makes the same. Its numbers have twelve figures at most, as a spreadsheet
    keeps no more than fifteen."""
    found: dict[str, Any] = _cut(_Maker(Random(seed)).case())
    return found


def _cut(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, dict):
        return {key: _cut(each) for key, each in value.items()}
    return [_cut(each) for each in value] if isinstance(value, list) else value


class _Maker:
    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.years = dice.randint(1, 12)
        self.proposals = [f"option-{n}" for n in range(1, dice.randint(2, 4))]
        self.weighted = dice.random() < 0.4

    def case(self) -> dict[str, Any]:
        dice = self.dice
        case = {
            "name": dice.choice(["=1+1", "A case", "Familien & Söhne"]),
            "first_year": dice.choice(["2024-25", "2026-27"]),
            "years": self.years,
            "price_year": "2024-25",
            "deadweight": dice.choice(["points", "proportional"]),
            "seed": dice.randint(0, 2**32 - 1),
        }
        self._maybe(case, "comparator", "those next door")
        self._maybe(case, "discount", dice.choice(["green-book-2022-reduced", "flat-5"]))
        self._maybe(case, "public_funds", 0.2)
        self._maybe(case, "note", "+ a note\nof two lines")
        options = [{"id": "as-now", "name": "As now", "business_as_usual": True, "description": "goes on"}]
        options += [{"id": id, "name": f"Option {id}"} for id in self.proposals]
        cohorts = [self._cohort(f"cohort-{n}") for n in range(1, dice.randint(2, 4))]
        tables: dict[str, Any] = {"case": case, "option": options, "cohort": cohorts}
        if dice.random() < 0.5:
            names = dict.fromkeys(name.split("/")[0] for name in PUBLIC)
            tables["agency"] = [*({"name": name} for name in names), {"name": TRUST, "public": dice.random() < 0.3}]
        if self.weighted:
            tables["weights"] = {"median": 560, "groups": dict(GROUPS)} | ({"eta": 1.1} if dice.random() < 0.5 else {})
        owners = ["as-now", *self.proposals, *self.proposals]
        tables["cost"] = [self._cost(f"cost-{n}", dice.choice(owners)) for n in range(1, dice.randint(2, 7))]
        tables["benefit"] = [
            self._benefit(f"benefit-{n}", dice.choice(owners), dice.choice(cohorts)["id"])
            for n in range(1, dice.randint(2, 7))
        ]
        self._more(tables)
        return tables

    def _more(self, tables: dict[str, Any]) -> None:
        dice = self.dice
        if dice.random() < 0.6:
            tables["logic"] = [
                {
                    "id": "work",
                    "kind": "activity",
                    "name": "Work",
                    "leads_to": ["better"],
                    "assumptions": ["a; b", "c"],
                },
                {"id": "better", "kind": "outcome", "name": "Better", "baseline": 4, "target": 2.5, "by": "2027-28"},
            ]
            for benefit in tables["benefit"]:
                benefit["outcome"] = "better"
        if dice.random() < 0.6:
            tables["scenario"] = [
                {"id": "worse", "name": "Worse", "set": {"benefit.*.drop_off": 0.5, "cohort.*.people": 0.8}},
                {"id": "worst", "based_on": "worse", "set": {"benefit.*.lag": 1.5}, "note": "-"},
            ]
        unsure = [b for b in tables["benefit"] if isinstance(b["impact"], dict)]
        if len(unsure) > 1:
            between = [f"benefit.{b['id']}.impact" for b in unsure[:2]]
            tables["correlation"] = [{"between": between, "r": round(dice.uniform(-0.9, 0.9), 3)}]

    def _maybe(self, table: dict[str, Any], key: str, value: Any, odds: float = 0.4) -> None:
        if self.dice.random() < odds:
            table[key] = value

    def _share(self, least: float = 0.0) -> float:
        return self.dice.choice([round(self.dice.uniform(least, 1), 3), self.dice.uniform(least, 1)])

    def _number(self, value: float, most: float = 1e6) -> Any:
        """A number, or a range around it."""
        roll = self.dice.random()
        if roll < 0.6:
            return value
        found = {"value": value, "low": value * 0.7, "high": min(most, value * 1.2)}
        if roll < 0.8:
            found["shape"] = self.dice.choice(["pert", "triangular", "uniform", "normal"])
        if roll > 0.9:
            found["source"] = "a hunch"
        return found

    def _list(self, most: float) -> list[float]:
        count = self.dice.randint(1, self.years)
        return [
            self.dice.choice([0, round(self.dice.uniform(1, most)), self.dice.uniform(1, most)]) for _ in range(count)
        ]

    def _split(self, *more: str) -> Any:
        names = self.dice.sample((*PUBLIC, *more), self.dice.randint(1, 3))
        if len(names) == 1:
            return self.dice.choice([names[0], {names[0]: 1}])
        parts = [self.dice.choice([0.1, 0.25, 0.333]) for _ in names[1:]]
        return {names[0]: 1 - sum(parts), **dict(zip(names[1:], parts, strict=True))}

    def _cohort(self, id: str) -> dict[str, Any]:
        cohort = {"id": id, "name": f"People of {id}", "people": self._list(500)}
        self._maybe(cohort, "engagement", self._number(self._share(0.3), 1))
        self._maybe(cohort, "retention", self._number(self._share(0.3), 1))
        self._maybe(cohort, "spread", self._number(0.9, 100))
        self._maybe(cohort, "grades", {"population": self.dice.randint(1, 6), "age": 3})
        self._maybe(cohort, "group", "those people")
        return cohort

    def _cost(self, id: str, option: str) -> dict[str, Any]:
        dice = self.dice
        cost = {
            "id": id,
            "name": f"@{id}",
            "option": option,
            "pays": self._split(TRUST),
            "price_year": dice.choice(YEARS),
        }
        cost["kind"] = dice.choice(["capital", "revenue", "revenue", "in-kind", "volunteer"])
        if cost["kind"] == "volunteer":
            cost |= {"hours": self._list(2000), "hourly": 12.21}
        else:
            cost["amounts"] = self._list(100000)
        sure = dice.choice(
            [
                {"grade": dice.randint(1, 6)},
                {"bias": 0},
                {"bias": 0.15, "mitigated": 0.4},
                {"capital": "standard-building"},
                {"capital": {"types": {"standard-building": 0.7, "non-standard-building": 0.3}, "mitigated": 0.25}},
            ]
        )
        self._maybe(cost, "risk", 1234.56)
        self._maybe(cost, "spread", self._number(1.1, 100))
        return cost | sure

    def _benefit(self, id: str, option: str, cohort: str) -> dict[str, Any]:
        dice = self.dice
        impact = self.dice.uniform(0.05, 0.9)
        benefit: dict[str, Any] = {"id": id, "name": f"-{id}", "option": option, "impact": self._number(impact, 1)}
        if dice.random() < 0.75:
            benefit["cohort"] = cohort
        else:
            benefit["units"] = self._list(40)
        self._maybe(benefit, "deadweight", dice.choice([0, 0.1, self._number(impact * 0.5, 1)]), 0.8)
        for key in ("need", "displacement", "leakage", "substitution", "attribution", "drop_off"):
            self._maybe(benefit, key, self._number(self._share(), 1))
        self._maybe(benefit, "incidents", self._number(round(dice.uniform(0.2, 3), 2)))
        self._maybe(benefit, "multiplier", 1.2)
        self._maybe(benefit, "lag", self._number(dice.choice([0, 1, 2.25, 0.5]), 100), 0.6)
        self._maybe(benefit, "lasts", self._number(dice.choice([1, 3, 2.5, 30, 0.25]), 125), 0.8)
        self._maybe(benefit, "worth", self._number(1.05, 100))
        self._worth(benefit)
        self._maybe(benefit, "cashable", self._cashable(), 0.7)
        self._maybe(benefit, "discount", "green-book-2022-health")
        benefit |= dice.choice([{"bias": 0.1}, {"grades": {"evidence": dice.randint(1, 6), "age": 2}}, {"bias": -0.05}])
        if self.weighted:
            self._maybe(benefit, "gains", {"Lowest fifth": 0.6, "Highest fifth": 0.15}, 0.7)
        self._maybe(benefit, "comparator", "like people elsewhere")
        return benefit

    def _worth(self, benefit: dict[str, Any]) -> None:
        dice = self.dice
        if dice.random() < 0.3:
            benefit["unit_cost"] = dice.choice(CODES)
            benefit["agencies"] = self._split()
            return
        benefit |= {"fiscal": round(dice.uniform(5, 9000), 2), "price_year": dice.choice(YEARS)}
        benefit["agencies"] = self._split()
        self._maybe(benefit, "transfer", round(benefit["fiscal"] * 0.4, 2))
        self._maybe(benefit, "economic", 812.5)
        if dice.random() < 0.3:
            benefit |= {"worth_of": "wellby", "worth_units": 0.125}
        else:
            self._maybe(benefit, "social", 95)

    def _cashable(self) -> Any:
        dice = self.dice
        share = self._share()
        if dice.random() < 0.4:
            return share
        found: dict[str, Any] = {"share": share}
        self._maybe(found, "step", dice.choice([1, 2.5, 12]), 0.6)
        self._maybe(found, "budget_line", "=A budget line")
        self._maybe(found, "confirmed_by", "Head of finance")
        self._maybe(found, "confirmed_on", "2026-04-01")
        return found
