"""What each key of a case says, in a line: for the editor's help, the workbook's, and the reference."""

from __future__ import annotations

from totalplace.appraisal.case import COST_KINDS, DEADWEIGHTS, SHAPES

RANGE = "A number, or a range."

HELP: dict[str, dict[str, str]] = {
    "case": {
        "id": "Not needed: the name of the file is the case's.",
        "name": "What the case is called, on every page and sheet.",
        "place": "The place or neighbourhood it is for.",
        "purpose": "What it is to bring about, in a sentence.",
        "conditions": "What those who sign the agreement sheet agree to, a sentence each.",
        "author": "Who wrote it: a role, or a person who agreed to be named.",
        "note": "What a reader should know besides.",
        "first_year": "The financial year in which it starts: year 0 of discounting, and the first of every list.",
        "years": "How many years it is reckoned over; 10 suits most services, up to 60 assets.",
        "price_year": "The financial year in whose prices results are.",
        "deflator": "The vintage of the GDP deflator that brings prices to that year; the first shipped if not given.",
        "discount": "The schedule of discount rates; `green-book-2022` if not given. `totalplace rates` lists them.",
        "deadweight": f"How deadweight is taken off: `{DEADWEIGHTS[0]}` (impact x (1 - deadweight)) or "
        f"`{DEADWEIGHTS[1]}` (impact - deadweight, where it is the rate at which a comparison group succeeds).",
        "comparator": "With whom, or with what time, those helped are compared; a benefit can have its own.",
        "currency": "`GBP`. There is no other.",
        "public_funds": "What raising a pound of tax costs the public besides, as a share; 0 if not given, as the "
        "Green Book of 2026 is said to have it. It was 0.2 before.",
        "seed": "The seed of the draws: the same gives the same result.",
    },
    "weights": {
        "median": "The median income that others are set against, of the same kind as theirs.",
        "eta": "How steeply a pound counts for more to those with less; 1.3 if not given.",
        "groups": 'The income of each group of people: `{ "Lowest fifth" = 356 }`.',
    },
    "agency": {
        "name": "An agency that pays or gains. Where agencies are listed, no other can be named by mistake.",
        "public": "`false` where its money is no public budget: a charity's grant, a firm. `true` if not given.",
        "note": "What a reader should know of it.",
    },
    "option": {
        "id": "Short and stable, of a-z, 0-9 and hyphens.",
        "name": "What the option is called.",
        "business_as_usual": "`true` for the one option that is to carry on as now: all others are over and above it.",
        "description": "What it means; of carrying on as now it must be said.",
    },
    "cohort": {
        "id": "Short and stable: benefits name it.",
        "name": "Who they are.",
        "people": "How many start in each year, from the first on: people, or families where units are of families.",
        "spread": "How far off the numbers of people may be, times plan: `{ value = 1, low = 0.8, high = 1.1 }`.",
        "group": "The real people, by a name that other cases use for the same ones: a benefit of theirs counts once.",
        "engagement": f"The share who take it up; 1 if not given. {RANGE}",
        "retention": f"The share of those who stay to the end; 1 if not given. {RANGE}",
        "grades": "How sure, 1 (best) to 6: `{ population = 2, engagement = 3, age = 1 }`.",
        "source": "Where the numbers come from.",
        "note": "What a reader should know of them.",
    },
    "cost": {
        "id": "Short and stable.",
        "name": "What it is.",
        "option": "The option that it belongs to; the only proposal if not given.",
        "kind": "One of: "
        + ", ".join(COST_KINDS)
        + ". Capital and revenue are paid by budgets; in kind and volunteers' "
        "time are costs to the public, and never to budgets.",
        "amounts": "Pounds in each year, from the first year on.",
        "spread": "How far off the amounts may be, times plan: `{ value = 1, low = 0.9, high = 1.3 }`.",
        "hours": "Hours in each year instead of amounts, as of volunteers.",
        "hourly": "Pounds that an hour is worth.",
        "price_year": "The financial year of its prices.",
        "pays": 'Who pays: `"NHS"`, or shares `{ "Local Authority/Housing" = 0.6, "NHS" = 0.4 }`.',
        "grade": "How sure the cost is, 1 (a contract) to 6 (a guess): it sets the range and what is added.",
        "bias": "What is added for optimism, as a share, instead of a grade; 0 for nothing.",
        "capital": 'Kinds of building work, instead of a grade: `"standard-building"`, or `{ types = { ... }, areas = '
        "{ ... } }` with what is mitigated.",
        "mitigated": "The share of what would be added for optimism that has been dealt with; of building work it is "
        "written inside `capital`.",
        "risk": "What managing the risk costs, in pounds, in the first year with an amount.",
        "source": "Where the figures come from.",
        "note": "What a reader should know of them.",
    },
    "benefit": {
        "id": "Short and stable.",
        "name": "What it is; what the unit cost is called if not given.",
        "option": "The option that brings it; the only proposal if not given.",
        "outcome": "The outcome of the logic model that it hangs on.",
        "cohort": "Those through whom it comes.",
        "units": "Instead of a cohort: how many units in each year, from the first year on.",
        "need": f"The share of those reached who have the need; 1 if not given. {RANGE}",
        "incidents": f"How many incidents such a person has in a year; 1 if not given. {RANGE}",
        "impact": f"The share of them that is prevented or brought about; below 0 where it does harm. {RANGE}",
        "deadweight": "What would have happened anyway: a share of the impact, or points off it, as [case] deadweight "
        f"says. Without it there is no headline. {RANGE}",
        "comparator": "With whom, or with what time, it is compared, if not as the case says.",
        "displacement": f"The share that only takes it from others; 0 if not given. {RANGE}",
        "leakage": f"The share that goes to people outside the place; 0 if not given. {RANGE}",
        "substitution": f"The share that only swaps one person for another; 0 if not given. {RANGE}",
        "attribution": f"The share that is this scheme's doing, and not that of others; 1 if not given. {RANGE}",
        "multiplier": f"What it sets off, times itself; 1 if not given. {RANGE}",
        "lag": f"Years before it begins; 0 if not given. {RANGE}",
        "lasts": f"Years that it lasts; 1 if not given. {RANGE}",
        "drop_off": f"The share of what is left that is lost each year; 0 if not given. {RANGE}",
        "unit_cost": "The code of a unit cost: 'totalplace unit-costs WORDS' finds them.",
        "edition": "The edition of the unit cost, where several are held.",
        "actual_crime": "`true` where units are recorded crimes: they are scaled to those that happen.",
        "fiscal": "What a unit is worth to public budgets, in pounds; over that of the unit cost.",
        "economic": "What a unit is worth to the economy, in pounds.",
        "social": "What a unit is worth to society, in pounds.",
        "transfer": "The part of the fiscal value that only moves money between people, such as benefits and tax.",
        "price_year": "The financial year of the pounds given here.",
        "worth_of": "A published value of wellbeing, health or life as the social value: `wellby`, `qaly`.",
        "worth_units": "How many of those one unit brings.",
        "worth": "How far off the unit value may be, times that given: `{ value = 1, low = 0.7, high = 1.3 }`.",
        "unit": "What a unit is, in words.",
        "agencies": 'Who has the fiscal benefit: shares by agency, at one level or two, `{ "NHS" = 0.5, "Local '
        'authority/Housing" = 0.5 }`. As the unit cost is borne, if not given.',
        "cashable": 'What can be taken out of budgets: a share, or `{ share = 0.2, step = 10, agencies = { "NHS" = 0.1 '
        '}, budget_line = "", confirmed_by = "", confirmed_on = "" }`. Nothing if not given.',
        "bias": "What is taken off for optimism, as a share, instead of by grades; 0 for nothing.",
        "grades": "How sure the evidence is, 1 (best) to 6: `{ evidence = 4, age = 2, value = 3 }`. The worst of "
        "evidence, age and the cohort's sets what is taken off for optimism; `value` sets the range of the unit value.",
        "gains": 'Who gains, by the groups of [weights]: `{ "Lowest fifth" = 0.8 }`.',
        "discount": "Another schedule for its economic and social value, such as `green-book-2022-health`.",
        "claim": "A name for what it claims: where two cases claim one thing, it counts once in a portfolio.",
        "owner": "Who answers for it: a role.",
        "source": "Where the evidence comes from.",
        "note": "What a reader should know of it.",
    },
    "scenario": {
        "id": "Short and stable.",
        "name": "What it is called.",
        "based_on": "Another scenario, whose numbers it takes and changes.",
        "set": 'Numbers by key, with * for any: `{ "benefit.*.drop_off" = 0.5, "cohort.families.people" = 0.8 }`.',
        "note": "Why.",
    },
    "correlation": {
        "between": "The keys of two numbers that tend to be off together.",
        "r": "How much, from -1 to 1.",
        "note": "Why.",
    },
}
"""Words by table and key; a key that has none is not known."""

