"""Reads what names the numbers of a case by key: scenarios, which set them otherwise, and ties between them.

They are read when all numbers are known.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from typing import Any

from totalplace.appraisal.case import Correlation, Scenario
from totalplace.appraisal.fields import Fields
from totalplace.appraisal.reader import Reader, each_table
from totalplace.appraisal.words import HELP
from totalplace.errors import did_you_mean


def read_scenarios(reader: Reader, raw: Mapping[str, Any]) -> tuple[Scenario, ...]:
    """The scenarios of a case; raises CaseError naming the key at fault."""
    found: dict[str, tuple[Fields, dict[str, float]]] = {}
    for number, fields in each_table(reader, raw, "scenario"):
        fields.only(HELP["scenario"])
        id = fields.id(f"scenario-{number}")
        if id in found:
            fields.wrong("id", f"is '{id}' a second time; give it one of its own")
        found[id] = (fields, _settings(reader, fields))
    return tuple(
        Scenario(id, fields.text("name") or id, _based(id, found), fields.text("note"))
        for id, (fields, _) in found.items()
    )


def _settings(reader: Reader, fields: Fields) -> dict[str, float]:
    """What a scenario sets, by the keys of quantities; a key with * sets each that it fits."""
    given = fields.table.get("set", {})
    if not isinstance(given, Mapping) or not given:
        fields.wrong("set", 'is not given; write numbers by key, such as { "benefit.*.drop_off" = 0.5 }')
    values: dict[str, float] = {}
    inner = fields.under("set", given)
    for pattern in given:
        fits = [key for key in reader.quantities if fnmatch.fnmatchcase(key, pattern)]
        if not fits:
            inner.wrong(pattern, f"fits no number of the case{did_you_mean(pattern, list(reader.quantities))}")
        for key in fits:
            quantity = reader.quantities[key]
            values[key] = inner.number(pattern, quantity.least, quantity.most)
    _without_effect(reader, fields, values)
    return values


def _without_effect(reader: Reader, fields: Fields, values: Mapping[str, float]) -> None:
    """A doubt where a scenario lets effects fade that last a year at most: it would say that fading does not matter."""
    for key in values:
        owner, _, name = key.rpartition(".")
        lasts = f"{owner}.lasts"
        if name == "drop_off" and values.get(lasts, reader.quantities[lasts].value) <= 1:
            label = reader.quantities[key].label.rpartition(":")[0]
            reader.doubt(f"{fields.where('set')}: {label} lasts a year at most, so that a drop-off changes nothing.")


def _based(id: str, found: Mapping[str, tuple[Fields, dict[str, float]]]) -> dict[str, float]:
    """What a scenario sets with those that it is based on; raises CaseError for a circle, which it names."""
    chain = [id]
    while base := found[chain[-1]][0].text("based_on"):
        fields = found[chain[-1]][0]
        if base not in found:
            fields.wrong("based_on", f"is '{base}', which is no scenario{did_you_mean(base, list(found))}")
        if base in chain:
            circle = " -> ".join([*chain[chain.index(base) :], base])
            fields.wrong("based_on", f"goes in a circle: {circle}; take one of them off")
        chain.append(base)
    values: dict[str, float] = {}
    for name in reversed(chain):
        values |= found[name][1]
    return values


def read_correlations(reader: Reader, raw: Mapping[str, Any]) -> tuple[Correlation, ...]:
    """The ties between numbers of a case; raises CaseError naming the key at fault."""
    found = []
    for _, fields in each_table(reader, raw, "correlation"):
        fields.only(HELP["correlation"])
        between = fields.table.get("between", [])
        two = isinstance(between, list) and len(between) == 2 and all(isinstance(key, str) for key in between)
        if not two or between[0] == between[1]:
            fields.wrong("between", "must name two numbers of the case, such as two keys of benefits")
        for key in between:
            if key not in reader.quantities:
                fields.wrong(
                    "between", f"names '{key}', which is no number{did_you_mean(str(key), list(reader.quantities))}"
                )
            if not reader.quantities[key].unsure:
                fields.wrong("between", f"names '{key}', which has no range: give it low and high, or a grade")
        found.append(Correlation(between[0], between[1], fields.number("r", -1, 1)))
    return tuple(found)
