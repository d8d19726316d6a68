"""How fast business cases are reckoned: draws beside a plain loop, the central case beside its workbook, many cases.

    python -m benchmarks.cases                        # all in one run, a table for docs/benchmarks.md
    python -m benchmarks.cases --draws 10000 --plain-draws 50

Each contestant is a process of its own, from the start of Python to its end; CPU is user and system seconds of it and
its children. The plain loop does far fewer draws, and its figure is scaled to as many.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from benchmarks import measure, plain_case
from benchmarks.plain_case import Plain

LINES, YEARS, DRAWS, PLAIN_DRAWS, CASES, CASE_DRAWS, CASE_LINES = 60, 10, 100_000, 1000, 200, 10_000, 20
SECONDS, MEGABYTES, TIMES, MANY_SECONDS = 2.0, 1024, 200, 20.0
"""What is promised."""
RANGES: Mapping[str, tuple[float, float, float, str]] = {
    "need": (0.5, 0.3, 0.7, "triangular"),
    "incidents": (2, 1, 4, "lognormal"),
    "impact": (0.3, 0.1, 0.4, "pert"),
    "deadweight": (0.2, 0.1, 0.3, "pert"),
    "displacement": (0.1, 0, 0.2, "uniform"),
    "leakage": (0.05, 0, 0.1, "uniform"),
    "substitution": (0.05, 0, 0.1, "uniform"),
    "attribution": (0.9, 0.7, 1, "pert"),
    "multiplier": (1, 0.9, 1.2, "normal"),
    "lag": (0.5, 0, 1, "triangular"),
    "lasts": (3, 1, 6, "pert"),
    "drop_off": (0.2, 0.1, 0.4, "pert"),
    "worth": (1, 0.7, 1.3, "pert"),
}
"""Every number of a benefit, unsure."""


def spread(value: float, low: float, high: float, shape: str = "pert") -> dict[str, Any]:
    """A number with its range."""
    return {"value": value, "low": low, "high": high, "shape": shape}


def case(lines: int, years: int = YEARS) -> dict[str, Any]:
    """A case of so many benefit lines, as the tables of its file, with every number unsure."""
    numbers = {key: spread(*given) for key, given in RANGES.items()}
    worth = {"economic": 200, "social": 300, "transfer": 100, "price_year": "2019-20", "comparator": "others"}
    people = {"engagement": spread(0.8, 0.6, 0.9), "retention": spread(0.7, 0.5, 0.8), "spread": spread(1, 0.8, 1.2)}
    money = {"kind": "revenue", "price_year": "2024-25", "pays": "NHS", "bias": 0.1, "spread": spread(1, 0.9, 1.3)}
    return {
        "case": {"first_year": "2025-26", "years": years, "price_year": "2024-25", "deadweight": "proportional"},
        "option": [{"id": "now", "business_as_usual": True, "description": "As now"}, {"id": "do"}],
        "cohort": [{"id": f"cohort-{n}", "people": [100 + n] * years} | people for n in range(5)],
        "cost": [{"id": f"cost-{n}", "amounts": [90000 + n] * years} | money for n in range(6)],
        "benefit": [
            {"id": f"benefit-{n}", "cohort": f"cohort-{n % 5}", "fiscal": 900 + n, "agencies": "NHS", "bias": 0.1}
            | worth
            | numbers
            for n in range(lines)
        ],
    }


# -- contestants: each prints what it found as JSON ------------------------------------------------------------------


def ours(lines: int, draws: int) -> dict[str, Any]:
    """The engine: so many draws of one case."""
    from totalplace.appraisal.chance import chances

    chance = chances(_read(case(lines)), draws)[0]
    value = chance.measures["net_present_public_value"]
    return {"mean": value.mean, "gains": chance.gains, "percentiles": value.percentiles}


def plain(lines: int, draws: int) -> dict[str, Any]:
    """A loop over draws, benefits and years, that works out what does not change before it begins."""
    tables, by = case(lines), Random(1)
    reckoned = Plain(tables)
    values = {
        one["id"]: (reckoned.unit_value(one | {"worth": 1}), 1 - reckoned.benefit_bias(one))
        for one in tables["benefit"]
    }
    people = {one["id"]: one["people"] for one in tables["cohort"]}
    found, years = [], range(YEARS)
    for _ in range(draws):
        numbers = {id(one): draw(by, one) for table in ("cohort", "cost", "benefit") for one in tables[table]}
        cost, fiscal, rest = [0.0] * YEARS, [0.0] * YEARS, 0.0
        for one in tables["cost"]:
            times = numbers[id(one)]["spread"] * 1.1
            for t in years:
                cost[t] += times * one["amounts"][t]
        reach = {one["id"]: _product(numbers[id(one)]) for one in tables["cohort"]}
        for one in tables["benefit"]:
            worth, trust = values[one["id"]]
            units = _units(numbers[id(one)], people[one["cohort"]], reach[one["cohort"]])
            trust *= numbers[id(one)]["worth"]
            pounds = worth["fiscal"] * trust
            for t in years:
                fiscal[t] += units[t] * pounds
            felt = sum(unit * d for unit, d in zip(units, reckoned.discounted, strict=True))
            rest += (worth["economic"] + worth["social"] - worth["transfer"]) * trust * felt
        found.append(_measures(cost, fiscal, rest, reckoned.discounted))
    value = [one["net_present_public_value"] for one in found]
    return {"mean": sum(value) / draws, "gains": sum(one > 0 for one in value) / draws}


def plainest(lines: int, draws: int) -> dict[str, Any]:
    """The second way of the tests as it is, agencies and all, begun anew for each draw."""
    tables, by, found = case(lines), Random(1), []
    for _ in range(draws):
        drawn = {key: [one | draw(by, one) for one in tables[key]] for key in ("cohort", "cost", "benefit")}
        found.append(Plain(tables | drawn).options["do"]["net_present_public_value"])
    return {"mean": sum(found) / draws, "gains": sum(one > 0 for one in found) / draws}


def _measures(cost: list[float], fiscal: list[float], rest: float, discounted: list[float]) -> dict[str, Any]:
    """The six measures whose spread the engine keeps, and whether budgets have their money back by each year."""
    paid = sum(one * d for one, d in zip(cost, discounted, strict=True))
    saved = sum(one * d for one, d in zip(fiscal, discounted, strict=True))
    up, back = 0.0, []
    for t, d in enumerate(discounted):
        up += (fiscal[t] - cost[t]) * d
        back.append((back and back[-1]) or up >= 0)
    return {
        "fiscal_cost": paid,
        "fiscal_benefit": saved,
        "net_present_budget_impact": paid - saved,
        "financial_return": saved / paid,
        "net_present_public_value": saved + rest - paid,
        "public_value_return": (saved + rest) / paid,
        "back": back,
    }


def draw(by: Random, table: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a table, drawn."""
    return {key: _drawn(by, given) for key, given in table.items() if isinstance(given, dict)}


