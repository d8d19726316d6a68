"""Schemes of classes that money is tagged by (control, role, core, prevention), and the rules shipped with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from totalplace.errors import UsageError, did_you_mean
from totalplace.parameters.kinds import kinds
from totalplace.parameters.services import NOT_CLASSIFIED, services, subjectives
from totalplace.terms import BODY_KINDS, EMPTY, check_year

UNCLASSIFIED = "unclassified"
"""The class of money that no rule fits, or that a rule leaves open: a class of every scheme, never left out."""

SCHEMES = ("control", "role", "core", "prevention")
"""The schemes that there are, each a file of this folder."""

CONDITIONS = ("body", "body_kind", "kind", "service", "subjective", "to_body", "to_body_kind", "supplier", "year")
"""What a rule can ask of a payment. All conditions of a rule have to fit; one value of each is enough."""


@dataclass(frozen=True)
class TagClass:
    """A class of a scheme. `influenceable`: whether bodies of the place can change what the money is spent on."""

    id: str
    label: str
    description: str
    influenceable: bool = False


OPEN = TagClass(UNCLASSIFIED, "Unclassified", "No rule says what it is, or a rule leaves it open.")


@dataclass(frozen=True)
class Rule:
    """A rule: money that all `conditions` fit is of the class `tag`, where no rule before it fits.

    `source` and `status` ('verified', 'unverified') are those of a shipped rule, `by` says who stands behind a rule of
    the place's own.
    """

    id: str
    scheme: str
    tag: str
    conditions: tuple[tuple[str, tuple[str, ...]], ...]
    reason: str
    source: str = ""
    status: str = ""
    by: str = ""
    own: bool = False

    @property
    def asked(self) -> Mapping[str, tuple[str, ...]]:
        """The conditions by name."""
        return dict(self.conditions)


@dataclass(frozen=True)
class Scheme:
    """Named classes, the last of them 'unclassified', and the rules shipped with them, first to fit first."""

    id: str
    title: str
    question: str
    note: str
    classes: tuple[TagClass, ...]
    rules: tuple[Rule, ...]

    def label(self, tag: str) -> str:
        """What people read of a class."""
        return next(found.label for found in self.classes if found.id == tag)

    def known(self, tag: str) -> str:
        """A class by id or label, in any case; raises UsageError with what may have been meant."""
        wanted = tag.strip().lower()
        for found in self.classes:
            if wanted in (found.id, found.label.lower()):
                return found.id
        raise UsageError(f"'{tag}' is not a class of {self.id}{did_you_mean(wanted, [c.id for c in self.classes])}")


def scheme(name: str) -> Scheme:
    """A scheme by its id; raises UsageError with what may have been meant."""
    if name not in SCHEMES:
        raise UsageError(f"'{name}' is not a scheme of tags{did_you_mean(name, list(SCHEMES))}")
    return _read(name)


@cache
def _read(name: str) -> Scheme:
    import tomllib

    raw = tomllib.loads(files("totalplace.parameters").joinpath(f"{name}.toml").read_text("utf-8"))
    classes = (*(TagClass(**row) for row in raw["class"]), OPEN)
    return Scheme(**raw["scheme"], classes=classes, rules=tuple(_shipped(name, row) for row in raw.get("rule", ())))


def _shipped(name: str, row: Mapping[str, Any]) -> Rule:
    return Rule(
        row["id"], name, row["class"], conditions_of(row), row["reason"], source=row["source"], status=row["status"]
    )


def conditions_of(row: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The conditions of a rule's table in one order: a text alone is one value. Raises UsageError for what cannot be.

    Bodies and suppliers are of a place: whether they are there is seen where a rule meets one.
    """
    found = []
    for name in CONDITIONS:
        values = row.get(name, [])
        values = [values] if isinstance(values, str) else values
        if not isinstance(values, list | tuple) or not all(isinstance(v, str) and v.strip() for v in values):
            raise UsageError(f"{name} must be a text or a list of texts, none of them empty")
        for value in values:
            check_value(name, value)
        if values:
            found.append((name, tuple(dict.fromkeys(values))))
    return tuple(found)


_KNOWN: Mapping[str, tuple[str, Callable[[], list[str]]]] = {
    "body_kind": ("a kind of body", lambda: list(BODY_KINDS)),
    "to_body_kind": ("a kind of body", lambda: list(BODY_KINDS)),
    "kind": ("a kind of payment", lambda: [kind.id for kind in kinds()]),
    "service": ("a service", lambda: [*services(), NOT_CLASSIFIED]),
    "subjective": ("a subjective group", lambda: [*subjectives(), EMPTY["subjective"]]),
}


def label(name: str, value: str) -> str:
    """What people read of a value of a condition: the label of a kind of payment, a service, a subjective group."""
    return _labels().get((name, value), value)


@cache
def _labels() -> dict[tuple[str, str], str]:
    found = {("kind", kind.id): kind.label for kind in kinds()}
    found |= {("service", row.id): row.label for row in services().values()}
    found |= {("subjective", row.id): row.label for row in subjectives().values()}
    return found | {
        ("service", NOT_CLASSIFIED): "Not classified",
        ("to_body", EMPTY["to_body"]): "No public body",
        ("subjective", ""): "Not told",
        ("subjective", EMPTY["subjective"]): "Not told",
    }


def check_value(name: str, value: str) -> None:
    """Raises UsageError where a value of a condition is none that can be, in whatever place."""
    if name == "year":
        check_year(value)
    elif name in _KNOWN:
        what, known = _KNOWN[name]
        if value not in known():
            raise UsageError(f"'{value}' is not {what}{did_you_mean(value, known())}")
