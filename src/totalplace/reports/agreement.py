"""The investment agreement sheet: two pages of A4 that the treasurers of several agencies sign.

`agreement` takes a plain dictionary and lays it out; it adds up years and agencies and works out nothing else. Money is
whole pence, in the prices that `basis` names. Keys (those with a star may be left out):

    place        the place's name
    title        what the case is called
    proposal     what is proposed, in a sentence or two
    option *     the option of the case that is agreed to
    years        financial years in their order: ["2025-26", "2026-27"]
    parties      [{"agency": "Anytown Council", "role": "leads and pays"}]
    pays         [{"agency": ..., "amounts": [pence of each year]}]
    gains        [{"agency": ..., "amounts": [pence of each year], "cashable": [pence of each year]}]
    figures      [{"name": "Net present budget impact", "value": pence or text, "says": "negative is a saving"}];
                 a value of None is shown as 'cannot be calculated'
    basis        [{"what": "Prices", "is": "2025-26, GDP deflator ons-2025-06"}]: price base, discount schedule,
                 comparator, deadweight, versions of parameters
    distance *   a sentence on how far who pays is from who gains; else one is made of the figures of `pays` and `gains`
    certainty *  {"chance": share or None, "says": [sentences]}: how likely it is to pay back, and how that was found
    unverified * sentences: what no person has looked up in its source
    assumptions * [{"says": ..., "sure": "grade 3: national analysis in similar areas"}], the weightiest first
    benefits *   [{"says": "Nights away avoided: 94.5 nights", "from": "unit cost HE1.0, prices of 2023-24"}]
    others *     names of the options of the case that the sheet is not of
    conditions * sentences, each of them agreed to
    checked *    {"by": name and office, "on": day, "version": digest of the case}, or None where nobody did
    void *       why a check does not hold any more
    signatures * [{"agency": ..., "name": name and office or ''}]; one for each party where it is left out
    made *       what the sheet was made of: file of the case, its digest, version of Total Place
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import Any

from totalplace.appraisal.result import apart
from totalplace.appraisal.tables import chance_words
from totalplace.errors import DataError, UsageError, did_you_mean
from totalplace.reports.pdf import pages, render
from totalplace.terms import check_year, money

NEEDED = ("place", "title", "proposal", "years", "parties", "pays", "gains", "figures", "basis")
OTHERS = (
    *("option", "others", "benefits", "distance", "certainty", "unverified", "assumptions", "conditions"),
    *("checked", "void", "signatures", "made"),
)
ROWS = {
    "parties": (("agency",), ("role",)),
    "pays": (("agency", "amounts"), ()),
    "gains": (("agency", "amounts", "cashable"), ()),
    "figures": (("name", "value"), ("says",)),
    "basis": (("what", "is"), ()),
    "benefits": (("says",), ("from",)),
    "assumptions": (("says",), ("sure",)),
    "signatures": (("agency",), ("name",)),
}
"""Keys of a row: those that it needs, and those that it may have."""
SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Sizes of the letters in points: the largest that leaves two pages is taken."""
MOST_PAGES = 2
_YEARS = 7
"""So many years have columns of their own; those after them stand together in one."""
_LISTED = 8
"""So many benefits, assumptions and unverified things are listed; how many more there are is said."""
_LARGE = 10**10
"""Pence from which money is shown in thousands of pounds."""


def agreement(case: Mapping[str, Any]) -> bytes:
    """The sheet as PDF; `case` is as the module says.

    Raises UsageError for a key that is missing or not known and for figures that do not fit the years, DataError where
    it does not go on two pages.
    """
    shown = laid_out(case)
    for size in SIZES:
        sheet = {**shown, "size": size}
        if pages("agreement", sheet) <= MOST_PAGES:
            return render("agreement", sheet)
    raise DataError(
        "the agreement sheet does not go on two pages: shorten the proposal, the conditions or what it rests on, or "
        f"take agencies together ({len(shown['agencies'])} of them, {len(shown['conditions'])} conditions)"
    )