def _drawn(by: Random, given: Mapping[str, Any]) -> float:
    value, low, high, shape = given["value"], given["low"], given["high"], given["shape"]
    if shape == "uniform":
        return by.uniform(low, high)
    if shape == "triangular":
        return by.triangular(low, high, value)
    if shape == "pert":
        width = high - low
        return float(low + width * by.betavariate(1 + 4 * (value - low) / width, 1 + 4 * (high - value) / width))
    from math import exp, log

    if shape == "lognormal":
        return exp(by.gauss((log(low) + log(high)) / 2, (log(high) - log(low)) / 3.919927969080108))
    score = by.gauss(0, 1)
    return float(value + score * ((value - low) if score < 0 else (high - value)) / 1.959963984540054)


def _product(numbers: Mapping[str, float]) -> float:
    total = 1.0
    for number in numbers.values():
        total *= number
    return total


def _units(numbers: Mapping[str, float], people: list[float], reach: float) -> list[float]:
    net = numbers["impact"] * (1 - numbers["deadweight"]) * (1 - numbers["displacement"]) * (1 - numbers["leakage"])
    net *= (1 - numbers["substitution"]) * numbers["attribution"] * numbers["multiplier"]
    net *= numbers["need"] * numbers["incidents"] * reach
    years = len(people)
    shape = plain_case.kernel(numbers["lag"], numbers["lasts"], numbers["drop_off"], years)
    return [net * sum(people[s] * shape[t - s] for s in range(t + 1)) for t in range(years)]


def central(lines: int, _: int) -> dict[str, Any]:
    """The engine: the central case alone."""
    from totalplace.appraisal.result import appraise

    return {"value": float(appraise(_read(case(lines))).options[0].measures.net_present_public_value)}


def many(lines: int, draws: int) -> dict[str, Any]:
    """The engine: many cases, each with draws of its own."""
    from totalplace.appraisal.chance import chances

    gains = []
    for seed in range(CASES):
        tables = case(lines)
        tables["case"]["seed"] = seed
        gains.append(chances(_read(tables), draws)[0].gains)
    return {"cases": len(gains), "gains": sum(gains) / len(gains)}


def _read(tables: dict[str, Any]) -> Any:
    from totalplace.appraisal.files import toml_origin
    from totalplace.appraisal.reading import read_case
    from totalplace.parameters.unit_costs import unit_costs

    return read_case("case", tables, toml_origin("case.toml", tables), unit_costs(None))


