"""Reads a business case from tables of settings: every table and key is known, every number checked, and what is wrong
is named by its place.

The tables come from a TOML file or a workbook; `origin` says what to call the place of a key in either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from totalplace.appraisal.case import DEADWEIGHTS, MOST_YEARS, Agency, Benefit, Case, Cohort, Option, Used
from totalplace.appraisal.fields import LARGEST, Fields
from totalplace.appraisal.reader import (
    COHORT_GRADES,
    MANY,
    SCALE,
    SHARE,
    SINGLE,
    Origin,
    Reader,
    each_table,
    grades_of,
    kind,
    ladder_of,
    schedule_of,
    tables_there,
)
from totalplace.appraisal.reading_lines import read_benefit, read_cost
from totalplace.appraisal.reading_scenarios import read_correlations, read_scenarios
from totalplace.appraisal.words import HELP
from totalplace.errors import CaseError, UsageError, did_you_mean

if TYPE_CHECKING:
    from totalplace.parameters.deflators import Deflator
    from totalplace.parameters.unit_costs import UnitCosts


def read_case(
    id: str, raw: Mapping[str, Any], origin: Origin, unit_costs: UnitCosts, own: tuple[Deflator, ...] = ()
) -> Case:
    """The case that tables of settings say; raises CaseError naming the place at fault and what to do.

    `own` are the place's vintages of the deflator, beside the shipped ones.
    """
    from totalplace.parameters.discounting import STANDARD

    for table in raw:
        if table not in (*SINGLE, *MANY):
            raise CaseError(f"{origin(table, 0, '')} is not known{did_you_mean(table, [*SINGLE, *MANY])}")
    reader = _reader(raw, origin, unit_costs, own)
    head = reader.head
    _agencies(reader, raw)
    _options(reader, raw)
    reader.outcomes, reader.modelled = _outcomes(raw, origin), bool(raw.get("logic"))
    weights = _weights(reader, raw)
    _cohorts(reader, raw)
    costs = tuple(read_cost(reader, fields, n) for n, fields in each_table(reader, raw, "cost"))
    benefits = tuple(read_benefit(reader, fields, n) for n, fields in each_table(reader, raw, "benefit"))
    if not costs and not benefits:
        raise CaseError(f"{origin('cost', 1, '')} is not there; give at least one [[cost]] and one [[benefit]]")
    _combined(reader, benefits)
    schedule = schedule_of(reader, head.text("discount") or STANDARD, head)
    return Case(
        id=id,
        name=head.text("name") or id,
        first_year=reader.years[0],
        years=reader.years,
        price_year=reader.price_year,
        deflator=reader.deflator.id,
        discount=schedule,
        deadweight=reader.deadweight,
        options=tuple(reader.options.values()),
        cohorts=reader.cohorts,
        costs=costs,
        benefits=benefits,
        quantities=reader.quantities,
        agencies=reader.agencies,
        comparator=head.text("comparator"),
        public_funds=head.number("public_funds", 0, 1, 0.0),
        weights=weights,
        scenarios=read_scenarios(reader, raw),
        correlations=read_correlations(reader, raw),
        logic=tuple(raw.get("logic") or ()),
        used=tuple(sorted(reader.used.values(), key=lambda used: used.name)),
        doubts=tuple(reader.doubts),
        place=head.text("place"),
        purpose=head.text("purpose"),
        conditions=head.texts("conditions"),
        author=head.text("author"),
        note=head.text("note"),
        seed=head.whole("seed", 1, 0, 2**32 - 1),
        remarks=_remarks(raw),
    )


def _remarks(raw: Mapping[str, Any]) -> dict[str, str]:
    """What the tables say that is kept nowhere else in a case, so that a change of it is noticed all the same."""
    found: dict[str, str] = {}
    for table in MANY:
        for number, settings in enumerate(raw.get(table) or (), 1):
            at = f"{table}.{settings.get('id') or settings.get('name') or number}"
            said = {"note": settings.get("note"), **settings.get("grades", {})}
            ranges = {key: value.get("source") for key, value in settings.items() if isinstance(value, Mapping)}
            said |= {f"{key}.source": words for key, words in ranges.items()}
            found |= {f"{at}.{key}": str(value).strip() for key, value in said.items() if value not in (None, "")}
    return found


def _reader(raw: Mapping[str, Any], origin: Origin, unit_costs: UnitCosts, own: tuple[Deflator, ...]) -> Reader:
    from totalplace.parameters.deflators import deflator

    head = Fields(raw["case"] if isinstance(raw.get("case"), Mapping) else {}, lambda key: origin("case", 0, key))
    if not head.table:
        raise CaseError(f"{origin('case', 0, '')} is not there; begin with [case], its name, first_year and price_year")
    head.only(HELP["case"])
    if head.text("currency", "GBP").upper() not in ("GBP", "£", ""):
        head.wrong("currency", f"is {head.text('currency')}; all money is in pounds: convert it, and note the rate")
    first = head.year("first_year", 'write the financial year in which it starts, such as "2026-27"')
    price_year = head.year("price_year", 'write the financial year in whose prices results are, such as "2024-25"')
    count = head.whole("years", None, 1, MOST_YEARS)
    if int(first[:4]) + count > 9998:
        head.wrong("years", f"is {count}: no financial year so late can be written")
    try:
        vintage = deflator(head.text("deflator") or _vintage(raw, price_year, unit_costs, own), own)
        vintage.row(price_year)
    except UsageError as error:
        more = "; a later release can be put into deflators.csv beside place.toml (docs/methods/real-terms.md)"
        key, more = ("deflator", "") if "there is no deflator" in str(error) else ("price_year", more)
        head.wrong(key, f"cannot be used: {error}{more}")
    words = f"write {DEADWEIGHTS[0]} (a part of the impact) or {DEADWEIGHTS[1]} (percentage points off the impact)"
    if not head.has("deadweight"):
        head.wrong("deadweight", f"is not given: how deadweight is taken off is a choice; {words}")
    years = tuple(f"{y}-{(y + 1) % 100:02d}" for y in range(int(first[:4]), int(first[:4]) + count))
    chosen = head.choice("deadweight", DEADWEIGHTS)
    return Reader(origin, head, price_year, years, vintage, unit_costs, chosen)


def _vintage(raw: Mapping[str, Any], price_year: str, unit_costs: UnitCosts, own: tuple[Deflator, ...]) -> str:
    """The first vintage, the place's own before the shipped, that has every year of the case's prices; '' for none."""
    from totalplace.parameters.deflators import vintages

    years = {price_year}
    for line in [*tables_there(raw, "cost"), *tables_there(raw, "benefit")]:
        years |= {str(line["price_year"])} if line.get("price_year") else set()
        with suppress(UsageError):
            known = unit_costs.get(str(line["unit_cost"])) if line.get("unit_cost") else None
            years |= {known.fiscal_year, known.economic_year, known.social_year} - {""} if known else set()
    return next((v.id for v in (*own, *vintages()) if all(v.has(year) for year in years)), "")


def _agencies(reader: Reader, raw: Mapping[str, Any]) -> None:
    for _, fields in each_table(reader, raw, "agency"):
        fields.only(HELP["agency"])
        name = reader.one_spelling(fields.needed("name", 'write the agency\'s name, such as "NHS"'))
        public = fields.yes("public") if "public" in fields.table else True
        reader.agencies[name] = Agency(name, public)


def _options(reader: Reader, raw: Mapping[str, Any]) -> None:
    for _, fields in each_table(reader, raw, "option"):
        fields.only(HELP["option"])
        option = Option(
            fields.id(), fields.text("name") or fields.id(), fields.yes("business_as_usual"), fields.text("description")
        )
        if option.id in reader.options:
            fields.wrong("id", f"is '{option.id}' a second time; give it one of its own")
        reader.options[option.id] = option
    usual = [option for option in reader.options.values() if option.business_as_usual]
    if len(usual) != 1:
        what = "none is" if not usual else f"{len(usual)} are"
        raise CaseError(
            f"{reader.origin('option', 0, 'business_as_usual')}: {what} marked as carrying on as now; one option must "
            "be: [[option]] with business_as_usual = true, and a description of what would happen anyway"
        )
    if not usual[0].description:
        number = list(reader.options).index(usual[0].id) + 1
        raise CaseError(
            f"{reader.origin('option', number, 'description')} is not given; say in words what carrying on as now "
            "means: everything else is measured against it"
        )
    if len(reader.options) < 2:
        raise CaseError(f"{reader.origin('option', 2, '')} is not there; add the option that the case proposes")


def _outcomes(raw: Mapping[str, Any], origin: Origin) -> tuple[str, ...]:
    """The ids of the outcomes of the logic model; raises CaseError where the model has a fault."""
    steps = raw.get("logic", [])
    if not steps:
        return ()
    from totalplace.logic import LogicModel

    if not isinstance(steps, list):
        raise CaseError(f"{origin('logic', 0, '')}: write [[logic]] with two brackets: there can be several")
    model = LogicModel.of(steps, lambda number, key: origin("logic", number, key))
    for check in model.checks():
        if check.level == "fault":
            raise CaseError(f"{origin('logic', 0, '')}: {check.words}")
    return tuple(step.id for step in model.steps if step.kind in ("outcome", "impact"))


def _weights(reader: Reader, raw: Mapping[str, Any]) -> dict[str, float]:
    """What a pound to each group of people counts for, by the group's name."""
    from totalplace.parameters import distribution

    if "weights" not in raw:
        return {}
    fields = reader.fields("weights", 0, raw["weights"])
    fields.only(HELP["weights"])
    groups = fields.table.get("groups", {})
    if not isinstance(groups, Mapping) or not groups:
        fields.wrong("groups", 'is not given; write the income of each group: { "Lowest fifth" = 330 }')
    eta = fields.number("eta", 0, 10, float(distribution.value("eta").amount))
    incomes = fields.under("groups", groups)
    whole = fields.number("median", 0.01, LARGEST, float(distribution.value("median").amount))
    for name in groups:
        income = incomes.number(name, 0.01)
        try:
            reader.groups[name] = distribution.weight(str(income), str(whole), str(eta))
        except UsageError as error:
            incomes.wrong(name, f"cannot be weighted: {error}")
    known = distribution.value("median")
    sure = known.verified and distribution.value("eta").verified
    reader.use(Used("Distributional weights", f"({whole:,.2f} / income) ^ {eta:g}", sure, known.source))
    return reader.groups


