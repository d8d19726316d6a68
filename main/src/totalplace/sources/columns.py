"""Which column is which: headings against the words that publishers use, checked by what the cells hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from totalplace.sources.amounts import read_amount
from totalplace.sources.dates import read_date
from totalplace.sources.reading import ROLES

NEAR = 1000
"""What a rank is put back by where a heading is only near a role's words, and half of what parts net amounts
from plain ones, and plain from gross, near or not."""


@cache
def words() -> dict[str, list[str]]:
    """Heading words by role, best first, from `parameters/columns.toml`."""
    return {role: list(values) for role, values in _file().items() if role in ROLES}


@cache
def registers() -> dict[str, set[str]]:
    """Headings that mark what is not a list of payments, by what it is."""
    return {name: set(values) for name, values in _file()["registers"].items()}


@cache
def _near() -> dict[str, dict[str, frozenset[str]]]:
    return {role: {key: frozenset(v) for key, v in table.items()} for role, table in _file()["near"].items()}


@cache
def _file() -> dict[str, Any]:
    import tomllib

    return tomllib.loads(files("totalplace.parameters").joinpath("columns.toml").read_text("utf-8"))


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
    if role == "amount" and found & {"vat", "tax"} and tier == 1:
        return None
    return NEAR + 100 * tier + 10 * (nouns <= near["weak"]) + min(len(found), 9)


@lru_cache(maxsize=65536)
def is_heading(text: str) -> bool:
    """Whether a cell holds words that publishers head a column with."""
    return bool(text) and len(text) < 80 and any(rank(text, role) is not None for role in ROLES)


def register_in(headings: Sequence[str]) -> str | None:
    """What a table is, where its headings are those of a register or summary rather than of payments."""
    names = {fold(h) for h in headings}
    for what, marks in registers().items():
        if len(names & marks) >= 3:
            return what
    return None


def share(cells: Sequence[str], test: object) -> float:
    """The part of the filled cells that pass `test`."""
    filled = [cell for cell in cells if cell.strip()]
    return sum(bool(test(cell)) for cell in filled) / len(filled) if filled else 0.0  # type: ignore[operator]


def is_gross(heading: str) -> bool:
    """Whether a heading says that the amounts below it hold VAT."""
    return _tier(set(fold(heading).split()), "amount") == 2


def looks_amount(cell: str) -> bool:
    """Whether a cell reads as an amount of money."""
    return read_amount(cell) is not None


def looks_date(cell: str) -> bool:
    """Whether a cell reads as a date (or a date that Excel hid behind hash signs)."""
    return bool(set(cell.strip()) == {"#"}) or (read_date(cell.strip()) is not None)


def columns_by_heading(headings: Sequence[str], body: Sequence[Sequence[str]]) -> dict[str, int]:
    """Roles to column numbers from 0, by heading, amounts and dates only where the cells agree."""
    found: dict[str, int] = {}
    for role in ROLES:
        ranked = sorted((r, i) for i, h in enumerate(headings) if (r := rank(h, role)) is not None)
        for _, i in ranked:
            cells = [row[i] for row in body if i < len(row)]
            if i not in found.values() and _agrees(role, cells):
                found[role] = i
                break
    if "payee" not in found:
        found.update(_payee_else(headings, body, set(found.values())))
    return found


def _payee_else(headings: Sequence[str], body: Sequence[Sequence[str]], taken: set[int]) -> dict[str, int]:
    """The payee under a heading that mostly names the publisher, where the column holds many names."""
    ranks = {word: n for n, word in enumerate(_file()["payee_else"])}
    ranked = sorted((ranks[fold(h)], i) for i, h in enumerate(headings) if fold(h) in ranks and i not in taken)
    for _, i in ranked:
        cells = [row[i] for row in body if i < len(row)]
        if len({cell.strip() for cell in cells if cell.strip()}) > 1 and _agrees("payee", cells):
            return {"payee": i}
    return {}


def _agrees(role: str, cells: Sequence[str]) -> bool:
    if role == "amount":
        return share(cells, looks_amount) >= 0.5
    if role == "date":
        return share(cells, looks_date) >= 0.5
    if role == "payee":
        return share(cells, _wordy) >= 0.5
    return role in ("card", "origin", "vat", "ods", "gss", "company") or any(c.strip() for c in cells)


def columns_by_content(body: Sequence[Sequence[str]]) -> dict[str, int]:
    """Roles by what the cells hold, for tables without headings: the date, the last amounts, the texts.

    The amount is the last column of amounts with pence, and the payee the last column of words before the
    date, else the most varied one: the order that files without headings are published in.
    """
    width = max((len(row) for row in body), default=0)
    columns = [[row[i] if i < len(row) else "" for row in body] for i in range(width)]
    filled = [i for i, cells in enumerate(columns) if sum(bool(c.strip()) for c in cells) >= 0.5 * len(body)]
    dates = [i for i in filled if share(columns[i], _clear_date) >= 0.8]
    amounts = [i for i in filled if i not in dates and share(columns[i], looks_amount) >= 0.8]
    pennies = [i for i in amounts if share(columns[i], lambda c: "." in c) >= 0.3]
    texts = [i for i in filled if i not in dates and share(columns[i], _wordy) >= 0.5]
    if not (pennies and dates and texts):
        return {}
    found = {"amount": pennies[-1], "date": dates[-1]}
    before = [i for i in texts if i < found["date"]] or texts
    found["payee"] = before[-1]
    rest = [i for i in texts if i != found["payee"]]
    found.update(zip(("department", "category", "purpose"), rest, strict=False))
    codes = [i for i in filled if i not in found.values() and i not in pennies and share(columns[i], _coded) >= 0.8]
    if codes:
        found["transaction"] = codes[-1]
    return found


def _clear_date(cell: str) -> bool:
    return looks_date(cell) and not cell.strip().isdigit()


def _wordy(cell: str) -> bool:
    return sum(ch.isalpha() for ch in cell) > sum(ch.isdigit() for ch in cell)


def _coded(cell: str) -> bool:
    return any(ch.isdigit() for ch in cell) and " " not in cell.strip()
