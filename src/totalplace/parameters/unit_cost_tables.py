"""Unit costs as tables for people: the list, who bears one, what it must not be combined with, its parts, its doubts.

Money is pence, to the nearest penny, half a penny up; in the values' own price years, or those of a year asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from totalplace.parameters.deflators import Deflator, deflator
from totalplace.parameters.unit_cost import KINDS, OWN, UnitCost
from totalplace.parameters.unit_cost_rules import rules
from totalplace.parameters.unit_costs import UnitCosts, attribution
from totalplace.table import Column, Table
from totalplace.terms import first_up, half_up

ABOUT = (
    *("code", "theme", "category", "level", "detail", "unit", "basis", "bearers", "agency", "part"),
    *("fiscal", "fiscal_year", "economic", "economic_year", "social", "social_year", "transfer", "years"),
)
TOLD = ("rag", "source", "comment", "notes", "verified", "decided", "edition", "attribution")
LABELS = {
    "code": "Code",
    "theme": "Theme",
    "category": "Category",
    "level": "Level",
    "detail": "What",
    "unit": "Unit",
    "basis": "Counts",
    "bearers": "Who bears it",
    "agency": "Agency, as given",
    "part": "Part of it",
    "fiscal": "Fiscal",
    "fiscal_year": "Fiscal: prices of",
    "economic": "Economic",
    "economic_year": "Economic: prices of",
    "social": "Social",
    "social_year": "Social: prices of",
    "transfer": "Of fiscal, transfer",
    "years": "Prices of",
    "rag": "Rating",
    "source": "Source",
    "comment": "Comment",
    "notes": "Notes",
    "verified": "Verified",
    "decided": "Decided by",
    "edition": "Edition",
    "attribution": "Attribution",
}
MONEY = (*KINDS, "transfer")
HIDDEN = (
    *(
        "theme",
        "category",
        "level",
        "basis",
        "agency",
        "part",
        "fiscal_year",
        "economic_year",
        "social_year",
        "transfer",
    ),
    *("source", "comment", "notes", "verified", "decided", "attribution", "transfer_now"),
)
"""Columns of the list that people are not shown: each cost's own page or command has them."""


def pence(pounds: Any) -> int:
    """Pounds (Decimal or Fraction) as pence, half a penny away from zero."""
    return half_up(Fraction(pounds) * 100)


def hidden(costs: UnitCosts, year: str) -> tuple[str, ...]:
    """The columns of the list that people are not shown: with a year of prices its values stand for the first."""
    one = ("edition",) if len(costs.editions) == 1 else ()
    return (*HIDDEN, *one, *(("economic", "social") if year else ()))


def costs_table(
    costs: UnitCosts, found: Iterable[UnitCost], year: str = "", index: Deflator | None = None, title: str = ""
) -> Table:
    """Unit costs, one a row, whole; with `year` their values in its prices too.

    UsageError where the deflator has no index of `year`; a value whose own year has none stays empty.
    """
    index = index or deflator()
    if year:
        index.row(year)
    now = tuple(f"{kind}_now" for kind in MONEY) if year else ()
    columns = [Column(name, LABELS[name], "money" if name in MONEY else "text") for name in ABOUT]
    columns += [Column(f"{k}_now", f"{LABELS[k]}, in prices of {year}", "money") for k in MONEY if now]
    columns += [Column(name, LABELS[name]) for name in TOLD]
    rows = [_row(costs, cost, year, index) for cost in found]
    note = "; ".join(costs.attributions)
    if year:
        note = f"In prices of {year} by the deflator {index.id}. {note}"
    return Table("unit-costs", title or "Unit costs", tuple(columns), rows, note)


NAMED = 2
"""So many of those who bear a cost are named in the list, the largest first; its own page has all with their shares."""