def laid_out(case: Mapping[str, Any]) -> dict[str, Any]:
    """What the template shows, all of it text; raises UsageError as `agreement` does."""
    _check(case)
    years, paid, gained = list(case["years"]), _flows(case, "pays"), _flows(case, "gains")
    cash = {row["agency"]: _amounts(row, "cashable", len(years)) for row in case["gains"]}
    each = [amount for rows in (paid, gained) for amounts in rows.values() for amount in amounts]
    look = _Look(years, any(abs(amount) >= _LARGE for amount in (*each, sum(each))))
    checked = case.get("checked") and not case.get("void")
    return {
        "place": case["place"],
        "kind": "Investment agreement",
        "title": case["title"],
        "proposal": " ".join(filter(None, (_stopped(case["proposal"]), _option(case)))),
        "foot": " · ".join(filter(None, (case["title"], case.get("made", "")))),
        "state": "Checked" if checked else "The check is void" if case.get("void") else "Draft: not checked",
        "checked": bool(checked),
        "check_words": _check_words(case),
        "parties": [[party["agency"], party.get("role", "")] for party in case["parties"]],
        "figures": [[one["name"], _value(one["value"]), one.get("says", "")] for one in case["figures"]],
        "certainty": _certainty(case.get("certainty") or {}),
        "basis": [[one["what"], one["is"]] for one in case["basis"]],
        "basis_words": f"In {look.unit}, {_span(years)}, in the prices named below and before discounting.",
        "unit": look.unit,
        "rounding": f"{look.rounded} Sums are of the exact figures.",
        "years": [*look.heads, "All"],
        "pays": [look.row(agency, amounts) for agency, amounts in paid.items()],
        "pays_all": look.row("All", _sum(paid.values(), len(years))),
        "gains": _gains(look, gained, cash),
        "gains_all": look.row("All", _sum(gained.values(), len(years))),
        "cashable_all": look.row("of it cashable", _sum(cash.values(), len(years))),
        **_both(look, paid, gained, cash),
        "distance": case.get("distance") or _distance(paid, gained),
        "benefits": _rows(case.get("benefits", ()), "from"),
        "unverified": _short(list(case.get("unverified", ())), "more are named in the result"),
        "assumptions": _rows(case.get("assumptions", ()), "sure"),
        "conditions": list(case.get("conditions", ())),
        "signatures": [[one["agency"], one.get("name", "")] for one in case.get("signatures", case["parties"])],
    }


class _Look:
    """How money of years is shown: in columns of years, in pounds or thousands of them."""

    def __init__(self, years: Sequence[str], large: bool) -> None:
        self.alone = len(years) if len(years) <= _YEARS + 1 else _YEARS
        rest = years[self.alone :]
        self.heads = [*years[: self.alone], *([_span(rest)] if rest else [])]
        self.places = 100_000 if large else 100
        self.unit = "£ thousand" if large else "£"
        self.rounded = f"Rounded to the {'thousand pounds' if large else 'pound'}."

    def money(self, amount: int) -> str:
        """An amount without its sign of money, which stands above."""
        return money(round(Fraction(amount, self.places)) * 100).replace("£", "").replace("-", "−")

    def row(self, name: str, amounts: Sequence[int]) -> list[str]:
        """The cells of a row: its name, the years, all of them."""
        rest = amounts[self.alone :]
        shown = [*amounts[: self.alone], *([sum(rest)] if rest else []), sum(amounts)]
        return [name, *map(self.money, shown)]


def _gains(look: _Look, gained: Mapping[str, list[int]], cash: Mapping[str, list[int]]) -> list[dict[str, Any]]:
    rows = []
    for agency, amounts in gained.items():
        rows.append({"part": False, "cells": look.row(agency, amounts)})
        rows.append({"part": True, "cells": look.row("of it cashable", cash[agency])})
    return rows


def _both(
    look: _Look, paid: Mapping[str, list[int]], gained: Mapping[str, list[int]], cash: Mapping[str, list[int]]
) -> dict[str, Any]:
    """Who pays and who gains beside each other, who is on either side once."""
    names = list(dict.fromkeys([*paid, *gained]))
    sums = {name: [sum(side.get(name, ())) for side in (paid, gained, cash)] for name in names}
    most = max((abs(amount) for three in sums.values() for amount in three), default=0) or 1
    rows = [
        {
            "name": name,
            **dict(
                zip(("pays", "gains", "cashable", "net"), map(look.money, (*three, three[1] - three[0])), strict=True)
            ),
            "pays_share": three[0] / most,
            "gains_share": three[1] / most,
        }
        for name, three in sums.items()
    ]
    pays, gains, cashable = (sum(three[i] for three in sums.values()) for i in range(3))
    whole = (look.money(pays), "", look.money(gains), "", look.money(cashable), look.money(gains - pays))
    return {"agencies": rows, "agencies_all": ["All", *whole]}


def _distance(paid: Mapping[str, list[int]], gained: Mapping[str, list[int]]) -> str:
    """How much of the gain would have to change hands for each to gain in the share in which it pays."""
    pays, gains = ({name: sum(of) for name, of in side.items()} for side in (paid, gained))
    far = apart(pays, gains)
    if isnan(far):
        return "How far who pays is from who gains cannot be told: there is no cost, or no gain."
    return f"{far:.0%} of the gain would have to pass to another agency for each to gain in the share in which it pays."


