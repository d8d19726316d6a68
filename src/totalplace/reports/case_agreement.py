"""The investment agreement sheet of an option of a business case, from its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from totalplace.appraisal import sure_tables, tables
from totalplace.appraisal.case import COST_KINDS, Used, first_level
from totalplace.appraisal.result import BenefitLine, Found, Years
from totalplace.appraisal.sensitivity import tornado
from totalplace.reports.agreement import agreement

if TYPE_CHECKING:
    from totalplace.appraisal.case import Case
    from totalplace.appraisal.chance import Chance
    from totalplace.appraisal.stamps import State

FIGURES = {
    "net_present_budget_impact": "below 0 is a saving to budgets",
    "financial_return": "£ back to budgets for each £1 they pay",
    "payback_year": "when budgets have their money back",
    "cashable": "of the benefits, what can be taken out of budgets",
    "net_present_public_value": "above 0 is a gain to the public",
    "public_value_return": "£ of value to the public for each £1 put in",
}
"""The measures of the sheet, with what each says."""
RANGES = {"given": "range given", "grade": "range of its grade", "convention": "range by convention"}
"""Where a range comes from."""
GIVES = "gives in kind or time"
"""The part of a party that pays nothing and gains nothing: it does not sign for a budget."""
LETTERS = 160
"""Letters of what a benefit is worked out from that are shown."""
WEIGHTY = 8
"""Assumptions of the sheet: those that move net present public value most."""


def case_agreement(found: Found, chance: Chance | None, stamp: State) -> bytes:
    """The sheet as PDF; raises UsageError and DataError as `agreement` does."""
    return agreement(sheet(found, chance, stamp))


def sheet(found: Found, chance: Chance | None, stamp: State) -> dict[str, Any]:
    """What the sheet says, as `reports.agreement` takes it. Money is pence by year, before discounting."""
    case = found.case
    said: dict[str, Any] = {
        "place": case.place or "Place not named",
        "title": case.name,
        "proposal": case.purpose or found.option.description or found.option.name,
        "option": found.option.name,
        "years": list(case.years),
        "parties": list(_parties(found)),
        "pays": [
            {"agency": name, "amounts": amounts} for name, amounts in _by_top(found, found.pays).items() if any(amounts)
        ],
        "gains": list(_gains(found)),
        "figures": list(_figures(found)),
        "basis": _basis(found),
        "others": [option.name for option in case.proposals if option.id != found.option.id],
        "benefits": [_benefit(line) for line in found.benefits],
        "distance": _distance(found),
        "unverified": [_named(used) for used in case.used if not used.verified],
        "assumptions": list(_assumptions(found)),
        "conditions": list(case.conditions),
        "signatures": [{"agency": party["agency"]} for party in _parties(found) if party["role"] != GIVES],
        "made": f"{case.id}, version {_version(found)}",
    }
    if chance and not found.withheld:
        said["certainty"] = {"chance": chance.pays_back, "says": sure_tables.sure(chance)}
    if stamp.by:
        said["checked"] = {"by": stamp.by, "on": stamp.on, "version": stamp.version}
        if stamp.changed:
            said["void"] = stamp.what_changed
    return said


def _version(found: Found) -> str:
    from totalplace.appraisal.stamps import version

    return version(found.case)


def _by_top(found: Found, of: Callable[[str], Years]) -> Mapping[str, list[int]]:
    """Pence by year of the agencies at their first level."""
    pounds: dict[str, list[float]] = {}
    for agency in found.agencies:
        top = first_level(agency)
        so_far = pounds.get(top, [0.0] * len(found.case.years))
        pounds[top] = [a + b for a, b in zip(so_far, of(agency), strict=True)]
    return {name: [round(amount * 100) for amount in amounts] for name, amounts in pounds.items()}


def _parties(found: Found) -> Iterator[dict[str, str]]:
    pays, gains = _by_top(found, found.pays), _by_top(found, found.gains)
    gives = _by_top(found, lambda agency: found.pays(agency, COST_KINDS[2:]))
    for name in pays:
        roles = [word for word, of in (("pays", pays), (GIVES, gives), ("gains", gains)) if any(of[name])]
        if roles:
            yield {"agency": name, "role": " and ".join(roles)}


def _gains(found: Found) -> Iterator[dict[str, Any]]:
    cash = _by_top(found, found.cash)
    for name, amounts in _by_top(found, found.gains).items():
        if any(amounts):
            yield {"agency": name, "amounts": amounts, "cashable": cash[name]}


def _figures(found: Found) -> Iterator[dict[str, Any]]:
    """The headline figures; where there is none, why."""
    if found.withheld:
        yield {"name": "No headline", "value": "not yet", "says": "; ".join(found.withheld)}
        return
    for name, label, kind, of in tables.MEASURES:
        if name in FIGURES:
            value = of(found)
            shown = f"£{value:,.2f}" if kind == "ratio" and value is not None else value
            plain = "Cashable benefits" if name == "cashable" else label.split(" (")[0].split(",")[0]
            yield {"name": plain, "value": shown, "says": FIGURES[name]}


def _basis(found: Found) -> list[dict[str, str]]:
    case = found.case
    ways = {"proportional": "a part of the impact", "points": "percentage points off the impact"}
    return [
        {"what": "Over and above", "is": case.usual.description},
        {"what": "Compared with", "is": case.comparator or "as each benefit says"},
        {"what": "Deadweight", "is": f"{ways[case.deadweight]}: {_deadweights(found)}"},
        {"what": "Prices", "is": f"{case.price_year}, GDP deflator {case.deflator}{_forecast(case)}"},
        {"what": "Discounting", "is": f"{case.discount}, {case.first_year} is year 0"},
        {"what": "Parameters", "is": "; ".join(map(_named, case.used))},
    ]


def _forecast(case: Case) -> str:
    """Which years' prices rest on a forecast of the deflator."""
    years = [year for used in case.used for year in used.forecast]
    return f"; that of {', '.join(years)} is a forecast" if years else ""