def _bearers(costs: UnitCosts, cost: UnitCost) -> str:
    """Who bears the fiscal value, in few words; '' where there is none."""
    if cost.fiscal is None:
        return ""
    together: dict[str, Fraction] = {}
    for share in costs.split(cost.code):
        together[share.agency] = together.get(share.agency, Fraction(0)) + share.share
    names = sorted(together, key=lambda name: -together[name])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more if names else "not known"


def _row(costs: UnitCosts, cost: UnitCost, year: str, index: Deflator) -> tuple[Any, ...]:
    told = {name: getattr(cost, name, "") for name in (*ABOUT, *TOLD)}
    told |= {name: None if told[name] is None else pence(told[name]) for name in MONEY}
    told |= {
        "bearers": _bearers(costs, cost),
        "years": ", ".join(cost.years),
        "verified": "yes" if cost.verified else "no",
    }
    told["attribution"] = attribution(cost.edition)
    now = [_moved(cost, kind, year, index) for kind in MONEY] if year else []
    return (*(told[name] for name in ABOUT), *now, *(told[name] for name in TOLD))


def _moved(cost: UnitCost, kind: str, year: str, index: Deflator) -> int | None:
    """A value in pence of a year's prices; None where there is none, or no index."""
    value = (cost.transfer, cost.fiscal_year) if kind == "transfer" else cost.value(kind)
    if value is None or value[0] is None or not index.has(value[1]):
        return None
    return pence(Fraction(value[0]) * index.factor(value[1], year))


def values_table(costs: UnitCosts, code: str, year: str = "", index: Deflator | None = None) -> Table:
    """The values of one cost: each of KINDS, and the transfer in it, in its own prices and those of a year."""
    cost, index = costs.get(code), index or deflator()
    columns = [Column("kind", "Value"), Column("then", "As given", "money"), Column("of", "Prices of")]
    columns += [Column("now", f"In prices of {index.row(year).year}", "money")] if year else []
    given = [(LABELS[kind], kind, cost.value(kind)) for kind in KINDS]
    if cost.transfer is not None:
        given.insert(1, ("of which a transfer payment", "transfer", (cost.transfer, cost.fiscal_year)))
    rows = [
        (words, pence(value[0]), value[1], *([_moved(cost, kind, year, index)] if year else []))
        for words, kind, value in given
        if value
    ]
    lack = [of for of in cost.years if year and not index.has(of)]
    note = f"The deflator {index.id} has no index of {', '.join(lack)}." if lack else _basis(cost)
    return Table("unit-cost-values", f"Values of {cost.code}", tuple(columns), rows, note)


def _basis(cost: UnitCost) -> str:
    basis = rules().basis_named(cost.basis)
    says = f", which counts {basis.says}" if basis and basis.says != cost.unit.lower() else ""
    return f"Pounds {cost.unit[:1].lower()}{cost.unit[1:]}{says}."


def shares_table(costs: UnitCosts, code: str, year: str = "", index: Deflator | None = None) -> Table:
    """Who bears the fiscal value of a cost: each agency with its share and amount; no rows where it is not known."""
    cost, shares = costs.get(code), costs.split(code)
    value = cost.value("fiscal")
    moved = costs.price(code, "fiscal", year, index) if year else None
    prices = year or cost.fiscal_year
    whole = moved if moved is not None else Fraction(value[0]) if value else Fraction(0)
    columns = (
        *(Column("agency", "Agency"), Column("part", "Part of it"), Column("share", "Share", "percent")),
        Column("amount", f"Fiscal, in prices of {prices}" if prices else "Fiscal", "money"),
    )
    rows = [(share.agency, share.part, float(share.share), pence(whole * share.share)) for share in shares]
    said = rules().share_says.get(cost.code, "")
    note = f"{first_up(said)}." if said and shares else ""
    return Table("unit-cost-shares", f"Who bears {cost.code}", columns, rows, note)


