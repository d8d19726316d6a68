"""Rules against a place: which values they ask for here, what of them has gone, and which one a payment meets first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from totalplace.definition import Definition
from totalplace.errors import UsageError
from totalplace.money.cuts import known_filters
from totalplace.parameters.bodies import register
from totalplace.parameters.schemes import Rule
from totalplace.terms import EMPTY

NOBODY = EMPTY["to_body"]
"""What `to_body` says of money that was paid to no public body: '' in a count."""

Numbers = Callable[[Sequence[str]], list[str]]
"""Gives the numbers of suppliers by name; raises UsageError where a name is nobody's."""


@dataclass(frozen=True)
class Fit:
    """A rule as it stands in a place: `asks` are the values that pass by column of a count, none of them empty unless
    the rule can fit nothing; `gone` says what of the rule is not there."""

    rule: Rule
    asks: Mapping[str, frozenset[str]]
    gone: tuple[str, ...]


def fit(rule: Rule, definition: Definition, numbers: Numbers) -> Fit:
    """The rule in terms of a place's count. What is not there is told, and fits nothing; it is no error."""
    asks: dict[str, frozenset[str]] = {}
    gone: list[str] = []
    for name, values in rule.conditions:
        column = {"body_kind": "body", "to_body_kind": "to_body"}.get(name, name)
        found: set[str] = set()
        for value in values:
            try:
                found |= _values(name, value, definition, numbers)
            except UsageError as error:
                gone += [f"{name}: {error}"] if rule.own else []
        asks[column] = asks.get(column, frozenset(found)) & found
    return Fit(rule, asks, tuple(gone))


def _values(name: str, value: str, definition: Definition, numbers: Numbers) -> set[str]:
    """What a value of a condition is in a count. Raises UsageError where the place has nothing of it."""
    if name == "body_kind":
        return {body.id for body in definition.bodies if body.kind == value}
    if name == "to_body_kind":
        declared = {body.id for body in definition.bodies}
        shipped = {body.id for body in register() if body.kind == value} - declared
        return shipped | {body.id for body in definition.bodies if body.kind == value}
    if name == "supplier":
        return set(numbers([value]))
    if name in ("body", "to_body") and (name, value) != ("to_body", NOBODY):
        return set(known_filters(definition, {name: [value]})[name])
    return {"" if EMPTY.get(name) == value else value}  # whether it can be was seen when the rule was read


def check(rule: Rule, definition: Definition, numbers: Numbers) -> None:
    """Raises UsageError for the first thing that a rule asks for and that the place has nothing of."""
    for name, values in rule.conditions:
        for value in values:
            _values(name, value, definition, numbers)


def first_fits(
    fits: Sequence[Fit], columns: Sequence[str], keys: Iterable[tuple[str, ...]]
) -> list[tuple[int | None, tuple[int, ...]]]:
    """For each cell the place of the first rule that fits it (None: no rule), and those of all that do.

    `keys` hold the values of `columns`. A rule that asks for a column that is not among them fits nothing.
    """
    at = {name: n for n, name in enumerate(columns)}
    asked = [
        (n, [(at[name], values) for name, values in found.asks.items()])
        for n, found in enumerate(fits)
        if set(found.asks) <= set(at)
    ]
    narrow = sorted({place for _, tests in asked for place, _ in tests})
    known: dict[tuple[str, ...], tuple[int | None, tuple[int, ...]]] = {}
    out = []
    for key in keys:
        told = tuple([key[n] for n in narrow])
        if told not in known:
            every = tuple(n for n, tests in asked if _all_fit(key, tests))
            known[told] = (every[0] if every else None, every)
        out.append(known[told])
    return out


def _all_fit(key: Sequence[str], tests: Sequence[tuple[int, frozenset[str]]]) -> bool:
    for at, values in tests:  # noqa: SIM110 - a generator takes twice as long, and every cell asks every rule
        if key[at] not in values:
            return False
    return True


def columns_asked(fits: Iterable[Fit]) -> set[str]:
    """The columns of a count that rules ask for."""
    return {name for found in fits for name in found.asks}


def suppliers_asked(fits: Iterable[Fit]) -> tuple[str, ...]:
    """The numbers of the suppliers that rules ask for."""
    return tuple(sorted({value for found in fits for value in found.asks.get("supplier", ())}))
