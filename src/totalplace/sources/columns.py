"""Which column is which: headings against the words that publishers use, checked by what the cells hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from totalplace.sources.amounts import read_amount
from totalplace.sources.dates import read_date
from totalplace.sources.reading import ROLES


@cache
def words() -> dict[str, list[str]]:
    """Heading words by role, best first, from `parameters/columns.toml`."""
    return {role: list(values) for role, values in _file().items() if role in ROLES}


@cache
def registers() -> dict[str, set[str]]:
    """Headings that mark what is not a list of payments, by what it is."""
    return {name: set(values) for name, values in _file()["registers"].items()}


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    import tomllib

    return tomllib.loads(files("totalplace.parameters").joinpath("columns.toml").read_text("utf-8"))  # type: ignore[return-value]


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
    return _ranks()[role].get(name, _ranks()[role].get(name.replace(" ", "")))


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
    return found


def _agrees(role: str, cells: Sequence[str]) -> bool:
    if role == "amount":
        return share(cells, looks_amount) >= 0.5
    if role == "date":
        return share(cells, looks_date) >= 0.5
    if role == "payee":
        return any(cell.strip() for cell in cells) and share(cells, looks_amount) < 0.5
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
    codes = [i for i in filled if i not in found.values() and i not in amounts and share(columns[i], _coded) >= 0.8]
    if codes:
        found["transaction"] = codes[-1]
    return found


def _clear_date(cell: str) -> bool:
    return looks_date(cell) and not cell.strip().isdigit()


def _wordy(cell: str) -> bool:
    return sum(ch.isalpha() for ch in cell) > sum(ch.isdigit() for ch in cell)


def _coded(cell: str) -> bool:
    return any(ch.isdigit() for ch in cell) and " " not in cell.strip()