def overlaps_table(costs: UnitCosts, code: str) -> Table:
    """What a cost must not be combined with, one code a row, with the reason and who says so."""
    columns = (
        *(Column("code", "Code"), Column("detail", "What"), Column("reason", "Why")),
        *(Column("source", "By"), Column("says", "Says who")),
    )
    rows = [
        (pair.other, costs.get(pair.other).detail, pair.reason, pair.source, _says(pair.status))
        for pair in costs.overlapping(code)
    ]
    note = "For the same person or incident. That a code is not here does not prove that it can be added."
    return Table("unit-cost-overlaps", f"What must not be added to {costs.get(code).code}", columns, rows, note)


def groups_table(costs: UnitCosts, code: str) -> Table:
    """The same for people: one reason a row, with its codes together."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for pair in costs.overlapping(code):
        reason = "a part or a variant, by its code" if pair.source == "codes of the database" else pair.reason
        together.setdefault((reason, pair.source, _says(pair.status)), []).append(pair.other)
    columns = (
        *(Column("codes", "Codes"), Column("reason", "Why")),
        *(Column("source", "By"), Column("says", "Says who")),
    )
    rows = [(_short(costs, codes), *why) for why, codes in together.items()]
    whole = overlaps_table(costs, code)
    return Table("unit-cost-overlaps", whole.title, columns, rows, whole.note)


def _short(costs: UnitCosts, codes: list[str]) -> str:
    """Codes in words: a whole family as ``all CR5``, a cost with all of its constituents as that cost alone."""
    families: dict[str, list[str]] = {}
    for code in codes:
        families.setdefault(code.partition(".")[0], []).append(code)
    said = []
    for family, there in families.items():
        if len(there) > 1 and len(there) == sum(cost.code.startswith(f"{family}.") for cost in costs):
            said.append(f"all {family}")
        else:
            said += [code for code in there if code.rpartition(".")[0] not in there]
    return ", ".join(said)


def _says(status: str) -> str:
    return "the database" if status == "verified" else "our reading"


def children_table(costs: UnitCosts, code: str) -> Table:
    """The constituents of a cost: never added up here."""
    columns = (
        *(Column("code", "Code"), Column("detail", "What"), Column("unit", "Unit"), Column("agency", "Agency")),
        *(Column("fiscal", "Fiscal", "money"), Column("fiscal_year", "Prices of")),
    )
    rows = [
        (
            *(child.code, child.detail, child.unit, child.agency),
            None if child.fiscal is None else pence(child.fiscal),
            child.fiscal_year,
        )
        for child in costs.children(code)
    ]
    note = "Parts, variants or steps, as each says: they are never added up into the cost above them."
    return Table("unit-cost-parts", f"Constituents of {costs.get(code).code}", columns, rows, note)


def doubts_table(costs: UnitCosts, code: str, year: str = "", index: Deflator | None = None) -> Table:
    """What to know before a cost is used in prices of a year: of the deflator's last, if none is given."""
    index = index or deflator()
    on = year or max(row.year for row in index.rows)
    rows = [tuple(text.partition(": ")[::2]) for text in costs.doubts(code, on, index)]
    columns = (Column("about", "About"), Column("says", "What to know"))
    return Table("unit-cost-doubts", f"Before {costs.get(code).code} is used", columns, rows)


def editions_table(costs: UnitCosts, code: str) -> Table:
    """The editions that hold a code, the one that is taken first."""
    columns = (
        *(Column("edition", "Edition"), Column("taken", "Taken"), Column("fiscal", "Fiscal", "money")),
        *(Column("fiscal_year", "Prices of"), Column("source", "Source"), Column("attribution", "Attribution")),
    )
    rows = [
        (
            "the place's own" if cost.edition == OWN else cost.edition,
            "yes" if at == 0 else "no",
            None if cost.fiscal is None else pence(cost.fiscal),
            cost.fiscal_year,
            cost.source,
            attribution(cost.edition) or f"decided by {cost.decided}",
        )
        for at, cost in enumerate(costs.held(code))
    ]
    return Table("unit-cost-editions", f"Editions that hold {costs.get(code).code}", columns, rows)