def _benefit(line: BenefitLine) -> dict[str, str]:
    """A benefit in units over the whole period, and what its value is worked out from."""
    benefit = line.benefit
    prices = sorted({value.price_year for value in benefit.values().values() if value.given})
    worth = f"unit cost {benefit.unit_cost}" if benefit.unit_cost else "a unit value of the case's own"
    parts = [worth, *([f"prices of {', '.join(prices)}"] if prices else []), *filter(None, [benefit.source])]
    unit = benefit.unit.replace("Per ", "counted per ", 1) or "units"
    return {"says": f"{benefit.name}: {sum(line.units):,.4g} in all, {unit}", "from": _cut("; ".join(parts))}


def _cut(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[:LETTERS].rstrip()}…"


def _deadweights(found: Found) -> str:
    """The smallest and the largest deadweight of the option's benefits."""
    values = [found.case.quantities[f"benefit.{line.benefit.id}.deadweight"].value for line in found.benefits]
    if not values:
        return "no benefit"
    low, high = min(values), max(values)
    return f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}"


def _named(used: Used) -> str:
    """A parameter with its edition, said once."""
    return used.name if used.edition in used.name else f"{used.name} {used.edition}"


def _distance(found: Found) -> str:
    if found.distance != found.distance:
        return "How far who pays is from who gains cannot be told: there is no cost, or no gain."
    return (
        f"{found.distance:.0%} of the gain, at present value, would have to pass to another agency for each to gain in "
        "the share in which it pays."
    )


def _assumptions(found: Found) -> Iterator[dict[str, str]]:
    """The numbers that move the result most, with their ranges."""
    for bar in tornado(found.case, found.option.id)[:WEIGHTY]:
        known = found.case.quantities.get(bar.key)
        value = f"{known.value:,.4g}" if known else "1"
        ends = f"{bar.low:,.4g} to {bar.high:,.4g}"
        yield {"says": f"{bar.label}: {value} ({ends})", "sure": RANGES.get(bar.range_from, "")}
