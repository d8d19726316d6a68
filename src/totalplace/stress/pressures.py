"""Reads a pressure: a figure or a range in per cent, and how it comes over the years, as factors."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from totalplace.errors import ScenarioError, did_you_mean
from totalplace.stress.scenario import CASES, SHAPES, Pressure

CHANGES = ("funding", "income")
"""Pressures that are a change by the last year; the others grow every year."""
CHANGE_KEYS = ("change", *CASES, "steps", "distribution", "source")
GROWTH_KEYS = ("a_year", *CASES, "distribution", "source")
STEPS = ("equal", "given")
LEAST, MOST = Decimal(-100), Decimal(900)
_LONGEST = 40


def pressure_of(name: str, value: Any, where: str, years: int, *, shared: bool) -> Pressure:
    """A pressure from what TOML says of it; raises ScenarioError naming what is wrong."""
    growth = name not in CHANGES
    keys = GROWTH_KEYS if growth else CHANGE_KEYS
    table = {"a_year": value} if growth and not isinstance(value, dict) else value
    if not isinstance(table, dict):
        raise ScenarioError(
            f'{where} is {value!r}; say also how it comes: {name} = {{ change = {value}, steps = "equal" }} '
            'for equal steps up to the last year, or steps = "given" with a list of yearly steps'
        )
    for key in table:
        if key not in keys:
            raise ScenarioError(f"{where}: unknown key '{key}'{did_you_mean(key, list(keys))}")
    steps = "" if growth else _steps(table, where)
    shape = _shape(table, where)
    figures = _figures(table, "a_year" if growth else "change", shape, where)
    paths = {case: _path(figures[case], steps, years, where) for case in CASES}
    ends = {case: path[0] if growth else sum(path, Decimal(0)) for case, path in paths.items()}
    _mild_to_severe(ends, where, falling=not growth)
    if shape and steps == "given":
        raise ScenarioError(
            f'{where}: a distribution needs steps = "equal": one figure is drawn, and comes in equal steps'
        )
    return Pressure(
        factors={case: _factors(path, steps, years) for case, path in paths.items()},
        ends=ends,
        words=_words(ends, steps, shape, paths["central"]),
        source=_source(table, where),
        shape=shape,
        growth=growth,
        shared=shared,
    )


def _source(table: Mapping[str, Any], where: str) -> str:
    source = table.get("source", "")
    if not isinstance(source, str):
        raise ScenarioError(f"{where}: source is {source!r}; it must be text in quotation marks")
    return source.strip()


def _steps(table: Mapping[str, Any], where: str) -> str:
    steps = table.get("steps")
    if steps not in STEPS:
        found = "is not given" if steps is None else f"is {steps!r}"
        raise ScenarioError(
            f'{where}: steps {found}; write steps = "equal" (equal steps up to the last year) or steps = "given" '
            "(the change is a list, a step a year, in points of the base year)"
        )
    return str(steps)


def _shape(table: Mapping[str, Any], where: str) -> str:
    shape = table.get("distribution", "")
    if shape and shape not in SHAPES:
        raise ScenarioError(f"{where}: distribution {shape!r} is not known{did_you_mean(str(shape), list(SHAPES))}")
    return str(shape)


def _figures(table: Mapping[str, Any], single: str, shape: str, where: str) -> dict[str, Any]:
    """The figure of each case; a single figure is that of all."""
    ranged = [case for case in CASES if case in table]
    if single in table:
        if ranged or shape:
            other = ranged[0] if ranged else "distribution"
            raise ScenarioError(f"{where}: {single} is one figure, and {other} is given too; choose one or the other")
        return dict.fromkeys(CASES, table[single])
    needed = ("low", "high") if shape == "uniform" else CASES
    if missing := [case for case in needed if case not in table]:
        raise ScenarioError(
            f"{where}: {missing[0]} is not given; write {single} = one figure, or low, central and high"
        )
    figures = {case: table[case] for case in ranged}
    if shape == "uniform":
        if "central" in figures:
            raise ScenarioError(f"{where}: a uniform distribution has no central figure of its own; take it out")
        low, high = (percent_of(figures[case], where) for case in ("low", "high"))
        figures["central"] = (low + high) / 2
    return figures


def _path(value: Any, steps: str, years: int, where: str) -> list[Decimal]:
    """Per cent of each year: the steps of a change, or the growth a year."""
    if steps != "given":
        if isinstance(value, list):
            raise ScenarioError(f'{where}: a list of steps needs steps = "given"')
        each = percent_of(value, where)
        return [each] if steps else [each] * years
    if not isinstance(value, list) or len(value) != years:
        found = f"{len(value)} steps are" if isinstance(value, list) else "one figure is"
        raise ScenarioError(f"{where}: {found} given for {years} years; write a list with a step for each year")
    return _checked_steps([percent_of(step, where) for step in value], where)


def _checked_steps(steps: list[Decimal], where: str) -> list[Decimal]:
    reached = Decimal(0)
    for step in steps:
        reached += step
        _in_bounds(reached, where)
    return steps


def percent_of(value: Any, where: str) -> Decimal:
    """A percentage as a number or as text ('-30%'); raises ScenarioError where it cannot be one."""
    text = str(value).strip().removesuffix("%").strip().replace("−", "-")
    try:
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal) or len(text) > _LONGEST:
            raise InvalidOperation
        found = Decimal(text)
    except InvalidOperation:
        raise ScenarioError(f"{where}: {text[:_LONGEST]!r} is not a percentage such as -30 or 2.5") from None
    if not found.is_finite():
        raise ScenarioError(f"{where}: {text!r} is not a percentage such as -30 or 2.5")
    _in_bounds(found, where)
    if found != round(found, 6):
        raise ScenarioError(f"{where}: {text} has more than six decimals")
    return found


def _in_bounds(percent: Decimal, where: str) -> None:
    if percent < LEAST:
        raise ScenarioError(f"{where}: {percent:f}% is a cut of more than 100%; nothing can lose more than all of it")
    if percent > MOST:
        raise ScenarioError(f"{where}: {percent:g}% is more than tenfold; write per cent, such as 2 for 2%")


def _mild_to_severe(ends: Mapping[str, Decimal], where: str, *, falling: bool) -> None:
    """Raises ScenarioError where low is not the mild case: low cuts less and grows less than high."""
    order = [-ends[case] if falling else ends[case] for case in CASES]
    if order != sorted(order):
        told = ", ".join(f"{case} {ends[case]:f}%" for case in CASES)
        severe = "the largest cut" if falling else "the strongest growth"
        raise ScenarioError(f"{where}: {told}; low is the mild case, high the severe one ({severe}): put them in order")


def _factors(path: list[Decimal], steps: str, years: int) -> tuple[Fraction, ...]:
    """What the base year's figure is multiplied by in each year ahead: exact."""
    percents = [Fraction(percent) / 100 for percent in path]
    if steps == "equal":
        return tuple(1 + percents[0] * n / years for n in range(1, years + 1))
    if steps == "given":
        return tuple(1 + sum(percents[:n], Fraction(0)) for n in range(1, years + 1))
    found, reached = [], Fraction(1)
    for percent in percents:
        reached *= 1 + percent
        found.append(reached)
    return tuple(found)


def _words(ends: Mapping[str, Decimal], steps: str, shape: str, central: list[Decimal]) -> str:
    """How a pressure is told to people."""
    how = {
        "equal": "by the last year, in equal steps",
        "given": f"by the last year, in steps of {', '.join(map(_percent, central))}",
        "": "a year",
    }[steps]
    if len(set(ends.values())) == 1:
        return f"{_percent(ends['central'])} {how}"
    spread = ""
    if shape == "uniform":
        spread = "; every figure between as likely as another (uniform)"
    elif shape:
        spread = "; figures near the central one are likelier (triangular)"
    low, middle, high = (_percent(ends[case]) for case in CASES)
    return f"{middle} {how}; from {low} (low) to {high} (high){spread}"


def _percent(value: Decimal) -> str:
    """``+2%``, ``−30%``."""
    text = f"{abs(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'−' if value < 0 else '+' if value else ''}{text}%"