CASHABLE = {
    "share": "The share that can be taken out of budgets.",
    "step": "Units that must go before any cost does, such as 8 places for a home to close; 0 where each counts.",
    "agencies": 'Shares, and steps, of agencies that differ: `{ "NHS" = 0.1, Police = { share = 0.5, step = 12 } }`.',
    "budget_line": "The budget line that is to be cut.",
    "confirmed_by": "Who in finance confirmed it: a role.",
    "confirmed_on": "When, as 2026-11-22.",
}
"""Words for the keys of what is cashable."""

QUANTITY = {
    "value": "The central value.",
    "low": "The low end; for normal and lognormal the 2.5 percentile.",
    "high": "The high end; for normal and lognormal the 97.5 percentile.",
    "shape": "How it is spread: " + ", ".join(SHAPES) + "; pert if not given.",
    "source": "Where the range comes from.",
}
"""Words for the keys of a range."""

CAPITAL = {
    "types": "Kinds of building work with their shares: `{ standard-building = 0.7, non-standard-building = 0.3 }`.",
    "areas": 'Areas of risk: `{ "Design complexity" = { contribution = 0.02, mitigated = 1 } }`.',
    "mitigated": "Instead of areas: the share of the optimism that has been dealt with.",
}
"""Words for the keys of the optimism of building work."""
