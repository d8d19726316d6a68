"""Reads the costs and benefits of a case: the lines that money stands on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from totalplace.appraisal.case import COST_KINDS, VALUES, Benefit, Cashable, Cost, UnitValue, Used, first_level
from totalplace.appraisal.fields import LARGEST, Fields, Kind
from totalplace.appraisal.reader import SCALE, Reader, grades_of, kind, ladder_of, schedule_of
from totalplace.appraisal.words import CASHABLE, HELP
from totalplace.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from totalplace.parameters.unit_costs import UnitCost

BENEFIT_GRADES = ("evidence", "age", "value")

NUMBERS: Mapping[str, tuple[Kind, float | None]] = {
    "need": (Kind("share with the need", 0, 1, "share"), 1.0),
    "incidents": (Kind("incidents a person", 0, LARGEST, "a person"), 1.0),
    "impact": (Kind("impact", -1, 1, "share", always=True), 1.0),
    "deadweight": (Kind("deadweight", -1, 1, "share", always=True), 0.0),
    "displacement": (Kind("displacement", 0, 1, "share"), 0.0),
    "leakage": (Kind("leakage", 0, 1, "share"), 0.0),
    "substitution": (Kind("substitution", 0, 1, "share"), 0.0),
    "attribution": (Kind("attribution", 0, 1, "share"), 1.0),
    "multiplier": (Kind("multiplier", 0, 100, "times"), 1.0),
    "lag": (Kind("years before it begins", 0, 100, "years"), 0.0),
    "lasts": (Kind("years that it lasts", 0, 125, "years"), 1.0),
    "drop_off": (Kind("drop-off a year", 0, 1, "share"), 0.0),
    "worth": (Kind("unit value, times that given", 0, 100, "of the figure given", always=True), 1.0),
}
"""The numbers of a benefit with their bounds, and what they are where they are not given."""

_SLASH = re.compile(r"\s*/\s*")
"""A slash in the name of an agency, which would read as two levels."""
VALUE_GRADE = {"green": 2, "amber": 4, "red": 6}
"""The grade whose range a unit cost's value has by its rating: a convention of ours."""


def read_cost(reader: Reader, fields: Fields, number: int) -> Cost:
    """A cost; raises CaseError naming the key at fault."""
    fields.only(HELP["cost"])
    id, of = fields.id(f"cost-{number}"), fields.choice("kind", COST_KINDS)
    _unique(reader, fields, f"cost.{id}.amount", id)
    given, hourly, hours = _amounts(reader, fields)
    price_year = fields.year("price_year", 'write the financial year of its prices, such as price_year = "2024-25"')
    factor = reader.factor(fields, "price_year", price_year)
    pays = fields.shares("pays", "all of it must be paid by somebody")
    if not pays:
        fields.wrong("pays", 'is not given; write who pays: pays = "NHS", or { "NHS" = 0.6, "Police" = 0.4 }')
    bias, told, grade = _cost_bias(reader, fields)
    name = fields.text("name") or id
    error = float(ladder_of(reader).error(grade)) if grade else 0.0
    reader.quantity(fields, "spread", f"cost.{id}.amount", kind(SCALE, f"{name}: cost, times plan"), error, 1.0)
    if any(amount < 0 for amount in given):
        reader.doubt(f"{fields.where('amounts')}: a cost below nought is taken as income; better make it a benefit")
    return Cost(
        id,
        name,
        reader.option_of(fields),
        of,
        tuple(amount * factor for amount in given),
        reader.agencies_of(fields, "pays", pays),
        price_year,
        given,
        factor,
        bias,
        told,
        grade,
        fields.number("risk", 0, LARGEST, 0.0) * factor,
        hours,
        hourly,
        fields.text("source"),
    )


def _amounts(reader: Reader, fields: Fields) -> tuple[tuple[float, ...], float, tuple[float, ...]]:
    """Pounds by year as given, or hours by year at a rate; the rate and the hours."""
    if not fields.has("hours"):
        return fields.numbers("amounts", len(reader.years)), 0.0, ()
    if fields.has("amounts"):
        fields.wrong("hours", "stands beside amounts; give one of them")
    hours, hourly = fields.numbers("hours", len(reader.years), 0), fields.number("hourly", 0)
    return tuple(each * hourly for each in hours), hourly, hours


