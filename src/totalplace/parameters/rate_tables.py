"""The shipped rates and values for people: a short table of each kind, with what is not verified marked in its rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from totalplace.errors import UsageError, did_you_mean
from totalplace.parameters.capital import Bounds, published
from totalplace.parameters.discounting import Schedule, schedules
from totalplace.parameters.distribution import values
from totalplace.parameters.grades import KINDS as EVIDENCE
from totalplace.parameters.grades import ladder
from totalplace.parameters.rates import KINDS
from totalplace.parameters.vfm import categories
from totalplace.parameters.worth import worths
from totalplace.table import Column, Table

YES, NO = "yes", "not verified"


def rate_table(kind: str) -> Table:
    """The table of a kind (a key of KINDS); raises UsageError for one that there is not."""
    makers = {
        "discount": _discount,
        "grade": _grades,
        "capital": _capital,
        "worth": _worth,
        "distribution": _distribution,
        "category": _categories,
    }
    if kind not in makers:
        raise UsageError(f"there is no kind of rate '{kind}'{did_you_mean(kind, list(KINDS))}")
    columns, rows, note = makers[kind]()
    return Table(f"rates-{kind}", KINDS[kind], tuple(Column(*one) for one in columns), rows, note)


_Made = tuple[Sequence[tuple[str, str]], list[tuple[Any, ...]], str]
_NAMED = (("name", "Name"), ("title", "What"))


def _plain(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _discount() -> _Made:
    edges = [(band.first, band.words.capitalize()) for band in schedules()[0].bands]
    rows = []
    for one in schedules():
        cells = {band.first: _plain(band.rate) for band in one.bands}
        rows.append((one.id, one.title, *(cells.get(first, "") for first, _ in edges), _reach(one), one.note))
    heads = [(f"from_{first}", words) for first, words in edges]
    return (*_NAMED, *heads, ("verified", "Verified"), ("note", "Note")), rows, "Per cent a year."


def _reach(one: Schedule) -> str:
    """Whether a schedule is verified, or to which year it is."""
    if one.verified:
        return YES
    last = max(band.last or 0 for band in one.bands if band.verified)
    return f"to year {last}; after that {NO}"


def _grades() -> _Made:
    found = ladder()
    rows = [
        (str(one.grade), *map(_plain, (one.benefit_bias, one.cost_bias, one.error)), *(one.labels[k] for k in EVIDENCE))
        for one in found.grades
    ]
    heads = (
        ("grade", "Grade"),
        ("benefits", "Off benefits"),
        ("costs", "On costs"),
        ("error", "Known error, either way"),
        ("population", "Who is helped"),
        ("evidence", "Engagement and impact"),
        ("cost", "Costs"),
        ("age", "Age of the data"),
    )
    return heads, rows, f"{found.title}{'' if found.verified else ': not verified'}. {found.rule}"


def _capital() -> _Made:
    def words(bounds: Bounds | None) -> str:
        return f"{_plain(bounds.upper)} to {_plain(bounds.lower)}" if bounds else ""

    rows = [
        (one.id, one.title, *(words(one.bounds.get(m)) for m in ("duration", "capex", "opex")), _mark(one.verified))
        for one in published().types
    ]
    heads = (("duration", "Time"), ("capex", "Cost of works"), ("opex", "Cost of running"), ("verified", "Verified"))
    return (*_NAMED, *heads), rows, "Put on the estimate: with nothing of the risk managed, to all of it managed."


def _mark(verified: bool) -> str:
    return YES if verified else NO


def _worth() -> _Made:
    rows = [
        (
            one.id,
            one.title,
            f"£{one.amount:,f}" if one.kind == "money" else f"{one.amount:f}%",
            one.price_year,
            one.unit,
            _mark(one.verified),
            one.note,
        )
        for one in worths()
    ]
    heads = (("value", "Value"), ("price_year", "Prices of"), ("unit", "Unit"), ("verified", "Verified"))
    return (*_NAMED, *heads, ("note", "Note")), rows, ""


def _distribution() -> _Made:
    rows = [(one.id, one.title, f"{one.amount:f}", one.unit, one.prices, _mark(one.verified)) for one in values()]
    heads = (("value", "Value"), ("unit", "Unit"), ("price_year", "Prices of"), ("verified", "Verified"))
    return (*_NAMED, *heads), rows, "Weighted results stand beside the unweighted ones, never alone."


def _categories() -> _Made:
    found = categories()
    edges = [band.least for band in found.bands]
    rows = []
    for band, upper in zip(found.bands, [*edges[1:], None], strict=True):
        words = f"{band.least} to under {upper}" if upper is not None else f"{band.least} and more"
        rows.append((band.title, f"under {upper}" if band.least is None else words))
    note = f"{found.title}{'' if found.verified else ': not verified'}. {found.note}"
    return (("title", "Category"), ("ratio", "Benefits for a pound of cost")), rows, note