def _certainty(said: Mapping[str, Any]) -> list[str]:
    chance = said.get("chance")
    if "chance" not in said:
        words = []
    elif chance is None:
        words = ["The chance that it pays back cannot be calculated."]
    else:
        words = [f"The chance that it pays back is {_percent(chance)}, as far as the ranges given are right."]
    return [*words, *said.get("says", ())]


def _percent(chance: Any) -> str:
    """A chance in whole per cent; one that is not quite nought or all is not rounded to it."""
    try:
        share = Fraction(str(chance))
    except ValueError:
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise UsageError(f"the chance that it pays back is {chance!r:.60}; it is a share from 0 to 1")
    return chance_words(float(share))


def _stopped(text: str) -> str:
    """A sentence with a stop at its end."""
    return text if not text or text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."


def _option(case: Mapping[str, Any]) -> str:
    option, others = case.get("option", ""), case.get("others", ())
    words = [f"Option: {option}."] if option else []
    if others:
        words.append(f"The case has other options that this sheet is not of: {'; '.join(others)}.")
    return " ".join(words)


def _check_words(case: Mapping[str, Any]) -> str:
    checked = case.get("checked")
    if not checked:
        return "Nobody has stamped this case as checked: a draft, not to be signed."
    stamp = f"Checked by {checked['by']} on {checked['on']}"
    stamp += f", version {checked['version']}." if checked.get("version") else "."
    if not case.get("void"):
        return stamp
    why = str(case["void"]).removesuffix(".")
    return f"{stamp} The check does not hold any more, and the sheet is not to be signed: {why}."


def _value(value: Any) -> str:
    if value is None:
        return "cannot be calculated"
    return money(value).replace("-", "−") if isinstance(value, int) else str(value)


def _rows(rows: Sequence[Mapping[str, Any]], beside: str) -> list[list[str]]:
    """The first of some rows, each with what stands beside it, and how many more there are."""
    shown = [[one["says"], one.get(beside, "")] for one in rows[:_LISTED]]
    more = len(rows) - len(shown)
    return [*shown, [f"and {more:,} more, in the result", ""]] if more > 0 else shown


def _short(lines: list[str], words: str) -> list[str]:
    more = len(lines) - _LISTED
    return [*lines[:_LISTED], f"{more:,} {words}"] if more > 0 else lines


def _span(years: Sequence[str]) -> str:
    return years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"


def _sum(rows: Iterable[Sequence[int]], years: int) -> list[int]:
    kept = list(rows)
    return [sum(row[i] for row in kept) for i in range(years)]


def _flows(case: Mapping[str, Any], side: str) -> dict[str, list[int]]:
    """The amounts of each agency; one that is named twice is refused."""
    found: dict[str, list[int]] = {}
    for row in case[side]:
        if row["agency"] in found:
            raise UsageError(f"'{row['agency']}' stands twice among those whom the sheet shows under '{side}'")
        found[row["agency"]] = _amounts(row, "amounts", len(case["years"]))
    return found


def _amounts(row: Mapping[str, Any], name: str, years: int) -> list[int]:
    amounts = list(row.get(name, ()))
    if len(amounts) != years or any(isinstance(one, bool | float | Decimal | str) for one in amounts):
        raise UsageError(f"the {name} of '{row['agency']}' must be whole pence for each of the {years} years")
    return amounts


def _check(case: Mapping[str, Any]) -> None:
    _keys(case, NEEDED, OTHERS, "an agreement sheet")
    for name, (needed, others) in ROWS.items():
        for number, row in enumerate(case.get(name) or (), 1):
            _keys(row, needed, others, f"row {number} of '{name}'")
    _keys(case.get("certainty") or {}, (), ("chance", "says"), "'certainty'")
    if case.get("checked"):
        _keys(case["checked"], ("by", "on"), ("version",), "'checked'")
    if not case["years"]:
        raise UsageError("the agreement sheet is of no year")
    for year in case["years"]:
        check_year(year)


def _keys(given: Any, needed: Sequence[str], others: Sequence[str], what: str) -> None:
    if not isinstance(given, Mapping):
        raise UsageError(f"{what} is {given!r:.60}; it must hold {', '.join(needed or others)}")
    known = [*needed, *others]
    for key in given:
        if key not in known:
            raise UsageError(f"{what} has no '{key}'{did_you_mean(str(key), known)}")
    if lack := [key for key in needed if key not in given]:
        raise UsageError(f"{what} lacks {', '.join(lack)}")
