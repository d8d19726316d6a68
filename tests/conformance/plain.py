"""The steps once more, in dictionaries and fractions: slow, and plain enough to be checked by eye.

Nothing is shared with `totalplace.money.steps` but the names of steps and columns. A table is a list of
dictionaries; a function takes the tables that its step takes and gives the rows that the step must give.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Rows = list[Row]

CLASSES = ("service", "subjective", "told")
ENTRY = ("body", "file", "payee_key", "month", "line_kind", "channel", *CLASSES)


def added_up(rows: Iterable[Row], by: tuple[str, ...], sums: tuple[str, ...]) -> Rows:
    """Rows with the same values of `by`, made one, with their `sums` added up."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(sums))
    for row in rows:
        have = found[tuple(row[name] for name in by)]
        for n, name in enumerate(sums):
            have[n] += row[name]
    return [dict(zip((*by, *sums), (*key, *have), strict=True)) for key, have in found.items()]


def summarise(lines: Rows) -> Rows:
    by = ("body", "file", "payee_key", "kind", "channel", *CLASSES, "year", "month")
    return added_up([{**line, "lines": 1} for line in lines], by, ("lines", "pence"))


def counted_years(summary: Rows) -> Rows:
    lines: dict[tuple[str, str], int] = defaultdict(int)
    for row in summary:
        lines[row["body"], row["year"]] += row["lines"]
    most = {body: max(n for (other, _), n in lines.items() if other == body) for body, _ in lines}
    return [{"to_body": body, "year": year, "counted": 1} for (body, year), n in lines.items() if n * 20 >= most[body]]


def ledger(summary: Rows, payees: Rows, counted: Rows) -> Rows:
    known = {payee["payee_key"]: payee for payee in payees}
    own = {(row["to_body"], row["year"]) for row in counted}
    found = []
    for row in summary:
        payee = known[row["payee_key"]]
        to_body = payee["to_body"]
        to_itself = to_body == row["body"]
        if not to_itself and (to_body, row["year"]) not in own:
            outcome, to_body = "final", to_body if payee["sure"] == 1 else ""
        elif payee["sure"] != 1:
            outcome = "candidate"
        else:
            outcome = "self" if to_itself else "eliminated"
        entry = {**row, "line_kind": row["kind"], "kind": payee["payee_kind"] or row["kind"]}
        found.append({**entry, "supplier_id": payee["supplier_id"], "outcome": outcome, "to_body": to_body})
    return found


def apportion(entries: Rows, shares: Rows) -> Rows:
    """Each entry's exact share in fractions, rounded down; the pennies left go to the largest remainders."""
    part_of = {row["body"]: Fraction(row["share"], 1_000_000) for row in shares}
    groups: dict[tuple[str, str], Rows] = defaultdict(list)
    for cell in entries:
        if cell["body"] in part_of:
            groups[cell["body"], cell["year"]].append(cell)
    found = []
    for (body, _), group in groups.items():
        exact = [cell["pence"] * part_of[body] for cell in group]
        whole = [math.floor(part) for part in exact]
        left = math.floor(sum(exact) + Fraction(1, 2)) - sum(whole)
        order = sorted(range(len(group)), key=lambda n: (whole[n] - exact[n], *(group[n][key] for key in ENTRY)))
        for n in order[:left]:
            whole[n] += 1
        found += [{**cell, "place_pence": part} for cell, part in zip(group, whole, strict=True)]
    return found


def totals(cells: Rows) -> Rows:
    by = ("body", "year", "month", "kind", "channel", "outcome", "to_body", *CLASSES)
    return added_up(cells, by, ("lines", "pence", "place_pence"))


def file_months(summary: Rows) -> Rows:
    return added_up(summary, ("body", "file", "month"), ("lines", "pence"))


def shared_rows(entries: Rows) -> Rows:
    rows = added_up(entries, ("file", "body", "supplier_id", "month"), ("lines", "pence"))
    paid: dict[tuple[str, int], int] = defaultdict(int)
    same: dict[tuple[str, str, int], int] = defaultdict(int)
    for row in rows:
        paid[row["file"], row["month"]] += 1
        for other in rows:
            alike = all(row[name] == other[name] for name in ("body", "supplier_id", "month", "lines", "pence"))
            if alike and row["file"] < other["file"]:
                same[row["file"], other["file"], row["month"]] += 1
    return [
        {"file": file, "other": other, "month": month, "same": n, "suppliers": paid[file, month]}
        for (file, other, month), n in same.items()
    ]