def _cost_bias(reader: Reader, fields: Fields) -> tuple[float, str, int]:
    """What is added for optimism, where it comes from, and the grade of the evidence (0: none)."""
    ways = [way for way in ("grade", "bias", "capital") if fields.has(way)]
    if len(ways) != 1:
        found = f"has {' and '.join(ways)}" if ways else "is not given"
        fields.wrong(
            "grade",
            f"{found}; say once how sure the cost is: grade (1 best to 6), bias (a share, 0 for none), or capital "
            "(kinds of building work)",
        )
    if ways == ["capital"] and fields.has("mitigated"):
        fields.wrong(
            "mitigated", "stands beside capital; write it inside: capital = { types = { ... }, mitigated = 0.5 }"
        )
    left = 1 - fields.number("mitigated", 0, 1, 0.0)
    if ways == ["bias"]:
        bias = fields.number("bias", -1, 10)
        return bias * left, "given" + (f", {1 - left:.0%} mitigated" if left < 1 else ""), 0
    if ways == ["capital"]:
        return (*_capital(reader, fields), 0)
    grade = fields.whole("grade", None, 1, 6)
    return float(ladder_of(reader).cost_bias(grade)) * left, f"grade {grade}", grade


def _capital(reader: Reader, fields: Fields) -> tuple[float, str]:
    """The optimism of building work of some kinds, after what is mitigated."""
    from totalplace.appraisal.building import capital_bias

    return capital_bias(reader, fields)


def read_benefit(reader: Reader, fields: Fields, number: int) -> Benefit:
    """A benefit; raises CaseError naming the key at fault."""
    fields.only(HELP["benefit"])
    id = fields.id(f"benefit-{number}")
    _unique(reader, fields, f"benefit.{id}.impact", id)
    option, outcome = reader.option_of(fields), _outcome(reader, fields)
    cohort = _cohort_of(reader, fields)
    code = fields.text("unit_cost")
    known = _unit_cost(reader, fields, code) if code else None
    values = _values(reader, fields, known)
    grade, bias, told = _bias(reader, fields, cohort)
    name = fields.text("name") or (known.detail if known else id)
    _numbers(reader, fields, id, name, known)
    agencies = _agencies(reader, fields, known, values["fiscal"])
    doubts = _doubts(reader, known)
    return Benefit(
        id=id,
        name=name,
        option=option,
        outcome=outcome,
        cohort=cohort,
        units=() if cohort else fields.numbers("units", len(reader.years)),
        unit_cost=code,
        edition=known.edition if known else "",
        unit=fields.text("unit") or (known.unit if known else ""),
        fiscal=values["fiscal"],
        economic=values["economic"],
        social=values["social"],
        transfer=values["transfer"],
        agencies=agencies,
        deadweight_given=_deadweight_said(fields),
        bias=bias,
        bias_from=told,
        grade=grade,
        comparator=fields.text("comparator"),
        cashable=_cashable(reader, fields, agencies),
        gains=_gains(reader, fields),
        discount=schedule_of(reader, fields.text("discount"), fields) if fields.has("discount") else "",
        claim=fields.text("claim"),
        owner=fields.text("owner"),
        source=fields.text("source") or (known.source if known else ""),
        doubts=doubts,
    )


def _deadweight_said(fields: Fields) -> bool:
    """Whether somebody has said what would have happened anyway: a range without a value says nothing of it."""
    said = fields.table.get("deadweight")
    return fields.under("deadweight", said).has("value") if isinstance(said, Mapping) else fields.has("deadweight")


def _unique(reader: Reader, fields: Fields, key: str, id: str) -> None:
    if key in reader.quantities:
        fields.wrong("id", f"is '{id}' a second time; give it one of its own")


def _outcome(reader: Reader, fields: Fields) -> str:
    outcome = fields.text("outcome")
    if not reader.modelled:
        reader.doubt("The case has no logic model: nothing says how its activities lead to its benefits.")
        return outcome
    if outcome not in reader.outcomes:
        found = f"is '{outcome}', which is no outcome of the logic model" if outcome else "is not given"
        known = did_you_mean(outcome, list(reader.outcomes)) or "; the model has none: add a step of kind outcome"
        fields.wrong("outcome", f"{found}{known}")
    return outcome


def _cohort_of(reader: Reader, fields: Fields) -> str:
    """The cohort, or '' where units are given by year."""
    if fields.has("cohort") == fields.has("units"):
        what = "stands beside units; give one of them" if fields.has("units") else "is not given, and units are not"
        fields.wrong("cohort", f"{what}: a benefit comes from a cohort of people, or is given in units by year")
    cohort = fields.text("cohort")
    if cohort and cohort not in reader.cohorts:
        fields.wrong("cohort", f"is '{cohort}', which is no cohort{did_you_mean(cohort, list(reader.cohorts))}")
    return cohort


