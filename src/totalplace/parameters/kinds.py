"""Kinds of payment that a count keeps apart, and the rules that tell them, from `kinds.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SPENDING = "spending"
"""The kind of a payment that no rule sets apart."""
NO_SERVICE = ("lending-treasury", "precept-levy", "payroll-tax-pension")
"""Kinds of payment that are no spending on services."""


@dataclass(frozen=True)
class Kind:
    """A kind of payment: its id, and what people read of it."""

    id: str
    label: str
    description: str
    source: str


@dataclass(frozen=True)
class PayeeRule:
    """A rule on a payee's name: `words` in that order, one of `any`, none of `unless`, or the whole name."""

    id: str
    kind: str
    words: tuple[str, ...]
    any: frozenset[str]
    unless: frozenset[str]
    whole: bool
    reason: str

    def fits(self, name: list[str]) -> bool:
        """Whether a name, as folded words, is what the rule means."""
        if self.whole:
            return tuple(name) == self.words
        size = len(self.words)
        if not any(tuple(name[at : at + size]) == self.words for at in range(len(name) - size + 1)):
            return False
        have = set(name)
        return (not self.any or bool(have & self.any)) and not have & self.unless


@dataclass(frozen=True)
class TextRule:
    """A rule on the words of a line: a regular expression without look-around, found in any case."""

    id: str
    kind: str
    pattern: str
    reason: str


def kinds() -> tuple[Kind, ...]:
    """The kinds of payment, spending first."""
    return tuple(Kind(**row) for row in _file()["kind"])


@cache
def payee_rules() -> tuple[PayeeRule, ...]:
    """The rules on payees' names, first to fit wins."""
    return tuple(
        PayeeRule(
            row["id"],
            row["kind"],
            tuple(row["words"].split()),
            frozenset(row.get("any", ())),
            frozenset(row.get("unless", ())),
            row.get("whole", False),
            row["reason"],
        )
        for row in _file()["payee"]
    )


@cache
def text_rules() -> tuple[TextRule, ...]:
    """The rules on a line's own words, first to fit wins; some say 'spending' of a look-alike."""
    return tuple(TextRule(**row) for row in _file()["text"])


def payee_kind(name: str) -> str | None:
    """The kind of every payment to this payee, or None where the line's own words have to tell."""
    folded = name.isupper() and name.isascii() and name.replace(" ", "").isalnum()
    words = (name if folded else _FOLD.sub(" ", name.upper().replace("&", " AND ").replace("'", ""))).split()
    if _last_words().isdisjoint(words):
        return None
    if words[:2] == ["H", "M"]:
        words[:2] = ["HM"]
    return next((rule.kind for rule in _rules_for(words) if rule.fits(words)), None)


@cache
def text_patterns() -> list[tuple[str, str]]:
    """Pairs of kind and regular expression, in order. Department, category and purpose are each looked at alone:
    the first expression that is found in any of them tells the kind, and where none is the payment is spending.

    The expressions say 'any case' themselves, take an underscore for a space or the end of a word (ledgers
    write ``employees.employer_pensions``), and keep to what Rust's, Java's and Python's engines share.
    """
    return [(rule.kind, "(?i)" + _with_underscores(rule.pattern)) for rule in text_rules()]


def _with_underscores(pattern: str) -> str:
    return re.sub(r"\[([^\]]*) ([^\]]*)\]| ", _space, pattern).replace(r"\b", r"(?:\b|_)")


def _space(found: re.Match[str]) -> str:
    return "[ _]" if found[0] == " " else f"[{found[1]} _{found[2]}]"


_FOLD = re.compile(r"[^0-9A-Z]+")


def _rules_for(words: list[str]) -> list[PayeeRule]:
    """The rules that a name with these words can fit, first to fit first."""
    rules, by_word = payee_rules(), _by_word()
    return [rules[n] for n in sorted({n for word in words for n in by_word.get(word, ())})]


@cache
def _by_word() -> Mapping[str, tuple[int, ...]]:
    """Places of rules by their last word, which is rarer than the first and so lets most names pass at once."""
    out: dict[str, tuple[int, ...]] = {}
    for n, rule in enumerate(payee_rules()):
        out[rule.words[-1]] = (*out.get(rule.words[-1], ()), n)
    return out


@cache
def _last_words() -> frozenset[str]:
    return frozenset(_by_word())


@cache
def _file() -> dict[str, list[dict[str, Any]]]:
    import tomllib

    return tomllib.loads(files("totalplace.parameters").joinpath("kinds.toml").read_text("utf-8"))