def _cohorts(reader: Reader, raw: Mapping[str, Any]) -> None:
    for number, fields in each_table(reader, raw, "cohort"):
        cohort = _cohort(reader, fields, number)
        if cohort.id in reader.cohorts:
            fields.wrong("id", f"is '{cohort.id}' a second time; give it one of its own")
        reader.cohorts[cohort.id] = cohort


def _cohort(reader: Reader, fields: Fields, number: int) -> Cohort:
    fields.only(HELP["cohort"])
    id, errors = fields.id(f"cohort-{number}"), grades_of(fields, COHORT_GRADES)
    worst = max(errors.values(), default=0)
    ladder = ladder_of(reader) if worst else None
    error = {name: float(ladder.error(grade)) if ladder and grade else 0.0 for name, grade in errors.items()}
    key = f"cohort.{id}"
    name = fields.text("name") or id
    people = error.get("population", 0.0)
    reader.quantity(fields, "spread", f"{key}.people", kind(SCALE, f"{name}: people reached, times plan"), people, 1.0)
    engaged = error.get("engagement", people)
    for share, words in (("engagement", "who take it up"), ("retention", "who stay to the end")):
        reader.quantity(fields, share, f"{key}.{share}", kind(SHARE, f"{name}: share {words}"), engaged, 1.0)
    return Cohort(
        id, name, fields.numbers("people", len(reader.years), 0), fields.text("group"), worst, fields.text("source")
    )


def _combined(reader: Reader, benefits: Iterable[Benefit]) -> None:
    """Doubts about unit costs that must not stand in one option together."""
    for option in reader.options:
        codes = [benefit.unit_cost for benefit in benefits if benefit.option == option and benefit.unit_cost]
        for words in reader.unit_costs.overlaps(codes):
            reader.doubt(words)
