"""What a theme comes to, as tables: totals by any cut, rules with their reasons, and what shares estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from totalplace.errors import UsageError, did_you_mean
from totalplace.table import Column, Table
from totalplace.terms import Where, pounds
from totalplace.themes.taking import Piece, sums
from totalplace.themes.theme import UNIT, Theme, share_text

CUTS = ("rule", "body", "year", "service", "supplier")
"""What a theme can be cut by."""
LABELS = {"rule": "Rule", "body": "Body", "year": "Financial year", "service": "Service", "supplier": "Supplier"}
MONEY = (
    Column("lines", "Lines", "count"),
    Column("net", "Net of these lines", "money"),
    Column("amount", "In the theme", "money"),
)
NOTE = "Net, after elimination. 'In the theme' is the part of the lines' money that the rules' shares give to it."


@dataclass(frozen=True)
class Found:
    """A theme in a place: its pieces, what of it is not here, and the net of the place (pence).

    What rules with a share of nought take is kept out of the theme: it stands in the table of rules alone.
    `of_suppliers` gives its pieces by supplier, and `names` the names of suppliers by number.
    """

    theme: Theme
    place: str
    run: str
    years: tuple[str, ...]
    pieces: tuple[Piece, ...]
    place_net: int
    warnings: tuple[str, ...] = ()
    of_suppliers: Callable[[Sequence[str], Where, int], Sequence[tuple[Any, ...]]] = lambda *_: ()
    names: Callable[[Sequence[str]], Mapping[str, str]] = lambda _: {}

    @cached_property
    def taken(self) -> tuple[Piece, ...]:
        """The pieces that are in the theme: those of rules that do not keep money out."""
        return tuple(piece for piece in self.pieces if self.theme.rules[piece.rule - 1].share)

    @cached_property
    def amount(self) -> int:
        """The theme's money, in pence."""
        return sum(piece.amount for piece in self.pieces)

    @cached_property
    def net(self) -> int:
        """The money of the lines that its rules take, whole, in pence."""
        return sum(piece.net for piece in self.taken)

    @cached_property
    def lines(self) -> int:
        """How many lines its rules take."""
        return sum(piece.lines for piece in self.taken)

    @cached_property
    def by_shares(self) -> int:
        """The part of its money that a share other than 1 gives it: an estimate, in pence."""
        return sum(p.amount for p in self.pieces if self.theme.rules[p.rule - 1].share != UNIT)

    @property
    def share_of_place(self) -> float | None:
        """The theme's part of the net of the place, 0 to 1; None where that is nothing."""
        return self.amount / self.place_net if self.place_net else None

    def rules_table(self) -> Table:
        """Every rule in its order with what it takes, its share and its reason: those that take nothing too."""
        columns = (
            Column("rule", "Rule", "number"),
            Column("name", "Name"),
            Column("asks", "What it asks for"),
            *MONEY[:2],
            Column("share", "Share"),
            MONEY[2],
            Column("reason", "Why this share"),
        )
        taken = sums(self.pieces, ("rule",))
        rows = []
        for n, rule in enumerate(self.theme.rules, 1):
            lines, net, amount = taken.get((n,), (0, 0, 0))
            rows.append((n, rule.name, asks(rule), lines, net, share_text(rule.share), amount, rule.reason))
        note = "The first rule that fits a payment takes it: nothing is counted twice in a theme."
        return Table("theme-rules", f"{self.theme.title}: its rules", columns, rows, note)

    def cut(self, by: Sequence[str] = ("body",), where: Where | None = None, limit: int = 0) -> Table:
        """The theme by some of CUTS, largest first, years in their order; raises UsageError for an unknown cut.

        `where` narrows it to values of CUTS (rules by number, bodies by id, suppliers by number). Of a cut by supplier
        there are `limit` rows, all where it is 0.
        """
        wanted = {name: [str(value) for value in values] for name, values in (where or {}).items() if values}
        _check([*by, *wanted], by)
        if "supplier" in (*by, *wanted):
            inside = [str(n) for n, rule in enumerate(self.theme.rules, 1) if rule.share]
            rules = [n for n in wanted.get("rule", inside) if n in inside]
            found = list(self.of_suppliers(by, {**wanted, "rule": rules}, limit)) if rules else []
        else:
            passing = [p for p in self.taken if all(str(getattr(p, name)) in wanted[name] for name in wanted)]
            found = [(*key, *told) for key, told in sums(passing, by).items()]
            found.sort(key=lambda row: row[:-3] if list(by[:1]) == ["year"] else (-row[-1], row))
        names = self.names([row[by.index("supplier")] for row in found]) if "supplier" in by else {}
        rows = [
            (*self._keys(by, row[:-3], names), *row[-3:], row[-1] / self.amount if self.amount else None)
            for row in found
        ]
        columns = tuple(column for name in by for column in _columns(name))
        share = Column("share", "Share of the theme", "percent")
        title = f"{self.theme.title} by {', '.join(LABELS[name].lower() for name in by)}"
        return Table("theme", title, (*columns, *MONEY, share), rows, NOTE)

    def tables(self, suppliers: int = 0) -> list[Table]:
        """Its rules, and it by body, service, year and supplier (`suppliers` of them, all where it is 0)."""
        return [
            self.rules_table(),
            *(self.cut([name], limit=suppliers) for name in ("body", "service", "year", "supplier")),
        ]

    def _keys(self, by: Sequence[str], key: tuple[Any, ...], names: Mapping[str, str]) -> tuple[Any, ...]:
        cells: list[Any] = []
        for name, value in zip(by, key, strict=True):
            if name == "rule":
                cells += [value, self.theme.rules[value - 1].name]
            elif name == "supplier":
                cells += [value, names.get(value, value)]
            else:
                cells.append(value)
        return tuple(cells)

    def document(self, by: Sequence[str] = ()) -> dict[str, Any]:
        """The theme for JSON: money as decimal strings of pounds."""
        return {
            "theme": self.theme.name,
            "title": self.theme.title,
            "why": self.theme.why,
            "owner": self.theme.owner,
            "place": self.place,
            "years": list(self.years),
            "amount": pounds(self.amount),
            "by_shares": pounds(self.by_shares),
            "net_of_lines": pounds(self.net),
            "lines": self.lines,
            "share_of_place": self.share_of_place,
            "warnings": list(self.warnings),
            "rules": list(self.rules_table().records()),
            **({"cut": list(self.cut(by).records())} if by else {}),
            "run": self.run,
        }


def _check(names: Sequence[str], by: Sequence[str]) -> None:
    """Raises UsageError where a cut is not one of CUTS, or there is none."""
    if not by:
        raise UsageError(f"say what the theme is to be cut by: {', '.join(CUTS)}")
    for name in names:
        if name not in CUTS:
            raise UsageError(f"'{name}' is not a cut of a theme{did_you_mean(name, list(CUTS))}")


def _columns(name: str) -> tuple[Column, ...]:
    if name == "rule":
        return Column("rule", "Rule", "number"), Column("rule_name", "Name")
    if name == "supplier":
        return Column("supplier_id", "Supplier number"), Column("supplier", LABELS[name])
    return (Column(name, LABELS[name]),)


def asks(rule: Any) -> str:
    """What a rule asks for, in words."""
    parts = [f"{LABELS.get(name, _ASKED.get(name, name)).lower()}: {', '.join(values)}" for name, values in rule.where]
    parts += [f"words: {', '.join(rule.words)}"] if rule.words else []
    parts += [f"none of: {', '.join(rule.not_words)}"] if rule.not_words else []
    return "; ".join(parts)


_ASKED = {"subjective": "what is bought", "kind": "kind of payment", "to_body": "paid to"}
