"""Reads the steps of a logic model from tables, strictly: what is not understood is named with its place and key."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from totalplace.errors import LogicError, UsageError, did_you_mean
from totalplace.folder import NAME
from totalplace.logic.step import KEYS, KINDS, LISTS, MEASURED, NUMBERS, TEXTS, Number, Step
from totalplace.terms import check_year, slug

Where = Callable[[int, str], str]
"""The words for a place: of a step by its number (from 1) and a key, which is '' for the whole step."""
MOST_STEPS = 500
"""A model of more steps is none that anybody could read."""
MOST_LISTED = 100
"""So many links, or assumptions, a step has at most."""
LONGEST = 5_000
"""Letters of the longest text; of a name LONGEST_NAME."""
LONGEST_NAME = 300
_LARGEST = 10**15
_MOST_YEARS = 100
_WORST = 6


def plain_where(number: int, key: str) -> str:
    """The words for a place where no file is known: ``step 3: kind``."""
    return f"step {number}: {key}" if key else f"step {number}"


def toml_where(file: str) -> Where:
    """The words for places in a TOML file: ``cases/families.toml: [[logic]] 3: kind``."""

    def where(number: int, key: str) -> str:
        return f"{file}: [[logic]] {number}: {key}" if key else f"{file}: [[logic]] {number}"

    return where


def steps_of(tables: Sequence[Any], where: Where = plain_where) -> tuple[Step, ...]:
    """The steps that tables say, in their order; raises LogicError naming the step and key at fault."""
    if len(tables) > MOST_STEPS:
        words = f"it has {len(tables):,} steps, and at most {MOST_STEPS} can be; part the model"
        raise LogicError(f"{where(MOST_STEPS + 1, '')}: {words}")
    steps: list[Step] = []
    seen: dict[str, int] = {}
    for n, table in enumerate(tables, 1):
        step = _step(n, table, where)
        if step.id in seen:
            first = seen[step.id]
            raise LogicError(f"{where(n, 'id')}: '{step.id}' is the id of step {first} too; give one another id")
        seen[step.id] = n
        steps.append(step)
    return tuple(steps)


def _step(n: int, table: Any, where: Where) -> Step:
    if not isinstance(table, Mapping):
        raise LogicError(f"{where(n, '')} must be a table of settings, with an id, a kind and a name")
    for key in table:
        if key not in KEYS:
            raise LogicError(f"{where(n, '')}: unknown key '{key}'{did_you_mean(str(key), list(KEYS))}")
    values: dict[str, Any] = {key: _text(table, key, n, where) for key in TEXTS if key != "by"}
    values["by"] = _by(table.get("by", ""), where(n, "by"))
    values |= {key: _texts(table, key, n, where) for key in LISTS}
    values |= {key: _number(table[key], where(n, key)) for key in NUMBERS if key in table}
    values["evidence_grade"] = _grade(table.get("evidence_grade"), where(n, "evidence_grade"))
    values["dis_benefit"] = _flag(table.get("dis_benefit", False), where(n, "dis_benefit"))
    step = Step(**values)
    _check(step, n, where)
    return step


def _check(step: Step, n: int, where: Where) -> None:
    """Raises LogicError where a step cannot be told from others, or contradicts itself."""
    if not step.name.strip():
        raise LogicError(f"{where(n, 'name')}: it has no name; say what the step is in a few words")
    if len(step.name) > LONGEST_NAME:
        words = f"it has {len(step.name):,} letters, and at most {LONGEST_NAME} can be; write the rest in note"
        raise LogicError(f"{where(n, 'name')}: {words}")
    near = slug(step.name)[:80].strip("-") or "step-1"
    if not step.id:
        raise LogicError(f"{where(n, 'id')}: it has no id; give it one that stays, such as '{near}'")
    if not NAME.fullmatch(step.id):
        near = slug(step.id)[:80].strip("-") or near
        raise LogicError(f"{where(n, 'id')}: '{step.id}' must be made of a-z, 0-9 and hyphens, such as '{near}'")
    if step.kind not in KINDS:
        found = f"'{step.kind}' is not a kind of step{did_you_mean(step.kind, list(KINDS))}" if step.kind else ""
        raise LogicError(f"{where(n, 'kind')}: {found or 'it has no kind; write one of ' + ', '.join(KINDS)}")
    if step.dis_benefit and step.kind not in MEASURED:
        raise LogicError(
            f"{where(n, 'dis_benefit')}: an {step.kind} cannot be a dis-benefit; mark the outcome that is not wanted"
        )
    if step.lag_years is not None and not 0 <= step.lag_years <= _MOST_YEARS:
        words = f"it is {step.lag_years}; it must be a number of years from 0 to {_MOST_YEARS}"
        raise LogicError(f"{where(n, 'lag_years')}: {words}")


def _text(table: Mapping[str, Any], key: str, n: int, where: Where) -> str:
    return _checked(table.get(key, ""), where(n, key))


def _checked(value: Any, place: str) -> str:
    """A text that any file, picture or page can hold."""
    if not isinstance(value, str):
        raise LogicError(f"{place}: it is {_shown(value)}; it must be text in quotation marks")
    if len(value) > LONGEST:
        raise LogicError(f"{place}: it has {len(value):,} letters, and at most {LONGEST:,} can be")
    for letter in value:
        if letter not in "\n\t" and (unicodedata.category(letter) in ("Cc", "Cs") or letter in "\ufffe\uffff"):
            raise LogicError(
                f"{place}: it holds the control character U+{ord(letter):04X}, which is no text; delete it"
            )
    return value


def _texts(table: Mapping[str, Any], key: str, n: int, where: Where) -> tuple[str, ...]:
    place, values = where(n, key), table.get(key, [])
    if not isinstance(values, list | tuple):
        raise LogicError(f'{place}: it is {_shown(values)}; it must be a list of texts, such as ["..."]')
    if len(values) > MOST_LISTED:
        raise LogicError(f"{place}: it has {len(values):,} entries, and at most {MOST_LISTED} can be")
    texts = tuple(_checked(value, place) for value in values)
    if not all(text.strip() for text in texts):
        raise LogicError(f"{place}: one of its entries is empty; take it out")
    return texts


def _number(value: Any, place: str) -> Number:
    """A whole number or a float; a Decimal only where a float says the same."""
    if isinstance(value, Decimal) and value.is_finite():
        whole = int(value) if value == value.to_integral_value() and abs(value) < _LARGEST else None
        found: Number = float(value) if whole is None else whole
        if Decimal(repr(found)) != value:
            raise LogicError(f"{place}: {value} has more figures than can be kept; round it")
        return found
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LogicError(f"{place}: it is {_shown(value)}; {_number_tip(value)}")
    if not math.isfinite(value) or abs(value) >= _LARGEST:
        raise LogicError(f"{place}: it is {_shown(value)}; it must be a number that can be")
    return value


def _number_tip(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    bare = text.rstrip("%").strip().replace(",", "").lstrip("£")
    try:
        tip = f"{float(bare):g}" if math.isfinite(float(bare)) else ""
    except ValueError:
        tip = ""
    words = "it must be a number without quotation marks"
    return f"{words}, such as {tip}, with what it counts in unit" if tip else words


def _grade(value: Any, place: str) -> int:
    if value is None:
        return 0
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _WORST:
        raise LogicError(f"{place}: it is {_shown(value)}; it must be a whole number from 1 (best) to {_WORST}")
    return value


def _flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise LogicError(f"{place}: it is {_shown(value)}; it must be true or false, without quotation marks")
    return value


def _by(value: Any, place: str) -> str:
    """A date as ISO text or a financial year; a date of TOML becomes its text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    text = _checked(value, place) if isinstance(value, str) else ""
    if value == "":
        return ""
    if text:
        try:
            return check_year(text)
        except UsageError:
            pass
        try:
            if date.fromisoformat(text).isoformat() == text:
                return text
        except ValueError:
            pass
    raise LogicError(f"{place}: it is {_shown(value)}; it must be a date such as 2027-03-31 or a year such as 2026-27")


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str | bool | int | float | list | tuple) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