def _unit_cost(reader: Reader, fields: Fields, code: str) -> UnitCost:
    from totalplace.parameters.unit_costs import attribution

    try:
        known = reader.unit_costs.get(code, fields.text("edition"))
    except UsageError as error:
        fields.wrong("unit_cost", f"cannot be used: {error}")
    reader.use(
        Used(
            f"Unit costs, edition {known.edition}", known.edition, True, attribution(known.edition) or "the place's own"
        )
    )
    return known


def _values(reader: Reader, fields: Fields, known: UnitCost | None) -> dict[str, UnitValue]:
    """Pounds a unit by kind of value, as given here or else by the unit cost."""
    found: dict[str, UnitValue] = {}
    for name in (*VALUES, "transfer"):
        if fields.has(name):
            amount, year = fields.number(name), _price_year(fields, name, known)
        else:
            amount, year = _known_value(known, name)
        factor = reader.factor(fields, "price_year" if fields.has(name) else "unit_cost", year) if amount else 1.0
        found[name] = UnitValue(amount, year or reader.price_year, factor)
    if fields.has("worth_of"):
        found["social"] = _worth(reader, fields, found["social"])
    if not any(found[name].given for name in VALUES):
        fields.wrong(
            "unit_cost", f"is not given, nor any of {', '.join(VALUES)}; say what a unit of the outcome is worth"
        )
    if abs(found["transfer"].value) > abs(found["fiscal"].value) + 1e-9:
        fields.wrong("transfer", "is more than the fiscal value that it is a part of; make it smaller")
    return found


def _price_year(fields: Fields, name: str, known: UnitCost | None) -> str:
    if known and not fields.has("price_year"):
        year = _known_value(known, "fiscal" if name == "transfer" else name)[1]
        if year:
            return year
    return fields.year("price_year", f'{name} is money of some year: write price_year = "2024-25"')


def _known_value(known: UnitCost | None, name: str) -> tuple[float, str]:
    if not known:
        return 0.0, ""
    if name == "transfer":
        return float(known.transfer or 0), known.fiscal_year
    return float(getattr(known, name) or 0), getattr(known, f"{name}_year")


def _worth(reader: Reader, fields: Fields, social: UnitValue) -> UnitValue:
    """The social value of so many units of a published worth, such as wellbeing years."""
    from totalplace.parameters.worth import worth

    if social.given:
        fields.wrong("worth_of", "stands beside a social value; give one of them")
    try:
        found = worth(fields.text("worth_of"))
    except UsageError as error:
        fields.wrong("worth_of", f"cannot be used: {error}")
    if not found.prices:
        fields.wrong(
            "worth_of", f"is '{found.id}', which is no money of some year; choose a value such as wellby or qaly"
        )
    amount = float(found.amount) * fields.number("worth_units")
    reader.use(Used(found.title, found.id, found.verified, found.source))
    return UnitValue(amount, found.price_year, reader.factor(fields, "worth_of", found.price_year))


def _bias(reader: Reader, fields: Fields, cohort: str) -> tuple[int, float, str]:
    """The worst grade of cohort and evidence, what is taken off for optimism, and where that comes from."""
    grades = grades_of(fields, BENEFIT_GRADES)
    worst = max([*(g for kind, g in grades.items() if kind != "value"), reader.cohorts[cohort].grade if cohort else 0])
    if fields.has("bias"):
        return worst, fields.number("bias", -1, 1), "given"
    if not worst:
        fields.wrong("grades", "is not given; say how sure the evidence is: { evidence = 3 } (1 best to 6), or a bias")
    ladder = ladder_of(reader)
    return worst, float(ladder.benefit_bias(worst)), f"grade {worst}"


def _numbers(reader: Reader, fields: Fields, id: str, name: str, known: UnitCost | None) -> None:
    """The numbers of a benefit with their ranges: as given, or from the grade of the evidence."""
    grades = grades_of(fields, BENEFIT_GRADES)
    value_grade = grades.get("value") or (VALUE_GRADE.get(known.rag, 0) if known else 0)
    for key, (of, default) in NUMBERS.items():
        grade = value_grade if key == "worth" else grades.get("evidence", 0)
        error = float(ladder_of(reader).error(grade)) if grade else 0.0
        reader.quantity(fields, key, f"benefit.{id}.{key}", kind(of, f"{name}: {of.label}"), error, default)
    if fields.yes("actual_crime"):
        _actual(reader, fields, id, known)
    if reader.quantities[f"benefit.{id}.lasts"].value <= 1 and reader.quantities[f"benefit.{id}.drop_off"].value > 0:
        reader.doubt(f"{name}: it lasts a year at most, so that its drop-off changes nothing; say how long it lasts.")


