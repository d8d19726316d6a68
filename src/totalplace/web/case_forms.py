"""The forms of the editor of business cases: which fields each table has, with help, bounds and what can be chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.appraisal.case import COST_KINDS, DEADWEIGHTS, MOST_YEARS, SHAPES
from totalplace.appraisal.editing import Wrong
from totalplace.appraisal.fields import Kind
from totalplace.appraisal.reader import COHORT_GRADES, SCALE, SHARE, SINGLE, tables_there
from totalplace.appraisal.reading_lines import BENEFIT_GRADES, NUMBERS
from totalplace.appraisal.words import CAPITAL, CASHABLE, HELP, RANGE
from totalplace.errors import UsageError
from totalplace.terms import check_year, first_up
from totalplace.web.case_fields import bounds_words, shown
from totalplace.web.case_groups import BOUNDS, GROUPS, THINGS, Group, Spec

Choices = Mapping[str, tuple[tuple[str, str], ...]]
"""What can be chosen, by key: value and words."""


@dataclass(frozen=True)
class Field:
    """A field as the form draws it; `texts` by the part of it, `parts` with their labels where it has several."""

    key: str
    kind: str
    label: str
    help: str
    texts: Mapping[str, str]
    options: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str, str], ...] = ()
    """Of a field in parts: part, label, help."""


def specs(table: str) -> tuple[Spec, ...]:
    """The fields of a table."""
    return tuple(spec for group in GROUPS[table] for spec in group.fields)


def form_of(
    table: str, said: Mapping[str, Any], tables: Mapping[str, Any], keys: Sequence[str]
) -> list[tuple[Group, list[Field]]]:
    """The form of a table: groups of fields with what each holds. `keys` are the numbers of the case, by key."""
    choices = options_of(tables)

    def drawn(spec: Spec) -> Field:
        return field_of(table, spec, shown(field_kind(spec[1]), said.get(spec[0])), choices, keys)

    return [(group, [drawn(spec) for spec in group.fields]) for group in GROUPS[table]]


def field_kind(kind: str) -> str:
    """Kinds that differ only in how they are drawn are one for reading."""
    return {"id": "text", "choice": "text", "cost": "text", "grade": "number"}.get(kind, kind)


def field_of(table: str, spec: Spec, texts: Mapping[str, str], choices: Choices, keys: Sequence[str]) -> Field:
    """A field with its help and what can be chosen."""
    key, kind, label = spec
    said = WORDS.get((table, key), HELP[table][key])
    words, options = f"{said}{_bounds(table, key, kind)}", choices.get(key, ())
    parts: tuple[tuple[str, str, str], ...] = ()
    if kind == "grades":
        names = COHORT_GRADES if table == "cohort" else BENEFIT_GRADES
        parts = tuple((name, name.capitalize(), "") for name in names)
    elif kind == "range":
        parts = (("value", "Central", ""), ("low", "Low", ""), ("high", "High", ""), ("shape", "Spread", ""))
        options = (("", "pert"), *((shape, shape) for shape in SHAPES[1:]))
    elif kind == "cashable":
        parts = tuple((part, CASH_LABELS[part], _bare(what)) for part, what in CASHABLE.items())
    elif kind == "capital":
        parts = (("types", "Kinds of work", _bare(CAPITAL["types"])), ("mitigated", "Share dealt with", ""))
    elif kind == "years":
        count = max([len(choices["years"]), *(int(part) for part in texts)])
        years = [words for _, words in choices["years"]]
        parts = tuple((str(at), years[at - 1] if at <= len(years) else f"Year {at}", "") for at in range(1, count + 1))
    elif kind == "pair":
        parts, options = (("1", "First", ""), ("2", "Second", "")), tuple((each, each) for each in keys)
    return Field(key, kind, label, _bare(words), texts, options, parts)


_CODE = re.compile(r"[,:]?(?: or| such as)? `(?:\{[^`]*\}|\"[^`]*\")`")


def _bare(words: str) -> str:
    """Help without what is for those who write the file: code, and what the boxes of a range show by themselves."""
    return " ".join(_CODE.sub("", words.replace(RANGE, "")).replace("`", "").split())


WORDS = {
    ("agency", "public"): "Money that is no public budget is a cost to the public, and never to budgets.",
    ("option", "business_as_usual"): "All others are over and above it; exactly one option is.",
    ("benefit", "actual_crime"): "Where units are crimes that were recorded: more happen than are.",
    ("benefit", "unit_cost"): "The code of a unit cost; its values and their price years come with it.",
    ("benefit", "cashable"): "What can be taken out of budgets; nothing if not given.",
    ("benefit", "gains"): "Shares of the groups whose incomes the weights of the case have.",
    ("cost", "pays"): "Shares by agency, at one level or two (Local Authority/Housing); they must come to 1.",
    ("cost", "capital"): "Instead of a grade: the published optimism of such work, less what is dealt with.",
    ("cost", "mitigated"): "The share of the optimism that has been dealt with.",
    ("correlation", "r"): "1 for always together, 0 for not at all, -1 for always against each other.",
    ("case", "discount"): "How much less a pound of a later year counts; that of the Green Book 2022 if not given.",
    ("weights", "eta"): "How steeply a pound counts for more to those with less; 1.3 if not given.",
}
"""Words of a form where those for the file say how it is written there."""
CASH_LABELS = {
    "share": "Share",
    "step": "Step",
    "agencies": "Agencies that differ",
    "budget_line": "Budget line",
    "confirmed_by": "Confirmed by",
    "confirmed_on": "Confirmed on",
}
_SHARE_KEYS = ("engagement", "retention")


def _bounds(table: str, key: str, kind: str) -> str:
    """The unit and bounds of a number, in a sentence."""
    found: Kind | None = None
    if key in _SHARE_KEYS:
        found = SHARE
    elif key == "spread":
        found = SCALE
    elif table == "benefit" and key in NUMBERS and kind == "range":
        found = NUMBERS[key][0]
    if found:
        return f" It is {bounds_words(found.least, found.most, found.unit)}."
    if (table, key) in BOUNDS:
        return f" It is {bounds_words(*BOUNDS[table, key])}."
    return ""


def options_of(tables: Mapping[str, Any]) -> Choices:
    """What can be chosen of each key: value and words."""
    from totalplace.parameters.deflators import vintages
    from totalplace.parameters.discounting import schedules
    from totalplace.parameters.worth import worths

    none = ("", "Not given")
    options = _named(tables, "option")
    schedule = (none, *((each.id, each.title) for each in schedules()))
    outcomes = [each for each in tables_there(tables, "logic") if each.get("kind") in ("outcome", "impact")]
    grades = (none, *((str(n), f"{n}{' (best)' if n == 1 else ' (a guess)' if n == 6 else ''}") for n in range(1, 7)))
    return {
        "deadweight": ((DEADWEIGHTS[0], "as a part of the impact"), (DEADWEIGHTS[1], "in percentage points off it")),
        "discount": schedule,
        "deflator": (none, *((each.id, each.id) for each in vintages())),
        "option": (none, *options),
        "kind": tuple((kind, kind) for kind in COST_KINDS),
        "cohort": (none, *_named(tables, "cohort")),
        "outcome": (none, *((str(each.get("id", "")), str(each.get("name", ""))) for each in outcomes)),
        "based_on": (none, *_named(tables, "scenario")),
        "worth_of": (none, *((each.id, each.title) for each in worths() if each.prices)),
        "grade": grades,
        "grades": grades,
        "years": tuple((year, year) for year in _years(tables)),
        "public": (("", "a public budget"), ("no", "not public: a charity's, a firm's, volunteers'")),
    }


def _years(tables: Mapping[str, Any]) -> list[str]:
    """The financial years of the case, as far as it says them."""
    head = tables.get("case")
    first, count = (head.get("first_year"), head.get("years")) if isinstance(head, Mapping) else (None, None)
    try:
        start = int(check_year(str(first))[:4])
    except UsageError:
        return []
    if type(count) is not int or not 0 < count <= MOST_YEARS:
        return []
    return [f"{year}-{(year + 1) % 100:02d}" for year in range(start, start + count)]


def _named(tables: Mapping[str, Any], table: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(each.get("id", "")), str(each.get("name") or each.get("id", ""))) for each in tables_there(tables, table)
    )


_LISTS = ("people", "amounts", "hours", "units")
"""Settings with a number a year."""


def field_words(table: str, key: str) -> str:
    """A field in words: its label, and the part of it that a key such as ``need.low`` means."""
    first, _, part = key.partition(".")
    label = next((words for each, _, words in specs(table) if each == first), "") if table in GROUPS else ""
    inside = f"year {part}" if part.isdecimal() and first in _LISTS else part.replace(".", ", ").replace("_", " ")
    return ", ".join([label or first.replace("_", " ").capitalize(), *([inside] if part not in ("", "value") else [])])


def called(wrong: Wrong, tables: Mapping[str, Any]) -> str:
    """The place of what is wrong as the forms call it: ``Benefit 'Fewer bed days': Share with the need``."""
    table, number = wrong.table, wrong.number
    if not table:
        return ""
    title, one = THINGS.get(table, ("Logic model", "step of the logic model") if table == "logic" else (table, table))
    held = tables.get(table, [])
    if not number or table in SINGLE or not isinstance(held, list):
        head = title
    else:
        said = held[number - 1] if number <= len(held) else None
        named = said.get("name") or said.get("id") if isinstance(said, Mapping) else None
        head = f"{first_up(one)} " + (f"'{named}'" if named else str(number))
    return f"{head}: {field_words(table, wrong.key)}" if wrong.key else head


def title_of(table: str, number: int, said: Mapping[str, Any]) -> str:
    """What one table is called."""
    if table in ("case", "weights"):
        return THINGS[table][0]
    if table == "correlation":
        held = said.get("between", [])
        return " and ".join(map(str, held)) if isinstance(held, list) else f"Pair {number}"
    return str(said.get("name") or said.get("id") or f"{THINGS[table][1].capitalize()} {number}")
