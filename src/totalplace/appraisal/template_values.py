"""What a template's cells hold: the lists to choose from, and the records of a case as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from totalplace.appraisal.celltext import areas_text, list_text, shares_text, steps_text
from totalplace.appraisal.columns import SHEETS


@dataclass(frozen=True)
class Lists:
    """The words to choose from that are known before a case is written, and the unit costs to look up."""

    words: Mapping[str, Sequence[str]]
    codes: Sequence[tuple[Any, ...]]
    attributions: Sequence[str]


def shipped_lists(root: Path | None = None) -> Lists:
    """Schedules, deflators, worths and unit costs: those shipped, with those of a place where there is one."""
    from totalplace.parameters.deflators import OWN, own_vintages, vintages
    from totalplace.parameters.discounting import schedules
    from totalplace.parameters.unit_costs import unit_costs
    from totalplace.parameters.worth import worths

    costs = unit_costs(root)
    own = own_vintages(root / OWN) if root else ()
    words = {
        "schedules": [each.id for each in schedules()],
        "deflators": [each.id for each in (*vintages(), *own)],
        "worths": [each.id for each in worths() if each.prices],
    }
    codes = [
        (c.code, c.category, c.detail, c.unit, *(_pounds(c.value(kind)) for kind in ("fiscal", "economic", "social")),
         c.years[0] if c.years else "", c.agency, c.rag)
        for c in costs
    ]  # fmt: skip
    return Lists(words, codes, costs.attributions)


def _pounds(value: tuple[Any, str] | None) -> float | None:
    return None if value is None else float(value[0])


def records_of(table: str, tables: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The records of a table as rows: a scenario has a row for each number that it sets, weights one for each group."""
    if table == "weights":
        groups = tables.get("weights", {}).get("groups", {})
        yield from ({"group": group, "income": income} for group, income in groups.items())
        return
    for record in tables.get(table, []):
        if table == "scenario":
            rest = {key: value for key, value in record.items() if key != "set"}
            for number, (key, value) in enumerate(dict(record.get("set", {})).items()):
                yield {**(rest if number == 0 else {"id": record.get("id", "")}), "set": key, "to": value}
        else:
            yield record


def value_at(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What a record says at a path; a number that stands for a whole table is its first part."""
    value = record.get(path[0])
    if path[0] == "between":
        return value[int(path[1]) - 1] if isinstance(value, list) and len(value) >= int(path[1]) else None
    if len(path) == 1:
        return value.get("value") if isinstance(value, Mapping) and path[0] in RANGED else value
    if isinstance(value, Mapping):
        return value.get(path[1])
    return value if path[1] in ("value", "share", "types") else None


def _ranged() -> frozenset[str]:
    return frozenset(c.path[0] for _, columns in SHEETS.values() for c in columns if c.path[1:] == ("low",))


RANGED = _ranged()
"""Keys that are a number or a range."""


def of_year(value: Any, part: int) -> Any:
    """A year of a list by year; None where it has none so late."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return values[part] if part < len(values) else None


def cell_value(kind: str, value: Any) -> float | str | None:
    """A value as its cell has it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind in ("shares", "steps", "areas", "list"):
        write = {"shares": shares_text, "steps": steps_text, "areas": areas_text, "list": list_text}[kind]
        return str(write(value))
    if isinstance(value, (int, float)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
