"""The known truth of the demo: summed from the lines as they are written, not as they are read.

truth.json holds lists of records, money in whole pence. `totals`: gross, eliminated (paid to counted bodies
or to itself), net and candidates (still in net) of each year. `bodies`, `kinds`, `months`: accepted lines of
each body. `eliminated`, `self`, `candidates`: by payer and by the body paid. `cells`: what all these add up.
`names`: what each doubtful or telling name is, and how it is written. `missing`: months that a body did not
publish. `files`: accepted and rejected rows of each file, zip member or sheet. `rejects`: each row to reject,
its line in the file from 1, and why; no money where it cannot be read or is counted in other rows. `refused`:
files that are no spending at all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from totalplace.demo.payments import Line
from totalplace.demo.words import Words
from totalplace.terms import OUTCOMES, TAKEN_OUT, financial_year, months_of

MONEYLESS = ("no_amount", "bad_amount", "total_row", "repeated_header")
"""Reasons with no money of their own: unreadable, or counted in other rows already."""


class Cell(NamedTuple):
    """What the lines that the truth adds up have in common."""

    body: str
    file: str
    part: str
    month: int
    kind: str
    channel: str
    outcome: str
    to_body: str
    way: str
    name: str

    @property
    def year(self) -> str:
        """The financial year of the month."""
        return financial_year(self.month // 100, self.month % 100)


@dataclass
class Account:
    """The truth of one file, zip member or sheet (`part`), with its accepted and rejected rows."""

    body: str
    source: str
    file: str
    part: str
    cells: dict[Cell, list[int]] = field(default_factory=dict)
    rejects: list[tuple[int, str, int | None]] = field(default_factory=list)

    def accept(self, line: Line) -> None:
        """Count a written line."""
        payee = line.payee
        cell = Cell(
            self.body,
            self.file,
            self.part,
            line.month,
            line.kind,
            line.channel,
            payee.outcome,
            payee.to_body,
            payee.way,
            " ".join(payee.name.split()),
        )
        sums = self.cells.setdefault(cell, [0, 0])
        sums[0] += 1
        sums[1] += line.pence

    def reject(self, row: int, reason: str, pence: int | None) -> None:
        """Count a row that a right reader refuses: its number from 1, why, and the money in it, if any."""
        self.rejects.append((row, reason, None if reason in MONEYLESS else pence))


class Truth:
    """Collects accounts and tells what they add up to."""

    def __init__(self, words: Words, *, seed: int, scale: float) -> None:
        self._words = words
        self._head = {"format": 1, "place": words.place["name"], "seed": seed, "scale": scale}
        self._accounts: list[Account] = []
        self.refused: list[str] = []

    def account(self, body: str, source: str, file: str, part: str = "") -> Account:
        """Open the account of a file, or of a member or sheet in it; `source` is 'spend' or 'card'."""
        account = Account(body, source, file, part)
        self._accounts.append(account)
        return account

    def unlisted(self, body: str, file: str) -> Account:
        """An account that is not added up, for a file that must be refused."""
        self.refused.append(file)
        return Account(body, "spend", file, "")

    def text(self) -> str:
        """truth.json: money in whole pence, lists in a fixed order."""
        rows = {name: f"[\n{_joined(rows)}\n ]" for name, rows in self._tables().items()}
        head = {name: json.dumps(value) for name, value in self._head.items()}
        head["refused"] = json.dumps(self.refused)
        return "{\n " + ",\n ".join(f'"{name}": {value}' for name, value in (head | rows).items()) + "\n}\n"

    def _tables(self) -> dict[str, list[dict[str, Any]]]:
        between = ("outcome", ("eliminated",))
        return {
            "totals": list(self._totals()),
            "bodies": self._by("body", "year"),
            "eliminated": self._by("body", "to_body", "year", only=between),
            "self": self._by("body", "year", only=("outcome", ("self",))),
            "candidates": self._by("body", "name", "to_body", "year", only=("outcome", ("candidate",))),
            "kinds": self._by("body", "year", "kind"),
            "cells": self._by("body", "year", "kind", "channel", "outcome", "to_body"),
            "months": self._by("body", "month"),
            "missing": list(self._missing()),
            "names": self._by("name", "to_body", "way", "outcome", only=("way", self._ways())),
            "files": list(self._files()),
            "rejects": list(self._rejects()),
        }

    def _ways(self) -> tuple[str, ...]:
        return (*self._words.outcome, "false-friend", "redacted")

    def _cells(self) -> Iterator[tuple[Cell, list[int]]]:
        for account in self._accounts:
            yield from account.cells.items()

    def _by(self, *names: str, only: tuple[str, tuple[str, ...]] | None = None) -> list[dict[str, Any]]:
        """Lines and pence by the named parts of a cell, in order; `only` keeps some values of one part."""
        groups: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
        for cell, (lines, pence) in self._cells():
            if only is None or getattr(cell, only[0]) in only[1]:
                sums = groups[tuple(getattr(cell, name) for name in names)]
                sums[0] += lines
                sums[1] += pence
        return [
            dict(zip(names, key, strict=True)) | {"lines": sums[0], "pence": sums[1]}
            for key, sums in sorted(groups.items())
        ]

    def _totals(self) -> Iterator[dict[str, Any]]:
        def money(year: str, keep: Callable[[str], bool]) -> int:
            return sum(p for cell, (_, p) in self._cells() if cell.year == year and keep(cell.outcome))

        for year, people in zip(self._words.years, self._words.place["population"], strict=True):
            gross = money(year, OUTCOMES.__contains__)
            eliminated = money(year, TAKEN_OUT.__contains__)
            yield {
                "year": year,
                "population": people,
                "lines": sum(n for cell, (n, _) in self._cells() if cell.year == year),
                "gross": gross,
                "eliminated": eliminated,
                "net": gross - eliminated,
                "candidates": money(year, "candidate".__eq__),
            }

    def _missing(self) -> Iterator[dict[str, Any]]:
        seen = {(cell.body, cell.month) for cell, _ in self._cells()}
        for body in self._words.bodies:
            for year in self._words.years:
                gone = [month for month in months_of(year) if (body.id, month) not in seen]
                if gone:
                    yield {"body": body.id, "year": year, "months": gone}

    def _files(self) -> Iterator[dict[str, Any]]:
        for account in self._accounts:
            sums = list(account.cells.values())
            yield {
                "body": account.body,
                "kind": account.source,
                "file": account.file,
                "part": account.part,
                "accepted": sum(lines for lines, _ in sums),
                "pence": sum(pence for _, pence in sums),
                "rejected": len(account.rejects),
                "rejected_pence": sum(pence or 0 for _, _, pence in account.rejects),
            }

    def _rejects(self) -> Iterator[dict[str, Any]]:
        for account in self._accounts:
            for row, reason, pence in account.rejects:
                place = {"body": account.body, "file": account.file, "part": account.part}
                yield place | {"line": row, "reason": reason, "pence": pence}


def _joined(rows: Iterable[dict[str, Any]]) -> str:
    return ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
