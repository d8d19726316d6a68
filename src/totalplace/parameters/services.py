"""What spending is for (COFOG, SeRCOP divisions, published labels) and what it buys (subjective groups), from files."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from totalplace.errors import UsageError, did_you_mean

NOT_CLASSIFIED = "not-classified"
"""The service of a payment that nothing tells surely enough: a class of its own, never left out."""

FILES = ("cofog.csv", "services.csv", "service_labels.csv", "subjective.toml")
"""The files that these rows come from; `parameters.version(*FILES)` tells one state of them from another."""


@dataclass(frozen=True)
class Function:
    """A division (`09`) or group (`09.1`) of COFOG: its code, our short label, where from, verified or unverified."""

    code: str
    label: str
    source: str
    status: str

    @property
    def division(self) -> str:
        """The code of the division that it is, or belongs to."""
        return self.code[:2]


@dataclass(frozen=True)
class Service:
    """A SeRCOP division: `cofog` is the group where no more is told, `also` the other groups that it spreads over."""

    id: str
    label: str
    cofog: str
    also: tuple[str, ...]
    description: str
    source: str
    status: str


@dataclass(frozen=True)
class PublishedLabel:
    """A label (and code) as published, and the service that it tells; an empty service: it tells only what is bought.

    `scheme` is 'proclass' or 'department'.
    """

    scheme: str
    code: str
    label: str
    service: str
    source: str
    status: str


@dataclass(frozen=True)
class Subjective:
    """A subjective group: what money buys, whatever service it is for."""

    id: str
    label: str


@dataclass(frozen=True)
class SubjectiveRule:
    """A rule on words: a regular expression without look-around, held against `lettered` text; the first tells."""

    group: str
    pattern: str
    reason: str


@cache
def functions() -> Mapping[str, Function]:
    """COFOG's divisions and groups by code, in the order of their codes."""
    return {row["code"]: Function(**row) for row in _rows("cofog.csv")}


@cache
def services() -> Mapping[str, Service]:
    """The SeRCOP divisions by id, in the order of the returns."""
    return {
        row["id"]: Service(**{**row, "also": tuple(code for code in row["also"].split(";") if code)})  # type: ignore[arg-type]  # texts but for it
        for row in _rows("services.csv")
    }


@cache
def published_labels() -> tuple[PublishedLabel, ...]:
    """Every label of a publisher that is mapped, with those that tell no service."""
    return tuple(PublishedLabel(**row) for row in _rows("service_labels.csv"))


def function(code: str) -> Function:
    """A COFOG division or group by code. Raises UsageError, with what may have been meant."""
    return _known(functions(), code, "COFOG code")


def service(name: str) -> Service:
    """A service by id or label, in any case. Raises UsageError, with what may have been meant."""
    ids = {folded(row.label): row.id for row in services().values()}
    return _known(services(), ids.get(folded(name), name.strip().lower()), "service")


def proclass(text: str) -> PublishedLabel | None:
    """What a published ProClass code (`321016`) or label tells, or None where it is neither."""
    return _proclass().get(folded(text))


def department_service(text: str) -> str:
    """The service that a whole department heading names, or '' where it names none."""
    return _departments().get(folded(text), "")


@cache
def subjectives() -> Mapping[str, Subjective]:
    """The subjective groups by id."""
    return {row["id"]: Subjective(row["id"], row["label"]) for row in _toml()["group"]}


@cache
def subjective_rules() -> tuple[SubjectiveRule, ...]:
    """The rules that tell a subjective group, first to fit first."""
    return tuple(SubjectiveRule(**row) for row in _toml()["rule"])


def subjective(*texts: str) -> str:
    """The subjective group of texts, most telling first (category, purpose, department); '' where no rule fits."""
    for text in texts:
        plain = lettered(text)
        for group, rule in _compiled():
            if rule.search(plain):
                return group
    return ""


def lettered(text: str) -> str:
    """A text as its words are looked at: small letters a to z, one space for all else; no apostrophes, & is and."""
    plain = text.lower().replace("'", "").replace("’", "").replace("&", " and ")
    return _NO_LETTER.sub(" ", plain).strip()


def folded(text: str) -> str:
    """A label as it is compared: capitals, `&` and `and` alike, apostrophes away, one space for all else."""
    plain = text.upper().replace("&", " AND ").replace("'", "").replace("’", "")
    return _NOT_WORD.sub(" ", plain).strip()


_Row = TypeVar("_Row")
_NOT_WORD = re.compile(r"[^0-9A-Z]+")
_NO_LETTER = re.compile(r"[^a-z]+")


def _known(rows: Mapping[str, _Row], key: str, what: str) -> _Row:
    if key not in rows:
        raise UsageError(f"'{key}' is no {what}{did_you_mean(key, list(rows))}")
    return rows[key]


@cache
def _proclass() -> Mapping[str, PublishedLabel]:
    rows = [row for row in published_labels() if row.scheme == "proclass"]
    by_label = {folded(row.label): row for row in rows}
    return by_label | {row.code: row for row in rows if row.code.isdigit()}


@cache
def _departments() -> Mapping[str, str]:
    named = {folded(row.label): row.id for row in services().values() if row.id != "other"}
    return named | {folded(row.label): row.service for row in published_labels() if row.scheme == "department"}


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((rule.group, re.compile(rule.pattern)) for rule in subjective_rules())


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = files("totalplace.parameters").joinpath(name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def _toml() -> dict[str, list[dict[str, str]]]:
    import tomllib

    return tomllib.loads(files("totalplace.parameters").joinpath("subjective.toml").read_text("utf-8"))
