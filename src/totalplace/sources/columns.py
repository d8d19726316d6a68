"""Which column is which: by their headings, checked by what the cells hold, or by the cells alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from totalplace.sources.amounts import read_amount
from totalplace.sources.choice import amount_of_lines, by_scope, cells_of, with_signs_that_count
from totalplace.sources.dates import read_date
from totalplace.sources.headings import fold, rank, tables
from totalplace.sources.reading import ROLES
from totalplace.sources.signs import mark


def share(cells: Sequence[str], test: object) -> float:
    """The part of the filled cells that pass `test`."""
    filled = [cell for cell in cells if cell.strip()]
    return sum(bool(test(cell)) for cell in filled) / len(filled) if filled else 0.0  # type: ignore[operator]  # a test of one cell


_POINTED = re.compile(r"[-£( ]*[0-9]{1,3}(?:\.[0-9]{3})+[) -]*")


def is_continental(cells: Sequence[str]) -> bool:
    """Whether a column shows plainly that points part thousands: most figures that have one, and three at least."""
    dotted = [cell for cell in cells if "." in cell]
    pointed = sum(bool(_POINTED.fullmatch(cell)) for cell in dotted)
    return pointed >= 3 and pointed > 0.5 * len(dotted)


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
        fit = (
            i for i in _candidates(role, headings, body) if i not in found.values() and _agrees(role, cells_of(body, i))
        )
        best = _fullest(list(fit), body) if role == "date" else next(fit, None)
        if best is not None:
            found[role] = best
    if "payee" not in found:
        found.update(_payee_else(headings, body, set(found.values())))
    if "amount" in found:
        found["amount"] = amount_of_lines(found, _candidates("amount", headings, body), body)
    return with_signs_that_count(found, headings, body)


def _fullest(fit: Sequence[int], body: Sequence[Sequence[str]]) -> int | None:
    """The first of some columns, unless it is blank in half of the rows where a later one is not."""
    filled = [sum(bool(cell.strip()) for cell in cells_of(body, i)) for i in fit]
    return next((i for i, n in zip(fit, filled, strict=True) if n > 0.5 * max(filled)), None)


def _candidates(role: str, headings: Sequence[str], body: Sequence[Sequence[str]]) -> list[int]:
    """The columns whose headings do for a role, the best first."""
    ranked = sorted((r, i) for i, h in enumerate(headings) if (r := rank(h, role)) is not None)
    if role == "amount" and len(ranked) > 1:
        ranked = by_scope(ranked, headings, body)
    return [i for _, i in ranked]


def _payee_else(headings: Sequence[str], body: Sequence[Sequence[str]], taken: set[int]) -> dict[str, int]:
    """The payee under a heading that mostly names the publisher, where the column holds many names."""
    ranks = {word: n for n, word in enumerate(tables()["payee_else"])}
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
    if role == "credit":
        return share(cells, looks_amount) >= 0.9 or not any(cell.strip() for cell in cells)
    if role == "sign":
        return share(cells, mark) >= 0.9
    return role in ("card", "origin", "vat", "ods", "gss", "company") or any(c.strip() for c in cells)


def columns_by_content(body: Sequence[Sequence[str]]) -> dict[str, int]:
    """Roles by what the cells hold, for tables without headings: the date, the last amounts, the texts.

    The amount is the last column of amounts with pence, and the payee the last column of words before the
    date, else the most varied one: the order that files without headings are published in.
    """
    width = max((len(row) for row in body), default=0)
    columns = [[row[i] if i < len(row) else "" for row in body] for i in range(width)]
    filled = [i for i, cells in enumerate(columns) if sum(bool(c.strip()) for c in cells) >= 0.5 * len(body)]
    dates = [i for i in filled if share(columns[i], is_day) >= 0.8]
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


def is_day(cell: str) -> bool:
    """Whether a cell reads as a date and as no other number."""
    return looks_date(cell) and not cell.strip().isdigit()


def _wordy(cell: str) -> bool:
    return sum(ch.isalpha() for ch in cell) > sum(ch.isdigit() for ch in cell)


def _coded(cell: str) -> bool:
    return any(ch.isdigit() for ch in cell) and " " not in cell.strip()
