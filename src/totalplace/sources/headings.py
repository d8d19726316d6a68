"""Headings against the words that publishers use: what a column is likely to hold, by what stands above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from totalplace.sources.reading import ROLES

NEAR = 1000
"""What a rank is put back by where a heading is only near a role's words, and half of what parts net amounts
from plain ones, and plain from gross, near or not."""
FEW = 1024
"""Headings kept in mind: a table of many columns most often has the same words, or none, above most of them."""


@cache
def words() -> dict[str, list[str]]:
    """Heading words by role, best first, from `parameters/columns.toml`."""
    return {role: list(values) for role, values in tables().items() if role in ROLES}


@cache
def registers() -> dict[str, set[str]]:
    """Headings that mark what is not a list of payments, by what it is."""
    return {name: set(values) for name, values in tables()["registers"].items()}


@cache
def _near() -> dict[str, dict[str, frozenset[str]]]:
    return {role: {key: frozenset(v) for key, v in table.items()} for role, table in tables()["near"].items()}


@cache
def tables() -> dict[str, Any]:
    """All of `parameters/columns.toml`."""
    import tomllib

    return tomllib.loads(files("totalplace.parameters").joinpath("columns.toml").read_text("utf-8"))


@lru_cache(FEW)
def fold(heading: str) -> str:
    """A heading for comparison: ``' Net Amount(£)'`` and ``'NetAmount'`` both give ``'net amount'``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading.strip())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", spaced.lower()).split())


@cache
def _ranks() -> dict[str, dict[str, int]]:
    """Ranks by heading word, as it is and with its words run together."""
    return {
        role: {form: n for n, word in reversed(list(enumerate(found))) for form in (word.replace(" ", ""), word)}
        for role, found in words().items()
    }


@lru_cache(FEW)
def rank(heading: str, role: str) -> int | None:
    """How good a heading is for a role, 0 best; None where it is not one."""
    name = fold(heading)
    ranks = _ranks()[role]
    exact = ranks.get(name, ranks.get(name.replace(" ", "")))
    if role not in _near():
        return NEAR if exact is None and role == "transaction" and _own_reference(heading) else exact
    found = set(name.split())
    found_rank = _near_rank(found, role) if exact is None else exact
    if role != "amount" or found_rank is None:
        return found_rank
    return found_rank + 2 * NEAR * _tier(found, role)


_OWN_REFERENCE = re.compile(
    r"(?!(?:PO|VAT|GL|CC|CPV|ODS|ONS|UK)\b)(?=\w*[A-Z]\w*[A-Z])[A-Z][A-Za-z]{1,5}\s+(?i:ref(?:erence)?\.?(?:\s+(?:no|number)\.?)?)\s*"
)


def _own_reference(heading: str) -> bool:
    """Whether a heading is a reference of the publisher's own, after its initials: ``'TfL ref no'``."""
    return _OWN_REFERENCE.fullmatch(heading.strip()) is not None


def _tier(found: set[str], role: str) -> int:
    """0 where a heading holds one of the role's `first` words, 2 where one of its `last`, else 1."""
    near = _near()[role]
    return 0 if found & near["first"] else 2 if found & near["last"] else 1


def _near_rank(found: set[str], role: str) -> int | None:
    """The rank of a heading that is in no list, by its words, from NEAR on; None where they do not do.

    A weak noun does only among words that go with it. An amount of VAT is not an amount paid.
    """
    near = _near()[role]
    nouns = found & near["nouns"]
    if not nouns or found & near["never"]:
        return None
    if nouns <= near["weak"] and any(word not in near["with"] and not word.isdigit() for word in found):
        return None
    tier = _tier(found, role)
    if role == "amount" and (_of_vat(found, tier) or _of_credits(found)):
        return None
    return NEAR + 100 * tier + 10 * (nouns <= near["weak"]) + min(len(found), 9)


def _of_vat(found: set[str], tier: int) -> bool:
    """Whether an amount is one of VAT, and not one with or without it: ``'VAT Net'`` is, ``'Net of VAT'`` is not."""
    if not found & {"vat", "tax"}:
        return False
    near = _near()["amount"]
    return tier == 1 or not found & ((near["first"] | near["last"] | {"of"}) - {"net", "nett", "gross"})


def _of_credits(found: set[str]) -> bool:
    return bool(found & {"credit", "credits"}) and not found & {"debit", "debits", "dr", "invoice", "payment"}


@lru_cache(maxsize=65536)
def is_heading(text: str) -> bool:
    """Whether a cell holds words that publishers head a column with."""
    return bool(text) and len(text) < 80 and any(rank(text, role) is not None for role in ROLES)


_FIGURE = re.compile(r"[0-9]")


def names_columns(row: Sequence[str]) -> bool:
    """Whether a row heads columns: three words for them at least, one of them for an amount, and no figure."""
    if any(map(_FIGURE.search, row)):
        return False
    known = [cell for cell in row if is_heading(cell)]
    return len(known) > 2 and any(rank(cell, "amount") is not None for cell in known)


def register_in(headings: Sequence[str]) -> str | None:
    """What a table is, where its headings are those of a register or summary rather than of payments."""
    names = {fold(h) for h in headings}
    for what, marks in registers().items():
        if len(names & marks) >= 3:
            return what
    return None


def is_gross(heading: str) -> bool:
    """Whether a heading says that the amounts below it hold VAT."""
    return _tier(set(fold(heading).split()), "amount") == 2


def is_of_pounds(heading: str) -> bool:
    """Whether a heading says that the amounts below it are in pounds, or is none of a foreign one."""
    return "£" in heading or bool(set(fold(heading).split()) & set(tables()["amounts"]["home"]))


def is_of_signs(heading: str) -> bool:
    """Whether a heading says outright that the column tells debits from credits."""
    return bool(set(fold(heading).split()) & {"dr", "cr", "d", "c", "dc", "drcr", "crdr", "debit", "credit", "sign"})
