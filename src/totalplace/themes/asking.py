"""A theme's rules as this place can be asked: names become ids, and what is not here is told and passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from totalplace.errors import UsageError
from totalplace.parameters.bodies import register
from totalplace.store.queries import rows
from totalplace.themes.cells import Asked
from totalplace.themes.taking import Taking
from totalplace.themes.theme import Rule, Theme, Words
from totalplace.themes.words import folded

if TYPE_CHECKING:
    from totalplace.definition import Definition
    from totalplace.store.layout import Run

Suppliers = Mapping[str, tuple[int, ...]]
"""Suppliers by number, for each name or number that rules give."""


@dataclass
class _Asking:
    definition: Definition
    run: Run
    suppliers: Suppliers
    warnings: list[str] = field(default_factory=list)

    def rule(self, n: int, rule: Rule) -> Asked:
        """A rule as it can be asked; what is not here is told."""
        if not (rule.where or rule.words or rule.not_words):
            return Asked(never=True)  # of a draft
        found: list[tuple[str, tuple[Any, ...]]] = []
        for name, values in rule.where:
            known = sorted({each for value in values for each in self._here(n, name, value)})
            if not known:
                self.warnings.append(f"Rule {n} takes nothing: {_WORDS[name]} that it asks for is not here")
                return Asked(never=True)
            found.append(("supplier_id" if name == "supplier" else name, tuple(known)))
        return Asked(tuple(found), _words(rule))

    def _here(self, n: int, name: str, value: str) -> Iterable[Any]:
        """What a value of a condition stands for in this place; nothing where it is not here, which is told."""
        if name == "supplier":
            here: Sequence[Any] = self.suppliers.get(value, ())
        elif name in ("body", "to_body"):
            here = self._body(name, value)
        elif name == "year":
            here = [value] if value in {cell["year"] for cell in self.run.years()} else []
        else:
            return [value]
        if not here:
            self.warnings.append(f"Rule {n}: {_WORDS[name]} '{value}' is not here, and was passed over")
        return here

    def _body(self, name: str, value: str) -> list[str]:
        with suppress(UsageError):
            return [self.definition.body(value).id] if value else [""]
        known = name == "to_body" and value in {body.id for body in register()}
        return [value] if known else []


_WORDS = {
    "body": "the body",
    "to_body": "the receiver",
    "supplier": "the supplier",
    "year": "the year",
    "service": "the service",
    "subjective": "what is bought",
    "kind": "the kind",
}


def _words(rule: Rule) -> Words | None:
    if not (rule.words or rule.not_words):
        return None
    any_of, none_of = (tuple(sorted(set(folded(words)))) for words in (rule.words, rule.not_words))
    return Words(any_of, none_of)


def asked(theme: Theme, definition: Definition, run: Run) -> tuple[Taking, list[str]]:
    """The theme as the run can be asked, and what of it is not here."""
    named = tuple(sorted({value for rule in theme.rules for value in dict(rule.where).get("supplier", ())}))
    asking = _Asking(definition, run, _suppliers(run, named))
    rules = tuple(asking.rule(n, rule) for n, rule in enumerate(theme.rules, 1))
    years = tuple(sorted(definition.years))
    return Taking(rules, tuple(rule.share for rule in theme.rules), years), list(dict.fromkeys(asking.warnings))


@lru_cache(maxsize=64)
def _suppliers(run: Run, named: tuple[str, ...]) -> Suppliers:
    """The numbers of suppliers that are named as shown or as published, in any case, or by their number."""
    wanted = {value: value.strip().lower() for value in named}
    if not wanted:
        return {}
    listed = sorted(set(wanted.values()))
    sql = """
        SELECT DISTINCT supplier_id, lower(supplier), lower(payee) FROM read_parquet(?)
        WHERE list_contains(?, lower(supplier)) OR list_contains(?, lower(payee))
           OR list_contains(?, supplier_id::VARCHAR)
    """
    found = rows(sql, [run.table("payees"), listed, listed, listed])
    return {
        value: tuple(sorted({number for number, *names in found if text in (*names, str(number))}))
        for value, text in wanted.items()
    }
