"""Which of several columns of amounts counts, and whether credits or signs beside it have a say."""

from __future__ import annotations

from collections.abc import Sequence

from totalplace.sources.amounts import read_amount
from totalplace.sources.headings import NEAR, fold, is_of_signs, rank, tables
from totalplace.sources.signs import mark


def cells_of(body: Sequence[Sequence[str]], i: int) -> list[str]:
    """A column's cells."""
    return [row[i] for row in body if i < len(row)]


def by_scope(
    ranked: list[tuple[int, int]], headings: Sequence[str], body: Sequence[Sequence[str]]
) -> list[tuple[int, int]]:
    """Columns of amounts in order: pounds before other currencies, net before gross, one line before the whole."""
    words = {key: set(values) for key, values in tables()["amounts"].items()}
    beside, abroad = other_currencies(headings, body)
    filled = {i: sum(bool(cell.strip()) for cell in cells_of(body, i)) for _, i in ranked}

    def key(found: tuple[int, int]) -> tuple[bool, int, bool, bool, int]:
        place, i = found
        name = set(fold(headings[i]).split())
        away = bool(name & words["foreign"]) or (beside and not name & words["home"] and "£" not in headings[i])
        line = bool(name & words["line"]) and filled[i] >= 0.9 * max(filled.values())
        return away and (abroad > 0 or bool(name & words["foreign"])), place // (2 * NEAR), away, not line, place

    return sorted(ranked, key=key)


def other_currencies(headings: Sequence[str], body: Sequence[Sequence[str]]) -> tuple[bool, int]:
    """Whether a column says which currency an amount is in, and how many rows say another than the pound."""
    words = {key: set(values) for key, values in tables()["amounts"].items()}
    named = [i for i, heading in enumerate(headings) if set(fold(heading).split()) & words["currency"]]
    places = [i for i in named if rank(headings[i], "amount") is None]
    cells = {cell.strip().lower() for i in places for cell in cells_of(body, i)} - {""}
    others = cells - words["pounds"]
    return bool(places), sum(cell.strip().lower() in others for i in places for cell in cells_of(body, i))


def amount_of_lines(found: dict[str, int], candidates: Sequence[int], body: Sequence[Sequence[str]]) -> int:
    """The column of amounts; where it repeats the whole of a payment beside each of its lines, that of the lines.

    It does where it says the same in all rows of a payment, whose other amounts add up to it, payment after payment.
    """
    groups: dict[tuple[str, ...], list[Sequence[str]]] = {}
    keys = [found[role] for role in ("transaction", "payee", "date") if role in found]
    for row in body:
        groups.setdefault(tuple(row[i].strip() for i in keys if i < len(row)), []).append(row)
    many = [rows for rows in groups.values() if len(rows) > 1]
    for other in candidates:
        if other != found["amount"] and other not in found.values():
            told = [_adds_up(rows, found["amount"], other) for rows in many]
            if sum(told) >= 2 and sum(told) >= 0.8 * len(told):
                return other
    return found["amount"]


def _adds_up(rows: Sequence[Sequence[str]], whole: int, line: int) -> bool:
    pairs = [(read_amount(row[whole]), read_amount(row[line])) for row in rows if max(whole, line) < len(row)]
    wholes = {amount for amount, _ in pairs}
    if len(wholes) > 1 or len(pairs) < 2:
        return False
    return bool(wholes - {None, 0}) and sum(amount or 0 for _, amount in pairs) in wholes


def _parts_credits(found: dict[str, int], headings: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether credits are left out of the amounts: these are headed debits, or are blank or nought beside a credit."""
    if "amount" not in found:
        return False
    if set(fold(headings[found["amount"]]).split()) & {"debit", "debits", "dr"}:
        return True
    rows = [row for row in body if max(found["credit"], found["amount"]) < len(row)]
    beside = [row for row in rows if read_amount(row[found["credit"]])]
    return bool(beside) and sum(not read_amount(row[found["amount"]]) for row in beside) >= 0.9 * len(beside)


def _turns(found: dict[str, int], body: Sequence[Sequence[str]]) -> bool:
    """Whether a column of kinds of document, its cells all debits or credits, has the say over the amounts' signs.

    It has none where the amounts of credits have a minus of their own.
    """
    rows = [row for row in body if max(found["sign"], found.get("amount", 0)) < len(row)]
    if "amount" not in found or not all(mark(row[found["sign"]]) for row in rows):
        return False
    credits = [read_amount(row[found["amount"]]) for row in rows if mark(row[found["sign"]]) < 0]
    return bool(credits) and all(amount is not None and amount >= 0 for amount in credits)


def with_signs_that_count(
    found: dict[str, int], headings: Sequence[str], body: Sequence[Sequence[str]]
) -> dict[str, int]:
    """The columns without one of credits or of signs that has no say over the amounts."""
    if "credit" in found and not _parts_credits(found, headings, body):
        del found["credit"]
    if "sign" in found and not is_of_signs(headings[found["sign"]]) and not _turns(found, body):
        del found["sign"]
    return found
