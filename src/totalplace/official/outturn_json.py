"""Two published re-cuts of councils' revenue outturn as JSON, told apart by their keys.

One holds a council's services with an amount each, in thousands, of a year that it does not say (SpendFeed). The
other holds four years of the outturn forms with seven measures a service, in pounds, from which the summary form (RSX)
is taken: the forms behind it say the same in more detail and would count twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from totalplace.definition import Definition
from totalplace.errors import FileRefused
from totalplace.official.declared import Dataset
from totalplace.official.figures import Figure, Reading
from totalplace.official.layouts import whose, year_of
from totalplace.parameters.divisions import TOTAL, division_of

FORM = "RSX"
THOUSAND = 1000
_MEASURES = {
    "employees": "employees",
    "running_expenses": "running",
    "total_expenditure": "gross",
    "sales_fees_charges": "fees",
    "other_income": "other-income",
    "total_income": "income",
    "net_current_expenditure": "net",
}


def read_json(path: Path, definition: Definition, dataset: Dataset) -> Reading:
    """The figures of a JSON file; raises FileRefused where it has neither layout."""
    try:
        raw = json.loads(path.read_bytes(), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise FileRefused(dataset.file, f"is not JSON that can be read: {error}") from error
    try:
        if isinstance(raw, dict) and "budgetCategories" in raw:
            return _services(raw, definition, dataset)
        if isinstance(raw, dict) and "by_year" in raw:
            return _forms(raw, definition, dataset)
    except (KeyError, TypeError, AttributeError) as error:
        raise FileRefused(dataset.file, f"lacks what its layout has: {error!r}") from error
    raise FileRefused(dataset.file, "is JSON of no known layout of outturn: see docs/howto-official-sources.md")


def _services(raw: Mapping[str, Any], definition: Definition, dataset: Dataset) -> Reading:
    body = whose(definition, dataset, str(raw.get("name", "")), str(raw.get("onsCode", "")))
    year, unit = year_of(dataset), dataset.unit or THOUSAND
    measure = dataset.measure or "net"

    def figure(division: str, name: str, amount: Any, where: str) -> Figure:
        pence = _pence(amount, unit, dataset, where)
        return Figure(dataset.id, dataset.kind, body, year, division, name, measure, pence, where)

    found = [
        figure(division_of(row["cat"]), row["label"], row["amount"], f"budgetCategories[{n}]")
        for n, row in enumerate(raw["budgetCategories"])
    ]
    total = figure(TOTAL, "budgetTotal", raw["budgetTotal"], "budgetTotal")
    unsaid = "it does not say of what its amounts are: taken as net current expenditure; say it with --measure"
    return Reading([*found, total], [] if dataset.measure else [unsaid])


def _forms(raw: Mapping[str, Any], definition: Definition, dataset: Dataset) -> Reading:
    body = whose(definition, dataset, str(raw.get("council_name", "")), str(raw.get("ons_code", "")))
    found: list[Figure] = []
    notes: list[str] = []
    absent: set[tuple[str, str, str]] = set()
    for said, one in raw["by_year"].items():
        year = year_of(dataset, said) if not dataset.year or dataset.year == said else ""
        if not year:
            continue
        services, missing = one["detailed_services"][FORM]["services"], 0
        for name, row in services.items():
            for key, measure in _MEASURES.items():
                if row[key] is None or row[key]["value_pounds"] is None:
                    missing += 1
                    absent.add((body, year, measure))
                    continue
                where = f"by_year.{said}.{FORM}.{name}.{key}"
                pence = _pence(row[key]["value_pounds"], 1, dataset, where)
                figure = Figure(dataset.id, dataset.kind, body, year, division_of(name), name, measure, pence, where)
                found.append(figure)
        if missing:
            notes.append(f"{missing:,} figures of {said} are not given and are left out, not taken for nought")
        if one.get("certified") is False:
            notes.append(f"{said} is marked as not certified")
    return Reading(found, notes, frozenset(absent))


def _pence(amount: Any, unit: int, dataset: Dataset, where: str) -> int:
    if isinstance(amount, bool) or not isinstance(amount, (int, Decimal)):
        raise FileRefused(dataset.file, f"{where} is {amount!r}; it must be a number")
    pence = Decimal(amount) * unit * 100
    if not pence.is_finite() or pence != pence.to_integral_value():
        raise FileRefused(dataset.file, f"{where} is {amount}, which is not money to the penny")
    return int(pence)