def _actual(reader: Reader, fields: Fields, id: str, known: UnitCost | None) -> None:
    """Scales recorded crimes to those that happen."""
    from dataclasses import replace

    times = reader.unit_costs.crime_multiplier(known.code) if known else None
    if times is None:
        fields.wrong("actual_crime", "needs the unit cost of a crime that has a multiplier; leave it out")
    key = f"benefit.{id}.incidents"
    old, by = reader.quantities[key], float(times)
    reader.quantities[key] = replace(old, value=old.value * by, low=old.low * by, high=old.high * by)


def _agencies(reader: Reader, fields: Fields, known: UnitCost | None, fiscal: UnitValue) -> Mapping[str, float]:
    """Who has the fiscal benefit: as given, or as the unit cost is borne."""
    shares = fields.shares("agencies", "all of the fiscal value must be somebody's")
    if not shares and known and fiscal.given:
        split = reader.unit_costs.split(known.code)
        shares = {}
        for part in split:
            name = "/".join(_SLASH.sub(" or ", each) for each in (part.agency, part.part) if each)
            shares[name] = shares.get(name, 0.0) + float(part.share)
        shares = reader.spelled(shares)
        if shares:
            return _public(reader, fields, shares)
    if not shares and fiscal.given:
        fields.wrong("agencies", 'is not given; say who has the fiscal benefit: { "NHS" = 0.6, "Police" = 0.4 }')
    return _public(reader, fields, reader.agencies_of(fields, "agencies", shares))


def _public(reader: Reader, fields: Fields, shares: Mapping[str, float]) -> Mapping[str, float]:
    """Shares of fiscal value; raises CaseError where one falls to an agency that is no public budget."""
    for name, share in shares.items():
        known = reader.agencies.get(name) or reader.agencies.get(first_level(name))
        if share and known and not known.public:
            fields.wrong(
                "agencies",
                f"gives {share:.0%} to '{name}', which is no public budget ([[agency]] public = false): fiscal value "
                "falls to public budgets; give that part as economic or social value",
            )
    return shares


def _gains(reader: Reader, fields: Fields) -> Mapping[str, float]:
    shares = fields.shares("gains")
    for group in shares:
        if group not in reader.groups:
            fields.wrong(
                "gains", f"names '{group}', which has no income in [weights]{did_you_mean(group, list(reader.groups))}"
            )
    return shares


def _cashable(reader: Reader, fields: Fields, agencies: Mapping[str, float]) -> Cashable:
    """What of the fiscal benefit can be taken out of budgets; nothing where nobody says so."""
    given = fields.table.get("cashable")
    if given in (None, ""):
        return Cashable()
    if not isinstance(given, Mapping):
        return Cashable(fields.number("cashable", 0, 1))
    inner = fields.under("cashable", given)
    inner.only(CASHABLE)
    steps = {"": inner.number("step", 0, LARGEST, 0.0)} if inner.has("step") else {}
    share = inner.number("share", 0, 1, 0.0)
    by_agency: dict[str, float] = {}
    for given_name, said in _named(inner, "agencies").items():
        name = reader.one_spelling(str(given_name))
        if name not in agencies and name not in {first_level(each) for each in agencies}:
            near = did_you_mean(name, list(agencies))
            inner.wrong("agencies", f"names '{name}', which has none of the benefit{near}")
        own = inner.under(given_name, said if isinstance(said, Mapping) else {"share": said})
        own.only(("share", "step"))
        by_agency[name] = own.number("share", 0, 1, share)
        if own.has("step"):
            steps[name] = own.number("step", 0, LARGEST)
    texts = {key: inner.text(key) for key in ("budget_line", "confirmed_by", "confirmed_on")}
    return Cashable(share, by_agency, steps, **texts)


def _named(fields: Fields, key: str) -> Mapping[str, Any]:
    value = fields.table.get(key, {})
    if not isinstance(value, Mapping):
        fields.wrong(key, f'is {value!r}; write a share by agency: {{ "NHS" = 0.1 }}')
    return value


def _doubts(reader: Reader, known: UnitCost | None) -> tuple[str, ...]:
    if not known:
        return ()
    doubts = reader.unit_costs.doubts(known.code, reader.price_year, reader.deflator)
    # What is doubtful of the deflator is said once for the whole case.
    found = tuple(f"{known.code}, {words}" for words in doubts if not words.startswith("prices:"))
    for words in found:
        reader.doubt(words)
    return found