PARTS: Mapping[str, Callable[[int, int], dict[str, Any]]] = {
    "ours": ours,
    "plain": plain,
    "plainest": plainest,
    "central": central,
    "many": many,
}


# -- the run ---------------------------------------------------------------------------------------------------------


def measured(part: str, lines: int, draws: int, cache: Path) -> tuple[measure.Cost, dict[str, Any]]:
    """A contestant in a process of its own: what it cost and what it found."""
    command = [sys.executable, "-m", "benchmarks.cases", "--part", part, "--lines", str(lines), "--draws", str(draws)]
    cost = measure.run(command, measure.environment(cache))
    return cost, json.loads(cost.output)


def recalculated(folder: Path, cache: Path) -> tuple[measure.Cost, measure.Cost] | None:
    """One recalculation of the central case's workbook in LibreOffice, and the same of a workbook of one cell.

    The kept values are taken out of the workbook, so that every formula has to be worked out. None where there is no
    LibreOffice.
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return None
    import xlsxwriter

    from totalplace.appraisal.result import appraise
    from totalplace.appraisal.stamps import State
    from totalplace.reports.case_workbook import write_case

    whole, empty = folder / "case.xlsx", folder / "empty.xlsx"
    write_case(folder / "kept.xlsx", appraise(_read(case(LINES))), (), State())
    with ZipFile(folder / "kept.xlsx") as old, ZipFile(whole, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", old.read(name)))
    with xlsxwriter.Workbook(empty) as made:
        made.add_worksheet().write(0, 0, 1)
    start = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "ods"]
    env = measure.environment(cache)
    costs = [measure.run([*start, "--outdir", str(folder), str(book)], env) for book in (empty, empty, whole)]
    return costs[2], costs[1]


def report(options: argparse.Namespace, folder: Path) -> list[str]:
    """Everything in one run, as a table with what is promised; contestants take turns."""
    rows = ["| | CPU s | peak memory | |", "|---|--:|--:|---|"]
    draws, few = options.draws, options.plain_draws
    measured("many", 1, 100, folder)  # once before, so that modules are compiled
    start, _ = measured("central", 1, 0, folder)
    bare, _ = measured("plain", LINES, 1, folder)
    one, said = measured("ours", LINES, draws, folder)
    loop, told = measured("plain", LINES, few, folder)
    again, _ = measured("ours", LINES, draws, folder)
    slow, slowly = measured("plainest", LINES, few // 10, folder)
    whole = f"{LINES} benefit lines, {YEARS} years, every number unsure"
    rows.append(
        f"| **{draws:,} draws**: {whole} | {one.cpu:.2f}, {again.cpu:.2f} | {max(one.peak, again.peak):,.0f} MB "
        f"| aim: under {SECONDS:g} s and {MEGABYTES:,} MB |"
    )
    best = min(one.cpu, again.cpu) - start.cpu
    loops = (("the same in a plain loop", loop, told, few), ("the second way of the tests", slow, slowly, few // 10))
    for name, cost, answer, count in loops:
        scaled = (cost.cpu - bare.cpu) * draws / (count - 1)
        rows.append(
            f"| {name} | {scaled:,.0f} | {cost.peak:,.0f} MB | **{scaled / best:,.0f} times ours**, starts of Python "
            f"left out (aim: {TIMES}); {count:,} draws in {cost.cpu:.2f} s, scaled; its mean is "
            f"{answer['mean'] / said['mean']:.3f} of ours |"
        )
    middle, _ = measured("central", LINES, 0, folder)
    rows.append(
        f"| its central case, from the start of Python | {middle.cpu:.2f} | {middle.peak:,.0f} MB | of that Python and "
        f"a case of one line {start.cpu:.2f} s |"
    )
    if book := recalculated(folder, folder):
        rows.append(
            f"| its workbook recalculated once by LibreOffice | {book[0].cpu:.2f} | {book[0].peak:,.0f} MB "
            f"| {book[0].cpu / middle.cpu:.1f} times ours; of that LibreOffice and a workbook of one cell "
            f"{book[1].cpu:.2f} s |"
        )
    for lines in (CASE_LINES, LINES):
        cost, _ = measured("many", lines, CASE_DRAWS, folder)
        aim = f"aim: under {MANY_SECONDS:g} s" if lines == CASE_LINES else "three times the lines"
        rows.append(
            f"| {CASES} cases of {lines} lines, {CASE_DRAWS:,} draws each | {cost.cpu:.1f} | {cost.peak:,.0f} MB "
            f"| {aim} |"
        )
    return rows


def main() -> None:
    """Runs one contestant, or all of them beside each other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, help="one contestant alone, in this process")
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--plain-draws", type=int, default=PLAIN_DRAWS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part](options.lines, options.draws)))
        return
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(report(options, Path(folder))))


if __name__ == "__main__":
    main()
